import { concatBytes, fromHex, type Hex, sha256, toHex, utf8 } from '@nacre/verifier/bytes'

/**
 * Which receipts are computed again, chosen after the fact: nobody knew them when the log's root was signed, if the beacon was not known then. Anyone who has root and beacon draws the same.
 *
 * Seed: SHA-256 of `nacre/audit/1`, a zero byte, the root, the size as 8 bytes big-endian, and the beacon.
 */
export async function sampleSeed(parameters: { rootHash: Hex; treeSize: number; beacon: Uint8Array }): Promise<Hex> {
  const { rootHash, treeSize, beacon } = parameters
  const size = new Uint8Array(8)
  new DataView(size.buffer).setBigUint64(0, BigInt(treeSize))
  return toHex(await sha256(concatBytes(utf8('nacre/audit/1\0'), fromHex(rootHash, 32), size, beacon)))
}

/**
 * `count` different indices below `population`, ascending; all of them when there are no more. Draw `i` is the first 8 bytes of SHA-256(seed ‖ i as 8 bytes) modulo the population; draws that
 * would be uneven, and repeated ones, are passed over.
 */
export async function drawSample(seed: Hex, population: number, count: number): Promise<number[]> {
  if (count >= population) return Array.from({ length: population }, (_, i) => i)
  const drawn = new Set<number>()
  const unevenFrom = (1n << 64n) - ((1n << 64n) % BigInt(population))
  const counter = new Uint8Array(8)
  for (let i = 0n; drawn.size < count; i++) {
    new DataView(counter.buffer).setBigUint64(0, i)
    const digest = await sha256(concatBytes(fromHex(seed, 32), counter))
    const value = new DataView(digest.buffer, digest.byteOffset).getBigUint64(0)
    if (value < unevenFrom) drawn.add(Number(value % BigInt(population)))
  }
  return [...drawn].sort((a, b) => a - b)
}
