import { equalBytes, fromHex, fromUtf8, toHex } from '@nacre/verifier/bytes'
import { type VerifiedTreeHead, verifyCheckpointNote, type WitnessPolicy } from '@nacre/verifier/checkpoint'
import { VerifierError } from '@nacre/verifier/errors'
import type { Keyset } from '@nacre/verifier/keyset'
import type { LogOpening } from '@nacre/verifier/log-opening'
import { decodeLogRecord, verifyLogRecord } from '@nacre/verifier/log-record'
import {
  appendLeaf,
  type CompactRange,
  consistencyProof,
  consistencyRanges,
  createTreeTail,
  emptyRange,
  hashLeaf,
  rootOf,
  verifyConsistency,
} from '@nacre/verifier/merkle'
import {
  decodeEntryTile,
  decodeHashTile,
  nodesOfTiles,
  type Tile,
  tilePath,
  tilesForRanges,
  tilesOf,
  tileWidth,
} from '@nacre/verifier/tlog-tiles'
import type { Address } from 'viem'
import { recordPath } from './store.ts'

export type ServedLog = {
  head: VerifiedTreeHead
  opening: LogOpening
  /** Receipts with a signature of their own, and those that are proven by their place alone. */
  signed: number
  placed: number
}

/**
 * A whole log as it is served, checked by somebody who remembers an earlier head of it: that the log only grew, that every tile is that of the checkpoint, and that every record is what its leaf was made
 * from, in order and without gaps.
 *
 * @throws {@link VerifierError} `CONSISTENCY_INVALID` for a log that was rewound or forked, `TILE_MALFORMED` with the path of a file that is missing or not the checkpoint's, and those of the parts
 */
export async function verifyServedLog(parameters: {
  /** A file below the log's prefix; `undefined` when there is none. */
  get(path: string): Promise<Uint8Array | undefined>
  log: Pick<Keyset, 'logName' | 'logPublicKey'>
  witnesses: WitnessPolicy
  /** The head that was seen last; a caller without one learns that the log is whole, not that it is the one of before. */
  remembered: { treeSize: bigint; rootHash: `0x${string}` } | null
  onProgress?(leaves: number, of: number): void
}): Promise<ServedLog> {
  const { log, witnesses, remembered, onProgress = () => undefined } = parameters
  const get = async (path: string): Promise<Uint8Array> => {
    const bytes = await parameters.get(path)
    if (bytes === undefined) throw new VerifierError('TILE_MALFORMED', `${path} is missing`)
    return bytes
  }
  const signer = log.logName.slice('nacre/'.length) as Address
  const head = verifyCheckpointNote({ note: await get('checkpoint'), log, witnesses })
  const size = Number(head.treeSize)
  if (remembered !== null) await assertGrown(remembered, head, get)

  let opening: LogOpening | undefined
  let [signed, placed] = [0, 0]
  let row: Uint8Array[] = []
  let range: CompactRange = emptyRange
  const tiles = tilesOf(size)
  for (const tile of tiles.filter(({ level }) => level === 'entries')) {
    const leaves = decodeEntryTile(await get(tilePath(tile)), tile)
    const lines = fromUtf8(await get(recordPath(tile)))
      .split('\n')
      .slice(0, -1)
    if (lines.length !== tile.width) throw new VerifierError('TILE_MALFORMED', `${recordPath(tile)} has other records than entries`)
    for (const [offset, leaf] of leaves.entries()) {
      const record = decodeLogRecord(lines[offset] as string)
      const index = tile.index * tileWidth + offset
      const verified = await verifyLogRecord({ record, index, leaf, logName: log.logName, signer })
      if ('opening' in verified) opening = verified.opening
      else if ('signature' in record && record.signature !== null) signed++
      else placed++
    }
    const hashes = leaves.map(hashLeaf)
    assertTile({ ...tile, level: 0 }, hashes, await get(tilePath({ ...tile, level: 0 })))
    range = hashes.reduce(appendLeaf, range)
    if (tile.width === tileWidth) row.push(subtreeRoot(hashes))
    onProgress(tile.index * tileWidth + tile.width, size)
  }
  if (toHex(rootOf(range)) !== head.rootHash)
    throw new VerifierError('TILE_MALFORMED', 'The entries are not those of the checkpoint', {
      expected: head.rootHash,
      received: toHex(rootOf(range)),
    })
  for (let level = 1; row.length > 0; level++) {
    const next: Uint8Array[] = []
    for (const tile of tiles.filter((other) => other.level === level)) {
      const hashes = row.slice(tile.index * tileWidth, tile.index * tileWidth + tile.width)
      assertTile(tile, hashes, await get(tilePath(tile)))
      if (tile.width === tileWidth) next.push(subtreeRoot(hashes))
    }
    row = next
  }
  if (opening === undefined) throw new VerifierError('TILE_MALFORMED', 'The log is empty')
  return { head, opening, signed, placed }
}

/** The attacks: a host that goes back to an older checkpoint, or shows this reader another history than others. */
async function assertGrown(
  remembered: { treeSize: bigint; rootHash: `0x${string}` },
  head: VerifiedTreeHead,
  get: (path: string) => Promise<Uint8Array>,
): Promise<void> {
  const [oldSize, newSize] = [Number(remembered.treeSize), Number(head.treeSize)]
  const proof: Uint8Array[] = []
  if (oldSize > 0 && oldSize < newSize) {
    const tiles = new Map<string, Uint8Array[]>()
    for (const tile of tilesForRanges(consistencyRanges(oldSize, newSize), newSize))
      tiles.set(tilePath(tile), decodeHashTile(await get(tilePath(tile)), tile))
    proof.push(
      ...consistencyProof(
        oldSize,
        newSize,
        nodesOfTiles(newSize, (tile) => tiles.get(tilePath(tile)) ?? []),
      ),
    )
  }
  const [oldRoot, newRoot] = [fromHex(remembered.rootHash), fromHex(head.rootHash)]
  verifyConsistency({ oldSize: remembered.treeSize, oldRoot, newSize: head.treeSize, newRoot, proof })
}

function assertTile(tile: Tile, expected: readonly Uint8Array[], bytes: Uint8Array): void {
  const hashes = decodeHashTile(bytes, tile)
  if (!hashes.every((hash, i) => equalBytes(hash, expected[i] as Uint8Array)))
    throw new VerifierError('TILE_MALFORMED', `${tilePath(tile)} is not of the entries`)
}

function subtreeRoot(hashes: readonly Uint8Array[]): Uint8Array {
  return rootOf(createTreeTail(emptyRange, hashes).after)
}
