import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { decodeKeyset } from '@nacre/verifier/keyset'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testNsm } from './test-support.ts'

// The program as the host starts it: real processes, real sockets.

let folder: string
let nsmServer: Server
const nsmSockets: Socket[] = []
const running: ChildProcess[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nacre-main-'))
  await cp(new URL('models/digits', import.meta.url), join(folder, 'models/digits'), { recursive: true })
  // Each connection is an NSM of its own, as each enclave has one of its own.
  nsmServer = createServer((socket) => {
    const nsm = testNsm()
    nsmSockets.push(socket)
    let received = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', async (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received.length < 4 || received.length < 4 + received.readUInt32BE(0)) return
      const response = await nsm.exchange(Uint8Array.from(received.subarray(4)))
      received = Buffer.alloc(0)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(response.length)
      socket.write(Buffer.concat([length, response]))
    })
  })
  await new Promise<void>((resolve) => nsmServer.listen(join(folder, 'nsm.sock'), resolve))
})
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL')
  nsmServer?.close()
  await rm(folder, { recursive: true })
})

type Line = { level: string; msg: string; code?: string }

function start(changes: { [option: string]: string } = {}) {
  const options: { [option: string]: string } = {
    '--nsm': `unix:${join(folder, 'nsm.sock')}`,
    '--tls': `unix:${join(folder, 'tls.sock')}`,
    '--http': `unix:${join(folder, 'http.sock')}`,
    '--log': `unix:${join(folder, 'log.sock')}`,
    '--models': join(folder, 'models'),
    ...changes,
  }
  const main = fileURLToPath(new URL('main.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', main, ...Object.entries(options).flat()], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.push(child)
  const lines: Line[] = []
  let rest = ''
  let errors = ''
  let look = () => {}
  child.stdout.on('data', (chunk) => {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() as string
    lines.push(...parts.map((line) => JSON.parse(line) as Line))
    look()
  })
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const exit = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const logged = (msg: string) =>
    new Promise<void>((resolve, reject) => {
      look = () => {
        if (lines.some((line) => line.msg === msg)) resolve()
      }
      exit.then(() => reject(new Error(`ended before "${msg}": ${JSON.stringify(lines)} ${errors}`)))
      look()
    })
  return { child, lines, exit, logged, errors: () => errors }
}

function get(path: string, socketPath: string): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ socketPath, path, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => resolve({ status: response.statusCode as number, body: Buffer.concat(chunks) }))
    })
    request.on('error', reject)
    request.end()
  })
}

describe('the enclave as a program', () => {
  test('boots, ends TLS with the attested key, and stops cleanly', async () => {
    const enclave = start()
    await enclave.logged('ready')
    expect((await get('/v2/health/ready', join(folder, 'http.sock'))).status).toBe(200)
    const keyset = decodeKeyset(Uint8Array.from((await get('/.well-known/nacre-keyset', join(folder, 'http.sock'))).body))

    const tls = await new Promise<{ status: number; spkiSha256: string; protocol: string | null }>((resolve, reject) => {
      // The chain says nothing here: what counts is that the key is the attested one.
      const request = httpsRequest(
        { socketPath: join(folder, 'tls.sock'), path: '/v2/health/live', rejectUnauthorized: false, agent: false },
        (response) => {
          const socket = response.socket as TLSSocket
          const certificate = socket.getPeerX509Certificate()
          const spki = certificate?.publicKey.export({ type: 'spki', format: 'der' }) as Buffer
          response.resume()
          response.on('end', () =>
            resolve({
              status: response.statusCode as number,
              spkiSha256: createHash('sha256').update(spki).digest('hex'),
              protocol: socket.getProtocol(),
            }),
          )
        },
      )
      request.on('error', reject)
      request.end()
    })
    expect(tls).toEqual({ status: 200, spkiSha256: keyset.tlsSpkiSha256.slice(2), protocol: 'TLSv1.3' })

    enclave.child.kill('SIGTERM')
    expect(await enclave.exit).toBe(0)
    expect(enclave.errors()).toBe('')
    await expect(get('/v2/health/live', join(folder, 'http.sock'))).rejects.toThrow()
  })

  test('a request in flight is finished before it stops', async () => {
    const enclave = start()
    await enclave.logged('ready')
    const { tensor } = JSON.parse(await readFile(new URL('models/digits/samples/3.json', import.meta.url), 'utf8'))
    const body = JSON.stringify({ inputs: [{ name: tensor.name, datatype: tensor.datatype, shape: tensor.shape, data: tensor.values }] })
    const answer = new Promise<{ status: number; body: string }>((resolve, reject) => {
      const request = httpRequest(
        {
          socketPath: join(folder, 'http.sock'),
          method: 'POST',
          path: '/v2/models/digits/infer',
          headers: { 'content-length': body.length, expect: '100-continue' },
        },
        (response) => {
          let text = ''
          response.on('data', (chunk) => {
            text += chunk
          })
          response.on('end', () => resolve({ status: response.statusCode as number, body: text }))
        },
      )
      request.on('error', reject)
      // The server has read the head when it says to go on; the body comes after the signal.
      request.flushHeaders()
      request.on('continue', () => {
        enclave.child.kill('SIGTERM')
        enclave.logged('stopping').then(() => request.end(body), reject)
      })
    })
    const { status, body: text } = await answer
    expect(status).toBe(200)
    expect(text).toContain('"signature":"0x')
    expect(await enclave.exit).toBe(0)
  })

  test('a host that stops reading the logs does not stop it', async () => {
    const enclave = start()
    await enclave.logged('ready')
    enclave.child.stdout.destroy()
    enclave.child.stderr.destroy()
    for (let i = 0; i < 3; i++) expect((await get('/v3', join(folder, 'http.sock'))).status).toBe(404)
    expect((await get('/v2/health/ready', join(folder, 'http.sock'))).status).toBe(200)
    enclave.child.kill('SIGTERM')
    expect(await enclave.exit).toBe(0)
  })

  test('ends, and is not silent about it, when its NSM is gone', async () => {
    const enclave = start()
    await enclave.logged('ready')
    nsmSockets.at(-1)?.destroy()
    expect(await enclave.exit).toBe(1)
    expect(enclave.lines.find(({ msg }) => msg === 'NSM lost')).toMatchObject({ level: 'error', code: 'NSM_UNAVAILABLE' })
  })

  test('the socket of an enclave that was killed is taken over', async () => {
    const first = start()
    await first.logged('ready')
    first.child.kill('SIGKILL')
    await first.exit
    const second = start()
    await second.logged('ready')
    second.child.kill('SIGTERM')
    expect(await second.exit).toBe(0)
  })

  test('does not start with weights that are not the manifest’s', async () => {
    const models = join(folder, 'tampered')
    await cp(join(folder, 'models'), models, { recursive: true })
    const weights = await readFile(join(models, 'digits/model.onnx'))
    weights[weights.length - 100] = (weights[weights.length - 100] as number) ^ 1
    await writeFile(join(models, 'digits/model.onnx'), weights)
    const enclave = start({ '--models': models })
    expect(await enclave.exit).toBe(1)
    expect(enclave.lines.at(-1)).toMatchObject({ msg: 'enclave cannot start', code: 'MODEL_WEIGHTS_MISMATCH' })
  })

  test('does not start without an NSM', async () => {
    const enclave = start({ '--nsm': `unix:${join(folder, 'none.sock')}` })
    expect(await enclave.exit).toBe(1)
    expect(enclave.lines.at(-1)).toMatchObject({ code: 'NSM_UNAVAILABLE' })
  })

  test('a wrong command line ends with 2', async () => {
    const enclave = start({ '--nsm': '/dev/nsm' })
    expect(await enclave.exit).toBe(2)
    expect(enclave.lines.at(-1)).toMatchObject({ code: 'ARGUMENTS_INVALID' })
  })
})
