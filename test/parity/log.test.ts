import { type Hex, toHex } from '@nacre/verifier/bytes'
import { hashCheckpoint } from '@nacre/verifier/checkpoint'
import { createTreeTail, emptyRange, hashLeaf, inclusionProof, rootOf, verifyInclusion } from '@nacre/verifier/merkle'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seeded } from './random.ts'
import { type Solidity, startSolidity } from './solidity.ts'

let solidity: Solidity

beforeAll(async () => {
  solidity = await startSolidity()
})

afterAll(() => solidity?.stop())

const random = seeded('log')

test('checkpoint digests', async () => {
  const edges = [0n, 1n, 1n << 32n, (1n << 64n) - 1n].flatMap((treeSize) =>
    [0n, (1n << 64n) - 1n].map((timestampMs) => ({ treeSize, rootHash: random.hex(32), timestampMs })),
  )
  const others = Array.from({ length: 100 }, () => ({ treeSize: random.uint(64), rootHash: random.hex(32), timestampMs: random.uint(64) }))
  const checkpoints = [...edges, ...others]
  expect(await solidity.call('checkpointDigests', [checkpoints])).toEqual(checkpoints.map((checkpoint) => hashCheckpoint(checkpoint)))
})

test('inclusion proofs: both sides accept the same ones and refuse the same ones', async () => {
  let accepted = 0
  for (let count = 0; count < 150; count++) {
    const treeSize = 1 + random.below(count < 100 ? 20 : 3000)
    const index = random.below(treeSize)
    const leaves = Array.from({ length: treeSize }, () => random.bytes(32))
    const { after, node } = createTreeTail(emptyRange, leaves.map(hashLeaf))
    const proof = inclusionProof(index, treeSize, node)
    const attempt = { leaf: leaves[index] as Uint8Array, index: BigInt(index), treeSize: BigInt(treeSize), proof, root: rootOf(after) }
    const change = random.below(6)
    if (change === 0) attempt.index = BigInt(random.below(treeSize + 2))
    if (change === 1) attempt.treeSize = BigInt(treeSize - 1 + random.below(3))
    if (change === 2)
      attempt.proof = [...proof.slice(0, random.below(proof.length + 1)), ...(random.below(2) === 0 ? [] : [random.bytes(32)])]
    if (change === 3) attempt.leaf = random.bytes(32)
    const args = [toHex(attempt.leaf), attempt.index, attempt.proof.map((hash): Hex => toHex(hash)), attempt.treeSize, toHex(attempt.root)]
    const verdict = await solidity.verdict('includes', args)
    const { leaf, ...rest } = attempt
    const here = (() => {
      try {
        verifyInclusion({ ...rest, leafHash: hashLeaf(leaf) })
        return true
      } catch {
        return false
      }
    })()
    expect(verdict === 'accepted', `${verdict}: leaf ${attempt.index} of ${attempt.treeSize}, change ${change}`).toBe(here)
    if (here) accepted++
  }
  expect(accepted).toBeGreaterThan(40)
})
