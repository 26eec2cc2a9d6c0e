import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * The attack: a client that sends requests one behind another on one connection, and leaves. Node says `close` of the response whose turn it is, and never of those behind it: what is counted or lent until then would be so for
 * ever, and a few such clients would lock everybody out. With this, all of them are closed (`destroyed`, and `close` is emitted) when their connection is.
 */
export function closeQueuedResponses(server: Pick<Server, 'prependListener'>): void {
  const queues = new WeakMap<Socket, Set<ServerResponse>>()

  function queueOf(socket: Socket): Set<ServerResponse> {
    const known = queues.get(socket)
    if (known !== undefined) return known
    const queue = new Set<ServerResponse>()
    queues.set(socket, queue)
    socket.once('close', () => {
      for (const response of queue) {
        // It has had its turn, and Node says so.
        if (response.socket !== null || response.closed) continue
        response.destroy()
        response.emit('close')
      }
    })
    return queue
  }

  // Before whoever answers.
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    if (response.socket !== null) return
    const queue = queueOf(socket)
    queue.add(response)
    response.once('close', () => queue.delete(response))
  })
}
