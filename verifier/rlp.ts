import { concatBytes } from './bytes.ts'

/** A decoded item of Ethereum's Recursive Length Prefix (Yellow Paper, appendix B). */
export type Rlp = Uint8Array | readonly Rlp[]

/**
 * Exactly one item in its only encoding: shortest lengths, single bytes below 0x80 as themselves, nothing after the end, at most 16 levels.
 *
 * @returns `null` when it is not that.
 */
export function decodeRlp(bytes: Uint8Array): Rlp | null {
  const read = readItem(bytes, 0, 0)
  return read !== null && read.end === bytes.length ? read.item : null
}

const depthMax = 16

function readItem(bytes: Uint8Array, at: number, depth: number): { item: Rlp; end: number } | null {
  const first = bytes[at]
  if (first === undefined || depth > depthMax) return null
  if (first < 0x80) return { item: bytes.subarray(at, at + 1), end: at + 1 }
  const isList = first >= 0xc0
  const short = first - (isList ? 0xc0 : 0x80)
  const span = short <= 55 ? { start: at + 1, length: short } : longSpan(bytes, at + 1, short - 55)
  if (span === null || span.length > bytes.length - span.start) return null
  const { start, length } = span
  const end = start + length
  if (!isList) return length === 1 && (bytes[start] as number) < 0x80 ? null : { item: bytes.subarray(start, end), end }
  const items: Rlp[] = []
  for (let next = start; next < end; ) {
    const read = readItem(bytes, next, depth + 1)
    if (read === null || read.end > end) return null
    items.push(read.item)
    next = read.end
  }
  return { item: items, end }
}

function longSpan(bytes: Uint8Array, at: number, count: number): { start: number; length: number } | null {
  if (count > 4 || at + count > bytes.length || bytes[at] === 0) return null
  const length = bytes.subarray(at, at + count).reduce((sum, byte) => sum * 256 + byte, 0)
  return length <= 55 ? null : { start: at + count, length }
}

export function encodeRlp(item: Rlp): Uint8Array {
  if (!(item instanceof Uint8Array)) {
    const content = concatBytes(...item.map(encodeRlp))
    return concatBytes(prefix(content.length, 0xc0), content)
  }
  return item.length === 1 && (item[0] as number) < 0x80 ? item : concatBytes(prefix(item.length, 0x80), item)
}

function prefix(length: number, base: number): Uint8Array {
  if (length <= 55) return Uint8Array.of(base + length)
  const digits: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256)
  return Uint8Array.of(base + 55 + digits.length, ...digits)
}
