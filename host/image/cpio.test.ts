import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CpioEntry, CpioError, decodeCpio, encodeCpio } from './cpio.ts'

const entries: CpioEntry[] = [
  { path: 'dev', mode: 0o755, kind: 'directory' },
  { path: 'dev/console', mode: 0o600, kind: 'character', major: 5, minor: 1 },
  { path: 'init', mode: 0o555, kind: 'file', content: Buffer.from('first process') },
  { path: 'lib', mode: 0o777, kind: 'link', target: 'usr/lib' },
]

test('what is written is read, in the order of paths, whatever order it came in', () => {
  const bytes = encodeCpio([...entries].reverse())
  expect(bytes).toEqual(encodeCpio(entries))
  expect(bytes.length % 512).toBe(0)
  expect(decodeCpio(bytes)).toEqual(
    entries.map((entry) => (entry.kind === 'file' ? { ...entry, content: Buffer.from(entry.content) } : entry)),
  )
})

test('other programs read it too', { skip: !has('cpio') }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'nacre-cpio-'))
  try {
    const listed = execFileSync('cpio', ['--list', '--quiet'], { input: encodeCpio(entries), cwd: folder, encoding: 'utf8' })
    expect(listed.trim().split('\n')).toEqual(entries.map(({ path }) => path))
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a path twice, an absolute one or none is refused', () => {
  for (const path of ['init', '/etc', ''])
    expect(() => encodeCpio([...entries, { path, mode: 0o444, kind: 'directory' }])).toThrow(RangeError)
})

test('what is no archive is refused with an error of its own', () => {
  const bytes = Buffer.from(encodeCpio(entries))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 8 }), fc.nat(bytes.length), (changes, length) => {
      const changed = Buffer.from(bytes)
      for (const [at, value] of changes) changed[at] = value
      try {
        decodeCpio(changed.subarray(0, length))
      } catch (error) {
        expect(error).toBeInstanceOf(CpioError)
      }
    }),
    { numRuns: 500 },
  )
})

function has(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
