import { type Server, Socket } from 'node:net'
import { promisify } from 'node:util'
import koffi from 'koffi'
import { EnclaveError } from './errors.ts'

/**
 * AF_VSOCK, the only network of an enclave. Node has no address for it, but its TCP handles work on any stream socket: the descriptor is made here by the C library and then opened as such a handle.
 */
export function listenVsock(server: Server, port: number): Promise<void> {
  const fd = openSocket()
  if (bind(fd, socketAddress(anyCid, port), socketAddressBytes) < 0) throw failed(fd, 'bind', port)
  const handle = openHandle(fd, serverHandle)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(handle, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/**
 * Connections to a port of the machine outside, which is CID 3 for an AWS Nitro enclave and CID 2 for every other virtual machine: whichever answered first is asked alone from then on, so that one image,
 * with one measurement, runs on either. Which it is decides nothing: neither is believed.
 *
 * @throws `VSOCK_FAILED` when nobody listens there, after a second for each
 */
export function parentVsock(port: number): () => Promise<Socket> {
  let cids: readonly number[] = [nitroParentCid, hypervisorCid]
  return async () => {
    for (const cid of cids) {
      const socket = await connectVsock({ cid, port })
      if (socket === undefined) continue
      cids = [cid]
      return socket
    }
    throw new EnclaveError('VSOCK_FAILED', `Nobody outside answers on vsock port ${port}`, { expected: `CID ${cids.join(' or ')}` })
  }
}

/** The call waits on another thread, and no longer than a second. */
async function connectVsock({ cid, port }: { cid: number; port: number }): Promise<Socket | undefined> {
  const fd = openSocket()
  setSocketOption(fd, familyVsock, connectTimeout, oneSecond, oneSecond.length)
  const address = socketAddress(cid, port)
  // The thread reads it later, and what nothing else holds by then is collected.
  addressesInUse.add(address)
  const result = await connectLater(fd, address, socketAddressBytes).finally(() => addressesInUse.delete(address))
  if (result < 0) {
    close(fd)
    return undefined
  }
  return new Socket({ handle: openHandle(fd, clientHandle) } as object)
}

const addressesInUse = new Set<Uint8Array>()

const libc = koffi.load('libc.so.6')
const socket = libc.func('int socket(int, int, int)') as (family: number, type: number, protocol: number) => number
const bind = libc.func('int bind(int, const void *, uint32_t)') as (fd: number, address: Uint8Array, length: number) => number
const close = libc.func('int close(int)') as (fd: number) => number
const setSocketOption = libc.func('int setsockopt(int, int, int, const void *, uint32_t)') as (
  fd: number,
  level: number,
  option: number,
  value: Uint8Array,
  length: number,
) => number
const connectLater = promisify<number, Uint8Array, number, number>(libc.func('int connect(int, const void *, uint32_t)').async)

// linux/socket.h, bits/socket_type.h, linux/vm_sockets.h
const familyVsock = 40
const familyInternet = 2
const streamCloseOnExec = 0o2000001
const anyCid = 0xffffffff
const hypervisorCid = 2
/** AWS: the parent of every Nitro enclave. */
const nitroParentCid = 3
const socketAddressBytes = 16
/** SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW, and its `struct __kernel_sock_timeval`: seconds and microseconds, 64 bits each. */
const connectTimeout = 8
const oneSecond = Uint8Array.of(1, ...new Uint8Array(15))

function openSocket(family = familyVsock): number {
  const fd = socket(family, streamCloseOnExec, 0)
  if (fd < 0) throw new EnclaveError('VSOCK_FAILED', 'No vsock socket can be made', { received: `errno ${koffi.errno()}` })
  return fd
}

/** `struct sockaddr_vm`. */
function socketAddress(cid: number, port: number): Uint8Array {
  const address = new DataView(new ArrayBuffer(socketAddressBytes))
  address.setUint16(0, familyVsock, true)
  address.setUint32(4, port, true)
  address.setUint32(8, cid, true)
  return new Uint8Array(address.buffer)
}

type Handle = { open(fd: number): number }

/** Kinds of handle, as Node's tcp_wrap numbers them. */
const clientHandle = 0
const serverHandle = 1

/** Node does not export the class of its TCP handles; a socket that was never connected has one. */
const TcpHandle = (() => {
  const unused = new Socket({ fd: openSocket(familyInternet) })
  const { _handle: handle } = unused as unknown as { _handle: { constructor: new (kind: number) => Handle } }
  unused.destroy()
  return handle.constructor
})()

function openHandle(fd: number, kind: number): Handle {
  const handle = new TcpHandle(kind)
  const error = handle.open(fd)
  if (error !== 0) throw failed(fd, 'open', error)
  return handle
}

function failed(fd: number, call: string, port: number): EnclaveError {
  const errno = koffi.errno()
  close(fd)
  return new EnclaveError('VSOCK_FAILED', `${call} failed on vsock port ${port}`, { received: `errno ${errno}` })
}
