import { expect, test } from 'vitest'
import { sha256Hex } from '../test/support/answer.ts'
import { verdict } from '../test/support/expect.ts'
import { anchoredRequestId, verifyRequestAnchor } from './anchored-request.ts'
import type { Hex } from './bytes.ts'

const anchor = { chainId: 31337n, blockHash: sha256Hex('a block'), nonce: sha256Hex('a nonce') }
const requestId = await anchoredRequestId(anchor)

test('TIME-01 accepts a request id that was made from the block', async () => {
  expect(requestId).toBe('0xcf29b019504a12c68732a1c7079722e9dee639d76cdd4e0f76d77162a476180e')
  expect(await verdict(() => verifyRequestAnchor({ requestId, anchor }))).toBe('accepted')
  expect(await verdict(() => verifyRequestAnchor({ requestId: requestId.toUpperCase().replace('0X', '0x') as Hex, anchor }))).toBe(
    'accepted',
  )
})

test('TIME-01 rejects another block, chain, nonce or id, and what is no anchor', async () => {
  const attempt = (change: object) => verdict(() => verifyRequestAnchor({ requestId, anchor: { ...anchor, ...change } }))
  for (const change of [{ chainId: 1n }, { blockHash: anchor.nonce }, { nonce: anchor.blockHash }])
    expect(await attempt(change)).toBe('REQUEST_MISMATCH')
  expect(await verdict(() => verifyRequestAnchor({ requestId: anchor.nonce, anchor }))).toBe('REQUEST_MISMATCH')
  for (const change of [{ blockHash: '0x' }, { nonce: '0x00' }, { blockHash: `${anchor.blockHash}00` }])
    expect(await attempt(change)).toBe('HEX_MALFORMED')
})
