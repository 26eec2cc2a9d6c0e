import type { Duplex } from 'node:stream'
import { DefaultDeserializer, DefaultSerializer } from 'node:v8'

/** The server's end of a process's channel. */
export type WorkerChannel = {
  /** Structured clone; bytes are copied before this returns. To a process that is gone it goes nowhere. */
  send(message: object): void
}

/**
 * The other end is Node's own, in the process (`process.send` with advanced serialization): a message is its length, 4 bytes, big-endian, and what V8 serialized, in which a view of bytes has a mark before it.
 *
 * The attacks, by a process that an input has taken over, to which Node's own end here is open: bytes that are no message, or one of Node's commands at a wrong time, are thrown where nobody can catch them, and end the
 * server with all its keys; a message that says it is four gigabytes long is waited for, and held.
 *
 * @param parts.socket `undefined` where there is no process
 * @param parts.onBroken what came is no message, or too long: nothing more is heard
 */
export function openWorkerChannel(parts: {
  socket: Duplex | undefined
  messageBytesMax: number
  onMessage(message: object | null): void
  onBroken(): void
}): WorkerChannel {
  const { socket, messageBytesMax, onMessage, onBroken } = parts
  let pieces: Buffer[] = []
  let held = 0
  /** Bytes without which nothing can be read. */
  let wanted = lengthBytes

  function take(piece: Buffer): void {
    pieces.push(piece)
    held += piece.length
    if (held < wanted) return
    const bytes = pieces.length === 1 ? piece : Buffer.concat(pieces, held)
    let at = 0
    for (;;) {
      wanted = lengthBytes
      if (bytes.length - at < wanted) break
      const length = bytes.readUInt32BE(at)
      if (length > messageBytesMax) {
        breakOff()
        return
      }
      wanted += length
      if (bytes.length - at < wanted) break
      let message: unknown
      try {
        message = read(bytes.subarray(at + lengthBytes, at + wanted))
      } catch {
        breakOff()
        return
      }
      at += wanted
      onMessage(typeof message === 'object' ? message : null)
    }
    held = bytes.length - at
    pieces = held === 0 ? [] : [bytes.subarray(at)]
  }

  function breakOff(): void {
    socket?.off('data', take)
    socket?.destroy()
    pieces = []
    onBroken()
  }

  socket?.on('data', take)
  // Failing to write means that the process is ending, and whoever started it hears that.
  socket?.on('error', () => {})
  return {
    send(message) {
      if (socket?.writable) socket.write(write(message))
    },
  }
}

const lengthBytes = 4
const noLength = Buffer.alloc(lengthBytes)

function write(message: object): Buffer {
  const serializer = new Serializer()
  serializer.writeRawBytes(noLength)
  serializer.writeHeader()
  serializer.writeValue(message)
  const bytes = serializer.releaseBuffer()
  bytes.writeUInt32BE(bytes.length - lengthBytes)
  return bytes
}

function read(bytes: Buffer): unknown {
  const deserializer = new Deserializer(bytes)
  deserializer.readHeader()
  return deserializer.readValue()
}

// Node's documentation says that these may be overridden; its types do not know them.
type Writer = { _writeHostObject(this: DefaultSerializer, view: ArrayBufferView): void }
type Reader = { _readHostObject(this: DefaultDeserializer): unknown }
const { _writeHostObject: writeView } = DefaultSerializer.prototype as unknown as Writer
const { _readHostObject: readView } = DefaultDeserializer.prototype as unknown as Reader
/** Before a view of bytes. Anything else that V8 leaves to us is nothing that our own worker sends. */
const viewMark = 0

class Serializer extends DefaultSerializer {
  _writeHostObject(view: ArrayBufferView): void {
    this.writeUint32(viewMark)
    writeView.call(this, view)
  }
}

class Deserializer extends DefaultDeserializer {
  _readHostObject(): unknown {
    if (this.readUint32() !== viewMark) throw new TypeError('No view of bytes')
    return readView.call(this)
  }
}
