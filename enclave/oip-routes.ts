import type { FastifyInstance } from 'fastify'
import { EnclaveError } from './errors.ts'
import { goneSignal } from './gone-signal.ts'
import { infer } from './inference.ts'
import type { RunningModel } from './model-registry.ts'
import type { BodyReader } from './request-body.ts'
import type { EnclaveServices } from './server.ts'
import { version } from './version.ts'

type ModelParams = { Params: { name: string; version?: string } }

/** Open Inference Protocol v2 (kserve/open-inference-protocol) with the binary tensor data extension. */
export function registerOipRoutes(app: FastifyInstance, services: EnclaveServices, bodies: BodyReader): void {
  const { models, attestation, receipts } = services
  const server = { name: 'nacre', version, extensions: ['binary_tensor_data'] }
  app.get('/v2', async () => server)
  app.get('/v2/', async () => server)

  app.get('/v2/health/live', async () => ({ live: true }))
  app.get('/v2/health/ready', async () => {
    attestation.current()
    if (!models.ready()) throw new EnclaveError('ENCLAVE_NOT_READY', 'Not all models are loaded', { retryAfterSeconds: 1 })
    return { live: true, ready: true }
  })

  for (const path of ['/v2/models/:name', '/v2/models/:name/versions/:version']) {
    app.get<ModelParams>(path, async ({ params }) => metadata(models.find(params.name, params.version)))

    app.get<ModelParams>(`${path}/ready`, async ({ params }) => {
      const { manifest, process } = models.find(params.name, params.version)
      const received = process.sealed()
      if (received !== undefined) throw new EnclaveError('MODEL_SEALED', undefined, { received, retryAfterSeconds: 5 })
      if (!process.ready()) throw new EnclaveError('MODEL_UNAVAILABLE', undefined, { retryAfterSeconds: 1 })
      return { name: manifest.name, ready: true }
    })

    app.post<ModelParams>(`${path}/infer`, { config: { lentBody: true } }, async ({ params, body, headers, raw }, reply) => {
      const model = models.find(params.name, params.version)
      if (!(body instanceof Uint8Array)) throw new EnclaveError('REQUEST_INVALID', 'The request has no body')
      const headerLength = headers['inference-header-content-length']
      if (Array.isArray(headerLength)) throw new EnclaveError('BINARY_LENGTH_MISMATCH', 'Inference-Header-Content-Length is given twice')
      const holdAnswer = (bytes: number) => bodies.holdAnswer(bytes, reply.raw)
      const response = await bodies.use(reply.raw, () =>
        receipts.underWay(() =>
          infer({ services, model, body, headerLength, signal: goneSignal(reply.raw), client: raw.socket, holdAnswer }),
        ),
      )
      // The body itself: a reply is awaited by listening for the connection's end in five places.
      reply.headers(response.headers)
      return response.body
    })
  }
}

function metadata({ manifest }: RunningModel): object {
  const { name, version, platform, inputs, outputs } = manifest
  return { name, versions: [version], platform, inputs, outputs }
}
