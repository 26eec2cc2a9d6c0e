import { expect, test } from 'vitest'
import { budget, measureSizes } from './size.ts'

test('the verifying and encrypting path stays within its budget in a browser, and needs nothing of Node', async () => {
  const { verify_gzip_bytes, by_package } = await measureSizes()
  expect(verify_gzip_bytes).toBeLessThanOrEqual(budget.verify_gzip_bytes)
  expect(Object.keys(by_package).sort()).toEqual(['@noble/curves', '@noble/hashes', 'cbor-x', 'hpke', 'nacre', 'viem'])
})
