import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AuditParameters, auditLog } from '@nacre/host/audit/audit'
import { openSource } from '@nacre/host/audit/source'
import { addAuditCommand } from '@nacre/host/cli/audit'
import { addBundleAdd } from '@nacre/host/cli/bundle-add'
import { addReplayCommand } from '@nacre/host/cli/replay'
import { enclaveSocket } from '@nacre/host/enclave-socket'
import { followLog, type LogFollower } from '@nacre/host/log/follower'
import { type LogServer, startLogServer } from '@nacre/host/log/server'
import { placeInLog } from '@nacre/host/log-place'
import { bareBundle, encodeBundle, verifyBundle } from '@nacre/verifier/bundle'
import { utf8 } from '@nacre/verifier/bytes'
import { encodeGenerationParameters } from '@nacre/verifier/generation'
import { decodeInferResponse, encodeInferRequest } from '@nacre/verifier/response'
import { encodeTensors, hashTensors, type Tensor, tensorFromValues } from '@nacre/verifier/tensor'
import { Command } from 'commander'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testTerminal } from '../support/terminal.ts'
import {
  exchange,
  fetchEvidence,
  projectRoot,
  random32,
  type ShippedModel,
  type ShippedProgram,
  type System,
  shippedModel,
  shippedProgram,
  startSystem,
} from './system.ts'

/** A running enclave, its log as the host brings it to disk and serves it, and an auditor who has nothing else. */
let system: System
let follower: LogFollower
let server: LogServer
const directory = mkdtempSync(join(tmpdir(), 'nacre-audited-'))

beforeAll(async () => {
  system = await startSystem()
  follower = await followLog({ directory, connect: () => enclaveSocket(system.launched.log).connect(), pollMs: 50, nowMs: Date.now })
  server = await startLogServer({ host: '127.0.0.1', port: 0, stores: () => follower.stores() })
})
afterAll(async () => {
  await server?.close()
  await follower?.stop()
  await system?.stop()
  rmSync(directory, { recursive: true, force: true })
})

async function ask(model: ShippedModel | ShippedProgram, inputs: readonly Tensor[], receiptMode: 'immediate' | 'batched') {
  const message = encodeInferRequest({ inputs, requestId: random32(), binary: true, receiptMode })
  const reply = await exchange(`${system.tlsUrl}/v2/models/${model.manifest.name}/infer`, { method: 'POST', ...message })
  expect(reply.status).toBe(200)
  return decodeInferResponse(reply)
}

test('every answer, signed by itself or by its place, is in the log; the log is whole; the answers computed again are equal to the bit', async () => {
  const models = [await shippedModel('digits'), await shippedModel('digits-int')] as const
  const kept = new Map<string, Uint8Array>()
  const answers = []
  for (let i = 0; i < 30; i++) {
    const model = models[i % 2] as ShippedModel
    const inputs = [model.samples[i % model.samples.length]?.tensor as Tensor]
    const answer = await ask(model, inputs, i % 3 === 0 ? 'immediate' : 'batched')
    for (const tensors of [inputs, answer.outputs]) kept.set(await hashTensors(tensors), encodeTensors(tensors))
    answers.push({ model, inputs, answer })
  }
  const store = await follower.covers(31)
  // An operator who keeps tensors puts them beside the log.
  mkdirSync(join(store.path, 'tensors'), { recursive: true })
  for (const [hash, bytes] of kept) writeFileSync(join(store.path, 'tensors', hash.slice(2)), bytes)

  const source = openSource(`http://127.0.0.1:${server.port}/${store.logName.slice('nacre/'.length)}`, { timeoutMs: 60_000 })
  const parameters: AuditParameters = {
    source,
    root: system.root,
    policy: { measurements: [system.measurement()] },
    time: { mode: 'live', nowMs: Date.now(), ageMsMax: 3_600_000 },
    witnesses: { keys: [], quorum: 0, latestMs: 0 },
    models: models.map(({ id, manifest }) => ({
      id,
      manifest,
      weightsPath: join(projectRoot, 'enclave/models', manifest.name, 'model.onnx'),
    })),
    sampleSize: 30,
    beacon: utf8('beacon'),
    engine: 'auto',
    timeoutMs: 60_000,
  }
  const { report } = await auditLog(parameters)
  expect(report.findings).toEqual([])
  expect(report).toMatchObject({ ok: true, receipts: 30, signed: 10, opening: { previous: null } })
  expect(report.sample.results.map(({ verdict }) => verdict)).toEqual(Array.from({ length: 30 }, () => 'bit-equal'))
  expect(new Set(report.sample.results.map(({ engine }) => engine))).toEqual(new Set(['native', 'integer']))

  // One of them as a file: its place in the log as it stands, beside what the answer itself came with.
  const evidence = await fetchEvidence(system.tlsUrl)
  const { model, inputs, answer } = answers[4] as (typeof answers)[number]
  const { receipt, outputs, domain, signature = null } = answer
  expect(signature).toBeNull()
  const { attestation, keyset } = evidence
  const manifest = Uint8Array.from(readFileSync(join(projectRoot, 'enclave/models', model.manifest.name, 'manifest.json')))
  const placed = await placeInLog(source, Number(receipt.sequence))
  const bundle = encodeBundle({ ...bareBundle, ...placed, attestation, keyset, manifest, domain, receipt, signature, inputs, outputs })
  const policy = { measurements: [system.measurement()], modelIds: [model.id] }
  const verified = await verifyBundle({ bundle, root: system.root, policy, time: { mode: 'document' } })
  expect(verified.log).toMatchObject({ origin: store.logName, rootHash: report.log.rootHash })

  // And the file of a tile with one bit turned, as a bad disk would have it.
  const path = join(store.path, 'tile/entries/000.p/31')
  const bytes = Uint8Array.from(readFileSync(path))
  writeFileSync(path, bytes.with(100, (bytes[100] as number) ^ 1))
  const damaged = await auditLog({ ...parameters, models: [] })
  expect(new Set(damaged.report.findings.map(({ code }) => code))).toEqual(
    new Set(['TILE_MISMATCH', 'LOG_RECORD_MISMATCH', 'INCLUSION_INVALID']),
  )
  writeFileSync(path, bytes)
})

test('answers of programs are audited from their folders, gathered in one bundle, and computed again by either engine', async () => {
  const text = (name: string, value: string) => tensorFromValues({ name, datatype: 'BYTES', shape: [1], values: [value] })
  const parameters = encodeGenerationParameters({ max_tokens: 24, seed: 11, stop: [], temperature: 900, top_p: 950 })
  const programs = await Promise.all(['spam', 'read-text', 'tiny-gpt'].map(shippedProgram))
  const [spam, readText, tinyGpt] = programs as [ShippedProgram, ShippedProgram, ShippedProgram]
  const first = ({ samples }: ShippedProgram) => [samples[0]?.tensor as Tensor]
  const questions: [ShippedProgram, Tensor[]][] = [
    [spam, first(spam)],
    [readText, first(readText)],
    [tinyGpt, [text('prompt', 'Call me'), text('parameters', new TextDecoder().decode(parameters))]],
  ]
  const { attestation, keyset } = await fetchEvidence(system.tlsUrl)
  const files: string[] = []
  const kept = new Map<string, Uint8Array>()
  let last = 0
  for (const [program, inputs] of questions) {
    const { receipt, outputs, domain, signature = null, inclusion = null } = await ask(program, inputs, 'immediate')
    for (const tensors of [inputs, outputs]) kept.set(await hashTensors(tensors), encodeTensors(tensors))
    const manifest = program.manifestBytes
    const path = join(directory, `${program.manifest.name}.nacre`)
    writeFileSync(
      path,
      encodeBundle({ ...bareBundle, attestation, keyset, manifest, domain, receipt, signature, inclusion, inputs, outputs }),
    )
    files.push(path)
    last = Number(receipt.sequence)
  }
  const store = await follower.covers(last + 1)
  mkdirSync(join(store.path, 'tensors'), { recursive: true })
  for (const [hash, bytes] of kept) writeFileSync(join(store.path, 'tensors', hash.slice(2)), bytes)

  const log = `http://127.0.0.1:${server.port}/${store.logName.slice('nacre/'.length)}`
  const root = join(directory, 'root.pem')
  writeFileSync(root, system.rootPem)
  const policy = ['--root', root, '--pcr0', system.measurement().pcr0]
  const modelsOf = (name: string) => ['--model', `${name}=${join(projectRoot, 'enclave/models', name)}`]
  const models = programs.flatMap(({ manifest: { name } }) => modelsOf(name))
  const audit = await testTerminal(
    ['audit', '--log', log, ...policy, ...models, '--seed', '0x00', '--json'],
    addAuditCommand,
    new Command(),
  )
  expect(audit.json()).toMatchObject({ ok: true, findings: [] })
  const { results } = audit.json().sample as { results: { verdict: string }[] }
  expect(results.map(({ verdict }) => verdict)).toEqual(['bit-equal', 'bit-equal', 'bit-equal'])

  const out = join(directory, 'programs.nacre')
  const added = await testTerminal(['bundle', 'add', ...files, '--out', out, '--log', log, '--json'], addBundleAdd, new Command())
  expect(added.json()).toMatchObject({ ok: true, answers: 3 })
  const replay = (...more: string[]) =>
    testTerminal(['replay', out, ...policy, '--json', ...more], addReplayCommand, new Command()).then(({ json }) => json())
  const verdicts = ({ answers }: { answers: { verdict: string }[] }) => answers.map(({ verdict }) => verdict)
  const native = await replay(...modelsOf('spam'), ...modelsOf('tiny-gpt'))
  expect(native).toMatchObject({ ok: true, evidence: { state: 'verified' } })
  expect(verdicts(native)).toEqual(['bit-equal', 'not-computed', 'bit-equal'])
  const wasm = await replay(...models, '--engine', 'wasm')
  expect(wasm).toMatchObject({ ok: true, answers: [{ engine: { kind: 'wasm' } }, {}, {}] })
  expect(verdicts(wasm)).not.toContain('not-computed')
})
