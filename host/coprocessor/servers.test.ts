import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { connect } from 'node:tls'
import { openHttpEndpoint } from '@nacre/verifier/cli/http-endpoint'
import { PemConverter, X509CertificateGenerator } from '@peculiar/x509'
import { afterEach, expect, test, vi } from 'vitest'
import type { InputStore } from './inputs.ts'
import type { Relayer, RelayerStatus } from './relayer.ts'
import { adminServer, controlServer, inputsServer } from './servers.ts'
import { testInput } from './test-support.ts'

const id = `0x${'ab'.repeat(32)}` as const
const idle: RelayerStatus = {
  signer: '0x70997970c51812dc3a010c7d01b50e0d17dc79c8',
  operators: [],
  watches: true,
  holdsBack: null,
  problems: [],
  sites: [],
}
let status: RelayerStatus
const retry = vi.fn(async (asked: string) => asked === id)
const relayer = {
  status: async () => status,
  retry,
  metrics: { contentType: 'text/plain; version=0.0.4', text: async () => 'nacre_relay_requests 1\n' },
} as unknown as Relayer

const ask = async (app: ReturnType<typeof controlServer>, method: 'GET' | 'POST', url: string) => {
  const reply = await app.inject({ method, url })
  await app.close()
  return reply
}

afterEach(() => {
  retry.mockClear()
  status = idle
})
status = idle

test('the control socket looks again at what it is asked for, and says when there is no such thing', async () => {
  const found = await ask(controlServer(relayer), 'POST', `/v1/requests/${id}/retry`)
  expect([found.statusCode, found.json()]).toEqual([200, { retried: id }])
  expect(retry).toHaveBeenCalledWith(id)
  const upper = await ask(controlServer(relayer), 'POST', `/v1/requests/0x${'AB'.repeat(32)}/retry`)
  expect(upper.statusCode).toBe(200)
  const other = await ask(controlServer(relayer), 'POST', `/v1/requests/0x${'cd'.repeat(32)}/retry`)
  expect([other.statusCode, other.json().code]).toEqual([404, 'REQUEST_UNKNOWN'])
  expect(other.headers['content-type']).toContain('application/problem+json')
})

test.each(['junk', '0x12', `0x${'zz'.repeat(32)}`, encodeURIComponent("0x'; drop table request; --")])(
  'an id such as %s is refused',
  async (text) => {
    const reply = await ask(controlServer(relayer), 'POST', `/v1/requests/${text}/retry`)
    expect([reply.statusCode, reply.json().code]).toEqual([400, 'HASH_MALFORMED'])
    expect(retry).not.toHaveBeenCalled()
  },
)

// The attack: a page in a browser of this machine posts to the metrics port.
test('what changes something is not on the port that metrics are on', async () => {
  const reply = await ask(adminServer(relayer), 'POST', `/v1/requests/${id}/retry`)
  expect([reply.statusCode, reply.json().code]).toEqual([404, 'ROUTE_NOT_FOUND'])
  expect(retry).not.toHaveBeenCalled()
})

test('state, metrics and health', async () => {
  expect((await ask(adminServer(relayer), 'GET', '/v1/status')).json()).toEqual(idle)
  const metrics = await ask(adminServer(relayer), 'GET', '/metrics')
  expect([metrics.headers['content-type'], metrics.body]).toEqual([expect.stringContaining('text/plain'), 'nacre_relay_requests 1\n'])
  expect((await ask(adminServer(relayer), 'GET', '/health')).statusCode).toBe(200)
  status = { ...idle, problems: [{ part: 'chain', message: 'away', at: '2026-01-01T00:00:00Z' }] }
  expect((await ask(adminServer(relayer), 'GET', '/health')).statusCode).toBe(503)
})

test('inputs are taken over HTTPS, by TLS 1.3 alone', async () => {
  const { cert, key } = await certificate()
  const bytes = testInput(3)
  const taken: Uint8Array[] = []
  const store = {
    async put(input: Uint8Array, hash?: string) {
      taken.push(input)
      return { hash: hash ?? id, bytes: input.length, awaited: true, isNew: true }
    },
  } as unknown as InputStore
  const app = inputsServer({ store, inputBytesMax: 4096, tls: { cert, key } })
  const url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  try {
    expect(url.protocol).toBe('https:')
    const endpoint = openHttpEndpoint(url)
    const headers = { 'content-type': 'application/octet-stream' }
    const reply = await endpoint.send({ method: 'POST', path: '/v1/inputs', headers, body: bytes, answerBytesMax: 1024 })
    endpoint.close()
    expect([reply.status, taken]).toEqual([201, [bytes]])
    const old = connect({ host: url.hostname, port: Number(url.port), rejectUnauthorized: false, maxVersion: 'TLSv1.2' })
    await expect(new Promise((resolve, reject) => old.once('secureConnect', resolve).once('error', reject))).rejects.toThrow()
    old.destroy()
  } finally {
    await app.close()
  }
})

async function certificate(): Promise<{ cert: string; key: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const made = await X509CertificateGenerator.createSelfSigned(
    { name: 'CN=inputs.test', keys, signingAlgorithm: algorithm },
    webcrypto as never,
  )
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { cert: made.toString('pem'), key: PemConverter.encode(pkcs8, 'PRIVATE KEY') }
}

test('a failure inside is not told', async () => {
  retry.mockRejectedValueOnce(new Error('password=hunter2'))
  const reply = await ask(controlServer(relayer), 'POST', `/v1/requests/${id}/retry`)
  expect([reply.statusCode, reply.json().code]).toEqual([500, 'INTERNAL'])
  expect(reply.body).not.toContain('hunter2')
})
