import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bootEnclave } from '@nacre/enclave/boot'
import { systemClock } from '@nacre/enclave/clock'
import { defaultLimits } from '@nacre/enclave/limits'
import { createLog } from '@nacre/enclave/log'
import { createNsm } from '@nacre/enclave/nsm'
import { buildApp } from '@nacre/enclave/server'
import { createSimulatedMachine, createSimulatedRoot, rootCertificatePem } from '@nacre/host/hypervisor/ca'
import { createNsm as createSimulatedNsm } from '@nacre/host/hypervisor/nsm'
import { startRelay } from '@nacre/host/relay'
import { type Certificate, certificateFromPem } from '@nacre/verifier/certificate'
import type { Measurement } from '@nacre/verifier/policy'
import { draw, measurement, pcrs } from '../kms/kit.ts'
import { projectRoot } from './system.ts'

/** A whole enclave behind the relay, whose model says a piece of its text and waits: what a reader has by then is no matter of who was faster. */
export type PacedEnclave = {
  tlsUrl: string
  httpUrl: string
  root: Certificate
  rootPem: string
  measurement: Measurement
  /** Lets the last stream that began go on, by one piece or to its end. The first piece comes by itself. */
  letSay(): void
  /** Of that stream, as the model's process made them. */
  pieces(): string[]
  stop(): Promise<void>
}

export async function startPacedEnclave(model: string, { allowOrigins }: { allowOrigins?: readonly string[] } = {}): Promise<PacedEnclave> {
  const modelsFolder = mkdtempSync(join(tmpdir(), 'nacre-paced-'))
  cpSync(join(projectRoot, 'enclave/models', model), join(modelsFolder, model), { recursive: true })
  const root = await createSimulatedRoot(Date.now())
  const rootPem = rootCertificatePem(root)
  const nsm = createSimulatedNsm({
    moduleId: 'i-0123456789abcdef0-enc0123456789abcdef',
    pki: createSimulatedMachine(root, { region: 'sim-1', instanceId: 'i-0123456789abcdef0' }).enclave('enc0123456789abcdef'),
    bootPcrs: pcrs(),
    nowMs: Date.now,
    randomBytes: draw,
  })
  const enclave = await bootEnclave({
    ...{ nsm: createNsm({ exchange: (request) => nsm.handle(request), close() {} }), randomBytes: draw, clock: systemClock },
    ...{ modelsFolder, tlsName: 'localhost', limits: defaultLimits, log: createLog(() => {}, Date.now) },
  })
  await enclave.started

  let pieces: string[] = []
  let letSay = () => {}
  const paced = enclave.services.models.models.map((running) => ({
    ...running,
    process: {
      ...running.process,
      async run(...[inputs, names, signal, onChunk, client]: Parameters<typeof running.process.run>) {
        if (onChunk === undefined) return running.process.run(inputs, names, signal, onChunk, client)
        const chunks: Uint8Array[] = []
        const outputs = await running.process.run(inputs, names, signal, (chunk) => chunks.push(chunk), client)
        pieces = chunks.map((chunk) => Buffer.from(chunk).toString())
        for (const chunk of chunks) {
          const mayGoOn = new Promise<void>((resolve) => (letSay = resolve))
          onChunk(chunk)
          await mayGoOn
        }
        return outputs
      },
    },
  }))
  const find = (name: string, version?: string) => {
    const { id } = enclave.services.models.find(name, version)
    return paced.find((running) => running.id === id) as (typeof paced)[number]
  }
  const services = { ...enclave.services, models: { ...enclave.services.models, models: paced, find } }
  const apps = [buildApp(services, { tls: enclave.keys.tls }), buildApp(services)] as const
  for (const app of apps) await app.listen({ host: '127.0.0.1', port: 0 })
  const [tls, http] = apps.map(({ server }) => ({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })) as [Place, Place]
  const relay = await startRelay({
    enclave: { tls, http },
    host: '127.0.0.1',
    tlsPort: 0,
    httpPort: 0,
    ...(allowOrigins && { allowOrigins }),
  })
  return {
    tlsUrl: `https://127.0.0.1:${relay.tlsPort}`,
    httpUrl: `http://127.0.0.1:${relay.httpPort}`,
    root: certificateFromPem(rootPem),
    rootPem,
    measurement: measurement(),
    letSay: () => letSay(),
    pieces: () => pieces,
    async stop() {
      await relay.close()
      enclave.stop()
      await Promise.all(apps.map((app) => app.close()))
      enclave.close()
      rmSync(modelsFolder, { recursive: true })
    },
  }
}

type Place = { host: string; port: number }
