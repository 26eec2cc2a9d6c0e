/**
 * Verifies attested inference, in browsers and Node. Start at {@link verifyInference}: its body is the list of checks. Formats, order of checks and error codes are normative in SPEC.md.
 */
export {
  type AnswersBundle,
  decodeAnswersBundle,
  encodeAnswersBundle,
  type VerifiedAnswersBundle,
  type VerifyAnswersParameters,
  verifyAnswersBundle,
} from './answers-bundle.ts'
export {
  type AttestationDocument,
  decodeAttestation,
  type FieldLimits,
  isDebug,
  type VerificationTime,
  type VerifiedAttestation,
  type VerifyAttestationParameters,
  verifyAttestation,
} from './attestation.ts'
export { awsNitroRootG1 } from './aws-root.ts'
export {
  type Bundle,
  type BundleTime,
  bareBundle,
  type ChainPolicy,
  decodeBundle,
  encodeBundle,
  type VerifiedBundle,
  type VerifyBundleParameters,
  verifyBundle,
} from './bundle.ts'
export {
  type BundledAnswer,
  type LogHead,
  type SharedEvidence,
  type VerifiedBundledAnswer,
  type VerifiedEvidence,
  type VerifyEvidenceParameters,
  verifyBundledAnswer,
  verifyEvidence,
} from './bundle-evidence.ts'
export { fromHex, type Hex, toHex } from './bytes.ts'
export { type Certificate, certificateFromPem, decodeCertificate } from './certificate.ts'
export { type ChainCache, createChainCache } from './chain.ts'
export {
  type Cosignature,
  checkpointTypes,
  hashCheckpoint,
  type LogCheckpoint,
  type VerifiedTreeHead,
  verifyCheckpoint,
  verifyCheckpointNote,
  type WitnessPolicy,
} from './checkpoint.ts'
export {
  commitTensors,
  decodeOpening,
  type OpenedBlock,
  type Opening,
  openElement,
  type SaltedTensors,
  verifyOpening,
} from './commitment.ts'
export { type VerifiedEnclave, verifyEnclave, verifyKeptReceiptKey, verifyKeyset } from './enclave-identity.ts'
export { VerifierError, type VerifierErrorCode, verifierErrorCodes } from './errors.ts'
export {
  type Epoch,
  encodeHistory,
  type HistoryPolicy,
  imagesOf,
  type VerifiedEpoch,
  type VerifiedHistory,
  verifyHistory,
} from './history.ts'
export {
  type InferenceRequest,
  type InferenceResponse,
  type VerifiedInference,
  type VerifyInferenceParameters,
  verifyAnswer,
  verifyInference,
} from './inference.ts'
export { decodeKeyset, encodeKeyset, type Keyset, keysetUserData } from './keyset.ts'
export { decodeLogOpening, encodeLogOpening, type LogOpening } from './log-opening.ts'
export {
  decodeManifest,
  encodeManifest,
  extendModelPcr,
  hashManifest,
  type ModelManifest,
  type RuntimeProfile,
  type TensorSpec,
} from './manifest.ts'
export { verifyConsistency, verifyInclusion } from './merkle.ts'
export { decodeNoteKey, encodeNoteKey, type NoteKey } from './note.ts'
export { assertMeasurement, assertModel, assertNotDebug, type Measurement, type Policy } from './policy.ts'
export { hashReceipt, type Receipt, type ReceiptDomain, receiptTypes, recoverReceiptSigner, verifyReceipt } from './receipt.ts'
export { type ReceiptInclusion, type ReceiptProof, verifyReceiptInclusion, verifyReceiptProof } from './receipt-proof.ts'
export { decodeInferResponse, encodeInferRequest, type InferAnswer, type InferRequest } from './response.ts'
export { type Datatype, decodeTensors, encodeTensors, hashTensors, type Tensor, tensorFromValues, tensorValues } from './tensor.ts'
export type { Verified } from './verified.ts'
