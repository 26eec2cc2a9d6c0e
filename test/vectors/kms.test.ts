import { createHash, createPrivateKey, createPublicKey, randomBytes } from 'node:crypto'
import { type CmsRecipient, decodeEnvelopedData, openCms, spkiSha256Of } from '@nacre/enclave/kms/cms'
import { sealForRecipient } from '@nacre/host/kms/cms'
import { describe, expect, test } from 'vitest'
import { haveVectors, readJsonVector, readVector } from '../support/public-vectors.ts'

type Vector = { name: string; cms: string; sha256: string; vector?: string; structure: { shape: string; ctLen: number } }
const vectors = haveVectors ? readJsonVector<Vector[]>('kms/index.json') : []
const draw = (length: number) => Uint8Array.from(randomBytes(length))

/** `CiphertextForRecipient` values that AWS KMS answered, published in other projects; two of them with the private key. */
describe.skipIf(!haveVectors)('answers of AWS KMS in public repositories (skipped without ../shared/vectors)', () => {
  test.each(vectors)('$name is read', ({ cms, sha256, structure }) => {
    const bytes = readVector(`kms/${cms}`)
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256)
    const { encryptedKey, content } = decodeEnvelopedData(bytes)
    expect([encryptedKey.length, content.length]).toEqual([256, structure.ctLen])
  })

  test.each(vectors.filter(({ vector }) => vector !== undefined))('$name opens to its plaintext', ({ cms, vector }) => {
    const { recipient, plaintext } = readKeyed(vector as string)
    expect(openCms(readVector(`kms/${cms}`), { recipient, accept: () => true, randomBytes: draw })).toEqual(plaintext)
  })

  test.each(vectors.filter(({ vector }) => vector !== undefined))('$name with any bit flipped is refused', ({ cms, vector }) => {
    const { recipient, plaintext } = readKeyed(vector as string)
    const genuine = readVector(`kms/${cms}`)
    const accept = (opened: Uint8Array) => Buffer.from(opened).equals(plaintext)
    const codes = new Set<string>()
    for (let bit = 0; bit < 8 * genuine.length; bit++) {
      const changed = Uint8Array.from(genuine)
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
      codes.add(codeOf(() => openCms(changed, { recipient, accept, randomBytes: draw })))
    }
    expect([...codes].sort()).toEqual(['KMS_CMS_MALFORMED', 'KMS_CMS_RECIPIENT_MISMATCH', 'KMS_CMS_UNOPENED'])
  })

  test.each(vectors)('$name has the byte shape that the local KMS writes', ({ cms, structure }) => {
    const publicKey = createPublicKey(createPrivateKey(readKeyedPem())).export({ type: 'spki', format: 'der' })
    const content = structure.shape.includes('80[16]}}}}') ? 'primitive' : 'pieces'
    // All but what is random: the same length of content, then zeros where keys, vectors and ciphertext lie.
    const ours = sealForRecipient(new Uint8Array(structure.ctLen - 1), { publicKey, randomBytes: draw, content })
    expect(skeleton(ours)).toBe(skeleton(readVector(`kms/${cms}`)))
  })
})

function readKeyed(file: string): { recipient: CmsRecipient; plaintext: Uint8Array } {
  const { recipientKeyFormat, recipientKeyDerHex, plaintextHex } = readJsonVector<Record<string, string>>(`kms/${file}`)
  const privateKey = createPrivateKey({
    key: Buffer.from(recipientKeyDerHex as string, 'hex'),
    format: 'der',
    type: recipientKeyFormat as 'pkcs1' | 'pkcs8',
  })
  const spkiSha256 = spkiSha256Of(createPublicKey(privateKey))
  return { recipient: { privateKey, spkiSha256 }, plaintext: Uint8Array.from(Buffer.from(plaintextHex as string, 'hex')) }
}

function readKeyedPem(): string {
  return readKeyed('enclaver.vector.json').recipient.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
}

/** The bytes with everything random blanked out: key identifier, encrypted key, vector, content. */
function skeleton(cms: Uint8Array): string {
  const { keyIdentifier, encryptedKey, iv, content } = decodeEnvelopedData(cms)
  let hex = Buffer.from(cms).toString('hex')
  const pieces = Array.from({ length: Math.ceil(content.length / 1000) }, (_, i) => content.subarray(i * 1000, (i + 1) * 1000))
  for (const bytes of [keyIdentifier, encryptedKey, iv, ...(content.length > 1000 ? pieces : [content])])
    hex = hex.replace(Buffer.from(bytes).toString('hex'), `<${bytes.length}>`)
  return hex
}

function codeOf(run: () => unknown): string {
  try {
    run()
    return 'opened'
  } catch (error) {
    return (error as { code?: string }).code ?? `uncoded: ${error}`
  }
}
