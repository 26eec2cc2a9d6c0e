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
import { type InferenceAnswer, type InferenceRequest, InferenceTimeoutError, routesOf } from './inference.ts'

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

async function ask(seconds = 3600n) {
  const client = connected(asker)
  const deadlineSeconds = (await client.getBlock()).timestamp + seconds
  return client.requestInference({
    terms: { operator: operator.address, modelId, policy: policy() },
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

test('waits for an answer that came in a batch', async () => {
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
  const hash = await client.writeContract({
    address: coprocessor,
    abi: inferenceCoprocessorAbi,
    functionName: 'fulfillBatch',
    args: [batch, checkpoint, await enclave.signTypedData(checkpointTypedData(checkpoint))],
  })
  expect((await client.waitForTransactionReceipt({ hash })).status).toBe('success')
  const requestId = asked[2]?.requestId as Hex
  expect(await client.waitForInference({ requestId })).toMatchObject({
    state: 'answered',
    hash,
    sequence: 3n,
    outputs: tensor('verdict', 1),
  })
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

/** An indexer has nothing but the events. */
test('events alone give every state and every credit', async () => {
  const client = connected(asker)
  const events = await client.getContractEvents({ address: coprocessor, abi: inferenceCoprocessorAbi, fromBlock: 0n, strict: true })
  const states = new Map<Hex, string>()
  const requests = new Map<Hex, InferenceRequest>()
  const credits = new Map<Address, bigint>()
  const credit = (account: Address, amount: bigint) => credits.set(account, (credits.get(account) ?? 0n) + amount)
  for (const event of events) {
    if (event.eventName === 'InferenceRequested') {
      requests.set(event.args.requestId, event.args.request)
      states.set(event.args.requestId, 'pending')
    }
    if (event.eventName === 'InferenceFulfilled') {
      states.set(event.args.requestId, event.args.callbackSucceeded ? 'answered' : 'callbackFailed')
      credit(event.args.operator, requests.get(event.args.requestId)?.terms.payment ?? 0n)
    }
    if (event.eventName === 'InferenceRefunded') {
      states.set(event.args.requestId, 'refunded')
      credit(event.args.refundTo, event.args.amount)
    }
    if (event.eventName === 'Withdrawn') credit(event.args.account, -event.args.amount)
  }
  expect(states.size).toBeGreaterThan(5)
  for (const [requestId, state] of states) expect(await client.getInferenceState({ requestId })).toBe(state)
  for (const [account, amount] of credits) {
    const args = [account, zeroAddress] as const
    expect(await client.readContract({ address: coprocessor, abi: inferenceCoprocessorAbi, functionName: 'creditOf', args })).toBe(amount)
  }
})
