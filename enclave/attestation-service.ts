import { createHash } from 'node:crypto'
import { type Hex, toHex } from '@nacre/verifier/bytes'
import { encodeKeyset, keysetUserData } from '@nacre/verifier/keyset'
import type { Clock } from './clock.ts'
import { EnclaveError } from './errors.ts'
import type { EnclaveKeys } from './keys.ts'
import type { Limits } from './limits.ts'
import type { Log } from './log.ts'
import type { Nsm } from './nsm.ts'
import { createRateLimit } from './rate-limit.ts'
import type { ReceiptKey } from './signing-keys.ts'

/** One attestation document, named by its hash. */
export type Document = { bytes: Uint8Array; sha256: Hex; madeAtMonotonicMs: number }

export type AttestationService = {
  /** Exact canonical bytes; every document's `user_data` is made from them. */
  keysetBytes: Uint8Array
  /** Name of the receipt log, as the keyset has it. */
  logName: string
  /** The document that answers refer to. @throws `ATTESTATION_UNAVAILABLE` when it is older than clients accept. */
  current(): Document
  /** The one that a registry learns the kept receipt key by; `undefined` where there is none. Likewise. */
  kept(): Document | undefined
  /** One of the recent documents. @throws `DOCUMENT_NOT_FOUND` */
  bySha256(sha256: Hex): Document
  /**
   * Made now or when its turn comes, with the caller's nonce, for the same keys. `connection` is whatever stands for the one who asks: each may wait for one document at a time.
   *
   * @throws `ATTESTATION_RATE_LIMITED`, `ATTESTATION_UNAVAILABLE`
   */
  fresh(nonce: Uint8Array, connection: object): Promise<Document>
  stop(): void
}

export const nonceBytesMax = 512

/**
 * Makes the keyset and the first document, then keeps a current one: leaf certificates of the NSM live three hours, and clients ask for documents much younger than that. When
 * a refresh fails the old document serves on and the next attempt comes soon.
 */
export async function startAttestationService(parts: {
  nsm: Nsm
  keys: EnclaveKeys
  modelIds: readonly Hex[]
  clock: Clock
  limits: Limits
  log: Log
}): Promise<AttestationService> {
  const { nsm, keys, modelIds, clock, limits, log } = parts
  const logName = `nacre/${keys.receipt.address.toLowerCase()}`
  const keysetBytes = encodeKeyset({
    format: 'nacre/keyset/1',
    receiptKey: toHex(keys.receipt.publicKey),
    tlsSpkiSha256: toHex(keys.tls.spkiSha256),
    hpkePublicKey: toHex(keys.hpke.publicKey),
    logName,
    logPublicKey: toHex(keys.log.publicKey),
    modelIds: [...modelIds],
    ...(keys.keptReceipt && { keptReceiptKey: toHex(keys.keptReceipt.publicKey) }),
  })
  const userData = await keysetUserData(keysetBytes)
  const rate = createRateLimit({
    perSecond: limits.freshDocumentsPerSecond,
    burst: limits.freshDocumentsBurst,
    monotonicMs: clock.monotonicMs,
  })
  const kept = new Map<Hex, Document>()
  const waiting = new Set<object>()
  let cancelRefresh = () => {}
  let stopped = false

  // A caller's nonce changes nothing else in the document: it names the same keyset for the same purpose, so it can stand for no other claim.
  async function make(nonce: Uint8Array | null, { publicKey }: ReceiptKey = keys.receipt): Promise<Document> {
    const bytes = await nsm.attest({ userData, nonce, publicKey })
    return { bytes, sha256: toHex(createHash('sha256').update(bytes).digest()), madeAtMonotonicMs: clock.monotonicMs() }
  }

  function keep(document: Document): Document {
    kept.set(document.sha256, document)
    for (const oldest of kept.keys()) {
      if (kept.size <= limits.documentsKept) break
      kept.delete(oldest)
    }
    return document
  }

  async function refresh(): Promise<void> {
    let delayMs = limits.documentRefreshMs
    try {
      latest = keep(await make(null))
      latestKept = await makeKept()
      log.info({ msg: 'attestation document refreshed', documentSha256: latest.sha256, documentBytes: latest.bytes.length })
    } catch (error) {
      delayMs = limits.documentRefreshMs / 10
      log.warn({ msg: 'attestation document not refreshed', code: error instanceof EnclaveError ? error.code : 'INTERNAL', delayMs })
    }
    if (!stopped) cancelRefresh = clock.after(delayMs, refresh)
  }

  // Not among those that answers refer to: it stands for one key of the keyset, and not for the enclave that answers.
  const makeKept = async () => keys.keptReceipt && make(null, keys.keptReceipt)
  let latest = keep(await make(null))
  let latestKept = await makeKept()
  cancelRefresh = clock.after(limits.documentRefreshMs, refresh)

  function notTooOld(document: Document): Document {
    const ageMs = clock.monotonicMs() - document.madeAtMonotonicMs
    if (ageMs > limits.documentAgeMsMax) throw new EnclaveError('ATTESTATION_UNAVAILABLE', undefined, { retryAfterSeconds: 60 })
    return document
  }

  return {
    keysetBytes,
    logName,
    current: () => notTooOld(latest),
    kept: () => latestKept && notTooOld(latestKept),
    bySha256(sha256) {
      const document = kept.get(sha256)
      if (document === undefined) throw new EnclaveError('DOCUMENT_NOT_FOUND')
      return document
    },
    async fresh(nonce, connection) {
      if (nonce.length < 1 || nonce.length > nonceBytesMax)
        throw new EnclaveError('NONCE_MALFORMED', undefined, { expected: `1 to ${nonceBytesMax} bytes`, received: `${nonce.length} bytes` })
      // Every client begins with a document, so refusing beyond a rate lets one stranger lock out all others: they wait instead, in order. The NSM serves one request at a time and a queue
      // without a bound would starve the refresh of the current document, so there is one; and one place in it for each connection, or a single one could fill it with pipelined requests.
      if (waiting.size >= limits.freshDocumentsWaitingMax || waiting.has(connection))
        throw new EnclaveError('ATTESTATION_RATE_LIMITED', undefined, { retryAfterSeconds: 1 })
      waiting.add(connection)
      try {
        const delayMs = rate.reserveMs()
        if (delayMs > 0) await new Promise<void>((resolve) => clock.after(delayMs, resolve))
        return await make(nonce)
      } catch (cause) {
        throw new EnclaveError('ATTESTATION_UNAVAILABLE', undefined, { retryAfterSeconds: 5, cause })
      } finally {
        waiting.delete(connection)
      }
    },
    stop() {
      stopped = true
      cancelRefresh()
    },
  }
}
