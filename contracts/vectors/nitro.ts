/**
 * Attestation documents of a small test authority, for `attestations.json`: the same shapes, lifetimes and extensions as
 * AWS's, every piece replaceable by raw bytes. Nothing here is random, nonces of signatures included, so that the file
 * comes out the same each time.
 */
import { createECDH, createHash } from 'node:crypto'

export type Bytes = Uint8Array

export const join = (...parts: readonly Bytes[]): Bytes => Uint8Array.from(Buffer.concat(parts))
export const ascii = (text: string): Bytes => Uint8Array.from(Buffer.from(text, 'utf8'))
export const of = (...bytes: readonly number[]): Bytes => Uint8Array.from(bytes)
export const filled = (length: number, value = 7): Bytes => new Uint8Array(length).fill(value)

// ------------------------------------------------------------------ ECDSA over P-384

/** SP 800-186 section 3.2.1.4. */
export const order = 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n

export type Key = { scalar: bigint; /** X and Y, 96 bytes. */ point: Bytes }

export function keyOf(seed: string): Key {
  const known = keys.get(seed)
  if (known !== undefined) return known
  const scalar = (number(createHash('sha384').update(`nacre vector key ${seed}`).digest()) % (order - 1n)) + 1n
  const key = { scalar, point: multiplyBase(scalar) }
  keys.set(seed, key)
  return key
}
const keys = new Map<string, Key>()

function multiplyBase(scalar: bigint): Bytes {
  const ecdh = createECDH('secp384r1')
  ecdh.setPrivateKey(bytes48(scalar))
  return Uint8Array.from(ecdh.getPublicKey()).subarray(1)
}

const number = (bytes: Bytes) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
export const bytes48 = (value: bigint): Bytes => Uint8Array.from(Buffer.from(value.toString(16).padStart(96, '0'), 'hex'))

function invert(value: bigint): bigint {
  let [a, b, x, y] = [value % order, order, 1n, 0n]
  while (a > 1n) [a, b, x, y] = [b % a, a, y - (b / a) * x, x]
  return ((x % order) + order) % order
}

/** r and s, 96 bytes. The nonce is a hash of key and message. */
export function sign(key: Key, message: Bytes): Bytes {
  const digest = number(createHash('sha384').update(message).digest())
  const seed = createHash('sha512').update(bytes48(key.scalar)).update(message).digest()
  const nonce = (number(seed) % (order - 1n)) + 1n
  const r = number(multiplyBase(nonce).subarray(0, 48)) % order
  const s = (invert(nonce) * (digest + r * key.scalar)) % order
  const raw = join(bytes48(r), bytes48(s))
  signatures.push({ message, raw, point: key.point })
  return raw
}

/** Every signature made so far. */
export const signatures: { message: Bytes; raw: Bytes; point: Bytes }[] = []

/** The other signature of the same message. */
export const negateS = (raw: Bytes): Bytes => join(raw.subarray(0, 48), bytes48(order - number(raw.subarray(48))))

// ------------------------------------------------------------------ DER

export function der(tag: number, ...contents: readonly Bytes[]): Bytes {
  const content = join(...contents)
  const { length } = content
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return join(of(tag, ...head), content)
}
export const sequence = (...contents: readonly Bytes[]) => der(0x30, ...contents)
export const integer = (...bytes: readonly number[]) => der(0x02, of(...bytes))
export const bits = (content: Bytes, unused = 0) => der(0x03, of(unused), content)
export const oid = (...bytes: readonly number[]) => der(0x06, of(...bytes))
export const truth = der(0x01, of(0xff))
export const name = (text: string) => sequence(der(0x31, sequence(oid(0x55, 0x04, 0x03), der(0x0c, ascii(text)))))
export const utcTime = (seconds: number) => der(0x17, ascii(`${digits(seconds).slice(2)}Z`))
export const generalizedTime = (seconds: number) => der(0x18, ascii(`${digits(seconds)}Z`))
const digits = (seconds: number) => new Date(seconds * 1000).toISOString().replace(/[-:T]/g, '').slice(0, 14)

/** An INTEGER from big-endian bytes, in shortest form. */
export function unsigned(bytes: Bytes): Bytes {
  const start = bytes.findIndex((byte) => byte !== 0)
  const rest = start < 0 ? of(0) : bytes.subarray(start)
  return der(0x02, (rest[0] as number) >= 0x80 ? of(0) : of(), rest)
}
export const ecdsaSignature = (raw: Bytes) => sequence(unsigned(raw.subarray(0, 48)), unsigned(raw.subarray(48)))

// ------------------------------------------------------------------ certificates

export const ecdsaWithSha384 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03))
export const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))
export const p384Algorithm = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01), oid(0x2b, 0x81, 0x04, 0x00, 0x22))
export const p256Algorithm = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01), oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07))
export const spki = (key: Key) => sequence(p384Algorithm, bits(join(of(4), key.point)))
export const extension = (id: readonly number[], critical: boolean, value: Bytes) =>
  sequence(oid(...id), ...(critical ? [truth] : []), der(0x04, value))
export const basicConstraintsId = [0x55, 0x1d, 0x13]
export const keyUsageId = [0x55, 0x1d, 0x0f]
export const basicConstraints = (isCa: boolean, pathLength?: number, critical = true) =>
  extension(basicConstraintsId, critical, sequence(...(isCa ? [truth] : []), ...(pathLength === undefined ? [] : [unsigned(of(pathLength))])))
export const keyUsage = (...content: readonly number[]) => extension(keyUsageId, true, der(0x03, of(...content)))
export const signsDocuments = keyUsage(7, 0x80)
export const signsCertificates = keyUsage(1, 0x86)
export const subjectKeyIdentifier = (key: Key) =>
  extension([0x55, 0x1d, 0x0e], false, der(0x04, createHash('sha1').update(key.point).digest()))

export type CertificateParts = {
  version: Bytes
  serial: Bytes
  innerAlgorithm: Bytes
  issuer: Bytes
  notBefore: Bytes
  notAfter: Bytes
  subject: Bytes
  spki: Bytes
  extensions: readonly Bytes[]
  /** Elements after the public key instead of the extensions. */
  tail: readonly Bytes[]
  outerAlgorithm: Bytes
  signatureValue: (raw: Bytes) => Bytes
  tbs: (tbs: Bytes) => Bytes
  whole: (certificate: Bytes) => Bytes
  /** Signs instead of the issuer. */
  signer: Key
}

type Standard = { issuer: string; subject: string; notBefore: number; notAfter: number; extensions: readonly Bytes[] }

function makeCertificate(issuer: Key, subject: Key, standard: Standard, parts: Partial<CertificateParts>): Bytes {
  const tail = parts.tail ?? [der(0xa3, sequence(...(parts.extensions ?? standard.extensions)))]
  const plain = sequence(
    parts.version ?? der(0xa0, integer(2)),
    parts.serial ?? unsigned(createHash('sha256').update(standard.subject).digest().subarray(0, 16)),
    parts.innerAlgorithm ?? ecdsaWithSha384,
    parts.issuer ?? name(standard.issuer),
    sequence(parts.notBefore ?? utcTime(standard.notBefore), parts.notAfter ?? utcTime(standard.notAfter)),
    parts.subject ?? name(standard.subject),
    parts.spki ?? spki(subject),
    ...tail,
  )
  const tbs = parts.tbs?.(plain) ?? plain
  const raw = sign(parts.signer ?? issuer, tbs)
  const certificate = sequence(tbs, parts.outerAlgorithm ?? ecdsaWithSha384, parts.signatureValue?.(raw) ?? bits(ecdsaSignature(raw)))
  return parts.whole?.(certificate) ?? certificate
}

/** 2026-01-15T12:00:00Z: everything made here is valid then. */
export const now = Date.UTC(2026, 0, 15, 12) / 1000
const [hour, day] = [3600, 86_400]

/** AWS's lifetimes: 30 years, 20 days, 6 days, a day; then a leaf of three hours. */
const authorities = [
  { name: 'root', pathLength: undefined, before: 6 * 365 * day, after: 23 * 365 * day },
  { name: 'region', pathLength: 2, before: 5 * day, after: 15 * day },
  { name: 'zone', pathLength: 1, before: 2 * day, after: 4 * day },
  { name: 'instance', pathLength: 0, before: 6 * hour, after: 18 * hour },
] as const
const leafNotBefore = now - 60
const leafNotAfter = now - 57 + 3 * hour

export type ChainParts = {
  /** Changes to a certificate: 0 is the root, 4 the leaf. */
  certificates?: Readonly<Record<number, Partial<CertificateParts>>>
  /** How many authorities, root included. */
  depth?: number
  seed?: string
}
export type Chain = { cabundle: readonly Bytes[]; leaf: Bytes; leafKey: Key }

export function makeChain({ certificates = {}, depth = 4, seed = 'a' }: ChainParts = {}): Chain {
  // Deeper than AWS's: more zones, with longer path lengths above them.
  const used = Array.from({ length: depth }, (_, i) => {
    const like = authorities[i === depth - 1 && depth > 1 ? 3 : Math.min(i, 2)] as (typeof authorities)[number]
    const standard = depth === 4 ? authorities[i] : { ...like, name: i === 0 ? 'root' : `authority ${i}`, pathLength: i === 0 ? undefined : depth - 1 - i }
    return standard as { name: string; pathLength: number | undefined; before: number; after: number }
  })
  const cabundle = used.map(({ name: own, pathLength, before, after }, i) => {
    const issuer = used[Math.max(0, i - 1)]?.name ?? own
    const extensions = [basicConstraints(true, pathLength), subjectKeyIdentifier(keyOf(`${seed} ${own}`)), signsCertificates]
    const standard = { issuer: `${seed} ${issuer}`, subject: `${seed} ${own}`, notBefore: now - before, notAfter: now + after, extensions }
    return makeCertificate(keyOf(`${seed} ${issuer}`), keyOf(`${seed} ${own}`), standard, certificates[i] ?? {})
  })
  const issuer = used[depth - 1]?.name as string
  const leafKey = keyOf(`${seed} enclave`)
  const standard = {
    issuer: `${seed} ${issuer}`,
    subject: `${seed} enclave`,
    notBefore: leafNotBefore,
    notAfter: leafNotAfter,
    extensions: [basicConstraints(false), signsDocuments],
  }
  return { cabundle, leaf: makeCertificate(keyOf(`${seed} ${issuer}`), leafKey, standard, certificates[depth] ?? {}), leafKey }
}

// ------------------------------------------------------------------ CBOR

export function head(major: number, argument: number | bigint, width?: number): Bytes {
  const value = BigInt(argument)
  const size = width ?? (value < 24n ? 0 : value < 256n ? 1 : value < 65536n ? 2 : value < 4294967296n ? 4 : 8)
  if (size === 0) return of((major << 5) | Number(value))
  return join(of((major << 5) | (24 + Math.log2(size))), Uint8Array.from(Buffer.from(value.toString(16).padStart(2 * size, '0'), 'hex')))
}
export const uint = (value: number | bigint, width?: number) => head(0, value, width)
export const bstr = (content: Bytes, width?: number) => join(head(2, content.length, width), content)
export const text = (content: string) => join(head(3, ascii(content).length), ascii(content))
export const array = (...items: readonly Bytes[]) => join(head(4, items.length), ...items)
export type Entries = readonly (readonly [Bytes, Bytes])[]
export const map = (entries: Entries) => join(head(5, entries.length), ...entries.flat())
export const indefiniteMap = (entries: Entries) => join(of(0xbf), ...entries.flat(), of(0xff))
export const nil = of(0xf6)

// ------------------------------------------------------------------ documents

export type Fields = Map<string, Bytes>
export type DocumentParts = {
  chain?: Chain
  signer?: Key
  timestampMs?: number
  fields?: (fields: Fields) => void
  indefinite?: boolean
  payload?: (payload: Bytes) => Bytes
  protectedHeader?: Bytes
  unprotectedHeader?: Bytes
  signature?: (raw: Bytes) => Bytes
  items?: (items: Bytes[]) => Bytes[]
  whole?: (document: Bytes) => Bytes
}

export const protectedEs384 = of(0xa1, 0x01, 0x38, 0x22)
const standardChain = makeChain()

/** Distinct 48 bytes for each register. */
export const pcrOf = (label: string): Bytes => Uint8Array.from(createHash('sha384').update(`register ${label}`).digest())

/** PCR0-4 and 16 measured, the rest of 0-15 zero: an unsigned image with its models. */
export const standardPcrs: readonly (readonly [number, Bytes])[] = [
  ...Array.from({ length: 16 }, (_, i) => [i, i < 5 ? pcrOf(`${i}`) : filled(48, 0)] as const),
  [16, pcrOf('16')],
]
export const bank = (entries: readonly (readonly [number, Bytes])[]) => map(entries.map(([i, value]) => [uint(i), bstr(value)] as const))

/** Receipt key of the documents: the generator of secp256k1, SEC1 uncompressed, so its private key is 1. */
export const receiptKey = Uint8Array.from(
  Buffer.from(
    '0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8',
    'hex',
  ),
)
export const keysetHash = Uint8Array.from(createHash('sha256').update('keyset').digest())
export const keysetUserData = join(ascii('nacre/keyset/1'), of(0, 0), keysetHash)

/** A COSE_Sign1 attestation document: valid unless told otherwise. */
export function makeDocument(parts: DocumentParts = {}): Bytes {
  const { chain = standardChain, protectedHeader = protectedEs384, timestampMs = now * 1000 - 30_000 } = parts
  const fields: Fields = new Map([
    ['module_id', text('i-0123456789abcdef0-enc0123456789abcdef')],
    ['digest', text('SHA384')],
    ['timestamp', uint(timestampMs)],
    ['pcrs', bank(standardPcrs)],
    ['certificate', bstr(chain.leaf)],
    ['cabundle', array(...chain.cabundle.map((certificate) => bstr(certificate)))],
    ['public_key', bstr(receiptKey)],
    ['user_data', bstr(keysetUserData)],
    ['nonce', nil],
  ])
  parts.fields?.(fields)
  const entries = [...fields].map(([key, value]) => [text(key), value] as const)
  const plain = parts.indefinite ? indefiniteMap(entries) : map(entries)
  const payload = parts.payload?.(plain) ?? plain
  const raw = sign(parts.signer ?? chain.leafKey, sigStructure(protectedHeader, payload))
  const items = [bstr(protectedHeader), parts.unprotectedHeader ?? map([]), bstr(payload), bstr(parts.signature?.(raw) ?? raw)]
  const document = array(...(parts.items?.(items) ?? items))
  return parts.whole?.(document) ?? document
}

/** RFC 9052 section 4.4. */
export const sigStructure = (protectedHeader: Bytes, payload: Bytes) => array(text('Signature1'), bstr(protectedHeader), bstr(of()), bstr(payload))
