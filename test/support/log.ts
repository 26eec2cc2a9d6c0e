import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { type Hex, toHex } from '@nacre/verifier/bytes'
import { cosignatureMessage, encodeCosignature, encodeTreeHead, hashCheckpoint, type LogCheckpoint } from '@nacre/verifier/checkpoint'
import {
  appendLeaf,
  type CompactRange,
  consistencyProof,
  emptyRange,
  hashLeaf,
  hashNode,
  inclusionProof,
  rootOf,
} from '@nacre/verifier/merkle'
import { encodeNote, type NoteKey, type NoteKeyKind, type NoteSignature, noteKeyId } from '@nacre/verifier/note'
import type { ReceiptInclusion } from '@nacre/verifier/receipt-proof'
import type { PrivateKeyAccount } from 'viem/accounts'

export type Ed25519Key = { readonly publicKey: Uint8Array; sign(message: Uint8Array): Uint8Array }

/** From a seed; PKCS #8 by RFC 8410 section 7. */
export function ed25519Key(seed: string): Ed25519Key {
  const secret = createHash('sha256').update(seed).digest()
  const key = createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), secret]),
    format: 'der',
    type: 'pkcs8',
  })
  const { x } = createPublicKey(key).export({ format: 'jwk' })
  return {
    publicKey: Uint8Array.from(Buffer.from(x as string, 'base64url')),
    sign: (message) => Uint8Array.from(sign(null, message, key)),
  }
}

export const noteKey = (name: string, kind: NoteKeyKind, { publicKey }: Ed25519Key): NoteKey => ({ name, kind, publicKey })

export function signText(text: string, name: string, key: Ed25519Key): NoteSignature {
  return { name, keyId: noteKeyId(noteKey(name, 'signature', key)), signature: key.sign(Buffer.from(text)) }
}

export function cosignText(text: string, name: string, key: Ed25519Key, timestampSeconds: bigint): NoteSignature {
  const signature = encodeCosignature(timestampSeconds, key.sign(cosignatureMessage(text, timestampSeconds)))
  return { name, keyId: noteKeyId(noteKey(name, 'cosignature', key)), signature }
}

/** A log that keeps every leaf. Hashes of perfect subtrees are kept too, so that ten thousand leaves are no trouble. */
export function testLog(leaves: readonly Uint8Array[] = []) {
  const hashes: Uint8Array[] = []
  let range: CompactRange = emptyRange
  const known = new Map<string, Uint8Array>()
  const node = (level: number, index: number): Uint8Array => {
    if (level === 0) return hashes[index] as Uint8Array
    const name = `${level}/${index}`
    const hash = known.get(name) ?? hashNode(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))
    known.set(name, hash)
    return hash
  }
  const log = {
    append(data: Uint8Array): number {
      const hash = hashLeaf(data)
      hashes.push(hash)
      range = appendLeaf(range, hash)
      return hashes.length - 1
    },
    size: () => hashes.length,
    root: () => toHex(rootOf(range)),
    range: () => range,
    node,
    inclusion: (index: number, size = hashes.length): Hex[] => inclusionProof(index, size, node).map(toHex),
    consistency: (oldSize: number, size = hashes.length): Hex[] => consistencyProof(oldSize, size, node).map(toHex),
    checkpoint: (timestampMs: bigint): LogCheckpoint => ({ treeSize: BigInt(hashes.length), rootHash: log.root(), timestampMs }),
    note(origin: string, key: Ed25519Key, ...more: NoteSignature[]): Uint8Array {
      const text = encodeTreeHead({ origin, treeSize: BigInt(hashes.length), rootHash: log.root() })
      return encodeNote({ text, signatures: [signText(text, origin, key), ...more] })
    },
    async proveReceipt(index: number, timestampMs: bigint, signer: PrivateKeyAccount): Promise<ReceiptInclusion> {
      const checkpoint = log.checkpoint(timestampMs)
      return { checkpoint, checkpointSignature: await signer.sign({ hash: hashCheckpoint(checkpoint) }), proof: log.inclusion(index) }
    },
  }
  for (const leaf of leaves) log.append(leaf)
  return log
}
