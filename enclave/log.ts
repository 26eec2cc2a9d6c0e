/**
 * Structured logs, one JSON object per line. The host reads them, so they are written from a closed list of fields: there is no way to pass a request's content, a tensor's name, a nonce, a URL's
 * query or a key, because no field takes it. TLS hides from the host which model is asked; per-request lines therefore name the route's pattern only.
 */
export type Log = {
  info(event: LogEvent): void
  warn(event: LogEvent): void
  error(event: LogEvent): void
}

export type LogEvent = {
  /** What happened, as a fixed sentence. */
  msg: string
  code?: string | undefined
  /** Message of an error at boot or of the machinery, never of a request. */
  reason?: string | undefined
  /** Where in the code, from {@link codeFrames}. */
  frames?: readonly string[] | undefined
  expected?: string | undefined
  received?: string | undefined
  durationMs?: number | undefined
  /** The name of a model, in lines about its process only. */
  model?: string | undefined
  modelIds?: readonly string[] | undefined
  pid?: number | undefined
  exitCode?: number | undefined
  exitSignal?: string | undefined
  delayMs?: number | undefined
  method?: string | undefined
  route?: string | undefined
  status?: number | undefined
  /** Lines like this one that were left out since the last. */
  unlogged?: number | undefined
  signer?: string | undefined
  documentSha256?: string | undefined
  documentBytes?: number | undefined
  listener?: string | undefined
}

/** `write` gets whole lines. */
export function createLog(write: (line: string) => void, nowMs: () => number): Log {
  const line = (level: string) => (event: LogEvent) => write(`${JSON.stringify({ level, timeMs: nowMs(), ...event })}\n`)
  return { info: line('info'), warn: line('warn'), error: line('error') }
}

/** The places in the code where an unexpected error passed, without its message: messages of libraries quote what they were given. */
export function codeFrames(error: unknown): string[] {
  const lines = error instanceof Error ? (error.stack ?? '').split('\n') : []
  return lines
    .filter((line) => /^ {4}at /.test(line))
    .map((line) => line.trim())
    .slice(0, 8)
}
