import { PNG } from 'pngjs'
import { expect, test } from 'vitest'
import { decodePngImage } from './png-image.ts'
import { decodeTensorFile } from './tensor-file.ts'

/** Two pixels: red, and half transparent black. */
const png = new PNG({ width: 2, height: 1 })
png.data.set([255, 0, 0, 255, 0, 0, 0, 128])
const bytes = Uint8Array.from(PNG.sync.write(png))

test('a PNG is the tensor of its pixels, on white paper', () => {
  const [image] = decodeTensorFile(bytes, 'page.png')
  expect(image).toEqual({ name: 'image', datatype: 'UINT8', shape: [1n, 2n, 3n], data: Uint8Array.of(255, 0, 0, 127, 127, 127) })
})

test('palettes, grey and 16 bits are read as colours', () => {
  for (const options of [{ colorType: 0 }, { colorType: 2 }, { bitDepth: 16 }] as const) {
    const written = PNG.sync.write(Object.assign(new PNG({ width: 2, height: 1 }), { data: Buffer.alloc(8, 255) }), options)
    expect([...decodePngImage(written).data]).toEqual([255, 255, 255, 255, 255, 255])
  }
})

// The attack: a small file that says it is a picture of 16 gigapixels.
test('a picture larger than an enclave takes is refused by its header, a cut or altered one when it is read', () => {
  const large = bytes.slice()
  new DataView(large.buffer).setUint32(16, 0x1_ffff)
  new DataView(large.buffer).setUint32(20, 0x1_ffff)
  expect(() => decodePngImage(large)).toThrow('131071 by 131071')
  for (const broken of [bytes.slice(0, 20), bytes.slice(0, 50), bytes.with(60, (bytes[60] as number) ^ 1), new Uint8Array(40)])
    expect(() => decodePngImage(broken)).toThrow(TypeError)
  expect(() => decodeTensorFile(large, 'large.png')).toThrow(expect.objectContaining({ code: 'INPUT_UNREADABLE' }))
})
