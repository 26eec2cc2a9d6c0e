import { fromUtf8, toHex, utf8 } from '@nacre/verifier/bytes'
import { decodeLogRecord, encodeLogRecord } from '@nacre/verifier/log-record'
import { expect, test } from 'vitest'
import { testReceiptLog } from '../../test/support/receipt-log.ts'
import { splitRecordLines } from './record-lines.ts'

test('each line as it came, and the leaf that its record has', async () => {
  const log = testReceiptLog()
  await log.grow(5, { signed: true })
  const text = log.records.map((record) => `${encodeLogRecord(record)}\n`)
  const lines = splitRecordLines(utf8(text.join('')))
  expect(lines.map(({ line }) => fromUtf8(line))).toEqual(text)
  expect(lines.map(({ leaf }) => toHex(leaf))).toEqual(log.records.map(({ leaf }) => leaf))
  for (const [i, line] of text.entries()) expect(decodeLogRecord(line.trimEnd())).toEqual(log.records[i])
  expect(splitRecordLines(new Uint8Array(0))).toEqual([])
})

const leaf = `{"leaf":"0x${'0f'.repeat(32)}"`
test.each([
  ['no end', `${leaf},"opening":"x"}`],
  ['no leaf first', `{"opening":"x",${leaf.slice(1)}}\n`],
  ['a shorter leaf', `${leaf.replace('0f"', '"')},"opening":"x"}\n`],
  ['digits of the other case', `${leaf.replace('0x0f', '0x0F')},"opening":"x"}\n`],
  ['an empty line', '\n'],
])('what does not begin as a record is refused: %s', (_, text) => {
  expect(() => splitRecordLines(utf8(text))).toThrow('Not a record')
  expect(() => splitRecordLines(utf8(`${leaf},"opening":"x"}\n${text}`))).toThrow('Not a record')
})
