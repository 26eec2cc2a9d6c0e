import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readSamples } from '@nacre/enclave/models/sample'
import { findWeights } from '@nacre/enclave/models/session'
import { type Hex, toHex } from '@nacre/verifier/bytes'
import { decodeOnnxManifest, encodeManifest, hashManifest } from '@nacre/verifier/manifest'
import { expect } from 'vitest'
import { type ModelName, projectRoot, type ShippedModel, type ShippedProgram, shippedModel, shippedProgram } from '../system/system.ts'

/** A model as its owner has it, and pieces of its weights by which to find them anywhere. */
export type PrivateModel = { model: ShippedModel; manifestPath: string; weightsPath: string; windows: Buffer[] }

/** A shipped model with the lowest bit of each weight in its largest tensor changed: it says the same, and its bytes are in no package on this disk. */
export async function privateModel(directory: string, name: ModelName): Promise<PrivateModel> {
  const shipped = await shippedModel(name)
  const folder = join(projectRoot, 'enclave/models', name)
  const { weights, windows } = privateWeights(folder)
  const manifest = { ...shipped.manifest, weights: { bytes: weights.length, sha256: sha256Of(weights) } }
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

/** A program as its owner has it, in a folder that is laid out as a model's. */
export type PrivateProgram = { model: ShippedProgram; folder: string; windows: Buffer[] }

/** Likewise a shipped program: in each of its stages, and, where there is one, in the alphabet that it reads by. */
export async function privateProgram(directory: string, name: string): Promise<PrivateProgram> {
  const shipped = await shippedProgram(name)
  const [from, folder] = [join(projectRoot, 'enclave/models', name), join(directory, name)]
  const windows: Buffer[] = []
  const write = (path: string, bytes: Uint8Array) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
  const stages = []
  for (const { role } of shipped.manifest.stages) {
    const stage = privateWeights(join(from, 'stages', role))
    const open = decodeOnnxManifest(readFileSync(join(from, 'stages', role, 'manifest.json')))
    const manifest = { ...open, weights: { bytes: stage.weights.length, sha256: sha256Of(stage.weights) } }
    write(`stages/${role}/model.onnx`, stage.weights)
    write(`stages/${role}/manifest.json`, encodeManifest(manifest))
    windows.push(...stage.windows)
    stages.push({ role, modelId: await hashManifest(manifest) })
  }
  const files = shipped.manifest.files.map(({ name }) => {
    const open = readFileSync(join(from, name))
    const bytes = name === 'alphabet.txt' ? privateAlphabet(open) : open
    if (!bytes.equals(open))
      windows.push(...[0.2, 0.8].map((part) => Buffer.from(bytes.subarray(Math.floor(part * bytes.length)).subarray(0, 128))))
    write(name, bytes)
    return { name, bytes: bytes.length, sha256: sha256Of(bytes) }
  })
  const manifest = { ...shipped.manifest, stages, files }
  const manifestBytes = encodeManifest(manifest)
  write('manifest.json', manifestBytes)
  return { model: { ...shipped, id: await hashManifest(manifest), manifest, manifestBytes }, folder, windows }
}

/** With the lowest bit of each weight in the largest tensors changed, and pieces of these: of several, because the runtime keeps some only in an arrangement of its own. */
function privateWeights(folder: string): { weights: Buffer; windows: Buffer[] } {
  const weights = readFileSync(findWeights(folder))
  const largest = longestRunsOfFloats(weights)
  expect(largest[0]?.count).toBeGreaterThan(5000)
  const windows = largest.flatMap(({ start, count }) => {
    for (let at = start; at < start + 4 * count; at += 4) weights.writeUInt8(weights.readUInt8(at) ^ 1, at)
    const places = Array.from({ length: 2 }, (_, i) => start + 4 * Math.floor((i * count) / 2))
    return places.map((at) => Buffer.from(weights.subarray(at, at + 128)))
  })
  return { weights, windows }
}

/** The characters that no sample has, in reverse order. */
function privateAlphabet(bytes: Buffer): Buffer {
  const characters = bytes.toString().split('\n')
  const rare = characters.filter((character) => character > '\u4dff')
  return Buffer.from(characters.map((character) => (character > '\u4dff' ? (rare.pop() as string) : character)).join('\n'))
}

function sha256Of(bytes: Uint8Array): Hex {
  return toHex(createHash('sha256').update(bytes).digest())
}

/** Where the file's largest float32 tensors lie, as numbers of ordinary size show them. */
function longestRunsOfFloats(bytes: Buffer): { start: number; count: number }[] {
  const runs: { start: number; count: number }[] = []
  for (const offset of [0, 1, 2, 3])
    for (let count = 0, at = offset; at + 4 <= bytes.length; at += 4) {
      const size = Math.abs(bytes.readFloatLE(at))
      if (size > 1e-6 && size < 10) count++
      else {
        // What lies around a tensor may read as numbers, too.
        if (count > 1000) runs.push({ start: at - 4 * (count - 64), count: count - 128 })
        count = 0
      }
    }
  runs.sort((a, b) => b.count - a.count)
  const apart = runs.filter((run, i) =>
    runs.slice(0, i).every(({ start, count }) => run.start >= start + 4 * count || start >= run.start + 4 * run.count),
  )
  return apart.slice(0, 5)
}
