import { checkpointToJson } from '@nacre/verifier/checkpoint'
import type { FastifyInstance } from 'fastify'
import type { PreviousEvidence } from './epochs.ts'
import { EnclaveError } from './errors.ts'
import type { SignedCheckpoint } from './receipt-log.ts'
import type { EnclaveServices } from './server.ts'

/** For everyone: the head of the log, past any host that would rather show an older one. */
export function registerLogRoutes(app: FastifyInstance, { receiptLog }: EnclaveServices): void {
  app.get('/v1/log/checkpoint', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
    return checkpointJson(receiptLog.checkpoint())
  })
}

/**
 * For the host alone, on a listener that it does not pass on: here it fetches entries and says what it stored. The attack: whoever else could say so would make the enclave forget entries that are
 * nowhere yet.
 */
export function registerLogFeedRoutes(app: FastifyInstance, services: EnclaveServices): void {
  const { receiptLog, epochs } = services
  registerLogRoutes(app, services)

  app.post('/v1/log/open', async ({ body }, reply) => {
    const opening = await epochs.open(body instanceof Uint8Array && body.length > 0 ? decodePrevious(body) : null)
    return reply.type('application/json; charset=utf-8').send(opening)
  })

  app.get<{ Querystring: { from?: unknown } }>('/v1/log/entries', async ({ query }, reply) => {
    const lines = receiptLog.entries(leafIndex(query.from, 'from'))
    return reply.header('cache-control', 'no-store').type('application/x-ndjson').send(lines)
  })

  app.post('/v1/log/stored', async ({ body }) => {
    const treeSize = leafIndex(decodeStored(body), 'treeSize')
    receiptLog.stored(treeSize)
    return { treeSize }
  })
}

export function checkpointJson({ checkpoint, signature, note }: SignedCheckpoint) {
  return { checkpoint: checkpointToJson(checkpoint), signature, note: Buffer.from(note).toString() }
}

/** `{"attestation": base64, "keyset": text, "note": text}` */
function decodePrevious(body: Uint8Array): PreviousEvidence {
  const malformed = () =>
    new EnclaveError('LOG_REQUEST_INVALID', 'The body is not {"attestation": BASE64, "keyset": TEXT, "note": TEXT} of the log before')
  if (body.length > previousBytesMax) throw malformed()
  let fields: { attestation?: unknown; keyset?: unknown; note?: unknown } | null
  try {
    fields = JSON.parse(Buffer.from(body).toString()) as typeof fields
  } catch {
    throw malformed()
  }
  const { attestation, keyset, note } = fields ?? {}
  if (typeof attestation !== 'string' || typeof keyset !== 'string' || typeof note !== 'string') throw malformed()
  return {
    attestation: Uint8Array.from(Buffer.from(attestation, 'base64')),
    keyset: Uint8Array.from(Buffer.from(keyset)),
    note: Uint8Array.from(Buffer.from(note)),
  }
}

/** A document, a keyset and a note, each at its longest, in JSON. */
const previousBytesMax = 256 * 1024

function decodeStored(body: unknown): unknown {
  try {
    return (JSON.parse(Buffer.from(body as Uint8Array).toString()) as { treeSize?: unknown }).treeSize
  } catch {
    throw new EnclaveError('LOG_REQUEST_INVALID', 'The body is not {"treeSize": N}')
  }
}

function leafIndex(value: unknown, name: string): number {
  const number = typeof value === 'string' && /^(0|[1-9][0-9]{0,15})$/.test(value) ? Number(value) : value
  if (!Number.isSafeInteger(number) || (number as number) < 0)
    throw new EnclaveError('LOG_REQUEST_INVALID', `${name} is not a number of leaves`, { expected: 'an integer from 0' })
  return number as number
}
