import { createECDH, createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { concatBytes, toHex } from '@nacre/verifier/bytes'
import { type Certificate, decodeCertificate } from '@nacre/verifier/certificate'
import { p384 } from '@noble/curves/p384'
import * as der from './der-writer.ts'

/**
 * A certificate authority and document maker for tests: the same shapes, lifetimes and extensions as AWS's, and every part of a certificate or document can be replaced by raw bytes.
 * Keys come from seeds, so that documents differ from run to run in their signatures only.
 */
export type TestKey = { readonly privateKey: KeyObject /** SEC1 uncompressed, 97 bytes. */; readonly publicKey: Uint8Array }

export function testKey(seed: string): TestKey {
  const known = keys.get(seed)
  if (known !== undefined) return known
  const ecdh = createECDH('secp384r1')
  ecdh.setPrivateKey(createHash('sha384').update(`nacre test key ${seed}`).digest())
  const publicKey = Uint8Array.from(ecdh.getPublicKey())
  const part = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
  const jwk = {
    kty: 'EC',
    crv: 'P-384',
    d: part(ecdh.getPrivateKey()),
    x: part(publicKey.subarray(1, 49)),
    y: part(publicKey.subarray(49)),
  }
  const key = { privateKey: createPrivateKey({ key: jwk, format: 'jwk' }), publicKey }
  keys.set(seed, key)
  return key
}
const keys = new Map<string, TestKey>()

/** ECDSA over P-384 with SHA-384, 96 bytes `r ‖ s`. */
export function signP384(key: TestKey, message: Uint8Array): Uint8Array {
  if (isDeterministic) {
    const secret = Uint8Array.from(Buffer.from(key.privateKey.export({ format: 'jwk' }).d as string, 'base64url'))
    return p384.sign(createHash('sha384').update(message).digest(), secret, { lowS: false }).toCompactRawBytes()
  }
  return Uint8Array.from(sign('sha384', message, { key: key.privateKey, dsaEncoding: 'ieee-p1363' }))
}

/** From here on this process signs by RFC 6979, slowly: for vectors that must come out the same again. */
export function signDeterministically(): void {
  isDeterministic = true
}
let isDeterministic = false

/** The other valid signature over the same message: `s` replaced by `n - s`. */
export function negateS(signature: Uint8Array): Uint8Array {
  const s = p384Order - BigInt(toHex(signature.subarray(48)))
  return concatBytes(signature.subarray(0, 48), scalar(s))
}

/** SP 800-186 section 3.2.1.4. */
export const p384Order = 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n
export const scalar = (value: bigint) => Uint8Array.from(Buffer.from(value.toString(16).padStart(96, '0'), 'hex'))

// Certificates.

export const ecdsaWithSha384 = der.sequence(der.oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03))
export const ecdsaWithSha256 = der.sequence(der.oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))
export const ecPublicKeyP384 = der.sequence(der.oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01), der.oid(0x2b, 0x81, 0x04, 0x00, 0x22))
export const ecPublicKeyP256 = der.sequence(
  der.oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01),
  der.oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07),
)
export const spki = (publicKey: Uint8Array, algorithm = ecPublicKeyP384) => der.sequence(algorithm, der.bits(publicKey))

export function extension(oid: Uint8Array, critical: boolean, value: Uint8Array): Uint8Array {
  return der.sequence(oid, ...(critical ? [der.boolean()] : []), der.octets(value))
}
const basicConstraintsOid = der.oid(0x55, 0x1d, 0x13)
const keyUsageOid = der.oid(0x55, 0x1d, 0x0f)
export function basicConstraints(isCa: boolean, pathLength: number | null = null, critical = true): Uint8Array {
  const length = pathLength === null ? [] : [der.integer(pathLength)]
  return extension(basicConstraintsOid, critical, der.sequence(...(isCa ? [der.boolean()] : []), ...length))
}
export const rawBasicConstraints = (value: Uint8Array) => extension(basicConstraintsOid, true, value)
export const rawKeyUsage = (value: Uint8Array) => extension(keyUsageOid, true, value)
/** Bit 0 digitalSignature, bit 5 keyCertSign, bit 6 cRLSign (RFC 5280 section 4.2.1.3). */
export const keyUsage = {
  digitalSignature: rawKeyUsage(der.bits(Uint8Array.of(0x80), 7)),
  certSign: rawKeyUsage(der.bits(Uint8Array.of(0x86), 1)),
  certSignOnly: rawKeyUsage(der.bits(Uint8Array.of(0x04), 2)),
}
export const subjectKeyIdentifier = (key: TestKey) =>
  extension(der.oid(0x55, 0x1d, 0x0e), false, der.octets(Uint8Array.from(createHash('sha1').update(key.publicKey).digest())))
/** An extension nobody knows: 1.3.6.1.4.1.99999.1. */
export const unknownExtension = (critical: boolean) =>
  extension(der.oid(0x2b, 0x06, 0x01, 0x04, 0x01, 0x86, 0x8d, 0x1f, 0x01), critical, der.octets(Uint8Array.of(1)))

/** Parts are DER elements; each can be replaced. */
export type CertificateParts = {
  version: Uint8Array
  serial: Uint8Array
  innerAlgorithm: Uint8Array
  issuer: Uint8Array
  notBefore: Uint8Array
  notAfter: Uint8Array
  subject: Uint8Array
  spki: Uint8Array
  /** Elements of the extension list, or `null` for a certificate without the field. */
  extensions: readonly Uint8Array[] | null
  outerAlgorithm: Uint8Array
  /** Turns the raw signature into the `signatureValue` element. */
  signatureValue: (raw: Uint8Array) => Uint8Array
  /** Last change to the signed part, before signing. */
  tbs: (tbs: Uint8Array) => Uint8Array
  /** Last change to the whole, after signing. */
  whole: (certificate: Uint8Array) => Uint8Array
}

export function makeCertificate(
  signer: TestKey,
  subjectKey: TestKey,
  names: { issuer: string; subject: string; notBeforeMs: number; notAfterMs: number },
  parts: Partial<CertificateParts> = {},
): Uint8Array {
  const extensions = parts.extensions === undefined ? [basicConstraints(false), keyUsage.digitalSignature] : parts.extensions
  const plain = der.sequence(
    parts.version ?? der.der(0xa0, der.integer(2)),
    parts.serial ?? der.integer(Uint8Array.from(createHash('sha256').update(names.subject).digest().subarray(0, 16))),
    parts.innerAlgorithm ?? ecdsaWithSha384,
    parts.issuer ?? der.commonName(names.issuer),
    der.sequence(parts.notBefore ?? der.time(names.notBeforeMs), parts.notAfter ?? der.time(names.notAfterMs)),
    parts.subject ?? der.commonName(names.subject),
    parts.spki ?? spki(subjectKey.publicKey),
    ...(extensions === null ? [] : [der.der(0xa3, der.sequence(...extensions))]),
  )
  const tbs = parts.tbs?.(plain) ?? plain
  const raw = signP384(signer, tbs)
  const signatureValue = parts.signatureValue?.(raw) ?? der.bits(der.ecdsaSignature(raw))
  const certificate = der.sequence(tbs, parts.outerAlgorithm ?? ecdsaWithSha384, signatureValue)
  return parts.whole?.(certificate) ?? certificate
}

const dayMs = 86_400_000
const hourMs = 3_600_000
/** The time at which everything made here is valid; leaves begin a minute earlier. */
export const nowMs = Date.UTC(2026, 0, 15, 12)

const authorities = [
  { name: 'root', pathLength: null, beforeMs: 6 * 365 * dayMs, afterMs: 24 * 365 * dayMs },
  { name: 'region', pathLength: 2, beforeMs: 5 * dayMs, afterMs: 15 * dayMs },
  { name: 'zone', pathLength: 1, beforeMs: 2 * dayMs, afterMs: 4 * dayMs },
  { name: 'instance', pathLength: 0, beforeMs: 6 * hourMs, afterMs: 18 * hourMs },
] as const

export type TestChain = {
  readonly root: Certificate
  readonly cabundle: readonly Uint8Array[]
  readonly leaf: Uint8Array
  readonly leafKey: TestKey
}
export type ChainParts = {
  /** Changes to the CA at an index: 0 is the root, the last one issues the leaf. */
  authorities?: Readonly<Record<number, Partial<CertificateParts>>>
  leaf?: Partial<CertificateParts>
  /** How many CAs, root included. @default 4, as AWS */
  depth?: 1 | 2 | 3 | 4
  /** Another seed is another, unrelated root. @default 'a' */
  seed?: string
}

/** root → region → zone → instance → leaf, by AWS's lifetimes (30 years, 20 days, 6 days, a day, three hours). */
export function makeChain(parts: ChainParts = {}): TestChain {
  const { depth = 4, seed = 'a' } = parts
  const used = authorities.slice(0, depth)
  const keyOf = (name: string) => testKey(`${seed} ${name}`)
  const cabundle = used.map(({ name, pathLength, beforeMs, afterMs }, index) => {
    const issuer = used[Math.max(0, index - 1)]?.name ?? name
    const names = { issuer: `${seed} ${issuer}`, subject: `${seed} ${name}`, notBeforeMs: nowMs - beforeMs, notAfterMs: nowMs + afterMs }
    if (index === 0 && parts.authorities?.[0] === undefined) return makeRoot(seed)
    const extensions = [basicConstraints(true, pathLength), subjectKeyIdentifier(keyOf(name)), keyUsage.certSign]
    return makeCertificate(keyOf(issuer), keyOf(name), names, { extensions, ...parts.authorities?.[index] })
  })
  const last = used[depth - 1]?.name as string
  const names = {
    issuer: `${seed} ${last}`,
    subject: `${seed} enclave`,
    notBeforeMs: nowMs - 60_000,
    notAfterMs: nowMs - 57_000 + 3 * hourMs,
  }
  const leaf = makeCertificate(keyOf(last), keyOf('enclave'), names, parts.leaf)
  return { root: decodeCertificate(cabundle[0] as Uint8Array), cabundle, leaf, leafKey: keyOf('enclave') }
}

/** The root of a seed: one certificate for the whole process, since signatures are random. */
function makeRoot(seed: string): Uint8Array {
  const known = roots.get(seed)
  if (known !== undefined) return known
  const { name, beforeMs, afterMs } = authorities[0]
  const key = testKey(`${seed} ${name}`)
  const names = { issuer: `${seed} ${name}`, subject: `${seed} ${name}`, notBeforeMs: nowMs - beforeMs, notAfterMs: nowMs + afterMs }
  const root = makeCertificate(key, key, names, { extensions: [basicConstraints(true), subjectKeyIdentifier(key), keyUsage.certSign] })
  roots.set(seed, root)
  return root
}
const roots = new Map<string, Uint8Array>()
