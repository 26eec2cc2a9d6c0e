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

test('those who reserve wait in order, and whoever takes without waiting comes after them', () => {
  let now = 0
  const limit = createRateLimit({ perSecond: 2, burst: 1, monotonicMs: () => now })
  expect([limit.reserveMs(), limit.reserveMs(), limit.reserveMs()]).toEqual([0, 500, 1000])
  now += 1000
  expect(limit.take()).toBe(false)
  now += 500
  expect(limit.take()).toBe(true)
})
