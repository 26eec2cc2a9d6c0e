import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Anvil, anvilPrivateKeys, startAnvil } from '@nacre/contracts/anvil'
import {
  type Abi,
  type Address,
  BaseError,
  ContractFunctionRevertedError,
  createPublicClient,
  createWalletClient,
  type Hex,
  http,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'

/** The contracts' libraries behind one callable contract, on a chain of its own. */
export type Solidity = {
  chainId: number
  call(functionName: string, args: readonly unknown[]): Promise<unknown>
  /** Name of the custom error with which the call reverts, or `accepted`. */
  verdict(functionName: string, args: readonly unknown[]): Promise<string>
  deploy(contract: { abi: Abi; bytecode: Hex; args: readonly unknown[] }): Promise<Address>
  client: ReturnType<typeof createPublicClient>
  stop(): Promise<void>
}

export async function startSolidity({ chainId = 31337 }: { chainId?: number } = {}): Promise<Solidity> {
  const anvil: Anvil = await startAnvil({ chainId })
  try {
    const chain = { ...foundry, id: chainId }
    const transport = http(anvil.url)
    const client = createPublicClient({ chain, transport, pollingInterval: 50 })
    const wallet = createWalletClient({ chain, transport, account: privateKeyToAccount(anvilPrivateKeys[0]) })
    const deploy: Solidity['deploy'] = async (contract) => {
      const hash = await wallet.deployContract(contract)
      const { contractAddress } = await client.waitForTransactionReceipt({ hash })
      if (!contractAddress) throw new Error('The contract was not deployed')
      return contractAddress
    }
    const { abi, bytecode } = compileParity()
    const address = await deploy({ abi, bytecode, args: [] })
    const call: Solidity['call'] = (functionName, args) => client.readContract({ address, abi, functionName, args })
    return {
      chainId,
      client,
      call,
      deploy,
      verdict: (functionName, args) => revertOf(() => call(functionName, args)),
      stop: () => anvil.stop(),
    }
  } catch (error) {
    await anvil.stop()
    throw error
  }
}

/** Name of the custom error with which a call reverts, or `accepted`. Any other failure passes through. */
export async function revertOf(run: () => Promise<unknown>): Promise<string> {
  try {
    await run()
    return 'accepted'
  } catch (error) {
    const revert = error instanceof BaseError ? error.walk((cause) => cause instanceof ContractFunctionRevertedError) : null
    if (!(revert instanceof ContractFunctionRevertedError)) throw error
    return revert.data?.errorName ?? revert.signature ?? 'revert'
  }
}

let compiled: { abi: Abi; bytecode: Hex } | undefined

/** Parity.sol against the very sources of the contracts, by the compiler that they use. */
function compileParity(): { abi: Abi; bytecode: Hex } {
  if (compiled !== undefined) return compiled
  const contracts = fileURLToPath(new URL('../../contracts', import.meta.url))
  const solc = createRequire(join(contracts, 'generate.ts'))('solc') as { compile(input: string): string }
  const sources = Object.fromEntries(
    readdirSync(join(contracts, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.sol'))
      .map((name) => [`src/${name}`, { content: readFileSync(join(contracts, 'src', name), 'utf8') }]),
  )
  const input = {
    language: 'Solidity',
    sources: { ...sources, 'Parity.sol': { content: readFileSync(new URL('Parity.sol', import.meta.url), 'utf8') } },
    settings: {
      evmVersion: 'osaka',
      optimizer: { enabled: true, runs: 200 },
      outputSelection: { 'Parity.sol': { Parity: ['abi', 'evm.bytecode.object'] } },
    },
  }
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as CompilerOutput
  const parity = output.contracts?.['Parity.sol']?.Parity
  if (parity === undefined) throw new Error(output.errors?.map(({ formattedMessage }) => formattedMessage).join('\n') ?? 'no output')
  compiled = { abi: parity.abi, bytecode: `0x${parity.evm.bytecode.object}` }
  return compiled
}

type CompilerOutput = {
  errors?: { formattedMessage: string }[]
  contracts?: Record<string, Record<string, { abi: Abi; evm: { bytecode: { object: string } } }>>
}
