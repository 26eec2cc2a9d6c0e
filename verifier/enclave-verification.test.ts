import { createHash } from 'node:crypto'
import { hashTypedData, keccak256 } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'
import { type DocumentParts, defaultPcrs, makeDocument, pcrOf } from '../test/support/document.ts'
import { verdict } from '../test/support/expect.ts'
import { makeChain, nowMs, testKey } from '../test/support/pki.ts'
import { awsNitroRootG1 } from './aws-root.ts'
import { concatBytes, fromHex, toHex, utf8 } from './bytes.ts'
import {
  type EnclaveVerification,
  enclaveVerificationFromJson,
  enclaveVerificationToJson,
  hashEnclaveVerification,
  verifyForRegistry,
} from './enclave-verification.ts'
import { keysetUserData, purposeTag } from './keyset.ts'

const { root } = makeChain()
const account = privateKeyToAccount(`0x${'11'.repeat(32)}`)
const publicKey = fromHex(account.publicKey)
const models = pcrOf('models')
const pcrs = new Map([...defaultPcrs, [16, models]])
const userData = await keysetUserData(utf8('{}'))
const make = (parts: DocumentParts = {}) => makeDocument({ publicKey, userData, pcrs, ...parts })
const verify = (parts: DocumentParts = {}, more = {}) =>
  verdict(() => verifyForRegistry({ attestation: make(parts), root, nowMs, ...more }))

test('says what the document says, and which root it was held to', async () => {
  const attestation = make()
  const verification = await verifyForRegistry({ attestation, root, nowMs })
  const sha256 = (bytes: Uint8Array) => toHex(createHash('sha256').update(bytes).digest())
  const seconds = BigInt(Math.floor(nowMs / 1000))
  expect(verification).toEqual({
    key: account.address,
    imageId: keccak256(concatBytes(...[0, 1, 2].map((i) => pcrs.get(i) as Uint8Array))),
    modelsId: keccak256(models),
    documentHash: sha256(attestation),
    rootHash: sha256(root.der),
    attestedAtSeconds: seconds,
    expiresAtSeconds: seconds + 604_800n,
  })
})

test('accepts what the registry accepts on its other routes: three hours back, five minutes ahead', async () => {
  const at = (timestampMs: number) => verify({ timestampMs })
  expect(await at(nowMs - 60_000)).toBe('accepted')
  expect(await at(nowMs + 300_000)).toBe('accepted')
  expect(await at(nowMs + 300_001)).toBe('ATTESTATION_FROM_FUTURE')
  expect(await at(nowMs - 3 * 3_600_000 - 1)).toBe('ATTESTATION_STALE')
})

test.each<[string, string, DocumentParts]>([
  ['a document for a secret', 'PURPOSE_MISMATCH', { userData: concatBytes(purposeTag('nacre/kms/1'), new Uint8Array(32)) }],
  ['no purpose', 'PURPOSE_MISMATCH', { userData: null }],
  ['the purpose alone', 'PURPOSE_MISMATCH', { userData: purposeTag('nacre/keyset/1') }],
  ['the purpose and more than a hash', 'PURPOSE_MISMATCH', { userData: concatBytes(userData, Uint8Array.of(0)) }],
  ['no key', 'KEYSET_MALFORMED', { publicKey: null }],
  ['a compressed key', 'KEYSET_MALFORMED', { publicKey: publicKey.subarray(0, 33) }],
  ['no models', 'MODELS_NOT_MEASURED', { pcrs: defaultPcrs }],
  ['debug mode', 'DEBUG_ENCLAVE', { pcrs: new Map([...pcrs, [0, new Uint8Array(48)], [1, new Uint8Array(48)], [2, new Uint8Array(48)]]) }],
  ['a signature by somebody else', 'COSE_SIGNATURE_INVALID', { signer: testKey('somebody else') }],
])('refuses %s', async (_, code, parts) => {
  expect(await verify(parts)).toBe(code)
})

test('refuses another root, and more than 32 KiB', async () => {
  expect(await verify({}, { root: awsNitroRootG1 })).toBe('ROOT_MISMATCH')
  expect(await verify({}, { attestation: new Uint8Array(33 * 1024) })).toBe('CBOR_MALFORMED')
})

test('the digest is that of EIP-712, as viem and the contract compute it', () => {
  const verification: EnclaveVerification = {
    key: account.address,
    imageId: `0x${'01'.repeat(32)}`,
    modelsId: `0x${'02'.repeat(32)}`,
    documentHash: `0x${'03'.repeat(32)}`,
    rootHash: `0x${'04'.repeat(32)}`,
    attestedAtSeconds: 5n,
    expiresAtSeconds: 2n ** 64n - 1n,
  }
  const domain = { chainId: 31337n, verifyingContract: `0x${'ab'.repeat(20)}` } as const
  const members = [
    ['key', 'address'],
    ...['imageId', 'modelsId', 'documentHash', 'rootHash'].map((name) => [name, 'bytes32']),
    ...['attestedAtSeconds', 'expiresAtSeconds'].map((name) => [name, 'uint64']),
  ].map(([name, type]) => ({ name: name as string, type: type as string }))
  const typedData = { domain: { name: 'Nacre', version: '1', ...domain }, types: { EnclaveVerification: members } }
  expect(hashEnclaveVerification(verification, domain)).toBe(
    hashTypedData({ ...typedData, primaryType: 'EnclaveVerification', message: verification } as never),
  )
})

test('as JSON it comes back, and nothing else passes for it', async () => {
  const verification = await verifyForRegistry({ attestation: make(), root, nowMs })
  const json = enclaveVerificationToJson(verification)
  expect(enclaveVerificationFromJson(JSON.parse(JSON.stringify(json)))).toEqual(verification)
  for (const broken of [
    null,
    [],
    'text',
    {},
    { ...json, more: '' },
    { ...json, key: '0x12' },
    { ...json, imageId: json.key },
    { ...json, attestedAtSeconds: 5 },
    { ...json, attestedAtSeconds: '-1' },
    { ...json, expiresAtSeconds: '1e3' },
    { ...json, rootHash: undefined },
  ])
    expect(enclaveVerificationFromJson(broken)).toBeNull()
})
