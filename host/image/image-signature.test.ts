import 'reflect-metadata' // @peculiar/x509 does not load without it
import { createHash, generateKeyPairSync } from 'node:crypto'
import { toHex } from '@nacre/verifier/bytes'
import { decodeEif, measureEif } from '@nacre/verifier/eif'
import * as x509 from '@peculiar/x509'
import { expect, test } from 'vitest'
import { encodeEif } from './encode-eif.ts'
import { type ImageSigner, isImageSignature, signImage } from './image-signature.ts'

const parts = {
  kernel: Buffer.from('kernel'),
  cmdline: Buffer.from('console=ttyS0'),
  ramdisks: [Buffer.from('boot'), Buffer.from('application')],
  metadata: Buffer.from('{}'),
  memoryBytes: 1 << 30,
  cpus: 2,
}

test.each(['P-256', 'P-384', 'P-521'])('a signature on %s is of one PCR0 and one certificate', async (curve) => {
  const signer = await makeSigner(curve)
  const { pcr0, pcr1, pcr2 } = await measureEif({ ...parts, signature: null })
  const { section, certificateDer } = await signImage(pcr0, signer)
  const image = decodeEif(encodeEif({ ...parts, signature: section }))
  const measured = await measureEif(image)
  // Signing changes no other register: an unsigned build of the same sources tells what they must be.
  expect(measured).toMatchObject({ pcr0, pcr1, pcr2 })
  const hash = createHash('sha384').update(certificateDer).digest()
  expect(measured.pcr8).toBe(toHex(Uint8Array.from(createHash('sha384').update(Buffer.alloc(48)).update(hash).digest())))
  if (image.signature === null) throw new Error('no signature')
  expect(isImageSignature(pcr0, image.signature)).toBe(true)
  expect(isImageSignature(pcr1, image.signature)).toBe(false)
  const { certificatePem } = await makeSigner(curve)
  expect(isImageSignature(pcr0, { ...image.signature, certificatePem })).toBe(false)
  for (let at = 0; at < image.signature.cose.length; at += 7) {
    const cose = Uint8Array.from(image.signature.cose)
    cose[at] = (cose[at] as number) ^ 1
    expect(isImageSignature(pcr0, { ...image.signature, cose }), String(at)).toBe(false)
  }
})

test('a key that is not the certificate’s, or of another kind, is refused', async () => {
  const pcr0 = `0x${'11'.repeat(48)}` as const
  const [one, other] = [await makeSigner('P-384'), await makeSigner('P-384')]
  await expect(signImage(pcr0, { ...one, privateKeyPem: other.privateKeyPem })).rejects.toMatchObject({ code: 'SIGNING_KEY_UNFIT' })
  const ed25519 = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
  await expect(signImage(pcr0, { ...one, privateKeyPem: String(ed25519) })).rejects.toMatchObject({ code: 'SIGNING_KEY_UNFIT' })
})

async function makeSigner(namedCurve: string): Promise<ImageSigner> {
  const algorithm = { name: 'ECDSA', namedCurve, hash: 'SHA-384' }
  const keys = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({ name: 'CN=image signer', keys, signingAlgorithm: algorithm })
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { certificatePem: certificate.toString('pem'), privateKeyPem: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY') }
}
