import { randomBytes } from 'node:crypto'
import { verifyReceiptProof } from '@nacre/verifier/receipt-proof'
import { describe, expect, test } from 'vitest'
import type { ReceiptMode } from './receipts.ts'
import { type ReceiptKey, receiptKeyFrom } from './signing-keys.ts'
import { type SigningThread, startSigningThread } from './signing-thread.ts'
import { entries, testClock, testReceipts } from './test-support.ts'

const secret = new Uint8Array(32).fill(7)
const key = receiptKeyFrom(secret)
const hash = (byte: number) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}` as const
const content = { requestId: hash(1), modelId: hash(2), inputHash: hash(3), outputHash: hash(4) }

describe('the thread', () => {
  test('signs as its key does, in the order in which it is asked', async () => {
    const thread = startSigningThread(secret)
    try {
      await expect.poll(() => thread.ready()).toBe(true)
      const batches = [1, 5, 2].map((count) => Array.from({ length: count }, () => Uint8Array.from(randomBytes(32))))
      const signed = await Promise.all(batches.map((digests) => thread.sign(digests)))
      expect(signed).toEqual(batches.map((digests) => digests.map((digest) => key.sign(digest))))
    } finally {
      thread.close()
    }
  })

  test('that ends tells whoever waits, and whoever asks later', async () => {
    const thread = startSigningThread(secret)
    await expect.poll(() => thread.ready()).toBe(true)
    const asked = thread.sign([new Uint8Array(32)])
    thread.close()
    await asked.catch(() => {})
    await expect.poll(() => thread.ready()).toBe(false)
    await expect(thread.sign([new Uint8Array(32)])).rejects.toThrow('ended')
  })
})

describe('receipts that are signed aside', () => {
  /** Signs when it is let, or fails. */
  function heldThread() {
    const held: (() => void)[] = []
    const failing: (() => void)[] = []
    const asked: number[] = []
    const thread: SigningThread = {
      ready: () => true,
      sign(digests) {
        asked.push(digests.length)
        return new Promise((resolve, reject) => {
          held.push(() => resolve(digests.map(key.sign)))
          failing.push(() => reject(new Error('ended')))
        })
      },
      close() {},
    }
    const all = (waiting: (() => void)[]) => () => {
      for (const go of waiting.splice(0)) go()
    }
    return { thread, asked, release: all(held), fail: all(failing) }
  }
  const turn = () => new Promise(setImmediate)
  const crowd = (receipts: ReturnType<typeof testReceipts>['receipts'], modes: readonly ReceiptMode[]) =>
    modes.map((mode) => receipts.underWay(() => turn().then(() => receipts.issue(content, null, mode))))
  const signatures = (receiptLog: ReturnType<typeof testReceipts>['receiptLog']) =>
    entries(receiptLog, 0).map((record) => ('opening' in record ? 'opening' : record.signature === null ? 'batched' : 'signed'))

  test('keep their places in the log among others, and the host gets nothing out of order', async () => {
    const { thread, asked, release } = heldThread()
    const { receipts, receiptLog, signer } = testReceipts({ signing: thread, limits: { receiptBatchMsMax: 0 } })
    const issued = crowd(receipts, ['immediate', 'batched', 'immediate', 'batched', 'immediate'])
    await turn()
    await turn()
    expect(asked).toEqual([3])
    // The batched are answered; their records wait behind the first that is not finished.
    await Promise.all([issued[1], issued[3]])
    expect(signatures(receiptLog)).toEqual(['opening'])
    release()
    for (const [i, one] of (await Promise.all(issued)).entries()) {
      expect(one.receipt.sequence).toBe(BigInt(i + 1))
      await verifyReceiptProof({ ...one, signer })
    }
    expect(signatures(receiptLog)).toEqual(['opening', 'signed', 'batched', 'signed', 'batched', 'signed'])
  })

  // The attack: a checkpoint in the host's hands over entries that it cannot fetch would stop it from publishing.
  test('are finished at once when the host is told of them', async () => {
    const { thread, release } = heldThread()
    const clock = testClock()
    const { receipts, receiptLog, signer } = testReceipts({ signing: thread, clock })
    const issued = crowd(receipts, new Array<ReceiptMode>(5).fill('immediate'))
    await turn()
    await turn()
    expect(receiptLog.checkpoint().checkpoint.treeSize).toBe(6n)
    expect(signatures(receiptLog)).toEqual(['opening', ...new Array(5).fill('signed')])
    for (const one of await Promise.all(issued)) await verifyReceiptProof({ ...one, signer })
    release()
    await turn()
    expect(signatures(receiptLog)).toHaveLength(6)
  })

  test('are signed here when the thread ends, and count as held until they are written', async () => {
    const { thread, fail } = heldThread()
    const { receipts, receiptLog, signer } = testReceipts({ signing: thread, limits: { logBacklogMax: 6 } })
    const issued = crowd(receipts, new Array<ReceiptMode>(5).fill('immediate'))
    await turn()
    await turn()
    await expect(receipts.issue(content, null, 'immediate')).rejects.toMatchObject({ code: 'LOG_BACKLOG_FULL' })
    fail()
    for (const one of await Promise.all(issued)) await verifyReceiptProof({ ...one, signer })
    expect(signatures(receiptLog)).toHaveLength(6)
  })

  test('that cannot be signed anywhere are refused, and their numbers stay used', async () => {
    const { thread, fail } = heldThread()
    let broken = true
    const flaky: ReceiptKey = {
      ...key,
      sign(digest) {
        if (broken) throw new Error('no')
        return key.sign(digest)
      },
    }
    const { receipts, receiptLog } = testReceipts({ receipt: flaky, signing: thread })
    const issued = Promise.allSettled(crowd(receipts, new Array<ReceiptMode>(4).fill('immediate')))
    await turn()
    await turn()
    fail()
    expect((await issued).map((one) => one.status === 'rejected' && one.reason.code)).toEqual(new Array(4).fill('RECEIPT_FAILED'))
    expect(signatures(receiptLog)).toEqual(['opening', ...new Array(4).fill('batched')])
    broken = false
    expect((await receipts.issue(content, null, 'immediate')).receipt.sequence).toBe(5n)
  })

  test('gather while others are being signed, and are no more at once than are quickly signed', async () => {
    const { thread, asked, release } = heldThread()
    const { receipts, receiptLog, signer } = testReceipts({ signing: thread })
    const issued = crowd(receipts, new Array<ReceiptMode>(4).fill('immediate'))
    await turn()
    await turn()
    issued.push(...crowd(receipts, new Array<ReceiptMode>(40).fill('immediate')))
    await turn()
    await turn()
    expect(asked).toEqual([4])
    for (const batches of [
      [4, 32],
      [4, 32, 8],
    ]) {
      release()
      await turn()
      expect(asked).toEqual(batches)
    }
    release()
    for (const one of await Promise.all(issued)) await verifyReceiptProof({ ...one, signer })
    expect(signatures(receiptLog)).toEqual(['opening', ...new Array(44).fill('signed')])
  })

  test('are more than one: waking a thread for one takes longer than signing it', async () => {
    const { thread, asked } = heldThread()
    const { receipts, receiptLog, signer } = testReceipts({ signing: thread, limits: { receiptBatchMsMax: 0 } })
    const issued = crowd(receipts, ['batched', 'immediate', 'batched', 'batched'])
    for (const one of await Promise.all(issued)) await verifyReceiptProof({ ...one, signer })
    expect(asked).toEqual([])
    expect(signatures(receiptLog)).toEqual(['opening', 'batched', 'signed', 'batched', 'batched'])
  })

  test('are none while few are under way', async () => {
    const { thread, asked } = heldThread()
    const { receipts } = testReceipts({ signing: thread })
    await Promise.all(crowd(receipts, ['immediate', 'immediate', 'immediate']))
    expect(asked).toEqual([])
  })
})
