import { type ChildProcess, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import type { LaunchedEnclave } from '@nacre/host/launcher'
import { openProgramFolder } from '@nacre/host/replay/program-folder'
import { replayAnswer } from '@nacre/host/replay/replay'
import { simulatedLauncher } from '@nacre/host/simulated-launcher'
import { loadOrCreateSimulatedRoot, stateFiles } from '@nacre/host/state'
import { toHex } from '@nacre/verifier/bytes'
import { certificateFromPem } from '@nacre/verifier/certificate'
import { verifyInference } from '@nacre/verifier/inference'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { filesBelow, memoryHolds } from '../support/leak-search.ts'
import { type PrivateModel, type PrivateProgram, privateModel, privateProgram } from '../support/private-model.ts'
import { descendantsOf, enclaveProcess, modelWorkers } from './processes.ts'
import { type SecretsHost, startRelayProcess, startSecretsHost } from './secrets-host.ts'
import {
  ask,
  exchange,
  fetchEvidence,
  labelOf,
  projectRoot,
  readyTimeMsMax,
  type ShippedModel,
  type ShippedProgram,
  shippedModel,
} from './system.ts'

/**
 * A private OCR model, and a private program that reads whole pages, from their owner's machine to verified answers: sealed by the command line, opened by an enclave that KMS recognises, and by none with a byte changed.
 *
 * What "the host does not see weights" covers here: everything that is the host's role - its directories, the processes that it runs (relay, proxy, KMS, hypervisor) and the bytes between it and the
 * enclave. The enclave itself is a process of this machine, in whose memory the weights of course are, and the test finds them there, so that it would find them elsewhere; what keeps a host out
 * of that memory is the hypervisor of AWS, which no simulation stands for.
 */
const cleanups: (() => unknown)[] = []
const stateDirectory = mkdtempSync(join(tmpdir(), 'nacre-sealed-'))
const ownerDirectory = mkdtempSync(join(tmpdir(), 'nacre-owner-'))
const recorded: Buffer[] = []
let line: PrivateModel
let page: PrivateProgram
let owned: { model: ShippedModel | ShippedProgram; path: string; windows: Buffer[] }[]
let host: SecretsHost
let system: Running

beforeAll(async () => {
  line = await privateModel(ownerDirectory, 'ocr')
  page = await privateProgram(ownerDirectory, 'read-text')
  owned = [
    { ...line, path: line.weightsPath },
    { ...page, path: page.folder },
  ]
  await loadOrCreateSimulatedRoot(stateDirectory, Date.now())
  host = await startSecretsHost({ directory: stateDirectory, rootPath: join(stateDirectory, stateFiles.rootCertificate) })
  cleanups.push(() => host.close())
})
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
  for (const folder of [stateDirectory, ownerDirectory]) rmSync(folder, { recursive: true, force: true })
})

test('the owner seals them with a key of KMS, and gives away no plaintext', async () => {
  for (const { model, path } of owned) {
    const report = await host.seal(path)
    expect(report.modelId).toBe(model.id)
    expect(toHex(createHash('sha256').update(readFileSync(report.ciphertextPath)).digest())).toBe(report.ciphertextSha256)
  }
  const filesOf = (name: string) => filesBelow(join(stateDirectory, 'models', name)).map((path) => relative(stateDirectory, path))
  expect(filesOf('ocr').sort()).toEqual(['models/ocr/manifest.json', 'models/ocr/sealed.json'])
  const manifests = ['manifest.json', 'sealed.json', ...['detect', 'orient', 'read'].map((role) => `stages/${role}/manifest.json`)]
  expect(filesOf('read-text').sort()).toEqual(manifests.map((path) => `models/read-text/${path}`))
})

describe('the enclave that the policy names', () => {
  test('waits while KMS refuses, and serves its other models', async () => {
    system = await launch(projectRoot)
    for (const { model } of owned) await expect.poll(() => sealState(system, model.manifest.name)).toBe('KMS_REFUSED')
    const digits = await shippedModel('digits')
    expect(labelOf(digits, (await ask({ url: system.url, model: digits })).answer.outputs)).toBe(digits.samples[0]?.label)
    for (const { model } of owned) await expect(ask({ url: system.url, model })).rejects.toThrow(/status 503.*MODEL_SEALED/)
  })

  test('opens the models once the policy names it, without a restart, and their answers verify', async () => {
    const { pcr0, pcr1, pcr2 } = system.launched.measurements()
    await host.admit({ pcr0, pcr1, pcr2 })
    for (const { model } of owned) await expect.poll(() => sealState(system, model.manifest.name), { interval: 200 }).toBe('ready')

    for (const { model } of owned) {
      const { answer, evidence, request, domain } = await ask({ url: system.url, model, binary: true })
      const verified = await verifyInference({
        response: { ...answer, attestation: evidence.attestation, keyset: evidence.keyset },
        request,
        policy: { measurements: [{ pcr0, pcr1, pcr2 }], modelIds: [model.id] },
        domain,
        root: certificateFromPem(readFileSync(system.launched.rootPemPath, 'utf8')),
        time: { mode: 'live', nowMs: Date.now(), ageMsMax: 600_000 },
        nonce: evidence.nonce,
      })
      expect(verified.receipt.modelId).toBe(model.id)
      expect(labelOf(model, verified.outputs)).toBe(model.samples[0]?.label)
    }
  })

  test('its owner, who has the program, computes its answer again, to the bit', async () => {
    const { model, folder } = page
    const { answer, request } = await ask({ url: system.url, model, binary: true })
    const engine = await openProgramFolder({ kind: 'native', manifest: model.manifest, folder, timeoutMs: 60_000 })
    const recorded = { manifest: model.manifest, receipt: answer.receipt, inputs: request.inputs, outputs: answer.outputs }
    expect(await replayAnswer({ answer: recorded, engine })).toMatchObject({
      verdict: 'bit-equal',
      bound: { model: true, input: true, output: true },
    })
    engine.close()
  })

  test('the weights are nowhere with the host: not on its disk, not in its processes, not on the way', ({ skip }) => {
    // One network is the same in both.
    const windows = [...new Map(owned.flatMap((model) => model.windows).map((window) => [window.toString('hex'), window])).values()]
    const found = (bytes: Buffer) => windows.some((window) => bytes.includes(window))
    for (const path of [line.weightsPath, ...['detect', 'orient', 'read'].map((role) => join(page.folder, 'stages', role, 'model.onnx'))])
      expect(found(readFileSync(path)), path).toBe(true)
    expect(found(readFileSync(join(page.folder, 'alphabet.txt')))).toBe(true)

    const files = filesBelow(stateDirectory).concat(filesBelow(system.socketsDirectory))
    for (const { model } of owned) expect(files.some((path) => path.endsWith(model.id))).toBe(true)
    expect(files.filter((path) => found(readFileSync(path)))).toEqual([])

    const traffic = Buffer.concat(recorded)
    expect(traffic.length).toBeGreaterThan(2 * line.model.manifest.weights.bytes)
    expect(found(traffic)).toBe(false)

    const workers = modelWorkers(process.pid)
    if (workers.every(({ pid }) => memoryHolds(pid, windows) === undefined)) skip('the memory of other processes cannot be read here')
    // Where they must be, so that the search is one that finds. Of the line's network the runtime keeps other arrangements than the file's.
    expect(workers.filter(({ pid }) => memoryHolds(pid, page.windows) === true).length).toBeGreaterThan(0)
    expect(enclaveProcess(process.pid)).toBeDefined()
    const hosts = { relay: system.relay.pid, egress: system.egress?.pid, kms: host.kms.process.pid, hypervisor: system.hypervisorPid() }
    for (const [name, pid] of Object.entries(hosts)) expect(memoryHolds(pid as number, windows), name).toBe(false)
  })
})

test('an image with one changed byte is refused by KMS, and everything else of it works', async () => {
  await system.stop()
  const changed = join(projectRoot, '.cache', `changed-${process.pid}`)
  cleanups.push(() => rmSync(changed, { recursive: true, force: true }))
  mkdirSync(changed, { recursive: true })
  const parts = ['enclave', 'verifier', 'node_modules', 'package.json', 'tsconfig.json']
  execFileSync('cp', ['-al', ...parts.map((part) => join(projectRoot, part)), changed])
  const path = join(changed, 'enclave/boot.ts')
  const source = readFileSync(path, 'utf8')
  unlinkSync(path) // it is a link to the original
  writeFileSync(path, source.replace('/** New requests', '/** Now requests'))
  expect(readFileSync(path, 'utf8').length).toBe(source.length)

  const other = await launch(changed)
  for (const { model } of owned) await expect.poll(() => sealState(other, model.manifest.name)).toBe('KMS_REFUSED')
  const digits = await shippedModel('digits')
  expect(labelOf(digits, (await ask({ url: other.url, model: digits })).answer.outputs)).toBe(digits.samples[0]?.label)
  expect((await fetchEvidence(other.url)).attestation.length).toBeGreaterThan(0)
  expect(other.launched.measurements().pcr0).not.toBe(system.measurements.pcr0)
  await other.stop()
})

type Running = {
  launched: LaunchedEnclave
  measurements: ReturnType<LaunchedEnclave['measurements']>
  url: string
  socketsDirectory: string
  relay: ChildProcess
  egress: ChildProcess | undefined
  hypervisorPid(): number | undefined
  stop(): Promise<void>
}

/** Enclave, relay and egress, each a process; what the enclave and the egress say to each other is recorded. */
async function launch(project: string): Promise<Running> {
  let egress: Awaited<ReturnType<SecretsHost['openEgress']>> | undefined
  const launched = await simulatedLauncher({
    projectRoot: project,
    stateDirectory,
    readyTimeMsMax,
    models: ['ocr', 'read-text'].map((name) => join(stateDirectory, 'models', name)),
    secrets: {
      ...host.secrets,
      open: async (path) => (egress = await host.openEgress(path, recorded)),
    },
  }).start()
  cleanups.push(() => launched.stop())
  await launched.ready()
  const { process: relay, tlsUrl } = await startRelayProcess(launched)
  cleanups.push(() => relay.kill())
  const { path } = launched.tls as { path: string }
  return {
    launched,
    measurements: launched.measurements(),
    url: tlsUrl,
    socketsDirectory: dirname(path),
    relay,
    egress: egress?.process,
    hypervisorPid: () => descendantsOf(process.pid).find(({ command }) => command.includes('hypervisor/main.ts'))?.pid,
    async stop() {
      relay.kill()
      await launched.stop()
    },
  }
}

async function sealState({ url }: Running, name: string): Promise<string> {
  const reply = await exchange(`${url}/v2/models/${name}/ready`)
  if (reply.status === 200) return 'ready'
  const { received, code } = JSON.parse(Buffer.from(reply.body).toString())
  return received ?? code
}
