import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * This host, misbehaving on purpose: everything it could try against somebody who asks through it, done for real, so that the refusal can be seen. It forwards to its own plain port and changes what
 * passes.
 */
const dishonesties = [
  'flip-byte',
  'swap-key',
  'old-document',
  'replay',
  'strip-header',
  'downgrade',
  'forge-log',
  'alter-log',
  'rewind-log',
] as const
export type Dishonesty = (typeof dishonesties)[number]

type Answer = { status: number; headers: Record<string, string>; body: Buffer }

/** An answer of an earlier request, kept to be played again. */
let kept: Answer | undefined
/** Files of a log's head from before an answer, kept to be shown after it. */
let headBefore = new Map<string, Buffer>()
/** A document made for somebody else's nonce. */
const otherNonce = '00'.repeat(32)

export async function answerDishonestly(kind: string, path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > bodyBytesMax) return void response.writeHead(413, { connection: 'close', 'content-length': 0 }).end()
    chunks.push(chunk)
  }
  if (!dishonesties.includes(kind as Dishonesty)) return void response.writeHead(404, { 'content-length': 0 }).end()
  const { status, headers, body } = await answer(kind as Dishonesty, path, request, Buffer.concat(chunks))
  response.writeHead(status, { ...headers, 'content-length': body.length }).end(body)
}

async function answer(kind: Dishonesty, path: string, request: IncomingMessage, body: Buffer): Promise<Answer> {
  const isInfer = path.endsWith('/infer')
  if (kind === 'old-document' && path.startsWith('/enclave/attestation'))
    return forward(`/enclave/attestation?nonce=${otherNonce}`, request, body)
  // Says that it cannot take encrypted bodies, and waits for the same request in the clear.
  if (kind === 'downgrade' && isInfer)
    return problem(415, 'ENCODING_UNSUPPORTED', 'Encrypted bodies are not supported here: send the request without Ehbp-Encapsulated-Key')
  if (kind === 'rewind-log' && isInfer) headBefore = await currentHead(request)
  const honest = await forward(path, request, body)
  if (kind === 'flip-byte' && isInfer) {
    const at = Math.min(40, honest.body.length - 1)
    honest.body[at] = (honest.body[at] ?? 0) ^ 1
  }
  // A key of its own in the enclave's keyset: whoever encrypts to it is read.
  if (kind === 'swap-key' && path === '/.well-known/nacre-keyset') {
    const swapped = honest.body.toString().replace(/"hpkePublicKey":"0x[0-9a-f]{64}"/, `"hpkePublicKey":"0x${hostsOwnKey}"`)
    return { ...honest, body: Buffer.from(swapped) }
  }
  if (kind === 'replay' && isInfer) {
    const played = kept ?? honest
    kept = kept === undefined ? honest : undefined
    return played
  }
  if (kind === 'strip-header' && isInfer) {
    const { 'ehbp-response-nonce': _, ...headers } = honest.headers
    return { ...honest, headers }
  }
  if (path.startsWith('/host/log/') && honest.status === 200) return { ...honest, body: misshown(kind, path, honest.body) }
  return honest
}

/** The receipt log as a host would like it to be. */
function misshown(kind: Dishonesty, path: string, honest: Buffer): Buffer {
  const file = path.replace(/^\/host\/log\/0x[0-9a-f]{40}\//, '')
  // A head of its own, under a signature that was made for another.
  if (kind === 'forge-log' && file === 'checkpoint') {
    const [origin = '', size = '', root = '', ...rest] = honest.toString().split('\n')
    return Buffer.from([origin, size, Buffer.from(root, 'base64').reverse().toString('base64'), ...rest].join('\n'))
  }
  // Other receipts than those that were given out.
  if (kind === 'alter-log' && file.startsWith('tile/0/')) return honest.map((byte, at) => (at % 32 === 0 ? byte ^ 1 : byte)) as Buffer
  // The log as it was before the answer, genuine in all its parts.
  if (kind === 'rewind-log') return headBefore.get(file) ?? honest
  return honest
}

async function currentHead(request: IncomingMessage): Promise<Map<string, Buffer>> {
  const get = async (path: string) =>
    (await forward(path, { headers: {}, socket: request.socket } as IncomingMessage, Buffer.alloc(0))).body
  const { logName } = JSON.parse((await get('/.well-known/nacre-keyset')).toString()) as { logName: string }
  const files = ['checkpoint', 'checkpoint.json'].map(async (file) => {
    return [file, await get(`/host/log/${logName.replace('nacre/', '')}/${file}`)] as const
  })
  return new Map(await Promise.all(files))
}

async function forward(path: string, { method = 'GET', headers, socket }: IncomingMessage, body: Buffer): Promise<Answer> {
  const kept = ['content-type', 'inference-header-content-length', 'ehbp-encapsulated-key'].flatMap((name) => {
    const value = headers[name]
    return typeof value === 'string' ? [[name, value] as const] : []
  })
  const reply = await fetch(`http://127.0.0.1:${socket.localPort}${path}`, {
    method,
    headers: Object.fromEntries(kept),
    ...(body.length === 0 ? {} : { body: Uint8Array.from(body) }),
  })
  const passed = [...reply.headers].filter(([name]) => /^(content-type|inference-header-content-length|ehbp-response-nonce)$/.test(name))
  return { status: reply.status, headers: Object.fromEntries(passed), body: Buffer.from(await reply.arrayBuffer()) }
}

function problem(status: number, code: string, error: string): Answer {
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: Buffer.from(JSON.stringify({ status, code, title: error, error })),
  }
}

/** A public key of RFC 9180 appendix A.1.1, whose private key is printed beside it. */
const hostsOwnKey = '3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d'
const bodyBytesMax = 2 << 20
