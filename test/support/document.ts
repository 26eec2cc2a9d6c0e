import { createHash } from 'node:crypto'
import { concatBytes } from '@nacre/verifier/bytes'
import * as cbor from './cbor-writer.ts'
import { makeChain, nowMs, signP384, type TestChain, type TestKey } from './pki.ts'

/** Fields of a payload as encoded CBOR items, in the order in which AWS writes them. Tests delete, replace and add. */
export type DocumentFields = Map<string, Uint8Array>

export type DocumentParts = {
  chain?: TestChain
  /** Signs instead of the leaf's key. */
  signer?: TestKey
  timestampMs?: number
  publicKey?: Uint8Array | null
  userData?: Uint8Array | null
  nonce?: Uint8Array | null
  pcrs?: ReadonlyMap<number, Uint8Array>
  /** Last word on the fields before they become a map. */
  fields?: (fields: DocumentFields) => void
  /** The whole payload instead. */
  payload?: (payload: Uint8Array) => Uint8Array
  /** `bf … ff`, as AWS writes it since 2025-08. @default false */
  indefinite?: boolean
  protectedHeader?: Uint8Array
  /** An encoded item. */
  unprotectedHeader?: Uint8Array
  signature?: (signature: Uint8Array) => Uint8Array
  /** Last word on the four items of the COSE array, encoded. */
  items?: (items: Uint8Array[]) => Uint8Array[]
}

export const protectedEs384 = cbor.map([[cbor.uint(1), cbor.negative(-35)]])

/** What a register holds after one extension by SHA-384 of a text. */
export function pcrOf(content: string): Uint8Array {
  const digest = createHash('sha384').update(content).digest()
  return Uint8Array.from(createHash('sha384').update(new Uint8Array(48)).update(digest).digest())
}

/** PCR0-4 measured, the rest of 0-15 zero, as in a real document of an unsigned image. */
export const defaultPcrs: ReadonlyMap<number, Uint8Array> = new Map(
  Array.from({ length: 16 }, (_, index) => [index, index < 5 ? pcrOf(`register ${index}`) : new Uint8Array(48)]),
)

const standardChain = makeChain()

/** A COSE_Sign1 attestation document: valid unless told otherwise. */
export function makeDocument(parts: DocumentParts = {}): Uint8Array {
  const { chain = standardChain, protectedHeader = protectedEs384 } = parts
  const payload = parts.payload?.(makePayload(parts)) ?? makePayload(parts)
  const raw = signP384(parts.signer ?? chain.leafKey, sigStructure(protectedHeader, payload))
  const signature = parts.signature?.(raw) ?? raw
  const items = [cbor.bstr(protectedHeader), parts.unprotectedHeader ?? cbor.map([]), cbor.bstr(payload), cbor.bstr(signature)]
  return cbor.array(...(parts.items?.(items) ?? items))
}

function makePayload(parts: DocumentParts = {}): Uint8Array {
  const { chain = standardChain, pcrs = defaultPcrs, timestampMs = nowMs, indefinite = false } = parts
  const optional = (value: Uint8Array | null | undefined) => (value === undefined || value === null ? cbor.nil : cbor.bstr(value))
  const fields: DocumentFields = new Map([
    ['module_id', cbor.text('i-0123456789abcdef0-enc0123456789abcdef')],
    ['digest', cbor.text('SHA384')],
    ['timestamp', cbor.uint(timestampMs)],
    ['pcrs', cbor.map([...pcrs].map(([index, register]) => [cbor.uint(index), cbor.bstr(register)] as const))],
    ['certificate', cbor.bstr(chain.leaf)],
    ['cabundle', cbor.array(...chain.cabundle.map(cbor.bstr))],
    ['public_key', optional(parts.publicKey)],
    ['user_data', optional(parts.userData)],
    ['nonce', optional(parts.nonce)],
  ])
  parts.fields?.(fields)
  const entries = [...fields].map(([name, value]) => [cbor.text(name), value] as const)
  return indefinite ? cbor.indefiniteMap(entries) : cbor.map(entries)
}

export function sigStructure(protectedHeader: Uint8Array, payload: Uint8Array): Uint8Array {
  return cbor.array(cbor.text('Signature1'), cbor.bstr(protectedHeader), cbor.bstr(new Uint8Array(0)), cbor.bstr(payload))
}

/** Tag 18, COSE_Sign1. */
export const tagged = (document: Uint8Array) => concatBytes(Uint8Array.of(0xd2), document)
