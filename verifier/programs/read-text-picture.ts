import type { Tensor } from '../tensor.ts'
import { norm, type Region } from './read-text-regions.ts'

/** Row by row; red, green, blue. */
export type Picture = { readonly width: number; readonly height: number; readonly rgb: Uint8Array }

/**
 * The whole picture scaled to a given size, as the finder of lines wants it: FP32 [1, 3, height, width], channels blue, green, red, each with the mean and deviation of ImageNet that PaddleOCR
 * trained with (which it applies in this order).
 */
export function wholeTensor(picture: Picture, width: number, height: number): Tensor {
  const rows = scaledRows(picture, width)
  const values = new Float32Array(3 * width * height)
  const taps = tapsOf(picture.height, height)
  for (let y = 0; y < height; y++) {
    const { first, weights } = taps[y] as Taps
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0
        for (let i = 0; i < weights.length; i++) sum += (weights[i] as number) * (rows[((first + i) * width + x) * 3 + channel] as number)
        const plane = 2 - channel
        values[(plane * height + y) * width + x] = (sum / 255 - (means[plane] as number)) / (deviations[plane] as number)
      }
  }
  return floatTensor([1, 3, height, width], values)
}

/**
 * A region cut out and laid flat, as the two readers of single lines want it: FP32 [1, 3, 48, paper], channels blue, green, red, 0..255 mapped to -1..1. The line fills `width` columns, the rest is 0.
 */
export function lineTensor(picture: Picture, { centre, right, down }: Region, width: number, paper = width): Tensor {
  const values = new Float32Array(3 * lineHeight * paper)
  const samplesX = Math.min(samplesMax, Math.max(1, Math.ceil((2 * norm(right)) / width)))
  const samplesY = Math.min(samplesMax, Math.max(1, Math.ceil((2 * norm(down)) / lineHeight)))
  const [stepsX, stepsY] = [width * samplesX, lineHeight * samplesY]
  const scale = 1 / (127.5 * samplesX * samplesY)
  const { rgb } = picture
  for (let y = 0; y < lineHeight; y++)
    for (let x = 0; x < width; x++) {
      let [red, green, blue] = [0, 0, 0]
      for (let i = y * samplesY; i < (y + 1) * samplesY; i++)
        for (let j = x * samplesX; j < (x + 1) * samplesX; j++) {
          const across = (2 * j + 1) / stepsX - 1
          const depth = (2 * i + 1) / stepsY - 1
          // Centres of pixels lie at halves; beyond the picture its edge goes on.
          const sourceX = clamp(centre.x + across * right.x + depth * down.x - 0.5, picture.width - 1)
          const sourceY = clamp(centre.y + across * right.y + depth * down.y - 0.5, picture.height - 1)
          const left = Math.floor(sourceX)
          const top = Math.floor(sourceY)
          const partX = sourceX - left
          const partY = sourceY - top
          const stepX = left + 1 < picture.width ? 3 : 0
          const stepY = top + 1 < picture.height ? picture.width * 3 : 0
          const at = (top * picture.width + left) * 3
          red += between(rgb, at, stepX, stepY, partX, partY)
          green += between(rgb, at + 1, stepX, stepY, partX, partY)
          blue += between(rgb, at + 2, stepX, stepY, partX, partY)
        }
      const to = y * paper + x
      values[to] = blue * scale - 1
      values[to + lineHeight * paper] = green * scale - 1
      values[to + 2 * lineHeight * paper] = red * scale - 1
    }
  return floatTensor([1, 3, lineHeight, paper], values)
}

export const lineHeight = 48

/** Of a tensor of `FP32`: its elements, in a copy that is aligned. */
export function floatsOf(tensor: Tensor): Float32Array {
  return new Float32Array(Uint8Array.from(tensor.data).buffer)
}

// Tensors are little-endian, and so is every machine that runs this.
function floatTensor(shape: readonly number[], values: Float32Array): Tensor {
  return { name: 'x', datatype: 'FP32', shape: shape.map(BigInt), data: new Uint8Array(values.buffer) }
}

/** Between four neighbours of one channel: `at`, and those a step to the right of it and below. */
function between(rgb: Uint8Array, at: number, stepX: number, stepY: number, partX: number, partY: number): number {
  const upper = (1 - partX) * (rgb[at] as number) + partX * (rgb[at + stepX] as number)
  const lower = (1 - partX) * (rgb[at + stepY] as number) + partX * (rgb[at + stepX + stepY] as number)
  return (1 - partY) * upper + partY * lower
}

/** Every row of the picture scaled to `width`. */
function scaledRows({ width: from, height, rgb }: Picture, width: number): Float32Array {
  const rows = new Float32Array(width * height * 3)
  const taps = tapsOf(from, width)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const { first, weights } = taps[x] as Taps
      let [red, green, blue] = [0, 0, 0]
      for (let i = 0; i < weights.length; i++) {
        const at = (y * from + first + i) * 3
        const weight = weights[i] as number
        red += weight * (rgb[at] as number)
        green += weight * (rgb[at + 1] as number)
        blue += weight * (rgb[at + 2] as number)
      }
      const to = (y * width + x) * 3
      rows[to] = red
      rows[to + 1] = green
      rows[to + 2] = blue
    }
  return rows
}

type Taps = { first: number; weights: Float64Array }

/** Linear interpolation, whose triangle widens where the picture shrinks, so that every pixel counts. */
function tapsOf(from: number, to: number): Taps[] {
  const step = from / to
  const reach = Math.max(1, step)
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * step - 0.5
    const first = Math.max(0, Math.ceil(centre - reach))
    const last = Math.min(from - 1, Math.floor(centre + reach))
    const weights = Float64Array.from({ length: last - first + 1 }, (_, k) => 1 - Math.abs(first + k - centre) / reach)
    const sum = weights.reduce((total, weight) => total + weight, 0)
    return { first, weights: weights.map((weight) => weight / sum) }
  })
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(0, value))
}

const means = [0.485, 0.456, 0.406]
const deviations = [0.229, 0.224, 0.225]
/** Points looked at for one pixel of a line, in each direction: beyond, a picture loses detail that its line would not show. */
const samplesMax = 8
