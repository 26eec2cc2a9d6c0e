import { crc32 } from '@nacre/verifier/crc32'
import { eifSections, headerBytes } from '@nacre/verifier/eif'

export type SectionParts = { type: number; content: Uint8Array }

/** An image file section by section, right or wrong. `change` gets the bytes before the checksum is written. */
export function writeEif(sections: readonly SectionParts[], change: (bytes: Buffer) => void = () => {}): Uint8Array {
  const header = Buffer.alloc(headerBytes)
  header.write('.eif', 'latin1')
  header.writeUInt16BE(4, 4)
  header.writeBigUInt64BE(1n << 30n, 8)
  header.writeBigUInt64BE(2n, 16)
  header.writeUInt16BE(sections.length, 26)
  const body: Buffer[] = []
  let at = headerBytes
  for (const [index, { type, content }] of sections.entries()) {
    if (index < 32) {
      header.writeBigUInt64BE(BigInt(at), 28 + 8 * index)
      header.writeBigUInt64BE(BigInt(content.length), 284 + 8 * index)
    }
    const head = Buffer.alloc(12)
    head.writeUInt16BE(type, 0)
    head.writeBigUInt64BE(BigInt(content.length), 4)
    body.push(head, Buffer.from(content))
    at += 12 + content.length
  }
  const bytes = Buffer.concat([header, ...body])
  change(bytes)
  bytes.writeUInt32BE(crc32([bytes.subarray(0, 544), bytes.subarray(headerBytes)]), 544)
  return Uint8Array.from(bytes)
}

export const imageSections: readonly SectionParts[] = [
  { type: eifSections.kernel, content: Buffer.from('kernel') },
  { type: eifSections.cmdline, content: Buffer.from('console=ttyS0') },
  { type: eifSections.metadata, content: Buffer.from('{}') },
  { type: eifSections.ramdisk, content: Buffer.from('boot') },
  { type: eifSections.ramdisk, content: Buffer.from('application') },
  { type: eifSections.ramdisk, content: Buffer.from('models') },
]
