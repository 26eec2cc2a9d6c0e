import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { anvilPrivateKeys, startAnvil } from '@nacre/contracts/anvil'
import { imageIdOf, modelsIdOf, signKeyApproval } from '@nacre/contracts/approval'
import { deployCoprocessor, deployRegistry } from '@nacre/contracts/deploy'
import { enclaveRegistryAbi } from '@nacre/contracts/generated/EnclaveRegistry'
import { inferenceCoprocessorAbi } from '@nacre/contracts/generated/InferenceCoprocessor'
import { enclaveSocket } from '@nacre/host/enclave-socket'
import { followLog } from '@nacre/host/log/follower'
import { startLogServer } from '@nacre/host/log/server'
import { modelsPcrOf } from '@nacre/host/models-pcr'
import { verifyAttestation } from '@nacre/verifier/attestation'
import { type Hex, sha256, toHex } from '@nacre/verifier/bytes'
import { receiptKeyAddress } from '@nacre/verifier/receipt'
import { encodeTensors } from '@nacre/verifier/tensor'
import {
  type Address,
  BlockNotFoundError,
  createPublicClient,
  createTestClient,
  createWalletClient,
  decodeFunctionData,
  http,
  type PublicClient,
  parseEther,
  parseEventLogs,
  zeroAddress,
} from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { startRpcProxy } from './rpc-proxy.ts'
import { exchange, fetchEvidence, projectRoot, type ShippedModel, shippedModel, startSystem } from './system.ts'

/** What is done to the relayers, and for how many requests. */
export type RunParameters = {
  requests: number
  /** Subscriptions, in seconds and in blocks by turns, each with a deposit for so many instances. @default 0 */
  subscriptions?: number
  instances?: number
  seed: number
  /** Of all relayers; without it each has an embedded database of its own. */
  databaseUrl?: string | undefined
  /** How long every RPC request fails. */
  outageMs: number
  /** SIGKILLs, at random moments, to one relayer or the other. */
  kills: number
  /** Most requests under way at once. @default a quarter of all, at most 60: so that what is done to the relayers is spread over the run */
  openMax?: number
  progress?: (line: string) => void
  /** Keep what the relayers wrote here. @default a temporary folder, gone afterwards */
  folder?: string | undefined
}

/** What the chain says afterwards. */
export type RunFigures = {
  requests: number
  fulfilled: number
  refunded: number
  /** Neither, or both, or one of them twice. */
  wrong: string[]
  /** Ids of requests that a reorganisation removed; they were asked again under another id. */
  reorganisedAway: number
  /** Callbacks that ran more or less than once for a fulfilled request. */
  callbacksWrong: number
  /** What the operator was credited, less what it should be. */
  creditError: bigint
  kills: number
  rpcRequests: number
  rpcFailures: number
  /** Requests that subscriptions made. */
  instances: number
  /** Subscriptions whose deposit did not become that many instances. */
  subscriptionsWrong: string[]
  /** Transactions to the coprocessor by relayers that were mined: all, and those that another relayer's made useless. */
  transactions: number
  reverted: number
  /** Of those: batches, answers in them, answers in them that another relayer had brought, and triggers that came too late. */
  batches: number
  batched: number
  skipped: number
  triggersReverted: number
  gasPerFulfil: number
  seconds: number
  dead: number
}

/** Everything for real: enclave, chain, relayers as the processes that a user starts. */
export async function runCoprocessor(parameters: RunParameters): Promise<RunFigures> {
  const { requests: wanted, subscriptions = 0, instances = 6, seed, databaseUrl, outageMs, kills } = parameters
  const { openMax = Math.min(60, Math.ceil(wanted / 4)), progress = () => undefined } = parameters
  const random = mulberry32(seed)
  const folder = parameters.folder ?? mkdtempSync(join(tmpdir(), 'nacre-relay-'))
  mkdirSync(folder, { recursive: true })
  const cleanups: (() => Promise<unknown> | unknown)[] =
    parameters.folder === undefined ? [() => rmSync(folder, { recursive: true, force: true })] : []
  const startedMs = performance.now()
  try {
    const system = await startSystem()
    cleanups.push(() => system.stop())
    const model = await shippedModel('health')
    const socket = enclaveSocket(system.launched.log, system.launched.boot)
    const receiptLog = await followLog({ directory: join(folder, 'logs'), connect: () => socket.connect(), nowMs: Date.now })
    cleanups.push(() => receiptLog.stop())
    const logs = await startLogServer({ host: '127.0.0.1', port: 0, stores: receiptLog.stores })
    cleanups.push(() => logs.close())
    const anvil = await startAnvil({ gasLimitPerTransaction: true, heartbeatSeconds: 1 })
    cleanups.push(() => anvil.stop())
    const transport = http(anvil.url)
    const client = createPublicClient({ chain: foundry, transport, pollingInterval: 100, cacheTime: 0 })
    const chain = createTestClient({ chain: foundry, mode: 'anvil', transport })
    const site = await deploySite({ system, client, model, url: anvil.url })
    // Long before a reorganisation, which undoes what money was given.
    const requester = await createRequester({ client, chain, url: anvil.url, site, model, random })
    await requester.subscribe(subscriptions, instances)
    // From here on a block a second, as chains have them, and not one for each transaction.
    await chain.setAutomine(false)
    await chain.setIntervalMining({ interval: 1 })

    const proxy = await startRpcProxy(anvil.url, random)
    cleanups.push(() => proxy.close())
    const rootPath = join(folder, 'root.pem')
    writeFileSync(rootPath, system.rootPem)
    const relayers = await Promise.all(
      ['a', 'b'].map(async (name) => {
        const key = generatePrivateKey()
        const { address } = privateKeyToAccount(key)
        await chain.setBalance({ address, value: parseEther('100') })
        return relayerProcess({
          folder: join(folder, name),
          key,
          address,
          databaseUrl,
          options: [
            ...['--rpc-url', proxy.url, '--coprocessor', site.coprocessor, '--operator', site.operator],
            ...['--enclave', system.tlsUrl, '--model', model.manifest.name, '--root', rootPath, '--pcr0', system.measurement().pcr0],
            ...[
              '--confirmations',
              '0',
              '--from-block',
              '0',
              '--max-fee',
              '1000',
              '--poll',
              '0.3',
              '--stuck-after',
              '5',
              '--job-timeout',
              '15',
            ],
            ...[
              '--logs-url',
              `http://127.0.0.1:${logs.port}`,
              '--turn',
              '3',
              '--attempts',
              '30',
              '--inputs-port',
              '0',
              '--metrics-port',
              '0',
            ],
          ],
        })
      }),
    )
    cleanups.push(() => Promise.all(relayers.map((relayer) => relayer.kill())))
    await Promise.all(relayers.map((relayer) => relayer.start()))
    progress(`relayers up after ${seconds(startedMs)} s`)

    const state = {
      killed: 0,
      reorged: false,
      outage: 'to come' as 'to come' | 'on' | 'over',
      outageEndsMs: 0,
      nextKillShare: random() / kills,
    }
    const beganMs = performance.now()
    for (;;) {
      const { requested, open, gone, depositsLeft } = await requester.look()
      const share = requester.asked() / wanted
      if (requester.asked() < wanted + gone && open.length < openMax) await requester.ask(Math.min(12, wanted + gone - requester.asked()))
      await requester.handOverInputs(relayers.flatMap(({ inputsUrl }) => inputsUrl() ?? []))
      await requester.cancelLate(open)

      if (state.killed < kills && share >= Math.min(state.nextKillShare, 1)) {
        const victim = relayers[Math.floor(random() * relayers.length)] as (typeof relayers)[number]
        await victim.kill()
        void victim.start().catch(() => undefined)
        state.killed++
        // Spread over the run, so that there is work to be interrupted each time.
        state.nextKillShare = (state.killed + random()) / kills
        progress(`killed relayer ${state.killed} times`)
      }
      if (!state.reorged && share > 0.4) {
        state.reorged = true
        await chain.request({ method: 'anvil_reorg' as never, params: [3, []] as never })
        progress(`reorganised 3 blocks at ${requester.asked()} requests`)
      }
      if (state.outage === 'to come' && share > 0.6) {
        state.outage = 'on'
        state.outageEndsMs = performance.now() + outageMs
        proxy.fail(true)
        progress('RPC fails')
      }
      if (state.outage === 'on' && performance.now() > state.outageEndsMs) {
        state.outage = 'over'
        proxy.fail(false)
        progress('RPC works again')
      }
      const isDone =
        requested.length > 0 &&
        open.length === 0 &&
        !depositsLeft &&
        requester.asked() >= wanted + gone &&
        state.outage === 'over' &&
        state.killed >= kills
      if (isDone) break
      if (performance.now() - beganMs > wanted * 2_000 + outageMs + 600_000) {
        progress(`out of time with ${open.length} open`)
        break
      }
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
    progress(`settled after ${seconds(beganMs)} s`)
    const dead = await deadOf(relayers.map(({ statusArguments }) => statusArguments))
    const figures = await judge({ client, site, requester, relayers: relayers.map(({ address }) => address) })
    const { all: rpcRequests, failed: rpcFailures } = proxy.counts()
    return { ...figures, kills: state.killed, rpcRequests, rpcFailures, seconds: seconds(beganMs), dead }
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup()
  }
}

type Site = { registry: Address; coprocessor: Address; operator: Address; callback: Address; modelId: Hex }

/** Registry with the enclave's key, coprocessor, the operator's price, and a callback that counts. */
async function deploySite({
  system,
  client,
  model,
  url,
}: {
  system: Awaited<ReturnType<typeof startSystem>>
  client: PublicClient
  model: ShippedModel
  url: string
}): Promise<Site> {
  const owner = privateKeyToAccount(anvilPrivateKeys[0])
  const operator = privateKeyToAccount(anvilPrivateKeys[1])
  const wallet = createWalletClient({ chain: foundry, transport: http(url), account: owner })
  const mined = async (hash: Hex) => {
    const receipt = await client.waitForTransactionReceipt({ hash })
    if (receipt.status !== 'success') throw new Error(`${hash} was reverted`)
    return receipt
  }
  const { address: registry } = await deployRegistry({ wallet, client, owner: owner.address })
  const { address: coprocessor } = await deployCoprocessor({ wallet, client })
  const evidence = await fetchEvidence(system.tlsUrl)
  const attestation = await verifyAttestation({
    attestation: evidence.attestation,
    root: system.root,
    time: { mode: 'live', nowMs: Date.now(), ageMsMax: 600_000 },
  })
  const { pcr0, pcr1, pcr2 } = system.measurement() as { pcr0: Hex; pcr1: Hex; pcr2: Hex }
  const pcr16 = await modelsPcrOf(join(projectRoot, 'enclave/models'))
  const atRegistry = { address: registry, abi: enclaveRegistryAbi } as const
  await mined(await wallet.writeContract({ ...atRegistry, functionName: 'approveImage', args: [pcr0, pcr1, pcr2] }))
  await mined(await wallet.writeContract({ ...atRegistry, functionName: 'approveModels', args: [pcr16] }))
  await mined(await wallet.writeContract({ ...atRegistry, functionName: 'addApprover', args: [owner.address] }))
  const attestedAtSeconds = BigInt(Math.floor(attestation.timestampMs / 1000))
  const approval = {
    key: receiptKeyAddress(attestation.publicKey ?? new Uint8Array()),
    imageId: imageIdOf({ pcr0, pcr1, pcr2 }),
    modelsId: modelsIdOf(pcr16),
    documentHash: toHex(await sha256(evidence.attestation)),
    attestedAtSeconds,
    expiresAtSeconds: attestedAtSeconds + 43_200n,
  }
  const signature = await signKeyApproval({ approval, account: owner, chainId: foundry.id, registry })
  await mined(await wallet.writeContract({ ...atRegistry, functionName: 'registerApprovedKey', args: [approval, signature] }))
  const offer = { open: true, baseFee: price, feePerCallbackGas: 0n }
  await mined(
    await createWalletClient({ chain: foundry, transport: http(url), account: operator }).writeContract({
      address: coprocessor,
      abi: inferenceCoprocessorAbi,
      functionName: 'setOffer',
      args: [model.id, zeroAddress, registry, offer],
    }),
  )
  const deployed = await mined(await wallet.sendTransaction({ data: countingCallback }))
  if (deployed.contractAddress == null) throw new Error('The callback was not deployed')
  return { registry, coprocessor, operator: operator.address, callback: deployed.contractAddress, modelId: model.id }
}

/** `storage[requestId] += 1` for the request id in the receipt of `onInference`: 0x24 CALLDATALOAD DUP1 SLOAD 1 ADD SWAP1 SSTORE STOP, after a constructor that returns these eleven bytes. */
const countingCallback = '0x600b600c600039600b6000f36024358054600101905500'
const price = parseEther('0.01')

type Requester = Awaited<ReturnType<typeof createRequester>>

/** Asks, hands inputs over, and takes its money back when no answer comes. */
async function createRequester({
  client,
  chain,
  url,
  site,
  model,
  random,
}: {
  client: PublicClient
  chain: ReturnType<typeof createTestClient>
  url: string
  site: Site
  model: ShippedModel
  random: () => number
}) {
  const account = privateKeyToAccount(generatePrivateKey())
  await chain.request({ method: 'anvil_setBalance' as never, params: [account.address, '0x3635c9adc5dea00000'] as never })
  const wallet = createWalletClient({ chain: foundry, transport: http(url), account })
  const at = { address: site.coprocessor, abi: inferenceCoprocessorAbi } as const
  const outputNames = model.manifest.outputs.map(({ name }) => name)
  const policy = { registry: site.registry, imageId: anyApproved, modelsId: anyApproved, routes: 2, receiptAgeSecondsMax: 3600 }
  const terms = {
    operator: site.operator,
    modelId: site.modelId,
    policy,
    callback: site.callback,
    callbackGasLimit: 60_000n,
    token: zeroAddress,
    payment: price,
    refundTo: account.address,
  }
  let asked = 0
  let nonce = 0
  const subscribed: Hex[] = []
  const everSeen = new Set<Hex>()
  const cancelledMs = new Map<Hex, number>()
  const handedOver = new Map<Hex, Set<string>>()
  const toHandOver = new Map<Hex, Uint8Array>()
  const event = (name: 'InferenceRequested' | 'InferenceFulfilled' | 'InferenceRefunded' | 'SubscriptionTriggered') =>
    client.getContractEvents({ ...at, eventName: name, fromBlock: 0n })

  async function send(request: Parameters<typeof wallet.writeContract>[0]): Promise<void> {
    try {
      await wallet.writeContract({ ...request, nonce, gas: 600_000n } as typeof request)
    } catch (error) {
      // The pool has this nonce already, when a count was taken in the middle of a block.
      if (!/underpriced|nonce too low/i.test((error as { details?: string }).details ?? String(error))) throw error
    }
    nonce++
  }

  return {
    address: account.address,
    asked: () => asked,
    /** The chain as it stands: what was asked, what is open, and how many a reorganisation removed. */
    async look() {
      const requested = (await event('InferenceRequested')).map(
        ({ args }) => args as { requestId: Hex; request: { deadlineSeconds: bigint } },
      )
      const settled = new Set(
        [...(await event('InferenceFulfilled')), ...(await event('InferenceRefunded'))].map(
          ({ args }) => (args as { requestId: Hex }).requestId,
        ),
      )
      const ids = new Set(requested.map(({ requestId }) => requestId))
      for (const id of ids) everSeen.add(id)
      const instances = (await event('SubscriptionTriggered')).length
      const deposits = await Promise.all(
        subscribed.map(async (id) => (await client.readContract({ ...at, functionName: 'subscriptionState', args: [id] })).deposit),
      )
      const mined = await client.getTransactionCount({ address: account.address })
      const waiting = await client.getTransactionCount({ address: account.address, blockTag: 'pending' })
      // After a reorganisation that threw transactions away.
      if (waiting < nonce) nonce = Math.max(mined, waiting)
      return {
        requested,
        open: requested.filter(({ requestId }) => !settled.has(requestId)),
        gone: Math.max(0, asked - (ids.size - instances) - (waiting - mined)),
        depositsLeft: deposits.some((deposit) => deposit >= price),
      }
    },
    subscribed,
    /** Mined before the trouble begins. Every second one has its input elsewhere than on chain. */
    async subscribe(count: number, instances: number) {
      for (let i = 0; i < count; i++) {
        const sample = model.samples[i % model.samples.length]
        if (sample === undefined) throw new Error('The model has no samples')
        const input = encodeTensors([sample.tensor])
        const inputHash = toHex(await sha256(input))
        const isOnChain = i % 4 < 2
        if (!isOnChain) toHandOver.set(inputHash, input)
        const schedule = { unit: i % 2, first: 0n, period: 5 + i, answerSeconds: 3600 }
        const deposit = price * BigInt(instances)
        const args = [terms, schedule, outputNames, inputHash, isOnChain ? toHex(input) : '0x', '', deposit] as const
        await send({ ...at, functionName: 'openSubscription', args, value: deposit } as never)
      }
      for (let attempt = 0; attempt < 20 && (await client.getTransactionCount({ address: account.address })) < nonce; attempt++)
        await chain.mine({ blocks: 1 })
      const opened = await client.getContractEvents({ ...at, eventName: 'SubscriptionOpened', fromBlock: 0n })
      subscribed.push(...opened.map(({ args }) => args.subscriptionId as Hex))
      if (subscribed.length !== count) throw new Error('The subscriptions were not opened')
    },
    async ask(count: number) {
      const { timestamp } = await client.getBlock()
      for (let i = 0; i < count; i++) {
        const sample = model.samples[Math.floor(random() * model.samples.length)] ?? model.samples[0]
        if (sample === undefined) throw new Error('The model has no samples')
        const input = encodeTensors([sample.tensor])
        const kind = random()
        // Some never get their input, and some have hardly any time.
        const deadline = timestamp + (kind < 0.04 ? 3n : kind < 0.08 ? 15n : 3600n)
        if (kind >= 0.04 && kind < 0.25) {
          const own =
            kind < 0.08
              ? encodeTensors([{ ...sample.tensor, data: Uint8Array.from(sample.tensor.data, () => Math.floor(random() * 64)) }])
              : input
          const hash = toHex(await sha256(own))
          if (kind >= 0.08) toHandOver.set(hash, own)
          await send({
            ...at,
            functionName: 'requestInferenceByHash',
            args: [terms, outputNames, hash, '', deadline],
            value: price,
          } as never)
        } else
          await send({ ...at, functionName: 'requestInference', args: [terms, outputNames, toHex(input), deadline], value: price } as never)
        asked++
      }
    },
    async handOverInputs(urls: readonly string[]) {
      for (const url of urls)
        for (const [hash, bytes] of toHandOver) {
          const done = handedOver.get(hash) ?? new Set()
          if (done.has(url)) continue
          const reply = await exchange(`${url}/v1/inputs/${hash}`, {
            method: 'PUT',
            headers: { 'content-type': 'application/octet-stream' },
            body: bytes,
          }).catch(() => null)
          if (reply !== null && reply.status < 300) handedOver.set(hash, done.add(url))
        }
    },
    async cancelLate(open: readonly { requestId: Hex; request: { deadlineSeconds: bigint } }[]) {
      const { timestamp } = await client.getBlock()
      for (const { requestId, request } of open) {
        // Once more after a while: a reorganisation may have thrown the first one away.
        if (timestamp <= request.deadlineSeconds || performance.now() - (cancelledMs.get(requestId) ?? Number.NEGATIVE_INFINITY) < 15_000)
          continue
        cancelledMs.set(requestId, performance.now())
        await send({ ...at, functionName: 'cancel', args: [request] } as never)
      }
    },
    everSeen,
  }
}

const anyApproved: Hex = `0x${'ff'.repeat(32)}`

/** What the chain holds in the end. */
async function judge({
  client,
  site,
  requester,
  relayers,
}: {
  client: PublicClient
  site: Site
  requester: Requester
  relayers: readonly Address[]
}) {
  const at = { address: site.coprocessor, abi: inferenceCoprocessorAbi, fromBlock: 0n } as const
  const requested = await client.getContractEvents({ ...at, eventName: 'InferenceRequested' })
  const fulfilled = await client.getContractEvents({ ...at, eventName: 'InferenceFulfilled' })
  const refunded = await client.getContractEvents({ ...at, eventName: 'InferenceRefunded' })
  const ends = new Map<Hex, string[]>(requested.map(({ args }) => [args.requestId as Hex, []]))
  for (const { args } of fulfilled) ends.get(args.requestId as Hex)?.push('fulfilled')
  for (const { args } of refunded) ends.get(args.requestId as Hex)?.push('refunded')
  const wrong = [...ends].filter(([, list]) => list.length !== 1).map(([id, list]) => `${id}: ${list.join(', ') || 'open'}`)
  let callbacksWrong = 0
  for (const { args } of fulfilled) {
    const count = BigInt((await client.getStorageAt({ address: site.callback, slot: args.requestId as Hex })) ?? '0x0')
    if (count !== 1n || args.callbackSucceeded !== true) callbacksWrong++
  }
  const credit = await client.readContract({ ...at, functionName: 'creditOf', args: [site.operator, zeroAddress] })
  const head = await client.getBlockNumber()
  const triggered = await client.getContractEvents({ ...at, eventName: 'SubscriptionTriggered' })
  const opened = await client.getContractEvents({ ...at, eventName: 'SubscriptionOpened' })
  const subscriptionsWrong = opened.flatMap(({ args }) => {
    const due = (args.deposit as bigint) / price
    const count = triggered.filter((event) => event.args.subscriptionId === args.subscriptionId).length
    return BigInt(count) === due ? [] : [`${args.subscriptionId}: ${count} instances of ${due}`]
  })
  let [transactions, reverted, gas, batches, batched, skipped, triggersReverted] = [0, 0, 0n, 0, 0, 0, 0]
  const senders = new Set(relayers.map((address) => address.toLowerCase()))
  for (let number = 0n; number <= head; number++) {
    // After a reorganisation anvil may have forgotten a number. What that block held is missing from the figures of transactions and gas, and from nothing else.
    const block = await client.getBlock({ blockNumber: number, includeTransactions: true }).catch((error: unknown) => {
      if (error instanceof BlockNotFoundError) return undefined
      throw error
    })
    for (const { hash, from, to, input } of block?.transactions ?? []) {
      if (!senders.has(from.toLowerCase()) || to?.toLowerCase() !== site.coprocessor.toLowerCase()) continue
      const receipt = await client.getTransactionReceipt({ hash })
      const { functionName, args } = decodeFunctionData({ abi: inferenceCoprocessorAbi, data: input })
      transactions++
      if (receipt.status !== 'success') reverted++
      if (functionName === 'triggerSubscription') {
        if (receipt.status !== 'success') triggersReverted++
        continue
      }
      if (receipt.status === 'success') gas += receipt.gasUsed
      if (functionName !== 'fulfillBatch') continue
      batches++
      batched += args[0].length
      skipped += parseEventLogs({ abi: inferenceCoprocessorAbi, eventName: 'FulfilmentSkipped', logs: receipt.logs }).length
    }
  }
  return {
    requests: requested.length,
    fulfilled: fulfilled.length,
    refunded: refunded.length,
    wrong,
    reorganisedAway: [...requester.everSeen].filter((id) => !ends.has(id)).length,
    callbacksWrong,
    creditError: credit - price * BigInt(fulfilled.length),
    instances: triggered.length,
    subscriptionsWrong,
    transactions,
    reverted,
    batches,
    batched,
    skipped,
    triggersReverted,
    gasPerFulfil: fulfilled.length === 0 ? 0 : Math.round(Number(gas) / fulfilled.length),
  }
}

// ------------------------------------------------------------------ relayers

type RelayerProcess = Awaited<ReturnType<typeof relayerProcess>>

async function relayerProcess({
  folder,
  key,
  address,
  databaseUrl,
  options,
}: {
  folder: string
  key: Hex
  address: Address
  databaseUrl: string | undefined
  options: readonly string[]
}) {
  mkdirSync(folder, { recursive: true })
  const log = createWriteStream(join(folder, 'log'), { flags: 'a' })
  const entry = join(projectRoot, 'host/nacre.mjs')
  const environment = { ...process.env, NACRE_PRIVATE_KEY: key, ...(databaseUrl === undefined ? {} : { NACRE_DATABASE_URL: databaseUrl }) }
  let child: ChildProcess | undefined
  let gone: Promise<void> = Promise.resolve()
  let inputsUrl: string | null = null
  return {
    address,
    inputsUrl: () => inputsUrl,
    statusArguments: { state: folder, environment },
    /** Resolves when it listens. It may be killed before. */
    start(): Promise<void> {
      const started = spawn(process.execPath, [entry, 'relay', 'run', '--state', folder, ...options], {
        cwd: projectRoot,
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child = started
      started.stderr?.pipe(log, { end: false })
      gone = new Promise((resolve) => started.once('exit', () => resolve()))
      return new Promise((resolve, reject) => {
        let rest = ''
        started.stdout?.on('data', (chunk: Buffer) => {
          log.write(chunk)
          const lines = (rest + chunk.toString()).split('\n')
          rest = lines.pop() ?? ''
          for (const line of lines) {
            if (!line.includes('"msg":"listening"')) continue
            inputsUrl = (JSON.parse(line) as { inputs: string }).inputs
            resolve()
          }
        })
        started.once('exit', (code, signal) => reject(new Error(`a relayer ended (${signal ?? code}), see ${folder}/log`)))
      })
    },
    async kill(): Promise<void> {
      inputsUrl = null
      child?.kill('SIGKILL')
      await gone
    },
  }
}

/** Asks both relayers as their operators would. */
async function deadOf(relayers: readonly RelayerProcess['statusArguments'][]): Promise<number> {
  const entry = join(projectRoot, 'host/nacre.mjs')
  const counts = await Promise.all(
    relayers.map(
      ({ state, environment }) =>
        new Promise<number>((resolve, reject) => {
          execFile(
            process.execPath,
            [entry, 'relay', 'status', '--state', state, '--json'],
            { env: environment, cwd: projectRoot },
            (error, stdout) => {
              if (error !== null) return reject(new Error(`relay status failed: ${stdout}`))
              const { sites } = JSON.parse(stdout) as { sites: { requests: { dead: number } }[] }
              resolve(sites.reduce((sum, { requests }) => sum + requests.dead, 0))
            },
          )
        }),
    ),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

/** Numbers that look random and are the same for the same seed. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const seconds = (sinceMs: number) => Math.round((performance.now() - sinceMs) / 100) / 10
