import { inferenceCoprocessorAbi } from '@nacre/contracts/generated/InferenceCoprocessor'
import type { Hex } from '@nacre/verifier/bytes'
import { BaseError, encodeErrorResult } from 'viem'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type AnswerSource, NoAnswer } from './answers.ts'
import type { ChainReader, SubscriptionState } from './chain.ts'
import type { Database } from './database.ts'
import type { Delivery } from './delivery.ts'
import type { InputSource } from './input-source.ts'
import { type RequestReason, requestsOf } from './requests.ts'
import { turnOf } from './rivals.ts'
import { forgetEverything, migrate } from './schema.ts'
import { subscriptionsOf } from './subscriptions.ts'
import {
  openedLog,
  requestedLog,
  TestChain,
  type TestSubscription,
  testDatabase,
  testOperator,
  testRequest,
  testSite,
  testSubscription,
  triggeredLog,
} from './test-support.ts'
import type { ContractCall, TransactionSender } from './transactions.ts'
import { createTriggers } from './triggers.ts'
import { createWatcher } from './watcher.ts'

let database: Database
let stop: () => Promise<void>
let chain: TestChain
let subscription: TestSubscription
/** What the contract and the registry say, and what was asked and sent. */
let state: SubscriptionState
let status: number
let revert: Hex | undefined
let tried: number
let unfit: boolean
let unprofitable: RequestReason | null
let turn: number
let sent: ContractCall[]

beforeAll(async () => {
  ;({ database, stop } = await testDatabase())
})
afterAll(() => stop())
beforeEach(async () => {
  await forgetEverything(database)
  await migrate(database)
  chain = new TestChain()
  subscription = await testSubscription(1)
  state = { open: true, deposit: subscription.deposit, next: 0n }
  ;[status, revert, tried, unfit, unprofitable, turn, sent] = [1, undefined, 0, false, null, 0, []]
})

const subscriptions = () => subscriptionsOf(database, testSite)
const read = () =>
  createWatcher({
    database,
    requests: requestsOf(database, testSite),
    subscriptions: subscriptions(),
    chain: chain.reader(),
    operators: [testOperator],
    startBlock: 0n,
    confirmations: 0,
  }).pass()
const triggersOf = () =>
  createTriggers({
    subscriptions: subscriptions(),
    chain: {
      site: testSite,
      subscriptionState: async () => state,
      client: {
        readContract: async () => ({ status, imageId: `0x${'01'.repeat(32)}`, modelsId: `0x${'02'.repeat(32)}`, route: 1 }),
        async call() {
          if (revert !== undefined) throw Object.assign(new BaseError('reverted'), { data: revert })
        },
        estimateGas: async () => 90_000n,
      },
    } as unknown as ChainReader,
    answers: {
      modelName: async () => 'garment',
      async ask(record: { requestId: Hex }) {
        tried++
        expect(record.requestId).toBe(subscription.subscriptionId)
        if (unfit) throw new NoAnswer('INPUT_UNFIT', 'no tensors')
        return { signer: testOperator }
      },
    } as unknown as AnswerSource,
    inputs: { find: async () => subscription.input } as unknown as InputSource,
    delivery: { profitRefusal: () => unprofitable } as unknown as Delivery,
    sender: {
      address: testOperator,
      async send(call: ContractCall) {
        sent.push(call)
        return '0x'
      },
    } as unknown as TransactionSender,
    rivals: { refresh: async () => undefined, turn: () => turn },
    turnMs: 60_000,
  })
const head = async () => chain.head()
const codes = async () => (await subscriptions().list(9)).map(({ progress, reason }) => reason?.code ?? progress)
const again = () => database.query(`update nacre_relay.subscription set due_at = now()`)

test('an instance that is due is triggered once, and its request asks what the subscription asks', async () => {
  chain.add(0, (block) => openedLog({ ...subscription, block }))
  await read()
  const triggers = triggersOf()
  // Two relayers of a fleet look at the same time.
  const passes = await Promise.all([triggers.pass(await head()), triggersOf().pass(await head())])
  expect(passes.map(({ sent: count }) => count).sort()).toEqual([0, 1])
  expect(sent).toMatchObject([{ kind: 'trigger', subjects: [subscription.subscriptionId] }])
  expect(await codes()).toEqual(['sent'])

  const instance = await testRequest(1, { instance: true })
  const { subscriptionId } = subscription
  chain.add(
    0,
    (block) => requestedLog({ ...instance, block }),
    (block) => triggeredLog({ subscriptionId, requestId: instance.requestId, deposit: 9n * 10n ** 16n, next: 4_000_000_000n, block }),
  )
  await read()
  expect(await requestsOf(database, testSite).find(instance.requestId)).toMatchObject({
    outputNames: ['logits'],
    input: subscription.input,
  })
  expect(await subscriptions().list(9)).toMatchObject([{ progress: 'waiting', next: 4_000_000_000, instancesLeft: 9 }])
  await again()
  expect((await triggers.pass(await head())).looked).toBe(0)
})

test('in blocks it is due by the height, in seconds by the clock', async () => {
  const inBlocks = await testSubscription(2, { schedule: { unit: 1, first: 3n } })
  const later = await testSubscription(3, { schedule: { unit: 0, first: 1_700_000_000n + 12n * 5n } })
  chain.add(
    0,
    (block) => openedLog({ ...inBlocks, block }),
    (block) => openedLog({ ...later, block }),
  )
  await read()
  const due = async () => {
    await database.query('update nacre_relay.subscription set lease_until = null')
    return (await subscriptions().take(await head(), 9)).map(({ subscriptionId }) => subscriptionId)
  }
  expect(await due()).toEqual([])
  chain.add(0)
  chain.add(0)
  expect(await due()).toEqual([inBlocks.subscriptionId])
  chain.add(0)
  chain.add(0)
  expect((await due()).sort()).toEqual([inBlocks.subscriptionId, later.subscriptionId].sort())
})

// The attack: instances that cannot be answered, each triggered at the relayer's cost.
test('nothing is sent for what could not be answered, or does not pay', async () => {
  chain.add(0, (block) => openedLog({ ...subscription, block }))
  await read()
  const triggers = triggersOf()
  const after = async () => {
    await again()
    await triggers.pass(await head())
    return codes()
  }
  unprofitable = { code: 'UNPROFITABLE', message: '' }
  expect(await after()).toEqual(['UNPROFITABLE'])
  unprofitable = null
  unfit = true
  expect(await after()).toEqual(['INPUT_UNFIT'])
  unfit = false
  status = 2
  expect(await after()).toEqual(['KEY_NOT_ACTIVE'])
  status = 1
  state = { ...state, deposit: 1n }
  expect(await after()).toEqual(['DEPOSIT_LOW'])
  state = { ...state, deposit: 10n ** 17n }
  revert = encodeErrorResult({ abi: inferenceCoprocessorAbi, errorName: 'PaymentTooLow', args: [2n, 1n] })
  expect(await after()).toEqual(['PRICE_RISEN'])
  revert = encodeErrorResult({ abi: inferenceCoprocessorAbi, errorName: 'InstanceNotDue', args: [subscription.subscriptionId, 2n, 1n] })
  expect(await after()).toEqual(['waiting'])
  state = { ...state, open: false }
  expect(await after()).toEqual(['waiting'])
  expect(sent).toEqual([])
  // It was asked once and failed, and once and was answered; the answer is remembered.
  expect(tried).toBe(2)
})

test('after an instance that was refused there is no other, until somebody asks for it', async () => {
  const instance = await testRequest(1, { instance: true })
  const { subscriptionId } = subscription
  chain.add(
    0,
    (block) => openedLog({ ...subscription, block }),
    (block) => requestedLog({ ...instance, block }),
    (block) => triggeredLog({ subscriptionId, requestId: instance.requestId, deposit: 10n ** 16n, next: 60n, block }),
  )
  await read()
  await database.query(`update nacre_relay.request set progress = 'refused'`)
  const triggers = triggersOf()
  await triggers.pass(await head())
  expect(await codes()).toEqual(['INSTANCE_REFUSED'])
  expect(await subscriptions().reopen(subscriptionId, { code: 'RETRY_ASKED', message: '' })).toBe(true)
  await triggers.pass(await head())
  expect(await codes()).toEqual(['sent'])
})

test('who comes later waits a turn, and then steps in', async () => {
  chain.add(0, (block) => openedLog({ ...subscription, block }))
  await read()
  turn = 1
  const triggers = triggersOf()
  expect((await triggers.pass(await head())).sent).toBe(0)
  expect((await triggers.pass(await head())).looked).toBe(0)
  await again()
  expect((await triggers.pass(await head())).sent).toBe(1)
})

test('a reorganisation takes back what it undid: the opening, a trigger, the end', async () => {
  const { subscriptionId } = subscription
  chain.add(0, (block) => openedLog({ ...subscription, block }))
  await read()
  const instance = await testRequest(1, { instance: true })
  chain.add(
    0,
    (block) => requestedLog({ ...instance, block }),
    (block) => triggeredLog({ subscriptionId, requestId: instance.requestId, deposit: 0n, next: 4_000_000_000n, block }),
  )
  await read()
  expect(await subscriptions().list(9)).toMatchObject([{ next: 4_000_000_000, instancesLeft: 0 }])
  chain.blocks.length = 2
  chain.add(1)
  chain.add(1)
  await read()
  // Due at once: the chain says what is true before anything is sent.
  expect(await subscriptions().list(9)).toMatchObject([{ next: 0 }])
  expect((await triggersOf().pass(await head())).sent).toBe(1)
  chain.blocks.length = 1
  chain.add(2)
  chain.add(2)
  chain.add(2)
  chain.add(2)
  await read()
  expect((await subscriptions().counts()).orphaned).toBe(1)
  expect((await triggersOf().pass(await head())).looked).toBe(0)
})

test('a record that was changed is not the subscription any more', async () => {
  chain.add(0, (block) => openedLog({ ...subscription, block }))
  await read()
  await database.query(`update nacre_relay.subscription set output_names = '["other"]'`)
  await triggersOf().pass(await head())
  expect(await codes()).toEqual(['RECORD_DAMAGED'])
})

test('turns: everybody who knows the same others comes to the same order, another for each request', () => {
  const addresses = ['11', '22', '33'].map((byte) => `0x${byte.repeat(20)}` as Hex)
  const first = new Set<string>()
  for (let i = 0; i < 64; i++) {
    const subject: Hex = `0x${i.toString(16).padStart(64, '0')}`
    const turns = addresses.map((own) =>
      turnOf(
        subject,
        [own],
        addresses.filter((other) => other !== own),
      ),
    )
    expect([...turns].sort()).toEqual([0, 1, 2])
    first.add(addresses[turns.indexOf(0)] as string)
    expect(turnOf(subject, [addresses[0] as Hex], [])).toBe(0)
    // A fleet of all three has one place, and comes first when alone.
    expect(turnOf(subject, addresses, [])).toBe(0)
  }
  expect(first.size).toBe(3)
})
