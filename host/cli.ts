import { readFileSync } from 'node:fs'
import { runUntilEnd } from '@nacre/verifier/cli/report'
import { processTerminal } from '@nacre/verifier/cli/terminal'
import { Command } from 'commander'
import { twoOnMisuse } from './cli/misuse.ts'

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string }

// The launcher's channel ends this process with its parent; by itself it should not keep it running.
if (process.channel !== undefined) {
  process.channel.unref()
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
}

const program = twoOnMisuse(new Command('nacre'), processTerminal)
  .description('Attested inference: run an enclave, ask it, and verify what it answered.')
  .version(version)
  .showHelpAfterError('(nacre --help lists every command)')

/** Each command's module is loaded when it is what runs, or when help lists all of them: some bring a database, a compiler or a chain along. */
const commands: readonly { names: readonly string[]; add(): Promise<unknown> }[] = [
  { names: ['start'], add: async () => (await import('./cli/start.ts')).addStartCommand(program) },
  { names: ['serve'], add: async () => (await import('./cli/serve.ts')).addServeCommand(program) },
  { names: ['measure'], add: async () => (await import('./cli/measure.ts')).addMeasureCommand(program) },
  { names: ['console'], add: async () => (await import('./cli/console.ts')).addConsoleCommand(program) },
  { names: ['image'], add: async () => (await import('./cli/image.ts')).addImageCommands(program) },
  { names: ['onchain'], add: async () => (await import('./cli/onchain.ts')).addOnchainCommands(program) },
  { names: ['replay'], add: async () => (await import('./cli/replay.ts')).addReplayCommand(program) },
  { names: ['audit'], add: async () => (await import('./cli/audit.ts')).addAuditCommand(program) },
  { names: ['log'], add: async () => (await import('./cli/log.ts')).addLogCommands(program) },
  {
    names: ['model'],
    async add() {
      const model = program.command('model').description('Models that an enclave runs.')
      const parts = await Promise.all([import('./cli/model-add.ts'), import('./cli/model-seal.ts')])
      parts[0].addModelAddCommand(model)
      parts[1].addModelSealCommands(model)
    },
  },
  { names: ['kms', 'egress'], add: async () => (await import('./cli/kms.ts')).addKmsCommands(program) },
  { names: ['doctor'], add: async () => (await import('./cli/doctor.ts')).addDoctorCommand(program) },
  { names: ['relay'], add: async () => (await import('./cli/relay.ts')).addRelayCommands(program) },
  {
    names: ['attestation', 'receipt', 'opening', 'bundle', 'history', 'infer', 'proxy'],
    async add() {
      const parts = await Promise.all([import('@nacre/verifier/cli/commands'), import('./cli/bundle-add.ts'), import('./cli/history.ts')])
      parts[0].registerVerifierCommands(program)
      parts[1].addBundleAdd(program)
      parts[2].addHistoryMake(program)
    },
  },
]
const [asked] = process.argv.slice(2)
const isVersion = process.argv.length === 3 && (asked === '--version' || asked === '-V')
const named = commands.filter(({ names }) => names.includes(asked ?? ''))
// A misspelt one is told the names alone.
const isUnknown = named.length === 0 && asked !== undefined && asked !== 'help' && !asked.startsWith('-')
if (isUnknown) for (const name of commands.flatMap(({ names }) => names)) program.command(name)
else for (const { add } of isVersion ? [] : named.length > 0 ? named : commands) await add()
await runUntilEnd(processTerminal, () => program.parseAsync())
