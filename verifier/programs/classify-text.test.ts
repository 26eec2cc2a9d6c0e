import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ProgramManifest } from '../manifest.ts'
import { checkTensor, type Tensor, tensorFromValues, tensorValues } from '../tensor.ts'
import { numbersOf, wordsOf } from './classify-text.ts'
import { openProgram, ProgramError } from './program.ts'

const settings = { buckets: 1000, characters_max: 200, ids_max: 8, output: 'probabilities', texts_max: 3 }
const manifest: ProgramManifest = {
  format: 'nacre/model/1',
  name: 'sorter',
  version: '1',
  platform: 'nacre_program',
  inputs: [{ name: 'text', datatype: 'BYTES', shape: [-1] }],
  outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 2] }],
  labels: ['even', 'odd'],
  program: { name: 'classify-text', version: '1', settings },
  stages: [{ role: 'classify', modelId: `0x${'00'.repeat(32)}` }],
  files: [],
}

/** A stage that says how many of its ids are even, and how many odd. */
const open = (changed: Partial<typeof settings> = {}, classes = 2) =>
  openProgram({
    manifest: { ...manifest, program: { ...manifest.program, settings: { ...settings, ...changed } } },
    files: new Map(),
    runStage: async (_, [ids], [name]) => {
      const used = (tensorValues(ids as Tensor) as bigint[]).filter((id) => id > 0n)
      const odd = used.filter((id) => id % 2n === 1n).length
      return [
        tensorFromValues({
          name: name as string,
          datatype: 'FP32',
          shape: [1, classes],
          values: [used.length - odd, odd, 0].slice(0, classes),
        }),
      ]
    },
  })
const texts = (...values: string[]) => [tensorFromValues({ name: 'text', datatype: 'BYTES', shape: [values.length], values })]
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'accepted',
    (error) => (error instanceof ProgramError ? error.code : Promise.reject(error)),
  )

test('words are runs of ASCII letters and digits, and $ ! ?', () => {
  expect(wordsOf('Make $5,000 NOW!! ok?')).toEqual(['make', '$', '5', '000', 'now', '!', '!', 'ok', '?'])
  expect(wordsOf('Grüße, KELVIN K\u212a \u0130s')).toEqual(['gr', 'e', 'kelvin', 'k', 's'])
  expect(wordsOf('')).toEqual([])
})

test('numbers are those of the words, then of the pairs; CRC-32 is of IEEE 802.3', () => {
  // zlib.crc32 of "a", "b" and "a b", modulo 999, plus 1.
  expect(numbersOf(['a', 'b'], 1000, 8)).toEqual([(0xe8b7be43 % 999) + 1, (0x71beeff9 % 999) + 1, (0x806c5cd3 % 999) + 1, 0, 0, 0, 0, 0])
  expect(numbersOf(['a', 'b', 'c', 'd', 'e'], 1000, 8).every((id) => id > 0)).toBe(false)
  expect(numbersOf(['a', 'b', 'c', 'd', 'e'], 1000, 8)).toEqual(numbersOf(['a', 'b', 'c', 'd'], 1000, 8))
})

test('each text is answered by itself, in its order, also one without any word', async () => {
  const program = await open()
  const [together] = await program.run(texts('one two', '', 'three'))
  expect(together?.shape).toEqual([3n, 2n])
  const alone = await Promise.all(['one two', '', 'three'].map(async (text) => tensorValues((await program.run(texts(text)))[0] as Tensor)))
  expect(tensorValues(together as Tensor)).toEqual(alone.flat())
  expect((await program.run(texts()))[0]?.shape).toEqual([0n, 2n])
})

test('too many texts, too long ones, stages of another form and unknown settings are refused', async () => {
  const program = await open()
  expect(await code(program.run(texts('a', 'b', 'c', 'd')))).toBe('INPUT_TOO_LONG')
  expect(await code(program.run(texts('x'.repeat(201))))).toBe('INPUT_TOO_LONG')
  expect(await code((await open({}, 3)).run(texts('a')))).toBe('PROGRAM_UNFIT')
  for (const wrong of [{ buckets: 1 }, { ids_max: 1 }, { output: 3 as never }, { more: 1 } as never])
    expect(await code(open(wrong))).toBe('PROGRAM_UNFIT')
})

test('any texts give a tensor that fills its shape, or a refusal', async () => {
  const program = await open()
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'binary', maxLength: 220 }), { maxLength: 4 }), async (values) => {
      const answer = program.run(texts(...values))
      if (values.length > 3 || values.some(({ length }) => length > 200)) expect(await code(answer)).toBe('INPUT_TOO_LONG')
      else for (const tensor of await answer) checkTensor(tensor)
    }),
  )
})

test('an aborted run stops', async () => {
  const reason = new Error('gone')
  await expect((await open()).run(texts('a'), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})
