import { randomBytes } from 'node:crypto'
import { fromHex, utf8 } from '@nacre/verifier/bytes'
import { enclaveVerificationFromJson, hashEnclaveVerification } from '@nacre/verifier/enclave-verification'
import { keysetUserData } from '@nacre/verifier/keyset'
import Fastify from 'fastify'
import { recoverAddress } from 'viem'
import { expect, test } from 'vitest'
import { defaultPcrs, makeDocument, pcrOf } from '../test/support/document.ts'
import { makeChain, nowMs } from '../test/support/pki.ts'
import { toProblem } from './errors.ts'
import { defaultLimits } from './limits.ts'
import type { EnclaveServices } from './server.ts'
import { receiptKeyFrom } from './signing-keys.ts'
import { testClock } from './test-support.ts'
import { registerVerificationRoutes } from './verification-routes.ts'
import { createVerificationService } from './verification-service.ts'

const key = receiptKeyFrom(Uint8Array.from(randomBytes(32)))
const other = receiptKeyFrom(Uint8Array.from(randomBytes(32)))
const pcrs = new Map([...defaultPcrs, [16, pcrOf('models')]])
const document = makeDocument({ publicKey: other.publicKey, userData: await keysetUserData(utf8('{}')), pcrs, timestampMs: nowMs })
const registry = `0x${'ab'.repeat(20)}` as const
const url = `/v1/attestation/verify?chain_id=31337&verifying_contract=${registry}`

function start(limits = defaultLimits) {
  const clock = testClock(nowMs)
  const verification = createVerificationService({ root: makeChain().root, key, clock, limits })
  return { clock, app: appOf({ verification }) }
}

function appOf(services: Partial<EnclaveServices>) {
  const app = Fastify()
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((error, _request, reply) => {
    const problem = toProblem(error as never)
    reply.code(problem.status).send(problem)
  })
  registerVerificationRoutes(app, services as EnclaveServices)
  return app
}
const ask = (app: ReturnType<typeof appOf>, body: Uint8Array = document, at = url) =>
  app.inject({ method: 'POST', url: at, headers: { 'content-type': 'application/cbor' }, payload: Buffer.from(body) })

test('signs what a document says for the registry that is named, with the receipt key', async () => {
  const response = await ask(start().app)
  expect(response.statusCode).toBe(200)
  const { verification: json, signature, signer } = response.json()
  const verification = enclaveVerificationFromJson(json)
  if (verification === null) throw new Error('malformed')
  expect(verification.key).toBe(other.address)
  expect(signer).toBe(key.address)
  const recovered = (chainId: bigint, verifyingContract: `0x${string}` = registry) =>
    recoverAddress({ hash: hashEnclaveVerification(verification, { chainId, verifyingContract }), signature })
  expect(await recovered(31337n)).toBe(key.address)
  expect(await recovered(1n)).not.toBe(key.address)
  expect(await recovered(31337n, `0x${'ac'.repeat(20)}`)).not.toBe(key.address)
  expect(fromHex(signature).length).toBe(65)
})

test('refuses what does not verify, with the reason, and signs nothing', async () => {
  const { app, clock } = start()
  const forged = Uint8Array.from(document)
  forged[forged.length - 1] = (forged[forged.length - 1] as number) ^ 1
  for (const [body, received] of [
    [forged, 'COSE_SIGNATURE_INVALID'],
    [new Uint8Array(0), 'CBOR_MALFORMED'],
    [makeDocument({ publicKey: other.publicKey, pcrs }), 'PURPOSE_MISMATCH'],
  ] as const) {
    const response = await ask(app, body)
    expect(response.json()).toMatchObject({ code: 'DOCUMENT_REFUSED', status: 422, received })
    expect(response.body).not.toContain('signature":')
  }
  clock.advance(3 * 3_600_000 + 1)
  expect((await ask(app)).json()).toMatchObject({ code: 'DOCUMENT_REFUSED' })
})

test('refuses a statement for nobody, and everything where no root was named', async () => {
  const { app } = start()
  for (const query of [
    '',
    '?chain_id=1',
    `?verifying_contract=${registry}`,
    '?chain_id=1&verifying_contract=0x12',
    `?chain_id=0&verifying_contract=${registry}`,
  ])
    expect((await ask(app, document, `/v1/attestation/verify${query}`)).json()).toMatchObject({ code: 'AUDIENCE_MALFORMED' })
  expect((await ask(appOf({}))).json()).toMatchObject({ code: 'VERIFICATION_NOT_OFFERED', status: 404 })
})

test('is bounded in rate', async () => {
  const { app, clock } = start({ ...defaultLimits, verificationsPerSecond: 1, verificationsBurst: 2 })
  const codes = async () => (await ask(app)).statusCode
  expect([await codes(), await codes(), await codes()]).toEqual([200, 200, 429])
  clock.advance(1000)
  expect(await codes()).toBe(200)
})
