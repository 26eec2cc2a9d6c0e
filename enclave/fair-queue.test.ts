import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFairQueue } from './fair-queue.ts'

const client = (name: string) => ({ name })

test('clients with one request each are served in the order of arrival', () => {
  const queue = createFairQueue<number>()
  for (let i = 0; i < 5; i++) queue.add(i, client(String(i)), 9)
  expect(queue.take(2)).toEqual([0, 1])
  queue.add(5, client('5'), 9)
  expect(queue.take(9)).toEqual([2, 3, 4, 5])
})

// The attack: many requests at once from one client, before anybody else's.
test('one client with many requests neither keeps others waiting nor fills the queue for them', () => {
  const queue = createFairQueue<string>()
  const [greedy, modest, late] = ['greedy', 'modest', 'late'].map(client) as [object, object, object]
  for (let i = 0; i < 6; i++) expect(queue.add(`greedy ${i}`, greedy, 6)).toBeUndefined()
  expect(queue.add('greedy 6', greedy, 6)).toBe('greedy 6')
  expect(queue.add('modest 0', modest, 6)).toBe('greedy 5')
  expect(queue.take(3)).toEqual(['greedy 0', 'modest 0', 'greedy 1'])
  // Nobody saves up turns by having stayed away.
  for (let i = 0; i < 3; i++) queue.add(`late ${i}`, late, 9)
  expect(queue.take(9)).toEqual(['late 0', 'greedy 2', 'late 1', 'greedy 3', 'late 2', 'greedy 4'])
})

test('whatever comes and goes: nobody is lost, nobody is served twice, and each client keeps its own order', () => {
  const step = fc.oneof(fc.record({ add: fc.nat(3) }), fc.record({ take: fc.nat(4) }), fc.record({ remove: fc.nat(9) }))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const queue = createFairQueue<{ of: number; number: number }>()
      const clients = [0, 1, 2, 3].map((name) => client(String(name)))
      const inside = new Set<object>()
      const served = [0, 0, 0, 0]
      let number = 0
      for (const one of steps) {
        if ('add' in one) {
          const job = { of: one.add, number: ++number }
          inside.add(job)
          const gaveWay = queue.add(job, clients[one.add] as object, 8)
          if (gaveWay !== undefined) inside.delete(gaveWay)
        } else if ('remove' in one) {
          const job = queue.waiting()[one.remove]
          if (job !== undefined) inside.delete(job)
          expect(job === undefined || queue.remove(job)).toBe(true)
        } else {
          for (const job of queue.take(one.take)) {
            expect(inside.delete(job)).toBe(true)
            expect(job.number).toBeGreaterThan(served[job.of] as number)
            served[job.of] = job.number
          }
        }
        expect(new Set(queue.waiting())).toEqual(inside)
        expect(queue.length).toBeLessThanOrEqual(8)
      }
    }),
    { numRuns: 150 },
  )
})
