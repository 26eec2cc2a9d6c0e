import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openSealedWeights } from '@nacre/enclave/kms/sealed-weights'
import { defaultLimits } from '@nacre/enclave/limits'
import { type ProgramModel, readModels } from '@nacre/enclave/model-folder'
import { applicationFiles } from '@nacre/host/image/application'
import { readModelToSeal } from '@nacre/host/kms/model-to-seal'
import { sealModel } from '@nacre/host/kms/seal-model'
import { toHex } from '@nacre/verifier/bytes'
import { decodeManifest, decodeOnnxManifest, encodeManifest, type ProgramManifest } from '@nacre/verifier/manifest'
import { encodeSealedModel, type SealedModel, sealedTagBytes } from '@nacre/verifier/sealed-model'
import { afterAll, describe, expect, test } from 'vitest'
import { projectRoot } from '../system/system.ts'
import { draw } from './kit.ts'

/** A program of two stages and two files, none of which ends where a chunk does. What it would compute is of no matter here. */
const folder = mkdtempSync(join(tmpdir(), 'nacre-sealed-program-'))
afterAll(() => rmSync(folder, { recursive: true }))
const chunkBytes = 4096
const keyArn = 'arn:aws:kms:sim-1:000000000000:key/00000000-0000-4000-8000-000000000000'
const shipped = join(projectRoot, 'enclave/models/spam')
const manifest = decodeManifest(Uint8Array.from(readFileSync(join(shipped, 'manifest.json')))) as ProgramManifest
const stage = decodeOnnxManifest(Uint8Array.from(readFileSync(join(shipped, 'stages/classify/manifest.json'))))
const sha256 = (bytes: Uint8Array) => toHex(createHash('sha256').update(bytes).digest())

type Parts = { find: Uint8Array; read: Uint8Array; 'tokenizer.json': Uint8Array; 'words.txt': Uint8Array }
const someParts = (): Parts => ({ find: draw(9000), read: draw(5000), 'tokenizer.json': draw(1), 'words.txt': draw(4500) })

/** As its owner has it. */
function write(parts: Parts): string {
  const place = join(mkdtempSync(join(folder, 'owner-')), 'spam')
  const put = (path: string, bytes: Uint8Array) => {
    mkdirSync(dirname(join(place, path)), { recursive: true })
    writeFileSync(join(place, path), bytes)
  }
  const stages = (['find', 'read'] as const).map((role) => {
    const bytes = encodeManifest({ ...stage, name: role, weights: { bytes: parts[role].length, sha256: sha256(parts[role]) } })
    put(`stages/${role}/manifest.json`, bytes)
    put(`stages/${role}/model.onnx`, parts[role])
    return { role, modelId: sha256(bytes) }
  })
  const files = (['tokenizer.json', 'words.txt'] as const).map((name) => {
    put(name, parts[name])
    return { name, bytes: parts[name].length, sha256: sha256(parts[name]) }
  })
  put('manifest.json', encodeManifest({ ...manifest, stages, files }))
  return place
}

async function seal(parts = someParts(), dataKey = draw(32)) {
  const outDirectory = mkdtempSync(join(folder, 'out-'))
  const files = await sealModel({
    model: readModelToSeal(write(parts)),
    keyArn,
    chunkBytes,
    outDirectory,
    randomBytes: draw,
    dataKey: { plaintext: Uint8Array.from(dataKey), ciphertext: draw(100) },
  })
  const header = Uint8Array.from(readFileSync(join(files.modelDirectory, 'sealed.json')))
  return { ...files, parts, outDirectory, dataKey, header, ciphertext: Uint8Array.from(readFileSync(files.ciphertextPath)) }
}
type Sealing = Awaited<ReturnType<typeof seal>>

async function open(parts: { sealed: SealedModel; header: Uint8Array; dataKey: Uint8Array; ciphertext: Uint8Array }) {
  const { ciphertext, ...opening } = parts
  async function* pieces() {
    for (let at = 0; at < ciphertext.length; at += 1000) yield ciphertext.subarray(at, at + 1000)
  }
  const chunks: Buffer[] = []
  for await (const chunk of openSealedWeights({ ...opening, ciphertext: pieces() })) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}
const codeOf = (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => 'accepted',
    (error) => error.code,
  )
const read = ({ outDirectory }: Sealing, limits = defaultLimits) => readModels(join(outDirectory, 'models'), limits)
const inOrder = ({ find, read, ...files }: Parts) => Buffer.concat([find, read, files['tokenizer.json'], files['words.txt']])

describe('a sealed program', () => {
  test('opens to its stages and files in the order of its manifest', async () => {
    const sealing = await seal()
    expect(await open(sealing)).toEqual(inOrder(sealing.parts))
    expect(sealing.ciphertext.length).toBe(18_501 + 5 * sealedTagBytes)
  })

  test('leaves manifests to read and nothing else, and keeps its id and those of its stages', async () => {
    const sealing = await seal()
    const [model] = (await read(sealing)) as [ProgramModel]
    expect(model.sealed?.ciphertext).toEqual({ store: true })
    expect(model.id).toBe(sealing.sealed.modelId)
    expect(model.stages.map(({ role, id, weightsPath }) => ({ role, modelId: id, weightsPath }))).toEqual(
      model.manifest.stages.map((named) => ({ ...named, weightsPath: null })),
    )
    expect(model.files).toEqual([
      { name: 'tokenizer.json', path: null },
      { name: 'words.txt', path: null },
    ])
    const files = await applicationFiles({ projectRoot, prefix: 'app', models: [], modelFolders: [sealing.modelDirectory] })
    const inImage = files.map(({ path }) => path).filter((path) => path.startsWith('app/models/'))
    const manifests = ['manifest.json', 'sealed.json', 'stages/find/manifest.json', 'stages/read/manifest.json']
    expect(inImage.sort()).toEqual(manifests.map((path) => `app/models/spam/${path}`))
  })

  describe('attacks by whoever holds its ciphertext', () => {
    const size = chunkBytes + sealedTagBytes
    const chunks = ({ ciphertext }: Sealing) =>
      Array.from({ length: 5 }, (_, i) => Buffer.from(ciphertext.subarray(i * size, (i + 1) * size)))
    const of = (...pieces: (Buffer | undefined)[]) => Uint8Array.from(Buffer.concat(pieces.map((piece) => piece ?? Buffer.alloc(0))))

    test('a part of another program, also of one under the same data key; parts exchanged, left out, twice, cut off', async () => {
      const dataKey = draw(32)
      const sealing = await seal(someParts(), dataKey)
      // The same lengths in the same places: only keys tell them apart.
      const [other, sibling] = [await seal(), await seal(someParts(), dataKey)]
      const [a, b, c, d, e] = chunks(sealing)
      expect(await codeOf(open({ ...sealing, ciphertext: of(a, b, c, d, e) }))).toBe('accepted')
      const attacks: Record<string, Uint8Array> = {
        'a chunk of another program': of(a, b, chunks(other)[2], d, e),
        'a chunk of one under the same data key': of(a, b, chunks(sibling)[2], d, e),
        'the same program sealed again': (await seal(sealing.parts, dataKey)).ciphertext,
        'a chunk of one file moved into another': of(d, b, c, a, e),
        'two files exchanged': of(a, b, d, c, e),
        'a file left out': of(a, b, d, e),
        'a file twice': of(a, b, c, c, d, e),
        'the last file left out': of(a, b, c, d),
        'cut off in the last file': sealing.ciphertext.subarray(0, -1),
        'a byte more': of(a, b, c, d, e, Buffer.from([0])),
      }
      for (const [what, ciphertext] of Object.entries(attacks))
        expect(await codeOf(open({ ...sealing, ciphertext })), what).toBe('SEALED_WEIGHTS_INVALID')
    })

    test('another header: of another program, or with other counts', async () => {
      const sealing = await seal()
      const other = await seal()
      expect(await codeOf(open({ ...sealing, sealed: other.sealed, header: other.header }))).toBe('SEALED_WEIGHTS_INVALID')
      for (const change of [{ weightsBytes: 18_500 }, { weightsBytes: Number.MAX_SAFE_INTEGER }, { chunkBytes: 16 << 20 }]) {
        const sealed: SealedModel = { ...sealing.sealed, ...change }
        expect(await codeOf(open({ ...sealing, sealed, header: encodeSealedModel(sealed) }))).toBe('SEALED_WEIGHTS_INVALID')
      }
    })
  })

  describe("attacks on the image's folder", () => {
    const manifestOf = ({ modelDirectory }: Sealing) => join(modelDirectory, 'manifest.json')
    const changeManifest = (sealing: Sealing, change: (manifest: ProgramManifest) => Partial<ProgramManifest>) => {
      const open = decodeManifest(Uint8Array.from(readFileSync(manifestOf(sealing)))) as ProgramManifest
      writeFileSync(manifestOf(sealing), encodeManifest({ ...open, ...change(open) }))
    }

    test.each<[string, (sealing: Sealing, other: Sealing) => void, string]>([
      ['the manifest of another program', (it, other) => cpSync(manifestOf(other), manifestOf(it)), 'MODEL_PARTS_MISMATCH'],
      [
        'all manifests of another program',
        (it, other) => {
          const seal = readFileSync(join(it.modelDirectory, 'sealed.json'))
          cpSync(other.modelDirectory, it.modelDirectory, { recursive: true })
          writeFileSync(join(it.modelDirectory, 'sealed.json'), seal)
        },
        'MODEL_WEIGHTS_MISMATCH',
      ],
      ['files in another order', (it) => changeManifest(it, ({ files }) => ({ files: files.toReversed() })), 'MODEL_WEIGHTS_MISMATCH'],
      ['stages in another order', (it) => changeManifest(it, ({ stages }) => ({ stages: stages.toReversed() })), 'MODEL_WEIGHTS_MISMATCH'],
      ['a file fewer', (it) => changeManifest(it, ({ files }) => ({ files: files.slice(1) })), 'MODEL_WEIGHTS_MISMATCH'],
      [
        'a file more',
        (it) => changeManifest(it, ({ files }) => ({ files: [...files, { name: 'more', bytes: 1, sha256: sha256(draw(1)) }] })),
        'MODEL_WEIGHTS_MISMATCH',
      ],
      [
        'more bytes than there are',
        (it) => changeManifest(it, ({ files }) => ({ files: files.map((file) => ({ ...file, bytes: Number.MAX_SAFE_INTEGER })) })),
        'MODEL_WEIGHTS_MISMATCH',
      ],
      [
        'stages under exchanged roles',
        ({ modelDirectory }) => {
          const at = (role: string) => join(modelDirectory, 'stages', role)
          renameSync(at('find'), at('other'))
          renameSync(at('read'), at('find'))
          renameSync(at('other'), at('read'))
        },
        'MODEL_PARTS_MISMATCH',
      ],
      ['a stage that is not there', (it) => rmSync(join(it.modelDirectory, 'stages/read'), { recursive: true }), 'MODEL_FOLDER_INVALID'],
      ['a seal of one stage', (it) => writeFileSync(join(it.modelDirectory, 'stages/read/sealed.json'), '{}'), 'MODEL_SEAL_UNSUPPORTED'],
      ['weights in the open', (it) => writeFileSync(join(it.modelDirectory, 'stages/read/model.onnx'), 'x'), 'MODEL_FOLDER_INVALID'],
      ['weights of a package', (it) => writeFileSync(join(it.modelDirectory, 'stages/read/source.json'), '{}'), 'MODEL_FOLDER_INVALID'],
      ['a file in the open', (it) => writeFileSync(join(it.modelDirectory, 'words.txt'), 'x'), 'MODEL_FOLDER_INVALID'],
    ])('%s', async (_, attack, expected) => {
      const sealing = await seal()
      attack(sealing, await seal())
      expect(await codeOf(read(sealing))).toBe(expected)
    })

    test('more than an enclave takes, together', async () => {
      const sealing = await seal()
      expect(await codeOf(read(sealing, { ...defaultLimits, weightsBytesMax: 18_501 }))).toBe('accepted')
      expect(await codeOf(read(sealing, { ...defaultLimits, weightsBytesMax: 18_500 }))).toBe('MODEL_WEIGHTS_MISMATCH')
    })

    const build = (folder: string) => applicationFiles({ projectRoot, prefix: 'app', models: [], modelFolders: [folder] })
    test.each<[string, (place: string) => void]>([
      [
        "a file's name",
        (place) => {
          const path = join(place, 'manifest.json')
          writeFileSync(path, readFileSync(path, 'utf8').replace('"words.txt"', '"../../../etc/passwd"'))
        },
      ],
      [
        'a link',
        (place) => {
          rmSync(join(place, 'words.txt'))
          symlinkSync('/etc/passwd', join(place, 'words.txt'))
        },
      ],
      [
        'a link on the way',
        (place) => {
          const elsewhere = join(write(someParts()), 'stages/read')
          rmSync(join(place, 'stages/read'), { recursive: true })
          symlinkSync(elsewhere, join(place, 'stages/read'))
        },
      ],
      [
        'a package that is none',
        (place) => {
          rmSync(join(place, 'stages/read/model.onnx'))
          writeFileSync(join(place, 'stages/read/source.json'), '{"package":"x","path":"../../../../etc/passwd"}')
        },
      ],
    ])("no image takes a file of the operator's by way of %s in a folder that an owner sends", async (_, attack) => {
      const place = write(someParts())
      attack(place)
      expect(await codeOf(build(place))).toBe('BUILD_FAILED')
    })

    test('no image is built that has in the open what is sealed', async () => {
      const { modelDirectory } = await seal()
      writeFileSync(join(modelDirectory, 'words.txt'), 'x')
      await expect(build(modelDirectory)).rejects.toMatchObject({ code: 'BUILD_FAILED', message: expect.stringContaining('words.txt') })
    })
  })
})

describe('sealing a program', () => {
  const again = async (place: string) => {
    const dataKey = { plaintext: draw(32), ciphertext: draw(100) }
    return sealModel({ model: readModelToSeal(place), keyArn, dataKey, outDirectory: join(folder, 'again'), randomBytes: draw })
  }

  test.each<[string, (place: string) => void]>([
    ['other weights', (place) => writeFileSync(join(place, 'stages/read/model.onnx'), draw(5000))],
    ['weights of another length', (place) => writeFileSync(join(place, 'stages/read/model.onnx'), draw(5001))],
    ['another file', (place) => writeFileSync(join(place, 'words.txt'), draw(4500))],
    ['a file that is not there', (place) => rmSync(join(place, 'words.txt'))],
    ['a stage that is not there', (place) => rmSync(join(place, 'stages/find'), { recursive: true })],
    [
      'a stage of another program',
      (place) => cpSync(join(place, 'stages/find/manifest.json'), join(place, 'stages/read/manifest.json'), { force: true }),
    ],
    ['a manifest that is none', (place) => writeFileSync(join(place, 'manifest.json'), '{}')],
  ])('refuses %s', async (_, change) => {
    const place = write(someParts())
    change(place)
    expect(await codeOf(again(place))).toBe('SEAL_REFUSED')
  })

  test('refuses one stage by itself under the manifest of the program', async () => {
    const place = write(someParts())
    const alone = () => readModelToSeal(join(place, 'stages/read/model.onnx'), join(place, 'manifest.json'))
    expect(alone).toThrow(/sealed whole/)
    expect(() => readModelToSeal(join(place, 'nothing.onnx'))).toThrow(/nothing\.onnx is not there/)
  })
})
