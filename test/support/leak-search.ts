import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Every file below a folder that has content. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => statSync(path).size > 0)
}

/** Looks through all memory of a process that can be written, but for mappings of this name; `undefined` where that is not allowed. */
export function memoryHolds(pid: number, windows: readonly Buffer[], { except }: { except?: string } = {}): boolean | undefined {
  let memory: number
  let maps: string
  try {
    memory = openSync(`/proc/${pid}/mem`, 'r')
    maps = readFileSync(`/proc/${pid}/maps`, 'utf8')
  } catch {
    return undefined
  }
  try {
    const piece = Buffer.alloc(16 << 20)
    for (const [line, from, to] of maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw.*$/gm)) {
      if (except !== undefined && line.includes(except)) continue
      const [start, end] = [BigInt(`0x${from}`), BigInt(`0x${to}`)]
      // Pieces overlap by a window, so that none falls between two.
      for (let at = start; at < end; at += BigInt(piece.length - 128)) {
        const length = Math.min(piece.length, Number(end - at))
        let read = 0
        try {
          read = readSync(memory, piece, 0, length, at)
        } catch {
          break // reserved and not there
        }
        if (windows.some((window) => piece.subarray(0, read).includes(window))) return true
      }
    }
    return false
  } finally {
    closeSync(memory)
  }
}
