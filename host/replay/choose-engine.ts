import type { ModelManifest } from '@nacre/verifier/manifest'
import { type EngineKind, openEngine, type ReplayEngine } from './engine.ts'
import { hasIntegerTensors, isIntegerModel } from './integer-model.ts'
import { openProgramFolder } from './program-folder.ts'
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
  manifest: ModelManifest
  /** Of a program: its folder. */
  weightsPath: string
  timeoutMs: number
}): Promise<{ engine: ReplayEngine; isExact: boolean }> {
  const { choice, manifest, weightsPath, timeoutMs } = parameters
  if (manifest.platform === 'nacre_program') {
    if (choice === 'integer') throw new ReplayError('MODEL_UNSUPPORTED', 'The integer engine runs no programs')
    const kind = choice === 'auto' ? 'native' : choice
    return { engine: await openProgramFolder({ kind, manifest, folder: weightsPath, timeoutMs }), isExact: false }
  }
  const rest = { manifest, weightsPath, timeoutMs }
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
