import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { concatBytes, fromHex } from '@nacre/verifier/bytes'
import { decodeKeyConfig, ehbp, type SealedRequest, sealRequest } from '@nacre/verifier/ehbp'
import { decodeKeyset } from '@nacre/verifier/keyset'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sealPayload } from './body-encryption.ts'
import { bootEnclave, type Enclave } from './boot.ts'
import { systemClock } from './clock.ts'
import { defaultLimits } from './limits.ts'
import { createLog } from './log.ts'
import { readSamples, type Sample } from './models/sample.ts'
import { createNsm } from './nsm.ts'
import { buildApp } from './server.ts'
import { testNsm } from './test-support.ts'

let folder: string
let enclave: Enclave
let app: FastifyInstance
let publicKey: Uint8Array
let sample: Sample
const lines: string[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nacre-encryption-'))
  await cp(new URL('models/digits', import.meta.url), join(folder, 'digits'), { recursive: true })
  sample = readSamples(join(folder, 'digits'))[3] as Sample
  enclave = await bootEnclave({
    nsm: createNsm(testNsm()),
    randomBytes,
    clock: systemClock,
    modelsFolder: folder,
    tlsName: 'localhost',
    limits: { ...defaultLimits, bodyBytesMax: 64 * 1024 },
    log: createLog((line) => lines.push(line), Date.now),
  })
  await enclave.started
  app = buildApp(enclave.services)
  publicKey = fromHex(decodeKeyset(enclave.services.attestation.keysetBytes).hpkePublicKey)
})
afterAll(async () => {
  await app?.close()
  enclave?.stop()
  enclave?.close()
  await rm(folder, { recursive: true })
})

const request = (inputs: unknown[] = [{ name: 'pixels', datatype: 'FP32', shape: [1, 64], data: [...pixels()] }]) =>
  Buffer.from(JSON.stringify({ id: 'secret-id', inputs }))
const pixels = () => new Float32Array(Uint8Array.from(sample.tensor.data).buffer)
const infer = '/v2/models/digits/infer'
const post = (payload: Uint8Array, headers: Record<string, string>, url = infer) =>
  app.inject({ method: 'POST', url, payload: Buffer.from(payload), headers })
type Reply = Awaited<ReturnType<typeof post>>

async function ask(body: Uint8Array, headers: Record<string, string> = {}, url = infer): Promise<{ sealed: SealedRequest; reply: Reply }> {
  const sealed = await sealRequest({ publicKey, body })
  return { sealed, reply: await post(sealed.body, { ...headers, ...sealed.headers }, url) }
}

async function openReply({ sealed, reply }: { sealed: SealedRequest; reply: Reply }): Promise<Uint8Array> {
  const opener = await sealed.openResponse(String(reply.headers[ehbp.responseNonceHeader]))
  const chunks = await opener.push(Uint8Array.from(reply.rawPayload))
  opener.end()
  return concatBytes(...chunks)
}

const json = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString())

describe('encrypted bodies', () => {
  test('the key that EHBP clients find is the one in the attested keyset', async () => {
    const reply = await app.inject(ehbp.keysPath)
    expect(reply.headers['content-type']).toBe('application/ohttp-keys')
    expect(decodeKeyConfig(Uint8Array.from(reply.rawPayload))).toEqual(publicKey)
  })

  test('an inference: the same answer as in the clear, and none of it readable', async () => {
    const asked = await ask(request())
    expect(asked.reply.statusCode).toBe(200)
    expect(Number(asked.reply.headers['content-length'])).toBe(asked.reply.rawPayload.length)
    expect(asked.reply.rawPayload.includes('digits')).toBe(false)
    const answer = json(await openReply(asked))
    const plain = (await post(request(), {})).json()
    expect(answer).toMatchObject({ model_name: 'digits', id: 'secret-id', outputs: plain.outputs })
    expect(answer.parameters.input_hash).toBe(plain.parameters.input_hash)
  })

  test('binary tensors: the header that says where the JSON ends counts decrypted bytes', async () => {
    const { name, datatype, shape, data } = sample.tensor
    const head = Buffer.from(
      JSON.stringify({
        inputs: [{ name, datatype, shape: shape.map(Number), parameters: { binary_data_size: data.length } }],
        parameters: { binary_data_output: true },
      }),
    )
    const asked = await ask(concatBytes(head, data), { 'inference-header-content-length': String(head.length) })
    expect(asked.reply.statusCode).toBe(200)
    const answer = await openReply(asked)
    expect(json(answer.subarray(0, Number(asked.reply.headers['inference-header-content-length']))).model_name).toBe('digits')
  })

  test('refusals are encrypted as well, on every route, and the log has their code alone', async () => {
    lines.length = 0
    const unfit = await ask(request([{ name: 'secret-name', datatype: 'FP32', shape: [1, 64], data: [] }]))
    expect(unfit.reply.statusCode).toBe(422)
    expect(unfit.reply.rawPayload.includes('secret-name')).toBe(false)
    expect(json(await openReply(unfit))).toMatchObject({ code: 'INPUT_NAMES_MISMATCH', received: '["secret-name"]' })
    const elsewhere = await ask(request(), {}, '/v2/models/other/infer')
    expect(json(await openReply(elsewhere)).code).toBe('MODEL_NOT_FOUND')
    const nowhere = await ask(request(), {}, '/nothing')
    expect(nowhere.reply.statusCode).toBe(404)
    expect(lines.join('')).not.toMatch(/secret/)
  })

  test('a stale key is refused in the clear, with the problem that EHBP names', async () => {
    const stale = Uint8Array.from(publicKey)
    stale[0] = (stale[0] as number) ^ 1
    const sealed = await sealRequest({ publicKey: stale, body: request() })
    const reply = await post(sealed.body, { ...sealed.headers })
    expect(reply.statusCode).toBe(422)
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json\b/)
    expect(reply.headers[ehbp.responseNonceHeader]).toBeUndefined()
    expect(reply.json()).toMatchObject({ type: 'urn:ietf:params:ehbp:error:key-config', code: 'ENCRYPTION_KEY_MISMATCH' })
  })

  test('what is no encrypted body is refused without saying why', async () => {
    const sealed = await sealRequest({ publicKey, body: request() })
    const cut = await post(sealed.body.subarray(0, 40), { ...sealed.headers })
    expect([cut.statusCode, cut.json().code]).toEqual([400, 'ENCRYPTED_BODY_INVALID'])
    const plain = await post(request(), { [ehbp.encapsulatedKeyHeader]: 'zz' })
    expect([plain.statusCode, plain.json().code]).toEqual([400, 'ENCRYPTED_BODY_INVALID'])
  })

  test('a request sent twice is answered under two nonces', async () => {
    const sealed = await sealRequest({ publicKey, body: request() })
    const replies = [await post(sealed.body, { ...sealed.headers }), await post(sealed.body, { ...sealed.headers })] as const
    expect(replies[0].headers[ehbp.responseNonceHeader]).not.toBe(replies[1].headers[ehbp.responseNonceHeader])
    for (const reply of replies) expect(json(await openReply({ sealed, reply })).model_name).toBe('digits')
  })

  test('limits hold: a body over the limit is refused before it is decrypted', async () => {
    const asked = await ask(Buffer.alloc(64 * 1024))
    expect([asked.reply.statusCode, asked.reply.json().code]).toEqual([413, 'BODY_TOO_LARGE'])
  })

  test('an answer that is made while it is sent is encrypted piece by piece', async () => {
    const sealed = await sealRequest({ publicKey, body: request() })
    const opened = await enclave.services.encryption.open(sealed.headers[ehbp.encapsulatedKeyHeader] as string, sealed.body)
    const opener = await sealed.openResponse(opened.response.headers[ehbp.responseNonceHeader] as string)
    const tokens: string[] = []
    const source = Readable.from([Buffer.from('data: one\n\n'), 'data: two\n\n', Buffer.from('data: [DONE]\n\n')])
    for await (const frame of await sealPayload(source, opened.response))
      for (const chunk of await opener.push(Uint8Array.from(frame as Buffer))) tokens.push(Buffer.from(chunk).toString())
    opener.end()
    expect(tokens).toEqual(['data: one\n\n', 'data: two\n\n', 'data: [DONE]\n\n'])
  })
})
