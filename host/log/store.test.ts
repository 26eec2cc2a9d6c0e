import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tilePath, tilesOf } from '@nacre/verifier/tlog-tiles'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verdict } from '../../test/support/expect.ts'
import { type TestReceiptLog, testReceiptLog } from '../../test/support/receipt-log.ts'
import { type LogStore, openLogStore, recordPath } from './store.ts'
import { verifyServedLog } from './verify.ts'

let folder: string
let count = 0
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'nacre-log-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const nobody = { keys: [], quorum: 0, latestMs: 0 }
const open = (path: string, { log }: TestReceiptLog) => openLogStore({ path, temporaryPath: `${path}.tmp`, log })
const newPath = () => join(folder, String(count++))
const publish = async (store: LogStore, source: TestReceiptLog) => store.publish(source.lines(store.size()), await source.signedHead())
const served = (path: string, { log }: TestReceiptLog, remembered: { treeSize: bigint; rootHash: `0x${string}` } | null = null) =>
  verifyServedLog({
    get: async (name) => (existsSync(join(path, name)) ? Uint8Array.from(readFileSync(join(path, name))) : undefined),
    log,
    witnesses: nobody,
    remembered,
  })
const files = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))

/** A log of 700 leaves, written in uneven steps. */
async function written(): Promise<{ path: string; source: TestReceiptLog; store: LogStore }> {
  const source = testReceiptLog()
  const path = newPath()
  const store = await open(path, source)
  for (const step of [0, 1, 5, 249, 1, 44, 399]) {
    await source.grow(step)
    await publish(store, source)
  }
  return { path, source, store }
}

describe('a log on disk', () => {
  test('has exactly the files of its tree, which lead to its checkpoint, however it grew', async () => {
    const { path, source, store } = await written()
    expect(store.size()).toBe(700)
    const hashAndEntryTiles = tilesOf(700).flatMap((tile) => [tilePath(tile), ...(tile.level === 'entries' ? [recordPath(tile)] : [])])
    expect(
      files(path)
        .filter((name) => name.includes('/'))
        .filter((name) => !name.includes('.p/'))
        .sort(),
    ).toEqual(hashAndEntryTiles.filter((name) => !name.includes('.p/')).sort())
    for (const name of hashAndEntryTiles) expect(existsSync(join(path, name)), name).toBe(true)
    expect(await served(path, source)).toMatchObject({ head: { treeSize: 700n }, signed: 0, placed: 699 })
    const json = JSON.parse(readFileSync(join(path, 'checkpoint.json'), 'utf8'))
    expect(json.checkpoint).toEqual({ treeSize: '700', rootHash: source.tree.root(), timestampMs: String(1_768_478_400_700) })
  })

  test('opens again as it was and goes on', async () => {
    const { path, source } = await written()
    const again = await open(path, source)
    expect(again.size()).toBe(700)
    expect(again.missing).toEqual([])
    await source.grow(400, { signed: false })
    await publish(again, source)
    expect(await served(path, source)).toMatchObject({ head: { treeSize: 1100n } })
  })

  test('publishes nothing whose checkpoint is of other entries, and another log’s checkpoint never', async () => {
    const { path, source, store } = await written()
    const before = readFileSync(join(path, 'checkpoint'))
    await source.grow(3)
    const head = await source.signedHead()
    const next = source.lines(700)
    await expect(store.publish(next.slice(1), head)).rejects.toMatchObject({ code: 'LOG_FORKED' })
    await expect(store.publish([...next].reverse(), head)).rejects.toMatchObject({ code: 'LOG_FORKED' })
    const other = testReceiptLog({ seed: 'another' })
    await other.grow(702)
    await expect(store.publish(next, { ...head, note: (await other.signedHead()).note })).rejects.toMatchObject({ code: 'LOG_FOREIGN' })
    const forged = { ...head, note: source.tree.note(source.log.logName, other.key) }
    await expect(store.publish(next, forged)).rejects.toMatchObject({ code: 'LOG_DAMAGED' })
    expect(readFileSync(join(path, 'checkpoint'))).toEqual(before)
    await store.publish(next, head)
    expect(store.size()).toBe(703)
  })
})

describe('after a crash', () => {
  test('each file, lost or cut short or altered, is made again from the rest or named', async () => {
    const { path, source } = await written()
    const whole = newPath()
    cpSync(path, whole, { recursive: true })
    const needed = tilesOf(700)
    for (const tile of needed)
      for (const name of [tilePath(tile), ...(tile.level === 'entries' ? [recordPath(tile)] : [])])
        for (const damage of ['lost', 'cut', 'altered'] as const) {
          const target = join(path, name)
          const good = readFileSync(target)
          if (damage === 'lost') rmSync(target)
          else if (damage === 'cut') truncateSync(target, Math.floor(good.length / 2))
          else writeFileSync(target, Buffer.from(good.map((byte, i) => (i === 40 ? byte ^ 1 : byte))))
          const { missing, size } = await open(path, source)
          expect(size()).toBe(700)
          if (name.startsWith('record/'))
            expect(
              missing.map((one) => one.path),
              `${damage} ${name}`,
            ).toEqual([name])
          else {
            expect(missing, `${damage} ${name}`).toEqual([])
            expect(readFileSync(target)).toEqual(good)
          }
          writeFileSync(target, good)
        }
    expect(await served(path, source)).toMatchObject({ head: { treeSize: 700n } })
  })

  test('what nothing can make again is named with its leaves, and what still stands stays', async () => {
    const { path, source } = await written()
    for (const name of ['tile/entries/001', 'record/001', 'tile/0/001']) rmSync(join(path, name))
    const store = await open(path, source)
    expect(store.missing).toEqual(['tile/entries/001', 'tile/0/001', 'record/001'].map((name) => ({ path: name, leaves: [256, 511] })))
    // The upper tile still has its root: the log can grow on, and says what it lacks.
    await source.grow(10)
    await publish(store, source)
    expect(await verdict(() => served(path, source))).toBe('TILE_MALFORMED')
    for (const name of ['tile/entries/002.p/198', 'record/002.p/198', 'tile/0/002.p/198']) rmSync(join(path, name))
    await expect(open(path, source)).rejects.toMatchObject({ code: 'LOG_DAMAGED', message: expect.stringContaining('tile/0/002.p/198') })
  })

  test('tiles of a checkpoint that was never written change nothing', async () => {
    const { path, source } = await written()
    await source.grow(100)
    const ahead = newPath()
    cpSync(path, ahead, { recursive: true })
    await publish(await open(ahead, source), source)
    for (const name of files(ahead)) {
      if (name.startsWith('checkpoint') || existsSync(join(path, name))) continue
      mkdirSync(join(path, name, '..'), { recursive: true })
      const content = readFileSync(join(ahead, name))
      writeFileSync(join(path, name), content.subarray(0, content.length - 7))
    }
    const store = await open(path, source)
    expect(store.size()).toBe(700)
    expect(store.missing).toEqual([])
    await publish(store, source)
    expect(await served(path, source)).toMatchObject({ head: { treeSize: 800n } })
  })

  test('a checkpoint that is not the log’s is refused by name', async () => {
    const { path, source } = await written()
    const other = testReceiptLog({ seed: 'another' })
    writeFileSync(join(path, 'checkpoint'), (await other.signedHead()).note)
    await expect(open(path, source)).rejects.toMatchObject({ code: 'LOG_FOREIGN' })
    writeFileSync(join(path, 'checkpoint'), 'x')
    await expect(open(path, source)).rejects.toMatchObject({ code: 'LOG_DAMAGED' })
  })
})

describe('a host that lies is caught by whoever remembers one head', () => {
  test('dropping, reordering, forking, rewinding', async () => {
    const { path, source, store } = await written()
    const remembered = { treeSize: 700n, rootHash: source.tree.root() }
    const early = newPath()
    cpSync(path, early, { recursive: true })
    await source.grow(50)
    await publish(store, source)
    expect(await verdict(() => served(path, source, remembered))).toBe('accepted')

    // Rewinding: an older checkpoint, genuine and whole, after a newer one was seen.
    const newer = { treeSize: 750n, rootHash: source.tree.root() }
    expect(await verdict(() => served(early, source, newer))).toBe('CONSISTENCY_INVALID')
    // Forking: an enclave whose memory was wound back signs another history. Genuine keys, genuine signatures.
    for (const length of [700, 750, 900]) {
      const fork = testReceiptLog()
      await fork.grow(300)
      await fork.grow(length - 301, { salt: ' fork' })
      const forked = newPath()
      await publish(await open(forked, fork), fork)
      expect(await verdict(() => served(forked, fork))).toBe('accepted')
      expect(await verdict(() => served(forked, fork, newer)), String(length)).toBe('CONSISTENCY_INVALID')
    }
    // Dropping and reordering what stands behind the leaves.
    const records = join(path, 'record/001')
    const lines = readFileSync(records, 'utf8').trimEnd().split('\n')
    const swapped = [lines[1], lines[0], ...lines.slice(2)]
    for (const [changed, code] of [
      [lines.slice(1), 'TILE_MALFORMED'],
      [swapped, 'LOG_RECORD_MISMATCH'],
    ] as const) {
      writeFileSync(records, `${changed.join('\n')}\n`)
      expect(await verdict(() => served(path, source, remembered))).toBe(code)
    }
    writeFileSync(records, `${lines.join('\n')}\n`)
    // Dropping entries, or showing others, in any tile.
    for (const name of ['tile/entries/001', 'tile/0/000', 'tile/0/002.p/238', 'tile/1/000.p/2']) {
      const good = readFileSync(join(path, name))
      writeFileSync(join(path, name), Buffer.from(good.map((byte, i) => (i === 40 ? byte ^ 1 : byte))))
      expect(['TILE_MALFORMED', 'LOG_RECORD_MISMATCH', 'CONSISTENCY_INVALID'], name).toContain(
        await verdict(() => served(path, source, remembered)),
      )
      writeFileSync(join(path, name), good)
    }
    expect(await verdict(() => served(path, source, newer))).toBe('accepted')
  })
})
