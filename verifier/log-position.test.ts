import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { verdict } from '../test/support/expect.ts'
import { type TestReceiptLog, testReceiptLog } from '../test/support/receipt-log.ts'
import { utf8 } from './bytes.ts'
import { checkpointToJson } from './checkpoint.ts'
import { type LogHead, verifyLogPosition } from './log-position.ts'
import type { Receipt } from './receipt.ts'
import { decodeTilePath, encodeHashTile, tileWidth } from './tlog-tiles.ts'

type Files = (path: string) => Promise<Uint8Array | undefined>

/** A log's files at the size that it has now. */
async function filesOf(source: TestReceiptLog, { widest = false } = {}): Promise<Files> {
  const { checkpoint, signature, note } = await source.signedHead()
  const treeSize = Number(checkpoint.treeSize)
  const json = utf8(JSON.stringify({ checkpoint: checkpointToJson(checkpoint), signature }))
  return async (path) => {
    if (path === 'checkpoint') return note
    if (path === 'checkpoint.json') return json
    const tile = decodeTilePath(path)
    if (tile === undefined || tile.level === 'entries') return undefined
    const { level, index, width } = tile
    const row = Math.floor(treeSize / tileWidth ** level)
    if (index * tileWidth + width > row || (widest && width < tileWidth && (index + 1) * tileWidth <= row)) return undefined
    return encodeHashTile(Array.from({ length: width }, (_, i) => source.tree.node(8 * level, index * tileWidth + i)))
  }
}

let source: TestReceiptLog
let read: Files
beforeAll(async () => {
  source = testReceiptLog()
  await source.grow(699)
  read = await filesOf(source)
})

const receiptOf = ({ records }: TestReceiptLog, index: number) => (records[index] as { receipt: Receipt }).receipt
const position = (index: number, changes: Partial<Parameters<typeof verifyLogPosition>[0]> = {}) =>
  verifyLogPosition({
    read,
    keyset: source.log,
    signer: source.signer,
    receipt: receiptOf(source, index),
    domain: null,
    witnesses: { keys: [], quorum: 0, latestMs: 0 },
    remembered: null,
    ...changes,
  })
const headOf = ({ tree }: TestReceiptLog): LogHead => ({ treeSize: BigInt(tree.size()), rootHash: tree.root() })
const serving =
  (changes: Record<string, Uint8Array>): Files =>
  async (path) =>
    changes[path] ?? read(path)
const flipped = async (path: string, at: number) =>
  Uint8Array.from((await read(path)) as Uint8Array, (byte, i) => (i === at ? byte ^ 1 : byte))

test('each receipt is proven to be the leaf that its sequence names', async () => {
  for (const index of [1, 2, 255, 256, 257, 511, 512, 699]) {
    const checks: string[] = []
    const { head, inclusion } = await position(index, { onCheck: (check) => checks.push(check) })
    expect(head.treeSize).toBe(700n)
    expect(inclusion.proof.length).toBeGreaterThan(0)
    expect(checks).toEqual(['log signature', 'log receipt key', 'log consistency', 'log inclusion'])
  }
})

test('a log that only grew is consistent with every head of before', async () => {
  const earlier = testReceiptLog()
  const sizes = fc.uniqueArray(fc.integer({ min: 1, max: 700 }), { minLength: 5, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(sizes, async (list) => {
      for (const size of list.sort((a, b) => a - b)) {
        if (size > earlier.tree.size()) await earlier.grow(size - earlier.tree.size())
        expect(await verdict(() => position(3, { remembered: headOf(earlier) }))).toBe('accepted')
      }
    }),
    { numRuns: 3 },
  )
})

test('tiles that were superseded while they were read are read from the wider ones', async () => {
  const grown = testReceiptLog()
  await grown.grow(767)
  const wide = await filesOf(grown, { widest: true })
  const racing: Files = async (path) => (path.startsWith('checkpoint') ? read(path) : wide(path))
  expect(await wide('tile/0/002.p/188')).toBeUndefined()
  expect(await verdict(() => position(600, { read: racing }))).toBe('accepted')
})

test('a host that rewinds, forks, alters, forges or withholds is refused', async () => {
  const newer = testReceiptLog()
  await newer.grow(720)
  // An older head, genuine and whole, after a newer one was seen.
  expect(await verdict(() => position(3, { remembered: headOf(newer) }))).toBe('CONSISTENCY_INVALID')
  // Another history under genuine keys: an enclave whose memory was wound back.
  for (const size of [500, 700, 900]) {
    const fork = testReceiptLog()
    await fork.grow(300)
    await fork.grow(size - 301, { salt: ' fork' })
    expect(await verdict(async () => position(3, { read: await filesOf(fork), remembered: headOf(newer) })), String(size)).toBe(
      'CONSISTENCY_INVALID',
    )
    // Without a memory the fork shows where the receipt should be and is not.
    expect(await verdict(async () => position(400, { read: await filesOf(fork) })), String(size)).toBe('INCLUSION_INVALID')
  }
  // A log that does not reach the receipt.
  const behind = testReceiptLog()
  await behind.grow(100)
  expect(await verdict(async () => position(101, { read: await filesOf(behind) }))).toBe('INCLUSION_INVALID')
  // Tiles of another tree, altered, cut short, missing.
  expect(await verdict(async () => position(3, { read: serving({ 'tile/0/000': await flipped('tile/0/000', 40) }) }))).toBe(
    'INCLUSION_INVALID',
  )
  expect(await verdict(() => position(3, { read: serving({ 'tile/0/000': new Uint8Array(32 * 255) }) }))).toBe('TILE_MALFORMED')
  const without = (name: string) => position(600, { read: async (path) => (path.startsWith(name) ? undefined : read(path)) })
  for (const name of ['checkpoint', 'checkpoint.json', 'tile/0/002']) expect(await verdict(() => without(name))).toBe('TILE_MALFORMED')
  // A head of the host's own: under another key, under the log's name and no key, with one byte changed, or not signed by the receipt key.
  const other = testReceiptLog({ seed: 'another' })
  await other.grow(699)
  expect(await verdict(async () => position(3, { read: await filesOf(other) }))).toBe('LOG_MISMATCH')
  const forged = source.tree.note(source.log.logName, other.key)
  expect(await verdict(() => position(3, { read: serving({ checkpoint: forged }) }))).toBe('NOTE_SIGNATURE_INVALID')
  const { signature } = await other.signedHead()
  const json = utf8(JSON.stringify({ checkpoint: checkpointToJson(source.tree.checkpoint(1n)), signature }))
  expect(await verdict(() => position(3, { read: serving({ 'checkpoint.json': json }) }))).toBe('SIGNATURE_INVALID')
  // Two genuine heads of different sizes, one under each signature.
  const { note } = await newer.signedHead()
  expect(await verdict(() => position(3, { read: serving({ checkpoint: note }) }))).toBe('CONSISTENCY_INVALID')
})

test('files that are no files of a log are refused, whatever they hold', async () => {
  const paths = ['checkpoint', 'checkpoint.json', 'tile/0/002.p/188', 'tile/1/000.p/2']
  const arbitrary = fc.tuple(fc.constantFrom(...paths), fc.uint8Array({ maxLength: 200 }))
  const codes = new Set<string>()
  await fc.assert(
    fc.asyncProperty(arbitrary, async ([path, bytes]) => {
      codes.add(await verdict(() => position(600, { read: serving({ [path]: bytes }) })))
    }),
    { numRuns: 200 },
  )
  expect(codes.has('accepted')).toBe(false)
  for (const file of ['{}', 'null', '[]', '{"checkpoint":{}}', '{"checkpoint":null,"signature":7}'])
    expect(await verdict(() => position(3, { read: serving({ 'checkpoint.json': utf8(file) }) }))).toBe('CHECKPOINT_MALFORMED')
})
