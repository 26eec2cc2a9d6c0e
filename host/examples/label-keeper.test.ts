import { anvilPrivateKeys, startAnvil } from '@nacre/contracts/anvil'
import { deployLocalRegistry, type Receipt, receiptTypedData } from '@nacre/contracts/local-enclave'
import { toHex } from '@nacre/verifier/bytes'
import { encodeTensors, tensorFromValues } from '@nacre/verifier/tensor'
import { type Address, createPublicClient, createWalletClient, type Hex, http, keccak256, sha256, stringToHex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { labelKeeperAbi, labelKeeperBytecode } from './label-keeper.ts'

const [ownerKey, userKey] = anvilPrivateKeys
const [owner, user] = [privateKeyToAccount(ownerKey), privateKeyToAccount(userKey)]
const [enclave, stranger] = [privateKeyToAccount(generatePrivateKey()), privateKeyToAccount(generatePrivateKey())]
const modelId = keccak256(stringToHex('a model of your own'))

const setUp = async () => {
  const anvil = await startAnvil()
  const transport = http(anvil.url)
  const client = createPublicClient({ chain: foundry, transport, pollingInterval: 50 })
  const wallet = createWalletClient({ chain: foundry, transport, account: owner })
  const { registry } = await deployLocalRegistry({ wallet, client, approver: stranger, enclave })
  const hash = await wallet.deployContract({
    abi: labelKeeperAbi,
    bytecode: labelKeeperBytecode(),
    args: [registry, modelId, 'scores', 3n],
  })
  const { contractAddress } = await client.waitForTransactionReceipt({ hash })
  return { anvil, client, keeper: contractAddress as Address }
}
let running: Awaited<ReturnType<typeof setUp>>
beforeAll(async () => {
  running = await setUp()
})
afterAll(() => running?.anvil.stop())

/** Encoded as an enclave encodes it: one score for each class, the greatest for `best`. */
const outputsOf = (best: number, classes = 3): Hex => {
  const values = Array.from({ length: classes }, (_, index) => (index === best ? 2.5 : -1))
  return toHex(encodeTensors([tensorFromValues({ name: 'scores', datatype: 'FP32', shape: [classes / 3, 3], values })]))
}

const read = (functionName: 'requestIdOf' | 'classPlusOne') =>
  running.client.readContract({ address: running.keeper, abi: labelKeeperAbi, functionName, args: [user.address] })

async function record(parts: { receipt?: Partial<Receipt>; outputs?: Hex; shown?: Hex; signer?: typeof enclave; send?: boolean } = {}) {
  const { outputs = outputsOf(1), shown = outputs, signer = enclave, send = false } = parts
  const { client, keeper, anvil } = running
  const receipt: Receipt = {
    requestId: (await read('requestIdOf')) as Hex,
    modelId,
    inputHash: keccak256(stringToHex('an input')),
    outputHash: sha256(outputs),
    timestampMs: BigInt(Date.now()),
    sequence: 1n,
    ...parts.receipt,
  }
  const signature = await signer.signTypedData(receiptTypedData(receipt, { chainId: anvil.chainId, audience: keeper }))
  const call = { address: keeper, abi: labelKeeperAbi, functionName: 'record', args: [receipt, signature, shown] } as const
  const { request, result } = await client.simulateContract({ ...call, account: user })
  if (send) {
    const wallet = createWalletClient({ chain: foundry, transport: http(anvil.url), account: user })
    await client.waitForTransactionReceipt({ hash: await wallet.writeContract(request) })
  }
  return { result, requestId: receipt.requestId }
}

test('an answer for this contract is kept, once', async () => {
  const { result, requestId } = await record({ outputs: outputsOf(2), send: true })
  expect([result, await read('classPlusOne')]).toEqual([2n, 3n])
  await expect(record({ receipt: { requestId } })).rejects.toThrow('RequestMismatch')
})

test('another model, other outputs than were signed, two rows to choose from, and a key that nobody attested are refused', async () => {
  await expect(record({ receipt: { modelId: keccak256(stringToHex('one weight changed')) } })).rejects.toThrow('ModelMismatch')
  await expect(record({ shown: outputsOf(0) })).rejects.toThrow('OutputMismatch')
  await expect(record({ outputs: outputsOf(4, 6) })).rejects.toThrow('OutputShape')
  await expect(record({ signer: stranger })).rejects.toThrow('KeyNotActive')
})
