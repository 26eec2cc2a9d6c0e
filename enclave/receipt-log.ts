import { createHash } from 'node:crypto'
import { fromHex, type Hex, toHex } from '@nacre/verifier/bytes'
import { encodeTreeHead, hashCheckpoint, type LogCheckpoint, logKey, type TreeHead } from '@nacre/verifier/checkpoint'
import { encodeLogOpening } from '@nacre/verifier/log-opening'
import { encodeLogRecord, type LogRecord } from '@nacre/verifier/log-record'
import { type CompactRange, createTreeTail, emptyRange, hashLeaf, inclusionProver, type NodeReader, rootOf } from '@nacre/verifier/merkle'
import { encodeNote, noteKeyId } from '@nacre/verifier/note'
import type { ReceiptInclusion } from '@nacre/verifier/receipt-proof'
import type { Clock } from './clock.ts'
import { EnclaveError } from './errors.ts'
import { keccak256 } from './keccak.ts'
import type { Limits } from './limits.ts'
import { createLogBacklog } from './log-backlog.ts'
import type { LogKey, ReceiptKey } from './signing-keys.ts'

/**
 * The log of every receipt that the key ever issued: leaf 0 opens it, leaf i is receipt i. Of the tree only the compact range is kept, and the leaves since the last checkpoint; of the entries, those
 * that the host has not yet said it stored. A checkpoint is only ever signed over a tree that begins with every tree signed before, because there is but this one and it only grows.
 */
export type ReceiptLog = {
  /** Leaves so far: the index, and the receipt's number, that comes next; at least 1. */
  size(): number
  /**
   * Milliseconds since 1970, never less than before: the host may step the clock back, and what comes later in the log is never earlier in time.
   */
  timeMs(): number
  /** Entries that the host has not stored. */
  backlog(): number
  /** @throws `LOG_BACKLOG_FULL` */
  assertRoom(): void
  /** Takes the place that `size()` named. @param leaf the data of the record's leaf */
  append(leaf: Uint8Array, record: LogRecord | UnfinishedRecord): void
  /** Unfinished records that are finished by now may go to the host. */
  writeFinished(): void
  /** The last leaf's place, as soon as its batch is signed. @throws `RECEIPT_FAILED` */
  proveLast(): Promise<ReceiptInclusion>
  /** Requests that may still come to a batch that waits for a time; when none is left, there is nothing to wait for. */
  flushIfAll(underWay: number): void

  /** Leaf 0. The first call decides what it names; whoever comes later, and nobody before the first receipt, gets what was decided. Canonical JSON. */
  open(previous: TreeHead | null): string
  /** A checkpoint of now, or of at most `logCheckpointMs` ago. @throws `LOG_NOT_OPEN` */
  checkpoint(): SignedCheckpoint
  /** What the host fetches: entries from this index on, at most `logPageMax` of them, in lines. @throws `LOG_ENTRY_NOT_FOUND` */
  entries(from: number): Uint8Array
  /** The host has these leaves on its disk: what is kept here for it may go. @throws `LOG_ENTRY_NOT_FOUND` */
  stored(treeSize: number): void
  stop(): void
}

/** The record of a leaf whose receipt is still being signed. Those behind it wait for it; a checkpoint for the host does not. */
export type UnfinishedRecord = {
  /** Once it is. */
  readonly finished: LogRecord | undefined
  /** At once, because the host will be told of it. */
  finish(): LogRecord
}

/** The same head twice: signed by the receipt key for contracts and answers, and as a note by the log key. */
export type SignedCheckpoint = { checkpoint: LogCheckpoint; signature: Hex; note: Uint8Array }

export function createReceiptLog(parts: {
  keys: { receipt: ReceiptKey; log: LogKey }
  logName: string
  clock: Clock
  limits: Pick<Limits, 'receiptBatchMsMax' | 'receiptBatchMax' | 'logBacklogMax' | 'logPageMax' | 'logCheckpointMs'>
}): ReceiptLog {
  const { keys, logName, clock, limits } = parts
  const noteKey = logKey({ logName, logPublicKey: toHex(keys.log.publicKey) })
  const keyId = noteKeyId(noteKey)
  let lastMs = 0
  let opening: string | undefined
  /** The tree up to the last checkpoint or fold, and the leaves' hashes since. */
  let range: CompactRange = emptyRange
  let tail: Uint8Array[] = []
  const kept = createLogBacklog()
  let unwritten: UnfinishedRecord[] = []
  let waiting: { index: number; resolve(inclusion: ReceiptInclusion): void; reject(error: unknown): void }[] = []
  let cancelFlush: (() => void) | undefined
  let latest: SignedCheckpoint | undefined

  const size = () => range.size + tail.length
  const timeMs = () => {
    lastMs = Math.max(Math.floor(clock.nowMs()), lastMs)
    return lastMs
  }

  function open(previous: TreeHead | null): string {
    if (opening !== undefined) return opening
    const named = previous === null ? null : { ...previous, treeSize: Number(previous.treeSize) }
    const bytes = encodeLogOpening({ format: 'nacre/log/1', logName, timestampMs: timeMs(), previous: named })
    opening = Buffer.from(bytes).toString()
    const leaf = createHash('sha256').update(bytes).digest()
    append(leaf, { leaf: toHex(leaf), opening })
    return opening
  }

  function append(leaf: Uint8Array, record: LogRecord | UnfinishedRecord): void {
    // Answers with signatures of their own need no proof: without this, their leaves would lie here until somebody asks for a checkpoint. Before the push, so that the last leaf can be proven.
    if (tail.length >= limits.receiptBatchMax) {
      if (waiting.length === 0) fold()
      else flush()
    }
    tail.push(hashLeaf(leaf))
    if ('finish' in record) unwritten.push(record)
    else if (unwritten.length > 0) unwritten.push({ finished: record, finish: () => record })
    else kept.push(encodeLogRecord(record))
  }

  function writeFinished(): void {
    let count = 0
    for (const { finished } of unwritten) {
      if (finished === undefined) break
      kept.push(encodeLogRecord(finished))
      count++
    }
    unwritten = unwritten.slice(count)
  }

  const backlog = () => kept.length() + unwritten.length

  /** The leaves of the tail become part of the compact range. What it returns still proves them. */
  function fold(): NodeReader {
    const { after, node } = createTreeTail(range, tail)
    range = after
    tail = []
    return node
  }

  function head(): { checkpoint: LogCheckpoint; checkpointSignature: Hex } {
    const checkpoint = { treeSize: BigInt(range.size), rootHash: toHex(rootOf(range)), timestampMs: BigInt(timeMs()) }
    return { checkpoint, checkpointSignature: toHex(keys.receipt.sign(fromHex(hashCheckpoint(checkpoint, keccak256)))) }
  }

  /** One signature for all who wait. */
  function flush(): void {
    cancelFlush?.()
    cancelFlush = undefined
    const batch = waiting
    waiting = []
    try {
      const node = fold()
      const { checkpoint, checkpointSignature } = head()
      const prove = inclusionProver(range.size, node)
      for (const { index, resolve } of batch) resolve({ checkpoint, checkpointSignature, proof: prove(index) })
    } catch (cause) {
      // The receipts keep their places: the next checkpoint covers them, and nobody was given them.
      for (const { reject } of batch) reject(new EnclaveError('RECEIPT_FAILED', undefined, { cause }))
    }
  }

  function flushLater(): () => void {
    if (limits.receiptBatchMsMax > 0) return clock.after(limits.receiptBatchMsMax, flush)
    // After this turn of the event loop: requests that shared a run of their model share a signature, and nobody waits for company.
    const turn = setImmediate(flush)
    return () => clearImmediate(turn)
  }

  function signedNote(): SignedCheckpoint {
    // The host fetches every entry that the checkpoint covers.
    for (const record of unwritten) record.finish()
    writeFinished()
    if (waiting.length > 0) flush()
    else fold()
    const { checkpoint, checkpointSignature } = head()
    const text = encodeTreeHead({ origin: logName, treeSize: checkpoint.treeSize, rootHash: checkpoint.rootHash })
    const note = encodeNote({ text, signatures: [{ name: logName, keyId, signature: keys.log.sign(Buffer.from(text)) }] })
    return { checkpoint, signature: checkpointSignature, note }
  }

  let madeAtMs = Number.NEGATIVE_INFINITY
  function refresh(): SignedCheckpoint {
    madeAtMs = clock.monotonicMs()
    latest = signedNote()
    return latest
  }
  let cancelSchedule = () => {}
  const schedule = () => {
    cancelSchedule = clock.after(limits.logCheckpointMs, () => {
      schedule()
      if (opening !== undefined && latest?.checkpoint.treeSize !== BigInt(size())) refresh()
    })
  }
  schedule()

  return {
    size() {
      if (opening === undefined) open(null)
      return size()
    },
    timeMs,
    backlog,
    assertRoom() {
      if (backlog() >= limits.logBacklogMax)
        throw new EnclaveError('LOG_BACKLOG_FULL', undefined, {
          expected: `fewer than ${limits.logBacklogMax} receipts that the host has not stored`,
          retryAfterSeconds: 5,
        })
    },
    append,
    writeFinished,
    proveLast() {
      const index = size() - 1
      return new Promise((resolve, reject) => {
        waiting.push({ index, resolve, reject })
        if (waiting.length >= limits.receiptBatchMax) flush()
        else cancelFlush ??= flushLater()
      })
    },
    flushIfAll(underWay) {
      if (limits.receiptBatchMsMax > 0 && waiting.length > 0 && waiting.length >= underWay) flush()
    },
    open,
    checkpoint() {
      if (opening === undefined) throw new EnclaveError('LOG_NOT_OPEN', undefined, { retryAfterSeconds: 1 })
      if (
        latest !== undefined &&
        (latest.checkpoint.treeSize === BigInt(size()) || clock.monotonicMs() - madeAtMs < limits.logCheckpointMs)
      )
        return latest
      return refresh()
    },
    entries(from) {
      const end = kept.first() + kept.length()
      if (from < kept.first() || from > end)
        throw new EnclaveError('LOG_ENTRY_NOT_FOUND', undefined, { expected: `${kept.first()} to ${end}`, received: String(from) })
      return kept.page(from, limits.logPageMax)
    },
    stored(treeSize) {
      const end = kept.first() + kept.length()
      if (treeSize > end)
        throw new EnclaveError('LOG_ENTRY_NOT_FOUND', undefined, { expected: `at most ${end}`, received: String(treeSize) })
      if (treeSize > kept.first()) kept.dropBefore(treeSize)
    },
    stop() {
      cancelSchedule()
      if (waiting.length > 0) flush()
    },
  }
}
