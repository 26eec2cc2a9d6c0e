import { anvilPrivateKeys } from '@nacre/contracts/anvil'
import { deployAttestationVerifier } from '@nacre/contracts/attestation-deploy'
import { type PreparedTransaction, prepareRegistration, readChainState, registrationAbi } from '@nacre/contracts/attestation-prover'
import { deployGarmentGate, deployRegistry } from '@nacre/contracts/deploy'
import { enclaveRegistryAbi } from '@nacre/contracts/generated/EnclaveRegistry'
import { garmentGateAbi } from '@nacre/contracts/generated/GarmentGate'
import { nitroAttestationVerifierAbi } from '@nacre/contracts/generated/NitroAttestationVerifier'
import { type Hex, toHex } from '@nacre/verifier/bytes'
import type { Receipt } from '@nacre/verifier/receipt'
import { encodeTensors, type Tensor } from '@nacre/verifier/tensor'
import {
  type Address,
  BaseError,
  ContractFunctionRevertedError,
  createPublicClient,
  createWalletClient,
  decodeErrorResult,
  http,
  parseEventLogs,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { proveRegistration } from './registration-proof.ts'

/**
 * The on-chain half of the job, on a local chain with anvil's public keys: an owner who approves code and models, and somebody who wants to enter the gate. Nobody there vouches for a
 * key: the verifier contract reads the enclave's document.
 */
export type OnChain = Awaited<ReturnType<typeof deployOnChain>>

export type Registration = {
  /** Of all its transactions; zero when somebody else registered the key first. */
  gasUsed: bigint
  /** Verified by these transactions: one per certificate that the chain did not know yet, and the document's own. */
  signatures: number
  /** The registration in force is not of our making. It says the same: nothing in it but the document's own words. */
  byAnother: boolean
  expiresAtSeconds: bigint
}

/** Shoes of all kinds, by index into the garment model's labels. */
const admittedClasses = [5, 7, 9]
/** One logit ahead of the next best, in 18 decimals. */
const leadMin = 10n ** 18n
/** `KeyStatus` in IEnclaveRegistry.sol. */
const activeStatus = 1

export type OnChainParameters = {
  url: string
  chainId: number
  modelId: Hex
  /** SHA-256 of the certificate that documents must lead up to, for the verifier's whole life. */
  rootHash: Hex
}

export async function deployOnChain({ url, chainId, modelId, rootHash }: OnChainParameters) {
  const chain = { ...foundry, id: chainId }
  const transport = http(url)
  const client = createPublicClient({ chain, transport, pollingInterval: 50 })
  const [owner, visitor] = anvilPrivateKeys.map((key) => privateKeyToAccount(key))
  if (owner === undefined || visitor === undefined) throw new Error('The local chain needs two accounts')
  const walletOf = (account: typeof owner) => createWalletClient({ account, chain, transport, pollingInterval: 50 })
  const wallet = walletOf(owner)
  const verifier = await deployAttestationVerifier({ wallet, client, rootHash, revoker: owner.address })
  const registered = await deployRegistry({ wallet, client, owner: owner.address, verifier: verifier.address })
  const registry = registered.address
  const gated = await deployGarmentGate({ wallet, client, registry, modelId, admittedClasses, leadMin })
  const gate = gated.address
  const atVerifier = { address: verifier.address, abi: nitroAttestationVerifierAbi } as const
  const isAwsRoot = await client.readContract({ ...atVerifier, functionName: 'isAwsRoot' })
  const mined = async (hash: Hex) => {
    const receipt = await client.waitForTransactionReceipt({ hash })
    if (receipt.status !== 'success') throw new Error(`Transaction ${hash} was reverted`)
    return receipt
  }
  const atRegistry = { address: registry, abi: enclaveRegistryAbi } as const
  const sendPrepared = async ({ to, data, gas }: PreparedTransaction) => {
    const receipt = await client.waitForTransactionReceipt({ hash: await walletOf(visitor).sendTransaction({ to, data, gas }) })
    if (receipt.status === 'success') return receipt
    // Receipts give no reasons. A call does, and sees the time of the block that refused.
    const reason = await client.call({ to, data, gas, account: visitor }).then(() => 'its reason is gone', registrationErrorName)
    throw new Error(`The registry refused the document: ${reason}`)
  }
  const planFor = async (document: Uint8Array) =>
    prepareRegistration({ document, state: await readChainState({ client, registry, document }) })

  return {
    client,
    chainId,
    registry,
    gate,
    verifier: verifier.address,
    rootHash,
    /** As the verifier contract says to everyone. */
    isAwsRoot,
    deploymentGas: { verifier: verifier.gasTotal, registry: registered.gasUsed, gate: gated.gasUsed },
    visitor: visitor.address,
    domain: { chainId: BigInt(chainId), verifyingContract: gate },

    /** The owner names the code and the models that count as attested. */
    async approveMeasurements({ pcr0, pcr1, pcr2, pcr16 }: { pcr0: Hex; pcr1: Hex; pcr2: Hex; pcr16: Hex }): Promise<void> {
      await mined(await wallet.writeContract({ ...atRegistry, functionName: 'approveImage', args: [pcr0, pcr1, pcr2] }))
      await mined(await wallet.writeContract({ ...atRegistry, functionName: 'approveModels', args: [pcr16] }))
    },

    /**
     * Route 2: the chain verifies the whole document, so anyone may hand it in; here the visitor does, who has no rights at all. Who sees it on its way may do so first: then ours is
     * refused as not newer, and the key is registered as we wanted.
     */
    async registerEnclave(document: Uint8Array): Promise<Registration> {
      const plan = await planFor(document)
      if (plan.kind === 'refused') throw new Error(`${plan.code}: ${plan.message}`)
      let gasUsed = 0n
      let signatures = 0
      let byAnother = plan.kind === 'current'
      try {
        for (const transaction of plan.kind === 'register' ? plan.transactions : []) {
          const { logs, ...receipt } = await sendPrepared(transaction)
          gasUsed += receipt.gasUsed
          signatures += parseEventLogs({ abi: nitroAttestationVerifierAbi, eventName: 'CertificateVerified', logs }).length
          if (transaction.purpose === 'register enclave') signatures++
        }
      } catch (error) {
        if ((await planFor(document)).kind !== 'current') throw error
        byAnother = true
      }
      const { status, expiresAtSeconds } = await client.readContract({ ...atRegistry, functionName: 'keyInfo', args: [plan.key] })
      if (status !== activeStatus) throw new Error(`The registry has the document but does not list the key as active (status ${status})`)
      return { gasUsed, signatures, byAnother, expiresAtSeconds }
    },

    /** For bundles: that the registry accepted this very document. */
    proveRegistration: (attestation: Uint8Array) => proveRegistration({ client, chainId: BigInt(chainId), registry, attestation }),

    /** First second at which the key is no longer Active; in the past for one that is not. */
    async registeredUntilSeconds(key: Address): Promise<bigint> {
      const { status, expiresAtSeconds } = await client.readContract({ ...atRegistry, functionName: 'keyInfo', args: [key] })
      return status === activeStatus ? expiresAtSeconds : 0n
    },

    requestId(): Promise<Hex> {
      return client.readContract({ address: gate, abi: garmentGateAbi, functionName: 'requestIdOf', args: [visitor.address] })
    },

    /** Name of the error with which the gate would refuse this receipt now, or `null`. */
    async refusalOf(receipt: Receipt, signature: Hex, outputs: readonly Tensor[]): Promise<string | null> {
      try {
        await client.simulateContract({
          address: gate,
          abi: garmentGateAbi,
          functionName: 'enter',
          args: [receipt, signature, toHex(encodeTensors(outputs))],
          account: visitor,
        })
        return null
      } catch (error) {
        const name = revertName(error)
        if (name === null) throw error
        return name
      }
    },

    /** The visitor shows the receipt; the gate judges the value and acts on it. */
    async enterGate(
      receipt: Receipt,
      signature: Hex,
      outputs: readonly Tensor[],
    ): Promise<{ classIndex: number; lead: bigint; admitted: boolean; signer: Address; gasUsed: bigint }> {
      const call = {
        address: gate,
        abi: garmentGateAbi,
        functionName: 'enter',
        args: [receipt, signature, toHex(encodeTensors(outputs))],
      } as const
      const { logs, gasUsed } = await mined(await walletOf(visitor).writeContract(call))
      const [judged] = parseEventLogs({ abi: garmentGateAbi, eventName: 'GarmentJudged', logs })
      if (judged === undefined) throw new Error('The gate judged nothing')
      const isOpen = await client.readContract({ address: gate, abi: garmentGateAbi, functionName: 'isOpenTo', args: [visitor.address] })
      if (isOpen !== judged.args.admitted) throw new Error('The gate says one thing and does another')
      return {
        classIndex: Number(judged.args.class),
        lead: judged.args.lead,
        admitted: judged.args.admitted,
        signer: judged.args.signer,
        gasUsed,
      }
    },
  }
}

/** Name of the error with which a contract refused; `null` when it was something else that failed. */
function revertName(error: unknown): string | null {
  const revert = error instanceof BaseError ? error.walk((cause) => cause instanceof ContractFunctionRevertedError) : null
  return revert instanceof ContractFunctionRevertedError ? (revert.data?.errorName ?? revert.signature ?? 'revert') : null
}

function registrationErrorName(error: unknown): string {
  const raw = error instanceof BaseError ? error.walk((cause) => typeof (cause as { data?: unknown }).data === 'string') : null
  const data = (raw as { data?: Hex } | null)?.data
  if (data === undefined || data === '0x') return error instanceof Error ? error.message : String(error)
  return decodeErrorResult({ abi: registrationAbi, data }).errorName
}
