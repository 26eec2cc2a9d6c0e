import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProgramManifest } from '@nacre/verifier/manifest'
import { weightsPathOf } from '../model/model-files.ts'
import { openEngine, type ReplayEngine } from './engine.ts'
import { openProgramEngine } from './program-engine.ts'
import { ReplayError } from './replay-error.ts'

/** A program from a folder that is laid out as a model's folder is, each stage in a process of its own. @throws {@link ReplayError} as `openEngine` */
export function openProgramFolder(parameters: {
  kind: 'native' | 'wasm'
  manifest: ProgramManifest
  folder: string
  timeoutMs: number
}): Promise<ReplayEngine> {
  const { kind, manifest, folder, timeoutMs } = parameters
  return openProgramEngine({
    kind,
    manifest,
    readPart: async (path) => Uint8Array.from(await readFile(join(folder, path))),
    openStage: (role, stage) => openEngine({ kind, manifest: stage, weightsPath: stageWeights(join(folder, 'stages', role)), timeoutMs }),
  })
}

function stageWeights(stageFolder: string): string {
  try {
    return weightsPathOf(stageFolder)
  } catch (cause) {
    throw new ReplayError('WEIGHTS_UNREADABLE', `${stageFolder}: ${(cause as Error).message}`, { cause })
  }
}
