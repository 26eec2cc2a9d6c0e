import { type Tensor, tensorFromValues } from '@nacre/verifier/tensor'

/** One line of text, dark on light or light on dark, cropped and scaled to 48 pixels of height; row by row, 0 black, 255 white. */
export type TextLine = { width: number; height: number; grey: Uint8Array }

const lineHeight = 48

/** The recogniser's input: the line in each of three equal colour channels, 0..255 mapped to -1..1. */
export function textLineTensor({ width, height, grey }: TextLine): Tensor {
  if (height !== lineHeight || grey.length !== width * height)
    throw new Error(`A text line is ${lineHeight} pixels high and one byte a pixel`)
  const channel = Array.from(grey, (value) => value / 127.5 - 1)
  return tensorFromValues({ name: 'x', datatype: 'FP32', shape: [1, 3, height, width], values: [...channel, ...channel, ...channel] })
}

/**
 * Greedy CTC: at each of the steps from left to right the likeliest character, then repetitions merged, then blanks (character 0) dropped.
 *
 * `alphabet` is the manifest's `labels`. Reads the first line of a batch.
 */
export function decodeTextLine(probabilities: Tensor, alphabet: readonly string[]): string {
  const steps = Number(probabilities.shape[1])
  const view = new DataView(probabilities.data.buffer, probabilities.data.byteOffset)
  let text = ''
  let previous = 0
  for (let step = 0; step < steps; step++) {
    let likeliest = 0
    let greatest = Number.NEGATIVE_INFINITY
    for (let character = 0; character < alphabet.length; character++) {
      const probability = view.getFloat32(4 * (step * alphabet.length + character), true)
      if (probability > greatest) {
        greatest = probability
        likeliest = character
      }
    }
    if (likeliest !== 0 && likeliest !== previous) text += alphabet[likeliest]
    previous = likeliest
  }
  return text
}
