/**
 * The formulas of the verifier, as blocks of straight-line code. P384.md explains them and proves their bounds; this
 * file is meant to be read next to it. Nothing here depends on how the code is scheduled.
 */
import { type Block, createExpressions, type Expression, type Expressions } from './p384-block.ts'
import {
  biasDifference,
  biasSlope,
  biasSlopeDouble,
  biasX,
  biasY,
  c,
  centred,
  b as curveB,
  fold,
  invert,
  M,
  mod,
  N,
  p,
  quotientW,
  s,
  scaleM,
  scaleN,
  scaleW,
  slopeHighEnd,
  toMontgomery,
  W,
} from './p384-field.ts'

/** The verifier's working values, as they lie on the stack, bottom first: see {@link doubling}. */
export const state = ['pw', 'cptr', 'bad', 'xw', 'xn', 'xm', 'yw', 'yn'] as const

/** Memory of the point that is added: x (three residues), y (two). */
export const operandAt = { xw: 0x00, xn: 0x20, xm: 0x40, yw: 0x60, yn: 0x80 } as const
/** Memory that carries the scaled first slope from one half of the double-and-add to the other. */
export const slopeAt = { w: 0xa0, n: 0xc0, m: 0xe0 } as const

/** A field element by its residues modulo 2^256, N and M. */
type Triple = { w: Expression; n: Expression; m: Expression }
/** Without the third residue: enough for sums. Also the form of products before reduction. */
type Pair = { w: Expression; n: Expression }

/** The bias that makes a signed product non-negative: a multiple of p just below 2^511. */
const halfRange = (1n << 127n) * p
const one = toMontgomery(1n)

function fieldFormulas(e: Expressions) {
  const { add, sub, mul, addmod, mulmod, not, or, gt, shr, calldataload } = e

  /** One operand of a product, prepared once for all its products. `factor` multiplies it by a small number for free. */
  const scale = (a: Triple, factor = 1n): Triple => ({
    w: mul(a.w, mod(factor * scaleW, W)),
    n: mulmod(a.n, mod(factor * scaleN, N), N),
    m: mulmod(a.m, mod(factor * scaleM, M), M),
  })

  /** (a·d + 2p·q) / M, q being the number below M that makes it whole: a Montgomery product of up to 512 bits. */
  const product = (scaled: Triple, d: Triple): Pair => {
    const q = mulmod(scaled.m, d.m, M)
    return { w: add(mul(scaled.w, d.w), mul(q, quotientW)), n: addmod(mulmod(scaled.n, d.n, N), q, N) }
  }

  /** From 2^256 <= u < 2^512 - 2^256 to the same modulo p in [0, 2^384 + 2^258). */
  const reduce = (u: Pair): Pair => {
    // The high word is (u.n - u.w) mod N; this is it or one less, which the bound allows for.
    const t = shr(128, not(sub(u.w, u.n)))
    return { w: add(u.w, mul(t, fold)), n: addmod(u.n, mul(t, c), N) }
  }

  /** The high word of a number in [0, 2^400). */
  const highWord = (u: Pair): Expression => addmod(u.n, not(u.w), N)
  /** Its residue modulo M: low word + (2^256 mod M) · high word. */
  const third = (u: Pair): Expression => addmod(u.w, mul(highWord(u), s), M)

  const subN = (a: Expression, d: Expression) => addmod(a, not(d), N)
  const minus = (a: Triple, d: Triple): Triple => ({ w: sub(a.w, d.w), n: subN(a.n, d.n), m: addmod(a.m, sub(M, d.m), M) })

  /**
   * Zero exactly when z + offset ≡ 0 (mod p), for |z + offset| < 2^511 - 2^256.
   * If z + offset = k·p, the lowest word gives k = z/p mod 2^256; then k must be small and the residue modulo N agree.
   * A wrong k cannot pass: k·p and z + offset would be two numbers closer than 2^256·N that agree in both residues.
   */
  const nonzero = (z: Pair, offset: bigint): Expression => {
    const inverse = invert(p, W)
    const k = add(mul(z.w, inverse), mod((1n << 127n) + offset * inverse, W))
    return or(shr(128, k), sub(addmod(mul(k, c), z.n, N), mod((c << 127n) - offset, N)))
  }

  /** The slope in the 48 bytes at `at`, and whether it is out of range (attack: a slope so large that products wrap). */
  const slope = (at: Expression): { value: Triple; outOfRange: Expression } => {
    const high = shr(128, calldataload(at))
    return { value: slopeOf(high, calldataload(add(at, 16)), biasSlope), outOfRange: gt(high, slopeHighEnd - 1n) }
  }
  /** bias is a multiple of M. */
  const slopeOf = (high: Expression, low: Expression, bias: bigint): Triple => ({
    w: add(low, mod(-bias, W)),
    n: addmod(low, add(high, mod(-bias, N)), N),
    m: addmod(low, mul(high, s), M),
  })

  /** Chord or tangent rule for x: slope² - sum, the sum of two stored coordinates (or of what `bias` says). */
  const nextX = (square: Pair, sum: { w: Expression; minusN: Expression }, bias: bigint): Triple => {
    // bias ≡ 0 (mod N): no constant in that channel.
    if (mod(bias, N) !== 0n) throw new RangeError('bias')
    const r = reduce({ w: add(sub(square.w, sum.w), mod(bias, W)), n: addmod(square.n, sum.minusN, N) })
    return { ...r, m: third(r) }
  }
  /** And for y: slope·(x - x') - y. */
  const nextY = (scaled: Triple, x: Triple, next: Triple, y: Pair): Pair => {
    const bias = halfRange + 2n * biasY
    if (mod(bias, N) !== 0n) throw new RangeError('bias')
    const q = product(scaled, minus(x, next))
    return reduce({ w: add(sub(q.w, y.w), mod(bias, W)), n: subN(q.n, y.n) })
  }

  return { scale, product, reduce, highWord, third, minus, subN, nonzero, slope, slopeOf, nextX, nextY }
}

function begin() {
  const e = createExpressions()
  const { input, mload } = e
  const operand = {
    x: { w: mload(operandAt.xw), n: mload(operandAt.xn), m: mload(operandAt.xm) },
    y: { w: mload(operandAt.yw), n: mload(operandAt.yn) },
  }
  return {
    e,
    f: fieldFormulas(e),
    inputs: state.map(input),
    bad: input('bad'),
    pw: input('pw'),
    cptr: input('cptr'),
    x: { w: input('xw'), n: input('xn'), m: input('xm') },
    y: { w: input('yw'), n: input('yn') },
    operand,
  }
}

/** The state's values in their order on the stack. */
function stateOf(bad: Expression, pw: Expression, cptr: Expression, x: Triple, y: Pair): Expression[] {
  const values = { bad, pw, cptr, xw: x.w, xn: x.n, xm: x.m, yw: y.w, yn: y.n }
  return state.map((name) => values[name])
}

/** Ors conditions into `bad` one by one, each at a time the plan chooses. */
function collect(e: Expressions, bad: Expression, conditions: readonly Expression[]) {
  const separate: Expression[] = []
  for (const condition of conditions) {
    bad = e.or(bad, condition)
    separate.push(condition, bad)
  }
  return { bad, separate }
}

/** A ← 2A by the tangent at A. Besides the state it takes `word`, the record's first 32 bytes, already checked for range. */
export function doubling(): Block {
  const { e, f, inputs, bad, pw, cptr, x, y } = begin()
  const { add, sub, mul, addmod, mulmod, or, shr, calldataload } = e
  const word = e.input('word')

  const slope = f.slopeOf(shr(120, word), calldataload(add(cptr, 17)), biasSlopeDouble)
  const scaled = f.scale(slope)
  const square = f.product(scaled, slope)

  // 2y·slope = 3x² - 3. Both sides can reach 2^511, so their difference may leave the 512 bits of the two residues;
  // subtracting t multiples of p, t from the high word of 3x², brings it back.
  const plainX: Triple = { w: add(x.w, mod(-biasX, W)), n: addmod(x.n, mod(-biasX, N), N), m: addmod(x.m, mod(-biasX, M), M) }
  const threeSquares = f.product(f.scale(plainX, 3n), plainX)
  const t = shr(128, sub(threeSquares.n, threeSquares.w))
  const plainY: Triple = {
    w: add(y.w, mod(-biasY, W)),
    n: addmod(y.n, mod(-biasY, N), N),
    m: addmod(y.w, mulmod(add(f.highWord(y), mod(-biasY * invert(s, M), M)), s, M), M),
  }
  const half = f.product(scaled, plainY)
  const z: Pair = { w: sub(add(half.w, half.w), threeSquares.w), n: f.subN(addmod(half.n, half.n, N), threeSquares.n) }
  // z + 3 = (k - 2^129)·p, and z + 3 + t·p must be small.
  const away = 1n << 129n
  const inverse = invert(p, W)
  const k = add(mul(z.w, inverse), mod(away + 3n * one * inverse, W))
  const wrongSlope = or(shr(128, add(add(k, t), mod((1n << 127n) - away, W))), sub(addmod(mul(k, c), z.n, N), mod(away * c - 3n * one, N)))

  const nextX = f.nextX(square, { w: add(x.w, x.w), minusN: mulmod(x.n, N - 2n, N) }, 3n * p + 3n * biasX)
  const nextY = f.nextY(scaled, x, nextX, y)
  const collected = collect(e, bad, [wrongSlope])
  return {
    expressions: e,
    inputs: [...inputs, word],
    separate: collected.separate,
    outputs: stateOf(collected.bad, shr(1, pw), add(cptr, 49), nextX, nextY),
  }
}

/** What a chord through A and the operand needs: scaled slope, slope², and the conditions it must meet. */
function chord({ e, f, cptr, x, y, operand }: ReturnType<typeof begin>) {
  const slope = f.slope(e.add(cptr, 1))
  const scaled = f.scale(slope.value)
  const difference = f.minus(operand.x, x)
  // Attack: with equal points any slope satisfies the chord equation. The difference of two stored coordinates is less
  // than 2p, so it is ≡ 0 only as 0, p or -p, and these are 0, -c and c modulo N.
  const sameX = e.lt(e.addmod(difference.n, c, N), 2n * c + 1n)
  const q = f.product(scaled, difference)
  const wrongSlope = f.nonzero({ w: e.add(e.sub(q.w, operand.y.w), y.w), n: e.addmod(q.n, e.addmod(y.n, e.not(operand.y.n), N), N) }, 0n)
  return { scaled, square: f.product(scaled, slope.value), conditions: [slope.outOfRange, sameX, wrongSlope], separate: [q.n] }
}

/** A ← A + operand. */
export function addition(): Block {
  const all = begin()
  const { e, f, inputs, bad, pw, cptr, x, y, operand } = all
  const { scaled, square, conditions } = chord(all)
  const minusN = e.addmod(e.not(x.n), e.not(operand.x.n), N)
  const nextX = f.nextX(square, { w: e.add(x.w, operand.x.w), minusN }, 3n * p + 3n * biasX)
  const nextY = f.nextY(scaled, x, nextX, y)
  const collected = collect(e, bad, conditions)
  return {
    expressions: e,
    inputs,
    separate: collected.separate,
    outputs: stateOf(collected.bad, pw, e.add(cptr, 49), nextX, nextY),
  }
}

/**
 * First half of A ← (A + operand) + A. The sum S = A + operand is never written down: all that is needed of it is
 * d = x(S) - x(A), left on the stack as `dw`, `dn` (reduced, with its bias) below the scaled slope `lw`, `ln`, `lm`.
 */
export function doubleAndAddFirst(): Block {
  const all = begin()
  const { e, f, inputs, bad, pw, cptr, x, y, operand } = all
  const { scaled, square, conditions, separate } = chord(all)
  // slope² - 2x(A) - x(operand)
  const d = f.reduce({
    w: e.add(e.sub(e.sub(square.w, e.add(x.w, x.w)), operand.x.w), mod(3n * p + 3n * biasX + biasDifference, W)),
    n: e.addmod(square.n, e.addmod(e.mulmod(x.n, N - 2n, N), e.not(operand.x.n), N), N),
  })
  const collected = collect(e, bad, conditions)
  return {
    expressions: e,
    inputs,
    separate: [...separate, ...collected.separate],
    outputs: [...stateOf(collected.bad, pw, cptr, x, y), d.w, d.n, scaled.w, scaled.n, scaled.m],
  }
}

/** Second half: takes `dw`, `dn` above the state, the first slope from memory. */
export function doubleAndAddSecond(): Block {
  const { e, f, inputs, bad, pw, cptr, x, y } = begin()
  const { add, addmod, not, mulmod, mload } = e
  const d: Pair = { w: e.input('dw'), n: e.input('dn') }
  const difference: Triple = { w: add(d.w, mod(-biasDifference, W)), n: d.n, m: addmod(f.third(d), mod(-biasDifference, M), M) }
  const slope = f.slope(add(cptr, 49))
  const scaled = f.scale(slope.value)
  const first: Triple = { w: mload(slopeAt.w), n: mload(slopeAt.n), m: mload(slopeAt.m) }
  const sum: Triple = { w: add(first.w, scaled.w), n: addmod(first.n, scaled.n, N), m: addmod(first.m, scaled.m, M) }
  // The second chord goes through A and S, and y(S) = -first·d - y(A): second·d = y(S) - y(A) becomes
  // (first + second)·d + 2y(A) = 0. Here d ≢ 0 needs no check: it would force y(A) ≡ 0, and no point has order 2.
  const q = f.product(sum, difference)
  const wrongSlope = f.nonzero({ w: add(q.w, add(y.w, y.w)), n: addmod(q.n, addmod(y.n, y.n, N), N) }, -2n * biasY)
  // x(S) + x(A) = 2x(A) + d
  const minusN = addmod(mulmod(x.n, N - 2n, N), not(d.n), N)
  const square = f.product(scaled, slope.value)
  const nextX = f.nextX(square, { w: add(add(x.w, x.w), d.w), minusN }, 3n * p + 3n * biasX + biasDifference)
  const nextY = f.nextY(scaled, x, nextX, y)
  const collected = collect(e, bad, [slope.outOfRange, wrongSlope])
  return {
    expressions: e,
    inputs: [...inputs, d.w, d.n],
    separate: collected.separate,
    outputs: stateOf(collected.bad, pw, add(cptr, 97), nextX, nextY),
  }
}

/** A + operand = 0? Leaves `bad` alone of the state. */
export function opposite(): Block {
  const { e, f, inputs, bad, pw, x, y, operand } = begin()
  // Equal x, opposite y; both differences are far below 2^511.
  const otherX = f.nonzero({ w: e.sub(x.w, operand.x.w), n: f.subN(x.n, operand.x.n) }, 0n)
  const otherY = f.nonzero({ w: e.add(y.w, operand.y.w), n: e.addmod(y.n, operand.y.n, N) }, -2n * biasY)
  // The last operand must stand at position 0, or every coefficient would be off by a power of two.
  const elsewhere = e.xor(pw, 1)
  const collected = collect(e, bad, [otherX, otherY, elsewhere])
  return { expressions: e, inputs, outputs: [collected.bad] }
}

/** From a coordinate as two words (`high` below 2^128) to its stored form. */
export function loadCoordinate(bias: bigint, withThird: boolean): Block {
  const e = createExpressions()
  const f = fieldFormulas(e)
  const high = e.input('high')
  const low = e.input('low')
  const raw: Triple = { w: low, n: e.addmod(low, high, N), m: e.addmod(low, e.mul(high, s), M) }
  // mont(x, M²) = x·M. The constant is taken centred: the product stays within ±(2^511 + 2^386).
  const square = centred(M * M)
  const q = f.product(
    { w: e.constant(mod(square * scaleW, W)), n: e.constant(mod(square * scaleN, N)), m: e.constant(mod(square * scaleM, M)) },
    raw,
  )
  const lowest = square < 0n ? (-square * ((1n << 384n) - 1n)) / M + 1n : 0n
  const highest = (square > 0n ? (square * ((1n << 384n) - 1n)) / M : 0n) + 2n * p
  const shift = (lowest / p + 2n) * p + bias
  if (highest + shift >= W * N) throw new RangeError('the product leaves its range')
  const r = f.reduce({ w: e.add(q.w, mod(shift, W)), n: e.addmod(q.n, mod(shift, N), N) })
  return { expressions: e, inputs: [high, low], outputs: withThird ? [r.w, r.n, f.third(r)] : [r.w, r.n] }
}

/** Nonzero unless y² = x³ - 3x + b. Takes x and y as stored, leaves the verdict alone. */
export function curveEquation(): Block {
  const e = createExpressions()
  const f = fieldFormulas(e)
  const { add, addmod, sub } = e
  const [xw, xn, xm, yw, yn] = ['xw', 'xn', 'xm', 'yw', 'yn'].map((name) => e.input(name)) as [
    Expression,
    Expression,
    Expression,
    Expression,
    Expression,
  ]
  const plain = (a: Triple, bias: bigint): Triple => ({
    w: add(a.w, mod(-bias, W)),
    n: addmod(a.n, mod(-bias, N), N),
    m: addmod(a.m, mod(-bias, M), M),
  })
  const x = plain({ w: xw, n: xn, m: xm }, biasX)
  const y = plain({ w: yw, n: yn, m: f.third({ w: yw, n: yn }) }, biasY)
  const scaledX = f.scale(x)
  const square = f.product(scaledX, x)
  // x² - 3, reduced and centred to be a factor again
  const shift = 4n * p + biasX - 3n * one
  const r = f.reduce({ w: add(square.w, mod(shift, W)), n: addmod(square.n, mod(shift, N), N) })
  const factor = plain({ ...r, m: f.third(r) }, biasX)
  const right = f.product(scaledX, factor)
  const left = f.product(f.scale(y), y)
  const z: Pair = { w: sub(right.w, left.w), n: f.subN(right.n, left.n) }
  // The difference lies between -2^511 and 2^510: a multiple of p moves it to the middle of what `nonzero` can tell.
  return { expressions: e, inputs: [xw, xn, xm, yw, yn], outputs: [f.nonzero(z, toMontgomery(curveB) + (p << 125n))] }
}
