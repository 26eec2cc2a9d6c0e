import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expOf, randomNumbers, sampleToken } from './sampling.ts'

test('random numbers are SplitMix64', () => {
  // The reference implementation's first outputs for the seed 1234567 (Vigna, splitmix64.c; Rosetta Code).
  const expected = [6457827717110365317n, 3203168211198807973n, 9817491932198370423n, 4593380528125082431n, 16408922859458223821n]
  const random = randomNumbers(1234567)
  for (const value of expected) expect(random()).toBe(Number(value >> 11n) * 2 ** -53)
})

test('seeds of either sign, and numbers in [0, 1)', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (seed) => {
      const random = randomNumbers(seed)
      for (let i = 0; i < 5; i++) {
        const value = random()
        expect(value >= 0 && value < 1).toBe(true)
      }
    }),
  )
  expect(randomNumbers(-1)()).not.toBe(randomNumbers(1)())
})

test('the exponential is that of mathematics to 2 ULP, and 0 far down', () => {
  fc.assert(
    fc.property(fc.double({ min: -700, max: 0, noNaN: true }), (x) => {
      const exact = Math.exp(x)
      expect(Math.abs(expOf(x) - exact)).toBeLessThanOrEqual(exact * 2 ** -51)
    }),
    { numRuns: 1000 },
  )
  expect(expOf(0)).toBe(1)
  for (const x of [-701, Number.NEGATIVE_INFINITY, Number.NaN]) expect(expOf(x)).toBe(0)
})

test('without temperature the largest logit, of equal ones the first', () => {
  const never = () => {
    throw new Error('no number is drawn')
  }
  expect(sampleToken(Float32Array.of(1, 3, 3, 2), 0, 1000, never)).toBe(1)
  expect(sampleToken(Float32Array.of(Number.NaN, -5, Number.NEGATIVE_INFINITY), 0, 1000, never)).toBe(1)
})

test('tokens come as often as the temperature says', () => {
  const logits = Float32Array.of(0, Math.log(2), Math.log(5), Number.NEGATIVE_INFINITY)
  for (const [temperature, weights] of [
    [1000, [1, 2, 5]],
    [500, [1, 4, 25]],
    [2000, [1, Math.SQRT2, Math.sqrt(5)]],
  ] as const) {
    const random = randomNumbers(temperature)
    const counts = [0, 0, 0, 0]
    for (let i = 0; i < 20_000; i++) (counts[sampleToken(logits, temperature, 1000, random)] as number)++
    const sum = weights.reduce((total: number, weight) => total + weight, 0)
    for (const [id, weight] of weights.entries()) expect(Math.abs((counts[id] as number) / 20_000 - weight / sum)).toBeLessThan(0.02)
    expect(counts[3]).toBe(0)
  }
})

test('with top_p only the likeliest that have the share together', () => {
  const logits = Float32Array.of(Math.log(1), Math.log(4), Math.log(4), Math.log(1))
  const drawn = (topP: number) => {
    const random = randomNumbers(topP)
    return [...new Set(Array.from({ length: 500 }, () => sampleToken(logits, 1000, topP, random)))].sort()
  }
  expect(drawn(1)).toEqual([1])
  expect(drawn(390)).toEqual([1])
  expect(drawn(700)).toEqual([1, 2])
  expect(drawn(850)).toEqual([0, 1, 2])
  expect(drawn(1000)).toEqual([0, 1, 2, 3])
})
