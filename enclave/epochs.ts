import { decodeAttestation, type VerifiedAttestation, verifyAttestation } from '@nacre/verifier/attestation'
import type { Hex } from '@nacre/verifier/bytes'
import { decodeCertificate } from '@nacre/verifier/certificate'
import { type TreeHead, verifyCheckpointNote } from '@nacre/verifier/checkpoint'
import { verifyKeyset } from '@nacre/verifier/enclave-identity'
import { VerifierError } from '@nacre/verifier/errors'
import type { AttestationService } from './attestation-service.ts'
import { EnclaveError } from './errors.ts'
import type { ReceiptLog } from './receipt-log.ts'

/** What the host shows of the enclave that ran before this one. */
export type PreviousEvidence = {
  attestation: Uint8Array
  /** As served. */
  keyset: Uint8Array
  /** The last checkpoint of its log. */
  note: Uint8Array
}

/** The enclave before, as far as its own evidence goes. Which image may come before which is for the reader to say. */
export type PreviousEpoch = { attestation: Uint8Array; document: VerifiedAttestation; head: TreeHead }

/** What ties the life of this enclave's keys to the one before. */
export type Epochs = {
  /** Opens the log with what was shown; the first call decides. Canonical JSON of leaf 0. @throws `PREVIOUS_REFUSED`, and then the log is as it was */
  open(evidence: PreviousEvidence | null): Promise<string>
  /** `undefined` before the host opened the log; `null` when nothing was shown, or too late. */
  previous(): PreviousEpoch | null | undefined
}

/**
 * An enclave forgets everything when it ends, so the host must tell the next one what was before. The attack: a host that tells stories. Only what an enclave under the same root attested, and a head that the log key in
 * its keyset signed, gets into leaf 0; what no later enclave can find out is whether there was a later head, or another enclave since.
 *
 * The root is that of this enclave's own documents: whoever accepts them has accepted it.
 */
export function createEpochs({
  receiptLog,
  attestation,
}: {
  receiptLog: Pick<ReceiptLog, 'open'>
  attestation: AttestationService
}): Epochs {
  let opened: { previous: PreviousEpoch | null } | undefined

  return {
    async open(evidence) {
      const shown = evidence === null ? null : await verifyPrevious(evidence, attestation)
      const opening = receiptLog.open(shown?.head ?? null)
      opened ??= { previous: shown !== null && names(opening, shown.head) ? shown : null }
      return opening
    },
    previous: () => opened?.previous,
  }
}

async function verifyPrevious(evidence: PreviousEvidence, attestation: AttestationService): Promise<PreviousEpoch> {
  try {
    const [rootDer] = decodeAttestation(attestation.current().bytes).cabundle
    const root = decodeCertificate(rootDer as Uint8Array)
    // Its certificates lived three hours: they were valid when it was made.
    const document = await verifyAttestation({ attestation: evidence.attestation, root, time: { mode: 'document' } })
    const log = await verifyKeyset(document, evidence.keyset)
    if (log.logName === attestation.logName) throw new VerifierError('LOG_MISMATCH', 'The log before is this one')
    const { origin, treeSize, rootHash } = verifyCheckpointNote({
      note: evidence.note,
      log,
      witnesses: { keys: [], quorum: 0, latestMs: 0 },
    })
    if (treeSize < 1n || treeSize > BigInt(Number.MAX_SAFE_INTEGER))
      throw new VerifierError('CHECKPOINT_MALFORMED', 'Not the size of a log that was opened', { received: String(treeSize) })
    return { attestation: evidence.attestation, document, head: { origin, treeSize, rootHash } }
  } catch (cause) {
    if (!(cause instanceof VerifierError)) throw cause
    throw new EnclaveError('PREVIOUS_REFUSED', undefined, { received: cause.code, cause })
  }
}

/** Somebody may have opened the log while the evidence was looked at. */
function names(opening: string, { origin, rootHash }: TreeHead): boolean {
  const { previous } = JSON.parse(opening) as { previous: { origin: string; rootHash: Hex } | null }
  return previous?.origin === origin && previous.rootHash === rootHash
}
