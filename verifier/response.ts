import type { Address } from 'viem'
import { fieldsOf, integerOf, listOf, malformedAnswer, parseAnswer, textOf } from './answer-json.ts'
import { concatBytes, fromUtf8, type Hex, isHex, utf8 } from './bytes.ts'
import { checkCheckpoint } from './checkpoint.ts'
import { shown } from './errors.ts'
import type { InferenceResponse } from './inference.ts'
import { proofLengthMax } from './merkle.ts'
import { checkReceipt, type Receipt, type ReceiptDomain } from './receipt.ts'
import type { ReceiptProof } from './receipt-proof.ts'
import { checkTensor, type Datatype, isDatatype, type Tensor, type TensorValue, tensorFromValues, tensorValues } from './tensor.ts'

/** An inference over HTTP by the Open Inference Protocol v2: requests and answers as values, without any network. */
export type InferRequest = {
  inputs: readonly Tensor[]
  /** 32 bytes, fresh for each request. */
  requestId: Hex
  /** Audience of the receipt. @default null */
  domain?: ReceiptDomain | undefined
  /** How the receipt is proven. @default 'immediate' */
  receiptMode?: 'immediate' | 'batched' | 'auto' | undefined
  /** 32 secret bytes: the receipt then holds salted commitments in place of plain hashes. Only over an encrypted channel. */
  commitmentSalt?: Hex | undefined
  /** OIP's `id`, echoed by the server. It is not the request id. */
  id?: string | undefined
  /** Tensors as raw bytes after the JSON (the `binary_tensor_data` extension): exact for every datatype, and far smaller. @default false */
  binary?: boolean | undefined
  /** Names of the outputs to answer with. They come in the manifest's order, and the receipt covers these alone. @default all of the model's */
  outputNames?: readonly string[] | undefined
}

export type HttpMessage = { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array }

/** Header of the binary extension: bytes of JSON before the tensors' raw data. */
export const inferenceHeaderLength = 'inference-header-content-length'

/** @throws `TENSOR_MALFORMED`, or `RESPONSE_MALFORMED` for values that JSON cannot carry exactly */
export function encodeInferRequest(request: InferRequest): HttpMessage {
  const { inputs, requestId, domain = null, receiptMode, commitmentSalt, id, binary = false, outputNames } = request
  for (const tensor of inputs) checkTensor(tensor)
  const parameters = {
    request_id: requestId,
    ...(domain === null ? {} : { chain_id: String(domain.chainId), verifying_contract: domain.verifyingContract }),
    ...(receiptMode === undefined ? {} : { receipt_mode: receiptMode }),
    ...(commitmentSalt === undefined ? {} : { commitment_salt: commitmentSalt }),
    ...(binary ? { binary_data_output: true } : {}),
  }
  const heads = inputs.map((tensor) => {
    const head = `"name":${JSON.stringify(tensor.name)},"datatype":"${tensor.datatype}","shape":[${tensor.shape.join()}]`
    return binary ? `{${head},"parameters":{"binary_data_size":${tensor.data.length}}}` : `{${head},"data":${jsonData(tensor)}}`
  })
  const wanted = outputNames === undefined ? '' : `,"outputs":${JSON.stringify(outputNames.map((name) => ({ name })))}`
  const json = `{${id === undefined ? '' : `"id":${JSON.stringify(id)},`}"parameters":${JSON.stringify(parameters)},"inputs":[${heads.join()}]${wanted}}`
  const header = utf8(json)
  if (!binary) return { headers: { 'content-type': 'application/json' }, body: header }
  return {
    headers: { 'content-type': 'application/octet-stream', [inferenceHeaderLength]: String(header.length) },
    body: concatBytes(header, ...inputs.map(({ data }) => data)),
  }
}

export type InferAnswer = InferenceResponse & {
  readonly modelName: string
  readonly modelVersion: string | null
  readonly id: string | null
  readonly signer: Address | null
  /** SHA-256 of the attestation document that the enclave had when it answered. */
  readonly attestationSha256: Hex
  readonly attestationUrl: string
  readonly keysetUrl: string
}

/** Parses only; `verifyAnswer` or `verifyInference` decide. @throws `RESPONSE_MALFORMED`, `TENSOR_MALFORMED`, `RECEIPT_MALFORMED` */
export function decodeInferResponse(message: { headers: Readonly<Record<string, string | undefined>>; body: Uint8Array }): InferAnswer {
  const headerLength = message.headers[inferenceHeaderLength]
  const jsonLength = headerLength === undefined ? message.body.length : decimalLength(headerLength, message.body.length)
  const answer = fieldsOf(
    parseAnswer(() => fromUtf8(message.body.subarray(0, jsonLength))),
    'answer',
  )
  const parameters = fieldsOf(answer.parameters, 'parameters')
  let at = jsonLength
  const outputs = listOf(answer.outputs, 'outputs').map((item) => {
    const output = fieldsOf(item, 'output')
    const size = output.parameters === undefined ? undefined : fieldsOf(output.parameters, 'output parameters').binary_data_size
    if (size === undefined) return decodeJsonTensor(output)
    if (!Number.isSafeInteger(size) || (size as number) < 0 || (size as number) > message.body.length - at)
      throw malformedAnswer('binary_data_size', `at most ${message.body.length - at}`, shown(size))
    const data = message.body.slice(at, at + (size as number))
    at += size as number
    const tensor = { ...decodeTensorHead(output), data }
    checkTensor(tensor)
    return tensor
  })
  if (at !== message.body.length) throw malformedAnswer('Bytes after the last tensor')
  return {
    modelName: textOf(answer.model_name, 'model_name'),
    modelVersion: answer.model_version === undefined ? null : textOf(answer.model_version, 'model_version'),
    id: answer.id === undefined ? null : textOf(answer.id, 'id'),
    outputs,
    ...decodeAnswerReceipt(parameters),
  }
}

/** The part of an answer that is about its receipt: OIP's `parameters`, or the field `nacre` of other interfaces. @throws `RESPONSE_MALFORMED`, `RECEIPT_MALFORMED` */
export function decodeAnswerReceipt(parameters: {
  readonly [key: string]: unknown
}): Omit<InferAnswer, 'modelName' | 'modelVersion' | 'id' | 'outputs'> {
  return {
    ...receiptFromParameters(parameters),
    signer: parameters.signer === undefined ? null : (textOf(parameters.signer, 'signer') as Address),
    attestationSha256: textOf(parameters.attestation_sha256, 'attestation_sha256') as Hex,
    attestationUrl: textOf(parameters.attestation_url, 'attestation_url'),
    keysetUrl: textOf(parameters.keyset_url, 'keyset_url'),
  }
}

/** The receipt's own signature, for contracts and files that know no other proof. @throws `RESPONSE_MALFORMED` when the answer came with its place in the log instead */
export function signatureOf({ signature }: Pick<InferAnswer, 'signature'>): Hex {
  if (signature === undefined) throw malformedAnswer('The receipt has no signature of its own: ask with receipt_mode immediate')
  return signature
}

/** A tensor's elements as a JSON array that reads back to the same bytes. @throws `RESPONSE_MALFORMED` for NaN, infinities, 64-bit integers beyond 2^53 and half precision */
export function jsonData(tensor: Tensor): string {
  if (tensor.datatype === 'FP16' || tensor.datatype === 'BF16')
    throw malformedAnswer(`"${tensor.name}" is ${tensor.datatype}, which JSON does not carry: ask for binary data`)
  return `[${tensorValues(tensor).map(jsonNumber).join()}]`
}

function jsonNumber(value: TensorValue): string {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw malformedAnswer('JSON has no NaN or infinity: ask for binary data', undefined, shown(value))
    // JSON.stringify writes -0 as 0, which would hash differently.
    return Object.is(value, -0) ? '-0' : String(value)
  }
  if (typeof value === 'bigint' && (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER))
    throw malformedAnswer('JSON readers round integers beyond 2^53: ask for binary data', undefined, shown(value))
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

/** A tensor whose `data` is a (possibly nested) JSON array. */
export function decodeJsonTensor(json: { readonly [key: string]: unknown }): Tensor {
  const { name, datatype, shape } = decodeTensorHead(json)
  const values = listOf(json.data, 'data').flat(16) as TensorValue[]
  return tensorFromValues({ name, datatype, shape, values })
}

/** @throws `RESPONSE_MALFORMED` */
export function decodeTensorHead(json: { readonly [key: string]: unknown }): Omit<Tensor, 'data'> {
  const datatype = json.datatype
  if (!isDatatype(datatype)) throw malformedAnswer('datatype', undefined, shown(datatype))
  const shape = listOf(json.shape, 'shape').map((size) => {
    if (!Number.isSafeInteger(size) || (size as number) < 0) throw malformedAnswer('shape', 'sizes', shown(size))
    return BigInt(size as number)
  })
  return { name: textOf(json.name, 'name'), datatype: datatype as Datatype, shape }
}

/** A receipt with its audience and proof, from an answer's `parameters`. @throws `RESPONSE_MALFORMED`, `RECEIPT_MALFORMED` */
function receiptFromParameters(parameters: {
  readonly [key: string]: unknown
}): { receipt: Receipt; domain: ReceiptDomain; keptSignature?: Hex } & ReceiptProof {
  const { kept_signature: kept } = parameters
  return {
    receipt: receiptOf(parameters),
    domain: domainFromParameters(parameters),
    ...proofFromParameters(parameters),
    ...(kept === undefined ? {} : { keptSignature: textOf(kept, 'kept_signature') as Hex }),
  }
}

function receiptOf(parameters: { readonly [key: string]: unknown }): Receipt {
  const receipt = {
    requestId: parameters.request_id,
    modelId: parameters.model_id,
    inputHash: parameters.input_hash,
    outputHash: parameters.output_hash,
    timestampMs: integer(parameters.timestamp_ms, 'timestamp_ms'),
    sequence: integer(parameters.sequence, 'sequence'),
  } as Receipt
  checkReceipt(receipt)
  return receipt
}

function proofFromParameters(parameters: { readonly [key: string]: unknown }): ReceiptProof {
  const { log_tree_size, log_timestamp_ms, log_root_hash, log_signature, inclusion_proof } = parameters
  const places = [log_tree_size, log_timestamp_ms, log_root_hash, log_signature, inclusion_proof]
  const isPlaced = places.some((value) => value !== undefined)
  if (isPlaced === (parameters.signature !== undefined))
    throw malformedAnswer('A receipt has a signature or a place in the log, one of the two')
  if (!isPlaced) return { signature: textOf(parameters.signature, 'signature') as Hex }
  const checkpoint = {
    treeSize: integer(log_tree_size, 'log_tree_size'),
    rootHash: log_root_hash as Hex,
    timestampMs: integer(log_timestamp_ms, 'log_timestamp_ms'),
  }
  checkCheckpoint(checkpoint)
  if (!isHex(inclusion_proof) || (inclusion_proof.length - 2) % 64 !== 0 || inclusion_proof.length > 2 + 64 * proofLengthMax)
    throw malformedAnswer('inclusion_proof', `at most ${proofLengthMax} hashes of 32 bytes`)
  const proof = (inclusion_proof.slice(2).match(/.{64}/g) ?? []).map((hash): Hex => `0x${hash}`)
  return { inclusion: { checkpoint, checkpointSignature: textOf(log_signature, 'log_signature') as Hex, proof } }
}

function domainFromParameters(parameters: { readonly [key: string]: unknown }): ReceiptDomain {
  const { chain_id: chainId, verifying_contract: verifyingContract } = parameters
  if (chainId === undefined && verifyingContract === undefined) return null
  if (typeof chainId !== 'string' || !/^(0|[1-9][0-9]{0,77})$/.test(chainId))
    throw malformedAnswer('chain_id', 'decimal text', shown(chainId))
  if (!isHex(verifyingContract, 20)) throw malformedAnswer('verifying_contract', 'an address', shown(verifyingContract))
  return { chainId: BigInt(chainId), verifyingContract }
}

function decimalLength(value: string, most: number): number {
  const length = /^[0-9]{1,10}$/.test(value) ? Number(value) : Number.NaN
  if (!(length <= most)) throw malformedAnswer('Inference-Header-Content-Length', `at most ${most}`, value)
  return length
}

function integer(value: unknown, name: string): bigint {
  return BigInt(integerOf(value, name))
}
