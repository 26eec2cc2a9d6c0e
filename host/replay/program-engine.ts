import { sha256, toHex } from '@nacre/verifier/bytes'
import { decodeOnnxManifest, type OnnxManifest, type ProgramManifest } from '@nacre/verifier/manifest'
import { openProgram, type Program, ProgramError } from '@nacre/verifier/programs/program'
import type { ReplayEngine } from './engine.ts'
import { ReplayError } from './replay-error.ts'

/**
 * A program, computed again: the same code of `verifier/programs/` that the enclave ran, over engines of one kind, one for each stage. Every stage's manifest and every file are held to the program's manifest.
 *
 * @throws {@link ReplayError} `WEIGHTS_UNREADABLE`, `WEIGHTS_MISMATCH`, `MODEL_UNSUPPORTED`, and what `openStage` throws
 */
export async function openProgramEngine(parameters: {
  kind: 'native' | 'wasm'
  manifest: ProgramManifest
  /** `stages/ROLE/manifest.json`, or a file that the manifest names: as in a model's folder. Whatever it throws, the part cannot be read. */
  readPart(path: string): Promise<Uint8Array>
  /** Holds the weights to the stage's manifest. */
  openStage(role: string, manifest: OnnxManifest): Promise<ReplayEngine>
}): Promise<ReplayEngine> {
  const { kind, manifest, readPart, openStage } = parameters
  const stages = new Map<string, ReplayEngine>()
  const close = () => {
    for (const stage of stages.values()) stage.close()
  }
  try {
    let runtime: ReplayEngine['runtime']
    for (const { role, modelId } of manifest.stages) {
      const stage = decodeOnnxManifest(await verifiedPart(readPart, `stages/${role}/manifest.json`, modelId))
      runtime ??= stage.runtime
      stages.set(role, await openStage(role, stage))
    }
    const files = new Map<string, Uint8Array>()
    for (const { name, sha256: expected } of manifest.files) files.set(name, await verifiedPart(readPart, name, expected))
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

async function verifiedPart(readPart: (path: string) => Promise<Uint8Array>, path: string, expected: string): Promise<Uint8Array> {
  const bytes = await readPart(path).catch((cause: Error) => {
    throw new ReplayError('WEIGHTS_UNREADABLE', `Cannot be read: ${cause.message}`, { cause })
  })
  const received = toHex(await sha256(bytes))
  if (received !== expected)
    throw new ReplayError('WEIGHTS_MISMATCH', `${path} is not what the program's manifest names`, { expected, received })
  return bytes
}
