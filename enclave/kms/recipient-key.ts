import { checkPrimeSync, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { toHex } from '@nacre/verifier/bytes'
import type { Entropy } from '../entropy.ts'
import { spkiSha256Of } from './cms.ts'

/** The RSA key that KMS encrypts for. Drawn at boot, named in documents for KMS only, gone with the process. */
export type RecipientKey = {
  privateKey: KeyObject
  /** SubjectPublicKeyInfo, DER: 294 bytes. */
  publicKey: Uint8Array
  spkiSha256: Uint8Array
}

/**
 * RSA-2048 from the mixed entropy, as all of the enclave's keys: two probable primes as FIPS 186-5 appendix A.1.3 has them. Node's own generator would draw from the operating system alone, which the
 * host may know in a virtual machine that has just started; then it could read what KMS sends, on a TLS connection drawn from the same source.
 */
export function recipientKeyFrom(entropy: Entropy): RecipientKey {
  const p = prime(entropy, 'p')
  const q = prime(entropy, 'q', (candidate) => abs(candidate - p) > 1n << 924n)
  const d = inverse(exponent, ((p - 1n) * (q - 1n)) / gcd(p - 1n, q - 1n))
  const jwk = {
    kty: 'RSA',
    n: base64url(p * q),
    e: base64url(exponent),
    d: base64url(d),
    p: base64url(p),
    q: base64url(q),
    dp: base64url(d % (p - 1n)),
    dq: base64url(d % (q - 1n)),
    qi: base64url(inverse(q, p)),
  }
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
  const publicKey = createPublicKey(privateKey)
  return {
    privateKey,
    publicKey: Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' })),
    spkiSha256: spkiSha256Of(publicKey),
  }
}

const exponent = 65537n

function prime(entropy: Entropy, name: string, isFit: (candidate: bigint) => boolean = () => true): bigint {
  // One in 355 odd numbers of this size is prime: 100,000 tries fail once in 2^400 keys.
  for (let i = 0; i < 100_000; i++) {
    const bytes = entropy.derive(`nacre/kms-rsa-key/1/${name}/${i}`, 128)
    // Two bits at the top, so that the product has exactly 2048.
    bytes[0] = (bytes[0] ?? 0) | 0xc0
    bytes[127] = (bytes[127] ?? 0) | 0x01
    const candidate = BigInt(toHex(bytes))
    if ((candidate - 1n) % exponent !== 0n && isFit(candidate) && checkPrimeSync(bytes)) return candidate
  }
  throw new RangeError('No prime found')
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [r0, r1, t0, t1] = [modulus, value % modulus, 0n, 1n]
  while (r1 !== 0n) {
    const quotient = r0 / r1
    ;[r0, r1] = [r1, r0 - quotient * r1]
    ;[t0, t1] = [t1, t0 - quotient * t1]
  }
  return t0 < 0n ? t0 + modulus : t0
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b)
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value
}

function base64url(value: bigint): string {
  const hex = value.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url')
}
