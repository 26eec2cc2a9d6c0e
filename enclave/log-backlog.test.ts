import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLogBacklog } from './log-backlog.ts'

test('gives back what was put in, whatever is dropped and however long the lines are', () => {
  const step = fc.oneof(
    fc.record({ push: fc.string({ unit: 'grapheme', maxLength: 90 }).filter((line) => !line.includes('\n')) }),
    fc.record({ drop: fc.nat(5) }),
    fc.record({ read: fc.nat(9), count: fc.nat(9) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const backlog = createLogBacklog(100)
      const lines: string[] = []
      let first = 0
      for (const one of steps) {
        if ('push' in one) {
          const line = one.push.toWellFormed()
          backlog.push(line)
          lines.push(line)
        } else if ('drop' in one) {
          first = Math.min(first + one.drop, lines.length)
          backlog.dropBefore(first)
        } else {
          const from = Math.min(first + one.read, lines.length)
          const expected = lines.slice(from, from + one.count).map((line) => `${line}\n`)
          expect(Buffer.from(backlog.page(from, one.count)).toString()).toBe(expected.join(''))
        }
        expect([backlog.first(), backlog.length()]).toEqual([first, lines.length - first])
      }
    }),
    { numRuns: 200 },
  )
})
