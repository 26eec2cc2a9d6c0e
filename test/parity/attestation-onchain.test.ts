import { expect, test } from 'vitest'
import { compareVerifiers } from './attestation-onchain.ts'

test('the contract gives the verdict of the TypeScript verifier: every base document and a slice of mutations', async () => {
  const report = await compareVerifiers({ seed: 20260115, count: 60, secondsMax: 60 })
  expect(report.disagreements).toEqual([])
  // Nothing that nobody signed, and what must be accepted was.
  expect(report.acceptedUnsigned).toEqual([])
  expect(report.accepted.unchanged).toBeGreaterThan(0)
  expect(report.accepted.equivalent).toBeGreaterThan(0)
  expect(report.accepted.resignedValid).toBeGreaterThan(0)
})
