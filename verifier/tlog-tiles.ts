import { concatBytes } from './bytes.ts'
import { shown, VerifierError } from './errors.ts'
import { hashNode, type LeafRange, type NodeReader, subtreesOf } from './merkle.ts'

/**
 * A log as static files (C2SP tlog-tiles): hashes and entries in files of up to 256, whose paths say what they are. Nothing in here is verified: proofs made of tiles are, against a checkpoint.
 */
export type Tile = {
  /** 0 holds leaf hashes, each level above the roots of full tiles below; `entries` the leaves' data. */
  readonly level: number | 'entries'
  readonly index: number
  /** 1 to 256; below 256 the tile is the last of its level. */
  readonly width: number
}

export const tileWidth = 256

/** Path below the log's prefix, without a leading slash. */
export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g) as string[]
  const n = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/')
  return `tile/${level}/${n}${width === tileWidth ? '' : `.p/${width}`}`
}

/** Accepts exactly what {@link tilePath} writes. */
export function decodeTilePath(path: string): Tile | undefined {
  const [, levelText, groups, widthText] = /^tile\/([0-9]{1,2}|entries)\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/.exec(path) ?? []
  if (levelText === undefined || groups === undefined) return undefined
  const level: Tile['level'] = levelText === 'entries' ? levelText : Number(levelText)
  const tile = { level, index: Number(groups.replace(/[x/]/g, '')), width: widthText === undefined ? tileWidth : Number(widthText) }
  const isOne = (level === 'entries' || level < 64) && Number.isSafeInteger(tile.index) && tile.width >= 1 && tile.width <= tileWidth
  return isOne && tilePath(tile) === path ? tile : undefined
}

/** The tiles of a tree: for each level the full ones, and the partial one if there is one. */
export function tilesOf(treeSize: number): Tile[] {
  return tilesBetween(0, treeSize)
}

/** The tiles of a tree that the smaller tree did not have, entries among them: what a log writes when it grows. */
export function tilesBetween(oldSize: number, newSize: number): Tile[] {
  const tiles: Tile[] = []
  for (const [level, oldWidth, newWidth] of rows(oldSize, newSize)) {
    for (let index = Math.floor(oldWidth / tileWidth); index * tileWidth < newWidth; index++) {
      const width = Math.min(tileWidth, newWidth - index * tileWidth)
      if (index * tileWidth + width > oldWidth) tiles.push({ level, index, width })
    }
  }
  return tiles
}

function* rows(oldSize: number, newSize: number): Generator<[level: Tile['level'], oldWidth: number, newWidth: number]> {
  yield ['entries', oldSize, newSize]
  for (let level = 0, [from, to] = [oldSize, newSize]; to > 0; level++) {
    yield [level, from, to]
    from = Math.floor(from / tileWidth)
    to = Math.floor(to / tileWidth)
  }
}

/** Hashes of a tile. @throws `TILE_MALFORMED` */
export function decodeHashTile(bytes: Uint8Array, { width }: Pick<Tile, 'width'>): Uint8Array[] {
  if (bytes.length !== 32 * width) throw malformed('Another length than its width says', `${32 * width} bytes`, `${bytes.length} bytes`)
  return Array.from({ length: width }, (_, i) => bytes.slice(32 * i, 32 * i + 32))
}

export function encodeHashTile(hashes: readonly Uint8Array[]): Uint8Array {
  return concatBytes(...hashes)
}

/** Leaves' data, each after its length in 16 bits, big-endian. @throws `TILE_MALFORMED` */
export function decodeEntryTile(bytes: Uint8Array, { width }: Pick<Tile, 'width'>): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const entries: Uint8Array[] = []
  let at = 0
  while (at < bytes.length && entries.length < width) {
    const end = at + 2 <= bytes.length ? at + 2 + view.getUint16(at) : Number.POSITIVE_INFINITY
    if (end > bytes.length) throw malformed('It ends inside an entry')
    entries.push(bytes.slice(at + 2, end))
    at = end
  }
  if (entries.length !== width || at !== bytes.length)
    throw malformed('More or fewer entries than its width says', String(width), undefined)
  return entries
}

export function encodeEntryTile(entries: readonly Uint8Array[]): Uint8Array {
  return concatBytes(...entries.flatMap((entry) => [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry]))
}

/** The hash tile that holds what a perfect subtree is made of, in a tree of this size. */
function tileOfSubtree(level: number, index: number, treeSize: number): Tile {
  const tileLevel = Math.floor(level / 8)
  const first = index * 2 ** (level % 8)
  const tileIndex = Math.floor(first / tileWidth)
  const rowWidth = Math.floor(treeSize / tileWidth ** tileLevel)
  return { level: tileLevel, index: tileIndex, width: Math.min(tileWidth, rowWidth - tileIndex * tileWidth) }
}

/** Tiles that a proof over these ranges is made of, each once. */
export function tilesForRanges(ranges: readonly LeafRange[], treeSize: number): Tile[] {
  const tiles = ranges.flatMap((range) => subtreesOf(range).map(({ level, index }) => tileOfSubtree(level, index, treeSize)))
  return [...new Map(tiles.map((tile) => [tilePath(tile), tile])).values()]
}

/** Reads perfect subtrees out of tiles that were fetched. */
export function nodesOfTiles(treeSize: number, hashesOf: (tile: Tile) => readonly Uint8Array[]): NodeReader {
  return (level, index) => {
    const tile = tileOfSubtree(level, index, treeSize)
    const hashes = hashesOf(tile)
    const count = 2 ** (level % 8)
    const first = index * count - tile.index * tileWidth
    let row = hashes.slice(first, first + count)
    if (row.length !== count)
      throw new VerifierError('TILE_MALFORMED', `${tilePath(tile)} does not reach so far`, { expected: shown(first + count) })
    while (row.length > 1)
      row = Array.from({ length: row.length / 2 }, (_, i) => hashNode(row[2 * i] as Uint8Array, row[2 * i + 1] as Uint8Array))
    return row[0] as Uint8Array
  }
}

function malformed(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('TILE_MALFORMED', `Tile: ${message}`, { expected, received })
}
