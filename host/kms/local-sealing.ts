import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { CreateKeyCommand, GenerateDataKeyCommand, type KMSClient, PutKeyPolicyCommand } from '@aws-sdk/client-kms'
import { type Hex, toHex } from '@nacre/verifier/bytes'
import type { Certificate } from '@nacre/verifier/certificate'
import { hostServices } from '@nacre/verifier/egress'
import { sealedModelContext } from '@nacre/verifier/sealed-model'
import type { SecretsCommand } from '../secrets-command.ts'
import { type Destination, type EgressAddress, type EgressEvent, type EgressProxy, startEgressProxy } from './egress-proxy.ts'
import { buildEnclaveServices } from './enclave-services.ts'
import { type KeyPolicy, sealedModelPolicy } from './key-policy.ts'
import type { KmsEvent } from './local-kms.ts'
import type { ModelToSeal } from './model-to-seal.ts'
import { sealModel } from './seal-model.ts'
import { clientOfLocalKms, type IdentityName, type ServedKms, serveLocalKms } from './serve.ts'

/** A model sealed under a key of a local KMS, and everything its enclave needs outside. The parts of owner, administrator and instance, played by the unmodified AWS SDK under three identities. */
export type LocalSealing = {
  kms: ServedKms
  keyArn: string
  modelId: Hex
  /** For the image: manifests and header, no weights. */
  modelFolder: string
  ciphertextPath: string
  /** For the enclave's command line. */
  secrets: SecretsCommand
  /** Puts a key policy in force under which only enclaves that measure this open the model. */
  admit(measurement: { pcr0: Hex; pcr1: Hex; pcr2: Hex }): Promise<void>
  /** Begins to serve the enclave's way out. */
  openEgress(at: EgressAddress): Promise<EgressProxy>
  close(): Promise<void>
}

/** Until {@link LocalSealing.admit}, the key opens the model to nobody. */
export async function sealLocally(parts: {
  /** Receives the KMS's state, the sealed model, and the store. */
  directory: string
  /** Whose documents the KMS believes. */
  root: Certificate
  model: ModelToSeal
  nowMs(): number
  onKmsEvent?(event: KmsEvent): void
  onEgressEvent?(event: EgressEvent): void
}): Promise<LocalSealing> {
  const { directory, root, model, nowMs, onKmsEvent, onEgressEvent } = parts
  const kms = await serveLocalKms({
    stateDirectory: join(directory, 'kms'),
    root,
    nowMs,
    ...(onKmsEvent === undefined ? {} : { onEvent: onKmsEvent }),
  })
  const clients: KMSClient[] = []
  const as = async (identity: IdentityName) => {
    const client = await clientOfLocalKms(join(directory, 'kms'), identity)
    clients.push(client)
    return client
  }
  const closing: (() => Promise<void>)[] = [kms.close]
  const close = async () => {
    for (const client of clients) client.destroy()
    for (const step of closing.reverse()) await step()
  }
  try {
    const arn = (identity: IdentityName) => kms.identities[identity].arn
    const policyFor = (measurement: { pcr0: Hex; pcr1: Hex; pcr2: Hex }): KeyPolicy =>
      sealedModelPolicy({
        administratorArn: arn('administrator'),
        ownerArn: arn('owner'),
        enclaveRoleArn: arn('instance'),
        measurements: [measurement],
      })
    // Registers that no image has.
    const nobody = toHex(randomBytes(48))
    const administrator = await as('administrator')
    const Policy = JSON.stringify(policyFor({ pcr0: nobody, pcr1: nobody, pcr2: nobody }))
    const keyArn = (await administrator.send(new CreateKeyCommand({ Policy }))).KeyMetadata?.Arn as string
    const { Plaintext, CiphertextBlob } = await (await as('owner')).send(
      new GenerateDataKeyCommand({ KeyId: keyArn, KeySpec: 'AES_256', EncryptionContext: sealedModelContext(model.id) }),
    )
    const { modelDirectory, ciphertextPath } = await sealModel({
      model,
      keyArn,
      dataKey: { plaintext: Plaintext as Uint8Array, ciphertext: CiphertextBlob as Uint8Array },
      outDirectory: directory,
      randomBytes: (length) => Uint8Array.from(randomBytes(length)),
    })
    const services = await buildEnclaveServices({
      storeDirectory: join(directory, 'store'),
      credentials: async () => kms.identities.instance,
    })
    closing.push(services.close)
    const destinations = new Map<string, Destination>([
      [`${kms.target.host}:${kms.target.port}`, kms.address],
      [hostServices.store, { server: services.store }],
      [hostServices.credentials, { server: services.credentials }],
    ])
    return {
      kms,
      keyArn,
      modelId: model.id,
      modelFolder: modelDirectory,
      ciphertextPath,
      secrets: { credentials: 'host', kms: { ...kms.target, certificateDer: kms.certificate.certificateDer } },
      admit: async (measurement) =>
        void (await administrator.send(new PutKeyPolicyCommand({ KeyId: keyArn, Policy: JSON.stringify(policyFor(measurement)) }))),
      openEgress: (at) => startEgressProxy({ at, destinations, ...(onEgressEvent === undefined ? {} : { onEvent: onEgressEvent }) }),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
