import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeGenerationParameters } from '@nacre/verifier/generation'
import { decodeManifest, hashManifest, type ProgramManifest } from '@nacre/verifier/manifest'
import { hashTensors, type Tensor, tensorFromValues, tensorValues } from '@nacre/verifier/tensor'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { chooseEngine } from './choose-engine.ts'
import type { ReplayEngine } from './engine.ts'
import { openProgramFolder } from './program-folder.ts'
import { replayAnswer } from './replay.ts'

const shipped = fileURLToPath(new URL('../../enclave/models/tiny-gpt', import.meta.url))
const engines: ReplayEngine[] = []
let folder: string
let manifest: ProgramManifest

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nacre-replay-'))
  manifest = decodeManifest(Uint8Array.from(await readFile(join(shipped, 'manifest.json')))) as ProgramManifest
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(() => {
  for (const engine of engines.splice(0)) engine.close()
})

async function open(place = shipped, kind: 'native' | 'wasm' = 'native'): Promise<ReplayEngine> {
  const engine = await openProgramFolder({ kind, manifest, folder: place, timeoutMs: 60_000 })
  engines.push(engine)
  return engine
}

const bytes = (name: string, value: string): Tensor => tensorFromValues({ name, datatype: 'BYTES', shape: [1], values: [value] })
const parameters = { max_tokens: 24, seed: 11, stop: [], temperature: 900, top_p: 950 }
const inputs = (changes = {}) => [
  bytes('prompt', 'Call me'),
  bytes('parameters', new TextDecoder().decode(encodeGenerationParameters({ ...parameters, ...changes }))),
]
const names = ['text', 'finish_reason', 'usage']

async function record(outputs: Tensor[]) {
  const receipt = {
    requestId: `0x${'00'.repeat(32)}` as const,
    modelId: await hashManifest(manifest),
    inputHash: await hashTensors(inputs()),
    outputHash: await hashTensors(outputs),
    timestampMs: 0n,
    sequence: 1n,
  }
  return { manifest, receipt, inputs: inputs(), outputs }
}

test('a generation is bit-equal again, by another engine, and another text is not', async () => {
  const outputs = await (await open()).run(inputs(), names)
  const answer = await record(outputs)
  const { engine } = await chooseEngine({ choice: 'auto', manifest, weightsPath: shipped, timeoutMs: 60_000 })
  engines.push(engine)
  expect(await replayAnswer({ answer, engine })).toMatchObject({ verdict: 'bit-equal', signedHashReproduced: true, reasons: [] })
  const text = tensorValues(outputs[0] as Tensor)[0] as string
  const altered = { ...answer, outputs: [bytes('text', `${text}!`), ...outputs.slice(1)] }
  expect(await replayAnswer({ answer: altered, engine })).toMatchObject({ verdict: 'mismatch', signedHashReproduced: true })
  const another = await record([bytes('text', `${text}!`), ...outputs.slice(1)])
  const replay = await replayAnswer({ answer: another, engine })
  expect(replay).toMatchObject({ verdict: 'mismatch', signedHashReproduced: false })
  expect(replay.reasons.map(({ code }) => code)).toContain('COMPUTED_OTHERWISE')
  // Elsewhere rounding may have turned a choice: a mismatch, but nobody is accused of it.
  const elsewhere = await replayAnswer({ answer: another, engine: { ...engine, kind: 'wasm' } })
  expect(elsewhere.verdict).toBe('mismatch')
  expect(new Set(elsewhere.reasons.map(({ code }) => code))).toEqual(new Set(['ENGINE']))
})

test('WebAssembly generates as well', async () => {
  const [text] = await (await open(shipped, 'wasm')).run(inputs({ temperature: 0, max_tokens: 6 }), ['text'])
  expect((tensorValues(text as Tensor)[0] as string).length).toBeGreaterThan(0)
})

test.each([
  ['a stage of another id', 'stages/decode/manifest.json', 'WEIGHTS_MISMATCH'],
  ['other weights', 'stages/decode/model.onnx', 'WEIGHTS_MISMATCH'],
  ['another tokenizer', 'tokenizer.json', 'WEIGHTS_MISMATCH'],
])('%s', async (_, file, code) => {
  const place = join(folder, 'copy')
  await rm(place, { recursive: true, force: true })
  await cp(shipped, place, { recursive: true })
  const content = await readFile(join(place, file))
  await writeFile(join(place, file), content.with(content.length - 2, (content.at(-2) as number) ^ 1))
  await expect(open(place)).rejects.toMatchObject({ code })
})

test('a stage that names a package which is none', async () => {
  const place = join(folder, 'sourced')
  await cp(shipped, place, { recursive: true })
  await rm(join(place, 'stages/decode/model.onnx'))
  await writeFile(join(place, 'stages/decode/source.json'), '{"package":"x","path":"../../secret"}')
  await expect(open(place)).rejects.toMatchObject({ code: 'WEIGHTS_UNREADABLE' })
})

test('there is no integer engine for programs, and none without their folder', async () => {
  await expect(chooseEngine({ choice: 'integer', manifest, weightsPath: shipped, timeoutMs: 60_000 })).rejects.toMatchObject({
    code: 'MODEL_UNSUPPORTED',
  })
  await expect(open(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'WEIGHTS_UNREADABLE' })
})

test('a prompt that the program refuses has no answer to repeat', async () => {
  const engine = await open()
  const long = [bytes('prompt', 'whale '.repeat(300)), inputs()[1] as Tensor]
  await expect(engine.run(long, names)).rejects.toMatchObject({ code: 'RUN_FAILED' })
})
