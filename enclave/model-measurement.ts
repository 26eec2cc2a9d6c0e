import { equalBytes, fromHex, type Hex, toHex } from '@nacre/verifier/bytes'
import { extendModelPcr } from '@nacre/verifier/manifest'
import { EnclaveError } from './errors.ts'
import type { Nsm } from './nsm.ts'

/** PCRs 0 to 15 belong to the hypervisor; 16 is the first one an enclave may extend. */
export const modelsPcr = 16

/**
 * Extends PCR16 with every model id in the given order and locks it. From then on every document proves which models this enclave runs: an enclave taken over later cannot
 * claim another. The register must be untouched before, or the claim would also cover what somebody else put there.
 */
export async function measureModels(nsm: Nsm, modelIds: readonly Hex[]): Promise<Uint8Array> {
  const before = await nsm.describePcr(modelsPcr)
  if (before.locked || before.value.some((byte) => byte !== 0))
    throw new EnclaveError('PCR_NOT_EMPTY', undefined, {
      expected: 'unlocked, 48 zero bytes',
      received: `${before.locked ? 'locked' : 'unlocked'}, ${toHex(before.value)}`,
    })
  for (const id of modelIds) await nsm.extendPcr(modelsPcr, fromHex(id))
  await nsm.lockPcr(modelsPcr)

  const after = await nsm.describePcr(modelsPcr)
  const expected = await extendModelPcr(modelIds)
  if (!after.locked) throw new EnclaveError('PCR_NOT_LOCKED')
  if (!equalBytes(after.value, expected))
    throw new EnclaveError('PCR_MISMATCH', undefined, { expected: toHex(expected), received: toHex(after.value) })
  return after.value
}
