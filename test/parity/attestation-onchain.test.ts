import { expect, test } from 'vitest'
import { compareVerifiers } from './attestation-onchain.ts'

test('the contract gives the verdict of the TypeScript verifier: every base document and a slice of mutations', async () => {
  const report = await compareVerifiers({ seed: 20260115, count: 60, secondsMax: 60 })
  expect(report.disagreements).toEqual([])
  expect(report.accepted).toBeGreaterThan(0)
}, 120_000)
