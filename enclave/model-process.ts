import type { Tensor } from '@nacre/verifier/tensor'
import type { OnnxModel } from './model-folder.ts'
import { workerBesideServer } from './worker-fork.ts'
import { inOnePiece, type Job, type ModelProcess, type PiecedTensor, type PoolParts, startWorkerPool } from './worker-pool.ts'

/**
 * A model: each of its processes runs one thing at a time. Requests that wait for a model whose rows are independent run together, stacked along the first dimension: a message to the process and back
 * costs more than a small model's run.
 */
export function startModelProcess({ model, ...parts }: PoolParts & { model: OnnxModel }): ModelProcess {
  const { manifest, weightsPath } = model
  const { limits } = parts
  let msPerRow = Number.POSITIVE_INFINITY

  /** The first that waits, and behind it as many as may share its run. */
  function sharing([first, ...others]: readonly Job[]): number {
    if (first === undefined || !mayShare(first)) return 1
    const rowsMax = Math.min(limits.batchMax, limits.sharedRunMsMax / msPerRow)
    let count = 1
    let rows = rowsOf(first)
    let bytes = bytesOf(first)
    for (const job of others) {
      rows += rowsOf(job)
      bytes += bytesOf(job)
      if (rows > rowsMax || bytes > limits.sharedRunBytesMax) break
      if (!mayShare(job) || job.outputNames.join('\0') !== first.outputNames.join('\0')) break
      count++
    }
    return count
  }

  /**
   * The attack: two inputs of unequal length in one request, and another request that makes up for it, would shift the rows of whoever is stacked between them, so that a caller is answered, and
   * given a receipt, on a row of somebody else's.
   */
  function mayShare({ alone, inputs }: Job): boolean {
    return manifest.rows === 'independent' && !alone && inputs.every(({ shape }) => shape[0] === inputs[0]?.shape[0])
  }

  return startWorkerPool({
    ...parts,
    work: {
      manifest,
      workerPath: workerBesideServer('model-worker'),
      load: { type: 'load', manifest, weightsPath, outputBytesMax: limits.outputBytesMax },
      runsMax: 1,
      runMsMax: limits.runMsMax,
      sharing,
      inputs: (jobs) => stackRows(jobs.map((job) => job.inputs)),
      share: (outputs, jobs) => (jobs.length === 1 ? [outputs] : splitRows(outputs, jobs.map(rowsOf))),
      onDone(jobs, durationMs) {
        // Down at once and up slowly: what makes a run look long is mostly this process being busy.
        msPerRow = Math.min(durationMs / Math.max(1, sum(jobs.map(rowsOf))), msPerRow * 1.1)
      },
    },
  })
}

/** The batch: of independent rows, all inputs have the same number. */
function rowsOf(job: Job): number {
  return Number(job.inputs[0]?.shape[0] ?? 1n)
}

function bytesOf(job: Job): number {
  return sum(job.inputs.map(({ data }) => data.length))
}

/** One request's tensors below another's, along the first dimension; row-major data need only follow each other. */
function stackRows(requests: readonly (readonly Tensor[])[]): PiecedTensor[] {
  const [first = []] = requests
  if (requests.length === 1) return first.map(inOnePiece)
  return first.map((tensor, i) => {
    const parts = requests.map((inputs) => inputs[i] as Tensor)
    const rows = parts.reduce((total, { shape }) => total + (shape[0] as bigint), 0n)
    const { name, datatype, shape } = tensor
    return { name, datatype, shape: [rows, ...shape.slice(1)], pieces: parts.map(({ data }) => data) }
  })
}

/** The inverse of {@link stackRows}: for each request its rows of every tensor. */
function splitRows(tensors: readonly Tensor[], rows: readonly number[]): Tensor[][] {
  const total = sum(rows)
  // Another number of rows would give callers each other's answers.
  if (tensors.some(({ shape }) => shape[0] !== BigInt(total))) throw new TypeError('Another number of rows than was asked for')
  let at = 0
  return rows.map((count) => {
    const from = at
    at += count
    return tensors.map((tensor) => {
      const rowBytes = tensor.data.length / Math.max(1, total)
      // Member by member: spreading one object into another costs as much as all the rest, for every answer.
      return {
        name: tensor.name,
        datatype: tensor.datatype,
        shape: [BigInt(count), ...tensor.shape.slice(1)],
        data: tensor.data.subarray(from * rowBytes, at * rowBytes),
      }
    })
  })
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
