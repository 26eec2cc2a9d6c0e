import { join } from 'node:path'
import type { Hex } from '@nacre/verifier/bytes'
import type { Certificate } from '@nacre/verifier/certificate'
import type { KmsEvent } from './kms/local-kms.ts'
import { type LocalSealing, sealLocally } from './kms/local-sealing.ts'
import { readModelToSeal } from './kms/model-to-seal.ts'
import type { LaunchedEnclave } from './launcher.ts'
import type { Report } from './report.ts'

/** The model of the main job, whose weights only an enclave that a local KMS recognises can open. */
export type StartSealing = LocalSealing & {
  /** What KMS answered, in order. */
  kmsEvents: readonly KmsEvent[]
  modelName: string
}

/** Seals a model of the checkout: the image gets its manifest and no weights, the host keeps the ciphertext. */
export async function sealForStart(parts: {
  projectRoot: string
  stateDirectory: string
  root: Certificate
  modelName: string
  report: Report
  onCleanup(cleanup: () => Promise<void>): void
  nowMs(): number
}): Promise<StartSealing> {
  const { projectRoot, stateDirectory, root, modelName, report, onCleanup, nowMs } = parts
  return report.step('kms', async () => {
    const kmsEvents: KmsEvent[] = []
    const sealing = await sealLocally({
      directory: join(stateDirectory, 'sealed'),
      root,
      model: readModelToSeal(join(projectRoot, 'enclave/models', modelName)),
      nowMs,
      onKmsEvent: (event) => kmsEvents.push(event),
    })
    onCleanup(sealing.close)
    const lines = [`local, ${sealing.kms.url}; model "${modelName}" sealed under ${sealing.keyArn}`, sealing.ciphertextPath]
    return { line: lines.join('\n'), value: Object.assign(sealing, { kmsEvents, modelName }) }
  })
}

/** The key policy names another image first, and KMS refuses this one; then it names this one. */
export async function openSealed(parts: {
  sealing: StartSealing
  launched: LaunchedEnclave
  httpUrl: string
  report: Report
}): Promise<void> {
  const { sealing, launched, httpUrl, report } = parts
  const { kmsEvents, modelName } = sealing
  await report.step('sealed', async () => {
    const measurement = launched.measurements()
    await sealing.admit({ ...measurement, pcr0: another(measurement.pcr0) })
    const since = kmsEvents.length
    const refusal = await eventually(launched, () => kmsEvents.slice(since).find(({ result }) => result !== 'ok'), 'KMS was not asked')
    await sealing.admit(measurement)
    await eventually(launched, () => isReady(`${httpUrl}/v2/models/${modelName}/ready`), `"${modelName}" was not opened`)
    return {
      line: `with another PCR0 in the key policy KMS refused this enclave (${refusal.result})\nnamed by the policy, it got the key and opened "${modelName}"`,
      value: undefined,
    }
  })
}

/** The same register but for its last bit. */
function another(pcr: Hex): Hex {
  return `${pcr.slice(0, -1)}${(Number.parseInt(pcr.slice(-1), 16) ^ 1).toString(16)}` as Hex
}

async function isReady(url: string): Promise<true | undefined> {
  const answer = await fetch(url).catch(() => undefined)
  await answer?.arrayBuffer()
  return answer?.status === 200 ? true : undefined
}

async function eventually<T>(launched: LaunchedEnclave, look: () => T | undefined | Promise<T | undefined>, otherwise: string): Promise<T> {
  const deadlineMs = performance.now() + openMsMax
  const failed = launched.failed.then((error) => Promise.reject(error))
  failed.catch(() => undefined)
  for (;;) {
    const found = await Promise.race([look(), failed])
    if (found !== undefined) return found
    if (performance.now() > deadlineMs) throw new Error(`${otherwise} within ${openMsMax / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

/** In a virtual machine without acceleration everything takes its time. */
const openMsMax = 120_000
const pollMs = 100
