/** The P-384 verifier on a local chain with Osaka rules, for the tests and the gas table of this folder. */
import { createClient, type Hex, http, publicActions, toHex, walletActions } from 'viem'
import { startAnvil } from '../anvil.ts'
import { p384Deployment } from './p384-deploy.ts'

export type LocalVerifier = {
  address: Hex
  tables: readonly [Hex, Hex]
  /** Gas of the three creations. */
  deployGas: readonly number[]
  /** eth_call: the word the verifier answers. `gas` is the whole transaction's. */
  verify: (calldata: Uint8Array, gas?: bigint) => Promise<bigint>
  /** Gas of a transaction with this calldata, from its receipt. */
  transactionGas: (calldata: Uint8Array, to?: Hex) => Promise<number>
  /** Creates a contract; rejects when the creation fails. */
  create: (creationCode: Hex) => Promise<{ address: Hex; gas: number }>
  codeOf: (address: Hex) => Promise<Hex>
  stop: () => Promise<void>
}

/** EIP-7825 allows no more in one transaction. */
export const transactionGasMax = 2n ** 24n

export async function startLocalVerifier(): Promise<LocalVerifier> {
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
    return receipt
  }
  const create = async (creationCode: Hex) => {
    const { contractAddress, gasUsed } = await send({ data: creationCode })
    if (!contractAddress) throw new Error('the transaction made no contract')
    return { address: contractAddress, gas: Number(gasUsed) }
  }

  const deployment = p384Deployment()
  const first = await create(deployment.tables[0])
  const second = await create(deployment.tables[1])
  const tables = [first.address, second.address] as const
  const verifier = await create(deployment.verifier(tables))

  return {
    address: verifier.address,
    tables,
    deployGas: [first.gas, second.gas, verifier.gas],
    verify: async (calldata, gas = transactionGasMax) => {
      const { data = '0x' } = await client.call({ to: verifier.address, data: toHex(calldata), gas })
      if (data.length !== 66) throw new Error(`${(data.length - 2) / 2} bytes came back`)
      return BigInt(data)
    },
    transactionGas: async (calldata, to = verifier.address) => Number((await send({ to, data: toHex(calldata) })).gasUsed),
    create,
    codeOf: async (address) => (await client.getCode({ address })) ?? '0x',
    stop: anvil.stop,
  }
}
