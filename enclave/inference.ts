import { createHash, hash } from 'node:crypto'
import { type Hex, toHex } from '@nacre/verifier/bytes'
import { commitTensors } from '@nacre/verifier/commitment'
import { type Tensor, tensorPieces } from '@nacre/verifier/tensor'
import type { AttestationService } from './attestation-service.ts'
import { EnclaveError } from './errors.ts'
import type { Limits } from './limits.ts'
import type { RunningModel } from './model-registry.ts'
import { decodeInferRequest } from './oip-request.ts'
import { encodeInferResponse, type InferResponse, prepareOutputs } from './oip-response.ts'
import type { ReceiptIssuer } from './receipts.ts'

/**
 * The straight line of an answer. Every step throws or goes on; there is no way to the return that does not pass `issue`, so an answer without a receipt cannot be written.
 * Both hashes are taken here from the bytes that came in and go out; nothing the client or the model's process says about them is used.
 */
export async function infer(parts: {
  model: RunningModel
  body: Uint8Array
  headerLength: string | undefined
  /** Aborted when the client goes away. */
  signal: AbortSignal
  /** Clients take turns at a model: their connection. */
  client: object
  /** Counts the answer's bytes as held until it is sent. @throws `ENCLAVE_OVERLOADED` */
  holdAnswer: (bytes: number) => void
  attestation: AttestationService
  receipts: ReceiptIssuer
  randomBytes: (length: number) => Uint8Array
  limits: Limits
}): Promise<InferResponse> {
  const { model, body, headerLength, signal, client, holdAnswer, attestation, receipts, randomBytes, limits } = parts
  const { manifest } = model
  const request = decodeInferRequest({ body, headerLength, manifest, limits })
  const salt = request.commitmentSalt
  const running = model.process.run(
    request.inputs,
    request.outputs.map(({ spec }) => spec.name),
    signal,
    undefined,
    client,
  )
  // While the model runs, on the same bytes: its process has a copy.
  const inputHash =
    salt === undefined ? hashTensors(request.inputs) : commitTensors({ tensors: request.inputs, salt, side: 'input', hash: sha256 })
  const outputs = await running
  if (signal.aborted) throw new EnclaveError('CLIENT_GONE')

  const prepared = prepareOutputs(outputs, request.outputs, limits)
  // Before the receipt: an answer that there is no room for uses no sequence number.
  holdAnswer(prepared.bytes)
  const outputHash = salt === undefined ? hashTensors(outputs) : commitTensors({ tensors: outputs, salt, side: 'output', hash: sha256 })
  const document = attestation.current()
  const requestId = request.requestId ?? toHex(randomBytes(32))
  const issued = await receipts.issue({ requestId, modelId: model.id, inputHash, outputHash }, request.domain, request.receiptMode)
  return encodeInferResponse({ manifest, id: request.id, outputs: prepared, issued, documentSha256: document.sha256 })
}

/** The receipt's hash of tensors, synchronously: WebCrypto's detour over a thread costs more than the hash. */
function hashTensors(tensors: readonly Tensor[]): Hex {
  const pieces = tensorPieces(tensors)
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  if (length <= small.length) {
    // At once: making a hash object costs more than copying so little.
    let at = 0
    for (const piece of pieces) {
      small.set(piece, at)
      at += piece.length
    }
    return `0x${hash('sha256', small.subarray(0, length), 'hex')}`
  }
  const sha256 = createHash('sha256')
  for (const piece of pieces) sha256.update(piece)
  return `0x${sha256.digest('hex')}`
}

const small = Buffer.alloc(4096)

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}
