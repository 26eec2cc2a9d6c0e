import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Command, InvalidArgumentError } from 'commander'
import { keepTensors } from '../log/kept-tensors.ts'
import type { WitnessAddress } from '../log/witness-client.ts'
import { reporter } from '../report.ts'
import { start } from '../start.ts'
import { allowOriginOption } from './allow-origin.ts'
import { defaultCacheDirectory } from './image.ts'
import { collectWitnesses, parseBatchMs, parseMebibytes, parseModelProcesses, parsePort } from './log-options.ts'

export function addStartCommand(program: Command): void {
  const projectRoot = resolve(fileURLToPath(new URL('../..', import.meta.url)))
  program
    .command('start')
    .description(
      'Start the simulated hypervisor, the enclave, the relay and a local chain; get one attested answer, verify it here and in a contract, write the evidence to files; then stay up.',
    )
    .option('--once', 'stop after the answer; exit code 0 only if every check passed')
    .option('--out <dir>', 'where answer.nacre, document.cbor, receipt.json and simulated-root.pem go', 'nacre-out')
    .option('--state <dir>', 'what is kept between starts: the root of the simulation, logs', resolve(projectRoot, '.cache/nacre'))
    .option('--sample <file>', 'the picture to classify', resolve(projectRoot, 'enclave/models/garment/samples/ankle-boot.json'))
    .option('--isolation <kind>', 'bubblewrap or process; by default bubblewrap when it works', parseIsolation)
    .option('--vm [FILE]', 'boot the enclave as an image in a virtual machine: this file, or one built from this checkout')
    .option(
      '--sealed',
      'seal the model that is asked: its weights open only for this enclave, with a key that a local KMS gives to its measurements',
    )
    .option('--cache <dir>', 'with --vm: where fetched packages are kept (default: nacre in $XDG_CACHE_HOME or ~/.cache)')
    .option('--tls-port <port>', 'HTTPS, ending in the enclave', parsePort, 8443)
    .option('--http-port <port>', 'HTTP, readable by the host', parsePort, 8080)
    .option('--chain-port <port>', 'JSON-RPC of the local chain', parsePort, 8545)
    .option('--log-port <port>', 'the receipt log, as static files', parsePort, 8090)
    .addOption(allowOriginOption())
    .option('--witness <URL=VKEY>', 'a witness to cosign the receipt log (nacre log witness); again for each one', collectWitnesses, [])
    .option(
      '--batch-ms <N>',
      'how long an answer with a batched receipt waits for others at most (default: 1); not with --vm FILE',
      parseBatchMs,
    )
    .option(
      '--model-processes <N|auto>',
      'processes of each model, or as many as the cores have room for (default: 1); likewise',
      parseModelProcesses,
    )
    .option(
      '--keep-tensors <MIB>',
      'keep tensors that callers hand in for audits (nacre log keep), for everybody to read, at most so much',
      parseMebibytes,
    )
    .option('--json', 'print one JSON object instead of text once the job is done')
    .addHelpText(
      'after',
      '\nA port that is taken is replaced by a free one, and the output says so; 0 always takes a free one. Ctrl-C stops everything; a second one does not wait.\n',
    )
    .action(async (options: StartFlags) => {
      // The AWS SDK's advice on versions of Node is not for who tries this.
      process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'
      if (options.sealed === true && typeof options.vm === 'string') {
        process.stderr.write('error: --sealed builds its own image: use --vm without FILE\n')
        process.exit(2)
      }
      process.exitCode = await start({
        projectRoot,
        stateDirectory: resolve(options.state),
        outDirectory: resolve(options.out),
        samplePath: resolve(options.sample),
        isolation: options.isolation,
        virtualMachine:
          options.vm === undefined
            ? undefined
            : {
                imagePath: options.vm === true ? undefined : resolve(options.vm),
                cacheDirectory: resolve(options.cache ?? defaultCacheDirectory(process.env)),
                environment: process.env,
              },
        sealed: options.sealed === true,
        ports: { tls: options.tlsPort, http: options.httpPort, chain: options.chainPort, log: options.logPort },
        allowOrigins: options.allowOrigin,
        witnesses: options.witness,
        serving: options,
        tensors: options.keepTensors === undefined ? undefined : keepTensors({ totalBytesMax: options.keepTensors }),
        once: options.once === true,
        report: reporter({
          json: options.json === true,
          write: (text) => void process.stdout.write(text),
          color: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
        }),
        nowMs: Date.now,
      })
      // Sockets of the chain's client may linger; everything that matters has been stopped.
      process.exit()
    })
}

type StartFlags = {
  allowOrigin: string[]
  once?: true
  out: string
  state: string
  sample: string
  isolation?: 'bubblewrap' | 'process'
  vm?: string | true
  sealed?: true
  cache?: string
  tlsPort: number
  httpPort: number
  chainPort: number
  logPort: number
  witness: WitnessAddress[]
  keepTensors?: number
  batchMs?: number
  modelProcesses?: number | 'auto'
  json?: true
}

function parseIsolation(text: string): 'bubblewrap' | 'process' {
  if (text !== 'bubblewrap' && text !== 'process') throw new InvalidArgumentError('Either bubblewrap or process.')
  return text
}
