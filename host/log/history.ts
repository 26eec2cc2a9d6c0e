import { decodeAttestation } from '@nacre/verifier/attestation'
import { fromUtf8, toHex, utf8 } from '@nacre/verifier/bytes'
import type { Epoch, UpgradeApproval } from '@nacre/verifier/history'
import { decodeLogOpening } from '@nacre/verifier/log-opening'
import { decodeLogRecord } from '@nacre/verifier/log-record'
import { consistencyProof, consistencyRanges, inclusionProof, inclusionRanges } from '@nacre/verifier/merkle'
import { tileWidth } from '@nacre/verifier/tlog-tiles'
import { type LogSource, SourceError } from '../audit/source.ts'
import { readHead, readNodes, required } from '../log-place.ts'
import { recordPath } from './store.ts'

/**
 * The key epochs behind a log, oldest first, from the static files of a host's logs: each log names the one before it. Not verified: `verifyHistory` says what it is worth.
 *
 * @param source below which every log lies in the folder of its key's address
 * @throws {@link SourceError} when a file of a log that is there is missing
 */
export async function readHistory(parameters: {
  source: LogSource
  /** Address of the last receipt key, lower case. */
  last: string
  approvals: readonly UpgradeApproval[]
}): Promise<Epoch[]> {
  const { source, approvals } = parameters
  const epochs: Epoch[] = []
  const seen = new Set<string>()
  let folder: string | undefined = parameters.last
  let shownSize: number | undefined
  while (folder !== undefined && !seen.has(folder)) {
    seen.add(folder)
    const log = below(source, folder)
    // The log that the oldest one names may be another host's, or long gone.
    if (epochs.length > 0 && (await log.read('keyset', 64 * 1024)) === null) break
    const epoch = await readEpoch(log, shownSize)
    epochs.unshift(epoch)
    const { previous } = decodeLogOpening(epoch.opening)
    folder = /^nacre\/(0x[0-9a-f]{40})$/.exec(previous?.origin ?? '')?.[1]
    shownSize = previous?.treeSize
  }
  return epochs.map((epoch, at) => ({ ...epoch, approval: approvalOf(epoch, epochs[at - 1], approvals) }))
}

async function readEpoch(log: LogSource, shownSize: number | undefined): Promise<Epoch> {
  const [attestation, keyset] = await Promise.all([required(log, 'attestation'), required(log, 'keyset')])
  const { checkpoint, signature } = await readHead(log)
  const treeSize = Number(checkpoint.treeSize)
  const ofOpening = await readNodes(log, inclusionRanges(0, treeSize), treeSize)
  const isGrown = shownSize !== undefined && shownSize > 0 && shownSize < treeSize
  const ofShown = isGrown ? await readNodes(log, consistencyRanges(shownSize, treeSize), treeSize) : null
  return {
    attestation,
    keyset,
    opening: await readOpening(log, treeSize),
    checkpoint,
    checkpointSignature: signature,
    openingProof: inclusionProof(0, treeSize, ofOpening).map(toHex),
    successionProof: isGrown && ofShown !== null ? consistencyProof(shownSize, treeSize, ofShown).map(toHex) : [],
    approval: null,
  }
}

async function readOpening(log: LogSource, treeSize: number): Promise<Uint8Array> {
  const width = Math.min(treeSize, tileWidth)
  const paths = [...new Set([width, tileWidth])].map((each) => recordPath({ index: 0, width: each }))
  for (const path of paths) {
    const lines = await log.read(path, tileWidth * 8200 * 4)
    if (lines === null) continue
    const record = decodeLogRecord(fromUtf8(lines).split('\n', 1)[0] ?? '')
    if ('opening' in record) return utf8(record.opening)
    throw new SourceError(`${log.name}: ${path} does not begin with an opening`)
  }
  throw new SourceError(`${log.name} has no file "${paths[0]}"`)
}

function approvalOf(epoch: Epoch, before: Epoch | undefined, approvals: readonly UpgradeApproval[]): UpgradeApproval | null {
  if (before === undefined) return null
  const [from, to] = [imageText(before), imageText(epoch)]
  if (from === to) return null
  const text = ({ pcr0, pcr1, pcr2 }: UpgradeApproval['migration']['from']) => [pcr0, pcr1, pcr2].join().toLowerCase()
  return approvals.find(({ migration }) => text(migration.from) === from && text(migration.to) === to) ?? null
}

function imageText({ attestation }: Epoch): string {
  const { pcrs } = decodeAttestation(attestation)
  return [0, 1, 2].map((index) => pcrs.get(index)).join()
}

function below(source: LogSource, folder: string): LogSource {
  return { name: `${source.name}/${folder}`, read: (path, bytesMax) => source.read(`${folder}/${path}`, bytesMax) }
}
