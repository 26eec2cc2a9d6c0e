import type { Hex } from '@nacre/verifier/bytes'
import type { Clock } from './clock.ts'
import { EnclaveError } from './errors.ts'
import type { Limits } from './limits.ts'
import type { Log } from './log.ts'
import type { Model } from './model-folder.ts'
import { type ModelProcess, startModelProcess } from './model-process.ts'

export type RunningModel = Model & { process: ModelProcess }

export type ModelRegistry = {
  /** In the order of measurement. */
  models: readonly RunningModel[]
  ids: readonly Hex[]
  /** @throws `MODEL_NOT_FOUND`, `MODEL_VERSION_NOT_FOUND` */
  find(name: string, version?: string): RunningModel
  ready(): boolean
  /** All models at once; rejects with the first that refuses. */
  started: Promise<void>
  close(): void
}

/** Starts every model's process, all at once. */
export function startModels({
  models,
  clock,
  limits,
  log,
}: {
  models: readonly Model[]
  clock: Clock
  limits: Limits
  log: Log
}): ModelRegistry {
  const running = models.map((model) => ({ ...model, process: startModelProcess({ model, clock, limits, log }) }))
  const byName = new Map(running.map((model) => [model.manifest.name, model]))
  const started = Promise.all(running.map(({ process }) => process.started)).then(() => {})
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
    ready: () => running.every(({ process }) => process.ready()),
    started,
    close() {
      for (const { process } of running) process.close()
    },
  }
}
