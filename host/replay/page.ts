import type { Bundle } from '@nacre/verifier/bundle'
import { decodeManifest, type OnnxManifest } from '@nacre/verifier/manifest'
import { checkTensor } from '@nacre/verifier/tensor'
import type { ReplayEngine } from './engine.ts'
import { hasIntegerTensors, isIntegerModel, openIntegerModel } from './integer-model.ts'
import { openOnnxSession } from './onnx-session.ts'
import { openProgramEngine } from './program-engine.ts'
import { type RecordedAnswer, type Replay, replayAnswer } from './replay.ts'
import { ReplayError } from './replay-error.ts'
import { verifyWeights } from './weights.ts'

export type { Replay } from './replay.ts'
export { ReplayError } from './replay-error.ts'

/**
 * Computes an answer again in a browser, without a server's help: in integers where the model has nothing else, otherwise in WebAssembly, whose bits are those of every other machine's.
 * Whether the answer was signed is not checked here: `verifyBundle` says that.
 *
 * The page is busy meanwhile: a fraction of a second for the models of this project, seconds for a page of text to read.
 *
 * @throws {@link ReplayError} when nothing could be computed
 */
export async function replayInPage(parameters: {
  answer: RecordedAnswer
  /**
   * A file of the model's folder, from wherever: `model.onnx`; of a program `stages/ROLE/manifest.json`, `stages/ROLE/model.onnx` and the files that its manifest names. Each counts only if it is the one that the
   * manifest pins.
   */
  readFile(path: string): Promise<Uint8Array>
  /** Fetches `ort-wasm-simd-threaded.wasm` of onnxruntime-web, 14 MB; called only where integers will not do. */
  fetchRuntime(): Promise<ArrayBuffer>
  /** As in `compareOutputs`. */
  tolerance?: number | undefined
}): Promise<PageReplay> {
  const { answer, tolerance } = parameters
  const { engine, isExact } = await openPageEngine(parameters)
  const { kind, library, version } = engine
  try {
    return { ...(await replayAnswer({ answer, engine, tolerance: isExact ? 0 : tolerance })), engine: { kind, library, version } }
  } finally {
    engine.close()
  }
}

export type PageReplay = Replay & { readonly engine: Pick<ReplayEngine, 'kind' | 'library' | 'version'> }

/** What a bundle records. @throws {@link ReplayError} `INPUT_WITHHELD`; `MANIFEST_MALFORMED` */
export function recordedAnswer({
  manifest,
  receipt,
  inputs,
  outputs,
}: Pick<Bundle, 'manifest' | 'receipt' | 'inputs' | 'outputs'>): RecordedAnswer {
  if (inputs === null) throw new ReplayError('INPUT_WITHHELD', 'The bundle keeps its inputs back: there is nothing to compute from')
  return { manifest: decodeManifest(manifest), receipt, inputs, outputs }
}

async function openPageEngine(parts: {
  answer: RecordedAnswer
  readFile(path: string): Promise<Uint8Array>
  fetchRuntime(): Promise<ArrayBuffer>
}): Promise<{ engine: ReplayEngine; isExact: boolean }> {
  const { readFile, fetchRuntime } = parts
  const { manifest } = parts.answer
  const weightsOf = async ({ weights }: OnnxManifest, path: string) => {
    const bytes = await readFile(path)
    await verifyWeights(weights, bytes)
    return bytes
  }
  if (manifest.platform === 'nacre_program') {
    const runtime = await fetchRuntime()
    const openStage = async (role: string, stage: OnnxManifest) =>
      openWasm(stage, await weightsOf(stage, `stages/${role}/model.onnx`), async () => runtime)
    return { engine: await openProgramEngine({ kind: 'wasm', manifest, readPart: readFile, openStage }), isExact: false }
  }
  const weights = await weightsOf(manifest, 'model.onnx')
  const isExact = hasIntegerTensors(manifest) && isIntegerModel(manifest, weights)
  return { engine: isExact ? openIntegerModel(manifest, weights) : await openWasm(manifest, weights, fetchRuntime), isExact }
}

async function openWasm(manifest: OnnxManifest, weights: Uint8Array, fetchRuntime: () => Promise<ArrayBuffer>): Promise<ReplayEngine> {
  try {
    const ort = await import('onnxruntime-web/wasm')
    // Bytes that are handed in, so that it never looks for them elsewhere; one thread, because threads share out the additions, and their order decides the last bits.
    ort.env.wasm.wasmBinary = await fetchRuntime()
    ort.env.wasm.numThreads = 1
    ort.env.logLevel = 'fatal'
    const session = await openOnnxSession({ runtime: ort, provider: 'wasm', weights, profile: manifest.runtime })
    return {
      kind: 'wasm',
      library: 'onnxruntime-web',
      version: ort.env.versions.web ?? 'unknown',
      cpuClass: 'any',
      async run(inputs, outputNames) {
        const wire = inputs.map((tensor) => ({ ...tensor, shape: tensor.shape.map(Number) }))
        const outputs = await session.run(wire, outputNames).catch((cause: Error) => {
          throw new ReplayError('RUN_FAILED', cause.message, { cause })
        })
        return outputs.map((output) => {
          const tensor = { ...output, shape: output.shape.map(BigInt) }
          checkTensor(tensor)
          return tensor
        })
      },
      close: () => session.close(),
    }
  } catch (cause) {
    throw new ReplayError('MODEL_UNSUPPORTED', (cause as Error).message, { cause })
  }
}
