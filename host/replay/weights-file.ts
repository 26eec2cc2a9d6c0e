import { readFileSync, statSync } from 'node:fs'
import type { OnnxManifest } from '@nacre/verifier/manifest'
import { ReplayError } from './replay-error.ts'
import { verifyWeights, weightsMismatch } from './weights.ts'

/**
 * The model's file, which must be the one that its manifest pins. The bytes that were hashed are what the caller runs: a path would let the file change in between.
 *
 * @throws {@link ReplayError} `WEIGHTS_UNREADABLE`, `WEIGHTS_MISMATCH`, `WEIGHTS_EXTERNAL`
 */
export async function readWeights(weights: OnnxManifest['weights'], path: string): Promise<Uint8Array> {
  const { size } = readable(() => statSync(path))
  // Before it is read: a file of another size is another model, however large.
  if (size !== weights.bytes) throw weightsMismatch(`${weights.bytes} bytes`, `${size} bytes`)
  const bytes = Uint8Array.from(readable(() => readFileSync(path)))
  await verifyWeights(weights, bytes)
  return bytes
}

function readable<value>(read: () => value): value {
  try {
    return read()
  } catch (cause) {
    throw new ReplayError('WEIGHTS_UNREADABLE', `Cannot be read: ${(cause as Error).message}`, { cause })
  }
}
