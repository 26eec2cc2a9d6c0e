/**
 * Bytes of tokens as text, as far as it is certain: a character comes when its last byte has, and what may be the beginning of a stop sequence waits until it is, or is not. Pieces put together are the
 * whole text. Bytes that are no UTF-8 become U+FFFD.
 */
export function createTextStream(stops: readonly string[]): TextStream {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let held = ''

  function take(decoded: string): { text: string; stopped: boolean } {
    held += decoded
    const stopAt = firstOf(held, stops)
    if (stopAt !== -1) {
      const text = held.slice(0, stopAt)
      held = ''
      return { text, stopped: true }
    }
    const keep = longestBeginning(held, stops)
    const text = held.slice(0, held.length - keep)
    held = held.slice(held.length - keep)
    return { text, stopped: false }
  }

  return {
    push: (bytes) => take(decoder.decode(bytes, { stream: true })),
    end() {
      const last = take(decoder.decode())
      return last.stopped ? last : { text: last.text + held, stopped: false }
    },
  }
}

export type TextStream = {
  /** `stopped`: a stop sequence appeared; the text ends before it. */
  push(bytes: Uint8Array): { text: string; stopped: boolean }
  /** What was held back. */
  end(): { text: string; stopped: boolean }
}

/** Where the first of these begins; -1 when none is there. */
function firstOf(text: string, stops: readonly string[]): number {
  const places = stops.map((stop) => text.indexOf(stop)).filter((place) => place !== -1)
  return places.length === 0 ? -1 : Math.min(...places)
}

/** Length of the longest end of the text that a stop sequence begins with. */
function longestBeginning(text: string, stops: readonly string[]): number {
  let longest = 0
  for (const stop of stops)
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length--)
      if (text.endsWith(stop.slice(0, length))) longest = length
  return longest
}
