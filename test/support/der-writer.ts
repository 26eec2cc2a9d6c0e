import { concatBytes, utf8 } from '@nacre/verifier/bytes'

/** Writes DER piece by piece and refuses nothing, so that tests can build certificates that are wrong in exactly one place. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = concatBytes(...contents)
  return concatBytes(Uint8Array.of(tag), derLength(content.length), content)
}

/** Shortest form (X.690 section 10.1). */
export function derLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length)
  if (length < 0x100) return Uint8Array.of(0x81, length)
  return Uint8Array.of(0x82, length >> 8, length & 0xff)
}

export const sequence = (...contents: readonly Uint8Array[]) => der(0x30, ...contents)
export const set = (...contents: readonly Uint8Array[]) => der(0x31, ...contents)
export const octets = (content: Uint8Array) => der(0x04, content)
export const bits = (content: Uint8Array, unused = 0) => der(0x03, Uint8Array.of(unused), content)
export const boolean = (byte = 0xff) => der(0x01, Uint8Array.of(byte))
export const oid = (...encoded: readonly number[]) => der(0x06, Uint8Array.from(encoded))

/** Non-negative, big-endian, with the sign byte where DER wants one. */
export function integer(value: number | Uint8Array): Uint8Array {
  let bytes = typeof value === 'number' ? Uint8Array.of(value >> 8, value & 0xff) : value
  while (bytes.length > 1 && bytes[0] === 0) bytes = bytes.subarray(1)
  return der(0x02, (bytes[0] as number) >= 0x80 ? Uint8Array.of(0) : new Uint8Array(0), bytes)
}

const digitsOf = (timeMs: number) => new Date(timeMs).toISOString().replace(/[-:T]/g, '').slice(0, 14)

export const utcTime = (timeMs: number) => der(0x17, utf8(`${digitsOf(timeMs).slice(2)}Z`))
export const generalizedTime = (timeMs: number) => der(0x18, utf8(`${digitsOf(timeMs)}Z`))
/** As RFC 5280 section 4.1.2.5 wants it: two-digit years through 2049. */
export const time = (timeMs: number) => (new Date(timeMs).getUTCFullYear() < 2050 ? utcTime(timeMs) : generalizedTime(timeMs))

/** A name with one attribute: commonName, UTF8String. */
export const commonName = (text: string) => sequence(set(sequence(oid(0x55, 0x04, 0x03), der(0x0c, utf8(text)))))

/** 96 bytes `r ‖ s` as an ECDSA-Sig-Value. */
export const ecdsaSignature = (raw: Uint8Array) => sequence(integer(raw.subarray(0, 48)), integer(raw.subarray(48)))
