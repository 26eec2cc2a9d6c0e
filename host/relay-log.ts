import { mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { pino } from 'pino'
import type { RelayLogEntry } from './relay.ts'

/** Writes one JSON line per exchange. What may be in it is what {@link RelayLogEntry} has: no content. @throws when there cannot be such a file */
export function relayLogTo(path: string): (entry: RelayLogEntry) => void {
  mkdirSync(dirname(path), { recursive: true })
  // Open from the start: pino flushes at the end of the process, and throws there where its own opening is still under way.
  const log = pino({ name: 'relay' }, pino.destination({ dest: openSync(path, 'a'), sync: false }))
  return (entry) => log.info(entry, 'exchange')
}
