import type { Address } from 'viem'
import { keccak256 } from 'viem/utils'
import { verifyAttestation } from './attestation.ts'
import { concatBytes, equalBytes, fromHex, type Hex, isHex, sha256, toHex, utf8 } from './bytes.ts'
import type { Certificate } from './certificate.ts'
import type { ChainCache } from './chain.ts'
import { VerifierError } from './errors.ts'
import { keysetPurpose, purposeTag } from './keyset.ts'
import { assertNotDebug } from './policy.ts'
import { domainSeparator, type ReceiptDomain, receiptKeyAddress } from './receipt.ts'
import type { Verified } from './verified.ts'

/**
 * What a verifier enclave signs about another enclave's attestation document, for one `EnclaveRegistry` (its route 3): "I verified the document with this hash, live, up to the root with
 * this hash, and it was made for a keyset, and binds this key to this image and these models."
 */
export type EnclaveVerification = {
  /** Address of the other enclave's receipt key. */
  key: Address
  /** `keccak256(PCR0 ‖ PCR1 ‖ PCR2)`. */
  imageId: Hex
  /** `keccak256(PCR16)`. */
  modelsId: Hex
  /** SHA-256 of the document's COSE bytes. */
  documentHash: Hex
  /** SHA-256 of the DER of the root certificate. Whoever relies on the statement compares it: whoever starts the verifier enclave chooses its root. */
  rootHash: Hex
  /** The document's own time, rounded down to seconds. */
  attestedAtSeconds: bigint
  /** First second at which the key no longer counts. */
  expiresAtSeconds: bigint
}

/** One registry on one chain: a statement for nobody in particular would be good everywhere. */
export type RegistryDomain = NonNullable<ReceiptDomain>

/** Its own type, so that what is signed is never a receipt, a checkpoint or an approval, although the same key signs receipts. */
export const enclaveVerificationTypeString =
  'EnclaveVerification(address key,bytes32 imageId,bytes32 modelsId,bytes32 documentHash,bytes32 rootHash,uint64 attestedAtSeconds,uint64 expiresAtSeconds)'

/** `verifyAttestation` refuses more. */
const documentBytesMax = 32 * 1024
/** Oldest document, and how far its clock may run ahead: `ATTESTATION_AGE_SECONDS_MAX` and `ATTESTATION_SKEW_SECONDS_MAX` of the registry, which compares the document's time with the block's again. */
const documentAgeMsMax = 3 * 60 * 60_000
const documentSkewMsMax = 5 * 60_000
/** `KEY_LIFETIME_SECONDS_MAX` of the registry. */
const keyLifetimeSeconds = 7n * 86_400n

/**
 * Verifies another enclave's document as the registry's route 2 would: live, not in debug mode, made for a keyset. Which image and models are good is for the registry to say.
 *
 * Not checked: certificates that a chain's revoker revoked, and the keyset's own bytes.
 *
 * @throws {@link VerifierError} of `verifyAttestation`, `DEBUG_ENCLAVE`, `PURPOSE_MISMATCH`, `KEYSET_MALFORMED` (`public_key` is no receipt key), `MODELS_NOT_MEASURED` (no PCR16)
 */
export async function verifyForRegistry(parameters: {
  attestation: Uint8Array
  root: Certificate
  nowMs: number
  chainCache?: ChainCache
}): Promise<Verified<EnclaveVerification>> {
  const { root, nowMs, chainCache } = parameters
  // A copy: what is verified and what is hashed stay the same bytes.
  const attestation = parameters.attestation.slice(0, documentBytesMax + 1)
  const time = { mode: 'live', nowMs, ageMsMax: documentAgeMsMax, skewMsMax: documentSkewMsMax } as const
  const document = await verifyAttestation({ attestation, root, time, chainCache })
  assertNotDebug(document)
  const tag = purposeTag(keysetPurpose)
  const { userData, publicKey, pcrs, timestampMs } = document
  // The attack: a document that the same enclave made to receive a secret, or for a caller's own data, registers a key of the caller's choice.
  if (userData === null || userData.length !== 48 || !equalBytes(userData.subarray(0, 16), tag))
    throw new VerifierError('PURPOSE_MISMATCH', 'The document was made for another purpose than to vouch for a keyset', {
      expected: toHex(tag),
      received: userData === null ? 'no user_data' : toHex(userData.subarray(0, 16)),
    })
  const models = pcrs.get(16)
  if (models === undefined)
    throw new VerifierError('MODELS_NOT_MEASURED', 'The document shows no models', { expected: 'PCR16', received: 'no PCR16' })
  const attestedAtSeconds = BigInt(Math.floor(timestampMs / 1000))
  const verification: EnclaveVerification = {
    key: receiptKeyAddress(publicKey ?? new Uint8Array(0)),
    imageId: keccak256(concatBytes(...[0, 1, 2].map((index) => fromHex(pcrs.get(index) as Hex)))),
    modelsId: keccak256(fromHex(models)),
    documentHash: toHex(await sha256(attestation)),
    rootHash: toHex(await sha256(root.der)),
    attestedAtSeconds,
    expiresAtSeconds: attestedAtSeconds + keyLifetimeSeconds,
  }
  return verification as Verified<EnclaveVerification>
}

/** EIP-712 digest for one registry. */
export function hashEnclaveVerification(verification: EnclaveVerification, domain: RegistryDomain): Hex {
  const { key, imageId, modelsId, documentHash, rootHash, attestedAtSeconds, expiresAtSeconds } = verification
  const struct = concatBytes(
    keccak256(utf8(enclaveVerificationTypeString), 'bytes'),
    new Uint8Array(12),
    fromHex(key),
    ...[imageId, modelsId, documentHash, rootHash].map((word) => fromHex(word)),
    ...[attestedAtSeconds, expiresAtSeconds].map(word),
  )
  return keccak256(concatBytes(Uint8Array.of(0x19, 0x01), domainSeparator(domain), keccak256(struct, 'bytes')))
}

function word(seconds: bigint): Uint8Array {
  const bytes = new Uint8Array(32)
  new DataView(bytes.buffer).setBigUint64(24, seconds)
  return bytes
}

/** A statement as JSON holds it: times in decimal text. */
export type EnclaveVerificationJson = { [key in keyof EnclaveVerification]: string }

export function enclaveVerificationToJson(verification: EnclaveVerification): EnclaveVerificationJson {
  const { attestedAtSeconds, expiresAtSeconds } = verification
  return { ...verification, attestedAtSeconds: String(attestedAtSeconds), expiresAtSeconds: String(expiresAtSeconds) }
}

/** `null` for anything else than exactly these fields. */
export function enclaveVerificationFromJson(json: unknown): EnclaveVerification | null {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return null
  const fields = json as { readonly [name: string]: unknown }
  if (Object.keys(fields).sort().join() !== 'attestedAtSeconds,documentHash,expiresAtSeconds,imageId,key,modelsId,rootHash') return null
  const { key, imageId, modelsId, documentHash, rootHash, attestedAtSeconds, expiresAtSeconds } = fields
  const isSeconds = (value: unknown): value is string => typeof value === 'string' && /^(0|[1-9][0-9]{0,18})$/.test(value)
  if (!isHex(key, 20) || !isHex(imageId, 32) || !isHex(modelsId, 32) || !isHex(documentHash, 32) || !isHex(rootHash, 32)) return null
  if (!isSeconds(attestedAtSeconds) || !isSeconds(expiresAtSeconds)) return null
  const times = { attestedAtSeconds: BigInt(attestedAtSeconds), expiresAtSeconds: BigInt(expiresAtSeconds) }
  return { key, imageId, modelsId, documentHash, rootHash, ...times }
}
