import { verifyAttestation } from './attestation.ts'
import { concatBytes, equalBytes, fromHex, type Hex, isHex, sha256, toHex } from './bytes.ts'
import { decodeCanonicalJson, encodeCanonicalJson, type JsonValue } from './canonical-json.ts'
import type { Certificate } from './certificate.ts'
import { shown, VerifierError } from './errors.ts'
import { purposeTag } from './keyset.ts'
import { assertMeasurement, type Measurement } from './policy.ts'

/**
 * A secret that outlives the enclaves that have it, as their host keeps it: encrypted under a data key that KMS gives to one image. KMS keeps it secret; what makes it genuine is the document, in which an
 * enclave of that image committed to it.
 */
export type KeptSecret = {
  format: 'nacre/kept-secret/1'
  /** HKDF-SHA-256 of the secret: says which secret it is, and nothing about it. 32 bytes. */
  commitment: Hex
  /** Attestation document whose `user_data` is {@link keptSecretUserData}. */
  document: Hex
  /** The data key as KMS encrypted it. */
  encryptedKey: Hex
  /** ARN of the KMS key, never an alias. */
  keyArn: string
  /** 32 bytes, random for each keeping. */
  salt: Hex
  /** AES-256-GCM of the secret's 32 bytes, or 64 where a receipt key is kept, then the tag. */
  sealed: Hex
}

/** Purpose of a document that vouches for a secret. */
export const keptSecretPurpose = 'nacre/kept/1'

/** 16 bytes of purpose, then SHA-256 of the commitment: such a document can stand for no keyset, no recipient and no hand-over. */
export async function keptSecretUserData(commitment: Uint8Array): Promise<Uint8Array> {
  return concatBytes(purposeTag(keptSecretPurpose), await sha256(commitment))
}

/** What KMS authenticates with the data key, and writes into its log. */
export const keptSecretContext = { 'nacre:kept': 'nacre/kept-secret/1' } as const

export function encodeKeptSecret(kept: KeptSecret): Uint8Array {
  checkKeptSecret(kept)
  return encodeCanonicalJson(kept)
}

/** Parses only. @throws `KEPT_SECRET_MALFORMED`, `JSON_NOT_CANONICAL` */
export function decodeKeptSecret(bytes: Uint8Array): KeptSecret {
  if (bytes.length > keptSecretBytesMax) throw malformed('length', `at most ${keptSecretBytesMax} bytes`, bytes.length)
  const value = decodeCanonicalJson(bytes)
  checkKeptSecret(value)
  return value as unknown as KeptSecret
}

/**
 * That an enclave which measured one of these committed to the secret with this commitment. The document is as old as the secret, so it is verified at its own time.
 *
 * The attack: whoever may encrypt under the KMS key keeps a secret of their own for the next enclave to take for its own. No enclave ever committed to that one.
 *
 * @throws the codes of {@link verifyAttestation} and {@link assertMeasurement}; `PURPOSE_MISMATCH` for a document that commits to anything else
 */
export async function verifyKeptSecret(parameters: {
  kept: KeptSecret
  root: Certificate
  measurements: readonly Measurement[]
}): Promise<void> {
  const { kept, root, measurements } = parameters
  const document = await verifyAttestation({ attestation: fromHex(kept.document), root, time: { mode: 'document' } })
  assertMeasurement(document, { measurements })
  const userData = await keptSecretUserData(fromHex(kept.commitment))
  if (document.userData === null || !equalBytes(document.userData, userData))
    throw new VerifierError('PURPOSE_MISMATCH', 'The document vouches for another secret, or for something else', {
      expected: toHex(userData),
      received: document.userData === null ? 'no user_data' : toHex(document.userData),
    })
}

export const keptSecretBytesMax = 96 * 1024
const keys = ['commitment', 'document', 'encryptedKey', 'format', 'keyArn', 'salt', 'sealed']
const arnForm = /^arn:aws[a-z-]*:kms:[a-z0-9-]{1,32}:\d{12}:key\/[A-Za-z0-9-]{1,64}$/

function checkKeptSecret(value: JsonValue): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed('form', 'an object', value)
  const kept = value as { [key: string]: JsonValue }
  const found = Object.keys(kept).sort().join()
  if (found !== keys.join()) throw malformed('fields', keys.join(), found)
  if (kept.format !== 'nacre/kept-secret/1') throw malformed('format', 'nacre/kept-secret/1', kept.format)
  for (const [key, bytes] of [
    ['commitment', 32],
    ['salt', 32],
  ] as const)
    if (!isLowerHex(kept[key], bytes)) throw malformed(key, `${bytes} bytes in lower-case hexadecimal`, kept[key])
  if (!isLowerHex(kept.sealed, 48) && !isLowerHex(kept.sealed, 80))
    throw malformed('sealed', '48 or 80 bytes in lower-case hexadecimal', kept.sealed)
  for (const [key, bytesMax] of [
    ['encryptedKey', 6144],
    ['document', 32 * 1024],
  ] as const) {
    const hex = kept[key]
    if (!isLowerHex(hex) || hex.length < 4 || hex.length > 2 + 2 * bytesMax)
      throw malformed(key, `1 to ${bytesMax} bytes in lower-case hexadecimal`, hex)
  }
  if (typeof kept.keyArn !== 'string' || !arnForm.test(kept.keyArn))
    throw malformed('keyArn', 'arn:aws:kms:REGION:ACCOUNT:key/ID', kept.keyArn)
}

function isLowerHex(value: JsonValue | undefined, length?: number): value is Hex {
  return isHex(value, length) && value === value.toLowerCase()
}

function malformed(field: string, expected: string, received: unknown): VerifierError {
  return new VerifierError('KEPT_SECRET_MALFORMED', `Kept secret: ${field}`, { expected, received: shown(received) })
}
