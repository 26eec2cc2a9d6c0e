/**
 * One or more documents for each rule of documents, certificates and chains, with the error that the contract refuses
 * them with. Rule ids and their wording are those of verifier/SPEC.md.
 */
import {
  array,
  ascii,
  bank,
  basicConstraints,
  basicConstraintsId,
  bits,
  bstr,
  bytes48,
  type CertificateParts,
  type ChainParts,
  type DocumentParts,
  der,
  ecdsaSignature,
  ecdsaWithSha256,
  ecdsaWithSha384,
  extension,
  type Fields,
  filled,
  generalizedTime,
  head,
  indefiniteMap,
  integer,
  join,
  keyOf,
  keyUsage,
  keyUsageId,
  makeChain,
  makeDocument,
  map,
  name,
  negateS,
  nil,
  now,
  of,
  oid,
  order,
  p256Algorithm,
  p384Algorithm,
  pcrOf,
  protectedEs384,
  type Bytes,
  sequence,
  signsCertificates,
  signsDocuments,
  spki,
  standardPcrs,
  text,
  truth,
  uint,
  unsigned,
  utcTime,
} from './nitro.ts'

/** `error` is the name of an error of IAttestationVerifier, or empty for a document that is accepted. */
export type AttestationCase = { rule: string; what: string; error: string; document: Bytes }

const cases: AttestationCase[] = []

/** All documents in `parts` meet the rule (no `error`) or break it. */
function add(rule: string, error: string, documents: Readonly<Record<string, DocumentParts>>): void {
  for (const [what, parts] of Object.entries(documents)) cases.push({ rule, what, error, document: makeDocument(parts) })
}
const accept = (rule: string, documents: Readonly<Record<string, DocumentParts>>) => add(rule, '', documents)

const field = (key: string, value: Bytes | null): DocumentParts => ({
  fields: (fields) => void (value === null ? fields.delete(key) : fields.set(key, value)),
})
const chain = (parts: ChainParts): DocumentParts => ({ chain: makeChain(parts) })
const certificate = (index: number, parts: Partial<CertificateParts>) => chain({ certificates: { [index]: parts } })
const leaf = (parts: Partial<CertificateParts>) => certificate(4, parts)
const each = <value>(values: readonly value[], parts: (value: value) => DocumentParts, label: (value: value, index: number) => string) =>
  Object.fromEntries(values.map((value, i) => [label(value, i), parts(value)]))
const hex = (bytes: Bytes) => Buffer.from(bytes).toString('hex')

export function attestationCases(): readonly AttestationCase[] {
  if (cases.length > 0) return cases
  documents()
  certificates()
  chains()
  return cases
}

// ------------------------------------------------------------------ documents

function documents(): void {
  accept('ATT-01', { untagged: {}, 'tag 18': { whole: (document) => join(of(0xd2), document) } })
  add('ATT-01', 'CborMalformed', { 'over 32 KiB': { whole: (document) => join(document, filled(32_769 - document.length, 0)) } })
  add('ATT-01', 'CoseMalformed', {
    'a byte after the end': { whole: (document) => join(document, of(0)) },
    'tag 18 twice': { whole: (document) => join(of(0xd2, 0xd2), document) },
    'tag 17': { whole: (document) => join(of(0xd1), document) },
    'tag 18 in its long form': { whole: (document) => join(of(0xd8, 18), document) },
    'an array of three': { items: (items) => items.slice(0, 3) },
    'an array of five': { items: (items) => [...items, nil] },
    nothing: { whole: () => of() },
    'an array without its items': { whole: () => of(0x84) },
    'cut off by one byte': { whole: (document) => document.subarray(0, -1) },
    'an indefinite array': { whole: (document) => join(of(0x9f), document.subarray(1), of(0xff)) },
  })

  accept('ATT-02', { '{1: -35}': { protectedHeader: protectedEs384 } })
  add(
    'ATT-02',
    'CoseMalformed',
    each(
      ['', 'a0', 'a10126', 'a1013823', 'a201382204416b', 'a118013822', 'bf013822ff', 'a1013822f6'],
      (protectedHeader) => ({ protectedHeader: Uint8Array.from(Buffer.from(protectedHeader, 'hex')) }),
      (value) => `protected ${value || 'empty'}`,
    ),
  )

  accept('ATT-03', { 'an empty map': { unprotectedHeader: of(0xa0) } })
  add('ATT-03', 'CoseMalformed', {
    'a key id': { unprotectedHeader: map([[uint(4), bstr(ascii('k'))]]) },
    'an algorithm': { unprotectedHeader: map([[uint(1), of(0x38, 0x22)]]) },
    'an indefinite map': { unprotectedHeader: of(0xbf, 0xff) },
    null: { unprotectedHeader: nil },
  })

  const large = bstr(filled(1024))
  accept('ATT-04', {
    'all three fields at 1024 bytes': { fields: (fields) => void fields.set('public_key', large).set('user_data', large).set('nonce', large) },
  })
  add('ATT-04', 'CoseMalformed', {
    empty: { payload: () => of() },
    '16385 bytes': { payload: (payload) => join(payload, filled(16_385 - payload.length, 0)) },
  })
  add('ATT-04', 'CborMalformed', {
    detached: { items: (items) => items.with(2, nil) },
    text: { items: (items) => items.with(2, text('payload')) },
    'in a longer head': { payload: (payload) => payload, items: (items) => items.with(2, join(of(0x5a, 0, 0), (items[2] as Bytes).subarray(1))) },
    'longer than what is left': { items: (items) => items.with(2, join(of(0x59, 0x3f, 0xff), (items[2] as Bytes).subarray(3))) },
  })

  accept('ATT-05', { '96 bytes': {}, 'the other s': { signature: negateS } })
  add(
    'ATT-05',
    'CoseMalformed',
    each([0, 64, 95, 97, 104], (length) => ({ signature: () => filled(length) }), (length) => `${length} bytes`),
  )
  add('ATT-05', 'CoseMalformed', { DER: { signature: ecdsaSignature } })

  const reverse = (fields: Fields) => {
    const entries = [...fields].reverse()
    fields.clear()
    for (const [key, value] of entries) fields.set(key, value)
  }
  const pairs = standardPcrs.map(([i, value]) => [uint(i), bstr(value)] as const)
  accept('ATT-06', {
    indefinite: { indefinite: true },
    'another order': { fields: reverse },
    'another order, indefinite': { fields: reverse, indefinite: true },
    'registers of indefinite length, backwards': field('pcrs', indefiniteMap(pairs.toReversed())),
  })
  const again = (key: string, value: Bytes) => (payload: Bytes) =>
    join(of((payload[0] as number) + 1), payload.subarray(1), text(key), value)
  add('ATT-06', 'CborMalformed', {
    'an array': { payload: () => array() },
    null: { payload: () => nil },
    'a byte after the map': { payload: (payload) => join(payload, of(0)) },
    'one entry missing': { payload: (payload) => join(of((payload[0] as number) + 1), payload.subarray(1)) },
    'the count too small': { payload: (payload) => join(of((payload[0] as number) - 1), payload.subarray(1)) },
    'the count in its long form': { payload: (payload) => join(of(0xb8, 9), payload.subarray(1)) },
    'pcrs twice': { payload: again('pcrs', bank([[0, filled(48)]])) },
    'nonce twice': { payload: again('nonce', nil) },
    'certificate twice': { payload: again('certificate', bstr(makeChain().leaf)) },
    'cabundle twice': { payload: again('cabundle', array(...makeChain().cabundle.map((one) => bstr(one)))) },
    'module_id twice': { payload: again('module_id', text('i-1')) },
    'digest twice': { payload: again('digest', text('SHA384')) },
    'timestamp twice': { payload: again('timestamp', uint(1)) },
    'public_key twice': { payload: again('public_key', nil) },
    'user_data twice': { payload: again('user_data', nil) },
    'indefinite without its end': { indefinite: true, payload: (payload) => payload.subarray(0, -1) },
    'indefinite with two ends': { indefinite: true, payload: (payload) => join(payload, of(0xff)) },
    'timestamp in a longer form': field('timestamp', join(of(0x1b, 0, 0, 0, 0), of(0, 0, 255, 255))),
    'timestamp with a tag': field('timestamp', join(of(0xc1), uint(now * 1000))),
    'timestamp as a float': field('timestamp', of(0xfb, 0x42, 0x78, 0, 0, 0, 0, 0, 0)),
    'timestamp with reserved information': field('timestamp', of(0x1c)),
    'certificate in chunks': field('certificate', join(of(0x5f), bstr(makeChain().leaf), of(0xff))),
    'cabundle of indefinite length': field('cabundle', join(of(0x9f), ...makeChain().cabundle.map((one) => bstr(one)), of(0xff))),
    'nonce undefined': field('nonce', of(0xf7)),
  })
  add('ATT-06', 'AttestationMalformed', {
    'digest in a longer form': field('digest', join(of(0x78, 6), ascii('SHA384'))),
    'a byte string as a key': { payload: (payload) => join(of((payload[0] as number) + 1), payload.subarray(1), bstr(ascii('x')), nil) },
    'a break inside a definite map': { payload: (payload) => join(of((payload[0] as number) + 1), payload.subarray(1), of(0xff)) },
    'a key in its long form': { payload: (payload) => join(payload.subarray(0, 1), of(0x78, 9), payload.subarray(2)) },
  })

  accept('ATT-07', {
    'the last three missing': { fields: (fields) => ['public_key', 'user_data', 'nonce'].forEach((key) => void fields.delete(key)) },
  })
  add('ATT-07', 'AttestationMalformed', {
    ...each(['module_id', 'digest', 'timestamp', 'pcrs', 'certificate', 'cabundle'], (key) => field(key, null), (key) => `${key} missing`),
    ...each(['moduleid', 'PCRS', 'user_data\0', '', 'a key longer than any'], (key) => field(key, nil), (key) => `unknown key "${key}"`),
    'an integer as a key': { payload: (payload) => join(of((payload[0] as number) + 1), payload.subarray(1), uint(1), nil) },
    'an empty map': { payload: () => of(0xa0) },
  })

  accept('ATT-08', {
    'an enclave': field('module_id', text('i-0-enc0')),
    'almost a TPM': field('module_id', text('i-0-tp-TPM-tpn-ttpm-tp')),
    'an end that goes on outside': field('module_id', text('i-0-')),
  })
  add('ATT-08', 'AttestationNitroTpm', {
    'nitrotpm_pcrs besides': field('nitrotpm_pcrs', map([])),
    'nitrotpm_pcrs instead': {
      fields: (fields) => {
        fields.set('nitrotpm_pcrs', fields.get('pcrs') as Bytes)
        fields.delete('pcrs')
      },
    },
    'module -tpm': field('module_id', text('i-0123456789abcdef0-tpm0123456789abcdef')),
    // Every place in a word and across two.
    ...each([0, 1, 27, 28, 29, 30, 31, 32, 57, 58, 59, 90], (at) => field('module_id', text(`${'m'.repeat(at)}-tpm`)), (at) => `-tpm at ${at}`),
  })

  accept('ATT-09', {
    'one letter': field('module_id', text('m')),
    'UTF-8 of every length': field('module_id', text('aß\u0800\ud7ff\ue000\uffff\u{10000}\u{10ffff}')),
    'over 255 bytes': field('module_id', text('m'.repeat(300))),
    'a byte order mark': field('module_id', text('\ufeffm')),
  })
  add('ATT-09', 'AttestationMalformed', { empty: field('module_id', text('')) })
  add('ATT-09', 'CborMalformed', {
    bytes: field('module_id', bstr(ascii('i-0'))),
    number: field('module_id', uint(1)),
    null: field('module_id', nil),
    ...each(
      ['c080', 'c1bf', 'ff', '80', 'e08080', 'e09fbf', 'eda080', 'f08fbfbf', 'f4908080', 'f5808080', 'c3', 'e282', 'f09f98', '61c3', 'e28041'],
      (bytes) => field('module_id', join(of(0x60 | (bytes.length / 2)), Uint8Array.from(Buffer.from(bytes, 'hex')))),
      (bytes) => `not UTF-8: ${bytes}`,
    ),
  })

  accept('ATT-10', { SHA384: {} })
  add('ATT-10', 'AttestationMalformed', {
    ...each(['SHA256', 'SHA512', 'sha384', 'SHA384 ', ''], (digest) => field('digest', text(digest)), (digest) => `"${digest}"`),
    bytes: field('digest', bstr(ascii('SHA384'))),
    null: field('digest', nil),
  })

  add('ATT-11', 'AttestationMalformed', { zero: field('timestamp', uint(0)), '2^53': field('timestamp', uint(2n ** 53n)), '2^64 - 1': field('timestamp', uint(2n ** 64n - 1n)) })
  add('ATT-11', 'CborMalformed', { negative: field('timestamp', of(0x20)), text: field('timestamp', text('1')), true: field('timestamp', of(0xf5)), null: field('timestamp', nil) })

  const pcr = (i: number): readonly [number, Bytes] => [i, pcrOf(`${i}`)]
  accept('ATT-12', {
    'with gaps': field('pcrs', bank([0, 1, 2, 3, 4, 8, 16, 23, 24, 31].map(pcr))),
    'all 32': field('pcrs', bank(Array.from({ length: 32 }, (_, i) => pcr(i)))),
    'all 32, indefinite': field('pcrs', indefiniteMap(Array.from({ length: 32 }, (_, i) => [uint(i), bstr(pcr(i)[1])] as const))),
    'three alone': field('pcrs', bank([0, 1, 2].map(pcr))),
  })
  const odd = (key: Bytes, value: Bytes = bstr(pcrOf('x'))) => field('pcrs', map([...[0, 1, 2].map((i) => [uint(i), bstr(pcr(i)[1])] as const), [key, value]]))
  add('ATT-12', 'AttestationMalformed', {
    empty: field('pcrs', map([])),
    'empty, indefinite': field('pcrs', indefiniteMap([])),
    'index 32': odd(uint(32)),
    'index 255': odd(uint(255)),
    'index 256': odd(uint(256)),
    'index 2^32': odd(uint(2n ** 32n)),
    'a negative index': odd(of(0x20)),
    'a text index': odd(text('3')),
    ...each([0, 32, 47, 49, 64], (length) => odd(uint(3), bstr(filled(length))), (length) => `${length} bytes`),
    'text of 48': odd(uint(3), text('0'.repeat(48))),
    'null as a register': odd(uint(3), nil),
    '33 entries': field('pcrs', join(head(5, 33), ...Array.from({ length: 33 }, (_, i) => join(uint(i % 32), bstr(pcrOf('y')))))),
  })
  add('ATT-12', 'CborMalformed', {
    'a register twice': field('pcrs', bank([0, 1, 2, 2].map(pcr))),
    'a register twice, indefinite': field('pcrs', indefiniteMap([0, 1, 2, 0].map((i) => [uint(i), bstr(pcr(i)[1])] as const))),
    'a list': field('pcrs', array(bstr(pcrOf('0')))),
    'index 3 in its long form': odd(uint(3, 1)),
    'the count in its long form': field('pcrs', join(of(0xb8, 3), ...[0, 1, 2].map((i) => join(uint(i), bstr(pcr(i)[1]))))),
    null: field('pcrs', nil),
  })

  add('ATT-13', 'AttestationMalformed', { empty: field('certificate', bstr(of())), '1025 bytes': field('certificate', bstr(filled(1025))) })
  add('ATT-13', 'CborMalformed', { null: field('certificate', nil), text: field('certificate', text('certificate')) })
  add('ATT-13', 'CertificateMalformed', { 'no certificate': field('certificate', bstr(ascii('certificate'))) })

  accept('ATT-14', { ...each([1, 2, 3, 10], (depth) => chain({ depth }), (depth) => `${depth} authorities`), 'leaf of the greatest size': {} })
  const root = makeChain().cabundle[0] as Bytes
  add('ATT-14', 'AttestationMalformed', {
    none: field('cabundle', array()),
    eleven: field('cabundle', array(...Array.from({ length: 11 }, () => bstr(root)))),
    'an empty one': field('cabundle', array(bstr(root), bstr(of()))),
    'a longer one': field('cabundle', array(bstr(root), bstr(filled(1025)))),
  })
  add('ATT-14', 'CborMalformed', { 'a byte string': field('cabundle', bstr(root)), null: field('cabundle', nil), 'null inside': field('cabundle', array(bstr(root), nil)) })

  for (const [rule, key] of [
    ['ATT-15', 'public_key'],
    ['ATT-16', 'user_data'],
    ['ATT-16', 'nonce'],
  ] as const) {
    accept(rule, {
      [`${key} missing`]: field(key, null),
      [`${key} null`]: field(key, nil),
      [`${key} empty`]: field(key, bstr(of())),
      [`${key} of 1024 bytes`]: field(key, bstr(filled(1024))),
    })
    add(rule, 'AttestationMalformed', { [`${key} of 1025 bytes`]: field(key, bstr(filled(1025))) })
    add(rule, 'CborMalformed', { [`${key} as text`]: field(key, text('text')), [`${key} false`]: field(key, of(0xf4)), [`${key} cut off`]: field(key, of(0x58)) })
  }

  accept('ATT-18', { "the leaf's key": {} })
  add('ATT-18', 'CoseSignatureInvalid', {
    "the issuer's key": { signer: keyOf('a instance') },
    'a stranger': { signer: keyOf('stranger') },
    'another payload': { items: (items) => items.with(2, makeItem(makeDocument({ indefinite: true }))) },
    'all zero': { signature: () => filled(96, 0) },
    'a bit flipped': { signature: (raw) => raw.with(95, (raw[95] as number) ^ 1) },
    'r + n, were there room': { signature: (raw) => join(bytes48(order), raw.subarray(48)) },
  })

  accept('POL-02', { 'production mode': {}, 'a register that is only partly zero': field('pcrs', bank([[0, join(filled(47, 0), of(1))], [1, join(of(1), filled(47, 0))], [2, join(filled(31, 0), of(1), filled(16, 0))]])) })
  const debug = (zeros: readonly number[]) => field('pcrs', bank(standardPcrs.map(([i, value]) => [i, zeros.includes(i) ? filled(48, 0) : value] as const)))
  add('POL-02', 'DebugEnclave', {
    ...each([[0, 1, 2], [0], [1], [2]], debug, (zeros) => `${zeros} zero`),
    ...each([0, 1, 2], (gone) => field('pcrs', bank(standardPcrs.filter(([i]) => i !== gone))), (gone) => `${gone} absent`),
  })
}

/** The payload's item of a document. */
function makeItem(document: Bytes): Bytes {
  return document.subarray(7, -98)
}

// ------------------------------------------------------------------ certificates

function certificates(): void {
  const malformed = (rule: string, parts: Readonly<Record<string, Partial<CertificateParts>>>) =>
    add(rule, 'CertificateMalformed', Object.fromEntries(Object.entries(parts).map(([what, value]) => [what, leaf(value)])))
  const accepted = (rule: string, parts: Readonly<Record<string, Partial<CertificateParts>>>) =>
    accept(rule, Object.fromEntries(Object.entries(parts).map(([what, value]) => [what, leaf(value)])))
  const list = (what: string, values: readonly (readonly [string, Bytes])[], part: (value: Bytes) => Partial<CertificateParts>) =>
    Object.fromEntries(values.map(([label, value]) => [`${what} ${label}`, part(value)]))
  const standard = [basicConstraints(false), signsDocuments]
  const contentOf = (element: Bytes) => element.subarray(element[1] === 0x82 ? 4 : 3)

  accepted('CERT-01', { 'lengths of one, two and three bytes': { subject: name('n'.repeat(300)) } })
  malformed('CERT-01', {
    'a byte after the end': { whole: (whole) => join(whole, of(0)) },
    'cut off': { whole: (whole) => whole.subarray(0, -1) },
    'of indefinite length': { whole: (whole) => join(of(0x30, 0x80), whole.subarray(4), of(0, 0)) },
    'a length of three bytes': { whole: (whole) => join(of(0x30, 0x83, 0), whole.subarray(2)) },
    'a SET outside': { whole: (whole) => join(of(0x31), whole.subarray(1)) },
    'a long form of a short length': { serial: of(0x02, 0x81, 0x01, 0x01) },
    'two length bytes for one': { version: of(0xa0, 0x82, 0, 3, 2, 1, 2) },
    'a SET as tbsCertificate': { tbs: (tbs) => join(of(0x31), tbs.subarray(1)) },
    'an element after the extensions': { tbs: (tbs) => sequence(contentOf(tbs), der(0x05)) },
    'an element after the signature': { signatureValue: (raw) => join(bits(ecdsaSignature(raw)), der(0x05)) },
    'an element after the extension list': { tail: [der(0xa3, sequence(...standard), der(0x05))] },
    issuerUniqueID: { tail: [der(0x81, of(0, 1)), der(0xa3, sequence(...standard))] },
  })

  accepted('CERT-02', { 'version 3': {} })
  malformed('CERT-02', {
    none: { version: of() },
    'version 1': { version: der(0xa0, integer(0)) },
    'version 2': { version: der(0xa0, integer(1)) },
    'version 4': { version: der(0xa0, integer(3)) },
    twice: { version: der(0xa0, integer(2), integer(2)) },
  })

  accepted('CERT-03', list('serial', [['1', integer(1)], ['ff', integer(0, 255)], ['of 20 bytes', integer(...filled(20, 0x7f))], ['of 20 bytes and a sign', integer(0, ...filled(20, 0xff))]], (serial) => ({ serial })))
  malformed('CERT-03', list('serial', [['zero', integer(0)], ['negative', integer(0x80)], ['empty', integer()], ['padded', integer(0, 1)], ['of 21 bytes', integer(...filled(21, 1))]], (serial) => ({ serial })))

  const withNull = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03), der(0x05))
  accepted('CERT-04', { 'ecdsa-with-SHA384': { innerAlgorithm: ecdsaWithSha384 } })
  malformed('CERT-04', {
    'SHA-256 inside': { innerAlgorithm: ecdsaWithSha256 },
    'SHA-256 outside': { outerAlgorithm: ecdsaWithSha256 },
    'SHA-256 in both': { innerAlgorithm: ecdsaWithSha256, outerAlgorithm: ecdsaWithSha256 },
    'parameters inside': { innerAlgorithm: withNull },
    'parameters outside': { outerAlgorithm: withNull },
  })

  const one = integer(1)
  const value = (...parts: Bytes[]) => ({ signatureValue: () => bits(sequence(...parts)) })
  accepted('CERT-05', { 's in the other half': { signatureValue: (raw) => bits(ecdsaSignature(negateS(raw))) } })
  malformed('CERT-05', {
    'unused bits': { signatureValue: (raw) => bits(ecdsaSignature(raw), 1) },
    empty: { signatureValue: () => der(0x03) },
    'an OCTET STRING': { signatureValue: (raw) => der(0x04, of(0), ecdsaSignature(raw)) },
    'a byte after': { signatureValue: (raw) => bits(join(ecdsaSignature(raw), of(0))) },
    raw: { signatureValue: (raw) => bits(raw) },
    'r alone': value(one),
    'a third integer': value(one, one, one),
    'padded s': value(one, integer(0, 1)),
    'negative r': value(integer(0xff), one),
    'empty r': value(integer(), one),
    's of 49 bytes': value(one, integer(...filled(49, 1))),
  })

  accepted('CERT-06', {
    'UTCTime of 1950': { notBefore: der(0x17, ascii('500101000000Z')) },
    'UTCTime of 1969': { notBefore: der(0x17, ascii('691231235959Z')) },
    'UTCTime of a leap day': { notBefore: der(0x17, ascii('240229120000Z')) },
    'UTCTime of the last second of 2049': { notAfter: der(0x17, ascii('491231235959Z')) },
    'GeneralizedTime of 2050': { notAfter: der(0x18, ascii('20500101000000Z')) },
    'GeneralizedTime of 9999': { notAfter: der(0x18, ascii('99991231235959Z')) },
  })
  const utc = ['2601151200Z', '260115120000', '260115120000+0000', '260115120000z', '26011512000 Z', '2601151200 0Z', '-60115120000Z', '2601151200:0Z']
  const noDay = ['260229120000Z', '270229120000Z', '261301000000Z', '260001000000Z', '260100000000Z', '260132000000Z', '260431000000Z', '260931000000Z', '260115240000Z', '260115126000Z', '260115120060Z']
  const generalized = ['20260115120000Z', '20491231235959Z', '20500101000000.5Z', '20500101000000', '205001010000Z', '21000229000000Z']
  malformed('CERT-06', {
    ...Object.fromEntries(utc.map((time) => [`notBefore ${time}`, { notBefore: der(0x17, ascii(time)) }])),
    ...Object.fromEntries(noDay.map((time) => [`notAfter ${time}`, { notAfter: der(0x17, ascii(time)) }])),
    ...Object.fromEntries(generalized.map((time) => [`GeneralizedTime ${time}`, { notAfter: der(0x18, ascii(time)) }])),
    'IA5String': { notBefore: der(0x16, ascii('260115120000Z')) },
    'a third time': { notAfter: join(utcTime(now + 100), utcTime(now + 200)) },
  })

  const key = keyOf('a enclave')
  const point = join(of(4), key.point)
  const rsa = sequence(oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01), der(0x05))
  accepted('CERT-07', { uncompressed: { spki: spki(key) } })
  malformed('CERT-07', list('key', [
    ['on P-256', sequence(p256Algorithm, bits(point))],
    ['of RSA', sequence(rsa, bits(point))],
    ['compressed', sequence(p384Algorithm, bits(join(of(2), key.point.subarray(0, 48))))],
    ['of 96 bytes', sequence(p384Algorithm, bits(point.subarray(0, 96)))],
    ['of 98 bytes', sequence(p384Algorithm, bits(join(point, of(0))))],
    ['hybrid', sequence(p384Algorithm, bits(join(of(6), key.point)))],
    ['with unused bits', sequence(p384Algorithm, bits(point, 1))],
    ['with an element after', sequence(p384Algorithm, bits(point), der(0x05))],
    ['in an OCTET STRING', sequence(p384Algorithm, der(0x04, of(0), point))],
  ], (info) => ({ spki: info })))

  const unknownId = [0x2b, 0x06, 0x01, 0x04, 0x01, 0x86, 0x8d, 0x1f, 0x01]
  const otherId = [0x2b, 0x06, 0x01, 0x04, 0x01, 0x86, 0x8d, 0x1f, 0x02]
  const octets = der(0x04, of(1))
  const withExtensions = (...extensions: Bytes[]) => ({ extensions: [...standard, ...extensions] })
  const keyId = (...parts: Bytes[]) => sequence(oid(0x55, 0x1d, 0x0e), ...parts)
  accepted('CERT-08', {
    'two unknown ones': withExtensions(extension(unknownId, false, octets), extension(otherId, false, integer(1))),
    'a standard one that is not critical': withExtensions(extension([0x55, 0x1d, 0x1f], false, sequence())),
    'key usage first': { extensions: [signsDocuments, basicConstraints(false)] },
    'no basicConstraints on a leaf': { extensions: [signsDocuments] },
    'key usage that is not critical': { extensions: [basicConstraints(false), extension(keyUsageId, false, der(0x03, of(7, 0x80)))] },
  })
  malformed('CERT-08', {
    'an unknown critical one': withExtensions(extension(unknownId, true, octets)),
    'nameConstraints, critical': withExtensions(extension([0x55, 0x1d, 0x1e], true, sequence())),
    'basicConstraints twice': withExtensions(basicConstraints(false)),
    'keyUsage twice': withExtensions(signsDocuments),
    'an unknown one twice': withExtensions(extension(unknownId, false, octets), extension(otherId, false, octets), extension(unknownId, false, octets)),
    'an empty list': { extensions: [] },
    'critical FALSE, written': withExtensions(keyId(der(0x01, of(0)), der(0x04, octets))),
    'critical as 01': withExtensions(keyId(der(0x01, of(1)), der(0x04, octets))),
    'critical empty': withExtensions(keyId(der(0x01), der(0x04, octets))),
    'critical of two bytes': withExtensions(keyId(der(0x01, of(255, 255)), der(0x04, octets))),
    'cut off': withExtensions(extension(unknownId, false, octets).subarray(0, -1)),
    'an element after the value': withExtensions(keyId(der(0x04, octets), der(0x05))),
    'a BIT STRING as value': withExtensions(keyId(der(0x03, octets))),
    'an empty value': withExtensions(keyId(der(0x04))),
    'a value cut off': withExtensions(keyId(der(0x04, of(4, 2, 0)))),
    'a byte after a value': withExtensions(keyId(der(0x04, of(4, 1, 0, 0)))),
    'a value with a long tag': withExtensions(extension(unknownId, false, of(0x1f, 1, 0))),
    'an integer as key identifier': withExtensions(keyId(der(0x04, integer(1)))),
    'no identifier': withExtensions(sequence(oid(), der(0x04, octets))),
    'an identifier that goes on': withExtensions(sequence(oid(0x55, 0x1d, 0x8e), der(0x04, octets))),
    'a padded identifier': withExtensions(sequence(oid(0x55, 0x80, 0x1d), der(0x04, octets))),
  })

  const constraints = (content: Bytes) => ({ extensions: [extension(basicConstraintsId, true, content), signsDocuments] })
  accept('CERT-09', {
    'a path length of 255': certificate(1, { extensions: [basicConstraints(true, 255), signsCertificates] }),
    'no path length': certificate(2, { extensions: [basicConstraints(true), signsCertificates] }),
    'a leaf that says it is none': leaf({ extensions: [basicConstraints(false), signsDocuments] }),
  })
  malformed('CERT-09', list('basicConstraints', [
    ['with a path length but no CA', sequence(integer(0))],
    ['with a path length of 256', sequence(truth, integer(1, 0))],
    ['with a path length of five bytes', sequence(truth, integer(1, 0, 0, 0, 0))],
    ['with a negative path length', sequence(truth, integer(0xff))],
    ['with FALSE, written', sequence(der(0x01, of(0)))],
    ['with 01 as TRUE', sequence(der(0x01, of(1)))],
    ['with two path lengths', sequence(truth, integer(0), integer(0))],
    ['in another order', sequence(integer(0), truth)],
    ['and an element after', join(sequence(truth), der(0x05))],
    ['empty, with TRUE outside', join(of(0x30, 0), truth)],
    ['as a SET', der(0x31, truth)],
  ], constraints))

  const usage = (...content: number[]) => ({ extensions: [basicConstraints(false), keyUsage(...content)] })
  accepted('CERT-10', { 'digitalSignature and nonRepudiation': usage(6, 0xc0), 'nine bits': usage(7, 0x80, 0x80) })
  malformed('CERT-10', Object.fromEntries([[], [0], [0, 0x80], [6, 0x80], [8, 0x80], [7, 0x81], [7, 0], [0, 0x80, 0], [7, 0x80, 0], [6, 0x80, 0x40], [7, 0x80, 0x80, 0x80]].map((content) => [`bits ${hex(of(...content)) || 'none'}`, usage(...content)])))
  malformed('CERT-10', { 'a byte after': { extensions: [extension(keyUsageId, true, of(3, 2, 7, 0x80, 0))] } })

  const attribute = (...parts: Bytes[]) => sequence(der(0x31, sequence(...parts)))
  const commonName = oid(0x55, 0x04, 0x03)
  const label = der(0x0c, ascii('a'))
  accepted('CERT-11', list('name', [
    ['of UTF-8', attribute(commonName, der(0x0c, ascii('ü')))],
    ['of printable text', attribute(commonName, der(0x13, ascii('US')))],
    ['of IA5 text', attribute(commonName, der(0x16, ascii('a@b')))],
    ['of two sets', sequence(der(0x31, sequence(commonName, label)), der(0x31, sequence(oid(0x55, 0x04, 0x0a), label)))],
    ['of empty text', attribute(commonName, der(0x0c))],
  ], (subject) => ({ subject })))
  const badNames: readonly (readonly [string, Bytes])[] = [
    ['empty', sequence()],
    ['with an empty set', sequence(der(0x31))],
    ['with an empty attribute', sequence(der(0x31, sequence()))],
    ['with a sequence for a set', sequence(sequence(sequence(commonName, label)))],
    ['with two attributes to a set', sequence(der(0x31, sequence(commonName, label), sequence(commonName, label)))],
    ['without text', attribute(commonName)],
    ['in another order', attribute(label, commonName)],
    ['with two texts', attribute(commonName, label, label)],
    ['with a number', attribute(commonName, integer(1))],
    ['of T61 text', attribute(commonName, der(0x14, ascii('a')))],
    ['not UTF-8', attribute(commonName, der(0x0c, of(0xff)))],
    ['not ASCII', attribute(commonName, der(0x13, of(0xc3, 0xbc)))],
    ['with an empty identifier', attribute(oid(), label)],
    ['with an identifier that goes on', attribute(oid(0x55, 0x84), label)],
    ['with a padded identifier', attribute(oid(0x55, 0x80, 0x01), label)],
  ]
  malformed('CERT-11', list('subject', badNames, (subject) => ({ subject })))
}

// ------------------------------------------------------------------ chains

function chains(): void {
  const region = (parts: Partial<CertificateParts>) => certificate(1, parts)
  const ca = (pathLength: number | undefined, ...rest: Bytes[]) => [basicConstraints(true, pathLength), ...rest]
  const bundle = (change: (certificates: Bytes[]) => Bytes[]): DocumentParts => ({
    fields: (fields) => void fields.set('cabundle', array(...change([...makeChain().cabundle]).map((one) => bstr(one)))),
  })

  accept('CHAIN-01', { 'the given root': {} })
  add('CHAIN-01', 'RootMismatch', {
    'another root': chain({ seed: 'b' }),
    'no root': bundle((certificates) => certificates.slice(1)),
    'the order reversed': bundle((certificates) => certificates.reverse()),
    'the leaf first': bundle((certificates) => [makeChain().leaf, ...certificates]),
    'the same key and name again': certificate(0, { extensions: ca(undefined, signsCertificates) }),
    'another signature on the root': certificate(0, { signatureValue: (raw) => bits(ecdsaSignature(negateS(raw))) }),
  })

  const late = { notBefore: utcTime(now + 30), notAfter: utcTime(now + 3600) }
  const expired = { notBefore: utcTime(now - 7200), notAfter: utcTime(now - 3600) }
  const early = { notBefore: utcTime(now + 3600), notAfter: utcTime(now + 7200) }
  const bounds = { notBefore: utcTime(now), notAfter: utcTime(now) }
  for (const index of [1, 2, 3, 4]) {
    const extensions = index === 4 ? {} : { extensions: ca(3 - index, signsCertificates) }
    accept('CHAIN-02', { [`certificate ${index} valid for this second only`]: certificate(index, { ...bounds, ...extensions }) })
    add('CHAIN-02', 'CertificateNotInValidity', {
      [`certificate ${index} expired`]: certificate(index, { ...expired, ...extensions }),
      [`certificate ${index} not yet valid`]: certificate(index, { ...early, ...extensions }),
      [`certificate ${index} ended before 1970`]: certificate(index, { notBefore: der(0x17, ascii('500101000000Z')), notAfter: der(0x17, ascii('691231235959Z')), ...extensions }),
      [`certificate ${index} in another century`]: certificate(index, { notBefore: generalizedTime(Date.UTC(2126, 0, 15) / 1000), notAfter: generalizedTime(Date.UTC(2126, 0, 16) / 1000), ...extensions }),
    })
  }

  accept('CHAIN-03', { 'a leaf that begins within the skew': leaf(late) })
  add('CHAIN-03', 'CertificateNotInValidity', {
    'a leaf that begins beyond the skew': leaf({ ...late, notBefore: utcTime(now + 61) }),
    'an authority that begins within the skew': certificate(3, { ...late, extensions: ca(0, signsCertificates) }),
  })

  accept('CHAIN-04', { 'CAs that say so, critically': {} })
  const leafExtensions = [basicConstraints(false), signsDocuments]
  for (const index of [1, 2, 3])
    add('CHAIN-04', 'CertificateChainInvalid', {
      [`authority ${index} is no CA`]: certificate(index, { extensions: [basicConstraints(false), signsCertificates] }),
      [`authority ${index} without basicConstraints`]: certificate(index, { extensions: [signsCertificates] }),
      [`authority ${index} without critical`]: certificate(index, { extensions: [basicConstraints(true, 3 - index, false), signsCertificates] }),
      [`authority ${index} is a leaf`]: certificate(index, { extensions: leafExtensions }),
    })

  accept('CHAIN-05', { 'keyCertSign alone': region({ extensions: ca(2, keyUsage(2, 0x04)) }) })
  add('CHAIN-05', 'CertificateChainInvalid', {
    'digitalSignature alone': region({ extensions: ca(2, signsDocuments) }),
    'no key usage': region({ extensions: ca(2) }),
    'CRLs alone': region({ extensions: ca(2, keyUsage(1, 0x02)) }),
  })

  const lengths = (...values: (number | undefined)[]): DocumentParts =>
    chain({ certificates: Object.fromEntries(values.map((value, i) => [i + 1, { extensions: ca(value, signsCertificates) }])) })
  accept('CHAIN-06', { exact: lengths(2, 1, 0), none: lengths(undefined, undefined, undefined), 'at the top alone': lengths(2, undefined, undefined), generous: lengths(9, 9, 9) })
  add('CHAIN-06', 'CertificateChainInvalid', {
    'one too few at the top': lengths(1, 1, 0),
    'zero at the top': lengths(0, undefined, undefined),
    'one too few in the middle': lengths(2, 0, 0),
    'more below than above allows': lengths(1, 9, 9),
  })

  const leafWith = (...extensions: Bytes[]) => leaf({ extensions })
  accept('CHAIN-07', { 'signs documents': leafWith(signsDocuments) })
  add('CHAIN-07', 'CertificateChainInvalid', {
    'a CA': leafWith(basicConstraints(true), keyUsage(7, 0x80)),
    'may sign certificates': leafWith(basicConstraints(false), keyUsage(2, 0x84)),
    'may not sign documents': leafWith(basicConstraints(false), keyUsage(6, 0x40)),
    'no key usage': leafWith(basicConstraints(false)),
    'a CA in its place': { fields: (fields) => void fields.set('certificate', bstr(makeChain().cabundle[3] as Bytes)).set('cabundle', array(...makeChain().cabundle.slice(0, 3).map((one) => bstr(one)))) },
  })

  accept('CHAIN-08', {
    'names that follow': {},
    // Its own issuer, like any root, and its signature is true.
    'the root twice': bundle(([root, ...rest]) => [root, root, ...rest] as Bytes[]),
  })
  add('CHAIN-08', 'CertificateChainInvalid', {
    'another issuer': leaf({ issuer: name('a stranger') }),
    'another issuer of an authority': certificate(2, { issuer: name('a root') }),
    'the same name as printable text': leaf({ issuer: sequence(der(0x31, sequence(oid(0x55, 0x04, 0x03), der(0x13, ascii('a instance'))))) }),
    'an empty issuer': leaf({ issuer: sequence() }),
    'one missing': bundle((certificates) => certificates.filter((_, i) => i !== 2)),
    'out of order': bundle(([root, a, b, c]) => [root, b, a, c] as Bytes[]),
  })

  accept('CHAIN-09', { 's in the other half everywhere': chain({ certificates: Object.fromEntries([1, 2, 3, 4].map((i) => [i, { signatureValue: (raw: Bytes) => bits(ecdsaSignature(negateS(raw))) }])) }) })
  add('CHAIN-09', 'CertificateSignatureInvalid', {
    'a leaf signed by a stranger': leaf({ signer: keyOf('stranger') }),
    'a leaf signed by the root': leaf({ signer: keyOf('a root') }),
    'a leaf that signed itself': leaf({ signer: keyOf('a enclave') }),
    'an authority signed by a stranger': certificate(2, { signer: keyOf('stranger') }),
    'changed after signing': leaf({ serial: integer(1), whole: (whole) => whole.with(Buffer.from(whole).indexOf('02010130', 'hex') + 2, 2) }),
    'r zero': leaf({ signatureValue: () => bits(sequence(integer(0), integer(1))) }),
    'r of the order': leaf({ signatureValue: (raw) => bits(sequence(unsigned(bytes48(order)), unsigned(raw.subarray(48)))) }),
    'off the curve': certificate(3, { spki: sequence(p384Algorithm, bits(join(of(4), filled(96, 1)))) }),
  })
}
