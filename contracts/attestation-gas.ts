/**
 * What verifying an attestation document costs, from receipts of a local Osaka chain on which a transaction may use no
 * more than EIP-7825 allows. Prints Markdown, or JSON with `--json`; `document` says on which document.
 *
 *     npm run bench:gas -- [DOCUMENT.cbor] [--json]
 *     npm run bench:gas -- --snapshot
 *
 * Without a file it takes a document that AWS signed, where the published ones lie beside the project, and otherwise the
 * test authority's. `--snapshot` writes snapshots/attestation.json, always on the test authority's document, so that those
 * numbers need nothing from outside.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import {
  type Address,
  createPublicClient,
  createTestClient,
  createWalletClient,
  encodeFunctionData,
  type Hex,
  hexToBytes,
  http,
  keccak256,
  parseAbi,
  toHex,
  zeroHash,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { anvilPrivateKeys, startAnvil } from './anvil.ts'
import { imageIdOf, modelsIdOf, signKeyApproval } from './approval.ts'
import { deployAttestationVerifier } from './attestation-deploy.ts'
import { calldataGas, sha384Input, signatureStatement } from './attestation-parts.ts'
import { proveDocument, sliceDocument } from './attestation-prover.ts'
import { measureCoprocessorGas } from './coprocessor-gas.ts'
import { type DeployClients, deployRegistry } from './deploy.ts'
import { enclaveRegistryAbi } from './generated/EnclaveRegistry.ts'
import { nitroAttestationVerifierAbi as abi } from './generated/NitroAttestationVerifier.ts'
import { makeDocument } from './vectors/nitro.ts'
import { enclaveVerificationTypedData } from './verification.ts'

export type AttestationGas = {
  /** Bytes of the document, and of its SHA-384 input. */
  document_bytes: number
  sig_structure_bytes: number
  /** A transaction that calls the P-384 contract with the document's own signature, and nothing else. */
  p384_single_tx: number
  /** Execution of SHA-384 over 4,395 bytes by the contract in use. */
  sha384_4395: number
  /** `verifyAttestation`, whole transactions: nothing known, all but the leaf known, everything known. */
  cold_tx: number
  new_leaf_tx: number
  warm_tx: number
  /** `registerEnclave`, whole transactions: nothing known; and a renewal by a later document with everything known. Null without one. */
  register_tx: number | null
  renew_tx: number | null
  /** `registerVerifiedEnclave`, the first that a verifier enclave vouches for, and a later one. Null without a receipt key. */
  register_via_enclave_first_tx: number | null
  register_via_enclave_tx: number | null
  /** Calldata of the first three. */
  cold_calldata_bytes: number
  new_leaf_calldata_bytes: number
  warm_calldata_bytes: number
  /** All five contracts: hash, two tables, curve, verifier. */
  deploy_total: number
  deploy_verifier: number
  /**
   * Execution of a call to a contract that does nothing but verify (`ReceiptAudience`), everything cold, against a registry
   * that has the key by an approver's word: a transaction's gas without its 21,000 and its calldata. What a consumer pays
   * on top of its own work. snapshots/transactions.json has forge's figure, of a test contract with more functions to choose from.
   */
  receipt_verify: number
  /** Finding the hints, cold. */
  hints_ms: number
}

/** `later` is another document of the same enclave, fit for a registry like the first, and `receiptKey` the key that both name. */
export async function measureAttestationGas(document: Uint8Array, own?: { later: Uint8Array; receiptKey: Hex }): Promise<AttestationGas> {
  const sliced = sliceDocument(document)
  const rootHash = sliced.path[0]?.id as Hex
  const seconds = Math.floor(sliced.timestampMs / 1000)
  const anvil = await startAnvil({ startSeconds: seconds - 1000, heartbeatSeconds: 1, gasLimitPerTransaction: true })
  try {
    const transport = http(anvil.url, { retryCount: 0 })
    const client = createPublicClient({ chain: foundry, transport, pollingInterval: 10 })
    const test = createTestClient({ chain: foundry, mode: 'anvil', transport })
    const wallet = createWalletClient({ chain: foundry, transport, account: privateKeyToAccount(anvilPrivateKeys[0]) })
    const deployment = await deployAttestationVerifier({ wallet, client, rootHash, revoker: wallet.account.address })
    await test.setNextBlockTimestamp({ timestamp: BigInt(seconds) })
    await test.mine({ blocks: 1 })

    const send = async (to: Address, data: Hex): Promise<number> => {
      const hash = await wallet.sendTransaction({ to, data, gas: 1n << 24n })
      const receipt = await client.waitForTransactionReceipt({ hash })
      if (receipt.status !== 'success') throw new Error(`the transaction failed after ${receipt.gasUsed} gas`)
      return Number(receipt.gasUsed)
    }
    /** From the same state each time. */
    const measure = async (to: Address, data: Hex, before?: () => Promise<unknown>): Promise<number> => {
      const id = await test.snapshot()
      await before?.()
      const used = await send(to, data)
      await test.revert({ id })
      return used
    }
    const ids = sliced.path.map(({ id }) => id)
    const verify = (known: readonly Hex[]) =>
      encodeFunctionData({
        abi,
        functionName: 'verifyAttestation',
        args: [toHex(document), proveDocument(sliced, new Set(known)), 3600n, 60n],
      })
    const startedMs = performance.now()
    const hints = proveDocument(sliced)
    const hintsMs = performance.now() - startedMs
    const [cold, newLeaf, warm] = [verify([]), verify(ids.slice(0, -1)), verify(ids)]
    const authorities = sliced.path.slice(0, -1).map(({ der }) => toHex(der))
    const fill = encodeFunctionData({ abi, functionName: 'cacheCertificates', args: [authorities, hints.slice(0, authorities.length - 1)] })

    const registering = { first: 0, renewal: 0, vouchedFirst: 0, vouched: 0 }
    if (own !== undefined) {
      const { address: registry } = await deployRegistry({ wallet, client, owner: wallet.account.address, verifier: deployment.address })
      const pcr = (index: number) => sliced.pcrs.get(index) as Hex
      const approve = { address: registry, abi: enclaveRegistryAbi } as const
      await wallet.writeContract({ ...approve, functionName: 'approveImage', args: [pcr(0), pcr(1), pcr(2)] })
      await wallet.writeContract({ ...approve, functionName: 'approveModels', args: [pcr(16)] })
      const register = (bytes: Uint8Array, known: readonly Hex[]) =>
        encodeFunctionData({
          abi: enclaveRegistryAbi,
          functionName: 'registerEnclave',
          args: [toHex(bytes), proveDocument(sliceDocument(bytes), new Set(known))],
        })
      const first = register(document, [])
      registering.first = await measure(registry, first)
      registering.renewal = await measure(registry, register(own.later, ids), () => send(registry, first))

      const enclave = privateKeyToAccount(own.receiptKey)
      const imageId = imageIdOf({ pcr0: pcr(0), pcr1: pcr(1), pcr2: pcr(2) })
      const vouch = async (name: number) => {
        const verification = {
          key: toHex(name, { size: 20 }),
          imageId,
          modelsId: modelsIdOf(pcr(16)),
          documentHash: keccak256(toHex(name)),
          rootHash,
          attestedAtSeconds: BigInt(seconds),
          expiresAtSeconds: BigInt(seconds + 86_400),
        }
        const signature = await enclave.signTypedData(enclaveVerificationTypedData(verification, { chainId: foundry.id, registry }))
        return encodeFunctionData({ abi: enclaveRegistryAbi, functionName: 'registerVerifiedEnclave', args: [verification, signature] })
      }
      const [one, two] = [await vouch(0x1001), await vouch(0x1002)]
      const admit = async () => {
        await send(registry, first)
        await send(registry, encodeFunctionData({ abi: enclaveRegistryAbi, functionName: 'approveVerifierImage', args: [imageId] }))
      }
      registering.vouchedFirst = await measure(registry, one, admit)
      registering.vouched = await measure(registry, two, async () => {
        await admit()
        await send(registry, one)
      })
    }

    const hashed = sha384Input(new Uint8Array(4395).fill(0xa5))
    const statement = signatureStatement(sliced, hints[hints.length - 1] as Hex)
    return {
      document_bytes: document.length,
      sig_structure_bytes: sliced.sigStructure.length,
      p384_single_tx: await measure(deployment.p384.address, statement),
      sha384_4395: (await measure(deployment.sha384.address, hashed)) - 21_000 - calldataGas(hashed),
      cold_tx: await measure(deployment.address, cold),
      new_leaf_tx: await measure(deployment.address, newLeaf, () => send(deployment.address, fill)),
      warm_tx: await measure(deployment.address, warm, () => send(deployment.address, cold)),
      register_tx: own === undefined ? null : registering.first,
      renew_tx: own === undefined ? null : registering.renewal,
      register_via_enclave_first_tx: own === undefined ? null : registering.vouchedFirst,
      register_via_enclave_tx: own === undefined ? null : registering.vouched,
      cold_calldata_bytes: cold.length / 2 - 1,
      new_leaf_calldata_bytes: newLeaf.length / 2 - 1,
      warm_calldata_bytes: warm.length / 2 - 1,
      deploy_total: Number(deployment.gasTotal),
      deploy_verifier: Number(deployment.gasUsed),
      receipt_verify: await measureReceipt({ wallet, client, nowSeconds: seconds, send }),
      hints_ms: Math.round(hintsMs),
    }
  } finally {
    await anvil.stop()
  }
}

type Send = (to: Address, data: Hex) => Promise<number>

/** As test/Gas.t.sol does it: a key that an approver vouched for, a receipt made for the consumer, one call. */
async function measureReceipt({ wallet, client, nowSeconds, send }: DeployClients & { nowSeconds: number; send: Send }): Promise<number> {
  const { compile } = await import('./generate.ts')
  const artifact = compile(new Map([[consumerPath, consumerSource]]), consumerPath)[consumerPath]?.Consumer
  if (artifact === undefined) throw new Error('the compiler gave no consumer')
  const deployed = await wallet.deployContract({ abi: [], bytecode: `0x${artifact.evm.bytecode.object}` })
  const consumer = (await client.waitForTransactionReceipt({ hash: deployed })).contractAddress as Address

  const owner = wallet.account.address
  const [approver, enclave] = [privateKeyToAccount(anvilPrivateKeys[1]), privateKeyToAccount(anvilPrivateKeys[2])]
  const { address: registry } = await deployRegistry({ wallet, client, owner })
  const [pcr0, pcr1, pcr2, pcr16] = [1, 2, 3, 4].map((byte) => toHex(new Uint8Array(48).fill(byte))) as [Hex, Hex, Hex, Hex]
  const call = (functionName: string, args: readonly unknown[]) =>
    send(registry, encodeFunctionData({ abi: enclaveRegistryAbi, functionName, args } as never))
  await call('approveImage', [pcr0, pcr1, pcr2])
  await call('approveModels', [pcr16])
  await call('addApprover', [approver.address])
  const approval = {
    key: enclave.address,
    imageId: imageIdOf({ pcr0, pcr1, pcr2 }),
    modelsId: modelsIdOf(pcr16),
    documentHash: keccak256('0x01'),
    attestedAtSeconds: BigInt(nowSeconds),
    expiresAtSeconds: BigInt(nowSeconds + 3600),
  }
  await call('registerApprovedKey', [approval, await signKeyApproval({ approval, account: approver, chainId: foundry.id, registry })])

  const receipt = {
    requestId: keccak256('0x02'),
    modelId: keccak256('0x03'),
    inputHash: zeroHash,
    outputHash: zeroHash,
    timestampMs: BigInt(nowSeconds) * 1000n,
    sequence: 0n,
  }
  const signature = await enclave.signTypedData({
    domain: { name: 'Nacre', version: '1', chainId: foundry.id, verifyingContract: consumer },
    types: { InferenceReceipt: Object.entries(receiptMembers).map(([name, type]) => ({ name, type })) },
    primaryType: 'InferenceReceipt',
    message: receipt,
  })
  const data = encodeFunctionData({ abi: consumerAbi, functionName: 'verify', args: [registry, receipt, signature] })
  return (await send(consumer, data)) - 21_000 - calldataGas(data)
}

const receiptMembers = {
  requestId: 'bytes32',
  modelId: 'bytes32',
  inputHash: 'bytes32',
  outputHash: 'bytes32',
  timestampMs: 'uint64',
  sequence: 'uint64',
} as const
const consumerAbi = parseAbi([
  'struct InferenceReceipt { bytes32 requestId; bytes32 modelId; bytes32 inputHash; bytes32 outputHash; uint64 timestampMs; uint64 sequence }',
  'function verify(address registry, InferenceReceipt receipt, bytes signature) view returns (address)',
])
const consumerPath = 'src/Consumer.sol'
const consumerSource = `// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;
import {IEnclaveRegistry} from "./IEnclaveRegistry.sol";
import {InferenceReceipt} from "./InferenceReceipt.sol";
import {ReceiptAudience} from "./ReceiptAudience.sol";
contract Consumer is ReceiptAudience {
    function verify(IEnclaveRegistry registry, InferenceReceipt calldata receipt, bytes calldata signature) external view returns (address) {
        return _verifyReceipt(registry, receipt, signature);
    }
}
`

/** The test authority's document, as the forge tests read it; and one that its enclave made a second later. */
export function vectorDocument(): Uint8Array {
  const vectors = JSON.parse(readFileSync(new URL('vectors/attestations.json', import.meta.url), 'utf8')) as { base: Hex }
  return hexToBytes(vectors.base)
}

export function laterDocument(): Uint8Array {
  return makeDocument({ timestampMs: sliceDocument(vectorDocument()).timestampMs + 1000 })
}

/** Of the test authority's enclave (vectors/nitro.ts). */
export const vectorEnclave = { later: laterDocument(), receiptKey: toHex(1, { size: 32 }) }

/** Signed by AWS, with five certificates: 4,482 bytes of which 4,395 are hashed. */
const realDocument = 'base_nitro-validator__HintedNitroAttestation.t.sol__9e038c2da8.cbor'

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean', default: false }, snapshot: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const real = fileURLToPath(new URL(`../../shared/vectors/nitro/${realDocument}`, import.meta.url))
  const file = positionals[0] ?? (existsSync(real) ? real : undefined)
  const own = values.snapshot || file === undefined
  const gas = own ? await measureAttestationGas(vectorDocument(), vectorEnclave) : await measureAttestationGas(readFileSync(file))
  const coprocessor = await measureCoprocessorGas()
  if (values.snapshot) {
    const { hints_ms: _, ...steady } = gas
    writeFileSync(new URL('snapshots/attestation.json', import.meta.url), `${JSON.stringify(steady, null, 2)}\n`)
    writeFileSync(new URL('snapshots/coprocessor.json', import.meta.url), `${JSON.stringify(coprocessor, null, 2)}\n`)
  }
  const report = { document: own ? "the test authority's, contracts/vectors/attestations.json" : basename(file), ...gas, ...coprocessor }
  if (values.json) console.log(JSON.stringify(report, null, 2))
  else {
    console.log('| | |\n|---|---:|')
    for (const [name, value] of Object.entries(report)) console.log(`| ${name} | ${value?.toLocaleString('en-US') ?? '-'} |`)
  }
}
