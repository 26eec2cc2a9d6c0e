import { hkdfSync } from 'node:crypto'
import { EnclaveError } from './errors.ts'

/** Gives independent secrets, one per label, from everything that was mixed in. */
export type Entropy = { derive(label: string, lengthBytes: number): Uint8Array }

/**
 * Mixes the NSM's randomness with the operating system's through HKDF-SHA-512 (RFC 5869), so that neither decides alone. The attacks: a virtual machine without devices starts with a kernel pool
 * that the host may know or may have cloned, and an NSM that is simulated, broken or hostile may give the same bytes twice. As long as one of the two is
 * unknown to the attacker, every derived key is.
 */
export function mixEntropy({ nsmRandom, osRandom }: { nsmRandom: Uint8Array; osRandom: Uint8Array }): Entropy {
  assertUsable('NSM', nsmRandom)
  assertUsable('operating system', osRandom)
  // Both lengths go in: without them, bytes could be moved from one source to the other and give the same keys.
  const lengths = new Uint8Array(8)
  new DataView(lengths.buffer).setUint32(0, nsmRandom.length)
  new DataView(lengths.buffer).setUint32(4, osRandom.length)
  const keyMaterial = Buffer.concat([lengths, nsmRandom, osRandom])
  return {
    derive: (label, lengthBytes) => new Uint8Array(hkdfSync('sha512', keyMaterial, 'nacre/entropy/1', label, lengthBytes)),
  }
}

/** 32 bytes are what the strongest of our keys needs; fewer, or one byte over and over, is a source that does not work. */
function assertUsable(source: string, bytes: Uint8Array): void {
  if (bytes.length < 32)
    throw new EnclaveError('ENTROPY_UNFIT', `The ${source} gave too little randomness`, {
      expected: 'at least 32 bytes',
      received: `${bytes.length} bytes`,
    })
  if (new Set(bytes).size < 8) throw new EnclaveError('ENTROPY_UNFIT', `The ${source}'s randomness repeats itself`)
}
