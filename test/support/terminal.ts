import type { Terminal } from '@nacre/verifier/cli/terminal'
import type { Command } from 'commander'

class Exit extends Error {}

/** Runs a command in this process, at noon of 2026-01-15 unless it is told another time, and collects what it says. */
export async function testTerminal(
  args: readonly string[],
  add: (program: Command, terminal: Terminal) => void,
  program: Command,
  parts: Partial<Pick<Terminal, 'nowMs' | 'randomBytes'>> = {},
) {
  let [stdout, stderr, exitCode] = ['', '', -1]
  const terminal: Terminal = {
    argv: args,
    stdout: (text) => {
      stdout += text
    },
    stderr: (text) => {
      stderr += text
    },
    colour: false,
    nowMs: () => Date.parse('2026-01-15T12:00:00Z'),
    randomBytes: (length) => new Uint8Array(length),
    ...parts,
    setExitCode: (code) => {
      exitCode = code
    },
    exit: (code) => {
      exitCode = code
      throw new Exit()
    },
  }
  program.exitOverride()
  add(program, terminal)
  await program.parseAsync([...args], { from: 'user' }).catch((error: unknown) => {
    if (!(error instanceof Exit)) throw error
  })
  return { stdout, stderr, exitCode, json: () => JSON.parse(stdout) }
}
