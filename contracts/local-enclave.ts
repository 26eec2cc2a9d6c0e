/**
 * A registry with one Active key on a local chain, and the pen of the enclave that holds it: what an attested enclave would sign,
 * without an enclave. For tests and measurements.
 */
import { createHash } from 'node:crypto'
import { type Address, concat, type Hex, keccak256, type LocalAccount, pad, toHex } from 'viem'
import { imageIdOf, modelsIdOf, signKeyApproval } from './approval.ts'
import { type DeployClients, deployRegistry } from './deploy.ts'
import { enclaveRegistryAbi } from './generated/EnclaveRegistry.ts'

/** Fields as in `InferenceReceipt.sol`. */
export type Receipt = {
  requestId: Hex
  modelId: Hex
  inputHash: Hex
  outputHash: Hex
  timestampMs: bigint
  sequence: bigint
}

export type LogCheckpoint = { treeSize: bigint; rootHash: Hex; timestampMs: bigint }

export type LocalRegistry = { registry: Address; imageId: Hex; modelsId: Hex }

/** Deploys a registry owned by the wallet and registers `enclave` in it for a day, on the word of `approver`. */
export async function deployLocalRegistry(
  parameters: DeployClients & { approver: LocalAccount; enclave: LocalAccount },
): Promise<LocalRegistry> {
  const { wallet, client, approver, enclave } = parameters
  const { address: registry } = await deployRegistry({ wallet, client, owner: wallet.account.address })
  const pcr = (name: string): Hex => concat([keccak256(toHex(name)), pad('0x01', { size: 16 })])
  const pcrs = { pcr0: pcr('pcr0'), pcr1: pcr('pcr1'), pcr2: pcr('pcr2') }
  const pcr16 = pcr('pcr16')
  const contract = { address: registry, abi: enclaveRegistryAbi } as const
  const mined = async (hash: Hex) => {
    const { status } = await client.waitForTransactionReceipt({ hash })
    if (status !== 'success') throw new Error(`transaction ${hash} failed`)
  }
  await mined(await wallet.writeContract({ ...contract, functionName: 'approveImage', args: [pcrs.pcr0, pcrs.pcr1, pcrs.pcr2] }))
  await mined(await wallet.writeContract({ ...contract, functionName: 'approveModels', args: [pcr16] }))
  await mined(await wallet.writeContract({ ...contract, functionName: 'addApprover', args: [approver.address] }))
  const attestedAtSeconds = (await client.getBlock()).timestamp
  const [imageId, modelsId] = [imageIdOf(pcrs), modelsIdOf(pcr16)]
  const approval = {
    key: enclave.address,
    imageId,
    modelsId,
    documentHash: keccak256(toHex('document')),
    attestedAtSeconds,
    expiresAtSeconds: attestedAtSeconds + 86_400n,
  }
  const signature = await signKeyApproval({ approval, account: approver, chainId: wallet.chain.id, registry })
  await mined(await wallet.writeContract({ ...contract, functionName: 'registerApprovedKey', args: [approval, signature] }))
  return { registry, imageId, modelsId }
}

/** EIP-712 typed data of a receipt for `audience`. */
export function receiptTypedData(receipt: Receipt, { chainId, audience }: { chainId: number; audience: Address }) {
  return {
    domain: { name: 'Nacre', version: '1', chainId: BigInt(chainId), verifyingContract: audience },
    types: receiptTypes,
    primaryType: 'InferenceReceipt',
    message: receipt,
  } as const
}

/** EIP-712 typed data of a checkpoint, which names no audience. */
export function checkpointTypedData(checkpoint: LogCheckpoint) {
  return {
    domain: { name: 'Nacre', version: '1' },
    types: checkpointTypes,
    primaryType: 'LogCheckpoint',
    message: checkpoint,
  } as const
}

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

const checkpointTypes = {
  LogCheckpoint: [
    { name: 'treeSize', type: 'uint64' },
    { name: 'rootHash', type: 'bytes32' },
    { name: 'timestampMs', type: 'uint64' },
  ],
} as const

/** Root and inclusion path of RFC 9162, sections 2.1.1 and 2.1.3.1, over leaves of 32 bytes. */
export function logTree(leaves: readonly Hex[]): { rootHash: Hex; proof: (index: number) => Hex[] } {
  const hash = (...parts: Uint8Array[]) => {
    const sha256 = createHash('sha256')
    for (const part of parts) sha256.update(part)
    return new Uint8Array(sha256.digest())
  }
  const known = new Map<string, Uint8Array>()
  const rootOf = (start: number, end: number): Uint8Array => {
    const key = `${start}-${end}`
    const cached = known.get(key)
    if (cached !== undefined) return cached
    const middle = start + split(end - start)
    const root =
      end - start === 1
        ? hash(Uint8Array.of(0), Buffer.from((leaves[start] as Hex).slice(2), 'hex'))
        : hash(Uint8Array.of(1), rootOf(start, middle), rootOf(middle, end))
    known.set(key, root)
    return root
  }
  const proofOf = (index: number, start: number, end: number): Uint8Array[] => {
    if (end - start === 1) return []
    const middle = start + split(end - start)
    return index < middle
      ? [...proofOf(index, start, middle), rootOf(middle, end)]
      : [...proofOf(index, middle, end), rootOf(start, middle)]
  }
  return {
    rootHash: toHex(rootOf(0, leaves.length)),
    proof: (index) => proofOf(index, 0, leaves.length).map((node) => toHex(node)),
  }
}

/** The largest power of two below `count`. */
function split(count: number): number {
  let power = 1
  while (power * 2 < count) power *= 2
  return power
}
