/** Why nothing could be computed again: no verdict about the answer, unlike a mismatch. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError'
  readonly code: ReplayErrorCode
  readonly expected: string | undefined
  readonly received: string | undefined

  constructor(
    code: ReplayErrorCode,
    message: string,
    details: { expected?: string | undefined; received?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.expected = details.expected
    this.received = details.received
  }
}

export type ReplayErrorCode =
  | 'WEIGHTS_UNREADABLE'
  /** The file is not the model that the manifest pins. */
  | 'WEIGHTS_MISMATCH'
  /** The file names further files, which no hash covers. */
  | 'WEIGHTS_EXTERNAL'
  /** The engine cannot take the model, e.g. an operator or a datatype that it does not have. */
  | 'MODEL_UNSUPPORTED'
  /** The engine refused the input or failed on it. */
  | 'RUN_FAILED'
  | 'RUN_TIMEOUT'
  /** The engine's process ended. */
  | 'ENGINE_ENDED'
  /** The record has no inputs. */
  | 'INPUT_WITHHELD'

/** What the caller can do about it. */
export const replayRemedies: Record<ReplayErrorCode, string> = {
  WEIGHTS_UNREADABLE: 'Check the path and its permissions.',
  WEIGHTS_MISMATCH: 'Give the very file that the manifest names by its SHA-256.',
  WEIGHTS_EXTERNAL: 'Models of one file only can be replayed; an enclave refuses others too.',
  MODEL_UNSUPPORTED: 'Try another --engine.',
  RUN_FAILED: 'Check that file and model belong together; try another --engine.',
  RUN_TIMEOUT: 'Allow more with --timeout SECONDS.',
  ENGINE_ENDED: 'Try again, with more memory or another --engine.',
  INPUT_WITHHELD: 'Ask whoever made the bundle for one with its inputs.',
}
