import type { Hex } from '@nacre/verifier/bytes'
import {
  type Address,
  keccak256,
  type LocalAccount,
  type Log,
  parseTransaction,
  recoverTransactionAddress,
  type TransactionSerialized,
} from 'viem'
import { brief, type ChainReader, type Head } from './chain.ts'
import { leftOpen } from './contract.ts'
import type { Database, Row } from './database.ts'
import type { RequestReason, WaitCode } from './requests.ts'
import { schemaName } from './schema.ts'

/**
 * The transactions of one account, in the order of their nonces, until they are final.
 *
 * Each is written down before it is sent, so whatever a killed relayer had sent is found again; and it is followed after it was mined, so that one which a reorganisation threw out is sent again.
 */
export type TransactionSender = {
  readonly address: Address
  /** How many more can be sent now, and why there are none. */
  capacity(): { count: number; reason: RequestReason | null }
  /** What gas costs at most, and what it would likely cost now, in wei. */
  fees(): Fees | null
  /** Signs, writes down, sends. @throws {@link NotSent} when nothing was written down */
  send(call: ContractCall): Promise<Hex>
  /** Looks after all that is under way. To be called for each new head. */
  attend(head: Head): Promise<void>
}

/** `subjects`: ids of the requests that it answers, or of the subscription that it triggers. */
export type ContractCall = {
  readonly kind: CallKind
  readonly subjects: readonly Hex[]
  readonly to: Address
  readonly data: Hex
  readonly gas: bigint
}
export type CallKind = 'fulfill' | 'fulfillBatch' | 'trigger'
export type Fees = { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint; readonly likelyPerGas: bigint }

/** Nothing was sent, and it may be tried again. */
export class NotSent extends Error {
  override readonly name = 'NotSent'
  readonly code: WaitCode
  constructor(code: WaitCode, message: string) {
    super(message)
    this.code = code
  }
}

export type SenderParameters = {
  database: Database
  chain: ChainReader
  account: LocalAccount
  /** Never pay more per gas. */
  feePerGasMax: bigint
  /** @default what the chain suggests */
  priorityFeePerGas?: bigint | undefined
  /** Transactions under way at once. @default 16 */
  pendingMax?: number | undefined
  /** A transaction that was not mined for so long is sent again with a higher fee. @default 45 s */
  stuckMs?: number | undefined
  /** Blocks until a mined transaction is left alone. @default 64 */
  finalityBlocks?: number | undefined
  nowMs(): number
  /** The transaction of a request or subscription came to nothing for it. */
  onFailed(kind: CallKind, subject: Hex, reason: RequestReason): Promise<void>
  onEvent(event: TransactionEvent): void
}

export type TransactionEvent =
  | { kind: 'sent' | 'replaced' | 'cancelled' | 'filled' | 'sent again' | 'reorganised' | 'lost'; nonce: number; hash: Hex }
  | { kind: 'mined'; nonce: number; hash: Hex; success: boolean; gasUsed: bigint; feeWei: bigint }

export function createSender(parameters: SenderParameters): TransactionSender {
  const { database, chain, account, feePerGasMax, priorityFeePerGas, onFailed, onEvent, nowMs } = parameters
  const { pendingMax = 16, stuckMs = 45_000, finalityBlocks = 64 } = parameters
  const { client, site } = chain
  const sender = account.address.toLowerCase()
  const table = `${schemaName}.transaction`
  const key = [String(site.chainId), sender] as const
  const oneAtATime = mutex()
  let fees: Fees | null = null
  let pendingCount = 0
  let isPoor = false

  const live = async () =>
    (
      await database.query<TransactionRow>(
        `select t.nonce::integer as nonce, hash, kind, raw, gas::text as gas, max_fee, priority_fee, state, block_number::text as block_number, block_hash,
           coalesce((select string_agg(subject, ',' order by subject) from ${schemaName}.transaction_subject u where u.chain_id = t.chain_id and u.hash = t.hash), '') as subjects,
           (extract(epoch from sent_at) * 1000)::double precision as sent_ms, (extract(epoch from made_at) * 1000)::double precision as made_ms
         from ${table} t where chain_id = $1 and sender = $2 and state in ('pending', 'mined') order by t.nonce, made_at`,
        key,
      )
    ).filter(({ raw, hash }) => keccak256(raw) === hash)

  async function setState(hash: Hex, state: 'pending' | 'mined' | 'final' | 'failed' | 'replaced', block?: Mined): Promise<void> {
    await database.query(
      `update ${table} set state = $3, block_number = $4, block_hash = $5, gas_used = $6, misses = 0 where chain_id = $1 and hash = $2`,
      [
        key[0],
        hash,
        state,
        block === undefined ? null : String(block.number),
        block?.blockHash ?? null,
        block === undefined ? null : String(block.gasUsed),
      ],
    )
  }

  async function write({
    nonce,
    call,
    fees,
  }: {
    nonce: number
    call: ContractCall | null
    fees: Pick<Fees, 'maxFeePerGas' | 'maxPriorityFeePerGas'>
  }) {
    const gas = call?.gas ?? emptyTransferGas
    const { maxFeePerGas, maxPriorityFeePerGas } = fees
    const raw = await account.signTransaction({
      type: 'eip1559',
      chainId: site.chainId,
      nonce,
      to: call?.to ?? account.address,
      data: call?.data ?? '0x',
      value: 0n,
      gas,
      maxFeePerGas,
      maxPriorityFeePerGas,
    })
    const hash = keccak256(raw)
    await database.transaction(async (executor) => {
      await executor.query(
        `insert into ${table} (chain_id, sender, nonce, hash, kind, raw, gas, max_fee, priority_fee)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
        [...key, nonce, hash, call?.kind ?? 'none', raw, String(gas), String(maxFeePerGas), String(maxPriorityFeePerGas)],
      )
      await executor.query(
        `insert into ${schemaName}.transaction_subject (chain_id, hash, contract, subject)
         select $1, $2, $3, subject from unnest(string_to_array($4, ',')) as subject on conflict do nothing`,
        [key[0], hash, site.contract.toLowerCase(), call?.subjects.join() ?? ''],
      )
    })
    return { raw, hash }
  }

  /** Whether it arrived is seen later, from the chain: an error here may come after an endpoint took it. */
  async function broadcast(hash: Hex, raw: Hex): Promise<void> {
    await database.query(`update ${table} set sent_at = now() where chain_id = $1 and hash = $2`, [key[0], hash])
    await client.sendRawTransaction({ serializedTransaction: raw }).catch(() => undefined)
  }

  async function currentFees(head: Head): Promise<Fees> {
    const priority = priorityFeePerGas ?? (await client.estimateMaxPriorityFeePerGas().catch(() => priorityFeeFallback))
    const likelyPerGas = head.baseFeePerGas + priority
    // Twice the base fee holds for six full blocks (EIP-1559: an eighth more each).
    const maxFeePerGas = min(feePerGasMax, 2n * head.baseFeePerGas + priority)
    return { maxFeePerGas, maxPriorityFeePerGas: min(priority, maxFeePerGas), likelyPerGas }
  }

  /** The lowest nonce that nothing of ours stands at: after a gap, that is the gap. */
  async function nextNonce(): Promise<number> {
    const base = await client.getTransactionCount({ address: account.address, blockTag: 'latest' })
    const taken = new Set((await live()).map(({ nonce }) => nonce))
    let nonce = base
    while (taken.has(nonce)) nonce++
    return nonce
  }

  async function isStillWanted(row: TransactionRow): Promise<boolean> {
    const subjects = subjectsOf(row)
    if (subjects.length === 0) return false
    // A batch of which something was answered meanwhile is put together anew.
    if (row.kind !== 'trigger') {
      const states = await Promise.all(subjects.map((requestId) => chain.requestState(requestId, 'latest')))
      if (!states.every((state) => state === 'pending')) return false
    }
    const { to, data } = parseTransaction(row.raw)
    try {
      await client.call({ account: account.address, to: to ?? account.address, data: data ?? '0x', gas: BigInt(row.gas) })
      return true
    } catch {
      return false
    }
  }

  /** The newest of several transactions with one nonce, all waiting: sent again, or replaced by one that pays more. */
  async function attendPending(rows: readonly TransactionRow[], current: Fees, isLowest: boolean): Promise<void> {
    const newest = rows.at(-1)
    if (newest === undefined) return
    if (isLowest && nowMs() - newest.made_ms > stuckMs) {
      const raised = {
        maxFeePerGas: max(raise(BigInt(newest.max_fee)), current.maxFeePerGas),
        maxPriorityFeePerGas: max(raise(BigInt(newest.priority_fee)), current.maxPriorityFeePerGas),
      }
      if (raised.maxFeePerGas <= feePerGasMax) {
        const wanted = await isStillWanted(newest)
        const { to, data } = parseTransaction(newest.raw)
        const call =
          wanted && to != null && newest.kind !== 'none'
            ? { kind: newest.kind, subjects: subjectsOf(newest), to, data: data ?? '0x', gas: BigInt(newest.gas) }
            : null
        const { hash, raw } = await write({ nonce: newest.nonce, call, fees: raised })
        await broadcast(hash, raw)
        onEvent({ kind: call === null ? 'cancelled' : 'replaced', nonce: newest.nonce, hash })
        return
      }
    }
    if (nowMs() - newest.sent_ms > Math.min(stuckMs, sendAgainMs)) {
      // One that is still said to be in a block was thrown out of it.
      const known = await client.getTransaction({ hash: newest.hash }).then(
        ({ blockNumber }) => blockNumber === null,
        () => false,
      )
      if (known) return
      await broadcast(newest.hash, newest.raw)
      onEvent({ kind: 'sent again', nonce: newest.nonce, hash: newest.hash })
    }
  }

  async function minedReceipt(hash: Hex): Promise<(Mined & { success: boolean; feeWei: bigint; leftOpen: readonly Hex[] }) | null> {
    const receipt = await client.request({ method: 'eth_getTransactionReceipt', params: [hash] })
    if (receipt === null || receipt.blockNumber === null) return null
    const gasUsed = BigInt(receipt.gasUsed)
    return {
      number: BigInt(receipt.blockNumber),
      blockHash: receipt.blockHash,
      gasUsed,
      success: receipt.status === '0x1',
      feeWei: gasUsed * BigInt(receipt.effectiveGasPrice),
      leftOpen: leftOpen(receipt.logs as unknown as Log[]),
    }
  }

  /** All of one nonce, which the chain has used: one of them was mined, or another that nobody here knows. */
  async function attendUsed(rows: readonly TransactionRow[]): Promise<void> {
    for (const row of rows) {
      const receipt = await minedReceipt(row.hash)
      if (receipt === null) continue
      if (row.state === 'mined' && row.block_hash === receipt.blockHash) return
      await setState(row.hash, 'mined', receipt)
      for (const other of rows) if (other.hash !== row.hash) await setState(other.hash, 'replaced')
      const { success, gasUsed, feeWei } = receipt
      onEvent({ kind: 'mined', nonce: row.nonce, hash: row.hash, success, gasUsed, feeWei })
      const done = new Set(success ? subjectsOf(row).filter((subject) => !receipt.leftOpen.includes(subject)) : [])
      const cancelled = success && row.kind === 'none'
      const why = cancelled
        ? `Transaction was cancelled by ${row.hash}`
        : `Transaction ${row.hash} ${success ? 'left it out' : 'was reverted'}`
      for (const [subject, kind] of new Map(
        rows.flatMap((attempt) => subjectsOf(attempt).map((subject) => [subject, attempt.kind] as const)),
      ))
        if (kind !== 'none' && !done.has(subject)) await onFailed(kind, subject, { code: 'TRANSACTION_FAILED', message: why })
      return
    }
    // The count and the receipts may come from endpoints that are not equally far.
    for (const row of rows) {
      const [counted] = await database.query<{ misses: number }>(
        `update ${table} set misses = misses + 1 where chain_id = $1 and hash = $2 returning misses`,
        [key[0], row.hash],
      )
      if ((counted?.misses ?? 0) < missesMax) continue
      await setState(row.hash, 'replaced')
      onEvent({ kind: 'lost', nonce: row.nonce, hash: row.hash })
      if (row.kind !== 'none')
        for (const subject of subjectsOf(row))
          await onFailed(row.kind, subject, { code: 'TRANSACTION_FAILED', message: `Another transaction took the nonce of ${row.hash}` })
    }
  }

  return {
    address: account.address,
    fees: () => fees,
    capacity() {
      if (fees === null) return { count: 0, reason: { code: 'CHAIN_AWAY', message: 'The fees are not known yet' } }
      if (fees.likelyPerGas > feePerGasMax)
        return {
          count: 0,
          reason: { code: 'FEES_ABOVE_CAP', message: `Gas costs ${fees.likelyPerGas} wei, and the cap is ${feePerGasMax} wei` },
        }
      if (isPoor) return { count: 0, reason: { code: 'FUNDS_LOW', message: `${account.address} cannot pay for another transaction` } }
      if (pendingCount >= pendingMax)
        return { count: 0, reason: { code: 'TRANSACTIONS_PENDING', message: `${pendingCount} transactions are under way` } }
      return { count: pendingMax - pendingCount, reason: null }
    },

    send: (call) =>
      oneAtATime(async () => {
        if (fees === null) throw new NotSent('CHAIN_AWAY', 'The fees are not known yet')
        const [count] = await database.query<{ count: number; gas: string }>(
          `select count(distinct nonce)::integer as count, coalesce(sum(gas), 0)::text as gas from ${table}
           where chain_id = $1 and sender = $2 and state = 'pending'`,
          key,
        )
        pendingCount = count?.count ?? 0
        if (pendingCount >= pendingMax) throw new NotSent('TRANSACTIONS_PENDING', `${pendingCount} transactions are under way`)
        let nonce: number
        try {
          const balance = await client.getBalance({ address: account.address })
          isPoor = balance < (call.gas + BigInt(count?.gas ?? 0)) * fees.maxFeePerGas
          nonce = await nextNonce()
        } catch (error) {
          throw new NotSent('CHAIN_AWAY', brief(error))
        }
        if (isPoor) throw new NotSent('FUNDS_LOW', `${account.address} cannot pay for ${call.gas} gas`)
        const { hash, raw } = await write({ nonce, call, fees })
        pendingCount++
        await broadcast(hash, raw)
        onEvent({ kind: 'sent', nonce, hash })
        return hash
      }),

    attend: (head) =>
      oneAtATime(async () => {
        fees = await currentFees(head)
        const balance = await client.getBalance({ address: account.address })
        isPoor = balance < comfortGas * fees.likelyPerGas
        const rows = await live()
        for (const row of rows) await assertOurs(row.raw, account.address)
        const base = await client.getTransactionCount({ address: account.address, blockTag: 'latest' })
        const byNonce = new Map<number, TransactionRow[]>()
        for (const row of rows) byNonce.set(row.nonce, [...(byNonce.get(row.nonce) ?? []), row])

        // The newest first: if its block is part of the chain, so are those below.
        const mined = rows.filter(({ state }) => state === 'mined')
        const newest = mined.toSorted((a, b) => Number(b.block_number) - Number(a.block_number))[0]
        const isWhole = newest === undefined || (await chain.hashAt(BigInt(newest.block_number ?? 0))) === newest.block_hash
        const finalBlock = head.number - BigInt(finalityBlocks)
        for (const [nonce, attempts] of byNonce) {
          const done = attempts.find(({ state }) => state === 'mined')
          if (done !== undefined) {
            const isDeep = BigInt(done.block_number ?? 0) <= finalBlock
            if (isWhole && !isDeep) continue
            const receipt = await minedReceipt(done.hash)
            if (receipt !== null && receipt.blockHash === done.block_hash) {
              if (isDeep) await setState(done.hash, 'final', receipt)
              continue
            }
            if (receipt === null) {
              await setState(done.hash, 'pending')
              onEvent({ kind: 'reorganised', nonce, hash: done.hash })
            }
          }
          if (nonce < base) await attendUsed(attempts)
        }

        const waiting = [...byNonce].filter(([nonce, attempts]) => nonce >= base && attempts.every(({ state }) => state === 'pending'))
        pendingCount = waiting.length
        for (const [index, [, attempts]] of waiting.entries()) await attendPending(attempts, fees, index === 0)

        // A gap keeps everything above it from being mined. New answers fill it first, if there are any.
        const [lowest] = waiting
        const isOld = lowest !== undefined && nowMs() - (lowest[1].at(-1)?.made_ms ?? 0) > Math.min(stuckMs, gapMs)
        if (lowest !== undefined && lowest[0] > base && isOld && fees.likelyPerGas <= feePerGasMax)
          for (let nonce = base; nonce < lowest[0] && nonce < base + pendingMax; nonce++) {
            const { hash, raw } = await write({ nonce, call: null, fees })
            await broadcast(hash, raw)
            onEvent({ kind: 'filled', nonce, hash })
          }
      }),
  }
}

/** What was written down is sent again as it stands: it must be this account's. */
async function assertOurs(raw: Hex, address: Address): Promise<void> {
  const from = await recoverTransactionAddress({ serializedTransaction: raw as TransactionSerialized })
  if (from.toLowerCase() !== address.toLowerCase()) throw new Error(`The database holds a transaction of ${from} under ${address}`)
}

type Mined = { number: bigint; blockHash: Hex; gasUsed: bigint }

const subjectsOf = ({ subjects }: Pick<TransactionRow, 'subjects'>) => (subjects === '' ? [] : (subjects.split(',') as Hex[]))

type TransactionRow = Row & {
  nonce: number
  hash: Hex
  kind: CallKind | 'none'
  subjects: string
  raw: Hex
  gas: string
  max_fee: string
  priority_fee: string
  state: 'pending' | 'mined'
  block_number: string | null
  block_hash: Hex | null
  sent_ms: number
  made_ms: number
}

/** Work one after the other, in the order in which it was given. */
function mutex(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const turn = last.then(work, work)
    last = turn.catch(() => undefined)
    return turn
  }
}

/** Nodes take a replacement only if it pays a tenth more (geth's `txpool.pricebump`), some an eighth. */
const raise = (fee: bigint) => (fee * 1125n) / 1000n + 1n
const min = (a: bigint, b: bigint) => (a < b ? a : b)
const max = (a: bigint, b: bigint) => (a > b ? a : b)
const emptyTransferGas = 21_000n
/** With less than this, the account is said to be low. */
const comfortGas = 300_000n
const priorityFeeFallback = 1_000_000_000n
const sendAgainMs = 15_000
const gapMs = 15_000
const missesMax = 3
