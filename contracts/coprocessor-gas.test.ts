import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { measureCoprocessorGas } from './coprocessor-gas.ts'

test('gas is what the snapshot says (npm run bench:gas -- --snapshot)', async () => {
  expect(await measureCoprocessorGas()).toEqual(JSON.parse(readFileSync(new URL('snapshots/coprocessor.json', import.meta.url), 'utf8')))
}, 120_000)
