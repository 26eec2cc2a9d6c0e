import type { Certificate } from '@nacre/verifier/certificate'
import { startAttestationService } from './attestation-service.ts'
import { attestedTime } from './attested-time.ts'
import { createBodyEncryption } from './body-encryption.ts'
import type { Clock } from './clock.ts'
import { mixEntropy } from './entropy.ts'
import { createEpochs } from './epochs.ts'
import { EnclaveError } from './errors.ts'
import { stateIdentity } from './identity.ts'
import { drawKeys, type EnclaveKeys } from './keys.ts'
import { prepareSecrets, type SecretsParts } from './kms/secrets.ts'
import { shareKeys } from './kms/shared-keys.ts'
import type { Limits } from './limits.ts'
import type { Log } from './log.ts'
import { readModels } from './model-folder.ts'
import { measureModels, modelsPcr } from './model-measurement.ts'
import { startModels } from './model-registry.ts'
import type { Nsm } from './nsm.ts'
import { createReceiptLog } from './receipt-log.ts'
import { createReceiptIssuer } from './receipts.ts'
import type { EnclaveServices } from './server.ts'
import type { SharedMemory } from './shared-memory.ts'
import { startSigningThread } from './signing-thread.ts'
import { createVerificationService } from './verification-service.ts'

export type Enclave = {
  services: EnclaveServices
  keys: EnclaveKeys
  /** All models are loaded; rejects when one never will be. */
  started: Promise<void>
  /** New requests are refused from here on. */
  stop(): void
  /** Ends the models' processes and the NSM's connection, after the listeners are closed. */
  close(): void
}

/**
 * Everything between an NSM and services that can answer: models are read and their processes started (they load while the rest goes on), keys are drawn, the models are measured into PCR16 and
 * locked, and only then is a document made that binds both.
 */
export async function bootEnclave(parts: {
  nsm: Nsm
  randomBytes: (length: number) => Uint8Array
  clock: Clock
  modelsFolder: string
  /** A further name for the TLS certificate, beside localhost. */
  tlsName: string
  /** The way to KMS, for sealed models. */
  secrets?: SecretsParts | undefined
  /** Up to which other enclaves' documents are verified; without one, none are. */
  verificationRoot?: Certificate | undefined
  /** Program that gives each model's process a user of its own; without it they are the server's. */
  confinePath?: string | undefined
  /** In which models' processes find large inputs; without it they go through a pipe. */
  sharedMemory?: SharedMemory | undefined
  /** Of each model, or as many as there are cores for. @default 1 */
  modelProcesses?: number | { cores: number } | undefined
  /** Where there is a second core: receipts are signed in a thread of their own when many are wanted at once. */
  signAside?: boolean | undefined
  limits: Limits
  log: Log
}): Promise<Enclave> {
  const {
    randomBytes,
    modelsFolder,
    tlsName,
    secrets,
    verificationRoot,
    confinePath,
    sharedMemory,
    modelProcesses,
    signAside,
    limits,
    log,
  } = parts
  // From here on the host's clock counts only within what the NSM vouches for.
  const { nsm, clock } = attestedTime(parts)
  const sealing = secrets === undefined ? undefined : prepareSecrets(secrets)
  const models = startModels({
    models: await readModels(modelsFolder, limits),
    processes: modelProcesses,
    openWeights: sealing?.openWeights,
    confinePath,
    sharedMemory,
    clock,
    limits,
    log,
  })
  try {
    const description = await nsm.describe()
    if (description.digest !== 'SHA384' || description.pcrsMax <= modelsPcr)
      throw new EnclaveError('NSM_PROTOCOL', 'Not an NSM that this enclave knows', {
        expected: `SHA384, more than ${modelsPcr} PCRs`,
        received: `${description.digest}, ${description.pcrsMax} PCRs`,
      })
    const entropy = mixEntropy({ nsmRandom: await nsm.random(), osRandom: randomBytes(64) })
    await measureModels(nsm, models.ids)
    // Not before: the documents that KMS and other enclaves get show the models too.
    const keepKeyArn = secrets?.handover?.keepKeyArn
    const needsKms = keepKeyArn !== undefined || models.models.some(({ sealed }) => sealed !== undefined)
    const kms = needsKms ? sealing?.begin({ nsm, entropy, randomBytes }) : undefined
    const keep = kms === undefined || keepKeyArn === undefined ? undefined : { kms, keyArn: keepKeyArn }
    const sharing = secrets?.handover && { ...secrets.handover, egress: secrets.egress, nsm, randomBytes, clock, log }
    const shared = sharing && (await shareKeys({ ...sharing, entropy, keep }))
    const own = { entropy, tlsName, nowMs: clock.nowMs() }
    const keys = await drawKeys(shared === undefined ? own : { ...own, shared: shared.entropy, keptReceipt: shared.keptReceipt })
    const attestation = await startAttestationService({ nsm, keys, modelIds: models.ids, clock, limits, log })
    const identity = keys.identity && (await stateIdentity({ nsm, key: keys.identity, keysetBytes: attestation.keysetBytes, clock }))
    log.info({
      msg: 'keys drawn, models measured',
      signer: keys.receipt.address,
      modelIds: models.ids,
      documentSha256: attestation.current().sha256,
    })
    if (keys.keptReceipt !== undefined)
      log.warn({ msg: 'receipts for contracts are signed by a key of this image too', signer: keys.keptReceipt.address })

    const signing = signAside ? startSigningThread(keys.receiptSecret) : undefined
    const receiptLog = createReceiptLog({ keys, logName: attestation.logName, clock, limits })
    let stopping = false
    return {
      services: {
        models,
        attestation,
        identity,
        receiptLog,
        epochs: createEpochs({ receiptLog, attestation }),
        receipts: createReceiptIssuer({ key: keys.receipt, kept: keys.keptReceipt, log: receiptLog, signing, limits }),
        encryption: await createBodyEncryption({ key: keys.hpke, randomBytes }),
        ...(verificationRoot === undefined
          ? {}
          : { verification: createVerificationService({ root: verificationRoot, key: keys.receipt, clock, limits }) }),
        handover: shared?.giver,
        randomBytes,
        clock,
        limits,
        log,
        stopping: () => stopping,
      },
      keys,
      started: models.started,
      stop() {
        stopping = true
        attestation.stop()
        receiptLog.stop()
      },
      close() {
        signing?.close()
        models.close()
        sealing?.close()
        nsm.close()
      },
    }
  } catch (error) {
    models.close()
    throw error
  }
}
