import type { Address } from 'viem'
import { hashTypedData } from 'viem/utils'
import { verifyAttestation } from './attestation.ts'
import { concatBytes, equalBytes, fromHex, type Hex, sha256, toHex, utf8 } from './bytes.ts'
import type { Certificate } from './certificate.ts'
import { VerifierError } from './errors.ts'
import { purposeTag } from './keyset.ts'
import { assertMeasurement, type Measurement } from './policy.ts'
import { recoverSigner } from './signature.ts'

/** Purpose of documents by which two enclaves recognise each other, one of which gives the other a secret. */
export const handoverPurpose = 'nacre/handover/1'

/** Public parts of one hand-over: a fresh nonce of 32 bytes and a fresh X25519 key of 32 bytes from each side. */
export type HandoverTranscript = { takerNonce: Uint8Array; giverNonce: Uint8Array; giverKey: Uint8Array; takerKey: Uint8Array }

/** What the giver's document commits to; its nonce is the taker's. */
export async function giverUserData({ takerNonce, giverNonce, giverKey }: Omit<HandoverTranscript, 'takerKey'>): Promise<Uint8Array> {
  return concatBytes(purposeTag(handoverPurpose), await sha256(concatBytes(utf8('giver'), takerNonce, giverNonce, giverKey)))
}

/** What the taker's document commits to: the whole transcript. Its nonce is the giver's. */
export async function takerUserData(transcript: HandoverTranscript): Promise<Uint8Array> {
  return concatBytes(purposeTag(handoverPurpose), await hashHandover(transcript))
}

/** 32 bytes over everything that both sides saw; also the salt of the key between them. */
export async function hashHandover({ takerNonce, giverNonce, giverKey, takerKey }: HandoverTranscript): Promise<Uint8Array> {
  return sha256(concatBytes(utf8('taker'), takerNonce, giverNonce, giverKey, takerKey))
}

/**
 * That a document was made now, for this hand-over, by an enclave with these measurements.
 *
 * @throws the codes of {@link verifyAttestation} and {@link assertMeasurement}; `PURPOSE_MISMATCH` for a document that commits to anything else
 */
export async function verifyHandoverPeer(parameters: {
  attestation: Uint8Array
  root: Certificate
  nowMs: number
  nonce: Uint8Array
  userData: Uint8Array
  measurements: readonly Measurement[]
}): Promise<void> {
  const { attestation, root, nowMs, nonce, userData, measurements } = parameters
  const document = await verifyAttestation({ attestation, root, nonce, time: { mode: 'live', nowMs, ageMsMax: 60_000 } })
  assertMeasurement(document, { measurements })
  if (document.userData === null || !equalBytes(document.userData, userData))
    throw new VerifierError('PURPOSE_MISMATCH', 'The document was made for another hand-over, or another purpose', {
      expected: toHex(userData),
      received: document.userData === null ? 'no user_data' : toHex(document.userData),
    })
}

/** One image, by the three registers that every enclave has. */
export type ImageMeasurement = { pcr0: Hex; pcr1: Hex; pcr2: Hex }

/** The owner's word that what one image keeps may go to the next. Without it nothing goes to any image but the same one. */
export type Migration = { from: ImageMeasurement; to: ImageMeasurement; notAfterMs: bigint }

/** EIP-712, domain `Nacre`/`1`: PCR0, PCR1 and PCR2 of an image, 144 bytes. */
export const migrationTypes = {
  Migration: [
    { name: 'from', type: 'bytes' },
    { name: 'to', type: 'bytes' },
    { name: 'notAfterMs', type: 'uint64' },
  ],
} as const

export function migrationTypedData({ from, to, notAfterMs }: Migration) {
  const registers = ({ pcr0, pcr1, pcr2 }: ImageMeasurement): Hex =>
    toHex(concatBytes(...[pcr0, pcr1, pcr2].map((register) => fromHex(register, 48))))
  return {
    domain: { name: 'Nacre', version: '1' },
    types: migrationTypes,
    primaryType: 'Migration',
    message: { from: registers(from), to: registers(to), notAfterMs },
  } as const
}

/** @throws `SIGNATURE_INVALID` when another owner or other images were signed, `ATTESTATION_STALE` when the approval is over */
export async function verifyMigration(parameters: { migration: Migration; signature: Hex; owner: Address; nowMs: number }): Promise<void> {
  const { migration, signature, owner, nowMs } = parameters
  const signer = await recoverSigner(hashTypedData(migrationTypedData(migration)), signature)
  if (signer.toLowerCase() !== owner.toLowerCase())
    throw new VerifierError('SIGNATURE_INVALID', 'Somebody else than the owner approved, or something else', {
      expected: owner,
      received: signer,
    })
  if (BigInt(nowMs) > migration.notAfterMs)
    throw new VerifierError('ATTESTATION_STALE', 'The approval is over', {
      expected: `until ${migration.notAfterMs}`,
      received: String(nowMs),
    })
}
