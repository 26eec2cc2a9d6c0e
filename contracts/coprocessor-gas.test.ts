import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type CoprocessorGas, measureCoprocessorGas } from './coprocessor-gas.ts'

/** Request ids hold block hashes, so a few bytes of calldata are zero in one run and not in the next. */
const chanceGas = 400

test('gas is what the snapshot says (npm run bench:gas -- --snapshot), and within its bounds', async () => {
  const measured = await measureCoprocessorGas()
  const snapshot = JSON.parse(readFileSync(new URL('snapshots/coprocessor.json', import.meta.url), 'utf8')) as CoprocessorGas
  expect(Object.keys(measured)).toEqual(Object.keys(snapshot))
  for (const [name, gas] of Object.entries(measured)) {
    expect(Math.abs(gas - snapshot[name as keyof CoprocessorGas]), name).toBeLessThanOrEqual(chanceGas)
  }
  expect(measured.fulfill).toBeLessThanOrEqual(90_000)
  expect(measured.fulfill_batch32_each).toBeLessThanOrEqual(45_000)
  expect(measured.receipt_included).toBeLessThanOrEqual(9_000)
})
