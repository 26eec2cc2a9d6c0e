import { fromUtf8, type Hex } from './bytes.ts'
import { checkpointFromJson, decodeTreeHead, type LogCheckpoint } from './checkpoint.ts'
import { VerifierError } from './errors.ts'
import type { LeafRange, NodeReader } from './merkle.ts'
import { decodeNote } from './note.ts'
import { decodeHashTile, nodesOfTiles, type Tile, tilePath, tilesForRanges, tileWidth } from './tlog-tiles.ts'

/** A file below the log's prefix, as its host serves it; `undefined` where there is none. The caller bounds its size. */
export type ReadLogFile = (path: string) => Promise<Uint8Array | undefined>

/** The static files of a log (C2SP tlog-tiles). Nothing they hold is verified here: whoever reads them verifies it. */
export type LogFiles = {
  read: ReadLogFile
  /** What is thrown for a file that must be there. */
  missing(path: string): Error
}

/**
 * Both forms of one checkpoint. Between the two readings the log may have grown: they are read again, and where they go on differing, the last ones are returned.
 *
 * @throws `CHECKPOINT_MALFORMED`, `NOTE_MALFORMED`
 */
export async function readLogHead(files: LogFiles): Promise<{ note: Uint8Array; checkpoint: LogCheckpoint; signature: Hex }> {
  for (let attempt = 1; ; attempt++) {
    const note = await required(files, 'checkpoint')
    const signed = decodeCheckpointFile(await required(files, 'checkpoint.json'))
    if (attempt === attemptsMax || decodeTreeHead(decodeNote(note).text).treeSize === signed.checkpoint.treeSize) return { note, ...signed }
  }
}

/** The hashes that a proof over these leaves needs. @throws `TILE_MALFORMED` */
export async function readLogNodes(files: LogFiles, ranges: readonly LeafRange[], treeSize: number): Promise<NodeReader> {
  const wanted = tilesForRanges(ranges, treeSize)
  const hashes = await Promise.all(wanted.map(async (tile) => [tilePath(tile), await readTile(files, tile)] as const))
  const tiles = new Map(hashes)
  return nodesOfTiles(treeSize, (tile) => tiles.get(tilePath(tile)) ?? [])
}

async function readTile(files: LogFiles, tile: Tile): Promise<Uint8Array[]> {
  const part = await files.read(tilePath(tile))
  if (part !== undefined) return decodeHashTile(part, tile)
  // A log that has grown since may keep the full tile only.
  const full = await files.read(tilePath({ ...tile, width: tileWidth }))
  if (full === undefined) throw files.missing(tilePath(tile))
  return decodeHashTile(full.subarray(0, 32 * tile.width), tile)
}

/** Checkpoint and signature as the host keeps them beside the note. @throws `CHECKPOINT_MALFORMED` */
function decodeCheckpointFile(bytes: Uint8Array): { checkpoint: LogCheckpoint; signature: Hex } {
  let fields: { checkpoint?: unknown; signature?: unknown } | null
  try {
    fields = JSON.parse(fromUtf8(bytes))
  } catch (cause) {
    throw new VerifierError('CHECKPOINT_MALFORMED', 'checkpoint.json is not JSON', { cause })
  }
  return { checkpoint: checkpointFromJson(fields?.checkpoint), signature: String(fields?.signature) as Hex }
}

async function required(files: LogFiles, path: string): Promise<Uint8Array> {
  const bytes = await files.read(path)
  if (bytes === undefined) throw files.missing(path)
  return bytes
}

const attemptsMax = 10
