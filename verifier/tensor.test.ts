import fc from 'fast-check'
import { encodeAbiParameters } from 'viem'
import { expect, test } from 'vitest'
import { verdict } from '../test/support/expect.ts'
import { concatBytes, fromHex, sha256, toHex, utf8 } from './bytes.ts'
import {
  type Datatype,
  datatypes,
  decodeTensors,
  elementBytes,
  elementCount,
  encodeTensors,
  hashTensors,
  type Tensor,
  type TensorValue,
  tensorFromValues,
  tensorsAbi,
  tensorValues,
} from './tensor.ts'

const byViem = (tensors: readonly Tensor[]) =>
  encodeAbiParameters(tensorsAbi, [tensors.map((tensor) => ({ ...tensor, data: toHex(tensor.data) }))])
const element = (text: string) => concatBytes(Uint8Array.of(text.length, 0, 0, 0), utf8(text))

const anyTensor: fc.Arbitrary<Tensor> = fc
  .record({
    name: fc.string({ unit: 'grapheme', maxLength: 40 }),
    datatype: fc.constantFrom(...datatypes),
    shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
  })
  .filter(({ name }) => name.length <= 256)
  .chain(({ name, datatype, shape }) => {
    const count = shape.reduce((product, size) => product * size, 1)
    const width = elementBytes(datatype)
    const data =
      width === null
        ? fc
            .array(fc.uint8Array({ maxLength: 40 }), { minLength: count, maxLength: count })
            .map((items) => concatBytes(...items.flatMap((item) => [Uint8Array.of(item.length, 0, 0, 0), item])))
        : fc.uint8Array({ minLength: count * width, maxLength: count * width, max: datatype === 'BOOL' ? 1 : 255 })
    return data.map((bytes) => ({ name, datatype, shape: shape.map(BigInt), data: bytes }))
  })
const anyTensors = fc.array(anyTensor, { maxLength: 4 })

test('TEN-01 accepts the canonical bytes, equal to what Solidity and viem write, and reads the same tensors back', async () => {
  fc.assert(
    fc.property(anyTensors, (tensors) => {
      const bytes = encodeTensors(tensors)
      expect(toHex(bytes)).toBe(byViem(tensors))
      expect(decodeTensors(bytes)).toEqual(tensors.map((tensor) => ({ ...tensor, data: Uint8Array.from(tensor.data) })))
      // From Node's shared pool too.
      expect(decodeTensors(Buffer.concat([Buffer.from('x'), bytes]).subarray(1)).length).toBe(tensors.length)
    }),
  )
  const tensors = [tensorFromValues({ name: 'x', datatype: 'FP32', shape: [1], values: [1] })]
  expect(await hashTensors(tensors)).toBe(toHex(await sha256(encodeTensors(tensors))))
})
test('TEN-01 rejects every other encoding: each single changed byte either reads as other tensors or is refused', async () => {
  const tensors = [
    tensorFromValues({ name: 'pixels', datatype: 'FP32', shape: [2], values: [1, 2] }),
    tensorFromValues({ name: 'note', datatype: 'BYTES', shape: [1], values: ['hi'] }),
  ]
  const bytes = encodeTensors(tensors)
  for (let at = 0; at < bytes.length; at++) {
    for (const change of [1, 0x20, 0x80]) {
      const changed = Uint8Array.from(bytes)
      changed[at] = (changed[at] as number) ^ change
      const code = await verdict(() => expect(toHex(encodeTensors(decodeTensors(changed)))).toBe(toHex(changed)))
      expect(['accepted', 'TENSOR_MALFORMED']).toContain(code)
    }
  }
  for (const wrong of [
    bytes.subarray(0, -1),
    bytes.subarray(0, -32),
    concatBytes(bytes, new Uint8Array(32)),
    concatBytes(bytes, Uint8Array.of(0)),
    bytes.subarray(32),
    new Uint8Array(0),
    new Uint8Array(64),
    new Uint8Array(64).fill(0xff),
    // A million tensors that are not there.
    concatBytes(fromHex(`0x${'20'.padStart(64, '0')}`), fromHex(`0x${'0f4240'.padStart(64, '0')}`)),
  ])
    expect(await verdict(() => decodeTensors(wrong)), toHex(wrong.subarray(0, 80))).toBe('TENSOR_MALFORMED')
})
test('TEN-01 rejects encodings that viem would read: an offset that skips, padding that is not zero, words beyond 64 bits', async () => {
  const bytes = encodeTensors([tensorFromValues({ name: 'x', datatype: 'UINT8', shape: [1], values: [7] })])
  const skipping = concatBytes(bytes.subarray(0, 64), fromHex(`0x${'40'.padStart(64, '0')}`), new Uint8Array(32), bytes.subarray(96))
  const padding = Uint8Array.from(bytes)
  padding[bytes.length - 1] = 1
  const wide = Uint8Array.from(bytes)
  wide[32 + 23] = 1
  for (const wrong of [skipping, padding, wide]) expect(await verdict(() => decodeTensors(wrong))).toBe('TENSOR_MALFORMED')
})

const checked = (tensor: Partial<Tensor>) =>
  verdict(() => encodeTensors([{ name: 'x', datatype: 'UINT8', shape: [2n], data: new Uint8Array(2), ...tensor }]))
test('TEN-02 accepts data that fills its shape, scalars and empty tensors included', async () => {
  expect(await checked({})).toBe('accepted')
  expect(await checked({ shape: [], data: new Uint8Array(1) })).toBe('accepted')
  expect(await checked({ shape: [0n, 5n], data: new Uint8Array(0) })).toBe('accepted')
  expect(elementCount(new Array(16).fill(1))).toBe(1)
  expect(elementCount([2n ** 31n, 0n])).toBe(0)
})
test('TEN-02 rejects data of another size, ranks over 16 and counts over 2^31', async () => {
  expect(await checked({ data: new Uint8Array(1) })).toBe('TENSOR_MALFORMED')
  expect(await checked({ data: new Uint8Array(3) })).toBe('TENSOR_MALFORMED')
  expect(await checked({ datatype: 'FP32', data: new Uint8Array(7) })).toBe('TENSOR_MALFORMED')
  expect(await checked({ shape: [-2n] })).toBe('TENSOR_MALFORMED')
  for (const shape of [new Array(17).fill(1), [2 ** 16, 2 ** 16], [2 ** 31 + 1], [2 ** 40, 0], [1.5]])
    expect(await verdict(() => elementCount(shape.map((size) => (Number.isInteger(size) ? size : -1))))).toBe('TENSOR_MALFORMED')
})

test('TEN-03 accepts booleans as 0 and 1', async () => {
  expect(await checked({ datatype: 'BOOL', data: Uint8Array.of(0, 1) })).toBe('accepted')
})
test('TEN-03 rejects booleans of any other byte', async () => {
  for (const byte of [2, 128, 255]) expect(await checked({ datatype: 'BOOL', data: Uint8Array.of(0, byte) })).toBe('TENSOR_MALFORMED')
})

test('TEN-04 accepts names up to 256 characters and the fourteen datatypes', async () => {
  expect(await checked({ name: 'n'.repeat(256) })).toBe('accepted')
  expect(await checked({ name: '' })).toBe('accepted')
  for (const datatype of datatypes) {
    const width = elementBytes(datatype)
    expect(await checked({ datatype, data: width === null ? new Uint8Array(8) : new Uint8Array(2 * width) })).toBe('accepted')
  }
})
test('TEN-04 rejects longer names, lone surrogates and unknown datatypes', async () => {
  expect(await checked({ name: 'n'.repeat(257) })).toBe('TENSOR_MALFORMED')
  expect(await checked({ name: '\ud800' })).toBe('TENSOR_MALFORMED')
  for (const datatype of ['FP8', 'fp32', '', 'constructor', '__proto__']) {
    expect(await checked({ datatype: datatype as Datatype })).toBe('TENSOR_MALFORMED')
    const bytes = fromHex(byViem([{ name: 'x', datatype: datatype as Datatype, shape: [1n], data: new Uint8Array(1) }]))
    expect(await verdict(() => decodeTensors(bytes))).toBe('TENSOR_MALFORMED')
  }
})

test('TEN-05 accepts BYTES elements with their lengths, empty ones included', async () => {
  expect(await checked({ datatype: 'BYTES', data: concatBytes(element(''), element('hi')) })).toBe('accepted')
})
test('TEN-05 rejects BYTES that end early, reach past the end, or count otherwise', async () => {
  for (const data of [
    element('hi'),
    concatBytes(element('a'), element('b'), element('c')),
    concatBytes(element('a'), Uint8Array.of(1, 0, 0)),
    concatBytes(element('a'), Uint8Array.of(2, 0, 0, 0, 1)),
    concatBytes(element('a'), Uint8Array.of(255, 255, 255, 255)),
  ])
    expect(await checked({ datatype: 'BYTES', data })).toBe('TENSOR_MALFORMED')
})

const from = (datatype: Datatype, ...values: TensorValue[]) => tensorFromValues({ name: 'x', datatype, shape: [values.length], values })
test('TEN-06 accepts values in the range of their datatype, and gives the same values back', () => {
  const cases: [Datatype, TensorValue[]][] = [
    ['BOOL', [true, false]],
    ['UINT8', [0, 255]],
    ['UINT16', [0, 65535]],
    ['UINT32', [0, 4294967295]],
    ['UINT64', [0n, 2n ** 64n - 1n]],
    ['INT8', [-128, 127]],
    ['INT16', [-32768, 32767]],
    ['INT32', [-2147483648, 2147483647]],
    ['INT64', [-(2n ** 63n), 2n ** 63n - 1n]],
    ['FP32', [-0, 0.5, Math.fround(0.1), 2 ** -149]],
    ['FP64', [-0, 0.1, Number.MAX_VALUE, Number.MIN_VALUE]],
    ['BYTES', ['', 'hi', '\ufeffü']],
  ]
  for (const [datatype, values] of cases) expect(tensorValues(from(datatype, ...values)), datatype).toEqual(values)
  expect(tensorValues(from('FP32', 0.1))).toEqual([Math.fround(0.1)])
  expect(toHex(from('INT32', -2).data)).toBe('0xfeffffff')
  expect(toHex(from('FP32', 1).data)).toBe('0x0000803f')
  // More elements than a call takes arguments.
  expect(tensorValues(from('BYTES', ...([] as string[]))).length).toBe(0)
  const many = tensorFromValues({ name: 'x', datatype: 'BYTES', shape: [300_000], values: new Array(300_000).fill('a') })
  expect(many.data.length).toBe(1_500_000)
})
test('TEN-06 rejects values out of range, of other types, or that another reader has already rounded', async () => {
  const cases: [Datatype, unknown][] = [
    ['BOOL', 1],
    ['UINT8', 256],
    ['UINT8', -1],
    ['UINT8', 0.5],
    ['UINT8', '1'],
    ['UINT8', true],
    ['INT32', null],
    ['INT32', [5]],
    ['INT32', []],
    ['INT32', { valueOf: () => 1 }],
    ['INT8', 128],
    ['INT16', -32769],
    ['INT32', 2147483648],
    ['UINT32', -1n],
    ['UINT64', -1n],
    ['UINT64', 2n ** 64n],
    ['INT64', 2 ** 53],
    ['INT64', 2n ** 63n],
    ['INT64', null],
    ['INT64', '1'],
    ['FP32', 1e39],
    ['FP32', Number.NaN],
    ['FP32', Number.POSITIVE_INFINITY],
    ['FP32', '1'],
    ['FP32', null],
    ['FP64', Number.NEGATIVE_INFINITY],
    ['FP64', 1n],
    ['FP16', 1],
    ['BF16', 1],
    ['BYTES', 1],
    ['BYTES', '\ud800'],
    ['BYTES', null],
  ]
  for (const [datatype, value] of cases)
    expect(await verdict(() => from(datatype, value as TensorValue)), `${datatype} ${String(value)}`).toBe('TENSOR_MALFORMED')
  expect(await verdict(() => tensorFromValues({ name: 'x', datatype: 'UINT8', shape: [2], values: [1] }))).toBe('TENSOR_MALFORMED')
  expect(await verdict(() => tensorValues({ name: 'x', datatype: 'BYTES', shape: [1n], data: Uint8Array.of(1, 0, 0, 0, 0xff) }))).toBe(
    'TENSOR_MALFORMED',
  )
})

test('half precision reads as IEEE 754 and bfloat16 say', () => {
  const read = (datatype: Datatype, ...words: number[]) =>
    tensorValues({
      name: 'x',
      datatype,
      shape: [BigInt(words.length)],
      data: concatBytes(...words.map((word) => Uint8Array.of(word & 255, word >> 8))),
    })
  expect(read('FP16', 0x3c00, 0xc000, 0x8000, 0x0001, 0x03ff, 0x7bff, 0x7c00, 0xfc00, 0x7e00, 0x3555)).toEqual([
    1,
    -2,
    -0,
    2 ** -24,
    1023 * 2 ** -24,
    65504,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
    0.333251953125,
  ])
  expect(read('BF16', 0x3f80, 0xc000, 0x8000, 0x7f80, 0x7fc0, 0x4049)).toEqual([1, -2, -0, Number.POSITIVE_INFINITY, Number.NaN, 3.140625])
})
