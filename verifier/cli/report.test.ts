import { expect, test } from 'vitest'
import { VerifierError } from '../errors.ts'
import { passedChecks } from './checks.ts'
import { printable, refusal, toJson, toText } from './report.ts'

const error = new VerifierError('ROOT_MISMATCH', 'Another root', { expected: 'a', received: 'b' })
const report = refusal({
  title: 'FILE',
  checks: [
    { name: 'form', ok: true, note: 'fine' },
    { name: 'root', ok: false, note: error.message, code: error.code, expected: 'a', received: 'b' },
    { name: 'chain', ok: null, note: 'not reached' },
  ],
  error,
  notes: ['A note.'],
  data: { sequence: 1n },
})

test('a refusal names the check, what was compared, and what to do', () => {
  const text = toText(report, false)
  expect(text).toContain(
    '  ✓ form   fine\n  ✗ root   Another root [ROOT_MISMATCH]\n           expected a\n           received b\n  – chain  not reached\n',
  )
  expect(text).toContain('Refused: ROOT_MISMATCH\nOnly AWS')
})

test('colours are for terminals alone', () => {
  expect(toText(report, false)).not.toContain('\u001b')
  expect(toText(report, true)).toContain('\u001b[31m✗\u001b[39m')
})

test('JSON is one object with the verdict, the checks and the code', () => {
  expect(JSON.parse(toJson(report))).toEqual({
    ok: false,
    checks: report.checks,
    error: { code: 'ROOT_MISMATCH', message: error.message, expected: 'a', received: 'b', remedy: expect.any(String) },
    sequence: '1',
    notes: ['A note.'],
  })
})

test('text from documents cannot steer a terminal', () => {
  expect(printable('a\u001b[2Jb\u202ec\nd\u0085')).toBe('a\\u{1b}[2Jb\\u{202e}c\\u{a}d\\u{85}')
  expect(printable('Größe 数字 ✓')).toBe('Größe 数字 ✓')
  const hostile = { ...report, title: '\u001b]0;title', checks: passedChecks([[{ name: 'form', note: '\u001b[1A' }]]) }
  expect(toText(hostile, false)).not.toContain('\u001b')
})
