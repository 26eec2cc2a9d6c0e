import { rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { connect, type NetConnectOpts } from 'node:net'
import type { Duplex } from 'node:stream'

/** Where a name leads: a place on the network, or a server of this process. */
export type Destination = NetConnectOpts | { server: Server }

export type EgressEvent = { event: 'connected' | 'refused' | 'unreachable'; target: string }

export type EgressProxy = { close(): Promise<void> }

/**
 * The enclave's only way out: `CONNECT host:port` on a unix socket (in front of which a vsock listener may stand), then bytes both ways. It leads to the named destinations and nowhere else, so
 * that an enclave that was taken over can send what it knows to no stranger; and it ends no TLS, so it sees of the allowed places what a network cable sees.
 */
export async function startEgressProxy(parts: {
  path: string
  /** By `host:port`. */
  destinations: ReadonlyMap<string, Destination>
  onEvent?: (event: EgressEvent) => void
}): Promise<EgressProxy> {
  const { path, destinations, onEvent = () => {} } = parts
  const open = new Set<Duplex>()
  const server = createServer({ maxHeaderSize: 4096, headersTimeout: idleMsMax, requestTimeout: idleMsMax }, (_request, response) => {
    response.writeHead(405, { allow: 'CONNECT', connection: 'close' }).end()
  })
  server.maxConnections = connectionsMax
  server.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    open.add(client)
    client.once('close', () => open.delete(client))
    client.on('error', () => client.destroy())
    const target = request.url ?? ''
    const destination = destinations.get(target)
    if (destination === undefined) {
      onEvent({ event: 'refused', target: target.slice(0, 256) })
      client.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
      return
    }
    if (head.length > 0) client.unshift(head)
    if ('server' in destination) {
      onEvent({ event: 'connected', target })
      client.write(established)
      destination.server.emit('connection', client)
      return
    }
    const remote = connect({ timeout: connectMsMax, ...destination })
    let connected = false
    remote.once('connect', () => {
      connected = true
      remote.setTimeout(idleMsMax, () => remote.destroy())
      onEvent({ event: 'connected', target })
      client.write(established)
      client.pipe(remote).pipe(client)
    })
    remote.once('timeout', () => remote.destroy())
    remote.on('error', () => {})
    remote.once('close', (hadError) => {
      if (!connected) {
        onEvent({ event: 'unreachable', target })
        if (!client.writableEnded) client.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n')
      } else if (hadError) client.destroy()
    })
    client.once('close', () => remote.destroy())
  })
  rmSync(path, { force: true })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen({ path }, resolve))
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
        server.closeAllConnections()
      }),
  }
}

/** Of AWS's public partition: KMS in these regions, and the instance's metadata for its credentials. */
export function awsDestinations(regions: readonly string[]): Map<string, Destination> {
  const hosts = regions.map((region) => `kms.${region}.amazonaws.com`)
  return new Map<string, Destination>([
    ...hosts.map((host) => [`${host}:443`, { host, port: 443 }] as const),
    ['169.254.169.254:80', { host: '169.254.169.254', port: 80 }],
  ])
}

const established = 'HTTP/1.1 200 Connection Established\r\n\r\n'
const connectionsMax = 64
const connectMsMax = 10_000
const idleMsMax = 120_000
