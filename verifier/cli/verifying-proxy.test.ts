import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { EndpointError } from '../endpoint.ts'
import type { NacreFetch } from '../nacre-fetch.ts'
import { type ProxyLogEntry, startVerifyingProxy, toProblem } from './verifying-proxy.ts'

// The attack: a client that asks for a stream and leaves before it begins, again and again: each time the proxy would keep a connection, and the enclave a run.
test('a client that left before its stream began ends the stream', async () => {
  let cancelled = 0
  let begin = () => {}
  let isAsked = false
  const stream = () =>
    new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(Buffer.alloc(1 << 20)),
      cancel() {
        cancelled++
      },
    })
  const client: NacreFetch = Object.assign(
    async () => {
      isAsked = true
      await new Promise<void>((resolve) => {
        begin = resolve
      })
      return new Response(stream(), { headers: { 'content-type': 'text/event-stream' } })
    },
    { evidenceOf: () => undefined, attested: async () => ({}) as never, close() {} },
  )
  const exchanges: ProxyLogEntry[] = []
  const proxy = await startVerifyingProxy({ client, port: 0, onExchange: (entry) => exchanges.push(entry) })
  const caller = new Socket().connect(proxy.port, '127.0.0.1')
  caller.write('POST /v1/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 2\r\n\r\n{}')
  await expect.poll(() => isAsked).toBe(true)
  caller.destroy()
  await new Promise((resolve) => setTimeout(resolve, 100))
  begin()
  await expect.poll(() => exchanges).toMatchObject([{ code: 'CLIENT_GONE' }])
  expect(cancelled).toBe(1)
  await proxy.close()
})

test('what a client left before there was any of its answer is given up', async () => {
  const asked: AbortSignal[] = []
  const client: NacreFetch = Object.assign(
    (_: unknown, init?: RequestInit) =>
      new Promise<never>((_, reject) => {
        const signal = init?.signal as AbortSignal
        asked.push(signal)
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
    { evidenceOf: () => undefined, attested: async () => ({}) as never, close() {} },
  )
  const exchanges: ProxyLogEntry[] = []
  const proxy = await startVerifyingProxy({ client, port: 0, onExchange: (entry) => exchanges.push(entry) })
  const caller = new Socket().connect(proxy.port, '127.0.0.1')
  caller.write('POST /v2/models/digits/infer HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 2\r\n\r\n{}')
  await expect.poll(() => asked.length, { timeout: 10_000 }).toBe(1)
  expect(asked[0]?.aborted).toBe(false)
  caller.destroy()
  await expect.poll(() => exchanges, { timeout: 10_000 }).toMatchObject([{ status: 499, code: 'CLIENT_GONE' }])
  await proxy.close()
})

test('what the endpoint says it does not have is not there, and is not asked for again; every other refusal is a bad gateway', () => {
  const statusOf = (status: number) => toProblem(new EndpointError('ENDPOINT_REFUSED', 'refused', { status })).status
  expect([404, 400, 429, 503].map(statusOf)).toEqual([404, 502, 502, 502])
})
