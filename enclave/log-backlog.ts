/**
 * Entries that the host has not stored yet, as the lines in which it fetches them. Their bytes lie outside the JavaScript heap: tens of thousands of objects that live for a second would be copied about by every
 * collection of garbage.
 */
export type LogBacklog = {
  /** Index of the first entry that is here. */
  first(): number
  length(): number
  /** @param line without its newline */
  push(line: string): void
  /** Lines with their newlines, from this index on. */
  page(from: number, countMax: number): Uint8Array
  /** Forgets what comes before this index. */
  dropBefore(index: number): void
}

export function createLogBacklog(chunkBytes = 1 << 18): LogBacklog {
  let first = 0
  let length = 0
  let chunks: Chunk[] = []

  return {
    first: () => first,
    length: () => length,
    push(line) {
      const bytes = Buffer.byteLength(line) + 1
      let chunk = chunks.at(-1)
      if (chunk === undefined || chunk.bytes.length - endOf(chunk) < bytes) {
        chunk = { bytes: Buffer.allocUnsafeSlow(Math.max(chunkBytes, bytes)), first: first + length, ends: [] }
        chunks.push(chunk)
      }
      const at = endOf(chunk)
      chunk.bytes.write(line, at)
      chunk.bytes[at + bytes - 1] = newline
      chunk.ends.push(at + bytes)
      length++
    },
    page(from, countMax) {
      const end = Math.min(from + countMax, first + length)
      const parts = chunks
        .filter((chunk) => chunk.first < end && chunk.first + chunk.ends.length > from)
        .map((chunk) => chunk.bytes.subarray(offsetOf(chunk, from), offsetOf(chunk, end)))
      return Buffer.concat(parts)
    },
    dropBefore(index) {
      length -= index - first
      first = index
      chunks = chunks.filter((chunk) => chunk.first + chunk.ends.length > index)
    },
  }
}

type Chunk = { bytes: Buffer; first: number; ends: number[] }

function endOf({ ends }: Chunk): number {
  return ends.at(-1) ?? 0
}

/** Where this entry begins; of one outside, the chunk's nearer end. */
function offsetOf(chunk: Chunk, index: number): number {
  const within = index - chunk.first
  return within <= 0 ? 0 : (chunk.ends[Math.min(within, chunk.ends.length) - 1] as number)
}

const newline = 0x0a
