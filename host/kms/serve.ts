import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { KMSClient } from '@aws-sdk/client-kms'
import type { Certificate } from '@nacre/verifier/certificate'
import { writeFileAtomically } from '../state.ts'
import { createServerCertificate, type ServerCertificate } from './certificate.ts'
import { buildLocalKms, decodeKeys, encodeKeys, type KeyStore, type KmsEvent } from './local-kms.ts'
import type { Identity } from './sigv4.ts'

/** A local KMS that runs, with all of its state in one directory. */
export type ServedKms = {
  url: string
  region: string
  accountId: string
  /** Under which an enclave asks for it; the host's proxy leads there. */
  target: { host: string; port: number }
  address: { host: string; port: number }
  certificate: ServerCertificate
  certificatePath: string
  /** In the AWS SDK's own form, with a profile for each identity. */
  credentialsPath: string
  identities: Record<IdentityName, Identity>
  close(): Promise<void>
}

/** The AWS SDK as one of the identities of a local KMS that runs with this state. @throws Node's `ENOENT` when none ever did */
export async function clientOfLocalKms(stateDirectory: string, name: IdentityName): Promise<KMSClient> {
  // Loaded when it is used: it takes its time, and a KMS that only serves needs none.
  const { KMSClient } = await import('@aws-sdk/client-kms')
  const { url, certificatePem } = JSON.parse(readFileSync(join(stateDirectory, addressFile), 'utf8')) as {
    url: string
    certificatePem: string
  }
  const { accessKeyId, secretAccessKey } = identitiesIn(stateDirectory)[name]
  const httpsAgent = new Agent({ ca: certificatePem, servername: kmsHost })
  return new KMSClient({
    region,
    endpoint: url,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
    requestHandler: { httpsAgent },
  })
}

export type IdentityName = 'administrator' | 'owner' | 'instance'

export async function serveLocalKms(parts: {
  stateDirectory: string
  root: Certificate
  port?: number
  nowMs(): number
  onEvent?(event: KmsEvent): void
}): Promise<ServedKms> {
  const { stateDirectory, root, port = 0, nowMs, onEvent } = parts
  mkdirSync(stateDirectory, { recursive: true, mode: 0o700 })
  const certificate = await certificateIn(stateDirectory, nowMs())
  const identities = identitiesIn(stateDirectory)
  const app = buildLocalKms({
    region,
    accountId,
    identities: Object.values(identities),
    keys: fileKeyStore(join(stateDirectory, 'keys.json')),
    root,
    tls: certificate,
    nowMs,
    randomBytes: (length) => Uint8Array.from(randomBytes(length)),
    ...(onEvent === undefined ? {} : { onEvent }),
  })
  await app.listen({ host: '127.0.0.1', port })
  const address = { host: '127.0.0.1', port: (app.server.address() as AddressInfo).port }
  const url = `https://${address.host}:${address.port}`
  writeFileAtomically(join(stateDirectory, addressFile), JSON.stringify({ url, certificatePem: certificate.certificatePem }))
  return {
    url,
    region,
    accountId,
    target: { host: kmsHost, port: 443 },
    address,
    certificate,
    certificatePath: join(stateDirectory, 'kms.pem'),
    credentialsPath: join(stateDirectory, 'credentials'),
    identities,
    close: () => app.close(),
  }
}

const region = 'sim-1'
const accountId = '000000000000'
const addressFile = 'address.json'
const kmsHost = 'kms.sim-1.nacre.internal'

async function certificateIn(directory: string, nowMs: number): Promise<ServerCertificate> {
  const path = join(directory, 'kms.json')
  if (!existsSync(path)) {
    const { keyPem, certificatePem, certificateDer } = await createServerCertificate({ host: kmsHost, nowMs })
    writeFileAtomically(
      path,
      JSON.stringify({ keyPem, certificatePem, certificateDer: Buffer.from(certificateDer).toString('base64') }),
      0o600,
    )
  }
  const stored = JSON.parse(readFileSync(path, 'utf8')) as { keyPem: string; certificatePem: string; certificateDer: string }
  writeFileAtomically(join(directory, 'kms.pem'), stored.certificatePem)
  return { ...stored, certificateDer: Uint8Array.from(Buffer.from(stored.certificateDer, 'base64')) }
}

/** In the form that a policy takes. */
export const localPrincipals = {
  administratorArn: `arn:aws:iam::${accountId}:user/administrator`,
  ownerArn: `arn:aws:iam::${accountId}:user/owner`,
  enclaveRoleArn: `arn:aws:iam::${accountId}:user/instance`,
}

/** What each may do by itself; what a key's policy says comes on top. */
const actions: Record<IdentityName, string[]> = { administrator: ['kms:*'], owner: [], instance: ['kms:GenerateRandom'] }

function identitiesIn(directory: string): Record<IdentityName, Identity> {
  const path = join(directory, 'identities.json')
  if (!existsSync(path)) {
    const secrets = Object.keys(actions).map((name) => [name, randomBytes(30).toString('base64')])
    writeFileAtomically(path, JSON.stringify(Object.fromEntries(secrets)), 0o600)
  }
  const secrets = JSON.parse(readFileSync(path, 'utf8')) as Record<IdentityName, string>
  const identity = (name: IdentityName): Identity => ({
    accessKeyId: `LOCAL${name.toUpperCase()}`,
    secretAccessKey: secrets[name],
    arn: `arn:aws:iam::${accountId}:user/${name}`,
    actions: actions[name],
  })
  const identities = { administrator: identity('administrator'), owner: identity('owner'), instance: identity('instance') }
  const profiles = Object.entries(identities).map(
    ([name, { accessKeyId, secretAccessKey }]) =>
      `[${name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  )
  writeFileAtomically(join(directory, 'credentials'), profiles.join('\n'), 0o600)
  const { accessKeyId, secretAccessKey } = identities.instance
  // As an enclave's host hands them on.
  writeFileAtomically(join(directory, 'instance.json'), JSON.stringify({ accessKeyId, secretAccessKey }), 0o600)
  return identities
}

function fileKeyStore(path: string): KeyStore {
  const keys = new Map(existsSync(path) ? decodeKeys(readFileSync(path, 'utf8')).map((key) => [key.id, key]) : [])
  return {
    get: (id) => keys.get(id),
    put(key) {
      keys.set(key.id, key)
      writeFileAtomically(path, encodeKeys([...keys.values()]), 0o600)
    },
  }
}
