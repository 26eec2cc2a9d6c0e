import { fromUtf8, toHex } from '../bytes.ts'
import { decodeCertificate } from '../certificate.ts'
import { DerReader, derTag } from '../der.ts'
import { VerifierError } from '../errors.ts'

/** A certificate as an inspector shows it. Nothing in it is verified. */
export type CertificateSummary = {
  readonly bytes: number
  readonly subject: string | null
  readonly notBefore: string
  readonly notAfter: string
  readonly isCa: boolean
  readonly pathLength: number | null
}

/** An error's text in place of fields where the certificate is not one that a verifier would read. */
export function summarizeCertificate(der: Uint8Array): CertificateSummary | { readonly bytes: number; readonly error: string } {
  try {
    const { subject, notBeforeMs, notAfterMs, isCa, pathLength } = decodeCertificate(der)
    return {
      bytes: der.length,
      subject: commonName(subject),
      notBefore: new Date(notBeforeMs).toISOString(),
      notAfter: new Date(notAfterMs).toISOString(),
      isCa,
      pathLength,
    }
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error
    return { bytes: der.length, error: error.message }
  }
}

/** The last common name (OID 2.5.4.3) of a Name in DER, or `null`. For people only: chains are compared by bytes. */
export function commonName(name: Uint8Array): string | null {
  let found: string | null = null
  try {
    const sets = new DerReader(name).enter(derTag.sequence, 'name')
    while (!sets.done) {
      const attributes = sets.enter(derTag.set, 'relative name')
      while (!attributes.done) {
        const attribute = attributes.enter(derTag.sequence, 'attribute')
        const oid = toHex(attribute.contentOf(derTag.oid, 'type'))
        const value = attribute.contentOf(attribute.nextTag ?? 0, 'value')
        if (oid === '0x550403') found = fromUtf8(value)
      }
    }
  } catch {
    return null
  }
  return found
}
