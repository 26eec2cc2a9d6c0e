import { fromUtf8, type Hex, toHex, utf8 } from './bytes.ts'
import { EndpointError } from './endpoint.ts'
import {
  decodeOpenAiRequest,
  type OpenAiRequest,
  OpenAiRequestError,
  type OpenAiRoute,
  openAiInputs,
  openAiModelName,
  openAiRoutes,
} from './openai-request.ts'
import { decodeOpenAiAnswer } from './openai-response.ts'
import type { AttestedAnswer, MeasuredModel, Session } from './session.ts'
import { decodeSse } from './sse.ts'

/** What a request under `/v1/` was answered with; `answered` where there is a receipt. */
export type OpenAiExchange = { response: Response; answered?: AttestedAnswer }

/** The routes of OpenAI's interface that {@link askOpenAi} answers. */
export function isOpenAiRoute(method: string, path: string): boolean {
  if (method === 'GET') return path === '/v1/models' || /^\/v1\/models\/[^/]+$/.test(path)
  return method === 'POST' && openAiRoutes.some((route) => path === `/v1/${route}`)
}

/**
 * Asks an attested enclave, and holds the answer to the tensors that this request is. A seed that the request leaves open is drawn here: then the request alone decides the answer, and asking again gives
 * no other.
 *
 * A stream is read to its end and verified before any of it is given: its pieces come at once, and none of them unverified. Metadata of models is written here, from manifests that the enclave measured.
 *
 * @throws VerifierError with the check that failed; {@link EndpointError} where there was nothing to judge
 */
export async function askOpenAi(parts: {
  session: Session
  method: string
  path: string
  /** The request's body. */
  text: string
  random: (length: number) => Uint8Array
}): Promise<OpenAiExchange> {
  const { session, method, path, text, random } = parts
  if (method === 'GET') return { response: json(await describeModels(session, path)) }
  const route = path.slice('/v1/'.length) as OpenAiRoute
  try {
    const body = parse(text)
    const model = await session.model(openAiModelName(body))
    const asked = withSeed(decodeOpenAiRequest(route, body, model.manifest), random)
    return await exchange({ session, path, model, body: body as object, asked, requestId: asked.requestId ?? toHex(random(32)) })
  } catch (error) {
    // Refused here, in the words in which the enclave would refuse it, before anything is sent.
    if (error instanceof OpenAiRequestError) return { response: json(problemOf(error), 400) }
    throw error
  }
}

async function exchange(parts: {
  session: Session
  path: string
  model: MeasuredModel
  body: object
  asked: OpenAiRequest
  requestId: Hex
}): Promise<OpenAiExchange> {
  const { session, path, model, body, asked, requestId } = parts
  const { domain, commitmentSalt } = asked
  const nacre = { ...(body as { nacre?: object }).nacre, request_id: requestId }
  const seed = asked.route === 'embeddings' ? {} : { seed: asked.parameters.seed }
  const message = { headers: { 'content-type': 'application/json' }, body: utf8(JSON.stringify({ ...body, ...seed, nacre })) }
  const outcome = await session.ask({
    ...{ model, path, message, requestId, domain, commitmentSalt },
    inputs: openAiInputs(asked, 0),
    outputs: model.manifest.outputs,
    decode: ({ body: answer }) => decodeOpenAiAnswer(asked, answer, model.manifest),
  })
  if ('refused' in outcome) return { response: respond(outcome.refused.body, outcome.refused.status, 'application/problem+json') }
  const { answered } = outcome
  if (asked.route === 'embeddings' || !asked.stream) return { response: respond(answered.message.body, 200, 'application/json'), answered }
  // Written anew: another reader of event streams might find other events in the same bytes.
  const events = decodeSse(answered.message.body).map((data) => `data: ${data}\n\n`)
  return { response: respond(utf8(events.join('')), 200, 'text/event-stream'), answered }
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

function respond(body: Uint8Array, status: number, type: string): Response {
  return new Response(body as BodyInit, { status, headers: { 'content-type': type } })
}

const modelsMax = 256
