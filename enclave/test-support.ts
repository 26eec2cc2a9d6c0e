import { createHash, randomBytes } from 'node:crypto'
import { type CborMap, type CborValue, decodeCbor, encodeCbor } from '@nacre/verifier/cbor'
import { decodeLogRecord, type LogRecord } from '@nacre/verifier/log-record'
import type { Clock } from './clock.ts'
import { defaultLimits, type Limits } from './limits.ts'
import type { NsmTransport } from './nsm.ts'
import { createReceiptLog, type ReceiptLog } from './receipt-log.ts'
import { createReceiptIssuer } from './receipts.ts'
import { type LogKey, logKeyFrom, type ReceiptKey, receiptKeyFrom } from './signing-keys.ts'
import type { SigningThread } from './signing-thread.ts'

// For this package's tests only: an NSM's protocol without its signature, a clock that a test moves, and a log.

export type TestNsm = NsmTransport & {
  /** Requests as they came. */
  requests: CborValue[]
  pcrs: Map<number, Uint8Array>
  locked: Set<number>
  /** Answers in place of the NSM, when it returns something. */
  override: (request: CborValue) => CborValue | Uint8Array | Error | undefined
}

/** Keeps PCRs and locks as the NSM does. Its documents are CBOR maps of what was asked for, unsigned: whoever verifies must refuse them. */
export function testNsm(): TestNsm {
  const nsm: TestNsm = {
    requests: [],
    pcrs: new Map(),
    locked: new Set(Array.from({ length: 16 }, (_, i) => i)),
    override: () => undefined,
    async exchange(bytes) {
      const request = decodeCbor(bytes)
      nsm.requests.push(request)
      const other = nsm.override(request)
      if (other instanceof Error) throw other
      if (other instanceof Uint8Array) return other
      return encodeCbor(other ?? answer(nsm, request))
    },
    close() {},
  }
  return nsm
}

export function cborObject(entries: { [key: string]: CborValue }): CborMap {
  return new Map(Object.entries(entries))
}

function answer(nsm: TestNsm, request: CborValue): CborValue {
  if (request === 'DescribeNSM') {
    const description = {
      version_major: 1,
      version_minor: 0,
      version_patch: 0,
      module_id: 'i-test-enc',
      max_pcrs: 32,
      locked_pcrs: [...nsm.locked],
      digest: 'SHA384',
    }
    return cborObject({ DescribeNSM: cborObject(description) })
  }
  if (request === 'GetRandom') return cborObject({ GetRandom: cborObject({ random: Uint8Array.from(randomBytes(256)) }) })
  const [name, body] = [...(request as CborMap)][0] as [string, CborMap]
  const index = body.get('index') as number
  const value = nsm.pcrs.get(index) ?? new Uint8Array(48)
  if (name === 'DescribePCR') return cborObject({ DescribePCR: cborObject({ lock: nsm.locked.has(index), data: value }) })
  if (name === 'ExtendPCR') {
    if (nsm.locked.has(index)) return cborObject({ Error: 'ReadOnlyIndex' })
    const extended = Uint8Array.from(
      createHash('sha384')
        .update(value)
        .update(body.get('data') as Uint8Array)
        .digest(),
    )
    nsm.pcrs.set(index, extended)
    return cborObject({ ExtendPCR: cborObject({ data: extended }) })
  }
  if (name === 'LockPCR') {
    nsm.locked.add(index)
    return 'LockPCR'
  }
  if (name === 'LockPCRs') {
    for (let i = 0; i < (body.get('range') as number); i++) nsm.locked.add(i)
    return 'LockPCRs'
  }
  const document = encodeCbor(new Map([...body, ['serial', Uint8Array.from(randomBytes(16))]] as [string, CborValue][]))
  return cborObject({ Attestation: cborObject({ document }) })
}

/** What the host gets from this index on, a page at most. */
export function entries(log: ReceiptLog, from: number): LogRecord[] {
  const lines = Buffer.from(log.entries(from)).toString().split('\n')
  return lines.slice(0, -1).map(decodeLogRecord)
}

/** A log and its issuer, as an enclave has them. */
export function testReceipts(
  parts: { receipt?: ReceiptKey; kept?: ReceiptKey; log?: LogKey; signing?: SigningThread; clock?: Clock; limits?: Partial<Limits> } = {},
) {
  const { receipt = receiptKeyFrom(new Uint8Array(32).fill(7)), log = logKeyFrom(new Uint8Array(32).fill(8)), clock = testClock() } = parts
  const limits = { ...defaultLimits, ...parts.limits }
  const logName = `nacre/${receipt.address.toLowerCase()}`
  const receiptLog = createReceiptLog({ keys: { receipt, log }, logName, clock, limits })
  return {
    receiptLog,
    receipts: createReceiptIssuer({ key: receipt, kept: parts.kept, log: receiptLog, signing: parts.signing, limits }),
    logName,
    signer: receipt.address,
    log,
  }
}

export type TestClock = Clock & { advance(ms: number): void; step(ms: number): void; pending(): number }

/** Stands still until it is moved; `step` moves the wall clock only, as a host may. */
export function testClock(startMs = 1_800_000_000_000): TestClock {
  let wallMs = startMs
  let monotonicMs = 0
  const timers = new Set<{ atMs: number; task: () => void }>()
  return {
    nowMs: () => wallMs,
    monotonicMs: () => monotonicMs,
    after(delayMs, task) {
      const timer = { atMs: monotonicMs + delayMs, task }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance(ms) {
      wallMs += ms
      monotonicMs += ms
      for (const timer of [...timers].sort((a, b) => a.atMs - b.atMs)) {
        if (timer.atMs > monotonicMs || !timers.delete(timer)) continue
        timer.task()
      }
    },
    step(ms) {
      wallMs += ms
    },
    pending: () => timers.size,
  }
}
