import { CliError } from './cli-error.ts'

export type AttestationForm = 'raw CBOR' | 'hexadecimal' | 'base64'

/** Larger than any document in its largest form (32 KiB of CBOR as hexadecimal), with room for line breaks. */
export const attestationFileBytesMax = 80 * 1024

/**
 * A document in one of the forms in which servers hand them out. No form can be mistaken for another: CBOR begins with a byte that is no ASCII (84 or d2), so its hexadecimal begins with these
 * digits and its base64 with `h` or `0o`.
 *
 * @throws `INPUT_UNREADABLE` for text that is in neither form. Bytes that are no text are taken as CBOR, for the verifier to judge.
 */
export function decodeAttestationFile(bytes: Uint8Array, name: string): { attestation: Uint8Array; form: AttestationForm } {
  if (!bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09))
    return { attestation: bytes, form: 'raw CBOR' }
  const text = Buffer.from(bytes).toString('latin1').replace(/\s+/g, '')
  if (/^(0x)?(84|d2)([0-9a-f]{2})*$/i.test(text))
    return { attestation: Uint8Array.from(Buffer.from(text.replace(/^0x/i, ''), 'hex')), form: 'hexadecimal' }
  const attestation = decodeBase64(text)
  if (attestation !== null && (text.startsWith('h') || text.startsWith('0o'))) return { attestation, form: 'base64' }
  throw new CliError('INPUT_UNREADABLE', `${name} is text, but neither hexadecimal nor base64 of an attestation document`, {
    remedy: 'Give the document as raw CBOR, hexadecimal or base64 and nothing else: no JSON around it, no quotes.',
  })
}

/** Standard or URL-safe alphabet, padded or not, exact: Node alone skips what it does not know. */
export function decodeBase64(text: string): Uint8Array | null {
  if (!/^(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}$/.test(text)) return null
  const bytes = Buffer.from(text, 'base64')
  const digits = text.replace(/=+$/, '').replace(/-/g, '+').replace(/_/g, '/')
  if (text.includes('=') && text.length % 4 !== 0) return null
  return bytes.toString('base64').replace(/=+$/, '') === digits ? Uint8Array.from(bytes) : null
}
