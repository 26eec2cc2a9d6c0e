import { join } from 'node:path'
import { buildImage } from './image/build.ts'
import { type PackageCacheParameters, packageCache } from './image/packages.ts'
import type { LocalSealing } from './kms/local-sealing.ts'
import type { LaunchedEnclave } from './launcher.ts'
import type { Report } from './report.ts'
import type { ServingOptions } from './serving-options.ts'
import { stateFiles, writeFileAtomically } from './state.ts'
import { machinePrograms } from './vm/machine.ts'
import { vmLauncher } from './vm-launcher.ts'

/** Which image to boot; one built from the checkout when none is named. */
export type VirtualMachineChoice = {
  imagePath: string | undefined
  cacheDirectory: string
  environment: PackageCacheParameters['environment']
}

/** Fetches what a virtual machine needs, builds the image unless one is given, and boots it. The first time this downloads about 120 MB. */
export async function launchImage(
  parameters: VirtualMachineChoice & {
    projectRoot: string
    stateDirectory: string
    report: Report
    /** For an image that is built here: one of its models is sealed. */
    sealing?: LocalSealing | undefined
    /** Likewise. */
    serving?: ServingOptions | undefined
  },
): Promise<LaunchedEnclave> {
  const { imagePath, cacheDirectory, environment, projectRoot, stateDirectory, report, sealing, serving } = parameters
  const onProgress = (line: string) => report.note(`    ${line}`)
  const cache = packageCache({ directory: cacheDirectory, environment, onProgress })
  const path = imagePath ?? join(stateDirectory, stateFiles.image)
  if (imagePath === undefined)
    await report.step('image', async () => {
      const { eif, measurements } = await buildImage({
        projectRoot,
        cache,
        onProgress,
        serving,
        ...(sealing && { modelFolders: [sealing.modelFolder], secrets: sealing.secrets }),
      })
      writeFileAtomically(path, eif)
      return { line: `built, ${(eif.length / 1e6).toFixed(0)} MB: ${path}\nPCR0 ${measurements.pcr0}`, value: undefined }
    })
  await machinePrograms(cache)
  return vmLauncher({ imagePath: path, stateDirectory, cache, openEgress: sealing?.openEgress }).start()
}
