import { expect, test } from 'vitest'
import { VerifierError, type VerifierErrorCode, verifierErrorCodes } from '../errors.ts'
import { type Check, codeChecks, failedChecks, passedChecks, type Stage } from './checks.ts'

const enclave: Stage = [
  { name: 'form' },
  { name: 'root' },
  { name: 'dates' },
  { name: 'chain' },
  { name: 'COSE signature' },
  { name: 'freshness', skipped: 'not asked for' },
  { name: 'measurement' },
  { name: 'TLS key' },
]
const answer: Stage = [{ name: 'answer form' }, { name: 'receipt signature' }, { name: 'output' }]
const marks = (checks: readonly Check[]) =>
  checks.map(({ ok, note }) => (ok === null ? (note === 'not reached' ? '.' : '-') : ok ? '+' : 'x')).join('')
const failed = (at: number, code: VerifierErrorCode) => marks(failedChecks([enclave, answer], at, new VerifierError(code, 'said no')))

test('checks before the failing one passed, later ones were not reached, skipped ones stay skipped', () => {
  expect(marks(passedChecks([enclave, answer]))).toBe('+++++-+++++')
  expect(failed(0, 'CBOR_MALFORMED')).toBe('x....-.....')
  expect(failed(0, 'CERTIFICATE_NOT_IN_VALIDITY')).toBe('++x..-.....')
  expect(failed(0, 'MEASUREMENT_NOT_ALLOWED')).toBe('+++++-x....')
  expect(failed(1, 'OUTPUT_MISMATCH')).toBe('+++++-++++x')
})

test('dates are not claimed when a bad constraint stopped the walk among certificates', () => {
  expect(failed(0, 'CERTIFICATE_CHAIN_INVALID')).toBe('++.x.-.....')
  expect(failed(0, 'CERTIFICATE_SIGNATURE_INVALID')).toBe('+++x.-.....')
})

test('a later stage can break an earlier check, and its bytes have forms of their own', () => {
  expect(failed(1, 'TLS_KEY_MISMATCH')).toBe('+++++-+x...')
  expect(failed(1, 'JSON_NOT_CANONICAL')).toBe('+++++-++x..')
})

test('exactly one check fails for every code there is, and every code says what to do', () => {
  for (const code of verifierErrorCodes) {
    for (const at of [0, 1]) expect(failed(at, code).split('x').length, code).toBe(2)
    expect(codeChecks[code].remedy, code).toMatch(/^.{20,}\.$/s)
  }
})

test('a failed check carries the code and what was compared', () => {
  const error = new VerifierError('ROOT_MISMATCH', 'said no', { expected: 'a', received: 'b' })
  expect(failedChecks([enclave], 0, error)[1]).toMatchObject({
    name: 'root',
    ok: false,
    code: 'ROOT_MISMATCH',
    expected: 'a',
    received: 'b',
  })
})
