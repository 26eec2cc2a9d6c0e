import { inferenceCoprocessorAbi } from '@nacre/contracts/generated/InferenceCoprocessor'
import { type Hex, sha256, toHex } from '@nacre/verifier/bytes'
import {
  type AbiParameterToPrimitiveType,
  type Address,
  BaseError,
  concatHex,
  decodeAbiParameters,
  decodeErrorResult,
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

export type SeenRequest = RequestRecord & { readonly block: BlockReference; readonly transactionHash: Hex }

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
const siteParameters = [{ type: 'uint256' }, { type: 'address' }] as const

/** Topics of the logs to read: the operators' requests, and how requests end. */
export const eventTopics = {
  requested: toEventSelector(getAbiItem({ abi: inferenceCoprocessorAbi, name: 'InferenceRequested' })),
  fulfilled: toEventSelector(getAbiItem({ abi: inferenceCoprocessorAbi, name: 'InferenceFulfilled' })),
  refunded: toEventSelector(getAbiItem({ abi: inferenceCoprocessorAbi, name: 'InferenceRefunded' })),
} as const

/**
 * What the logs say, without those that cannot be: of another contract, or whose request does not hash to its id.
 *
 * The attack: an RPC endpoint, or whoever wrote the database, makes up a request. The id commits to every field, so what is left to invent are requests that the chain does not know, which a
 * call to the contract shows before anything is computed or sent.
 */
export function decodeLogs(
  site: CoprocessorSite,
  logs: readonly Log[],
): { requests: SeenRequest[]; settlements: SeenSettlement[]; refused: number } {
  const requests: SeenRequest[] = []
  const settlements: SeenSettlement[] = []
  let refused = 0
  for (const log of parseEventLogs({
    abi: inferenceCoprocessorAbi,
    eventName: ['InferenceRequested', 'InferenceFulfilled', 'InferenceRefunded'],
    logs: [...logs],
  })) {
    const { blockNumber, blockHash, transactionHash } = log
    if (blockNumber === null || blockHash === null || transactionHash === null || log.removed === true) continue
    if (log.address.toLowerCase() !== site.contract.toLowerCase()) {
      refused++
      continue
    }
    const found = { block: { number: blockNumber, hash: blockHash }, transactionHash }
    const requestId = log.args.requestId
    if (log.eventName === 'InferenceRequested') {
      const { request, outputNames, input, inputUri } = log.args
      const encoded = encodeAbiParameters([requestParameter], [request])
      const isItsOwn = requestIdOf(site, encoded) === requestId
      // An instance of a subscription: its names and input stand in another event, which is not followed.
      if (isItsOwn && outputNames.length === 0) continue
      if (!isItsOwn || hashOutputNames(outputNames) !== request.outputNamesHash) {
        refused++
        continue
      }
      const bytes = input === '0x' ? null : Uint8Array.from(Buffer.from(input.slice(2), 'hex'))
      requests.push({ requestId, encoded, request, outputNames, input: bytes, inputUri: inputUri.slice(0, uriLengthMax), ...found })
    } else if (log.eventName === 'InferenceFulfilled') {
      const { fulfiller, callbackSucceeded } = log.args
      settlements.push({ requestId, kind: 'fulfilled', fulfiller, callbackSucceeded, ...found })
    } else settlements.push({ requestId, kind: 'refunded', fulfiller: null, callbackSucceeded: null, ...found })
  }
  return { requests, settlements, refused }
}

/** keccak256 of chain id, contract and request, as `requestIdOf` in the contract. */
export function requestIdOf({ chainId, contract }: CoprocessorSite, encoded: Hex): Hex {
  return keccak256(concatHex([encodeAbiParameters(siteParameters, [BigInt(chainId), contract]), encoded]))
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

export type Answer = { readonly timestampMs: bigint; readonly sequence: bigint; readonly outputs: Hex; readonly signature: Hex }

export function encodeFulfill({ request }: Pick<RequestRecord, 'request'>, { signature, ...answer }: Answer): Hex {
  return encodeFunctionData({ abi: inferenceCoprocessorAbi, functionName: 'fulfill', args: [request, answer, signature] })
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

/** Longer ones are cut, and lead nowhere. */
const uriLengthMax = 2048
