import { equalBytes, type Hex, toHex } from './bytes.ts'
import { type CborMap, type CborValue, decodeCbor } from './cbor.ts'
import type { Certificate } from './certificate.ts'
import { type ChainCache, certificateKey, verifyChain } from './chain.ts'
import { type CoseSign1, coseHeader, decodeCoseSign1, es384, verifyCoseSign1 } from './cose.ts'
import { shown, VerifierError } from './errors.ts'
import type { OnCheck } from './verification-check.ts'
import type { Verified } from './verified.ts'

/**
 * Verifies a Nitro attestation document: form, certificate chain up to the given root, dates, COSE signature, freshness and nonce, in this order (SPEC.md section 4).
 *
 * Not checked here: which enclave it is. A document of anybody's enclave passes; hand the result to `assertPolicy`.
 *
 * @throws {@link VerifierError} with the code of the first rule broken.
 */
export async function verifyAttestation(parameters: VerifyAttestationParameters): Promise<VerifiedAttestation> {
  const { attestation, root, time, nonce, limits, chainCache, onCheck } = parameters
  checkTime(time)
  const cose = decodeNitroCose(attestation)
  const document = decodePayload(cose.payload, limits)
  onCheck?.('form')
  const leaf = await verifyChain({
    certificate: document.certificate,
    cabundle: document.cabundle,
    root,
    timeMs: validityTimeMs(time, document),
    notBeforeSkewMs: time.mode === 'live' ? skewOf(time) : 0,
    cache: chainCache,
    onCheck,
  })
  await verifyCoseSign1(cose, await certificateKey(leaf))
  onCheck?.('COSE signature')
  if (time.mode === 'live') {
    assertFresh(document, time)
    onCheck?.('freshness')
  }
  if (nonce !== undefined) {
    assertNonce(document, nonce)
    onCheck?.('nonce')
  }
  return document as VerifiedAttestation
}

export type VerifyAttestationParameters = {
  /** COSE_Sign1 bytes, at most 32 KiB. */
  attestation: Uint8Array
  /** The trust anchor, e.g. `awsNitroRootG1`. Nothing inside a document can become one. */
  root: Certificate
  /** At which time the chain must be valid, and whether the document must be fresh. There is no default. */
  time: VerificationTime
  /** When given, must equal the document's nonce byte for byte. */
  nonce?: Uint8Array | undefined
  /** `strict512` holds user_data and nonce to 512 bytes; AWS signs up to 1024. @default 'default' */
  limits?: FieldLimits | undefined
  /** Remembers certificate signatures already checked. Dates and all other rules are checked every time. */
  chainCache?: ChainCache | undefined
  onCheck?: OnCheck | undefined
}

export type VerificationTime =
  /** For live use: the chain is valid now and the document is at most `ageMsMax` old, and at most `skewMsMax` (default 60,000) in the future. */
  | { readonly mode: 'live'; readonly nowMs: number; readonly ageMsMax: number; readonly skewMsMax?: number | undefined }
  /** For archived documents: the chain was valid at the document's own signed time. Says nothing about freshness: take that from the nonce or the receipt. */
  | { readonly mode: 'document' }
  /** The chain is valid at a time that the caller trusts from elsewhere, such as a log or a block. */
  | { readonly mode: 'instant'; readonly timeMs: number }

export type FieldLimits = 'default' | 'strict512'

/** Fields of the signed payload (AWS attestation_process.md section 3.2.2.1). */
export type AttestationDocument = {
  readonly moduleId: string
  /** Milliseconds since 1970 by the hypervisor's clock. */
  readonly timestampMs: number
  readonly digest: 'SHA384'
  /** The locked registers, 48 bytes each. A register that is absent is not zero: it is absent. */
  readonly pcrs: ReadonlyMap<number, Hex>
  /** Leaf certificate, DER. */
  readonly certificate: Uint8Array
  /** From the root to the leaf's issuer, DER. */
  readonly cabundle: readonly Uint8Array[]
  readonly publicKey: Uint8Array | null
  readonly userData: Uint8Array | null
  readonly nonce: Uint8Array | null
}
export type VerifiedAttestation = Verified<AttestationDocument>

/** Parses a document and checks its form only: says nothing about who made it. */
export function decodeAttestation(attestation: Uint8Array, limits: FieldLimits = 'default'): AttestationDocument {
  return decodePayload(decodeNitroCose(attestation).payload, limits)
}

/** Debug mode: the hypervisor reports PCR0, PCR1 and PCR2 as zero, and gives the console (and so the memory) to the host. */
export function isDebug(document: AttestationDocument): boolean {
  return [0, 1, 2].some((index) => document.pcrs.get(index) === zeroPcr)
}

export const zeroPcr: Hex = `0x${'00'.repeat(48)}`

/** The document's profile of COSE: protected is exactly `{1: -35}`, unprotected is empty, the signature is 96 bytes. */
function decodeNitroCose(attestation: Uint8Array): CoseSign1 {
  // A copy: what is checked, what was signed and what is returned stay the same bytes while others write to the buffer they came in.
  const cose = decodeCoseSign1(new Uint8Array(attestation.subarray(0, documentBytesMax + 1)), { bytesMax: documentBytesMax })
  if (cose.protectedHeaders.size !== 1 || cose.protectedHeaders.get(coseHeader.algorithm) !== es384)
    throw new VerifierError('COSE_ALGORITHM', 'Protected headers', {
      expected: '{1: -35} (ES384) alone',
      received: toHex(cose.protected.subarray(0, 64)),
    })
  if (cose.unprotectedHeaders.size !== 0) throw new VerifierError('COSE_MALFORMED', 'Unprotected headers are not empty')
  if (cose.payload.length < 1 || cose.payload.length > payloadBytesMax)
    throw new VerifierError('COSE_MALFORMED', 'Payload', {
      expected: `1 to ${payloadBytesMax} bytes`,
      received: `${cose.payload.length} bytes`,
    })
  if (cose.signature.length !== 96)
    throw new VerifierError('COSE_MALFORMED', 'Signature', { expected: '96 bytes', received: `${cose.signature.length} bytes` })
  return cose
}

const documentBytesMax = 32 * 1024
/** AWS attestation_process.md section 3.2.2.1. */
const payloadBytesMax = 16384
const certificateBytesMax = 1024
/** Real chains hold four; each one more costs a signature check. */
const cabundleMax = 10
const pcrCountMax = 32
const fieldNames = ['module_id', 'digest', 'timestamp', 'pcrs', 'certificate', 'cabundle', 'public_key', 'user_data', 'nonce']

function decodePayload(payload: Uint8Array, limits: FieldLimits = 'default'): AttestationDocument {
  const value = decodeCbor(payload, { bytesMax: payloadBytesMax, depthMax: 4, indefiniteMaps: true })
  if (!(value instanceof Map)) throw malformed('payload', 'a map')
  const fields = value as CborMap
  // EC2 instances with NitroTPM get documents under the same root; their PCRs mean something else.
  if (fields.has('nitrotpm_pcrs')) throw new VerifierError('ATTESTATION_NITROTPM', "A NitroTPM document is not an enclave's")
  for (const key of fields.keys()) if (!fieldNames.includes(key as string)) throw malformed('payload', fieldNames.join(', '), String(key))
  const callerBytesMax = limits === 'strict512' ? 512 : 1024
  return {
    moduleId: moduleId(fields.get('module_id')),
    digest: digest(fields.get('digest')),
    timestampMs: timestamp(fields.get('timestamp')),
    pcrs: pcrs(fields.get('pcrs')),
    certificate: bytes(fields.get('certificate'), 'certificate', 1, certificateBytesMax),
    cabundle: cabundle(fields.get('cabundle')),
    publicKey: optionalBytes(fields.get('public_key'), 'public_key', limits === 'strict512' ? 1 : 0, 1024),
    userData: optionalBytes(fields.get('user_data'), 'user_data', 0, callerBytesMax),
    nonce: optionalBytes(fields.get('nonce'), 'nonce', 0, callerBytesMax),
  }
}

function moduleId(value: CborValue | undefined): string {
  if (typeof value !== 'string' || value === '') throw malformed('module_id', 'text, not empty')
  if (/-tpm/.test(value)) throw new VerifierError('ATTESTATION_NITROTPM', 'The module is a NitroTPM', { received: value.slice(0, 100) })
  return value
}

function digest(value: CborValue | undefined): 'SHA384' {
  if (value !== 'SHA384') throw malformed('digest', 'SHA384', String(value).slice(0, 100))
  return value
}

function timestamp(value: CborValue | undefined): number {
  const timestampMs = typeof value === 'bigint' ? Number(value) : value
  if (typeof timestampMs !== 'number' || !Number.isSafeInteger(timestampMs) || timestampMs <= 0)
    throw malformed('timestamp', 'milliseconds, above 0', String(value))
  return timestampMs
}

function pcrs(value: CborValue | undefined): ReadonlyMap<number, Hex> {
  if (!(value instanceof Map) || value.size < 1 || value.size > pcrCountMax) throw malformed('pcrs', `a map of 1 to ${pcrCountMax}`)
  const bank = new Map<number, Hex>()
  for (const [index, register] of value as CborMap) {
    if (typeof index !== 'number' || index < 0 || index >= pcrCountMax) throw malformed('pcrs', 'indices 0 to 31', String(index))
    bank.set(index, toHex(bytes(register, `pcrs[${index}]`, 48, 48)))
  }
  return bank
}

function cabundle(value: CborValue | undefined): readonly Uint8Array[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > cabundleMax)
    throw malformed('cabundle', `an array of 1 to ${cabundleMax}`)
  return (value as CborValue[]).map((item, index) => bytes(item, `cabundle[${index}]`, 1, certificateBytesMax))
}

function optionalBytes(value: CborValue | undefined, name: string, least: number, most: number): Uint8Array | null {
  return value === undefined || value === null ? null : bytes(value, name, least, most)
}

function bytes(value: CborValue | undefined, name: string, least: number, most: number): Uint8Array {
  if (!(value instanceof Uint8Array)) throw malformed(name, 'a byte string', typeof value)
  if (value.length < least || value.length > most) throw malformed(name, `${least} to ${most} bytes`, `${value.length} bytes`)
  return value
}

function validityTimeMs(time: VerificationTime, document: AttestationDocument): number {
  return time.mode === 'live' ? time.nowMs : time.mode === 'instant' ? time.timeMs : document.timestampMs
}

/**
 * Refuses a time that says nothing, before anything is compared with it. The attack it leaves no room for: a limit that came as text or NaN from a configuration, against which nothing is
 * ever too old. @throws `POLICY_MALFORMED`
 */
export function checkTime(time: VerificationTime): void {
  const limit = (name: string, value: unknown, least: number) => {
    if (!Number.isSafeInteger(value) || (value as number) < least)
      throw new VerifierError('POLICY_MALFORMED', `Time of verification: ${name}`, { expected: 'milliseconds', received: shown(value) })
  }
  const { mode } = time
  if (mode === 'live') {
    limit('nowMs', time.nowMs, 1)
    limit('ageMsMax', time.ageMsMax, 0)
    limit('skewMsMax', skewOf(time), 0)
  } else if (mode === 'instant') limit('timeMs', time.timeMs, 1)
  else if (mode !== 'document')
    throw new VerifierError('POLICY_MALFORMED', 'Time of verification: mode', {
      expected: 'live, document or instant',
      received: shown(mode),
    })
}

const skewMsDefault = 60_000

function skewOf(time: VerificationTime & { mode: 'live' }): number {
  return time.skewMsMax ?? skewMsDefault
}

/** Both sides are bounded: a document from the future is as wrong as a stale one (the hypervisor's clock or ours is off, or the caller mixed up seconds and milliseconds). */
function assertFresh(document: AttestationDocument, time: VerificationTime & { mode: 'live' }): void {
  const skewMsMax = skewOf(time)
  const ageMs = time.nowMs - document.timestampMs
  if (ageMs > time.ageMsMax)
    throw new VerifierError('ATTESTATION_STALE', 'Document too old: ask for a fresh one', {
      expected: `at most ${time.ageMsMax} ms`,
      received: `${ageMs} ms`,
    })
  if (-ageMs > skewMsMax)
    throw new VerifierError('ATTESTATION_FROM_FUTURE', 'Document from the future: check the clock', {
      expected: `at most ${skewMsMax} ms ahead`,
      received: `${-ageMs} ms`,
    })
}

function assertNonce(document: AttestationDocument, nonce: Uint8Array): void {
  if (document.nonce === null || !equalBytes(document.nonce, nonce))
    throw new VerifierError('NONCE_MISMATCH', 'The document answers another nonce', {
      expected: toHex(nonce),
      received: document.nonce === null ? 'no nonce' : toHex(document.nonce),
    })
}

function malformed(field: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('ATTESTATION_MALFORMED', `Attestation document: ${field}`, { expected, received })
}
