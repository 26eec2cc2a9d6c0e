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

/** Why a server does not listen, when that is up to whoever chose its address. */
export function listenFailure(error: unknown): CliError | undefined {
  const { code, syscall, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number }
  if (syscall !== 'listen' || code === undefined) return undefined
  const where = port === undefined ? String(address) : `${address} port ${port}`
  return new CliError('USAGE', `Cannot listen at ${where}: ${listenCodes[code] ?? code}`, {
    cause: error,
    remedy: 'Choose another one (--help names the options); port 0 takes a free one.',
  })
}

const listenCodes: { readonly [code: string]: string } = {
  EADDRINUSE: 'another process does',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'this user may not',
}

export function usage(message: string, remedy?: string): CliError {
  return new CliError('USAGE', message, { remedy })
}
