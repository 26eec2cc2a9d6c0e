import { enclaveRegistryAbi } from '@nacre/contracts/generated/EnclaveRegistry'
import { decodeAttestation } from '@nacre/verifier/attestation'
import { concatBytes, fromHex, type Hex, sha256, toHex } from '@nacre/verifier/bytes'
import { receiptKeyAddress } from '@nacre/verifier/receipt'
import { type Registration, receiptKey } from '@nacre/verifier/registration'
import { encodeRlp, type Rlp } from '@nacre/verifier/rlp'
import { proveKey } from '@nacre/verifier/trie'
import { type Address, decodeFunctionData, keccak256, type PublicClient } from 'viem'

/**
 * The proof that a registry accepted this very document, for a bundle: the block's header and the way to the transaction's receipt in the block's trie. Made from what a node answers, and held
 * against the block's hash, so that a wrong answer makes no proof.
 *
 * @returns `null` when the registry did not register this document; the key may be registered by another one ({@link registeredDocuments}).
 * @throws when the node is away, or its chain has headers or receipts of another form than Ethereum's.
 */
export async function proveRegistration(parameters: {
  client: Pick<PublicClient, 'getContractEvents' | 'request'>
  chainId: bigint
  registry: Address
  /** COSE bytes of the document. */
  attestation: Uint8Array
  /** Where to begin to look. @default 0 */
  fromBlock?: bigint | undefined
}): Promise<Registration | null> {
  const { client, chainId, registry, attestation, fromBlock = 0n } = parameters
  const { publicKey } = decodeAttestation(attestation)
  if (publicKey === null) return null
  const documentHash = toHex(await sha256(attestation))
  const events = await registrationsOf({ client, registry, key: receiptKeyAddress(publicKey), fromBlock })
  const event = events.findLast(({ args }) => args.documentHash === documentHash)
  if (event === undefined) return null
  const { blockHash, transactionIndex } = event
  const ask = client.request as unknown as Ask
  const block = (await ask({ method: 'eth_getBlockByHash', params: [blockHash, false] })) as RpcBlock
  const receipts = (await ask({ method: 'eth_getBlockReceipts', params: [blockHash] })) as RpcReceipt[]
  const header = encodeHeader(block)
  if (keccak256(header) !== blockHash) throw new Error(`The header of block ${blockHash} has another form than Ethereum's`)
  const { root, proof } = proveKey(receipts.map(trieEntry), receiptKey(transactionIndex))
  if (toHex(root) !== block.receiptsRoot)
    throw new Error(`The receipts of block ${blockHash} have another form than Ethereum's, or some are missing`)
  return { chainId, registry, header, transactionIndex, proof }
}

/**
 * The documents by which a registry registered a key, the latest first, as they stand in the calls of `registerEnclave`. Whether to believe one is for who verifies it.
 * Registrations by a statement about a document hold no document, and those that another contract passed on are not looked into.
 */
export async function* registeredDocuments(parameters: {
  client: Pick<PublicClient, 'getContractEvents' | 'getTransaction'>
  registry: Address
  key: Address
  /** Where to begin to look. @default 0 */
  fromBlock?: bigint | undefined
}): AsyncGenerator<Uint8Array> {
  for (const { transactionHash, args } of (await registrationsOf(parameters)).reverse()) {
    const { input } = await parameters.client.getTransaction({ hash: transactionHash })
    const document = documentIn(input)
    if (document !== undefined && toHex(await sha256(document)) === args.documentHash) yield document
  }
}

function documentIn(input: Hex): Uint8Array | undefined {
  try {
    const call = decodeFunctionData({ abi: enclaveRegistryAbi, data: input })
    return call.functionName === 'registerEnclave' ? fromHex(call.args[0]) : undefined
  } catch {
    return undefined // A call of another contract.
  }
}

function registrationsOf({
  client,
  registry,
  key,
  fromBlock = 0n,
}: {
  client: Pick<PublicClient, 'getContractEvents'>
  registry: Address
  key: Address
  fromBlock?: bigint | undefined
}) {
  const event = { abi: enclaveRegistryAbi, eventName: 'KeyRegistered', args: { key } } as const
  return client.getContractEvents({ ...event, address: registry, fromBlock, toBlock: 'latest' })
}

/** Of a block, computed from its receipts as a node gives them. */
export async function receiptsRootOf(client: Pick<PublicClient, 'request'>, blockHash: Hex): Promise<Hex> {
  const ask = client.request as unknown as Ask
  const receipts = (await ask({ method: 'eth_getBlockReceipts', params: [blockHash] })) as RpcReceipt[]
  return toHex(proveKey(receipts.map(trieEntry), receiptKey(0)).root)
}

/** viem's types leave out this method. */
type Ask = (call: { method: string; params: unknown[] }) => Promise<unknown>

function trieEntry(receipt: RpcReceipt): readonly [key: Uint8Array, value: Uint8Array] {
  return [receiptKey(Number(receipt.transactionIndex)), encodeReceipt(receipt)]
}

type RpcBlock = { readonly [field in (typeof headerFields)[number]['name']]?: Hex | null } & { readonly receiptsRoot: Hex }
type RpcReceipt = {
  readonly type: Hex
  readonly status: Hex
  readonly transactionIndex: Hex
  readonly cumulativeGasUsed: Hex
  readonly logsBloom: Hex
  readonly logs: readonly { readonly address: Hex; readonly topics: readonly Hex[]; readonly data: Hex }[]
}

/** Of a header, in order (Yellow Paper section 4.4; EIPs 1559, 4895, 4844, 4788 and 7685 append the last ones). */
const headerFields = [
  { name: 'parentHash', isNumber: false },
  { name: 'sha3Uncles', isNumber: false },
  { name: 'miner', isNumber: false },
  { name: 'stateRoot', isNumber: false },
  { name: 'transactionsRoot', isNumber: false },
  { name: 'receiptsRoot', isNumber: false },
  { name: 'logsBloom', isNumber: false },
  { name: 'difficulty', isNumber: true },
  { name: 'number', isNumber: true },
  { name: 'gasLimit', isNumber: true },
  { name: 'gasUsed', isNumber: true },
  { name: 'timestamp', isNumber: true },
  { name: 'extraData', isNumber: false },
  { name: 'mixHash', isNumber: false },
  { name: 'nonce', isNumber: false },
  { name: 'baseFeePerGas', isNumber: true },
  { name: 'withdrawalsRoot', isNumber: false },
  { name: 'blobGasUsed', isNumber: true },
  { name: 'excessBlobGas', isNumber: true },
  { name: 'parentBeaconBlockRoot', isNumber: false },
  { name: 'requestsHash', isNumber: false },
] as const

function encodeHeader(block: RpcBlock): Uint8Array {
  return encodeRlp(
    headerFields.flatMap(({ name, isNumber }) => {
      const value = block[name]
      return value === undefined || value === null ? [] : [isNumber ? scalar(value) : fromHex(value)]
    }),
  )
}

/** EIP-2718: the type stands before the receipt, but for type 0. */
function encodeReceipt({ type, status, cumulativeGasUsed, logsBloom, logs }: RpcReceipt): Uint8Array {
  const encodedLogs: Rlp = logs.map(({ address, topics, data }) => [fromHex(address), topics.map((topic) => fromHex(topic)), fromHex(data)])
  const encoded = encodeRlp([scalar(status), scalar(cumulativeGasUsed), fromHex(logsBloom), encodedLogs])
  return Number(type) === 0 ? encoded : concatBytes(Uint8Array.of(Number(type)), encoded)
}

/** Numbers have no leading zeros in RLP, and JSON-RPC writes them with half bytes. */
function scalar(quantity: Hex): Uint8Array {
  const digits = BigInt(quantity).toString(16)
  return digits === '0' ? new Uint8Array(0) : fromHex(`0x${digits.padStart(Math.ceil(digits.length / 2) * 2, '0')}`)
}
