import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AuditParameters, auditLog } from '@nacre/host/audit/audit'
import { openSource } from '@nacre/host/audit/source'
import { enclaveSocket } from '@nacre/host/enclave-socket'
import { followLog, type LogFollower } from '@nacre/host/log/follower'
import { type LogServer, startLogServer } from '@nacre/host/log/server'
import { placeInLog } from '@nacre/host/log-place'
import { bareBundle, encodeBundle, verifyBundle } from '@nacre/verifier/bundle'
import { utf8 } from '@nacre/verifier/bytes'
import { decodeInferResponse, encodeInferRequest } from '@nacre/verifier/response'
import { encodeTensors, hashTensors, type Tensor } from '@nacre/verifier/tensor'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exchange, fetchEvidence, projectRoot, random32, type ShippedModel, type System, shippedModel, startSystem } from './system.ts'

/** A running enclave, its log as the host brings it to disk and serves it, and an auditor who has nothing else. */
let system: System
let follower: LogFollower
let server: LogServer
const directory = mkdtempSync(join(tmpdir(), 'nacre-audited-'))

beforeAll(async () => {
  system = await startSystem()
  follower = await followLog({ directory, connect: () => enclaveSocket(system.launched.log).connect(), pollMs: 50, nowMs: Date.now })
  server = await startLogServer({ host: '127.0.0.1', port: 0, stores: () => follower.stores() })
}, 60_000)
afterAll(async () => {
  await server?.close()
  await follower?.stop()
  await system?.stop()
  rmSync(directory, { recursive: true, force: true })
})

async function ask(model: ShippedModel, inputs: readonly Tensor[], receiptMode: 'immediate' | 'batched') {
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

  const source = openSource(`http://127.0.0.1:${server.port}/${store.logName.slice('nacre/'.length)}`, { timeoutMs: 10_000 })
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
}, 120_000)
