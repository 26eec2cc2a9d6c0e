import { createHash } from 'node:crypto'
import type { Hex } from '@nacre/verifier/bytes'

/** Values that look random and are the same at every run: SHA-256 in counter mode. */
export function seeded(seed: string) {
  let counter = 0
  let pool = Buffer.alloc(0)
  const bytes = (length: number): Uint8Array => {
    while (pool.length < length) pool = Buffer.concat([pool, createHash('sha256').update(`${seed} ${counter++}`).digest()])
    const taken = Uint8Array.from(pool.subarray(0, length))
    pool = pool.subarray(length)
    return taken
  }
  const hex = (length: number): Hex => `0x${Buffer.from(bytes(length)).toString('hex')}`
  return {
    bytes,
    hex,
    uint: (bits: 8 | 16 | 32 | 64 | 256): bigint => BigInt(hex(bits / 8)),
    below: (limit: number): number => Number(BigInt(hex(6)) % BigInt(limit)),
  }
}
