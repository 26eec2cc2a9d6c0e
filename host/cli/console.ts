import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { certificateToPem } from '@nacre/verifier/certificate'
import { CliError, usage } from '@nacre/verifier/cli/cli-error'
import { parseEndpointUrl } from '@nacre/verifier/cli/http-endpoint'
import { addRootOption, collect, parseMeasurements, parseRoot, type RootOptions } from '@nacre/verifier/cli/options'
import { printable, printError } from '@nacre/verifier/cli/report'
import { processTerminal, type Terminal, untilStopped } from '@nacre/verifier/cli/terminal'
import type { Command } from 'commander'
import { startOwnConsole } from '../console/own-copy.ts'
import { twoOnMisuse } from './misuse.ts'

/** Adds `console`: the page from this checkout, in front of anybody's enclave. */
export function addConsoleCommand(program: Command, terminal: Terminal = processTerminal): void {
  const command = program
    .command('console')
    .description('Serve the console page from your own copy, so that you need not trust the page of the host that you check.')
    .requiredOption('--url <URL>', 'endpoint of the enclave; everything but public evidence goes there encrypted to the attested key')
    .option('--pcr0 <HEX>', 'PCR0 (the whole image) to accept', collect)
  addRootOption(command)
    .option('--port <PORT>', 'port on 127.0.0.1; 0 takes a free one', '8788')
    .option('--json', 'print one JSON object once it listens')
    .addHelpText('after', '\nExample:\n  nacre console --url https://enclave.example --pcr0 3b4c…')
    .action((options: Options) => run(options, terminal))
  twoOnMisuse(command, terminal)
}

type Options = RootOptions & { url: string; pcr0?: string[]; port: string; json?: boolean }

async function run(options: Options, terminal: Terminal): Promise<void> {
  const json = options.json === true
  try {
    const url = parseEndpointUrl(options.url)
    const [measurement, ...others] = parseMeasurements(options) ?? []
    if (measurement === undefined || others.length > 0) throw usage('--pcr0 is given once: the page shows which image it accepts')
    const port = Number(options.port)
    if (!/^\d{1,5}$/.test(options.port) || port > 65535) throw usage(`--port ${options.port} is not a port`)
    const { certificate, isAws, name } = await parseRoot(options)
    const rootPem = isAws ? null : certificateToPem(certificate)
    const modelsFolder = resolve(fileURLToPath(new URL('../../enclave/models', import.meta.url)))
    const accepted = { rootPem, measurements: [measurement], simulated: !isAws }
    const running = await startOwnConsole({ url, accepted, modelsFolder, port }).catch((cause: Error) => {
      throw usage(`Port ${port} cannot be listened on: ${cause.message}`, 'Take another one with --port, or 0 for any.')
    })
    const page = `http://127.0.0.1:${running.port}/`
    terminal.stdout(
      json
        ? `${JSON.stringify({ event: 'listening', url: page, for: url.href, pcr0: measurement.pcr0, root: name })}\n`
        : `The console, from this copy, for ${url.origin} under root ${printable(name)}:\n\n  ${page}\n\nCtrl-C stops.\n`,
    )
    await untilStopped()
    await running.close()
  } catch (thrown) {
    if (!(thrown instanceof CliError)) throw thrown
    printError(terminal, json, thrown)
    terminal.setExitCode(2)
  }
}
