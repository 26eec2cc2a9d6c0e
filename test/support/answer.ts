import { createHash } from 'node:crypto'
import type { VerificationTime } from '@nacre/verifier/attestation'
import { type Bundle, bareBundle } from '@nacre/verifier/bundle'
import { fromHex, type Hex, toHex } from '@nacre/verifier/bytes'
import { encodeKeyset, type Keyset, keysetUserData } from '@nacre/verifier/keyset'
import { encodeManifest, extendModelPcr, hashManifest, type ModelManifest, type OnnxManifest } from '@nacre/verifier/manifest'
import type { Policy } from '@nacre/verifier/policy'
import { hashReceipt, type Receipt, type ReceiptDomain } from '@nacre/verifier/receipt'
import { hashTensors, type Tensor, tensorFromValues } from '@nacre/verifier/tensor'
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { type DocumentParts, defaultPcrs, makeDocument } from './document.ts'
import { ed25519Key } from './log.ts'
import { makeChain, nowMs, type TestChain } from './pki.ts'

/** A whole enclave for tests: keys, a model, one answer, its evidence. Every piece can be replaced, and what commits to it follows unless it is replaced too. */
export type AnswerParts = {
  chain?: TestChain
  document?: DocumentParts
  keyset?: Partial<Keyset>
  /** The keyset's bytes instead, committed to all the same. */
  keysetBytes?: Uint8Array
  modelPcr?: Uint8Array | null
  receipt?: Partial<Receipt>
  domain?: ReceiptDomain
  signer?: PrivateKeyAccount
  manifest?: ModelManifest
  inputs?: readonly Tensor[]
  outputs?: readonly Tensor[]
}

export const sha256Hex = (text: string): Hex => `0x${createHash('sha256').update(text).digest('hex')}`

export const receiptAccount = privateKeyToAccount(sha256Hex('nacre test receipt key'))
export const otherAccount = privateKeyToAccount(sha256Hex('another receipt key'))

export const logKey = ed25519Key('nacre test log key')

export const testManifest: OnnxManifest = {
  format: 'nacre/model/1',
  name: 'parity',
  version: '1',
  platform: 'onnx_onnxv1',
  weights: { sha256: sha256Hex('weights'), bytes: 7 },
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
  outputs: [
    { name: 'y', datatype: 'FP32', shape: [-1, 2] },
    { name: 'label', datatype: 'INT64', shape: [-1] },
  ],
  labels: ['even', 'odd'],
  runtime: { engine: 'onnxruntime', version: '1.30.0', graphOptimizationLevel: 'basic', intraOpThreads: 1, interOpThreads: 1 },
}

export const testInputs: readonly Tensor[] = [tensorFromValues({ name: 'x', datatype: 'FP32', shape: [1, 2], values: [0.5, -0] })]
export const testOutputs: readonly Tensor[] = [
  tensorFromValues({ name: 'y', datatype: 'FP32', shape: [1, 2], values: [0.25, 0.75] }),
  tensorFromValues({ name: 'label', datatype: 'INT64', shape: [1], values: [1n] }),
]
export const testDomain = { chainId: 31337n, verifyingContract: '0x5fbdb2315678afecb367f032d93f642f64180aa3' } as const
export const tlsSpkiSha256 = fromHex(sha256Hex('tls key'))
export const live: VerificationTime = { mode: 'live', nowMs: nowMs + 2000, ageMsMax: 300_000 }

export type TestAnswer = Awaited<ReturnType<typeof makeAnswer>>

export async function makeAnswer(parts: AnswerParts = {}) {
  const { chain = makeChain(), domain = null, signer = receiptAccount, inputs = testInputs, outputs = testOutputs } = parts
  const model = parts.manifest ?? testManifest
  const manifest = encodeManifest(model)
  const modelId = await hashManifest(model)
  const keyset: Keyset = {
    format: 'nacre/keyset/1',
    receiptKey: receiptAccount.publicKey,
    tlsSpkiSha256: toHex(tlsSpkiSha256),
    hpkePublicKey: sha256Hex('hpke key'),
    logName: `nacre/${receiptAccount.address.toLowerCase()}`,
    logPublicKey: toHex(logKey.publicKey),
    modelIds: [sha256Hex('another model'), modelId],
    ...parts.keyset,
  }
  const keysetBytes = parts.keysetBytes ?? encodeKeyset(keyset)
  const modelPcr = parts.modelPcr === undefined ? await extendModelPcr(keyset.modelIds) : parts.modelPcr
  const attestation = makeDocument({
    chain,
    publicKey: fromHex(keyset.receiptKey),
    userData: await keysetUserData(keysetBytes),
    pcrs: modelPcr === null ? defaultPcrs : new Map([...defaultPcrs, [16, modelPcr]]),
    ...parts.document,
  })
  const receipt: Receipt = {
    requestId: sha256Hex('request'),
    modelId,
    inputHash: await hashTensors(inputs),
    outputHash: await hashTensors(outputs),
    timestampMs: BigInt(nowMs + 1000),
    sequence: 7n,
    ...parts.receipt,
  }
  const signature = await signer.sign({ hash: hashReceipt(receipt, domain) })
  const response = { outputs, receipt, signature, domain, attestation, keyset: keysetBytes }
  const request = { requestId: sha256Hex('request'), modelId, inputs, outputs: model.outputs }
  const policy: Policy = {
    measurements: [{ pcr0: pcrHex(0), pcr1: pcrHex(1), pcr2: pcrHex(2) }],
    modelIds: [modelId],
  }
  const bundle: Bundle = {
    ...bareBundle,
    attestation,
    keyset: keysetBytes,
    manifest,
    domain,
    receipt,
    signature,
    inputs,
    outputs,
  }
  /** Arguments of `verifyInference` that accept the answer. */
  const parameters = { response, request, policy, domain, root: chain.root, time: live }
  return { parameters, response, request, policy, bundle, chain, keyset, manifest, modelId }
}

export const pcrHex = (index: number): Hex => toHex(defaultPcrs.get(index) as Uint8Array)
