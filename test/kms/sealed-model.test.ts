import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDataKeyOf, openSealedWeights } from '@nacre/enclave/kms/sealed-weights'
import { defaultLimits } from '@nacre/enclave/limits'
import { readModels } from '@nacre/enclave/model-folder'
import { readModelToSeal } from '@nacre/host/kms/model-to-seal'
import { sealModel } from '@nacre/host/kms/seal-model'
import { toHex } from '@nacre/verifier/bytes'
import { decodeOnnxManifest, encodeManifest } from '@nacre/verifier/manifest'
import { encodeSealedModel, type SealedModel, sealedTagBytes } from '@nacre/verifier/sealed-model'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { projectRoot } from '../system/system.ts'
import { draw } from './kit.ts'

const folder = mkdtempSync(join(tmpdir(), 'nacre-sealed-'))
afterAll(() => rmSync(folder, { recursive: true }))
const chunkBytes = 4096
const keyArn = 'arn:aws:kms:sim-1:000000000000:key/00000000-0000-4000-8000-000000000000'
const manifest = decodeOnnxManifest(Uint8Array.from(readFileSync(join(projectRoot, 'enclave/models/digits/manifest.json'))))

async function seal(weights: Uint8Array, name = 'digits') {
  const outDirectory = mkdtempSync(join(folder, 'out-'))
  const weightsPath = join(outDirectory, 'model.onnx')
  writeFileSync(weightsPath, weights)
  const sha256 = toHex(createHash('sha256').update(weights).digest())
  const manifestBytes = encodeManifest({ ...manifest, name, weights: { bytes: weights.length, sha256 } })
  writeFileSync(join(outDirectory, 'manifest.json'), manifestBytes)
  const dataKey = draw(32)
  const parts = { model: readModelToSeal(weightsPath), keyArn, chunkBytes, outDirectory, randomBytes: draw }
  const files = await sealModel({ ...parts, dataKey: { plaintext: Uint8Array.from(dataKey), ciphertext: draw(100) } })
  const header = Uint8Array.from(readFileSync(join(files.modelDirectory, 'sealed.json')))
  return {
    ...files,
    weightsPath,
    manifestBytes,
    outDirectory,
    dataKey,
    header,
    ciphertext: Uint8Array.from(readFileSync(files.ciphertextPath)),
  }
}

type Sealing = { sealed: SealedModel; header: Uint8Array; dataKey: Uint8Array; ciphertext: Uint8Array }

/** In pieces of this size, as a network has them. */
async function unseal({ ciphertext, ...parts }: Sealing, pieceBytes = 1000): Promise<Uint8Array> {
  async function* pieces() {
    for (let at = 0; at < ciphertext.length; at += pieceBytes) yield ciphertext.subarray(at, at + pieceBytes)
  }
  const chunks: Buffer[] = []
  for await (const chunk of openSealedWeights({ ...parts, ciphertext: pieces() })) chunks.push(Buffer.from(chunk))
  return Uint8Array.from(Buffer.concat(chunks))
}

const verdict = (sealing: Sealing, pieceBytes?: number) =>
  unseal(sealing, pieceBytes).then(
    () => 'opened',
    (error) => error.code,
  )

describe('sealed weights', () => {
  test.each([1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 3 * chunkBytes, 3 * chunkBytes + 17])(
    'open to what was sealed: %i bytes',
    async (length) => {
      const weights = draw(length)
      const sealing = await seal(weights)
      expect(sealing.sealed.weightsBytes).toBe(length)
      for (const pieceBytes of [1 << 20, 4112, 999, 16]) expect(await unseal(sealing, pieceBytes)).toEqual(weights)
    },
  )

  test('cost 16 bytes a chunk and hold nothing of the weights', async () => {
    const weights = new Uint8Array(3 * chunkBytes).fill(7)
    const { ciphertext } = await seal(weights)
    expect(ciphertext.length).toBe(weights.length + 3 * sealedTagBytes)
    expect(Buffer.from(ciphertext).includes(Buffer.alloc(8, 7))).toBe(false)
    expect(Buffer.from((await seal(weights)).ciphertext).equals(ciphertext)).toBe(false)
  })

  test('a chunk is wiped when the next is asked for', async () => {
    const sealing = await seal(draw(2 * chunkBytes))
    const seen: Uint8Array[] = []
    async function* whole() {
      yield sealing.ciphertext
    }
    for await (const chunk of openSealedWeights({ ...sealing, ciphertext: whole() })) {
      for (const earlier of seen) expect(earlier.every((byte) => byte === 0)).toBe(true)
      seen.push(chunk)
    }
    expect(seen.length).toBe(2)
  })

  test('are refused: chunks in another order, twice, left out, from another model, cut off, lengthened, one bit flipped', async () => {
    const sealing = await seal(draw(4 * chunkBytes))
    const other = await seal(draw(4 * chunkBytes))
    const size = chunkBytes + sealedTagBytes
    const chunk = (index: number, of = sealing) => Buffer.from(of.ciphertext.subarray(index * size, (index + 1) * size))
    const with_ = (...chunks: Buffer[]) => ({ ...sealing, ciphertext: Uint8Array.from(Buffer.concat(chunks)) })
    const [a, b, c, d] = [chunk(0), chunk(1), chunk(2), chunk(3)] as const
    expect(await verdict(with_(a, b, c, d))).toBe('opened')
    const altered = {
      'two exchanged': with_(a, c, b, d),
      'the last one first': with_(d, b, c, a),
      'one twice': with_(a, b, b, d),
      'one left out': with_(a, b, d),
      'the last one left out': with_(a, b, c),
      'one more': with_(a, b, c, d, d),
      'one of another model': with_(a, chunk(1, other), c, d),
      'cut off': { ...sealing, ciphertext: sealing.ciphertext.subarray(0, -1) },
      'cut off at a tag': { ...sealing, ciphertext: sealing.ciphertext.subarray(0, 3 * size + 16) },
      nothing: { ...sealing, ciphertext: new Uint8Array() },
      'a byte more': with_(a, b, c, d, Buffer.from([0])),
      'another data key': { ...sealing, dataKey: draw(32) },
    }
    for (const [what, sealed] of Object.entries(altered)) expect(await verdict(sealed), what).toBe('SEALED_WEIGHTS_INVALID')
    await fc.assert(
      fc.asyncProperty(fc.nat(8 * sealing.ciphertext.length - 1), async (bit) => {
        const byte = sealing.ciphertext[bit >> 3] as number
        return (
          (await verdict({ ...sealing, ciphertext: sealing.ciphertext.with(bit >> 3, byte ^ (1 << (bit & 7))) })) ===
          'SEALED_WEIGHTS_INVALID'
        )
      }),
      { numRuns: 200 },
    )
  })

  test('are refused under a changed header: each field moves the key or is checked itself', async () => {
    const sealing = await seal(draw(3 * chunkBytes))
    const changes: Partial<SealedModel>[] = [
      { modelId: `0x${'11'.repeat(32)}` },
      { keyArn: keyArn.replace('sim-1', 'sim-2') },
      { encryptedKey: '0x00' },
      { salt: `0x${'22'.repeat(32)}` },
      { keyCheck: `0x${'33'.repeat(32)}` },
      { weightsBytes: 2 * chunkBytes },
      { chunkBytes: 2 * chunkBytes },
    ]
    for (const change of changes) {
      const sealed = { ...sealing.sealed, ...change }
      expect(await verdict({ ...sealing, sealed, header: encodeSealedModel(sealed) }), Object.keys(change)[0]).toBe(
        'SEALED_WEIGHTS_INVALID',
      )
    }
  })

  test('a stream that breaks is not there, rather than wrong', async () => {
    const sealing = await seal(draw(3 * chunkBytes))
    async function* breaking() {
      yield sealing.ciphertext.subarray(0, 5000)
      throw new Error('connection reset')
    }
    const read = async () => {
      for await (const _ of openSealedWeights({ ...sealing, ciphertext: breaking() }));
    }
    await expect(read()).rejects.toMatchObject({ code: 'SEALED_WEIGHTS_UNAVAILABLE' })
  })

  test('the right data key shows before anything is fetched', async () => {
    const { sealed, dataKey } = await seal(draw(10))
    expect(isDataKeyOf(sealed)(dataKey)).toBe(true)
    for (const wrong of [draw(32), new Uint8Array(0), dataKey.subarray(0, 31)]) expect(isDataKeyOf(sealed)(wrong)).toBe(false)
  })
})

describe('sealing', () => {
  test('refuses weights that are not those of the manifest', async () => {
    const { weightsPath, outDirectory } = await seal(draw(5000))
    const again = async (content: Uint8Array) => {
      writeFileSync(weightsPath, content)
      const dataKey = { plaintext: draw(32), ciphertext: draw(100) }
      return sealModel({ model: readModelToSeal(weightsPath), keyArn, dataKey, outDirectory, randomBytes: draw })
    }
    await expect(again(draw(5000))).rejects.toMatchObject({ code: 'SEAL_REFUSED' })
    await expect(again(draw(5001))).rejects.toMatchObject({ code: 'SEAL_REFUSED' })
  })

  test('gives a folder that the enclave reads, under the model id of the plaintext manifest', async () => {
    const { outDirectory, manifestBytes, modelDirectory } = await seal(draw(5000))
    const read = () => readModels(join(outDirectory, 'models'), defaultLimits)
    const [model] = await read()
    expect(model?.id).toBe(toHex(createHash('sha256').update(manifestBytes).digest()))
    expect(model?.sealed?.ciphertext).toEqual({ store: true })

    writeFileSync(join(modelDirectory, 'source.json'), '{"url":"https://models.example/x?y=1"}')
    expect((await read())[0]?.sealed?.ciphertext).toEqual({ url: new URL('https://models.example/x?y=1') })
    for (const source of ['{"url":"http://models.example/x"}', '{"url":"file:///etc/passwd"}', '{"package":"a","path":"b"}']) {
      writeFileSync(join(modelDirectory, 'source.json'), source)
      await expect(read()).rejects.toMatchObject({ code: 'MODEL_FOLDER_INVALID' })
    }
    writeFileSync(join(modelDirectory, 'model.sealed'), '')
    expect((await read())[0]?.sealed?.ciphertext).toEqual({ path: join(modelDirectory, 'model.sealed') })
  })

  test('the attack: weights in the open beside the seal', async () => {
    const { outDirectory, modelDirectory } = await seal(draw(5000))
    writeFileSync(join(modelDirectory, 'model.onnx'), 'x')
    await expect(readModels(join(outDirectory, 'models'), defaultLimits)).rejects.toMatchObject({
      code: 'MODEL_FOLDER_INVALID',
      received: join(modelDirectory, 'model.onnx'),
    })
  })

  test("the attack: one model's seal in another's folder", async () => {
    const [one, other] = [await seal(draw(5000)), await seal(draw(5000))]
    writeFileSync(join(one.modelDirectory, 'sealed.json'), other.header)
    await expect(readModels(join(one.outDirectory, 'models'), defaultLimits)).rejects.toMatchObject({ code: 'MODEL_WEIGHTS_MISMATCH' })
  })
})
