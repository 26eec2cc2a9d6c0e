import { connect, type Socket } from 'node:net'

/** What one burst of load saw. Times in milliseconds. */
export type LoadResult = { requests: number; failures: number; perSecond: number; p50Ms: number; p99Ms: number }

/** A request as it travels. `vary` writes what differs between two requests into the bytes. */
export type LoadRequest = { bytes: Buffer; vary?: ((bytes: Buffer) => void) | undefined }

/**
 * Closed loop over a unix socket: each connection sends its next request when the last one was answered. Bounded by time. It shares the machine's cores with what it measures, so it speaks just enough HTTP: requests are
 * prepared bytes, and of an answer it reads status and length, and looks for what must be in it.
 *
 * @param mustHold Bytes without which an answer counts as a failure.
 */
export async function load(parameters: {
  socketPath: string
  request: LoadRequest
  connections: number
  durationMs: number
  mustHold?: string | undefined
}): Promise<LoadResult> {
  const { socketPath, request, connections, durationMs, mustHold } = parameters
  const latenciesMs: number[] = []
  let failures = 0
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(socketPath)))
  const startMs = performance.now()
  const endMs = startMs + durationMs
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((resolve) => {
          let answer: Buffer = Buffer.alloc(0)
          let sentMs = 0
          const send = () => {
            const { bytes, vary } = request
            vary?.(bytes)
            sentMs = performance.now()
            // A copy where it varies: the bytes may wait for the socket while another connection writes into them.
            socket.write(vary === undefined ? bytes : Buffer.from(bytes))
          }
          const broken = () => {
            failures++
            resolve()
          }
          socket.on('data', (chunk: Buffer) => {
            answer = answer.length === 0 ? chunk : Buffer.concat([answer, chunk])
            const length = answerLength(answer)
            if (length === undefined || answer.length < length) return
            const nowMs = performance.now()
            if (isOk(answer) && (mustHold === undefined || answer.includes(mustHold))) latenciesMs.push(nowMs - sentMs)
            else failures++
            answer = Buffer.alloc(0)
            if (nowMs < endMs) return send()
            socket.off('close', broken)
            resolve()
          })
          socket.once('close', broken)
          socket.on('error', () => {})
          send()
        }),
    ),
  )
  const seconds = (performance.now() - startMs) / 1000
  for (const socket of sockets) socket.destroy()
  latenciesMs.sort((a, b) => a - b)
  return {
    requests: latenciesMs.length,
    failures,
    perSecond: Math.round(latenciesMs.length / seconds),
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
  }
}

/** An HTTP request as {@link load} sends it. Where the body holds `placeholder`, each request has other hexadecimal digits there. */
export function prepareRequest(
  path: string,
  message: { headers: Readonly<Record<string, string>>; body: Uint8Array },
  placeholder?: string,
): LoadRequest {
  const headers = Object.entries({ host: 'bench', ...message.headers, 'content-length': String(message.body.length) })
  const head = `POST ${path} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
  const bytes = Buffer.concat([Buffer.from(head), message.body])
  if (placeholder === undefined) return { bytes }
  const at = bytes.indexOf(placeholder)
  if (at < 0) throw new Error('The request does not hold what is to vary')
  let count = 0
  return { bytes, vary: (target) => void target.write((count++).toString(16).padStart(16, '0'), at, 'latin1') }
}

function quantile(sorted: readonly number[], share: number): number {
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(3))
}

export function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  )
}

function open(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => resolve(socket))
    socket.once('error', reject)
  })
}

/** Of head and body; `undefined` until the head is there. */
function answerLength(answer: Buffer): number | undefined {
  const end = answer.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = answer.toString('latin1', 0, end)
  const [, length] = /\r\ncontent-length: ([0-9]+)/i.exec(head) ?? []
  if (length === undefined) throw new Error(`An answer without a length: ${head}`)
  return end + 4 + Number(length)
}

function isOk(answer: Buffer): boolean {
  return answer.toString('latin1', 9, 12) === '200'
}
