import { readFileSync } from 'node:fs'
import { defaultCacheDirectory } from '@nacre/host/cli/image'
import type { ImageError } from '@nacre/host/image/image-error'
import { type PackageCache, type PinnedPackage, packageCache } from '@nacre/host/image/packages'
import { machinePrograms } from '@nacre/host/vm/machine'

/** The packages that an image needs, or `null`, and the reason on the terminal, where they cannot be had: tests that need them are skipped then. */
export async function imagePackages({ machine = false } = {}): Promise<PackageCache | null> {
  const cache = packageCache({
    directory: defaultCacheDirectory(process.env),
    environment: process.env,
    onProgress: (line) => console.error(line),
  })
  const pins = JSON.parse(readFileSync(new URL('../../host/image/packages.json', import.meta.url), 'utf8')) as Record<
    string,
    PinnedPackage | string
  >
  try {
    for (const [name, pin] of Object.entries(pins))
      if (typeof pin === 'object') await (name === 'node' ? cache.npm(pin) : cache.debian(pin))
    if (machine) await machinePrograms(cache)
    return cache
  } catch (error) {
    if (!['TOOL_MISSING', 'PACKAGE_UNAVAILABLE'].includes((error as ImageError).code)) throw error
    console.error(`SKIPPED: tests of the image. ${(error as Error).message}`)
    return null
  }
}
