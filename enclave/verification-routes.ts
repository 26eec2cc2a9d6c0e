import { enclaveVerificationToJson } from '@nacre/verifier/enclave-verification'
import type { FastifyInstance } from 'fastify'
import { EnclaveError } from './errors.ts'
import { decodeAudience } from './oip-request.ts'
import type { EnclaveServices } from './server.ts'

/** A document as the body, the registry that the statement is for in the query; only where a root was named at start. */
export function registerVerificationRoutes(app: FastifyInstance, { verification }: EnclaveServices): void {
  app.post<{ Querystring: { chain_id?: unknown; verifying_contract?: unknown }; Body: Uint8Array | undefined }>(
    '/v1/attestation/verify',
    async ({ query, body }, reply) => {
      if (verification === undefined) throw new EnclaveError('VERIFICATION_NOT_OFFERED')
      const domain = decodeAudience(query.chain_id, query.verifying_contract)
      if (domain === null)
        throw new EnclaveError('AUDIENCE_MALFORMED', undefined, { expected: 'chain_id and verifying_contract in the query' })
      const signed = await verification.verify(body ?? new Uint8Array(0), domain)
      const { signature, signer } = signed
      return reply
        .header('cache-control', 'no-store')
        .send({ verification: enclaveVerificationToJson(signed.verification), signature, signer })
    },
  )
}
