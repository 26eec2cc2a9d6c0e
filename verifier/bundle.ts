import type { VerificationTime } from './attestation.ts'
import { fromHex, type Hex, toHex } from './bytes.ts'
import { type CborMap, type CborValue, cborMap, decodeCbor, encodeCbor } from './cbor.ts'
import type { Certificate } from './certificate.ts'
import type { ChainCache } from './chain.ts'
import { VerifierError } from './errors.ts'
import { type VerifiedInference, verifyInference } from './inference.ts'
import { decodeManifest, hashManifest, type ModelManifest } from './manifest.ts'
import type { Policy } from './policy.ts'
import { checkReceipt, type Receipt, type ReceiptDomain } from './receipt.ts'
import { decodeTensors, encodeTensors, type Tensor } from './tensor.ts'

/** All evidence for one answer, in one file (`*.nacre`): what an auditor needs offline. */
export type Bundle = {
  /** COSE_Sign1 attestation document. */
  readonly attestation: Uint8Array
  /** Keyset, bytes as served. */
  readonly keyset: Uint8Array
  /** Model manifest, canonical bytes. */
  readonly manifest: Uint8Array
  readonly domain: ReceiptDomain
  readonly receipt: Receipt
  readonly signature: Hex
  readonly inputs: readonly Tensor[]
  readonly outputs: readonly Tensor[]
}

/** Deterministic CBOR (RFC 8949 section 4.2.1): one bundle has one encoding. */
export function encodeBundle(bundle: Bundle): Uint8Array {
  const { receipt, domain } = bundle
  checkReceipt(receipt)
  return encodeCbor(
    cborMap({
      format: bundleFormat,
      attestation: bundle.attestation,
      keyset: bundle.keyset,
      manifest: bundle.manifest,
      domain: domain === null ? null : [domain.chainId, fromHex(domain.verifyingContract, 20)],
      receipt: [
        fromHex(receipt.requestId),
        fromHex(receipt.modelId),
        fromHex(receipt.inputHash),
        fromHex(receipt.outputHash),
        receipt.timestampMs,
        receipt.sequence,
      ],
      signature: fromHex(bundle.signature, 65),
      inputs: encodeTensors(bundle.inputs),
      outputs: encodeTensors(bundle.outputs),
    }),
    { deterministic: true },
  )
}

/** Parses only: see {@link verifyBundle}. @throws `BUNDLE_MALFORMED`, `CBOR_MALFORMED`, `TENSOR_MALFORMED` */
export function decodeBundle(bytes: Uint8Array): Bundle {
  const value = decodeCbor(bytes, { bytesMax: bundleBytesMax, deterministic: true })
  if (!(value instanceof Map)) throw malformed('not a map')
  const fields = value as CborMap
  if (fields.get('format') !== bundleFormat) throw malformed('format', bundleFormat, String(fields.get('format')).slice(0, 100))
  const found = [...fields.keys()].map(String).sort().join()
  if (found !== bundleFields.join()) throw malformed('fields', bundleFields.join(), found.slice(0, 300))
  return {
    attestation: bytesOf(fields.get('attestation'), 'attestation'),
    keyset: bytesOf(fields.get('keyset'), 'keyset'),
    manifest: bytesOf(fields.get('manifest'), 'manifest'),
    domain: decodeDomain(fields.get('domain')),
    receipt: decodeReceipt(fields.get('receipt')),
    signature: toHex(bytesOf(fields.get('signature'), 'signature', 65)),
    inputs: decodeTensors(bytesOf(fields.get('inputs'), 'inputs')),
    outputs: decodeTensors(bytesOf(fields.get('outputs'), 'outputs')),
  }
}

/**
 * Verifies a bundle offline: everything that {@link verifyInference} checks, and that the manifest is the one the receipt names.
 *
 * Not checked: who asked, and why. The request id, input, audience and selection of the model's outputs are the bundle's own; compare them with what you expect.
 *
 * @throws {@link VerifierError}
 */
export async function verifyBundle(parameters: {
  bundle: Uint8Array
  root: Certificate
  policy: Policy
  time: VerificationTime
  chainCache?: ChainCache | undefined
}): Promise<VerifiedInference & { readonly manifest: ModelManifest; readonly domain: ReceiptDomain; readonly inputs: readonly Tensor[] }> {
  const bundle = decodeBundle(parameters.bundle)
  const manifest = decodeManifest(bundle.manifest)
  const { domain, inputs } = bundle
  const named = new Set(bundle.outputs.map(({ name }) => name))
  const outputs = manifest.outputs.filter(({ name }) => named.has(name))
  const request = { requestId: bundle.receipt.requestId, modelId: await hashManifest(manifest), inputs, outputs }
  const inference = await verifyInference({ ...parameters, response: bundle, request, domain })
  return { ...inference, manifest, domain, inputs }
}

const bundleFormat = 'nacre/bundle/1'
const bundleFields = ['attestation', 'domain', 'format', 'inputs', 'keyset', 'manifest', 'outputs', 'receipt', 'signature']
export const bundleBytesMax = 256 << 20

function decodeDomain(value: CborValue | undefined): ReceiptDomain {
  if (value === null) return null
  if (!Array.isArray(value) || value.length !== 2) throw malformed('domain', 'null or [chain id, address]')
  return { chainId: unsigned(value[0], 'chain id'), verifyingContract: toHex(bytesOf(value[1], 'verifying contract', 20)) }
}

function decodeReceipt(value: CborValue | undefined): Receipt {
  if (!Array.isArray(value) || value.length !== 6) throw malformed('receipt', 'an array of 6')
  const [requestId, modelId, inputHash, outputHash, timestampMs, sequence] = value as CborValue[]
  return {
    requestId: toHex(bytesOf(requestId, 'requestId', 32)),
    modelId: toHex(bytesOf(modelId, 'modelId', 32)),
    inputHash: toHex(bytesOf(inputHash, 'inputHash', 32)),
    outputHash: toHex(bytesOf(outputHash, 'outputHash', 32)),
    timestampMs: unsigned(timestampMs, 'timestampMs'),
    sequence: unsigned(sequence, 'sequence'),
  }
}

function bytesOf(value: CborValue | undefined, name: string, length?: number): Uint8Array {
  if (!(value instanceof Uint8Array) || (length !== undefined && value.length !== length))
    throw malformed(
      name,
      length === undefined ? 'a byte string' : `${length} bytes`,
      value instanceof Uint8Array ? `${value.length} bytes` : typeof value,
    )
  return value
}

function unsigned(value: CborValue | undefined, name: string): bigint {
  if ((typeof value !== 'number' && typeof value !== 'bigint') || value < 0) throw malformed(name, 'an unsigned integer', String(value))
  return BigInt(value)
}

function malformed(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('BUNDLE_MALFORMED', `Bundle: ${message}`, { expected, received })
}
