import { fromUtf8 } from './bytes.ts'
import { VerifierError } from './errors.ts'

/** The data of a whole stream of server-sent events (HTML Living Standard, 9.2.6), one text for each event; comments and other fields are left out. @throws `RESPONSE_MALFORMED` for bytes that are not UTF-8, and for an event that is not whole */
export function decodeSse(body: Uint8Array): string[] {
  const events: string[] = []
  let data: string[] = []
  const lines = decoded(body).split(/\r\n|\r|\n/)
  // Behind the last line's end nothing is left.
  if (lines.pop() !== '' || (lines.length > 0 && lines.at(-1) !== ''))
    throw new VerifierError('RESPONSE_MALFORMED', 'Answer: the stream ends in the middle of an event')
  for (const line of lines) {
    if (line === '') {
      if (data.length > 0) events.push(data.join('\n'))
      data = []
    } else if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5))
  }
  return events
}

function decoded(body: Uint8Array): string {
  try {
    return fromUtf8(body)
  } catch (cause) {
    throw new VerifierError('RESPONSE_MALFORMED', 'Answer: not UTF-8', { cause })
  }
}
