import { equalBytes, fromHex, sha256, toHex } from '@nacre/verifier/bytes'
import type { OnnxManifest } from '@nacre/verifier/manifest'
import { ReplayError } from './replay-error.ts'

/**
 * That these are the weights that a manifest pins, and that they are all of the model.
 *
 * @throws {@link ReplayError} `WEIGHTS_MISMATCH`, `WEIGHTS_EXTERNAL`
 */
export async function verifyWeights(weights: OnnxManifest['weights'], bytes: Uint8Array): Promise<void> {
  if (bytes.length !== weights.bytes) throw weightsMismatch(`${weights.bytes} bytes`, `${bytes.length} bytes`)
  const digest = await sha256(bytes)
  if (!equalBytes(digest, fromHex(weights.sha256, 32))) throw weightsMismatch(weights.sha256, toHex(digest))
  if (namesExternalData(bytes))
    throw new ReplayError('WEIGHTS_EXTERNAL', 'The model keeps weights in other files', { expected: 'one file', received: 'external data' })
}

export function weightsMismatch(expected: string, received: string): ReplayError {
  return new ReplayError('WEIGHTS_MISMATCH', 'Not the weights of the manifest', { expected, received })
}

const externalDataKey = Array.from('location', (character) => character.charCodeAt(0))

/** A protobuf entry with the key "location" behind its length: ONNX Runtime would open the file it names, which no hash covers. */
function namesExternalData(bytes: Uint8Array): boolean {
  const [first] = externalDataKey as [number]
  for (let at = bytes.indexOf(first); at !== -1; at = bytes.indexOf(first, at + 1)) {
    const before = bytes[at - 1]
    if ((before === 8 || before === 0) && externalDataKey.every((byte, i) => bytes[at + i] === byte)) return true
  }
  return false
}
