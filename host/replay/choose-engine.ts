import type { OnnxManifest } from '@nacre/verifier/manifest'
import { type EngineKind, openEngine, type ReplayEngine } from './engine.ts'
import { hasIntegerTensors, isIntegerModel } from './integer-model.ts'
import { ReplayError } from './replay-error.ts'
import { readWeights } from './weights-file.ts'

export type EngineChoice = EngineKind | 'auto'

/**
 * The engine to use when the caller leaves the choice: exact arithmetic for models of integers alone, else the native runtime, else (where it does not start) WebAssembly.
 *
 * @throws {@link ReplayError}
 */
export async function chooseEngine(parameters: {
  choice: EngineChoice
  manifest: OnnxManifest
  weightsPath: string
  timeoutMs: number
}): Promise<{ engine: ReplayEngine; isExact: boolean }> {
  const { choice, ...rest } = parameters
  const { manifest, weightsPath } = rest
  const isExact = hasIntegerTensors(manifest) && isIntegerModel(manifest, await readWeights(manifest.weights, weightsPath))
  if (choice !== 'auto') return { engine: await openEngine({ ...rest, kind: choice }), isExact }
  if (isExact) return { engine: await openEngine({ ...rest, kind: 'integer' }), isExact }
  try {
    return { engine: await openEngine({ ...rest, kind: 'native' }), isExact }
  } catch (error) {
    if (!(error instanceof ReplayError) || (error.code !== 'ENGINE_ENDED' && error.code !== 'MODEL_UNSUPPORTED')) throw error
    return { engine: await openEngine({ ...rest, kind: 'wasm' }), isExact }
  }
}
