import type { RuntimeProfile, TensorSpec } from '@nacre/verifier/manifest'
import type { Datatype } from '@nacre/verifier/tensor'
import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-node'
import { ReplayError } from './replay-error.ts'
import { readWeights } from './weights.ts'
import type { FromReplayWorker, ReplayTensor, ToReplayWorker } from './worker-messages.ts'

/**
 * The process that ONNX Runtime runs in when an answer is computed again: a large C++ program that reads a model and tensors from strangers, and `run()` blocks the event loop it is on. One model a process.
 */
let session: InferenceSession | undefined
let TensorOf: TensorConstructor | undefined

process.on('message', async (message: ToReplayWorker) => {
  try {
    if (message.type === 'load') {
      const { ort, version } = await openRuntime(message.engine)
      const bytes = readWeights(message.weights, message.weightsPath)
      TensorOf = ort.Tensor
      session = await ort.InferenceSession.create(bytes, sessionOptions(message.engine, message.runtime))
      send({ type: 'loaded', version, inputs: session.inputMetadata.map(specOf), outputs: session.outputMetadata.map(specOf) })
    } else {
      send({ type: 'result', id: message.id, outputs: await run(message.inputs, message.outputNames) })
    }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    if (error instanceof ReplayError) {
      const { code, expected, received } = error
      send({ type: 'refused', code, message: text, expected, received })
    } else if (message.type === 'load') send({ type: 'refused', code: 'MODEL_UNSUPPORTED', message: text })
    else send({ type: 'failed', id: message.id, message: text })
  }
})
// Ctrl-C reaches the whole group: the parent decides.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit(0))

async function openRuntime(engine: 'native' | 'wasm') {
  if (engine === 'native') {
    const ort = await import('onnxruntime-node')
    return { ort, version: ort.env.versions.node ?? 'unknown' }
  }
  const ort = await import('onnxruntime-web')
  // One thread: threads share out the additions, and their order decides the last bits.
  ort.env.wasm.numThreads = 1
  ort.env.logLevel = 'fatal'
  return { ort, version: ort.env.versions.web ?? 'unknown' }
}

/** As the enclave runs it: the manifest's level and threads, sequential, on the CPU. */
function sessionOptions(engine: 'native' | 'wasm', profile: Omit<RuntimeProfile, 'engine' | 'version'>): InferenceSession.SessionOptions {
  return {
    executionProviders: [engine === 'native' ? 'cpu' : 'wasm'],
    executionMode: 'sequential',
    graphOptimizationLevel: profile.graphOptimizationLevel,
    intraOpNumThreads: profile.intraOpThreads,
    interOpNumThreads: profile.interOpThreads,
    logSeverityLevel: 4,
  }
}

/** ONNX names an open dimension ("batch"); a manifest says -1. */
function specOf(value: InferenceSession.ValueMetadata): TensorSpec {
  const datatype = value.isTensor ? datatypeOf(value.type) : undefined
  if (!value.isTensor || datatype === undefined) throw new Error(`"${value.name}" is no tensor of a datatype that can be carried`)
  return { name: value.name, datatype, shape: value.shape.map((size) => (typeof size === 'number' ? size : -1)) }
}

function datatypeOf(type: Tensor.Type): Datatype | undefined {
  if (type === 'string') return 'BYTES'
  return Object.entries(ortTypes).find(([, [ortType]]) => ortType === type)?.[0] as Datatype | undefined
}

async function run(inputs: readonly ReplayTensor[], outputNames: readonly string[]): Promise<ReplayTensor[]> {
  if (session === undefined) throw new Error('run before load')
  const feeds = Object.fromEntries(inputs.map((input) => [input.name, toOrt(input)]))
  const results = await session.run(feeds, [...outputNames])
  return outputNames.map((name) => fromOrt(name, results[name] as Tensor))
}

function toOrt({ datatype, shape, data }: ReplayTensor): Tensor {
  if (TensorOf === undefined) throw new Error('run before load')
  if (datatype === 'BYTES') return new TensorOf('string', splitText(data), shape)
  const [type, Elements] = ortTypes[datatype] ?? []
  if (type === undefined || Elements === undefined) throw new Error(`${datatype} has no counterpart in ONNX Runtime's interface`)
  // A copy: a typed array cannot start at any offset.
  return new TensorOf(type as 'float32', new Elements(data.slice().buffer) as Float32Array, shape)
}

function fromOrt(name: string, { type, dims, data }: Tensor): ReplayTensor {
  const datatype = datatypeOf(type)
  if (type === 'string') return { name, datatype: 'BYTES', shape: [...dims], data: joinText(data as string[]) }
  if (datatype === undefined) throw new Error(`${type} has no OIP datatype`)
  const view = data as unknown as Uint8Array
  return { name, datatype, shape: [...dims], data: Uint8Array.from(new Uint8Array(view.buffer, view.byteOffset, view.byteLength)) }
}

type ElementArray = new (buffer: ArrayBuffer) => ArrayBufferView

// Node runs on little-endian machines only, which is the tensors' order too.
const ortTypes: Partial<Record<Datatype, readonly [Tensor.Type, ElementArray]>> = {
  BOOL: ['bool', Uint8Array],
  UINT8: ['uint8', Uint8Array],
  UINT16: ['uint16', Uint16Array],
  UINT32: ['uint32', Uint32Array],
  UINT64: ['uint64', BigUint64Array],
  INT8: ['int8', Int8Array],
  INT16: ['int16', Int16Array],
  INT32: ['int32', Int32Array],
  INT64: ['int64', BigInt64Array],
  FP16: ['float16', Uint16Array],
  FP32: ['float32', Float32Array],
  FP64: ['float64', Float64Array],
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

function send(message: FromReplayWorker): void {
  process.send?.(message)
}
