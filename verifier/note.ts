import { ed25519 } from '@noble/curves/ed25519'
import { sha256 } from 'viem/utils'
import { fromBase64, toBase64 } from './base64.ts'
import { concatBytes, fromHex, fromUtf8, type Hex, toHex, utf8 } from './bytes.ts'
import { VerifierError } from './errors.ts'

/** A signed note (C2SP signed-note): text, and signatures by keys that have names. */
export type Note = {
  /** Ends in a newline; what is signed. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

export type NoteSignature = {
  readonly name: string
  /** 4 bytes, of the name, the kind of signature and the key. */
  readonly keyId: Hex
  readonly signature: Uint8Array
}

/** A key that a verifier knows. Name and id together say which signatures it is asked about. */
export type NoteKey = { readonly name: string; readonly kind: NoteKeyKind; readonly publicKey: Uint8Array }

/** `signature` is over the note's text; `cosignature` is a witness's, with a time. Both Ed25519. */
export type NoteKeyKind = 'signature' | 'cosignature'

/** Parses only. @throws `NOTE_MALFORMED` */
export function decodeNote(bytes: Uint8Array): Note {
  if (bytes.length > noteBytesMax) throw malformed('Too long', `at most ${noteBytesMax} bytes`, String(bytes.length))
  const whole = textOf(bytes)
  const at = whole.lastIndexOf('\n\n')
  if (at < 0 || !whole.endsWith('\n')) throw malformed('No text, empty line and signature lines')
  const text = whole.slice(0, at + 1)
  const lines = whole.slice(at + 2, -1).split('\n')
  if (lines.length > signaturesMax) throw malformed('Too many signatures', `at most ${signaturesMax}`, String(lines.length))
  return { text, signatures: lines.map(decodeSignatureLine) }
}

export function encodeNote({ text, signatures }: Note): Uint8Array {
  return utf8(`${text}\n${signatures.map(encodeSignatureLine).join('')}`)
}

export function encodeSignatureLine({ name, keyId, signature }: NoteSignature): string {
  return `— ${name} ${toBase64(concatBytes(fromHex(keyId, 4), signature))}\n`
}

/** One line without its newline. @throws `NOTE_MALFORMED` */
export function decodeSignatureLine(line: string): NoteSignature {
  const [, name, encoded] = /^— ([^ ]+) ([^ ]+)$/u.exec(line) ?? []
  const bytes = encoded === undefined ? undefined : fromBase64(encoded)
  if (name === undefined || bytes === undefined || bytes.length < 5 || !isKeyName(name))
    throw malformed('Not a signature line', '— name base64', line.slice(0, 100))
  return { name, keyId: toHex(bytes.subarray(0, 4)), signature: bytes.slice(4) }
}

/**
 * The signatures of known keys, all of them valid: unknown keys are passed over, and a known key whose signature is wrong spoils the note.
 *
 * @throws `NOTE_SIGNATURE_INVALID`, also when no known key signed
 */
export function verifyNote(note: Note, keys: readonly NoteKey[]): NoteKey[] {
  const signers = keys.filter((key) => {
    const signatures = signaturesBy(note, key)
    for (const signature of signatures)
      if (!isSigned(key.publicKey, signature, utf8(note.text)))
        throw new VerifierError('NOTE_SIGNATURE_INVALID', `The signature of ${key.name} is not over this text`)
    return signatures.length > 0
  })
  if (signers.length === 0)
    throw new VerifierError('NOTE_SIGNATURE_INVALID', 'No known key signed the note', {
      expected: keys.map(({ name }) => name).join(),
      received: note.signatures.map(({ name }) => name).join(),
    })
  return signers
}

export function signaturesBy(note: Note, key: NoteKey): Uint8Array[] {
  const keyId = noteKeyId(key)
  return note.signatures.filter((line) => line.name === key.name && line.keyId === keyId).map(({ signature }) => signature)
}

/** Strict RFC 8032: a point or scalar that is not canonical, or a key of small order, which would accept one signature for many texts, is no signature. */
export function isSigned(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false })
  } catch {
    return false
  }
}

export function noteKeyId({ name, kind, publicKey }: NoteKey): Hex {
  return toHex(sha256(concatBytes(utf8(`${name}\n`), Uint8Array.of(kindBytes[kind]), publicKey), 'bytes').subarray(0, 4))
}

/** `name+id+base64`, as Go's note package and the witnesses' operators write keys. */
export function encodeNoteKey(key: NoteKey): string {
  return `${key.name}+${noteKeyId(key).slice(2)}+${toBase64(concatBytes(Uint8Array.of(kindBytes[key.kind]), key.publicKey))}`
}

/** @throws `NOTE_MALFORMED`, also when the id is not that of name and key */
export function decodeNoteKey(text: string): NoteKey {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/su.exec(text) ?? []
  const bytes = encoded === undefined ? undefined : fromBase64(encoded)
  if (name === undefined || bytes?.length !== 33 || !isKeyName(name))
    throw malformed('Not a verifier key', 'name+id+base64 of an Ed25519 key', text.slice(0, 200))
  const kind = (Object.keys(kindBytes) as NoteKeyKind[]).find((candidate) => kindBytes[candidate] === bytes[0])
  if (kind === undefined) throw malformed('A verifier key of another kind', 'Ed25519 (1) or cosignature/v1 (4)', String(bytes[0]))
  const key = { name, kind, publicKey: bytes.slice(1) }
  if (noteKeyId(key) !== `0x${id}`) throw malformed('The id is not that of this name and key', noteKeyId(key), `0x${id}`)
  return key
}

/** C2SP signed-note, signature types. */
const kindBytes = { signature: 0x01, cosignature: 0x04 } as const
const noteBytesMax = 64 * 1024
/** The specification asks for at least 16. */
const signaturesMax = 64

/** Not empty, no white space, no plus (which ends a name in a verifier key). */
export function isKeyName(name: string): boolean {
  return name.length > 0 && !/[\p{White_Space}+]/u.test(name)
}

function textOf(bytes: Uint8Array): string {
  let text: string
  try {
    text = fromUtf8(bytes)
  } catch (cause) {
    throw new VerifierError('NOTE_MALFORMED', 'Note: not UTF-8', { cause })
  }
  // A terminal must not be steered by what it shows, nor a line end be seen where there is none.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\x00-\x09\x0b-\x1f]/.test(text)) throw malformed('Control characters other than newline')
  return text
}

function malformed(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('NOTE_MALFORMED', `Note: ${message}`, { expected, received })
}
