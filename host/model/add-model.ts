import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Hex, toHex } from '@nacre/verifier/bytes'
import { decodeManifest, encodeManifest, hashManifest, type OnnxManifest, type RuntimeProfile } from '@nacre/verifier/manifest'
import { modelsPcrOf } from '../models-pcr.ts'
import { describeModel } from '../replay/engine.ts'
import { ReplayError } from '../replay/replay-error.ts'
import { ModelError } from './model-error.ts'
import { type SelfTest, selfTest } from './self-test.ts'

export type AddModelParameters = {
  /** One ONNX file. */
  onnxPath: string
  /** Where every folder is a model, such as `enclave/models`. */
  modelsFolder: string
  name: string
  version: string
  labels: readonly string[]
  graphOptimizationLevel: RuntimeProfile['graphOptimizationLevel']
  /** The author's word that a row of the outputs depends on the same row of the inputs alone. The self-test can disprove it, not prove it. */
  rowsIndependent: boolean
  /** Size of open dimensions other than the first, in the self-test. */
  openSize: number
  /** For loading the model, and for each run. */
  timeoutMs: number
}

export type AddedModel = {
  folder: string
  manifest: OnnxManifest
  id: Hex
  /** PCR16 of an enclave with all models of the folder. */
  pcr16: Hex
  selfTest: SelfTest
}

/**
 * Makes a model folder from an ONNX file: looks into it with ONNX Runtime, in a process of its own, writes the manifest and tries the model. Nothing is left behind when any of it fails.
 *
 * @throws {@link ModelError}
 */
export async function addModel(parameters: AddModelParameters): Promise<AddedModel> {
  const { onnxPath, modelsFolder, name, version, labels, graphOptimizationLevel, rowsIndependent, openSize, timeoutMs } = parameters
  const weights = measureWeights(onnxPath)
  const folder = join(modelsFolder, name)
  if (existsSync(folder)) throw new ModelError('MODEL_EXISTS', `${folder} is there already`)
  const threads = { interOpThreads: 1, intraOpThreads: 1 }
  const { version: runtimeVersion, ...tensors } = await described(onnxPath, weights, { graphOptimizationLevel, ...threads }, timeoutMs)
  const manifest: OnnxManifest = {
    format: 'nacre/model/1',
    name,
    version,
    platform: 'onnx_onnxv1',
    weights,
    ...tensors,
    labels: [...labels],
    runtime: { engine: 'onnxruntime', version: runtimeVersion, graphOptimizationLevel, ...threads },
    ...(rowsIndependent ? { rows: 'independent' } : {}),
  }
  const bytes = encoded(manifest)
  const tested = await selfTest({ manifest, weightsPath: onnxPath, openSize, timeoutMs })
  // Under another name first: an enclave that starts meanwhile sees the whole model or none.
  const incomplete = join(modelsFolder, `.${name}.incomplete`)
  try {
    mkdirSync(incomplete, { recursive: true })
    copyFileSync(onnxPath, join(incomplete, 'model.onnx'))
    writeFileSync(join(incomplete, 'manifest.json'), bytes)
    mkdirSync(join(incomplete, 'samples'))
    writeFileSync(join(incomplete, 'samples/generated.json'), tested.sample)
    if (measureWeights(join(incomplete, 'model.onnx')).sha256 !== weights.sha256)
      throw new ModelError('MODEL_UNREADABLE', `${onnxPath} changed while it was read`)
    renameSync(incomplete, folder)
  } finally {
    rmSync(incomplete, { recursive: true, force: true })
  }
  return { folder, manifest, id: await hashManifest(manifest), pcr16: await modelsPcrOf(modelsFolder), selfTest: tested }
}

function measureWeights(path: string): OnnxManifest['weights'] {
  try {
    const stats = statSync(path)
    if (stats.isDirectory())
      throw new ModelError(
        'MODEL_UNSUPPORTED',
        describesProgram(path) ? `${path} is a program, which is served from the folder of models as it stands` : `${path} is a folder`,
        {
          expected: 'one ONNX file',
          received: 'a folder',
        },
      )
    const { size } = stats
    if (size > weightsBytesMax)
      throw new ModelError('MODEL_UNSUPPORTED', 'Larger than an enclave loads', {
        expected: `at most ${weightsBytesMax} bytes`,
        received: `${size} bytes`,
      })
    const bytes = readFileSync(path)
    return { bytes: bytes.length, sha256: toHex(createHash('sha256').update(bytes).digest()) }
  } catch (cause) {
    if (cause instanceof ModelError) throw cause
    throw new ModelError('MODEL_UNREADABLE', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

/** A program's folder is complete as it stands: there is nothing to find out about it, and its code is part of the image. */
function describesProgram(path: string): boolean {
  const manifest = join(path, 'manifest.json')
  return existsSync(manifest) && decodeManifest(readFileSync(manifest)).platform === 'nacre_program'
}

async function described(
  weightsPath: string,
  weights: OnnxManifest['weights'],
  profile: Omit<RuntimeProfile, 'engine' | 'version'>,
  timeoutMs: number,
) {
  try {
    return await describeModel({ weights, weightsPath, profile, timeoutMs })
  } catch (cause) {
    if (!(cause instanceof ReplayError)) throw cause
    throw new ModelError('MODEL_UNSUPPORTED', `ONNX Runtime does not take it: ${cause.message}`, { cause })
  }
}

function encoded(manifest: OnnxManifest): Uint8Array {
  try {
    return encodeManifest(manifest)
  } catch (cause) {
    const { message, expected, received } = cause as { message: string; expected?: string; received?: string }
    throw new ModelError('MANIFEST_INVALID', message, { expected, received, cause })
  }
}

/** As the enclave's limit. */
const weightsBytesMax = 1 << 30
