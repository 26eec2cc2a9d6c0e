import type { ProgramModel } from './model-folder.ts'
import { workerBesideServer } from './worker-fork.ts'
import { inOnePiece, type ModelProcess, type PoolParts, startWorkerPool } from './worker-pool.ts'

/**
 * A program: each of its processes works on several requests at once, and a request stays in the process where it began, with what it remembers between steps. A run whose client goes away, or whose time
 * is over, is told to stop.
 */
export function startProgramProcess({ model, ...parts }: PoolParts & { model: ProgramModel }): ModelProcess {
  const { manifest, files } = model
  const { outputBytesMax, stageBytesMax, programRunsMax, programMsMax } = parts.limits
  const stages = model.stages.map(({ role, manifest, weightsPath }) => ({ role, manifest, weightsPath }))
  return startWorkerPool({
    ...parts,
    work: {
      manifest,
      workerPath: workerBesideServer('program-worker'),
      load: { type: 'load', manifest, stages, files, outputBytesMax, stageBytesMax },
      runsMax: programRunsMax,
      runMsMax: programMsMax,
      sharing: () => 1,
      inputs: ([job]) => (job?.inputs ?? []).map(inOnePiece),
      share: (outputs) => [outputs],
      cancel: (id) => ({ type: 'cancel', id }),
    },
  })
}
