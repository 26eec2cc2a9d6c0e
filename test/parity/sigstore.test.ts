import { createPublicKey } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSource } from '@nacre/host/audit/source'
import { openLogStore } from '@nacre/host/log/store'
import { placeInLog } from '@nacre/host/log-place'
import { fromHex } from '@nacre/verifier/bytes'
import { logKey } from '@nacre/verifier/checkpoint'
import { decodeNote, noteKeyId } from '@nacre/verifier/note'
import { afterAll, expect, test } from 'vitest'
import { cosignText, ed25519Key } from '../support/log.ts'
import { testReceiptLog } from '../support/receipt-log.ts'

/**
 * Somebody else's client of transparency logs, sigstore's for JavaScript, on the files that a host serves: it reads the note's signature and leads a leaf to the root by code that was written for another log.
 * What it has no part for: consistency proofs, cosignatures, and the tiles themselves.
 */
type Checkpoint = { logSize: bigint; logHash: Buffer }
const require = createRequire(import.meta.url)
const { verifyCheckpoint } = require('@sigstore/verify/dist/tlog/checkpoint.js') as {
  verifyCheckpoint(entry: object, logs: readonly object[]): Checkpoint
}
const { verifyMerkleInclusion } = require('@sigstore/verify/dist/tlog/merkle.js') as {
  verifyMerkleInclusion(entry: object, checkpoint: Checkpoint): void
}

const folder = mkdtempSync(join(tmpdir(), 'nacre-sigstore-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a client that was written for other logs reads the checkpoint, and finds every receipt where it should stand', async () => {
  const log = testReceiptLog()
  const store = await openLogStore({ path: join(folder, 'log'), temporaryPath: join(folder, 'tmp'), log: log.log })
  await log.grow(600)
  const signed = await log.signedHead()
  await store.publish(log.lines(), signed)
  const text = decodeNote(signed.note).text
  await store.cosign(text, [cosignText(text, 'witness.example/w1', ed25519Key('w1'), 1_768_478_500n)])

  const envelope = readFileSync(join(folder, 'log/checkpoint'), 'utf8')
  const key = logKey(log.log)
  const known = (publicKey: Uint8Array) => ({
    logID: Buffer.concat([fromHex(noteKeyId(key)), Buffer.alloc(28)]),
    baseURL: log.log.logName,
    publicKey: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') }, format: 'jwk' }),
  })
  const entryAt = async (index: number) => {
    const { inclusion } = await placeInLog(openSource(store.path, { timeoutMs: 1000 }), index)
    const hashes = inclusion.proof.map((hash) => Buffer.from(fromHex(hash)))
    return {
      canonicalizedBody: Buffer.from(fromHex(log.records[index]?.leaf ?? '0x')),
      inclusionProof: { logIndex: String(index), treeSize: '601', hashes, checkpoint: { envelope } },
    }
  }
  const first = await entryAt(1)
  const checkpoint = verifyCheckpoint(first, [known(key.publicKey)])
  expect(checkpoint.logSize).toBe(601n)
  for (const index of [1, 2, 255, 256, 257, 511, 512, 599, 600]) verifyMerkleInclusion(await entryAt(index), checkpoint)

  // It refuses what we refuse.
  expect(() => verifyCheckpoint(first, [known(ed25519Key('another').publicKey)])).toThrow('invalid checkpoint signature')
  const grown = { ...first, inclusionProof: { ...first.inclusionProof, checkpoint: { envelope: envelope.replace('\n601\n', '\n602\n') } } }
  expect(() => verifyCheckpoint(grown, [known(key.publicKey)])).toThrow('invalid checkpoint signature')
  const moved = { ...first, inclusionProof: { ...first.inclusionProof, logIndex: '2' } }
  expect(() => verifyMerkleInclusion(moved, checkpoint)).toThrow('root hash')
  expect(() => verifyMerkleInclusion({ ...first, canonicalizedBody: Buffer.alloc(32) }, checkpoint)).toThrow('root hash')
})
