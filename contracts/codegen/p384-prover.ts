/**
 * The prover's part of the verifier's calldata: everything that is quick to check and slow to find.
 *
 * ```ts
 * const calldata = proveSignature({ digest, signature, publicKey })   // some 15 kB, for the verifier contract
 * ```
 *
 * Pure and deterministic; throws {@link ProverError}. A prover is not trusted by anyone: a mistake in here can only make
 * the contract answer 0.
 */
import { addPoints, isOnCurve, multiplyTwo, NoSlopeError, negate, splitBits, tablePoints } from './p384-curve.ts'
import {
  biasSlope,
  biasSlopeDouble,
  centred,
  doubleOpcode,
  invert,
  mod,
  n,
  type Point,
  slopeHighEnd,
  toMontgomery,
  W,
} from './p384-field.ts'
import { record, startMax } from './p384-layout.ts'

export type SignatureToProve = {
  /** SHA-384 of the message, 48 bytes. */
  digest: Uint8Array
  /** r and s, 48 bytes each. */
  signature: Uint8Array
  /** x and y, 48 bytes each, with or without the leading 0x04. */
  publicKey: Uint8Array
}

/** The complete calldata for the verifier contract. */
export function proveSignature({ digest, signature, publicKey }: SignatureToProve): Uint8Array {
  const key = publicKey.length === 97 && publicKey[0] === 4 ? publicKey.subarray(1) : publicKey
  if (digest.length !== 48 || signature.length !== 96 || key.length !== 96) {
    throw new ProverError('INPUT_MALFORMED', 'wanted a 48-byte digest, a 96-byte signature and a public key of 96 or 97 bytes')
  }
  const statement = new Uint8Array([...digest, ...signature, ...key])
  const at = (offset: number) => readNumber(statement, offset)
  return new Uint8Array([...statement, ...prove({ e: at(0), r: at(48), s: at(96), q: { x: at(144), y: at(192) } })])
}

export type Statement = { e: bigint; r: bigint; s: bigint; q: Point }

/** Only the prover's part. */
export function prove({ e, r, s, q }: Statement): Uint8Array {
  if (r <= 0n || r >= n || s <= 0n || s >= n || !isOnCurve(q))
    throw new ProverError('SIGNATURE_INVALID', 'r, s or the public key is out of range')
  const inverse = invert(s, n)
  const u1 = mod(e * inverse, n)
  const u2 = mod(r * inverse, n)
  const point = multiplyTwo(u1, u2, q)
  if (point === null || mod(point.x, n) !== r)
    throw new ProverError('SIGNATURE_INVALID', 'the signature does not belong to this digest and key')
  return proveSum(point, q, u1, u2, point.x !== r)
}

/**
 * The prover's part for R = u1·G + u2·Q. Several multiples of that equation will do; one in which two equal points meet
 * on the way, or a slope has no 48-byte form, is passed over for the next.
 */
export function proveSum(point: Point, q: Point, u1: bigint, u2: bigint, addN: boolean): Uint8Array {
  for (const { v, w } of shortMultiples(u2)) {
    const program = planProgram(v, -w, mod(-v * u1, n))
    if (program === null) continue
    try {
      return writeProof(point, q, program, addN)
    } catch (error) {
      if (!(error instanceof NoSlopeError)) throw error
    }
  }
  throw new ProverError('NO_PROGRAM', 'no multiple of the equation could be written as a program')
}

// ---------------------------------------------------------------------------------------------------------------------
// Scalars

/** Pairs with v·u2 ≡ w (mod n), v > 0, both of about half the length of n, the cheapest program first. */
function shortMultiples(u2: bigint): { v: bigint; w: bigint }[] {
  // Euclid on (n, u2): every remainder is a small multiple of u2, and around the square root both are short.
  let [r0, r1, t0, t1] = [n, u2, 0n, 1n]
  while (r1 >> splitBits !== 0n) {
    const quotient = r0 / r1
    ;[r0, r1, t0, t1] = [r1, r0 - quotient * r1, t1, t0 - quotient * t1]
  }
  const pairs: { v: bigint; w: bigint; cost: number }[] = []
  for (let i = -6n; i <= 6n; i++) {
    for (let j = 0n; j <= 6n; j++) {
      if (gcd(i, j) !== 1n) continue
      const [v, w] = [i * t0 + j * t1, i * r0 + j * r1]
      const longest = magnitude(v) | magnitude(w) // as many bits as the longer of the two
      if (v === 0n || longest >> 193n !== 0n) continue
      // Odd multiples do as well: of a pair too short for the generator's windows (small r and s), or next to the only one.
      const stretch = (1n << 192n) / longest
      const factors = [1n, 3n, 5n, 7n].map((k) => (stretch < 16n ? k : (stretch / k) | 1n))
      for (const factor of factors) pairs.push(priced(v * factor, w * factor))
    }
  }
  return pairs.sort((a, b) => a.cost - b.cost)
}

function priced(v: bigint, w: bigint): { v: bigint; w: bigint; cost: number } {
  const positions = [...oddDigits(v), ...oddDigits(w)].map(({ position }) => position)
  const merged = new Set([...positions, ...generatorPositions]).size
  const alone = positions.length + generatorPositions.length - merged
  const sign = v < 0n ? -1n : 1n
  // In hundreds of gas, calldata included: a doubling, an addition merged with it, one by itself.
  return { v: v * sign, w: w * sign, cost: 19 * Math.max(...positions, generatorTop) + 15 * merged + 19 * alone }
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? magnitude(a) : gcd(b, a % b)
}

const magnitude = (x: bigint) => (x < 0n ? -x : x)

type Digit = { position: number; value: number }

/**
 * k as a sum of odd digits of at most 15 in absolute value: the usual signed windows, except at the top, where the cheapest
 * of all ways is taken. (A carry there would cost up to five doublings.)
 */
export function oddDigits(k: bigint): Digit[] {
  const sign = k < 0n ? -1 : 1
  const digits: Digit[] = []
  let rest = magnitude(k)
  let position = 0
  for (; rest >= topLimit; position++, rest >>= 1n) {
    if ((rest & 1n) === 0n) continue
    const low = Number(rest & 31n)
    const value = low > 16 ? low - 32 : low
    digits.push({ position, value: sign * value })
    rest -= BigInt(value)
  }
  for (const digit of topDigits(Number(rest)).digits) digits.push({ position: position + digit.position, value: sign * digit.value })
  return digits
}

const topLimit = 1024n
const knownTops = new Map<number, { digits: Digit[]; cost: number }>()

/** The cheapest digits of a small number, in the prices of {@link priced}. */
function topDigits(rest: number): { digits: Digit[]; cost: number } {
  if (rest === 0) return { digits: [], cost: 0 }
  const known = knownTops.get(rest)
  if (known !== undefined) return known
  let best =
    rest % 2 === 1 && rest <= 15
      ? { digits: [{ position: 0, value: rest }], cost: 15 }
      : { digits: [] as Digit[], cost: Number.POSITIVE_INFINITY }
  const choices = rest % 2 === 0 ? [0] : [-15, -13, -11, -9, -7, -5, -3, -1, 1, 3, 5, 7, 9, 11, 13, 15]
  for (const value of choices) {
    // Only downwards: 3 = -15 + 2·9 is no progress.
    if (value >= rest || (rest - value) / 2 >= rest) continue
    const above = topDigits((rest - value) / 2)
    const cost = above.cost + 19 + (value === 0 ? 0 : 15)
    if (cost >= best.cost) continue
    const shifted = above.digits.map((digit) => ({ position: digit.position + 1, value: digit.value }))
    best = { digits: value === 0 ? shifted : [{ position: 0, value }, ...shifted], cost }
  }
  knownTops.set(rest, best)
  return best
}

/** Positions of the generator's windows: every five bits, and one at the top that overlaps to stay low. */
const generatorTop = 187
const generatorPositions = [...Array.from({ length: 38 }, (_, i) => 5 * i), generatorTop]

/** k as Σ odd digit · 2^position over the generator's positions, each digit at most 31 in absolute value; k odd. */
function windowDigits(k: bigint): number[] | null {
  const digits: number[] = []
  let rest = k
  for (const [i, position] of generatorPositions.entries()) {
    const next = generatorPositions[i + 1]
    if (next === undefined) {
      const top = Number(rest >> BigInt(position))
      if (BigInt(top) << BigInt(position) !== rest || top % 2 === 0 || top > 31 || top < -31) return null
      digits.push(top)
      break
    }
    // What is left above must be an odd multiple of the next window's unit.
    const unit = 1n << BigInt(position)
    const above = 1n << BigInt(next)
    if (next - position === 5) {
      let digit = Number(mod(rest / unit, 64n)) - 32
      if (mod(rest - BigInt(digit) * unit, 2n * above) !== above) digit += digit < 0 ? 32 : -32
      digits.push(digit)
      rest -= BigInt(digit) * unit
      continue
    }
    // The overlap: any digit of the right residue will do; take the one that leaves the smallest top.
    let best: number | null = null
    for (let digit = -31; digit <= 31; digit += 2) {
      const left = rest - BigInt(digit) * unit
      if (mod(left, 2n * above) === above && (best === null || magnitude(left) < magnitude(rest - BigInt(best) * unit))) best = digit
    }
    if (best === null) return null
    digits.push(best)
    rest -= BigInt(best) * unit
  }
  return digits
}

/** Entry numbers of the generator's windows for u, or null when u does not fit them. */
function generatorEntries(u: bigint): number[] | null {
  const odd = u % 2n === 0n ? u - n : u
  const half = 1n << splitBits
  for (const low of [mod(odd, half), mod(odd, half) - half]) {
    const high = (odd - low) / half
    if (high % 2n === 0n) continue
    const lows = windowDigits(low)
    const highs = windowDigits(high)
    if (lows === null || highs === null) continue
    return lows.map((digit, i) => {
      const other = highs[i] as number
      const sign = other < 0 ? -1 : 1
      return (other < 0 ? 512 : 0) + ((sign * other - 1) / 2) * 32 + (sign * digit + 31) / 2
    })
  }
  return null
}

// ---------------------------------------------------------------------------------------------------------------------
// Program

type Term = { kind: 'multiple' | 'generator'; entry: number }
type Program = { start: number; first: number; steps: { doubled: boolean; term: Term | null }[]; last: number }

/** The order of work for cR·R + cQ·Q + u·G = 0; null when there is none of the usual form. */
function planProgram(cR: bigint, cQ: bigint, u: bigint): Program | null {
  const generatorPart = u === 0n ? [] : generatorEntries(u)
  if (generatorPart === null) return null
  const terms = new Map<number, Term[]>()
  const put = (position: number, term: Term) => terms.set(position, [...(terms.get(position) ?? []), term])
  for (const [scalar, offset] of [
    [cR, 0],
    [cQ, 16],
  ] as const) {
    for (const { position, value } of oddDigits(scalar)) {
      put(position, { kind: 'multiple', entry: offset + (value < 0 ? 8 : 0) + (Math.abs(value) - 1) / 2 })
    }
  }
  const start = Math.max(...terms.keys())
  const first = terms.get(start)?.shift()
  const last = terms.get(0)?.pop()
  if (first === undefined || last === undefined || start > startMax) return null
  for (const [i, entry] of generatorPart.entries()) {
    const position = generatorPositions[i] as number
    if (position > start) return null
    put(position, { kind: 'generator', entry })
  }
  const steps: Program['steps'] = (terms.get(start) ?? []).map((term) => ({ doubled: false, term }))
  for (let position = start - 1; position >= 0; position--) {
    const [merged, ...others] = terms.get(position) ?? []
    steps.push({ doubled: true, term: merged ?? null }, ...others.map((term) => ({ doubled: false, term })))
  }
  return { start, first: first.entry, steps, last: last.entry }
}

function writeProof(point: Point, q: Point, program: Program, addN: boolean): Uint8Array {
  const out = new Writer()
  out
    .number(point.y)
    .byte(program.start)
    .byte((addN ? 0x80 : 0) | program.first)
  const multiples: Point[] = []
  for (const base of [point, q]) {
    const { sum: twice, slope } = addPoints(base, base)
    out.slope(slope, biasSlopeDouble - (doubleOpcode << 384n))
    const odd = [base]
    while (odd.length < 8) {
      const next = add(odd[odd.length - 1] as Point, twice)
      out.slope(next.slope, biasSlope)
      odd.push(next.sum)
    }
    multiples.push(...odd, ...odd.map(negate))
  }
  const pointOf = ({ kind, entry }: Term): Point => {
    if (kind === 'multiple') return multiples[entry] as Point
    const positive = tablePoints()[entry & 511] as Point
    return entry & 512 ? negate(positive) : positive
  }

  let sum = multiples[program.first] as Point
  for (const { doubled, term } of program.steps) {
    if (term === null) {
      const twice = addPoints(sum, sum)
      out.byte(record.double).slope(twice.slope, biasSlopeDouble - (doubleOpcode << 384n))
      sum = twice.sum
      continue
    }
    if (term.kind === 'multiple') out.byte((doubled ? record.doubleAdd : record.add) | term.entry)
    else out.byte((doubled ? record.doubleAddG : record.addG) | (term.entry >> 8)).byte(term.entry & 0xff)
    const once = add(sum, pointOf(term))
    out.slope(once.slope, biasSlope)
    if (!doubled) {
      sum = once.sum
      continue
    }
    const again = add(once.sum, sum)
    out.slope(again.slope, biasSlope)
    sum = again.sum
  }
  out.byte(record.end | program.last)
  const last = multiples[program.last] as Point
  if (sum.x !== last.x || sum.y === last.y) throw new ProverError('SIGNATURE_INVALID', 'the sum does not vanish')
  return out.bytes()
}

/** A chord: unlike the group law it has no answer for equal points, and the verifier refuses them. */
function add(left: Point, right: Point): { sum: Point; slope: bigint } {
  if (left.x === right.x) throw new NoSlopeError()
  return addPoints(left, right)
}

class Writer {
  readonly #bytes: number[] = []
  byte(value: number): this {
    this.#bytes.push(value)
    return this
  }
  number(value: bigint): this {
    const hex = value.toString(16).padStart(96, '0')
    for (let i = 0; i < 96; i += 2) this.#bytes.push(Number.parseInt(hex.slice(i, i + 2), 16))
    return this
  }
  slope(slope: bigint, bias: bigint): this {
    const value = centred(toMontgomery(slope)) + bias
    // About one slope in 2^118 lies in the gap left by the range.
    if (value < 0n || value / W >= slopeHighEnd) throw new NoSlopeError()
    return this.number(value)
  }
  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes)
  }
}

function readNumber(bytes: Uint8Array, offset: number): bigint {
  let hex = '0x'
  for (const byte of bytes.subarray(offset, offset + 48)) hex += byte.toString(16).padStart(2, '0')
  return BigInt(hex)
}

/**
 * - `INPUT_MALFORMED`: an argument has the wrong length.
 * - `SIGNATURE_INVALID`: there is nothing to prove.
 * - `NO_PROGRAM`: a valid signature for which every candidate failed; does not happen except for keys made for it.
 */
export type ProverErrorCode = 'INPUT_MALFORMED' | 'SIGNATURE_INVALID' | 'NO_PROGRAM'

export class ProverError extends Error {
  override readonly name = 'ProverError'
  readonly code: ProverErrorCode
  constructor(code: ProverErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
