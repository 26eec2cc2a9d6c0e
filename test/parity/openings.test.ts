import { fromHex, type Hex, toHex } from '@nacre/verifier/bytes'
import { commitTensors, type Opening, openElement, verifyOpening } from '@nacre/verifier/commitment'
import { VerifierError } from '@nacre/verifier/errors'
import { datatypes, elementBytes, type Tensor } from '@nacre/verifier/tensor'
import { stringToHex } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seeded } from './random.ts'
import { type Solidity, startSolidity } from './solidity.ts'

let solidity: Solidity

beforeAll(async () => {
  solidity = await startSolidity()
})
afterAll(() => solidity?.stop())

const random = seeded('openings')

/** Any tensors with at least one element, the first of them large enough to be cut into blocks of several. */
function randomTensors(): Tensor[] {
  return Array.from({ length: 1 + random.below(3) }, (_, at) => {
    const datatype = datatypes[random.below(datatypes.length)] ?? 'FP32'
    const shape = at === 0 && random.below(4) === 0 ? [300n] : [BigInt(1 + random.below(3)), BigInt(1 + random.below(6))]
    const count = shape.reduce((product, size) => product * Number(size), 1)
    const width = elementBytes(datatype)
    const texts = () => Uint8Array.from(Array.from({ length: count }, () => [2, 0, 0, 0, ...random.bytes(2)]).flat())
    const data = width === null ? texts() : random.bytes(count * width)
    return { name: `t${at}`, datatype, shape, data: datatype === 'BOOL' ? data.map((byte) => byte & 1) : data }
  })
}

type Case = { commitment: Hex; opening: Opening; tensors: Tensor[]; tensor: string; element: number }

function randomCase(): Case {
  const tensors = randomTensors()
  const side = random.below(2) === 0 ? 'input' : 'output'
  const salt = random.hex(32)
  const at = random.below(tensors.length)
  const { name: tensor, shape } = tensors[at] as Tensor
  const element = random.below(shape.reduce((product, size) => product * Number(size), 1))
  return {
    commitment: commitTensors({ tensors, salt, side }),
    opening: openElement({ tensors, salt, side, tensor, element }),
    tensors,
    tensor,
    element,
  }
}

const inSolidity = (commitment: Hex, { side, leaf, index, leaves, root, proof }: Opening) => [
  commitment,
  stringToHex(`nacre/${side}-commitment/1`, { size: 32 }),
  { leaf, index: BigInt(index), leaves: BigInt(leaves), rootHash: root, proof },
]

/** What either side says: `accepted`, or that it refuses. */
async function verdicts(commitment: Hex, opening: Opening): Promise<readonly [string, string]> {
  const onChain = await solidity.verdict('open', inSolidity(commitment, opening))
  try {
    verifyOpening({ commitment, opening })
    return ['accepted', onChain === 'accepted' ? onChain : 'refused']
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error
    return ['refused', onChain === 'accepted' ? onChain : 'refused']
  }
}

test('a block that TypeScript opens is the same block in Solidity', async () => {
  for (let i = 0; i < 60; i++) {
    const { commitment, opening, tensors, tensor, element } = randomCase()
    const here = verifyOpening({ commitment, opening })
    const there = (await solidity.call('open', inSolidity(commitment, opening))) as OpenedInSolidity
    expect(there).toEqual({
      tensorIndex: here.tensorIndex,
      first: here.first,
      shape: here.shape.map(Number),
      block: { ...here.block, data: toHex(here.block.data) },
    })
    // And it is what was committed to.
    expect(tensors[here.tensorIndex]?.name).toBe(tensor)
    expect(element).toBeGreaterThanOrEqual(here.first)
    const width = elementBytes(here.block.datatype)
    if (width === null) continue
    const from = here.first * width
    expect(here.block.data).toEqual(tensors[here.tensorIndex]?.data.slice(from, from + here.block.data.length))
  }
})

// The attacks: another value, another place, another tree, the other side, a path that is longer or shorter, an inner node for a leaf.
test('what was changed is refused on both sides', async () => {
  const flipped = (hex: Hex): Hex => {
    const bytes = fromHex(hex)
    const at = random.below(bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
    return toHex(bytes)
  }
  const changes: ((one: Case) => { commitment: Hex; opening: Opening } | null)[] = [
    ({ commitment, opening }) => ({ commitment, opening: { ...opening, leaf: flipped(opening.leaf) } }),
    ({ commitment, opening }) => ({ commitment, opening: { ...opening, root: flipped(opening.root) } }),
    ({ commitment, opening }) => ({ commitment: flipped(commitment), opening }),
    ({ commitment, opening }) => ({ commitment, opening: { ...opening, side: opening.side === 'input' ? 'output' : 'input' } }),
    ({ commitment, opening }) => ({ commitment, opening: { ...opening, leaves: opening.leaves + 1 } }),
    ({ commitment, opening }) =>
      opening.leaves === 1 ? null : { commitment, opening: { ...opening, index: (opening.index + 1) % opening.leaves } },
    ({ commitment, opening }) => ({ commitment, opening: { ...opening, index: opening.index + opening.leaves } }),
    ({ commitment, opening }) => ({ commitment, opening: { ...opening, proof: [...opening.proof, opening.root] } }),
    ({ commitment, opening }) =>
      opening.proof.length === 0 ? null : { commitment, opening: { ...opening, proof: opening.proof.slice(1) } },
    ({ commitment, opening }) => ({ commitment, opening: { ...opening, leaf: `${opening.leaf}00` } }),
    ({ commitment, opening }) => ({ commitment, opening: { ...opening, leaf: opening.leaf.slice(0, -2) as Hex } }),
    ({ commitment, opening }) => ({ commitment, opening: { ...opening, leaf: '0x' } }),
    ({ commitment, opening: { proof, ...opening } }) => {
      const [sibling] = proof
      return sibling === undefined
        ? null
        : {
            commitment,
            opening: { ...opening, leaf: `${opening.leaf}${sibling.slice(2)}`, index: opening.index >> 1, proof: proof.slice(1) },
          }
    },
  ]
  for (let i = 0; i < 12; i++) {
    const one = randomCase()
    expect(await verdicts(one.commitment, one.opening)).toEqual(['accepted', 'accepted'])
    for (const [which, change] of changes.entries()) {
      const changed = change(one)
      if (changed !== null) expect(await verdicts(changed.commitment, changed.opening), `change ${which}`).toEqual(['refused', 'refused'])
    }
  }
})

type OpenedInSolidity = { tensorIndex: number; first: number; shape: readonly number[]; block: Omit<Tensor, 'data'> & { data: Hex } }
