export class SealError extends Error {
  override readonly name = 'SealError'
  readonly code = 'SEAL_REFUSED'

  constructor(message: string, expected?: string, received?: string) {
    super(expected === undefined ? message : `${message} (expected ${expected}, received ${received})`)
  }
}
