import { createHash, createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, X509Certificate } from 'node:crypto'
import type { Hex } from '@nacre/verifier/bytes'
import { isSigned } from '@nacre/verifier/note'
import { recoverReceiptSigner } from '@nacre/verifier/receipt'
import { describe, expect, test } from 'vitest'
import { mixEntropy } from './entropy.ts'
import { drawKeys } from './keys.ts'
import { receiptKeyFrom } from './signing-keys.ts'
import { testClock, testReceipts } from './test-support.ts'

const random = (seed: number, length: number) =>
  Uint8Array.from({ length }, (_, i) => createHash('sha256').update(`${seed}/${i}`).digest()[0] as number)
const nowMs = Date.UTC(2026, 0, 1)
const draw = (nsmSeed: number, osSeed: number, tlsName = 'enclave.example') =>
  drawKeys({ entropy: mixEntropy({ nsmRandom: random(nsmSeed, 256), osRandom: random(osSeed, 64) }), tlsName, nowMs })

describe('entropy', () => {
  const derive = (nsmRandom: Uint8Array, osRandom: Uint8Array, label = 'x') =>
    Buffer.from(mixEntropy({ nsmRandom, osRandom }).derive(label, 32)).toString('hex')

  test('either source alone changes every key', () => {
    const results = [derive(random(1, 256), random(2, 64)), derive(random(3, 256), random(2, 64)), derive(random(1, 256), random(4, 64))]
    expect(new Set(results).size).toBe(3)
  })

  test('labels give independent secrets, the same label the same', () => {
    expect(derive(random(1, 256), random(2, 64), 'a')).not.toBe(derive(random(1, 256), random(2, 64), 'b'))
    expect(derive(random(1, 256), random(2, 64), 'a')).toBe(derive(random(1, 256), random(2, 64), 'a'))
  })

  test('bytes cannot be moved from one source to the other', () => {
    const all = random(1, 128)
    expect(derive(all.subarray(0, 64), all.subarray(64))).not.toBe(derive(all.subarray(0, 63), all.subarray(63)))
  })

  test.each([
    ['too short', random(1, 31), random(2, 64)],
    ['all zero', new Uint8Array(256), random(2, 64)],
    ['one byte over and over', random(1, 256), new Uint8Array(64).fill(0xaa)],
  ])('refuses a source that is %s', (_, nsmRandom, osRandom) => {
    expect(() => mixEntropy({ nsmRandom, osRandom })).toThrowError(expect.objectContaining({ code: 'ENTROPY_UNFIT' }))
  })
})

describe('receipt key', () => {
  test('signs what the verifier recovers', async () => {
    const { receipt: key } = await draw(1, 2)
    expect(key.publicKey.length).toBe(65)
    expect(key.publicKey[0]).toBe(4)
    const { receipts } = testReceipts({ receipt: key, clock: testClock(nowMs) })
    for (let i = 0; i < 20; i++) {
      const hash = `0x${i.toString(16).padStart(64, '0')}` as const
      const content = { requestId: hash, modelId: hash, inputHash: hash, outputHash: hash }
      const { receipt, signature } = await receipts.issue(content, null, 'immediate')
      expect(await recoverReceiptSigner(receipt, signature as Hex, null)).toBe(key.address)
    }
  })

  test.each([
    ['zero', '00'.repeat(32)],
    ['the order of the group', 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141'],
    ['beyond the order', 'ff'.repeat(32)],
    ['31 bytes', '01'.repeat(31)],
  ])('%s is not a private key', (_, hex) => {
    expect(() => receiptKeyFrom(Uint8Array.from(Buffer.from(hex, 'hex')))).toThrow(RangeError)
  })

  test('the largest scalar is one', () => {
    const most = Buffer.from('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140', 'hex')
    expect(receiptKeyFrom(Uint8Array.from(most)).publicKey.length).toBe(65)
  })

  test('does not show its private key', async () => {
    const { receipt } = await draw(1, 2)
    expect(Object.keys(receipt).sort()).toEqual(['address', 'publicKey', 'sign'])
  })
})

describe('TLS key', () => {
  test('the certificate holds the attested key, for the configured names', async () => {
    const { tls } = await draw(1, 2)
    const certificate = new X509Certificate(tls.certificatePem)
    const spki = certificate.publicKey.export({ type: 'spki', format: 'der' })
    expect(Buffer.from(tls.spkiSha256)).toEqual(createHash('sha256').update(spki).digest())
    expect(certificate.checkPrivateKey(createPrivateKey(tls.privateKeyPem))).toBe(true)
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.ca).toBe(false)
    for (const name of ['enclave.example', 'localhost']) expect(certificate.checkHost(name)).toBe(name)
    for (const ip of ['127.0.0.1', '::1']) expect(certificate.checkIP(ip)).toBeDefined()
    expect(Date.parse(certificate.validFrom)).toBe(nowMs - 24 * 3600_000)
    expect(Date.parse(certificate.validTo)).toBe(nowMs + 365 * 24 * 3600_000)
  })

  test('is another one for other randomness', async () => {
    expect((await draw(1, 2)).tls.spkiSha256).not.toEqual((await draw(1, 3)).tls.spkiSha256)
  })
})

test('the HPKE key agrees with X25519', async () => {
  const { hpke } = await draw(1, 2)
  const other = generateKeyPairSync('x25519')
  const publicKey = createPublicKey({
    key: { kty: 'OKP', crv: 'X25519', x: Buffer.from(hpke.publicKey).toString('base64url') },
    format: 'jwk',
  })
  expect(diffieHellman({ privateKey: hpke.privateKey, publicKey: other.publicKey })).toEqual(
    diffieHellman({ privateKey: other.privateKey, publicKey }),
  )
})

test('the log key is what the verifier takes for Ed25519', async () => {
  const { log } = await draw(1, 2)
  const message = Buffer.from('text\n')
  expect(isSigned(log.publicKey, log.sign(message), message)).toBe(true)
  expect((await draw(1, 3)).log.publicKey).not.toEqual(log.publicKey)
})
