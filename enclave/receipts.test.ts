import { verifyReceipt } from '@nacre/verifier/receipt'
import { describe, expect, test } from 'vitest'
import { type ReceiptKey, receiptKeyFrom } from './keys.ts'
import { createReceiptIssuer } from './receipts.ts'

const key = receiptKeyFrom(new Uint8Array(32).fill(7))
const hash = (byte: number) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}` as const
const content = { requestId: hash(1), modelId: hash(2), inputHash: hash(3), outputHash: hash(4) }

describe('receipts', () => {
  test('are verified by the verifier, with and without an audience', async () => {
    const issuer = createReceiptIssuer({ key, nowMs: () => 1234.9 })
    for (const domain of [null, { chainId: 31337n, verifyingContract: '0x00000000000000000000000000000000000000aa' as const }]) {
      const { receipt, signature, signer } = issuer.issue(content, domain)
      expect(await verifyReceipt({ receipt, signature, domain, signer })).toMatchObject({ ...content, timestampMs: 1234n })
    }
  })

  test('count from 0 without gaps', () => {
    const issuer = createReceiptIssuer({ key, nowMs: () => 5 })
    expect([0, 1, 2].map(() => issuer.issue(content, null).receipt.sequence)).toEqual([1n, 2n, 3n])
    expect(issuer.issued()).toBe(3n)
  })

  test('a failure uses no number', () => {
    let broken = true
    const flaky: ReceiptKey = {
      ...key,
      sign(digest) {
        if (broken) throw new Error('no')
        return key.sign(digest)
      },
    }
    const issuer = createReceiptIssuer({ key: flaky, nowMs: () => 5 })
    expect(() => issuer.issue(content, null)).toThrowError(expect.objectContaining({ code: 'RECEIPT_FAILED' }))
    expect(() => createReceiptIssuer({ key, nowMs: () => 5 }).issue({ ...content, requestId: '0x12' }, null)).toThrowError(
      expect.objectContaining({ code: 'RECEIPT_FAILED' }),
    )
    broken = false
    expect(issuer.issue(content, null).receipt.sequence).toBe(1n)
  })

  test('a clock that is stepped back does not put a later receipt before an earlier one', () => {
    const times = [100, 50, 101]
    const issuer = createReceiptIssuer({ key, nowMs: () => times.shift() as number })
    expect([0, 1, 2].map(() => issuer.issue(content, null).receipt.timestampMs)).toEqual([100n, 100n, 101n])
  })
})
