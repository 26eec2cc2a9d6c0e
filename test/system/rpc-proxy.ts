import { createServer, request as httpRequest, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A JSON-RPC endpoint in front of another, that can be told to fail as endpoints do. */
export type RpcProxy = {
  url: string
  /** Requests since the start: all, and those that were made to fail. */
  counts(): { all: number; failed: number }
  /** From here on every request fails, in one way or another; or none does. */
  fail(failing: boolean): void
  close(): Promise<void>
}

export async function startRpcProxy(target: string, random: () => number): Promise<RpcProxy> {
  let failing = false
  const counts = { all: 0, failed: 0 }
  const server = createServer((request, response) => {
    counts.all++
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (failing) {
        counts.failed++
        return failSomehow(response, Buffer.concat(chunks), random)
      }
      const upstream = httpRequest(target, { method: 'POST', headers: { 'content-type': 'application/json' } }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, { 'content-type': 'application/json' })
        answer.pipe(response)
      })
      upstream.once('error', () => response.destroy())
      upstream.end(Buffer.concat(chunks))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts: () => ({ ...counts }),
    fail: (next) => {
      failing = next
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function failSomehow(response: ServerResponse, body: Buffer, random: () => number): void {
  const { id = 1 } = (JSON.parse(body.toString()) ?? {}) as { id?: number }
  const ways = [
    () => response.writeHead(500).end('internal error'),
    () => response.writeHead(429, { 'retry-after': '1' }).end('too many requests'),
    () =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32005, message: 'limit exceeded' } })),
    () => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>maintenance</html>'),
    () => response.destroy(),
  ]
  ways[Math.floor(random() * ways.length)]?.()
}
