import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inferenceCoprocessorAbi } from '@nacre/contracts/generated/InferenceCoprocessor'
import { type Hex, sha256, toHex } from '@nacre/verifier/bytes'
import { encodeTensors, tensorFromValues } from '@nacre/verifier/tensor'
import { encodeAbiParameters, encodeEventTopics, getAbiItem, keccak256, type Log, toHex as numberOrTextToHex, zeroAddress } from 'viem'
import type { ChainReader, Head } from './chain.ts'
import {
  type CoprocessorSite,
  hashOutputNames,
  type InferenceRequest,
  type InferenceSubscription,
  requestIdOf,
  type SeenRequest,
  type SeenSubscription,
  subscriptionIdOf,
} from './contract.ts'
import { type Database, openEmbedded } from './database.ts'
import { migrate } from './schema.ts'

export const testSite: CoprocessorSite = { chainId: 31337, contract: '0xe7f1725e7734ce288f8367e1bb143e90bb3f0512' }
export const testOperator = '0x70997970c51812dc3a010c7d01b50e0d17dc79c8'

/** An embedded database in a folder of its own, with all tables. */
export async function testDatabase(): Promise<{ database: Database; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'nacre-relay-test-'))
  const database = await openEmbedded(join(folder, 'database'))
  await migrate(database)
  return {
    database,
    async stop() {
      await database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const testInput = (value: number) =>
  encodeTensors([tensorFromValues({ name: 'features', datatype: 'FP32', shape: [1, 1], values: [value] })])

export type TestRequest = SeenRequest & { request: InferenceRequest }

/** A request as the contract would have made it. */
export async function testRequest(
  nonce: number,
  {
    block,
    deadlineSeconds = 4_000_000_000n,
    onChain = true,
    instance = false,
    terms = {},
  }: {
    block?: SeenRequest['block']
    deadlineSeconds?: bigint
    onChain?: boolean
    /** Of a subscription: names and input stand elsewhere. */
    instance?: boolean
    terms?: Partial<InferenceRequest['terms']>
  } = {},
): Promise<TestRequest> {
  const input = testInput(nonce)
  const outputNames = ['logits']
  const request: InferenceRequest = {
    terms: {
      operator: testOperator,
      modelId: `0x${'ab'.repeat(32)}`,
      policy: {
        registry: testSite.contract,
        imageId: `0x${'ff'.repeat(32)}`,
        modelsId: `0x${'ff'.repeat(32)}`,
        routes: 2,
        receiptAgeSecondsMax: 3600,
      },
      callback: zeroAddress,
      callbackGasLimit: 0n,
      token: zeroAddress,
      payment: 10n ** 16n,
      refundTo: testOperator,
      ...terms,
    },
    requester: testOperator,
    inputHash: toHex(await sha256(input)),
    outputNamesHash: hashOutputNames(outputNames),
    deadlineSeconds,
    nonce: BigInt(nonce),
    parentHash: `0x${'00'.repeat(32)}`,
  }
  const encoded = encodeAbiParameters([getAbiItem({ abi: inferenceCoprocessorAbi, name: 'fulfill' }).inputs[0]], [request])
  return {
    requestId: requestIdOf(testSite, encoded),
    encoded,
    request,
    outputNames: instance ? [] : outputNames,
    input: onChain && !instance ? input : null,
    inputUri: '',
    block: block ?? { number: 1n, hash: blockHash(1n, 0) },
    transactionHash: `0x${'11'.repeat(32)}`,
    subscriptionId: null,
  }
}

export type TestSubscription = SeenSubscription & { subscription: InferenceSubscription }

/** A subscription as the contract would have opened it, asking what {@link testRequest} asks. */
export async function testSubscription(
  nonce: number,
  {
    block,
    schedule = {},
    onChain = true,
  }: { block?: SeenRequest['block']; schedule?: Partial<InferenceSubscription['schedule']>; onChain?: boolean } = {},
): Promise<TestSubscription> {
  const { request, block: first } = await testRequest(nonce)
  const { terms, requester: subscriber, inputHash, outputNamesHash, parentHash } = request
  const times = { unit: 0, first: 0n, period: 60, answerSeconds: 600, ...schedule }
  const subscription = { terms, subscriber, inputHash, outputNamesHash, schedule: times, nonce: BigInt(nonce), parentHash }
  const encoded = encodeAbiParameters([getAbiItem({ abi: inferenceCoprocessorAbi, name: 'triggerSubscription' }).inputs[0]], [subscription])
  return {
    subscriptionId: subscriptionIdOf(testSite, encoded),
    encoded,
    subscription,
    outputNames: ['logits'],
    input: onChain ? testInput(nonce) : null,
    inputUri: '',
    deposit: 10n ** 17n,
    block: block ?? first,
    transactionHash: `0x${'44'.repeat(32)}`,
  }
}

/** The log that `openSubscription` leaves. */
export function openedLog({
  subscription,
  subscriptionId,
  deposit,
  outputNames,
  input,
  inputUri,
  block,
  transactionHash,
}: TestSubscription): Log {
  const item = getAbiItem({ abi: inferenceCoprocessorAbi, name: 'SubscriptionOpened' })
  const args = { subscriptionId, subscriber: subscription.subscriber, operator: subscription.terms.operator }
  const data = encodeAbiParameters(
    item.inputs.filter(({ indexed }) => !indexed) as never,
    [subscription, deposit, outputNames, input === null ? '0x' : toHex(input), inputUri] as never,
  )
  return log({ topics: encodeEventTopics({ abi: [item], args }) as Log['topics'], data, block, transactionHash, changed: {} })
}

/** The log that `triggerSubscription` leaves beside the request's. */
export function triggeredLog({
  subscriptionId,
  requestId,
  deposit,
  next,
  block,
}: {
  subscriptionId: Hex
  requestId: Hex
  deposit: bigint
  next: bigint
  block: SeenRequest['block']
}): Log {
  const item = getAbiItem({ abi: inferenceCoprocessorAbi, name: 'SubscriptionTriggered' })
  const topics = encodeEventTopics({ abi: [item], args: { subscriptionId, requestId } }) as Log['topics']
  const data = encodeAbiParameters(item.inputs.filter(({ indexed }) => !indexed) as never, [deposit, next] as never)
  return log({ topics, data, block, transactionHash: `0x${'55'.repeat(32)}`, changed: {} })
}

export const blockHash = (number: bigint, fork: number): Hex => keccak256(numberOrTextToHex(`${number} of fork ${fork}`))

/** The log that `requestInference` leaves. */
export function requestedLog(
  { request, requestId, outputNames, input, inputUri, block, transactionHash }: TestRequest,
  changed: Partial<Log> = {},
): Log {
  const item = getAbiItem({ abi: inferenceCoprocessorAbi, name: 'InferenceRequested' })
  const args = { requestId, requester: request.requester, operator: request.terms.operator }
  const data = encodeAbiParameters(
    item.inputs.filter(({ indexed }) => !indexed) as never,
    [request, outputNames, input === null ? '0x' : toHex(input), inputUri] as never,
  )
  return log({ topics: encodeEventTopics({ abi: [item], args }) as Log['topics'], data, block, transactionHash, changed })
}

export function fulfilledLog(requestId: Hex, block: SeenRequest['block'], changed: Partial<Log> = {}): Log {
  const item = getAbiItem({ abi: inferenceCoprocessorAbi, name: 'InferenceFulfilled' })
  const args = { requestId, operator: testOperator, signer: testOperator } as const
  const data = encodeAbiParameters(
    item.inputs.filter(({ indexed }) => !indexed) as never,
    [`0x${'22'.repeat(32)}`, 1n, 1n, testOperator, true] as never,
  )
  return log({
    topics: encodeEventTopics({ abi: [item], args }) as Log['topics'],
    data,
    block,
    transactionHash: `0x${'33'.repeat(32)}`,
    changed,
  })
}

function log({
  topics,
  data,
  block,
  transactionHash,
  changed,
}: {
  topics: Log['topics']
  data: Hex
  block: SeenRequest['block']
  transactionHash: Hex
  changed: Partial<Log>
}): Log {
  return {
    address: testSite.contract,
    topics,
    data,
    blockNumber: block.number,
    blockHash: block.hash,
    transactionHash,
    transactionIndex: 0,
    logIndex: 0,
    removed: false,
    ...changed,
  } as Log
}

/** A chain in memory that can be reorganised, lag behind, and fail. */
export class TestChain {
  readonly site = testSite
  /** Per block: which fork it is of, and its logs. */
  blocks: { fork: number; logs: Log[] }[] = [{ fork: 0, logs: [] }]
  /** An endpoint that has not come further. */
  lag = 0
  /** Widest range of blocks that it gives logs for. */
  rangeMax = 1_000_000
  /** Thrown by the next calls. */
  failures: Error[] = []
  ranges: bigint[] = []

  reader(): ChainReader {
    return this as unknown as ChainReader
  }

  add(fork: number, ...logs: ((block: SeenRequest['block']) => Log)[]): SeenRequest['block'] {
    const number = BigInt(this.blocks.length)
    const block = { number, hash: blockHash(number, fork) }
    this.blocks.push({ fork, logs: logs.map((make) => make(block)) })
    return block
  }

  get top(): bigint {
    return BigInt(this.blocks.length - 1 - this.lag)
  }

  async head(): Promise<Head> {
    this.#fail()
    return { number: this.top, hash: this.#hash(this.top), seconds: 1_700_000_000n + this.top * 12n, baseFeePerGas: 1n }
  }

  async hashAt(number: bigint): Promise<Hex | null> {
    this.#fail()
    return number > this.top ? null : this.#hash(number)
  }

  async logs(from: bigint, to: bigint): Promise<Log[]> {
    this.#fail()
    this.ranges.push(to - from + 1n)
    if (Number(to - from + 1n) > this.rangeMax) throw new Error('query returned more than 10000 results')
    return this.blocks.slice(Number(from), Number(to) + 1).flatMap(({ logs }) => logs)
  }

  #hash(number: bigint): Hex {
    return blockHash(number, this.blocks[Number(number)]?.fork ?? 0)
  }

  #fail(): void {
    const failure = this.failures.shift()
    if (failure !== undefined) throw failure
  }
}
