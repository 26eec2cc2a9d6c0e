import { fromHex, sha256, toHex, utf8 } from '@nacre/verifier/bytes'
import { verifyCheckpoint, verifyCheckpointNote } from '@nacre/verifier/checkpoint'
import { decodeLogOpening } from '@nacre/verifier/log-opening'
import { verifyLogRecord } from '@nacre/verifier/log-record'
import { verifyConsistency } from '@nacre/verifier/merkle'
import Fastify from 'fastify'
import { describe, expect, test } from 'vitest'
import { testLog } from '../test/support/log.ts'
import type { Clock } from './clock.ts'
import { createEpochs } from './epochs.ts'
import { registerLogFeedRoutes } from './log-routes.ts'
import { entries, testClock, testReceipts } from './test-support.ts'

const hash = (byte: number) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}` as const
const content = { requestId: hash(1), modelId: hash(2), inputHash: hash(3), outputHash: hash(4) }
const nobody = { keys: [], quorum: 0, latestMs: 0 }

describe('checkpoints', () => {
  test('are signed twice over one head, which is that of every leaf so far', async () => {
    const clock: Clock & { advance(ms: number): void } = testClock()
    const { receipts, receiptLog, logName, signer, log } = testReceipts({ clock, limits: { receiptBatchMax: 7 } })
    // Every leaf, kept by somebody else: roots and consistency come from nothing that the enclave keeps.
    const all = testLog()
    let before = { oldSize: 0n, oldRoot: fromHex(all.root()) }
    for (let i = 0; i < 40; i++) {
      await receipts.issue(content, null, i % 2 === 0 ? 'immediate' : 'batched')
      if (i % 5 !== 0) continue
      clock.advance(1000)
      const { checkpoint, signature, note } = receiptLog.checkpoint()
      await verifyCheckpoint({ checkpoint, signature, signer })
      const head = verifyCheckpointNote({ note, log: { logName, logPublicKey: toHex(log.publicKey) }, witnesses: nobody })
      expect(head).toMatchObject({ treeSize: checkpoint.treeSize, rootHash: checkpoint.rootHash })
      for (const { leaf } of entries(receiptLog, all.size())) all.append(fromHex(leaf))
      expect(checkpoint).toMatchObject({ treeSize: BigInt(all.size()), rootHash: all.root() })
      const proof = all.consistency(Number(before.oldSize)).map((hash) => fromHex(hash))
      verifyConsistency({ ...before, newSize: checkpoint.treeSize, newRoot: fromHex(checkpoint.rootHash), proof })
      before = { oldSize: checkpoint.treeSize, oldRoot: fromHex(checkpoint.rootHash) }
    }
  })

  test('are made on a schedule while the log grows, and never twice in it for one head', async () => {
    const clock = testClock()
    let signatures = 0
    const { receipts, receiptLog } = testReceipts({
      clock,
      log: {
        publicKey: new Uint8Array(32),
        sign() {
          signatures++
          return new Uint8Array(64)
        },
      },
    })
    clock.advance(1000)
    expect(signatures).toBe(0)
    await receipts.issue(content, null, 'immediate')
    for (let i = 0; i < 5; i++) clock.advance(1000)
    expect(signatures).toBe(1)
    receiptLog.checkpoint()
    expect(signatures).toBe(1)
    receiptLog.stop()
  })

  test('on demand they are at most one interval old, however often somebody asks', async () => {
    const clock = testClock()
    const { receipts, receiptLog } = testReceipts({ clock })
    receiptLog.open(null)
    expect(receiptLog.checkpoint().checkpoint.treeSize).toBe(1n)
    for (let i = 0; i < 3; i++) {
      await receipts.issue(content, null, 'immediate')
      expect(receiptLog.checkpoint().checkpoint.treeSize).toBe(1n)
    }
    clock.advance(1000)
    expect(receiptLog.checkpoint().checkpoint.treeSize).toBe(4n)
  })

  test('their time does not go back with the clock', async () => {
    const clock = testClock()
    const { receipts, receiptLog } = testReceipts({ clock })
    await receipts.issue(content, null, 'immediate')
    const first = receiptLog.checkpoint().checkpoint
    clock.step(-3_600_000)
    await receipts.issue(content, null, 'immediate')
    clock.advance(1000)
    const second = receiptLog.checkpoint().checkpoint
    expect(second.treeSize).toBe(3n)
    expect(second.timestampMs).toBeGreaterThanOrEqual(first.timestampMs)
  })
})

describe('entries', () => {
  test('are what the leaves were made from, the opening first', async () => {
    const { receipts, receiptLog, logName, signer } = testReceipts()
    await receipts.issue(content, null, 'immediate')
    await receipts.issue(content, { chainId: 1n, verifyingContract: '0x00000000000000000000000000000000000000aa' }, 'batched')
    const records = entries(receiptLog, 0)
    expect(records).toHaveLength(3)
    for (const [index, record] of records.entries()) await verifyLogRecord({ record, index, leaf: fromHex(record.leaf), logName, signer })
    expect(records.map((record) => ('signature' in record ? record.signature === null : 'opening'))).toEqual(['opening', false, true])
  })

  test('are kept until the host has stored them, page by page, and then gone', async () => {
    const { receipts, receiptLog } = testReceipts({ limits: { logPageMax: 4 } })
    for (let i = 0; i < 9; i++) await receipts.issue(content, null, 'immediate')
    expect(entries(receiptLog, 0)).toHaveLength(4)
    expect(entries(receiptLog, 8)).toHaveLength(2)
    expect(entries(receiptLog, 10)).toHaveLength(0)
    receiptLog.stored(6)
    receiptLog.stored(3) // A late word of less changes nothing.
    expect(entries(receiptLog, 6)).toHaveLength(4)
    for (const from of [0, 5, 11])
      expect(() => receiptLog.entries(from)).toThrowError(expect.objectContaining({ code: 'LOG_ENTRY_NOT_FOUND' }))
    expect(() => receiptLog.stored(11)).toThrowError(expect.objectContaining({ code: 'LOG_ENTRY_NOT_FOUND' }))
  })

  // The attack: a host that never stores anything, so that the enclave runs out of memory or forgets what nobody else has.
  test('that nobody stores stop the enclave before it forgets any', async () => {
    const { receipts, receiptLog } = testReceipts({ limits: { logBacklogMax: 5 } })
    const modes = ['immediate', 'batched'] as const
    for (let i = 0; i < 4; i++) await receipts.issue(content, null, modes[i % 2] as 'immediate')
    for (const mode of modes) await expect(receipts.issue(content, null, mode)).rejects.toMatchObject({ code: 'LOG_BACKLOG_FULL' })
    await expect(receipts.underWay(async () => expect.unreachable())).rejects.toMatchObject({ code: 'LOG_BACKLOG_FULL' })
    expect(receipts.issued()).toBe(4n)
    receiptLog.stored(2)
    expect((await receipts.issue(content, null, 'immediate')).receipt.sequence).toBe(5n)
  })
})

describe('the opening', () => {
  const previous = { origin: `nacre/0x${'aa'.repeat(20)}`, treeSize: 12n, rootHash: hash(5) }

  test('names what was shown first, and the first receipt opens a log that nobody opened', async () => {
    const { receipts, receiptLog, logName } = testReceipts()
    const text = receiptLog.open(previous)
    expect(decodeLogOpening(utf8(text))).toMatchObject({ logName, previous: { ...previous, treeSize: 12 } })
    expect(receiptLog.open(null)).toBe(text)
    await receipts.issue(content, null, 'immediate')
    expect(entries(receiptLog, 0)[0]).toEqual({ opening: text, leaf: toHex(await sha256(utf8(text))) })

    const other = testReceipts()
    expect(() => other.receiptLog.checkpoint()).toThrowError(expect.objectContaining({ code: 'LOG_NOT_OPEN' }))
    await other.receipts.issue(content, null, 'batched')
    expect(decodeLogOpening(utf8(other.receiptLog.open(previous))).previous).toBeNull()
  })
})

describe('the host’s routes', () => {
  function hostApp() {
    const made = testReceipts()
    const app = Fastify()
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => Uint8Array.from(body))
    app.setErrorHandler((error: { code?: string }, _request, reply) => reply.code(400).send({ code: error.code }))
    registerLogFeedRoutes(app, {
      receiptLog: made.receiptLog,
      epochs: createEpochs({ receiptLog: made.receiptLog, attestation: {} as never }),
    } as never)
    const post = (url: string, payload: string | Buffer) =>
      app.inject({ method: 'POST', url, payload, headers: { 'content-type': 'text/plain' } })
    return { ...made, app, post }
  }

  test('refuse what is no index and no size', async () => {
    const { post, app } = hostApp()
    for (const body of ['', 'x', '{}', 'null', '{"treeSize":-1}', '{"treeSize":1.5}', '{"treeSize":"x"}'])
      expect((await post('/v1/log/stored', body)).json(), body).toEqual({ code: 'LOG_REQUEST_INVALID' })
    for (const from of ['', '?from=', '?from=-1', '?from=01', '?from=x', '?from=1&from=2'])
      expect((await app.inject(`/v1/log/entries${from}`)).json(), from).toEqual({ code: 'LOG_REQUEST_INVALID' })
  })

  test('give out entries as lines and forget what was stored', async () => {
    const { post, app, receipts } = hostApp()
    await post('/v1/log/open', '')
    await receipts.issue(content, null, 'immediate')
    const { payload } = await app.inject('/v1/log/entries?from=0')
    expect(payload.trimEnd().split('\n')).toHaveLength(2)
    expect((await post('/v1/log/stored', '{"treeSize":2}')).json()).toEqual({ treeSize: 2 })
    expect((await app.inject('/v1/log/entries?from=2')).payload).toBe('')
  })
})
