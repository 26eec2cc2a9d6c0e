import { anvilPrivateKeys } from '@nacre/contracts/anvil'
import { imageIdOf, type KeyApproval, modelsIdOf, signKeyApproval } from '@nacre/contracts/approval'
import { deployGarmentGate, deployRegistry } from '@nacre/contracts/deploy'
import { enclaveRegistryAbi } from '@nacre/contracts/generated/EnclaveRegistry'
import { garmentGateAbi } from '@nacre/contracts/generated/GarmentGate'
import { type Hex, sha256, toHex } from '@nacre/verifier/bytes'
import type { VerifiedEnclave } from '@nacre/verifier/enclave-identity'
import type { Receipt } from '@nacre/verifier/receipt'
import { encodeTensors, type Tensor } from '@nacre/verifier/tensor'
import { type Address, BaseError, ContractFunctionRevertedError, createPublicClient, createWalletClient, http, parseEventLogs } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'

/** The on-chain half of the job, on a local chain with anvil's public keys: an owner, an approver who verifies documents, and somebody who wants to enter the gate. */
export type OnChain = Awaited<ReturnType<typeof deployOnChain>>

/** Shoes of all kinds, by index into the garment model's labels. */
const admittedClasses = [5, 7, 9]
/** One logit ahead of the next best, in 18 decimals. */
const leadMin = 10n ** 18n
const approvalLifeSeconds = 24n * 3600n

export async function deployOnChain({ url, chainId, modelId }: { url: string; chainId: number; modelId: Hex }) {
  const chain = { ...foundry, id: chainId }
  const transport = http(url)
  const client = createPublicClient({ chain, transport, pollingInterval: 50 })
  const [owner, approver, visitor] = anvilPrivateKeys.map((key) => privateKeyToAccount(key))
  if (owner === undefined || approver === undefined || visitor === undefined) throw new Error('The local chain needs three accounts')
  const walletOf = (account: typeof owner) => createWalletClient({ account, chain, transport, pollingInterval: 50 })
  const wallet = walletOf(owner)
  const registry = (await deployRegistry({ wallet, client, owner: owner.address })).address
  const gate = (await deployGarmentGate({ wallet, client, registry, modelId, admittedClasses, leadMin })).address
  const mined = async (hash: Hex) => {
    const receipt = await client.waitForTransactionReceipt({ hash })
    if (receipt.status !== 'success') throw new Error(`Transaction ${hash} was reverted`)
    return receipt
  }
  const fromOwner = { address: registry, abi: enclaveRegistryAbi } as const
  await mined(await wallet.writeContract({ ...fromOwner, functionName: 'addApprover', args: [approver.address] }))

  return {
    client,
    chainId,
    registry,
    gate,
    visitor: visitor.address,
    domain: { chainId: BigInt(chainId), verifyingContract: gate },

    /** The owner names the code and the models that count as attested. */
    async approveMeasurements({ pcr0, pcr1, pcr2, pcr16 }: { pcr0: Hex; pcr1: Hex; pcr2: Hex; pcr16: Hex }): Promise<void> {
      await mined(await wallet.writeContract({ ...fromOwner, functionName: 'approveImage', args: [pcr0, pcr1, pcr2] }))
      await mined(await wallet.writeContract({ ...fromOwner, functionName: 'approveModels', args: [pcr16] }))
    },

    /**
     * Route 1: the approver, having verified the document, signs for its key; anyone may hand that in, and who sees it on its way may do so first. Then ours is refused as not newer, and the
     * key is registered as we wanted: `byAnother`.
     */
    async registerKey({ enclave, attestation, nowMs }: { enclave: VerifiedEnclave; attestation: Uint8Array; nowMs: number }) {
      const { pcrs, timestampMs } = enclave.attestation
      const pcr = (index: number): Hex => {
        const value = pcrs.get(index)
        if (value === undefined) throw new Error(`The document has no PCR${index}`)
        return value
      }
      const approval: KeyApproval = {
        key: enclave.signer,
        imageId: imageIdOf({ pcr0: pcr(0), pcr1: pcr(1), pcr2: pcr(2) }),
        modelsId: modelsIdOf(pcr(16)),
        documentHash: toHex(await sha256(attestation)),
        attestedAtSeconds: BigInt(Math.floor(timestampMs / 1000)),
        expiresAtSeconds: BigInt(Math.floor(nowMs / 1000)) + approvalLifeSeconds,
      }
      const signature = await signKeyApproval({ approval, account: approver, chainId, registry })
      const call = { ...fromOwner, functionName: 'registerApprovedKey', args: [approval, signature] } as const
      const gasUsed = await wallet
        .writeContract(call)
        .then(async (hash) => (await mined(hash)).gasUsed)
        .catch(async (error) => {
          // A transaction that was overtaken on its way fails without a name: asking again gives it one.
          const refusal = revertName(error) ?? (await client.simulateContract({ ...call, account: owner }).then(() => null, revertName))
          if (refusal !== 'ApprovalNotNewer') throw error
          return null
        })
      const isActive = await client.readContract({ ...fromOwner, functionName: 'isKeyActive', args: [enclave.signer] })
      if (!isActive) throw new Error('The registry has the approval but does not list the key as active')
      return { gasUsed: gasUsed ?? 0n, byAnother: gasUsed === null, expiresAtSeconds: approval.expiresAtSeconds }
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
