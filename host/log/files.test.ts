import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openDurableFolder } from './files.ts'

const scratch = mkdtempSync(join(tmpdir(), 'durable-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
const open = (name: string) => openDurableFolder({ path: join(scratch, name), temporaryPath: join(scratch, `${name}.tmp`) })

// Two witnesses answer at once: each writes the note with the signatures so far, and the one with fewer must not come last.
test('of two that write one file at once, the later one stands', async () => {
  const folder = await open('order')
  // So that its note comes last, were the two not one after the other.
  const first = new Map(Array.from({ length: 64 }, (_, i) => [`beside/${i}`, Uint8Array.of(i)])).set('note', Uint8Array.of(1))
  await Promise.all([folder.write(first), folder.write(new Map([['note', Uint8Array.of(2)]]))])
  expect(await folder.read('note')).toEqual(Uint8Array.of(2))
})

test('one that fails does not keep the next from being written', async () => {
  const folder = await open('failing')
  mkdirSync(join(scratch, 'failing/a'))
  writeFileSync(join(scratch, 'failing/a/b'), '')
  const outcomes = await Promise.allSettled([
    folder.write(new Map([['a', Uint8Array.of(1)]])),
    folder.write(new Map([['c', Uint8Array.of(3)]])),
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  expect(await folder.read('c')).toEqual(Uint8Array.of(3))
})
