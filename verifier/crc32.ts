/** IEEE 802.3, as in gzip, over the parts as if they were one. */
export function crc32(parts: readonly Uint8Array[]): number {
  let crc = 0xffffffff
  for (const part of parts)
    for (let i = 0; i < part.length; i++) crc = (crcTable[(crc ^ (part[i] as number)) & 0xff] as number) ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

const crcTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1
  return crc
})
