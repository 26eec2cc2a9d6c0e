import { createHash } from 'node:crypto'
import { Agent } from 'node:https'
import { CreateKeyCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms'
import { systemClock } from '@nacre/enclave/clock'
import type { ApprovalJson } from '@nacre/enclave/kms/handover'
import { type KeptSecretParts, keepSecret, restoreSecret } from '@nacre/enclave/kms/kept-secret'
import { createLog } from '@nacre/enclave/log'
import { sealedModelPolicy } from '@nacre/host/kms/key-policy'
import { fromHex, toHex } from '@nacre/verifier/bytes'
import { migrationTypedData, takerUserData } from '@nacre/verifier/handover'
import { decodeKeptSecret, encodeKeptSecret, keptSecretContext, keptSecretUserData } from '@nacre/verifier/kept-secret'
import { keysetUserData } from '@nacre/verifier/keyset'
import { recipientUserData } from '@nacre/verifier/kms-recipient'
import fc from 'fast-check'
import { privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { administrator, draw, instance, type Kit, kmsHost, measurement, owner, pcrs, region, startKit } from './kit.ts'

let kit: Kit
let keyArn: string
const stored = new Map<string, Uint8Array>()
const lines: string[] = []
const approver = privateKeyToAccount(toHex(draw(32)))
const secret = draw(32)

beforeAll(async () => {
  kit = await startKit()
  keyArn = await createKey(['image', 'next'])
})
afterAll(() => kit.close())
beforeEach(() => {
  stored.clear()
  lines.length = 0
})

function sdk(identity: typeof administrator): KMSClient {
  const httpsAgent = new Agent({ ca: kit.certificate.pem, servername: kmsHost, keepAlive: false })
  return new KMSClient({ region, endpoint: kit.url, credentials: identity as never, requestHandler: { httpsAgent }, maxAttempts: 1 })
}

async function createKey(images: string[], keeps = true): Promise<string> {
  const policy = sealedModelPolicy({
    administratorArn: administrator.arn,
    ownerArn: owner.arn,
    enclaveRoleArn: instance.arn,
    measurements: images.map(measurement),
    keeps,
  })
  return (await sdk(administrator).send(new CreateKeyCommand({ Policy: JSON.stringify(policy) }))).KeyMetadata?.Arn as string
}

/** An enclave as it begins. */
function enclave(image = 'image', more: Partial<KeptSecretParts> = {}): KeptSecretParts {
  const nsm = more.nsm ?? kit.nsm(pcrs(image))
  return {
    nsm,
    root: kit.root,
    owner: approver.address.toLowerCase() as `0x${string}`,
    randomBytes: draw,
    clock: { ...systemClock, after: (_, task) => systemClock.after(0, task) },
    log: createLog((line) => lines.push(line), Date.now),
    kms: kit.enclave({ nsm }),
    keyArn,
    store: {
      get: async (name) => stored.get(name),
      put: async (name, bytes) => void stored.set(name, bytes),
    },
    approval: undefined,
    secretBytes: 32,
    ...more,
  }
}

const verdict = async (parts: KeptSecretParts) => {
  const restored = await restoreSecret(parts)
  return restored.state === 'closed'
    ? `${restored.error.code}${restored.error.received === undefined ? '' : ` ${restored.error.received}`}`
    : restored.state
}
const theOne = () => [...stored.values()][0] as Uint8Array
const replace = (bytes: Uint8Array) => stored.set([...stored.keys()][0] as string, bytes)

describe('a secret that outlives its enclaves', () => {
  test('is restored by the next one of the image, and is nowhere in what the host keeps', async () => {
    expect(await restoreSecret(enclave())).toEqual({ state: 'none' })
    await keepSecret(enclave(), secret)
    expect(await restoreSecret(enclave())).toEqual({ state: 'restored', secret })
    const kept = Buffer.from(theOne()).toString()
    expect(kept).not.toContain(toHex(secret).slice(2))
    expect(lines.join('')).toContain('secret kept for enclaves of this image')
    expect(lines.join('')).toContain('secret restored that this image kept')
  })

  test('is nothing to another image: it looks elsewhere, and neither document nor KMS know it', async () => {
    await keepSecret(enclave(), secret)
    expect(await verdict(enclave('other'))).toBe('none')
    const kept = theOne()
    for (const image of ['other', 'next']) stored.set(`kept-${measurement(image).pcr0.slice(2, 34)}`, kept)
    // `next` is in the key's policy: KMS alone would have given it.
    expect(await verdict(enclave('next'))).toBe('KEPT_SECRET_REFUSED MEASUREMENT_NOT_ALLOWED')
    expect(await verdict(enclave('other'))).toBe('KEPT_SECRET_REFUSED MEASUREMENT_NOT_ALLOWED')
    const registers = pcrs('image')
    const debug = kit.nsm(new Map([...registers].map(([index]) => [index, new Uint8Array(48)])))
    expect(await verdict(enclave('image', { nsm: debug }))).toBe('HANDOVER_REFUSED DEBUG_ENCLAVE')
  })

  test('attack: planted by somebody who may encrypt under the key', async () => {
    await keepSecret(enclave(), secret)
    const genuine = decodeKeptSecret(theOne())
    // With every power over the key: a data key of their own, and all that hangs on it.
    const dataKey = draw(32)
    const { CiphertextBlob } = await sdk(administrator)
      .send(new EncryptCommand({ KeyId: keyArn, Plaintext: dataKey, EncryptionContext: { ...keptSecretContext } }))
      .catch(() => ({ CiphertextBlob: draw(100) }))
    const encryptedKey = toHex(Uint8Array.from(CiphertextBlob as Uint8Array))
    const commitment = toHex(Uint8Array.from(createHash('sha256').update('their own').digest()))
    replace(encodeKeptSecret({ ...genuine, encryptedKey, commitment }))
    expect(await verdict(enclave())).toBe('KEPT_SECRET_REFUSED PURPOSE_MISMATCH')
    // Documents that an enclave of the image makes for whoever asks, or for others.
    const nsm = kit.nsm()
    const own = fromHex(commitment)
    const transcript = { takerNonce: own, giverNonce: own, giverKey: own, takerKey: own }
    for (const userData of [await keysetUserData(own), await recipientUserData(own), await takerUserData(transcript), own, null]) {
      const document = toHex(await nsm.attest({ userData, nonce: own, publicKey: null }))
      replace(encodeKeptSecret({ ...genuine, encryptedKey, commitment, document }))
      expect(await verdict(enclave())).toBe('KEPT_SECRET_REFUSED PURPOSE_MISMATCH')
    }
    // An enclave of another image commits to it.
    const document = toHex(await kit.nsm(pcrs('other')).attest({ userData: await keptSecretUserData(own), nonce: null, publicKey: null }))
    replace(encodeKeptSecret({ ...genuine, encryptedKey, commitment, document }))
    expect(await verdict(enclave())).toBe('KEPT_SECRET_REFUSED MEASUREMENT_NOT_ALLOWED')
  })

  test('attack: halves of two, another key, changed anywhere', async () => {
    await keepSecret(enclave(), secret)
    const one = decodeKeptSecret(theOne())
    await keepSecret(enclave(), draw(32))
    const two = decodeKeptSecret(theOne())
    for (const field of ['sealed', 'salt', 'encryptedKey', 'document', 'commitment'] as const) {
      replace(encodeKeptSecret({ ...one, [field]: two[field] }))
      expect(await verdict(enclave()), field).toMatch(/^KEPT_SECRET_REFUSED (another secret|PURPOSE_MISMATCH)$/)
    }
    replace(encodeKeptSecret(one))
    expect(await verdict(enclave('image', { keyArn: await createKey(['image']) }))).toBe('KEPT_SECRET_REFUSED another KMS key')
    const bytes = encodeKeptSecret(one)
    await fc.assert(
      fc.asyncProperty(fc.nat(8 * bytes.length - 1), async (bit) => {
        replace(bytes.with(bit >> 3, (bytes[bit >> 3] as number) ^ (1 << (bit & 7))))
        expect(await verdict(enclave())).toMatch(/^(KEPT_SECRET_REFUSED|KMS_REFUSED)/)
      }),
      { numRuns: 40 },
    )
  })

  test('attack: an old one is shown again: it is a secret of this image still, and decides nothing that is numbered', async () => {
    await keepSecret(enclave(), secret)
    const old = theOne()
    await keepSecret(enclave(), draw(32))
    replace(old)
    expect(await restoreSecret(enclave())).toEqual({ state: 'restored', secret })
  })

  test('while KMS is away it stays where it is, and opens later', async () => {
    await keepSecret(enclave(), secret)
    const kept = theOne()
    await kit.kms.stop()
    try {
      expect(await verdict(enclave())).toBe('EGRESS_UNAVAILABLE')
    } finally {
      await kit.kms.start()
    }
    expect(theOne()).toBe(kept)
    expect(await verdict(enclave())).toBe('restored')
  })

  test('a policy that does not let enclaves keep is said, and stops nothing', async () => {
    await keepSecret(enclave('image', { keyArn: await createKey(['image'], false) }), secret)
    expect(stored.size).toBe(0)
    expect(lines.join('')).toMatch(/secret not kept.*KMS_REFUSED/)
  })
})

describe('migration of what an image kept', () => {
  const approve = async (
    from: string,
    to: string,
    { by = approver, notAfterMs = BigInt(Date.now() + 60_000) } = {},
  ): Promise<ApprovalJson> => {
    const migration = { from: measurement(from), to: measurement(to), notAfterMs }
    return { ...migration, notAfterMs: String(notAfterMs), signature: await by.signTypedData(migrationTypedData(migration)) }
  }

  test('goes to the image that the owner names, which keeps it as its own, and says so', async () => {
    await keepSecret(enclave(), secret)
    const next = enclave('next', { approval: await approve('image', 'next') })
    expect(await restoreSecret(next)).toEqual({ state: 'migrated', secret })
    expect(lines.join('')).toContain('secret taken from what the image before kept')
    await keepSecret(next, secret)
    expect(await restoreSecret(enclave('next'))).toEqual({ state: 'restored', secret })
    expect(await restoreSecret(enclave())).toEqual({ state: 'restored', secret })
  })

  test('a receipt key that is kept stays with its image: the next one is given what goes before it', async () => {
    const whole = draw(64)
    await keepSecret(enclave('image', { secretBytes: 64 }), whole)
    const next = enclave('next', { secretBytes: 64, approval: await approve('image', 'next') })
    expect(await restoreSecret(next)).toEqual({ state: 'migrated', secret: whole.subarray(0, 32) })
    expect(await restoreSecret(enclave('image', { secretBytes: 64 }))).toEqual({ state: 'restored', secret: whole })
    // Measured command lines decide what is kept; one of another length is none of this image.
    expect(await verdict(enclave())).toBe('KEPT_SECRET_REFUSED 64 bytes')
  })

  test('is refused without approval, with one of others, over time, for others, backwards; and where KMS does not know the next image', async () => {
    await keepSecret(enclave(), secret)
    const attempt = async (approval: ApprovalJson | undefined, more = {}) => verdict(enclave('next', { approval, ...more }))
    expect(await attempt(undefined)).toBe('none')
    expect(await attempt(await approve('image', 'next', { by: privateKeyToAccount(toHex(draw(32))) }))).toBe(
      'HANDOVER_REFUSED SIGNATURE_INVALID',
    )
    expect(await attempt(await approve('image', 'next', { notAfterMs: 1n }))).toBe('HANDOVER_REFUSED ATTESTATION_STALE')
    expect(await attempt(await approve('image', 'other'))).toBe('HANDOVER_REFUSED MEASUREMENT_NOT_ALLOWED')
    expect(await attempt(await approve('next', 'image'))).toBe('HANDOVER_REFUSED MEASUREMENT_NOT_ALLOWED')
    expect(await attempt(await approve('image', 'next'), { owner: undefined })).toBe('HANDOVER_REFUSED this image has no owner')
    const unknown = enclave('unknown', { approval: await approve('image', 'unknown') })
    expect(await verdict(unknown)).toBe('KMS_REFUSED AccessDeniedException')
  })
})
