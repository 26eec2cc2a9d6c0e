import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type EnclaveSocket, enclaveSocket } from './enclave-socket.ts'
import type { HypervisorEvent } from './hypervisor/hypervisor.ts'
import { egressSocketName, type SecretsCommand } from './hypervisor/sandbox.ts'
import type { LaunchedEnclave, Launcher } from './launcher.ts'
import { stateFiles } from './state.ts'

export type SimulatedLauncherParameters = {
  projectRoot: string
  stateDirectory: string
  isolation?: 'bubblewrap' | 'process' | undefined
  readyTimeMsMax?: number
  /** Folders of further models for the image. */
  models?: readonly string[]
  secrets?: SimulatedSecrets | undefined
}

/** The enclave's way out. `open` begins to serve it at this path, before there is an enclave. */
export type SimulatedSecrets = SecretsCommand & { open(path: string): Promise<{ close(): Promise<void> }> }

export function simulatedLauncher({
  projectRoot,
  stateDirectory,
  isolation,
  readyTimeMsMax = 90_000,
  models = [],
  secrets,
}: SimulatedLauncherParameters): Launcher {
  return {
    async start() {
      mkdirSync(stateDirectory, { recursive: true, mode: 0o700 })
      // Not under the state directory: a unix socket's path may be 107 bytes long, and checkouts lie deep.
      const socketsDirectory = mkdtempSync(join(tmpdir(), 'nacre-'))
      const httpPath = join(socketsDirectory, 'http.sock')
      const http = enclaveSocket({ path: httpPath })
      const logPath = join(stateDirectory, stateFiles.hypervisorLog)
      const listeners: ((event: HypervisorEvent) => void)[] = []
      let exitsBeforeReady = 0
      let boots = 0
      let stopping = false

      const egress = await secrets?.open(join(socketsDirectory, egressSocketName))
      const child = spawnHypervisor({ projectRoot, stateDirectory, socketsDirectory, logPath, isolation, models, secrets })
      child.on('message', (event: HypervisorEvent) => {
        if (event.event === 'launched') boots++
        if (event.event === 'exited' || event.event === 'launch-failed') exitsBeforeReady++
        for (const listener of listeners) listener(event)
      })
      const gone = new Promise<Error>((resolve) => {
        child.once('error', (error) => resolve(error))
        child.once('exit', (code, signal) =>
          resolve(new LaunchError(`The simulated hypervisor ended (${signal ?? `exit code ${code}`})`, logPath)),
        )
      })
      const failed = new Promise<Error>((resolve) => void gone.then((error) => (stopping ? undefined : resolve(error))))

      const launched: LaunchedEnclave = {
        tls: { path: join(socketsDirectory, 'tls.sock') },
        http: { path: httpPath },
        log: { path: join(socketsDirectory, 'log.sock') },
        boot: () => boots,
        rootPemPath: join(stateDirectory, stateFiles.rootCertificate),
        measurements: () =>
          JSON.parse(readFileSync(join(stateDirectory, stateFiles.measurements), 'utf8')) as ReturnType<LaunchedEnclave['measurements']>,
        async ready() {
          const deadlineMs = performance.now() + readyTimeMsMax
          while (!(await isReady(http))) {
            if (child.exitCode !== null || child.signalCode !== null) throw await gone
            if (exitsBeforeReady >= exitsBeforeReadyMax) throw new LaunchError('The enclave keeps ending before it is ready', logPath)
            if (performance.now() > deadlineMs) throw new LaunchError(`The enclave was not ready after ${readyTimeMsMax / 1000} s`, logPath)
            await new Promise((resolve) => setTimeout(resolve, pollMs))
          }
          exitsBeforeReady = 0
        },
        onEvent: (listener) => void listeners.push(listener),
        failed,
        async stop() {
          stopping = true
          if (child.exitCode === null && child.signalCode === null) {
            child.kill('SIGTERM')
            const timer = setTimeout(() => child.kill('SIGKILL'), graceMs)
            await gone
            clearTimeout(timer)
          }
          await egress?.close()
          rmSync(socketsDirectory, { recursive: true, force: true })
        },
      }
      return launched
    },
  }
}

/** Longer than the hypervisor's own patience with the enclave. */
const graceMs = 13_000
const pollMs = 50
const exitsBeforeReadyMax = 3

type Spawned = {
  projectRoot: string
  stateDirectory: string
  socketsDirectory: string
  logPath: string
  isolation: string | undefined
} & Pick<SimulatedLauncherParameters, 'models' | 'secrets'>

function spawnHypervisor({
  projectRoot,
  stateDirectory,
  socketsDirectory,
  logPath,
  isolation,
  models = [],
  secrets,
}: Spawned): ChildProcess {
  // A new file each time: a start beside this one keeps writing to its own.
  rmSync(logPath, { force: true })
  const log = openSync(logPath, 'a', 0o600)
  const main = fileURLToPath(new URL('hypervisor/main.ts', import.meta.url))
  const args = ['--nsm', join(socketsDirectory, 'nsm.sock'), '--state', stateDirectory, '--project', projectRoot]
  if (isolation !== undefined) args.push('--isolation', isolation)
  for (const model of models) args.push('--model', model)
  if (secrets !== undefined) {
    args.push('--secrets', secrets.credentials)
    const { kms, handoverRoot } = secrets
    if (handoverRoot !== undefined) args.push('--handover', Buffer.from(handoverRoot).toString('base64'))
    if (kms !== null) args.push('--kms', `${kms.host}:${kms.port}`, '--kms-ca', Buffer.from(kms.certificateDer).toString('base64'))
  }
  // A group of its own: Ctrl-C in the terminal is for the one who started all this, who then stops everything in order.
  const child = spawn(process.execPath, ['--conditions=source', '--import', import.meta.resolve('tsx'), main, ...args], {
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
  })
  closeSync(log)
  return child
}

async function isReady(enclave: EnclaveSocket): Promise<boolean> {
  let socket: Socket
  try {
    socket = enclave.connect()
  } catch {
    return false
  }
  return new Promise((resolve) => {
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

/** The message carries the end of the log: what went wrong is usually in its last lines. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError'

  constructor(message: string, logPath: string) {
    super(`${message}. The end of ${logPath}:\n${lastLines(logPath, 12)}`)
  }
}

function lastLines(path: string, count: number): string {
  try {
    return readFileSync(path, 'utf8').trim().split('\n').slice(-count).map(readable).join('\n')
  } catch {
    return '(no log)'
  }
}

/** Log lines are JSON objects by pino; anything else, such as Node's own words, is shown as it is. */
function readable(line: string): string {
  try {
    const { name, msg, err } = JSON.parse(line) as { name?: string; msg?: string; err?: { message?: string } }
    return `  ${name ?? ''}: ${msg ?? ''}${err?.message === undefined ? '' : `: ${err.message}`}`
  } catch {
    return `  ${line}`
  }
}
