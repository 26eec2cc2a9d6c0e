import { EventEmitter } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, Socket } from 'node:net'
import { expect, test } from 'vitest'
import { goneSignal } from './gone-signal.ts'

const responseThat = (writableFinished: boolean) => Object.assign(new EventEmitter(), { writableFinished }) as unknown as ServerResponse

test('a connection that closes before its answer is written calls whoever listens, once', () => {
  const response = responseThat(false)
  const signal = goneSignal(response)
  const called: string[] = []
  const left = () => called.push('left')
  signal.addEventListener('abort', () => called.push('stayed'))
  signal.addEventListener('abort', left)
  signal.removeEventListener('abort', left)
  expect(signal.aborted).toBe(false)
  response.emit('close')
  response.emit('close')
  expect(signal.aborted).toBe(true)
  expect(called).toEqual(['stayed'])
})

// The attack: a client that sends its request and leaves at once, again and again, each time on another connection: nothing would end its runs.
test('a connection that was closed before anybody looked calls whoever asks', async () => {
  const aborted = await new Promise<boolean>((resolve) => {
    const server = createServer((request, response) => {
      request.resume()
      response.once('close', () => setImmediate(() => resolve(goneSignal(response).aborted)))
      client.destroy()
    })
    const client = new Socket().on('error', () => undefined)
    server.listen(0, '127.0.0.1', () => {
      client.connect((server.address() as AddressInfo).port, '127.0.0.1', () => client.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'))
      client.once('close', () => server.close())
    })
  })
  expect(aborted).toBe(true)
})

test('a connection that closes after its answer calls nobody', () => {
  const response = responseThat(true)
  const signal = goneSignal(response)
  signal.addEventListener('abort', () => expect.unreachable())
  response.emit('close')
  expect(signal.aborted).toBe(false)
})
