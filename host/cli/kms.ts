import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { CliError, usage } from '@nacre/verifier/cli/cli-error'
import { addRootOption, parseRoot, type RootOptions } from '@nacre/verifier/cli/options'
import { printError } from '@nacre/verifier/cli/report'
import { processTerminal, type Terminal } from '@nacre/verifier/cli/terminal'
import { hostServices } from '@nacre/verifier/egress'
import type { Command } from 'commander'
import { awsDestinations, type Destination, startEgressProxy } from '../kms/egress-proxy.ts'
import { buildEnclaveServices, type HostCredentials } from '../kms/enclave-services.ts'
import { serveLocalKms } from '../kms/serve.ts'
import { twoOnMisuse } from './misuse.ts'

/** Adds `kms serve` and `egress`: both run until they are interrupted. With `--json` one object says where they are, then one line for each event. */
export function addKmsCommands(program: Command, terminal: Terminal = processTerminal): void {
  const kms = program.command('kms').description('A local stand-in for AWS KMS.')
  const serve = kms
    .command('serve')
    .description('Speak the AWS KMS protocol on 127.0.0.1, with key policies on attestation documents; for tests and trials.')
    .requiredOption('--state <DIR>', 'keys, identities, certificate; made when there are none')
    .option('--port <NUMBER>', 'port (default: a free one)', '0')
    .option('--json', 'print JSON lines')
    .addHelpText(
      'after',
      `
Documents are verified under --root: give it the simulated-root.pem of your enclave.

  AWS_SHARED_CREDENTIALS_FILE=DIR/credentials AWS_PROFILE=owner AWS_REGION=sim-1 npx nacre model seal … --kms-endpoint URL --kms-ca DIR/kms.pem`,
    )
    .action((options: ServeOptions) => run(terminal, options.json === true, () => serveKms(options, terminal)))
  addRootOption(serve)

  const egress = program
    .command('egress')
    .description("The enclave's way out: a byte proxy to named places, and the host's store of sealed models.")
    .requiredOption('--listen <unix:PATH>', 'where the enclave, or what carries its vsock, connects')
    .option('--region <NAME...>', 'regions whose KMS may be reached')
    .option('--allow <HOST:PORT...>', 'further places, such as a web server of sealed models')
    .option('--route <HOST:PORT=HOST:PORT...>', 'a place under another address, such as a local KMS')
    .option('--store <DIR>', 'sealed models (sealed/MODEL-ID) and what the enclave keeps (state/)')
    .option('--credentials <FILE>', 'hand these AWS credentials to the enclave: JSON with accessKeyId, secretAccessKey, sessionToken')
    .option('--json', 'print JSON lines')
    .action((options: EgressOptions) => run(terminal, options.json === true, () => serveEgress(options, terminal)))
  for (const command of [kms, serve, egress]) twoOnMisuse(command, terminal)
}

type ServeOptions = RootOptions & { state: string; port: string; json?: true }
type EgressOptions = {
  listen: string
  region?: string[]
  allow?: string[]
  route?: string[]
  store?: string
  credentials?: string
  json?: true
}

/** What runs, and how it ends. */
type Service = { ready: { [field: string]: unknown }; text: string; close(): Promise<void> }

async function serveKms(options: ServeOptions, terminal: Terminal): Promise<Service> {
  const { certificate: root, name } = await parseRoot(options)
  const stateDirectory = resolve(options.state)
  const kms = await serveLocalKms({
    stateDirectory,
    root,
    port: parsePort(options.port),
    nowMs: terminal.nowMs,
    onEvent: (event) => printEvent(terminal, options.json, event),
  })
  const { url, region, accountId, target, certificatePath, credentialsPath, identities } = kms
  const principals = Object.fromEntries(Object.entries(identities).map(([role, { arn }]) => [role, arn]))
  return {
    ready: { url, region, accountId, target: `${target.host}:${target.port}`, certificatePath, credentialsPath, principals },
    text: `Local KMS at ${url}, region ${region}; documents under ${name}\n  certificate ${certificatePath}\n  credentials ${credentialsPath} (profiles ${Object.keys(identities).join(', ')})\n`,
    close: kms.close,
  }
}

async function serveEgress(options: EgressOptions, terminal: Terminal): Promise<Service> {
  if (!options.listen.startsWith('unix:') || Buffer.byteLength(options.listen) - 5 > 107)
    throw usage('--listen takes unix:PATH of at most 107 bytes')
  const destinations = awsDestinations(options.region ?? [])
  const address = (text: string): Destination => {
    const [, host, port] = /^([A-Za-z0-9.-]{1,253}):(\d{1,5})$/.exec(text) ?? []
    if (host === undefined) throw usage(`${text} is not HOST:PORT`)
    return { host, port: parsePort(port ?? '') }
  }
  for (const place of options.allow ?? []) destinations.set(place, address(place))
  for (const route of options.route ?? []) {
    const [from = '', to = ''] = route.split('=')
    address(from)
    destinations.set(from, address(to))
  }
  const credentials = options.credentials === undefined ? undefined : readCredentials(options.credentials)
  const services = await buildEnclaveServices({
    storeDirectory: resolve(options.store ?? '.'),
    credentials: async () => credentials ?? Promise.reject(new CliError('USAGE', 'No credentials were given')),
  })
  if (options.store !== undefined) destinations.set(hostServices.store, { server: services.store })
  if (credentials !== undefined) destinations.set(hostServices.credentials, { server: services.credentials })
  const path = resolve(options.listen.slice('unix:'.length))
  const proxy = await startEgressProxy({ path, destinations, onEvent: (event) => printEvent(terminal, options.json, event) })
  return {
    ready: { path, destinations: [...destinations.keys()] },
    text: `Egress at ${path} leads to\n${[...destinations.keys()].map((name) => `  ${name}\n`).join('')}`,
    async close() {
      await proxy.close()
      await services.close()
    },
  }
}

async function run(terminal: Terminal, json: boolean, start: () => Promise<Service>): Promise<void> {
  try {
    const service = await start()
    terminal.stdout(json ? `${JSON.stringify({ event: 'ready', ...service.ready })}\n` : `${service.text}Ctrl-C stops it.\n`)
    await new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
    })
    await service.close()
    terminal.exit(0)
  } catch (error) {
    const known = error instanceof CliError ? error : new CliError('INTERNAL', (error as Error).message)
    printError(terminal, json, known)
    terminal.exit(2)
  }
}

function printEvent(terminal: Terminal, json: true | undefined, event: object): void {
  terminal.stdout(json ? `${JSON.stringify({ timeMs: terminal.nowMs(), ...event })}\n` : `  ${Object.values(event).join('  ')}\n`)
}

function readCredentials(path: string): HostCredentials {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as HostCredentials
    if (typeof value.accessKeyId === 'string' && typeof value.secretAccessKey === 'string') return value
  } catch {}
  throw new CliError('INPUT_UNREADABLE', `${path} holds no credentials`, { remedy: 'JSON with accessKeyId and secretAccessKey.' })
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65535) throw usage(`${text} is not a port`)
  return port
}
