import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createHttpServer, request } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectHybridVsock } from './hybrid-vsock.ts'
import { startRelay } from './relay.ts'

// A vsock device as a virtual machine has one: a line each way, then bytes. It is strict: whoever speaks before its answer is cut off.

const folder = mkdtempSync(join(tmpdir(), 'nacre-late-'))
const path = join(folder, 'vsock')
const inside = createHttpServer((incoming, response) => {
  let bytes = 0
  incoming.on('data', (chunk: Buffer) => {
    bytes += chunk.length
  })
  incoming.on('end', () => response.end(String(bytes)))
})
let device: Server
let early = 0
let answer = 'OK 1073741824\n'

beforeAll(async () => {
  device = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', (line: Buffer) => {
      early += line.toString() === 'CONNECT 8080\n' ? 0 : 1
      const tooEarly = () => early++
      socket.on('data', tooEarly)
      setTimeout(() => {
        socket.off('data', tooEarly).pause()
        if (!answer.startsWith('OK')) return socket.end(answer)
        socket.write(answer)
        inside.emit('connection', socket)
      }, 30)
    })
  })
  await new Promise<void>((resolve) => device.listen(path, resolve))
})
afterAll(() => {
  device.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('a port of a virtual machine', () => {
  test('is sent nothing before its device has answered, whoever writes how early', async () => {
    const relay = await startRelay({
      enclave: { tls: { device: path, vsockPort: 8080 }, http: { device: path, vsockPort: 8080 } },
      host: '127.0.0.1',
      tlsPort: 0,
      httpPort: 0,
    })
    try {
      for (const size of [0, 1, 500, 70_000, 2_000_000])
        for (const url of [`http://127.0.0.1:${relay.httpPort}/`, `http://127.0.0.1:${relay.tlsPort}/`])
          expect(await post(url, Buffer.alloc(size))).toBe(`200 ${size}`)
      expect(early).toBe(0)
    } finally {
      await relay.close()
    }
  })

  test('where nobody listens is like a port of this machine where nobody does', async () => {
    answer = 'ERR\n'
    await expect(first(connectHybridVsock({ path, port: 8080 }))).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    answer = `${'x'.repeat(100)}`
    await expect(first(connectHybridVsock({ path, port: 8080 }))).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await expect(first(connectHybridVsock({ path: join(folder, 'none'), port: 8080 }))).rejects.toMatchObject({ code: 'ENOENT' })
    answer = 'OK 1\n'
  })

  test('given up before it stood leaves nothing open', async () => {
    const gone = new Promise((resolve) => device.once('connection', (socket: Socket) => socket.once('close', resolve)))
    connectHybridVsock({ path, port: 8080 })
      .on('error', () => {})
      .destroy()
    await gone
  })
})

function post(url: string, body: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers: { 'content-length': body.length } }, (reply) => {
      let text = ''
      reply.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      reply.once('end', () => resolve(`${reply.statusCode} ${text}`))
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

function first(stream: Readable): Promise<Buffer> {
  return new Promise((resolve, reject) => stream.once('data', resolve).once('error', reject))
}
