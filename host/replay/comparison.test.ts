import { type Datatype, type Tensor, tensorFromValues } from '@nacre/verifier/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareOutputs } from './comparison.ts'

const fp32 = (values: number[], name = 'y'): Tensor => tensorFromValues({ name, datatype: 'FP32', shape: [values.length], values })
const raw = (datatype: Datatype, bytes: number[], shape: bigint[], name = 'y'): Tensor => ({
  name,
  datatype,
  shape,
  data: Uint8Array.from(bytes),
})
const compare = (recorded: Tensor, computed: Tensor, tolerance?: number) => {
  const [tensor] = compareOutputs([recorded], [computed], tolerance).tensors
  if (tensor === undefined) throw new Error('nothing compared')
  return tensor
}

describe('floating point', () => {
  test('equal bytes are bit-equal, NaN included', () => {
    const nan = raw('FP32', [1, 0, 0xc0, 0x7f], [1n])
    expect(compare(nan, nan)).toMatchObject({ verdict: 'bit-equal', differing: 0, ulpMax: 0 })
  })

  test('a neighbour is one unit in the last place away, across zero too', () => {
    expect(compare(fp32([1 + 2 ** -23]), fp32([1]))).toMatchObject({
      verdict: 'within-tolerance',
      differing: 1,
      ulpMax: 1,
      absoluteMax: 2 ** -23,
    })
    expect(compare(fp32([2 ** -149, 1]), fp32([-(2 ** -149), 1]))).toMatchObject({ ulpMax: 2 })
    expect(compare(fp32([-0, 1]), fp32([0, 1]))).toMatchObject({ verdict: 'within-tolerance', differing: 1, ulpMax: 0, absoluteMax: 0 })
    expect(compare(raw('FP64', [1, 0, 0, 0, 0, 0, 0xf0, 0x3f], [1n]), raw('FP64', [0, 0, 0, 0, 0, 0, 0xf0, 0x3f], [1n]))).toMatchObject({
      verdict: 'within-tolerance',
      ulpMax: 1,
      absoluteMax: 2 ** -52,
    })
    expect(compare(raw('FP16', [1, 0x3c], [1n]), raw('FP16', [0, 0x3c], [1n]))).toMatchObject({ verdict: 'within-tolerance', ulpMax: 1 })
  })

  test('the limit goes with the largest magnitude that was computed: 2^-14 of it', () => {
    const computed = fp32([16, 0])
    expect(compare(fp32([16, 2 ** -10]), computed)).toMatchObject({ verdict: 'within-tolerance', absoluteAllowed: 2 ** -10 })
    expect(compare(fp32([16, 1.01 * 2 ** -10]), computed).verdict).toBe('mismatch')
  })

  test('one huge element in the record does not make room for the others', () =>
    expect(compare(fp32([1e30, 1, 2]), fp32([1, 1, 1]))).toMatchObject({ verdict: 'mismatch', differing: 2, worst: { index: 0 } }))

  test('NaN and infinities agree with themselves only', () => {
    const [nan, otherNan] = [raw('FP32', [0, 0, 0xc0, 0x7f], [1n]), raw('FP32', [1, 0, 0xc0, 0x7f], [1n])]
    const infinity = raw('FP32', [0, 0, 0x80, 0x7f], [1n])
    expect(compare(nan, otherNan).verdict).toBe('within-tolerance')
    for (const other of [infinity, fp32([0])])
      expect(compare(nan, other)).toMatchObject({ verdict: 'mismatch', absoluteMax: null, worst: { index: 0 } })
    expect(compare(infinity, fp32([3e38])).verdict).toBe('mismatch')
  })

  test('a tolerance of the caller replaces the default; 0 asks for equal bytes', () => {
    expect(compare(fp32([1.4]), fp32([1]), 0.5).verdict).toBe('within-tolerance')
    expect(compare(fp32([1 + 2 ** -23]), fp32([1]), 0).verdict).toBe('mismatch')
    expect(compare(raw('FP32', [1, 0, 0xc0, 0x7f], [1n]), raw('FP32', [0, 0, 0xc0, 0x7f], [1n]), 0).verdict).toBe('mismatch')
  })

  test('a single flipped bit is never bit-equal and is named by its place', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 12 }),
        fc.nat(),
        fc.nat({ max: 31 }),
        (values, seed, bit) => {
          const computed = fp32(values.map(Math.fround))
          const at = seed % values.length
          const data = computed.data.slice()
          data[4 * at + (bit >> 3)] = (data[4 * at + (bit >> 3)] as number) ^ (1 << (bit & 7))
          const { verdict, differing, first } = compare({ ...computed, data }, computed)
          expect(verdict).not.toBe('bit-equal')
          expect(differing).toBe(1)
          expect(first).toMatchObject({ index: at, position: [at] })
        },
      ),
      { numRuns: 300 },
    )
  })
})

test.each(['BOOL', 'UINT8', 'INT8', 'UINT16', 'INT16', 'UINT32', 'INT32', 'UINT64', 'INT64', 'BF16'] as const)(
  '%s compares exactly, whatever tolerance is asked for',
  (datatype) => {
    const width = { BOOL: 1, UINT8: 1, INT8: 1, UINT16: 2, INT16: 2, BF16: 2, UINT32: 4, INT32: 4, UINT64: 8, INT64: 8 }[datatype]
    const zero = Array.from({ length: 4 * width }, () => 0)
    const one = zero.with(3 * width, 1)
    expect(compare(raw(datatype, zero, [2n, 2n]), raw(datatype, zero, [2n, 2n]), 0.9).verdict).toBe('bit-equal')
    expect(compare(raw(datatype, one, [2n, 2n]), raw(datatype, zero, [2n, 2n]), 0.9)).toMatchObject({
      verdict: 'mismatch',
      differing: 1,
      first: { index: 3, position: [1, 1] },
    })
  },
)

test('text compares exactly', () => {
  const texts = (values: string[]) => tensorFromValues({ name: 'y', datatype: 'BYTES', shape: [values.length], values })
  expect(compare(texts(['a', 'bc']), texts(['a', 'bd']))).toMatchObject({
    verdict: 'mismatch',
    first: { index: 1, recorded: '0x6263', computed: '0x6264' },
  })
})

test('other names, datatypes, shapes and numbers of tensors are mismatches', () => {
  const y = fp32([1, 2])
  for (const other of [
    { ...y, name: 'z' },
    { ...y, datatype: 'INT32' as const },
    { ...y, shape: [1n, 2n] },
  ]) {
    expect(compare(other, y)).toMatchObject({ verdict: 'mismatch', first: null })
    expect(compare(other, y).reason).toContain('recorded')
  }
  expect(compareOutputs([y], []).verdict).toBe('mismatch')
  expect(compareOutputs([], [y]).verdict).toBe('mismatch')
})
