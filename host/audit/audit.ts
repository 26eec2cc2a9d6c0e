import type { VerificationTime } from '@nacre/verifier/attestation'
import { equalBytes, fromUtf8, type Hex, toHex } from '@nacre/verifier/bytes'
import type { Certificate } from '@nacre/verifier/certificate'
import {
  type Cosignature,
  checkpointFromJson,
  decodeTreeHead,
  type LogCheckpoint,
  verifyCheckpoint,
  verifyCheckpointNote,
  type WitnessPolicy,
} from '@nacre/verifier/checkpoint'
import { type VerifiedEnclave, verifyEnclave } from '@nacre/verifier/enclave-identity'
import { VerifierError, type VerifierErrorCode } from '@nacre/verifier/errors'
import type { LogOpening } from '@nacre/verifier/log-opening'
import { decodeLogRecord, verifyLogRecord } from '@nacre/verifier/log-record'
import type { ModelManifest } from '@nacre/verifier/manifest'
import { appendLeaf, type CompactRange, emptyRange, hashLeaf, hashNode, rootOf } from '@nacre/verifier/merkle'
import { decodeNote } from '@nacre/verifier/note'
import type { Policy } from '@nacre/verifier/policy'
import type { Receipt } from '@nacre/verifier/receipt'
import { decodeTensors, type Tensor } from '@nacre/verifier/tensor'
import { decodeEntryTile, decodeHashTile, type Tile, tilePath, tilesOf, tileWidth } from '@nacre/verifier/tlog-tiles'
import { chooseEngine, type EngineChoice } from '../replay/choose-engine.ts'
import type { ReplayVerdict } from '../replay/comparison.ts'
import type { ReplayEngine } from '../replay/engine.ts'
import { replayAnswer } from '../replay/replay.ts'
import { ReplayError, type ReplayErrorCode } from '../replay/replay-error.ts'
import { drawSample, sampleSeed } from './sample.ts'
import { type LogSource, SourceError } from './source.ts'

/**
 * Walks a whole log: the enclave behind it, its checkpoint, every entry, every signature, every number, and computes a sample of its answers again.
 *
 * What it finds is in the report, and nothing it finds stops it; only a log without a verified enclave and checkpoint is refused.
 *
 * @throws `VerifierError` for enclave and checkpoint, `SourceError`, {@link ReplayError} for a model that cannot be loaded
 */
export async function auditLog(
  parameters: AuditParameters,
): Promise<{ report: AuditReport /** To keep for the next audit. */; note: Uint8Array }> {
  const { source, progress } = parameters
  const findings: Finding[] = []
  const head = await verifyHead(parameters)
  const walk = await walkEntries({ ...parameters, head, findings })
  if (walk.root !== null && walk.root !== head.checkpoint.rootHash)
    findings.push(finding('INCLUSION_INVALID', `The entries lead to another root than the checkpoint's: ${walk.root}`))
  checkKnown(parameters.known, head, walk, findings)
  const sample = await replaySample({ ...parameters, head, walk, findings })
  progress?.({ phase: 'done', done: 1, total: 1 })
  const { enclave, checkpoint, cosignatures, attestationBytes } = head
  const report: AuditReport = {
    format: 'nacre/audit/1',
    ok: findings.length === 0,
    log: {
      source: source.name,
      origin: enclave.keyset.logName,
      ...checkpoint,
      treeSize: Number(checkpoint.treeSize),
      timestampMs: Number(checkpoint.timestampMs),
    },
    enclave: {
      signer: enclave.signer,
      documentTimeMs: enclave.attestation.timestampMs,
      documentBytes: attestationBytes,
      pcrs: Object.fromEntries([0, 1, 2, 16].flatMap((index) => [[`pcr${index}`, enclave.attestation.pcrs.get(index) ?? null]])),
    },
    witnesses: cosignatures,
    opening: walk.opening,
    entries: walk.entries,
    receipts: walk.receipts,
    signed: walk.signed,
    byModel: [...walk.byModel].map(([modelId, count]) => ({ modelId, name: nameOf(parameters.models, modelId), count })),
    repeatedRequests: walk.repeated,
    firstMs: walk.firstMs,
    lastMs: walk.lastMs,
    timeline: timelineOf(walk.timesMs),
    sample,
    findings,
  }
  return { report, note: head.note }
}

export type AuditParameters = {
  source: LogSource
  root: Certificate
  policy: Pick<Policy, 'measurements'>
  time: VerificationTime
  witnesses: WitnessPolicy
  /** A note that the auditor kept from an earlier visit: the log must begin with it. */
  known?: Uint8Array | undefined
  models: readonly AuditModel[]
  sampleSize: number
  /** Public and unknown when the log was signed. */
  beacon: Uint8Array
  engine: EngineChoice
  tolerance?: number | undefined
  timeoutMs: number
  progress?: ((progress: Progress) => void) | undefined
}

/** `weightsPath` is a program's folder. */
export type AuditModel = { readonly id: Hex; readonly manifest: ModelManifest; readonly weightsPath: string }
export type Progress = { readonly phase: 'entries' | 'replay' | 'done'; readonly done: number; readonly total: number }

/** Something that a whole and honest log would not show. */
export type Finding = { readonly code: FindingCode; readonly text: string; readonly index?: number }
export type FindingCode =
  | VerifierErrorCode
  | ReplayErrorCode
  /** A file of the log is not there. */
  | 'FILE_MISSING'
  /** A file holds other hashes than the entries make. */
  | 'TILE_MISMATCH'
  /** A receipt is earlier than one before it, or later than the checkpoint. */
  | 'TIME_OUT_OF_ORDER'
  | 'REPLAY_MISMATCH'

export type AuditReport = {
  readonly format: 'nacre/audit/1'
  readonly ok: boolean
  readonly log: {
    readonly source: string
    readonly origin: string
    readonly treeSize: number
    readonly rootHash: Hex
    readonly timestampMs: number
  }
  readonly enclave: {
    readonly signer: string
    readonly documentTimeMs: number
    readonly documentBytes: number
    readonly pcrs: { readonly [name: string]: Hex | null }
  }
  readonly witnesses: readonly Cosignature[]
  readonly opening: LogOpening | null
  readonly entries: number
  readonly receipts: number
  /** Receipts with a signature of their own; the others are signed by the checkpoint. */
  readonly signed: number
  readonly byModel: readonly { readonly modelId: Hex; readonly name: string | null; readonly count: number }[]
  /** Receipts whose request id an earlier one has: allowed, and worth knowing. */
  readonly repeatedRequests: number
  readonly firstMs: number | null
  readonly lastMs: number | null
  readonly timeline: readonly { readonly fromMs: number; readonly count: number }[]
  readonly sample: AuditSample
  readonly findings: readonly Finding[]
}

export type AuditSample = {
  readonly beacon: Hex
  readonly seed: Hex
  /** Receipts of models that were given. */
  readonly population: number
  readonly results: readonly SampleResult[]
}

export type SampleResult = {
  readonly index: number
  readonly modelId: Hex
  /** `not-kept`: the log's host has no tensors of it. */
  readonly verdict: ReplayVerdict | 'not-kept' | 'failed'
  readonly engine: string | null
  readonly ulpMax: number | null
  readonly absoluteMax: number | null
  readonly element: string | null
  readonly reasons: readonly string[]
}

type Head = {
  enclave: VerifiedEnclave
  checkpoint: LogCheckpoint
  cosignatures: readonly Cosignature[]
  attestationBytes: number
  note: Uint8Array
}

/** Document, keyset, and the head of the log by both of its signatures. */
async function verifyHead({ source, root, policy, time, witnesses }: AuditParameters): Promise<Head> {
  const attestation = await required(source, 'attestation', 32 * 1024)
  const keyset = await required(source, 'keyset', 64 * 1024)
  const enclave = await verifyEnclave({ attestation, keyset, root, policy, time })
  for (let attempt = 1; ; attempt++) {
    const note = await required(source, 'checkpoint', 64 * 1024)
    const { checkpoint: unverified, signature } = parseCheckpoint(await required(source, 'checkpoint.json', 16 * 1024))
    const head = verifyCheckpointNote({ note, log: enclave.keyset, witnesses })
    const checkpoint = await verifyCheckpoint({ checkpoint: unverified, signature, signer: enclave.signer })
    // Between the two readings the log may have grown; for one size there is one root.
    if (checkpoint.treeSize !== head.treeSize && attempt < headAttemptsMax) continue
    if (checkpoint.treeSize !== head.treeSize || checkpoint.rootHash !== head.rootHash)
      throw new VerifierError('LOG_MISMATCH', 'The two forms of the checkpoint differ', {
        expected: `${head.treeSize} leaves, ${head.rootHash}`,
        received: `${checkpoint.treeSize} leaves, ${checkpoint.rootHash}`,
      })
    if (checkpoint.treeSize > BigInt(entriesMax))
      throw new VerifierError('CHECKPOINT_MALFORMED', 'A log larger than this audit walks', {
        expected: `at most ${entriesMax}`,
        received: String(checkpoint.treeSize),
      })
    return { enclave, checkpoint, cosignatures: head.cosignatures, attestationBytes: attestation.length, note }
  }
}

const headAttemptsMax = 5
const entriesMax = 100_000_000

async function required(source: LogSource, path: string, bytesMax: number): Promise<Uint8Array> {
  const bytes = await source.read(path, bytesMax)
  if (bytes === null)
    throw new SourceError(`${source.name} has no file "${path}": is it the address of a log? ${await logsOf(source)}`.trimEnd())
  return bytes
}

/** A host of several logs lists them beside their folders. */
async function logsOf(source: LogSource): Promise<string> {
  try {
    const list = await source.read('logs.json', 1 << 20)
    const logs = list === null ? [] : (JSON.parse(fromUtf8(list)) as { path: string }[])
    return logs.length === 0
      ? ''
      : `Logs are at ${logs
          .map(({ path }) => String(path).slice(0, 60))
          .slice(-5)
          .join(', ')}.`
  } catch {
    return ''
  }
}

function parseCheckpoint(bytes: Uint8Array): { checkpoint: LogCheckpoint; signature: Hex } {
  let json: { checkpoint?: unknown; signature?: unknown } | null
  try {
    json = JSON.parse(fromUtf8(bytes)) as typeof json
  } catch (cause) {
    throw new VerifierError('CHECKPOINT_MALFORMED', 'checkpoint.json is not JSON', { cause })
  }
  return { checkpoint: checkpointFromJson(json?.checkpoint), signature: json?.signature as Hex }
}

type Walk = {
  root: Hex | null
  entries: number
  receipts: number
  signed: number
  opening: LogOpening | null
  byModel: Map<Hex, number>
  repeated: number
  timesMs: number[]
  firstMs: number | null
  lastMs: number | null
  /** Of receipts whose model is at hand. */
  candidates: { index: number; receipt: Receipt }[]
  rootAt: ReadonlyMap<number, Hex>
}

type WalkParameters = AuditParameters & { head: Head; findings: Finding[] }

async function walkEntries(parameters: WalkParameters): Promise<Walk> {
  const { source, head, findings, known, models, progress } = parameters
  const { enclave, checkpoint } = head
  const treeSize = Number(checkpoint.treeSize)
  const knownSize = knownHead(known)?.treeSize ?? null
  const given = new Set(models.map(({ id }) => id))
  const walk: Walk = {
    root: null,
    entries: 0,
    receipts: 0,
    signed: 0,
    opening: null,
    byModel: new Map(),
    repeated: 0,
    timesMs: [],
    firstMs: null,
    lastMs: null,
    candidates: [],
    rootAt: new Map(),
  }
  const rootAt = new Map<number, Hex>()
  const requests = new Set<Hex>()
  let range: CompactRange | null = emptyRange
  /** Roots of full tiles, level by level: what hash tiles above the first hold. */
  let row: Uint8Array[] = []
  const tiles = tilesOf(treeSize).filter(({ level }) => level === 'entries')
  const files = prefetch(tiles, (tile) => readTile(source, tile), readAhead)
  for (const tile of tiles) {
    const first = tile.index * tileWidth
    const { entries, hashes, records } = await files.next(tile)
    const leaves = leavesOf(tile, entries, findings)
    const served = hashesOf(tile, hashes, findings)
    const leafHashes = leaves?.map(hashLeaf) ?? served
    if (leaves !== null && served !== null && leafHashes !== null)
      for (const [i, hash] of leafHashes.entries())
        if (!equalBytes(hash, served[i] as Uint8Array))
          findings.push(finding('TILE_MISMATCH', `${tilePath({ ...tile, level: 0 })} holds another hash than the entry makes`, first + i))
    if (leafHashes === null) range = null
    for (const hash of leafHashes ?? []) {
      if (range === null) break
      range = appendLeaf(range, hash)
      if (range.size === knownSize) rootAt.set(range.size, toHex(rootOf(range)))
    }
    if (leafHashes !== null && tile.width === tileWidth) row.push(subtreeRoot(leafHashes))
    walk.entries += leaves?.length ?? 0
    await walkRecords({ tile, leaves, records, walk, requests, given, enclave, checkpoint, findings })
    progress?.({ phase: 'entries', done: first + tile.width, total: treeSize })
  }
  if (range !== null) {
    walk.root = toHex(rootOf(range))
    row = await checkUpperTiles(source, treeSize, row, findings)
  }
  return { ...walk, rootAt }
}

const readAhead = 8

async function readTile(source: LogSource, tile: Tile): Promise<TileFiles> {
  const [entries, hashes, records] = await Promise.all([
    readTileFile(source, tile, tilePath, tileWidth * (2 + 0xffff)),
    readTileFile(source, { ...tile, level: 0 }, tilePath, tileWidth * 32),
    readTileFile(source, tile, recordPath, tileWidth * 8200 * 4),
  ])
  return { entries, hashes, records }
}

type TileFiles = { entries: TileFile | null; hashes: TileFile | null; records: TileFile | null }
/** `width` is what the file holds, which may be more than was asked for. */
type TileFile = { bytes: Uint8Array; width: number }

/** A log that has grown in the meantime may keep the full tile only. */
async function readTileFile(source: LogSource, tile: Tile, path: (tile: Tile) => string, bytesMax: number): Promise<TileFile | null> {
  const bytes = await source.read(path(tile), bytesMax)
  if (bytes !== null) return { bytes, width: tile.width }
  if (tile.width === tileWidth) return null
  const full = await source.read(path({ ...tile, width: tileWidth }), bytesMax)
  return full === null ? null : { bytes: full, width: tileWidth }
}

function recordPath(tile: Tile): string {
  return tilePath({ ...tile, level: 'entries' }).replace(/^tile\/entries\//, 'record/')
}

/** Reads a few ahead of what is asked for, in order. */
function prefetch<value>(tiles: readonly Tile[], read: (tile: Tile) => Promise<value>, ahead: number) {
  const started = new Map<Tile, Promise<value>>()
  let next = 0
  return {
    next(tile: Tile): Promise<value> {
      while (next < tiles.length && started.size < ahead) {
        const begun = tiles[next++] as Tile
        const reading = read(begun)
        // Whoever awaits it gets the error; until then nobody does.
        reading.catch(() => {})
        started.set(begun, reading)
      }
      const reading = started.get(tile) ?? read(tile)
      started.delete(tile)
      return reading
    },
  }
}

function leavesOf(tile: Tile, file: TileFile | null, findings: Finding[]): Uint8Array[] | null {
  const first = tile.index * tileWidth
  if (file === null) {
    findings.push(finding('FILE_MISSING', `${tilePath(tile)}: entries ${first} to ${first + tile.width - 1}`, first))
    return null
  }
  return caught(findings, first, () => {
    const leaves = decodeEntryTile(file.bytes, file).slice(0, tile.width)
    if (leaves.some(({ length }) => length !== 32)) throw new VerifierError('TILE_MALFORMED', `${tilePath(tile)}: an entry is not 32 bytes`)
    return leaves
  })
}

function hashesOf(tile: Tile, file: TileFile | null, findings: Finding[]): Uint8Array[] | null {
  const hashTile = { ...tile, level: 0 }
  const first = tile.index * tileWidth
  if (file === null) {
    findings.push(finding('FILE_MISSING', `${tilePath(hashTile)}: hashes ${first} to ${first + tile.width - 1}`, first))
    return null
  }
  return caught(findings, first, () => decodeHashTile(file.bytes, file).slice(0, tile.width))
}

type RecordsParameters = {
  tile: Tile
  leaves: readonly Uint8Array[] | null
  records: TileFile | null
  walk: Walk
  requests: Set<Hex>
  given: ReadonlySet<Hex>
  enclave: VerifiedEnclave
  checkpoint: LogCheckpoint
  findings: Finding[]
}

async function walkRecords({
  tile,
  leaves,
  records,
  walk,
  requests,
  given,
  enclave,
  checkpoint,
  findings,
}: RecordsParameters): Promise<void> {
  const first = tile.index * tileWidth
  if (records === null) {
    findings.push(finding('FILE_MISSING', `record/…: records ${first} to ${first + tile.width - 1}`, first))
    return
  }
  if (leaves === null) return
  const lines = Buffer.from(records.bytes).toString('utf8').split('\n')
  const isWhole = lines.pop() === ''
  if (!isWhole || lines.length !== records.width)
    findings.push(finding('LOG_RECORD_MALFORMED', `${lines.length} whole records for ${records.width} entries from ${first}`, first))
  for (const [i, leaf] of leaves.entries()) {
    const index = first + i
    const line = lines[i]
    if (line === undefined) {
      findings.push(finding('FILE_MISSING', `No record of entry ${index}`, index))
      continue
    }
    try {
      const record = decodeLogRecord(line)
      const verified = await verifyLogRecord({ record, index, leaf, logName: enclave.keyset.logName, signer: enclave.signer })
      if ('opening' in verified) walk.opening = verified.opening
      else take(verified.receipt, index, 'signature' in record && record.signature !== null)
    } catch (error) {
      if (!(error instanceof VerifierError)) throw error
      findings.push(finding(error.code, error.message, index))
    }
  }

  function take(receipt: Receipt, index: number, isSigned: boolean): void {
    const timeMs = Number(receipt.timestampMs)
    walk.receipts++
    if (isSigned) walk.signed++
    walk.byModel.set(receipt.modelId, (walk.byModel.get(receipt.modelId) ?? 0) + 1)
    if (requests.has(receipt.requestId)) walk.repeated++
    requests.add(receipt.requestId)
    if (!enclave.keyset.modelIds.includes(receipt.modelId))
      findings.push(finding('MODELS_NOT_MEASURED', `Receipt of a model that the enclave did not measure: ${receipt.modelId}`, index))
    if (timeMs < (walk.lastMs ?? 0)) findings.push(finding('TIME_OUT_OF_ORDER', 'A receipt is earlier than the one before it', index))
    if (receipt.timestampMs > checkpoint.timestampMs)
      findings.push(finding('TIME_OUT_OF_ORDER', 'A receipt is later than the checkpoint', index))
    walk.firstMs ??= timeMs
    walk.lastMs = Math.max(timeMs, walk.lastMs ?? 0)
    walk.timesMs.push(timeMs)
    if (given.has(receipt.modelId)) walk.candidates.push({ index, receipt })
  }
}

/** Hash tiles above the first level, from the roots of the full tiles below. */
async function checkUpperTiles(
  source: LogSource,
  treeSize: number,
  leafTileRoots: Uint8Array[],
  findings: Finding[],
): Promise<Uint8Array[]> {
  let row = leafTileRoots
  for (const tile of tilesOf(treeSize)) {
    if (tile.level === 'entries' || tile.level === 0) continue
    if (tile.index === 0 && tile.level > 1) {
      const below = row
      row = Array.from({ length: Math.floor(below.length / tileWidth) }, (_, i) =>
        subtreeRoot(below.slice(i * tileWidth, (i + 1) * tileWidth)),
      )
    }
    const file = await readTileFile(source, tile, tilePath, tileWidth * 32)
    const served = file === null ? null : caught(findings, undefined, () => decodeHashTile(file.bytes, file).slice(0, tile.width))
    if (file === null) findings.push(finding('FILE_MISSING', tilePath(tile)))
    for (const [i, hash] of (served ?? []).entries()) {
      const expected = row[tile.index * tileWidth + i]
      if (expected !== undefined && !equalBytes(hash, expected))
        findings.push(finding('TILE_MISMATCH', `${tilePath(tile)} holds another hash than the tiles below make, at ${i}`))
    }
  }
  return row
}

function subtreeRoot(hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes
  while (row.length > 1)
    row = Array.from({ length: row.length / 2 }, (_, i) => hashNode(row[2 * i] as Uint8Array, row[2 * i + 1] as Uint8Array))
  return row[0] as Uint8Array
}

function knownHead(note: Uint8Array | undefined): { origin: string; treeSize: number; rootHash: Hex } | null {
  if (note === undefined) return null
  const { origin, treeSize, rootHash } = decodeTreeHead(decodeNote(note).text)
  return { origin, treeSize: Number(treeSize), rootHash }
}

/** A log that was rewound or forked has another root where the kept checkpoint had one. */
function checkKnown(known: Uint8Array | undefined, { enclave, checkpoint }: Head, walk: Walk, findings: Finding[]): void {
  if (known === undefined) return
  // Only what this log's key signed is evidence against it.
  const { treeSize, rootHash } = verifyCheckpointNote({ note: known, log: enclave.keyset, witnesses: { keys: [], quorum: 0, latestMs: 0 } })
  if (treeSize > checkpoint.treeSize)
    findings.push(finding('CONSISTENCY_INVALID', `The log was rewound: it had ${treeSize} leaves, and now shows ${checkpoint.treeSize}`))
  else if (treeSize > 0n && walk.root !== null && walk.rootAt.get(Number(treeSize)) !== rootHash)
    findings.push(
      finding('CONSISTENCY_INVALID', `The log was forked: its first ${treeSize} leaves are not those of the checkpoint that was kept`),
    )
}

type SampleParameters = WalkParameters & { walk: Walk }

async function replaySample(parameters: SampleParameters): Promise<AuditSample> {
  const { source, head, walk, models, sampleSize, beacon, engine: choice, tolerance, timeoutMs, findings, progress } = parameters
  const seed = await sampleSeed({ rootHash: head.checkpoint.rootHash, treeSize: Number(head.checkpoint.treeSize), beacon })
  const chosen = await drawSample(seed, walk.candidates.length, sampleSize)
  const engines = new Map<Hex, { engine: ReplayEngine; isExact: boolean }>()
  const results: SampleResult[] = []
  try {
    for (const [done, at] of chosen.entries()) {
      const { index, receipt } = walk.candidates[at] as Walk['candidates'][number]
      const model = models.find(({ id }) => id === receipt.modelId) as AuditModel
      let opened = engines.get(model.id)
      if (opened === undefined) {
        opened = await chooseEngine({ choice, manifest: model.manifest, weightsPath: model.weightsPath, timeoutMs })
        engines.set(model.id, opened)
      }
      const result = await replayOne({ source, index, receipt, model, ...opened, tolerance })
      results.push(result)
      if (result.verdict === 'mismatch')
        findings.push(finding('REPLAY_MISMATCH', [result.element, ...result.reasons].filter(Boolean).join(' '), index))
      if (result.verdict === 'failed') findings.push(finding('RUN_FAILED', result.reasons.join(' '), index))
      progress?.({ phase: 'replay', done: done + 1, total: chosen.length })
    }
  } finally {
    for (const { engine } of engines.values()) engine.close()
  }
  return { beacon: toHex(beacon), seed, population: walk.candidates.length, results }
}

async function replayOne(parts: {
  source: LogSource
  index: number
  receipt: Receipt
  model: AuditModel
  engine: ReplayEngine
  isExact: boolean
  tolerance: number | undefined
}): Promise<SampleResult> {
  const { source, index, receipt, model, engine, isExact, tolerance } = parts
  const common = { index, modelId: receipt.modelId, engine: engine.kind, ulpMax: null, absoluteMax: null, element: null, reasons: [] }
  const inputs = await readTensors(source, receipt.inputHash)
  if (inputs === null) return { ...common, verdict: 'not-kept' }
  const outputs = await readTensors(source, receipt.outputHash)
  if (inputs === 'malformed' || outputs === 'malformed')
    return { ...common, verdict: 'failed', reasons: ['The tensors that are kept are malformed.'] }
  try {
    const answer = { manifest: model.manifest, receipt, inputs, outputs }
    const { verdict, comparison, reasons } = await replayAnswer({ answer, engine, tolerance: isExact ? 0 : tolerance })
    const tensors = comparison?.tensors ?? []
    const differing = tensors.find(({ first }) => first !== null)
    const at = differing?.first
    return {
      ...common,
      verdict,
      ulpMax: largest(tensors.map(({ ulpMax }) => ulpMax)),
      absoluteMax: largest(tensors.map(({ absoluteMax }) => absoluteMax)),
      element:
        at === null || at === undefined
          ? null
          : `${differing?.name}[${at.position.join(', ')}]: recorded ${at.recorded}, computed ${at.computed}.`,
      reasons: reasons.map(({ text }) => text),
    }
  } catch (error) {
    if (!(error instanceof ReplayError)) throw error
    return { ...common, verdict: 'failed', reasons: [`${error.message} [${error.code}]`] }
  }
}

async function readTensors(source: LogSource, hash: Hex): Promise<Tensor[] | null | 'malformed'> {
  const bytes = await source.read(`tensors/${hash.slice(2)}`, tensorsBytesMax)
  if (bytes === null) return null
  try {
    return decodeTensors(bytes)
  } catch {
    return 'malformed'
  }
}

const tensorsBytesMax = 256 << 20

function largest(values: readonly (number | null)[]): number | null {
  const numbers = values.filter((value) => value !== null)
  return numbers.length === 0 ? null : Math.max(...numbers)
}

function timelineOf(timesMs: readonly number[]): AuditReport['timeline'] {
  const [first, last] = [timesMs[0], timesMs.at(-1)]
  if (first === undefined || last === undefined) return []
  const from = Math.min(first, last)
  const widthMs = Math.max(1, Math.ceil((Math.max(first, last) - from + 1) / timelineBins))
  const counts = Array.from({ length: timelineBins }, () => 0)
  for (const timeMs of timesMs) {
    const bin = Math.min(timelineBins - 1, Math.max(0, Math.floor((timeMs - from) / widthMs)))
    counts[bin] = (counts[bin] as number) + 1
  }
  return counts.map((count, bin) => ({ fromMs: from + bin * widthMs, count }))
}

const timelineBins = 60

function nameOf(models: readonly AuditModel[], modelId: Hex): string | null {
  return models.find(({ id }) => id === modelId)?.manifest.name ?? null
}

function caught<value>(findings: Finding[], index: number | undefined, work: () => value): value | null {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error
    findings.push(finding(error.code, error.message, index))
    return null
  }
}

function finding(code: FindingCode, text: string, index?: number): Finding {
  return index === undefined ? { code, text } : { code, text, index }
}
