import type { Address } from 'viem'
import { type Hex, isHex, sha256, toHex, utf8 } from './bytes.ts'
import { shown, VerifierError } from './errors.ts'
import { decodeLogOpening, type LogOpening } from './log-opening.ts'
import { hashReceipt, type Receipt, type ReceiptDomain, receiptFromJson, verifyReceipt } from './receipt.ts'
import type { Verified } from './verified.ts'

/** What stands behind a leaf: the host keeps it beside the log, for auditors. */
export type LogRecord = ReceiptRecord | OpeningRecord

export type ReceiptRecord = {
  /** The leaf's data: the receipt's EIP-712 digest. */
  readonly leaf: Hex
  readonly receipt: Receipt
  readonly domain: ReceiptDomain
  /** `null` when the receipt was given out with its place in the log instead. */
  readonly signature: Hex | null
}

export type OpeningRecord = {
  /** The leaf's data: SHA-256 of the opening's bytes. */
  readonly leaf: Hex
  /** Canonical JSON, the very text that was hashed. */
  readonly opening: string
}

/** One line of JSON, without its newline. */
export function encodeLogRecord(record: LogRecord): string {
  if ('opening' in record) return JSON.stringify({ leaf: record.leaf, opening: record.opening })
  const { leaf, receipt, domain, signature } = record
  const { requestId, modelId, inputHash, outputHash, timestampMs, sequence } = receipt
  const audience =
    domain === null ? 'null' : JSON.stringify({ chainId: String(domain.chainId), verifyingContract: domain.verifyingContract })
  // Hexadecimal and digits, which JSON writes as they are: a record is written with every answer.
  return (
    `{"leaf":"${leaf}","receipt":{"requestId":"${requestId}","modelId":"${modelId}","inputHash":"${inputHash}","outputHash":"${outputHash}",` +
    `"timestampMs":"${timestampMs}","sequence":"${sequence}"},"domain":${audience},"signature":${signature === null ? 'null' : `"${signature}"`}}`
  )
}

/** Parses only. @throws `LOG_RECORD_MALFORMED`, `RECEIPT_MALFORMED` */
export function decodeLogRecord(line: string): LogRecord {
  if (line.length > recordLengthMax) throw malformed('Too long', `at most ${recordLengthMax} characters`, String(line.length))
  const fields = objectOf(parse(line))
  const { leaf } = fields
  if (!isLowerHex(leaf, 32)) throw malformed('leaf', '32 bytes in lower-case hexadecimal', shown(leaf))
  const names = Object.keys(fields).sort().join()
  if (names === 'leaf,opening') {
    if (typeof fields.opening !== 'string') throw malformed('opening', 'text', shown(fields.opening))
    return { leaf, opening: fields.opening }
  }
  if (names !== 'domain,leaf,receipt,signature') throw malformed('Other fields than a record has', undefined, names.slice(0, 300))
  const { signature } = fields
  if (signature !== null && !isLowerHex(signature, 65)) throw malformed('signature', 'null or 65 bytes', shown(signature))
  return { leaf, receipt: receiptFromJson(fields.receipt), domain: decodeDomain(fields.domain), signature }
}

export type VerifiedLogRecord = Verified<{ readonly receipt: Receipt; readonly domain: ReceiptDomain } | { readonly opening: LogOpening }>

/**
 * That a record is what the leaf at this index was made from, and that its signature, if it has one, is the receipt key's. That the leaf is in the log is for an inclusion proof, or for whoever
 * walks the whole tree, to say.
 *
 * @param index of the leaf
 * @throws `LOG_RECORD_MISMATCH`, `SIGNATURE_INVALID`, `SIGNATURE_MALFORMED`, `LOG_OPENING_MALFORMED`, `JSON_NOT_CANONICAL`
 */
export async function verifyLogRecord(parameters: {
  record: LogRecord
  index: number
  /** The leaf's data, from the log's entries. */
  leaf: Uint8Array
  logName: string
  signer: Address
}): Promise<VerifiedLogRecord> {
  const { record, index, leaf, logName, signer } = parameters
  if ('opening' in record) {
    assertSame('The opening is another entry', toHex(leaf), toHex(await sha256(utf8(record.opening))))
    const opening = decodeLogOpening(utf8(record.opening))
    assertSame('Only leaf 0 opens a log', '0', String(index))
    assertSame('The opening is of another log', logName, opening.logName)
    return { opening } as VerifiedLogRecord
  }
  const { receipt, domain, signature } = record
  assertSame('The receipt is another entry', toHex(leaf), hashReceipt(receipt, domain))
  if (receipt.sequence < 1n || receipt.sequence !== BigInt(index))
    throw mismatch('The receipt has another number', String(index), String(receipt.sequence))
  if (signature !== null) await verifyReceipt({ receipt, signature, domain, signer })
  return { receipt, domain } as VerifiedLogRecord
}

const recordLengthMax = 8192

function assertSame(message: string, expected: string, received: string): void {
  if (expected !== received) throw mismatch(message, expected, received)
}

function decodeDomain(value: unknown): ReceiptDomain {
  if (value === null) return null
  const { chainId, verifyingContract, ...rest } = objectOf(value)
  if (
    typeof chainId !== 'string' ||
    !/^(0|[1-9][0-9]{0,77})$/.test(chainId) ||
    !isHex(verifyingContract, 20) ||
    Object.keys(rest).length > 0
  )
    throw malformed('domain', 'null or a chain id and a contract')
  return { chainId: BigInt(chainId), verifyingContract }
}

function isLowerHex(value: unknown, length: number): value is Hex {
  return isHex(value, length) && value === value.toLowerCase()
}

function objectOf(value: unknown): { readonly [key: string]: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed('Not an object')
  return value as { readonly [key: string]: unknown }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw new VerifierError('LOG_RECORD_MALFORMED', 'Log record: not JSON', { cause })
  }
}

function mismatch(message: string, expected: string, received: string): VerifierError {
  return new VerifierError('LOG_RECORD_MISMATCH', message, { expected, received })
}

function malformed(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('LOG_RECORD_MALFORMED', `Log record: ${message}`, { expected, received })
}
