import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { TreeHead } from '@nacre/verifier/checkpoint'
import { receiptFromParameters } from '@nacre/verifier/response'
import type { Address } from 'viem'
import type { Clock } from './clock.ts'
import { EnclaveError } from './errors.ts'
import type { SigningSecrets } from './keys.ts'
import type { Limits } from './limits.ts'
import { assertRoomFor, type SignedCheckpoint } from './receipt-log.ts'
import { decodeError, encodeWanted, type FromReceiptThread, isWanted, type LogCall, type ToReceiptThread } from './receipt-messages.ts'
import type { IssuedReceipt, ReceiptIssuer } from './receipts.ts'

/** What the host may ask of the log; see `ReceiptLog`. */
export type HostLog = {
  open(previous: TreeHead | null): string | Promise<string>
  checkpoint(): SignedCheckpoint | Promise<SignedCheckpoint>
  entries(from: number): Uint8Array | Promise<Uint8Array>
  stored(treeSize: number): void | Promise<void>
}

export type ReceiptThread = {
  issuer: ReceiptIssuer
  log: HostLog
  /** The last checkpoint was made. */
  stop(): void
  /** Ends the thread. */
  close(): void
}

/**
 * Receipts and their log in a thread of their own: hashing, proving and above all signing them costs about as much as the rest of an answer, and goes on beside it where there is a second processor.
 *
 * What is wanted at once travels together, and those that asked for a batch share one signature; while that is made, the next batch gathers. So nobody waits for company unless `receiptBatchMsMax` says so, and
 * the more there is to do, the more share a signature.
 *
 * A thread that ends on its own takes the log with it. Nothing catches that: the process ends as well, and the next enclave has other keys.
 */
export async function startReceiptThread(parts: {
  secrets: SigningSecrets
  logName: string
  clock: Clock
  limits: Limits
}): Promise<ReceiptThread> {
  const { secrets, logName, clock, limits } = parts
  const worker = new Worker(workerUrl, {
    workerData: { secrets, logName, limits, nowMs: clock.nowMs() },
    execArgv: workerUrl.pathname.endsWith('.ts') ? typescriptArguments : [],
    // Nothing of the server's environment. tsx would otherwise run code from a cache on disk, which nobody measured.
    env: workerUrl.pathname.endsWith('.ts') ? { TSX_DISABLE_CACHE: '1' } : {},
  })
  let underWay = 0
  let known = { issued: 0n, backlog: 0 }
  let closed = false
  /** Wanted since the last turn of the event loop, and those on their way. */
  let gathering: { line: string; isBatched: boolean; resolve(issued: IssuedReceipt): void; reject(error: EnclaveError): void }[] = []
  const sent = new Map<number, typeof gathering>()
  const calls = new Map<number, { resolve(value: unknown): void; reject(error: EnclaveError): void }>()
  let nextId = 0

  const post = (message: ToReceiptThread extends infer M ? (M extends unknown ? Omit<M, 'nowMs'> : never) : never) =>
    worker.postMessage({ ...message, nowMs: clock.nowMs() })

  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', () => {
      worker.off('error', reject)
      resolve()
    })
  })
  worker.on('message', (message: FromReceiptThread) => {
    known = message
    if (message.type === 'issued') {
      const batch = sent.get(message.id) ?? []
      sent.delete(message.id)
      for (const [i, line] of message.lines.split('\n').entries())
        if (line.startsWith('!')) batch[i]?.reject(decodeError(line.slice(1)))
        else batch[i]?.resolve(new IssuedByThread(line))
    } else if (message.type === 'answer' || message.type === 'refusal') {
      const call = calls.get(message.id)
      calls.delete(message.id)
      if (message.type === 'answer') call?.resolve(message.value)
      else call?.reject(decodeError(message.error))
    }
  })
  worker.on('exit', () => {
    if (!closed) throw new Error('The thread of receipts ended')
  })

  let cancelTime = () => {}
  const tellTime = () => {
    post({ type: 'time' })
    cancelTime = clock.after(limits.logCheckpointMs, tellTime)
  }
  tellTime()

  function send(): void {
    const wanted = gathering
    gathering = []
    // Apart: a signature of one's own is not waited for by way of others' batch.
    for (const batch of [wanted.filter(({ isBatched }) => !isBatched), wanted.filter(({ isBatched }) => isBatched)]) {
      if (batch.length === 0) continue
      sent.set(nextId, batch)
      post({ type: 'issue', id: nextId++, lines: batch.map(({ line }) => line).join('\n'), underWay })
    }
  }

  function call<T>(logCall: LogCall): Promise<T> {
    if (closed) return Promise.reject(new EnclaveError('ENCLAVE_SHUTTING_DOWN', undefined, { retryAfterSeconds: 5 }))
    return new Promise<T>((resolve, reject) => {
      calls.set(nextId, { resolve: resolve as (value: unknown) => void, reject })
      post({ type: 'call', id: nextId++, call: logCall })
    })
  }

  const waiting = () => [...sent.values()].reduce((sum, batch) => sum + batch.length, gathering.length)

  return {
    issuer: {
      issue(content, domain, mode) {
        if (closed) return Promise.reject(new EnclaveError('ENCLAVE_SHUTTING_DOWN', undefined, { retryAfterSeconds: 5 }))
        if (!isWanted(content, domain)) return Promise.reject(new EnclaveError('RECEIPT_FAILED'))
        const isBatched = mode === 'batched' || (mode === 'auto' && underWay >= limits.receiptsAutoBatchedFrom)
        const line = encodeWanted(content, domain, isBatched ? 'batched' : 'immediate')
        return new Promise((resolve, reject) => {
          // After this turn: requests that shared a run of their model share a message, and a signature.
          if (gathering.length === 0) setImmediate(send)
          gathering.push({ line, isBatched, resolve, reject })
        })
      },
      async underWay(work) {
        assertRoomFor(known.backlog + waiting(), limits)
        underWay++
        try {
          return await work()
        } finally {
          underWay--
          if (limits.receiptBatchMsMax > 0 && sent.size > 0) post({ type: 'under way', underWay })
        }
      },
      issued: () => known.issued,
    },
    log: {
      open: (previous) => call({ name: 'open', previous }),
      checkpoint: () => call({ name: 'checkpoint' }),
      entries: (from) => call({ name: 'entries', from }),
      stored: (treeSize) => call({ name: 'stored', treeSize }),
    },
    stop() {
      cancelTime()
      post({ type: 'stop' })
    },
    close() {
      closed = true
      cancelTime()
      const error = new EnclaveError('ENCLAVE_SHUTTING_DOWN', undefined, { retryAfterSeconds: 5 })
      for (const { reject } of [...[...sent.values()].flat(), ...gathering, ...calls.values()]) reject(error)
      worker.terminate()
    },
  }
}

/** Of most receipts only the text is wanted. */
class IssuedByThread implements IssuedReceipt {
  readonly parameters: string
  constructor(parameters: string) {
    this.parameters = parameters
  }
  get receipt() {
    return this.read().receipt
  }
  get domain() {
    return this.read().domain
  }
  get signer() {
    return this.read().signer
  }
  get signature() {
    return this.read().signature
  }
  get inclusion() {
    return this.read().inclusion
  }
  private read() {
    const parameters = JSON.parse(`{${this.parameters}}`) as { signer: Address }
    return { ...receiptFromParameters(parameters), signer: parameters.signer }
  }
}

// Beside this file, also when it was bundled into another.
const here = fileURLToPath(import.meta.url)
const workerUrl = new URL(here.endsWith('.ts') ? 'receipt-worker.ts' : 'receipt-worker.js', import.meta.url)
// tsx begins by itself in a process, not in a thread.
const typescriptArguments = here.endsWith('.ts')
  ? ['--conditions=source', '--import', `data:text/javascript,import{register}from"${import.meta.resolve('tsx/esm/api')}";register()`]
  : []
