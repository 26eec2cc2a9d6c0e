import { toBase64 } from '@nacre/verifier/base64'
import { concatBytes, fromUtf8, utf8 } from '@nacre/verifier/bytes'
import { verifyCosignatures } from '@nacre/verifier/checkpoint'
import { decodeNote, decodeSignatureLine, type NoteKey, type NoteSignature } from '@nacre/verifier/note'
import type { Reply } from './http.ts'

/** A witness as a log knows it: where, and with which key it signs. */
export type WitnessAddress = {
  /** Submission prefix, C2SP tlog-witness. */
  readonly url: string
  readonly key: NoteKey
}

/**
 * Asks a witness to cosign a checkpoint. Only what is its signature over this very checkpoint comes back.
 *
 * @param proveFrom consistency proof from that size
 */
export async function submitCheckpoint(parameters: {
  witness: WitnessAddress
  note: Uint8Array
  /** The size this log believes the witness has seen. */
  oldSize: number
  proveFrom(oldSize: number): Promise<Uint8Array[]>
  post(url: string, body: Uint8Array): Promise<Reply>
  nowMs: number
}): Promise<{ signatures: NoteSignature[] }> {
  const { witness, note, proveFrom, post, nowMs } = parameters
  const submit = async (oldSize: number) => {
    const proof = (await proveFrom(oldSize)).map((hash) => `${toBase64(hash)}\n`)
    return post(`${witness.url}/add-checkpoint`, concatBytes(utf8(`old ${oldSize}\n${proof.join('')}\n`), note))
  }
  let reply = await submit(parameters.oldSize)
  if (reply.status === 409) {
    const [, size] = /^(0|[1-9][0-9]{0,15})\n$/.exec(fromUtf8(reply.body)) ?? []
    if (size !== undefined && Number(size) !== parameters.oldSize) reply = await submit(Number(size))
  }
  if (reply.status !== 200) throw new Error(`witness ${witness.key.name} answered ${reply.status}`)
  const lines = fromUtf8(reply.body).split('\n').slice(0, -1).map(decodeSignatureLine)
  const signatures = lines.filter(({ name }) => name === witness.key.name)
  const cosigned = { ...decodeNote(note), signatures }
  if (verifyCosignatures(cosigned, { keys: [witness.key], latestMs: nowMs + skewMsMax }).length !== 1)
    throw new Error(`witness ${witness.key.name} did not sign`)
  return { signatures }
}

const skewMsMax = 60_000
