import { afterAll, beforeAll, expect, test } from 'vitest'
import { soakLog } from './log-soak.ts'
import { type ShippedModel, type System, shippedModel, startSystem } from './system.ts'

let system: System
let digits: ShippedModel

beforeAll(async () => {
  digits = await shippedModel('digits')
  system = await startSystem()
})
afterAll(async () => system?.stop())

// `npm run soak:log` does the same with ten thousand receipts.
test('answers under load, the host killed and its tiles cut short: what is on disk is always whole, and in the end nothing is missing', async () => {
  let state = 1
  const random = () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
  const result = await soakLog({ system, model: digits, receipts: 700, kills: 4, connections: 8, random })
  expect(result.receipts).toBe(700)
  expect(result.heads).toEqual([...result.heads].sort((a, b) => a - b))
  expect(result.signed).toBeGreaterThan(0)
  expect(result.placed).toBeGreaterThan(0)
})
