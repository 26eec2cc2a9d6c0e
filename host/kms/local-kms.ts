import { createCipheriv, createDecipheriv } from 'node:crypto'
import { verifyAttestation, zeroPcr } from '@nacre/verifier/attestation'
import { fromHex, toHex, utf8 } from '@nacre/verifier/bytes'
import { encodeCanonicalJson } from '@nacre/verifier/canonical-json'
import type { Certificate } from '@nacre/verifier/certificate'
import { VerifierError } from '@nacre/verifier/errors'
import Fastify, { type FastifyInstance } from 'fastify'
import { sealForRecipient } from './cms.ts'
import { decodeKeyPolicy, evaluatePolicy, PolicyError } from './key-policy.ts'
import { type Identity, SignatureError, verifySignature } from './sigv4.ts'

/** A key as it is kept. `policy` is the text as it was put. */
export type LocalKey = { id: string; material: Uint8Array; policy: string; description: string }

export type KeyStore = { get(id: string): LocalKey | undefined; put(key: LocalKey): void }

export type KmsEvent = { operation: string; principal: string | undefined; result: string }

export type LocalKmsParameters = {
  region: string
  accountId: string
  identities: readonly Identity[]
  keys: KeyStore
  /** Whose attestation documents count. */
  root: Certificate
  tls: { keyPem: string; certificatePem: string } | undefined
  nowMs(): number
  randomBytes(length: number): Uint8Array
  onEvent?(event: KmsEvent): void
}

/**
 * A key management service that stands in for AWS KMS where there is none: the JSON 1.1 protocol of the unmodified AWS SDK, its signatures, key policies with conditions on attestation documents, and
 * answers in the same BER. What it refuses, it refuses for AWS's reasons. Its keys lie in this process's memory and in its file: it proves the flow, not the hardware.
 */
export function buildLocalKms(parameters: LocalKmsParameters): FastifyInstance {
  const { tls, onEvent = () => {}, randomBytes } = parameters
  const app = Fastify({
    logger: false,
    // A document of 256 KiB is the most that AWS takes, in base64.
    bodyLimit: 512 * 1024,
    ...(tls === undefined ? {} : { https: { key: tls.keyPem, cert: tls.certificatePem, minVersion: 'TLSv1.2' } }),
  } as object) as FastifyInstance
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  app.post('/', async (request, reply) => {
    const operation = /^TrentService\.([A-Za-z]{1,64})$/.exec(String(request.headers['x-amz-target']))?.[1] ?? ''
    let principal: string | undefined
    reply.header('x-amzn-requestid', toHex(randomBytes(16)).slice(2)).type('application/x-amz-json-1.1')
    try {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
      const body = request.body instanceof Uint8Array ? request.body : new Uint8Array()
      const { identities, region, nowMs } = parameters
      const identity = await verifySignature({ method: 'POST', path: '/', headers, body }, { identities, region, nowMs: nowMs() })
      principal = identity.arn
      const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined
      if (run === undefined) throw new KmsFault('UnsupportedOperationException')
      const answer = await run(decodeInput(body), identity, parameters)
      onEvent({ operation, principal, result: 'ok' })
      return reply.send(JSON.stringify(answer))
    } catch (error) {
      const fault = toFault(error)
      onEvent({ operation, principal, result: fault.code })
      return reply.code(fault.status).send(JSON.stringify({ __type: fault.code, message: fault.message }))
    }
  })
  return app
}

/** In memory only. */
export function memoryKeyStore(): KeyStore {
  const keys = new Map<string, LocalKey>()
  return { get: (id) => keys.get(id), put: (key) => void keys.set(key.id, key) }
}

export class KmsFault extends Error {
  override readonly name = 'KmsFault'
  readonly code: string
  readonly status: number

  constructor(code: string, message = '') {
    super(message)
    this.code = code
    this.status = code === 'KMSInternalException' ? 500 : 400
  }
}

type Input = { [member: string]: unknown }
type Operation = (input: Input, identity: Identity, kms: LocalKmsParameters) => Promise<object>

const operations: { [name: string]: Operation } = {
  async CreateKey(input, identity, kms) {
    allowByIdentity(identity, 'kms:CreateKey')
    const id = uuid(kms.randomBytes(16))
    // AWS's default: the account's root, which leaves all to identities' permissions.
    const open = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: rootArn(kms) }, Action: 'kms:*', Resource: '*' }],
    }
    const policy = text(input, 'Policy', 32 * 1024) ?? JSON.stringify(open)
    decodeKeyPolicy(policy)
    const key = { id, material: kms.randomBytes(32), policy, description: text(input, 'Description', 8192) ?? '' }
    kms.keys.put(key)
    return { KeyMetadata: metadata(key, kms) }
  },

  async DescribeKey(input, identity, kms) {
    const key = keyOf(input, kms)
    await authorize('kms:DescribeKey', key, identity, input, kms)
    return { KeyMetadata: metadata(key, kms) }
  },

  async GetKeyPolicy(input, identity, kms) {
    const key = keyOf(input, kms)
    await authorize('kms:GetKeyPolicy', key, identity, input, kms)
    return { Policy: key.policy, PolicyName: 'default' }
  },

  async PutKeyPolicy(input, identity, kms) {
    const key = keyOf(input, kms)
    await authorize('kms:PutKeyPolicy', key, identity, input, kms)
    const policy = text(input, 'Policy', 32 * 1024) ?? ''
    decodeKeyPolicy(policy)
    kms.keys.put({ ...key, policy })
    return {}
  },

  async Encrypt(input, identity, kms) {
    const key = keyOf(input, kms)
    const plaintext = bytes(input, 'Plaintext', 4096)
    if (plaintext === undefined || plaintext.length === 0) throw new KmsFault('ValidationException', 'Plaintext')
    await authorize('kms:Encrypt', key, identity, input, kms)
    return { CiphertextBlob: base64(encrypt(key, plaintext, input, kms)), KeyId: arnOf(key, kms), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' }
  },

  async Decrypt(input, identity, kms) {
    const blob = bytes(input, 'CiphertextBlob', 6144)
    const key = blob === undefined ? undefined : kms.keys.get(Buffer.from(blob.subarray(4, 40)).toString('latin1'))
    if (blob === undefined || key === undefined) throw new KmsFault('InvalidCiphertextException')
    if (input.KeyId !== undefined && keyOf(input, kms).id !== key.id) throw new KmsFault('IncorrectKeyException')
    const recipient = await authorize('kms:Decrypt', key, identity, input, kms)
    const plaintext = decrypt(key, blob, input)
    return { KeyId: arnOf(key, kms), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT', ...release(plaintext, recipient, kms) }
  },

  async GenerateDataKey(input, identity, kms) {
    const key = keyOf(input, kms)
    const length = input.KeySpec === 'AES_256' ? 32 : input.KeySpec === 'AES_128' ? 16 : input.NumberOfBytes
    if ((input.KeySpec === undefined) === (input.NumberOfBytes === undefined))
      throw new KmsFault('ValidationException', 'KeySpec or NumberOfBytes')
    const recipient = await authorize('kms:GenerateDataKey', key, identity, input, kms)
    const plaintext = kms.randomBytes(count(length))
    return { KeyId: arnOf(key, kms), CiphertextBlob: base64(encrypt(key, plaintext, input, kms)), ...release(plaintext, recipient, kms) }
  },

  async GenerateRandom(input, identity, kms) {
    allowByIdentity(identity, 'kms:GenerateRandom')
    const recipient = await recipientOf(input, kms)
    return release(kms.randomBytes(count(input.NumberOfBytes)), recipient, kms)
  },
}

type Recipient = { publicKey: Uint8Array; registers: ReadonlyMap<string, string> }

/** @throws `AccessDeniedException`, and what is wrong with a document */
async function authorize(
  action: string,
  key: LocalKey,
  identity: Identity,
  input: Input,
  kms: LocalKmsParameters,
): Promise<Recipient | undefined> {
  const recipient = await recipientOf(input, kms)
  const context = new Map(recipient?.registers)
  for (const [name, value] of Object.entries(encryptionContext(input))) context.set(`kms:EncryptionContext:${name}`, value)
  context.set('kms:CallerAccount', kms.accountId)
  const request = { principalArn: identity.arn, accountId: kms.accountId, action, context }
  const decision = evaluatePolicy(decodeKeyPolicy(key.policy), request)
  if (decision === 'allowed' || (decision === 'delegated' && identityAllows(identity, action))) return recipient
  throw new KmsFault(
    'AccessDeniedException',
    `User: ${identity.arn} is not authorized to perform: ${action} on resource: ${arnOf(key, kms)}`,
  )
}

/** The document of a request, verified under the root, live. A debug enclave's registers are zero and stand for nothing. */
async function recipientOf(input: Input, kms: LocalKmsParameters): Promise<Recipient | undefined> {
  if (input.Recipient === undefined) return undefined
  const recipient = input.Recipient as Input | null
  if (typeof recipient !== 'object' || recipient === null) throw new KmsFault('ValidationException', 'Recipient')
  if (recipient.KeyEncryptionAlgorithm !== 'RSAES_OAEP_SHA_256') throw new KmsFault('ValidationException', 'KeyEncryptionAlgorithm')
  const attestation = bytes(recipient, 'AttestationDocument', 262144)
  if (attestation === undefined) throw new KmsFault('ValidationException', 'AttestationDocument')
  const document = await verifyAttestation({
    attestation,
    root: kms.root,
    time: { mode: 'live', nowMs: kms.nowMs(), ageMsMax: documentAgeMsMax },
  })
  if (document.publicKey === null) throw new KmsFault('ValidationException', 'The document has no public key')
  const registers = new Map<string, string>()
  const isDebug = [0, 1, 2].some((index) => document.pcrs.get(index) === zeroPcr)
  for (const [index, value] of isDebug ? [] : document.pcrs) registers.set(`kms:RecipientAttestation:PCR${index}`, value.slice(2))
  const pcr0 = registers.get('kms:RecipientAttestation:PCR0')
  if (pcr0 !== undefined) registers.set('kms:RecipientAttestation:ImageSha384', pcr0)
  return { publicKey: document.publicKey, registers }
}

/** With a document, in its key's encryption and nowhere else; without one, as it is. */
function release(plaintext: Uint8Array, recipient: Recipient | undefined, kms: LocalKmsParameters): object {
  if (recipient === undefined) return { Plaintext: base64(plaintext) }
  try {
    return { CiphertextForRecipient: base64(sealForRecipient(plaintext, { ...recipient, randomBytes: kms.randomBytes })) }
  } catch {
    throw new KmsFault('ValidationException', "The document's public key is not an RSA key")
  }
}

/** `NLK1 ‖ key id ‖ nonce ‖ AES-256-GCM`, the encryption context authenticated: as opaque to callers as AWS's. */
function encrypt(key: LocalKey, plaintext: Uint8Array, input: Input, kms: LocalKmsParameters): Uint8Array {
  const nonce = kms.randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key.material, nonce).setAAD(contextBytes(input))
  const encrypted = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return Uint8Array.from(Buffer.concat([utf8('NLK1'), utf8(key.id), nonce, encrypted, cipher.getAuthTag()]))
}

function decrypt(key: LocalKey, blob: Uint8Array, input: Input): Uint8Array {
  try {
    if (blob.length < 40 + 12 + 16 || Buffer.from(blob.subarray(0, 4)).toString('latin1') !== 'NLK1') throw new RangeError()
    const decipher = createDecipheriv('aes-256-gcm', key.material, blob.subarray(40, 52))
    decipher.setAAD(contextBytes(input)).setAuthTag(blob.subarray(-16))
    return Uint8Array.from(Buffer.concat([decipher.update(blob.subarray(52, -16)), decipher.final()]))
  } catch {
    throw new KmsFault('InvalidCiphertextException')
  }
}

/** How long after its making a document counts; the service itself asks for no nonce. */
const documentAgeMsMax = 5 * 60_000

function toFault(error: unknown): KmsFault {
  if (error instanceof KmsFault) return error
  if (error instanceof SignatureError) return new KmsFault(error.code)
  if (error instanceof PolicyError) return new KmsFault('MalformedPolicyDocumentException', error.message)
  if (error instanceof VerifierError) return new KmsFault('ValidationException', `Attestation document: ${error.code}`)
  return new KmsFault('KMSInternalException')
}

function decodeInput(body: Uint8Array): Input {
  try {
    const value = JSON.parse(Buffer.from(body).toString('utf8')) as unknown
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Input
  } catch {}
  throw new KmsFault('SerializationException')
}

function encryptionContext(input: Input): { [name: string]: string } {
  const context = input.EncryptionContext ?? {}
  if (typeof context !== 'object' || Object.values(context as object).some((value) => typeof value !== 'string'))
    throw new KmsFault('ValidationException', 'EncryptionContext')
  return context as { [name: string]: string }
}

function contextBytes(input: Input): Uint8Array {
  return encodeCanonicalJson(encryptionContext(input))
}

function keyOf(input: Input, kms: LocalKmsParameters): LocalKey {
  const name = text(input, 'KeyId', 2048) ?? ''
  const prefix = `arn:aws:kms:${kms.region}:${kms.accountId}:key/`
  const key = kms.keys.get(name.startsWith(prefix) ? name.slice(prefix.length) : name)
  if (key === undefined) throw new KmsFault('NotFoundException')
  return key
}

function arnOf(key: LocalKey, { region, accountId }: LocalKmsParameters): string {
  return `arn:aws:kms:${region}:${accountId}:key/${key.id}`
}

function rootArn({ accountId }: LocalKmsParameters): string {
  return `arn:aws:iam::${accountId}:root`
}

function metadata(key: LocalKey, kms: LocalKmsParameters): object {
  return {
    AWSAccountId: kms.accountId,
    KeyId: key.id,
    Arn: arnOf(key, kms),
    Description: key.description,
    Enabled: true,
    KeyManager: 'CUSTOMER',
    KeySpec: 'SYMMETRIC_DEFAULT',
    KeyState: 'Enabled',
    KeyUsage: 'ENCRYPT_DECRYPT',
    Origin: 'AWS_KMS',
  }
}

function identityAllows({ actions }: Identity, action: string): boolean {
  return actions.includes(action) || actions.includes('kms:*')
}

function allowByIdentity(identity: Identity, action: string): void {
  if (!identityAllows(identity, action))
    throw new KmsFault('AccessDeniedException', `User: ${identity.arn} is not authorized to perform: ${action}`)
}

function text(input: Input, member: string, lengthMax: number): string | undefined {
  const value = input[member]
  if (value === undefined) return undefined
  if (typeof value !== 'string' || value.length > lengthMax) throw new KmsFault('ValidationException', member)
  return value
}

function bytes(input: Input, member: string, lengthMax: number): Uint8Array | undefined {
  const encoded = text(input, member, Math.ceil(lengthMax / 3) * 4)
  if (encoded === undefined) return undefined
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) throw new KmsFault('SerializationException')
  const decoded = Uint8Array.from(Buffer.from(encoded, 'base64'))
  if (decoded.length > lengthMax) throw new KmsFault('ValidationException', member)
  return decoded
}

function count(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 1024)
    throw new KmsFault('ValidationException', 'NumberOfBytes')
  return value
}

function uuid(random: Uint8Array): string {
  const hex = toHex(random).slice(2)
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join('-')
}

function base64(value: Uint8Array): string {
  return Buffer.from(value).toString('base64')
}

/** Keys in one JSON file, so that what was sealed opens after a restart. */
export function decodeKeys(json: string): LocalKey[] {
  const stored = JSON.parse(json) as { id: string; material: string; policy: string; description: string }[]
  return stored.map(({ material, ...key }) => ({ ...key, material: fromHex(material, 32) }))
}

export function encodeKeys(keys: readonly LocalKey[]): string {
  return `${JSON.stringify(
    keys.map(({ material, ...key }) => ({ ...key, material: toHex(material) })),
    null,
    2,
  )}\n`
}
