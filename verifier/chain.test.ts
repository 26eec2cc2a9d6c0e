import { expect, test } from 'vitest'
import * as der from '../test/support/der-writer.ts'
import { verdict } from '../test/support/expect.ts'
import {
  basicConstraints,
  type CertificateParts,
  type ChainParts,
  keyUsage,
  makeCertificate,
  makeChain,
  negateS,
  nowMs,
  p384Order,
  scalar,
  spki,
  type TestChain,
  testKey,
} from '../test/support/pki.ts'
import { concatBytes } from './bytes.ts'
import { type Certificate, decodeCertificate } from './certificate.ts'
import { createChainCache, type VerifyChainParameters, verifyChain } from './chain.ts'

const verify = (chain: TestChain, more: Partial<VerifyChainParameters> = {}) =>
  verdict(() =>
    verifyChain({ certificate: chain.leaf, cabundle: chain.cabundle, root: chain.root, timeMs: nowMs, notBeforeSkewMs: 0, ...more }),
  )
const verifyParts = (parts: ChainParts) => verify(makeChain(parts))
const withLeaf = (leaf: Partial<CertificateParts>) => verifyParts({ leaf })
const withAuthority = (index: number, parts: Partial<CertificateParts>) => verifyParts({ authorities: { [index]: parts } })

const chain = makeChain()
const stranger = makeChain({ seed: 'b' })

test('CHAIN-01 accepts a bundle that begins with the given root', async () => {
  expect(await verify(chain)).toBe('accepted')
  for (const depth of [1, 2, 3, 4] as const) expect(await verifyParts({ depth })).toBe('accepted')
})
test('CHAIN-01 rejects any other beginning: another root, none, an intermediate, the order reversed, a re-signed root', async () => {
  expect(await verify(chain, { root: stranger.root })).toBe('ROOT_MISMATCH')
  expect(await verify(stranger, { root: chain.root })).toBe('ROOT_MISMATCH')
  expect(await verify(chain, { cabundle: [] })).toBe('ROOT_MISMATCH')
  expect(await verify(chain, { cabundle: chain.cabundle.slice(1) })).toBe('ROOT_MISMATCH')
  expect(await verify(chain, { cabundle: chain.cabundle.toReversed() })).toBe('ROOT_MISMATCH')
  expect(await verify(chain, { cabundle: [chain.leaf, ...chain.cabundle] })).toBe('ROOT_MISMATCH')
  // Same key, same names, another certificate: the caller named one certificate, not a key.
  const again = makeChain({ authorities: { 0: { extensions: [basicConstraints(true), keyUsage.certSign] } } })
  expect(await verify(again, { root: chain.root })).toBe('ROOT_MISMATCH')
  expect(await verify(chain, { cabundle: [concatBytes(chain.root.der, Uint8Array.of(0)), ...chain.cabundle.slice(1)] })).toBe(
    'ROOT_MISMATCH',
  )
})

test('CHAIN-02 accepts every certificate from its notBefore through the last millisecond of its notAfter', async () => {
  const leaf = decodeCertificate(chain.leaf)
  for (const timeMs of [leaf.notBeforeMs, leaf.notAfterMs, leaf.notAfterMs + 999]) expect(await verify(chain, { timeMs })).toBe('accepted')
})
test('CHAIN-02 rejects a time outside the validity of any one certificate', async () => {
  const leaf = decodeCertificate(chain.leaf)
  for (const timeMs of [leaf.notBeforeMs - 1, leaf.notAfterMs + 1000, 1, nowMs * 2])
    expect(await verify(chain, { timeMs })).toBe('CERTIFICATE_NOT_IN_VALIDITY')
  const expired = { notBefore: der.time(nowMs - 7_200_000), notAfter: der.time(nowMs - 3_600_000) }
  const early = { notBefore: der.time(nowMs + 3_600_000), notAfter: der.time(nowMs + 7_200_000) }
  const reversed = { notBefore: der.time(nowMs + 3_600_000), notAfter: der.time(nowMs - 3_600_000) }
  for (const dates of [expired, early, reversed]) {
    for (const index of [1, 2, 3]) {
      const extensions = [basicConstraints(true, 3 - index), keyUsage.certSign]
      expect(await withAuthority(index, { ...dates, extensions })).toBe('CERTIFICATE_NOT_IN_VALIDITY')
    }
    expect(await withAuthority(0, { ...dates, extensions: [basicConstraints(true), keyUsage.certSign] })).toBe(
      'CERTIFICATE_NOT_IN_VALIDITY',
    )
    expect(await withLeaf(dates)).toBe('CERTIFICATE_NOT_IN_VALIDITY')
  }
})

test('CHAIN-03 accepts a leaf that begins within the skew', async () => {
  const late = makeChain({ leaf: { notBefore: der.time(nowMs + 30_000) } })
  expect(await verify(late, { notBeforeSkewMs: 30_000 })).toBe('accepted')
})
test('CHAIN-03 rejects a leaf beyond the skew, an authority within it, and any skew at the other end', async () => {
  const late = makeChain({ leaf: { notBefore: der.time(nowMs + 31_000) } })
  expect(await verify(late, { notBeforeSkewMs: 30_000 })).toBe('CERTIFICATE_NOT_IN_VALIDITY')
  const authority = makeChain({
    authorities: { 3: { notBefore: der.time(nowMs + 1000), extensions: [basicConstraints(true, 0), keyUsage.certSign] } },
  })
  expect(await verify(authority, { notBeforeSkewMs: 30_000 })).toBe('CERTIFICATE_NOT_IN_VALIDITY')
  const ended = makeChain({ leaf: { notAfter: der.time(nowMs - 1000) } })
  expect(await verify(ended, { notBeforeSkewMs: 30_000 })).toBe('CERTIFICATE_NOT_IN_VALIDITY')
})

test('CHAIN-04 accepts authorities with critical basicConstraints CA=TRUE', async () =>
  expect(await withAuthority(3, { extensions: [basicConstraints(true, null), keyUsage.certSign] })).toBe('accepted'))
test('CHAIN-04 rejects an authority that is no CA, or says so without critical, root included', async () => {
  for (const index of [0, 1, 2, 3])
    for (const extensions of [
      [basicConstraints(false), keyUsage.certSign],
      [basicConstraints(true, null, false), keyUsage.certSign],
      [keyUsage.certSign],
      null,
    ])
      expect(await withAuthority(index, { extensions })).toBe('CERTIFICATE_CHAIN_INVALID')
})
test('CHAIN-04 rejects a leaf that signs another leaf: anybody who ever rented an enclave holds one', async () => {
  const { leaf, leafKey, cabundle, root } = chain
  // A leaf of the attacker's own, signed by a genuine leaf's key and naming it as issuer.
  const names = { issuer: 'a enclave', subject: 'mallory', notBeforeMs: nowMs - 1000, notAfterMs: nowMs + 1000 }
  const certificate = makeCertificate(leafKey, testKey('mallory'), names)
  expect(await verdict(() => verifyChain({ certificate, cabundle: [...cabundle, leaf], root, timeMs: nowMs, notBeforeSkewMs: 0 }))).toBe(
    'CERTIFICATE_CHAIN_INVALID',
  )
})

test('CHAIN-05 accepts authorities with keyCertSign', async () =>
  expect(await withAuthority(2, { extensions: [basicConstraints(true, 1), keyUsage.certSignOnly] })).toBe('accepted'))
test('CHAIN-05 rejects an authority without keyCertSign or without key usage', async () => {
  for (const index of [0, 1, 2, 3])
    for (const usage of [[keyUsage.digitalSignature], []])
      expect(await withAuthority(index, { extensions: [basicConstraints(true), ...usage] })).toBe('CERTIFICATE_CHAIN_INVALID')
})

test('CHAIN-06 accepts as many authorities below one as its pathLenConstraint says', async () => {
  for (const [index, pathLength] of [
    [0, 3],
    [1, 2],
    [2, 1],
    [3, 0],
  ] as const)
    expect(await withAuthority(index, { extensions: [basicConstraints(true, pathLength), keyUsage.certSign] })).toBe('accepted')
})
test('CHAIN-06 rejects one more', async () => {
  for (const [index, pathLength] of [
    [0, 2],
    [1, 1],
    [2, 0],
  ] as const)
    expect(await withAuthority(index, { extensions: [basicConstraints(true, pathLength), keyUsage.certSign] })).toBe(
      'CERTIFICATE_CHAIN_INVALID',
    )
})

test('CHAIN-07 accepts a leaf that is no CA and may sign documents', async () => {
  expect(await withLeaf({ extensions: [keyUsage.digitalSignature] })).toBe('accepted')
  expect(await withLeaf({ extensions: [basicConstraints(false, null, false), keyUsage.digitalSignature] })).toBe('accepted')
})
test('CHAIN-07 rejects a leaf that is a CA, that may sign certificates, or that may not sign at all', async () => {
  for (const extensions of [
    [basicConstraints(true), keyUsage.digitalSignature],
    [basicConstraints(true, 0), keyUsage.digitalSignature],
    [basicConstraints(false), keyUsage.certSign],
    [basicConstraints(false), keyUsage.certSignOnly],
    [basicConstraints(false)],
    null,
  ])
    expect(await withLeaf({ extensions })).toBe('CERTIFICATE_CHAIN_INVALID')
  // A CA certificate in the leaf's place.
  const { cabundle } = chain
  expect(await verify(chain, { certificate: cabundle[3] as Uint8Array, cabundle: cabundle.slice(0, 3) })).toBe('CERTIFICATE_CHAIN_INVALID')
})

test('CHAIN-08 accepts issuer names equal to the subject above, byte for byte', async () => expect(await verify(chain)).toBe('accepted'))
test('CHAIN-08 rejects a name that differs, also in its encoding only, and a bundle with one missing or out of order', async () => {
  const printable = der.sequence(der.set(der.sequence(der.oid(0x55, 0x04, 0x03), der.der(0x13, new TextEncoder().encode('a instance')))))
  for (const issuer of [der.commonName('a zone'), der.commonName('a instance '), printable])
    expect(await withLeaf({ issuer })).toBe('CERTIFICATE_CHAIN_INVALID')
  const [root, region, zone, instance] = chain.cabundle as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
  for (const cabundle of [[root, region, zone], [root, zone, instance], [root]])
    expect(await verify(chain, { cabundle })).toBe('CERTIFICATE_CHAIN_INVALID')
  expect(await verify(chain, { cabundle: [root, zone, region, instance] })).toBe('CERTIFICATE_CHAIN_INVALID')
})

test('CHAIN-09 accepts signatures with s in either half', async () => {
  const parts = { signatureValue: (raw: Uint8Array) => der.bits(der.ecdsaSignature(negateS(raw))) }
  expect(await withLeaf(parts)).toBe('accepted')
})
test('CHAIN-09 rejects a signature by another key, over other bytes, or out of range, and issuer keys off the curve', async () => {
  // The other root's chain under names that fit: only the signature tells.
  for (const index of [1, 2, 3])
    expect(
      await withAuthority(index, {
        extensions: [basicConstraints(true), keyUsage.certSign],
        spki: spki(testKey('not the key that signs below').publicKey),
      }),
    ).toBe('CERTIFICATE_SIGNATURE_INVALID')
  const values = [
    [0n, 1n],
    [1n, 0n],
    [0n, 0n],
    [p384Order, 1n],
    [1n, p384Order],
    [1n, 1n],
  ] as const
  for (const [r, s] of values)
    expect(await withLeaf({ signatureValue: () => der.bits(der.ecdsaSignature(concatBytes(scalar(r), scalar(s)))) })).toBe(
      'CERTIFICATE_SIGNATURE_INVALID',
    )
  const changed = Uint8Array.from(chain.leaf)
  changed[20] = (changed[20] as number) ^ 1
  expect(await verify(chain, { certificate: changed })).toBe('CERTIFICATE_SIGNATURE_INVALID')
  const off = Uint8Array.from(testKey('a instance').publicKey)
  off[96] = (off[96] as number) ^ 1
  expect(await withAuthority(3, { spki: spki(off), extensions: [basicConstraints(true, 0), keyUsage.certSign] })).toBe(
    'CERTIFICATE_SIGNATURE_INVALID',
  )
})

test('CHAIN-10 accepts again from a cache', async () => {
  const cache = createChainCache()
  for (let i = 0; i < 3; i++) expect(await verify(chain, { cache })).toBe('accepted')
  for (const issuer of [0, 1, 2]) {
    const subject = cache.certificate(chain.cabundle[issuer + 1] as Uint8Array) as Certificate
    expect(cache.hasFact(decodeCertificate(chain.cabundle[issuer] as Uint8Array).publicKey, subject)).toBe(true)
  }
})
test('CHAIN-10 rejects with a cache whatever it rejects without: dates, path length, names, roots and signatures are looked at each time', async () => {
  const cache = createChainCache()
  expect(await verify(chain, { cache })).toBe('accepted')
  // The attack: an intermediate that was verified once and never expires.
  const instance = decodeCertificate(chain.cabundle[3] as Uint8Array)
  expect(await verify(chain, { cache, timeMs: instance.notAfterMs + 1000 })).toBe('CERTIFICATE_NOT_IN_VALIDITY')
  expect(await verify(chain, { cache, root: stranger.root })).toBe('ROOT_MISMATCH')
  expect(await verify(chain, { cache, cabundle: chain.cabundle.slice(0, 3) })).toBe('CERTIFICATE_CHAIN_INVALID')
  // Another path to a known certificate: the ancestor's limit still counts.
  const narrow = makeChain({ authorities: { 1: { extensions: [basicConstraints(true, 0), keyUsage.certSign] } } })
  expect(await verify(chain, { cache, cabundle: [chain.root.der, narrow.cabundle[1] as Uint8Array, ...chain.cabundle.slice(2)] })).toBe(
    'CERTIFICATE_CHAIN_INVALID',
  )
  // The same certificate with bytes after it, or with another signature, is another certificate.
  const padded = [...chain.cabundle.slice(0, 3), concatBytes(chain.cabundle[3] as Uint8Array, Uint8Array.of(0))]
  expect(await verify(chain, { cache, cabundle: padded })).toBe('CERTIFICATE_MALFORMED')
  const resigned = Uint8Array.from(chain.cabundle[3] as Uint8Array)
  resigned[resigned.length - 1] = (resigned[resigned.length - 1] as number) ^ 1
  expect(await verify(chain, { cache, cabundle: [...chain.cabundle.slice(0, 3), resigned] })).toBe('CERTIFICATE_SIGNATURE_INVALID')
})
test('CHAIN-10 accepts no more facts than its limit, and forgets the oldest', async () => {
  const cache = createChainCache(2)
  expect(await verify(chain, { cache })).toBe('accepted')
  expect(chain.cabundle.map((der) => cache.certificate(der) !== undefined)).toEqual([false, false, true, true])
  expect(await verify(chain, { cache })).toBe('accepted')
})
