import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openHttpEndpoint } from '@nacre/verifier/cli/http-endpoint'
import { EndpointError } from '@nacre/verifier/endpoint'
import { type Claims, consoleRoutes } from './routes.ts'

/**
 * The console from a copy of one's own, in front of somebody else's enclave. A page that the checked host serves can show whatever that host likes; this one comes from the machine of whoever looks at
 * it, with what they accept already filled in by them, and only ciphertext and public evidence pass on to the host.
 */
export type OwnConsole = { readonly port: number; close(): Promise<void> }

export async function startOwnConsole(parameters: {
  /** HTTP or HTTPS endpoint of the enclave's host. */
  url: URL
  /** What the person accepts. */
  accepted: Pick<Claims, 'rootPem' | 'measurements' | 'simulated'>
  modelsFolder: string
  /** 0 takes any free port. */
  port: number
}): Promise<OwnConsole> {
  const { url, accepted, modelsFolder, port } = parameters
  const claims = async () => ({ ...accepted, ownCopy: true, keepsLog: true })
  const routes = consoleRoutes({ claims, modelsFolder, dishonest: false })
  const upstream = openHttpEndpoint(url)

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    if (!isOwnPage(request)) return refuse(response, 403, 'CONSOLE_FOR_ITS_PAGE_ONLY', 'Only the page that is served here is answered')
    if (routes(request, response, path)) return
    if (!forwardedPaths.test(path)) return refuse(response, 404, 'CONSOLE_ROUTE_UNKNOWN', 'Not a route that the page asks')
    const isPost = request.method === 'POST'
    const headers = forwarded(request.headers, requestHeaders)
    // The attack is a mistake of ours: whatever the page does, nothing of the person's leaves this machine unencrypted.
    if (isPost && headers['ehbp-encapsulated-key'] === undefined)
      return refuse(response, 400, 'CONSOLE_PLAINTEXT', 'A body that is not encrypted is not passed on')
    const body = isPost ? await readBody(request) : undefined
    if (body === 'too large') return refuse(response, 413, 'CONSOLE_BODY_TOO_LARGE', `At most ${bodyBytesMax} bytes`)
    const reply = await upstream.send({
      method: isPost ? 'POST' : 'GET',
      path: request.url ?? '/',
      headers,
      answerBytesMax,
      ...(body === undefined ? {} : { body }),
    })
    response.writeHead(reply.status, {
      ...forwarded(reply.headers, responseHeaders),
      'content-length': reply.body.length,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'",
    })
    response.end(reply.body)
  }

  const server = createServer({ maxHeaderSize: 16 * 1024, requestTimeout: 120_000 }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent || !(error instanceof EndpointError)) return void response.destroy()
      refuse(response, 502, error.code, error.message)
    })
  })
  server.maxConnections = 64
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    // Loopback and nothing else: to anybody else this would be one more host that serves a page.
    server.listen({ host: '127.0.0.1', port }, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
        upstream.close()
      }),
  }
}

/** The attack: a page on the web under a name that points at loopback (DNS rebinding), or one that frames or calls this one. */
function isOwnPage({ headers, socket }: IncomingMessage): boolean {
  const names = ['127.0.0.1', 'localhost'].map((name) => `${name}:${socket.localPort}`)
  const isHere = names.includes(headers.host ?? '')
  const isSameOrigin = headers.origin === undefined || headers.origin === `http://${headers.host}`
  return isHere && isSameOrigin && ['same-origin', 'none', undefined].includes(headers['sec-fetch-site'] as string | undefined)
}

function forwarded(headers: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers[name]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
}

async function readBody(request: IncomingMessage): Promise<Uint8Array | 'too large'> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > bodyBytesMax) return 'too large'
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

function refuse(response: ServerResponse, status: number, code: string, error: string): void {
  const body = Buffer.from(`${JSON.stringify({ type: 'about:blank', title: error, status, code, error })}\n`)
  response.writeHead(status, { 'content-type': 'application/problem+json', 'content-length': body.length, connection: 'close' }).end(body)
}

const forwardedPaths = /^\/(v1|v2|\.well-known|enclave|attestation|host\/log)(\/|$)/
const requestHeaders = ['content-type', 'inference-header-content-length', 'ehbp-encapsulated-key']
const responseHeaders = ['content-type', 'inference-header-content-length', 'ehbp-response-nonce', 'retry-after']
const bodyBytesMax = 16 << 20
const answerBytesMax = 64 << 20
