import { type AnswersBundle, decodeAnswersBundle } from '@nacre/verifier/answers-bundle'
import { bundleBytesMax } from '@nacre/verifier/bundle'
import { type BundledAnswer, verifyBundledAnswer, verifyEvidence } from '@nacre/verifier/bundle-evidence'
import { CliError, usage } from '@nacre/verifier/cli/cli-error'
import { readInput } from '@nacre/verifier/cli/files'
import { addHistoryOptions, asksForHistory, type HistoryOptions, parseHistoryPolicy } from '@nacre/verifier/cli/history-options'
import {
  addPolicyOptions,
  addRootOption,
  addTimeOptions,
  collect,
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
import { decodeManifest, hashManifest, type ModelManifest, type RuntimeProfile } from '@nacre/verifier/manifest'
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
    .description('Compute recorded answers again, with the runtime profile of their manifests, and compare.')
    .argument('<FILE>', 'bundle (*.nacre), of one answer or of several')
    .requiredOption(
      '--model <FILE|NAME=FILE>',
      'the model, whose SHA-256 must be the one in the manifest; of a program its folder; of several models each by its name',
      collect,
    )
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
  addHistoryOptions(addPolicyOptions(command, { waivable: false }))
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
With --pcr0 the bundle is verified first, as "nacre bundle verify" does; without it nobody vouches for what is recorded. Of several answers, those are computed whose model is given and whose inputs are there.

Examples:
  nacre replay answer.nacre --model enclave/models/garment/model.onnx
  nacre replay text.nacre --model enclave/models/tiny-gpt
  nacre replay monday.nacre --model digits=models/digits/model.onnx --model spam=models/spam
  nacre replay answer.nacre --model model.onnx --engine wasm --root simulated-root.pem --pcr0 3b4c…`,
    )
    .action((file: string, options: Options) => runVerb(terminal, options.json === true, () => replay(file, options, terminal)))
  twoOnMisuse(command, terminal)
}

type Options = RootOptions &
  TimeOptions &
  PolicyOptions &
  HistoryOptions & { model: string[]; engine: EngineChoice; tolerance?: string; exact?: true; timeout: string; json?: true }

async function replay(file: string, options: Options, terminal: Terminal): Promise<Report> {
  const tolerance = parseTolerance(options)
  const timeoutMs = parseTimeoutMs(options.timeout)
  const verifyBytes = await evidenceVerifier(options, terminal)
  const bytes = readInput(file, bundleBytesMax)
  const { held, manifests } = readable(file, () => {
    const held = decodeAnswersBundle(bytes)
    return { held, manifests: held.evidence.manifests.map(decodeManifest) }
  })
  const weights = weightsByName(options.model, manifests)
  if (held.version === 2)
    return replaySeveral({ file, bytes, held, manifests, weights, options, tolerance, timeoutMs, verifyBytes, terminal })
  const [[{ receipt, inputs, outputs }], [manifest]] = [held.answers, manifests] as [[BundledAnswer], [ModelManifest]]
  if (inputs === null)
    throw new CliError('INPUT_UNREADABLE', `${file} keeps its inputs back: there is nothing to compute from`, {
      remedy: 'Ask whoever made the bundle for one with its inputs.',
    })
  const { shared: evidence } = await verifyBytes(bytes)
  const { engine, result, runMs } = await computeAgain(options, weights.get(manifest.name), timeoutMs, manifest, (engine, isExact) =>
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
      evidence: evidenceData(evidence),
      model: { id: receipt.modelId, name: manifest.name, version: manifest.version },
      profile: runtimeOf(manifest, engine) ?? null,
      engine: engineData(engine),
      bound: result.bound,
      signedHashReproduced: result.signedHashReproduced,
      tensors: result.comparison?.tensors ?? null,
      reasons: result.reasons,
      runMs,
    },
  }
}

async function computeAgain<result>(
  { engine: choice }: Options,
  model: string | undefined,
  timeoutMs: number,
  manifest: ModelManifest,
  run: (engine: ReplayEngine, isExact: boolean) => Promise<result>,
): Promise<{ engine: ReplayEngine; result: result; runMs: number }> {
  if (model === undefined) throw notGiven(manifest)
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

/** The weights of each model of the bundle: by its name, or a single one without. */
function weightsByName(given: readonly string[], manifests: readonly ModelManifest[]): ReadonlyMap<string, string> {
  const names = manifests.map(({ name }) => name)
  const weights = new Map<string, string>()
  for (const text of given) {
    const [, name, path] = /^([^=]+)=(.+)$/.exec(text) ?? []
    const isNamed = name !== undefined && names.includes(name)
    const [only, ...others] = names
    if (!isNamed && (others.length > 0 || given.length > 1))
      throw usage(`--model ${text} is not NAME=FILE of a model in this bundle`, `Its models are ${names.join(', ')}.`)
    weights.set(isNamed ? name : (only as string), isNamed ? (path as string) : text)
  }
  return weights
}

function notGiven({ name }: ModelManifest): CliError {
  return usage(`The model "${name}" is not given`, `Say --model ${name}=FILE.`)
}

type Several = {
  file: string
  bytes: Uint8Array
  held: AnswersBundle
  manifests: readonly ModelManifest[]
  weights: ReadonlyMap<string, string>
  options: Options
  tolerance: number | undefined
  timeoutMs: number
  verifyBytes: (bundle: Uint8Array) => Promise<JudgedEvidence>
  terminal: Terminal
}

type ReplayedAnswer = {
  answer: BundledAnswer
  name: string
  verdict: Replay['verdict'] | 'not-computed'
  engine: ReplayEngine | undefined
  result?: Replay
  /** Why it was not computed, or why its evidence is refused. */
  notComputed?: string
  refused?: VerifierError | undefined
}

async function replaySeveral(parts: Several): Promise<Report> {
  const { file, bytes, held, manifests, weights, options, tolerance, timeoutMs, verifyBytes, terminal } = parts
  const { shared: evidence, refused } = await verifyBytes(bytes)
  const byId = new Map(await Promise.all(manifests.map(async (manifest) => [await hashManifest(manifest), manifest] as const)))
  const engines = new Map<string, Awaited<ReturnType<typeof chooseEngine>>>()
  const replayed: ReplayedAnswer[] = []
  const startedMs = performance.now()
  try {
    for (const answer of held.answers) {
      const { receipt, inputs, outputs } = answer
      const manifest = byId.get(receipt.modelId)
      const name = manifest?.name ?? receipt.modelId
      const path = weights.get(name)
      const own = { answer, name, refused: refused.get(receipt.sequence) }
      const skip = (notComputed: string) => void replayed.push({ ...own, verdict: 'not-computed', engine: undefined, notComputed })
      if (manifest === undefined) skip('its manifest is not in the bundle')
      else if (path === undefined) skip('its model is not given')
      else if (inputs === null) skip('its inputs are kept back')
      else
        try {
          // By id: a bundle that nobody verified may hold two models of one name, and each has to be loaded to be held to its manifest.
          const { modelId } = receipt
          const chosen = engines.get(modelId) ?? (await chooseEngine({ choice: options.engine, manifest, weightsPath: path, timeoutMs }))
          engines.set(modelId, chosen)
          const { engine, isExact } = chosen
          const result = await replayAnswer({ answer: { manifest, receipt, inputs, outputs }, engine, tolerance: isExact ? 0 : tolerance })
          replayed.push({ ...own, verdict: result.verdict, engine, result })
        } catch (error) {
          throw replayFailure(error, path)
        }
      if (terminal.colour && options.json !== true) terminal.stderr(`\r\u001b[K${replayed.length} of ${held.answers.length} answers`)
    }
  } finally {
    for (const { engine } of engines.values()) engine.close()
    if (terminal.colour && options.json !== true) terminal.stderr('\r\u001b[K')
  }
  const runMs = performance.now() - startedMs
  const computed = replayed.filter(({ verdict }) => verdict !== 'not-computed')
  if (computed.length === 0)
    throw new CliError('INPUT_UNREADABLE', `${file}: of no answer the model is given and the inputs are there`, {
      remedy: `Say --model NAME=FILE for ${manifests.map(({ name }) => name).join(', ')}.`,
    })
  const count = (wanted: ReplayedAnswer['verdict']) => replayed.filter(({ verdict }) => verdict === wanted).length
  const isGood = ({ verdict, refused: error }: ReplayedAnswer) =>
    error === undefined && verdict !== 'mismatch' && !(verdict === 'within-tolerance' && options.exact === true)
  const shown = [...replayed.filter((each) => !isGood(each)), ...replayed.filter(isGood)].slice(0, answersShownMax)
  return {
    ok: replayed.every(isGood) && evidence.state !== 'refused',
    title: `${file}: bundle of ${replayed.length} answers, computed again in ${formatMs(runMs)}`,
    checks: [],
    verdict: `${count('bit-equal')} bit-equal, ${count('within-tolerance')} within tolerance, ${count('mismatch')} mismatched, ${count('not-computed')} not computed.${
      evidence.state === 'refused'
        ? ` The evidence is refused: ${evidence.error?.code}.`
        : evidence.state === 'verified'
          ? ' The evidence is verified.'
          : ''
    }`,
    sections: [{ title: 'Answers', rows: shown.map((each) => [String(each.answer.receipt.sequence), answerText(each)] as const) }],
    notes: [
      ...new Set(computed.flatMap(({ result }) => result?.reasons.map(({ text }) => text) ?? [])),
      ...(replayed.length > shown.length ? [`${replayed.length - shown.length} more answers are in the JSON.`] : []),
      ...evidence.notes,
    ],
    data: {
      source: file,
      evidence: evidenceData(evidence),
      answers: replayed.map(({ answer: { receipt }, name, verdict, engine, result, notComputed, refused: error }) => ({
        sequence: String(receipt.sequence),
        model: { id: receipt.modelId, name },
        verdict,
        engine: engine === undefined ? null : engineData(engine),
        bound: result?.bound ?? null,
        signedHashReproduced: result?.signedHashReproduced ?? null,
        tensors: result?.comparison?.tensors ?? null,
        reasons: result?.reasons ?? [],
        ...(notComputed === undefined ? {} : { notComputed }),
        ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
      })),
      runMs,
    },
  }
}

const answersShownMax = 50

function answerText({ name, verdict, result, notComputed, refused }: ReplayedAnswer): string {
  const worst = result?.comparison?.tensors.find(({ first }) => first !== null)
  const where =
    worst?.first == null
      ? ''
      : `, ${worst.name}[${worst.first.position.join(', ')}]: recorded ${worst.first.recorded}, computed ${worst.first.computed}`
  const altered = result?.reasons.find(({ code }) => code === 'RECORD_ALTERED')
  return [
    `${verdict}, model "${name}"${notComputed === undefined ? '' : `: ${notComputed}`}${verdict === 'bit-equal' ? '' : where}`,
    ...(altered === undefined ? [] : [altered.text]),
    ...(refused === undefined ? [] : [`REFUSED ${refused.code}: ${refused.message}`]),
  ].join('. ')
}

type Evidence = { state: 'verified' | 'refused' | 'not-verified'; error?: VerifierError; notes: string[] }
/** Of the whole, and by sequence of answers that are refused. */
type JudgedEvidence = { shared: Evidence; refused: ReadonlyMap<bigint, VerifierError> }

/** Options are parsed before anything is read. */
async function evidenceVerifier(options: Options, terminal: Terminal): Promise<(bundle: Uint8Array) => Promise<JudgedEvidence>> {
  const time = parseTime(options, 'document', terminal.nowMs())
  if (options.pcr0 === undefined) {
    if (((options.root !== 'aws' || options.pcr1) ?? options.pcr2 ?? options.pcr8) || asksForHistory(options))
      throw usage('Without --pcr0 no evidence is verified, and --root, other PCRs or a history say nothing', 'Give --pcr0 HEX too.')
    const notes = ['Nobody vouches for this bundle here: give --pcr0, or use `nacre bundle verify`.']
    return async () => ({ shared: { state: 'not-verified', notes }, refused: new Map() })
  }
  const measurements = parseMeasurements(options) ?? []
  const pastPolicy = parseHistoryPolicy(options, measurements)
  const { certificate: root } = await parseRoot(options)
  return async (bytes) => {
    const refused = new Map<bigint, VerifierError>()
    try {
      const { evidence: unverified, answers } = decodeAnswersBundle(bytes)
      const history = unverified.history !== null || asksForHistory(options) ? pastPolicy : undefined
      const policy = { measurements, modelIds: 'any-measured' } as const
      const evidence = await verifyEvidence({ evidence: unverified, root, policy, time, history })
      for (const answer of answers)
        await verifyBundledAnswer(evidence, answer).catch((error: unknown) => {
          if (!(error instanceof VerifierError)) throw error
          refused.set(answer.receipt.sequence, error)
        })
      const [error] = refused.values()
      if (error !== undefined) throw error
      return { shared: { state: 'verified', notes: [] }, refused }
    } catch (error) {
      if (!(error instanceof VerifierError)) throw error
      return { shared: { state: 'refused', error, notes: [`The bundle is refused: ${error.message} [${error.code}]`] }, refused }
    }
  }
}

function evidenceData({ state, error }: Evidence) {
  return { state, ...(error === undefined ? {} : { code: error.code, message: error.message }) }
}

function engineData({ kind, library, version, cpuClass }: ReplayEngine) {
  return { kind, library, version, cpuClass }
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
