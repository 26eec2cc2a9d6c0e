import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { logKey } from '@nacre/verifier/checkpoint'
import { decodeKeyset } from '@nacre/verifier/keyset'
import { encodeNoteKey } from '@nacre/verifier/note'
import { attestedAnswer, curlPin, meetEnclave, readQuestion, registrationText } from './attested-answer.ts'
import { openSource } from './audit/source.ts'
import { bringUp, type Running } from './bring-up.ts'
import { addresses, type CommandParameters, commandTexts, curlCommand, onceText, stayText } from './commands.ts'
import type { KeptTensors } from './log/kept-tensors.ts'
import { logFolder } from './log/server.ts'
import { verifyServedLog } from './log/verify.ts'
import type { WitnessAddress } from './log/witness-client.ts'
import { placeInLog } from './log-place.ts'
import { openStartDatabase, requestOnChain } from './on-chain-request.ts'
import { keepRegistered } from './registration-renewal.ts'
import type { Report } from './report.ts'
import type { ServingOptions } from './serving-options.ts'
import type { VirtualMachineChoice } from './vm-start.ts'

export type StartParameters = {
  projectRoot: string
  stateDirectory: string
  outDirectory: string
  samplePath: string
  isolation: 'bubblewrap' | 'process' | undefined
  virtualMachine?: VirtualMachineChoice | undefined
  /** Seals the model that is asked, under a local KMS. */
  sealed?: boolean
  ports: { tls: number; http: number; chain: number; log: number }
  allowOrigins: readonly string[]
  witnesses: readonly WitnessAddress[]
  serving: ServingOptions
  /** Takes tensors from callers, where the operator wants to keep them. */
  tensors: KeptTensors | undefined
  once: boolean
  report: Report
  nowMs(): number
}

/** Brings everything up, does one job end to end, and (unless `once`) stays up until it is interrupted. Resolves with the exit code: 0 only if every check passed. */
export async function start(parameters: StartParameters): Promise<number> {
  const { report, once } = parameters
  const cleanups: (() => Promise<void>)[] = []
  const interruption = interruptions()
  try {
    const outcome = await Promise.race([run(parameters, cleanups), interruption.first])
    if (outcome === 'interrupted') {
      report.interrupt()
      report.note('\nstopping')
      return interruptedExitCode
    }
    if (once) return 0
    const ending = await Promise.race([interruption.first, outcome.failed])
    report.interrupt()
    if (ending instanceof Error) throw ending
    report.note('\nstopping')
    return 0
  } catch (error) {
    report.interrupt()
    report.failed(error)
    return 1
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup().catch((error: Error) => report.note(error.message))
    interruption.release()
  }
}

const interruptedExitCode = 130

async function run(parameters: StartParameters, cleanups: (() => Promise<void>)[]): Promise<Running> {
  const { projectRoot, stateDirectory, outDirectory, once, report } = parameters
  const question = await readQuestion(parameters.samplePath)
  mkdirSync(stateDirectory, { recursive: true, mode: 0o700 })
  mkdirSync(outDirectory, { recursive: true })
  const onCleanup = (cleanup: () => Promise<void>) => void cleanups.push(cleanup)
  const database = openStartDatabase(stateDirectory, onCleanup)
  // Its failure is seen where it is awaited.
  database.catch(() => undefined)
  const sealedModel = parameters.sealed === true ? question.manifest.name : undefined
  const running = await bringUp({ ...parameters, modelId: question.modelId, sealedModel, onCleanup })
  const { onChain, chain, tlsUrl, httpUrl } = running
  const done = await attestedAnswer({
    ...parameters,
    ...running,
    question,
    url: tlsUrl,
    placeInLog: (sequence) => placeOf(running, sequence, parameters.witnesses.length > 0),
  })
  const request = await requestOnChain({
    ...parameters,
    chainUrl: chain.url,
    tlsUrl,
    onChain,
    root: done.root,
    measurement: running.launched.measurements(),
    database,
    randomBytes: (length) => Uint8Array.from(randomBytes(length)),
    onCleanup,
  })
  const receiptLog = await report.step('receipt log', () => servedLog(running))
  const commands = { projectRoot, tlsUrl, httpUrl, chainUrl: chain.url, ...done.commands }
  report.done(
    {
      ...addresses(commands, onChain),
      gas: { deployment: onChain.deploymentGas, ...done.gas, ...request.gas },
      request: { coprocessor: request.coprocessor, reader: request.reader, requestId: request.requestId, digit: request.digit },
      receiptLog,
      files: done.files,
      commands: commandTexts(commands),
    },
    once ? onceText(done.files, commands.pcr0) : stayText(done.files, commands, receiptLog),
  )
  if (once) return running
  followRestarts({ ...parameters, ...running, ...done, commands })
  const renewal = keepEnclaveRegistered({ ...parameters, ...running, ...done, commands })
  cleanups.push(async () => renewal.stop())
  return running
}

/** As soon as the log that the host serves reaches so far. */
async function placeOf({ receiptLog, logsUrl }: Running, sequence: number, isWitnessed: boolean) {
  const store = await (isWitnessed ? receiptLog.witnessed(sequence + 1) : receiptLog.covers(sequence + 1))
  return placeInLog(openSource(`${logsUrl}/${logFolder(store.logName)}`, { timeoutMs: 10_000 }), sequence)
}

/** The log as anybody reads it, once the answer's receipt is in it. */
async function servedLog({ receiptLog, logsUrl }: Running) {
  const store = await receiptLog.covers(2)
  const log = decodeKeyset(Uint8Array.from(readFileSync(join(store.path, 'keyset'))))
  const url = `${logsUrl}/${logFolder(store.logName)}`
  const source = openSource(url, { timeoutMs: 10_000 })
  const get = async (path: string) => (await source.read(path, 4 << 20)) ?? undefined
  const { head, signed, placed } = await verifyServedLog({ get, log, witnesses: { keys: [], quorum: 0, latestMs: 0 }, remembered: null })
  const line = `${signed + placed} receipt of ${head.treeSize} leaves, every tile and record verified from ${url}`
  return { line, value: { url, key: encodeNoteKey(logKey(log)) } }
}

type RestartParameters = Pick<Running, 'launched' | 'onChain' | 'tlsUrl'> &
  Pick<Awaited<ReturnType<typeof attestedAnswer>>, 'root' | 'policy'> &
  Pick<StartParameters, 'report' | 'nowMs'> & { commands: CommandParameters }

/** A new enclave has new keys: tell the registry and whoever copied the pin. */
function followRestarts({ launched, onChain, tlsUrl, root, policy, report, nowMs, commands }: RestartParameters): void {
  const follow = async () => {
    await launched.ready()
    const client = await meetEnclave({ url: tlsUrl, root, policy, nowMs })
    client.close()
    const registration = await onChain.registerEnclave(client.attestation)
    report.note(
      `  the enclave is back with new keys, attested and registered (${client.enclave.signer}):\n  ${registrationText(registration)}. curl's pin is now:\n\n    ${curlCommand({ ...commands, curlPin: curlPin(client) })}\n`,
    )
  }
  launched.onEvent((event) => {
    if (event.event === 'exited')
      report.note(`\n  the enclave ended (${event.signal ?? `exit code ${event.code}`}); the hypervisor boots it again`)
    if (event.event === 'launched') follow().catch((error: Error) => report.note(`  the new enclave is not accepted: ${error.message}`))
  })
}

/** Registrations end; an enclave that still runs makes another document. */
function keepEnclaveRegistered({ onChain, tlsUrl, root, policy, report, nowMs }: RestartParameters) {
  const meet = async () => {
    const client = await meetEnclave({ url: tlsUrl, root, policy, nowMs })
    client.close()
    return client
  }
  return keepRegistered({
    registeredUntilMs: async () => Number(await onChain.registeredUntilSeconds((await meet()).enclave.signer)) * 1000,
    renew: async () => Number((await onChain.registerEnclave((await meet()).attestation)).expiresAtSeconds) * 1000,
    nowMs,
    after: (delayMs, task) => {
      const timer = setTimeout(task, delayMs)
      return () => clearTimeout(timer)
    },
    onRenewed: (untilMs) => report.note(`  the enclave's registration was renewed until ${new Date(untilMs).toISOString()}`),
    onFailed: ({ message }) => report.note(`  the enclave's registration is not renewed yet: ${message}`),
  })
}

function interruptions() {
  let count = 0
  let onFirst: (value: 'interrupted') => void
  const first = new Promise<'interrupted'>((resolve) => {
    onFirst = resolve
  })
  const onSignal = () => {
    count++
    // Twice means now: every child notices that this process is gone and ends by itself.
    if (count > 1) process.exit(interruptedExitCode)
    onFirst('interrupted')
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, onSignal)
  return { first, release: () => signals.map((signal) => process.off(signal, onSignal)) }
}
