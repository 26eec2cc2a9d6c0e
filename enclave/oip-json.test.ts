import { type Tensor, tensorFromValues } from '@nacre/verifier/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultLimits } from './limits.ts'
import { readJson, writeTensorData } from './oip-json.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const limits = { ...defaultLimits, jsonDepthMax: 4, jsonValuesMax: 20 }

describe('reading JSON', () => {
  test('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (text) => {
        expect(readJson(bytes(text), defaultLimits)).toEqual(JSON.parse(text))
      }),
    )
  })

  test('nesting is counted before it is built', () => {
    expect(readJson(bytes('[[[[1]]]]'), limits)).toEqual([[[[1]]]])
    expect(() => readJson(bytes('[[[[[1]]]]]'), limits)).toThrowError(expect.objectContaining({ code: 'REQUEST_TOO_COMPLEX' }))
    expect(() => readJson(bytes('['.repeat(4_000_000)), defaultLimits)).toThrowError(
      expect.objectContaining({ code: 'REQUEST_TOO_COMPLEX' }),
    )
  })

  test('values are counted', () => {
    expect(readJson(bytes(`[${Array(18).fill(1)}]`), limits)).toHaveLength(18)
    expect(() => readJson(bytes(`[${Array(21).fill(1)}]`), limits)).toThrowError(expect.objectContaining({ code: 'REQUEST_TOO_COMPLEX' }))
  })

  test('sixteen megabytes of unique keys are refused before they are built', () => {
    const keys = Array.from({ length: 5_000 }, (_, i) => `"${i}":1`)
    expect(() => readJson(bytes(`{${keys}}`), defaultLimits)).toThrowError(expect.objectContaining({ code: 'REQUEST_TOO_COMPLEX' }))
    expect(readJson(bytes(`{${keys.slice(0, 4_000)}}`), defaultLimits)).toMatchObject({ 3999: 1 })
    expect(() => readJson(new Uint8Array(16 << 20).fill(0x20), defaultLimits)).toThrowError(
      expect.objectContaining({ code: 'BODY_TOO_LARGE', expected: 'at most 4194304 bytes of JSON' }),
    )
  })

  test('brackets, commas and colons in text count for nothing', () => {
    const text = JSON.stringify(`[[[[[[[[,,,,,,,,,,,,,,,,,,,,,,,,"\\"[[[[[[${':'.repeat(5_000)}`)
    expect(readJson(bytes(text), limits)).toBe(JSON.parse(text))
  })

  test.each([
    ['nothing', ''],
    ['half', '{"a":'],
    ['NaN', '[NaN]'],
    ['a byte-order mark', '\ufeff{}'],
    ['two values', '{}{}'],
  ])('refuses %s', (_, text) => {
    expect(() => readJson(bytes(text), limits)).toThrowError(expect.objectContaining({ code: 'JSON_MALFORMED' }))
  })

  test('refuses what is not UTF-8, and quotes nothing of it', () => {
    expect(() => readJson(Uint8Array.of(0x22, 0xff, 0x22), limits)).toThrowError(expect.objectContaining({ code: 'JSON_MALFORMED' }))
    expect(() => readJson(bytes('{"secret": 1234x}'), limits)).not.toThrowError(/1234/)
  })
})

describe('writing a tensor', () => {
  const fp32 = (data: Uint8Array): Tensor => ({ name: 'y', datatype: 'FP32', shape: [BigInt(data.length / 4)], data })
  const bits = (value: number) => Uint8Array.from(Buffer.from(Uint32Array.of(value).buffer))

  test('every finite float32 comes back bit for bit', () => {
    const finite = fc.integer({ min: 0, max: 0xffffffff }).filter((value) => ((value >>> 23) & 0xff) !== 0xff)
    fc.assert(
      fc.property(fc.array(finite, { maxLength: 20 }), (words) => {
        const tensor = fp32(Uint8Array.from(Buffer.from(Uint32Array.from(words).buffer)))
        const values = JSON.parse(writeTensorData(tensor)) as number[]
        expect(tensorFromValues({ name: 'y', datatype: 'FP32', shape: [words.length], values }).data).toEqual(tensor.data)
      }),
      { numRuns: 1000 },
    )
  })

  test.each([
    ['negative zero', 0x80000000, '[-0]'],
    ['zero', 0, '[0]'],
    ['the smallest subnormal', 1, '[1.401298464324817e-45]'],
    ['the largest subnormal', 0x007fffff, '[1.1754942106924411e-38]'],
    ['the largest', 0x7f7fffff, '[3.4028234663852886e+38]'],
    ['one tenth', 0x3dcccccd, '[0.10000000149011612]'],
  ])('%s', (_, word, expected) => {
    expect(writeTensorData(fp32(bits(word)))).toBe(expected)
  })

  test.each([
    ['NaN', 0x7fc00000],
    ['infinity', 0x7f800000],
    ['minus infinity', 0xff800000],
  ])('%s needs binary', (_, word) => {
    expect(() => writeTensorData(fp32(bits(word)))).toThrowError(expect.objectContaining({ code: 'OUTPUT_NEEDS_BINARY' }))
  })

  const int64 = (value: bigint) => tensorFromValues({ name: 'y', datatype: 'INT64', shape: [1], values: [value] })
  test('int64 up to 2^53 is exact, beyond it needs binary', () => {
    for (const value of [0n, -1n, 9007199254740991n, -9007199254740991n]) expect(writeTensorData(int64(value))).toBe(`[${value}]`)
    for (const value of [9007199254740992n, -9007199254740992n, (1n << 63n) - 1n])
      expect(() => writeTensorData(int64(value))).toThrowError(expect.objectContaining({ code: 'OUTPUT_NEEDS_BINARY' }))
  })

  test('truth values and text', () => {
    expect(writeTensorData(tensorFromValues({ name: 'y', datatype: 'BOOL', shape: [2], values: [true, false] }))).toBe('[true,false]')
    expect(writeTensorData(tensorFromValues({ name: 'y', datatype: 'BYTES', shape: [2], values: ['ä"', ''] }))).toBe('["ä\\"",""]')
  })

  test('bytes that are not text, and half floats, need binary', () => {
    const data = Uint8Array.of(1, 0, 0, 0, 0xff)
    expect(() => writeTensorData({ name: 'y', datatype: 'BYTES', shape: [1n], data })).toThrowError(
      expect.objectContaining({ code: 'OUTPUT_NEEDS_BINARY' }),
    )
    for (const datatype of ['FP16', 'BF16'] as const)
      expect(() => writeTensorData({ name: 'y', datatype, shape: [1n], data: new Uint8Array(2) })).toThrowError(
        expect.objectContaining({ code: 'OUTPUT_NEEDS_BINARY' }),
      )
  })
})
