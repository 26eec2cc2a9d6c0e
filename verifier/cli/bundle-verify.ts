import type { Command } from 'commander'
import {
  type Bundle,
  type BundleTime,
  bundleBytesMax,
  type ChainPolicy,
  decodeBundle,
  type VerifiedBundle,
  verifyBundle,
} from '../bundle.ts'
import type { WitnessPolicy } from '../checkpoint.ts'
import { VerifierError } from '../errors.ts'
import { receiptToJson } from '../receipt.ts'
import { attestationData, attestationSection } from './attestation-summary.ts'
import { attestationStage, trustNotes } from './attestation-verify.ts'
import { answerChecks, type CheckName, keysetChecks, type PlannedCheck, type Stage } from './checks.ts'
import { usage } from './cli-error.ts'
import { readInput } from './files.ts'
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
import { assertExpectedDomain, describeDomain, domainData, receiptSection } from './receipt-summary.ts'
import { keysetNotes } from './receipt-verify.ts'
import { formatBytes, formatMs, type Report, refusal, runVerb, type Section, verifyInStages } from './report.ts'
import { tensorData, tensorSection } from './tensor-summary.ts'
import type { Terminal } from './terminal.ts'

export function addBundleVerify(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('verify')
    .description('Verify one answer offline: that this enclave, with this model and this input, gave this output.')
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
    .option('--request-id <HEX>', 'request that the answer must be to')
  addDomainOptions(command, 'audience that the receipt must be made for')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
What vouches for the time, by --at:
  document   the document's own word: sound unless a key of its chain was stolen, even after it expired
  witnesses  the witnesses saw the log with this receipt in it while the certificates were valid
  chain      a registry that you trust accepted this very document in that block
A registration without --registry and --block is shown as a claim: compare the block's hash with a node of that chain.

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
  const bundle = readInput(file, bundleBytesMax)
  const held = heldBy(bundle)

  const startedMs = performance.now()
  const [form, ...attestationRest] = attestationStage({ root, time: asVerificationTime(time), nonce: undefined, measurements })
  const notes: Record<(typeof answerChecks)[number], string> = {
    audience: domain === undefined ? 'as the bundle states it' : describeDomain(domain),
    'receipt signature': receiptNote(held),
    'receipt time': time.mode === 'live' ? 'as fresh as asked for' : 'within a day of the document',
    request: requestId ?? 'as the bundle states it',
    model: modelIds === 'any-measured' ? 'any that the enclave measured' : 'as given',
    input: 'hash of the tensors in the bundle',
    output: 'hash of the tensors in the bundle',
  }
  // The last stage compares what the library leaves to the caller; the checks of the same names above it hold within the bundle.
  const stage: Stage = [
    { name: 'form', note: `a bundle in deterministic CBOR, and ${form?.note}` },
    held === null || held.note !== null || (witnesses?.quorum ?? 0) > 0
      ? { name: 'log', note: logNote(witnesses) }
      : { name: 'log', skipped: held.inclusion === null ? notHeld : 'no note in this bundle: the receipt’s place is checked below' },
    held === null || held.registration !== null || chain !== undefined
      ? { name: 'registration', note: chain === undefined ? 'in the block that it names' : 'by the registry, in the block, that you trust' }
      : { name: 'registration', skipped: notHeld },
    ...attestationRest.map((check) => ({ ...check, ...vouchedNote(time, check.name) })),
    ...keysetChecks.map((name) => ({ name, note: keysetNotes[name] })),
    held === null || held.provenance !== null ? { name: 'provenance', note: 'of this image' } : { name: 'provenance', skipped: notHeld },
    ...answerChecks.map((name): PlannedCheck => {
      const isKeptBack = (name === 'input' && held?.inputs === null) || (name === 'output' && held?.outputs === null)
      return isKeptBack ? { name, skipped: 'kept back: the receipt holds the hash alone' } : { name, note: notes[name] }
    }),
  ]
  const course = await verifyInStages([stage, []], async (begin) => {
    const verified = await verifyBundle({ bundle, root: root.certificate, policy: { measurements, modelIds }, time, witnesses, chain })
    begin(1)
    assertExpectedDomain(verified.domain, domain)
    if (requestId !== undefined && verified.receipt.requestId !== requestId)
      throw new VerifierError('REQUEST_MISMATCH', 'The bundle is the answer to another request', {
        expected: requestId,
        received: verified.receipt.requestId,
      })
    return verified
  })
  const verifyMs = performance.now() - startedMs

  const title = `${file}: bundle, ${formatBytes(bundle.length)}`
  const data = { source: file, bytes: bundle.length, root: { name: root.name, sha256: root.sha256, aws: root.isAws }, verifyMs }
  if (!course.ok) return refusal({ title, checks: course.checks, error: course.error, notes: trustNotes(root, measurements), data })
  const { manifest, receipt, signer, attestation, inputs, outputs } = course.value
  return {
    ok: true,
    title,
    checks: course.checks,
    verdict: `Verified in ${formatMs(verifyMs)}: model "${manifest.name}" version ${manifest.version} gave this output for this input.`,
    sections: [
      attestationSection(attestation),
      receiptSection(receipt, course.value.domain, `Receipt, signed by ${signer}`),
      tensorSection('Input', inputs),
      tensorSection('Output', outputs, manifest.labels),
      ...besides(course.value),
    ],
    notes: [
      ...trustNotes(root, measurements),
      ...timeNotes(course.value),
      ...(modelIds === 'any-measured'
        ? [`Any model that the enclave measured was accepted. This one is ${receipt.modelId}: compare it, or say --model.`]
        : []),
    ],
    data: {
      ...data,
      signer,
      model: { id: receipt.modelId, name: manifest.name, version: manifest.version },
      receipt: receiptToJson(receipt),
      domain: domainData(course.value.domain),
      attestation: attestationData(attestation),
      inputs: inputs?.map((tensor) => tensorData(tensor)) ?? null,
      outputs: outputs?.map((tensor) => tensorData(tensor, manifest.labels)) ?? null,
      vouched: course.value.vouched,
      log: course.value.log,
      registration: course.value.registration,
      provenance: course.value.provenance,
    },
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
function heldBy(bytes: Uint8Array): Bundle | null {
  try {
    return decodeBundle(bytes)
  } catch (error) {
    if (error instanceof VerifierError) return null
    throw error
  }
}

function receiptNote(held: Bundle | null): string {
  const own = 'by the receipt key of the document'
  if (held === null || held.inclusion === null) return own
  const place = `leaf ${held.receipt.sequence} of ${held.inclusion.checkpoint.treeSize} under its checkpoint`
  return held.signature === null ? place : `${own}, and ${place}`
}

function logNote(witnesses: WitnessPolicy | undefined): string {
  if (witnesses === undefined) return "the note is the log's, of the checkpoint that the receipt is proven in"
  return `the log's note, signed by ${witnesses.quorum} of ${witnesses.keys.length} witnesses`
}

function besides({ log, registration, provenance }: VerifiedBundle): Section[] {
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
  ]
}

function timeNotes({ vouched, registration, provenance }: VerifiedBundle): string[] {
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
