import { type Address, BaseError, type Hex, HttpRequestError, type Log } from 'viem'
import type { ChainReader, Head } from './chain.ts'
import { decodeLogs, type SeenRequest } from './contract.ts'
import type { Database, Executor } from './database.ts'
import type { Requests } from './requests.ts'
import type { Rivals } from './rivals.ts'
import { schemaName } from './schema.ts'
import type { Subscriptions } from './subscriptions.ts'

/**
 * Reads the contract's events into the database. Each pass goes from a window of blocks that was read before, so that what an endpoint left out at the head is found, up to the head less the
 * confirmations. Every pass can be repeated, and any relayer of a fleet can make the next one.
 */
export type Watcher = {
  /** One pass. `behind` says that there are more blocks to read at once. */
  pass(): Promise<Pass>
}

export type Pass = {
  readonly head: Head
  readonly readTo: bigint
  readonly requests: number
  readonly settlements: number
  readonly subscriptions: number
  /** Blocks that are no longer part of the chain, 0 without a reorganisation. */
  readonly reorgDepth: bigint
  /** Logs that were not what they said. */
  readonly refusedLogs: number
  readonly behind: boolean
}

export type WatcherParameters = {
  database: Database
  requests: Requests
  subscriptions: Subscriptions
  /** Who else answers, and how long each who comes before has. @default nobody */
  turns?: { readonly rivals: Rivals; readonly turnMs: number } | undefined
  chain: ChainReader
  /** Whose requests are read. */
  operators: readonly Address[]
  /** Where to begin when nothing was read yet. */
  startBlock: bigint
  /** A block counts with so many on top of it. */
  confirmations: number
  /** Blocks that are read again on every pass. @default 12 */
  windowBlocks?: number | undefined
  /** What lies below so many blocks is taken to be final, and its traces are dropped. @default 128 */
  finalityBlocks?: number | undefined
}

export function createWatcher(parameters: WatcherParameters): Watcher {
  const { database, requests, subscriptions, turns, chain, operators, startBlock, confirmations } = parameters
  const { windowBlocks = 12, finalityBlocks = 128 } = parameters
  const key = [String(chain.site.chainId), chain.site.contract.toLowerCase()] as const
  let rangeBlocks = rangeBlocksFirst

  /** Logs of as many blocks as the endpoint gives at once: what it calls too many differs from one to the next. */
  async function readRange(from: bigint, last: bigint): Promise<{ to: bigint; hash: Hex; logs: Log[] } | null> {
    for (;;) {
      const to = min(last, from + BigInt(rangeBlocks) - 1n)
      const before = await chain.hashAt(to)
      if (before === null) return null
      let logs: Log[]
      try {
        logs = await chain.logs(from, to, operators)
      } catch (error) {
        if (to === from || !isRefusal(error)) throw error
        rangeBlocks = Math.max(1, Math.floor(Number(to - from + 1n) / 2))
        continue
      }
      // A block's hash settles everything below it: unchanged before and after, the logs are of one chain.
      const after = await chain.hashAt(to)
      if (after !== before) return null
      rangeBlocks = Math.min(rangeBlocksMax, rangeBlocks * 2)
      return { to, hash: before, logs }
    }
  }

  return {
    async pass() {
      const head = await chain.head()
      const cursor = await readCursor(database, key, startBlock)
      const safe = head.number - BigInt(confirmations)
      const nothing = { requests: 0, settlements: 0, subscriptions: 0, reorgDepth: 0n, refusedLogs: 0 }
      const idle = { head, readTo: cursor.blockNumber, ...nothing, behind: false }

      const ancestor = await commonAncestor(database, chain, key, head, cursor)
      if (ancestor === null) return idle // the endpoint is behind us
      const reorged = ancestor < cursor.blockNumber
      // A relayer that starts with a database of its past begins where it was told if that is later.
      const from = max(cursor.startBlock, ancestor + 1n - BigInt(windowBlocks))
      let range = safe >= from ? await readRange(from, safe) : null
      // An endpoint may give fewer blocks at once than are read again.
      while (range !== null && range.to <= ancestor && range.to < safe) {
        const next = await readRange(range.to + 1n, safe)
        range = next === null ? null : { ...next, logs: [...range.logs, ...next.logs] }
      }
      if (range === null && !reorged) {
        await noteHead(database, key, head)
        return idle
      }

      const { requests: seen, settlements, subscriptions: opened, changes, refused } = decodeLogs(chain.site, range?.logs ?? [])
      if (seen.length > 0) await turns?.rivals.refresh()
      const delayMs = ({ requestId, request }: SeenRequest) => {
        const waitMs = (turns?.rivals.turn(requestId) ?? 0) * (turns?.turnMs ?? 0)
        // Not so long that the deadline is near.
        return Math.max(0, Math.min(waitMs, (Number(request.deadlineSeconds - head.seconds) * 1000) / 4))
      }
      const readTo = range === null ? ancestor : max(range.to, ancestor)
      let changed = 0
      const committed = await database.transaction(async (executor) => {
        if (!(await takePass(executor, key, cursor.passes, { blockNumber: readTo, reorged }))) return false
        if (reorged) {
          await requests.rollBack(executor, ancestor)
          await subscriptions.rollBack(executor, ancestor)
          await executor.query(`delete from ${schemaName}.block where chain_id = $1 and contract = $2 and number > $3`, [
            ...key,
            String(ancestor),
          ])
        }
        for (const subscription of opened) await subscriptions.see(executor, subscription)
        await subscriptions.change(executor, changes)
        for (const request of seen) await requests.see(executor, request, delayMs(request))
        for (const settlement of settlements) if (await requests.settle(executor, settlement)) changed++
        if (range !== null) await rememberBlock(executor, key, range.to, range.hash, head.number - BigInt(finalityBlocks))
        await noteHead(executor, key, head)
        await requests.expire(executor, head.seconds)
        return true
      })
      // Another relayer was faster: what it wrote down is as good.
      if (!committed) return { ...idle, behind: true }
      return {
        head,
        readTo,
        requests: seen.length,
        settlements: changed,
        subscriptions: opened.length,
        reorgDepth: reorged ? cursor.blockNumber - ancestor : 0n,
        refusedLogs: refused,
        behind: range !== null && range.to < safe,
      }
    },
  }
}

type Cursor = { startBlock: bigint; blockNumber: bigint; passes: string }
type Key = readonly [chainId: string, contract: string]

async function readCursor(database: Database, key: Key, startBlock: bigint): Promise<Cursor> {
  await database.query(
    `insert into ${schemaName}.cursor (chain_id, contract, start_block, block_number) values ($1, $2, $3, $4) on conflict do nothing`,
    [...key, String(startBlock), String(startBlock - 1n)],
  )
  const [row] = await database.query<{ start: string; number: string; passes: string }>(
    `select start_block::text as start, block_number::text as number, passes::text as passes
     from ${schemaName}.cursor where chain_id = $1 and contract = $2`,
    key,
  )
  if (row === undefined) throw new Error('The cursor is gone')
  return { startBlock: BigInt(row.start), blockNumber: BigInt(row.number), passes: row.passes }
}

/** The highest block that was read and is still part of the chain; `null` when the endpoint is merely behind. */
async function commonAncestor(database: Database, chain: ChainReader, key: Key, head: Head, cursor: Cursor): Promise<bigint | null> {
  const known = await database.query<{ number: string; hash: string }>(
    `select number::text as number, hash from ${schemaName}.block where chain_id = $1 and contract = $2 order by number desc`,
    key,
  )
  if (known.length === 0) return cursor.blockNumber
  let isAhead = false
  let isReorged = false
  for (const { number: text, hash } of known) {
    const number = BigInt(text)
    if (number > head.number) {
      isAhead = true
      continue
    }
    const there = await chain.hashAt(number)
    if (there === null) return null
    if (there === hash) return isReorged ? number : isAhead ? null : cursor.blockNumber
    isReorged = true
  }
  return isReorged ? cursor.startBlock - 1n : null
}

/** Two relayers may have read the same: the first to write wins, and the other's reading is dropped. */
async function takePass(
  executor: Executor,
  key: Key,
  passes: string,
  { blockNumber, reorged }: { blockNumber: bigint; reorged: boolean },
): Promise<boolean> {
  const rows = await executor.query(
    `update ${schemaName}.cursor set block_number = $4, passes = passes + 1, reorgs = reorgs + $5
     where chain_id = $1 and contract = $2 and passes = $3 returning 1`,
    [...key, passes, String(blockNumber), reorged ? 1 : 0],
  )
  return rows.length === 1
}

async function noteHead(executor: Executor, key: Key, head: Head): Promise<void> {
  await executor.query(
    `update ${schemaName}.cursor set head_number = $3, head_seconds = $4, read_at = now() where chain_id = $1 and contract = $2`,
    [...key, String(head.number), String(head.seconds)],
  )
}

async function rememberBlock(executor: Executor, key: Key, number: bigint, hash: string, finalBlock: bigint): Promise<void> {
  await executor.query(
    `insert into ${schemaName}.block (chain_id, contract, number, hash) values ($1, $2, $3, $4)
     on conflict (chain_id, contract, number) do update set hash = excluded.hash`,
    [...key, String(number), hash],
  )
  await executor.query(`delete from ${schemaName}.block where chain_id = $1 and contract = $2 and number < $3 and number < $4`, [
    ...key,
    String(finalBlock),
    String(number),
  ])
}

/** Endpoints say in many ways that a range is too wide, or just take too long; one that cannot be reached says nothing. */
function isRefusal(error: unknown): boolean {
  return !(error instanceof BaseError && error.walk((cause) => cause instanceof HttpRequestError && cause.status === undefined) !== null)
}

const min = (a: bigint, b: bigint) => (a < b ? a : b)
const max = (a: bigint, b: bigint) => (a > b ? a : b)
const rangeBlocksFirst = 2_000
const rangeBlocksMax = 10_000
