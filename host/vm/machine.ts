import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Eif } from '@nacre/verifier/eif'
import { listenVirtioNsm, type NsmHandler } from '../hypervisor/virtio-nsm.ts'
import type { PackageCache } from '../image/packages.ts'
import { libraryFolder } from '../image/toolchain.ts'

/**
 * One virtual machine that boots an image as a Nitro hypervisor would: kernel, command line and ramdisks of the EIF and nothing else; two processors without acceleration (QEMU's TCG, which runs
 * anywhere), memory, a serial line, a vsock device and the security module. No disk, no network card, no monitor.
 */
export type Machine = {
  /** Settles when it ended, with the reason. */
  ended: Promise<string>
  kill(): Promise<void>
}

export type MachineParameters = {
  /** Of {@link machinePrograms}. */
  programs: string
  image: Eif
  /** For this boot's files: it is emptied. */
  directory: string
  /** Unix socket of the vsock device, beside which the host's own ports are. */
  vsockPath: string
  memoryMiB: number
  nsm: NsmHandler
  on: MachineEvents
}

export type MachineEvents = {
  /** One line of the serial console: the kernel's, init's and the server's. */
  console(line: string): void
  /** The init has told its parent that it runs. */
  heartbeat(): void
  nsmFailed(error: Error): void
}

/** QEMU and the vsock device, from Debian's packages, unpacked into the cache. */
export function machinePrograms(cache: PackageCache): Promise<string> {
  const backports = ['qemu-system-x86', 'qemu-system-common', 'qemu-system-data', 'seabios'].map((name) => `${name}/trixie-backports`)
  return cache.closure('virtual-machine', [...backports, 'vhost-device-vsock/sid'])
}

export async function startMachine({ programs, image, directory, vsockPath, memoryMiB, nsm, on }: MachineParameters): Promise<Machine> {
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { mode: 0o700 })
  const file = (name: string) => join(directory, name)
  writeFileSync(file('kernel'), image.kernel)
  writeFileSync(file('ramdisks'), Buffer.concat(image.ramdisks))
  const heartbeats = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', (byte) => {
      socket.end(byte)
      if (byte[0] === heartbeatByte) on.heartbeat()
    })
  })
  for (const path of [vsockPath, `${vsockPath}_${heartbeatPort}`]) rmSync(path, { force: true })
  await new Promise<void>((resolve, reject) => heartbeats.once('error', reject).listen(`${vsockPath}_${heartbeatPort}`, resolve))
  const device = listenVirtioNsm(file('nsm.sock'), nsm)
  device.ended.catch(on.nsmFailed)

  const vsock = runGuarded(programs, 'vhost-device-vsock', [
    '--vm',
    // At its default of 64 KiB, large writes of the guest stall.
    `guest-cid=${guestCid},uds-path=${vsockPath},socket=${file('vsock.sock')},tx-buffer-size=16384`,
  ])
  vsock.stderr?.resume()
  vsock.stdout?.resume()
  const children = [vsock]
  const stopAll = () => {
    // Their guards see the end of their lifelines and end them.
    for (const child of children) child.stdin?.destroy()
    device.close()
    heartbeats.close()
  }
  try {
    await appears(file('vsock.sock'), vsock)
    const qemu = runGuarded(programs, 'qemu-system-x86_64', qemuArguments({ programs, image, directory, memoryMiB }))
    children.push(qemu)
    createInterface({ input: qemu.stdout as NodeJS.ReadableStream }).on('line', on.console)
    createInterface({ input: qemu.stderr as NodeJS.ReadableStream }).on('line', on.console)
    const gone = children.map(
      (child) => new Promise<string>((resolve) => child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))),
    )
    const ended = Promise.race(gone).then((reason) => {
      stopAll()
      return reason
    })
    return {
      ended,
      async kill() {
        stopAll()
        await Promise.all([...gone, device.ended.catch(() => undefined)])
        rmSync(directory, { recursive: true, force: true })
      },
    }
  } catch (error) {
    stopAll()
    throw error
  }
}

const guestCid = 4
const heartbeatPort = 9000
const heartbeatByte = 0xb7
const appearMsMax = 10_000
const guard = fileURLToPath(new URL('../guard.mjs', import.meta.url))

type QemuParameters = Pick<MachineParameters, 'programs' | 'image' | 'directory' | 'memoryMiB'>

function qemuArguments({ programs, image, directory, memoryMiB }: QemuParameters): string[] {
  const file = (name: string) => join(directory, name)
  return [
    ...['-machine', 'q35,memory-backend=memory,sata=off,smbus=off,usb=off,vmport=off', '-accel', 'tcg', '-cpu', 'max', '-smp', '2'],
    // Shared, because the two devices are other processes that read and write the guest's queues.
    ...['-object', `memory-backend-memfd,id=memory,size=${memoryMiB}M,share=on`],
    ...['-nodefaults', '-no-user-config', '-nographic', '-no-reboot', '-serial', 'stdio'],
    ...['-L', join(programs, 'usr/share/qemu'), '-L', join(programs, 'usr/share/seabios')],
    ...['-kernel', file('kernel'), '-initrd', file('ramdisks'), '-append', Buffer.from(image.cmdline).toString()],
    ...['-chardev', `socket,id=vsock,path=${file('vsock.sock')}`, '-device', 'vhost-user-vsock-pci,chardev=vsock'],
    ...['-chardev', `socket,id=nsm,path=${file('nsm.sock')}`],
    // Virtio device 33 is the Nitro Secure Module.
    ...['-device', 'vhost-user-test-device-pci,chardev=nsm,virtio-id=33,num_vqs=1,config_size=0,vq_size=64'],
  ]
}

/** With the C library that the program was built for, and no longer than this process lives. */
function runGuarded(programs: string, name: string, args: readonly string[]): ChildProcess {
  const libraries = join(programs, libraryFolder)
  const command = [join(libraries, 'ld-linux-x86-64.so.2'), '--library-path', libraries, join(programs, 'usr/bin', name), ...args]
  return spawn(process.execPath, [guard, ...command], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { QEMU_MODULE_DIR: join(libraries, 'qemu') },
    detached: true,
  })
}

async function appears(path: string, maker: ChildProcess): Promise<void> {
  const deadlineMs = performance.now() + appearMsMax
  while (!existsSync(path)) {
    if (maker.exitCode !== null || performance.now() > deadlineMs) throw new Error('The vsock device of the virtual machine did not start')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
