/**
 * Subscriptions at the coprocessor: the same question every so many seconds or blocks, while a deposit lasts.
 *
 *     const wallet = createWalletClient({ account, chain, transport })
 *       .extend(publicActions)
 *       .extend(coprocessorSubscriptionActions({ address }))
 *     const { subscriptionId, subscription } = await wallet.openInferenceSubscription({
 *       terms, schedule: { unit: 'blocks', period: 25, answerSeconds: 600 }, outputNames: ['logits'], input, instances: 10n,
 *     })
 *     for await (const { state, outputs } of wallet.watchInferenceInstances({ subscriptionId })) …
 *
 * An operator's relayer triggers what is due; anybody may.
 */
import { type Address, type Hex, parseEventLogs, sha256, zeroAddress } from 'viem'
import { inferenceCoprocessorAbi } from '../generated/InferenceCoprocessor.ts'
import {
  type At,
  type CoprocessorClient,
  type CoprocessorReader,
  estimateInferenceFee,
  mined,
  type RequestInferenceParameters,
  type WaitForInferenceReturnType,
  waitForInference,
} from './coprocessor.ts'
import { type InferenceSubscription, InferenceTimeoutError, scheduleUnits } from './inference.ts'

const abi = inferenceCoprocessorAbi

/** When instances fall due. `first` and `period` count `unit`; `first` defaults to at once. */
export type InferenceSchedule = {
  unit: (typeof scheduleUnits)[number]
  first?: bigint
  period: number
  answerSeconds: number
}

export type OpenInferenceSubscriptionParameters = {
  /** Of each instance, with the defaults of `requestInference`. */
  terms: RequestInferenceParameters['terms']
  schedule: InferenceSchedule
  outputNames: readonly string[]
} & ({ input: Hex; inputHash?: never } | { input?: never; inputHash: Hex; inputUri?: string }) &
  ({ deposit: bigint; instances?: never } | { deposit?: never; instances: bigint })

export type OpenInferenceSubscriptionReturnType = { hash: Hex; subscriptionId: Hex; subscription: InferenceSubscription }

/** Begins a subscription with a deposit, or with what so many instances cost. Resolves once it is mined. In a token, approve the coprocessor first. */
export async function openInferenceSubscription(
  client: CoprocessorClient,
  parameters: At & OpenInferenceSubscriptionParameters,
): Promise<OpenInferenceSubscriptionReturnType> {
  const { coprocessor, schedule, outputNames } = parameters
  const { operator, modelId, policy, callback = zeroAddress, callbackGasLimit = 0n, token = zeroAddress } = parameters.terms
  const fee = { coprocessor, operator, modelId, token, registry: policy.registry, callbackGasLimit }
  const { payment = await estimateInferenceFee(client, fee), refundTo = client.account.address } = parameters.terms
  const terms = { operator, modelId, policy, callback, callbackGasLimit, token, payment, refundTo }
  const deposit = parameters.deposit ?? payment * parameters.instances
  const { unit, first = 0n, period, answerSeconds } = schedule
  const input = parameters.input ?? '0x'
  const inputHash = parameters.input === undefined ? parameters.inputHash : sha256(parameters.input)
  const inputUri = parameters.input === undefined ? (parameters.inputUri ?? '') : ''
  const hash = await client.writeContract({
    address: coprocessor,
    abi,
    functionName: 'openSubscription',
    args: [terms, { unit: scheduleUnits.indexOf(unit), first, period, answerSeconds }, outputNames, inputHash, input, inputUri, deposit],
    value: token === zeroAddress ? deposit : 0n,
  })
  const { logs } = await mined(client, hash)
  const [event] = parseEventLogs({ abi, eventName: 'SubscriptionOpened', logs })
  if (event === undefined) throw new Error(`transaction ${hash} opened no subscription`)
  return { hash, subscriptionId: event.args.subscriptionId, subscription: event.args.subscription }
}

/** Adds to the deposit. Anyone may; it belongs to the subscriber from then on. */
export async function fundInferenceSubscription(
  client: CoprocessorClient,
  parameters: At & { subscription: InferenceSubscription; amount: bigint },
): Promise<{ hash: Hex; deposit: bigint }> {
  const { coprocessor, subscription, amount } = parameters
  const hash = await client.writeContract({
    address: coprocessor,
    abi,
    functionName: 'fundSubscription',
    args: [subscription, amount],
    value: subscription.terms.token === zeroAddress ? amount : 0n,
  })
  const { logs } = await mined(client, hash)
  const [event] = parseEventLogs({ abi, eventName: 'SubscriptionFunded', logs })
  return { hash, deposit: event?.args.deposit ?? 0n }
}

/** Makes the request that is due. Reverts with `InstanceNotDue`, `DepositTooLow`, or when the price has risen above the payment. */
export async function triggerInferenceSubscription(
  client: CoprocessorClient,
  parameters: At & { subscription: InferenceSubscription },
): Promise<{ hash: Hex; requestId: Hex; next: bigint }> {
  const { coprocessor, subscription } = parameters
  const hash = await client.writeContract({ address: coprocessor, abi, functionName: 'triggerSubscription', args: [subscription] })
  const { logs } = await mined(client, hash)
  const [event] = parseEventLogs({ abi, eventName: 'SubscriptionTriggered', logs })
  if (event === undefined) throw new Error(`transaction ${hash} triggered nothing`)
  return { hash, requestId: event.args.requestId, next: event.args.next }
}

/** Ends a subscription of the caller's; what is left is credited to the terms' `refundTo`. Instances under way go on. */
export async function closeInferenceSubscription(
  client: CoprocessorClient,
  parameters: At & { subscription: InferenceSubscription },
): Promise<{ hash: Hex; refund: bigint }> {
  const { coprocessor, subscription } = parameters
  const hash = await client.writeContract({ address: coprocessor, abi, functionName: 'closeSubscription', args: [subscription] })
  const { logs } = await mined(client, hash)
  const [event] = parseEventLogs({ abi, eventName: 'SubscriptionClosed', logs })
  return { hash, refund: event?.args.refund ?? 0n }
}

/** A subscription with its output names and input, as its event has them, or null. */
export async function getInferenceSubscription(
  client: Pick<CoprocessorReader, 'getContractEvents'>,
  parameters: At & { subscriptionId: Hex; fromBlock?: bigint },
) {
  const { coprocessor, subscriptionId, fromBlock = 0n } = parameters
  const [event] = await client.getContractEvents({
    address: coprocessor,
    abi,
    eventName: 'SubscriptionOpened',
    args: { subscriptionId },
    fromBlock,
    strict: true,
  })
  if (event === undefined) return null
  const { subscription, outputNames, input, inputUri } = event.args
  return { subscription, outputNames, input, inputUri, blockNumber: event.blockNumber }
}

/** What is left of the deposit, and when the next instance is due, in the schedule's unit. */
export function getInferenceSubscriptionState(
  client: Pick<CoprocessorReader, 'readContract'>,
  parameters: At & { subscriptionId: Hex },
): Promise<{ open: boolean; deposit: bigint; next: bigint }> {
  const { coprocessor, subscriptionId } = parameters
  return client.readContract({ address: coprocessor, abi, functionName: 'subscriptionState', args: [subscriptionId] })
}

export type WatchInferenceInstancesParameters = {
  subscriptionId: Hex
  /** Where to begin looking for triggers. Default 0. */
  fromBlock?: bigint
  /** Default 1 000. */
  pollingIntervalMs?: number
  /** For the next trigger, and then for its answer. Default 120 000. */
  timeoutMs?: number
}

export type InferenceInstance = WaitForInferenceReturnType & { requestId: Hex }

/** Every instance in order, as each is answered or refunded. Throws {@link InferenceTimeoutError} when the next one takes too long; `requestId` is the subscription's id then, if none was triggered. */
export async function* watchInferenceInstances(
  client: CoprocessorReader,
  parameters: At & WatchInferenceInstancesParameters,
): AsyncGenerator<InferenceInstance, void> {
  const { coprocessor, subscriptionId, pollingIntervalMs = 1_000, timeoutMs = 120_000 } = parameters
  const seen = new Set<Hex>()
  let fromBlock = parameters.fromBlock ?? 0n
  let startedMs = performance.now()
  for (;;) {
    const events = await client.getContractEvents({
      address: coprocessor,
      abi,
      eventName: 'SubscriptionTriggered',
      args: { subscriptionId },
      fromBlock,
      strict: true,
    })
    for (const { args, blockNumber } of events) {
      const { requestId } = args
      if (seen.has(requestId)) continue
      seen.add(requestId)
      fromBlock = blockNumber
      yield { requestId, ...(await waitForInference(client, { coprocessor, requestId, fromBlock, pollingIntervalMs, timeoutMs })) }
      startedMs = performance.now()
    }
    if (performance.now() - startedMs > timeoutMs) throw new InferenceTimeoutError(subscriptionId, 'none', timeoutMs)
    await new Promise((resolve) => setTimeout(resolve, pollingIntervalMs))
  }
}

// ------------------------------------------------------------------ decorator

/** All of the above for one coprocessor: `client.extend(coprocessorSubscriptionActions({ address }))`. */
export function coprocessorSubscriptionActions({ address: coprocessor }: { address: Address }) {
  return (client: CoprocessorClient) => ({
    openInferenceSubscription: (parameters: OpenInferenceSubscriptionParameters) =>
      openInferenceSubscription(client, { coprocessor, ...parameters }),
    fundInferenceSubscription: (parameters: { subscription: InferenceSubscription; amount: bigint }) =>
      fundInferenceSubscription(client, { coprocessor, ...parameters }),
    triggerInferenceSubscription: (parameters: { subscription: InferenceSubscription }) =>
      triggerInferenceSubscription(client, { coprocessor, ...parameters }),
    closeInferenceSubscription: (parameters: { subscription: InferenceSubscription }) =>
      closeInferenceSubscription(client, { coprocessor, ...parameters }),
    getInferenceSubscription: (parameters: { subscriptionId: Hex; fromBlock?: bigint }) =>
      getInferenceSubscription(client, { coprocessor, ...parameters }),
    getInferenceSubscriptionState: (parameters: { subscriptionId: Hex }) =>
      getInferenceSubscriptionState(client, { coprocessor, ...parameters }),
    watchInferenceInstances: (parameters: WatchInferenceInstancesParameters) =>
      watchInferenceInstances(client, { coprocessor, ...parameters }),
  })
}
