import type { Address } from 'viem'
import { hashTypedData } from 'viem/utils'
import { verifyAttestation } from './attestation.ts'
import { concatBytes, equalBytes, fromHex, type Hex, isHex, sha256, toHex } from './bytes.ts'
import { decodeCanonicalJson, encodeCanonicalJson, type JsonValue } from './canonical-json.ts'
import type { Certificate } from './certificate.ts'
import { shown, VerifierError } from './errors.ts'
import { purposeTag } from './keyset.ts'
import { assertMeasurement, type Policy } from './policy.ts'
import { recoverSigner } from './signature.ts'

/**
 * Who an enclave is beyond its own life: the address of a key that the enclaves of one image hand on and keep by KMS, which says of each enclave's keyset that it is one of theirs. It signs no receipts and
 * numbers nothing, so nothing is lost when a host shows an old one; receipts stay under keys that one enclave alone has ever had.
 */
export type Identity = {
  format: 'nacre/identity/1'
  /** Lower case. */
  identity: Address
  /** SHA-256 of the keyset's bytes, as served. */
  keysetSha256: Hex
  /** Milliseconds since 1970, when the enclave began. */
  timestampMs: number
  /** EIP-712, by the identity's key: for contracts and for whoever knows the address. */
  signature: Hex
  /** Attestation document whose `user_data` is {@link identityUserData}: for whoever meets the address for the first time. */
  document: Hex
}

export type IdentityStatement = Pick<Identity, 'identity' | 'keysetSha256' | 'timestampMs'>

/** EIP-712, domain `Nacre`/`1`. */
export const identityTypes = {
  EnclaveIdentity: [
    { name: 'identity', type: 'address' },
    { name: 'keysetSha256', type: 'bytes32' },
    { name: 'timestampMs', type: 'uint64' },
  ],
} as const

export function hashIdentity({ identity, keysetSha256, timestampMs }: IdentityStatement): Hex {
  return hashTypedData({
    domain: { name: 'Nacre', version: '1' },
    types: identityTypes,
    primaryType: 'EnclaveIdentity',
    message: { identity, keysetSha256, timestampMs: BigInt(timestampMs) },
  })
}

/** Purpose of a document that vouches for an identity. */
export const identityPurpose = 'nacre/identity/1'

/** 16 bytes of purpose, then the statement's digest. */
export function identityUserData(statement: IdentityStatement): Uint8Array {
  return concatBytes(purposeTag(identityPurpose), fromHex(hashIdentity(statement)))
}

export function encodeIdentity(identity: Identity): Uint8Array {
  checkIdentity(identity)
  return encodeCanonicalJson(identity)
}

/** Parses only. @throws `IDENTITY_MALFORMED`, `JSON_NOT_CANONICAL` */
export function decodeIdentity(bytes: Uint8Array): Identity {
  if (bytes.length > identityBytesMax) throw malformed('length', `at most ${identityBytesMax} bytes`, bytes.length)
  const value = decodeCanonicalJson(bytes)
  checkIdentity(value)
  return value as unknown as Identity
}

/**
 * That the key of an address, which only enclaves of the policy's images have, says of this keyset that it is one of theirs. What makes the keyset itself trustworthy is `verifyEnclave`: verify that
 * first. The document here is as old as the enclave, and is verified at its own time.
 *
 * @param expected the address that the caller knows; `null` when it meets it for the first time
 * @throws `IDENTITY_MALFORMED`, `JSON_NOT_CANONICAL`, `KEYSET_MISMATCH`, `SIGNATURE_INVALID`, `SIGNER_MISMATCH`, `PURPOSE_MISMATCH`, and the codes of `verifyAttestation` and `assertMeasurement`
 */
export async function verifyIdentity(parameters: {
  /** Its bytes, as served. */
  identity: Uint8Array
  /** The keyset's bytes, as served. */
  keyset: Uint8Array
  root: Certificate
  policy: Pick<Policy, 'measurements' | 'allowDebug'>
  expected: Address | null
}): Promise<IdentityStatement> {
  const { root, policy, expected } = parameters
  const { identity, keysetSha256, timestampMs, signature, document } = decodeIdentity(parameters.identity)
  const statement = { identity, keysetSha256, timestampMs }
  const served = toHex(await sha256(parameters.keyset))
  // The attack: the statement of another enclave, beside a keyset that the identity never saw.
  if (keysetSha256 !== served)
    throw new VerifierError('KEYSET_MISMATCH', 'The identity speaks of another keyset', { expected: served, received: keysetSha256 })
  const signer = await recoverSigner(hashIdentity(statement), signature)
  if (signer.toLowerCase() !== identity)
    throw new VerifierError('SIGNATURE_INVALID', 'Somebody else than the identity signed, or something else', {
      expected: identity,
      received: signer,
    })
  if (expected !== null && expected.toLowerCase() !== identity)
    throw new VerifierError('SIGNER_MISMATCH', 'Another identity than the one that is known', { expected, received: identity })
  // Anybody can make a key and sign: that this one lives in enclaves alone is what the document says.
  const attestation = await verifyAttestation({ attestation: fromHex(document), root, time: { mode: 'document' } })
  assertMeasurement(attestation, policy)
  const userData = identityUserData(statement)
  if (attestation.userData === null || !equalBytes(attestation.userData, userData))
    throw new VerifierError('PURPOSE_MISMATCH', 'The document vouches for another identity, or for something else', {
      expected: toHex(userData),
      received: attestation.userData === null ? 'no user_data' : toHex(attestation.userData),
    })
  return statement
}

const identityBytesMax = 96 * 1024
const keys = ['document', 'format', 'identity', 'keysetSha256', 'signature', 'timestampMs']

function checkIdentity(value: JsonValue): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed('form', 'an object', value)
  const fields = value as { [key: string]: JsonValue }
  const found = Object.keys(fields).sort().join()
  if (found !== keys.join()) throw malformed('fields', keys.join(), found)
  if (fields.format !== 'nacre/identity/1') throw malformed('format', 'nacre/identity/1', fields.format)
  for (const [key, bytes] of [
    ['identity', 20],
    ['keysetSha256', 32],
    ['signature', 65],
  ] as const)
    if (!isLowerHex(fields[key], bytes)) throw malformed(key, `${bytes} bytes in lower-case hexadecimal`, fields[key])
  const { document, timestampMs } = fields
  if (!isLowerHex(document) || document.length < 4 || document.length > 2 + 2 * 32 * 1024)
    throw malformed('document', '1 to 32768 bytes in lower-case hexadecimal', document)
  if (!Number.isSafeInteger(timestampMs) || (timestampMs as number) < 1) throw malformed('timestampMs', 'milliseconds', timestampMs)
}

function isLowerHex(value: JsonValue | undefined, length?: number): value is Hex {
  return isHex(value, length) && value === value.toLowerCase()
}

function malformed(field: string, expected: string, received: unknown): VerifierError {
  return new VerifierError('IDENTITY_MALFORMED', `Identity: ${field}`, { expected, received: shown(received) })
}
