import type { Command, CommanderError } from 'commander'
import { printError } from './report.ts'
import type { Terminal } from './terminal.ts'

/** Commander exits with 1 for a missing argument or an unknown option, which elsewhere means a verdict against what was given. */
export function twoOnMisuse(command: Command, terminal: Terminal): Command {
  return command
    .configureOutput({ writeOut: terminal.stdout, writeErr: terminal.stderr })
    .showHelpAfterError('(add --help for what is expected)')
    .exitOverride(({ exitCode, message }: CommanderError) => {
      if (exitCode === 0) terminal.exit(0)
      if (terminal.argv.includes('--json'))
        printError(terminal, true, { code: 'USAGE', message, remedy: 'Add --help for what is expected.' })
      terminal.exit(2)
    })
}
