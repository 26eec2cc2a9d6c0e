import { BaseError, HttpRequestError } from 'viem'
import { beforeEach, expect, test } from 'vitest'
import { type AnswerSource, type KeptAnswer, NoAnswer } from './answers.ts'
import type { ChainReader } from './chain.ts'
import type { RequestState } from './contract.ts'
import type { Delivery } from './delivery.ts'
import type { InputSource } from './input-source.ts'
import { decodeKept, encodeKept } from './kept-answer.ts'
import { type Conclusion, concluded, type RequestReason, type Requests } from './requests.ts'
import { type TestRequest, testInput, testOperator, testRequest, testSite } from './test-support.ts'
import { NotSent } from './transactions.ts'
import { createWorker } from './worker.ts'

type Found = NonNullable<Awaited<ReturnType<Requests['find']>>>

let request: TestRequest
let found: Found | null
let state: RequestState
let seconds: bigint
let served: boolean
let good: boolean
let busy: boolean
let unprofitable: RequestReason | null
let failure: unknown
let kept: string | null
let asked: ('immediate' | 'batched')[]
let brought: { answer: KeptAnswer; alone: boolean }[]

const nowMs = 1_700_000_000_000
const signed: KeptAnswer = {
  timestampMs: BigInt(nowMs),
  sequence: 7n,
  outputs: '0x00',
  signer: testOperator,
  signature: `0x${'bb'.repeat(65)}`,
}

beforeEach(async () => {
  request = await testRequest(1)
  found = { ...request, settlement: null, orphaned: false, waits: 0, answer: null, reasonCode: null }
  ;[state, seconds, served, good, busy, unprofitable, failure, kept] = ['pending', 1_700_000_000n, true, true, false, null, undefined, null]
  ;[asked, brought] = [[], []]
})

const worker = () =>
  createWorker({
    requests: {
      find: async () => found,
      keepAnswer: async (_id: string, text: string) => {
        kept = text
      },
    } as unknown as Requests,
    chain: {
      site: testSite,
      requestState: async () => state,
      client: {
        getBlock: async () => {
          if (failure !== undefined) throw failure
          return { timestamp: seconds }
        },
      },
    } as unknown as ChainReader,
    answers: {
      modelName: async () => (served ? 'garment' : null),
      isGood: async () => good,
      ask: async (_record: unknown, _input: unknown, mode: 'immediate' | 'batched') => {
        asked.push(mode)
        return signed
      },
    } as unknown as AnswerSource,
    inputs: { find: async () => testInput(1) } as InputSource,
    delivery: {
      profitRefusal: () => unprofitable,
      hurry() {},
      async bring(_record, answer, alone): Promise<Conclusion> {
        brought.push({ answer, alone })
        return { progress: 'sent' }
      },
    } as Delivery,
    isBusy: () => busy,
    nowMs: () => nowMs,
  })
const run = async () => {
  const { progress, reason } = await worker()(request.requestId)
  return reason?.code ?? progress
}

test('asks once, keeps the answer before it is brought, and brings it again after a restart', async () => {
  expect(await run()).toBe('sent')
  expect(asked).toEqual(['immediate'])
  expect(decodeKept(kept ?? '')).toEqual(signed)
  found = { ...(found as Found), answer: kept }
  expect(await run()).toBe('sent')
  expect([asked.length, brought.length]).toEqual([1, 2])
})

test('asks for a place in the log while many are under way, unless it came to nothing in company', async () => {
  busy = true
  await run()
  found = { ...(found as Found), reasonCode: 'TRANSACTION_FAILED' }
  await run()
  expect(asked).toEqual(['batched', 'immediate'])
  expect(brought.map(({ alone }) => alone)).toEqual([false, true])
})

test.each([
  ['of another enclave or made up', encodeKept(signed), false],
  ['too old', encodeKept({ ...signed, timestampMs: BigInt(nowMs - 1_900_000) }), true],
  ['damaged', '{"outputs":1}', true],
])('an answer that is %s is asked for again', async (_what, text, isGood) => {
  found = { ...(found as Found), answer: text }
  good = isGood
  await run()
  expect(asked).toHaveLength(1)
})

test('what is done, gone or late is left alone, before the enclave is asked', async () => {
  found = { ...(found as Found), settlement: 'fulfilled' }
  expect(await run()).toBe('new')
  found = { ...(found as Found), settlement: null, orphaned: true }
  expect(await run()).toBe('new')
  found = { ...(found as Found), orphaned: false }
  state = 'answered'
  expect(await run()).toBe('SETTLED_MEANWHILE')
  state = 'none'
  expect(await run()).toBe('SETTLED_MEANWHILE')
  state = 'pending'
  seconds = request.request.deadlineSeconds
  expect(await run()).toBe('DEADLINE_PASSED')
  seconds = 1_700_000_000n
  served = false
  expect(await run()).toBe('MODEL_NOT_SERVED')
  served = true
  unprofitable = { code: 'UNPROFITABLE', message: 'too little' }
  expect(await run()).toBe('UNPROFITABLE')
  found = null
  expect(await run()).toBe('RECORD_DAMAGED')
  expect([asked, brought]).toEqual([[], []])
})

test('what is away is waited for; what nobody foresaw counts as an attempt', async () => {
  failure = new HttpRequestError({ url: 'http://key@rpc.example', body: {}, details: 'refused' })
  expect(await run()).toBe('CHAIN_AWAY')
  failure = new NoAnswer('ENCLAVE_AWAY', 'being booted')
  expect(await run()).toBe('ENCLAVE_AWAY')
  failure = new NoAnswer('INPUT_UNFIT', 'no tensors')
  expect(await run()).toBe('INPUT_UNFIT')
  failure = new NotSent('FUNDS_LOW', 'empty')
  expect(await run()).toBe('FUNDS_LOW')
  failure = new TypeError('a bug')
  await expect(run()).rejects.toThrow('a bug')
  failure = new BaseError('odd')
  expect(await run()).toBe('CHAIN_AWAY')
})

test('a kept answer comes back as it was, with either proof; anything else is none', () => {
  const placed: KeptAnswer = {
    ...signed,
    signature: undefined,
    inclusion: {
      checkpoint: { treeSize: 9n, rootHash: `0x${'cc'.repeat(32)}`, timestampMs: 5n },
      checkpointSignature: `0x${'dd'.repeat(65)}`,
      proof: [`0x${'ee'.repeat(32)}`],
    },
  }
  expect(decodeKept(encodeKept(placed))).toEqual({ ...placed, signature: undefined })
  for (const text of [
    '',
    '{}',
    'null',
    '[]',
    encodeKept(signed).replace('"sequence":"7"', '"sequence":"-7"'),
    encodeKept(placed).replace('0xee', '0x'),
  ])
    expect(decodeKept(text)).toBeNull()
})

test('reasons that asking again does not change are refusals', () => {
  expect(concluded({ code: 'POLICY_UNMET', message: '' }).progress).toBe('refused')
  expect(concluded({ code: 'KEY_NOT_ACTIVE', message: '' }).progress).toBe('waiting')
})
