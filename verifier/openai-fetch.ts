import { fromUtf8, type Hex, toHex, utf8 } from './bytes.ts'
import { EndpointError, readWhole } from './endpoint.ts'
import {
  decodeOpenAiRequest,
  type GenerationRequest,
  type OpenAiRequest,
  OpenAiRequestError,
  type OpenAiRoute,
  openAiInputs,
  openAiModelName,
  openAiRoutes,
} from './openai-request.ts'
import { decodeOpenAiAnswer, type OpenAiStream, openAiStream } from './openai-response.ts'
import type { AttestedAnswer, ComingAnswer, MeasuredModel, Session } from './session.ts'

/** The routes of OpenAI's interface that {@link askOpenAi} answers. */
export function isOpenAiRoute(method: string, path: string): boolean {
  if (method === 'GET') return path === '/v1/models' || /^\/v1\/models\/[^/]+$/.test(path)
  return method === 'POST' && openAiRoutes.some((route) => path === `/v1/${route}`)
}

/**
 * Asks an attested enclave, and holds the answer to the tensors that this request is. A seed that the request leaves open is drawn here: then the request alone decides the answer, and asking again gives
 * no other.
 *
 * A stream is given as it comes, but for its end, which is given when all of it is verified; a stream that does not verify ends with the error instead, and its reader never sees it complete. Metadata of models is
 * written here, from manifests that the enclave measured.
 *
 * @throws VerifierError with the check that failed; {@link EndpointError} where there was nothing to judge
 */
export async function askOpenAi(parts: OpenAiParts & { text: string; random: (length: number) => Uint8Array }): Promise<Response> {
  const { session, request, path, text, random } = parts
  if (request.method === 'GET') return json(await describeModels(session, path))
  const route = path.slice('/v1/'.length) as OpenAiRoute
  try {
    const body = parse(text)
    const model = await session.model(openAiModelName(body))
    const asked = withSeed(decodeOpenAiRequest(route, body, model.manifest), random)
    return await exchange({ ...parts, model, body: body as object, asked, requestId: asked.requestId ?? toHex(random(32)) })
  } catch (error) {
    // Refused here, in the words in which the enclave would refuse it, before anything is sent.
    if (error instanceof OpenAiRequestError) return json(problemOf(error), 400)
    throw error
  }
}

type OpenAiParts = {
  session: Session
  /** Its signal ends the exchange, and a stream under way. */
  request: Request
  path: string
  streams: Streams
  /** Gets the evidence of every answer that is verified: before it is returned, or before a stream ends. */
  evidence: WeakMap<Response, AttestedAnswer>
}

/** `live`: a stream's pieces are handed on as they come, unverified until its end. `verified`: none before all of it is verified. */
export type Streams = 'live' | 'verified'

async function exchange(
  parts: OpenAiParts & { model: MeasuredModel; body: object; asked: OpenAiRequest; requestId: Hex },
): Promise<Response> {
  const { session, request, path, streams, evidence, model, body, asked, requestId } = parts
  const { domain, commitmentSalt } = asked
  const nacre = { ...(body as { nacre?: object }).nacre, request_id: requestId }
  const seed = asked.route === 'embeddings' ? {} : { seed: asked.parameters.seed }
  const message = { headers: { 'content-type': 'application/json' }, body: utf8(JSON.stringify({ ...body, ...seed, nacre })) }
  const inputs = openAiInputs(asked, 0)
  const { outputs } = model.manifest
  const question = { model, path, message, requestId, domain, commitmentSalt, inputs, outputs, signal: request.signal }
  const isStream = asked.route !== 'embeddings' && asked.stream
  const outcome = isStream
    ? await session.stream(question)
    : await session.ask({ ...question, decode: (answer) => decodeOpenAiAnswer(asked, answer.body, model.manifest) })
  if ('refused' in outcome) return respond(outcome.refused.body, outcome.refused.status, 'application/problem+json')
  if ('answered' in outcome) {
    const response = respond(outcome.answered.message.body, 200, 'application/json')
    evidence.set(response, outcome.answered)
    return response
  }
  const events = eventsOf(outcome.coming, openAiStream(asked as GenerationRequest, model.manifest), (answered) =>
    evidence.set(live, answered),
  )
  const live = respond(events, 200, 'text/event-stream')
  if (streams === 'live') return live
  // Not by `arrayBuffer()`, which in some browsers would put an error of its own in place of the one that says which check failed.
  const reader = events.getReader()
  const { body: all } = await readWhole({ status: 200, headers: {}, read: async () => (await reader.read()).value, cancel() {} })
  const whole = respond(all, 200, 'text/event-stream')
  evidence.set(whole, evidence.get(live) as AttestedAnswer)
  return whole
}

/**
 * What may be shown of a stream while it comes, its end once it is verified, and an error in place of the end where it is not.
 *
 * The attack: a host that cuts an answer where it reads best. Its reader has seen the beginning, which the enclave wrote; that it is not all of it, the error says.
 */
function eventsOf(coming: ComingAnswer, stream: OpenAiStream, onVerified: (answered: AttestedAnswer) => void): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          for (;;) {
            const bytes = await coming.read()
            if (bytes === undefined) break
            const shown = stream.push(bytes)
            if (shown !== '') return controller.enqueue(utf8(shown))
          }
          onVerified(await coming.verify(stream.end))
          controller.enqueue(utf8(stream.last()))
          controller.close()
        } catch (error) {
          coming.cancel()
          throw error
        }
      },
      cancel: coming.cancel,
    },
    { highWaterMark: 0 },
  )
}

function withSeed(asked: OpenAiRequest, random: (length: number) => Uint8Array): OpenAiRequest {
  if (asked.route === 'embeddings' || asked.parameters.seed !== null) return asked
  const drawn = random(6).reduce((sum, byte) => sum * 256 + byte, 0)
  return { ...asked, parameters: { ...asked.parameters, seed: asked.parameters.temperature === 0 ? 0 : drawn } }
}

/** Which models there are is the host's word, and it may leave some out; what is said of each is the enclave's. */
async function describeModels(session: Session, path: string): Promise<object> {
  const name = path.slice('/v1/models/'.length)
  if (name !== '') return describe(await session.model(decodeURIComponent(name)))
  const { data } = parse(fromUtf8(await session.claim('/v1/models'))) as { data?: unknown }
  const names = (Array.isArray(data) ? data : []).map((item) => Object(item).id as unknown)
  if (names.length > modelsMax || !names.every((item) => typeof item === 'string'))
    throw new EndpointError('ENDPOINT_REFUSED', 'The list of models is none')
  return { object: 'list', data: (await Promise.all((names as string[]).map((item) => session.model(item)))).map(describe) }
}

function describe({ id, manifest }: MeasuredModel): object {
  return { id: manifest.name, object: 'model', created: 0, owned_by: 'nacre', nacre: { model_id: id } }
}

function problemOf({ message, param, code }: OpenAiRequestError): object {
  const error = { message, type: 'invalid_request_error', param, code }
  return { error, code, type: `urn:nacre:error:${code}`, title: 'The body is not a request that this route takes', status: 400 }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new OpenAiRequestError(null, 'The body is not JSON')
  }
}

function json(value: object, status = 200): Response {
  return respond(utf8(JSON.stringify(value)), status, status === 200 ? 'application/json' : 'application/problem+json')
}

function respond(body: Uint8Array | ReadableStream, status: number, type: string): Response {
  return new Response(body as BodyInit, { status, headers: { 'content-type': type } })
}

const modelsMax = 256
