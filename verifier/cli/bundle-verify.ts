import type { Command } from 'commander'
import { bundleBytesMax, verifyBundle } from '../bundle.ts'
import { VerifierError } from '../errors.ts'
import { receiptToJson } from '../receipt.ts'
import { attestationData, attestationSection } from './attestation-summary.ts'
import { attestationStage, trustNotes } from './attestation-verify.ts'
import { answerChecks, keysetChecks, type Stage } from './checks.ts'
import { readInput } from './files.ts'
import {
  addDomainOptions,
  addPolicyOptions,
  addRootOption,
  addTimeOptions,
  collect,
  type DomainOptions,
  type PolicyOptions,
  parseDomain,
  parseHex,
  parseMeasurements,
  parseRoot,
  parseTime,
  type RootOptions,
  type TimeOptions,
} from './options.ts'
import { assertExpectedDomain, describeDomain, domainData, receiptSection } from './receipt-summary.ts'
import { keysetNotes } from './receipt-verify.ts'
import { formatBytes, formatMs, type Report, refusal, runVerb, verifyInStages } from './report.ts'
import { tensorData, tensorRows } from './tensor-summary.ts'
import type { Terminal } from './terminal.ts'

export function addBundleVerify(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('verify')
    .description('Verify one answer offline: that this enclave, with this model and this input, gave this output.')
    .argument('<FILE>', 'bundle (*.nacre)')
  addRootOption(command)
  addTimeOptions(command, 'document')
  addPolicyOptions(command, { waivable: false })
    .option('--model <ID>', 'model id to accept; repeat it to accept several (default: any that the enclave measured)', collect)
    .option('--request-id <HEX>', 'request that the answer must be to')
  addDomainOptions(command, 'audience that the receipt must be made for')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
A bundle does not say who asked or why: --request-id and --chain-id with --contract compare what you know.

Example:
  nacre bundle verify answer.nacre --root simulated-root.pem --pcr0 3b4c…`,
    )
    .action((file: string, options: Options) => runVerb(terminal, options.json === true, () => verify(file, options, terminal)))
}

type Options = RootOptions & TimeOptions & PolicyOptions & DomainOptions & { model?: string[]; requestId?: string; json?: boolean }

async function verify(file: string, options: Options, terminal: Terminal): Promise<Report> {
  const measurements = parseMeasurements(options) ?? []
  const modelIds = options.model?.map((id) => parseHex('--model', id, 32)) ?? ('any-measured' as const)
  const requestId = options.requestId === undefined ? undefined : parseHex('--request-id', options.requestId, 32)
  const domain = parseDomain(options)
  const time = parseTime(options, 'document', terminal.nowMs())
  const root = await parseRoot(options)
  const bundle = readInput(file, bundleBytesMax)

  const startedMs = performance.now()
  const [form, ...attestationRest] = attestationStage({ root, time, nonce: undefined, measurements })
  const notes: Record<(typeof answerChecks)[number], string> = {
    audience: domain === undefined ? 'as the bundle states it' : describeDomain(domain),
    'receipt signature': 'by the receipt key of the document',
    'receipt time': time.mode === 'live' ? 'as fresh as asked for' : 'within a day of the document',
    request: requestId ?? 'as the bundle states it',
    model: modelIds === 'any-measured' ? 'any that the enclave measured' : 'as given',
    input: 'hash of the tensors in the bundle',
    output: 'hash of the tensors in the bundle',
  }
  // The last stage compares what the library leaves to the caller; the checks of the same names above it hold within the bundle.
  const stage: Stage = [
    { name: 'form', note: `a bundle in deterministic CBOR, and ${form?.note}` },
    ...attestationRest,
    ...keysetChecks.map((name) => ({ name, note: keysetNotes[name] })),
    ...answerChecks.map((name) => ({ name, note: notes[name] })),
  ]
  const course = await verifyInStages([stage, []], async (begin) => {
    const verified = await verifyBundle({ bundle, root: root.certificate, policy: { measurements, modelIds }, time })
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
      { title: 'Input', rows: inputs.flatMap((tensor) => tensorRows(tensor)) },
      { title: 'Output', rows: outputs.flatMap((tensor) => tensorRows(tensor, manifest.labels)) },
    ],
    notes: [
      ...trustNotes(root, measurements),
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
      inputs: inputs.map((tensor) => tensorData(tensor)),
      outputs: outputs.map((tensor) => tensorData(tensor, manifest.labels)),
    },
  }
}
