import { decodeAttestation } from '@nacre/verifier/attestation'
import { fromHex, type Hex, isHex, toHex } from '@nacre/verifier/bytes'
import { ehbp } from '@nacre/verifier/ehbp'
import { decodeKeyset } from '@nacre/verifier/keyset'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { nonceBytesMax } from './attestation-service.ts'
import { EnclaveError } from './errors.ts'
import type { EnclaveServices } from './server.ts'
import { version } from './version.ts'

/** The evidence, as bytes that a verifier compares: documents, the keyset they name, and the manifests behind the model ids. */
export function registerAttestationRoutes(app: FastifyInstance, services: EnclaveServices): void {
  const { attestation, encryption, identity, models, epochs } = services
  // The address and form that nitriding's clients know: base64 of a document with their nonce.
  app.get<{ Querystring: { nonce?: unknown } }>('/enclave/attestation', async ({ query, raw }, reply) => {
    const document = await attestation.fresh(decodeNonce(query.nonce), raw.socket)
    return sendText(reply, Buffer.from(document.bytes).toString('base64'))
  })

  app.get<{ Querystring: { sha256?: unknown } }>('/attestation/raw', async ({ query }, reply) => {
    const { bytes } = find(query.sha256)
    return reply.header('cache-control', 'no-store').type('application/cbor').send(Buffer.from(bytes))
  })

  app.get<{ Querystring: { sha256?: unknown } }>('/attestation/hex', async ({ query }, reply) =>
    sendText(reply, toHex(find(query.sha256).bytes).slice(2)),
  )

  app.get('/attestation/kept', async (_request, reply) => {
    const document = attestation.kept()
    if (document === undefined) throw new EnclaveError('DOCUMENT_NOT_FOUND', 'This enclave has no kept receipt key')
    return reply.header('cache-control', 'no-store').type('application/cbor').send(Buffer.from(document.bytes))
  })

  app.get('/.well-known/nacre-keyset', async (_request, reply) => sendJsonBytes(reply, attestation.keysetBytes))

  if (identity !== undefined) app.get('/.well-known/nacre-identity', async (_request, reply) => sendJsonBytes(reply, identity))

  // Where EHBP's clients look for the key. Nothing vouches for it here: careful clients take it from the attested keyset.
  app.get(ehbp.keysPath, async (_request, reply) => reply.type(ehbp.keysMediaType).send(Buffer.from(encryption.keyConfig)))

  // The address and the first four names that introspector-enclave's clients know. Every word of it is in the keyset, the documents and leaf 0 of the log, where it is signed.
  app.get('/v1/enclave-info', async (_request, reply) => {
    const previous = epochs.previous()
    const { pcrs } = decodeAttestation(attestation.current().bytes)
    const { receiptKey, logName } = decodeKeyset(attestation.keysetBytes)
    reply.header('cache-control', 'no-store')
    return {
      version,
      previous_pcr0: previous === undefined ? null : (previous?.document.pcrs.get(0) ?? 'genesis'),
      ...(previous ? { previous_pcr0_attestation: Buffer.from(previous.attestation).toString('base64') } : {}),
      attestation_pubkey: receiptKey,
      ...Object.fromEntries([0, 1, 2, 16].map((index) => [`pcr${index}`, pcrs.get(index) ?? null])),
      log_name: logName,
      previous_log: previous
        ? { log_name: previous.head.origin, tree_size: Number(previous.head.treeSize), root_hash: previous.head.rootHash }
        : null,
      attestation_url: '/attestation/raw',
      keyset_url: '/.well-known/nacre-keyset',
    }
  })

  app.get<{ Params: { name: string } }>('/v1/models/:name/manifest', async ({ params }, reply) =>
    sendJsonBytes(reply, models.find(params.name).manifestBytes),
  )

  // A program's manifest names its stages by these manifests' hashes.
  app.get<{ Params: { name: string; role: string } }>('/v1/models/:name/stages/:role/manifest', async ({ params }, reply) => {
    const model = models.find(params.name)
    const stage = 'stages' in model ? model.stages.find(({ role }) => role === params.role) : undefined
    if (stage === undefined) throw new EnclaveError('MODEL_NOT_FOUND', 'The model has no such stage')
    return sendJsonBytes(reply, stage.manifestBytes)
  })

  function find(sha256: unknown) {
    if (sha256 === undefined) return attestation.current()
    if (!isHex(sha256, 32)) throw new EnclaveError('DOCUMENT_NOT_FOUND', undefined, { expected: '0x and 64 hexadecimal digits' })
    return attestation.bySha256(sha256.toLowerCase() as Hex)
  }
}

/** With or without 0x. */
function decodeNonce(nonce: unknown): Uint8Array {
  const hex = typeof nonce === 'string' ? (nonce.startsWith('0x') ? nonce : `0x${nonce}`) : undefined
  if (!isHex(hex) || hex.length < 4 || hex.length > 2 + 2 * nonceBytesMax)
    throw new EnclaveError('NONCE_MALFORMED', undefined, { expected: `1 to ${nonceBytesMax} bytes in hexadecimal` })
  return fromHex(hex)
}

function sendText(reply: FastifyReply, text: string): FastifyReply {
  return reply.header('cache-control', 'no-store').type('text/plain; charset=utf-8').send(text)
}

/** The very bytes that were hashed; a serializer would write others. */
function sendJsonBytes(reply: FastifyReply, bytes: Uint8Array): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(Buffer.from(bytes))
}
