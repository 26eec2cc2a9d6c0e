import { execFile, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { isHex } from '@nacre/verifier/bytes'
import { decodeEif, measureEif } from '@nacre/verifier/eif'
import { enclaveSocket } from './enclave-socket.ts'
import type { HypervisorEvent } from './hypervisor/hypervisor.ts'
import { enclavePorts, hostPorts } from './image/build.ts'
import type { EgressAddress } from './kms/egress-proxy.ts'
import type { LaunchedEnclave, Launcher } from './launcher.ts'
import { stateFiles } from './state.ts'

export type NitroLauncherParameters = {
  imagePath: string
  stateDirectory: string
  memoryMiB: number
  cpus: number
  /** Fixed, so that whoever restarts the host finds the enclave again. */
  cid: number
  /** Shows the console, and zeroes PCR0-2: verifiers refuse such an enclave. */
  debug?: boolean
  /** Certificate of AWS's root, for those who want it as a file. */
  rootPemPath: string
  /** For an image with a way out: begins to serve it, before anything boots. */
  openEgress?: ((at: EgressAddress) => Promise<{ close(): Promise<void> }>) | undefined
  program?: string
  pollMs?: number
  readyTimeMsMax?: number
}

/**
 * Runs an image on AWS Nitro with nitro-cli, on an instance that has enclaves enabled, and again when it ends. nitro-cli answers the heartbeat itself. Not tried on AWS hardware: what is tested is what
 * nitro-cli is asked, and what is made of its answers (its README: run-enclave, describe-enclaves, terminate-enclave, console).
 */
export function nitroLauncher(parameters: NitroLauncherParameters): Launcher {
  const { imagePath, stateDirectory, memoryMiB, cpus, cid, debug = false, rootPemPath, openEgress } = parameters
  const { program = 'nitro-cli', pollMs = 1_000, readyTimeMsMax = 120_000 } = parameters

  return {
    async start() {
      mkdirSync(stateDirectory, { recursive: true, mode: 0o700 })
      const measurements = await measured(imagePath)
      const listeners: ((event: HypervisorEvent) => void)[] = []
      const tell = (event: HypervisorEvent) => {
        for (const listener of listeners) listener(event)
      }
      const tls = { cid, vsockPort: enclavePorts.tls }
      const http = { cid, vsockPort: enclavePorts.http }
      let enclaveId = ''
      let boots = 0
      let stopping = false
      let fail: (error: Error) => void = () => {}
      const failed = new Promise<Error>((resolve) => {
        fail = resolve
      })

      async function boot(): Promise<void> {
        const flags = ['--eif-path', imagePath, '--memory', String(memoryMiB), '--cpu-count', String(cpus), '--enclave-cid', String(cid)]
        const answer = JSON.parse(await nitroCli(program, ['run-enclave', ...flags, ...(debug ? ['--debug-mode'] : [])])) as NitroEnclave
        if (typeof answer.EnclaveID !== 'string' || answer.EnclaveCID !== cid)
          throw new NitroError(`nitro-cli started another enclave than was asked for: ${JSON.stringify(answer).slice(0, 300)}`)
        enclaveId = answer.EnclaveID
        boots++
        if (debug) followConsole(program, enclaveId, join(stateDirectory, stateFiles.hypervisorLog))
        tell({ event: 'launched', isolation: 'virtual machine', reason: `AWS Nitro, CID ${cid}, ${memoryMiB} MiB`, moduleId: enclaveId })
      }

      async function isRunning(): Promise<boolean> {
        const all = JSON.parse(await nitroCli(program, ['describe-enclaves'])) as NitroEnclave[]
        return all.some(({ EnclaveID, State }) => EnclaveID === enclaveId && State === 'RUNNING')
      }

      async function supervise(): Promise<void> {
        let backoffMs = pollMs
        while (!stopping) {
          await new Promise((resolve) => setTimeout(resolve, pollMs))
          try {
            if (stopping || (await isRunning())) {
              backoffMs = pollMs
              continue
            }
            tell({ event: 'exited', code: null, signal: null, restartInMs: backoffMs })
            await new Promise((resolve) => setTimeout(resolve, backoffMs))
            if (!stopping) await boot()
          } catch (error) {
            tell({ event: 'launch-failed', message: (error as Error).message, restartInMs: backoffMs })
          }
          backoffMs = Math.min(2 * backoffMs, backoffMsMax)
        }
      }

      const egress = await openEgress?.({ cid, vsockPort: hostPorts.egress })
      try {
        await boot()
      } catch (error) {
        await egress?.close()
        throw error
      }
      supervise().catch(fail)
      const launched: LaunchedEnclave = {
        tls,
        http,
        log: { cid, vsockPort: enclavePorts.log },
        boot: () => boots,
        rootPemPath,
        measurements: () => measurements,
        async ready() {
          const deadlineMs = performance.now() + readyTimeMsMax
          while (!(await isReady(http))) {
            if (performance.now() > deadlineMs)
              throw new NitroError(`The enclave was not ready after ${readyTimeMsMax / 1000} s; debug mode shows its console`)
            await new Promise((resolve) => setTimeout(resolve, pollMs))
          }
        },
        onEvent: (listener) => void listeners.push(listener),
        failed,
        async stop() {
          stopping = true
          await nitroCli(program, ['terminate-enclave', '--enclave-id', enclaveId])
          await egress?.close()
        },
      }
      return launched
    },
  }
}

export class NitroError extends Error {
  override readonly name = 'NitroError'
}

type NitroEnclave = { EnclaveID?: string; EnclaveCID?: number; State?: string }

const backoffMsMax = 30_000
const answerBytesMax = 1 << 20
const commandTimeMsMax = 120_000

/** What its documents must say: from the image, not from what nitro-cli reports of it. */
async function measured(imagePath: string): Promise<ReturnType<LaunchedEnclave['measurements']>> {
  const { pcr0, pcr1, pcr2 } = await measureEif(decodeEif(Uint8Array.from(readFileSync(imagePath))))
  for (const register of [pcr0, pcr1, pcr2]) if (!isHex(register, 48)) throw new NitroError('The image cannot be measured')
  return { pcr0, pcr1, pcr2 }
}

function nitroCli(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { maxBuffer: answerBytesMax, timeout: commandTimeMsMax, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout)
      if ((error as NodeJS.ErrnoException).code === 'ENOENT')
        return reject(new NitroError(`${program} is not installed: docker/README.md says how to prepare an instance`))
      reject(new NitroError(`${program} ${args[0]} failed: ${stderr.trim().slice(-500)}`))
    })
  })
}

/** Only in debug mode: another enclave has no console. */
function followConsole(program: string, enclaveId: string, logPath: string): void {
  const log = openSync(logPath, 'a', 0o600)
  const child = spawn(program, ['console', '--enclave-id', enclaveId], { stdio: ['ignore', log, log] })
  child.on('error', () => {})
  child.unref()
  closeSync(log)
}

function isReady(at: { cid: number; vsockPort: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = enclaveSocket(at).connect()
    const probe = request({ createConnection: () => socket, path: '/v2/health/ready', timeout: 2_000 }, (answer) => {
      answer.resume()
      resolve(answer.statusCode === 200)
      socket.destroy()
    })
    probe.once('timeout', () => probe.destroy())
    probe.once('error', () => resolve(false))
    probe.end()
  })
}
