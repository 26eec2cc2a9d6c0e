/**
 * `attestations.json`: the cases of attestation-cases.ts, small. Documents are written as the edits that make them from
 * the first one. The tests' stand-ins for the hash and the curve need no cryptography: `valid` names every signature
 * that was made here, so a stand-in knows the true ones from all others.
 */
import { createHash } from 'node:crypto'
import { attestationCases } from './attestation-cases.ts'
import {
  ascii,
  type Bytes,
  bank,
  bstr,
  filled,
  join,
  keyOf,
  keysetHash,
  keysetUserData,
  makeChain,
  makeDocument,
  negateS,
  nil,
  now,
  of,
  pcrOf,
  receiptKey,
  signatures,
  standardPcrs,
} from './nitro.ts'

const hex = (bytes: Bytes) => `0x${Buffer.from(bytes).toString('hex')}`
const sha256 = (...parts: Bytes[]) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()

export function attestations() {
  const base = makeDocument()
  const cases = attestationCases()
  const root = makeChain().cabundle[0] as Bytes
  const edits = cases.map(({ document }) => hex(editsFrom(base, document)))
  // Another document of the same enclave half an hour later, under the same leaf, and one under a new leaf.
  const laterMs = (now + 1800) * 1000
  const later = makeDocument({ timestampMs: laterMs })
  const newLeaf = makeDocument({ timestampMs: laterMs, chain: makeChain({ certificates: { 4: { serial: Uint8Array.of(2, 1, 9) } } }) })
  return {
    now: String(now),
    rootHash: hex(sha256(root)),
    keysetHash: hex(keysetHash),
    base: hex(base),
    later: hex(editsFrom(base, later)),
    newLeaf: hex(editsFrom(base, newLeaf)),
    leafPoint: hex(keyOf('a enclave').point),
    registration: Object.fromEntries(Object.entries(registrations()).map(([name, document]) => [name, hex(editsFrom(base, document))])),
    rule: cases.map(({ rule }) => rule),
    what: cases.map(({ what }) => what),
    error: cases.map(({ error }) => error),
    edits,
    valid: [...new Set(signatures.flatMap(({ message, raw, point }) => [raw, negateS(raw)].map((one) => hex(sha256(sha256(message), Buffer.alloc(16), one, point)))))],
  }
}

/** Documents that are genuine and that the registry must treat differently. */
function registrations(): Readonly<Record<string, Bytes>> {
  const field = (key: string, value: Bytes) => makeDocument({ fields: (fields) => void fields.set(key, value) })
  const registers = (change: (pcrs: [number, Bytes][]) => [number, Bytes][]) => field('pcrs', bank(change(standardPcrs.map(([i, value]) => [i, value]))))
  return {
    kmsPurpose: field('user_data', bstr(join(ascii('nacre/kms/1'), filled(5, 0), keysetHash))),
    noPurpose: field('user_data', nil),
    purposeAlone: field('user_data', bstr(keysetUserData.subarray(0, 16))),
    purposeAndMore: field('user_data', bstr(join(keysetUserData, of(0)))),
    noKey: field('public_key', nil),
    compressedKey: field('public_key', bstr(join(of(2), receiptKey.subarray(1, 33)))),
    hybridKey: field('public_key', bstr(join(of(6), receiptKey.subarray(1)))),
    otherKey: field('public_key', bstr(join(of(4), receiptKey.subarray(33), receiptKey.subarray(1, 33)))),
    otherImage: registers((pcrs) => pcrs.map(([i, value]) => [i, i === 1 ? pcrOf('another') : value])),
    otherModels: registers((pcrs) => pcrs.map(([i, value]) => [i, i === 16 ? pcrOf('another') : value])),
    noModels: registers((pcrs) => pcrs.filter(([i]) => i !== 16)),
    future: makeDocument({ timestampMs: (now + 300) * 1000 }),
    tooFarAhead: makeDocument({ timestampMs: (now + 300) * 1000 + 1 }),
  }
}

/** Copies from the base (two bytes offset, two bytes length above 0) and bytes of its own (two zero bytes, two bytes length, the bytes). */
function editsFrom(base: Bytes, target: Bytes): Bytes {
  const block = 16
  const places = new Map<string, number>()
  for (let at = base.length - block; at >= 1; at--) places.set(Buffer.from(base.subarray(at, at + block)).toString('latin1'), at)
  const edits: number[] = []
  let own: number[] = []
  const flush = () => {
    if (own.length > 0) edits.push(0, 0, own.length >> 8, own.length & 255, ...own)
    own = []
  }
  for (let at = 0; at < target.length; ) {
    const from = places.get(Buffer.from(target.subarray(at, at + block)).toString('latin1'))
    if (from === undefined || at + block > target.length) {
      own.push(target[at++] as number)
      continue
    }
    let length = block
    while (at + length < target.length && from + length < base.length && target[at + length] === base[from + length]) length++
    flush()
    edits.push(from >> 8, from & 255, length >> 8, length & 255)
    at += length
  }
  flush()
  return Uint8Array.from(edits)
}
