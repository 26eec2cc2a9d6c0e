import { expect, test } from 'vitest'
import { fuzzDocuments } from './documents.ts'

test('3,000 mutated documents: none accepted that nobody signed, nothing thrown but VerifierError, nothing that takes long', async () => {
  const report = await fuzzDocuments({ seed: 1, count: 3000, secondsMax: 120 })
  expect(report.findings).toEqual([])
  expect(report.documents).toBe(3000)
  // The work reached every layer, and what must be accepted was.
  for (const code of [
    'CBOR_MALFORMED',
    'COSE_MALFORMED',
    'COSE_ALGORITHM',
    'ATTESTATION_MALFORMED',
    'ROOT_MISMATCH',
    'CERTIFICATE_MALFORMED',
  ])
    expect(report.refused[code], code).toBeGreaterThan(0)
  for (const code of [
    'CERTIFICATE_CHAIN_INVALID',
    'CERTIFICATE_SIGNATURE_INVALID',
    'CERTIFICATE_NOT_IN_VALIDITY',
    'COSE_SIGNATURE_INVALID',
    'ATTESTATION_NITROTPM',
  ])
    expect(report.refused[code], code).toBeGreaterThan(0)
  expect(report.equivalent).toBeGreaterThan(0)
  expect(report.resignedValid).toBeGreaterThan(0)
})
