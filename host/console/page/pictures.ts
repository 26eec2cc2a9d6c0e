import { type Tensor, tensorFromValues, tensorValues } from '@nacre/verifier/tensor'

/** Pictures as the shipped models take them, and their answers as people read them. */

/** Grey values of a canvas, 0 black to 255 white, drawn to this size. */
export function greyOf(source: CanvasImageSource, width: number, height: number): number[] {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  context.drawImage(source, 0, 0, width, height)
  const { data } = context.getImageData(0, 0, width, height)
  return Array.from({ length: width * height }, (_, i) => ((data[4 * i] ?? 0) + (data[4 * i + 1] ?? 0) + (data[4 * i + 2] ?? 0)) / 3)
}

/** Counts the inked points in each 4×4 block of a 32×32 scan, as the digits' data set was made. */
export function digitTensor(ink: Uint8Array, datatype: 'FP32' | 'UINT8'): Tensor {
  const values = Array.from({ length: 64 }, (_, block) => {
    const [left, top] = [(block % 8) * 4, Math.floor(block / 8) * 4]
    let count = 0
    for (let y = 0; y < 4; y++) for (let x = 0; x < 4; x++) count += ink[(top + y) * 32 + left + x] ?? 0
    return count
  })
  return tensorFromValues({ name: 'pixels', datatype, shape: [1, 64], values })
}

/** 28×28 on black ground: a picture on a light ground is inverted. */
export function garmentTensor(grey: readonly number[]): Tensor {
  const corners = [0, 27, 27 * 28, 28 * 28 - 1].map((at) => grey[at] ?? 0)
  const light = corners.reduce((sum, value) => sum + value, 0) / 4 > 127
  const values = grey.map((value) => Math.round(light ? 255 - value : value))
  return tensorFromValues({ name: 'image', datatype: 'FP32', shape: [1, 1, 28, 28], values })
}

/** One line of text, 48 pixels high, in three equal channels of -1 to 1. */
export function lineTensor(grey: readonly number[], width: number): Tensor {
  const channel = grey.map((value) => value / 127.5 - 1)
  return tensorFromValues({ name: 'x', datatype: 'FP32', shape: [1, 3, 48, width], values: [...channel, ...channel, ...channel] })
}

/** Greedy CTC: the likeliest class of each step, repetitions merged, blanks (class 0) dropped. */
export function readLine(probabilities: Tensor, labels: readonly string[]): string {
  const values = tensorValues(probabilities).map(Number)
  let text = ''
  let before = 0
  for (let at = 0; at < values.length; at += labels.length) {
    let best = 0
    for (let label = 1; label < labels.length; label++) if ((values[at + label] ?? 0) > (values[at + best] ?? 0)) best = label
    if (best !== 0 && best !== before) text += labels[best]
    before = best
  }
  return text
}

/** An output's scores as shares of one: probabilities as they are, anything else by softmax. */
export function sharesOf(tensor: Tensor): number[] {
  const values = tensorValues(tensor).map(Number)
  if (tensor.name === 'probabilities') return values
  const most = Math.max(...values)
  // Integer logits have a scale of their own: brought to where one unit means something.
  const scale = tensor.datatype.startsWith('INT') ? Math.max(1, most / 12) : 1
  const weights = values.map((value) => Math.exp((value - most) / scale))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}
