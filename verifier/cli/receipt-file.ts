import type { Address } from 'viem'
import { fromUtf8, type Hex, isHex } from '../bytes.ts'
import { checkpointFromJson, checkpointToJson } from '../checkpoint.ts'
import { VerifierError } from '../errors.ts'
import { proofLengthMax } from '../merkle.ts'
import { type Receipt, type ReceiptDomain, receiptFromJson, receiptToJson } from '../receipt.ts'
import type { ReceiptInclusion, ReceiptProof } from '../receipt-proof.ts'

/** A receipt and what proves it, one of the two of {@link ReceiptProof}, as `receipt.json` holds them. */
export type ReceiptFile = ReceiptProof & {
  readonly receipt: Receipt
  /** The audience that the receipt was made for, `null` for none. */
  readonly domain: ReceiptDomain
  /** Who is said to have signed. A claim: what counts is the signer that the verifier names. */
  readonly signer: Address
}

export const receiptFileBytesMax = 16 * 1024

/**
 * `{"receipt": {…}, "signature": "0x…", "domain": null | {"chainId": "31337", "verifyingContract": "0x…"}, "signer": "0x…"}`: 64-bit numbers and chain ids in decimal text, bytes in lower-case
 * hexadecimal, addresses in either case. In place of `signature` there may be `"inclusion": {"checkpoint": {"treeSize", "rootHash", "timestampMs"}, "checkpointSignature": "0x…", "proof": ["0x…", …]}`.
 */
export function encodeReceiptFile({ receipt, signature, inclusion, domain, signer }: ReceiptFile): string {
  const json = {
    receipt: receiptToJson(receipt),
    ...(inclusion === undefined ? { signature } : { inclusion: inclusionToJson(inclusion) }),
    domain: domain === null ? null : { chainId: String(domain.chainId), verifyingContract: domain.verifyingContract },
    signer,
  }
  return `${JSON.stringify(json, null, 2)}\n`
}

export function inclusionToJson({ checkpoint, checkpointSignature, proof }: ReceiptInclusion) {
  return { checkpoint: checkpointToJson(checkpoint), checkpointSignature, proof }
}

/** Exactly these fields, each once. @throws `RECEIPT_MALFORMED`, `CHECKPOINT_MALFORMED` */
export function decodeReceiptFile(bytes: Uint8Array): ReceiptFile {
  let text: string
  let value: unknown
  try {
    text = fromUtf8(bytes)
    value = JSON.parse(text)
  } catch (cause) {
    throw new VerifierError('RECEIPT_MALFORMED', 'Receipt file: not JSON in UTF-8', { cause })
  }
  // No value in here holds a space or needs an escape, so this comparison finds every field given twice: readers differ on which of the two counts.
  if (JSON.stringify(value) !== text.replace(/[ \t\r\n]/g, '')) throw malformed('a field given twice, or text written with escapes')
  const isPlaced = typeof value === 'object' && value !== null && 'inclusion' in value
  const fields = object(value, 'the file', isPlaced ? 'domain,inclusion,receipt,signer' : 'domain,receipt,signature,signer')
  if (!isHex(fields.signer, 20)) throw malformed('signer', 'an address', fields.signer)
  const rest = { receipt: receiptFromJson(fields.receipt), domain: decodeDomain(fields.domain), signer: fields.signer }
  if (isPlaced) return { ...rest, inclusion: decodeInclusion(fields.inclusion) }
  if (!isHex(fields.signature, 65)) throw malformed('signature', '65 bytes in hexadecimal', fields.signature)
  return { ...rest, signature: fields.signature }
}

function decodeInclusion(value: unknown): ReceiptInclusion {
  const { checkpoint, checkpointSignature, proof } = object(value, 'inclusion', 'checkpoint,checkpointSignature,proof')
  if (!isHex(checkpointSignature, 65)) throw malformed('checkpointSignature', '65 bytes in hexadecimal', checkpointSignature)
  if (!Array.isArray(proof) || proof.length > proofLengthMax || !proof.every((hash): hash is Hex => isHex(hash, 32)))
    throw malformed('proof', `at most ${proofLengthMax} hashes of 32 bytes`)
  return { checkpoint: checkpointFromJson(checkpoint), checkpointSignature, proof }
}

function decodeDomain(value: unknown): ReceiptDomain {
  if (value === null) return null
  const { chainId, verifyingContract } = object(value, 'domain', 'chainId,verifyingContract')
  if (typeof chainId !== 'string' || !/^(0|[1-9][0-9]{0,77})$/.test(chainId))
    throw malformed('chainId', 'a decimal number in text', chainId)
  if (!isHex(verifyingContract, 20)) throw malformed('verifyingContract', 'an address', verifyingContract)
  return { chainId: BigInt(chainId), verifyingContract }
}

function object(value: unknown, name: string, keys: string): { readonly [key: string]: unknown } {
  const found = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value).sort().join() : typeof value
  if (found !== keys) throw malformed(`fields of ${name}`, keys, found)
  return value as { readonly [key: string]: unknown }
}

function malformed(message: string, expected?: string, received?: unknown): VerifierError {
  return new VerifierError('RECEIPT_MALFORMED', `Receipt file: ${message}`, {
    expected,
    received: received === undefined ? undefined : String(received).slice(0, 200),
  })
}
