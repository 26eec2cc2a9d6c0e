import type { Hex } from '@nacre/verifier/bytes'
import type { Address } from 'viem'
import { type CoprocessorSite, checkRecord, type RequestRecord, type SeenRequest, type SeenSettlement } from './contract.ts'
import type { Database, Executor, Row } from './database.ts'
import { schemaName } from './schema.ts'
import { bigintText } from './subscriptions.ts'

/**
 * What became of a request as far as the relayer goes; how it ended is `settlement`, from the chain.
 *
 * - `new`, `queued`, `waiting`: to be looked at, being looked at, to be looked at again (`reason` says why).
 * - `sent`: a transaction with the answer is on its way.
 * - `refused`: it will not be answered; `nacre relay retry` looks again.
 * - `dead`: every attempt failed; likewise.
 * - `expired`: the deadline passed.
 */
const progresses = ['new', 'queued', 'waiting', 'sent', 'refused', 'dead', 'expired'] as const
export type Progress = (typeof progresses)[number]

/** Why a request waits, is refused or has expired. Stable; the sentence beside it is for people. */
export type RequestReason = { readonly code: RequestReasonCode; readonly message: string }

export type RequestReasonCode = (typeof waitCodes)[number] | (typeof refusalCodes)[number] | 'DEADLINE_PASSED' | 'ATTEMPTS_FAILED'

/** It may be answered yet. */
const waitCodes = [
  'INPUT_AWAITED',
  'ENCLAVE_AWAY',
  'CHAIN_AWAY',
  'KEY_NOT_ACTIVE',
  'UNPROFITABLE',
  'FEES_ABOVE_CAP',
  'FUNDS_LOW',
  'TRANSACTIONS_PENDING',
  'TRANSACTION_FAILED',
  'REORGANISED',
  'SETTLED_MEANWHILE',
  'RETRY_ASKED',
  'DEPOSIT_LOW',
  'PRICE_RISEN',
] as const

/** Asking again would bring the same. */
const refusalCodes = [
  'MODEL_NOT_SERVED',
  'INPUT_UNFIT',
  'INPUT_TOO_LARGE',
  'OUTPUTS_UNKNOWN',
  'POLICY_UNMET',
  'TOKEN_NOT_ACCEPTED',
  'GAS_ABOVE_LIMIT',
  'CONTRACT_REFUSED',
  'RECORD_DAMAGED',
  'INSTANCE_REFUSED',
] as const

export type WaitCode = (typeof waitCodes)[number]
export type RefusalCode = (typeof refusalCodes)[number]

/** Requests of one coprocessor contract, in the database. */
export type Requests = ReturnType<typeof requestsOf>

export function requestsOf(database: Database, site: CoprocessorSite) {
  const key = [String(site.chainId), site.contract.toLowerCase()] as const
  const ofSite = 'chain_id = $1 and contract = $2'
  const table = `${schemaName}.request`

  return {
    site,

    /** Takes what was seen on chain, to be looked at after so long. Seeing it again changes nothing, unless it was gone in between. */
    async see(executor: Executor, request: SeenRequest, delayMs = 0): Promise<void> {
      const { block, transactionHash, requestId, encoded, outputNames, input, inputUri, subscriptionId } = request
      const { terms, inputHash, deadlineSeconds } = request.request
      await executor.query(
        `insert into ${table} as known (chain_id, contract, request_id, block_number, block_hash, transaction_hash,
           encoded, output_names, input, input_uri, operator, model_id, input_hash, deadline_seconds, subscription_id, due_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, now() + $16 * interval '1 ms')
         on conflict (chain_id, contract, request_id) do update set
           block_number = excluded.block_number, block_hash = excluded.block_hash, transaction_hash = excluded.transaction_hash,
           input = coalesce(excluded.input, known.input), input_uri = excluded.input_uri, subscription_id = excluded.subscription_id,
           orphaned = false, due_at = now(), changed_at = now()
         where known.orphaned or known.block_hash <> excluded.block_hash or known.subscription_id is distinct from excluded.subscription_id`,
        [
          ...key,
          requestId,
          String(block.number),
          block.hash,
          transactionHash,
          encoded,
          JSON.stringify(outputNames),
          input,
          inputUri,
          terms.operator.toLowerCase(),
          terms.modelId,
          inputHash,
          bigintText(deadlineSeconds),
          subscriptionId,
          delayMs,
        ],
      )
    },

    async settle(executor: Executor, settlement: SeenSettlement): Promise<boolean> {
      const { requestId, kind, block, fulfiller, transactionHash, callbackSucceeded } = settlement
      const rows = await executor.query(
        `update ${table} set settlement = $4, settled_block = $5, settled_by = $6, settled_transaction = $7, callback_succeeded = $8,
           changed_at = now()
         where ${ofSite} and request_id = $3 and (settlement, settled_block, settled_transaction) is distinct from ($4, $5, $7)
         returning request_id`,
        [...key, requestId, kind, String(block.number), fulfiller?.toLowerCase() ?? null, transactionHash, callbackSucceeded],
      )
      return rows.length > 0
    },

    /** Blocks above this one are no longer part of the chain: what was known from them is open again, or gone. */
    async rollBack(executor: Executor, ancestor: bigint): Promise<{ reopened: number; orphaned: number }> {
      const orphaned = await executor.query(
        `update ${table} set orphaned = true, changed_at = now() where ${ofSite} and block_number > $3 and not orphaned returning 1`,
        [...key, String(ancestor)],
      )
      const reopened = await executor.query(
        `update ${table} set settlement = null, settled_block = null, settled_by = null, settled_transaction = null,
           callback_succeeded = null, changed_at = now(), due_at = now(),
           progress = case when progress in ('queued', 'sent') then progress else 'waiting' end,
           reason_code = 'REORGANISED', reason = 'The block that settled it is no longer part of the chain'
         where ${ofSite} and settled_block > $3 returning 1`,
        [...key, String(ancestor)],
      )
      return { reopened: reopened.length, orphaned: orphaned.length }
    },

    /** The request as it was asked, checked against its own id; `null` when there is none or it was tampered with. An instance has names and input of its subscription. */
    async find(requestId: Hex): Promise<(RequestRecord & RequestState) | null> {
      const [row] = await database.query<RequestRow>(
        `select r.*, coalesce(s.output_names, r.output_names) as output_names, coalesce(r.input, s.input) as input, coalesce(s.input_uri, r.input_uri) as input_uri
         from ${table} r left join ${schemaName}.subscription s using (chain_id, contract, subscription_id)
         where ${ofSite} and request_id = $3`,
        [...key, requestId],
      )
      if (row === undefined) return null
      const decode = async () =>
        checkRecord(site, {
          requestId,
          encoded: row.encoded,
          outputNames: JSON.parse(row.output_names) as string[],
          input: row.input === null ? null : Uint8Array.from(row.input),
          inputUri: row.input_uri,
        })
      const record = await decode().catch(() => null)
      return record === null
        ? null
        : {
            ...record,
            settlement: row.settlement,
            orphaned: row.orphaned,
            waits: row.waits,
            answer: row.answer,
            reasonCode: row.reason_code,
          }
    },

    async keepAnswer(requestId: Hex, answer: string): Promise<void> {
      await database.query(`update ${table} set answer = $4, changed_at = now() where ${ofSite} and request_id = $3`, [
        ...key,
        requestId,
        answer,
      ])
    },

    /** The end of a job, together with the job's own: what is to become of the request. A settlement or a reorganisation seen meanwhile stays. */
    async conclude(executor: Executor, requestId: Hex, jobId: string, conclusion: Conclusion): Promise<void> {
      const { progress, reason = null } = conclusion
      await executor.query(
        `update ${table} set job_id = null, progress = $5, reason_code = $6, reason = $7, changed_at = now(),
           waits = case when $5 = 'waiting' then waits + 1 else 0 end,
           due_at = now() + $8 * interval '1 ms' * case when $5 = 'waiting' then power(2, least(waits, 6)) else 1 end
         where ${ofSite} and request_id = $3 and job_id = $4`,
        [...key, requestId, jobId, progress, reason?.code ?? null, reason?.message.slice(0, 500) ?? null, conclusion.delayMs ?? 0],
      )
    },

    /** An attempt failed; the queue says when the next one is. */
    async noteFailure(requestId: Hex, jobId: string, message: string): Promise<void> {
      await database.query(
        `update ${table} set reason_code = 'ATTEMPTS_FAILED', reason = $5, changed_at = now() where ${ofSite} and request_id = $3 and job_id = $4`,
        [...key, requestId, jobId, message.slice(0, 500)],
      )
    },

    /** A transaction came to nothing, or somebody asks to look again. */
    async reopen(requestId: Hex, reason: RequestReason): Promise<boolean> {
      const rows = await database.query(
        `update ${table} set progress = 'waiting', reason_code = $4, reason = $5, due_at = now(), changed_at = now()
         where ${ofSite} and request_id = $3 and settlement is null and progress not in ('queued') returning 1`,
        [...key, requestId, reason.code, reason.message],
      )
      return rows.length > 0
    },

    /** Whether somebody who paid waits for an input with this hash: a request, or a subscription whose deposit pays for another. */
    async awaitsInput(hash: Hex): Promise<{ deadlineSeconds: bigint } | null> {
      const [row] = await database.query<{ deadline: string | null }>(
        `select max(deadline)::text as deadline from (
           select deadline_seconds as deadline from ${table}
             where input_hash = $1 and settlement is null and not orphaned and progress <> 'expired'
           union all select (extract(epoch from now()) + ${subscriptionKeptSeconds})::bigint from ${schemaName}.subscription
             where input_hash = $1 and ${subscriptionAwaits}) awaited`,
        [hash],
      )
      return row?.deadline == null ? null : { deadlineSeconds: BigInt(row.deadline) }
    },

    async wakeForInput(hash: Hex): Promise<void> {
      await database.query(
        `update ${table} set due_at = now() where ${ofSite} and input_hash = $3 and progress = 'waiting' and reason_code = 'INPUT_AWAITED'`,
        [...key, hash],
      )
      await database.query(
        `update ${schemaName}.subscription set due_at = now() where ${ofSite} and input_hash = $3 and reason_code = 'INPUT_AWAITED'`,
        [...key, hash],
      )
    },

    /** Requests whose time is over: nobody can answer them any more. */
    async expire(executor: Executor, chainSeconds: bigint): Promise<number> {
      const rows = await executor.query(
        `update ${table} set progress = 'expired', reason_code = 'DEADLINE_PASSED', reason = 'The deadline passed without an answer',
           changed_at = now()
         where ${ofSite} and settlement is null and deadline_seconds < $3 and progress in ('new', 'waiting', 'refused', 'dead', 'sent')
           and not exists (${liveTransactionOf('request')})
         returning 1`,
        [...key, String(chainSeconds)],
      )
      return rows.length
    },

    async counts(): Promise<{ [state: string]: number }> {
      const rows = await database.query<{ state: string; count: number }>(
        `select coalesce(settlement, case when orphaned then 'orphaned' else progress end) as state, count(*)::integer as count
         from ${table} where ${ofSite} group by 1`,
        [...key],
      )
      const none = Object.fromEntries([...progresses, 'fulfilled', 'refunded', 'orphaned'].map((state) => [state, 0]))
      return { ...none, ...Object.fromEntries(rows.map(({ state, count }) => [state, count])) }
    },

    /** Those that are not done, the oldest first. */
    async list(limit: number): Promise<RequestSummary[]> {
      const rows = await database.query<RequestRow>(
        `select * from ${table} where ${ofSite} and settlement is null and not orphaned
         order by (progress in ('dead', 'refused')) desc, deadline_seconds, request_id limit $3`,
        [...key, limit],
      )
      return rows.map((row) => ({
        requestId: row.request_id,
        progress: row.progress,
        reason: row.reason_code === null ? null : { code: row.reason_code as RequestReasonCode, message: row.reason ?? '' },
        operator: row.operator as Address,
        modelId: row.model_id,
        deadlineSeconds: Number(row.deadline_seconds),
        seenBlock: Number(row.block_number),
      }))
    },

    /** Old ends, and what was kept for requests that are over. */
    async forget(executor: Executor, finalBlock: bigint, keptDays: number): Promise<void> {
      await executor.query(
        `update ${table} set answer = null, input = null where ${ofSite} and settled_block <= $3 and (answer is not null or input is not null)`,
        [...key, String(finalBlock)],
      )
      await executor.query(
        `delete from ${table} where ${ofSite} and changed_at < now() - $3 * interval '1 day'
           and (settled_block <= $4 or orphaned or progress = 'expired')`,
        [...key, keptDays, String(finalBlock)],
      )
    },
  }
}

/** Whether a transaction with this request is under way, or mined and not yet final. */
export const liveTransactionOf = (alias: string) =>
  `select from ${schemaName}.transaction t join ${schemaName}.transaction_subject u using (chain_id, hash)
   where t.chain_id = ${alias}.chain_id and u.contract = ${alias}.contract and u.subject = ${alias}.request_id and t.state in ('pending', 'mined')`

/** A subscription that has a claim on room for its input: an empty deposit costs nothing. */
export const subscriptionAwaits = 'closed_block is null and not orphaned and deposit >= payment'
const subscriptionKeptSeconds = 30 * 86_400

export type Conclusion = {
  readonly progress: 'waiting' | 'sent' | 'refused' | 'expired' | 'dead' | 'new'
  readonly reason?: RequestReason | undefined
  /** Until it is looked at again; doubled with each wait on end, up to 64 times. */
  readonly delayMs?: number | undefined
}

/** Refused for good, or to be looked at again after a while, as its code says. */
export function concluded(reason: RequestReason): Conclusion & { readonly progress: 'waiting' | 'refused' } {
  if ((refusalCodes as readonly string[]).includes(reason.code)) return { progress: 'refused', reason }
  return { progress: 'waiting', reason, delayMs: slowCodes.has(reason.code) ? slowMs : lookAgainMs }
}

export function refused(code: RefusalCode, message: string): Conclusion & { readonly progress: 'refused' } {
  return { progress: 'refused', reason: { code, message } }
}

/** Waits for what can change from block to block, and for what takes people or time. */
const lookAgainMs = 2_000
const slowMs = 5_000
const slowCodes = new Set<string>(['INPUT_AWAITED', 'UNPROFITABLE', 'KEY_NOT_ACTIVE', 'FUNDS_LOW'])

export type RequestSummary = {
  readonly requestId: Hex
  readonly progress: Progress
  readonly reason: RequestReason | null
  readonly operator: Address
  readonly modelId: Hex
  readonly deadlineSeconds: number
  readonly seenBlock: number
}

type RequestState = { settlement: string | null; orphaned: boolean; waits: number; answer: string | null; reasonCode: string | null }

type RequestRow = Row & {
  request_id: Hex
  block_number: string | number
  encoded: Hex
  output_names: string
  input: Uint8Array | null
  input_uri: string
  operator: string
  model_id: Hex
  deadline_seconds: string | number
  settlement: string | null
  orphaned: boolean
  progress: Progress
  reason_code: string | null
  reason: string | null
  waits: number
  answer: string | null
}
