import { request as httpRequest } from 'node:http'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Hex, sha256, toHex } from '@nacre/verifier/bytes'
import { CliError, usage } from '@nacre/verifier/cli/cli-error'
import { readInput } from '@nacre/verifier/cli/files'
import { openHttpEndpoint, parseEndpointUrl } from '@nacre/verifier/cli/http-endpoint'
import {
  addPolicyOptions,
  addRootOption,
  collect,
  type PolicyOptions,
  parseAddress,
  parseHex,
  parseMaxAgeMs,
  parseMeasurements,
  parseRoot,
  type RootOptions,
} from '@nacre/verifier/cli/options'
import { formatBytes, type Report, runVerb, type Section } from '@nacre/verifier/cli/report'
import { decodeTensorFile, tensorFileBytesMax } from '@nacre/verifier/cli/tensor-file'
import { processTerminal, type Terminal } from '@nacre/verifier/cli/terminal'
import { encodeTensors } from '@nacre/verifier/tensor'
import type { Command } from 'commander'
import { pino } from 'pino'
import { parseEther, parseGwei } from 'viem'
import { type Database, openEmbedded, openPostgres } from '../coprocessor/database.ts'
import { RelayerError } from '../coprocessor/errors.ts'
import { inputLimitsDefault } from '../coprocessor/inputs.ts'
import { type RelayerLog, type RelayerStatus, reopenAny, startRelayer } from '../coprocessor/relayer.ts'
import { migrate } from '../coprocessor/schema.ts'
import { adminServer, controlServer, inputsServer } from '../coprocessor/servers.ts'
import { holdState, isAnswering, type StateHold, socketPath } from '../coprocessor/state-lock.ts'
import { readStatus, type SiteStatus } from '../coprocessor/status.ts'
import { type Environment, readAccount } from './onchain.ts'

/** Adds `relay run`, `relay status`, `relay retry` and `relay inputs put`. `environment` may hold `NACRE_PRIVATE_KEY` and `NACRE_DATABASE_URL`: what others on the machine can read in a process list is no place for either. */
export function addRelayCommands(program: Command, terminal: Terminal = processTerminal, environment: Environment = process.env): void {
  const group = program.command('relay').description('Carry inference requests of contracts to an enclave, and its answers back')
  addRun(group, terminal, environment)
  addStatus(group, terminal, environment)
  addRetry(group, terminal, environment)
  addInputs(group, terminal)
}

const stateDefault = resolve(fileURLToPath(new URL('../..', import.meta.url)), '.cache/nacre/relay')
const databaseHelp =
  'PostgreSQL of a fleet (or: NACRE_DATABASE_URL; the password also by PGPASSWORD or ~/.pgpass); without it an embedded one in --state'

// ------------------------------------------------------------------ run

function addRun(group: Command, terminal: Terminal, environment: Environment): void {
  const command = group
    .command('run')
    .description('Watch a coprocessor contract, have the enclave answer, verify the answer, bring it back. Stays up until it is stopped.')
    .requiredOption('--rpc-url <URL>', 'node of the chain; repeat it for others to fall back on', collect)
    .requiredOption('--coprocessor <ADDRESS>', 'the InferenceCoprocessor')
    .requiredOption('--enclave <URL>', 'the enclave, by its relay')
    .requiredOption('--model <NAME>', 'model to answer for; repeat it for several', collect)
  addRootOption(command)
  addPolicyOptions(command, { waivable: false })
    .option('--model-id <ID>', 'accept these model ids alone (default: the ones that the enclave measured under the names)', collect)
    .option('--max-age <SECONDS>', 'oldest evidence of the enclave to accept (default: 600)')
    .option(
      '--kept-key',
      'answer with the receipt key that enclaves of the image have in common, where the registry has that one; each answer goes by itself',
    )
    .option('--private-key-file <FILE>', 'file with the hexadecimal key of the account that pays for gas (or: NACRE_PRIVATE_KEY)')
    .option('--operator <ADDRESS>', 'whose requests to answer; repeat it for several (default: the account)', collect)
    .option('--chain-id <NUMBER>', 'refuse nodes of other chains (default: what the first one says)')
    .option('--from-block <NUMBER>', 'where to begin reading (default: 216000 blocks back, 30 days of 12 seconds)')
    .option('--confirmations <NUMBER>', 'blocks on top of a request before it is looked at', '1')
    .option('--max-fee <GWEI>', 'never pay more per gas; while gas is dearer, wait', '100')
    .option('--priority-fee <GWEI>', 'tip per gas (default: what the node suggests)')
    .option('--margin <PERCENT>', 'what payments must leave over the cost of gas; may be negative', '0')
    .option('--token <ADDRESS=ETH>', 'take payments in this token, one whole unit of 18 decimals being worth so much; repeatable', collect)
    .option('--state <DIR>', 'what is kept: the embedded database, the control socket', stateDefault)
    .option('--database-url <URL>', databaseHelp)
    .option('--inputs-port <PORT>', 'where inputs are taken over HTTP or HTTPS; 0 for any free one', '8091')
    .option('--inputs-host <ADDRESS>', 'where to listen for inputs; other than loopback only with --tls-cert', '127.0.0.1')
    .option('--tls-cert <FILE>', 'certificate chain for inputs (PEM)')
    .option('--tls-key <FILE>', 'its key (PEM)')
    .option(
      '--inputs-from <ORIGIN>',
      'fetch inputs from this origin when a request says that they are there; repeatable (default: nowhere)',
      collect,
    )
    .option('--metrics-port <PORT>', 'Prometheus metrics and state, on loopback; 0 for any free one', '9465')
    .option('--concurrency <NUMBER>', 'requests worked on at once', '32')
    .option('--batch <NUMBER>', 'answers brought in one transaction; 1 for each in its own', '32')
    .option('--logs-url <URL>', "where the enclave's host serves receipt logs: then answers of many moments go in one transaction")
    .option('--turn <SECONDS>', 'how long another relayer, seen on chain, has to answer what is its turn; a block and some', '15')
    .option('--no-triggers', 'leave it to others to make requests of subscriptions that are due')
    .option('--poll <SECONDS>', 'between looks at the chain', '1')
    .option('--stuck-after <SECONDS>', 'raise the fee of a transaction that waits for so long', '45')
    .option('--job-timeout <SECONDS>', 'after which a worker that says nothing is taken to be dead', '120')
    .option('--attempts <NUMBER>', 'failures of one request until it is left alone', '8')
    .addHelpText(
      'after',
      `
It logs one JSON object per line to standard output. Ctrl-C finishes what is under way; a second one does not wait. It can be killed at any time and finds its place again.

Example:
  nacre relay run --rpc-url http://127.0.0.1:8545 --coprocessor 0x5fbd… --enclave https://127.0.0.1:8443 --model garment \\
    --root simulated-root.pem --pcr0 3b4c… --private-key-file key.txt`,
    )
    .action(async (options: RunOptions) => {
      try {
        await run(options, terminal, environment)
        terminal.exit(0)
      } catch (thrown) {
        const error = asCliError(thrown)
        terminal.stderr(
          `error: ${error.message} [${thrown instanceof RelayerError ? thrown.code : error.code}]\n${error.remedy === undefined ? '' : `${error.remedy}\n`}`,
        )
        terminal.exit(2)
      }
    })
}

type RunOptions = RootOptions &
  PolicyOptions & {
    rpcUrl: string[]
    coprocessor: string
    enclave: string
    model: string[]
    modelId?: string[]
    maxAge?: string
    keptKey?: true
    privateKeyFile?: string
    operator?: string[]
    chainId?: string
    fromBlock?: string
    confirmations: string
    maxFee: string
    priorityFee?: string
    margin: string
    token?: string[]
    state: string
    databaseUrl?: string
    inputsPort: string
    inputsHost: string
    tlsCert?: string
    tlsKey?: string
    inputsFrom?: string[]
    metricsPort: string
    concurrency: string
    batch: string
    logsUrl?: string
    turn: string
    triggers: boolean
    poll: string
    stuckAfter: string
    jobTimeout: string
    attempts: string
  }

async function run(options: RunOptions, terminal: Terminal, environment: Environment): Promise<void> {
  const account = readAccount(options, environment)
  if (account === null) throw usage('There is no account to pay from', 'Give --private-key-file FILE, or set NACRE_PRIVATE_KEY.')
  const contract = parseAddress('--coprocessor', options.coprocessor)
  const rpcUrls = options.rpcUrl.map((url) => parseEndpointOption('--rpc-url', url))
  const chainId = options.chainId === undefined ? undefined : parseNumber('--chain-id', options.chainId, 1)
  const startBlock = options.fromBlock === undefined ? undefined : BigInt(parseNumber('--from-block', options.fromBlock))
  const tls = readTls(options)
  const isLoopback = loopbackAddresses.has(options.inputsHost)
  if (!isLoopback && tls === undefined)
    throw usage('Inputs would be taken in the clear from other machines', 'Give --tls-cert and --tls-key, or listen on 127.0.0.1.')
  const enclave = {
    url: parseEndpointUrl(options.enclave).href,
    root: (await parseRoot(options)).certificate,
    policy: {
      measurements: parseMeasurements(options) ?? [],
      modelIds: options.modelId?.map((id) => parseHex('--model-id', id, 32)) ?? ('any-measured' as const),
    },
    models: options.model,
    keptKey: options.keptKey,
    ageMsMax: parseMaxAgeMs(options.maxAge),
  }
  const parameters = {
    chainId,
    startBlock,
    confirmations: parseNumber('--confirmations', options.confirmations),
    operators: options.operator?.map((operator) => parseAddress('--operator', operator)) ?? [account.address],
    terms: { marginPercent: parseInteger('--margin', options.margin), tokenPrices: parseTokens(options.token ?? []) },
    feePerGasMax: parseAmount('--max-fee', options.maxFee, parseGwei),
    priorityFeePerGas: options.priorityFee === undefined ? undefined : parseAmount('--priority-fee', options.priorityFee, parseGwei),
    concurrency: parseNumber('--concurrency', options.concurrency, 1),
    batchMax: parseNumber('--batch', options.batch, 1),
    logsUrl: options.logsUrl === undefined ? undefined : parseEndpointOption('--logs-url', options.logsUrl),
    turnMs: parseSeconds('--turn', options.turn) * 1000,
    triggers: options.triggers,
    pollingMs: parseSeconds('--poll', options.poll) * 1000,
    stuckMs: parseSeconds('--stuck-after', options.stuckAfter) * 1000,
    jobSecondsMax: parseNumber('--job-timeout', options.jobTimeout, 1),
    attemptsMax: parseNumber('--attempts', options.attempts, 1),
    inputOrigins: (options.inputsFrom ?? []).map(parseOrigin),
  }
  const [inputsPort, metricsPort] = [parsePort('--inputs-port', options.inputsPort), parsePort('--metrics-port', options.metricsPort)]

  const logger = pino({ name: 'nacre relay' }, pino.destination({ dest: 1, sync: true }))
  const log: RelayerLog = (level, event, fields) => logger[level](fields, event)
  const interruption = interruptions(terminal)
  const cleanups: (() => Promise<unknown>)[] = []
  try {
    const { database, hold } = await openRunDatabase(options, environment)
    cleanups.push(async () => hold?.release())
    cleanups.push(() => database.close())
    const starting = startRelayer({
      ...parameters,
      patient: true,
      database,
      rpcUrls,
      contract,
      account,
      enclave,
      nowMs: terminal.nowMs,
      randomBytes: terminal.randomBytes,
      log,
    })
    const relayer = await Promise.race([starting, interruption])
    if (relayer === undefined) return
    cleanups.push(() => relayer.stop())
    await hold?.serve(controlServer(relayer))
    const inputs = inputsServer({ store: relayer.inputs, inputBytesMax: inputLimitsDefault.inputBytesMax, tls })
    const admin = adminServer(relayer)
    cleanups.push(
      () => inputs.close(),
      () => admin.close(),
    )
    const inputsUrl = await inputs.listen({ host: options.inputsHost, port: inputsPort })
    const metricsUrl = await admin.listen({ host: '127.0.0.1', port: metricsPort })
    log('info', 'listening', { inputs: inputsUrl, metrics: `${metricsUrl}/metrics` })
    await interruption
    log('info', 'stopping', {})
  } finally {
    for (const cleanup of cleanups.reverse())
      await cleanup().catch((error: Error) => log('warn', 'while stopping', { message: error.message }))
  }
}

async function openRunDatabase(
  options: { databaseUrl?: string; state: string },
  environment: Environment,
): Promise<{ database: Database; hold?: StateHold }> {
  const url = options.databaseUrl ?? environment.NACRE_DATABASE_URL
  if (url !== undefined && url !== '') return { database: await openPostgres(url) }
  const hold = await holdState(options.state)
  try {
    return { database: await openEmbedded(join(options.state, 'database')), hold }
  } catch (error) {
    await hold.release()
    throw error
  }
}

function interruptions(terminal: Terminal): Promise<void> {
  let count = 0
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => {
        count++
        if (count > 1) terminal.exit(2)
        resolve()
      })
  })
}

// ------------------------------------------------------------------ status, retry

function addStatus(group: Command, terminal: Terminal, environment: Environment): void {
  group
    .command('status')
    .description('What is asked, under way, done, refused and dead. Asks the relayer that runs, or reads its database.')
    .option('--state <DIR>', 'of the relayer', stateDefault)
    .option('--database-url <URL>', databaseHelp)
    .option('--json', 'print one JSON object')
    .action((options: StateOptions) => runVerb(terminal, options.json === true, () => status(options, environment)))
}

type StateOptions = { state: string; databaseUrl?: string; json?: true }

async function status(options: StateOptions, environment: Environment): Promise<Report> {
  const live = await whileItRuns(options, environment, '/v1/status')
  const known =
    live === null ? { sites: await withDatabase(options, environment, (database) => readStatus(database, 50)) } : (live as RelayerStatus)
  const sites: readonly SiteStatus[] = known.sites
  const problems = 'problems' in known ? known.problems.map(({ part, message, at }) => `${part}: ${message} (${at})`) : []
  const dead = sites.reduce((sum, { requests }) => sum + (requests.dead ?? 0), 0)
  return {
    ok: true,
    title: live === null ? 'Relayer: as its database has it' : 'Relayer: running',
    checks: [],
    verdict:
      sites.length === 0
        ? 'Nothing was read yet.'
        : `${sites.reduce((sum, { open }) => sum + open.length, 0)} open${dead === 0 ? '' : `, ${dead} dead: nacre relay retry REQUEST_ID looks again`}.`,
    sections: sites.flatMap(siteSections),
    notes: [
      ...('holdsBack' in known && known.holdsBack !== null
        ? [`Nothing is sent: ${known.holdsBack.message} [${known.holdsBack.code}]`]
        : []),
      ...problems,
    ],
    data: { running: live !== null, ...known },
  }
}

function siteSections(site: SiteStatus): Section[] {
  const counts = (states: { readonly [state: string]: number }) =>
    Object.entries(states)
      .filter(([, count]) => count > 0)
      .map(([state, count]) => `${count} ${state}`)
      .join(', ') || 'none'
  return [
    {
      title: `${site.contract} on chain ${site.chainId}`,
      rows: [
        ['read to', `block ${site.readTo} of ${site.head.number}${site.readAt === null ? '' : `, ${site.readAt}`}`],
        ['reorganised', `${site.reorganisations} times`],
        ['requests', counts(site.requests)],
        ['jobs', counts(site.jobs)],
        ...site.signers.map(
          ({ address, pending, mined, gasUsed }) => [address, `${pending} transactions under way, ${mined} mined, ${gasUsed} gas`] as const,
        ),
        ['subscriptions', counts(site.subscriptions)],
        ['inputs', `${site.inputs.count}, ${formatBytes(site.inputs.bytes)}`],
      ],
    },
    ...(site.subscribed.length === 0
      ? []
      : [
          {
            title: 'Subscriptions',
            rows: site.subscribed.map(({ subscriptionId, unit, next, instancesLeft, progress, reason }) => {
              const due = unit === 'blocks' ? `block ${next}` : new Date(next * 1000).toISOString()
              const paid = instancesLeft === null ? '' : `, ${instancesLeft} more paid for`
              return [
                subscriptionId,
                `${progress}${reason === null ? '' : `, ${reason.code}: ${reason.message}`}, due from ${due}${paid}`,
              ] as const
            }),
          },
        ]),
    ...(site.open.length === 0
      ? []
      : [
          {
            title: 'Open',
            rows: site.open.map(
              ({ requestId, progress, reason, deadlineSeconds }) =>
                [
                  requestId,
                  `${progress}${reason === null ? '' : `, ${reason.code}: ${reason.message}`}, until ${new Date(deadlineSeconds * 1000).toISOString()}`,
                ] as const,
            ),
          },
        ]),
  ]
}

function addRetry(group: Command, terminal: Terminal, environment: Environment): void {
  group
    .command('retry')
    .description('Look again at a request or a subscription that was refused, is dead or waits.')
    .argument('<ID>', 'as `relay status` lists it')
    .option('--state <DIR>', 'of the relayer', stateDefault)
    .option('--database-url <URL>', databaseHelp)
    .option('--json', 'print one JSON object')
    .action((id: string, options: StateOptions) =>
      runVerb(terminal, options.json === true, async () => {
        const requestId = parseHex('ID', id, 32)
        const live = await whileItRuns(options, environment, `/v1/requests/${requestId}/retry`, 'POST')
        const found =
          live === null
            ? await withDatabase(options, environment, async (database) => {
                const sites = await readStatus(database, 0)
                const retried = await Promise.all(sites.map((site) => reopenAny(database, site, requestId)))
                return retried.includes(true)
              })
            : (live as { retried?: unknown }).retried !== undefined
        const verdict = found ? 'It will be looked at again.' : 'There is nothing of this id that is open and not being worked on.'
        return { ok: found, title: requestId, checks: [], verdict, sections: [], notes: [], data: { requestId, retried: found } }
      }),
    )
}

/** Asks the relayer that runs on this state directory; `null` when there is none. */
async function whileItRuns({ state, databaseUrl }: StateOptions, environment: Environment, path: string, method = 'GET'): Promise<unknown> {
  if ((databaseUrl ?? environment.NACRE_DATABASE_URL ?? '') !== '') return null
  const socket = socketPath(state)
  if (!(await isAnswering(socket))) return null
  return new Promise((done, reject) => {
    const outgoing = httpRequest({ socketPath: socket, path, method, timeout: 10_000 }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.once('error', reject)
      answer.once('end', () => {
        try {
          done(JSON.parse(Buffer.concat(chunks).toString()))
        } catch (error) {
          reject(error)
        }
      })
    })
    outgoing.once('timeout', () => outgoing.destroy(new CliError('ENDPOINT_TIMEOUT', 'The relayer did not answer')))
    outgoing.once('error', reject)
    outgoing.end()
  })
}

async function withDatabase<T>(options: StateOptions, environment: Environment, work: (database: Database) => Promise<T>): Promise<T> {
  const { database, hold } = await openRunDatabase(options, environment).catch((error) => {
    throw asCliError(error)
  })
  try {
    await migrate(database)
    return await work(database)
  } finally {
    await database.close()
    await hold?.release()
  }
}

// ------------------------------------------------------------------ inputs

function addInputs(group: Command, terminal: Terminal): void {
  group
    .command('inputs')
    .description('Inputs that do not travel on chain')
    .command('put')
    .description("Hand an input to a relayer, and print the hash that goes into the request (requestInferenceByHash's inputHash).")
    .argument('<FILE>', 'tensors as JSON: {"tensor": {…}}, or an Open Inference Protocol request')
    .option('--url <URL>', "where the relayer takes inputs (the operator's URI); without it the hash is only computed")
    .option('--json', 'print one JSON object')
    .action((file: string, options: { url?: string; json?: true }) =>
      runVerb(terminal, options.json === true, async () => {
        const bytes = encodeTensors(decodeTensorFile(readInput(file, tensorFileBytesMax), file))
        const hash = toHex(await sha256(bytes))
        const taken = options.url === undefined ? null : await putInput(options.url, hash, bytes)
        const verdict =
          taken === null
            ? 'Computed; nothing was sent.'
            : `Taken${taken.awaited ? ': a request waits for it' : '. No request on chain names it yet: make it soon'}.`
        return {
          ok: true,
          title: file,
          checks: [],
          verdict,
          sections: [
            {
              title: 'Input',
              rows: [
                ['hash', hash],
                ['size', formatBytes(bytes.length)],
              ],
            },
          ],
          notes: [],
          data: { hash, bytes: bytes.length, sent: taken !== null, ...(taken === null ? {} : { awaited: taken.awaited }) },
        }
      }),
    )
}

async function putInput(url: string, hash: Hex, body: Uint8Array): Promise<{ awaited: boolean }> {
  const endpoint = openHttpEndpoint(parseEndpointUrl(url))
  try {
    // POST says the same as PUT, and the answer's hash is compared.
    const { status, body: reply } = await endpoint.send({
      method: 'POST',
      path: '/v1/inputs',
      headers: { 'content-type': 'application/octet-stream' },
      body,
      answerBytesMax: 64 * 1024,
    })
    const answer = readAnswer(reply)
    if (answer === undefined)
      throw new CliError('ENDPOINT_REFUSED', `${url} answered ${status}, and not as a relayer does`, {
        remedy: 'Give the address at which "nacre relay run" takes inputs (--inputs-port).',
      })
    if (status !== 200 && status !== 201)
      throw new CliError('ENDPOINT_REFUSED', `The relayer refused the input: ${String(answer.code)}: ${String(answer.title)}`)
    if (answer.hash !== hash) throw new CliError('ENDPOINT_REFUSED', 'The relayer took something else than was sent')
    return { awaited: answer.awaited === true }
  } finally {
    endpoint.close()
  }
}

function readAnswer(body: Uint8Array): { hash?: unknown; awaited?: unknown; code?: unknown; title?: unknown } | undefined {
  try {
    const answer: unknown = JSON.parse(Buffer.from(body).toString())
    return typeof answer === 'object' && answer !== null ? answer : undefined
  } catch {
    return undefined
  }
}

// ------------------------------------------------------------------ options

function parseEndpointOption(option: string, text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) throw usage(`${option} is not an http or https URL`)
  return text
}

function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`)
    throw usage(`--inputs-from ${text} is not an origin`, 'An origin is scheme, host and port: https://inputs.example')
  return url.origin
}

function parseNumber(option: string, text: string, least = 0): number {
  const number = Number(text)
  if (!/^[0-9]{1,15}$/.test(text) || number < least) throw usage(`${option} ${text} is not a whole number of at least ${least}`)
  return number
}

function parseInteger(option: string, text: string): number {
  if (!/^-?[0-9]{1,6}$/.test(text) || Number(text) < -100) throw usage(`${option} ${text} is not a whole number of at least -100`)
  return Number(text)
}

function parseSeconds(option: string, text: string): number {
  if (!/^[0-9]{1,6}(\.[0-9]{1,3})?$/.test(text) || Number(text) === 0) throw usage(`${option} ${text} is not a number of seconds`)
  return Number(text)
}

function parseAmount(option: string, text: string, parse: (text: string) => bigint): bigint {
  if (!/^[0-9]{1,12}(\.[0-9]{1,18})?$/.test(text)) throw usage(`${option} ${text} is not an amount`)
  return parse(text)
}

function parsePort(option: string, text: string): number {
  const port = parseNumber(option, text)
  if (port > 65_535) throw usage(`${option} ${text} is not a port`)
  return port
}

function parseTokens(texts: readonly string[]): Map<string, bigint> {
  return new Map(
    texts.map((text) => {
      const [address = '', price = ''] = text.split('=')
      return [parseAddress('--token', address).toLowerCase(), parseAmount('--token', price, parseEther)]
    }),
  )
}

function readTls({ tlsCert, tlsKey }: RunOptions): { cert: string; key: string } | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined
  if (tlsCert === undefined || tlsKey === undefined) throw usage('--tls-cert and --tls-key go together')
  return { cert: Buffer.from(readInput(tlsCert, 1 << 20)).toString(), key: Buffer.from(readInput(tlsKey, 1 << 20)).toString() }
}

function asCliError(thrown: unknown): CliError {
  if (thrown instanceof CliError) return thrown
  if (thrown instanceof RelayerError) {
    const { code, message, expected, received } = thrown
    const compared =
      expected === undefined && received === undefined ? '' : ` (expected ${expected ?? 'nothing'}, received ${received ?? 'nothing'})`
    return new CliError('ENDPOINT_UNREACHABLE', `${code}: ${message}${compared}`, { cause: thrown })
  }
  return new CliError('INTERNAL', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown })
}

const loopbackAddresses = new Set(['127.0.0.1', '::1', 'localhost'])
