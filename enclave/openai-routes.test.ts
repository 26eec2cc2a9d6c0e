import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeOpenAiRequest } from '@nacre/verifier/openai-request'
import { decodeOpenAiAnswer } from '@nacre/verifier/openai-response'
import { verifyReceipt } from '@nacre/verifier/receipt'
import { decodeSse } from '@nacre/verifier/sse'
import { hashTensors, tensorFromValues } from '@nacre/verifier/tensor'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bootEnclave, type Enclave } from './boot.ts'
import { systemClock } from './clock.ts'
import { EnclaveError } from './errors.ts'
import type { GoneSignal } from './gone-signal.ts'
import { defaultLimits } from './limits.ts'
import { createLog } from './log.ts'
import { createNsm } from './nsm.ts'
import { buildApp } from './server.ts'
import { createSignatureStore } from './signature-store.ts'
import { testClock, testNsm } from './test-support.ts'
import type { ModelProcess } from './worker-pool.ts'

let folder: string
let enclave: Enclave
let app: FastifyInstance
const lines: string[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nacre-openai-'))
  await cp(new URL('models/tiny-gpt', import.meta.url), join(folder, 'tiny-gpt'), { recursive: true })
  enclave = await bootEnclave({
    ...{ nsm: createNsm(testNsm()), randomBytes, clock: systemClock, modelsFolder: folder, tlsName: 'localhost', limits: defaultLimits },
    log: createLog((line) => lines.push(line), Date.now),
  })
  await enclave.started
  app = buildApp(enclave.services)
})
afterAll(async () => {
  await app?.close()
  enclave?.stop()
  enclave?.close()
  await rm(folder, { recursive: true })
})

const asked = { model: 'tiny-gpt', prompt: 'The whale', max_tokens: 8, seed: 3 }
const post = (body: object, url = '/v1/completions', to = app) => to.inject({ method: 'POST', url, payload: body })

/** The same model, whose process does something else. */
function withProcess(run: ModelProcess['run']): FastifyInstance {
  const [model] = enclave.services.models.models as [(typeof enclave.services.models.models)[number]]
  const changed = { ...model, process: { ...model.process, run } }
  return buildApp({ ...enclave.services, models: { ...enclave.services.models, models: [changed], find: () => changed } })
}
const outputsOf = (text: string) => [
  tensorFromValues({ name: 'text', datatype: 'BYTES', shape: [1], values: [text] }),
  tensorFromValues({ name: 'finish_reason', datatype: 'BYTES', shape: [1], values: ['stop'] }),
  tensorFromValues({ name: 'usage', datatype: 'INT64', shape: [2], values: [1, 1] }),
]

test('whole and streamed, the receipt covers what the request was and what the answer is', async () => {
  const { manifest, id } = enclave.services.models.find('tiny-gpt')
  for (const body of [
    asked,
    { ...asked, stream: true },
    { ...asked, seed: undefined, stream: true, stream_options: { include_usage: true } },
  ]) {
    const { statusCode, headers, rawPayload } = await post(body)
    expect(statusCode).toBe(200)
    expect(headers['content-type']).toContain('stream' in body ? 'text/event-stream' : 'application/json')
    const answer = decodeOpenAiAnswer(
      decodeOpenAiRequest('completions', JSON.parse(JSON.stringify(body)), manifest),
      Uint8Array.from(rawPayload),
      manifest,
    )
    expect(answer.receipt).toMatchObject({
      modelId: id,
      inputHash: await hashTensors(answer.inputs),
      outputHash: await hashTensors(answer.outputs),
    })
    const { receipt, signature = '0x' } = answer
    await verifyReceipt({ receipt, signature, domain: null, signer: enclave.keys.receipt.address })
  }
  expect(lines.join()).not.toContain('whale')
})

test('refusals before the first text have a status, and the form of both protocols', async () => {
  const refused = await post({ ...asked, prompt: 'whale '.repeat(400), stream: true })
  expect(refused.statusCode).toBe(422)
  expect(refused.json()).toMatchObject({
    code: 'INPUT_TOO_LONG',
    status: 422,
    error: { type: 'invalid_request_error', code: 'INPUT_TOO_LONG', param: null },
  })
  expect((await post({ ...asked, n: 2 })).json().error).toMatchObject({ param: 'n', code: 'OPENAI_REQUEST_INVALID' })
  expect((await post({ ...asked, model: 'none' })).json()).toMatchObject({ status: 404, error: { code: 'MODEL_NOT_FOUND' } })
  expect((await app.inject({ method: 'POST', url: '/v1/completions', payload: '{' })).json().error.code).toBe('JSON_MALFORMED')
  expect((await app.inject('/v1/signature/none')).json()).toMatchObject({ status: 404, error: { code: 'SIGNATURE_NOT_FOUND' } })
})

test('an error behind the first text is the last event, and there is no receipt', async () => {
  const before = enclave.services.receipts.issued()
  const broken = withProcess(async (_inputs, _names, _signal, onChunk) => {
    onChunk?.(Buffer.from('some'))
    throw new EnclaveError('MODEL_CRASHED')
  })
  const events = decodeSse(Uint8Array.from((await post({ ...asked, stream: true }, '/v1/completions', broken)).rawPayload))
  expect(events.at(-1)).toContain('MODEL_CRASHED')
  expect(events).not.toContain('[DONE]')
  // The attack: a process that was taken over shows one text and has another signed.
  const deceitful = withProcess(async (_inputs, _names, _signal, onChunk) => {
    onChunk?.(Buffer.from('one'))
    return outputsOf('another')
  })
  const deceived = decodeSse(Uint8Array.from((await post({ ...asked, stream: true }, '/v1/completions', deceitful)).rawPayload))
  expect(deceived.at(-1)).toContain('MODEL_OUTPUT_INVALID')
  expect(enclave.services.receipts.issued()).toBe(before)
  await Promise.all([broken.close(), deceitful.close()])
})

test('text for a reader that is slow waits as text, and goes as one piece', async () => {
  const pieces = Array.from({ length: 2000 }, (_, i) => `${i} ${'x'.repeat(500)}`)
  const eager = withProcess(async (_inputs, _names, _signal, onChunk) => {
    for (const piece of pieces) onChunk?.(Buffer.from(piece))
    await new Promise((resolve) => setImmediate(resolve))
    return outputsOf(pieces.join(''))
  })
  await eager.listen({ port: 0, host: '127.0.0.1' })
  const answer = await open(eager, { ...asked, stream: true })
  // Not read for a while, in which all of it was said.
  await expect.poll(() => enclave.services.receipts.issued()).toBeGreaterThan(0n)
  const events = decodeSse(await readAll(answer))
  expect(events.length).toBeLessThan(100)
  const text = events.slice(0, -1).map((event) => JSON.parse(event).choices[0]?.text ?? '')
  expect(text.join('')).toBe(pieces.join(''))
  await eager.close()
})

test('a client that goes away ends its generation', async () => {
  let signal: GoneSignal | undefined
  const endless = withProcess((_inputs, _names, given, onChunk) => {
    signal = given
    onChunk?.(Buffer.from('on'))
    return new Promise((_, reject) => given?.addEventListener('abort', () => reject(new EnclaveError('CLIENT_GONE'))))
  })
  await endless.listen({ port: 0, host: '127.0.0.1' })
  const answer = await open(endless, { ...asked, stream: true })
  expect(signal?.aborted).toBe(false)
  answer.destroy()
  await expect.poll(() => signal?.aborted).toBe(true)
  await endless.close()
})

test('receipts are kept by id, so many and so long', () => {
  const clock = testClock()
  const store = createSignatureStore({ clock, limits: { signaturesKept: 2, signatureMsMax: 1000 } })
  for (const id of ['a', 'b', 'c']) store.keep(id, `"${id}"`)
  expect(() => store.find('a')).toThrow(EnclaveError)
  expect([store.find('b'), store.find('c')]).toEqual(['"b"', '"c"'])
  clock.advance(999)
  expect(store.find('b')).toBe('"b"')
  clock.advance(1)
  expect(() => store.find('c')).toThrow(EnclaveError)
})

function open(to: FastifyInstance, body: object): Promise<IncomingMessage> {
  const { port } = to.server.address() as AddressInfo
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ port, host: '127.0.0.1', path: '/v1/completions', method: 'POST' }, resolve)
    outgoing.once('error', reject)
    outgoing.end(JSON.stringify(body))
  })
}

async function readAll(answer: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk)
  return Uint8Array.from(Buffer.concat(chunks))
}
