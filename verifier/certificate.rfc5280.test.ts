import { createHash, X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import * as der from '../test/support/der-writer.ts'
import { verdict } from '../test/support/expect.ts'
import {
  basicConstraints,
  type CertificateParts,
  ecdsaWithSha256,
  ecdsaWithSha384,
  ecPublicKeyP256,
  ecPublicKeyP384,
  keyUsage,
  makeCertificate,
  makeChain,
  nowMs,
  rawBasicConstraints,
  rawKeyUsage,
  spki,
  testKey,
  unknownExtension,
} from '../test/support/pki.ts'
import { awsNitroRootG1 } from './aws-root.ts'
import { concatBytes, toHex, utf8 } from './bytes.ts'
import { certificateFromPem, certificateToPem, decodeCertificate } from './certificate.ts'
import { decodeEcdsaSignature } from './der.ts'

const signer = testKey('issuer')
const subject = testKey('subject')
const names = { issuer: 'issuer', subject: 'subject', notBeforeMs: nowMs, notAfterMs: nowMs + 3_600_000 }
const make = (parts: Partial<CertificateParts> = {}) => makeCertificate(signer, subject, names, parts)
const read = (parts: Partial<CertificateParts> = {}) => decodeCertificate(make(parts))
const verdictOf = (bytes: Uint8Array) => verdict(() => decodeCertificate(bytes))
const refused = async (wrong: readonly Partial<CertificateParts>[]) => {
  for (const parts of wrong) expect(await verdict(() => read(parts)), toHex(make(parts))).toBe('CERTIFICATE_MALFORMED')
}

/** Content of a sequence of 128 to 65535 bytes. */
const contentOf = (element: Uint8Array) => element.subarray(element[1] === 0x81 ? 3 : 4)

test('agrees with an independent parser about a whole chain', () => {
  const chain = makeChain()
  for (const bytes of [...chain.cabundle, chain.leaf]) {
    const [ours, theirs] = [decodeCertificate(bytes), new X509Certificate(bytes)]
    expect(ours.notBeforeMs).toBe(Date.parse(theirs.validFrom))
    expect(ours.notAfterMs).toBe(Date.parse(theirs.validTo))
    expect(ours.isCa).toBe(theirs.ca)
    expect(toHex(ours.serial)).toBe(`0x${theirs.serialNumber.toLowerCase()}`)
    const jwk = theirs.publicKey.export({ format: 'jwk' })
    expect(Buffer.from(ours.publicKey.subarray(1)).toString('hex')).toBe(
      Buffer.concat([Buffer.from(jwk.x as string, 'base64url'), Buffer.from(jwk.y as string, 'base64url')]).toString('hex'),
    )
  }
})

test('the AWS root is the published one', () => {
  expect(createHash('sha256').update(awsNitroRootG1.der).digest('hex')).toBe(
    '641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b',
  )
  expect(new Date(awsNitroRootG1.notAfterMs).toISOString()).toBe('2049-10-28T14:28:05.000Z')
})

test('bytes are copied: a certificate does not change with the buffer it came in', () => {
  const pool = Buffer.concat([Buffer.from('pooled'), make(), Buffer.from('pooled')])
  const certificate = decodeCertificate(pool.subarray(6, -6))
  const before = toHex(certificate.tbs)
  pool.fill(0)
  expect(toHex(certificate.tbs)).toBe(before)
})

test('CERT-01 accepts DER: shortest definite lengths and nothing after the end', () => {
  const whole = make()
  expect(toHex(decodeCertificate(whole).der)).toBe(toHex(whole))
  // Lengths of one, two and three bytes.
  for (const length of [1, 127, 128, 255, 256, 600])
    expect(read({ subject: der.commonName('n'.repeat(length)) }).subject.length).toBeGreaterThan(length)
})
test('CERT-01 rejects trailing bytes, truncation, long and indefinite lengths, and other tags', async () => {
  const whole = make()
  expect(await verdictOf(concatBytes(whole, Uint8Array.of(0)))).toBe('CERTIFICATE_MALFORMED')
  for (let end = 0; end < whole.length; end++) expect(await verdictOf(whole.subarray(0, end)), `${end}`).toBe('CERTIFICATE_MALFORMED')
  const indefinite = concatBytes(Uint8Array.of(0x30, 0x80), whole.subarray(4), Uint8Array.of(0, 0))
  const long = concatBytes(Uint8Array.of(0x30, 0x83, 0), whole.subarray(2))
  expect(await verdictOf(indefinite)).toBe('CERTIFICATE_MALFORMED')
  expect(await verdictOf(long)).toBe('CERTIFICATE_MALFORMED')
  expect(await verdictOf(concatBytes(Uint8Array.of(0x31), whole.subarray(1)))).toBe('CERTIFICATE_MALFORMED')
  await refused([
    { version: Uint8Array.of(0xa0, 0x81, 0x03, 0x02, 0x01, 0x02) },
    { serial: Uint8Array.of(0x02, 0x81, 0x01, 0x01) },
    { innerAlgorithm: concatBytes(Uint8Array.of(0x30, 0x81), ecdsaWithSha384.subarray(1)) },
    { issuer: der.set(der.octets(Uint8Array.of(1))) },
    { tbs: (tbs) => concatBytes(Uint8Array.of(0x31), tbs.subarray(1)) },
    // Elements after the last: in tbsCertificate, in the certificate, in the extension list's wrapper.
    { tbs: (tbs) => der.sequence(contentOf(tbs), der.der(0x05)) },
    { signatureValue: (raw) => concatBytes(der.bits(der.ecdsaSignature(raw)), der.der(0x05)) },
    { extensions: null, tbs: (tbs) => der.sequence(contentOf(tbs), der.der(0xa3, der.sequence(basicConstraints(false)), der.der(0x05))) },
    // issuerUniqueID has no place in this profile.
    { extensions: null, tbs: (tbs) => der.sequence(contentOf(tbs), der.der(0x81, Uint8Array.of(0, 1))) },
  ])
})

test('CERT-02 accepts version 3', () => expect(read()).toBeDefined())
test('CERT-02 rejects versions 1, 2 and 4 and a missing version', () =>
  refused([
    { version: new Uint8Array(0) },
    { version: der.der(0xa0, der.integer(0)) },
    { version: der.der(0xa0, der.integer(1)) },
    { version: der.der(0xa0, der.integer(3)) },
    { version: der.der(0xa0, der.integer(2), der.integer(2)) },
  ]))

test('CERT-03 accepts positive serial numbers up to 20 bytes', () => {
  for (const serial of [Uint8Array.of(1), Uint8Array.of(0xff), new Uint8Array(20).fill(0x7f), new Uint8Array(20).fill(0xff)])
    expect(toHex(read({ serial: der.integer(serial) }).serial)).toBe(toHex(serial))
})
test('CERT-03 rejects zero, negative, overlong, empty and not shortest serial numbers', () =>
  refused([
    { serial: der.integer(0) },
    { serial: der.der(0x02, Uint8Array.of(0x80)) },
    { serial: der.der(0x02) },
    { serial: der.der(0x02, Uint8Array.of(0, 1)) },
    { serial: der.integer(new Uint8Array(21).fill(1)) },
  ]))

test('CERT-04 accepts ecdsa-with-SHA384 in both places', () => expect(read({ innerAlgorithm: ecdsaWithSha384 })).toBeDefined())
test('CERT-04 rejects another algorithm, parameters, or a difference between the two places', () => {
  const withNull = der.sequence(der.oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03), der.der(0x05))
  return refused([
    { innerAlgorithm: ecdsaWithSha256 },
    { outerAlgorithm: ecdsaWithSha256 },
    { innerAlgorithm: ecdsaWithSha256, outerAlgorithm: ecdsaWithSha256 },
    { innerAlgorithm: withNull },
    { outerAlgorithm: withNull },
  ])
})

test('CERT-05 accepts r and s as shortest non-negative integers', () => {
  const raw = concatBytes(new Uint8Array(47), Uint8Array.of(1), new Uint8Array(48).fill(0xff))
  expect(decodeEcdsaSignature(der.ecdsaSignature(raw))).toEqual(raw)
  expect(read().signature.length).toBe(96)
})
test('CERT-05 rejects unused bits, negative, overlong or padded integers, a third integer and trailing bytes', () => {
  const one = der.integer(1)
  const value = (...parts: Uint8Array[]) => ({ signatureValue: () => der.bits(der.sequence(...parts)) })
  return refused([
    { signatureValue: (raw) => der.bits(der.ecdsaSignature(raw), 1) },
    { signatureValue: () => der.der(0x03) },
    { signatureValue: (raw) => der.octets(der.ecdsaSignature(raw)) },
    { signatureValue: (raw) => der.bits(concatBytes(der.ecdsaSignature(raw), Uint8Array.of(0))) },
    { signatureValue: (raw) => der.bits(raw) },
    value(one),
    value(one, one, one),
    value(one, der.der(0x02, Uint8Array.of(0, 1))),
    value(der.der(0x02, Uint8Array.of(0xff)), one),
    value(der.der(0x02), one),
    value(one, der.integer(new Uint8Array(49).fill(1))),
  ])
})

test('CERT-06 accepts UTCTime through 2049 and GeneralizedTime from 2050', () => {
  const before = (element: Uint8Array) => new Date(read({ notBefore: element }).notBeforeMs).toISOString()
  expect(before(der.der(0x17, utf8('491231235959Z')))).toBe('2049-12-31T23:59:59.000Z')
  expect(before(der.der(0x17, utf8('500101000000Z')))).toBe('1950-01-01T00:00:00.000Z')
  expect(before(der.der(0x17, utf8('240229120000Z')))).toBe('2024-02-29T12:00:00.000Z')
  expect(before(der.der(0x18, utf8('20500101000000Z')))).toBe('2050-01-01T00:00:00.000Z')
  expect(before(der.der(0x18, utf8('99991231235959Z')))).toBe('9999-12-31T23:59:59.000Z')
})
test('CERT-06 rejects other forms, days that do not exist and the wrong type for the year', () =>
  refused([
    ...['2601151200Z', '260115120000', '260115120000+0000', '260115120000z', '26011512000 Z', '2601151200 0Z', '-60115120000Z'].map(
      (text) => ({
        notBefore: der.der(0x17, utf8(text)),
      }),
    ),
    ...['260229120000Z', '261301000000Z', '260100000000Z', '260115240000Z', '260115126000Z', '260115120060Z'].map((text) => ({
      notAfter: der.der(0x17, utf8(text)),
    })),
    ...['20260115120000Z', '20491231235959Z', '20500101000000.5Z', '20500101000000', '205001010000Z'].map((text) => ({
      notAfter: der.der(0x18, utf8(text)),
    })),
    { notBefore: der.der(0x16, utf8('260115120000Z')) },
  ]))

test('CERT-07 accepts an uncompressed P-384 point', () => expect(toHex(read().publicKey)).toBe(toHex(subject.publicKey)))
test('CERT-07 rejects other curves, other algorithms, compressed points and unused bits', () => {
  const compressed = Uint8Array.of(2, ...subject.publicKey.subarray(1, 49))
  const rsa = der.sequence(der.oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01), der.der(0x05))
  return refused([
    { spki: spki(subject.publicKey, ecPublicKeyP256) },
    { spki: spki(subject.publicKey, rsa) },
    { spki: spki(compressed) },
    { spki: spki(subject.publicKey.subarray(0, 96)) },
    { spki: spki(concatBytes(subject.publicKey, Uint8Array.of(0))) },
    { spki: spki(Uint8Array.of(6, ...subject.publicKey.subarray(1))) },
    { spki: der.sequence(ecPublicKeyP384, der.bits(subject.publicKey, 1)) },
    { spki: der.sequence(ecPublicKeyP384, der.bits(subject.publicKey), der.der(0x05)) },
    { spki: der.sequence(ecPublicKeyP384, der.octets(subject.publicKey)) },
  ])
})

test('CERT-08 accepts unknown extensions that are not critical, and none at all', () => {
  expect(read({ extensions: [basicConstraints(false), unknownExtension(false)] }).isCa).toBe(false)
  expect(read({ extensions: null })).toMatchObject({ isCa: false, keyUsage: null, pathLength: null })
})
test('CERT-08 rejects unknown critical extensions, the same one twice, empty lists and booleans that DER does not write', () => {
  const ignored = (value: Uint8Array) => der.sequence(der.oid(0x55, 0x1d, 0x0e), der.octets(value))
  const flagged = (flag: Uint8Array) => der.sequence(der.oid(0x55, 0x1d, 0x0e), flag, der.octets(der.octets(Uint8Array.of(1))))
  return refused([
    { extensions: [unknownExtension(true)] },
    { extensions: [basicConstraints(false), basicConstraints(true)] },
    { extensions: [keyUsage.digitalSignature, keyUsage.digitalSignature] },
    { extensions: [] },
    { extensions: [flagged(der.boolean(0))] },
    { extensions: [flagged(der.boolean(1))] },
    { extensions: [flagged(der.der(0x01))] },
    { extensions: [flagged(der.der(0x01, Uint8Array.of(0xff, 0xff)))] },
    { extensions: [concatBytes(basicConstraints(false).subarray(0, -1))] },
    { extensions: [ignored(new Uint8Array(0))] },
    { extensions: [ignored(Uint8Array.of(0x04, 0x02, 0x00))] },
    { extensions: [ignored(Uint8Array.of(0x04, 0x01, 0x00, 0x00))] },
    { extensions: [ignored(Uint8Array.of(0x1f, 0x01, 0x00))] },
    { extensions: [ignored(der.integer(1))] },
  ])
})

test('CERT-09 accepts basicConstraints with or without a path length', () => {
  expect(read({ extensions: [basicConstraints(true, null)] })).toMatchObject({
    isCa: true,
    pathLength: null,
    basicConstraintsCritical: true,
  })
  expect(read({ extensions: [basicConstraints(true, 0, false)] })).toMatchObject({ pathLength: 0, basicConstraintsCritical: false })
  expect(read({ extensions: [basicConstraints(true, 255)] }).pathLength).toBe(255)
  expect(read({ extensions: [basicConstraints(false)] })).toMatchObject({ isCa: false, pathLength: null })
})
test('CERT-09 rejects a path length without CA, a large or negative one, cA as written default and trailing elements', () =>
  refused(
    [
      der.sequence(der.integer(0)),
      der.sequence(der.boolean(), der.integer(256)),
      der.sequence(der.boolean(), der.integer(Uint8Array.of(1, 0, 0, 0, 0))),
      der.sequence(der.boolean(), der.der(0x02, Uint8Array.of(0xff))),
      der.sequence(der.boolean(0)),
      der.sequence(der.boolean(1)),
      der.sequence(der.boolean(), der.integer(0), der.integer(0)),
      der.sequence(der.integer(0), der.boolean()),
      concatBytes(der.sequence(der.boolean()), der.der(0x05)),
      // An empty inner sequence whose wrapper still holds bytes: TRUE would stand outside the value.
      concatBytes(Uint8Array.of(0x30, 0x00), der.boolean()),
      der.set(der.boolean()),
    ].map((value) => ({ extensions: [rawBasicConstraints(value)] })),
  ))

test('CERT-10 accepts key usage as the shortest bit list', () => {
  const usage = (content: number[]) => read({ extensions: [rawKeyUsage(der.der(0x03, Uint8Array.from(content)))] }).keyUsage
  expect(usage([7, 0x80])).toEqual({ digitalSignature: true, keyCertSign: false })
  expect(usage([2, 0x84])).toEqual({ digitalSignature: true, keyCertSign: true })
  expect(usage([1, 0x06])).toEqual({ digitalSignature: false, keyCertSign: true })
  expect(usage([7, 0x08, 0x80])).toEqual({ digitalSignature: false, keyCertSign: false })
})
test('CERT-10 rejects bit lists with trailing zeros, too many bits, or none', () =>
  refused(
    [
      [],
      [0],
      [0, 0x80],
      [6, 0x80],
      [8, 0x80],
      [7, 0x81],
      [7, 0x00],
      [0, 0x80, 0x00],
      [7, 0x80, 0x00],
      [6, 0x80, 0x40],
      [7, 0x80, 0x80, 0x80],
    ].map((content) => ({ extensions: [rawKeyUsage(der.der(0x03, Uint8Array.from(content)))] })),
  ))

const attribute = (...parts: Uint8Array[]) => der.sequence(der.set(der.sequence(...parts)))
const commonNameOid = der.oid(0x55, 0x04, 0x03)
test('CERT-11 accepts names of UTF-8, printable or IA5 text', () => {
  expect(toHex(read().issuer)).toBe(toHex(der.commonName('issuer')))
  for (const [tag, text] of [
    [0x0c, 'ü'],
    [0x13, 'US'],
    [0x16, 'a@b'],
  ] as const)
    expect(read({ subject: attribute(commonNameOid, der.der(tag, utf8(text))) })).toBeDefined()
})
test('CERT-11 rejects empty names, other types, text that does not decode, several attributes to a set, and identifiers that DER does not write', () => {
  const text = der.der(0x0c, utf8('a'))
  return refused(
    [
      der.sequence(),
      der.sequence(der.set()),
      der.sequence(der.set(der.sequence())),
      der.sequence(der.sequence(der.sequence(commonNameOid, text))),
      der.sequence(der.set(der.sequence(commonNameOid, text), der.sequence(commonNameOid, text))),
      attribute(commonNameOid),
      attribute(text, commonNameOid),
      attribute(commonNameOid, text, text),
      attribute(commonNameOid, der.integer(1)),
      attribute(commonNameOid, der.der(0x14, utf8('a'))),
      attribute(commonNameOid, der.der(0x0c, Uint8Array.of(0xff))),
      attribute(commonNameOid, der.der(0x13, Uint8Array.of(0xc3, 0xbc))),
      attribute(der.oid(), text),
      attribute(der.oid(0x55, 0x84), text),
      attribute(der.oid(0x55, 0x80, 0x01), text),
      concatBytes(der.commonName('a').subarray(0, -1), Uint8Array.of(0xff)),
    ].flatMap((name) => [{ issuer: name }, { subject: name }]),
  )
})

test('PEM: reads what it writes, and refuses text without a certificate', async () => {
  expect(toHex(certificateFromPem(certificateToPem(read())).der)).toMatch(/^0x3082/)
  expect(toHex(certificateFromPem(`prologue\r\n${certificateToPem(awsNitroRootG1).replaceAll('\n', '\r\n')}`).der)).toBe(
    toHex(awsNitroRootG1.der),
  )
  for (const pem of [
    '',
    '-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----',
    '-----BEGIN CERTIFICATE-----\nAAA=A\n-----END CERTIFICATE-----',
  ])
    expect(await verdict(() => certificateFromPem(pem))).toBe('CERTIFICATE_MALFORMED')
  expect(await verdict(() => certificateFromPem(certificateToPem(read()).replaceAll('CERTIFICATE', 'X509 CRL')))).toBe(
    'CERTIFICATE_MALFORMED',
  )
})
