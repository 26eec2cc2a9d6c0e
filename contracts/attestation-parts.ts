/** Calls to the contracts behind the verifier, one at a time: for measuring what a part costs. */
import { createHash } from 'node:crypto'
import { concat, type Hex, hexToBytes, pad, toHex } from 'viem'
import type { SlicedCertificate, SlicedDocument } from './attestation-prover.ts'

/** Calldata of the P-384 contract for the document's own signature, with its hint. */
export function signatureStatement(sliced: SlicedDocument, hint: Hex): Hex {
  const leaf = sliced.path[sliced.path.length - 1] as SlicedCertificate
  const digest = createHash('sha384').update(sliced.sigStructure).digest()
  return concat([toHex(digest), toHex(sliced.signature), toHex(leaf.publicKey), hint])
}

/** Calldata of the SHA-384 contract for one message. */
export function sha384Input(message: Uint8Array): Hex {
  return concat([pad('0x01', { size: 32 }), pad(toHex(message.length), { size: 32 }), toHex(message)])
}

/** EIP-2028. EIP-7623's floor lies below what the contracts here execute. */
export function calldataGas(data: Hex): number {
  const bytes = hexToBytes(data)
  const zeros = bytes.filter((byte) => byte === 0).length
  return 4 * zeros + 16 * (bytes.length - zeros)
}
