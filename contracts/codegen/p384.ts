/**
 * Generator of the P-384 ECDSA verifier contract. P384.md tells why it is sound; this is what a caller needs.
 *
 * The contract has no selector and no state. Its calldata (numbers big-endian):
 *
 * ```
 * offset  bytes  who       what
 *      0     48  caller    e, the SHA-384 digest of the message as a number; any value
 *     48     48  caller    r
 *     96     48  caller    s
 *    144     48  caller    x of the public key Q
 *    192     48  caller    y of the public key Q
 *    240     48  prover    y of R
 *    288      1  prover    start position, 1 … 200
 *    289      1  prover    0x80 when x of R is r + n, else 0; plus the entry (0 … 31) the sum starts from
 *    290    384  prover    slopes for the multiples of R: tangent at R, then 2R + R, 2R + 3R, … 2R + 13R
 *    674    384  prover    the same for Q
 *   1058      …  prover    records, see {@link record}
 * ```
 *
 * It returns one word: 1 when (r, s) is a valid signature of e under Q and the prover's part shows it, otherwise 0. A 0
 * says only "not shown": with a bad prover's part a valid signature gives 0 too. It never reverts by itself (a call can
 * run out of gas), and there is no prover's part that makes it return 1 for an invalid signature.
 *
 * A caller must check that the call succeeded, that exactly 32 bytes came back and that they are 1. Several different
 * prover's parts, and both (r, s) and (r, n - s), prove the same thing: never use their bytes as an identifier.
 */
import { Assembler, type Expression, type Opcode } from './assembler.ts'
import { type Block, compileBlock } from './p384-block.ts'
import { splitBits, storedX, storedY, tablePoints } from './p384-curve.ts'
import { biasX, biasY, doubleOpcode, M, mod, N, n, p, s, slopeHighEnd, W } from './p384-field.ts'
import {
  addition,
  curveEquation,
  doubleAndAddFirst,
  doubleAndAddSecond,
  doubling,
  loadCoordinate,
  operandAt,
  opposite,
  slopeAt,
  state,
} from './p384-formulas.ts'
import { calldata, record, startMax } from './p384-layout.ts'
import { planOf } from './p384-plans.ts'

/** Runtime code of the two table contracts: 256 entries of 96 bytes each, x and y as stored. */
export function tableCode(which: 0 | 1): Uint8Array {
  const code = new Uint8Array(24_576)
  tablePoints()
    .slice(256 * which, 256 * which + 256)
    .forEach((point, i) => {
      writeNumber(code, 96 * i, storedX(point.x))
      writeNumber(code, 96 * i + 48, storedY(point.y))
    })
  // Called as a contract, the data must do nothing. It begins with a DUP, which halts on the empty stack, and it can
  // never change: the opcode's meaning is settled and EIP-3541 forbids only 0xEF.
  const first = code[0] as number
  if (first < 0x80 || first > 0x8f) throw new RangeError('the table must begin with a DUP opcode')
  return code
}

function writeNumber(bytes: Uint8Array, at: number, value: bigint): void {
  for (let i = 47; i >= 0; i--, value >>= 8n) bytes[at + i] = Number(value & 0xffn)
}

/** Memory, after the operand and the spilled slope. */
const at = {
  /** Sums of the coefficients: of R, of Q, and the generator's low and high parts. Each is a signed word. */
  coefficientR: 0x100,
  coefficientQ: 0x120,
  generatorLow: 0x140,
  generatorHigh: 0x160,
  /** A generator entry as it is in the table. */
  entry: 0x180,
  /** A point on its way into the arithmetic: x, then y, each as high and low word. */
  point: 0x180,
  /** Input of MODEXP: three lengths, 96-byte base, exponent 1, modulus n. */
  modexp: 0x200,
  base: 0x260,
  remainder: 0x300,
  /** 32 slots: x (3 words), y (2), digit, address of the coefficient sum. */
  multiples: 0x400,
} as const
const slotBytes = 0x100
/** From an entry to its negative. */
const negativeBytes = 8 * slotBytes

const pHigh = p / W
const pLow = p % W
const nHigh = n / W
const nLow = n % W

/** The verifier's runtime code with the addresses of the table contracts. */
export function verifierCode(tables: readonly [bigint, bigint]): Uint8Array {
  const { code, firstAt, differenceAt } = verifierTemplate()
  writeWord(code, firstAt, tables[0])
  writeWord(code, differenceAt, mod(tables[1] - tables[0], W))
  return code
}

/**
 * The runtime code before it knows its tables: 32 bytes at `firstAt` wait for the first address, 32 at `differenceAt` for
 * the second minus the first modulo 2^256.
 */
export function verifierTemplate(): { code: Uint8Array; firstAt: number; differenceAt: number } {
  const code = assembleVerifier()
  const place = (sentinel: bigint) => {
    const wanted = sentinel.toString(16)
    const at = Buffer.from(code).indexOf(wanted, 0, 'hex')
    if (at < 0 || Buffer.from(code).indexOf(wanted, at + 1, 'hex') >= 0) throw new RangeError('a place in the template must be unique')
    return at
  }
  return { code, firstAt: place(placeOfFirst), differenceAt: place(placeOfDifference) }
}

/** What stands in the template for the two numbers: any words that appear nowhere else. */
const placeOfFirst = BigInt(`0x${'f1'.repeat(32)}`)
const placeOfDifference = BigInt(`0x${'d2'.repeat(32)}`)

function writeWord(bytes: Uint8Array, at: number, value: bigint): void {
  for (let i = 31; i >= 0; i--, value >>= 8n) bytes[at + i] = Number(value & 0xffn)
}

function assembleVerifier(): Uint8Array {
  const asm = new Assembler()
  asm.push(0, 'bad')
  checkScalar(asm, calldata.r)
  checkScalar(asm, calldata.s)

  placeR(asm)
  asm.push(at.multiples, 'slot').call(loadPoint)
  for (const [place, offset] of [
    [0, calldata.qx],
    [0x40, calldata.qy],
  ] as const) {
    asm.run(['MSTORE', at.point + place, highAt(offset)]).run(['MSTORE', at.point + place + 0x20, lowAt(offset)])
  }
  asm.push(at.multiples + 16 * slotBytes, 'slot').call(loadPoint)

  asm.push(at.multiples, 'slot').push(calldata.slopesR, 'hint').call(multiples)
  asm
    .push(at.multiples + 16 * slotBytes, 'slot')
    .push(calldata.slopesQ, 'hint')
    .call(multiples)

  sumPoints(asm)
  checkCoefficients(asm)
  asm.run(['MSTORE', 0, ['ISZERO', 'bad']]).run(['RETURN', 0, 32])

  defineLoadPoint(asm)
  defineMultiples(asm)
  defineAccumulate(asm)
  defineReduce(asm)
  return asm.assemble()
}

// ---------------------------------------------------------------------------------------------------------------------
// Input

const highAt = (offset: number): Expression => ['SHR', 128, ['CALLDATALOAD', offset]]
const lowAt = (offset: number): Expression => ['CALLDATALOAD', offset + 16]

/** Ors a condition into `bad`. */
function require(asm: Assembler, failure: Expression): void {
  asm.compute(failure).fold('OR', 'bad').set('bad')
}

/** Attack: r = 0 or s = 0 makes the equation empty, and n more than a valid one would be a second form of it. */
function checkScalar(asm: Assembler, offset: number): void {
  asm.compute(highAt(offset), 'high').compute(lowAt(offset), 'low')
  // Both words of n are known: the high one is 2^128 - 1, the largest there is.
  require(asm, ['AND', ['EQ', 'high', nHigh], ['GT', 'low', nLow - 1n]])
  require(asm, ['ISZERO', ['OR', 'high', 'low']])
  asm.pop('low').pop('high')
}

/** Puts R into the memory for points. Its x is r, or r + n in the rare case that reduction modulo n changed it. */
function placeR(asm: Assembler): void {
  asm.compute(highAt(calldata.r), 'high').compute(lowAt(calldata.r), 'low')
  asm.compute(['SHR', 7, ['BYTE', 0, ['CALLDATALOAD', calldata.startEntry]]], 'addN')
  // Attack: with r + n >= p the sum would name a point whose x is not r modulo n.
  require(asm, ['MUL', 'addN', ['OR', 'high', ['GT', 'low', p - n - 1n]]])
  asm.compute(['ADD', 'low', ['MUL', 'addN', nLow]], 'sum')
  asm.run(['MSTORE', at.point, ['ADD', ['LT', 'sum', 'low'], ['ADD', 'high', ['MUL', 'addN', nHigh]]]])
  asm.run(['MSTORE', at.point + 0x20, 'sum'])
  asm.pop('sum').pop('addN').pop('low').pop('high')
  asm.run(['MSTORE', at.point + 0x40, highAt(calldata.ry)]).run(['MSTORE', at.point + 0x60, lowAt(calldata.ry)])
}

/** Brings the point in memory into the arithmetic, checks it and stores it as the first of its multiples at `slot`. */
const loadPoint = { label: 'loadPoint', takes: ['bad', 'slot'], gives: ['bad'] }

function defineLoadPoint(asm: Assembler): void {
  asm.define(loadPoint)
  // Attack: a public key has one encoding; x + p would be a second one. (p's high word is 2^128 - 1 too.)
  for (const place of [0, 0x40]) {
    require(asm, ['AND', ['EQ', ['MLOAD', at.point + place], pHigh], ['GT', ['MLOAD', at.point + place + 0x20], pLow - 1n]])
  }
  asm.compute(['MLOAD', at.point], 'high').compute(['MLOAD', at.point + 0x20], 'low')
  emit(asm, 'loadX', ['high', 'low'], ['xw', 'xn', 'xm'])
  asm.compute(['MLOAD', at.point + 0x40], 'high').compute(['MLOAD', at.point + 0x60], 'low')
  emit(asm, 'loadY', ['high', 'low'], ['yw', 'yn'])
  asm.run(['MSTORE', 'slot', 'xw'])
  asm.run(['MSTORE', ['ADD', 'slot', 0x20], 'xn'])
  asm.run(['MSTORE', ['ADD', 'slot', 0x40], 'xm'])
  asm.run(['MSTORE', ['ADD', 'slot', 0x60], 'yw'])
  asm.run(['MSTORE', ['ADD', 'slot', 0x80], 'yn'])
  emit(asm, 'curveEquation', ['xw', 'xn', 'xm', 'yw', 'yn'], ['verdict'])
  asm.fold('OR', 'bad').set('bad')
  asm.set('slot').rename({ slot: 'returnTo' }).ret()
}

/**
 * From a point P at `slot` and slopes at `hint`: 3P, 5P, … 15P and the negatives of all, each with its digit and the
 * address where its coefficient is summed.
 */
const multiples = { label: 'multiples', takes: ['bad', 'slot', 'hint'], gives: ['bad'] }

function defineMultiples(asm: Assembler): void {
  asm.define(multiples)
  // `bad` of the caller lies too deep to be worked on; the state has its own copy, and the state's cptr is one less than
  // the slope's address because a record begins with a byte that is missing here.
  asm.rename({ bad: 'badBefore' })
  const slotWord = (offset: number): Expression => ['MLOAD', offset === 0 ? 'slot' : ['ADD', 'slot', offset]]
  const point = { xw: slotWord(0), xn: slotWord(0x20), xm: slotWord(0x40), yw: slotWord(0x60), yn: slotWord(0x80) }
  pushState(asm, { bad: 'badBefore', pw: 0, cptr: ['SUB', 'hint', 1], ...point })
  asm.compute(['OR', doubleOpcode << 248n, ['SHR', 8, ['CALLDATALOAD', 'hint']]], 'word')
  require(asm, ['ISZERO', ['SLT', 'word', doubleBelow]])
  emit(asm, 'doubling', [...state, 'word'], state)
  for (const name of ['xw', 'xn', 'xm', 'yw', 'yn'] as const) asm.run(['MSTORE', operandAt[name], name])
  for (const name of ['xw', 'xn', 'xm', 'yw', 'yn'] as const) asm.compute(point[name]).set(name)

  asm.label('nextMultiple')
  // [… state]: the entry's point. k is its number, 2k + 1 its digit.
  asm.compute(['AND', 7, ['SHR', 8, ['SUB', 'slot', at.multiples]]], 'k')
  asm.compute(['ADD', 1, ['SHL', 1, 'k']], 'digit')
  const words = [
    ['xw', 0],
    ['xn', 0x20],
    ['xm', 0x40],
    ['yw', 0x60],
    ['yn', 0x80],
    ['digit', 0xa0],
  ] as const
  for (const [name, offset] of words) asm.run(['MSTORE', ['ADD', 'slot', offset], name])
  asm.compute(['ADD', at.coefficientR, ['SHL', 5, ['GT', 'slot', at.multiples + 16 * slotBytes - 1]]], 'sumAt')
  asm.run(['MSTORE', ['ADD', 'slot', 0xc0], 'sumAt'])
  asm.compute(['ADD', 'slot', negativeBytes], 'negative')
  asm.run(['MCOPY', 'negative', 'slot', 0x60])
  asm.run(['MSTORE', ['ADD', 'negative', 0x60], ['SUB', mod(2n * biasY, W), 'yw']])
  asm.run(['MSTORE', ['ADD', 'negative', 0x80], ['ADDMOD', mod(2n * biasY, N), ['NOT', 'yn'], N]])
  asm.run(['MSTORE', ['ADD', 'negative', 0xa0], ['SUB', 0, 'digit']])
  asm.run(['MSTORE', ['ADD', 'negative', 0xc0], 'sumAt'])
  asm.pop('negative').pop('sumAt').pop('digit')
  asm.jumpIf('lastMultiple', ['EQ', 'k', 7]).pop('k')

  asm.compute(['SUB', 'cptr', 1]).set('cptr')
  emit(asm, 'addition', state, state)
  asm.compute(['ADD', 'slot', slotBytes]).set('slot')
  asm.jump('nextMultiple')

  asm.label('lastMultiple').pop('k')
  for (const name of ['yn', 'yw', 'xm', 'xn', 'xw'] as const) asm.pop(name)
  asm.set('badBefore').pop('cptr').pop('pw')
  asm.set('slot').pop('hint').rename({ badBefore: 'bad', slot: 'returnTo' }).ret()
}

// ---------------------------------------------------------------------------------------------------------------------
// The sum

/** A doubling's first word, as a signed number, lies below this: right opcode and slope in range, in one comparison. */
const doubleBelow = BigInt.asIntN(256, (doubleOpcode << 248n) | (slopeHighEnd << 120n))

function pushState(asm: Assembler, values: Readonly<Record<(typeof state)[number], Expression>>): void {
  for (const name of state) asm.compute(values[name], name)
}

/** The slot of the entry a record names in its first byte. */
const entrySlot: Expression = ['ADD', at.multiples, ['AND', 0x1f00, ['SHR', 240, 'word']]]

/** Makes the multiple at `slot` the operand and counts its coefficient; drops `slot`. */
function useEntry(asm: Assembler): void {
  asm.run(['MCOPY', 0, 'slot', 0xa0])
  asm.compute(['MLOAD', ['ADD', 'slot', 0xc0]], 'sumAt')
  asm.run(['MSTORE', 'sumAt', ['ADD', ['MLOAD', 'sumAt'], ['MUL', 'pw', ['MLOAD', ['ADD', 'slot', 0xa0]]]]])
  asm.pop('sumAt').pop('slot')
}

/**
 * Runs the records; leaves `bad`.
 *
 * At any time A = Σ digit · 2^position / pw · point over the entries used so far, and the words in memory hold
 * Σ digit · 2^position per point. Whatever the prover does, that stays true or `bad` is set; nothing else is asked of a
 * program until its end.
 */
function sumPoints(asm: Assembler): void {
  const start: Expression = ['CALLDATALOAD', calldata.start]
  // Attack: coefficients are summed in words. A start far up could wrap them; 15 · 2^200 times the number of records that
  // any transaction can carry does not.
  rejectIf(asm, ['GT', ['BYTE', 0, start], startMax])
  // Bits without a meaning must be zero: one program, one encoding.
  rejectIf(asm, ['AND', start, 0x60n << 240n])
  asm.compute(['SHL', ['BYTE', 0, start], 1], 'pw')
  asm.compute(['ADD', at.multiples, ['AND', 0x1f00, ['SHR', 232, start]]], 'slot')
  useEntry(asm)
  // Attack: 2·biasY - Y of a negative multiple can be just below zero, where the doubling's third residue would be wrong.
  // Only as the first sum does it become anything but a term: see `third`.
  rejectIf(asm, ['GT', ['ADDMOD', ['MLOAD', operandAt.yn], ['NOT', ['MLOAD', operandAt.yw]], N], 1n << 129n])
  asm.swap('bad').push(calldata.records, 'cptr').swap('bad')
  for (const name of ['xw', 'xn', 'xm', 'yw', 'yn'] as const) asm.compute(['MLOAD', operandAt[name]], name)
  dispatch(asm)

  const withWord = [...state, 'word']
  asm.label('double', withWord)
  emit(asm, 'doubling', withWord, state)
  dispatch(asm)

  asm.label('doubleAddEntry', withWord)
  asm.compute(['SHR', 1, 'pw']).set('pw')
  asm.compute(entrySlot).set('word').rename({ word: 'slot' })
  useEntry(asm)
  asm.label('doubleAdd')
  emit(asm, 'doubleAndAddFirst', state, [...state, 'dw', 'dn', 'lw', 'ln', 'lm'])
  asm.push(slopeAt.m).op('MSTORE').push(slopeAt.n).op('MSTORE').push(slopeAt.w).op('MSTORE')
  emit(asm, 'doubleAndAddSecond', [...state, 'dw', 'dn'], state)
  dispatch(asm)

  asm.label('addEntry', withWord)
  asm.compute(entrySlot).set('word').rename({ word: 'slot' })
  useEntry(asm)
  asm.label('add')
  emit(asm, 'addition', state, state)
  dispatch(asm)

  asm.label('generator', withWord)
  useGenerator(asm)

  asm.label('end', withWord)
  rejectIf(asm, ['XOR', 3, ['SHR', 253, 'word']])
  asm.compute(entrySlot).set('word').rename({ word: 'slot' })
  useEntry(asm)
  // Nothing may follow the last record.
  require(asm, ['XOR', ['ADD', 'cptr', 1], ['CALLDATASIZE']])
  emit(asm, 'opposite', state, ['bad'])
}

/** Reads the next record's first word and goes where its first byte says. Beyond the calldata that byte is 0: rejected. */
function dispatch(asm: Assembler): void {
  asm.compute(['CALLDATALOAD', 'cptr'], 'word')
  asm.jumpIf('double', ['SLT', 'word', doubleBelow])
  asm.jumpIf('generator', ['GT', 'word', (BigInt(record.doubleAddG) << 248n) - 1n])
  asm.jumpIf('doubleAddEntry', ['EQ', 1, ['SHR', 253, 'word']])
  asm.jumpIf('addEntry', ['EQ', 2, ['SHR', 253, 'word']])
  asm.jump('end')
}

/** Fetches a generator entry, counts its two coefficients and goes to the addition or double-and-add. */
function useGenerator(asm: Assembler): void {
  const addOnly = 0x2000
  asm.compute(['SHR', 240, 'word']).set('word')
  require(asm, ['AND', 'word', 0x1c00])
  asm.compute(['SHR', ['ISZERO', ['AND', 'word', addOnly]], 'pw']).set('pw')
  // The slope comes one byte later than in other records.
  asm.compute(['ADD', 'cptr', 1]).set('cptr')
  // One of the two tables, without a branch.
  asm.compute(['ADD', placeOfFirst, ['MUL', placeOfDifference, ['AND', 1, ['SHR', 8, 'word']]]], 'table')
  asm.run(['EXTCODECOPY', 'table', at.entry, ['MUL', 96, ['AND', 0xff, 'word']], 96]).pop('table')

  asm.compute(['AND', 1, ['SHR', 9, 'word']], 'negative')
  asm.compute(['MUL', 'pw', ['SUB', 1, ['SHL', 1, 'negative']]], 'weight')
  const count = (sumAt: number, digit: Expression) => asm.run(['MSTORE', sumAt, ['ADD', ['MLOAD', sumAt], ['MUL', 'weight', digit]]])
  count(at.generatorLow, ['SUB', ['SHL', 1, ['AND', 31, 'word']], 31])
  count(at.generatorHigh, ['ADD', 1, ['SHL', 1, ['AND', 15, ['SHR', 5, 'word']]]])
  asm.pop('weight')

  asm.compute(['SHR', 128, ['MLOAD', at.entry]], 'high').compute(['MLOAD', at.entry + 16], 'low')
  asm.run(['MSTORE', operandAt.xw, 'low'])
  asm.run(['MSTORE', operandAt.xn, ['ADDMOD', 'low', 'high', N]])
  asm.run(['MSTORE', operandAt.xm, ['ADDMOD', 'low', ['MUL', 'high', s], M]])
  asm.pop('low').pop('high')
  asm.compute(['MLOAD', at.entry + 64], 'entryYw').compute(['ADDMOD', 'entryYw', ['SHR', 128, ['MLOAD', at.entry + 48]], N], 'entryYn')
  asm.jumpIf('signed', ['ISZERO', 'negative'])
  asm.compute(['SUB', mod(2n * biasY, W), 'entryYw']).set('entryYw')
  asm.compute(['ADDMOD', mod(2n * biasY, N), ['NOT', 'entryYn'], N]).set('entryYn')
  asm.label('signed')
  asm.push(operandAt.yn).op('MSTORE').push(operandAt.yw).op('MSTORE').pop('negative')
  asm.compute(['AND', 'word', addOnly]).set('word')
  asm.jumpIf('add').jump('doubleAdd')
}

// ---------------------------------------------------------------------------------------------------------------------
// The coefficients

/**
 * The sum was cR·R + cQ·Q + u·G = 0 with known numbers, u = low + 2^192·high. It says R = (e/s)·G + (r/s)·Q, the equation
 * of ECDSA, exactly when cQ·s + cR·r and u·s + cR·e vanish modulo n and cR does not.
 */
function checkCoefficients(asm: Assembler): void {
  asm
    .run(['MSTORE', at.modexp, 96])
    .run(['MSTORE', at.modexp + 0x20, 1])
    .run(['MSTORE', at.modexp + 0x40, 48])
  asm.run(['MSTORE8', at.modexp + 0xc0, 1])
  asm.run(['MSTORE', at.modexp + 0xc1, n >> 128n]).run(['MSTORE', at.modexp + 0xe1, mod(n << 128n, W)])

  asm.compute(['MLOAD', at.coefficientR], 'cR')
  // Attack: cR = 0 leaves R out of the equation. A prover can always take the positive of ±cR.
  require(asm, ['OR', ['ISZERO', 'cR'], ['SHR', 250, 'cR']])

  const multiplyAdd = (factor: Expression, offset: number) =>
    asm.compute(factor, 'factor').compute(highAt(offset), 'high').compute(lowAt(offset), 'low').call(accumulate)

  clearBase(asm)
  multiplyAdd('cR', calldata.r)
  multiplyAddSigned(asm, at.coefficientQ, 'signQ')
  asm.call(reduceBase)
  require(asm, ['OR', ['MLOAD', at.remainder], ['MLOAD', at.remainder + 16]])

  // high·s modulo n first: 2^192 times it fits the base again.
  clearBase(asm)
  multiplyAddSigned(asm, at.generatorHigh, 'signHigh')
  asm.call(reduceBase)
  clearBase(asm)
  asm
    .push(1n << splitBits, 'factor')
    .compute(['SHR', 128, ['MLOAD', at.remainder]], 'high')
    .compute(['MLOAD', at.remainder + 16], 'low')
  asm.call(accumulate)
  multiplyAddSigned(asm, at.generatorLow, 'signLow')
  multiplyAdd('cR', calldata.e)
  asm.call(reduceBase)
  require(asm, ['OR', ['MLOAD', at.remainder], ['MLOAD', at.remainder + 16]])
  asm.pop('cR')
}

function clearBase(asm: Assembler): void {
  for (const offset of [0, 0x20, 0x40]) asm.run(['MSTORE', at.base + offset, 0])
}

/** base += coefficient·s modulo n; a negative coefficient takes n - s. */
function multiplyAddSigned(asm: Assembler, coefficientAt: number, label: string): void {
  asm.compute(['MLOAD', coefficientAt], 'factor').compute(highAt(calldata.s), 'high').compute(lowAt(calldata.s), 'low')
  asm.jumpIf(label, ['ISZERO', ['SLT', 'factor', 0]])
  asm.compute(['SUB', 0, 'factor']).set('factor')
  asm.compute(['SUB', ['SUB', nHigh, 'high'], ['GT', 'low', nLow]]).set('high')
  asm.compute(['SUB', nLow, 'low']).set('low')
  asm.label(label)
  asm.call(accumulate)
}

/** The three words at `base` += factor · (high, low). Sums stay below 2^640. */
const accumulate = { label: 'accumulate', takes: ['factor', 'high', 'low'], gives: [] }

function defineAccumulate(asm: Assembler): void {
  asm.define(accumulate)
  for (const word of ['low', 'high'] as const) {
    // The full product of two words: its lower half, and from the residue modulo 2^256 - 1 its upper half.
    asm.compute(['MULMOD', 'factor', word, N], 'residue').compute(['MUL', 'factor', word], `${word}Product`)
    asm
      .compute(['SUB', ['SUB', 'residue', `${word}Product`], ['LT', 'residue', `${word}Product`]])
      .set('residue')
      .rename({ residue: `${word}Carry` })
  }
  const addTo = (offset: number, value: string, carry: string) => {
    asm.compute(['ADD', ['MLOAD', at.base + offset], value], 'sum')
    asm.run(['MSTORE', at.base + offset, 'sum'])
    asm.compute(['LT', 'sum', value]).set('sum').rename({ sum: carry })
  }
  addTo(0x40, 'lowProduct', 'c0')
  addTo(0x20, 'lowCarry', 'c1')
  addTo(0x20, 'highProduct', 'c2')
  addTo(0x20, 'c0', 'c3')
  asm.run(['MSTORE', at.base, ['ADD', ['ADD', ['MLOAD', at.base], 'highCarry'], ['ADD', 'c1', ['ADD', 'c2', 'c3']]]])
  for (const name of ['c3', 'c2', 'c1', 'c0', 'highProduct', 'highCarry', 'lowProduct', 'lowCarry']) asm.pop(name)
  asm.set('factor').pop('low').pop('high').rename({ factor: 'returnTo' }).ret()
}

/** The base modulo n, to `remainder`. Ors a failed call into `bad`. */
const reduceBase = { label: 'reduceBase', takes: [], gives: [] }

function defineReduce(asm: Assembler): void {
  asm.define(reduceBase)
  asm.compute(['STATICCALL', ['GAS'], 5, at.modexp, 241, at.remainder, 48])
  // Attack: a call starved of gas would leave an old remainder, perhaps zero, in memory; so would one to a chain that has no
  // MODEXP at this address, where the call succeeds and answers nothing: then every equation would hold.
  asm.fold('AND', ['EQ', ['RETURNDATASIZE'], 48]).jumpIf('reduced')
  asm.run(['MSTORE', 0, 0]).run(['RETURN', 0, 32])
  asm.label('reduced').ret()
}

// ---------------------------------------------------------------------------------------------------------------------
// Emission

const blocks = {
  doubling,
  addition,
  doubleAndAddFirst,
  doubleAndAddSecond,
  opposite,
  loadX: () => loadCoordinate(biasX, true),
  loadY: () => loadCoordinate(biasY, false),
  curveEquation,
} satisfies Record<string, () => Block>

export type BlockName = keyof typeof blocks

/** All blocks by name: for the search of plans and for tests. */
export const blockOf = (name: BlockName): Block => blocks[name]()

/** Emits a block on the values `takes` (the top of the stack, checked) and names what it leaves. */
function emit(asm: Assembler, name: BlockName, takes: readonly string[], gives: readonly string[]): void {
  const top = asm.stack.slice(-takes.length)
  if (top.join() !== takes.join()) throw new RangeError(`${name} wants [${takes.join(' ')}], the stack is [${asm.stack.join(' ')}]`)
  const { code } = compileBlock(blockOf(name), planOf(name))
  asm.names(...takes.map(() => ''))
  for (const instruction of code) {
    if ('push' in instruction) asm.push(instruction.push)
    else if (instruction.op.startsWith('DUP')) asm.dup(Number(instruction.op.slice(3)))
    else if (instruction.op.startsWith('SWAP')) asm.swap(Number(instruction.op.slice(4)) + 1)
    else asm.op(instruction.op as Opcode)
  }
  asm.names(...gives)
}

/** Returns 0 at once: for records that are no records. */
function rejectIf(asm: Assembler, condition: Expression): void {
  const label = `accepted${asm.size}`
  asm.jumpIf(label, ['ISZERO', condition])
  asm.run(['MSTORE', 0, 0]).run(['RETURN', 0, 32])
  asm.label(label)
}
