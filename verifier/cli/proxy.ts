import { type Command, Option } from 'commander'
import { fromUtf8, type Hex } from '../bytes.ts'
import { VerifierError } from '../errors.ts'
import { createNacreFetch } from '../node/fetch.ts'
import type { Streams } from '../openai-fetch.ts'
import type { Policy } from '../policy.ts'
import { CliError, usage } from './cli-error.ts'
import { readInput } from './files.ts'
import { parseEndpointUrl } from './http-endpoint.ts'
import {
  addPolicyOptions,
  addRootOption,
  collect,
  type PolicyOptions,
  parseHex,
  parseMaxAgeMs,
  parseMeasurements,
  parseRoot,
  type RootOptions,
} from './options.ts'
import { printable, printError } from './report.ts'
import { type Terminal, untilStopped } from './terminal.ts'
import { startVerifyingProxy, toProblem } from './verifying-proxy.ts'

export function addProxy(program: Command, terminal: Terminal): Command {
  const command = program
    .command('proxy')
    .description('Verify for tools that cannot: a local HTTP server whose answers were all verified.')
    .requiredOption('--url <URL>', 'endpoint of the enclave; with https, TLS must end inside it, with http bodies are encrypted to its key')
    .option('--policy <FILE>', 'JSON {"measurements": [{"pcr0": "0x…"}], "modelIds": ["0x…"]}, in place of --pcr0 and --model-id')
  addRootOption(command)
  return addPolicyOptions(command, { waivable: false })
    .option('--model-id <ID>', 'model id to accept; repeat it to accept several (default: whatever the enclave measured)', collect)
    .option('--max-age <SECONDS>', 'oldest evidence to accept (default: 600)')
    .addOption(
      new Option('--streams <WHEN>', 'hand pieces of a stream on as they come, or only when all of it is verified')
        .choices(['live', 'verified'])
        .default('live'),
    )
    .option('--port <PORT>', 'port on 127.0.0.1; 0 takes a free one', '8787')
    .option('--json', 'log one JSON object a line')
    .addHelpText(
      'after',
      `
Point any client of the Open Inference Protocol at it. An answer that does not verify becomes a problem document with
status 502 and the check that failed, and a stream that does not verify breaks off before its end; nothing is ever sent
in the clear. Ctrl-C finishes what is under way and stops.

Example:
  nacre proxy --url https://127.0.0.1:8443 --root simulated-root.pem --pcr0 3b4c… &
  curl -s http://127.0.0.1:8787/v2/models/digits/infer -d @request.json`,
    )
    .action((options: Options) => proxy(options, terminal))
}

type Options = RootOptions &
  PolicyOptions & { streams: Streams; url: string; policy?: string; modelId?: string[]; maxAge?: string; port: string; json?: boolean }

async function proxy(options: Options, terminal: Terminal): Promise<void> {
  const json = options.json === true
  try {
    const url = parseEndpointUrl(options.url)
    const policy = parsePolicy(options)
    const ageMsMax = parseMaxAgeMs(options.maxAge)
    const port = Number(options.port)
    if (!/^\d{1,5}$/.test(options.port) || port > 65535) throw usage(`--port ${options.port} is not a port`)
    const { certificate: root, name } = await parseRoot(options)
    const client = createNacreFetch({ url, root, policy, ageMsMax, streams: options.streams })
    try {
      const { enclave, protection } = await client.attested()
      const running = await startVerifyingProxy({
        client,
        port,
        onExchange: (entry) =>
          terminal.stdout(
            json
              ? line({ event: 'exchange', ...entry })
              : `${entry.method} ${entry.status} ${entry.code ?? entry.sequence ?? ''} ${entry.ms} ms\n`,
          ),
      }).catch((cause: Error) => {
        throw usage(`Port ${port} cannot be listened on: ${cause.message}`, 'Take another one with --port, or 0 for any.')
      })
      const { signer, attestation } = enclave
      const opened = {
        url: `http://127.0.0.1:${running.port}`,
        for: url.href,
        protection,
        signer,
        pcr0: attestation.pcrs.get(0),
        root: name,
      }
      terminal.stdout(
        json
          ? line({ event: 'listening', ...opened })
          : `Verified ${url.origin}: signer ${signer}, root ${printable(name)}; bodies protected by ${protection === 'tls' ? 'TLS to its attested key' : 'encryption to its attested key'}.\nListening on ${opened.url}. Ctrl-C stops.\n`,
      )
      await untilStopped()
      await running.close()
      if (json) terminal.stdout(line({ event: 'stopped' }))
    } finally {
      client.close()
    }
  } catch (thrown) {
    const { code, error: message, remedy } = thrown instanceof CliError ? { ...thrown, error: thrown.message } : toProblem(thrown)
    printError(terminal, json, { code: code as CliError['code'], message, remedy })
    terminal.setExitCode(thrown instanceof VerifierError ? 1 : 2)
  }
}

function line(entry: object): string {
  return `${JSON.stringify(entry)}\n`
}

function parsePolicy(options: Options): Policy {
  const modelIds = options.modelId?.map((id) => parseHex('--model-id', id, 32)) ?? ('any-measured' as const)
  if (options.policy === undefined) return { measurements: parseMeasurements(options) ?? [], modelIds }
  if ([options.pcr0, options.pcr1, options.pcr2, options.pcr8, options.modelId].some((given) => given !== undefined))
    throw usage('--policy contradicts the PCRs and models that are given beside it', 'Leave out the one or the others.')
  return decodePolicyFile(readInput(options.policy, policyBytesMax), options.policy)
}

/** Exactly `measurements` and `modelIds`: a misspelt field would be a check that is not made. */
function decodePolicyFile(bytes: Uint8Array, name: string): Policy {
  const unreadable = (reason: string) =>
    new CliError('INPUT_UNREADABLE', `${name} is not a policy: ${reason}`, {
      remedy: 'Write {"measurements": [{"pcr0": "0x…"}], "modelIds": ["0x…"]}; "modelIds" may be "any-measured".',
    })
  let value: unknown
  try {
    value = JSON.parse(fromUtf8(bytes))
  } catch (error) {
    throw unreadable((error as Error).message)
  }
  const fields = (given: unknown, allowed: readonly string[]): { [key: string]: unknown } => {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) throw unreadable('an object was expected')
    const unknown = Object.keys(given).find((key) => !allowed.includes(key))
    if (unknown !== undefined) throw unreadable(`"${unknown}" is not known here`)
    return given as { [key: string]: unknown }
  }
  const { measurements, modelIds } = fields(value, ['measurements', 'modelIds'])
  if (!Array.isArray(measurements) || measurements.length === 0) throw unreadable('it names no measurement, so it accepts no enclave')
  if (modelIds !== 'any-measured' && !Array.isArray(modelIds)) throw unreadable('"modelIds" is missing')
  // Forms of registers and ids are the verifier's to check, at the first attestation.
  return {
    measurements: measurements.map((measurement) =>
      fields(measurement, ['pcr0', 'pcr1', 'pcr2', 'pcr8']),
    ) as unknown as Policy['measurements'],
    modelIds: modelIds as 'any-measured' | Hex[],
  }
}

const policyBytesMax = 1 << 20
