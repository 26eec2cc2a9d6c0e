import { createCipheriv, createHash, hkdfSync } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { toHex } from '@nacre/verifier/bytes'
import {
  encodeSealedModel,
  type SealedModel,
  sealedBytes,
  sealedChunkCount,
  sealedChunkNonce,
  sealedContentInfo,
  sealedKeyCheckInfo,
} from '@nacre/verifier/sealed-model'
import type { ModelToSeal } from './model-to-seal.ts'
import { SealError } from './seal-error.ts'

export type SealedFiles = {
  /** For the image: manifests and `sealed.json`. */
  modelDirectory: string
  /** For the host's store, or any web server. */
  ciphertextPath: string
  ciphertextSha256: string
  sealed: SealedModel
}

/**
 * Encrypts a model's weights, or all parts of a program, on their owner's machine (the format is in SPEC.md, section 9.1). They are checked against the manifests while they are read: what is sealed is what receipts will
 * name.
 *
 * Writes `models/NAME/` and `store/sealed/MODEL-ID` below `outDirectory`; the data key is wiped.
 *
 * @throws `SealError`
 */
export async function sealModel(parameters: {
  model: ModelToSeal
  keyArn: string
  /** From KMS, for the context that `sealedModelContext` gives. */
  dataKey: { plaintext: Uint8Array; ciphertext: Uint8Array }
  outDirectory: string
  randomBytes(length: number): Uint8Array
  chunkBytes?: number
  onProgress?(doneBytes: number, bytes: number): void
}): Promise<SealedFiles> {
  const { model, keyArn, dataKey, outDirectory, randomBytes, chunkBytes = 1 << 20, onProgress = () => {} } = parameters
  const { id: modelId, manifest, manifests, parts } = model
  const weightsBytes = parts.reduce((total, { bytes }) => total + bytes, 0)
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
  const ciphertextPath = join(storeDirectory, modelId)
  const temporary = `${ciphertextPath}.tmp`
  await mkdir(storeDirectory, { recursive: true })
  const ciphertextHash = createHash('sha256')
  const count = sealedChunkCount(sealed)
  const file = await open(temporary, 'w', 0o644)
  try {
    let index = 0
    for await (const chunk of plaintextChunks(parts, chunkBytes)) {
      const cipher = createCipheriv('aes-256-gcm', key, sealedChunkNonce(index, index === count - 1))
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
  if ((await stat(temporary)).size !== sealedBytes(sealed)) throw new SealError('The model changed while it was read')
  await rename(temporary, ciphertextPath)
  for (const { path, bytes } of [...manifests, { path: 'sealed.json', bytes: header }]) {
    await mkdir(dirname(join(modelDirectory, path)), { recursive: true })
    await writeFile(join(modelDirectory, path), bytes)
  }
  return { modelDirectory, ciphertextPath, ciphertextSha256: toHex(ciphertextHash.digest()), sealed }
}

/** All parts, one after another, in pieces of this size but for the last. A piece is wiped when the next is asked for. @throws `SealError` for a part that is not what its manifest says */
async function* plaintextChunks(parts: ModelToSeal['parts'], chunkBytes: number): AsyncGenerator<Uint8Array, void, void> {
  const chunk = Buffer.allocUnsafeSlow(chunkBytes)
  let filled = 0
  try {
    for (const { path, file, bytes, sha256 } of parts) {
      const hash = createHash('sha256')
      let read = 0
      for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) {
        read += piece.length
        if (read > bytes) throw new SealError(`${path} changed while it was read`)
        hash.update(piece)
        for (let at = 0; at < piece.length; ) {
          const taken = Math.min(piece.length - at, chunkBytes - filled)
          piece.copy(chunk, filled, at, at + taken)
          at += taken
          filled += taken
          if (filled < chunkBytes) continue
          yield chunk
          filled = 0
        }
      }
      const found = toHex(hash.digest())
      if (read !== bytes || found !== sha256) throw new SealError(`${path} is not the one of the manifest`, sha256, found)
    }
    if (filled > 0) yield chunk.subarray(0, filled)
  } finally {
    chunk.fill(0)
  }
}
