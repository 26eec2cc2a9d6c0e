import type { Tensor } from '@nacre/verifier/tensor'
import type { Clock } from './clock.ts'
import { EnclaveError, type EnclaveErrorCode } from './errors.ts'
import { createFairQueue } from './fair-queue.ts'
import type { GoneSignal } from './gone-signal.ts'
import type { Limits } from './limits.ts'
import type { Log } from './log.ts'
import type { Model } from './model-folder.ts'
import { type FromProgramWorker, type Place, type SentTensor, sharedBytesMin, type ToProgramWorker } from './model-messages.ts'
import type { SharedMemory } from './shared-memory.ts'
import { checkTensorForm } from './tensor-form.ts'
import type { TensorMemory } from './tensor-memory.ts'
import type { Confinement } from './worker-fork.ts'
import { type LoadMessage, type SupervisedWorker, superviseWorker } from './worker-supervisor.ts'

/** A model or program that runs: one queue in front of its processes. */
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
    signal?: GoneSignal,
    onChunk?: (chunk: Uint8Array) => void,
    /** Whose request it is: clients take turns. */
    client?: object,
  ): Promise<Tensor[]>
  /** Waiting and running requests. */
  load(): number
  /** Of the processes that are up. */
  pids(): number[]
  close(): void
}

/** What is the same for every kind of process. */
export type PoolParts = {
  /** Processes of this model: requests are spread over them. @default 1 */
  processes?: number | undefined
  /** Of a sealed model: the weights, each time a process starts. */
  openWeights?: (() => Promise<AsyncIterable<Uint8Array>>) | undefined
  /** For the process of that number. */
  confine?: ((process: number) => Confinement) | undefined
  /** For large tensors; without it they go through a pipe. */
  sharedMemory?: SharedMemory | undefined
  clock: Clock
  limits: Limits
  log: Log
  workerPath?: string
}

/** What a model's process and a program's do differently. */
export type PoolWork = {
  manifest: Model['manifest']
  workerPath: string
  load: LoadMessage
  /** Runs that one process is given at once. */
  runsMax: number
  runMsMax: number
  /** How many of those that wait, counted from the first, may share a run. */
  sharing(waiting: readonly Job[]): number
  /** Of the run that these share. */
  inputs(jobs: readonly Job[]): PiecedTensor[]
  /** Each job's own of the outputs that were asked for. @throws TypeError */
  share(outputs: Tensor[], jobs: readonly Job[]): Tensor[][]
  /** A run has ended well after this time. */
  onDone?: (jobs: readonly Job[], durationMs: number) => void
  /** Tells a process to stop one run, where that can be told: it is then killed only when it does not. */
  cancel?: (id: number) => ToProgramWorker
}

/** Its data are these, one behind another. */
export type PiecedTensor = Omit<Tensor, 'data'> & { pieces: readonly Uint8Array[] }

export type Job = {
  readonly inputs: readonly Tensor[]
  readonly outputNames: readonly string[]
  readonly onChunk: ((chunk: Uint8Array) => void) | undefined
  readonly signal: GoneSignal | undefined
  readonly client: object
  /** Was part of what a process failed at; which of those requests is to blame shows when each has a process to itself. */
  readonly alone: boolean
  /** Bytes of pieces that were shown. A run that starts anew gives the same ones again. */
  shownBytes: number
  resolve(outputs: Tensor[]): void
  reject(error: EnclaveError): void
  /** Nobody watches its deadline and its client any more. */
  leave(): void
}

/** Without jobs when nobody waits for it any more. */
type Run = {
  id: number
  jobs: Job[]
  client: object
  /** Its inputs in its process's memory. */
  memory: TensorMemory | undefined
  places: Place[]
  skipBytes: number
  startedAtMs: number
  endTimer: () => void
}

type Lane = { worker: SupervisedWorker; runs: Map<number, Run> }

/**
 * Requests take turns by client, and go to the process that has the least to do.
 *
 * A request that kills its process (a crash in native code, a run without end) kills only itself: those beside it in that process run again, each alone, those in other processes go on, and those that
 * wait go on waiting until there is a process or their own time is over.
 *
 * Processes after the first start when the first is loaded. One of them that cannot be loaded is left out; the model is given up with the last.
 */
export function startWorkerPool(parts: PoolParts & { work: PoolWork }): ModelProcess {
  const { processes = 1, openWeights, confine, sharedMemory, clock, limits, log, work } = parts
  const { manifest } = work
  const queue = createFairQueue<Job>()
  const lanes: Lane[] = []
  /** Runs by client, where a process has several at once. */
  const underWay = new Map<object, number>()
  let state: 'open' | 'failed' | 'closed' = 'open'
  let nextId = 0
  let loadedOnce = () => {}
  let neverLoaded = (_: EnclaveError) => {}
  const started = new Promise<void>((resolve, reject) => {
    loadedOnce = resolve
    neverLoaded = reject
  })
  started.catch(() => {}) // whoever boots awaits it; nobody else needs to

  function addLane(): void {
    const runs: Lane['runs'] = new Map()
    const worker = superviseWorker({
      ...{ name: manifest.name, workerPath: parts.workerPath ?? work.workerPath, load: work.load, openWeights, clock, limits, log },
      confine: confine?.(lanes.length),
      shared: sharedMemory && {
        memory: sharedMemory,
        sizes: { inputsBytes: limits.sharedInputBytesMax, outputsBytes: limits.sharedOutputBytesMax },
      },
      onReady() {
        loadedOnce()
        while (lanes.length < processes && state === 'open') addLane()
        next()
      },
      onMessage: (message) => receive(lane, message),
      onEnded() {
        fault(lane, [...runs.values()], new EnclaveError('MODEL_CRASHED', undefined, { retryAfterSeconds: 1 }))
        next()
      },
      onGivenUp(error) {
        if (state !== 'open' || lanes.some(({ worker }) => worker.state() !== 'given up')) return
        state = 'failed'
        neverLoaded(error)
        refuseAll(new EnclaveError('MODEL_UNAVAILABLE', undefined, { retryAfterSeconds: 60 }))
      },
    })
    const lane = { worker, runs }
    lanes.push(lane)
  }

  function receive(lane: Lane, message: FromProgramWorker): void {
    if (!isOfRun(message)) return
    // After a timeout the late answer belongs to nobody.
    const run = lane.runs.get(message.id)
    if (run === undefined) return
    try {
      if (message.type === 'chunk') {
        show(run, message.data)
        return
      }
      if (message.type === 'unmapped') {
        unmap(lane, run)
        return
      }
      if (message.type === 'failed') fault(lane, [run], runError(message.code))
      else answer(lane, run, message.outputs)
    } catch (cause) {
      // The process checks its outputs itself; if they are wrong here, it is no longer our code that runs there.
      fault(lane, [run], new EnclaveError('MODEL_OUTPUT_INVALID', undefined, { cause }))
      replace(lane)
      return
    }
    lane.worker.wentWell()
    next()
  }

  function show(run: Run, data: unknown): void {
    if (!(data instanceof Uint8Array)) throw new TypeError('A piece that is no bytes')
    const [job] = run.jobs
    if (job === undefined) return
    const { skipBytes } = run
    run.skipBytes = Math.max(0, skipBytes - data.length)
    if (data.length <= skipBytes) return
    job.shownBytes += data.length - skipBytes
    if (job.shownBytes > limits.outputBytesMax) throw new TypeError('More pieces than an answer may have')
    job.onChunk?.(data.subarray(skipBytes))
  }

  function answer(lane: Lane, run: Run, outputs: readonly SentTensor[]): void {
    const { jobs, startedAtMs } = run
    let bytesLeft = limits.outputBytesMax
    const tensors = (jobs[0]?.outputNames ?? []).map((name, i) => {
      const tensor = fromWire(manifest.outputs, name, outputs[i], bytesLeft, run.memory)
      bytesLeft -= tensor.data.length
      return tensor
    })
    const answers = jobs.length === 0 ? [] : work.share(tensors, jobs)
    endRun(lane, run)
    work.onDone?.(jobs, clock.monotonicMs() - startedAtMs)
    for (const [i, job] of jobs.entries()) job.resolve(answers[i] as Tensor[])
  }

  /** Its process finds no inputs in the memory: from here on they go by message. */
  function unmap(lane: Lane, run: Run): void {
    // Once, and only who was given some: otherwise it would be asked, and say so, for ever.
    if (run.places.length === 0) throw new TypeError('Memory that was not given')
    lane.worker.withoutMemory()
    const { jobs } = run
    endRun(lane, run)
    again(jobs)
    next()
  }

  /** These runs have failed together. Whoever was alone in them is to blame. */
  function fault(lane: Lane, runs: readonly Run[], error: EnclaveError): void {
    const jobs = runs.flatMap((run) => run.jobs)
    for (const run of runs) endRun(lane, run)
    if (runs.length === 1 && jobs.length === 1) jobs[0]?.reject(error)
    else again(jobs)
  }

  function again(jobs: Job[]): void {
    for (const job of jobs.reverse()) wait({ ...job, alone: true }, 'first')
  }

  function endRun(lane: Lane, run: Run): void {
    if (!lane.runs.delete(run.id)) return
    run.endTimer()
    run.memory?.free(run.places)
    if (work.runsMax > 1) {
      const others = (underWay.get(run.client) ?? 1) - 1
      if (others === 0) underWay.delete(run.client)
      else underWay.set(run.client, others)
    }
    if (work.cancel !== undefined) for (const job of run.jobs) job.leave()
  }

  /** Whatever else it works on is worked on again, and nobody's fault. */
  function replace(lane: Lane): void {
    const runs = [...lane.runs.values()]
    for (const run of runs) endRun(lane, run)
    lane.worker.replace()
    again(runs.flatMap((run) => run.jobs))
    next()
  }

  function next(): void {
    while (queue.length > 0) {
      const [lane, free] = leastBusy()
      if (lane === undefined) return
      const waiting = queue.waiting()
      const first = work.runsMax === 1 ? waiting[0] : waiting.find((job) => !hasItsShare(job))
      if (first === undefined || (first.alone && lane.runs.size > 0)) return
      if (first !== waiting[0]) {
        queue.remove(first)
        start(lane, [first])
        continue
      }
      // No process takes what another would begin at once.
      const count = work.sharing(free === 1 ? waiting : waiting.slice(0, Math.ceil(waiting.length / free)))
      start(lane, queue.take(count))
    }
  }

  /**
   * The attack: a client that sends much at once over one connection, and holds every place for as long as its runs take: turns in the queue come too late for the others. Of a client's runs there are only so many at once that
   * one client more would find room, if all others had as many.
   */
  function hasItsShare({ client }: Job): boolean {
    const runs = underWay.get(client) ?? 0
    const clients = underWay.size + (runs === 0 ? 1 : 0)
    return runs >= Math.max(1, Math.floor((lanes.length * work.runsMax) / (clients + 1)))
  }

  /** And how many could take a run. */
  function leastBusy(): [Lane | undefined, number] {
    let least: Lane | undefined
    let free = 0
    for (const lane of lanes) {
      const { worker, runs } = lane
      if (worker.state() !== 'ready' || runs.size >= work.runsMax || isTakenAlone(lane)) continue
      free++
      if (least === undefined || runs.size < least.runs.size) least = lane
    }
    return [least, free]
  }

  function isTakenAlone({ runs }: Lane): boolean {
    if (runs.size !== 1) return false
    for (const { jobs } of runs.values()) if (jobs[0]?.alone === true) return true
    return false
  }

  function start(lane: Lane, jobs: Job[]): void {
    for (const job of jobs) job.leave()
    const id = nextId++
    const { client } = jobs[0] as Job
    const { outputNames, shownBytes: skipBytes } = jobs[0] as Job
    const memory = lane.worker.memory()
    const places: Place[] = []
    const inputs = work.inputs(jobs).map((tensor) => toSent(tensor, memory, places))
    const run: Run = { id, jobs, client, memory, places, skipBytes, startedAtMs: clock.monotonicMs(), endTimer: () => {} }
    lane.runs.set(id, run)
    if (work.runsMax > 1) underWay.set(client, (underWay.get(client) ?? 0) + 1)
    run.endTimer = clock.after(work.runMsMax, () => {
      const error = new EnclaveError('MODEL_TIMEOUT', undefined, { expected: `within ${work.runMsMax} ms`, retryAfterSeconds: 1 })
      if (work.cancel !== undefined) abandon(lane, run, error)
      else {
        // run() cannot be interrupted: only ending the process frees it.
        fault(lane, [run], error)
        replace(lane)
      }
    })
    if (work.cancel !== undefined) for (const job of jobs) watch(job, () => abandon(lane, run, new EnclaveError('CLIENT_GONE')))
    lane.worker.send({ type: 'run', id, inputs, outputNames })
  }

  /** Nobody waits for the run any more: it is told to stop, and its process killed when it does not. */
  function abandon(lane: Lane, run: Run, error: EnclaveError): void {
    for (const job of run.jobs.splice(0)) {
      job.leave()
      job.reject(error)
    }
    run.endTimer()
    run.endTimer = clock.after(limits.runMsMax, () => replace(lane))
    if (work.cancel !== undefined) lane.worker.send(work.cancel(run.id))
  }

  /** Into the queue, until its turn, its deadline or its client's end. */
  function wait(job: Job, place: 'first' | 'turn'): void {
    if (job.signal?.aborted) {
      job.reject(new EnclaveError('CLIENT_GONE'))
      return
    }
    const give = (error: EnclaveError) => {
      if (!queue.remove(job)) return
      job.leave()
      job.reject(error)
    }
    const cancelDeadline = clock.after(limits.queueMsMax, () =>
      give(new EnclaveError('MODEL_QUEUE_TIMEOUT', undefined, { retryAfterSeconds: 1 })),
    )
    watch(job, () => give(new EnclaveError('CLIENT_GONE')), cancelDeadline)
    if (place === 'first') {
      queue.addFirst(job)
      return
    }
    const gaveWay = queue.add(job, job.client, limits.queueLengthMax)
    gaveWay?.leave()
    gaveWay?.reject(
      new EnclaveError('MODEL_QUEUE_FULL', undefined, { expected: `at most ${limits.queueLengthMax} waiting`, retryAfterSeconds: 1 }),
    )
  }

  function refuseAll(error: EnclaveError): void {
    for (const lane of lanes)
      for (const run of [...lane.runs.values()]) {
        endRun(lane, run)
        for (const job of run.jobs) job.reject(error)
      }
    for (const job of queue.take(queue.length)) {
      job.leave()
      job.reject(error)
    }
  }

  const sealedBy = () => (lanes.every(({ worker }) => worker.state() === 'sealed') ? lanes[0]?.worker.sealedBy() : undefined)

  addLane()
  return {
    started,
    ready: () => lanes.some(({ worker }) => worker.state() === 'ready'),
    sealed: sealedBy,
    run(inputs, outputNames, signal, onChunk, client = {}) {
      if (signal?.aborted) return Promise.reject(new EnclaveError('CLIENT_GONE'))
      if (state !== 'open') return Promise.reject(new EnclaveError('MODEL_UNAVAILABLE', undefined, { retryAfterSeconds: 60 }))
      if (openWeights !== undefined) {
        const received = sealedBy()
        if (received !== undefined) return Promise.reject(new EnclaveError('MODEL_SEALED', undefined, { received, retryAfterSeconds: 5 }))
      }
      return new Promise((resolve, reject) => {
        wait({ inputs, outputNames, onChunk, signal, client, alone: false, shownBytes: 0, resolve, reject, leave() {} }, 'turn')
        next()
      })
    },
    load: () =>
      lanes.reduce((total, { runs }) => [...runs.values()].reduce((sum, { jobs }) => sum + (jobs.length || 1), total), queue.length),
    pids: () => lanes.flatMap(({ worker }) => worker.pid() ?? []),
    close() {
      if (state === 'closed') return
      state = 'closed'
      for (const { worker } of lanes) worker.close()
      const error = new EnclaveError('ENCLAVE_SHUTTING_DOWN', undefined, { retryAfterSeconds: 5 })
      neverLoaded(error)
      refuseAll(error)
    },
  }
}

/** Until the job leaves the place where it is. */
function watch(job: Job, gone: () => void, beside = () => {}): void {
  job.signal?.addEventListener('abort', gone)
  job.leave = () => {
    beside()
    job.signal?.removeEventListener('abort', gone)
  }
}

/** What a process may say of a run. @throws TypeError for anything else */
function runError(code: EnclaveErrorCode): EnclaveError {
  const known: EnclaveErrorCode[] = ['MODEL_REJECTED_INPUT', 'INPUT_TOO_LONG', 'MODEL_OUTPUT_INVALID', 'OUTPUT_TOO_LARGE']
  if (!known.includes(code)) throw new TypeError('An error that a run does not have')
  return new EnclaveError(code)
}

type OfRun = Exclude<FromProgramWorker, { type: 'loaded' | 'refused' }>

function isOfRun(message: FromProgramWorker | null): message is OfRun {
  return message !== null && runMessages.has(message.type)
}

const runMessages = new Set<unknown>(['chunk', 'result', 'failed', 'unmapped'] satisfies OfRun['type'][])

export function inOnePiece({ name, datatype, shape, data }: Tensor): PiecedTensor {
  return { name, datatype, shape, pieces: [data] }
}

/** Copied once: into the process's memory, where there is room, or into the message. */
function toSent({ name, datatype, shape, pieces }: PiecedTensor, memory: TensorMemory | undefined, places: Place[]): SentTensor {
  const bytes = pieces.reduce((sum, { length }) => sum + length, 0)
  const place = bytes < sharedBytesMin ? undefined : memory?.lay(pieces, bytes)
  if (place !== undefined) places.push(place)
  const data = place ?? (pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces, bytes))
  return { name, datatype, shape: shape.map(Number), data }
}

/** Checked on this side too, because what comes from here is signed. */
function fromWire(
  specs: Model['manifest']['outputs'],
  name: string,
  wire: SentTensor | undefined,
  bytesMax: number,
  memory: TensorMemory | undefined,
): Tensor {
  const spec = specs.find((candidate) => candidate.name === name)
  if (spec === undefined || wire === undefined || wire.name !== name || wire.datatype !== spec.datatype)
    throw new TypeError('Another tensor than was asked for')
  // Before its elements are looked at. Our own worker says OUTPUT_TOO_LARGE instead of sending so much.
  const data = wire.data instanceof Uint8Array ? wire.data : memory?.take(wire.data, bytesMax)
  if (data === undefined || data.length > bytesMax) throw new TypeError('A larger tensor than was allowed, or none')
  // The attack: a list of four thousand million gaps, which is a few bytes in a message, and minutes to go through.
  if (!Array.isArray(wire.shape) || wire.shape.length !== spec.shape.length) throw new TypeError('Another rank than the manifest says')
  const tensor = { name, datatype: spec.datatype, shape: wire.shape.map(BigInt), data }
  checkTensorForm(spec, tensor)
  return tensor
}
