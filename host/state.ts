import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSimulatedRoot, decodeSimulatedRoot, encodeSimulatedRoot, rootCertificatePem, type SimulatedRoot } from './hypervisor/ca.ts'

/** Files that outlive a start. Everything else lives in a temporary directory of its own run. */
export const stateFiles = {
  rootCertificate: 'simulated-root.pem',
  rootKey: 'simulated-root.key.pem',
  measurements: 'measurements.json',
  images: 'images',
  image: 'enclave.eif',
  hypervisorLog: 'hypervisor.log',
  chainLog: 'chain.log',
  relayLog: 'relay.log',
  chainRelayLog: 'chain-relay.log',
  startRelay: 'start-relay',
  receiptLogs: 'logs',
  exampleRequest: 'request.json',
} as const

/** Readers see the old file or the new one, never half of one. */
export function writeFileAtomically(path: string, content: string | Uint8Array, mode = 0o644): void {
  const temporary = temporaryBeside(path)
  writeFileSync(temporary, content, { mode })
  renameSync(temporary, path)
}

/** The root of earlier starts, so that `simulated-root.pem` given to somebody stays good, or a new one. */
export async function loadOrCreateSimulatedRoot(stateDirectory: string, nowMs: number): Promise<SimulatedRoot> {
  mkdirSync(stateDirectory, { recursive: true, mode: 0o700 })
  const keyPath = join(stateDirectory, stateFiles.rootKey)
  const certificatePath = join(stateDirectory, stateFiles.rootCertificate)
  if (!existsSync(keyPath)) await createRootFile(keyPath, nowMs)
  // One file holds both, so that two starts at once cannot leave the key of one beside the certificate of the other.
  const root = await decodeSimulatedRoot(readFileSync(keyPath, 'utf8'))
  if (nowMs > root.certificate.notAfter.getTime() - renewBeforeMs || nowMs < root.certificate.notBefore.getTime() - clockStepMs) {
    rmSync(keyPath, { force: true })
    return loadOrCreateSimulatedRoot(stateDirectory, nowMs)
  }
  writeFileAtomically(certificatePath, rootCertificatePem(root))
  return root
}

const renewBeforeMs = 60 * 24 * 3_600_000
const clockStepMs = 1_000

async function createRootFile(path: string, nowMs: number): Promise<void> {
  const encoded = await encodeSimulatedRoot(await createSimulatedRoot(nowMs))
  const temporary = temporaryBeside(path)
  writeFileSync(temporary, encoded, { mode: 0o600 })
  try {
    // A link, unlike a rename, fails when another start was faster; then its root is the root.
    linkSync(temporary, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(temporary, { force: true })
  }
}

function temporaryBeside(path: string): string {
  return `${path}.${process.pid}.${Math.random().toString(36).slice(2)}.tmp`
}
