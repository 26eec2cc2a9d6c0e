import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toHex, utf8 } from '@nacre/verifier/bytes'
import { hashReceipt } from '@nacre/verifier/receipt'
import { hashTensors } from '@nacre/verifier/tensor'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { logKey, receiptAccount, sha256Hex } from '../../test/support/answer.ts'
import { verdict } from '../../test/support/expect.ts'
import { ed25519Key, noteKey, testLog } from '../../test/support/log.ts'
import { nowMs } from '../../test/support/pki.ts'
import { type AuditParameters, auditLog, type FindingCode } from './audit.ts'
import { auditVerdict, reportHtml } from './report-html.ts'
import { drawSample, sampleSeed } from './sample.ts'
import { openSource, SourceError } from './source.ts'
import { beacon, makeLogParts, type TestEntry, type WrittenLog, writeLog } from './test-support.ts'

const base = mkdtempSync(join(tmpdir(), 'nacre-audit-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))
const folder = join(base, 'log')
const inLog = (path: string) => join(folder, path)

// A tile and a part: 300 leaves.
let whole: WrittenLog
beforeAll(async () => {
  whole = await makeLogParts(299)
})

const parametersFor = (change: Partial<AuditParameters> = {}): AuditParameters => ({
  source: openSource(folder, { timeoutMs: 60_000 }),
  root: whole.root,
  policy: whole.policy,
  time: { mode: 'document' },
  witnesses: { keys: [], quorum: 0, latestMs: 0 },
  models: [whole.model],
  sampleSize: 20,
  beacon,
  engine: 'auto',
  timeoutMs: 60_000,
  ...change,
})
const audit = async (change?: Partial<AuditParameters>) => (await auditLog(parametersFor(change))).report
const codes = async (change?: Partial<AuditParameters>): Promise<FindingCode[]> => [
  ...new Set((await audit(change)).findings.map(({ code }) => code)),
]
const withEntries = (entries: TestEntry[]): WrittenLog => ({ ...whole, entries })
const resigned = async (entry: TestEntry, change: Partial<TestEntry['receipt']>): Promise<TestEntry> => {
  const receipt = { ...entry.receipt, ...change }
  return { ...entry, receipt, signature: entry.signature === null ? null : await receiptAccount.sign({ hash: hashReceipt(receipt, null) }) }
}

describe('a whole log', () => {
  beforeAll(() => writeLog(folder, whole))

  test('is found whole: every entry, number and signature, and the sample bit for bit', async () => {
    const steps: string[] = []
    const report = await audit({ progress: ({ phase, done, total }) => void steps.push(`${phase} ${done}/${total}`) })
    expect(report).toMatchObject({
      ok: true,
      log: { treeSize: 300 },
      entries: 300,
      receipts: 299,
      signed: 29,
      repeatedRequests: 0,
      firstMs: nowMs + 100,
      lastMs: nowMs + 29_900,
      opening: { previous: null },
      byModel: [{ name: 'digits-int', count: 299 }],
      findings: [],
    })
    expect(report.timeline.reduce((sum, { count }) => sum + count, 0)).toBe(299)
    expect(report.sample.results).toHaveLength(20)
    expect(new Set(report.sample.results.map(({ verdict: each, engine }) => `${each} ${engine}`))).toEqual(new Set(['bit-equal integer']))
    expect(steps).toEqual(['entries 256/300', 'entries 300/300', ...Array.from({ length: 20 }, (_, i) => `replay ${i + 1}/20`), 'done 1/1'])
  })

  test('the sample is what root and beacon say, and another for another beacon', async () => {
    const indices = async (bytes: Uint8Array) => (await audit({ beacon: bytes })).sample.results.map(({ index }) => index)
    const first = await indices(beacon)
    expect(await indices(beacon)).toEqual(first)
    expect(await indices(utf8('another'))).not.toEqual(first)
  })

  test('witnesses that are asked for must have signed; a checkpoint that was kept must be its beginning', async () => {
    const witnesses = (seed: string) => ({
      keys: [noteKey('witness.example/w1', 'cosignature' as const, ed25519Key(seed))],
      quorum: 1,
      latestMs: nowMs + 86_400_000,
    })
    expect((await audit({ witnesses: witnesses('w1') })).witnesses).toHaveLength(1)
    expect(await verdict(() => audit({ witnesses: witnesses('w2') }))).toBe('WITNESS_QUORUM_MISSED')
    const { note } = await auditLog(parametersFor())
    expect((await audit({ known: note })).findings).toEqual([])
  })

  test('models that are not given are counted, and nothing is computed', async () => {
    const report = await audit({ models: [] })
    expect(report).toMatchObject({ ok: true, byModel: [{ name: null, count: 299 }], sample: { population: 0, results: [] } })
  })

  test('over HTTP as from a folder; what the server cannot give is no verdict', async () => {
    const server = createServer(({ url = '/' }, response) => {
      try {
        if (url.startsWith('/broken')) response.writeHead(500).end()
        else if (url.startsWith('/endless')) response.end(Buffer.alloc(1 << 20))
        else response.end(readFileSync(inLog(url)))
      } catch {
        response.writeHead(404).end()
      }
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const over = (path: string) => audit({ source: openSource(`${url}${path}`, { timeoutMs: 60_000 }) })
    expect(await over('/')).toMatchObject({ ok: true, receipts: 299 })
    for (const path of ['/broken', '/endless', '/nothing']) await expect(over(path)).rejects.toThrow(SourceError)
    server.close()
    await expect(over('/')).rejects.toThrow(SourceError)
  })

  test('an enclave or a checkpoint that does not verify is refused', async () => {
    expect(await verdict(() => audit({ policy: { measurements: [] } }))).toBe('POLICY_EMPTY')
    const original = readFileSync(inLog('checkpoint.json'), 'utf8')
    const { checkpoint, signature } = JSON.parse(original)
    const changed = async (json: unknown) => {
      writeFileSync(inLog('checkpoint.json'), JSON.stringify(json))
      const found = await verdict(() => audit())
      writeFileSync(inLog('checkpoint.json'), original)
      return found
    }
    expect(await changed({ checkpoint: { ...checkpoint, rootHash: sha256Hex('root') }, signature })).toBe('SIGNATURE_INVALID')
    for (const json of [null, {}, 1, { checkpoint, signature: 1 }])
      expect(['CHECKPOINT_MALFORMED', 'SIGNATURE_MALFORMED']).toContain(await changed(json))
    const note = readFileSync(inLog('checkpoint'))
    writeFileSync(inLog('checkpoint'), testLog([utf8('x')]).note(whole.keyset.logName, logKey))
    expect(await verdict(() => audit())).toBe('LOG_MISMATCH')
    writeFileSync(inLog('checkpoint'), note)
  })

  test('the page shows it without any file, script or address of others, and whatever a log says stays text', async () => {
    const report = await audit()
    const origin = '<script>alert(1)</script>"\'&\u202e'
    const shown = { ...report, opening: { ...whole.opening, previous: { origin, treeSize: 5, rootHash: sha256Hex('r') } } }
    const html = reportHtml(shown, { atMs: nowMs, durationMs: 1234 })
    expect(html).not.toContain('<script')
    expect(html).toContain('&#60;script&#62;alert(1)')
    expect(html).not.toMatch(/\u202e|&#8238;/)
    expect(html).toContain('\\u{202e}')
    expect(html).not.toMatch(/(?:src|href)=|url\(|@import/)
    expect(html.match(/<svg/g)?.length).toBe(3)
    expect(html).toContain('Whole: 299 receipts, each proven; 20 answers computed again, 20 to the bit.')
    for (const media of ['prefers-color-scheme: dark', '@media print']) expect(html).toContain(media)
    const empty = {
      ...report,
      receipts: 0,
      firstMs: null,
      lastMs: null,
      timeline: [],
      byModel: [],
      opening: null,
      sample: { ...report.sample, results: [] },
    }
    expect(reportHtml(empty, { atMs: 8.64e15 + 1, durationMs: 0 })).toContain('No receipts.')
  })
})

describe('a log whose host', () => {
  beforeEach(() => writeLog(folder, whole))
  /** Files of another history under the checkpoint of this one. */
  const withFilesOf = async (entries: TestEntry[]) => {
    const kept = ['checkpoint', 'checkpoint.json'].map((path) => [path, readFileSync(inLog(path))] as const)
    await writeLog(folder, withEntries(entries))
    for (const [path, bytes] of kept) writeFileSync(inLog(path), bytes)
  }
  const tile = (path: string, change: (bytes: Buffer) => Uint8Array) => writeFileSync(inLog(path), change(readFileSync(inLog(path))))

  test('dropped a receipt, changed one, or swapped two: the root is another, and the numbers tell where', async () => {
    const { entries } = whole
    const [seventh, eighth] = [entries[6] as TestEntry, entries[7] as TestEntry]
    await withFilesOf([...entries.slice(0, 6), ...entries.slice(7), entries[6] as TestEntry])
    const report = await audit()
    expect(report.findings.map(({ code }) => code)).toContain('INCLUSION_INVALID')
    expect(report.findings.find(({ code }) => code === 'LOG_RECORD_MISMATCH')?.index).toBe(7)
    await withFilesOf([...entries.slice(0, 6), eighth, seventh, ...entries.slice(8)])
    expect(await codes()).toEqual(expect.arrayContaining(['INCLUSION_INVALID', 'LOG_RECORD_MISMATCH']))
    await withFilesOf([...entries.slice(0, 6), await resigned(seventh, { outputHash: sha256Hex('other') }), ...entries.slice(7)])
    expect(await codes()).toContain('INCLUSION_INVALID')
  })

  test('rewound or forked it: the checkpoint that an auditor kept tells', async () => {
    const { note: known } = await auditLog(parametersFor())
    await writeLog(folder, withEntries(whole.entries.slice(0, 200)))
    expect(await codes({ known })).toEqual(['CONSISTENCY_INVALID'])
    const other = await resigned(whole.entries[100] as TestEntry, { requestId: sha256Hex('another request') })
    const longer = [...whole.entries.slice(0, 100), other, ...whole.entries.slice(101)]
    const last = whole.entries.at(-1) as TestEntry
    await writeLog(folder, withEntries([...longer, await resigned(last, { sequence: 300n })]))
    expect(await codes({ known })).toEqual(['CONSISTENCY_INVALID'])
    expect(await codes()).toEqual([])
  })

  test('lost files or wrote half of one: which ones is said, and the rest is still walked', async () => {
    rmSync(inLog('tile/entries/000'))
    let report = await audit()
    expect(report.findings).toEqual([{ code: 'FILE_MISSING', text: 'tile/entries/000: entries 0 to 255', index: 0 }])
    expect(report.entries).toBe(44)
    rmSync(inLog('tile/0/000'))
    report = await audit()
    expect(report.findings.map(({ code }) => code)).toEqual(['FILE_MISSING', 'FILE_MISSING'])
    await writeLog(folder, whole)
    rmSync(inLog('record/000'))
    expect((await audit()).findings).toEqual([{ code: 'FILE_MISSING', text: 'record/…: records 0 to 255', index: 0 }])
    await writeLog(folder, whole)
    tile('tile/entries/000', (bytes) => bytes.subarray(0, 1000))
    tile('record/000', (bytes) => bytes.subarray(0, 1000))
    tile('tile/0/001.p/44', (bytes) => bytes.subarray(1))
    expect(await codes()).toEqual(['TILE_MALFORMED'])
    await writeLog(folder, whole)
    tile('record/000', (bytes) => bytes.subarray(0, 1000))
    expect(await codes()).toEqual(['LOG_RECORD_MALFORMED', 'FILE_MISSING'])
    await writeLog(folder, whole)
    rmSync(inLog('tile/1/000.p/1'))
    expect(await codes()).toEqual(['FILE_MISSING'])
  })

  test('altered a tile or a record: it is found at its place', async () => {
    const flip = (at: number) => (bytes: Buffer) => bytes.fill((bytes[at] as number) ^ 1, at, at + 1)
    tile('tile/0/000', flip(32 * 10))
    expect((await audit()).findings).toMatchObject([{ code: 'TILE_MISMATCH', index: 10 }])
    tile('tile/0/000', flip(32 * 10))
    tile('tile/1/000.p/1', flip(0))
    expect(await codes()).toEqual(['TILE_MISMATCH'])
    tile('tile/1/000.p/1', flip(0))
    const record = readFileSync(inLog('record/000'), 'utf8')
    writeFileSync(inLog('record/000'), record.replace(/"timestampMs":"(\d+)0"/, '"timestampMs":"$11"'))
    expect(await codes()).toEqual(['LOG_RECORD_MISMATCH'])
    const signature = /"signature":"0x([0-9a-f]{130})"/.exec(record)?.[1] as string
    writeFileSync(inLog('record/000'), record.replace(signature, `${'11'.repeat(64)}1b`))
    expect(['SIGNATURE_INVALID', 'SIGNATURE_MALFORMED']).toContain((await codes())[0])
  })

  test('has grown and keeps full tiles only: the part that is asked for is read from those', async () => {
    const longer = await makeLogParts(511)
    await writeLog(join(base, 'longer'), { ...longer, entries: [...whole.entries, ...longer.entries.slice(299)] })
    for (const path of ['tile/entries', 'tile/0', 'record']) {
      rmSync(inLog(`${path}/001.p`), { recursive: true })
      renameSync(join(base, 'longer', path, '001'), inLog(`${path}/001`))
    }
    expect(await audit()).toMatchObject({ ok: true, entries: 300 })
  })

  test('keeps no tensors, or other ones: that is told apart from answers that do not hold', async () => {
    rmSync(inLog('tensors'), { recursive: true })
    const report = await audit()
    expect(report.ok).toBe(true)
    expect(new Set(report.sample.results.map(({ verdict: each }) => each))).toEqual(new Set(['not-kept']))
    expect(auditVerdict(report)).toBe('Whole: 299 receipts, each proven; of 20 drawn, 20 could not be: their tensors are not kept.')
    await writeLog(folder, whole)
    const [drawn] = (await audit()).sample.results
    const { receipt } = whole.entries[(drawn?.index as number) - 1] as TestEntry
    const kept = inLog(`tensors/${receipt.outputHash.slice(2)}`)
    writeFileSync(kept, 'nonsense')
    expect(await codes()).toEqual(['RUN_FAILED'])
    rmSync(kept)
  })
})

describe('an enclave that', () => {
  const change = async (at: number, parts: Partial<TestEntry['receipt']>) => {
    const entries = [...whole.entries]
    entries[at - 1] = await resigned(entries[at - 1] as TestEntry, parts)
    await writeLog(folder, withEntries(entries))
  }

  test('signs what its model does not say is caught when the answer is drawn, to the element', async () => {
    const target = 150
    const entry = whole.entries[target - 1] as TestEntry
    const [logits] = entry.outputs
    if (logits === undefined) throw new Error('no output')
    const outputs = [{ ...logits, data: logits.data.slice().with(12, (logits.data[12] as number) ^ 1) }]
    const entries = [...whole.entries]
    entries[target - 1] = { ...(await resigned(entry, { outputHash: await hashTensors(outputs) })), outputs }
    await writeLog(folder, withEntries(entries))
    const report = await audit({ sampleSize: 299 })
    expect(report.findings).toMatchObject([{ code: 'REPLAY_MISMATCH', index: target }])
    expect(report.findings[0]?.text).toContain('logits[0, 3]: recorded')
    expect(reportHtml(report, { atMs: nowMs, durationMs: 1 })).toContain('class="mark-bad"')
  })

  test('names a model that it did not measure, goes back in time, or answers a request twice', async () => {
    await change(5, { modelId: sha256Hex('unmeasured') })
    expect(await codes()).toEqual(['MODELS_NOT_MEASURED'])
    await change(5, { timestampMs: BigInt(nowMs) })
    expect(await codes()).toEqual(['TIME_OUT_OF_ORDER'])
    await change(299, { timestampMs: BigInt(nowMs + 86_400_000) })
    expect(await codes()).toEqual(['TIME_OUT_OF_ORDER'])
    await change(5, { requestId: (whole.entries[0] as TestEntry).receipt.requestId })
    expect(await audit()).toMatchObject({ ok: true, repeatedRequests: 1 })
  })
})

describe('the sample', () => {
  test('is drawn without repetition, evenly, and all of it where there is no more', async () => {
    const seed = await sampleSeed({ rootHash: sha256Hex('root'), treeSize: 600, beacon })
    const drawn = await drawSample(seed, 1000, 100)
    expect(new Set(drawn).size).toBe(100)
    expect(drawn).toEqual([...drawn].sort((a, b) => a - b))
    expect(Math.max(...drawn)).toBeLessThan(1000)
    expect(drawn.filter((index) => index < 500).length).toBeGreaterThan(30)
    expect(await drawSample(seed, 3, 10)).toEqual([0, 1, 2])
    expect(await drawSample(seed, 0, 10)).toEqual([])
  })

  test('depends on root, size and beacon', async () => {
    const parts = { rootHash: sha256Hex('root'), treeSize: 600, beacon }
    const seeds = await Promise.all(
      [parts, { ...parts, rootHash: sha256Hex('other') }, { ...parts, treeSize: 601 }, { ...parts, beacon: utf8('other') }].map(sampleSeed),
    )
    expect(new Set(seeds).size).toBe(4)
    expect(toHex(beacon)).not.toBe(seeds[0])
  })
})
