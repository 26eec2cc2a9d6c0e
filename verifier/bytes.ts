import { VerifierError } from './errors.ts'

/** Lower-case 0x-prefixed hexadecimal. Bytes are `Uint8Array` inside the library and `Hex` at its edges. */
export type Hex = `0x${string}`

const hexDigits = /^0x(?:[0-9a-fA-F]{2})*$/
const hexByByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export function toHex(bytes: Uint8Array): Hex {
  let hex = ''
  for (const byte of bytes) hex += hexByByte[byte]
  return `0x${hex}`
}

/**
 * Strict: `0x`, then whole bytes, either case.
 *
 * @throws `HEX_MALFORMED`, also when `length` (in bytes) is given and differs.
 */
export function fromHex(hex: string, length?: number): Uint8Array {
  if (typeof hex !== 'string' || !hexDigits.test(hex))
    throw new VerifierError('HEX_MALFORMED', 'Not 0x-prefixed hexadecimal of whole bytes')
  const bytes = new Uint8Array(hex.length / 2 - 1)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 + 2 * i, 4 + 2 * i), 16)
  if (length !== undefined && bytes.length !== length)
    throw new VerifierError('HEX_MALFORMED', 'Hexadecimal of another length', {
      expected: `${length} bytes`,
      received: `${bytes.length} bytes`,
    })
  return bytes
}

export function isHex(value: unknown, length?: number): value is Hex {
  return typeof value === 'string' && hexDigits.test(value) && (length === undefined || value.length === 2 + 2 * length)
}

/** Not constant time: nothing compared in this library is secret. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const encoder = new TextEncoder()
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function utf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** Invalid UTF-8 throws a `TypeError`: U+FFFD would let two different byte strings read the same. */
export function fromUtf8(bytes: Uint8Array): string {
  return strictDecoder.decode(bytes)
}

export async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as BufferSource))
}

export async function sha384(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-384', bytes as BufferSource))
}
