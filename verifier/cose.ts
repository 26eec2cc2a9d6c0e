import { concatBytes, utf8 } from './bytes.ts'
import { type CborMap, type CborValue, decodeCbor, encodeByteString, encodeCbor } from './cbor.ts'
import { VerifierError } from './errors.ts'
import type { P384Key } from './p384.ts'

/** COSE_Sign1 (RFC 9052 section 4.2) as received. The byte strings are kept as they came: a signature covers bytes, not values. */
export type CoseSign1 = {
  readonly protected: Uint8Array
  readonly protectedHeaders: CborMap
  readonly unprotectedHeaders: CborMap
  readonly payload: Uint8Array
  readonly signature: Uint8Array
}

/** Tag 18 is optional; the input must be consumed exactly. @throws `COSE_MALFORMED`, `CBOR_MALFORMED` */
export function decodeCoseSign1(bytes: Uint8Array, options: { bytesMax?: number } = {}): CoseSign1 {
  const item = decodeCbor(bytes, { outerTag: 18, bytesMax: options.bytesMax })
  if (!Array.isArray(item) || item.length !== 4) throw malformed('Not an array of four', 'array of 4')
  const [protectedBytes, unprotectedHeaders, payload, signature] = item as CborValue[]
  if (!(protectedBytes instanceof Uint8Array)) throw malformed('protected is not a byte string')
  if (!(unprotectedHeaders instanceof Map)) throw malformed('unprotected is not a map')
  if (!(payload instanceof Uint8Array)) throw malformed('payload is not a byte string: detached payloads are not used here')
  if (!(signature instanceof Uint8Array)) throw malformed('signature is not a byte string')
  const protectedHeaders = protectedBytes.length === 0 ? new Map() : decodeCbor(protectedBytes)
  if (!(protectedHeaders instanceof Map)) throw malformed('protected does not hold a map')
  // RFC 9052 section 3: one label in both maps, or a critical header nobody understands, makes the message malformed.
  for (const label of unprotectedHeaders.keys())
    if (protectedHeaders.has(label)) throw malformed('A header in both maps', undefined, String(label))
  if (protectedHeaders.has(coseHeader.critical) || unprotectedHeaders.has(coseHeader.critical))
    throw malformed('Critical headers are not understood here')
  return { protected: protectedBytes, protectedHeaders, unprotectedHeaders, payload, signature }
}

/** Untagged, as the Nitro hypervisor writes it. */
export function encodeCoseSign1(message: Pick<CoseSign1, 'protected' | 'payload' | 'signature'>): Uint8Array {
  return encodeCbor([message.protected, new Map(), message.payload, message.signature])
}

/** `Sig_structure` (RFC 9052 section 4.4) over the received byte strings, never re-encoded, without external data. */
export function coseSigStructure(message: Pick<CoseSign1, 'protected' | 'payload'>): Uint8Array {
  return concatBytes(sigStructureHead, encodeByteString(message.protected), emptyByteString, encodeByteString(message.payload))
}

/** ES384 (RFC 9053 section 2.1): the protected headers must name it, the signature is 96 bytes `r ‖ s`. @throws `COSE_ALGORITHM`, `COSE_SIGNATURE_INVALID` */
export async function verifyCoseSign1(message: CoseSign1, key: P384Key | null): Promise<void> {
  const algorithm = message.protectedHeaders.get(coseHeader.algorithm)
  // The attack: an algorithm taken from the unprotected map is the attacker's choice.
  if (algorithm !== es384)
    throw new VerifierError('COSE_ALGORITHM', 'Protected algorithm', { expected: `${es384} (ES384)`, received: String(algorithm) })
  if (key === null || !(await key.verify(coseSigStructure(message), message.signature)))
    throw new VerifierError('COSE_SIGNATURE_INVALID', 'The key did not sign this message')
}

/** COSE header labels (RFC 9052 section 3.1). */
export const coseHeader = { algorithm: 1, critical: 2 } as const
/** COSE algorithm ES384 (RFC 9053 table 1). */
export const es384 = -35

const sigStructureHead = concatBytes(Uint8Array.of(0x84, 0x6a), utf8('Signature1'))
const emptyByteString = Uint8Array.of(0x40)

function malformed(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('COSE_MALFORMED', `COSE_Sign1: ${message}`, { expected, received })
}
