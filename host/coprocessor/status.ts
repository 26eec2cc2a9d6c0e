import type { Address } from 'viem'
import type { CoprocessorSite } from './contract.ts'
import type { Database } from './database.ts'
import { type RequestSummary, requestsOf } from './requests.ts'
import { queueSchemaName, schemaName } from './schema.ts'
import { type SubscriptionSummary, subscriptionsOf } from './subscriptions.ts'

/** What the database knows of one contract's requests and of who answers them: the same for every relayer of a fleet. It holds no keys and no addresses of endpoints. */
export type SiteStatus = {
  readonly chainId: number
  readonly contract: Address
  readonly head: { readonly number: number; readonly seconds: number }
  readonly readTo: number
  /** `null` before the first pass. */
  readonly readAt: string | null
  readonly reorganisations: number
  readonly requests: { readonly [state: string]: number }
  readonly jobs: { readonly [state: string]: number }
  readonly signers: readonly { readonly address: Address; readonly pending: number; readonly mined: number; readonly gasUsed: number }[]
  readonly inputs: { readonly count: number; readonly bytes: number }
  /** Not settled yet: dead and refused ones first, then by deadline. */
  readonly open: readonly RequestSummary[]
  readonly subscriptions: { readonly [state: string]: number }
  /** Those that are open, the next to fall due first. */
  readonly subscribed: readonly SubscriptionSummary[]
}

/** One for each contract on each chain. */
export async function readStatus(database: Database, listed: number): Promise<SiteStatus[]> {
  const cursors = await database.query<{
    chain_id: string
    contract: Address
    read_to: string
    reorgs: number
    head_number: string
    head_seconds: string
    read_at: string | null
  }>(
    `select chain_id, contract, block_number::text as read_to, reorgs, head_number::text as head_number, head_seconds::text as head_seconds,
       to_char(read_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as read_at
     from ${schemaName}.cursor order by chain_id, contract`,
  )
  return Promise.all(
    cursors.map(async (cursor): Promise<SiteStatus> => {
      const site: CoprocessorSite = { chainId: Number(cursor.chain_id), contract: cursor.contract }
      const requests = requestsOf(database, site)
      const subscriptions = subscriptionsOf(database, site)
      const jobs = await database.query<{ state: string; count: number }>(
        `select state::text as state, count(*)::integer as count from ${queueSchemaName}.job where name = $1 group by 1`,
        [queueName(site)],
      )
      const signers = await database.query<{ sender: Address; pending: number; mined: number; gas: string }>(
        `select sender, (count(distinct nonce) filter (where state = 'pending'))::integer as pending,
           (count(*) filter (where state in ('mined', 'final')))::integer as mined, coalesce(sum(gas_used), 0)::text as gas
         from ${schemaName}.transaction where chain_id = $1 group by sender order by sender`,
        [cursor.chain_id],
      )
      const [inputs] = await database.query<{ count: number; bytes: string }>(
        `select count(*)::integer as count, coalesce(sum(size), 0)::text as bytes from ${schemaName}.input`,
      )
      return {
        ...site,
        head: { number: Number(cursor.head_number), seconds: Number(cursor.head_seconds) },
        readTo: Number(cursor.read_to),
        readAt: cursor.read_at,
        reorganisations: cursor.reorgs,
        requests: await requests.counts(),
        jobs: Object.fromEntries(jobs.map(({ state, count }) => [state, count])),
        signers: signers.map(({ sender, pending, mined, gas }) => ({ address: sender, pending, mined, gasUsed: Number(gas) })),
        inputs: { count: inputs?.count ?? 0, bytes: Number(inputs?.bytes ?? 0) },
        open: await requests.list(listed),
        subscriptions: await subscriptions.counts(),
        subscribed: await subscriptions.list(listed),
      }
    }),
  )
}

/** Of the queue that holds the jobs of one contract. */
export function queueName({ chainId, contract }: CoprocessorSite): string {
  return `fulfil-${chainId}-${contract.toLowerCase()}`
}
