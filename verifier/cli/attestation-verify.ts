import type { Command } from 'commander'
import { type VerificationTime, verifyAttestation } from '../attestation.ts'
import { fromHex, isHex, toHex } from '../bytes.ts'
import { decodeEif, eifBytesMax, measureEif } from '../eif.ts'
import { VerifierError } from '../errors.ts'
import { assertMeasurement, assertNotDebug, type Measurement } from '../policy.ts'
import { expectOk } from '../session.ts'
import { type AttestationForm, attestationFileBytesMax, decodeAttestationFile } from './attestation-file.ts'
import { attestationData, attestationSection } from './attestation-summary.ts'
import type { Stage } from './checks.ts'
import { CliError, usage } from './cli-error.ts'
import { readInput } from './files.ts'
import { type HttpEndpoint, openHttpEndpoint, parseEndpointUrl } from './http-endpoint.ts'
import {
  addPolicyOptions,
  addRootOption,
  addTimeOptions,
  describeTime,
  type NamedRoot,
  type PolicyOptions,
  parseMeasurements,
  parseNonce,
  parseRoot,
  parseTime,
  type RootOptions,
  type TimeOptions,
} from './options.ts'
import { formatBytes, formatMs, type Report, refusal, runVerb, verifyInStages } from './report.ts'
import type { Terminal } from './terminal.ts'

export function addAttestationVerify(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('verify')
    .description('Verify a Nitro attestation document: who signed it, when, and what it measured.')
    .argument('<FILE|URL>', 'document as raw CBOR, hexadecimal or base64; or an endpoint, which is asked for a fresh one')
  addRootOption(command)
  addTimeOptions(command, 'now')
  addPolicyOptions(command, { waivable: true })
    .option(
      '--image <FILE>',
      'enclave image file (EIF) that the enclave must run: its registers are computed and compared, instead of --pcr0 and others',
    )
    .option('--nonce <HEX>', 'nonce that the document must answer (endpoints are sent it; without it they are sent a fresh one)')
    .option('--strict-limits', 'hold user_data and nonce to the 512 bytes of the NSM interface; AWS signs up to 1024')
    .option('--allow-debug', 'accept debug mode, in which the host reads the memory of the enclave')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
A policy is required: --pcr0 and others, --image, or --no-pcr-policy by name. A URL without a path is asked at
/enclave/attestation with a nonce; a URL with one, such as https://HOST/attestation/raw, is fetched as it is.

Examples:
  nacre attestation verify document.cbor --at document --pcr0 3b4c…
  nacre attestation verify https://127.0.0.1:8443 --root simulated-root.pem --pcr0 3b4c…`,
    )
    .action((source: string, options: Options) => runVerb(terminal, options.json === true, () => verify(source, options, terminal)))
}

type Options = RootOptions &
  TimeOptions &
  PolicyOptions & { image?: string; nonce?: string; strictLimits?: boolean; allowDebug?: boolean; json?: boolean }

/** @throws `USAGE`, `INPUT_UNREADABLE` */
async function measureImage(path: string, { pcr0, pcr1, pcr2, pcr8, pcrPolicy }: Options): Promise<Measurement> {
  if (pcrPolicy === false || [pcr0, pcr1, pcr2, pcr8].some((given) => given !== undefined))
    throw usage('--image says what every register must hold', 'Leave out --pcr0 and others, or --image.')
  const bytes = readInput(path, eifBytesMax)
  try {
    return await measureEif(decodeEif(bytes))
  } catch (cause) {
    if (!(cause instanceof VerifierError)) throw cause
    throw new CliError('INPUT_UNREADABLE', `${path} is not an enclave image: ${cause.message}`, { cause })
  }
}

type Source = {
  attestation: Uint8Array
  form: AttestationForm
  nonce: Uint8Array | undefined
  notes: string[]
  tlsSpkiSha256: Uint8Array | undefined
}

async function verify(given: string, options: Options, terminal: Terminal): Promise<Report> {
  const measurements = options.image === undefined ? parseMeasurements(options) : [await measureImage(options.image, options)]
  const nonceGiven = options.nonce === undefined ? undefined : parseNonce(options.nonce)
  parseTime(options, 'now', terminal.nowMs()) // wrong usage shows before anything is fetched
  const root = await parseRoot(options)
  const source = /^https?:\/\//i.test(given) ? await fetchDocument(given, nonceGiven, terminal) : readDocument(given, nonceGiven)
  const time = parseTime(options, 'now', terminal.nowMs())
  const { attestation, form, nonce, tlsSpkiSha256 } = source
  const startedMs = performance.now()
  const course = await verifyInStages([attestationStage({ root, time, nonce, measurements, allowDebug: options.allowDebug })], async () => {
    const limits = options.strictLimits === true ? 'strict512' : 'default'
    const verified = await verifyAttestation({ attestation, root: root.certificate, time, nonce, limits })
    // Refused also where the policy is waived: a waiver says "any image", not "an open one".
    if (measurements === null) assertNotDebug(verified, options.allowDebug)
    else assertMeasurement(verified, { measurements, allowDebug: options.allowDebug })
    return verified
  })
  const verifyMs = performance.now() - startedMs

  const title = `${given}: ${form}, ${formatBytes(attestation.length)}`
  const notes = [...source.notes, ...trustNotes(root, measurements, options.allowDebug)]
  const data = {
    source: given,
    form,
    bytes: attestation.length,
    root: { name: root.name, sha256: root.sha256, aws: root.isAws },
    verifyMs,
    ...(tlsSpkiSha256 === undefined ? {} : { tlsSpkiSha256: toHex(tlsSpkiSha256) }),
  }
  if (!course.ok) return refusal({ title, checks: course.checks, error: course.error, notes, data })
  return {
    ok: true,
    title,
    checks: course.checks,
    verdict: `Verified in ${formatMs(verifyMs)}.`,
    sections: [attestationSection(course.value)],
    notes,
    data: { ...data, attestation: attestationData(course.value) },
  }
}

/** The plan of what `verifyAttestation` and the measurement policy check, with what each of them was held against. */
export function attestationStage(parts: {
  root: NamedRoot
  time: VerificationTime
  nonce: Uint8Array | undefined
  measurements: readonly Measurement[] | null
  allowDebug?: boolean | undefined
}): Stage {
  const { root, time, nonce, measurements, allowDebug } = parts
  return [
    { name: 'form', note: 'a Nitro document in strict CBOR' },
    { name: 'root', note: `${root.name} (SHA-256 ${root.sha256.slice(2, 18)}…)` },
    { name: 'dates', note: `valid at ${time.mode === 'live' ? new Date(time.nowMs).toISOString() : describeTime(time)}` },
    { name: 'chain', note: 'from that root to the leaf, each signed by the one before' },
    { name: 'COSE signature', note: 'ES384 by the leaf' },
    time.mode === 'live'
      ? { name: 'freshness', note: `at most ${time.ageMsMax / 1000} s old` }
      : { name: 'freshness', skipped: 'not asked for: the document is taken as archived' },
    nonce === undefined ? { name: 'nonce', skipped: 'not asked for' } : { name: 'nonce', note: toHex(nonce) },
    allowDebug === true ? { name: 'debug', skipped: 'waived by --allow-debug' } : { name: 'debug', note: 'not in debug mode' },
    measurements === null
      ? { name: 'measurement', skipped: 'waived by --no-pcr-policy' }
      : {
          name: 'measurement',
          note: `${Object.keys(measurements[0] ?? {})
            .map((name) => name.toUpperCase())
            .join(', ')} as given`,
        },
  ]
}

/** What a verdict rests on that the table of checks does not show. */
export function trustNotes(root: NamedRoot, measurements: readonly Measurement[] | null, allowDebug = false): string[] {
  return [
    ...(root.isAws ? [] : [`The trust root is not AWS's: the verdict is worth as much as whoever holds the key of "${root.name}".`]),
    ...(measurements === null ? ['No PCR policy: this may be anybody’s enclave, running anything.'] : []),
    ...(allowDebug ? ['Debug mode was allowed: the host can read the memory of such an enclave and forge its answers.'] : []),
  ]
}

function readDocument(path: string, nonce: Uint8Array | undefined): Source {
  return { ...decodeAttestationFile(readInput(path, attestationFileBytesMax), path), nonce, notes: [], tlsSpkiSha256: undefined }
}

async function fetchDocument(text: string, nonceGiven: Uint8Array | undefined, terminal: Terminal): Promise<Source> {
  const url = parseEndpointUrl(text)
  const { path, nonce } = documentPath(url, nonceGiven, terminal)
  const endpoint = openHttpEndpoint(new URL(url.origin))
  try {
    const answer = expectOk(await endpoint.send({ path, answerBytesMax: attestationFileBytesMax }), endpoint, 'the attestation document')
    const decoded = decodeAttestationFile(answer.body, text)
    return { ...decoded, nonce, notes: [...channelNotes(endpoint), ...freshnessNotes(nonce)], tlsSpkiSha256: endpoint.tlsSpkiSha256() }
  } finally {
    endpoint.close()
  }
}

/** An origin, or the address for nonces itself, gets a nonce; any other path is fetched as it is, and a nonce is then only compared. */
function documentPath(url: URL, nonceGiven: Uint8Array | undefined, terminal: Terminal): { path: string; nonce: Uint8Array | undefined } {
  const asked = url.searchParams.get('nonce')
  if (asked !== null && nonceGiven !== undefined) throw usage('The nonce is given twice: in the URL and with --nonce')
  if (asked !== null && isHex(`0x${asked.replace(/^0x/, '')}`))
    return { path: url.pathname + url.search, nonce: fromHex(`0x${asked.replace(/^0x/, '')}`) }
  if ((url.pathname !== '/' && url.pathname !== '/enclave/attestation') || url.search !== '')
    return { path: url.pathname + url.search, nonce: nonceGiven }
  const nonce = nonceGiven ?? terminal.randomBytes(32)
  return { path: `/enclave/attestation?nonce=${toHex(nonce).slice(2)}`, nonce }
}

function channelNotes({ encrypted }: HttpEndpoint): string[] {
  return encrypted
    ? [
        'No certificate authority vouches for this TLS connection, and this command does not compare its key with the enclave’s: `nacre infer` does.',
      ]
    : ['Fetched over plain http: the document proves itself, the connection proves nothing.']
}

function freshnessNotes(nonce: Uint8Array | undefined): string[] {
  return nonce === undefined ? ['No nonce was sent: the document may be an older one of the same enclave, within --max-age.'] : []
}
