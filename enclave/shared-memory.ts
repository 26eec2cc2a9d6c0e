import { closeSync } from 'node:fs'

/** Memory that processes have in common because one inherits its descriptor from the other: no file, no name that a third could open. */
export type SharedMemory = {
  /**
   * Zeros, whose length nobody can change. The descriptor closes on exec, unless it is given on.
   *
   * @param writer `creator`: a process that inherits the descriptor can read and no more, whatever it does.
   */
  create(bytes: number, writer: 'anyone' | 'creator'): SharedBytes
  /** Of a descriptor that was inherited, which it takes. */
  map(fd: number, bytes: number, access: 'read' | 'write'): Uint8Array
}

export type SharedBytes = {
  readonly fd: number
  /** Only as long as it is not closed: what lies there afterwards is not ours. */
  readonly bytes: Uint8Array
  /** The descriptor was given on. */
  closeFd(): void
  close(): void
}

/** @throws where there is no such memory: on anything but Linux */
export async function openSharedMemory(): Promise<SharedMemory> {
  if (process.platform !== 'linux') throw new Error(`no memfd_create on ${process.platform}`)
  // Where it is used and not before: loading it takes longer than a process needs to start.
  const { default: koffi } = await import('koffi')
  const libc = koffi.load('libc.so.6')
  const memfdCreate = libc.func('int memfd_create(const char *, unsigned int)') as (name: string, flags: number) => number
  const truncate = libc.func('int ftruncate(int, int64_t)') as (fd: number, length: number) => number
  const control = libc.func('int fcntl(int, int, int)') as (fd: number, command: number, argument: number) => number
  const mmap = libc.func('void *mmap(void *, size_t, int, int, int, int64_t)') as (...args: (number | null)[]) => bigint
  const munmap = libc.func('int munmap(void *, size_t)') as (address: bigint, length: number) => number
  const failed = (call: string) => new Error(`${call}: errno ${koffi.errno()}`)

  function mapAt(fd: number, bytes: number, protection: number): { address: bigint; view: Uint8Array } {
    const address = mmap(null, bytes, protection, mapShared, fd, 0)
    if (address === mapFailed) throw failed('mmap')
    return { address, view: new Uint8Array(koffi.view(address, bytes)) }
  }

  return {
    create(bytes, writer) {
      const fd = memfdCreate('tensors', closeOnExec | allowSealing)
      if (fd < 0) throw failed('memfd_create')
      let isOpen = true
      const closeFd = () => {
        if (isOpen) closeSync(fd)
        isOpen = false
      }
      try {
        if (truncate(fd, bytes) < 0) throw failed('ftruncate')
        const { address, view } = mapAt(fd, bytes, readable | writable)
        // The attack: whoever has the descriptor makes it shorter, and the next touch of what was cut off kills the other with SIGBUS.
        const seals = sealSeals | sealShrink | sealGrow | (writer === 'creator' ? sealFutureWrite : 0)
        if (control(fd, addSeals, seals) < 0) {
          munmap(address, bytes)
          throw failed('F_ADD_SEALS')
        }
        let isMapped = true
        return {
          fd,
          bytes: view,
          closeFd,
          close() {
            closeFd()
            if (isMapped) munmap(address, bytes)
            isMapped = false
          },
        }
      } catch (error) {
        closeFd()
        throw error
      }
    },
    map(fd, bytes, access) {
      const { view } = mapAt(fd, bytes, access === 'read' ? readable : readable | writable)
      closeSync(fd)
      return view
    },
  }
}

// linux/memfd.h, linux/fcntl.h, asm-generic/mman-common.h
const closeOnExec = 1
const allowSealing = 2
const addSeals = 1024 + 9
const sealSeals = 0x1
const sealShrink = 0x2
const sealGrow = 0x4
/** Since Linux 5.1: no more than the mappings that are there can write. */
const sealFutureWrite = 0x10
const readable = 1
const writable = 2
const mapShared = 1
const mapFailed = 0xffff_ffff_ffff_ffffn
