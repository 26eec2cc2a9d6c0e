import { type Server, Socket } from 'node:net'
import { promisify } from 'node:util'
import { type LateSocket, lateSocket } from './late-socket.ts'

/**
 * A port of an enclave on an AWS instance, by its context id (CID). Node has no address for AF_VSOCK, but its TCP handles work on any stream socket: the C library connects a descriptor, on another
 * thread, and a handle takes it over.
 */
export function connectVsock({ cid, port, allowHalfOpen = false }: { cid: number; port: number; allowHalfOpen?: boolean }): LateSocket {
  return lateSocket(openVsock(cid, port, allowHalfOpen), { allowHalfOpen })
}

/** A port that this instance's enclaves find at CID 3. Only the one with this context id, which the hypervisor vouches for, is listened to: other enclaves, and processes of this machine, could connect too. */
export async function listenVsock(server: Server, { cid, vsockPort: port }: { cid: number; vsockPort: number }): Promise<void> {
  const libc = await loadLibc()
  const fd = libc.socket(familyVsock, streamCloseOnExec, 0)
  const failed = () => new Error(`Port ${port} of vsock cannot be had: is the module vhost_vsock loaded, and nobody else listening?`)
  if (fd < 0) throw failed()
  const handle = libc.bind(fd, socketAddress(anyCid, port), socketAddressBytes) === 0 ? tcpHandle(libc, serverHandle) : null
  if (handle === null || handle.open(fd) !== 0) {
    libc.close(fd)
    throw failed()
  }
  server.prependListener('connection', (socket: Socket) => {
    const { _handle: peer } = socket as unknown as { _handle: { fd: number } | null }
    const address = new Uint8Array(socketAddressBytes)
    const length = Int32Array.of(socketAddressBytes)
    const known = peer !== null && libc.getpeername(peer.fd, address, length) === 0
    if (!known || new DataView(address.buffer).getUint32(8, true) !== cid) socket.destroy()
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(handle, resolve))
}

async function openVsock(cid: number, port: number, allowHalfOpen: boolean): Promise<Socket> {
  const libc = await loadLibc()
  const fd = libc.socket(familyVsock, streamCloseOnExec, 0)
  if (fd < 0) throw refused(cid, port)
  const address = socketAddress(cid, port)
  // The thread reads it later, and what nothing else holds by then is collected.
  addressesInUse.add(address)
  const connected = (await libc.connectLater(fd, address, socketAddressBytes).finally(() => addressesInUse.delete(address))) === 0
  const handle = connected ? tcpHandle(libc, clientHandle) : null
  if (handle === null || handle.open(fd) !== 0) {
    libc.close(fd)
    throw refused(cid, port)
  }
  return new Socket({ handle, allowHalfOpen } as object)
}

const addressesInUse = new Set<Uint8Array>()

/** Loaded when it is used: only a host of real enclaves needs it. */
async function loadLibc() {
  const { default: koffi } = await import('koffi')
  const library = koffi.load('libc.so.6')
  return {
    socket: library.func('int socket(int, int, int)') as (family: number, type: number, protocol: number) => number,
    bind: library.func('int bind(int, const void *, uint32_t)') as (fd: number, address: Uint8Array, length: number) => number,
    getpeername: library.func('int getpeername(int, void *, void *)') as (fd: number, address: Uint8Array, length: Int32Array) => number,
    close: library.func('int close(int)') as (fd: number) => number,
    connectLater: promisify<number, Uint8Array, number, number>(library.func('int connect(int, const void *, uint32_t)').async),
  }
}

/** `struct sockaddr_vm` (linux/vm_sockets.h). */
function socketAddress(cid: number, port: number): Uint8Array {
  const address = new DataView(new ArrayBuffer(socketAddressBytes))
  address.setUint16(0, familyVsock, true)
  address.setUint32(4, port, true)
  address.setUint32(8, cid, true)
  return new Uint8Array(address.buffer)
}

type Handle = { open(fd: number): number }

/** Node does not export the class of its TCP handles; a socket that was never connected has one. */
function tcpHandle(libc: Awaited<ReturnType<typeof loadLibc>>, kind: number): Handle {
  const unused = new Socket({ fd: libc.socket(familyInternet, streamCloseOnExec, 0) })
  const { _handle: handle } = unused as unknown as { _handle: { constructor: new (kind: number) => Handle } }
  unused.destroy()
  return new handle.constructor(kind)
}

/** As from a port of this machine where nobody listens. */
function refused(cid: number, port: number): Error {
  return Object.assign(new Error(`Nobody listens on port ${port} of enclave ${cid}`), { code: 'ECONNREFUSED' })
}

const familyVsock = 40
const familyInternet = 2
const streamCloseOnExec = 0o2000001
const anyCid = 0xffffffff
const socketAddressBytes = 16
/** Kinds of handle, as Node's tcp_wrap numbers them. */
const clientHandle = 0
const serverHandle = 1
