import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { instanceCredentials } from '@nacre/enclave/kms/credentials'
import { egressSocket, httpOverEgress, openResponse } from '@nacre/enclave/kms/egress'
import type { Kms } from '@nacre/enclave/kms/kms-client'
import { createUnsealer } from '@nacre/enclave/kms/unsealer'
import { enclaveSocket } from '@nacre/host/enclave-socket'
import { createServerCertificate } from '@nacre/host/kms/certificate'
import { openEgress } from '@nacre/host/kms/egress-options'
import { type Destination, lookupElsewhere, startEgressProxy } from '@nacre/host/kms/egress-proxy'
import { readModelToSeal } from '@nacre/host/kms/model-to-seal'
import { sealModel } from '@nacre/host/kms/seal-model'
import { toHex } from '@nacre/verifier/bytes'
import { hostServices, instanceMetadata } from '@nacre/verifier/egress'
import { decodeOnnxManifest, encodeManifest } from '@nacre/verifier/manifest'
import { afterAll, describe, expect, test } from 'vitest'
import { projectRoot } from '../system/system.ts'
import { draw, kmsHost, region, session, startKit } from './kit.ts'

const folder = mkdtempSync(join(tmpdir(), 'nacre-egress-'))
const cleanups: (() => unknown)[] = []
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
  rmSync(folder, { recursive: true, force: true })
})

async function listening<T extends Server>(server: T): Promise<{ host: string; port: number }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => void server.close())
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
}

let proxies = 0
async function way(destinations: Record<string, Destination>) {
  const path = join(folder, `${proxies++}.sock`)
  const proxy = await startEgressProxy({ at: { path }, destinations: new Map(Object.entries(destinations)) })
  cleanups.push(() => proxy.close())
  return { path, egress: egressSocket({ path, timeoutMs: 250_000 }) }
}

/** Until the other side ends what it says; other than stream consumers, it leaves this side open. */
function hear(socket: Duplex): Promise<Buffer> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  return new Promise((resolve, reject) => socket.once('error', reject).once('end', () => resolve(Buffer.concat(chunks))))
}

const code = (work: Promise<unknown>) =>
  work.then(
    () => 'opened',
    (error: { code?: string; received?: string }) => `${error.code}${error.received === undefined ? '' : ` ${error.received}`}`,
  )

describe('the way out', () => {
  test('ends what one side says, and carries on with what the other says', async () => {
    // Answers only when it has heard everything, long after it was told so.
    const remote = await listening(
      createServer({ allowHalfOpen: true }, async (socket) => {
        const heard = await hear(socket)
        socket.end(createHash('sha256').update(heard).digest())
      }),
    )
    // Says all it has to say first, and still listens.
    let late: Buffer | undefined
    const talker = await listening(
      createServer({ allowHalfOpen: true }, async (socket) => {
        socket.end('all of it')
        late = await hear(socket)
      }),
    )
    const { egress } = await way({ 'remote:1': remote, 'talker:1': talker })
    const sent = randomBytes(300_000)
    const first = await egress.open('remote:1')
    first.end(sent)
    expect(await hear(first)).toEqual(createHash('sha256').update(sent).digest())

    const { path } = await way({ 'talker:1': talker })
    const second = connect({ path, allowHalfOpen: true })
    second.write('CONNECT talker:1 HTTP/1.1\r\nHost: talker:1\r\n\r\n')
    expect((await hear(second)).toString()).toMatch(/200 Connection Established\r\n\r\nall of it$/)
    second.end(sent)
    await expect.poll(() => late?.length).toBe(sent.length)
  })

  test('holds back a sender whose other end does not read', async () => {
    const held: Socket[] = []
    const remote = await listening(createServer((socket) => void held.push(socket.pause())))
    const { egress } = await way({ 'remote:1': remote })
    const tunnel = await egress.open('remote:1')
    const [piece, pieces] = [Buffer.alloc(1 << 20, 1), 64]
    let accepted = 0
    for (let i = 0; i < pieces; i++) tunnel.write(piece, () => accepted++)
    // Until nothing moves any more: what the kernel's buffers and one proxy hold.
    for (let before = -1; before !== accepted; ) {
      before = accepted
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    expect(accepted).toBeLessThan(pieces / 2)
    let received = 0
    held[0]?.on('data', (bytes) => {
      received += bytes.length
    })
    held[0]?.resume()
    await expect.poll(() => received).toBe(pieces * piece.length)
    tunnel.destroy()
  })

  test('leads to another enclave, by the socket that the host knows', async () => {
    const path = join(folder, 'peer.sock')
    const peer = createHttpServer((_request, response) => response.end('a peer'))
    await new Promise<void>((resolve) => peer.listen(path, resolve))
    cleanups.push(() => void peer.close())
    const { egress } = await way({ [hostServices.peer]: { enclave: enclaveSocket({ path }) } })
    const tunnel = await egress.open(hostServices.peer)
    tunnel.write('GET / HTTP/1.1\r\nHost: peer\r\nConnection: close\r\n\r\n')
    expect((await buffer(tunnel)).toString()).toContain('a peer')
  })

  test('attack: an enclave that was taken over asks for places of the host', async () => {
    let reached = 0
    const inside = await listening(createHttpServer((_request, response) => void response.end(String(++reached))))
    const open = await openEgress({ region: ['eu-central-1'], store: folder }, { path: join(folder, 'ssrf.sock') }, () => {})
    cleanups.push(() => open.close())
    expect(open.destinations).toEqual(['kms.eu-central-1.amazonaws.com:443', instanceMetadata, hostServices.store])
    const egress = egressSocket({ path: join(folder, 'ssrf.sock'), timeoutMs: 250_000 })
    for (const target of [
      `127.0.0.1:${inside.port}`,
      `localhost:${inside.port}`,
      `[::1]:${inside.port}`,
      '169.254.169.254:443',
      '169.254.169.254:080',
      '[fd00:ec2::254]:80',
      'kms.eu-central-1.amazonaws.com:80',
      'kms.eu-central-1.amazonaws.com.:443',
      'KMS.eu-central-1.amazonaws.com:443',
      'kms.us-east-1.amazonaws.com:443',
      `store.nacre.internal:80@127.0.0.1:${inside.port}`,
      hostServices.credentials,
      hostServices.peer,
      'x'.repeat(1000),
    ])
      expect(await code(egress.open(target)), target).toBe('EGRESS_REFUSED')
    // As a proxy for whole requests it does nothing at all.
    const { path } = await way({ 'inside:1': inside })
    for (const request of [`GET http://127.0.0.1:${inside.port}/ HTTP/1.1`, 'GET / HTTP/1.1', 'POST http://inside:1/ HTTP/1.1']) {
      const socket = connect(path)
      socket.write(`${request}\r\nHost: 127.0.0.1:${inside.port}\r\n\r\n`)
      expect((await buffer(socket)).toString(), request).toMatch(/^HTTP\/1\.1 405 /)
    }
    expect(reached).toBe(0)
  })

  test('attack: credentials that the host hands in close the way to its metadata', async () => {
    const credentials = join(folder, 'credentials.json')
    writeFileSync(credentials, JSON.stringify({ accessKeyId: 'AKIA', secretAccessKey: 'secret' }))
    const open = await openEgress({ region: ['eu-central-1'], credentials }, { path: join(folder, 'given.sock') }, () => {})
    cleanups.push(() => open.close())
    expect(open.destinations).not.toContain(instanceMetadata)
  })

  test('attack: a name that is allowed, and whose records lead to this machine', async () => {
    const found = (host: string, all: boolean) =>
      new Promise((resolve) => lookupElsewhere(host, { all }, (error, address) => resolve(error?.code ?? address)))
    for (const host of [
      'localhost',
      '127.0.0.1',
      '127.8.8.8',
      '0.0.0.0',
      '169.254.169.254',
      '::1',
      '::',
      'fe80::1',
      'fd00:ec2::254',
      '::ffff:127.0.0.1',
    ])
      expect(await found(host, false), host).toBe('EACCES')
    expect(await found('192.0.2.7', false)).toBe('192.0.2.7')
    expect(await found('2001:db8::7', true)).toEqual([{ address: '2001:db8::7', family: 6 }])
  })

  test('attack: a host that answers with anything else, or nothing', async () => {
    const fake = async (answer: (socket: Socket) => void) => {
      const path = join(folder, `fake-${proxies++}.sock`)
      const server = createServer((socket) => answer(socket.on('error', () => {})))
      await new Promise<void>((resolve) => server.listen(path, resolve))
      cleanups.push(() => void server.close())
      return code(egressSocket({ path, timeoutMs: 300 }).open('kms:443'))
    }
    expect(await fake((socket) => socket.destroy())).toBe('EGRESS_UNAVAILABLE')
    expect(await fake(() => {})).toBe('EGRESS_UNAVAILABLE')
    expect(await fake((socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'))).toBe('EGRESS_UNAVAILABLE')
    expect(await fake((socket) => socket.end('SSH-2.0-OpenSSH\r\n'))).toBe('EGRESS_UNAVAILABLE')
    expect(await fake((socket) => socket.end(`HTTP/1.1 200 ${'x'.repeat(100_000)}\r\n\r\n`))).toBe('EGRESS_UNAVAILABLE')
    expect(await code(egressSocket({ path: join(folder, 'nobody.sock') }).open('kms:443'))).toBe('EGRESS_UNAVAILABLE')
  })
})

test('attack: a place that takes the question and never answers', async () => {
  const remote = await listening(createServer((socket) => void socket.on('error', () => {}).resume()))
  const { egress } = await way({ 'remote:80': remote })
  const ask = { target: 'remote:80', path: '/', timeoutMs: 300 }
  expect(await code(httpOverEgress(egress, { ...ask, bytesMax: 100 }))).toBe('EGRESS_UNAVAILABLE')
  expect(await code(openResponse(egress, { ...ask, tls: { ca: [] } }))).toBe('EGRESS_UNAVAILABLE')
})

describe('credentials of the instance', () => {
  const token = 'AQAEAtoken=='
  const role = 'nacre-instance'
  const answer = {
    Code: 'Success',
    Type: 'AWS-HMAC',
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    Token: session.sessionToken,
    Expiration: new Date(Date.now() + 3_600_000).toISOString(),
  }
  /** As EC2 answers when the instance demands version 2: nothing without a token, no token without a lifetime. */
  const metadata =
    (given: { role?: string; credentials?: string } = {}): RequestListener =>
    ({ method, url = '', headers }, response) => {
      const say = (status: number, text = '') => response.writeHead(status, { 'content-type': 'text/plain' }).end(text)
      if (url === '/latest/api/token') {
        const seconds = Number(headers['x-aws-ec2-metadata-token-ttl-seconds'])
        return method === 'PUT' && seconds >= 1 && seconds <= 21_600 && headers['x-forwarded-for'] === undefined
          ? say(200, token)
          : say(400)
      }
      if (headers['x-aws-ec2-metadata-token'] !== token) return say(401)
      if (url === '/latest/meta-data/iam/security-credentials/') return given.role === '' ? say(404) : say(200, given.role ?? role)
      if (url === `/latest/meta-data/iam/security-credentials/${role}`) return say(200, given.credentials ?? JSON.stringify(answer))
      say(404)
    }
  const from = async (listener: RequestListener) => {
    const { egress } = await way({ [instanceMetadata]: await listening(createHttpServer(listener)) })
    return instanceCredentials(egress)
  }

  test('come from its metadata service, version 2, and KMS takes them with their session token', async () => {
    const credentials = await from(metadata())
    expect(await credentials()).toEqual({
      accessKeyId: session.accessKeyId,
      secretAccessKey: session.secretAccessKey,
      sessionToken: session.sessionToken,
      expiration: new Date(answer.Expiration),
    })
    const kit = await startKit()
    cleanups.push(() => kit.close())
    const kms = kit.enclave({ credentials })
    expect((await kms.generateRandom({ region, bytes: 16 })).length).toBe(16)
    const without = kit.enclave({ credentials: async () => ({ ...(await credentials()), sessionToken: 'another' }) })
    expect(await code(without.generateRandom({ region, bytes: 16 }))).toBe('KMS_REFUSED UnrecognizedClientException')
  })

  test('that cannot be had are one code, without a word of what was answered', async () => {
    const secret = 'wJalrXUtnFEMI/K7MDENG'
    const cases: [string, RequestListener][] = [
      ['version 1 only', (_request, response) => void response.writeHead(405).end()],
      ['no role', metadata({ role: '' })],
      ['a role that leads elsewhere', metadata({ role: '../../user-data' })],
      ['not JSON', metadata({ credentials: `SecretAccessKey: ${secret}` })],
      ['no key', metadata({ credentials: JSON.stringify({ SecretAccessKey: secret }) })],
      ['another type', metadata({ credentials: JSON.stringify({ AccessKeyId: 'a', SecretAccessKey: secret, Token: 7 }) })],
      ['without end', metadata({ credentials: JSON.stringify({ ...answer, padding: 'x'.repeat(20_000) }) })],
      ['cut off', (_request, response) => void response.writeHead(200, { 'content-length': '100' }).write('x', () => response.destroy())],
      ['elsewhere', (_request, response) => void response.writeHead(302, { location: 'http://169.254.169.254/' }).end()],
    ]
    for (const [what, listener] of cases) {
      const error = await (await from(listener))().catch((caught: unknown) => caught)
      expect(error, what).toMatchObject({ code: 'CREDENTIALS_UNAVAILABLE' })
      expect(JSON.stringify([error, (error as Error).message, String((error as Error).cause)]), what).not.toContain(secret)
    }
    const { egress } = await way({})
    expect(await code(instanceCredentials(egress)())).toBe('CREDENTIALS_UNAVAILABLE EGRESS_REFUSED')
  })
})

describe('sealed weights on a web server', () => {
  const weights = randomBytes(3_000_000)
  const name = 'models.example.com'

  async function sealed() {
    const manifest = decodeOnnxManifest(Uint8Array.from(readFileSync(join(projectRoot, 'enclave/models/digits/manifest.json'))))
    const weightsPath = join(folder, 'model.onnx')
    writeFileSync(weightsPath, weights)
    const sha256 = toHex(createHash('sha256').update(weights).digest())
    writeFileSync(join(folder, 'manifest.json'), encodeManifest({ ...manifest, weights: { bytes: weights.length, sha256 } }))
    const dataKey = draw(32)
    const files = await sealModel({
      model: readModelToSeal(weightsPath),
      keyArn: `arn:aws:kms:${region}:000000000000:key/0`,
      dataKey: { plaintext: Uint8Array.from(dataKey), ciphertext: draw(100) },
      outDirectory: folder,
      randomBytes: draw,
    })
    const header = Uint8Array.from(readFileSync(join(files.modelDirectory, 'sealed.json')))
    return { sealed: files.sealed, header, dataKey, bytes: readFileSync(files.ciphertextPath) }
  }

  async function opened(listener: RequestListener, how: { url?: string; certificate?: 'another' } = {}) {
    const { sealed: header, dataKey } = await parts
    const tls = await createServerCertificate({ host: name, nowMs: Date.now() })
    const trusted = how.certificate === undefined ? tls : await createServerCertificate({ host: name, nowMs: Date.now() })
    const server = createHttpsServer({ key: tls.keyPem, cert: tls.certificatePem }, listener)
    const { egress } = await way({ [`${name}:443`]: await listening(server) })
    const kms = { decrypt: async () => dataKey, close() {} } as unknown as Kms
    const unsealer = createUnsealer({ kms, egress, webTrust: { ca: [trusted.certificatePem] } })
    const source = { url: new URL(how.url ?? `https://${name}/files/model.sealed?version=1`) }
    const chunks: Buffer[] = []
    for await (const chunk of await unsealer.open({ sealed: header, header: (await parts).header, ciphertext: source }))
      chunks.push(Buffer.from(chunk))
    return Buffer.concat(chunks)
  }
  const parts = sealed()
  const serve: RequestListener = async ({ url, headers }, response) => {
    if (url !== '/files/model.sealed?version=1' || headers.host !== name) return void response.writeHead(404).end()
    response.end((await parts).bytes)
  }

  test('open through the proxy, over TLS that ends inside', async () => {
    expect((await opened(serve)).equals(weights)).toBe(true)
  })

  test('attacks: another certificate, another place, a redirect, other bytes, an end too soon', async () => {
    expect(await code(opened(serve, { certificate: 'another' }))).toBe('SEALED_WEIGHTS_UNAVAILABLE EGRESS_UNAVAILABLE')
    expect(await code(opened(serve, { url: `https://${kmsHost}/` }))).toBe('SEALED_WEIGHTS_UNAVAILABLE EGRESS_REFUSED')
    expect(await code(opened(serve, { url: `https://${name}:8443/` }))).toBe('SEALED_WEIGHTS_UNAVAILABLE EGRESS_REFUSED')
    const redirect: RequestListener = (_request, response) => void response.writeHead(302, { location: `https://${kmsHost}/` }).end()
    expect(await code(opened(redirect))).toBe('SEALED_WEIGHTS_UNAVAILABLE EGRESS_UNAVAILABLE')
    const { bytes } = await parts
    const flipped = Buffer.from(bytes)
    flipped[2_000_000] = (flipped[2_000_000] as number) ^ 1
    expect(await code(opened((_request, response) => void response.end(flipped)))).toMatch(/^SEALED_WEIGHTS_INVALID/)
    expect(await code(opened((_request, response) => void response.end(bytes.subarray(0, -1))))).toMatch(/^SEALED_WEIGHTS_INVALID/)
    const breaking: RequestListener = (_request, response) =>
      void response.writeHead(200, { 'content-length': String(bytes.length) }).write(bytes.subarray(0, 1_500_000), () => response.destroy())
    expect(await code(opened(breaking))).toBe('SEALED_WEIGHTS_UNAVAILABLE')
  })
})
