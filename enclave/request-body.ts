import type { IncomingMessage, ServerResponse } from 'node:http'
import { EnclaveError } from './errors.ts'
import type { Limits } from './limits.ts'

/**
 * Reads request bodies as bytes, each bounded and all of them together, and counts answers into the same sum: a client that asks for large answers and does not read them
 * would otherwise hold memory that no limit knows of.
 *
 * What counts is what has arrived, not what a header announces: a few connections that announce much and send nothing must not lock others out. The first
 * `bodyBytesFree` of each body count for nothing (connections are bounded), so that ordinary requests go on while large ones fill the rest.
 */
export type BodyReader = {
  /**
   * The body's bytes count until `response` is closed.
   *
   * @throws `BODY_TOO_LARGE`, `ENCLAVE_OVERLOADED`, `CLIENT_GONE`
   */
  read(request: IncomingMessage, response: ServerResponse): Promise<Buffer>
  /** An answer's bytes count, beside its request's, until `response` is closed. @throws `ENCLAVE_OVERLOADED` */
  holdAnswer(bytes: number, response: ServerResponse): void
  /** Bytes that count at this moment. */
  heldBytes(): number
}

export function createBodyReader({ bodyBytesMax, bodyBytesFree, bodiesBytesMax }: Limits): BodyReader {
  let heldBytes = 0

  return {
    read(request, response) {
      const chunks: Buffer[] = []
      let length = 0
      let counted = 0
      const countTo = (bytes: number) => {
        heldBytes += bytes - counted
        counted = bytes
      }
      response.once('close', () => countTo(0))

      return new Promise((resolve, reject) => {
        const refuse = (error: EnclaveError) => {
          request.off('data', take)
          request.resume() // the rest is thrown away, until the server's time for a request is over
          countTo(0)
          reject(error)
        }
        const take = (chunk: Buffer) => {
          length += chunk.length
          if (length > bodyBytesMax) return refuse(tooLarge(bodyBytesMax))
          countTo(Math.max(0, length - bodyBytesFree))
          if (heldBytes > bodiesBytesMax) return refuse(new EnclaveError('ENCLAVE_OVERLOADED', undefined, { retryAfterSeconds: 1 }))
          chunks.push(chunk)
        }
        if (Number(request.headers['content-length'] ?? 0) > bodyBytesMax) return refuse(tooLarge(bodyBytesMax))
        request.on('data', take)
        const gone = () => reject(new EnclaveError('CLIENT_GONE'))
        request.once('end', () => {
          // Every response closes at last, and an error that nobody sees costs its stack trace all the same.
          response.off('close', gone)
          resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length))
        })
        request.once('error', gone)
        response.once('close', gone)
      })
    },
    holdAnswer(bytes, response) {
      const counted = Math.max(0, bytes - bodyBytesFree)
      if (counted > 0 && heldBytes + counted > bodiesBytesMax)
        throw new EnclaveError('ENCLAVE_OVERLOADED', undefined, { retryAfterSeconds: 1 })
      // After a client that went away, `close` does not come again.
      if (response.closed) throw new EnclaveError('CLIENT_GONE')
      heldBytes += counted
      response.once('close', () => {
        heldBytes -= counted
      })
    },
    heldBytes: () => heldBytes,
  }
}

function tooLarge(bytesMax: number): EnclaveError {
  return new EnclaveError('BODY_TOO_LARGE', undefined, { expected: `at most ${bytesMax} bytes` })
}
