import { type Command, Option } from 'commander'
import { encodeBundle } from '../bundle.ts'
import { toHex, utf8 } from '../bytes.ts'
import { arrangeInputs } from '../oip-request.ts'
import { receiptToJson } from '../receipt.ts'
import { attestationData } from './attestation-summary.ts'
import { attestationStage, trustNotes } from './attestation-verify.ts'
import { type AttestedClient, connect } from './attested-client.ts'
import { answerChecks, keysetChecks, type PlannedCheck, type Stage } from './checks.ts'
import { assertWritable, readInput, writeOutput } from './files.ts'
import { parseEndpointUrl } from './http-endpoint.ts'
import { encodeOpenableFile } from './openable-file.ts'
import {
  addDomainOptions,
  addPolicyOptions,
  addRootOption,
  collect,
  type DomainOptions,
  type PolicyOptions,
  parseDomain,
  parseHex,
  parseMaxAgeMs,
  parseMeasurements,
  parseRoot,
  type RootOptions,
} from './options.ts'
import { encodeReceiptFile, inclusionToJson } from './receipt-file.ts'
import { describeDomain, domainData, proofText, receiptSection } from './receipt-summary.ts'
import { keysetNotes } from './receipt-verify.ts'
import { formatBytes, formatMs, type Report, refusal, runVerb, verifyInStages } from './report.ts'
import { decodeTensorFile, tensorFileBytesMax } from './tensor-file.ts'
import { tensorData, tensorRows } from './tensor-summary.ts'
import type { Terminal } from './terminal.ts'

export function addInfer(program: Command, terminal: Terminal): Command {
  const command = program
    .command('infer')
    .description('Ask an enclave: verify whom one talks to, send the input, verify the answer.')
    .argument('<URL>', 'endpoint; with https, TLS must end inside the enclave')
    .argument('<MODEL>', 'name of the model')
    .requiredOption('--input <FILE>', 'tensors as JSON: {"tensor": {…}}, or an Open Inference Protocol request')
  addRootOption(command)
  addPolicyOptions(command, { waivable: false })
    .option('--max-age <SECONDS>', 'oldest evidence to accept (default: 600)')
    .option('--model-id <ID>', 'model id to accept; repeat it to accept several (default: the one measured under this name)', collect)
    .option('--request-id <HEX>', '32 bytes that name this request (default: drawn at random)')
    .option('--binary', 'send and ask for raw tensors instead of JSON: exact for every datatype')
    .addOption(
      new Option(
        '--receipt-mode <MODE>',
        'immediate: a signature of its own; batched: its place in the log, under a signature that many share; auto: whichever is sooner',
      )
        .choices(['immediate', 'batched', 'auto'])
        .default('immediate'),
    )
  return addDomainOptions(command, 'audience to ask the receipt for')
    .option('--out <FILE>', 'write all evidence to this bundle (*.nacre)')
    .option('--receipt <FILE>', 'write the receipt and its proof to this file, for `nacre receipt verify`')
    .option(
      '--openable <FILE>',
      'ask for salted commitments in place of plain hashes, and write to FILE what single values can be shown from (nacre opening make): keep it secret',
    )
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Nothing of the input is sent unless the endpoint is attested, by this root, with this PCR0, for a fresh nonce.

Example:
  nacre infer https://127.0.0.1:8443 digits --input enclave/models/digits/samples/0.json \\
    --root simulated-root.pem --pcr0 3b4c… --out answer.nacre`,
    )
    .action((url: string, model: string, options: Options) =>
      runVerb(terminal, options.json === true, () => infer(url, model, options, terminal)),
    )
}

type Options = RootOptions &
  PolicyOptions &
  DomainOptions & {
    input: string
    maxAge?: string
    modelId?: string[]
    requestId?: string
    binary?: boolean
    receiptMode: 'immediate' | 'batched' | 'auto'
    out?: string
    receipt?: string
    openable?: string
    json?: boolean
  }

async function infer(url: string, modelName: string, options: Options, terminal: Terminal): Promise<Report> {
  const measurements = parseMeasurements(options) ?? []
  const modelIds = options.modelId?.map((id) => parseHex('--model-id', id, 32)) ?? ('any-measured' as const)
  const requestId = options.requestId === undefined ? undefined : parseHex('--request-id', options.requestId, 32)
  const domain = parseDomain(options) ?? null
  const ageMsMax = parseMaxAgeMs(options.maxAge)
  const encrypted = parseEndpointUrl(url).protocol === 'https:'
  const root = await parseRoot(options)
  const inputs = decodeTensorFile(readInput(options.input, tensorFileBytesMax), options.input)
  assertWritable(options.out, options.receipt, options.openable)
  const commitmentSalt = options.openable === undefined ? undefined : toHex(terminal.randomBytes(32))

  const stages: Stage[] = [
    [
      ...attestationStage({ root, time: { mode: 'live', nowMs: terminal.nowMs(), ageMsMax }, nonce: undefined, measurements }).map(
        withFreshNonce,
      ),
      ...keysetChecks.map((name) => ({ name, note: keysetNotes[name] })),
      encrypted
        ? { name: 'TLS key', note: 'TLS ends at the key in the keyset' }
        : { name: 'TLS key', skipped: 'http: bodies are encrypted to the HPKE key in the keyset instead' },
    ],
    [{ name: 'manifest', note: `of "${modelName}", measured by the enclave${modelIds === 'any-measured' ? '' : ', id as given'}` }],
    [
      { name: 'answer form', note: 'Open Inference Protocol with a receipt' },
      ...answerChecks.map((name) => ({ name, note: name === 'audience' ? describeDomain(domain) : answerNotes[name] })),
    ],
  ]
  const title = `${modelName} at ${url}`
  const notes = [
    ...trustNotes(root, measurements),
    ...(encrypted ? [] : ['Over http bodies are encrypted to the attested key; the host sees which model is asked, sizes and times.']),
  ]
  let client: AttestedClient | undefined
  try {
    let attestMs: number | undefined
    const course = await verifyInStages(stages, async (begin) => {
      const startedMs = performance.now()
      client = await connect({
        url,
        root: root.certificate,
        policy: { measurements, modelIds },
        ageMsMax,
        patienceMsMax: 0,
        nowMs: terminal.nowMs,
        randomBytes: terminal.randomBytes,
      })
      attestMs = performance.now() - startedMs
      begin(1)
      await client.model(modelName)
      begin(2)
      const { binary, receiptMode } = options
      return client.infer({ model: modelName, inputs, requestId, domain, binary, receiptMode, commitmentSalt })
    })
    const data = { url, root: { name: root.name, sha256: root.sha256, aws: root.isAws }, protection: encrypted ? 'tls' : 'hpke', attestMs }
    if (!course.ok) {
      const sent = client === undefined ? ['Nothing of the input was sent.'] : []
      return refusal({ title, checks: course.checks, error: course.error, notes: [...sent, ...notes], data })
    }
    const { inference, model, bundle, exchangeMs, verifyMs } = course.value
    const { receipt, signer, kept, outputs, attestation } = inference
    const { labels, name, version } = model.manifest
    const bundleBytes = options.out === undefined ? undefined : encodeBundle(bundle)
    if (options.out !== undefined && bundleBytes !== undefined) writeOutput(options.out, bundleBytes)
    const { signature, inclusion } = course.value.answer
    if (options.receipt !== undefined)
      writeOutput(options.receipt, utf8(encodeReceiptFile({ receipt, domain, signer, signature, inclusion })))
    if (options.openable !== undefined && commitmentSalt !== undefined)
      writeOutput(
        options.openable,
        utf8(encodeOpenableFile({ salt: commitmentSalt, inputs: arrangeInputs(inputs, model.manifest), outputs })),
        0o600,
      )
    return {
      ok: true,
      title,
      checks: course.checks,
      verdict: `Verified: attested in ${formatMs(attestMs ?? 0)}, answered in ${formatMs(exchangeMs)}, verified in ${formatMs(verifyMs)}.`,
      sections: [
        { title: `Output of model "${name}" version ${version}`, rows: outputs.flatMap((tensor) => tensorRows(tensor, labels)) },
        receiptSection(receipt, domain, `Receipt, ${proofText(course.value.answer)} by ${signer}`),
        ...(bundleBytes === undefined
          ? []
          : [{ title: 'Bundle', rows: [[String(options.out), formatBytes(bundleBytes.length)] as const] }]),
      ],
      notes: [
        ...notes,
        ...(kept === null
          ? []
          : [
              `For the contract ${kept.signer} signed too, which all enclaves of this image have: it does not say which of them answered, and numbers of its receipts repeat.`,
            ]),
        ...(options.openable === undefined
          ? []
          : [`${options.openable} holds the salt and all values: whoever has it can read the answer.`]),
      ],
      data: {
        ...data,
        exchangeMs,
        verifyMs,
        signer,
        model: { id: model.id, name, version },
        outputs: outputs.map((tensor) => tensorData(tensor, labels)),
        receipt: receiptToJson(receipt),
        signature: bundle.signature,
        kept,
        inclusion: inclusion === undefined ? null : inclusionToJson(inclusion),
        domain: domainData(domain),
        attestation: attestationData(attestation),
        ...(options.out === undefined ? {} : { bundle: options.out }),
        ...(options.openable === undefined ? {} : { openable: options.openable }),
      },
    }
  } finally {
    client?.close()
  }
}

function withFreshNonce(planned: PlannedCheck): PlannedCheck {
  return planned.name === 'nonce' ? { name: 'nonce', note: 'fresh, drawn for this connection' } : planned
}

const answerNotes = {
  'receipt signature': 'by the receipt key of the document, or under its checkpoint',
  'receipt time': 'as fresh as asked for',
  request: 'the one that was sent',
  model: 'the one that was asked',
  input: 'the tensors that were sent',
  output: 'the tensors that came back',
} as const
