import { readFileSync } from 'node:fs'
import {
  type Address,
  createPublicClient,
  createWalletClient,
  encodeAbiParameters,
  type Hex,
  http,
  parseAbi,
  parseEventLogs,
  publicActions,
  sha256,
  toHex,
  zeroAddress,
} from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { expect, test } from 'vitest'
import { coprocessorActions } from './actions/coprocessor.ts'
import { routesOf } from './actions/inference.ts'
import { anvilPrivateKeys, startAnvil } from './anvil.ts'
import { deployCoprocessor } from './deploy.ts'
import { compile } from './generate.ts'
import { inferenceCoprocessorAbi } from './generated/InferenceCoprocessor.ts'
import { deployLocalRegistry, receiptTypedData } from './local-enclave.ts'

const snippet = /```solidity\n(import[^`]*contract DigitReader[^`]*)```/
const readme = (path: string): string => {
  const text = snippet.exec(readFileSync(new URL(path, import.meta.url), 'utf8'))?.[1]
  if (text === undefined) throw new Error(`${path} shows no DigitReader`)
  return text
}

const abi = parseAbi([
  'struct InferencePolicy { address registry; bytes32 imageId; bytes32 modelsId; uint16 routes; uint32 receiptAgeSecondsMax; }',
  'constructor(address coprocessor, address operator, bytes32 modelId, InferencePolicy policy)',
  'function ask(int256[] pixels) payable returns (bytes32)',
  'function feeFor(uint64 callbackGasLimit) view returns (uint256)',
  'function digitPlusOne(bytes32 requestId) view returns (uint256)',
])
const tensorsAbi = parseAbi([
  'struct Tensor { string name; string datatype; uint64[] shape; bytes data; }',
  'function f(Tensor[] tensors)',
])[0].inputs

test('the READMEs show the same contract', () => {
  expect(readme('../README.md')).toBe(readme('README.md'))
})

test('the contract in the README asks and is called back', async () => {
  const path = 'src/DigitReader.sol'
  const source = `// SPDX-License-Identifier: Apache-2.0\npragma solidity ^0.8.30;\n${readme('README.md').replaceAll('@nacre/contracts/src/', './')}`
  const bytecode: Hex = `0x${compile(new Map([[path, source]]), path)[path]?.DigitReader?.evm.bytecode.object}`

  const anvil = await startAnvil()
  try {
    const transport = http(anvil.url)
    const [account, operator, approver] = anvilPrivateKeys.map((key) => privateKeyToAccount(key)) as [Account, Account, Account]
    const enclave = privateKeyToAccount(generatePrivateKey())
    const client = createPublicClient({ chain: foundry, transport, pollingInterval: 20 })
    const wallet = createWalletClient({ account, chain: foundry, transport, pollingInterval: 20 })
    const { registry, imageId, modelsId } = await deployLocalRegistry({ wallet, client, approver, enclave })
    const { address: coprocessor } = await deployCoprocessor({ wallet, client })
    const modelId = sha256(toHex('digits'))
    const mined = async (hash: Hex) => client.waitForTransactionReceipt({ hash })
    const operating = createWalletClient({ account: operator, chain: foundry, transport, pollingInterval: 20 })
    const offer = { open: true, baseFee: 10n ** 15n, feePerCallbackGas: 10n ** 9n }
    await mined(
      await operating.writeContract({
        address: coprocessor,
        abi: inferenceCoprocessorAbi,
        functionName: 'setOffer',
        args: [modelId, zeroAddress, registry, offer],
      }),
    )

    const policy = { registry, imageId, modelsId, routes: routesOf('approval'), receiptAgeSecondsMax: 600 }
    const deployment = await mined(await wallet.deployContract({ abi, bytecode, args: [coprocessor, operator.address, modelId, policy] }))
    const reader = deployment.contractAddress as Address
    const value = await client.readContract({ address: reader, abi, functionName: 'feeFor', args: [100_000n] })
    const pixels = Array.from({ length: 64 }, (_, index) => BigInt(index % 17))
    const asked = await mined(await wallet.writeContract({ address: reader, abi, functionName: 'ask', args: [pixels], value }))
    const [event] = parseEventLogs({ abi: inferenceCoprocessorAbi, eventName: 'InferenceRequested', logs: asked.logs })
    if (event === undefined) throw new Error('nothing was asked')
    const { request, requestId, outputNames } = event.args
    expect(outputNames).toEqual(['logits'])

    // What the enclave does: an answer for seven.
    const logits = new Int32Array(10)
    logits[7] = 1000
    const outputs = encodeAbiParameters(tensorsAbi, [
      [{ name: 'logits', datatype: 'INT32', shape: [1n, 10n], data: toHex(new Uint8Array(logits.buffer)) }],
    ])
    const timestampMs = (await client.getBlock()).timestamp * 1000n
    const receipt = { requestId, modelId, inputHash: request.inputHash, outputHash: sha256(outputs), timestampMs, sequence: 1n }
    const signature = await enclave.signTypedData(receiptTypedData(receipt, { chainId: foundry.id, audience: coprocessor }))
    const anyone = wallet.extend(publicActions).extend(coprocessorActions({ address: coprocessor }))
    const { callbackSucceeded } = await anyone.fulfillInference({ request, answer: { timestampMs, sequence: 1n, outputs }, signature })
    expect(callbackSucceeded).toBe(true)
    expect(await client.readContract({ address: reader, abi, functionName: 'digitPlusOne', args: [requestId] })).toBe(8n)
  } finally {
    await anvil.stop()
  }
})

type Account = ReturnType<typeof privateKeyToAccount>
