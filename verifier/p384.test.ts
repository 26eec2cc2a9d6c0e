import { describe, expect, test } from 'vitest'
import { negateS, p384Order, scalar, signP384, testKey } from '../test/support/pki.ts'
import { concatBytes, utf8 } from './bytes.ts'
import { importP384, importP384ByWebCrypto, isSignatureInRange, verifyP384 } from './p384.ts'

const key = testKey('p384')
const message = utf8('message')
const signature = signP384(key, message)

describe.each([
  ['node:crypto', importP384],
  ['WebCrypto', importP384ByWebCrypto],
] as const)('%s', (_, importKey) => {
  test('verifies its own and the negated signature, nothing else', async () => {
    const imported = await importKey(key.publicKey)
    expect(await imported?.verify(message, signature)).toBe(true)
    expect(await imported?.verify(message, negateS(signature))).toBe(true)
    expect(await imported?.verify(utf8('massage'), signature)).toBe(false)
    for (let bit = 0; bit < 768; bit += 61) {
      const changed = Uint8Array.from(signature)
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(await imported?.verify(message, changed)).toBe(false)
    }
  })

  test('refuses r and s outside 1 to n - 1 and other lengths', async () => {
    const imported = await importKey(key.publicKey)
    const [r, s, n, zero] = [signature.subarray(0, 48), signature.subarray(48), scalar(p384Order), new Uint8Array(48)]
    for (const wrong of [
      concatBytes(zero, s),
      concatBytes(r, zero),
      concatBytes(n, s),
      concatBytes(r, n),
      signature.subarray(1),
      new Uint8Array(0),
    ])
      expect(await imported?.verify(message, wrong)).toBe(false)
  })

  test('imports points of the curve only', async () => {
    const off = Uint8Array.from(key.publicKey)
    off[96] = (off[96] as number) ^ 1
    const points = [off, Uint8Array.of(4, ...new Uint8Array(96)), Uint8Array.of(4, ...new Uint8Array(96).fill(0xff))]
    for (const point of points) expect(await importKey(point).catch(() => null)).toBe(null)
  })
})

test('keys of other lengths and forms are no keys', async () => {
  const { publicKey } = key
  const compressed = Uint8Array.of(2 + ((publicKey[96] as number) & 1), ...publicKey.subarray(1, 49))
  const hybrid = Uint8Array.of(6 + ((publicKey[96] as number) & 1), ...publicKey.subarray(1))
  for (const form of [compressed, hybrid, Uint8Array.of(0), new Uint8Array(0), publicKey.subarray(1)]) {
    expect(await importP384(form)).toBe(null)
    expect(await verifyP384(form, message, signature)).toBe(false)
  }
  expect(await verifyP384(publicKey, message, signature)).toBe(true)
})

test('the range is 1 to n - 1 for both scalars', () => {
  const both = (value: bigint) => isSignatureInRange(concatBytes(scalar(value), scalar(value)))
  expect([1n, p384Order - 1n, p384Order / 2n + 1n].map(both)).toEqual([true, true, true])
  expect([0n, p384Order, p384Order + 1n, (1n << 384n) - 1n].map(both)).toEqual([false, false, false, false])
})
