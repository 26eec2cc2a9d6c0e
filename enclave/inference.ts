import { createHash, hash } from 'node:crypto'
import { type Hex, toHex } from '@nacre/verifier/bytes'
import { commitTensors } from '@nacre/verifier/commitment'
import type { ReceiptDomain } from '@nacre/verifier/receipt'
import { type Tensor, tensorPieces } from '@nacre/verifier/tensor'
import type { AttestationService } from './attestation-service.ts'
import { EnclaveError } from './errors.ts'
import type { GoneSignal } from './gone-signal.ts'
import type { Limits } from './limits.ts'
import type { RunningModel } from './model-registry.ts'
import { decodeInferRequest } from './oip-request.ts'
import { encodeInferResponse, type InferResponse, prepareOutputs } from './oip-response.ts'
import type { IssuedReceipt, ReceiptIssuer, ReceiptMode } from './receipts.ts'

/** One request of the Open Inference Protocol, answered. */
export async function infer(parts: InferenceParts & { body: Uint8Array; headerLength: string | undefined }): Promise<InferResponse> {
  const { services, model, signal, client, holdAnswer, body, headerLength } = parts
  const { limits, randomBytes } = services
  const { manifest } = model
  const request = decodeInferRequest({ body, headerLength, manifest, limits })
  const { requestId = toHex(randomBytes(32)), domain, commitmentSalt, receiptMode, inputs } = request
  const outputNames = request.outputs.map(({ spec }) => spec.name)
  const { prepared, issued, documentSha256 } = await inferTensors({
    services,
    model,
    signal,
    client,
    holdAnswer,
    asked: { requestId, domain, commitmentSalt, receiptMode, inputs, outputNames },
    prepare: (outputs) => prepareOutputs(outputs, request.outputs, limits),
  })
  return encodeInferResponse({ manifest, id: request.id, outputs: prepared, issued, documentSha256 })
}

type InferenceParts = {
  /** As they are, not spread into the rest: a request's own copy of so many members outlives it in the heap. */
  services: {
    attestation: AttestationService
    receipts: ReceiptIssuer
    randomBytes(length: number): Uint8Array
    limits: Limits
  }
  model: RunningModel
  /** Aborted when the client goes away. */
  signal: GoneSignal
  /** Clients take turns at a model: their connection. */
  client: object
  /** Counts the answer's bytes as held until it is sent. @throws `ENCLAVE_OVERLOADED` */
  holdAnswer: (bytes: number) => void
}

/** Wholly checked: nothing in it needs to be looked at again before it runs. */
export type AskedInference = {
  requestId: Hex
  domain: ReceiptDomain
  commitmentSalt: Hex | undefined
  receiptMode: ReceiptMode
  /** The manifest's, in its order. */
  inputs: readonly Tensor[]
  /** In the manifest's order. */
  outputNames: readonly string[]
}

/**
 * The straight line of an answer. Every step throws or goes on; there is no way to the return that does not pass `issue`, so an answer without a receipt cannot be written.
 * Both hashes are taken here from the bytes that came in and go out; nothing the client or the model's process says about them is used.
 */
export async function inferTensors<prepared extends { bytes: number }>(
  parts: InferenceParts & {
    asked: AskedInference
    /** Puts the outputs into the form in which they will travel: one that cannot travel is refused here, and uses no sequence number. */
    prepare: (outputs: readonly Tensor[]) => prepared
    /** Of a program that answers piece by piece. */
    onChunk?: ((chunk: Uint8Array) => void) | undefined
  },
): Promise<{ outputs: readonly Tensor[]; prepared: prepared; issued: IssuedReceipt; documentSha256: Hex }> {
  const { services, model, asked, signal, client, prepare, onChunk, holdAnswer } = parts
  const { attestation, receipts } = services
  const { requestId, inputs, outputNames, domain, receiptMode, commitmentSalt: salt } = asked
  const running = model.process.run(inputs, outputNames, signal, onChunk, client)
  let inputHash: Hex
  try {
    // While the model runs, on the same bytes: its process has a copy.
    inputHash = salt === undefined ? hashTensors(inputs) : commitTensors({ tensors: inputs, salt, side: 'input', hash: sha256 })
  } catch (error) {
    // Whoever lent the inputs may take them back when this is over.
    await running.catch(() => {})
    throw error
  }
  const outputs = await running
  if (signal.aborted) throw new EnclaveError('CLIENT_GONE')

  // Before the receipt: an answer that there is no room for uses no sequence number.
  const prepared = prepare(outputs)
  holdAnswer(prepared.bytes)
  const outputHash = salt === undefined ? hashTensors(outputs) : commitTensors({ tensors: outputs, salt, side: 'output', hash: sha256 })
  const document = attestation.current()
  const issued = await receipts.issue({ requestId, modelId: model.id, inputHash, outputHash }, domain, receiptMode)
  return { outputs, prepared, issued, documentSha256: document.sha256 }
}

/** The receipt's hash of tensors, synchronously: WebCrypto's detour over a thread costs more than the hash. */
export function hashTensors(tensors: readonly Tensor[]): Hex {
  const between = canonicalBetween(tensors)
  let length = 0
  for (const bytes of between) length += bytes.length
  for (const { data } of tensors) length += data.length
  if (length <= small.length) {
    // At once: making a hash object costs more than copying so little.
    let at = 0
    for (let i = 0; i < between.length; i++) {
      at = put(between[i] as Uint8Array, at)
      if (i < tensors.length) at = put((tensors[i] as Tensor).data, at)
    }
    return `0x${hash('sha256', small.subarray(0, length), 'hex')}`
  }
  const sha256 = createHash('sha256')
  for (let i = 0; i < between.length; i++) {
    sha256.update(between[i] as Uint8Array)
    if (i < tensors.length) sha256.update((tensors[i] as Tensor).data)
  }
  return `0x${sha256.digest('hex')}`
}

const small = Buffer.alloc(4096)

function put(bytes: Uint8Array, at: number): number {
  small.set(bytes, at)
  return at + bytes.length
}

/** What stands before, between and after the data of `tensorPieces`. It says the tensors' form, and one form comes again and again. */
function canonicalBetween(tensors: readonly Tensor[]): readonly Uint8Array[] {
  const name = tensors.length === 0 ? '' : (tensors[0] as Tensor).name
  const known = knownForms.get(name)
  if (known !== undefined && isOfForm(tensors, known)) return known.between
  const between = tensorPieces(tensors).filter((_, i) => i % 2 === 0)
  // Whether texts fill their shape, and truths are 0 or 1, is for their content to say, and must be looked at each time.
  if (tensors.some(({ datatype }) => datatype === 'BYTES' || datatype === 'BOOL')) return between
  // The attack: a client that asks with ever other names, each of which would be kept.
  if (knownForms.size >= formsKept) knownForms.clear()
  const of = tensors.map(({ name, datatype, shape, data }) => ({ name, datatype, shape: shape.slice(), dataLength: data.length }))
  knownForms.set(name, { of, between })
  return between
}

type TensorForm = Pick<Tensor, 'name' | 'datatype' | 'shape'> & { dataLength: number }

/** The form in which tensors came last, by the first one's name. */
const knownForms = new Map<string, { of: readonly TensorForm[]; between: readonly Uint8Array[] }>()
const formsKept = 256

function isOfForm(tensors: readonly Tensor[], { of }: { of: readonly TensorForm[] }): boolean {
  if (tensors.length !== of.length) return false
  for (let i = 0; i < of.length; i++) {
    const { name, datatype, shape, data } = tensors[i] as Tensor
    const form = of[i] as TensorForm
    if (name !== form.name || datatype !== form.datatype || data.length !== form.dataLength || shape.length !== form.shape.length)
      return false
    for (let j = 0; j < shape.length; j++) if (shape[j] !== form.shape[j]) return false
  }
  return true
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}
