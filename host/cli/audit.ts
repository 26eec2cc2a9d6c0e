import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fromHex, utf8 } from '@nacre/verifier/bytes'
import { CliError, usage } from '@nacre/verifier/cli/cli-error'
import { assertWritable, readInput, writeOutput } from '@nacre/verifier/cli/files'
import {
  addPolicyOptions,
  addRootOption,
  addTimeOptions,
  addWitnessOptions,
  collect,
  type PolicyOptions,
  parseHex,
  parseMeasurements,
  parseRoot,
  parseTime,
  parseWitnesses,
  type RootOptions,
  type TimeOptions,
  type WitnessOptions,
} from '@nacre/verifier/cli/options'
import { formatMs, type Report, refusal, runVerb } from '@nacre/verifier/cli/report'
import { processTerminal, type Terminal } from '@nacre/verifier/cli/terminal'
import { VerifierError } from '@nacre/verifier/errors'
import { decodeManifest, hashManifest } from '@nacre/verifier/manifest'
import { type Command, Option } from 'commander'
import { type AuditModel, type AuditReport, auditLog, type Progress } from '../audit/audit.ts'
import { auditVerdict, reportHtml, sampleText } from '../audit/report-html.ts'
import { openSource, SourceError } from '../audit/source.ts'
import { weightsPathOf } from '../model/model-files.ts'
import type { EngineChoice } from '../replay/choose-engine.ts'
import { engineKinds } from '../replay/engine.ts'
import { ReplayError } from '../replay/replay-error.ts'
import { twoOnMisuse } from './misuse.ts'
import { parseTimeoutMs, parseTolerance, replayFailure } from './replay.ts'

/** Adds `audit`. Exit code 0 when the log is whole and every answer of the sample is what its model gives, 1 when anything was found or the log is refused, 2 when there is no verdict. */
export function addAuditCommand(program: Command, terminal: Terminal = processTerminal): void {
  const command = program
    .command('audit')
    .description('Walk a whole receipt log: enclave, checkpoint, every entry and signature; compute a random sample of its answers again.')
    .requiredOption('--log <URL|DIR>', "the log's static files: the prefix below which checkpoint and tile/ lie")
    .option(
      '--model <NAME=FILE|FOLDER[,MANIFEST]>',
      'a model whose answers to compute again; its manifest.json lies beside its file, or in its folder, unless named; of a program the folder',
      collect,
    )
    .option('--sample <N>', 'how many answers to compute again', '100')
    .option(
      '--seed <HEX>',
      'a public beacon that nobody knew when the log was signed, such as the hash of a later block (default: random, shown in the report)',
    )
    .addOption(new Option('--engine <NAME>', 'native, wasm or integer').choices(['auto', ...engineKinds]).default('auto'))
    .option('--tolerance <NUMBER>', 'what counts as rounding, relative to the largest magnitude of a tensor (default: by datatype)')
    .option('--known <FILE>', 'a checkpoint of this log that you kept: the log must begin with it')
    .option('--timeout <SECONDS>', 'for each file, each model and each run', '60')
    .option('--out <FILE>', 'write the report to this HTML file')
    .option('--keep <FILE>', "write the log's checkpoint to this file, for --known another time")
  addRootOption(command)
  addTimeOptions(command, 'document')
  addWitnessOptions(command)
  addPolicyOptions(command, { waivable: false })
    .option('--json', 'print the report as one JSON object')
    .addHelpText(
      'after',
      `
Example:
  nacre audit --log https://host.example/log --pcr0 3b4c… --model digits=enclave/models/digits/model.onnx --model spam=enclave/models/spam --sample 200 --seed 0x… --out report.html`,
    )
    .action((options: Options) => runVerb(terminal, options.json === true, () => audit(options, terminal)))
  twoOnMisuse(command, terminal)
}

type Options = RootOptions &
  TimeOptions &
  WitnessOptions &
  PolicyOptions & {
    log: string
    model?: string[]
    sample: string
    seed?: string
    engine: EngineChoice
    tolerance?: string
    known?: string
    timeout: string
    out?: string
    keep?: string
    json?: true
  }

async function audit(options: Options, terminal: Terminal): Promise<Report> {
  if (!/^(0|[1-9][0-9]{0,6})$/.test(options.sample)) throw usage(`--sample ${options.sample} is not a number of answers`)
  const beacon = options.seed === undefined ? terminal.randomBytes(32) : fromHex(parseHex('--seed', options.seed))
  const tolerance = parseTolerance(options)
  const timeoutMs = parseTimeoutMs(options.timeout)
  const measurements = parseMeasurements(options) ?? []
  const witnesses = parseWitnesses(options, terminal.nowMs()) ?? { keys: [], quorum: 0, latestMs: 0 }
  const time = parseTime(options, 'document', terminal.nowMs())
  const root = await parseRoot(options)
  const models = await Promise.all((options.model ?? []).map(readModel))
  const known = options.known === undefined ? undefined : readInput(options.known, 64 * 1024)
  assertWritable(options.out, options.keep)
  const source = openSource(options.log, { timeoutMs })
  const startedMs = terminal.nowMs()
  let audited: Awaited<ReturnType<typeof auditLog>>
  try {
    audited = await auditLog({
      source,
      root: root.certificate,
      policy: { measurements },
      time,
      witnesses,
      known,
      models,
      sampleSize: Number(options.sample),
      beacon,
      engine: options.engine,
      tolerance,
      timeoutMs,
      progress: options.json === true ? undefined : progressBar(terminal),
    })
  } catch (error) {
    if (error instanceof VerifierError) return refusal({ title: options.log, checks: [], error, data: { source: options.log } })
    throw failure(error, options)
  }
  const { report, note } = audited
  const durationMs = terminal.nowMs() - startedMs
  if (options.out !== undefined) writeOutput(options.out, utf8(reportHtml(report, { atMs: terminal.nowMs(), durationMs })))
  if (options.keep !== undefined) writeOutput(options.keep, note)
  return summary(report, options, durationMs, root.isAws)
}

function summary(report: AuditReport, options: Options, durationMs: number, isAws: boolean): Report {
  return {
    ok: report.ok,
    title: `${report.log.origin}: audited in ${formatMs(durationMs)}`,
    checks: [],
    verdict: auditVerdict(report),
    sections: [
      {
        title: 'Log',
        rows: [
          ['size', `${report.log.treeSize} leaves, ${report.receipts} receipts, ${report.signed} with signatures of their own`],
          ['root', report.log.rootHash],
          ['signer', report.enclave.signer],
          ['witnesses', report.witnesses.map(({ name }) => name).join(', ') || 'none asked for'],
          ['sample', sampleText(report)],
          ['seed', report.sample.seed],
          ...(options.out === undefined ? [] : [['report', options.out] as const]),
        ],
      },
      ...(report.findings.length === 0
        ? []
        : [
            {
              title: 'Findings',
              rows: report.findings
                .slice(0, findingsMax)
                .map(({ code, index, text }) => [code, `${index === undefined ? '' : `entry ${index}: `}${text}`] as const),
            },
          ]),
    ],
    notes: [
      ...(isAws ? [] : ['The trust root is not AWS’s: the verdict is worth as much as whoever holds its key.']),
      ...(report.findings.length > findingsMax ? [`${report.findings.length - findingsMax} more findings are in the JSON.`] : []),
      ...(options.seed === undefined
        ? [`The seed was drawn here, from ${report.sample.beacon}: for others to believe it, give a public one with --seed.`]
        : []),
    ],
    data: { ...report, durationMs },
  }
}

const findingsMax = 20

/** What no report can be made of. */
function failure(error: unknown, { model = [] }: Options): unknown {
  if (error instanceof SourceError)
    return new CliError('ENDPOINT_UNREACHABLE', error.message, {
      cause: error,
      remedy: 'Check the address of the log, and that its host is up.',
    })
  return error instanceof ReplayError ? replayFailure(error, model.join(', ')) : error
}

async function readModel(text: string): Promise<AuditModel> {
  const [, name, place, given] = /^([^=,]+)=([^,]+)(?:,([^,]+))?$/.exec(text) ?? []
  if (name === undefined || place === undefined)
    throw usage(`--model ${text} is not NAME=FILE or NAME=FOLDER`, 'Say for instance digits=enclave/models/digits/model.onnx.')
  const isFolder = statSync(place, { throwIfNoEntry: false })?.isDirectory() === true
  const path = given ?? join(isFolder ? place : dirname(place), 'manifest.json')
  try {
    const manifest = decodeManifest(Uint8Array.from(readFileSync(path)))
    if (manifest.name !== name) throw usage(`--model ${text}: ${path} is the manifest of "${manifest.name}"`)
    const isProgram = manifest.platform === 'nacre_program'
    if (isProgram && !isFolder) throw usage(`--model ${text}: "${name}" is a program, which is computed from its folder`)
    return { id: await hashManifest(manifest), manifest, weightsPath: isFolder && !isProgram ? weightsPathOf(place) : place }
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    throw new CliError('INPUT_UNREADABLE', `Cannot read the manifest ${path}: ${(cause as Error).message}`, {
      cause,
      remedy: 'Name it after a comma: NAME=FILE,MANIFEST. An enclave serves it at /v1/models/NAME/manifest.',
    })
  }
}

/** On a terminal, one line that is written over. */
function progressBar(terminal: Terminal): ((progress: Progress) => void) | undefined {
  if (!terminal.colour) return undefined
  let shown = -1
  return ({ phase, done, total }) => {
    if (phase === 'done') {
      terminal.stderr('\r\u001b[K')
      return
    }
    const percent = total === 0 ? 100 : Math.floor((100 * done) / total)
    const key = phase === 'entries' ? percent : 1000 + percent
    if (key === shown) return
    shown = key
    const filled = Math.round(percent / 4)
    terminal.stderr(
      `\r\u001b[K${phase === 'entries' ? 'entries' : 'answers'} [${'='.repeat(filled)}${' '.repeat(25 - filled)}] ${percent} % of ${total}`,
    )
  }
}
