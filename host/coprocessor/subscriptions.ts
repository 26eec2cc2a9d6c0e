import type { Hex } from '@nacre/verifier/bytes'
import type { Address } from 'viem'
import type { SubscriptionState } from './chain.ts'
import {
  type CoprocessorSite,
  checkSubscription,
  type SeenSubscription,
  type SubscriptionChange,
  type SubscriptionRecord,
} from './contract.ts'
import type { Database, Executor, Row } from './database.ts'
import type { RequestReason, RequestReasonCode } from './requests.ts'
import { schemaName } from './schema.ts'

/**
 * What became of a subscription as far as the relayer goes.
 *
 * - `waiting`: for its time, or for something that `reason` names.
 * - `sent`: a transaction that triggers an instance is on its way.
 * - `refused`: its instances will not be triggered; `nacre relay retry` looks again.
 */
const subscriptionProgresses = ['waiting', 'sent', 'refused'] as const
export type SubscriptionProgress = (typeof subscriptionProgresses)[number]

/** Units of schedules, by the contract's numbers. */
export const scheduleUnits = ['seconds', 'blocks'] as const

/** What became of an attempt to trigger. `state`: what the chain said, which is later than what was known. */
export type TriggerConclusion = {
  readonly progress: SubscriptionProgress
  readonly reason?: RequestReason | undefined
  /** Until it is looked at again at the earliest. */
  readonly delayMs?: number | undefined
  readonly state?: (SubscriptionState & { readonly atBlock: bigint }) | undefined
}

export type DueSubscription = SubscriptionRecord & {
  readonly next: bigint
  readonly reason: RequestReason | null
  /** Of the instances so far, the latest: how it stands here. */
  readonly lastInstance: string | null
}

/** Subscriptions of one coprocessor contract, in the database. */
export type Subscriptions = ReturnType<typeof subscriptionsOf>

export function subscriptionsOf(database: Database, site: CoprocessorSite) {
  const key = [String(site.chainId), site.contract.toLowerCase()] as const
  const ofSite = 'chain_id = $1 and contract = $2'
  const table = `${schemaName}.subscription`

  return {
    /** Takes what was seen on chain. Seeing it again changes nothing, unless it was gone in between. */
    async see(executor: Executor, seen: SeenSubscription): Promise<void> {
      const { subscriptionId, encoded, outputNames, input, inputUri, deposit, block, transactionHash } = seen
      const { terms, inputHash, schedule } = seen.subscription
      await executor.query(
        `insert into ${table} as known (chain_id, contract, subscription_id, block_number, block_hash, transaction_hash, encoded,
           output_names, input, input_uri, operator, model_id, input_hash, payment, unit, deposit, next_due, state_block)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $4)
         on conflict (chain_id, contract, subscription_id) do update set
           block_number = excluded.block_number, block_hash = excluded.block_hash, transaction_hash = excluded.transaction_hash,
           input = coalesce(excluded.input, known.input), input_uri = excluded.input_uri, orphaned = false, due_at = now(), changed_at = now()
         where known.orphaned or known.block_hash <> excluded.block_hash`,
        [
          ...key,
          subscriptionId,
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
          String(terms.payment),
          schedule.unit,
          String(deposit),
          bigintText(schedule.first),
        ],
      )
    },

    /** Takes what the log says, in its order. What was read before, or later from the chain itself, stays. */
    async change(executor: Executor, changes: readonly SubscriptionChange[]): Promise<void> {
      const latest = new Map<Hex, { deposit: bigint; next: bigint | null; closed: boolean; block: bigint }>()
      for (const { subscriptionId, kind, deposit, next, block } of changes) {
        const before = latest.get(subscriptionId)
        latest.set(subscriptionId, { deposit, next: next ?? before?.next ?? null, closed: kind === 'closed', block: block.number })
      }
      for (const [subscriptionId, { deposit, next, closed, block }] of latest)
        await executor.query(
          `update ${table} set deposit = $4, next_due = coalesce($5::bigint, next_due), state_block = $6,
             closed_block = case when $7 then $6 else closed_block end, due_at = now(), changed_at = now(),
             progress = case when progress = 'refused' then progress else 'waiting' end
           where ${ofSite} and subscription_id = $3 and state_block <= $6
             and (deposit, next_due, closed_block is not null) is distinct from ($4::numeric, coalesce($5::bigint, next_due), closed_block is not null or $7)`,
          [...key, subscriptionId, String(deposit), next === null ? null : bigintText(next), String(block), closed],
        )
    },

    /** Blocks above this one are no longer part of the chain: what was known from them is asked of the chain again, or gone. */
    async rollBack(executor: Executor, ancestor: bigint): Promise<void> {
      await executor.query(
        `update ${table} set orphaned = true, changed_at = now() where ${ofSite} and block_number > $3 and not orphaned`,
        [...key, String(ancestor)],
      )
      await executor.query(
        `update ${table} set next_due = 0, state_block = $3, due_at = now(), changed_at = now(),
           closed_block = case when closed_block > $3 then null else closed_block end
         where ${ofSite} and state_block > $3`,
        [...key, String(ancestor)],
      )
    },

    /**
     * Those that are due at this head, each for one relayer of a fleet and for a while: whoever took it and was killed is forgotten after {@link leaseSeconds}. One whose transaction waits for a
     * block is not among them.
     */
    async take(
      head: { number: bigint; seconds: bigint },
      count: number,
    ): Promise<(DueSubscription | { subscriptionId: Hex; damaged: true })[]> {
      const rows = await database.query<SubscriptionRow>(
        `update ${table} s set lease_until = now() + interval '${leaseSeconds} seconds'
         where (chain_id, contract, subscription_id) in (
           select chain_id, contract, subscription_id from ${table} d
           where ${ofSite} and closed_block is null and not orphaned and due_at <= now() and (lease_until is null or lease_until < now())
             and next_due <= case unit when 0 then $3::bigint else $4::bigint end
             and not exists (select from ${schemaName}.transaction t join ${schemaName}.transaction_subject u using (chain_id, hash)
               where t.chain_id = d.chain_id and u.contract = d.contract and u.subject = d.subscription_id and t.state = 'pending')
           order by next_due, subscription_id limit $5 for update skip locked)
         returning s.*, (select coalesce(r.settlement, r.progress) from ${schemaName}.request r
           where r.chain_id = s.chain_id and r.contract = s.contract and r.subscription_id = s.subscription_id and not r.orphaned
           order by r.block_number desc limit 1) as last_instance`,
        [...key, String(head.seconds), String(head.number), count],
      )
      return Promise.all(
        rows.map(async (row) => {
          const record = await recordOf(site, row)
          if (record === null) return { subscriptionId: row.subscription_id, damaged: true as const }
          return { ...record, next: BigInt(row.next_due), reason: reasonOf(row), lastInstance: row.last_instance ?? null }
        }),
      )
    },

    async conclude(subscriptionId: Hex, { progress, reason, delayMs = 0, state }: TriggerConclusion): Promise<void> {
      await database.query(
        `update ${table} set lease_until = null, progress = $4, reason_code = $5, reason = $6, due_at = now() + $7 * interval '1 ms', changed_at = now()
         where ${ofSite} and subscription_id = $3`,
        [...key, subscriptionId, progress, reason?.code ?? null, reason?.message.slice(0, 500) ?? null, delayMs],
      )
      if (state === undefined) return
      await database.query(
        `update ${table} set deposit = $4, next_due = $5, state_block = $6 where ${ofSite} and subscription_id = $3 and state_block <= $6`,
        [...key, subscriptionId, String(state.deposit), bigintText(state.next), String(state.atBlock)],
      )
    },

    /** A transaction came to nothing, or somebody asks to look again. */
    async reopen(subscriptionId: Hex, reason: RequestReason): Promise<boolean> {
      const rows = await database.query(
        `update ${table} set progress = 'waiting', reason_code = $4, reason = $5, due_at = now(), changed_at = now()
         where ${ofSite} and subscription_id = $3 and closed_block is null returning 1`,
        [...key, subscriptionId, reason.code, reason.message],
      )
      return rows.length > 0
    },

    async counts(): Promise<{ [state: string]: number }> {
      const rows = await database.query<{ state: string; count: number }>(
        `select case when orphaned then 'orphaned' when closed_block is not null then 'closed' else progress end as state, count(*)::integer as count
         from ${table} where ${ofSite} group by 1`,
        [...key],
      )
      const none = Object.fromEntries([...subscriptionProgresses, 'closed', 'orphaned'].map((state) => [state, 0]))
      return { ...none, ...Object.fromEntries(rows.map(({ state, count }) => [state, count])) }
    },

    /** Those that are open, the next to fall due first. */
    async list(limit: number): Promise<SubscriptionSummary[]> {
      const rows = await database.query<SubscriptionRow>(
        `select * from ${table} where ${ofSite} and closed_block is null and not orphaned order by progress = 'refused', unit, next_due limit $3`,
        [...key, limit],
      )
      return rows.map((row) => ({
        subscriptionId: row.subscription_id,
        progress: row.progress,
        reason: reasonOf(row),
        operator: row.operator as Address,
        modelId: row.model_id,
        unit: scheduleUnits[row.unit] ?? 'seconds',
        next: Number(row.next_due),
        /** Whole instances that the deposit pays for, as far as is known. */
        instancesLeft: BigInt(row.payment) === 0n ? null : Number(BigInt(row.deposit) / BigInt(row.payment)),
      }))
    },

    async forget(executor: Executor, finalBlock: bigint, keptDays: number): Promise<void> {
      await executor.query(
        `delete from ${table} where ${ofSite} and changed_at < now() - $3 * interval '1 day' and (closed_block <= $4 or orphaned)`,
        [...key, keptDays, String(finalBlock)],
      )
    },
  }
}

export type SubscriptionSummary = {
  readonly subscriptionId: Hex
  readonly progress: SubscriptionProgress
  readonly reason: RequestReason | null
  readonly operator: Address
  readonly modelId: Hex
  readonly unit: (typeof scheduleUnits)[number]
  readonly next: number
  readonly instancesLeft: number | null
}

/** As it was opened, checked against its own id; `null` when it was tampered with. */
function recordOf(site: CoprocessorSite, row: SubscriptionRow): Promise<SubscriptionRecord | null> {
  const decode = async () =>
    checkSubscription(site, {
      subscriptionId: row.subscription_id,
      encoded: row.encoded,
      outputNames: JSON.parse(row.output_names) as string[],
      input: row.input === null ? null : Uint8Array.from(row.input),
      inputUri: row.input_uri,
    })
  return decode().catch(() => null)
}

function reasonOf({ reason_code: code, reason }: SubscriptionRow): RequestReason | null {
  return code === null ? null : { code: code as RequestReasonCode, message: reason ?? '' }
}

/** PostgreSQL's integers end at 63 bits, where no time and no block will be. */
export const bigintText = (value: bigint): string => String(value < bigintMax ? value : bigintMax)
const bigintMax = 2n ** 63n - 1n
/** Longer than asking an enclave once and sending a transaction. */
const leaseSeconds = 120

type SubscriptionRow = Row & {
  subscription_id: Hex
  encoded: Hex
  output_names: string
  input: Uint8Array | null
  input_uri: string
  operator: string
  model_id: Hex
  payment: string
  unit: number
  deposit: string
  next_due: string | number
  progress: SubscriptionProgress
  reason_code: string | null
  reason: string | null
  last_instance?: string | null
}
