import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { EndpointError } from '../endpoint.ts'
import { VerifierError } from '../errors.ts'
import type { NacreFetch } from '../nacre-fetch.ts'
import { codeChecks } from './checks.ts'

/**
 * A server on loopback in front of one enclave, for tools that know nothing of attestation: what it answers with was verified, by {@link NacreFetch}; for everything else it answers with a problem
 * document that names the check that failed. A stream is passed on as the client's own is, and breaks off when it does not verify. It holds no key and keeps nothing.
 */
export type VerifyingProxy = { readonly port: number; close(): Promise<void> }

export type VerifyingProxyParameters = {
  client: NacreFetch
  /** 0 takes any free port. */
  port: number
  /** All that is ever written down of an exchange. */
  onExchange(entry: ProxyLogEntry): void
}

export type ProxyLogEntry = {
  method: string
  status: number
  /** Why not. */
  code?: string
  /** Of the receipt, when there is one. */
  sequence?: string
  bytesIn: number
  bytesOut: number
  ms: number
}

export async function startVerifyingProxy({ client, port, onExchange }: VerifyingProxyParameters): Promise<VerifyingProxy> {
  const server = createServer({ maxHeaderSize: 16 * 1024, requestTimeout: 120_000 }, (request, response) => {
    const startedMs = performance.now()
    answer(client, request, response).then(
      (entry) => onExchange({ ...entry, ms: Math.round(performance.now() - startedMs) }),
      () => response.destroy(),
    )
  })
  server.maxConnections = connectionsMax
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    // Loopback and nothing else: what leaves this proxy is neither encrypted nor proven to whoever reads it.
    server.listen({ host: '127.0.0.1', port }, resolve)
  })
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) }
}

async function answer(client: NacreFetch, request: IncomingMessage, response: ServerResponse): Promise<Omit<ProxyLogEntry, 'ms'>> {
  const method = request.method ?? 'GET'
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  try {
    assertLocalCaller(request)
    const body = await readBody(request)
    const headers = Object.entries(request.headers).filter(
      ([name]) => name === 'content-type' || name === 'inference-header-content-length',
    )
    const verified = await client(request.url ?? '/', {
      method,
      headers: Object.fromEntries(headers) as Record<string, string>,
      signal: gone.signal,
      ...(method === 'GET' || method === 'HEAD' ? {} : { body: body as BodyInit }),
    })
    const isStream = verified.headers.get('content-type') === 'text/event-stream'
    if (isStream) return { method, status: verified.status, bytesIn: body.length, ...(await relayStream(client, verified, response)) }
    const bytes = Buffer.from(await verified.arrayBuffer())
    response.writeHead(verified.status, { ...Object.fromEntries(verified.headers), 'content-length': bytes.length })
    response.end(bytes)
    const receipt = client.evidenceOf(verified)?.inference.receipt
    return {
      method,
      status: verified.status,
      bytesIn: body.length,
      bytesOut: bytes.length,
      ...(receipt === undefined ? {} : { sequence: String(receipt.sequence) }),
    }
  } catch (error) {
    if (gone.signal.aborted) return { method, status: 499, code: 'CLIENT_GONE', bytesIn: 0, bytesOut: 0 }
    const problem = toProblem(error)
    const bytes = Buffer.from(`${JSON.stringify(problem)}\n`)
    response.writeHead(problem.status, {
      'content-type': 'application/problem+json',
      'content-length': bytes.length,
      // The rest of a body that was not read cannot be told from the next request.
      ...(request.complete ? {} : { connection: 'close' }),
    })
    response.end(bytes)
    request.resume()
    return { method, status: problem.status, code: problem.code, bytesIn: 0, bytesOut: bytes.length }
  }
}

/** Piece by piece. One that does not verify breaks off, which no tool can take for an end: the transfer is chunked, and the last chunk never comes. */
async function relayStream(
  client: NacreFetch,
  verified: Response,
  response: ServerResponse,
): Promise<Pick<ProxyLogEntry, 'code' | 'sequence' | 'bytesOut'>> {
  const reader = (verified.body as ReadableStream<Uint8Array>).getReader()
  // A client may have left while its answer was awaited: then `close` does not come again.
  const gone = response.closed ? Promise.resolve() : new Promise<void>((resolve) => response.once('close', () => resolve()))
  gone.then(() => reader.cancel()).catch(() => undefined)
  response.writeHead(verified.status, Object.fromEntries(verified.headers))
  let bytesOut = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      bytesOut += value.length
      if (!response.write(value)) await Promise.race([once(response, 'drain'), gone])
    }
  } catch (error) {
    if (response.closed) return { code: 'CLIENT_GONE', bytesOut }
    response.destroy()
    return { code: toProblem(error).code, bytesOut }
  }
  if (response.destroyed) return { code: 'CLIENT_GONE', bytesOut }
  response.end()
  const receipt = client.evidenceOf(verified)?.inference.receipt
  return { bytesOut, ...(receipt === undefined ? {} : { sequence: String(receipt.sequence) }) }
}

/**
 * The attack: a page on the web that sends its visitor's browser here, with a name of its own that it points at loopback (DNS rebinding), and reads the visitor's answers or spends the visitor's
 * inferences. Local tools say whom they ask for and come from no page.
 */
function assertLocalCaller({ headers }: IncomingMessage): void {
  const host = (headers.host ?? '').replace(/:\d+$/, '')
  if (host !== '127.0.0.1' && host !== 'localhost' && host !== '[::1]')
    throw new ProxyRefusal(421, 'PROXY_HOST_UNKNOWN', 'This proxy answers for 127.0.0.1 and localhost only')
  if (headers.origin !== undefined || (headers['sec-fetch-site'] ?? 'none') !== 'none')
    throw new ProxyRefusal(403, 'PROXY_FOR_TOOLS_ONLY', 'This proxy answers tools and no web page; pages use createNacreFetch')
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > bodyBytesMax) throw new ProxyRefusal(413, 'PROXY_BODY_TOO_LARGE', `At most ${bodyBytesMax} bytes`)
    chunks.push(chunk)
  }
  return Uint8Array.from(Buffer.concat(chunks))
}

class ProxyRefusal extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** Problem document (RFC 9457) and Open Inference Protocol error in one. */
export type ProxyProblem = {
  error: string
  code: string
  type: string
  title: string
  status: number
  check?: string
  expected?: string
  received?: string
  remedy?: string
}

export function toProblem(error: unknown): ProxyProblem {
  const problem = (status: number, code: string, title: string, more: Partial<ProxyProblem> = {}): ProxyProblem => ({
    error: error instanceof Error ? error.message : 'Unknown',
    code,
    type: `urn:nacre:error:${code}`,
    title,
    status,
    ...more,
  })
  if (error instanceof VerifierError) {
    const { check, remedy } = codeChecks[error.code]
    const compared = {
      ...(error.expected === undefined ? {} : { expected: error.expected }),
      ...(error.received === undefined ? {} : { received: error.received }),
    }
    return problem(502, error.code, `Refused: the check "${check}" failed`, { check, ...compared, remedy })
  }
  if (error instanceof EndpointError) {
    const known = { INPUT_UNFIT: 422, ROUTE_NOT_VERIFIABLE: 404, ENDPOINT_TIMEOUT: 504 }[error.code as string]
    // Of a model that is not there clients need not ask again, whoever says so.
    const status = known ?? (error.status === 404 ? 404 : 502)
    return problem(
      status,
      error.code,
      'There is no answer that could be verified',
      error.remedy === undefined ? {} : { remedy: error.remedy },
    )
  }
  if (error instanceof ProxyRefusal) return problem(error.status, error.code, error.message)
  // What failed unexpectedly may quote a request.
  return { ...problem(500, 'INTERNAL', 'Something failed inside the proxy'), error: 'Something failed inside the proxy' }
}

/** Requests under way are finished. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), closeMsMax).unref()
  })
}

const connectionsMax = 256
const bodyBytesMax = 16 << 20
const closeMsMax = 10_000
