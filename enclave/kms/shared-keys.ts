import { hkdfSync } from 'node:crypto'
import type { Certificate } from '@nacre/verifier/certificate'
import { hostServices } from '@nacre/verifier/egress'
import { VerifierError } from '@nacre/verifier/errors'
import { keptSecretBytesMax } from '@nacre/verifier/kept-secret'
import type { Address } from 'viem'
import type { Entropy } from '../entropy.ts'
import { EnclaveError } from '../errors.ts'
import { codeFrames } from '../log.ts'
import { modelsPcr } from '../model-measurement.ts'
import type { Nsm } from '../nsm.ts'
import { type Egress, httpOverEgress } from './egress.ts'
import {
  type Approval,
  type ApprovalJson,
  approvalToJson,
  createHandoverGiver,
  type HandoverGiver,
  type HandoverParts,
  sharedSecretBytes,
  takeOver,
} from './handover.ts'
import { keepSecret, restoreSecret, type SecretStore } from './kept-secret.ts'
import type { Kms } from './kms-client.ts'

/** Who counts as a peer, from the measured command line. */
export type HandoverTrust = {
  root: Certificate
  owner: Address | undefined
  /** Keep what is shared under this key of KMS. */
  keepKeyArn?: string | undefined
  /** Share a receipt key too, for contracts, with enclaves of this image that have the same models. */
  keepReceiptKey?: boolean | undefined
}

/**
 * The secret behind the keys that enclaves of one image have in common, so that clients may keep a pin whichever of them answers, and over restarts while one is up: taken over from a peer where the
 * host leads to one, restored from what this image kept where it keeps, drawn where neither. The keys that number receipts and sign logs are never among them: two enclaves under one would give one number twice.
 */
export async function shareKeys(
  parts: HandoverParts & {
    egress: Egress
    entropy: Entropy
    keep?: { kms: Kms; keyArn: string } | undefined
    keepReceiptKey?: boolean | undefined
  },
): Promise<{ entropy: Entropy; keptReceipt?: Entropy | undefined; giver: HandoverGiver }> {
  const { egress, entropy, keep, keepReceiptKey = false, log } = parts
  const approval = await approvalFromHost(egress)
  const given = await takeFromPeer(parts, egress, approval)
  const secretBytes = sharedSecretBytes + (keepReceiptKey ? receiptSecretBytes : 0)
  const keeping = keep && { ...parts, ...keep, secretBytes, store: hostStore(egress), approval: approval && approvalToJson(approval) }
  const restored = given === undefined && keeping !== undefined ? await restoreSecret(keeping) : undefined
  const kept = restored !== undefined && 'secret' in restored ? restored.secret : undefined
  const had = given ?? kept ?? entropy.derive('nacre/shared-secret/1', sharedSecretBytes)
  const base = had.subarray(0, sharedSecretBytes)
  // From another image, by its owner's approval, comes the base alone.
  const own =
    had.length === secretBytes ? had.subarray(sharedSecretBytes) : entropy.derive('nacre/shared-receipt-secret/1', receiptSecretBytes)
  const secret = keepReceiptKey ? Uint8Array.from([...base, ...own]) : base
  // One that does not open now is left for when it does.
  const mayWrite = restored?.state !== 'restored' && restored?.state !== 'closed'
  if (keeping !== undefined && mayWrite) await keepSecret(keeping, secret)
  log.info({ msg: 'keys are shared with enclaves of this image' })
  return {
    entropy: { derive: (label, lengthBytes) => new Uint8Array(hkdfSync('sha512', base, 'nacre/shared-keys/1', label, lengthBytes)) },
    keptReceipt: keepReceiptKey ? await boundToMeasurements(own, parts.nsm) : undefined,
    giver: createHandoverGiver({ ...parts, secret }),
  }
}

const receiptSecretBytes = 32

/**
 * A registry holds a receipt key for one image and one list of models. So the key is another one for each: the attack is a host that starts the image with other models, and has what they answer accepted for those
 * that are registered.
 */
async function boundToMeasurements(secret: Uint8Array, nsm: Nsm): Promise<Entropy> {
  const registers: Uint8Array[] = []
  for (const index of [0, 1, 2, modelsPcr]) registers.push((await nsm.describePcr(index)).value)
  const salt = Buffer.concat([Buffer.from('nacre/kept-receipt/1'), ...registers])
  return { derive: (label, lengthBytes) => new Uint8Array(hkdfSync('sha512', secret, salt, label, lengthBytes)) }
}

/** A host that leads to no peer, or to a wrong one, makes an enclave with keys of its own, which shows in its keyset. It cannot make one with keys that the host knows. */
async function takeFromPeer(parts: HandoverParts, egress: Egress, approval: Approval | undefined): Promise<Uint8Array | undefined> {
  const ask = async (path: string, body: object) =>
    decodeJson(
      await httpOverEgress(egress, {
        target: hostServices.peer,
        method: 'POST',
        path,
        body: Buffer.from(JSON.stringify(body)),
        headers: { 'content-type': 'application/json' },
        bytesMax: 64 * 1024,
        timeoutMs: peerMsMax,
      }),
    )
  try {
    return await takeOver({ ...parts, approval, ask })
  } catch (error) {
    const { code, expected, received, cause } = error instanceof EnclaveError ? error : new EnclaveError('HANDOVER_REFUSED')
    // What was compared is public. Other errors may quote anything.
    const reason = cause instanceof VerifierError ? cause.message : undefined
    const frames = error instanceof EnclaveError ? undefined : codeFrames(error)
    parts.log.warn({ msg: 'no secret from a peer', code, reason, expected, received, frames })
    return undefined
  }
}

/** A peer verifies a document and has one made before it answers, and may have much else to do; whoever gives it up has other keys for life. */
const peerMsMax = 60_000

/** The owner's approval of a migration, if the host keeps one: public, and worth nothing unless it verifies. */
async function approvalFromHost(egress: Egress): Promise<Approval | undefined> {
  try {
    const bytes = await httpOverEgress(egress, { target: hostServices.store, path: '/state/migration', bytesMax: 16 * 1024 })
    const { from, to, notAfterMs, signature } = decodeJson(bytes) as ApprovalJson
    return { migration: { from, to, notAfterMs: BigInt(notAfterMs) }, signature }
  } catch {
    return undefined
  }
}

function hostStore(egress: Egress): SecretStore {
  const target = hostServices.store
  return {
    get: (name) =>
      httpOverEgress(egress, { target, path: `/state/${name}`, bytesMax: keptSecretBytesMax }).catch((error: unknown) => {
        if (error instanceof EnclaveError && error.received === 'status 404') return undefined
        throw error
      }),
    async put(name, body) {
      const headers = { 'content-type': 'application/octet-stream' }
      await httpOverEgress(egress, { target, method: 'PUT', path: `/state/${name}`, body, headers, bytesMax: 1024 })
    },
  }
}

function decodeJson(bytes: Uint8Array): unknown {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
  if (typeof value !== 'object' || value === null) throw new EnclaveError('HANDOVER_REFUSED', undefined, { received: 'malformed' })
  return value
}
