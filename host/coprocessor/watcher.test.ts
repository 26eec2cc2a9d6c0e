import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database } from './database.ts'
import { requestsOf } from './requests.ts'
import { forgetEverything, migrate } from './schema.ts'
import { subscriptionsOf } from './subscriptions.ts'
import { fulfilledLog, requestedLog, TestChain, testDatabase, testOperator, testRequest, testSite } from './test-support.ts'
import { createWatcher } from './watcher.ts'

let database: Database
let stop: () => Promise<void>
let chain: TestChain

beforeAll(async () => {
  ;({ database, stop } = await testDatabase())
})
afterAll(() => stop())
beforeEach(async () => {
  await forgetEverything(database)
  await migrate(database)
  chain = new TestChain()
})

const watcherOf = (more: { confirmations?: number; startBlock?: bigint } = {}) =>
  createWatcher({
    database,
    requests: requestsOf(database, testSite),
    subscriptions: subscriptionsOf(database, testSite),
    chain: chain.reader(),
    operators: [testOperator],
    startBlock: 0n,
    confirmations: 0,
    ...more,
  })
const counts = async () =>
  Object.fromEntries(Object.entries(await requestsOf(database, testSite).counts()).filter(([, count]) => count > 0))
const readAll = async (watcher: ReturnType<typeof watcherOf>) => {
  let pass = await watcher.pass()
  while (pass.behind) pass = await watcher.pass()
  return pass
}

test('requests and how they end are read once, however often the window is read again', async () => {
  const [one, two] = [await testRequest(1), await testRequest(2)]
  chain.add(
    0,
    (block) => requestedLog({ ...one, block }),
    (block) => requestedLog({ ...two, block }),
  )
  chain.add(0, (block) => fulfilledLog(one.requestId, block))
  const watcher = watcherOf()
  expect(await readAll(watcher)).toMatchObject({ requests: 2, settlements: 1, readTo: 2n })
  expect(await readAll(watcher)).toMatchObject({ requests: 2, settlements: 0, reorgDepth: 0n })
  expect(await counts()).toEqual({ new: 1, fulfilled: 1 })
  expect(await requestsOf(database, testSite).find(two.requestId)).toMatchObject({
    requestId: two.requestId,
    settlement: null,
    outputNames: ['logits'],
  })
})

test('a block counts once it has its confirmations', async () => {
  const one = await testRequest(1)
  chain.add(0, (block) => requestedLog({ ...one, block }))
  const watcher = watcherOf({ confirmations: 2 })
  await readAll(watcher)
  chain.add(0)
  await readAll(watcher)
  expect(await counts()).toEqual({})
  chain.add(0)
  await readAll(watcher)
  expect(await counts()).toEqual({ new: 1 })
})

test('a reorganisation opens again what it undid, forgets what it removed, and takes back what returns', async () => {
  const [kept, removed] = [await testRequest(1), await testRequest(2)]
  const watcher = watcherOf()
  chain.add(0, (block) => requestedLog({ ...kept, block }))
  await readAll(watcher)
  chain.add(0, (block) => requestedLog({ ...removed, block }))
  chain.add(0, (block) => fulfilledLog(kept.requestId, block))
  await readAll(watcher)
  expect(await counts()).toEqual({ fulfilled: 1, new: 1 })

  chain.blocks.length = 2
  for (let i = 0; i < 3; i++) chain.add(1)
  expect(await readAll(watcher)).toMatchObject({ reorgDepth: 2n, readTo: 4n })
  expect(await counts()).toEqual({ waiting: 1, orphaned: 1 })
  const [open] = await requestsOf(database, testSite).list(10)
  expect(open).toMatchObject({ requestId: kept.requestId, reason: { code: 'REORGANISED' } })

  // The same request again, in another block of another fork; and the answer.
  chain.blocks.length = 3
  chain.add(2, (block) => requestedLog({ ...removed, block }))
  chain.add(2, (block) => fulfilledLog(kept.requestId, block))
  chain.add(2)
  await readAll(watcher)
  expect(await counts()).toEqual({ fulfilled: 1, new: 1 })
})

test('a reorganisation below everything that is remembered begins at the start again', async () => {
  const one = await testRequest(1)
  const watcher = watcherOf()
  chain.add(0)
  chain.add(0, (block) => requestedLog({ ...one, block }))
  await readAll(watcher)
  // A local chain that was started anew.
  chain.blocks = [{ fork: 7, logs: [] }]
  chain.add(7)
  chain.add(7)
  chain.add(7)
  await readAll(watcher)
  expect(await counts()).toEqual({ orphaned: 1 })
})

test('an endpoint that is behind changes nothing', async () => {
  const one = await testRequest(1)
  const watcher = watcherOf()
  chain.add(0, (block) => requestedLog({ ...one, block }))
  chain.add(0, (block) => fulfilledLog(one.requestId, block))
  await readAll(watcher)
  chain.lag = 1
  expect(await readAll(watcher)).toMatchObject({ reorgDepth: 0n, readTo: 2n })
  expect(await counts()).toEqual({ fulfilled: 1 })
})

test('ranges shrink to what the endpoint gives, and a failing endpoint loses nothing', async () => {
  const one = await testRequest(1)
  for (let i = 0; i < 70; i++) chain.add(0)
  chain.add(0, (block) => requestedLog({ ...one, block }))
  chain.rangeMax = 10
  const watcher = watcherOf()
  chain.failures = [new Error('503'), new Error('503')]
  await expect(watcher.pass()).rejects.toThrow('503')
  await expect(watcher.pass()).rejects.toThrow('503')
  expect(await readAll(watcher)).toMatchObject({ readTo: 71n })
  expect(await counts()).toEqual({ new: 1 })
  expect(chain.ranges.some((range) => range > 10n)).toBe(true)
})

test('of two watchers on one database the second to write drops what it read', async () => {
  const one = await testRequest(1)
  chain.add(0, (block) => requestedLog({ ...one, block }))
  const [first, second] = [watcherOf(), watcherOf()]
  const passes = await Promise.all([first.pass(), second.pass()])
  expect(passes.map(({ requests }) => requests).sort()).toEqual([0, 1])
  expect(await counts()).toEqual({ new: 1 })
})

// The attack: an endpoint makes up requests, or changes them.
test('logs that do not belong to their request id, or to the contract, are refused', async () => {
  const [one, two, three] = [await testRequest(1), await testRequest(2), await testRequest(3)]
  chain.add(
    0,
    (block) => requestedLog({ ...one, block, request: { ...one.request, deadlineSeconds: 4_000_000_001n } }),
    (block) => requestedLog({ ...two, block, outputNames: ['other'] }),
    (block) => requestedLog({ ...three, block }, { address: testOperator }),
    (block) => requestedLog({ ...three, block }, { data: '0x1234' }),
  )
  expect(await readAll(watcherOf())).toMatchObject({ requests: 0, refusedLogs: 4 })
  expect(await counts()).toEqual({})
})

// The attack: whoever can write to the database changes a request, to have another input answered or other terms met.
test('a record that was changed is not the request any more', async () => {
  const one = await testRequest(1)
  chain.add(0, (block) => requestedLog({ ...one, block }))
  await readAll(watcherOf())
  const requests = requestsOf(database, testSite)
  const changes = [
    `output_names = '["other"]'`,
    `input = '\\x00'`,
    `encoded = '0x' || repeat('00', 480)`,
    `encoded = 'junk'`,
    `output_names = 'junk'`,
  ]
  for (const change of changes) {
    const before = await database.query<{ encoded: string; output_names: string; input: Uint8Array }>('select * from nacre_relay.request')
    await database.query(`update nacre_relay.request set ${change}`)
    expect(await requests.find(one.requestId), change).toBeNull()
    const [row] = before
    await database.query('update nacre_relay.request set encoded = $1, output_names = $2, input = $3', [
      row?.encoded,
      row?.output_names,
      row?.input,
    ])
  }
  expect(await requests.find(one.requestId)).not.toBeNull()
})

test('what nobody answered in time has expired', async () => {
  const one = await testRequest(1, { deadlineSeconds: 1_700_000_020n })
  chain.add(0, (block) => requestedLog({ ...one, block }))
  await readAll(watcherOf())
  expect(await counts()).toEqual({ new: 1 })
  chain.add(0)
  await readAll(watcherOf())
  expect(await counts()).toEqual({ expired: 1 })
})
