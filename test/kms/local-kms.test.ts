import { Agent } from 'node:https'
import {
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateRandomCommand,
  GetKeyPolicyCommand,
  KMSClient,
  type KMSClientConfig,
  PutKeyPolicyCommand,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-kms'
import type { Credentials } from '@nacre/enclave/kms/credentials'
import { type KeyPolicy, sealedModelPolicy } from '@nacre/host/kms/key-policy'
import type { Identity } from '@nacre/host/kms/sigv4'
import type { FinalizeRequestMiddleware } from '@smithy/types'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { administrator, draw, instance, type Kit, kmsHost, measurement, owner, pcrs, region, startKit } from './kit.ts'

let kit: Kit
const open: KMSClient[] = []
beforeAll(async () => {
  kit = await startKit()
})
beforeEach(() => {
  kit.clock.nowMs = undefined
})
afterAll(async () => {
  for (const client of open) client.destroy()
  await kit.close()
})

/** The AWS SDK as it comes, with nothing but an address, credentials and the certificate. */
function sdk(identity: Identity, config: KMSClientConfig = {}): KMSClient {
  const httpsAgent = new Agent({ ca: kit.certificate.pem, servername: kmsHost, keepAlive: false })
  const client = new KMSClient({
    region,
    endpoint: kit.url,
    credentials: identity as Credentials,
    requestHandler: { httpsAgent },
    maxAttempts: 1,
    ...config,
  })
  open.push(client)
  return client
}

const fails = (work: Promise<unknown>) =>
  work.then(
    () => 'answered',
    (error: Error) => error.name,
  )

async function createKey(policy?: KeyPolicy): Promise<string> {
  const { KeyMetadata } = await sdk(administrator).send(
    new CreateKeyCommand(policy === undefined ? {} : { Policy: JSON.stringify(policy) }),
  )
  return KeyMetadata?.Arn as string
}

const policyFor = (images: readonly string[] = ['image']) =>
  sealedModelPolicy({
    administratorArn: administrator.arn,
    ownerArn: owner.arn,
    enclaveRoleArn: instance.arn,
    measurements: images.map(measurement),
  })
const context = { 'nacre:model': '0x01' }

describe('the unmodified AWS SDK', () => {
  test('creates, describes, encrypts and decrypts, generates keys and randomness', async () => {
    const client = sdk(administrator)
    const KeyId = await createKey()
    expect((await client.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata).toMatchObject({
      Arn: KeyId,
      Enabled: true,
      KeyState: 'Enabled',
    })
    const Plaintext = draw(100)
    const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext: context }))
    expect((await client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: context }))).Plaintext).toEqual(Plaintext)
    const key = await client.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }))
    expect((await client.send(new DecryptCommand({ CiphertextBlob: key.CiphertextBlob, KeyId }))).Plaintext).toEqual(key.Plaintext)
    expect((await client.send(new GenerateRandomCommand({ NumberOfBytes: 7 }))).Plaintext?.length).toBe(7)
  })

  test('gets the faults of AWS', async () => {
    const client = sdk(administrator)
    const [KeyId, other] = [await createKey(), await createKey()]
    const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext: draw(32), EncryptionContext: context }))
    const decrypt = (changes: object) => fails(client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: context, ...changes })))
    expect(await decrypt({})).toBe('answered')
    expect(await decrypt({ EncryptionContext: { 'nacre:model': '0x02' } })).toBe('InvalidCiphertextException')
    expect(await decrypt({ EncryptionContext: undefined })).toBe('InvalidCiphertextException')
    expect(await decrypt({ KeyId: other })).toBe('IncorrectKeyException')
    expect(await decrypt({ CiphertextBlob: (CiphertextBlob as Uint8Array).with(60, 0).with(61, 0) })).toBe('InvalidCiphertextException')
    expect(await decrypt({ CiphertextBlob: draw(80) })).toBe('InvalidCiphertextException')
    expect(await fails(client.send(new DescribeKeyCommand({ KeyId: `${KeyId.slice(0, -1)}x` })))).toBe('NotFoundException')
    expect(await fails(client.send(new GenerateDataKeyCommand({ KeyId })))).toBe('ValidationException')
    expect(await fails(client.send(new GenerateRandomCommand({ NumberOfBytes: 1025 })))).toBe('ValidationException')
  })

  test('is refused with another secret, an unknown key, another region, an old signature, or an altered request', async () => {
    const ask = (identity: Identity, config?: KMSClientConfig) =>
      fails(sdk(identity, config).send(new GenerateRandomCommand({ NumberOfBytes: 8 })))
    expect(await ask(administrator)).toBe('answered')
    expect(await ask({ ...administrator, secretAccessKey: 'guessed' })).toBe('InvalidSignatureException')
    expect(await ask({ ...administrator, accessKeyId: 'AKIAOTHER' })).toBe('UnrecognizedClientException')
    expect(await ask({ ...administrator, sessionToken: 'unknown' })).toBe('UnrecognizedClientException')
    expect(await ask(administrator, { region: 'eu-central-1' })).toBe('InvalidSignatureException')
    kit.clock.nowMs = Date.now() + 6 * 60_000
    expect(await ask(administrator)).toBe('RequestExpired')
    kit.clock.nowMs = undefined

    const altering = sdk(administrator)
    const alter: FinalizeRequestMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next) => (args) => {
      const request = args.request as { body: Uint8Array }
      request.body = Buffer.from(Buffer.from(request.body).toString().replace('8', '9'))
      return next(args)
    }
    altering.middlewareStack.addRelativeTo(alter, { relation: 'after', toMiddleware: 'httpSigningMiddleware', name: 'alter' })
    expect(await fails(altering.send(new GenerateRandomCommand({ NumberOfBytes: 8 })))).toBe('InvalidSignatureException')
  })
})

describe('key policies', () => {
  test('what may not be evaluated may not be set', async () => {
    const refused = async (change: (policy: KeyPolicy) => unknown) => {
      const policy = structuredClone(policyFor())
      return fails(sdk(administrator).send(new CreateKeyCommand({ Policy: JSON.stringify(change(policy) ?? policy) })))
    }
    const first = (policy: KeyPolicy) => policy.Statement[2] as KeyPolicy['Statement'][0]
    expect(await refused(() => undefined)).toBe('answered')
    const changes: ((policy: KeyPolicy) => unknown)[] = [
      () => 'no policy',
      (policy) => ({ ...policy, Version: '2008-10-17' }),
      (policy) => ({ ...policy, Statement: [] }),
      (policy) => void Object.assign(first(policy), { Condition: { NumericEquals: { 'kms:RecipientAttestation:PCR0': '1' } } }),
      (policy) => void Object.assign(first(policy), { Condition: { StringEquals: { 'kms:RecipientAttestation:PCR32': '1' } } }),
      (policy) => void Object.assign(first(policy), { Condition: { StringEquals: { 'aws:SourceIp': '1' } } }),
      (policy) => void Object.assign(first(policy), { NotAction: 'kms:*' }),
      (policy) => void Object.assign(first(policy), { Effect: 'Maybe' }),
      (policy) => void Object.assign(first(policy), { Action: 's3:*' }),
      (policy) => void Object.assign(first(policy), { Principal: { Service: 'ec2' } }),
    ]
    for (const change of changes) expect(await refused(change), String(change)).toBe('MalformedPolicyDocumentException')
  })

  test('only the administrator reads and changes the policy', async () => {
    const KeyId = await createKey(policyFor())
    for (const identity of [owner, instance]) {
      expect(await fails(sdk(identity).send(new GetKeyPolicyCommand({ KeyId })))).toBe('AccessDeniedException')
      expect(await fails(sdk(identity).send(new PutKeyPolicyCommand({ KeyId, Policy: JSON.stringify(policyFor(['other'])) })))).toBe(
        'AccessDeniedException',
      )
    }
    await sdk(administrator).send(new PutKeyPolicyCommand({ KeyId, Policy: JSON.stringify(policyFor(['next'])) }))
    expect((await sdk(administrator).send(new GetKeyPolicyCommand({ KeyId }))).Policy).toContain(measurement('next').pcr0.slice(2))
  })
})

describe('a sealed key', () => {
  let keyArn: string
  let ciphertext: Uint8Array
  let plaintext: Uint8Array
  beforeAll(async () => {
    keyArn = await createKey(policyFor())
    const made = await sdk(owner).send(new GenerateDataKeyCommand({ KeyId: keyArn, KeySpec: 'AES_256', EncryptionContext: context }))
    ciphertext = made.CiphertextBlob as Uint8Array
    plaintext = made.Plaintext as Uint8Array
  })
  const accept = (opened: Uint8Array) => Buffer.from(opened).equals(plaintext)
  const decrypt = (parts: Parameters<Kit['enclave']>[0] = {}, changes: object = {}) =>
    kit.enclave(parts).decrypt({ keyArn, ciphertext, context, accept, ...changes })
  const refusal = (work: Promise<unknown>) =>
    work.then(
      () => 'opened',
      (error) => `${error.code} ${error.received ?? ''}`.trim(),
    )

  test('opens in the enclave that the policy names, through the host, over TLS that ends inside', async () => {
    expect(await decrypt()).toEqual(plaintext)
    expect(kit.egressEvents.map(({ target }) => target)).toContain(`${kmsHost}:443`)
  })

  test('opens for nobody without a document: not the owner, not the administrator, not the instance', async () => {
    for (const identity of [owner, administrator, instance]) {
      const ask = sdk(identity).send(new DecryptCommand({ CiphertextBlob: ciphertext, KeyId: keyArn, EncryptionContext: context }))
      expect(await fails(ask)).toBe('AccessDeniedException')
    }
  })

  test.each([0, 1, 2])('opens in no image with another PCR%i', async (index) => {
    const other = new Map(pcrs()).set(index, pcrs('other').get(index) as Uint8Array)
    expect(await refusal(decrypt({ nsm: kit.nsm(other) }))).toBe('KMS_REFUSED AccessDeniedException')
  })

  test('opens in no debug enclave, even where a policy names zeros', async () => {
    const zeros = new Map([0, 1, 2].map((index) => [index, new Uint8Array(48)]))
    expect(await refusal(decrypt({ nsm: kit.nsm(zeros) }))).toBe('KMS_REFUSED AccessDeniedException')
    const zero = toZero()
    const policy = sealedModelPolicy({
      administratorArn: administrator.arn,
      ownerArn: owner.arn,
      enclaveRoleArn: instance.arn,
      measurements: [zero],
    })
    const KeyId = await createKey(policy)
    const made = await sdk(owner).send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext: context }))
    const ask = decrypt({ nsm: kit.nsm(zeros) }, { keyArn: KeyId, ciphertext: made.CiphertextBlob, accept: () => true })
    expect(await refusal(ask)).toBe('KMS_REFUSED AccessDeniedException')
  })

  test('opens for no other model: the encryption context is part of it', async () => {
    expect(await refusal(decrypt({}, { context: { 'nacre:model': '0x02' } }))).toBe('KMS_REFUSED InvalidCiphertextException')
  })

  test("is refused with a document of another root, a stale one, or one that is no document: the attacker's own enclave", async () => {
    const other = await startKit()
    expect(await refusal(decrypt({ nsm: other.nsm() }))).toBe('KMS_REFUSED ValidationException')
    await other.close()
    kit.clock.nowMs = Date.now() + 4.9 * 60_000
    expect(await decrypt()).toEqual(plaintext)
    const nsm = kit.nsm()
    const document = await nsm.attest({ userData: null, nonce: null, publicKey: null })
    const replaying = { ...nsm, attest: async () => document }
    kit.clock.nowMs = undefined
    expect(await refusal(decrypt({ nsm: replaying }))).toBe('KMS_REFUSED ValidationException')
    expect(await refusal(decrypt({ nsm: { ...nsm, attest: async () => draw(500) } }))).toBe('KMS_REFUSED ValidationException')
  })

  test('a document whose key is no RSA key gets no answer, least of all one in the clear', async () => {
    const AttestationDocument = await kit.nsm().attest({ userData: null, nonce: null, publicKey: draw(65) })
    const Recipient = { AttestationDocument, KeyEncryptionAlgorithm: 'RSAES_OAEP_SHA_256' } as const
    const ask = new DecryptCommand({ CiphertextBlob: ciphertext, KeyId: keyArn, EncryptionContext: context, Recipient })
    expect(await fails(sdk(instance).send(ask))).toBe('ValidationException')
  })

  test('data keys and randomness come encrypted, in the form of AWS', async () => {
    const policy = policyFor()
    policy.Statement.push({ Effect: 'Allow', Principal: { AWS: instance.arn }, Action: 'kms:GenerateDataKey', Resource: '*' })
    const KeyId = await createKey(policy)
    const enclave = kit.enclave()
    const made = await enclave.generateDataKey({ keyArn: KeyId, context })
    expect(
      await enclave.decrypt({
        keyArn: KeyId,
        ciphertext: made.ciphertext,
        context,
        accept: (key) => Buffer.from(key).equals(made.plaintext),
      }),
    ).toEqual(made.plaintext)
    expect((await enclave.generateRandom({ region, bytes: 1000 })).length).toBe(1000)
  })
})

describe('KMS, proxy or network down', () => {
  let keyArn: string
  let ciphertext: Uint8Array
  beforeAll(async () => {
    keyArn = await createKey(policyFor())
    const made = await sdk(owner).send(new GenerateDataKeyCommand({ KeyId: keyArn, KeySpec: 'AES_256', EncryptionContext: context }))
    ciphertext = made.CiphertextBlob as Uint8Array
  })
  const code = (changes: object = {}, parts = {}) =>
    kit
      .enclave(parts)
      .decrypt({ keyArn, ciphertext, context, accept: () => true, ...changes })
      .then(
        () => 'opened',
        (error) => error.code,
      )

  test('each is a state of its own, and passes', async () => {
    expect(await code()).toBe('opened')
    await kit.kms.stop()
    expect(await code()).toBe('EGRESS_UNAVAILABLE')
    await kit.kms.start()
    expect(await code()).toBe('opened')
    await kit.proxy.stop()
    expect(await code()).toBe('CREDENTIALS_UNAVAILABLE')
    expect(await code({}, { credentials: instance })).toBe('EGRESS_UNAVAILABLE')
    await kit.proxy.start()
    expect(await code()).toBe('opened')
  })

  test('the host leads to no other place than those it allows', async () => {
    const elsewhere = kit.destinations.get(`${kmsHost}:443`)
    kit.destinations.delete(`${kmsHost}:443`)
    expect(await code()).toBe('EGRESS_REFUSED')
    kit.destinations.set(`${kmsHost}:443`, elsewhere as { host: string; port: number })
  })

  test('the attack: a host that answers in the place of KMS has no certificate that counts', async () => {
    const [genuine, impostor] = [kit.destinations.get(`${kmsHost}:443`), await startKit()]
    kit.destinations.set(`${kmsHost}:443`, impostor.destinations.get(`${kmsHost}:443`) as { host: string; port: number })
    expect(await code()).toBe('KMS_UNAVAILABLE')
    expect(impostor.events).toEqual([])
    kit.destinations.set(`${kmsHost}:443`, genuine as { host: string; port: number })
    await impostor.close()
  })

  test('an alias, or anything else than a key, is not asked for', async () => {
    for (const other of ['alias/models', keyArn.replace(':key/', ':alias/'), `${keyArn}\r\n`, ''])
      expect(await code({ keyArn: other })).toBe('KMS_REFUSED')
  })
})

function toZero() {
  const zero = `0x${'00'.repeat(48)}` as const
  return { pcr0: zero, pcr1: zero, pcr2: zero }
}
