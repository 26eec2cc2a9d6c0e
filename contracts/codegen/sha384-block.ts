/**
 * The compression function of SHA-384 (FIPS 180-4, section 6.4) as straight-line EVM code: {@link compressOne} for one
 * message, {@link compressTwo} for two messages side by side. SHA384.md explains the representation and proves its bounds.
 */
import type { Assembler, Expression } from './assembler.ts'

/** Bits 0-63 of a word. */
export const mask64 = (1n << 64n) - 1n
/** Times x < 2^64: x twice in a row, so that a right shift by up to 64 leaves a rotation in bits 0-63. */
export const twoCopies = (1n << 64n) + 1n
/** Times x < 2^64: x four times in a row; a right shift by up to 192 leaves a rotation. */
export const fourCopies = twoCopies * ((1n << 128n) + 1n)
/** Times x < 2^64: x in both 128-bit lanes. */
export const bothLanes = (1n << 128n) + 1n
/** Bits 0-63 of both lanes. */
export const maskLanes = mask64 * bothLanes

const primes = firstPrimes(80)
/** K of section 4.2.3: the first 64 bits of the fractional parts of the cube roots of the first eighty primes. */
const roundConstants = primes.map((prime) => floorRoot(BigInt(prime) << 192n, 3n) & mask64)
const roundConstant = (t: number) => roundConstants[t] as bigint
/** H(0) of section 5.3.4: the same of the square roots of the ninth to sixteenth primes. */
export const initialState = primes.slice(8, 16).map((prime) => floorRoot(BigInt(prime) << 128n, 2n) & mask64)

/**
 * RETURNDATASIZE costs 2 gas where a PUSH costs 3. One call of the identity precompile makes it the shift that is used
 * most. Should that call fail or answer otherwise, the code reverts: nothing is computed with a wrong shift.
 */
export function setReturnDataSize(asm: Assembler, size: number): void {
  const identity = 4
  asm.compute(['STATICCALL', ['GAS'], identity, 0, size, 0, 0])
  // Where no such precompile is, the call succeeds and answers nothing.
  asm.fold('AND', ['EQ', ['RETURNDATASIZE'], size]).jumpIf(`shiftBy${size}`)
  asm.run(['REVERT', 0, 0])
  asm.label(`shiftBy${size}`)
}

/**
 * The standard's a…h before round t are called A(t), A(t-1), A(t-2), A(t-3), E(t), E(t-1), E(t-2), E(t-3) here: round t
 * makes A(t+1) and E(t+1), and nothing is ever renamed. The state is what precedes round 0, in the order a…h:
 */
export const stateNames = ['A0', 'A-1', 'A-2', 'A-3', 'E0', 'E-1', 'E-2', 'E-3'] as const

/** How one or two messages are held in a word. The methods emit code. */
type Form = {
  /** Leaves Σ0 or Σ1 of the named value on top, fit to be added. */
  bigSigma0: (name: string) => void
  bigSigma1: (name: string) => void
  /** Takes the sum on top modulo 2^64. */
  normalise: () => void
  /** K(t) + W(t), as things to be added. */
  summands: (t: number) => Expression[]
  /** Whether the state stays on the stack while the rounds read it, or is theirs to consume. */
  keepsState: boolean
}

/**
 * Eighty rounds. In each, two values die and two are born: E(t) takes the place of E(t-3), which comes up as the first
 * summand, A(t+1) that of A(t-3), and E(t+1) stays on top. While what dies is part of a kept state, the stack grows.
 */
function rounds(asm: Assembler, { bigSigma0, bigSigma1, normalise, summands, keepsState }: Form): void {
  for (let t = 0; t < 80; t++) {
    const [a, b, d] = [`A${t}`, `A${t - 1}`, `A${t - 3}`]
    const [e, f, g, h] = [`E${t}`, `E${t - 1}`, `E${t - 2}`, `E${t - 3}`]
    const [x, lastX] = [`X${t}`, `X${t - 1}`]
    const keeps = keepsState && t < 4
    if (keeps) asm.dup(h)
    else asm.swap(h)
    bigSigma1(e)
    asm.op('ADD')
    // Ch(e, f, g)
    asm.compute(['XOR', g, ['AND', e, ['XOR', f, g]]]).op('ADD')
    for (const summand of summands(t)) asm.fold('ADD', summand)
    asm.name('T1').dup('T1')

    bigSigma0(a)
    asm.op('ADD')
    // Maj(a, b, c) = b ^ ((a ^ b) & (b ^ c)), where a ^ b, kept as X(t), is the next round's b ^ c.
    asm.compute(['XOR', a, b])
    if (t < 79) asm.dup(1, x).swap(lastX)
    else asm.dup(lastX)
    asm.op('AND').fold('XOR', b).op('ADD')
    // The last sums are not rotated before they have been added to the state: that addition normalises.
    if (t < 79) normalise()
    asm.name(`A${t + 1}`)

    if (keeps) asm.swap('T1').fold('ADD', d)
    else asm.swap(d).op('ADD')
    if (t < 79) normalise()
    asm.name(`E${t + 1}`)
  }
}

/** Adds what eighty rounds have left, from the top down, to the state with `add(name)`, which takes it off the stack. */
function feedForward(asm: Assembler, add: (name: string) => void): void {
  for (let i = 0; i < 8; i++) {
    const [, chain, t] = /^([AE])(\d+)$/.exec(asm.stack.at(-1) ?? '') ?? []
    add(`${chain}${Number(t) - 80}`)
  }
  asm.pop('X78')
}

/** Where {@link compressOne} works in memory. */
export type OneMessageMemory = {
  /** The 128 bytes of the block. */
  block: number
  /** 80 times 16 bytes: W(0) to W(79), each behind eight zero bytes. Those in front of the first sixteen are there before. */
  schedule: number
}

/** What {@link compressOne} expects on the stack, bottom first. The order keeps everything within reach of a DUP. */
export const oneMessageState = ['A-3', 'E-3', 'A-2', 'E-2', 'A-1', 'E-1', 'A0', 'E0'] as const
export const oneMessageConstants = [
  ['maskLanes', maskLanes],
  ['mask64', mask64],
  ['fourCopies', fourCopies],
] as const
export const oneMessageReturnDataSize = 41

/**
 * One block of one message. A state word is in bits 0-63, A0 and E0 in four copies; the upper bits of the others are
 * whatever they are. `position` is the caller's. RETURNDATASIZE must be 41.
 */
export function compressOne(asm: Assembler, { block, schedule }: OneMessageMemory): void {
  const word = (t: number) => schedule + 16 * t
  expandPairs(asm, block, word)

  asm.compute(['XOR', 'A-1', 'A-2'], 'X-1')
  const normalise = () => asm.fold('AND', 'mask64').fold('MUL', 'fourCopies')
  rounds(asm, {
    // Rotations by 39, 34, 28 and, modulo 64, by 142 = 14, 82 = 18, 41.
    bigSigma0: (name) => asm.compute(shifts(name, 5, 6, 28)),
    bigSigma1: (name) => asm.compute(shifts(name, 60, ['RETURNDATASIZE'], ['RETURNDATASIZE'])),
    normalise,
    summands: (t) => (t < firstWordWithConstant ? [roundConstant(t), ['MLOAD', word(t) - 16]] : [['MLOAD', word(t) - 16]]),
    keepsState: true,
  })
  feedForward(asm, (name) => {
    asm.fold('ADD', name)
    if (name === 'A0' || name === 'E0') normalise()
    asm.set(name)
  })
}

/** From here on the schedule reads no word from memory, so that one addition can give two words their constants. */
const firstWordWithConstant = 74

/** The message schedule, two words at a time: W(t) in the high lane and W(t+1) in the low one. */
function expandPairs(asm: Assembler, block: number, word: (t: number) => number): void {
  const pair = (t: number): Expression => ['MLOAD', word(t)]
  for (let t = 0; t < 16; t++) asm.run(['MCOPY', word(t) + 8, block + 8 * t, 8])
  asm.compute(pair(14))
  for (let t = 16; t < 80; t += 2) {
    smallSigma1(asm, twoCopies)
    asm.fold('AND', 'maskLanes')
    asm.compute(pair(t - 15))
    smallSigma0(asm, twoCopies)
    asm.fold('AND', 'maskLanes').op('ADD')
    asm.fold('ADD', pair(t - 7))
    asm.fold('ADD', pair(t - 16))
    // Nothing is computed from the last pair, so it keeps its carries.
    if (t < 78) asm.fold('AND', 'maskLanes').dup(1)
    if (t >= firstWordWithConstant) asm.fold('ADD', (roundConstant(t) << 128n) | roundConstant(t + 1))
    asm.fold('MSTORE', word(t))
  }
}

/** Where {@link compressTwo} works in memory. */
export type TwoMessagesMemory = {
  /** The 128 bytes of each message's block. */
  blocks: readonly [number, number]
  /** The state: eight words of 32 bytes, the first message's in bits 128-191, the second's in bits 0-63. Updated. */
  state: number
  /** 80 times 32 bytes: W(0) to W(79), each lane's behind eight zero bytes. The zeros must be there before. */
  schedule: number
}

export const twoMessagesReturnDataSize = 6

/**
 * One block of each of two messages. Bits 64-127 of a lane of the state may hold carries, in words other than A0 and E0.
 * The constants `maskLanes` and `twoCopies` are on the stack and stay there. RETURNDATASIZE must be 6.
 */
export function compressTwo(asm: Assembler, { blocks, state, schedule }: TwoMessagesMemory): void {
  const word = (t: number) => schedule + 32 * t
  const stateWord = (name: string) => state + 32 * (stateNames as readonly string[]).indexOf(name)
  expandTwo(asm, blocks, word)

  asm.compute(['XOR', ['MLOAD', stateWord('A-1')], ['MLOAD', stateWord('A-2')]], 'X-1')
  for (const name of oneMessageState) asm.compute(['MLOAD', stateWord(name)], name)
  const normalise = () => asm.fold('AND', 'maskLanes')
  const bigSigma = (name: string, first: Expression, second: Expression, third: Expression) => {
    asm.compute(['MUL', 'twoCopies', name], 'copies')
    asm.compute(['SHR', first, 'copies']).fold('XOR', 'copies').fold('SHR', second).op('XOR').fold('SHR', third)
    // What fell out of the first message's lane lies in the second's, where a sum must not carry it back.
    asm.fold('AND', 'maskLanes')
  }
  rounds(asm, {
    bigSigma0: (name) => bigSigma(name, 5, ['RETURNDATASIZE'], 28),
    bigSigma1: (name) => bigSigma(name, 23, 4, 14),
    normalise,
    summands: (t) => [roundConstant(t) * bothLanes, ['MLOAD', word(t)]],
    keepsState: false,
  })
  feedForward(asm, (name) => {
    asm.fold('ADD', ['MLOAD', stateWord(name)])
    if (name === 'A0' || name === 'E0') normalise()
    asm.fold('MSTORE', stateWord(name))
  })
}

/**
 * The message schedule, one word of each message at a time. The last sixteen words stay on the stack: W(t-1) moves into
 * W(t-16)'s place, while that comes up as the first summand. All are stored as well, for the rounds and for the one
 * place that lies a value too deep.
 */
function expandTwo(asm: Assembler, blocks: readonly [number, number], word: (t: number) => number): void {
  for (let t = 0; t < 16; t++) {
    asm.run(['MCOPY', word(t) + 8, blocks[0] + 8 * t, 8])
    asm.run(['MCOPY', word(t) + 24, blocks[1] + 8 * t, 8])
  }
  for (let t = 0; t < 15; t++) asm.compute(['MLOAD', word(t)], `W${t}`)
  asm.push(maskLanes, 'mask')
  asm.compute(['MLOAD', word(15)], 'W15')
  const fetch = (t: number) => {
    const isNear = asm.stack.length - asm.stack.indexOf(`W${t}`) <= 16
    asm.compute(isNear ? `W${t}` : ['MLOAD', word(t)])
  }
  for (let t = 16; t < 80; t++) {
    asm.swap(`W${t - 16}`)
    fetch(t - 15)
    smallSigma0(asm, twoCopies)
    asm.fold('AND', 'mask').op('ADD')
    fetch(t - 7)
    asm.op('ADD')
    fetch(t - 2)
    smallSigma1(asm, twoCopies, ['RETURNDATASIZE'])
    asm.fold('AND', 'mask').op('ADD')
    // Nothing is computed from the last two, so they keep their carries.
    if (t < 78) asm.fold('AND', 'mask')
    asm.name(`W${t}`).dup(1).fold('MSTORE', word(t))
  }
  // Fifteen words, the mask, and W(79).
  for (let i = 0; i < 17; i++) asm.pop()
}

/** ((x >> first ^ x) >> second ^ x) >> third: three rotations for the price of three shifts. */
function shifts(x: string, first: Expression, second: Expression, third: Expression): Expression {
  return ['SHR', third, ['XOR', x, ['SHR', second, ['XOR', x, ['SHR', first, x]]]]]
}

/** σ0 of the words on top, in bits 0-63 of their lanes: with y = x >>> 1, it is ((y ^ x) >> 7) ^ y. */
function smallSigma0(asm: Assembler, copies: Expression): void {
  asm.dup(1).fold('MUL', copies).fold('SHR', 1).dup(1).swap(3).op('XOR').fold('SHR', 7).op('XOR')
}

/** σ1 of the words on top, likewise: ((x >>> 42 ^ x) >>> 13 ^ x) >> 6, the last x being one that is not rotated. */
function smallSigma1(asm: Assembler, copies: Expression, six: Expression = 6): void {
  asm.dup(1).fold('MUL', copies)
  asm.dup(1).fold('SHR', 42).op('XOR').fold('SHR', 13).op('XOR').fold('SHR', six)
}

function firstPrimes(count: number): number[] {
  const found: number[] = []
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime !== 0)) found.push(n)
  return found
}

/** The largest r with r^degree <= value, by bisection. */
function floorRoot(value: bigint, degree: bigint): bigint {
  let low = 0n
  let high = value
  while (low < high) {
    const middle = (low + high + 1n) / 2n
    if (middle ** degree <= value) low = middle
    else high = middle - 1n
  }
  return low
}
