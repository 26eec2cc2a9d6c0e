import type { Socket } from 'node:net'

/** One NSM message over a byte stream: a 4-byte big-endian length, then that many bytes. The transport of the simulation only; the bytes inside are the ioctl's. */
export function encodeFrame(content: Uint8Array): Uint8Array {
  const frame = new Uint8Array(4 + content.length)
  new DataView(frame.buffer).setUint32(0, content.length)
  frame.set(content, 4)
  return frame
}

/**
 * The frames of a connection, in order. Ends with the connection; a connection that ends inside a frame, or announces one longer than `frameBytesMax`, ends the iteration with an error.
 */
export async function* readFrames(socket: Socket, frameBytesMax: number): AsyncGenerator<Uint8Array> {
  let buffered: Buffer = Buffer.alloc(0)
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk])
    while (buffered.length >= 4) {
      const length = buffered.readUInt32BE(0)
      if (length > frameBytesMax) throw new FrameError(`A frame of ${length} bytes, at most ${frameBytesMax} are allowed`)
      if (buffered.length < 4 + length) break
      yield Uint8Array.from(buffered.subarray(4, 4 + length))
      buffered = buffered.subarray(4 + length)
    }
  }
  if (buffered.length > 0) throw new FrameError('The connection ended inside a frame')
}

export class FrameError extends Error {
  override readonly name = 'FrameError'
}
