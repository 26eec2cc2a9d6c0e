import { createReadStream } from 'node:fs'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import { join } from 'node:path'
import Fastify from 'fastify'

/** What the host keeps for its enclave, behind the names of `hostServices`. None of it is secret from the host, and the enclave believes none of it unchecked. */
export type EnclaveServices = {
  store: Server
  credentials: Server
  close(): Promise<void>
}

/** In the form of the container credentials endpoint. */
export type HostCredentials = {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string | undefined
  expiration?: Date | undefined
}

export async function buildEnclaveServices(parts: {
  /** `sealed/{model id}` are ciphertexts, as `nacre model seal` writes them; `state/{name}` is what enclaves put. */
  storeDirectory: string
  credentials(): Promise<HostCredentials>
}): Promise<EnclaveServices> {
  const { storeDirectory, credentials } = parts
  const store = Fastify({ logger: false, bodyLimit: stateBytesMax, forceCloseConnections: true })
  store.removeAllContentTypeParsers()
  store.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  store.get<{ Params: { id: string } }>('/sealed/:id', async ({ params }, reply) => {
    if (!/^0x[0-9a-f]{64}$/.test(params.id)) return reply.code(404).send()
    const path = join(storeDirectory, 'sealed', params.id)
    const found = await stat(path).catch(() => undefined)
    if (found?.isFile() !== true) return reply.code(404).send()
    return reply.header('content-length', found.size).type('application/octet-stream').send(createReadStream(path))
  })

  store.get<{ Params: { name: string } }>('/state/:name', async ({ params }, reply) => {
    const content = stateName.test(params.name)
      ? await readFile(join(storeDirectory, 'state', params.name)).catch(() => undefined)
      : undefined
    if (content === undefined) return reply.code(404).send()
    return reply.type('application/octet-stream').send(content)
  })

  store.put<{ Params: { name: string } }>('/state/:name', async ({ params, body }, reply) => {
    if (!stateName.test(params.name) || !(body instanceof Uint8Array)) return reply.code(404).send()
    const directory = join(storeDirectory, 'state')
    await mkdir(directory, { recursive: true, mode: 0o700 })
    // Whole or not at all: half of it would lose what only the enclave can read.
    const temporary = join(directory, `.${params.name}.tmp`)
    await writeFile(temporary, body, { mode: 0o600 })
    await rename(temporary, join(directory, params.name))
    return reply.code(204).send()
  })

  const credentialsApp = Fastify({ logger: false, forceCloseConnections: true })
  credentialsApp.get('/', async () => {
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await credentials()
    return { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: sessionToken, Expiration: expiration?.toISOString() }
  })

  // They listen nowhere: the proxy hands them its connections.
  await Promise.all([store.ready(), credentialsApp.ready()])
  return {
    store: store.server,
    credentials: credentialsApp.server,
    close: async () => void (await Promise.all([store.close(), credentialsApp.close()])),
  }
}

const stateBytesMax = 1 << 20
const stateName = /^[a-z0-9][a-z0-9.-]{0,63}$/
