/**
 * What verifying an attestation document costs, from receipts of a local Osaka chain on which a transaction may use no
 * more than EIP-7825 allows. Prints Markdown, or JSON with `--json`; `--snapshot` writes snapshots/attestation.json.
 *
 *     node --conditions=source --import tsx attestation-gas.ts [DOCUMENT.cbor] [--json] [--snapshot]
 *
 * Without a file it takes the test authority's document from vectors/, so that the numbers need nothing from outside.
 */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import {
  type Address,
  concat,
  createPublicClient,
  createTestClient,
  createWalletClient,
  encodeFunctionData,
  type Hex,
  hexToBytes,
  http,
  pad,
  toHex,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { anvilPrivateKeys, startAnvil } from './anvil.ts'
import { deployAttestationVerifier } from './attestation-deploy.ts'
import { proveDocument, sliceDocument } from './attestation-prover.ts'
import { deployRegistry } from './deploy.ts'
import { enclaveRegistryAbi } from './generated/EnclaveRegistry.ts'
import { nitroAttestationVerifierAbi as abi } from './generated/NitroAttestationVerifier.ts'
import { makeDocument } from './vectors/nitro.ts'

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
  /** Calldata of the first three. */
  cold_calldata_bytes: number
  new_leaf_calldata_bytes: number
  warm_calldata_bytes: number
  /** All five contracts: hash, two tables, curve, verifier. */
  deploy_total: number
  deploy_verifier: number
  /** Finding the hints, cold. */
  hints_ms: number
}

/** `later` is another document of the same enclave, fit for a registry like the first. */
export async function measureAttestationGas(document: Uint8Array, later?: Uint8Array): Promise<AttestationGas> {
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

    const registering = { first: 0, renewal: 0 }
    if (later !== undefined) {
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
      registering.renewal = await measure(registry, register(later, ids), () => send(registry, first))
    }

    const message = toHex(new Uint8Array(4395).fill(0xa5))
    const table = concat([pad('0x01', { size: 32 }), pad(toHex(4395), { size: 32 })])
    const hashed = concat([table, message])
    const leaf = sliced.path[sliced.path.length - 1]
    const digest = createHash('sha384').update(sliced.sigStructure).digest()
    const statement = concat([toHex(digest), toHex(sliced.signature), toHex(leaf?.publicKey as Uint8Array), hints[hints.length - 1] as Hex])
    return {
      document_bytes: document.length,
      sig_structure_bytes: sliced.sigStructure.length,
      p384_single_tx: await measure(deployment.p384.address, statement),
      sha384_4395: (await measure(deployment.sha384.address, hashed)) - 21_000 - calldataGas(hashed),
      cold_tx: await measure(deployment.address, cold),
      new_leaf_tx: await measure(deployment.address, newLeaf, () => send(deployment.address, fill)),
      warm_tx: await measure(deployment.address, warm, () => send(deployment.address, cold)),
      register_tx: later === undefined ? null : registering.first,
      renew_tx: later === undefined ? null : registering.renewal,
      cold_calldata_bytes: cold.length / 2 - 1,
      new_leaf_calldata_bytes: newLeaf.length / 2 - 1,
      warm_calldata_bytes: warm.length / 2 - 1,
      deploy_total: Number(deployment.gasTotal),
      deploy_verifier: Number(deployment.gasUsed),
      hints_ms: Math.round(hintsMs),
    }
  } finally {
    await anvil.stop()
  }
}

function calldataGas(data: Hex): number {
  const bytes = hexToBytes(data)
  const zeros = bytes.filter((byte) => byte === 0).length
  return 4 * zeros + 16 * (bytes.length - zeros)
}

/** The test authority's document, as the forge tests read it; and one that its enclave made a second later. */
export function vectorDocument(): Uint8Array {
  const vectors = JSON.parse(readFileSync(new URL('vectors/attestations.json', import.meta.url), 'utf8')) as { base: Hex }
  return hexToBytes(vectors.base)
}

export function laterDocument(): Uint8Array {
  return makeDocument({ timestampMs: sliceDocument(vectorDocument()).timestampMs + 1000 })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean', default: false }, snapshot: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const [file] = positionals
  const gas = await (file === undefined
    ? measureAttestationGas(vectorDocument(), laterDocument())
    : measureAttestationGas(readFileSync(file)))
  if (values.snapshot) {
    const { hints_ms: _, ...steady } = gas
    writeFileSync(new URL('snapshots/attestation.json', import.meta.url), `${JSON.stringify(steady, null, 2)}\n`)
  }
  if (values.json) console.log(JSON.stringify(gas, null, 2))
  else {
    console.log('| | |\n|---|---:|')
    for (const [name, value] of Object.entries(gas)) console.log(`| ${name} | ${value?.toLocaleString('en-US') ?? '-'} |`)
  }
}
