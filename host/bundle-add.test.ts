import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bundle, bareBundle, decodeBundle, encodeBundle, verifyBundle } from '@nacre/verifier/bundle'
import { encodeManifest } from '@nacre/verifier/manifest'
import { encodeProvenance } from '@nacre/verifier/provenance'
import { hashReceipt } from '@nacre/verifier/receipt'
import { Command } from 'commander'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pcrHex, receiptAccount } from '../test/support/answer.ts'
import { ed25519Key, noteKey } from '../test/support/log.ts'
import { nowMs } from '../test/support/pki.ts'
import { testTerminal } from '../test/support/terminal.ts'
import { makeLogParts, type TestEntry, type WrittenLog, writeLog } from './audit/test-support.ts'
import { addBundleAdd } from './cli/bundle-add.ts'

const base = mkdtempSync(join(tmpdir(), 'nacre-add-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))
const [log, file, out] = [join(base, 'log'), join(base, 'answer.nacre'), join(base, 'whole.nacre')]
let whole: WrittenLog
beforeAll(async () => {
  whole = await makeLogParts(300)
  await writeLog(log, whole)
})

const nacre = (...args: string[]) => testTerminal(args, addBundleAdd, new Command('nacre'))
async function bundleOf(sequence: number): Promise<Bundle> {
  const { receipt, inputs, outputs } = whole.entries[sequence - 1] as TestEntry
  const signature = await receiptAccount.sign({ hash: hashReceipt(receipt, null) })
  const { attestation, keysetBytes: keyset, model } = whole
  return { ...bareBundle, attestation, keyset, manifest: encodeManifest(model.manifest), domain: null, receipt, signature, inputs, outputs }
}

test('any receipt of a log gets its place in it, and verifies by what the witnesses saw', async () => {
  for (const sequence of [1, 255, 256, 300]) {
    writeFileSync(file, encodeBundle(await bundleOf(sequence)))
    expect((await nacre('bundle', 'add', file, '--out', out, '--log', log)).exitCode).toBe(0)
    const witnesses = {
      keys: [noteKey('witness.example/w1', 'cosignature' as const, ed25519Key('w1'))],
      quorum: 1,
      latestMs: nowMs + 86_400_000,
    }
    const bundle = Uint8Array.from(readFileSync(out))
    const verified = await verifyBundle({
      bundle,
      root: whole.root,
      policy: { ...whole.policy, modelIds: 'any-measured' },
      time: { mode: 'witnesses' },
      witnesses,
    })
    expect(verified).toMatchObject({ vouched: { by: 'witnesses' }, log: { treeSize: 301n }, receipt: { sequence: BigInt(sequence) } })
  }
})

test('provenance goes in, tensors stay out when asked', async () => {
  writeFileSync(file, encodeBundle(await bundleOf(7)))
  const provenance = encodeProvenance({
    format: 'nacre/provenance/1',
    measurements: { pcr0: pcrHex(0), pcr1: pcrHex(1), pcr2: pcrHex(2) },
    source: 's',
    revision: 'r',
    recipe: 'c',
  })
  writeFileSync(join(base, 'provenance.json'), provenance)
  const { json } = await nacre(
    'bundle',
    'add',
    file,
    '--out',
    out,
    '--provenance',
    join(base, 'provenance.json'),
    '--withhold',
    'both',
    '--json',
  )
  expect(json()).toMatchObject({ ok: true, holds: ['provenance'] })
  expect(decodeBundle(Uint8Array.from(readFileSync(out)))).toMatchObject({ inputs: null, outputs: null, provenance })
})

test('a log that does not have the receipt, or not yet, is refused or no verdict; wrong usage says so', async () => {
  const other = await bundleOf(7)
  writeFileSync(file, encodeBundle({ ...other, receipt: { ...other.receipt, outputHash: other.receipt.inputHash } }))
  const refused = await nacre('bundle', 'add', file, '--out', out, '--log', log, '--json')
  expect([refused.exitCode, refused.json().error.code]).toEqual([1, 'INCLUSION_INVALID'])
  writeFileSync(file, encodeBundle({ ...other, receipt: { ...other.receipt, sequence: 301n } }))
  for (const [args, text] of [
    [[file, '--out', out, '--log', log], 'is not among them'],
    [[file, '--out', out, '--log', base], 'is it the address of a log?'],
    [[file, '--out', out, '--rpc-url', 'http://127.0.0.1:1'], '--registry'],
    [[file, '--out', out, '--rpc-url', 'http://127.0.0.1:1', '--registry', `0x${'11'.repeat(20)}`], '127.0.0.1:1'],
    [[file, '--out', out, '--withhold', 'all'], '--withhold'],
    [[file], '--out'],
    [[join(base, 'nothing'), '--out', out], 'nothing'],
  ] as const) {
    const { exitCode, stderr } = await nacre('bundle', 'add', ...args)
    expect(exitCode, text).toBe(2)
    expect(stderr).toContain(text)
  }
})
