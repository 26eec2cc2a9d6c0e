import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** The static files of a log, from a server or a folder. Nothing they hold is trusted. */
export type LogSource = {
  readonly name: string
  /** `null` when there is no such file. @throws {@link SourceError} */
  read(path: string, bytesMax: number): Promise<Uint8Array | null>
}

/** The log cannot be read: no verdict about it. A file that is missing is a finding instead. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
}

export function openSource(where: string, { timeoutMs }: { timeoutMs: number }): LogSource {
  return /^https?:\/\//i.test(where) ? httpSource(where, timeoutMs) : folderSource(where)
}

function folderSource(folder: string): LogSource {
  return {
    name: folder,
    async read(path, bytesMax) {
      const file = join(folder, path)
      try {
        const { size } = await stat(file)
        if (size > bytesMax) throw new SourceError(`${file} has ${size} bytes, more than the ${bytesMax} that such a file may have`)
        return Uint8Array.from(await readFile(file))
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code === 'ENOENT' || code === 'ENOTDIR') return null
        throw error instanceof SourceError ? error : new SourceError(`Cannot read ${file}: ${(error as Error).message}`, { cause: error })
      }
    },
  }
}

function httpSource(url: string, timeoutMs: number): LogSource {
  const base = url.replace(/\/+$/, '')
  return {
    name: base,
    async read(path, bytesMax) {
      const address = `${base}/${path}`
      try {
        // The answer's bytes decide, so a redirect could at most lose the log's files.
        const response = await fetch(address, { signal: AbortSignal.timeout(timeoutMs), headers: { 'accept-encoding': 'identity' } })
        if (response.status === 404 || response.status === 410) {
          await response.body?.cancel()
          return null
        }
        if (!response.ok) throw new SourceError(`${address} answers with status ${response.status}`)
        return await boundedBody(response, bytesMax, address)
      } catch (error) {
        if (error instanceof SourceError) throw error
        const { message, cause } = error as Error
        throw new SourceError(`Cannot fetch ${address}: ${cause instanceof Error ? cause.message : message}`, { cause: error })
      }
    },
  }
}

/** The attack: an answer without end. */
async function boundedBody(response: Response, bytesMax: number, address: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > bytesMax) throw new SourceError(`${address} is larger than the ${bytesMax} bytes that such a file may have`)
    chunks.push(chunk)
  }
  return Uint8Array.from(Buffer.concat(chunks))
}
