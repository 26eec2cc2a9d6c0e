import { concatBytes, utf8 } from '@nacre/verifier/bytes'

/** Writes CBOR item by item and refuses nothing: long forms, duplicate keys, tags and floats are what tests need it for. */
export function head(major: number, argument: number | bigint, width?: 0 | 1 | 2 | 4 | 8): Uint8Array {
  const value = BigInt(argument)
  const size = width ?? (value < 24n ? 0 : value < 256n ? 1 : value < 65536n ? 2 : value < 4294967296n ? 4 : 8)
  if (size === 0) return Uint8Array.of((major << 5) | Number(value))
  const bytes = new Uint8Array(1 + size)
  bytes[0] = (major << 5) | (24 + Math.log2(size))
  for (let i = 0; i < size; i++) bytes[size - i] = Number((value >> BigInt(8 * i)) & 0xffn)
  return bytes
}

export const uint = (value: number | bigint, width?: 0 | 1 | 2 | 4 | 8) => head(0, value, width)
export const negative = (value: number) => head(1, -1 - value)
export const bstr = (content: Uint8Array) => concatBytes(head(2, content.length), content)
export const text = (content: string) => concatBytes(head(3, utf8(content).length), utf8(content))
export const array = (...items: readonly Uint8Array[]) => concatBytes(head(4, items.length), ...items)
export const tag = (number: number, item: Uint8Array) => concatBytes(head(6, number), item)
export const nil = Uint8Array.of(0xf6)
export const undef = Uint8Array.of(0xf7)
export const bool = (value: boolean) => Uint8Array.of(value ? 0xf5 : 0xf4)

type Entries = readonly (readonly [key: Uint8Array, value: Uint8Array])[]
export const map = (entries: Entries) => concatBytes(head(5, entries.length), ...entries.flat())
/** `bf … ff` */
export const indefiniteMap = (entries: Entries) => concatBytes(Uint8Array.of(0xbf), ...entries.flat(), Uint8Array.of(0xff))
