import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { defaultLimits } from './limits.ts'
import { createBodyReader } from './request-body.ts'

const limits = { ...defaultLimits, bodyBytesMax: 100, bodyBytesFree: 10, bodiesBytesMax: 50 }

/** A request whose bytes a test sends, and the response whose end it decides. */
function exchange(headers: { [name: string]: string } = {}) {
  const request = Object.assign(new PassThrough(), { headers })
  const response = new EventEmitter()
  return { request, response, args: [request as unknown as IncomingMessage, response as unknown as ServerResponse] as const }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('request bodies', () => {
  test('come whole, in one piece or in many', async () => {
    const reader = createBodyReader(limits)
    for (const parts of [['abc'], ['a', 'b', 'c'], []]) {
      const { request, args } = exchange()
      const body = reader.read(...args)
      for (const part of parts) request.write(part)
      request.end()
      expect((await body).toString()).toBe(parts.join(''))
    }
  })

  test('count until the response is closed', async () => {
    const reader = createBodyReader(limits)
    const { request, response, args } = exchange()
    const body = reader.read(...args)
    request.end(Buffer.alloc(30))
    await body
    expect(reader.heldBytes()).toBe(20)
    response.emit('close')
    expect(reader.heldBytes()).toBe(0)
  })

  test('one that is too large is refused while it comes', async () => {
    const { request, args } = exchange()
    const reader = createBodyReader({ ...limits, bodiesBytesMax: 1000 })
    const body = reader.read(...args)
    request.write(Buffer.alloc(101))
    await expect(body).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
    expect(reader.heldBytes()).toBe(0)
  })

  test('one that says it is too large is refused before it comes', async () => {
    const { args } = exchange({ 'content-length': '101' })
    await expect(createBodyReader(limits).read(...args)).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
  })

  test('together they are bounded; small ones go on', async () => {
    const reader = createBodyReader(limits)
    const large = exchange()
    const first = reader.read(...large.args)
    large.request.end(Buffer.alloc(60))
    await first

    const refused = exchange()
    const second = reader.read(...refused.args)
    refused.request.write(Buffer.alloc(11))
    await expect(second).rejects.toMatchObject({ code: 'ENCLAVE_OVERLOADED', retryAfterSeconds: 1 })

    const small = exchange()
    const third = reader.read(...small.args)
    small.request.end(Buffer.alloc(10))
    expect((await third).length).toBe(10)

    large.response.emit('close')
    const later = exchange()
    const fourth = reader.read(...later.args)
    later.request.end(Buffer.alloc(60))
    expect((await fourth).length).toBe(60)
  })

  test('announcing much and sending nothing holds nothing', async () => {
    const reader = createBodyReader(limits)
    for (let i = 0; i < 10; i++) reader.read(...exchange({ 'content-length': '100' }).args).catch(() => {})
    await turn()
    expect(reader.heldBytes()).toBe(0)
  })

  test('answers count too, until they are sent: one who asks for much and reads nothing fills the sum, and small answers go on', async () => {
    const reader = createBodyReader(limits)
    const [slow, other] = [exchange(), exchange()]
    reader.holdAnswer(60, slow.args[1])
    expect(reader.heldBytes()).toBe(50)
    expect(() => reader.holdAnswer(11, other.args[1])).toThrowError(
      expect.objectContaining({ code: 'ENCLAVE_OVERLOADED', retryAfterSeconds: 1 }),
    )
    reader.holdAnswer(10, other.args[1])
    slow.response.emit('close')
    other.response.emit('close')
    expect(reader.heldBytes()).toBe(0)
    reader.holdAnswer(60, exchange().args[1])
  })

  test('a client that goes away holds nothing', async () => {
    const reader = createBodyReader(limits)
    const { request, response, args } = exchange()
    const body = reader.read(...args)
    request.write(Buffer.alloc(40))
    await turn()
    expect(reader.heldBytes()).toBe(30)
    response.emit('close')
    await expect(body).rejects.toMatchObject({ code: 'CLIENT_GONE' })
    expect(reader.heldBytes()).toBe(0)
  })
})
