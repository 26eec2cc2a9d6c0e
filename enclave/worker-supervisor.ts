import type { ChildProcess } from 'node:child_process'
import type { Duplex, Writable } from 'node:stream'
import type { Clock } from './clock.ts'
import { EnclaveError, type EnclaveErrorCode, toEnclaveError } from './errors.ts'
import type { Limits } from './limits.ts'
import type { Log } from './log.ts'
import { type FromProgramWorker, type ToProgramWorker, type ToWorker, type WireMemory, weightsFd } from './model-messages.ts'
import type { SharedMemory } from './shared-memory.ts'
import { createTensorMemory, type TensorMemory } from './tensor-memory.ts'
import { openWorkerChannel, type WorkerChannel } from './worker-channel.ts'
import { type Confinement, channelFd, forkWorker } from './worker-fork.ts'

/** One process of a model or program, which is loaded, and started again with growing delays whenever it ends. A process that refuses its weights or runtime is not, because nothing will change. */
export type SupervisedWorker = {
  state(): WorkerState
  /** Why the weights are still sealed, or that they are being opened. */
  sealedBy(): EnclaveErrorCode | 'opening'
  send(message: ToWorker | ToProgramWorker): void
  /** That it shares with the server; without it, tensors go by message. */
  memory(): TensorMemory | undefined
  /** It cannot use it. */
  withoutMemory(): void
  /** It has answered rightly: what went wrong before counts no more. */
  wentWell(): void
  /** Kills it; nothing is sent to it or heard from it until it is back. */
  replace(): void
  pid(): number | undefined
  /** For good. */
  close(): void
}

export type WorkerState = 'sealed' | 'loading' | 'ready' | 'ending' | 'waiting' | 'given up' | 'closed'

export type WorkerParts = {
  /** The model's name, for the log. */
  name: string
  workerPath: string
  confine: Confinement | undefined
  load: LoadMessage
  /** Memory for tensors, where there is such a thing, and how much of it. */
  shared?: { memory: SharedMemory; sizes: WireMemory } | undefined
  /** The weights of a sealed model, each time its process starts. When they cannot be had, that is tried again with growing delays, for as long as it takes. */
  openWeights?: (() => Promise<AsyncIterable<Uint8Array>>) | undefined
  clock: Clock
  limits: Limits
  log: Log
}

export type LoadMessage = OmitMemory<Extract<ToWorker | ToProgramWorker, { type: 'load' }>>
type OmitMemory<message> = message extends unknown ? Omit<message, 'memory'> : never

export type WorkerEvents = {
  onReady(): void
  /** Of a process that is ready; nothing in it was looked at. */
  onMessage(message: FromProgramWorker): void
  /** Whatever it worked on is lost. */
  onEnded(): void
  onGivenUp(error: EnclaveError): void
}

export function superviseWorker(parts: WorkerParts & WorkerEvents): SupervisedWorker {
  const { name, workerPath, confine, load, shared, openWeights, clock, limits, log, onReady, onMessage, onEnded, onGivenUp } = parts
  let child: ChildProcess | undefined
  let channel: WorkerChannel | undefined
  let memory: TensorMemory | undefined
  let state: WorkerState = 'loading'
  let sealedBy: EnclaveErrorCode | 'opening' = 'opening'
  let unsealAttempts = 0
  let crashes = 0
  let hasStarted = false
  let cancelTimer = () => {}

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
    log.warn({ msg: 'model stays sealed', model: name, code, received, delayMs })
    cancelTimer = clock.after(delayMs, launch)
  }

  function startProcess(weights?: AsyncIterable<Uint8Array>): void {
    state = 'loading'
    const startedAtMs = clock.monotonicMs()
    const own = newMemory()
    const process = forkWorker(workerPath, { confine, pipe: weights !== undefined, fds: own?.fds ?? [] })
    own?.closeFds()
    child = process
    memory = own
    const isLoading = () => process === child && state === 'loading'
    const within = (late: () => void) => {
      if (!isLoading()) return
      cancelTimer()
      cancelTimer = clock.after(limits.loadMsMax, late)
    }
    const limitLoading = () => within(() => process.kill('SIGKILL'))
    /** The process is not to blame. */
    const failUnsealing = (error: EnclaveError) => {
      if (!isLoading()) return
      child = undefined
      cancelTimer()
      process.kill('SIGKILL')
      staySealed(error)
    }
    limitLoading()
    const socket = process.stdio?.[channelFd] as Duplex | undefined
    channel = openWorkerChannel({
      socket,
      messageBytesMax: limits.outputBytesMax + messageHeadBytesMax,
      // Nothing in it was looked at.
      onMessage: (message) => (process === child ? receive(message as FromProgramWorker, startedAtMs) : undefined),
      onBroken: () => process.kill('SIGKILL'),
    })
    // Other errors (a signal that did not arrive) are followed by `exit`.
    process.on('error', () => {
      if (process.pid !== undefined) return
      ended(process, null, null)
      own?.close()
    })
    process.on('exit', (exitCode, exitSignal) => {
      socket?.destroy()
      ended(process, exitCode, exitSignal)
      own?.close()
    })
    send({ ...load, memory: own?.wire ?? null })
    if (weights === undefined) return
    // The attack: a host that gives the ciphertext so slowly that the time to load is over, until the model is given up. Weights have that time anew with each piece, and the process when it has them all.
    const limitPiece = () => within(() => failUnsealing(new EnclaveError('SEALED_WEIGHTS_UNAVAILABLE')))
    limitPiece()
    writeWeights(weights, process.stdio[weightsFd] as Writable, limitPiece).then(limitLoading, (error: unknown) => {
      // Otherwise the process ended first, and `exit` says so.
      if (error instanceof EnclaveError) failUnsealing(error)
    })
  }

  /** Of this process alone: the next one begins with empty memory. */
  function newMemory(): TensorMemory | undefined {
    try {
      return shared && createTensorMemory(shared.memory, shared.sizes)
    } catch (error) {
      log.warn({ msg: 'tensors go through a pipe', model: name, reason: (error as Error).message })
      return undefined
    }
  }

  /**
   * A process that has run strangers' inputs may have been taken over by one, and through these messages it can still give wrong numbers, which no check finds; but it can neither choose
   * what we log, which would carry other callers' inputs to the host, nor an error that we do not know.
   *
   * Messages are its only way in an enclave's image, where it is confined. In simulation it is a process of the server's own user, so it can read the server's memory and with it the keys: there
   * both are one trust domain.
   */
  function receive(message: FromProgramWorker, startedAtMs: number): void {
    if (state === 'ready') onMessage(message)
    else if (state !== 'loading') return
    else if (message?.type === 'loaded') {
      cancelTimer()
      state = 'ready'
      hasStarted = true
      unsealAttempts = 0
      log.info({ msg: 'model loaded', model: name, pid: child?.pid, durationMs: Math.round(clock.monotonicMs() - startedAtMs) })
      onReady()
    } else if (message?.type === 'refused')
      giveUp(new EnclaveError(message.code, message.message, { expected: message.expected, received: message.received }))
  }

  function send(message: ToWorker | ToProgramWorker): void {
    if (child !== undefined) channel?.send(message)
  }

  function ended(process: ChildProcess, exitCode: number | null, exitSignal: NodeJS.Signals | null): void {
    if (process !== child) return
    child = undefined
    memory = undefined
    cancelTimer()
    if (state === 'closed' || state === 'given up') return
    crashes += 1
    const isHopeless = !hasStarted && crashes >= limits.loadAttemptsMax
    state = 'waiting'
    onEnded()
    if (isHopeless) {
      giveUp(new EnclaveError('MODEL_LOAD_FAILED', 'The process ends while it loads', { received: exitSignal ?? `exit code ${exitCode}` }))
      return
    }
    const delayMs = Math.min(limits.restartDelayMsMax, limits.restartDelayMsMin * 2 ** Math.min(crashes - 1, 16))
    log.warn({ msg: 'model process ended', model: name, exitCode: exitCode ?? undefined, exitSignal: exitSignal ?? undefined, delayMs })
    cancelTimer = clock.after(delayMs, launch)
  }

  function giveUp(error: EnclaveError): void {
    const { code, message: reason, expected, received } = error
    log.error({ msg: 'model refused', model: name, code, reason, expected, received })
    stop('given up')
    onGivenUp(error)
  }

  function stop(last: 'given up' | 'closed'): void {
    state = last
    cancelTimer()
    child?.kill('SIGKILL')
  }

  launch()
  return {
    state: () => state,
    sealedBy: () => sealedBy,
    send,
    memory: () => memory,
    withoutMemory() {
      memory = undefined
      log.warn({ msg: 'tensors go through a pipe', model: name, reason: 'the process cannot map memory' })
    },
    wentWell() {
      crashes = 0
    },
    replace() {
      if (state !== 'ready') return
      state = 'ending'
      child?.kill('SIGKILL')
    },
    pid: () => child?.pid,
    close() {
      if (state !== 'given up') stop('closed')
    },
  }
}

/** What a message has beside the data of an answer: names, shapes. */
const messageHeadBytesMax = 1024 * 1024

/** Each chunk is written out before the next is asked for, which wipes it. */
async function writeWeights(weights: AsyncIterable<Uint8Array>, pipe: Writable, onWritten: () => void): Promise<void> {
  pipe.on('error', () => {})
  for await (const chunk of weights) {
    await new Promise<void>((resolve, reject) => pipe.write(chunk, (error) => (error ? reject(error) : resolve())))
    onWritten()
  }
  pipe.end()
}
