import { expect, test } from 'vitest'
import { otherAccount, receiptAccount, sha256Hex, testDomain } from '../test/support/answer.ts'
import { verdict } from '../test/support/expect.ts'
import { testLog } from '../test/support/log.ts'
import { fromHex, type Hex, utf8 } from './bytes.ts'
import { hashReceipt, type Receipt, type ReceiptDomain } from './receipt.ts'
import { type ReceiptInclusion, verifyReceiptProof } from './receipt-proof.ts'

const receiptOf = (sequence: bigint): Receipt => ({
  requestId: sha256Hex(`request ${sequence}`),
  modelId: sha256Hex('model'),
  inputHash: sha256Hex('input'),
  outputHash: sha256Hex('output'),
  timestampMs: 1_768_478_400_000n,
  sequence,
})
/** Every second receipt is for an audience. */
const domainOf = (sequence: bigint): ReceiptDomain => (sequence % 2n === 0n ? testDomain : null)
const log = testLog([utf8('opening')])
for (let sequence = 1n; sequence <= 20n; sequence++) log.append(fromHex(hashReceipt(receiptOf(sequence), domainOf(sequence))))

const prove = (sequence: bigint, account = receiptAccount) => log.proveReceipt(Number(sequence), 1_768_478_400_500n, account)
const verify = async (sequence: bigint, change: { receipt?: Receipt; domain?: ReceiptDomain } & Partial<ReceiptInclusion> = {}) => {
  const { receipt = receiptOf(sequence), domain = domainOf(sequence), ...rest } = change
  const inclusion = { ...(await prove(sequence)), ...rest }
  return verdict(() => verifyReceiptProof({ receipt, domain, signer: receiptAccount.address, inclusion }))
}

test('INC-01 accepts a signature, and a place in the log', async () => {
  const receipt = receiptOf(2n)
  const signature = await receiptAccount.sign({ hash: hashReceipt(receipt, testDomain) })
  expect(await verdict(() => verifyReceiptProof({ receipt, domain: testDomain, signer: receiptAccount.address, signature }))).toBe(
    'accepted',
  )
  expect(await verify(2n)).toBe('accepted')
})
test('INC-01 rejects both and neither', async () => {
  const receipt = receiptOf(2n)
  const common = { receipt, domain: testDomain, signer: receiptAccount.address }
  const signature = await receiptAccount.sign({ hash: hashReceipt(receipt, testDomain) })
  expect(await verdict(() => verifyReceiptProof(common as never))).toBe('SIGNATURE_MALFORMED')
  const both = { ...common, signature, inclusion: await prove(2n) }
  expect(await verdict(() => verifyReceiptProof(both as never))).toBe('SIGNATURE_MALFORMED')
})

test('INC-02 accepts a checkpoint of the receipt key', async () => expect(await verify(3n)).toBe('accepted'))
test('INC-02 rejects checkpoints of other keys and other forms', async () => {
  expect(await verify(3n, await prove(3n, otherAccount))).toBe('SIGNATURE_INVALID')
  const { checkpoint, checkpointSignature } = await prove(3n)
  expect(await verify(3n, { checkpoint: { ...checkpoint, timestampMs: 1n } })).toBe('SIGNATURE_INVALID')
  expect(await verify(3n, { checkpoint: { ...checkpoint, rootHash: '0x' } })).toBe('CHECKPOINT_MALFORMED')
  expect(await verify(3n, { checkpointSignature: checkpointSignature.slice(0, -2) as Hex })).toBe('SIGNATURE_MALFORMED')
})

test('INC-03 accepts every receipt at its number', async () => {
  for (let sequence = 1n; sequence <= 20n; sequence++) expect(await verify(sequence)).toBe('accepted')
})
test('INC-03 rejects another number, receipt, audience and proof, and number 0', async () => {
  const { proof } = await prove(4n)
  const refused = async (change: Parameters<typeof verify>[1], sequence = 4n) =>
    expect(await verify(sequence, change)).toBe('INCLUSION_INVALID')
  await refused({ receipt: { ...receiptOf(4n), sequence: 5n } })
  await refused({ receipt: { ...receiptOf(4n), outputHash: sha256Hex('another') } })
  await refused({ receipt: receiptOf(6n) })
  await refused({ domain: null })
  await refused({ domain: { ...testDomain, chainId: 1n } })
  await refused({ proof: proof.slice(1) })
  await refused({ proof: [...proof].reverse() })
  await refused({ receipt: { ...receiptOf(4n), sequence: 21n } })
  expect(await verify(4n, { proof: [...proof.slice(1), '0x00'] })).toBe('PROOF_MALFORMED')
  // The attack: an enclave's image that numbers a receipt 0 would hide it from everyone who counts.
  const hidden = testLog([fromHex(hashReceipt(receiptOf(0n), null)), utf8('more')])
  await refused({ receipt: receiptOf(0n), domain: null, ...(await hidden.proveReceipt(0, 1n, receiptAccount)) })
})
