import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pcrHex } from '../test/support/answer.ts'
import { makeDocument } from '../test/support/document.ts'
import { verdict } from '../test/support/expect.ts'
import { makeChain } from '../test/support/pki.ts'
import { awsNitroRootG1 } from './aws-root.ts'
import { fromHex, type Hex, toHex, utf8 } from './bytes.ts'
import { encodeCanonicalJson } from './canonical-json.ts'
import { decodeKeptSecret, encodeKeptSecret, type KeptSecret, keptSecretUserData, verifyKeptSecret } from './kept-secret.ts'
import { keysetUserData } from './keyset.ts'
import { recipientUserData } from './kms-recipient.ts'

const chain = makeChain()
const commitment: Hex = `0x${'11'.repeat(32)}`
const measurements = [{ pcr0: pcrHex(0), pcr1: pcrHex(1), pcr2: pcrHex(2) }]
const documentOf = (userData: Uint8Array | null) => toHex(makeDocument({ chain, userData }))
const kept: KeptSecret = {
  format: 'nacre/kept-secret/1',
  commitment,
  document: documentOf(await keptSecretUserData(fromHex(commitment))),
  encryptedKey: '0x0102',
  keyArn: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  salt: `0x${'22'.repeat(32)}`,
  sealed: `0x${'33'.repeat(48)}`,
}

test('KEPT-01 accepts exactly its fields', () => {
  for (const bytes of [48, 80]) {
    const sealed = `0x${'33'.repeat(bytes)}` as const
    expect(decodeKeptSecret(encodeKeptSecret({ ...kept, sealed }))).toEqual({ ...kept, sealed })
  }
})

test('KEPT-01 rejects other fields, lengths, spellings, an alias, and anything that is not this', async () => {
  const changes: object[] = [
    { format: 'nacre/kept-secret/2' },
    { commitment: `0x${'AA'.repeat(32)}` },
    { commitment: '0x11' },
    { salt: `0x${'22'.repeat(31)}` },
    { sealed: `0x${'33'.repeat(47)}` },
    { sealed: `0x${'33'.repeat(64)}` },
    { sealed: `0x${'33'.repeat(81)}` },
    { sealed: null },
    { encryptedKey: '0x' },
    { encryptedKey: `0x${'00'.repeat(6145)}` },
    { document: '0x' },
    { document: `0x${'00'.repeat(32 * 1024 + 1)}` },
    { keyArn: 'alias/keys' },
    { keyArn: `${kept.keyArn}\n` },
    { more: 1 },
    { salt: undefined },
  ]
  for (const change of changes) {
    const value = JSON.parse(JSON.stringify({ ...kept, ...change }))
    expect(await verdict(() => decodeKeptSecret(encodeCanonicalJson(value))), JSON.stringify(change).slice(0, 80)).toBe(
      'KEPT_SECRET_MALFORMED',
    )
  }
  expect(await verdict(() => decodeKeptSecret(utf8(JSON.stringify(kept, null, 1))))).toBe('JSON_NOT_CANONICAL')
  expect(await verdict(() => decodeKeptSecret(new Uint8Array(200_000)))).toBe('KEPT_SECRET_MALFORMED')
  const bytes = encodeKeptSecret(kept)
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, byte) => {
      const code = await verdict(() => decodeKeptSecret(bytes.with(at, byte)))
      expect(['accepted', 'KEPT_SECRET_MALFORMED', 'JSON_NOT_CANONICAL']).toContain(code)
    }),
    { numRuns: 200 },
  )
})

test('KEPT-02 accepts the document of an enclave of the image that committed to the secret', async () => {
  expect(await verdict(() => verifyKeptSecret({ kept, root: chain.root, measurements }))).toBe('accepted')
})

test('KEPT-02 rejects another root, another image, another secret, and documents made for anything else', async () => {
  const attempt = (change: Partial<KeptSecret>, more = {}) =>
    verdict(() => verifyKeptSecret({ kept: { ...kept, ...change }, root: chain.root, measurements, ...more }))
  expect(await attempt({}, { root: awsNitroRootG1 })).toBe('ROOT_MISMATCH')
  expect(await attempt({}, { measurements: [{ pcr0: pcrHex(1) }] })).toBe('MEASUREMENT_NOT_ALLOWED')
  expect(await attempt({}, { measurements: [] })).toBe('POLICY_EMPTY')
  expect(await attempt({ commitment: `0x${'12'.repeat(32)}` })).toBe('PURPOSE_MISMATCH')
  for (const userData of [
    null,
    fromHex(commitment),
    await keysetUserData(fromHex(commitment)),
    await recipientUserData(fromHex(commitment)),
  ])
    expect(await attempt({ document: documentOf(userData) })).toBe('PURPOSE_MISMATCH')
})
