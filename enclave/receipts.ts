import { type Hex, toHex } from '@nacre/verifier/bytes'
import type { ReceiptRecord } from '@nacre/verifier/log-record'
import { type Receipt, type ReceiptDomain, receiptDigest } from '@nacre/verifier/receipt'
import type { ReceiptProof } from '@nacre/verifier/receipt-proof'
import type { Address } from 'viem'
import { EnclaveError } from './errors.ts'
import { keccak256 } from './keccak.ts'
import type { Limits } from './limits.ts'
import type { ReceiptLog, UnfinishedRecord } from './receipt-log.ts'
import type { ReceiptKey } from './signing-keys.ts'
import type { SigningThread } from './signing-thread.ts'

export type IssuedReceipt = {
  receipt: Receipt
  domain: ReceiptDomain
  signer: Address
  /** All of it as an answer's `parameters` say it: the members of a JSON object, without its braces. */
  parameters: string
} & ReceiptProof

export type ReceiptContent = Pick<Receipt, 'requestId' | 'modelId' | 'inputHash' | 'outputHash'>

/** `immediate`: a signature of its own. `batched`: a place in the log, under a signature that many share. `auto`: whichever answers sooner. */
export const receiptModes = ['immediate', 'batched', 'auto'] as const
export type ReceiptMode = (typeof receiptModes)[number]

export type ReceiptIssuer = {
  /**
   * Numbers the receipt and puts it into the log before anything is awaited, so that no two requests can draw one number.
   *
   * @throws `RECEIPT_FAILED`, `LOG_BACKLOG_FULL`: before the log has it, no number was used.
   */
  issue(content: ReceiptContent, domain: ReceiptDomain, mode: ReceiptMode): Promise<IssuedReceipt>
  /** Runs a request that will want a receipt, and counts it meanwhile: what `auto` and a batch go by. @throws `LOG_BACKLOG_FULL` before it runs */
  underWay<T>(work: () => Promise<T>): Promise<T>
  /** Receipts issued so far: the number of the last one. */
  issued(): bigint
}

/**
 * Numbers receipts 1, 2, 3, … per key; 0 is the place of the log's opening entry. A receipt is issued last, when the rest of the answer is ready to be written: whatever fails earlier uses no number. What can still
 * fail is the network: then the receipt exists and nobody holds it. Its number stays used all the same. Giving it to another answer would put two receipts under one number, which is what an enclave
 * that hides an answer would look like; a number whose receipt nobody shows is only a lost reply.
 */
export function createReceiptIssuer(parts: {
  key: ReceiptKey
  /** Signs what has an audience once more. It signs no checkpoints: a place in a log is for the enclave's own key to vouch for. */
  kept?: ReceiptKey | undefined
  log: ReceiptLog
  /** Of the same key: signs where many are wanted at once, while this thread goes on. */
  signing?: SigningThread | undefined
  limits: Pick<Limits, 'receiptsAutoBatchedFrom' | 'receiptsSignedAsideFrom'>
}): ReceiptIssuer {
  const { key, kept, log, signing, limits } = parts
  let underWay = 0
  let last = 0n
  /** To be signed aside. What is wanted in one turn of the event loop, or while others are being signed, goes there together: waking a thread costs as much as half a signature. */
  const gathered: UnsignedReceipt[] = []
  let isSigning = false

  function signAside(): void {
    if (isSigning || gathered.length === 0) return
    const batch = gathered.splice(0, signedTogetherMax)
    isSigning = true
    const finish = (signatures: readonly Uint8Array[]) => {
      isSigning = false
      for (const [i, unsigned] of batch.entries()) unsigned.finish(signatures[i])
      log.writeFinished()
      signAside()
    }
    // One alone is signed here in the time that it takes to wake a thread.
    if (batch.length === 1) finish([])
    // A thread that ended takes nothing with it: what it would have signed is signed here.
    else signing?.sign(batch.map(({ leaf }) => leaf)).then(finish, () => finish([]))
  }

  return {
    async issue(content, domain, mode) {
      log.assertRoom()
      // Member by member: spreading objects into each other took as long as digest and log together.
      const { requestId, modelId, inputHash, outputHash } = content
      const receipt: Receipt = {
        requestId,
        modelId,
        inputHash,
        outputHash,
        timestampMs: BigInt(log.timeMs()),
        sequence: BigInt(log.size()),
      }
      const isBatched = mode === 'batched' || (mode === 'auto' && underWay >= limits.receiptsAutoBatchedFrom)
      const isAside = !isBatched && underWay >= limits.receiptsSignedAsideFrom && signing?.ready() === true
      let leaf: Uint8Array
      let signature: Hex | null
      let keptSigned: KeptSignature | undefined
      try {
        leaf = receiptDigest(receipt, domain, keccak256)
        signature = isBatched || isAside ? null : toHex(key.sign(leaf))
        if (kept !== undefined && domain !== null) keptSigned = { signature: toHex(kept.sign(leaf)), signer: kept.address }
      } catch (cause) {
        throw new EnclaveError('RECEIPT_FAILED', undefined, { cause })
      }
      last = receipt.sequence
      if (isAside) {
        const unsigned = new UnsignedReceipt(key, leaf, receipt, domain)
        log.append(leaf, unsigned)
        if (gathered.push(unsigned) === 1) setImmediate(signAside)
        return issued(receipt, domain, key.address, { signature: await unsigned.signature }, keptSigned)
      }
      log.append(leaf, { leaf: toHex(leaf), receipt, domain, signature })
      if (signature !== null) return issued(receipt, domain, key.address, { signature }, keptSigned)
      const proven = log.proveLast()
      log.flushIfAll(underWay)
      return issued(receipt, domain, key.address, { inclusion: await proven }, keptSigned)
    },
    async underWay(work) {
      log.assertRoom()
      underWay++
      try {
        return await work()
      } finally {
        underWay--
        log.flushIfAll(underWay)
      }
    },
    issued: () => last,
  }
}

/** So that the first of a crowd do not wait for the last: about a millisecond's worth. */
const signedTogetherMax = 32

/** It has its number and its place in the log. Signatures are deterministic (RFC 6979): whoever makes it, it is the same. */
class UnsignedReceipt implements UnfinishedRecord {
  readonly leaf: Uint8Array
  /** Rejects with `RECEIPT_FAILED`; then the number stays used, and the record is that of a receipt without a signature. */
  readonly signature: Promise<Hex>
  finished: ReceiptRecord | undefined
  private readonly key: ReceiptKey
  private readonly receipt: Receipt
  private readonly domain: ReceiptDomain
  private resolve: (signature: Hex) => void = () => {}
  private reject: (error: EnclaveError) => void = () => {}

  constructor(key: ReceiptKey, leaf: Uint8Array, receipt: Receipt, domain: ReceiptDomain) {
    this.key = key
    this.leaf = leaf
    this.receipt = receipt
    this.domain = domain
    this.signature = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
  }

  finish(signed?: Uint8Array): ReceiptRecord {
    if (this.finished !== undefined) return this.finished
    let signature: Hex | null = null
    try {
      signature = toHex(signed ?? this.key.sign(this.leaf))
      this.resolve(signature)
    } catch (cause) {
      this.reject(new EnclaveError('RECEIPT_FAILED', undefined, { cause }))
    }
    this.finished = { leaf: toHex(this.leaf), receipt: this.receipt, domain: this.domain, signature }
    return this.finished
  }
}

/** By the key that enclaves of this image with these models have in common. */
type KeptSignature = { signature: Hex; signer: Address }

/** Flat, because the Open Inference Protocol knows only text, numbers and booleans as parameters. All of it is hexadecimal and digits, which JSON writes as they are. */
function issued(receipt: Receipt, domain: ReceiptDomain, signer: Address, proof: ReceiptProof, kept?: KeptSignature): IssuedReceipt {
  const audience = domain === null ? '' : `,"chain_id":"${domain.chainId}","verifying_contract":"${domain.verifyingContract}"`
  const parameters =
    `"request_id":"${receipt.requestId}","model_id":"${receipt.modelId}",` +
    `"input_hash":"${receipt.inputHash}","output_hash":"${receipt.outputHash}",` +
    `"timestamp_ms":${receipt.timestampMs},"sequence":${receipt.sequence},${proofParameters(proof)},"signer":"${signer}"${audience}` +
    (kept === undefined ? '' : `,"kept_signature":"${kept.signature}","kept_signer":"${kept.signer}"`)
  return { receipt, domain, signer, signature: proof.signature, inclusion: proof.inclusion, parameters }
}

function proofParameters({ signature, inclusion }: ReceiptProof): string {
  if (inclusion === undefined) return `"signature":"${signature}"`
  const { checkpoint, checkpointSignature, proof } = inclusion
  let hashes = '0x'
  for (const hash of proof) hashes += hash.slice(2)
  return (
    `"log_tree_size":${checkpoint.treeSize},"log_root_hash":"${checkpoint.rootHash}","log_timestamp_ms":${checkpoint.timestampMs},` +
    `"log_signature":"${checkpointSignature}","inclusion_proof":"${hashes}"`
  )
}
