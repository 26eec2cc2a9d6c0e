import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromHex, type Hex, utf8 } from '@nacre/verifier/bytes'
import { decodeEif, measureEif } from '@nacre/verifier/eif'
import { createSimulatedMachine, type SimulatedRoot } from '../hypervisor/ca.ts'
import type { HypervisorEvent } from '../hypervisor/hypervisor.ts'
import { createNsm, pcrOf } from '../hypervisor/nsm.ts'
import { type Machine, startMachine } from './machine.ts'

export type VmHypervisorParameters = {
  imagePath: string
  programs: string
  /** Of this run: boots keep their files there. */
  directory: string
  vsockPath: string
  memoryMiB: number
  root: SimulatedRoot
  nowMs(): number
  onEvent(event: HypervisorEvent): void
  onConsole(line: string): void
  onMeasurement(measurement: { pcr0: Hex; pcr1: Hex; pcr2: Hex }): void
}

/** Measures an image the way AWS does, boots it in a virtual machine, and boots it again when it ends: with a new security module, in which PCR16-31 are open and zero. */
export async function startVmHypervisor(parameters: VmHypervisorParameters): Promise<{ stop(): Promise<void> }> {
  const { imagePath, programs, directory, vsockPath, memoryMiB, root, nowMs, onEvent, onConsole, onMeasurement } = parameters
  const instanceId = `i-0${randomBytes(8).toString('hex')}`
  const authorities = createSimulatedMachine(root, { region: simulatedRegion, instanceId })
  let backoffMs = backoffMsMin
  let restart: NodeJS.Timeout | undefined
  let machine: Machine | null = null
  let stopping = false

  async function boot(): Promise<void> {
    const startedMs = performance.now()
    // What is measured is what boots: the file is read once.
    const image = decodeEif(Uint8Array.from(readFileSync(imagePath)))
    const { pcr0, pcr1, pcr2, pcr8 } = await measureEif(image)
    onMeasurement({ pcr0, pcr1, pcr2 })
    onEvent({ event: 'measured', pcr0, pcr1, pcr2, files: 1, ms: Math.round(performance.now() - startedMs) })
    const enclaveId = `enc0${Math.floor(nowMs()).toString(16)}${randomBytes(2).toString('hex')}`
    const moduleId = `${instanceId}-${enclaveId}`
    const bootPcrs = new Map([
      [0, fromHex(pcr0)],
      [1, fromHex(pcr1)],
      [2, fromHex(pcr2)],
      [3, pcrOf(utf8(simulatedRoleArn))],
      [4, pcrOf(utf8(instanceId))],
      ...(pcr8 === undefined ? [] : [[8, fromHex(pcr8)] as const]),
    ])
    const random = (length: number) => Uint8Array.from(randomBytes(length))
    const nsm = createNsm({ moduleId, pki: authorities.enclave(enclaveId), bootPcrs, nowMs, randomBytes: random })
    const launchedMs = performance.now()
    const started = await startMachine({
      programs,
      image,
      directory: join(directory, 'boot'),
      vsockPath,
      memoryMiB,
      nsm: (request) => nsm.handle(request),
      on: {
        console: onConsole,
        heartbeat: () => onEvent({ event: 'heartbeat', ms: Math.round(performance.now() - launchedMs) }),
        nsmFailed: (error) => onEvent({ event: 'bad-frame', message: error.message }),
      },
    })
    machine = started
    onEvent({
      event: 'launched',
      isolation: 'virtual machine',
      reason: `QEMU without acceleration, ${memoryMiB} MiB, vsock, ${imagePath}`,
      moduleId,
    })
    if (stopping) return void (await started.kill())
    started.ended.then(async (signal) => {
      await started.kill()
      machine = null
      if (stopping) return
      if (performance.now() - launchedMs > stableAfterMs) backoffMs = backoffMsMin
      onEvent({ event: 'exited', code: null, signal, restartInMs: backoffMs })
      bootAfter(backoffMs)
      backoffMs = Math.min(2 * backoffMs, backoffMsMax)
    })
  }

  function bootAfter(ms: number): void {
    restart = setTimeout(() => {
      boot().catch((error: Error) => {
        onEvent({ event: 'launch-failed', message: error.message, restartInMs: backoffMs })
        if (!stopping) bootAfter(backoffMs)
        backoffMs = Math.min(2 * backoffMs, backoffMsMax)
      })
    }, ms)
  }

  await boot()
  return {
    async stop() {
      stopping = true
      clearTimeout(restart)
      await machine?.kill()
    },
  }
}

const simulatedRegion = 'sim-1'
const simulatedRoleArn = 'arn:aws:iam::000000000000:role/nacre-simulated'
const backoffMsMin = 250
const backoffMsMax = 30_000
const stableAfterMs = 120_000
