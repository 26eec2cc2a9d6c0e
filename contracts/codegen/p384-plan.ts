/**
 * Looks for a cheaper evaluation plan of a block and prints it for `p384-plans.ts`.
 *
 *     node --import tsx p384-plan.ts doubling 100000 7      # block, iterations, seed
 *
 * Simulated annealing: move one value in the order, swap the operands of one operation, or change where one value is put;
 * keep the change when it is cheaper, and sometimes when it is not. Plans that reach too deep are priced, not excluded.
 */

import { type BlockName, blockOf } from './p384.ts'
import { type Block, compileBlock, type Expression, type Plan, shapeOf } from './p384-block.ts'
import { planOf } from './p384-plans.ts'

const [name = 'doubling', iterations = '20000', seed = '1'] = process.argv.slice(2)
const block = blockOf(name as BlockName)
const before = planOf(name)
const plan = search(block, before, Number(iterations), Number(seed))
const bits = (flags: readonly boolean[]) => flags.map((flag) => (flag ? '1' : '0')).join('')
console.log(`${name}: ${compileBlock(block, before).gas} -> ${compileBlock(block, plan).gas} gas`)
console.log(`  order: '${plan.order.join(' ')}',\n  flips: '${bits(plan.flips)}',\n  buries: '${bits(plan.buries)}',`)

function search(block: Block, start: Plan, iterations: number, seed: number): Plan {
  const random = generator(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  const needs = dependencies(block)
  const costOf = (plan: Plan) => compileBlock(block, plan, 60).gas

  let current = start
  let cost = costOf(start)
  let best = { plan: start, cost }
  for (let i = 0; i < iterations; i++) {
    const order = [...current.order]
    const flips = [...current.flips]
    const buries = [...current.buries]
    const choice = random()
    if (choice < 0.5) {
      const from = below(order.length)
      const span = random() < 0.7 ? 4 : order.length
      const to = Math.min(order.length - 1, Math.max(0, from + below(2 * span + 1) - span))
      order.splice(to, 0, ...order.splice(from, 1))
      const position = new Map(order.map((value, at) => [value, at]))
      if (order.some((value, at) => needs[value]?.some((need) => (position.get(need) ?? 0) > at))) continue
    } else if (choice < 0.85) {
      const at = below(flips.length)
      flips[at] = !flips[at]
    } else {
      const at = below(buries.length)
      buries[at] = !buries[at]
    }
    const next = { order, flips, buries }
    const nextCost = costOf(next)
    const temperature = 8 * (1 - i / iterations) + 0.3
    if (nextCost > cost && random() >= Math.exp((cost - nextCost) / temperature)) continue
    current = next
    cost = nextCost
    if (cost < best.cost) best = { plan: current, cost }
  }
  return best.plan
}

/** For each shared value the shared values it is computed from. */
function dependencies(block: Block): number[][] {
  const { shared } = shapeOf(block)
  const places = new Map(shared.map((node, place) => [node, place]))
  const collect = (node: Expression): number[] =>
    node.args.flatMap((arg) => {
      const place = places.get(arg)
      return place === undefined ? collect(arg) : [place]
    })
  return shared.map(collect)
}

/** xorshift: the same numbers for the same seed, everywhere. */
function generator(seed: number): () => number {
  let x = seed >>> 0 || 1
  return () => {
    x ^= x << 13
    x >>>= 0
    x ^= x >>> 17
    x ^= x << 5
    x >>>= 0
    return x / 2 ** 32
  }
}
