import { type Hex, isHex } from '@nacre/verifier/bytes'
import type { TreeHead } from '@nacre/verifier/checkpoint'
import type { ReceiptDomain } from '@nacre/verifier/receipt'
import type { Address } from 'viem'
import { EnclaveError, type EnclaveErrorCode } from './errors.ts'
import type { SigningSecrets } from './keys.ts'
import type { Limits } from './limits.ts'
import type { ReceiptContent, ReceiptMode } from './receipts.ts'

/** What the server's thread and the receipts' thread say to each other. */
export type ReceiptThreadData = { secrets: SigningSecrets; logName: string; limits: Limits; nowMs: number }

/** Every message brings the time: that thread has no clock that the NSM vouches for. */
export type ToReceiptThread = { nowMs: number } & (
  | { type: 'time' }
  /** One line for each receipt that is wanted, in their order; one text, because a text is cloned many times faster than objects. */
  | { type: 'issue'; id: number; lines: string; underWay: number }
  /** A request ended that may have been waited for. */
  | { type: 'under way'; underWay: number }
  | { type: 'call'; id: number; call: LogCall }
  /** Whoever waits is answered, and nothing is scheduled any more. */
  | { type: 'stop' }
)

export type LogCall =
  | { name: 'open'; previous: TreeHead | null }
  | { name: 'checkpoint' }
  | { name: 'entries'; from: number }
  | { name: 'stored'; treeSize: number }

export type FromReceiptThread = { issued: bigint; backlog: number } & (
  | { type: 'ready' }
  /** One line for each that was wanted: an answer's parameters, or an error behind an exclamation mark. */
  | { type: 'issued'; id: number; lines: string }
  | { type: 'answer'; id: number; value: unknown }
  | { type: 'refusal'; id: number; error: string }
)

/** Mode, four hashes, and the audience if there is one. */
export function encodeWanted(content: ReceiptContent, domain: ReceiptDomain, mode: Exclude<ReceiptMode, 'auto'>): string {
  const { requestId, modelId, inputHash, outputHash } = content
  const audience = domain === null ? '' : `${domain.verifyingContract}${domain.chainId}`
  return `${mode === 'batched' ? 'b' : 'i'}${requestId}${modelId}${inputHash}${outputHash}${audience}`
}

export function decodeWanted(line: string): { content: ReceiptContent; domain: ReceiptDomain; mode: Exclude<ReceiptMode, 'auto'> } {
  const hash = (index: number) => line.slice(1 + 66 * index, 1 + 66 * (index + 1)) as Hex
  const contract = line.slice(1 + 66 * 4, 1 + 66 * 4 + 42)
  return {
    content: { requestId: hash(0), modelId: hash(1), inputHash: hash(2), outputHash: hash(3) },
    domain: contract === '' ? null : { verifyingContract: contract as Address, chainId: BigInt(line.slice(1 + 66 * 4 + 42)) },
    mode: line[0] === 'b' ? 'batched' : 'immediate',
  }
}

/** What stands in a line must have its length, or the next field would be read from it. */
export function isWanted({ requestId, modelId, inputHash, outputHash }: ReceiptContent, domain: ReceiptDomain): boolean {
  return (
    [requestId, modelId, inputHash, outputHash].every((hash) => isHex(hash, 32)) && (domain === null || isHex(domain.verifyingContract, 20))
  )
}

export function encodeError({ code, message, expected, received, retryAfterSeconds }: EnclaveError): string {
  return JSON.stringify({ code, message, expected, received, retryAfterSeconds })
}

export function decodeError(text: string): EnclaveError {
  const { code, message, ...details } = JSON.parse(text) as { code: EnclaveErrorCode; message: string; retryAfterSeconds?: number }
  return new EnclaveError(code, message, details)
}
