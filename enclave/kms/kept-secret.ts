import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { fromHex, toHex } from '@nacre/verifier/bytes'
import { VerifierError } from '@nacre/verifier/errors'
import type { ImageMeasurement } from '@nacre/verifier/handover'
import { decodeKeptSecret, encodeKeptSecret, keptSecretContext, keptSecretUserData, verifyKeptSecret } from '@nacre/verifier/kept-secret'
import { EnclaveError } from '../errors.ts'
import { isCommittedTo } from './cms.ts'
import { type ApprovalJson, approved, type HandoverParts, measurementOf, sharedSecretBytes } from './handover.ts'
import type { Kms } from './kms-client.ts'

/**
 * A secret kept over times when no enclave is up: encrypted under a data key that KMS gives to this image alone, in the host's store. What is kept decides whom clients talk to and who that is, and whom
 * contracts accept; it never decides who numbers receipts, so a host that shows an old one, or none, changes nothing but keys that everybody can see change.
 *
 * The attacks: a secret planted by somebody who may encrypt under the KMS key, or one of another image (a document of this very image commits to the secret); parts of two put together (the commitment, and the
 * key that is derived from it); a host that answers "nothing there" (the enclave draws new keys, and says so).
 */
export type KeptSecretParts = HandoverParts & {
  kms: Kms
  /** From the measured command line: whose policy decides who opens it. */
  keyArn: string
  store: SecretStore
  /** The owner's approval of a migration, if the host has one. */
  approval: ApprovalJson | undefined
  /** What this image shares and keeps. */
  secretBytes: number
}

/** The host's. */
export type SecretStore = {
  /** `undefined` when the host says that there is none. @throws `EGRESS_…` */
  get(name: string): Promise<Uint8Array | undefined>
  put(name: string, bytes: Uint8Array): Promise<void>
}

export type Restored =
  | { state: 'restored'; secret: Uint8Array }
  /** Of the image before, by its owner's approval: to be kept anew. */
  | { state: 'migrated'; secret: Uint8Array }
  | { state: 'none' }
  /** There is one, and it does not open now: it stays where it is. */
  | { state: 'closed'; error: EnclaveError }

/** What this image kept, or the image before it where the owner approves. Tried a few times: KMS may be slower to come up than the enclave. */
export async function restoreSecret(parts: KeptSecretParts): Promise<Restored> {
  const { clock, log } = parts
  for (let attempt = 1; ; attempt++)
    try {
      return await restoreOnce(parts)
    } catch (thrown) {
      const error = thrown instanceof EnclaveError ? thrown : new EnclaveError('KEPT_SECRET_REFUSED', undefined, { cause: thrown })
      const mayPass = error.code === 'KMS_UNAVAILABLE' || error.code === 'CREDENTIALS_UNAVAILABLE' || error.code === 'EGRESS_UNAVAILABLE'
      if (!mayPass || attempt === attemptsMax) {
        log.warn({ msg: 'the kept secret does not open', code: error.code, received: error.received })
        return { state: 'closed', error }
      }
      await new Promise<void>((resolve) => void clock.after(attempt * retryMs, resolve))
    }
}

/** For the next enclave of this image. */
export async function keepSecret(parts: KeptSecretParts, secret: Uint8Array): Promise<void> {
  const { nsm, kms, keyArn, store, randomBytes, log } = parts
  try {
    const { plaintext: dataKey, ciphertext: encryptedKey } = await kms.generateDataKey({ keyArn, context: keptSecretContext })
    const commitment = commit(secret)
    const salt = randomBytes(32)
    const cipher = createCipheriv('aes-256-gcm', sealingKey(dataKey, salt, commitment), new Uint8Array(12))
    const sealed = Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()])
    dataKey.fill(0)
    const document = await nsm.attest({ userData: await keptSecretUserData(commitment), nonce: null, publicKey: null })
    const kept = {
      format: 'nacre/kept-secret/1',
      commitment: toHex(commitment),
      document: toHex(document),
      encryptedKey: toHex(encryptedKey),
      keyArn,
      salt: toHex(salt),
      sealed: toHex(Uint8Array.from(sealed)),
    } as const
    await store.put(slotOf(await measurementOf(nsm)), encodeKeptSecret(kept))
    log.info({ msg: 'secret kept for enclaves of this image' })
  } catch (error) {
    const { code, received } = error instanceof EnclaveError ? error : new EnclaveError('INTERNAL')
    log.warn({ msg: 'secret not kept', code, received })
  }
}

const attemptsMax = 3
const retryMs = 1_000

async function restoreOnce(parts: KeptSecretParts): Promise<Restored> {
  const { nsm, owner, clock, store, approval, log } = parts
  const own = await measurementOf(nsm)
  const kept = await store.get(slotOf(own))
  if (kept !== undefined) {
    const secret = await open(parts, kept, own)
    if (secret.length !== parts.secretBytes) throw refused(`${secret.length} bytes`)
    log.warn({ msg: 'secret restored that this image kept', expected: own.pcr0 })
    return { state: 'restored', secret }
  }
  if (approval === undefined) return { state: 'none' }
  const migration = await approved({ approval, owner, nowMs: clock.nowMs(), side: 'to', own })
  const before = migration === undefined ? undefined : await store.get(slotOf(migration.from))
  if (migration === undefined || before === undefined) return { state: 'none' }
  // A receipt key stays with its image.
  const secret = (await open(parts, before, migration.from)).subarray(0, sharedSecretBytes)
  log.warn({ msg: 'secret taken from what the image before kept', expected: migration.from.pcr0 })
  return { state: 'migrated', secret }
}

/** By image, so that the one before finds its own again when it comes back. */
function slotOf({ pcr0 }: ImageMeasurement): string {
  return `kept-${pcr0.slice(2, 34).toLowerCase()}`
}

/** @throws `KEPT_SECRET_REFUSED`, `KMS_…`, `CREDENTIALS_UNAVAILABLE`, `EGRESS_…` */
async function open({ root, kms, keyArn }: KeptSecretParts, bytes: Uint8Array, image: ImageMeasurement): Promise<Uint8Array> {
  let kept: ReturnType<typeof decodeKeptSecret>
  try {
    kept = decodeKeptSecret(bytes)
    // Another key has another policy: not this image's business.
    if (kept.keyArn !== keyArn) throw refused('another KMS key')
    await verifyKeptSecret({ kept, root, measurements: [image] })
  } catch (error) {
    throw error instanceof VerifierError ? refused(error.code) : error
  }
  const [salt, commitment, sealed] = [fromHex(kept.salt), fromHex(kept.commitment), fromHex(kept.sealed)] as const
  const dataKey = await kms.decrypt({
    keyArn,
    ciphertext: fromHex(kept.encryptedKey),
    context: keptSecretContext,
    accept: (key) => key.length === 32,
  })
  try {
    const decipher = createDecipheriv('aes-256-gcm', sealingKey(dataKey, salt, commitment), new Uint8Array(12))
    decipher.setAuthTag(sealed.subarray(-16))
    const secret = Uint8Array.from(Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]))
    if (isCommittedTo(commitment, commit)(secret)) return secret
  } catch {
  } finally {
    dataKey.fill(0)
  }
  throw refused('another secret')
}

/** Of 32 random bytes: nobody finds them, or others with the same commitment. */
function commit(secret: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', 'nacre/kept-secret/1 commitment', 32))
}

function sealingKey(dataKey: Uint8Array, salt: Uint8Array, commitment: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', dataKey, salt, Buffer.concat([Buffer.from('nacre/kept-secret/1 key'), commitment]), 32))
}

function refused(received: string): EnclaveError {
  return new EnclaveError('KEPT_SECRET_REFUSED', undefined, { received })
}
