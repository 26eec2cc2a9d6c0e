import type { Address } from 'viem'
import { keccak256 as viemKeccak256 } from 'viem/utils'
import { fromBase64, toBase64 } from './base64.ts'
import { concatBytes, fromHex, type Hex, isHex, toHex, utf8 } from './bytes.ts'
import { shown, VerifierError } from './errors.ts'
import type { Keyset } from './keyset.ts'
import { decodeNote, isSigned, type Note, type NoteKey, signaturesBy, verifyNote } from './note.ts'
import { domainSeparator } from './receipt.ts'
import { recoverSigner } from './signature.ts'
import type { Verified } from './verified.ts'

/** What an enclave signs about its whole log, with the receipt key: whoever knows the key knows which log it is. */
export type LogCheckpoint = {
  /** Leaves, the opening entry among them. */
  treeSize: bigint
  /** 32 bytes, RFC 9162 section 2.1.1. */
  rootHash: Hex
  /** Milliseconds since 1970 by the enclave's clock; never less than in an earlier checkpoint. */
  timestampMs: bigint
}

export const checkpointTypeString = 'LogCheckpoint(uint64 treeSize,bytes32 rootHash,uint64 timestampMs)'

/** For wallets and viem's `signTypedData`/`hashTypedData`; the domain is `Nacre`/`1` without an audience. */
export const checkpointTypes = {
  LogCheckpoint: [
    { name: 'treeSize', type: 'uint64' },
    { name: 'rootHash', type: 'bytes32' },
    { name: 'timestampMs', type: 'uint64' },
  ],
} as const

/**
 * EIP-712 digest.
 *
 * @param keccak256 for whoever hashes many and has a faster one; 32 bytes.
 * @throws `CHECKPOINT_MALFORMED`
 */
export function hashCheckpoint(checkpoint: LogCheckpoint, keccak256: (bytes: Uint8Array) => Uint8Array = keccak): Hex {
  checkCheckpoint(checkpoint)
  const struct = new Uint8Array(4 * 32)
  struct.set(checkpointTypeHash)
  struct.set(fromHex(checkpoint.rootHash), 2 * 32)
  const view = new DataView(struct.buffer)
  view.setBigUint64(2 * 32 - 8, checkpoint.treeSize)
  view.setBigUint64(4 * 32 - 8, checkpoint.timestampMs)
  return toHex(keccak256(concatBytes(Uint8Array.of(0x19, 0x01), domainSeparator(null), keccak256(struct))))
}

/** @throws `CHECKPOINT_MALFORMED`, `SIGNATURE_MALFORMED`, or `SIGNATURE_INVALID` when another key or checkpoint was signed. */
export async function verifyCheckpoint(parameters: {
  checkpoint: LogCheckpoint
  /** 65 bytes. */
  signature: Hex
  /** Address of the receipt key, from a verified attestation or a registry. */
  signer: Address
}): Promise<Verified<LogCheckpoint>> {
  const { checkpoint, signature, signer } = parameters
  const received = await recoverSigner(hashCheckpoint(checkpoint), signature)
  if (received.toLowerCase() !== signer.toLowerCase())
    throw new VerifierError('SIGNATURE_INVALID', 'The receipt key did not sign this checkpoint', { expected: signer, received })
  return checkpoint as Verified<LogCheckpoint>
}

/** A checkpoint as JSON holds it: 64-bit numbers in decimal text. */
export type LogCheckpointJson = { [key in keyof LogCheckpoint]: string }

export function checkpointToJson({ treeSize, rootHash, timestampMs }: LogCheckpoint): LogCheckpointJson {
  return { treeSize: String(treeSize), rootHash, timestampMs: String(timestampMs) }
}

/** @throws `CHECKPOINT_MALFORMED` */
export function checkpointFromJson(json: unknown): LogCheckpoint {
  if (typeof json !== 'object' || json === null) throw malformed('Not an object')
  const fields = json as { [key: string]: unknown }
  const found = Object.keys(fields).sort().join()
  if (found !== 'rootHash,timestampMs,treeSize') throw malformed('Other fields than a checkpoint has', undefined, found.slice(0, 300))
  const checkpoint = { treeSize: decimal(fields.treeSize), rootHash: fields.rootHash as Hex, timestampMs: decimal(fields.timestampMs) }
  checkCheckpoint(checkpoint)
  return checkpoint
}

/** @throws `CHECKPOINT_MALFORMED` */
export function checkCheckpoint({ treeSize, rootHash, timestampMs }: LogCheckpoint): void {
  if (!isHex(rootHash, 32) || rootHash !== rootHash.toLowerCase())
    throw malformed('rootHash', '32 bytes in lower-case hexadecimal', shown(rootHash))
  for (const value of [treeSize, timestampMs])
    if (typeof value !== 'bigint' || value < 0n || value >= 1n << 64n)
      throw malformed('Not an unsigned 64-bit integer', undefined, shown(value))
}

/** The head of a log as a note's text says it (C2SP tlog-checkpoint). */
export type TreeHead = { readonly origin: string; readonly treeSize: bigint; readonly rootHash: Hex }

export function encodeTreeHead({ origin, treeSize, rootHash }: TreeHead): string {
  return `${origin}\n${treeSize}\n${toBase64(fromHex(rootHash, 32))}\n`
}

/** Parses only. Lines after the third are a log's own and pass; they are part of what is signed. @throws `CHECKPOINT_MALFORMED` */
export function decodeTreeHead(text: string): TreeHead {
  const lines = text.split('\n')
  const [origin, size, root] = lines
  const rootHash = root === undefined ? undefined : fromBase64(root)
  if (lines.length < 4 || lines.pop() !== '' || lines.includes('') || origin === undefined || rootHash?.length !== 32)
    throw malformed('Not origin, size and root hash in lines', undefined, text.slice(0, 200))
  return { origin, treeSize: decimal(size), rootHash: toHex(rootHash) }
}

/** Who, beside the log, must have seen a checkpoint. There is no default: `{ keys: [], quorum: 0 }` says that nobody must. */
export type WitnessPolicy = {
  /** Keys of kind `cosignature`. */
  readonly keys: readonly NoteKey[]
  /** How many different ones of them. */
  readonly quorum: number
  /** Cosignatures of a later time than this are refused. */
  readonly latestMs: number
}

export type VerifiedTreeHead = Verified<TreeHead & { readonly cosignatures: readonly Cosignature[] }>

/** That this witness saw no other history of the log, at that time. */
export type Cosignature = { readonly name: string; readonly timestampMs: number }

/**
 * A log's signed checkpoint, as its host serves it at `/checkpoint`.
 *
 * @throws `POLICY_MALFORMED`, `NOTE_MALFORMED`, `CHECKPOINT_MALFORMED`, `LOG_MISMATCH`, `NOTE_SIGNATURE_INVALID`, `COSIGNATURE_INVALID`, `WITNESS_QUORUM_MISSED`
 */
export function verifyCheckpointNote(parameters: {
  note: Uint8Array
  /** From the keyset of a verified enclave. */
  log: Pick<Keyset, 'logName' | 'logPublicKey'>
  witnesses: WitnessPolicy
}): VerifiedTreeHead {
  const { log, witnesses } = parameters
  checkWitnessPolicy(witnesses)
  const note = decodeNote(parameters.note)
  const head = decodeTreeHead(note.text)
  if (head.origin !== log.logName)
    throw new VerifierError('LOG_MISMATCH', 'A checkpoint of another log', { expected: log.logName, received: head.origin.slice(0, 200) })
  verifyNote(note, [logKey(log)])
  const cosignatures = verifyCosignatures(note, witnesses)
  if (cosignatures.length < witnesses.quorum)
    throw new VerifierError('WITNESS_QUORUM_MISSED', 'Fewer witnesses vouch for this checkpoint than the policy asks for', {
      expected: `${witnesses.quorum} of ${witnesses.keys.map(({ name }) => name).join()}`,
      received: cosignatures.map(({ name }) => name).join() || 'none',
    })
  return { ...head, cosignatures } as unknown as VerifiedTreeHead
}

export function logKey({ logName, logPublicKey }: Pick<Keyset, 'logName' | 'logPublicKey'>): NoteKey {
  return { name: logName, kind: 'signature', publicKey: fromHex(logPublicKey, 32) }
}

/** What a witness signs (C2SP tlog-cosignature, cosignature/v1). */
export function cosignatureMessage(text: string, timestampSeconds: bigint): Uint8Array {
  return utf8(`cosignature/v1\ntime ${timestampSeconds}\n${text}`)
}

/** The signature line's bytes after the key id: time, then signature. */
export function encodeCosignature(timestampSeconds: bigint, signature: Uint8Array): Uint8Array {
  const time = new Uint8Array(8)
  new DataView(time.buffer).setBigUint64(0, timestampSeconds)
  return concatBytes(time, signature)
}

/**
 * Cosignatures of known witnesses, one for each: the latest. Unknown ones are passed over; one of a known witness that is wrong spoils the note.
 *
 * @throws `COSIGNATURE_INVALID`
 */
export function verifyCosignatures(note: Note, { keys, latestMs }: Pick<WitnessPolicy, 'keys' | 'latestMs'>): Cosignature[] {
  return keys.flatMap((key) => {
    const timesMs = signaturesBy(note, key).map((bytes) => verifyCosignature(note.text, key, bytes, latestMs))
    return timesMs.length === 0 ? [] : [{ name: key.name, timestampMs: Math.max(...timesMs) }]
  })
}

function verifyCosignature(text: string, key: NoteKey, bytes: Uint8Array, latestMs: number): number {
  const invalid = (message: string, received?: string) =>
    new VerifierError(
      'COSIGNATURE_INVALID',
      `${key.name}: ${message}`,
      received === undefined ? {} : { expected: `at most ${latestMs}`, received },
    )
  if (bytes.length !== 72) throw invalid('not a time and a signature')
  const seconds = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0)
  if (seconds >= 1n << 63n) throw invalid('no such time')
  if (!isSigned(key.publicKey, bytes.subarray(8), cosignatureMessage(text, seconds))) throw invalid('not signed by this witness')
  const timestampMs = Number(seconds) * 1000
  if (timestampMs > latestMs) throw invalid('from the future', String(timestampMs))
  return timestampMs
}

/** @throws `POLICY_MALFORMED` */
export function checkWitnessPolicy({ keys, quorum, latestMs }: WitnessPolicy): void {
  // The message does not hold the witness's name, so one key under two names would count twice.
  const different = new Set(keys.map(({ publicKey }) => toHex(publicKey)))
  if (different.size !== keys.length || keys.some(({ kind }) => kind !== 'cosignature') || !Number.isSafeInteger(latestMs))
    throw new VerifierError('POLICY_MALFORMED', 'Witnesses are different keys for cosignatures, and a latest time in milliseconds')
  if (!Number.isSafeInteger(quorum) || quorum < 0 || quorum > keys.length)
    throw new VerifierError('POLICY_MALFORMED', 'Not a number of these witnesses', {
      expected: `0 to ${keys.length}`,
      received: shown(quorum),
    })
}

const keccak = (bytes: Uint8Array) => viemKeccak256(bytes, 'bytes')
const checkpointTypeHash = keccak(utf8(checkpointTypeString))

function decimal(value: unknown): bigint {
  if (typeof value !== 'string' || !/^(0|[1-9][0-9]{0,19})$/.test(value) || BigInt(value) >= 1n << 64n)
    throw malformed('Not a decimal number of 64 bits', undefined, shown(value))
  return BigInt(value)
}

function malformed(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('CHECKPOINT_MALFORMED', `Checkpoint: ${message}`, { expected, received })
}
