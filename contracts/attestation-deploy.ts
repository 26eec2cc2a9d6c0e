/** Deploys the verifier of attestation documents and the generated contracts behind it. */
import type { Address, Hex } from 'viem'
import { initCode } from './codegen/assembler.ts'
import { p384Deployment } from './codegen/p384-deploy.ts'
import { sha384BatchCode } from './codegen/sha384.ts'
import type { DeployClients, Deployment } from './deploy.ts'
import { nitroAttestationVerifierAbi, nitroAttestationVerifierBytecode } from './generated/NitroAttestationVerifier.ts'

/** SHA-256 of the DER of AWS Nitro Enclaves Root-G1. */
export const awsRootHash: Hex = '0x641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b'

export type AttestationDeployment = Deployment & {
  sha384: Deployment
  p384: Deployment
  /** The generator's multiples, two contracts. */
  tables: readonly [Deployment, Deployment]
  /** Gas of all five transactions. */
  gasTotal: bigint
}

/**
 * Deploys `NitroAttestationVerifier` with the contracts that hash and verify. `rootHash` has no default: {@link awsRootHash}
 * for documents of AWS; a test authority's belongs on a local chain, and `isAwsRoot()` shows it to everyone.
 * `revoker` may revoke certificates and do nothing else.
 */
export async function deployAttestationVerifier(
  parameters: DeployClients & { rootHash: Hex; revoker: Address },
): Promise<AttestationDeployment> {
  const { wallet, client, rootHash, revoker } = parameters
  const create = async (data: Hex): Promise<Deployment> => {
    const transactionHash = await wallet.sendTransaction({ data })
    const receipt = await client.waitForTransactionReceipt({ hash: transactionHash })
    if (receipt.status !== 'success' || !receipt.contractAddress) throw new Error(`deployment failed in transaction ${transactionHash}`)
    return { address: receipt.contractAddress, transactionHash, gasUsed: receipt.gasUsed }
  }
  const curve = p384Deployment()
  const sha384 = await create(`0x${Buffer.from(initCode(sha384BatchCode())).toString('hex')}`)
  const first = await create(curve.tables[0])
  const second = await create(curve.tables[1])
  const p384 = await create(curve.verifier([first.address, second.address]))
  const hash = await wallet.deployContract({
    abi: nitroAttestationVerifierAbi,
    bytecode: nitroAttestationVerifierBytecode,
    args: [rootHash, revoker, sha384.address, p384.address],
  })
  const receipt = await client.waitForTransactionReceipt({ hash })
  if (receipt.status !== 'success' || !receipt.contractAddress) throw new Error(`deployment failed in transaction ${hash}`)
  const gasTotal = [sha384, first, second, p384].reduce((sum, { gasUsed }) => sum + gasUsed, receipt.gasUsed)
  return {
    address: receipt.contractAddress,
    transactionHash: hash,
    gasUsed: receipt.gasUsed,
    sha384,
    p384,
    tables: [first, second],
    gasTotal,
  }
}
