import { createCipheriv, createHash, hkdfSync } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toHex } from '@nacre/verifier/bytes'
import { decodeOnnxManifest, type OnnxManifest } from '@nacre/verifier/manifest'
import {
  encodeSealedModel,
  type SealedModel,
  sealedBytes,
  sealedChunkCount,
  sealedChunkNonce,
  sealedContentInfo,
  sealedKeyCheckInfo,
} from '@nacre/verifier/sealed-model'

export type SealedFiles = {
  /** For the image: `manifest.json` and `sealed.json`. */
  modelDirectory: string
  /** For the host's store, or any web server. */
  ciphertextPath: string
  ciphertextSha256: string
  sealed: SealedModel
  manifest: OnnxManifest
}

/**
 * Encrypts a model's weights on their owner's machine (the format is in SPEC.md, section 9.1). They are checked against the manifest while they are read: what is sealed is what receipts will name.
 *
 * Writes `models/NAME/` and `store/sealed/MODEL-ID` below `outDirectory`; the data key is wiped.
 *
 * @throws `SealError`
 */
export async function sealModel(parts: {
  weightsPath: string
  manifestBytes: Uint8Array
  keyArn: string
  /** From KMS, for the context that `sealedModelContext` gives. */
  dataKey: { plaintext: Uint8Array; ciphertext: Uint8Array }
  outDirectory: string
  randomBytes(length: number): Uint8Array
  chunkBytes?: number
  onProgress?(doneBytes: number, bytes: number): void
}): Promise<SealedFiles> {
  const { weightsPath, manifestBytes, keyArn, dataKey, outDirectory, randomBytes, chunkBytes = 1 << 20, onProgress = () => {} } = parts
  const manifest = decodeOnnxManifest(manifestBytes)
  const { bytes: weightsBytes, sha256 } = manifest.weights
  const { size } = await stat(weightsPath)
  if (size !== weightsBytes) throw new SealError('The model is not the one of the manifest', `${weightsBytes} bytes`, `${size} bytes`)

  const modelId = toHex(createHash('sha256').update(manifestBytes).digest())
  const salt = randomBytes(32)
  const derive = (info: Uint8Array) => new Uint8Array(hkdfSync('sha256', dataKey.plaintext, salt, info, 32))
  const sealed: SealedModel = {
    format: 'nacre/sealed-model/1',
    modelId,
    weightsBytes,
    chunkBytes,
    keyArn,
    encryptedKey: toHex(dataKey.ciphertext),
    salt: toHex(salt),
    keyCheck: toHex(derive(sealedKeyCheckInfo)),
  }
  const header = encodeSealedModel(sealed)
  const key = derive(await sealedContentInfo(header))
  dataKey.plaintext.fill(0)

  const modelDirectory = join(outDirectory, 'models', manifest.name)
  const storeDirectory = join(outDirectory, 'store', 'sealed')
  await Promise.all([modelDirectory, storeDirectory].map((directory) => mkdir(directory, { recursive: true })))
  const ciphertextPath = join(storeDirectory, modelId)
  const temporary = `${ciphertextPath}.tmp`
  const [plaintextHash, ciphertextHash] = [createHash('sha256'), createHash('sha256')]
  const count = sealedChunkCount(sealed)
  const file = await open(temporary, 'w', 0o644)
  try {
    let index = 0
    for await (const chunk of createReadStream(weightsPath, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>) {
      // A file's stream fills its buffer, but for the last.
      const isLast = index === count - 1
      if (chunk.length !== (isLast ? weightsBytes - index * chunkBytes : chunkBytes))
        throw new SealError('The model changed while it was read')
      plaintextHash.update(chunk)
      const cipher = createCipheriv('aes-256-gcm', key, sealedChunkNonce(index, isLast))
      const encrypted = Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()])
      ciphertextHash.update(encrypted)
      await file.write(encrypted)
      index++
      onProgress(Math.min(index * chunkBytes, weightsBytes), weightsBytes)
    }
    await file.sync()
  } finally {
    key.fill(0)
    await file.close()
  }
  const found = toHex(plaintextHash.digest())
  if (found !== sha256) throw new SealError('The model is not the one of the manifest', sha256, found)
  if ((await stat(temporary)).size !== sealedBytes(sealed)) throw new SealError('The model changed while it was read')
  await rename(temporary, ciphertextPath)
  await writeFile(join(modelDirectory, 'manifest.json'), manifestBytes)
  await writeFile(join(modelDirectory, 'sealed.json'), header)
  return { modelDirectory, ciphertextPath, ciphertextSha256: toHex(ciphertextHash.digest()), sealed, manifest }
}

export class SealError extends Error {
  override readonly name = 'SealError'
  readonly code = 'SEAL_REFUSED'

  constructor(message: string, expected?: string, received?: string) {
    super(expected === undefined ? message : `${message} (expected ${expected}, received ${received})`)
  }
}
