import { decodeCharacters } from '@nacre/verifier/programs/read-text-characters'
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

/** The first line of a batch. @param alphabet the manifest's `labels` */
export function decodeTextLine(probabilities: Tensor, alphabet: readonly string[]): string {
  const first = Number(probabilities.shape[1]) * alphabet.length
  const values = new Float32Array(Uint8Array.from(probabilities.data.subarray(0, 4 * first)).buffer)
  return decodeCharacters(values, alphabet).text
}
