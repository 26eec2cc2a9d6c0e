import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PackageCache } from './packages.ts'
import { runTool } from './run-tool.ts'

/**
 * The two programs whose output is in the image: a compiler and gzip. They are pinned and run with the pinned C library, so every machine makes the same bytes; another version, or this machine's own,
 * would make others.
 */
export type Toolchain = {
  /** A C program of `guest/`, freestanding and static. */
  compile(name: string): Promise<Uint8Array>
  gzip(bytes: Uint8Array): Promise<Uint8Array>
}

export type ToolchainParameters = {
  /** Directories of the unpacked packages. */
  compiler: string
  gzip: string
  libc: string
  /** Where results are kept under the hash of what they are made from; see {@link PackageCache}. */
  keep: PackageCache['keep']
}

export function toolchain({ keep, ...packages }: ToolchainParameters): Toolchain {
  const libraries = join(packages.libc, libraryFolder)
  const run = (program: string, args: readonly string[], options?: Parameters<typeof runTool>[2]) =>
    runTool(join(libraries, 'ld-linux-x86-64.so.2'), ['--library-path', libraries, program, ...args], options)
  return {
    async compile(name) {
      const folder = mkdtempSync(join(tmpdir(), 'nacre-compile-'))
      try {
        const flags = ['-nostdinc', '-nostdlib', '-static', '-Wall', '-Werror']
        // A relative name: an absolute one could end up in the program.
        await run(join(packages.compiler, 'usr/bin/tcc'), [...flags, '-o', join(folder, 'program'), `${name}.c`], { cwd: guestSources })
        return Uint8Array.from(readFileSync(join(folder, 'program')))
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
    gzip: (bytes) => keep('gzip', bytes, () => run(join(packages.gzip, 'usr/bin/gzip'), ['--no-name', '-6'], { input: bytes })),
  }
}

export const libraryFolder = 'usr/lib/x86_64-linux-gnu'
const guestSources = fileURLToPath(new URL('guest', import.meta.url))
