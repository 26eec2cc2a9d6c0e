import type { Address } from 'viem'
import type { VerificationTime, VerifiedAttestation } from './attestation.ts'
import type { Hex } from './bytes.ts'
import { isHex } from './bytes.ts'
import type { Certificate } from './certificate.ts'
import type { ChainCache } from './chain.ts'
import {
  type Cosignature,
  checkWitnessPolicy,
  type LogCheckpoint,
  type TreeHead,
  verifyCheckpoint,
  verifyCheckpointNote,
  type WitnessPolicy,
} from './checkpoint.ts'
import { type VerifiedEnclave, verifyEnclave } from './enclave-identity.ts'
import { VerifierError } from './errors.ts'
import { type HistoryPolicy, type VerifiedHistory, verifyHistory } from './history.ts'
import { assertMeasured, assertOutputs, assertReceiptTime, assertSame } from './inference.ts'
import { decodeKeyset, type Keyset } from './keyset.ts'
import { decodeManifest, hashManifest, type ModelManifest } from './manifest.ts'
import { assertModel, type Policy } from './policy.ts'
import { decodeProvenance, type Provenance } from './provenance.ts'
import { type Receipt, type ReceiptDomain, verifyReceipt } from './receipt.ts'
import { verifyReceiptUnder } from './receipt-proof.ts'
import { type Registration, type RegistrationStatement, verifyRegistration } from './registration.ts'
import { hashTensors, type Tensor } from './tensor.ts'
import type { Verified } from './verified.ts'

/** What all answers of one receipt key have in common, and a bundle holds once. */
export type SharedEvidence = {
  /** COSE_Sign1 attestation document. */
  readonly attestation: Uint8Array
  /** Keyset, bytes as served. */
  readonly keyset: Uint8Array
  /** Model manifests, canonical bytes. */
  readonly manifests: readonly Uint8Array[]
  /** The one checkpoint in which answers are proven: those that are, are in one history of one log. */
  readonly head: LogHead | null
  readonly registration: Registration | null
  /** Canonical JSON, see {@link Provenance}. */
  readonly provenance: Uint8Array | null
  /** `encodeHistory` of the key epochs that lead to this receipt key. */
  readonly history: Uint8Array | null
}

export type LogHead = {
  readonly checkpoint: LogCheckpoint
  /** By the receipt key, 65 bytes. */
  readonly signature: Hex
  /** The same checkpoint as the log's note, with what witnesses signed. */
  readonly note: Uint8Array | null
}

/** What an answer has of its own. */
export type BundledAnswer = {
  readonly domain: ReceiptDomain
  readonly receipt: Receipt
  /** The receipt's own signature; `null` for an answer that is proven by its place in the log alone. */
  readonly signature: Hex | null
  /** The receipt's place under the head, hashes of 32 bytes from the leaf up; at least one of this and `signature`. */
  readonly proof: readonly Hex[] | null
  /** `null` where they are kept back: then the receipt's hash is all that speaks of them. */
  readonly inputs: readonly Tensor[] | null
  readonly outputs: readonly Tensor[] | null
}

/**
 * As of when a bundle is to hold, without default. Beside the modes of {@link VerificationTime}:
 *
 * - `witnesses`: the time by which the quorum of `witnesses` had seen the log with this receipt in it.
 * - `chain`: the time of the block in which a registry that the caller trusts accepted this very document.
 *
 * In both, every certificate was valid then. In the mode *document* the document's own word is taken for its time: that is sound as long as no key of its chain was ever stolen, later either.
 */
export type BundleTime = VerificationTime | { readonly mode: 'witnesses' } | { readonly mode: 'chain' }

/** Which registration counts: anyone can deploy a contract that emits the event, or make a block. */
export type ChainPolicy = { readonly chainId: bigint; readonly registry: Hex; readonly blockHashes: readonly Hex[] }

export type VerifyEvidenceParameters = {
  evidence: SharedEvidence
  root: Certificate
  policy: Policy
  time: BundleTime
  /** When given, their quorum must have cosigned the note, and every answer must be under it. */
  witnesses?: WitnessPolicy | undefined
  /** When given, the registration must be there and be one of these. */
  chain?: ChainPolicy | undefined
  /** What to accept as the past of this receipt key: given if, and only if, the bundle holds one. */
  history?: Omit<HistoryPolicy, 'signer'> | undefined
  chainCache?: ChainCache | undefined
}

/** Evidence that holds, for {@link verifyBundledAnswer}. */
export type VerifiedEvidence = Verified<{
  readonly attestation: VerifiedAttestation
  readonly keyset: Keyset
  readonly signer: Address
  /** By model id. */
  readonly models: ReadonlyMap<Hex, ModelManifest>
  /** Who says since when all this is. */
  readonly vouched: { readonly by: 'caller' | 'document' | 'witnesses' | 'chain'; readonly timeMs: number }
  /** The log's note, signed by its key. */
  readonly log: (TreeHead & { readonly cosignatures: readonly Cosignature[] }) | null
  /** `isTrusted` when the caller named registry and block; otherwise a claim to compare with a node of that chain. */
  readonly registration: (RegistrationStatement & { readonly isTrusted: boolean }) | null
  readonly provenance: Provenance | null
  readonly history: VerifiedHistory | null
  /** What an answer is held against. */
  readonly terms: { readonly policy: Policy; readonly time: VerificationTime; readonly isWitnessed: boolean; readonly head: LogHead | null }
}>

/** Verifies what a bundle holds once. The body is the list of checks, in order. @throws {@link VerifierError} */
export async function verifyEvidence(parameters: VerifyEvidenceParameters): Promise<VerifiedEvidence> {
  const { evidence, root, policy, chainCache, witnesses, chain } = parameters
  const { attestation } = evidence
  const models = await modelsOf(evidence)
  checkParameters(parameters)
  const log = verifyNoteOf(evidence, witnesses)
  const registration = await verifyRegistrationOf(evidence, chain)
  const { time, vouched } = resolveTime(parameters.time, witnesses, log, registration)
  const enclave = await verifyEnclave({ attestation, keyset: evidence.keyset, root, policy, time, chainCache })
  assertNotLater(enclave.attestation, vouched)
  const provenance = verifyProvenanceOf(evidence, enclave.attestation)
  const history = await verifyHistoryOf(parameters, enclave)
  return {
    attestation: enclave.attestation,
    keyset: enclave.keyset,
    signer: enclave.signer,
    models,
    vouched: vouched ?? { by: 'document', timeMs: enclave.attestation.timestampMs },
    log,
    registration,
    provenance,
    history,
    terms: { policy, time, isWitnessed: (witnesses?.quorum ?? 0) > 0, head: evidence.head },
  } as unknown as VerifiedEvidence
}

export type VerifiedBundledAnswer = Verified<{
  readonly receipt: Receipt
  readonly domain: ReceiptDomain
  readonly manifest: ModelManifest
  /** `null` where the bundle keeps them back. */
  readonly inputs: readonly Tensor[] | null
  readonly outputs: readonly Tensor[] | null
}>

/** Verifies one answer by evidence that holds. The body is the list of checks, in order. @throws {@link VerifierError} */
export async function verifyBundledAnswer(evidence: VerifiedEvidence, answer: BundledAnswer): Promise<VerifiedBundledAnswer> {
  const { attestation, keyset, models, vouched, terms } = evidence
  const { receipt, domain, inputs, outputs } = answer
  assertWitnessed(answer, evidence)
  await verifyReceiptOf(answer, evidence)
  assertReceiptTime(receipt, attestation, terms.time)
  assertReceiptNotLater(receipt, vouched)
  assertModel(receipt.modelId, terms.policy)
  const manifest = modelOf(receipt, models)
  assertMeasured(receipt, keyset)
  if (inputs !== null) assertSame('INPUT_MISMATCH', 'The receipt is for another input', await hashTensors(inputs), receipt.inputHash)
  if (outputs !== null) {
    assertSame('OUTPUT_MISMATCH', 'The output is not the one that was signed', receipt.outputHash, await hashTensors(outputs))
    const named = new Set(outputs.map(({ name }) => name))
    assertOutputs(
      outputs,
      manifest.outputs.filter(({ name }) => named.has(name)),
    )
  }
  return { receipt, domain, manifest, inputs, outputs } as unknown as VerifiedBundledAnswer
}

/** How far ahead of a witness's or block's time a clock may be: as `skewMsMax`. */
const skewMsMax = 60_000

async function modelsOf({ manifests }: SharedEvidence): Promise<ReadonlyMap<Hex, ModelManifest>> {
  const decoded = manifests.map(decodeManifest)
  return new Map(await Promise.all(decoded.map(async (manifest) => [await hashManifest(manifest), manifest] as const)))
}

function modelOf({ modelId }: Receipt, models: ReadonlyMap<Hex, ModelManifest>): ModelManifest {
  const manifest = models.get(modelId)
  if (manifest === undefined)
    throw new VerifierError('MODEL_MISMATCH', 'The manifest is not the one that the receipt names', {
      expected: [...models.keys()].join(),
      received: modelId,
    })
  return manifest
}

function checkParameters({ evidence, time, witnesses, chain, history }: VerifyEvidenceParameters): void {
  if (witnesses !== undefined) checkWitnessPolicy(witnesses)
  if (time.mode === 'witnesses' && (witnesses === undefined || witnesses.quorum < 1))
    throw new VerifierError('POLICY_MALFORMED', 'Time by witnesses needs witnesses, and a quorum of at least 1')
  if (time.mode === 'chain' && chain === undefined)
    throw new VerifierError('POLICY_MALFORMED', 'Time by the chain needs a registry and a block that are trusted')
  // The attack: a past that nobody looked at, in a file that was "verified".
  if (history === undefined && evidence.history !== null)
    throw new VerifierError('POLICY_MALFORMED', 'The bundle holds a history of keys: say which one is accepted')
  if (history !== undefined && evidence.history === null) throw new VerifierError('HISTORY_BROKEN', 'The bundle holds no history of keys')
  if (chain === undefined) return
  if (!isHex(chain.registry, 20) || chain.blockHashes.length === 0 || !chain.blockHashes.every((hash) => isHex(hash, 32)))
    throw new VerifierError('POLICY_MALFORMED', 'A chain is trusted by a registry, 20 bytes, and hashes of blocks, 32 bytes each')
}

type Vouched = VerifiedEvidence['vouched']

function verifyNoteOf({ head, keyset }: SharedEvidence, witnesses: WitnessPolicy | undefined): VerifiedEvidence['log'] {
  if (head === null || head.note === null) {
    if (witnesses === undefined || witnesses.quorum === 0) return null
    throw new VerifierError('WITNESS_QUORUM_MISSED', 'The bundle holds no note that witnesses could have signed', {
      expected: `${witnesses.quorum} of ${witnesses.keys.map(({ name }) => name).join()}`,
      received: 'none',
    })
  }
  const log = logOf(keyset)
  if (log === null) throw new VerifierError('LOG_MISMATCH', 'The keyset does not say which log it is')
  const statement = verifyCheckpointNote({ note: head.note, log, witnesses: witnesses ?? { keys: [], quorum: 0, latestMs: 0 } })
  const { treeSize, rootHash } = head.checkpoint
  if (statement.treeSize !== treeSize || statement.rootHash !== rootHash)
    throw new VerifierError('LOG_MISMATCH', 'The note is not of the checkpoint that the receipt is proven in', {
      expected: `${treeSize} leaves, ${rootHash}`,
      received: `${statement.treeSize} leaves, ${statement.rootHash}`,
    })
  return statement
}

/** As the keyset says it, before anything is known of the keyset: what rests on this holds once the enclave is verified, and comes first because it may say when that was. */
function logOf(keyset: Uint8Array): Keyset | null {
  try {
    return decodeKeyset(keyset)
  } catch {
    return null
  }
}

async function verifyRegistrationOf(evidence: SharedEvidence, chain: ChainPolicy | undefined): Promise<VerifiedEvidence['registration']> {
  const { registration, attestation, keyset } = evidence
  if (registration === null) {
    if (chain === undefined) return null
    throw new VerifierError('REGISTRATION_UNTRUSTED', 'The bundle holds no registration', { expected: chain.registry, received: 'none' })
  }
  const log = logOf(keyset)
  if (log === null) throw new VerifierError('REGISTRATION_INVALID', 'The keyset does not say whose registration it is')
  const signer = log.logName.slice('nacre/'.length) as Address
  const statement = await verifyRegistration({ registration, signer, attestation })
  if (chain === undefined) return { ...statement, isTrusted: false }
  const [expected, received] = [`${chain.registry} on chain ${chain.chainId}`, `${statement.registry} on chain ${statement.chainId}`]
  if (expected.toLowerCase() !== received.toLowerCase())
    throw new VerifierError('REGISTRATION_UNTRUSTED', 'Another registry than the caller trusts', { expected, received })
  if (!chain.blockHashes.some((hash) => hash.toLowerCase() === statement.blockHash))
    throw new VerifierError('REGISTRATION_UNTRUSTED', 'Another block than the caller trusts', {
      expected: chain.blockHashes.join(' or '),
      received: statement.blockHash,
    })
  return { ...statement, isTrusted: true }
}

function resolveTime(
  time: BundleTime,
  witnesses: WitnessPolicy | undefined,
  log: VerifiedEvidence['log'],
  registration: VerifiedEvidence['registration'],
): { time: VerificationTime; vouched: Vouched | null } {
  if (time.mode === 'witnesses') {
    // At the quorum's last first sight: by then that many had seen it.
    const timesMs = (log?.cosignatures ?? []).map(({ timestampMs }) => timestampMs).sort((a, b) => a - b)
    const timeMs = timesMs[(witnesses?.quorum ?? 0) - 1] as number
    return { time: { mode: 'instant', timeMs }, vouched: { by: 'witnesses', timeMs } }
  }
  if (time.mode === 'chain') {
    const timeMs = registration?.blockTimeMs as number
    return { time: { mode: 'instant', timeMs }, vouched: { by: 'chain', timeMs } }
  }
  if (time.mode === 'document') return { time, vouched: null }
  return { time, vouched: { by: 'caller', timeMs: time.mode === 'live' ? time.nowMs : time.timeMs } }
}

/** The attack: a document forged with a key stolen later, set beside what witnesses or a chain had seen before. What they vouch for must have existed by then. */
function assertNotLater(attestation: VerifiedAttestation, vouched: Vouched | null): void {
  if (vouched?.by !== 'witnesses' && vouched?.by !== 'chain') return
  const latestMs = vouched.timeMs + skewMsMax
  if (attestation.timestampMs > latestMs)
    throw new VerifierError('ATTESTATION_FROM_FUTURE', `The document is later than what the ${vouched.by} vouched for`, {
      expected: `at most ${latestMs}`,
      received: String(attestation.timestampMs),
    })
}

/** A registration is of the document: receipts come after it. */
function assertReceiptNotLater({ timestampMs }: Receipt, vouched: Vouched | null): void {
  if (vouched?.by !== 'witnesses') return
  const latestMs = vouched.timeMs + skewMsMax
  if (timestampMs > latestMs)
    throw new VerifierError('RECEIPT_TIME_OUT_OF_RANGE', 'The receipt is later than the witnesses saw it', {
      expected: `at most ${latestMs}`,
      received: String(timestampMs),
    })
}

function verifyProvenanceOf({ provenance: bytes }: SharedEvidence, { pcrs }: VerifiedAttestation): Provenance | null {
  if (bytes === null) return null
  const provenance = decodeProvenance(bytes)
  const { pcr0, pcr1, pcr2 } = provenance.measurements
  for (const [index, expected] of [pcr0, pcr1, pcr2].entries())
    if (pcrs.get(index) !== expected)
      throw new VerifierError('PROVENANCE_MISMATCH', `The provenance is of another image: PCR${index}`, {
        expected,
        received: pcrs.get(index) ?? 'absent',
      })
  return provenance
}

/** That it leads to this very key: anybody's history is as public as this enclave's. */
async function verifyHistoryOf({ evidence, root, history }: VerifyEvidenceParameters, { signer }: VerifiedEnclave) {
  if (history === undefined || evidence.history === null) return null
  return verifyHistory({ history: evidence.history, root, policy: { ...history, signer } })
}

/** The attack: an answer signed by itself beside a head that witnesses saw, as if they had seen it too. */
function assertWitnessed({ proof }: BundledAnswer, { terms }: VerifiedEvidence): void {
  if (terms.isWitnessed && proof === null)
    throw new VerifierError('WITNESS_QUORUM_MISSED', 'The answer is not shown to be under the head that witnesses signed', {
      expected: 'its place in the log',
      received: 'a signature alone',
    })
}

/** Both, where both are there, and never neither: whoever puts an answer together by hand has no decoder that refuses it. */
async function verifyReceiptOf({ receipt, domain, signature, proof }: BundledAnswer, evidence: VerifiedEvidence): Promise<void> {
  if (signature === null && proof === null) throw new VerifierError('BUNDLE_MALFORMED', 'Bundle: neither signature nor proof')
  if (signature !== null) await verifyReceipt({ receipt, domain, signature, signer: evidence.signer })
  if (proof !== null) verifyReceiptUnder({ receipt, domain, head: await headOf(evidence), proof })
}

/** Its signature once for all answers: a third of the work of a bundle of thousands. */
function headOf(evidence: VerifiedEvidence): Promise<Verified<LogCheckpoint>> {
  const { signer, terms } = evidence
  if (terms.head === null) throw new VerifierError('BUNDLE_MALFORMED', 'Bundle: a proof, and no head that it leads to')
  const { checkpoint, signature } = terms.head
  const head = verifiedHeads.get(evidence) ?? verifyCheckpoint({ checkpoint, signature, signer })
  verifiedHeads.set(evidence, head)
  return head
}

const verifiedHeads = new WeakMap<VerifiedEvidence, Promise<Verified<LogCheckpoint>>>()
