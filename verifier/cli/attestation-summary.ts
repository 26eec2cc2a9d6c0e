import type { AttestationDocument } from '../attestation.ts'
import { zeroPcr } from '../attestation.ts'
import { toHex } from '../bytes.ts'
import type { Section } from './report.ts'
import { formatBytes } from './report.ts'

/** A document's fields for the JSON object. */
export function attestationData(document: AttestationDocument) {
  return {
    moduleId: document.moduleId,
    timestampMs: document.timestampMs,
    timestamp: new Date(document.timestampMs).toISOString(),
    digest: document.digest,
    pcrs: Object.fromEntries(document.pcrs),
    publicKey: hexOrNull(document.publicKey),
    userData: hexOrNull(document.userData),
    nonce: hexOrNull(document.nonce),
  }
}

/** The same for people. */
export function attestationSection(document: AttestationDocument): Section {
  return {
    title: 'Attestation document',
    rows: [
      ['module', document.moduleId],
      ['time', `${new Date(document.timestampMs).toISOString()} (${document.timestampMs} ms)`],
      ...pcrRows(document),
      ['public_key', describeBytes(document.publicKey)],
      ['user_data', describeBytes(document.userData)],
      ['nonce', describeBytes(document.nonce)],
    ],
  }
}

/** Zero registers share one line. */
function pcrRows({ pcrs }: AttestationDocument): (readonly [string, string])[] {
  const indices = [...pcrs.keys()].sort((a, b) => a - b)
  const zero = indices.filter((index) => pcrs.get(index) === zeroPcr)
  const rows = indices.filter((index) => !zero.includes(index)).map((index) => [`PCR${index}`, pcrs.get(index) as string] as const)
  return zero.length === 0 ? rows : [...rows, ['PCRs zero', zero.join(', ')]]
}

function describeBytes(bytes: Uint8Array | null): string {
  if (bytes === null) return 'none'
  const text = Buffer.from(bytes).toString('latin1').replace(/\0+$/, '')
  const ascii = /^[\x20-\x7e]{4,}$/.test(text) ? `  "${text.slice(0, 80)}"` : ''
  const hex = toHex(bytes.subarray(0, 160))
  return `${hex}${bytes.length > 160 ? '…' : ''} (${formatBytes(bytes.length)})${ascii}`
}

function hexOrNull(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : toHex(bytes)
}
