import { pino } from 'pino'
import type { RelayLogEntry } from './relay.ts'

/** Writes one JSON line per exchange. What may be in it is what {@link RelayLogEntry} has: no content. */
export function relayLogTo(path: string): (entry: RelayLogEntry) => void {
  const log = pino({ name: 'relay' }, pino.destination({ dest: path, sync: false, mkdir: true }))
  return (entry) => log.info(entry, 'exchange')
}
