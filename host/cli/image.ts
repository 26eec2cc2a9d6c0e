import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { fromUtf8 } from '@nacre/verifier/bytes'
import { CliError } from '@nacre/verifier/cli/cli-error'
import { assertWritable, readInput } from '@nacre/verifier/cli/files'
import { collect } from '@nacre/verifier/cli/options'
import { formatBytes, type Report, runVerb } from '@nacre/verifier/cli/report'
import { processTerminal, type Terminal } from '@nacre/verifier/cli/terminal'
import { decodeEif, type Eif, eifBytesMax, measureEif } from '@nacre/verifier/eif'
import { VerifierError } from '@nacre/verifier/errors'
import { type Command, Option } from 'commander'
import { type Address, isAddress } from 'viem'
import { type BuiltImage, buildImage } from '../image/build.ts'
import { type CpioEntry, CpioError, decodeCpio } from '../image/cpio.ts'
import { ImageError } from '../image/image-error.ts'
import { isImageSignature } from '../image/image-signature.ts'
import { packageCache } from '../image/packages.ts'
import type { SecretsCommand } from '../secrets-command.ts'
import { parseBatchMs, parseModelProcesses } from './log-options.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Adds `image build`, `image measure` and `image inspect`. Exit code 0 when done, 2 when not; with `--json` one object on stdout; progress goes to stderr. */
export function addImageCommands(program: Command, terminal: Terminal = processTerminal, environment: Environment = process.env): void {
  const group = program.command('image').description('The enclave as an image that boots: build it, measure it, look into it')
  addBuildOptions(
    group
      .command('build')
      .description('Build the enclave image file (EIF) of a checkout. The same commit gives the same bytes on every machine.')
      .requiredOption('--out <FILE>', 'where the image goes'),
  )
    .option('--certificate <FILE>', 'sign the image: certificate (PEM), whose hash is PCR8')
    .option('--key <FILE>', 'sign the image: its private key (PEM)')
    .action((options: BuildFlags) => run(options, () => build(options, terminal, environment)))
  addBuildOptions(
    group
      .command('measure')
      .description('PCR0-2 of the image of a checkout, or of an image file: what its hypervisor will hold, and policies name.')
      .argument('[FILE]', 'image file; without it the image of the checkout is built, and not kept'),
  ).action((file: string | undefined, options: BuildFlags) =>
    run(options, () => (file === undefined ? measure(options, terminal, environment) : inspect(file, false))),
  )
  group
    .command('inspect')
    .description('What an image file holds: measurements, command line, signature, and with --files every file.')
    .argument('<FILE>', 'image file (EIF)')
    .option('--files', 'list every file of the ramdisks')
    .option('--json', 'print one JSON object')
    .action((file: string, options: { files?: true; json?: true }) =>
      run(options, () => Promise.resolve(inspect(file, options.files === true))),
    )

  const run = (options: { json?: true }, verb: () => Promise<Report>) =>
    runVerb(terminal, options.json === true, () => verb().catch(explain))
}

/** Where packages and compressed parts are kept, for all checkouts of this user. */
export function defaultCacheDirectory(environment: Environment): string {
  return join(environment.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'nacre')
}

type BuildFlags = {
  project: string
  model?: string[]
  kmsCredentials?: 'instance' | 'host'
  kmsEndpoint?: string
  kmsCa?: string
  handoverRoot?: string
  handoverOwner?: string
  keepKey?: string
  keepReceiptKey?: true
  batchMs?: number
  modelProcesses?: number | 'auto'
  out?: string
  certificate?: string
  key?: string
  models?: string
  kernel?: string
  module?: string[]
  cmdline?: string
  cache?: string
  mirror?: string
  json?: true
}

function addBuildOptions(command: Command): Command {
  return command
    .option('--project <dir>', 'the checkout', fileURLToPath(new URL('../..', import.meta.url)))
    .option('--models <NAMES>', 'models to ship, separated by commas (default: all)')
    .option(
      '--model <DIR>',
      'a further model, such as one of "nacre model seal", in the place of one with its name; may be repeated',
      collect,
    )
    .addOption(
      new Option(
        '--kms-credentials <WHOSE>',
        "give the enclave a way out to KMS, with credentials of the instance's role or from the host",
      ).choices(['instance', 'host']),
    )
    .option('--kms-endpoint <HOST:PORT>', 'another KMS than AWS\'s, such as that of "nacre kms serve", vouched for by --kms-ca')
    .option('--kms-ca <FILE>', 'its certificate (PEM)')
    .option('--handover-root <aws|FILE>', 'share the TLS and HPKE keys with enclaves of this image whose documents verify up to this root')
    .option('--handover-owner <ADDRESS>', 'who may approve that they go to another image')
    .option('--keep-key <ARN>', 'keep them over times when no enclave is up, under this key of KMS')
    .option(
      '--keep-receipt-key',
      'share and keep a receipt key for contracts too: one address for all enclaves of this image with these models; read enclave/SECRETS.md first',
    )
    .option('--batch-ms <N>', 'how long an answer with a batched receipt waits for others at most (default: 1)', parseBatchMs)
    .option(
      '--model-processes <N|auto>',
      'processes of each model, each with memory for all of its weights, or as many as the cores have room for (default: 1)',
      parseModelProcesses,
    )
    .option('--kernel <FILE>', "another kernel than Debian's, such as the one that nitro-cli brings")
    .option('--module <FILE>', 'with --kernel: a module that init loads; repeat it in their order', collect)
    .option('--cmdline <TEXT>', 'another kernel command line')
    .option('--cache <dir>', 'where fetched packages are kept (default: nacre in $XDG_CACHE_HOME or ~/.cache)')
    .option('--mirror <URL>', "a Debian archive to fetch from (default: this machine's)")
    .option('--json', 'print one JSON object')
}

async function built(options: BuildFlags, terminal: Terminal, environment: Environment): Promise<BuiltImage> {
  if ((options.certificate === undefined) !== (options.key === undefined))
    throw new CliError('USAGE', '--certificate and --key go together')
  if (options.module !== undefined && options.kernel === undefined) throw new CliError('USAGE', '--module goes with --kernel')
  const onProgress = (line: string) => terminal.stderr(`${line}\n`)
  const text = (path: string) => fromUtf8(readInput(path, pemBytesMax))
  return buildImage({
    projectRoot: resolve(options.project),
    cache: packageCache({
      directory: resolve(options.cache ?? defaultCacheDirectory(environment)),
      mirror: options.mirror,
      environment,
      onProgress,
    }),
    models: options.models?.split(','),
    modelFolders: options.model?.map((folder) => resolve(folder)),
    secrets: secretsOf(options),
    serving: options,
    signer:
      options.certificate === undefined || options.key === undefined
        ? undefined
        : { certificatePem: text(options.certificate), privateKeyPem: text(options.key) },
    kernel:
      options.kernel === undefined
        ? undefined
        : {
            image: readInput(options.kernel, eifBytesMax),
            modules: (options.module ?? []).map((path) => ({ name: basename(path), content: readInput(path, eifBytesMax) })),
          },
    cmdline: options.cmdline,
    onProgress,
  })
}

/** All of it becomes part of the measurement. */
function secretsOf(flags: BuildFlags): SecretsCommand | undefined {
  const { kmsCredentials, kmsEndpoint, kmsCa, handoverRoot, handoverOwner, keepKey, keepReceiptKey } = flags
  const given = [kmsCredentials, kmsEndpoint, kmsCa, handoverRoot, handoverOwner, keepKey, keepReceiptKey]
  if (given.every((option) => option === undefined)) return undefined
  if ((kmsEndpoint === undefined) !== (kmsCa === undefined)) throw new CliError('USAGE', '--kms-endpoint and --kms-ca go together')
  if (handoverOwner !== undefined && (handoverRoot === undefined || !isAddress(handoverOwner, { strict: false })))
    throw new CliError('USAGE', '--handover-owner takes an address, and goes with --handover-root')
  if (keepKey !== undefined && (handoverRoot === undefined || !/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/.test(keepKey)))
    throw new CliError('USAGE', '--keep-key takes the ARN of a key, and goes with --handover-root')
  if (keepReceiptKey && handoverRoot === undefined) throw new CliError('USAGE', '--keep-receipt-key goes with --handover-root')
  const [, host, port] = /^([A-Za-z0-9][A-Za-z0-9.-]{0,252}):(\d{1,5})$/.exec(kmsEndpoint ?? 'none:0') ?? []
  if (host === undefined) throw new CliError('USAGE', '--kms-endpoint takes HOST:PORT')
  return {
    credentials: kmsCredentials ?? 'instance',
    kms: kmsCa === undefined ? null : { host, port: Number(port), certificateDer: certificateDer(kmsCa) },
    handoverRoot: handoverRoot === undefined || handoverRoot === 'aws' ? handoverRoot : certificateDer(handoverRoot),
    handoverOwner: handoverOwner as Address | undefined,
    keepKeyArn: keepKey,
    keepReceiptKey,
  }
}

function certificateDer(path: string): Uint8Array {
  try {
    return Uint8Array.from(new X509Certificate(readInput(path, pemBytesMax)).raw)
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    throw new CliError('INPUT_UNREADABLE', `${path} holds no certificate`, { cause })
  }
}

async function build(options: BuildFlags, terminal: Terminal, environment: Environment): Promise<Report> {
  const out = options.out as string
  assertWritable(out)
  const image = await built(options, terminal, environment)
  try {
    writeFileSync(out, image.eif)
  } catch (cause) {
    throw new CliError('OUTPUT_UNWRITABLE', `Cannot write ${out}: ${(cause as Error).message}`, { cause })
  }
  return imageReport(`${out}: ${formatBytes(image.eif.length)}`, image, 'Built.', { out })
}

async function measure(options: BuildFlags, terminal: Terminal, environment: Environment): Promise<Report> {
  const image = await built(options, terminal, environment)
  return imageReport(`${resolve(options.project)}: its image has ${formatBytes(image.eif.length)}`, image, 'Measured.', {})
}

function imageReport(title: string, { eif, measurements, bootMemoryBytes, files }: BuiltImage, verdict: string, data: object): Report {
  const size = [
    ['files', String(files.length)],
    ['memory to unpack it', formatBytes(bootMemoryBytes)],
  ] as const
  return {
    ok: true,
    title,
    checks: [],
    verdict,
    sections: [
      { title: 'Measurements', rows: registerRows(measurements) },
      { title: 'Size', rows: size },
    ],
    notes: [],
    data: { ...data, ...measurements, bytes: eif.length, bootMemoryBytes, files: files.length },
  }
}

async function inspect(path: string, listFiles: boolean): Promise<Report> {
  const image = decodeEif(readInput(path, eifBytesMax))
  const measurements = await measureEif(image)
  const signature = signatureState(image, measurements.pcr0)
  const ramdisks = image.ramdisks.map((ramdisk) => entriesOf(ramdisk))
  const listing = ramdisks.flatMap((entries, index) => entries.map((entry) => ({ ramdisk: index + 1, ...describeEntry(entry) })))
  const rows = [
    ['version', `${image.version}, ${image.arch}`],
    ['asks for', `${formatBytes(image.memoryBytes)} of memory, ${image.cpus} processors`],
    ['kernel', formatBytes(image.kernel.length)],
    ['command line', fromUtf8(image.cmdline)],
    ...image.ramdisks.map(
      (ramdisk, index) => [`ramdisk ${index + 1}`, `${formatBytes(ramdisk.length)}, ${ramdisks[index]?.length} entries`] as const,
    ),
    ['signature', signature],
  ] as const
  return {
    ok: true,
    title: `${path}: an enclave image file`,
    checks: [],
    verdict: 'Decoded; what it does when it runs, only its sources tell.',
    sections: [
      { title: 'Measurements', rows: registerRows(measurements) },
      { title: 'Image', rows },
      ...(listFiles ? [{ title: 'Files', rows: listing.map(({ path, ...rest }) => [path, Object.values(rest).join(' ')] as const) }] : []),
    ],
    notes: ['Metadata, sizes and checksum in the file are not measured.'],
    data: {
      ...measurements,
      version: image.version,
      arch: image.arch,
      cmdline: fromUtf8(image.cmdline),
      kernelBytes: image.kernel.length,
      ramdiskBytes: image.ramdisks.map(({ length }) => length),
      signature,
      metadata: image.metadata === null ? null : parsed(image.metadata),
      ...(listFiles ? { files: listing } : {}),
    },
  }
}

function signatureState({ signature }: Eif, pcr0: Parameters<typeof isImageSignature>[0]): string {
  if (signature === null) return 'none'
  return isImageSignature(pcr0, signature)
    ? 'holds, by the certificate that is PCR8'
    : 'DOES NOT HOLD: the image was changed after it was signed'
}

function entriesOf(ramdisk: Uint8Array): CpioEntry[] {
  return decodeCpio(ramdisk[0] === 0x1f && ramdisk[1] === 0x8b ? gunzipSync(ramdisk, { maxOutputLength: eifBytesMax }) : ramdisk)
}

function describeEntry(entry: CpioEntry) {
  const mode = entry.mode.toString(8).padStart(4, '0')
  return { path: entry.path, kind: entry.kind, mode, ...(entry.kind === 'file' ? { bytes: entry.content.length } : {}) }
}

function registerRows(measurements: Readonly<Record<string, string>>): (readonly [string, string])[] {
  return Object.entries(measurements).map(([name, value]) => [name.toUpperCase(), value] as const)
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes))
  } catch {
    return null
  }
}

/** No verdict: what went wrong is the machine's or the file's, and the code says which. */
function explain(error: unknown): never {
  if (error instanceof ImageError) throw new CliError('IMAGE_FAILED', `${error.message} [${error.code}]`, { cause: error })
  if (error instanceof VerifierError || error instanceof CpioError)
    throw new CliError('INPUT_UNREADABLE', `Not an image that can be read: ${error.message}`, { cause: error })
  if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
    throw new CliError('INPUT_UNREADABLE', 'A ramdisk is larger than any image may be', { cause: error })
  throw error
}

const pemBytesMax = 64 * 1024
