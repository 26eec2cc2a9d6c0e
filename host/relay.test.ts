import { mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { connect, createServer as createTcpServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type Relay, type RelayLimits, type RelayLogEntry, routeClass, startRelay } from './relay.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

describe('HTTP port', () => {
  it('forwards method, path, headers and body, and brings the answer back', async () => {
    const { relay, log } = await setUp((incoming, answer) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk) => chunks.push(chunk))
      incoming.on('end', () => {
        answer.writeHead(200, { 'content-type': 'application/json', 'inference-header-content-length': '7' })
        answer.end(
          JSON.stringify({ method: incoming.method, url: incoming.url, body: Buffer.concat(chunks).toString(), headers: incoming.headers }),
        )
      })
    })
    const reply = await send(relay, { method: 'POST', path: '/v2/models/digits/infer?x=1', headers: { 'x-kept': 'yes' }, body: 'hello' })
    expect(reply.status).toBe(200)
    expect(reply.headers['inference-header-content-length']).toBe('7')
    const seen = JSON.parse(reply.body) as { method: string; url: string; body: string; headers: Record<string, string> }
    expect(seen).toMatchObject({ method: 'POST', url: '/v2/models/digits/infer?x=1', body: 'hello' })
    expect(seen.headers['x-kept']).toBe('yes')
    expect(log).toMatchObject([{ listener: 'http', method: 'POST', route: 'infer', status: 200, outcome: 'complete' }])
    expect(JSON.stringify(log)).not.toContain('hello')
  })

  it('drops hop-by-hop headers, also those that Connection names, in both directions', async () => {
    let seen: IncomingMessage['headers'] = {}
    const { relay } = await setUp((incoming, answer) => {
      seen = incoming.headers
      answer.writeHead(200, { connection: 'close, x-private', 'x-private': '1', 'x-public': '2', 'content-length': '2' })
      answer.end('ok')
    })
    const reply = await send(relay, {
      headers: { connection: 'close, X-Secret', 'x-secret': 'a', te: 'trailers', 'proxy-authorization': 'b' },
    })
    for (const name of ['x-secret', 'te', 'proxy-authorization']) expect(seen[name]).toBeUndefined()
    expect(reply.headers['x-private']).toBeUndefined()
    expect(reply.headers['x-public']).toBe('2')
  })

  it('keeps the body of a chunked GET a body, not the next request', async () => {
    const urls: string[] = []
    const { relay } = await setUp((incoming, answer) => {
      urls.push(incoming.url ?? '')
      incoming.resume().once('end', () => answer.end('ok'))
    })
    const smuggled = 'GET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n'
    const raw = await exchange(
      relay.httpPort,
      `GET /v2 HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`,
    )
    expect(raw).toMatch(/^HTTP\/1\.1 200/)
    expect(urls).toEqual(['/v2'])
  })

  it.each(['content-length', 'Transfer-Encoding', 'HOST', 'inference-header-content-length'])(
    'refuses a request whose Connection names %s: without that header its body would be the enclave’s next request',
    async (named) => {
      const urls: string[] = []
      const { relay } = await setUp((incoming, answer) => {
        urls.push(incoming.url ?? '')
        incoming.resume().once('end', () => answer.end('ok'))
      })
      const smuggled = 'POST /v2/models/digits/infer HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n'
      const raw = await exchange(
        relay.httpPort,
        `GET /v2 HTTP/1.1\r\nhost: a\r\ncontent-length: ${smuggled.length}\r\nconnection: close, ${named}\r\n\r\n${smuggled}`,
      )
      expect(raw).toMatch(/^HTTP\/1\.1 400/)
      expect(raw).toContain('"code":"RELAY_FRAMING_AMBIGUOUS"')
      expect(urls).toEqual([])
    },
  )

  it('refuses a transfer encoding beside chunked, which it would have to forward without', async () => {
    const { relay } = await setUp((_, answer) => answer.end('ok'))
    const raw = await exchange(
      relay.httpPort,
      'POST /v2 HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\nconnection: close\r\n\r\n0\r\n\r\n',
    )
    expect(raw).toMatch(/^HTTP\/1\.1 400/)
  })

  it('counts each exchange of a connection by itself, both ways', async () => {
    const { relay, log } = await setUp((incoming, answer) => void incoming.resume().once('end', () => answer.end('12345')))
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (const body of ['', 'x'.repeat(1000)]) await send(relay, { method: 'POST', path: '/v2', body, agent })
    agent.destroy()
    expect(log.map(({ bytesIn }) => bytesIn > 20 && bytesIn < 200)).toEqual([true, false])
    expect(log[1]?.bytesIn).toBeGreaterThan(1000)
    expect(log[1]?.bytesIn).toBeLessThan(1200)
    for (const { bytesOut } of log) expect(bytesOut > 5 && bytesOut < 500).toBe(true)
  })

  it('answers 503 with Retry-After and a problem document while the enclave is away', async () => {
    const relay = await relayTo(join(temporaryDirectory(), 'nobody.sock'))
    const reply = await send(relay, { method: 'POST', path: '/v2/models/digits/infer', body: '{}' })
    expect(reply.status).toBe(503)
    expect(reply.headers['retry-after']).toBe('2')
    expect(reply.headers['content-type']).toBe('application/problem+json')
    expect(JSON.parse(reply.body)).toMatchObject({ status: 503, code: 'RELAY_ENCLAVE_AWAY', error: expect.any(String) })
  })

  it('answers 502 when the enclave dies before its answer', async () => {
    const { relay } = await setUp((incoming) => incoming.socket.destroy())
    const reply = await send(relay, { method: 'POST', path: '/v2/models/digits/infer', body: '{}' })
    expect(reply.status).toBe(502)
    expect(JSON.parse(reply.body).code).toBe('RELAY_ENCLAVE_LOST')
  })

  it.each([
    ['with a length', { 'content-length': '100' }],
    ['in chunks', {}],
  ])('breaks the connection when the enclave dies in the middle of an answer %s', async (_, headers) => {
    const { relay, log } = await setUp((incoming, answer) => {
      answer.writeHead(200, headers as Record<string, string>)
      answer.write('{"outputs":')
      setTimeout(() => incoming.socket.destroy(), 20)
    })
    await expect(send(relay, { method: 'POST', path: '/v2/models/digits/infer', body: '{}' })).rejects.toThrow()
    await expect.poll(() => log).toMatchObject([{ outcome: 'aborted' }])
  })

  it('resets an HTTP/1.0 client too, to whom an orderly end would be a whole answer', async () => {
    const { relay } = await setUp((incoming, answer) => {
      answer.writeHead(200, { 'content-type': 'text/plain' })
      answer.write('half')
      setTimeout(() => incoming.socket.destroy(), 20)
    })
    await expect(exchange(relay.httpPort, 'GET /v2 HTTP/1.0\r\nhost: a\r\n\r\n')).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  it('refuses an answer that is only framed by the end of its connection', async () => {
    const path = join(temporaryDirectory(), 'raw.sock')
    await listenRaw(path, (socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"outputs":[]}')),
    )
    const reply = await send(await relayTo(path), { path: '/v2' })
    expect(reply.status).toBe(502)
  })

  it('answers 504 when the enclave takes longer than the limit', async () => {
    const { relay } = await setUp(() => undefined, { requestTimeMsMax: 100 })
    expect((await send(relay, { path: '/v2' })).status).toBe(504)
  })

  it('answers 431 over the header limit', async () => {
    const { relay } = await setUp((_, answer) => answer.end('ok'), { headerBytesMax: 1024 })
    expect((await send(relay, { headers: { 'x-long': 'a'.repeat(2000) } })).status).toBe(431)
  })

  it('answers 503 over the limit of requests in flight', async () => {
    const waiting: ServerResponse[] = []
    const { relay } = await setUp((_, answer) => waiting.push(answer), { requestsInFlightMax: 1 })
    const first = send(relay, { path: '/v2' })
    while (waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    const second = await send(relay, { path: '/v2' })
    expect(second.status).toBe(503)
    expect(JSON.parse(second.body).code).toBe('RELAY_BUSY')
    waiting[0]?.end('ok')
    expect((await first).status).toBe(200)
  })

  it('counts nothing of a client that sends one request behind another and leaves', async () => {
    const { relay, log } = await setUp((incoming, answer) => (incoming.url === '/v2' ? answer.end('ok') : undefined), {
      requestsInFlightMax: 2,
    })
    const client = connect(relay.httpPort, '127.0.0.1').on('error', () => undefined)
    client.write('GET /v2/models/slow HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(5))
    await expect.poll(async () => (await send(relay, { path: '/v2' })).status).toBe(503)
    client.destroy()
    await expect.poll(() => log.filter(({ outcome }) => outcome === 'aborted').length).toBe(5)
    expect((await send(relay, { path: '/v2' })).status).toBe(200)
  })

  it('tells its own health apart from the enclave’s', async () => {
    const { relay } = await setUp((_, answer) => answer.end('{}'))
    expect(JSON.parse((await send(relay, { path: '/host/health' })).body)).toEqual({ host: 'ok', enclave: 'ready' })
    const alone = await relayTo(join(temporaryDirectory(), 'nobody.sock'))
    expect(JSON.parse((await send(alone, { path: '/host/health' })).body)).toEqual({ host: 'ok', enclave: 'away' })
    expect((await send(alone, { path: '/host/anything' })).status).toBe(404)
  })
})

describe('the enclave’s socket', () => {
  /** Another server of the machine, that no stranger should reach. */
  async function bystander(directory: string) {
    const path = join(directory, 'bystander.sock')
    let reached = 0
    await listenRaw(path, () => void reached++)
    return { path, reached: () => reached }
  }

  it('may not become a link to another socket of the machine', async () => {
    const directory = temporaryDirectory()
    const other = await bystander(directory)
    const path = join(directory, 'http.sock')
    symlinkSync(other.path, path)
    const relay = await relayTo(path)
    const reply = await send(relay, { method: 'POST', path: '/v2/models/digits/infer', body: '{}' })
    expect([reply.status, JSON.parse(reply.body).code]).toEqual([502, 'RELAY_ENCLAVE_REPLACED'])
    expect(JSON.parse((await send(relay, { path: '/host/health' })).body)).toEqual({ host: 'ok', enclave: 'away' })
    await expect(exchange(relay.tlsPort, 'hello')).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(other.reached()).toBe(0)
  })

  it('stays the same within a boot, and may be another after the next', async () => {
    const directory = temporaryDirectory()
    const path = join(directory, 'http.sock')
    const listenAs = async (name: string) => {
      const server = createServer((_, answer) => answer.end(name))
      await new Promise<void>((resolve) => server.listen(path, resolve))
      cleanups.push(() => server.close())
    }
    let boot = 1
    const relay = await startRelay({
      enclave: { tls: { path }, http: { path }, boot: () => boot },
      host: '127.0.0.1',
      tlsPort: 0,
      httpPort: 0,
    })
    cleanups.push(() => relay.close())
    await listenAs('first')
    expect((await send(relay, { path: '/v2' })).body).toBe('first')
    renameSync(path, join(directory, 'aside.sock'))
    await listenAs('second')
    expect((await send(relay, { path: '/v2' })).status).toBe(502)
    boot = 2
    expect((await send(relay, { path: '/v2' })).body).toBe('second')
  })

  it('that nobody listens on any more is not held to', async () => {
    const path = join(temporaryDirectory(), 'http.sock')
    const dead = createServer()
    await new Promise<void>((resolve) => dead.listen(path, resolve))
    renameSync(path, `${path}.kept`)
    await new Promise((resolve) => dead.close(resolve))
    renameSync(`${path}.kept`, path)
    const relay = await startRelay({
      enclave: { tls: { path }, http: { path }, boot: () => 1 },
      host: '127.0.0.1',
      tlsPort: 0,
      httpPort: 0,
    })
    cleanups.push(() => relay.close())
    expect((await send(relay, { path: '/v2' })).status).toBe(503)
    rmSync(path)
    const alive = createServer((_, answer) => answer.end('ok'))
    await new Promise<void>((resolve) => alive.listen(path, resolve))
    cleanups.push(() => alive.close())
    expect((await send(relay, { path: '/v2' })).status).toBe(200)
  })
})

describe('TLS port', () => {
  it('moves bytes untouched both ways and passes on the end', async () => {
    const path = join(temporaryDirectory(), 'tls.sock')
    await listenRaw(path, (socket) => socket.on('data', (chunk) => socket.end(Buffer.from(chunk).reverse())))
    const relay = await relayTo(path)
    expect(await exchange(relay.tlsPort, '\x16\x03\x01abc')).toBe('cba\x01\x03\x16')
  })

  it('resets the client when the enclave is away', async () => {
    const relay = await relayTo(join(temporaryDirectory(), 'nobody.sock'))
    await expect(exchange(relay.tlsPort, 'hello')).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  it('resets an idle connection', async () => {
    const path = join(temporaryDirectory(), 'tls.sock')
    await listenRaw(path, () => undefined)
    const relay = await relayTo(path, { idleTimeMsMax: 50 })
    await expect(exchange(relay.tlsPort, 'hello')).rejects.toMatchObject({ code: 'ECONNRESET' })
  })
})

it('classes routes without keeping names', () => {
  expect(routeClass('/v2/models/digits/versions/1/infer')).toBe('infer')
  expect(routeClass('/v2/models/digits')).toBe('model')
  expect(routeClass('/v2/health/ready')).toBe('health')
  expect(routeClass('/enclave/attestation')).toBe('attestation')
  expect(routeClass('/secret/path')).toBe('other')
})

async function setUp(handler: (incoming: IncomingMessage, answer: ServerResponse) => unknown, limits: Partial<RelayLimits> = {}) {
  const path = join(temporaryDirectory(), 'http.sock')
  const server: Server = createServer((incoming, answer) => void handler(incoming, answer))
  await new Promise<void>((resolve) => server.listen(path, resolve))
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const log: RelayLogEntry[] = []
  return { relay: await relayTo(path, limits, log), log }
}

async function relayTo(path: string, limits: Partial<RelayLimits> = {}, log: RelayLogEntry[] = []): Promise<Relay> {
  const relay = await startRelay({
    enclave: { tls: { path }, http: { path } },
    host: '127.0.0.1',
    tlsPort: 0,
    httpPort: 0,
    limits,
    onRequest: (entry) => log.push(entry),
  })
  cleanups.push(() => relay.close())
  return relay
}

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'nacre-relay-'))
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

async function listenRaw(path: string, onConnection: (socket: Socket) => unknown): Promise<void> {
  const open = new Set<Socket>()
  const server = createTcpServer((socket) => {
    open.add(socket.on('error', () => undefined))
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  cleanups.push(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
}

type Sent = { method?: string; path?: string; headers?: Record<string, string>; body?: string; agent?: Agent | false }

function send(
  relay: Relay,
  { method = 'GET', path = '/', headers = {}, body, agent = false }: Sent,
): Promise<{ status: number; headers: IncomingMessage['headers']; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port: relay.httpPort, method, path, headers, agent }, (reply) => {
      let text = ''
      reply.setEncoding('utf8').on('data', (chunk) => {
        text += chunk
      })
      reply.once('end', () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: text }))
      reply.once('error', reject)
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'))
    socket.setEncoding('latin1').on('data', (chunk) => {
      received += chunk
    })
    socket.once('end', () => resolve(received))
    socket.once('error', reject)
  })
}
