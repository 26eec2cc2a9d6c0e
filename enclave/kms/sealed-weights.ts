import { createDecipheriv, hkdfSync } from 'node:crypto'
import { fromHex } from '@nacre/verifier/bytes'
import {
  type SealedModel,
  sealedBytes,
  sealedChunkCount,
  sealedChunkNonce,
  sealedContentInfo,
  sealedKeyCheckInfo,
  sealedTagBytes,
} from '@nacre/verifier/sealed-model'
import { EnclaveError } from '../errors.ts'
import { isCommittedTo } from './cms.ts'

/** For {@link Kms.decrypt}: the right data key, and no other, gives the header's check. */
export function isDataKeyOf(sealed: SealedModel): (dataKey: Uint8Array) => boolean {
  return isCommittedTo(fromHex(sealed.keyCheck), (dataKey) => derive(dataKey, sealed, sealedKeyCheckInfo))
}

/**
 * The weights, chunk by chunk, each authenticated before it is given out. A chunk is wiped when the next is asked for: whoever needs it longer copies it.
 *
 * @throws `SEALED_WEIGHTS_INVALID` for anything but the very bytes that were sealed, in their order and to their end; `SEALED_WEIGHTS_UNAVAILABLE` when they stop coming
 */
export async function* openSealedWeights(parts: {
  sealed: SealedModel
  /** The header's bytes, as they were read. */
  header: Uint8Array
  dataKey: Uint8Array
  ciphertext: AsyncIterable<Uint8Array>
}): AsyncGenerator<Uint8Array, void, void> {
  const { sealed, header, dataKey, ciphertext } = parts
  const key = derive(dataKey, sealed, await sealedContentInfo(header))
  const count = sealedChunkCount(sealed)
  const chunk = Buffer.allocUnsafeSlow(sealed.chunkBytes + sealedTagBytes)
  let index = 0
  let filled = 0
  let received = 0
  const sizeOf = (at: number) =>
    sealedTagBytes + (at === count - 1 ? sealed.weightsBytes - (count - 1) * sealed.chunkBytes : sealed.chunkBytes)
  try {
    for await (const piece of unavailableWhenBroken(ciphertext)) {
      received += piece.length
      if (received > sealedBytes(sealed)) throw invalid(`${sealedBytes(sealed)} bytes`, 'more')
      for (let at = 0; at < piece.length; ) {
        const taken = Math.min(piece.length - at, sizeOf(index) - filled)
        chunk.set(piece.subarray(at, at + taken), filled)
        at += taken
        filled += taken
        if (filled < sizeOf(index)) continue
        const plaintext = openChunk(key, chunk.subarray(0, filled), index, index === count - 1)
        yield plaintext
        plaintext.fill(0)
        index++
        filled = 0
      }
    }
    if (index !== count) throw invalid(`${sealedBytes(sealed)} bytes`, `${received} bytes`)
  } finally {
    key.fill(0)
  }
}

function openChunk(key: Uint8Array, chunk: Buffer, index: number, isLast: boolean): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealedChunkNonce(index, isLast))
  decipher.setAuthTag(chunk.subarray(-sealedTagBytes))
  const plaintext = decipher.update(chunk.subarray(0, -sealedTagBytes))
  try {
    decipher.final()
  } catch {
    plaintext.fill(0)
    throw invalid('the chunk that was sealed', `another at ${index}`)
  }
  return plaintext
}

function derive(dataKey: Uint8Array, { salt }: SealedModel, info: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', dataKey, fromHex(salt), info, 32))
}

async function* unavailableWhenBroken(ciphertext: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = ciphertext[Symbol.asyncIterator]()
  try {
    for (;;) {
      const { done, value } = await iterator.next().catch((cause: unknown) => {
        throw new EnclaveError('SEALED_WEIGHTS_UNAVAILABLE', undefined, { cause })
      })
      if (done === true) return
      yield value
    }
  } finally {
    await iterator.return?.()
  }
}

function invalid(expected: string, received: string): EnclaveError {
  return new EnclaveError('SEALED_WEIGHTS_INVALID', undefined, { expected, received })
}
