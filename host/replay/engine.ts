import { type ChildProcess, fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { OnnxManifest, RuntimeProfile, TensorSpec } from '@nacre/verifier/manifest'
import { checkTensor, type Tensor } from '@nacre/verifier/tensor'
import { readCpuClass } from './cpu-class.ts'
import { openIntegerModel } from './integer-model.ts'
import { ReplayError } from './replay-error.ts'
import { readWeights } from './weights-file.ts'
import type { FromReplayWorker, ReplayTensor, ToReplayWorker } from './worker-messages.ts'

/**
 * What computes an answer again:
 *
 * - `native`: onnxruntime-node. Bit-equal on machines of the enclave's CPU class.
 * - `wasm`: onnxruntime-web, WebAssembly. The same bits on every machine, equal to native ones to rounding.
 * - `integer`: this package's own arithmetic, for models of integers alone. Exact everywhere, without ONNX Runtime.
 */
export type ReplayEngine = {
  readonly kind: EngineKind
  readonly library: string
  readonly version: string
  readonly cpuClass: string
  /** Of a program: the profile of its first stage. */
  readonly runtime?: RuntimeProfile | undefined
  /** One at a time. @throws {@link ReplayError} `RUN_FAILED`, `RUN_TIMEOUT`, `ENGINE_ENDED` */
  run(inputs: readonly Tensor[], outputNames: readonly string[]): Promise<Tensor[]>
  close(): void
}

export const engineKinds = ['native', 'wasm', 'integer'] as const
export type EngineKind = (typeof engineKinds)[number]

/**
 * Loads a model, whose file must be the one that the manifest pins, under the manifest's runtime profile.
 *
 * @throws {@link ReplayError} `WEIGHTS_MISMATCH`, `WEIGHTS_EXTERNAL`, `MODEL_UNSUPPORTED`, `ENGINE_ENDED`, `RUN_TIMEOUT`
 */
export async function openEngine(parameters: {
  kind: EngineKind
  manifest: OnnxManifest
  weightsPath: string
  /** For loading, and for each run. */
  timeoutMs: number
}): Promise<ReplayEngine> {
  const { kind, manifest, weightsPath, timeoutMs } = parameters
  if (kind === 'integer') return openIntegerModel(manifest, await readWeights(manifest.weights, weightsPath))
  const child = forkWorker()
  const ask = conversation(child, timeoutMs)
  try {
    const { weights, runtime } = manifest
    const loaded = await ask({ type: 'load', engine: kind, weights, runtime, weightsPath })
    if (loaded.type !== 'loaded') throw new ReplayError('ENGINE_ENDED', 'The engine does not answer as it should')
    let nextId = 0
    return {
      kind,
      library: kind === 'native' ? 'onnxruntime-node' : 'onnxruntime-web',
      version: loaded.version,
      cpuClass: kind === 'native' ? readCpuClass() : 'any',
      async run(inputs, outputNames) {
        const id = nextId++
        const answer = await ask({ type: 'run', id, inputs: inputs.map(toWire), outputNames })
        if (answer.type !== 'result' || answer.id !== id) throw new ReplayError('RUN_FAILED', 'The engine does not answer as it should')
        return answer.outputs.map(fromWire)
      },
      close: () => void child.kill('SIGKILL'),
    }
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

/**
 * What ONNX Runtime says of a model's inputs and outputs, and its own version. -1 stands for an open dimension.
 *
 * @throws {@link ReplayError} as `openEngine`
 */
export async function describeModel(parameters: {
  weights: OnnxManifest['weights']
  weightsPath: string
  profile: Omit<RuntimeProfile, 'engine' | 'version'>
  timeoutMs: number
}): Promise<{ version: string; inputs: TensorSpec[]; outputs: TensorSpec[] }> {
  const { weights, weightsPath, profile, timeoutMs } = parameters
  const child = forkWorker()
  try {
    const loaded = await conversation(child, timeoutMs)({ type: 'load', engine: 'native', weights, runtime: profile, weightsPath })
    if (loaded.type !== 'loaded') throw new ReplayError('ENGINE_ENDED', 'The engine does not answer as it should')
    const { version, inputs, outputs } = loaded
    return { version, inputs, outputs }
  } finally {
    child.kill('SIGKILL')
  }
}

function forkWorker(): ChildProcess {
  return fork(workerPath, [], {
    execArgv: ['--conditions=source', '--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href],
    serialization: 'advanced',
    // Nothing of this process's environment: a model is a stranger's.
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
}

/** One question, one answer; a process that ends or is late ends the question. */
function conversation(child: ChildProcess, timeoutMs: number) {
  let waiting: { resolve(message: FromReplayWorker): void; reject(error: ReplayError): void } | undefined
  let endedBy: string | undefined
  child.on('message', (message: FromReplayWorker) => {
    if (message.type === 'refused') {
      const { code, expected, received } = message
      waiting?.reject(new ReplayError(code, message.message, { expected, received }))
    } else if (message.type === 'failed') waiting?.reject(new ReplayError('RUN_FAILED', message.message))
    else waiting?.resolve(message)
  })
  child.on('exit', (code, signal) => {
    endedBy = signal ?? `exit code ${code}`
    waiting?.reject(new ReplayError('ENGINE_ENDED', `The engine's process ended (${endedBy})`))
  })
  child.on('error', (cause) => waiting?.reject(new ReplayError('ENGINE_ENDED', `The engine's process failed: ${cause.message}`, { cause })))
  return (message: ToReplayWorker) =>
    new Promise<FromReplayWorker>((resolve, reject) => {
      if (endedBy !== undefined) {
        reject(new ReplayError('ENGINE_ENDED', `The engine's process ended (${endedBy})`))
        return
      }
      const timer = setTimeout(() => {
        waiting = undefined
        // run() cannot be interrupted.
        child.kill('SIGKILL')
        reject(new ReplayError('RUN_TIMEOUT', 'The engine took too long', { expected: `within ${timeoutMs} ms` }))
      }, timeoutMs)
      const settle = (done: () => void) => {
        clearTimeout(timer)
        waiting = undefined
        done()
      }
      waiting = { resolve: (answer) => settle(() => resolve(answer)), reject: (error) => settle(() => reject(error)) }
      child.send(message, (error) => {
        if (error !== null) waiting?.reject(new ReplayError('ENGINE_ENDED', `The engine's process ended: ${error.message}`))
      })
    })
}

function toWire({ name, datatype, shape, data }: Tensor): ReplayTensor {
  return { name, datatype, shape: shape.map(Number), data }
}

function fromWire({ name, datatype, shape, data }: ReplayTensor): Tensor {
  const tensor = { name, datatype, shape: shape.map(BigInt), data }
  checkTensor(tensor)
  return tensor
}

const workerPath = fileURLToPath(new URL('worker.ts', import.meta.url))
