import { beforeEach, describe, expect, test } from 'vitest'
import { pcrHex, sha256Hex, testInputs, testOutputs } from '../test/support/answer.ts'
import { type TestEnclave, testEnclave, testRequest } from '../test/support/enclave-endpoint.ts'
import { makeChain } from '../test/support/pki.ts'
import { encodeBundle, verifyBundle } from './bundle.ts'
import { utf8 } from './bytes.ts'
import { ehbp } from './ehbp.ts'
import { type NacreFetch, nacreFetch } from './nacre-fetch.ts'
import type { Policy } from './policy.ts'
import { openSession } from './session.ts'

const chain = makeChain()
const policy: Policy = { measurements: [{ pcr0: pcrHex(0) }], modelIds: 'any-measured' }
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
let enclave: TestEnclave
let client: NacreFetch

const connect = (patienceMsMax = 0) =>
  nacreFetch(
    openSession({ openEndpoint: enclave.open, root: chain.root, policy, patienceMsMax, nowMs: () => enclave.nowMs, random }),
    random,
  )

beforeEach(() => {
  enclave = testEnclave(chain)
  client = connect()
})

const infer = '/v2/models/parity/infer'
const ask = (body = testRequest(testInputs)) => client(infer, { method: 'POST', body })
/** The code with which the fetch rejects, or the status with which it resolves. */
const outcome = (asked: Promise<Response>) =>
  asked.then(
    ({ status }) => status,
    (error) => error.code ?? error,
  )
const posts = () => enclave.received.filter((line) => line.startsWith('POST')).length
const attestations = () => enclave.received.filter((line) => line === 'GET /enclave/attestation').length

test('EHBP-06 accepts an answer that is encrypted to the request', async () => {
  const response = await ask()
  expect(response.status).toBe(200)
  expect(client.evidenceOf(response)?.protection).toBe('hpke')
})

test('EHBP-06 rejects an answer in the clear: with 2xx as a forgery, with another status as nothing', async () => {
  // The attack: the host strips the header and writes its own answer, or a genuine old one.
  enclave.tamper = ({ path }, answer) => {
    if (path !== infer) return answer
    return { status: 200, headers: {}, body: utf8('{"model_name":"parity","outputs":[]}') }
  }
  expect(await outcome(ask())).toBe('EHBP_NOT_ENCRYPTED')
  enclave.tamper = ({ path }, answer) => {
    const { [ehbp.responseNonceHeader]: _, ...headers } = answer.headers
    return path === infer ? { ...answer, headers } : answer
  }
  expect(await outcome(ask())).toBe('EHBP_NOT_ENCRYPTED')
  enclave.tamper = ({ path }, answer) =>
    path === infer ? { status: 400, headers: {}, body: utf8('{"error":"send it in the clear"}') } : answer
  expect(await outcome(ask())).toBe('ENDPOINT_REFUSED')
  // And what encryption leaves open: a status that makes an answer look like a refusal.
  enclave.tamper = ({ path }, answer) => (path === infer ? { ...answer, status: 422 } : answer)
  expect(await outcome(ask())).toBe('RESPONSE_MALFORMED')
})

test('EHBP-07 accepts the key of the attested keyset, whatever the well-known address serves', async () => {
  expect(await outcome(ask())).toBe(200)
  expect(enclave.received).not.toContain(`GET ${ehbp.keysPath}`)
  expect(enclave.seen.every((body) => !Buffer.from(body).includes('"x"'))).toBe(true)
})

test('EHBP-07 rejects an endpoint that holds another key than it attests, and sends it nothing readable', async () => {
  enclave.holds = 1
  expect(await outcome(ask())).toBe('EHBP_KEY_MISMATCH')
  expect(enclave.seen.length).toBeGreaterThan(0)
  expect(enclave.seen.every((body) => !Buffer.from(body).includes('inputs'))).toBe(true)
})

describe('answers', () => {
  test('a client of the protocol gets the bytes of the answer, with evidence beside them', async () => {
    const response = await ask()
    expect(response.headers.get('content-type')).toBe('application/json')
    expect((await response.json()).outputs[0]).toMatchObject({ name: 'y', data: [0.25, 0.75] })
    const { bundle, inference } = client.evidenceOf(response) ?? {}
    expect(inference?.outputs).toEqual(testOutputs)
    const verified = await verifyBundle({ bundle: encodeBundle(bundle as never), root: chain.root, policy, time: { mode: 'document' } })
    expect(verified.receipt.requestId).toBe(inference?.receipt.requestId)
  })

  test('the request id is fresh for each request, or the one that the client names', async () => {
    const ids = [await ask(), await ask()].map((response) => client.evidenceOf(response)?.inference.receipt.requestId)
    expect(new Set(ids).size).toBe(2)
    const named = JSON.stringify({ ...JSON.parse(testRequest(testInputs)), parameters: { request_id: sha256Hex('mine') } })
    const response = await ask(named.replace('0.5,0', '0.5,-0'))
    expect(client.evidenceOf(response)?.inference.receipt.requestId).toBe(sha256Hex('mine'))
  })

  test('tampering is refused', async () => {
    const attacks: [string, typeof enclave.tamper][] = [
      ['EHBP_DECRYPTION_FAILED', (_, answer) => ({ ...answer, body: answer.body.map((byte, index) => (index === 30 ? byte ^ 1 : byte)) })],
      ['EHBP_MALFORMED', (_, answer) => ({ ...answer, body: answer.body.subarray(0, answer.body.length - 1) })],
      ['RESPONSE_MALFORMED', (_, answer) => ({ ...answer, body: new Uint8Array() })],
      [
        'EHBP_DECRYPTION_FAILED',
        (_, answer) => ({ ...answer, headers: { ...answer.headers, [ehbp.responseNonceHeader]: '00'.repeat(32) } }),
      ],
    ]
    for (const [code, tamper] of attacks) {
      enclave.tamper = (request, answer) => (request.path === infer ? tamper(request, answer) : answer)
      expect(await outcome(ask()), code).toBe(code)
    }
    // An old answer, whole and genuine, in place of the new one.
    let recorded: Parameters<typeof enclave.tamper>[1] | undefined
    enclave.tamper = ({ path }, answer) => {
      if (path !== infer) return answer
      recorded ??= answer
      return recorded
    }
    expect(await outcome(ask())).toBe(200)
    expect(await outcome(ask())).toBe('EHBP_DECRYPTION_FAILED')
    // An enclave of another receipt.
    enclave.tamper = (_request, answer) => answer
    enclave.receipt = { outputHash: sha256Hex('other') }
    expect(await outcome(ask())).toBe('OUTPUT_MISMATCH')
  })

  test("the enclave's own refusals are returned as refusals, without evidence", async () => {
    const response = await ask(JSON.stringify({ ...JSON.parse(testRequest(testInputs)), outputs: [{ name: 'none' }] }))
    expect([response.status, (await response.json()).code]).toEqual([422, 'OUTPUT_UNKNOWN'])
    expect(client.evidenceOf(response)).toBeUndefined()
  })

  test('what is no request is refused before anything is sent', async () => {
    for (const body of ['', '[]', '{"inputs":[]}', '{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2,3]}]}'])
      expect(await outcome(ask(body)), body).toBe('INPUT_UNFIT')
    expect(posts()).toBe(0)
  })
})

describe('routes', () => {
  test('metadata comes from the measured manifest, health from an attested enclave', async () => {
    expect(await (await client('/v2/models/parity')).json()).toMatchObject({ name: 'parity', versions: ['1'] })
    expect(enclave.received).not.toContain('GET /v2/models/parity')
    expect(await (await client('http://enclave.test/v2/health/ready')).json()).toEqual({ live: true, ready: true })
  })

  test('no answer that cannot be verified is asked for, here or elsewhere', async () => {
    for (const url of ['/v2/repository/index', 'http://other.test/v2', 'https://enclave.test/v2', '/v2/models/parity/unload'])
      expect(await outcome(client(url, { method: 'POST', body: '{}' })), url).toBe('ROUTE_NOT_VERIFIABLE')
    expect(enclave.received).toEqual([])
  })
})

describe('the enclave is verified again', () => {
  test('when its keys change: the request under way is asked again under the same id, encrypted to the new key', async () => {
    await ask()
    enclave.holds = 1
    enclave.attests = 1
    const answers = await Promise.all([ask(), ask(), ask()])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(attestations()).toBe(2)
    expect(posts()).toBe(1 + 3 + 3)
  })

  test('before its document ages out, beside the requests that go on; and a host that keeps an old one back is left', async () => {
    await ask()
    enclave.nowMs += 400_000
    expect(await outcome(ask())).toBe(200)
    await expect.poll(attestations).toBe(2)
    // From here on the host serves nothing fresh.
    const frozen = enclave.nowMs
    enclave.tamper = ({ path }, answer) => (path.startsWith('/enclave/attestation') ? { status: 404, headers: {}, body: utf8('') } : answer)
    enclave.nowMs = frozen + 400_000
    expect(await outcome(ask())).toBe(200)
    enclave.nowMs = frozen + 700_000
    expect(await outcome(ask())).toBe('ENDPOINT_REFUSED')
  })

  test('an overloaded endpoint is asked again while there is patience', async () => {
    client = connect(2000)
    let refusals = 1
    enclave.tamper = ({ path }, answer) =>
      path === infer && refusals-- > 0 ? { status: 503, headers: { 'retry-after': '0' }, body: utf8('{}') } : answer
    expect(await outcome(ask())).toBe(200)
    refusals = 100
    expect(await outcome(ask())).toBe('ENDPOINT_REFUSED')
  })
})
