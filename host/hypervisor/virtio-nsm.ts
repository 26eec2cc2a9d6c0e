import { closeSync, rmSync } from 'node:fs'
import { promisify } from 'node:util'
import koffi from 'koffi'

/**
 * The Nitro Secure Module as a device of a virtual machine: virtio device 33 with one queue, as the kernel's own driver (drivers/misc/nsm.c) expects it. The machine's emulator hands the guest's
 * memory and the queue over by the vhost-user protocol (QEMU: docs/interop/vhost-user.rst), and this process answers what the guest asks.
 *
 * The guest chooses every address and length here: each is looked up in its own memory before it is used, and chains have an end.
 */
export type VirtioNsm = {
  /** Settles when the emulator went away; rejects when it, or the guest, did what the protocol does not have. */
  ended: Promise<void>
  close(): void
}

export type NsmHandler = (request: Uint8Array) => Promise<Uint8Array>

/** Listens on a unix socket, for one connection. */
export function listenVirtioNsm(path: string, handle: NsmHandler): VirtioNsm {
  rmSync(path, { force: true })
  const listener = libc.socket(familyUnix, streamCloseOnExec, 0)
  const address = Buffer.alloc(unixAddressBytes)
  address.writeUInt16LE(familyUnix, 0)
  if (address.write(path, 2) !== Buffer.byteLength(path) || 2 + Buffer.byteLength(path) >= unixAddressBytes)
    throw new VirtioError(`${path} is too long for a unix socket`)
  if (listener < 0 || libc.bind(listener, address, address.length) < 0 || libc.listen(listener, 1) < 0)
    throw new VirtioError(`Cannot listen on ${path}: errno ${koffi.errno()}`)
  const state = { closing: false }
  return {
    ended: serve(listener, handle, state).finally(() => {
      closeSync(listener)
      rmSync(path, { force: true })
    }),
    close() {
      state.closing = true
    },
  }
}

export class VirtioError extends Error {
  override readonly name = 'VirtioError'
}

async function serve(listener: number, handle: NsmHandler, state: { closing: boolean }): Promise<void> {
  while (!(await readable([listener]))[0]) if (state.closing) return
  const connection = libc.accept4(listener, null, null, closeOnExec)
  if (connection < 0) throw new VirtioError(`accept failed: errno ${koffi.errno()}`)
  const device = createDevice(connection, handle)
  try {
    while (!state.closing) {
      const [message, kick] = await readable([connection, device.kickFd()])
      if (kick) await device.kicked()
      if (message && !(await device.message())) return
    }
  } finally {
    device.close()
    closeSync(connection)
  }
}

/** Numbers of vhost-user requests. */
const requests = {
  getFeatures: 1,
  setMemoryTable: 5,
  setVringSize: 8,
  setVringAddress: 9,
  setVringBase: 10,
  getVringBase: 11,
  setVringKick: 12,
  setVringCall: 13,
  setVringError: 14,
  getProtocolFeatures: 15,
  getQueueCount: 17,
  setVringEnable: 18,
  getConfiguration: 24,
} as const

const featureVersion1 = 1n << 32n
const featureProtocol = 1n << 30n
const protocolReplyAck = 1n << 3n
const headerBytes = 12
const replyFlag = 4
const needReplyFlag = 8
const protocolVersion = 1
const payloadBytesMax = 4096
const regionsMax = 8
const queueSizeMax = 1024
const requestBytesMax = 0x2000
/** Virtio 1.1, section 2.6.5: flags of a descriptor. */
const descriptorNext = 1
const descriptorWritable = 2

type Region = {
  guestAddress: bigint
  userAddress: bigint
  bytes: bigint
  offset: number
  pointer: unknown
  mappedBytes: number
  memory: Uint8Array
  view: DataView
}
type Place = { region: Region; at: number }

function createDevice(connection: number, handle: NsmHandler) {
  let regions: Region[] = []
  const queue = { size: 0, descriptors: 0n, used: 0n, available: 0n, next: 0, enabled: false }
  const fds = { kick: -1, call: -1 }
  let pending: Uint8Array | null = null
  let closed = false

  function replaceFd(name: 'kick' | 'call', fd: number | undefined): void {
    if (fds[name] >= 0) closeSync(fds[name])
    fds[name] = fd ?? -1
  }

  function unmap(): void {
    for (const { pointer, mappedBytes } of regions) libc.munmap(pointer, mappedBytes)
    regions = []
  }

  /** `bytes` bytes of the guest's memory from there on, or nothing at all. */
  function find(address: bigint, bytes: number, by: 'guestAddress' | 'userAddress'): Place {
    const region = regions.find((candidate) => address >= candidate[by] && address + BigInt(bytes) <= candidate[by] + candidate.bytes)
    if (region === undefined) throw new VirtioError("An address outside the guest's memory")
    return { region, at: Number(address - region[by]) + region.offset }
  }

  function mapMemory(payload: Buffer, given: number[]): void {
    unmap()
    const count = payload.readUInt32LE(0)
    if (count > regionsMax || given.length !== count || payload.length < 8 + 32 * count)
      throw new VirtioError('Another memory table than its files')
    for (const [index, fd] of given.entries()) {
      const [guestAddress, bytes, userAddress, offset] = [0, 8, 16, 24].map((at) => payload.readBigUInt64LE(8 + 32 * index + at)) as [
        bigint,
        bigint,
        bigint,
        bigint,
      ]
      const mappedBytes = Number(bytes + offset)
      const pointer = libc.mmap(null, mappedBytes, readWrite, mapShared, fd, 0)
      closeSync(fd)
      if (koffi.address(pointer) === mapFailed) throw new VirtioError(`The guest's memory cannot be mapped: errno ${koffi.errno()}`)
      const buffer = koffi.view(pointer, mappedBytes)
      regions.push({
        guestAddress,
        userAddress,
        bytes,
        offset: Number(offset),
        pointer,
        mappedBytes,
        memory: new Uint8Array(buffer),
        view: new DataView(buffer),
      })
    }
  }

  /** What a chain of descriptors points to: parts to read, and parts to write. */
  function chainAt(head: number): { out: Uint8Array[]; into: Uint8Array[] } {
    const { region, at } = find(queue.descriptors, 16 * queue.size, 'userAddress')
    const chain = { out: [] as Uint8Array[], into: [] as Uint8Array[] }
    let index = head
    for (let count = 0; count < queue.size; count++) {
      if (index >= queue.size) break
      const place = at + 16 * index
      const bytes = region.view.getUint32(place + 8, true)
      const flags = region.view.getUint16(place + 12, true)
      const part = find(region.view.getBigUint64(place, true), bytes, 'guestAddress')
      const list = (flags & descriptorWritable) === 0 ? chain.out : chain.into
      list.push(part.region.memory.subarray(part.at, part.at + bytes))
      if ((flags & descriptorNext) === 0) return chain
      index = region.view.getUint16(place + 14, true)
    }
    throw new VirtioError('A chain of descriptors without an end')
  }

  /** The driver puts request and response into the queue as two chains, one after the other, and waits for both. */
  async function processQueue(): Promise<void> {
    if (!queue.enabled || queue.size === 0 || regions.length === 0 || queue.available === 0n) return
    const available = find(queue.available, 4 + 2 * queue.size, 'userAddress')
    const used = find(queue.used, 4 + 8 * queue.size, 'userAddress')
    let answered = false
    while (!closed && queue.next !== available.region.view.getUint16(available.at + 2, true)) {
      const head = available.region.view.getUint16(available.at + 4 + 2 * (queue.next % queue.size), true)
      const { out, into } = chainAt(head)
      queue.next = (queue.next + 1) & 0xffff
      if (out.length > 0) {
        if (out.reduce((sum, { length }) => sum + length, 0) > requestBytesMax) throw new VirtioError('A request beyond all sizes')
        // A copy: the guest may write there while it is being read.
        pending = Uint8Array.from(Buffer.concat(out))
      }
      let written = 0
      if (into.length > 0) {
        const response = await handle(pending ?? new Uint8Array(0))
        if (closed) return
        pending = null
        answered = true
        for (const part of into) {
          const piece = response.subarray(written, written + part.length)
          part.set(piece)
          written += piece.length
        }
      }
      const index = used.region.view.getUint16(used.at + 2, true)
      used.region.view.setUint32(used.at + 4 + 8 * (index % queue.size), head, true)
      used.region.view.setUint32(used.at + 8 + 8 * (index % queue.size), written, true)
      used.region.view.setUint16(used.at + 2, (index + 1) & 0xffff, true)
    }
    if (answered) interrupt()
  }

  function interrupt(): void {
    if (fds.call >= 0) libc.write(fds.call, counter, counter.length)
  }

  function reply(request: number, payload: Uint8Array): void {
    const header = Buffer.alloc(headerBytes)
    header.writeUInt32LE(request, 0)
    header.writeUInt32LE(protocolVersion | replyFlag, 4)
    header.writeUInt32LE(payload.length, 8)
    const bytes = Buffer.concat([header, payload])
    if (libc.send(connection, bytes, bytes.length, noSignal) !== bytes.length) throw new VirtioError('The emulator does not read')
  }

  /** `null` for what needs no answer of its own. */
  async function respond(request: number, payload: Buffer, given: number[]): Promise<Uint8Array | null> {
    const [fd, ...more] = given
    if (more.length > 0 && request !== requests.setMemoryTable) throw new VirtioError('More files than a message has')
    switch (request) {
      case requests.getFeatures:
        return number64(featureVersion1 | featureProtocol)
      case requests.getProtocolFeatures:
        return number64(protocolReplyAck)
      case requests.getQueueCount:
        return number64(1n)
      case requests.getConfiguration:
        return payload
      case requests.setMemoryTable:
        mapMemory(payload, given)
        return null
      case requests.setVringSize:
        queue.size = Math.min(payload.readUInt32LE(4), queueSizeMax)
        return null
      case requests.setVringAddress:
        queue.descriptors = payload.readBigUInt64LE(8)
        queue.used = payload.readBigUInt64LE(16)
        queue.available = payload.readBigUInt64LE(24)
        return null
      case requests.setVringBase:
        queue.next = payload.readUInt32LE(4) & 0xffff
        return null
      case requests.getVringBase: {
        // This stops the queue.
        queue.available = 0n
        replaceFd('kick', undefined)
        const state = Buffer.alloc(8)
        state.writeUInt32LE(queue.next, 4)
        return state
      }
      case requests.setVringKick:
        replaceFd('kick', fd)
        return null
      case requests.setVringCall:
        replaceFd('call', fd)
        // An interrupt sent to the old one may have been lost.
        if (queue.enabled) interrupt()
        return null
      case requests.setVringError:
        if (fd !== undefined) closeSync(fd)
        return null
      case requests.setVringEnable:
        queue.enabled = payload.readUInt32LE(4) === 1
        await processQueue()
        return null
      default:
        return null
    }
  }

  return {
    kickFd: () => fds.kick,
    async kicked() {
      libc.read(fds.kick, Buffer.alloc(8), 8)
      await processQueue()
    },
    /** Reads and answers one message; false when the emulator is gone. */
    async message(): Promise<boolean> {
      const head = receive(connection, headerBytes)
      if (head === null) return false
      const [request, flags, bytes] = [0, 4, 8].map((at) => head.bytes.readUInt32LE(at)) as [number, number, number]
      if (bytes > payloadBytesMax) throw new VirtioError('A message beyond all sizes')
      const body = bytes === 0 ? { bytes: Buffer.alloc(0), fds: [] } : receive(connection, bytes)
      if (body === null) return false
      const answer = await respond(request, body.bytes, [...head.fds, ...body.fds])
      if (answer !== null) reply(request, answer)
      else if ((flags & needReplyFlag) !== 0) reply(request, number64(0n))
      return true
    },
    close() {
      closed = true
      replaceFd('kick', undefined)
      replaceFd('call', undefined)
      unmap()
    },
  }
}

/** Where a message goes. Only its address is given on, and what nothing else holds is collected: so it stays. */
const vector = Buffer.alloc(16)

/** Exactly `length` bytes and the files that came with them, or `null` at the end. */
function receive(connection: number, length: number): { bytes: Buffer; fds: number[] } | null {
  const bytes = Buffer.alloc(length)
  const fds: number[] = []
  for (let at = 0; at < length; ) {
    const part = bytes.subarray(at)
    const [control, message] = [Buffer.alloc(controlBytes), Buffer.alloc(56)]
    vector.writeBigUInt64LE(koffi.address(part), 0)
    vector.writeBigUInt64LE(BigInt(part.length), 8)
    // struct msghdr: name, its length, vector, its count, control, its length, flags.
    message.writeBigUInt64LE(koffi.address(vector), 16)
    message.writeBigUInt64LE(1n, 24)
    message.writeBigUInt64LE(koffi.address(control), 32)
    message.writeBigUInt64LE(BigInt(control.length), 40)
    const received = libc.recvmsg(connection, message, closeFilesOnExec)
    if (received <= 0) return null
    at += received
    // struct cmsghdr: length, SOL_SOCKET, SCM_RIGHTS, and then the numbers.
    if (message.readBigUInt64LE(40) >= 16n && control.readInt32LE(8) === 1 && control.readInt32LE(12) === 1)
      for (let file = 16; file < Number(control.readBigUInt64LE(0)); file += 4) fds.push(control.readInt32LE(file))
  }
  return { bytes, fds }
}

/** Which of these can be read from, after at most a quarter of a second. Negative numbers are left out. */
async function readable(fds: readonly number[]): Promise<boolean[]> {
  const list = Buffer.alloc(8 * fds.length)
  for (const [index, fd] of fds.entries()) {
    list.writeInt32LE(fd, 8 * index)
    list.writeInt16LE(pollIn, 8 * index + 4)
  }
  await pollLater(list, fds.length, pollTimeMs)
  // Also what ended or failed: reading tells.
  return fds.map((_, index) => list.readInt16LE(8 * index + 6) !== 0)
}

const pollIn = 1
const pollTimeMs = 250
const familyUnix = 1
const unixAddressBytes = 110
const closeOnExec = 0o2000000
const streamCloseOnExec = 1 | closeOnExec
const closeFilesOnExec = 0x40000000
const noSignal = 0x4000
const readWrite = 3
const mapShared = 1
const mapFailed = 0xffffffffffffffffn
const controlBytes = 128
const counter = number64(1n)

function number64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return bytes
}

const library = koffi.load('libc.so.6')
const libc = {
  socket: library.func('int socket(int, int, int)') as (family: number, type: number, protocol: number) => number,
  bind: library.func('int bind(int, const void *, uint32_t)') as (fd: number, address: Uint8Array, length: number) => number,
  listen: library.func('int listen(int, int)') as (fd: number, backlog: number) => number,
  accept4: library.func('int accept4(int, void *, void *, int)') as (fd: number, address: null, length: null, flags: number) => number,
  recvmsg: library.func('int64_t recvmsg(int, void *, int)') as (fd: number, message: Uint8Array, flags: number) => number,
  send: library.func('int64_t send(int, const void *, size_t, int)') as (
    fd: number,
    bytes: Uint8Array,
    length: number,
    flags: number,
  ) => number,
  read: library.func('int64_t read(int, void *, size_t)') as (fd: number, into: Uint8Array, length: number) => number,
  write: library.func('int64_t write(int, const void *, size_t)') as (fd: number, bytes: Uint8Array, length: number) => number,
  mmap: library.func('void *mmap(void *, size_t, int, int, int, int64_t)') as (
    at: null,
    length: number,
    protection: number,
    flags: number,
    fd: number,
    offset: number,
  ) => unknown,
  munmap: library.func('int munmap(void *, size_t)') as (pointer: unknown, length: number) => number,
}
const pollLater = promisify<Uint8Array, number, number, number>(library.func('int poll(void *, unsigned long, int)').async)
