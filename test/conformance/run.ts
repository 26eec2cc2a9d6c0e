import { verifyAnswersBundle } from '@nacre/verifier/answers-bundle'
import { type VerificationTime, verifyAttestation } from '@nacre/verifier/attestation'
import { type BundleTime, verifyBundle } from '@nacre/verifier/bundle'
import { fromHex, type Hex, toHex, utf8 } from '@nacre/verifier/bytes'
import { decodeCanonicalJson } from '@nacre/verifier/canonical-json'
import { decodeCertificate } from '@nacre/verifier/certificate'
import { checkpointFromJson, hashCheckpoint, verifyCheckpoint, verifyCheckpointNote, type WitnessPolicy } from '@nacre/verifier/checkpoint'
import { verifyEnclave } from '@nacre/verifier/enclave-identity'
import { VerifierError } from '@nacre/verifier/errors'
import { type HistoryPolicy, verifyHistory } from '@nacre/verifier/history'
import { decodeLogRecord, verifyLogRecord } from '@nacre/verifier/log-record'
import { decodeManifest, hashManifest } from '@nacre/verifier/manifest'
import { verifyConsistency, verifyInclusion } from '@nacre/verifier/merkle'
import { decodeNoteKey } from '@nacre/verifier/note'
import type { Measurement } from '@nacre/verifier/policy'
import { hashReceipt, type ReceiptDomain, receiptFromJson, receiptToJson, verifyReceipt } from '@nacre/verifier/receipt'
import { decodeTensors, hashTensors } from '@nacre/verifier/tensor'

/** One case: language-neutral, so every value is JSON, bytes are hexadecimal and 64-bit numbers decimal text. */
export type Case = {
  readonly id: string
  readonly title: string
  readonly input: Json
  /** Either what a verifier must have found out, or the code with which it must refuse. */
  readonly expect: { readonly accepted: Json } | { readonly refused: string }
}
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type Group = { readonly format: 'nacre/conformance/1'; readonly operation: Operation; readonly cases: readonly Case[] }
export type Operation = keyof typeof operations

/** What this implementation makes of a case. */
export async function run(operation: Operation, input: Json): Promise<Case['expect']> {
  try {
    return { accepted: await operations[operation](input as never) }
  } catch (error) {
    if (error instanceof VerifierError) return { refused: error.code }
    throw error
  }
}

type Domain = { chainId: string; verifyingContract: Hex } | null
type Time = { mode: string; nowMs?: number; ageMsMax?: number; skewMsMax?: number; timeMs?: number }

/** What each operation takes and gives; README.md says it in words. */
const operations = {
  async verifyAttestation(input: { document: Hex; root: Hex; time: Time; nonce?: Hex; limits?: 'default' | 'strict512' }): Promise<Json> {
    const verified = await verifyAttestation({
      attestation: fromHex(input.document),
      root: decodeCertificate(fromHex(input.root)),
      time: input.time as VerificationTime,
      nonce: input.nonce === undefined ? undefined : fromHex(input.nonce),
      limits: input.limits,
    })
    return { moduleId: verified.moduleId, timestampMs: verified.timestampMs, pcr0: verified.pcrs.get(0) ?? null }
  },

  async verifyEnclave(input: {
    document: Hex
    keyset: Hex
    root: Hex
    time: Time
    measurements: Measurement[]
    allowDebug?: boolean
    tlsSpkiSha256?: Hex
  }): Promise<Json> {
    const { allowDebug, measurements } = input
    const enclave = await verifyEnclave({
      attestation: fromHex(input.document),
      keyset: fromHex(input.keyset),
      root: decodeCertificate(fromHex(input.root)),
      time: input.time as VerificationTime,
      policy: { measurements, allowDebug },
      tlsSpkiSha256: input.tlsSpkiSha256 === undefined ? undefined : fromHex(input.tlsSpkiSha256),
    })
    return { signer: enclave.signer.toLowerCase(), logName: enclave.keyset.logName }
  },

  async verifyReceipt(input: { receipt: Json; domain: Domain; signature: Hex; signer: Hex }): Promise<Json> {
    const receipt = receiptFromJson(input.receipt)
    const domain = domainOf(input.domain)
    await verifyReceipt({ receipt, domain, signature: input.signature, signer: input.signer })
    return { digest: hashReceipt(receipt, domain) }
  },

  async decodeTensors(input: { bytes: Hex }): Promise<Json> {
    const tensors = decodeTensors(fromHex(input.bytes))
    return {
      sha256: await hashTensors(tensors),
      tensors: tensors.map(({ name, datatype, shape, data }) => ({ name, datatype, shape: shape.map(String), data: toHex(data) })),
    }
  },

  async decodeManifest(input: { text: string }): Promise<Json> {
    return { modelId: await hashManifest(decodeManifest(utf8(input.text))) }
  },

  async decodeCanonicalJson(input: { bytes: Hex }): Promise<Json> {
    return { value: decodeCanonicalJson(fromHex(input.bytes)) }
  },

  async verifyInclusion(input: { leafHash: Hex; index: string; treeSize: string; proof: Hex[]; root: Hex }): Promise<Json> {
    verifyInclusion({
      leafHash: fromHex(input.leafHash),
      index: BigInt(input.index),
      treeSize: BigInt(input.treeSize),
      proof: input.proof.map((hash) => fromHex(hash)),
      root: fromHex(input.root),
    })
    return null
  },

  async verifyConsistency(input: { oldSize: string; oldRoot: Hex; newSize: string; newRoot: Hex; proof: Hex[] }): Promise<Json> {
    verifyConsistency({
      oldSize: BigInt(input.oldSize),
      oldRoot: fromHex(input.oldRoot),
      newSize: BigInt(input.newSize),
      newRoot: fromHex(input.newRoot),
      proof: input.proof.map((hash) => fromHex(hash)),
    })
    return null
  },

  async verifyCheckpoint(input: { checkpoint: Json; signature: Hex; signer: Hex }): Promise<Json> {
    const checkpoint = checkpointFromJson(input.checkpoint)
    await verifyCheckpoint({ checkpoint, signature: input.signature, signer: input.signer })
    return { digest: hashCheckpoint(checkpoint) }
  },

  async verifyCheckpointNote(input: {
    note: string
    log: { logName: string; logPublicKey: Hex }
    witnesses: { keys: string[]; quorum: number; latestMs: number }
  }): Promise<Json> {
    const head = verifyCheckpointNote({ note: utf8(input.note), log: input.log, witnesses: witnessesOf(input.witnesses) })
    return {
      treeSize: String(head.treeSize),
      rootHash: head.rootHash,
      cosignatures: head.cosignatures.map(({ name, timestampMs }) => ({ name, timestampMs })),
    }
  },

  async verifyLogRecord(input: { record: string; index: number; leaf: Hex; logName: string; signer: Hex }): Promise<Json> {
    const { index, logName, signer } = input
    const verified = await verifyLogRecord({ record: decodeLogRecord(input.record), index, leaf: fromHex(input.leaf), logName, signer })
    return 'opening' in verified ? { opening: verified.opening.logName } : { sequence: String(verified.receipt.sequence) }
  },

  async verifyBundle(input: BundleInput): Promise<Json> {
    const verified = await verifyBundle(bundleParameters(input))
    return {
      receipt: receiptToJson(verified.receipt),
      vouched: verified.vouched,
      registration:
        verified.registration === null ? null : { blockHash: verified.registration.blockHash, isTrusted: verified.registration.isTrusted },
    }
  },

  async verifyAnswersBundle(input: BundleInput & { history?: Omit<HistoryTerms, 'signer'> }): Promise<Json> {
    const { evidence, answers } = await verifyAnswersBundle({ ...bundleParameters(input), history: input.history })
    return {
      receipts: answers.map(({ receipt }) => receiptToJson(receipt)),
      vouched: evidence.vouched,
      registration:
        evidence.registration === null ? null : { blockHash: evidence.registration.blockHash, isTrusted: evidence.registration.isTrusted },
      epochs: evidence.history?.epochs.map(({ signer }) => signer.toLowerCase()) ?? null,
    }
  },

  async verifyHistory(input: { history: Hex; root: Hex; policy: HistoryTerms }): Promise<Json> {
    const { history, root, policy } = input
    const verified = await verifyHistory({ history: fromHex(history), root: decodeCertificate(fromHex(root)), policy })
    return {
      epochs: verified.epochs.map(({ signer, change, approvedBy }) => ({
        signer: signer.toLowerCase(),
        change,
        approvedBy: approvedBy?.toLowerCase() ?? null,
      })),
    }
  },
}

type BundleInput = {
  bundle: Hex
  root: Hex
  measurements: Measurement[]
  modelIds: Hex[] | 'any-measured'
  time: Time
  witnesses?: { keys: string[]; quorum: number; latestMs: number }
  chain?: { chainId: string; registry: Hex; blockHashes: Hex[] }
}

function bundleParameters({ bundle, root, measurements, modelIds, time, witnesses, chain }: BundleInput) {
  return {
    bundle: fromHex(bundle),
    root: decodeCertificate(fromHex(root)),
    policy: { measurements, modelIds },
    time: time as BundleTime,
    witnesses: witnesses === undefined ? undefined : witnessesOf(witnesses),
    chain: chain === undefined ? undefined : { ...chain, chainId: BigInt(chain.chainId) },
  }
}

type HistoryTerms = Omit<HistoryPolicy, 'measurements'> & { measurements: Measurement[] }

function domainOf(domain: Domain): ReceiptDomain {
  return domain === null ? null : { chainId: BigInt(domain.chainId), verifyingContract: domain.verifyingContract }
}

function witnessesOf({ keys, quorum, latestMs }: { keys: string[]; quorum: number; latestMs: number }): WitnessPolicy {
  return { keys: keys.map((key) => decodeNoteKey(key)), quorum, latestMs }
}
