import 'reflect-metadata' // @peculiar/x509 does not load without it
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

/** The local KMS's own authority and server in one: self-signed, for one name. An enclave takes it only when its measured command line carries this very certificate. */
export type ServerCertificate = { keyPem: string; certificatePem: string; certificateDer: Uint8Array }

export async function createServerCertificate({ host, nowMs }: { host: string; nowMs: number }): Promise<ServerCertificate> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: [host] }, { O: ['Nacre simulated'] }, { OU: ['NOT AWS'] }],
      notBefore: new Date(nowMs - dayMs),
      notAfter: new Date(nowMs + 365 * dayMs),
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([
          { type: 'dns', value: host },
          { type: 'dns', value: 'localhost' },
          { type: 'ip', value: '127.0.0.1' },
        ]),
      ],
    },
    webcrypto as Crypto,
  )
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return {
    keyPem: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'),
    certificatePem: certificate.toString('pem'),
    certificateDer: new Uint8Array(certificate.rawData),
  }
}

const dayMs = 24 * 60 * 60_000
