import { type AEAD, AEAD_AES_256_GCM, CipherSuite, type KDF, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256, type KEMFactory } from 'hpke'
import { concatBytes, equalBytes, fromHex, joinBytes, toHex, utf8 } from './bytes.ts'
import { shown, VerifierError } from './errors.ts'

/**
 * Encrypted HTTP bodies between a client and an enclave: EHBP (tinfoilsh/encrypted-http-body-protocol, SPEC.md; npm `ehbp`), which is HPKE (RFC 9180) in base mode with DHKEM(X25519, HKDF-SHA256),
 * HKDF-SHA256 and AES-256-GCM, and a response key derived as in Oblivious HTTP (RFC 9458 section 4.4).
 *
 * What it hides is bodies. Method, path, status, other headers and all lengths stay readable, and none of them is bound to the ciphertext: that a body answers the right question is for the receipt
 * to prove. Nor does it mark the last frame: that nothing was cut off is, again, for the receipt.
 */
export const ehbp = {
  keysPath: '/.well-known/hpke-keys',
  keysMediaType: 'application/ohttp-keys',
  encapsulatedKeyHeader: 'ehbp-encapsulated-key',
  responseNonceHeader: 'ehbp-response-nonce',
  /** Type of the problem document that refuses a key which is not (or no longer) the server's, with status 422. */
  keyConfigProblem: 'urn:ietf:params:ehbp:error:key-config',
  responseNonceBytes: 32,
} as const

/** The suite's three algorithms, where a platform has faster ones than WebCrypto's. */
export type HpkePrimitives = { readonly kem: KEMFactory; readonly kdf: () => KDF; readonly aead: () => AEAD }

/** Key configuration of RFC 9458 section 3.1: one key, one suite. */
export function encodeKeyConfig(publicKey: Uint8Array): Uint8Array {
  if (publicKey.length !== keyBytes) throw malformed('Public key', `${keyBytes} bytes`, `${publicKey.length} bytes`)
  return concatBytes(keyConfigHead, publicKey, keyConfigSuite)
}

/** The public key of exactly the configuration that {@link encodeKeyConfig} writes. Whose key it is, it does not say: the attested keyset does. @throws `EHBP_MALFORMED` */
export function decodeKeyConfig(bytes: Uint8Array): Uint8Array {
  const publicKey = bytes.slice(keyConfigHead.length, keyConfigHead.length + keyBytes)
  if (publicKey.length !== keyBytes || !equalBytes(encodeKeyConfig(publicKey), bytes))
    throw malformed('Key configuration', 'key 0, X25519, HKDF-SHA256, AES-256-GCM', toHex(bytes.subarray(0, 64)))
  return publicKey
}

export type SealedRequest = {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** Opens the answer to this very request, frame by frame. @throws `EHBP_MALFORMED` */
  openResponse(responseNonce: string): Promise<FrameOpener>
}

/**
 * Encrypts a request's body to an enclave's key. Each request has an ephemeral key of its own, drawn by the platform's WebCrypto, which alone can read the answer.
 *
 * @param publicKey `hpkePublicKey` of a *verified* keyset; the host chooses what it serves at `/.well-known/hpke-keys`.
 */
export async function sealRequest(parts: {
  publicKey: Uint8Array
  body: Uint8Array
  /** @default WebCrypto's */
  hpke?: HpkePrimitives | undefined
}): Promise<SealedRequest> {
  const { publicKey, body, hpke = webCrypto } = parts
  if (body.length === 0) throw malformed('A request without a body cannot be encrypted')
  const suite = suiteOf(hpke)
  const { encapsulatedSecret, ctx } = await suite.SetupSender(await suite.DeserializePublicKey(publicKey), { info: requestInfo })
  const sealed = await ctx.Seal(body)
  return {
    headers: { [ehbp.encapsulatedKeyHeader]: toHex(encapsulatedSecret).slice(2) },
    body: frame(sealed),
    async openResponse(responseNonce) {
      const nonce = fixedHex(responseNonce, ehbp.responseNonceBytes, 'Ehbp-Response-Nonce')
      const key = await responseKey(hpke, await ctx.Export(responseLabel, keyBytes), encapsulatedSecret, nonce)
      return frameOpener((sealed, index) => key.open(sealed, index).catch(() => undefined), {
        framesMax: 2 ** 32,
        unopened: () => new VerifierError('EHBP_DECRYPTION_FAILED', 'The answer was altered, or answers another request'),
      })
    },
  }
}

/** Side of the server: holds the private key. */
export type EhbpRecipient = {
  /**
   * Decrypts a request's body.
   *
   * @throws `EHBP_MALFORMED` for what is no encrypted body; `EHBP_KEY_MISMATCH` when it does not open with this key, stale keys and forgeries alike, because telling them apart would help forgers;
   * `EHBP_DECRYPTION_FAILED` when a later frame was altered
   */
  open(request: { encapsulatedKey: string; body: Uint8Array }): Promise<OpenedRequest>
}

export type OpenedRequest = {
  readonly body: Uint8Array
  /** @param nonce 32 bytes, drawn for this response alone: under one nonce, two responses would share their keystream. */
  sealResponse(nonce: Uint8Array): Promise<ResponseSealer>
}

export type ResponseSealer = {
  readonly headers: Readonly<Record<string, string>>
  /** The next frame of the response. Calls must not overlap. */
  seal(chunk: Uint8Array): Promise<Uint8Array>
}

/** @param privateKey X25519, 32 bytes */
export async function createRecipient(parts: {
  privateKey: Uint8Array
  publicKey: Uint8Array
  /** @default WebCrypto's */
  hpke?: HpkePrimitives | undefined
}): Promise<EhbpRecipient> {
  const { hpke = webCrypto } = parts
  const suite = suiteOf(hpke)
  const keyPair = {
    privateKey: await suite.DeserializePrivateKey(parts.privateKey, false),
    publicKey: await suite.DeserializePublicKey(parts.publicKey),
  }
  return {
    async open({ encapsulatedKey, body }) {
      const enc = fixedHex(encapsulatedKey, keyBytes, 'Ehbp-Encapsulated-Key')
      const ctx = await suite.SetupRecipient(keyPair, enc, { info: requestInfo }).catch((cause: unknown) => {
        throw keyMismatch(cause)
      })
      const opener = frameOpener((sealed) => ctx.Open(sealed).catch(() => undefined), {
        framesMax: requestFramesMax,
        unopened: (index) => (index === 0 ? keyMismatch() : new VerifierError('EHBP_DECRYPTION_FAILED', 'A frame of the body was altered')),
      })
      const chunks = await opener.push(body)
      opener.end()
      // The attack: an empty body needs no key, and whoever sends one with an encapsulated key of his own would read the answer that another's request deserved.
      if (chunks.length === 0) throw malformed('An encrypted body without a frame')
      return {
        body: chunks.length === 1 ? (chunks[0] as Uint8Array) : concatBytes(...chunks),
        async sealResponse(nonce) {
          const key = await responseKey(hpke, await ctx.Export(responseLabel, keyBytes), enc, nonce)
          let index = 0
          return {
            headers: { [ehbp.responseNonceHeader]: toHex(nonce).slice(2) },
            seal: async (chunk) => frame(await key.seal(chunk, index++)),
          }
        },
      }
    },
  }
}

/** Takes bytes as they arrive and gives the plaintext of every frame that is whole; nothing of a frame is given before all of it is authenticated. */
export type FrameOpener = {
  /** Calls must not overlap. @throws `EHBP_MALFORMED`, `EHBP_KEY_MISMATCH` (first frame of a request), `EHBP_DECRYPTION_FAILED` */
  push(bytes: Uint8Array): Promise<Uint8Array[]>
  /** @throws `EHBP_MALFORMED` when a frame is not whole */
  end(): void
}

function frameOpener(
  open: (sealed: Uint8Array, index: number) => Promise<Uint8Array | undefined>,
  { framesMax, unopened }: { framesMax: number; unopened: (index: number) => VerifierError },
): FrameOpener {
  // Joined when a frame is whole, and not with each part: the host divides what passes through it as it likes, and one long frame in many parts would be copied as many times.
  let parts: Uint8Array[] = []
  let have = 0
  let needed = 4
  let index = 0
  return {
    async push(bytes) {
      parts.push(bytes)
      have += bytes.length
      if (have < needed) return []
      const pending = parts.length === 1 ? bytes : joinBytes(parts)
      const chunks: Uint8Array[] = []
      let at = 0
      needed = 4
      while (have - at >= 4) {
        const length = new DataView(pending.buffer, pending.byteOffset + at, 4).getUint32(0)
        if (length > frameBytesMax) throw malformed('Frame', `at most ${frameBytesMax} bytes`, String(length))
        if (have - at - 4 < length) {
          needed = 4 + length
          break
        }
        const sealed = pending.subarray(at + 4, at + 4 + length)
        at += 4 + length
        // Empty writes of a sender make empty frames; they are no part of the sequence.
        if (length === 0) continue
        if (index >= framesMax) throw malformed('Frames', `at most ${framesMax}`)
        const chunk = await open(sealed, index)
        if (chunk === undefined) throw unopened(index)
        index++
        chunks.push(chunk)
      }
      parts = at === have ? [] : [pending.subarray(at)]
      have -= at
      return chunks
    },
    end() {
      if (have > 0) throw malformed('Ends in the middle of a frame')
    },
  }
}

/** RFC 9458 section 4.4, with the nonce of frame i being the derived nonce XOR i. */
async function responseKey(hpke: HpkePrimitives, secret: Uint8Array, encapsulatedKey: Uint8Array, responseNonce: Uint8Array) {
  if (responseNonce.length !== ehbp.responseNonceBytes) throw malformed('Response nonce', `${ehbp.responseNonceBytes} bytes`)
  const kdf = hpke.kdf()
  const aead = hpke.aead()
  const prk = await kdf.Extract(concatBytes(encapsulatedKey, responseNonce), secret)
  const key = await kdf.Expand(prk, utf8('key'), aead.Nk)
  const base = await kdf.Expand(prk, utf8('nonce'), aead.Nn)
  const nonceOf = (index: number) => {
    const nonce = base.slice()
    const view = new DataView(nonce.buffer)
    view.setUint32(nonce.length - 4, (view.getUint32(nonce.length - 4) ^ index) >>> 0)
    return nonce
  }
  const noAad = new Uint8Array(0)
  return {
    seal: (chunk: Uint8Array, index: number) => aead.Seal(key, nonceOf(index), noAad, chunk),
    open: (sealed: Uint8Array, index: number) => aead.Open(key, nonceOf(index), noAad, sealed),
  }
}

const webCrypto: HpkePrimitives = { kem: KEM_DHKEM_X25519_HKDF_SHA256, kdf: KDF_HKDF_SHA256, aead: AEAD_AES_256_GCM }

function suiteOf({ kem, kdf, aead }: HpkePrimitives): CipherSuite {
  return new CipherSuite(kem, kdf, aead)
}

function frame(sealed: Uint8Array): Uint8Array {
  const framed = new Uint8Array(4 + sealed.length)
  new DataView(framed.buffer).setUint32(0, sealed.length)
  framed.set(sealed, 4)
  return framed
}

function fixedHex(text: string, bytes: number, name: string): Uint8Array {
  if (!new RegExp(`^[0-9a-f]{${2 * bytes}}$`).test(text)) throw malformed(name, `${2 * bytes} lower-case hexadecimal digits`, shown(text))
  return fromHex(`0x${text}`)
}

function malformed(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('EHBP_MALFORMED', `Encrypted body: ${message}`, { expected, received })
}

function keyMismatch(cause?: unknown): VerifierError {
  return new VerifierError('EHBP_KEY_MISMATCH', 'The body is not encrypted to this key', { cause })
}

const requestInfo = utf8('ehbp request')
const responseLabel = utf8('ehbp response')
/** X25519 public keys, encapsulated keys, and AES-256 keys alike. */
const keyBytes = 32
/** key id 0; KEM 0x0020 DHKEM(X25519, HKDF-SHA256). */
const keyConfigHead = Uint8Array.of(0, 0x00, 0x20)
/** 4 bytes of suites: KDF 0x0001 HKDF-SHA256, AEAD 0x0002 AES-256-GCM (RFC 9180 section 7). */
const keyConfigSuite = Uint8Array.of(0, 4, 0x00, 0x01, 0x00, 0x02)
const frameBytesMax = 64 << 20
/** A body of nothing but tiny frames would cost one decryption for every few bytes. */
const requestFramesMax = 1024
