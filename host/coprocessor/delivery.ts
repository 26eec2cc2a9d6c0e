import type { Hex } from '@nacre/verifier/bytes'
import { type ReceiptInclusion, receiptLeafHash } from '@nacre/verifier/receipt-proof'
import { BaseError, isAddressEqual, size, zeroAddress } from 'viem'
import { domainOf, type KeptAnswer, receiptOf } from './answers.ts'
import { brief, type ChainReader } from './chain.ts'
import { decodeFulfilled, encodeFulfill, encodeFulfillBatch, type InferenceRequest, type RequestRecord, revertOf } from './contract.ts'
import type { LogPlaces } from './log-places.ts'
import { type Conclusion, concluded, type RequestReason, refused } from './requests.ts'
import type { CallKind, TransactionSender } from './transactions.ts'

/**
 * Brings answers to the contract: one with a signature of its own in a transaction of its own, and those that share a checkpoint together. Each is tried out first. An answer that the contract would
 * refuse is left out, and does not keep the others.
 */
export type Delivery = {
  /** Resolves once a transaction with it is written down, or it is clear why there is none. `alone`: not together with others, because that failed before. */
  bring(record: RequestRecord, answer: KeptAnswer, alone: boolean): Promise<Conclusion>
  /** Why an answer would not pay for so much gas, if so. */
  profitRefusal(request: Paying, gas: bigint): RequestReason | null
  /** To be called when fewer are under way than before: whoever waits for company may be the last. */
  hurry(): void
}

export type DeliveryParameters = {
  chain: ChainReader
  sender: TransactionSender
  terms: OperatorTerms
  /** Answers under way, those that wait here among them: when no other can join, nobody is waited for. */
  underWay(): number
  /** Where answers find places under one checkpoint. @default none: those go together that came under the same */
  places?: LogPlaces | undefined
  /** Answers in a transaction. @default 32 */
  batchMax?: number | undefined
  /** How long an answer waits for company. @default 250 */
  gatherMs?: number | undefined
}

/** Which requests are worth answering. */
export type OperatorTerms = {
  /** What a payment must leave over its cost, in percent of the cost; negative to answer at a loss. */
  marginPercent: number
  /** What one smallest unit of a token is worth, in wei, times 10^18. Requests that pay in another token are refused. */
  tokenPrices: ReadonlyMap<string, bigint>
}

/** What a payment stands in: a request, or a subscription for each of its instances. */
type Paying = Pick<InferenceRequest, 'terms'>

type Item = {
  readonly record: RequestRecord
  readonly answer: KeptAnswer & { inclusion: ReceiptInclusion }
  settle(conclusion: Conclusion): void
  fail(error: unknown): void
}

export function createDelivery({ chain, sender, terms, underWay, places, batchMax = 32, gatherMs = 250 }: DeliveryParameters): Delivery {
  const { client, site } = chain
  const call = (data: Hex) => ({ account: sender.address, to: site.contract, data, gas: gasMax })

  /** As it will be after the next block, where an endpoint tells. */
  const isOpenSoon = async ({ requestId }: RequestRecord) => (await stateSoon(chain, requestId)) === 'pending'

  async function send(kind: CallKind, subjects: readonly Hex[], data: Hex, gas: bigint): Promise<Conclusion> {
    await sender.send({ kind, subjects, to: site.contract, data, gas })
    return { progress: 'sent' }
  }

  function worthOf({ token, payment }: InferenceRequest['terms']): bigint | null {
    const price = isAddressEqual(token, zeroAddress) ? 10n ** 18n : terms.tokenPrices.get(token.toLowerCase())
    return price === undefined ? null : (payment * price) / 10n ** 18n
  }

  /** The attack: a callback that is cheap when it is tried out and dear when it counts. So its whole gas limit is reckoned with, used or not. */
  function refusalFor(requests: readonly Paying[], gas: bigint): RequestReason | null {
    let worth = 0n
    for (const { terms: asked } of requests) {
      const own = worthOf(asked)
      if (own === null) return { code: 'TOKEN_NOT_ACCEPTED', message: `It pays in token ${asked.token}` }
      worth += own
    }
    const fees = sender.fees()
    if (fees === null) return { code: 'CHAIN_AWAY', message: 'The fees are not known yet' }
    const cost = gas * fees.likelyPerGas
    if (worth * 100n >= cost * BigInt(100 + terms.marginPercent)) return null
    const margin = terms.marginPercent === 0 ? '' : `, to be exceeded by ${terms.marginPercent} %`
    return { code: 'UNPROFITABLE', message: `It pays ${worth} wei, and ${gas} gas cost ${cost} wei${margin}` }
  }

  // ------------------------------------------------------------------ one

  async function bringOne(record: RequestRecord, answer: KeptAnswer & { signature: Hex }): Promise<Conclusion> {
    const data = encodeFulfill(record, answer, answer.signature)
    if (size(data) > transactionBytesMax) return tooLarge(size(data))
    let gas: bigint
    try {
      await client.call(call(data))
      // A tenth more: what a callback finds may have changed by then. What is not used is not paid.
      gas = least(((await client.estimateGas({ ...call(data), blockTag: 'latest' })) * 11n) / 10n, gasMax)
    } catch (error) {
      return refusalOf(error)
    }
    const unprofitable = refusalFor([record.request], gas)
    if (unprofitable !== null) return concluded(unprofitable)
    // A rival's answer may wait for the next block by now: the second one is paid for and brings nothing.
    if (!(await isOpenSoon(record))) return settledMeanwhile
    return send('fulfill', [record.requestId], data, gas)
  }

  // ------------------------------------------------------------------ many

  const dataOf = (items: readonly Item[]): Hex => {
    const [first] = items as [Item]
    const batch = items.map(({ record, answer }) => ({ request: record.request, answer, proof: answer.inclusion.proof }))
    return encodeFulfillBatch(batch, first.answer.inclusion)
  }

  /** What is over once it would be brought is out, each with its own reason; the others stay. */
  async function sift(items: readonly Item[]): Promise<readonly Item[]> {
    if (items.length === 0) return []
    try {
      const { data } = await client.call(call(dataOf(items)))
      if (data !== undefined && decodeFulfilled(data) === BigInt(items.length)) return items
    } catch (error) {
      if (revertOf(error) === null) throw error
      const [only] = items
      if (items.length === 1 && only !== undefined) {
        // Whatever it is, it is this one's alone.
        await refusalOf(error).then(only.settle, only.fail)
        return []
      }
    }
    const [only] = items
    if (items.length === 1 && only !== undefined) {
      only.settle(settledMeanwhile)
      return []
    }
    // The attack: one request whose answer reverts spoils what is brought with it. Halves find it in a few calls.
    const middle = Math.ceil(items.length / 2)
    return [...(await sift(items.slice(0, middle))), ...(await sift(items.slice(middle)))]
  }

  async function bringMany(items: readonly Item[]): Promise<void> {
    const open: Item[] = []
    const states = await Promise.all(items.map(({ record }) => isOpenSoon(record)))
    for (const [index, item] of items.entries()) {
      if (states[index] === true) open.push(item)
      else item.settle(settledMeanwhile)
    }
    const good = await sift(open)
    if (good.length === 0) return
    const data = dataOf(good)
    let used: bigint
    try {
      used = await client.estimateGas({ ...call(data), blockTag: 'latest' })
    } catch (error) {
      if (revertOf(error) === null) throw error
      // Each may be brought, and all of them may not: one at a time, then.
      for (const { settle } of good) settle(concluded({ code: 'TRANSACTION_FAILED', message: 'A batch with it would be reverted' }))
      return
    }
    // The attack: a callback that burns its whole limit in the block alone, so that too little is left for the next one and all of it reverts. What is not used is not paid.
    const callbacks = good.reduce((sum, { record }) => sum + callbackGas(record), 0n)
    const unprofitable = refusalFor(
      good.map(({ record }) => record.request),
      (used * 11n) / 10n,
    )
    const subjects = good.map(({ record }) => record.requestId)
    const conclusion =
      unprofitable === null
        ? await send('fulfillBatch', subjects, data, least((used * 11n) / 10n + callbacks, gasMax))
        : concluded(unprofitable)
    for (const { settle } of good) settle(conclusion)
  }

  /** As many together as fit into a transaction whatever their callbacks do. */
  function fitting(items: readonly Item[]): Item[][] {
    const batches: Item[][] = []
    let [gas, bytes] = [0n, 0]
    for (const item of items) {
      const own = size(dataOf([item]))
      if (own > transactionBytesMax) {
        item.settle(tooLarge(own))
        continue
      }
      const ownGas = batchGasEach + BigInt(own) * calldataGasPerByte + callbackGas(item.record)
      const last = batches.at(-1)
      if (last !== undefined && last.length < batchMax && gas + ownGas <= gasMax - batchGasOnce && bytes + own <= transactionBytesMax) {
        last.push(item)
        ;[gas, bytes] = [gas + ownGas, bytes + own]
      } else {
        batches.push([item])
        ;[gas, bytes] = [ownGas, own]
      }
    }
    return batches
  }

  /** With places under one checkpoint, where they came under several and the log has one. */
  async function placed(items: readonly Item[]): Promise<readonly Item[]> {
    const [first] = items
    const moments = new Set(items.map(({ answer }) => answer.inclusion.checkpointSignature))
    const isOneKeys = items.every(({ answer }) => answer.signer === first?.answer.signer)
    if (places === undefined || first === undefined || moments.size < 2 || !isOneKeys) return items
    const leaves = await Promise.all(
      items.map(async ({ record, answer }) => ({
        sequence: answer.sequence,
        leafHash: receiptLeafHash(await receiptOf(record, answer), domainOf(site)),
      })),
    )
    const found = await places.find(first.answer.signer, leaves)
    return found === null
      ? items
      : items.map((item, index) => ({ ...item, answer: { ...item.answer, inclusion: found[index] as ReceiptInclusion } }))
  }

  async function bringAll(unplaced: readonly Item[]): Promise<void> {
    const items = await placed(unplaced)
    const groups = new Map<Hex, Item[]>()
    for (const item of items) {
      const { checkpointSignature } = item.answer.inclusion
      const group = groups.get(checkpointSignature)
      if (group === undefined) groups.set(checkpointSignature, [item])
      else group.push(item)
    }
    const batches = [...groups.values()].flatMap(fitting)
    await Promise.all(
      batches.map((batch) =>
        bringMany(batch).catch((error: unknown) => {
          // Those that have their conclusion keep it.
          for (const { fail } of batch) fail(error)
        }),
      ),
    )
  }

  // ------------------------------------------------------------------ gathering

  let gathered: Item[] = []
  let timer: NodeJS.Timeout | undefined
  function leave(): void {
    clearTimeout(timer)
    timer = undefined
    const items = gathered
    gathered = []
    void bringAll(items).catch((error: unknown) => {
      for (const { fail } of items) fail(error)
    })
  }
  function hurry(): void {
    if (gathered.length > 0 && (gathered.length >= batchMax || gathered.length >= underWay())) leave()
  }

  return {
    profitRefusal: (request, gas) => refusalFor([request], gas),
    hurry,
    async bring(record, answer, alone) {
      if (answer.inclusion === undefined) return bringOne(record, answer)
      return new Promise<Conclusion>((settle, fail) => {
        const item: Item = { record, answer, settle, fail }
        if (alone) {
          void bringAll([item]).catch(fail)
          return
        }
        gathered.push(item)
        timer ??= setTimeout(leave, gatherMs)
        hurry()
      })
    },
  }
}

/** What the contract will say of a request, or what it says where an endpoint does not know the next block. */
export function stateSoon(chain: ChainReader, requestId: Hex) {
  return chain.requestState(requestId, 'pending').catch(() => chain.requestState(requestId, 'latest'))
}

/** What it means for the request when the contract refuses a simulated answer. @throws what is no refusal */
async function refusalOf(error: unknown): Promise<Conclusion> {
  const revert = revertOf(error)
  if (revert === null) {
    if (error instanceof BaseError) return concluded({ code: 'CHAIN_AWAY', message: brief(error) })
    throw error
  }
  switch (revert.name) {
    case 'RequestNotInState':
      return settledMeanwhile
    case 'DeadlinePassed':
      return { progress: 'expired', reason: { code: 'DEADLINE_PASSED', message: 'The deadline passed without an answer' } }
    case 'KeyNotActive':
      return concluded({ code: 'KEY_NOT_ACTIVE', message: "The registry of the request does not call the enclave's key Active" })
    case 'ImageMismatch':
    case 'ModelsMismatch':
    case 'RouteNotTaken':
      return refused('POLICY_UNMET', `The enclave is not one that the request takes (${revert.name})`)
    case 'OutputNamesMismatch':
      return refused('OUTPUTS_UNKNOWN', 'The outputs are not those that the request named')
    case 'GasTooLow':
      return refused('GAS_ABOVE_LIMIT', `The callback's gas and the answer do not fit into a transaction of ${gasMax} gas`)
    default:
      // Nothing that comes from outside should lead here: worth a few more attempts, and a look.
      throw new Error(`The contract would refuse the answer: ${revert.name}`)
  }
}

export const settledMeanwhile: Conclusion = concluded({
  code: 'SETTLED_MEANWHILE',
  message: 'The contract does not call it pending',
})

const tooLarge = (bytes: number) =>
  refused('GAS_ABOVE_LIMIT', `The answer takes ${bytes} bytes, and nodes take transactions of ${transactionBytesMax}`)

const least = (a: bigint, b: bigint) => (a < b ? a : b)
/** `_call` of the contract wants a 63rd more than the limit, and a reserve (EIP-150). */
const callbackGas = ({ request }: RequestRecord) => (request.terms.callbackGasLimit * 64n) / 63n + 25_000n
/** EIP-7825. */
const gasMax = 1n << 24n
/** What an answer of a batch takes at most beside its callback and its calldata, and what a batch takes beside its answers. */
const batchGasEach = 60_000n
const batchGasOnce = 100_000n
/** EIP-7623, for bytes that are not zero. */
const calldataGasPerByte = 40n
/** Nodes keep no larger ones (geth's `txMaxSize`, 128 KiB), and a few bytes go for the rest of the transaction. */
const transactionBytesMax = 127 * 1024
