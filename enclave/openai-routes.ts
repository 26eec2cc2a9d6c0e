import { Readable } from 'node:stream'
import { toHex } from '@nacre/verifier/bytes'
import {
  decodeOpenAiRequest,
  type GenerationRequest,
  type OpenAiRequest,
  OpenAiRequestError,
  type OpenAiRoute,
  openAiInputs,
  openAiModelName,
  openAiRoutes,
} from '@nacre/verifier/openai-request'
import type { Tensor } from '@nacre/verifier/tensor'
import type { FastifyInstance } from 'fastify'
import { EnclaveError, toEnclaveError, toOpenAiProblem } from './errors.ts'
import { goneSignal } from './gone-signal.ts'
import { inferTensors } from './inference.ts'
import type { RunningModel } from './model-registry.ts'
import { readJson } from './oip-json.ts'
import { receiptParameters } from './oip-response.ts'
import { type OpenAiHead, type OpenAiOutcome, openAiEvents, openAiHead, prepareAnswer, textOf } from './openai-response.ts'
import type { BodyReader } from './request-body.ts'
import type { EnclaveServices } from './server.ts'
import { createSignatureStore } from './signature-store.ts'

/** OpenAI's HTTP interface for text: the same programs, inputs, outputs and receipts as under `/v2`, in the form that its clients speak. What a request becomes is `verifier/openai-request.ts`. */
export function registerOpenAiRoutes(app: FastifyInstance, services: EnclaveServices, bodies: BodyReader): void {
  const { models, receipts, randomBytes, clock, limits } = services
  const signatures = createSignatureStore({ clock, limits })
  const config = { errors: 'openai' }

  app.get('/v1/models', { config }, async () => ({ object: 'list', data: models.models.filter(isOffered).map(modelObject) }))
  app.get<{ Params: { name: string } }>('/v1/models/:name', { config }, async ({ params }) => modelObject(models.find(params.name)))
  app.get<{ Params: { id: string } }>('/v1/signature/:id', { config }, async ({ params }, reply) =>
    reply
      .headers({ 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' })
      .send(`{"id":${JSON.stringify(params.id)},"nacre":${signatures.find(params.id)}}`),
  )
  for (const route of openAiRoutes)
    app.post(`/v1/${route}`, { config }, async ({ body, raw }, reply) => {
      const { model, request } = readRequest(route, body)
      const requestId = request.requestId ?? toHex(randomBytes(32))
      const head = openAiHead(request, requestId, model.manifest.name, clock.nowMs())
      const seed = seedOf(request)
      const asked = {
        ...request,
        requestId,
        inputs: openAiInputs(request, seed),
        outputNames: model.manifest.outputs.map(({ name }) => name),
      }
      const signal = goneSignal(reply.raw)
      const holdAnswer = (bytes: number) => bodies.holdAnswer(bytes, reply.raw)
      const ask = <prepared extends { bytes: number }>({ prepare, onChunk }: AskParts<prepared>) =>
        receipts.underWay(async () => {
          const answered = await inferTensors({ services, model, asked, signal, client: raw.socket, onChunk, prepare, holdAnswer })
          signatures.keep(head.id, receiptParameters(answered.issued, answered.documentSha256))
          return { ...answered, seed }
        })
      if (request.route !== 'embeddings' && request.stream) {
        const events = await startEvents(request, head, ask)
        return reply.headers({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' }).send(events)
      }
      const outcome = await ask({ prepare: (outputs) => prepareAnswer(request, outputs, limits) })
      return reply.type('application/json; charset=utf-8').send(outcome.prepared.write(head, outcome))
    })

  function readRequest(route: OpenAiRoute, body: unknown): { model: RunningModel; request: OpenAiRequest } {
    if (!(body instanceof Uint8Array)) throw new EnclaveError('REQUEST_INVALID', 'The request has no body')
    try {
      const json = readJson(body, limits)
      const model = models.find(openAiModelName(json))
      return { model, request: decodeOpenAiRequest(route, json, model.manifest) }
    } catch (error) {
      if (!(error instanceof OpenAiRequestError)) throw error
      throw new EnclaveError('OPENAI_REQUEST_INVALID', error.message, { param: error.param ?? undefined })
    }
  }

  /** Where the request leaves it open it is drawn here, so that nobody outside chose it; where nothing is drawn, it says nothing. */
  function seedOf(request: OpenAiRequest): number {
    if (request.route === 'embeddings') return 0
    const { seed, temperature } = request.parameters
    return seed ?? (temperature === 0 ? 0 : Buffer.from(randomBytes(6)).readUIntBE(0, 6))
  }
}

type AskParts<prepared> = { prepare(outputs: readonly Tensor[]): prepared; onChunk?: (chunk: Uint8Array) => void }

/**
 * Resolves when there is a first piece of text, or the whole; what is refused before is refused with a status, as anywhere else. After that an error is the stream's last event.
 *
 * Text waits here as text, and goes as one piece when the client reads again: a client that reads slowly holds no more than the answer.
 */
async function startEvents(
  request: GenerationRequest,
  head: OpenAiHead,
  ask: (parts: AskParts<{ bytes: number }>) => Promise<OpenAiOutcome>,
): Promise<Readable> {
  const { begin, piece, end } = openAiEvents(request, head)
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let said = ''
  let sent = 0
  let outcome: OpenAiOutcome | undefined
  let failure: EnclaveError | undefined
  let wake = () => {}
  const something = () => new Promise<void>((resolve) => (wake = resolve))
  const first = something()
  ask({
    onChunk(chunk) {
      said += decoder.decode(chunk, { stream: true })
      wake()
    },
    prepare(outputs) {
      // The attack: a process that was taken over shows one text and has another signed.
      if (textOf(outputs) !== said) throw new EnclaveError('MODEL_OUTPUT_INVALID')
      return { bytes: Buffer.byteLength(said) }
    },
  }).then(
    (answered) => {
      outcome = answered
      wake()
    },
    (error: unknown) => {
      failure = toEnclaveError(error)
      wake()
    },
  )
  await first
  if (failure !== undefined) throw failure

  async function* events(): AsyncGenerator<string> {
    for (const data of begin()) yield eventOf(data)
    for (;;) {
      if (sent < said.length) {
        const text = said.slice(sent)
        sent = said.length
        yield eventOf(piece(text))
      } else if (outcome !== undefined) {
        for (const data of end(outcome)) yield eventOf(data)
        return
      } else if (failure !== undefined) {
        yield eventOf(JSON.stringify(toOpenAiProblem(failure)))
        return
      } else await something()
    }
  }
  // As bytes: EHBP seals bytes, and objects would be counted by number.
  return Readable.from(bytesOf(events()), { objectMode: false, highWaterMark: 16 * 1024 })
}

async function* bytesOf(texts: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const text of texts) yield Buffer.from(text)
}

function eventOf(data: string): string {
  return `data: ${data}\n\n`
}

function isOffered({ manifest }: RunningModel): boolean {
  return manifest.platform === 'nacre_program' && (manifest.program.name === 'generate-text' || manifest.program.name === 'embed-text')
}

/** `created` is part of OpenAI's form; a model has no such time. */
function modelObject({ id, manifest }: RunningModel): object {
  return { id: manifest.name, object: 'model', created: 0, owned_by: 'nacre', nacre: { model_id: id } }
}
