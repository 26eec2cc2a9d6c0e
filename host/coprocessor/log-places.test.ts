import { fromHex, toHex, utf8 } from '@nacre/verifier/bytes'
import { checkpointToJson, encodeTreeHead, hashCheckpoint } from '@nacre/verifier/checkpoint'
import { appendLeaf, emptyRange, hashLeaf, rootOf, verifyInclusion } from '@nacre/verifier/merkle'
import { encodeNote } from '@nacre/verifier/note'
import { encodeHashTile } from '@nacre/verifier/tlog-tiles'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { beforeEach, expect, test } from 'vitest'
import type { LogSource } from '../audit/source.ts'
import { logPlaces } from './log-places.ts'

const enclave = privateKeyToAccount(generatePrivateKey())
const leafHashes = Array.from({ length: 40 }, (_, index) => hashLeaf(utf8(`leaf ${index}`)))
const leaves = [3, 17, 38].map((index) => ({ sequence: BigInt(index), leafHash: leafHashes[index] as Uint8Array }))
let files: Map<string, Uint8Array>

/** The files of a log of so many leaves, signed by `account`. */
async function publish(size: number, account = enclave): Promise<void> {
  const rootHash = toHex(rootOf(leafHashes.slice(0, size).reduce(appendLeaf, emptyRange)))
  const checkpoint = { treeSize: BigInt(size), rootHash, timestampMs: 1n }
  const signature = await account.sign({ hash: hashCheckpoint(checkpoint) })
  const text = encodeTreeHead({ origin: 'nacre/test', treeSize: checkpoint.treeSize, rootHash })
  files.set('checkpoint', encodeNote({ text, signatures: [{ name: 'nacre/test', keyId: '0x00000000', signature: new Uint8Array(64) }] }))
  files.set('checkpoint.json', utf8(JSON.stringify({ checkpoint: checkpointToJson(checkpoint), signature })))
  files.set(`tile/0/000.p/${size}`, encodeHashTile(leafHashes.slice(0, size)))
}

const find = (patienceMsMax = 0) => {
  const source: LogSource = { name: 'test', read: async (path) => files.get(path) ?? null }
  return logPlaces({ openLog: () => source, patienceMsMax }).find(enclave.address, leaves)
}

beforeEach(() => {
  files = new Map()
})

test('places of all under one checkpoint', async () => {
  await publish(40)
  const places = await find()
  expect(new Set(places?.map(({ checkpointSignature }) => checkpointSignature)).size).toBe(1)
  for (const [index, place] of (places ?? []).entries()) {
    const { sequence, leafHash } = leaves[index] as (typeof leaves)[number]
    const { treeSize, rootHash } = place.checkpoint
    const proof = place.proof.map((hash) => fromHex(hash))
    verifyInclusion({ leafHash, index: sequence, treeSize, proof, root: fromHex(rootHash) })
  }
})

test('a log that does not reach so far is waited for, and not for ever', async () => {
  await publish(20)
  expect(await find()).toBeNull()
  const waiting = find(2_000)
  await publish(40)
  expect(await waiting).toHaveLength(3)
  files.clear()
  expect(await find()).toBeNull()
})

// The attacks: whoever serves the log shows another key's, or another tree than was signed.
test('another key’s checkpoint, and hashes that do not lead to it, are no places', async () => {
  await publish(40, privateKeyToAccount(generatePrivateKey()))
  expect(await find()).toBeNull()
  await publish(40)
  const tile = files.get('tile/0/000.p/40') as Uint8Array
  files.set(
    'tile/0/000.p/40',
    tile.map((byte, at) => (at === 32 * 16 ? byte ^ 1 : byte)),
  )
  expect(await find()).toBeNull()
  files.set('tile/0/000.p/40', tile.subarray(0, 32 * 39))
  expect(await find()).toBeNull()
  files.set('checkpoint.json', utf8('{"checkpoint":[],"signature":"0x"}'))
  expect(await find()).toBeNull()
})
