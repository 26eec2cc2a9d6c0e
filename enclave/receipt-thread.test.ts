import { fromHex, toHex } from '@nacre/verifier/bytes'
import { verifyCheckpoint } from '@nacre/verifier/checkpoint'
import { decodeLogRecord, verifyLogRecord } from '@nacre/verifier/log-record'
import { verifyReceiptProof } from '@nacre/verifier/receipt-proof'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from './clock.ts'
import { defaultLimits } from './limits.ts'
import { type ReceiptThread, startReceiptThread } from './receipt-thread.ts'
import { receiptKeyFrom } from './signing-keys.ts'

const hash = (byte: number) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}` as const
const content = { requestId: hash(1), modelId: hash(2), inputHash: hash(3), outputHash: hash(4) }
const audience = { chainId: 2n ** 200n, verifyingContract: '0x00000000000000000000000000000000000000aa' as const }
const secrets = { receiptKey: new Uint8Array(32).fill(7), logSeed: new Uint8Array(32).fill(8) }
const signer = receiptKeyFrom(secrets.receiptKey).address
const logName = `nacre/${signer.toLowerCase()}`
const start = (limits = {}) => startReceiptThread({ secrets, logName, clock: systemClock, limits: { ...defaultLimits, ...limits } })

let thread: ReceiptThread
beforeAll(async () => {
  thread = await start()
})
afterAll(() => thread?.close())

test('its receipts are the key’s, with and without an audience, and those wanted together share a signature', async () => {
  const wanted = (['immediate', 'batched', 'auto'] as const).flatMap((mode) => [null, audience].map((domain) => ({ mode, domain })))
  const issued = await Promise.all(
    wanted.map(({ mode, domain }) => thread.issuer.underWay(() => thread.issuer.issue(content, domain, mode))),
  )
  for (const [i, one] of issued.entries()) {
    const { receipt, domain, signature, inclusion } = one
    expect(domain).toEqual(wanted[i]?.domain)
    expect(await verifyReceiptProof({ receipt, domain, signature, inclusion, signer })).toMatchObject(content)
    expect(receipt.sequence).toBeLessThanOrEqual(6n)
    // Six under way are a load: `auto` is batched.
    expect(signature === undefined).toBe(wanted[i]?.mode !== 'immediate')
    expect(one.signer).toBe(signer)
  }
  expect(new Set(issued.flatMap(({ inclusion }) => inclusion?.checkpointSignature ?? [])).size).toBe(1)
  expect(new Set(issued.map(({ receipt }) => receipt.sequence)).size).toBe(6)
  expect(thread.issuer.issued()).toBe(6n)
})

test('the host reads the log through it, and nothing but the host’s own call opens it before the first receipt', async () => {
  const other = await start()
  try {
    await expect(other.log.checkpoint()).rejects.toMatchObject({ code: 'LOG_NOT_OPEN' })
    expect(other.issuer.issued()).toBe(0n)
    const previous = { origin: `nacre/0x${'aa'.repeat(20)}`, treeSize: 12n, rootHash: hash(5) }
    expect(await other.log.open(previous)).toContain(previous.origin)
    await other.issuer.issue(content, audience, 'batched')
    const { checkpoint, signature } = await other.log.checkpoint()
    expect((await verifyCheckpoint({ checkpoint, signature, signer })).treeSize).toBe(2n)
    const lines = Buffer.from(await other.log.entries(0))
      .toString()
      .trimEnd()
      .split('\n')
    for (const [index, record] of lines.map(decodeLogRecord).entries())
      await verifyLogRecord({ record, index, leaf: fromHex(record.leaf), logName, signer })
    await expect(other.log.entries(9)).rejects.toMatchObject({ code: 'LOG_ENTRY_NOT_FOUND', received: '9' })
    await other.log.stored(2)
    await expect(other.log.entries(1)).rejects.toMatchObject({ code: 'LOG_ENTRY_NOT_FOUND' })
  } finally {
    other.close()
  }
})

// The attack: a field that is longer than its place would be read as the next one, and a newline as the next receipt.
test('nothing but hashes gets into a receipt', async () => {
  for (const requestId of ['0x12', `${hash(1)}00`, `${hash(1)}\n`, `${hash(1).slice(0, -1)}"`])
    await expect(thread.issuer.issue({ ...content, requestId: requestId as '0x' }, null, 'immediate')).rejects.toMatchObject({
      code: 'RECEIPT_FAILED',
    })
  const upper = toHex(fromHex(hash(0xab)))
    .toUpperCase()
    .replace('0X', '0x') as '0x'
  const [refused, fine] = await Promise.allSettled([
    thread.issuer.issue({ ...content, modelId: upper }, null, 'batched'),
    thread.issuer.issue(content, null, 'batched'),
  ])
  expect([refused?.status, fine?.status]).toEqual(['rejected', 'fulfilled'])
})

test('a host that stores nothing stops it, before the model runs', async () => {
  const other = await start({ logBacklogMax: 4 })
  try {
    const settled = await Promise.allSettled(Array.from({ length: 6 }, () => other.issuer.issue(content, null, 'batched')))
    // The opening takes a place too.
    expect(settled.map(({ status }) => status === 'fulfilled')).toEqual([true, true, true, false, false, false])
    await expect(other.issuer.underWay(async () => expect.unreachable())).rejects.toMatchObject({ code: 'LOG_BACKLOG_FULL' })
    await other.log.stored(4)
    expect((await other.issuer.underWay(() => other.issuer.issue(content, null, 'immediate'))).receipt.sequence).toBe(4n)
  } finally {
    other.close()
  }
})

test('with a time to wait, a batch is signed when all under way wait for it; a signature of one’s own waits for nobody', async () => {
  const other = await start({ receiptBatchMsMax: 60_000 })
  try {
    const issue = (mode: 'immediate' | 'batched') => other.issuer.underWay(() => other.issuer.issue(content, null, mode))
    let leave = () => {}
    const running = other.issuer.underWay(() => new Promise<void>((resolve) => (leave = resolve)))
    const first = issue('batched')
    expect((await issue('immediate')).signature).toBeDefined()
    const second = issue('batched')
    await issue('immediate')
    leave()
    await running
    expect((await first).inclusion?.checkpointSignature).toBe((await second).inclusion?.checkpointSignature)
  } finally {
    other.close()
  }
})

test('whoever still waits when it is closed is told', async () => {
  const other = await start()
  const waiting = other.issuer.issue(content, null, 'immediate')
  const asking = other.log.checkpoint()
  other.close()
  await expect(waiting).rejects.toMatchObject({ code: 'ENCLAVE_SHUTTING_DOWN' })
  await expect(asking).rejects.toMatchObject({ code: 'ENCLAVE_SHUTTING_DOWN' })
  await expect(other.issuer.issue(content, null, 'immediate')).rejects.toMatchObject({ code: 'ENCLAVE_SHUTTING_DOWN' })
})
