import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Every byte that passed a socket, either way: what somebody who owns the host can keep. */
export type Recorder = {
  /** Where to connect instead. */
  address: NetConnectOpts
  port: number
  bytes(): Buffer
  clear(): void
  close(): Promise<void>
}

/** @param to what connections are passed on to, unchanged. */
export async function record(to: NetConnectOpts, on: 'port' | 'unix' = 'port'): Promise<Recorder> {
  const chunks: Buffer[] = []
  const sockets = new Set<Socket>()
  const folder = on === 'unix' ? mkdtempSync(join(tmpdir(), 'nacre-rec-')) : undefined
  const server: Server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ ...to, allowHalfOpen: true } as NetConnectOpts)
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('data', (chunk) => chunks.push(Buffer.from(chunk)))
      from.pipe(into)
      from.on('error', () => into.destroy())
      from.once('close', () => sockets.delete(from))
    }
  })
  await new Promise<void>((resolve) =>
    folder === undefined ? server.listen(0, '127.0.0.1', resolve) : server.listen(join(folder, 'socket'), resolve),
  )
  const port = folder === undefined ? (server.address() as AddressInfo).port : 0
  return {
    address: folder === undefined ? { host: '127.0.0.1', port } : { path: join(folder, 'socket') },
    port,
    bytes: () => Buffer.concat(chunks),
    clear: () => void chunks.splice(0),
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}
