import type { ChildProcess } from 'node:child_process'
import type { Writable } from 'node:stream'
import type { Tensor } from '@nacre/verifier/tensor'
import type { Clock } from './clock.ts'
import { EnclaveError, type EnclaveErrorCode, toEnclaveError } from './errors.ts'
import { createFairQueue } from './fair-queue.ts'
import type { Limits } from './limits.ts'
import type { Log } from './log.ts'
import type { Model, OnnxModel } from './model-folder.ts'
import { type FromWorker, type ToWorker, type WireTensor, weightsFd } from './model-messages.ts'
import { checkTensorForm } from './tensor-form.ts'
import { type Confinement, forkWorker, workerBesideServer } from './worker-fork.ts'

/** A model that runs: a queue in front of one child process. */
export type ModelProcess = {
  /** Resolves at the first time the model is loaded, rejects when it never will be. */
  started: Promise<void>
  ready(): boolean
  /** Why the weights are still sealed, or that they are being opened. */
  sealed(): EnclaveErrorCode | 'opening' | undefined
  /**
   * The named outputs, in that order, checked against the manifest.
   *
   * A program that makes its answer piece by piece shows the pieces to `onChunk` on the way; they are not signed, the outputs are.
   *
   * @throws `MODEL_QUEUE_FULL`, `MODEL_QUEUE_TIMEOUT`, `MODEL_TIMEOUT`, `MODEL_CRASHED`, `MODEL_UNAVAILABLE`, `MODEL_REJECTED_INPUT`, `INPUT_TOO_LONG`, `MODEL_OUTPUT_INVALID`, `OUTPUT_TOO_LARGE`, `CLIENT_GONE`
   */
  run(
    inputs: readonly Tensor[],
    outputNames: readonly string[],
    signal?: AbortSignal,
    onChunk?: (chunk: Uint8Array) => void,
    /** Whose request it is: clients take turns. */
    client?: object,
  ): Promise<Tensor[]>
  /** Waiting and running requests. */
  load(): number
  pid(): number | undefined
  close(): void
}

type Job = {
  inputs: readonly Tensor[]
  outputNames: readonly string[]
  signal: AbortSignal | undefined
  /** Was part of a run that failed; which of its requests is to blame shows when each runs by itself. */
  alone: boolean
  resolve(outputs: Tensor[]): void
  reject(error: EnclaveError): void
  cancelWait(): void
}

/**
 * One run at a time. Requests that wait for a model whose rows are independent run together, stacked along the first dimension: a message to the process and back costs more than a small model's run.
 *
 * A request that kills the process (a crash in native code, a run without end) kills only itself: requests that ran together with it run again, each alone, and those behind wait until the
 * process is back or their own time is over. The process is restarted with growing delays; a process that refuses its weights or runtime is not, because nothing will change.
 */
export function startModelProcess(parts: {
  model: OnnxModel
  /** The weights of a sealed model, each time its process starts. When they cannot be had, that is tried again with growing delays, for as long as it takes. */
  openWeights?: (() => Promise<AsyncIterable<Uint8Array>>) | undefined
  confine?: Confinement | undefined
  clock: Clock
  limits: Limits
  log: Log
  workerPath?: string
}): ModelProcess {
  const { model, openWeights, confine, clock, limits, log, workerPath = workerBesideServer('model-worker') } = parts
  const { manifest } = model
  const queue = createFairQueue<Job>()
  let child: ChildProcess | undefined
  let state: 'sealed' | 'loading' | 'ready' | 'ending' | 'waiting' | 'failed' | 'closed' = 'loading'
  let sealedBy: EnclaveErrorCode | 'opening' = 'opening'
  let unsealAttempts = 0
  let running: { id: number; jobs: Job[]; rows: number; startedAtMs: number; cancelTimeout: () => void } | undefined
  let msPerRow = Number.POSITIVE_INFINITY
  let nextId = 0
  let crashes = 0
  let cancelTimer = () => {}
  let hasStarted = false
  let loadedOnce = () => {}
  let neverLoaded = (_: EnclaveError) => {}
  const started = new Promise<void>((resolve, reject) => {
    loadedOnce = resolve
    neverLoaded = reject
  })
  started.catch(() => {}) // whoever boots awaits it; nobody else needs to

  function launch(): void {
    if (openWeights === undefined) {
      startProcess()
      return
    }
    state = 'sealed'
    openWeights().then(
      (weights) => (state === 'sealed' ? startProcess(weights) : undefined),
      (error: unknown) => (state === 'sealed' ? staySealed(error) : undefined),
    )
  }

  /** KMS, the host or the file may be back later: no attempt is the last, and no other model notices. */
  function staySealed(error: unknown): void {
    const { code, received } = toEnclaveError(error)
    const delayMs = Math.min(limits.unsealDelayMsMax, limits.unsealDelayMsMin * 2 ** Math.min(unsealAttempts++, 16))
    state = 'sealed'
    sealedBy = code
    log.warn({ msg: 'model stays sealed', model: manifest.name, code, received, delayMs })
    cancelTimer = clock.after(delayMs, launch)
  }

  function startProcess(weights?: AsyncIterable<Uint8Array>): void {
    state = 'loading'
    const startedAtMs = clock.monotonicMs()
    const process = forkWorker(workerPath, { confine, pipe: weights !== undefined })
    child = process
    cancelTimer = clock.after(limits.loadMsMax, () => process.kill('SIGKILL'))
    process.on('message', (message: FromWorker) => {
      if (process === child) receive(message, startedAtMs)
    })
    // Other errors (a signal or message that did not arrive) are followed by `exit`.
    process.on('error', () => {
      if (process.pid === undefined) ended(process, null, null)
    })
    process.on('exit', (exitCode, exitSignal) => ended(process, exitCode, exitSignal))
    send({ type: 'load', manifest, weightsPath: model.weightsPath, outputBytesMax: limits.outputBytesMax })
    if (weights === undefined) return
    writeWeights(weights, process.stdio[weightsFd] as Writable).catch((error: unknown) => {
      // The process ended first, and `exit` says so.
      if (process !== child || !(error instanceof EnclaveError)) return
      child = undefined
      cancelTimer()
      process.kill('SIGKILL')
      staySealed(error)
    })
  }

  /**
   * A process that has run strangers' inputs may have been taken over by one, and through these messages it can still give wrong numbers, which no check finds; but it can neither choose
   * what we log, which would carry other callers' inputs to the host, nor an error that we do not know.
   *
   * Messages are its only way in an enclave's image, where it is confined. In simulation it is a process of the server's own user, so it can read the server's memory and with it the keys: there
   * both are one trust domain.
   */
  function receive(message: FromWorker, startedAtMs: number): void {
    if (state === 'loading' && message?.type === 'loaded') {
      cancelTimer()
      state = 'ready'
      hasStarted = true
      unsealAttempts = 0
      log.info({ msg: 'model loaded', model: manifest.name, pid: child?.pid, durationMs: Math.round(clock.monotonicMs() - startedAtMs) })
      loadedOnce()
      next()
    } else if (state === 'loading' && message?.type === 'refused') {
      fail(new EnclaveError(message.code, message.message, { expected: message.expected, received: message.received }))
    } else if (message?.type === 'result' || message?.type === 'failed') {
      finish(message)
    }
  }

  function send(message: ToWorker): void {
    // Failing to send means that the process is ending, and then `exit` follows.
    child?.send(message, () => {})
  }

  function next(): void {
    if (state !== 'ready' || running !== undefined) return
    const jobs = takeJobs()
    const [first] = jobs
    if (first === undefined) return
    for (const job of jobs) job.cancelWait()
    const id = nextId++
    const process = child
    const cancelTimeout = clock.after(limits.runMsMax, () => {
      fault(new EnclaveError('MODEL_TIMEOUT', undefined, { expected: `within ${limits.runMsMax} ms`, retryAfterSeconds: 1 }))
      // run() cannot be interrupted: only ending the process frees it. Until it has ended, nothing more is sent to it.
      state = 'ending'
      process?.kill('SIGKILL')
    })
    running = { id, jobs, rows: sum(jobs.map(rowsOf)), startedAtMs: clock.monotonicMs(), cancelTimeout }
    const inputs = jobs.length === 1 ? first.inputs : stackRows(jobs.map((job) => job.inputs))
    send({ type: 'run', id, inputs: inputs.map(toWire), outputNames: first.outputNames })
  }

  /** The first that waits, and behind it as many as may share its run. */
  function takeJobs(): Job[] {
    const [first, ...others] = queue.waiting()
    if (first === undefined) return []
    let count = 1
    if (mayShare(first)) {
      const rowsMax = Math.min(limits.batchMax, limits.sharedRunMsMax / msPerRow)
      let rows = rowsOf(first)
      let bytes = bytesOf(first)
      for (const job of others) {
        rows += rowsOf(job)
        bytes += bytesOf(job)
        if (rows > rowsMax || bytes > limits.sharedRunBytesMax) break
        if (!mayShare(job) || job.outputNames.join('\0') !== first.outputNames.join('\0')) break
        count++
      }
    }
    return queue.take(count)
  }

  /**
   * The attack: two inputs of unequal length in one request, and another request that makes up for it, would shift the rows of whoever is stacked between them, so that a caller is answered, and
   * given a receipt, on a row of somebody else's.
   */
  function mayShare({ alone, inputs }: Job): boolean {
    return manifest.rows === 'independent' && !alone && inputs.every(({ shape }) => shape[0] === inputs[0]?.shape[0])
  }

  function finish(message: Extract<FromWorker, { type: 'result' | 'failed' }>): void {
    // After a timeout the late answer belongs to nobody.
    if (running === undefined || message.id !== running.id) return
    try {
      if (message.type === 'failed') fault(runError(message.code))
      else answer(readOutputs(message.outputs, running.jobs))
      crashes = 0
    } catch (cause) {
      fault(new EnclaveError('MODEL_OUTPUT_INVALID', undefined, { cause }))
      // The process checks its outputs itself; if they are wrong here, it is no longer our code that runs there.
      state = 'ending'
      child?.kill('SIGKILL')
    }
    next()
  }

  /** Each job's own outputs. Checked again on this side, because what comes from here is signed. */
  function readOutputs(outputs: readonly WireTensor[], jobs: readonly Job[]): Tensor[][] {
    let bytesLeft = limits.outputBytesMax
    const tensors = (jobs[0] as Job).outputNames.map((name, i) => {
      const tensor = fromWire(manifest.outputs, name, outputs[i], bytesLeft)
      bytesLeft -= tensor.data.length
      return tensor
    })
    return jobs.length === 1 ? [tensors] : splitRows(tensors, jobs.map(rowsOf))
  }

  function endRun(): Job[] {
    if (running === undefined) return []
    const { jobs, cancelTimeout } = running
    running = undefined
    cancelTimeout()
    return jobs
  }

  function answer(outputs: readonly Tensor[][]): void {
    const { rows, startedAtMs } = running as NonNullable<typeof running>
    // Down at once and up slowly: what makes a run look long is mostly this process being busy.
    msPerRow = Math.min((clock.monotonicMs() - startedAtMs) / Math.max(1, rows), msPerRow * 1.1)
    for (const [i, job] of endRun().entries()) job.resolve(outputs[i] as Tensor[])
  }

  function fault(error: EnclaveError): void {
    const jobs = endRun()
    if (jobs.length === 1) jobs[0]?.reject(error)
    else for (const job of jobs.reverse()) wait({ ...job, alone: true }, 'first')
  }

  /** Into the queue, until its turn, its deadline or its client's end. */
  function wait(job: Job, place: 'first' | { client: object }): void {
    if (job.signal?.aborted) {
      job.reject(new EnclaveError('CLIENT_GONE'))
      return
    }
    const leave = (error: EnclaveError) => {
      if (!queue.remove(job)) return
      job.cancelWait()
      job.reject(error)
    }
    const gone = () => leave(new EnclaveError('CLIENT_GONE'))
    const cancelDeadline = clock.after(limits.queueMsMax, () =>
      leave(new EnclaveError('MODEL_QUEUE_TIMEOUT', undefined, { retryAfterSeconds: 1 })),
    )
    job.cancelWait = () => {
      cancelDeadline()
      job.signal?.removeEventListener('abort', gone)
    }
    job.signal?.addEventListener('abort', gone)
    if (place === 'first') {
      queue.addFirst(job)
      return
    }
    const gaveWay = queue.add(job, place.client, limits.queueLengthMax)
    gaveWay?.cancelWait()
    gaveWay?.reject(
      new EnclaveError('MODEL_QUEUE_FULL', undefined, { expected: `at most ${limits.queueLengthMax} waiting`, retryAfterSeconds: 1 }),
    )
  }

  function ended(process: ChildProcess, exitCode: number | null, exitSignal: NodeJS.Signals | null): void {
    if (process !== child) return
    child = undefined
    cancelTimer()
    if (state === 'closed' || state === 'failed') return
    fault(new EnclaveError('MODEL_CRASHED', undefined, { retryAfterSeconds: 1 }))
    crashes += 1
    if (!hasStarted && crashes >= limits.loadAttemptsMax) {
      fail(new EnclaveError('MODEL_LOAD_FAILED', 'The process ends while it loads', { received: exitSignal ?? `exit code ${exitCode}` }))
      return
    }
    const delayMs = Math.min(limits.restartDelayMsMax, limits.restartDelayMsMin * 2 ** Math.min(crashes - 1, 16))
    state = 'waiting'
    log.warn({
      msg: 'model process ended',
      model: manifest.name,
      exitCode: exitCode ?? undefined,
      exitSignal: exitSignal ?? undefined,
      delayMs,
    })
    cancelTimer = clock.after(delayMs, launch)
  }

  function fail(error: EnclaveError): void {
    state = 'failed'
    log.error({
      msg: 'model refused',
      model: manifest.name,
      code: error.code,
      reason: error.message,
      expected: error.expected,
      received: error.received,
    })
    neverLoaded(error)
    stop(new EnclaveError('MODEL_UNAVAILABLE', undefined, { retryAfterSeconds: 60 }))
  }

  function stop(error: EnclaveError): void {
    cancelTimer()
    for (const job of [...endRun(), ...queue.take(queue.length)]) {
      job.cancelWait()
      job.reject(error)
    }
    child?.kill('SIGKILL')
  }

  launch()
  return {
    started,
    ready: () => state === 'ready',
    sealed: () => (state === 'sealed' ? sealedBy : undefined),
    run(inputs, outputNames, signal, _onChunk, client = {}) {
      if (signal?.aborted) return Promise.reject(new EnclaveError('CLIENT_GONE'))
      if (state === 'sealed')
        return Promise.reject(new EnclaveError('MODEL_SEALED', undefined, { received: sealedBy, retryAfterSeconds: 5 }))
      if (state === 'failed' || state === 'closed')
        return Promise.reject(new EnclaveError('MODEL_UNAVAILABLE', undefined, { retryAfterSeconds: 60 }))
      return new Promise((resolve, reject) => {
        wait({ inputs, outputNames, signal, alone: false, resolve, reject, cancelWait() {} }, { client })
        next()
      })
    },
    load: () => queue.length + (running?.jobs.length ?? 0),
    pid: () => child?.pid,
    close() {
      if (state === 'closed') return
      state = 'closed'
      const error = new EnclaveError('ENCLAVE_SHUTTING_DOWN', undefined, { retryAfterSeconds: 5 })
      neverLoaded(error)
      stop(error)
    },
  }
}

/** Each chunk is written out before the next is asked for, which wipes it. */
async function writeWeights(weights: AsyncIterable<Uint8Array>, pipe: Writable): Promise<void> {
  pipe.on('error', () => {})
  for await (const chunk of weights)
    await new Promise<void>((resolve, reject) => pipe.write(chunk, (error) => (error ? reject(error) : resolve())))
  pipe.end()
}

/** What a model's process may say of a run. @throws TypeError for anything else */
export function runError(code: EnclaveErrorCode): EnclaveError {
  const known: EnclaveErrorCode[] = ['MODEL_REJECTED_INPUT', 'INPUT_TOO_LONG', 'MODEL_OUTPUT_INVALID', 'OUTPUT_TOO_LARGE']
  if (!known.includes(code)) throw new TypeError('An error that a run does not have')
  return new EnclaveError(code)
}

/** The batch: of independent rows, all inputs have the same number. */
function rowsOf(job: Job): number {
  return Number(job.inputs[0]?.shape[0] ?? 1n)
}

function bytesOf(job: Job): number {
  return sum(job.inputs.map(({ data }) => data.length))
}

/** One request's tensors below another's, along the first dimension; row-major data need only follow each other. */
function stackRows(requests: readonly (readonly Tensor[])[]): Tensor[] {
  const [first = []] = requests
  return first.map((tensor, i) => {
    const parts = requests.map((inputs) => inputs[i] as Tensor)
    const rows = parts.reduce((total, { shape }) => total + (shape[0] as bigint), 0n)
    return { ...tensor, shape: [rows, ...tensor.shape.slice(1)], data: Buffer.concat(parts.map(({ data }) => data)) }
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
      return {
        ...tensor,
        shape: [BigInt(count), ...tensor.shape.slice(1)],
        data: tensor.data.subarray(from * rowBytes, at * rowBytes),
      }
    })
  })
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

export function toWire({ name, datatype, shape, data }: Tensor): WireTensor {
  return { name, datatype, shape: shape.map(Number), data }
}

/** Checked on this side too, because what comes from here is signed. */
export function fromWire(specs: Model['manifest']['outputs'], name: string, wire: WireTensor | undefined, bytesMax: number): Tensor {
  const spec = specs.find((candidate) => candidate.name === name)
  if (
    spec === undefined ||
    wire === undefined ||
    wire.name !== name ||
    wire.datatype !== spec.datatype ||
    !(wire.data instanceof Uint8Array)
  )
    throw new TypeError('Another tensor than was asked for')
  // Before its elements are looked at. Our own worker says OUTPUT_TOO_LARGE instead of sending so much.
  if (wire.data.length > bytesMax) throw new TypeError('A larger tensor than was allowed')
  const tensor = { name, datatype: spec.datatype, shape: wire.shape.map(BigInt), data: wire.data }
  checkTensorForm(spec, tensor)
  return tensor
}
