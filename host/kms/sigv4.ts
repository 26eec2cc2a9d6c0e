import { createHash, createHmac, type Hash, type Hmac, timingSafeEqual } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'

/** A caller that the local KMS knows: what AWS keeps in IAM. */
export type Identity = {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string | undefined
  /** `arn:aws:iam::ACCOUNT:user/NAME` or an assumed role's. */
  arn: string
  /** Actions that its own permissions allow, for keys whose policy leaves it to them, and for what concerns no key. */
  actions: readonly string[]
}

export type SignedRequest = { method: string; path: string; headers: Readonly<Record<string, string>>; body: Uint8Array }

/**
 * AWS Signature Version 4: the request is signed again with the secret of the named identity, and the signatures compared.
 *
 * @throws `SignatureError` with the name that KMS gives the fault
 */
export async function verifySignature(
  request: SignedRequest,
  parts: { identities: readonly Identity[]; region: string; nowMs: number },
): Promise<Identity> {
  const { identities, region, nowMs } = parts
  const { headers } = request
  const form =
    /^AWS4-HMAC-SHA256 Credential=([A-Za-z0-9]{1,128})\/(\d{8})\/([a-z0-9-]+)\/kms\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/
  const [, accessKeyId, day, signedRegion, signedNames = '', signature = ''] = form.exec(headers.authorization ?? '') ?? []
  if (accessKeyId === undefined) throw new SignatureError('IncompleteSignatureException')
  const identity = identities.find((candidate) => candidate.accessKeyId === accessKeyId)
  if (identity === undefined || headers['x-amz-security-token'] !== identity.sessionToken)
    throw new SignatureError('UnrecognizedClientException')
  const signedAt = instant(headers['x-amz-date'] ?? '')
  if (signedRegion !== region || signedAt === undefined || headers['x-amz-date']?.slice(0, 8) !== day)
    throw new SignatureError('InvalidSignatureException')
  if (Math.abs(signedAt.getTime() - nowMs) > skewMsMax) throw new SignatureError('RequestExpired')

  const names = signedNames.split(';')
  // Who is asked and what for must be signed; the body is signed by its hash in any case.
  if (!['host', 'x-amz-date', 'x-amz-target'].every((name) => names.includes(name)))
    throw new SignatureError('IncompleteSignatureException')
  const declared = headers['x-amz-content-sha256']
  if (declared !== undefined && declared !== createHash('sha256').update(request.body).digest('hex'))
    throw new SignatureError('InvalidSignatureException')
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey: identity.secretAccessKey },
    region,
    service: 'kms',
    sha256: Sha256,
    applyChecksum: names.includes('x-amz-content-sha256'),
  })
  const again = await signer.sign(
    {
      method: request.method,
      protocol: 'https:',
      hostname: headers.host ?? '',
      path: request.path,
      query: {},
      headers: Object.fromEntries(names.map((name) => [name, headers[name] ?? ''])),
      body: request.body,
    },
    { signingDate: signedAt, signableHeaders: new Set(names) },
  )
  const expected = /Signature=([0-9a-f]{64})$/.exec(again.headers.authorization ?? '')?.[1] ?? ''
  if (expected.length !== 64 || !timingSafeEqual(Buffer.from(expected), Buffer.from(signature)))
    throw new SignatureError('InvalidSignatureException')
  return identity
}

export class SignatureError extends Error {
  override readonly name = 'SignatureError'
  readonly code: 'IncompleteSignatureException' | 'UnrecognizedClientException' | 'InvalidSignatureException' | 'RequestExpired'

  constructor(code: SignatureError['code']) {
    super(code)
    this.code = code
  }
}

/** AWS: five minutes. */
const skewMsMax = 5 * 60_000

function instant(basic: string): Date | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(basic) ?? []
  return year === undefined ? undefined : new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

/** The form in which the AWS SDK takes a hash function. */
class Sha256 {
  readonly #secret: Uint8Array | string | undefined
  #hash: Hash | Hmac

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret === undefined || typeof secret === 'string' ? secret : bytesOf(secret)
    this.#hash = this.#begin()
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === 'string' ? data : bytesOf(data))
  }

  async digest(): Promise<Uint8Array> {
    return Uint8Array.from(this.#hash.digest())
  }

  reset(): void {
    this.#hash = this.#begin()
  }

  #begin(): Hash | Hmac {
    return this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret)
  }
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data)
}
