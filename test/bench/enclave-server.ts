import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { bootEnclave } from '@nacre/enclave/boot'
import { systemClock } from '@nacre/enclave/clock'
import { EnclaveError } from '@nacre/enclave/errors'
import { goneSignal } from '@nacre/enclave/gone-signal'
import { letHeapGrow } from '@nacre/enclave/heap-growth'
import { defaultLimits } from '@nacre/enclave/limits'
import { createLog } from '@nacre/enclave/log'
import { createNsm } from '@nacre/enclave/nsm'
import { decodeInferRequest } from '@nacre/enclave/oip-request'
import { prepareOutputs } from '@nacre/enclave/oip-response'
import { buildApp, createListener, type EnclaveServices } from '@nacre/enclave/server'
import { openSharedMemory } from '@nacre/enclave/shared-memory'
import { createSimulatedMachine, createSimulatedRoot } from '@nacre/host/hypervisor/ca'
import { createNsm as createSimulatedNsm } from '@nacre/host/hypervisor/nsm'

/**
 * An enclave for measuring, booted as `enclave/main.ts` boots it, with the simulated NSM inside:
 *
 *     node enclave-server.ts attested|unsigned MODELS_FOLDER HTTP_SOCKET LOG_SOCKET
 *
 * `unsigned` is the same listener, decoder, model process with its micro-batching, and encoder of outputs. What it leaves out is what makes an answer a proven one: the hashes of inputs and outputs, the receipt, its
 * signature, the log, and the fields that carry them.
 */
const [kind, modelsFolder, httpSocket, logSocket] = process.argv.slice(2) as ['attested' | 'unsigned', string, string, string]
letHeapGrow()
const root = await createSimulatedRoot(Date.now())
const enclaveId = 'enc0123456789abcdef'
const machine = createSimulatedMachine(root, { region: 'sim-1', instanceId: 'i-0123456789abcdef0' })
const nsm = createSimulatedNsm({
  moduleId: `i-0123456789abcdef0-${enclaveId}`,
  pki: machine.enclave(enclaveId),
  bootPcrs: new Map(),
  nowMs: Date.now,
  randomBytes: (length) => Uint8Array.from(randomBytes(length)),
})
const enclave = await bootEnclave({
  nsm: createNsm({ exchange: (request) => nsm.handle(request), close() {} }),
  randomBytes: (length) => Uint8Array.from(randomBytes(length)),
  clock: systemClock,
  modelsFolder,
  tlsName: 'localhost',
  sharedMemory: await openSharedMemory().catch(() => undefined),
  signAside: availableParallelism() > 1,
  // More heads than it would have by itself: the host stores by them, and what it stores late would be charged to whatever is measured next.
  limits: { ...defaultLimits, logCheckpointMs: 500 },
  log: createLog(() => {}, Date.now),
})
await enclave.started
const app = kind === 'attested' ? buildApp(enclave.services) : unsignedApp(enclave.services)
await app.listen({ path: httpSocket })
if (kind === 'attested') await buildApp(enclave.services, { forHost: true }).listen({ path: logSocket })

export type ServerReport = { rssBytes: number; cpuUs: number; modelPids: number[]; logSize: number }
const report = (): ServerReport => {
  const { user, system } = process.cpuUsage()
  const modelPids = enclave.services.models.models.flatMap(({ process }) => process.pids())
  return { rssBytes: process.memoryUsage.rss(), cpuUs: user + system, modelPids, logSize: enclave.services.receiptLog.size() }
}
process.on('message', () => process.send?.(report()))
process.once('disconnect', () => {
  enclave.close()
  process.exit(0)
})
process.send?.(report())

function unsignedApp(services: EnclaveServices) {
  const { models, limits } = services
  const { app, bodies } = createListener(services)
  app.post<{ Params: { name: string } }>(
    '/v2/models/:name/infer',
    { config: { lentBody: true } },
    async ({ params, body, headers, raw }, reply) => {
      const { manifest, process } = models.find(params.name)
      if (!(body instanceof Uint8Array)) throw new EnclaveError('REQUEST_INVALID')
      const headerLength = headers['inference-header-content-length'] as string | undefined
      const request = decodeInferRequest({ body, headerLength, manifest, limits })
      const signal = goneSignal(reply.raw)
      const names = request.outputs.map(({ spec }) => spec.name)
      const outputs = await bodies.use(reply.raw, () => process.run(request.inputs, names, signal, undefined, raw.socket))
      const prepared = prepareOutputs(outputs, request.outputs, limits)
      bodies.holdAnswer(prepared.bytes, reply.raw)
      const head = JSON.stringify({ model_name: manifest.name, model_version: manifest.version, id: request.id })
      const text = `${head.slice(0, -1)},"outputs":${prepared.json}}`
      if (prepared.binary.length === 0) {
        reply.header('content-type', 'application/json; charset=utf-8')
        return text
      }
      const json = Buffer.from(text)
      reply.headers({ 'content-type': 'application/octet-stream', 'inference-header-content-length': String(json.length) })
      return Buffer.concat([json, ...prepared.binary])
    },
  )
  return app
}
