import { expect, it } from 'vitest'

type Count = { passed: number; failed: number; skipped: number; failures: string[] }
const { countForge, countVitest } = (await import(new URL('tests.mjs', import.meta.url).href)) as {
  countForge(json: unknown): Count
  countVitest(json: unknown): Count
}

it('counts the tests of vitest, and a file that does not load as a failure', () => {
  const testResults = [
    { name: 'a.test.ts', status: 'passed', assertionResults: [{ status: 'passed' }, { status: 'pending' }] },
    { name: 'b.test.ts', status: 'failed', assertionResults: [{ status: 'passed' }, { status: 'failed', fullName: 'adds up' }] },
    { name: 'c.test.ts', status: 'failed', message: 'Cannot find module\nmore', assertionResults: [] },
  ]
  expect(countVitest({ testResults })).toEqual({
    passed: 2,
    failed: 2,
    skipped: 1,
    failures: ['b.test.ts: adds up', 'c.test.ts: Cannot find module'],
  })
})

it('counts the tests of forge', () => {
  const suites = {
    'test/A.t.sol:A': {
      test_results: { 'test_one()': { status: 'Success' }, 'test_two()': { status: 'Failure', reason: 'assertion failed' } },
    },
    'test/B.t.sol:B': { test_results: { 'test_three()': { status: 'Skipped' } } },
  }
  expect(countForge(suites)).toEqual({ passed: 1, failed: 1, skipped: 1, failures: ['test/A.t.sol:A: test_two(): assertion failed'] })
})
