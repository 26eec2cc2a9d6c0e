import { randomUUID } from 'node:crypto'
import type { Hex } from '@nacre/verifier/bytes'
import type { CoprocessorSite } from './contract.ts'
import type { Database, Executor } from './database.ts'
import { liveTransactionOf } from './requests.ts'
import { queueSchemaName, schemaName } from './schema.ts'
import { queueName } from './status.ts'

/**
 * Who of the fleet works on which request: one job at a time for each, however many relayers see it. It saves double work and no more than that: if it fails, two relayers bring the same answer and
 * the chain takes one.
 */
export type JobQueue = {
  /** Makes jobs of what is due. */
  dispatch(): Promise<number>
  fetch(count: number): Promise<Job[]>
  /** Ends the job and, in the same transaction, writes down what became of the request. */
  complete(job: Job, conclude: (executor: Executor) => Promise<void>): Promise<void>
  /** Tries again later, a bounded number of times, each time later; then the request is dead. */
  fail(job: Job, message: string): Promise<void>
  stop(): Promise<void>
}

export type Job = { readonly id: string; readonly requestId: Hex }

export type QueueParameters = {
  database: Database
  site: CoprocessorSite
  /** A worker that says nothing for so long is taken to be dead. @default 120 */
  jobSecondsMax?: number | undefined
  /** @default 8 */
  attemptsMax?: number | undefined
  onError(error: unknown): void
}

export async function openQueue({ database, site, jobSecondsMax = 120, attemptsMax = 8, onError }: QueueParameters): Promise<JobQueue> {
  const { default: PgBoss } = await import('pg-boss')
  const boss = new PgBoss({
    db: { executeSql: (sql, values) => executeSql(database, sql, values) },
    schema: queueSchemaName,
    schedule: false,
    // Finds jobs of workers that died, every so often.
    maintenanceIntervalSeconds: Math.max(1, Math.min(15, Math.floor(jobSecondsMax / 2))),
    archiveCompletedAfterSeconds: 3600,
    deleteAfterDays: 7,
  })
  boss.on('error', onError)
  await boss.start()
  const name = queueName(site)
  const retry = { retryLimit: attemptsMax - 1, retryDelay: 1, retryBackoff: true, expireInSeconds: jobSecondsMax, retentionDays: 31 }
  await boss.createQueue(name, { name, policy: 'standard', ...retry })
  const key = [String(site.chainId), site.contract.toLowerCase()] as const
  const within = (executor: Executor) => ({
    db: { executeSql: async (sql: string, values: unknown[]) => ({ rows: (await executor.query(sql, values)) as unknown[] }) },
  })

  // Nobody else works on an embedded database: what is active there was this relayer's before it was killed.
  if (database.kind === 'embedded') {
    const jobs = await database.query<{ id: string }>(`select id from ${queueSchemaName}.job where name = $1 and state = 'active'`, [name])
    for (const { id } of jobs) await boss.fail(name, id, { message: 'the relayer was killed' })
  }

  return {
    async dispatch() {
      return database.transaction(async (executor) => {
        await bury(executor, name, key)
        const due = await executor.query<{ request_id: Hex }>(
          `select request_id from ${schemaName}.request r
           where chain_id = $1 and contract = $2 and settlement is null and not orphaned and job_id is null and due_at <= now()
             and (progress in ('new', 'waiting', 'queued') or (progress = 'sent' and not exists (${liveTransactionOf('r')})))
           order by deadline_seconds limit ${dispatchCountMax} for update skip locked`,
          key,
        )
        for (const { request_id: requestId } of due) {
          const id = randomUUID()
          await executor.query(
            `update ${schemaName}.request set job_id = $4, progress = 'queued', changed_at = now() where chain_id = $1 and contract = $2 and request_id = $3`,
            [...key, requestId, id],
          )
          await boss.send(name, { requestId }, { id, ...retry, ...within(executor) })
        }
        return due.length
      })
    },
    async fetch(count) {
      const jobs = await boss.fetch<{ requestId?: unknown }>(name, { batchSize: count, priority: false })
      return jobs.map(({ id, data }) => ({ id, requestId: String(data.requestId) as Hex }))
    },
    complete: (job, conclude) =>
      database.transaction(async (executor) => {
        await conclude(executor)
        await boss.complete(name, job.id, {}, within(executor))
      }),
    async fail(job, message) {
      await boss.fail(name, job.id, { message: message.slice(0, 500) })
    },
    stop: () => boss.stop({ graceful: false }),
  }
}

/** Requests whose job failed for good are dead and say why; those whose job is nowhere are due again. */
async function bury(executor: Executor, queue: string, key: readonly [string, string]): Promise<void> {
  await executor.query(
    `update ${schemaName}.request r set job_id = null, progress = 'dead', reason_code = 'ATTEMPTS_FAILED', changed_at = now(),
       reason = left(coalesce(j.output->>'message', j.output->'value'->>'message', 'no reason was left'), 500)
     from ${queueSchemaName}.job j
     where r.chain_id = $1 and r.contract = $2 and r.job_id = j.id and j.name = $3 and j.state = 'failed'`,
    [...key, queue],
  )
  await executor.query(
    `update ${schemaName}.request r set job_id = null, due_at = now()
     where r.chain_id = $1 and r.contract = $2 and r.job_id is not null
       and not exists (select from ${queueSchemaName}.job j where j.id = r.job_id and j.name = $3 and j.state < 'completed')`,
    [...key, queue],
  )
}

async function executeSql(database: Database, sql: string, values: unknown[] | undefined): Promise<{ rows: unknown[] }> {
  // Without parameters it may be several statements.
  return { rows: [...(values === undefined || values.length === 0 ? await database.script(sql) : await database.query(sql, values))] }
}

const dispatchCountMax = 100
