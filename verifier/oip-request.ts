import { concatBytes, fromUtf8, type Hex, isHex, utf8 } from './bytes.ts'
import { EndpointError } from './endpoint.ts'
import { VerifierError } from './errors.ts'
import type { ModelManifest, TensorSpec } from './manifest.ts'
import type { ReceiptDomain } from './receipt.ts'
import { decodeJsonTensor, decodeTensorHead, type HttpMessage, inferenceHeaderLength } from './response.ts'
import { checkTensor, elementBytes, type Tensor } from './tensor.ts'

/** An inference request as some client of the Open Inference Protocol v2 wrote it, read so far that its answer can be held to it. */
export type OipRequest = {
  /** Named by the client; `undefined` when it left that to others. */
  readonly requestId: Hex | undefined
  readonly domain: ReceiptDomain
  readonly commitmentSalt: Hex | undefined
  /** All of the manifest's, in its order. */
  readonly inputs: readonly Tensor[]
  /** Those that were asked for, in the manifest's order. */
  readonly outputs: readonly TensorSpec[]
  /** The same request under this id, its inputs in binary. Whatever else it says is kept. */
  encode(requestId: Hex): HttpMessage
}

/** @throws `INPUT_UNFIT` for what is no request for this model: it is refused here, before anything is sent */
export function decodeOipRequest(message: HttpMessage, manifest: ModelManifest): OipRequest {
  const { headers, body } = message
  const headerLength = headers[inferenceHeaderLength]
  if (headerLength === '0') return rawRequest(body, manifest)
  const jsonLength = headerLength === undefined ? body.length : Number(headerLength)
  if (headerLength !== undefined && !(/^[0-9]{1,10}$/.test(headerLength) && jsonLength <= body.length))
    throw unfit('Inference-Header-Content-Length is not a length within the body')
  const { inputs: given, outputs: selected, parameters = {}, ...rest } = object(parseJson(body.subarray(0, jsonLength)), 'The request')
  const named = object(parameters, 'parameters')
  const { request_id: requestId, commitment_salt: commitmentSalt } = named
  if (commitmentSalt !== undefined && !isHex(commitmentSalt, 32)) throw unfit('commitment_salt is not 0x and 64 hexadecimal digits')
  if (requestId !== undefined && !isHex(requestId, 32)) throw unfit('request_id is not 0x and 64 hexadecimal digits')
  const inputs = arrangeInputs(decodeInputs(given, body.subarray(jsonLength), manifest), manifest)
  return {
    requestId: requestId === undefined ? undefined : (requestId.toLowerCase() as Hex),
    domain: decodeDomain(named),
    commitmentSalt: commitmentSalt === undefined ? undefined : (commitmentSalt as Hex),
    inputs,
    outputs: decodeOutputs(selected, manifest),
    encode: (requestId) =>
      encodeBinary(inputs, {
        ...rest,
        ...(selected === undefined ? {} : { outputs: selected }),
        parameters: { ...named, request_id: requestId },
      }),
  }
}

/** The model's inputs in the manifest's order. @throws `INPUT_UNFIT` before anything is sent */
export function arrangeInputs(given: readonly Tensor[], { name, inputs: specs }: ModelManifest): Tensor[] {
  const expected = specs.map(describeSpec).join(', ')
  const unfit = (message: string) => new EndpointError('INPUT_UNFIT', `${message}; model "${name}" takes ${expected}`)
  if (new Set(given.map((tensor) => tensor.name)).size !== given.length) throw unfit('An input is given twice')
  for (const tensor of given) if (!specs.some((spec) => spec.name === tensor.name)) throw unfit(`There is no input "${tensor.name}"`)
  return specs.map((spec) => {
    const tensor = given.find((candidate) => candidate.name === spec.name)
    if (tensor === undefined) throw unfit(`Input "${spec.name}" is missing`)
    checkTensor(tensor)
    const fits =
      tensor.shape.length === spec.shape.length && spec.shape.every((size, index) => size === -1 || BigInt(size) === tensor.shape[index])
    if (tensor.datatype !== spec.datatype || !fits) throw unfit(`Input "${spec.name}" is ${tensor.datatype} [${tensor.shape.join(', ')}]`)
    return tensor
  })
}

/** Specifications of the outputs that were named. @throws `INPUT_UNFIT` for others than an enclave can answer with */
export function arrangeOutputs(names: readonly string[], { name, outputs }: ModelManifest): TensorSpec[] {
  const specs = outputs.filter((spec) => names.includes(spec.name))
  if (specs.length > 0 && specs.length === names.length && specs.every((spec, index) => spec.name === names[index])) return specs
  throw new EndpointError(
    'INPUT_UNFIT',
    `Model "${name}" answers with ${outputs.map((spec) => `"${spec.name}"`).join(', ')}, in this order`,
  )
}

/** Without any JSON: the body is the data of the model's only input. */
function rawRequest(body: Uint8Array, manifest: ModelManifest): OipRequest {
  const [spec, ...others] = manifest.inputs
  const width = spec === undefined ? null : elementBytes(spec.datatype)
  if (spec === undefined || others.length > 0 || width === null || spec.shape.filter((size) => size === -1).length > 1)
    throw unfit('A body without JSON needs a model with one input of fixed-size elements and at most one open dimension')
  const known = spec.shape.reduce((product, size) => (size === -1 ? product : product * size), width)
  const shape = spec.shape.map((size) => BigInt(size === -1 ? Math.floor(body.length / Math.max(1, known)) : size))
  const inputs = checked(() => arrangeInputs([{ name: spec.name, datatype: spec.datatype, shape, data: body.slice() }], manifest))
  return {
    requestId: undefined,
    domain: null,
    commitmentSalt: undefined,
    inputs,
    outputs: manifest.outputs,
    encode: (requestId) => encodeBinary(inputs, { parameters: { request_id: requestId } }),
  }
}

function decodeInputs(value: unknown, binary: Uint8Array, { inputs: specs }: ModelManifest): Tensor[] {
  let at = 0
  const tensors = list(value, 'inputs').map((item) => {
    const input = object(item, 'An input')
    const size = input.parameters === undefined ? undefined : object(input.parameters, 'parameters').binary_data_size
    // The datatype is the manifest's where a client leaves it out, as some do.
    const head = { datatype: specs.find(({ name }) => name === input.name)?.datatype, ...input }
    if (size === undefined) return checked(() => decodeJsonTensor(head))
    if (!Number.isSafeInteger(size) || (size as number) < 0 || (size as number) > binary.length - at) throw unfit('binary_data_size')
    const { name, datatype, shape } = checked(() => decodeTensorHead(head))
    const data = binary.slice(at, at + (size as number))
    at += size as number
    return { name, datatype, shape, data }
  })
  if (at !== binary.length) throw unfit('Bytes after the last tensor')
  return tensors
}

function decodeOutputs(value: unknown, manifest: ModelManifest): readonly TensorSpec[] {
  if (value === undefined) return manifest.outputs
  const names = list(value, 'outputs').map((item) => object(item, 'An output').name)
  return names.length === 0 ? manifest.outputs : manifest.outputs.filter(({ name }) => names.includes(name))
}

function decodeDomain({ chain_id, verifying_contract }: Fields): ReceiptDomain {
  if (chain_id === undefined && verifying_contract === undefined) return null
  const chainId = typeof chain_id === 'number' && Number.isSafeInteger(chain_id) ? String(chain_id) : chain_id
  if (typeof chainId !== 'string' || !/^[1-9][0-9]{0,77}$/.test(chainId) || !isHex(verifying_contract, 20))
    throw unfit('chain_id and verifying_contract do not name an audience')
  return { chainId: BigInt(chainId), verifyingContract: verifying_contract }
}

/** Inputs as raw bytes after the JSON: exact for every datatype, whatever form the client wrote them in. */
function encodeBinary(inputs: readonly Tensor[], fields: Fields): HttpMessage {
  const heads = inputs.map(({ name, datatype, shape, data }) => ({
    name,
    datatype,
    shape: shape.map(Number),
    parameters: { binary_data_size: data.length },
  }))
  const json = utf8(JSON.stringify({ ...fields, inputs: heads }))
  return {
    headers: { 'content-type': 'application/octet-stream', [inferenceHeaderLength]: String(json.length) },
    body: concatBytes(json, ...inputs.map(({ data }) => data)),
  }
}

type Fields = { readonly [key: string]: unknown }

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes))
  } catch {
    throw unfit('The body is not JSON in UTF-8')
  }
}

function object(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unfit(`${what} is not an object`)
  return value as Fields
}

function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw unfit(`${what} is not a list`)
  return value
}

/** Values that do not fit are the client's to correct, and no verdict on the enclave. */
function checked<value>(work: () => value): value {
  try {
    return work()
  } catch (cause) {
    if (!(cause instanceof VerifierError)) throw cause
    throw unfit(cause.message, cause)
  }
}

function unfit(message: string, cause?: unknown): EndpointError {
  return new EndpointError('INPUT_UNFIT', message, cause === undefined ? {} : { cause })
}

function describeSpec({ name, datatype, shape }: TensorSpec): string {
  return `"${name}" ${datatype} [${shape.map((size) => (size === -1 ? 'any' : size)).join(', ')}]`
}
