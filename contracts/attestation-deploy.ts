/** Deploys the verifier of attestation documents and the generated contracts behind it. */
import { createHash } from 'node:crypto'
import { type Address, concat, type Hex, toHex } from 'viem'
import { sha384Input } from './attestation-parts.ts'
import { initCode } from './codegen/assembler.ts'
import { p384Deployment } from './codegen/p384-deploy.ts'
import { prove } from './codegen/p384-prover.ts'
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
 *
 * Before the verifier the contracts behind it are asked, since their code is known but the chain is not: one that lacks a
 * precompile or an instruction would make a verifier that refuses everything.
 *
 * @throws {DeploymentError} before anything is sent, `TEST_ROOT`: another root than AWS's for a chain that is not anvil's own
 * 31337, unless `allowTestRootOnChain` names that chain. `CHAIN_UNFIT`: the chain computes something else.
 */
export async function deployAttestationVerifier(
  parameters: DeployClients & { rootHash: Hex; revoker: Address; allowTestRootOnChain?: number },
): Promise<AttestationDeployment> {
  const { wallet, client, rootHash, revoker, allowTestRootOnChain } = parameters
  const chainId = await client.getChainId()
  if (rootHash !== awsRootHash && chainId !== localChainId && chainId !== allowTestRootOnChain)
    throw new DeploymentError(
      'TEST_ROOT',
      `Root ${rootHash} is not AWS's: whoever holds its key could attest anything on chain ${chainId}. Set allowTestRootOnChain to that number if this is meant.`,
    )
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
  await assertCurveAndHash(parameters, { sha384: sha384.address, p384: p384.address })
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

/** anvil's and hardhat's default. */
const localChainId = 31337

/**
 * The example of RFC 6979 section A.2.6 (P-384, SHA-384, "sample"): the chain must say yes to it, and no to the same with
 * one bit changed.
 */
async function assertCurveAndHash({ client }: DeployClients, { sha384, p384 }: { sha384: Address; p384: Address }): Promise<void> {
  const message = Buffer.from('sample')
  const digest = createHash('sha384').update(message).digest()
  const statement = (e: Uint8Array) => concat([toHex(e), ...example.map((word) => toHex(word, { size: 48 })), hint])
  const [r, s, x, y] = example
  const hint = toHex(prove({ e: BigInt(toHex(digest)), r, s, q: { x, y } }))
  const flipped = Uint8Array.from(digest)
  flipped[47] = (flipped[47] as number) ^ 1
  // The limit of a transaction (EIP-7825): some nodes give calls less than they need otherwise.
  const ask = async (to: Address, data: Hex) => (await client.call({ to, data, gas: 1n << 24n })).data
  const [hashed, good, bad] = [
    await ask(sha384, sha384Input(message)),
    await ask(p384, statement(digest)),
    await ask(p384, statement(flipped)),
  ]
  if (hashed !== toHex(digest) || good !== toHex(1, { size: 32 }) || bad !== toHex(0, { size: 32 }))
    throw new DeploymentError('CHAIN_UNFIT', 'This chain computes SHA-384 or P-384 differently: it needs the rules of Osaka')
}

const example = [
  0x94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46n,
  0x99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8n,
  0xec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc13n,
  0x8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720n,
] as const

export class DeploymentError extends Error {
  override readonly name = 'DeploymentError'
  readonly code: 'TEST_ROOT' | 'CHAIN_UNFIT'
  constructor(code: 'TEST_ROOT' | 'CHAIN_UNFIT', message: string) {
    super(message)
    this.code = code
  }
}
