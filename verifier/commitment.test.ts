import fc from 'fast-check'
import { expect, test } from 'vitest'
import { verdict } from '../test/support/expect.ts'
import { fromHex, type Hex, toHex } from './bytes.ts'
import { commitTensors, type Opening, openElement, type SaltedTensors, verifyOpening } from './commitment.ts'
import { hashTensors, type Tensor, tensorFromValues, tensorValues } from './tensor.ts'

const salt: Hex = `0x${'5a'.repeat(32)}`
const features = tensorFromValues({
  name: 'features',
  datatype: 'FP32',
  shape: [1, 30],
  values: Array.from({ length: 30 }, (_, i) => i / 4),
})
const wide = tensorFromValues({ name: 'wide', datatype: 'UINT8', shape: [2500], values: Array.from({ length: 2500 }, (_, i) => i % 251) })
const words = tensorFromValues({ name: 'words', datatype: 'BYTES', shape: [2], values: ['secret', 'open'] })
const salted: SaltedTensors = { tensors: [features, wide, words], salt, side: 'input' }
const commitment = commitTensors(salted)
const opening = openElement({ ...salted, tensor: 'features', element: 7 })
const judge = (changes: Partial<Opening>, to = commitment) =>
  verdict(() => verifyOpening({ commitment: to, opening: { ...opening, ...changes } }))

test('OPN-01 accepts one commitment for tensors and salt, and another for every other salt, side or value', () => {
  expect(commitTensors(salted)).toBe(commitment)
  const others = [
    { ...salted, salt: `0x${'5b'.repeat(32)}` as const },
    { ...salted, side: 'output' as const },
    { ...salted, tensors: [wide, features, words] },
    { ...salted, tensors: [{ ...features, shape: [30n, 1n] }, wide, words] },
    { ...salted, tensors: [{ ...features, name: 'feature' }, wide, words] },
  ]
  expect(new Set([commitment, ...others.map(commitTensors)]).size).toBe(6)
})

test('OPN-01 rejects a salt that is none, and commitments to nothing', async () => {
  for (const other of ['0x', `${salt}00`, 'secret'] as Hex[])
    expect(await verdict(() => commitTensors({ ...salted, salt: other }))).toBe('OPENING_MALFORMED')
  expect(await verdict(() => commitTensors({ ...salted, tensors: [] }))).toBe('OPENING_MALFORMED')
})

test('OPN-02 accepts any element of any tensor, shown with its block alone', () => {
  const { block, first, tensorIndex, shape, side } = verifyOpening({ commitment, opening })
  expect({ first, tensorIndex, shape, side, name: block.name, values: tensorValues(block) }).toEqual({
    first: 7,
    tensorIndex: 0,
    shape: [1n, 30n],
    side: 'input',
    name: 'features',
    values: [1.75],
  })
  fc.assert(
    fc.property(fc.nat(2499), (element) => {
      const shown = verifyOpening({ commitment, opening: openElement({ ...salted, tensor: 'wide', element }) })
      expect(tensorValues(shown.block)[element - shown.first]).toBe(element % 251)
      expect(shown.block.data.length).toBeLessThanOrEqual(10)
    }),
    { numRuns: 20 },
  )
  expect(tensorValues(verifyOpening({ commitment, opening: openElement({ ...salted, tensor: 'words', element: 1 }) }).block)).toEqual([
    'secret',
    'open',
  ])
})

test('OPN-02 rejects other values, other places, and trees that the receipt does not hold', async () => {
  const bytes = fromHex(opening.leaf)
  for (const at of [0, 31, 35, 39, 47, bytes.length - 32]) {
    const leaf = toHex(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte)))
    expect(await judge({ leaf }), `byte ${at}`).toMatch(/^(OPENING_MISMATCH|OPENING_MALFORMED|TENSOR_MALFORMED)$/)
  }
  expect(await judge({ index: 8 })).toBe('OPENING_MISMATCH')
  expect(await judge({ proof: opening.proof.slice(1) })).toBe('OPENING_MISMATCH')
  expect(await judge({ leaves: opening.leaves + 1 })).toBe('OPENING_MISMATCH')
  expect(await judge({ root: opening.proof[0] as Hex })).toBe('OPENING_MISMATCH')
  expect(await judge({ side: 'output' })).toBe('OPENING_MISMATCH')
  expect(await judge({}, commitTensors({ ...salted, tensors: [features] }))).toBe('OPENING_MISMATCH')
  // A node of the tree is no leaf, and a plain hash of tensors is no commitment.
  expect(await judge({}, await hashTensors(salted.tensors))).toBe('OPENING_MISMATCH')
})

test('OPN-03 accepts openings in their form, as JSON carries it', () => {
  expect(verifyOpening({ commitment, opening: JSON.parse(JSON.stringify(opening)) }).first).toBe(7)
})

test('OPN-03 rejects any other form, and never crashes', async () => {
  const forms: Partial<Record<keyof Opening, unknown>>[] = [
    { side: 'inputs' },
    { leaf: '0x00' },
    { leaf: 7 },
    { index: -1 },
    { index: 1e9 },
    { leaves: 0 },
    { leaves: 2 ** 40 },
    { root: '0x' },
    { proof: 'none' },
    { proof: ['0x00'] },
    { leaf: { toString: false } },
  ]
  for (const form of forms) expect(await judge(form as Partial<Opening>), JSON.stringify(form)).toBe('OPENING_MALFORMED')
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (leaf) => {
      expect(await judge({ leaf: toHex(leaf) })).toMatch(/^(OPENING_|TENSOR_)/)
    }),
  )
  expect(await verdict(() => openElement({ ...salted, tensor: 'features', element: 30 }))).toBe('OPENING_MALFORMED')
  expect(await verdict(() => openElement({ ...salted, tensor: 'none', element: 0 }))).toBe('OPENING_MALFORMED')
})

test('what is shown says nothing of its neighbours: equal values have unequal leaves, and salts are unrelated', () => {
  const zeros: Tensor = tensorFromValues({ name: 'z', datatype: 'UINT8', shape: [4], values: [0, 0, 0, 0] })
  const leaves = [0, 1, 2, 3].map((element) => openElement({ tensors: [zeros], salt, side: 'output', tensor: 'z', element }).leaf)
  expect(new Set(leaves.map((leaf) => leaf.slice(0, 66))).size).toBe(4)
  expect(leaves.every((leaf) => !leaf.includes(salt.slice(2)))).toBe(true)
})
