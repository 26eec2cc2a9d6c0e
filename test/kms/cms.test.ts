import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'
import { mixEntropy } from '@nacre/enclave/entropy'
import { decodeEnvelopedData, openCms } from '@nacre/enclave/kms/cms'
import { type RecipientKey, recipientKeyFrom } from '@nacre/enclave/kms/recipient-key'
import { sealForRecipient } from '@nacre/host/kms/cms'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const draw = (length: number) => Uint8Array.from(randomBytes(length))
const newKey = (): RecipientKey => recipientKeyFrom(mixEntropy({ nsmRandom: draw(64), osRandom: draw(64) }))
const recipient = newKey()
const dataKey = draw(32)
const seal = (plaintext = dataKey, content?: 'pieces' | 'primitive') =>
  sealForRecipient(plaintext, { publicKey: recipient.publicKey, randomBytes: draw, ...(content === undefined ? {} : { content }) })
const isDataKey = (opened: Uint8Array) => Buffer.from(opened).equals(dataKey)
const open = (cms: Uint8Array, accept: (plaintext: Uint8Array) => boolean = () => true) =>
  openCms(cms, { recipient, accept, randomBytes: draw })

describe('what KMS encrypts for the enclave', () => {
  test.each([0, 1, 15, 16, 32, 999, 1000, 4096])('opens: %i bytes, in pieces and as one string', (length) => {
    const plaintext = draw(length)
    for (const content of ['pieces', 'primitive'] as const) expect(open(seal(plaintext, content))).toEqual(plaintext)
  })

  test('cut off at any place, or with anything behind it, is malformed', () => {
    const cms = seal()
    for (let length = 0; length < cms.length; length++) expect(failure(cms.subarray(0, length))).toMatchObject(malformed)
    for (const tail of [[0], [0, 0], [4, 0]]) expect(failure(Buffer.concat([cms, Uint8Array.from(tail)]))).toMatchObject(malformed)
  })

  test('for another key is refused before anything secret is used', () => {
    const other = newKey()
    const cms = sealForRecipient(dataKey, { publicKey: other.publicKey, randomBytes: draw })
    expect(failure(cms)).toMatchObject({ code: 'KMS_CMS_RECIPIENT_MISMATCH' })
    // The attack: another's answer with our identifier on it.
    expect(failure(replaced(cms, other.spkiSha256, recipient.spkiSha256))).toMatchObject(unopened)
  })

  test('with its pieces in another order is refused', () => {
    const plaintext = draw(4000)
    const cms = seal(plaintext)
    const { content } = decodeEnvelopedData(cms)
    const [first, second] = [content.subarray(0, 1000), content.subarray(1000, 2000)]
    const swapped = replaced(replaced(replaced(cms, first, new Uint8Array(1000)), second, first), new Uint8Array(1000), second)
    expect(swapped.length).toBe(cms.length)
    expect(failure(swapped, (opened) => Buffer.from(opened).equals(plaintext))).toMatchObject(unopened)
  })

  test('other structures than the one of KMS are refused: two recipients, none, other algorithms, other versions', () => {
    const cms = Buffer.from(seal())
    const changes: [string, string][] = [
      ['06092a864886f70d010703', '06092a864886f70d010702'], // SignedData
      ['06092a864886f70d010107', '06092a864886f70d010101'], // RSAES-PKCS1-v1_5, the classic oracle
      ['0609608648016503040201', '0609608648016503040202'], // SHA-384
      ['060960864801650304012a', '060960864801650304012e'], // AES-256-GCM
      ['020102', '020100'],
      ['a080', 'a180'],
    ]
    for (const [from, to] of changes) {
      const hex = cms.toString('hex')
      expect(hex).toContain(from)
      expect(failure(Buffer.from(hex.replace(from, to), 'hex')), from).toMatchObject(malformed)
    }
    expect(failure(new Uint8Array(9000))).toMatchObject(malformed)
  })
})

describe('the attack: errors as an oracle', () => {
  const { encryptedKey, iv, content } = decodeEnvelopedData(seal())
  const genuine = envelope(encryptedKey, iv, content)
  const broken: { [what: string]: Uint8Array } = {
    'OAEP padding': envelope(flipped(encryptedKey, 100), iv, content),
    'an encrypted key above the modulus': envelope(new Uint8Array(256).fill(0xff), iv, content),
    'a key of 16 bytes': envelope(encryptKey(draw(16)), iv, content),
    'an empty key': envelope(encryptKey(new Uint8Array(0)), iv, content),
    'CBC padding': envelope(encryptedKey, iv, flipped(content, content.length - 17)),
    'padding of no bytes': padded(0),
    'padding of 17 bytes': padded(17),
    'another data key': envelope(encryptedKey, flipped(iv, 3), content),
  }

  test('there is one error, with nothing in it that differs', () => {
    expect(open(genuine)).toEqual(dataKey)
    const errors = Object.entries(broken).map(([what, cms]) => [what, failure(cms, isDataKey)] as const)
    for (const [what, error] of errors) {
      expect(error, what).toMatchObject(unopened)
      expect([error.message, error.cause, error.expected, error.received], what).toEqual([
        errors[0]?.[1].message,
        undefined,
        undefined,
        undefined,
      ])
      // The same line throws, whatever went wrong.
      expect(error.stack?.split('\n')[1], what).toBe(errors[0]?.[1].stack?.split('\n')[1])
    }
  })

  test.each(Object.keys(broken))('the whole way is walked: %s', (what) => {
    let seen: number[] = []
    failure(broken[what] as Uint8Array, (plaintext) => {
      seen = [...seen, plaintext.length]
      return false
    })
    expect(seen.length).toBe(1)
  })

  test('the key that stands in for one that does not open is random: what follows is unforeseeable', () => {
    const drawn: number[] = []
    const counted = (length: number) => {
      drawn.push(length)
      return draw(length)
    }
    for (const cms of [genuine, ...Object.values(broken)])
      try {
        openCms(cms, { recipient, accept: isDataKey, randomBytes: counted })
      } catch {}
    expect(drawn).toEqual(Array.from({ length: 1 + Object.keys(broken).length }, () => 32))
  })

  function padded(last: number): Uint8Array {
    const key = draw(32)
    const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false)
    const block = new Uint8Array(48).fill(last)
    return envelope(encryptKey(key), iv, Uint8Array.from(Buffer.concat([cipher.update(block), cipher.final()])))
  }
})

test('random and mutated bytes are refused with a code, never with a crash', () => {
  const genuine = seal()
  const codes = ['KMS_CMS_MALFORMED', 'KMS_CMS_RECIPIENT_MISMATCH', 'KMS_CMS_UNOPENED']
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 600 }),
        fc
          .array(fc.tuple(fc.nat(genuine.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
          .map((edits) => edits.reduce((bytes, [at, value]) => bytes.with(at, value), Uint8Array.from(genuine))),
        fc
          .tuple(fc.nat(genuine.length), fc.nat(genuine.length), fc.uint8Array({ maxLength: 8 }))
          .map(([a, b, piece]) => Uint8Array.from([...genuine.subarray(0, Math.min(a, b)), ...piece, ...genuine.subarray(Math.max(a, b))])),
      ),
      (bytes) => Buffer.from(bytes).equals(genuine) || codes.includes(failure(bytes, isDataKey).code ?? ''),
    ),
    { numRuns: 3000 },
  )
})

const malformed = { code: 'KMS_CMS_MALFORMED' }
const unopened = { code: 'KMS_CMS_UNOPENED' }

type Failure = Error & { code?: string; expected?: unknown; received?: unknown }

function failure(cms: Uint8Array, accept?: (plaintext: Uint8Array) => boolean): Failure {
  try {
    open(cms, accept)
  } catch (error) {
    return error as Failure
  }
  throw new Error('it opened')
}

function encryptKey(key: Uint8Array): Uint8Array {
  const publicKey = createPublicKey({ key: Buffer.from(recipient.publicKey), format: 'der', type: 'spki' })
  return Uint8Array.from(publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, key))
}

/** One that is well formed, around these parts. */
function envelope(encryptedKey: Uint8Array, iv: Uint8Array, content: Uint8Array): Uint8Array {
  const cms = seal(new Uint8Array(content.length - 1))
  const own = decodeEnvelopedData(cms)
  return replaced(replaced(replaced(cms, own.encryptedKey, encryptedKey), own.iv, iv), own.content, content)
}

function replaced(bytes: Uint8Array, from: Uint8Array, to: Uint8Array): Uint8Array {
  const at = Buffer.from(bytes).indexOf(from)
  expect(at).toBeGreaterThan(0)
  return Uint8Array.from([...bytes.subarray(0, at), ...to, ...bytes.subarray(at + from.length)])
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.with(at, (bytes[at] as number) ^ 1)
}
