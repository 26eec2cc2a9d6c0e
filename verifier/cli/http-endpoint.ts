import { createHash } from 'node:crypto'
import { Agent, type ClientRequestArgs, request as httpRequest } from 'node:http'
import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { equalBytes, toHex } from '../bytes.ts'
import {
  type Endpoint,
  EndpointError,
  type EndpointRequest,
  type EndpointStream,
  endpointUrl,
  exchangeMsMaxDefault,
  readWhole,
} from '../endpoint.ts'
import { VerifierError } from '../errors.ts'
import { usage } from './cli-error.ts'
import { retirable } from './retirable-endpoint.ts'

/**
 * HTTP to one origin, bounded in size and time, without redirects.
 *
 * With https no certificate authority is asked: an enclave signs its own TLS certificate, and what vouches for the key is its attestation document. The key met on the first connection is
 * remembered and every later connection must meet the same; before a caller sends anything that matters, it verifies a document against `tlsSpkiSha256()`.
 */
export type HttpEndpoint = Endpoint & { readonly encrypted: boolean }

/** @throws `USAGE` */
export function parseEndpointUrl(text: string): URL {
  try {
    return endpointUrl(text)
  } catch (error) {
    throw usage(`${text}: ${(error as Error).message}`)
  }
}

export function openHttpEndpoint(url: URL, { exchangeMsMax = exchangeMsMaxDefault }: { exchangeMsMax?: number } = {}): HttpEndpoint {
  const encrypted = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = Number(url.port === '' ? (encrypted ? 443 : 80) : url.port)
  const agent = encrypted ? new OneKeyAgent(host, port, exchangeMsMax) : new Agent({ keepAlive: true, timeout: idleMsMax })
  async function open(message: EndpointRequest): Promise<EndpointStream> {
    for (;;) {
      const answer = await exchange({ url, host, port, agent, exchangeMsMax, message })
      if (answer !== 'connection gone') return answer
    }
  }
  const tlsSpkiSha256 = () => (agent instanceof OneKeyAgent ? agent.spkiSha256 : undefined)
  const send = async (message: EndpointRequest) => readWhole(await open(message))
  return { encrypted, ...retirable({ url, tlsSpkiSha256, close: () => agent.destroy(), open, send }) }
}

type Exchange = { url: URL; host: string; port: number; agent: Agent; exchangeMsMax: number; message: EndpointRequest }

/**
 * One request and its answer. `connection gone`: a kept connection broke before any answer, which happens when the other side closes it just then. Asking again on another connection is
 * harmless, because a request names itself: a second run answers the same request id.
 */
function exchange({ url, host, port, agent, exchangeMsMax, message }: Exchange): Promise<EndpointStream | 'connection gone'> {
  const { method = 'GET', path, headers = {}, body, answerBytesMax, answerMsMax = exchangeMsMax, signal } = message
  const endsAtMs = performance.now() + answerMsMax
  const late = () => new EndpointError('ENDPOINT_TIMEOUT', `${url.origin} did not answer in time`)
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const length = body === undefined ? {} : { 'content-length': String(body.length) }
    const outgoing = httpRequest({
      agent,
      host,
      port,
      method,
      path: `${url.pathname.replace(/\/$/, '')}${path}`,
      headers: { host: url.host, 'accept-encoding': 'identity', ...headers, ...length },
    })
    const deadline = setTimeout(() => outgoing.destroy(late()), Math.min(exchangeMsMax, answerMsMax))
    const stop = () => outgoing.destroy()
    signal?.addEventListener('abort', stop, { once: true })
    outgoing.once('close', () => signal?.removeEventListener('abort', stop))
    outgoing.on('error', (cause: NodeJS.ErrnoException) => {
      clearTimeout(deadline)
      if (signal?.aborted) return reject(signal.reason)
      const gone = outgoing.reusedSocket && (cause.code === 'ECONNRESET' || cause.code === 'EPIPE')
      if (gone) resolve('connection gone')
      else reject(unreachable(url, cause))
    })
    outgoing.once('response', (answer) => {
      clearTimeout(deadline)
      // Whoever reads gets it.
      answer.on('error', () => undefined)
      const parts = answer[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>
      let bytesLeft = answerBytesMax
      resolve({
        status: answer.statusCode ?? 0,
        headers: Object.fromEntries(
          Object.entries(answer.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join() : value]),
        ),
        cancel: () => answer.destroy(),
        async read() {
          const timer = setTimeout(() => answer.destroy(late()), Math.min(exchangeMsMax, endsAtMs - performance.now()))
          try {
            const { value } = await parts.next()
            if (value === undefined) return undefined
            bytesLeft -= value.length
            if (bytesLeft >= 0) return new Uint8Array(value.buffer, value.byteOffset, value.length)
            answer.destroy()
          } catch (cause) {
            signal?.throwIfAborted()
            throw unreachable(url, cause as NodeJS.ErrnoException)
          } finally {
            clearTimeout(timer)
          }
          throw new EndpointError('ENDPOINT_ANSWER_TOO_LARGE', `${url.origin} answered ${path} with more than ${answerBytesMax} bytes`)
        },
      })
    })
    outgoing.end(body)
  })
}

/** Hands out TLS connections whose peers all prove possession of one key. The check comes before the connection is handed out, so no byte of a request ever meets another key. */
class OneKeyAgent extends Agent {
  spkiSha256: Uint8Array | undefined
  readonly #host: string
  readonly #port: number
  readonly #connectMsMax: number

  constructor(host: string, port: number, connectMsMax: number) {
    super({ keepAlive: true, timeout: idleMsMax })
    this.#host = host
    this.#port = port
    this.#connectMsMax = connectMsMax
  }

  override createConnection(_options: ClientRequestArgs, done: (error: Error | null, socket: Duplex) => void = () => undefined): null {
    // SNI has no place for addresses (RFC 6066 section 3). A handshake proves the key even when nobody vouches for the certificate.
    const servername = isIP(this.#host) === 0 ? this.#host : ''
    const socket = connectTls({
      host: this.#host,
      port: this.#port,
      servername,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.3',
      ALPNProtocols: ['http/1.1'],
    })
    const refuse = (error: Error) => {
      done(error, socket)
      socket.destroy()
    }
    const slow = () => refuse(new Error('no TLS handshake in time'))
    socket.setTimeout(this.#connectMsMax, slow)
    socket.once('error', refuse)
    socket.once('secureConnect', () => {
      const received = spkiSha256Of(socket)
      if (received === null) return refuse(new Error('the TLS peer shows no certificate'))
      this.spkiSha256 ??= received
      if (!equalBytes(received, this.spkiSha256))
        return refuse(
          new VerifierError('TLS_KEY_MISMATCH', 'Two connections to one endpoint met different TLS keys', {
            expected: toHex(this.spkiSha256),
            received: toHex(received),
          }),
        )
      socket.off('error', refuse)
      socket.off('timeout', slow)
      socket.setTimeout(0)
      done(null, socket)
    })
    return null
  }
}

function spkiSha256Of(socket: TLSSocket): Uint8Array | null {
  const key = socket.getPeerX509Certificate()?.publicKey
  return key === undefined
    ? null
    : Uint8Array.from(
        createHash('sha256')
          .update(key.export({ type: 'spki', format: 'der' }))
          .digest(),
      )
}

function unreachable(url: URL, cause: NodeJS.ErrnoException): Error {
  if (cause instanceof VerifierError || cause instanceof EndpointError) return cause
  // A name with several addresses fails with one error for all of them, which has a code and no text.
  const reason = cause.message.trim() || cause.code
  return new EndpointError('ENDPOINT_UNREACHABLE', `${url.origin} cannot be reached: ${reason}`, {
    cause,
    remedy: 'Check the URL and that the endpoint runs; its TLS and its plain port speak different protocols.',
  })
}

/** Before the other side closes an idle connection: a request on a connection that is just being closed would be lost. */
const idleMsMax = 4_000
