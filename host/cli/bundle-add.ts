import { type AnswersBundle, decodeAnswersBundle, encodeAnswersBundle } from '@nacre/verifier/answers-bundle'
import { decodeAttestation } from '@nacre/verifier/attestation'
import { bundleBytesMax, encodeBundle } from '@nacre/verifier/bundle'
import type { BundledAnswer, SharedEvidence } from '@nacre/verifier/bundle-evidence'
import { equalBytes, type Hex, toHex } from '@nacre/verifier/bytes'
import { CliError, usage } from '@nacre/verifier/cli/cli-error'
import { readInput, writeOutput } from '@nacre/verifier/cli/files'
import { parseAddress } from '@nacre/verifier/cli/options'
import { formatBytes, type Report, refusal, runVerb } from '@nacre/verifier/cli/report'
import { processTerminal, type Terminal } from '@nacre/verifier/cli/terminal'
import { VerifierError } from '@nacre/verifier/errors'
import { decodeHistory, type Epoch, historyBytesMax } from '@nacre/verifier/history'
import { decodeKeyset } from '@nacre/verifier/keyset'
import { decodeProvenance } from '@nacre/verifier/provenance'
import { verifyReceiptInclusion } from '@nacre/verifier/receipt-proof'
import { type Registration, verifyRegistration } from '@nacre/verifier/registration'
import type { Command } from 'commander'
import { type Address, createPublicClient, http, type PublicClient } from 'viem'
import { openSource, SourceError } from '../audit/source.ts'
import { placesInLog } from '../log-place.ts'
import { proveRegistration, registeredDocuments } from '../registration-proof.ts'
import { twoOnMisuse } from './misuse.ts'

/** Adds `bundle add` to the verifier's group. Exit code 0 when everything that was asked for is in the new file, 1 when a piece does not fit the bundle, 2 when it cannot be had. */
export function addBundleAdd(program: Command, terminal: Terminal = processTerminal): void {
  const group = program.commands.find((command) => command.name() === 'bundle') ?? program.command('bundle')
  const command = group
    .command('add')
    .description(
      'Put answers of one receipt key into one file, and add evidence while it can still be had: their places in the log, the registration of the key on chain, where its image comes from, who it was before.',
    )
    .argument('<FILE...>', 'bundles (*.nacre), of one answer or of several')
    .requiredOption('--out <FILE>', 'the bundle with all of it: version 2 if it holds several answers or a history')
    .option('--log <URL|DIR>', "the log's static files: adds places under one checkpoint, and its note with cosignatures")
    .option('--history <FILE>', 'the key epochs that end in this key, as `nacre history make` writes them')
    .option('--rpc-url <URL>', 'a node of the chain: adds the registration; with --registry')
    .option('--registry <ADDRESS>', 'the registry that has the key')
    .option('--from-block <NUMBER>', 'where to begin to look for the registration', '0')
    .option('--provenance <FILE>', 'canonical JSON "nacre/provenance/1"')
    .option('--withhold <inputs|outputs|both>', 'leave tensors out: the receipts keep their hashes')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
The document is the first file's, or the one by which the key was registered, where a registration is added or kept: a registration is of one document.

Examples:
  nacre bundle add answer.nacre --out whole.nacre --log https://host.example/log/0x… --rpc-url https://… --registry 0x…
  nacre bundle add monday/*.nacre --out monday.nacre --log https://host.example/log/0x… --history enclave.history`,
    )
    .action((files: string[], options: Options) => runVerb(terminal, options.json === true, () => add(files, options)))
  twoOnMisuse(command, terminal)
}

type Options = {
  out: string
  log?: string
  history?: string
  rpcUrl?: string
  registry?: string
  fromBlock: string
  provenance?: string
  withhold?: string
  json?: true
}

async function add(files: readonly string[], options: Options): Promise<Report> {
  const { out, log, history, rpcUrl, registry, fromBlock, provenance, withhold } = options
  if ((rpcUrl === undefined) !== (registry === undefined)) throw usage('--rpc-url and --registry go together')
  if (!/^(0|[1-9][0-9]{0,17})$/.test(fromBlock)) throw usage(`--from-block ${fromBlock} is not a number`)
  if (withhold !== undefined && !['inputs', 'outputs', 'both'].includes(withhold))
    throw usage(`--withhold ${withhold}: say inputs, outputs or both`)
  const address = registry === undefined ? undefined : parseAddress('--registry', registry)
  const source = files.join(', ')
  let { evidence, answers } = gather(files, log !== undefined)
  let bytes: Uint8Array
  try {
    if (log !== undefined) ({ evidence, answers } = await place({ evidence, answers }, log))
    if (rpcUrl !== undefined && address !== undefined) evidence = await register({ evidence, answers }, rpcUrl, address, BigInt(fromBlock))
    if (provenance !== undefined) evidence = { ...evidence, provenance: checked(readInput(provenance, 64 * 1024), decodeProvenance) }
    if (history !== undefined) evidence = { ...evidence, history: ownHistory(history, evidence) }
    if (withhold === 'inputs' || withhold === 'both') answers = answers.map((answer) => ({ ...answer, inputs: null }))
    if (withhold === 'outputs' || withhold === 'both') answers = answers.map((answer) => ({ ...answer, outputs: null }))
    bytes = encode({ evidence, answers })
  } catch (error) {
    if (error instanceof VerifierError) return refusal({ title: source, checks: [], error })
    if (error instanceof SourceError) throw new CliError('ENDPOINT_UNREACHABLE', error.message, { cause: error })
    throw error
  }
  writeOutput(out, bytes)
  const held = holds({ evidence, answers })
  return {
    ok: true,
    title: `${out}: bundle of ${answers.length === 1 ? 'one answer' : `${answers.length} answers`}, ${formatBytes(bytes.length)}`,
    checks: [],
    verdict: 'Written. What was added fits this bundle; whether to believe it is for `nacre bundle verify`.',
    sections: [{ title: 'Holds', rows: [['', ['document', 'keyset', 'manifest', 'receipt', ...held].join(', ')]] }],
    notes: [],
    data: { source, out, bytes: bytes.length, answers: answers.length, holds: held },
  }
}

/** One file of several: the same receipt key, every answer once, one document and one head. */
function gather(files: readonly string[], willBePlaced: boolean): AnswersBundle {
  const bundles = files.map((file) => ({ file, ...readBundle(file) }))
  const [first] = bundles as [(typeof bundles)[number]]
  const stranger = bundles.find(({ evidence }) => !equalBytes(evidence.keyset, first.evidence.keyset))
  if (stranger !== undefined)
    throw new CliError('INPUT_UNFIT', `${stranger.file} is of another enclave than ${first.file}`, {
      remedy: 'Make a bundle for each receipt key; a history (--history) tells how they follow each other.',
    })
  const { attestation, registration } = (bundles.find(({ evidence }) => evidence.registration !== null) ?? first).evidence
  const answers = distinct(bundles.flatMap((bundle) => bundle.answers))
  const heads = new Map(bundles.flatMap(({ evidence: { head } }) => (head === null ? [] : [[head.checkpoint.rootHash, head] as const])))
  if (heads.size > 1 && !willBePlaced)
    throw new CliError('INPUT_UNFIT', 'The answers are proven under different checkpoints', {
      remedy: 'Give --log: all of them are placed under the one that it has.',
    })
  const evidence: SharedEvidence = {
    attestation,
    keyset: first.evidence.keyset,
    manifests: [...new Map(bundles.flatMap((bundle) => bundle.evidence.manifests).map((manifest) => [toHex(manifest), manifest])).values()],
    head: [...heads.values()].find(({ note }) => note !== null) ?? [...heads.values()][0] ?? null,
    registration,
    provenance: bundles.find((bundle) => bundle.evidence.provenance !== null)?.evidence.provenance ?? null,
    history: bundles.find((bundle) => bundle.evidence.history !== null)?.evidence.history ?? null,
  }
  assertWithinADay(evidence, answers)
  return { evidence, answers }
}

/** The same answer from two files is one; whichever has more is kept. */
function distinct(answers: readonly BundledAnswer[]): BundledAnswer[] {
  const bySequence = new Map<bigint, BundledAnswer>()
  for (const answer of answers) {
    const other = bySequence.get(answer.receipt.sequence)
    if (other !== undefined && !isSameReceipt(other, answer))
      throw new CliError(
        'INPUT_UNFIT',
        `Two different receipts have number ${answer.receipt.sequence}: one of them is not what was signed`,
        {
          remedy: 'Verify each file with `nacre bundle verify`.',
        },
      )
    bySequence.set(answer.receipt.sequence, {
      ...answer,
      signature: answer.signature ?? other?.signature ?? null,
      proof: answer.proof ?? other?.proof ?? null,
      inputs: answer.inputs ?? other?.inputs ?? null,
      outputs: answer.outputs ?? other?.outputs ?? null,
    })
  }
  return [...bySequence.values()]
}

function isSameReceipt(a: BundledAnswer, b: BundledAnswer): boolean {
  const text = ({ receipt, domain }: BundledAnswer) =>
    [...Object.values(receipt), domain?.chainId, domain?.verifyingContract.toLowerCase()].map(String).join()
  return text(a) === text(b)
}

/** A verifier takes a document for receipts of a day to either side of it. */
function assertWithinADay({ attestation }: SharedEvidence, answers: readonly BundledAnswer[]): void {
  let timestampMs: number
  try {
    timestampMs = decodeAttestation(attestation).timestampMs
  } catch (error) {
    if (error instanceof VerifierError) return
    throw error
  }
  const [late] = answersFarFrom(timestampMs, answers)
  if (late !== undefined && answers.length > 1)
    throw new CliError(
      'INPUT_UNFIT',
      `Answer ${late.receipt.sequence} is more than a day away from the document, ${new Date(timestampMs).toISOString()}`,
      {
        remedy: 'Make a bundle for each day, beginning with a file of that day.',
      },
    )
}

function answersFarFrom(timestampMs: number, answers: readonly BundledAnswer[]): BundledAnswer[] {
  return answers.filter(({ receipt }) => Math.abs(Number(receipt.timestampMs) - timestampMs) > 86_400_000)
}

/** In version 1 while one answer without a history will do: whoever reads that version only can read it. */
function encode({ evidence, answers }: AnswersBundle): Uint8Array {
  const [answer, ...others] = answers as [BundledAnswer]
  const { attestation, keyset, manifests, head, registration, provenance, history } = evidence
  if (others.length > 0 || history !== null) return encodeAnswersBundle({ evidence, answers })
  const { proof, ...own } = answer
  const inclusion = head === null || proof === null ? null : { checkpoint: head.checkpoint, checkpointSignature: head.signature, proof }
  const note = inclusion === null ? null : (head?.note ?? null)
  return encodeBundle({ attestation, keyset, manifest: manifests[0] as Uint8Array, inclusion, note, registration, provenance, ...own })
}

function holds({ evidence, answers }: AnswersBundle): string[] {
  return [
    ...(evidence.head === null ? [] : ['inclusion']),
    ...(evidence.head?.note == null ? [] : ['note']),
    ...(['registration', 'provenance', 'history'] as const).filter((name) => evidence[name] !== null),
    ...(['inputs', 'outputs'] as const).filter((side) => answers.some((answer) => answer[side] !== null)),
  ]
}

/** Verified against the bundle's own keyset: a file that does not fit is found here, not by whoever gets it. */
async function place({ evidence, answers }: AnswersBundle, log: string): Promise<AnswersBundle> {
  const indexes = answers.map(({ receipt }) => Number(receipt.sequence))
  const { inclusions, note } = await placesInLog(openSource(log, { timeoutMs: 30_000 }), indexes)
  const signer = signerOf(evidence.keyset)
  const placed: BundledAnswer[] = []
  for (const [index, answer] of answers.entries()) {
    const inclusion = inclusions[index] as (typeof inclusions)[number]
    await verifyReceiptInclusion({ receipt: answer.receipt, domain: answer.domain, inclusion, signer })
    placed.push({ ...answer, proof: inclusion.proof })
  }
  const [{ checkpoint, checkpointSignature }] = inclusions as [(typeof inclusions)[number]]
  return { evidence: { ...evidence, head: { checkpoint, signature: checkpointSignature, note } }, answers: placed }
}

/** Whoever asks gets a document of their own, and the key was registered by another: then that one takes its place, for it vouches for the same keys. */
async function register(
  { evidence, answers }: AnswersBundle,
  rpcUrl: string,
  registry: Address,
  fromBlock: bigint,
): Promise<SharedEvidence> {
  const client = createPublicClient({ transport: http(rpcUrl) })
  const signer = signerOf(evidence.keyset)
  const found = await registered({ evidence, answers }, client, { registry, key: signer, fromBlock }).catch((cause: Error) => {
    if (cause instanceof VerifierError) throw cause
    throw new CliError('ENDPOINT_UNREACHABLE', `${rpcUrl}: ${cause.message.split('\n')[0]}`, {
      cause,
      remedy: 'Check the address of the node.',
    })
  })
  if (found === null)
    throw new CliError('INPUT_UNFIT', `${registry} did not register ${signer} by a document that fits these answers`, {
      remedy:
        'A document fits answers of a day to either side of it, and must be in the transaction itself. Register or renew the key with `nacre onchain register`.',
    })
  await verifyRegistration({ registration: found.registration as Registration, signer, attestation: found.attestation })
  return found
}

async function registered(
  { evidence, answers }: AnswersBundle,
  client: PublicClient,
  place: { registry: Address; key: Address; fromBlock: bigint },
): Promise<SharedEvidence | null> {
  const chainId = BigInt(await client.getChainId())
  const prove = (attestation: Uint8Array) => proveRegistration({ client, chainId, attestation, ...place })
  const registration = await prove(evidence.attestation)
  if (registration !== null) return { ...evidence, registration }
  const { userData } = decodeAttestation(evidence.attestation)
  for await (const attestation of registeredDocuments({ client, ...place })) {
    const document = decodeAttestation(attestation)
    const isOfSameKeys = userData !== null && document.userData !== null && equalBytes(document.userData, userData)
    if (isOfSameKeys && answersFarFrom(document.timestampMs, answers).length === 0)
      return { ...evidence, attestation, registration: await prove(attestation) }
  }
  return null
}

function signerOf(keyset: Uint8Array): Address {
  return decodeKeyset(keyset).logName.slice('nacre/'.length) as Hex
}

function ownHistory(file: string, { keyset }: SharedEvidence): Uint8Array {
  const bytes = readInput(file, historyBytesMax)
  const [expected, received] = [decodeKeyset(keyset).logName, decodeKeyset((decodeHistory(bytes).at(-1) as Epoch).keyset).logName]
  if (expected !== received)
    throw new CliError('INPUT_UNFIT', `${file} ends in ${received}, and the answers are of ${expected}`, {
      remedy: `Make it with nacre history make --signer ${expected.slice('nacre/'.length)}.`,
    })
  return bytes
}

function checked(bytes: Uint8Array, decode: (bytes: Uint8Array) => unknown): Uint8Array {
  decode(bytes)
  return bytes
}

function readBundle(file: string): AnswersBundle {
  try {
    return decodeAnswersBundle(readInput(file, bundleBytesMax))
  } catch (cause) {
    if (!(cause instanceof VerifierError)) throw cause
    throw new CliError('INPUT_UNREADABLE', `${file}: ${cause.message} [${cause.code}]`, { cause, remedy: 'Give a bundle, *.nacre.' })
  }
}
