/** Runs generated code on a local chain with Osaka rules, for the tests and gas tables of this folder. */
import { createClient, type Hex, hexToBytes, http, publicActions, toHex, walletActions } from 'viem'
import { startAnvil } from '../anvil.ts'
import { initCode } from './assembler.ts'

export type Execution = {
  /** Deploys runtime code by a transaction, as on a public chain. */
  deploy: (runtime: Uint8Array) => Promise<Deployed>
  stop: () => Promise<void>
}

export type Deployed = {
  address: Hex
  /** What the deployment cost, with everything. */
  deployGas: number
  /** eth_call; rejects when the code reverts. `gas` is the whole transaction's. */
  call: (data: Uint8Array, gas?: bigint) => Promise<Uint8Array>
  /** Gas that a transaction with this calldata spends in the code: its receipt's, less 21,000 and less the calldata's price. */
  gas: (data: Uint8Array) => Promise<number>
}

/** EIP-7825 allows no more in one transaction. */
const transactionGasMax = 2n ** 24n

export async function startExecution(): Promise<Execution> {
  const anvil = await startAnvil()
  const client = createClient({ transport: http(anvil.url, { retryCount: 0 }), pollingInterval: 10 })
    .extend(publicActions)
    .extend(walletActions)
  const [account] = await client.getAddresses()
  if (account === undefined) throw new Error('the local chain has no account')

  const send = async (transaction: { to?: Hex; data: Hex }) => {
    const hash = await client.sendTransaction({ account, chain: null, gas: transactionGasMax, ...transaction })
    const receipt = await client.waitForTransactionReceipt({ hash })
    if (receipt.status !== 'success') throw new Error(`the transaction failed after ${receipt.gasUsed} gas`)
    return { address: receipt.contractAddress, gas: Number(receipt.gasUsed) }
  }

  const deploy = async (runtime: Uint8Array): Promise<Deployed> => {
    const { address, gas: deployGas } = await send({ data: toHex(initCode(runtime)) })
    if (!address) throw new Error('the transaction made no contract')
    const call = async (data: Uint8Array, gas = transactionGasMax) => {
      const answer = await client.call({ to: address, data: toHex(data), gas })
      return hexToBytes(answer.data ?? '0x')
    }
    const gas = async (data: Uint8Array) => {
      const zeros = data.filter((byte) => byte === 0).length
      const tokens = zeros + 4 * (data.length - zeros)
      const { gas } = await send({ to: address, data: toHex(data) })
      // EIP-7623: at this floor a receipt does not tell what the code has spent.
      if (gas <= 21_000 + 10 * tokens) throw new Error('the calldata costs more than the execution')
      return gas - 21_000 - 4 * tokens
    }
    return { address, deployGas, call, gas }
  }
  return { deploy, stop: anvil.stop }
}
