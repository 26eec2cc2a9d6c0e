/**
 * Records as an enclave writes them, taken apart no further than a log on disk needs: the leaf's data is read, the rest goes to disk as it came. What a record says is for auditors to judge, from the very bytes;
 * that its leaf belongs to the tree, the checkpoint says.
 */
export type RecordLine = {
  /** 32 bytes: the leaf's data. */
  readonly leaf: Uint8Array
  /** With its newline. A view into what was split. */
  readonly line: Uint8Array
}

/** @throws Error where a line is not one that begins with its leaf */
export function splitRecordLines(bytes: Uint8Array): RecordLine[] {
  const page = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const lines: RecordLine[] = []
  for (let at = 0; at < page.length; ) {
    const end = page.indexOf('\n', at) + 1
    const head = page.toString('latin1', at, at + headLength)
    if (end === 0 || !recordHead.test(head)) throw new Error(`Not a record of a log: ${head}`)
    lines.push({ leaf: Uint8Array.from(Buffer.from(head.slice(leafAt, -2), 'hex')), line: page.subarray(at, end) })
    at = end
  }
  return lines
}

/** As `encodeLogRecord` begins. */
const recordHead = /^\{"leaf":"0x[0-9a-f]{64}",$/
const leafAt = '{"leaf":"0x'.length
const headLength = leafAt + 64 + 2
