import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { decodeTilePath, type Tile, tileWidth } from '@nacre/verifier/tlog-tiles'
import type { KeptTensors } from './kept-tensors.ts'
import type { LogStore } from './store.ts'

/**
 * Hands out the files of logs, each below the address of its key, and nothing that its published checkpoint does not cover. Any static server over the same folder serves the same; this one needs no setting up.
 */
export type LogServer = { port: number; close(): Promise<void> }

export async function startLogServer(parameters: {
  host: string
  /** 0 takes a free one. */
  port: number
  /** The logs there are, oldest first. */
  stores(): readonly LogStore[]
  /** What callers may hand in. @default nothing */
  tensors?: KeptTensors | undefined
}): Promise<LogServer> {
  const server = createServer({ maxHeaderSize: 8 * 1024, requestTimeout: 60_000 }, (request, response) => {
    const { tensors, stores } = parameters
    const answer =
      tensors !== undefined && request.method === 'PUT'
        ? put(request, response, stores(), tensors)
        : answerLogRequest(request, response, stores())
    answer.catch(() => response.destroy())
  })
  server.maxConnections = 256
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(parameters.port, parameters.host, resolve)
  })
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) }
}

/** What stands in the path: `nacre/0x…` without the prefix. */
export function logFolder(logName: string): string {
  return logName.slice('nacre/'.length)
}

/** @param path below where the logs are served, with a leading slash */
export async function answerLogRequest(
  request: IncomingMessage,
  response: ServerResponse,
  stores: readonly LogStore[],
  path = (request.url ?? '/').split('?', 1)[0] ?? '/',
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405)
  if (path === '/logs.json') {
    const logs = stores.map((store) => ({ logName: store.logName, path: `/${logFolder(store.logName)}`, treeSize: store.size() }))
    return send(request, response, 'application/json', false, Buffer.from(`${JSON.stringify(logs)}\n`))
  }
  const [, folder, name] = /^\/(0x[0-9a-f]{40})\/(.+)$/.exec(path) ?? []
  const store = stores.find(({ logName }) => logFolder(logName) === folder)
  if (store === undefined || name === undefined) return refuse(response, 404)
  const kind = fileKind(name, store.size())
  if (kind === undefined) return refuse(response, 404)
  const file = join(store.path, name)
  const found = await stat(file).catch(() => undefined)
  if (found?.isFile() !== true) return refuse(response, 404)
  response.writeHead(200, headers(kind.type, kind.immutable, found.size))
  if (request.method === 'HEAD') return void response.end()
  createReadStream(file)
    .once('error', () => response.destroy())
    .pipe(response)
}

async function put(request: IncomingMessage, response: ServerResponse, stores: readonly LogStore[], tensors: KeptTensors): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://log')
  const [, folder, name] = /^\/(0x[0-9a-f]{40})\/(tensors\/[0-9a-f]{64})$/.exec(pathname) ?? []
  const store = stores.find(({ logName }) => logFolder(logName) === folder)
  if (store === undefined || name === undefined) return refuse(response, 404)
  const status = await tensors.put({ store, name, leaf: searchParams.get('leaf'), request })
  // What was not read would stand before the next request.
  response.writeHead(status, { connection: 'close', 'content-length': '0' }).end()
}

/** `undefined` for whatever is no file of a log of this size: half-written tiles of the next checkpoint are nobody's business yet. */
function fileKind(name: string, treeSize: number): { type: string; immutable: boolean } | undefined {
  if (treeSize === 0) return undefined
  if (name === 'checkpoint') return { type: 'text/plain; charset=utf-8', immutable: false }
  if (name === 'checkpoint.json') return { type: 'application/json', immutable: false }
  if (name === 'keyset') return { type: 'application/json', immutable: true }
  if (name === 'attestation') return { type: 'application/cbor', immutable: false }
  if (/^tensors\/[0-9a-f]{64}$/.test(name)) return { type: 'application/octet-stream', immutable: true }
  const isRecord = name.startsWith('record/')
  const tile = decodeTilePath(isRecord ? name.replace(/^record\//, 'tile/entries/') : name)
  if (tile === undefined || !isCovered(tile, treeSize)) return undefined
  return { type: isRecord ? 'application/x-ndjson' : 'application/octet-stream', immutable: true }
}

function isCovered({ level, index, width }: Tile, treeSize: number): boolean {
  const row = level === 'entries' ? treeSize : Math.floor(treeSize / tileWidth ** level)
  return index * tileWidth + width <= row
}

function headers(type: string, immutable: boolean, length: number) {
  return {
    'content-type': type,
    'content-length': String(length),
    'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    'x-content-type-options': 'nosniff',
    'access-control-allow-origin': '*',
  }
}

function send(request: IncomingMessage, response: ServerResponse, type: string, immutable: boolean, body: Buffer): void {
  response.writeHead(200, headers(type, immutable, body.length)).end(request.method === 'HEAD' ? undefined : body)
}

function refuse(response: ServerResponse, status: 404 | 405): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(status === 404 ? 'not found\n' : 'only GET\n')
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
