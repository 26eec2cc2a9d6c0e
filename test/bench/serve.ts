import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { readSamples } from '@nacre/enclave/models/sample'
import { followLog } from '@nacre/host/log/follower'
import { simulatedLauncher } from '@nacre/host/simulated-launcher'
import { toHex } from '@nacre/verifier/bytes'
import { encodeInferRequest } from '@nacre/verifier/response'
import { type LoadResult, load, median } from './load.ts'

/**
 * Signed inference, each answer with a signature of its own (`signed`) or under one that a batch shares (`batched`), next to the same Fastify and ONNX Runtime unsigned, in one run:
 * `npm run bench:serve -- [--json] [--rounds N] [--seconds N] [--receipt-mode batched|auto]`. All over a unix socket with the same load from the same process; rounds alternate; medians over rounds.
 */
const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    'receipt-mode': { type: 'string', default: 'batched' },
  },
})
const rounds = Number(options.rounds)
const durationMs = Number(options.seconds) * 1000
const projectRoot = fileURLToPath(new URL('../..', import.meta.url))
const digits = join(projectRoot, 'enclave/models/digits')
const [sample] = readSamples(digits)
if (sample === undefined) throw new Error('enclave/models/digits has no samples')
const { tensor } = sample
const path = '/v2/models/digits/infer'
const batchedMode = options['receipt-mode']
if (batchedMode !== 'batched' && batchedMode !== 'auto') throw new Error('--receipt-mode is batched or auto')
const bodyOf = (receiptMode?: 'batched' | 'auto') => () =>
  encodeInferRequest({ inputs: [tensor], requestId: toHex(randomBytes(32)), receiptMode }).body
const body = bodyOf()
const expectSigned = (status: number, answer: Buffer) => {
  if (status !== 200 || !answer.includes('"signature":"0x')) throw new Error('unsigned answer')
}

const expectProven = (status: number, answer: Buffer) => {
  if (status !== 200 || !(answer.includes('"inclusion_proof":"0x') || answer.includes('"signature":"0x')))
    throw new Error('unproven answer')
}

const folder = mkdtempSync(join(tmpdir(), 'nacre-bench-'))
const unsignedSocket = join(folder, 'unsigned.sock')
const unsigned = fork(fileURLToPath(new URL('unsigned-server.ts', import.meta.url)), [unsignedSocket, digits], {
  execArgv: ['--conditions=source', '--import', import.meta.resolve('tsx')],
})
let stopFollower = async () => {}
const enclave = await simulatedLauncher({ projectRoot, stateDirectory: join(folder, 'state') }).start()
try {
  await Promise.all([enclave.ready(), new Promise((resolve) => unsigned.once('message', resolve))])
  // The host that keeps up: without one the enclave stops issuing receipts after 32,768.
  const follower = await followLog({
    directory: join(folder, 'logs'),
    connect: () => connect((enclave.log as { path: string }).path),
    nowMs: Date.now,
  })
  stopFollower = () => follower.stop()
  const signedSocket = (enclave.http as { path: string }).path
  const results: Record<string, { signed: LoadResult[]; batched: LoadResult[]; unsigned: LoadResult[] }> = {}
  for (let round = -1; round < rounds; round++)
    for (const connections of [1, 32]) {
      const shared = { path, body, connections, durationMs: round < 0 ? 1000 : durationMs }
      const pair = {
        unsigned: await load({ ...shared, socketPath: unsignedSocket }),
        signed: await load({ ...shared, socketPath: signedSocket, check: expectSigned }),
        batched: await load({ ...shared, body: bodyOf(batchedMode), socketPath: signedSocket, check: expectProven }),
      }
      // The first round only warms both up.
      if (round < 0) continue
      const kept = results[connections] ?? { signed: [], batched: [], unsigned: [] }
      results[connections] = kept
      kept.signed.push(pair.signed)
      kept.batched.push(pair.batched)
      kept.unsigned.push(pair.unsigned)
      if (!options.json)
        process.stderr.write(
          `round ${round + 1}/${rounds}, ${connections} connections: ${pair.signed.perSecond} signed, ${pair.batched.perSecond} ${batchedMode}, ${pair.unsigned.perSecond} unsigned a second\n`,
        )
    }
  const report = {
    machine: `${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores, Node ${process.version}`,
    rounds,
    seconds: Number(options.seconds),
    ...Object.fromEntries(Object.entries(results).map(([connections, pair]) => [`connections_${connections}`, summary(pair)])),
  }
  if (options.json) console.log(JSON.stringify(report))
  else console.log(JSON.stringify(report, null, 2))
} finally {
  unsigned.disconnect()
  await stopFollower()
  await enclave.stop()
  rmSync(folder, { recursive: true, force: true })
}

function summary(pair: { signed: LoadResult[]; batched: LoadResult[]; unsigned: LoadResult[] }) {
  const middle = (runs: LoadResult[]) => ({
    per_second: median(runs.map((run) => run.perSecond)),
    p50_ms: median(runs.map((run) => run.p50Ms)),
    p99_ms: median(runs.map((run) => run.p99Ms)),
    failures: runs.reduce((sum, run) => sum + run.failures, 0),
  })
  const signed = middle(pair.signed)
  const batched = middle(pair.batched)
  const plain = middle(pair.unsigned)
  return {
    signed,
    batched,
    unsigned: plain,
    throughput_ratio: Number((signed.per_second / plain.per_second).toFixed(3)),
    batched_throughput_ratio: Number((batched.per_second / plain.per_second).toFixed(3)),
    batched_to_signed: Number((batched.per_second / signed.per_second).toFixed(3)),
    p50_ratio: Number((signed.p50_ms / plain.p50_ms).toFixed(3)),
    p99_ratio: Number((signed.p99_ms / plain.p99_ms).toFixed(3)),
    added_p50_ms: Number((signed.p50_ms - plain.p50_ms).toFixed(3)),
  }
}
