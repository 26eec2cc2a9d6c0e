import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sha256Hex } from '../test/support/answer.ts'
import { verdict } from '../test/support/expect.ts'
import { testLog } from '../test/support/log.ts'
import { concatBytes, fromHex, toHex, utf8 } from './bytes.ts'
import {
  appendLeaf,
  type CompactRange,
  consistencyProof,
  createTreeTail,
  emptyRange,
  emptyRoot,
  hashLeaf,
  hashNode,
  inclusionProof,
  inclusionProver,
  rootOf,
  rootOfTree,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts'

// The leaves and roots of the test suite of Certificate Transparency's reference implementation (google/certificate-transparency, merkle trees).
const leaves = ['0x', '0x00', '0x10', '0x2021', '0x3031', '0x40414243', '0x5051525354555657', '0x606162636465666768696a6b6c6d6e6f'].map(
  (hex) => fromHex(hex),
)
const roots = [
  '0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '0x6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  '0xfac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  '0xaeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  '0xd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '0x4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '0x76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  '0xddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '0x5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

/** MTH by its definition, RFC 6962 section 2.1. */
function rootByDefinition(data: readonly Uint8Array[]): Uint8Array {
  if (data.length === 0) return emptyRoot
  if (data.length === 1) return hashLeaf(data[0] as Uint8Array)
  let half = 1
  while (half * 2 < data.length) half *= 2
  return hashNode(rootByDefinition(data.slice(0, half)), rootByDefinition(data.slice(half)))
}

const leaf = (index: number) => utf8(`leaf ${index}`)
const logOf = (size: number) => testLog(Array.from({ length: size }, (_, i) => leaf(i)))
const big = logOf(70)
const rootAt = (size: number) => rootOfTree(size, big.node)

function inclusion(index: number, size: number) {
  return {
    leafHash: hashLeaf(leaf(index)),
    index: BigInt(index),
    treeSize: BigInt(size),
    proof: inclusionProof(index, size, big.node),
    root: rootAt(size),
  }
}
function consistency(oldSize: number, newSize: number) {
  return {
    oldSize: BigInt(oldSize),
    oldRoot: rootAt(oldSize),
    newSize: BigInt(newSize),
    newRoot: rootAt(newSize),
    proof: consistencyProof(oldSize, newSize, big.node),
  }
}

test('the roots of the reference trees', () => {
  for (const [size, root] of roots.entries()) {
    expect(toHex(rootByDefinition(leaves.slice(0, size)))).toBe(root)
    expect(testLog(leaves.slice(0, size)).root()).toBe(root)
  }
})

test('a compact range has the root of its leaves at every size', () => {
  let range: CompactRange = emptyRange
  for (let size = 0; size < 70; size++) {
    expect(toHex(rootOf(range))).toBe(toHex(rootByDefinition(Array.from({ length: size }, (_, i) => leaf(i)))))
    expect(toHex(rootAt(size))).toBe(toHex(rootOf(range)))
    range = appendLeaf(range, hashLeaf(leaf(size)))
  }
})

test('leaves behind a compact range are proven without those before it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 30 }), (before, added) => {
      const tail = createTreeTail(
        logOf(before).range(),
        Array.from({ length: added }, (_, i) => hashLeaf(leaf(before + i))),
      )
      const size = before + added
      expect(tail.after).toEqual(logOf(size).range())
      const prove = inclusionProver(size, tail.node)
      for (let index = before; index < size; index++) {
        const expected = inclusion(index, size).proof.map(toHex)
        expect(inclusionProof(index, size, tail.node).map(toHex)).toEqual(expected)
        expect(prove(index)).toEqual(expected)
      }
    }),
    { numRuns: 60 },
  )
})

test('LOG-02 accepts proofs of as many hashes as the largest tree has levels', async () => {
  const proof = Array.from({ length: 64 }, (_, i) => fromHex(sha256Hex(String(i))))
  const root = proof.reduce((hash, sibling) => hashNode(hash, sibling), hashLeaf(leaf(0)))
  expect(await verdict(() => verifyInclusion({ leafHash: hashLeaf(leaf(0)), index: 0n, treeSize: 1n << 64n, proof, root }))).toBe(
    'accepted',
  )
})
test('LOG-02 rejects longer proofs and hashes of another length', async () => {
  const good = inclusion(3, 70)
  const long = Array.from({ length: 66 }, () => emptyRoot)
  expect(await verdict(() => verifyInclusion({ ...good, proof: long }))).toBe('PROOF_MALFORMED')
  expect(await verdict(() => verifyConsistency({ ...consistency(3, 70), proof: long }))).toBe('PROOF_MALFORMED')
  for (const wrong of [new Uint8Array(0), new Uint8Array(31), new Uint8Array(33)])
    expect(await verdict(() => verifyInclusion({ ...good, proof: [wrong, ...good.proof.slice(1)] }))).toBe('PROOF_MALFORMED')
})

test('LOG-03 accepts every leaf at its place in trees of every shape', () => {
  for (let size = 1; size <= 70; size++) for (let index = 0; index < size; index++) verifyInclusion(inclusion(index, size))
})
test('LOG-03 rejects another leaf, place, size, root and every changed proof', async () => {
  const refused = async (change: object, index = 3, size = 7) =>
    expect(await verdict(() => verifyInclusion({ ...inclusion(index, size), ...change }))).toBe('INCLUSION_INVALID')
  const { proof } = inclusion(3, 7)
  await refused({ leafHash: hashLeaf(leaf(4)) })
  for (const index of [-1n, 0n, 1n, 2n, 4n, 5n, 6n, 7n, 1n << 64n]) await refused({ index })
  for (const treeSize of [0n, 1n, 3n, 4n, 9n, 1n << 63n]) await refused({ treeSize })
  await refused({ root: emptyRoot })
  await refused({ proof: proof.slice(1) })
  await refused({ proof: proof.slice(0, -1) })
  await refused({ proof: [...proof, emptyRoot] })
  await refused({ proof: [...proof].reverse() })
  await refused({ proof: [emptyRoot] }, 0, 1)
  for (const [at, hash] of proof.entries())
    for (let bit = 0; bit < 256; bit += 17) {
      const changed = Uint8Array.from(hash)
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
      await refused({ proof: proof.with(at, changed) })
    }
  // The attack that the two prefixes stop: a node, given as the data of a leaf of a smaller tree.
  const inner = concatBytes(hashLeaf(leaf(0)), hashLeaf(leaf(1)))
  await refused({
    leafHash: hashLeaf(inner),
    index: 0n,
    treeSize: 2n,
    proof: [hashNode(hashLeaf(leaf(2)), hashLeaf(leaf(3)))],
    root: rootAt(4),
  })
})

test('LOG-04 accepts every tree as the beginning of every later one', () => {
  for (let newSize = 0; newSize <= 70; newSize++)
    for (let oldSize = 0; oldSize <= newSize; oldSize++) verifyConsistency(consistency(oldSize, newSize))
})
test('LOG-04 rejects a log that was rewound, forked, reordered, or lost a leaf, and every changed proof', async () => {
  const refused = async (parameters: Parameters<typeof verifyConsistency>[0]) =>
    expect(await verdict(() => verifyConsistency(parameters))).toBe('CONSISTENCY_INVALID')
  const good = consistency(9, 14)
  // Rewound: the newer checkpoint is smaller.
  await refused({ ...consistency(9, 14), oldSize: 14n, oldRoot: good.newRoot, newSize: 9n, newRoot: good.oldRoot })
  // Forked at one size, and from nothing.
  await refused({ ...consistency(9, 9), newRoot: rootAt(8) })
  await refused({ ...consistency(0, 9), oldRoot: rootAt(1) })
  const others = {
    forked: Array.from({ length: 14 }, (_, i) => leaf(i === 5 ? 500 : i)),
    reordered: Array.from({ length: 14 }, (_, i) => leaf(i === 5 ? 6 : i === 6 ? 5 : i)),
    dropped: Array.from({ length: 14 }, (_, i) => leaf(i < 5 ? i : i + 1)),
  }
  for (const data of Object.values(others)) {
    const other = testLog(data)
    await refused({ ...good, newRoot: fromHex(other.root()), proof: other.consistency(9, 14).map((hash) => fromHex(hash)) })
    await refused({ ...good, newRoot: fromHex(other.root()) })
  }
  await refused({ ...good, proof: [] })
  await refused({ ...good, proof: good.proof.slice(1) })
  await refused({ ...good, proof: [...good.proof, emptyRoot] })
  await refused({ ...consistency(8, 14), proof: [] })
  await refused({ ...consistency(9, 9), proof: [emptyRoot] })
  await refused({ ...consistency(0, 9), proof: [emptyRoot] })
  await refused({ ...good, oldSize: -1n })
  for (const [at, hash] of good.proof.entries()) {
    const changed = Uint8Array.from(hash)
    changed[7] = (changed[7] as number) ^ 1
    await refused({ ...good, proof: good.proof.with(at, changed) })
  }
  for (let oldSize = 1; oldSize < 14; oldSize++) if (oldSize !== 9) await refused({ ...good, oldSize: BigInt(oldSize) })
})
