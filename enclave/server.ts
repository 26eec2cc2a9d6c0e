import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { ehbp, type ResponseSealer } from '@nacre/verifier/ehbp'
import { closeQueuedResponses } from '@nacre/verifier/node/queued-responses'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { registerAttestationRoutes } from './attestation-routes.ts'
import type { AttestationService } from './attestation-service.ts'
import { type BodyEncryption, sealPayload } from './body-encryption.ts'
import type { Clock } from './clock.ts'
import type { Epochs } from './epochs.ts'
import { EnclaveError, type EnclaveErrorCode, toEnclaveError, toOpenAiProblem, toProblem } from './errors.ts'
import type { TlsKey } from './keys.ts'
import type { HandoverGiver } from './kms/handover.ts'
import { registerHandoverRoutes } from './kms/handover-routes.ts'
import type { Limits } from './limits.ts'
import { codeFrames, type Log } from './log.ts'
import { registerLogFeedRoutes, registerLogRoutes } from './log-routes.ts'
import type { ModelRegistry } from './model-registry.ts'
import { registerOipRoutes } from './oip-routes.ts'
import { registerOpenAiRoutes } from './openai-routes.ts'
import { createRateLimit } from './rate-limit.ts'
import type { ReceiptLog } from './receipt-log.ts'
import type { ReceiptIssuer } from './receipts.ts'
import { type BodyReader, createBodyReader } from './request-body.ts'
import { registerVerificationRoutes } from './verification-routes.ts'
import type { VerificationService } from './verification-service.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whose problem documents. */
    errors?: string
    /** The body is looked at within `BodyReader.use` only. */
    lentBody?: true
  }
  interface FastifyRequest {
    /** Of a request with a body. */
    response: ServerResponse | null
    /** Of a request that came encrypted. */
    sealer: ResponseSealer | null
  }
}

/** What the routes need. Both listeners share one. */
export type EnclaveServices = {
  models: ModelRegistry
  attestation: AttestationService
  /** Bytes as served, where enclaves of this image have an identity in common. */
  identity?: Uint8Array | undefined
  receipts: ReceiptIssuer
  receiptLog: ReceiptLog
  epochs: Epochs
  encryption: BodyEncryption
  /** Of other enclaves' documents; absent when no root was named for them. */
  verification?: VerificationService
  /** Gives the shared keys' secret to enclaves of this image; only where a root was named at start. */
  handover?: HandoverGiver | undefined
  randomBytes(length: number): Uint8Array
  clock: Clock
  limits: Limits
  log: Log
  /** True from the moment the enclave was told to stop. */
  stopping(): boolean
}

/**
 * The Fastify application, for the TLS listener (`tls` given), for the plain one, and for the one that only the host reaches (`forHost`), which has the routes of the log feed beside the evidence, and no inference. `listen` it, or `inject` into it.
 *
 * Plain HTTP offers the same routes: an answer's worth is in its receipt, not in the channel. What TLS adds is that the host cannot read requests.
 */
export function buildApp(services: EnclaveServices, options: { tls?: TlsKey; forHost?: true } = {}): FastifyInstance {
  const { app, bodies } = createListener(services, options.tls)
  if (options.forHost) {
    registerLogFeedRoutes(app, services)
    registerAttestationRoutes(app, services)
    return app
  }
  registerOipRoutes(app, services, bodies)
  registerOpenAiRoutes(app, services, bodies)
  registerAttestationRoutes(app, services)
  registerLogRoutes(app, services)
  registerVerificationRoutes(app, services)
  registerHandoverRoutes(app, services)
  return app
}

/** What every listener has before it has routes: bounded bodies as bytes, body encryption, problem documents, an end that cuts no answer off. */
export function createListener(
  services: Pick<EnclaveServices, 'encryption' | 'clock' | 'limits' | 'log' | 'stopping'>,
  tls?: TlsKey,
): { app: FastifyInstance; bodies: BodyReader } {
  const { limits, log, clock } = services
  const bodies = createBodyReader(limits)
  const logRate = createRateLimit({ perSecond: 10, burst: 50, monotonicMs: clock.monotonicMs })
  let unlogged = 0
  const app = Fastify({
    logger: false, // see log.ts: only fields from a closed list
    forceCloseConnections: 'idle',
    return503OnClosing: false, // answered below, as a problem document
    routerOptions: { maxParamLength: 128 },
    frameworkErrors: (error, _request, reply) =>
      sendError(new EnclaveError('REQUEST_MALFORMED', undefined, { cause: error }), reply as unknown as FastifyReply),
    serverFactory: (handler) => createServer(handler, limits, tls),
  })

  // Every body is bytes: clients of the Open Inference Protocol send JSON under many content types or none, and binary tensor data follows the JSON in one body.
  // Both on the request itself: values of a WeakMap survive each collection of the young, all that they lead to with them.
  app.decorateRequest('response', null)
  app.decorateRequest('sealer', null)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (request: FastifyRequest, payload: IncomingMessage) =>
    bodies.read(payload, request.response as ServerResponse, request.routeOptions.config.lentBody === true),
  )
  // Not in the parser: Fastify closes connections whose body it could not parse, and a relay that is still sending would lose the refusal.
  app.addHook('preValidation', async (request) => {
    const encapsulatedKey = request.headers[ehbp.encapsulatedKeyHeader]
    if (encapsulatedKey === undefined || !(request.body instanceof Uint8Array)) return
    const sealed = request.body
    const opened = await bodies.use(request.response as ServerResponse, () => services.encryption.open(encapsulatedKey, sealed))
    // From here on whatever answers this request is encrypted, a refusal as well.
    request.sealer = opened.response
    request.body = opened.body
  })

  app.addHook('onRequest', async (request, reply) => {
    if (services.stopping()) {
      reply.header('connection', 'close')
      throw new EnclaveError('ENCLAVE_SHUTTING_DOWN', undefined, { retryAfterSeconds: 5 })
    }
    if (request.method !== 'POST') return
    if ((request.headers['content-encoding'] ?? 'identity') !== 'identity')
      throw new EnclaveError('ENCODING_UNSUPPORTED', 'Bodies are taken uncompressed', { expected: 'no Content-Encoding' })
    if (request.headers['content-type']?.startsWith('multipart/'))
      throw new EnclaveError('ENCODING_UNSUPPORTED', 'Bodies are taken in one part')
    request.response = reply.raw
  })
  // Node takes a connection for idle once its answer is written, though it may not be sent, and closing would cut the answer off.
  let unsent = 0
  let onAllSent = () => {}
  app.addHook('onRequest', async (_request, reply) => {
    unsent++
    reply.raw.once('close', () => {
      if (--unsent === 0) onAllSent()
    })
  })
  app.addHook('preClose', async () => {
    if (unsent > 0) await new Promise<void>((resolve) => (onAllSent = resolve))
  })
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-content-type-options', 'nosniff')
    // A body that was not read to its end would have to be, before the connection could serve again.
    if (services.stopping() || !request.raw.complete) reply.header('connection', 'close')
  })
  app.addHook('onSend', async (request, reply, payload) => {
    const { sealer } = request
    if (sealer === null || payload === null || payload === undefined) return payload
    // A stream that is sent listens for the connection's end in several places, beside our own: still one response, and no leak.
    reply.raw.setMaxListeners(32)
    request.sealer = null // one response to a request: a second one would use the frames' nonces again
    reply.removeHeader('content-length').headers(sealer.headers).header('cache-control', 'no-store')
    return sealPayload(payload as Parameters<typeof sealPayload>[0], sealer)
  })

  app.setErrorHandler((thrown, request, reply) => {
    const error = fromFastify(thrown)
    const { status } = sendError(error, reply)
    // Whoever waits for readiness asks again and again, and not yet is an answer like another.
    if (status === 503 && /^\/v2\/health\/|\/ready$/.test(request.routeOptions.url ?? '')) return
    // Refusing must stay cheaper than answering, and the host's disk is not for strangers to fill.
    if (!logRate.take()) return void unlogged++
    const frames = error.code === 'INTERNAL' ? codeFrames(thrown) : undefined
    const route = request.routeOptions.url
    const event = {
      msg: 'request refused',
      code: error.code,
      method: request.method,
      route,
      status,
      frames,
      unlogged: unlogged || undefined,
    }
    unlogged = 0
    if (status >= 500) log.warn(event)
    else log.info(event)
  })
  app.setNotFoundHandler((_request, reply) => {
    sendError(new EnclaveError('ROUTE_NOT_FOUND'), reply)
  })
  return { app, bodies }
}

function createServer(handler: RequestListener, limits: Limits, tls: TlsKey | undefined): Server {
  const http = {
    maxHeaderSize: limits.headersBytesMax,
    headersTimeout: limits.requestMsMax,
    requestTimeout: limits.requestMsMax,
    keepAliveTimeout: limits.idleMsMax,
    connectionsCheckingInterval: 5_000,
  }
  const server =
    tls === undefined
      ? createHttpServer(http, handler)
      : createHttpsServer(
          {
            ...http,
            key: tls.privateKeyPem,
            cert: tls.certificatePem,
            minVersion: 'TLSv1.3',
            ALPNProtocols: ['http/1.1'],
            handshakeTimeout: limits.requestMsMax,
          },
          handler,
        )
  closeQueuedResponses(server)
  server.maxConnections = limits.connectionsMax
  server.setTimeout(limits.idleMsMax)
  server.on('clientError', answerUnreadable)
  return server
}

/** What Node's HTTP parser refuses never reaches Fastify. */
function answerUnreadable(error: Error & { code?: string }, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy()
  const codes: { [code: string]: EnclaveErrorCode } = {
    HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
    ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
  }
  const problem = toProblem(new EnclaveError(codes[error.code ?? ''] ?? 'REQUEST_MALFORMED'))
  const body = JSON.stringify(problem)
  const lines = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
}

function sendError(error: EnclaveError, reply: FastifyReply): { status: number } {
  const problem = toProblem(error)
  const retryAfterSeconds = error.retryAfterSeconds ?? (problem.status === 429 || problem.status === 503 ? 5 : undefined)
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds))
  const isOpenAi = reply.request.routeOptions?.config?.errors === 'openai'
  const body = JSON.stringify(isOpenAi ? toOpenAiProblem(error) : problem)
  reply.code(problem.status).header('content-type', 'application/problem+json').send(body)
  return problem
}

/** Fastify's own errors, in our codes. A client's mistake that Fastify finds stays a client's mistake. */
function fromFastify(thrown: unknown): EnclaveError {
  const { code, statusCode } = thrown as { code?: unknown; statusCode?: unknown }
  if (thrown instanceof EnclaveError || typeof code !== 'string') return toEnclaveError(thrown)
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new EnclaveError('ENCODING_UNSUPPORTED')
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) return new EnclaveError('REQUEST_MALFORMED')
  return toEnclaveError(thrown)
}
