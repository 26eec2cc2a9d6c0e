import { fromHex, type Hex, isHex, toHex } from '@nacre/verifier/bytes'
import type { KeptAnswer } from './answers.ts'

/** An answer as the database keeps it, in JSON: a relayer that was killed finds it again and does not ask twice. */
export function encodeKept({ timestampMs, sequence, inclusion, ...rest }: KeptAnswer): string {
  const numbers = { timestampMs: String(timestampMs), sequence: String(sequence) }
  if (inclusion === undefined) return JSON.stringify({ ...rest, ...numbers })
  const { treeSize, rootHash, timestampMs: signedMs } = inclusion.checkpoint
  const checkpoint = { treeSize: String(treeSize), rootHash, timestampMs: String(signedMs) }
  return JSON.stringify({ ...rest, ...numbers, inclusion: { ...inclusion, checkpoint } })
}

/** `null` for what is none: databases can be written to. Whether it is true is another question, see `AnswerSource.isGood`. */
export function decodeKept(text: string): KeptAnswer | null {
  try {
    const { timestampMs, sequence, outputs, signer, signature, inclusion } = JSON.parse(text) as { [field: string]: unknown }
    const kept = { timestampMs: number(timestampMs), sequence: number(sequence), outputs: hex(outputs), signer: hex(signer, 20) }
    if (inclusion === undefined) return { ...kept, signature: hex(signature, 65) }
    const { checkpoint, checkpointSignature, proof } = inclusion as { [field: string]: unknown }
    const { treeSize, rootHash, timestampMs: signedMs } = checkpoint as { [field: string]: unknown }
    return {
      ...kept,
      inclusion: {
        checkpoint: { treeSize: number(treeSize), rootHash: hex(rootHash, 32), timestampMs: number(signedMs) },
        checkpointSignature: hex(checkpointSignature, 65),
        proof: (proof as unknown[]).map((hash) => hex(hash, 32)),
      },
    }
  } catch {
    return null
  }
}

function number(value: unknown): bigint {
  if (typeof value !== 'string' || !/^[0-9]{1,20}$/.test(value)) throw new TypeError('not a number')
  return BigInt(value)
}

function hex(value: unknown, length?: number): Hex {
  if (!isHex(value, length)) throw new TypeError('not hexadecimal')
  return toHex(fromHex(value))
}
