import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { awsNitroRootG1 } from '@nacre/verifier/aws-root'
import { certificateToPem } from '@nacre/verifier/certificate'
import { type CliError, listenFailure } from '@nacre/verifier/cli/cli-error'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { enclaveSocket } from '../enclave-socket.ts'
import { packageCache } from '../image/packages.ts'
import { addEgressOptions, type EgressOptions, openEgress, wantsEgress } from '../kms/egress-options.ts'
import type { EgressAddress, EgressEvent } from '../kms/egress-proxy.ts'
import type { LaunchedEnclave, Launcher } from '../launcher.ts'
import { followLog, type LogFollower } from '../log/follower.ts'
import { keepTensors } from '../log/kept-tensors.ts'
import { startLogServer } from '../log/server.ts'
import type { WitnessAddress } from '../log/witness-client.ts'
import { nitroLauncher } from '../nitro-launcher.ts'
import { startRelay } from '../relay.ts'
import { relayLogTo } from '../relay-log.ts'
import { simulatedLauncher } from '../simulated-launcher.ts'
import { stateFiles } from '../state.ts'
import { vmLauncher } from '../vm-launcher.ts'
import { allowOriginOption } from './allow-origin.ts'
import { defaultCacheDirectory } from './image.ts'
import { collectWitnesses, parseBatchMs, parseMebibytes, parseModelProcesses, parsePort } from './log-options.ts'

const machines = ['nitro', 'vm', 'simulated'] as const

/** Adds `serve`: an enclave and the relay in front of it, without the local chain and the demonstration of `start`. */
export function addServeCommand(program: Command): void {
  const projectRoot = resolve(fileURLToPath(new URL('../..', import.meta.url)))
  const serving = program
    .command('serve')
    .description(
      'Keep an enclave running and relay the network to it: AWS Nitro in production, a virtual machine or a simulation elsewhere.',
    )
    .addOption(new Option('--machine <KIND>', 'where the enclave runs').choices(machines).makeOptionMandatory())
    .option('--image <FILE>', 'enclave image file (of nacre image build); for nitro and vm')
    .option('--listen <ADDRESS>', 'address to listen on; 0.0.0.0 offers it to the network', '127.0.0.1')
    .option('--tls-port <port>', 'HTTPS, ending in the enclave', parsePort, 8443)
    .option('--http-port <port>', 'HTTP, readable by the host', parsePort, 8080)
    .option('--log-port <port>', 'the receipt log, for everybody to read', parsePort, 8090)
    .option('--witness <URL=VKEY>', 'a witness to cosign the receipt log (nacre log witness); again for each one', collectWitnesses, [])
    .option(
      '--batch-ms <N>',
      'for simulated: how long batched answers wait for others at most; an image has its own (nacre image build)',
      parseBatchMs,
    )
    .option(
      '--model-processes <N|auto>',
      'likewise: processes of each model, or as many as the cores have room for (default: 1)',
      parseModelProcesses,
    )
    .option(
      '--keep-tensors <MIB>',
      'keep tensors that callers hand in for audits (nacre log keep), for everybody to read, at most so much',
      parseMebibytes,
    )
    .option('--memory <MIB>', 'memory of the enclave', parseNumber, 1024)
    .option('--cpus <COUNT>', 'processors of the enclave, for nitro', parseNumber, 2)
    .option('--cid <NUMBER>', 'context id of the enclave, for nitro', parseNumber, 16)
    .option('--debug', 'for nitro: the console is kept in the log and PCR0-2 are zero, so that verifiers refuse the enclave')
    .option(
      '--state <dir>',
      'logs, measurements and, where AWS signs nothing, the root of the simulation',
      resolve(projectRoot, '.cache/nacre'),
    )
    .option('--cache <dir>', 'for vm: where fetched packages are kept (default: nacre in $XDG_CACHE_HOME or ~/.cache)')
    .option('--console', 'serve the console page too, at / of the HTTP port')
    .addOption(allowOriginOption())
    .option('--json', 'print one JSON object once the enclave is ready')
  addEgressOptions(serving)
    .addHelpText(
      'after',
      '\n--region, --allow, --route, --store and --credentials are the way out of an image that was built with one (nacre image build --kms-credentials).\n',
    )
    .action(async (options: ServeFlags) => {
      process.exitCode = await serve(options, projectRoot)
      process.exit()
    })
}

type ServeFlags = {
  machine: (typeof machines)[number]
  image?: string
  listen: string
  tlsPort: number
  httpPort: number
  logPort: number
  witness: WitnessAddress[]
  keepTensors?: number
  batchMs?: number
  modelProcesses?: number | 'auto'
  memory: number
  cpus: number
  cid: number
  debug?: true
  state: string
  cache?: string
  console?: true
  allowOrigin: string[]
  json?: true
} & EgressOptions

async function serve(options: ServeFlags, projectRoot: string): Promise<number> {
  const say = (line: string) => void (options.json === true ? process.stderr : process.stdout).write(`${line}\n`)
  const stateDirectory = resolve(options.state)
  mkdirSync(stateDirectory, { recursive: true, mode: 0o700 })
  if (options.machine !== 'simulated' && options.image === undefined) {
    process.stderr.write(`error: --machine ${options.machine} needs --image FILE; nacre image build --out FILE makes one\n`)
    return 2
  }
  if (options.machine === 'simulated' && wantsEgress(options)) {
    process.stderr.write('error: a simulation gets its way out from npm start -- --sealed; here it is for images\n')
    return 2
  }
  const stopped = new Promise<'stopped'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve('stopped'))
  })
  const cleanups: (() => Promise<void>)[] = []
  let follower: LogFollower | undefined
  const consoleOf = async (launched: LaunchedEnclave) => {
    const { consoleRoutes, hostClaims } = await import('../console/routes.ts')
    return consoleRoutes({
      claims: hostClaims(launched, options.machine !== 'nitro'),
      modelsFolder: resolve(projectRoot, 'enclave/models'),
      stores: () => follower?.stores() ?? [],
      dishonest: false,
    })
  }
  try {
    const launched = await launcherFor(options, stateDirectory, projectRoot, say).start()
    cleanups.push(() => launched.stop())
    launched.onEvent((event) => say(JSON.stringify(event)))
    const onRequest = relayLogTo(join(stateDirectory, stateFiles.relayLog))
    // Before the enclave is ready: a client that asks is told to come again, instead of nothing.
    const relay = await startRelay({
      enclave: launched,
      host: options.listen,
      tlsPort: options.tlsPort,
      httpPort: options.httpPort,
      onRequest,
      hostRoutes: options.console === true ? await consoleOf(launched) : () => false,
      allowOrigins: options.allowOrigin,
    })
    cleanups.push(() => relay.close())
    // The enclave issues no more receipts when nobody keeps their log.
    const socket = enclaveSocket(launched.log, launched.boot)
    const directory = join(stateDirectory, stateFiles.receiptLogs)
    const receiptLog = await followLog({ directory, connect: () => socket.connect(), witnesses: options.witness, nowMs: Date.now })
    follower = receiptLog
    cleanups.push(() => receiptLog.stop())
    const logServer = await startLogServer({
      host: options.listen,
      port: options.logPort,
      stores: receiptLog.stores,
      tensors: options.keepTensors === undefined ? undefined : keepTensors({ totalBytesMax: options.keepTensors }),
    })
    cleanups.push(() => logServer.close())
    const outcome = await Promise.race([launched.ready(), stopped, launched.failed])
    if (outcome instanceof Error) throw outcome
    if (outcome === 'stopped') return 0
    const addresses = {
      https: `https://${options.listen}:${relay.tlsPort}`,
      http: `http://${options.listen}:${relay.httpPort}`,
      log: `http://${options.listen}:${logServer.port}`,
    }
    const about = { ...addresses, ...launched.measurements(), root: options.machine === 'nitro' ? 'aws' : launched.rootPemPath }
    if (options.json === true) process.stdout.write(`${JSON.stringify({ ok: true, ...about })}\n`)
    else for (const [name, value] of Object.entries(about)) say(`${name.padEnd(6)} ${value}`)
    const ending = await Promise.race([stopped, launched.failed])
    if (ending instanceof Error) throw ending
    return 0
  } catch (error) {
    const { message, remedy } = listenFailure(error) ?? (error as Partial<CliError> & Error)
    process.stderr.write(`error: ${message}\n${remedy === undefined ? '' : `${remedy}\n`}`)
    return 1
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup().catch((error: Error) => process.stderr.write(`${error.message}\n`))
  }
}

function launcherFor(options: ServeFlags, stateDirectory: string, projectRoot: string, say: (line: string) => void): Launcher {
  const imagePath = resolve(options.image ?? '')
  const tell = (event: EgressEvent) => say(JSON.stringify({ ...event, event: `egress-${event.event}` }))
  const egress = wantsEgress(options) ? (at: EgressAddress) => openEgress(options, at, tell) : undefined
  if (options.machine === 'simulated') return simulatedLauncher({ projectRoot, stateDirectory, serving: options })
  if (options.machine === 'vm') {
    const directory = resolve(options.cache ?? defaultCacheDirectory(process.env))
    const cache = packageCache({ directory, environment: process.env, onProgress: say })
    return vmLauncher({ imagePath, stateDirectory, cache, memoryMiB: options.memory, openEgress: egress })
  }
  const rootPemPath = join(stateDirectory, 'aws-root.pem')
  writeFileSync(rootPemPath, certificateToPem(awsNitroRootG1))
  const { memory: memoryMiB, cpus, cid, debug = false } = options
  return nitroLauncher({ imagePath, stateDirectory, memoryMiB, cpus, cid, debug, rootPemPath, openEgress: egress })
}

function parseNumber(text: string): number {
  const number = Number(text)
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('A number is expected.')
  return number
}
