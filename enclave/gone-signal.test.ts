import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
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

test('a connection that closes after its answer calls nobody', () => {
  const response = responseThat(true)
  const signal = goneSignal(response)
  signal.addEventListener('abort', () => expect.unreachable())
  response.emit('close')
  expect(signal.aborted).toBe(false)
})
