import { fromHex, type Hex, toHex } from '@nacre/verifier/bytes'
import { BaseError, isAddressEqual, size, zeroAddress } from 'viem'
import { type AnswerSource, type KeptAnswer, NoAnswer } from './answers.ts'
import { brief, type ChainReader } from './chain.ts'
import { encodeFulfill, type RequestRecord, revertOf } from './contract.ts'
import type { InputSource } from './input-source.ts'
import { type Conclusion, type RequestReason, type Requests, refusalCodes } from './requests.ts'
import { NotSent, type TransactionSender } from './transactions.ts'

/**
 * Sees one request through: is it still to be answered, what is the input, what does the enclave say, is it true, does it pay, would the contract take it; then a transaction. Each step may
 * be repeated by this relayer or another at any time: what was done already is found done.
 *
 * @returns what is to become of the request. Throws where trying again a few times is all that can be done.
 */
export type Worker = (requestId: Hex) => Promise<Conclusion>

export type WorkerParameters = {
  requests: Requests
  chain: ChainReader
  answers: AnswerSource
  inputs: InputSource
  sender: TransactionSender
  terms: OperatorTerms
  nowMs(): number
}

/** Which requests are worth answering. */
export type OperatorTerms = {
  /** What a payment must leave over its cost, in percent of the cost; negative to answer at a loss. */
  marginPercent: number
  /** What one smallest unit of a token is worth, in wei, times 10^18. Requests that pay in another token are refused. */
  tokenPrices: ReadonlyMap<string, bigint>
}

export function createWorker({ requests, chain, answers, inputs, sender, terms, nowMs }: WorkerParameters): Worker {
  const { client, site } = chain

  /** As it will be after the next block, where an endpoint tells. */
  const stateSoon = (requestId: Hex) => chain.requestState(requestId, 'pending').catch(() => chain.requestState(requestId, 'latest'))

  /** What the contract would say to this answer, and the gas it takes. */
  async function simulate(data: Hex): Promise<{ gas: bigint } | { refusal: Conclusion }> {
    const call = { account: sender.address, to: site.contract, data, gas: gasMax }
    try {
      await client.call(call)
      // A tenth more: what a callback finds may have changed by then. What is not used is not paid.
      const gas = ((await client.estimateGas({ ...call, blockTag: 'latest' })) * 11n) / 10n
      return { gas: gas < gasMax ? gas : gasMax }
    } catch (error) {
      const revert = revertOf(error)
      if (revert === null) throw new Away(brief(error))
      return { refusal: refusalOf(revert.name) }
    }
  }

  /** The attack: a callback that is cheap when it is tried out and dear when it counts. So its whole gas limit is reckoned with, used or not. */
  function profitRefusal({ request }: RequestRecord, gas: bigint): RequestReason | null {
    const { token, payment } = request.terms
    const price = isAddressEqual(token, zeroAddress) ? 10n ** 18n : terms.tokenPrices.get(token.toLowerCase())
    if (price === undefined) return { code: 'TOKEN_NOT_ACCEPTED', message: `It pays in token ${token}` }
    const fees = sender.fees()
    if (fees === null) return { code: 'CHAIN_AWAY', message: 'The fees are not known yet' }
    const worth = (payment * price) / 10n ** 18n
    const cost = gas * fees.likelyPerGas
    if (worth * 100n >= cost * BigInt(100 + terms.marginPercent)) return null
    return {
      code: 'UNPROFITABLE',
      message: `It pays ${worth} wei, and ${gas} gas cost ${cost} wei${terms.marginPercent === 0 ? '' : `, to be exceeded by ${terms.marginPercent} %`}`,
    }
  }

  async function answerFor(record: RequestRecord, kept: string | null, input: () => Promise<Uint8Array>): Promise<KeptAnswer> {
    const known = kept === null ? null : decodeKept(kept)
    const ageMsMax = Number(record.request.terms.policy.receiptAgeSecondsMax) * 1000
    const isFresh = known !== null && nowMs() - Number(known.timestampMs) < ageMsMax / 2
    if (known !== null && isFresh && (await answers.isGood(record, known))) return known
    const answer = await answers.ask(record, await input())
    await requests.keepAnswer(record.requestId, encodeKept(answer))
    return answer
  }

  return async (requestId) => {
    const found = await requests.find(requestId)
    if (found === null) return refused('RECORD_DAMAGED', 'What the database has of the request does not belong to its id')
    // The watcher has the last word on these; here there is nothing left to do.
    if (found.settlement !== null || found.orphaned) return { progress: 'new' }
    const { deadlineSeconds, terms: asked } = found.request
    try {
      const [state, block] = await Promise.all([stateSoon(requestId), client.getBlock({ blockTag: 'latest' })])
      // Answered, or about to be, by whoever was faster; or gone with a reorganisation. The watcher will know, or it is looked at again.
      if (state !== 'pending') return { progress: 'waiting', reason: settledMeanwhile, delayMs: lookAgainMs }
      if (block.timestamp >= deadlineSeconds)
        return { progress: 'expired', reason: { code: 'DEADLINE_PASSED', message: 'The deadline passed without an answer' } }

      if ((await answers.modelName(asked.modelId)) === null) return refused('MODEL_NOT_SERVED', `Model ${asked.modelId} is not served here`)
      // Before the enclave's time is spent on it.
      const early = profitRefusal(found, fulfillGasLeast + asked.callbackGasLimit)
      if (early !== null) return concluded(early)
      const answer = await answerFor(found, found.answer, () => inputs.find(found))
      const data = encodeFulfill(found, answer)
      if (size(data) > transactionBytesMax)
        return refused('GAS_ABOVE_LIMIT', `The answer takes ${size(data)} bytes, and nodes take transactions of ${transactionBytesMax}`)
      const simulated = await simulate(data)
      if ('refusal' in simulated) return simulated.refusal
      const late = profitRefusal(found, simulated.gas)
      if (late !== null) return concluded(late)
      // A rival's answer may wait for the next block by now: the second one is paid for and brings nothing.
      if ((await stateSoon(requestId)) !== 'pending') return { progress: 'waiting', reason: settledMeanwhile, delayMs: lookAgainMs }
      await sender.send({ requestId, to: site.contract, data, gas: simulated.gas })
      return { progress: 'sent' }
    } catch (error) {
      if (error instanceof NoAnswer || error instanceof NotSent) return concluded({ code: error.code, message: error.message })
      if (error instanceof Away) return concluded({ code: 'CHAIN_AWAY', message: error.message })
      if (error instanceof BaseError) return concluded({ code: 'CHAIN_AWAY', message: brief(error) })
      throw error
    }
  }
}

/** What it means for the request when the contract says this to a simulated answer. */
function refusalOf(name: string): Conclusion {
  switch (name) {
    case 'RequestNotInState':
      return { progress: 'waiting', reason: settledMeanwhile, delayMs: lookAgainMs }
    case 'DeadlinePassed':
      return { progress: 'expired', reason: { code: 'DEADLINE_PASSED', message: 'The deadline passed without an answer' } }
    case 'KeyNotActive':
      return concluded({ code: 'KEY_NOT_ACTIVE', message: "The registry of the request does not call the enclave's key Active" })
    case 'ImageMismatch':
    case 'ModelsMismatch':
    case 'RouteNotTaken':
      return refused('POLICY_UNMET', `The enclave is not one that the request takes (${name})`)
    case 'OutputNamesMismatch':
      return refused('OUTPUTS_UNKNOWN', 'The outputs are not those that the request named')
    case 'GasTooLow':
      return refused('GAS_ABOVE_LIMIT', `The callback's gas and the answer do not fit into a transaction of ${gasMax} gas`)
    default:
      // Nothing that comes from outside should lead here: worth a few more attempts, and a look.
      throw new Error(`The contract would refuse the answer: ${name}`)
  }
}

const settledMeanwhile: RequestReason = { code: 'SETTLED_MEANWHILE', message: 'The contract does not call it pending' }

function concluded(reason: RequestReason): Conclusion {
  if ((refusalCodes as readonly string[]).includes(reason.code)) return { progress: 'refused', reason }
  return { progress: 'waiting', reason, delayMs: slowCodes.has(reason.code) ? slowMs : lookAgainMs }
}

function refused(code: (typeof refusalCodes)[number], message: string): Conclusion {
  return { progress: 'refused', reason: { code, message } }
}

function encodeKept({ timestampMs, sequence, ...rest }: KeptAnswer): string {
  return JSON.stringify({ timestampMs: String(timestampMs), sequence: String(sequence), ...rest })
}

/** `null` for what is none: databases can be written to. */
function decodeKept(text: string): KeptAnswer | null {
  try {
    const { timestampMs, sequence, outputs, signature, signer } = JSON.parse(text) as { [field: string]: string }
    if (timestampMs === undefined || sequence === undefined || outputs === undefined || signature === undefined || signer === undefined)
      return null
    return {
      timestampMs: BigInt(timestampMs),
      sequence: BigInt(sequence),
      outputs: toHex(fromHex(outputs as Hex)),
      signature: toHex(fromHex(signature as Hex)),
      signer: signer as Hex,
    }
  } catch {
    return null
  }
}

/** The chain could not be asked. */
class Away extends Error {
  override readonly name = 'Away'
}

/** Waits for what can change from block to block, and for what takes people or time. */
const lookAgainMs = 2_000
const slowMs = 5_000
const slowCodes = new Set<string>(['INPUT_AWAITED', 'UNPROFITABLE', 'KEY_NOT_ACTIVE', 'FUNDS_LOW'])
/** `fulfill` without a callback takes about so much. */
const fulfillGasLeast = 80_000n
/** EIP-7825. */
const gasMax = 1n << 24n
/** Nodes keep no larger ones (geth's `txMaxSize`, 128 KiB), and a few bytes go for the rest of the transaction. */
const transactionBytesMax = 127 * 1024
