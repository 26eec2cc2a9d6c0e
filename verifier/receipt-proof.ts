import type { Address } from 'viem'
import { fromHex, type Hex } from './bytes.ts'
import { type LogCheckpoint, verifyCheckpoint } from './checkpoint.ts'
import { VerifierError } from './errors.ts'
import { hashLeaf, verifyInclusion } from './merkle.ts'
import { checkReceipt, hashReceipt, type Receipt, type ReceiptDomain, verifyReceipt } from './receipt.ts'
import type { Verified } from './verified.ts'

/** What makes a receipt the enclave's: a signature of its own, or a place in a log whose checkpoint is signed; one of the two. Both by the same key, and worth the same. */
export type ReceiptProof = {
  /** 65 bytes over the EIP-712 digest of the receipt. */
  readonly signature?: Hex | undefined
  readonly inclusion?: ReceiptInclusion | undefined
}

export type ReceiptInclusion = {
  readonly checkpoint: LogCheckpoint
  /** 65 bytes over the EIP-712 digest of the checkpoint. */
  readonly checkpointSignature: Hex
  /** Hashes of 32 bytes from the leaf up; the leaf's index is the receipt's sequence. */
  readonly proof: readonly Hex[]
}

/** @throws `SIGNATURE_MALFORMED`, `SIGNATURE_INVALID`, `CHECKPOINT_MALFORMED`, `PROOF_MALFORMED`, `INCLUSION_INVALID` */
export async function verifyReceiptProof(
  parameters: { receipt: Receipt; domain: ReceiptDomain; signer: Address } & ReceiptProof,
): Promise<Verified<Receipt>> {
  const { receipt, domain, signer, signature, inclusion } = parameters
  if (signature !== undefined && inclusion === undefined) return verifyReceipt({ receipt, signature, domain, signer })
  if (inclusion !== undefined && signature === undefined) return verifyReceiptInclusion({ receipt, domain, signer, inclusion })
  throw new VerifierError('SIGNATURE_MALFORMED', 'A receipt has a signature or a place in the log, one of the two')
}

/** @throws `RECEIPT_MALFORMED`, `CHECKPOINT_MALFORMED`, `SIGNATURE_MALFORMED`, `SIGNATURE_INVALID`, `PROOF_MALFORMED`, `INCLUSION_INVALID` */
export async function verifyReceiptInclusion(parameters: {
  receipt: Receipt
  domain: ReceiptDomain
  signer: Address
  inclusion: ReceiptInclusion
}): Promise<Verified<Receipt>> {
  const { receipt, domain, signer, inclusion } = parameters
  checkReceipt(receipt)
  const { checkpoint, checkpointSignature, proof } = inclusion
  const head = await verifyCheckpoint({ checkpoint, signature: checkpointSignature, signer })
  return verifyReceiptUnder({ receipt, domain, head, proof })
}

/** The same under a checkpoint that was verified before: for whoever has many receipts under one. @throws `RECEIPT_MALFORMED`, `PROOF_MALFORMED`, `INCLUSION_INVALID` */
export function verifyReceiptUnder(parameters: {
  receipt: Receipt
  domain: ReceiptDomain
  head: Verified<LogCheckpoint>
  proof: readonly Hex[]
}): Verified<Receipt> {
  const { receipt, domain, head, proof } = parameters
  const leafHash = receiptLeafHash(receipt, domain)
  // Leaf 0 opens the log; a receipt that claimed its place would stand outside the count.
  if (receipt.sequence < 1n)
    throw new VerifierError('INCLUSION_INVALID', 'Receipts count from 1', { expected: 'at least 1', received: String(receipt.sequence) })
  const { treeSize, rootHash } = head
  verifyInclusion({ leafHash, index: receipt.sequence, treeSize, proof: proofBytes(proof), root: fromHex(rootHash) })
  return receipt as Verified<Receipt>
}

/** Hash of the receipt's leaf, whose data is the EIP-712 digest under the receipt's own audience. @throws `RECEIPT_MALFORMED` */
export function receiptLeafHash(receipt: Receipt, domain: ReceiptDomain): Uint8Array {
  return hashLeaf(fromHex(hashReceipt(receipt, domain)))
}

/** @throws `PROOF_MALFORMED` */
export function proofBytes(proof: readonly Hex[]): Uint8Array[] {
  try {
    return proof.map((hash) => fromHex(hash, 32))
  } catch (cause) {
    throw new VerifierError('PROOF_MALFORMED', 'Not the hashes of a Merkle proof', { cause })
  }
}
