import {
  Agent,
  type ClientRequest,
  createServer as createHttpServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net'
import type { Duplex } from 'node:stream'
import { closeQueuedResponses } from '@nacre/verifier/node/queued-responses'
import { type CrossOrigin, crossOrigin } from './cross-origin.ts'
import { type EnclaveAddress, type EnclaveConnection, type EnclaveSocket, EnclaveSocketError, enclaveSocket } from './enclave-socket.ts'

/**
 * What stands between the network and the enclave, trusted with nothing. The TLS port moves bytes it cannot read: TLS ends in the enclave, with a key that the attestation document binds. The
 * HTTP port sees what passes and could change it; receipts and the document are what a client checks there. The relay can refuse, delay and drop. It never makes an answer: every error of its
 * own is a 4xx or 5xx with a code that begins with `RELAY_`.
 */
export type Relay = { tlsPort: number; httpPort: number; close(): Promise<void> }

export type RelayParameters = {
  /** `boot` counts the enclave's boots; with it, each boot's sockets are held to. */
  enclave: { tls: EnclaveAddress; http: EnclaveAddress; boot?: () => number }
  host: string
  /** 0 takes any free port. */
  tlsPort: number
  httpPort: number
  limits?: Partial<RelayLimits>
  onRequest?(entry: RelayLogEntry): void
  /** Further routes of the host's own: `/` and those under `/host/`. */
  hostRoutes?: (request: IncomingMessage, response: ServerResponse, path: string) => boolean
  /** Origins of pages that may read answers of the HTTP port; see `cross-origin.ts`. @default none */
  allowOrigins?: readonly string[]
}

export type RelayLimits = {
  headerBytesMax: number
  headersTimeMsMax: number
  /** Between two bytes, either way. */
  idleTimeMsMax: number
  /** From the first byte of a request to the last of its answer. */
  requestTimeMsMax: number
  /** Of one TLS connection, however busy. */
  tlsConnectionTimeMsMax: number
  connectionsMax: number
  requestsInFlightMax: number
}

const relayLimits: RelayLimits = {
  headerBytesMax: 16 * 1024,
  headersTimeMsMax: 10_000,
  idleTimeMsMax: 60_000,
  requestTimeMsMax: 120_000,
  tlsConnectionTimeMsMax: 3_600_000,
  connectionsMax: 1024,
  requestsInFlightMax: 256,
}

/** All that is ever written down of an exchange: no path beyond its class, no header, no byte of content. */
export type RelayLogEntry = {
  listener: 'tls' | 'http'
  method?: string
  route?: RouteClass
  status?: number
  outcome: 'complete' | 'refused' | 'aborted'
  bytesIn: number
  bytesOut: number
  ms: number
}

export type RouteClass = 'infer' | 'model' | 'health' | 'attestation' | 'host' | 'other'

export async function startRelay(parameters: RelayParameters): Promise<Relay> {
  const limits = { ...relayLimits, ...parameters.limits }
  const onRequest = parameters.onRequest ?? (() => undefined)
  const { enclave } = parameters
  const tls = createTlsRelay(enclaveSocket(enclave.tls, enclave.boot), limits, onRequest)
  const pages = crossOrigin(parameters.allowOrigins ?? [])
  const http = createHttpRelay(enclaveSocket(enclave.http, enclave.boot), limits, onRequest, pages, parameters.hostRoutes)
  const tlsPort = await listen(tls.server, parameters.host, parameters.tlsPort)
  try {
    const httpPort = await listen(http.server, parameters.host, parameters.httpPort)
    return {
      tlsPort,
      httpPort,
      async close() {
        await Promise.all([tls.close(), http.close()])
      },
    }
  } catch (error) {
    await tls.close()
    throw error
  }
}

export function routeClass(path: string): RouteClass {
  if (path.startsWith('/host/')) return 'host'
  if (/^\/v2\/models\/.+\/infer$/.test(path)) return 'infer'
  if (path.startsWith('/v2/health/') || path.endsWith('/ready')) return 'health'
  if (path.startsWith('/v2') || path.startsWith('/v1/models/')) return 'model'
  if (path.startsWith('/attestation/') || path === '/enclave/attestation' || path === '/.well-known/nacre-keyset') return 'attestation'
  return 'other'
}

function createTlsRelay(enclave: EnclaveSocket, limits: RelayLimits, onRequest: (entry: RelayLogEntry) => void) {
  const open = new Set<EnclaveConnection>()
  const server = createTcpServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const startedMs = performance.now()
    let upstream: EnclaveConnection
    try {
      upstream = enclave.connect({ allowHalfOpen: true })
    } catch {
      client.resetAndDestroy()
      return onRequest({ listener: 'tls', outcome: 'refused', bytesIn: 0, bytesOut: 0, ms: elapsed(startedMs) })
    }
    let broken = false
    const breakBoth = () => {
      broken = true
      // A reset, not an orderly end: a client must never take a cut connection for a finished one.
      if (!client.destroyed) client.resetAndDestroy()
      upstream.destroy()
    }
    const lifetime = setTimeout(breakBoth, limits.tlsConnectionTimeMsMax)
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.setTimeout(limits.idleTimeMsMax, breakBoth)
      socket.on('error', breakBoth)
      socket.once('close', () => open.delete(socket))
    }
    client.once('close', () => {
      clearTimeout(lifetime)
      onRequest({
        listener: 'tls',
        outcome: broken ? 'aborted' : 'complete',
        bytesIn: client.bytesRead,
        bytesOut: client.bytesWritten,
        ms: elapsed(startedMs),
      })
    })
    // An orderly end is passed on as one. Whether the enclave meant it is inside TLS (close_notify, HTTP framing), where the client sees it and the relay does not.
    client.pipe(upstream)
    upstream.pipe(client)
  })
  server.maxConnections = limits.connectionsMax
  return { server, close: () => closeServer(server, () => [...open].map((socket) => socket.destroy())) }
}

/**
 * Connections for one request each, which the relay and not the enclave closes. Were the enclave told to close, it could do so before Node's last, empty write of a request that it has read
 * already: that write would fail, and with it a good answer that lies there to be read.
 */
class OneRequestAgent extends Agent {
  readonly #enclave: EnclaveSocket
  constructor(enclave: EnclaveSocket) {
    super({ keepAlive: true })
    this.#enclave = enclave
  }
  override createConnection(_options: unknown, callback?: (error: Error | null, socket: Duplex) => void): Duplex | undefined {
    try {
      return this.#enclave.connect()
    } catch (error) {
      // Node's own type asks for a socket beside the error.
      callback?.(error as Error, undefined as unknown as Duplex)
      return undefined
    }
  }
  override keepSocketAlive(): boolean {
    return false
  }
}

function createHttpRelay(
  enclave: EnclaveSocket,
  limits: RelayLimits,
  onRequest: (entry: RelayLogEntry) => void,
  pages: CrossOrigin,
  hostRoutes: RelayParameters['hostRoutes'] = () => false,
) {
  // One enclave connection per request: a kept one could die between two requests, and a POST that may have run cannot be sent again.
  const agent = new OneRequestAgent(enclave)
  let inFlight = 0
  // What a connection has carried in earlier exchanges. A request's own first bytes came before anybody was told of it.
  const accounted = new WeakMap<Socket, { bytesIn: number; bytesOut: number }>()

  const server = createHttpServer(
    {
      maxHeaderSize: limits.headerBytesMax,
      headersTimeout: Math.min(limits.headersTimeMsMax, limits.requestTimeMsMax),
      requestTimeout: limits.requestTimeMsMax,
      keepAliveTimeout: 5_000,
      connectionsCheckingInterval: Math.min(5_000, limits.headersTimeMsMax),
      noDelay: true,
    },
    (request, response) => {
      const startedMs = performance.now()
      const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
      const { socket } = request
      inFlight++
      response.once('close', () => {
        inFlight--
        const before = accounted.get(socket) ?? { bytesIn: 0, bytesOut: 0 }
        const now = { bytesIn: socket.bytesRead, bytesOut: socket.bytesWritten }
        accounted.set(socket, now)
        onRequest({
          listener: 'http',
          method: request.method ?? '',
          route: routeClass(path),
          status: response.statusCode,
          outcome: !response.writableFinished ? 'aborted' : refusals.has(response) ? 'refused' : 'complete',
          bytesIn: now.bytesIn - before.bytesIn,
          bytesOut: now.bytesOut - before.bytesOut,
          ms: elapsed(startedMs),
        })
      })
      request.on('error', () => response.destroy())
      // What is the host's own is not the enclave's to be read by others; its log says for itself that it is for everybody.
      if (!path.startsWith('/host/') && pages.answered(request, response)) return
      if (path === '/host/health') answerHealth(agent, response)
      else if ((path === '/' || path.startsWith('/host/')) && !isAmbiguous(request) && hostRoutes(request, response, path)) return
      else if (path.startsWith('/host/')) refuse(request, response, problems.notFound)
      else if (isAmbiguous(request)) refuse(request, response, problems.ambiguous)
      else if (inFlight > limits.requestsInFlightMax) refuse(request, response, problems.busy)
      else forward(request, response, agent, limits)
    },
  )
  closeQueuedResponses(server)
  server.maxConnections = limits.connectionsMax
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (socket.destroyed || !socket.writable) return
    const problem =
      error.code === 'HPE_HEADER_OVERFLOW'
        ? problems.headersTooLarge
        : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
          ? problems.clientSlow
          : problems.malformed
    const body = encodeProblem(problem)
    socket.end(
      `HTTP/1.1 ${problem.status} ${problem.title}\r\nContent-Type: application/problem+json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    )
  })
  return {
    server,
    close: () =>
      closeServer(server, () => {
        server.closeAllConnections()
        agent.destroy()
      }),
  }
}

function forward(request: IncomingMessage, response: ServerResponse, agent: Agent, limits: RelayLimits): void {
  const upstream: ClientRequest = httpRequest({
    agent,
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: forwardedHeaders(request) as never,
    setHost: false,
  })
  let timedOut = false
  const fail = (problem: Problem) => {
    upstream.destroy()
    // Once a status line is out, only a broken connection says that the rest is missing; a reset, because to an HTTP/1.0 client an orderly end is the end of the answer.
    if (response.headersSent) response.socket?.resetAndDestroy()
    else if (!response.destroyed) refuse(request, response, problem)
  }
  const outOfTime = () => {
    timedOut = true
    fail(problems.slow)
  }
  const total = setTimeout(outOfTime, limits.requestTimeMsMax)
  response.once('close', () => {
    clearTimeout(total)
    upstream.destroy()
  })
  upstream.setTimeout(limits.idleTimeMsMax, outOfTime)
  upstream.on('error', (error: NodeJS.ErrnoException) => {
    if (timedOut) return
    fail(error instanceof EnclaveSocketError ? problems.replaced : awayCodes.has(error.code ?? '') ? problems.away : problems.lost)
  })
  upstream.once('response', (answer) => {
    const framed = answer.headers['content-length'] !== undefined || answer.headers['transfer-encoding'] !== undefined
    const hasBody = request.method !== 'HEAD' && answer.statusCode !== 204 && answer.statusCode !== 304
    // A body that ends with its connection cannot be told from one that was cut off.
    if (hasBody && !framed) return fail(problems.lost)
    answer.once('error', () => fail(problems.lost))
    const ours = Object.entries(response.getHeaders()).flatMap(([name, value]) => [name, String(value)])
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', [...endToEndHeaders(answer.rawHeaders), ...ours] as never)
    answer.pipe(response)
  })
  // Not pipeline(): that would destroy the client's connection with the enclave's, and with it the chance to say 502.
  request.pipe(upstream)
}

/** The host's own state, and what it can see of the enclave's. It says nothing about trust. */
function answerHealth(agent: Agent, response: ServerResponse): void {
  const answer = (state: 'ready' | 'starting' | 'away') => {
    if (response.headersSent || response.destroyed) return
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    response.end(`${JSON.stringify({ host: 'ok', enclave: state })}\n`)
  }
  const probe = httpRequest({ path: '/v2/health/ready', timeout: healthTimeMsMax, agent })
  probe.once('response', (ready) => {
    ready.resume()
    answer(ready.statusCode === 200 ? 'ready' : 'starting')
  })
  probe.once('timeout', () => probe.destroy())
  probe.once('error', () => answer('away'))
  probe.end()
}

type Problem = { status: number; code: string; title: string; retryAfterSeconds?: number }

const problems = {
  away: {
    status: 503,
    code: 'RELAY_ENCLAVE_AWAY',
    title: 'The enclave is not running; the host is starting it again',
    retryAfterSeconds: 2,
  },
  busy: { status: 503, code: 'RELAY_BUSY', title: 'Too many requests are in flight at the host', retryAfterSeconds: 1 },
  lost: {
    status: 502,
    code: 'RELAY_ENCLAVE_LOST',
    title: 'The connection to the enclave broke before its answer; the request may or may not have run',
    retryAfterSeconds: 2,
  },
  slow: { status: 504, code: 'RELAY_TIMEOUT', title: 'The enclave did not answer in time', retryAfterSeconds: 5 },
  notFound: { status: 404, code: 'RELAY_NOT_FOUND', title: 'The host has no such route; it has /host/health' },
  replaced: {
    status: 502,
    code: 'RELAY_ENCLAVE_REPLACED',
    title: "What lies in the place of the enclave's socket is not the one it made; nothing was sent there",
    retryAfterSeconds: 2,
  },
  ambiguous: {
    status: 400,
    code: 'RELAY_FRAMING_AMBIGUOUS',
    title: 'Connection names a header that says where the request ends or goes, or the transfer encoding is not chunked',
  },
  malformed: { status: 400, code: 'RELAY_MALFORMED', title: 'Not a valid HTTP request' },
  headersTooLarge: { status: 431, code: 'RELAY_HEADERS_TOO_LARGE', title: 'The request headers are too large' },
  clientSlow: { status: 408, code: 'RELAY_CLIENT_SLOW', title: 'The request did not arrive in time' },
} satisfies Record<string, Problem>

/** Responses of the relay's own, for the log. */
const refusals = new WeakSet<ServerResponse>()
const awayCodes = new Set(['ENOENT', 'ECONNREFUSED', 'EACCES', 'ENOTSOCK'])
const healthTimeMsMax = 2_000

function refuse(request: IncomingMessage, response: ServerResponse, problem: Problem): void {
  const body = encodeProblem(problem)
  refusals.add(response)
  response.writeHead(problem.status, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    // The rest of the request is not read, so the connection cannot carry another.
    ...(request.complete ? {} : { connection: 'close' }),
    ...(problem.retryAfterSeconds === undefined ? {} : { 'retry-after': String(problem.retryAfterSeconds) }),
  })
  response.end(body)
  request.resume()
}

/** One object that is a problem document (RFC 9457) and an Open Inference Protocol error. */
function encodeProblem({ status, code, title }: Problem): string {
  return `${JSON.stringify({ type: 'about:blank', title, status, code, error: title })}\n`
}

const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
])

/** RFC 9110 section 7.6.1: a proxy drops what concerns one connection only, including what `Connection` names. Order and repetition of the rest stay. */
function endToEndHeaders(rawHeaders: readonly string[]): string[] {
  const named = namedByConnection(rawHeaders)
  const kept: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? ''
    if (!hopByHop.has(name.toLowerCase()) && !named.has(name.toLowerCase())) kept.push(name, rawHeaders[i + 1] ?? '')
  }
  return kept
}

function namedByConnection(rawHeaders: readonly string[]): Set<string> {
  const named = new Set<string>()
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (rawHeaders[i]?.toLowerCase() === 'connection')
      for (const name of (rawHeaders[i + 1] ?? '').split(',')) named.add(name.trim().toLowerCase())
  return named
}

/**
 * `Connection: content-length` asks a proxy to forward a body without its length: the enclave would take the body for the next request, with whatever a stranger wrote into it. Likewise for where the JSON
 * ends inside the body, and for whom the request is.
 */
function isAmbiguous({ rawHeaders, headers }: IncomingMessage): boolean {
  const named = namedByConnection(rawHeaders)
  const coding = headers['transfer-encoding']
  return endsOrGoes.some((name) => named.has(name)) || (coding !== undefined && coding.toLowerCase() !== 'chunked')
}

const endsOrGoes = ['content-length', 'transfer-encoding', 'host', 'inference-header-content-length']

/** The body's framing is the relay's to say again, as it read it itself: a chunked GET forwarded without it would put its body where the enclave expects the next request. */
function forwardedHeaders(request: IncomingMessage): string[] {
  const kept = endToEndHeaders(request.rawHeaders)
  const headers: string[] = []
  for (let i = 0; i < kept.length; i += 2)
    if (kept[i]?.toLowerCase() !== 'content-length') headers.push(kept[i] as string, kept[i + 1] as string)
  const { 'transfer-encoding': coding, 'content-length': length } = request.headers
  if (coding !== undefined) headers.push('Transfer-Encoding', 'chunked')
  else if (length !== undefined) headers.push('Content-Length', length)
  return headers
}

function listen(server: Server | TcpServer, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, backlog: 511 }, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function closeServer(server: Server | TcpServer, dropConnections: () => void): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    dropConnections()
  })
}

function elapsed(sinceMs: number): number {
  return Math.round((performance.now() - sinceMs) * 10) / 10
}
