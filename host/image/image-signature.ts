import { createPrivateKey, createPublicKey, sign, verify, X509Certificate } from 'node:crypto'
import { fromHex, type Hex } from '@nacre/verifier/bytes'
import { decodeCbor, encodeCbor } from '@nacre/verifier/cbor'
import type { EifSignature } from '@nacre/verifier/eif'
import { ImageError } from './image-error.ts'

/** Who signs an image: PCR8 is the hash of the certificate. */
export type ImageSigner = { certificatePem: string; privateKeyPem: string }

export type SignedImage = EifSignature & { section: Uint8Array }

/** A COSE_Sign1 over `{register_index: 0, register_value: PCR0}`, in the form of aws-nitro-enclaves-image-format (`PcrSignature`): byte strings as arrays of numbers. @throws `SIGNING_KEY_UNFIT` */
export async function signImage(pcr0: Hex, { certificatePem, privateKeyPem }: ImageSigner): Promise<SignedImage> {
  const certificate = new X509Certificate(certificatePem)
  const privateKey = createPrivateKey(privateKeyPem)
  const curve = String(privateKey.asymmetricKeyDetails?.namedCurve)
  const algorithm = algorithms[curve]
  if (algorithm === undefined)
    throw new ImageError('SIGNING_KEY_UNFIT', `An image is signed with ECDSA on P-256, P-384 or P-521, not with ${curve}`)
  if (!certificate.checkPrivateKey(privateKey))
    throw new ImageError('SIGNING_KEY_UNFIT', 'The private key is not the one that the certificate certifies')
  const protectedHeader = encodeCbor(new Map([[algHeader, algorithm.cose]]))
  const payload = encodeCbor(
    new Map<string, number | number[]>([
      ['register_index', 0],
      ['register_value', [...fromHex(pcr0)]],
    ]),
  )
  const signed = encodeCbor(['Signature1', protectedHeader, new Uint8Array(0), payload])
  const signature = Uint8Array.from(sign(algorithm.hash, signed, { key: privateKey, dsaEncoding: 'ieee-p1363' }))
  const cose = encodeCbor([protectedHeader, new Map(), payload, signature])
  const section = encodeCbor([
    new Map([
      ['signing_certificate', [...Buffer.from(certificatePem)]],
      ['signature', [...cose]],
    ]),
  ])
  return { section, certificatePem, certificateDer: Uint8Array.from(certificate.raw), cose }
}

/** Whether the signature is of this PCR0, by the key of the certificate beside it. Who that is, PCR8 says. */
export function isImageSignature(pcr0: Hex, { certificatePem, cose }: EifSignature): boolean {
  try {
    const publicKey = createPublicKey(new X509Certificate(certificatePem).publicKey.export({ type: 'spki', format: 'pem' }))
    const algorithm = algorithms[String(publicKey.asymmetricKeyDetails?.namedCurve)]
    const envelope = decodeCbor(cose)
    if (algorithm === undefined || !Array.isArray(envelope) || envelope.length !== 4) return false
    const [protectedHeader, , payload, signature] = envelope
    if (![protectedHeader, payload, signature].every((part) => part instanceof Uint8Array)) return false
    const header = decodeCbor(protectedHeader)
    const content = decodeCbor(payload)
    if (!(header instanceof Map) || header.get(algHeader) !== algorithm.cose || !(content instanceof Map)) return false
    const value = content.get('register_value')
    const expected = fromHex(pcr0)
    if (content.get('register_index') !== 0 || !Array.isArray(value) || value.length !== expected.length) return false
    if (!expected.every((byte, index) => value[index] === byte)) return false
    const signed = encodeCbor(['Signature1', protectedHeader, new Uint8Array(0), payload])
    return verify(algorithm.hash, signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)
  } catch {
    return false
  }
}

/** RFC 9052 section 3.1, RFC 9053 section 2.1. */
const algHeader = 1
const algorithms: Readonly<Record<string, { cose: number; hash: string }>> = {
  prime256v1: { cose: -7, hash: 'sha256' },
  secp384r1: { cose: -35, hash: 'sha384' },
  secp521r1: { cose: -36, hash: 'sha512' },
}
