// tsyringe inside @peculiar/x509 needs this polyfill before anything else loads.
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'

/**
 * The simulated counterpart of AWS's Nitro PKI: root → regional → zonal → instance → leaf, all P-384 with ecdsa-with-SHA384, with the lifetimes, names and extensions of the real chain
 * (read off certificates in published documents). It proves formats and flow, not trust: whoever holds the root's key file can sign any document.
 */
export type SimulatedRoot = { certificate: x509.X509Certificate; privateKey: CryptoKey }

/** What the NSM needs to sign one document. `cabundle` is in AWS's order: root first, the leaf's issuer last. */
export type SigningChain = { leafKey: CryptoKey; certificate: Uint8Array; cabundle: Uint8Array[] }

export type SimulatedPki = {
  root: SimulatedRoot
  /** The chain to sign with at this time. Every level is renewed once more than half of its life is over, so a certificate always outlives what it certifies. */
  chainAt(nowMs: number): Promise<SigningChain>
}

/** Where the simulated machine claims to be; ends up in the names of the certificates. */
export type SimulatedInstance = { region: string; instanceId: string }

/** A machine's authorities outlive its enclaves, as AWS's do: whoever cached them for one enclave need not verify them for the next. */
export type SimulatedMachine = { enclave(enclaveId: string): SimulatedPki }

export async function createSimulatedRoot(nowMs: number): Promise<SimulatedRoot> {
  const keys = await generateKeys()
  const certificate = await issue({
    subject: [{ C: ['US'] }, { O: ['Nacre simulated'] }, { OU: ['NOT AWS'] }, { CN: ['nacre-simulated.nitro-enclaves'] }],
    publicKey: keys.publicKey,
    issuer: null,
    signingKey: keys.privateKey,
    notBeforeMs: nowMs,
    lifeMs: rootLifeMs,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      new x509.KeyUsagesExtension(signsCertificatesAndLists, true),
    ],
  })
  return { certificate, privateKey: keys.privateKey }
}

export function createSimulatedMachine(root: SimulatedRoot, { region, instanceId }: SimulatedInstance): SimulatedMachine {
  const authorities: Level[] = [
    {
      lifeMs: 20 * dayMs + hourMs,
      backdatedMs: hourMs,
      subject: () => [
        { C: ['US'] },
        { O: ['Nacre simulated'] },
        { OU: ['NOT AWS'] },
        { CN: [`${randomHex(8)}.${region}.nacre-simulated.nitro-enclaves`] },
      ],
      extensions: (key, issuerKey) => authorityExtensions(key, issuerKey, 2, signsCertificatesAndLists),
    },
    {
      lifeMs: 6 * dayMs - 7 * hourMs,
      backdatedMs: hourMs,
      subject: () => [
        { CN: [`${randomHex(8)}.zonal.${region}.nacre-simulated.nitro-enclaves`] },
        { OU: ['NOT AWS'] },
        { O: ['Nacre simulated'] },
        { C: ['US'] },
        { ST: ['WA'] },
        { L: ['Seattle'] },
      ],
      extensions: (key, issuerKey) => authorityExtensions(key, issuerKey, 1, signsCertificatesAndLists),
    },
    {
      lifeMs: dayMs,
      backdatedMs: hourMs,
      subject: () => machineName(`${instanceId}.${region}.nacre-simulated.nitro-enclaves`),
      // Unlike the two above, AWS's instance certificate may sign certificates only.
      extensions: (key, issuerKey) => authorityExtensions(key, issuerKey, 0, x509.KeyUsageFlags.keyCertSign),
    },
  ]
  const anchor: Issued = { certificate: root.certificate, keys: { privateKey: root.privateKey } }
  const authoritiesAt = authorities.reduce<Path>(issuing, async () => [anchor])

  return {
    enclave(enclaveId) {
      const leaf: Level = {
        lifeMs: leafLifeMs,
        backdatedMs: leafBackdatedMs,
        subject: () => machineName(`${instanceId}-${enclaveId}.${region}.nacre-simulated`),
        // The real leaf has no key identifiers, and its key usage is the one that is not critical.
        extensions: async () => [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.nonRepudiation, false),
        ],
      }
      const pathAt = issuing(authoritiesAt, leaf)
      return {
        root,
        async chainAt(nowMs) {
          const path = await pathAt(nowMs)
          const certificates = path.map(({ certificate }) => der(certificate))
          return { leafKey: last(path).keys.privateKey, certificate: last(certificates), cabundle: certificates.slice(0, -1) }
        },
      }
    },
  }
}

export function rootCertificatePem(root: SimulatedRoot): string {
  return `${root.certificate.toString('pem')}\n`
}

/** Certificate and key in one text, so that they can only be stored and replaced together. Secret as far as anything in a simulation is. */
export async function encodeSimulatedRoot(root: SimulatedRoot): Promise<string> {
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', root.privateKey)
  return `${simulationNotice}${rootCertificatePem(root)}${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`
}

/** Throws when certificate and key do not belong together: a root that signs with another key than it shows would only fail later and obscurely. */
export async function decodeSimulatedRoot(pem: string): Promise<SimulatedRoot> {
  const blocks = new Map(x509.PemConverter.decodeWithHeaders(pem).map(({ type, rawData }) => [type, rawData]))
  const [certificateDer, pkcs8] = [blocks.get('CERTIFICATE'), blocks.get('PRIVATE KEY')]
  if (certificateDer === undefined || pkcs8 === undefined)
    throw new Error('The simulated root needs one CERTIFICATE and one PRIVATE KEY in PEM')
  const certificate = new x509.X509Certificate(certificateDer)
  const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, p384, true, ['sign'])
  const publicKey = await crypto.subtle.importKey('spki', certificate.publicKey.rawData, p384, true, ['verify'])
  const probe = crypto.getRandomValues(new Uint8Array(32))
  const signature = await crypto.subtle.sign(ecdsaSha384, privateKey, probe)
  if (!(await crypto.subtle.verify(ecdsaSha384, publicKey, signature, probe)))
    throw new Error('The certificate and the key of the simulated root do not belong together')
  return { certificate, privateKey }
}

export const ecdsaSha384 = { name: 'ECDSA', hash: 'SHA-384' } as const

const p384 = { name: 'ECDSA', namedCurve: 'P-384' } as const
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const rootLifeMs = 30 * 365.25 * dayMs
/** AWS's leaves live three hours and three seconds. */
const leafLifeMs = 3 * hourMs + 3_000
const leafBackdatedMs = 3_000
const signsCertificatesAndLists = x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign
const simulationNotice = [
  'Root, with its key, of a SIMULATED Nitro PKI, made by Nacre on this machine. It proves nothing about real',
  'hardware: whoever reads this file can sign any attestation document under simulated-root.pem.',
  '',
].join('\n')

/** From the root down, at this time. */
type Path = (nowMs: number) => Promise<readonly Issued[]>

/** A path one level longer. Its certificate is issued again when it ages, and when there is a new issuer: that has a new key. */
function issuing(above: Path, level: Level): Path {
  let current: { issuer: Issued; issued: Issued; issuedMs: number } | null = null
  let pending: Promise<unknown> = Promise.resolve()

  async function renewed(nowMs: number): Promise<readonly Issued[]> {
    const path = await above(nowMs)
    const issuer = last(path)
    if (current === null || current.issuer !== issuer || !isFresh(current.issuedMs, level.lifeMs, nowMs)) {
      const keys = await generateKeys()
      const certificate = await issue({
        subject: level.subject(),
        publicKey: keys.publicKey,
        issuer: issuer.certificate,
        signingKey: issuer.keys.privateKey,
        notBeforeMs: nowMs - level.backdatedMs,
        lifeMs: level.lifeMs,
        extensions: await level.extensions(keys.publicKey, issuer.certificate.publicKey),
      })
      current = { issuer, issued: { certificate, keys }, issuedMs: nowMs }
    }
    return [...path, current.issued]
  }

  return (nowMs) => {
    // One renewal at a time: two documents asked for together must not issue two certificates.
    const path = pending.then(() => renewed(nowMs))
    pending = path.catch(() => undefined)
    return path
  }
}

function last<T>(list: readonly T[]): T {
  const item = list.at(-1)
  if (item === undefined) throw new Error('A path has at least its root')
  return item
}

type Level = {
  lifeMs: number
  /** Valid since so long before it is issued: a virtual machine's clock, set from one that counts seconds, lags behind by up to one, and another's documents are verified by it. */
  backdatedMs: number
  subject(): x509.JsonName
  extensions(key: CryptoKey, issuerKey: x509.PublicKey): Promise<x509.Extension[]>
}
type Issued = { certificate: x509.X509Certificate; keys: { privateKey: CryptoKey } }

function isFresh(issuedMs: number, lifeMs: number, nowMs: number): boolean {
  return nowMs >= issuedMs && nowMs - issuedMs <= lifeMs / 2
}

async function authorityExtensions(
  key: CryptoKey,
  issuerKey: x509.PublicKey,
  pathLength: number,
  usages: x509.KeyUsageFlags,
): Promise<x509.Extension[]> {
  return [
    new x509.BasicConstraintsExtension(true, pathLength, true),
    await x509.AuthorityKeyIdentifierExtension.create(issuerKey),
    await x509.SubjectKeyIdentifierExtension.create(key),
    new x509.KeyUsagesExtension(usages, true),
  ]
}

function machineName(commonName: string): x509.JsonName {
  return [{ C: ['US'] }, { ST: ['Washington'] }, { L: ['Seattle'] }, { O: ['Nacre simulated'] }, { OU: ['NOT AWS'] }, { CN: [commonName] }]
}

async function generateKeys(): Promise<CryptoKeyPair> {
  return (await crypto.subtle.generateKey(p384, true, ['sign', 'verify'])) as CryptoKeyPair
}

type CertificateRequest = {
  subject: x509.JsonName
  publicKey: CryptoKey
  issuer: x509.X509Certificate | null
  signingKey: CryptoKey
  notBeforeMs: number
  lifeMs: number
  extensions: x509.Extension[]
}

async function issue({
  subject,
  publicKey,
  issuer,
  signingKey,
  notBeforeMs,
  lifeMs,
  extensions,
}: CertificateRequest): Promise<x509.X509Certificate> {
  // RFC 5280 section 4.1.2.5 has no fractions of a second. The library writes UTCTime to 2049 and GeneralizedTime from 2050.
  const notBefore = new Date(Math.floor(notBeforeMs / 1000) * 1000)
  return x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject,
    // The issuer's name goes in as its own bytes: re-encoding it could choose another string type, and names are compared as bytes.
    issuer: issuer === null ? subject : issuer.subjectName,
    notBefore,
    notAfter: new Date(notBefore.getTime() + lifeMs),
    signingAlgorithm: ecdsaSha384,
    publicKey,
    signingKey,
    extensions,
  })
}

/** 16 bytes, positive and minimal as DER: the first byte is 0x40 to 0x7f. */
function serialNumber(): string {
  const hex = randomHex(16)
  const first = (Number.parseInt(hex.slice(0, 2), 16) & 0x3f) | 0x40
  return first.toString(16) + hex.slice(2)
}

function randomHex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function der(certificate: x509.X509Certificate): Uint8Array {
  return new Uint8Array(certificate.rawData)
}
