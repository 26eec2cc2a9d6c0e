import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Hex, toHex } from '@nacre/verifier/bytes'
import { decodeManifest, extendModelPcr, hashManifest } from '@nacre/verifier/manifest'

/** PCR16 of an enclave that runs exactly the models of this folder: every manifest's hash, in the order of the models' names by code units, as the enclave extends them. */
export async function modelsPcrOf(modelsFolder: string): Promise<Hex> {
  const manifests = readdirSync(modelsFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => join(modelsFolder, name, 'manifest.json'))
    .filter((path) => existsSync(path))
  const ids = await Promise.all(manifests.map((path) => hashManifest(decodeManifest(Uint8Array.from(readFileSync(path))))))
  return toHex(await extendModelPcr(ids))
}

/**
 * What an owner approves is what the owner holds. PCR16 is extended by the enclave itself: approving the reported value would bless whatever models it was given.
 *
 * @throws `MODELS_MISMATCH`
 */
export function assertModelsPcr(reported: Hex | undefined, expected: Hex): void {
  if (reported !== expected)
    throw new ModelsError(`The enclave runs other models than this checkout has: PCR16 is ${reported}, not ${expected}`)
}

export class ModelsError extends Error {
  override readonly name = 'ModelsError'
  readonly code = 'MODELS_MISMATCH'
}
