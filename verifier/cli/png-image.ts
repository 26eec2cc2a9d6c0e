import { PNG } from 'pngjs'
import type { Tensor } from '../tensor.ts'

/** The tensor `image`, UINT8 [height, width, 3], red, green, blue, that models of pictures take. What is transparent is laid on white. @throws `TypeError` for what is no PNG, or too large */
export function decodePngImage(bytes: Uint8Array): Tensor {
  const { width, height } = sizeOf(bytes)
  if (width * height > pixelsMax) throw new TypeError(`a picture of ${width} by ${height} pixels: at most ${pixelsMax} in all`)
  const { data } = decodePng(bytes)
  const rgb = new Uint8Array(width * height * 3)
  for (let pixel = 0; pixel < width * height; pixel++) {
    const opacity = data[4 * pixel + 3] as number
    for (let channel = 0; channel < 3; channel++)
      rgb[3 * pixel + channel] = Math.round(((data[4 * pixel + channel] as number) * opacity + 255 * (255 - opacity)) / 255)
  }
  return { name: 'image', datatype: 'UINT8', shape: [BigInt(height), BigInt(width), 3n], data: rgb }
}

export function isPng(bytes: Uint8Array): boolean {
  return signature.every((byte, at) => bytes[at] === byte)
}

/** From the header that comes first in every PNG: a small file can say that it is a large picture. */
function sizeOf(bytes: Uint8Array): { width: number; height: number } {
  if (!isPng(bytes) || bytes.length < 24) throw new TypeError('not a PNG')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { width: view.getUint32(16), height: view.getUint32(20) }
}

function decodePng(bytes: Uint8Array): PNG {
  try {
    return PNG.sync.read(Buffer.from(bytes))
  } catch (cause) {
    throw new TypeError(`a PNG that cannot be read: ${(cause as Error).message}`, { cause })
  }
}

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
/** As many as an enclave takes. */
const pixelsMax = Math.floor(4_000_000 / 3)
