import { keccak256 } from 'viem/utils'
import { equalBytes } from './bytes.ts'
import { decodeRlp, encodeRlp, type Rlp } from './rlp.ts'

/**
 * The value under a key of a Merkle Patricia trie (Yellow Paper, appendix D), by the nodes on the way from its root. Every node given must be on the way.
 *
 * @returns `null` when the nodes do not prove one.
 */
export function provenValue(parameters: { root: Uint8Array; key: Uint8Array; proof: readonly Uint8Array[] }): Uint8Array | null {
  const { root, key, proof } = parameters
  const nibbles = nibblesOf(key)
  let reference: Rlp = root
  let used = 0
  for (let at = 0; at <= nibbles.length; ) {
    const node: Rlp | null = reference instanceof Uint8Array ? nodeByHash(reference, proof[used++]) : reference
    if (node === null || node instanceof Uint8Array) return null
    if (node.length === 17) {
      const nibble = nibbles[at]
      if (nibble === undefined) return finished(node[16], used, proof)
      reference = node[nibble] as Rlp
      at++
      continue
    }
    const [encodedPath, next]: readonly (Rlp | undefined)[] = node
    if (node.length !== 2 || !(encodedPath instanceof Uint8Array) || next === undefined) return null
    const path = decodePath(encodedPath)
    if (path === null || path.nibbles.some((nibble, i) => nibbles[at + i] !== nibble)) return null
    at += path.nibbles.length
    if (path.isLeaf) return at === nibbles.length ? finished(next, used, proof) : null
    // An extension of nothing would walk in place.
    if (path.nibbles.length === 0) return null
    reference = next
  }
  return null
}

function nodeByHash(hash: Uint8Array, node: Uint8Array | undefined): Rlp | null {
  if (hash.length !== 32 || node === undefined || !equalBytes(keccak256(node, 'bytes'), hash)) return null
  return decodeRlp(node)
}

function finished(value: Rlp | undefined, used: number, proof: readonly Uint8Array[]): Uint8Array | null {
  return value instanceof Uint8Array && value.length > 0 && used === proof.length ? value : null
}

/** Hex-prefix encoding (Yellow Paper, appendix C). */
function decodePath(bytes: Uint8Array): { nibbles: number[]; isLeaf: boolean } | null {
  const nibbles = nibblesOf(bytes)
  const [flags, padding] = nibbles
  if (flags === undefined || flags > 3) return null
  const isOdd = (flags & 1) === 1
  if (!isOdd && padding !== 0) return null
  return { nibbles: nibbles.slice(isOdd ? 1 : 2), isLeaf: flags >= 2 }
}

type Entry = { readonly path: readonly number[]; readonly value: Uint8Array }

/** The root of the trie that holds these entries, and the nodes on the way to one of them: what {@link provenValue} takes. */
export function proveKey(
  entries: readonly (readonly [key: Uint8Array, value: Uint8Array])[],
  key: Uint8Array,
): { root: Uint8Array; proof: Uint8Array[] } {
  const built = build(
    entries.map(([entryKey, value]) => ({ path: nibblesOf(entryKey), value })),
    nibblesOf(key),
  )
  const root = encodeRlp(built.node)
  // Nodes shorter than a hash stand inside their parents; the root is always by itself.
  return { root: keccak256(root, 'bytes'), proof: [root, ...built.below] }
}

function build(entries: readonly Entry[], wanted: readonly number[] | null): { node: Rlp; below: Uint8Array[] } {
  const [only] = entries
  if (only === undefined) return { node: new Uint8Array(0), below: [] }
  if (entries.length === 1) return { node: [encodePath(only.path, true), only.value], below: [] }
  const common = only.path.findIndex((nibble, i) => entries.some(({ path }) => path[i] !== nibble))
  const shared = common < 0 ? only.path.length : common
  if (shared > 0) {
    const isOnWay = wanted !== null && only.path.slice(0, shared).every((nibble, i) => wanted[i] === nibble)
    const child = reference(
      entries.map(({ path, value }) => ({ path: path.slice(shared), value })),
      isOnWay ? wanted.slice(shared) : null,
    )
    return { node: [encodePath(only.path.slice(0, shared), false), child.node], below: child.below }
  }
  const below: Uint8Array[] = []
  const children = Array.from({ length: 16 }, (_, nibble) => {
    const own = entries.filter(({ path }) => path[0] === nibble).map(({ path, value }) => ({ path: path.slice(1), value }))
    const child = reference(own, wanted?.[0] === nibble ? wanted.slice(1) : null)
    below.push(...child.below)
    return child.node
  })
  return { node: [...children, entries.find(({ path }) => path.length === 0)?.value ?? new Uint8Array(0)], below }
}

function reference(entries: readonly Entry[], wanted: readonly number[] | null): { node: Rlp; below: Uint8Array[] } {
  const { node, below } = build(entries, wanted)
  const encoded = encodeRlp(node)
  if (encoded.length < 32) return { node, below }
  return { node: keccak256(encoded, 'bytes'), below: wanted === null ? [] : [encoded, ...below] }
}

function encodePath(nibbles: readonly number[], isLeaf: boolean): Uint8Array {
  const isOdd = nibbles.length % 2 === 1
  const flags = (isLeaf ? 2 : 0) + (isOdd ? 1 : 0)
  const padded = isOdd ? [flags, ...nibbles] : [flags, 0, ...nibbles]
  return Uint8Array.from({ length: padded.length / 2 }, (_, i) => ((padded[2 * i] as number) << 4) | (padded[2 * i + 1] as number))
}

function nibblesOf(bytes: Uint8Array): number[] {
  return [...bytes].flatMap((byte) => [byte >> 4, byte & 15])
}
