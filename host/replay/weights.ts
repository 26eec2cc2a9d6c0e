import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import type { ModelManifest } from '@nacre/verifier/manifest'
import { ReplayError } from './replay-error.ts'

/**
 * The model's file, which must be the one that its manifest pins. The bytes that were hashed are what the caller runs: a path would let the file change in between.
 *
 * @throws {@link ReplayError} `WEIGHTS_UNREADABLE`, `WEIGHTS_MISMATCH`, `WEIGHTS_EXTERNAL`
 */
export function readWeights(weights: ModelManifest['weights'], path: string): Uint8Array {
  const { size } = readable(() => statSync(path))
  // Before it is read: a file of another size is another model, however large.
  if (size !== weights.bytes) throw mismatch(`${weights.bytes} bytes`, `${size} bytes`)
  const bytes = readable(() => readFileSync(path))
  const sha256 = `0x${createHash('sha256').update(bytes).digest('hex')}`
  if (sha256 !== weights.sha256) throw mismatch(weights.sha256, sha256)
  if (namesExternalData(bytes))
    throw new ReplayError('WEIGHTS_EXTERNAL', 'The model keeps weights in other files', { expected: 'one file', received: 'external data' })
  return Uint8Array.from(bytes)
}

/** A protobuf entry with the key "location" behind its length: ONNX Runtime would open the file it names, which no hash covers. */
function namesExternalData(bytes: Buffer): boolean {
  for (let at = bytes.indexOf('location'); at !== -1; at = bytes.indexOf('location', at + 1))
    if (bytes[at - 1] === 8 || bytes[at - 1] === 0) return true
  return false
}

function readable<value>(read: () => value): value {
  try {
    return read()
  } catch (cause) {
    throw new ReplayError('WEIGHTS_UNREADABLE', `Cannot be read: ${(cause as Error).message}`, { cause })
  }
}

function mismatch(expected: string, received: string): ReplayError {
  return new ReplayError('WEIGHTS_MISMATCH', 'Not the weights of the manifest', { expected, received })
}
