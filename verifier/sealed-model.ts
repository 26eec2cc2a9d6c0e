import { concatBytes, type Hex, isHex, sha256, utf8 } from './bytes.ts'
import { decodeCanonicalJson, encodeCanonicalJson, type JsonValue } from './canonical-json.ts'
import { shown, VerifierError } from './errors.ts'
import type { ModelManifest, OnnxManifest } from './manifest.ts'

/**
 * The header of a sealed model (`sealed.json`), which lies beside the plaintext manifest. The plaintext - the model's weights, or all parts of a program ({@link sealedParts}) - is cut into chunks, each encrypted by AES-256-GCM, in the STREAM construction (Hoang,
 * Reyhanitabar, Rogaway, Vizár 2015): a chunk's nonce is its number and whether it is the last, so none can be moved, repeated, left out or cut off. The key is derived from the data key *and this
 * header's bytes*: a changed header opens nothing. The file is the ciphertexts, each with its tag of 16 bytes, one after another.
 */
export type SealedModel = {
  format: 'nacre/sealed-model/1'
  /** SHA-256 of the plaintext manifest: also the file's name, and in KMS's encryption context. */
  modelId: Hex
  /** Of all parts together. */
  weightsBytes: number
  /** Plaintext bytes of every chunk but the last. */
  chunkBytes: number
  /** ARN of the KMS key, never an alias. */
  keyArn: string
  /** The data key as KMS encrypted it. */
  encryptedKey: Hex
  /** 32 bytes, random for each sealing. */
  salt: Hex
  /** What is derived from the right data key, so that a wrong one shows before anything is fetched. 32 bytes. */
  keyCheck: Hex
}

export const sealedTagBytes = 16

export function encodeSealedModel(sealed: SealedModel): Uint8Array {
  checkSealedModel(sealed)
  return encodeCanonicalJson(sealed)
}

/** @throws `SEALED_MODEL_MALFORMED`, `JSON_NOT_CANONICAL` */
export function decodeSealedModel(bytes: Uint8Array): SealedModel {
  if (bytes.length > headerBytesMax) throw malformed('length', `at most ${headerBytesMax} bytes`, bytes.length)
  const value = decodeCanonicalJson(bytes)
  checkSealedModel(value)
  return value as unknown as SealedModel
}

/** A file that is sealed: its place in the model's folder, and what it is. */
export type SealedPart = { path: string; sha256: Hex; bytes: number }

/**
 * What a seal of this model holds, in this order and with nothing between: the weights; of a program those of each stage, then its files, as its manifest lists them. The header needs not say it again: the
 * model id that it names stands for every id, hash and length here.
 *
 * @param stages a program's, by their model ids: whoever calls this has hashed their manifests
 * @throws `SEALED_MODEL_MALFORMED` for a stage that is not there
 */
export function sealedParts(manifest: ModelManifest, stages: ReadonlyMap<Hex, OnnxManifest> = new Map()): SealedPart[] {
  if (manifest.platform === 'onnx_onnxv1') return [{ path: 'model.onnx', ...manifest.weights }]
  const weights = manifest.stages.map(({ role, modelId }) => {
    const stage = stages.get(modelId)
    if (stage === undefined) throw malformed(`stage ${role}`, `the manifest ${modelId}`, undefined)
    return { path: `stages/${role}/model.onnx`, ...stage.weights }
  })
  return [...weights, ...manifest.files.map(({ name, ...file }) => ({ path: name, ...file }))]
}

/** What KMS authenticates with the data key, and writes into its log. */
export function sealedModelContext(modelId: Hex): { 'nacre:model': Hex } {
  return { 'nacre:model': modelId }
}

/** `info` of HKDF-SHA-256 (RFC 5869) over the data key with the header's salt. */
export const sealedKeyCheckInfo = utf8('nacre/sealed-model/1 key check')

/** Likewise, for the key that encrypts chunks. */
export async function sealedContentInfo(header: Uint8Array): Promise<Uint8Array> {
  return concatBytes(utf8('nacre/sealed-model/1 content'), await sha256(header))
}

/** 11 bytes of number, big-endian, and one that is 1 for the last chunk. */
export function sealedChunkNonce(index: number, isLast: boolean): Uint8Array {
  const nonce = new Uint8Array(12)
  new DataView(nonce.buffer).setBigUint64(3, BigInt(index))
  nonce[11] = Number(isLast)
  return nonce
}

export function sealedChunkCount({ weightsBytes, chunkBytes }: Pick<SealedModel, 'weightsBytes' | 'chunkBytes'>): number {
  return Math.ceil(weightsBytes / chunkBytes)
}

/** Length of the whole ciphertext. */
export function sealedBytes(sealed: Pick<SealedModel, 'weightsBytes' | 'chunkBytes'>): number {
  return sealed.weightsBytes + sealedChunkCount(sealed) * sealedTagBytes
}

const headerBytesMax = 16 * 1024
const keys = ['chunkBytes', 'encryptedKey', 'format', 'keyArn', 'keyCheck', 'modelId', 'salt', 'weightsBytes']
const arnForm = /^arn:aws[a-z-]*:kms:[a-z0-9-]{1,32}:\d{12}:key\/[A-Za-z0-9-]{1,64}$/

function checkSealedModel(value: JsonValue): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed('header', 'an object', value)
  const sealed = value as { [key: string]: JsonValue }
  const found = Object.keys(sealed).sort().join()
  if (found !== keys.join()) throw malformed('header', keys.join(), found)
  if (sealed.format !== 'nacre/sealed-model/1') throw malformed('format', 'nacre/sealed-model/1', sealed.format)
  for (const key of ['modelId', 'salt', 'keyCheck'] as const)
    if (!isLowerHex(sealed[key], 32)) throw malformed(key, '32 bytes in lower-case hexadecimal', sealed[key])
  const { encryptedKey, weightsBytes, chunkBytes, keyArn } = sealed
  // What KMS takes as a ciphertext.
  if (!isLowerHex(encryptedKey) || encryptedKey.length < 4 || encryptedKey.length > 2 + 2 * 6144)
    throw malformed('encryptedKey', '1 to 6144 bytes in lower-case hexadecimal', encryptedKey)
  if (typeof keyArn !== 'string' || !arnForm.test(keyArn)) throw malformed('keyArn', 'arn:aws:kms:REGION:ACCOUNT:key/ID', keyArn)
  if (!Number.isSafeInteger(chunkBytes) || (chunkBytes as number) < 4096 || (chunkBytes as number) > 16 << 20)
    throw malformed('chunkBytes', '4096 to 16 Mi', chunkBytes)
  if (!Number.isSafeInteger(weightsBytes) || (weightsBytes as number) < 1)
    throw malformed('weightsBytes', 'a positive integer', weightsBytes)
}

function isLowerHex(value: JsonValue | undefined, length?: number): value is Hex {
  return isHex(value, length) && value === value.toLowerCase()
}

function malformed(field: string, expected: string, received: unknown): VerifierError {
  return new VerifierError('SEALED_MODEL_MALFORMED', `Sealed model: ${field}`, { expected, received: shown(received) })
}
