import { VerifierError, type VerifierErrorCode } from '@nacre/verifier/errors'

/** The code with which `run` refuses, or `accepted`. Anything thrown that is not a `VerifierError` is a bug and passes through. */
export async function verdict(run: () => unknown): Promise<VerifierErrorCode | 'accepted'> {
  try {
    await run()
    return 'accepted'
  } catch (error) {
    if (error instanceof VerifierError) return error.code
    throw error
  }
}
