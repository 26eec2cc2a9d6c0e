/**
 * The coprocessor from TypeScript, as viem extends clients:
 *
 *     const wallet = createWalletClient({ account, chain, transport })
 *       .extend(publicActions)
 *       .extend(coprocessorActions({ address }))
 *     const { requestId, request } = await wallet.requestInference({ terms, outputNames: ['logits'], input, deadlineSeconds })
 *     const { state, outputs } = await wallet.waitForInference({ requestId })
 *
 * Every action also stands alone, with the client first and the coprocessor's address among its parameters. Inputs and outputs are the
 * canonical bytes of tensors (`encodeTensors` of @nacre/verifier).
 */
import {
  type Account,
  type Address,
  type Chain,
  type Client,
  decodeFunctionData,
  type Hex,
  type PublicActions,
  parseEventLogs,
  type RpcSchema,
  type Transport,
  type WalletActions,
  zeroAddress,
} from 'viem'
import { inferenceCoprocessorAbi } from '../generated/InferenceCoprocessor.ts'
import {
  type BatchedInferenceAnswer,
  type InferenceAnswer,
  type InferenceCheckpoint,
  type InferencePolicy,
  type InferenceReceipt,
  type InferenceRequest,
  type InferenceTerms,
  InferenceTimeoutError,
  type RequestState,
  requestStates,
} from './inference.ts'

/** A viem client that can read and write: `createWalletClient(…).extend(publicActions)`. */
export type CoprocessorClient = Client<
  Transport,
  Chain,
  Account,
  RpcSchema | undefined,
  PublicActions<Transport, Chain, Account> & WalletActions<Chain, Account>
>

/** Only reads. */
export type CoprocessorReader = Pick<CoprocessorClient, 'readContract' | 'getContractEvents' | 'getTransaction' | 'getTransactionReceipt'>

/** Which coprocessor. */
export type At = { coprocessor: Address }

// ------------------------------------------------------------------ asking

export type EstimateInferenceFeeParameters = {
  operator: Address
  modelId: Hex
  /** ERC-20, or the zero address for ETH (default). */
  token?: Address
  registry: Address
  /** Default 0: no callback. */
  callbackGasLimit?: bigint
}

/** The least payment that the operator takes. Reverts with `OfferNotOpen` where it takes none. */
export function estimateInferenceFee(
  client: Pick<CoprocessorReader, 'readContract'>,
  parameters: At & EstimateInferenceFeeParameters,
): Promise<bigint> {
  const { coprocessor, operator, modelId, token = zeroAddress, registry, callbackGasLimit = 0n } = parameters
  return client.readContract({
    address: coprocessor,
    abi: inferenceCoprocessorAbi,
    functionName: 'estimateFee',
    args: [operator, modelId, token, registry, callbackGasLimit],
  })
}

export type RequestInferenceParameters = {
  /** `payment` defaults to the operator's price, `refundTo` to the caller; without a callback both of its fields default to none. */
  terms: Pick<InferenceTerms, 'operator' | 'modelId'> & { policy: InferencePolicy } & Partial<
      Pick<InferenceTerms, 'callback' | 'callbackGasLimit' | 'token' | 'payment' | 'refundTo'>
    >
  /** Names of the outputs wanted, in this order. */
  outputNames: readonly string[]
  /** Seconds since 1970: the last at which an answer is taken. */
  deadlineSeconds: bigint
} & ({ input: Hex; inputHash?: never } | { input?: never; inputHash: Hex; inputUri?: string })

export type RequestInferenceReturnType = { hash: Hex; requestId: Hex; request: InferenceRequest }

/**
 * Asks, and resolves once the request is mined. In a token, approve the coprocessor for the payment first. A payment that is left
 * out is the price of this moment: if it rises before the request is mined, that reverts with `PaymentTooLow`.
 */
export async function requestInference(
  client: CoprocessorClient,
  parameters: At & RequestInferenceParameters,
): Promise<RequestInferenceReturnType> {
  const { coprocessor, outputNames, deadlineSeconds } = parameters
  const { operator, modelId, policy, callback = zeroAddress, callbackGasLimit = 0n, token = zeroAddress } = parameters.terms
  const fee = { coprocessor, operator, modelId, token, registry: policy.registry, callbackGasLimit }
  const { payment = await estimateInferenceFee(client, fee), refundTo = client.account.address } = parameters.terms
  const terms = { operator, modelId, policy, callback, callbackGasLimit, token, payment, refundTo }
  const contract = { address: coprocessor, abi: inferenceCoprocessorAbi, value: token === zeroAddress ? payment : 0n } as const
  const hash =
    parameters.input !== undefined
      ? await client.writeContract({
          ...contract,
          functionName: 'requestInference',
          args: [terms, outputNames, parameters.input, deadlineSeconds],
        })
      : await client.writeContract({
          ...contract,
          functionName: 'requestInferenceByHash',
          args: [terms, outputNames, parameters.inputHash, parameters.inputUri ?? '', deadlineSeconds],
        })
  const { logs } = await mined(client, hash)
  const [event] = parseEventLogs({ abi: inferenceCoprocessorAbi, eventName: 'InferenceRequested', logs })
  if (event === undefined) throw new Error(`transaction ${hash} made no request`)
  return { hash, requestId: event.args.requestId, request: event.args.request }
}

export type GetInferenceRequestParameters = { requestId: Hex; fromBlock?: bigint }

/** A request with its output names and input, as its event has them, or null. `input` is empty where it travels elsewhere. */
export async function getInferenceRequest(
  client: Pick<CoprocessorReader, 'getContractEvents'>,
  parameters: At & GetInferenceRequestParameters,
) {
  const { coprocessor, requestId, fromBlock = 0n } = parameters
  const [event] = await client.getContractEvents({
    address: coprocessor,
    abi: inferenceCoprocessorAbi,
    eventName: 'InferenceRequested',
    args: { requestId },
    fromBlock,
    strict: true,
  })
  if (event === undefined) return null
  const { request, outputNames, input, inputUri } = event.args
  return { request, outputNames, input, inputUri, blockNumber: event.blockNumber }
}

/** Where a request stands. */
export async function getInferenceState(
  client: Pick<CoprocessorReader, 'readContract'>,
  parameters: At & { requestId: Hex },
): Promise<RequestState> {
  const { coprocessor, requestId } = parameters
  const state = await client.readContract({
    address: coprocessor,
    abi: inferenceCoprocessorAbi,
    functionName: 'requestState',
    args: [requestId],
  })
  return requestStates[state] as RequestState
}

// ------------------------------------------------------------------ waiting

export type WaitForInferenceParameters = {
  requestId: Hex
  /** Where to begin looking for events. Default 0. */
  fromBlock?: bigint
  /** Default 1 000. */
  pollingIntervalMs?: number
  /** Default 120 000. */
  timeoutMs?: number
}

export type WaitForInferenceReturnType =
  | {
      /** `callbackFailed`: paid and answered, and anyone may retry the callback. */
      state: 'answered' | 'callbackFailed'
      hash: Hex
      signer: Address
      outputHash: Hex
      timestampMs: bigint
      sequence: bigint
      /** As the answering transaction brought them; null when it went through another contract than the coprocessor. */
      outputs: Hex | null
    }
  | { state: 'refunded'; hash: Hex }

/**
 * Resolves when the request is answered or refunded. The chain checked the answer by the request's own policy; wait for as many blocks
 * as the value at stake asks before relying on it. Rejects with {@link InferenceTimeoutError}.
 */
export async function waitForInference(
  client: CoprocessorReader,
  parameters: At & WaitForInferenceParameters,
): Promise<WaitForInferenceReturnType> {
  const { coprocessor, requestId, fromBlock = 0n, pollingIntervalMs = 1_000, timeoutMs = 120_000 } = parameters
  const events = { address: coprocessor, abi: inferenceCoprocessorAbi, args: { requestId }, fromBlock, strict: true } as const
  const startedMs = performance.now()
  for (;;) {
    const state = await getInferenceState(client, { coprocessor, requestId })
    if (state === 'refunded') {
      const [event] = await client.getContractEvents({ ...events, eventName: 'InferenceRefunded' })
      if (event !== undefined) return { state, hash: event.transactionHash }
    }
    if (state === 'answered' || state === 'callbackFailed') {
      const [event] = await client.getContractEvents({ ...events, eventName: 'InferenceFulfilled' })
      if (event !== undefined) {
        const { signer, outputHash, timestampMs, sequence } = event.args
        const outputs = await outputsOf(client, coprocessor, event.transactionHash, { timestampMs, sequence })
        return { state, hash: event.transactionHash, signer, outputHash, timestampMs, sequence, outputs }
      }
    }
    if (performance.now() - startedMs > timeoutMs) throw new InferenceTimeoutError(requestId, state, timeoutMs)
    await new Promise((resolve) => setTimeout(resolve, pollingIntervalMs))
  }
}

/** A key's sequence numbers are its own, so within one transaction they tell its answers apart. */
async function outputsOf(
  client: CoprocessorReader,
  coprocessor: Address,
  hash: Hex,
  wanted: Pick<InferenceAnswer, 'timestampMs' | 'sequence'>,
): Promise<Hex | null> {
  const { to, input } = await client.getTransaction({ hash })
  if (to?.toLowerCase() !== coprocessor.toLowerCase()) return null
  const { functionName, args } = decodeFunctionData({ abi: inferenceCoprocessorAbi, data: input })
  const answers = functionName === 'fulfill' ? [args[1]] : functionName === 'fulfillBatch' ? args[0].map(({ answer }) => answer) : []
  const answer = answers.find(({ timestampMs, sequence }) => timestampMs === wanted.timestampMs && sequence === wanted.sequence)
  return answer?.outputs ?? null
}

// ------------------------------------------------------------------ answering, refunding, retrying

export type FulfillInferenceParameters = { request: InferenceRequest; answer: InferenceAnswer; signature: Hex }

/** Brings an answer, and resolves once it is mined. The request's operator is paid, whoever calls. */
export async function fulfillInference(
  client: CoprocessorClient,
  parameters: At & FulfillInferenceParameters,
): Promise<{ hash: Hex; callbackSucceeded: boolean }> {
  const { coprocessor, request, answer, signature } = parameters
  const hash = await client.writeContract({
    address: coprocessor,
    abi: inferenceCoprocessorAbi,
    functionName: 'fulfill',
    args: [request, answer, signature],
  })
  const { logs } = await mined(client, hash)
  const [event] = parseEventLogs({ abi: inferenceCoprocessorAbi, eventName: 'InferenceFulfilled', logs })
  return { hash, callbackSucceeded: event?.args.callbackSucceeded ?? false }
}

export type FulfillInferenceBatchParameters = {
  /** Receipts below one checkpoint, each with its path in the log. */
  answers: readonly BatchedInferenceAnswer[]
  checkpoint: InferenceCheckpoint
  /** The checkpoint's, 65 bytes. */
  signature: Hex
}

/**
 * Brings many answers under one signature, and resolves once it is mined. What was answered or refunded before, or came too late, is `skipped`;
 * anything else wrong reverts all. Give it the sum of the callbacks' gas limits, whatever a trial run used.
 */
export async function fulfillInferenceBatch(
  client: CoprocessorClient,
  parameters: At & FulfillInferenceBatchParameters,
): Promise<{ hash: Hex; fulfilled: { requestId: Hex; callbackSucceeded: boolean }[]; skipped: Hex[] }> {
  const { coprocessor, answers, checkpoint, signature } = parameters
  const contract = { address: coprocessor, abi: inferenceCoprocessorAbi, functionName: 'fulfillBatch' } as const
  const args = [answers, checkpoint, signature] as const
  const callbacksGas = answers.reduce((sum, { request }) => sum + (request.terms.callbackGasLimit * 64n) / 63n + 1n, 0n)
  const estimated = await client.estimateContractGas({ ...contract, args, account: client.account })
  const gas = estimated + callbacksGas + batchGasReserve
  const hash = await client.writeContract({ ...contract, args, gas: gas < transactionGasMax ? gas : transactionGasMax })
  const { logs } = await mined(client, hash)
  const fulfilled = parseEventLogs({ abi: inferenceCoprocessorAbi, eventName: 'InferenceFulfilled', logs })
  const skipped = parseEventLogs({ abi: inferenceCoprocessorAbi, eventName: 'FulfilmentSkipped', logs })
  return {
    hash,
    fulfilled: fulfilled.map(({ args: { requestId, callbackSucceeded } }) => ({ requestId, callbackSucceeded })),
    skipped: skipped.map(({ args: { requestId } }) => requestId),
  }
}

/** `GAS_RESERVE` of the coprocessor, and as much again. */
const batchGasReserve = 40_000n
/** EIP-7825. */
const transactionGasMax = 1n << 24n

/** Sends the payment back, after the deadline. */
export async function cancelInference(client: CoprocessorClient, parameters: At & { request: InferenceRequest }): Promise<{ hash: Hex }> {
  const { coprocessor, request } = parameters
  const hash = await client.writeContract({ address: coprocessor, abi: inferenceCoprocessorAbi, functionName: 'cancel', args: [request] })
  await mined(client, hash)
  return { hash }
}

export type RetryInferenceCallbackParameters = { request: InferenceRequest; fromBlock?: bigint }

/** Calls a callback that failed once more, with what the failure's event kept. */
export async function retryInferenceCallback(
  client: CoprocessorClient,
  parameters: At & RetryInferenceCallbackParameters,
): Promise<{ hash: Hex }> {
  const { coprocessor, request, fromBlock = 0n } = parameters
  const contract = { address: coprocessor, abi: inferenceCoprocessorAbi } as const
  const requestId = await client.readContract({ ...contract, functionName: 'requestIdOf', args: [request] })
  const [event] = await client.getContractEvents({ ...contract, eventName: 'CallbackFailed', args: { requestId }, fromBlock, strict: true })
  if (event === undefined) throw new Error(`no failed callback of request ${requestId} since block ${fromBlock}`)
  const args = [request, event.args.receipt as InferenceReceipt, event.args.outputs] as const
  const hash = await client.writeContract({ ...contract, functionName: 'retryCallback', args })
  await mined(client, hash)
  return { hash }
}

export type WithdrawInferenceCreditParameters = { token?: Address; to?: Address }

/** Takes the caller's credit: an operator's payments, or refunds. */
export async function withdrawInferenceCredit(
  client: CoprocessorClient,
  parameters: At & WithdrawInferenceCreditParameters,
): Promise<{ hash: Hex; amount: bigint }> {
  const { coprocessor, token = zeroAddress, to = client.account.address } = parameters
  const hash = await client.writeContract({
    address: coprocessor,
    abi: inferenceCoprocessorAbi,
    functionName: 'withdraw',
    args: [token, to],
  })
  const { logs } = await mined(client, hash)
  const [event] = parseEventLogs({ abi: inferenceCoprocessorAbi, eventName: 'Withdrawn', logs })
  return { hash, amount: event?.args.amount ?? 0n }
}

/** The receipt of a transaction that succeeded. */
export async function mined(client: CoprocessorClient, hash: Hex) {
  const receipt = await client.waitForTransactionReceipt({ hash })
  if (receipt.status !== 'success') throw new Error(`transaction ${hash} reverted`)
  return receipt
}

// ------------------------------------------------------------------ decorator

/** All of the above for one coprocessor: `client.extend(coprocessorActions({ address }))`. */
export function coprocessorActions({ address: coprocessor }: { address: Address }) {
  return (client: CoprocessorClient) => ({
    estimateInferenceFee: (parameters: EstimateInferenceFeeParameters) => estimateInferenceFee(client, { coprocessor, ...parameters }),
    requestInference: (parameters: RequestInferenceParameters) => requestInference(client, { coprocessor, ...parameters }),
    getInferenceRequest: (parameters: GetInferenceRequestParameters) => getInferenceRequest(client, { coprocessor, ...parameters }),
    getInferenceState: (parameters: { requestId: Hex }) => getInferenceState(client, { coprocessor, ...parameters }),
    waitForInference: (parameters: WaitForInferenceParameters) => waitForInference(client, { coprocessor, ...parameters }),
    fulfillInference: (parameters: FulfillInferenceParameters) => fulfillInference(client, { coprocessor, ...parameters }),
    fulfillInferenceBatch: (parameters: FulfillInferenceBatchParameters) => fulfillInferenceBatch(client, { coprocessor, ...parameters }),
    cancelInference: (parameters: { request: InferenceRequest }) => cancelInference(client, { coprocessor, ...parameters }),
    retryInferenceCallback: (parameters: RetryInferenceCallbackParameters) =>
      retryInferenceCallback(client, { coprocessor, ...parameters }),
    withdrawInferenceCredit: (parameters: WithdrawInferenceCreditParameters = {}) =>
      withdrawInferenceCredit(client, { coprocessor, ...parameters }),
  })
}
