import type { Address } from 'viem'
import { getAddress, keccak256 } from 'viem/utils'
import { concatBytes, fromHex, type Hex, isHex, toHex, utf8 } from './bytes.ts'
import { shown, VerifierError } from './errors.ts'
import { recoverSigner } from './signature.ts'
import type { Verified } from './verified.ts'

/** What an enclave signs about one inference. */
export type Receipt = {
  /** The caller's: a nonce or an on-chain request id. Replay stops here. */
  requestId: Hex
  /** SHA-256 of the canonical model manifest. */
  modelId: Hex
  /** SHA-256 of the canonical input tensors. */
  inputHash: Hex
  /** SHA-256 of the canonical output tensors. */
  outputHash: Hex
  /** Milliseconds since 1970 by the enclave's clock. */
  timestampMs: bigint
  /** Counts from 1 without gaps per receipt key, and is the receipt's index in the key's log: an omission shows. */
  sequence: bigint
}

/** The receipt's audience: a contract on a chain, or `null` when it was made for no contract in particular. */
export type ReceiptDomain = { readonly chainId: bigint; readonly verifyingContract: Address } | null

export const receiptTypeString =
  'InferenceReceipt(bytes32 requestId,bytes32 modelId,bytes32 inputHash,bytes32 outputHash,uint64 timestampMs,uint64 sequence)'

/** For wallets and viem's `signTypedData`/`hashTypedData`. */
export const receiptTypes = {
  InferenceReceipt: [
    { name: 'requestId', type: 'bytes32' },
    { name: 'modelId', type: 'bytes32' },
    { name: 'inputHash', type: 'bytes32' },
    { name: 'outputHash', type: 'bytes32' },
    { name: 'timestampMs', type: 'uint64' },
    { name: 'sequence', type: 'uint64' },
  ],
} as const

/**
 * EIP-712 digest: `keccak256(0x1901 ‖ domainSeparator ‖ hashStruct(receipt))`.
 *
 * @throws `RECEIPT_MALFORMED`
 */
export function hashReceipt(receipt: Receipt, domain: ReceiptDomain): Hex {
  return toHex(receiptDigest(receipt, domain))
}

/**
 * The same in bytes.
 *
 * @param keccak256 for whoever hashes many and has a faster one; 32 bytes.
 * @throws `RECEIPT_MALFORMED`
 */
export function receiptDigest(receipt: Receipt, domain: ReceiptDomain, keccak256: (bytes: Uint8Array) => Uint8Array = keccak): Uint8Array {
  const { timestampMs, sequence } = receipt
  checkUint64('timestampMs', timestampMs)
  checkUint64('sequence', sequence)
  writeHash(struct, 32, 'requestId', receipt.requestId)
  writeHash(struct, 2 * 32, 'modelId', receipt.modelId)
  writeHash(struct, 3 * 32, 'inputHash', receipt.inputHash)
  writeHash(struct, 4 * 32, 'outputHash', receipt.outputHash)
  structView.setBigUint64(6 * 32 - 8, timestampMs)
  structView.setBigUint64(7 * 32 - 8, sequence)
  message.set(domainSeparator(domain, keccak256), 2)
  message.set(keccak256(struct), 2 + 32)
  return keccak256(message)
}

/** Written anew each time, every byte that changes: an enclave makes a digest for every answer. */
const struct = new Uint8Array(7 * 32)
struct.set(hashText(receiptTypeString))
const structView = new DataView(struct.buffer)
const message = new Uint8Array(2 + 2 * 32)
message.set([0x19, 0x01])

/** EIP-712 domain `Nacre`/`1`, with `chainId` and `verifyingContract` exactly when there is an audience. */
export function domainSeparator(domain: ReceiptDomain, keccak256: (bytes: Uint8Array) => Uint8Array = keccak): Uint8Array {
  if (domain === null) return openDomainSeparator
  const { chainId, verifyingContract } = domain
  if (chainId < 0n || chainId >= 1n << 256n) throw malformed('chainId out of range', undefined, shown(chainId))
  if (!isHex(verifyingContract, 20)) throw malformed('verifyingContract is not an address', undefined, shown(verifyingContract))
  const chain = fromHex(`0x${chainId.toString(16).padStart(64, '0')}`)
  const contract = concatBytes(new Uint8Array(12), fromHex(verifyingContract))
  return keccak256(concatBytes(audienceDomainTypeHash, nameHash, versionHash, chain, contract))
}

/** Address that signed the receipt, whoever that is. @throws `RECEIPT_MALFORMED`, `SIGNATURE_MALFORMED` */
export async function recoverReceiptSigner(receipt: Receipt, signature: Hex, domain: ReceiptDomain): Promise<Address> {
  return recoverSigner(hashReceipt(receipt, domain), signature)
}

/** @throws `SIGNATURE_MALFORMED`, or `SIGNATURE_INVALID` when another key (or another receipt or domain) was signed. */
export async function verifyReceipt(parameters: {
  receipt: Receipt
  signature: Hex
  domain: ReceiptDomain
  /** Address of the receipt key, from a verified attestation or a registry. */
  signer: Address
}): Promise<Verified<Receipt>> {
  const { receipt, signature, domain, signer } = parameters
  const received = await recoverReceiptSigner(receipt, signature, domain)
  if (received.toLowerCase() !== signer.toLowerCase())
    throw new VerifierError('SIGNATURE_INVALID', 'The receipt key did not sign this receipt for this audience', {
      expected: signer,
      received,
    })
  return receipt as Verified<Receipt>
}

/** Address of a SEC1 uncompressed secp256k1 key. @throws `KEYSET_MALFORMED` */
export function receiptKeyAddress(publicKey: Uint8Array): Address {
  if (publicKey.length !== 65 || publicKey[0] !== 4)
    throw new VerifierError('KEYSET_MALFORMED', 'Receipt key', {
      expected: '65 bytes, SEC1 uncompressed',
      received: `${publicKey.length} bytes`,
    })
  return getAddress(`0x${keccak256(publicKey.subarray(1)).slice(-40)}`)
}

/** A receipt as JSON holds it: 64-bit numbers in decimal text. */
export type ReceiptJson = { [key in keyof Receipt]: string }

export function receiptToJson(receipt: Receipt): ReceiptJson {
  return { ...receipt, timestampMs: String(receipt.timestampMs), sequence: String(receipt.sequence) }
}

/** @throws `RECEIPT_MALFORMED` */
export function receiptFromJson(json: unknown): Receipt {
  if (typeof json !== 'object' || json === null) throw malformed('Not an object')
  const fields = json as { [key: string]: unknown }
  const found = Object.keys(fields).sort().join()
  if (found !== 'inputHash,modelId,outputHash,requestId,sequence,timestampMs')
    throw malformed('Other fields than a receipt has', undefined, found)
  const { requestId, modelId, inputHash, outputHash } = fields as ReceiptJson
  const receipt = {
    requestId,
    modelId,
    inputHash,
    outputHash,
    timestampMs: decimal(fields.timestampMs),
    sequence: decimal(fields.sequence),
  } as Receipt
  checkReceipt(receipt)
  return receipt
}

/** @throws `RECEIPT_MALFORMED` */
export function checkReceipt(receipt: Receipt): void {
  checkHash('requestId', receipt.requestId)
  checkHash('modelId', receipt.modelId)
  checkHash('inputHash', receipt.inputHash)
  checkHash('outputHash', receipt.outputHash)
  checkUint64('timestampMs', receipt.timestampMs)
  checkUint64('sequence', receipt.sequence)
}

function checkHash(field: string, value: unknown): void {
  if (typeof value !== 'string' || !lowerHash.test(value)) throw notAHash(field, value)
}

function notAHash(field: string, value: unknown): VerifierError {
  return malformed(field, '32 bytes in lower-case hexadecimal', shown(value))
}

function checkUint64(field: string, value: unknown): void {
  if (typeof value !== 'bigint' || value < 0n || value > uint64Max) throw malformed(field, 'an unsigned 64-bit integer', shown(value))
}

/** Checked and decoded in one go, into its place: every answer has four of them. */
function writeHash(target: Uint8Array, at: number, field: string, value: unknown): void {
  if (typeof value !== 'string' || value.length !== 66 || !value.startsWith('0x')) throw notAHash(field, value)
  let all = 0
  for (let i = 0; i < 32; i++) {
    const byte = (lowerDigit(value.charCodeAt(2 + 2 * i)) << 4) | lowerDigit(value.charCodeAt(3 + 2 * i))
    all |= byte
    target[at + i] = byte
  }
  if (all < 0) throw notAHash(field, value)
}

/** Negative when it is none, and stays so when it is shifted or joined. */
function lowerDigit(code: number): number {
  return code >= 0x30 && code <= 0x39 ? code - 0x30 : code >= 0x61 && code <= 0x66 ? code - 0x57 : -1
}

const lowerHash = /^0x[0-9a-f]{64}$/
const uint64Max = (1n << 64n) - 1n

function decimal(value: unknown): bigint {
  if (typeof value !== 'string' || !/^(0|[1-9][0-9]{0,19})$/.test(value))
    throw malformed('Not a decimal number in text', undefined, shown(value))
  return BigInt(value)
}

function keccak(bytes: Uint8Array): Uint8Array {
  return keccak256(bytes, 'bytes')
}

function hashText(text: string): Uint8Array {
  return keccak(utf8(text))
}

const audienceDomainTypeHash = hashText('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)')
const nameHash = hashText('Nacre')
const versionHash = hashText('1')
const openDomainSeparator = keccak(concatBytes(hashText('EIP712Domain(string name,string version)'), nameHash, versionHash))

function malformed(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('RECEIPT_MALFORMED', `Receipt: ${message}`, { expected, received })
}
