import { type Bundle, bundleBytesMax, decodeBundle, encodeBundle } from '@nacre/verifier/bundle'
import { CliError, usage } from '@nacre/verifier/cli/cli-error'
import { readInput, writeOutput } from '@nacre/verifier/cli/files'
import { parseAddress } from '@nacre/verifier/cli/options'
import { formatBytes, type Report, refusal, runVerb } from '@nacre/verifier/cli/report'
import { processTerminal, type Terminal } from '@nacre/verifier/cli/terminal'
import { VerifierError } from '@nacre/verifier/errors'
import { decodeKeyset } from '@nacre/verifier/keyset'
import { decodeProvenance } from '@nacre/verifier/provenance'
import { verifyReceiptInclusion } from '@nacre/verifier/receipt-proof'
import { verifyRegistration } from '@nacre/verifier/registration'
import type { Command } from 'commander'
import { type Address, createPublicClient, http } from 'viem'
import { openSource, SourceError } from '../audit/source.ts'
import { placeInLog } from '../log-place.ts'
import { proveRegistration } from '../registration-proof.ts'
import { twoOnMisuse } from './misuse.ts'

/** Adds `bundle add` to the verifier's group. Exit code 0 when everything that was asked for is in the new file, 1 when a piece does not fit the bundle, 2 when it cannot be had. */
export function addBundleAdd(program: Command, terminal: Terminal = processTerminal): void {
  const group = program.commands.find((command) => command.name() === 'bundle') ?? program.command('bundle')
  const command = group
    .command('add')
    .description(
      'Add evidence to a bundle while it can still be had: its place in the log, its registration on chain, where its image comes from.',
    )
    .argument('<FILE>', 'bundle (*.nacre)')
    .requiredOption('--out <FILE>', 'the bundle with the new evidence')
    .option('--log <URL|DIR>', "the log's static files: adds place, checkpoint and note with its cosignatures")
    .option('--rpc-url <URL>', 'a node of the chain: adds the registration; with --registry')
    .option('--registry <ADDRESS>', 'the registry that has the key')
    .option('--from-block <NUMBER>', 'where to begin to look for the registration', '0')
    .option('--provenance <FILE>', 'canonical JSON "nacre/provenance/1"')
    .option('--withhold <inputs|outputs|both>', 'leave tensors out: the receipt keeps their hashes')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  nacre bundle add answer.nacre --out whole.nacre --log https://host.example/log --rpc-url https://… --registry 0x…',
    )
    .action((file: string, options: Options) => runVerb(terminal, options.json === true, () => add(file, options)))
  twoOnMisuse(command, terminal)
}

type Options = {
  out: string
  log?: string
  rpcUrl?: string
  registry?: string
  fromBlock: string
  provenance?: string
  withhold?: string
  json?: true
}

async function add(file: string, options: Options): Promise<Report> {
  const { out, log, rpcUrl, registry, fromBlock, provenance, withhold } = options
  if ((rpcUrl === undefined) !== (registry === undefined)) throw usage('--rpc-url and --registry go together')
  if (!/^(0|[1-9][0-9]{0,17})$/.test(fromBlock)) throw usage(`--from-block ${fromBlock} is not a number`)
  if (withhold !== undefined && !['inputs', 'outputs', 'both'].includes(withhold))
    throw usage(`--withhold ${withhold}: say inputs, outputs or both`)
  const address = registry === undefined ? undefined : parseAddress('--registry', registry)
  const before = readBundle(file)
  let bundle = before
  try {
    if (log !== undefined) bundle = { ...bundle, ...(await place(bundle, log)) }
    if (rpcUrl !== undefined && address !== undefined)
      bundle = { ...bundle, registration: await register(bundle, rpcUrl, address, BigInt(fromBlock)) }
    if (provenance !== undefined) {
      const bytes = readInput(provenance, 64 * 1024)
      decodeProvenance(bytes)
      bundle = { ...bundle, provenance: bytes }
    }
  } catch (error) {
    if (error instanceof VerifierError) return refusal({ title: file, checks: [], error })
    if (error instanceof SourceError) throw new CliError('ENDPOINT_UNREACHABLE', error.message, { cause: error })
    throw error
  }
  if (withhold === 'inputs' || withhold === 'both') bundle = { ...bundle, inputs: null }
  if (withhold === 'outputs' || withhold === 'both') bundle = { ...bundle, outputs: null }
  const bytes = encodeBundle(bundle)
  writeOutput(out, bytes)
  const held = (['inclusion', 'note', 'registration', 'provenance', 'inputs', 'outputs'] as const).filter((name) => bundle[name] !== null)
  return {
    ok: true,
    title: `${out}: bundle, ${formatBytes(bytes.length)}`,
    checks: [],
    verdict: 'Written. What was added fits this bundle; whether to believe it is for `nacre bundle verify`.',
    sections: [{ title: 'Holds', rows: [['', ['document', 'keyset', 'manifest', 'receipt', ...held].join(', ')]] }],
    notes: [],
    data: { source: file, out, bytes: bytes.length, holds: held },
  }
}

/** Verified against the bundle's own keyset: a file that does not fit is found here, not by whoever gets it. */
async function place({ receipt, domain, keyset }: Bundle, log: string): Promise<Pick<Bundle, 'inclusion' | 'note'>> {
  const { inclusion, note } = await placeInLog(openSource(log, { timeoutMs: 30_000 }), Number(receipt.sequence))
  await verifyReceiptInclusion({ receipt, domain, inclusion, signer: signerOf(keyset) })
  return { inclusion, note }
}

async function register(
  { attestation, keyset }: Bundle,
  rpcUrl: string,
  registry: Address,
  fromBlock: bigint,
): Promise<Bundle['registration']> {
  const client = createPublicClient({ transport: http(rpcUrl) })
  const registration = await client
    .getChainId()
    .then((chainId) => proveRegistration({ client, chainId: BigInt(chainId), registry, attestation, fromBlock }))
    .catch((cause: Error) => {
      throw new CliError('ENDPOINT_UNREACHABLE', `${rpcUrl}: ${cause.message.split('\n')[0]}`, {
        cause,
        remedy: 'Check the address of the node.',
      })
    })
  if (registration === null)
    throw new CliError('INPUT_UNFIT', `${registry} did not register the document of this bundle`, {
      remedy: 'Register it with `nacre onchain register`, or ask for an answer beside the document that is registered.',
    })
  await verifyRegistration({ registration, signer: signerOf(keyset), attestation })
  return registration
}

function signerOf(keyset: Uint8Array): Address {
  return decodeKeyset(keyset).logName.slice('nacre/'.length) as Address
}

function readBundle(file: string): Bundle {
  try {
    return decodeBundle(readInput(file, bundleBytesMax))
  } catch (cause) {
    if (!(cause instanceof VerifierError)) throw cause
    throw new CliError('INPUT_UNREADABLE', `${file}: ${cause.message} [${cause.code}]`, { cause, remedy: 'Give a bundle, *.nacre.' })
  }
}
