import type { Command } from 'commander'
import type { Address } from 'viem'
import { type VerificationTime, zeroPcr } from '../attestation.ts'
import { awsNitroRootG1 } from '../aws-root.ts'
import { fromHex, fromUtf8, type Hex, isHex, sha256, toHex } from '../bytes.ts'
import { type Certificate, certificateFromPem, decodeCertificate } from '../certificate.ts'
import type { WitnessPolicy } from '../checkpoint.ts'
import { VerifierError } from '../errors.ts'
import { decodeNoteKey } from '../note.ts'
import type { Measurement } from '../policy.ts'
import type { ReceiptDomain } from '../receipt.ts'
import { commonName } from './certificate-summary.ts'
import { CliError, usage } from './cli-error.ts'
import { readInput } from './files.ts'

/** Options that several verbs share, and what their text means. Everything is checked before anything is read or sent. @throws `USAGE`, `INPUT_UNREADABLE` */
export type RootOptions = { root: string }
export type TimeOptions = { at?: string; maxAge?: string }
export type PolicyOptions = { pcr0?: string[]; pcr1?: string; pcr2?: string; pcr8?: string; pcrPolicy?: boolean; allowDebug?: boolean }
export type WitnessOptions = { witness?: string[]; quorum?: string }
export type DomainOptions = { chainId?: string; contract?: string }

export function addRootOption(command: Command): Command {
  return command.option('--root <aws|FILE>', 'trust anchor: "aws", or a certificate file (PEM or DER), such as simulated-root.pem', 'aws')
}

export function addTimeOptions(command: Command, at: 'now' | 'document'): Command {
  return command
    .option(
      '--at <document|now|ISO-8601>',
      `when the certificates must be valid: now (and the document fresh), at the document's own signed time, or at a time you trust (default: "${at}")`,
    )
    .option('--max-age <SECONDS>', `with --at now: oldest evidence to accept (default: ${ageSecondsDefault})`)
}

/** `--no-pcr-policy` only where a verdict without a policy means something. */
export function addPolicyOptions(command: Command, options: { waivable: boolean }): Command {
  command
    .option('--pcr0 <HEX>', 'PCR0 (the whole image) to accept; repeat it to accept several images', collect)
    .option('--pcr1 <HEX>', 'PCR1 (kernel and boot ramdisk) that must hold as well')
    .option('--pcr2 <HEX>', 'PCR2 (application) that must hold as well')
    .option('--pcr8 <HEX>', 'PCR8 (certificate that signed the image) that must hold as well')
  return options.waivable ? command.option('--no-pcr-policy', "accept anybody's enclave, whatever it runs") : command
}

export function addDomainOptions(command: Command, what: string): Command {
  return command.option('--chain-id <NUMBER>', `${what}: chain id`).option('--contract <ADDRESS>', `${what}: verifying contract`)
}

export function addWitnessOptions(command: Command): Command {
  return command
    .option('--witness <KEY>', "a witness's verifier key (name+id+base64) that must have signed the log; repeat it", collect)
    .option('--quorum <NUMBER>', 'how many of the witnesses must have signed (default: all)')
}

export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value]
}

export type NamedRoot = { certificate: Certificate; name: string; isAws: boolean; sha256: Hex }

export async function parseRoot({ root }: RootOptions): Promise<NamedRoot> {
  const certificate = root === 'aws' ? awsNitroRootG1 : readRoot(root)
  const isAws = Buffer.from(certificate.der).equals(awsNitroRootG1.der)
  return { certificate, name: commonName(certificate.subject) ?? 'without a name', isAws, sha256: toHex(await sha256(certificate.der)) }
}

function readRoot(path: string): Certificate {
  const bytes = readInput(path, rootFileBytesMax)
  try {
    if (bytes[0] === 0x30) return decodeCertificate(bytes)
    const pem = fromUtf8(bytes)
    const blocks = pem.split('-----BEGIN CERTIFICATE-----').length - 1
    // Which of several would be the anchor is not for this program to guess.
    if (blocks !== 1) throw new Error(`${blocks} PEM blocks "CERTIFICATE" instead of one`)
    return certificateFromPem(pem)
  } catch (cause) {
    throw new CliError('INPUT_UNREADABLE', `${path} is not a root certificate: ${(cause as Error).message}`, {
      cause,
      remedy: 'Give one P-384 certificate as PEM or DER, or leave --root out to trust AWS alone.',
    })
  }
}

export function parseTime({ at, maxAge }: TimeOptions, atDefault: 'now' | 'document', nowMs: number): VerificationTime {
  const when = at ?? atDefault
  if (maxAge !== undefined && when !== 'now') throw usage('--max-age says nothing without --at now', 'Leave it out, or say --at now.')
  if (when === 'now') return { mode: 'live', nowMs, ageMsMax: parseMaxAgeMs(maxAge) }
  if (when === 'document') return { mode: 'document' }
  if (!isoForm.test(when) || Number.isNaN(Date.parse(when)))
    throw usage(`--at ${when} is not a time`, 'Say document, now, or a time with its zone, such as 2026-01-31T12:00:00Z.')
  return { mode: 'instant', timeMs: Date.parse(when) }
}

export function parseMaxAgeMs(seconds: string | undefined): number {
  if (seconds === undefined) return ageSecondsDefault * 1000
  if (!/^[0-9]{1,9}$/.test(seconds)) throw usage(`--max-age ${seconds} is not a number of seconds`)
  return Number(seconds) * 1000
}

export function describeTime(time: VerificationTime): string {
  if (time.mode === 'document') return "the document's own signed time"
  if (time.mode === 'instant') return new Date(time.timeMs).toISOString()
  return `now, ${new Date(time.nowMs).toISOString()}, and at most ${time.ageMsMax / 1000} s old`
}

/** `null` when the policy is waived by name. */
export function parseMeasurements(options: PolicyOptions): Measurement[] | null {
  const { pcr0: images = [], pcr1, pcr2, pcr8, pcrPolicy, allowDebug = false } = options
  const others = Object.entries({ pcr1, pcr2, pcr8 }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, parsePcr(name, value)] as const],
  )
  if (pcrPolicy === false) {
    if (images.length + others.length > 0)
      throw usage('--no-pcr-policy contradicts the PCRs that are given', 'Leave out the one or the others.')
    return null
  }
  if (images.length === 0)
    throw usage(
      'No policy: which enclave is to be accepted? A document of anybody’s enclave is genuine',
      `Give --pcr0 HEX (96 hexadecimal digits, from your own build or a source you trust)${pcrPolicy === undefined ? '' : ', or waive the policy by name: --no-pcr-policy'}.`,
    )
  return images.map((image) => {
    const pcr0 = parsePcr('pcr0', image)
    // The attack: a policy filled from a debug run accepts every debug enclave in the world.
    if (pcr0 === zeroPcr && !allowDebug) throw usage('--pcr0 is all zeros: that is debug mode, not a measurement')
    return { pcr0, ...Object.fromEntries(others) }
  })
}

function parsePcr(name: string, text: string): Hex {
  return parseHex(`--${name}`, text, 48)
}

/** With or without `0x`, either case, as nitro-cli and block explorers print it. */
export function parseHex(option: string, text: string, length?: number): Hex {
  const hex = (/^0x/i.test(text) ? `0x${text.slice(2)}` : `0x${text}`).toLowerCase()
  if (!isHex(hex, length) || hex.length === 2)
    throw usage(`${option} is not hexadecimal${length === undefined ? '' : ` of ${length} bytes (${2 * length} digits)`}`)
  return hex
}

export function parseNonce(text: string): Uint8Array {
  const nonce = fromHex(parseHex('--nonce', text))
  if (nonce.length > 512) throw usage('--nonce is longer than the 512 bytes that the Nitro Secure Module takes')
  return nonce
}

/** `undefined` when no witness is named. */
export function parseWitnesses({ witness = [], quorum }: WitnessOptions, nowMs: number): WitnessPolicy | undefined {
  if (witness.length === 0) {
    if (quorum !== undefined) throw usage('--quorum says nothing without --witness')
    return undefined
  }
  const keys = witness.map((text) => {
    try {
      return decodeNoteKey(text)
    } catch (cause) {
      if (cause instanceof VerifierError) throw usage(`--witness: ${cause.message}`, 'Give name+id+base64, as the witness publishes it.')
      throw cause
    }
  })
  if (keys.some(({ kind }) => kind !== 'cosignature')) throw usage('--witness: not a key for cosignatures', 'Give the witness’s own key.')
  if (new Set(keys.map(({ publicKey }) => String(publicKey))).size < keys.length) throw usage('--witness: the same key twice')
  if (quorum !== undefined && (!/^[1-9][0-9]{0,3}$/.test(quorum) || Number(quorum) > keys.length))
    throw usage(`--quorum ${quorum} is not a number from 1 to ${keys.length}`)
  return { keys, quorum: quorum === undefined ? keys.length : Number(quorum), latestMs: nowMs + 60_000 }
}

/** `undefined` when neither option is given. */
export function parseDomain({ chainId, contract }: DomainOptions): NonNullable<ReceiptDomain> | undefined {
  if (chainId === undefined && contract === undefined) return undefined
  if (chainId === undefined || contract === undefined)
    throw usage('--chain-id and --contract go together: an audience is a contract on a chain')
  if (!/^(0|[1-9][0-9]{0,76})$/.test(chainId)) throw usage(`--chain-id ${chainId} is not a decimal number`)
  return { chainId: BigInt(chainId), verifyingContract: parseAddress('--contract', contract) }
}

export function parseAddress(option: string, text: string): Address {
  if (!isHex(text, 20)) throw usage(`${option} ${text} is not an address`, 'An address is 0x and 40 hexadecimal digits.')
  return text
}

const ageSecondsDefault = 600
const rootFileBytesMax = 64 * 1024
/** A date, or a date and time with its zone: a time without one means another instant on every machine. */
const isoForm = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/
