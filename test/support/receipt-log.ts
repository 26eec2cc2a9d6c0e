import { createHash } from 'node:crypto'
import { splitRecordLines } from '@nacre/host/log/record-lines'
import { type Hex, toHex, utf8 } from '@nacre/verifier/bytes'
import { hashCheckpoint } from '@nacre/verifier/checkpoint'
import { encodeLogOpening } from '@nacre/verifier/log-opening'
import { encodeLogRecord, type LogRecord } from '@nacre/verifier/log-record'
import { hashReceipt, type Receipt } from '@nacre/verifier/receipt'
import { privateKeyToAccount } from 'viem/accounts'
import { ed25519Key, testLog } from './log.ts'

/** An enclave's log, from its keys to signed heads and the records behind the leaves. Receipts are given out by their place, unless they are to be signed. */
export function testReceiptLog({ seed = 'log', previous = null }: { seed?: string; previous?: null } = {}) {
  const hash = (text: string): Hex => `0x${createHash('sha256').update(`${seed} ${text}`).digest('hex')}`
  const account = privateKeyToAccount(hash('receipt key'))
  const key = ed25519Key(`${seed} log key`)
  const logName = `nacre/${account.address.toLowerCase()}`
  const tree = testLog()
  const records: LogRecord[] = []
  const nowMs = 1_768_478_400_000

  const add = (record: LogRecord) => {
    tree.append(Uint8Array.from(Buffer.from(record.leaf.slice(2), 'hex')))
    records.push(record)
  }
  const opening = Buffer.from(encodeLogOpening({ format: 'nacre/log/1', logName, timestampMs: nowMs, previous })).toString()
  add({ leaf: `0x${createHash('sha256').update(opening).digest('hex')}`, opening })

  return {
    log: { logName, logPublicKey: toHex(key.publicKey) },
    signer: account.address,
    tree,
    records,
    /** As the enclave hands them to its host, from this index on. */
    lines: (from = 0) =>
      splitRecordLines(
        utf8(
          records
            .slice(from)
            .map((record) => `${encodeLogRecord(record)}\n`)
            .join(''),
        ),
      ),
    key,
    async grow(count: number, { signed = false, salt = '', inputHash = hash('input') } = {}) {
      for (let i = 0; i < count; i++) {
        const sequence = BigInt(records.length)
        const receipt: Receipt = {
          requestId: hash(`request ${sequence}${salt}`),
          modelId: hash('model'),
          inputHash,
          outputHash: hash(`output ${sequence}`),
          timestampMs: BigInt(nowMs) + sequence,
          sequence,
        }
        const leaf = hashReceipt(receipt, null)
        add({ leaf, receipt, domain: null, signature: signed ? await account.sign({ hash: leaf }) : null })
      }
    },
    async signedHead() {
      const checkpoint = tree.checkpoint(BigInt(nowMs + records.length))
      return { checkpoint, signature: await account.sign({ hash: hashCheckpoint(checkpoint) }), note: tree.note(logName, key) }
    },
  }
}
export type TestReceiptLog = ReturnType<typeof testReceiptLog>
