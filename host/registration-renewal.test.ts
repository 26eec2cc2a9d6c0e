import { expect, it } from 'vitest'
import { keepRegistered } from './registration-renewal.ts'

const [hourMs, dayMs] = [3_600_000, 86_400_000]

function start({ untilMs = 7 * dayMs, failing = () => false }: { untilMs?: number; failing?: () => boolean } = {}) {
  const world = { nowMs: 0, untilMs, renewed: [] as number[], failures: [] as string[] }
  let next: { atMs: number; task: () => unknown } | null = null
  const keeper = keepRegistered({
    registeredUntilMs: async () => world.untilMs,
    renew: async () => {
      if (failing()) throw new Error('no chain')
      world.untilMs = world.nowMs + 7 * dayMs
      return world.untilMs
    },
    nowMs: () => world.nowMs,
    after: (delayMs, task) => {
      next = { atMs: world.nowMs + delayMs, task }
      return () => {
        next = null
      }
    },
    onRenewed: () => world.renewed.push(world.nowMs),
    onFailed: ({ message }) => world.failures.push(message),
  })
  const runUntil = async (endMs: number) => {
    while (next !== null && next.atMs <= endMs) {
      const { atMs, task } = next
      world.nowMs = atMs
      next = null
      await task()
    }
    world.nowMs = endMs
  }
  return { world, keeper, runUntil }
}

it('renews a day before the end, again and again, so that the key is never off the record', async () => {
  const { world, runUntil } = start()
  await runUntil(6 * dayMs - hourMs)
  expect(world.renewed).toEqual([])
  for (let day = 6; day <= 30; day++) {
    await runUntil(day * dayMs)
    expect(world.untilMs).toBeGreaterThan(world.nowMs)
  }
  expect(world.renewed).toEqual([6, 12, 18, 24, 30].map((day) => day * dayMs))
})

it('goes on after failures, and catches up', async () => {
  const chain = { down: true }
  const { world, runUntil } = start({ failing: () => chain.down })
  await runUntil(6 * dayMs + 3 * hourMs)
  expect(world.failures).toEqual(new Array(4).fill('no chain'))
  chain.down = false
  await runUntil(6 * dayMs + 4 * hourMs)
  expect(world.renewed).toEqual([6 * dayMs + 4 * hourMs])
})

it('follows an enclave that was restarted: its registration is what counts', async () => {
  const { world, runUntil } = start()
  await runUntil(5 * dayMs)
  world.untilMs = 12 * dayMs
  await runUntil(10 * dayMs)
  expect(world.renewed).toEqual([])
})

it('stops, also in the middle of a look', async () => {
  const { world, keeper, runUntil } = start({ untilMs: hourMs })
  keeper.stop()
  await runUntil(30 * dayMs)
  expect(world.renewed).toEqual([])
})
