import { randomBytes } from 'node:crypto'

/** Everything a verb takes from the process it runs in: tests give their own. */
export type Terminal = {
  readonly argv: readonly string[]
  stdout(text: string): void
  stderr(text: string): void
  /** Whether stdout shows colours. */
  readonly colour: boolean
  nowMs(): number
  randomBytes(length: number): Uint8Array
  setExitCode(code: ExitCode): void
  exit(code: ExitCode): never
}

/** 0: verified. 1: refused, with the verifier's code. 2: no verdict, because of the command line, an unreadable input or an endpoint that gave nothing to judge. */
export type ExitCode = 0 | 1 | 2

/** Colours only for people: stdout is a terminal and NO_COLOR (no-color.org) is unset or empty. */
export const processTerminal: Terminal = {
  argv: process.argv,
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  colour: process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '',
  nowMs: () => Date.now(),
  randomBytes: (length) => Uint8Array.from(randomBytes(length)),
  setExitCode: (code) => {
    process.exitCode = code
  },
  exit: (code) => process.exit(code),
}

/** Resolves when whoever started this process wants it to end. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })
}
