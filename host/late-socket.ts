import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/** A connection that can be written to before it stands. */
export type LateSocket = Duplex & { setTimeout(ms: number, onTimeout?: () => void): unknown }

/** What is written waits for the connection; when there will be none, the stream is destroyed with its error. */
export function lateSocket(opening: Promise<Socket>, { allowHalfOpen }: { allowHalfOpen: boolean }): LateSocket {
  let socket: Socket | undefined
  let timeout: [ms: number, onTimeout: (() => void) | undefined] | undefined
  const stream = new Duplex({
    allowHalfOpen,
    construct(callback) {
      opening.then((opened) => {
        if (stream.destroyed) return void opened.destroy()
        socket = opened
        socket.on('data', (chunk: Buffer) => {
          if (!stream.push(chunk)) opened.pause()
        })
        socket.once('end', () => stream.push(null))
        socket.once('error', (error) => stream.destroy(error))
        socket.once('close', () => stream.destroy())
        if (timeout !== undefined) socket.setTimeout(...timeout)
        stream.emit('connect')
        callback()
      }, callback)
    },
    read: () => socket?.resume(),
    write: (chunk, encoding, callback) => void socket?.write(chunk, encoding, callback),
    final: (callback) => void socket?.end(callback),
    destroy(error, callback) {
      socket?.destroy()
      callback(error)
    },
  })
  return Object.assign(stream, {
    setTimeout(ms: number, onTimeout?: () => void) {
      timeout = [ms, onTimeout]
      socket?.setTimeout(ms, onTimeout)
    },
  })
}
