import { iEnclaveRegistryAbi } from '@nacre/contracts/generated/IEnclaveRegistry'
import type { Hex } from '@nacre/verifier/bytes'
import { type Address, BaseError } from 'viem'
import { type AnswerSource, NoAnswer } from './answers.ts'
import { brief, type ChainReader, type Head } from './chain.ts'
import { encodeTrigger, revertOf, type SubscriptionRecord } from './contract.ts'
import type { Delivery } from './delivery.ts'
import type { InputSource } from './input-source.ts'
import { concluded, type RequestReason, refused } from './requests.ts'
import type { Rivals } from './rivals.ts'
import type { DueSubscription, Subscriptions, TriggerConclusion } from './subscriptions.ts'
import { NotSent, type TransactionSender } from './transactions.ts'

/**
 * Makes requests of subscriptions that are due. Nobody pays for that but the instance itself, so it is done only for instances that this relayer can answer: it has the input, the enclave answers it,
 * the registry takes the enclave's key. A rival's turn is waited for.
 */
export type Triggers = {
  /** One look at what is due. */
  pass(head: Head): Promise<TriggerPass>
}

export type TriggerPass = { readonly looked: number; readonly sent: number }

export type TriggerParameters = {
  subscriptions: Subscriptions
  chain: ChainReader
  answers: AnswerSource
  inputs: InputSource
  delivery: Delivery
  sender: TransactionSender
  rivals: Rivals
  /** How long each who comes before has. */
  turnMs: number
  onConcluded?: ((subscriptionId: Hex, conclusion: TriggerConclusion) => void) | undefined
}

export function createTriggers(parameters: TriggerParameters): Triggers {
  const { subscriptions, chain, answers, inputs, delivery, sender, rivals, turnMs, onConcluded = () => undefined } = parameters
  const { client, site } = chain
  /** Whose question the enclave has answered, and with which key. */
  const tried = new Map<Hex, Address>()
  /** Which instance a rival's turn was waited for. */
  const waitedFor = new Map<Hex, bigint>()

  /**
   * The attack: a subscription whose input no model takes. Each instance would be triggered at the relayer's cost, and could not be answered. So its question is asked once before; the receipt names the
   * subscription's id, which is no request's, and answers nothing.
   */
  async function tryOut(due: DueSubscription): Promise<Address> {
    const known = tried.get(due.subscriptionId)
    if (known !== undefined) return known
    const { terms, inputHash } = due.subscription
    const input = await inputs.find({ request: { inputHash }, input: due.input, inputUri: due.inputUri })
    const asked = { requestId: due.subscriptionId, outputNames: due.outputNames, request: { terms } }
    const { signer } = await answers.ask(asked, input, 'immediate')
    if (tried.size >= rememberedMax) tried.clear()
    tried.set(due.subscriptionId, signer)
    return signer
  }

  async function keyRefusal({ subscription }: SubscriptionRecord, signer: Address): Promise<RequestReason | null> {
    const { policy } = subscription.terms
    const info = await client.readContract({ address: policy.registry, abi: iEnclaveRegistryAbi, functionName: 'keyInfo', args: [signer] })
    if (info.status !== keyActive)
      return { code: 'KEY_NOT_ACTIVE', message: "The registry of the subscription does not call the enclave's key Active" }
    const takes = (wanted: Hex, is: Hex) => wanted === is || wanted === anyApproved
    const isTaken =
      takes(policy.imageId, info.imageId) && takes(policy.modelsId, info.modelsId) && ((policy.routes >> info.route) & 1) === 1
    return isTaken ? null : { code: 'POLICY_UNMET', message: 'The enclave is not one that the subscription takes' }
  }

  async function conclusionFor(due: DueSubscription, head: Head): Promise<TriggerConclusion> {
    const { subscriptionId, subscription } = due
    const { terms, schedule } = subscription
    const state = { ...(await chain.subscriptionState(subscriptionId)), atBlock: head.number }
    // Closed, triggered by another, or gone with a reorganisation: the watcher will know.
    if (!state.open) return { progress: 'waiting', delayMs: slowMs }
    const time = schedule.unit === 0 ? head.seconds : head.number
    if (state.next > time) return { progress: 'waiting', state }
    if (state.deposit < terms.payment)
      return {
        progress: 'waiting',
        state,
        delayMs: slowMs,
        reason: { code: 'DEPOSIT_LOW', message: `The deposit of ${state.deposit} does not pay for an instance of ${terms.payment}` },
      }
    // The attack: instances that pass every check here and are refused afterwards, each at the relayer's cost.
    if (due.lastInstance === 'refused' && due.reason?.code !== 'RETRY_ASKED')
      return refused('INSTANCE_REFUSED', 'Its latest instance was refused')
    const turn = waitedFor.get(subscriptionId) === state.next ? 0 : rivals.turn(subscriptionId)
    if (turn > 0) {
      if (waitedFor.size >= rememberedMax) waitedFor.clear()
      waitedFor.set(subscriptionId, state.next)
      return { progress: 'waiting', state, delayMs: turn * turnMs }
    }
    if ((await answers.modelName(terms.modelId)) === null) return refused('MODEL_NOT_SERVED', `Model ${terms.modelId} is not served here`)
    const early = delivery.profitRefusal({ terms }, triggerAndFulfillGas + terms.callbackGasLimit)
    if (early !== null) return concluded(early)
    const unfit = await keyRefusal(due, await tryOut(due))
    if (unfit !== null) return concluded(unfit)

    const call = { account: sender.address, to: site.contract, data: encodeTrigger(due) }
    // Against the next block, where an endpoint knows it: there a rival's trigger stands already.
    await client.call({ ...call, blockTag: 'pending' }).catch((error: unknown) => {
      if (revertOf(error) !== null) throw error
    })
    const gas = ((await client.estimateGas({ ...call, blockTag: 'latest' })) * 12n) / 10n
    await sender.send({ kind: 'trigger', subjects: [subscriptionId], to: call.to, data: call.data, gas })
    return { progress: 'sent', state }
  }

  async function conclude(due: DueSubscription, head: Head): Promise<TriggerConclusion> {
    try {
      return await conclusionFor(due, head)
    } catch (error) {
      if (error instanceof NoAnswer || error instanceof NotSent) return concluded({ code: error.code, message: error.message })
      const revert = revertOf(error)
      if (revert?.name === 'InstanceNotDue') return { progress: 'waiting', delayMs: lookAgainMs }
      if (revert?.name === 'PaymentTooLow' || revert?.name === 'OfferNotOpen')
        return {
          progress: 'waiting',
          delayMs: slowMs,
          reason: { code: 'PRICE_RISEN', message: 'The operator does not take this payment any more' },
        }
      const code = revert === null && error instanceof BaseError ? 'CHAIN_AWAY' : 'TRANSACTION_FAILED'
      return { progress: 'waiting', delayMs: slowMs, reason: { code, message: brief(error) } }
    }
  }

  return {
    async pass(head) {
      const due = await subscriptions.take(head, takenMax)
      if (due.length > 0) await rivals.refresh()
      const conclusions = await Promise.all(
        due.map(async (one) => {
          const damaged = 'damaged' in one
          const conclusion = damaged
            ? refused('RECORD_DAMAGED', 'What the database has does not belong to its id')
            : await conclude(one, head)
          const delayMs = conclusion.progress === 'refused' ? refusedMs : conclusion.delayMs
          await subscriptions.conclude(one.subscriptionId, { ...conclusion, delayMs })
          onConcluded(one.subscriptionId, conclusion)
          return conclusion.progress
        }),
      )
      return { looked: due.length, sent: conclusions.filter((progress) => progress === 'sent').length }
    },
  }
}

/** `KeyStatus.Active` in IEnclaveRegistry.sol. */
const keyActive = 1
/** `ANY_APPROVED` in IInferenceCoprocessor.sol. */
const anyApproved: Hex = `0x${'ff'.repeat(32)}`
/** `triggerSubscription` and `fulfill` without a callback take about so much. */
const triggerAndFulfillGas = 160_000n
const takenMax = 8
const rememberedMax = 10_000
const lookAgainMs = 2_000
const slowMs = 15_000
/** What was refused is looked at again all the same: what the enclave serves, and what the requester's registry says, can change. */
const refusedMs = 3_600_000
