import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startHypervisorProcess } from './hypervisor-process.ts'
import { enclavePorts } from './image/build.ts'
import type { PackageCache } from './image/packages.ts'
import type { Launcher } from './launcher.ts'
import { machinePrograms } from './vm/machine.ts'

export type VmLauncherParameters = {
  /** An enclave image file, for example of `nacre image build`. */
  imagePath: string
  stateDirectory: string
  cache: PackageCache
  memoryMiB?: number
  readyTimeMsMax?: number
}

/** Boots the very image that AWS Nitro would boot, in a virtual machine: the kernel's own NSM driver and vsock inside, a simulated security module with a certificate authority of its own outside. */
export function vmLauncher({
  imagePath,
  stateDirectory,
  cache,
  memoryMiB = 1024,
  readyTimeMsMax = 300_000,
}: VmLauncherParameters): Launcher {
  return {
    async start() {
      const programs = await machinePrograms(cache)
      // Not under the state directory: a unix socket's path may be 107 bytes long, and checkouts lie deep.
      const directory = mkdtempSync(join(tmpdir(), 'nacre-vm-'))
      const device = join(directory, 'vsock')
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
        onStopped: async () => rmSync(directory, { recursive: true, force: true }),
      })
    },
  }
}
