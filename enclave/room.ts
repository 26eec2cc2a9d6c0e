/** Who has which part of so many bytes. */
export type Room = {
  /** Where the part begins; `undefined` when there is no gap that large. Nobody else has any of it until it is freed. */
  take(bytes: number): number | undefined
  /** By where it begins. */
  free(at: number): void
}

/** The first gap that is large enough: so that little is ever touched, and what was used last, and is still in the processor's cache, is used again. */
export function createRoom(bytes: number): Room {
  let taken: { at: number; end: number }[] = []
  return {
    take(wanted) {
      // A part without bytes too is one that nobody else has.
      const length = Math.max(1, wanted)
      let at = 0
      let index = 0
      for (const part of taken) {
        if (part.at - at >= length) break
        at = Math.ceil(part.end / alignment) * alignment
        index++
      }
      if (length > bytes - at) return undefined
      taken.splice(index, 0, { at, end: at + length })
      return at
    },
    free(at) {
      taken = taken.filter((part) => part.at !== at)
    },
  }
}

/** A processor's cache line, and enough for elements of every datatype. */
const alignment = 64
