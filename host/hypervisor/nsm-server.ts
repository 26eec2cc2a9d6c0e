import { createServer, type Server, type Socket } from 'node:net'
import { encodeFrame, FrameError, readFrames } from './frames.ts'
import { type Nsm, requestBytesMax } from './nsm.ts'

export type NsmServer = {
  /** Connects the socket to another module and drops every connection to the one before: an enclave that died must not reach its successor's registers. */
  attach(nsm: Nsm): void
  close(): Promise<void>
}

/** Serves an NSM over a unix socket: requests of one connection are answered one at a time and in order, several connections side by side. */
export async function listenNsm(path: string, onBadFrame: (error: Error) => void): Promise<NsmServer> {
  let attached: Nsm | null = null
  const open = new Set<Socket>()

  const server: Server = createServer((socket) => {
    const nsm = attached
    if (nsm === null) {
      socket.destroy()
      return
    }
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    socket.on('error', () => socket.destroy())
    serve(socket, nsm).catch((error: Error) => {
      // Anything else is a connection that broke, which is no news.
      if (error instanceof FrameError) onBadFrame(error)
      socket.destroy()
    })
  })
  server.maxConnections = connectionsMax
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))

  return {
    attach(nsm) {
      attached = nsm
      for (const socket of open) socket.destroy()
    },
    close() {
      for (const socket of open) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

const connectionsMax = 64

async function serve(socket: Socket, nsm: Nsm): Promise<void> {
  // A request over the limit still deserves the NSM's own answer, so frames may be a little longer than requests.
  for await (const request of readFrames(socket, 2 * requestBytesMax)) {
    const response = encodeFrame(await nsm.handle(request))
    if (!socket.write(response)) await new Promise((resolve) => socket.once('drain', resolve).once('close', resolve))
  }
  socket.end()
}
