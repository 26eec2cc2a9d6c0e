import { Readable } from 'node:stream'
import { createRecipient, ehbp, encodeKeyConfig, type OpenedRequest, type ResponseSealer } from '@nacre/verifier/ehbp'
import { VerifierError } from '@nacre/verifier/errors'
import { nodeHpke } from '@nacre/verifier/node/hpke'
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
  const recipient = await createRecipient({ privateKey, publicKey: key.publicKey, hpke: nodeHpke })
  privateKey.fill(0)
  return {
    keyConfig: encodeKeyConfig(key.publicKey),
    async open(encapsulatedKey, body) {
      if (typeof encapsulatedKey !== 'string') throw new EnclaveError('ENCRYPTED_BODY_INVALID', 'Ehbp-Encapsulated-Key is given twice')
      const opened = await recipient.open({ encapsulatedKey, body }).catch(refuse)
      return {
        // As bodies that come plain are: no step behind this one knows the difference.
        body: asBuffer(opened.body),
        response: await opened.sealResponse(randomBytes(ehbp.responseNonceBytes)),
      }
    },
  }
}

/** A payload as encrypted frames: at once where it is short, and otherwise one frame after another, each made when the one before has left. */
export async function sealPayload(payload: string | Uint8Array | Readable, response: ResponseSealer): Promise<Buffer | Readable> {
  const whole = payload instanceof Readable ? undefined : typeof payload === 'string' ? Buffer.from(payload) : payload
  if (whole !== undefined && whole.length > 0 && whole.length <= frameBytes) return asBuffer(await response.seal(whole))
  async function* frames() {
    const chunks: AsyncIterable<string | Uint8Array> | Iterable<Uint8Array> = whole === undefined ? (payload as Readable) : split(whole)
    for await (const chunk of chunks)
      if (chunk.length > 0) yield await response.seal(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
  }
  return Readable.from(frames(), { objectMode: false })
}

function* split(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += frameBytes) yield bytes.subarray(at, at + frameBytes)
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

const frameBytes = 256 * 1024

/** Says which of the two it is and no more: anything finer would help somebody who tries keys and forgeries. */
function refuse(error: unknown): OpenedRequest {
  if (!(error instanceof VerifierError)) throw error
  throw new EnclaveError(error.code === 'EHBP_KEY_MISMATCH' ? 'ENCRYPTION_KEY_MISMATCH' : 'ENCRYPTED_BODY_INVALID', undefined, {
    cause: error,
  })
}
