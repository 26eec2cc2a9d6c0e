import { inferenceCoprocessorAbi } from '@nacre/contracts/generated/InferenceCoprocessor'
import type { Hex } from '@nacre/verifier/bytes'
import {
  type Address,
  BaseError,
  BlockNotFoundError,
  createPublicClient,
  defineChain,
  fallback,
  http,
  type Log,
  numberToHex,
  type PublicClient,
  type Transport,
} from 'viem'
import { type BlockReference, type CoprocessorSite, eventTopics, type RequestState, requestStates } from './contract.ts'
import { RelayerError } from './errors.ts'

/** What the relayer reads of the chain. Everything may fail at any time, and everything may be asked again. */
export type ChainReader = {
  readonly site: CoprocessorSite
  readonly client: PublicClient
  head(): Promise<Head>
  /** Hash of the block at this height; `null` when the endpoint has none. */
  hashAt(number: bigint): Promise<Hex | null>
  /** Logs of the operators' requests and subscriptions, and of all that came of any, in these blocks inclusive. */
  logs(fromBlock: bigint, toBlock: bigint, operators: readonly Address[]): Promise<Log[]>
  /** `pending` sees what waits for the next block, where an endpoint shows it. */
  requestState(requestId: Hex, blockTag: 'latest' | 'pending'): Promise<RequestState>
  subscriptionState(subscriptionId: Hex): Promise<SubscriptionState>
}

/** `SubscriptionState` in IInferenceSubscriptions.sol; `next` in the schedule's unit. */
export type SubscriptionState = { readonly open: boolean; readonly deposit: bigint; readonly next: bigint }

export type Head = BlockReference & { readonly seconds: bigint; readonly baseFeePerGas: bigint }

export type ChainParameters = {
  urls: readonly string[]
  contract: Address
  /** Of the chain that is meant; without it the first endpoint that answers says it. */
  chainId?: number | undefined
  pollingMs: number
  onError?: ((error: unknown) => void) | undefined
}

/** @throws `CHAIN_UNREACHABLE`, `CHAIN_MISMATCH`, `CONTRACT_ABSENT` */
export async function openChain({ urls, contract, chainId: wanted, pollingMs, onError }: ChainParameters): Promise<ChainReader> {
  const chainId = wanted ?? (await firstChainId(urls))
  const chain = defineChain({
    id: chainId,
    name: `chain ${chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [] } },
  })
  const transports = urls.map((url) => checked(endpoint(url), chainId, onError))
  const client = createPublicClient({ chain, transport: fallback(transports, { retryCount: 0 }), pollingInterval: pollingMs, cacheTime: 0 })
  const code = await client.getCode({ address: contract }).catch((cause) => {
    if (cause instanceof RelayerError) throw cause
    throw new RelayerError('CHAIN_UNREACHABLE', `No RPC endpoint answers: ${brief(cause)}`, { cause })
  })
  if (code === undefined || code === '0x')
    throw new RelayerError('CONTRACT_ABSENT', `There is no contract at ${contract} on chain ${chainId}`)
  const at = { address: contract, abi: inferenceCoprocessorAbi } as const
  return {
    site: { chainId, contract },
    client: client as PublicClient,
    async head() {
      const { number, hash, timestamp, baseFeePerGas } = await client.getBlock({ blockTag: 'latest' })
      return { number, hash, seconds: timestamp, baseFeePerGas: baseFeePerGas ?? 0n }
    },
    async hashAt(number) {
      try {
        return (await client.getBlock({ blockNumber: number })).hash
      } catch (error) {
        if (error instanceof BlockNotFoundError) return null
        throw error
      }
    },
    async logs(fromBlock, toBlock, operators) {
      const range = { address: contract, fromBlock: numberToHex(fromBlock), toBlock: numberToHex(toBlock) }
      const asTopics = operators.map((operator): Hex => `0x${operator.slice(2).toLowerCase().padStart(64, '0')}`)
      const [asked, became] = await Promise.all([
        client.request({ method: 'eth_getLogs', params: [{ ...range, topics: [eventTopics.ofOperators, null, null, asTopics] }] }),
        client.request({ method: 'eth_getLogs', params: [{ ...range, topics: [eventTopics.ofAll] }] }),
      ])
      return [...asked, ...became].map((log) => {
        const blockNumber = log.blockNumber === null ? null : BigInt(log.blockNumber)
        if (blockNumber !== null && (blockNumber < fromBlock || blockNumber > toBlock))
          throw new RelayerError('CHAIN_UNREACHABLE', 'An RPC endpoint answered with logs of blocks that were not asked for')
        return { ...log, blockNumber, logIndex: Number(log.logIndex), transactionIndex: Number(log.transactionIndex) } as Log
      })
    },
    subscriptionState: (subscriptionId) => client.readContract({ ...at, functionName: 'subscriptionState', args: [subscriptionId] }),
    async requestState(requestId, blockTag) {
      return requestStates[await client.readContract({ ...at, functionName: 'requestState', args: [requestId], blockTag })] ?? 'none'
    },
  }
}

async function firstChainId(urls: readonly string[]): Promise<number> {
  let last: unknown
  for (const url of urls) {
    try {
      return await createPublicClient({ transport: endpoint(url) }).getChainId()
    } catch (error) {
      last = error
    }
  }
  throw new RelayerError('CHAIN_UNREACHABLE', `No RPC endpoint answers: ${brief(last)}`, { cause: last })
}

/**
 * The attacks: an endpoint that answers without end, and one that sends the relayer elsewhere, into its operator's own network.
 */
function endpoint(url: string): Transport {
  const fetchFn: typeof fetch = async (input, init) => {
    const answer = await fetch(input, init)
    return new Response(await boundedBody(answer), { status: answer.status, statusText: answer.statusText, headers: answer.headers })
  }
  return http(url, { retryCount: 1, retryDelay: 200, timeout: exchangeMsMax, fetchOptions: { redirect: 'error' }, fetchFn })
}

async function boundedBody({ body }: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > answerBytesMax) throw new Error(`more than ${answerBytesMax} bytes`)
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

/** An endpoint is believed nothing until it has said that it is of this chain. */
function checked(transport: Transport, chainId: number, onError: ChainParameters['onError']): Transport {
  return (parameters) => {
    const opened = transport(parameters)
    let verdict: Promise<void> | undefined
    const check = async () => {
      const received = Number(await opened.request({ method: 'eth_chainId' }))
      if (received !== chainId)
        throw new RelayerError('CHAIN_MISMATCH', 'An RPC endpoint is of another chain', {
          expected: String(chainId),
          received: String(received),
        })
    }
    const request: typeof opened.request = async (...args) => {
      try {
        verdict ??= check()
        await verdict.catch((error) => {
          verdict = undefined
          throw error
        })
        return await opened.request(...args)
      } catch (error) {
        onError?.(error)
        throw error
      }
    }
    return { ...opened, request }
  }
}

/** An error in one line for logs and status. The URL of an endpoint often holds its key, and an endpoint's own words may be anything. */
export function brief(error: unknown): string {
  const text =
    error instanceof BaseError
      ? [error.shortMessage, error.details].filter((part) => part !== undefined && part !== '').join(' ')
      : error instanceof Error
        ? error.message
        : 'unknown error'
  return text
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, '(address)')
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .slice(0, 300)
}

const exchangeMsMax = 15_000
const answerBytesMax = 64 << 20
