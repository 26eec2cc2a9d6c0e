import { constants, createPublicKey, privateDecrypt, publicEncrypt } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { mixEntropy } from '../entropy.ts'
import { recipientKeyFrom } from './recipient-key.ts'

const source = (seed: number) => Uint8Array.from({ length: 64 }, (_, i) => (i * 37 + seed) % 251)
const entropy = (seed: number) => mixEntropy({ nsmRandom: source(seed), osRandom: source(seed + 1) })

describe('the RSA key for KMS', () => {
  const key = recipientKeyFrom(entropy(1))

  test('has 2048 bits and the form that KMS takes', () => {
    expect(key.privateKey.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048, publicExponent: 65537n })
    expect(key.publicKey.length).toBe(294)
    expect(key.spkiSha256.length).toBe(32)
  })

  test('opens what is encrypted for it: all eight numbers agree', () => {
    const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }
    const publicKey = createPublicKey({ key: Buffer.from(key.publicKey), format: 'der', type: 'spki' })
    const message = Buffer.from('a data key')
    expect(privateDecrypt({ key: key.privateKey, ...oaep }, publicEncrypt({ key: publicKey, ...oaep }, message))).toEqual(message)
    const { n, p, q } = key.privateKey.export({ format: 'jwk' })
    const number = (text = '') => BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`)
    expect(number(n)).toBe(number(p) * number(q))
  })

  test('comes from the mixed entropy and nothing else', () => {
    expect(recipientKeyFrom(entropy(1)).publicKey).toEqual(key.publicKey)
    expect(recipientKeyFrom(entropy(2)).publicKey).not.toEqual(key.publicKey)
  })
})
