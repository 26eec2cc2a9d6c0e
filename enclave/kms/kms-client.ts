import type { KMSClient, RecipientInfo } from '@aws-sdk/client-kms'
import { equalBytes } from '@nacre/verifier/bytes'
import { recipientUserData } from '@nacre/verifier/kms-recipient'
import { EnclaveError } from '../errors.ts'
import type { Nsm } from '../nsm.ts'
import { openCms } from './cms.ts'
import type { CredentialsProvider } from './credentials.ts'
import { amazonTrust, type Egress, egressAgent, type TlsTrust } from './egress.ts'
import type { RecipientKey } from './recipient-key.ts'

/** AWS KMS as the enclave uses it: every secret that it gives is encrypted for a key that an attestation document names, and opens nowhere else. */
export type Kms = {
  /**
   * @param accept how the caller knows the right plaintext, in constant time; see {@link openCms}
   * @throws `KMS_UNAVAILABLE` (ask again later), `KMS_REFUSED` (ask somebody: `received` is KMS's name for it), `KMS_ANSWER_INVALID`, `KMS_CMS_…`, `CREDENTIALS_UNAVAILABLE`, `NSM_…`
   */
  decrypt(request: {
    keyArn: string
    ciphertext: Uint8Array
    context: Readonly<Record<string, string>>
    accept: (plaintext: Uint8Array) => boolean
  }): Promise<Uint8Array>
  /** A new key of 32 bytes, and the same encrypted by KMS, to be kept. */
  generateDataKey(request: {
    keyArn: string
    context: Readonly<Record<string, string>>
  }): Promise<{ plaintext: Uint8Array; ciphertext: Uint8Array }>
  /** 1 to 1024 bytes. */
  generateRandom(request: { region: string; bytes: number }): Promise<Uint8Array>
  close(): void
}

/** A place that is not AWS's, with the authority that vouches for it: part of the enclave's measured command line, because whoever is KMS chooses keys. */
export type KmsEndpoint = { host: string; port: number; trust: TlsTrust }

export function createKms(parts: {
  nsm: Nsm
  recipient: RecipientKey
  egress: Egress
  credentials: CredentialsProvider
  /** AWS's own when not given. */
  endpoint?: KmsEndpoint | undefined
  randomBytes: (length: number) => Uint8Array
}): Kms {
  const { nsm, recipient, egress, credentials, endpoint, randomBytes } = parts
  const agent = egressAgent(egress, endpoint?.trust ?? amazonTrust())
  const clients = new Map<string, KMSClient>()
  // Loaded when it is needed: most enclaves never ask KMS, and the SDK takes its time.
  const sdk = once(() => import('@aws-sdk/client-kms'))

  async function clientOf(region: string): Promise<KMSClient> {
    const known = clients.get(region)
    if (known !== undefined) return known
    const { KMSClient } = await sdk()
    const client = new KMSClient({
      region,
      credentials,
      maxAttempts: attemptsMax,
      retryMode: 'standard',
      requestHandler: { httpsAgent: agent, connectionTimeout: 10_000, requestTimeout: 10_000 },
      ...(endpoint === undefined ? {} : { endpoint: `https://${endpoint.host}:${endpoint.port}` }),
    })
    clients.set(region, client)
    return client
  }

  /** Made for each request: KMS takes documents of the last minutes only. */
  async function recipientInfo(): Promise<RecipientInfo> {
    const AttestationDocument = await nsm.attest({
      userData: await recipientUserData(recipient.publicKey),
      nonce: randomBytes(32),
      publicKey: recipient.publicKey,
    })
    return { AttestationDocument, KeyEncryptionAlgorithm: 'RSAES_OAEP_SHA_256' }
  }

  function open(
    answer: { CiphertextForRecipient?: Uint8Array | undefined; Plaintext?: Uint8Array | undefined },
    accept: (plaintext: Uint8Array) => boolean,
  ) {
    // A plaintext beside it would have travelled to whoever ends TLS.
    if (answer.CiphertextForRecipient === undefined || (answer.Plaintext?.length ?? 0) > 0) throw new EnclaveError('KMS_ANSWER_INVALID')
    return openCms(answer.CiphertextForRecipient, { recipient, accept, randomBytes })
  }

  return {
    async decrypt({ keyArn, ciphertext, context, accept }) {
      const { DecryptCommand } = await sdk()
      const client = await clientOf(regionOf(keyArn))
      const Recipient = await recipientInfo()
      const command = new DecryptCommand({ KeyId: keyArn, CiphertextBlob: ciphertext, EncryptionContext: { ...context }, Recipient })
      const answer = await client.send(command).catch(asKmsError)
      if (answer.KeyId !== keyArn) throw new EnclaveError('KMS_ANSWER_INVALID', 'KMS answered for another key', { expected: keyArn })
      return open(answer, accept)
    },

    async generateDataKey({ keyArn, context }) {
      const { GenerateDataKeyCommand } = await sdk()
      const client = await clientOf(regionOf(keyArn))
      const Recipient = await recipientInfo()
      const command = new GenerateDataKeyCommand({ KeyId: keyArn, KeySpec: 'AES_256', EncryptionContext: { ...context }, Recipient })
      const answer = await client.send(command).catch(asKmsError)
      if (answer.KeyId !== keyArn || answer.CiphertextBlob === undefined) throw new EnclaveError('KMS_ANSWER_INVALID')
      const plaintext = open(answer, (key) => key.length === 32)
      return { plaintext, ciphertext: Uint8Array.from(answer.CiphertextBlob) }
    },

    async generateRandom({ region, bytes }) {
      const { GenerateRandomCommand } = await sdk()
      const client = await clientOf(region)
      const answer = await client
        .send(new GenerateRandomCommand({ NumberOfBytes: bytes, Recipient: await recipientInfo() }))
        .catch(asKmsError)
      return open(answer, (random) => random.length === bytes && !equalBytes(random, new Uint8Array(bytes)))
    },

    close() {
      for (const client of clients.values()) client.destroy()
      agent.destroy()
    },
  }
}

/** `arn:aws:kms:REGION:ACCOUNT:key/ID`: an alias could be pointed elsewhere after it was written down. @throws `KMS_REFUSED` */
export function regionOf(keyArn: string): string {
  const region = /^arn:aws[a-z-]*:kms:([a-z0-9-]{1,32}):\d{12}:key\/[A-Za-z0-9-]{1,64}$/.exec(keyArn)?.[1]
  if (region === undefined)
    throw new EnclaveError('KMS_REFUSED', 'Not the ARN of a key', {
      expected: 'arn:aws:kms:REGION:ACCOUNT:key/ID',
      received: keyArn.slice(0, 200),
    })
  return region
}

/** The first try and two more, with the SDK's growing delays. */
const attemptsMax = 3

/** Faults of which KMS says that they pass, and everything that is no answer at all, are `KMS_UNAVAILABLE`. Its sentences go nowhere; its names for faults are few and known. */
function asKmsError(error: unknown): never {
  if (error instanceof EnclaveError) throw error
  const { name, $fault, $metadata, $retryable } = error as {
    name?: unknown
    $fault?: unknown
    $metadata?: { httpStatusCode?: number }
    $retryable?: unknown
  }
  const received = typeof name === 'string' && /^[A-Za-z]{1,64}$/.test(name) ? name : undefined
  const refused = $fault === 'client' && $retryable === undefined && ($metadata?.httpStatusCode ?? 500) < 500
  // A document that is too old, or a clock that is wrong, is not a matter of time only: it is shown as what it is.
  throw new EnclaveError(refused && !passing.has(received ?? '') ? 'KMS_REFUSED' : 'KMS_UNAVAILABLE', undefined, { received, cause: error })
}

const passing = new Set(['ThrottlingException', 'LimitExceededException', 'RequestExpired', 'ExpiredTokenException'])

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined
  return () => {
    loaded ??= load()
    return loaded
  }
}
