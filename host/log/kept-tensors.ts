import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { fromUtf8 } from '@nacre/verifier/bytes'
import { decodeLogRecord, type LogRecord } from '@nacre/verifier/log-record'
import { tileWidth } from '@nacre/verifier/tlog-tiles'
import { type LogStore, recordPath } from './store.ts'

/**
 * Tensors that callers hand in, for audits that compute their answers again: `PUT /0x…/tensors/HASH?leaf=N`. The host never sees them otherwise; whoever hands them in shows them to everybody who reads the log.
 *
 * The attack: strangers who fill the disk. Only what a receipt in this log names by its hash is kept, and at most so much altogether.
 */
export type KeptTensors = {
  put(parts: { store: LogStore; name: string; leaf: string | null; request: IncomingMessage }): Promise<PutStatus>
}

/** 201 kept, 200 there already, 403 no such receipt, 411 and 413 length, 422 other bytes than their name says, 507 full. */
export type PutStatus = 200 | 201 | 403 | 411 | 413 | 422 | 507

export function keepTensors({ totalBytesMax }: { totalBytesMax: number }): KeptTensors {
  /** By the log's name, with what is on its way; counted once from the disk. */
  const used = new Map<string, Promise<{ bytes: number }>>()

  return {
    async put({ store, name, leaf, request }) {
      const hash = name.slice('tensors/'.length)
      if (!(await isNamed(store, leaf, `0x${hash}`))) return 403
      if ((await stat(join(store.path, name)).catch(() => undefined))?.isFile() === true) return 200
      const length = Number(request.headers['content-length'] ?? Number.NaN)
      if (!Number.isSafeInteger(length) || length < 1) return 411
      if (length > bodyBytesMax) return 413
      if (!used.has(store.logName)) used.set(store.logName, bytesOnDisk(store))
      const total = (await used.get(store.logName)) as { bytes: number }
      if (total.bytes + length > totalBytesMax) return 507
      total.bytes += length
      let isKept = false
      try {
        const body = await readBody(request, length)
        if (body === undefined || createHash('sha256').update(body).digest('hex') !== hash) return 422
        await store.keep(name, body)
        isKept = true
        return 201
      } finally {
        if (!isKept) total.bytes -= length
      }
    },
  }
}

const bodyBytesMax = 64 << 20

/** Whether the receipt at this leaf has this hash for its input or output. */
async function isNamed(store: LogStore, leaf: string | null, hash: string): Promise<boolean> {
  if (leaf === null || !/^[1-9][0-9]{0,9}$/.test(leaf) || Number(leaf) >= store.size()) return false
  const index = Math.floor(Number(leaf) / tileWidth)
  const width = Math.min(tileWidth, store.size() - index * tileWidth)
  const lines = await readFile(join(store.path, recordPath({ index, width }))).catch(() => undefined)
  const record = lines === undefined ? undefined : decode(fromUtf8(lines).split('\n')[Number(leaf) % tileWidth])
  return record !== undefined && 'receipt' in record && (record.receipt.inputHash === hash || record.receipt.outputHash === hash)
}

function decode(line: string | undefined): LogRecord | undefined {
  try {
    return decodeLogRecord(line ?? '')
  } catch {
    return undefined // lost, or half-written: as good as not there
  }
}

async function bytesOnDisk(store: LogStore): Promise<{ bytes: number }> {
  const folder = join(store.path, 'tensors')
  const names = await readdir(folder).catch(() => [])
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size))
  return { bytes: sizes.reduce((sum, size) => sum + size, 0) }
}

async function readBody(request: IncomingMessage, length: number): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > length) return undefined
    chunks.push(chunk)
  }
  return bytes === length ? Uint8Array.from(Buffer.concat(chunks)) : undefined
}
