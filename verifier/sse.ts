import { malformedAnswer } from './answer-json.ts'

/** Reads a stream of server-sent events (HTML Living Standard, 9.2.6) as it comes, in any division. Comments and other fields than `data` are left out. */
export type SseReader = {
  /** The data of each event that is whole by now. @throws `RESPONSE_MALFORMED` for bytes that are not UTF-8 */
  push(bytes: Uint8Array): string[]
  /** What the last bytes leave no doubt about any more. @throws `RESPONSE_MALFORMED` for an event that is not whole */
  end(): string[]
}

/** The data of a whole stream, one text for each event. @throws `RESPONSE_MALFORMED` */
export function decodeSse(body: Uint8Array): string[] {
  const reader = sseReader()
  return [...reader.push(body), ...reader.end()]
}

export function sseReader(): SseReader {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  /** A line without its end. */
  let line = ''
  /** A return that came last may be half of a line's end. */
  let heldReturn = ''
  let data: string[] = []
  let isBetween = true

  function take(bytes?: Uint8Array): string[] {
    const text = heldReturn + decode(bytes)
    heldReturn = bytes !== undefined && text.endsWith('\r') ? '\r' : ''
    const [rest = '', ...lines] = text.slice(0, text.length - heldReturn.length).split(/\r\n|\r|\n/)
    const events: string[] = []
    line += rest
    for (const next of lines) {
      isBetween = line === ''
      if (isBetween) {
        if (data.length > 0) events.push(data.join('\n'))
        data = []
      } else if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5))
      line = next
    }
    return events
  }

  function decode(bytes?: Uint8Array): string {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined })
    } catch {
      throw malformedAnswer('not UTF-8')
    }
  }

  return {
    push: take,
    end() {
      const events = take()
      if (line !== '' || !isBetween) throw malformedAnswer('the stream ends in the middle of an event')
      return events
    },
  }
}
