import { keccak256, sha256 } from 'viem/utils'
import { describe, expect, test } from 'vitest'
import {
  type AnswerParts,
  logKey,
  makeAnswer,
  otherAccount,
  pcrHex,
  receiptAccount,
  sha256Hex,
  testDomain,
  testManifest,
  testOutputs,
} from '../test/support/answer.ts'
import { keyRegistered, makeHeader, makeRegistration } from '../test/support/block.ts'
import { verdict } from '../test/support/expect.ts'
import { cosignText, ed25519Key, noteKey, testLog } from '../test/support/log.ts'
import { makeChain, nowMs } from '../test/support/pki.ts'
import { awsNitroRootG1 } from './aws-root.ts'
import { type Bundle, type ChainPolicy, decodeBundle, encodeBundle, type VerifyBundleParameters, verifyBundle } from './bundle.ts'
import { concatBytes, fromHex, type Hex, toHex, utf8 } from './bytes.ts'
import { encodeCanonicalJson, type JsonValue } from './canonical-json.ts'
import { type CborValue, cborMap, decodeCbor, encodeCbor } from './cbor.ts'
import { encodeTreeHead, type WitnessPolicy } from './checkpoint.ts'
import { encodeManifest } from './manifest.ts'
import { encodeProvenance, type Provenance } from './provenance.ts'
import { hashReceipt } from './receipt.ts'
import { encodeTensors } from './tensor.ts'

const time = { mode: 'document' } as const
const make = async (parts: AnswerParts = {}, change: Partial<Bundle> = {}) => {
  const { bundle, policy, chain } = await makeAnswer(parts)
  const bytes = encodeBundle({ ...bundle, ...change })
  return { bytes, policy, root: chain.root, verdict: () => verdict(() => verifyBundle({ bundle: bytes, policy, root: chain.root, time })) }
}
const verify = async (parts?: AnswerParts, change?: Partial<Bundle>) => (await make(parts, change)).verdict()
const fieldsOf = (bytes: Uint8Array) => new Map(decodeCbor(bytes) as ReadonlyMap<string, CborValue>)
/** With a checksum that fits, so that what is refused is refused for the field. */
const sealed = (fields: ReadonlyMap<string, CborValue>) => {
  const rest = new Map([...fields].filter(([name]) => name !== 'checksum'))
  return encodeCbor(new Map([...rest, ['checksum', sha256(encodeCbor(rest, { deterministic: true }), 'bytes')]]), { deterministic: true })
}
const withField = async (name: string, value: CborValue | undefined) => {
  const fields = fieldsOf(await fullBytes())
  if (value === undefined) fields.delete(name)
  else fields.set(name, value)
  return verdict(() => decodeBundle(name === 'checksum' ? encodeCbor(fields, { deterministic: true }) : sealed(fields)))
}

const registry: Hex = `0x${'5e'.repeat(20)}`
const [w1, w2] = [ed25519Key('w1'), ed25519Key('w2')]
const witnesses = (quorum: number, keys = [w1, w2]): WitnessPolicy => ({
  keys: keys.map((key, i) => noteKey(`witness.example/w${i + 1}`, 'cosignature', key)),
  quorum,
  latestMs: nowMs + 86_400_000,
})

/** A bundle with everything: seventh receipt of a log of nine, cosigned, registered, with provenance. */
async function makeFull(
  parts: AnswerParts & { seenSeconds?: number[]; blockSeconds?: number; documentHash?: Hex; change?: Partial<Bundle>; event?: object } = {},
) {
  const { seenSeconds = [nowSeconds + 2, nowSeconds + 5], blockSeconds = nowSeconds + 60, documentHash, change, event, ...rest } = parts
  const answer = await makeAnswer(rest)
  const { bundle, keyset } = answer
  const leaf = fromHex(hashReceipt(bundle.receipt, bundle.domain))
  const log = testLog([
    sha256(utf8('opening'), 'bytes'),
    ...Array.from({ length: 9 }, (_, i) => (i === 6 ? leaf : sha256(utf8(`${i}`), 'bytes'))),
  ])
  const inclusion = await log.proveReceipt(7, BigInt(nowMs + 2000), receiptAccount)
  const text = encodeTreeHead({ origin: keyset.logName, treeSize: 10n, rootHash: log.root() })
  const cosigned = seenSeconds.map((seconds, i) => cosignText(text, `witness.example/w${i + 1}`, [w1, w2][i] as typeof w1, BigInt(seconds)))
  const note = log.note(keyset.logName, logKey, ...cosigned)
  const registered = keyRegistered({
    registry,
    key: receiptAccount.address,
    documentHash: documentHash ?? toHex(sha256(bundle.attestation, 'bytes')),
    ...event,
  })
  const registration = makeRegistration({
    transactions: [
      {},
      { type: 0 },
      { events: [keyRegistered({ registry, key: otherAccount.address, documentHash: sha256Hex('x') }), registered] },
    ],
    transactionIndex: 2,
    registry,
    timestampSeconds: blockSeconds,
  })
  const provenance = encodeProvenance({
    format: 'nacre/provenance/1',
    measurements: { pcr0: pcrHex(0), pcr1: pcrHex(1), pcr2: pcrHex(2) },
    source: 'https://example.org/source',
    revision: '0123abc',
    recipe: 'docker build',
  })
  const full: Bundle = { ...bundle, inclusion, note, registration, provenance, ...change }
  const bytes = encodeBundle(full)
  const blockHash = keccak256((full.registration ?? registration).header)
  const parameters = { bundle: bytes, policy: answer.policy, root: answer.chain.root, time }
  const verify = (more: Partial<VerifyBundleParameters> = {}) => verifyBundle({ ...parameters, ...more })
  return {
    ...answer,
    full,
    bytes,
    log,
    blockHash,
    verify,
    verdict: (more?: Partial<VerifyBundleParameters>) => verdict(() => verify(more)),
  }
}
const nowSeconds = Math.floor(nowMs / 1000)
const fullBytes = async () => (await makeFull({ domain: testDomain })).bytes
const chainOf = (blockHash: Hex, change: Partial<ChainPolicy> = {}): ChainPolicy => ({
  chainId: 1n,
  registry,
  blockHashes: [blockHash],
  ...change,
})

test('BUN-01 accepts deterministic CBOR with exactly the fourteen fields', async () => {
  for (const domain of [null, testDomain]) {
    const { bundle } = await makeAnswer({ domain })
    const { full } = await makeFull({ domain })
    for (const each of [bundle, full]) {
      const bytes = encodeBundle(each)
      expect(fieldsOf(bytes).size).toBe(14)
      expect(toHex(encodeBundle(decodeBundle(bytes)))).toBe(toHex(bytes))
      expect(decodeBundle(bytes)).toEqual(each)
    }
  }
})
test('BUN-01 rejects other fields, another format, another order, and bytes after the end', async () => {
  const { bytes } = await make()
  for (const name of fieldsOf(bytes).keys()) expect(await withField(name, undefined)).toBe('BUNDLE_MALFORMED')
  expect(await withField('extra', 1)).toBe('BUNDLE_MALFORMED')
  for (const format of ['nacre/bundle/2', 1, null]) expect(await withField('format', format)).toBe('BUNDLE_MALFORMED')
  expect(await verdict(() => decodeBundle(encodeCbor(new Map([...fieldsOf(bytes)].reverse()))))).toBe('CBOR_MALFORMED')
  expect(await verdict(() => decodeBundle(concatBytes(bytes, Uint8Array.of(0))))).toBe('CBOR_MALFORMED')
  for (const value of [[], 1, null, cborMap({})]) expect(await verdict(() => decodeBundle(encodeCbor(value)))).toBe('BUNDLE_MALFORMED')
  for (let end = 0; end < bytes.length; end += 7) expect(await verdict(() => decodeBundle(bytes.subarray(0, end)))).toBe('CBOR_MALFORMED')
})

test('BUN-02 accepts fields of their forms, and null where a field may be missing', async () => {
  expect(await withField('domain', [2n ** 64n - 1n, new Uint8Array(20)])).toBe('accepted')
  for (const name of ['domain', 'signature', 'note', 'inputs', 'outputs', 'registration', 'provenance'])
    expect(await withField(name, null), name).toBe('accepted')
})
test('BUN-02 rejects fields of other types, sizes and ranges, a receipt without proof, and a note without inclusion', async () => {
  const word = new Uint8Array(32)
  const receipt = [word, word, word, word, 1, 1]
  const inclusion = [1, word, 1, new Uint8Array(65), word]
  const registration = [1, new Uint8Array(20), word, 1, [word]]
  const replaced = (list: CborValue[], at: number, value: CborValue) => list.with(at, value)
  const cases: [string, CborValue][] = [
    ['attestation', 'text'],
    ['keyset', null],
    ['manifest', 1],
    ['domain', [1]],
    ['domain', [1, new Uint8Array(19)]],
    ['domain', [-1, new Uint8Array(20)]],
    ['domain', ['1', new Uint8Array(20)]],
    ['domain', cborMap({})],
    ['receipt', null],
    ['receipt', receipt.slice(1)],
    ['receipt', [...receipt, 1]],
    ['receipt', replaced(receipt, 0, new Uint8Array(31))],
    ['receipt', replaced(receipt, 5, -1)],
    ['receipt', replaced(receipt, 4, word)],
    ['signature', new Uint8Array(64)],
    ['signature', new Uint8Array(66)],
    ['inclusion', null],
    ['inclusion', 1],
    ['inclusion', inclusion.slice(1)],
    ['inclusion', replaced(inclusion, 0, -1)],
    ['inclusion', replaced(inclusion, 1, new Uint8Array(31))],
    ['inclusion', replaced(inclusion, 3, new Uint8Array(64))],
    ['inclusion', replaced(inclusion, 4, new Uint8Array(33))],
    ['note', 'text'],
    ['registration', registration.slice(1)],
    ['registration', replaced(registration, 1, new Uint8Array(19))],
    ['registration', replaced(registration, 3, 2 ** 32)],
    ['registration', replaced(registration, 4, word)],
    [
      'registration',
      replaced(
        registration,
        4,
        Array.from({ length: 17 }, () => word),
      ),
    ],
    ['registration', replaced(registration, 4, [1])],
    ['provenance', 'text'],
    ['checksum', new Uint8Array(31)],
  ]
  for (const [name, value] of cases) expect(await withField(name, value), name).toBe('BUNDLE_MALFORMED')
  const fields = fieldsOf(await fullBytes())
  for (const name of ['signature', 'inclusion', 'note']) fields.set(name, null)
  expect(await verdict(() => decodeBundle(sealed(fields)))).toBe('BUNDLE_MALFORMED')
  for (const name of ['inputs', 'outputs']) {
    expect(await withField(name, new Uint8Array(0))).toBe('TENSOR_MALFORMED')
    expect(await withField(name, concatBytes(encodeTensors(testOutputs), new Uint8Array(32)))).toBe('TENSOR_MALFORMED')
  }
})

test('BUN-03 accepts the manifest that the receipt names', async () => expect(await verify()).toBe('accepted'))
test('BUN-03 rejects another manifest, even one that differs in a label, and other spellings of the same', async () => {
  expect(await verify({}, { manifest: encodeManifest({ ...testManifest, labels: ['odd', 'even'] }) })).toBe('MODEL_MISMATCH')
  expect(await verify({}, { manifest: utf8(JSON.stringify(testManifest)) })).toBe('JSON_NOT_CANONICAL')
  expect(await verify({}, { manifest: utf8('{}') })).toBe('MANIFEST_MALFORMED')
})

test('BUN-04 accepts offline what verifyInference accepts, and returns it', async () => {
  const { bytes, policy, root } = await make({ domain: testDomain })
  const verified = await verifyBundle({ bundle: bytes, policy, root, time })
  expect(verified.manifest).toEqual(testManifest)
  expect(verified.domain).toEqual(testDomain)
  expect(verified.outputs).toEqual(testOutputs)
})
test('BUN-04 rejects with the codes of verifyInference', async () => {
  const { bytes, policy, root } = await make()
  const parameters = { bundle: bytes, policy, root, time }
  expect(await verdict(() => verifyBundle({ ...parameters, root: awsNitroRootG1 }))).toBe('ROOT_MISMATCH')
  expect(await verdict(() => verifyBundle({ ...parameters, policy: { ...policy, measurements: [] } }))).toBe('POLICY_EMPTY')
  expect(await verdict(() => verifyBundle({ ...parameters, policy: { ...policy, modelIds: [sha256Hex('m')] } }))).toBe('MODEL_NOT_ALLOWED')
  expect(await verdict(() => verifyBundle({ ...parameters, time: { mode: 'live', nowMs: nowMs + 3_600_000, ageMsMax: 60_000 } }))).toBe(
    'ATTESTATION_STALE',
  )
  const { receipt } = (await makeAnswer()).bundle
  expect(await verify({}, { receipt: { ...receipt, sequence: 8n } })).toBe('SIGNATURE_INVALID')
  expect(await verify({}, { domain: testDomain })).toBe('SIGNATURE_INVALID')
  expect(await verify({}, { outputs: [] })).toBe('OUTPUT_MISMATCH')
  expect(await verify({}, { inputs: [] })).toBe('INPUT_MISMATCH')
  expect(await verify({}, { keyset: utf8('{}') })).toBe('KEYSET_MISMATCH')
  expect(await verdict(async () => encodeBundle({ ...(await makeAnswer()).bundle, signature: '0x' as Hex }))).toBe('HEX_MALFORMED')
})

test('BUN-05 accepts the checksum of all other fields', async () => expect(await verify()).toBe('accepted'))
test('BUN-05 rejects damage to parts that nothing else vouches for', async () => {
  const { full, bytes } = await makeFull()
  expect(await withField('checksum', new Uint8Array(32))).toBe('BUNDLE_MALFORMED')
  // A signature of a witness that nobody asked about, and the name of a chain.
  const unknown = fieldsOf(bytes).set('note', concatBytes(full.note as Uint8Array, utf8(`— nobody ${'A'.repeat(100)}\n`)))
  expect(await verdict(() => decodeBundle(encodeCbor(unknown, { deterministic: true })))).toBe('BUNDLE_MALFORMED')
  expect(await verdict(() => decodeBundle(sealed(unknown)))).toBe('accepted')
})

test('BUN-06 accepts a note of the checkpoint in which the receipt is proven, with or without a word on witnesses', async () => {
  const { verify, full } = await makeFull()
  expect((await verify()).log).toMatchObject({ treeSize: 10n, cosignatures: [] })
  const { log } = await verify({ witnesses: witnesses(2) })
  expect(log?.cosignatures.map(({ name }) => name)).toEqual(['witness.example/w1', 'witness.example/w2'])
  expect(await (await makeFull({ change: { note: null } })).verdict({ witnesses: witnesses(0) })).toBe('accepted')
  expect(await (await makeFull({ change: { signature: null } })).verdict()).toBe('accepted')
  expect(full.signature).not.toBeNull()
})
test('BUN-06 rejects a note of another checkpoint, log or key, and too few witnesses', async () => {
  const { log, keyset, verdict: full } = await makeFull()
  const later = testLog([sha256(utf8('opening'), 'bytes')])
  expect(await (await makeFull({ change: { note: later.note(keyset.logName, logKey) } })).verdict()).toBe('LOG_MISMATCH')
  expect(await (await makeFull({ change: { note: log.note('nacre/another', logKey) } })).verdict()).toBe('LOG_MISMATCH')
  expect(await (await makeFull({ change: { note: log.note(keyset.logName, w1) } })).verdict()).toBe('NOTE_SIGNATURE_INVALID')
  expect(await (await makeFull({ change: { note: utf8('note') } })).verdict()).toBe('NOTE_MALFORMED')
  expect(await (await makeFull({ change: { keyset: utf8('{}') } })).verdict()).toBe('LOG_MISMATCH')
  expect(await full({ witnesses: witnesses(1, [ed25519Key('w3')]) })).toBe('WITNESS_QUORUM_MISSED')
  expect(await full({ witnesses: { ...witnesses(1), latestMs: nowMs - 1 } })).toBe('COSIGNATURE_INVALID')
  expect(await (await makeFull({ seenSeconds: [nowSeconds] })).verdict({ witnesses: witnesses(2) })).toBe('WITNESS_QUORUM_MISSED')
  expect(await (await makeFull({ change: { note: null } })).verdict({ witnesses: witnesses(1) })).toBe('WITNESS_QUORUM_MISSED')
  expect(await full({ witnesses: { ...witnesses(1), quorum: 3 } })).toBe('POLICY_MALFORMED')
  // The place in the log is verified even beside a signature.
  const { full: bundle } = await makeFull()
  const inclusion = bundle.inclusion as NonNullable<Bundle['inclusion']>
  const proof = [`0x${'00'.repeat(32)}` as Hex, ...inclusion.proof.slice(1)]
  expect(await (await makeFull({ change: { inclusion: { ...inclusion, proof } } })).verdict()).toBe('INCLUSION_INVALID')
})

test('BUN-07 accepts the registration of this key by this document, proven in its block', async () => {
  const { verify, blockHash } = await makeFull()
  expect((await verify()).registration).toEqual({
    chainId: 1n,
    registry,
    blockHash,
    blockNumber: 77n,
    blockTimeMs: (nowSeconds + 60) * 1000,
    route: 2,
    expiresAtMs: 2_000_000_000_000,
    isTrusted: false,
  })
})
test('BUN-07 accepts it beside one by another document in the same transaction', async () => {
  const { full } = await makeFull()
  const own = keyRegistered({ registry, key: receiptAccount.address, documentHash: toHex(sha256(full.attestation, 'bytes')) })
  const other = keyRegistered({ registry, key: receiptAccount.address, documentHash: sha256Hex('another document') })
  const transactions = [{ events: [other, own] }]
  const registration = makeRegistration({ transactions, transactionIndex: 0, registry, timestampSeconds: nowSeconds })
  expect(await (await makeFull({ change: { attestation: full.attestation, registration } })).verdict()).toBe('accepted')
})
test('BUN-07 rejects another key, document, contract, event or transaction, a reverted one, and nodes that prove nothing', async () => {
  const refused = async (parts: Parameters<typeof makeFull>[0]) =>
    expect(await (await makeFull(parts)).verdict()).toBe('REGISTRATION_INVALID')
  await refused({ documentHash: sha256Hex('another document') })
  await refused({ event: { key: otherAccount.address } })
  await refused({ event: { registry: `0x${'5f'.repeat(20)}` } })
  const { full } = await makeFull()
  const registration = full.registration as NonNullable<Bundle['registration']>
  const changes: Partial<typeof registration>[] = [
    { transactionIndex: 1 },
    { transactionIndex: 3 },
    { registry: `0x${'5f'.repeat(20)}` },
    { header: utf8('header') },
    { header: registration.header.subarray(0, -1) },
    { header: makeHeader({ receiptsRoot: new Uint8Array(32), timestampSeconds: 1 }) },
    { proof: [] },
    { proof: registration.proof.slice(1) },
    { proof: registration.proof.slice(0, -1) },
    { proof: [...registration.proof, registration.proof[0] as Uint8Array] },
  ]
  // Documents are signed anew each time: the same one, so that nothing but the change is wrong.
  const { attestation } = full
  expect(await (await makeFull({ change: { attestation, registration } })).verdict()).toBe('accepted')
  for (const change of changes) await refused({ change: { attestation, registration: { ...registration, ...change } } })
  const event = keyRegistered({ registry, key: receiptAccount.address, documentHash: toHex(sha256(full.attestation, 'bytes')) })
  for (const transaction of [
    { events: [event], status: 0 },
    { events: [{ ...event, topics: event.topics.slice(0, 3) }] },
    { events: [{ ...event, data: event.data.subarray(32) }] },
    { events: [{ ...event, topics: [sha256Hex('Other(address)'), ...event.topics.slice(1)] }] },
  ])
    await refused({
      change: {
        attestation,
        registration: makeRegistration({ transactions: [transaction], transactionIndex: 0, registry, timestampSeconds: nowSeconds }),
      },
    })
})

test('BUN-08 accepts a registry and a block that the caller names', async () => {
  const { verify, blockHash } = await makeFull()
  const upper = blockHash.toUpperCase().replace('0X', '0x') as Hex
  const { registration } = await verify({ chain: chainOf(blockHash, { blockHashes: [sha256Hex('another'), upper] }) })
  expect(registration).toMatchObject({ isTrusted: true })
})
test('BUN-08 rejects another registry, chain or block than the caller names, and a bundle without registration', async () => {
  const { verdict: full, blockHash } = await makeFull()
  expect(await full({ chain: chainOf(sha256Hex('another')) })).toBe('REGISTRATION_UNTRUSTED')
  expect(await full({ chain: chainOf(blockHash, { registry: `0x${'5f'.repeat(20)}` }) })).toBe('REGISTRATION_UNTRUSTED')
  expect(await full({ chain: chainOf(blockHash, { chainId: 2n }) })).toBe('REGISTRATION_UNTRUSTED')
  expect(await (await makeFull({ change: { registration: null } })).verdict({ chain: chainOf(blockHash) })).toBe('REGISTRATION_UNTRUSTED')
  for (const wrong of [{ registry: '0x' as Hex }, { blockHashes: [] }, { blockHashes: ['0x00' as Hex] }])
    expect(await full({ chain: chainOf(blockHash, wrong) })).toBe('POLICY_MALFORMED')
})

test('BUN-09 accepts the time that witnesses or a block vouch for, while the certificates were valid', async () => {
  const { verify, blockHash } = await makeFull()
  const seen = async (quorum: number) => (await verify({ time: { mode: 'witnesses' }, witnesses: witnesses(quorum) })).vouched
  expect(await seen(1)).toEqual({ by: 'witnesses', timeMs: (nowSeconds + 2) * 1000 })
  expect(await seen(2)).toEqual({ by: 'witnesses', timeMs: (nowSeconds + 5) * 1000 })
  const byChain = await verify({ time: { mode: 'chain' }, chain: chainOf(blockHash) })
  expect(byChain.vouched).toEqual({ by: 'chain', timeMs: (nowSeconds + 60) * 1000 })
  expect((await verify()).vouched).toEqual({ by: 'document', timeMs: nowMs })
})
test('BUN-09 rejects evidence from after the certificates, from before the document or receipt, and nobody to vouch', async () => {
  const at = async (seenSeconds: number[], parts: AnswerParts = {}) =>
    (await makeFull({ seenSeconds, ...parts })).verdict({ time: { mode: 'witnesses' }, witnesses: witnesses(1, [w1]) })
  // The attack: a leaf's key is stolen after it expired, and a document made with it names any time.
  expect(await at([nowSeconds + 4 * 3600])).toBe('CERTIFICATE_NOT_IN_VALIDITY')
  expect(await at([nowSeconds - 62], { document: { timestampMs: nowMs } })).not.toBe('accepted')
  expect(await at([nowSeconds], { document: { timestampMs: nowMs + 120_000 } })).toBe('ATTESTATION_FROM_FUTURE')
  expect(await at([nowSeconds], { receipt: { timestampMs: BigInt(nowMs + 120_000) } })).toBe('RECEIPT_TIME_OUT_OF_RANGE')
  const { verdict: full, blockHash } = await makeFull()
  expect(await full({ time: { mode: 'witnesses' } })).toBe('POLICY_MALFORMED')
  expect(await full({ time: { mode: 'witnesses' }, witnesses: witnesses(0) })).toBe('POLICY_MALFORMED')
  expect(await full({ time: { mode: 'chain' } })).toBe('POLICY_MALFORMED')
  const late = await makeFull({ blockSeconds: nowSeconds + 86_400 })
  expect(await late.verdict({ time: { mode: 'chain' }, chain: chainOf(late.blockHash) })).toBe('CERTIFICATE_NOT_IN_VALIDITY')
  expect(blockHash).not.toBe(late.blockHash)
})

test('BUN-10 accepts provenance that speaks of the image in the document', async () => {
  const { verify } = await makeFull()
  expect((await verify()).provenance).toMatchObject({ revision: '0123abc' })
})
test('BUN-10 rejects provenance of another image, and other forms', async () => {
  const { verify } = await makeFull()
  const provenance = (await verify()).provenance as Provenance
  const verdictOf = async (bytes: Uint8Array) => (await makeFull({ change: { provenance: bytes } })).verdict()
  for (const register of ['pcr0', 'pcr1', 'pcr2'] as const)
    expect(await verdictOf(encodeProvenance({ ...provenance, measurements: { ...provenance.measurements, [register]: pcrHex(3) } }))).toBe(
      'PROVENANCE_MISMATCH',
    )
  expect(await verdictOf(utf8('{ }'))).toBe('JSON_NOT_CANONICAL')
  for (const change of [{ extra: 1 }, { format: 'nacre/provenance/2' }, { source: 1 }, { recipe: 'x'.repeat(1025) }, { measurements: {} }])
    expect(await verdictOf(encodeCanonicalJson({ ...provenance, ...change } as unknown as JsonValue))).toBe('BUNDLE_MALFORMED')
  expect(await verdictOf(utf8(`"${'x'.repeat(17_000)}"`))).toBe('BUNDLE_MALFORMED')
})

test('tensors that are kept back are told apart from tensors that were verified', async () => {
  const { verify } = await makeFull({ change: { inputs: null, outputs: null } })
  expect(await verify()).toMatchObject({ inputs: null, outputs: null })
})

describe('every single changed byte of a bundle is refused', () => {
  // A chain of two keeps the bundle small; the bundle of a longer one differs in certificates only.
  const chain = makeChain({ depth: 1 })
  const bundles = {
    'with its answer alone': async () => {
      const { bytes, policy, root } = await make({ chain, domain: testDomain })
      return { bytes, refuses: (bundle: Uint8Array) => verdict(() => verifyBundle({ bundle, policy, root, time })) }
    },
    'with log, witnesses, registration and provenance': async () => {
      const { bytes, verdict: full } = await makeFull({ chain, domain: testDomain })
      return { bytes, refuses: (bundle: Uint8Array) => full({ bundle }) }
    },
  }
  test.each(Object.entries(bundles))(
    '%s',
    async (_, prepare) => {
      const { bytes, refuses } = await prepare()
      expect(await refuses(bytes)).toBe('accepted')
      const accepted: string[] = []
      for (let at = 0; at < bytes.length; at++) {
        // A different flip at each place: one bit, or all of them.
        for (const flip of [1 << (at % 8), 0xff]) {
          const changed = Uint8Array.from(bytes)
          changed[at] = (changed[at] as number) ^ flip
          if ((await refuses(changed)) === 'accepted') accepted.push(`${at} ^ ${flip}`)
        }
      }
      expect(accepted).toEqual([])
    },
    120_000,
  )

  // The checksum finds all of these; this is what the signatures find when whoever alters a byte makes the checksum anew.
  test('and of its evidence, also under a checksum that was made anew', async () => {
    const { bundle, policy, chain: own } = await makeAnswer({ chain, domain: testDomain })
    const accepted: string[] = []
    for (const name of ['attestation', 'keyset', 'manifest'] as const)
      for (let at = 0; at < bundle[name].length; at++) {
        const field = Uint8Array.from(bundle[name])
        field[at] = (field[at] as number) ^ (1 << (at % 8))
        const changed = encodeBundle({ ...bundle, [name]: field })
        if ((await verdict(() => verifyBundle({ bundle: changed, policy, root: own.root, time }))) === 'accepted')
          accepted.push(`${name} ${at}`)
      }
    expect(accepted).toEqual([])
  })
})
