import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { EnclaveError, enclaveErrors, toEnclaveError, toProblem } from './errors.ts'

describe('errors', () => {
  test('the table in README.md is the table in the code', () => {
    const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8')
    const rows = [...readme.matchAll(/^\| `([A-Z_]+)` \| ([^|]+) \| ([^|]+) \|$/gm)].map(([, code, status, title]) => [code, status, title])
    expect(rows).toEqual(Object.entries(enclaveErrors).map(([code, { status, title }]) => [code, String(status ?? 'not sent'), title]))
  })

  test('a problem is an OIP error and an RFC 9457 document', () => {
    const problem = toProblem(new EnclaveError('INPUT_SHAPE_MISMATCH', 'Shape of input "x"', { expected: '[1,4]', received: '[1,5]' }))
    expect(problem).toEqual({
      error: 'Shape of input "x"',
      code: 'INPUT_SHAPE_MISMATCH',
      type: 'urn:nacre:error:INPUT_SHAPE_MISMATCH',
      title: enclaveErrors.INPUT_SHAPE_MISMATCH.title,
      status: 422,
      expected: '[1,4]',
      received: '[1,5]',
    })
  })

  test('what is not ours says nothing of itself', () => {
    const problem = toProblem(toEnclaveError(new Error('the value 12.5 at row 3')))
    expect(problem.code).toBe('INTERNAL')
    expect(JSON.stringify(problem)).not.toContain('12.5')
  })

  test('a code of the boot never travels', () => {
    expect(toProblem(new EnclaveError('PCR_MISMATCH')).code).toBe('INTERNAL')
  })
})
