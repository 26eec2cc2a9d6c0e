import { concatBytes, fromHex } from '@nacre/verifier/bytes'
import { decodeEcdsaSignature } from '@nacre/verifier/der'
import { importP384, importP384ByWebCrypto } from '@nacre/verifier/p384'
import { describe, expect, test } from 'vitest'
import { verdict } from '../support/expect.ts'
import { haveVectors, readJsonVector } from '../support/public-vectors.ts'

type Wycheproof = { tests: { tcId: number; comment: string; pub: string; msg: string; sig: string; result: 'valid' | 'invalid' }[] }
type Nist = { tests: { msg: string; x: string; y: string; r: string; s: string; valid: boolean }[] }
const bytes = (hex: string) => fromHex(`0x${hex}`)
const padded = (hex: string) => bytes(hex.padStart(96, '0'))

describe.skipIf(!haveVectors).each([
  ['node:crypto', importP384],
  ['WebCrypto', (key: Uint8Array) => importP384ByWebCrypto(key).catch(() => null)],
] as const)('ECDSA P-384 with SHA-384 by %s (skipped without ../shared/vectors)', (_, importKey) => {
  const verify = async (pub: string, msg: string, signature: Uint8Array) => {
    const key = await importKey(bytes(pub))
    return key === null ? false : key.verify(bytes(msg), signature)
  }

  test('Wycheproof, DER signatures: 504 cases, 194 valid', async () => {
    const { tests } = readJsonVector<Wycheproof>('wycheproof/ecdsa_secp384r1_sha384_test.flat.json')
    expect([tests.length, tests.filter(({ result }) => result === 'valid').length]).toEqual([504, 194])
    for (const { tcId, comment, pub, msg, sig, result } of tests) {
      let valid = false
      const form = await verdict(async () => {
        valid = await verify(pub, msg, decodeEcdsaSignature(bytes(sig)))
      })
      expect(valid, `${tcId} ${comment}`).toBe(result === 'valid')
      expect(['accepted', 'CERTIFICATE_MALFORMED']).toContain(form)
    }
  })

  test('Wycheproof, r ‖ s signatures: 280 cases, 193 valid', async () => {
    const { tests } = readJsonVector<Wycheproof>('wycheproof/ecdsa_secp384r1_sha384_p1363_test.flat.json')
    expect([tests.length, tests.filter(({ result }) => result === 'valid').length]).toEqual([280, 193])
    for (const { tcId, comment, pub, msg, sig, result } of tests)
      expect(await verify(pub, msg, bytes(sig)), `${tcId} ${comment}`).toBe(result === 'valid')
  })

  test('NIST SigVer and SigGen: 15 cases each', async () => {
    for (const [file, valid] of [
      ['sigver', 3],
      ['siggen', 15],
    ] as const) {
      const { tests } = readJsonVector<Nist>(`nist/${file}_p384_sha384.json`)
      expect([tests.length, tests.filter((one) => one.valid).length]).toEqual([15, valid])
      for (const { msg, x, y, r, s, valid: expected } of tests)
        expect(await verify(`04${x.padStart(96, '0')}${y.padStart(96, '0')}`, msg, concatBytes(padded(r), padded(s)))).toBe(expected)
    }
  })
})
