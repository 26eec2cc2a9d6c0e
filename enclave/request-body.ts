import type { IncomingMessage, ServerResponse } from 'node:http'
import { EnclaveError } from './errors.ts'
import type { Limits } from './limits.ts'
import { createRoom, type Room } from './room.ts'

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
   * @param lent Whoever reads it does so within {@link BodyReader.use}: a large body may then lie in memory that later ones get.
   * @throws `BODY_TOO_LARGE`, `ENCLAVE_OVERLOADED`, `CLIENT_GONE`
   */
  read(request: IncomingMessage, response: ServerResponse, lent?: boolean): Promise<Buffer>
  /** The body that answers `response` stays what it is until this work is done, whatever becomes of the client. @throws `CLIENT_GONE` */
  use<T>(response: ServerResponse, work: () => Promise<T>): Promise<T>
  /** An answer's bytes count, beside its request's, until `response` is closed. @throws `ENCLAVE_OVERLOADED` */
  holdAnswer(bytes: number, response: ServerResponse): void
  /** Bytes that count at this moment. */
  heldBytes(): number
}

export function createBodyReader({ bodyBytesMax, bodyBytesFree, bodiesBytesMax, bodyMemoryBytes }: Limits): BodyReader {
  let heldBytes = 0
  const memory = createBodyMemory(bodyMemoryBytes)

  return {
    read(request, response, lent = false) {
      const announcedBytes = Number(request.headers['content-length'] ?? 0)
      const chunks: Buffer[] = []
      let whole: Buffer | undefined
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
          // Copied out at once: chunks that live until the body is whole are many and large, and collecting them took a third of the time.
          if (length === chunk.length && lent && announcedBytes > bodyBytesFree) whole = memory.lend(announcedBytes, response)
          if (whole === undefined) chunks.push(chunk)
          else whole.set(chunk, length - chunk.length)
        }
        if (announcedBytes > bodyBytesMax) return refuse(tooLarge(bodyBytesMax))
        request.on('data', take)
        const gone = () => {
          // What still comes would be written where the next body lies.
          request.off('data', take)
          reject(new EnclaveError('CLIENT_GONE'))
        }
        request.once('end', () => {
          // Every response closes at last, and an error that nobody sees costs its stack trace all the same.
          response.off('close', gone)
          resolve(whole?.subarray(0, length) ?? (chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length)))
        })
        request.once('error', gone)
        response.once('close', gone)
      })
    },
    use: memory.use,
    holdAnswer(bytes, response) {
      const counted = Math.max(0, bytes - bodyBytesFree)
      if (counted > 0 && heldBytes + counted > bodiesBytesMax)
        throw new EnclaveError('ENCLAVE_OVERLOADED', undefined, { retryAfterSeconds: 1 })
      // After a client that went away, `close` does not come again.
      if (response.destroyed) throw new EnclaveError('CLIENT_GONE')
      heldBytes += counted
      response.once('close', () => {
        heldBytes -= counted
      })
    },
    heldBytes: () => heldBytes,
  }
}

/**
 * Memory for bodies, lent from the first byte until the response is closed and nobody uses the body any more.
 *
 * The attack: a client that sends a large body and leaves. Were its place given to the next body while its own request still runs, a model would be given, and a receipt be signed over, another client's input.
 */
function createBodyMemory(bytes: number) {
  let memory: { bytes: Buffer; room: Room } | undefined
  const loans = new WeakMap<ServerResponse, { uses: number; isClosed: boolean; at: number }>()

  function giveBack(loan: { uses: number; isClosed: boolean; at: number }): void {
    if (loan.isClosed && loan.uses === 0) memory?.room.free(loan.at)
  }

  return {
    lend(length: number, response: ServerResponse): Buffer | undefined {
      // Of zeros that the system has not yet laid out: what is never lent takes none.
      memory ??= { bytes: Buffer.from(new ArrayBuffer(bytes)), room: createRoom(bytes) }
      const at = memory.room.take(length)
      if (at === undefined) return undefined
      const loan = { uses: 0, isClosed: false, at }
      loans.set(response, loan)
      response.once('close', () => {
        loan.isClosed = true
        giveBack(loan)
      })
      return memory.bytes.subarray(at, at + length)
    },
    async use<T>(response: ServerResponse, work: () => Promise<T>): Promise<T> {
      const loan = loans.get(response)
      if (loan === undefined) return work()
      // Nobody has used it before, so it is lent to somebody else by this time.
      if (loan.isClosed) throw new EnclaveError('CLIENT_GONE')
      loan.uses++
      try {
        return await work()
      } finally {
        loan.uses--
        giveBack(loan)
      }
    },
  }
}

function tooLarge(bytesMax: number): EnclaveError {
  return new EnclaveError('BODY_TOO_LARGE', undefined, { expected: `at most ${bytesMax} bytes` })
}
