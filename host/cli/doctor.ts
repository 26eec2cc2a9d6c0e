import { existsSync, readFileSync } from 'node:fs'
import { CliError } from '@nacre/verifier/cli/cli-error'
import { readInput } from '@nacre/verifier/cli/files'
import { printable, printError } from '@nacre/verifier/cli/report'
import { processTerminal, type Terminal } from '@nacre/verifier/cli/terminal'
import type { Command } from 'commander'
import { type DoctorSystem, type Finding, findClock, findEgress, findImage, findNsm, findPolicy, findVsock } from '../doctor/findings.ts'
import { decodeKeyPolicy, PolicyError } from '../kms/key-policy.ts'
import { twoOnMisuse } from './misuse.ts'
import { readMeasurements } from './model-seal.ts'

/** Adds `doctor`. Exit code 0 when nothing is wrong, 1 when something is, 2 when it could not look. */
export function addDoctorCommand(program: Command, terminal: Terminal = processTerminal): void {
  const command = program
    .command('doctor')
    .description('Look at what an operator needs - NSM, vsock, clock, image, key policy, way out - and explain what is wrong.')
    .option('--measurements <FILE>', "the image's measurements (JSON with pcr0, pcr1, pcr2)")
    .option('--image <FILE>', 'the image (EIF) that will be launched')
    .option('--policy <FILE>', 'the key policy of the KMS key (aws kms get-key-policy --output text), held against the measurements')
    .option('--egress <PATH>', "the socket of the host's proxy")
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nWhat is not there (no NSM on a machine that only simulates) is said, and is no failure unless something that was given needs it.\n',
    )
    .action((options: Options) => doctor(options, terminal))
  twoOnMisuse(command, terminal)
}

type Options = { measurements?: string; image?: string; policy?: string; egress?: string; json?: true }

async function doctor(options: Options, terminal: Terminal): Promise<void> {
  try {
    const measurements = options.measurements === undefined ? undefined : readMeasurements(options.measurements)
    const findings: Finding[] = [
      findNsm(system),
      findVsock(system),
      findClock(system, terminal.nowMs()),
      await findImage(system, options.image, measurements),
      ...findPolicy(options.policy === undefined ? undefined : readPolicy(options.policy), measurements),
      await findEgress(options.egress),
    ]
    const ok = findings.every(({ state }) => state !== 'wrong')
    terminal.stdout(options.json ? `${JSON.stringify({ ok, findings })}\n` : toText(findings, ok))
    terminal.setExitCode(ok ? 0 : 1)
  } catch (error) {
    const known = error instanceof CliError ? error : new CliError('INTERNAL', (error as Error).message, { cause: error })
    printError(terminal, options.json === true, known)
    terminal.setExitCode(2)
  }
}

const system: DoctorSystem = {
  platform: process.platform,
  exists: existsSync,
  read: (path) => readFileSync(path),
}

function readPolicy(path: string): ReturnType<typeof decodeKeyPolicy> | PolicyError {
  const text = Buffer.from(readInput(path, 64 * 1024)).toString('utf8')
  try {
    return decodeKeyPolicy(text)
  } catch (error) {
    if (error instanceof PolicyError) return error
    throw error
  }
}

const marks = { good: '✓', wrong: '✗', absent: '–' } as const

function toText(findings: readonly Finding[], ok: boolean): string {
  const width = Math.max(...findings.map(({ name }) => name.length))
  const lines = findings.flatMap(({ name, state, what, remedy }) => [
    `  ${marks[state]} ${name.padEnd(width)}  ${printable(what)}`,
    ...(remedy === undefined ? [] : [`    ${' '.repeat(width)}  ${printable(remedy)}`]),
  ])
  return `${lines.join('\n')}\n\n${ok ? 'Nothing is wrong with what was looked at.' : 'Something is wrong: see the lines with ✗.'}\n`
}
