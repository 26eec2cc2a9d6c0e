import { inferenceCoprocessorAbi } from '@nacre/contracts/generated/InferenceCoprocessor'
import { fromHex, type Hex, isHex, sha256, toHex } from '@nacre/verifier/bytes'
import type { ReceiptInclusion } from '@nacre/verifier/receipt-proof'
import {
  type AbiEvent,
  type AbiParameterToPrimitiveType,
  type Address,
  BaseError,
  type ContractEventName,
  concatHex,
  decodeAbiParameters,
  decodeErrorResult,
  decodeFunctionResult,
  encodeAbiParameters,
  encodeFunctionData,
  getAbiItem,
  keccak256,
  type Log,
  parseEventLogs,
  stringToHex,
  toEventSelector,
  zeroHash,
} from 'viem'

/** Where requests come from: one `InferenceCoprocessor` on one chain. */
export type CoprocessorSite = { readonly chainId: number; readonly contract: Address }

/** The subscription as the contract knows it: likewise, under its own id. */
export type InferenceSubscription = AbiParameterToPrimitiveType<typeof subscriptionParameter>

/** The request as the contract knows it: a struct of static fields, whose hash is the request id. */
export type InferenceRequest = AbiParameterToPrimitiveType<typeof requestParameter>

/** A request and what its event says besides. */
export type RequestRecord = {
  readonly requestId: Hex
  /** `abi.encode` of the struct. */
  readonly encoded: Hex
  readonly request: InferenceRequest
  readonly outputNames: readonly string[]
  /** Canonical tensors, when they travelled on chain. */
  readonly input: Uint8Array | null
  /** Where the requester says that the input is; empty when it does not say. */
  readonly inputUri: string
}

/** `subscriptionId`: whose instance it is. Names and input are the subscription's then, and here there are none. */
export type SeenRequest = RequestRecord & {
  readonly block: BlockReference
  readonly transactionHash: Hex
  readonly subscriptionId: Hex | null
}

/** A subscription and what its opening says besides. */
export type SubscriptionRecord = Pick<RequestRecord, 'encoded' | 'outputNames' | 'input' | 'inputUri'> & {
  readonly subscriptionId: Hex
  readonly subscription: InferenceSubscription
}

export type SeenSubscription = SubscriptionRecord & {
  readonly deposit: bigint
  readonly block: BlockReference
  readonly transactionHash: Hex
}

/** What became of a subscription, from the log. `next` is known after a trigger. */
export type SubscriptionChange = {
  readonly subscriptionId: Hex
  readonly kind: 'funded' | 'triggered' | 'closed'
  readonly deposit: bigint
  readonly next: bigint | null
  readonly block: BlockReference
}

/** The end of a request, from the log. */
export type SeenSettlement = {
  readonly requestId: Hex
  readonly kind: 'fulfilled' | 'refunded'
  readonly block: BlockReference
  readonly transactionHash: Hex
  /** Who brought the answer; `null` for a refund. */
  readonly fulfiller: Address | null
  readonly callbackSucceeded: boolean | null
}

export type BlockReference = { readonly number: bigint; readonly hash: Hex }

/** `RequestState` in IInferenceCoprocessor.sol. */
export const requestStates = ['none', 'pending', 'answered', 'callback failed', 'refunded'] as const
export type RequestState = (typeof requestStates)[number]

const fulfillItem = getAbiItem({ abi: inferenceCoprocessorAbi, name: 'fulfill' })
const requestParameter = fulfillItem.inputs[0]
const triggerItem = getAbiItem({ abi: inferenceCoprocessorAbi, name: 'triggerSubscription' })
const subscriptionParameter = triggerItem.inputs[0]
/** `SUBSCRIPTION` of InferenceSubscriptions.sol, which keeps the two kinds of ids apart. */
const subscriptionWord = keccak256(stringToHex('nacre/subscription/1'))
const siteParameters = [{ type: 'uint256' }, { type: 'address' }] as const

type EventName = ContractEventName<typeof inferenceCoprocessorAbi>
const topicOf = (name: EventName): Hex => toEventSelector(getAbiItem({ abi: inferenceCoprocessorAbi, name }) as AbiEvent)

/** Topics of the logs to read: what names an operator in its third topic, and what comes of it, which does not. */
export const eventTopics = {
  ofOperators: (['InferenceRequested', 'SubscriptionOpened'] as const).map(topicOf),
  ofAll: (['InferenceFulfilled', 'InferenceRefunded', 'SubscriptionFunded', 'SubscriptionTriggered', 'SubscriptionClosed'] as const).map(
    topicOf,
  ),
}

export type DecodedLogs = {
  requests: SeenRequest[]
  settlements: SeenSettlement[]
  subscriptions: SeenSubscription[]
  changes: SubscriptionChange[]
  /** Logs that were not what they said. */
  refused: number
}

/**
 * What the logs say, without those that cannot be: of another contract, or whose request or subscription does not hash to its id.
 *
 * The attack: an RPC endpoint, or whoever wrote the database, makes up a request. The id commits to every field, so what is left to invent are requests that the chain does not know, which a
 * call to the contract shows before anything is computed or sent. And logs of any shape: each is refused by itself, and none keeps the others from being read.
 */
export function decodeLogs(site: CoprocessorSite, logs: readonly Log[]): DecodedLogs {
  const decoded: DecodedLogs = { requests: [], settlements: [], subscriptions: [], changes: [], refused: 0 }
  const events = logs.flatMap((log) => {
    if (log.removed === true) return []
    const event = eventOf(site, log)
    if (event === null) decoded.refused++
    return event === null ? [] : [event]
  })
  // An instance of a subscription names neither outputs nor input; which subscription it is of stands in the event beside it.
  const instances = new Map(
    events.flatMap((event) => (event.eventName === 'SubscriptionTriggered' ? [[event.args.requestId, event.args.subscriptionId]] : [])),
  )
  for (const event of events) {
    const { block, transactionHash } = event
    switch (event.eventName) {
      case 'InferenceRequested': {
        const { requestId, request, outputNames, input, inputUri } = event.args
        const encoded = encodedOrNull(() => encodeAbiParameters([requestParameter], [request]))
        const subscriptionId = outputNames.length === 0 ? (instances.get(requestId) ?? null) : null
        const isNamed = subscriptionId !== null || hashOutputNames(outputNames) === request.outputNamesHash
        if (encoded === null || requestIdOf(site, encoded) !== requestId || !isNamed) {
          decoded.refused++
          break
        }
        const told = { outputNames, input: inputBytes(input), inputUri: boundedUri(inputUri) }
        decoded.requests.push({ requestId, encoded, request, ...told, subscriptionId, block, transactionHash })
        break
      }
      case 'InferenceFulfilled': {
        const { requestId, fulfiller, callbackSucceeded } = event.args
        decoded.settlements.push({ requestId, kind: 'fulfilled', fulfiller, callbackSucceeded, block, transactionHash })
        break
      }
      case 'InferenceRefunded': {
        const { requestId } = event.args
        decoded.settlements.push({ requestId, kind: 'refunded', fulfiller: null, callbackSucceeded: null, block, transactionHash })
        break
      }
      case 'SubscriptionOpened': {
        const { subscriptionId, subscription, deposit, outputNames, input, inputUri } = event.args
        const encoded = encodedOrNull(() => encodeAbiParameters([subscriptionParameter], [subscription]))
        const isItsOwn = encoded !== null && subscriptionIdOf(site, encoded) === subscriptionId
        if (!isItsOwn || hashOutputNames(outputNames) !== subscription.outputNamesHash) {
          decoded.refused++
          break
        }
        const told = { outputNames, input: inputBytes(input), inputUri: boundedUri(inputUri) }
        decoded.subscriptions.push({ subscriptionId, encoded, subscription, ...told, deposit, block, transactionHash })
        break
      }
      case 'SubscriptionFunded':
        decoded.changes.push({ ...event.args, kind: 'funded', next: null, block })
        break
      case 'SubscriptionTriggered':
        decoded.changes.push({ ...event.args, kind: 'triggered', block })
        break
      case 'SubscriptionClosed':
        decoded.changes.push({ ...event.args, kind: 'closed', deposit: 0n, next: null, block })
    }
  }
  return decoded
}

const readEvents = [
  'InferenceRequested',
  'InferenceFulfilled',
  'InferenceRefunded',
  'SubscriptionOpened',
  'SubscriptionFunded',
  'SubscriptionTriggered',
  'SubscriptionClosed',
] as const

/** One of the contract's events with its place on the chain; `null` for what is none. */
function eventOf(site: CoprocessorSite, log: Log) {
  const { address, blockNumber: number, blockHash: hash, transactionHash } = log
  const isPlaced = typeof number === 'bigint' && isHex(hash, 32) && isHex(transactionHash, 32)
  if (!isPlaced || !isHex(address, 20) || address.toLowerCase() !== site.contract.toLowerCase()) return null
  if (!Array.isArray(log.topics) || !log.topics.every((topic) => isHex(topic, 32)) || !isHex(log.data)) return null
  const [event] = parseEventLogs({ abi: inferenceCoprocessorAbi, eventName: [...readEvents], logs: [log] })
  return event === undefined ? null : { ...event, block: { number, hash }, transactionHash }
}

/** Numbers that are too large for their types can be decoded, and are encoded by nobody. */
function encodedOrNull(encode: () => Hex): Hex | null {
  try {
    return encode()
  } catch {
    return null
  }
}

function inputBytes(input: Hex): Uint8Array | null {
  return input === '0x' ? null : fromHex(input)
}

/** The attack: whoever asks writes here what it likes. What is no URL leads nowhere, and databases take no zero bytes. */
function boundedUri(text: string): string {
  return text.length > uriLengthMax || /\p{Cc}/u.test(text) ? '' : text
}

/** keccak256 of chain id, contract and request, as `requestIdOf` in the contract. */
export function requestIdOf({ chainId, contract }: CoprocessorSite, encoded: Hex): Hex {
  return keccak256(concatHex([encodeAbiParameters(siteParameters, [BigInt(chainId), contract]), encoded]))
}

/** `subscriptionIdOf` in the contract. */
export function subscriptionIdOf({ chainId, contract }: CoprocessorSite, encoded: Hex): Hex {
  return keccak256(concatHex([subscriptionWord, encodeAbiParameters(siteParameters, [BigInt(chainId), contract]), encoded]))
}

/** `OutputNames.hash`. */
export function hashOutputNames(names: readonly string[]): Hex {
  return names.reduce<Hex>((hash, name) => keccak256(concatHex([hash, keccak256(stringToHex(name))])), zeroHash)
}

/** A record from the database, checked against its own id; `null` when it does not belong to it. */
export async function checkRecord(site: CoprocessorSite, record: Omit<RequestRecord, 'request'>): Promise<RequestRecord | null> {
  if (requestIdOf(site, record.encoded) !== record.requestId) return null
  const [request] = decodeAbiParameters([requestParameter], record.encoded)
  if (hashOutputNames(record.outputNames) !== request.outputNamesHash) return null
  if (record.input !== null && toHex(await sha256(record.input)) !== request.inputHash) return null
  return { ...record, request }
}

/** As {@link checkRecord}, of a subscription. */
export async function checkSubscription(
  site: CoprocessorSite,
  record: Omit<SubscriptionRecord, 'subscription'>,
): Promise<SubscriptionRecord | null> {
  if (subscriptionIdOf(site, record.encoded) !== record.subscriptionId) return null
  const [subscription] = decodeAbiParameters([subscriptionParameter], record.encoded)
  if (hashOutputNames(record.outputNames) !== subscription.outputNamesHash) return null
  if (record.input !== null && toHex(await sha256(record.input)) !== subscription.inputHash) return null
  return { ...record, subscription }
}

export type Answer = { readonly timestampMs: bigint; readonly sequence: bigint; readonly outputs: Hex }

export function encodeFulfill({ request }: Pick<RequestRecord, 'request'>, answer: Answer, signature: Hex): Hex {
  const { timestampMs, sequence, outputs } = answer
  return encodeFunctionData({
    abi: inferenceCoprocessorAbi,
    functionName: 'fulfill',
    args: [request, { timestampMs, sequence, outputs }, signature],
  })
}

/** Answers below one checkpoint. */
export function encodeFulfillBatch(
  items: readonly { readonly request: InferenceRequest; readonly answer: Answer; readonly proof: readonly Hex[] }[],
  { checkpoint, checkpointSignature }: Pick<ReceiptInclusion, 'checkpoint' | 'checkpointSignature'>,
): Hex {
  const batch = items.map(({ request, answer: { timestampMs, sequence, outputs }, proof }) => ({
    request,
    answer: { timestampMs, sequence, outputs },
    proof,
  }))
  return encodeFunctionData({ abi: inferenceCoprocessorAbi, functionName: 'fulfillBatch', args: [batch, checkpoint, checkpointSignature] })
}

/** What `fulfillBatch` returned: how many were answered. */
export function decodeFulfilled(data: Hex): bigint {
  return decodeFunctionResult({ abi: inferenceCoprocessorAbi, functionName: 'fulfillBatch', data })
}

export function encodeTrigger({ subscription }: Pick<SubscriptionRecord, 'subscription'>): Hex {
  return encodeFunctionData({ abi: inferenceCoprocessorAbi, functionName: 'triggerSubscription', args: [subscription] })
}

/** Requests that a batch of this receipt left out though they are still open. */
export function leftOpen(logs: readonly Log[]): Hex[] {
  return parseEventLogs({ abi: inferenceCoprocessorAbi, eventName: 'FulfilmentSkipped', logs: [...logs] }).flatMap(({ args }) =>
    requestStates[args.state] === 'pending' ? [args.requestId] : [],
  )
}

/** With which error a contract refused a call; `null` when something else failed, an RPC endpoint for instance. */
export function revertOf(error: unknown): { name: string; args: readonly unknown[] } | null {
  if (!(error instanceof BaseError)) return null
  const data = (error.walk((cause) => typeof (cause as { data?: unknown }).data === 'string') as { data?: Hex } | null)?.data
  if (data !== undefined && data !== '0x') {
    try {
      const { errorName, args } = decodeErrorResult({ abi: inferenceCoprocessorAbi, data })
      return { name: errorName, args: (args ?? []) as readonly unknown[] }
    } catch {
      return { name: data.slice(0, 10), args: [] }
    }
  }
  const reverted = error.walk((cause) => (cause as { name?: string }).name === 'ExecutionRevertedError')
  return reverted === null || reverted === undefined ? null : { name: 'revert', args: [] }
}

/** Longer ones lead nowhere. */
const uriLengthMax = 2048
