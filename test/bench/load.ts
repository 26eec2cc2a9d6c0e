import { Agent, request } from 'node:http'

/** What one burst of load saw. Times in milliseconds. */
export type LoadResult = { requests: number; failures: number; perSecond: number; p50Ms: number; p99Ms: number }

/**
 * Closed loop over a unix socket: each connection sends its next request when the last one was answered. Bounded by time.
 *
 * @param check Looks at every answer; what it throws counts as a failure.
 */
export async function load(parameters: {
  socketPath: string
  path: string
  body: () => string | Uint8Array
  headers?: Record<string, string>
  connections: number
  durationMs: number
  check?: (status: number, body: Buffer) => void
}): Promise<LoadResult> {
  const { socketPath, path, body, headers = {}, connections, durationMs, check = expectOk } = parameters
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const latencies: number[] = []
  let failures = 0
  const startMs = performance.now()
  const one = () =>
    new Promise<void>((resolve) => {
      const sentMs = performance.now()
      const fail = () => {
        failures++
        resolve()
      }
      const call = request(
        { agent, socketPath, path, method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
        (answer) => {
          const chunks: Buffer[] = []
          answer.on('data', (chunk: Buffer) => chunks.push(chunk))
          answer.once('error', fail)
          answer.once('end', () => {
            try {
              check(answer.statusCode ?? 0, Buffer.concat(chunks))
              latencies.push(performance.now() - sentMs)
            } catch {
              failures++
            }
            resolve()
          })
        },
      )
      call.once('error', fail)
      call.end(body())
    })
  const loop = async () => {
    while (performance.now() - startMs < durationMs) await one()
  }
  await Promise.all(Array.from({ length: connections }, loop))
  const seconds = (performance.now() - startMs) / 1000
  agent.destroy()
  latencies.sort((a, b) => a - b)
  return {
    requests: latencies.length,
    failures,
    perSecond: Math.round(latencies.length / seconds),
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  }
}

export function quantile(sorted: readonly number[], share: number): number {
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(3))
}

export function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  )
}

function expectOk(status: number): void {
  if (status !== 200) throw new Error(`status ${status}`)
}
