import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from './clock.ts'
import { toEnclaveError } from './errors.ts'
import { createReceiptLog } from './receipt-log.ts'
import {
  decodeWanted,
  encodeError,
  type FromReceiptThread,
  type LogCall,
  type ReceiptThreadData,
  type ToReceiptThread,
} from './receipt-messages.ts'
import { createReceiptIssuer } from './receipts.ts'
import { logKeyFrom, receiptKeyFrom } from './signing-keys.ts'

/** The thread of receipts and their log: all that is hashed and signed for them, on a processor of its own. It does what it is told, in the order in which it is told. */
const { secrets, logName, limits, nowMs } = workerData as ReceiptThreadData
let time = { nowMs, atMs: systemClock.monotonicMs() }
const clock = { ...systemClock, nowMs: () => time.nowMs + (systemClock.monotonicMs() - time.atMs) }
const keys = { receipt: receiptKeyFrom(secrets.receiptKey), log: logKeyFrom(secrets.logSeed) }
const log = createReceiptLog({ keys, logName, clock, limits })
const issuer = createReceiptIssuer({ key: keys.receipt, log, limits })

parentPort?.on('message', (message: ToReceiptThread) => {
  time = { nowMs: message.nowMs, atMs: systemClock.monotonicMs() }
  if (message.type === 'issue') issue(message)
  else if (message.type === 'under way') log.flushIfAll(message.underWay)
  else if (message.type === 'call') answer(message.id, message.call)
  else if (message.type === 'stop') log.stop()
})
say({ type: 'ready' })

async function issue({ id, lines: wanted, underWay }: Extract<ToReceiptThread, { type: 'issue' }>): Promise<void> {
  // Without a time to wait, nobody is waited for: what comes while this batch is signed makes the next one.
  const lines = issuer.together(() => wanted.split('\n').map(issueOne), limits.receiptBatchMsMax === 0 ? 0 : underWay)
  say({ type: 'issued', id, lines: (await Promise.all(lines)).join('\n') })
}

async function issueOne(line: string): Promise<string> {
  try {
    const { content, domain, mode } = decodeWanted(line)
    return (await issuer.issue(content, domain, mode)).parameters
  } catch (error) {
    return `!${encodeError(toEnclaveError(error))}`
  }
}

function answer(id: number, call: LogCall): void {
  try {
    say({ type: 'answer', id, value: valueOfCall(call) })
  } catch (error) {
    say({ type: 'refusal', id, error: encodeError(toEnclaveError(error)) })
  }
}

function valueOfCall(call: LogCall): unknown {
  if (call.name === 'open') return log.open(call.previous)
  if (call.name === 'checkpoint') return log.checkpoint()
  if (call.name === 'entries') return log.entries(call.from)
  return log.stored(call.treeSize)
}

type Said = FromReceiptThread extends infer Message ? (Message extends unknown ? Omit<Message, 'issued' | 'backlog'> : never) : never

function say(message: Said): void {
  parentPort?.postMessage({ ...message, issued: issuer.issued(), backlog: log.backlog() })
}
