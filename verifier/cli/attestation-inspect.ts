import type { Command } from 'commander'
import { decodeAttestation, isDebug } from '../attestation.ts'
import { VerifierError } from '../errors.ts'
import { attestationFileBytesMax, decodeAttestationFile } from './attestation-file.ts'
import { attestationData, attestationSection } from './attestation-summary.ts'
import { type CertificateSummary, summarizeCertificate } from './certificate-summary.ts'
import { CliError } from './cli-error.ts'
import { readInput } from './files.ts'
import { formatBytes, type Report, runVerb } from './report.ts'
import type { Terminal } from './terminal.ts'

export function addAttestationInspect(parent: Command, terminal: Terminal): void {
  parent
    .command('inspect')
    .description('Show every field of an attestation document. Verifies nothing.')
    .argument('<FILE>', 'document as raw CBOR, hexadecimal or base64')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  nacre attestation inspect document.cbor')
    .action((file: string, options: { json?: boolean }) => runVerb(terminal, options.json === true, async () => inspect(file)))
}

function inspect(file: string): Report {
  const { attestation, form } = decodeAttestationFile(readInput(file, attestationFileBytesMax), file)
  const document = unreadable(file, () => decodeAttestation(attestation))
  const chain = [...document.cabundle, document.certificate].map(summarizeCertificate)
  const lastIndex = chain.length - 1
  return {
    ok: true,
    title: `${file}: ${form}, ${formatBytes(attestation.length)}`,
    checks: [],
    verdict: 'NOTHING WAS VERIFIED: anybody could have written this. Use `nacre attestation verify`.',
    sections: [
      attestationSection(document),
      {
        title: 'Certificates, from the root that the document claims to its leaf',
        rows: chain.map((certificate, index) => [index === lastIndex ? 'leaf' : `CA ${index}`, describe(certificate)] as const),
      },
    ],
    notes: isDebug(document) ? ['Debug mode (PCR0, PCR1 or PCR2 is zero): the host can read the memory of such an enclave.'] : [],
    data: {
      verified: false,
      source: file,
      form,
      bytes: attestation.length,
      debug: isDebug(document),
      attestation: attestationData(document),
      certificates: chain,
    },
  }
}

/** An inspector gives no verdict: what it cannot read is an unreadable input. */
export function unreadable<value>(file: string, decode: () => value): value {
  try {
    return decode()
  } catch (cause) {
    if (!(cause instanceof VerifierError)) throw cause
    throw new CliError('INPUT_UNREADABLE', `${file}: ${cause.code}: ${cause.message}`, { cause })
  }
}

function describe(certificate: CertificateSummary | { bytes: number; error: string }): string {
  if ('error' in certificate) return `${formatBytes(certificate.bytes)}, unreadable: ${certificate.error}`
  const { subject, notBefore, notAfter, isCa, pathLength, bytes } = certificate
  const ca = isCa ? `CA, pathLen ${pathLength ?? 'unlimited'}` : 'no CA'
  return `${subject ?? 'no common name'}; ${notBefore} to ${notAfter}; ${ca}; ${formatBytes(bytes)}`
}
