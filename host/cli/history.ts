import { readdirSync, statSync } from 'node:fs'
import { fromUtf8, isHex } from '@nacre/verifier/bytes'
import { CliError, usage } from '@nacre/verifier/cli/cli-error'
import { readInput, writeOutput } from '@nacre/verifier/cli/files'
import { collect, parseAddress } from '@nacre/verifier/cli/options'
import { formatBytes, type Report, runVerb } from '@nacre/verifier/cli/report'
import { processTerminal, type Terminal } from '@nacre/verifier/cli/terminal'
import { VerifierError } from '@nacre/verifier/errors'
import type { ImageMeasurement } from '@nacre/verifier/handover'
import { encodeHistory, type UpgradeApproval } from '@nacre/verifier/history'
import { decodeKeyset } from '@nacre/verifier/keyset'
import type { Command } from 'commander'
import { openSource, SourceError } from '../audit/source.ts'
import { openStores } from '../log/follower.ts'
import { readHistory } from '../log/history.ts'
import { twoOnMisuse } from './misuse.ts'

/** Adds `history make` to the verifier's group. Exit code 0 when the file is written, 2 when a log cannot be read. */
export function addHistoryMake(program: Command, terminal: Terminal = processTerminal): void {
  const group = program.commands.find((command) => command.name() === 'history') ?? program.command('history')
  const command = group
    .command('make')
    .description('Put the key epochs behind a log into one file, from the static files of a host’s logs.')
    .argument('<URL|DIR>', 'below which every log lies under the address of its key: where logs.json is')
    .requiredOption('--out <FILE>', 'the history')
    .option('--signer <ADDRESS>', 'the receipt key that it should end in (default: that of the log opened last)')
    .option('--approval <FILE>', "an owner's approval of a change of image, as JSON; again for each one", collect)
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  nacre history make https://host.example/log --approval upgrade.json --out enclave.history')
    .action((where: string, options: Options) => runVerb(terminal, options.json === true, () => make(where, options)))
  twoOnMisuse(command, terminal)
}

type Options = { out: string; signer?: string; approval?: string[]; json?: true }

async function make(where: string, { out, signer, approval = [] }: Options): Promise<Report> {
  const approvals = approval.map(readApproval)
  const given = signer === undefined ? undefined : parseAddress('--signer', signer).toLowerCase()
  try {
    const last = given ?? (await lastLog(where))
    const epochs = await readHistory({ source: openSource(where, { timeoutMs: 30_000 }), last, approvals })
    const bytes = encodeHistory(epochs)
    writeOutput(out, bytes)
    return {
      ok: true,
      title: `${out}: history, ${formatBytes(bytes.length)}`,
      checks: [],
      verdict: 'Written. Whether to believe it is for `nacre history verify`.',
      sections: [
        {
          title: 'Epochs',
          rows: epochs.map(({ keyset, checkpoint }) => [decodeKeyset(keyset).logName, `${checkpoint.treeSize} leaves`] as const),
        },
      ],
      notes: [],
      data: { source: where, out, bytes: bytes.length, epochs: epochs.length },
    }
  } catch (error) {
    if (error instanceof SourceError) throw new CliError('ENDPOINT_UNREACHABLE', error.message, { cause: error })
    if (error instanceof VerifierError)
      throw new CliError('INPUT_UNREADABLE', `${where}: ${error.message} [${error.code}]`, { cause: error, remedy: 'Get the files again.' })
    throw error
  }
}

/** By `logs.json` where it is served, by what is there where it is a folder. */
async function lastLog(where: string): Promise<string> {
  const source = openSource(where, { timeoutMs: 30_000 })
  const list = await source.read('logs.json', 1 << 20)
  const names =
    list !== null
      ? (JSON.parse(fromUtf8(list)) as { path: unknown }[]).map(({ path }) => String(path).replace(/^\//, ''))
      : isFolder(where)
        ? (await openStores(where)).map(({ logName }) => logName.slice('nacre/'.length))
        : []
  const last = names.at(-1)
  if (last === undefined || !isHex(last, 20))
    throw new CliError('INPUT_UNREADABLE', `${where} lists no logs`, { remedy: 'Name the receipt key with --signer.' })
  return last
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true && readdirSync(path).length > 0
}

/** `{"from": {"pcr0", "pcr1", "pcr2"}, "to": {…}, "notAfterMs": "…", "signature": "0x…"}`, as an enclave takes it for a hand-over. */
function readApproval(file: string): UpgradeApproval {
  let json: { from?: ImageMeasurement; to?: ImageMeasurement; notAfterMs?: unknown; signature?: unknown } | null
  try {
    json = JSON.parse(fromUtf8(readInput(file, 64 * 1024))) as typeof json
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    throw new CliError('INPUT_UNREADABLE', `${file} is not JSON`, { cause })
  }
  const { from, to, notAfterMs, signature } = json ?? {}
  const isImage = (image: ImageMeasurement | undefined): image is ImageMeasurement =>
    [image?.pcr0, image?.pcr1, image?.pcr2].every((register) => isHex(register, 48))
  if (!isImage(from) || !isImage(to) || !/^[0-9]{1,19}$/.test(String(notAfterMs)) || !isHex(signature, 65))
    throw usage(`--approval ${file} is not an approval`, 'It has from, to (pcr0, pcr1, pcr2 each), notAfterMs and signature.')
  return { migration: { from, to, notAfterMs: BigInt(String(notAfterMs)) }, signature }
}
