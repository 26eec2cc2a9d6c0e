import { bundleBytesMax, decodeBundle, verifyBundle } from '@nacre/verifier/bundle'
import { CliError, usage } from '@nacre/verifier/cli/cli-error'
import { readInput } from '@nacre/verifier/cli/files'
import {
  addPolicyOptions,
  addRootOption,
  addTimeOptions,
  type PolicyOptions,
  parseMeasurements,
  parseRoot,
  parseTime,
  type RootOptions,
  type TimeOptions,
} from '@nacre/verifier/cli/options'
import { formatBytes, formatMs, type Report, runVerb, type Section } from '@nacre/verifier/cli/report'
import { processTerminal, type Terminal } from '@nacre/verifier/cli/terminal'
import { VerifierError } from '@nacre/verifier/errors'
import { decodeManifest, type ModelManifest, type RuntimeProfile } from '@nacre/verifier/manifest'
import { type Command, Option } from 'commander'
import { chooseEngine, type EngineChoice } from '../replay/choose-engine.ts'
import { type ElementDifference, type TensorComparison, toleranceOf } from '../replay/comparison.ts'
import { engineKinds, type ReplayEngine } from '../replay/engine.ts'
import { type Replay, replayAnswer } from '../replay/replay.ts'
import { ReplayError, replayRemedies } from '../replay/replay-error.ts'
import { twoOnMisuse } from './misuse.ts'

/** Adds `replay`. Exit code 0 when the answer was computed again and is equal or equal to rounding, 1 when it is not or its evidence is refused, 2 when there is no verdict. */
export function addReplayCommand(program: Command, terminal: Terminal = processTerminal): void {
  const command = program
    .command('replay')
    .description('Compute a recorded answer again, with the runtime profile of its manifest, and compare.')
    .argument('<FILE>', 'bundle (*.nacre)')
    .requiredOption('--model <FILE>', 'the model, whose SHA-256 must be the one in the manifest; of a program its folder')
    .addOption(
      new Option('--engine <NAME>', 'native, wasm (the same bits on any machine) or integer (exact, models of integers alone)')
        .choices(['auto', ...engineKinds])
        .default('auto'),
    )
    .option('--tolerance <NUMBER>', 'what counts as rounding, relative to the largest magnitude of the tensor (default: by datatype)')
    .option('--exact', 'accept equal bytes only')
    .option('--timeout <SECONDS>', 'for loading the model, and for the run', '600')
  addRootOption(command)
  addTimeOptions(command, 'document')
  addPolicyOptions(command, { waivable: false })
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
With --pcr0 the bundle is verified first, as "nacre bundle verify" does; without it nobody vouches for what is recorded.

Examples:
  nacre replay answer.nacre --model enclave/models/garment/model.onnx
  nacre replay text.nacre --model enclave/models/tiny-gpt
  nacre replay answer.nacre --model model.onnx --engine wasm --root simulated-root.pem --pcr0 3b4c…`,
    )
    .action((file: string, options: Options) => runVerb(terminal, options.json === true, () => replay(file, options, terminal)))
  twoOnMisuse(command, terminal)
}

type Options = RootOptions &
  TimeOptions &
  PolicyOptions & { model: string; engine: EngineChoice; tolerance?: string; exact?: true; timeout: string; json?: true }

async function replay(file: string, options: Options, terminal: Terminal): Promise<Report> {
  const tolerance = parseTolerance(options)
  const timeoutMs = parseTimeoutMs(options.timeout)
  const verifyEvidence = await evidenceVerifier(options, terminal)
  const bytes = readInput(file, bundleBytesMax)
  const { bundle, manifest } = readable(file, () => {
    const bundle = decodeBundle(bytes)
    return { bundle, manifest: decodeManifest(bundle.manifest) }
  })
  const { receipt, inputs, outputs } = bundle
  if (inputs === null)
    throw new CliError('INPUT_UNREADABLE', `${file} keeps its inputs back: there is nothing to compute from`, {
      remedy: 'Ask whoever made the bundle for one with its inputs.',
    })
  const evidence = await verifyEvidence(bytes)
  const { engine, result, runMs } = await computeAgain(options, timeoutMs, manifest, (engine, isExact) =>
    replayAnswer({ answer: { manifest, receipt, inputs, outputs }, engine, tolerance: isExact ? 0 : tolerance }),
  )
  const accepted = result.verdict === 'bit-equal' || (result.verdict === 'within-tolerance' && options.exact !== true)
  const ok = accepted && evidence.state !== 'refused'
  return {
    ok,
    title: `${file}: bundle, ${formatBytes(bytes.length)}, computed again in ${formatMs(runMs)}`,
    checks: [],
    verdict: verdictText(result, manifest, evidence),
    sections: [profileSection(manifest, engine), ...(result.comparison?.tensors ?? []).map(tensorSection)],
    notes: [...result.reasons.map(({ text }) => text), ...evidence.notes],
    data: {
      source: file,
      verdict: result.verdict,
      evidence: {
        state: evidence.state,
        ...(evidence.error === undefined ? {} : { code: evidence.error.code, message: evidence.error.message }),
      },
      model: { id: receipt.modelId, name: manifest.name, version: manifest.version },
      profile: runtimeOf(manifest, engine) ?? null,
      engine: { kind: engine.kind, library: engine.library, version: engine.version, cpuClass: engine.cpuClass },
      bound: result.bound,
      signedHashReproduced: result.signedHashReproduced,
      tensors: result.comparison?.tensors ?? null,
      reasons: result.reasons,
      runMs,
    },
  }
}

async function computeAgain<result>(
  { engine: choice, model }: Options,
  timeoutMs: number,
  manifest: ModelManifest,
  run: (engine: ReplayEngine, isExact: boolean) => Promise<result>,
): Promise<{ engine: ReplayEngine; result: result; runMs: number }> {
  let engine: ReplayEngine | undefined
  try {
    const chosen = await chooseEngine({ choice, manifest, weightsPath: model, timeoutMs })
    engine = chosen.engine
    const startedMs = performance.now()
    const result = await run(engine, chosen.isExact)
    return { engine, result, runMs: performance.now() - startedMs }
  } catch (error) {
    throw replayFailure(error, model)
  } finally {
    engine?.close()
  }
}

/** A {@link ReplayError} as the command line shows it. */
export function replayFailure(error: unknown, model: string): unknown {
  if (error instanceof ReplayError) {
    const { code, message, expected, received } = error
    const compared = expected === undefined ? '' : ` (expected ${expected}, received ${received})`
    return new CliError('REPLAY_FAILED', `${model}: ${message}${compared} [${code}]`, { remedy: replayRemedies[code], cause: error })
  }
  return error
}

type Evidence = { state: 'verified' | 'refused' | 'not-verified'; error?: VerifierError; notes: string[] }

/** Options are parsed before anything is read. */
async function evidenceVerifier(options: Options, terminal: Terminal): Promise<(bundle: Uint8Array) => Promise<Evidence>> {
  const time = parseTime(options, 'document', terminal.nowMs())
  if (options.pcr0 === undefined) {
    if ((options.root !== 'aws' || options.pcr1) ?? options.pcr2 ?? options.pcr8)
      throw usage('Without --pcr0 no evidence is verified, and --root or other PCRs say nothing', 'Give --pcr0 HEX too.')
    return async () => ({
      state: 'not-verified',
      notes: ['Nobody vouches for this bundle here: give --pcr0, or use `nacre bundle verify`.'],
    })
  }
  const measurements = parseMeasurements(options) ?? []
  const { certificate: root } = await parseRoot(options)
  return async (bundle) => {
    try {
      await verifyBundle({ bundle, root, policy: { measurements, modelIds: 'any-measured' }, time })
      return { state: 'verified', notes: [] }
    } catch (error) {
      if (!(error instanceof VerifierError)) throw error
      return { state: 'refused', error, notes: [`The bundle is refused: ${error.message} [${error.code}]`] }
    }
  }
}

function verdictText(result: Replay, manifest: ModelManifest, evidence: Evidence): string {
  const model = `model "${manifest.name}" version ${manifest.version}`
  const altered = result.reasons.some(({ code }) => code === 'RECORD_ALTERED')
  const what =
    result.verdict === 'bit-equal'
      ? `Bit-equal: ${model} gives this output for this input.`
      : result.verdict === 'within-tolerance'
        ? `Within tolerance, not bit-equal: ${model} gives this output for this input, to rounding.`
        : altered
          ? 'Mismatch: the record was altered.'
          : `Mismatch: ${model} does not give this output for this input.`
  if (evidence.state === 'verified') return `${what} The enclave's receipt is verified.`
  return evidence.state === 'refused' ? `${what} Its evidence is refused: ${evidence.error?.code}.` : what
}

/** Of a program, its first stage's. */
function runtimeOf(manifest: ModelManifest, engine: ReplayEngine): RuntimeProfile | undefined {
  return manifest.platform === 'nacre_program' ? engine.runtime : manifest.runtime
}

function profileSection(manifest: ModelManifest, engine: ReplayEngine): Section {
  const runtime = runtimeOf(manifest, engine)
  const threads = `${runtime?.intraOpThreads}+${runtime?.interOpThreads} threads`
  return {
    title: 'Profile',
    rows: [
      ['recorded', `${runtime?.engine} ${runtime?.version}, ${runtime?.graphOptimizationLevel}, ${threads}`],
      ['engine', `${engine.kind}: ${engine.library} ${engine.version}, CPU class ${engine.cpuClass}`],
    ],
  }
}

function tensorSection(tensor: TensorComparison): Section {
  const { name, datatype, verdict, elements, differing, ulpMax, absoluteMax, absoluteAllowed, first, worst, reason } = tensor
  const rows: [string, string][] = [['verdict', verdict]]
  if (reason !== undefined) rows.push(['form', reason])
  else rows.push(['elements', `${elements.toLocaleString('en-US')}, of which ${differing.toLocaleString('en-US')} differ`])
  if (differing > 0 && absoluteMax !== null)
    rows.push([
      'farthest',
      `${absoluteMax.toExponential(2)}${ulpMax === null ? '' : `, ${ulpMax.toLocaleString('en-US')} ULP at most`}; allowed ${absoluteAllowed.toExponential(2)}${absoluteAllowed > 0 ? ` (${toleranceText(datatype)})` : ''}`,
    ])
  const at = ({ position, recorded, computed }: ElementDifference) =>
    `${name}[${position.join(', ')}]: recorded ${recorded}, computed ${computed}`
  if (first !== null) rows.push(['first', at(first)])
  if (worst !== null && worst.index !== first?.index) rows.push(['worst', at(worst)])
  return { title: `Output ${name}`, rows }
}

function toleranceText(datatype: TensorComparison['datatype']): string {
  return `by default 2^${Math.log2(toleranceOf(datatype))} of the largest magnitude`
}

export function parseTolerance({ tolerance, exact }: { tolerance?: string; exact?: true }): number | undefined {
  if (exact === true && tolerance !== undefined) throw usage('--exact contradicts --tolerance', 'Leave out the one or the other.')
  if (exact === true || tolerance === undefined) return undefined
  const value = Number(tolerance)
  if (tolerance.trim() === '' || !(value >= 0 && value < 1)) throw usage(`--tolerance ${tolerance} is not a number from 0 to below 1`)
  return value
}

export function parseTimeoutMs(seconds: string): number {
  if (!/^[1-9][0-9]{0,5}$/.test(seconds)) throw usage(`--timeout ${seconds} is not a number of seconds`)
  return Number(seconds) * 1000
}

function readable<value>(file: string, read: () => value): value {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof VerifierError)) throw cause
    throw new CliError('INPUT_UNREADABLE', `${file}: ${cause.message} [${cause.code}]`, { cause, remedy: 'Give a bundle, *.nacre.' })
  }
}
