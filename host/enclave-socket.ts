import { closeSync, constants, fstatSync, lstatSync, openSync, type Stats } from 'node:fs'
import { connect, type NetConnectOpts } from 'node:net'
import type { Duplex } from 'node:stream'
import { connectHybridVsock } from './hybrid-vsock.ts'
import type { LateSocket } from './late-socket.ts'
import { connectVsock } from './vsock.ts'

/**
 * Where an enclave listens, as somebody connects who does not trust it. A unix socket lies in a directory that the enclave writes: put a link to another socket of the machine there, and the
 * host would carry strangers' requests to that one. So the path itself must be a socket, and within one boot always the same.
 */
export type EnclaveSocket = {
  /** @throws `ENCLAVE_SOCKET_REPLACED`, and Node's `ENOENT` when there is none. */
  connect(options?: { allowHalfOpen?: boolean }): EnclaveConnection
}

/** A socket as far as the relay needs one. */
export type EnclaveConnection = Duplex & Pick<LateSocket, 'setTimeout'>

/** A socket of this machine; a port of a virtual machine, through its device's unix socket; or a port of the vsock network that an AWS instance shares with its enclaves. */
export type EnclaveAddress = NetConnectOpts | { device: string; vsockPort: number } | { cid: number; vsockPort: number }

/** @param boot number of the enclave's current boot, from whoever boots it; a new one makes new sockets. Without it nothing is known of restarts, and only links are refused. */
export function enclaveSocket(at: EnclaveAddress, boot?: () => number): EnclaveSocket {
  // The device's socket is made by the host's own process, where no enclave reaches.
  if ('device' in at) return { connect: (options) => connectHybridVsock({ path: at.device, port: at.vsockPort, ...options }) }
  if ('cid' in at) return { connect: (options) => connectVsock({ cid: at.cid, port: at.vsockPort, ...options }) }
  if (!('path' in at)) return { connect: (options) => connect({ ...at, ...options }) }
  const { path } = at
  let known: { boot: number; device: number; inode: number } | undefined

  return {
    connect(options) {
      const held = openSocketFile(path)
      try {
        const { dev, ino } = held.stat
        const current = boot?.()
        if (known !== undefined && known.boot === current && (known.device !== dev || known.inode !== ino))
          throw new EnclaveSocketError(`${path} is another socket than before, and no restart was announced`)
        // Connecting is one system call that happens in here: afterwards the handle is not needed.
        const socket = connect({ ...options, path: held.path })
        // Only a socket on which somebody listens: the file of an enclave that died lies there until the next one takes its place.
        if (current !== undefined) socket.once('connect', () => (known = { boot: current, device: dev, inode: ino }))
        return socket
      } finally {
        held.close()
      }
    },
  }
}

export class EnclaveSocketError extends Error {
  override readonly name = 'EnclaveSocketError'
  readonly code = 'ENCLAVE_SOCKET_REPLACED'
}

/** Linux's O_PATH, which Node does not name: a handle on the file itself, which a link put there a moment later cannot change. */
const pathOnly = 0o10000000

/** What is looked at and what is connected to must be one file; where the system has no way to say so, there is a moment in between. */
function openSocketFile(path: string): { path: string; stat: Stats; close(): void } {
  const handle = process.platform === 'linux' ? openSync(path, pathOnly | constants.O_NOFOLLOW) : undefined
  const close = () => (handle === undefined ? undefined : closeSync(handle))
  const stat = handle === undefined ? lstatSync(path) : fstatSync(handle)
  if (!stat.isSocket()) {
    close()
    throw new EnclaveSocketError(`${path} is not a socket`)
  }
  return { path: handle === undefined ? path : `/proc/self/fd/${handle}`, stat, close }
}
