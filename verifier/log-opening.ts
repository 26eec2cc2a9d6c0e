import { type Hex, isHex } from './bytes.ts'
import { decodeCanonicalJson, encodeCanonicalJson, type JsonValue } from './canonical-json.ts'
import { shown, VerifierError } from './errors.ts'

/**
 * Leaf 0 of a log: which log it is, and the checkpoint that the enclave was shown when it opened it. An enclave forgets everything when it ends, so it cannot know whether that
 * was the last one; an auditor who holds a later checkpoint of the same log sees that it was not.
 */
export type LogOpening = {
  format: 'nacre/log/1'
  logName: string
  /** Milliseconds since 1970 by the enclave's clock. */
  timestampMs: number
  /** As in the note that the host showed. The enclave verified it, and the document behind its key, up to the root of its own documents. */
  previous: { origin: string; treeSize: number; rootHash: Hex } | null
}

/** Its SHA-256 is the leaf's data. @throws `LOG_OPENING_MALFORMED` */
export function encodeLogOpening(opening: LogOpening): Uint8Array {
  checkLogOpening(opening as unknown as JsonValue)
  return encodeCanonicalJson(opening as unknown as JsonValue)
}

/** Parses only. @throws `LOG_OPENING_MALFORMED`, `JSON_NOT_CANONICAL` */
export function decodeLogOpening(bytes: Uint8Array): LogOpening {
  if (bytes.length > openingBytesMax) throw malformed('Too long', `at most ${openingBytesMax} bytes`, String(bytes.length))
  const value = decodeCanonicalJson(bytes)
  checkLogOpening(value)
  return value as unknown as LogOpening
}

const openingBytesMax = 4096

function checkLogOpening(value: JsonValue): void {
  const opening = fieldsOf(value, 'format,logName,previous,timestampMs')
  if (opening.format !== 'nacre/log/1') throw malformed('Another format', 'nacre/log/1', shown(opening.format))
  if (typeof opening.logName !== 'string' || !/^nacre\/0x[0-9a-f]{40}$/.test(opening.logName))
    throw malformed('logName', 'nacre/ and an address', shown(opening.logName))
  if (!isCount(opening.timestampMs)) throw malformed('timestampMs', 'milliseconds', shown(opening.timestampMs))
  if (opening.previous === null) return
  const previous = fieldsOf(opening.previous, 'origin,rootHash,treeSize')
  const { origin, rootHash } = previous
  if (typeof origin !== 'string' || origin.length < 1 || origin.length > originLengthMax || /\n/.test(origin))
    throw malformed('origin', `one line of 1 to ${originLengthMax} characters`)
  if (!isHex(rootHash, 32) || rootHash !== rootHash.toLowerCase()) throw malformed('rootHash', '32 bytes', shown(rootHash))
  if (!isCount(previous.treeSize)) throw malformed('treeSize', 'a number of leaves', shown(previous.treeSize))
}

const originLengthMax = 256

function fieldsOf(value: JsonValue | undefined, expected: string): { readonly [key: string]: JsonValue } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed('Not an object')
  const found = Object.keys(value).sort().join()
  if (found !== expected) throw malformed('Other fields', expected, found.slice(0, 300))
  return value as { readonly [key: string]: JsonValue }
}

function isCount(value: JsonValue | undefined): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function malformed(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('LOG_OPENING_MALFORMED', `Log opening: ${message}`, { expected, received })
}
