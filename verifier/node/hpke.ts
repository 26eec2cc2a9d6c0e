import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import { type AEAD, concat, I2OSP, type KDF, type KEM, type Key, type KeyPair, LabeledExpand, LabeledExtract } from 'hpke'
import { utf8 } from '../bytes.ts'
import type { HpkePrimitives } from '../ehbp.ts'

/**
 * The primitives of EHBP's suite by `node:crypto`, each in the calling thread. WebCrypto would send every one of some thirty HMACs of a request to another thread and back, which costs a small request
 * more than all of its arithmetic. Same bytes on the wire: RFC 9180's vectors are in the tests.
 */
export const nodeHpke: HpkePrimitives = { kem, kdf, aead }

type NodeKey = Key & { readonly handle: KeyObject; readonly raw: Uint8Array }

/** DHKEM(X25519, HKDF-SHA256), RFC 9180 section 4.1. OpenSSL refuses a shared secret of zeros, as section 7.1.4 asks. */
function kem(): KEM<NodeKey> {
  const id = 0x0020
  const suiteId = concat(utf8('KEM'), I2OSP(id, 2))

  async function sharedSecret(own: NodeKey, other: NodeKey, context: Uint8Array): Promise<Uint8Array> {
    const dh = diffieHellman({ privateKey: own.handle, publicKey: other.handle })
    const prk = await LabeledExtract(kdf(), suiteId, none, utf8('eae_prk'), dh)
    return LabeledExpand(kdf(), suiteId, prk, utf8('shared_secret'), context, keyBytes)
  }

  async function DeriveKeyPair(ikm: Uint8Array): Promise<KeyPair<NodeKey>> {
    const prk = await LabeledExtract(kdf(), suiteId, none, utf8('dkp_prk'), ikm)
    return pairOf(privateKey(await LabeledExpand(kdf(), suiteId, prk, utf8('sk'), none, keyBytes)))
  }

  const generate = () => pairOf(keyOf('private', generateKeyPairSync('x25519').privateKey))
  return {
    id,
    type: 'KEM',
    name: 'DHKEM(X25519, HKDF-SHA256)',
    Nsecret: keyBytes,
    Nenc: keyBytes,
    Npk: keyBytes,
    Nsk: keyBytes,
    DeriveKeyPair,
    GenerateKeyPair: async () => generate(),
    SerializePublicKey: async ({ raw }) => raw.slice(),
    DeserializePublicKey: async (raw) => publicKey(raw),
    SerializePrivateKey: async ({ raw }) => raw.slice(),
    DeserializePrivateKey: async (raw) => privateKey(raw),
    async Encap(recipient) {
      const ephemeral = generate()
      const enc = ephemeral.publicKey.raw
      return { enc, shared_secret: await sharedSecret(ephemeral.privateKey, recipient, concat(enc, recipient.raw)) }
    },
    async Decap(enc, own, recipient = pairOf(own).publicKey) {
      return sharedSecret(own, publicKey(enc), concat(enc, recipient.raw))
    },
  }
}

/** HKDF-SHA256, RFC 5869. */
function kdf(): KDF {
  return {
    id: 0x0001,
    type: 'KDF',
    name: 'HKDF-SHA256',
    Nh: hashBytes,
    stages: 2,
    Extract: async (salt, ikm) => hmac(salt, ikm),
    async Expand(prk, info, length) {
      const blocks: Uint8Array[] = []
      for (let made = 0; made < length; made += hashBytes)
        blocks.push(hmac(prk, concat(blocks.at(-1) ?? none, info, Uint8Array.of(blocks.length + 1))))
      return concat(...blocks).subarray(0, length)
    },
    Derive: () => Promise.reject(new TypeError('HKDF has two stages')),
  }
}

/** AES-256-GCM, the tag at the end, RFC 5116 section 5.1. */
function aead(): AEAD {
  return {
    id: 0x0002,
    type: 'AEAD',
    name: 'AES-256-GCM',
    Nk: keyBytes,
    Nn: 12,
    Nt: tagBytes,
    async Seal(key, nonce, aad, plaintext) {
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad)
      return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag())
    },
    async Open(key, nonce, aad, sealed) {
      if (sealed.length < tagBytes) throw new RangeError('shorter than its tag')
      const end = sealed.length - tagBytes
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(aad)
      decipher.setAuthTag(sealed.subarray(end))
      const plaintext = decipher.update(sealed.subarray(0, end))
      decipher.final() // throws unless the tag is right: before that, nothing of the plaintext leaves here
      return plaintext
    },
  }
}

function hmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(data).digest()
}

function publicKey(raw: Uint8Array): NodeKey {
  return keyOf('public', createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: base64url(raw) }, format: 'jwk' }))
}

function privateKey(raw: Uint8Array): NodeKey {
  return keyOf('private', createPrivateKey({ key: Buffer.concat([x25519Pkcs8Prefix, raw]), format: 'der', type: 'pkcs8' }))
}

function pairOf(own: NodeKey): KeyPair<NodeKey> {
  return { privateKey: own, publicKey: keyOf('public', createPublicKey(own.handle)) }
}

function keyOf(type: 'private' | 'public', handle: KeyObject): NodeKey {
  const { d, x } = handle.export({ format: 'jwk' })
  return {
    type,
    handle,
    raw: Uint8Array.from(Buffer.from((type === 'private' ? d : x) as string, 'base64url')),
    algorithm: { name: 'X25519' },
    extractable: true,
  }
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url')
}

const none = new Uint8Array(0)
const keyBytes = 32
const hashBytes = 32
const tagBytes = 16
/** PKCS #8 around a raw X25519 private key, RFC 8410 section 7. */
const x25519Pkcs8Prefix = Buffer.from('302e020100300506032b656e04220420', 'hex')
