import { X509Certificate } from 'node:crypto'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { rootCertificates, connect as tlsConnect } from 'node:tls'
import { EnclaveError } from '../errors.ts'

/** The enclave's way out: bytes to the places that the host allows. What travels is the host's to see, and to change, unless TLS ends in here. */
export type Egress = {
  /** A connection to `host:port`. @throws `EGRESS_UNAVAILABLE`, `EGRESS_REFUSED` */
  open(target: string): Promise<Duplex>
}

/** Through the host's proxy, which `dial` reaches: one connection for each place. */
export function egressThrough({ dial, timeoutMs = 10_000 }: { dial: () => Promise<Socket>; timeoutMs?: number }): Egress {
  return {
    async open(target) {
      const unavailable = (cause?: unknown) => new EnclaveError('EGRESS_UNAVAILABLE', undefined, { expected: target, cause })
      const connection = await dial().catch((cause: unknown) => {
        throw unavailable(cause)
      })
      return new Promise((resolve, reject) => {
        const outgoing = httpRequest({
          createConnection: () => connection,
          method: 'CONNECT',
          path: target,
          headers: { host: target },
        })
        let isTunnel = false
        const fail = (error: EnclaveError) => {
          // The request ends when its connection becomes a tunnel, too.
          if (isTunnel) return
          connection.destroy()
          reject(error)
        }
        // The option of this name would wait for a connection that is being made, and this one stands.
        outgoing.setTimeout(timeoutMs, () => outgoing.destroy())
        outgoing.once('error', (cause) => fail(unavailable(cause)))
        outgoing.once('close', () => fail(unavailable()))
        // A host that answers as if it were a server.
        outgoing.once('response', () => fail(unavailable()))
        outgoing.once('connect', ({ statusCode }: IncomingMessage, socket, head) => {
          socket.setTimeout(0)
          if (statusCode !== 200)
            return fail(statusCode === 403 ? new EnclaveError('EGRESS_REFUSED', undefined, { expected: target }) : unavailable())
          isTunnel = true
          if (head.length > 0) socket.unshift(head)
          resolve(socket)
        })
        outgoing.end()
      })
    },
  }
}

/** Where the proxy listens on a unix socket. */
export function egressSocket({ path, ...options }: { path: string; timeoutMs?: number }): Egress {
  return egressThrough({ dial: () => dialUnix(path), ...options })
}

export function dialUnix(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path })
    socket.once('error', reject).once('connect', () => resolve(socket.off('error', reject)))
  })
}

/** One exchange of plain HTTP over the way out. @throws as {@link Egress.open}, and `EGRESS_UNAVAILABLE` when the answer does not come, is not 2xx (`received` has the status), or is longer than `bytesMax` */
export async function httpOverEgress(
  egress: Egress,
  parts: {
    target: string
    method?: string
    path: string
    headers?: Readonly<Record<string, string>>
    body?: Uint8Array
    bytesMax: number
    timeoutMs?: number
  },
): Promise<Uint8Array> {
  const { target, method = 'GET', path, headers = {}, body, bytesMax, timeoutMs = 10_000 } = parts
  const response = await openResponse(egress, { target, method, path, headers, body, timeoutMs })
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > bytesMax) throw new RangeError(`more than ${bytesMax} bytes`)
      chunks.push(chunk)
    }
    if (!response.complete) throw new RangeError('cut off')
  } catch (cause) {
    throw new EnclaveError('EGRESS_UNAVAILABLE', `No answer from ${target}`, { cause })
  } finally {
    response.destroy()
  }
  return Uint8Array.from(Buffer.concat(chunks))
}

/** The same with the answer as a stream, whose reader ends it. Over TLS when `tls` is given. */
export async function openResponse(
  egress: Egress,
  parts: {
    target: string
    method?: string
    path: string
    headers?: Readonly<Record<string, string>>
    body?: Uint8Array | undefined
    timeoutMs: number
    tls?: TlsTrust | undefined
  },
): Promise<IncomingMessage> {
  const { target, method = 'GET', path, headers = {}, body, timeoutMs, tls } = parts
  const tunnel = await egress.open(target)
  const socket = tls === undefined ? tunnel : secured(tunnel, target, tls)
  return new Promise((resolve, reject) => {
    const fail = (cause?: unknown, received?: string) => {
      socket.destroy()
      reject(new EnclaveError('EGRESS_UNAVAILABLE', `No answer from ${target}`, { received, cause }))
    }
    const outgoing = httpRequest({
      createConnection: () => socket,
      method,
      path,
      headers: {
        host: target.replace(/:(80|443)$/, ''),
        connection: 'close',
        ...headers,
        ...(body === undefined ? {} : { 'content-length': String(body.length) }),
      },
    })
    outgoing.setTimeout(timeoutMs, () => outgoing.destroy())
    outgoing.once('error', (cause) => fail(cause))
    outgoing.once('close', () => fail())
    outgoing.once('response', (response) => {
      const { statusCode = 0 } = response
      if (statusCode >= 200 && statusCode < 300) return resolve(response)
      response.destroy()
      fail(undefined, `status ${statusCode}`)
    })
    outgoing.end(body)
  })
}

/** Certificate authorities (PEM) that vouch for the other end. */
export type TlsTrust = { ca: readonly string[] }

/** For clients that take Node's agents: TLS that begins in here, over the way out. */
export function egressAgent(egress: Egress, trust: TlsTrust): HttpsAgent {
  class EgressAgent extends HttpsAgent {
    override createConnection(options: { host?: string; port?: number | string }, done: (error: Error | null, socket?: Duplex) => void) {
      const target = `${options.host}:${options.port ?? 443}`
      egress.open(target).then(
        (tunnel) => done(null, secured(tunnel, target, trust)),
        (error: Error) => done(error),
      )
      return undefined as never
    }
  }
  return new EgressAgent({ keepAlive: true, maxSockets: 8 })
}

/**
 * The authorities of Amazon Trust Services alone, out of those that come with Node. The attack: any other of a hundred public authorities could be made to vouch for somebody's server as KMS; and whoever
 * is KMS chooses the keys that it generates.
 */
export function amazonTrust(): TlsTrust {
  const ca = rootCertificates.filter((pem) => {
    const { subject } = new X509Certificate(pem)
    return /^O=Amazon$/m.test(subject) || /^CN=Starfield Services Root Certificate Authority - G2$/m.test(subject)
  })
  return { ca }
}

function secured(tunnel: Duplex, target: string, { ca }: TlsTrust): Duplex {
  const servername = target.slice(0, target.lastIndexOf(':'))
  return tlsConnect({ socket: tunnel, servername, ca: [...ca], minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'] })
}
