import { fromHex, type Hex, toHex } from '@nacre/verifier/bytes'
import type { Certificate } from '@nacre/verifier/certificate'
import { createChainCache } from '@nacre/verifier/chain'
import {
  type EnclaveVerification,
  hashEnclaveVerification,
  type RegistryDomain,
  verifyForRegistry,
} from '@nacre/verifier/enclave-verification'
import { VerifierError } from '@nacre/verifier/errors'
import type { Address } from 'viem'
import type { Clock } from './clock.ts'
import { EnclaveError } from './errors.ts'
import type { Limits } from './limits.ts'
import { createRateLimit } from './rate-limit.ts'
import type { ReceiptKey } from './signing-keys.ts'

export type SignedVerification = { verification: EnclaveVerification; signature: Hex; signer: Address }

export type VerificationService = {
  /** @throws `DOCUMENT_REFUSED` with the verifier's code as `received`, `ATTESTATION_RATE_LIMITED` */
  verify(document: Uint8Array, domain: RegistryDomain): Promise<SignedVerification>
}

/**
 * Verifies other enclaves' documents and vouches for them to a registry on a chain, which then pays for one signature instead of five on P-384.
 *
 * It signs for whoever asks, and nothing but what follows from the document. The root was named by who started this enclave, so every statement names it too, and the registry compares. The
 * clock is the host's as well; the document's own time is in the statement, and the registry compares that with its block.
 */
export function createVerificationService(parts: {
  root: Certificate
  key: ReceiptKey
  clock: Clock
  limits: Limits
}): VerificationService {
  const { root, key, clock, limits } = parts
  const chainCache = createChainCache()
  const rate = createRateLimit({
    perSecond: limits.verificationsPerSecond,
    burst: limits.verificationsBurst,
    monotonicMs: clock.monotonicMs,
  })

  return {
    async verify(document, domain) {
      if (!rate.take()) throw new EnclaveError('ATTESTATION_RATE_LIMITED', 'Too many documents to verify', { retryAfterSeconds: 1 })
      let verification: EnclaveVerification
      try {
        verification = await verifyForRegistry({ attestation: document, root, nowMs: clock.nowMs(), chainCache })
      } catch (cause) {
        if (!(cause instanceof VerifierError)) throw cause
        throw new EnclaveError('DOCUMENT_REFUSED', `${cause.code}: ${cause.message}`, { received: cause.code, cause })
      }
      const signature = toHex(key.sign(fromHex(hashEnclaveVerification(verification, domain))))
      return { verification, signature, signer: key.address }
    },
  }
}
