import { bundleFormat, bundleFromFields, partsOf } from './bundle.ts'
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
  listOf,
  malformed,
  optional,
  unsigned,
} from './bundle-cbor.ts'
import {
  type BundledAnswer,
  type LogHead,
  type SharedEvidence,
  type VerifiedBundledAnswer,
  type VerifiedEvidence,
  type VerifyEvidenceParameters,
  verifyBundledAnswer,
  verifyEvidence,
} from './bundle-evidence.ts'
import { fromHex, toHex } from './bytes.ts'
import { type CborMap, type CborValue, cborMap } from './cbor.ts'
import { checkCheckpoint } from './checkpoint.ts'
import { VerifierError } from './errors.ts'
import { proofLengthMax } from './merkle.ts'
import { checkReceipt } from './receipt.ts'
import { sha256Sync } from './sha256.ts'
import { decodeTensors, encodeTensors } from './tensor.ts'
import type { Verified } from './verified.ts'

/** Several answers of one receipt key in one file (`*.nacre`, version 2): what all of them rest on once, then each of them. */
export type AnswersBundle = { readonly evidence: SharedEvidence; readonly answers: readonly BundledAnswer[] }

/**
 * Deterministic CBOR (RFC 8949 section 4.2.1). Answers and manifests may come in any order: they are written in theirs.
 *
 * @throws `BUNDLE_MALFORMED` for an answer or manifest twice, for what no answer rests on, and for an answer without proof
 */
export function encodeAnswersBundle({ evidence, answers }: AnswersBundle): Uint8Array {
  for (const { receipt } of answers) checkReceipt(receipt)
  if (evidence.head !== null) checkCheckpoint(evidence.head.checkpoint)
  const ordered: AnswersBundle = {
    evidence: { ...evidence, manifests: evidence.manifests.toSorted((a, b) => (modelIdOf(a) < modelIdOf(b) ? -1 : 1)) },
    answers: answers.toSorted((a, b) => (a.receipt.sequence < b.receipt.sequence ? -1 : 1)),
  }
  checkSpelling(ordered)
  return encodeFields(toFields(ordered))
}

/**
 * Parses a bundle of either version; one of version 1 is one answer. Promises nothing: see {@link verifyAnswersBundle}.
 *
 * @throws `BUNDLE_MALFORMED`, `CBOR_MALFORMED`, `TENSOR_MALFORMED`
 */
export function decodeAnswersBundle(bytes: Uint8Array): AnswersBundle & { readonly version: 1 | 2 } {
  const fields = decodeFields(bytes)
  const format = fields.get('format')
  if (format === answersFormat) return { version: 2, ...answersFromFields(fields) }
  if (format !== bundleFormat) throw malformed('format', `${bundleFormat} or ${answersFormat}`, String(format).slice(0, 100))
  const { evidence, answer } = partsOf(bundleFromFields(fields))
  return { version: 1, evidence, answers: [answer] }
}

export type VerifyAnswersParameters = Omit<VerifyEvidenceParameters, 'evidence'> & { bundle: Uint8Array }

export type VerifiedAnswersBundle = Verified<{ readonly evidence: VerifiedEvidence; readonly answers: readonly VerifiedBundledAnswer[] }>

/**
 * Verifies a bundle of either version offline, all of it or nothing: one answer that does not hold refuses the bundle, and the error says which. To judge each by itself, call `verifyEvidence` once and
 * `verifyBundledAnswer` for each.
 *
 * Not checked: who asked, and why; and that these are all the answers there were. A log shows that.
 *
 * @throws {@link VerifierError}
 */
export async function verifyAnswersBundle(parameters: VerifyAnswersParameters): Promise<VerifiedAnswersBundle> {
  const bundle = decodeAnswersBundle(parameters.bundle)
  const evidence = await verifyEvidence({ ...parameters, evidence: bundle.evidence })
  const answers: VerifiedBundledAnswer[] = []
  for (const answer of bundle.answers) answers.push(await verifyBundledAnswer(evidence, answer).catch((error) => refused(answer, error)))
  return { evidence, answers } as unknown as VerifiedAnswersBundle
}

function refused({ receipt }: BundledAnswer, error: unknown): never {
  if (!(error instanceof VerifierError)) throw error
  throw new VerifierError(error.code, `Answer ${receipt.sequence}: ${error.message}`, { cause: error })
}

const answersFormat = 'nacre/bundle/2'
const answersFields = [
  'answers',
  'attestation',
  'checksum',
  'format',
  'head',
  'history',
  'keyset',
  'manifests',
  'provenance',
  'registration',
]
/** As many as a keyset has models. */
const manifestsMax = 256
const answersMax = 16_384

/**
 * One spelling of the same facts, and nothing that no answer rests on. The attacks: the same answer counted twice; two files of one content, of which somebody saw only one; a manifest or head that nobody signed for,
 * carried along to be believed.
 */
function checkSpelling({ evidence, answers }: AnswersBundle): void {
  if (answers.length < 1 || answers.length > answersMax) throw malformed('answers', `1 to ${answersMax}`, String(answers.length))
  const sequences = answers.map(({ receipt }) => receipt.sequence)
  if (!sequences.every((sequence, i) => i === 0 || (sequences[i - 1] as bigint) < sequence))
    throw malformed('answers', 'different ones, by sequence', sequences.slice(0, 20).join())
  const modelIds = evidence.manifests.map(modelIdOf)
  if (!modelIds.every((id, i) => i === 0 || (modelIds[i - 1] as string) < id))
    throw malformed('manifests', 'different ones, by model id', modelIds.slice(0, 20).join())
  const named = new Set(answers.map(({ receipt }) => receipt.modelId))
  const unused = modelIds.find((id) => !named.has(id))
  if (unused !== undefined) throw malformed('manifests', 'one of a model that answered', unused)
  if (answers.some(({ signature, proof }) => signature === null && proof === null)) throw malformed('neither signature nor proof')
  if (answers.some(({ proof }) => proof !== null) !== (evidence.head !== null)) throw malformed('head', 'with proofs, and only with them')
}

function modelIdOf(manifest: Uint8Array) {
  return toHex(sha256Sync(manifest))
}

function toFields({ evidence, answers }: AnswersBundle): CborMap {
  const { attestation, keyset, manifests, head, registration, provenance, history } = evidence
  return cborMap({
    format: answersFormat,
    attestation,
    keyset,
    manifests: [...manifests],
    head: head === null ? null : encodeHead(head),
    registration: encodeRegistration(registration),
    provenance,
    history,
    answers: answers.map(encodeAnswer),
  })
}

function answersFromFields(fields: CborMap): AnswersBundle {
  checkFields(fields, answersFormat, answersFields)
  const bundle: AnswersBundle = {
    evidence: {
      attestation: bytesOf(fields.get('attestation'), 'attestation'),
      keyset: bytesOf(fields.get('keyset'), 'keyset'),
      manifests: listOf(fields.get('manifests'), 'manifests', manifestsMax).map((item) => bytesOf(item, 'manifest')),
      head: optional(fields.get('head'), decodeHead),
      registration: optional(fields.get('registration'), decodeRegistration),
      provenance: optional(fields.get('provenance'), (item) => bytesOf(item, 'provenance')),
      history: optional(fields.get('history'), (item) => bytesOf(item, 'history')),
    },
    answers: listOf(fields.get('answers'), 'answers', answersMax).map(decodeAnswer),
  }
  checkSpelling(bundle)
  checkChecksum(fields)
  return bundle
}

function encodeHead({ checkpoint, signature, note }: LogHead): CborValue {
  return [checkpoint.treeSize, fromHex(checkpoint.rootHash), checkpoint.timestampMs, fromHex(signature, 65), note]
}

function decodeHead(value: CborValue): LogHead {
  const [treeSize, rootHash, timestampMs, signature, note] = arrayOf(value, 'head', 5)
  return {
    checkpoint: {
      treeSize: unsigned(treeSize, 'treeSize'),
      rootHash: toHex(bytesOf(rootHash, 'rootHash', 32)),
      timestampMs: unsigned(timestampMs, 'head timestampMs'),
    },
    signature: toHex(bytesOf(signature, 'head signature', 65)),
    note: optional(note, (item) => bytesOf(item, 'note')),
  }
}

function encodeAnswer({ domain, receipt, signature, proof, inputs, outputs }: BundledAnswer): CborValue {
  return [
    encodeDomain(domain),
    encodeReceipt(receipt),
    signature === null ? null : fromHex(signature, 65),
    proof === null ? null : encodeProof(proof),
    inputs === null ? null : encodeTensors(inputs),
    outputs === null ? null : encodeTensors(outputs),
  ]
}

function decodeAnswer(value: CborValue): BundledAnswer {
  const [domain, receipt, signature, proof, inputs, outputs] = arrayOf(value, 'answer', 6)
  return {
    domain: decodeDomain(domain),
    receipt: decodeReceipt(receipt),
    signature: optional(signature, (item) => toHex(bytesOf(item, 'signature', 65))),
    proof: optional(proof, decodeAnswerProof),
    inputs: optional(inputs, (item) => decodeTensors(bytesOf(item, 'inputs'))),
    outputs: optional(outputs, (item) => decodeTensors(bytesOf(item, 'outputs'))),
  }
}

function decodeAnswerProof(value: CborValue) {
  const proof = decodeProof(value)
  if (proof.length > proofLengthMax) throw malformed('proof', `at most ${proofLengthMax} hashes`, String(proof.length))
  return proof
}
