import { concatBytes } from '@nacre/verifier/bytes'
import * as cbor from '../support/cbor-writer.ts'
import * as der from '../support/der-writer.ts'
import { p384Order, scalar } from '../support/pki.ts'

/** Draws from a seed, so that a finding can be made again. mulberry32. */
export type Draw = {
  readonly below: (limit: number) => number
  readonly pick: <value>(values: readonly value[]) => value
  readonly bytes: (length: number) => Uint8Array
}

export function drawFrom(seed: number): Draw {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    pick: (values) => values[below(values.length)] as (typeof values)[number],
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
  }
}

const interesting = [
  0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1f, 0x30, 0x31, 0x40, 0x5f, 0x60, 0x7f, 0x80, 0x81, 0x82,
  0x9f, 0xa0, 0xa3, 0xbf, 0xc0, 0xd2, 0xf4, 0xf5, 0xf6, 0xf7, 0xf9, 0xff,
]

export type Bytewise = (bytes: Uint8Array, draw: Draw, other: Uint8Array) => Uint8Array

/** Edits that know nothing of the format. */
export const bytewise: { readonly [name: string]: Bytewise } = {
  flipBits: (bytes, draw) => {
    const changed = Uint8Array.from(bytes)
    for (let i = 0; i <= draw.below(4); i++) {
      const at = draw.below(changed.length)
      changed[at] = (changed[at] as number) ^ (1 << draw.below(8))
    }
    return changed
  },
  setByte: (bytes, draw) => {
    const changed = Uint8Array.from(bytes)
    changed[draw.below(changed.length)] = draw.pick(interesting)
    return changed
  },
  insert: (bytes, draw) => {
    const at = draw.below(bytes.length + 1)
    return concatBytes(bytes.subarray(0, at), draw.bytes(1 + draw.below(4)), bytes.subarray(at))
  },
  remove: (bytes, draw) => {
    const at = draw.below(bytes.length)
    return concatBytes(bytes.subarray(0, at), bytes.subarray(at + 1 + draw.below(8)))
  },
  truncate: (bytes, draw) => bytes.subarray(0, draw.below(bytes.length)),
  extend: (bytes, draw) => concatBytes(bytes, draw.bytes(1 + draw.below(40))),
  splice: (bytes, draw, other) => {
    const from = draw.below(other.length)
    const part = other.subarray(from, from + 1 + draw.below(300))
    const at = draw.below(bytes.length)
    return concatBytes(bytes.subarray(0, at), part, bytes.subarray(at + (draw.below(2) === 0 ? part.length : 0)))
  },
  moveBlock: (bytes, draw) => {
    const from = draw.below(bytes.length)
    const block = bytes.subarray(from, from + 1 + draw.below(200))
    const rest = concatBytes(bytes.subarray(0, from), bytes.subarray(from + block.length))
    const at = draw.below(rest.length + 1)
    return concatBytes(rest.subarray(0, at), block, rest.subarray(at))
  },
  /** Bytes that follow a CBOR or DER head of two bytes of length: the length itself is edited. */
  editLength: (bytes, draw) => {
    const heads: number[] = []
    for (let at = 0; at + 2 < bytes.length; at++)
      if ([0x58, 0x59, 0x79, 0x81, 0x82, 0x99, 0xb9].includes(bytes[at] as number)) heads.push(at + 1)
    const changed = Uint8Array.from(bytes)
    const at = heads.length === 0 ? 0 : draw.pick(heads)
    changed[at] = draw.pick([0, 1, 0x7f, 0x80, 0xff, ((changed[at] as number) + 1) & 255, ((changed[at] as number) + 255) & 255])
    return changed
  },
}

/** A document taken apart into encoded items; the parts of a valid one, put together again, are the document. */
export type Parts = {
  tagged: boolean
  items: [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
  entries: [key: Uint8Array, value: Uint8Array][]
  indefinite: boolean
}

export function takeApart(document: Uint8Array): Parts {
  const tagged = document[0] === 0xd2
  const items = children(document, tagged ? 1 : 0) as Parts['items']
  const payload = stringContent(items[2])
  const flat = children(payload, 0)
  const entries: Parts['entries'] = []
  for (let i = 0; i + 1 < flat.length; i += 2) entries.push([flat[i] as Uint8Array, flat[i + 1] as Uint8Array])
  return { tagged, items, entries, indefinite: payload[0] === 0xbf }
}

export function joinPayload(parts: Parts): Uint8Array {
  return parts.indefinite ? cbor.indefiniteMap(parts.entries) : cbor.map(parts.entries)
}

export function join(parts: Parts): Uint8Array {
  const whole = cbor.array(...parts.items)
  return parts.tagged ? concatBytes(Uint8Array.of(0xd2), whole) : whole
}

/** Content of an encoded byte string or text. */
export function stringContent(item: Uint8Array): Uint8Array {
  return item.subarray(headOf(item, 0).content)
}

function headOf(bytes: Uint8Array, at: number): { major: number; argument: number; content: number } {
  const initial = bytes[at] as number
  const info = initial & 31
  const width = info < 24 || info === 31 ? 0 : 1 << (info - 24)
  let argument = info < 24 ? info : info === 31 ? Number.POSITIVE_INFINITY : 0
  for (let i = 0; i < width; i++) argument = argument * 256 + (bytes[at + 1 + i] as number)
  return { major: initial >> 5, argument, content: at + 1 + width }
}

function endOf(bytes: Uint8Array, at: number): number {
  const { major, argument, content } = headOf(bytes, at)
  if (major === 2 || major === 3) return content + argument
  if (major !== 4 && major !== 5) return content
  let end = content
  // An earlier edit may have left a count of billions here.
  for (let i = 0; i < argument * (major === 5 ? 2 : 1) && end < bytes.length && bytes[end] !== 0xff; i++) end = endOf(bytes, end)
  return argument === Number.POSITIVE_INFINITY ? end + 1 : end
}

/** Encoded items of the array or map at an offset; a map's keys and values alternate. */
export function children(bytes: Uint8Array, at: number): Uint8Array[] {
  const { major, argument, content } = headOf(bytes, at)
  const items: Uint8Array[] = []
  let start = content
  for (let i = 0; i < argument * (major === 5 ? 2 : 1) && start < bytes.length && bytes[start] !== 0xff; i++) {
    const end = endOf(bytes, start)
    items.push(bytes.subarray(start, end))
    start = end
  }
  return items
}

const odd = (draw: Draw): Uint8Array =>
  draw.pick([
    cbor.nil,
    cbor.undef,
    cbor.bool(false),
    cbor.uint(0),
    cbor.uint(draw.below(2 ** 31), 8),
    cbor.uint(2n ** 64n - 1n),
    cbor.negative(-1 - draw.below(1000)),
    cbor.text(''),
    cbor.text('SHA384'),
    cbor.bstr(new Uint8Array(0)),
    cbor.bstr(draw.bytes(draw.below(60))),
    cbor.bstr(new Uint8Array(1025)),
    cbor.array(),
    cbor.map([]),
    cbor.indefiniteMap([]),
    cbor.tag(24, cbor.bstr(draw.bytes(3))),
    Uint8Array.of(0xf9, 0x7e, 0x00),
    Uint8Array.of(0x5f, 0x41, 0x00, 0xff),
    concatBytes(...new Array(200).fill(Uint8Array.of(0x81)), cbor.nil),
  ])

/** The same item with its head in a longer form. */
function lengthen(item: Uint8Array, draw: Draw): Uint8Array {
  const { major, argument, content } = headOf(item, 0)
  if (!Number.isFinite(argument) || major > 5) return item
  return concatBytes(cbor.head(major, argument, draw.pick([1, 2, 4, 8] as const)), item.subarray(content))
}

const indexOf = (parts: Parts, name: string) =>
  Math.max(
    0,
    parts.entries.findIndex(([key]) => new TextDecoder().decode(stringContent(key)) === name),
  )

type Structural = (parts: Parts, draw: Draw, other: Parts) => void
/** Edits of the payload that keep its frame: worth signing again. */
export const structural: { readonly [name: string]: Structural } = {
  duplicateEntry: ({ entries }, draw) => void entries.splice(draw.below(entries.length + 1), 0, draw.pick(entries)),
  duplicateKey: ({ entries }, draw) => void entries.push([(draw.pick(entries) as [Uint8Array, Uint8Array])[0], odd(draw)]),
  reorder: ({ entries }, draw) => {
    const [entry] = entries.splice(draw.below(entries.length), 1)
    if (entry !== undefined) entries.splice(draw.below(entries.length + 1), 0, entry)
  },
  removeEntry: ({ entries }, draw) => void entries.splice(draw.below(entries.length), 1),
  addEntry: ({ entries }, draw) =>
    void entries.push([
      draw.pick([cbor.text('nitrotpm_pcrs'), cbor.text('extra'), cbor.uint(1), cbor.bstr(draw.bytes(2)), cbor.nil]),
      odd(draw),
    ]),
  oddValue: ({ entries }, draw) => {
    const entry = draw.pick(entries)
    entry[1] = odd(draw)
  },
  longForm: ({ entries }, draw) => {
    const entry = draw.pick(entries)
    const side = draw.below(2) as 0 | 1
    entry[side] = lengthen(entry[side], draw)
  },
  toggleIndefinite: (parts) => {
    parts.indefinite = !parts.indefinite
  },
  swapField: ({ entries }, draw, other) => {
    const theirs = draw.pick(other.entries)
    const mine = entries.find(([key]) => Buffer.compare(key, theirs[0]) === 0)
    if (mine !== undefined) mine[1] = theirs[1]
  },
  editBundle: (parts, draw, other) => {
    const entry = parts.entries[indexOf(parts, 'cabundle')] as [Uint8Array, Uint8Array]
    const mine = children(entry[1], 0)
    const theirs = children((other.entries[indexOf(other, 'cabundle')] as [Uint8Array, Uint8Array])[1], 0)
    const at = draw.below(mine.length + 1)
    const edit = draw.below(5)
    if (edit === 0) mine.splice(at, 1)
    else if (edit === 1) mine.splice(at, 0, draw.pick([...mine, ...theirs, odd(draw)]))
    else if (edit === 2) mine.splice(at, 1, draw.pick(theirs))
    else if (edit === 3) mine.reverse()
    else mine.splice(at, 0, (parts.entries[indexOf(parts, 'certificate')] as [Uint8Array, Uint8Array])[1])
    entry[1] = cbor.array(...mine)
  },
  editRegisters: (parts, draw) => {
    const entry = parts.entries[indexOf(parts, 'pcrs')] as [Uint8Array, Uint8Array]
    const flat = children(entry[1], 0)
    const pairs: [Uint8Array, Uint8Array][] = []
    for (let i = 0; i + 1 < flat.length; i += 2) pairs.push([flat[i] as Uint8Array, flat[i + 1] as Uint8Array])
    // An earlier edit may have left nothing.
    if (pairs.length === 0) return
    const pair = draw.pick(pairs)
    const edit = draw.below(6)
    if (edit === 0) pairs.splice(draw.below(pairs.length), 1)
    else if (edit === 1) pairs.push(pair)
    else if (edit === 2) pair[0] = draw.pick([cbor.uint(draw.below(40)), cbor.text('0'), odd(draw), lengthen(pair[0], draw)])
    else if (edit === 3) pair[1] = odd(draw)
    else if (edit === 4) pair[1] = cbor.bstr(draw.bytes(draw.pick([0, 32, 47, 48, 49, 64])))
    else pairs.reverse()
    entry[1] = draw.below(3) === 0 ? cbor.indefiniteMap(pairs) : cbor.map(pairs)
  },
  fieldBytes: ({ entries }, draw) => {
    const entry = draw.pick(entries)
    entry[1] = (bytewise[draw.pick(['flipBits', 'setByte', 'insert', 'remove'])] as Bytewise)(entry[1], draw, entry[1])
  },
}

/** Edits of the frame around the payload. */
export const envelope: { readonly [name: string]: Structural } = {
  toggleTag: (parts) => {
    parts.tagged = !parts.tagged
  },
  swapSignature: (parts, _, other) => {
    parts.items[3] = other.items[3]
  },
  negateSignature: (parts) => {
    const raw = stringContent(parts.items[3])
    if (raw.length !== 96) return
    const s = BigInt(`0x${Buffer.from(raw.subarray(48)).toString('hex')}`)
    parts.items[3] = cbor.bstr(concatBytes(raw.subarray(0, 48), scalar(p384Order - s)))
  },
  unreducedSignature: (parts, draw) => {
    const raw = stringContent(parts.items[3])
    if (raw.length !== 96) return
    const zero = new Uint8Array(48)
    const order = scalar(p384Order)
    const [r, s] = [raw.subarray(0, 48), raw.subarray(48)]
    parts.items[3] = cbor.bstr(
      draw.pick([
        concatBytes(zero, s),
        concatBytes(r, zero),
        concatBytes(zero, zero),
        concatBytes(order, s),
        concatBytes(r, order),
        raw.subarray(1),
        der.ecdsaSignature(raw),
      ]),
    )
  },
  swapPayload: (parts, _, other) => {
    parts.items[2] = other.items[2]
  },
  protectedHeader: (parts, draw) => {
    parts.items[0] = draw.pick([
      cbor.bstr(new Uint8Array(0)),
      cbor.bstr(cbor.map([[cbor.uint(1), cbor.negative(-7)]])),
      cbor.bstr(cbor.map([[cbor.uint(1, 1), cbor.negative(-35)]])),
      cbor.bstr(concatBytes(cbor.map([[cbor.uint(1), cbor.negative(-35)]]), cbor.nil)),
      cbor.bstr(cbor.indefiniteMap([[cbor.uint(1), cbor.negative(-35)]])),
      lengthen(parts.items[0], draw),
      odd(draw),
    ])
  },
  unprotectedHeader: (parts, draw) => {
    parts.items[1] = draw.pick([
      cbor.map([[cbor.uint(1), cbor.negative(-35)]]),
      cbor.map([[cbor.uint(4), cbor.bstr(draw.bytes(2))]]),
      cbor.indefiniteMap([]),
      odd(draw),
    ])
  },
  oddItem: (parts, draw) => {
    parts.items[draw.below(4)] = odd(draw)
  },
  longItem: (parts, draw) => {
    const at = draw.below(4)
    parts.items[at] = lengthen(parts.items[at] as Uint8Array, draw)
  },
}

/** A DER element as a tree: constructed ones by their tag bit. */
type Node = { tag: number; content: Uint8Array; nodes: Node[] | null; length?: Uint8Array }

function parseDer(bytes: Uint8Array): Node[] {
  const nodes: Node[] = []
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] as number
    const first = bytes[at + 1] as number
    const width = first < 0x80 ? 0 : first & 0x7f
    let length = width === 0 ? first : 0
    for (let i = 0; i < width; i++) length = length * 256 + (bytes[at + 2 + i] as number)
    const content = bytes.subarray(at + 2 + width, at + 2 + width + length)
    nodes.push({ tag, content, nodes: (tag & 0x20) === 0 ? null : parseDer(content) })
    at += 2 + width + length
  }
  return nodes
}

function writeDer(node: Node): Uint8Array {
  const content = node.nodes === null ? node.content : concatBytes(...node.nodes.map(writeDer))
  return concatBytes(Uint8Array.of(node.tag), node.length ?? der.derLength(content.length), content)
}

const flatten = (node: Node): Node[] => [node, ...(node.nodes ?? []).flatMap(flatten)]

/** One edit somewhere inside a certificate's signed part (or, with `whole`, anywhere in it); lengths of the parents follow. */
export function editDer(certificate: Uint8Array, draw: Draw, whole: boolean): { certificate: Uint8Array; tbs: Uint8Array } {
  const [root] = parseDer(certificate) as [Node]
  const tbs = root.nodes?.[0] as Node
  const all = flatten(whole ? root : tbs)
  const node = draw.pick(all)
  const parent = draw.pick(all.filter(({ nodes }) => nodes !== null && nodes.length > 0))
  const nodes = parent.nodes as Node[]
  const at = draw.below(nodes.length)
  switch (draw.below(10)) {
    case 0:
      node.tag = draw.pick(interesting)
      break
    case 1:
      // Longer forms of the length: 81, 82, 83, and the indefinite one.
      node.length = draw.pick([
        Uint8Array.of(0x80),
        concatBytes(Uint8Array.of(0x81), Uint8Array.of(node.content.length & 255)),
        Uint8Array.of(0x82, node.content.length >> 8, node.content.length & 255),
        Uint8Array.of(0x83, 0, node.content.length >> 8, node.content.length & 255),
        draw.bytes(1),
      ])
      break
    case 2:
      nodes.splice(at, 1)
      break
    case 3:
      nodes.splice(at, 0, nodes[at] as Node)
      break
    case 4:
      nodes.push(...nodes.splice(at, 1))
      break
    case 5:
      node.nodes = null
      node.content = draw.pick([
        new Uint8Array(0),
        draw.bytes(1 + draw.below(30)),
        concatBytes(Uint8Array.of(0), node.content),
        concatBytes(node.content, Uint8Array.of(0)),
      ])
      break
    case 6:
      nodes.splice(at, 0, { tag: draw.pick(interesting), content: draw.bytes(draw.below(5)), nodes: null })
      break
    case 7:
      node.content = (bytewise.flipBits as Bytewise)(node.content.length === 0 ? Uint8Array.of(0) : node.content, draw, node.content)
      node.nodes = null
      break
    case 8:
      // Another boolean, another time, another small number.
      node.nodes = null
      node.content = draw.pick([
        Uint8Array.of(0xff),
        Uint8Array.of(0),
        Uint8Array.of(1),
        new TextEncoder().encode(draw.pick(['260101000000Z', '20260101000000Z', '500101000000Z', '991231235959Z', '2601010000Z'])),
      ])
      break
    default:
      node.content = node.content.subarray(0, draw.below(node.content.length + 1))
      node.nodes = null
  }
  return { certificate: writeDer(root), tbs: writeDer(tbs) }
}
