import { ehbp } from '@nacre/verifier/ehbp'

/**
 * Everything the enclave can say no with. One class, one stable code per reason; sentences may change between versions, codes may not.
 * The table in README.md says the same and a test keeps the two equal.
 *
 * `status` is the HTTP status. Codes without one never travel over HTTP: an enclave that cannot start answers nobody.
 */
export const enclaveErrors = {
  // The request's form
  REQUEST_MALFORMED: { status: 400, title: 'The HTTP request cannot be read' },
  JSON_MALFORMED: { status: 400, title: 'The body is not JSON in UTF-8' },
  REQUEST_INVALID: { status: 400, title: 'The body is not an Open Inference Protocol request' },
  OPENAI_REQUEST_INVALID: { status: 400, title: 'The body is not a request that this route takes' },
  BINARY_LENGTH_MISMATCH: { status: 400, title: 'Lengths of the binary tensor data disagree' },
  REQUEST_ID_MALFORMED: { status: 400, title: 'The parameter request_id is not 32 bytes in hexadecimal' },
  AUDIENCE_MALFORMED: { status: 400, title: 'The parameters chain_id and verifying_contract do not name an audience' },
  COMMITMENT_SALT_MALFORMED: { status: 400, title: 'The parameter commitment_salt is not 32 bytes in hexadecimal' },
  RECEIPT_MODE_UNKNOWN: { status: 400, title: 'The parameter receipt_mode is not immediate, batched or auto' },
  LOG_REQUEST_INVALID: { status: 400, title: 'The request about the receipt log is malformed' },
  PREVIOUS_REFUSED: { status: 400, title: 'What was shown of the enclave before does not verify' },
  NONCE_MALFORMED: { status: 400, title: 'The nonce is not 1 to 512 bytes in hexadecimal' },
  ENCRYPTED_BODY_INVALID: { status: 400, title: 'The encrypted body is malformed or was altered' },
  HANDOVER_REFUSED: { status: 403, title: 'The secret goes to no such enclave' },
  ROUTE_NOT_FOUND: { status: 404, title: 'There is nothing at this address' },
  MODEL_NOT_FOUND: { status: 404, title: 'No model has this name' },
  MODEL_VERSION_NOT_FOUND: { status: 404, title: 'The model has no such version' },
  LOG_ENTRY_NOT_FOUND: { status: 404, title: 'The receipt log has no such entry, or the host has stored it already' },
  SIGNATURE_NOT_FOUND: { status: 404, title: 'No receipt of an answer with this id is kept' },
  DOCUMENT_NOT_FOUND: { status: 404, title: 'No attestation document with this hash is kept' },
  VERIFICATION_NOT_OFFERED: { status: 404, title: "This enclave does not verify other enclaves' documents" },
  REQUEST_TIMEOUT: { status: 408, title: 'The request took too long to arrive' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is larger than allowed' },
  REQUEST_TOO_COMPLEX: { status: 413, title: 'The request holds more than allowed' },
  ENCODING_UNSUPPORTED: { status: 415, title: 'The body has a form that is not understood' },
  HEADERS_TOO_LARGE: { status: 431, title: 'The headers are larger than allowed' },
  ENCRYPTION_KEY_MISMATCH: {
    status: 422,
    title: 'The body is not encrypted to the key of this enclave: attest it again and encrypt to the key it has',
    type: ehbp.keyConfigProblem,
  },
  DOCUMENT_REFUSED: { status: 422, title: 'The attestation document does not verify' },

  // The request against the model's manifest
  INPUT_NAMES_MISMATCH: { status: 422, title: 'The inputs are not those of the model' },
  INPUT_DATATYPE_MISMATCH: { status: 422, title: 'An input has another datatype than the model takes' },
  INPUT_SHAPE_MISMATCH: { status: 422, title: 'An input has another shape than the model takes' },
  INPUT_LENGTH_MISMATCH: { status: 422, title: 'An input has more or fewer elements than its shape says' },
  INPUT_VALUE_INVALID: { status: 422, title: 'An input holds a value that its datatype cannot hold exactly' },
  INPUT_NEEDS_BINARY: { status: 422, title: 'JSON cannot carry this input: send it as binary tensor data' },
  INPUT_TOO_LONG: { status: 422, title: 'The input is longer than the model takes' },
  OUTPUT_UNKNOWN: { status: 422, title: 'A requested output is not one of the model, or is asked for twice' },
  OUTPUT_NEEDS_BINARY: { status: 422, title: 'JSON cannot carry this output: ask for binary tensor data' },
  OUTPUT_TOO_LARGE: { status: 422, title: 'The outputs of this input are larger than allowed' },
  MODEL_REJECTED_INPUT: { status: 422, title: 'The model cannot run on this input' },

  // Load and availability; each answer carries Retry-After
  MODEL_QUEUE_FULL: { status: 429, title: 'Too many requests wait for this model' },
  ATTESTATION_RATE_LIMITED: { status: 429, title: 'Too many attestation documents are asked for' },
  ENCLAVE_OVERLOADED: { status: 503, title: 'The enclave holds as many requests as it can' },
  LOG_BACKLOG_FULL: { status: 503, title: 'The host does not fetch the receipt log: no more receipts are issued' },
  LOG_NOT_OPEN: { status: 503, title: 'The receipt log has no entry yet' },
  ENCLAVE_NOT_READY: { status: 503, title: 'The enclave is not ready' },
  ENCLAVE_SHUTTING_DOWN: { status: 503, title: 'The enclave is shutting down' },
  MODEL_UNAVAILABLE: { status: 503, title: 'The model is not running' },
  MODEL_SEALED: { status: 503, title: "The model's weights are sealed, and not opened yet" },
  MODEL_CRASHED: { status: 503, title: "The model's process ended while it ran this request" },
  MODEL_QUEUE_TIMEOUT: { status: 503, title: 'The request waited too long for its turn' },
  ATTESTATION_UNAVAILABLE: { status: 503, title: 'No fresh attestation document can be had' },
  MODEL_TIMEOUT: { status: 504, title: 'The model took too long' },

  // Faults of ours; no answer is ever given without its receipt
  CLIENT_GONE: { status: 499, title: 'The client went away before the answer' },
  MODEL_OUTPUT_INVALID: { status: 500, title: 'The model gave something else than its manifest says' },
  RECEIPT_FAILED: { status: 500, title: 'No receipt could be made for the answer' },
  INTERNAL: { status: 500, title: 'Something failed inside the enclave' },

  // The Nitro Secure Module: at boot; later in the log only, where callers get ATTESTATION_UNAVAILABLE
  VSOCK_FAILED: { status: null, title: 'The vsock network cannot be used' },
  NSM_UNAVAILABLE: { status: null, title: 'The Nitro Secure Module cannot be reached' },
  NSM_TIMEOUT: { status: null, title: 'The Nitro Secure Module did not answer in time' },
  NSM_REFUSED: { status: null, title: 'The Nitro Secure Module answered with an error' },
  NSM_PROTOCOL: { status: null, title: 'The Nitro Secure Module answered something that is not its protocol' },
  NSM_REQUEST_TOO_LARGE: { status: null, title: 'The request is larger than the Nitro Secure Module takes' },

  // The way out, and the key management service behind it
  EGRESS_UNAVAILABLE: { status: null, title: 'The host does not connect, or the other end does not answer' },
  EGRESS_REFUSED: { status: null, title: 'The host does not allow this connection' },
  CREDENTIALS_UNAVAILABLE: { status: null, title: 'The host gives no credentials' },
  KMS_UNAVAILABLE: { status: null, title: 'The key management service cannot be reached' },
  KMS_REFUSED: { status: null, title: 'The key management service refused' },
  KMS_ANSWER_INVALID: { status: null, title: 'The key management service answered something that is not its protocol' },
  KMS_CMS_MALFORMED: { status: null, title: "The key management service's encrypted answer is not of the form it has" },
  KMS_CMS_RECIPIENT_MISMATCH: { status: null, title: "The key management service's answer is encrypted for another key" },
  KMS_CMS_UNOPENED: { status: null, title: "The key management service's encrypted answer does not open" },

  KEPT_SECRET_REFUSED: { status: null, title: 'What the host kept is not what an enclave of this image kept' },

  SEALED_WEIGHTS_UNAVAILABLE: { status: null, title: 'The host does not give the sealed weights' },
  SEALED_WEIGHTS_INVALID: { status: null, title: 'The sealed weights are not those that were sealed' },

  // At boot
  ARGUMENTS_INVALID: { status: null, title: 'The command line is not understood' },
  ENTROPY_UNFIT: { status: null, title: 'A source of randomness gave something that is not random' },
  PCR_NOT_EMPTY: { status: null, title: 'PCR16 was extended or locked by somebody else' },
  PCR_MISMATCH: { status: null, title: 'PCR16 is not what the models give' },
  PCR_NOT_LOCKED: { status: null, title: 'PCR16 did not stay locked' },
  MODEL_FOLDER_INVALID: { status: null, title: 'A model folder cannot be read' },
  MODEL_WEIGHTS_MISMATCH: { status: null, title: 'The weights are not those of the manifest' },
  MODEL_PARTS_MISMATCH: { status: null, title: 'A stage or file is not the one that the program names' },
  MODEL_SEAL_UNSUPPORTED: { status: null, title: 'A single stage of a program cannot be sealed' },
  MODEL_RUNTIME_MISMATCH: { status: null, title: 'The runtime is not that of the manifest' },
  MODEL_INTERFACE_MISMATCH: { status: null, title: "The model's tensors are not those of the manifest" },
  MODEL_LOAD_FAILED: { status: null, title: 'The runtime cannot load the model' },
} as const satisfies { readonly [code: string]: { status: number | null; title: string; type?: string } }

export type EnclaveErrorCode = keyof typeof enclaveErrors

export class EnclaveError extends Error {
  override readonly name = 'EnclaveError'
  /** Stable reason. Branch on this, never on the message. */
  readonly code: EnclaveErrorCode
  readonly expected: string | undefined
  readonly received: string | undefined
  /** When trying again makes sense; becomes the header Retry-After. */
  readonly retryAfterSeconds: number | undefined
  /** The field of the request to change, where there is one. */
  readonly param: string | undefined

  constructor(code: EnclaveErrorCode, message: string = enclaveErrors[code].title, details: EnclaveErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.expected = details.expected
    this.received = details.received
    this.retryAfterSeconds = details.retryAfterSeconds
    this.param = details.param
  }
}

export type EnclaveErrorDetails = {
  expected?: string | undefined
  received?: string | undefined
  retryAfterSeconds?: number | undefined
  param?: string | undefined
  cause?: unknown
}

/** One object that is both an Open Inference Protocol error (`error`) and a problem document (RFC 9457). */
export type Problem = {
  error: string
  code: EnclaveErrorCode
  type: string
  title: string
  status: number
  expected?: string
  received?: string
}

export function toProblem(error: EnclaveError): Problem {
  const {
    status,
    title,
    type = `urn:nacre:error:${error.code}`,
  }: { status: number | null; title: string; type?: string } = enclaveErrors[error.code]
  // A code without a status that reached a client would be a bug, and says nothing a client could use.
  if (status === null) return toProblem(new EnclaveError('INTERNAL'))
  return {
    error: error.message,
    code: error.code,
    type,
    title,
    status,
    ...(error.expected === undefined ? {} : { expected: error.expected }),
    ...(error.received === undefined ? {} : { received: error.received }),
  }
}

/** The same as OpenAI's clients read it: `error` is an object. What a {@link Problem} has besides stays, so that one program understands both. */
export function toOpenAiProblem(error: EnclaveError): object {
  const problem = toProblem(error)
  const type = problem.status === 429 ? 'rate_limit_error' : problem.status < 500 ? 'invalid_request_error' : 'server_error'
  return { ...problem, error: { message: problem.error, type, param: error.param ?? null, code: problem.code } }
}

/** Anything that is not an `EnclaveError` becomes INTERNAL: its message may hold pieces of a request, so it goes nowhere. */
export function toEnclaveError(error: unknown): EnclaveError {
  return error instanceof EnclaveError ? error : new EnclaveError('INTERNAL', undefined, { cause: error })
}
