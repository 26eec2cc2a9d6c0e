import { decodeTreeHead } from '@nacre/verifier/checkpoint'
import { type LogFiles, readLogHead, readLogNodes } from '@nacre/verifier/log-files'
import { inclusionProver, inclusionRanges, type NodeReader } from '@nacre/verifier/merkle'
import { decodeNote } from '@nacre/verifier/note'
import type { ReceiptInclusion } from '@nacre/verifier/receipt-proof'
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
export function readNodes(source: LogSource, ranges: Parameters<typeof readLogNodes>[1], treeSize: number): Promise<NodeReader> {
  return readLogNodes(filesOf(source), ranges, treeSize)
}

/** Both forms of one checkpoint. @throws {@link SourceError} */
export async function readHead(source: LogSource): ReturnType<typeof readLogHead> {
  const head = await readLogHead(filesOf(source))
  if (decodeTreeHead(decodeNote(head.note).text).treeSize !== head.checkpoint.treeSize)
    throw new SourceError(`${source.name} shows two checkpoints of different sizes`)
  return head
}

export async function required(source: LogSource, path: string): Promise<Uint8Array> {
  const { read, missing } = filesOf(source)
  const bytes = await read(path)
  if (bytes === undefined) throw missing(path)
  return bytes
}

function filesOf(source: LogSource): LogFiles {
  return {
    read: async (path) => (await source.read(path, 64 * 1024)) ?? undefined,
    missing: (path) => new SourceError(`${source.name} has no file "${path}": is it the address of a log?`),
  }
}
