import { equalBytes, type Hex, toHex } from './bytes.ts'
import { VerifierError } from './errors.ts'
import { sha256Sync } from './sha256.ts'

/** The Merkle tree of a log (RFC 9162 section 2.1, the tree of RFC 6962) with SHA-256. Hashes are 32 bytes. */

export function hashLeaf(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + data.length)
  bytes[0] = leafPrefix
  bytes.set(data, 1)
  return sha256Sync(bytes)
}

export function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + left.length + right.length)
  bytes[0] = nodePrefix
  bytes.set(left, 1)
  bytes.set(right, 1 + left.length)
  return sha256Sync(bytes)
}

/** Without these two, a node could be passed off as a leaf (RFC 9162 section 2.1.1). */
const leafPrefix = 0
const nodePrefix = 1

/**
 * That the leaf stands at `index` in the tree of `treeSize` leaves with this root (RFC 9162 section 2.1.3.2).
 *
 * @throws `PROOF_MALFORMED`, `INCLUSION_INVALID`
 */
export function verifyInclusion(parameters: {
  leafHash: Uint8Array
  index: bigint
  treeSize: bigint
  proof: readonly Uint8Array[]
  root: Uint8Array
}): void {
  const { leafHash, index, treeSize, proof, root } = parameters
  checkProof(proof)
  if (index < 0n || index >= treeSize)
    throw new VerifierError('INCLUSION_INVALID', 'The tree has no leaf at this index', {
      expected: `below ${treeSize}`,
      received: String(index),
    })
  let fn = index
  let sn = treeSize - 1n
  let hash = leafHash
  for (const sibling of proof) {
    if (sn === 0n) throw tooLong('INCLUSION_INVALID')
    if ((fn & 1n) === 1n || fn === sn) {
      hash = hashNode(sibling, hash)
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n
        sn >>= 1n
      }
    } else {
      hash = hashNode(hash, sibling)
    }
    fn >>= 1n
    sn >>= 1n
  }
  if (sn !== 0n) throw new VerifierError('INCLUSION_INVALID', 'The proof ends below the root')
  assertRoot('INCLUSION_INVALID', 'The proof leads to another root', root, hash)
}

/**
 * That the tree of `newSize` leaves begins with the tree of `oldSize` leaves (RFC 9162 section 2.1.4.2): nothing was dropped, changed or put in between. Any tree begins with the empty one.
 *
 * @throws `PROOF_MALFORMED`, `CONSISTENCY_INVALID`
 */
export function verifyConsistency(parameters: {
  oldSize: bigint
  oldRoot: Uint8Array
  newSize: bigint
  newRoot: Uint8Array
  proof: readonly Uint8Array[]
}): void {
  const { oldSize, oldRoot, newSize, newRoot, proof } = parameters
  checkProof(proof)
  if (oldSize < 0n || oldSize > newSize)
    throw new VerifierError('CONSISTENCY_INVALID', 'The newer tree is smaller', {
      expected: `at least ${oldSize} leaves`,
      received: `${newSize} leaves`,
    })
  if (oldSize === 0n || oldSize === newSize) {
    if (proof.length > 0) throw tooLong('CONSISTENCY_INVALID')
    assertRoot('CONSISTENCY_INVALID', 'Two roots for one size', oldSize === 0n ? emptyRoot : newRoot, oldRoot)
    return
  }
  const isPowerOfTwo = (oldSize & (oldSize - 1n)) === 0n
  const [first, ...rest] = isPowerOfTwo ? [oldRoot, ...proof] : proof
  if (first === undefined) throw new VerifierError('CONSISTENCY_INVALID', 'The proof is empty')
  let fn = oldSize - 1n
  let sn = newSize - 1n
  while ((fn & 1n) === 1n) {
    fn >>= 1n
    sn >>= 1n
  }
  let oldHash = first
  let newHash = first
  for (const sibling of rest) {
    if (sn === 0n) throw tooLong('CONSISTENCY_INVALID')
    if ((fn & 1n) === 1n || fn === sn) {
      oldHash = hashNode(sibling, oldHash)
      newHash = hashNode(sibling, newHash)
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n
        sn >>= 1n
      }
    } else {
      newHash = hashNode(newHash, sibling)
    }
    fn >>= 1n
    sn >>= 1n
  }
  if (sn !== 0n) throw new VerifierError('CONSISTENCY_INVALID', 'The proof ends below the root')
  assertRoot('CONSISTENCY_INVALID', 'The older tree is not the beginning of the newer', oldRoot, oldHash)
  assertRoot('CONSISTENCY_INVALID', 'The proof leads to another root', newRoot, newHash)
}

/** The root of no leaves: SHA-256 of nothing. */
export const emptyRoot = sha256Sync(new Uint8Array(0))

/**
 * All that is needed of a tree to go on appending to it: the roots of its perfect subtrees, largest and leftmost first, at most one for each bit of the size.
 */
export type CompactRange = { readonly size: number; readonly nodes: readonly Uint8Array[] }

export const emptyRange: CompactRange = { size: 0, nodes: [] }

export function appendLeaf({ size, nodes }: CompactRange, leafHash: Uint8Array): CompactRange {
  const kept = nodes.slice()
  let hash = leafHash
  for (let bits = size; bits % 2 === 1; bits = (bits - 1) / 2) hash = hashNode(kept.pop() as Uint8Array, hash)
  kept.push(hash)
  return { size: size + 1, nodes: kept }
}

export function rootOf({ nodes }: CompactRange): Uint8Array {
  return nodes.length === 0 ? emptyRoot : nodes.reduceRight((right, left) => hashNode(left, right))
}

/** The perfect subtree over leaves [index · 2^level, (index + 1) · 2^level). */
export type NodeReader = (level: number, index: number) => Uint8Array

/** Hashes of an inclusion proof (RFC 9162 section 2.1.3.1), lowest first. `node` is asked for perfect subtrees within the first `treeSize` leaves only. */
export function inclusionProof(index: number, treeSize: number, node: NodeReader): Uint8Array[] {
  return inclusionRanges(index, treeSize).map((range) => hashRange(range, node))
}

/** {@link inclusionProof} for many leaves of one tree: what their proofs share is hashed once. In hexadecimal. */
export function inclusionProver(treeSize: number, node: NodeReader): (index: number) => Hex[] {
  const known = new Map<number, Hex>()
  return (index) =>
    inclusionRanges(index, treeSize).map((range) => {
      const [start, end] = range
      // In a tree of one size, where a range starts and how deep it is say which it is.
      const key = start * 64 + Math.ceil(Math.log2(end - start))
      let hash = known.get(key)
      if (hash === undefined) {
        hash = toHex(hashRange(range, node))
        known.set(key, hash)
      }
      return hash
    })
}

/** Hashes of a consistency proof (RFC 9162 section 2.1.4.1), for sizes 0 < `oldSize` ≤ `newSize`; from the empty tree it is empty. */
export function consistencyProof(oldSize: number, newSize: number, node: NodeReader): Uint8Array[] {
  return oldSize === 0 ? [] : consistencyRanges(oldSize, newSize).map((range) => hashRange(range, node))
}

export function rootOfTree(treeSize: number, node: NodeReader): Uint8Array {
  return treeSize === 0 ? emptyRoot : hashRange([0, treeSize], node)
}

/** The leaves behind one hash of a proof: from, and up to but not including. */
export type LeafRange = readonly [start: number, end: number]

export function inclusionRanges(index: number, treeSize: number): LeafRange[] {
  if (!(index >= 0 && index < treeSize)) throw new RangeError('no such leaf')
  const ranges: LeafRange[] = []
  for (let [start, end] = [0, treeSize]; end - start > 1; ) {
    const middle = start + halfOf(end - start)
    if (index < middle) {
      ranges.push([middle, end])
      end = middle
    } else {
      ranges.push([start, middle])
      start = middle
    }
  }
  return ranges.reverse()
}

export function consistencyRanges(oldSize: number, newSize: number): LeafRange[] {
  if (!(oldSize > 0 && oldSize <= newSize)) throw new RangeError('no such sizes')
  const ranges: LeafRange[] = []
  let start = 0
  let end = newSize
  while (oldSize !== end) {
    const middle = start + halfOf(end - start)
    if (oldSize <= middle) {
      ranges.push([middle, end])
      end = middle
    } else {
      ranges.push([start, middle])
      start = middle
    }
  }
  // The older tree itself is known to whoever verifies; a part of it is not.
  if (start > 0) ranges.push([start, end])
  return ranges.reverse()
}

/** The perfect subtrees that make up a range which begins at a multiple of the largest of them, left to right. */
export function subtreesOf([start, end]: LeafRange): { level: number; index: number }[] {
  const subtrees: { level: number; index: number }[] = []
  for (let at = start; at < end; ) {
    let [level, size] = [0, 1]
    for (; at + 2 * size <= end; size *= 2) level++
    subtrees.push({ level, index: at / size })
    at += size
  }
  return subtrees
}

function hashRange(range: LeafRange, node: NodeReader): Uint8Array {
  return subtreesOf(range)
    .map(({ level, index }) => node(level, index))
    .reduceRight((right, left) => hashNode(left, right))
}

/**
 * A tree and the leaves added to it, from which each of those leaves can be proven without the leaves before them: whatever lies to the left is in the compact range.
 */
export function createTreeTail(before: CompactRange, leafHashes: readonly Uint8Array[]): { after: CompactRange; node: NodeReader } {
  /** Of each level, the perfect subtrees that are known: a row without gaps from `first` on, and at most one before it. */
  const levels: { before: Uint8Array | undefined; first: number; row: readonly Uint8Array[] }[] = []
  let end = before.size
  const beforeByLevel = new Map<number, Uint8Array>()
  for (const hash of [...before.nodes].reverse()) {
    let level = 0
    while (end % 2 ** (level + 1) === 0) level++
    beforeByLevel.set(level, hash)
    end -= 2 ** level
  }
  let first = before.size
  let row = leafHashes
  for (let level = 0; row.length > 0 || beforeByLevel.size > 0; level++) {
    const left = beforeByLevel.get(level)
    beforeByLevel.delete(level)
    levels.push({ before: left, first, row })
    const parents: Uint8Array[] = []
    // An odd first child's sibling lies before the tail.
    const isOdd = first % 2 === 1
    if (isOdd && left === undefined && row.length > 0) throw new RangeError('the compact range is not that of its size')
    if (isOdd && row.length > 0) parents.push(hashNode(left as Uint8Array, row[0] as Uint8Array))
    for (let at = isOdd ? 1 : 0; at + 1 < row.length; at += 2) parents.push(hashNode(row[at] as Uint8Array, row[at + 1] as Uint8Array))
    first = isOdd ? (first - 1) / 2 : first / 2
    row = parents
  }
  const node: NodeReader = (level, index) => {
    const known = levels[level]
    const hash = known === undefined ? undefined : index === known.first - 1 ? known.before : known.row[index - known.first]
    if (hash === undefined) throw new RangeError('this subtree lies before the tail')
    return hash
  }
  const size = before.size + leafHashes.length
  return { after: { size, nodes: subtreesOf([0, size]).map(({ level, index }) => node(level, index)) }, node }
}

/** The largest power of two below a size of at least 2. */
function halfOf(size: number): number {
  let half = 1
  while (half * 2 < size) half *= 2
  return half
}

/** A tree of 2^64 leaves has proofs of 64 hashes; a consistency proof may have one more. */
export const proofLengthMax = 65

/** @throws `PROOF_MALFORMED` */
function checkProof(proof: readonly Uint8Array[]): void {
  if (proof.length > proofLengthMax || proof.some((hash) => hash.length !== 32))
    throw new VerifierError('PROOF_MALFORMED', 'Not the hashes of a Merkle proof', {
      expected: `at most ${proofLengthMax} hashes of 32 bytes`,
      received: `${proof.length} hashes`,
    })
}

function assertRoot(code: 'INCLUSION_INVALID' | 'CONSISTENCY_INVALID', message: string, expected: Uint8Array, received: Uint8Array): void {
  if (!equalBytes(expected, received)) throw new VerifierError(code, message, { expected: toHex(expected), received: toHex(received) })
}

function tooLong(code: 'INCLUSION_INVALID' | 'CONSISTENCY_INVALID'): VerifierError {
  return new VerifierError(code, 'The proof goes on above the root')
}
