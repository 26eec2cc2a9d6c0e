import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { closeQueuedResponses } from './queued-responses.ts'

const cleanUp: (() => void)[] = []
afterEach(() => {
  for (const end of cleanUp.splice(0)) end()
})

/** A client that sends so many requests at once, and the responses of a server that answers none of them. */
async function pipelined(count: number): Promise<{ client: Socket; responses: ServerResponse[]; closed: number[] }> {
  const responses: ServerResponse[] = []
  const closed: number[] = []
  const server = createServer((_, response) => {
    const index = responses.push(response) - 1
    response.on('close', () => closed.push(index))
  })
  closeQueuedResponses(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {})
  client.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(count))
  cleanUp.push(
    () => client.destroy(),
    () => server.close(),
  )
  await expect.poll(() => responses.length).toBe(count)
  return { client, responses, closed }
}

test('a client that leaves closes every response of its connection, once', async () => {
  const { client, responses, closed } = await pipelined(20)
  client.destroy()
  await expect.poll(() => [...closed].sort((a, b) => a - b)).toEqual(responses.map((_, index) => index))
  expect(responses.every(({ destroyed }) => destroyed)).toBe(true)
  // Whoever was still at work on an answer may end it: nothing comes of it.
  for (const response of responses) response.end('late')
  await new Promise((resolve) => setImmediate(resolve))
  expect(closed.length).toBe(20)
})

test('those that have their turn are closed by it, once, and the others stay open', async () => {
  const { client, responses, closed } = await pipelined(3)
  let answered = ''
  client.on('data', (bytes) => (answered += bytes))
  responses[0]?.end('one')
  await expect.poll(() => closed).toEqual([0])
  expect(answered).toContain('one')
  expect(responses[1]?.socket).not.toBe(null)
  client.destroy()
  await expect.poll(() => [...closed].sort()).toEqual([0, 1, 2])
})
