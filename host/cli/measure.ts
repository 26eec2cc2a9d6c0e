import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CliError } from '@nacre/verifier/cli/cli-error'
import type { Command } from 'commander'
import { formatListing, measure, resolveMeasuredSet } from '../hypervisor/measure.ts'
import { measuredCommand } from '../hypervisor/sandbox.ts'

export function addMeasureCommand(program: Command): void {
  program
    .command('measure')
    .description('Measure the enclave of a checkout: the PCRs that its simulated hypervisor will hold.')
    .option('--project <dir>', 'the checkout', fileURLToPath(new URL('../..', import.meta.url)))
    .option('--files', 'list every measured file with its SHA-384, so that two measurements can be compared with diff')
    .option('--json', 'print one JSON object')
    .action((options: { project: string; files?: true; json?: true }) => {
      if (!existsSync(join(options.project, 'enclave', 'package.json')))
        throw new CliError('INPUT_UNREADABLE', `${options.project} is not a checkout`, {
          remedy: 'Give the folder that holds enclave/ and verifier/.',
        })
      const set = resolveMeasuredSet(resolve(options.project), process.execPath, measuredCommand())
      const measurement = measure(set)
      const { pcr0, pcr1, pcr2, runtime, application } = measurement
      if (options.json)
        process.stdout.write(
          `${JSON.stringify(options.files ? measurement : { pcr0, pcr1, pcr2, files: runtime.length + application.length })}\n`,
        )
      else process.stdout.write(`${options.files ? formatListing(measurement) : ''}PCR0  ${pcr0}\nPCR1  ${pcr1}\nPCR2  ${pcr2}\n`)
    })
}
