import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { sha256Hex, testManifest } from '../test/support/answer.ts'
import { verdict } from '../test/support/expect.ts'
import { toHex, utf8 } from './bytes.ts'
import { encodeCanonicalJson, type JsonValue } from './canonical-json.ts'
import {
  decodeManifest,
  decodeOnnxManifest,
  encodeManifest,
  extendModelPcr,
  hashManifest,
  type ModelManifest,
  type OnnxManifest,
  type ProgramManifest,
  programNames,
} from './manifest.ts'

type Loose = { [key: string]: JsonValue }
const changed = (change: (manifest: Loose) => void) => {
  const manifest = structuredClone(testManifest) as unknown as Loose
  change(manifest)
  return verdict(() => decodeManifest(encodeCanonicalJson(manifest)))
}
const set = (path: string, value: JsonValue) =>
  changed((manifest) => {
    const keys = path.split('.')
    const last = keys.pop() as string
    ;(keys.reduce((at, key) => at[key] as Loose, manifest) as Loose)[last] = value
  })

test('MAN-01 accepts canonical JSON with exactly the fields of a manifest', () =>
  expect(decodeManifest(encodeManifest(testManifest))).toEqual(testManifest))
test('MAN-01 rejects an unknown field, a missing one, at every level, and other spellings', async () => {
  for (const path of ['extra', 'weights.extra', 'runtime.extra', 'inputs.0.extra'])
    expect(await set(path, 1), path).toBe('MANIFEST_MALFORMED')
  for (const key of Object.keys(testManifest)) expect(await changed((manifest) => delete manifest[key]), key).toBe('MANIFEST_MALFORMED')
  for (const value of [null, [], 1, 'manifest'])
    expect(await verdict(() => decodeManifest(encodeCanonicalJson(value)))).toBe('MANIFEST_MALFORMED')
  expect(await verdict(() => decodeManifest(utf8(JSON.stringify(testManifest, null, 1))))).toBe('JSON_NOT_CANONICAL')
  expect(await verdict(() => decodeManifest(new Uint8Array((1 << 20) + 1)))).toBe('MANIFEST_MALFORMED')
  expect(await verdict(() => encodeManifest({ ...testManifest, extra: 1 } as ModelManifest))).toBe('MANIFEST_MALFORMED')
})

test('MAN-02 accepts values in their ranges', async () => {
  expect(await set('labels', [])).toBe('accepted')
  expect(await set('inputs.0.shape', [])).toBe('accepted')
  expect(await set('inputs.0.shape', [-1, 0, 28])).toBe('accepted')
  expect(await set('runtime.intraOpThreads', 64)).toBe('accepted')
})
test('MAN-02 rejects values outside them', async () => {
  const cases: [string, JsonValue][] = [
    ['format', 'nacre/model/2'],
    ['platform', 'tensorflow'],
    ['name', ''],
    ['name', '../etc'],
    ['name', `a\n`],
    ['name', 'a'.repeat(65)],
    ['version', '1/2'],
    ['weights.sha256', sha256Hex('weights').toUpperCase().replace('0X', '0x')],
    ['weights.sha256', '0x00'],
    ['weights.bytes', 0],
    ['weights.bytes', -1],
    ['weights', []],
    ['inputs', []],
    ['outputs', new Array(65).fill(testManifest.outputs[0])],
    ['inputs.0.name', ''],
    ['inputs.0.datatype', 'FLOAT'],
    ['inputs.0.shape', [-2]],
    ['inputs.0.shape', ['1']],
    ['inputs.0.shape', new Array(17).fill(1)],
    ['outputs.1.name', 'y'],
    ['labels', [1]],
    ['runtime.engine', 'tflite'],
    ['runtime.version', ''],
    ['runtime.graphOptimizationLevel', 'some'],
    ['runtime.intraOpThreads', 0],
    ['runtime.interOpThreads', 65],
  ]
  for (const [path, value] of cases) expect(await set(path, value), `${path} ${JSON.stringify(value)}`).toBe('MANIFEST_MALFORMED')
})

test('MAN-05 accepts independent rows of models that can be stacked', async () => {
  const stackable: OnnxManifest = {
    ...testManifest,
    rows: 'independent',
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 4] }],
    outputs: [{ name: 'y', datatype: 'INT64', shape: [-1] }],
    runtime: { ...testManifest.runtime, intraOpThreads: 1, interOpThreads: 1 },
  }
  expect(decodeManifest(encodeManifest(stackable))).toEqual(stackable)
  const { rows: _, ...plain } = stackable
  expect(await hashManifest(stackable)).not.toBe(await hashManifest(plain))
})
test('MAN-05 rejects another word, other open sizes, text and more threads', async () => {
  const base = { ...testManifest, rows: 'independent', inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 4] }] } as const
  const outputs = [{ name: 'y', datatype: 'FP32', shape: [-1, 2] }]
  const runtime = { ...testManifest.runtime, intraOpThreads: 1, interOpThreads: 1 }
  const stackable = { ...base, outputs, runtime }
  const cases: [string, object][] = [
    ['another word', { rows: 'yes' }],
    ['nothing', { rows: null }],
    ['a fixed first size', { inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 4] }] }],
    ['no size', { outputs: [{ name: 'y', datatype: 'FP32', shape: [] }] }],
    ['a second open size', { outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, -1] }] }],
    ['text', { inputs: [{ name: 'x', datatype: 'BYTES', shape: [-1, 4] }] }],
    ['two threads', { runtime: { ...runtime, intraOpThreads: 2 } }],
    ['two operators at once', { runtime: { ...runtime, interOpThreads: 2 } }],
  ]
  for (const [what, change] of cases)
    expect(await verdict(() => decodeManifest(encodeCanonicalJson({ ...stackable, ...change } as unknown as JsonValue))), what).toBe(
      'MANIFEST_MALFORMED',
    )
})

const testProgram: ProgramManifest = {
  format: 'nacre/model/1',
  name: 'words',
  version: '1',
  platform: 'nacre_program',
  inputs: [{ name: 'text', datatype: 'BYTES', shape: [-1] }],
  outputs: [{ name: 'embedding', datatype: 'FP32', shape: [-1, 2] }],
  labels: [],
  program: { name: 'embed-text', version: '1', settings: { output: 'embedding', tokens_max: 512 } },
  stages: [{ role: 'embed', modelId: sha256Hex('stage') }],
  files: [{ name: 'tokenizer.json', sha256: sha256Hex('tokenizer'), bytes: 7 }],
}
const program = (change: object) =>
  verdict(() => decodeManifest(encodeCanonicalJson({ ...testProgram, ...change } as unknown as JsonValue)))

test('MAN-06 accepts a program, whose id each of its parts moves', async () => {
  expect(decodeManifest(encodeManifest(testProgram))).toEqual(testProgram)
  const variants: Partial<ProgramManifest>[] = [
    { program: { ...testProgram.program, name: 'read-text' } },
    { program: { ...testProgram.program, settings: {} } },
    { stages: [{ role: 'embed', modelId: sha256Hex('another stage') }] },
    { files: [{ ...(testProgram.files[0] as ProgramManifest['files'][number]), sha256: sha256Hex('another tokenizer') }] },
  ]
  const ids = await Promise.all([testProgram, ...variants.map((variant) => ({ ...testProgram, ...variant }))].map(hashManifest))
  expect(new Set(ids).size).toBe(1 + variants.length)
})
test('MAN-06 rejects fields of the other platform, a field more or less, and weights where a program is given', async () => {
  const { stages: _, ...less } = testProgram
  expect(await verdict(() => decodeManifest(encodeCanonicalJson(less as unknown as JsonValue)))).toBe('MANIFEST_MALFORMED')
  const changes = [
    { weights: testManifest.weights },
    { runtime: testManifest.runtime },
    { rows: 'independent' },
    { extra: 1 },
    { platform: 'onnx_onnxv1' },
    { inputs: [] },
    { name: 'a b' },
    { program: { ...testProgram.program, extra: 1 } },
    { stages: [{ ...testProgram.stages[0], extra: 1 }] },
    { files: [{ ...testProgram.files[0], extra: 1 }] },
  ]
  for (const change of changes) expect(await program(change), JSON.stringify(change)).toBe('MANIFEST_MALFORMED')
  expect(await set('stages', [])).toBe('MANIFEST_MALFORMED')
  expect(await verdict(() => decodeOnnxManifest(encodeManifest(testProgram)))).toBe('MANIFEST_MALFORMED')
  expect(await verdict(() => decodeManifest(utf8(JSON.stringify(testProgram, null, 1))))).toBe('JSON_NOT_CANONICAL')
})

test('MAN-07 accepts each program, and settings of integers and texts', async () => {
  for (const name of programNames) expect(await program({ program: { ...testProgram.program, name } })).toBe('accepted')
  for (const settings of [{}, { 'a.b-c_d': '' }, { a: -(2 ** 53) + 1 }, { a: 'x'.repeat(4096) }])
    expect(await program({ program: { ...testProgram.program, settings } })).toBe('accepted')
})
test('MAN-07 rejects other programs, versions and settings', async () => {
  const many = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`s${i}`, i]))
  const changes = [
    { name: 'run-shell' },
    { name: 'toString' },
    { version: '2' },
    { version: 1 },
    { settings: [] },
    { settings: null },
    { settings: 'text' },
    { settings: many },
    { settings: { '': 1 } },
    { settings: { 'a b': 1 } },
    { settings: { a: null } },
    { settings: { a: true } },
    { settings: { a: {} } },
    { settings: { a: 'x'.repeat(4097) } },
  ]
  for (const change of changes)
    expect(await program({ program: { ...testProgram.program, ...change } }), JSON.stringify(change)).toBe('MANIFEST_MALFORMED')
  expect(await program({ program: null })).toBe('MANIFEST_MALFORMED')
})

test('MAN-08 accepts up to eight stages, and files or none', async () => {
  const stages = Array.from({ length: 8 }, (_, i) => ({ role: `r${i}`, modelId: sha256Hex('stage') }))
  const files = Array.from({ length: 8 }, (_, i) => ({ name: `f${i}.json`, sha256: sha256Hex('file'), bytes: 1 }))
  expect(await program({ stages, files })).toBe('accepted')
  expect(await program({ files: [] })).toBe('accepted')
})
test('MAN-08 rejects other numbers, names that lead elsewhere or twice, and hashes of another form', async () => {
  const [stage] = testProgram.stages
  const [file] = testProgram.files
  const changes = [
    { stages: [] },
    { stages: Array.from({ length: 9 }, (_, i) => ({ ...stage, role: `r${i}` })) },
    { stages: [stage, stage] },
    { stages: [{ ...stage, role: '..' }] },
    { stages: [{ ...stage, role: 'a/b' }] },
    { stages: [{ ...stage, modelId: sha256Hex('stage').toUpperCase().replace('0X', '0x') }] },
    { stages: [{ ...stage, modelId: '0x00' }] },
    { stages: {} },
    { files: Array.from({ length: 9 }, (_, i) => ({ ...file, name: `f${i}` })) },
    { files: [file, file] },
    { files: [{ ...file, name: '../secret' }] },
    { files: [{ ...file, name: '' }] },
    { files: [{ ...file, bytes: 0 }] },
    { files: [{ ...file, bytes: '7' }] },
    { files: [{ ...file, sha256: 'tokenizer' }] },
    ...['manifest.json', 'model.onnx', 'model.sealed', 'sealed.json', 'source.json', 'stages'].map((name) => ({
      files: [{ ...file, name }],
    })),
  ]
  for (const change of changes) expect(await program(change), JSON.stringify(change)).toBe('MANIFEST_MALFORMED')
})

test('MAN-03 accepts the SHA-256 of the canonical bytes as the model id', async () =>
  expect(await hashManifest(testManifest)).toBe(`0x${createHash('sha256').update(encodeManifest(testManifest)).digest('hex')}`))
test('MAN-03 rejects any other manifest under the same id: each field moves it', async () => {
  const ids = new Set([await hashManifest(testManifest)])
  const variants: Partial<OnnxManifest>[] = [
    { name: 'other' },
    { version: '2' },
    { weights: { ...testManifest.weights, sha256: sha256Hex('other weights') } },
    { weights: { ...testManifest.weights, bytes: 8 } },
    { inputs: testManifest.outputs },
    { outputs: testManifest.outputs.toReversed() },
    { labels: ['odd', 'even'] },
    { runtime: { ...testManifest.runtime, intraOpThreads: 2 } },
  ]
  for (const variant of variants) ids.add(await hashManifest({ ...testManifest, ...variant }))
  expect(ids.size).toBe(1 + variants.length)
})

test('MAN-04 accepts PCR16 as the chain of extensions by each id in turn', async () => {
  const ids = [sha256Hex('a'), sha256Hex('b')]
  let pcr = Buffer.alloc(48)
  for (const id of ids)
    pcr = createHash('sha384')
      .update(pcr)
      .update(Buffer.from(id.slice(2), 'hex'))
      .digest()
  expect(toHex(await extendModelPcr(ids))).toBe(`0x${pcr.toString('hex')}`)
  expect(await extendModelPcr([])).toEqual(new Uint8Array(48))
})
test('MAN-04 rejects another order, a repetition, a part of the list and ids of another length', async () => {
  const [a, b] = [sha256Hex('a'), sha256Hex('b')]
  const registers = await Promise.all([[a, b], [b, a], [a], [b], [a, b, b], []].map(async (ids) => toHex(await extendModelPcr(ids))))
  expect(new Set(registers).size).toBe(6)
  expect(await verdict(() => extendModelPcr(['0x00']))).toBe('HEX_MALFORMED')
})
