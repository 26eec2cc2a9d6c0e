import { lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { RelayerError } from './errors.ts'

/**
 * A state directory belongs to one process at a time: the one that listens on the socket in it. The system takes the listener away with the process, however that ends, so no lock is ever left
 * behind. The same socket is how the command line asks the relayer that runs.
 */
export type StateHold = {
  /** From here on the socket answers as this application does; before, that it is starting. */
  serve(app: FastifyInstance): Promise<void>
  release(): Promise<void>
}

/** @throws `STATE_IN_USE`, `STATE_PATH_TOO_LONG` */
export async function holdState(stateDirectory: string): Promise<StateHold> {
  mkdirSync(stateDirectory, { recursive: true, mode: 0o700 })
  const path = socketPath(stateDirectory)
  let app: FastifyInstance | null = null
  const server = createServer((request, response) => {
    if (app !== null) return app.routing(request, response)
    response.writeHead(503, { 'content-type': 'application/problem+json' })
    response.end(JSON.stringify({ type: 'about:blank', title: 'The relayer is starting', status: 503, code: 'STARTING' }))
  })
  try {
    await listen(server, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    await removeDead(path, stateDirectory)
    await listen(server, path)
  }
  return {
    async serve(ready) {
      await ready.ready()
      app = ready
    },
    async release() {
      await new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      })
    },
  }
}

/** @throws `STATE_PATH_TOO_LONG` */
export function socketPath(stateDirectory: string): string {
  const path = join(resolve(stateDirectory), 'relay.sock')
  if (Buffer.byteLength(path) > socketPathBytesMax)
    throw new RelayerError('STATE_PATH_TOO_LONG', 'The path of the state directory is too long for a socket in it', {
      expected: `at most ${socketPathBytesMax} bytes`,
      received: path,
    })
  return path
}

/** A socket that nobody listens on, left by a process that was killed. Two that find it at once do not take each other's away: what is removed is what was asked. */
async function removeDead(path: string, stateDirectory: string): Promise<void> {
  const inUse = () => new RelayerError('STATE_IN_USE', `Another relayer works in ${stateDirectory}`)
  const dead = lstatSync(path, { bigint: true })
  if (await isAnswering(path)) throw inUse()
  const aside = `${path}.${process.pid}.${attempts++}`
  renameSync(path, aside)
  const taken = lstatSync(aside, { bigint: true })
  // The number of a file that is gone is given to the next one.
  if (taken.ino !== dead.ino || taken.mtimeNs !== dead.mtimeNs) {
    renameSync(aside, path)
    throw inUse()
  }
  rmSync(aside)
}

let attempts = 0

/** Whether a relayer listens there. */
export function isAnswering(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      done(true)
    })
    socket.once('error', () => done(false))
  })
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((done, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      done()
    })
  })
}

/** `sun_path` holds 108 bytes with its end on Linux, 104 elsewhere. */
const socketPathBytesMax = 103
