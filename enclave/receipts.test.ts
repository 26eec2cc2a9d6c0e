import type { Hex } from '@nacre/verifier/bytes'
import { recoverReceiptSigner } from '@nacre/verifier/receipt'
import { verifyReceiptProof } from '@nacre/verifier/receipt-proof'
import { describe, expect, test } from 'vitest'
import type { ReceiptMode } from './receipts.ts'
import { type ReceiptKey, receiptKeyFrom } from './signing-keys.ts'
import { entries, testClock, testReceipts } from './test-support.ts'

const hash = (byte: number) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}` as const
const content = { requestId: hash(1), modelId: hash(2), inputHash: hash(3), outputHash: hash(4) }
const audience = { chainId: 31337n, verifyingContract: '0x00000000000000000000000000000000000000aa' as const }

describe('receipts', () => {
  test('are verified by the verifier, with and without an audience, signed or in the log', async () => {
    const { receipts, signer } = testReceipts({ clock: testClock(1234.9) })
    for (const mode of ['immediate', 'batched'] as const)
      for (const domain of [null, audience]) {
        const issued = await receipts.issue(content, domain, mode)
        expect(issued.signature === undefined).toBe(mode === 'batched')
        expect(await verifyReceiptProof({ ...issued, signer })).toMatchObject({ ...content, timestampMs: 1234n })
      }
  })

  test('for an audience are signed by the kept key too, whatever their mode, with the same number', async () => {
    const kept = receiptKeyFrom(new Uint8Array(32).fill(9))
    const { receipts, signer } = testReceipts({ kept })
    for (const mode of ['immediate', 'batched', 'auto'] as const) {
      const issued = await receipts.issue(content, audience, mode)
      expect(await verifyReceiptProof({ ...issued, signer })).toMatchObject(content)
      const { kept_signature: keptSignature, kept_signer, signer: own } = JSON.parse(`{${issued.parameters}}`)
      expect([own, kept_signer]).toEqual([signer, kept.address])
      expect(await recoverReceiptSigner(issued.receipt, keptSignature, audience)).toBe(kept.address)
      // What anybody may be shown is for the enclave alone to sign.
      expect((await receipts.issue(content, null, mode)).parameters).not.toContain('kept')
    }
  })

  test('count from 1 without gaps, whatever their mode', async () => {
    const { receipts, receiptLog } = testReceipts()
    const issued = await Promise.all(
      (['immediate', 'batched', 'auto', 'batched'] as const).map((mode) => receipts.issue(content, null, mode)),
    )
    expect(issued.map(({ receipt }) => receipt.sequence)).toEqual([1n, 2n, 3n, 4n])
    expect(receipts.issued()).toBe(4n)
    expect(entries(receiptLog, 0)).toHaveLength(5)
  })

  test('a failure uses no number', async () => {
    let broken = true
    const key = receiptKeyFrom(new Uint8Array(32).fill(7))
    const flaky: ReceiptKey = {
      ...key,
      sign(digest) {
        if (broken) throw new Error('no')
        return key.sign(digest)
      },
    }
    const { receipts } = testReceipts({ receipt: flaky })
    await expect(receipts.issue(content, null, 'immediate')).rejects.toMatchObject({ code: 'RECEIPT_FAILED' })
    for (const mode of ['immediate', 'batched'] as const)
      await expect(receipts.issue({ ...content, requestId: '0x12' }, null, mode)).rejects.toMatchObject({ code: 'RECEIPT_FAILED' })
    broken = false
    expect((await receipts.issue(content, null, 'immediate')).receipt.sequence).toBe(1n)
  })

  // The attack: a field that is longer than its place would be read as the next one, and quotes or newlines would write an answer's JSON or the log's lines.
  test('nothing but hashes gets into a receipt', async () => {
    const { receipts } = testReceipts()
    const bad = [
      '0x12',
      `${hash(1)}00`,
      `${hash(1)}\n`,
      `${hash(1).slice(0, -1)}"`,
      `${hash(1).slice(0, -1)}é`,
      hash(0xab).toUpperCase().replace('0X', '0x'),
    ]
    for (const requestId of bad as Hex[])
      for (const mode of ['immediate', 'batched'] as const)
        await expect(receipts.issue({ ...content, requestId }, null, mode)).rejects.toMatchObject({ code: 'RECEIPT_FAILED' })
    expect((await receipts.issue(content, null, 'batched')).receipt.sequence).toBe(1n)
  })

  test('a batch that cannot be signed gives out none of its receipts, and their numbers stay used', async () => {
    let broken = true
    const key = receiptKeyFrom(new Uint8Array(32).fill(7))
    const { receipts, receiptLog, signer } = testReceipts({
      receipt: {
        ...key,
        sign(digest) {
          if (broken) throw new Error('no')
          return key.sign(digest)
        },
      },
    })
    const together = () => Promise.allSettled([1, 2].map(() => receipts.issue(content, null, 'batched')))
    expect((await together()).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    broken = false
    const [later] = await together()
    if (later?.status !== 'fulfilled') throw new Error('rejected')
    expect(later.value.receipt.sequence).toBe(3n)
    expect(await verifyReceiptProof({ ...later.value, signer })).toMatchObject(content)
    expect(entries(receiptLog, 0)).toHaveLength(5)
  })

  test('a clock that is stepped back does not put a later receipt before an earlier one', async () => {
    const clock = testClock(100)
    const { receipts } = testReceipts({ clock })
    const times: bigint[] = []
    for (const step of [0, -50, 51]) {
      clock.step(step)
      times.push((await receipts.issue(content, null, 'immediate')).receipt.timestampMs)
    }
    expect(times).toEqual([100n, 100n, 101n])
  })
})

describe('batches', () => {
  /** Issues so many receipts under way at once; each waits for `go` where its model would run. */
  function crowd(receipts: ReturnType<typeof testReceipts>['receipts'], modes: readonly ReceiptMode[]) {
    let go = () => {}
    const started = new Promise<void>((resolve) => (go = resolve))
    const all = modes.map((mode) =>
      receipts.underWay(async () => {
        await started
        return receipts.issue(content, null, mode)
      }),
    )
    return { go, all }
  }

  test('all that wait share one signature, which comes when nobody else can join', async () => {
    const signed: Uint8Array[] = []
    const key = receiptKeyFrom(new Uint8Array(32).fill(7))
    const { receipts, signer } = testReceipts({
      receipt: {
        ...key,
        sign(digest) {
          signed.push(digest)
          return key.sign(digest)
        },
      },
    })
    const { go, all } = crowd(receipts, new Array<ReceiptMode>(20).fill('batched'))
    go()
    const issued = await Promise.all(all)
    expect(signed).toHaveLength(1)
    for (const receipt of issued) await verifyReceiptProof({ ...receipt, signer })
    expect(new Set(issued.map(({ inclusion }) => inclusion?.checkpointSignature)).size).toBe(1)
  })

  test('a request that takes long holds nobody up for longer than the bound', async () => {
    const clock = testClock()
    const { receipts, signer } = testReceipts({ clock, limits: { receiptBatchMsMax: 5 } })
    receipts.underWay(() => new Promise(() => {}))
    let done = false
    const waiting = receipts.underWay(() => receipts.issue(content, null, 'batched')).finally(() => (done = true))
    await new Promise(setImmediate)
    clock.advance(4)
    await new Promise(setImmediate)
    expect(done).toBe(false)
    clock.advance(1)
    await verifyReceiptProof({ ...(await waiting), signer })
  })

  test('with a time to wait, a batch is signed when all under way wait for it; a signature of one’s own waits for nobody', async () => {
    const { receipts } = testReceipts({ limits: { receiptBatchMsMax: 60_000 } })
    const issue = (mode: ReceiptMode) => receipts.underWay(() => receipts.issue(content, null, mode))
    let leave = () => {}
    const running = receipts.underWay(() => new Promise<void>((resolve) => (leave = resolve)))
    const first = issue('batched')
    expect((await issue('immediate')).signature).toBeDefined()
    const second = issue('batched')
    await issue('immediate')
    leave()
    await running
    expect((await first).inclusion?.checkpointSignature).toBe((await second).inclusion?.checkpointSignature)
  })

  test('one that fails or leaves does not keep the others waiting', async () => {
    const { receipts } = testReceipts()
    let fail = () => {}
    const failing = receipts.underWay(() => new Promise((_, reject) => (fail = () => reject(new Error('model')))))
    const waiting = receipts.underWay(() => receipts.issue(content, null, 'batched'))
    await new Promise(setImmediate)
    fail()
    await expect(failing).rejects.toThrow('model')
    expect((await waiting).inclusion).toBeDefined()
  })

  test('auto is immediate for one, and batched under load', async () => {
    const { receipts } = testReceipts({ limits: { receiptsAutoBatchedFrom: 4 } })
    expect((await receipts.underWay(() => receipts.issue(content, null, 'auto'))).signature).toBeDefined()
    const { go, all } = crowd(receipts, new Array<ReceiptMode>(4).fill('auto'))
    go()
    for (const { signature, inclusion } of await Promise.all(all)) {
      expect(signature).toBeUndefined()
      expect(inclusion).toBeDefined()
    }
  })

  test('more than one batch holds, mixed with signed receipts: every one is proven', async () => {
    const { receipts, signer } = testReceipts({ limits: { receiptBatchMax: 8 } })
    const modes = Array.from({ length: 50 }, (_, i): ReceiptMode => (i % 3 === 0 ? 'immediate' : 'batched'))
    const { go, all } = crowd(receipts, modes)
    go()
    const issued = await Promise.all(all)
    for (const receipt of issued) await verifyReceiptProof({ ...receipt, signer })
    expect(new Set(issued.map(({ receipt }) => receipt.sequence)).size).toBe(50)
    expect(issued.filter(({ signature }) => signature !== undefined)).toHaveLength(17)
  })

  test('receipts of one batch are not those of another key', async () => {
    const { receipts } = testReceipts()
    const other = testReceipts({ receipt: receiptKeyFrom(new Uint8Array(32).fill(9)) })
    const issued = await receipts.issue(content, null, 'batched')
    await expect(verifyReceiptProof({ ...issued, signer: other.signer as Hex })).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' })
  })
})
