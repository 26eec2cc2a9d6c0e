import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mixEntropy } from '@nacre/enclave/entropy'
import { type Credentials, type CredentialsProvider, hostCredentials } from '@nacre/enclave/kms/credentials'
import { egressSocket } from '@nacre/enclave/kms/egress'
import { createKms, type Kms } from '@nacre/enclave/kms/kms-client'
import { type RecipientKey, recipientKeyFrom } from '@nacre/enclave/kms/recipient-key'
import { createNsm, type Nsm } from '@nacre/enclave/nsm'
import { createSimulatedMachine, createSimulatedRoot, rootCertificatePem } from '@nacre/host/hypervisor/ca'
import { createNsm as createSimulatedNsm, pcrOf } from '@nacre/host/hypervisor/nsm'
import { createServerCertificate } from '@nacre/host/kms/certificate'
import { type Destination, type EgressEvent, type EgressProxy, startEgressProxy } from '@nacre/host/kms/egress-proxy'
import { buildEnclaveServices } from '@nacre/host/kms/enclave-services'
import { buildLocalKms, type KeyStore, type KmsEvent, memoryKeyStore } from '@nacre/host/kms/local-kms'
import type { Identity } from '@nacre/host/kms/sigv4'
import { type Hex, toHex } from '@nacre/verifier/bytes'
import { type Certificate, certificateFromPem } from '@nacre/verifier/certificate'
import { hostServices } from '@nacre/verifier/egress'

export const draw = (length: number) => Uint8Array.from(randomBytes(length))

export const region = 'sim-1'
export const accountId = '000000000000'
export const kmsHost = 'kms.sim-1.nacre.internal'
const identity = (name: string, actions: readonly string[]): Identity => ({
  accessKeyId: `AKIA${name.toUpperCase()}`,
  secretAccessKey: createHash('sha256').update(`secret of ${name}`).digest('base64'),
  arn: `arn:aws:iam::${accountId}:user/${name}`,
  actions,
})
export const administrator = identity('administrator', ['kms:*'])
export const owner = identity('owner', [])
export const instance = identity('instance', ['kms:GenerateRandom'])

/** With a session token, as a role's credentials have one. */
export const session: Identity = { ...identity('session', ['kms:GenerateRandom']), sessionToken: 'token of the session' }

/** A local KMS behind an egress proxy, as an enclave meets it. */
export type Kit = {
  directory: string
  egressPath: string
  root: Certificate
  url: string
  certificate: { pem: string; der: Uint8Array }
  keys: KeyStore
  events: KmsEvent[]
  egressEvents: EgressEvent[]
  clock: { nowMs: number | undefined }
  destinations: Map<string, Destination>
  /** An NSM whose registers are measured from these texts, unless given. */
  nsm(pcrs?: ReadonlyMap<number, Uint8Array>): Nsm
  enclave(parts?: { nsm?: Nsm; recipient?: RecipientKey; credentials?: Credentials | CredentialsProvider }): Kms
  kms: { stop(): Promise<void>; start(): Promise<void> }
  proxy: { stop(): Promise<void>; start(): Promise<void> }
  close(): Promise<void>
}

export const pcrs = (image = 'image'): ReadonlyMap<number, Uint8Array> =>
  new Map([0, 1, 2].map((index) => [index, pcrOf(Buffer.from(`${image} ${index}`))]))

export const measurement = (image?: string) => {
  const [pcr0, pcr1, pcr2] = [...pcrs(image).values()].map(toHex) as [Hex, Hex, Hex]
  return { pcr0, pcr1, pcr2 }
}

const recipient = recipientKeyFrom(mixEntropy({ nsmRandom: draw(64), osRandom: draw(64) }))

export async function startKit({ storeDirectory }: { storeDirectory?: string } = {}): Promise<Kit> {
  const directory = mkdtempSync(join(tmpdir(), 'nacre-kms-'))
  const root = await createSimulatedRoot(Date.now())
  const machine = createSimulatedMachine(root, { region, instanceId: 'i-0123456789abcdef0' })
  const tls = await createServerCertificate({ host: kmsHost, nowMs: Date.now() })
  const keys = memoryKeyStore()
  const events: KmsEvent[] = []
  const egressEvents: EgressEvent[] = []
  const clock: Kit['clock'] = { nowMs: undefined }
  const egressPath = join(directory, 'egress.sock')
  const services = await buildEnclaveServices({ storeDirectory: storeDirectory ?? directory, credentials: async () => instance })
  const destinations = new Map<string, Destination>([
    [hostServices.credentials, { server: services.credentials }],
    [hostServices.store, { server: services.store }],
  ])

  let app: ReturnType<typeof buildLocalKms> | undefined
  let port = 0
  const startKms = async () => {
    app = buildLocalKms({
      region,
      accountId,
      identities: [administrator, owner, instance, session],
      keys,
      root: certificateFromPem(rootCertificatePem(root)),
      tls,
      nowMs: () => clock.nowMs ?? Date.now(),
      randomBytes: draw,
      onEvent: (event) => events.push(event),
    })
    await app.listen({ host: '127.0.0.1', port })
    port = (app.server.address() as AddressInfo).port
    destinations.set(`${kmsHost}:443`, { host: '127.0.0.1', port })
  }
  let proxy: EgressProxy | undefined
  const startProxy = async () => {
    proxy = await startEgressProxy({ at: { path: egressPath }, destinations, onEvent: (event) => egressEvents.push(event) })
  }
  await startKms()
  await startProxy()
  const clients: Kms[] = []

  const kit: Kit = {
    directory,
    egressPath,
    root: certificateFromPem(rootCertificatePem(root)),
    url: `https://127.0.0.1:${port}`,
    certificate: { pem: tls.certificatePem, der: tls.certificateDer },
    keys,
    events,
    egressEvents,
    clock,
    destinations,
    nsm(bootPcrs = pcrs()) {
      const simulated = createSimulatedNsm({
        moduleId: 'i-0123456789abcdef0-enc0123456789abcdef',
        pki: machine.enclave('enc0123456789abcdef'),
        bootPcrs,
        nowMs: Date.now,
        randomBytes: draw,
      })
      return createNsm({ exchange: (request) => simulated.handle(request), close() {} })
    },
    enclave(parts = {}) {
      const egress = egressSocket({ path: egressPath })
      const { credentials } = parts
      const client = createKms({
        nsm: parts.nsm ?? kit.nsm(),
        recipient: parts.recipient ?? recipient,
        egress,
        credentials:
          credentials === undefined ? hostCredentials(egress) : typeof credentials === 'function' ? credentials : async () => credentials,
        endpoint: { host: kmsHost, port: 443, trust: { ca: [tls.certificatePem] } },
        randomBytes: draw,
      })
      clients.push(client)
      return client
    },
    kms: {
      start: startKms,
      async stop() {
        await app?.close()
      },
    },
    proxy: {
      start: startProxy,
      async stop() {
        await proxy?.close()
      },
    },
    async close() {
      for (const client of clients) client.close()
      await proxy?.close()
      await app?.close()
      await services.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
  return kit
}
