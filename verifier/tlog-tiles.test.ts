import fc from 'fast-check'
import { expect, test } from 'vitest'
import { verdict } from '../test/support/expect.ts'
import { testLog } from '../test/support/log.ts'
import { fromHex, toHex, utf8 } from './bytes.ts'
import {
  consistencyProof,
  consistencyRanges,
  inclusionProof,
  inclusionRanges,
  rootOfTree,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts'
import {
  decodeEntryTile,
  decodeHashTile,
  decodeTilePath,
  encodeEntryTile,
  encodeHashTile,
  nodesOfTiles,
  type Tile,
  tilePath,
  tilesBetween,
  tilesForRanges,
  tilesOf,
} from './tlog-tiles.ts'

/** Writes the tiles of a log as a host does when it grows from size to size. */
function filesOf(log: ReturnType<typeof testLog>, sizes: readonly number[]): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  let before = 0
  for (const size of sizes) {
    for (const tile of tilesBetween(before, size)) {
      const { level, index, width } = tile
      if (level === 'entries') continue
      const hashes = Array.from({ length: width }, (_, i) => log.node(8 * level, index * 256 + i))
      files.set(tilePath(tile), encodeHashTile(hashes))
    }
    before = size
  }
  return files
}

test('LOG-05 accepts paths and tiles of the specification', () => {
  expect(tilePath({ level: 0, index: 1234067, width: 256 })).toBe('tile/0/x001/x234/067')
  expect(tilePath({ level: 'entries', index: 0, width: 12 })).toBe('tile/entries/000.p/12')
  // The specification's example: a tree of 70,000.
  const rows = tilesOf(70_000).filter(({ level }) => level !== 'entries')
  const count = (level: number, full: boolean) => rows.filter((tile) => tile.level === level && (tile.width === 256) === full)
  expect(count(0, true)).toHaveLength(273)
  expect(count(0, false)).toEqual([{ level: 0, index: 273, width: 112 }])
  expect(count(1, true)).toHaveLength(1)
  expect(count(1, false)).toEqual([{ level: 1, index: 1, width: 17 }])
  expect(count(2, false)).toEqual([{ level: 2, index: 0, width: 1 }])
  expect(tilesOf(256).map(tilePath)).toEqual(['tile/entries/000', 'tile/0/000', 'tile/1/000.p/1'])

  fc.assert(
    fc.property(
      fc.nat({ max: 2 ** 40 }),
      fc.oneof(fc.nat({ max: 63 }), fc.constant('entries' as const)),
      fc.integer({ min: 1, max: 256 }),
      (index, level, width) => {
        expect(decodeTilePath(tilePath({ level, index, width }))).toEqual({ level, index, width })
      },
    ),
  )
  const entries = [utf8('a'), new Uint8Array(0), new Uint8Array(300)]
  expect(decodeEntryTile(encodeEntryTile(entries), { width: 3 })).toEqual(entries)
})
test('LOG-05 rejects other paths, and tiles of another length than their width says', async () => {
  for (const path of [
    '',
    'checkpoint',
    'tile/0/0',
    'tile/00/000',
    'tile/64/000',
    'tile/0/x000/000',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/1234067',
    'tile/0/001/067',
    'tile/0/x001/x234',
    '/tile/0/000',
    'tile/0/000/',
    'tile/../000',
    'tile/entries/000.p/300',
    `tile/0/${'x999/'.repeat(6)}999`,
  ])
    expect(decodeTilePath(path), path).toBeUndefined()
  const malformed = async (run: () => unknown) => expect(await verdict(run)).toBe('TILE_MALFORMED')
  await malformed(() => decodeHashTile(new Uint8Array(63), { width: 2 }))
  await malformed(() => decodeHashTile(new Uint8Array(96), { width: 2 }))
  const tile = encodeEntryTile([utf8('a'), utf8('bc')])
  await malformed(() => decodeEntryTile(tile.subarray(0, -1), { width: 2 }))
  await malformed(() => decodeEntryTile(tile.subarray(0, 4), { width: 2 }))
  await malformed(() => decodeEntryTile(tile, { width: 1 }))
  await malformed(() => decodeEntryTile(tile, { width: 3 }))
  await malformed(() => decodeEntryTile(fromHex('0x00'), { width: 1 }))
  await malformed(() => nodesOfTiles(7, () => [])(0, 3))
})

const log = testLog(Array.from({ length: 1200 }, (_, i) => utf8(`leaf ${i}`)))

test('growing in steps leaves every tile of the whole tree', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1200 }), { minLength: 1, maxLength: 8 }), (steps) => {
      const sizes = [...new Set(steps)].sort((a, b) => a - b)
      const files = filesOf(log, sizes)
      for (const tile of tilesOf(sizes.at(-1) as number))
        if (tile.level !== 'entries') expect(files.has(tilePath(tile)), tilePath(tile)).toBe(true)
    }),
    { numRuns: 40 },
  )
})

test('roots and proofs out of tiles are those of the tree, from the tiles named beforehand', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 1200 }), fc.nat(), fc.nat(), (size, a, b) => {
      const files = filesOf(log, [size])
      const [index, oldSize] = [a % size, 1 + (b % size)]
      const named = tilesForRanges([[0, size], ...inclusionRanges(index, size), ...consistencyRanges(oldSize, size)], size)
      const read = (tile: Tile) => {
        expect(named).toContainEqual(tile)
        return decodeHashTile(files.get(tilePath(tile)) as Uint8Array, tile)
      }
      const node = nodesOfTiles(size, read)
      const root = rootOfTree(size, node)
      expect(toHex(root)).toBe(toHex(rootOfTree(size, log.node)))
      const leafHash = log.node(0, index)
      verifyInclusion({ leafHash, index: BigInt(index), treeSize: BigInt(size), proof: inclusionProof(index, size, node), root })
      verifyConsistency({
        oldSize: BigInt(oldSize),
        oldRoot: rootOfTree(oldSize, log.node),
        newSize: BigInt(size),
        newRoot: root,
        proof: consistencyProof(oldSize, size, node),
      })
    }),
    { numRuns: 100 },
  )
})
