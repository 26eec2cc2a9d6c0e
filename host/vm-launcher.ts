import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startHypervisorProcess } from './hypervisor-process.ts'
import { enclavePorts, hostPorts } from './image/build.ts'
import type { PackageCache } from './image/packages.ts'
import type { EgressAddress } from './kms/egress-proxy.ts'
import type { Launcher } from './launcher.ts'
import { machinePrograms } from './vm/machine.ts'

export type VmLauncherParameters = {
  /** An enclave image file, for example of `nacre image build`. */
  imagePath: string
  stateDirectory: string
  cache: PackageCache
  memoryMiB?: number
  /** For an image with a way out: begins to serve it, before anything boots. */
  openEgress?: ((at: EgressAddress) => Promise<{ close(): Promise<void> }>) | undefined
  readyTimeMsMax?: number
}

/** Boots the very image that AWS Nitro would boot, in a virtual machine: the kernel's own NSM driver and vsock inside, a simulated security module with a certificate authority of its own outside. */
export function vmLauncher({
  imagePath,
  stateDirectory,
  cache,
  memoryMiB = 1024,
  openEgress,
  readyTimeMsMax = 300_000,
}: VmLauncherParameters): Launcher {
  return {
    async start() {
      const programs = await machinePrograms(cache)
      // Not under the state directory: a unix socket's path may be 107 bytes long, and checkouts lie deep.
      const directory = mkdtempSync(join(tmpdir(), 'nacre-vm-'))
      const device = join(directory, 'vsock')
      // What connects inside to a port of the machine outside finds the socket of that number here.
      const egress = await openEgress?.({ path: `${device}_${hostPorts.egress}` })
      return startHypervisorProcess({
        main: fileURLToPath(new URL('vm/main.ts', import.meta.url)),
        args: [
          ...['--image', imagePath, '--programs', programs, '--run', directory, '--vsock', device],
          ...['--state', stateDirectory, '--memory', String(memoryMiB)],
        ],
        stateDirectory,
        tls: { device, vsockPort: enclavePorts.tls },
        http: { device, vsockPort: enclavePorts.http },
        log: { device, vsockPort: enclavePorts.log },
        readyTimeMsMax,
        async onStopped() {
          await egress?.close()
          rmSync(directory, { recursive: true, force: true })
        },
      })
    },
  }
}
