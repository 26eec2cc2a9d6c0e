import { Readable } from 'node:stream'
import { createRecipient, ehbp, encodeKeyConfig, type OpenedRequest, type ResponseSealer } from '@nacre/verifier/ehbp'
import { VerifierError } from '@nacre/verifier/errors'
import { EnclaveError } from './errors.ts'
import type { HpkeKey } from './keys.ts'

/** Decrypts requests and encrypts what answers them, errors included (EHBP). */
export type BodyEncryption = {
  /** What `/.well-known/hpke-keys` serves. Callers take the key from the attested keyset instead. */
  readonly keyConfig: Uint8Array
  /** @throws `ENCRYPTED_BODY_INVALID`, `ENCRYPTION_KEY_MISMATCH` */
  open(encapsulatedKey: string | string[], body: Uint8Array): Promise<OpenedBody>
}

export type OpenedBody = { readonly body: Uint8Array; readonly response: ResponseSealer }

export async function createBodyEncryption(parts: { key: HpkeKey; randomBytes: (length: number) => Uint8Array }): Promise<BodyEncryption> {
  const { key, randomBytes } = parts
  const privateKey = Uint8Array.from(Buffer.from(key.privateKey.export({ format: 'jwk' }).d as string, 'base64url'))
  const recipient = await createRecipient({ privateKey, publicKey: key.publicKey })
  privateKey.fill(0)
  return {
    keyConfig: encodeKeyConfig(key.publicKey),
    async open(encapsulatedKey, body) {
      if (typeof encapsulatedKey !== 'string') throw new EnclaveError('ENCRYPTED_BODY_INVALID', 'Ehbp-Encapsulated-Key is given twice')
      const opened = await recipient.open({ encapsulatedKey, body }).catch(refuse)
      // As Buffer, which is what bodies that come plain are: no step behind this one knows the difference.
      const { buffer, byteOffset, byteLength } = opened.body
      return {
        body: Buffer.from(buffer, byteOffset, byteLength),
        response: await opened.sealResponse(randomBytes(ehbp.responseNonceBytes)),
      }
    },
  }
}

/** A whole payload, or one that is made while it is sent, as encrypted frames. A frame leaves before the next is made. */
export function sealPayload(payload: string | Uint8Array | Readable, response: ResponseSealer): Readable {
  async function* frames() {
    const chunks = payload instanceof Readable ? payload : split(typeof payload === 'string' ? Buffer.from(payload) : payload)
    for await (const chunk of chunks) if (chunk.length > 0) yield await response.seal(Uint8Array.from(chunk as Uint8Array))
  }
  return Readable.from(frames(), { objectMode: false })
}

function* split(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += frameBytes) yield bytes.subarray(at, at + frameBytes)
}

const frameBytes = 256 * 1024

/** Says which of the two it is and no more: anything finer would help somebody who tries keys and forgeries. */
function refuse(error: unknown): OpenedRequest {
  if (!(error instanceof VerifierError)) throw error
  throw new EnclaveError(error.code === 'EHBP_KEY_MISMATCH' ? 'ENCRYPTION_KEY_MISMATCH' : 'ENCRYPTED_BODY_INVALID', undefined, {
    cause: error,
  })
}
