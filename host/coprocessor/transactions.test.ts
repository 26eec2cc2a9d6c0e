import { type Anvil, anvilPrivateKeys, startAnvil } from '@nacre/contracts/anvil'
import type { Hex } from '@nacre/verifier/bytes'
import { createPublicClient, createTestClient, http, type PublicClient, parseGwei } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ChainReader } from './chain.ts'
import type { RequestState } from './contract.ts'
import type { Database } from './database.ts'
import type { RequestReason } from './requests.ts'
import { testDatabase, testOperator, testSite } from './test-support.ts'
import { createSender, type SenderParameters, type TransactionEvent } from './transactions.ts'

const account = privateKeyToAccount(anvilPrivateKeys[2])
let anvil: Anvil
let database: Database
let stop: () => Promise<void>
let client: PublicClient
let chain: ChainReader
let events: TransactionEvent[]
let failures: RequestReason[]
let state: RequestState
let nowMs: number

beforeAll(async () => {
  ;[{ database, stop }, anvil] = await Promise.all([testDatabase(), startAnvil({ heartbeatSeconds: 3600 })])
  client = createPublicClient({ chain: foundry, transport: http(anvil.url), pollingInterval: 20, cacheTime: 0 })
  await control().setAutomine(false)
  await control().setIntervalMining({ interval: 3600 })
})
afterAll(() => Promise.all([stop(), anvil.stop()]))
beforeEach(async () => {
  await control().mine({ blocks: 1 })
  await database.query('delete from nacre_relay.transaction')
  await database.query('delete from nacre_relay.transaction_subject')
  ;[events, failures, state, nowMs] = [[], [], 'pending', Date.now()]
  chain = {
    site: testSite,
    client,
    head: async () => {
      const { number, hash, timestamp, baseFeePerGas } = await client.getBlock()
      return { number, hash, seconds: timestamp, baseFeePerGas: baseFeePerGas ?? 0n }
    },
    hashAt: async (number) =>
      client.getBlock({ blockNumber: number }).then(
        ({ hash }) => hash,
        () => null,
      ),
    logs: async () => [],
    requestState: async () => state,
    subscriptionState: async () => ({ open: true, deposit: 0n, next: 0n }),
  }
})

const control = () => createTestClient({ chain: foundry, mode: 'anvil', transport: http(anvil.url) })
const senderOf = (more: Partial<SenderParameters> = {}) =>
  createSender({
    database,
    chain,
    account,
    feePerGasMax: parseGwei('100'),
    priorityFeePerGas: parseGwei('1'),
    stuckMs: 30_000,
    nowMs: () => nowMs,
    onFailed: async (_kind, _subject, reason) => void failures.push(reason),
    onEvent: (event) => void events.push(event),
    ...more,
  })
const call = (id: number) =>
  ({ kind: 'fulfill', subjects: [`0x${String(id).padStart(64, '0')}` as Hex], to: testOperator, data: '0x', gas: 60_000n }) as const
const attend = async (sender: ReturnType<typeof senderOf>) => sender.attend(await chain.head())
const kinds = () => events.map(({ kind }) => kind)
const statusOf = async (hash: Hex) =>
  (await database.query<{ state: string }>('select state from nacre_relay.transaction where hash = $1', [hash]))[0]?.state

test('transactions go out in the order of their nonces, are seen mined, and are final after a while', async () => {
  const sender = senderOf({ finalityBlocks: 2 })
  await attend(sender)
  const [first, second] = await Promise.all([sender.send(call(1)), sender.send(call(2))])
  await control().mine({ blocks: 1 })
  await attend(sender)
  expect(kinds()).toEqual(['sent', 'sent', 'mined', 'mined'])
  expect(events.map(({ nonce }) => nonce - (events[0]?.nonce ?? 0))).toEqual([0, 1, 0, 1])
  await control().mine({ blocks: 2 })
  await attend(sender)
  expect([await statusOf(first), await statusOf(second), failures]).toEqual(['final', 'final', []])
})

test('what a relayer had written down when it was killed is sent by the next one', async () => {
  const dead = senderOf()
  await attend(dead)
  const reachable = chain
  chain = { ...chain, client: { ...client, sendRawTransaction: () => Promise.reject(new Error('killed')) } as unknown as PublicClient }
  const killed = senderOf()
  await killed.attend(await reachable.head())
  const hash = await killed.send(call(1))
  chain = reachable
  const next = senderOf()
  nowMs += 20_000
  await attend(next)
  expect(kinds()).toEqual(['sent', 'sent again'])
  await control().mine({ blocks: 1 })
  await attend(next)
  expect(await statusOf(hash)).toBe('mined')
})

test('a transaction that is stuck pays more, up to the cap', async () => {
  const sender = senderOf()
  await attend(sender)
  const first = await sender.send(call(1))
  nowMs += 31_000
  await attend(sender)
  expect(kinds()).toEqual(['sent', 'replaced'])
  await control().mine({ blocks: 1 })
  await attend(sender)
  expect(kinds()).toEqual(['sent', 'replaced', 'mined'])
  expect([await statusOf(first), await statusOf(events.at(-1)?.hash ?? '0x')]).toEqual(['replaced', 'mined'])

  await control().setNextBlockBaseFeePerGas({ baseFeePerGas: parseGwei('200') })
  await control().mine({ blocks: 1 })
  await attend(sender)
  expect(sender.capacity()).toMatchObject({ count: 0, reason: { code: 'FEES_ABOVE_CAP' } })
  await control().setNextBlockBaseFeePerGas({ baseFeePerGas: parseGwei('1') })
  await control().mine({ blocks: 1 })
  await attend(sender)
  expect(sender.capacity().count).toBeGreaterThan(0)
})

test('a stuck transaction whose request is answered already gives its nonce up instead', async () => {
  const sender = senderOf()
  await attend(sender)
  await sender.send(call(1))
  state = 'answered'
  nowMs += 31_000
  await attend(sender)
  await control().mine({ blocks: 1 })
  await attend(sender)
  expect(kinds()).toEqual(['sent', 'cancelled', 'mined'])
  expect(failures).toMatchObject([{ code: 'TRANSACTION_FAILED' }])
  expect((await client.getTransaction({ hash: events.at(-1)?.hash ?? '0x' })).to).toBe(account.address.toLowerCase())
})

test('a gap among the nonces is filled: by the next answer, or by nothing at all', async () => {
  const sender = senderOf()
  await attend(sender)
  // With the one below it, a pool drops what waits above.
  const settle = async () => {
    await control().mine({ blocks: 1 })
    await attend(sender)
    await control().mine({ blocks: 1 })
    await attend(sender)
  }
  nowMs += 16_000
  const lost = await sender.send(call(1))
  await sender.send(call(2))
  await control().dropTransaction({ hash: lost })
  await database.query('delete from nacre_relay.transaction where hash = $1', [lost])
  await sender.send(call(3))
  expect(events.at(-1)?.nonce).toBe(events[0]?.nonce)
  await settle()
  expect(kinds().filter((kind) => kind === 'mined')).toHaveLength(2)

  const another = await sender.send(call(4))
  await sender.send(call(5))
  await control().dropTransaction({ hash: another })
  await database.query('delete from nacre_relay.transaction where hash = $1', [another])
  nowMs = Date.now() + 16_000
  await attend(sender)
  expect(kinds()).toContain('filled')
  await settle()
  expect(kinds().filter((kind) => kind === 'mined')).toHaveLength(4)
})

test('a reorganisation that throws a mined transaction out has it sent again', async () => {
  const sender = senderOf()
  await attend(sender)
  const snapshot = await control().snapshot()
  const hash = await sender.send(call(1))
  await control().mine({ blocks: 1 })
  await attend(sender)
  expect(await statusOf(hash)).toBe('mined')
  await control().revert({ id: snapshot })
  // Another block in its place.
  await control().setNextBlockTimestamp({ timestamp: (await client.getBlock()).timestamp + 77n })
  await control().mine({ blocks: 2 })
  nowMs += 20_000
  await attend(sender)
  await attend(sender)
  expect(kinds()).toEqual(['sent', 'mined', 'reorganised', 'sent again'])
  await control().mine({ blocks: 1 })
  await attend(sender)
  expect(await statusOf(hash)).toBe('mined')
})

test('an account that cannot pay sends nothing', async () => {
  const sender = senderOf()
  await control().setBalance({ address: account.address, value: 1n })
  await attend(sender)
  expect(sender.capacity()).toMatchObject({ count: 0, reason: { code: 'FUNDS_LOW' } })
  await expect(sender.send(call(1))).rejects.toMatchObject({ code: 'FUNDS_LOW' })
  expect(events).toEqual([])
})
