import { Duplex, PassThrough } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openWorkerChannel } from './worker-channel.ts'

const messageBytesMax = 4096

/** What a server hears of these pieces. */
function heard(pieces: readonly Uint8Array[]): { messages: (object | null)[]; broken: number } {
  const socket = new PassThrough()
  const outcome = { messages: [] as (object | null)[], broken: 0 }
  const onMessage = (message: object | null) => void outcome.messages.push(message)
  openWorkerChannel({ socket, messageBytesMax, onMessage, onBroken: () => outcome.broken++ })
  for (const piece of pieces) socket.emit('data', Buffer.from(piece))
  return outcome
}

/** As it is sent. */
function sent(message: object): Buffer {
  const written: Buffer[] = []
  const socket = new Duplex({ read() {}, write: (bytes, _, done) => done(void written.push(bytes)) })
  openWorkerChannel({ socket, messageBytesMax, onMessage() {}, onBroken() {} }).send(message)
  return Buffer.concat(written)
}

const message = fc.record({ type: fc.string({ maxLength: 8 }), id: fc.nat(), data: fc.uint8Array({ maxLength: 64 }) })

test('messages arrive whole and in order, however they are cut', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 4 }), fc.integer({ min: 1, max: 40 }), (messages, step) => {
      const bytes = Buffer.concat(messages.map(sent))
      const pieces = Array.from({ length: Math.ceil(bytes.length / step) }, (_, i) => bytes.subarray(i * step, (i + 1) * step))
      const { messages: received, broken } = heard(pieces)
      expect(received.map((one) => ({ ...one, data: Uint8Array.from((one as { data: Uint8Array }).data) }))).toEqual(
        messages.map((one) => ({ ...one })),
      )
      expect(broken).toBe(0)
    }),
  )
})

test('whatever else comes throws nothing, and breaks the channel at most once', () => {
  const altered = fc.tuple(message, fc.nat(), fc.nat({ max: 255 })).map(([one, at, byte]) => {
    const bytes = sent(one)
    bytes[at % bytes.length] = byte
    return bytes
  })
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.uint8Array({ maxLength: 80 }), altered), { maxLength: 5 }), (pieces) => {
      expect(heard(pieces).broken).toBeLessThanOrEqual(1)
    }),
    { numRuns: 2_000 },
  )
})

test('a message that is longer than any may be is not waited for', () => {
  expect(heard([Uint8Array.of(0, 0, 0x10, 1)])).toEqual({ messages: [], broken: 1 })
})
