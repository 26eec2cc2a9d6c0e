import { expect, test } from 'vitest'
import { type AnswerParts, makeAnswer, sha256Hex, testDomain, testManifest, testOutputs } from '../test/support/answer.ts'
import { verdict } from '../test/support/expect.ts'
import { makeChain, nowMs } from '../test/support/pki.ts'
import { awsNitroRootG1 } from './aws-root.ts'
import { type Bundle, decodeBundle, encodeBundle, verifyBundle } from './bundle.ts'
import { concatBytes, fromHex, type Hex, toHex, utf8 } from './bytes.ts'
import { type CborValue, cborMap, decodeCbor, encodeCbor } from './cbor.ts'
import { encodeManifest } from './manifest.ts'
import { encodeTensors } from './tensor.ts'

const time = { mode: 'document' } as const
const make = async (parts: AnswerParts = {}, change: Partial<Bundle> = {}) => {
  const { bundle, policy, chain } = await makeAnswer(parts)
  const bytes = encodeBundle({ ...bundle, ...change })
  return { bytes, policy, root: chain.root, verdict: () => verdict(() => verifyBundle({ bundle: bytes, policy, root: chain.root, time })) }
}
const verify = async (parts?: AnswerParts, change?: Partial<Bundle>) => (await make(parts, change)).verdict()
const fieldsOf = (bytes: Uint8Array) => new Map(decodeCbor(bytes) as ReadonlyMap<string, CborValue>)
const withField = async (name: string, value: CborValue | undefined) => {
  const { bytes } = await make({ domain: testDomain })
  const fields = fieldsOf(bytes)
  if (value === undefined) fields.delete(name)
  else fields.set(name, value)
  return verdict(() => decodeBundle(encodeCbor(fields, { deterministic: true })))
}

test('BUN-01 accepts deterministic CBOR with exactly the nine fields', async () => {
  for (const domain of [null, testDomain]) {
    const { bundle } = await makeAnswer({ domain })
    const bytes = encodeBundle(bundle)
    expect(toHex(encodeBundle(decodeBundle(bytes)))).toBe(toHex(bytes))
    expect(decodeBundle(bytes).receipt).toEqual(bundle.receipt)
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

test('BUN-02 accepts fields of their forms', async () => {
  expect(await withField('domain', null)).toBe('accepted')
  expect(await withField('domain', [2n ** 64n - 1n, new Uint8Array(20)])).toBe('accepted')
})
test('BUN-02 rejects fields of other types, sizes and ranges', async () => {
  const word = new Uint8Array(32)
  const receipt = [word, word, word, word, 1, 1]
  const cases: [string, CborValue][] = [
    ['attestation', 'text'],
    ['keyset', null],
    ['manifest', 1],
    ['domain', [1]],
    ['domain', [1, new Uint8Array(19)]],
    ['domain', [-1, new Uint8Array(20)]],
    ['domain', ['1', new Uint8Array(20)]],
    ['domain', cborMap({})],
    ['receipt', receipt.slice(1)],
    ['receipt', [...receipt, 1]],
    ['receipt', [new Uint8Array(31), ...receipt.slice(1)]],
    ['receipt', [...receipt.slice(0, 5), -1]],
    ['receipt', [...receipt.slice(0, 4), word, 1]],
    ['signature', new Uint8Array(64)],
    ['signature', new Uint8Array(66)],
  ]
  for (const [name, value] of cases) expect(await withField(name, value), name).toBe('BUNDLE_MALFORMED')
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

test('every single changed byte of a bundle is refused', async () => {
  // A chain of two keeps the bundle small; the bundle of a longer one differs in certificates only.
  const chain = makeChain({ depth: 1 })
  const { bytes, policy, root } = await make({ chain, domain: testDomain })
  expect(await verdict(() => verifyBundle({ bundle: bytes, policy, root, time }))).toBe('accepted')
  const accepted: string[] = []
  for (let at = 0; at < bytes.length; at++) {
    // A different flip at each place: one bit, or all of them.
    for (const flip of [1 << (at % 8), 0xff]) {
      const changed = Uint8Array.from(bytes)
      changed[at] = (changed[at] as number) ^ flip
      if ((await verdict(() => verifyBundle({ bundle: changed, policy, root, time }))) === 'accepted') accepted.push(`${at} ^ ${flip}`)
    }
  }
  expect(accepted).toEqual([])
  expect(fromHex(toHex(bytes.subarray(0, 1)))).toEqual(Uint8Array.of(0xa9))
}, 120_000)
