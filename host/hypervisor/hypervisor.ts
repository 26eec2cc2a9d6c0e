import { randomBytes } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { fromHex, utf8 } from '@nacre/verifier/bytes'
import type { SecretsCommand } from '../secrets-command.ts'
import type { ServingOptions } from '../serving-options.ts'
import { createSimulatedMachine, type SimulatedRoot } from './ca.ts'
import { emptyImage, imagesDirectory, measureIntoImage, memoryDirectory } from './image.ts'
import { type Measurement, resolveMeasuredSet } from './measure.ts'
import { createNsm, pcrOf } from './nsm.ts'
import { listenNsm } from './nsm-server.ts'
import { type EnclaveProcess, type Isolation, launchEnclave, measuredCommand, probeIsolation } from './sandbox.ts'

export type HypervisorEvent =
  | { event: 'measured'; pcr0: string; pcr1: string; pcr2: string; files: number; ms: number }
  /** Of a virtual machine: its init runs. */
  | { event: 'heartbeat'; ms: number }
  | { event: 'launched'; isolation: Isolation['kind'] | 'virtual machine'; reason: string; moduleId: string }
  | { event: 'exited'; code: number | null; signal: string | null; restartInMs: number }
  | { event: 'bad-frame'; message: string }
  | { event: 'nsm-refused'; message: string }
  | { event: 'launch-failed'; message: string; restartInMs: number }

export type HypervisorParameters = {
  projectRoot: string
  /** Where the measured copies lie that enclaves run from, unless there is memory for them. */
  imagesPath: string
  nsmPath: string
  root: SimulatedRoot
  /** `null` takes bubblewrap when it works and says so. */
  isolation: Isolation['kind'] | null
  /** Folders of further models for the image. */
  models?: readonly string[]
  /** The enclave has a way out and may ask KMS. */
  secrets?: SecretsCommand | null
  serving?: ServingOptions
  nowMs(): number
  onEvent(event: HypervisorEvent): void
  onMeasurement(measurement: Measurement): void
}

export type Hypervisor = { stop(): Promise<void> }

/** Measures, boots and supervises one enclave at a time. Each boot has a new NSM: PCR16-31 open and zero again, a new module id; the enclave draws new keys. */
export async function startHypervisor(parameters: HypervisorParameters): Promise<Hypervisor> {
  const { projectRoot, imagesPath, nsmPath, root, models = [], secrets = null, serving = {}, nowMs, onEvent, onMeasurement } = parameters
  const server = await listenNsm(nsmPath, {
    badFrame: (error) => onEvent({ event: 'bad-frame', message: error.message }),
    secondConnection: () => onEvent({ event: 'nsm-refused', message: 'a second connection to the NSM of one boot' }),
  })
  const instanceId = `i-0${hex(8)}`
  const machine = createSimulatedMachine(root, { region: simulatedRegion, instanceId })
  const socketsDirectory = dirname(nsmPath)
  let running: EnclaveProcess | null = null
  let isolation: Isolation
  try {
    isolation = chooseIsolation(parameters.isolation, () => tryBubblewrap(imagesPath, socketsDirectory))
  } catch (error) {
    await server.close()
    throw error
  }
  const images = imagesDirectory((isolation.kind === 'bubblewrap' ? memoryDirectory() : null) ?? imagesPath)
  let backoffMs = backoffMsMin
  let restart: NodeJS.Timeout | undefined
  let stopping = false

  function boot(): void {
    const startedMs = performance.now()
    const set = resolveMeasuredSet(projectRoot, process.execPath, measuredCommand(secrets, serving), models)
    const { measurement, image } = measureIntoImage(set, images.next())
    onMeasurement(measurement)
    const { pcr0, pcr1, pcr2, runtime, application } = measurement
    onEvent({
      event: 'measured',
      pcr0,
      pcr1,
      pcr2,
      files: runtime.length + application.length,
      ms: Math.round(performance.now() - startedMs),
    })

    const enclaveId = `enc0${Math.floor(nowMs()).toString(16)}${hex(2)}`
    const moduleId = `${instanceId}-${enclaveId}`
    const bootPcrs = new Map([
      [0, fromHex(pcr0)],
      [1, fromHex(pcr1)],
      [2, fromHex(pcr2)],
      [3, pcrOf(utf8(simulatedRoleArn))],
      [4, pcrOf(utf8(instanceId))],
    ])
    const pki = machine.enclave(enclaveId)
    server.attach(createNsm({ moduleId, pki, bootPcrs, nowMs, randomBytes: (length) => Uint8Array.from(randomBytes(length)) }))

    const launchedMs = performance.now()
    const enclave = launchEnclave(isolation, image, socketsDirectory, secrets, serving)
    running = enclave
    onEvent({ event: 'launched', isolation: isolation.kind, reason: isolation.reason, moduleId })
    let over = false
    const onOver = (report: (restartInMs: number) => void) => {
      if (over) return
      over = true
      running = null
      if (stopping) return
      if (performance.now() - launchedMs > stableAfterMs) backoffMs = backoffMsMin
      report(backoffMs)
      restartAfter(backoffMs)
      backoffMs = Math.min(2 * backoffMs, backoffMsMax)
    }
    enclave.child.once('error', (error) =>
      onOver((restartInMs) => onEvent({ event: 'launch-failed', message: error.message, restartInMs })),
    )
    enclave.child.once('exit', (code, signal) => onOver((restartInMs) => onEvent({ event: 'exited', code, signal, restartInMs })))
  }

  function restartAfter(ms: number): void {
    restart = setTimeout(() => {
      try {
        boot()
      } catch (error) {
        // Measuring can fail while somebody edits or reinstalls the files; they may be whole again a moment later.
        onEvent({ event: 'launch-failed', message: (error as Error).message, restartInMs: backoffMs })
        restartAfter(backoffMs)
        backoffMs = Math.min(2 * backoffMs, backoffMsMax)
      }
    }, ms)
  }

  try {
    boot()
  } catch (error) {
    await server.close()
    images.clear()
    throw error
  }

  return {
    async stop() {
      stopping = true
      clearTimeout(restart)
      if (running !== null) await stopEnclave(running)
      await server.close()
      images.clear()
    },
  }
}

const simulatedRegion = 'sim-1'
const simulatedRoleArn = 'arn:aws:iam::000000000000:role/nacre-simulated'
const backoffMsMin = 250
const backoffMsMax = 30_000
const stableAfterMs = 60_000
const graceMs = 10_000

function chooseIsolation(wanted: Isolation['kind'] | null, probe: () => Isolation): Isolation {
  if (wanted === 'process') return { kind: 'process', reason: 'asked for' }
  const probed = probe()
  if (wanted === 'bubblewrap' && probed.kind !== 'bubblewrap') throw new Error(probed.reason)
  return probed
}

function tryBubblewrap(imagesPath: string, socketsDirectory: string): Isolation {
  const images = imagesDirectory(imagesPath)
  try {
    return probeIsolation(emptyImage(realpathSync(process.execPath), images.next()), socketsDirectory)
  } finally {
    images.clear()
  }
}

async function stopEnclave(enclave: EnclaveProcess): Promise<void> {
  const gone = new Promise<void>((resolve) => enclave.child.once('exit', () => resolve()))
  if (enclave.child.exitCode !== null || enclave.child.signalCode !== null) return
  enclave.terminate()
  const timer = setTimeout(() => enclave.kill(), graceMs)
  await gone
  clearTimeout(timer)
}

function hex(bytes: number): string {
  return randomBytes(bytes).toString('hex')
}
