import fc from 'fast-check'
import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from 'hpke'
import { describe, expect, test } from 'vitest'
import { verdict } from '../test/support/expect.ts'
import { concatBytes, equalBytes, toHex, utf8 } from './bytes.ts'
import { createRecipient, decodeKeyConfig, type EhbpRecipient, ehbp, encodeKeyConfig, type SealedRequest, sealRequest } from './ehbp.ts'

const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM)

async function drawRecipient(): Promise<{ publicKey: Uint8Array; recipient: EhbpRecipient }> {
  const pair = await suite.GenerateKeyPair(true)
  const publicKey = await suite.SerializePublicKey(pair.publicKey)
  return { publicKey, recipient: await createRecipient({ privateKey: await suite.SerializePrivateKey(pair.privateKey), publicKey }) }
}

const { publicKey, recipient } = await drawRecipient()
const plaintext = utf8('{"inputs":[]}')
const encapsulatedKeyOf = ({ headers }: SealedRequest) => headers[ehbp.encapsulatedKeyHeader] as string
const open = (sealed: SealedRequest, body = sealed.body, encapsulatedKey = encapsulatedKeyOf(sealed)) =>
  recipient.open({ encapsulatedKey, body })
const nonce = () => crypto.getRandomValues(new Uint8Array(32))

/** A request and two frames that answer it. */
async function exchange() {
  const sealed = await sealRequest({ publicKey, body: plaintext })
  const sealer = await (await open(sealed)).sealResponse(nonce())
  const frames = [await sealer.seal(utf8('one ')), await sealer.seal(utf8('two'))] as const
  const responseNonce = sealer.headers[ehbp.responseNonceHeader] as string
  return { sealed, frames, responseNonce }
}

const text = (chunks: readonly Uint8Array[]) => new TextDecoder().decode(concatBytes(...chunks))
const frameOf = (length: number, body: Uint8Array) => {
  const head = new Uint8Array(4)
  new DataView(head.buffer).setUint32(0, length)
  return concatBytes(head, body)
}
const flip = (bytes: Uint8Array, at: number) => bytes.map((byte, index) => (index === at ? byte ^ 1 : byte))

test('EHBP-01 accepts the key configuration of RFC 9458 section 3.1', () => {
  const config = encodeKeyConfig(publicKey)
  expect(toHex(config)).toBe(`0x000020${toHex(publicKey).slice(2)}000400010002`)
  expect(equalBytes(decodeKeyConfig(config), publicKey)).toBe(true)
})

test('EHBP-01 rejects other suites, lengths and trailing bytes', async () => {
  const config = encodeKeyConfig(publicKey)
  for (const other of [flip(config, 2), flip(config, config.length - 1), config.subarray(1), concatBytes(config, config), new Uint8Array()])
    expect(await verdict(() => decodeKeyConfig(other))).toBe('EHBP_MALFORMED')
  expect(await verdict(() => encodeKeyConfig(publicKey.subarray(1)))).toBe('EHBP_MALFORMED')
})

test('EHBP-02 accepts lower-case hexadecimal of 32 bytes', async () => {
  const { sealed, responseNonce } = await exchange()
  expect(encapsulatedKeyOf(sealed)).toMatch(/^[0-9a-f]{64}$/)
  await sealed.openResponse(responseNonce)
})

test('EHBP-02 rejects any other form of either header', async () => {
  const { sealed, responseNonce } = await exchange()
  const upper = (hex: string) => `${hex.slice(0, -1)}A`
  const key = encapsulatedKeyOf(sealed)
  for (const other of ['', '0x', key.slice(2), `${key}00`, upper(key), `${key},${key}`])
    expect(await verdict(() => open(sealed, sealed.body, other))).toBe('EHBP_MALFORMED')
  for (const other of ['', responseNonce.slice(2), upper(responseNonce)])
    expect(await verdict(() => sealed.openResponse(other))).toBe('EHBP_MALFORMED')
})

test('EHBP-03 accepts frames in any division, with empty ones between', async () => {
  const sender = await suite.SetupSender(await suite.DeserializePublicKey(publicKey), { info: utf8('ehbp request') })
  const parts = [await sender.ctx.Seal(utf8('ab')), await sender.ctx.Seal(utf8('')), await sender.ctx.Seal(utf8('cd'))]
  const empty = frameOf(0, new Uint8Array())
  const body = concatBytes(empty, ...parts.flatMap((part) => [frameOf(part.length, part), empty]))
  const opened = await recipient.open({ encapsulatedKey: toHex(sender.encapsulatedSecret).slice(2), body })
  expect(text([opened.body])).toBe('abcd')

  const { sealed, frames, responseNonce } = await exchange()
  const bytes = concatBytes(...frames)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 8 }), async (cuts) => {
      const opener = await sealed.openResponse(responseNonce)
      const chunks: Uint8Array[] = []
      const points = [0, ...cuts.sort((a, b) => a - b), bytes.length]
      for (const [index, from] of points.slice(0, -1).entries())
        chunks.push(...(await opener.push(bytes.subarray(from, points[index + 1]))))
      opener.end()
      expect(text(chunks)).toBe('one two')
    }),
    { numRuns: 50 },
  )
})

test('EHBP-03 rejects bodies that end within a frame, have none, or have too many', async () => {
  const sealed = await sealRequest({ publicKey, body: plaintext })
  const { body } = sealed
  for (const other of [body.subarray(0, 3), body.subarray(0, body.length - 1), concatBytes(body, Uint8Array.of(0)), new Uint8Array(4)])
    expect(await verdict(() => open(sealed, other))).toBe('EHBP_MALFORMED')
  expect(await verdict(() => open(sealed, frameOf(2 ** 32 - 1, new Uint8Array(64))))).toBe('EHBP_MALFORMED')
  expect(await verdict(() => sealRequest({ publicKey, body: new Uint8Array() }))).toBe('EHBP_MALFORMED')
  const { sealed: asked, frames, responseNonce } = await exchange()
  const opener = await asked.openResponse(responseNonce)
  await opener.push(frames[0].subarray(0, 10))
  expect(await verdict(() => opener.end())).toBe('EHBP_MALFORMED')
})

test('EHBP-04 accepts a body that is encrypted to the key', async () => {
  expect(text([(await open(await sealRequest({ publicKey, body: plaintext }))).body])).toBe('{"inputs":[]}')
})

test('EHBP-04 rejects stale keys, another encapsulated key, altered bytes and points of low order with one code', async () => {
  const other = await drawRecipient()
  const sealed = await sealRequest({ publicKey, body: plaintext })
  const second = await sealRequest({ publicKey, body: plaintext })
  expect(await verdict(() => other.recipient.open({ encapsulatedKey: encapsulatedKeyOf(sealed), body: sealed.body }))).toBe(
    'EHBP_KEY_MISMATCH',
  )
  expect(await verdict(() => open(sealed, sealed.body, encapsulatedKeyOf(second)))).toBe('EHBP_KEY_MISMATCH')
  for (const at of [4, sealed.body.length - 1]) expect(await verdict(() => open(sealed, flip(sealed.body, at)))).toBe('EHBP_KEY_MISMATCH')
  expect(await verdict(() => open(sealed, sealed.body, '00'.repeat(32)))).toBe('EHBP_KEY_MISMATCH')
})

test('EHBP-05 accepts the frames of the response in their order', async () => {
  const { sealed, frames, responseNonce } = await exchange()
  const opener = await sealed.openResponse(responseNonce)
  expect(text([...(await opener.push(frames[0])), ...(await opener.push(frames[1]))])).toBe('one two')
  opener.end()
})

test('EHBP-05 rejects frames that are altered, moved, repeated, or of another answer', async () => {
  const { sealed, frames, responseNonce } = await exchange()
  const [one, two] = frames
  const judge = async (bytes: Uint8Array, asked = sealed, name = responseNonce) =>
    verdict(async () => (await asked.openResponse(name)).push(bytes))
  expect(await judge(flip(one, 6))).toBe('EHBP_DECRYPTION_FAILED')
  expect(await judge(concatBytes(two, one))).toBe('EHBP_DECRYPTION_FAILED')
  expect(await judge(concatBytes(one, one))).toBe('EHBP_DECRYPTION_FAILED')
  // An old answer to another request, and this answer under another nonce.
  const other = await exchange()
  expect(await judge(other.frames[0], sealed, other.responseNonce)).toBe('EHBP_DECRYPTION_FAILED')
  expect(await judge(one, sealed, other.responseNonce)).toBe('EHBP_DECRYPTION_FAILED')
  // A later frame of a request.
  const sender = await suite.SetupSender(await suite.DeserializePublicKey(publicKey), { info: utf8('ehbp request') })
  const parts = [await sender.ctx.Seal(utf8('ab')), flip(await sender.ctx.Seal(utf8('cd')), 0)]
  const body = concatBytes(...parts.map((part) => frameOf(part.length, part)))
  expect(await verdict(() => recipient.open({ encapsulatedKey: toHex(sender.encapsulatedSecret).slice(2), body }))).toBe(
    'EHBP_DECRYPTION_FAILED',
  )
})

describe('parsers', () => {
  test('no bytes crash a recipient or an opener', async () => {
    const { sealed, responseNonce } = await exchange()
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect(await verdict(() => recipient.open({ encapsulatedKey: encapsulatedKeyOf(sealed), body: bytes }))).toMatch(/^EHBP_/)
        const opened = await verdict(async () => {
          const opener = await sealed.openResponse(responseNonce)
          await opener.push(bytes)
          opener.end()
        })
        expect(opened === 'accepted' || opened.startsWith('EHBP_')).toBe(true)
        expect(await verdict(() => decodeKeyConfig(bytes))).toBe('EHBP_MALFORMED')
      }),
      { numRuns: 100 },
    )
  })
})
