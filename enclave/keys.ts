import 'reflect-metadata' // @peculiar/x509 does not load without it
import { createECDH, createHash, createPrivateKey, createPublicKey, type KeyObject, webcrypto } from 'node:crypto'
import { toHex } from '@nacre/verifier/bytes'
import * as x509 from '@peculiar/x509'
import type { Entropy } from './entropy.ts'
import { type LogKey, logKeyFrom, type ReceiptKey, receiptKeyFrom } from './signing-keys.ts'

/** What the enclave holds. Private keys stay inside these closures and objects, and in the thread that signs: nothing logs or exports them, and they die with the process. */
export type EnclaveKeys = {
  receipt: ReceiptKey
  /** What `receipt` is made from, for the thread that signs beside. */
  receiptSecret: Uint8Array
  log: LogKey
  tls: TlsKey
  hpke: HpkeKey
  /** Of what enclaves of one image have in common, where they do: says which keysets are theirs, and signs nothing else. */
  identity?: ReceiptKey | undefined
  /** Likewise, where the command line says so: signs receipts for contracts beside `receipt`, and nothing else. */
  keptReceipt?: ReceiptKey | undefined
}

export type TlsKey = {
  certificatePem: string
  privateKeyPem: string
  spkiSha256: Uint8Array
}

export type HpkeKey = {
  /** X25519, 32 bytes. */
  publicKey: Uint8Array
  privateKey: KeyObject
}

/**
 * @param shared what enclaves of one image have in common, where they do: whom clients talk to. Who signed is never shared.
 * @param keptReceipt what those with the same models too have in common, where they do: whom contracts accept.
 */
export async function drawKeys(parts: {
  entropy: Entropy
  shared?: Entropy
  keptReceipt?: Entropy | undefined
  tlsName: string
  nowMs: number
}): Promise<EnclaveKeys> {
  const { entropy, keptReceipt, tlsName, nowMs } = parts
  const shared = parts.shared ?? entropy
  const receiptSecret = scalar(entropy, 'nacre/receipt-key/1', secp256k1Order)
  return {
    receipt: receiptKeyFrom(receiptSecret),
    receiptSecret,
    log: logKeyFrom(entropy.derive('nacre/log-key/1', 32)),
    tls: await tlsKeyFrom(scalar(shared, 'nacre/tls-key/1', p256Order), entropy.derive('nacre/tls-serial/1', 16), tlsName, nowMs),
    hpke: hpkeKeyFrom(shared.derive('nacre/hpke-key/1', 32)),
    identity: parts.shared && receiptKeyFrom(scalar(parts.shared, 'nacre/identity-key/1', secp256k1Order)),
    keptReceipt: keptReceipt && receiptKeyFrom(scalar(keptReceipt, 'nacre/kept-receipt-key/1', secp256k1Order)),
  }
}

/**
 * The certificate is only an envelope for the key: clients pin the key's hash from the attested keyset, no authority vouches for the name. It is valid from a day before `nowMs`,
 * because enclaves' clocks drift.
 */
async function tlsKeyFrom(privateKey: Uint8Array, serial: Uint8Array, tlsName: string, nowMs: number): Promise<TlsKey> {
  const point = createECDH('prime256v1')
  point.setPrivateKey(privateKey)
  const publicPoint = point.getPublicKey()
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    d: base64url(privateKey),
    x: base64url(publicPoint.subarray(1, 33)),
    y: base64url(publicPoint.subarray(33)),
  }
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const { d: _, ...publicJwk } = jwk
  const keys = {
    privateKey: await webcrypto.subtle.importKey('jwk', jwk, algorithm, false, ['sign']),
    publicKey: await webcrypto.subtle.importKey('jwk', publicJwk, algorithm, true, ['verify']),
  }
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x01 // positive and not empty, RFC 5280 section 4.1.2.2
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: Buffer.from(serial).toString('hex'),
      name: [{ CN: [tlsName] }],
      notBefore: new Date(nowMs - dayMs),
      notAfter: new Date(nowMs + 365 * dayMs),
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([
          ...[...new Set([tlsName, 'localhost'])].map((value) => ({ type: 'dns', value }) as const),
          { type: 'ip', value: '127.0.0.1' },
          { type: 'ip', value: '::1' },
        ]),
      ],
    },
    webcrypto as Crypto,
  )
  const spki = createPublicKey({ key: publicJwk, format: 'jwk' }).export({ type: 'spki', format: 'der' })
  return {
    certificatePem: certificate.toString('pem'),
    privateKeyPem: createPrivateKey({ key: jwk, format: 'jwk' }).export({ type: 'pkcs8', format: 'pem' }) as string,
    spkiSha256: Uint8Array.from(createHash('sha256').update(spki).digest()),
  }
}

function hpkeKeyFrom(seed: Uint8Array): HpkeKey {
  // PKCS #8 around a raw X25519 private key, RFC 8410 section 7.
  const privateKey = createPrivateKey({ key: Buffer.concat([x25519Pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' })
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' })
  return { publicKey: Uint8Array.from(Buffer.from(x as string, 'base64url')), privateKey }
}

/**
 * A private key in [1, order - 1]: 48 bytes reduced, FIPS 186-5 appendix A.2.1. With 128 bits more than the order has, the reduction's bias is below 2^-128; 32 bytes would
 * need a retry when they miss the range.
 */
function scalar(entropy: Entropy, label: string, order: bigint): Uint8Array {
  const wide = BigInt(toHex(entropy.derive(label, 48)))
  return Uint8Array.from(Buffer.from(((wide % (order - 1n)) + 1n).toString(16).padStart(64, '0'), 'hex'))
}

const dayMs = 24 * 60 * 60_000
const secp256k1Order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n // SEC 2 section 2.4.1
const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n // NIST SP 800-186 section 3.2.1.3
const x25519Pkcs8Prefix = Buffer.from('302e020100300506032b656e04220420', 'hex')

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
