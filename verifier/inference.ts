import type { Address } from 'viem'
import { checkTime, type VerificationTime, type VerifiedAttestation } from './attestation.ts'
import { fromHex, type Hex } from './bytes.ts'
import type { Certificate } from './certificate.ts'
import type { ChainCache } from './chain.ts'
import { type CommitmentSide, commitTensors } from './commitment.ts'
import { type VerifiedEnclave, verifyEnclave } from './enclave-identity.ts'
import { VerifierError } from './errors.ts'
import type { Keyset } from './keyset.ts'
import type { TensorSpec } from './manifest.ts'
import { assertModel, type Policy } from './policy.ts'
import { type Receipt, type ReceiptDomain, receiptKeyAddress, verifyReceipt } from './receipt.ts'
import { type ReceiptProof, verifyReceiptProof } from './receipt-proof.ts'
import { hashTensors, type Tensor } from './tensor.ts'
import type { OnCheck } from './verification-check.ts'
import type { Verified } from './verified.ts'

/**
 * Verifies one inference end to end: that this code, on these weights, with this input, gave this output. The body is the list of checks, in order.
 *
 * @throws {@link VerifierError} with the code of the first check that failed.
 */
export async function verifyInference(parameters: VerifyInferenceParameters): Promise<VerifiedInference> {
  const { response, request, policy, time, domain, onCheck } = parameters
  const { attestation, keyset } = response
  const enclave = await verifyEnclave({ ...parameters, attestation, keyset })
  return verifyAnswer({ response, request, policy, time, domain, enclave, onCheck })
}

/** The part of {@link verifyInference} that differs from answer to answer: for clients that verified the enclave before they sent anything. */
export async function verifyAnswer(parameters: VerifyAnswerParameters): Promise<VerifiedInference> {
  const { response, request, policy, time, domain, enclave, onCheck } = parameters
  const { receipt, outputs } = response
  checkTime(time)
  assertDomain(response.domain, domain)
  onCheck?.('audience')
  await verifyReceiptProof({ ...response, receipt, domain, signer: enclave.signer })
  const kept = await verifyKeptSignature(response, enclave.keyset)
  onCheck?.('receipt signature')
  assertReceiptTime(receipt, enclave.attestation, time)
  onCheck?.('receipt time')
  assertSame('REQUEST_MISMATCH', 'The receipt answers another request', request.requestId, receipt.requestId)
  onCheck?.('request')
  assertModel(receipt.modelId, policy)
  assertSame('MODEL_MISMATCH', 'Another model answered than was asked', request.modelId, receipt.modelId)
  assertMeasured(receipt, enclave.keyset)
  onCheck?.('model')
  assertSame('INPUT_MISMATCH', 'The receipt is for another input', await committed(request, request.inputs, 'input'), receipt.inputHash)
  onCheck?.('input')
  assertSame(
    'OUTPUT_MISMATCH',
    'The output is not the one that was signed',
    receipt.outputHash,
    await committed(request, outputs, 'output'),
  )
  assertOutputs(outputs, request.outputs)
  onCheck?.('output')
  const { signer, attestation, keyset } = enclave
  return { outputs, receipt, signer, kept, attestation, keyset } as VerifiedInference
}

/** The attack: a host that leaves out or alters what the contract is to accept, so that somebody pays for a transaction that is refused. */
async function verifyKeptSignature(
  { receipt, domain, keptSignature: signature = '0x' }: InferenceResponse,
  { keptReceiptKey }: Keyset,
): Promise<VerifiedInference['kept']> {
  if (keptReceiptKey === undefined || domain === null) return null
  const signer = receiptKeyAddress(fromHex(keptReceiptKey))
  await verifyReceipt({ receipt, signature, domain, signer })
  return { signer, signature }
}

export type VerifyInferenceParameters = {
  /** What the host answered. Untrusted: every field is checked or derived again. */
  response: InferenceResponse & {
    /** COSE_Sign1 attestation document of the enclave that answered. */
    readonly attestation: Uint8Array
    /** The keyset's bytes exactly as served. */
    readonly keyset: Uint8Array
  }
  request: InferenceRequest
  /** Which enclaves and models the caller accepts. An empty list accepts nothing. */
  policy: Policy
  /** The audience that the caller asked for: `null` when none. */
  domain: ReceiptDomain
  /** Trust anchor, e.g. `awsNitroRootG1`. */
  root: Certificate
  time: VerificationTime
  /** When given, the document must answer it. */
  nonce?: Uint8Array | undefined
  /** SHA-256 of the SubjectPublicKeyInfo of the TLS key met on the wire. */
  tlsSpkiSha256?: Uint8Array | undefined
  chainCache?: ChainCache | undefined
  onCheck?: OnCheck | undefined
}

export type VerifyAnswerParameters = Pick<VerifyInferenceParameters, 'request' | 'policy' | 'time' | 'domain' | 'onCheck'> & {
  response: InferenceResponse
  enclave: VerifiedEnclave
}

/** The caller knows whether it asked for a salted commitment: an answer cannot choose. */
export async function committed(
  { commitmentSalt }: Pick<InferenceRequest, 'commitmentSalt'>,
  tensors: readonly Tensor[],
  side: CommitmentSide,
): Promise<Hex> {
  return commitmentSalt === undefined ? hashTensors(tensors) : commitTensors({ tensors, salt: commitmentSalt, side })
}

export type InferenceRequest = {
  /** 32 bytes, drawn by the caller for this request alone: a replayed receipt carries another. */
  readonly requestId: Hex
  /** The model that was asked. */
  readonly modelId: Hex
  /** The tensors that were sent, in the order of the model's manifest. */
  readonly inputs: readonly Tensor[]
  /** The outputs that were asked for, in the order of the model's manifest: all of its `outputs`, unless the request selected some. */
  readonly outputs: readonly TensorSpec[]
  /** The secret that was sent for salted commitments; see `commitTensors`. @default none: plain hashes */
  readonly commitmentSalt?: Hex | undefined
}

export type InferenceResponse = {
  readonly outputs: readonly Tensor[]
  readonly receipt: Receipt
  /** The audience that the answer claims. */
  readonly domain: ReceiptDomain
  /** By the keyset's `keptReceiptKey`, where it has one and the receipt has an audience. */
  readonly keptSignature?: Hex | undefined
} & ReceiptProof

export type VerifiedInference = Verified<{
  readonly outputs: readonly Tensor[]
  readonly receipt: Receipt
  /** The enclave's own receipt key, by which the receipt is numbered. */
  readonly signer: Address
  /**
   * Of a receipt with an audience, where enclaves of this image have a receipt key in common, over restarts too: for contracts whose registry has that one. It says that an enclave of this image with these
   * models signed, and not which: its receipts' numbers repeat.
   */
  readonly kept: { readonly signer: Address; readonly signature: Hex } | null
  readonly attestation: VerifiedAttestation
  readonly keyset: Keyset
}>

/** How far a receipt of an archived answer may lie from the document that vouches for its key, to either side: enclaves refresh their documents far more often. */
const receiptDistanceMsMax = 24 * 3_600_000

export function assertReceiptTime(receipt: Receipt, attestation: VerifiedAttestation, time: VerificationTime): void {
  const receiptMs = Number(receipt.timestampMs)
  const live = time.mode === 'live'
  const earliest = live ? time.nowMs - time.ageMsMax : attestation.timestampMs - receiptDistanceMsMax
  const latest = live ? time.nowMs + (time.skewMsMax ?? 60_000) : attestation.timestampMs + receiptDistanceMsMax
  if (receiptMs < earliest || receiptMs > latest)
    throw new VerifierError('RECEIPT_TIME_OUT_OF_RANGE', 'The receipt was made at another time than the answer', {
      expected: `${earliest} to ${latest}`,
      received: String(receiptMs),
    })
}

export function assertMeasured({ modelId }: Receipt, { modelIds }: Keyset): void {
  if (!modelIds.includes(modelId))
    throw new VerifierError('MODELS_NOT_MEASURED', 'The model is not among those the enclave measured', {
      expected: modelIds.join(),
      received: modelId,
    })
}

function assertDomain(received: ReceiptDomain, expected: ReceiptDomain): void {
  if (received?.chainId !== expected?.chainId)
    throw new VerifierError('CHAIN_ID_MISMATCH', 'The receipt was made for another chain', {
      expected: String(expected?.chainId ?? 'no chain'),
      received: String(received?.chainId ?? 'no chain'),
    })
  if (received?.verifyingContract.toLowerCase() !== expected?.verifyingContract.toLowerCase())
    throw new VerifierError('VERIFYING_CONTRACT_MISMATCH', 'The receipt was made for another contract', {
      expected: expected?.verifyingContract,
      received: received?.verifyingContract,
    })
}

/**
 * The attack: on its way in, the host adds a selection of outputs to a request that named none. The receipt is genuine, and what the caller reads as the first output is another one.
 */
export function assertOutputs(outputs: readonly Tensor[], expected: readonly TensorSpec[]): void {
  const fits = ({ name, datatype, shape }: Tensor, spec: TensorSpec | undefined) =>
    name === spec?.name &&
    datatype === spec.datatype &&
    shape.length === spec.shape.length &&
    spec.shape.every((size, index) => size === -1 || BigInt(size) === shape[index])
  if (outputs.length !== expected.length || !outputs.every((tensor, index) => fits(tensor, expected[index])))
    throw new VerifierError('OUTPUT_MISMATCH', 'Other outputs came back than were asked for', {
      expected: expected.map(({ name, datatype, shape }) => `${name} ${datatype} [${shape}]`).join(', '),
      received: outputs.map(({ name, datatype, shape }) => `${name} ${datatype} [${shape}]`).join(', '),
    })
}

export function assertSame(
  code: 'REQUEST_MISMATCH' | 'MODEL_MISMATCH' | 'INPUT_MISMATCH' | 'OUTPUT_MISMATCH',
  message: string,
  expected: Hex,
  received: Hex,
): void {
  if (expected.toLowerCase() !== received.toLowerCase()) throw new VerifierError(code, message, { expected, received })
}
