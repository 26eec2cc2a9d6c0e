import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { generateContracts } from './generate.ts'

test('generated files are what the Solidity sources compile to', () => {
  const files = generateContracts()
  for (const [path, text] of files) {
    // Compared as booleans: a difference in bytecode printed in full helps nobody.
    expect(readFileSync(new URL(path, import.meta.url), 'utf8') === text, `${path} is stale: run "npm run build" in contracts/`).toBe(true)
  }
  expect(readdirSync(new URL('generated', import.meta.url)).sort()).toEqual(
    [...files.keys()]
      .filter((path) => path.startsWith('generated/'))
      .map((path) => path.replace('generated/', ''))
      .sort(),
  )
})
