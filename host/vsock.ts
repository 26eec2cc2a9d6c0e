import { Socket } from 'node:net'
import { promisify } from 'node:util'
import { type LateSocket, lateSocket } from './late-socket.ts'

/**
 * A port of an enclave on an AWS instance, by its context id (CID). Node has no address for AF_VSOCK, but its TCP handles work on any stream socket: the C library connects a descriptor, on another
 * thread, and a handle takes it over.
 */
export function connectVsock({ cid, port, allowHalfOpen = false }: { cid: number; port: number; allowHalfOpen?: boolean }): LateSocket {
  return lateSocket(openVsock(cid, port, allowHalfOpen), { allowHalfOpen })
}

async function openVsock(cid: number, port: number, allowHalfOpen: boolean): Promise<Socket> {
  // Loaded here: only a host of real enclaves needs it.
  const { default: koffi } = await import('koffi')
  const libc = koffi.load('libc.so.6')
  const makeSocket = libc.func('int socket(int, int, int)') as (family: number, type: number, protocol: number) => number
  const close = libc.func('int close(int)') as (fd: number) => number
  const connect = promisify<number, Uint8Array, number, number>(libc.func('int connect(int, const void *, uint32_t)').async)
  const fd = makeSocket(familyVsock, streamCloseOnExec, 0)
  if (fd < 0) throw refused(cid, port)
  // struct sockaddr_vm (linux/vm_sockets.h)
  const address = new DataView(new ArrayBuffer(16))
  address.setUint16(0, familyVsock, true)
  address.setUint32(4, port, true)
  address.setUint32(8, cid, true)
  const handle =
    (await connect(fd, new Uint8Array(address.buffer), 16)) === 0 ? tcpHandle(makeSocket(familyInternet, streamCloseOnExec, 0)) : null
  if (handle === null || handle.open(fd) !== 0) {
    close(fd)
    throw refused(cid, port)
  }
  return new Socket({ handle, allowHalfOpen } as object)
}

/** Node does not export the class of its TCP handles; a socket that was never connected has one. */
function tcpHandle(unusedFd: number): { open(fd: number): number } {
  const unused = new Socket({ fd: unusedFd })
  const { _handle: handle } = unused as unknown as { _handle: { constructor: new (kind: number) => { open(fd: number): number } } }
  unused.destroy()
  return new handle.constructor(0)
}

/** As from a port of this machine where nobody listens. */
function refused(cid: number, port: number): Error {
  return Object.assign(new Error(`Nobody listens on port ${port} of enclave ${cid}`), { code: 'ECONNREFUSED' })
}

const familyVsock = 40
const familyInternet = 2
const streamCloseOnExec = 0o2000001
