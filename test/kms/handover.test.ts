import { systemClock } from '@nacre/enclave/clock'
import {
  type Approval,
  createHandoverGiver,
  type HandoverClaim,
  type HandoverOffer,
  type HandoverParts,
  takeOver,
} from '@nacre/enclave/kms/handover'
import { createLog } from '@nacre/enclave/log'
import { createNsm, type Nsm } from '@nacre/enclave/nsm'
import { createSimulatedMachine, createSimulatedRoot, rootCertificatePem } from '@nacre/host/hypervisor/ca'
import { createNsm as createSimulatedNsm } from '@nacre/host/hypervisor/nsm'
import { type Hex, toHex } from '@nacre/verifier/bytes'
import { certificateFromPem } from '@nacre/verifier/certificate'
import { migrationTypedData } from '@nacre/verifier/handover'
import { keysetUserData } from '@nacre/verifier/keyset'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import { draw, measurement, pcrs } from './kit.ts'

const root = await createSimulatedRoot(Date.now())
const machine = createSimulatedMachine(root, { region: 'sim-1', instanceId: 'i-0123456789abcdef0' })
const owner = privateKeyToAccount(toHex(draw(32)))
const secret = draw(32)

function nsm(image = 'image', { of = machine, registers = pcrs(image) } = {}): Nsm {
  const simulated = createSimulatedNsm({
    moduleId: 'i-0123456789abcdef0-enc0123456789abcdef',
    pki: of.enclave('enc0123456789abcdef'),
    bootPcrs: registers,
    nowMs: Date.now,
    randomBytes: draw,
  })
  return createNsm({ exchange: (request) => simulated.handle(request), close() {} })
}

const lines: string[] = []
const parts = (own: Nsm = nsm()): HandoverParts => ({
  nsm: own,
  root: certificateFromPem(rootCertificatePem(root)),
  owner: owner.address,
  randomBytes: draw,
  clock: systemClock,
  log: createLog((line) => lines.push(line), Date.now),
})

type Change = {
  offer?: (offer: HandoverOffer) => unknown
  claim?: (claim: HandoverClaim) => unknown
  sealed?: (answer: { sealed: Hex }) => unknown
}

/** Both sides, with a host between them. */
async function handover(
  giverNsm: Nsm,
  takerNsm: Nsm,
  change: Change = {},
  more: Partial<HandoverParts & { approval: Approval; secret: Uint8Array }> = {},
): Promise<Uint8Array> {
  const giver = createHandoverGiver({ ...parts(giverNsm), secret, ...more })
  return takeOver({
    ...parts(takerNsm),
    ...more,
    async ask(path, body) {
      if (path === '/handover/offer') {
        const offer = await giver.offer(body as { nonce: Hex })
        return change.offer?.(offer) ?? offer
      }
      const answer = await giver.give((change.claim?.(body as HandoverClaim) ?? body) as HandoverClaim)
      return change.sealed?.(answer) ?? answer
    },
  })
}

const verdict = (...args: Parameters<typeof handover>) =>
  handover(...args).then(
    () => 'given',
    (error) => `${error.code} ${error.received}`,
  )

describe('replicas of one image', () => {
  test('give each other the secret, and say so in the log', async () => {
    expect(await handover(nsm(), nsm())).toEqual(secret)
    expect(lines.join('')).toContain('secret given to an enclave of this image')
    expect(lines.join('')).toContain('secret taken from an enclave of this image')
  })

  test.each([0, 1, 2])('refuse an image with another PCR%i, on both sides', async (index) => {
    const other = nsm('image', { registers: new Map(pcrs()).set(index, pcrs('other').get(index) as Uint8Array) })
    expect(await verdict(nsm(), other)).toBe('HANDOVER_REFUSED MEASUREMENT_NOT_ALLOWED')
    // The taker alone: a giver of another image does not look at itself.
    expect(await verdict(other, nsm())).toBe('HANDOVER_REFUSED MEASUREMENT_NOT_ALLOWED')
  })

  test('refuse debug mode and machines of another root', async () => {
    const debug = () => nsm('image', { registers: new Map([0, 1, 2].map((index) => [index, new Uint8Array(48)])) })
    expect(await verdict(debug(), debug())).toBe('HANDOVER_REFUSED DEBUG_ENCLAVE')
    const elsewhere = createSimulatedMachine(await createSimulatedRoot(Date.now()), { region: 'sim-1', instanceId: 'i-0123456789abcdef0' })
    expect(await verdict(nsm(), nsm('image', { of: elsewhere }))).toBe('HANDOVER_REFUSED ROOT_MISMATCH')
    expect(await verdict(nsm('image', { of: elsewhere }), nsm())).toBe('HANDOVER_REFUSED ROOT_MISMATCH')
  })
})

describe('the host between them', () => {
  const key = toHex(draw(32))

  test('cannot put a key of its own in the place of either', async () => {
    expect(await verdict(nsm(), nsm(), { offer: (offer) => ({ ...offer, publicKey: key }) })).toBe('HANDOVER_REFUSED PURPOSE_MISMATCH')
    expect(await verdict(nsm(), nsm(), { claim: (claim) => ({ ...claim, publicKey: key }) })).toBe('HANDOVER_REFUSED PURPOSE_MISMATCH')
  })

  test('cannot replay a document, nor join two hand-overs', async () => {
    const seen: { offer?: HandoverOffer; claim?: HandoverClaim } = {}
    await handover(nsm(), nsm(), {
      offer: (offer) => {
        seen.offer = offer
      },
      claim: (claim) => {
        seen.claim = claim
      },
    })
    const { offer, claim } = seen as Required<typeof seen>
    expect(await verdict(nsm(), nsm(), { offer: (now) => ({ ...now, document: offer.document }) })).toBe('HANDOVER_REFUSED NONCE_MISMATCH')
    expect(await verdict(nsm(), nsm(), { offer: () => offer })).toBe('HANDOVER_REFUSED NONCE_MISMATCH')
    expect(await verdict(nsm(), nsm(), { claim: (now) => ({ ...now, document: claim.document }) })).toBe('HANDOVER_REFUSED NONCE_MISMATCH')
    expect(await verdict(nsm(), nsm(), { claim: (now) => ({ ...claim, id: now.id }) })).toBe('HANDOVER_REFUSED NONCE_MISMATCH')
    const giver = createHandoverGiver({ ...parts(), secret })
    await expect(giver.give(claim)).rejects.toMatchObject({ received: 'unknown' })
  })

  test('cannot use a document that was made for anything else', async () => {
    const taker = nsm()
    const forKeyset: Nsm = { ...taker, attest: async (content) => taker.attest({ ...content, userData: await keysetUserData(draw(10)) }) }
    expect(await verdict(nsm(), forKeyset)).toBe('HANDOVER_REFUSED PURPOSE_MISMATCH')
    // What a giver's document says is no taker's, though both are for hand-overs.
    const reflected: { document?: Hex } = {}
    expect(
      await verdict(nsm(), nsm(), {
        offer: (offer) => {
          reflected.document = offer.document
        },
        claim: (now) => ({ ...now, document: reflected.document }),
      }),
    ).toBe('HANDOVER_REFUSED NONCE_MISMATCH')
  })

  test('cannot read or change what is given, and cannot ask twice', async () => {
    expect(
      await verdict(nsm(), nsm(), { sealed: ({ sealed }) => ({ sealed: `${sealed.slice(0, -1)}${sealed.endsWith('0') ? '1' : '0'}` }) }),
    ).toBe('HANDOVER_REFUSED not encrypted for this hand-over')
    let sealed = ''
    await handover(nsm(), nsm(), {
      sealed: (answer) => {
        sealed = answer.sealed
      },
    })
    expect(sealed).not.toContain(toHex(secret).slice(2))
    const giver = createHandoverGiver({ ...parts(), secret })
    const offer = await giver.offer({ nonce: key })
    const claim = { id: offer.id, publicKey: key, document: offer.document }
    await expect(giver.give(claim)).rejects.toMatchObject({ code: 'HANDOVER_REFUSED', received: 'NONCE_MISMATCH' })
    await expect(giver.give(claim)).rejects.toMatchObject({ received: 'unknown' })
  })

  test('gets a code for whatever it sends', async () => {
    const giver = createHandoverGiver({ ...parts(), secret })
    for (const nonce of ['0x', '0x00', null, {}, `0x${'00'.repeat(33)}`])
      await expect(giver.offer({ nonce: nonce as Hex })).rejects.toMatchObject({ code: 'HANDOVER_REFUSED' })
    for (const bad of [
      { publicKey: '0x' },
      { document: '0x00' },
      { document: 7 },
      { publicKey: `0x${'00'.repeat(32)}` },
      { approval: {} },
      { approval: { from: 1 } },
    ]) {
      const { id, document } = await giver.offer({ nonce: key })
      await expect(giver.give({ id, publicKey: key, document, ...(bad as object) })).rejects.toMatchObject({ code: 'HANDOVER_REFUSED' })
    }
    const many = Array.from({ length: 9 }, () => giver.offer({ nonce: key }))
    expect((await Promise.allSettled(many)).filter(({ status }) => status === 'rejected').length).toBe(1)
  })
})

describe('migration to a next image', () => {
  const approve = async (from: string, to: string, { by = owner, notAfterMs = BigInt(Date.now() + 60_000) } = {}): Promise<Approval> => {
    const migration = { from: measurement(from), to: measurement(to), notAfterMs }
    return { migration, signature: await by.signTypedData(migrationTypedData(migration)) }
  }

  test('goes to the image that the owner names, and is logged as what it is', async () => {
    lines.length = 0
    expect(await handover(nsm('old'), nsm('new'), {}, { approval: await approve('old', 'new') })).toEqual(secret)
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['secret given to the next image', 'secret taken from the image before'])
  })

  test('a receipt key that enclaves of one image have in common goes to no other, nor is it taken from one', async () => {
    const whole = draw(64)
    expect(await handover(nsm(), nsm(), {}, { secret: whole })).toEqual(whole)
    const approval = await approve('old', 'new')
    expect(await handover(nsm('old'), nsm('new'), {}, { approval, secret: whole })).toEqual(whole.subarray(0, 32))
    // The attack: code of the image before, whose owner approved the next, gives it all the same, to know what contracts will accept of that one.
    const giving: Nsm = { ...nsm('old'), describePcr: nsm('new').describePcr }
    const claim = ({ approval: _, ...rest }: HandoverClaim) => rest
    expect(await handover(giving, nsm('new'), { claim }, { approval, secret: whole })).toEqual(whole.subarray(0, 32))
  })

  test('is refused without an approval, with one of others, for other images, over time, or backwards', async () => {
    const attempt = async (approval: Approval | undefined, more = {}) =>
      verdict(nsm('old'), nsm('new'), {}, { ...(approval && { approval }), ...more })
    expect(await attempt(undefined)).toBe('HANDOVER_REFUSED MEASUREMENT_NOT_ALLOWED')
    expect(await attempt(await approve('old', 'new', { by: privateKeyToAccount(toHex(draw(32))) }))).toBe(
      'HANDOVER_REFUSED SIGNATURE_INVALID',
    )
    expect(await attempt(await approve('old', 'other'))).toBe('HANDOVER_REFUSED MEASUREMENT_NOT_ALLOWED')
    expect(await attempt(await approve('other', 'new'))).toBe('HANDOVER_REFUSED MEASUREMENT_NOT_ALLOWED')
    expect(await attempt(await approve('new', 'old'))).toBe('HANDOVER_REFUSED MEASUREMENT_NOT_ALLOWED')
    expect(await attempt(await approve('old', 'new', { notAfterMs: BigInt(Date.now() - 1) }))).toBe('HANDOVER_REFUSED ATTESTATION_STALE')
    expect(await attempt(await approve('old', 'new'), { owner: undefined })).toBe('HANDOVER_REFUSED this image has no owner')
  })

  test('an approval that the host adds for itself changes nothing for who does not expect one', async () => {
    const { migration, signature } = await approve('image', 'other')
    const approval = { from: migration.from, to: migration.to, notAfterMs: String(migration.notAfterMs), signature }
    expect(await verdict(nsm(), nsm(), { claim: (claim) => ({ ...claim, approval }) })).toBe('HANDOVER_REFUSED MEASUREMENT_NOT_ALLOWED')
  })
})
