import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from './database.ts'
import { openQueue } from './queue.ts'
import { requestsOf } from './requests.ts'
import { readStatus } from './status.ts'
import { subscriptionsOf } from './subscriptions.ts'
import { TestChain, testDatabase, testOperator, testRequest, testSite } from './test-support.ts'
import { createWatcher } from './watcher.ts'

let database: Database
let stop: () => Promise<void>

beforeAll(async () => {
  ;({ database, stop } = await testDatabase())
  // So that there is a cursor for the status.
  await createWatcher({
    database,
    requests: requestsOf(database, testSite),
    subscriptions: subscriptionsOf(database, testSite),
    chain: new TestChain().reader(),
    operators: [testOperator],
    startBlock: 0n,
    confirmations: 0,
  }).pass()
})
afterAll(() => stop())

const open = (attemptsMax = 8) =>
  openQueue({
    database,
    site: testSite,
    attemptsMax,
    onError: (error) => {
      throw error
    },
  })

test('one job for a request, however often it is dispatched; another once it is due again', async () => {
  const requests = requestsOf(database, testSite)
  const request = await testRequest(1)
  await requests.see(database, request)
  const queue = await open()
  expect(await Promise.all([queue.dispatch(), queue.dispatch()])).toEqual([1, 0])
  const [job, ...others] = await queue.fetch(10)
  expect([job?.requestId, others]).toEqual([request.requestId, []])
  if (job === undefined) throw new Error('no job')
  await queue.complete(job, (executor) =>
    requests.conclude(executor, job.requestId, job.id, {
      progress: 'waiting',
      reason: { code: 'KEY_NOT_ACTIVE', message: 'not yet' },
      delayMs: 3_600_000,
    }),
  )
  expect(await queue.dispatch()).toBe(0)
  expect(await requests.list(1)).toMatchObject([{ progress: 'waiting', reason: { code: 'KEY_NOT_ACTIVE' } }])
  expect(await requests.reopen(request.requestId, { code: 'RETRY_ASKED', message: 'again' })).toBe(true)
  expect(await queue.dispatch()).toBe(1)
  await queue.stop()
})

test('a job that its relayer was killed over is there again for the next one', async () => {
  const first = await open()
  const [lost] = await first.fetch(1)
  expect(lost).toBeDefined()
  await first.stop()
  const next = await open()
  await database.query(`update nacre_relay_queue.job set start_after = now() - interval '1 second'`)
  expect(await next.fetch(1)).toEqual([lost])
  await next.stop()
})

test('a request whose attempts all fail is dead, says why, and can be asked for again', async () => {
  const requests = requestsOf(database, testSite)
  const request = await testRequest(2)
  await requests.see(database, request)
  const queue = await open(1)
  await queue.dispatch()
  const [job] = await queue.fetch(10)
  if (job === undefined) throw new Error('no job')
  await queue.fail(job, 'The contract would refuse the answer: Odd')
  expect(await queue.dispatch()).toBe(0)
  const [site] = await readStatus(database, 10)
  expect(site?.requests.dead).toBe(1)
  expect(site?.open[0]).toMatchObject({
    requestId: request.requestId,
    progress: 'dead',
    reason: { code: 'ATTEMPTS_FAILED', message: expect.stringContaining('Odd') },
  })
  expect(await requests.reopen(request.requestId, { code: 'RETRY_ASKED', message: 'again' })).toBe(true)
  expect(await queue.dispatch()).toBe(1)
  await queue.stop()
})

test('a request whose job is nowhere is dispatched anew', async () => {
  const requests = requestsOf(database, testSite)
  const request = await testRequest(3)
  await requests.see(database, request)
  await database.query(`update nacre_relay.request set job_id = gen_random_uuid(), progress = 'queued' where request_id = $1`, [
    request.requestId,
  ])
  const queue = await open()
  expect(await queue.dispatch()).toBe(1)
  await queue.stop()
})
