import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fromHex, type Hex, sha256, toHex, utf8 } from '@nacre/verifier/bytes'
import { checkpointToJson, encodeTreeHead, hashCheckpoint } from '@nacre/verifier/checkpoint'
import { encodeLogOpening, type LogOpening } from '@nacre/verifier/log-opening'
import { encodeLogRecord, type LogRecord } from '@nacre/verifier/log-record'
import { decodeOnnxManifest, hashManifest } from '@nacre/verifier/manifest'
import { hashReceipt, type Receipt } from '@nacre/verifier/receipt'
import { encodeTensors, hashTensors, type Tensor, tensorFromValues } from '@nacre/verifier/tensor'
import { encodeEntryTile, encodeHashTile, tilePath, tilesOf, tileWidth } from '@nacre/verifier/tlog-tiles'
import { logKey, makeAnswer, receiptAccount, sha256Hex } from '../../test/support/answer.ts'
import { cosignText, ed25519Key, testLog } from '../../test/support/log.ts'
import { nowMs } from '../../test/support/pki.ts'
import { openEngine } from '../replay/engine.ts'

const models = fileURLToPath(new URL('../../enclave/models/', import.meta.url))

async function auditModel(name: string) {
  const manifest = decodeOnnxManifest(Uint8Array.from(readFileSync(join(models, name, 'manifest.json'))))
  return { id: await hashManifest(manifest), manifest, weightsPath: join(models, name, 'model.onnx') }
}

export type TestEntry = { receipt: Receipt; signature: Hex | null; inputs: Tensor[]; outputs: Tensor[] }

export type WrittenLog = Awaited<ReturnType<typeof makeLogParts>>

/** An enclave of the test PKI that answered `count` times with the integer model of digits: all that a host would store. */
export async function makeLogParts(count: number) {
  const model = await auditModel('digits-int')
  const { keyset, bundle, policy, chain } = await makeAnswer({ manifest: model.manifest })
  const engine = await openEngine({ kind: 'integer', manifest: model.manifest, weightsPath: model.weightsPath, timeoutMs: 60_000 })
  const entries: TestEntry[] = []
  for (let sequence = 1; sequence <= count; sequence++) {
    const inputs = [
      tensorFromValues({
        name: 'pixels',
        datatype: 'UINT8',
        shape: [1, 64],
        values: Array.from({ length: 64 }, (_, i) => (sequence * 7 + i) % 17),
      }),
    ]
    const outputs = await engine.run(inputs, ['logits'])
    const receipt: Receipt = {
      requestId: sha256Hex(`request ${sequence}`),
      modelId: model.id,
      inputHash: await hashTensors(inputs),
      outputHash: await hashTensors(outputs),
      timestampMs: BigInt(nowMs + 100 * sequence),
      sequence: BigInt(sequence),
    }
    // Most were given out by their place in the log.
    const signature = sequence % 10 === 0 ? await receiptAccount.sign({ hash: hashReceipt(receipt, null) }) : null
    entries.push({ receipt, signature, inputs, outputs })
  }
  engine.close()
  const opening: LogOpening = { format: 'nacre/log/1', logName: keyset.logName, timestampMs: nowMs, previous: null }
  return { model, keyset, attestation: bundle.attestation, keysetBytes: bundle.keyset, policy, root: chain.root, opening, entries }
}

/** Writes the files that the host of such a log would serve. */
export async function writeLog(folder: string, parts: WrittenLog): Promise<{ note: Uint8Array; rootHash: Hex }> {
  // Tensors stay, by their hashes.
  for (const path of ['tile', 'record']) rmSync(join(folder, path), { recursive: true, force: true })
  const write = (path: string, bytes: Uint8Array | string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
  const opening = encodeLogOpening(parts.opening)
  const records: LogRecord[] = [
    { leaf: toHex(await sha256(opening)), opening: new TextDecoder().decode(opening) },
    ...parts.entries.map(({ receipt, signature }) => ({ leaf: hashReceipt(receipt, null), receipt, domain: null, signature })),
  ]
  const leaves = records.map(({ leaf }) => fromHex(leaf))
  const log = testLog(leaves)
  for (const tile of tilesOf(leaves.length)) {
    const [first, last] = [tile.index * tileWidth, tile.index * tileWidth + tile.width]
    if (tile.level === 'entries') {
      write(tilePath(tile), encodeEntryTile(leaves.slice(first, last)))
      const lines = records.slice(first, last).map((record) => `${encodeLogRecord(record)}\n`)
      write(tilePath(tile).replace('tile/entries', 'record'), lines.join(''))
    } else {
      const level = tile.level
      write(tilePath(tile), encodeHashTile(Array.from({ length: tile.width }, (_, i) => log.node(8 * level, first + i))))
    }
  }
  const checkpoint = log.checkpoint(BigInt(nowMs + 100 * parts.entries.length + 1000))
  const signature = await receiptAccount.sign({ hash: hashCheckpoint(checkpoint) })
  const text = encodeTreeHead({ origin: parts.keyset.logName, treeSize: checkpoint.treeSize, rootHash: checkpoint.rootHash })
  const note = log.note(
    parts.keyset.logName,
    logKey,
    cosignText(text, 'witness.example/w1', ed25519Key('w1'), BigInt(Math.floor(nowMs / 1000) + 60)),
  )
  write('checkpoint', note)
  write('checkpoint.json', JSON.stringify({ checkpoint: checkpointToJson(checkpoint), signature }))
  write('keyset', parts.keysetBytes)
  write('attestation', parts.attestation)
  for (const { receipt, inputs, outputs } of parts.entries) {
    for (const [hash, tensors] of [
      [receipt.inputHash, inputs],
      [receipt.outputHash, outputs],
    ] as const)
      if (!existsSync(join(folder, 'tensors', hash.slice(2)))) write(`tensors/${hash.slice(2)}`, encodeTensors(tensors))
  }
  return { note, rootHash: checkpoint.rootHash }
}

export const beacon = utf8('a beacon of everybody')
