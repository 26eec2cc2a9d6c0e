import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { crossOrigin, parseOrigin } from './cross-origin.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function serve(origins: readonly string[]): Promise<string> {
  const pages = crossOrigin(origins)
  const server = createServer((request, response) => {
    if (!pages.answered(request, response)) response.writeHead(200, { 'content-type': 'text/plain' }).end('ok')
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/models/digits/infer`
}

const dapp = 'https://dapp.example'
const preflight = (url: string, origin: string) =>
  fetch(url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } })
const allowOf = ({ headers }: Response) => [...headers].filter(([name]) => name.startsWith('access-control-'))

test('without a named origin nothing is allowed, and nothing is said', async () => {
  const url = await serve([])
  for (const reply of [await preflight(url, dapp), await fetch(url, { headers: { origin: dapp } })]) {
    expect(allowOf(reply)).toEqual([])
    expect(reply.headers.get('vary')).toBeNull()
  }
})

test('a named origin may send what EHBP sends and read what it reads; without cookies', async () => {
  const url = await serve(['http://localhost:5173', dapp])
  const reply = await preflight(url, dapp)
  expect(reply.status).toBe(204)
  expect(Object.fromEntries(allowOf(reply))).toMatchObject({
    'access-control-allow-origin': dapp,
    'access-control-allow-methods': 'GET, HEAD, POST',
    'access-control-allow-headers': expect.stringMatching(/content-type.*ehbp-encapsulated-key.*inference-header-content-length/),
  })
  expect(reply.headers.get('access-control-allow-credentials')).toBeNull()
  const answer = await fetch(url, { method: 'POST', headers: { origin: dapp } })
  expect(await answer.text()).toBe('ok')
  expect(answer.headers.get('access-control-expose-headers')).toContain('ehbp-response-nonce')
  expect(answer.headers.get('vary')).toBe('Origin')
})

test('every other origin is refused, those too that look like it', async () => {
  const url = await serve([dapp])
  for (const origin of ['https://evil.example', 'http://dapp.example', `${dapp}:444`, `${dapp}.evil.example`, 'null', dapp.toUpperCase()]) {
    const refused = await preflight(url, origin)
    expect([refused.status, allowOf(refused)], origin).toEqual([403, []])
    expect(allowOf(await fetch(url, { headers: { origin } }))).toEqual([])
  }
})

test('only whole origins can be named', () => {
  for (const origin of [dapp, 'http://localhost:5173', 'http://[::1]:8080']) expect(parseOrigin(origin)).toBe(origin)
  for (const text of [
    '*',
    'null',
    'dapp.example',
    `${dapp}/`,
    `${dapp}/app`,
    `${dapp}:443`,
    'HTTPS://dapp.example',
    'file:///x',
    'https://*.dapp.example',
    '',
  ])
    expect(() => parseOrigin(text), text).toThrow(RangeError)
})
