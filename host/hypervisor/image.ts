import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type MeasuredSet, type Measurement, measure, workspaces } from './measure.ts'

/** The measured files as a private copy of one boot. What runs is what was measured, also when somebody edits the checkout afterwards and a model's process is started again. */
export type EnclaveImage = {
  directory: string
  /** Not copied: the kernel lets nobody write to a program that runs. */
  node: string
}

/** Measures and copies in one reading, so that no byte can change in between. About 120 MB in 3,900 files. */
export function measureIntoImage(set: MeasuredSet, directory: string): { measurement: Measurement; image: EnclaveImage } {
  const made = new Set<string>()
  const measurement = measure(set, ({ path, ...kept }) => {
    const copy = join(directory, path)
    const folder = dirname(copy)
    if (!made.has(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 })
    made.add(folder)
    if ('target' in kept) symlinkSync(kept.target, copy)
    else writeFileSync(copy, kept.content, { mode: kept.executable ? 0o500 : 0o400, flag: 'wx' })
  })
  mkdirSync(join(directory, 'node_modules/@nacre'), { recursive: true, mode: 0o700 })
  for (const name of workspaces) symlinkSync(`../../${name}`, join(directory, 'node_modules/@nacre', name))
  return { measurement, image: emptyImage(set.node, directory) }
}

/** Enough of an image to try a sandbox with. */
export function emptyImage(node: string, directory: string): EnclaveImage {
  // Where the sandbox shows the Node binary: in a directory that cannot be written it could not make the place itself.
  mkdirSync(join(directory, 'runtime'), { mode: 0o700 })
  writeFileSync(join(directory, 'runtime/node'), '')
  return { directory, node }
}

/** Places for the images of this process, one at a time. What processes that were killed left there goes. */
export function imagesDirectory(parent: string): { next(): string; clear(): void } {
  mkdirSync(parent, { recursive: true, mode: 0o700 })
  for (const name of readdirSync(parent)) {
    const pid = /^nacre-image-(\d+)-/.exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid)) && statSync(join(parent, name)).uid === process.getuid?.())
      removeImage(join(parent, name))
  }
  let own: string | undefined
  const clear = () => {
    if (own !== undefined) removeImage(own)
    own = undefined
  }
  return {
    next() {
      clear()
      // An unforeseeable name that only we may enter: the parent may be one that everybody writes to.
      own = mkdtempSync(join(parent, `nacre-image-${process.pid}-`))
      return own
    },
    clear,
  }
}

/** Memory, where there is enough that may hold programs: some disks take seconds for thousands of small files. Not for plain processes, which would look for optional packages beside it. */
export function memoryDirectory(): string | null {
  try {
    const mounts = readFileSync('/proc/mounts', 'utf8').split('\n')
    const [, , kind, options] = mounts.map((line) => line.split(' ')).find(([, where]) => where === sharedMemory) ?? []
    const { bavail, bsize } = statfsSync(sharedMemory)
    return kind === 'tmpfs' && options?.split(',').includes('noexec') === false && bavail * bsize > freeBytesMin ? sharedMemory : null
  } catch {
    return null
  }
}

const sharedMemory = '/dev/shm'
const freeBytesMin = 1 << 30

function removeImage(directory: string): void {
  rmSync(directory, { recursive: true, force: true })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
