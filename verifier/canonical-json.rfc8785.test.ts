import fc from 'fast-check'
import { expect, test } from 'vitest'
import { verdict } from '../test/support/expect.ts'
import { toHex, utf8 } from './bytes.ts'
import { decodeCanonicalJson, encodeCanonicalJson, type JsonValue } from './canonical-json.ts'

const text = (value: JsonValue) => new TextDecoder().decode(encodeCanonicalJson(value))

test('JSON-01 accepts the one encoding of a value', () => {
  // Sorted by UTF-16 code units: RFC 8785 section 3.2.3.
  const value = { '€': 1, '\r': 2, '\ufb33': 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 }
  expect(text(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}')
  expect(text(['€$\u000f\nA\'B"\\\\"/', true, null, -1, 9007199254740991])).toBe(
    '["€$\\u000f\\nA\'B\\"\\\\\\\\\\"/",true,null,-1,9007199254740991]',
  )
  const { json } = fc.letrec<{ json: JsonValue }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger().map((n) => n + 0),
      fc.string({ unit: 'grapheme' }),
      fc.array(tie('json')),
      fc.dictionary(fc.string({ unit: 'grapheme' }), tie('json'), { noNullPrototype: true }),
    ),
  }))
  fc.assert(
    fc.property(json, (item) => {
      const bytes = encodeCanonicalJson(item)
      expect(toHex(encodeCanonicalJson(decodeCanonicalJson(bytes)))).toBe(toHex(bytes))
    }),
  )
})

test('JSON-01 rejects every other spelling: space, order, duplicates, escapes, numbers, a byte order mark, invalid UTF-8, depth', async () => {
  const wrong = [
    '',
    ' {}',
    '{} ',
    '{"a": 1}',
    '{"b":1,"a":2}',
    '{"a":1,"a":1}',
    '"\\u0061"',
    '"\\/"',
    '1.0',
    '1e3',
    '-0',
    '01',
    '9007199254740993',
    '1.5',
  ]
  wrong.push(
    '\ufeff{}',
    '"\\ud800"',
    '{"a":undefined}',
    'NaN',
    `${'['.repeat(40)}${']'.repeat(40)}`,
    '['.repeat(200_000),
    '{"__proto__":1,"__proto__":2}',
  )
  for (const json of wrong) expect(await verdict(() => decodeCanonicalJson(utf8(json))), json.slice(0, 40)).toBe('JSON_NOT_CANONICAL')
  expect(await verdict(() => decodeCanonicalJson(Uint8Array.of(0x22, 0xff, 0x22)))).toBe('JSON_NOT_CANONICAL')
  for (const value of [0.5, -0, 2 ** 53, Number.NaN, '\ud800'])
    expect(await verdict(() => encodeCanonicalJson(value))).toBe('JSON_NOT_CANONICAL')
})
