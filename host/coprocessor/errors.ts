/**
 * Why the relayer could not do something. What happens to one request is no error: see `RequestReason` in requests.ts.
 *
 * - `DATABASE_UNREACHABLE`, `DATABASE_NEWER`: start again once the database answers, or with the version of this program that wrote it.
 * - `STATE_IN_USE`, `STATE_PATH_TOO_LONG`: another relayer runs on this state directory, or no socket fits into it; name another one.
 * - `SIGNER_IN_USE`: another relayer of the fleet signs with this key; each needs its own.
 * - `CHAIN_UNREACHABLE`, `CHAIN_MISMATCH`, `CONTRACT_ABSENT`: what the RPC endpoints say cannot be worked with.
 * - `INPUT_…`: an input that was handed over is refused.
 */
export type RelayerErrorCode =
  | 'DATABASE_UNREACHABLE'
  | 'DATABASE_NEWER'
  | 'STATE_IN_USE'
  | 'STATE_PATH_TOO_LONG'
  | 'SIGNER_IN_USE'
  | 'CHAIN_UNREACHABLE'
  | 'CHAIN_MISMATCH'
  | 'CONTRACT_ABSENT'
  | 'INPUT_MALFORMED'
  | 'INPUT_HASH_MISMATCH'
  | 'INPUT_TOO_LARGE'
  | 'INPUT_STORE_FULL'

export class RelayerError extends Error {
  override readonly name = 'RelayerError'
  readonly code: RelayerErrorCode
  readonly expected: string | undefined
  readonly received: string | undefined

  constructor(code: RelayerErrorCode, message: string, details: { expected?: string; received?: string; cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.expected = details.expected
    this.received = details.received
  }
}
