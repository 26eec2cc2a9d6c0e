import { createHash, randomBytes } from 'node:crypto'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromHex, type Hex, toHex } from '@nacre/verifier/bytes'
import { type CborMap, decodeCbor } from '@nacre/verifier/cbor'
import { decodeKeyset, keysetUserData } from '@nacre/verifier/keyset'
import { decodeManifest, extendModelPcr, hashManifest } from '@nacre/verifier/manifest'
import { type ReceiptDomain, verifyReceipt } from '@nacre/verifier/receipt'
import { hashTensors, type Tensor, tensorFromValues } from '@nacre/verifier/tensor'
import type { FastifyInstance } from 'fastify'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { bootEnclave, type Enclave } from './boot.ts'
import { systemClock } from './clock.ts'
import { EnclaveError } from './errors.ts'
import type { GoneSignal } from './gone-signal.ts'
import { defaultLimits } from './limits.ts'
import { createLog } from './log.ts'
import type { ModelRegistry } from './model-registry.ts'
import { createNsm } from './nsm.ts'
import { buildApp, type EnclaveServices } from './server.ts'
import { type TestNsm, testNsm } from './test-support.ts'
import type { ModelProcess } from './worker-pool.ts'

type Sample = { label: string; tensor: { name: string; datatype: 'FP32'; shape: number[]; values: number[] } }

let folder: string
let nsm: TestNsm
let enclave: Enclave
let app: FastifyInstance
let sample: Sample
const lines: string[] = []
const apps: FastifyInstance[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nacre-server-'))
  await cp(new URL('models/digits', import.meta.url), join(folder, 'digits'), { recursive: true })
  sample = JSON.parse(await readFile(new URL('models/digits/samples/3.json', import.meta.url), 'utf8'))
  nsm = testNsm()
  enclave = await bootEnclave({
    nsm: createNsm(nsm),
    randomBytes,
    clock: systemClock,
    modelsFolder: folder,
    tlsName: 'localhost',
    limits: defaultLimits,
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
afterEach(async () => {
  for (const other of apps.splice(0)) await other.close()
})

const infer = '/v2/models/digits/infer'
const pixels = (values = sample.tensor.values) => ({ name: 'pixels', datatype: 'FP32', shape: [1, 64], data: values })
const post = (payload: object | string | Buffer, headers: { [name: string]: string } = {}, to: FastifyInstance = app, url = infer) =>
  to.inject({ method: 'POST', url, payload, headers })

/** An application that differs in some services. */
function appWith(changes: Partial<EnclaveServices>): FastifyInstance {
  const other = buildApp({ ...enclave.services, ...changes })
  apps.push(other)
  return other
}

/** The same model, whose process does something else. */
function withProcess(process: Partial<ModelProcess>): Partial<EnclaveServices> {
  const [model] = enclave.services.models.models
  if (model === undefined) throw new Error('no model')
  const changed = { ...model, process: { ...model.process, ...process } }
  const models: ModelRegistry = { ...enclave.services.models, models: [changed], find: () => changed, ready: () => changed.process.ready() }
  return { models }
}

type Parameters = { [name: string]: string | number }
async function assertReceipt(parameters: Parameters, expected: { inputs: Tensor[]; outputs: Tensor[]; domain?: ReceiptDomain }) {
  const { receiptKey } = decodeKeyset(enclave.services.attestation.keysetBytes)
  const signer = enclave.keys.receipt.address
  expect(receiptKey).toBe(toHex(enclave.keys.receipt.publicKey))
  const receipt = {
    requestId: parameters.request_id as Hex,
    modelId: await hashManifest(decodeManifest(Uint8Array.from(await readFile(join(folder, 'digits/manifest.json'))))),
    inputHash: await hashTensors(expected.inputs),
    outputHash: await hashTensors(expected.outputs),
    timestampMs: BigInt(parameters.timestamp_ms as number),
    sequence: BigInt(parameters.sequence as number),
  }
  expect(parameters).toMatchObject({ model_id: receipt.modelId, input_hash: receipt.inputHash, output_hash: receipt.outputHash, signer })
  await verifyReceipt({ receipt, signature: parameters.signature as Hex, domain: expected.domain ?? null, signer })
}

const inputTensors = () => [tensorFromValues(sample.tensor)]
const logits = (values: number[]) => [tensorFromValues({ name: 'logits', datatype: 'FP32', shape: [1, 10], values })]

describe('inference', () => {
  test('JSON in, JSON out: the receipt is over the very values', async () => {
    const response = await post({ id: '42', inputs: [pixels()] })
    expect(response.statusCode).toBe(200)
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8')
    const body = response.json()
    expect(body).toMatchObject({ model_name: 'digits', model_version: '1', id: '42' })
    const [output] = body.outputs
    expect(output).toMatchObject({ name: 'logits', datatype: 'FP32', shape: [1, 10] })
    expect(output.data.indexOf(Math.max(...output.data))).toBe(Number(sample.label))
    await assertReceipt(body.parameters, { inputs: inputTensors(), outputs: logits(output.data) })
  })

  test('binary in, binary out: the same answer, bit for bit', async () => {
    const { data } = tensorFromValues(sample.tensor)
    const json = Buffer.from(
      JSON.stringify({
        inputs: [{ name: 'pixels', datatype: 'FP32', shape: [1, 64], parameters: { binary_data_size: data.length } }],
        parameters: { binary_data_output: true },
      }),
    )
    const response = await post(Buffer.concat([json, data]), {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(json.length),
    })
    expect(response.statusCode).toBe(200)
    expect(response.headers['content-type']).toBe('application/octet-stream')
    const headerLength = Number(response.headers['inference-header-content-length'])
    const body = JSON.parse(response.rawPayload.subarray(0, headerLength).toString())
    const bytes = response.rawPayload.subarray(headerLength)
    expect(body.outputs).toEqual([{ name: 'logits', datatype: 'FP32', shape: [1, 10], parameters: { binary_data_size: 40 } }])
    expect(bytes.length).toBe(40)
    const asJson = (await post({ inputs: [pixels()] })).json()
    expect([...new Float32Array(Uint8Array.from(bytes).buffer)]).toEqual(asJson.outputs[0].data)
    expect(body.parameters.output_hash).toBe(asJson.parameters.output_hash)
    await assertReceipt(body.parameters, { inputs: inputTensors(), outputs: logits(asJson.outputs[0].data) })
  })

  test('a body without JSON', async () => {
    const { data } = tensorFromValues(sample.tensor)
    const response = await post(Buffer.from(data), { 'inference-header-content-length': '0' })
    await assertReceipt(response.json().parameters, { inputs: inputTensors(), outputs: logits(response.json().outputs[0].data) })
  })

  test('the caller’s request id and audience are signed', async () => {
    const request_id = `0x${'c3'.repeat(32)}`
    const verifying_contract = `0x${'ab'.repeat(20)}` as const
    const response = await post({ inputs: [pixels()], parameters: { request_id, chain_id: 31337, verifying_contract } })
    const { parameters, outputs } = response.json()
    expect(parameters).toMatchObject({ request_id, chain_id: '31337', verifying_contract })
    const domain = { chainId: 31337n, verifyingContract: verifying_contract }
    await assertReceipt(parameters, { inputs: inputTensors(), outputs: logits(outputs[0].data), domain })
  })

  test('without a request id each answer has one of its own', async () => {
    const ids = await Promise.all([1, 2].map(async () => (await post({ inputs: [pixels()] })).json().parameters.request_id))
    expect(ids[0]).not.toBe(ids[1])
  })

  test('every kind of content type, and none, is JSON to this route', async () => {
    const payload = Buffer.from(JSON.stringify({ inputs: [pixels()] }))
    for (const type of ['application/json', 'application/octet-stream', 'text/plain', 'application/x-www-form-urlencoded'])
      expect((await post(payload, { 'content-type': type })).statusCode).toBe(200)
    expect((await post(payload)).statusCode).toBe(200)
    expect((await post(payload, { 'content-type': 'nonsense' })).json().code).toBe('ENCODING_UNSUPPORTED')
  })

  test('a named version', async () => {
    expect((await post({ inputs: [pixels()] }, {}, app, '/v2/models/digits/versions/1/infer')).statusCode).toBe(200)
    const other = await post({ inputs: [pixels()] }, {}, app, '/v2/models/digits/versions/2/infer')
    expect([other.statusCode, other.json().code]).toEqual([404, 'MODEL_VERSION_NOT_FOUND'])
  })

  test('parallel requests get sequence numbers without gaps, failures in between use none', async () => {
    const before = enclave.services.receipts.issued()
    const responses = await Promise.all(Array.from({ length: 20 }, (_, i) => post(i % 4 === 3 ? { inputs: [] } : { inputs: [pixels()] })))
    const sequences = responses
      .filter(({ statusCode }) => statusCode === 200)
      .map((response) => BigInt(response.json().parameters.sequence))
    expect(sequences.sort((a, b) => Number(a - b))).toEqual(Array.from({ length: 15 }, (_, i) => before + 1n + BigInt(i)))
  })

  test('the document that the answer names can be fetched, and measures this model', async () => {
    const { parameters } = (await post({ inputs: [pixels()] })).json()
    const document = await app.inject(parameters.attestation_url)
    expect(`0x${createHash('sha256').update(document.rawPayload).digest('hex')}`).toBe(parameters.attestation_sha256)
    const keyset = await app.inject(parameters.keyset_url)
    expect((decodeCbor(Uint8Array.from(document.rawPayload)) as CborMap).get('user_data')).toEqual(
      await keysetUserData(Uint8Array.from(keyset.rawPayload)),
    )
    expect(decodeKeyset(Uint8Array.from(keyset.rawPayload)).modelIds).toEqual([parameters.model_id])
    expect(nsm.pcrs.get(16)).toEqual(await extendModelPcr([parameters.model_id]))
  })
})

describe('never an answer without its receipt', () => {
  const failing: [string, () => Partial<EnclaveServices>, number, string][] = [
    [
      'the receipt cannot be signed',
      () => ({
        receipts: {
          issue: () => {
            throw new EnclaveError('RECEIPT_FAILED')
          },
          underWay: (work) => work(),
          issued: () => 0n,
        },
      }),
      500,
      'RECEIPT_FAILED',
    ],
    [
      'something unforeseen is thrown',
      () => ({
        receipts: {
          issue: () => {
            throw new Error('secret 17')
          },
          underWay: (work) => work(),
          issued: () => 0n,
        },
      }),
      500,
      'INTERNAL',
    ],
    [
      'there is no fresh document',
      () => ({
        attestation: {
          ...enclave.services.attestation,
          current: () => {
            throw new EnclaveError('ATTESTATION_UNAVAILABLE')
          },
        },
      }),
      503,
      'ATTESTATION_UNAVAILABLE',
    ],
    [
      'no randomness for a request id',
      () => ({
        randomBytes: () => {
          throw new Error('secret 17')
        },
      }),
      500,
      'INTERNAL',
    ],
    [
      'the model gives another output',
      () => withProcess({ run: () => Promise.reject(new EnclaveError('MODEL_OUTPUT_INVALID')) }),
      500,
      'MODEL_OUTPUT_INVALID',
    ],
    [
      'the process crashes',
      () => withProcess({ run: () => Promise.reject(new EnclaveError('MODEL_CRASHED', undefined, { retryAfterSeconds: 1 })) }),
      503,
      'MODEL_CRASHED',
    ],
    ['the model takes too long', () => withProcess({ run: () => Promise.reject(new EnclaveError('MODEL_TIMEOUT')) }), 504, 'MODEL_TIMEOUT'],
  ]
  test.each(failing)('when %s', async (_, changes, status, code) => {
    const response = await post({ inputs: [pixels()] }, {}, appWith(changes()))
    expect([response.statusCode, response.json().code]).toEqual([status, code])
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(response.body).not.toContain('secret')
    expect(response.body).not.toContain('signature')
  })

  test('an output that JSON cannot carry uses no sequence number; binary can carry it', async () => {
    const nan: Tensor = {
      name: 'logits',
      datatype: 'FP32',
      shape: [1n, 10n],
      data: Uint8Array.from(Buffer.alloc(40, Buffer.of(0, 0, 0xc0, 0x7f))),
    }
    const other = appWith(withProcess({ run: async () => [nan] }))
    const before = enclave.services.receipts.issued()
    const response = await post({ inputs: [pixels()] }, {}, other)
    expect([response.statusCode, response.json().code]).toEqual([422, 'OUTPUT_NEEDS_BINARY'])
    expect(enclave.services.receipts.issued()).toBe(before)
    const binary = await post({ inputs: [pixels()], parameters: { binary_data_output: true } }, {}, other)
    expect(binary.statusCode).toBe(200)
    expect(binary.rawPayload.subarray(-40)).toEqual(Buffer.from(nan.data))
  })
})

describe('overload', () => {
  test.each([
    ['MODEL_QUEUE_FULL', 429],
    ['MODEL_QUEUE_TIMEOUT', 503],
    ['MODEL_UNAVAILABLE', 503],
  ] as const)('%s carries Retry-After', async (code, status) => {
    const response = await post({ inputs: [pixels()] }, {}, appWith(withProcess({ run: () => Promise.reject(new EnclaveError(code)) })))
    expect(response.statusCode).toBe(status)
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
  })

  test('an enclave that stops answers nothing new', async () => {
    const response = await post({ inputs: [pixels()] }, {}, appWith({ stopping: () => true }))
    expect([response.statusCode, response.json().code]).toEqual([503, 'ENCLAVE_SHUTTING_DOWN'])
    expect(response.headers.connection).toBe('close')
  })
})

describe('limits of HTTP', () => {
  test('body', async () => {
    const other = appWith({ limits: { ...defaultLimits, bodyBytesMax: 100 } })
    const response = await post(Buffer.alloc(101, 0x20), {}, other)
    expect([response.statusCode, response.json().code]).toEqual([413, 'BODY_TOO_LARGE'])
  })

  test('a large output is refused as JSON before it is written, uses no sequence number, and travels in binary', async () => {
    const limits = { ...defaultLimits, jsonOutputBytesMax: 39 }
    const other = appWith({ limits })
    const before = enclave.services.receipts.issued()
    const refused = await post({ inputs: [pixels()] }, {}, other)
    expect([refused.statusCode, refused.json().code, refused.json().received]).toEqual([422, 'OUTPUT_NEEDS_BINARY', '40 bytes'])
    expect(enclave.services.receipts.issued()).toBe(before)
    expect((await post({ inputs: [pixels()], parameters: { binary_data_output: true } }, {}, other)).statusCode).toBe(200)
  })

  test('clients that ask for answers and do not read them fill the sum, not the memory; then others go on', async () => {
    const data = new Uint8Array(4_000_000)
    const large: Tensor = { name: 'logits', datatype: 'FP32', shape: [BigInt(data.length / 40), 10n], data }
    const other = appWith({ ...withProcess({ run: async () => [large] }), limits: { ...defaultLimits, bodiesBytesMax: 10 << 20 } })
    await other.listen({ path: join(folder, 'slow.sock') })
    const body = JSON.stringify({ inputs: [pixels()], parameters: { binary_data_output: true } })
    const request = `POST ${infer} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    const askUnread = async () => {
      const socket = connect(join(folder, 'slow.sock'), () => socket.write(request))
      const head = await new Promise<string>((resolve) =>
        socket.once('readable', () => resolve(String(socket.read(64) ?? socket.read()).slice(0, 12))),
      )
      return { socket, head }
    }
    const slow = [await askUnread(), await askUnread()]
    expect(slow.map(({ head }) => head)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200'])
    const before = enclave.services.receipts.issued()
    const refused = await askUnread()
    expect(refused.head).toBe('HTTP/1.1 503')
    expect(enclave.services.receipts.issued()).toBe(before)
    for (const { socket } of [...slow, refused]) socket.destroy()
    await expect
      .poll(async () => (await post({ inputs: [pixels()], parameters: { binary_data_output: true } }, {}, other)).statusCode)
      .toBe(200)
  })

  test('a body of several megabytes is no special case', async () => {
    const padded = Buffer.concat([Buffer.from(JSON.stringify({ inputs: [pixels()] })), Buffer.alloc(3 << 20, 0x20)])
    expect((await post(padded)).statusCode).toBe(200)
  })

  test.each(['gzip', 'deflate', 'br'])('%s is not unpacked', async (encoding) => {
    const response = await post({ inputs: [pixels()] }, { 'content-encoding': encoding })
    expect([response.statusCode, response.json().code]).toEqual([415, 'ENCODING_UNSUPPORTED'])
  })

  test('a body in parts', async () => {
    const response = await post(Buffer.from('x'), { 'content-type': 'multipart/form-data; boundary=x' })
    expect(response.statusCode).toBe(415)
  })

  test('no body', async () => {
    const response = await app.inject({ method: 'POST', url: infer })
    expect([response.statusCode, response.json().code]).toEqual([400, 'REQUEST_INVALID'])
  })

  test('addresses that are nothing', async () => {
    for (const url of ['/', '/v3', '/v2/models', '/v2/models/digits/infer', '/v2/models/a/versions/1/2']) {
      const response = await app.inject(url)
      expect(response.statusCode).toBe(404)
      expect(response.json()).toMatchObject({ error: expect.any(String), code: expect.stringMatching(/_NOT_FOUND$/) })
    }
    for (const url of ['/v2/models/%zz', `/v2/models/${'x'.repeat(200)}`]) {
      const malformed = await app.inject(url)
      expect([malformed.statusCode, malformed.json().code]).toEqual([400, 'REQUEST_MALFORMED'])
    }
  })

  test('what the HTTP parser refuses is a problem document too', async () => {
    const other = appWith({})
    await other.listen({ path: join(folder, 'http.sock') })
    const talk = (text: string) =>
      new Promise<string>((resolve) => {
        let answer = ''
        const socket = connect(join(folder, 'http.sock'), () => socket.write(text))
        socket.on('data', (chunk) => {
          answer += chunk
        })
        socket.on('close', () => resolve(answer))
      })
    const garbage = await talk('\x16\x03\x01 not http\r\n\r\n')
    expect(garbage).toContain('400 Bad Request')
    expect(garbage).toContain('"code":"REQUEST_MALFORMED"')
    const headers = await talk(`GET /v2 HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`)
    expect(headers).toContain('431 Request Header Fields Too Large')
    expect(headers).toContain('"code":"HEADERS_TOO_LARGE"')
    expect(headers).toContain('application/problem+json')
    // Two lengths for one body: what two servers on the way would read differently.
    const smuggled = await talk(`POST ${infer} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`)
    expect(smuggled).toContain('400 Bad Request')
  })

  test('a connection serves again after an answer, but not after a body that was not read', async () => {
    const other = appWith({ limits: { ...defaultLimits, bodyBytesMax: 10_000 } })
    await other.listen({ path: join(folder, 'keep.sock') })
    const body = JSON.stringify({ inputs: [pixels()] })
    const good = `POST ${infer} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    const get = 'GET /v2/health/live HTTP/1.1\r\nHost: x\r\n\r\n'
    const refused = 'POST /v2/models/none/infer HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}'
    const large = `POST ${infer} HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n${' '.repeat(100)}`
    const answer = await new Promise<string>((resolve) => {
      let text = ''
      const requests = [good, get, refused, good, large, get]
      const socket = connect(join(folder, 'keep.sock'), () => socket.write(requests.shift() as string))
      socket.on('data', (chunk) => {
        text += chunk
        socket.write(requests.shift() ?? '')
      })
      socket.on('error', () => {})
      socket.on('close', () => resolve(text))
    })
    expect([...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status))).toEqual([200, 200, 404, 200, 413])
    expect([...answer.matchAll(/connection: (\S+)/gi)].map(([, value]) => value)).toEqual([
      'keep-alive',
      'keep-alive',
      'keep-alive',
      'keep-alive',
      'close',
    ])
  })

  test('a client that goes away uses no sequence number', async () => {
    let ran = () => {}
    const running = new Promise<void>((resolve) => {
      ran = resolve
    })
    let seen: GoneSignal | undefined
    let finished: Promise<unknown> = Promise.resolve()
    const [model] = enclave.services.models.models
    const other = appWith(
      withProcess({
        run(inputs, names, signal) {
          seen = signal
          const result = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve())).then(() =>
            (model as NonNullable<typeof model>).process.run(inputs, names),
          )
          finished = result
          ran()
          return result
        },
      }),
    )
    await other.listen({ path: join(folder, 'gone.sock') })
    const before = enclave.services.receipts.issued()
    const body = JSON.stringify({ inputs: [pixels()] })
    const socket = connect(join(folder, 'gone.sock'), () =>
      socket.write(`POST ${infer} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
    )
    await running
    socket.destroy()
    await finished
    await new Promise((resolve) => setImmediate(resolve))
    expect(seen?.aborted).toBe(true)
    expect(enclave.services.receipts.issued()).toBe(before)
  })

  // The attack: requests one behind another on one connection, which the client then closes. What those behind the first hold would be held for ever, and the server would never end.
  test('a client that leaves takes all its requests with it, also those whose turn had not come', async () => {
    const seen: GoneSignal[] = []
    const other = appWith(
      withProcess({
        run(_inputs, _names, signal) {
          if (signal !== undefined) seen.push(signal)
          return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new EnclaveError('CLIENT_GONE'))))
        },
      }),
    )
    await other.listen({ path: join(folder, 'queued.sock') })
    const body = JSON.stringify({ inputs: [pixels()] })
    const socket = connect(join(folder, 'queued.sock'))
    socket.write(`POST ${infer} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`.repeat(3))
    await expect.poll(() => seen.length).toBe(3)
    socket.destroy()
    await expect.poll(() => seen.map(({ aborted }) => aborted)).toEqual([true, true, true])
    await other.close()
  })
})

describe('Open Inference Protocol: metadata and health', () => {
  test('server', async () => {
    for (const url of ['/v2', '/v2/'])
      expect((await app.inject(url)).json()).toEqual({ name: 'nacre', version: '0.1.0', extensions: ['binary_tensor_data'] })
    const { version } = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8'))
    expect((await app.inject('/v2')).json().version).toBe(version)
  })

  test('model', async () => {
    for (const url of ['/v2/models/digits', '/v2/models/digits/versions/1'])
      expect((await app.inject(url)).json()).toEqual({
        name: 'digits',
        versions: ['1'],
        platform: 'onnx_onnxv1',
        inputs: [{ name: 'pixels', datatype: 'FP32', shape: [-1, 64] }],
        outputs: [{ name: 'logits', datatype: 'FP32', shape: [-1, 10] }],
      })
  })

  test('health', async () => {
    expect((await app.inject('/v2/health/live')).json()).toEqual({ live: true })
    expect((await app.inject('/v2/health/ready')).json()).toEqual({ live: true, ready: true })
    expect((await app.inject('/v2/models/digits/ready')).json()).toEqual({ name: 'digits', ready: true })
  })

  test('while a model is not loaded, live but not ready', async () => {
    const other = appWith(withProcess({ ready: () => false }))
    expect((await other.inject('/v2/health/live')).statusCode).toBe(200)
    for (const url of ['/v2/health/ready', '/v2/models/digits/ready']) {
      const response = await other.inject(url)
      expect(response.statusCode).toBe(503)
      expect(response.headers['retry-after']).toBe('1')
    }
  })
})

describe('evidence', () => {
  test('a fresh document with the caller’s nonce, as base64', async () => {
    const response = await app.inject('/enclave/attestation?nonce=0102ff')
    expect(response.headers['content-type']).toMatch(/^text\/plain/)
    const document = decodeCbor(Uint8Array.from(Buffer.from(response.body, 'base64'))) as CborMap
    expect(document.get('nonce')).toEqual(Uint8Array.of(1, 2, 0xff))
    expect(document.get('public_key')).toEqual(enclave.keys.receipt.publicKey)
  })

  test.each(['', '?nonce=', '?nonce=1', '?nonce=zz', `?nonce=${'00'.repeat(513)}`, '?nonce=01&nonce=02'])(
    'nonce %j is refused',
    async (query) => {
      const response = await app.inject(`/enclave/attestation${query}`)
      expect([response.statusCode, response.json().code]).toEqual([400, 'NONCE_MALFORMED'])
    },
  )

  test('the current document, raw and in hexadecimal', async () => {
    const raw = await app.inject('/attestation/raw')
    expect(raw.headers['content-type']).toBe('application/cbor')
    expect(Uint8Array.from(raw.rawPayload)).toEqual(enclave.services.attestation.current().bytes)
    const hex = await app.inject('/attestation/hex')
    expect(fromHex(`0x${hex.body}`)).toEqual(enclave.services.attestation.current().bytes)
  })

  test('without a receipt key in common with others there is no document of one', async () => {
    const response = await app.inject('/attestation/kept')
    expect([response.statusCode, response.json().code]).toEqual([404, 'DOCUMENT_NOT_FOUND'])
  })

  test.each([`0x${'00'.repeat(32)}`, '0x12', 'x'])('no document has the hash %s', async (sha256) => {
    const response = await app.inject(`/attestation/raw?sha256=${sha256}`)
    expect([response.statusCode, response.json().code]).toEqual([404, 'DOCUMENT_NOT_FOUND'])
  })

  test('the keyset and the manifests are the very bytes', async () => {
    const keyset = await app.inject('/.well-known/nacre-keyset')
    expect(Uint8Array.from(keyset.rawPayload)).toEqual(enclave.services.attestation.keysetBytes)
    const manifest = await app.inject('/v1/models/digits/manifest')
    expect(manifest.rawPayload).toEqual(await readFile(join(folder, 'digits/manifest.json')))
    expect((await app.inject('/v1/models/none/manifest')).json().code).toBe('MODEL_NOT_FOUND')
  })
})

test('whoever waits for readiness leaves no lines', async () => {
  const before = lines.length
  const unready = appWith({
    ...withProcess({ ready: () => false }),
    attestation: {
      ...enclave.services.attestation,
      current: () => {
        throw new EnclaveError('ATTESTATION_UNAVAILABLE')
      },
    },
  })
  for (const url of ['/v2/health/ready', '/v2/models/digits/ready']) expect((await unready.inject(url)).statusCode).toBe(503)
  expect((await appWith({ stopping: () => true }).inject('/v2/health/live')).statusCode).toBe(503)
  expect(lines.length).toBe(before)
})

test('a flood of refusals does not become a flood of lines', async () => {
  const before = lines.length
  // All at one moment, however long it takes.
  const other = appWith({ clock: { ...enclave.services.clock, monotonicMs: () => 0 } })
  for (let i = 0; i < 200; i++) await other.inject('/v2/models/none')
  expect(lines.length - before).toBe(50)
})

test('no log line holds anything of a request', async () => {
  const nonce = 'feedfacecafebeef'
  await app.inject(`/enclave/attestation?nonce=${nonce}zz`)
  await app.inject('/v2/models/secret-model-name')
  await post({ id: 'secret-id', inputs: [{ name: 'secret-tensor', datatype: 'FP32', shape: [1], data: [123456.75] }] })
  await post('{"secret-json": 123456.75')
  const text = lines.join('')
  expect(text).toContain('INPUT_NAMES_MISMATCH')
  for (const secret of [nonce, 'secret', '123456.75']) expect(text).not.toContain(secret)
})
