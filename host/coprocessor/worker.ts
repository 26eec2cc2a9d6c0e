import type { Hex } from '@nacre/verifier/bytes'
import { BaseError } from 'viem'
import { type AnswerSource, type KeptAnswer, NoAnswer } from './answers.ts'
import { brief, type ChainReader } from './chain.ts'
import type { RequestRecord } from './contract.ts'
import { type Delivery, settledMeanwhile, stateSoon } from './delivery.ts'
import type { InputSource } from './input-source.ts'
import { decodeKept, encodeKept } from './kept-answer.ts'
import { type Conclusion, concluded, type Requests, refused } from './requests.ts'
import { NotSent } from './transactions.ts'

/**
 * Sees one request through: is it still to be answered, what is the input, what does the enclave say, is it true, does it pay; then it is delivered. Each step may
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
  delivery: Delivery
  /** Whether so many are being worked on that it is worth bringing them together. */
  isBusy(): boolean
  nowMs(): number
}

export function createWorker({ requests, chain, answers, inputs, delivery, isBusy, nowMs }: WorkerParameters): Worker {
  async function answerFor(record: RequestRecord & { answer: string | null }, mode: 'immediate' | 'batched'): Promise<KeptAnswer> {
    const known = record.answer === null ? null : decodeKept(record.answer)
    const ageMsMax = Number(record.request.terms.policy.receiptAgeSecondsMax) * 1000
    const isFresh = known !== null && nowMs() - Number(known.timestampMs) < ageMsMax / 2
    if (known !== null && isFresh && (await answers.isGood(record, known))) return known
    const answer = await answers.ask(record, await inputs.find(record), mode)
    await requests.keepAnswer(record.requestId, encodeKept(answer))
    return answer
  }

  return async (requestId) => {
    const found = await requests.find(requestId)
    if (found === null)
      return refused(
        'RECORD_DAMAGED',
        'What the database has does not belong to its id, or its subscription was opened before the first block that was read',
      )
    // The watcher has the last word on these; here there is nothing left to do.
    if (found.settlement !== null || found.orphaned) return { progress: 'new' }
    const { deadlineSeconds, terms: asked } = found.request
    // What came to nothing together with others is tried by itself.
    const alone = found.reasonCode === 'TRANSACTION_FAILED'
    const together = !alone && isBusy()
    try {
      const [state, block] = await Promise.all([stateSoon(chain, requestId), chain.client.getBlock({ blockTag: 'latest' })])
      // Answered, or about to be, by whoever was faster; or gone with a reorganisation. The watcher will know, or it is looked at again.
      if (state !== 'pending') return settledMeanwhile
      if (block.timestamp >= deadlineSeconds)
        return { progress: 'expired', reason: { code: 'DEADLINE_PASSED', message: 'The deadline passed without an answer' } }

      if ((await answers.modelName(asked.modelId)) === null) return refused('MODEL_NOT_SERVED', `Model ${asked.modelId} is not served here`)
      // Before the enclave's time is spent on it.
      const early = delivery.profitRefusal(found.request, (together ? batchGasLeast : fulfillGasLeast) + asked.callbackGasLimit)
      if (early !== null) return concluded(early)
      return await delivery.bring(found, await answerFor(found, together ? 'batched' : 'immediate'), alone)
    } catch (error) {
      if (error instanceof NoAnswer || error instanceof NotSent) return concluded({ code: error.code, message: error.message })
      if (error instanceof BaseError) return concluded({ code: 'CHAIN_AWAY', message: brief(error) })
      throw error
    }
  }
}

/** `fulfill` without a callback takes about so much, and the share of one in `fulfillBatch`. */
const fulfillGasLeast = 80_000n
const batchGasLeast = 45_000n
