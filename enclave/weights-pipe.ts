import { Socket } from 'node:net'
import { weightsFd } from './model-messages.ts'
import { Refusal } from './onnx-session.ts'

/**
 * What the server writes into the pipe {@link weightsFd}, cut into parts of these lengths. Whoever has used a part wipes it; what it passed through here is wiped.
 *
 * A part that is cut off is shorter: its hash will show it.
 *
 * @throws {@link Refusal} when more comes than was expected
 */
export function receiveParts(lengths: readonly number[]): Promise<Buffer[]> {
  return cutParts(lengths, new Socket({ fd: weightsFd, readable: true, writable: false }))
}

/** As {@link receiveParts}, of pieces that end anywhere. */
export async function cutParts(lengths: readonly number[], pieces: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const parts = lengths.map((length) => Buffer.allocUnsafeSlow(length))
  const received = lengths.map(() => 0)
  let index = 0
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      while (index < lengths.length && received[index] === lengths[index]) index++
      const part = parts[index]
      if (part === undefined) {
        for (const secret of [...parts, piece]) secret.fill(0)
        throw new Refusal('MODEL_WEIGHTS_MISMATCH', 'More weights than the manifest says', `${sum(lengths)} bytes`, 'more')
      }
      const copied = piece.copy(part, received[index], at)
      received[index] = (received[index] as number) + copied
      at += copied
    }
    piece.fill(0)
  }
  return parts.map((part, i) => part.subarray(0, received[i]))
}

function sum(lengths: readonly number[]): number {
  return lengths.reduce((total, length) => total + length, 0)
}
