import { toHex, utf8 } from './bytes.ts'
import { EndpointError } from './endpoint.ts'
import { VerifierError } from './errors.ts'
import type { ModelManifest } from './manifest.ts'
import { decodeOipRequest } from './oip-request.ts'
import { askOpenAi, isOpenAiRoute, type Streams } from './openai-fetch.ts'
import { inferenceHeaderLength } from './response.ts'
import type { Attested, AttestedAnswer, Session } from './session.ts'

/**
 * `fetch` for one enclave: whatever it resolves with was verified, or was said by the enclave itself; everything else rejects. Clients that take a `fetch` of the caller's work over it unchanged.
 *
 * An inference gets a fresh request id, unless it names one, and its answer is held to its receipt, its inputs and the outputs it asked for. A refusal (status 4xx or 5xx) of the enclave's own is
 * returned as the refusal it is. Metadata of models is written here, from the manifest that the enclave measured. Text in OpenAI's form
 * (`/v1/completions`, `/v1/chat/completions`, `/v1/embeddings`, `/v1/models`) is verified likewise: see openai-fetch.ts. Health is asked of an attested enclave. No other route is asked.
 *
 * One answer resolves before it is verified: a stream that the request asked for (`stream: true`), unless `streams` is `verified`. Until its body has ended without an error, nothing of it is verified. What was read by then was
 * written by the attested enclave, for this request and in this order ({@link ComingAnswer}), but a host may have cut it, and there is no receipt: show it, and act on nothing. An answer that does not verify ends in an error, never in
 * an end.
 *
 * @throws VerifierError with the check that failed; {@link EndpointError} where there was nothing to judge; the reason of the request's signal at once, whatever was under way
 */
export type NacreFetch = typeof fetch & {
  /** All evidence for an answer that this function returned, ready for `encodeBundle`; `undefined` for anything else, and for a stream until it has ended well. */
  evidenceOf(response: Response): AttestedAnswer | undefined
  /** Whom one talks to, verified; also a way to connect ahead of the first request. */
  attested(): Promise<Attested>
  close(): void
}

export function nacreFetch(session: Session, random: (length: number) => Uint8Array, streams: Streams = 'live'): NacreFetch {
  const evidence = new WeakMap<Response, AttestedAnswer>()
  const base = session.url.pathname.replace(/\/$/, '')

  async function verifiedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    // Bytes are taken as they are: through a `Request` they would be copied three times.
    const bytes = bytesOf(init?.body)
    const request = new Request(
      input instanceof Request ? input : new URL(String(input), session.url),
      bytes === undefined ? init : { ...init, body: null },
    )
    const url = new URL(request.url)
    // Another origin was never attested, and a client that follows a link there must not take its answer for a verified one.
    if (url.origin !== session.url.origin || !url.pathname.startsWith(`${base}/`))
      throw new EndpointError('ROUTE_NOT_VERIFIABLE', `${url.origin}${url.pathname} is not at ${session.url.origin}${base}`)
    const path = url.pathname.slice(base.length)
    // What others wait for too, such as the attestation, goes on without this request.
    return new Promise((resolve, reject) => {
      request.signal.onabort = () => reject(request.signal.reason)
      answerTo(request, bytes, path).then(resolve, reject)
    })
  }

  async function answerTo(request: Request, bytes: Uint8Array | undefined, path: string): Promise<Response> {
    request.signal.throwIfAborted()
    if (isOpenAiRoute(request.method, path)) {
      const text = bytes === undefined ? await request.text() : new TextDecoder().decode(bytes)
      return askOpenAi({ session, request, path, text, random, streams, evidence })
    }
    const [, name, version, action] = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(?:\/(infer|ready))?$/.exec(path) ?? []
    if (request.method === 'POST' && name !== undefined && action === 'infer')
      return infer(request, bytes ?? new Uint8Array(await request.arrayBuffer()), path, decodeURIComponent(name), decoded(version))
    if (request.method === 'GET' && name !== undefined && action === undefined)
      return json(metadataOf(await modelOf(decodeURIComponent(name), decoded(version))))
    if (request.method === 'GET' && (path === '/v2' || path === '/v2/'))
      return json({ name: 'nacre', version: '1', extensions: ['binary_tensor_data'] })
    if (request.method === 'GET' && (action === 'ready' || /^\/v2\/health\/(live|ready)$/.test(path))) return health(path, name)
    throw new EndpointError('ROUTE_NOT_VERIFIABLE', `No answer to ${request.method} ${path} could be verified, so it is not asked`, {
      remedy: 'Inference, model metadata, health and text in the form of OpenAI are.',
    })
  }

  async function infer(request: Request, body: Uint8Array, path: string, name: string, version: string | undefined): Promise<Response> {
    const model = await modelOf(name, version)
    const asked = decodeOipRequest({ headers: Object.fromEntries(request.headers), body }, model.manifest)
    const requestId = asked.requestId ?? toHex(random(32))
    const { inputs, outputs, domain, commitmentSalt } = asked
    const message = asked.encode(requestId)
    const { signal } = request
    const outcome = await session.ask({ model, path, message, inputs, outputs, domain, requestId, commitmentSalt, signal })
    const { status, headers, body: answered } = 'refused' in outcome ? outcome.refused : outcome.answered.message
    // No header is copied but the length by which the answer was read and verified: the others are anybody's words.
    const headerLength = 'answered' in outcome ? headers[inferenceHeaderLength] : undefined
    const type = status !== 200 ? 'application/problem+json' : headerLength === undefined ? 'application/json' : 'application/octet-stream'
    const kept = { 'content-type': type, ...(headerLength === undefined ? {} : { [inferenceHeaderLength]: headerLength }) }
    const response = new Response(answered as BodyInit, { status, headers: kept })
    if ('answered' in outcome) evidence.set(response, outcome.answered)
    return response
  }

  async function modelOf(name: string, version: string | undefined) {
    const model = await session.model(name)
    if (version !== undefined && version !== model.manifest.version)
      throw new VerifierError('MODEL_MISMATCH', 'The enclave measured another version of the model', {
        expected: version,
        received: model.manifest.version,
      })
    return model
  }

  /** That an enclave is there was verified; that it is ready is the host's word, or the enclave's over TLS. */
  async function health(path: string, model: string | undefined): Promise<Response> {
    await session.attested()
    const ok = (await session.status(path)) === 200
    if (model !== undefined) return json({ name: decodeURIComponent(model), ready: ok }, ok ? 200 : 503)
    return json(path.endsWith('live') ? { live: ok } : { live: true, ready: ok }, ok ? 200 : 503)
  }

  return Object.assign(verifiedFetch, {
    evidenceOf: (response: Response) => evidence.get(response),
    attested: () => session.attested(),
    close: () => session.close(),
  })
}

function metadataOf({ manifest }: { manifest: ModelManifest }): object {
  const { name, version, platform, inputs, outputs } = manifest
  return { name, versions: [version], platform, inputs, outputs }
}

function bytesOf(body: unknown): Uint8Array | undefined {
  return body instanceof Uint8Array ? new Uint8Array(body) : undefined
}

function decoded(text: string | undefined): string | undefined {
  return text === undefined ? undefined : decodeURIComponent(text)
}

function json(value: object, status = 200): Response {
  return new Response(utf8(JSON.stringify(value)) as BodyInit, { status, headers: { 'content-type': 'application/json' } })
}
