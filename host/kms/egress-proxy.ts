import { lookup } from 'node:dns'
import { rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { BlockList, connect, type LookupFunction, type NetConnectOpts } from 'node:net'
import type { Duplex } from 'node:stream'
import type { EnclaveConnection, EnclaveSocket } from '../enclave-socket.ts'
import { listenVsock } from '../vsock.ts'

/** Where a name leads: a place on the network, a server of this process, or another enclave. */
export type Destination = NetConnectOpts | { server: Server } | { enclave: EnclaveSocket }

/** A unix socket: of a simulation, or behind the vsock device of a virtual machine. A port of this instance's vsock network, which an AWS Nitro enclave sees at CID 3: only the one of this context id gets an answer. */
export type EgressAddress = { path: string } | { cid: number; vsockPort: number }

export type EgressEvent = { event: 'connected' | 'refused' | 'unreachable'; target: string }

export type EgressProxy = { close(): Promise<void> }

/**
 * The enclave's only way out: `CONNECT host:port`, then bytes both ways. It leads to the named destinations and nowhere else, so
 * that an enclave that was taken over can send what it knows to no stranger; and it ends no TLS, so it sees of the allowed places what a network cable sees.
 */
export async function startEgressProxy(parts: {
  at: EgressAddress
  /** By `host:port`. */
  destinations: ReadonlyMap<string, Destination>
  onEvent?: (event: EgressEvent) => void
}): Promise<EgressProxy> {
  const { at, destinations, onEvent = () => {} } = parts
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
    const remote = reach(destination)
    let connected = false
    remote.setTimeout(connectMsMax, () => remote.destroy())
    remote.once('connect', () => {
      connected = true
      remote.setTimeout(idleMsMax)
      onEvent({ event: 'connected', target })
      client.write(established)
      client.pipe(remote).pipe(client)
    })
    remote.on('error', () => {})
    remote.once('close', (hadError: boolean) => {
      if (!connected) {
        onEvent({ event: 'unreachable', target })
        if (!client.writableEnded) client.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n')
      } else if (hadError) client.destroy()
    })
    client.once('close', () => remote.destroy())
  })
  if ('vsockPort' in at) await listenVsock(server, at)
  else {
    rmSync(at.path, { force: true })
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(at, resolve))
  }
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
        server.closeAllConnections()
      }),
  }
}

/** Either side may end what it says and still listen. */
function reach(destination: Exclude<Destination, { server: Server }>): EnclaveConnection {
  const halves = { allowHalfOpen: true }
  return 'enclave' in destination ? destination.enclave.connect(halves) : connect({ ...destination, ...halves })
}

/** KMS of AWS's public partition in these regions. */
export function kmsDestinations(regions: readonly string[]): [string, Destination][] {
  return regions.map((region) => [`kms.${region}.amazonaws.com:443`, namedPlace(`kms.${region}.amazonaws.com`, 443)])
}

/**
 * A place by its name. The attack: whoever keeps the name's records, together with an enclave that was taken over, points it at this machine or at the instance's metadata, which the host did not mean to
 * allow. A number, or a name under another address, is what the host itself wrote down.
 */
export function namedPlace(host: string, port: number): Destination {
  return { host, port, lookup: lookupElsewhere }
}

/** As Node's own, without addresses of this machine and its link. */
export const lookupElsewhere: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, found) => {
    if (error !== null) return done(error, '')
    const elsewhere = found.filter(({ address, family }) => !here.check(address, family === 6 ? 'ipv6' : 'ipv4'))
    const [first] = elsewhere
    if (first === undefined) return done(Object.assign(new Error(`${host} leads back to this machine`), { code: 'EACCES' }), '')
    if (options.all === true) done(null, elsewhere)
    else done(null, first.address, first.family)
  })
}

const here = new BlockList()
here.addSubnet('0.0.0.0', 8, 'ipv4')
here.addSubnet('127.0.0.0', 8, 'ipv4')
here.addSubnet('169.254.0.0', 16, 'ipv4')
here.addAddress('::', 'ipv6')
here.addAddress('::1', 'ipv6')
here.addSubnet('fe80::', 10, 'ipv6')
// Instance metadata of EC2 over IPv6.
here.addAddress('fd00:ec2::254', 'ipv6')

const established = 'HTTP/1.1 200 Connection Established\r\n\r\n'
const connectionsMax = 64
const connectMsMax = 10_000
const idleMsMax = 120_000
