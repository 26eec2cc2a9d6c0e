import { constants, createCipheriv, createHash, createPublicKey, publicEncrypt } from 'node:crypto'
import { concatBytes, fromHex } from '@nacre/verifier/bytes'

/**
 * `CiphertextForRecipient` as AWS KMS writes it: CMS EnvelopedData (RFC 5652) for the RSA key of an attestation document, byte shape for byte shape as in its published answers. Outer
 * structures have indefinite lengths; content comes in pieces of 1000 bytes or, as older answers have it, as one primitive string.
 */
export function sealForRecipient(
  plaintext: Uint8Array,
  parts: {
    /** SubjectPublicKeyInfo, DER. */
    publicKey: Uint8Array
    randomBytes: (length: number) => Uint8Array
    content?: 'pieces' | 'primitive'
  },
): Uint8Array {
  const { publicKey, randomBytes, content = 'pieces' } = parts
  const key = randomBytes(32)
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-256-cbc', key, iv)
  const encrypted = Uint8Array.from(Buffer.concat([cipher.update(plaintext), cipher.final()]))
  const encryptedKey = publicEncrypt(
    {
      key: createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' }),
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: 'sha256',
    },
    key,
  )
  const keyIdentifier = Uint8Array.from(createHash('sha256').update(publicKey).digest())

  const recipient = tag(0x30, integer2, tag(0x80, keyIdentifier), rsaesOaepSha256, tag(0x04, encryptedKey))
  const encryptedContentInfo = indefinite(
    0x30,
    oidData,
    tag(0x30, oidAes256Cbc, tag(0x04, iv)),
    content === 'primitive' ? tag(0x80, encrypted) : indefinite(0xa0, ...pieces(encrypted).map((piece) => tag(0x04, piece))),
  )
  return indefinite(0x30, oidEnvelopedData, indefinite(0xa0, indefinite(0x30, integer2, tag(0x31, recipient), encryptedContentInfo)))
}

function pieces(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, i) => bytes.subarray(i * pieceBytes, (i + 1) * pieceBytes))
}

/** Definite length in its shortest form, X.690 section 8.1.3. */
function tag(identifier: number, ...contents: Uint8Array[]): Uint8Array {
  const content = concatBytes(...contents)
  const { length } = content
  const lengthBytes = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return concatBytes(Uint8Array.from([identifier, ...lengthBytes]), content)
}

/** X.690 section 8.1.3.6. */
function indefinite(identifier: number, ...contents: Uint8Array[]): Uint8Array {
  return concatBytes(Uint8Array.from([identifier, 0x80]), ...contents, Uint8Array.from([0, 0]))
}

const pieceBytes = 1000
const integer2 = fromHex('0x020102')
const oidData = fromHex('0x06092a864886f70d010701') // 1.2.840.113549.1.7.1
const oidEnvelopedData = fromHex('0x06092a864886f70d010703') // 1.2.840.113549.1.7.3
const oidAes256Cbc = fromHex('0x060960864801650304012a') // 2.16.840.1.101.3.4.1.42
/** RSAES-OAEP (RFC 4055 section 4.1) with SHA-256, MGF1 with SHA-256 and an empty label. */
const rsaesOaepSha256 = fromHex(
  '0x303c06092a864886f70d010107302fa00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500',
)
