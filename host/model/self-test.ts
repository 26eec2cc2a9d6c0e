import { createHash } from 'node:crypto'
import { equalBytes } from '@nacre/verifier/bytes'
import type { OnnxManifest, TensorSpec } from '@nacre/verifier/manifest'
import { type Tensor, tensorFromValues, tensorValues } from '@nacre/verifier/tensor'
import { openEngine, type ReplayEngine } from '../replay/engine.ts'
import { ReplayError } from '../replay/replay-error.ts'
import { ModelError } from './model-error.ts'

export type SelfTest = {
  /** Median of one run of one row. */
  runMs: number
  /** Whether stacked rows gave the bytes of each alone; null where the first dimension is not open, or others are as well. */
  rowsLookIndependent: boolean | null
  /** An Open Inference Protocol request with generated values, to ask the enclave with. */
  sample: string
}

/**
 * Runs a model on generated inputs, in two processes, as an enclave will: the same input must give the same bytes, and so must rows that are said to be independent, stacked or alone.
 *
 * @throws {@link ModelError} `MODEL_UNSUPPORTED`, `SELF_TEST_FAILED`, `ROWS_DEPEND`
 */
export async function selfTest(parameters: {
  manifest: OnnxManifest
  weightsPath: string
  openSize: number
  timeoutMs: number
}): Promise<SelfTest> {
  const { manifest, weightsPath, openSize, timeoutMs } = parameters
  const engines: ReplayEngine[] = []
  try {
    for (let i = 0; i < 2; i++) engines.push(await openEngine({ kind: 'native', manifest, weightsPath, timeoutMs }))
    const [engine, other] = engines as [ReplayEngine, ReplayEngine]
    const names = manifest.outputs.map(({ name }) => name)
    const one = inputsOf(manifest, 1, openSize)
    const outputs = await engine.run(one, names)
    checkOutputs(manifest, outputs)
    for (const [where, again] of [
      ['in one process', await engine.run(one, names)],
      ['in two processes', await other.run(one, names)],
    ] as const)
      if (!sameBytes(outputs, again)) throw new ModelError('SELF_TEST_FAILED', `Two runs of one input ${where} gave different bytes`)
    const times: number[] = []
    for (let run = 0; run < timedRuns; run++) {
      const startedMs = performance.now()
      await engine.run(one, names)
      times.push(performance.now() - startedMs)
    }
    const rowsLookIndependent = stackable(manifest) ? await rowsAgree(engine, manifest, openSize) : null
    if (manifest.rows === 'independent' && rowsLookIndependent !== true)
      throw new ModelError('ROWS_DEPEND', 'Stacked rows gave other bytes than each row alone')
    return { runMs: times.sort((a, b) => a - b)[timedRuns >> 1] as number, rowsLookIndependent, sample: sampleOf(one) }
  } catch (cause) {
    if (!(cause instanceof ReplayError)) throw cause
    const code = cause.code === 'RUN_FAILED' || cause.code === 'RUN_TIMEOUT' ? 'SELF_TEST_FAILED' : 'MODEL_UNSUPPORTED'
    throw new ModelError(code, `Generated input: ${cause.message}`, { expected: cause.expected, received: cause.received, cause })
  } finally {
    for (const engine of engines) engine.close()
  }
}

async function rowsAgree(engine: ReplayEngine, manifest: OnnxManifest, openSize: number): Promise<boolean> {
  const names = manifest.outputs.map(({ name }) => name)
  for (const rows of [2, 7, 32]) {
    const inputs = inputsOf(manifest, rows, openSize)
    const together = await engine.run(inputs, names)
    if (together.some(({ shape }) => shape[0] !== BigInt(rows))) return false
    for (let row = 0; row < rows; row++) {
      const rowOf = (tensor: Tensor): Tensor => {
        const size = tensor.data.length / rows
        return { ...tensor, shape: [1n, ...tensor.shape.slice(1)], data: tensor.data.subarray(row * size, (row + 1) * size) }
      }
      if (!sameBytes(await engine.run(inputs.map(rowOf), names), together.map(rowOf))) return false
    }
  }
  return true
}

function stackable({ inputs, outputs }: OnnxManifest): boolean {
  return [...inputs, ...outputs].every(({ datatype, shape }) => datatype !== 'BYTES' && shape[0] === -1 && shape.lastIndexOf(-1) === 0)
}

function checkOutputs(manifest: OnnxManifest, outputs: readonly Tensor[]): void {
  for (const [i, spec] of manifest.outputs.entries()) {
    const shape = outputs[i]?.shape.map(Number) ?? []
    if (shape.length === spec.shape.length && spec.shape.every((size, at) => size === -1 || size === shape[at])) continue
    throw new ModelError('SELF_TEST_FAILED', `Output "${spec.name}" has another form than the model announces`, {
      expected: `[${spec.shape}]`,
      received: `[${shape}]`,
    })
  }
}

/** The first dimension is the batch; small numbers, which are in the range of most models, token ids included. The same in every run. */
function inputsOf(manifest: OnnxManifest, rows: number, openSize: number): Tensor[] {
  return manifest.inputs.map((spec) => {
    const shape = spec.shape.map((size, at) => (size !== -1 ? size : at === 0 ? rows : openSize))
    const count = shape.reduce((product, size) => product * size, 1)
    if (count > elementsMax)
      throw new ModelError('MODEL_UNSUPPORTED', `Input "${spec.name}" is larger than an enclave takes`, {
        expected: `at most ${elementsMax} elements`,
        received: `[${shape}]`,
      })
    return tensorFromValues({ name: spec.name, datatype: spec.datatype, shape, values: Array.from({ length: count }, valuesOf(spec)) })
  })
}

function valuesOf({ name, datatype }: TensorSpec): () => number | bigint | boolean | string {
  let counter = 0
  const next = () => createHash('sha256').update(`${name} ${counter++}`).digest().readUInt32LE()
  if (datatype === 'BOOL') return () => next() % 2 === 1
  if (datatype === 'BYTES') return () => String(next())
  if (datatype === 'INT64' || datatype === 'UINT64') return () => BigInt(next() % 16)
  if (datatype.startsWith('FP') || datatype === 'BF16') return () => Math.fround((next() % 4096) / 4096)
  return () => next() % 16
}

function sampleOf(inputs: readonly Tensor[]): string {
  const plain = (value: unknown) => (typeof value === 'bigint' ? Number(value) : value)
  const request = {
    inputs: inputs.map((tensor) => ({
      name: tensor.name,
      datatype: tensor.datatype,
      shape: tensor.shape.map(Number),
      data: (tensorValues(tensor) as unknown[]).map(plain),
    })),
  }
  return `${JSON.stringify(request)}\n`
}

function sameBytes(a: readonly Tensor[], b: readonly Tensor[]): boolean {
  return a.length === b.length && a.every(({ data }, i) => equalBytes(data, b[i]?.data ?? new Uint8Array()))
}

const timedRuns = 21
/** As the enclave's limit. */
const elementsMax = 4_000_000
