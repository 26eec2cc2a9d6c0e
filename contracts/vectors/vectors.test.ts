import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { generateVectors } from './generate.ts'

test('committed vectors are what the generator writes', async () => {
  for (const [name, text] of await generateVectors()) {
    expect(readFileSync(new URL(name, import.meta.url), 'utf8') === text, `vectors/${name} is stale: run vectors/generate.ts`).toBe(true)
  }
})
