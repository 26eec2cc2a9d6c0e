import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeBundle } from '@nacre/verifier/bundle'
import { fromHex, utf8 } from '@nacre/verifier/bytes'
import { encodeTreeHead } from '@nacre/verifier/checkpoint'
import { encodeNoteKey } from '@nacre/verifier/note'
import { hashReceipt } from '@nacre/verifier/receipt'
import { keccak256, sha256 } from 'viem/utils'
import { afterAll, expect, test } from 'vitest'
import { logKey, makeAnswer, pcrHex, receiptAccount } from './support/answer.ts'
import { makeAnswers, testWitness } from './support/answers.ts'
import { keyRegistered, makeRegistration } from './support/block.ts'
import { cosignText, ed25519Key, noteKey, testLog } from './support/log.ts'
import { nowMs } from './support/pki.ts'

const scratch = mkdtempSync(join(tmpdir(), 'nacre-archive-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const preload = new URL('support/ten-years-later.mjs', import.meta.url).href
const program = new URL('../host/cli.ts', import.meta.url).pathname

function verifyLater(file: string, root: string, ...args: string[]) {
  const argv = ['--import', preload, '--conditions=source', '--import', 'tsx', program, 'bundle', 'verify', file]
  const { stdout, stderr } = spawnSync(process.execPath, [...argv, '--root', root, '--pcr0', pcrHex(0), '--json', ...args], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

test('a bundle of today verifies ten years later, with the network unplugged, by its document, its witnesses or its block', async () => {
  const { bundle, keyset, chain } = await makeAnswer()
  const leaf = fromHex(hashReceipt(bundle.receipt, bundle.domain))
  const log = testLog([sha256(utf8('opening'), 'bytes'), ...Array.from({ length: 9 }, () => leaf)])
  const inclusion = await log.proveReceipt(7, BigInt(nowMs + 2000), receiptAccount)
  const text = encodeTreeHead({ origin: keyset.logName, treeSize: 10n, rootHash: log.root() })
  const witness = ed25519Key('w1')
  const note = log.note(keyset.logName, logKey, cosignText(text, 'witness.example/w1', witness, BigInt(nowMs / 1000 + 5)))
  const registry = `0x${'5e'.repeat(20)}` as const
  const registration = makeRegistration({
    transactions: [{ events: [keyRegistered({ registry, key: receiptAccount.address, documentHash: sha256(bundle.attestation) })] }],
    transactionIndex: 0,
    registry,
    timestampSeconds: nowMs / 1000 + 60,
  })
  const [file, root] = [join(scratch, 'answer.nacre'), join(scratch, 'root.der')]
  writeFileSync(file, encodeBundle({ ...bundle, inclusion, note, registration }))
  writeFileSync(root, chain.root.der)

  const run = (...args: string[]): string => {
    const { ok, error, vouched } = verifyLater(file, root, ...args)
    return ok ? vouched.by : error.code
  }
  expect(run()).toBe('document')
  expect(run('--at', 'witnesses', '--witness', encodeNoteKey(noteKey('witness.example/w1', 'cosignature', witness)))).toBe('witnesses')
  expect(run('--at', 'chain', '--registry', registry, '--registry-chain', '1', '--block', keccak256(registration.header))).toBe('chain')
  // The clock really is ahead.
  expect(run('--at', 'now')).toBe('CERTIFICATE_NOT_IN_VALIDITY')
})

test('so does one of several answers, with the history of its key', async () => {
  const { bytes, chain, past } = await makeAnswers({ images: [0, 0], answers: (answers) => answers.slice(0, 2) })
  const [file, root] = [join(scratch, 'answers.nacre'), join(scratch, 'answers-root.der')]
  writeFileSync(file, bytes)
  writeFileSync(root, chain.root.der)
  const witness = encodeNoteKey(noteKey('witness.example/w1', 'cosignature', testWitness))
  const image = ['--pcr0', past?.images[0]?.pcr0 as string]
  expect(verifyLater(file, root, ...image, '--at', 'witnesses', '--witness', witness)).toMatchObject({
    ok: true,
    vouched: { by: 'witnesses' },
    answers: [{ ok: true }, { ok: true }],
    history: { epochs: [{ change: 'first' }, { change: 'restart' }] },
  })
  expect(verifyLater(file, root, ...image, '--at', 'now')).toMatchObject({ ok: false, error: { code: 'CERTIFICATE_NOT_IN_VALIDITY' } })
})
