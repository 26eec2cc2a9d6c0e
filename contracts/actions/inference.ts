/** The coprocessor's structs as its ABI has them, and what waiting for an answer can end in. */
import type { ContractFunctionArgs, Hex } from 'viem'
import type { inferenceCoprocessorAbi } from '../generated/InferenceCoprocessor.ts'

type Abi = typeof inferenceCoprocessorAbi

export type InferenceRequest = ContractFunctionArgs<Abi, 'nonpayable', 'fulfill'>[0]
export type InferenceTerms = InferenceRequest['terms']
export type InferencePolicy = InferenceTerms['policy']
/** The outputs in full; the receipt's other fields follow from the request. */
export type InferenceAnswer = ContractFunctionArgs<Abi, 'nonpayable', 'fulfill'>[1]
export type InferenceReceipt = ContractFunctionArgs<Abi, 'nonpayable', 'retryCallback'>[1]
/** One of many answers below a checkpoint, with its path in the log. */
export type BatchedInferenceAnswer = ContractFunctionArgs<Abi, 'nonpayable', 'fulfillBatch'>[0][number]
export type InferenceCheckpoint = ContractFunctionArgs<Abi, 'nonpayable', 'fulfillBatch'>[1]
export type InferenceSubscription = ContractFunctionArgs<Abi, 'nonpayable', 'triggerSubscription'>[0]

/** `ScheduleUnit` of IInferenceSubscriptions.sol, by its numbers. */
export const scheduleUnits = ['seconds', 'blocks'] as const

/** `RequestState` of IInferenceCoprocessor.sol, by its numbers. */
export const requestStates = ['none', 'pending', 'answered', 'callbackFailed', 'refunded'] as const
export type RequestState = (typeof requestStates)[number]

/** For a policy's `imageId` or `modelsId`: whatever the registry approves at the time of the answer. */
export const anyApproved: Hex = `0x${'ff'.repeat(32)}`

/** For a policy's `routes`: how the key came into the registry. */
export function routesOf(...routes: readonly (keyof typeof routeNumbers)[]): number {
  return routes.reduce((bits, route) => bits | (1 << routeNumbers[route]), 0)
}

/** The ROUTE constants of IEnclaveRegistry.sol. */
const routeNumbers = { approval: 1, attestation: 2, verifierEnclave: 3 } as const

/** The request was neither answered nor refunded in time. `state` is where it stood last: `pending`, unless the id is wrong. */
export class InferenceTimeoutError extends Error {
  override readonly name = 'InferenceTimeoutError'
  readonly code = 'INFERENCE_TIMEOUT'
  readonly requestId: Hex
  readonly state: RequestState
  constructor(requestId: Hex, state: RequestState, timeoutMs: number) {
    super(`request ${requestId} is still ${state} after ${timeoutMs} ms`)
    this.requestId = requestId
    this.state = state
  }
}
