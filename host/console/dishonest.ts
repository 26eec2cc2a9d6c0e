import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * This host, misbehaving on purpose: everything it could try against somebody who asks through it, done for real, so that the refusal can be seen. It forwards to its own plain port and changes what
 * passes.
 */
export const dishonesties = ['flip-byte', 'swap-key', 'old-document', 'replay', 'strip-header', 'downgrade'] as const
export type Dishonesty = (typeof dishonesties)[number]

type Answer = { status: number; headers: Record<string, string>; body: Buffer }

/** An answer of an earlier request, kept to be played again. */
let kept: Answer | undefined
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
  return honest
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
