import { sha256 } from 'viem/utils'
import { concatBytes, equalBytes, fromHex, type Hex, toHex } from './bytes.ts'
import { type CborMap, type CborValue, decodeCbor, encodeCbor } from './cbor.ts'
import { VerifierError } from './errors.ts'
import type { Receipt, ReceiptDomain } from './receipt.ts'
import { proofBytes } from './receipt-proof.ts'
import type { Registration } from './registration.ts'

/** What both versions of a bundle are written in: deterministic CBOR, one map, a checksum over its other fields. */
export function encodeFields(fields: CborMap): Uint8Array {
  return encodeCbor(new Map([...fields, ['checksum', checksumOf(fields)]]), { deterministic: true })
}

export const bundleBytesMax = 256 << 20

/** A bundle's map, of whichever version. @throws `BUNDLE_MALFORMED`, `CBOR_MALFORMED` */
export function decodeFields(bytes: Uint8Array): CborMap {
  const value = decodeCbor(bytes, { bytesMax: bundleBytesMax, deterministic: true })
  if (!(value instanceof Map)) throw malformed('not a map')
  return value as CborMap
}

/** That it is of this version and has exactly its fields. @throws `BUNDLE_MALFORMED` */
export function checkFields(fields: CborMap, format: string, names: readonly string[]): void {
  if (fields.get('format') !== format) throw malformed('format', format, String(fields.get('format')).slice(0, 100))
  const found = [...fields.keys()].map(String).sort().join()
  if (found !== names.join()) throw malformed('fields', names.join(), found.slice(0, 300))
}

/** The attack is none: whoever alters a claim can make the checksum anew. It is for the parts that nothing else vouches for, so that no damage goes unnoticed. @throws `BUNDLE_MALFORMED` */
export function checkChecksum(fields: CborMap): void {
  const checksum = bytesOf(fields.get('checksum'), 'checksum', 32)
  const expected = checksumOf(new Map([...fields].filter(([name]) => name !== 'checksum')))
  if (!equalBytes(checksum, expected)) throw malformed('checksum: the file is damaged', toHex(expected), toHex(checksum))
}

function checksumOf(fields: CborMap): Uint8Array {
  return sha256(encodeCbor(fields, { deterministic: true }), 'bytes')
}

export function encodeDomain(domain: ReceiptDomain): CborValue {
  return domain === null ? null : [domain.chainId, fromHex(domain.verifyingContract, 20)]
}

export function decodeDomain(value: CborValue | undefined): ReceiptDomain {
  if (value === null) return null
  const [chainId, contract] = arrayOf(value, 'domain', 2)
  return { chainId: unsigned(chainId, 'chain id'), verifyingContract: toHex(bytesOf(contract, 'verifying contract', 20)) }
}

export function encodeReceipt({ requestId, modelId, inputHash, outputHash, timestampMs, sequence }: Receipt): CborValue {
  return [fromHex(requestId), fromHex(modelId), fromHex(inputHash), fromHex(outputHash), timestampMs, sequence]
}

export function decodeReceipt(value: CborValue | undefined): Receipt {
  const [requestId, modelId, inputHash, outputHash, timestampMs, sequence] = arrayOf(value, 'receipt', 6)
  return {
    requestId: toHex(bytesOf(requestId, 'requestId', 32)),
    modelId: toHex(bytesOf(modelId, 'modelId', 32)),
    inputHash: toHex(bytesOf(inputHash, 'inputHash', 32)),
    outputHash: toHex(bytesOf(outputHash, 'outputHash', 32)),
    timestampMs: unsigned(timestampMs, 'timestampMs'),
    sequence: unsigned(sequence, 'sequence'),
  }
}

export function encodeProof(proof: readonly Hex[]): Uint8Array {
  return concatBytes(...proofBytes(proof))
}

export function decodeProof(value: CborValue | undefined): Hex[] {
  const bytes = bytesOf(value, 'proof')
  if (bytes.length % 32 !== 0) throw malformed('proof', 'hashes of 32 bytes', `${bytes.length} bytes`)
  return Array.from({ length: bytes.length / 32 }, (_, i) => toHex(bytes.subarray(32 * i, 32 * i + 32)))
}

export function encodeRegistration(registration: Registration | null): CborValue {
  if (registration === null) return null
  const { chainId, registry, header, transactionIndex, proof } = registration
  return [chainId, fromHex(registry, 20), header, transactionIndex, [...proof]]
}

export function decodeRegistration(value: CborValue): Registration {
  const [chainId, registry, header, transactionIndex, proof] = arrayOf(value, 'registration', 5)
  if (!Array.isArray(proof) || proof.length > trieDepthMax) throw malformed('registration proof', `at most ${trieDepthMax} nodes`)
  const index = unsigned(transactionIndex, 'transaction index')
  if (index > 0xffff_ffffn) throw malformed('transaction index', 'below 2^32', String(index))
  return {
    chainId: unsigned(chainId, 'registration chain id'),
    registry: toHex(bytesOf(registry, 'registry', 20)),
    header: bytesOf(header, 'header'),
    transactionIndex: Number(index),
    proof: (proof as CborValue[]).map((node) => bytesOf(node, 'registration proof')),
  }
}

/** Keys of receipts have at most 10 nibbles. */
const trieDepthMax = 16

/** `null`, or what the decoder makes of it. */
export function optional<field>(value: CborValue | undefined, decode: (value: CborValue) => field): field | null {
  return value === null ? null : decode(value as CborValue)
}

export function arrayOf(value: CborValue | undefined, name: string, length: number): readonly CborValue[] {
  if (!Array.isArray(value) || value.length !== length) throw malformed(name, `an array of ${length}`)
  return value as CborValue[]
}

/** The attack: millions of items of one byte, each of them an object to whoever decodes on. */
export function listOf(value: CborValue | undefined, name: string, lengthMax: number): readonly CborValue[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > lengthMax)
    throw malformed(name, `1 to ${lengthMax}`, Array.isArray(value) ? String(value.length) : typeof value)
  return value as CborValue[]
}

export function bytesOf(value: CborValue | undefined, name: string, length?: number): Uint8Array {
  if (!(value instanceof Uint8Array) || (length !== undefined && value.length !== length))
    throw malformed(
      name,
      length === undefined ? 'a byte string' : `${length} bytes`,
      value instanceof Uint8Array ? `${value.length} bytes` : typeof value,
    )
  return value
}

export function unsigned(value: CborValue | undefined, name: string): bigint {
  if ((typeof value !== 'number' && typeof value !== 'bigint') || value < 0) throw malformed(name, 'an unsigned integer', String(value))
  return BigInt(value)
}

export function malformed(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('BUNDLE_MALFORMED', `Bundle: ${message}`, { expected, received })
}
