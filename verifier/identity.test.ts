import { expect, test } from 'vitest'
import { makeAnswer, otherAccount, pcrHex, receiptAccount, sha256Hex } from '../test/support/answer.ts'
import { makeDocument } from '../test/support/document.ts'
import { verdict } from '../test/support/expect.ts'
import { awsNitroRootG1 } from './aws-root.ts'
import { type Hex, sha256, toHex } from './bytes.ts'
import { encodeCanonicalJson } from './canonical-json.ts'
import { decodeIdentity, encodeIdentity, hashIdentity, type Identity, identityUserData, verifyIdentity } from './identity.ts'
import { keysetUserData } from './keyset.ts'

const { parameters, chain } = await makeAnswer()
const { keyset } = parameters.response
const policy = { measurements: [{ pcr0: pcrHex(0), pcr1: pcrHex(1), pcr2: pcrHex(2) }] }
const account = receiptAccount
const statement = {
  identity: account.address.toLowerCase() as Hex,
  keysetSha256: toHex(await sha256(keyset)),
  timestampMs: 1_700_000_000_000,
}

async function made({ of = statement, signer = account, userData = identityUserData(of) as Uint8Array | null } = {}): Promise<Identity> {
  const signature = await signer.sign({ hash: hashIdentity(of) })
  return { format: 'nacre/identity/1', ...of, signature, document: toHex(makeDocument({ chain, userData })) }
}

const attempt = (identity: Identity, more = {}) =>
  verdict(() =>
    verifyIdentity({ identity: encodeIdentity(identity), keyset, root: chain.root, policy, expected: account.address, ...more }),
  )

test('ID-01 accepts exactly its fields', async () => {
  const identity = await made()
  expect(decodeIdentity(encodeIdentity(identity))).toEqual(identity)
})

test('ID-01 rejects other fields, lengths and spellings', async () => {
  const identity = await made()
  const changes: object[] = [
    { format: 'nacre/identity/2' },
    { identity: account.address },
    { identity: '0x11' },
    { keysetSha256: '0x' },
    { signature: `0x${'00'.repeat(64)}` },
    { timestampMs: 0 },
    { timestampMs: '1' },
    { document: '0x' },
    { document: undefined },
    { more: 1 },
  ]
  for (const change of changes) {
    const value = JSON.parse(JSON.stringify({ ...identity, ...change }))
    expect(await verdict(() => decodeIdentity(encodeCanonicalJson(value))), JSON.stringify(change).slice(0, 80)).toBe('IDENTITY_MALFORMED')
  }
})

test('ID-02 accepts the digest of the keyset that is served', async () => expect(await attempt(await made())).toBe('accepted'))

test('ID-02 rejects the statement of another enclave: its keyset is another', async () => {
  expect(await attempt(await made({ of: { ...statement, keysetSha256: sha256Hex('another keyset') } }))).toBe('KEYSET_MISMATCH')
  expect(await attempt(await made(), { keyset: keyset.with(20, 0) })).toBe('KEYSET_MISMATCH')
})

test('ID-03 accepts a signature of the identity, known or met for the first time', async () => {
  expect(await attempt(await made())).toBe('accepted')
  expect(await attempt(await made(), { expected: null })).toBe('accepted')
})

test('ID-03 rejects the signature of another key, of another statement, and another identity than the known one', async () => {
  expect(await attempt(await made({ signer: otherAccount }))).toBe('SIGNATURE_INVALID')
  expect(await attempt({ ...(await made()), timestampMs: 1_700_000_000_001 })).toBe('SIGNATURE_INVALID')
  expect(await attempt(await made(), { expected: otherAccount.address })).toBe('SIGNER_MISMATCH')
})

test('ID-04 accepts the document of an enclave that the policy allows', async () => expect(await attempt(await made())).toBe('accepted'))

test("ID-04 rejects a key of anybody's own: no document, one of another image, root or purpose", async () => {
  const self = { ...statement, identity: otherAccount.address.toLowerCase() as Hex }
  const by = { expected: otherAccount.address }
  // A stranger signs for their own address, and borrows a document.
  expect(await attempt(await made({ of: self, signer: otherAccount, userData: identityUserData(statement) }), by)).toBe('PURPOSE_MISMATCH')
  expect(await attempt(await made({ of: self, signer: otherAccount, userData: await keysetUserData(keyset) }), by)).toBe('PURPOSE_MISMATCH')
  expect(await attempt(await made({ of: self, signer: otherAccount, userData: null }), by)).toBe('PURPOSE_MISMATCH')
  expect(await attempt(await made(), { policy: { measurements: [{ pcr0: pcrHex(3) }] } })).toBe('MEASUREMENT_NOT_ALLOWED')
  expect(await attempt(await made(), { root: awsNitroRootG1 })).toBe('ROOT_MISMATCH')
})
