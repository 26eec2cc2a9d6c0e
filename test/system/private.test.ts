import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { NetConnectOpts } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { labelRows } from '@nacre/enclave/models/sample'
import { type Relay, startRelay } from '@nacre/host/relay'
import { encodeBundle, verifyBundle } from '@nacre/verifier/bundle'
import { startVerifyingProxy, type VerifyingProxy } from '@nacre/verifier/cli/verifying-proxy'
import { openElement, verifyOpening } from '@nacre/verifier/commitment'
import { encodeGenerationParameters } from '@nacre/verifier/generation'
import type { NacreFetch } from '@nacre/verifier/nacre-fetch'
import { createNacreFetch } from '@nacre/verifier/node/fetch'
import { encodeInferRequest } from '@nacre/verifier/response'
import { type Tensor, tensorFromValues, tensorValues } from '@nacre/verifier/tensor'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Recorder, record } from './recorder.ts'
import { exchange, projectRoot, random32, type ShippedModel, type System, sampleInputs, shippedModel, startSystem } from './system.ts'

let system: System
let health: ShippedModel
/** On both sides of the relay: what the network and the host's own sockets carry. */
let recorders: Recorder[]
let relay: Relay
let urls: { tls: string; http: string }
const clients: NacreFetch[] = []

beforeAll(async () => {
  system = await startSystem()
  health = await shippedModel('health')
  const { tls, http } = system.launched as { tls: NetConnectOpts; http: NetConnectOpts }
  const inside = [await record(tls, 'unix'), await record(http, 'unix')] as const
  relay = await startRelay({ enclave: { tls: inside[0].address, http: inside[1].address }, host: '127.0.0.1', tlsPort: 0, httpPort: 0 })
  const outside = await Promise.all([relay.tlsPort, relay.httpPort].map((port) => record({ host: '127.0.0.1', port })))
  urls = { tls: `https://127.0.0.1:${outside[0]?.port}`, http: `http://127.0.0.1:${outside[1]?.port}` }
  recorders = [...inside, ...outside]
})
afterAll(async () => {
  for (const client of clients) client.close()
  await Promise.all((recorders ?? []).map((recorder) => recorder.close()))
  await relay?.close()
  await system?.stop()
})

function connect(url: string): NacreFetch {
  const policy = { measurements: [system.measurement()], modelIds: [health.id] }
  const client = createNacreFetch({ url, root: system.root, policy })
  clients.push(client)
  return client
}

const captured = () => Buffer.concat(recorders.map((recorder) => recorder.bytes()))

/** Everything of an exchange that is nobody else's: tensors as bytes and as text, ids, the receipt. */
function secretsOf(inputs: readonly Tensor[], outputs: readonly Tensor[], texts: readonly string[]): Buffer[] {
  const tensors = [...inputs, ...outputs]
  return [
    ...tensors.map(({ data }) => Buffer.from(data.subarray(0, 8))),
    ...tensors.map((tensor) => Buffer.from(tensorValues(tensor).slice(0, 2).join())),
    ...tensors.map(({ name }) => Buffer.from(`"${name}"`)),
    ...texts.map((text) => Buffer.from(text)),
  ]
}

describe('a capture on the sockets of the host, on both sides of the relay', () => {
  const found = (secrets: readonly Buffer[]) =>
    secrets.filter((secret) => captured().includes(secret)).map((secret) => secret.toString('latin1'))

  async function ask(client: NacreFetch, binary: boolean) {
    await client.attested()
    await client('/v2/models/health')
    for (const recorder of recorders) recorder.clear()
    const inputs = sampleInputs(health)
    const requestId = random32()
    const { headers, body } = encodeInferRequest({ inputs, requestId, id: 'patient 4711', binary })
    const response = await client('/v2/models/health/infer', { method: 'POST', headers, body: body as BodyInit })
    const { inference } = client.evidenceOf(response) ?? {}
    if (inference === undefined) throw new Error(`status ${response.status}`)
    const { receipt, outputs } = inference
    return secretsOf(inputs, outputs, [
      'patient 4711',
      requestId.slice(2),
      receipt.inputHash.slice(2),
      receipt.outputHash.slice(2),
      'request_id',
    ])
  }

  test.each(['tls', 'http'] as const)('of a private inference over %s holds no plaintext of input or output', async (listener) => {
    const client = connect(urls[listener])
    for (const binary of [false, true]) {
      const secrets = await ask(client, binary)
      expect(captured().length).toBeGreaterThan(2000)
      expect(found(secrets)).toEqual([])
    }
    expect((await client.attested()).protection).toBe(listener === 'tls' ? 'tls' : 'hpke')
    // Which model is asked is in the path, which TLS hides and EHBP does not.
    expect(captured().includes('/v2/models/health')).toBe(listener === 'http')
  })

  test.each(['tls', 'http'] as const)('of a prompt and what was written to it, over %s, holds neither', async (listener) => {
    const policy = { measurements: [system.measurement()], modelIds: 'any-measured' } as const
    const client = createNacreFetch({ url: urls[listener], root: system.root, policy })
    clients.push(client)
    await client('/v2/models/tiny-gpt')
    for (const recorder of recorders) recorder.clear()
    const prompt = 'My diagnosis, which is nobody else’s, is'
    const parameters = new TextDecoder().decode(
      encodeGenerationParameters({ max_tokens: 24, temperature: 0, top_p: 1000, seed: 1, stop: [] }),
    )
    const inputs = Object.entries({ prompt, parameters }).map(([name, value]) =>
      tensorFromValues({ name, datatype: 'BYTES', shape: [1], values: [value] }),
    )
    const { headers, body } = encodeInferRequest({ inputs, requestId: random32(), binary: true })
    const response = await client('/v2/models/tiny-gpt/infer', { method: 'POST', headers, body: body as BodyInit })
    const [written] = client.evidenceOf(response)?.inference.outputs.map((output) => String(tensorValues(output)[0])) ?? []
    if (written === undefined || written.length < 20) throw new Error(`status ${response.status}, wrote "${written}"`)
    expect(found([prompt.slice(0, 20), written.slice(2, 18), 'max_tokens', 'finish_reason'].map((text) => Buffer.from(text)))).toEqual([])
  })

  test.each(['tls', 'http'] as const)('of a chat whose answer is streamed, over %s, holds neither side of it', async (listener) => {
    const policy = { measurements: [system.measurement()], modelIds: 'any-measured' } as const
    const client = createNacreFetch({ url: urls[listener], root: system.root, policy })
    clients.push(client)
    await client('/v1/models')
    for (const recorder of recorders) recorder.clear()
    const content = 'My diagnosis, which is nobody else’s, is'
    const body = JSON.stringify({ model: 'tiny-gpt', messages: [{ role: 'user', content }], max_tokens: 24, seed: 1, stream: true })
    const response = await client('/v1/chat/completions', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const events = (await response.text())
      .split('\n\n')
      .filter((event) => event.startsWith('data: {'))
      .map((event) => JSON.parse(event.slice(6)))
    // How many it comes in is for who was faster to say.
    const pieces: string[] = events.map((event) => event.choices[0]?.delta.content ?? '')
    const written = pieces.join('')
    if (written.length < 20) throw new Error(`status ${response.status}, wrote "${written}"`)
    const shown = [...pieces.map((piece) => `"${piece}"`), ...pieces].filter((text) => text.length > 5)
    expect(found([content.slice(0, 20), ...shown, 'chat.completion', 'messages'].map((text) => Buffer.from(text)))).toEqual([])
  })

  test('of a refusal holds nothing of what was refused', async () => {
    const client = connect(urls.http)
    await client('/v2/models/health')
    for (const recorder of recorders) recorder.clear()
    const inputs = JSON.parse(
      Buffer.from(encodeInferRequest({ inputs: sampleInputs(health), requestId: random32() }).body).toString(),
    ).inputs
    const body = JSON.stringify({ inputs, outputs: [{ name: 'biopsy of patient 4711' }] })
    const refused = await client('/v2/models/health/infer', { method: 'POST', body })
    expect([refused.status, (await refused.json()).received]).toEqual([422, '"biopsy of patient 4711"'])
    expect(found([Buffer.from('patient 4711'), Buffer.from('OUTPUT_UNKNOWN')])).toEqual([])
  })

  test('of a plain request shows all of it: the recorder records', async () => {
    for (const recorder of recorders) recorder.clear()
    const inputs = sampleInputs(health)
    const message = encodeInferRequest({ inputs, requestId: random32(), id: 'patient 4711' })
    const reply = await exchange(`${urls.http}/v2/models/health/infer`, { method: 'POST', ...message })
    expect(reply.status).toBe(200)
    expect(found(secretsOf(inputs, [], ['patient 4711', 'request_id'])).length).toBeGreaterThan(3)
  })
})

describe('nacre proxy', () => {
  const proxies: VerifyingProxy[] = []
  afterAll(() => Promise.all(proxies.map((proxy) => proxy.close())))

  async function proxyTo(url: string): Promise<string> {
    const proxy = await startVerifyingProxy({ client: connect(url), port: 0, onExchange: () => undefined })
    proxies.push(proxy)
    return `http://127.0.0.1:${proxy.port}`
  }

  const plainRequest = () =>
    JSON.stringify({
      id: '1',
      inputs: sampleInputs(health).map((tensor) => ({
        name: tensor.name,
        datatype: tensor.datatype,
        shape: tensor.shape.map(Number),
        data: tensorValues(tensor),
      })),
    })

  test.each(['tls', 'http'] as const)('a tool that knows nothing of attestation gets verified answers, over %s', async (listener) => {
    const proxy = await proxyTo(urls[listener])
    // As curl does it: no request id, a form's content type.
    const reply = await exchange(`${proxy}/v2/models/health/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(plainRequest()),
    })
    expect(reply.status).toBe(200)
    const { outputs, id } = JSON.parse(Buffer.from(reply.body).toString())
    expect(id).toBe('1')
    expect(outputs[0].datatype).toBe('FP32')
    const metadata = await exchange(`${proxy}/v2/models/health`)
    expect(JSON.parse(Buffer.from(metadata.body).toString())).toMatchObject({ name: 'health', platform: 'onnx_onnxv1' })
    expect((await exchange(`${proxy}/v2/health/ready`)).status).toBe(200)
    expect((await exchange(`${proxy}/v2/repository/index`)).status).toBe(404)
    const unfit = await exchange(`${proxy}/v2/models/health/infer`, { method: 'POST', body: Buffer.from('{"inputs":[]}') })
    expect([unfit.status, JSON.parse(Buffer.from(unfit.body).toString()).code]).toEqual([422, 'INPUT_UNFIT'])
  })

  test('no web page is answered, under whatever name', async () => {
    const proxy = await proxyTo(urls.http)
    const page = { headers: { origin: 'https://evil.example' }, method: 'POST', body: Buffer.from(plainRequest()) }
    expect((await exchange(`${proxy}/v2/models/health/infer`, page)).status).toBe(403)
    const rebound = { headers: { host: 'evil.example' }, method: 'POST', body: Buffer.from(plainRequest()) }
    expect((await exchange(`${proxy}/v2/models/health/infer`, rebound)).status).toBe(421)
  })

  test('an answer that does not verify is a problem with the check that failed', async () => {
    const policy = { measurements: [{ pcr0: `0x${'11'.repeat(48)}` as const }], modelIds: [health.id] }
    const client = createNacreFetch({ url: urls.http, root: system.root, policy })
    clients.push(client)
    const proxy = await startVerifyingProxy({ client, port: 0, onExchange: () => undefined })
    proxies.push(proxy)
    const reply = await exchange(`http://127.0.0.1:${proxy.port}/v2/models/health/infer`, {
      method: 'POST',
      body: Buffer.from(plainRequest()),
    })
    expect([reply.status, reply.headers['content-type']]).toEqual([502, 'application/problem+json'])
    expect(JSON.parse(Buffer.from(reply.body).toString())).toMatchObject({
      code: 'MEASUREMENT_NOT_ALLOWED',
      check: 'measurement',
      status: 502,
    })
  })

  test('the command: verifies, listens, logs, stops; and refuses to listen for an enclave that it does not accept', async () => {
    const scratch = join(system.stateDirectory, 'proxy')
    mkdirSync(scratch, { recursive: true })
    const root = join(scratch, 'root.pem')
    const policyFile = join(scratch, 'policy.json')
    writeFileSync(root, system.rootPem)
    writeFileSync(policyFile, JSON.stringify({ measurements: [system.measurement()], modelIds: 'any-measured' }))
    const start = (...args: string[]) => {
      const child = spawn(
        process.execPath,
        [join(projectRoot, 'host/nacre.mjs'), 'proxy', '--url', urls.tls, '--port', '0', '--json', ...args],
        {
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      )
      return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](), exited: once(child, 'exit') }
    }
    const { child, lines, exited } = start('--root', root, '--policy', policyFile)
    const next = async () => JSON.parse((await lines.next()).value ?? 'null')
    const opened = await next()
    expect(opened).toMatchObject({ event: 'listening', protection: 'tls', pcr0: system.measurement().pcr0 })
    const reply = await exchange(`${opened.url}/v2/models/health/infer`, { method: 'POST', body: Buffer.from(plainRequest()) })
    expect(reply.status).toBe(200)
    expect(await next()).toMatchObject({ event: 'exchange', method: 'POST', status: 200 })
    child.kill('SIGTERM')
    expect(await next()).toEqual({ event: 'stopped' })
    expect((await exited)[0]).toBe(0)

    const refused = start('--policy', policyFile)
    expect((await refused.exited)[0]).toBe(1)
  })
})

test('a salted answer is verified, and one feature of it shown without the others', async () => {
  const client = connect(urls.http)
  const [input] = sampleInputs(health) as [Tensor]
  const salt = random32()
  const ask = async (parameters: object) => {
    const inputs = [{ name: input.name, datatype: input.datatype, shape: [1, 30], data: tensorValues(input) }]
    const response = await client('/v2/models/health/infer', { method: 'POST', body: JSON.stringify({ inputs, parameters }) })
    return client.evidenceOf(response)
  }
  const evidence = await ask({ commitment_salt: salt })
  if (evidence === undefined) throw new Error('no answer')
  const { receipt, outputs } = evidence.inference
  expect(receipt.inputHash).not.toBe((await ask({}))?.inference.receipt.inputHash)
  const opening = openElement({ tensors: [input], salt, side: 'input', tensor: 'features', element: 3 })
  expect(tensorValues(verifyOpening({ commitment: receipt.inputHash, opening }).block)).toEqual([tensorValues(input)[3]])
  const score = openElement({ tensors: outputs, salt, side: 'output', tensor: 'logits', element: 1 })
  expect(verifyOpening({ commitment: receipt.outputHash, opening: score }).first).toBe(1)
  // The bundle proves the receipt and shows neither.
  const { inputs: shown } = await verifyBundle({
    bundle: encodeBundle(evidence.bundle),
    root: system.root,
    policy: { measurements: [system.measurement()], modelIds: [health.id] },
    time: { mode: 'document' },
  })
  expect(shown).toBeNull()
  expect(await ask({ commitment_salt: '0x12' }).catch((error) => error.code)).toBe('INPUT_UNFIT')
})

test('labels of the answers are those of the samples', async () => {
  const client = connect(urls.http)
  for (const { label, tensor } of health.samples) {
    const { headers, body } = encodeInferRequest({ inputs: [tensor], requestId: random32(), binary: true })
    const response = await client('/v2/models/health/infer', { method: 'POST', headers, body: body as BodyInit })
    const scores = client.evidenceOf(response)?.inference.outputs[0]
    expect(scores && labelRows(scores, health.manifest.labels)[0]).toBe(label)
  }
})
