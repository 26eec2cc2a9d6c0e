import {
  arrayOf,
  bytesOf,
  checkChecksum,
  checkFields,
  decodeDomain,
  decodeFields,
  decodeProof,
  decodeReceipt,
  decodeRegistration,
  encodeDomain,
  encodeFields,
  encodeProof,
  encodeReceipt,
  encodeRegistration,
  malformed,
  optional,
  unsigned,
} from './bundle-cbor.ts'
import {
  type BundledAnswer,
  type SharedEvidence,
  type VerifiedBundledAnswer,
  type VerifiedEvidence,
  type VerifyEvidenceParameters,
  verifyBundledAnswer,
  verifyEvidence,
} from './bundle-evidence.ts'
import { fromHex, type Hex, toHex } from './bytes.ts'
import { type CborMap, type CborValue, cborMap } from './cbor.ts'
import { checkCheckpoint } from './checkpoint.ts'
import { checkReceipt, type Receipt, type ReceiptDomain } from './receipt.ts'
import type { ReceiptInclusion } from './receipt-proof.ts'
import type { Registration } from './registration.ts'
import { decodeTensors, encodeTensors, type Tensor } from './tensor.ts'
import type { Verified } from './verified.ts'

export { bundleBytesMax } from './bundle-cbor.ts'
export type { BundleTime, ChainPolicy } from './bundle-evidence.ts'

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
  return encodeFields(toFields(bundle))
}

/** Parses only: see {@link verifyBundle}. @throws `BUNDLE_MALFORMED`, `CBOR_MALFORMED`, `TENSOR_MALFORMED` */
export function decodeBundle(bytes: Uint8Array): Bundle {
  return bundleFromFields(decodeFields(bytes))
}

export type VerifyBundleParameters = Omit<VerifyEvidenceParameters, 'evidence' | 'history'> & { bundle: Uint8Array }

export type VerifiedBundle = Verified<
  Pick<VerifiedBundledAnswer, 'receipt' | 'domain' | 'manifest' | 'inputs' | 'outputs'> &
    Pick<VerifiedEvidence, 'signer' | 'attestation' | 'keyset' | 'vouched' | 'log' | 'registration' | 'provenance'>
>

/**
 * Verifies a bundle of one answer offline: the evidence (`verifyEvidence`), then the answer (`verifyBundledAnswer`).
 *
 * Not checked: who asked, and why. The request id, input, audience and selection of the model's outputs are the bundle's own; compare them with what you expect.
 *
 * @throws {@link VerifierError}
 */
export async function verifyBundle(parameters: VerifyBundleParameters): Promise<VerifiedBundle> {
  const { evidence, answer } = partsOf(decodeBundle(parameters.bundle))
  const verified = await verifyEvidence({ ...parameters, evidence })
  const { signer, attestation, keyset, vouched, log, registration, provenance } = verified
  const { receipt, domain, manifest, inputs, outputs } = await verifyBundledAnswer(verified, answer)
  return {
    receipt,
    domain,
    signer,
    manifest,
    inputs,
    outputs,
    attestation,
    keyset,
    vouched,
    log,
    registration,
    provenance,
  } as unknown as VerifiedBundle
}

/** A bundle of one answer as one of several: its evidence, and what the answer has of its own. */
export function partsOf(bundle: Bundle): { evidence: SharedEvidence; answer: BundledAnswer } {
  const { attestation, keyset, manifest, domain, receipt, signature, inclusion, note, inputs, outputs, registration, provenance } = bundle
  const head = inclusion === null ? null : { checkpoint: inclusion.checkpoint, signature: inclusion.checkpointSignature, note }
  return {
    evidence: { attestation, keyset, manifests: [manifest], head, registration, provenance, history: null },
    answer: { domain, receipt, signature, proof: inclusion?.proof ?? null, inputs, outputs },
  }
}

export const bundleFormat = 'nacre/bundle/1'
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

function toFields(bundle: Bundle): CborMap {
  const { receipt, domain, signature, inclusion, inputs, outputs, registration } = bundle
  return cborMap({
    format: bundleFormat,
    attestation: bundle.attestation,
    keyset: bundle.keyset,
    manifest: bundle.manifest,
    domain: encodeDomain(domain),
    receipt: encodeReceipt(receipt),
    signature: signature === null ? null : fromHex(signature, 65),
    inclusion:
      inclusion === null
        ? null
        : [
            inclusion.checkpoint.treeSize,
            fromHex(inclusion.checkpoint.rootHash),
            inclusion.checkpoint.timestampMs,
            fromHex(inclusion.checkpointSignature, 65),
            encodeProof(inclusion.proof),
          ],
    note: bundle.note,
    inputs: inputs === null ? null : encodeTensors(inputs),
    outputs: outputs === null ? null : encodeTensors(outputs),
    registration: encodeRegistration(registration),
    provenance: bundle.provenance,
  })
}

export function bundleFromFields(fields: CborMap): Bundle {
  checkFields(fields, bundleFormat, bundleFields)
  const bundle: Bundle = {
    attestation: bytesOf(fields.get('attestation'), 'attestation'),
    keyset: bytesOf(fields.get('keyset'), 'keyset'),
    manifest: bytesOf(fields.get('manifest'), 'manifest'),
    domain: decodeDomain(fields.get('domain')),
    receipt: decodeReceipt(fields.get('receipt')),
    signature: optional(fields.get('signature'), (item) => toHex(bytesOf(item, 'signature', 65))),
    inclusion: optional(fields.get('inclusion'), decodeInclusion),
    note: optional(fields.get('note'), (item) => bytesOf(item, 'note')),
    inputs: optional(fields.get('inputs'), (item) => decodeTensors(bytesOf(item, 'inputs'))),
    outputs: optional(fields.get('outputs'), (item) => decodeTensors(bytesOf(item, 'outputs'))),
    registration: optional(fields.get('registration'), decodeRegistration),
    provenance: optional(fields.get('provenance'), (item) => bytesOf(item, 'provenance')),
  }
  if (bundle.signature === null && bundle.inclusion === null) throw malformed('neither signature nor inclusion')
  if (bundle.note !== null && bundle.inclusion === null) throw malformed('a note without inclusion')
  checkChecksum(fields)
  return bundle
}

function decodeInclusion(value: CborValue): ReceiptInclusion {
  const [treeSize, rootHash, timestampMs, signature, proof] = arrayOf(value, 'inclusion', 5)
  return {
    checkpoint: {
      treeSize: unsigned(treeSize, 'treeSize'),
      rootHash: toHex(bytesOf(rootHash, 'rootHash', 32)),
      timestampMs: unsigned(timestampMs, 'checkpoint timestampMs'),
    },
    checkpointSignature: toHex(bytesOf(signature, 'checkpoint signature', 65)),
    proof: decodeProof(proof),
  }
}
