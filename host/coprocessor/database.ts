import { mkdirSync } from 'node:fs'
import type { PGliteInterface, Transaction } from '@electric-sql/pglite'
import type pg from 'pg'
import { RelayerError } from './errors.ts'

/**
 * The relayers' memory: one PostgreSQL for a fleet, or an embedded one (PGlite) for a relayer by itself. It decides nothing that costs money: who is paid, and once, is the chain's to say,
 * and a memory that was lost is read from the chain again.
 *
 * Either driver is loaded when it is opened: every command imports this file, and few open a database.
 */
export type Database = Executor & {
  readonly kind: 'embedded' | 'postgres'
  /** All of it or nothing. */
  transaction<T>(work: (executor: Executor) => Promise<T>): Promise<T>
  /** Takes a lock that ends with this process, however it ends; `null` when another process has it. */
  lock(name: string): Promise<DatabaseLock | null>
  /** Several statements without parameters, as migrations have them. */
  script(sql: string): Promise<Row[]>
  close(): Promise<void>
}

export type Executor = { query<T extends Row = Row>(sql: string, parameters?: readonly unknown[]): Promise<T[]> }
export type Row = { readonly [column: string]: unknown }

export type DatabaseLock = {
  /** False once the connection that held it is gone. */
  isHeld(): boolean
  release(): Promise<void>
}

/** @throws `DATABASE_UNREACHABLE` */
export async function openPostgres(connectionString: string): Promise<Database> {
  const { default: driver } = await import('pg')
  const pool = new driver.Pool({
    connectionString,
    max: poolConnectionsMax,
    connectionTimeoutMillis: connectMsMax,
    application_name: 'nacre relay',
  })
  // An idle connection that breaks is replaced at the next query, which is where a caller learns of it.
  pool.on('error', () => undefined)
  try {
    await pool.query('select 1')
  } catch (cause) {
    await pool.end()
    throw new RelayerError('DATABASE_UNREACHABLE', `The database cannot be used: ${reasonOf(cause)}`, { cause })
  }
  const executorOf = (client: pg.Pool | pg.PoolClient): Executor => ({
    async query<T extends Row>(sql: string, parameters: readonly unknown[] = []) {
      const { rows } = await client.query(sql, parameters as unknown[])
      return rows as T[]
    },
  })
  const held = new Set<pg.Client>()
  return {
    kind: 'postgres',
    ...executorOf(pool),
    async transaction(work) {
      const client = await pool.connect()
      let broken: Error | undefined
      try {
        await client.query('begin')
        const value = await work(executorOf(client))
        await client.query('commit')
        return value
      } catch (error) {
        await client.query('rollback').catch((failure: Error) => {
          broken = failure
        })
        throw error
      } finally {
        client.release(broken)
      }
    },
    async lock(name) {
      // A connection of its own: the server gives the lock up with it, also when this process was killed.
      const client = new driver.Client({ connectionString, connectionTimeoutMillis: connectMsMax, keepAlive: true })
      let alive = true
      client.on('error', () => {
        alive = false
      })
      client.on('end', () => {
        alive = false
      })
      await client.connect()
      const { rows } = await client.query('select pg_try_advisory_lock(hashtextextended($1, 0)) as taken', [`nacre relay ${name}`])
      if (rows[0]?.taken !== true) {
        await client.end()
        return null
      }
      held.add(client)
      const release = async () => {
        held.delete(client)
        await client.end()
      }
      return { isHeld: () => alive, release }
    },
    async script(sql) {
      const client = await pool.connect()
      let broken: Error | undefined
      try {
        const results = (await client.query(sql)) as unknown as pg.QueryResult | pg.QueryResult[]
        return (Array.isArray(results) ? results.at(-1) : results)?.rows ?? []
      } catch (error) {
        // It may have left a transaction open: such a connection is of no further use.
        broken = error as Error
        throw error
      } finally {
        client.release(broken)
      }
    },
    async close() {
      await Promise.allSettled([...held].map((client) => client.end()))
      await pool.end()
    },
  }
}

/** PostgreSQL compiled to WebAssembly, in this process, with its files in `directory`. The caller makes sure that no other process opens it. */
export async function openEmbedded(directory: string): Promise<Database> {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const { PGlite } = await import('@electric-sql/pglite')
  const lite = await PGlite.create(directory)
  const executorOf = (client: PGliteInterface | Transaction): Executor => ({
    async query<T extends Row>(sql: string, parameters: readonly unknown[] = []) {
      const { rows } = await client.query(sql, parameters as unknown[])
      return rows as T[]
    },
  })
  const locks = new Set<string>()
  return {
    kind: 'embedded',
    ...executorOf(lite),
    transaction: (work) => lite.transaction((client) => work(executorOf(client))),
    async lock(name) {
      if (locks.has(name)) return null
      locks.add(name)
      return {
        isHeld: () => locks.has(name),
        release: async () => {
          locks.delete(name)
        },
      }
    },
    async script(sql) {
      try {
        return ((await lite.exec(sql)).at(-1)?.rows ?? []) as Row[]
      } catch (error) {
        // There is one session: a transaction that the script left open would be everybody's.
        await lite.exec('rollback')
        throw error
      }
    },
    close: () => lite.close(),
  }
}

/** Of a connection error, without the connection string: it may hold a password. */
function reasonOf(cause: unknown): string {
  const { code, message } = cause as { code?: unknown; message?: unknown }
  const text = typeof message === 'string' && message !== '' ? message : 'no reason given'
  return typeof code === 'string' ? `${text} [${code}]` : text
}

const poolConnectionsMax = 8
const connectMsMax = 10_000
