/**
 * What the coprocessor and receipts below a checkpoint cost, from receipts of a local Osaka chain. `npm run bench:gas` prints it;
 * snapshots/coprocessor.json keeps it.
 */
import {
  type Address,
  createPublicClient,
  createWalletClient,
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  hashTypedData,
  http,
  keccak256,
  parseAbi,
  parseEventLogs,
  sha256,
  toHex,
  zeroAddress,
  zeroHash,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { type InferenceAnswer, type InferenceRequest, routesOf } from './actions/inference.ts'
import { anvilPrivateKeys, startAnvil } from './anvil.ts'
import { calldataGas } from './attestation-parts.ts'
import { deployCoprocessor } from './deploy.ts'
import { inferenceCoprocessorAbi as abi } from './generated/InferenceCoprocessor.ts'
import { checkpointTypedData, deployLocalRegistry, logTree, receiptTypedData } from './local-enclave.ts'

/** Whole transactions unless said otherwise; one input of 64 bytes, one output of ten INT32. */
export type CoprocessorGas = {
  /** `requestInference` with the input on chain. */
  request: number
  /** `fulfill` with a callback that does nothing, for an operator with credit. */
  fulfill: number
  /** `fulfillBatch` of 32 such answers in a log of 1,024, a thirty-second of it. */
  fulfill_batch32_each: number
  /** Execution of `CheckpointCache._verifyIncluded` in a log of 1,024, for each receipt after the first of a transaction. */
  receipt_included: number
  /** The same for the first: a call to a contract that does nothing else, with registry and cache cold, without its calldata. */
  receipt_included_cold: number
  /** `cacheCheckpoint`, once for all of those. */
  cache_checkpoint: number
  cancel: number
  withdraw: number
  deploy_coprocessor: number
}

const logSize = 1024

export async function measureCoprocessorGas(): Promise<CoprocessorGas> {
  // A fixed time, since the digits of it stand in calldata.
  const anvil = await startAnvil({ startSeconds: 1_900_000_000, heartbeatSeconds: 3600, gasLimitPerTransaction: true })
  try {
    const transport = http(anvil.url, { retryCount: 0 })
    const client = createPublicClient({ chain: foundry, transport, pollingInterval: 10 })
    const [asker, enclave, approver] = anvilPrivateKeys.map((key) => privateKeyToAccount(key)) as [Account, Account, Account]
    const wallet = createWalletClient({ chain: foundry, transport, account: asker })
    const send = async (to: Address, data: Hex, value = 0n) => {
      const hash = await wallet.sendTransaction({ to, data, value, gas: 1n << 24n })
      const receipt = await client.waitForTransactionReceipt({ hash })
      if (receipt.status !== 'success') throw new Error(`the transaction failed after ${receipt.gasUsed} gas`)
      return { gas: Number(receipt.gasUsed), logs: receipt.logs }
    }
    const local = await deployLocalRegistry({ wallet, client, approver, enclave })
    const { address: coprocessor, gasUsed } = await deployCoprocessor({ wallet, client })
    const contracts = await deployConsumers({
      registry: local.registry,
      deploy: (bytecode, args) => deployed(wallet, client, bytecode, args),
    })

    const offer = { open: true, baseFee: 10n ** 15n, feePerCallbackGas: 10n ** 9n }
    const operator = asker.address
    await send(coprocessor, encodeFunctionData({ abi, functionName: 'setOffer', args: [modelId, zeroAddress, local.registry, offer] }))
    const callbackGasLimit = 100_000n
    const terms = {
      operator,
      modelId,
      policy: { ...local, routes: routesOf('approval'), receiptAgeSecondsMax: 86_400 },
      callback: contracts.callback,
      callbackGasLimit,
      token: zeroAddress,
      payment: offer.baseFee + offer.feePerCallbackGas * callbackGasLimit,
      refundTo: asker.address,
    }
    const ask = async (deadlineSeconds: bigint) => {
      const args = [terms, ['logits'], input, deadlineSeconds] as const
      const { gas, logs } = await send(coprocessor, encodeFunctionData({ abi, functionName: 'requestInference', args }), terms.payment)
      const [event] = parseEventLogs({ abi, eventName: 'InferenceRequested', logs })
      if (event === undefined) throw new Error('no request')
      return { gas, requestId: event.args.requestId, request: event.args.request }
    }
    const { timestamp } = await client.getBlock()
    const answerTo = ({ requestId, request }: { requestId: Hex; request: InferenceRequest }, sequence: bigint) => {
      const answer: InferenceAnswer = { timestampMs: timestamp * 1000n, sequence, outputs: output }
      const receipt = {
        requestId,
        modelId,
        inputHash: request.inputHash,
        outputHash: sha256(output),
        timestampMs: answer.timestampMs,
        sequence,
      }
      return { answer, typedData: receiptTypedData(receipt, { chainId: foundry.id, audience: coprocessor }) }
    }
    const fulfill = async (asked: Awaited<ReturnType<typeof ask>>, sequence: bigint) => {
      const { answer, typedData } = answerTo(asked, sequence)
      const args = [asked.request, answer, await enclave.signTypedData(typedData)] as const
      return (await send(coprocessor, encodeFunctionData({ abi, functionName: 'fulfill', args }))).gas
    }

    const later = timestamp + 86_400n
    await fulfill(await ask(later), 1n) // the operator's first credit
    const asked = await ask(later)
    const fulfilled = await fulfill(asked, 2n)

    const many: Awaited<ReturnType<typeof ask>>[] = []
    for (let index = 0; index < 32; index++) many.push(await ask(later))
    const answers = many.map((request, index) => answerTo(request, BigInt(500 + index)))
    const leaves = fillers()
    for (const { answer, typedData } of answers) leaves[Number(answer.sequence)] = hashTypedData(typedData)
    const tree = logTree(leaves)
    const checkpoint = { treeSize: BigInt(logSize), rootHash: tree.rootHash, timestampMs: timestamp * 1000n }
    const batch = answers.map(({ answer }, index) => ({
      request: many[index]?.request as InferenceRequest,
      answer,
      proof: tree.proof(Number(answer.sequence)),
    }))
    const batchArgs = [batch, checkpoint, await enclave.signTypedData(checkpointTypedData(checkpoint))] as const
    const batchGas = (await send(coprocessor, encodeFunctionData({ abi, functionName: 'fulfillBatch', args: batchArgs }))).gas

    const withdraw = await send(
      coprocessor,
      encodeFunctionData({ abi, functionName: 'withdraw', args: [zeroAddress, contracts.callback] }),
    ).catch(() => send(coprocessor, encodeFunctionData({ abi, functionName: 'withdraw', args: [zeroAddress, operator] })))
    const included = await measureIncluded({ ...contracts, enclave, timestampMs: timestamp * 1000n, send })
    const short = await ask((await client.getBlock()).timestamp + 60n)
    await client.request({ method: 'evm_setNextBlockTimestamp' as never, params: [Number(short.request.deadlineSeconds) + 1] as never })
    const cancel = await send(coprocessor, encodeFunctionData({ abi, functionName: 'cancel', args: [short.request] }))
    return {
      request: asked.gas,
      fulfill: fulfilled,
      fulfill_batch32_each: Math.ceil(batchGas / 32),
      ...included,
      cancel: cancel.gas,
      withdraw: withdraw.gas,
      deploy_coprocessor: Number(gasUsed),
    }
  } finally {
    await anvil.stop()
  }
}

type Account = ReturnType<typeof privateKeyToAccount>
type Send = (to: Address, data: Hex) => Promise<{ gas: number }>

/** Two receipts below one checkpoint against one of them: the difference is what a further one costs. */
async function measureIncluded(parameters: { log: Address; enclave: Account; timestampMs: bigint; send: Send }) {
  const { log, enclave, timestampMs, send } = parameters
  const receipts = [300n, 700n].map((sequence) => ({
    requestId: keccak256(toHex(sequence)),
    modelId,
    inputHash: zeroHash,
    outputHash: zeroHash,
    timestampMs,
    sequence,
  }))
  const leaves = fillers()
  for (const receipt of receipts) {
    leaves[Number(receipt.sequence)] = hashTypedData(receiptTypedData(receipt, { chainId: foundry.id, audience: log }))
  }
  const tree = logTree(leaves)
  const checkpoint = { treeSize: BigInt(logSize), rootHash: tree.rootHash, timestampMs }
  const signature = await enclave.signTypedData(checkpointTypedData(checkpoint))
  const cached = await send(log, encodeFunctionData({ abi: logAbi, functionName: 'cacheCheckpoint', args: [checkpoint, signature] }))
  const execution = async (count: number) => {
    const proofs = receipts.map(({ sequence }) => tree.proof(Number(sequence)))
    const data = encodeFunctionData({
      abi: logAbi,
      functionName: 'verifyMany',
      args: [receipts.slice(0, count), proofs.slice(0, count), checkpoint, enclave.address],
    })
    return (await send(log, data)).gas - 21_000 - calldataGas(data)
  }
  const [one, two] = [await execution(1), await execution(2)]
  return { receipt_included: two - one, receipt_included_cold: one, cache_checkpoint: cached.gas }
}

const modelId = sha256(toHex('manifest'))
const fillers = (): Hex[] => Array.from({ length: logSize }, (_, index) => keccak256(toHex(index + 1)))

const tensorsAbi = parseAbi([
  'struct Tensor { string name; string datatype; uint64[] shape; bytes data; }',
  'function f(Tensor[] tensors)',
])[0].inputs
const pixels = toHex(Uint8Array.from({ length: 64 }, (_, index) => index % 17))
const logits = toHex(Uint8Array.from({ length: 40 }, (_, index) => 37 * index + 1))
const input = encodeAbiParameters(tensorsAbi, [[{ name: 'pixels', datatype: 'UINT8', shape: [1n, 64n], data: pixels }]])
const output = encodeAbiParameters(tensorsAbi, [[{ name: 'logits', datatype: 'INT32', shape: [1n, 10n], data: logits }]])

// ------------------------------------------------------------------ contracts that do nothing else

const logAbi = parseAbi([
  'struct InferenceReceipt { bytes32 requestId; bytes32 modelId; bytes32 inputHash; bytes32 outputHash; uint64 timestampMs; uint64 sequence; }',
  'struct LogCheckpoint { uint64 treeSize; bytes32 rootHash; uint64 timestampMs; }',
  'constructor(address registry)',
  'function cacheCheckpoint(LogCheckpoint checkpoint, bytes signature)',
  'function verifyMany(InferenceReceipt[] receipts, bytes32[][] proofs, LogCheckpoint checkpoint, address signer) view',
])

const source = `// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;
import {CheckpointCache} from "./CheckpointCache.sol";
import {IEnclaveRegistry} from "./IEnclaveRegistry.sol";
import {IInferenceCallback} from "./IInferenceCoprocessor.sol";
import {InferenceReceipt} from "./InferenceReceipt.sol";
import {LogCheckpoint} from "./LogCheckpoint.sol";
contract Callback is IInferenceCallback {
    function onInference(address, InferenceReceipt calldata, bytes calldata) external {}
}
contract Log is CheckpointCache {
    constructor(IEnclaveRegistry registry_) CheckpointCache(registry_) {}
    function verifyMany(
        InferenceReceipt[] calldata receipts,
        bytes32[][] calldata proofs,
        LogCheckpoint calldata checkpoint,
        address signer
    ) external view {
        for (uint256 i = 0; i < receipts.length; ++i) _verifyIncluded(receipts[i], proofs[i], checkpoint, signer);
    }
}
`

type Deploy = (bytecode: Hex, args: readonly [Address] | readonly []) => Promise<Address>

async function deployConsumers({ registry, deploy }: { registry: Address; deploy: Deploy }): Promise<{ callback: Address; log: Address }> {
  const { compile } = await import('./generate.ts')
  const path = 'src/GasConsumers.sol'
  const artifacts = compile(new Map([[path, source]]), path)[path]
  const bytecode = (name: string): Hex => {
    const artifact = artifacts?.[name]
    if (artifact === undefined) throw new Error(`the compiler gave no ${name}`)
    return `0x${artifact.evm.bytecode.object}`
  }
  return { callback: await deploy(bytecode('Callback'), []), log: await deploy(bytecode('Log'), [registry]) }
}

async function deployed(
  wallet: { sendTransaction: (transaction: { data: Hex }) => Promise<Hex> },
  client: { waitForTransactionReceipt: (parameters: { hash: Hex }) => Promise<{ contractAddress?: Address | null | undefined }> },
  bytecode: Hex,
  args: readonly Address[],
): Promise<Address> {
  const encoded = args.map((argument) => argument.slice(2).toLowerCase().padStart(64, '0')).join('')
  const { contractAddress } = await client.waitForTransactionReceipt({
    hash: await wallet.sendTransaction({ data: `${bytecode}${encoded}` }),
  })
  if (!contractAddress) throw new Error('not deployed')
  return contractAddress
}
