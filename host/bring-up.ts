import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Hex, sha256, toHex } from '@nacre/verifier/bytes'
import { certificateFromPem } from '@nacre/verifier/certificate'
import { consoleRoutes, hostClaims } from './console/routes.ts'
import { enclaveSocket } from './enclave-socket.ts'
import { freePort } from './free-port.ts'
import { rootCertificatePem } from './hypervisor/ca.ts'
import type { HypervisorEvent } from './hypervisor/hypervisor.ts'
import type { LaunchedEnclave } from './launcher.ts'
import { type LocalChain, startLocalChain } from './local-chain.ts'
import { type FollowerEvent, followLog, type LogFollower } from './log/follower.ts'
import type { KeptTensors } from './log/kept-tensors.ts'
import { logFolder, startLogServer } from './log/server.ts'
import type { WitnessAddress } from './log/witness-client.ts'
import { deployOnChain, type OnChain } from './on-chain.ts'
import { type Relay, startRelay } from './relay.ts'
import { relayLogTo } from './relay-log.ts'
import type { Report } from './report.ts'
import type { ServingOptions } from './serving-options.ts'
import { simulatedLauncher } from './simulated-launcher.ts'
import type { StartSealing } from './start-sealed.ts'
import { loadOrCreateSimulatedRoot, stateFiles } from './state.ts'
import { launchImage, type VirtualMachineChoice } from './vm-start.ts'

/** Everything listens here: whoever wants it on a network puts it there knowingly. */
const host = '127.0.0.1'

export type BringUpParameters = {
  projectRoot: string
  stateDirectory: string
  isolation: 'bubblewrap' | 'process' | undefined
  /** Boots the image in a virtual machine instead. */
  virtualMachine?: VirtualMachineChoice | undefined
  /** The name of a model whose weights the host does not get to see. */
  sealedModel?: string | undefined
  ports: { tls: number; http: number; chain: number; log: number }
  /** Pages of other origins that may ask. */
  allowOrigins: readonly string[]
  witnesses: readonly WitnessAddress[]
  serving: ServingOptions
  tensors: KeptTensors | undefined
  modelId: Hex
  nowMs(): number
  report: Report
  /** Takes what will have to be stopped, as soon as it runs. */
  onCleanup(cleanup: () => Promise<void>): void
}

export type Running = {
  launched: LaunchedEnclave
  relay: Relay
  chain: LocalChain
  /** The enclave's receipt log on disk, and where it is served. */
  receiptLog: LogFollower
  logsUrl: string
  onChain: OnChain
  tlsUrl: string
  httpUrl: string
  /** Settles when one of them ends by itself. */
  failed: Promise<Error>
}

/** Hypervisor, enclave, relay, chain, contracts. The enclave boots while the chain starts and the contracts are deployed; the steps are reported in their own order. */
export async function bringUp(parameters: BringUpParameters): Promise<Running> {
  const { projectRoot, stateDirectory, isolation, virtualMachine, sealedModel, ports, modelId, report, onCleanup } = parameters
  const { witnesses, serving, tensors } = parameters
  const beganMs = performance.now()
  const timed = async <T>(work: Promise<T>) => ({ value: await work, ms: performance.now() - beganMs })

  // Loaded when it is asked for: the AWS SDK takes its time.
  const sealed = sealedModel === undefined ? undefined : await import('./start-sealed.ts')
  const sealing =
    sealedModel === undefined
      ? undefined
      : await sealed?.sealForStart({ ...parameters, ...(await simulatedRoot()), modelName: sealedModel })
  async function simulatedRoot() {
    return { root: certificateFromPem(rootCertificatePem(await loadOrCreateSimulatedRoot(stateDirectory, parameters.nowMs()))) }
  }
  const launched =
    virtualMachine === undefined
      ? await simulatedLauncher({ projectRoot, stateDirectory, isolation, serving, ...(sealing && simulatedSealing(sealing)) }).start()
      : await launchImage({ projectRoot, stateDirectory, report, sealing, serving, ...virtualMachine })
  onCleanup(() => launched.stop())
  const boot = bootEvents(launched)
  const ready = ahead(timed(launched.ready()))
  const logPath = join(stateDirectory, stateFiles.chainLog)
  const chainStarted = ahead(timed(onFreePorts([ports.chain], ([port]) => startLocalChain({ port, logPath }))))
  // The hypervisor writes its root before it measures: all that the contracts need of it, long before the enclave is up.
  const rooted = boot.measured.then(() => sha256(certificateFromPem(readFileSync(launched.rootPemPath, 'utf8')).der))
  const deployed = ahead(timed(Promise.all([chainStarted, rooted]).then(deployment)))
  function deployment([{ value }, rootHash]: [{ value: LocalChain }, Uint8Array]): Promise<OnChain> {
    return deployOnChain({ url: value.url, chainId: value.chainId, modelId, rootHash: toHex(rootHash) })
  }
  ahead(chainStarted.then(({ value }) => onCleanup(() => value.stop())))

  await report.step('hypervisor', async () => {
    // Also when the hypervisor fails before it has measured anything.
    const { pcr0, files, ms } = await Promise.race([boot.measured, ready.then(() => boot.measured)])
    const measured = virtualMachine === undefined ? `${files} files` : 'the image'
    return { line: `simulated, its own process; measured ${measured}\nPCR0 ${pcr0}`, value: undefined, ms }
  })
  await report.step('enclave', async () => {
    const { ms } = await ready
    const { isolation: kind, reason } = await boot.launched
    return {
      line: `${kind === 'process' ? 'as a plain process' : `in a ${kind}`.replace('a bubblewrap', 'bubblewrap')}: ${reason}`,
      value: undefined,
      ms,
    }
  })
  let follower: LogFollower | undefined
  const relay = await report.step('relay', async () => {
    const stores = () => follower?.stores() ?? []
    const modelsFolder = join(projectRoot, 'enclave/models')
    const hostRoutes = consoleRoutes({ claims: hostClaims(launched, true), modelsFolder, dishonest: true, stores })
    const onRequest = relayLogTo(join(stateDirectory, stateFiles.relayLog))
    const relay = await onFreePorts([ports.tls, ports.http], ([tlsPort, httpPort]) =>
      startRelay({ enclave: launched, host, tlsPort, httpPort, onRequest, hostRoutes, allowOrigins: parameters.allowOrigins }),
    )
    onCleanup(() => relay.close())
    const urls = `https://${host}:${relay.tlsPort} (TLS ends in the enclave), http://${host}:${relay.httpPort}`
    return { line: urls + takenNote([ports.tls, relay.tlsPort], [ports.http, relay.httpPort]), value: relay }
  })
  if (sealing !== undefined) await sealed?.openSealed({ sealing, launched, httpUrl: `http://${host}:${relay.httpPort}`, report })
  const { receiptLog, logServer } = await report.step('log', async () => {
    const socket = enclaveSocket(launched.log, launched.boot)
    const directory = join(stateDirectory, stateFiles.receiptLogs)
    let lastFailure = 'no reason given'
    const onEvent = (event: FollowerEvent) => {
      if (event.event === 'failed') lastFailure = event.message
    }
    const receiptLog = await followLog({ directory, connect: () => socket.connect(), witnesses, nowMs: parameters.nowMs, onEvent })
    follower = receiptLog
    onCleanup(() => receiptLog.stop())
    const store = await Promise.race([receiptLog.covers(1), launched.failed.then((error) => Promise.reject(error)), tooLong()])
    async function tooLong(): Promise<never> {
      await new Promise((resolve) => setTimeout(resolve, logOpenMsMax).unref())
      throw new Error(`The receipt log does not open: ${lastFailure}`)
    }
    const logServer = await onFreePorts([ports.log], ([port]) => startLogServer({ host, port, stores: receiptLog.stores, tensors }))
    onCleanup(() => logServer.close())
    const line = `receipts go to http://${host}:${logServer.port}/${logFolder(store.logName)}${takenNote([ports.log, logServer.port])}`
    return { line, value: { receiptLog, logServer } }
  })
  const chain = await report.step('chain', async () => {
    const { value, ms } = await chainStarted
    return { line: `anvil with Osaka rules, ${value.url}, chain id ${value.chainId}${takenNote([ports.chain, value.port])}`, value, ms }
  })
  const onChain = await report.step('contracts', async () => {
    const { value, ms } = await deployed
    const { verifier, registry, gate } = value.deploymentGas
    const lines = [
      `EnclaveRegistry          ${value.registry}, ${registry} gas`,
      `GarmentGate              ${value.gate}, ${gate} gas`,
      `NitroAttestationVerifier ${value.verifier}, ${verifier} gas in five transactions`,
      `its root is ${value.isAwsRoot ? "AWS's" : 'SIMULATED, and isAwsRoot() tells everyone'}: ${value.rootHash}`,
    ]
    return { line: lines.join('\n'), value, ms }
  })
  const failed = Promise.race([launched.failed, chain.failed])
  return {
    launched,
    relay,
    chain,
    onChain,
    receiptLog,
    logsUrl: `http://${host}:${logServer.port}`,
    tlsUrl: `https://${host}:${relay.tlsPort}`,
    httpUrl: `http://${host}:${relay.httpPort}`,
    failed,
  }
}

function simulatedSealing({ secrets, modelFolder, openEgress }: StartSealing) {
  return { models: [modelFolder], secrets: { ...secrets, handoverRoot: undefined, open: (path: string) => openEgress({ path }) } }
}

const logOpenMsMax = 30_000

/** Starts something on the wanted ports where they are free, and elsewhere if not; once more if somebody was faster between looking and listening. */
async function onFreePorts<P extends [number, ...number[]], T>(wanted: P, startOn: (ports: P) => Promise<T>): Promise<T> {
  const free = async () => (await Promise.all(wanted.map(freePort))) as P
  return startOn(await free()).catch(async () => startOn(await free()))
}

function takenNote(...ports: [wanted: number, got: number][]): string {
  const taken = ports.filter(([wanted, got]) => wanted !== 0 && wanted !== got)
  return taken.map(([wanted, got]) => `\nport ${wanted} is taken, so ${got} it is`).join('')
}

function bootEvents(launched: LaunchedEnclave) {
  type Of<K extends HypervisorEvent['event']> = Extract<HypervisorEvent, { event: K }>
  const first = <K extends HypervisorEvent['event']>(kind: K) =>
    new Promise<Of<K>>((resolve) => launched.onEvent((event) => (event.event === kind ? resolve(event as Of<K>) : undefined)))
  return { measured: first('measured'), launched: first('launched') }
}

/** Failures of work that runs ahead are seen where it is awaited, and are no unhandled rejections before. */
function ahead<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined)
  return work
}
