import { VerifierError } from './errors.ts'

/** Lower-case 0x-prefixed hexadecimal. Bytes are `Uint8Array` inside the library and `Hex` at its edges. */
export type Hex = `0x${string}`

const hexByByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
/** By character code; what is no digit is negative, and stays so when it is shifted or joined. */
const digitByCode = Int8Array.from({ length: 128 }, (_, code) => {
  const value = Number.parseInt(String.fromCharCode(code), 16)
  return Number.isNaN(value) ? -1 : value
})

/** Node's own where there is one: a tenth of the time. */
const nodeHex = (globalThis as { Buffer?: { prototype: { hexSlice(this: Uint8Array, start: number, end: number): string } } }).Buffer
  ?.prototype.hexSlice

export function toHex(bytes: Uint8Array): Hex {
  if (nodeHex !== undefined) return `0x${nodeHex.call(bytes, 0, bytes.length)}`
  let hex = ''
  for (let i = 0; i < bytes.length; i++) hex += hexByByte[bytes[i] as number]
  return `0x${hex}`
}

/**
 * Strict: `0x`, then whole bytes, either case.
 *
 * @throws `HEX_MALFORMED`, also when `length` (in bytes) is given and differs.
 */
export function fromHex(hex: string, length?: number): Uint8Array {
  if (typeof hex !== 'string' || !hex.startsWith('0x') || hex.length % 2 !== 0) throw malformedHex()
  const bytes = new Uint8Array(hex.length / 2 - 1)
  for (let i = 0; i < bytes.length; i++) {
    const byte = (digitAt(hex, 2 + 2 * i) << 4) | digitAt(hex, 3 + 2 * i)
    if (byte < 0) throw malformedHex()
    bytes[i] = byte
  }
  if (length !== undefined && bytes.length !== length)
    throw new VerifierError('HEX_MALFORMED', 'Hexadecimal of another length', {
      expected: `${length} bytes`,
      received: `${bytes.length} bytes`,
    })
  return bytes
}

function digitAt(hex: string, at: number): number {
  const code = hex.charCodeAt(at)
  return code < 128 ? (digitByCode[code] as number) : -1
}

function malformedHex(): VerifierError {
  return new VerifierError('HEX_MALFORMED', 'Not 0x-prefixed hexadecimal of whole bytes')
}

export function isHex(value: unknown, length?: number): value is Hex {
  return typeof value === 'string' && (length === undefined || value.length === 2 + 2 * length) && hexDigits.test(value)
}

const hexDigits = /^0x(?:[0-9a-fA-F]{2})*$/

/** Not constant time: nothing compared in this library is secret. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  return joinBytes(parts)
}

/** For any number of parts: arguments of a call are limited. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
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
