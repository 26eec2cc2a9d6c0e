import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { encodeNoteKey } from '@nacre/verifier/note'
import { Command } from 'commander'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pcrHex } from '../../test/support/answer.ts'
import { ed25519Key, noteKey } from '../../test/support/log.ts'
import { testTerminal } from '../../test/support/terminal.ts'
import { makeLogParts, type WrittenLog, writeLog } from '../audit/test-support.ts'
import { addAuditCommand } from './audit.ts'

const base = mkdtempSync(join(tmpdir(), 'nacre-audit-cli-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))
const [log, root] = [join(base, 'log'), join(base, 'root.der')]
let whole: WrittenLog
beforeAll(async () => {
  whole = await makeLogParts(40)
  await writeLog(log, whole)
  writeFileSync(root, whole.root.der)
})

const nacre = (...args: string[]) => testTerminal(args, (program, terminal) => addAuditCommand(program, terminal), new Command('nacre'))
const given = () => ['audit', '--log', log, '--root', root, '--pcr0', pcrHex(0)]
const model = () => ['--model', `digits-int=${whole.model.weightsPath}`]

test('a whole log: exit code 0, one JSON object, and a page', async () => {
  const out = join(base, 'report.html')
  const { exitCode, json, stderr } = await nacre(...given(), ...model(), '--sample', '5', '--seed', '0xbeac', '--out', out, '--json')
  expect([exitCode, stderr]).toEqual([0, ''])
  expect(json()).toMatchObject({ ok: true, format: 'nacre/audit/1', receipts: 40, sample: { beacon: '0xbeac', population: 40 } })
  expect(json().sample.results).toHaveLength(5)
  expect(readFileSync(out, 'utf8')).toMatch(/^<!doctype html>/)
  const byFolder = await nacre(...given(), '--model', `digits-int=${dirname(whole.model.weightsPath)}`, '--sample', '2', '--json')
  expect(byFolder.json()).toMatchObject({ ok: true, sample: { population: 40 } })
  const text = await nacre(...given(), ...model(), '--sample', '5')
  expect(text.stdout).toContain('Whole: 40 receipts, each proven; 5 answers computed again, 5 to the bit.')
  expect(text.stdout).toContain('The seed was drawn here')
})

test('findings and refusals: exit code 1; a checkpoint that is kept shows a rewound log the next time', async () => {
  const kept = join(base, 'kept')
  expect((await nacre(...given(), '--keep', kept)).exitCode).toBe(0)
  const shorter = join(base, 'shorter')
  await writeLog(shorter, { ...whole, entries: whole.entries.slice(0, 30) })
  const rewound = await nacre('audit', '--log', shorter, '--root', root, '--pcr0', pcrHex(0), '--known', kept)
  expect(rewound.exitCode).toBe(1)
  expect(rewound.stdout).toContain('The log was rewound: it had 41 leaves, and now shows 31')
  const refused = await nacre(...given().with(-1, pcrHex(1)), '--json')
  expect([refused.exitCode, refused.json().error.code]).toEqual([1, 'MEASUREMENT_NOT_ALLOWED'])
})

test('witnesses are asked for by their keys', async () => {
  const key = (seed: string) => encodeNoteKey(noteKey('witness.example/w1', 'cosignature', ed25519Key(seed)))
  expect((await nacre(...given(), '--witness', key('w1'))).exitCode).toBe(0)
  expect((await nacre(...given(), '--witness', key('w2'))).stdout).toContain('WITNESS_QUORUM_MISSED')
})

test('what gives no verdict exits with 2', async () => {
  for (const [args, text] of [
    [['audit'], '--log'],
    [['audit', '--log', log], '--pcr0'],
    [['audit', '--log', base, '--root', root, '--pcr0', pcrHex(0)], 'is it the address of a log?'],
    [[...given(), '--sample', 'many'], '--sample'],
    [[...given(), '--seed', 'xyz'], '--seed'],
    [[...given(), '--witness', 'w1'], '--witness'],
    [[...given(), '--quorum', '1'], '--quorum'],
    [[...given(), '--model', 'digits'], 'NAME=FILE'],
    [[...given(), '--model', `digits=${whole.model.weightsPath}`], 'is the manifest of'],
    [[...given(), '--model', 'digits=/nowhere/model.onnx'], 'manifest'],
    [[...given(), '--model', `spam=${join(whole.model.weightsPath, '../../spam/manifest.json')}`], 'computed from its folder'],
    [[...given(), '--model', `digits-int=${root},${join(whole.model.weightsPath, '../manifest.json')}`], 'WEIGHTS_MISMATCH'],
  ] as const) {
    const { exitCode, stdout, stderr } = await nacre(...args)
    expect([exitCode, stdout], text).toEqual([2, ''])
    expect(stderr).toContain(text)
  }
})
