import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { assertWritable, writeOutput } from './files.ts'

const folder = mkdtempSync(join(tmpdir(), 'files-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// The attack: somebody else left a file that all may read where a secret will be written.
test('what is for the owner alone is so in a file that was there before', () => {
  const path = join(folder, 'secret')
  writeFileSync(path, 'longer than what comes')
  chmodSync(path, 0o644)
  writeOutput(path, Uint8Array.of(0x61), 0o600)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readFileSync(path, 'latin1')).toBe('a')
})

test('other files keep the mode they have', () => {
  const path = join(folder, 'open')
  writeFileSync(path, '')
  chmodSync(path, 0o640)
  writeOutput(path, Uint8Array.of(0x62))
  expect(statSync(path).mode & 0o777).toBe(0o640)
  expect(() => writeOutput(folder, new Uint8Array(1))).toThrowError(expect.objectContaining({ code: 'OUTPUT_UNWRITABLE' }))
})

test('where nothing can be written is said before the work', () => {
  const path = join(folder, 'result')
  assertWritable(undefined, path)
  for (const wrong of [folder, join(folder, 'nothing', 'result'), join(path, 'result')])
    expect(() => assertWritable(path, wrong)).toThrowError(expect.objectContaining({ code: 'OUTPUT_UNWRITABLE' }))
  expect(existsSync(path)).toBe(false)
})
