import { expect, test } from 'vitest'
import { type AnswerParts, live, makeAnswer, otherAccount, receiptAccount, sha256Hex, tlsSpkiSha256 } from '../test/support/answer.ts'
import { verdict } from '../test/support/expect.ts'
import { verifyAttestation } from './attestation.ts'
import { concatBytes, fromHex, utf8 } from './bytes.ts'
import { encodeCanonicalJson } from './canonical-json.ts'
import { verifyEnclave, verifyKeptReceiptKey } from './enclave-identity.ts'
import { decodeKeyset, encodeKeyset, type Keyset, keysetUserData, purposeTag } from './keyset.ts'
import { extendModelPcr } from './manifest.ts'

const verify = async (parts: AnswerParts = {}, more: { keyset?: Uint8Array; tlsSpkiSha256?: Uint8Array } = {}) => {
  const { response, policy, chain } = await makeAnswer(parts)
  return verdict(() =>
    verifyEnclave({ attestation: response.attestation, keyset: response.keyset, root: chain.root, time: live, policy, ...more }),
  )
}
const base = (await makeAnswer()).keyset
const decode = (change: Record<string, unknown>) => verdict(() => decodeKeyset(encodeCanonicalJson({ ...base, ...change } as never)))

test('KEY-01 accepts canonical JSON with exactly the fields of a keyset', async () => {
  expect(decodeKeyset(encodeKeyset(base))).toEqual(base)
  expect(await decode({ modelIds: [] })).toBe('accepted')
})
test('KEY-01 rejects other fields, other forms and other spellings', async () => {
  const changes: Record<string, unknown>[] = [
    { extra: 1 },
    { format: 'nacre/keyset/2' },
    { receiptKey: base.receiptKey.toUpperCase().replace('0X', '0x') },
    { receiptKey: `0x02${base.receiptKey.slice(4)}` },
    { receiptKey: base.receiptKey.slice(0, -2) },
    { receiptKey: null },
    { tlsSpkiSha256: '0x' },
    { hpkePublicKey: sha256Hex('k').slice(2) },
    { logPublicKey: sha256Hex('k').slice(0, -2) },
    { logName: 'nacre/' },
    { logName: `nacre/${receiptAccount.address}` },
    { logName: `${base.logName}\n` },
    { modelIds: [sha256Hex('m'), '0x00'] },
    { modelIds: sha256Hex('m') },
    { modelIds: new Array(257).fill(sha256Hex('m')) },
  ]
  for (const change of changes) expect(await decode(change), JSON.stringify(change).slice(0, 80)).toBe('KEYSET_MALFORMED')
  for (const key of Object.keys(base)) {
    const { [key as keyof Keyset]: _, ...rest } = base
    expect(await verdict(() => decodeKeyset(encodeCanonicalJson(rest)))).toBe('KEYSET_MALFORMED')
  }
  expect(await verdict(() => decodeKeyset(utf8(JSON.stringify(base, null, 1))))).toBe('JSON_NOT_CANONICAL')
  expect(await verdict(() => decodeKeyset(new Uint8Array(64 * 1024 + 1)))).toBe('KEYSET_MALFORMED')
  // A malformed keyset that the enclave did commit to.
  expect(await verify({ keysetBytes: encodeCanonicalJson({ ...base, extra: 1 }) })).toBe('KEYSET_MALFORMED')
})

test('KEY-02 accepts user_data of 48 bytes that begins with the purpose', async () => {
  expect(await verify()).toBe('accepted')
  expect(purposeTag('nacre/keyset/1')).toEqual(concatBytes(utf8('nacre/keyset/1'), new Uint8Array(2)))
  expect(() => purposeTag('a purpose that is too long')).toThrow(RangeError)
})
test('KEY-02 rejects documents made for another purpose, or without user_data', async () => {
  const digest = (await keysetUserData(encodeKeyset(base))).subarray(16)
  for (const userData of [
    null,
    new Uint8Array(0),
    digest,
    concatBytes(purposeTag('nacre/keyset/2'), digest),
    concatBytes(purposeTag('nacre/kms/1'), digest),
    concatBytes(new Uint8Array(16), digest),
    concatBytes(purposeTag('nacre/keyset/1'), digest, Uint8Array.of(0)),
    concatBytes(purposeTag('nacre/keyset/1'), digest.subarray(1)),
  ])
    expect(await verify({ document: { userData } })).toBe('PURPOSE_MISMATCH')
})

test('KEY-03 accepts the keyset that the document commits to', async () => expect(await verify()).toBe('accepted'))
test('KEY-03 rejects any other keyset, also one that differs in spelling only', async () => {
  // The attack: the host serves its own HPKE or TLS key beside the real document.
  const swapped = encodeKeyset({ ...base, hpkePublicKey: sha256Hex('mallory') })
  for (const keyset of [swapped, new Uint8Array(0), utf8(JSON.stringify(base, null, 1)), concatBytes(encodeKeyset(base), utf8('\n'))])
    expect(await verify({}, { keyset })).toBe('KEYSET_MISMATCH')
})

test('KEY-04 accepts public_key equal to the receipt key', async () => expect(await verify()).toBe('accepted'))
test('KEY-04 rejects another public_key or none', async () => {
  for (const publicKey of [null, new Uint8Array(0), fromHex(otherAccount.publicKey), fromHex(base.receiptKey).subarray(1)])
    expect(await verify({ document: { publicKey } })).toBe('SIGNER_MISMATCH')
  // A keyset that names another receipt key than the document: the attested key is the one that counts.
  const logName = `nacre/${otherAccount.address.toLowerCase()}`
  const keyset = { receiptKey: otherAccount.publicKey, logName }
  expect(await verify({ keyset, document: { publicKey: fromHex(base.receiptKey) } })).toBe('SIGNER_MISMATCH')
})

test('KEY-05 accepts PCR16 extended with the models of the keyset, none included', async () => {
  expect(await verify()).toBe('accepted')
  expect(await verify({ keyset: { modelIds: [] } })).toBe('accepted')
})
test('KEY-05 rejects a register that holds other models, another order, nothing, or is absent (not locked)', async () => {
  const [first, second] = base.modelIds as [`0x${string}`, `0x${string}`]
  for (const modelPcr of [
    null,
    new Uint8Array(48),
    await extendModelPcr([second, first]),
    await extendModelPcr([first]),
    await extendModelPcr([first, second, second]),
  ])
    expect(await verify({ modelPcr })).toBe('MODELS_NOT_MEASURED')
})

test('KEY-06 accepts the TLS key of the keyset', async () => expect(await verify({}, { tlsSpkiSha256 })).toBe('accepted'))
test('KEY-06 rejects another TLS key: a host that ends TLS itself', async () => {
  for (const wrong of [fromHex(sha256Hex("the host's key")), new Uint8Array(32), new Uint8Array(0)])
    expect(await verify({}, { tlsSpkiSha256: wrong })).toBe('TLS_KEY_MISMATCH')
})

test('KEY-07 accepts a log named after the receipt key', async () => expect(await verify()).toBe('accepted'))
test('KEY-07 rejects a log named after another', async () =>
  expect(await verify({ keyset: { logName: `nacre/${otherAccount.address.toLowerCase()}` } })).toBe('KEYSET_MALFORMED'))

const keptReceiptKey = otherAccount.publicKey
test('KEY-08 accepts a kept receipt key beside the enclave’s own, or none', async () => {
  expect(await verify({ keyset: { keptReceiptKey } })).toBe('accepted')
  expect('keptReceiptKey' in base).toBe(false)
})
test('KEY-08 rejects other forms, the receipt key once more, and a keyset from which it was taken or to which it was added', async () => {
  for (const other of [null, '', keptReceiptKey.toUpperCase().replace('0X', '0x'), `0x02${keptReceiptKey.slice(4)}`, base.receiptKey])
    expect(await decode({ keptReceiptKey: other })).toBe('KEYSET_MALFORMED')
  // The attacks: a host that lets a client believe that no such key is there, or that another one is.
  expect(await verify({ keyset: { keptReceiptKey } }, { keyset: encodeKeyset(base) })).toBe('KEYSET_MISMATCH')
  expect(await verify({}, { keyset: encodeKeyset({ ...base, keptReceiptKey }) })).toBe('KEYSET_MISMATCH')
})

const verifyKept = async (parts: AnswerParts, keyset?: Uint8Array) => {
  const { response, chain } = await makeAnswer(parts)
  const attestation = await verifyAttestation({ attestation: response.attestation, root: chain.root, time: live })
  return verdict(async () => expect(await verifyKeptReceiptKey(attestation, keyset ?? response.keyset)).toBe(otherAccount.address))
}
const forKept = { publicKey: fromHex(keptReceiptKey) }
test('KEY-09 accepts a document for the kept receipt key of the keyset that it commits to', async () =>
  expect(await verifyKept({ keyset: { keptReceiptKey }, document: forKept })).toBe('accepted'))
test('KEY-09 rejects it where an enclave is to be vouched for, other keys, other keysets, other purposes and other models', async () => {
  // The attack: what a registry learns the common key by is shown to a client as if that key numbered the enclave's receipts.
  expect(await verify({ keyset: { keptReceiptKey }, document: forKept })).toBe('SIGNER_MISMATCH')
  expect(await verifyKept({ keyset: { keptReceiptKey } })).toBe('SIGNER_MISMATCH')
  expect(await verifyKept({ document: forKept })).toBe('SIGNER_MISMATCH')
  const another = encodeKeyset({ ...base, keptReceiptKey, hpkePublicKey: sha256Hex('another') })
  expect(await verifyKept({ keyset: { keptReceiptKey }, document: forKept }, another)).toBe('KEYSET_MISMATCH')
  const userData = concatBytes(purposeTag('nacre/kept/1'), new Uint8Array(32))
  expect(await verifyKept({ keyset: { keptReceiptKey }, document: { ...forKept, userData } })).toBe('PURPOSE_MISMATCH')
  expect(await verifyKept({ keyset: { keptReceiptKey }, document: forKept, modelPcr: new Uint8Array(48) })).toBe('MODELS_NOT_MEASURED')
})

test('measurement comes before the keyset: nothing of an unknown enclave is believed', async () => {
  const { response, chain } = await makeAnswer()
  const policy = { measurements: [{ pcr0: `0x${'11'.repeat(48)}` as const }] }
  expect(await verdict(() => verifyEnclave({ ...response, keyset: new Uint8Array(0), root: chain.root, time: live, policy }))).toBe(
    'MEASUREMENT_NOT_ALLOWED',
  )
})
