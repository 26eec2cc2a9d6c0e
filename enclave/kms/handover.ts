import { createCipheriv, createDecipheriv, createPrivateKey, createPublicKey, diffieHellman, hkdfSync, type KeyObject } from 'node:crypto'
import { fromHex, type Hex, isHex, toHex } from '@nacre/verifier/bytes'
import type { Certificate } from '@nacre/verifier/certificate'
import { VerifierError } from '@nacre/verifier/errors'
import {
  giverUserData,
  type HandoverTranscript,
  hashHandover,
  type ImageMeasurement,
  type Migration,
  takerUserData,
  verifyHandoverPeer,
  verifyMigration,
} from '@nacre/verifier/handover'
import type { Measurement } from '@nacre/verifier/policy'
import type { Address } from 'viem'
import type { Clock } from '../clock.ts'
import { EnclaveError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Nsm } from '../nsm.ts'

/**
 * One enclave gives another its secret, and nobody leads: each draws a nonce and an X25519 key for this once, each has its hypervisor sign a document that commits to them and answers the other's nonce, and
 * each verifies the other's document before it goes on. Only then is the secret encrypted, under a key that both documents stand for. The host carries the messages.
 *
 * The attacks: a host that answers itself (no document), replays an old document (nonce), joins halves of two hand-overs (both documents commit to the transcript), or brings an enclave of another image
 * (measurements). Another image gets the secret only with the owner's signature, and that is logged on both sides.
 */
export type HandoverParts = {
  nsm: Nsm
  /** From the measured command line: whoever names the root makes peers. */
  root: Certificate
  /** This image's owner, who may let a secret go to another image; from the measured command line too. */
  owner: Address | undefined
  randomBytes: (length: number) => Uint8Array
  clock: Clock
  log: Log
}

/** An owner's approval as it travels. */
export type Approval = { migration: Migration; signature: Hex }

export type HandoverOffer = { id: Hex; nonce: Hex; publicKey: Hex; document: Hex }
export type HandoverClaim = { id: Hex; publicKey: Hex; document: Hex; approval?: ApprovalJson | undefined }
export type ApprovalJson = { from: ImageMeasurement; to: ImageMeasurement; notAfterMs: string; signature: Hex }

export type HandoverGiver = {
  /** @throws `HANDOVER_REFUSED` when too many are open */
  offer(request: { nonce: Hex }): Promise<HandoverOffer>
  /** @throws `HANDOVER_REFUSED` with the reason's code as `received` */
  give(claim: HandoverClaim): Promise<{ sealed: Hex }>
}

/**
 * What enclaves of one image share, and, behind it, what they keep from every other: the secret of a kept receipt key. A registry holds that key for one image, so another one never gets it, whatever its
 * owner says: answers of code that nobody reviewed would count as answers of code that somebody did.
 */
export const sharedSecretBytes = 32

/** @param parts.secret {@link sharedSecretBytes}, and any more for this image alone */
export function createHandoverGiver(parts: HandoverParts & { secret: Uint8Array }): HandoverGiver {
  const { nsm, root, owner, randomBytes, clock, log, secret } = parts
  type Open = Omit<HandoverTranscript, 'takerKey'> & { privateKey: KeyObject; cancel: () => void }
  const open = new Map<Hex, Open>()

  return {
    async offer({ nonce }) {
      const takerNonce = bytesOf(nonce)
      // Each costs the NSM a document, and strangers may ask.
      if (open.size >= openMax) throw refused('too many at once')
      const id = toHex(randomBytes(16))
      const { privateKey, publicKey: giverKey } = x25519(randomBytes(32))
      const giverNonce = randomBytes(32)
      open.set(id, { takerNonce, giverNonce, giverKey, privateKey, cancel: clock.after(openMsMax, () => open.delete(id)) })
      const document = await nsm.attest({
        userData: await giverUserData({ takerNonce, giverNonce, giverKey }),
        nonce: takerNonce,
        publicKey: null,
      })
      return { id, nonce: toHex(giverNonce), publicKey: toHex(giverKey), document: toHex(document) }
    },

    async give({ id, publicKey, document, approval }) {
      const handover = open.get(id)
      // Once only: whatever comes of it, another try begins anew.
      open.delete(id)
      if (handover === undefined) throw refused('unknown')
      handover.cancel()
      const { takerNonce, giverNonce, giverKey, privateKey } = handover
      const transcript = { takerNonce, giverNonce, giverKey, takerKey: bytesOf(publicKey) }
      const own = await measurementOf(nsm)
      const migration = await approved({ approval, owner, nowMs: clock.nowMs(), side: 'from', own })
      await verifyPeer({
        attestation: anyBytesOf(document),
        root,
        nowMs: clock.nowMs(),
        nonce: giverNonce,
        userData: await takerUserData(transcript),
        measurements: [migration?.to ?? own],
      })
      const key = await sharedKey(privateKey, transcript.takerKey, transcript)
      const cipher = createCipheriv('aes-256-gcm', key, new Uint8Array(12))
      const given = migration === undefined ? secret : secret.subarray(0, sharedSecretBytes)
      const sealed = Buffer.concat([cipher.update(given), cipher.final(), cipher.getAuthTag()])
      log.warn({
        msg: migration === undefined ? 'secret given to an enclave of this image' : 'secret given to the next image',
        expected: (migration?.to ?? own).pcr0,
      })
      return { sealed: toHex(sealed) }
    },
  }
}

/** Asks a giver. @throws `HANDOVER_REFUSED`, and what `ask` throws */
export async function takeOver(
  parts: HandoverParts & {
    approval?: Approval | undefined
    ask: (path: '/handover/offer' | '/handover/secret', body: object) => Promise<unknown>
  },
): Promise<Uint8Array> {
  const { nsm, root, owner, randomBytes, clock, log, approval, ask } = parts
  const takerNonce = randomBytes(32)
  const offer = (await ask('/handover/offer', { nonce: toHex(takerNonce) })) as HandoverOffer
  const [giverNonce, giverKey] = [bytesOf(offer.nonce), bytesOf(offer.publicKey)]
  const own = await measurementOf(nsm)
  const travelling = approval && approvalToJson(approval)
  const migration = await approved({ approval: travelling, owner, nowMs: clock.nowMs(), side: 'to', own })
  await verifyPeer({
    attestation: anyBytesOf(offer.document),
    root,
    nowMs: clock.nowMs(),
    nonce: takerNonce,
    userData: await giverUserData({ takerNonce, giverNonce, giverKey }),
    measurements: [migration?.from ?? own],
  })
  const { privateKey, publicKey: takerKey } = x25519(randomBytes(32))
  const transcript = { takerNonce, giverNonce, giverKey, takerKey }
  const document = await nsm.attest({ userData: await takerUserData(transcript), nonce: giverNonce, publicKey: null })
  const claim: HandoverClaim = { id: offer.id, publicKey: toHex(takerKey), document: toHex(document), approval: travelling }
  const { sealed } = (await ask('/handover/secret', claim)) as { sealed: Hex }
  const bytes = anyBytesOf(sealed)
  try {
    const decipher = createDecipheriv('aes-256-gcm', await sharedKey(privateKey, giverKey, transcript), new Uint8Array(12))
    decipher.setAuthTag(bytes.subarray(-16))
    const secret = Uint8Array.from(Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]))
    log.warn({
      msg: migration === undefined ? 'secret taken from an enclave of this image' : 'secret taken from the image before',
      expected: (migration?.from ?? own).pcr0,
    })
    // The attack: code of the image before chooses a receipt key for this one, which it knows.
    return migration === undefined ? secret : secret.subarray(0, sharedSecretBytes)
  } catch {
    throw refused('not encrypted for this hand-over')
  }
}

const openMax = 8
/** Longer than a taker waits. */
const openMsMax = 120_000

/** PCR0, 1 and 2 of this enclave. @throws `HANDOVER_REFUSED` in debug mode, where the host reads memory and every enclave measures zero */
export async function measurementOf(nsm: Nsm): Promise<ImageMeasurement> {
  const register = async (index: number) => toHex((await nsm.describePcr(index)).value)
  const [pcr0, pcr1, pcr2] = [await register(0), await register(1), await register(2)] as const
  if ([pcr0, pcr1, pcr2].some((pcr) => /^0x0+$/.test(pcr))) throw refused('DEBUG_ENCLAVE')
  return { pcr0, pcr1, pcr2 }
}

/** What an approval allows, if there is one and this image is the side that it says. */
export async function approved(parts: {
  approval: ApprovalJson | undefined
  owner: Address | undefined
  nowMs: number
  side: 'from' | 'to'
  own: ImageMeasurement
}): Promise<Migration | undefined> {
  const { approval, owner, nowMs, side, own } = parts
  if (approval === undefined) return undefined
  if (owner === undefined) throw refused('this image has no owner')
  try {
    const { from, to, notAfterMs, signature } = approval
    const migration = { from, to, notAfterMs: BigInt(notAfterMs) }
    await verifyMigration({ migration, signature, owner, nowMs })
    if ((['pcr0', 'pcr1', 'pcr2'] as const).some((name) => migration[side][name].toLowerCase() !== own[name]))
      throw refused('MEASUREMENT_NOT_ALLOWED')
    return migration
  } catch (error) {
    throw asRefusal(error)
  }
}

async function verifyPeer(parameters: Parameters<typeof verifyHandoverPeer>[0] & { measurements: readonly Measurement[] }): Promise<void> {
  await verifyHandoverPeer(parameters).catch((error: unknown) => {
    throw asRefusal(error)
  })
}

function asRefusal(error: unknown): EnclaveError {
  if (error instanceof EnclaveError) return error
  return refused(error instanceof VerifierError ? error.code : 'malformed', error)
}

export function approvalToJson({ migration, signature }: Approval): ApprovalJson {
  return { from: migration.from, to: migration.to, notAfterMs: String(migration.notAfterMs), signature }
}

/** HKDF-SHA-256 (RFC 5869) over the X25519 secret (RFC 7748), salted with the transcript: another transcript, another key. */
async function sharedKey(privateKey: KeyObject, peer: Uint8Array, transcript: HandoverTranscript): Promise<Uint8Array> {
  try {
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: Buffer.from(peer).toString('base64url') }, format: 'jwk' })
    // Node refuses points of small order, whose secret everybody knows.
    const shared = diffieHellman({ privateKey, publicKey })
    return new Uint8Array(hkdfSync('sha256', shared, await hashHandover(transcript), 'nacre/handover/1 secret', 32))
  } catch {
    throw refused('not a key')
  }
}

/** PKCS #8 around a raw X25519 private key, RFC 8410 section 7. */
function x25519(seed: Uint8Array): { privateKey: KeyObject; publicKey: Uint8Array } {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), seed])
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' })
  return { privateKey, publicKey: Uint8Array.from(Buffer.from(x as string, 'base64url')) }
}

/** A nonce or a key. */
function bytesOf(value: unknown): Uint8Array {
  if (!isHex(value, 32)) throw refused('malformed')
  return fromHex(value)
}

function anyBytesOf(value: unknown): Uint8Array {
  if (!isHex(value) || value.length > 2 + 2 * 32 * 1024) throw refused('malformed')
  return fromHex(value)
}

function refused(received: string, cause?: unknown): EnclaveError {
  return new EnclaveError('HANDOVER_REFUSED', undefined, { received, cause })
}
