import { encodeInferRequest } from '@nacre/verifier/response'
import type { Tensor } from '@nacre/verifier/tensor'
import { type LoadRequest, type LoadResult, load, prepareRequest } from './load.ts'
import type { BenchServer } from './servers.ts'
import { type Spread, spread } from './spread.ts'

/**
 * `unsigned` is the baseline: the same code without what makes an answer a proven one (see enclave-server.ts). `plain` is Fastify and ONNX Runtime in one process, as anyone would write it, without micro-batching.
 */
export const sides = ['plain', 'unsigned', 'immediate', 'batched'] as const
export type Side = (typeof sides)[number]

export type SideFigures = {
  per_second: Spread
  p50_ms: Spread
  p99_ms: Spread
  /** Of the server and its models' processes. */
  cpu_us_per_request: Spread
  /** Of these, of the load, and of the host that stores the log: what one answer takes of the machine. */
  machine_cpu_us_per_request: Spread
  failures: number
}

/** One size of input at one number of connections. Ratios are those of one round each, so that both sides of one met the same machine. */
export type ServingCase = {
  model: string
  body_bytes: number
  connections: number
  sides: Partial<Record<Side, SideFigures>>
  /** Throughput, to unsigned. */
  immediate_ratio: Spread
  batched_ratio: Spread | null
  /** Median latency, less that of unsigned. */
  immediate_added_p50_ms: Spread
  batched_added_p50_ms: Spread | null
}

type Run = LoadResult & { cpuUs: number; machineCpuUs: number }

export async function measureServing(parts: {
  servers: { unsigned: BenchServer; attested: BenchServer; plain?: BenchServer | undefined }
  model: string
  input: Tensor
  binary: boolean
  connections: number
  sides: readonly Side[]
  rounds: number
  durationMs: number
}): Promise<ServingCase> {
  const { servers, model, input, binary, connections, rounds, durationMs } = parts
  const bodyOf = (receiptMode?: 'batched') => encodeInferRequest({ inputs: [input], requestId, receiptMode, binary })
  const requestOf = (receiptMode?: 'batched') => prepareRequest(`/v2/models/${model}/infer`, bodyOf(receiptMode), varied)
  const ways: Record<Side, { server: BenchServer | undefined; request: LoadRequest; mustHold: string }> = {
    plain: { server: servers.plain, request: requestOf(), mustHold: '"outputs":[' },
    unsigned: { server: servers.unsigned, request: requestOf(), mustHold: '"outputs":[' },
    immediate: { server: servers.attested, request: requestOf(), mustHold: '"signature":"0x' },
    batched: { server: servers.attested, request: requestOf('batched'), mustHold: '"inclusion_proof":"0x' },
  }
  const chosen = parts.sides.filter((side) => ways[side].server !== undefined)
  const runs = new Map(chosen.map((side) => [side, [] as Run[]]))
  for (let round = -1; round < rounds; round++)
    // Every other round the other way round: whatever runs first would always follow the same neighbour.
    for (const side of round % 2 === 0 ? chosen : [...chosen].reverse()) {
      const { server, request, mustHold } = ways[side] as { server: BenchServer; request: LoadRequest; mustHold: string }
      const before = await server.resources()
      const ownBefore = process.cpuUsage()
      // The first round only warms up.
      const ms = round < 0 ? Math.min(durationMs, 700) : durationMs
      const result = await load({ socketPath: server.socketPath, request, connections, durationMs: ms, mustHold })
      const own = process.cpuUsage(ownBefore)
      const { cpuUs, followerCpuUs } = await server.resources()
      const serverUs = cpuUs - before.cpuUs
      const machineUs = serverUs + followerCpuUs - before.followerCpuUs + own.user + own.system
      const requests = Math.max(1, result.requests)
      if (round >= 0) runs.get(side)?.push({ ...result, cpuUs: serverUs / requests, machineCpuUs: machineUs / requests })
    }

  const of = (side: Side, figure: (run: Run) => number) => (runs.get(side) ?? []).map(figure)
  const paired = (side: Side, figure: (run: LoadResult) => number, combine: (one: number, base: number) => number): Spread | null => {
    const base = of('unsigned', figure)
    const values = of(side, figure).map((value, round) => combine(value, base[round] as number))
    return values.length === 0 ? null : spread(values)
  }
  const ratio = (side: Side) =>
    paired(
      side,
      (run) => run.perSecond,
      (one, base) => one / base,
    )
  const added = (side: Side) =>
    paired(
      side,
      (run) => run.p50Ms,
      (one, base) => one - base,
    )
  return {
    model,
    body_bytes: bodyOf().body.length,
    connections,
    sides: Object.fromEntries(
      chosen.map((side) => [
        side,
        {
          per_second: spread(of(side, (run) => run.perSecond)),
          p50_ms: spread(of(side, (run) => run.p50Ms)),
          p99_ms: spread(of(side, (run) => run.p99Ms)),
          cpu_us_per_request: spread(of(side, (run) => run.cpuUs)),
          machine_cpu_us_per_request: spread(of(side, (run) => run.machineCpuUs)),
          failures: of(side, (run) => run.failures).reduce((sum, value) => sum + value, 0),
        },
      ]),
    ),
    immediate_ratio: ratio('immediate') as Spread,
    batched_ratio: ratio('batched'),
    immediate_added_p50_ms: added('immediate') as Spread,
    batched_added_p50_ms: added('batched'),
  }
}

/** The digits that differ from one request to the next, at the beginning of the request id. */
const varied = 'f00dfeedf00dfeed'
const requestId = `0x${varied}${'0'.repeat(48)}` as const
