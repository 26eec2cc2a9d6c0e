import { inferenceCoprocessorAbi } from '@nacre/contracts/generated/InferenceCoprocessor'
import type { Hex } from '@nacre/verifier/bytes'
import { BaseError, decodeFunctionData, encodeAbiParameters, encodeErrorResult } from 'viem'
import { beforeEach, expect, test } from 'vitest'
import type { KeptAnswer } from './answers.ts'
import type { ChainReader } from './chain.ts'
import type { RequestState } from './contract.ts'
import { createDelivery, type DeliveryParameters } from './delivery.ts'
import type { Conclusion } from './requests.ts'
import { type TestRequest, testOperator, testRequest, testSite } from './test-support.ts'
import { type ContractCall, NotSent, type TransactionSender } from './transactions.ts'

/** What the contract would do, and what was sent. */
let states: Map<Hex, RequestState>
let reverts: Map<Hex, Hex>
let sent: ContractCall[]
let calls: number
let full: boolean
let underWay: number

beforeEach(() => {
  ;[states, reverts, sent, calls, full, underWay] = [new Map(), new Map(), [], 0, false, 0]
})

const keyNotActive = encodeErrorResult({ abi: inferenceCoprocessorAbi, errorName: 'KeyNotActive', args: [testOperator, 2] })
const fromFuture = encodeErrorResult({ abi: inferenceCoprocessorAbi, errorName: 'ReceiptFromFuture', args: [1n, 2n] })
const ids = new Map<string, Hex>()
const idsIn = (data: Hex): Hex[] => {
  const { functionName, args } = decodeFunctionData({ abi: inferenceCoprocessorAbi, data })
  const requests = functionName === 'fulfillBatch' ? args[0].map(({ request }) => request) : functionName === 'fulfill' ? [args[0]] : []
  return requests.map(({ inputHash }) => ids.get(inputHash) as Hex)
}
const refuse = (data: Hex) => Promise.reject(Object.assign(new BaseError('reverted'), { data }))
const chain = {
  site: testSite,
  requestState: async (id: Hex) => states.get(id) ?? 'pending',
  client: {
    async call({ data }: { data: Hex }) {
      calls++
      for (const id of idsIn(data)) if (reverts.has(id)) return refuse(reverts.get(id) as Hex)
      return { data: encodeAbiParameters([{ type: 'uint256' }], [BigInt(idsIn(data).length)]) }
    },
    estimateGas: async ({ data }: { data: Hex }) => 60_000n + 40_000n * BigInt(idsIn(data).length),
  },
} as unknown as ChainReader
const sender = {
  address: testOperator,
  fees: () => ({ maxFeePerGas: 10n ** 9n, maxPriorityFeePerGas: 1n, likelyPerGas: 10n ** 9n }),
  async send(call: ContractCall) {
    if (full) throw new NotSent('TRANSACTIONS_PENDING', 'full')
    sent.push(call)
    return '0x'
  },
} as unknown as TransactionSender
const deliveryOf = (more: Partial<DeliveryParameters> = {}) =>
  createDelivery({ chain, sender, terms: { marginPercent: 0, tokenPrices: new Map() }, underWay: () => underWay, gatherMs: 20, ...more })

async function asked(nonce: number, terms: Parameters<typeof testRequest>[1] = {}): Promise<TestRequest> {
  const request = await testRequest(nonce, terms)
  ids.set(request.request.inputHash, request.requestId)
  return request
}
const answer = (sequence: number, checkpoint = 'aa'): KeptAnswer => ({
  timestampMs: 1n,
  sequence: BigInt(sequence),
  outputs: '0x00',
  signer: testOperator,
  inclusion: {
    checkpoint: { treeSize: 100n, rootHash: `0x${checkpoint.repeat(32)}`, timestampMs: 1n },
    checkpointSignature: `0x${checkpoint.repeat(65)}`,
    proof: [],
  },
})
const signed = (sequence: number): KeptAnswer => ({ ...answer(sequence), inclusion: undefined, signature: `0x${'bb'.repeat(65)}` })
const progressOf = (conclusions: readonly Conclusion[]) => conclusions.map(({ progress, reason }) => reason?.code ?? progress)

test('an answer with a signature of its own goes by itself, and others together by their checkpoints', async () => {
  const requests = await Promise.all([1, 2, 3, 4, 5].map((nonce) => asked(nonce)))
  underWay = 5
  const delivery = deliveryOf()
  const conclusions = await Promise.all(
    requests.map((request, index) => delivery.bring(request, index === 0 ? signed(1) : answer(index, index === 4 ? 'cc' : 'aa'), false)),
  )
  expect(progressOf(conclusions)).toEqual(['sent', 'sent', 'sent', 'sent', 'sent'])
  expect(sent.map(({ kind, subjects }) => [kind, subjects.length]).sort()).toEqual([
    ['fulfill', 1],
    ['fulfillBatch', 1],
    ['fulfillBatch', 3],
  ])
})

test('nobody is waited for who cannot come any more', async () => {
  const [one, two] = [await asked(1), await asked(2)]
  underWay = 2
  const delivery = deliveryOf({ gatherMs: 60_000 })
  const first = delivery.bring(one, answer(1), false)
  underWay = 1
  delivery.hurry()
  expect(progressOf([await first])).toEqual(['sent'])
  underWay = 5
  const waits = delivery.bring(two, answer(2), false)
  underWay = 1
  delivery.hurry()
  await waits
  expect(sent).toHaveLength(2)
})

// The attack: stand in a batch with an answer that the contract refuses, so that nobody's comes.
test('answers that the contract would refuse are found, and the others go in one transaction', async () => {
  const requests = await Promise.all(Array.from({ length: 16 }, (_, nonce) => asked(nonce + 1)))
  reverts.set(requests[3]?.requestId as Hex, keyNotActive)
  states.set(requests[5]?.requestId as Hex, 'answered')
  underWay = 16
  const delivery = deliveryOf()
  const conclusions = await Promise.all(requests.map((request, index) => delivery.bring(request, answer(index + 1), false)))
  expect(progressOf(conclusions)).toEqual(
    requests.map((_, index) => (index === 3 ? 'KEY_NOT_ACTIVE' : index === 5 ? 'SETTLED_MEANWHILE' : 'sent')),
  )
  expect(sent.map(({ subjects }) => subjects.length)).toEqual([14])
  expect(sent[0]?.subjects).not.toContain(requests[3]?.requestId)
  expect(calls).toBeLessThan(12)
})

test('what nobody foresaw is one request’s failure alone', async () => {
  const [one, two] = [await asked(1), await asked(2)]
  reverts.set(one.requestId, fromFuture)
  underWay = 2
  const delivery = deliveryOf()
  const outcomes = await Promise.allSettled([delivery.bring(one, answer(1), false), delivery.bring(two, answer(2), false)])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  expect(sent.map(({ subjects }) => subjects)).toEqual([[two.requestId]])
})

// The attack: callbacks that burn their whole limit in the block alone.
test('a transaction has room for all that its callbacks may burn, and no more answers than that leaves', async () => {
  const callback = { callback: testOperator, callbackGasLimit: 3_000_000n, payment: 10n ** 18n } as const
  const requests = await Promise.all(Array.from({ length: 9 }, (_, nonce) => asked(nonce + 1, { terms: callback })))
  underWay = 9
  const delivery = deliveryOf()
  await Promise.all(requests.map((request, index) => delivery.bring(request, answer(index + 1), false)))
  expect(sent.map(({ subjects }) => subjects.length)).toEqual([5, 4])
  for (const { gas, subjects } of sent) {
    expect(gas).toBeLessThanOrEqual(1n << 24n)
    expect(gas).toBeGreaterThan(BigInt(subjects.length) * 3_000_000n)
  }
})

test('an answer that nodes would not take is refused, and goes with nobody', async () => {
  const [large, small] = [await asked(1), await asked(2)]
  underWay = 2
  const delivery = deliveryOf()
  const outputs: Hex = `0x${'00'.repeat(130 * 1024)}`
  const conclusions = await Promise.all([delivery.bring(large, { ...answer(1), outputs }, false), delivery.bring(small, answer(2), false)])
  expect(progressOf(conclusions)).toEqual(['GAS_ABOVE_LIMIT', 'sent'])
  expect(progressOf([await delivery.bring(large, { ...signed(1), outputs }, false)])).toEqual(['GAS_ABOVE_LIMIT'])
  expect(sent).toHaveLength(1)
})

test('what came to nothing in company goes alone; a payment that is too low, or no room to send, is waited out by all', async () => {
  const requests = await Promise.all([1, 2].map((nonce) => asked(nonce, { terms: { payment: 10n ** 13n } })))
  underWay = 2
  const delivery = deliveryOf()
  expect(progressOf(await Promise.all(requests.map((request, index) => delivery.bring(request, answer(index + 1), false))))).toEqual([
    'UNPROFITABLE',
    'UNPROFITABLE',
  ])
  const paying = await asked(3)
  expect(progressOf([await delivery.bring(paying, answer(3), true)])).toEqual(['sent'])
  full = true
  const [failed] = await Promise.allSettled([delivery.bring(paying, answer(3), true)])
  expect(failed).toMatchObject({ status: 'rejected', reason: { code: 'TRANSACTIONS_PENDING' } })
})

test('under one checkpoint of the log, answers of many moments go together', async () => {
  const requests = await Promise.all([1, 2, 3].map((nonce) => asked(nonce)))
  underWay = 3
  const inclusion = answer(1, 'ee').inclusion
  if (inclusion === undefined) throw new Error('no inclusion')
  const delivery = deliveryOf({ places: { find: async (_signer, leaves) => leaves.map(() => inclusion) } })
  const conclusions = await Promise.all(
    requests.map((request, index) => delivery.bring(request, answer(index + 1, `${index}${index}`), false)),
  )
  expect(progressOf(conclusions)).toEqual(['sent', 'sent', 'sent'])
  expect(sent.map(({ subjects }) => subjects.length)).toEqual([3])
  const without = deliveryOf({ places: { find: async () => null } })
  await Promise.all(requests.map((request, index) => without.bring(request, answer(index + 1, `${index}${index}`), false)))
  expect(sent.slice(1).map(({ subjects }) => subjects.length)).toEqual([1, 1, 1])
})
