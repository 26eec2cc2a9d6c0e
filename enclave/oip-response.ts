import type { Hex } from '@nacre/verifier/bytes'
import type { ModelManifest } from '@nacre/verifier/manifest'
import type { ReceiptProof } from '@nacre/verifier/receipt-proof'
import type { Tensor } from '@nacre/verifier/tensor'
import { EnclaveError } from './errors.ts'
import type { Limits } from './limits.ts'
import { writeTensorData } from './oip-json.ts'
import type { InferRequest } from './oip-request.ts'
import type { IssuedReceipt } from './receipts.ts'

/** Outputs in the form in which they will travel. Made before the receipt, so that an output that cannot travel uses no sequence number. */
export type PreparedOutputs = { json: string; binary: Uint8Array[]; bytes: number }

/** @throws `OUTPUT_NEEDS_BINARY` */
export function prepareOutputs(outputs: readonly Tensor[], requested: InferRequest['outputs'], limits: Limits): PreparedOutputs {
  assertJsonCarries(
    outputs.filter((_, i) => requested[i]?.binary !== true),
    limits,
  )
  const binary: Uint8Array[] = []
  const json = outputs.map((tensor, i) => {
    const head = `"name":${JSON.stringify(tensor.name)},"datatype":"${tensor.datatype}","shape":[${tensor.shape}]`
    if (requested[i]?.binary !== true) return `{${head},"data":${writeTensorData(tensor)}}`
    binary.push(tensor.data)
    return `{${head},"parameters":{"binary_data_size":${tensor.data.length}}}`
  })
  const text = `[${json}]`
  return { json: text, binary, bytes: binary.reduce((sum, data) => sum + data.length, Buffer.byteLength(text)) }
}

/** Before any value is made into text: one text line of 27,000 pixels, 15 MB of request, was 506 MB of JSON and stopped the enclave for seven seconds. */
function assertJsonCarries(outputs: readonly Tensor[], { jsonOutputBytesMax }: Limits): void {
  const bytes = outputs.reduce((sum, { data }) => sum + data.length, 0)
  if (bytes > jsonOutputBytesMax)
    throw new EnclaveError('OUTPUT_NEEDS_BINARY', 'Too much for JSON: set binary_data_output, or binary_data on large outputs', {
      expected: `at most ${jsonOutputBytesMax} bytes of data as JSON`,
      received: `${bytes} bytes`,
    })
}

export type InferResponse = { headers: { [name: string]: string }; body: Buffer }

/** Writing strings and joining bytes: nothing in here can fail on account of the request, because the receipt is already issued. */
export function encodeInferResponse(parts: {
  manifest: ModelManifest
  id: string | undefined
  outputs: PreparedOutputs
  issued: IssuedReceipt
  documentSha256: Hex
}): InferResponse {
  const { manifest, id, outputs, issued, documentSha256 } = parts
  const { receipt, signer, domain } = issued
  const audience = domain === null ? '' : `,"chain_id":"${domain.chainId}","verifying_contract":"${domain.verifyingContract}"`
  // All but names and `id` are hexadecimal and digits, which JSON writes as they are.
  const text =
    `{"model_name":${JSON.stringify(manifest.name)},"model_version":${JSON.stringify(manifest.version)},` +
    `${id === undefined ? '' : `"id":${JSON.stringify(id)},`}"parameters":{` +
    `"request_id":"${receipt.requestId}","model_id":"${receipt.modelId}",` +
    `"input_hash":"${receipt.inputHash}","output_hash":"${receipt.outputHash}",` +
    `"timestamp_ms":${receipt.timestampMs},"sequence":${receipt.sequence},${encodeReceiptProof(issued)},` +
    `"signer":"${signer}"${audience},"attestation_sha256":"${documentSha256}",` +
    `"attestation_url":"/attestation/raw?sha256=${documentSha256}","keyset_url":"/.well-known/nacre-keyset"},` +
    `"outputs":${outputs.json}}`
  const json = Buffer.from(text)
  if (outputs.binary.length === 0) return { headers: { 'content-type': 'application/json; charset=utf-8' }, body: json }
  return {
    headers: { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(json.length) },
    body: Buffer.concat([json, ...outputs.binary]),
  }
}

/** Flat, because the protocol knows only text, numbers and booleans as parameters. */
function encodeReceiptProof({ signature, inclusion }: ReceiptProof): string {
  if (inclusion === undefined) return `"signature":"${signature}"`
  const { checkpoint, checkpointSignature, proof } = inclusion
  let hashes = '0x'
  for (const hash of proof) hashes += hash.slice(2)
  return (
    `"log_tree_size":${checkpoint.treeSize},"log_root_hash":"${checkpoint.rootHash}","log_timestamp_ms":${checkpoint.timestampMs},` +
    `"log_signature":"${checkpointSignature}","inclusion_proof":"${hashes}"`
  )
}
