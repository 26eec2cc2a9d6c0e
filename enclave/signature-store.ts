import type { Clock } from './clock.ts'
import { EnclaveError } from './errors.ts'
import type { Limits } from './limits.ts'

/** Receipts of the last answers by the answers' ids, for clients whose library shows them no more than the id. Hashes and signatures, no content. */
export type SignatureStore = {
  /** @param receipt JSON */
  keep(id: string, receipt: string): void
  /** @throws `SIGNATURE_NOT_FOUND` */
  find(id: string): string
}

export function createSignatureStore(parts: { clock: Clock; limits: Pick<Limits, 'signaturesKept' | 'signatureMsMax'> }): SignatureStore {
  const { clock, limits } = parts
  // In the order of their keeping, which is the order in which they expire.
  const kept = new Map<string, { receipt: string; untilMs: number }>()

  function forgetOld(): void {
    for (const [id, { untilMs }] of kept) {
      if (untilMs > clock.monotonicMs() && kept.size <= limits.signaturesKept) return
      kept.delete(id)
    }
  }

  return {
    keep(id, receipt) {
      kept.delete(id)
      kept.set(id, { receipt, untilMs: clock.monotonicMs() + limits.signatureMsMax })
      forgetOld()
    },
    find(id) {
      forgetOld()
      const found = kept.get(id)
      if (found === undefined)
        throw new EnclaveError('SIGNATURE_NOT_FOUND', undefined, {
          expected: `an answer of the last ${limits.signatureMsMax / 60_000} minutes`,
        })
      return found.receipt
    },
  }
}
