/** Deploys the registry, the coprocessor and the example consumer with a viem wallet client. */
import { type Account, type Address, type Chain, type Hex, type PublicClient, type Transport, type WalletClient, zeroAddress } from 'viem'
import { enclaveRegistryAbi, enclaveRegistryBytecode } from './generated/EnclaveRegistry.ts'
import { garmentGateAbi, garmentGateBytecode } from './generated/GarmentGate.ts'
import { inferenceCoprocessorAbi, inferenceCoprocessorBytecode } from './generated/InferenceCoprocessor.ts'

/** `wallet` pays and signs, `client` waits for the receipt; both must be on the same chain. */
export type DeployClients = { wallet: WalletClient<Transport, Chain, Account>; client: PublicClient }

export type Deployment = { address: Address; transactionHash: Hex; gasUsed: bigint }

/**
 * Deploys `EnclaveRegistry`. The owner decides which code counts as attested; it need not be the deployer. `verifier` is a
 * `NitroAttestationVerifier`; without one the registry has no route 2, for its whole life.
 */
export async function deployRegistry(parameters: DeployClients & { owner: Address; verifier?: Address }): Promise<Deployment> {
  const { wallet, client, owner, verifier = zeroAddress } = parameters
  const hash = await wallet.deployContract({ abi: enclaveRegistryAbi, bytecode: enclaveRegistryBytecode, args: [owner, verifier] })
  return deployed(client, hash)
}

/** Deploys `InferenceCoprocessor`, which has no owner and no settings: requests bring their own. */
export async function deployCoprocessor({ wallet, client }: DeployClients): Promise<Deployment> {
  return deployed(client, await wallet.deployContract({ abi: inferenceCoprocessorAbi, bytecode: inferenceCoprocessorBytecode }))
}

export type GarmentGateParameters = {
  registry: Address
  /** The one model whose answers the gate accepts. */
  modelId: Hex
  /** Classes that are let in, by index into the model's labels. */
  admittedClasses: readonly number[]
  /** Least distance between the best score and the second, in units of 10^-18. */
  leadMin: bigint
}

/** Deploys `GarmentGate`. */
export async function deployGarmentGate({ wallet, client, ...gate }: DeployClients & GarmentGateParameters): Promise<Deployment> {
  const mask = gate.admittedClasses.reduce((bits, index) => bits | (1n << BigInt(index)), 0n)
  const hash = await wallet.deployContract({
    abi: garmentGateAbi,
    bytecode: garmentGateBytecode,
    args: [gate.registry, gate.modelId, mask, gate.leadMin],
  })
  return deployed(client, hash)
}

async function deployed(client: PublicClient, transactionHash: Hex): Promise<Deployment> {
  const receipt = await client.waitForTransactionReceipt({ hash: transactionHash })
  if (receipt.status !== 'success' || !receipt.contractAddress) throw new Error(`deployment failed in transaction ${transactionHash}`)
  return { address: receipt.contractAddress, transactionHash, gasUsed: receipt.gasUsed }
}
