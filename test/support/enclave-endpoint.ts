import { fromHex, type Hex, toHex, utf8 } from '@nacre/verifier/bytes'
import { createRecipient, ehbp } from '@nacre/verifier/ehbp'
import type { Endpoint, EndpointAnswer, EndpointRequest } from '@nacre/verifier/endpoint'
import { encodeManifest } from '@nacre/verifier/manifest'
import type { Receipt } from '@nacre/verifier/receipt'
import { encodeInferRequest, jsonData } from '@nacre/verifier/response'
import { makeAnswer, receiptAccount, sha256Hex, testManifest, testOutputs } from './answer.ts'
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
  chain: TestChain
}

export function testEnclave(chain: TestChain = makeChain()): TestEnclave {
  const enclave: TestEnclave = {
    open: () => ({ url: new URL('http://enclave.test'), send, tlsSpkiSha256: () => undefined, close: () => undefined }),
    received: [],
    seen: [],
    nowMs: nowMs + 2000,
    holds: 0,
    attests: 0,
    receipt: {},
    tamper: (_request, answer) => answer,
    chain,
  }

  async function send(request: EndpointRequest): Promise<EndpointAnswer> {
    const url = new URL(request.path, 'http://enclave.test')
    enclave.received.push(`${request.method ?? 'GET'} ${url.pathname}`)
    if (request.body !== undefined) enclave.seen.push(request.body)
    const answer = await answerTo(url, request)
    return enclave.tamper(request, answer)
  }

  async function answerTo(url: URL, { headers = {}, body = new Uint8Array() }: EndpointRequest): Promise<EndpointAnswer> {
    const evidence = () =>
      makeAnswer({
        chain,
        keyset: { hpkePublicKey: `0x${hpkePairs[enclave.attests][1]}` },
        document: { timestampMs: enclave.nowMs - 2000, nonce: fromHex(`0x${url.searchParams.get('nonce') ?? '00'}`) },
      })
    if (url.pathname === '/enclave/attestation') return ok(Buffer.from((await evidence()).bundle.attestation).toString('base64'))
    if (url.pathname === '/.well-known/nacre-keyset') return ok((await evidence()).bundle.keyset)
    if (url.pathname === '/v1/models/parity/manifest') return ok(encodeManifest(testManifest))
    if (url.pathname === '/v2/health/ready') return ok('{}')
    if (url.pathname !== '/v2/models/parity/infer') return { ...ok('{"code":"ROUTE_NOT_FOUND"}'), status: 404 }
    const [privateKey, publicKey] = hpkePairs[enclave.holds].map((hex) => fromHex(`0x${hex}`)) as [Uint8Array, Uint8Array]
    const recipient = await createRecipient({ privateKey, publicKey })
    const opened = await recipient.open({ encapsulatedKey: headers[ehbp.encapsulatedKeyHeader] ?? '', body }).catch(() => undefined)
    if (opened === undefined) return { status: 422, headers: {}, body: utf8(JSON.stringify({ type: ehbp.keyConfigProblem })) }
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
    const { receipt } = bundle
    const outputs = testOutputs.map(
      (tensor) => `{"name":"${tensor.name}","datatype":"${tensor.datatype}","shape":[${tensor.shape}],"data":${jsonData(tensor)}}`,
    )
    const signed = {
      request_id: receipt.requestId,
      model_id: receipt.modelId,
      input_hash: receipt.inputHash,
      output_hash: receipt.outputHash,
      timestamp_ms: Number(receipt.timestampMs),
      sequence: Number(receipt.sequence),
      signature: bundle.signature,
      signer: receiptAccount.address,
      attestation_sha256: sha256Hex(''),
      attestation_url: '/attestation/raw',
      keyset_url: '/.well-known/nacre-keyset',
    }
    return { status: 200, text: `{"model_name":"parity","parameters":${JSON.stringify(signed)},"outputs":[${outputs}]}` }
  }

  return enclave
}

/** A request as a client of the Open Inference Protocol writes it. */
export function testRequest(inputs: Parameters<typeof encodeInferRequest>[0]['inputs']): string {
  const { inputs: written } = JSON.parse(Buffer.from(encodeInferRequest({ inputs, requestId: toHex(new Uint8Array(32)) }).body).toString())
  return JSON.stringify({ id: 'theirs', inputs: written }).replace('0.5,0', '0.5,-0')
}

function ok(body: string | Uint8Array): EndpointAnswer {
  return { status: 200, headers: {}, body: typeof body === 'string' ? utf8(body) : body }
}
