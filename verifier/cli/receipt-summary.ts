import { VerifierError } from '../errors.ts'
import type { Receipt, ReceiptDomain } from '../receipt.ts'
import type { ReceiptProof } from '../receipt-proof.ts'
import type { Section } from './report.ts'

export function receiptSection(receipt: Receipt, domain: ReceiptDomain, title = 'Receipt'): Section {
  return {
    title,
    rows: [
      ['request', receipt.requestId],
      ['model', receipt.modelId],
      ['input', receipt.inputHash],
      ['output', receipt.outputHash],
      ['time', `${isoTime(receipt.timestampMs)} (${receipt.timestampMs} ms)`],
      ['sequence', String(receipt.sequence)],
      ['audience', describeDomain(domain)],
    ],
  }
}

/** What stands before the key's name. */
export function proofText({ inclusion }: ReceiptProof): string {
  return inclusion === undefined ? 'signed' : `in a log of ${inclusion.checkpoint.treeSize} leaves, signed`
}

export function describeDomain(domain: ReceiptDomain): string {
  return domain === null ? 'no contract in particular' : `contract ${domain.verifyingContract} on chain ${domain.chainId}`
}

export function domainData(domain: ReceiptDomain) {
  return domain === null ? null : { chainId: String(domain.chainId), verifyingContract: domain.verifyingContract }
}

/** Without an expectation any audience passes. @throws `CHAIN_ID_MISMATCH`, `VERIFYING_CONTRACT_MISMATCH` */
export function assertExpectedDomain(received: ReceiptDomain, expected: ReceiptDomain | undefined): void {
  if (expected === undefined || expected === null) return
  if (received?.chainId !== expected.chainId)
    throw new VerifierError('CHAIN_ID_MISMATCH', 'The receipt was made for another chain', {
      expected: String(expected.chainId),
      received: String(received?.chainId ?? 'no chain'),
    })
  if (received.verifyingContract.toLowerCase() !== expected.verifyingContract.toLowerCase())
    throw new VerifierError('VERIFYING_CONTRACT_MISMATCH', 'The receipt was made for another contract', {
      expected: expected.verifyingContract,
      received: received.verifyingContract,
    })
}

/** Receipts hold any 64-bit number, dates do not. */
export function isoTime(timestampMs: bigint): string {
  const date = new Date(Number(timestampMs))
  return Number.isNaN(date.getTime()) ? 'beyond any calendar' : date.toISOString()
}
