import type { Hex } from '@nacre/verifier/bytes'
import { type Address, BaseError, type LocalAccount } from 'viem'
import { openSource } from '../audit/source.ts'
import { type AnswerSourceParameters, answersFrom } from './answers.ts'
import { brief, type Head, openChain } from './chain.ts'
import type { CoprocessorSite } from './contract.ts'
import type { Database, DatabaseLock } from './database.ts'
import { createDelivery, type OperatorTerms } from './delivery.ts'
import { RelayerError } from './errors.ts'
import { inputSource } from './input-source.ts'
import { createInputStore, type InputLimits, type InputStore, inputLimitsDefault } from './inputs.ts'
import { logPlaces } from './log-places.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { type Job, openQueue } from './queue.ts'
import { type RequestReason, requestsOf } from './requests.ts'
import { createRivals } from './rivals.ts'
import { migrate } from './schema.ts'
import { readStatus, type SiteStatus } from './status.ts'
import { subscriptionsOf } from './subscriptions.ts'
import { createSender } from './transactions.ts'
import { createTriggers } from './triggers.ts'
import { createWatcher } from './watcher.ts'
import { createWorker } from './worker.ts'

/**
 * Carries requests from a coprocessor contract to an enclave and the answers back. It can be killed at any moment, and several can work at once, on one database or each on its own: what is paid
 * for, and once, is decided by the contract.
 */
export type Relayer = {
  readonly site: CoprocessorSite
  readonly signer: Address
  readonly inputs: InputStore
  readonly metrics: Metrics
  status(): Promise<RelayerStatus>
  /** Looks at a request or a subscription again that was refused, is dead or waits. */
  retry(id: Hex): Promise<boolean>
  /** Finishes what it has begun, for a while, and stops. The database stays open: it is the caller's. */
  stop(): Promise<void>
}

export type RelayerStatus = {
  readonly signer: Address
  readonly operators: readonly Address[]
  /** Whether this is the one of the fleet that reads the chain. */
  readonly watches: boolean
  /** Why nothing is sent at this moment. */
  readonly holdsBack: RequestReason | null
  /** What failed last, outside of this process, with the time; empty while all is well. */
  readonly problems: readonly { readonly part: string; readonly message: string; readonly at: string }[]
  readonly sites: readonly SiteStatus[]
}

export type RelayerParameters = {
  database: Database
  rpcUrls: readonly string[]
  contract: Address
  chainId?: number | undefined
  /** First block to read. @default as far back as a request that is still open can be, on a chain with a block every 12 seconds */
  startBlock?: bigint | undefined
  confirmations: number
  account: LocalAccount
  /** Whose requests are answered: the payments are theirs. */
  operators: readonly Address[]
  enclave: Omit<AnswerSourceParameters, 'site' | 'nowMs' | 'randomBytes'>
  terms: OperatorTerms
  feePerGasMax: bigint
  priorityFeePerGas?: bigint | undefined
  /** Requests worked on at once. @default 32 */
  concurrency?: number | undefined
  /** Answers brought in one transaction; 1 for each in its own. @default 32 */
  batchMax?: number | undefined
  /** Where the enclave's host serves its receipt logs: with it, answers of many moments go together. @default none */
  logsUrl?: string | undefined
  /** How long a rival whose turn comes before has to answer. @default 15,000 */
  turnMs?: number | undefined
  /** Whether requests of subscriptions are made when they are due. @default true */
  triggers?: boolean | undefined
  /** Between looks at the chain. @default 1000 */
  pollingMs?: number | undefined
  stuckMs?: number | undefined
  jobSecondsMax?: number | undefined
  attemptsMax?: number | undefined
  inputLimits?: InputLimits | undefined
  /** From which inputs may be fetched that a request names by URL. @default none */
  inputOrigins?: readonly string[] | undefined
  /** Waits for an RPC endpoint that answers, however long, where it would give up at once otherwise: for a relayer that is started again while they are all away. @default false */
  patient?: boolean | undefined
  nowMs(): number
  randomBytes(length: number): Uint8Array
  log: RelayerLog
}

/** What happened, for a log of one line each: no inputs, no outputs, no secrets. */
export type RelayerLog = (level: 'info' | 'warn' | 'error', event: string, fields: { readonly [field: string]: unknown }) => void

/** @throws {@link RelayerError} when it cannot begin at all; once it runs it does not give up. */
export async function startRelayer(parameters: RelayerParameters): Promise<Relayer> {
  const { database, account, operators, inputLimits = inputLimitsDefault, nowMs, log } = parameters
  const { concurrency = 32, batchMax = 32, turnMs = 15_000, pollingMs = 1000, triggers: makesTriggers = true } = parameters
  async function untilReachable<T>(ask: () => Promise<T>): Promise<T> {
    for (let failures = 0; ; failures++) {
      try {
        return await ask()
      } catch (error) {
        const isAway = error instanceof BaseError || (error instanceof RelayerError && error.code === 'CHAIN_UNREACHABLE')
        if (parameters.patient !== true || !isAway) throw error
        problems.note('chain', error)
        await new Promise((resolve) => setTimeout(resolve, Math.min(backoffMsMax, backoffMsMin * 2 ** Math.min(failures, 10))))
      }
    }
  }
  const metrics = createMetrics()
  const problems = createProblems(nowMs, (part, message) => {
    metrics.errors.inc({ part })
    log('warn', 'failed', { part, message })
  })
  const chain = await untilReachable(() => openChain({ ...parameters, urls: parameters.rpcUrls, pollingMs }))
  const { site } = chain
  await migrate(database)
  const requests = requestsOf(database, site)
  const subscriptions = subscriptionsOf(database, site)
  const rivals = createRivals({ database, site, signer: account.address })
  const signerLock = `signer ${site.chainId} ${account.address.toLowerCase()}`
  let signs = await database.lock(signerLock)
  if (signs === null) throw new RelayerError('SIGNER_IN_USE', `Another relayer sends transactions of ${account.address}`)
  let watches: DatabaseLock | null = null

  const queue = await openQueue({ ...parameters, site, onError: (error) => problems.note('queue', error) })
  const inputs = createInputStore({ database, requests, limits: inputLimits, nowMs })
  const answers = answersFrom({ ...parameters.enclave, site, nowMs, randomBytes: parameters.randomBytes })
  const sender = createSender({
    ...parameters,
    chain,
    async onFailed(kind, subject, reason) {
      log('warn', 'transaction came to nothing', { kind, subject, ...reason })
      await (kind === 'trigger' ? subscriptions : requests).reopen(subject, reason)
    },
    onEvent(event) {
      metrics.noteTransaction(event)
      const fields = Object.fromEntries(
        Object.entries(event).map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value]),
      )
      log(event.kind === 'mined' && !event.success ? 'warn' : 'info', 'transaction', fields)
    },
  })
  const startBlock = parameters.startBlock ?? max(0n, (await untilReachable(() => chain.head())).number - openBlocksMax)
  const watcher = createWatcher({ ...parameters, requests, subscriptions, turns: { rivals, turnMs }, chain, startBlock })
  const source = inputSource({ store: inputs, inputBytesMax: inputLimits.inputBytesMax, origins: parameters.inputOrigins ?? [] })
  const running = new Map<string, Promise<void>>()
  const { logsUrl } = parameters
  const places =
    logsUrl === undefined
      ? undefined
      : logPlaces({ openLog: (key) => openSource(`${logsUrl.replace(/\/+$/, '')}/${key.toLowerCase()}`, { timeoutMs: logMsMax }) })
  const delivery = createDelivery({ ...parameters, chain, sender, places, underWay: () => running.size, batchMax })
  const isBusy = () => batchMax > 1 && running.size >= togetherFrom
  const worker = createWorker({ ...parameters, requests, chain, answers, inputs: source, delivery, isBusy })
  const triggers = createTriggers({
    ...{ subscriptions, chain, answers, inputs: source, delivery, sender, rivals, turnMs },
    onConcluded(subscriptionId, { progress, reason }) {
      if (progress === 'waiting' && reason === undefined) return
      metrics.triggers.inc({ outcome: progress })
      log('info', 'subscription', { subscriptionId, progress, ...(reason ?? {}) })
    },
  })
  log('info', 'relayer started', { ...site, signer: account.address, operators, database: database.kind })

  // ------------------------------------------------------------------ loops

  let stopping = false
  const pauses = new Set<() => void>()
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        pauses.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      pauses.add(wake)
      if (stopping) wake()
    })
  /** Goes on whatever happens, more and more slowly while it fails. */
  async function loop(part: string, work: () => Promise<number>): Promise<void> {
    let failures = 0
    while (!stopping) {
      let restMs: number
      try {
        restMs = await work()
        failures = 0
        problems.clear(part)
      } catch (error) {
        problems.note(part, error)
        restMs = Math.min(backoffMsMax, backoffMsMin * 2 ** Math.min(failures++, 10))
      }
      if (restMs > 0) await pause(restMs)
    }
  }

  let head: Head | null = null
  async function watch(): Promise<number> {
    if (watches?.isHeld() !== true) {
      await watches?.release().catch(() => undefined)
      watches = await database.lock(`watch ${site.chainId} ${site.contract.toLowerCase()}`)
    }
    if (watches === null) {
      head = await chain.head()
      return pollingMs
    }
    const pass = await watcher.pass()
    head = pass.head
    if (pass.reorgDepth > 0n) {
      metrics.reorganisations.inc()
      log('warn', 'the chain was reorganised', { depth: Number(pass.reorgDepth), readTo: Number(pass.readTo) })
    }
    if (pass.refusedLogs > 0) {
      metrics.refusedLogs.inc(pass.refusedLogs)
      log('warn', 'logs that do not belong to their requests', { count: pass.refusedLogs })
    }
    metrics.headBlock.set(Number(pass.head.number))
    metrics.baseFeeWei.set(Number(pass.head.baseFeePerGas))
    metrics.readBlock.set(Number(pass.readTo))
    return pass.behind ? 0 : pollingMs
  }

  async function attend(): Promise<number> {
    if (signs?.isHeld() !== true) {
      await signs?.release().catch(() => undefined)
      signs = await database.lock(signerLock)
      if (signs === null) throw new RelayerError('SIGNER_IN_USE', `Another relayer sends transactions of ${account.address}`)
    }
    await sender.attend(await chain.head())
    return pollingMs
  }

  let wakeWork: () => void = () => {}
  async function work(): Promise<number> {
    await queue.dispatch()
    const free = Math.min(concurrency - running.size, signs?.isHeld() === true ? sender.capacity().count * batchMax : 0)
    const jobs = free > 0 ? await queue.fetch(free) : []
    for (const job of jobs) {
      // Out of time, and still at it: what it comes to counts.
      if (running.has(job.id)) continue
      const run = runJob(job).finally(() => {
        running.delete(job.id)
        delivery.hurry()
        wakeWork()
      })
      running.set(job.id, run)
    }
    if (jobs.length > 0 && running.size < concurrency) return 0
    await Promise.race([
      pause(Math.min(pollingMs, workPauseMsMax)),
      new Promise<void>((resolve) => {
        wakeWork = resolve
      }),
    ])
    return 0
  }

  async function runJob(job: Job): Promise<void> {
    const stopTimer = metrics.answerSeconds.startTimer()
    const { requestId } = job
    try {
      const conclusion = await worker(requestId)
      await queue.complete(job, (executor) => requests.conclude(executor, requestId, job.id, conclusion))
      metrics.jobs.inc({ outcome: conclusion.progress })
      if (conclusion.progress === 'sent') stopTimer()
      log('info', 'request', { requestId, progress: conclusion.progress, ...(conclusion.reason ?? {}) })
    } catch (error) {
      metrics.jobs.inc({ outcome: 'failed' })
      const message = brief(error)
      log('error', 'request failed', { requestId, message })
      // Where the database is what failed, the job runs out of time and comes back.
      await requests.noteFailure(requestId, job.id, message).then(
        () => queue.fail(job, message),
        (failure) => problems.note('queue', failure),
      )
    }
  }

  async function trigger(): Promise<number> {
    const canSend = signs?.isHeld() === true && sender.capacity().count > 0
    if (head !== null && canSend) await triggers.pass(head)
    return pollingMs
  }

  async function sweep(): Promise<number> {
    await inputs.sweep()
    if (head !== null) {
      const finalBlock = head.number - finalityBlocks
      await database.transaction(async (executor) => {
        await requests.forget(executor, finalBlock, keptDays)
        await subscriptions.forget(executor, finalBlock, keptDays)
      })
    }
    metrics.balanceWei.set(Number(await chain.client.getBalance({ address: account.address })))
    return sweepMs
  }

  const loops = [loop('chain', watch), loop('transactions', attend), loop('work', work), loop('upkeep', sweep)]
  if (makesTriggers) loops.push(loop('subscriptions', trigger))

  return {
    site,
    signer: account.address,
    inputs,
    metrics: {
      ...metrics,
      async text() {
        const [counts, subscribed, totals] = await Promise.all([requests.counts(), subscriptions.counts(), inputs.totals()])
        for (const [state, count] of Object.entries(subscribed)) metrics.subscriptions.set({ state }, count)
        for (const [state, count] of Object.entries(counts)) metrics.requests.set({ state }, count)
        metrics.inputBytes.set(totals.bytes)
        metrics.pendingTransactions.set((await pendingOf(database, site, account.address)) ?? 0)
        return metrics.text()
      },
    },
    async status() {
      return {
        signer: account.address,
        operators,
        watches: watches?.isHeld() === true,
        holdsBack: sender.capacity().reason,
        problems: problems.list(),
        sites: await readStatus(database, listedMax),
      }
    },
    retry: (id) => reopenAny(database, site, id),
    async stop() {
      stopping = true
      for (const wake of [...pauses]) wake()
      wakeWork()
      await Promise.allSettled(loops)
      await Promise.race([Promise.allSettled(running.values()), new Promise((resolve) => setTimeout(resolve, graceMs).unref())])
      answers.close()
      await queue.stop()
      await Promise.allSettled([signs?.release(), watches?.release()])
      log('info', 'relayer stopped', { ...site })
    },
  }
}

/** Looks at a request or a subscription again that is open and not being worked on. */
export async function reopenAny(database: Database, site: CoprocessorSite, id: Hex): Promise<boolean> {
  const asked: RequestReason = { code: 'RETRY_ASKED', message: 'Somebody asked to look again' }
  return (await requestsOf(database, site).reopen(id, asked)) || (await subscriptionsOf(database, site).reopen(id, asked))
}

async function pendingOf(database: Database, { chainId }: CoprocessorSite, signer: Address): Promise<number | undefined> {
  const [status] = (await readStatus(database, 0)).filter((site) => site.chainId === chainId)
  return status?.signers.find(({ address }) => address === signer.toLowerCase())?.pending
}

/** The latest failure of each part, until it works again. */
function createProblems(nowMs: () => number, onNote: (part: string, message: string) => void) {
  const known = new Map<string, { message: string; atMs: number }>()
  return {
    note(part: string, error: unknown) {
      const message = brief(error)
      known.set(part, { message, atMs: nowMs() })
      onNote(part, message)
    },
    clear: (part: string) => void known.delete(part),
    list: () => [...known].map(([part, { message, atMs }]) => ({ part, message, at: new Date(atMs).toISOString() })),
  }
}

const max = (a: bigint, b: bigint) => (a > b ? a : b)
/** Thirty days, the longest that a request can be open (`DEADLINE_AHEAD_SECONDS_MAX`), at 12 seconds a block. */
const openBlocksMax = 216_000n
/** From so many under way at once, answers are brought together: then it is cheaper, and nobody waits long for company. */
const togetherFrom = 3
const finalityBlocks = 128n
const keptDays = 30
const listedMax = 50
const workPauseMsMax = 500
const backoffMsMin = 500
const backoffMsMax = 15_000
const sweepMs = 60_000
const logMsMax = 5_000
const graceMs = 20_000
