// The simulated hypervisor as a process of its own: node --conditions=source --import tsx host/hypervisor/main.ts --nsm PATH --state DIR
import { readdirSync, rmdirSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import type { SecretsCommand } from '../secrets-command.ts'
import { loadOrCreateSimulatedRoot, stateFiles, writeFileAtomically } from '../state.ts'
import { type Hypervisor, startHypervisor } from './hypervisor.ts'
import { formatListing } from './measure.ts'

const usage = `Measures the enclave's files, holds its PCRs, answers its NSM requests and launches it again when it dies.

  --nsm PATH         unix socket of the NSM; the enclave makes tls.sock, http.sock and log.sock beside it
  --state DIR        keeps the simulated root, receives simulated-root.pem and measurements.json, and holds the measured copy that runs
  --project DIR      the checkout to measure and launch (default: the one this file is in)
  --model DIR        a further model for the image, in the place of one with its name; may be repeated
  --secrets KIND     give the enclave a way out (egress.sock beside the NSM) and credentials from the instance or the host
  --kms HOST:PORT    another KMS than AWS's, vouched for by --kms-ca BASE64 (DER)
  --handover BASE64  share keys with enclaves whose documents verify up to this root (DER)
  --owner ADDRESS    who may approve that they go to another image
  --keep ARN         keep them under this key of KMS
  --keep-receipt     share and keep a receipt key for contracts too
  --batch-ms N       how long batched answers wait for others at most
  --model-processes N|auto  processes of each model
  --isolation KIND   bubblewrap or process (default: bubblewrap when it works)
`

const { values } = parseArgs({
  options: {
    nsm: { type: 'string' },
    state: { type: 'string' },
    project: { type: 'string' },
    isolation: { type: 'string' },
    model: { type: 'string', multiple: true },
    secrets: { type: 'string' },
    kms: { type: 'string' },
    'kms-ca': { type: 'string' },
    handover: { type: 'string' },
    owner: { type: 'string' },
    keep: { type: 'string' },
    'keep-receipt': { type: 'boolean' },
    'batch-ms': { type: 'string' },
    'model-processes': { type: 'string' },
    help: { type: 'boolean' },
  },
})

if (values.help === true) {
  process.stdout.write(usage)
  process.exit(0)
}
const { nsm, state, isolation } = values
if (nsm === undefined || state === undefined || (isolation !== undefined && isolation !== 'bubblewrap' && isolation !== 'process')) {
  process.stderr.write(usage)
  process.exit(2)
}

const log = pino({ name: 'hypervisor' }, pino.destination({ sync: true }))
let hypervisor: Hypervisor | null = null
let stopping: Promise<void> | null = null

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop(signal))
// The channel to the parent is a lifeline: whatever ends the parent, also SIGKILL, ends this process and its enclave.
if (process.channel !== undefined) process.on('disconnect', () => stop('parent gone'))
process.on('uncaughtException', (error) => {
  log.fatal({ err: error }, 'unexpected failure')
  stop('failure', 1)
})

const root = await loadOrCreateSimulatedRoot(state, Date.now())
const processes = values['model-processes']
hypervisor = await startHypervisor({
  projectRoot: resolve(values.project ?? fileURLToPath(new URL('../..', import.meta.url))),
  imagesPath: resolve(state, stateFiles.images),
  nsmPath: resolve(nsm),
  root,
  isolation: isolation ?? null,
  models: (values.model ?? []).map((folder) => resolve(folder)),
  secrets: secretsCommand(),
  serving: {
    batchMs: values['batch-ms'] === undefined ? undefined : Number(values['batch-ms']),
    modelProcesses: processes === undefined || processes === 'auto' ? processes : Number(processes),
  },
  nowMs: Date.now,
  onEvent(event) {
    log.info(event, event.event)
    if (process.connected) process.send?.(event)
  },
  onMeasurement(measurement) {
    const { pcr0, pcr1, pcr2 } = measurement
    writeFileAtomically(join(state, stateFiles.measurements), `${JSON.stringify({ pcr0, pcr1, pcr2 }, null, 2)}\n`)
    writeFileAtomically(join(dirname(resolve(nsm)), 'measured-files.txt'), formatListing(measurement))
  },
})

function secretsCommand(): SecretsCommand | null {
  const { secrets, kms, 'kms-ca': ca, handover } = values
  if (secrets !== 'instance' && secrets !== 'host') return null
  const [host = '', port] = kms?.split(':') ?? []
  const handoverRoot = handover === undefined ? undefined : Buffer.from(handover, 'base64')
  return {
    credentials: secrets,
    handoverRoot,
    handoverOwner: values.owner as SecretsCommand['handoverOwner'],
    keepKeyArn: values.keep,
    keepReceiptKey: values['keep-receipt'],
    kms: ca === undefined ? null : { host, port: Number(port), certificateDer: Buffer.from(ca, 'base64') },
  }
}

/** Whoever made the directory may be gone; sockets of the dead help nobody. Anything unexpected in it stays. */
function removeRunFiles(directory: string): void {
  for (const name of ['nsm.sock', 'tls.sock', 'http.sock', 'log.sock', 'measured-files.txt']) rmSync(join(directory, name), { force: true })
  if (process.channel !== undefined && !process.connected && readdirSync(directory).length === 0) rmdirSync(directory)
}

function stop(reason: string, exitCode = 0): void {
  if (stopping !== null || nsm === undefined) return
  log.info({ reason }, 'stopping')
  stopping = (hypervisor?.stop() ?? Promise.resolve()).then(
    () => {
      removeRunFiles(dirname(resolve(nsm)))
      process.exit(exitCode)
    },
    (error: Error) => {
      log.error({ err: error }, 'did not stop cleanly')
      process.exit(1)
    },
  )
}
