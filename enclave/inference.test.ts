import { type Datatype, hashTensors as hashOf, type Tensor } from '@nacre/verifier/tensor'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hashTensors } from './inference.ts'

const bytesOf: { [name in 'UINT8' | 'INT64' | 'FP32']: number } = { UINT8: 1, INT64: 8, FP32: 4 }
const tensor = fc
  .record({
    name: fc.string({ maxLength: 9 }),
    datatype: fc.constantFrom<'UINT8' | 'INT64' | 'FP32' | 'BYTES'>('UINT8', 'INT64', 'FP32', 'BYTES'),
    shape: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 }),
    fill: fc.integer({ min: 0, max: 255 }),
  })
  .map(({ name, datatype, shape, fill }): Tensor => {
    const elements = shape.reduce((product, size) => product * size, 1)
    const one = datatype === 'BYTES' ? Uint8Array.of(1, 0, 0, 0, fill) : new Uint8Array(bytesOf[datatype]).fill(fill)
    const data = Uint8Array.from(Array.from({ length: elements }, () => [...one]).flat())
    return { name, datatype: datatype as Datatype, shape: shape.map(BigInt), data }
  })

// The same lists come twice: once their form is new, once it is known.
test('the hash of tensors is the verifier’s, whether their form was seen before or not', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(tensor, { maxLength: 3 }), async (tensors) => {
      const expected = await hashOf(tensors)
      expect(hashTensors(tensors)).toBe(expected)
      expect(hashTensors(tensors)).toBe(expected)
    }),
    { numRuns: 400 },
  )
})

// The attack: two lists of one form, told apart by nothing but where a name ends.
test('names that could be read as another form are not', async () => {
  const one = (name: string, shape: readonly bigint[]): Tensor => ({ name, datatype: 'UINT8', shape, data: new Uint8Array(1) })
  const lists = [
    [one('a', [1n]), one('b', [1n])],
    [one('a,UINT8 1 1 1 b', [1n])],
    [one('a', [1n, 1n]), one('b', [1n])],
    [one('b', [1n]), one('a', [1n])],
  ]
  for (const tensors of [...lists, ...lists]) expect(hashTensors(tensors)).toBe(await hashOf(tensors))
})

// The attack: a list of a form that was seen before, whose content its form does not tell: a hash of it would be one that no verifier comes to.
test('content that breaks its datatype is refused, whether its form was seen before or not', async () => {
  const truths = (...data: number[]): Tensor => ({ name: 'b', datatype: 'BOOL', shape: [2n], data: Uint8Array.from(data) })
  expect(hashTensors([truths(0, 1)])).toBe(await hashOf([truths(0, 1)]))
  expect(() => hashTensors([truths(0, 2)])).toThrow('BOOL')
})
