import type { FastifyInstance } from 'fastify'
import { EnclaveError } from '../errors.ts'
import type { EnclaveServices } from '../server.ts'
import type { HandoverClaim } from './handover.ts'

/** For other enclaves, which reach these through the host. Strangers may ask too, and get nothing. */
export function registerHandoverRoutes(app: FastifyInstance, { handover }: EnclaveServices): void {
  app.post<{ Body: Uint8Array | undefined }>('/handover/offer', async ({ body }) => offered().offer(decode(body) as never))
  app.post<{ Body: Uint8Array | undefined }>('/handover/secret', async ({ body }) => offered().give(decode(body) as HandoverClaim))

  function offered() {
    if (handover === undefined) throw new EnclaveError('HANDOVER_REFUSED', undefined, { received: 'not offered' })
    return handover
  }
}

function decode(body: Uint8Array | undefined): object {
  try {
    if (body !== undefined && body.length <= bodyBytesMax) {
      const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
      if (typeof value === 'object' && value !== null) return value
    }
  } catch {}
  throw new EnclaveError('HANDOVER_REFUSED', undefined, { received: 'malformed' })
}

/** A document of 32 KiB in hexadecimal, and the rest. */
const bodyBytesMax = 80 * 1024
