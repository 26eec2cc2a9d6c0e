import { expect, test } from 'vitest'
import * as cbor from '../test/support/cbor-writer.ts'
import { type DocumentParts, defaultPcrs, makeDocument, pcrOf, protectedEs384, tagged } from '../test/support/document.ts'
import { verdict } from '../test/support/expect.ts'
import { makeChain, negateS, nowMs, testKey } from '../test/support/pki.ts'
import { decodeAttestation, isDebug, type VerificationTime, type VerifyAttestationParameters, verifyAttestation } from './attestation.ts'
import { awsNitroRootG1 } from './aws-root.ts'
import { concatBytes, toHex, utf8 } from './bytes.ts'

const { root } = makeChain()
const live: VerificationTime = { mode: 'live', nowMs, ageMsMax: 60_000 }
const verify = (attestation: Uint8Array, more: Partial<VerifyAttestationParameters> = {}) =>
  verdict(() => verifyAttestation({ attestation, root, time: live, ...more }))
const make = (parts: DocumentParts = {}) => verify(makeDocument(parts))
const withField = (name: string, value: Uint8Array | null, more: Partial<VerifyAttestationParameters> = {}) =>
  verify(makeDocument({ fields: (fields) => (value === null ? fields.delete(name) : fields.set(name, value)) }), more)
const bytesOf = (length: number) => new Uint8Array(length).fill(7)

test('returns what the document says', async () => {
  const document = makeDocument({ publicKey: utf8('key'), userData: utf8('data'), nonce: utf8('nonce') })
  const verified = await verifyAttestation({ attestation: document, root, time: live, nonce: utf8('nonce') })
  expect(verified).toEqual(decodeAttestation(document))
  expect(verified).toMatchObject({ moduleId: 'i-0123456789abcdef0-enc0123456789abcdef', timestampMs: nowMs, digest: 'SHA384' })
  expect([verified.publicKey, verified.userData, verified.nonce].map((value) => new TextDecoder().decode(value as Uint8Array))).toEqual([
    'key',
    'data',
    'nonce',
  ])
  expect(verified.pcrs.get(0)).toBe(toHex(pcrOf('register 0')))
  expect(isDebug(verified)).toBe(false)
})

test('what was verified does not change when the buffer it came in does', async () => {
  const document = Buffer.from(makeDocument({ userData: utf8('data') }))
  const verifying = verifyAttestation({ attestation: document, root, time: live })
  document.fill(0)
  expect(new TextDecoder().decode((await verifying).userData as Uint8Array)).toBe('data')
})

test('ATT-01 accepts a COSE_Sign1 of up to 32 KiB with or without tag 18, consumed exactly', async () => {
  expect(await make()).toBe('accepted')
  expect(await verify(tagged(makeDocument()))).toBe('accepted')
})
test('ATT-01 rejects longer input, bytes after the end, other tags and other shapes', async () => {
  expect(await verify(new Uint8Array(32 * 1024 + 1).fill(0x80))).toBe('CBOR_MALFORMED')
  expect(await verify(concatBytes(makeDocument(), Uint8Array.of(0)))).toBe('CBOR_MALFORMED')
  expect(await verify(tagged(tagged(makeDocument())))).toBe('CBOR_MALFORMED')
  expect(await verify(cbor.tag(17, makeDocument()))).toBe('CBOR_MALFORMED')
  expect(await make({ items: (items) => items.slice(0, 3) })).toBe('COSE_MALFORMED')
  expect(await verify(new Uint8Array(0))).toBe('CBOR_MALFORMED')
  expect(await verify(utf8(Buffer.from(makeDocument()).toString('base64')))).toBe('CBOR_MALFORMED')
})

test('ATT-02 accepts the protected header {1: -35}', async () => expect(await make({ protectedHeader: protectedEs384 })).toBe('accepted'))
test('ATT-02 rejects any other protected header', async () => {
  for (const protectedHeader of [
    new Uint8Array(0),
    cbor.map([]),
    cbor.map([[cbor.uint(1), cbor.negative(-7)]]),
    cbor.map([[cbor.uint(1), cbor.negative(-36)]]),
    cbor.map([
      [cbor.uint(1), cbor.negative(-35)],
      [cbor.uint(4), cbor.bstr(utf8('kid'))],
    ]),
  ])
    expect(await make({ protectedHeader })).toBe('COSE_ALGORITHM')
  const longKey = cbor.map([[cbor.uint(1, 1), cbor.negative(-35)]])
  expect(await make({ protectedHeader: longKey })).toBe('CBOR_MALFORMED')
})

test('ATT-03 accepts an empty unprotected map', async () => expect(await make({ unprotectedHeader: Uint8Array.of(0xa0) })).toBe('accepted'))
test('ATT-03 rejects anything in the unprotected map', async () => {
  expect(await make({ unprotectedHeader: cbor.map([[cbor.uint(4), cbor.bstr(utf8('kid'))]]) })).toBe('COSE_MALFORMED')
  expect(await make({ unprotectedHeader: cbor.map([[cbor.uint(1), cbor.negative(-35)]]) })).toBe('COSE_MALFORMED')
  expect(await make({ unprotectedHeader: Uint8Array.of(0xbf, 0xff) })).toBe('CBOR_MALFORMED')
  expect(await make({ unprotectedHeader: cbor.nil })).toBe('COSE_MALFORMED')
})

test('ATT-04 accepts payloads of 1 to 16384 bytes', async () => {
  const userData = bytesOf(1024)
  expect(await make({ publicKey: userData, userData, nonce: userData })).toBe('accepted')
})
test('ATT-04 rejects an empty, detached or longer payload', async () => {
  expect(await make({ payload: () => new Uint8Array(0) })).toBe('COSE_MALFORMED')
  expect(await make({ items: ([first, second, , last]) => [first, second, cbor.nil, last] as Uint8Array[] })).toBe('COSE_MALFORMED')
  expect(await make({ payload: (payload) => concatBytes(payload, new Uint8Array(16385 - payload.length)) })).toBe('COSE_MALFORMED')
})

test('ATT-05 accepts a signature of 96 bytes', async () => {
  expect(await make()).toBe('accepted')
  expect(await make({ signature: negateS })).toBe('accepted')
})
test('ATT-05 rejects DER and other lengths', async () => {
  for (const length of [0, 64, 95, 97, 104, 132]) expect(await make({ signature: () => bytesOf(length) })).toBe('COSE_MALFORMED')
})

test('ATT-06 accepts a payload map of definite or indefinite length, in any order', async () => {
  expect(await make({ indefinite: true })).toBe('accepted')
  const reorder = (fields: Map<string, Uint8Array>) => {
    const entries = [...fields].reverse()
    fields.clear()
    for (const [name, value] of entries) fields.set(name, value)
  }
  expect(await make({ fields: reorder })).toBe('accepted')
  expect(await make({ fields: reorder, indefinite: true })).toBe('accepted')
  // Registers too: a map, not a list.
  const pcrs = cbor.indefiniteMap([...defaultPcrs].reverse().map(([index, value]) => [cbor.uint(index), cbor.bstr(value)]))
  expect(await withField('pcrs', pcrs)).toBe('accepted')
})
test('ATT-06 rejects payloads that are not one map, duplicate keys, and encodings outside the CBOR profile', async () => {
  expect(await make({ payload: () => cbor.array() })).toBe('ATTESTATION_MALFORMED')
  expect(await make({ payload: () => Uint8Array.of(0xf6) })).toBe('ATTESTATION_MALFORMED')
  expect(await make({ payload: (payload) => concatBytes(payload, Uint8Array.of(0)) })).toBe('CBOR_MALFORMED')
  // Two `pcrs`: one reader would check the first, another act on the second.
  const twice = (payload: Uint8Array) =>
    concatBytes(
      Uint8Array.of((payload[0] as number) + 1),
      payload.subarray(1),
      cbor.text('pcrs'),
      cbor.map([[cbor.uint(0), cbor.bstr(bytesOf(48))]]),
    )
  expect(await make({ payload: twice })).toBe('CBOR_MALFORMED')
  expect(await withField('digest', concatBytes(Uint8Array.of(0x78, 6), utf8('SHA384')))).toBe('CBOR_MALFORMED')
  expect(await withField('timestamp', cbor.tag(1, cbor.uint(nowMs)))).toBe('CBOR_MALFORMED')
})

test('ATT-07 accepts exactly the nine fields, of which three may be missing', async () => {
  const shorten = (fields: Map<string, Uint8Array>) => {
    for (const name of ['public_key', 'user_data', 'nonce']) fields.delete(name)
  }
  expect(await make({ fields: shorten })).toBe('accepted')
})
test('ATT-07 rejects an unknown field and a missing one', async () => {
  for (const name of ['moduleid', 'PCRS', 'user_data\0', '']) expect(await withField(name, cbor.nil)).toBe('ATTESTATION_MALFORMED')
  for (const name of ['module_id', 'digest', 'timestamp', 'pcrs', 'certificate', 'cabundle'])
    expect(await withField(name, null)).toBe('ATTESTATION_MALFORMED')
  for (const name of ['module_id', 'digest', 'timestamp', 'pcrs', 'certificate', 'cabundle'])
    expect(await withField(name, cbor.nil)).toBe('ATTESTATION_MALFORMED')
})

test("ATT-08 accepts an enclave's module", async () => expect(await withField('module_id', cbor.text('i-0-enc0'))).toBe('accepted'))
test('ATT-08 rejects NitroTPM documents by their registers and by their module', async () => {
  expect(await withField('nitrotpm_pcrs', cbor.map([]))).toBe('ATTESTATION_NITROTPM')
  expect(
    await verify(
      makeDocument({
        fields: (fields) => {
          fields.set('nitrotpm_pcrs', fields.get('pcrs') as Uint8Array)
          fields.delete('pcrs')
        },
      }),
    ),
  ).toBe('ATTESTATION_NITROTPM')
  expect(await withField('module_id', cbor.text('i-0123456789abcdef0-tpm0123456789abcdef'))).toBe('ATTESTATION_NITROTPM')
})

test('ATT-09 accepts text that is not empty as module_id', async () =>
  expect(await withField('module_id', cbor.text('m'))).toBe('accepted'))
test('ATT-09 rejects empty text and other types as module_id', async () => {
  for (const value of [cbor.text(''), cbor.bstr(utf8('i-0')), cbor.uint(1)])
    expect(await withField('module_id', value)).toBe('ATTESTATION_MALFORMED')
})

test('ATT-10 accepts the digest SHA384', async () => expect(await withField('digest', cbor.text('SHA384'))).toBe('accepted'))
test('ATT-10 rejects every other digest', async () => {
  for (const value of ['SHA256', 'SHA512', 'sha384', 'SHA384 ', ''])
    expect(await withField('digest', cbor.text(value))).toBe('ATTESTATION_MALFORMED')
  expect(await withField('digest', cbor.bstr(utf8('SHA384')))).toBe('ATTESTATION_MALFORMED')
})

test('ATT-11 accepts a timestamp in milliseconds above 0', async () => {
  expect(await make({ timestampMs: nowMs - 1 })).toBe('accepted')
  expect(decodeAttestation(makeDocument({ timestampMs: 1 })).timestampMs).toBe(1)
})
test('ATT-11 rejects zero, negative, textual and unsafe timestamps', async () => {
  for (const value of [
    cbor.uint(0),
    cbor.negative(-1),
    cbor.text(String(nowMs)),
    cbor.uint(2n ** 53n),
    cbor.uint(2n ** 64n - 1n),
    cbor.bool(true),
  ])
    expect(await withField('timestamp', value)).toBe('ATTESTATION_MALFORMED')
})

const bank = (entries: readonly (readonly [Uint8Array, Uint8Array])[]) => withField('pcrs', cbor.map(entries))
test('ATT-12 accepts 1 to 32 registers of 48 bytes, with gaps', async () => {
  expect(await bank([0, 1, 2, 3, 4, 8, 16].map((index) => [cbor.uint(index), cbor.bstr(bytesOf(48))]))).toBe('accepted')
  expect(await bank([[cbor.uint(31), cbor.bstr(bytesOf(48))]])).toBe('accepted')
  expect(await bank(Array.from({ length: 32 }, (_, index) => [cbor.uint(index), cbor.bstr(bytesOf(48))]))).toBe('accepted')
})
test('ATT-12 rejects an empty bank, other indices, other sizes and other types', async () => {
  expect(await bank([])).toBe('ATTESTATION_MALFORMED')
  for (const index of [cbor.uint(32), cbor.negative(-1), cbor.text('0'), cbor.uint(2n ** 32n), cbor.negative(-4294967296)])
    expect(await bank([[index, cbor.bstr(bytesOf(48))]])).toBe('ATTESTATION_MALFORMED')
  for (const length of [0, 32, 47, 49, 64]) expect(await bank([[cbor.uint(0), cbor.bstr(bytesOf(length))]])).toBe('ATTESTATION_MALFORMED')
  expect(await bank([[cbor.uint(0), cbor.text('0'.repeat(48))]])).toBe('ATTESTATION_MALFORMED')
  expect(await withField('pcrs', cbor.array(cbor.bstr(bytesOf(48))))).toBe('ATTESTATION_MALFORMED')
  expect(await bank([0, 0].map((index) => [cbor.uint(index), cbor.bstr(bytesOf(48))]))).toBe('CBOR_MALFORMED')
})

test('ATT-13 accepts a leaf certificate of 1 to 1024 bytes', async () => expect(await make()).toBe('accepted'))
test('ATT-13 rejects an empty or longer one, other types, and one that is no certificate', async () => {
  for (const value of [cbor.bstr(new Uint8Array(0)), cbor.bstr(bytesOf(1025)), cbor.text('MII'), cbor.array()])
    expect(await withField('certificate', value)).toBe('ATTESTATION_MALFORMED')
  expect(await withField('certificate', cbor.bstr(bytesOf(600)))).toBe('CERTIFICATE_MALFORMED')
})

test('ATT-14 accepts 1 to 10 authorities', async () => {
  for (const depth of [1, 4] as const) {
    const chain = makeChain({ depth })
    expect(await verify(makeDocument({ chain }), { root: chain.root })).toBe('accepted')
  }
})
test('ATT-14 rejects none, more, empty ones, longer ones and other types', async () => {
  const { cabundle } = makeChain()
  const rootDer = cbor.bstr(cabundle[0] as Uint8Array)
  for (const value of [
    cbor.array(),
    cbor.array(...new Array(11).fill(rootDer)),
    cbor.array(rootDer, cbor.bstr(new Uint8Array(0))),
    cbor.array(rootDer, cbor.bstr(bytesOf(1025))),
    cbor.array(rootDer, cbor.nil),
    rootDer,
    cbor.map([]),
  ])
    expect(await withField('cabundle', value)).toBe('ATTESTATION_MALFORMED')
})

test('ATT-15 accepts public_key missing, null, empty and up to 1024 bytes', async () => {
  for (const value of [null, cbor.nil, cbor.bstr(new Uint8Array(0)), cbor.bstr(bytesOf(1)), cbor.bstr(bytesOf(1024))])
    expect(await withField('public_key', value)).toBe('accepted')
  expect(await withField('public_key', cbor.bstr(bytesOf(1)), { limits: 'strict512' })).toBe('accepted')
})
test('ATT-15 rejects a longer public_key, other types, and an empty one under strict512', async () => {
  for (const value of [cbor.bstr(bytesOf(1025)), cbor.text('key'), cbor.bool(false)])
    expect(await withField('public_key', value)).toBe('ATTESTATION_MALFORMED')
  expect(await withField('public_key', cbor.undef)).toBe('CBOR_MALFORMED')
  expect(await withField('public_key', cbor.bstr(new Uint8Array(0)), { limits: 'strict512' })).toBe('ATTESTATION_MALFORMED')
})

test('ATT-16 accepts user_data and nonce missing, null, empty and up to 1024 bytes, or 512 under strict512', async () => {
  for (const name of ['user_data', 'nonce']) {
    for (const value of [null, cbor.nil, cbor.bstr(new Uint8Array(0)), cbor.bstr(bytesOf(1024))])
      expect(await withField(name, value)).toBe('accepted')
    expect(await withField(name, cbor.bstr(bytesOf(512)), { limits: 'strict512' })).toBe('accepted')
  }
})
test('ATT-16 rejects longer ones and other types', async () => {
  for (const name of ['user_data', 'nonce']) {
    for (const value of [cbor.bstr(bytesOf(1025)), cbor.text('x'), cbor.array()])
      expect(await withField(name, value)).toBe('ATTESTATION_MALFORMED')
    expect(await withField(name, cbor.bstr(bytesOf(513)), { limits: 'strict512' })).toBe('ATTESTATION_MALFORMED')
  }
})

test('ATT-17 accepts a chain that is valid at the time the caller chose', async () => {
  const document = makeDocument()
  const dayMs = 86_400_000
  expect(await verify(document, { time: { mode: 'document' } })).toBe('accepted')
  expect(await verify(document, { time: { mode: 'instant', timeMs: nowMs + 1000 } })).toBe('accepted')
  // Archived a year ago or a year from now: its own time counts.
  expect(await verify(document, { time: { mode: 'live', nowMs: nowMs + 365 * dayMs, ageMsMax: 366 * dayMs } })).toBe(
    'CERTIFICATE_NOT_IN_VALIDITY',
  )
  expect(await verify(document, { time: { mode: 'document' } })).toBe('accepted')
})
test('ATT-17 rejects a chain that is not, and a time that says nothing', async () => {
  const document = makeDocument()
  expect(await verify(document, { time: { mode: 'instant', timeMs: nowMs + 86_400_000 } })).toBe('CERTIFICATE_NOT_IN_VALIDITY')
  expect(await verify(makeDocument({ timestampMs: nowMs + 86_400_000 }), { time: { mode: 'document' } })).toBe(
    'CERTIFICATE_NOT_IN_VALIDITY',
  )
  // Seconds for milliseconds.
  expect(await verify(document, { time: { mode: 'instant', timeMs: nowMs / 1000 } })).toBe('CERTIFICATE_NOT_IN_VALIDITY')
  const unusable = [
    {},
    { mode: 'now' },
    { nowMs, ageMsMax: 1 },
    { mode: 'live', nowMs: Number.NaN, ageMsMax: 1 },
    { mode: 'live', nowMs, ageMsMax: Number.POSITIVE_INFINITY },
    { mode: 'live', nowMs, ageMsMax: Number.NaN },
    { mode: 'live', nowMs, ageMsMax: -1 },
    { mode: 'live', nowMs },
    { mode: 'live', nowMs: String(nowMs), ageMsMax: 1 },
    { mode: 'live', nowMs, ageMsMax: 1, skewMsMax: Number.NaN },
    { mode: 'live', nowMs, ageMsMax: 1, skewMsMax: Number.POSITIVE_INFINITY },
    { mode: 'instant' },
    { mode: 'instant', timeMs: 0 },
  ]
  for (const time of unusable)
    expect(await verify(document, { time: time as VerificationTime }), JSON.stringify(time)).toBe('POLICY_MALFORMED')
})

test("ATT-18 accepts the leaf's signature", async () => expect(await make()).toBe('accepted'))
test("ATT-18 rejects a signature by any other key, the issuers' and the document's own public_key included", async () => {
  for (const seed of ['a instance', 'a root', 'mallory'])
    expect(await make({ signer: testKey(seed), publicKey: testKey(seed).publicKey })).toBe('COSE_SIGNATURE_INVALID')
  const changed = makeDocument({ userData: utf8('amount 1') })
  changed[changed.findIndex((_, at) => changed.subarray(at, at + 8).every((byte, i) => byte === 'amount 1'.charCodeAt(i))) + 7] = 0x39
  expect(await verify(changed)).toBe('COSE_SIGNATURE_INVALID')
})

test('ATT-19 accepts a document up to ageMsMax old', async () => {
  expect(await make({ timestampMs: nowMs - 60_000 })).toBe('accepted')
  expect(await verify(makeDocument(), { time: { mode: 'live', nowMs, ageMsMax: 0 } })).toBe('accepted')
})
test('ATT-19 rejects an older one', async () => {
  expect(await make({ timestampMs: nowMs - 60_001 })).toBe('ATTESTATION_STALE')
  // A timestamp in seconds is decades old.
  expect(await make({ timestampMs: Math.floor(nowMs / 1000) })).toBe('ATTESTATION_STALE')
})

test('ATT-20 accepts a document up to skewMsMax ahead', async () => {
  expect(await make({ timestampMs: nowMs + 60_000 })).toBe('accepted')
  expect(await verify(makeDocument({ timestampMs: nowMs + 5 }), { time: { ...live, skewMsMax: 5 } as VerificationTime })).toBe('accepted')
})
test('ATT-20 rejects one from further ahead', async () => {
  expect(await make({ timestampMs: nowMs + 60_001 })).toBe('ATTESTATION_FROM_FUTURE')
  expect(await make({ timestampMs: nowMs * 1000 })).toBe('ATTESTATION_FROM_FUTURE')
  expect(await verify(makeDocument({ timestampMs: nowMs + 6 }), { time: { ...live, skewMsMax: 5 } as VerificationTime })).toBe(
    'ATTESTATION_FROM_FUTURE',
  )
})

test('ATT-21 accepts the nonce asked for', async () => {
  expect(await verify(makeDocument({ nonce: utf8('nonce') }), { nonce: utf8('nonce') })).toBe('accepted')
  expect(await verify(makeDocument({ nonce: utf8('somebody else asked') }))).toBe('accepted')
})
test('ATT-21 rejects another nonce, a part of it, and none', async () => {
  for (const nonce of [utf8('nonc'), utf8('nonce!'), utf8('NONCE'), new Uint8Array(0), null])
    expect(await verify(makeDocument({ nonce }), { nonce: utf8('nonce') })).toBe('NONCE_MISMATCH')
})

test('the AWS root does not vouch for documents made here, nor does any certificate inside a document', async () => {
  expect(await verify(makeDocument(), { root: awsNitroRootG1 })).toBe('ROOT_MISMATCH')
  const stranger = makeChain({ seed: 'b' })
  expect(await verify(makeDocument({ chain: stranger }))).toBe('ROOT_MISMATCH')
  // The real root in front of the stranger's chain.
  const grafted = { ...stranger, cabundle: [root.der, ...stranger.cabundle.slice(1)] }
  expect(await verify(makeDocument({ chain: grafted }))).toBe('CERTIFICATE_CHAIN_INVALID')
  const named = makeChain({ seed: 'b', authorities: { 1: { issuer: root.subject } } })
  const sameNames = { ...named, cabundle: [root.der, ...named.cabundle.slice(1)] }
  expect(await verify(makeDocument({ chain: sameNames }))).not.toBe('accepted')
})
