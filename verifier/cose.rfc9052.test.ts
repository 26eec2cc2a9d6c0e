import { expect, test } from 'vitest'
import * as cbor from '../test/support/cbor-writer.ts'
import { protectedEs384, sigStructure } from '../test/support/document.ts'
import { verdict } from '../test/support/expect.ts'
import { negateS, p384Order, scalar, signP384, testKey } from '../test/support/pki.ts'
import { concatBytes, toHex, utf8 } from './bytes.ts'
import { coseSigStructure, decodeCoseSign1, encodeCoseSign1, verifyCoseSign1 } from './cose.ts'
import { importP384 } from './p384.ts'

const key = testKey('cose')
const payload = utf8('This is the content.')

function message(
  parts: { protected?: Uint8Array; unprotected?: Uint8Array; signature?: Uint8Array; signed?: Uint8Array } = {},
): Uint8Array {
  const header = parts.protected ?? protectedEs384
  const signature = parts.signature ?? signP384(key, sigStructure(parts.signed ?? header, payload))
  return cbor.array(cbor.bstr(header), parts.unprotected ?? cbor.map([]), cbor.bstr(payload), cbor.bstr(signature))
}
const verify = async (bytes: Uint8Array, by = key) =>
  verdict(async () => verifyCoseSign1(decodeCoseSign1(bytes), await importP384(by.publicKey)))

test('COSE-01 accepts an array of four, tagged 18 or untagged', async () => {
  expect(await verify(message())).toBe('accepted')
  expect(await verify(concatBytes(Uint8Array.of(0xd2), message()))).toBe('accepted')
  expect(await verify(encodeCoseSign1(decodeCoseSign1(message())))).toBe('accepted')
})
test('COSE-01 rejects other tags, other lengths and items of other types', async () => {
  const parts = [cbor.bstr(protectedEs384), cbor.map([]), cbor.bstr(payload), cbor.bstr(new Uint8Array(96))]
  const malformed = [
    cbor.array(...parts.slice(0, 3)),
    cbor.array(...parts, cbor.nil),
    cbor.map([[cbor.uint(1), cbor.uint(1)]]),
    ...[
      [0, protectedEs384],
      [1, cbor.array()],
      [1, cbor.bstr(new Uint8Array(0))],
      [2, cbor.nil],
      [2, cbor.text('This is the content.')],
      [3, cbor.nil],
    ].map(([index, item]) => cbor.array(...parts.map((part, i) => (i === index ? (item as Uint8Array) : part)))),
  ]
  for (const bytes of malformed) expect(await verify(bytes), toHex(bytes)).toBe('COSE_MALFORMED')
  for (const tag of [16, 17, 19, 98, 61]) expect(await verify(cbor.tag(tag, message())), `tag ${tag}`).toBe('CBOR_MALFORMED')
  expect(await verify(concatBytes(message(), Uint8Array.of(0)))).toBe('CBOR_MALFORMED')
})

test('COSE-02 accepts a protected byte string that holds one map', async () => {
  const header = cbor.map([
    [cbor.uint(1), cbor.negative(-35)],
    [cbor.uint(4), cbor.bstr(utf8('11'))],
  ])
  expect(await verify(message({ protected: header }))).toBe('accepted')
})
test('COSE-02 rejects a protected byte string with anything else, or with bytes after the map', async () => {
  expect(await verify(message({ protected: cbor.array() }))).toBe('COSE_MALFORMED')
  for (const header of [
    concatBytes(protectedEs384, Uint8Array.of(0)),
    Uint8Array.of(0xff),
    cbor.indefiniteMap([[cbor.uint(1), cbor.negative(-35)]]),
  ])
    expect(await verify(message({ protected: header }))).toBe('CBOR_MALFORMED')
})

test('COSE-03 accepts other labels in the unprotected map', async () =>
  expect(await verify(message({ unprotected: cbor.map([[cbor.uint(4), cbor.bstr(utf8('11'))]]) }))).toBe('accepted'))
test('COSE-03 rejects a label in both maps and critical headers in either', async () => {
  expect(await verify(message({ unprotected: cbor.map([[cbor.uint(1), cbor.negative(-35)]]) }))).toBe('COSE_MALFORMED')
  const critical = [cbor.uint(2), cbor.array(cbor.uint(1))] as const
  expect(await verify(message({ unprotected: cbor.map([critical]) }))).toBe('COSE_MALFORMED')
  expect(await verify(message({ protected: cbor.map([[cbor.uint(1), cbor.negative(-35)], critical]) }))).toBe('COSE_MALFORMED')
})

test('COSE-04 accepts ES384 named in the protected map', async () => expect(await verify(message())).toBe('accepted'))
test('COSE-04 rejects other algorithms, none, and one that stands unprotected only', async () => {
  for (const algorithm of [cbor.negative(-7), cbor.negative(-36), cbor.uint(34), cbor.text('ES384'), cbor.nil])
    expect(await verify(message({ protected: cbor.map([[cbor.uint(1), algorithm]]) }))).toBe('COSE_ALGORITHM')
  expect(await verify(message({ protected: new Uint8Array(0) }))).toBe('COSE_ALGORITHM')
  expect(await verify(message({ protected: new Uint8Array(0), unprotected: cbor.map([[cbor.uint(1), cbor.negative(-35)]]) }))).toBe(
    'COSE_ALGORITHM',
  )
})

test('COSE-05 accepts 96 bytes with s in either half: AWS signs both', async () => {
  const signature = decodeCoseSign1(message()).signature
  expect(await verify(message({ signature }))).toBe('accepted')
  expect(await verify(message({ signature: negateS(signature) }))).toBe('accepted')
})
test('COSE-05 rejects DER, other lengths, and r or s outside 1 to n - 1', async () => {
  const signature = decodeCoseSign1(message()).signature
  const r = signature.subarray(0, 48)
  const s = signature.subarray(48)
  const n = scalar(p384Order)
  const zero = new Uint8Array(48)
  for (const wrong of [
    concatBytes(zero, s),
    concatBytes(r, zero),
    concatBytes(zero, zero),
    concatBytes(n, s),
    concatBytes(r, n),
    concatBytes(r, scalar(p384Order + 1n)),
    new Uint8Array(96).fill(0xff),
    signature.subarray(0, 95),
    concatBytes(signature, Uint8Array.of(0)),
    concatBytes(Uint8Array.of(0x30, 0x64, 0x02, 0x30), r, Uint8Array.of(0x02, 0x30), s),
    new Uint8Array(0),
  ])
    expect(await verify(message({ signature: wrong })), toHex(wrong)).toBe('COSE_SIGNATURE_INVALID')
})

test('COSE-06 accepts a signature over the protected and payload bytes as received', async () => {
  const header = cbor.map([
    [cbor.text('z'), cbor.uint(1)],
    [cbor.uint(1), cbor.negative(-35)],
  ])
  expect(await verify(message({ protected: header }))).toBe('accepted')
  expect(toHex(coseSigStructure({ protected: protectedEs384, payload }))).toBe(toHex(sigStructure(protectedEs384, payload)))
  for (const length of [0, 23, 24, 255, 256, 65535, 65536]) {
    const long = new Uint8Array(length)
    expect(coseSigStructure({ protected: protectedEs384, payload: long })).toEqual(sigStructure(protectedEs384, long))
  }
})
test('COSE-06 rejects a signature over other headers, another payload, or by another key', async () => {
  expect(await verify(message({ signed: cbor.map([[cbor.uint(1), cbor.negative(-7)]]) }))).toBe('COSE_SIGNATURE_INVALID')
  expect(await verify(message({ signature: signP384(key, payload) }))).toBe('COSE_SIGNATURE_INVALID')
  expect(await verify(message(), testKey('another'))).toBe('COSE_SIGNATURE_INVALID')
  expect(await verdict(() => verifyCoseSign1(decodeCoseSign1(message()), null))).toBe('COSE_SIGNATURE_INVALID')
})
