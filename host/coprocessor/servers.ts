import type { Hex } from '@nacre/verifier/bytes'
import { closeQueuedResponses } from '@nacre/verifier/node/queued-responses'
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify'
import { RelayerError, type RelayerErrorCode } from './errors.ts'
import type { InputStore } from './inputs.ts'
import type { Relayer } from './relayer.ts'

/**
 * Takes inputs: `PUT /v1/inputs/{hash}` and `POST /v1/inputs`, body the canonical encoding of the tensors. Anyone may send them; they are kept under their hash and for a bounded time. What is kept
 * is never given out.
 */
export function inputsServer({
  store,
  inputBytesMax,
  tls,
}: {
  store: InputStore
  inputBytesMax: number
  tls?: { cert: string; key: string } | undefined
}): FastifyInstance {
  const app = bareServer({ bodyLimit: inputBytesMax, ...(tls === undefined ? {} : { https: { ...tls, minVersion: 'TLSv1.3' as const } }) })
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  closeQueuedResponses(app.server)
  let bytesUnderWay = 0
  // The attack: many connections send large bodies, slowly, together.
  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'PUT' && request.method !== 'POST') return
    const length = Number(request.headers['content-length'] ?? Number.NaN)
    if (!Number.isSafeInteger(length)) throw new HttpProblem(411, 'LENGTH_REQUIRED', 'The request does not say how long its body is')
    if (bytesUnderWay + length > bytesUnderWayMax) {
      reply.header('retry-after', '5')
      throw new HttpProblem(503, 'INPUTS_BUSY', 'Too many inputs are on their way')
    }
    bytesUnderWay += length
    reply.raw.once('close', () => {
      bytesUnderWay -= length
    })
  })
  const take = async (body: unknown, hash: Hex | undefined, reply: FastifyReply) => {
    if (!(body instanceof Uint8Array) || body.length === 0) throw new RelayerError('INPUT_MALFORMED', 'The request has no body')
    const stored = await store.put(Uint8Array.from(body), hash)
    return reply.status(stored.isNew ? 201 : 200).send({ hash: stored.hash, bytes: stored.bytes, awaited: stored.awaited })
  }
  app.put<{ Params: { hash: string } }>('/v1/inputs/:hash', ({ body, params }, reply) => take(body, parseHash(params.hash), reply))
  app.post('/v1/inputs', ({ body }, reply) => take(body, undefined, reply))
  return app
}

/** For the operator alone, on a socket in its own folder or on loopback: state, metrics, another look at a request. */
export function adminServer(relayer: Relayer): FastifyInstance {
  const app = bareServer({ bodyLimit: 1024 })
  app.get('/v1/status', () => relayer.status())
  app.get('/metrics', async (_request, reply) => reply.type(relayer.metrics.contentType).send(await relayer.metrics.text()))
  app.get('/health', async (_request, reply) => {
    const { problems, holdsBack } = await relayer.status()
    return reply.status(problems.length === 0 ? 200 : 503).send({ ok: problems.length === 0, problems, holdsBack })
  })
  return app
}

/** As {@link adminServer}, with what changes something. Not for TCP: any page in a browser of this machine can post there. */
export function controlServer(relayer: Relayer): FastifyInstance {
  const app = adminServer(relayer)
  app.post<{ Params: { id: string } }>('/v1/requests/:id/retry', async ({ params }) => {
    if (!(await relayer.retry(parseHash(params.id))))
      throw new HttpProblem(404, 'REQUEST_UNKNOWN', 'There is no such request that is still open and not being worked on')
    return { retried: params.id }
  })
  return app
}

class HttpProblem extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

function bareServer(options: { bodyLimit: number; https?: { cert: string; key: string; minVersion: 'TLSv1.3' } }): FastifyInstance {
  const app = fastify({
    ...options,
    logger: false,
    requestTimeout: requestMsMax,
    connectionTimeout: requestMsMax,
    keepAliveTimeout: 5_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 128 },
  }) as unknown as FastifyInstance
  app.server.maxConnections = connectionsMax
  app.setErrorHandler((thrown: unknown, _request, reply) => problem(reply, thrown))
  app.setNotFoundHandler((_request, reply) => problem(reply, new HttpProblem(404, 'ROUTE_NOT_FOUND', 'There is nothing at this address')))
  return app
}

/** RFC 9457. What failed inside is not told to strangers. */
function problem(reply: FastifyReply, thrown: unknown): FastifyReply {
  const { status, code, title, ...compared } = described(thrown)
  return reply
    .status(status)
    .type('application/problem+json')
    .send({ type: 'about:blank', title, status, code, ...compared })
}

function described(thrown: unknown): { status: number; code: string; title: string; expected?: string; received?: string } {
  if (thrown instanceof HttpProblem) return { status: thrown.status, code: thrown.code, title: thrown.message }
  if (thrown instanceof RelayerError && thrown.code in statuses) {
    const { code, message, expected, received } = thrown
    const compared = { ...(expected === undefined ? {} : { expected }), ...(received === undefined ? {} : { received }) }
    return { status: statuses[code as keyof typeof statuses], code, title: message, ...compared }
  }
  const status = (thrown as { statusCode?: unknown } | null)?.statusCode
  if (status === 413) return { status, code: 'INPUT_TOO_LARGE', title: 'The input is too large' }
  if (typeof status === 'number' && status >= 400 && status < 500)
    return { status, code: 'REQUEST_MALFORMED', title: 'The request cannot be read' }
  return { status: 500, code: 'INTERNAL', title: 'Something failed inside the relayer' }
}

const statuses = {
  INPUT_MALFORMED: 422,
  INPUT_HASH_MISMATCH: 409,
  INPUT_TOO_LARGE: 413,
  INPUT_STORE_FULL: 507,
} as const satisfies Partial<Record<RelayerErrorCode, number>>

function parseHash(text: string): Hex {
  if (!/^0x[0-9a-f]{64}$/i.test(text)) throw new HttpProblem(400, 'HASH_MALFORMED', 'Not 32 bytes in hexadecimal with 0x')
  return text.toLowerCase() as Hex
}

const bytesUnderWayMax = 128 << 20
const connectionsMax = 256
const requestMsMax = 60_000
