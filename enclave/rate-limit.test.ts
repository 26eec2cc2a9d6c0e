import { expect, test } from 'vitest'
import { createRateLimit } from './rate-limit.ts'

test('a burst, then so many per second', () => {
  let now = 0
  const limit = createRateLimit({ perSecond: 2, burst: 3, monotonicMs: () => now })
  const takes = (count: number) => Array.from({ length: count }, () => limit.take())
  expect(takes(4)).toEqual([true, true, true, false])
  now += 499
  expect(limit.take()).toBe(false)
  now += 501
  expect(takes(3)).toEqual([true, true, false])
  now += 1_000_000
  expect(takes(4)).toEqual([true, true, true, false])
})
