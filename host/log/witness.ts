import { fromBase64 } from '@nacre/verifier/base64'
import { fromHex, fromUtf8, utf8 } from '@nacre/verifier/bytes'
import { cosignatureMessage, decodeTreeHead, encodeCosignature, type TreeHead } from '@nacre/verifier/checkpoint'
import { VerifierError } from '@nacre/verifier/errors'
import { emptyRoot, verifyConsistency } from '@nacre/verifier/merkle'
import { decodeNote, encodeSignatureLine, type NoteKey, noteKeyId, verifyNote } from '@nacre/verifier/note'

/**
 * A witness (C2SP tlog-witness): remembers one head of each log it knows, and cosigns only what that head is the beginning of. So no log can show two histories to people who ask for its cosignature.
 */
export type Witness = {
  /** One `add-checkpoint` request, answered as the protocol says. */
  addCheckpoint(body: Uint8Array): Promise<WitnessReply>
}

export type WitnessReply = { status: 200 | 400 | 403 | 404 | 409 | 422; contentType: string; body: string }

export type WitnessSigner = { readonly key: NoteKey; sign(message: Uint8Array): Uint8Array }

/** What the witness remembers, by origin. `save` resolves once it would survive a crash. */
export type WitnessState = { load(origin: string): TreeHead | undefined; save(head: TreeHead): Promise<void> }

export function createWitness(parameters: {
  signer: WitnessSigner
  /** Keys of the logs it cosigns for; a key's name is the log's origin. */
  logs: readonly NoteKey[]
  state: WitnessState
  nowMs(): number
}): Witness {
  const { signer, logs, state, nowMs } = parameters
  // One after the other: between reading what was seen last and writing what is seen now, no other request may come (the specification describes the race).
  let turn: Promise<unknown> = Promise.resolve()

  async function add(body: Uint8Array): Promise<WitnessReply> {
    let request: AddCheckpoint
    try {
      request = decodeAddCheckpoint(body)
    } catch (error) {
      if (error instanceof VerifierError) return plain(400, error.message)
      throw error
    }
    const { oldSize, proof, note, text, head } = request
    const known = logs.filter(({ name }) => name === head.origin)
    if (known.length === 0) return plain(404, 'unknown log')
    try {
      verifyNote(note, known)
    } catch {
      return plain(403, 'not signed by the log')
    }
    if (oldSize > head.treeSize) return plain(400, 'the old size is larger than the new one')
    const seen = state.load(head.origin)
    const seenSize = seen?.treeSize ?? 0n
    if (oldSize !== seenSize) return { status: 409, contentType: 'text/x.tlog.size', body: `${seenSize}\n` }
    if (seen !== undefined && seenSize === head.treeSize && seen.rootHash !== head.rootHash) return plain(409, 'another root for this size')
    try {
      const oldRoot = seen === undefined ? emptyRoot : fromHex(seen.rootHash)
      verifyConsistency({ oldSize, oldRoot, newSize: head.treeSize, newRoot: fromHex(head.rootHash), proof })
    } catch {
      return plain(422, 'not consistent with what was seen before')
    }
    await state.save(head)
    const seconds = BigInt(Math.floor(nowMs() / 1000))
    const signature = encodeCosignature(seconds, signer.sign(cosignatureMessage(text, seconds)))
    const line = encodeSignatureLine({ name: signer.key.name, keyId: noteKeyId(signer.key), signature })
    return { status: 200, contentType: 'text/plain; charset=utf-8', body: line }
  }

  return {
    addCheckpoint(body) {
      const answer = turn.then(() => add(body))
      turn = answer.catch(() => undefined)
      return answer
    },
  }
}

type AddCheckpoint = ReturnType<typeof decodeAddCheckpoint>

/** @throws {@link VerifierError} */
function decodeAddCheckpoint(body: Uint8Array) {
  if (body.length > addCheckpointBytesMax) throw malformed('too long')
  const whole = textOf(body)
  const at = whole.indexOf('\n\n')
  const [first, ...lines] = whole.slice(0, Math.max(at, 0)).split('\n')
  const [, size] = /^old (0|[1-9][0-9]{0,19})$/.exec(first ?? '') ?? []
  const proof = lines.map(fromBase64)
  if (size === undefined || proof.length > 63 || proof.some((hash) => hash?.length !== 32)) throw malformed('not an old size and a proof')
  const note = decodeNote(utf8(whole.slice(at + 2)))
  return { oldSize: BigInt(size), proof: proof as Uint8Array[], note, text: note.text, head: decodeTreeHead(note.text) }
}

export const addCheckpointBytesMax = 64 * 1024

function textOf(body: Uint8Array): string {
  try {
    return fromUtf8(body)
  } catch {
    throw malformed('not UTF-8')
  }
}

function plain(status: WitnessReply['status'], message: string): WitnessReply {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${message}\n` }
}

function malformed(message: string): VerifierError {
  return new VerifierError('NOTE_MALFORMED', `add-checkpoint: ${message}`)
}
