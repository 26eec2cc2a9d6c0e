import { EndpointError } from '../endpoint.ts'
import { VerifierError } from '../errors.ts'
import { type Check, codeChecks, failedChecks, passedChecks, type Stage } from './checks.ts'
import { CliError, listenFailure } from './cli-error.ts'
import type { Terminal } from './terminal.ts'

/** What a verb found, before it becomes text or JSON. */
export type Report = {
  readonly ok: boolean
  readonly title: string
  readonly checks: readonly Check[]
  /** One sentence: what holds now, or what does not. */
  readonly verdict: string
  readonly sections: readonly Section[]
  /** What the checks did not establish and a reader might think they did. */
  readonly notes: readonly string[]
  /** Further fields of the JSON object. */
  readonly data: { readonly [key: string]: unknown }
  readonly error?: VerifierError | undefined
}

export type Section = { readonly title: string; readonly rows: readonly (readonly [label: string, value: string])[] }

/** Runs a verb, prints its report and sets the exit code. Whatever is thrown that is not a verdict exits with 2. */
export async function runVerb(terminal: Terminal, json: boolean, verb: () => Promise<Report>): Promise<void> {
  try {
    const report = await verb()
    terminal.stdout(json ? toJson(report) : toText(report, terminal.colour))
    terminal.setExitCode(report.ok ? 0 : 1)
  } catch (thrown) {
    printThrown(terminal, json, thrown)
  }
}

/** Runs a command that prints by itself, such as a service. Whatever it throws exits with 2. */
export async function runUntilEnd(terminal: Terminal, command: () => Promise<unknown>): Promise<void> {
  try {
    await command()
  } catch (thrown) {
    printThrown(terminal, terminal.argv.includes('--json'), thrown)
  }
}

function printThrown(terminal: Terminal, json: boolean, thrown: unknown): void {
  const error =
    thrown instanceof CliError || thrown instanceof EndpointError
      ? thrown
      : (listenFailure(thrown) ?? new CliError('INTERNAL', `Failed unexpectedly: ${errorText(thrown)}`, { cause: thrown }))
  printError(terminal, json, error)
  terminal.setExitCode(2)
}

export function printError(
  terminal: Terminal,
  json: boolean,
  { code, message, remedy }: Pick<CliError | EndpointError, 'code' | 'message' | 'remedy'>,
): void {
  if (json)
    terminal.stdout(`${JSON.stringify({ ok: false, checks: [], error: { code, message, ...(remedy === undefined ? {} : { remedy }) } })}\n`)
  else terminal.stderr(`error: ${printable(message)} [${code}]\n${remedy === undefined ? '' : `${printable(remedy)}\n`}`)
}

/**
 * The course of a verification in stages, each one call into the verifier. A `VerifierError` ends it and becomes the verdict; any other error passes through.
 */
export async function verifyInStages<value>(
  stages: readonly Stage[],
  course: (begin: (stage: number) => void) => Promise<value>,
): Promise<{ ok: true; value: value; checks: Check[] } | { ok: false; error: VerifierError; checks: Check[] }> {
  let at = 0
  try {
    const value = await course((stage) => {
      at = stage
    })
    return { ok: true, value, checks: passedChecks(stages) }
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error
    return { ok: false, error, checks: failedChecks(stages, at, error) }
  }
}

export function refusal(parts: {
  title: string
  checks: Check[]
  error: VerifierError
  sections?: Section[]
  notes?: string[]
  data?: object
}): Report {
  const { title, checks, error, sections = [], notes = [], data = {} } = parts
  return { ok: false, title, checks, verdict: `Refused: ${error.code}`, sections, notes, data: { ...data }, error }
}

/** JSON's numbers are the safe ones; 64-bit integers become decimal text. */
export function toJson({ ok, checks, notes, data, error }: Report): string {
  const refused =
    error === undefined
      ? {}
      : {
          error: {
            code: error.code,
            message: error.message,
            ...(error.expected === undefined ? {} : { expected: error.expected }),
            ...(error.received === undefined ? {} : { received: error.received }),
            remedy: codeChecks[error.code].remedy,
          },
        }
  const object = { ok, checks, ...refused, ...data, notes }
  return `${JSON.stringify(object, (_key, value) => (typeof value === 'bigint' ? String(value) : value))}\n`
}

export function toText(report: Report, colour: boolean): string {
  const paint = colour ? paints : noPaints
  const lines: string[] = [paint.bold(printable(report.title)), '']
  if (report.checks.length > 0) {
    const width = Math.max(...report.checks.map(({ name }) => name.length))
    for (const check of report.checks) {
      const mark = check.ok === null ? paint.dim('–') : check.ok ? paint.green('✓') : paint.red('✗')
      const name = check.name.padEnd(width)
      // The comparison has lines of its own below: two PCRs in one sentence help nobody.
      const note = printable(check.ok === false ? withoutComparison(check) : (check.note ?? ''))
      lines.push(`  ${mark} ${check.ok === null ? paint.dim(`${name}  ${note}`) : `${name}  ${note}`}`.trimEnd())
      if (check.expected !== undefined) lines.push(`    ${' '.repeat(width)}  expected ${printable(check.expected)}`)
      if (check.received !== undefined) lines.push(`    ${' '.repeat(width)}  received ${printable(check.received)}`)
    }
    lines.push('')
  }
  for (const { title, rows } of report.sections) {
    lines.push(paint.bold(printable(title)))
    const width = Math.max(0, ...rows.map(([label]) => label.length))
    for (const [label, value] of rows) lines.push(`  ${label.padEnd(width)}  ${printable(value)}`.trimEnd())
    lines.push('')
  }
  for (const note of report.notes) lines.push(`  ${paint.yellow('!')} ${printable(note)}`)
  if (report.notes.length > 0) lines.push('')
  // Green is for what was verified: an inspector has no checks.
  const paintVerdict = !report.ok ? paint.red : report.checks.length > 0 ? paint.green : paint.yellow
  lines.push(paintVerdict(report.verdict))
  if (report.error !== undefined) lines.push(codeChecks[report.error.code].remedy)
  return `${lines.join('\n')}\n`
}

/** The attack: text out of a document (names, labels) that steers the reader's terminal, or reorders a line with bidirectional controls. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (char) => `\\u{${(char.codePointAt(0) as number).toString(16)}}`)
}

export function formatBytes(count: number): string {
  return `${count.toLocaleString('en-US')} byte${count === 1 ? '' : 's'}`
}

export function formatMs(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
}

function withoutComparison({ note = '', expected, received, code }: Check): string {
  const compared = ` (expected ${expected ?? 'nothing'}, received ${received ?? 'nothing'})`
  return `${note.endsWith(compared) ? note.slice(0, -compared.length) : note} [${code}]`
}

function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

const sgr = (open: number, close: number) => (text: string) => `\u001b[${open}m${text}\u001b[${close}m`
const paints = { bold: sgr(1, 22), dim: sgr(2, 22), red: sgr(31, 39), green: sgr(32, 39), yellow: sgr(33, 39) }
const plain = (text: string) => text
const noPaints: typeof paints = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain }
