import { createServer, type Server, type Socket } from 'node:net'
import { encodeFrame, FrameError, readFrames } from './frames.ts'
import { type Nsm, requestBytesMax } from './nsm.ts'

export type NsmServer = {
  /** Connects the socket to another module and drops every connection to the one before: an enclave that died must not reach its successor's registers. */
  attach(nsm: Nsm): void
  close(): Promise<void>
}

/**
 * Serves an NSM over a unix socket, requests one at a time and in order, to exactly one connection for each boot: the enclave's own, which it opens before it starts anything that
 * reads strangers' bytes. A model's process that was taken over can find the socket too and would have a key of its own attested; it is shown the door.
 */
export async function listenNsm(path: string, on: NsmServerEvents): Promise<NsmServer> {
  let attached: Nsm | null = null
  let secondsSeen = 0
  const open = new Set<Socket>()

  const server: Server = createServer((socket) => {
    const nsm = attached
    attached = null
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    socket.on('error', () => socket.destroy())
    if (nsm === null) {
      // Once for each boot: whoever tries on and on must not fill the log.
      if (secondsSeen++ === 0) on.secondConnection()
      socket.setTimeout(refusedTimeMsMax, () => socket.destroy())
      socket.resume().end()
      return
    }
    serve(socket, nsm).catch((error: Error) => {
      // Anything else is a connection that broke, which is no news.
      if (error instanceof FrameError) on.badFrame(error)
      socket.destroy()
    })
  })
  server.maxConnections = connectionsMax
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))

  return {
    attach(nsm) {
      for (const socket of open) socket.destroy()
      attached = nsm
      secondsSeen = 0
    },
    close() {
      for (const socket of open) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

export type NsmServerEvents = {
  badFrame(error: Error): void
  /** Somebody beside the enclave wanted to talk to its NSM: the first time in each boot. */
  secondConnection(): void
}

const connectionsMax = 64
const refusedTimeMsMax = 1_000

async function serve(socket: Socket, nsm: Nsm): Promise<void> {
  // A request over the limit still deserves the NSM's own answer, so frames may be a little longer than requests.
  for await (const request of readFrames(socket, 2 * requestBytesMax)) {
    const response = encodeFrame(await nsm.handle(request))
    if (!socket.write(response)) await new Promise((resolve) => socket.once('drain', resolve).once('close', resolve))
  }
  socket.end()
}
