import { concatBytes, equalBytes, fromHex, fromUtf8, type Hex, joinBytes, toHex, utf8 } from '@nacre/verifier/bytes'
import { type LogCheckpoint, type TreeHead, verifyCheckpointNote } from '@nacre/verifier/checkpoint'
import { VerifierError } from '@nacre/verifier/errors'
import type { Keyset } from '@nacre/verifier/keyset'
import { decodeLogRecord } from '@nacre/verifier/log-record'
import { type CompactRange, createTreeTail, emptyRange, hashLeaf, rootOf, subtreesOf } from '@nacre/verifier/merkle'
import { decodeNote, encodeNote, type NoteSignature } from '@nacre/verifier/note'
import {
  decodeEntryTile,
  decodeHashTile,
  encodeEntryTile,
  encodeHashTile,
  nodesOfTiles,
  type Tile,
  tilePath,
  tilesBetween,
  tilesOf,
  tileWidth,
} from '@nacre/verifier/tlog-tiles'
import { type DurableFolder, openDurableFolder } from './files.ts'
import type { RecordLine } from './record-lines.ts'

/**
 * One log on disk, as the static files that any server could hand out (C2SP tlog-tiles, and the records beside). The checkpoint is written last: until then, nothing of what it covers is claimed; from
 * then on, everything is there.
 */
export type LogStore = {
  readonly path: string
  readonly logName: string
  /** Leaves that the published checkpoint covers. */
  size(): number
  /** The note as published, with cosignatures; `undefined` before the first. */
  note(): Uint8Array | undefined
  /** What was lost, and could not be made again from the rest. Everything else is whole. */
  readonly missing: readonly Missing[]
  /**
   * Makes the tree of a checkpoint out of the published one and the records that follow it, and publishes it.
   *
   * @throws {@link LogStoreError} `LOG_FORKED`, and then nothing is published
   */
  publish(records: readonly RecordLine[], signed: SignedHead): Promise<void>
  /** Adds witnesses' lines to the published note, if it still is the one they signed. */
  cosign(text: string, signatures: readonly NoteSignature[]): Promise<void>
  /** Evidence and tensors beside the log. */
  keep(name: string, content: Uint8Array): Promise<void>
}

export type SignedHead = { checkpoint: LogCheckpoint; signature: Hex; note: Uint8Array }

export type Missing = { path: string; leaves: readonly [first: number, last: number] }

/** @throws {@link LogStoreError} `LOG_DAMAGED` when what is there is not what its checkpoint says, `LOG_FOREIGN` when it is another log */
export async function openLogStore(parameters: {
  path: string
  temporaryPath: string
  log: Pick<Keyset, 'logName' | 'logPublicKey'>
}): Promise<LogStore> {
  const { log } = parameters
  const folder = await openDurableFolder(parameters)
  let note = await folder.read('checkpoint')
  const head = note === undefined ? undefined : publishedHead(note, log)
  const { range: found, missing } = head === undefined ? { range: emptyRange, missing: [] } : await recover(folder, head)
  let range: CompactRange = found

  /** The file as it was before it grew: its entries, hashes or lines so far. */
  async function fileBefore(tile: Tile, pathOf: (tile: Tile) => string = tilePath): Promise<Uint8Array> {
    const rowBefore = tile.level === 'entries' ? range.size : Math.floor(range.size / tileWidth ** tile.level)
    const width = rowBefore - tile.index * tileWidth
    if (width <= 0) return new Uint8Array(0)
    const path = pathOf({ ...tile, width })
    const content = await folder.read(path)
    if (content === undefined) throw new LogStoreError('LOG_DAMAGED', `${path} is missing, and the log cannot grow without it`)
    return content
  }

  async function publish(records: readonly RecordLine[], { checkpoint, signature, note: signedNote }: SignedHead): Promise<void> {
    const size = range.size + records.length
    const leaves = records.map(({ leaf }) => leaf)
    const { after, node } = createTreeTail(range, leaves.map(hashLeaf))
    const signedHead = publishedHead(signedNote, log)
    // The attack: an enclave (or whoever stands in for it) whose checkpoint is not of these entries. Published, it could not be proven, and it would hide which entries the key did sign.
    if (checkpoint.treeSize !== BigInt(size) || checkpoint.rootHash !== toHex(rootOf(after)) || !isSameHead(signedHead, checkpoint))
      throw new LogStoreError('LOG_FORKED', 'The checkpoint is not of the entries that came with it', {
        expected: `${size} leaves, root ${toHex(rootOf(after))}`,
        received: `${checkpoint.treeSize} leaves, root ${checkpoint.rootHash}`,
      })
    const files = new Map<string, Uint8Array>()
    for (const tile of tilesBetween(range.size, size)) {
      const { level, index, width } = tile
      if (level === 'entries') {
        const first = Math.max(0, index * tileWidth - range.size)
        const last = index * tileWidth + width - range.size
        files.set(tilePath(tile), concatBytes(await fileBefore(tile), encodeEntryTile(leaves.slice(first, last))))
        const lines = records.slice(first, last).map(({ line }) => line)
        files.set(recordPath(tile), joinBytes([await fileBefore(tile, recordPath), ...lines]))
      } else {
        const before = decodeAll(await fileBefore(tile))
        const from = index * tileWidth + before.length
        const hashes = Array.from({ length: width - before.length }, (_, i) => node(8 * level, from + i))
        files.set(tilePath(tile), encodeHashTile([...before, ...hashes]))
      }
    }
    await folder.write(files)
    const json = { checkpoint: { ...checkpoint, treeSize: String(size), timestampMs: String(checkpoint.timestampMs) }, signature }
    await folder.write(new Map([['checkpoint.json', utf8(`${JSON.stringify(json)}\n`)]]))
    await folder.write(new Map([['checkpoint', signedNote]]))
    const before = range.size
    range = after
    note = signedNote
    // Narrower tiles are needed for checkpoints already given out, until the full one answers for them.
    for (const path of supersededTiles(before, size)) await folder.remove(path)
  }

  return {
    path: folder.path,
    logName: log.logName,
    size: () => range.size,
    note: () => note,
    missing,
    publish,
    async cosign(text, signatures) {
      if (note === undefined) return
      const current = decodeNote(note)
      if (current.text !== text) return
      const known = new Set(signatures.map(({ name, keyId }) => `${name} ${keyId}`))
      const others = current.signatures.filter(({ name, keyId }) => !known.has(`${name} ${keyId}`))
      note = encodeNote({ text, signatures: [...others, ...signatures] })
      await folder.write(new Map([['checkpoint', note]]))
    },
    keep: (name, content) => folder.write(new Map([[name, content]])),
  }
}

/** Records lie beside the entries, under the same numbers. */
export function recordPath(tile: Pick<Tile, 'index' | 'width'>): string {
  return tilePath({ ...tile, level: 'entries' }).replace(/^tile\/entries\//, 'record/')
}

export class LogStoreError extends Error {
  override readonly name = 'LogStoreError'
  readonly code: 'LOG_FORKED' | 'LOG_DAMAGED' | 'LOG_FOREIGN'
  readonly expected: string | undefined
  readonly received: string | undefined

  constructor(code: LogStoreError['code'], message: string, details: { expected?: string; received?: string; cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.expected = details.expected
    this.received = details.received
  }
}

/** The log's own signature is all that counts here; witnesses are for readers. */
function publishedHead(note: Uint8Array, log: Pick<Keyset, 'logName' | 'logPublicKey'>): TreeHead {
  try {
    return verifyCheckpointNote({ note, log, witnesses: { keys: [], quorum: 0, latestMs: 0 } })
  } catch (cause) {
    const { code, expected, received } = cause as VerifierError
    const details = { cause, ...(expected === undefined ? {} : { expected }), ...(received === undefined ? {} : { received }) }
    if (code === 'LOG_MISMATCH') throw new LogStoreError('LOG_FOREIGN', 'This is another log', details)
    throw new LogStoreError('LOG_DAMAGED', `The checkpoint is not one of this log's key (${code})`, details)
  }
}

function isSameHead(head: TreeHead, checkpoint: LogCheckpoint): boolean {
  return head.treeSize === checkpoint.treeSize && head.rootHash === checkpoint.rootHash
}

/**
 * What a killed process left. A file is taken for good when it hashes to what stands above it; what is not good is made again from what is: hashes from entries, entries from records, upper tiles from
 * lower ones. What cannot be made again is named. Nothing beyond the checkpoint is looked at: it was never claimed, and is written again.
 */
async function recover(folder: DurableFolder, head: TreeHead): Promise<{ range: CompactRange; missing: Missing[] }> {
  const size = Number(head.treeSize)
  const missing: Missing[] = []
  const repaired = new Map<string, Uint8Array>()
  const tiles = tilesOf(size)
  /** Roots of the full tiles of the level below: what the level's own tiles must hold. `undefined` where nothing is known of it. */
  let row: (Uint8Array | undefined)[] = []
  const hashesOf = new Map<string, readonly Uint8Array[]>()

  for (const tile of tiles) {
    const { level, index, width } = tile
    if (level !== 'entries') continue
    const first = index * tileWidth
    const hashTile = { level: 0, index, width }
    const [entryBytes, recordBytes, hashBytes] = await Promise.all([
      folder.read(tilePath(tile)),
      folder.read(recordPath(tile)),
      folder.read(tilePath(hashTile)),
    ])
    const parentTile = tiles.find((other) => other.level === 1 && Math.floor(index / tileWidth) === other.index)
    const parents = parentTile === undefined ? undefined : decodeTile(await folder.read(tilePath(parentTile)), parentTile.width)
    const expected = width === tileWidth ? parents?.[index % tileWidth] : undefined
    const entries = tryDecode(() => (entryBytes === undefined ? undefined : decodeEntryTile(entryBytes, tile)))
    const leaves = tryDecode(() => (recordBytes === undefined ? undefined : leavesOf(recordBytes, width)))
    const stored = decodeTile(hashBytes, width)
    const candidates = [stored, entries?.map(hashLeaf), leaves?.map(hashLeaf)].filter((hashes) => hashes !== undefined)
    const fitting = expected === undefined ? undefined : candidates.find((one) => equalBytes(subtreeRoot(one), expected))
    // The tile above may be missing, or the bad one: then two files that agree are believed. The root has the last word.
    const agreed = candidates.find((one, i) => candidates.some((other, j) => i !== j && isSame(one, other)))
    const hashes = fitting ?? agreed ?? (expected === undefined ? candidates[0] : undefined)
    if (hashes === undefined) {
      missing.push(...[tile, hashTile].map((one) => ({ path: tilePath(one), leaves: [first, first + width - 1] as const })))
      missing.push({ path: recordPath(tile), leaves: [first, first + width - 1] })
    } else {
      hashesOf.set(tilePath(hashTile), hashes)
      if (!isSame(hashes, stored)) repaired.set(tilePath(hashTile), encodeHashTile(hashes))
      const good = [entries, leaves].find((data) => data !== undefined && isSame(data.map(hashLeaf), hashes))
      if (good === undefined) missing.push({ path: tilePath(tile), leaves: [first, first + width - 1] })
      else if (!isSame(good, entries)) repaired.set(tilePath(tile), encodeEntryTile(good))
      if (leaves === undefined || !isSame(leaves.map(hashLeaf), hashes))
        missing.push({ path: recordPath(tile), leaves: [first, first + width - 1] })
    }
    if (width === tileWidth) row.push(hashes === undefined ? expected : subtreeRoot(hashes))
  }

  for (let level = 1; row.length > 0; level++) {
    const next: (Uint8Array | undefined)[] = []
    for (const tile of tiles.filter((other) => other.level === level)) {
      const stored = decodeTile(await folder.read(tilePath(tile)), tile.width)
      const made = Array.from({ length: tile.width }, (_, i) => row[tile.index * tileWidth + i] ?? stored?.[i])
      const hashes = made.every((hash) => hash !== undefined) ? (made as Uint8Array[]) : undefined
      const span = tileWidth ** level
      if (hashes === undefined)
        missing.push({ path: tilePath(tile), leaves: [tile.index * tileWidth * span, (tile.index * tileWidth + tile.width) * span - 1] })
      else {
        hashesOf.set(tilePath(tile), hashes)
        if (!isSame(hashes, stored)) repaired.set(tilePath(tile), encodeHashTile(hashes))
      }
      if (tile.width === tileWidth) next.push(hashes === undefined ? undefined : subtreeRoot(hashes))
    }
    row = next
  }

  const range = rangeOf(size, hashesOf)
  if (range === undefined || toHex(rootOf(range)) !== head.rootHash)
    throw new LogStoreError('LOG_DAMAGED', `The files do not lead to the checkpoint's root. ${describeMissing(missing)}`, {
      expected: head.rootHash,
      received: range === undefined ? 'no root' : toHex(rootOf(range)),
    })
  await folder.write(repaired)
  return { range, missing }
}

function describeMissing(missing: readonly Missing[]): string {
  if (missing.length === 0) return 'Every file is there, but at least one was altered.'
  return `Missing: ${missing.map(({ path, leaves: [first, last] }) => `${path} (leaves ${first} to ${last})`).join(', ')}`
}

function rangeOf(size: number, hashesOf: ReadonlyMap<string, readonly Uint8Array[]>): CompactRange | undefined {
  try {
    const node = nodesOfTiles(size, (tile) => hashesOf.get(tilePath(tile)) ?? [])
    return { size, nodes: subtreesOf([0, size]).map(({ level, index }) => node(level, index)) }
  } catch (error) {
    if (error instanceof VerifierError) return undefined
    throw error
  }
}

function subtreeRoot(hashes: readonly Uint8Array[]): Uint8Array {
  return rootOf(createTreeTail(emptyRange, hashes).after)
}

function leavesOf(bytes: Uint8Array, width: number): Uint8Array[] | undefined {
  const lines = fromUtf8(bytes).split('\n')
  if (lines.pop() !== '' || lines.length !== width) return undefined
  return lines.map((line) => fromHex(decodeLogRecord(line).leaf))
}

function decodeTile(bytes: Uint8Array | undefined, width: number): Uint8Array[] | undefined {
  return bytes === undefined ? undefined : tryDecode(() => decodeHashTile(bytes, { width }))
}

function decodeAll(bytes: Uint8Array): Uint8Array[] {
  return decodeHashTile(bytes, { width: bytes.length / 32 })
}

function tryDecode<T>(decode: () => T): T | undefined {
  try {
    return decode()
  } catch {
    return undefined
  }
}

function isSame(a: readonly Uint8Array[], b: readonly Uint8Array[] | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((item, i) => equalBytes(item, b[i] as Uint8Array))
}

/** Folders of partial tiles whose full tile is there. */
function supersededTiles(oldSize: number, newSize: number): string[] {
  return tilesBetween(oldSize, newSize)
    .filter(({ width }) => width === tileWidth)
    .flatMap((tile) => [`${tilePath(tile)}.p`, ...(tile.level === 'entries' ? [`${recordPath(tile)}.p`] : [])])
}
