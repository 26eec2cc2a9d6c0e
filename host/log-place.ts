import { fromUtf8, type Hex } from '@nacre/verifier/bytes'
import { checkpointFromJson, decodeTreeHead } from '@nacre/verifier/checkpoint'
import { inclusionProver, inclusionRanges, type NodeReader } from '@nacre/verifier/merkle'
import { decodeNote } from '@nacre/verifier/note'
import type { ReceiptInclusion } from '@nacre/verifier/receipt-proof'
import { decodeHashTile, nodesOfTiles, tilePath, tilesForRanges, tileWidth } from '@nacre/verifier/tlog-tiles'
import { type LogSource, SourceError } from './audit/source.ts'

/**
 * A receipt's place in a log, from the log's static files: checkpoint, signature, proof, and the note that witnesses may have signed. Not verified: whoever uses it verifies it.
 *
 * @throws {@link SourceError} when the log does not reach so far, or a file is missing
 */
export async function placeInLog(source: LogSource, index: number): Promise<{ inclusion: ReceiptInclusion; note: Uint8Array }> {
  const { inclusions, note } = await placesInLog(source, [index])
  return { inclusion: inclusions[0] as ReceiptInclusion, note }
}

/** Of several receipts, under one checkpoint. @throws {@link SourceError} */
export async function placesInLog(
  source: LogSource,
  indexes: readonly number[],
): Promise<{ inclusions: ReceiptInclusion[]; note: Uint8Array }> {
  const { checkpoint, signature, note } = await readHead(source)
  const treeSize = Number(checkpoint.treeSize)
  const absent = indexes.find((index) => index < 1 || index >= treeSize)
  if (absent !== undefined) throw new SourceError(`${source.name} has ${treeSize} leaves: receipt ${absent} is not among them`)
  const ranges = indexes.flatMap((index) => inclusionRanges(index, treeSize))
  const proofOf = inclusionProver(treeSize, await readNodes(source, ranges, treeSize))
  return { inclusions: indexes.map((index) => ({ checkpoint, checkpointSignature: signature, proof: proofOf(index) })), note }
}

/** The hashes of a log's tiles that a proof needs. @throws {@link SourceError} */
export async function readNodes(source: LogSource, ranges: Parameters<typeof tilesForRanges>[0], treeSize: number): Promise<NodeReader> {
  const hashes = new Map<string, Uint8Array[]>()
  for (const tile of tilesForRanges(ranges, treeSize)) {
    const path = tilePath(tile)
    const part = await source.read(path, tileWidth * 32)
    // A log that has grown in the meantime may keep the full tile only.
    const full = part === null && tile.width < tileWidth ? await source.read(tilePath({ ...tile, width: tileWidth }), tileWidth * 32) : null
    const bytes = part ?? full?.subarray(0, 32 * tile.width)
    if (bytes === undefined) throw new SourceError(`${source.name} has no file "${path}"`)
    hashes.set(path, decodeHashTile(bytes, tile))
  }
  return nodesOfTiles(treeSize, (tile) => hashes.get(tilePath(tile)) ?? [])
}

const attemptsMax = 5

/** Both forms of one checkpoint: between the two readings the log may have grown. */
export async function readHead(source: LogSource) {
  for (let attempt = 1; ; attempt++) {
    const note = await required(source, 'checkpoint')
    const json = JSON.parse(fromUtf8(await required(source, 'checkpoint.json'))) as { checkpoint?: unknown; signature?: Hex }
    const checkpoint = checkpointFromJson(json.checkpoint)
    if (decodeTreeHead(decodeNote(note).text).treeSize === checkpoint.treeSize)
      return { checkpoint, signature: json.signature as Hex, note }
    if (attempt === attemptsMax) throw new SourceError(`${source.name} shows two checkpoints of different sizes`)
  }
}

export async function required(source: LogSource, path: string): Promise<Uint8Array> {
  const bytes = await source.read(path, 64 * 1024)
  if (bytes === null) throw new SourceError(`${source.name} has no file "${path}": is it the address of a log?`)
  return bytes
}
