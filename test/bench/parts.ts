import { createHash, randomBytes } from 'node:crypto'
import { hashTensors } from '@nacre/enclave/inference'
import { keccak256 } from '@nacre/enclave/keccak'
import { receiptKeyFrom } from '@nacre/enclave/signing-keys'
import { toHex } from '@nacre/verifier/bytes'
import { hashLeaf, hashNode } from '@nacre/verifier/merkle'
import { receiptDigest } from '@nacre/verifier/receipt'
import type { Tensor } from '@nacre/verifier/tensor'
import { rounded } from './spread.ts'

export type PartsUs = Record<'hash_input_and_output' | 'receipt_digest' | 'tree_leaf_and_node' | 'signature' | 'sha256_of_600_kb', number>

/**
 * Above these ratios no attested answer can go on a machine that is busy: it answers in inverse proportion to the CPU time that an answer takes of it, and one that is proven takes at least that of an unsigned one and of
 * the parts it needs. The text of the proof, which must be written, sent, read and stored, is not even counted. For a batch, one signature is shared by all who are under way.
 */
export function ceilings(unsignedUs: number, parts: PartsUs, underWay: number): { immediate: number; batched: number } {
  const both = parts.hash_input_and_output + parts.receipt_digest + parts.tree_leaf_and_node
  return {
    immediate: rounded(unsignedUs / (unsignedUs + both + parts.signature)),
    batched: rounded(unsignedUs / (unsignedUs + both + parts.signature / underWay)),
  }
}

/** CPU time of each part that an attested answer has and an unsigned one has not, alone: below their sum no serving path can go. Microseconds, the least of several runs. */
export function measureParts(input: Tensor, output: Tensor): PartsUs {
  const key = receiptKeyFrom(Uint8Array.from(randomBytes(32)))
  const [hash, digest] = [toHex(randomBytes(32)), Uint8Array.from(randomBytes(32))]
  const receipt = { requestId: hash, modelId: hash, inputHash: hash, outputHash: hash, timestampMs: 1_800_000_000_000n, sequence: 7n }
  const large = randomBytes(600_000)
  return {
    hash_input_and_output: cpuUs(() => [hashTensors([input]), hashTensors([output])]),
    receipt_digest: cpuUs(() => receiptDigest(receipt, null, keccak256)),
    tree_leaf_and_node: cpuUs(() => hashNode(hashLeaf(digest), digest)),
    signature: cpuUs(() => key.sign(digest), 500),
    sha256_of_600_kb: cpuUs(() => createHash('sha256').update(large).digest(), 50),
  }
}

function cpuUs(work: () => unknown, times = 4000): number {
  let least = Number.POSITIVE_INFINITY
  for (let run = 0; run < 8; run++) {
    const before = process.cpuUsage()
    for (let i = 0; i < times; i++) work()
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / times)
  }
  return rounded(least)
}
