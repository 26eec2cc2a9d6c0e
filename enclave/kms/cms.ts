import { constants, createDecipheriv, createHash, type KeyObject, privateDecrypt, timingSafeEqual } from 'node:crypto'
import { equalBytes, fromHex } from '@nacre/verifier/bytes'
import { Set as AsnSet, type AsnType, Constructed, fromBER, Integer, ObjectIdentifier, OctetString, Primitive, Sequence } from 'asn1js'
import { EnclaveError } from '../errors.ts'

/** Whom KMS encrypts its answers for: an RSA key that an attestation document names. */
export type CmsRecipient = {
  privateKey: KeyObject
  /** SHA-256 of the key's SubjectPublicKeyInfo, which KMS writes as its identifier. */
  spkiSha256: Uint8Array
}

/**
 * Opens a `CiphertextForRecipient` of AWS KMS: CMS EnvelopedData (RFC 5652 section 6) in BER, for one recipient, RSAES-OAEP with SHA-256 around an AES-256-CBC key.
 *
 * Nothing in this form authenticates: anybody who knows the public key can make one, and CBC can be bent. So the caller says by `accept` how it knows the right plaintext, and the channel
 * to KMS ends inside the enclave.
 *
 * The attack on the errors: whoever may send altered copies and sees *where* opening fails (RSA padding, CBC padding, content) decrypts step by step (Bleichenbacher, Manger, Vaudenay). All of
 * it therefore runs to the end in any case, with a random key where OAEP failed, and there is one error for all.
 *
 * @throws `KMS_CMS_MALFORMED` and `KMS_CMS_RECIPIENT_MISMATCH`, which depend on public bytes only; `KMS_CMS_UNOPENED`
 */
export function openCms(
  cms: Uint8Array,
  parts: {
    recipient: CmsRecipient
    /** Must take the same time for every input of one length, and never throw. */
    accept: (plaintext: Uint8Array) => boolean
    randomBytes: (length: number) => Uint8Array
  },
): Uint8Array {
  const { recipient, accept, randomBytes } = parts
  const { keyIdentifier, encryptedKey, iv, content } = decodeEnvelopedData(cms)
  if (!equalBytes(keyIdentifier, recipient.spkiSha256)) throw new EnclaveError('KMS_CMS_RECIPIENT_MISMATCH')

  const key = randomBytes(32)
  const opened = openKey(recipient.privateKey, encryptedKey)
  const keyIsGood = opened.length === key.length
  if (keyIsGood) key.set(opened)
  const decipher = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(content), decipher.final()])
  const paddingBytes = paddingLength(padded)
  const plaintext = Uint8Array.from(padded.subarray(0, padded.length - (paddingBytes === 0 ? 16 : paddingBytes)))
  const accepted = accept(plaintext)
  for (const secret of [key, opened, padded]) secret.fill(0)
  if ([keyIsGood, paddingBytes !== 0, accepted].includes(false)) {
    plaintext.fill(0)
    throw new EnclaveError('KMS_CMS_UNOPENED')
  }
  return plaintext
}

/** For `accept`: equal to a commitment of 32 bytes, in constant time. */
export function isCommittedTo(commitment: Uint8Array, derive: (plaintext: Uint8Array) => Uint8Array): (plaintext: Uint8Array) => boolean {
  return (plaintext) => timingSafeEqual(derive(plaintext), commitment)
}

type EnvelopedData = { keyIdentifier: Uint8Array; encryptedKey: Uint8Array; iv: Uint8Array; content: Uint8Array }

/** The one shape that KMS writes; every other is refused, though CMS knows many. Lengths may be definite or not, content primitive or in pieces, as KMS does both. */
export function decodeEnvelopedData(cms: Uint8Array): EnvelopedData {
  const malformed = (what: string) => new EnclaveError('KMS_CMS_MALFORMED', `CMS: ${what}`)
  if (cms.length > cmsBytesMax) throw malformed('too long')
  let root: AsnType
  try {
    const { offset, result } = fromBER(Uint8Array.from(cms), {
      maxDepth: 12,
      maxNodes: 64,
      maxContentLength: cmsBytesMax,
      parseEmbedded: false,
    })
    if (offset !== cms.length || result.error !== '') throw malformed('not one BER value')
    // The decoder does not hold inner lengths against outer ones: written again, such a value is another.
    if (!equalBytes(new Uint8Array(result.toBER()), cms)) throw malformed('lengths that contradict each other')
    root = result
  } catch (cause) {
    throw cause instanceof EnclaveError ? cause : malformed('not BER')
  }

  const contentInfo = children(root, Sequence, 2)
  if (oid(contentInfo[0]) !== oids.envelopedData) throw malformed('not EnvelopedData')
  const [enveloped] = children(contextual(contentInfo[1], Constructed), Constructed, 1)
  const [version, recipients, encrypted] = children(enveloped, Sequence, 3)
  if (integer(version) !== 2) throw malformed('version')
  // One recipient: with several, the enclave would have to try them, and their number would be the sender's choice.
  const [recipient] = children(recipients, AsnSet, 1)
  const [recipientVersion, identifier, keyEncryption, encryptedKey] = children(recipient, Sequence, 4)
  if (integer(recipientVersion) !== 2) throw malformed('version of the recipient')
  if (!equalBytes(Uint8Array.from(keyEncryption?.valueBeforeDecodeView ?? []), rsaesOaepSha256)) throw malformed('key encryption')
  const [contentType, contentEncryption, content] = children(encrypted, Sequence, 3)
  if (oid(contentType) !== oids.data) throw malformed('content type')
  const [cipher, iv] = children(contentEncryption, Sequence, 2)
  if (oid(cipher) !== oids.aes256Cbc) throw malformed('content encryption')

  const decoded = {
    keyIdentifier: octets(contextual(identifier, Primitive), 32),
    encryptedKey: octets(universal(encryptedKey), undefined),
    iv: octets(universal(iv), 16),
    content: encryptedContent(content),
  }
  // 2048 to 4096 bits, what KMS takes.
  if (decoded.encryptedKey.length < 256 || decoded.encryptedKey.length > 512) throw malformed('encrypted key')
  if (decoded.content.length === 0 || decoded.content.length % 16 !== 0) throw malformed('length of the content')
  return decoded

  function children<T extends AsnType>(node: AsnType | undefined, kind: abstract new (...args: never[]) => T, count: number): AsnType[] {
    if (node?.constructor !== kind || !node.idBlock.isConstructed) throw malformed('structure')
    const { value } = node.valueBlock as { value: AsnType[] }
    if (!Array.isArray(value) || value.length !== count) throw malformed('structure')
    return value
  }

  function contextual(node: AsnType | undefined, kind: abstract new (...args: never[]) => AsnType): AsnType {
    // Classes in asn1js: 1 universal, 3 context-specific.
    if (node?.constructor !== kind || node.idBlock.tagClass !== 3 || node.idBlock.tagNumber !== 0) throw malformed('structure')
    return node
  }

  function universal(node: AsnType | undefined): AsnType {
    if (node?.constructor !== OctetString || node.idBlock.isConstructed) throw malformed('structure')
    return node
  }

  function octets(node: AsnType, length: number | undefined): Uint8Array {
    const bytes = Uint8Array.from((node.valueBlock as { valueHexView: Uint8Array }).valueHexView)
    if (length !== undefined && bytes.length !== length) throw malformed('length of an octet string')
    return bytes
  }

  function oid(node: AsnType | undefined): string {
    if (node?.constructor !== ObjectIdentifier || node.idBlock.isConstructed) throw malformed('structure')
    return (node as ObjectIdentifier).valueBlock.toString()
  }

  function integer(node: AsnType | undefined): number {
    if (node?.constructor !== Integer || node.idBlock.isConstructed) throw malformed('structure')
    return (node as Integer).valueBlock.valueDec
  }

  function encryptedContent(node: AsnType | undefined): Uint8Array {
    if (node?.constructor === Primitive) return octets(contextual(node, Primitive), undefined)
    const { value } = contextual(node, Constructed).valueBlock as { value: AsnType[] }
    return Uint8Array.from(Buffer.concat(value.map((piece) => octets(universal(piece), undefined))))
  }
}

export function spkiSha256Of(publicKey: KeyObject): Uint8Array {
  return Uint8Array.from(
    createHash('sha256')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest(),
  )
}

/** 4 KiB is the most that KMS encrypts at once; the rest is structure. */
const cmsBytesMax = 8 * 1024

const oids = {
  data: '1.2.840.113549.1.7.1', // RFC 5652 section 4
  envelopedData: '1.2.840.113549.1.7.3', // RFC 5652 section 6.1
  aes256Cbc: '2.16.840.1.101.3.4.1.42', // RFC 3565 section 4.1
} as const

/** RSAES-OAEP (RFC 4055 section 4.1) with SHA-256, MGF1 with SHA-256 and an empty label. */
const rsaesOaepSha256 = fromHex(
  '0x303c06092a864886f70d010107302fa00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500',
)

/** Empty where OAEP does not hold: the caller goes on with a key of its own. */
function openKey(privateKey: KeyObject, encryptedKey: Uint8Array): Buffer {
  try {
    return privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, encryptedKey)
  } catch {
    return Buffer.alloc(0)
  }
}

/** PKCS #7 padding (RFC 5652 section 6.3) of 1 to 16 bytes, or 0 where there is none; looks at the same 16 bytes always. */
function paddingLength(padded: Uint8Array): number {
  const last = padded[padded.length - 1] ?? 0
  let wrong = Number(last < 1) | Number(last > 16)
  for (let i = 1; i <= 16; i++) wrong |= Number(i <= last) & Number((padded[padded.length - i] ?? 0) !== last)
  return wrong === 0 ? last : 0
}
