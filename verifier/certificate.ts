import { equalBytes, fromUtf8, toHex } from './bytes.ts'
import { DerReader, decodeEcdsaSignature, derTag, malformed } from './der.ts'
import { VerifierError } from './errors.ts'

/** The fields of an X.509 v3 certificate (RFC 5280) that a verification looks at. */
export type Certificate = {
  readonly der: Uint8Array
  /** The signed part. */
  readonly tbs: Uint8Array
  /** 96 bytes `r ‖ s`. */
  readonly signature: Uint8Array
  /** Serial number, big-endian, without a sign byte. */
  readonly serial: Uint8Array
  /** Names as DER: compared byte for byte, so two spellings of one name are two names. */
  readonly issuer: Uint8Array
  readonly subject: Uint8Array
  readonly notBeforeMs: number
  /** Inclusive (RFC 5280 section 4.1.2.5): the certificate is still valid during its last second. */
  readonly notAfterMs: number
  /** P-384 point, SEC1 uncompressed, 97 bytes. */
  readonly publicKey: Uint8Array
  readonly isCa: boolean
  /** How many CA certificates may follow, or `null` for no limit. */
  readonly pathLength: number | null
  readonly basicConstraintsCritical: boolean
  /** `null` without the extension. */
  readonly keyUsage: { readonly digitalSignature: boolean; readonly keyCertSign: boolean } | null
}

/**
 * Parses one certificate, strictly: DER only, version 3, P-384 with ecdsa-with-SHA384, no unknown critical extension, nothing after the end. Says nothing about who signed it.
 *
 * @throws `CERTIFICATE_MALFORMED`
 */
export function decodeCertificate(bytes: Uint8Array): Certificate {
  // A copy: a view into a shared buffer would change under the caller's hands.
  const der = Uint8Array.from(bytes)
  const file = new DerReader(der)
  const certificate = file.enter(derTag.sequence, 'certificate')
  file.finish('certificate')
  const tbsElement = certificate.read(derTag.sequence, 'tbsCertificate')
  expectBytes(certificate.contentOf(derTag.sequence, 'signatureAlgorithm'), ecdsaWithSha384, 'signatureAlgorithm is not ecdsa-with-SHA384')
  const signature = decodeEcdsaSignature(bitString(certificate, 'signatureValue'))
  certificate.finish('certificate')

  const tbs = new DerReader(der, tbsElement.content, tbsElement.end)
  expectBytes(tbs.contentOf(derTag.version, 'version'), version3, 'version is not 3')
  const serial = tbs.unsigned('serialNumber')
  if (serial.length > 20 || serial.every((byte) => byte === 0)) throw malformed('serialNumber', '1 to 20 bytes, positive', toHex(serial))
  // Both places must name the algorithm, or the unsigned outer one could be swapped (RFC 5280 section 4.1.1.2).
  expectBytes(tbs.contentOf(derTag.sequence, 'signature'), ecdsaWithSha384, 'signature is not ecdsa-with-SHA384')
  const issuer = name(tbs, 'issuer')
  const validity = tbs.enter(derTag.sequence, 'validity')
  const notBeforeMs = time(validity, 'notBefore')
  const notAfterMs = time(validity, 'notAfter')
  validity.finish('validity')
  const subject = name(tbs, 'subject')
  const spki = tbs.enter(derTag.sequence, 'subjectPublicKeyInfo')
  expectBytes(spki.contentOf(derTag.sequence, 'algorithm'), ecPublicKeyP384, 'public key is not on P-384')
  const publicKey = bitString(spki, 'subjectPublicKey')
  spki.finish('subjectPublicKeyInfo')
  if (publicKey.length !== 97 || publicKey[0] !== 4)
    throw malformed('subjectPublicKey', '97 bytes, uncompressed', `${publicKey.length} bytes`)
  const extensions = readExtensions(tbs)
  tbs.finish('tbsCertificate')
  return {
    der,
    tbs: der.subarray(tbsElement.start, tbsElement.end),
    signature,
    serial,
    issuer,
    subject,
    notBeforeMs,
    notAfterMs,
    publicKey,
    ...extensions,
  }
}

/** Reads the first certificate of a PEM file (RFC 7468). @throws `CERTIFICATE_MALFORMED` */
export function certificateFromPem(pem: string): Certificate {
  const match = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(pem)
  if (match?.[1] === undefined) throw new VerifierError('CERTIFICATE_MALFORMED', 'No PEM block "CERTIFICATE"')
  let binary: string
  try {
    binary = atob(match[1].replace(/\s/g, ''))
  } catch (cause) {
    throw new VerifierError('CERTIFICATE_MALFORMED', 'PEM block is not base64', { cause })
  }
  return decodeCertificate(Uint8Array.from(binary, (char) => char.charCodeAt(0)))
}

export function certificateToPem(certificate: Certificate): string {
  const base64 = btoa(String.fromCharCode(...certificate.der))
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/(.{64})(?=.)/g, '$1\n')}\n-----END CERTIFICATE-----\n`
}

/** OID 1.2.840.10045.4.3.3, no parameters (RFC 5758 section 3.2). */
const ecdsaWithSha384 = Uint8Array.from([0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03])
/** OIDs 1.2.840.10045.2.1 and 1.3.132.0.34 (RFC 5480 section 2.1.1). */
const ecPublicKeyP384 = Uint8Array.from([0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22])
const version3 = Uint8Array.from([0x02, 0x01, 0x02])
/** OIDs 2.5.29.19 and 2.5.29.15. */
const basicConstraintsOid = '0x551d13'
const keyUsageOid = '0x551d0f'
/** OID 2.5.29.14. */
const subjectKeyIdentifierOid = '0x551d0e'

type Extensions = Pick<Certificate, 'isCa' | 'pathLength' | 'basicConstraintsCritical' | 'keyUsage'>

function readExtensions(tbs: DerReader): Extensions {
  let found: Extensions = { isCa: false, pathLength: null, basicConstraintsCritical: false, keyUsage: null }
  if (tbs.done) return found
  const wrapper = tbs.enter(derTag.extensions, 'extensions')
  const list = wrapper.enter(derTag.sequence, 'extensions')
  wrapper.finish('extensions')
  if (list.done) throw malformed('extensions: empty')
  const seen = new Set<string>()
  while (!list.done) {
    const extension = list.enter(derTag.sequence, 'extension')
    const oid = toHex(extension.oid('extnID'))
    if (seen.has(oid)) throw malformed('extension twice', undefined, oid)
    seen.add(oid)
    const critical = extension.nextTag === derTag.boolean && trueOnly(extension, 'critical')
    const value = new DerReader(extension.contentOf(derTag.octetString, 'extnValue'))
    extension.finish('extension')
    if (oid === basicConstraintsOid) found = { ...found, ...basicConstraints(value), basicConstraintsCritical: critical }
    else if (oid === keyUsageOid) found = { ...found, keyUsage: keyUsage(value) }
    // RFC 5280 section 4.2: a critical extension that is not understood means the certificate is not understood.
    else if (critical) throw malformed('unknown critical extension', undefined, oid)
    else ignored(value, oid)
  }
  return found
}

/** Not acted upon, but one whole element all the same, as RFC 5280 section 4.1 says: OpenSSL takes a certificate with an extension it cannot read for no CA. */
function ignored(value: DerReader, oid: string): void {
  const tag = oid === subjectKeyIdentifierOid ? derTag.octetString : value.nextTag
  if (tag === undefined || (tag & 31) === 31) throw malformed('extension without a value', undefined, oid)
  value.read(tag, 'extension')
  value.finish('extension')
}

function basicConstraints(value: DerReader): Pick<Certificate, 'isCa' | 'pathLength'> {
  const sequence = value.enter(derTag.sequence, 'basicConstraints')
  value.finish('basicConstraints')
  const isCa = sequence.nextTag === derTag.boolean && trueOnly(sequence, 'cA')
  let pathLength: number | null = null
  if (sequence.nextTag === derTag.integer) {
    const bytes = sequence.unsigned('pathLenConstraint')
    if (!isCa || bytes.length > 1) throw malformed('pathLenConstraint', 'below 256, on a CA only')
    pathLength = bytes[0] as number
  }
  sequence.finish('basicConstraints')
  return { isCa, pathLength }
}

/** Named bit list (X.690 section 11.2.2): no trailing zero bits, so that a set of usages has one encoding. */
function keyUsage(value: DerReader): { digitalSignature: boolean; keyCertSign: boolean } {
  const content = value.contentOf(derTag.bitString, 'keyUsage')
  value.finish('keyUsage')
  const [unused, first, second] = content
  const last = content[content.length - 1]
  if (unused === undefined || first === undefined || last === undefined || content.length > 3 || unused > 7) throw malformed('keyUsage')
  if (last % (1 << unused) !== 0 || (last & (1 << unused)) === 0 || (second !== undefined && second !== 0x80))
    throw malformed('keyUsage: not the shortest bit list')
  return { digitalSignature: (first & 0x80) !== 0, keyCertSign: (first & 0x04) !== 0 }
}

/** DER writes defaults by leaving them out: a BOOLEAN that is there is TRUE, as ff. */
function trueOnly(reader: DerReader, name: string): true {
  const content = reader.contentOf(derTag.boolean, name)
  if (content.length !== 1 || content[0] !== 0xff) throw malformed(`${name}: not TRUE as DER writes it`)
  return true
}

function bitString(reader: DerReader, name: string): Uint8Array {
  const content = reader.contentOf(derTag.bitString, name)
  if (content[0] !== 0) throw malformed(`${name}: unused bits`, '0', String(content[0]))
  return content.subarray(1)
}

/** RFC 5280 section 4.1.2.4, one attribute to a set as all CAs write it. The whole name is read, because a name that another parser cannot read is a name that it reads otherwise. */
function name(reader: DerReader, label: string): Uint8Array {
  const element = reader.read(derTag.sequence, label)
  const sets = new DerReader(reader.bytes, element.content, element.end)
  if (sets.done) throw malformed(`${label}: empty name`)
  while (!sets.done) {
    const set = sets.enter(derTag.set, label)
    const attribute = set.enter(derTag.sequence, label)
    set.finish(label)
    attribute.oid(label)
    text(attribute, label)
    attribute.finish(label)
  }
  return reader.bytes.subarray(element.start, element.end)
}

function text(reader: DerReader, label: string): void {
  const tag = reader.nextTag
  if (tag !== derTag.utf8String && tag !== derTag.printableString && tag !== derTag.ia5String) throw malformed(`${label}: not text`)
  const content = reader.contentOf(tag, label)
  if (tag !== derTag.utf8String && content.some((byte) => byte >= 0x80)) throw malformed(`${label}: not ASCII`)
  try {
    fromUtf8(content)
  } catch (cause) {
    throw new VerifierError('CERTIFICATE_MALFORMED', `${label}: not UTF-8`, { cause })
  }
}

/** RFC 5280 section 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050, both in seconds and ending in Z. */
function time(reader: DerReader, label: string): number {
  const tag = reader.nextTag === derTag.generalizedTime ? derTag.generalizedTime : derTag.utcTime
  const text = String.fromCharCode(...reader.contentOf(tag, label))
  const digits = tag === derTag.utcTime ? 12 : 14
  if (text.length !== digits + 1 || !/^[0-9]+Z$/.test(text)) throw malformed(`${label}: form`, undefined, text)
  const twoDigits = Number(text.slice(0, 2))
  const year = tag === derTag.utcTime ? twoDigits + (twoDigits < 50 ? 2000 : 1900) : Number(text.slice(0, 4))
  if (tag === derTag.generalizedTime && year < 2050) throw malformed(`${label}: GeneralizedTime before 2050`, undefined, text)
  const rest = text.slice(digits - 10, digits)
  const iso = `${String(year).padStart(4, '0')}-${rest.slice(0, 2)}-${rest.slice(2, 4)}T${rest.slice(4, 6)}:${rest.slice(6, 8)}:${rest.slice(8, 10)}.000Z`
  const timeMs = Date.parse(iso)
  // Date.parse rolls 31 February over into March: comparing the text again refuses days that do not exist.
  if (Number.isNaN(timeMs) || new Date(timeMs).toISOString() !== iso) throw malformed(`${label}: no such time`, undefined, text)
  return timeMs
}

function expectBytes(received: Uint8Array, expected: Uint8Array, message: string): void {
  if (!equalBytes(received, expected)) throw malformed(message, toHex(expected), toHex(received.subarray(0, 64)))
}
