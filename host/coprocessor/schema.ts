import type { Database, Executor } from './database.ts'
import { RelayerError } from './errors.ts'

/** Name of the schema that holds everything of the relayers' own; the queue has one beside it. */
export const schemaName = 'nacre_relay'
export const queueSchemaName = 'nacre_relay_queue'

/** Brings the tables up to this version. Safe when several relayers start at once. @throws `DATABASE_NEWER` */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async (executor) => {
    await executor.query(`select pg_advisory_xact_lock(hashtextextended('nacre relay migration', 0))`)
    await executor.query(`create schema if not exists ${schemaName}`)
    await executor.query(`create table if not exists ${schemaName}.version (version integer not null)`)
    const applied = await appliedVersion(executor)
    if (applied > migrations.length)
      throw new RelayerError('DATABASE_NEWER', 'The database was written by a later version of this program', {
        expected: `version ${migrations.length} or lower`,
        received: `version ${applied}`,
      })
    for (const statements of migrations.slice(applied)) for (const statement of statements) await executor.query(statement)
    await executor.query(`delete from ${schemaName}.version`)
    await executor.query(`insert into ${schemaName}.version values ($1)`, [migrations.length])
  })
}

/** Forgets everything, for a chain that began anew. */
export async function forgetEverything(database: Database): Promise<void> {
  await database.script(`drop schema if exists ${schemaName} cascade; drop schema if exists ${queueSchemaName} cascade`)
}

async function appliedVersion(executor: Executor): Promise<number> {
  const [row] = await executor.query<{ version: number }>(`select version from ${schemaName}.version`)
  return row?.version ?? 0
}

/**
 * 256-bit numbers and hashes are text, as they are everywhere outside of the chain; `chain_id` too, because PostgreSQL's integers end at 63 bits. One list per version, never changed once it
 * was released.
 */
const migrations: readonly (readonly string[])[] = [
  [
    // How far the chain was read, and what its head was then.
    `create table ${schemaName}.cursor (
      chain_id text not null, contract text not null,
      start_block bigint not null, block_number bigint not null, passes bigint not null default 0, reorgs integer not null default 0,
      head_number bigint not null default 0, head_seconds bigint not null default 0, read_at timestamptz,
      primary key (chain_id, contract))`,
    // Blocks that were read up to, so that a reorganisation is noticed and its depth known.
    `create table ${schemaName}.block (
      chain_id text not null, contract text not null, number bigint not null, hash text not null,
      primary key (chain_id, contract, number))`,
    `create table ${schemaName}.request (
      chain_id text not null, contract text not null, request_id text not null,
      block_number bigint not null, block_hash text not null, transaction_hash text not null, orphaned boolean not null default false,
      encoded text not null, output_names text not null, input bytea, input_uri text not null,
      operator text not null, model_id text not null, input_hash text not null, deadline_seconds bigint not null,
      settlement text, settled_block bigint, settled_by text, settled_transaction text, callback_succeeded boolean,
      progress text not null default 'new', reason_code text, reason text,
      waits integer not null default 0, due_at timestamptz not null default now(), job_id uuid,
      answer text,
      seen_at timestamptz not null default now(), changed_at timestamptz not null default now(),
      primary key (chain_id, contract, request_id))`,
    `create index request_open on ${schemaName}.request (chain_id, contract, due_at) where settlement is null and not orphaned`,
    `create index request_input on ${schemaName}.request (input_hash)`,
    `create index request_job on ${schemaName}.request (job_id) where job_id is not null`,
    // Written before a transaction is sent: what a killed relayer sent is found again.
    `create table ${schemaName}.transaction (
      chain_id text not null, sender text not null, nonce bigint not null, hash text not null,
      contract text, request_id text, raw text not null, gas bigint not null, max_fee text not null, priority_fee text not null,
      state text not null default 'pending', block_number bigint, block_hash text, gas_used bigint,
      made_at timestamptz not null default now(), sent_at timestamptz not null default now(), misses integer not null default 0,
      primary key (chain_id, hash))`,
    `create index transaction_live on ${schemaName}.transaction (chain_id, sender, nonce) where state in ('pending', 'mined')`,
    `create index transaction_request on ${schemaName}.transaction (chain_id, contract, request_id)`,
    `create table ${schemaName}.input (
      hash text primary key, bytes bytea not null, size bigint not null, kept_until timestamptz not null,
      received_at timestamptz not null default now())`,
    `create index input_kept on ${schemaName}.input (kept_until)`,
  ],
  [
    // What the contract says of a subscription is known as of `state_block`.
    `create table ${schemaName}.subscription (
      chain_id text not null, contract text not null, subscription_id text not null,
      block_number bigint not null, block_hash text not null, transaction_hash text not null, orphaned boolean not null default false,
      encoded text not null, output_names text not null, input bytea, input_uri text not null,
      operator text not null, model_id text not null, input_hash text not null, payment numeric not null,
      unit integer not null, deposit numeric not null, next_due bigint not null, state_block bigint not null, closed_block bigint,
      progress text not null default 'waiting', reason_code text, reason text,
      due_at timestamptz not null default now(), lease_until timestamptz,
      seen_at timestamptz not null default now(), changed_at timestamptz not null default now(),
      primary key (chain_id, contract, subscription_id))`,
    `create index subscription_due on ${schemaName}.subscription (chain_id, contract, next_due) where closed_block is null and not orphaned`,
    `create index subscription_input on ${schemaName}.subscription (input_hash)`,
    `alter table ${schemaName}.request add column subscription_id text`,
    `create index request_instance on ${schemaName}.request (chain_id, contract, subscription_id) where subscription_id is not null`,
    // One transaction may answer many requests.
    `create table ${schemaName}.transaction_subject (
      chain_id text not null, hash text not null, contract text not null, subject text not null,
      primary key (chain_id, hash, subject))`,
    `create index transaction_of_subject on ${schemaName}.transaction_subject (chain_id, contract, subject)`,
    `insert into ${schemaName}.transaction_subject select chain_id, hash, contract, request_id from ${schemaName}.transaction where request_id is not null`,
    `alter table ${schemaName}.transaction add column kind text not null default 'fulfill'`,
    `drop index ${schemaName}.transaction_request`,
    `alter table ${schemaName}.transaction drop column request_id, drop column contract`,
  ],
]
