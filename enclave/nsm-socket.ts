import { connect, type Socket } from 'node:net'
import { EnclaveError } from './errors.ts'
import { type NsmTransport, nsmRequestBytesMax, nsmResponseBytesMax } from './nsm.ts'

/**
 * NSM transport of the simulation: frames on a unix socket, 4-byte big-endian length and then exactly the bytes that the ioctl of `/dev/nsm` would carry.
 * One request at a time, in order.
 *
 * One connection for the enclave's whole life, opened at once, because the hypervisor takes no other: a model's process that was taken over must find the NSM engaged. A connection that
 * breaks or misbehaves is therefore the end, told by `onLost` once; an enclave without an NSM could only grow stale.
 */
export function nsmSocket(parts: { path: string; timeoutMs?: number; onLost?: (error: EnclaveError) => void }): NsmTransport {
  const { path, timeoutMs = 10_000, onLost = () => {} } = parts
  let closed = false
  const connection = openConnection(path, (error) => {
    if (!closed) onLost(error)
  })
  let last: Promise<unknown> = Promise.resolve()

  return {
    exchange(request) {
      if (request.length > nsmRequestBytesMax)
        return Promise.reject(
          new EnclaveError('NSM_REQUEST_TOO_LARGE', undefined, {
            expected: `at most ${nsmRequestBytesMax} bytes`,
            received: `${request.length} bytes`,
          }),
        )
      const answer = last.then(() => connection.exchange(request, timeoutMs))
      last = answer.catch(() => undefined)
      return answer
    },
    close() {
      closed = true
      connection.close()
    },
  }
}

type Connection = {
  /** Once the connection is broken, every request fails for the same reason. */
  exchange(request: Uint8Array, timeoutMs: number): Promise<Uint8Array>
  close(): void
}

function openConnection(path: string, onBroken: (error: EnclaveError) => void): Connection {
  const socket: Socket = connect({ path })
  let received: Buffer = Buffer.alloc(0)
  let waiting: { resolve: (response: Uint8Array) => void; reject: (error: EnclaveError) => void } | undefined
  let failure: EnclaveError | undefined

  function breakWith(error: EnclaveError): void {
    if (failure !== undefined) return
    failure = error
    socket.destroy()
    waiting?.reject(error)
    waiting = undefined
    onBroken(error)
  }

  socket.on('error', (cause) => breakWith(new EnclaveError('NSM_UNAVAILABLE', undefined, { cause })))
  socket.on('close', () => breakWith(new EnclaveError('NSM_UNAVAILABLE', 'The NSM closed the connection')))
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    if (waiting === undefined) return breakWith(new EnclaveError('NSM_PROTOCOL', 'The NSM spoke without being asked'))
    if (received.length < 4) return
    const length = received.readUInt32BE(0)
    if (length > nsmResponseBytesMax)
      return breakWith(
        new EnclaveError('NSM_PROTOCOL', "The NSM's answer is too large", {
          expected: `at most ${nsmResponseBytesMax} bytes`,
          received: `${length} bytes`,
        }),
      )
    if (received.length < 4 + length) return
    if (received.length > 4 + length) return breakWith(new EnclaveError('NSM_PROTOCOL', 'The NSM sent more than one answer'))
    const response = Uint8Array.from(received.subarray(4))
    received = Buffer.alloc(0)
    waiting.resolve(response)
    waiting = undefined
  })

  return {
    async exchange(request, timeoutMs) {
      if (failure !== undefined) throw failure
      const response = new Promise<Uint8Array>((resolve, reject) => {
        waiting = { resolve, reject }
      })
      // After a timeout the late answer would be taken for the next request's, so the connection goes with it.
      const timer = setTimeout(
        () => breakWith(new EnclaveError('NSM_TIMEOUT', undefined, { expected: `within ${timeoutMs} ms` })),
        timeoutMs,
      )
      const frame = Buffer.alloc(4 + request.length)
      frame.writeUInt32BE(request.length, 0)
      frame.set(request, 4)
      socket.write(frame)
      return response.finally(() => clearTimeout(timer))
    },
    close: () => breakWith(new EnclaveError('NSM_UNAVAILABLE', 'The connection to the NSM was closed')),
  }
}
