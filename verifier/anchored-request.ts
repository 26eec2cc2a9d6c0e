import { concatBytes, fromHex, type Hex, sha256, toHex, utf8 } from './bytes.ts'
import { VerifierError } from './errors.ts'

/**
 * A block that the request id was made from. A receipt's time is the hypervisor's, within a second; whoever wants a bound that rests on no hypervisor asks under an id that nobody could have named
 * before a block was there. The block gives the earliest time; the latest is when somebody else saw the receipt (a checkpoint with witnesses, a transaction).
 */
export type RequestAnchor = {
  chainId: bigint
  /** 32 bytes: of a block that the chain will not take back. */
  blockHash: Hex
  /** 32 bytes, random: the id is still the caller's own and used once. */
  nonce: Hex
}

/** SHA-256 of `nacre/anchored-request/1`, the chain id (32 bytes, big-endian), the block hash and the nonce. */
export async function anchoredRequestId({ chainId, blockHash, nonce }: RequestAnchor): Promise<Hex> {
  const chain = fromHex(`0x${chainId.toString(16).padStart(64, '0')}`, 32)
  return toHex(await sha256(concatBytes(utf8('nacre/anchored-request/1'), chain, fromHex(blockHash, 32), fromHex(nonce, 32))))
}

/**
 * That the request was made after this block. Whether the block is one of the chain, and when it was, is the caller's to look up.
 *
 * @throws `REQUEST_MISMATCH`; `HEX_MALFORMED` for an anchor that is none
 */
export async function verifyRequestAnchor({ requestId, anchor }: { requestId: Hex; anchor: RequestAnchor }): Promise<void> {
  const expected = await anchoredRequestId(anchor)
  if (requestId.toLowerCase() !== expected)
    throw new VerifierError('REQUEST_MISMATCH', 'The request id was not made from this block', { expected, received: requestId })
}
