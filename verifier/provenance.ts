import { type Hex, isHex } from './bytes.ts'
import { decodeCanonicalJson, encodeCanonicalJson, type JsonValue } from './canonical-json.ts'
import { shown, VerifierError } from './errors.ts'

/**
 * Where the measured image is said to come from. A claim: only that it speaks of the very image in the document is verified. Build it and compare.
 */
export type Provenance = {
  format: 'nacre/provenance/1'
  /** Registers of the image, 48 bytes each. */
  measurements: { pcr0: Hex; pcr1: Hex; pcr2: Hex }
  /** Where the sources are, e.g. a repository's address. */
  source: string
  /** Which of them, e.g. a commit. */
  revision: string
  /** How they become the image, e.g. a command. */
  recipe: string
}

/** @throws `BUNDLE_MALFORMED` */
export function encodeProvenance(provenance: Provenance): Uint8Array {
  checkProvenance(provenance as unknown as JsonValue)
  return encodeCanonicalJson(provenance as unknown as JsonValue)
}

/** Parses only. @throws `BUNDLE_MALFORMED`, `JSON_NOT_CANONICAL` */
export function decodeProvenance(bytes: Uint8Array): Provenance {
  if (bytes.length > provenanceBytesMax) throw malformed('length', `at most ${provenanceBytesMax} bytes`, String(bytes.length))
  const value = decodeCanonicalJson(bytes)
  checkProvenance(value)
  return value as unknown as Provenance
}

const provenanceBytesMax = 16 * 1024
const textLengthMax = 1024

function checkProvenance(value: JsonValue): void {
  const provenance = recordOf(value, 'format,measurements,recipe,revision,source')
  if (provenance.format !== 'nacre/provenance/1') throw malformed('format', 'nacre/provenance/1', shown(provenance.format))
  for (const [name, register] of Object.entries(recordOf(provenance.measurements, 'pcr0,pcr1,pcr2')))
    if (!isHex(register, 48) || register !== register.toLowerCase()) throw malformed(name, '48 bytes in lower case', shown(register))
  for (const name of ['recipe', 'revision', 'source'] as const) {
    const text = provenance[name]
    if (typeof text !== 'string' || text.length > textLengthMax) throw malformed(name, `text of at most ${textLengthMax} characters`)
  }
}

function recordOf(value: JsonValue | undefined, expected: string): { readonly [key: string]: JsonValue } {
  const found = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value).sort().join() : shown(value)
  if (found !== expected) throw malformed('fields', expected, found.slice(0, 300))
  return value as { readonly [key: string]: JsonValue }
}

function malformed(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('BUNDLE_MALFORMED', `Provenance: ${message}`, { expected, received })
}
