import { concatBytes, fromHex, type Hex, isHex, sha256, sha384, toHex } from './bytes.ts'
import { decodeCanonicalJson, encodeCanonicalJson, type JsonValue } from './canonical-json.ts'
import { VerifierError } from './errors.ts'
import { type Datatype, isDatatype } from './tensor.ts'

/** Everything that decides what a model computes, and nothing else: its hash is the model id. */
export type ModelManifest = {
  format: 'nacre/model/1'
  name: string
  version: string
  platform: 'onnx_onnxv1'
  weights: { sha256: Hex; bytes: number }
  inputs: TensorSpec[]
  outputs: TensorSpec[]
  /** Class names in the order of the output's last dimension; empty when there are none. */
  labels: string[]
  runtime: RuntimeProfile
  /**
   * Present when a row of the outputs (one index of the first dimension) depends on the same row of the inputs alone. An enclave may then run several requests as one, stacked along the first
   * dimension. At one thread that gives the bytes that each gives by itself, so a receipt does not say which it was.
   */
  rows?: 'independent'
}

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

function checkManifest(value: JsonValue): void {
  const keys = [
    'format',
    'inputs',
    'labels',
    'name',
    'outputs',
    'platform',
    ...('rows' in Object(value) ? ['rows'] : []),
    'runtime',
    'version',
    'weights',
  ]
  const manifest = record(value, 'manifest', keys)
  expect(manifest.format === 'nacre/model/1', 'format', 'nacre/model/1', manifest.format)
  expect(manifest.platform === 'onnx_onnxv1', 'platform', 'onnx_onnxv1', manifest.platform)
  for (const key of ['name', 'version'] as const)
    expect(typeof manifest[key] === 'string' && nameForm.test(manifest[key]), key, String(nameForm), manifest[key])
  const weights = record(manifest.weights, 'weights', ['bytes', 'sha256'])
  expect(
    isHex(weights.sha256, 32) && weights.sha256 === weights.sha256.toLowerCase(),
    'weights.sha256',
    '32 bytes in lower-case hexadecimal',
    weights.sha256,
  )
  expect(isCount(weights.bytes) && weights.bytes > 0, 'weights.bytes', 'a positive integer', weights.bytes)
  for (const key of ['inputs', 'outputs'] as const) checkTensorSpecs(manifest[key], key)
  expect(
    Array.isArray(manifest.labels) && manifest.labels.every((label) => typeof label === 'string'),
    'labels',
    'an array of strings',
    manifest.labels,
  )
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
  if ('rows' in manifest) checkIndependentRows(manifest as unknown as ModelManifest)
}

/** What makes stacking possible at all. That rows are independent is the model's author's word; that their bytes are equal was measured at one thread. */
function checkIndependentRows({ rows, inputs, outputs, runtime }: ModelManifest): void {
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

function isCount(value: JsonValue | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** An object with exactly these keys: an unknown key might mean something to another reader. */
function record(value: JsonValue | undefined, path: string, keys: readonly string[]): { [key: string]: JsonValue } {
  const found = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value).sort() : []
  expect(found.join() === keys.join(), path, keys.join(', '), found.join(', '))
  return value as { [key: string]: JsonValue }
}

function expect(condition: boolean, path: string, expected: string, received: unknown): asserts condition {
  if (!condition) throw malformed(`Manifest: ${path}`, expected, String(JSON.stringify(received)).slice(0, 100))
}

function malformed(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('MANIFEST_MALFORMED', message, { expected, received })
}
