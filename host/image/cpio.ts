/** What a ramdisk holds. Times, owners, inode numbers and the order of entries are the same on every machine; only names, modes and contents come from outside. */
export type CpioEntry = { path: string; mode: number } & (
  | { kind: 'directory' }
  | { kind: 'file'; content: Uint8Array }
  | { kind: 'link'; target: string }
  | { kind: 'character'; major: number; minor: number }
)

/** The "newc" format (Linux: Documentation/driver-api/early-userspace/buffer-format.rst), in the order of the paths by code units, which puts directories before what is in them. */
export function encodeCpio(entries: readonly CpioEntry[]): Uint8Array {
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
  for (const [index, { path }] of sorted.entries())
    if (path === '' || path.startsWith('/') || path === sorted[index - 1]?.path)
      throw new RangeError(`${path} cannot be an entry, or is one twice`)
  const parts: Uint8Array[] = []
  let size = 0
  const push = (part: Uint8Array) => {
    parts.push(part)
    size += part.length
  }
  const pad = (to: number) => push(new Uint8Array((to - (size % to)) % to))
  const write = (entry: CpioEntry, inode: number) => {
    const content = contentOf(entry)
    const [major, minor] = entry.kind === 'character' ? [entry.major, entry.minor] : [0, 0]
    const name = Buffer.from(`${entry.path}\0`)
    const links = entry.kind === 'directory' ? 2 : 1
    const fields = [inode, kindBits[entry.kind] | entry.mode, 0, 0, links, 0, content.length, 0, 0, major, minor, name.length, 0]
    push(Buffer.from(`${magic}${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`))
    push(name)
    pad(4)
    push(content)
    pad(4)
  }
  for (const [index, entry] of sorted.entries()) write(entry, index + 1)
  write({ path: trailer, mode: 0, kind: 'file', content: new Uint8Array(0) }, 0)
  pad(512)
  return Buffer.concat(parts)
}

/** Reads what {@link encodeCpio} and other tools write, up to the first trailer. @throws `CpioError` */
export function decodeCpio(bytes: Uint8Array): CpioEntry[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const entries: CpioEntry[] = []
  for (let at = 0; ; ) {
    if (at + headerBytes > buffer.length || buffer.toString('latin1', at, at + 6) !== magic) throw new CpioError(`No entry at byte ${at}`)
    const field = (index: number) => {
      const text = buffer.toString('latin1', at + 6 + 8 * index, at + 14 + 8 * index)
      if (!/^[0-9A-Fa-f]{8}$/.test(text)) throw new CpioError(`A field at byte ${at} is not hexadecimal`)
      return Number.parseInt(text, 16)
    }
    const [mode, size, major, minor, nameBytes] = [field(1), field(6), field(9), field(10), field(11)] as const
    const contentAt = align(at + headerBytes + nameBytes)
    const end = contentAt + size
    if (nameBytes < 2 || nameBytes > nameBytesMax || end > buffer.length) throw new CpioError(`The entry at byte ${at} is cut off`)
    const path = buffer.toString('utf8', at + headerBytes, at + headerBytes + nameBytes - 1)
    if (path === trailer) return entries
    const content = buffer.subarray(contentAt, end)
    const permissions = mode & 0o7777
    const kind = mode & 0o170000
    if (kind === kindBits.directory) entries.push({ path, mode: permissions, kind: 'directory' })
    else if (kind === kindBits.file) entries.push({ path, mode: permissions, kind: 'file', content })
    else if (kind === kindBits.link) entries.push({ path, mode: permissions, kind: 'link', target: content.toString() })
    else if (kind === kindBits.character) entries.push({ path, mode: permissions, kind: 'character', major, minor })
    else throw new CpioError(`${path} is of a kind that no ramdisk of ours has`)
    at = align(end)
  }
}

export class CpioError extends Error {
  override readonly name = 'CpioError'
}

const magic = '070701'
const trailer = 'TRAILER!!!'
const headerBytes = 110
const nameBytesMax = 4096
const kindBits = { directory: 0o040000, file: 0o100000, link: 0o120000, character: 0o020000 } as const

function contentOf(entry: CpioEntry): Uint8Array {
  if (entry.kind === 'file') return entry.content
  return entry.kind === 'link' ? Buffer.from(entry.target) : new Uint8Array(0)
}

function align(at: number): number {
  return (at + 3) & ~3
}
