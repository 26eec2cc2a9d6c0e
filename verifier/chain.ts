import { equalBytes, sha256, toHex } from './bytes.ts'
import { type Certificate, decodeCertificate } from './certificate.ts'
import { VerifierError } from './errors.ts'
import { importP384, type P384Key } from './p384.ts'
import type { OnCheck } from './verification-check.ts'
import type { Verified } from './verified.ts'

/**
 * Verifies the path root → … → leaf (RFC 5280 section 6, for the one profile AWS uses) and returns the leaf. The first certificate of the bundle must be the given root, byte for byte.
 *
 * Not checked: revocation lists. AWS states that documents' chains are not subject to them.
 *
 * @throws `ROOT_MISMATCH`, `CERTIFICATE_MALFORMED`, `CERTIFICATE_CHAIN_INVALID`, `CERTIFICATE_NOT_IN_VALIDITY`, `CERTIFICATE_SIGNATURE_INVALID`
 */
export async function verifyChain(parameters: VerifyChainParameters): Promise<Verified<Certificate>> {
  const { certificate, cabundle, root, timeMs, notBeforeSkewMs, cache, onCheck } = parameters
  const [first, ...intermediates] = cabundle
  // The attack: a complete chain of the attacker's own. Trust starts at the caller's root and nowhere else.
  if (first === undefined || !equalBytes(first, root.der))
    throw new VerifierError('ROOT_MISMATCH', "The document's chain does not start at the root named by the caller", {
      expected: await fingerprint(root.der),
      received: first === undefined ? 'an empty bundle' : await fingerprint(first),
    })
  onCheck?.('root')
  const leaf = decodeCertificate(certificate)
  const path = [root, ...intermediates.map((der) => cache?.certificate(der) ?? decodeCertificate(der)), leaf]
  for (const [index, subject] of path.entries()) {
    assertValidAt(subject, timeMs, index === path.length - 1 ? notBeforeSkewMs : 0)
    if (index < path.length - 1) assertCa(subject, path.length - 2 - index)
  }
  assertLeaf(leaf)
  onCheck?.('dates')
  for (let index = 1; index < path.length; index++) {
    const issuer = path[index - 1] as Certificate
    const subject = path[index] as Certificate
    if (!equalBytes(subject.issuer, issuer.subject)) throw invalid(`Certificate ${index} names another issuer than the one before it`)
    await verifySignature(subject, issuer, index === path.length - 1 ? undefined : cache)
  }
  onCheck?.('chain')
  return leaf as Verified<Certificate>
}

export type VerifyChainParameters = {
  /** Leaf, DER. */
  certificate: Uint8Array
  /** From the root to the leaf's issuer, DER. */
  cabundle: readonly Uint8Array[]
  root: Certificate
  /** All certificates must be valid at this time. */
  timeMs: number
  /** How long before its notBefore the leaf is tolerated: leaves are not backdated, and clocks differ. */
  notBeforeSkewMs: number
  cache?: ChainCache | undefined
  onCheck?: OnCheck | undefined
}

/**
 * Remembers CA certificates whose signature by a given issuing key was checked. That is a fact that stays true for ever, so a cache can be shared and cannot be poisoned: it is
 * looked up by the whole bytes of the certificate and of the key. Dates, path length, names and everything else are checked again each time.
 */
export type ChainCache = {
  readonly certificate: (der: Uint8Array) => Certificate | undefined
  readonly hasFact: (issuerKey: Uint8Array, subject: Certificate) => boolean
  readonly addFact: (issuerKey: Uint8Array, subject: Certificate) => void
}

/** The oldest entry goes first when `factsMax` is reached. */
export function createChainCache(factsMax = 64): ChainCache {
  const certificates: Certificate[] = []
  const issuerKeys = new WeakMap<Certificate, Uint8Array>()
  return {
    // A search by comparison: certificates differ in their serial numbers, a few bytes from the start.
    certificate: (der) => certificates.find((certificate) => equalBytes(certificate.der, der)),
    // By the object that `certificate` handed out for exactly these bytes.
    hasFact: (issuerKey, subject) => equalBytes(issuerKeys.get(subject) ?? new Uint8Array(0), issuerKey),
    addFact: (issuerKey, subject) => {
      if (!issuerKeys.has(subject)) {
        if (certificates.length >= factsMax) certificates.shift()
        certificates.push(subject)
      }
      issuerKeys.set(subject, issuerKey)
    },
  }
}

async function verifySignature(subject: Certificate, issuer: Certificate, cache: ChainCache | undefined): Promise<void> {
  if (cache?.hasFact(issuer.publicKey, subject)) return
  const key = await certificateKey(issuer)
  if (key === null || !(await key.verify(subject.tbs, subject.signature)))
    throw new VerifierError('CERTIFICATE_SIGNATURE_INVALID', 'A certificate was not signed by the one before it')
  cache?.addFact(issuer.publicKey, subject)
}

/** Imported keys of certificates still in use: the root's and cached CAs' are imported once. */
const importedKeys = new WeakMap<Certificate, P384Key | null>()

export async function certificateKey(certificate: Certificate): Promise<P384Key | null> {
  const known = importedKeys.get(certificate)
  if (known !== undefined) return known
  const key = await importP384(certificate.publicKey)
  importedKeys.set(certificate, key)
  return key
}

function assertValidAt(certificate: Certificate, timeMs: number, notBeforeSkewMs: number): void {
  // RFC 5280 section 4.1.2.5: validity includes notAfter, which has a resolution of one second.
  if (timeMs < certificate.notBeforeMs - notBeforeSkewMs || timeMs >= certificate.notAfterMs + 1000)
    throw new VerifierError('CERTIFICATE_NOT_IN_VALIDITY', 'A certificate is not valid at the time of verification', {
      expected: `${new Date(certificate.notBeforeMs).toISOString()} to ${new Date(certificate.notAfterMs).toISOString()}`,
      received: new Date(timeMs).toISOString(),
    })
}

/** The attack: without these, any leaf that AWS ever issued could sign certificates of its own. */
function assertCa(certificate: Certificate, casBelow: number): void {
  if (!certificate.isCa || !certificate.basicConstraintsCritical) throw invalid('An issuer without critical basicConstraints CA=TRUE')
  if (certificate.keyUsage?.keyCertSign !== true) throw invalid('An issuer without keyCertSign')
  if (certificate.pathLength !== null && casBelow > certificate.pathLength)
    throw invalid(
      'More CA certificates below an issuer than its pathLenConstraint allows',
      `at most ${certificate.pathLength}`,
      String(casBelow),
    )
}

function assertLeaf(leaf: Certificate): void {
  if (leaf.isCa) throw invalid('The leaf is a CA')
  if (leaf.keyUsage === null || !leaf.keyUsage.digitalSignature || leaf.keyUsage.keyCertSign)
    throw invalid('Key usage of the leaf', 'digitalSignature without keyCertSign')
}

async function fingerprint(bytes: Uint8Array): Promise<string> {
  return toHex(await sha256(bytes))
}

function invalid(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('CERTIFICATE_CHAIN_INVALID', message, { expected, received })
}
