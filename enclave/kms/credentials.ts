import { hostServices, instanceMetadata } from '@nacre/verifier/egress'
import { EnclaveError } from '../errors.ts'
import { type Egress, httpOverEgress } from './egress.ts'

/** As the AWS SDK takes them. They are the host's own and prove nothing about the enclave: what KMS releases hangs on the attestation document. */
export type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string; expiration?: Date }

export type CredentialsProvider = () => Promise<Credentials>

/** Of the instance's role, by the instance metadata service, version 2. @throws `CREDENTIALS_UNAVAILABLE` */
export function instanceCredentials(egress: Egress): CredentialsProvider {
  const ask = async (path: string, method = 'GET', headers: Record<string, string> = {}) =>
    Buffer.from(await httpOverEgress(egress, { target: instanceMetadata, method, path, headers, bytesMax: answerBytesMax })).toString(
      'utf8',
    )
  return guarded(async () => {
    const token = await ask('/latest/api/token', 'PUT', { 'x-aws-ec2-metadata-token-ttl-seconds': '300' })
    const headers = { 'x-aws-ec2-metadata-token': token.trim() }
    const folder = '/latest/meta-data/iam/security-credentials/'
    const role = (await ask(folder, 'GET', headers)).split('\n')[0]?.trim() ?? ''
    if (!/^[\w+=,.@-]{1,64}$/.test(role)) throw new EnclaveError('CREDENTIALS_UNAVAILABLE', 'The instance has no role')
    return decodeCredentials(await ask(folder + role, 'GET', headers))
  })
}

/** Handed in by the host: never on a command line, which every process on the host can read. @throws `CREDENTIALS_UNAVAILABLE` */
export function hostCredentials(egress: Egress): CredentialsProvider {
  return guarded(async () => {
    const answer = await httpOverEgress(egress, { target: hostServices.credentials, path: '/', bytesMax: answerBytesMax })
    return decodeCredentials(Buffer.from(answer).toString('utf8'))
  })
}

const answerBytesMax = 16 * 1024

/** Errors carry no text of an answer: it could hold a secret, and errors are logged. */
function guarded(get: CredentialsProvider): CredentialsProvider {
  return () =>
    get().catch((error: unknown) => {
      if (error instanceof EnclaveError) throw new EnclaveError('CREDENTIALS_UNAVAILABLE', undefined, { received: error.code })
      throw new EnclaveError('CREDENTIALS_UNAVAILABLE')
    })
}

function decodeCredentials(json: string): Credentials {
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = JSON.parse(json) as { [member: string]: unknown }
  if (typeof AccessKeyId !== 'string' || typeof SecretAccessKey !== 'string' || (Token !== undefined && typeof Token !== 'string'))
    throw new EnclaveError('CREDENTIALS_UNAVAILABLE')
  const expiration = typeof Expiration === 'string' ? new Date(Expiration) : undefined
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(Token === undefined ? {} : { sessionToken: Token }),
    ...(expiration === undefined || Number.isNaN(expiration.getTime()) ? {} : { expiration }),
  }
}
