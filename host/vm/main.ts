// The hypervisor of virtual machines as a process of its own: node --conditions=source --import tsx host/vm/main.ts --image FILE --programs DIR --run DIR --vsock PATH --state DIR
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { loadOrCreateSimulatedRoot, stateFiles, writeFileAtomically } from '../state.ts'
import { startVmHypervisor } from './vm-hypervisor.ts'

const usage = `Measures an enclave image, boots it in a virtual machine with a simulated security module, and boots it again when it ends.

  --image FILE     the image (EIF)
  --programs DIR   QEMU and the vsock device, unpacked
  --run DIR        for the files of a boot
  --vsock PATH     unix socket of the vsock device
  --state DIR      keeps the simulated root, receives simulated-root.pem and measurements.json
  --memory MIB     memory of the machine (default: 1024)
`
const text = { type: 'string' } as const
const { values } = parseArgs({
  options: { image: text, programs: text, run: text, vsock: text, state: text, memory: text, help: { type: 'boolean' } },
})
const { image, programs, run, vsock, state, memory = '1024' } = values
if (values.help === true) {
  process.stdout.write(usage)
  process.exit(0)
}
if ([image, programs, run, vsock, state].includes(undefined) || !/^\d{2,6}$/.test(memory)) {
  process.stderr.write(usage)
  process.exit(2)
}

const log = pino({ name: 'hypervisor' }, pino.destination({ sync: true }))
const console = pino({ name: 'console' }, pino.destination({ sync: true }))
let hypervisor: { stop(): Promise<void> } | null = null
let stopping = false

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop(signal))
// The channel to the parent is a lifeline: whatever ends the parent, also SIGKILL, ends this process and its machine.
if (process.channel !== undefined) process.on('disconnect', () => stop('parent gone'))
process.on('uncaughtException', (error) => {
  log.fatal({ err: error }, 'unexpected failure')
  stop('failure', 1)
})

const root = await loadOrCreateSimulatedRoot(state as string, Date.now())
hypervisor = await startVmHypervisor({
  imagePath: resolve(image as string),
  programs: resolve(programs as string),
  directory: resolve(run as string),
  vsockPath: resolve(vsock as string),
  memoryMiB: Number(memory),
  root,
  nowMs: Date.now,
  onEvent(event) {
    log.info(event, event.event)
    if (process.connected) process.send?.(event)
  },
  onConsole: (line) => console.info(line),
  onMeasurement: (measurement) =>
    writeFileAtomically(join(state as string, stateFiles.measurements), `${JSON.stringify(measurement, null, 2)}\n`),
})

function stop(reason: string, exitCode = 0): void {
  if (stopping) return
  stopping = true
  log.info({ reason }, 'stopping')
  const stopped = hypervisor?.stop() ?? Promise.resolve()
  stopped.then(
    () => process.exit(exitCode),
    () => process.exit(1),
  )
}
