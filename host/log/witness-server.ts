import { mkdir, readdir, readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { sha256, toHex, utf8 } from '@nacre/verifier/bytes'
import { decodeTreeHead, encodeTreeHead, type TreeHead } from '@nacre/verifier/checkpoint'
import { openDurableFolder } from './files.ts'
import { addCheckpointBytesMax, type Witness, type WitnessState } from './witness.ts'

export type WitnessServer = { port: number; close(): Promise<void> }

/** `POST /add-checkpoint`, and nothing else. */
export async function startWitnessServer(parameters: { host: string; port: number; witness: Witness }): Promise<WitnessServer> {
  const server = createServer({ maxHeaderSize: 8 * 1024, requestTimeout: 10_000 }, (request, response) => {
    const answer = async () => {
      if (request.url !== '/add-checkpoint') return { status: 404, contentType: 'text/plain', body: 'not found\n' }
      if (request.method !== 'POST') return { status: 405, contentType: 'text/plain', body: 'only POST\n' }
      const body = await readBody(request)
      if (body === undefined) return { status: 413, contentType: 'text/plain', body: 'too long\n' }
      return parameters.witness.addCheckpoint(body)
    }
    answer().then(
      ({ status, contentType, body }) => response.writeHead(status, { 'content-type': contentType }).end(body),
      // What could not be remembered is not signed.
      () => response.writeHead(500, { 'content-type': 'text/plain' }).end('failed\n'),
    )
  })
  server.maxConnections = 64
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(parameters.port, parameters.host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** One file for each log, named by the hash of its origin. @throws `CHECKPOINT_MALFORMED` for a file that is none: a witness that forgot must not sign */
export async function openWitnessState(directory: string): Promise<WitnessState> {
  const heads = new Map<string, TreeHead>()
  await mkdir(directory, { recursive: true, mode: 0o700 })
  for (const name of (await readdir(directory)).filter((entry) => /^[0-9a-f]{64}$/.test(entry))) {
    const head = decodeTreeHead(await readFile(join(directory, name), 'utf8'))
    heads.set(head.origin, head)
  }
  const folder = await openDurableFolder({ path: directory, temporaryPath: join(directory, '.tmp') })
  return {
    load: (origin) => heads.get(origin),
    async save(head) {
      const name = toHex(await sha256(utf8(head.origin))).slice(2)
      await folder.write(new Map([[name, utf8(encodeTreeHead(head))]]))
      heads.set(head.origin, head)
    },
  }
}

async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > addCheckpointBytesMax) return undefined
    chunks.push(chunk)
  }
  return Uint8Array.from(Buffer.concat(chunks))
}
