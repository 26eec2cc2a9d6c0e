import type { Hex } from '@nacre/verifier/bytes'
import type { OnnxManifest } from '@nacre/verifier/manifest'
import type { Clock } from './clock.ts'
import { EnclaveError } from './errors.ts'
import { type Limits, modelProcessesMax } from './limits.ts'
import type { Log } from './log.ts'
import type { Model, SealedWeights } from './model-folder.ts'
import { startModelProcess } from './model-process.ts'
import { startProgramProcess } from './program-process.ts'
import type { SharedMemory } from './shared-memory.ts'
import type { ModelProcess } from './worker-pool.ts'

export type RunningModel = Model & { process: ModelProcess }

export type ModelRegistry = {
  /** In the order of measurement. */
  models: readonly RunningModel[]
  ids: readonly Hex[]
  /** @throws `MODEL_NOT_FOUND`, `MODEL_VERSION_NOT_FOUND` */
  find(name: string, version?: string): RunningModel
  ready(): boolean
  /** All models whose weights lie open in the image; rejects with the first that refuses. A sealed one may wait for others than us, and nobody waits for it. */
  started: Promise<void>
  close(): void
}

/** Starts every model's first process, all at once. */
export function startModels({
  models,
  processes = 1,
  openWeights,
  confinePath,
  sharedMemory,
  clock,
  limits,
  log,
}: {
  models: readonly Model[]
  /** Of each model, or as many as there are cores for. @default 1 */
  processes?: number | { cores: number } | undefined
  /** For sealed models. */
  openWeights?: ((weights: SealedWeights) => Promise<AsyncIterable<Uint8Array>>) | undefined
  confinePath?: string | undefined
  /** For large tensors; without it they go through a pipe. */
  sharedMemory?: SharedMemory | undefined
  clock: Clock
  limits: Limits
  log: Log
}): ModelRegistry {
  const running = models.map((model, index) => {
    // One user for each process: none of them can look into another, or into the server.
    const uidMin = modelUidMin + index * modelProcessesMax
    const confine = confinePath === undefined ? undefined : (process: number) => ({ path: confinePath, uid: uidMin + process })
    const machinery = { processes: processesOf(model, processes), confine, sharedMemory, clock, limits, log }
    if ('stages' in model) return { ...model, process: startProgramProcess({ model, openWeights: opener(model), ...machinery }) }
    return { ...model, process: startModelProcess({ model, openWeights: opener(model), ...machinery }) }
  })
  const unsealed = running.filter(({ sealed }) => sealed === undefined)
  const byName = new Map(running.map((model) => [model.manifest.name, model]))
  const started = Promise.all(unsealed.map(({ process }) => process.started)).then(() => {})
  started.catch(() => {})
  return {
    models: running,
    ids: running.map(({ id }) => id),
    find(name, version) {
      const model = byName.get(name)
      if (model === undefined) throw new EnclaveError('MODEL_NOT_FOUND')
      if (version !== undefined && version !== model.manifest.version)
        throw new EnclaveError('MODEL_VERSION_NOT_FOUND', undefined, { expected: model.manifest.version })
      return model
    },
    ready: () => unsealed.every(({ process }) => process.ready()),
    started,
    close() {
      for (const { process } of running) process.close()
    },
  }

  function opener({ sealed }: Model): (() => Promise<AsyncIterable<Uint8Array>>) | undefined {
    if (sealed === undefined) return undefined
    if (openWeights === undefined)
      throw new EnclaveError('ARGUMENTS_INVALID', 'Sealed models need a way to the key management service', {
        expected: '--egress unix:PATH',
      })
    return () => openWeights(sealed)
  }
}

/** One core is for the server, which reads, hashes and writes; the rest is for threads of this model. */
export function processesOf(model: Model, processes: number | { cores: number }): number {
  if (typeof processes === 'number') return processes
  const graphs: readonly OnnxManifest[] = 'stages' in model ? model.stages.map(({ manifest }) => manifest) : [model.manifest]
  return Math.min(
    modelProcessesMax,
    Math.max(1, Math.floor((processes.cores - 1) / Math.max(...graphs.map(({ runtime }) => runtime.intraOpThreads)))),
  )
}

/** The server's own is 1000; see host/image/guest/init.c. */
const modelUidMin = 2000
