import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { encodeFrame, readFrames } from './frames.ts'
import { listenNsm, type NsmServer } from './nsm-server.ts'

const echo = { handle: async (request: Uint8Array) => Uint8Array.from(request).reverse() }
let directory: string
let server: NsmServer
let badFrames: string[]
let seconds: number

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'nacre-nsm-'))
  badFrames = []
  seconds = 0
  server = await listenNsm(join(directory, 'nsm.sock'), {
    badFrame: (error) => badFrames.push(error.message),
    secondConnection: () => void seconds++,
  })
  server.attach(echo)
})
afterEach(async () => {
  await server.close()
  rmSync(directory, { recursive: true, force: true })
})

it('answers the requests of a connection in order, however they are cut', async () => {
  const slowFirst = {
    async handle(request: Uint8Array) {
      await new Promise((resolve) => setTimeout(resolve, request[0] === 1 ? 30 : 0))
      return request
    },
  }
  server.attach(slowFirst)
  const socket = await open()
  const bytes = Buffer.concat([1, 2, 3].map((value) => encodeFrame(Uint8Array.of(value, value))))
  for (const byte of bytes) socket.write(Uint8Array.of(byte))
  const answers: number[] = []
  for await (const frame of readFrames(socket, 100)) {
    answers.push(frame[0] ?? 0)
    if (answers.length === 3) socket.end()
  }
  expect(answers).toEqual([1, 2, 3])
})

it('has no second connection: a process beside the enclave gets no document for a key of its own', async () => {
  const enclave = await open()
  await ask(enclave, Uint8Array.of(1))
  const attempts = await Promise.all([refusal(), refusal(), refusal()])
  expect(attempts).toEqual(['closed, 0 bytes', 'closed, 0 bytes', 'closed, 0 bytes'])
  expect(seconds).toBe(1)
  expect(await ask(enclave, Uint8Array.of(9, 7))).toEqual(Uint8Array.of(7, 9))
})

it('has none either when the first is over, until the next boot', async () => {
  const enclave = await open()
  await ask(enclave, Uint8Array.of(1))
  enclave.end()
  await new Promise((resolve) => enclave.once('close', resolve))
  expect(await refusal()).toBe('closed, 0 bytes')
  server.attach(echo)
  expect(await ask(await open(), Uint8Array.of(1, 2))).toEqual(Uint8Array.of(2, 1))
})

it('drops a connection that announces a frame far over the limit, before it is sent', async () => {
  const socket = await open()
  socket.write(Uint8Array.of(0xff, 0xff, 0xff, 0xff))
  await new Promise((resolve) => socket.once('close', resolve))
  expect(badFrames).toEqual([expect.stringContaining('4294967295')])
})

it('cuts an enclave off from its successor’s registers', async () => {
  const old = await open()
  await ask(old, Uint8Array.of(1))
  server.attach(echo)
  await new Promise((resolve) => old.once('close', resolve))
  expect(await ask(await open(), Uint8Array.of(1, 2))).toEqual(Uint8Array.of(2, 1))
})

async function open(): Promise<Socket> {
  const socket = connect(join(directory, 'nsm.sock'))
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('connect', resolve))
  return socket
}

/** What somebody sees who comes second and asks at once. */
async function refusal(): Promise<string> {
  const socket = await open()
  let received = 0
  let failure: string | undefined
  socket.on('data', (chunk) => {
    received += chunk.length
  })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    failure = error.code
  })
  socket.write(encodeFrame(Uint8Array.of(1)))
  await new Promise((resolve) => socket.once('close', resolve))
  // EPIPE: the write came after the server's end.
  return `${failure === undefined || failure === 'EPIPE' ? 'closed' : failure}, ${received} bytes`
}

async function ask(socket: Socket, request: Uint8Array): Promise<Uint8Array> {
  socket.write(encodeFrame(request))
  return new Promise((resolve) => socket.once('data', (chunk: Buffer) => resolve(Uint8Array.from(chunk.subarray(4)))))
}
