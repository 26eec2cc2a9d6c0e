import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { type SecretsCommand, secretsArguments } from '../secrets-command.ts'
import { type ServingOptions, servingArguments } from '../serving-options.ts'
import type { EnclaveImage } from './image.ts'

/** How the enclave is kept apart from the machine. Neither is a Nitro enclave: see what simulation proves in SECURITY.md. */
export type Isolation = { kind: 'bubblewrap' | 'process'; reason: string }

export type EnclaveProcess = {
  child: ChildProcess
  /** Asks the enclave itself, not the sandbox around it. */
  terminate(): void
  kill(): void
}

/** The enclave's own view of the world; the command line in it is what gets measured, wherever the checkout and the sockets really are. */
export const world = { project: '/nacre', node: '/nacre/runtime/node', sockets: '/run/nacre' } as const

/** Beside the NSM's socket: the host's proxy listens there before an enclave is launched that needs it. */
export const egressSocketName = 'egress.sock'

const worldEnvironment: Readonly<Record<string, string>> = {
  HOME: '/tmp',
  NODE_ENV: 'production',
  PATH: '/nacre/runtime',
  // Transformed sources cached on disk would be code that nobody measured.
  TSX_DISABLE_CACHE: '1',
}

function enclaveCommand(node: string, sockets: string, secrets: SecretsCommand | null = null, serving: ServingOptions = {}): string[] {
  const enclave = [
    'enclave/main.ts',
    '--nsm',
    `unix:${sockets}/nsm.sock`,
    '--tls',
    `unix:${sockets}/tls.sock`,
    '--http',
    `unix:${sockets}/http.sock`,
    '--log',
    `unix:${sockets}/log.sock`,
    '--models',
    'enclave/models',
  ]
  if (secrets !== null) enclave.push(...secretsArguments(secrets, `unix:${sockets}/${egressSocketName}`))
  enclave.push(...servingArguments(serving))
  return [node, '--conditions=source', '--import', 'tsx', ...enclave]
}

/** What PCR1 covers besides the Node binary. */
export function measuredCommand(secrets: SecretsCommand | null = null, serving: ServingOptions = {}): string[] {
  const environment = Object.entries(worldEnvironment).map(([name, value]) => `${name}=${value}`)
  return [...environment, ...enclaveCommand(world.node, world.sockets, secrets, serving)]
}

/** Tries the very sandbox that the enclave would get. In containers without user namespaces it does not work, and the reason is worth telling. */
export function probeIsolation(image: EnclaveImage, socketsDirectory: string): Isolation {
  if (process.platform !== 'linux') return { kind: 'process', reason: `bubblewrap needs Linux, this is ${process.platform}` }
  const probe = spawnSync('bwrap', [...sandboxArguments(image, socketsDirectory), world.node, '--version'], {
    encoding: 'utf8',
    timeout: probeTimeMsMax,
  })
  if (probe.error !== undefined) {
    const missing = (probe.error as NodeJS.ErrnoException).code === 'ENOENT'
    return { kind: 'process', reason: missing ? 'bubblewrap (bwrap) is not installed' : `bubblewrap did not start: ${probe.error.message}` }
  }
  if (probe.status !== 0) return { kind: 'process', reason: `bubblewrap does not work here: ${firstLine(probe.stderr)}` }
  return { kind: 'bubblewrap', reason: 'no network, no other processes, only the measured files and the system libraries' }
}

/** Starts the enclave in the given isolation. Its logs go where this process's go. */
export function launchEnclave(
  isolation: Isolation,
  image: EnclaveImage,
  socketsDirectory: string,
  secrets: SecretsCommand | null = null,
  serving: ServingOptions = {},
): EnclaveProcess {
  const command = (node: string, sockets: string) => enclaveCommand(node, sockets, secrets, serving)
  return isolation.kind === 'bubblewrap'
    ? launchInBubblewrap(image, socketsDirectory, command)
    : launchAsProcess(image, socketsDirectory, command)
}

type Command = (node: string, sockets: string) => string[]

const probeTimeMsMax = 10_000
const infoFd = 3
const guard = fileURLToPath(new URL('../guard.mjs', import.meta.url))

function launchInBubblewrap(image: EnclaveImage, socketsDirectory: string, command: Command): EnclaveProcess {
  const args = ['--info-fd', String(infoFd), ...sandboxArguments(image, socketsDirectory), ...command(world.node, world.sockets)]
  const child = spawn('bwrap', args, { stdio: ['ignore', 'inherit', 'inherit', 'pipe'], env: {}, detached: true })
  let enclavePid: number | undefined
  let info = ''
  ;(child.stdio[infoFd] as Readable).on('data', (chunk: Buffer) => {
    info += chunk.toString()
    enclavePid = /"child-pid":\s*(\d+)/.exec(info)?.[1] === undefined ? undefined : Number(/"child-pid":\s*(\d+)/.exec(info)?.[1])
  })
  return {
    child,
    terminate() {
      // A signal to bwrap would end the sandbox at once; the enclave is the sandbox's first process, by its number outside.
      if (enclavePid === undefined || child.exitCode !== null || child.signalCode !== null) child.kill('SIGTERM')
      else signalIfAlive(enclavePid, 'SIGTERM')
    },
    kill: () => child.kill('SIGKILL'),
  }
}

function launchAsProcess(image: EnclaveImage, socketsDirectory: string, command: Command): EnclaveProcess {
  // Only the fixed environment: an inherited NODE_OPTIONS could load code that nobody measured.
  const env = { ...worldEnvironment, PATH: dirname(image.node) }
  const child = spawn(process.execPath, [guard, ...command(image.node, socketsDirectory)], {
    stdio: ['pipe', 'inherit', 'inherit'],
    env,
    cwd: image.directory,
    detached: true,
  })
  return {
    child,
    terminate: () => child.kill('SIGTERM'),
    // The guard sees its lifeline end and takes the enclave with it.
    kill: () => child.kill('SIGKILL'),
  }
}

function sandboxArguments(image: EnclaveImage, socketsDirectory: string): string[] {
  const args = [
    '--unshare-all',
    '--die-with-parent',
    '--new-session',
    '--as-pid-1',
    '--cap-drop',
    'ALL',
    '--hostname',
    'enclave',
    '--clearenv',
  ]
  for (const [name, value] of Object.entries(worldEnvironment)) args.push('--setenv', name, value)
  args.push('--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', ...systemLibraries())
  args.push('--ro-bind', image.directory, world.project, '--ro-bind', image.node, world.node)
  // The enclave makes its own sockets in this directory; the NSM's, which its successor will use, it can neither remove nor replace.
  args.push('--bind', socketsDirectory, world.sockets)
  args.push('--ro-bind', join(socketsDirectory, 'nsm.sock'), join(world.sockets, 'nsm.sock'))
  const egress = join(socketsDirectory, egressSocketName)
  if (existsSync(egress)) args.push('--ro-bind', egress, join(world.sockets, egressSocketName))
  args.push('--remount-ro', '/', '--chdir', world.project)
  return args
}

/** Libraries that the Node binary is linked against. On merged systems `/lib` is a link into `/usr`. */
function systemLibraries(): string[] {
  const args: string[] = []
  for (const path of ['/usr/lib', '/usr/lib64', '/lib', '/lib64', '/nix/store', '/etc/ld.so.cache']) {
    if (!existsSync(path)) continue
    if (lstatSync(path).isSymbolicLink()) args.push('--symlink', readlinkSync(path), path)
    else args.push('--ro-bind', path, path)
  }
  // onnxruntime reads the processor's topology to choose its kernels.
  if (existsSync('/sys/devices/system/cpu')) args.push('--ro-bind', '/sys/devices/system/cpu', '/sys/devices/system/cpu')
  return args
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended between the check and the signal.
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? ''
}
