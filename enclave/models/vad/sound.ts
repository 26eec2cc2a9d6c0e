import { type Tensor, tensorFromValues } from '@nacre/verifier/tensor'

/** Sound of one channel, 16-bit, at 8,000 or 16,000 samples a second. */
export type Recording = { rate: number; pcm: Int16Array }

/** What the detector's state is before the first step. */
export const silentState: Tensor = tensorFromValues({ name: 'state', datatype: 'FP32', shape: [2, 1, 128], values: new Array(256).fill(0) })

/** 32 milliseconds of sound each, with the 4 milliseconds before them; sound that does not fill a last window is left out. */
export function windowsOf({ rate, pcm }: Recording): Float32Array[] {
  if (rate !== 8000 && rate !== 16000) throw new Error('The detector hears 8,000 or 16,000 samples a second')
  const [window, context] = [(rate * 32) / 1000, (rate * 4) / 1000]
  return Array.from({ length: Math.floor(pcm.length / window) }, (_, i) =>
    Float32Array.from({ length: context + window }, (_, at) => (pcm[i * window - context + at] ?? 0) / 32768),
  )
}

/** The inputs of one step. @param state {@link silentState}, or the `stateN` that the step before gave */
export function stepInputs(window: Float32Array, state: Tensor, rate: number): Tensor[] {
  return [
    tensorFromValues({ name: 'input', datatype: 'FP32', shape: [1, window.length], values: [...window] }),
    { ...state, name: 'state' },
    tensorFromValues({ name: 'sr', datatype: 'INT64', shape: [], values: [BigInt(rate)] }),
  ]
}

/** A recording as `render.py` writes it. */
export function decodeRecording({ rate, pcm }: { rate: number; pcm: string }): Recording {
  const bytes = Buffer.from(pcm, 'base64')
  return { rate, pcm: Int16Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i)) }
}
