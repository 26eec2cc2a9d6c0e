import { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import { awsNitroRootG1 } from '@nacre/verifier/aws-root'
import { decodeCertificate } from '@nacre/verifier/certificate'
import type { EgressArguments } from '../arguments.ts'
import type { Entropy } from '../entropy.ts'
import type { SealedWeights } from '../model-folder.ts'
import type { Nsm } from '../nsm.ts'
import { type CredentialsProvider, hostCredentials, instanceCredentials } from './credentials.ts'
import { type Egress, egressThrough } from './egress.ts'
import { createKms, type Kms, type KmsEndpoint } from './kms-client.ts'
import { recipientKeyFrom } from './recipient-key.ts'
import type { HandoverTrust } from './shared-keys.ts'
import { createUnsealer, type Unsealer } from './unsealer.ts'

/** What secrets need from outside. */
export type SecretsParts = {
  egress: Egress
  credentials: CredentialsProvider
  endpoint?: KmsEndpoint | undefined
  handover?: HandoverTrust | undefined
}

/** @param dial a connection to the host's proxy */
export function secretsFrom({ credentials, kms, handover }: EgressArguments, dial: () => Promise<Socket>): SecretsParts {
  const egress = egressThrough({ dial })
  return {
    egress,
    credentials: credentials === 'host' ? hostCredentials(egress) : instanceCredentials(egress),
    endpoint: kms && { host: kms.host, port: kms.port, trust: { ca: [new X509Certificate(kms.certificateDer).toString()] } },
    handover: handover && {
      root: handover.root === 'aws' ? awsNitroRootG1 : decodeCertificate(handover.root),
      owner: handover.owner,
      keepKeyArn: handover.keepKeyArn,
      keepReceiptKey: handover.keepReceiptKey,
    },
  }
}

/** Sealed models may ask for their weights from the start; they get them once the enclave can attest to what it is. */
export function prepareSecrets({ egress, credentials, endpoint }: SecretsParts): {
  openWeights(weights: SealedWeights): Promise<AsyncIterable<Uint8Array>>
  begin(parts: { nsm: Nsm; entropy: Entropy; randomBytes: (length: number) => Uint8Array }): Kms
  close(): void
} {
  let unsealer: Unsealer | undefined
  let begun = (_: Unsealer) => {}
  const beginning = new Promise<Unsealer>((resolve) => {
    begun = resolve
  })
  return {
    openWeights: async (weights) => (await beginning).open(weights),
    begin({ nsm, entropy, randomBytes }) {
      const kms = createKms({ nsm, recipient: recipientKeyFrom(entropy), egress, credentials, endpoint, randomBytes })
      unsealer = createUnsealer({ kms, egress })
      begun(unsealer)
      return kms
    },
    close: () => unsealer?.close(),
  }
}
