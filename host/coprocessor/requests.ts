import type { Hex } from '@nacre/verifier/bytes'
import type { Address } from 'viem'
import { type CoprocessorSite, checkRecord, type RequestRecord, type SeenRequest, type SeenSettlement } from './contract.ts'
import type { Database, Executor, Row } from './database.ts'
import { schemaName } from './schema.ts'

/**
 * What became of a request as far as the relayer goes; how it ended is `settlement`, from the chain.
 *
 * - `new`, `queued`, `waiting`: to be looked at, being looked at, to be looked at again (`reason` says why).
 * - `sent`: a transaction with the answer is on its way.
 * - `refused`: it will not be answered; `nacre relay retry` looks again.
 * - `dead`: every attempt failed; likewise.
 * - `expired`: the deadline passed.
 */
export const progresses = ['new', 'queued', 'waiting', 'sent', 'refused', 'dead', 'expired'] as const
export type Progress = (typeof progresses)[number]

/** Why a request waits, is refused or has expired. Stable; the sentence beside it is for people. */
export type RequestReason = { readonly code: RequestReasonCode; readonly message: string }

export type RequestReasonCode = (typeof waitCodes)[number] | (typeof refusalCodes)[number] | 'DEADLINE_PASSED' | 'ATTEMPTS_FAILED'

/** It may be answered yet. */
export const waitCodes = [
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
] as const

/** Asking again would bring the same. */
export const refusalCodes = [
  'MODEL_NOT_SERVED',
  'INPUT_UNFIT',
  'INPUT_TOO_LARGE',
  'OUTPUTS_UNKNOWN',
  'POLICY_UNMET',
  'TOKEN_NOT_ACCEPTED',
  'GAS_ABOVE_LIMIT',
  'CONTRACT_REFUSED',
  'RECORD_DAMAGED',
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

    /** Takes what was seen on chain. Seeing it again changes nothing, unless it was gone in between. */
    async see(executor: Executor, request: SeenRequest): Promise<void> {
      const { block, transactionHash, requestId, encoded, outputNames, input, inputUri } = request
      const { terms, inputHash, deadlineSeconds } = request.request
      await executor.query(
        `insert into ${table} as known (chain_id, contract, request_id, block_number, block_hash, transaction_hash,
           encoded, output_names, input, input_uri, operator, model_id, input_hash, deadline_seconds)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         on conflict (chain_id, contract, request_id) do update set
           block_number = excluded.block_number, block_hash = excluded.block_hash, transaction_hash = excluded.transaction_hash,
           input = coalesce(excluded.input, known.input), input_uri = excluded.input_uri,
           orphaned = false, due_at = now(), changed_at = now()
         where known.orphaned or known.block_hash <> excluded.block_hash`,
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
          String(deadlineSeconds),
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

    /** The request as it was asked, checked against its own id; `null` when there is none or it was tampered with. */
    async find(requestId: Hex): Promise<(RequestRecord & RequestState) | null> {
      const [row] = await database.query<RequestRow>(`select * from ${table} where ${ofSite} and request_id = $3`, [...key, requestId])
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
        : { ...record, settlement: row.settlement, orphaned: row.orphaned, waits: row.waits, answer: row.answer }
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

    /** Whether somebody who paid waits for an input with this hash. */
    async awaitsInput(hash: Hex): Promise<{ deadlineSeconds: bigint } | null> {
      const [row] = await database.query<{ deadline: string | null }>(
        `select max(deadline_seconds)::text as deadline from ${table}
         where input_hash = $1 and settlement is null and not orphaned and progress <> 'expired'`,
        [hash],
      )
      return row?.deadline == null ? null : { deadlineSeconds: BigInt(row.deadline) }
    },

    async wakeForInput(hash: Hex): Promise<void> {
      await database.query(
        `update ${table} set due_at = now() where ${ofSite} and input_hash = $3 and progress = 'waiting' and reason_code = 'INPUT_AWAITED'`,
        [...key, hash],
      )
    },

    /** Requests whose time is over: nobody can answer them any more. */
    async expire(executor: Executor, chainSeconds: bigint): Promise<number> {
      const rows = await executor.query(
        `update ${table} set progress = 'expired', reason_code = 'DEADLINE_PASSED', reason = 'The deadline passed without an answer',
           changed_at = now()
         where ${ofSite} and settlement is null and deadline_seconds < $3 and progress in ('new', 'waiting', 'refused', 'dead', 'sent')
           and not exists (select from ${schemaName}.transaction t where t.chain_id = request.chain_id and t.contract = request.contract
             and t.request_id = request.request_id and t.state in ('pending', 'mined'))
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

export type Conclusion = {
  readonly progress: 'waiting' | 'sent' | 'refused' | 'expired' | 'dead' | 'new'
  readonly reason?: RequestReason | undefined
  /** Until it is looked at again; doubled with each wait on end, up to 64 times. */
  readonly delayMs?: number | undefined
}

export type RequestSummary = {
  readonly requestId: Hex
  readonly progress: Progress
  readonly reason: RequestReason | null
  readonly operator: Address
  readonly modelId: Hex
  readonly deadlineSeconds: number
  readonly seenBlock: number
}

type RequestState = { settlement: string | null; orphaned: boolean; waits: number; answer: string | null }

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
