import type { EnclaveAddress } from './enclave-socket.ts'
import type { HypervisorEvent } from './hypervisor/hypervisor.ts'

/** Brings up an enclave somewhere and keeps it up. There are three: `simulated-launcher.ts`, `vm-launcher.ts` and `nitro-launcher.ts`. */
export type Launcher = {
  /** Resolves when the hypervisor runs; the enclave may still be booting. */
  start(): Promise<LaunchedEnclave>
}

export type LaunchedEnclave = {
  /** Where the enclave's listeners are, seen from the host. */
  tls: EnclaveAddress
  http: EnclaveAddress
  /** Where the host fetches the receipt log. Not for others: whoever reaches it can make the enclave forget entries. */
  log: EnclaveAddress
  /** Number of the current boot. Each boot makes new sockets; within one they stay what they are. */
  boot(): number
  /** PEM of the root under which its documents verify, and what it should measure. */
  rootPemPath: string
  measurements(): { pcr0: `0x${string}`; pcr1: `0x${string}`; pcr2: `0x${string}` }
  /** Resolves once the enclave answers as ready; rejects when it cannot, with its last words. */
  ready(): Promise<void>
  onEvent(listener: (event: HypervisorEvent) => void): void
  /** Settles when the hypervisor ends without having been asked to. */
  failed: Promise<Error>
  stop(): Promise<void>
}
