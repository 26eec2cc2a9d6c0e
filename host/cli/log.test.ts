import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromHex } from '@nacre/verifier/bytes'
import { encodeNoteKey } from '@nacre/verifier/note'
import { Command } from 'commander'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ed25519Key, noteKey } from '../../test/support/log.ts'
import { testTerminal } from '../../test/support/terminal.ts'
import { makeLogParts, writeLog } from '../audit/test-support.ts'
import { addLogCommands } from './log.ts'

const base = mkdtempSync(join(tmpdir(), 'nacre-log-verbs-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))
const at = (name: string) => join(base, name)
const nacre = (...args: string[]) => testTerminal(['log', ...args], addLogCommands, new Command('nacre'))
let key: string
beforeAll(async () => {
  const whole = await makeLogParts(5)
  await writeLog(at('log'), whole)
  key = encodeNoteKey({ name: whole.keyset.logName, kind: 'signature', publicKey: fromHex(whole.keyset.logPublicKey) })
  writeFileSync(at('junk'), 'junk')
  mkdirSync(at('empty'))
})

test('the checkpoint seen last is remembered, and one of another log or of none is named', async () => {
  const remember = at('last.checkpoint')
  const verify = () => nacre('verify', at('log'), '--key', key, '--remember', remember)
  expect((await verify()).stdout).toContain('nothing to compare it with')
  expect((await verify()).stdout).toContain('grown out of the one seen last')
  const seen = readFileSync(remember, 'utf8')
  for (const [content, said] of [
    [seen.replace(/0x[0-9a-f]{40}/, `0x${'ab'.repeat(20)}`), 'remember this one in another file'],
    ['junk', 'is not a checkpoint'],
  ] as const) {
    writeFileSync(remember, content)
    const { exitCode, stderr } = await verify()
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(said)])
    expect(readFileSync(remember, 'utf8')).toBe(content)
  }
})

test('what is no key, no folder or no log is said with exit code 2', async () => {
  const otherKind = encodeNoteKey(noteKey('witness.example/w1', 'cosignature', ed25519Key('w1')))
  for (const [args, said] of [
    [['verify', at('log'), '--key', 'junk'], 'Not a verifier key'],
    [['verify', at('log'), '--key', key.replace('nacre/', 'nacre/x')], 'The id is not that of this name'],
    [['verify', at('log'), '--key', otherKind], 'not the key of a receipt log'],
    [['check', at('none')], 'is not a folder'],
    [['check', at('junk')], 'is not a folder'],
    [['check', at('empty')], 'holds no logs'],
  ] as const) {
    const { exitCode, stderr } = await nacre(...args)
    expect([exitCode, stderr], args.join(' ')).toEqual([2, expect.stringContaining(said)])
    expect(stderr).not.toMatch(/Failed unexpectedly|\n\s+at /)
  }
  expect(existsSync(at('none'))).toBe(false)
})
