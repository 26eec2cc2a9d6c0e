import fc from 'fast-check'
import { expect, test } from 'vitest'
import { verdict } from '../test/support/expect.ts'
import { concatBytes, equalBytes, fromHex, fromUtf8, toHex, utf8 } from './bytes.ts'

test('HEX-01 accepts whole bytes after 0x, in either case', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => equalBytes(fromHex(toHex(bytes)), bytes)))
  expect(fromHex('0xAbCd')).toEqual(Uint8Array.of(0xab, 0xcd))
  expect(fromHex('0x')).toEqual(new Uint8Array(0))
})

test('HEX-01 rejects half bytes, other digits, no prefix, white space and another length', async () => {
  for (const text of ['0x0', '0xzz', '00', '', '0X00', ' 0x00', '0x00\n', '0x00 '])
    expect(await verdict(() => fromHex(text)), text).toBe('HEX_MALFORMED')
  expect(await verdict(() => fromHex('0x00', 2))).toBe('HEX_MALFORMED')
  expect(await verdict(() => fromHex(undefined as unknown as string))).toBe('HEX_MALFORMED')
})

test('text keeps its byte order mark and refuses invalid UTF-8: two byte strings never read the same', () => {
  expect(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa')
  expect(() => fromUtf8(Uint8Array.of(0xc0, 0x80))).toThrow(TypeError)
  expect(concatBytes(utf8('a'), new Uint8Array(0), utf8('b'))).toEqual(utf8('ab'))
  expect(equalBytes(utf8('ab'), utf8('a'))).toBe(false)
})
