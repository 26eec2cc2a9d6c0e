import { Decoder, Encoder } from 'cbor-x'
import { concatBytes, fromUtf8, toHex } from './bytes.ts'
import { VerifierError } from './errors.ts'

/** The part of CBOR (RFC 8949) that Nacre's formats use. Maps stay maps; integers beyond 2^53 are `bigint`. */
export type CborValue = number | bigint | string | boolean | null | Uint8Array | readonly CborValue[] | CborMap
export type CborMap = ReadonlyMap<string | number | bigint, CborValue>

export type CborRules = {
  /** @default 1 MiB */
  bytesMax?: number | undefined
  /** Nesting of arrays, maps and tags. @default 8 */
  depthMax?: number | undefined
  /** Items of the whole, keys among them. @default 2^20 */
  itemsMax?: number | undefined
  /** The one tag accepted, at the outermost item only. @default none */
  outerTag?: number | undefined
  /** Maps of indefinite length (`bf…ff`): AWS's documents use them since 2025-08. @default false */
  indefiniteMaps?: boolean | undefined
  /** Require map keys in RFC 8949 section 4.2.1 order, so that a value has one encoding only. @default false */
  deterministic?: boolean | undefined
}

/**
 * Decodes exactly one item and refuses everything lenient: trailing bytes, duplicate or non-scalar keys, non-minimal lengths, floats, `undefined`, invalid UTF-8, unknown tags, strings in
 * chunks. A walker proves the form first; only then does cbor-x see the bytes, because on its own it lets all of these through.
 *
 * @throws `CBOR_MALFORMED`
 */
export function decodeCbor(bytes: Uint8Array, rules: CborRules = {}): CborValue {
  const { bytesMax = 1 << 20, depthMax = 8, itemsMax = 1 << 20, outerTag, indefiniteMaps = false, deterministic = false } = rules
  if (bytes.length > bytesMax) throw malformed('Too long', `at most ${bytesMax} bytes`, `${bytes.length} bytes`)
  const walker = new Walker(bytes, depthMax, itemsMax, indefiniteMaps, deterministic)
  let start = 0
  if (outerTag !== undefined && outerTag < 24 && bytes[0] === (0xc0 | outerTag)) start = 1
  const end = walker.item(start, 0)
  if (end !== bytes.length) throw malformed('Bytes after the end of the item', `${end} bytes`, `${bytes.length} bytes`)
  try {
    return decoder.decode(new Uint8Array(bytes.buffer, bytes.byteOffset + start, bytes.length - start)) as CborValue
  } catch (cause) {
    throw new VerifierError('CBOR_MALFORMED', 'cbor-x refused an item that the walker accepted', { cause })
  }
}

/** Shortest integers and definite lengths; map entries are written in their own order unless `deterministic`, which sorts them (RFC 8949 section 4.2.1). */
export function encodeCbor(value: CborValue, options: { deterministic?: boolean } = {}): Uint8Array {
  return Uint8Array.from(encoder.encode(prepare(value, options.deterministic ?? false)))
}

/** One byte string, for signatures over large ones: cbor-x would copy them twice. */
export function encodeByteString(content: Uint8Array): Uint8Array {
  const { length } = content
  if (length < 24) return concatBytes(Uint8Array.of(0x40 | length), content)
  if (length < 1 << 8) return concatBytes(Uint8Array.of(0x58, length), content)
  if (length < 1 << 16) return concatBytes(Uint8Array.of(0x59, length >> 8, length & 255), content)
  return concatBytes(Uint8Array.of(0x5a, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255), content)
}

const decoder = new Decoder({ useRecords: false, mapsAsObjects: false })
const encoder = new Encoder({ useRecords: false, mapsAsObjects: false, variableMapSize: true, tagUint8Array: false })

const keyBytesMax = 1024

class Walker {
  readonly bytes: Uint8Array
  readonly depthMax: number
  readonly indefiniteMaps: boolean
  readonly deterministic: boolean
  itemsLeft: number

  constructor(bytes: Uint8Array, depthMax: number, itemsMax: number, indefiniteMaps: boolean, deterministic: boolean) {
    this.bytes = bytes
    this.depthMax = depthMax
    this.itemsLeft = itemsMax
    this.indefiniteMaps = indefiniteMaps
    this.deterministic = deterministic
  }

  /** Offset after the item that starts at `at`. */
  item(at: number, depth: number): number {
    // The attack: a few thousand 0x81 bytes nest deep enough to exhaust a recursive decoder's stack.
    if (depth > this.depthMax) throw malformed('Nested too deep', `at most ${this.depthMax}`)
    // The attack: a file of items of one byte each, which take tens of bytes each once they are decoded.
    if (this.itemsLeft-- === 0) throw malformed('Too many items')
    const initial = this.byte(at)
    const major = initial >> 5
    const info = initial & 31
    if (major === 5 && info === 31 && this.indefiniteMaps) return this.map(at + 1, Number.POSITIVE_INFINITY, depth)
    if (major === 7) {
      if (initial < 0xf4 || initial > 0xf6)
        throw malformed('Only false, true and null among simple values and floats', 'f4, f5, f6', initial.toString(16))
      return at + 1
    }
    if (major === 6) throw malformed('A tag where none is allowed')
    const [argument, next] = this.argument(at, info)
    if (major < 2) return next
    if (argument > this.bytes.length - next)
      throw malformed('Length reaches past the end', `at most ${this.bytes.length - next}`, String(argument))
    const length = argument
    if (major === 2) return next + length
    if (major === 3) {
      this.text(next, length)
      return next + length
    }
    if (major === 4) {
      let end = next
      for (let i = 0; i < length; i++) end = this.item(end, depth + 1)
      return end
    }
    return this.map(next, length, depth)
  }

  map(at: number, count: number, depth: number): number {
    const seen = new Set<string>()
    let previous: Uint8Array | undefined
    let end = at
    for (let i = 0; i < count; i++) {
      if (count === Number.POSITIVE_INFINITY && this.byte(end) === 0xff) return end + 1
      const major = this.byte(end) >> 5
      if (major !== 0 && major !== 1 && major !== 3) throw malformed('A map key that is neither integer nor text')
      const keyEnd = this.item(end, depth + 1)
      if (keyEnd - end > keyBytesMax) throw malformed('A map key too long', `at most ${keyBytesMax} bytes`)
      const key = this.bytes.subarray(end, keyEnd)
      // The attack: with two `pcrs` keys, one reader checks the first and another acts on the second. Encodings are minimal here, so equal keys are equal bytes.
      const name = String.fromCharCode(...key)
      if (seen.has(name)) throw malformed('A map key twice', undefined, toHex(key))
      seen.add(name)
      if (this.deterministic && previous !== undefined && !inOrder(previous, key)) throw malformed('Map keys out of order')
      previous = key
      end = this.item(keyEnd, depth + 1)
    }
    return end
  }

  argument(at: number, info: number): [value: number, next: number] {
    if (info < 24) return [info, at + 1]
    if (info > 27) throw malformed(info === 31 ? 'Indefinite length' : 'Reserved additional information', undefined, String(info))
    const length = 1 << (info - 24)
    const high = length === 8 ? this.number(at + 1, 4) : 0
    const low = length === 8 ? this.number(at + 5, 4) : this.number(at + 1, length)
    const least = length === 1 ? 24 : 2 ** (4 * length)
    const value = high * 2 ** 32 + low
    if (value < least) throw malformed('A number in more bytes than it needs')
    // Over 2^53 the sum is rounded, which changes neither comparison that is made with it.
    return [value, at + 1 + length]
  }

  number(at: number, length: number): number {
    let value = 0
    for (let i = 0; i < length; i++) value = value * 256 + this.byte(at + i)
    return value
  }

  byte(at: number): number {
    const byte = this.bytes[at]
    if (byte === undefined) throw malformed('Ends in the middle of an item')
    return byte
  }

  text(at: number, length: number): void {
    try {
      fromUtf8(this.bytes.subarray(at, at + length))
    } catch (cause) {
      throw new VerifierError('CBOR_MALFORMED', 'Text that is not UTF-8', { cause })
    }
  }
}

/** Bytewise lexicographic order of encoded keys (RFC 8949 section 4.2.1). */
function inOrder(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] as number) - (b[i] as number)
    if (difference !== 0) return difference < 0
  }
  return a.length < b.length
}

/** cbor-x writes numbers over 2^32 as floats and small bigints in nine bytes; both would break "one value, one encoding". */
function prepare(value: CborValue, sorted: boolean): unknown {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw malformed('Only safe integers can be encoded', undefined, String(value))
    return integer(BigInt(value))
  }
  if (typeof value === 'bigint') return integer(value)
  if (value instanceof Uint8Array || value === null || typeof value !== 'object') return value
  if (value instanceof Map) {
    const entries = [...(value as CborMap)].map(([key, item]) => [prepare(key, sorted), prepare(item, sorted)] as const)
    if (sorted) entries.sort(([a], [b]) => (inOrder(encodeKey(a), encodeKey(b)) ? -1 : 1))
    return new Map(entries)
  }
  return (value as readonly CborValue[]).map((item) => prepare(item, sorted))
}

function integer(value: bigint): number | bigint {
  // No format of ours needs a negative number below 32 bits, and cbor-x does not write those in shortest form.
  if (value >= 1n << 64n || value < -(1n << 31n)) throw malformed('An integer out of range', '-2^31 to 2^64 - 1', String(value))
  return value < 1n << 32n ? Number(value) : value
}

function encodeKey(key: unknown): Uint8Array {
  return Uint8Array.from(encoder.encode(key))
}

/** A map from a plain object, for formats whose keys are text. */
export function cborMap(entries: { readonly [key: string]: CborValue }): CborMap {
  return new Map(Object.entries(entries))
}

function malformed(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('CBOR_MALFORMED', message, { expected, received })
}
