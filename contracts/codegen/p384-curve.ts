/** Affine arithmetic on P-384 for the prover and for the tables. Public data only: nothing here runs in constant time. */
import { b, biasX, biasY, centred, generator, invert, mod, n, type Point, p, toMontgomery } from './p384-field.ts'

/** The sum of two points and the slope of the line through them; throws {@link NoSlopeError} when the sum is infinity. */
export function addPoints(left: Point, right: Point): { sum: Point; slope: bigint } {
  if (left.x === right.x) {
    if (left.y !== right.y) throw new NoSlopeError()
    return addWithSlope(left, right, (3n * left.x * left.x - 3n) * invert(2n * left.y, p))
  }
  return addWithSlope(left, right, (right.y - left.y) * invert(right.x - left.x, p))
}

function addWithSlope(left: Point, right: Point, unreduced: bigint): { sum: Point; slope: bigint } {
  const slope = mod(unreduced, p)
  const x = mod(slope * slope - left.x - right.x, p)
  return { sum: { x, y: mod(slope * (left.x - x) - left.y, p) }, slope }
}

export const negate = (point: Point): Point => ({ x: point.x, y: mod(-point.y, p) })

/** scalar · point; null for infinity. */
export function multiply(scalar: bigint, point: Point): Point | null {
  let result: Point | null = null
  let power: Point | null = point
  for (let k = mod(scalar, n); k !== 0n; k >>= 1n) {
    if (k & 1n) result = add(result, power)
    power = add(power, power)
  }
  return result
}

/** The complete group law. */
export function add(left: Point | null, right: Point | null): Point | null {
  if (left === null) return right
  if (right === null) return left
  if (left.x === right.x && left.y !== right.y) return null
  return addPoints(left, right).sum
}

export function isOnCurve({ x, y }: Point): boolean {
  return x >= 0n && x < p && y >= 0n && y < p && mod(y * y - (x * x * x - 3n * x + b), p) === 0n
}

/** left·G + right·point, in projective steps: one inversion in all. */
export function multiplyTwo(left: bigint, right: bigint, point: Point): Point | null {
  const both = add(generator, point)
  let sum: Jacobian = { x: 1n, y: 1n, z: 0n }
  for (let bit = 383n; bit >= 0n; bit--) {
    sum = doubleJacobian(sum)
    const choice = ((left >> bit) & 1n) * 2n + ((right >> bit) & 1n)
    const term = choice === 3n ? both : choice === 2n ? generator : choice === 1n ? point : null
    if (term !== null) sum = addJacobian(sum, term)
  }
  if (sum.z === 0n) return null
  const inverse = invert(sum.z, p)
  const square = mod(inverse * inverse, p)
  return { x: mod(sum.x * square, p), y: mod(sum.y * square * inverse, p) }
}

/** (x/z², y/z³); z = 0 is infinity. */
type Jacobian = { x: bigint; y: bigint; z: bigint }

function doubleJacobian({ x, y, z }: Jacobian): Jacobian {
  const zz = mod(z * z, p)
  const yy = mod(y * y, p)
  const xyy = mod(x * yy, p)
  const slope = mod(3n * (x - zz) * (x + zz), p)
  const newX = mod(slope * slope - 8n * xyy, p)
  return { x: newX, y: mod(slope * (4n * xyy - newX) - 8n * yy * yy, p), z: mod(2n * y * z, p) }
}

function addJacobian(left: Jacobian, right: Point): Jacobian {
  if (left.z === 0n) return { ...right, z: 1n }
  const zz = mod(left.z * left.z, p)
  const h = mod(right.x * zz - left.x, p)
  const r = mod(right.y * zz * left.z - left.y, p)
  if (h === 0n) return r === 0n ? doubleJacobian(left) : { x: 1n, y: 1n, z: 0n }
  const hh = mod(h * h, p)
  const hhh = mod(hh * h, p)
  const v = mod(left.x * hh, p)
  const x = mod(r * r - hhh - 2n * v, p)
  return { x, y: mod(r * (v - x) - left.y * hhh, p), z: mod(left.z * h, p) }
}

/** A y for this x, or null; p ≡ 3 (mod 4). */
export function liftX(x: bigint): bigint | null {
  const square = mod(x * x * x - 3n * x + b, p)
  const y = power(square, (p + 1n) / 4n)
  return mod(y * y, p) === square ? y : null
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let [e, x] = [exponent, base]; e !== 0n; e >>= 1n, x = mod(x * x, p)) if (e & 1n) result = mod(result * x, p)
  return result
}

/** The generator's multiples in the tables are low + 2^192·high, both odd in [-31, 31], high positive. */
export const splitBits = 192n

/** The number, modulo n, that table entry `index` (0 … 511) multiplies the generator by. */
export function tableDigits(index: number): { low: bigint; high: bigint } {
  return { low: BigInt(2 * (index & 31) - 31), high: BigInt(2 * (index >> 5) + 1) }
}

let entries: readonly Point[] | undefined

/** All 512 table entries. A tenth of a second the first time. */
export function tablePoints(): readonly Point[] {
  if (entries !== undefined) return entries
  let base = generator
  for (let i = 0n; i < splitBits; i++) base = addPoints(base, base).sum
  const ladder = (point: Point, count: number): Point[] => {
    const twice = addPoints(point, point).sum
    const odd = [point]
    while (odd.length < count) odd.push(addPoints(odd[odd.length - 1] as Point, twice).sum)
    return odd
  }
  const low = ladder(generator, 16)
  const high = ladder(base, 16)
  entries = Array.from({ length: 512 }, (_, index) => {
    const { low: l, high: h } = tableDigits(index)
    const lowPoint = low[(Number(l < 0n ? -l : l) - 1) / 2] as Point
    return addPoints(l < 0n ? negate(lowPoint) : lowPoint, high[(Number(h) - 1) / 2] as Point).sum
  })
  return entries
}

/** A coordinate as the verifier stores it: Montgomery form, centred, biased; below 2^384. */
export const storedX = (x: bigint) => centred(toMontgomery(x)) + biasX
export const storedY = (y: bigint) => centred(toMontgomery(y)) + biasY

export class NoSlopeError extends Error {
  override readonly name = 'NoSlopeError'
  constructor() {
    super('the two points sum to infinity')
  }
}
