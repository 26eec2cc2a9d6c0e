import { type Hex, isHex } from '@nacre/verifier/bytes'
import { VerifierError } from '@nacre/verifier/errors'
import type { ModelManifest, TensorSpec } from '@nacre/verifier/manifest'
import type { ReceiptDomain } from '@nacre/verifier/receipt'
import { checkTensor, elementBytes, type Tensor, type TensorValue, tensorFromValues } from '@nacre/verifier/tensor'
import type { Address } from 'viem'
import { EnclaveError } from './errors.ts'
import type { Limits } from './limits.ts'
import { readJson } from './oip-json.ts'
import { type ReceiptMode, receiptModes } from './receipts.ts'
import { shapeFits } from './tensor-form.ts'

/** An inference request that is wholly checked: nothing in it needs to be looked at again before it runs. */
export type InferRequest = {
  /** OIP `id`, echoed; not the request id. */
  id: string | undefined
  /** Parameter `request_id`; without it the enclave draws one. */
  requestId: Hex | undefined
  /** Parameters `chain_id` and `verifying_contract`. */
  domain: ReceiptDomain
  /** Parameter `commitment_salt`: the receipt holds salted commitments. */
  commitmentSalt: Hex | undefined
  /** Parameter `receipt_mode`. */
  receiptMode: ReceiptMode
  /** All inputs of the manifest, in its order. */
  inputs: Tensor[]
  /** The requested outputs in the manifest's order; all of them when the request names none. */
  outputs: { spec: TensorSpec; binary: boolean }[]
}

/**
 * Reads the body of an `infer` request: Open Inference Protocol v2 JSON, optionally followed by binary tensor data.
 *
 * @param headerLength the header `Inference-Header-Content-Length`. `"0"` means that the whole body is the one input's data.
 */
export function decodeInferRequest(parts: {
  body: Uint8Array
  headerLength: string | undefined
  manifest: ModelManifest
  limits: Limits
}): InferRequest {
  const { body, headerLength, manifest, limits } = parts
  const jsonBytes = headerLength === undefined ? body.length : jsonLength(headerLength, body.length)
  if (headerLength !== undefined && jsonBytes === 0) return decodeRawRequest(body, manifest, limits)

  const request = record(readJson(body.subarray(0, jsonBytes), limits), 'The body')
  const parameters = optionalRecord(request.parameters, 'parameters')
  return {
    id: decodeId(request.id, limits),
    requestId: decodeRequestId(parameters.request_id),
    domain: decodeAudience(parameters.chain_id, parameters.verifying_contract),
    commitmentSalt: decodeCommitmentSalt(parameters.commitment_salt),
    receiptMode: decodeReceiptMode(parameters.receipt_mode),
    inputs: decodeInputs(request.inputs, body.subarray(jsonBytes), manifest, limits),
    outputs: decodeOutputs(request.outputs, flag(parameters.binary_data_output, 'binary_data_output') ?? false, manifest, limits),
  }
}

function jsonLength(header: string, bodyBytes: number): number {
  const length = /^[0-9]{1,10}$/.test(header) ? Number(header) : Number.NaN
  if (!(length <= bodyBytes))
    throw new EnclaveError('BINARY_LENGTH_MISMATCH', 'Inference-Header-Content-Length is not a length within the body', {
      expected: `0 to ${bodyBytes}`,
    })
  return length
}

/** The raw form: no JSON at all. Only where one input can be told from its length alone. */
function decodeRawRequest(body: Uint8Array, manifest: ModelManifest, limits: Limits): InferRequest {
  const [spec, ...others] = manifest.inputs
  const width = spec === undefined ? null : elementBytes(spec.datatype)
  if (spec === undefined || others.length > 0 || width === null || spec.shape.filter((size) => size === -1).length > 1)
    throw new EnclaveError(
      'REQUEST_INVALID',
      'A body without JSON needs a model with one input of fixed-size elements and at most one open dimension',
    )
  const known = spec.shape.reduce((product, size) => (size === -1 ? product : product * size), width)
  const shape = spec.shape.map((size) => (size === -1 ? Math.floor(body.length / Math.max(1, known)) : size))
  const input = { name: spec.name, datatype: spec.datatype, shape, parameters: { binary_data_size: body.length } }
  return {
    id: undefined,
    requestId: undefined,
    domain: null,
    commitmentSalt: undefined,
    receiptMode: 'immediate',
    inputs: decodeInputs([input], body, manifest, limits),
    outputs: manifest.outputs.map((output) => ({ spec: output, binary: false })),
  }
}

function decodeId(id: unknown, { nameLengthMax }: Limits): string | undefined {
  if (id === undefined) return undefined
  if (typeof id !== 'string') throw new EnclaveError('REQUEST_INVALID', 'id is not text')
  if (id.length > nameLengthMax)
    throw new EnclaveError('REQUEST_TOO_COMPLEX', 'id is too long', { expected: `at most ${nameLengthMax} characters` })
  return id
}

function decodeCommitmentSalt(salt: unknown): Hex | undefined {
  if (salt === undefined) return undefined
  if (!isHex(salt, 32)) throw new EnclaveError('COMMITMENT_SALT_MALFORMED', undefined, { expected: '0x and 64 hexadecimal digits' })
  return salt
}

function decodeRequestId(requestId: unknown): Hex | undefined {
  if (requestId === undefined) return undefined
  if (!isHex(requestId, 32)) throw new EnclaveError('REQUEST_ID_MALFORMED', undefined, { expected: '0x and 64 hexadecimal digits' })
  return requestId.toLowerCase() as Hex
}

/** Both or neither: a chain without a contract would make a receipt that no contract accepts. */
export function decodeAudience(chainId: unknown, verifyingContract: unknown): ReceiptDomain {
  if (chainId === undefined && verifyingContract === undefined) return null
  const decimal = typeof chainId === 'number' && Number.isSafeInteger(chainId) ? String(chainId) : chainId
  const isChain = typeof decimal === 'string' && /^[1-9][0-9]{0,77}$/.test(decimal) && BigInt(decimal) < 1n << 256n
  if (!isChain || !isHex(verifyingContract, 20))
    throw new EnclaveError('AUDIENCE_MALFORMED', undefined, {
      expected: 'chain_id: a positive integer or its decimal text; verifying_contract: 0x and 40 hexadecimal digits',
    })
  return { chainId: BigInt(decimal), verifyingContract: verifyingContract.toLowerCase() as Address }
}

function decodeReceiptMode(mode: unknown): ReceiptMode {
  if (mode === undefined) return 'immediate'
  const known = receiptModes.find((name) => name === mode)
  if (known === undefined) throw new EnclaveError('RECEIPT_MODE_UNKNOWN', undefined, { expected: receiptModes.join(', ') })
  return known
}

function decodeInputs(value: unknown, binary: Uint8Array, manifest: ModelManifest, limits: Limits): Tensor[] {
  const inputs = list(value, 'inputs', limits).map((input) => record(input, 'An input'))
  const tensors = new Map<string, Tensor>()
  let at = 0
  // In the request's order, because that is the order of the binary data.
  for (const input of inputs) {
    const spec = manifest.inputs.find(({ name }) => name === input.name)
    if (spec === undefined || tensors.has(spec.name)) throw namesMismatch(manifest, inputs)
    const shape = decodeShape(input, spec, manifest, limits)
    const sizeInBody = optionalRecord(input.parameters, 'parameters').binary_data_size
    if (sizeInBody === undefined) {
      tensors.set(spec.name, tensorFromJson(spec, shape, input.data))
      continue
    }
    if (input.data !== undefined) throw new EnclaveError('REQUEST_INVALID', 'An input has both data and binary_data_size')
    if (typeof sizeInBody !== 'number' || !Number.isSafeInteger(sizeInBody) || sizeInBody < 0 || sizeInBody > binary.length - at)
      throw new EnclaveError('BINARY_LENGTH_MISMATCH', 'binary_data_size reaches past the body', { expected: `0 to ${binary.length - at}` })
    tensors.set(spec.name, tensorFromBinary(spec, shape, binary.subarray(at, at + sizeInBody)))
    at += sizeInBody
  }
  if (tensors.size !== manifest.inputs.length) throw namesMismatch(manifest, inputs)
  // Bytes that no tensor claims would travel unsigned.
  if (at !== binary.length)
    throw new EnclaveError('BINARY_LENGTH_MISMATCH', 'The body holds more than its tensors', {
      expected: `${at} bytes`,
      received: `${binary.length} bytes`,
    })
  return manifest.inputs.map(({ name }) => tensors.get(name) as Tensor)
}

/** Before any element is read: datatype and dimensions are the manifest's, and their product is bounded. */
function decodeShape(input: Record, spec: TensorSpec, { platform }: ModelManifest, limits: Limits): number[] {
  if (input.datatype !== spec.datatype)
    throw new EnclaveError('INPUT_DATATYPE_MISMATCH', `Datatype of input "${spec.name}"`, {
      expected: spec.datatype,
      received: brief(input.datatype),
    })
  const shape = input.shape
  if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0))
    throw new EnclaveError('REQUEST_INVALID', `Shape of input "${spec.name}" is not a list of sizes`)
  if (!shapeFits(spec, shape))
    throw new EnclaveError('INPUT_SHAPE_MISMATCH', `Shape of input "${spec.name}"`, { expected: `[${spec.shape}]`, received: brief(shape) })
  // A program's picture begins with its height: there, only lists of texts are batches.
  const isBatch = platform !== 'nacre_program' || spec.datatype === 'BYTES'
  spec.shape.forEach((size, i) => {
    const most = i === 0 && isBatch ? limits.batchMax : limits.dimensionMax
    if (size === -1 && shape[i] > most)
      throw new EnclaveError('REQUEST_TOO_COMPLEX', `Dimension ${i} of input "${spec.name}"`, {
        expected: `at most ${most}`,
        received: String(shape[i]),
      })
  })
  const count = shape.reduce((product: number, size: number) => product * size, 1)
  if (count > limits.elementsMax)
    throw new EnclaveError('REQUEST_TOO_COMPLEX', `Elements of input "${spec.name}"`, {
      expected: `at most ${limits.elementsMax}`,
      received: String(count),
    })
  return shape
}

function tensorFromBinary(spec: TensorSpec, shape: readonly number[], data: Uint8Array): Tensor {
  const tensor: Tensor = { name: spec.name, datatype: spec.datatype, shape: shape.map(BigInt), data }
  assertFills(spec, shape, data)
  try {
    checkTensor(tensor)
    // ONNX Runtime takes text, not bytes: what is not UTF-8 would reach the model as something else than was hashed.
    if (spec.datatype === 'BYTES') assertText(tensor)
  } catch (cause) {
    if (!(cause instanceof VerifierError)) throw cause
    throw new EnclaveError('INPUT_VALUE_INVALID', `Data of input "${spec.name}"`, { expected: cause.expected, received: cause.received })
  }
  return tensor
}

/** By lengths alone, and for BYTES by walking them no further than the shape goes: a body of nothing but empty texts would be four million objects before anybody had compared a number. */
function assertFills(spec: TensorSpec, shape: readonly number[], data: Uint8Array): void {
  const count = shape.reduce((product, size) => product * size, 1)
  const width = elementBytes(spec.datatype)
  const received = width === null ? countTexts(data, count) : data.length / width
  if (received !== count)
    throw new EnclaveError('INPUT_LENGTH_MISMATCH', `Data of input "${spec.name}"`, {
      expected: `${count} elements`,
      received: received === null ? 'another number, or lengths that reach past the end' : String(received),
    })
}

/** Elements of BYTES data; `null` when there are more than `countMax` or they do not end where the data does. */
function countTexts(data: Uint8Array, countMax: number): number | null {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  let count = 0
  let at = 0
  while (at < data.length && count < countMax && data.length - at >= 4) {
    at += 4 + view.getUint32(at, true)
    count++
  }
  return at === data.length ? count : null
}

/** `data` is flat or nested by dimension, at the caller's choice; row-major order is the same. */
function tensorFromJson(spec: TensorSpec, shape: readonly number[], data: unknown): Tensor {
  const { name, datatype } = spec
  if (!Array.isArray(data)) throw new EnclaveError('REQUEST_INVALID', `Input "${name}" has neither data nor binary_data_size`)
  const count = shape.reduce((product, size) => product * size, 1)
  const values: TensorValue[] = []
  flatten(data, values, name, count)
  if (values.length !== count)
    throw new EnclaveError('INPUT_LENGTH_MISMATCH', `Elements of input "${name}"`, {
      expected: String(count),
      received: values.length > count ? 'more' : String(values.length),
    })
  // A JSON number has lost its last digits beyond 2^53, and JSON has no form for half floats: signing the rounded value would sign another input than the caller meant.
  const lossy =
    datatype === 'FP16' || datatype === 'BF16' || ((datatype === 'INT64' || datatype === 'UINT64') && values.some(isRoundedInteger))
  if (lossy) throw new EnclaveError('INPUT_NEEDS_BINARY', `JSON cannot carry input "${name}" exactly: send it as binary tensor data`)
  try {
    return tensorFromValues({ name, datatype, shape, values })
  } catch (cause) {
    if (!(cause instanceof VerifierError)) throw cause
    throw new EnclaveError('INPUT_VALUE_INVALID', `A value of input "${name}" is not one of ${datatype}`, {
      expected: cause.expected,
      received: cause.received?.slice(0, 64),
    })
  }
}

/** Goes no further than one element beyond `countMax`. */
function flatten(data: readonly unknown[], into: TensorValue[], name: string, countMax: number): void {
  for (const value of data) {
    if (into.length > countMax) return
    if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') into.push(value)
    else if (Array.isArray(value)) flatten(value, into, name, countMax)
    else
      throw new EnclaveError('INPUT_VALUE_INVALID', `Data of input "${name}" holds something that is neither number, truth value nor text`)
  }
}

function isRoundedInteger(value: TensorValue): boolean {
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
}

function decodeOutputs(value: unknown, binaryByDefault: boolean, manifest: ModelManifest, limits: Limits): InferRequest['outputs'] {
  const requested = new Map<string, boolean>()
  const outputs = value === undefined ? [] : list(value, 'outputs', limits).map((output) => record(output, 'An output'))
  for (const output of outputs) {
    const spec = manifest.outputs.find(({ name }) => name === output.name)
    if (spec === undefined || requested.has(spec.name))
      throw new EnclaveError('OUTPUT_UNKNOWN', undefined, {
        expected: `each once at most: ${manifest.outputs.map(({ name }) => name).join(', ')}`,
        received: brief(output.name),
      })
    const binary = flag(optionalRecord(output.parameters, 'parameters').binary_data, 'binary_data')
    requested.set(spec.name, binary ?? binaryByDefault)
  }
  const wanted = requested.size === 0 ? manifest.outputs : manifest.outputs.filter(({ name }) => requested.has(name))
  return wanted.map((spec) => ({ spec, binary: requested.get(spec.name) ?? binaryByDefault }))
}

type Record = { readonly [key: string]: unknown }

function record(value: unknown, what: string): Record {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new EnclaveError('REQUEST_INVALID', `${what} is not an object`)
  return value as Record
}

function optionalRecord(value: unknown, what: string): Record {
  return value === undefined ? {} : record(value, what)
}

function list(value: unknown, what: string, { tensorsMax }: Limits): readonly unknown[] {
  if (!Array.isArray(value)) throw new EnclaveError('REQUEST_INVALID', `${what} is not a list`)
  if (value.length > tensorsMax)
    throw new EnclaveError('REQUEST_TOO_COMPLEX', `Too many ${what}`, { expected: `at most ${tensorsMax}`, received: String(value.length) })
  return value
}

function flag(value: unknown, what: string): boolean | undefined {
  if (value !== undefined && typeof value !== 'boolean') throw new EnclaveError('REQUEST_INVALID', `${what} is neither true nor false`)
  return value
}

function assertText(tensor: Tensor): void {
  const view = new DataView(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength)
  for (let at = 0; at < tensor.data.length; ) {
    const end = at + 4 + view.getUint32(at, true)
    try {
      strictUtf8.decode(tensor.data.subarray(at + 4, end))
    } catch {
      throw new EnclaveError('INPUT_VALUE_INVALID', `Input "${tensor.name}" holds BYTES that are not UTF-8`)
    }
    at = end
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** What the caller sent, short enough to send back. */
function brief(value: unknown): string {
  return String(JSON.stringify(value)).slice(0, 100)
}

function namesMismatch(manifest: ModelManifest, inputs: readonly Record[]): EnclaveError {
  return new EnclaveError('INPUT_NAMES_MISMATCH', undefined, {
    expected: `each once: ${manifest.inputs.map(({ name }) => name).join(', ')}`,
    received: brief(inputs.map(({ name }) => name)),
  })
}
