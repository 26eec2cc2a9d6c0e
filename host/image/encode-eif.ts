import { crc32 } from '@nacre/verifier/crc32'
import { checksumOffset, eifSections, headerBytes, magic, offsetsAt, sectionHeaderBytes, sectionsMax, sizesAt } from '@nacre/verifier/eif'

export type EifParts = {
  kernel: Uint8Array
  cmdline: Uint8Array
  ramdisks: readonly Uint8Array[]
  metadata: Uint8Array
  /** Content of the signature section. */
  signature?: Uint8Array | undefined
  memoryBytes: number
  cpus: number
}

/** Version 4, x86-64, sections in the order that AWS's tool writes them. */
export function encodeEif({ kernel, cmdline, ramdisks, metadata, signature, memoryBytes, cpus }: EifParts): Uint8Array {
  const sections: [type: number, content: Uint8Array][] = [
    [eifSections.kernel, kernel],
    [eifSections.cmdline, cmdline],
    [eifSections.metadata, metadata],
    ...ramdisks.map((ramdisk): [number, Uint8Array] => [eifSections.ramdisk, ramdisk]),
    ...(signature === undefined ? [] : [[eifSections.signature, signature] as [number, Uint8Array]]),
  ]
  if (sections.length > sectionsMax) throw new RangeError(`An image has at most ${sectionsMax} sections`)
  const header = Buffer.alloc(headerBytes)
  header.writeUInt32BE(magic, 0)
  header.writeUInt16BE(version, 4)
  header.writeBigUInt64BE(BigInt(memoryBytes), 8)
  header.writeBigUInt64BE(BigInt(cpus), 16)
  header.writeUInt16BE(sections.length, 26)
  const body: Uint8Array[] = []
  let at = headerBytes
  for (const [index, [type, content]] of sections.entries()) {
    header.writeBigUInt64BE(BigInt(at), offsetsAt + 8 * index)
    header.writeBigUInt64BE(BigInt(content.length), sizesAt + 8 * index)
    const sectionHeader = Buffer.alloc(sectionHeaderBytes)
    sectionHeader.writeUInt16BE(type, 0)
    sectionHeader.writeBigUInt64BE(BigInt(content.length), 4)
    body.push(sectionHeader, content)
    at += sectionHeaderBytes + content.length
  }
  header.writeUInt32BE(crc32([header.subarray(0, checksumOffset), ...body]), checksumOffset)
  return Buffer.concat([header, ...body])
}

const version = 4
