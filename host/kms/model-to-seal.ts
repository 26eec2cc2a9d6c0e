import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Hex, toHex } from '@nacre/verifier/bytes'
import { VerifierError } from '@nacre/verifier/errors'
import { decodeManifest, decodeOnnxManifest, type ModelManifest, type OnnxManifest } from '@nacre/verifier/manifest'
import { type SealedPart, sealedParts } from '@nacre/verifier/sealed-model'
import { ModelError } from '../model/model-error.ts'
import { weightsPathOf } from '../model/model-files.ts'
import { SealError } from './seal-error.ts'

/** A model as its owner has it: manifests, which stay readable, and the files to seal, in the order of the seal. */
export type ModelToSeal = {
  id: Hex
  manifest: ModelManifest
  /** By their places in the model's folder. */
  manifests: { path: string; bytes: Uint8Array }[]
  parts: (SealedPart & { file: string })[]
}

/**
 * A model's folder, or its `model.onnx` with the manifest beside it or elsewhere. Of the files to seal only the length is looked at: their hashes are taken while they are sealed.
 *
 * @throws `SealError`
 */
export function readModelToSeal(path: string, manifestPath?: string): ModelToSeal {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw new SealError(`${path} is not there`)
  const isFolder = stat.isDirectory()
  const folder = isFolder ? path : dirname(path)
  const place = manifestPath ?? join(folder, 'manifest.json')
  const bytes = readSmall(place)
  const manifest = decoded(place, () => decodeManifest(bytes))
  const id = hashOf(bytes)
  if (manifest.platform === 'onnx_onnxv1') {
    const file = isFolder ? decoded(folder, () => weightsPathOf(folder)) : path
    const parts = sealedParts(manifest).map((part) => ({ ...part, file: ofLength(file, part) }))
    return { id, manifest, manifests: [{ path: 'manifest.json', bytes }], parts }
  }
  if (!isFolder) throw new SealError('A program is sealed whole', 'its folder', path)
  const manifests = [{ path: 'manifest.json', bytes }]
  const stages = new Map<Hex, OnnxManifest>()
  for (const { role, modelId } of manifest.stages) {
    const stage = { path: `stages/${role}/manifest.json`, bytes: readSmall(join(folder, `stages/${role}/manifest.json`)) }
    const found = hashOf(stage.bytes)
    if (found !== modelId) throw new SealError(`Stage ${role} is not the one of the program`, modelId, found)
    stages.set(
      modelId,
      decoded(stage.path, () => decodeOnnxManifest(stage.bytes)),
    )
    manifests.push(stage)
  }
  const parts = sealedParts(manifest, stages).map((part) => {
    const place = join(folder, part.path)
    const file = part.path.startsWith('stages/') ? decoded(place, () => weightsPathOf(dirname(place))) : place
    return { ...part, file: ofLength(file, part) }
  })
  return { id, manifest, manifests, parts }
}

function readSmall(path: string): Uint8Array {
  const size = statSync(path, { throwIfNoEntry: false })?.size
  if (size === undefined) throw new SealError(`${path} is not there: "nacre model add" writes a manifest for a model`)
  if (size > manifestBytesMax) throw new SealError(`${path} is no manifest`, `at most ${manifestBytesMax} bytes`, `${size} bytes`)
  return Uint8Array.from(readFileSync(path))
}

function decoded<T>(path: string, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (!(error instanceof VerifierError || error instanceof ModelError)) throw error
    throw new SealError(`${path}: ${error.message}`, error.expected, error.received)
  }
}

function ofLength(file: string, { path, bytes }: SealedPart): string {
  if (!existsSync(file)) throw new SealError(`${file} is not there`)
  const { size } = statSync(file)
  if (size !== bytes) throw new SealError(`${path} is not the one of the manifest`, `${bytes} bytes`, `${size} bytes`)
  return file
}

function hashOf(bytes: Uint8Array): Hex {
  return toHex(createHash('sha256').update(bytes).digest())
}

const manifestBytesMax = 1 << 20
