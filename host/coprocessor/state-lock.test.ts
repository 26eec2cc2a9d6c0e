import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fastify } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { holdState, isAnswering, socketPath } from './state-lock.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'nacre-state-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const get = (path: string) =>
  new Promise<{ status: number; body: { code?: string; here?: boolean } }>((resolve, reject) => {
    const outgoing = request({ socketPath: socketPath(directory), path }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) }))
    })
    outgoing.once('error', reject)
    outgoing.end()
  })

test('a directory belongs to one at a time, and to the next one afterwards', async () => {
  const hold = await holdState(directory)
  await expect(holdState(directory)).rejects.toMatchObject({ code: 'STATE_IN_USE' })
  // Nothing of the holder's was taken away by the attempt.
  expect(await isAnswering(socketPath(directory))).toBe(true)
  await hold.release()
  expect(await isAnswering(socketPath(directory))).toBe(false)
  await (await holdState(directory)).release()
})

test('the socket says that the relayer is starting, and then answers as it does', async () => {
  const hold = await holdState(directory)
  expect(await get('/v1/status')).toMatchObject({ status: 503, body: { code: 'STARTING' } })
  const app = fastify()
  app.get('/v1/status', () => ({ here: true }))
  await hold.serve(app as never)
  expect(await get('/v1/status')).toMatchObject({ status: 200, body: { here: true } })
  await hold.release()
})

// A process that is killed leaves its socket file behind, and nobody listens on it.
test('what a killed process left behind is in nobody’s way, also when two find it at once', async () => {
  const script = `require('node:http').createServer().listen(${JSON.stringify(socketPath(directory))}, () => console.log('up'))`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
  expect(existsSync(socketPath(directory))).toBe(true)
  const outcomes = await Promise.allSettled([holdState(directory), holdState(directory)])
  const held = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  expect(held).toHaveLength(1)
  expect(await isAnswering(socketPath(directory))).toBe(true)
  await Promise.all(held.map((hold) => hold.release()))
})

test('a path that no socket fits into is refused with its length', () => {
  expect(() => socketPath(join(directory, 'x'.repeat(100)))).toThrow(
    expect.objectContaining({ code: 'STATE_PATH_TOO_LONG', expected: 'at most 103 bytes' }),
  )
})
