import type { Address } from 'viem'
import { type AttestationDocument, type VerifiedAttestation, type VerifyAttestationParameters, verifyAttestation } from './attestation.ts'
import { equalBytes, fromHex, toHex } from './bytes.ts'
import { VerifierError } from './errors.ts'
import { decodeKeyset, type Keyset, keysetPurpose, keysetUserData, purposeTag } from './keyset.ts'
import { extendModelPcr } from './manifest.ts'
import { assertMeasurement, type Policy } from './policy.ts'
import { receiptKeyAddress } from './receipt.ts'
import type { OnCheck } from './verification-check.ts'
import type { Verified } from './verified.ts'

/** An enclave that the policy accepts, with the keys that its document binds. */
export type VerifiedEnclave = Verified<{ attestation: VerifiedAttestation; keyset: Keyset; signer: Address }>

/**
 * Verifies whom one talks to, before anything is sent: attestation, measurement, and that the keyset served beside the document is the one it commits to.
 *
 * @throws {@link VerifierError}
 */
export async function verifyEnclave(
  parameters: VerifyAttestationParameters & {
    /** The keyset's bytes exactly as served. */
    keyset: Uint8Array
    policy: Pick<Policy, 'measurements' | 'allowDebug'>
    /** SHA-256 of the SubjectPublicKeyInfo of the TLS key met on the wire, 32 bytes. Give it whenever TLS should end inside the enclave. */
    tlsSpkiSha256?: Uint8Array | undefined
  },
): Promise<VerifiedEnclave> {
  const { keyset: keysetBytes, policy, tlsSpkiSha256, ...rest } = parameters
  const { onCheck } = rest
  const attestation = await verifyAttestation(rest)
  assertMeasurement(attestation, policy)
  onCheck?.('debug')
  onCheck?.('measurement')
  const keyset = await verifyKeyset(attestation, keysetBytes, onCheck)
  // The attack: a host that ends TLS itself and passes on the real enclave's document.
  if (tlsSpkiSha256 !== undefined && !equalBytes(tlsSpkiSha256, fromHex(keyset.tlsSpkiSha256)))
    throw new VerifierError('TLS_KEY_MISMATCH', 'TLS ends at a key that the enclave did not attest', {
      expected: keyset.tlsSpkiSha256,
      received: toHex(tlsSpkiSha256),
    })
  if (tlsSpkiSha256 !== undefined) onCheck?.('TLS key')
  const enclave = { attestation, keyset: keyset as Keyset, signer: receiptKeyAddress(fromHex(keyset.receiptKey)) }
  return enclave as VerifiedEnclave
}

/** @throws `PURPOSE_MISMATCH`, `KEYSET_MISMATCH`, `JSON_NOT_CANONICAL`, `KEYSET_MALFORMED`, `SIGNER_MISMATCH`, `MODELS_NOT_MEASURED` */
export async function verifyKeyset(
  attestation: VerifiedAttestation,
  keysetBytes: Uint8Array,
  onCheck?: OnCheck,
): Promise<Verified<Keyset>> {
  const keyset = await verifyCommittedKeyset(attestation, keysetBytes, onCheck)
  const publicKey = assertPublicKey(attestation, keyset.receiptKey)
  const logName = `nacre/${receiptKeyAddress(publicKey).toLowerCase()}`
  if (keyset.logName !== logName)
    throw new VerifierError('KEYSET_MALFORMED', 'The log is not named after the receipt key', {
      expected: logName,
      received: keyset.logName,
    })
  onCheck?.('keyset')
  await assertModelsMeasured(attestation, keyset)
  onCheck?.('models')
  return keyset as Verified<Keyset>
}

/**
 * A document by which a registry learns the kept receipt key: the enclave with this keyset has it. Such a document stands for that key only, {@link verifyKeyset} refuses it.
 *
 * @returns the address
 * @throws those of {@link verifyKeyset}, `SIGNER_MISMATCH` also where the keyset has no such key
 */
export async function verifyKeptReceiptKey(attestation: VerifiedAttestation, keysetBytes: Uint8Array): Promise<Address> {
  const keyset = await verifyCommittedKeyset(attestation, keysetBytes)
  const publicKey = assertPublicKey(attestation, keyset.keptReceiptKey ?? 'no kept receipt key')
  await assertModelsMeasured(attestation, keyset)
  return receiptKeyAddress(publicKey)
}

/** That the document was made to vouch for a keyset, and for this one. */
async function verifyCommittedKeyset({ userData }: VerifiedAttestation, keysetBytes: Uint8Array, onCheck?: OnCheck): Promise<Keyset> {
  const tag = purposeTag(keysetPurpose)
  if (userData === null || userData.length !== 48 || !equalBytes(userData.subarray(0, 16), tag))
    throw new VerifierError('PURPOSE_MISMATCH', 'The document was made for another purpose than to vouch for a keyset', {
      expected: toHex(tag),
      received: userData === null ? 'no user_data' : toHex(userData.subarray(0, 16)),
    })
  onCheck?.('purpose')
  const expected = await keysetUserData(keysetBytes)
  if (!equalBytes(userData, expected))
    throw new VerifierError('KEYSET_MISMATCH', 'The document commits to another keyset', {
      expected: toHex(userData.subarray(16)),
      received: toHex(expected.subarray(16)),
    })
  return decodeKeyset(keysetBytes)
}

function assertPublicKey({ publicKey }: VerifiedAttestation, expected: string): Uint8Array {
  if (publicKey === null || toHex(publicKey) !== expected)
    throw new VerifierError('SIGNER_MISMATCH', 'The document and its keyset name different receipt keys', {
      expected: publicKey === null ? 'no public_key' : toHex(publicKey),
      received: expected,
    })
  return publicKey
}

/** The attack: an approved image that serves other weights. PCR16 must be the list of models, extended and locked before the first answer. */
async function assertModelsMeasured(attestation: AttestationDocument, keyset: Keyset): Promise<void> {
  const expected = toHex(await extendModelPcr(keyset.modelIds))
  const received = attestation.pcrs.get(16)
  if (received !== expected)
    throw new VerifierError('MODELS_NOT_MEASURED', 'PCR16 does not hold the models of the keyset', {
      expected,
      received: received ?? 'no PCR16',
    })
}
