import { fromUtf8, utf8 } from './bytes.ts'
import { VerifierError } from './errors.ts'

/** RFC 8785 (JCS) restricted to what needs no floating point: a value has exactly one encoding, so its hash names it. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue }

const depthMax = 32

/** @throws `JSON_NOT_CANONICAL` for numbers that are not safe integers, lone surrogates, or nesting over 32. */
export function encodeCanonicalJson(value: JsonValue): Uint8Array {
  return utf8(write(value, 0))
}

/** Accepts exactly the bytes that {@link encodeCanonicalJson} would write for the value, and nothing else. */
export function decodeCanonicalJson(bytes: Uint8Array): JsonValue {
  let text: string
  let value: JsonValue
  try {
    text = fromUtf8(bytes)
    value = JSON.parse(text) as JsonValue
  } catch (cause) {
    throw new VerifierError('JSON_NOT_CANONICAL', 'Not JSON in UTF-8', { cause })
  }
  // Re-encoding settles duplicate keys, key order, white space, escapes and number forms in one comparison.
  if (write(value, 0) !== text) throw new VerifierError('JSON_NOT_CANONICAL', 'Not the canonical encoding (RFC 8785) of its value')
  return value
}

function write(value: JsonValue, depth: number): string {
  if (depth > depthMax) throw new VerifierError('JSON_NOT_CANONICAL', 'Nested too deep', { expected: `at most ${depthMax}` })
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0))
      throw new VerifierError('JSON_NOT_CANONICAL', 'Only safe integers have a place here', { received: String(value) })
    return String(value)
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new VerifierError('JSON_NOT_CANONICAL', 'Text holds a lone surrogate')
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(',')}]`
  // JavaScript's default sort compares UTF-16 code units, which is RFC 8785's order.
  const entries = Object.entries(value as { [key: string]: JsonValue }).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${write(key, depth + 1)}:${write(item, depth + 1)}`).join(',')}}`
}
