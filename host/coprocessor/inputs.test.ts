import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sha256, toHex } from '@nacre/verifier/bytes'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from './database.ts'
import { inputSource, listedUrl } from './input-source.ts'
import { createInputStore, type InputStore } from './inputs.ts'
import { requestsOf } from './requests.ts'
import { inputsServer } from './servers.ts'
import { testDatabase, testInput, testRequest, testSite } from './test-support.ts'

let database: Database
let stop: () => Promise<void>
let store: InputStore
let nowMs = 1_700_000_000_000

beforeAll(async () => {
  ;({ database, stop } = await testDatabase())
  const limits = { inputBytesMax: 2048, awaitedBytesMax: 4096, unclaimedBytesMax: 1024, unclaimedSecondsMax: 60 }
  store = createInputStore({ database, requests: requestsOf(database, testSite), limits, nowMs: () => nowMs })
})
afterAll(() => stop())

const hashOf = async (bytes: Uint8Array) => toHex(await sha256(bytes))
const send = async (method: 'PUT' | 'POST', path: string, payload?: Uint8Array, headers: Record<string, string> = {}) => {
  const app = inputsServer({ store, inputBytesMax: 2048 })
  const reply = await app.inject({
    method,
    url: path,
    headers: { 'content-type': 'application/octet-stream', ...headers },
    ...(payload === undefined ? {} : { payload: Buffer.from(payload) }),
  })
  await app.close()
  const body = reply.json() as { code?: string; hash?: string; awaited?: boolean }
  return { ...body, status: reply.statusCode, contentType: reply.headers['content-type'] }
}

test('an input is kept under its hash, once', async () => {
  const bytes = testInput(1)
  const hash = await hashOf(bytes)
  expect(await send('PUT', `/v1/inputs/${hash}`, bytes)).toMatchObject({ status: 201, hash, awaited: false })
  expect(await send('POST', '/v1/inputs', bytes)).toMatchObject({ status: 200, hash })
  expect(await store.get(hash)).toEqual(bytes)
  nowMs += 61_000
  expect(await store.sweep()).toBe(1)
  expect(await store.get(hash)).toBeNull()
})

test('what is no input, has another hash, is too large or says no length is refused, as problem documents', async () => {
  const bytes = testInput(2)
  const refusals = [
    [await send('PUT', `/v1/inputs/0x${'00'.repeat(32)}`, bytes), 409, 'INPUT_HASH_MISMATCH'],
    [await send('PUT', '/v1/inputs/0x12', bytes), 400, 'HASH_MALFORMED'],
    [await send('POST', '/v1/inputs', Uint8Array.of(1, 2, 3)), 422, 'INPUT_MALFORMED'],
    [await send('POST', '/v1/inputs', new Uint8Array(4096)), 413, 'INPUT_TOO_LARGE'],
    [await send('POST', '/v1/inputs'), 411, 'LENGTH_REQUIRED'],
    [await send('PUT', '/v2/other', bytes), 404, 'ROUTE_NOT_FOUND'],
  ] as const
  for (const [reply, status, code] of refusals)
    expect(reply).toMatchObject({ status, code, contentType: expect.stringContaining('application/problem+json') })
})

// The attack: a stranger fills the store, so that inputs of those who paid find no room.
test('what nobody paid for has little room of its own, and what is paid for has more', async () => {
  const [first, second, third] = [testInput(11), testInput(12), testInput(13)]
  expect(first.length * 3).toBeGreaterThan(1024)
  for (const bytes of [first, second]) await send('POST', '/v1/inputs', bytes)
  expect(await send('POST', '/v1/inputs', third)).toMatchObject({ status: 507, code: 'INPUT_STORE_FULL' })
  const request = await testRequest(13, { onChain: false })
  await requestsOf(database, testSite).see(database, request)
  expect(await send('POST', '/v1/inputs', third)).toMatchObject({ status: 201, awaited: true })
  // It stays as long as its request may be answered.
  nowMs += 3_600_000
  await store.sweep()
  expect(await store.get(request.request.inputHash)).toEqual(third)
})

// The attack: whoever can write to the database gives the relayer another input.
test('bytes that do not have their hash are not there', async () => {
  const request = await testRequest(13, { onChain: false })
  await database.query('update nacre_relay.input set bytes = $1 where hash = $2', [testInput(14), request.request.inputHash])
  expect(await store.get(request.request.inputHash)).toBeNull()
})

test('URLs lead somewhere only when their origin is listed', () => {
  const listed = ['https://inputs.example']
  expect(listedUrl('https://inputs.example/a?b', listed)?.href).toBe('https://inputs.example/a?b')
  const refused = [
    '',
    'inputs.example',
    'http://inputs.example/',
    'https://inputs.example:444/',
    'https://inputs.example.evil/',
    'https://inputs.example@evil/',
    'https://user:password@inputs.example/',
    'http://127.0.0.1/',
    'http://169.254.169.254/latest/meta-data',
    'file:///etc/passwd',
  ]
  for (const url of refused) expect(listedUrl(url, listed), url).toBeNull()
  expect(listedUrl('https://inputs.example/', [])).toBeNull()
})

test('a listed origin is asked, without redirects, and believed nothing but the right bytes', async () => {
  const request = await testRequest(15, { onChain: false })
  let answer: { status: number; body: Uint8Array; location?: string } = { status: 302, body: new Uint8Array(), location: '/elsewhere' }
  const asked: string[] = []
  const server: Server = createServer((incoming, response) => {
    asked.push(incoming.url ?? '')
    response.writeHead(answer.status, answer.location === undefined ? {} : { location: answer.location })
    response.end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const asking = { ...request, inputUri: `${origin}/input?1` }
    const find = (origins: string[]) => inputSource({ store, inputBytesMax: 2048, origins }).find(asking)
    await expect(find([])).rejects.toMatchObject({ code: 'INPUT_AWAITED' })
    expect(asked).toEqual([])
    await expect(find([origin])).rejects.toMatchObject({ code: 'INPUT_AWAITED' })
    answer = { status: 200, body: testInput(16) }
    await expect(find([origin])).rejects.toMatchObject({ code: 'INPUT_AWAITED', message: expect.stringContaining('INPUT_HASH_MISMATCH') })
    answer = { status: 200, body: new Uint8Array(5000) }
    await expect(find([origin])).rejects.toMatchObject({ code: 'INPUT_AWAITED' })
    answer = { status: 200, body: testInput(15) }
    expect(await find([origin])).toEqual(testInput(15))
    expect(asked).toEqual(Array(4).fill('/input?1'))
  } finally {
    server.close()
    server.closeAllConnections()
  }
})
