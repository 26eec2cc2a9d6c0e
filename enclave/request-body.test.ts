import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { defaultLimits } from './limits.ts'
import { type BodyReader, createBodyReader } from './request-body.ts'

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

describe('the memory of large bodies', () => {
  const limits = { ...defaultLimits, bodyBytesFree: 10, bodyMemoryBytes: 128 }
  const announced = (bytes: number) => exchange({ 'content-length': String(bytes) })
  /** Sends so many of one byte, in two pieces. */
  async function send(reader: BodyReader, value: number, bytes = 100, lent = true) {
    const { request, response, args } = announced(bytes)
    const body = reader.read(...args, lent)
    request.write(Buffer.alloc(40, value))
    request.end(Buffer.alloc(bytes - 40, value))
    return { body: await body, end: () => response.emit('close'), response: args[1] }
  }
  const isOnly = (body: Buffer, value: number) => body.every((byte) => byte === value)

  test('is the same for one after another', async () => {
    const reader = createBodyReader(limits)
    const first = await send(reader, 1)
    first.end()
    const second = await send(reader, 2)
    expect([second.body.buffer === first.body.buffer, second.body.byteOffset]).toEqual([true, first.body.byteOffset])
    expect([second.body.length, isOnly(second.body, 2)]).toEqual([100, true])
  })

  test('is nobody else’s before the response is closed, and what finds no room has memory of its own', async () => {
    const reader = createBodyReader(limits)
    const [first, second] = [await send(reader, 1), await send(reader, 2)]
    expect([isOnly(first.body, 1), isOnly(second.body, 2), second.body.buffer === first.body.buffer]).toEqual([true, true, false])
  })

  test('is nobody else’s while a request runs whose client went away', async () => {
    const reader = createBodyReader(limits)
    const first = await send(reader, 1)
    let finish = () => {}
    const work = reader.use(first.response, () => new Promise<void>((resolve) => (finish = resolve)))
    first.end()
    const second = await send(reader, 2)
    expect([isOnly(first.body, 1), isOnly(second.body, 2), second.body.buffer === first.body.buffer]).toEqual([true, true, false])
    finish()
    await work
    expect((await send(reader, 3)).body.byteOffset).toBe(first.body.byteOffset)
  })

  test('is not looked at by a request that begins after its client went away', async () => {
    const reader = createBodyReader(limits)
    const { response, end } = await send(reader, 1)
    end()
    await expect(reader.use(response, () => expect.fail('ran'))).rejects.toMatchObject({ code: 'CLIENT_GONE' })
  })

  test('is free again after work that failed, and after a client that left in the middle of its body', async () => {
    const reader = createBodyReader(limits)
    const first = await send(reader, 1)
    await expect(reader.use(first.response, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
    first.end()
    const { request, response, args } = announced(100)
    const body = reader.read(...args, true)
    request.write(Buffer.alloc(40))
    await turn()
    response.emit('close')
    await expect(body).rejects.toMatchObject({ code: 'CLIENT_GONE' })
    // What it still sends lies nowhere that is somebody else's.
    const next = await send(reader, 3)
    request.write(Buffer.alloc(40, 9))
    await turn()
    expect([next.body.byteOffset === first.body.byteOffset, isOnly(next.body, 3)]).toEqual([true, true])
  })

  test('is not for those who keep their bodies, for small ones, nor for those of no known length', async () => {
    const reader = createBodyReader(limits)
    const lent = (await send(reader, 1)).body.buffer
    expect((await send(createBodyReader(limits), 1, 100, false)).body.byteLength).toBe(100)
    for (const [bytes, isLent] of [
      [100, false],
      [60, true],
    ] as const) {
      const { request, args } = isLent ? exchange() : announced(bytes)
      const body = reader.read(...args, isLent)
      request.write(Buffer.alloc(bytes - 1))
      request.end(Buffer.alloc(1))
      expect((await body).buffer === lent).toBe(false)
    }
    expect(await reader.use({} as ServerResponse, async () => 'work')).toBe('work')
  })
})
