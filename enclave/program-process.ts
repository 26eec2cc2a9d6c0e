import type { ChildProcess } from 'node:child_process'
import type { Tensor } from '@nacre/verifier/tensor'
import type { Clock } from './clock.ts'
import { EnclaveError } from './errors.ts'
import type { Limits } from './limits.ts'
import type { Log } from './log.ts'
import type { ProgramModel } from './model-folder.ts'
import type { FromProgramWorker, ToProgramWorker } from './model-messages.ts'
import { fromWire, type ModelProcess, runError, toWire } from './model-process.ts'
import { type Confinement, forkWorker, workerBesideServer } from './worker-fork.ts'

type Job = {
  inputs: readonly Tensor[]
  outputNames: readonly string[]
  onChunk: ((chunk: Uint8Array) => void) | undefined
  signal: AbortSignal | undefined
  /** Was under way when the process ended; which of those runs is to blame shows when each runs by itself. */
  alone: boolean
  /** Bytes of pieces that were shown. A run that starts anew gives the same ones again. */
  shownBytes: number
  resolve(outputs: Tensor[]): void
  reject(error: EnclaveError): void
  leave(): void
}

type Run = { job: Job | undefined; skipBytes: number; endTimer: () => void }

/**
 * A program that runs: a queue in front of one child process, which works on several requests at once.
 *
 * What {@link ModelProcess} promises of a model holds of a program: a request that kills the process kills only itself, those beside it run again, each alone, and the process is started again with
 * growing delays. A run whose client goes away, or whose time is over, is told to stop, and the process is killed only when it does not.
 */
export function startProgramProcess(parts: {
  model: ProgramModel
  confine?: Confinement | undefined
  clock: Clock
  limits: Limits
  log: Log
  workerPath?: string
}): ModelProcess {
  const { model, confine, clock, limits, log, workerPath = workerBesideServer('program-worker') } = parts
  const { manifest } = model
  const queue: Job[] = []
  const runs = new Map<number, Run>()
  let child: ChildProcess | undefined
  let state: 'loading' | 'ready' | 'waiting' | 'failed' | 'closed' = 'loading'
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
    state = 'loading'
    const startedAtMs = clock.monotonicMs()
    const process = forkWorker(workerPath, { confine })
    child = process
    cancelTimer = clock.after(limits.loadMsMax, () => process.kill('SIGKILL'))
    process.on('message', (message: FromProgramWorker) => {
      if (process === child) receive(message, startedAtMs)
    })
    process.on('error', () => {
      if (process.pid === undefined) ended(process, null, null)
    })
    process.on('exit', (exitCode, exitSignal) => ended(process, exitCode, exitSignal))
    const stages = model.stages.map(({ role, manifest, weightsPath }) => ({ role, manifest, weightsPath }))
    const { outputBytesMax, stageBytesMax } = limits
    send({ type: 'load', manifest, stages, files: model.files, outputBytesMax, stageBytesMax })
  }

  /** As from a model's process: whoever took it over can give wrong numbers, but chooses neither what we log nor an error that we do not know. */
  function receive(message: FromProgramWorker, startedAtMs: number): void {
    if (state === 'loading' && message?.type === 'loaded') {
      cancelTimer()
      state = 'ready'
      hasStarted = true
      log.info({ msg: 'model loaded', model: manifest.name, pid: child?.pid, durationMs: Math.round(clock.monotonicMs() - startedAtMs) })
      loadedOnce()
      next()
    } else if (state === 'loading' && message?.type === 'refused') {
      fail(new EnclaveError(message.code, message.message, { expected: message.expected, received: message.received }))
    } else if (message?.type === 'chunk' || message?.type === 'result' || message?.type === 'failed') {
      const run = runs.get(message.id)
      if (run === undefined) return
      try {
        if (message.type === 'chunk') show(run, message.data)
        else finish(message, run)
      } catch (cause) {
        run.job?.reject(new EnclaveError('MODEL_OUTPUT_INVALID', undefined, { cause }))
        run.job = undefined
        // It is no longer our code that runs there.
        child?.kill('SIGKILL')
      }
    }
  }

  function show(run: Run, data: unknown): void {
    if (!(data instanceof Uint8Array)) throw new TypeError('A piece that is no bytes')
    const { job, skipBytes } = run
    if (job === undefined) return
    run.skipBytes = Math.max(0, skipBytes - data.length)
    if (data.length <= skipBytes) return
    job.shownBytes += data.length - skipBytes
    if (job.shownBytes > limits.outputBytesMax) throw new TypeError('More pieces than an answer may have')
    job.onChunk?.(data.subarray(skipBytes))
  }

  function finish(message: Extract<FromProgramWorker, { type: 'result' | 'failed' }>, run: Run): void {
    const { job } = run
    if (message.type === 'failed') job?.reject(runError(message.code))
    else if (job !== undefined) {
      let bytesLeft = limits.outputBytesMax
      job.resolve(
        job.outputNames.map((name, i) => {
          const tensor = fromWire(manifest.outputs, name, message.outputs[i], bytesLeft)
          bytesLeft -= tensor.data.length
          return tensor
        }),
      )
    }
    crashes = 0
    endRun(message.id, run)
    next()
  }

  function endRun(id: number, run: Run): void {
    runs.delete(id)
    run.endTimer()
    run.job?.leave()
  }

  function send(message: ToProgramWorker): void {
    // Failing to send means that the process is ending, and then `exit` follows.
    child?.send(message, () => {})
  }

  function next(): void {
    while (state === 'ready' && runs.size < limits.programRunsMax) {
      const [job] = queue
      if (job === undefined || (runs.size > 0 && (job.alone || [...runs.values()].some(({ job }) => job?.alone)))) return
      queue.shift()
      job.leave()
      start(job)
    }
  }

  function start(job: Job): void {
    const id = nextId++
    const run: Run = { job, skipBytes: job.shownBytes, endTimer: () => {} }
    const stop = (error: EnclaveError) => {
      job.reject(error)
      job.leave()
      run.job = undefined
      run.endTimer()
      send({ type: 'cancel', id })
      const process = child
      run.endTimer = clock.after(limits.runMsMax, () => process?.kill('SIGKILL'))
    }
    run.endTimer = clock.after(limits.programMsMax, () =>
      stop(new EnclaveError('MODEL_TIMEOUT', undefined, { expected: `within ${limits.programMsMax} ms`, retryAfterSeconds: 1 })),
    )
    onGone(job, () => stop(new EnclaveError('CLIENT_GONE')))
    runs.set(id, run)
    send({ type: 'run', id, inputs: job.inputs.map(toWire), outputNames: job.outputNames })
  }

  /** Into the queue, until its turn, its deadline or its client's end. */
  function wait(job: Job, place: 'first' | 'last'): void {
    const give = (error: EnclaveError) => {
      const at = queue.indexOf(job)
      if (at === -1) return
      queue.splice(at, 1)
      job.leave()
      job.reject(error)
    }
    const cancelDeadline = clock.after(limits.queueMsMax, () =>
      give(new EnclaveError('MODEL_QUEUE_TIMEOUT', undefined, { retryAfterSeconds: 1 })),
    )
    onGone(job, () => give(new EnclaveError('CLIENT_GONE')), cancelDeadline)
    if (place === 'first') queue.unshift(job)
    else queue.push(job)
  }

  /** Until the job leaves the place where it is. */
  function onGone(job: Job, gone: () => void, beside = () => {}): void {
    job.signal?.addEventListener('abort', gone)
    job.leave = () => {
      beside()
      job.signal?.removeEventListener('abort', gone)
    }
  }

  function ended(process: ChildProcess, exitCode: number | null, exitSignal: NodeJS.Signals | null): void {
    if (process !== child) return
    child = undefined
    cancelTimer()
    if (state === 'closed' || state === 'failed') return
    const jobs = takeRunning()
    if (jobs.length === 1) jobs[0]?.reject(new EnclaveError('MODEL_CRASHED', undefined, { retryAfterSeconds: 1 }))
    else for (const job of jobs.reverse()) wait({ ...job, alone: true }, 'first')
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

  /** Jobs that somebody still waits for. */
  function takeRunning(): Job[] {
    const jobs = [...runs.values()].flatMap(({ job }) => job ?? [])
    for (const [id, run] of [...runs]) endRun(id, run)
    return jobs
  }

  function fail(error: EnclaveError): void {
    state = 'failed'
    const { code, message: reason, expected, received } = error
    log.error({ msg: 'model refused', model: manifest.name, code, reason, expected, received })
    neverLoaded(error)
    stopAll(new EnclaveError('MODEL_UNAVAILABLE', undefined, { retryAfterSeconds: 60 }))
  }

  function stopAll(error: EnclaveError): void {
    cancelTimer()
    for (const job of [...takeRunning(), ...queue.splice(0)]) {
      job.leave()
      job.reject(error)
    }
    child?.kill('SIGKILL')
  }

  launch()
  return {
    started,
    ready: () => state === 'ready',
    sealed: () => undefined,
    run(inputs, outputNames, signal, onChunk) {
      if (signal?.aborted) return Promise.reject(new EnclaveError('CLIENT_GONE'))
      if (state === 'failed' || state === 'closed')
        return Promise.reject(new EnclaveError('MODEL_UNAVAILABLE', undefined, { retryAfterSeconds: 60 }))
      if (queue.length >= limits.queueLengthMax)
        return Promise.reject(
          new EnclaveError('MODEL_QUEUE_FULL', undefined, { expected: `at most ${limits.queueLengthMax} waiting`, retryAfterSeconds: 1 }),
        )
      return new Promise((resolve, reject) => {
        wait({ inputs, outputNames, onChunk, signal, alone: false, shownBytes: 0, resolve, reject, leave() {} }, 'last')
        next()
      })
    },
    load: () => queue.length + runs.size,
    pid: () => child?.pid,
    close() {
      if (state === 'closed') return
      state = 'closed'
      const error = new EnclaveError('ENCLAVE_SHUTTING_DOWN', undefined, { retryAfterSeconds: 5 })
      neverLoaded(error)
      stopAll(error)
    },
  }
}
