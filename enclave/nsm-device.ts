import { openSync } from 'node:fs'
import { promisify } from 'node:util'
import koffi from 'koffi'
import { EnclaveError } from './errors.ts'
import { type NsmTransport, nsmRequestBytesMax, nsmResponseBytesMax } from './nsm.ts'

/**
 * NSM transport of a real enclave: one ioctl for each request, on another thread, because an answer takes milliseconds and the driver gives up only after two minutes. One request at a time, in
 * order. A device that fails once is lost: `onLost` is told, once.
 */
export function nsmDevice({ path, onLost = () => {} }: { path: string; onLost?: (error: EnclaveError) => void }): NsmTransport {
  const fd = openDevice(path)
  let last: Promise<unknown> = Promise.resolve()
  let lost: EnclaveError | undefined

  async function exchange(request: Uint8Array): Promise<Uint8Array> {
    if (lost !== undefined) throw lost
    // The kernel reads and writes these while the call is under way: nobody else has them.
    const [sent, received, message] = [Buffer.from(request), Buffer.alloc(nsmResponseBytesMax), Buffer.alloc(messageBytes)]
    message.writeBigUInt64LE(koffi.address(sent), 0)
    message.writeBigUInt64LE(BigInt(sent.length), 8)
    message.writeBigUInt64LE(koffi.address(received), 16)
    message.writeBigUInt64LE(BigInt(received.length), 24)
    const result = await ioctlLater(fd, rawRequest, message)
    // Nothing else holds the request while the kernel may read it, and what nothing uses later is collected.
    if (koffi.address(sent) !== message.readBigUInt64LE(0)) throw new Error('The request moved')
    const length = Number(message.readBigUInt64LE(24))
    if (result !== 0 || length > received.length) {
      lost = new EnclaveError('NSM_UNAVAILABLE', `${path} does not answer`)
      onLost(lost)
      throw lost
    }
    return Uint8Array.from(received.subarray(0, length))
  }

  return {
    exchange(request) {
      if (request.length > nsmRequestBytesMax)
        return Promise.reject(
          new EnclaveError('NSM_REQUEST_TOO_LARGE', undefined, {
            expected: `at most ${nsmRequestBytesMax} bytes`,
            received: `${request.length} bytes`,
          }),
        )
      const answer = last.then(() => exchange(request))
      last = answer.catch(() => undefined)
      return answer
    },
    close() {
      // The descriptor stays open: a call may be under way, and the process is about to end.
      lost ??= new EnclaveError('NSM_UNAVAILABLE', 'The NSM was closed')
    },
  }
}

const ioctlLater = promisify<number, number, Uint8Array, number>(
  koffi.load('libc.so.6').func('int ioctl(int, unsigned long, void *)').async,
)

/** linux/nsm.h: `NSM_IOCTL_RAW`, `_IOWR(0x0A, 0, struct nsm_raw)`; the struct is address and length of the request, then of the response, 64 bits each. */
const rawRequest = 0xc0200a00
const messageBytes = 32

function openDevice(path: string): number {
  try {
    return openSync(path, 'r+')
  } catch (cause) {
    throw new EnclaveError('NSM_UNAVAILABLE', `${path} cannot be opened`, { cause })
  }
}
