import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeAnswersBundle, verifyAnswersBundle } from '@nacre/verifier/answers-bundle'
import { type Bundle, bareBundle, decodeBundle, encodeBundle, verifyBundle } from '@nacre/verifier/bundle'
import type { Hex } from '@nacre/verifier/bytes'
import { encodeHistory } from '@nacre/verifier/history'
import { encodeManifest } from '@nacre/verifier/manifest'
import { encodeProvenance } from '@nacre/verifier/provenance'
import { hashReceipt } from '@nacre/verifier/receipt'
import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeAnswer, pcrHex, receiptAccount } from '../test/support/answer.ts'
import { makeHistory } from '../test/support/history.ts'
import { ed25519Key, noteKey } from '../test/support/log.ts'
import { makeChain, nowMs } from '../test/support/pki.ts'
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

describe('several answers', () => {
  const write = async (name: string, bundle: Bundle) => {
    const path = join(base, name)
    writeFileSync(path, encodeBundle(bundle))
    return path
  }
  const verify = () =>
    verifyAnswersBundle({
      bundle: Uint8Array.from(readFileSync(out)),
      root: whole.root,
      policy: { ...whole.policy, modelIds: 'any-measured' },
      time: { mode: 'document' },
    })

  test('become one file, with their places under one checkpoint; the same one twice counts once', async () => {
    const files = await Promise.all([300, 1, 256].map(async (sequence) => write(`${sequence}.nacre`, await bundleOf(sequence))))
    const added = await nacre('bundle', 'add', ...files, files[0] as string, '--out', out, '--log', log, '--json')
    expect(added.json()).toMatchObject({ ok: true, answers: 3, holds: ['inclusion', 'note', 'inputs', 'outputs'] })
    const { evidence, answers } = await verify()
    expect(answers.map(({ receipt }) => receipt.sequence)).toEqual([1n, 256n, 300n])
    expect(evidence.log?.treeSize).toBe(301n)
    // And more into that one.
    expect((await nacre('bundle', 'add', out, await write('7.nacre', await bundleOf(7)), '--out', out)).exitCode).toBe(0)
    expect((await verify()).answers.map(({ receipt }) => receipt.sequence)).toEqual([1n, 7n, 256n, 300n])
  })

  test('under different checkpoints, of another enclave, of one number, or of another day are not put together', async () => {
    const one = await bundleOf(1)
    const first = await write('a.nacre', one)
    const under = (size: number, sequence: number) => {
      const { receipt } = whole.entries[sequence - 1] as TestEntry
      const checkpoint = { treeSize: BigInt(size), rootHash: receipt.inputHash, timestampMs: 1n }
      return { checkpoint, checkpointSignature: one.signature as Hex, proof: [] }
    }
    const stranger = await makeAnswer()
    for (const [bundle, text] of [
      [{ ...one, keyset: stranger.bundle.keyset }, 'of another enclave'],
      [{ ...one, receipt: { ...one.receipt, timestampMs: 1n } }, 'Two different receipts have number 1'],
      [{ ...(await bundleOf(2)), receipt: { ...(await bundleOf(2)).receipt, timestampMs: 1n } }, 'more than a day away'],
    ] as const) {
      const { exitCode, stderr } = await nacre('bundle', 'add', first, await write('b.nacre', bundle), '--out', out)
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining(text)])
    }
    const apart = [
      await write('c.nacre', { ...one, inclusion: under(8, 1) }),
      await write('d.nacre', { ...(await bundleOf(20)), inclusion: under(9, 2) }),
    ]
    const { exitCode, stderr } = await nacre('bundle', 'add', ...apart, '--out', out)
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('under different checkpoints')])
    expect((await nacre('bundle', 'add', ...apart, '--out', out, '--log', log)).exitCode).toBe(0)
    expect((await verify()).answers).toHaveLength(2)
  })

  test('take the history of their key, and no other', async () => {
    const first = await write('a.nacre', await bundleOf(1))
    const history = async (name: string, parts: Partial<Parameters<typeof makeHistory>[0]> = {}) => {
      const { epochs } = await makeHistory({ chain: makeChain(), owner: receiptAccount, images: [0, 0], ...parts })
      writeFileSync(join(base, name), encodeHistory(epochs))
      return join(base, name)
    }
    const own = await history('own.history', { last: receiptAccount })
    expect((await nacre('bundle', 'add', first, '--out', out, '--history', own, '--json')).json()).toMatchObject({
      ok: true,
      answers: 1,
      holds: ['history', 'inputs', 'outputs'],
    })
    expect(decodeAnswersBundle(Uint8Array.from(readFileSync(out)))).toMatchObject({ version: 2, answers: [{}] })
    const another = await nacre('bundle', 'add', first, '--out', out, '--history', await history('another.history'))
    expect([another.exitCode, another.stderr]).toEqual([2, expect.stringContaining('history make --signer')])
    expect((await nacre('bundle', 'add', first, '--out', out, '--history', first, '--json')).json().error.code).toBe('HISTORY_MALFORMED')
  })
})
