import { concatBytes, fromHex, type Hex, isHex, sha256, sha384, toHex } from './bytes.ts'
import { decodeCanonicalJson, encodeCanonicalJson, type JsonValue } from './canonical-json.ts'
import { VerifierError } from './errors.ts'
import { type Datatype, isDatatype } from './tensor.ts'

/** Everything that decides what a model computes, and nothing else: its hash is the model id. `platform` tells which of the two it is. */
export type ModelManifest = OnnxManifest | ProgramManifest

type ManifestHead = {
  format: 'nacre/model/1'
  name: string
  version: string
  inputs: TensorSpec[]
  outputs: TensorSpec[]
  /** Class names in the order of the output's last dimension; empty when there are none. */
  labels: string[]
}

/** One ONNX graph with its weights. */
export type OnnxManifest = ManifestHead & {
  platform: 'onnx_onnxv1'
  weights: { sha256: Hex; bytes: number }
  runtime: RuntimeProfile
  /**
   * Present when a row of the outputs (one index of the first dimension) depends on the same row of the inputs alone. An enclave may then run several requests as one, stacked along the first
   * dimension. At one thread that gives the bytes that each gives by itself, so a receipt does not say which it was.
   */
  rows?: 'independent'
}

/**
 * Code of the project's own around ONNX graphs, its stages: text generation, embeddings, reading of pictures. It takes tensors and gives tensors as any model does, and because its id commits to the id
 * of every stage and the hash of every file, one receipt covers all of them. The code is in `programs/`, and runs again wherever a receipt is to be computed again.
 */
export type ProgramManifest = ManifestHead & {
  platform: 'nacre_program'
  program: {
    name: ProgramName
    version: '1'
    /** The program says which it knows; numbers are safe integers. */
    settings: { readonly [key: string]: number | string }
  }
  /** Graphs that the program runs, by the ids of their own manifests. */
  stages: { role: string; modelId: Hex }[]
  /** What it reads besides, for instance `tokenizer.json`. */
  files: { name: string; sha256: Hex; bytes: number }[]
}

export const programNames = ['generate-text', 'embed-text', 'classify-text', 'read-text'] as const
export type ProgramName = (typeof programNames)[number]

/** `-1` stands for any size. */
export type TensorSpec = { name: string; datatype: Datatype; shape: number[] }

/** Native results compare bit for bit within one CPU class for equal profiles; see SPEC.md. */
export type RuntimeProfile = {
  engine: 'onnxruntime'
  version: string
  graphOptimizationLevel: 'disabled' | 'basic' | 'extended' | 'all'
  intraOpThreads: number
  interOpThreads: number
}

export function encodeManifest(manifest: ModelManifest): Uint8Array {
  checkManifest(manifest as unknown as JsonValue)
  return encodeCanonicalJson(manifest as unknown as JsonValue)
}

/** @throws `JSON_NOT_CANONICAL`, `MANIFEST_MALFORMED` */
export function decodeManifest(bytes: Uint8Array): ModelManifest {
  if (bytes.length > manifestBytesMax) throw malformed('Too long', `at most ${manifestBytesMax} bytes`, String(bytes.length))
  const value = decodeCanonicalJson(bytes)
  checkManifest(value)
  return value as unknown as ModelManifest
}

/** For what deals with weights, which a program does not have. @throws as {@link decodeManifest}, and `MANIFEST_MALFORMED` for a program's */
export function decodeOnnxManifest(bytes: Uint8Array): OnnxManifest {
  const manifest = decodeManifest(bytes)
  expect(manifest.platform === 'onnx_onnxv1', 'platform', 'onnx_onnxv1', manifest.platform)
  return manifest
}

/** The model id: SHA-256 of the canonical manifest. */
export async function hashManifest(manifest: ModelManifest): Promise<Hex> {
  return toHex(await sha256(encodeManifest(manifest)))
}

/** PCR16 of an enclave that extended an untouched register with each model id in turn: `SHA-384(old ‖ id)`, starting from 48 zero bytes. */
export async function extendModelPcr(modelIds: readonly Hex[]): Promise<Uint8Array> {
  let pcr: Uint8Array = new Uint8Array(48)
  for (const id of modelIds) pcr = await sha384(concatBytes(pcr, fromHex(id, 32)))
  return pcr
}

const manifestBytesMax = 1 << 20
const nameForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const levels = ['disabled', 'basic', 'extended', 'all']

const platforms = ['nacre_program', 'onnx_onnxv1']
const headKeys = ['format', 'inputs', 'labels', 'name', 'outputs', 'platform', 'version']
const programKeys = [...headKeys, 'files', 'program', 'stages'].sort()

function checkManifest(value: JsonValue): void {
  const { platform } = Object(value) as { platform?: JsonValue }
  expect(platforms.includes(platform as string), 'platform', platforms.join(' or '), platform)
  if (platform === 'nacre_program') checkProgram(checkHead(value, programKeys))
  else checkOnnx(checkHead(value, [...headKeys, ...('rows' in Object(value) ? ['rows'] : []), 'runtime', 'weights'].sort()))
}

function checkHead(value: JsonValue, keys: readonly string[]): Fields {
  const manifest = record(value, 'manifest', keys)
  expect(manifest.format === 'nacre/model/1', 'format', 'nacre/model/1', manifest.format)
  for (const key of ['name', 'version'] as const) expect(isName(manifest[key]), key, String(nameForm), manifest[key])
  for (const key of ['inputs', 'outputs'] as const) checkTensorSpecs(manifest[key], key)
  expect(
    Array.isArray(manifest.labels) && manifest.labels.every((label) => typeof label === 'string'),
    'labels',
    'an array of strings',
    manifest.labels,
  )
  return manifest
}

function checkOnnx(manifest: Fields): void {
  const weights = record(manifest.weights, 'weights', ['bytes', 'sha256'])
  checkFile(weights, 'weights')
  const runtime = record(manifest.runtime, 'runtime', ['engine', 'graphOptimizationLevel', 'interOpThreads', 'intraOpThreads', 'version'])
  expect(runtime.engine === 'onnxruntime', 'runtime.engine', 'onnxruntime', runtime.engine)
  expect(typeof runtime.version === 'string' && runtime.version !== '', 'runtime.version', 'a version', runtime.version)
  expect(
    levels.includes(runtime.graphOptimizationLevel as string),
    'runtime.graphOptimizationLevel',
    levels.join(', '),
    runtime.graphOptimizationLevel,
  )
  for (const key of ['intraOpThreads', 'interOpThreads'] as const)
    expect(isCount(runtime[key]) && runtime[key] >= 1 && runtime[key] <= 64, `runtime.${key}`, '1 to 64', runtime[key])
  if ('rows' in manifest) checkIndependentRows(manifest as unknown as OnnxManifest)
}

function checkProgram(manifest: Fields): void {
  const program = record(manifest.program, 'program', ['name', 'settings', 'version'])
  expect(programNames.includes(program.name as ProgramName), 'program.name', programNames.join(', '), program.name)
  expect(program.version === '1', 'program.version', '1', program.version)
  const settings = Object(program.settings) as Fields
  const keys = Object.keys(settings)
  expect(!Array.isArray(program.settings) && settings === program.settings && keys.length <= 64, 'settings', 'up to 64', program.settings)
  for (const key of keys) {
    expect(isName(key), 'settings', String(nameForm), key)
    const setting = settings[key]
    const isText = typeof setting === 'string' && setting.length <= 4096
    expect(isText || Number.isSafeInteger(setting), `settings.${key}`, 'a safe integer, or text of 4096 characters', setting)
  }
  const roles = entries(manifest.stages, 'stages', 'role', ['modelId', 'role'], 1)
  for (const { modelId } of roles) expect(isHash(modelId), 'stages.modelId', hashForm, modelId)
  for (const file of entries(manifest.files, 'files', 'name', ['bytes', 'name', 'sha256'], 0)) {
    checkFile(file, 'files')
    // Names of what lies beside them in a model's folder.
    expect(!reservedFiles.includes(file.name as string), 'files.name', `none of ${reservedFiles.join(', ')}`, file.name)
  }
}

const reservedFiles = ['manifest.json', 'model.onnx', 'model.sealed', 'sealed.json', 'source.json', 'stages']

/** A list of at most 8 whose entries have names of their own. */
function entries(value: JsonValue | undefined, path: string, name: string, keys: readonly string[], least: number): Fields[] {
  expect(Array.isArray(value) && value.length >= least && value.length <= 8, path, `${least} to 8`, value)
  const records = (value as JsonValue[]).map((item) => record(item, path, keys))
  for (const item of records) expect(isName(item[name]), `${path}.${name}`, String(nameForm), item[name])
  expect(new Set(records.map((item) => item[name])).size === records.length, `${path}.${name}`, 'each once', value)
  return records
}

function checkFile({ sha256, bytes }: Fields, path: string): void {
  expect(isHash(sha256), `${path}.sha256`, hashForm, sha256)
  expect(isCount(bytes) && bytes > 0, `${path}.bytes`, 'a positive integer', bytes)
}

/** What makes stacking possible at all. That rows are independent is the model's author's word; that their bytes are equal was measured at one thread. */
function checkIndependentRows({ rows, inputs, outputs, runtime }: OnnxManifest): void {
  expect(rows === 'independent', 'rows', 'independent', rows)
  for (const { name, datatype, shape } of [...inputs, ...outputs]) {
    expect(shape[0] === -1 && shape.lastIndexOf(-1) === 0, `rows, shape of ${name}`, '-1, then sizes', shape)
    expect(datatype !== 'BYTES', `rows, datatype of ${name}`, 'elements of one size', datatype)
  }
  expect(runtime.intraOpThreads === 1 && runtime.interOpThreads === 1, 'rows, threads', '1', runtime)
}

function checkTensorSpecs(value: JsonValue | undefined, path: string): void {
  expect(Array.isArray(value) && value.length >= 1 && value.length <= 64, path, '1 to 64 tensors', value)
  const names = new Set<string>()
  for (const item of value as JsonValue[]) {
    const tensor = record(item, path, ['datatype', 'name', 'shape'])
    expect(
      typeof tensor.name === 'string' && tensor.name !== '' && tensor.name.length <= 256,
      `${path}.name`,
      '1 to 256 characters',
      tensor.name,
    )
    expect(!names.has(tensor.name as string), `${path}.name`, 'each name once', tensor.name)
    names.add(tensor.name as string)
    expect(isDatatype(tensor.datatype), `${path}.datatype`, 'an OIP datatype', tensor.datatype)
    expect(
      Array.isArray(tensor.shape) && tensor.shape.length <= 16 && tensor.shape.every((size) => size === -1 || isCount(size)),
      `${path}.shape`,
      'sizes or -1',
      tensor.shape,
    )
  }
}

type Fields = { [key: string]: JsonValue }

const hashForm = '32 bytes in lower-case hexadecimal'
function isHash(value: JsonValue | undefined): boolean {
  return isHex(value, 32) && value === value.toLowerCase()
}

function isName(value: JsonValue | undefined): boolean {
  return typeof value === 'string' && nameForm.test(value)
}

function isCount(value: JsonValue | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** An object with exactly these keys: an unknown key might mean something to another reader. */
function record(value: JsonValue | undefined, path: string, keys: readonly string[]): Fields {
  const found = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value).sort() : []
  expect(found.join() === keys.join(), path, keys.join(', '), found.join(', '))
  return value as Fields
}

function expect(condition: boolean, path: string, expected: string, received: unknown): asserts condition {
  if (!condition) throw malformed(`Manifest: ${path}`, expected, String(JSON.stringify(received)).slice(0, 100))
}

function malformed(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('MANIFEST_MALFORMED', message, { expected, received })
}
