import {
  type Address,
  createPublicClient,
  createTestClient,
  createWalletClient,
  encodeAbiParameters,
  type Hex,
  hashTypedData,
  http,
  parseAbi,
  publicActions,
  sha256,
  toHex,
  zeroAddress,
} from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Anvil, anvilPrivateKeys, startAnvil } from '../anvil.ts'
import { deployCoprocessor } from '../deploy.ts'
import { inferenceCoprocessorAbi } from '../generated/InferenceCoprocessor.ts'
import { checkpointTypedData, deployLocalRegistry, type LocalRegistry, logTree, receiptTypedData } from '../local-enclave.ts'
import { coprocessorActions, fulfillInference } from './coprocessor.ts'
import { type InferenceAnswer, type InferenceReceipt, type InferenceRequest, InferenceTimeoutError, routesOf } from './inference.ts'
import { coprocessorSubscriptionActions } from './subscriptions.ts'

const enclave = privateKeyToAccount(generatePrivateKey())
const approver = privateKeyToAccount(generatePrivateKey())
const [asker, operator, stranger] = anvilPrivateKeys.map((key) => privateKeyToAccount(key)) as [
  ReturnType<typeof privateKeyToAccount>,
  ReturnType<typeof privateKeyToAccount>,
  ReturnType<typeof privateKeyToAccount>,
]
const modelId = sha256(toHex('manifest'))
const fee = 10n ** 15n

let anvil: Anvil
let coprocessor: Address
let local: LocalRegistry

function connected(account: ReturnType<typeof privateKeyToAccount>) {
  return createWalletClient({ account, chain: foundry, transport: http(anvil.url), pollingInterval: 20 })
    .extend(publicActions)
    .extend(coprocessorActions({ address: coprocessor }))
    .extend(coprocessorSubscriptionActions({ address: coprocessor }))
}

beforeAll(async () => {
  anvil = await startAnvil({ heartbeatSeconds: 1 })
  const transport = http(anvil.url)
  const client = createPublicClient({ chain: foundry, transport, pollingInterval: 20 })
  const wallet = createWalletClient({ account: asker, chain: foundry, transport })
  local = await deployLocalRegistry({ wallet, client, approver, enclave })
  coprocessor = (await deployCoprocessor({ wallet, client })).address
  const hash = await connected(operator).writeContract({
    address: coprocessor,
    abi: inferenceCoprocessorAbi,
    functionName: 'setOffer',
    args: [modelId, zeroAddress, local.registry, { open: true, baseFee: fee, feePerCallbackGas: 1n }],
  })
  await client.waitForTransactionReceipt({ hash })
})

afterAll(() => anvil?.stop())

const tensorsAbi = parseAbi([
  'struct Tensor { string name; string datatype; uint64[] shape; bytes data; }',
  'function f(Tensor[] tensors)',
])[0].inputs
const tensor = (name: string, byte: number): Hex =>
  encodeAbiParameters(tensorsAbi, [[{ name, datatype: 'UINT8', shape: [1n], data: toHex(new Uint8Array([byte])) }]])

const policy = () => ({
  registry: local.registry,
  imageId: local.imageId,
  modelsId: local.modelsId,
  routes: routesOf('approval'),
  receiptAgeSecondsMax: 600,
})

async function ask(seconds = 3600n, callback?: Address) {
  const client = connected(asker)
  const deadlineSeconds = (await client.getBlock()).timestamp + seconds
  return client.requestInference({
    terms: {
      operator: operator.address,
      modelId,
      policy: policy(),
      ...(callback === undefined ? {} : { callback, callbackGasLimit: 50_000n }),
    },
    outputNames: ['verdict'],
    input: tensor('question', 7),
    deadlineSeconds,
  })
}

async function answerTo(request: InferenceRequest, sequence: bigint) {
  const client = connected(stranger)
  const requestId = await client.readContract({
    address: coprocessor,
    abi: inferenceCoprocessorAbi,
    functionName: 'requestIdOf',
    args: [request],
  })
  const outputs = tensor('verdict', 1)
  const timestampMs = (await client.getBlock()).timestamp * 1000n
  const receipt = { requestId, modelId, inputHash: request.inputHash, outputHash: sha256(outputs), timestampMs, sequence }
  const typedData = receiptTypedData(receipt, { chainId: foundry.id, audience: coprocessor })
  const answer: InferenceAnswer = { timestampMs, sequence, outputs }
  return { answer, typedData, signature: await enclave.signTypedData(typedData) }
}

test('asks at the operator’s price, is answered by a stranger, and the operator takes the money', async () => {
  const client = connected(asker)
  const { requestId, request } = await ask()
  expect(request).toMatchObject({
    requester: asker.address,
    inputHash: sha256(tensor('question', 7)),
    terms: { payment: fee, refundTo: asker.address },
  })
  expect(await client.getInferenceState({ requestId })).toBe('pending')
  expect(await client.getInferenceRequest({ requestId })).toMatchObject({ request, outputNames: ['verdict'], input: tensor('question', 7) })

  const waiting = client.waitForInference({ requestId, pollingIntervalMs: 20 })
  const { answer, signature } = await answerTo(request, 1n)
  const { callbackSucceeded } = await connected(stranger).fulfillInference({ request, answer, signature })
  expect(callbackSucceeded).toBe(true)
  expect(await waiting).toMatchObject({ state: 'answered', signer: enclave.address, outputs: answer.outputs, sequence: 1n })

  const { amount } = await connected(operator).withdrawInferenceCredit({ to: stranger.address })
  expect(amount).toBe(fee)
})

test('a second answer is refused with an error that says why', async () => {
  const { request } = await ask()
  const { answer, signature } = await answerTo(request, 2n)
  const client = connected(stranger)
  await fulfillInference(client, { coprocessor, request, answer, signature })
  await expect(client.fulfillInference({ request, answer, signature })).rejects.toThrow('RequestNotInState')
})

test('a batch answers what is open, and says what it left out; whoever waits finds its own answer in it', async () => {
  const client = connected(stranger)
  const asked = [await ask(), await ask(), await ask()]
  const answers = await Promise.all(asked.map(({ request }, index) => answerTo(request, BigInt(index + 1))))
  const leaves = [sha256('0x00'), ...answers.map(({ typedData }) => hashTypedData(typedData))]
  const { rootHash, proof } = logTree(leaves)
  const checkpoint = { treeSize: BigInt(leaves.length), rootHash, timestampMs: answers[0]?.answer.timestampMs as bigint }
  const batch = answers.map(({ answer }, index) => ({
    request: asked[index]?.request as InferenceRequest,
    answer,
    proof: proof(index + 1),
  }))
  const [first] = answers
  if (first === undefined || asked[0] === undefined) throw new Error('nothing was asked')
  await client.fulfillInference({ request: asked[0].request, answer: first.answer, signature: first.signature })
  const signature = await enclave.signTypedData(checkpointTypedData(checkpoint))
  const { hash, fulfilled, skipped } = await client.fulfillInferenceBatch({ answers: batch, checkpoint, signature })
  expect(skipped).toEqual([asked[0].requestId])
  expect(fulfilled).toEqual(asked.slice(1).map(({ requestId }) => ({ requestId, callbackSucceeded: true })))
  const requestId = asked[2]?.requestId as Hex
  expect(await client.waitForInference({ requestId })).toMatchObject({
    state: 'answered',
    hash,
    sequence: 3n,
    outputs: tensor('verdict', 1),
  })
})

test.each(['seconds', 'blocks'] as const)('a subscription in %s is triggered, answered, funded and closed', async (unit) => {
  const chain = createTestClient({ chain: foundry, mode: 'anvil', transport: http(anvil.url) })
  const subscriber = connected(asker)
  // So long that no instance comes due while nobody moves the chain's clock.
  const period = unit === 'seconds' ? 3600 : 60
  const { subscriptionId, subscription } = await subscriber.openInferenceSubscription({
    terms: { operator: operator.address, modelId, policy: policy() },
    schedule: { unit, period, answerSeconds: 7200 },
    outputNames: ['verdict'],
    input: tensor('question', 7),
    instances: 1n,
  })
  expect(await subscriber.getInferenceSubscription({ subscriptionId })).toMatchObject({
    subscription,
    outputNames: ['verdict'],
    input: tensor('question', 7),
  })
  expect(await subscriber.getInferenceSubscriptionState({ subscriptionId })).toEqual({ open: true, deposit: fee, next: 0n })

  const { requestId, next } = await connected(stranger).triggerInferenceSubscription({ subscription })
  const { number, timestamp } = await subscriber.getBlock()
  expect(next > (unit === 'seconds' ? timestamp : number)).toBe(true)
  expect(next % BigInt(period)).toBe(0n)
  const { deposit } = await connected(stranger).fundInferenceSubscription({ subscription, amount: 3n * fee })
  expect(deposit).toBe(3n * fee)
  if (unit === 'seconds') {
    await chain.setNextBlockTimestamp({ timestamp: next + 1n })
    await chain.mine({ blocks: 1 })
  } else await chain.mine({ blocks: 120 })
  const second = await connected(stranger).triggerInferenceSubscription({ subscription })
  await expect(connected(stranger).triggerInferenceSubscription({ subscription })).rejects.toThrow('InstanceNotDue')

  for (const id of [requestId, second.requestId]) {
    const found = await subscriber.getInferenceRequest({ requestId: id })
    if (found === null) throw new Error('no request')
    const { answer, signature } = await answerTo(found.request, id === requestId ? 11n : 12n)
    await connected(stranger).fulfillInference({ request: found.request, answer, signature })
  }
  const instances: unknown[] = []
  for await (const instance of subscriber.watchInferenceInstances({ subscriptionId, pollingIntervalMs: 10 })) {
    instances.push(instance)
    if (instances.length === 2) break
  }
  expect(instances).toMatchObject([
    { requestId, state: 'answered', sequence: 11n, outputs: tensor('verdict', 1) },
    { requestId: second.requestId, state: 'answered', sequence: 12n },
  ])
  const rest = subscriber.watchInferenceInstances({
    subscriptionId,
    pollingIntervalMs: 10,
    timeoutMs: 50,
    fromBlock: await subscriber.getBlockNumber(),
  })
  await expect(rest.next()).rejects.toBeInstanceOf(InferenceTimeoutError)

  await expect(connected(stranger).closeInferenceSubscription({ subscription })).rejects.toThrow('NotSubscriber')
  expect(await subscriber.closeInferenceSubscription({ subscription })).toMatchObject({ refund: 2n * fee })
  expect((await subscriber.getInferenceSubscriptionState({ subscriptionId })).open).toBe(false)
  expect((await subscriber.withdrawInferenceCredit()).amount).toBe(2n * fee)
})

test('gives up waiting with the state it saw; after the deadline the payment comes back', async () => {
  const { requestId, request } = await ask(30n)
  const client = connected(asker)
  await expect(client.waitForInference({ requestId, pollingIntervalMs: 10, timeoutMs: 50 })).rejects.toEqual(
    new InferenceTimeoutError(requestId, 'pending', 50),
  )
  const chain = createTestClient({ chain: foundry, mode: 'anvil', transport: http(anvil.url) })
  await chain.setNextBlockTimestamp({ timestamp: request.deadlineSeconds + 1n })
  await chain.mine({ blocks: 1 })
  await connected(stranger).cancelInference({ request })
  expect(await client.waitForInference({ requestId })).toMatchObject({ state: 'refunded' })
  expect((await client.withdrawInferenceCredit()).amount).toBe(fee)
})

test('a callback that failed is retried with what its event kept', async () => {
  const chain = createTestClient({ chain: foundry, mode: 'anvil', transport: http(anvil.url) })
  const [later, never] = [sha256('0x01').slice(0, 42), sha256('0x02').slice(0, 42)] as [Address, Address]
  for (const address of [later, never]) await chain.setCode({ address, bytecode: '0x5f5ffd' }) // PUSH0 PUSH0 REVERT
  const asked = [await ask(3600n, later), await ask(3600n, never)]
  for (const [index, { request }] of asked.entries()) {
    const { answer, signature } = await answerTo(request, BigInt(20 + index))
    expect(await connected(stranger).fulfillInference({ request, answer, signature })).toMatchObject({ callbackSucceeded: false })
  }
  const [request, requestId] = [asked[0]?.request as InferenceRequest, asked[0]?.requestId as Hex]
  await chain.setCode({ address: later, bytecode: '0x00' }) // STOP
  await connected(stranger).retryInferenceCallback({ request })
  expect(await connected(asker).getInferenceState({ requestId })).toBe('answered')
})

/** An indexer has nothing but the events: offers, requests and what answered them, subscriptions, credits, and where the money is. */
test('events alone give all state', async () => {
  const client = connected(asker)
  const at = { address: coprocessor, abi: inferenceCoprocessorAbi } as const
  const events = await client.getContractEvents({ ...at, fromBlock: 0n, strict: true })
  const offers = new Map<string, (typeof events)[number] & { eventName: 'OfferChanged' }>()
  const requests = new Map<Hex, { request: InferenceRequest; state: string; receipt?: InferenceReceipt }>()
  const subscriptions = new Map<Hex, { terms: InferenceRequest['terms']; open: boolean; deposit: bigint; next: bigint }>()
  const credits = new Map<Address, bigint>()
  const credit = (account: Address, amount: bigint) => credits.set(account, (credits.get(account) ?? 0n) + amount)
  const requested = (id: Hex) => requests.get(id) as { request: InferenceRequest; state: string; receipt?: InferenceReceipt }
  const subscribed = (id: Hex) =>
    subscriptions.get(id) as { terms: InferenceRequest['terms']; open: boolean; deposit: bigint; next: bigint }
  const names = new Set<string>()
  for (const event of events) {
    names.add(event.eventName)
    switch (event.eventName) {
      case 'OfferChanged':
        offers.set(`${event.args.operator} ${event.args.modelId} ${event.args.token} ${event.args.registry}`, event)
        break
      case 'InferenceRequested':
        requests.set(event.args.requestId, { request: event.args.request, state: 'pending' })
        break
      case 'InferenceFulfilled': {
        const { requestId, operator: paid, outputHash, timestampMs, sequence, callbackSucceeded } = event.args
        const { request } = requested(requestId)
        const receipt = { requestId, modelId: request.terms.modelId, inputHash: request.inputHash, outputHash, timestampMs, sequence }
        requests.set(requestId, { request, state: callbackSucceeded ? 'answered' : 'callbackFailed', receipt })
        credit(paid, request.terms.payment)
        break
      }
      case 'CallbackRetried':
        requested(event.args.requestId).state = 'answered'
        break
      case 'InferenceRefunded':
        requested(event.args.requestId).state = 'refunded'
        credit(event.args.refundTo, event.args.amount)
        break
      case 'Withdrawn':
        credit(event.args.account, -event.args.amount)
        break
      case 'SubscriptionOpened': {
        const { subscriptionId, subscription, deposit } = event.args
        subscriptions.set(subscriptionId, { terms: subscription.terms, open: true, deposit, next: subscription.schedule.first })
        break
      }
      case 'SubscriptionFunded':
        subscribed(event.args.subscriptionId).deposit = event.args.deposit
        break
      case 'SubscriptionTriggered':
        Object.assign(subscribed(event.args.subscriptionId), { deposit: event.args.deposit, next: event.args.next })
        break
      case 'SubscriptionClosed': {
        const { subscriptionId, refund } = event.args
        credit(subscribed(subscriptionId).terms.refundTo, refund)
        Object.assign(subscribed(subscriptionId), { open: false, deposit: 0n, next: 0n })
      }
    }
  }
  const emitted = inferenceCoprocessorAbi.filter((item) => item.type === 'event').map(({ name }) => name)
  expect([...names].sort()).toEqual(emitted.filter((name) => name !== 'OperatorUriChanged').sort())

  for (const { args } of offers.values()) {
    const { operator: by, modelId: model, token, registry, offer } = args
    expect(await client.readContract({ ...at, functionName: 'offerOf', args: [by, model, token, registry] })).toEqual(offer)
  }
  for (const [requestId, { state, receipt }] of requests) {
    expect(await client.getInferenceState({ requestId })).toBe(state)
    if (receipt === undefined) continue
    expect(await client.readContract({ ...at, functionName: 'isAnswer', args: [receipt] })).toBe(true)
    const other = { ...receipt, sequence: receipt.sequence + 1n }
    expect(await client.readContract({ ...at, functionName: 'isAnswer', args: [other] })).toBe(false)
  }
  for (const [subscriptionId, { open, deposit, next }] of subscriptions)
    expect(await client.getInferenceSubscriptionState({ subscriptionId })).toEqual({ open, deposit, next })
  for (const [account, amount] of credits)
    expect(await client.readContract({ ...at, functionName: 'creditOf', args: [account, zeroAddress] })).toBe(amount)
  // To the wei: what is owed, what waits for an answer, and what pays for instances to come.
  const sum = (amounts: Iterable<bigint>) => [...amounts].reduce((total, amount) => total + amount, 0n)
  const pending = [...requests.values()].filter(({ state }) => state === 'pending').map(({ request }) => request.terms.payment)
  const deposits = [...subscriptions.values()].map(({ deposit }) => deposit)
  expect(await client.getBalance({ address: coprocessor })).toBe(sum(credits.values()) + sum(pending) + sum(deposits))
})
