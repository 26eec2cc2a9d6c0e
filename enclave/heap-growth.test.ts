import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

test('this V8 knows the flag: one that it does not know is passed over without a word where it is set later', () => {
  const statusWith = (flag: string) => spawnSync(process.execPath, [flag, '-e', '']).status
  expect(statusWith('--heap-growing-percent=200')).toBe(0)
  expect(statusWith('--heap-growing-percents=200')).not.toBe(0)
})
