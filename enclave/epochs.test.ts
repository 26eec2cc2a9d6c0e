import { toHex } from '@nacre/verifier/bytes'
import { decodeLogOpening } from '@nacre/verifier/log-opening'
import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { logKey, makeAnswer, pcrHex } from '../test/support/answer.ts'
import { makeDocument } from '../test/support/document.ts'
import { ed25519Key, testLog } from '../test/support/log.ts'
import { makeChain } from '../test/support/pki.ts'
import { registerAttestationRoutes } from './attestation-routes.ts'
import type { AttestationService } from './attestation-service.ts'
import { createEpochs, type PreviousEvidence } from './epochs.ts'
import { toProblem } from './errors.ts'
import { registerLogFeedRoutes } from './log-routes.ts'
import type { EnclaveServices } from './server.ts'
import { testReceipts } from './test-support.ts'

const chain = makeChain()
const before = await makeAnswer({ chain })
const log = testLog([Uint8Array.from({ length: 32 }), Uint8Array.from({ length: 32 })])
const evidence: PreviousEvidence = {
  attestation: before.bundle.attestation,
  keyset: before.bundle.keyset,
  note: log.note(before.keyset.logName, logKey),
}

/** An enclave whose own documents are under a root. */
function enclave(own = chain) {
  const { receiptLog, receipts, logName } = testReceipts()
  const attestation = { current: () => ({ bytes: makeDocument({ chain: own }) }), logName } as unknown as AttestationService
  return { receiptLog, receipts, logName, attestation, epochs: createEpochs({ receiptLog, attestation }) }
}

test('the enclave before is named by its log, once its document and its note are verified', async () => {
  const { epochs, logName, receiptLog } = enclave()
  expect(epochs.previous()).toBeUndefined()
  const opening = await epochs.open(evidence)
  const previous = { origin: before.keyset.logName, treeSize: 2, rootHash: log.root() }
  expect(decodeLogOpening(Uint8Array.from(Buffer.from(opening)))).toMatchObject({ logName, previous })
  expect(toHex(epochs.previous()?.attestation ?? new Uint8Array())).toBe(toHex(evidence.attestation))
  expect(epochs.previous()?.document.pcrs.get(0)).toBe(pcrHex(0))
  // Another story comes too late.
  expect(await epochs.open(null)).toBe(opening)
  expect(receiptLog.size()).toBe(1)
})

test('whoever opened first is who is named: a receipt, or another story, that came while the evidence was verified', async () => {
  const { epochs, receiptLog } = enclave()
  const late = epochs.open(evidence)
  receiptLog.open(null)
  expect(decodeLogOpening(Uint8Array.from(Buffer.from(await late))).previous).toBeNull()
  expect(epochs.previous()).toBeNull()
  const other = enclave()
  other.receiptLog.size()
  expect(other.epochs.previous()).toBeUndefined()
  await other.epochs.open(evidence)
  expect(other.epochs.previous()).toBeNull()
})

test('stories are refused, and open nothing', async () => {
  const { epochs, receiptLog } = enclave()
  const elsewhere = await makeAnswer({ chain: makeChain({ seed: 'elsewhere' }) })
  const otherKeyset = await makeAnswer({ chain, keyset: { modelIds: [] } })
  const stories: [string, Partial<PreviousEvidence>][] = [
    ['ROOT_MISMATCH', { attestation: elsewhere.bundle.attestation }],
    ['KEYSET_MISMATCH', { keyset: otherKeyset.bundle.keyset }],
    ['NOTE_SIGNATURE_INVALID', { note: log.note(before.keyset.logName, ed25519Key('a host')) }],
    ['LOG_MISMATCH', { note: log.note(`nacre/0x${'aa'.repeat(20)}`, logKey) }],
    ['NOTE_MALFORMED', { note: new Uint8Array(0) }],
    ['CHECKPOINT_MALFORMED', { note: testLog().note(before.keyset.logName, logKey) }],
    ['CBOR_MALFORMED', { attestation: new Uint8Array(0) }],
  ]
  for (const [received, story] of stories)
    await expect(epochs.open({ ...evidence, ...story })).rejects.toMatchObject({ code: 'PREVIOUS_REFUSED', received })
  expect(() => receiptLog.checkpoint()).toThrowError(expect.objectContaining({ code: 'LOG_NOT_OPEN' }))
  // Itself, as its own past.
  const { receiptLog: own } = enclave()
  const itself = createEpochs({
    receiptLog: own,
    attestation: { current: () => ({ bytes: makeDocument({ chain }) }), logName: before.keyset.logName } as unknown as AttestationService,
  })
  await expect(itself.open(evidence)).rejects.toMatchObject({ code: 'PREVIOUS_REFUSED', received: 'LOG_MISMATCH' })
})

test('the host opens with evidence in JSON, and GET /v1/enclave-info says who came before', async () => {
  const { receiptLog, epochs } = enclave()
  const attestation = {
    current: () => ({ bytes: before.bundle.attestation }),
    keysetBytes: before.bundle.keyset,
  } as unknown as AttestationService
  const app = Fastify()
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => Uint8Array.from(body))
  app.setErrorHandler((error, _request, reply) => void reply.code(400).send(toProblem(error as never)))
  const services = { receiptLog, epochs, attestation, encryption: {}, models: {} } as unknown as EnclaveServices
  registerLogFeedRoutes(app, services)
  registerAttestationRoutes(app, services)
  const info = async () => (await app.inject('/v1/enclave-info')).json()
  const open = (body: string) =>
    app.inject({ method: 'POST', url: '/v1/log/open', payload: body, headers: { 'content-type': 'text/plain' } })

  expect(await info()).toMatchObject({ previous_pcr0: null, previous_log: null, pcr0: pcrHex(0), log_name: before.keyset.logName })
  for (const body of ['x', 'null', '{}', '{"attestation":1,"keyset":"","note":""}', 'x'.repeat(300_000)])
    expect((await open(body)).json(), body.slice(0, 40)).toMatchObject({ code: 'LOG_REQUEST_INVALID' })
  const [keyset, note] = [evidence.keyset, evidence.note].map((bytes) => Buffer.from(bytes).toString())
  expect((await open(JSON.stringify({ attestation: 'AAAA', keyset, note }))).json()).toMatchObject({ code: 'PREVIOUS_REFUSED' })
  expect(() => receiptLog.checkpoint()).toThrowError(expect.objectContaining({ code: 'LOG_NOT_OPEN' }))
  const document = Buffer.from(evidence.attestation).toString('base64')
  expect((await open(JSON.stringify({ attestation: document, keyset, note }))).statusCode).toBe(200)
  expect(await info()).toMatchObject({
    version: '0.1.0',
    previous_pcr0: pcrHex(0),
    previous_pcr0_attestation: document,
    attestation_pubkey: before.keyset.receiptKey,
    previous_log: { log_name: before.keyset.logName, tree_size: 2, root_hash: log.root() },
  })

  const first = enclave()
  await first.epochs.open(null)
  const fresh = Fastify()
  registerAttestationRoutes(fresh, { ...services, epochs: first.epochs } as never)
  expect((await fresh.inject('/v1/enclave-info')).json()).toMatchObject({ previous_pcr0: 'genesis', previous_log: null })
})
