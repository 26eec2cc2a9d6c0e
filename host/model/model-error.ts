/** Why a model was not added. Nothing was written. */
export class ModelError extends Error {
  override readonly name = 'ModelError'
  readonly code: ModelErrorCode
  readonly expected: string | undefined
  readonly received: string | undefined

  constructor(
    code: ModelErrorCode,
    message: string,
    details: { expected?: string | undefined; received?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.expected = details.expected
    this.received = details.received
  }
}

export type ModelErrorCode =
  | 'MODEL_UNREADABLE'
  /** Name, version or labels are not what a manifest can hold. */
  | 'MANIFEST_INVALID'
  /** A model of this name is there already. */
  | 'MODEL_EXISTS'
  /** ONNX Runtime cannot load it, or it has inputs or outputs that are no tensors. */
  | 'MODEL_UNSUPPORTED'
  /** It does not run on generated inputs, or not twice with the same bytes. */
  | 'SELF_TEST_FAILED'
  /** Rows were said to be independent, and stacked rows gave other bytes than each alone. */
  | 'ROWS_DEPEND'

/** What the caller can do about it. */
export const modelRemedies: Record<ModelErrorCode, string> = {
  MODEL_UNREADABLE: 'Check the path and its permissions.',
  MANIFEST_INVALID: 'Choose another --name, --version or --labels.',
  MODEL_EXISTS: 'Choose another --name, or remove the folder first: its model id stands in receipts and registries.',
  MODEL_UNSUPPORTED: 'Export the model as one ONNX file with tensors in and out, for operators that ONNX Runtime has.',
  SELF_TEST_FAILED: 'If open dimensions must have certain sizes, give one with --open-size N.',
  ROWS_DEPEND: 'Leave --rows-independent out.',
}
