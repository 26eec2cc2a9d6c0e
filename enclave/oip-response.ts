import type { Hex } from '@nacre/verifier/bytes'
import type { ModelManifest } from '@nacre/verifier/manifest'
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

/** As text where all of it is: Node then writes head and body at once. */
export type InferResponse = { headers: { [name: string]: string }; body: Buffer | string }

/** Writing strings and joining bytes: nothing in here can fail on account of the request, because the receipt is already issued. */
export function encodeInferResponse(parts: {
  manifest: ModelManifest
  id: string | undefined
  outputs: PreparedOutputs
  issued: IssuedReceipt
  documentSha256: Hex
}): InferResponse {
  const { manifest, id, outputs, issued, documentSha256 } = parts
  const text =
    `{"model_name":${JSON.stringify(manifest.name)},"model_version":${JSON.stringify(manifest.version)},` +
    `${id === undefined ? '' : `"id":${JSON.stringify(id)},`}"parameters":${receiptParameters(issued, documentSha256)},"outputs":${outputs.json}}`
  if (outputs.binary.length === 0) return { headers: { 'content-type': 'application/json; charset=utf-8' }, body: text }
  const json = Buffer.from(text)
  return {
    headers: { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(json.length) },
    body: Buffer.concat([json, ...outputs.binary]),
  }
}

/** Receipt, proof and where the evidence is, as a JSON object. */
export function receiptParameters({ parameters }: IssuedReceipt, documentSha256: Hex): string {
  return (
    `{${parameters},"attestation_sha256":"${documentSha256}",` +
    `"attestation_url":"/attestation/raw?sha256=${documentSha256}","keyset_url":"/.well-known/nacre-keyset"}`
  )
}
