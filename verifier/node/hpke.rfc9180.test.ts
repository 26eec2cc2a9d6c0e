import { createCipheriv } from 'node:crypto'
import fc from 'fast-check'
import { AEAD_AES_128_GCM, AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from 'hpke'
import { expect, test } from 'vitest'
import { concatBytes, fromHex, toHex, utf8 } from '../bytes.ts'
import { createRecipient, ehbp, type HpkePrimitives, sealRequest } from '../ehbp.ts'
import { nodeHpke } from './hpke.ts'

const web: HpkePrimitives = { kem: KEM_DHKEM_X25519_HKDF_SHA256, kdf: KDF_HKDF_SHA256, aead: AEAD_AES_256_GCM }
const hex = (text: string) => fromHex(`0x${text}`)

/** Appendix A.1.1: the same KEM and KDF, with AES-128-GCM, which has no appendix with 256 bits. */
const vector = {
  info: hex('4f6465206f6e2061204772656369616e2055726e'),
  ikmE: hex('7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234'),
  ikmR: hex('6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037'),
  pkEm: '37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431',
  pkRm: '3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d',
  skRm: '4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8',
  sharedSecret: 'fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc',
  plaintext: '4265617574792069732074727574682c20747275746820626561757479',
  sealed: 'f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a',
  exported: {
    '': '3853fe2b4035195a573ffc53856e77058e15d9ea064de3e59f4961d0095250ee',
    '\0': '2e8f0b54673c7029649d4eb9d5e33bf1872cf76d623ff164ac185da9e88c21a5',
    TestContext: 'e9e43065102c3836401bed8c3c3c75ae46be1639869391d62c61f1ec7af54931',
  },
}

test('RFC 9180 appendix A.1.1: keys, shared secret, ciphertext and exports', async () => {
  const kem = nodeHpke.kem()
  const [ephemeral, pair] = [await kem.DeriveKeyPair(vector.ikmE, true), await kem.DeriveKeyPair(vector.ikmR, true)]
  expect(toHex(await kem.SerializePublicKey(ephemeral.publicKey))).toBe(`0x${vector.pkEm}`)
  expect(toHex(await kem.SerializePublicKey(pair.publicKey))).toBe(`0x${vector.pkRm}`)
  expect(toHex(await kem.SerializePrivateKey(pair.privateKey))).toBe(`0x${vector.skRm}`)
  for (const publicKey of [pair.publicKey, undefined])
    expect(toHex(await kem.Decap(hex(vector.pkEm), pair.privateKey, publicKey))).toBe(`0x${vector.sharedSecret}`)

  const suite = new CipherSuite(nodeHpke.kem, nodeHpke.kdf, AEAD_AES_128_GCM)
  const own = await suite.DeserializePrivateKey(hex(vector.skRm), false)
  const context = await suite.SetupRecipient(own, hex(vector.pkEm), { info: vector.info })
  expect(toHex(await context.Open(hex(vector.sealed), utf8('Count-0')))).toBe(`0x${vector.plaintext}`)
  for (const [name, secret] of Object.entries(vector.exported)) expect(toHex(await context.Export(utf8(name), 32))).toBe(`0x${secret}`)
})

test('RFC 5869 appendix A.2: HKDF of more than one block', async () => {
  const range = (from: number, to: number) => Uint8Array.from({ length: to - from + 1 }, (_, i) => from + i)
  const prk = await nodeHpke.kdf().Extract(range(0x60, 0xaf), range(0x00, 0x4f))
  expect(toHex(prk)).toBe('0x06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244')
  const expanded =
    '0xb11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87'
  expect(toHex(await nodeHpke.kdf().Expand(prk, range(0xb0, 0xff), 82))).toBe(expanded)
})

test('what either of the two seals, the other opens, both ways', async () => {
  const exchange = fc.asyncProperty(
    fc.constantFrom([web, nodeHpke], [nodeHpke, web], [nodeHpke, nodeHpke]),
    fc.uint8Array({ minLength: 1, maxLength: 3000 }),
    fc.array(fc.uint8Array({ maxLength: 500 }), { maxLength: 4 }),
    async ([sender, receiver], body, answer) => {
      const pair = await nodeHpke.kem().GenerateKeyPair(true)
      const [privateKey, publicKey] = [
        await nodeHpke.kem().SerializePrivateKey(pair.privateKey),
        await nodeHpke.kem().SerializePublicKey(pair.publicKey),
      ]
      const recipient = await createRecipient({ privateKey, publicKey, hpke: receiver })
      const sealed = await sealRequest({ publicKey, body, hpke: sender })
      const opened = await recipient.open({ encapsulatedKey: sealed.headers[ehbp.encapsulatedKeyHeader] as string, body: sealed.body })
      expect(toHex(opened.body)).toBe(toHex(body))
      const sealer = await opened.sealResponse(crypto.getRandomValues(new Uint8Array(32)))
      const opener = await sealed.openResponse(sealer.headers[ehbp.responseNonceHeader] as string)
      for (const chunk of answer) expect(toHex(concatBytes(...(await opener.push(await sealer.seal(chunk)))))).toBe(toHex(chunk))
    },
  )
  await fc.assert(exchange, { numRuns: 40 })
})

test('a public key of small order, whose shared secret everybody knows, is refused', async () => {
  const { privateKey } = await nodeHpke.kem().GenerateKeyPair(true)
  // 0, 1, and a point of order 8 (RFC 7748 section 6.1; cr.yp.to/ecdh.html).
  for (const point of ['00'.repeat(32), `01${'00'.repeat(31)}`, 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'])
    await expect(nodeHpke.kem().Decap(hex(point), privateKey, undefined)).rejects.toThrow()
})

test('a tag that is shortened or wrong opens nothing', async () => {
  const { Seal, Open } = nodeHpke.aead()
  const [key, nonce, none] = [new Uint8Array(32).fill(7), new Uint8Array(12), new Uint8Array()]
  const sealed = await Seal(key, nonce, none, utf8('secret'))
  expect(toHex(await Open(key, nonce, none, sealed))).toBe(toHex(utf8('secret')))
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  expect(toHex(sealed.subarray(0, 6))).toBe(toHex(cipher.update('secret')))
  for (const other of [sealed.subarray(0, -1), sealed.subarray(0, 10), none, sealed.map((byte, i) => (i === 21 ? byte ^ 1 : byte))])
    await expect(Open(key, nonce, none, other)).rejects.toThrow()
})
