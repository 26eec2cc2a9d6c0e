import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeManifest, encodeManifest, hashManifest } from '@nacre/verifier/manifest'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { namesExternalData } from './external-data.ts'
import { defaultLimits } from './limits.ts'
import { type OnnxModel, readModels } from './model-folder.ts'

const digits = new URL('models/digits/', import.meta.url)
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nacre-models-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function write(name: string, changes: { manifest?: Uint8Array; weights?: Uint8Array | null; source?: string } = {}) {
  await mkdir(join(folder, name))
  const manifest = decodeManifest(Uint8Array.from(await readFile(new URL('manifest.json', digits))))
  await writeFile(join(folder, name, 'manifest.json'), changes.manifest ?? encodeManifest({ ...manifest, name }))
  const weights = changes.weights === undefined ? await readFile(new URL('model.onnx', digits)) : changes.weights
  if (weights !== null) await writeFile(join(folder, name, 'model.onnx'), weights)
  if (changes.source !== undefined) await writeFile(join(folder, name, 'source.json'), changes.source)
}

describe('model folder', () => {
  test('models come sorted by name, with the bytes that were hashed', async () => {
    for (const name of ['b', 'a', 'B', 'a-1']) await write(name)
    const models = await readModels(folder, defaultLimits)
    expect(models.map(({ manifest }) => manifest.name)).toEqual(['B', 'a', 'a-1', 'b'])
    for (const model of models) {
      expect(model.id).toBe(await hashManifest(model.manifest))
      expect(model.id).toBe(`0x${createHash('sha256').update(model.manifestBytes).digest('hex')}`)
    }
  })

  test('the models of this package can be read', async () => {
    const models = await readModels(fileURLToPath(new URL('models', import.meta.url)), defaultLimits)
    expect(models.map(({ manifest }) => manifest.name)).toContain('digits')
  })

  test('an empty folder, and one that is not there', async () => {
    await expect(readModels(folder, defaultLimits)).rejects.toMatchObject({ code: 'MODEL_FOLDER_INVALID' })
    await expect(readModels(join(folder, 'none'), defaultLimits)).rejects.toMatchObject({ code: 'MODEL_FOLDER_INVALID' })
  })

  test('too many models', async () => {
    for (const name of ['a', 'b']) await write(name)
    await expect(readModels(folder, { ...defaultLimits, modelsMax: 1 })).rejects.toMatchObject({
      code: 'MODEL_FOLDER_INVALID',
      received: '2',
    })
  })

  test('a manifest that is not canonical', async () => {
    const text = await readFile(new URL('manifest.json', digits), 'utf8')
    await write('digits', { manifest: Buffer.from(`${text}\n`) })
    await expect(readModels(folder, defaultLimits)).rejects.toMatchObject({ code: 'MODEL_FOLDER_INVALID' })
  })

  test('a folder that is not named as its model', async () => {
    await write('other', { manifest: await readFile(new URL('manifest.json', digits)) })
    await expect(readModels(folder, defaultLimits)).rejects.toMatchObject({ expected: 'digits', received: 'other' })
  })

  test('weights of another size', async () => {
    await write('digits', { weights: new Uint8Array(3) })
    await expect(readModels(folder, defaultLimits)).rejects.toMatchObject({ code: 'MODEL_WEIGHTS_MISMATCH', received: '3 bytes' })
  })

  test('weights larger than allowed', async () => {
    await write('digits')
    await expect(readModels(folder, { ...defaultLimits, weightsBytesMax: 10 })).rejects.toMatchObject({ code: 'MODEL_WEIGHTS_MISMATCH' })
  })

  test('weights in an installed package', async () => {
    await write('digits', { weights: null, source: JSON.stringify({ package: '@nacre/enclave', path: 'models/digits/model.onnx' }) })
    const [model] = (await readModels(folder, defaultLimits)) as OnnxModel[]
    expect(
      createHash('sha256')
        .update(await readFile(model?.weightsPath as string))
        .digest('hex'),
    ).toBe(model?.manifest.weights.sha256.slice(2))
  })

  test.each([
    ['a path out of the package', { package: '@nacre/enclave', path: '../package.json' }],
    ['an absolute path', { package: '@nacre/enclave', path: '/etc/passwd' }],
    ['a package that is a path', { package: '../enclave', path: 'package.json' }],
    ['a package that is two dots', { package: '@nacre/..', path: 'package.json' }],
    ['a package that is not installed', { package: 'nacre-not-installed', path: 'model.onnx' }],
    ['no path', { package: '@nacre/enclave' }],
  ])('source.json with %s', async (_, source) => {
    await write('digits', { weights: null, source: JSON.stringify(source) })
    await expect(readModels(folder, defaultLimits)).rejects.toMatchObject({ code: 'MODEL_FOLDER_INVALID' })
  })
})

describe('external data', () => {
  const entry = (length: number[]) =>
    Buffer.concat([Buffer.from('weights'), Buffer.of(0x0a, ...length), Buffer.from('location'), Buffer.from('\x12\x05w.bin')])

  test('is found, however its length is written', () => {
    expect(namesExternalData(entry([8]))).toBe(true)
    expect(namesExternalData(entry([0x88, 0x00]))).toBe(true)
    expect(namesExternalData(entry([0x88, 0x80, 0x00]))).toBe(true)
  })

  test('the word inside other names is not external data', () => {
    expect(namesExternalData(Buffer.from('\x0a\x0ballocations location_embedding'))).toBe(false)
  })

  test('the models of this package have none', async () => {
    expect(namesExternalData(await readFile(new URL('model.onnx', digits)))).toBe(false)
  })
})
