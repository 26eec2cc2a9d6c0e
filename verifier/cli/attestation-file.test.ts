import { expect, test } from 'vitest'
import { decodeAttestationFile, decodeBase64 } from './attestation-file.ts'
import type { CliError } from './cli-error.ts'

const document = Uint8Array.from([0x84, 0x44, 0xa1, 0x01, 0x38, 0x22, 0xa0, 0xff, 0x00])
const tagged = Uint8Array.from([0xd2, ...document])
const ascii = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'))
const refused = (bytes: Uint8Array) => {
  try {
    return decodeAttestationFile(bytes, 'FILE').form
  } catch (error) {
    return (error as CliError).code
  }
}

for (const [name, bytes] of Object.entries({ untagged: document, tagged })) {
  const hex = Buffer.from(bytes).toString('hex')
  const base64 = Buffer.from(bytes).toString('base64')
  test(`an ${name} document as raw CBOR, hexadecimal and base64 reads to the same bytes`, () => {
    expect(decodeAttestationFile(bytes, 'FILE')).toEqual({ attestation: bytes, form: 'raw CBOR' })
    for (const text of [hex, hex.toUpperCase(), `0x${hex}`, `${hex}\n`, `${hex.slice(0, 8)}\r\n${hex.slice(8)}`])
      expect(decodeAttestationFile(ascii(text), 'FILE')).toEqual({ attestation: bytes, form: 'hexadecimal' })
    for (const text of [base64, base64.replace(/=+$/, ''), `${base64}\n`, Buffer.from(bytes).toString('base64url')])
      expect(decodeAttestationFile(ascii(text), 'FILE')).toEqual({ attestation: bytes, form: 'base64' })
  })
}

test('text in no form of a document is an unreadable input, not a refused document', () => {
  expect(refused(ascii('{"document": "hEShATgi"}'))).toBe('INPUT_UNREADABLE')
  expect(refused(ascii('0x8444a'))).toBe('INPUT_UNREADABLE')
  expect(refused(ascii('deadbeef'))).toBe('INPUT_UNREADABLE')
  expect(refused(ascii('"hEShATgioP8A"'))).toBe('INPUT_UNREADABLE')
})

test('base64 is exact: no skipped characters, no mixed alphabets, no bits beyond the end', () => {
  expect(decodeBase64('hEShATgioP8A')).toEqual(Uint8Array.from(Buffer.from('hEShATgioP8A', 'base64')))
  for (const text of ['hESh ATgi', 'hESh*TgioP8A', 'hE+_', 'hER=', 'hE=', 'hES=A', '']) expect(decodeBase64(text)).toBeNull()
})
