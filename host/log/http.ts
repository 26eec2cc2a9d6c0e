import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Duplex } from 'node:stream'

export type Reply = { status: number; body: Uint8Array }

export type Exchange = {
  url: string
  method?: 'GET' | 'POST' | 'PUT'
  body?: Uint8Array
  /** Instead of the address in the URL. */
  connect?: () => Duplex
  bodyBytesMax?: number
  timeMsMax?: number
}

/** One request, one whole answer, bounded in bytes and time. Rejects when there is none. */
export function exchange({ url, method = 'GET', body, connect, bodyBytesMax = 16 << 20, timeMsMax = 30_000 }: Exchange): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest
    const length = body === undefined ? {} : { 'content-length': String(body.length) }
    const outgoing = send(url, {
      method,
      headers: { ...length, connection: 'close' },
      signal: AbortSignal.timeout(timeMsMax),
      // Node passes over `createConnection` when an agent is named, `false` included.
      ...(connect === undefined ? { agent: false } : { createConnection: connect }),
    })
    outgoing.once('error', reject)
    outgoing.once('response', (answer) => {
      const chunks: Buffer[] = []
      let bytes = 0
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > bodyBytesMax) outgoing.destroy(new Error(`${url} answers with more than ${bodyBytesMax} bytes`))
        else chunks.push(chunk)
      })
      answer.once('error', reject)
      answer.once('end', () => {
        if (!answer.complete) return reject(new Error(`${url}: the answer was cut off`))
        resolve({ status: answer.statusCode ?? 0, body: Uint8Array.from(Buffer.concat(chunks)) })
      })
    })
    outgoing.end(body)
  })
}
