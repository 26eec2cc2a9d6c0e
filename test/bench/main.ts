import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { readSamples } from '@nacre/enclave/models/sample'
import { type Tensor, tensorFromValues } from '@nacre/verifier/tensor'
import { measureLogGrowth } from './log-growth.ts'
import { ceilings, measureParts } from './parts.ts'
import type { BenchReport, ModelGrowth, ZkReport } from './report.ts'
import { writeHtml, writeMarkdown } from './report-page.ts'
import { type BenchServer, bundleServers, type ServerKind, startServer } from './servers.ts'
import { measureServing, type ServingCase, type Side, sides } from './serving.ts'
import { rounded, spread } from './spread.ts'
import { writeSyntheticModel } from './synthetic-model.ts'

const usage = `What attestation costs, and what the same assurance costs as a zero-knowledge proof: everything in one run on this machine.

  npm run bench -- [--quick] [--json] [--rounds N] [--no-zk] [--out DIR]

  --quick     under a minute: the ratios alone, few rounds, no page
  --json      one line of JSON instead of tables
  --out DIR   where RESULTS.md and results.html go (default: .cache/bench)
  --rounds N  of every comparison (default: 5, with --quick 3)
  --no-zk     leave out the proof systems, whose first run installs them (100 MB) and makes their setup (minutes)
`
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    out: { type: 'string' },
    rounds: { type: 'string' },
    'no-zk': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (options.help) {
  process.stdout.write(usage)
  process.exit(0)
}
const projectRoot = fileURLToPath(new URL('../..', import.meta.url))
const quick = options.quick
const rounds = Number(options.rounds ?? (quick ? 3 : 5))
if (!Number.isSafeInteger(rounds) || rounds < 1) {
  process.stderr.write(`--rounds takes a number from 1\n\n${usage}`)
  process.exit(2)
}
const startedMs = performance.now()
const loadAverage = rounded(loadavg()[0] ?? 0)
const progress = (text: string) =>
  process.stderr.write(`${String(Math.round((performance.now() - startedMs) / 1000)).padStart(4)} s  ${text}\n`)

const folder = mkdtempSync(join(tmpdir(), 'nacre-bench-'))
const modelsFolder = join(folder, 'models')
const shipped = (name: string) => join(projectRoot, 'enclave/models', name)
const running: BenchServer[] = []
process.once('SIGINT', () => stop().then(() => process.exit(130)))
try {
  const report = await measure()
  if (!quick) {
    const out = options.out ?? join(projectRoot, '.cache/bench')
    mkdirSync(out, { recursive: true })
    writeFileSync(join(out, 'RESULTS.md'), writeMarkdown(report))
    writeFileSync(join(out, 'results.html'), writeHtml(report))
    progress(`written to ${relative(process.cwd(), out) || '.'}: RESULTS.md and results.html`)
  }
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : writeMarkdown(report))
} finally {
  await stop()
}
process.exit()

async function stop(): Promise<void> {
  for (const server of running.splice(0)) await server.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function measure(): Promise<BenchReport> {
  for (const name of ['digits', 'garment']) cpSync(shipped(name), join(modelsFolder, name), { recursive: true })
  const like = shipped('digits')
  // Where 600 KB meet almost no computation: the hardest case for whoever hashes them.
  writeSyntheticModel({ modelsFolder, like, name: 'wide', inputs: 150_000, hidden: 1 })
  const grown = quick
    ? []
    : [{ hidden: 30 }, { hidden: 300 }, { hidden: 3_000 }, { hidden: 30_000 }].map(({ hidden }) => ({ name: `hidden-${hidden}`, hidden }))
  if (!quick) writeSyntheticModel({ modelsFolder, like, name: 'kilobyte', inputs: 256, hidden: 30 })
  for (const { name, hidden } of grown) writeSyntheticModel({ modelsFolder, like, name, inputs: 256, hidden })

  progress('starting servers')
  const programs = await bundleServers(projectRoot)
  const starting: Record<ServerKind, number[]> = { attested: [], unsigned: [], plain: [] }
  const start = async (kind: ServerKind) => {
    const server = await startServer(kind, { programs, folder, modelsFolder, plainModel: 'digits' })
    starting[kind].push(server.startMs)
    return server
  }
  for (let round = 1; round < (quick ? 1 : 3); round++)
    for (const kind of ['plain', 'unsigned', 'attested'] as const) await (await start(kind)).stop()
  const servers = { plain: await start('plain'), unsigned: await start('unsigned'), attested: await start('attested') }
  running.push(...Object.values(servers))

  const [digit] = readSamples(shipped('digits'))
  const [garment] = readSamples(shipped('garment'))
  if (digit === undefined || garment === undefined) throw new Error('The shipped models have no samples')
  const durationMs = quick ? 600 : 2000
  const ours = ['unsigned', 'immediate', 'batched'] as const
  const serve = async (model: string, input: Tensor, connections: number, which: readonly Side[], binary: boolean) => {
    const figures = await measureServing({ servers, model, input, binary, connections, sides: which, rounds, durationMs })
    progress(
      `${model}, ${figures.body_bytes} bytes, ${connections} connections: ${which.map((side) => `${side} ${figures.sides[side]?.per_second.median}/s`).join(', ')}`,
    )
    return figures
  }
  const serving: ServingCase[] = []
  for (const connections of quick ? [1, 32] : [1, 8, 32, 128])
    serving.push(await serve('digits', digit.tensor, connections, quick ? ours : sides, false))
  if (!quick) for (const connections of [1, 32]) serving.push(await serve('kilobyte', ramp(256), connections, ours, true))
  const wide = ramp(150_000)
  for (const connections of quick ? [32] : [1, 8, 32, 128])
    serving.push(await serve('wide', wide, connections, quick ? ['unsigned', 'immediate'] : ours, true))
  if (!quick) serving.push(await serve('garment', repeated(garment.tensor, 190), 8, ours, true))

  const modelGrowth: ModelGrowth = []
  for (const { name, hidden } of grown) {
    const { sides: measured, immediate_added_p50_ms } = await serve(name, ramp(256), 1, ['unsigned', 'immediate'], true)
    modelGrowth.push({
      weights_bytes: 4 * hidden * 266,
      unsigned_p50_ms: measured.unsigned?.p50_ms.median ?? Number.NaN,
      immediate_p50_ms: measured.immediate?.p50_ms.median ?? Number.NaN,
      added_p50_ms: immediate_added_p50_ms,
    })
  }
  const memory = Object.fromEntries(
    await Promise.all(Object.entries(servers).map(async ([kind, server]) => [kind, Math.round((await server.resources()).rssBytes / 1e6)])),
  ) as Record<ServerKind, number>
  for (const server of running.splice(0)) await server.stop()

  progress('parts alone')
  const output = tensorFromValues({ name: 'logits', datatype: 'FP32', shape: [1, 10], values: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] })
  const partsUs = measureParts(digit.tensor, output)
  if (!quick) progress('logs of 1,000 to 1,000,000 receipts')
  const logGrowth = quick ? [] : await measureLogGrowth([1e3, 1e4, 1e5, 1e6])
  const zk = options['no-zk'] ? null : await measureZk()

  const at = (model: string, connections: number) =>
    serving.find((one) => one.model === model && one.connections === connections) as ServingCase
  const ceiling = ceilings(at('digits', 32).sides.unsigned?.machine_cpu_us_per_request.median ?? Number.NaN, partsUs, 32)
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`,
    load_average: loadAverage,
    rounds,
    seconds_per_round: durationMs / 1000,
    attested_immediate_ratio: at('digits', 32).immediate_ratio.median,
    attested_batched_ratio: at('digits', 32).batched_ratio?.median ?? Number.NaN,
    added_p50_ms: at('digits', 1).immediate_added_p50_ms.median,
    body600k_ratio: at('wide', 32).immediate_ratio.median,
    groth16_ratio: zk?.groth16_ratio ?? null,
    groth16_shared_run_ratio: zk?.groth16_shared_run_ratio ?? null,
    groth16_http_ratio: zk?.groth16_http_ratio ?? null,
    ezkl_ratio: zk?.ezkl_ratio ?? null,
    ezkl_shared_run_ratio: zk?.ezkl_shared_run_ratio ?? null,
    ezkl_http_ratio: zk?.ezkl_http_ratio ?? null,
    serving,
    parts_us: partsUs,
    immediate_ratio_ceiling: ceiling.immediate,
    batched_ratio_ceiling: ceiling.batched,
    model_growth: modelGrowth,
    log_growth: logGrowth,
    start_ms: {
      plain: spread(starting.plain),
      unsigned: spread(starting.unsigned),
      attested: spread(starting.attested),
    },
    rss_mb: memory,
    zk,
    seconds: rounded((performance.now() - startedMs) / 1000),
  }
}

/** In a process of its own, as `npm run bench:zk` runs it. */
function measureZk(): Promise<ZkReport> {
  progress('proof systems')
  const args = ['--json', '--rounds', quick ? '3' : String(rounds), ...(quick ? ['--quick'] : [])]
  return new Promise((resolve, reject) => {
    const script = fileURLToPath(new URL('zk.ts', import.meta.url))
    const child = execFile(
      process.execPath,
      ['--conditions=source', '--import', 'tsx', script, ...args],
      { cwd: projectRoot, maxBuffer: 16 << 20 },
      (error, stdout) => (error === null ? resolve(JSON.parse(stdout) as ZkReport) : reject(error)),
    )
    child.stderr?.pipe(process.stderr)
  })
}

/** An input of the synthetic models. */
function ramp(inputs: number): Tensor {
  return tensorFromValues({ name: 'x', datatype: 'FP32', shape: [1, inputs], values: Array.from({ length: inputs }, (_, i) => i % 256) })
}

function repeated(tensor: Tensor, rows: number): Tensor {
  const data = new Uint8Array(tensor.data.length * rows)
  for (let row = 0; row < rows; row++) data.set(tensor.data, row * tensor.data.length)
  return { ...tensor, shape: [BigInt(rows), ...tensor.shape.slice(1)], data }
}
