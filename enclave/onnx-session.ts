import { createHash } from 'node:crypto'
import type { OnnxManifest, TensorSpec } from '@nacre/verifier/manifest'
import type { Datatype } from '@nacre/verifier/tensor'
import * as ort from 'onnxruntime-node'
import type { EnclaveErrorCode } from './errors.ts'
import { namesExternalData } from './external-data.ts'
import type { FromWorker, WireTensor } from './model-messages.ts'

/** A graph that ONNX Runtime has loaded, in a model's own process. */
export type OnnxSession = {
  /** The named outputs, in that order, of the forms that the manifest says. @throws {@link OutputRefusal}, and what ONNX Runtime throws, whose text quotes input values */
  run(inputs: readonly WireTensor[], outputNames: readonly string[]): Promise<WireTensor[]>
}

/**
 * Loads the weights that the manifest pins, under its runtime profile.
 *
 * @throws {@link Refusal}
 */
export async function openOnnxSession(parts: {
  manifest: OnnxManifest
  weights: Uint8Array
  outputBytesMax: number
}): Promise<OnnxSession> {
  const { manifest, weights: bytes, outputBytesMax } = parts
  const { runtime, weights } = manifest
  const version = ort.env.versions.node ?? 'unknown'
  // Another version may round differently, and the manifest promises bit-equal answers for one profile.
  if (version !== runtime.version) throw new Refusal('MODEL_RUNTIME_MISMATCH', 'Another version of ONNX Runtime', runtime.version, version)

  const sha256 = `0x${createHash('sha256').update(bytes).digest('hex')}`
  if (bytes.length !== weights.bytes || sha256 !== weights.sha256)
    throw new Refusal(
      'MODEL_WEIGHTS_MISMATCH',
      'The weights are not those of the manifest',
      `${weights.bytes} bytes, ${weights.sha256}`,
      `${bytes.length} bytes, ${sha256}`,
    )

  if (namesExternalData(bytes))
    throw new Refusal('MODEL_WEIGHTS_MISMATCH', 'The model keeps weights in other files', 'one file', 'external data')

  // The hashed bytes themselves go to the runtime: a path would let the file change between hashing and loading.
  const session = await ort.InferenceSession.create(bytes, {
    graphOptimizationLevel: runtime.graphOptimizationLevel,
    intraOpNumThreads: runtime.intraOpThreads,
    interOpNumThreads: runtime.interOpThreads,
    executionMode: 'sequential',
    executionProviders: ['cpu'],
    logSeverityLevel: 4,
  })
  checkInterface('inputs', manifest.inputs, session.inputMetadata)
  checkInterface('outputs', manifest.outputs, session.outputMetadata)
  const specs = new Map(manifest.outputs.map((spec) => [spec.name, spec]))

  return {
    async run(inputs, outputNames) {
      const feeds = Object.fromEntries(inputs.map((input) => [input.name, toOrt(input)]))
      const results = await session.run(feeds, [...outputNames])
      let bytesLeft = outputBytesMax
      return outputNames.map((name) => {
        const output = fromOrt(specs.get(name), results[name], bytesLeft)
        bytesLeft -= output.data.length
        return output
      })
    },
  }
}

/** The model's own signature must be the manifest's: a manifest may narrow an open dimension, but not rename, retype or widen anything. */
function checkInterface(side: string, specs: readonly TensorSpec[], found: readonly ort.InferenceSession.ValueMetadata[]): void {
  const names = (list: readonly { name: string }[]) =>
    list
      .map(({ name }) => name)
      .sort()
      .join(', ')
  if (names(specs) !== names(found)) throw new Refusal('MODEL_INTERFACE_MISMATCH', `Other ${side}`, names(specs), names(found))
  for (const value of found) {
    const spec = specs.find(({ name }) => name === value.name) as TensorSpec
    const received = value.isTensor ? `${value.type} [${value.shape.join(', ')}]` : 'not a tensor'
    const mismatch = new Refusal(
      'MODEL_INTERFACE_MISMATCH',
      `Another form of ${side} "${spec.name}"`,
      `${spec.datatype} [${spec.shape.join(', ')}]`,
      received,
    )
    if (!value.isTensor || value.type !== ortTypes[spec.datatype]) throw mismatch
    // ONNX Runtime shows a tensor of unknown rank as one without dimensions; then only the run tells.
    if (value.shape.length === 0) continue
    if (value.shape.length !== spec.shape.length) throw mismatch
    if (value.shape.some((size, i) => typeof size === 'number' && size !== spec.shape[i])) throw mismatch
  }
}

/** Views where the alignment allows, copies where it does not. */
function toOrt({ datatype, shape, data }: WireTensor): ort.Tensor {
  if (datatype === 'BYTES') return new ort.Tensor('string', splitText(data), shape)
  const type = ortTypes[datatype]
  const Elements = arrays[datatype]
  if (type === undefined || Elements === undefined) throw new Error('datatype without a counterpart in ONNX Runtime')
  const width = Elements.BYTES_PER_ELEMENT
  const aligned = data.byteOffset % width === 0 ? data : Uint8Array.from(data)
  const elements = new Elements(aligned.buffer, aligned.byteOffset, aligned.byteLength / width)
  return new ort.Tensor(type, elements as ort.Tensor.DataType, shape)
}

/** An output that is not what the manifest says must never be signed as if it were. */
function fromOrt(spec: TensorSpec | undefined, tensor: ort.OnnxValue | undefined, bytesMax: number): WireTensor {
  if (spec === undefined || tensor === undefined || tensor.type !== ortTypes[spec.datatype]) throw new OutputRefusal('MODEL_OUTPUT_INVALID')
  const { dims, data } = tensor
  if (dims.length !== spec.shape.length || dims.some((size, i) => spec.shape[i] !== -1 && spec.shape[i] !== size))
    throw new OutputRefusal('MODEL_OUTPUT_INVALID')
  if (data.length !== dims.reduce((product, size) => product * size, 1)) throw new OutputRefusal('MODEL_OUTPUT_INVALID')
  const bytes = spec.datatype === 'BYTES' ? joinText(data as string[]) : viewOf(data as unknown as Uint8Array)
  // Here and not at the server, which the copy over the channel would have cost already.
  if (bytes.length > bytesMax) throw new OutputRefusal('OUTPUT_TOO_LARGE')
  return { name: spec.name, datatype: spec.datatype, shape: [...dims], data: bytes }
}

// ONNX Runtime's names of the Open Inference Protocol's datatypes. BF16 has none in its JavaScript API: a manifest with it is refused.
const ortTypes: Partial<Record<Datatype, ort.Tensor.Type>> = {
  BOOL: 'bool',
  UINT8: 'uint8',
  UINT16: 'uint16',
  UINT32: 'uint32',
  UINT64: 'uint64',
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  FP16: 'float16',
  FP32: 'float32',
  FP64: 'float64',
  BYTES: 'string',
}

// Node runs on little-endian machines only, which is the wire's order too.
const arrays: Partial<Record<Datatype, ElementArray>> = {
  BOOL: Uint8Array,
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  UINT64: BigUint64Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
  FP16: Uint16Array,
  FP32: Float32Array,
  FP64: Float64Array,
}

type ElementArray = {
  readonly BYTES_PER_ELEMENT: number
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): ArrayBufferView
}

function viewOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

function splitText(data: Uint8Array): string[] {
  const texts: string[] = []
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  for (let at = 0; at < data.length; ) {
    const end = at + 4 + view.getUint32(at, true)
    texts.push(decoder.decode(data.subarray(at + 4, end)))
    at = end
  }
  return texts
}

function joinText(texts: readonly string[]): Uint8Array {
  return Buffer.concat(
    texts.flatMap((text) => {
      const bytes = Buffer.from(text)
      const length = Buffer.alloc(4)
      length.writeUInt32LE(bytes.length)
      return [length, bytes]
    }),
  )
}

/** An output that must not be signed. */
export class OutputRefusal extends Error {
  readonly code: 'MODEL_OUTPUT_INVALID' | 'OUTPUT_TOO_LARGE'
  constructor(code: OutputRefusal['code']) {
    super(code)
    this.code = code
  }
}

/** Why a model will not be loaded. */
export class Refusal extends Error {
  readonly refused: Extract<FromWorker, { type: 'refused' }>
  constructor(code: EnclaveErrorCode, message: string, expected: string, received: string) {
    super(message)
    this.refused = { type: 'refused', code, message, expected, received }
  }
}

/** What a worker says when it could not load. */
export function refusalOf(error: unknown): Extract<FromWorker, { type: 'refused' }> {
  if (error instanceof Refusal) return error.refused
  return { type: 'refused', code: 'MODEL_LOAD_FAILED', message: error instanceof Error ? error.message : String(error) }
}
