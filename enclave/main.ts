import { randomBytes } from 'node:crypto'
import { readFile, rm, stat } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { availableParallelism } from 'node:os'
import { awsNitroRootG1 } from '@nacre/verifier/aws-root'
import { type Certificate, certificateFromPem } from '@nacre/verifier/certificate'
import { decodeArguments, type ListenAddress, type NsmAddress, usage } from './arguments.ts'
import { bootEnclave } from './boot.ts'
import { systemClock } from './clock.ts'
import { EnclaveError } from './errors.ts'
import { letHeapGrow } from './heap-growth.ts'
import { dialUnix } from './kms/egress.ts'
import { secretsFrom } from './kms/secrets.ts'
import { defaultLimits } from './limits.ts'
import { codeFrames, createLog } from './log.ts'
import { createNsm, type NsmTransport } from './nsm.ts'
import { nsmSocket } from './nsm-socket.ts'
import { buildApp } from './server.ts'
import type { SharedMemory } from './shared-memory.ts'

// The only place where the enclave meets the real world: its clock, its randomness, its sockets, its signals.

const clock = systemClock
const log = createLog((line) => process.stdout.write(line), clock.nowMs)
// A host that stops reading our logs must not stop us.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})
// Its warning about versions of Node is no line of our log.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
letHeapGrow()
// Node would print the message and, with it, perhaps a piece of a request.
process.on('uncaughtException', (error) => {
  log.error({ msg: 'enclave failed', code: 'INTERNAL', frames: codeFrames(error) })
  process.exit(1)
})

try {
  if (process.argv.includes('--help')) process.stdout.write(usage)
  else await run()
} catch (error) {
  const known = error instanceof EnclaveError ? error : undefined
  log.error({
    msg: 'enclave cannot start',
    code: known?.code ?? 'INTERNAL',
    reason: error instanceof Error ? error.message : String(error),
    expected: known?.expected,
    received: known?.received,
  })
  process.exit(known?.code === 'ARGUMENTS_INVALID' ? 2 : 1)
}

async function run(): Promise<void> {
  const startedAtMs = clock.monotonicMs()
  const {
    nsm: nsmAddress,
    tls,
    http,
    log: logListener,
    modelsFolder,
    tlsName,
    confinePath,
    egress,
    verificationRoot,
    modelProcesses,
    receiptBatchMsMax = defaultLimits.receiptBatchMsMax,
  } = decodeArguments(process.argv.slice(2))
  const limits = { ...defaultLimits, receiptBatchMsMax }
  let onNsmLost = (_: EnclaveError) => {} // while it boots, the request that fails says so
  const nsm = createNsm(await openNsm(nsmAddress, (error) => onNsmLost(error)))
  const enclave = await bootEnclave({
    ...{ nsm, randomBytes, clock, modelsFolder, tlsName, confinePath, limits, log },
    sharedMemory: await sharedMemory(),
    signAside: availableParallelism() > 1,
    modelProcesses: modelProcesses === 'auto' ? { cores: availableParallelism() } : modelProcesses,
    secrets: egress && secretsFrom(egress, await dialTo(egress.at)),
    verificationRoot: verificationRoot === undefined ? undefined : await readRoot(verificationRoot),
  })
  const { services } = enclave
  const apps = [buildApp(services, { tls: enclave.keys.tls }), buildApp(services), buildApp(services, { forHost: true })] as const

  let stopped = false
  async function stop(exitCode: 0 | 1): Promise<void> {
    if (stopped) return
    stopped = true
    log.info({ msg: 'stopping' })
    clock.after(limits.shutdownMsMax, () => process.exit(1))
    enclave.stop()
    await Promise.all(apps.map((app) => app.close()))
    enclave.close()
    log.info({ msg: 'stopped' })
    process.exit(exitCode)
  }
  process.on('SIGTERM', () => stop(0))
  process.on('SIGINT', () => stop(0))
  // No more documents can be had: better a new enclave, whose NSM listens, than one whose evidence grows stale.
  onNsmLost = ({ code }) => {
    log.error({ msg: 'NSM lost', code })
    stop(1)
  }

  // First, so that the host can open the log before anybody is answered.
  await listen(apps[2], logListener, 'log')
  await listen(apps[0], tls, 'tls')
  await listen(apps[1], http, 'http')
  await enclave.started
  log.info({ msg: 'ready', durationMs: Math.round(clock.monotonicMs() - startedAtMs) })
}

/** @throws `ARGUMENTS_INVALID` */
async function readRoot(root: string): Promise<Certificate> {
  if (root === 'aws') return awsNitroRootG1
  try {
    return certificateFromPem(await readFile(root, 'utf8'))
  } catch (cause) {
    throw new EnclaveError('ARGUMENTS_INVALID', '--verify-root is neither aws nor a file with a certificate', { received: root, cause })
  }
}

// What reaches into the C library is loaded only where it is used.

async function sharedMemory(): Promise<SharedMemory | undefined> {
  try {
    const { openSharedMemory } = await import('./shared-memory.ts')
    return await openSharedMemory()
  } catch (error) {
    log.warn({ msg: 'tensors go through pipes', reason: (error as Error).message })
    return undefined
  }
}

async function openNsm(address: NsmAddress, onLost: (error: EnclaveError) => void): Promise<NsmTransport> {
  if ('unix' in address) return nsmSocket({ path: address.unix, onLost })
  const { nsmDevice } = await import('./nsm-device.ts')
  return nsmDevice({ path: address.device, onLost })
}

async function dialTo(address: ListenAddress): Promise<() => Promise<Socket>> {
  if ('unix' in address) return () => dialUnix(address.unix)
  const { parentVsock } = await import('./vsock.ts')
  return parentVsock(address.vsock)
}

async function listen(app: ReturnType<typeof buildApp>, address: ListenAddress, listener: string): Promise<void> {
  if ('vsock' in address) {
    const { listenVsock } = await import('./vsock.ts')
    await app.ready()
    await listenVsock(app.server, address.vsock)
  } else {
    // The socket of an enclave that was killed is still there and would make listening fail; anything else at this path is not ours to remove.
    const found = await stat(address.unix).catch(() => undefined)
    if (found?.isSocket()) await rm(address.unix)
    await app.listen({ path: address.unix })
  }
  log.info({ msg: 'listening', listener })
}
