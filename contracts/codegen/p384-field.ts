/** P-384 and the numbers of its three-residue arithmetic. See P384.md, "The field". */

/** NIST P-384 (FIPS 186-4, D.1.2.4): y² = x³ - 3x + b over the integers modulo p, a group of prime order n. */
export const p = (1n << 384n) - (1n << 128n) - (1n << 96n) + (1n << 32n) - 1n
export const n = 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n
export const b = 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn
export const generator: Point = {
  x: 0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
  y: 0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
}

/** An affine point; the point at infinity has no representation. */
export type Point = { readonly x: bigint; readonly y: bigint }

export const W = 1n << 256n
/** Second modulus: sums and products modulo 2^256 - 1 give the high word, (x mod N - x mod 2^256) mod N. */
export const N = W - 1n
/** p = 2^384 - 2^128 - c. */
export const c = (1n << 96n) - (1n << 32n) + 1n
/** Third modulus, also the Montgomery divisor. N - 2c, so that 2p ≡ M (mod N): the quotient enters that channel unscaled. */
export const M = N - 2n * c
/** 2^256 mod M. */
export const s = W - M
/** 2^384 - p: what one multiple of 2^384 becomes modulo p, modulo 2^256. Modulo N the same is c. */
export const fold = (1n << 128n) + c

export const mod = (x: bigint, m: bigint) => ((x % m) + m) % m

/** The inverse of x modulo m; throws when there is none. */
export function invert(x: bigint, m: bigint): bigint {
  let [r0, r1, t0, t1] = [m, mod(x, m), 0n, 1n]
  while (r1 !== 0n) {
    const q = r0 / r1
    ;[r0, r1, t0, t1] = [r1, r0 - q * r1, t1, t0 - q * t1]
  }
  if (r0 !== 1n) throw new RangeError('not invertible')
  return mod(t0, m)
}

/** Scaling of one operand of a product, per channel; the quotient's scale in the first channel. */
export const scaleW = invert(M, W)
export const scaleN = invert(M, N)
export const scaleM = mod(-invert(2n * p, M), M)
export const quotientW = mod(2n * p * scaleW, W)

/** What is added to a signed number before it is stored: half of 2^384, chosen so that sums need no correction modulo N. */
export const biasX = (1n << 127n) * N + c
export const biasY = (1n << 127n) * N + (1n << 126n) * c
export const biasDifference = (1n << 127n) * N

/** A slope λ travels as λ + biasSlope in 48 bytes; the upper 16 bytes must be below slopeHighEnd, so |λ| < 2^383 - 2^263. */
export const biasSlope = ((1n << 127n) - (1n << 8n)) * M
export const slopeHighEnd = (1n << 128n) - (1n << 10n)
/** The first byte of a doubling's record; it counts as part of the number there. */
export const doubleOpcode = 0x80n
/** The same bias for 49 bytes that begin with that byte: the multiple of M nearest above it. */
export const biasSlopeDouble = ((doubleOpcode << 128n) + (1n << 127n) - (1n << 8n)) * M

export const toMontgomery = (x: bigint) => mod(x * M, p)
export const fromMontgomery = (x: bigint) => mod(x * invert(M, p), p)
/** The representative of x modulo p nearest to zero. */
export const centred = (x: bigint) => {
  const r = mod(x, p)
  return r > p / 2n ? r - p : r
}
