import type { Address } from 'viem'
import { hashTypedData, sha256 as sha256Sync } from 'viem/utils'
import { type VerifiedAttestation, verifyAttestation } from './attestation.ts'
import { concatBytes, equalBytes, fromHex, type Hex, isHex, sha256, toHex } from './bytes.ts'
import { type CborMap, type CborValue, cborMap, decodeCbor, encodeCbor } from './cbor.ts'
import type { Certificate } from './certificate.ts'
import { type ChainCache, createChainCache } from './chain.ts'
import { checkCheckpoint, type LogCheckpoint, type TreeHead, verifyCheckpoint } from './checkpoint.ts'
import { type VerifiedEnclave, verifyKeyset } from './enclave-identity.ts'
import { VerifierError } from './errors.ts'
import { type ImageMeasurement, type Migration, migrationTypedData } from './handover.ts'
import type { Keyset } from './keyset.ts'
import { decodeLogOpening, type LogOpening } from './log-opening.ts'
import { hashLeaf, proofLengthMax, verifyConsistency, verifyInclusion } from './merkle.ts'
import { assertMeasurement, assertNotDebug, type Measurement } from './policy.ts'
import { receiptKeyAddress } from './receipt.ts'
import { proofBytes } from './receipt-proof.ts'
import { recoverSigner } from './signature.ts'
import type { Verified } from './verified.ts'

/**
 * The life of one receipt key: an enclave draws it at its start and takes it along when it ends. What ties epochs together is leaf 0 of each log, in which the enclave names the head of the log before it.
 */
export type Epoch = {
  /** COSE_Sign1 attestation document of this key, of any time. */
  readonly attestation: Uint8Array
  /** Keyset, bytes as served. */
  readonly keyset: Uint8Array
  /** Leaf 0, canonical JSON. */
  readonly opening: Uint8Array
  /** The last head of the log that is known, and its signature by the receipt key. */
  readonly checkpoint: LogCheckpoint
  readonly checkpointSignature: Hex
  /** That `opening` is leaf 0 under `checkpoint`. */
  readonly openingProof: readonly Hex[]
  /** That `checkpoint` begins with the head that the next epoch's opening names; empty in the last epoch. */
  readonly successionProof: readonly Hex[]
  /** The owner's word that this image may follow the one before. */
  readonly approval: UpgradeApproval | null
}

export type UpgradeApproval = { readonly migration: Migration; readonly signature: Hex }

/** Deterministic CBOR (RFC 8949 section 4.2.1), oldest epoch first. */
export function encodeHistory(epochs: readonly Epoch[]): Uint8Array {
  for (const { checkpoint } of epochs) checkCheckpoint(checkpoint)
  const fields = cborMap({ format: historyFormat, epochs: epochs.map(toFields) })
  return encodeCbor(new Map([...fields, ['checksum', digestOf(fields)]]), { deterministic: true })
}

/** Parses only: see {@link verifyHistory}. @throws `HISTORY_MALFORMED`, `CBOR_MALFORMED` */
export function decodeHistory(bytes: Uint8Array): Epoch[] {
  const value = decodeCbor(bytes, { bytesMax: historyBytesMax, deterministic: true })
  if (!(value instanceof Map)) throw malformed('not a map')
  const fields = value as CborMap
  const found = [...fields.keys()].map(String).sort().join()
  if (found !== 'checksum,epochs,format') throw malformed('fields', 'checksum,epochs,format', found.slice(0, 300))
  if (fields.get('format') !== historyFormat) throw malformed('format', historyFormat, String(fields.get('format')).slice(0, 100))
  const epochs = fields.get('epochs')
  if (!Array.isArray(epochs) || epochs.length < 1 || epochs.length > epochsMax) throw malformed('epochs', `1 to ${epochsMax}`)
  const decoded = (epochs as CborValue[]).map(decodeEpoch)
  const expected = digestOf(new Map([...fields].filter(([name]) => name !== 'checksum')))
  if (!equalBytes(bytesOf(fields.get('checksum'), 'checksum', 32), expected)) throw malformed('checksum: the file is damaged')
  return decoded
}

/** Which history is accepted. There are no defaults. */
export type HistoryPolicy = {
  /** Images that are trusted. The first epoch's must be one of them. */
  readonly measurements: readonly Measurement[]
  /**
   * Whether an image may be followed by another: only by one that `measurements` lists too, or only with the owner's approval, listed or not. The attack on either: a host that sets an image of its own, attested as
   * genuinely as any, behind or before the real one.
   */
  readonly upgrades: 'listed' | { readonly owner: Address }
  /** `shared-keys`: each epoch has the TLS and HPKE keys of the one before, which are passed on among enclaves of accepted images only. `named`: it names the one before. */
  readonly continuity: 'named' | 'shared-keys'
  /** The roll-over window: how long a log may grow after the next one was opened. */
  readonly overlapMsMax: number
  /** Receipt key that the history must end in: of the enclave that one talks to, or whose receipt one holds. */
  readonly signer: Address | null
  /** A receipt key that one knows from before and that the history must show. The attack: a host that leaves out epochs, and what they signed. */
  readonly known: Address | null
}

export type VerifiedEpoch = VerifiedEnclave & {
  readonly opening: LogOpening
  readonly checkpoint: LogCheckpoint
  readonly image: ImageMeasurement
  /** What came about with this epoch. */
  readonly change: 'first' | 'restart' | 'upgrade'
  readonly approvedBy: Address | null
  /** It has the TLS and HPKE keys of the one before. */
  readonly sharesKeys: boolean
}

export type VerifiedHistory = Verified<{
  readonly epochs: readonly VerifiedEpoch[]
  /** The log that the first epoch names, of which this history shows nothing; `null` where it names none. */
  readonly earlier: TreeHead | null
}>

/**
 * Verifies a chain of key epochs offline: who each of them was, that each named the one before in the first entry of its log, and that every change of image was accepted.
 *
 * A host cannot invent an epoch, alter what one signed, or put an image between that nobody accepted. It can leave out the oldest epochs (unless `known` names one), show different successors of one epoch to different
 * readers, as replicas are, and, unless `continuity` forbids it, name as predecessor an accepted enclave of somebody else's, whose log is as public as its own: an enclave does not know who comes after it.
 *
 * @throws {@link VerifierError}
 */
export async function verifyHistory(parameters: {
  history: Uint8Array
  root: Certificate
  policy: HistoryPolicy
}): Promise<VerifiedHistory> {
  const { root, policy } = parameters
  checkPolicy(policy)
  const history = decodeHistory(parameters.history)
  const chainCache = createChainCache()
  const epochs: VerifiedEpoch[] = []
  for (const [index, epoch] of history.entries()) {
    const before = epochs.at(-1)
    const enclave = await verifyEpochEnclave({ epoch, before, root, policy, chainCache })
    const opening = await verifyOpening(epoch, enclave)
    if (before !== undefined) verifySuccession({ before, epoch: history[index - 1] as Epoch, opening, policy })
    epochs.push({ ...enclave, opening, checkpoint: epoch.checkpoint } as VerifiedEpoch)
  }
  if (history.at(-1)?.successionProof.length !== 0) throw malformed('a proof for an epoch that is not there')
  assertShows(epochs, policy)
  const first = (epochs[0] as VerifiedEpoch).opening.previous
  const earlier = first === null ? null : { ...first, treeSize: BigInt(first.treeSize) }
  return { epochs, earlier } as unknown as VerifiedHistory
}

/** Images that a verified history leads to: what a policy may name from now on, as long as the windows of the upgrades are open. */
export function imagesOf({ epochs }: VerifiedHistory): ImageMeasurement[] {
  const images = new Map(epochs.map(({ image }) => [imageText(image), image]))
  return [...images.values()]
}

const historyFormat = 'nacre/history/1'
export const historyBytesMax = 64 << 20
/** A restart a day for eleven years. */
const epochsMax = 4096

function checkPolicy({ upgrades, continuity, overlapMsMax, signer, known }: HistoryPolicy): void {
  const refused = (name: string, expected: string) => new VerifierError('POLICY_MALFORMED', `Policy of a history: ${name}`, { expected })
  if (!Number.isSafeInteger(overlapMsMax) || overlapMsMax < 0) throw refused('overlapMsMax', 'milliseconds')
  if (continuity !== 'named' && continuity !== 'shared-keys') throw refused('continuity', "'named' or 'shared-keys'")
  if (upgrades !== 'listed' && !isHex(upgrades?.owner, 20)) throw refused('upgrades', "'listed', or an owner's address")
  for (const address of [signer, known]) if (address !== null && !isHex(address, 20)) throw refused('signer, known', 'an address, or null')
}

type Judged = Omit<VerifiedEpoch, 'opening' | 'checkpoint'>

/** Who it was, and whether its image may stand where it stands. */
async function verifyEpochEnclave(parts: {
  epoch: Epoch
  before: VerifiedEpoch | undefined
  root: Certificate
  policy: HistoryPolicy
  chainCache: ChainCache
}): Promise<Judged> {
  const { epoch, before, root, policy, chainCache } = parts
  const attestation = await verifyAttestation({ attestation: epoch.attestation, root, time: { mode: 'document' }, chainCache })
  if (before === undefined || policy.upgrades === 'listed') assertMeasurement(attestation, policy)
  else assertNotDebug(attestation)
  const keyset: Keyset = await verifyKeyset(attestation, epoch.keyset)
  const image = imageOf(attestation)
  const change = before === undefined ? 'first' : imageText(image) === imageText(before.image) ? 'restart' : 'upgrade'
  const approvedBy = epoch.approval === null ? null : await verifyApproval(epoch.approval, before?.image, image)
  if (change === 'upgrade' && policy.upgrades !== 'listed') assertApproved({ epoch, approvedBy, owner: policy.upgrades.owner, image })
  const signer = receiptKeyAddress(fromHex(keyset.receiptKey))
  const sharesKeys = keyset.tlsSpkiSha256 === before?.keyset.tlsSpkiSha256 && keyset.hpkePublicKey === before.keyset.hpkePublicKey
  if (before !== undefined && policy.continuity === 'shared-keys' && !sharesKeys)
    throw new VerifierError('HISTORY_BROKEN', 'The enclave does not have the keys of the one before', {
      expected: `${before.keyset.tlsSpkiSha256}, ${before.keyset.hpkePublicKey}`,
      received: `${keyset.tlsSpkiSha256}, ${keyset.hpkePublicKey}`,
    })
  return { attestation, keyset, signer, image, change, approvedBy, sharesKeys } as unknown as Judged
}

/** That an approval is of this very change. Who signed it is for the policy to judge. */
async function verifyApproval(
  { migration, signature }: UpgradeApproval,
  from: ImageMeasurement | undefined,
  to: ImageMeasurement,
): Promise<Address> {
  const [expected, received] = [
    from && `${imageText(from)} to ${imageText(to)}`,
    `${imageText(migration.from)} to ${imageText(migration.to)}`,
  ]
  if (expected !== received)
    throw new VerifierError('UPGRADE_NOT_APPROVED', 'The approval is of another change of image', {
      expected: expected ?? 'none',
      received,
    })
  return recoverSigner(hashTypedData(migrationTypedData(migration)), signature)
}

function assertApproved(parts: { epoch: Epoch; approvedBy: Address | null; owner: Address; image: ImageMeasurement }): void {
  const { epoch, approvedBy, owner, image } = parts
  if (approvedBy?.toLowerCase() !== owner.toLowerCase())
    throw new VerifierError('UPGRADE_NOT_APPROVED', 'The owner did not approve that this image follows the one before', {
      expected: `${owner} for PCR0 ${image.pcr0}`,
      received: approvedBy ?? 'no approval',
    })
  const { notAfterMs } = (epoch.approval as UpgradeApproval).migration
  // By the attested clock of the enclave that came.
  const { timestampMs } = decodeLogOpening(epoch.opening)
  if (BigInt(timestampMs) > notAfterMs)
    throw new VerifierError('UPGRADE_NOT_APPROVED', 'The approval was over when the log was opened', {
      expected: `until ${notAfterMs}`,
      received: String(timestampMs),
    })
}

/** Leaf 0 under a head that the receipt key signed: nobody but this enclave wrote it, and it cannot write another. */
async function verifyOpening(epoch: Epoch, { keyset, signer }: Judged): Promise<LogOpening> {
  const { checkpoint, checkpointSignature, openingProof } = epoch
  await verifyCheckpoint({ checkpoint, signature: checkpointSignature, signer })
  const opening = decodeLogOpening(epoch.opening)
  assertLink('The opening is of another log', keyset.logName, opening.logName)
  const [leafHash, root] = [hashLeaf(await sha256(epoch.opening)), fromHex(checkpoint.rootHash)]
  verifyInclusion({ leafHash, index: 0n, treeSize: checkpoint.treeSize, proof: proofBytes(openingProof), root })
  return opening
}

/** That this log was opened after that head of the one before was seen, and that the one before grew out of it, no longer than the window allows. */
function verifySuccession(parts: { before: VerifiedEpoch; epoch: Epoch; opening: LogOpening; policy: HistoryPolicy }): void {
  const { before, epoch, opening, policy } = parts
  const { previous } = opening
  assertLink('The log was opened after another one', before.keyset.logName, previous?.origin ?? 'none')
  const { treeSize, rootHash } = previous as NonNullable<typeof previous>
  // Every log begins with every empty one.
  if (treeSize < 1)
    throw new VerifierError('HISTORY_BROKEN', 'The head that is named has no leaves', {
      expected: 'at least 1',
      received: String(treeSize),
    })
  verifyConsistency({
    oldSize: BigInt(treeSize),
    oldRoot: fromHex(rootHash),
    newSize: before.checkpoint.treeSize,
    newRoot: fromHex(before.checkpoint.rootHash),
    proof: proofBytes(epoch.successionProof),
  })
  if (opening.timestampMs < before.opening.timestampMs)
    throw new VerifierError('HISTORY_BROKEN', 'The log was opened before the one that it names', {
      expected: `at least ${before.opening.timestampMs}`,
      received: String(opening.timestampMs),
    })
  const latestMs = BigInt(opening.timestampMs) + BigInt(policy.overlapMsMax)
  if (before.checkpoint.timestampMs > latestMs)
    throw new VerifierError('HISTORY_OVERLAP', 'The log before went on growing for longer than the window allows', {
      expected: `until ${latestMs}`,
      received: String(before.checkpoint.timestampMs),
    })
}

function assertShows(epochs: readonly VerifiedEpoch[], { signer, known }: HistoryPolicy): void {
  const last = (epochs.at(-1) as VerifiedEpoch).signer
  if (signer !== null && last.toLowerCase() !== signer.toLowerCase())
    throw new VerifierError('SIGNER_MISMATCH', 'The history ends in another receipt key', { expected: signer, received: last })
  if (known !== null && !epochs.some((epoch) => epoch.signer.toLowerCase() === known.toLowerCase()))
    throw new VerifierError('HISTORY_BROKEN', 'The history does not show the receipt key that is known from before', {
      expected: known,
      received: epochs.map((epoch) => epoch.signer).join(),
    })
}

function assertLink(message: string, expected: string, received: string): void {
  if (expected !== received) throw new VerifierError('HISTORY_BROKEN', message, { expected, received })
}

function imageOf({ pcrs }: VerifiedAttestation): ImageMeasurement {
  return { pcr0: pcrs.get(0) as Hex, pcr1: pcrs.get(1) as Hex, pcr2: pcrs.get(2) as Hex }
}

function imageText({ pcr0, pcr1, pcr2 }: ImageMeasurement): string {
  return [pcr0, pcr1, pcr2].join().toLowerCase()
}

function toFields(epoch: Epoch): CborValue {
  const { attestation, keyset, opening, checkpoint, checkpointSignature, openingProof, successionProof, approval } = epoch
  return [
    attestation,
    keyset,
    opening,
    [checkpoint.treeSize, fromHex(checkpoint.rootHash), checkpoint.timestampMs, fromHex(checkpointSignature, 65)],
    concatBytes(...proofBytes(openingProof)),
    concatBytes(...proofBytes(successionProof)),
    approval === null
      ? null
      : [
          registers(approval.migration.from),
          registers(approval.migration.to),
          approval.migration.notAfterMs,
          fromHex(approval.signature, 65),
        ],
  ]
}

function registers({ pcr0, pcr1, pcr2 }: ImageMeasurement): Uint8Array {
  return concatBytes(fromHex(pcr0, 48), fromHex(pcr1, 48), fromHex(pcr2, 48))
}

function decodeEpoch(value: CborValue): Epoch {
  const [attestation, keyset, opening, head, openingProof, successionProof, approval] = arrayOf(value, 'epoch', 7)
  const [treeSize, rootHash, timestampMs, signature] = arrayOf(head, 'checkpoint', 4)
  return {
    attestation: bytesOf(attestation, 'attestation'),
    keyset: bytesOf(keyset, 'keyset'),
    opening: bytesOf(opening, 'opening'),
    checkpoint: {
      treeSize: unsigned(treeSize, 'treeSize'),
      rootHash: toHex(bytesOf(rootHash, 'rootHash', 32)),
      timestampMs: unsigned(timestampMs, 'timestampMs'),
    },
    checkpointSignature: toHex(bytesOf(signature, 'checkpoint signature', 65)),
    openingProof: decodeProof(openingProof, 'opening proof'),
    successionProof: decodeProof(successionProof, 'succession proof'),
    approval: approval === null ? null : decodeApproval(approval),
  }
}

function decodeApproval(value: CborValue | undefined): UpgradeApproval {
  const [from, to, notAfterMs, signature] = arrayOf(value, 'approval', 4)
  const image = (bytes: Uint8Array): ImageMeasurement => {
    const register = (index: number) => toHex(bytes.subarray(48 * index, 48 * index + 48))
    return { pcr0: register(0), pcr1: register(1), pcr2: register(2) }
  }
  return {
    migration: {
      from: image(bytesOf(from, 'approval from', 144)),
      to: image(bytesOf(to, 'approval to', 144)),
      notAfterMs: unsigned(notAfterMs, 'approval notAfterMs'),
    },
    signature: toHex(bytesOf(signature, 'approval signature', 65)),
  }
}

function decodeProof(value: CborValue | undefined, name: string): Hex[] {
  const bytes = bytesOf(value, name)
  if (bytes.length % 32 !== 0 || bytes.length > 32 * proofLengthMax) throw malformed(name, `at most ${proofLengthMax} hashes of 32 bytes`)
  return Array.from({ length: bytes.length / 32 }, (_, i) => toHex(bytes.subarray(32 * i, 32 * i + 32)))
}

function digestOf(fields: CborMap): Uint8Array {
  return sha256Sync(encodeCbor(fields, { deterministic: true }), 'bytes')
}

function arrayOf(value: CborValue | undefined, name: string, length: number): readonly CborValue[] {
  if (!Array.isArray(value) || value.length !== length) throw malformed(name, `an array of ${length}`)
  return value as CborValue[]
}

function bytesOf(value: CborValue | undefined, name: string, length?: number): Uint8Array {
  if (!(value instanceof Uint8Array) || (length !== undefined && value.length !== length))
    throw malformed(name, length === undefined ? 'a byte string' : `${length} bytes`)
  return value
}

function unsigned(value: CborValue | undefined, name: string): bigint {
  if ((typeof value !== 'number' && typeof value !== 'bigint') || value < 0) throw malformed(name, 'an unsigned integer', String(value))
  return BigInt(value)
}

function malformed(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('HISTORY_MALFORMED', `History: ${message}`, { expected, received })
}
