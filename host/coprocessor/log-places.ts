import { fromHex } from '@nacre/verifier/bytes'
import { verifyCheckpoint } from '@nacre/verifier/checkpoint'
import { verifyInclusion } from '@nacre/verifier/merkle'
import { proofBytes, type ReceiptInclusion } from '@nacre/verifier/receipt-proof'
import type { Address } from 'viem'
import type { LogSource } from '../audit/source.ts'
import { placesInLog } from '../log-place.ts'

/**
 * Places of receipts under one checkpoint, out of the log that the enclave's host serves. Answers come with checkpoints of their own, as many as there were moments at which the enclave signed; under one
 * that covers them all the contract checks one signature. Whoever serves the log is believed nothing: the checkpoint is held to the enclave's key, and every path to the checkpoint.
 */
export type LogPlaces = {
  /** One for each leaf, in their order, all under one checkpoint; `null` while the log does not reach so far, or cannot be had. */
  find(signer: Address, leaves: readonly LogLeaf[]): Promise<readonly ReceiptInclusion[] | null>
}

export type LogLeaf = { readonly sequence: bigint; readonly leafHash: Uint8Array }

/** @param openLog The log of one key. */
export function logPlaces({ openLog, patienceMsMax = 1_500 }: { openLog(signer: Address): LogSource; patienceMsMax?: number }): LogPlaces {
  async function look(signer: Address, leaves: readonly LogLeaf[]): Promise<ReceiptInclusion[]> {
    const { inclusions } = await placesInLog(
      openLog(signer),
      leaves.map(({ sequence }) => Number(sequence)),
    )
    const [first] = inclusions
    if (first === undefined) return []
    const { treeSize, rootHash } = await verifyCheckpoint({ ...first, signature: first.checkpointSignature, signer })
    for (const [index, { proof }] of inclusions.entries()) {
      const { sequence, leafHash } = leaves[index] as LogLeaf
      verifyInclusion({ leafHash, index: sequence, treeSize, proof: proofBytes(proof), root: fromHex(rootHash) })
    }
    return inclusions
  }

  return {
    async find(signer, leaves) {
      for (let waitedMs = 0; ; waitedMs += lookAgainMs) {
        const places = await look(signer, leaves).catch(() => null)
        // Without the log they go in smaller parts: each answer has a proof of its own.
        if (places !== null || waitedMs >= patienceMsMax) return places
        // The host fetches what the enclave logged twice a second.
        await new Promise((resolve) => setTimeout(resolve, lookAgainMs))
      }
    },
  }
}

const lookAgainMs = 250
