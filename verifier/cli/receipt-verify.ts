import type { Command } from 'commander'
import type { Address } from 'viem'
import { type VerificationTime, type VerifiedAttestation, verifyAttestation } from '../attestation.ts'
import { fromHex } from '../bytes.ts'
import { verifyKeyset } from '../enclave-identity.ts'
import { VerifierError } from '../errors.ts'
import { assertReceiptTime } from '../inference.ts'
import { assertMeasurement, assertNotDebug, type Measurement } from '../policy.ts'
import { type ReceiptDomain, receiptKeyAddress, receiptToJson } from '../receipt.ts'
import { verifyReceiptProof } from '../receipt-proof.ts'
import { attestationFileBytesMax, decodeAttestationFile } from './attestation-file.ts'
import { attestationData } from './attestation-summary.ts'
import { attestationStage, trustNotes } from './attestation-verify.ts'
import { keysetChecks, type Stage } from './checks.ts'
import { usage } from './cli-error.ts'
import { readInput } from './files.ts'
import {
  addDomainOptions,
  addPolicyOptions,
  addRootOption,
  addTimeOptions,
  type DomainOptions,
  type NamedRoot,
  type PolicyOptions,
  parseAddress,
  parseDomain,
  parseMeasurements,
  parseRoot,
  parseTime,
  type RootOptions,
  type TimeOptions,
} from './options.ts'
import { decodeReceiptFile, type ReceiptFile, receiptFileBytesMax } from './receipt-file.ts'
import { assertExpectedDomain, describeDomain, domainData, receiptSection } from './receipt-summary.ts'
import { formatMs, type Report, refusal, runVerb, verifyInStages } from './report.ts'
import type { Terminal } from './terminal.ts'

export function addReceiptVerify(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('verify')
    .description('Verify who signed a receipt, by itself or by its place in a log, and for which audience.')
    .argument('<FILE>', 'receipt.json: {"receipt", "signature" or "inclusion", "domain", "signer"}')
  addReceiptOptions(command)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
What was computed is not checked here, only that the key signed these hashes: a bundle holds the tensors too.

Examples:
  nacre receipt verify receipt.json --signer 0x5aAe…
  nacre receipt verify receipt.json --attestation document.cbor --keyset keyset.json --pcr0 3b4c…`,
    )
    .action((file: string, options: ReceiptOptions) => runVerb(terminal, options.json === true, () => verify(file, options, terminal)))
}

/** Whose receipts to accept, and for which audience. */
export function addReceiptOptions(command: Command): Command {
  command
    .option('--signer <ADDRESS>', 'receipt key, from a verified attestation or the registry on chain')
    .option('--attestation <FILE>', 'instead of --signer: the document that vouches for the receipt key')
    .option('--keyset <FILE>', 'with --attestation: the keyset exactly as served at /.well-known/nacre-keyset')
    .option('--allow-debug', 'with --attestation: accept debug mode, in which the host reads the memory of the enclave')
  addRootOption(command)
  addTimeOptions(command, 'document')
  addPolicyOptions(command, { waivable: true })
  return addDomainOptions(command, 'audience that the receipt must be made for')
}

export type ReceiptOptions = RootOptions &
  TimeOptions &
  PolicyOptions &
  DomainOptions & { signer?: string; attestation?: string; keyset?: string; allowDebug?: boolean; json?: boolean }

/** What vouches for the receipt key. */
type Authority =
  | { kind: 'signer'; signer: Address }
  | {
      kind: 'enclave'
      attestation: Uint8Array
      keyset: Uint8Array
      root: NamedRoot
      time: VerificationTime
      measurements: readonly Measurement[] | null
      allowDebug: boolean
    }

async function verify(file: string, options: ReceiptOptions, terminal: Terminal): Promise<Report> {
  const verification = await prepareReceiptVerification(file, options, terminal)
  const { stages, domain, notes } = verification
  const startedMs = performance.now()
  const course = await verifyInStages(stages, verification.verify)
  const verifyMs = performance.now() - startedMs
  if (!course.ok) return refusal({ title: file, checks: course.checks, error: course.error, notes, data: { source: file, verifyMs } })
  const { receiptFile, signer, attestation } = course.value
  return {
    ok: true,
    title: file,
    checks: course.checks,
    verdict: `Verified in ${formatMs(verifyMs)}: ${signer} signed this receipt${receiptFile.inclusion === undefined ? '' : ', by its place in a log,'} for ${describeDomain(receiptFile.domain)}.`,
    sections: [receiptSection(receiptFile.receipt, receiptFile.domain)],
    notes: [...notes, ...audienceNotes(domain)],
    data: {
      source: file,
      verifyMs,
      signer,
      receipt: receiptToJson(receiptFile.receipt),
      domain: domainData(receiptFile.domain),
      ...(attestation === undefined ? {} : { attestation: attestationData(attestation) }),
    },
  }
}

export function audienceNotes(expected: ReceiptDomain | undefined): string[] {
  return expected === undefined ? ['The audience is the one the file states: compare it, or say --chain-id and --contract.'] : []
}

/** Reads all that is needed, and says which checks {@link ReceiptVerification.verify} makes, in their stages. @throws `USAGE`, `INPUT_UNREADABLE` */
export async function prepareReceiptVerification(file: string, options: ReceiptOptions, terminal: Terminal): Promise<ReceiptVerification> {
  const authority = await parseAuthority(options, terminal)
  const domain = parseDomain(options)
  const bytes = readInput(file, receiptFileBytesMax)
  const stages: Stage[] = [[{ name: 'form', note: 'a receipt file' }], ...enclaveStages(authority), receiptStage(authority, domain)]
  return {
    stages,
    domain,
    notes: authority.kind === 'enclave' ? trustNotes(authority.root, authority.measurements, authority.allowDebug) : [],
    async verify(begin) {
      const receiptFile = decodeReceiptFile(bytes)
      begin(1)
      const enclave = authority.kind === 'enclave' ? await verifyAuthority(authority) : null
      begin(stages.length - 1)
      const signer = await verifyReceiptFile(receiptFile, authority, enclave, domain)
      return { receiptFile, signer, attestation: enclave?.attestation }
    },
  }
}

export type ReceiptVerification = {
  stages: readonly Stage[]
  /** What was asked for. */
  domain: ReceiptDomain | undefined
  notes: string[]
  /** @throws `VerifierError` */
  verify(
    begin: (stage: number) => void,
  ): Promise<{ receiptFile: ReceiptFile; signer: Address; attestation: VerifiedAttestation | undefined }>
}

async function parseAuthority(options: ReceiptOptions, terminal: Terminal): Promise<Authority> {
  const { signer, attestation, keyset, at, maxAge, pcr0, pcr1, pcr2, pcr8, pcrPolicy, allowDebug = false } = options
  if (signer !== undefined) {
    const idle = { attestation, keyset, at, 'max-age': maxAge, pcr0, pcr1, pcr2, pcr8, 'no-pcr-policy': pcrPolicy ? undefined : true }
    const given = Object.entries(idle).filter(([, value]) => value !== undefined)
    if (given.length > 0)
      throw usage(`--signer already names the key: --${given.map(([name]) => name).join(' and --')} would change nothing`)
    return { kind: 'signer', signer: parseAddress('--signer', signer) }
  }
  if (attestation === undefined || keyset === undefined)
    throw usage('Whose signature is to be accepted?', 'Give --signer ADDRESS, or both --attestation FILE and --keyset FILE.')
  const measurements = parseMeasurements(options)
  const time = parseTime(options, 'document', terminal.nowMs())
  return {
    kind: 'enclave',
    attestation: decodeAttestationFile(readInput(attestation, attestationFileBytesMax), attestation).attestation,
    keyset: readInput(keyset, keysetFileBytesMax),
    root: await parseRoot(options),
    time,
    measurements,
    allowDebug,
  }
}

function enclaveStages(authority: Authority): Stage[] {
  if (authority.kind === 'signer') return []
  return [[...attestationStage({ ...authority, nonce: undefined }), ...keysetChecks.map((name) => ({ name, note: keysetNotes[name] }))]]
}

function receiptStage(authority: Authority, domain: ReceiptDomain | undefined): Stage {
  return [
    domain === undefined ? { name: 'audience', skipped: 'not asked for' } : { name: 'audience', note: describeDomain(domain) },
    { name: 'receipt signature', note: authority.kind === 'signer' ? `by ${authority.signer}` : 'by the receipt key of the document' },
    ...(authority.kind === 'signer'
      ? []
      : ([
          { name: 'receipt time', note: authority.time.mode === 'live' ? 'as fresh as asked for' : 'within a day of the document' },
          { name: 'model', note: 'among those that the enclave measured' },
        ] as const)),
  ]
}

type Enclave = { attestation: VerifiedAttestation; signer: Address; modelIds: readonly string[] }

async function verifyAuthority(authority: Authority & { kind: 'enclave' }): Promise<Enclave> {
  const { root, time, measurements, allowDebug } = authority
  const attestation = await verifyAttestation({ attestation: authority.attestation, root: root.certificate, time })
  if (measurements === null) assertNotDebug(attestation, allowDebug)
  else assertMeasurement(attestation, { measurements, allowDebug })
  const { receiptKey, modelIds } = await verifyKeyset(attestation, authority.keyset)
  return { attestation, signer: receiptKeyAddress(fromHex(receiptKey)), modelIds }
}

async function verifyReceiptFile(
  file: ReceiptFile,
  authority: Authority,
  enclave: Enclave | null,
  domain: ReceiptDomain | undefined,
): Promise<Address> {
  const { receipt, signature, inclusion } = file
  assertExpectedDomain(file.domain, domain)
  const signer = authority.kind === 'signer' ? authority.signer : (enclave as Enclave).signer
  await verifyReceiptProof({ receipt, signature, inclusion, domain: file.domain, signer })
  // A reader of the file would believe the name in it.
  if (file.signer.toLowerCase() !== signer.toLowerCase())
    throw new VerifierError('SIGNATURE_INVALID', 'The file names another signer than the one who signed', {
      expected: signer,
      received: file.signer,
    })
  if (authority.kind === 'enclave' && enclave !== null) {
    assertReceiptTime(receipt, enclave.attestation, authority.time)
    if (!enclave.modelIds.includes(receipt.modelId))
      throw new VerifierError('MODEL_NOT_ALLOWED', 'The receipt is for a model that the enclave did not measure', {
        expected: enclave.modelIds.join(' or '),
        received: receipt.modelId,
      })
  }
  return signer
}

export const keysetNotes = {
  purpose: 'made to vouch for a keyset',
  keyset: 'the document commits to this one',
  models: 'PCR16 holds exactly its models',
} as const

const keysetFileBytesMax = 64 * 1024
