// From one answer to a contract that acts on it: deploys LabelKeeper for a classifier, asks the enclave for an answer meant for that contract, verifies it, hands it in, and reads what the contract keeps.
//   node --conditions=source --import tsx host/examples/act-on-answer.ts URL MODEL INPUT.json ROOT.pem PCR0 CHAIN_URL REGISTRY
// The account is the third of anvil's public ones: for the chain of `npm start`. Elsewhere, use a wallet of your own.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { anvilPrivateKeys } from '@nacre/contracts/anvil'
import { encodeTensors, toHex } from '@nacre/verifier'
import { certificateFromPem } from '@nacre/verifier/certificate'
import { connect } from '@nacre/verifier/cli/attested-client'
import { decodeTensorFile } from '@nacre/verifier/cli/tensor-file'
import { type Address, createWalletClient, http, publicActions } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { labelKeeperAbi, labelKeeperBytecode } from './label-keeper.ts'

const [url, model, inputPath, rootPath, pcr0, chainUrl, registry] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  Address,
  string,
  Address,
]

const account = privateKeyToAccount(anvilPrivateKeys[2])
const chain = createWalletClient({ account, chain: foundry, transport: http(chainUrl), pollingInterval: 100 }).extend(publicActions)
const client = await connect({
  url,
  root: certificateFromPem(readFileSync(rootPath, 'utf8')),
  policy: { measurements: [{ pcr0 }], modelIds: 'any-measured' },
  nowMs: Date.now,
  randomBytes: (length) => Uint8Array.from(randomBytes(length)),
})
const { id, manifest } = await client.model(model)
const [scores] = manifest.outputs
if (scores === undefined || manifest.labels.length === 0) throw new Error(`${model} has no labels: add it with --labels`)

const deployment = await chain.deployContract({
  abi: labelKeeperAbi,
  bytecode: labelKeeperBytecode(),
  args: [registry, id, scores.name, BigInt(manifest.labels.length)],
})
const { contractAddress: keeper } = await chain.waitForTransactionReceipt({ hash: deployment })
if (!keeper) throw new Error(`The deployment failed: ${deployment}`)
console.log(`deployed: LabelKeeper at ${keeper}, for model ${id}`)

const contract = { address: keeper, abi: labelKeeperAbi } as const
const requestId = await chain.readContract({ ...contract, functionName: 'requestIdOf', args: [account.address] })
const domain = { chainId: BigInt(await chain.getChainId()), verifyingContract: keeper }
const { inference, bundle } = await client.infer({ model, inputs: decodeTensorFile(readFileSync(inputPath), inputPath), requestId, domain })
client.close()
console.log(`verified: signed by ${inference.signer} as its number ${inference.receipt.sequence}`)

const { receipt, outputs } = inference
if (bundle.signature === null) throw new Error('A contract takes a receipt with a signature of its own')
const { request } = await chain.simulateContract({
  ...contract,
  functionName: 'record',
  args: [receipt, bundle.signature, toHex(encodeTensors(outputs))],
})
const { gasUsed } = await chain.waitForTransactionReceipt({ hash: await chain.writeContract(request) })
const classPlusOne = await chain.readContract({ ...contract, functionName: 'classPlusOne', args: [account.address] })
console.log(`recorded on chain: "${manifest.labels[Number(classPlusOne) - 1]}", for ${gasUsed} gas`)
