import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { defaultCacheDirectory } from '@nacre/host/cli/image'
import { buildImage } from '@nacre/host/image/build'
import { packageCache } from '@nacre/host/image/packages'
import type { LaunchedEnclave } from '@nacre/host/launcher'
import { startRelay } from '@nacre/host/relay'
import { simulatedLauncher } from '@nacre/host/simulated-launcher'
import { vmLauncher } from '@nacre/host/vm-launcher'
import { encodeInferRequest } from '@nacre/verifier/response'
import { descendantsOf } from '../system/processes.ts'
import { exchange, projectRoot, random32, sampleInputs, shippedModel } from '../system/system.ts'

/**
 * The booted image beside the simulation, in one run, one after the other: time from launch to ready, size, memory, one signed answer at a time, and as many as eight callers get. The virtual machine has no
 * acceleration, so its figures say what an emulated processor costs, and nothing about AWS.
 *
 *     npm run bench:vm -- --json [--models digits] [--seconds 5]
 */
const text = { type: 'string' } as const
const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, models: text, seconds: { ...text, default: '5' } } })
const callers = 8
const warmUps = 20
const seconds = Number(values.seconds)
const folder = mkdtempSync(join(tmpdir(), 'nacre-bench-vm-'))
const cache = packageCache({
  directory: defaultCacheDirectory(process.env),
  environment: process.env,
  onProgress: (line) => process.stderr.write(`${line}\n`),
})
const digits = await shippedModel('digits')

try {
  const { eif, bootMemoryBytes } = await buildImage({ projectRoot, cache, models: values.models?.split(',') })
  const imagePath = join(folder, 'enclave.eif')
  writeFileSync(imagePath, eif)
  const simulated = await measure(() => simulatedLauncher({ projectRoot, stateDirectory: join(folder, 'simulated') }).start())
  const vm = await measure(() => vmLauncher({ imagePath, stateDirectory: join(folder, 'vm'), cache }).start())
  const image = { bytes: eif.length, unpack_bytes: bootMemoryBytes }
  const units = { boot_ms: 'launch to ready', memory_mb: 'resident, of all processes', round_trip_ms: 'median of one at a time' }
  const result = { models: values.models ?? 'all', image, simulated, vm, units, answers_per_second: `${callers} callers, ${seconds} s` }
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`)
  else {
    process.stdout.write(`image ${Math.round(eif.length / 1e6)} MB, ${Math.round(bootMemoryBytes / 1e6)} MB to unpack\n`)
    for (const [name, figures] of Object.entries({ simulated, vm }))
      process.stdout.write(
        `${name.padEnd(10)} ready after ${figures.boot_ms} ms, ${figures.memory_mb} MB, ${figures.round_trip_ms} ms an answer, ${figures.answers_per_second} answers a second\n`,
      )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exit()

async function measure(start: () => Promise<LaunchedEnclave>) {
  const before = new Set(descendantsOf(process.pid).map(({ pid }) => pid))
  const startedMs = performance.now()
  const launched = await start()
  try {
    await launched.ready()
    const bootMs = Math.round(performance.now() - startedMs)
    const relay = await startRelay({ enclave: launched, host: '127.0.0.1', tlsPort: 0, httpPort: 0 })
    const agent = new Agent({ keepAlive: true, maxSockets: callers })
    const ask = async () => {
      const message = encodeInferRequest({ inputs: sampleInputs(digits), requestId: random32(), binary: true })
      const { status } = await exchange(`http://127.0.0.1:${relay.httpPort}/v2/models/digits/infer`, { method: 'POST', agent, ...message })
      if (status !== 200) throw new Error(`status ${status}`)
    }
    for (let i = 0; i < warmUps; i++) await ask()
    const samples: number[] = []
    const oneByOneUntilMs = performance.now() + 1000 * seconds
    while (performance.now() < oneByOneUntilMs) {
      const askedMs = performance.now()
      await ask()
      samples.push(performance.now() - askedMs)
    }
    let answers = 0
    const untilMs = performance.now() + 1000 * seconds
    const together = async () => {
      while (performance.now() < untilMs) {
        await ask()
        answers++
      }
    }
    await Promise.all(Array.from({ length: callers }, together))
    const processes = descendantsOf(process.pid).filter(({ pid }) => !before.has(pid))
    const memory = processes.reduce((sum, { pid }) => sum + residentBytes(pid), 0)
    agent.destroy()
    await relay.close()
    return {
      boot_ms: bootMs,
      memory_mb: Math.round(memory / 1e6),
      round_trip_ms: Math.round(10 * (samples.sort((a, b) => a - b)[samples.length >> 1] as number)) / 10,
      answers_per_second: Math.round((10 * answers) / seconds) / 10,
    }
  } finally {
    await launched.stop()
  }
}

/** Memory that is shared counts for each who shares it. */
function residentBytes(pid: number): number {
  try {
    return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}
