import { type ChildProcess, fork } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Agent, type IncomingMessage, request } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import type { NetConnectOpts } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stateFiles } from '@nacre/host/state'
import { toHex } from '@nacre/verifier/bytes'
import { type VerifiedEnclave, verifyEnclave } from '@nacre/verifier/enclave-identity'
import { verifyAnswer, verifyInference } from '@nacre/verifier/inference'
import { decodeInferResponse, encodeInferRequest } from '@nacre/verifier/response'
import type { Tensor } from '@nacre/verifier/tensor'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { enclaveProcess, modelWorkers, pidInside } from './processes.ts'
import {
  acceptance,
  ask,
  exchange,
  fetchEvidence,
  type HttpReply,
  labelOf,
  random32,
  type ShippedModel,
  type System,
  shippedModel,
  startSystem,
} from './system.ts'

const connectionCount = 16
const killsOfEach = 2

let system: System
let models: ShippedModel[]

beforeAll(async () => {
  system = await startSystem()
  models = await Promise.all((['digits', 'digits-int', 'garment', 'health'] as const).map(shippedModel))
})

afterAll(() => system?.stop())

describe('under load', () => {
  test('killing a model process, the enclave or the relay never yields a wrong or unsigned 200, and all recovers', {
    timeout: 600_000,
  }, async () => {
    const relay = await relayProcess(system)
    const enclaves = attestedEnclaves()
    await enclaves.meet(relay.httpUrl)
    const load = startLoad({ relay, models, enclaves })
    try {
      for (let round = 0; round < killsOfEach; round++) {
        await load.progress()
        await killModel(load, enclaves)
        await load.progress()
        await killEnclave(relay.httpUrl, enclaves)
        await load.progress()
        await relay.kill()
        await relay.restart()
      }
      await load.progress()
    } finally {
      enclaves.close()
      await load.stop()
      await relay.kill()
    }
    const { sent, verified, errors } = load.counts()
    const wrong = [...errors.keys()].filter((kind) => !cleanError.test(kind))
    console.log(
      `failures: ${sent} requests over ${connectionCount} connections, ${verified} answers of status 200, all verified, from ${enclaves.count()} enclaves; ` +
        `${killsOfEach} kills each of model process, enclave and relay; errors: ${JSON.stringify(Object.fromEntries(errors))}`,
    )
    expect(wrong).toEqual([])
    expect(enclaves.count()).toBe(1 + killsOfEach)
    expect(sent).toBe(verified + [...errors.values()].reduce((sum, count) => sum + count, 0))
  })
})

test('SIGTERM lets requests in flight finish; then the hypervisor boots a new enclave with new keys', async () => {
  const model = await shippedModel('ocr')
  const { path: socketPath } = system.launched.http as { path: string }
  // Connections that the enclave is not told to close: only its own shutdown may end them.
  const agent = new Agent({ keepAlive: true })
  const before = await fetchEvidence(system.httpUrl)
  const exited = nextEvent('exited')
  // Narrow enough to lie in the socket's buffer as a whole, and several, so that the model still works when the signal comes.
  const inputs = [narrowLine()]
  const requests = Array.from({ length: 8 }, () => {
    const requestId = random32()
    let sent = () => {}
    const onSent = new Promise<void>((resolve) => {
      sent = resolve
    })
    const message = encodeInferRequest({ inputs, requestId, binary: true })
    const reply = exchange('http://enclave/v2/models/ocr/infer', { method: 'POST', agent, socketPath, onSent: sent, ...message })
    return { requestId, onSent, reply }
  })
  await Promise.all(requests.map(({ onSent }) => onSent))
  await Promise.race(requests.map(({ reply }) => reply))
  const slow = await slowReader({ agent, socketPath }, inputs)
  signalEnclave('SIGTERM')
  await stopping(socketPath)
  expect(await slow.readAll()).toBe(slow.length)

  for (const { requestId, reply } of requests) {
    const answered = await reply
    expect(answered.status, Buffer.from(answered.body).toString().slice(0, 300)).toBe(200)
    const request = { requestId, modelId: model.id, inputs, outputs: model.manifest.outputs }
    const answer = decodeInferResponse(answered)
    await verifyInference(acceptance(system, { reply: answered, answer, evidence: before, request, domain: null }))
  }
  expect(await exited).toMatchObject({ code: 0, signal: null })
  agent.destroy()
  await system.launched.ready()
  const again = await ask({ url: system.tlsUrl, model, binary: true })
  const verified = await verifyInference(acceptance(system, again))
  expect(toHex(again.evidence.keyset)).not.toBe(toHex(before.keyset))
  expect(labelOf(model, verified.outputs)).toBe(model.samples[0]?.label)
})

/** What a client may meet besides a verified answer: a problem document that says "try again", or a broken connection. */
const cleanError = /^(50[234] [A-Z_]+|connection (ECONNRESET|ECONNREFUSED|EPIPE|cut off))$/

/** Everything that answered with status 200 is judged against the enclave that signed it, each attested once. */
function attestedEnclaves() {
  const known = new Map<string, VerifiedEnclave>()
  const waiting = new Map<string, { resolve(enclave: VerifiedEnclave): void; reject(error: Error): void }[]>()
  return {
    count: () => known.size,
    async meet(url: string): Promise<void> {
      const evidence = await fetchEvidence(url)
      const policy = { measurements: [system.measurement()] }
      const time = { mode: 'live', nowMs: Date.now(), ageMsMax: 600_000 } as const
      const enclave = await verifyEnclave({ ...evidence, root: system.root, policy, time })
      known.set(enclave.signer, enclave)
      for (const { resolve } of waiting.get(enclave.signer) ?? []) resolve(enclave)
      waiting.delete(enclave.signer)
    },
    /** A new enclave may answer before this test has met it. */
    async of(signer: string): Promise<VerifiedEnclave> {
      const enclave = known.get(signer)
      if (enclave !== undefined) return enclave
      return new Promise((resolve, reject) => void waiting.set(signer, [...(waiting.get(signer) ?? []), { resolve, reject }]))
    },
    close(): void {
      for (const [signer, those] of waiting) for (const { reject } of those) reject(new Error(`Nobody attested ${signer}`))
    },
  }
}

type Enclaves = ReturnType<typeof attestedEnclaves>
type RelayProcess = Awaited<ReturnType<typeof relayProcess>>

/** Closed loops, half over TLS and half over plain HTTP, over all models and both forms of tensors. */
function startLoad({ relay, models, enclaves }: { relay: RelayProcess; models: ShippedModel[]; enclaves: Enclaves }) {
  let stopping = false
  let sent = 0
  const verified = new Array<number>(connectionCount).fill(0)
  const errors = new Map<string, number>()
  const sequences = new Set<string>()
  const listeners = new Set<() => void>()
  let failure: unknown

  async function loop(connection: number): Promise<void> {
    const encrypted = connection % 2 === 0
    const keep = { keepAlive: true, maxSockets: 1 }
    // Without sessions: a resumed one shows no certificate, and the key is to be seen on every connection.
    const agent = encrypted ? new TlsAgent({ ...keep, maxCachedSessions: 0 }) : new Agent(keep)
    try {
      for (let round = connection; !stopping; round++) {
        sent++
        const error = await once(encrypted ? relay.tlsUrl : relay.httpUrl, agent, round)
        if (error === null) verified[connection] = (verified[connection] ?? 0) + 1
        else errors.set(error, (errors.get(error) ?? 0) + 1)
        for (const listener of listeners) listener()
        await pause(error === null ? 20 : 200)
      }
    } finally {
      agent.destroy()
    }
  }

  /** `null` for a verified answer, otherwise the kind of error. Throws when a 200 is not what it should be. */
  async function once(url: string, agent: Agent, round: number): Promise<string | null> {
    const model = models[round % models.length] as ShippedModel
    const sample = model.samples[round % model.samples.length] as ShippedModel['samples'][number]
    const request = { requestId: random32(), modelId: model.id, inputs: [sample.tensor], outputs: model.manifest.outputs }
    const id = `${round}`
    const message = encodeInferRequest({ ...request, id, binary: round % 3 === 0 })
    let reply: HttpReply
    try {
      reply = await exchange(`${url}/v2/models/${model.manifest.name}/infer`, { method: 'POST', agent, ...message })
    } catch (error) {
      const { code, message: text } = error as NodeJS.ErrnoException
      return `connection ${code ?? (text === 'the answer was cut off' ? 'cut off' : text)}`
    }
    if (reply.status !== 200) return problemOf(reply)

    const answer = decodeInferResponse(reply)
    const enclave = await enclaves.of(answer.signer ?? 'nobody')
    const time = { mode: 'live', nowMs: Date.now(), ageMsMax: 600_000 } as const
    const policy = { measurements: [], modelIds: [model.id] }
    const { outputs, receipt } = await verifyAnswer({ response: answer, request, policy, time, domain: null, enclave })
    expect([labelOf(model, outputs), answer.id]).toEqual([sample.label, id])
    if (url === relay.tlsUrl) expect(toHex(reply.tlsSpkiSha256 ?? new Uint8Array())).toBe(enclave.keyset.tlsSpkiSha256)
    const number = `${enclave.signer} ${receipt.sequence}`
    expect(sequences.has(number), 'two answers under one sequence number').toBe(false)
    sequences.add(number)
    return null
  }

  const loops = Promise.all(Array.from({ length: connectionCount }, (_, connection) => loop(connection))).catch((error) => {
    failure = error
    stopping = true
    for (const listener of listeners) listener()
  })

  return {
    counts: () => ({ sent, verified: verified.reduce((sum, count) => sum + count, 0), errors }),
    errorCount: () => [...errors.values()].reduce((sum, count) => sum + count, 0),
    /** Resolves when every connection has had a few more verified answers: all is well again, and the moment is not foreseeable. */
    async progress(): Promise<void> {
      const goals = verified.map((count) => count + randomInt(1, 8))
      await new Promise<void>((resolve, reject) => {
        const listener = () => {
          if (failure !== undefined) reject(failure)
          else if (goals.every((goal, connection) => (verified[connection] ?? 0) >= goal)) resolve()
          else return
          listeners.delete(listener)
        }
        listeners.add(listener)
        listener()
      })
    },
    async stop(): Promise<void> {
      stopping = true
      await loops
      if (failure !== undefined) throw failure
    },
  }
}

function problemOf({ status, headers, body }: HttpReply): string {
  expect(headers['content-type']).toMatch(/^application\/problem\+json\b/)
  const problem = JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>
  expect(problem).toMatchObject({ status, error: expect.any(String), code: expect.any(String), title: expect.any(String) })
  if (status === 503) expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  return `${status} ${problem.code}`
}

/** At most the one request that the process was running fails; those that wait, and those for other models, do not notice. */
async function killModel(load: ReturnType<typeof startLoad>, enclaves: Enclaves): Promise<void> {
  const errorsBefore = load.errorCount()
  const crashesBefore = load.counts().errors.get('503 MODEL_CRASHED') ?? 0
  const enclavesBefore = enclaves.count()
  process.kill(workerOf('digits'), 'SIGKILL')
  await load.progress()
  const crashes = (load.counts().errors.get('503 MODEL_CRASHED') ?? 0) - crashesBefore
  expect(crashes).toBeLessThanOrEqual(1)
  expect(load.errorCount() - errorsBefore).toBe(crashes)
  expect(enclaves.count()).toBe(enclavesBefore)
}

async function killEnclave(url: string, enclaves: Enclaves): Promise<void> {
  const exited = nextEvent('exited')
  signalEnclave('SIGKILL')
  await exited
  await system.launched.ready()
  await enclaves.meet(url)
}

function signalEnclave(signal: NodeJS.Signals): void {
  const enclave = enclaveProcess(process.pid)
  if (enclave === undefined) throw new Error('There is no enclave process')
  process.kill(enclave.pid, signal)
}

/** The pid is in the enclave's log, by the numbers that it sees. */
function workerOf(model: string): number {
  const loaded = readFileSync(join(system.stateDirectory, stateFiles.hypervisorLog), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"model loaded"') && line.includes(`"${model}"`))
    .at(-1)
  const inside = (JSON.parse(loaded ?? '{}') as { pid?: number }).pid
  const worker = modelWorkers(process.pid).find(({ pid }) => pidInside(pid) === inside)
  if (worker === undefined) throw new Error(`There is no process of model ${model}`)
  return worker.pid
}

function nextEvent(kind: string): Promise<object> {
  return new Promise((resolve) => system.launched.onEvent((event) => (event.event === kind ? resolve(event) : undefined)))
}

/** The relay as a process that can be killed, and started again on the same ports. */
async function relayProcess({ launched }: System) {
  let child: ChildProcess
  let ports = { tlsPort: 0, httpPort: 0 }
  const launch = async () => {
    child = fork(fileURLToPath(new URL('relay-process.ts', import.meta.url)), [], {
      execArgv: ['--conditions=source', '--import', import.meta.resolve('tsx')],
    })
    const listening = new Promise<typeof ports>((resolve, reject) => {
      child.once('message', (message) => resolve(message as typeof ports))
      child.once('exit', () => reject(new Error('The relay ended before it listened')))
    })
    child.send({ tls: launched.tls as NetConnectOpts, http: launched.http as NetConnectOpts, ...ports })
    ports = await listening
  }
  await launch()
  return {
    tlsUrl: `https://127.0.0.1:${ports.tlsPort}`,
    httpUrl: `http://127.0.0.1:${ports.httpPort}`,
    restart: launch,
    async kill(): Promise<void> {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      if (!child.kill('SIGKILL')) return
      await gone
    },
  }
}

/** A line of text that is too narrow to say anything: 92 KB. */
function narrowLine() {
  const width = 160
  return { name: 'x', datatype: 'FP32', shape: [1n, 3n, 48n, BigInt(width)], data: new Uint8Array(3 * 48 * width * 4) } as const
}

/** A client that has the head of a large answer and reads the rest when told: most of it lies unsent in the enclave. */
async function slowReader(
  to: { agent: Agent; socketPath: string },
  inputs: readonly Tensor[],
): Promise<{ length: number; readAll(): Promise<number> }> {
  const { headers, body } = encodeInferRequest({ inputs, requestId: random32(), binary: true })
  const outgoing = request({ ...to, method: 'POST', path: '/v2/models/ocr/infer', headers })
  outgoing.end(body)
  const answer = await new Promise<IncomingMessage>((resolve, reject) => outgoing.once('response', resolve).once('error', reject))
  const length = Number(answer.headers['content-length'])
  return {
    length,
    async readAll() {
      let received = 0
      for await (const chunk of answer) received += (chunk as Buffer).length
      return received
    },
  }
}

/** Resolves when the enclave has begun to stop, and has had time to do what is wrong to do now. */
async function stopping(socketPath: string): Promise<void> {
  const live = () => exchange('http://enclave/v2/health/live', { socketPath }).then(({ status }) => status === 200)
  while (await live().catch(() => false)) await pause(10)
  await pause(200)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
