/** Everything a verifier can say no with. One class, one stable code per reason; prose may change between versions, codes may not. */
export class VerifierError extends Error {
  override readonly name = 'VerifierError'
  /** Stable reason, one of {@link VerifierErrorCode}. The table in SPEC.md says what each means and what to do. */
  readonly code: VerifierErrorCode
  /** What would have been accepted, where something was compared. */
  readonly expected: string | undefined
  /** What was there instead. */
  readonly received: string | undefined

  constructor(code: VerifierErrorCode, message: string, details: ErrorDetails = {}) {
    const { expected, received, cause } = details
    const compared =
      expected === undefined && received === undefined ? '' : ` (expected ${expected ?? 'nothing'}, received ${received ?? 'nothing'})`
    super(message + compared, cause === undefined ? undefined : { cause })
    this.code = code
    this.expected = expected
    this.received = received
  }
}

export type ErrorDetails = { expected?: string | undefined; received?: string | undefined; cause?: unknown }

/** The closed union of reasons, in the order in which a verification meets them. A test keeps SPEC.md's table equal to this list. */
export const verifierErrorCodes = [
  // Form: the bytes are not what they claim to be.
  'HEX_MALFORMED',
  'CBOR_MALFORMED',
  'JSON_NOT_CANONICAL',
  'COSE_MALFORMED',
  'COSE_ALGORITHM',
  'ATTESTATION_MALFORMED',
  'ATTESTATION_NITROTPM',
  'CERTIFICATE_MALFORMED',
  'SIGNATURE_MALFORMED',
  'TENSOR_MALFORMED',
  'MANIFEST_MALFORMED',
  'IMAGE_MALFORMED',
  'KEYSET_MALFORMED',
  'RECEIPT_MALFORMED',
  'NOTE_MALFORMED',
  'CHECKPOINT_MALFORMED',
  'PROOF_MALFORMED',
  'TILE_MALFORMED',
  'LOG_OPENING_MALFORMED',
  'LOG_RECORD_MALFORMED',
  'RESPONSE_MALFORMED',
  'BUNDLE_MALFORMED',
  'HISTORY_MALFORMED',
  'EHBP_MALFORMED',
  'OPENING_MALFORMED',
  'SEALED_MODEL_MALFORMED',
  'KEPT_SECRET_MALFORMED',
  'IDENTITY_MALFORMED',
  'POLICY_MALFORMED',
  // Trust: who made it.
  'ROOT_MISMATCH',
  'CERTIFICATE_CHAIN_INVALID',
  'CERTIFICATE_SIGNATURE_INVALID',
  'CERTIFICATE_NOT_IN_VALIDITY',
  'COSE_SIGNATURE_INVALID',
  // Time.
  'ATTESTATION_STALE',
  'ATTESTATION_FROM_FUTURE',
  'RECEIPT_TIME_OUT_OF_RANGE',
  // Policy: what the caller accepts.
  'POLICY_EMPTY',
  'DEBUG_ENCLAVE',
  'MEASUREMENT_NOT_ALLOWED',
  'MODEL_NOT_ALLOWED',
  // Binding: that these pieces belong together.
  'NONCE_MISMATCH',
  'PURPOSE_MISMATCH',
  'KEYSET_MISMATCH',
  'TLS_KEY_MISMATCH',
  'MODELS_NOT_MEASURED',
  'SIGNER_MISMATCH',
  'SIGNATURE_INVALID',
  'INCLUSION_INVALID',
  'CONSISTENCY_INVALID',
  'LOG_MISMATCH',
  'LOG_RECORD_MISMATCH',
  'NOTE_SIGNATURE_INVALID',
  'COSIGNATURE_INVALID',
  'WITNESS_QUORUM_MISSED',
  'REGISTRATION_INVALID',
  'REGISTRATION_UNTRUSTED',
  'PROVENANCE_MISMATCH',
  'HISTORY_BROKEN',
  'HISTORY_OVERLAP',
  'UPGRADE_NOT_APPROVED',
  'CHAIN_ID_MISMATCH',
  'VERIFYING_CONTRACT_MISMATCH',
  'REQUEST_MISMATCH',
  'MODEL_MISMATCH',
  'INPUT_MISMATCH',
  'OUTPUT_MISMATCH',
  'OPENING_MISMATCH',
  'SEQUENCE_BROKEN',
  // Encryption: that nobody between the two ends reads or writes.
  'EHBP_KEY_MISMATCH',
  'EHBP_NOT_ENCRYPTED',
  'EHBP_DECRYPTION_FAILED',
] as const

export type VerifierErrorCode = (typeof verifierErrorCodes)[number]

/**
 * A value from outside as it may stand in an error. The attack: `String(value)` calls the value's own `toString`, and `{"toString": false}` from JSON turns a typed refusal into a crash.
 */
export function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object'
  return String(value).slice(0, 100)
}
