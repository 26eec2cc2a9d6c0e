import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { receiptKeyAddress } from '@nacre/verifier/receipt'
import secp256k1 from 'secp256k1'
import type { Address } from 'viem'

export type ReceiptKey = {
  /** SEC1 uncompressed, 65 bytes. */
  publicKey: Uint8Array
  address: Address
  /** 65 bytes `r ‖ s ‖ v`, s in the lower half, v 27 or 28. */
  sign(digest: Uint8Array): Uint8Array
}

export type LogKey = {
  /** Ed25519, 32 bytes. */
  publicKey: Uint8Array
  /** 64 bytes, RFC 8032. */
  sign(message: Uint8Array): Uint8Array
}

/** @throws `RangeError` unless 0 < `privateKey` < n (SEC 2 section 2.4.1): outside it libraries reduce, refuse or sign with a key of their own. */
export function receiptKeyFrom(privateKey: Uint8Array): ReceiptKey {
  if (privateKey.length !== 32 || !secp256k1.privateKeyVerify(privateKey)) throw new RangeError('Not a secp256k1 private key')
  const publicKey = Uint8Array.from(secp256k1.publicKeyCreate(privateKey, false))
  return {
    publicKey,
    address: receiptKeyAddress(publicKey),
    sign(digest) {
      const { signature, recid } = secp256k1.ecdsaSign(digest, privateKey)
      // 2 and 3 mean that r overflowed the order, which happens once in 2^127 signatures and which Ethereum cannot recover.
      if (recid > 1) throw new RangeError('This digest has no Ethereum signature')
      const bytes = new Uint8Array(65)
      bytes.set(signature)
      bytes[64] = 27 + recid
      return bytes
    },
  }
}

export function logKeyFrom(seed: Uint8Array): LogKey {
  // PKCS #8 around an Ed25519 seed, RFC 8410 section 7.
  const privateKey = createPrivateKey({ key: Buffer.concat([ed25519Pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' })
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' })
  return {
    publicKey: Uint8Array.from(Buffer.from(x as string, 'base64url')),
    sign: (message) => Uint8Array.from(sign(null, message, privateKey)),
  }
}

const ed25519Pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
