import type { Place, WireMemory } from './model-messages.ts'
import { createRoom } from './room.ts'
import type { SharedBytes, SharedMemory } from './shared-memory.ts'

/**
 * What the server and one process of a model have in common, so that large tensors need not go through a pipe: a piece in which the server lays inputs, and one in which the process lays outputs. Each process has its own,
 * new and empty, and its last one ends with it: what one model, or a process that was taken over, finds there are its own model's inputs and nothing else. Weights of a sealed model never lie there.
 *
 * The attacks, by a process that an input has taken over:
 * - to change an input after it was hashed, or while its neighbour's rows are read: it has the inputs for reading only, by the kernel's seal on them.
 * - to change an output after it was hashed or checked: {@link TensorMemory.take} copies, once, and whatever is checked, hashed, signed and sent is the copy.
 * - to name a place outside, so that the server signs and sends its own memory: places are checked against the piece they are in.
 * - to cut the memory off below the server: its length is sealed.
 */
export type TensorMemory = {
  readonly wire: WireMemory
  /** For the process to inherit as {@link inputsFd} and {@link outputsFd}. */
  readonly fds: readonly number[]
  /** They were given on. */
  closeFds(): void
  /** Lays these bytes one behind another. `undefined` when there is no room: the pipe still is. */
  lay(pieces: readonly Uint8Array[], bytes: number): Place | undefined
  free(places: readonly Place[]): void
  /** A copy of what the process laid there. @throws TypeError for a place that is none, or longer than that */
  take(place: unknown, bytesMax: number): Uint8Array
  /** Nothing can be laid or taken any more. */
  close(): void
}

export function createTensorMemory(shared: SharedMemory, wire: WireMemory): TensorMemory {
  const inputs = shared.create(wire.inputsBytes, 'creator')
  let outputs: SharedBytes
  try {
    outputs = shared.create(wire.outputsBytes, 'anyone')
  } catch (error) {
    inputs.close()
    throw error
  }
  const room = createRoom(wire.inputsBytes)
  let isOpen = true

  return {
    wire,
    fds: [inputs.fd, outputs.fd],
    closeFds() {
      inputs.closeFd()
      outputs.closeFd()
    },
    lay(pieces, bytes) {
      const at = isOpen ? room.take(bytes) : undefined
      if (at === undefined) return undefined
      let next = at
      for (const piece of pieces) {
        inputs.bytes.set(piece, next)
        next += piece.length
      }
      return { at, bytes }
    },
    free(places) {
      for (const { at } of places) room.free(at)
    },
    take(place, bytesMax) {
      const { at, bytes } = (place ?? {}) as Partial<Place>
      const isPlace = Number.isSafeInteger(at) && Number.isSafeInteger(bytes)
      if (!isOpen || !isPlace || (at as number) < 0 || (bytes as number) < 0 || (at as number) + (bytes as number) > wire.outputsBytes)
        throw new TypeError('A place outside the memory that the process was given')
      if ((bytes as number) > bytesMax) throw new TypeError('A larger tensor than was allowed')
      return outputs.bytes.slice(at, (at as number) + (bytes as number))
    },
    close() {
      isOpen = false
      inputs.close()
      outputs.close()
    },
  }
}
