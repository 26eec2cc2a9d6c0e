import type { Plan } from './p384-block.ts'

/**
 * Evaluation plans, found by a random search and good only for gas: {@link compileBlock} checks that the code computes
 * the block whatever the plan. `order` lists the shared values as they are computed; in `flips` and `buries` a 1 is yes.
 */
const plans: Readonly<Record<string, { gas: number; order: string; flips: string; buries: string }>> = {
  doubling: {
    gas: 1076,
    order: '0 11 2 1 8 3 17 18 4 5 12 13 22 9 10 23 24 25 27 6 14 19 15 7 16 20 26 28 21 29 31 30 32 34 33',
    flips: '1010111000100111111001101000001111001010011101111011101100111100100110000011',
    buries: '01011001001001001001110110111000001',
  },
  opposite: {
    gas: 214,
    order: '0 1 2',
    flips: '10010110011110101',
    buries: '000',
  },
  loadX: {
    gas: 238,
    order: '0 2 1 3 5 4 6',
    flips: '101010111001101000',
    buries: '1111100',
  },
  loadY: {
    gas: 196,
    order: '0 2 1 3 5 4',
    flips: '110110101001001',
    buries: '011111',
  },
  curveEquation: {
    gas: 684,
    order: '6 2 14 0 1 7 15 3 13 4 8 5 17 9 11 10 12 16 18',
    flips: '101001111011111101011110010101100010100101111101000',
    buries: '0000000000000000000',
  },
  doubleAndAddSecond: {
    gas: 946,
    order: '0 1 5 2 10 6 7 3 13 11 4 16 14 17 18 19 8 21 9 12 15 20 22 23 25 24 26 28 27',
    flips: '111111011110110000111111000011101011111110111111110100100000110010010',
    buries: '01010111110100111101000000001',
  },
  addition: {
    gas: 927,
    order: '12 0 1 5 2 13 10 6 15 16 7 11 17 20 22 8 3 4 21 18 9 14 23 19 25 24 26 27 29 28 30 32 31',
    flips: '11110101101000101111001100001011101111110111111000100100010101',
    buries: '011011101101010001010111000000000',
  },
  doubleAndAddFirst: {
    gas: 661,
    order: '0 1 4 5 15 9 2 6 11 19 10 16 3 14 17 20 21 7 22 24 23 8 12 13 18',
    flips: '101010010001011111000101101010111001101101001',
    buries: '0111111100011000000000110',
  },
}

export function planOf(name: string): Plan {
  const plan = plans[name]
  if (plan === undefined) throw new RangeError(`no plan for ${name}`)
  const bits = (text: string) => [...text].map((bit) => bit === '1')
  return { order: plan.order.split(' ').map(Number), flips: bits(plan.flips), buries: bits(plan.buries) }
}
