import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { type EnclaveAddress, type EnclaveConnection, type EnclaveSocket, enclaveSocket } from './enclave-socket.ts'
import type { HypervisorEvent } from './hypervisor/hypervisor.ts'
import type { LaunchedEnclave } from './launcher.ts'
import { stateFiles } from './state.ts'

export type HypervisorProcessParameters = {
  /** The program, and its command line. */
  main: string
  args: readonly string[]
  stateDirectory: string
  /** Where the enclaves that it boots will listen. */
  tls: EnclaveAddress
  http: EnclaveAddress
  log: EnclaveAddress
  readyTimeMsMax: number
  /** After it ended, whichever way. */
  onStopped(): Promise<void>
}

/** A hypervisor of ours as a process of its own: it boots an enclave, again whenever it ends, and tells what happens. It ends with this process, whichever way that ends. */
export function startHypervisorProcess(parameters: HypervisorProcessParameters): LaunchedEnclave {
  const { main, args, stateDirectory, tls, http, log, readyTimeMsMax, onStopped } = parameters
  mkdirSync(stateDirectory, { recursive: true, mode: 0o700 })
  const logPath = join(stateDirectory, stateFiles.hypervisorLog)
  const listeners: ((event: HypervisorEvent) => void)[] = []
  let exitsBeforeReady = 0
  let boots = 0
  let stopping = false

  const child = spawnHypervisor(main, args, logPath)
  child.on('message', (event: HypervisorEvent) => {
    if (event.event === 'launched') boots++
    if (event.event === 'exited' || event.event === 'launch-failed') exitsBeforeReady++
    for (const listener of listeners) listener(event)
  })
  const gone = new Promise<Error>((resolve) => {
    child.once('error', (error) => resolve(error))
    child.once('exit', (code, signal) => resolve(new LaunchError(`The hypervisor ended (${signal ?? `exit code ${code}`})`, logPath)))
  })
  const failed = new Promise<Error>((resolve) => void gone.then((error) => (stopping ? undefined : resolve(error))))
  const probed = enclaveSocket(http)

  return {
    tls,
    http,
    log,
    boot: () => boots,
    rootPemPath: join(stateDirectory, stateFiles.rootCertificate),
    measurements: () =>
      JSON.parse(readFileSync(join(stateDirectory, stateFiles.measurements), 'utf8')) as ReturnType<LaunchedEnclave['measurements']>,
    async ready() {
      const deadlineMs = performance.now() + readyTimeMsMax
      while (!(await isReady(probed))) {
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
      await onStopped()
    },
  }
}

/** Longer than the hypervisor's own patience with the enclave. */
const graceMs = 13_000
const pollMs = 100
const exitsBeforeReadyMax = 3

function spawnHypervisor(main: string, args: readonly string[], logPath: string): ChildProcess {
  // A new file each time: a start beside this one keeps writing to its own.
  rmSync(logPath, { force: true })
  const log = openSync(logPath, 'a', 0o600)
  // A group of its own: Ctrl-C in the terminal is for the one who started all this, who then stops everything in order.
  const child = spawn(process.execPath, ['--conditions=source', '--import', import.meta.resolve('tsx'), main, ...args], {
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
  })
  closeSync(log)
  return child
}

async function isReady(enclave: EnclaveSocket): Promise<boolean> {
  let socket: EnclaveConnection
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
