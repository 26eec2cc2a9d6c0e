import { resolve } from 'node:path'
import type { CreateKeyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms'
import { CliError, usage } from '@nacre/verifier/cli/cli-error'
import { readInput } from '@nacre/verifier/cli/files'
import { addRootOption, parseRoot, type RootOptions } from '@nacre/verifier/cli/options'
import { printError, type Report, runVerb } from '@nacre/verifier/cli/report'
import { processTerminal, type Terminal } from '@nacre/verifier/cli/terminal'
import type { Command } from 'commander'
import { addEgressOptions, type EgressOptions, openEgress } from '../kms/egress-options.ts'
import type { EgressAddress } from '../kms/egress-proxy.ts'
import { sealedModelPolicy } from '../kms/key-policy.ts'
import { clientOfLocalKms, localPrincipals, serveLocalKms } from '../kms/serve.ts'
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

  const state = ['--state <DIR>', 'of the KMS that runs'] as const
  const createKey = kms
    .command('create-key')
    .description('Make a key in the local KMS, as its administrator. AWS: aws kms create-key.')
    .requiredOption(...state)
    .option('--policy <FILE>', 'key policy (default: one that opens to no enclave)')
    .option('--json', 'print one JSON object')
    .action((options: KeyOptions) => runVerb(terminal, options.json === true, () => createKeyVerb(options)))
  const putPolicy = kms
    .command('put-policy')
    .description('Put a key policy in force, as administrator of the local KMS. AWS: aws kms put-key-policy.')
    .requiredOption(...state)
    .requiredOption('--key <ARN>', 'the key')
    .requiredOption('--policy <FILE>', 'of "nacre model policy"')
    .option('--json', 'print one JSON object')
    .action((options: Required<KeyOptions>) => runVerb(terminal, options.json === true, () => putPolicyVerb(options)))

  const egress = addEgressOptions(
    program
      .command('egress')
      .description("The enclave's way out: a byte proxy to named places, and the host's store of sealed models.")
      .requiredOption('--listen <ADDRESS>', 'where the enclave connects: unix:PATH, or vsock:CID:PORT for the AWS Nitro enclave CID'),
  )
    .option('--json', 'print JSON lines')
    .action((options: EgressFlags) => run(terminal, options.json === true, () => serveEgress(options, terminal)))
  for (const command of [kms, serve, createKey, putPolicy, egress]) twoOnMisuse(command, terminal)
}

type KeyOptions = { state: string; key?: string; policy?: string; json?: true }

async function createKeyVerb({ state, policy }: KeyOptions): Promise<Report> {
  const Policy = policy === undefined ? JSON.stringify(closedPolicy()) : text(policy)
  const { KeyMetadata } = await administer(state, ({ CreateKeyCommand }) => new CreateKeyCommand({ Policy }))
  return keyReport('The key is there.', KeyMetadata?.Arn ?? '')
}

async function putPolicyVerb({ state, key, policy }: Required<KeyOptions>): Promise<Report> {
  await administer(state, ({ PutKeyPolicyCommand }) => new PutKeyPolicyCommand({ KeyId: key, Policy: text(policy) }))
  return keyReport('The policy is in force.', key)
}

function keyReport(verdict: string, keyArn: string): Report {
  return { ok: true, title: keyArn, checks: [], verdict, sections: [], notes: [], data: { keyArn } }
}

/** Whoever seals may seal; it opens to registers that no image has. */
function closedPolicy() {
  const nobody = `0x${'01'.repeat(48)}` as const
  return sealedModelPolicy({ ...localPrincipals, measurements: [{ pcr0: nobody, pcr1: nobody, pcr2: nobody }] })
}

function text(path: string): string {
  return Buffer.from(readInput(path, 64 * 1024)).toString('utf8')
}

async function administer(
  state: string,
  command: (sdk: typeof import('@aws-sdk/client-kms')) => CreateKeyCommand | PutKeyPolicyCommand,
): Promise<{ KeyMetadata?: { Arn?: string } }> {
  // Its advice on versions of Node is not for who tries a KMS.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'
  try {
    const client = await clientOfLocalKms(resolve(state), 'administrator')
    const answer = await client.send(command(await import('@aws-sdk/client-kms')) as never)
    client.destroy()
    return answer as { KeyMetadata?: { Arn?: string } }
  } catch (error) {
    const { name, message } = error as Error
    throw new CliError('KMS_FAILED', `${name}: ${message}`, { remedy: 'Is "nacre kms serve" running with this --state?', cause: error })
  }
}

type ServeOptions = RootOptions & { state: string; port: string; json?: true }
type EgressFlags = EgressOptions & { listen: string; json?: true }

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

async function serveEgress(options: EgressFlags, terminal: Terminal): Promise<Service> {
  const at = parseListen(options.listen)
  const { destinations, close } = await openEgress(options, at, (event) => printEvent(terminal, options.json, event))
  const where = 'path' in at ? { path: at.path } : { vsockPort: at.vsockPort, cid: at.cid }
  return {
    ready: { ...where, destinations },
    text: `Egress at ${options.listen} leads to\n${destinations.map((name) => `  ${name}\n`).join('')}`,
    close,
  }
}

function parseListen(text: string): EgressAddress {
  const [, cid, port] = /^vsock:(\d{1,10}):(\d{1,10})$/.exec(text) ?? []
  if (cid !== undefined && Number(cid) > 3 && Number(port) > 0 && Math.max(Number(cid), Number(port)) < 0xffffffff)
    return { cid: Number(cid), vsockPort: Number(port) }
  if (!text.startsWith('unix:') || Buffer.byteLength(text) - 5 > 107)
    throw usage('--listen takes unix:PATH of at most 107 bytes, or vsock:CID:PORT with the context id of the enclave')
  return { path: resolve(text.slice('unix:'.length)) }
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

function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65535) throw usage(`${text} is not a port`)
  return port
}
