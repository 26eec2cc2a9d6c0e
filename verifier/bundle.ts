import type { Address } from 'viem'
import { sha256 } from 'viem/utils'
import type { VerificationTime, VerifiedAttestation } from './attestation.ts'
import { concatBytes, equalBytes, fromHex, type Hex, isHex, toHex } from './bytes.ts'
import { type CborMap, type CborValue, cborMap, decodeCbor, encodeCbor } from './cbor.ts'
import type { Certificate } from './certificate.ts'
import type { ChainCache } from './chain.ts'
import {
  type Cosignature,
  checkCheckpoint,
  checkWitnessPolicy,
  type TreeHead,
  verifyCheckpointNote,
  type WitnessPolicy,
} from './checkpoint.ts'
import { type VerifiedEnclave, verifyEnclave } from './enclave-identity.ts'
import { VerifierError } from './errors.ts'
import { assertMeasured, assertOutputs, assertReceiptTime, assertSame } from './inference.ts'
import { decodeKeyset, type Keyset } from './keyset.ts'
import { decodeManifest, hashManifest, type ModelManifest } from './manifest.ts'
import { assertModel, type Policy } from './policy.ts'
import { decodeProvenance, type Provenance } from './provenance.ts'
import { checkReceipt, type Receipt, type ReceiptDomain, verifyReceipt } from './receipt.ts'
import { proofBytes, type ReceiptInclusion, verifyReceiptInclusion } from './receipt-proof.ts'
import { type Registration, type RegistrationStatement, verifyRegistration } from './registration.ts'
import { decodeTensors, encodeTensors, hashTensors, type Tensor } from './tensor.ts'
import type { Verified } from './verified.ts'

/** All evidence for one answer, in one file (`*.nacre`): what an auditor needs offline. */
export type Bundle = {
  /** COSE_Sign1 attestation document. */
  readonly attestation: Uint8Array
  /** Keyset, bytes as served. */
  readonly keyset: Uint8Array
  /** Model manifest, canonical bytes. */
  readonly manifest: Uint8Array
  readonly domain: ReceiptDomain
  readonly receipt: Receipt
  /** The receipt's own signature; `null` for an answer that is proven by its place in the log alone. */
  readonly signature: Hex | null
  /** The receipt's place in the log; at least one of this and `signature`. */
  readonly inclusion: ReceiptInclusion | null
  /** The checkpoint of `inclusion` as the log's note, with what witnesses signed. */
  readonly note: Uint8Array | null
  /** `null` where they are kept back: then the receipt's hash is all that speaks of them. */
  readonly inputs: readonly Tensor[] | null
  readonly outputs: readonly Tensor[] | null
  readonly registration: Registration | null
  /** Canonical JSON, see {@link Provenance}. */
  readonly provenance: Uint8Array | null
}

/** What a bundle need not have. */
export const bareBundle = { inclusion: null, note: null, registration: null, provenance: null } as const

/** Deterministic CBOR (RFC 8949 section 4.2.1): one bundle has one encoding. */
export function encodeBundle(bundle: Bundle): Uint8Array {
  checkReceipt(bundle.receipt)
  if (bundle.inclusion !== null) checkCheckpoint(bundle.inclusion.checkpoint)
  const fields = toFields(bundle)
  return encodeCbor(new Map([...fields, ['checksum', checksumOf(fields)]]), { deterministic: true })
}

/** Parses only: see {@link verifyBundle}. @throws `BUNDLE_MALFORMED`, `CBOR_MALFORMED`, `TENSOR_MALFORMED` */
export function decodeBundle(bytes: Uint8Array): Bundle {
  const value = decodeCbor(bytes, { bytesMax: bundleBytesMax, deterministic: true })
  if (!(value instanceof Map)) throw malformed('not a map')
  const fields = value as CborMap
  if (fields.get('format') !== bundleFormat) throw malformed('format', bundleFormat, String(fields.get('format')).slice(0, 100))
  const found = [...fields.keys()].map(String).sort().join()
  if (found !== bundleFields.join()) throw malformed('fields', bundleFields.join(), found.slice(0, 300))
  const optional = <field>(name: string, decode: (value: CborValue) => field): field | null => {
    const item = fields.get(name) as CborValue
    return item === null ? null : decode(item)
  }
  const bundle: Bundle = {
    attestation: bytesOf(fields.get('attestation'), 'attestation'),
    keyset: bytesOf(fields.get('keyset'), 'keyset'),
    manifest: bytesOf(fields.get('manifest'), 'manifest'),
    domain: optional('domain', decodeDomain),
    receipt: decodeReceipt(fields.get('receipt')),
    signature: optional('signature', (item) => toHex(bytesOf(item, 'signature', 65))),
    inclusion: optional('inclusion', decodeInclusion),
    note: optional('note', (item) => bytesOf(item, 'note')),
    inputs: optional('inputs', (item) => decodeTensors(bytesOf(item, 'inputs'))),
    outputs: optional('outputs', (item) => decodeTensors(bytesOf(item, 'outputs'))),
    registration: optional('registration', decodeRegistration),
    provenance: optional('provenance', (item) => bytesOf(item, 'provenance')),
  }
  if (bundle.signature === null && bundle.inclusion === null) throw malformed('neither signature nor inclusion')
  if (bundle.note !== null && bundle.inclusion === null) throw malformed('a note without inclusion')
  // The attack is none: whoever alters a claim can make the checksum anew. It is for the parts that nothing else vouches for, so that no damage goes unnoticed.
  const checksum = bytesOf(fields.get('checksum'), 'checksum', 32)
  const expected = checksumOf(new Map([...fields].filter(([name]) => name !== 'checksum')))
  if (!equalBytes(checksum, expected)) throw malformed('checksum: the file is damaged', toHex(expected), toHex(checksum))
  return bundle
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

export type VerifyBundleParameters = {
  bundle: Uint8Array
  root: Certificate
  policy: Policy
  time: BundleTime
  /** When given, their quorum must have cosigned the note. */
  witnesses?: WitnessPolicy | undefined
  /** When given, the registration must be there and be one of these. */
  chain?: ChainPolicy | undefined
  chainCache?: ChainCache | undefined
}

export type VerifiedBundle = Verified<{
  readonly receipt: Receipt
  readonly domain: ReceiptDomain
  readonly signer: Address
  readonly manifest: ModelManifest
  /** `null` where the bundle keeps them back. */
  readonly inputs: readonly Tensor[] | null
  readonly outputs: readonly Tensor[] | null
  readonly attestation: VerifiedAttestation
  readonly keyset: Keyset
  /** Who says since when all this is. */
  readonly vouched: { readonly by: 'caller' | 'document' | 'witnesses' | 'chain'; readonly timeMs: number }
  /** The log's note, signed by its key. */
  readonly log: (TreeHead & { readonly cosignatures: readonly Cosignature[] }) | null
  /** `isTrusted` when the caller named registry and block; otherwise a claim to compare with a node of that chain. */
  readonly registration: (RegistrationStatement & { readonly isTrusted: boolean }) | null
  readonly provenance: Provenance | null
}>

/**
 * Verifies a bundle offline. The body is the list of checks, in order.
 *
 * Not checked: who asked, and why. The request id, input, audience and selection of the model's outputs are the bundle's own; compare them with what you expect.
 *
 * @throws {@link VerifierError}
 */
export async function verifyBundle(parameters: VerifyBundleParameters): Promise<VerifiedBundle> {
  const { root, policy, chainCache, witnesses, chain } = parameters
  const bundle = decodeBundle(parameters.bundle)
  const { receipt, domain, inputs, outputs, attestation } = bundle
  const manifest = decodeManifest(bundle.manifest)
  checkBundleTime(parameters)
  const log = verifyNoteOf(bundle, witnesses)
  const registration = await verifyRegistrationOf(bundle, chain)
  const { time, vouched } = resolveTime(parameters.time, witnesses, log, registration)
  const enclave = await verifyEnclave({ attestation, keyset: bundle.keyset, root, policy, time, chainCache })
  assertNotLater(enclave.attestation, vouched)
  const provenance = verifyProvenanceOf(bundle, enclave.attestation)
  await verifyReceiptOf(bundle, enclave)
  assertReceiptTime(receipt, enclave.attestation, time)
  assertReceiptNotLater(receipt, vouched)
  assertModel(receipt.modelId, policy)
  assertSame('MODEL_MISMATCH', 'The manifest is not the one that the receipt names', await hashManifest(manifest), receipt.modelId)
  assertMeasured(receipt, enclave.keyset)
  if (inputs !== null) assertSame('INPUT_MISMATCH', 'The receipt is for another input', await hashTensors(inputs), receipt.inputHash)
  if (outputs !== null) {
    assertSame('OUTPUT_MISMATCH', 'The output is not the one that was signed', receipt.outputHash, await hashTensors(outputs))
    const named = new Set(outputs.map(({ name }) => name))
    assertOutputs(
      outputs,
      manifest.outputs.filter(({ name }) => named.has(name)),
    )
  }
  const { signer, keyset } = enclave
  return {
    receipt,
    domain,
    signer,
    manifest,
    inputs,
    outputs,
    attestation: enclave.attestation,
    keyset,
    vouched: vouched ?? { by: 'document', timeMs: enclave.attestation.timestampMs },
    log,
    registration,
    provenance,
  } as unknown as VerifiedBundle
}

const bundleFormat = 'nacre/bundle/1'
const bundleFields = [
  'attestation',
  'checksum',
  'domain',
  'format',
  'inclusion',
  'inputs',
  'keyset',
  'manifest',
  'note',
  'outputs',
  'provenance',
  'receipt',
  'registration',
  'signature',
]
export const bundleBytesMax = 256 << 20
/** How far ahead of a witness's or block's time a clock may be: as `skewMsMax`. */
const skewMsMax = 60_000

function checkBundleTime({ time, witnesses, chain }: VerifyBundleParameters): void {
  if (witnesses !== undefined) checkWitnessPolicy(witnesses)
  if (time.mode === 'witnesses' && (witnesses === undefined || witnesses.quorum < 1))
    throw new VerifierError('POLICY_MALFORMED', 'Time by witnesses needs witnesses, and a quorum of at least 1')
  if (time.mode === 'chain' && chain === undefined)
    throw new VerifierError('POLICY_MALFORMED', 'Time by the chain needs a registry and a block that are trusted')
  if (chain === undefined) return
  if (!isHex(chain.registry, 20) || chain.blockHashes.length === 0 || !chain.blockHashes.every((hash) => isHex(hash, 32)))
    throw new VerifierError('POLICY_MALFORMED', 'A chain is trusted by a registry, 20 bytes, and hashes of blocks, 32 bytes each')
}

type LogStatement = VerifiedBundle['log']
type Vouched = VerifiedBundle['vouched']

function verifyNoteOf({ note, inclusion, keyset }: Bundle, witnesses: WitnessPolicy | undefined): LogStatement {
  if (note === null || inclusion === null) {
    if (witnesses === undefined || witnesses.quorum === 0) return null
    throw new VerifierError('WITNESS_QUORUM_MISSED', 'The bundle holds no note that witnesses could have signed', {
      expected: `${witnesses.quorum} of ${witnesses.keys.map(({ name }) => name).join()}`,
      received: 'none',
    })
  }
  const log = logOf(keyset)
  if (log === null) throw new VerifierError('LOG_MISMATCH', 'The keyset does not say which log it is')
  const head = verifyCheckpointNote({ note, log, witnesses: witnesses ?? { keys: [], quorum: 0, latestMs: 0 } })
  const { treeSize, rootHash } = inclusion.checkpoint
  if (head.treeSize !== treeSize || head.rootHash !== rootHash)
    throw new VerifierError('LOG_MISMATCH', 'The note is not of the checkpoint that the receipt is proven in', {
      expected: `${treeSize} leaves, ${rootHash}`,
      received: `${head.treeSize} leaves, ${head.rootHash}`,
    })
  return head
}

/** As the keyset says it, before anything is known of the keyset: what rests on this holds once the enclave is verified, and comes first because it may say when that was. */
function logOf(keyset: Uint8Array): Keyset | null {
  try {
    return decodeKeyset(keyset)
  } catch {
    return null
  }
}

async function verifyRegistrationOf(bundle: Bundle, chain: ChainPolicy | undefined): Promise<VerifiedBundle['registration']> {
  const { registration, attestation, keyset } = bundle
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
  log: LogStatement,
  registration: VerifiedBundle['registration'],
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

function verifyProvenanceOf({ provenance: bytes }: Bundle, { pcrs }: VerifiedAttestation): Provenance | null {
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

/** Both, where both are there. */
async function verifyReceiptOf({ receipt, domain, signature, inclusion }: Bundle, { signer }: VerifiedEnclave): Promise<void> {
  if (signature !== null) await verifyReceipt({ receipt, domain, signature, signer })
  if (inclusion !== null) await verifyReceiptInclusion({ receipt, domain, inclusion, signer })
}

function toFields(bundle: Bundle): CborMap {
  const { receipt, domain, signature, inclusion, inputs, outputs, registration } = bundle
  return cborMap({
    format: bundleFormat,
    attestation: bundle.attestation,
    keyset: bundle.keyset,
    manifest: bundle.manifest,
    domain: domain === null ? null : [domain.chainId, fromHex(domain.verifyingContract, 20)],
    receipt: [
      fromHex(receipt.requestId),
      fromHex(receipt.modelId),
      fromHex(receipt.inputHash),
      fromHex(receipt.outputHash),
      receipt.timestampMs,
      receipt.sequence,
    ],
    signature: signature === null ? null : fromHex(signature, 65),
    inclusion:
      inclusion === null
        ? null
        : [
            inclusion.checkpoint.treeSize,
            fromHex(inclusion.checkpoint.rootHash),
            inclusion.checkpoint.timestampMs,
            fromHex(inclusion.checkpointSignature, 65),
            concatBytes(...proofBytes(inclusion.proof)),
          ],
    note: bundle.note,
    inputs: inputs === null ? null : encodeTensors(inputs),
    outputs: outputs === null ? null : encodeTensors(outputs),
    registration:
      registration === null
        ? null
        : [
            registration.chainId,
            fromHex(registration.registry, 20),
            registration.header,
            registration.transactionIndex,
            [...registration.proof],
          ],
    provenance: bundle.provenance,
  })
}

function checksumOf(fields: CborMap): Uint8Array {
  return sha256(encodeCbor(fields, { deterministic: true }), 'bytes')
}

function decodeDomain(value: CborValue): NonNullable<ReceiptDomain> {
  const [chainId, contract] = arrayOf(value, 'domain', 2)
  return { chainId: unsigned(chainId, 'chain id'), verifyingContract: toHex(bytesOf(contract, 'verifying contract', 20)) }
}

function decodeReceipt(value: CborValue | undefined): Receipt {
  const [requestId, modelId, inputHash, outputHash, timestampMs, sequence] = arrayOf(value, 'receipt', 6)
  return {
    requestId: toHex(bytesOf(requestId, 'requestId', 32)),
    modelId: toHex(bytesOf(modelId, 'modelId', 32)),
    inputHash: toHex(bytesOf(inputHash, 'inputHash', 32)),
    outputHash: toHex(bytesOf(outputHash, 'outputHash', 32)),
    timestampMs: unsigned(timestampMs, 'timestampMs'),
    sequence: unsigned(sequence, 'sequence'),
  }
}

function decodeInclusion(value: CborValue): ReceiptInclusion {
  const [treeSize, rootHash, timestampMs, signature, hashes] = arrayOf(value, 'inclusion', 5)
  const bytes = bytesOf(hashes, 'proof')
  if (bytes.length % 32 !== 0) throw malformed('proof', 'hashes of 32 bytes', `${bytes.length} bytes`)
  return {
    checkpoint: {
      treeSize: unsigned(treeSize, 'treeSize'),
      rootHash: toHex(bytesOf(rootHash, 'rootHash', 32)),
      timestampMs: unsigned(timestampMs, 'checkpoint timestampMs'),
    },
    checkpointSignature: toHex(bytesOf(signature, 'checkpoint signature', 65)),
    proof: Array.from({ length: bytes.length / 32 }, (_, i) => toHex(bytes.subarray(32 * i, 32 * i + 32))),
  }
}

function decodeRegistration(value: CborValue): Registration {
  const [chainId, registry, header, transactionIndex, proof] = arrayOf(value, 'registration', 5)
  if (!Array.isArray(proof) || proof.length > trieDepthMax) throw malformed('registration proof', `at most ${trieDepthMax} nodes`)
  const index = unsigned(transactionIndex, 'transaction index')
  if (index > 0xffff_ffffn) throw malformed('transaction index', 'below 2^32', String(index))
  return {
    chainId: unsigned(chainId, 'registration chain id'),
    registry: toHex(bytesOf(registry, 'registry', 20)),
    header: bytesOf(header, 'header'),
    transactionIndex: Number(index),
    proof: (proof as CborValue[]).map((node) => bytesOf(node, 'registration proof')),
  }
}

/** Keys of receipts have at most 10 nibbles. */
const trieDepthMax = 16

function arrayOf(value: CborValue | undefined, name: string, length: number): readonly CborValue[] {
  if (!Array.isArray(value) || value.length !== length) throw malformed(name, `an array of ${length}`)
  return value as CborValue[]
}

function bytesOf(value: CborValue | undefined, name: string, length?: number): Uint8Array {
  if (!(value instanceof Uint8Array) || (length !== undefined && value.length !== length))
    throw malformed(
      name,
      length === undefined ? 'a byte string' : `${length} bytes`,
      value instanceof Uint8Array ? `${value.length} bytes` : typeof value,
    )
  return value
}

function unsigned(value: CborValue | undefined, name: string): bigint {
  if ((typeof value !== 'number' && typeof value !== 'bigint') || value < 0) throw malformed(name, 'an unsigned integer', String(value))
  return BigInt(value)
}

function malformed(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('BUNDLE_MALFORMED', `Bundle: ${message}`, { expected, received })
}
