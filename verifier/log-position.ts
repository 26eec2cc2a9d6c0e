import type { Address } from 'viem'
import { fromHex, type Hex, toHex } from './bytes.ts'
import { type VerifiedTreeHead, verifyCheckpoint, verifyCheckpointNote, type WitnessPolicy } from './checkpoint.ts'
import { VerifierError } from './errors.ts'
import type { Keyset } from './keyset.ts'
import { type LogFiles, type ReadLogFile, readLogHead, readLogNodes } from './log-files.ts'
import { consistencyProof, consistencyRanges, inclusionProof, inclusionRanges, verifyConsistency } from './merkle.ts'
import type { Receipt, ReceiptDomain } from './receipt.ts'
import { type ReceiptInclusion, verifyReceiptInclusion } from './receipt-proof.ts'
import type { Verified } from './verified.ts'

/** What a reader of a log keeps from one visit to the next: with it, a log that was rewound or forked is caught; without it, nobody but witnesses can tell. */
export type LogHead = { readonly treeSize: bigint; readonly rootHash: Hex }

/** The checks in their order; see `VerificationCheck` for those of the answer itself. */
export type LogCheck = 'log signature' | 'log receipt key' | 'log consistency' | 'log inclusion'

export type LogPosition = Verified<{
  /** To be remembered. */
  readonly head: VerifiedTreeHead
  /** Both for a bundle, which then proves the place without the host. */
  readonly inclusion: ReceiptInclusion
  readonly note: Uint8Array
}>

/**
 * A receipt's place in its log, proven from the checkpoint and tiles that the host serves (C2SP tlog-tiles): that the head is signed by the attested log key and by the receipt key, that it grew out of
 * the head that was seen last, and that the receipt is the leaf that its sequence names. From then on the enclave's operator cannot deny the answer without showing two histories.
 *
 * @throws `LOG_MISMATCH`, `NOTE_SIGNATURE_INVALID`, `SIGNATURE_INVALID`, `CONSISTENCY_INVALID` for a log that was rewound or forked, `INCLUSION_INVALID` for one that has another leaf there or does
 * not (yet) reach so far, `TILE_MALFORMED` with the path of a file that is missing or of another size, and those of the parts
 */
export async function verifyLogPosition(parameters: {
  read: ReadLogFile
  /** Of a verified enclave. */
  keyset: Pick<Keyset, 'logName' | 'logPublicKey'>
  signer: Address
  /** Verified. */
  receipt: Receipt
  domain: ReceiptDomain
  witnesses: WitnessPolicy
  /** `null` at the first visit. */
  remembered: LogHead | null
  onCheck?: ((check: LogCheck) => void) | undefined
}): Promise<LogPosition> {
  const { read, keyset, signer, receipt, domain, witnesses, remembered, onCheck } = parameters
  const files = { read, missing: (path: string) => new VerifierError('TILE_MALFORMED', `${path} is missing`) }
  const { note, ...signed } = await readLogHead(files)
  const head = verifyCheckpointNote({ note, log: keyset, witnesses })
  onCheck?.('log signature')
  const checkpoint = await verifyCheckpoint({ ...signed, signer })
  // Two heads of one size under two signatures would be two logs.
  verifyConsistency({ oldSize: head.treeSize, ...roots(head, checkpoint), newSize: checkpoint.treeSize, proof: [] })
  onCheck?.('log receipt key')
  const treeSize = Number(head.treeSize)
  if (remembered !== null) await assertGrown(remembered, head, files)
  onCheck?.('log consistency')
  if (receipt.sequence >= head.treeSize)
    throw new VerifierError('INCLUSION_INVALID', 'The log does not reach this receipt', {
      expected: `more than ${receipt.sequence} leaves`,
      received: `${treeSize} leaves`,
    })
  const index = Number(receipt.sequence)
  const ranges = inclusionRanges(index, treeSize)
  const proof = inclusionProof(index, treeSize, await readLogNodes(files, ranges, treeSize)).map(toHex)
  const inclusion = { checkpoint, checkpointSignature: signed.signature, proof }
  await verifyReceiptInclusion({ receipt, domain, signer, inclusion })
  onCheck?.('log inclusion')
  return { head, inclusion, note } as unknown as LogPosition
}

/** The attacks: a host that goes back to an older head, or shows this reader another history than it showed before. */
async function assertGrown(remembered: LogHead, head: VerifiedTreeHead, files: LogFiles): Promise<void> {
  const [oldSize, newSize] = [Number(remembered.treeSize), Number(head.treeSize)]
  const ranges = oldSize > 0 && oldSize < newSize ? consistencyRanges(oldSize, newSize) : []
  const proof = ranges.length === 0 ? [] : consistencyProof(oldSize, newSize, await readLogNodes(files, ranges, newSize))
  verifyConsistency({ oldSize: remembered.treeSize, ...roots(remembered, head), newSize: head.treeSize, proof })
}

function roots(older: LogHead, newer: LogHead): { oldRoot: Uint8Array; newRoot: Uint8Array } {
  return { oldRoot: fromHex(older.rootHash, 32), newRoot: fromHex(newer.rootHash, 32) }
}
