import { concatBytes, fromHex, type Hex, isHex, sha256, utf8 } from './bytes.ts'
import { decodeCanonicalJson, encodeCanonicalJson, type JsonValue } from './canonical-json.ts'
import { shown, VerifierError } from './errors.ts'

/** Every key of one enclave, and the models it measured. Served beside the attestation document and bound to it by digest. */
export type Keyset = {
  format: 'nacre/keyset/1'
  /** secp256k1, SEC1 uncompressed, 65 bytes: signs receipts. Equal to the document's `public_key`. */
  receiptKey: Hex
  /** SHA-256 of the TLS key's SubjectPublicKeyInfo (DER): what a client pins. */
  tlsSpkiSha256: Hex
  /** X25519 public key, 32 bytes, for encrypted bodies. */
  hpkePublicKey: Hex
  /** Name of the receipt log: `nacre/` and the lower-case address of the receipt key. */
  logName: string
  /** Ed25519 public key, 32 bytes: signs the log's checkpoints as notes. */
  logPublicKey: Hex
  /** Model ids in the order in which they were extended into PCR16. */
  modelIds: Hex[]
  /**
   * secp256k1, SEC1 uncompressed, 65 bytes: signs receipts for contracts beside `receiptKey`, where enclaves of one image with the same models have such a key in common, over restarts too. Absent where there
   * is none. It vouches for no place in a log: numbers count by `receiptKey`.
   */
  keptReceiptKey?: Hex
}

export function encodeKeyset(keyset: Keyset): Uint8Array {
  checkKeyset(keyset as unknown as JsonValue)
  return encodeCanonicalJson(keyset as unknown as JsonValue)
}

/** Parses only. What makes a keyset trustworthy is its digest in a verified document: see {@link keysetUserData}. @throws `JSON_NOT_CANONICAL`, `KEYSET_MALFORMED` */
export function decodeKeyset(bytes: Uint8Array): Keyset {
  if (bytes.length > keysetBytesMax) throw malformed('Too long', `at most ${keysetBytesMax} bytes`, String(bytes.length))
  const value = decodeCanonicalJson(bytes)
  checkKeyset(value)
  return value as unknown as Keyset
}

/** Purpose of a document whose `public_key` is a receipt key. */
export const keysetPurpose = 'nacre/keyset/1'

/** The `user_data` of a document made for a keyset: 16 bytes of purpose, then SHA-256 of the keyset's bytes as served. */
export async function keysetUserData(keysetBytes: Uint8Array): Promise<Uint8Array> {
  return concatBytes(purposeTag(keysetPurpose), await sha256(keysetBytes))
}

/**
 * 16 bytes of ASCII, zero padded. The attack: an enclave also asks for documents that name a KMS recipient key; without a purpose in the signed part, such a document could be
 * passed off as one that vouches for a receipt key.
 */
export function purposeTag(purpose: string): Uint8Array {
  const tag = new Uint8Array(16)
  const bytes = utf8(purpose)
  if (bytes.length > tag.length) throw new RangeError(`purpose "${purpose}" is longer than 16 bytes`)
  tag.set(bytes)
  return tag
}

const keysetBytesMax = 64 * 1024
const modelsMax = 256
const keys = ['format', 'hpkePublicKey', 'logName', 'logPublicKey', 'modelIds', 'receiptKey', 'tlsSpkiSha256']

function checkKeyset(value: JsonValue): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed('Not an object')
  const keyset = value as { [key: string]: JsonValue }
  const found = Object.keys(keyset)
    .filter((key) => key !== 'keptReceiptKey')
    .sort()
    .join()
  if (found !== keys.join()) throw malformed('Other keys than a keyset has', keys.join(), found)
  if (keyset.format !== keysetPurpose) throw malformed('Another format', keysetPurpose, shown(keyset.format))
  const { receiptKey, keptReceiptKey } = keyset
  if (!isReceiptKey(receiptKey)) throw malformed('receiptKey', '65 bytes, SEC1 uncompressed')
  // One key in both places would number receipts for all who have it.
  if ('keptReceiptKey' in keyset && (!isReceiptKey(keptReceiptKey) || keptReceiptKey === receiptKey))
    throw malformed('keptReceiptKey', 'another key than receiptKey, 65 bytes, SEC1 uncompressed')
  if (!isLowerHex(keyset.tlsSpkiSha256, 32)) throw malformed('tlsSpkiSha256', '32 bytes')
  if (!isLowerHex(keyset.hpkePublicKey, 32)) throw malformed('hpkePublicKey', '32 bytes')
  if (typeof keyset.logName !== 'string' || !/^nacre\/0x[0-9a-f]{40}$/.test(keyset.logName))
    throw malformed('logName', 'nacre/ and an address')
  if (!isLowerHex(keyset.logPublicKey, 32)) throw malformed('logPublicKey', '32 bytes')
  const modelIds = keyset.modelIds
  if (!Array.isArray(modelIds) || modelIds.length > modelsMax || !modelIds.every((id) => isLowerHex(id, 32)))
    throw malformed('modelIds', `at most ${modelsMax} ids of 32 bytes`)
}

function isReceiptKey(value: JsonValue | undefined): boolean {
  return isLowerHex(value, 65) && fromHex(value)[0] === 4
}

function isLowerHex(value: JsonValue | undefined, length: number): value is Hex {
  return isHex(value, length) && value === value.toLowerCase()
}

function malformed(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('KEYSET_MALFORMED', message, { expected, received })
}
