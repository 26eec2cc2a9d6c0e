import { fromHex, type Hex, toHex } from '@nacre/verifier/bytes'
import { hashReceipt, type Receipt, type ReceiptDomain } from '@nacre/verifier/receipt'
import type { Address } from 'viem'
import { EnclaveError } from './errors.ts'
import { keccak256 } from './keccak.ts'
import type { ReceiptKey } from './keys.ts'

export type SignedReceipt = { receipt: Receipt; signature: Hex; domain: ReceiptDomain; signer: Address }

export type ReceiptContent = Pick<Receipt, 'requestId' | 'modelId' | 'inputHash' | 'outputHash'>

export type ReceiptIssuer = {
  /** @throws `RECEIPT_FAILED`, and then no sequence number was used. */
  issue(content: ReceiptContent, domain: ReceiptDomain): SignedReceipt
  /** Receipts issued so far: the sequence number of the last one. */
  issued(): bigint
}

/**
 * Numbers receipts 1, 2, 3, … per key; 0 is the place of the log's opening entry. `issue` runs without awaiting anything, so no two requests can draw one number; the number counts as used once the signature exists.
 *
 * A receipt is issued last, when the rest of the answer is ready to be written: whatever fails earlier uses no number. What can still fail is the network: then the receipt exists and
 * nobody holds it. Its number stays used all the same. Giving it to another answer would put two valid signatures under one number, which is what an enclave
 * that hides an answer would look like; a number whose receipt nobody shows is only a lost reply.
 */
export function createReceiptIssuer({ key, nowMs }: { key: ReceiptKey; nowMs: () => number }): ReceiptIssuer {
  let sequence = 1n
  let lastMs = 0

  return {
    issue(content, domain) {
      // The clock may be stepped back by the host; receipts in order of number are also in order of time.
      const timestampMs = Math.max(Math.floor(nowMs()), lastMs)
      const receipt: Receipt = { ...content, timestampMs: BigInt(timestampMs), sequence }
      let signature: Hex
      try {
        signature = toHex(key.sign(fromHex(hashReceipt(receipt, domain, keccak256))))
      } catch (cause) {
        throw new EnclaveError('RECEIPT_FAILED', undefined, { cause })
      }
      sequence += 1n
      lastMs = timestampMs
      return { receipt, signature, domain, signer: key.address }
    },
    issued: () => sequence - 1n,
  }
}
