import type { EndpointErrorCode } from '../endpoint.ts'

/** Why a verb reached no verdict. What a verifier refuses is a `VerifierError` instead: the difference is exit code 2 against 1. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly code: CliErrorCode
  /** What the reader can do about it. */
  readonly remedy: string | undefined

  constructor(code: CliErrorCode, message: string, details: { remedy?: string | undefined; cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.remedy = details.remedy
  }
}

export type CliErrorCode =
  | 'USAGE'
  | 'INPUT_UNREADABLE'
  | 'OUTPUT_UNWRITABLE'
  | EndpointErrorCode
  /** The answer could not be computed again. */
  | 'REPLAY_FAILED'
  /** A model folder could not be made; the message begins with the reason's code. */
  | 'MODEL_NOT_ADDED'
  /** An image could not be built; the message says why. */
  | 'IMAGE_FAILED'
  /** The key management service refused, or could not be reached. */
  | 'KMS_FAILED'
  | 'INTERNAL'

export function usage(message: string, remedy?: string): CliError {
  return new CliError('USAGE', message, { remedy })
}
