import { fromHex, type Hex, toHex, utf8 } from '@nacre/verifier/bytes'
import { createRecipient, ehbp } from '@nacre/verifier/ehbp'
import { type Endpoint, type EndpointAnswer, type EndpointRequest, type EndpointStream, readWhole } from '@nacre/verifier/endpoint'
import { encodeManifest, hashManifest, type ProgramManifest } from '@nacre/verifier/manifest'
import { decodeOpenAiRequest, type GenerationRequest, openAiInputs } from '@nacre/verifier/openai-request'
import { generateTextInterface } from '@nacre/verifier/programs/generate-text'
import type { Receipt } from '@nacre/verifier/receipt'
import { encodeInferRequest, jsonData } from '@nacre/verifier/response'
import { tensorFromValues } from '@nacre/verifier/tensor'
import { makeAnswer, receiptAccount, sha256Hex, type TestAnswer, testManifest, testOutputs, tlsSpkiSha256 } from './answer.ts'
import { makeChain, nowMs, type TestChain } from './pki.ts'

/** X25519 pairs: the recipient's of RFC 9180 appendix A.1.1, and its sender's. */
const hpkePairs = [
  ['4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8', '3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d'],
  ['52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736', '37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431'],
] as const

/** An enclave and its host in memory, whose clock and keys a test moves and whose answers it tampers with. */
export type TestEnclave = {
  open(): Endpoint
  /** Lines such as `POST /v2/models/parity/infer`. */
  received: string[]
  /** Bodies that the host saw. */
  seen: Uint8Array[]
  /** What the client reads of the time. */
  nowMs: number
  /** Which of two HPKE keys the enclave holds, and which it attests. */
  holds: 0 | 1
  attests: 0 | 1
  receipt: Partial<Receipt>
  /** The host's turn: may change an answer on its way out, or write one itself. */
  tamper: (request: EndpointRequest, answer: EndpointAnswer) => EndpointAnswer | Promise<EndpointAnswer>
  /** Likewise, with the parts of a streamed answer: frames, or over TLS events. */
  tamperStream: (parts: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>
  /** What the model `writer` says, piece by piece; the enclave waits for `pause` before it says how it ended. */
  says: readonly string[]
  pause: Promise<void>
  /** Stands for TLS that ends in the enclave: no bodies are encrypted. */
  tls: boolean
  /** Streams that were given up before their end. */
  cancelled: number
  chain: TestChain
}

const writerManifest: ProgramManifest = {
  format: 'nacre/model/1',
  name: 'writer',
  version: '1',
  platform: 'nacre_program',
  ...generateTextInterface,
  labels: [],
  program: { name: 'generate-text', version: '1', settings: { chat: 'plain' } },
  stages: [{ role: 'decode', modelId: sha256Hex('stage') }],
  files: [],
}

export function testEnclave(chain: TestChain = makeChain()): TestEnclave {
  const enclave: TestEnclave = {
    open: () => ({
      url: new URL('http://enclave.test'),
      send: async (request) => readWhole(await open(request)),
      open,
      tlsSpkiSha256: () => (enclave.tls ? tlsSpkiSha256 : undefined),
      close: () => undefined,
    }),
    received: [],
    seen: [],
    nowMs: nowMs + 2000,
    holds: 0,
    attests: 0,
    receipt: {},
    tamper: (_request, answer) => answer,
    tamperStream: (parts) => parts,
    says: ['One', ' two', ' three.'],
    pause: Promise.resolve(),
    tls: false,
    cancelled: 0,
    chain,
  }

  async function open(request: EndpointRequest): Promise<EndpointStream> {
    const url = new URL(request.path, 'http://enclave.test')
    enclave.received.push(`${request.method ?? 'GET'} ${url.pathname}`)
    if (request.body !== undefined) enclave.seen.push(request.body)
    const answer = await answerTo(url, request)
    const { status, headers, body } = 'events' in answer ? { ...answer, body: new Uint8Array() } : await enclave.tamper(request, answer)
    const parts = 'events' in answer ? enclave.tamperStream(answer.events) : whole(body)
    const iterator = parts[Symbol.asyncIterator]()
    const givenUp = new Promise<never>((_, reject) => request.signal?.addEventListener('abort', () => reject(request.signal?.reason)))
    givenUp.catch(() => undefined)
    return {
      status,
      headers,
      read: async () => (await Promise.race([iterator.next(), givenUp])).value,
      cancel() {
        enclave.cancelled++
      },
    }
  }

  type Written = Omit<EndpointAnswer, 'body'> & { events: AsyncIterable<Uint8Array> }

  async function answerTo(url: URL, { headers = {}, body = new Uint8Array() }: EndpointRequest): Promise<EndpointAnswer | Written> {
    const evidence = async () =>
      makeAnswer({
        chain,
        keyset: {
          hpkePublicKey: `0x${hpkePairs[enclave.attests][1]}`,
          modelIds: [await hashManifest(testManifest), await hashManifest(writerManifest)],
        },
        document: { timestampMs: enclave.nowMs - 2000, nonce: fromHex(`0x${url.searchParams.get('nonce') ?? '00'}`) },
      })
    if (url.pathname === '/enclave/attestation') return ok(Buffer.from((await evidence()).bundle.attestation).toString('base64'))
    if (url.pathname === '/.well-known/nacre-keyset') return ok((await evidence()).bundle.keyset)
    if (url.pathname === '/v1/models/parity/manifest') return ok(encodeManifest(testManifest))
    if (url.pathname === '/v1/models/writer/manifest') return ok(encodeManifest(writerManifest))
    if (url.pathname === '/v2/health/ready') return ok('{}')
    const isChat = url.pathname === '/v1/chat/completions'
    if (!isChat && url.pathname !== '/v2/models/parity/infer') return { ...ok('{"code":"ROUTE_NOT_FOUND"}'), status: 404 }
    if (enclave.tls && isChat) return { status: 200, headers: {}, events: write(body) }
    const [privateKey, publicKey] = hpkePairs[enclave.holds].map((hex) => fromHex(`0x${hex}`)) as [Uint8Array, Uint8Array]
    const recipient = await createRecipient({ privateKey, publicKey })
    const opened = await recipient.open({ encapsulatedKey: headers[ehbp.encapsulatedKeyHeader] ?? '', body }).catch(() => undefined)
    if (opened === undefined) return { status: 422, headers: {}, body: utf8(JSON.stringify({ type: ehbp.keyConfigProblem })) }
    if (isChat) {
      const { headers, seal } = await opened.sealResponse(crypto.getRandomValues(new Uint8Array(32)))
      return { status: 200, headers, events: sealed(write(opened.body), seal) }
    }
    const jsonLength = Number(headers['inference-header-content-length'] ?? opened.body.length)
    const { parameters, outputs: selected } = JSON.parse(Buffer.from(opened.body.subarray(0, jsonLength)).toString())
    const sealer = await opened.sealResponse(crypto.getRandomValues(new Uint8Array(32)))
    const { status, text } = await infer(parameters, selected)
    return { status, headers: { ...sealer.headers, 'content-type': 'application/json' }, body: await sealer.seal(utf8(text)) }
  }

  async function infer(
    parameters: { request_id: Hex },
    selected: { name: string }[] | undefined,
  ): Promise<{ status: number; text: string }> {
    if (selected?.some(({ name }) => name === 'none')) return { status: 422, text: '{"code":"OUTPUT_UNKNOWN","status":422}' }
    const { bundle } = await makeAnswer({
      chain,
      receipt: { requestId: parameters.request_id, timestampMs: BigInt(enclave.nowMs - 1000), ...enclave.receipt },
    })
    const outputs = testOutputs.map(
      (tensor) => `{"name":"${tensor.name}","datatype":"${tensor.datatype}","shape":[${tensor.shape}],"data":${jsonData(tensor)}}`,
    )
    return { status: 200, text: `{"model_name":"parity","parameters":${JSON.stringify(signed(bundle))},"outputs":[${outputs}]}` }
  }

  /** The events of a chat with the model `writer`. */
  async function* write(body: Uint8Array): AsyncGenerator<Uint8Array> {
    const json = JSON.parse(Buffer.from(body).toString())
    const request = decodeOpenAiRequest('chat/completions', json, writerManifest) as GenerationRequest
    const seed = request.parameters.seed ?? 1
    const event = (choices: object[], more: object = {}) => utf8(`data: ${JSON.stringify({ id: 'chatcmpl-1', choices, ...more })}\n\n`)
    const choice = (delta: object, finish_reason: string | null = null) => ({ index: 0, delta, finish_reason })
    yield event([choice({ role: 'assistant', content: '' })])
    for (const content of enclave.says) yield event([choice({ content })])
    await enclave.pause
    const values = (name: string, text: string) => tensorFromValues({ name, datatype: 'BYTES', shape: [1], values: [text] })
    const { bundle } = await makeAnswer({
      chain,
      manifest: writerManifest,
      inputs: openAiInputs(request, seed),
      outputs: [
        values('text', enclave.says.join('')),
        values('finish_reason', 'stop'),
        tensorFromValues({ name: 'usage', datatype: 'INT64', shape: [2], values: [4, enclave.says.length] }),
      ],
      receipt: { requestId: request.requestId as Hex, timestampMs: BigInt(enclave.nowMs - 1000), ...enclave.receipt },
    })
    const nacre = { ...signed(bundle), seed, prompt_tokens: 4, completion_tokens: enclave.says.length }
    yield event([choice({}, 'stop')], { nacre })
    yield utf8('data: [DONE]\n\n')
  }

  return enclave
}

async function* whole(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body
}

async function* sealed(parts: AsyncIterable<Uint8Array>, seal: (part: Uint8Array) => Promise<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const part of parts) yield await seal(part)
}

function signed({ receipt, signature }: TestAnswer['bundle']): object {
  return {
    request_id: receipt.requestId,
    model_id: receipt.modelId,
    input_hash: receipt.inputHash,
    output_hash: receipt.outputHash,
    timestamp_ms: Number(receipt.timestampMs),
    sequence: Number(receipt.sequence),
    signature,
    signer: receiptAccount.address,
    attestation_sha256: sha256Hex(''),
    attestation_url: '/attestation/raw',
    keyset_url: '/.well-known/nacre-keyset',
  }
}

/** A request as a client of the Open Inference Protocol writes it. */
export function testRequest(inputs: Parameters<typeof encodeInferRequest>[0]['inputs']): string {
  const { inputs: written } = JSON.parse(Buffer.from(encodeInferRequest({ inputs, requestId: toHex(new Uint8Array(32)) }).body).toString())
  return JSON.stringify({ id: 'theirs', inputs: written }).replace('0.5,0', '0.5,-0')
}

function ok(body: string | Uint8Array): EndpointAnswer {
  return { status: 200, headers: {}, body: typeof body === 'string' ? utf8(body) : body }
}
