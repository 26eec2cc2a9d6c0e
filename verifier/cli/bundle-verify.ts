import type { Command } from 'commander'
import { type AnswersBundle, decodeAnswersBundle } from '../answers-bundle.ts'
import { type BundleTime, bundleBytesMax, type ChainPolicy } from '../bundle.ts'
import {
  type BundledAnswer,
  type VerifiedBundledAnswer,
  type VerifiedEvidence,
  verifyBundledAnswer,
  verifyEvidence,
} from '../bundle-evidence.ts'
import type { Hex } from '../bytes.ts'
import type { WitnessPolicy } from '../checkpoint.ts'
import { VerifierError } from '../errors.ts'
import type { HistoryPolicy } from '../history.ts'
import type { Measurement } from '../policy.ts'
import { type Receipt, type ReceiptDomain, receiptToJson } from '../receipt.ts'
import { attestationData, attestationSection } from './attestation-summary.ts'
import { attestationStage, trustNotes } from './attestation-verify.ts'
import { answerChecks, type Check, type CheckName, failedChecks, keysetChecks, type PlannedCheck, type Stage } from './checks.ts'
import { usage } from './cli-error.ts'
import { readInput } from './files.ts'
import { addHistoryOptions, asksForHistory, type HistoryOptions, parseHistoryPolicy } from './history-options.ts'
import { historyData, historySections } from './history-summary.ts'
import {
  addDomainOptions,
  addPolicyOptions,
  addRootOption,
  addWitnessOptions,
  collect,
  type DomainOptions,
  type PolicyOptions,
  parseAddress,
  parseDomain,
  parseHex,
  parseMeasurements,
  parseRoot,
  parseTime,
  parseWitnesses,
  type RootOptions,
  type TimeOptions,
  type WitnessOptions,
} from './options.ts'
import { assertExpectedDomain, describeDomain, domainData, isoTime, receiptSection } from './receipt-summary.ts'
import { keysetNotes } from './receipt-verify.ts'
import { formatBytes, formatMs, type Report, refusal, runVerb, type Section, verifyInStages } from './report.ts'
import { tensorData, tensorSection } from './tensor-summary.ts'
import type { Terminal } from './terminal.ts'

export function addBundleVerify(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('verify')
    .description('Verify an answer, or several in one file, offline: that this enclave, with this model and this input, gave this output.')
    .argument('<FILE>', 'bundle (*.nacre)')
  addRootOption(command)
  command
    .option(
      '--at <document|witnesses|chain|now|ISO-8601>',
      "when the certificates must be valid: at the document's own signed time, when the witnesses or the block saw it, now (and the document fresh), or at a time you trust",
      'document',
    )
    .option('--max-age <SECONDS>', 'with --at now: oldest evidence to accept')
  addWitnessOptions(command)
    .option('--registry <ADDRESS>', 'registry that you trust; with --registry-chain and --block')
    .option('--registry-chain <NUMBER>', 'chain id of the registry')
    .option('--block <HASH>', 'hash of the block, from a node that you trust; repeat it to accept several', collect)
  addPolicyOptions(command, { waivable: false })
    .option('--model <ID>', 'model id to accept; repeat it to accept several (default: any that the enclave measured)', collect)
    .option('--request-id <HEX>', 'request that the answer, or one of several, must be to')
  addHistoryOptions(addDomainOptions(command, 'audience that the receipts must be made for'))
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
What vouches for the time, by --at:
  document   the document's own word: sound unless a key of its chain was stolen, even after it expired
  witnesses  the witnesses saw the log with this receipt in it while the certificates were valid
  chain      a registry that you trust accepted this very document in that block
A registration without --registry and --block is shown as a claim: compare the block's hash with a node of that chain.

Of several answers each is judged by itself, and one that is refused refuses the file. --owner, --shared-keys, --overlap and --known are for a bundle that holds the history of its key.

A bundle does not say who asked or why: --request-id and --chain-id with --contract compare what you know.

Example:
  nacre bundle verify answer.nacre --root simulated-root.pem --pcr0 3b4c…`,
    )
    .action((file: string, options: Options) => runVerb(terminal, options.json === true, () => verify(file, options, terminal)))
}

type Options = RootOptions &
  TimeOptions &
  PolicyOptions &
  DomainOptions &
  HistoryOptions &
  WitnessOptions & {
    model?: string[]
    requestId?: string
    registry?: string
    registryChain?: string
    block?: string[]
    json?: boolean
  }

async function verify(file: string, options: Options, terminal: Terminal): Promise<Report> {
  const measurements = parseMeasurements(options) ?? []
  const modelIds = options.model?.map((id) => parseHex('--model', id, 32)) ?? ('any-measured' as const)
  const requestId = options.requestId === undefined ? undefined : parseHex('--request-id', options.requestId, 32)
  const domain = parseDomain(options)
  const witnesses = parseWitnesses(options, terminal.nowMs())
  const chain = parseChain(options)
  const time = parseBundleTime(options, terminal.nowMs(), witnesses, chain)
  const root = await parseRoot(options)
  const bytes = readInput(file, bundleBytesMax)
  const held = heldBy(bytes)
  const holdsHistory = held !== null && held.evidence.history !== null
  const history = holdsHistory || asksForHistory(options) ? parseHistoryPolicy(options, measurements) : undefined

  const showsProgress = terminal.colour && options.json !== true
  const startedMs = performance.now()
  const stages = [
    sharedStage({ held, root, time, measurements, witnesses, chain, history }),
    answerStage({ held, time, domain, requestId, modelIds }),
    // What the library leaves to the caller; the checks of the same names above hold within the bundle.
    [],
  ] as const
  const course = await verifyInStages(stages, async (begin) => {
    const { version, evidence: unverified, answers } = decodeAnswersBundle(bytes)
    const policy = { measurements, modelIds }
    const evidence = await verifyEvidence({ evidence: unverified, root: root.certificate, policy, time, witnesses, chain, history })
    begin(1)
    const judged: JudgedAnswer[] = []
    for (const answer of answers) {
      judged.push(await judge(evidence, answer, domain))
      if (showsProgress && judged.length % 64 === 0) terminal.stderr(`\r\u001b[K${judged.length} of ${answers.length} answers`)
    }
    if (showsProgress) terminal.stderr('\r\u001b[K')
    const [only] = judged
    if (version === 1 && only?.error !== undefined) {
      begin(only.stage)
      throw only.error
    }
    begin(2)
    if (requestId !== undefined && !answers.some(({ receipt }) => receipt.requestId === requestId))
      throw new VerifierError('REQUEST_MISMATCH', 'The bundle is the answer to another request', {
        expected: requestId,
        received: answers
          .map(({ receipt }) => receipt.requestId)
          .slice(0, 10)
          .join(),
      })
    return { version, evidence, judged }
  })
  const verifyMs = performance.now() - startedMs

  const title = `${file}: bundle, ${formatBytes(bytes.length)}`
  const data = { source: file, bytes: bytes.length, root: { name: root.name, sha256: root.sha256, aws: root.isAws }, verifyMs }
  const notes = trustNotes(root, measurements)
  if (!course.ok) return refusal({ title, checks: course.checks, error: course.error, notes, data })
  const { version, evidence, judged } = course.value
  const parts = { title, data, verifyMs, notes: [...notes, ...timeNotes(evidence)], evidence, isAnyModel: modelIds === 'any-measured' }
  const [only] = judged
  if (version === 1 && only?.verified !== undefined) return oneAnswer({ ...parts, checks: course.checks, answer: only.verified })
  const first = judged.find(({ error }) => error !== undefined)
  const checks = first?.error === undefined ? course.checks : failedChecks(stages, first.stage, first.error)
  return severalAnswers({ ...parts, checks, judged })
}

/** An answer by itself, and at which stage it was refused. */
async function judge(evidence: VerifiedEvidence, answer: BundledAnswer, domain: ReceiptDomain | undefined): Promise<JudgedAnswer> {
  const { receipt } = answer
  let stage: 1 | 2 = 1
  try {
    const verified = await verifyBundledAnswer(evidence, answer)
    stage = 2
    assertExpectedDomain(verified.domain, domain)
    return { receipt, verified, stage }
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error
    return { receipt, error, stage }
  }
}

type Asked = {
  held: Held
  root: Awaited<ReturnType<typeof parseRoot>>
  time: BundleTime
  measurements: readonly Measurement[]
  witnesses: WitnessPolicy | undefined
  chain: ChainPolicy | undefined
  history: Omit<HistoryPolicy, 'signer'> | undefined
}

function sharedStage({ held, root, time, measurements, witnesses, chain, history }: Asked): Stage {
  const [form, ...attestationRest] = attestationStage({ root, time: asVerificationTime(time), nonce: undefined, measurements })
  const evidence = held?.evidence
  return [
    { name: 'form', note: `a bundle in deterministic CBOR, and ${form?.note}` },
    evidence === undefined || evidence.head?.note != null || (witnesses?.quorum ?? 0) > 0
      ? { name: 'log', note: logNote(witnesses) }
      : { name: 'log', skipped: evidence.head === null ? notHeld : 'no note in this bundle: the receipt’s place is checked below' },
    evidence === undefined || evidence.registration !== null || chain !== undefined
      ? { name: 'registration', note: chain === undefined ? 'in the block that it names' : 'by the registry, in the block, that you trust' }
      : { name: 'registration', skipped: notHeld },
    ...attestationRest.map((check) => ({ ...check, ...vouchedNote(time, check.name) })),
    ...keysetChecks.map((name) => ({ name, note: keysetNotes[name] })),
    evidence === undefined || evidence.provenance !== null
      ? { name: 'provenance', note: 'of this image' }
      : { name: 'provenance', skipped: notHeld },
    ...(history === undefined
      ? []
      : ([
          { name: 'succession', note: `each key epoch names the one before, and they end in this key` },
          { name: 'upgrades', note: history.upgrades === 'listed' ? 'every image is listed' : `approved by ${history.upgrades.owner}` },
        ] as const)),
  ]
}

function answerStage(parts: {
  held: Held
  time: BundleTime
  domain: ReceiptDomain | undefined
  requestId: Hex | undefined
  modelIds: readonly Hex[] | 'any-measured'
}): Stage {
  const { held, time, domain, requestId, modelIds } = parts
  const notes: Record<(typeof answerChecks)[number], string> = {
    audience: domain === undefined ? 'as the bundle states it' : describeDomain(domain),
    'receipt signature': receiptNote(held),
    'receipt time': time.mode === 'live' ? 'as fresh as asked for' : 'within a day of the document',
    request: requestId ?? 'as the bundle states it',
    model: modelIds === 'any-measured' ? 'any that the enclave measured' : 'as given',
    input: 'hash of the tensors in the bundle',
    output: 'hash of the tensors in the bundle',
  }
  return answerChecks.map((name): PlannedCheck => {
    const isKeptBack = (side: 'input' | 'output') => held?.answers.every((answer) => answer[`${side}s`] === null) ?? false
    return (name === 'input' || name === 'output') && isKeptBack(name)
      ? { name, skipped: 'kept back: the receipt holds the hash alone' }
      : { name, note: notes[name] }
  })
}

type Parts = {
  title: string
  checks: readonly Check[]
  verifyMs: number
  notes: string[]
  data: object
  evidence: VerifiedEvidence
  isAnyModel: boolean
}

function oneAnswer(parts: Parts & { answer: VerifiedBundledAnswer }): Report {
  const { title, checks, verifyMs, notes, data, evidence, isAnyModel, answer } = parts
  const { attestation, signer } = evidence
  const { manifest, receipt, domain, inputs, outputs } = answer
  return {
    ok: true,
    title,
    checks,
    verdict: `Verified in ${formatMs(verifyMs)}: model "${manifest.name}" version ${manifest.version} gave this output for this input.`,
    sections: [
      attestationSection(attestation),
      receiptSection(receipt, domain, `Receipt, signed by ${signer}`),
      tensorSection('Input', inputs),
      tensorSection('Output', outputs, manifest.labels),
      ...besides(evidence),
    ],
    notes: [
      ...notes,
      ...(isAnyModel
        ? [`Any model that the enclave measured was accepted. This one is ${receipt.modelId}: compare it, or say --model.`]
        : []),
    ],
    data: { ...data, signer, ...answerData(answer), ...evidenceData(evidence) },
  }
}

function severalAnswers(parts: Parts & { judged: readonly JudgedAnswer[] }): Report {
  const { title, checks, verifyMs, notes, data, evidence, isAnyModel, judged } = parts
  const { attestation, signer } = evidence
  const refused = judged.filter(({ error }) => error !== undefined)
  const count = (answers: number) => `${answers} answer${answers === 1 ? '' : 's'}`
  // Refused ones first: nobody should have to look for them.
  const shown = [...refused, ...judged.filter(({ error }) => error === undefined)].slice(0, answersShownMax)
  return {
    ok: refused.length === 0,
    title,
    checks,
    verdict:
      refused.length === 0
        ? `Verified in ${formatMs(verifyMs)}: ${count(judged.length)} of one enclave, each with its model, input and output.`
        : `Refused: ${refused.length} of ${count(judged.length)}. The others hold.`,
    sections: [
      attestationSection(attestation),
      { title: `Receipts, signed by ${signer}`, rows: shown.map((each) => [String(each.receipt.sequence), answerText(each)] as const) },
      ...besides(evidence),
    ],
    notes: [
      ...notes,
      ...(judged.length > shown.length ? [`${judged.length - shown.length} more answers are in the JSON.`] : []),
      ...(isAnyModel ? ['Any model that the enclave measured was accepted: compare their ids, or say --model.'] : []),
    ],
    data: {
      ...data,
      signer,
      answers: judged.map(({ receipt, verified, error }) => ({
        ok: error === undefined,
        ...(verified === undefined ? { receipt: receiptToJson(receipt) } : answerData(verified)),
        ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
      })),
      ...evidenceData(evidence),
    },
    error: refused[0]?.error,
  }
}

type JudgedAnswer = { receipt: Receipt; verified?: VerifiedBundledAnswer; error?: VerifierError; stage: 1 | 2 }

const answersShownMax = 50

function answerText({ receipt, verified, error }: JudgedAnswer): string {
  if (error !== undefined) return `REFUSED ${error.code}: ${error.message}`
  const kept = (['inputs', 'outputs'] as const).filter((side) => verified?.[side] === null)
  return `verified, model "${verified?.manifest.name}", ${isoTime(receipt.timestampMs)}${kept.length === 0 ? '' : `, ${kept.join(' and ')} kept back`}`
}

function answerData({ receipt, domain, manifest, inputs, outputs }: VerifiedBundledAnswer) {
  return {
    model: { id: receipt.modelId, name: manifest.name, version: manifest.version },
    receipt: receiptToJson(receipt),
    domain: domainData(domain),
    inputs: inputs?.map((tensor) => tensorData(tensor)) ?? null,
    outputs: outputs?.map((tensor) => tensorData(tensor, manifest.labels)) ?? null,
  }
}

function evidenceData({ attestation, vouched, log, registration, provenance, history }: VerifiedEvidence) {
  return {
    attestation: attestationData(attestation),
    vouched,
    log,
    registration,
    provenance,
    ...(history === null ? {} : { history: historyData(history) }),
  }
}

function parseChain({ registry, registryChain, block }: Options): ChainPolicy | undefined {
  if (registry === undefined && registryChain === undefined && block === undefined) return undefined
  if (registry === undefined || registryChain === undefined || block === undefined)
    throw usage('--registry, --registry-chain and --block go together')
  if (!/^(0|[1-9][0-9]{0,18})$/.test(registryChain)) throw usage(`--registry-chain ${registryChain} is not a decimal number`)
  const blockHashes = block.map((hash) => parseHex('--block', hash, 32))
  return { registry: parseAddress('--registry', registry), chainId: BigInt(registryChain), blockHashes }
}

function parseBundleTime(
  options: Options,
  nowMs: number,
  witnesses: WitnessPolicy | undefined,
  chain: ChainPolicy | undefined,
): BundleTime {
  const { at, maxAge } = options
  if (at !== 'witnesses' && at !== 'chain') return parseTime(options, 'document', nowMs)
  if (maxAge !== undefined) throw usage('--max-age says nothing without --at now', 'Leave it out, or say --at now.')
  if (at === 'witnesses' && witnesses === undefined) throw usage('--at witnesses needs --witness KEY: whose word to take')
  if (at === 'chain' && chain === undefined) throw usage('--at chain needs --registry, --registry-chain and --block: whose word to take')
  return { mode: at }
}

/** For the words about freshness, which in both of these is not asked for. */
function asVerificationTime(time: BundleTime) {
  return time.mode === 'witnesses' || time.mode === 'chain' ? ({ mode: 'document' } as const) : time
}

/** Where witnesses or a chain say when, that is what dates and freshness are held against. */
function vouchedNote({ mode }: BundleTime, name: CheckName): { note?: string; skipped?: undefined } {
  if (mode !== 'witnesses' && mode !== 'chain') return {}
  const when = mode === 'witnesses' ? 'when the witnesses saw the log' : 'at the time of the block'
  if (name === 'dates') return { note: `every certificate valid ${when}` }
  return name === 'freshness' ? { note: `the document was there ${when}`, skipped: undefined } : {}
}

const notHeld = 'not in this bundle'

/** What there is to check. `null` for what is no bundle: the verifier says why. */
function heldBy(bytes: Uint8Array): Held {
  try {
    return decodeAnswersBundle(bytes)
  } catch (error) {
    if (error instanceof VerifierError) return null
    throw error
  }
}

type Held = AnswersBundle | null

function receiptNote(held: Held): string {
  const own = 'by the receipt key of the document'
  const [answer, ...others] = held?.answers ?? []
  if (held === null || answer === undefined || held.evidence.head === null) return own
  const { treeSize } = held.evidence.head.checkpoint
  if (others.length > 0) return `${own}, or in its log of ${treeSize} leaves, or both`
  const place = `leaf ${answer.receipt.sequence} of ${treeSize} under its checkpoint`
  if (answer.proof === null) return own
  return answer.signature === null ? place : `${own}, and ${place}`
}

function logNote(witnesses: WitnessPolicy | undefined): string {
  if (witnesses === undefined) return "the note is the log's, of the checkpoint that the receipt is proven in"
  return `the log's note, signed by ${witnesses.quorum} of ${witnesses.keys.length} witnesses`
}

function besides({ log, registration, provenance, history }: VerifiedEvidence): Section[] {
  return [
    ...(log === null
      ? []
      : [
          {
            title: 'Log',
            rows: [
              ['name', log.origin],
              ['size', `${log.treeSize} leaves`],
              ['root', log.rootHash],
              ...log.cosignatures.map(({ name, timestampMs }) => ['witness', `${name}, ${new Date(timestampMs).toISOString()}`] as const),
            ] as [string, string][],
          },
        ]),
    ...(registration === null
      ? []
      : [
          {
            title: registration.isTrusted ? 'Registration' : 'Registration, as claimed',
            rows: [
              ['registry', `${registration.registry} on chain ${registration.chainId}, route ${registration.route}`],
              ['block', `${registration.blockNumber} ${registration.blockHash}`],
              ['time', new Date(registration.blockTimeMs).toISOString()],
            ] as [string, string][],
          },
        ]),
    ...(provenance === null
      ? []
      : [
          {
            title: 'Provenance, as claimed',
            rows: [
              ['source', provenance.source],
              ['revision', provenance.revision],
              ['recipe', provenance.recipe],
            ] as [string, string][],
          },
        ]),
    ...(history === null ? [] : historySections(history)),
  ]
}

function timeNotes({ vouched, registration, provenance }: VerifiedEvidence): string[] {
  return [
    ...(vouched.by === 'document'
      ? [
          'The time is the document’s own word: it holds unless a key of its chain was stolen, even later. --at witnesses or --at chain asks others.',
        ]
      : []),
    ...(registration !== null && !registration.isTrusted
      ? ['The registration is a claim: compare the block’s hash with a node of that chain, or name it with --block.']
      : []),
    ...(provenance !== null ? ['The provenance is a claim about this image: build it and compare the PCRs.'] : []),
  ]
}
