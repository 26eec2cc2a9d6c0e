import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Destination, startEgressProxy } from '@nacre/host/kms/egress-proxy'
import type { LaunchedEnclave } from '@nacre/host/launcher'
import { startRelay } from '@nacre/host/relay'
import { simulatedLauncher } from '@nacre/host/simulated-launcher'
import { loadOrCreateSimulatedRoot, stateFiles } from '@nacre/host/state'
import { certificateFromPem } from '@nacre/verifier/certificate'
import { hostServices } from '@nacre/verifier/egress'
import { verifyEnclave } from '@nacre/verifier/enclave-identity'
import { afterAll, expect, test } from 'vitest'
import { exchange, fetchEvidence, projectRoot } from './system.ts'

/** Two enclaves of one image, the second of which finds the first: one TLS key and one HPKE key, two receipt keys. */
const cleanups: (() => unknown)[] = []
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

test('replicas share whom clients talk to, and not who signs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nacre-replicas-'))
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  await loadOrCreateSimulatedRoot(folder, Date.now())
  const first = await launch(folder, 'first')
  const second = await launch(folder, 'second', first.launched)
  const alone = await launch(folder, 'alone')
  const keysets = [first, second, alone].map(({ enclave }) => enclave.keyset)
  const [a, b, c] = keysets as [(typeof keysets)[0], (typeof keysets)[0], (typeof keysets)[0]]

  expect(first.measurements).toEqual(second.measurements)
  expect([b.tlsSpkiSha256, b.hpkePublicKey]).toEqual([a.tlsSpkiSha256, a.hpkePublicKey])
  // Led to nobody: keys of its own, for everyone to see.
  expect([c.tlsSpkiSha256, c.hpkePublicKey]).not.toEqual([a.tlsSpkiSha256, a.hpkePublicKey])
  for (const own of ['receiptKey', 'logName', 'logPublicKey'] as const) expect(new Set(keysets.map((keyset) => keyset[own])).size).toBe(3)

  const refused = await exchange(`${first.url}/handover/secret`, { method: 'POST', body: Buffer.from('{"id":"0x00"}') })
  expect([refused.status, JSON.parse(Buffer.from(refused.body).toString()).code]).toEqual([403, 'HANDOVER_REFUSED'])
}, 120_000)

async function launch(folder: string, name: string, peer?: LaunchedEnclave) {
  const stateDirectory = join(folder, name)
  mkdirSync(stateDirectory)
  copyFileSync(join(folder, stateFiles.rootKey), join(stateDirectory, stateFiles.rootKey))
  const root = certificateFromPem(readFileSync(join(folder, stateFiles.rootCertificate), 'utf8'))
  const destinations = new Map<string, Destination>(peer === undefined ? [] : [[hostServices.peer, peer.http as Destination]])
  const launched = await simulatedLauncher({
    projectRoot,
    stateDirectory,
    secrets: { credentials: 'host', kms: null, handoverRoot: root.der, open: (path) => startEgressProxy({ at: { path }, destinations }) },
  }).start()
  cleanups.push(() => launched.stop())
  await launched.ready()
  const relay = await startRelay({ enclave: launched, host: '127.0.0.1', tlsPort: 0, httpPort: 0 })
  cleanups.push(() => relay.close())
  const url = `https://127.0.0.1:${relay.tlsPort}`
  const { attestation, keyset, nonce } = await fetchEvidence(url)
  const measurements = launched.measurements()
  const enclave = await verifyEnclave({
    ...{ attestation, keyset, nonce, root },
    policy: { measurements: [measurements] },
    time: { mode: 'live', nowMs: Date.now(), ageMsMax: 60_000 },
  })
  return { launched, url, enclave, measurements }
}
