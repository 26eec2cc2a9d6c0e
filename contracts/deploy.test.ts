import { concat, createPublicClient, createWalletClient, encodeAbiParameters, type Hex, http, keccak256, pad, sha256, toHex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Anvil, anvilPrivateKeys, startAnvil } from './anvil.ts'
import { imageIdOf, type KeyApproval, modelsIdOf, signKeyApproval } from './approval.ts'
import { deployGarmentGate, deployRegistry } from './deploy.ts'
import { enclaveRegistryAbi } from './generated/EnclaveRegistry.ts'
import { garmentGateAbi } from './generated/GarmentGate.ts'

const pcr = (name: string): Hex => concat([keccak256(toHex(name)), pad('0x01', { size: 16 })])
const pcrs = { pcr0: pcr('pcr0'), pcr1: pcr('pcr1'), pcr2: pcr('pcr2') }
const pcr16 = pcr('pcr16')
const modelId = sha256(toHex('manifest'))

let anvil: Anvil

beforeAll(async () => {
  anvil = await startAnvil()
})

afterAll(() => anvil?.stop())

describe('on a local chain', () => {
  test('an approved key opens the gate with a signed receipt, and a revoked one does not', async () => {
    const owner = privateKeyToAccount(anvilPrivateKeys[0])
    const approver = privateKeyToAccount(generatePrivateKey())
    const enclave = privateKeyToAccount(generatePrivateKey())
    const transport = http(anvil.url)
    const client = createPublicClient({ chain: foundry, transport, pollingInterval: 50 })
    const wallet = createWalletClient({ chain: foundry, transport, account: owner })
    const mined = async (hash: Hex) => expect((await client.waitForTransactionReceipt({ hash })).status).toBe('success')

    const { address: registry } = await deployRegistry({ wallet, client, owner: owner.address })
    const { address: gate } = await deployGarmentGate({ wallet, client, registry, modelId, admittedClasses: [8], leadMin: 10n ** 17n })

    const atRegistry = { address: registry, abi: enclaveRegistryAbi } as const
    await mined(await wallet.writeContract({ ...atRegistry, functionName: 'approveImage', args: [pcrs.pcr0, pcrs.pcr1, pcrs.pcr2] }))
    await mined(await wallet.writeContract({ ...atRegistry, functionName: 'approveModels', args: [pcr16] }))
    await mined(await wallet.writeContract({ ...atRegistry, functionName: 'addApprover', args: [approver.address] }))
    expect(await client.readContract({ ...atRegistry, functionName: 'imageStatus', args: [imageIdOf(pcrs)] })).toBe(1)
    expect(await client.readContract({ ...atRegistry, functionName: 'modelsStatus', args: [modelsIdOf(pcr16)] })).toBe(1)

    const attestedAtSeconds = (await client.getBlock()).timestamp
    const approval: KeyApproval = {
      key: enclave.address,
      imageId: imageIdOf(pcrs),
      modelsId: modelsIdOf(pcr16),
      documentHash: sha256(toHex('document')),
      attestedAtSeconds,
      expiresAtSeconds: attestedAtSeconds + 86_400n,
    }
    const approvalSignature = await signKeyApproval({ approval, account: approver, chainId: anvil.chainId, registry })
    await mined(await wallet.writeContract({ ...atRegistry, functionName: 'registerApprovedKey', args: [approval, approvalSignature] }))
    expect(await client.readContract({ ...atRegistry, functionName: 'isKeyActive', args: [enclave.address] })).toBe(true)

    const atGate = { address: gate, abi: garmentGateAbi } as const
    const answer = async () => {
      const outputs = encodedScores(8)
      const receipt = {
        requestId: await client.readContract({ ...atGate, functionName: 'requestIdOf', args: [owner.address] }),
        modelId,
        inputHash: sha256(toHex('picture')),
        outputHash: sha256(outputs),
        timestampMs: (await client.getBlock()).timestamp * 1000n,
        sequence: 0n,
      }
      const signature = await enclave.signTypedData({
        domain: { name: 'Nacre', version: '1', chainId: BigInt(anvil.chainId), verifyingContract: gate },
        types: receiptTypes,
        primaryType: 'InferenceReceipt',
        message: receipt,
      })
      return [receipt, signature, outputs] as const
    }
    await mined(await wallet.writeContract({ ...atGate, functionName: 'enter', args: await answer() }))
    expect(await client.readContract({ ...atGate, functionName: 'isOpenTo', args: [owner.address] })).toBe(true)

    await mined(await wallet.writeContract({ ...atRegistry, functionName: 'revokeKey', args: [enclave.address] }))
    await expect(client.simulateContract({ ...atGate, functionName: 'enter', args: await answer(), account: owner })).rejects.toThrow(
      'KeyNotActive',
    )
  })

  test('a taken port is an error that says so', async () => {
    await expect(startAnvil({ port: anvil.port })).rejects.toMatchObject({ code: 'ANVIL_EXITED' })
  })
})

test('a measurement that is not 48 bytes is refused', () => {
  expect(() => modelsIdOf('0x00')).toThrow('PCR16: expected 48 bytes, received 1')
})

test('the chain keeps time while nobody uses it', async () => {
  const idle = await startAnvil({ heartbeatSeconds: 1 })
  const client = createPublicClient({ transport: http(idle.url), pollingInterval: 100 })
  const start = await client.getBlockNumber({ cacheTime: 0 })
  await expect.poll(() => client.getBlockNumber({ cacheTime: 0 })).toBeGreaterThan(start)
  await idle.stop()
})

test('stopping ends the process', async () => {
  const other = await startAnvil({ chainId: 424242 })
  const chainId = await createPublicClient({ transport: http(other.url) }).getChainId()
  await other.stop()
  await other.stop()
  expect(chainId).toBe(424242)
  expect(other.process.exitCode ?? other.process.signalCode).not.toBeNull()
})

const receiptTypes = {
  InferenceReceipt: [
    { name: 'requestId', type: 'bytes32' },
    { name: 'modelId', type: 'bytes32' },
    { name: 'inputHash', type: 'bytes32' },
    { name: 'outputHash', type: 'bytes32' },
    { name: 'timestampMs', type: 'uint64' },
    { name: 'sequence', type: 'uint64' },
  ],
} as const

const tensorsAbi = [
  {
    type: 'tuple[]',
    components: [
      { name: 'name', type: 'string' },
      { name: 'datatype', type: 'string' },
      { name: 'shape', type: 'uint64[]' },
      { name: 'data', type: 'bytes' },
    ],
  },
] as const

/** One FP32 tensor of ten scores, 1 for the given class and 0 for the others. */
function encodedScores(index: number): Hex {
  const scores = new Float32Array(10)
  scores[index] = 1
  return encodeAbiParameters(tensorsAbi, [
    [{ name: 'logits', datatype: 'FP32', shape: [1n, 10n], data: toHex(new Uint8Array(scores.buffer)) }],
  ])
}
