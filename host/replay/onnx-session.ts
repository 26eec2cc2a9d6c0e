import type { RuntimeProfile, TensorSpec } from '@nacre/verifier/manifest'
import { type Datatype, joinBytes, splitBytes } from '@nacre/verifier/tensor'
import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-node'
import type { ReplayTensor } from './worker-messages.ts'

/** The interface that ONNX Runtime has in Node, natively and as WebAssembly, and in browsers. */
export type OnnxRuntime = {
  readonly InferenceSession: { create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession> }
  readonly Tensor: TensorConstructor
}

export type OnnxSession = {
  readonly inputs: TensorSpec[]
  readonly outputs: TensorSpec[]
  run(inputs: readonly ReplayTensor[], outputNames: readonly string[]): Promise<ReplayTensor[]>
  /** Gives its memory back, where it does not end with its process. */
  close(): void
}

export type SessionProfile = Omit<RuntimeProfile, 'engine' | 'version'>

/** As the enclave runs it: the manifest's level and threads, sequential, on the CPU. `weights` are verified before. */
export async function openOnnxSession(parameters: {
  runtime: OnnxRuntime
  provider: 'cpu' | 'wasm'
  weights: Uint8Array
  profile: SessionProfile
}): Promise<OnnxSession> {
  const { runtime, provider, weights, profile } = parameters
  const session = await runtime.InferenceSession.create(weights, {
    executionProviders: [provider],
    executionMode: 'sequential',
    graphOptimizationLevel: profile.graphOptimizationLevel,
    intraOpNumThreads: profile.intraOpThreads,
    interOpNumThreads: profile.interOpThreads,
    logSeverityLevel: 4,
  })
  return {
    inputs: session.inputMetadata.map(specOf),
    outputs: session.outputMetadata.map(specOf),
    async run(inputs, outputNames) {
      const feeds = Object.fromEntries(inputs.map((input) => [input.name, toOrt(runtime.Tensor, input)]))
      const results = await session.run(feeds, [...outputNames])
      return outputNames.map((name) => fromOrt(name, results[name] as Tensor))
    },
    close: () => void session.release().catch(() => undefined),
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

function toOrt(TensorOf: TensorConstructor, { datatype, shape, data }: ReplayTensor): Tensor {
  if (datatype === 'BYTES')
    return new TensorOf(
      'string',
      splitBytes(data).map((text) => decoder.decode(text)),
      shape,
    )
  const [type, Elements] = ortTypes[datatype] ?? []
  if (type === undefined || Elements === undefined) throw new Error(`${datatype} has no counterpart in ONNX Runtime's interface`)
  // A copy: a typed array cannot start at any offset.
  return new TensorOf(type as 'float32', new Elements(data.slice().buffer) as Float32Array, shape)
}

function fromOrt(name: string, { type, dims, data }: Tensor): ReplayTensor {
  const datatype = datatypeOf(type)
  if (type === 'string') {
    const encoder = new TextEncoder()
    return { name, datatype: 'BYTES', shape: [...dims], data: joinBytes((data as string[]).map((text) => encoder.encode(text))) }
  }
  if (datatype === undefined) throw new Error(`${type} has no OIP datatype`)
  const view = data as unknown as Uint8Array
  return { name, datatype, shape: [...dims], data: Uint8Array.from(new Uint8Array(view.buffer, view.byteOffset, view.byteLength)) }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

type ElementArray = new (buffer: ArrayBuffer) => ArrayBufferView

// Node and browsers run on little-endian machines only, which is the tensors' order too.
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
