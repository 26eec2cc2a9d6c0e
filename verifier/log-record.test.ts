import { expect, test } from 'vitest'
import { otherAccount, receiptAccount, sha256Hex, testDomain } from '../test/support/answer.ts'
import { verdict } from '../test/support/expect.ts'
import { fromHex, type Hex } from './bytes.ts'
import { encodeLogOpening } from './log-opening.ts'
import { decodeLogRecord, encodeLogRecord, type LogRecord, type ReceiptRecord, verifyLogRecord } from './log-record.ts'
import { hashReceipt, type Receipt, type ReceiptDomain } from './receipt.ts'

const logName = `nacre/${receiptAccount.address.toLowerCase()}`
const signer = receiptAccount.address
const receiptOf = (sequence: bigint): Receipt => ({
  requestId: sha256Hex('request'),
  modelId: sha256Hex('model'),
  inputHash: sha256Hex('input'),
  outputHash: sha256Hex('output'),
  timestampMs: 1_768_478_400_000n,
  sequence,
})
async function recordOf(sequence: bigint, domain: ReceiptDomain, by = receiptAccount): Promise<ReceiptRecord> {
  const leaf = hashReceipt(receiptOf(sequence), domain)
  return { leaf, receipt: receiptOf(sequence), domain, signature: await by.sign({ hash: leaf }) }
}
const openingText = (name: string) =>
  new TextDecoder().decode(encodeLogOpening({ format: 'nacre/log/1', logName: name, timestampMs: 1, previous: null }))
const openingRecord = (name = logName): LogRecord => ({ leaf: sha256Hex(openingText(name)), opening: openingText(name) })

const verify = (record: LogRecord, index: number, leaf: Hex = record.leaf) =>
  verdict(() => verifyLogRecord({ record, index, leaf: fromHex(leaf), logName, signer }))

test('LOG-06 accepts openings and receipts, signed or not, and writes the same line again', async () => {
  const signed = await recordOf(3n, testDomain)
  for (const record of [openingRecord(), signed, { ...signed, signature: null }, await recordOf(4n, null)]) {
    const line = encodeLogRecord(record)
    expect(line).not.toContain('\n')
    expect(decodeLogRecord(line)).toEqual(record)
  }
})
test('LOG-06 rejects other lines', async () => {
  const json = JSON.parse(encodeLogRecord(await recordOf(3n, testDomain)))
  const wrong: unknown[] = [
    null,
    [],
    1,
    {},
    { ...json, extra: 1 },
    { ...json, leaf: json.leaf.slice(2) },
    { ...json, leaf: json.leaf.toUpperCase().replace('0X', '0x') },
    { ...json, signature: undefined },
    { ...json, signature: '0x' },
    { ...json, domain: {} },
    { ...json, domain: { ...json.domain, extra: 1 } },
    { ...json, domain: { ...json.domain, chainId: 1 } },
    { leaf: json.leaf, opening: {} },
    { leaf: json.leaf, opening: 'x', receipt: json.receipt },
    { leaf: json.leaf, opening: 'x'.repeat(8192) },
  ]
  for (const value of wrong)
    expect(await verdict(() => decodeLogRecord(JSON.stringify(value))), JSON.stringify(value)).toBe('LOG_RECORD_MALFORMED')
  for (const line of ['', '{', 'x']) expect(await verdict(() => decodeLogRecord(line))).toBe('LOG_RECORD_MALFORMED')
  expect(await verdict(() => decodeLogRecord(JSON.stringify({ ...json, receipt: {} })))).toBe('RECEIPT_MALFORMED')
})

test('LOG-07 accepts what the leaf was made from', async () => {
  expect(await verify(openingRecord(), 0)).toBe('accepted')
  const signed = await recordOf(3n, testDomain)
  expect(await verify(signed, 3)).toBe('accepted')
  expect(await verify({ ...signed, signature: null }, 3)).toBe('accepted')
})
test('LOG-07 rejects other leaves, numbers, audiences and logs, and signatures of others', async () => {
  const record = await recordOf(3n, testDomain)
  const mismatch = async (changed: LogRecord, index: number, leaf = record.leaf) =>
    expect(await verify(changed, index, leaf)).toBe('LOG_RECORD_MISMATCH')
  await mismatch(record, 4)
  await mismatch(await recordOf(0n, null), 0, (await recordOf(0n, null)).leaf)
  await mismatch(record, 3, sha256Hex('another'))
  await mismatch({ ...record, receipt: { ...record.receipt, outputHash: sha256Hex('another') } }, 3)
  await mismatch({ ...record, domain: null }, 3)
  // What the record says of its own leaf counts for nothing.
  await mismatch({ ...record, leaf: sha256Hex('another') }, 3, sha256Hex('another'))
  const opening = openingRecord()
  await mismatch(opening, 1, opening.leaf)
  await mismatch(opening, 0, sha256Hex('another'))
  const foreign = openingRecord(`nacre/${otherAccount.address.toLowerCase()}`)
  await mismatch(foreign, 0, foreign.leaf)
  expect(await verify(await recordOf(3n, testDomain, otherAccount), 3)).toBe('SIGNATURE_INVALID')
  expect(await verify({ leaf: sha256Hex('{}'), opening: '{}' }, 0)).toBe('LOG_OPENING_MALFORMED')
})
