import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { NsmTransport } from './nsm.ts'
import { nsmSocket } from './nsm-socket.ts'

const folders: string[] = []
const servers: Server[] = []
const transports: NsmTransport[] = []
const sockets: Socket[] = []

afterEach(() => {
  for (const transport of transports.splice(0)) transport.close()
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const server of servers.splice(0)) server.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** A server that calls `onFrame` for every whole frame, and a transport to it. */
async function pair(onFrame: (request: Buffer, socket: Socket) => void, timeoutMs = 5_000) {
  const folder = mkdtempSync(join(tmpdir(), 'nacre-nsm-'))
  folders.push(folder)
  const path = join(folder, 'nsm.sock')
  let connections = 0
  const server = createServer((socket) => {
    connections++
    sockets.push(socket)
    let received = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      while (received.length >= 4 && received.length >= 4 + received.readUInt32BE(0)) {
        const end = 4 + received.readUInt32BE(0)
        const request = received.subarray(4, end)
        received = received.subarray(end)
        onFrame(request, socket)
      }
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(path, resolve))
  const lost: string[] = []
  const transport = nsmSocket({ path, timeoutMs, onLost: ({ code }) => lost.push(code) })
  transports.push(transport)
  return { transport, connections: () => connections, path, lost }
}

function frame(body: Uint8Array): Buffer {
  const bytes = Buffer.alloc(4 + body.length)
  bytes.writeUInt32BE(body.length)
  bytes.set(body, 4)
  return bytes
}

const echo = (request: Buffer, socket: Socket) => void socket.write(frame(request))

describe('NSM over a unix socket', () => {
  test('carries frames over one connection, in order', async () => {
    const { transport, connections } = await pair(echo)
    const answers = await Promise.all([1, 2, 3].map((byte) => transport.exchange(Uint8Array.of(byte))))
    expect(answers).toEqual([Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)])
    expect(connections()).toBe(1)
  })

  test('one request at a time', async () => {
    let open = 0
    let most = 0
    const { transport } = await pair((request, socket) => {
      most = Math.max(most, ++open)
      setImmediate(() => {
        open--
        echo(request, socket)
      })
    })
    await Promise.all([1, 2, 3, 4].map((byte) => transport.exchange(Uint8Array.of(byte))))
    expect(most).toBe(1)
  })

  test('an answer may come in pieces', async () => {
    const { transport } = await pair((request, socket) => {
      const bytes = frame(request)
      let at = 0
      const next = () => {
        if (at < bytes.length) socket.write(bytes.subarray(at, ++at), () => setImmediate(next))
      }
      next()
    })
    expect(await transport.exchange(Uint8Array.of(5, 6, 7))).toEqual(Uint8Array.of(5, 6, 7))
  })

  test('nobody listens', async () => {
    const transport = nsmSocket({ path: join(tmpdir(), 'nacre-no-such-socket') })
    await expect(transport.exchange(Uint8Array.of(1))).rejects.toMatchObject({ code: 'NSM_UNAVAILABLE' })
  })

  test('a request that is too large is not sent', async () => {
    const requests: Buffer[] = []
    const { transport } = await pair((request, socket) => {
      requests.push(request)
      echo(request, socket)
    })
    await expect(transport.exchange(new Uint8Array(0x1001))).rejects.toMatchObject({ code: 'NSM_REQUEST_TOO_LARGE' })
    await transport.exchange(Uint8Array.of(1))
    expect(requests).toHaveLength(1)
  })

  test('an answer that says it is too large is refused before it comes', async () => {
    const { transport } = await pair((_, socket) => void socket.write(Buffer.from('00003001', 'hex')))
    await expect(transport.exchange(Uint8Array.of(1))).rejects.toMatchObject({ code: 'NSM_PROTOCOL', received: '12289 bytes' })
  })

  test('the largest answer passes', async () => {
    const { transport } = await pair((_, socket) => void socket.write(frame(new Uint8Array(0x3000))))
    expect((await transport.exchange(Uint8Array.of(1))).length).toBe(0x3000)
  })

  test('two answers to one request are refused, and that is the end: there is no second connection to ask on', async () => {
    const { transport, connections, lost } = await pair((request, socket) => {
      socket.write(Buffer.concat([frame(request), frame(request)]))
    })
    await expect(transport.exchange(Uint8Array.of(1))).rejects.toMatchObject({ code: 'NSM_PROTOCOL' })
    await expect(transport.exchange(Uint8Array.of(2))).rejects.toMatchObject({ code: 'NSM_PROTOCOL' })
    expect(connections()).toBe(1)
    expect(lost).toEqual(['NSM_PROTOCOL'])
  })

  test('silence ends in a timeout, and a late answer is nobody else’s', async () => {
    const held: { request: Buffer; socket: Socket }[] = []
    const { transport, lost } = await pair((request, socket) => {
      if (held.length === 0) held.push({ request: Buffer.from(request), socket })
      else echo(request, socket)
    }, 50)
    await expect(transport.exchange(Uint8Array.of(1))).rejects.toMatchObject({ code: 'NSM_TIMEOUT' })
    for (const { request, socket } of held) echo(request, socket)
    await expect(transport.exchange(Uint8Array.of(2))).rejects.toMatchObject({ code: 'NSM_TIMEOUT' })
    expect(lost).toEqual(['NSM_TIMEOUT'])
  })

  test('a connection that the NSM closes is not opened again', async () => {
    const { transport, connections, lost } = await pair((_, socket) => socket.destroy())
    for (let i = 0; i < 2; i++) await expect(transport.exchange(Uint8Array.of(1))).rejects.toMatchObject({ code: 'NSM_UNAVAILABLE' })
    expect(connections()).toBe(1)
    expect(lost).toEqual(['NSM_UNAVAILABLE'])
  })

  test('one that ends while nothing is asked is noticed at once', async () => {
    const { transport, lost } = await pair(echo)
    await transport.exchange(Uint8Array.of(1))
    for (const socket of sockets) socket.end()
    await expect.poll(() => lost).toEqual(['NSM_UNAVAILABLE'])
  })

  test('closed is closed', async () => {
    const { transport, lost } = await pair(() => {})
    const waiting = transport.exchange(Uint8Array.of(1))
    await new Promise((resolve) => setImmediate(resolve))
    transport.close()
    await expect(waiting).rejects.toMatchObject({ code: 'NSM_UNAVAILABLE' })
    await expect(transport.exchange(Uint8Array.of(1))).rejects.toMatchObject({ code: 'NSM_UNAVAILABLE' })
    expect(lost).toEqual([])
  })
})
