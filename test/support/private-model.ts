import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readSamples } from '@nacre/enclave/models/sample'
import { findWeights } from '@nacre/enclave/models/session'
import { toHex } from '@nacre/verifier/bytes'
import { decodeOnnxManifest, encodeManifest, hashManifest } from '@nacre/verifier/manifest'
import { expect } from 'vitest'
import { type ModelName, projectRoot, type ShippedModel, shippedModel } from '../system/system.ts'

/** A model as its owner has it, and pieces of its weights by which to find them anywhere. */
export type PrivateModel = { model: ShippedModel; manifestPath: string; weightsPath: string; windows: Buffer[] }

/** A shipped model with the lowest bit of each weight in its largest tensor changed: it says the same, and its bytes are in no package on this disk. */
export async function privateModel(directory: string, name: ModelName): Promise<PrivateModel> {
  const shipped = await shippedModel(name)
  const folder = join(projectRoot, 'enclave/models', name)
  const weights = readFileSync(findWeights(folder))
  const largest = [0, 1, 2, 3].map((offset) => longestRunOfFloats(weights, offset)).reduce((a, b) => (b.count > a.count ? b : a))
  expect(largest.count).toBeGreaterThan(10_000)
  const end = largest.start + 4 * largest.count
  for (let at = largest.start; at < end; at += 4) weights.writeUInt8(weights.readUInt8(at) ^ 1, at)
  const windows = Array.from({ length: 8 }, (_, i) => {
    const at = largest.start + 4 * Math.floor((i * largest.count) / 8)
    return Buffer.from(weights.subarray(at, at + 128))
  })

  const manifest = { ...shipped.manifest, weights: { bytes: weights.length, sha256: toHex(createHash('sha256').update(weights).digest()) } }
  const manifestBytes = encodeManifest(manifest)
  const [weightsPath, manifestPath] = [join(directory, 'model.onnx'), join(directory, 'manifest.json')]
  writeFileSync(weightsPath, weights)
  writeFileSync(manifestPath, manifestBytes)
  const model = {
    id: await hashManifest(manifest),
    manifest: decodeOnnxManifest(manifestBytes),
    manifestBytes,
    samples: readSamples(folder),
  }
  return { model, manifestPath, weightsPath, windows }
}

/** Where the file's largest float32 tensor lies, as numbers of ordinary size show it. */
function longestRunOfFloats(bytes: Buffer, offset: number): { start: number; count: number } {
  let best = { start: offset, count: 0 }
  for (let count = 0, at = offset; at + 4 <= bytes.length; at += 4) {
    const size = Math.abs(bytes.readFloatLE(at))
    count = size > 1e-6 && size < 10 ? count + 1 : 0
    if (count > best.count) best = { start: at - 4 * (count - 1), count }
  }
  return best
}
