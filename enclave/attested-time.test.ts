import { expect, test } from 'vitest'
import { makeDocument } from '../test/support/document.ts'
import { attestedTime } from './attested-time.ts'
import { createNsm } from './nsm.ts'
import { testNsm } from './test-support.ts'

const documentMs = 1_700_000_000_000

/** A guest's clock that the host sets, a counter that runs, and an NSM whose time is right. */
async function start({ answerMs = 0 } = {}) {
  let [hostMs, countedMs] = [documentMs, 50_000]
  const nsm = createNsm(testNsm())
  const time = attestedTime({
    nsm: {
      ...nsm,
      async attest() {
        const timestampMs = documentMs + countedMs - 50_000
        countedMs += answerMs
        hostMs += answerMs
        return makeDocument({ timestampMs })
      },
    },
    clock: { nowMs: () => hostMs, monotonicMs: () => countedMs, after: () => () => {} },
  })
  return {
    clock: time.clock,
    attest: () => time.nsm.attest({ userData: null, nonce: null, publicKey: null }),
    pass(ms: number) {
      hostMs += ms
      countedMs += ms
    },
    set(ms: number) {
      hostMs = ms
    },
  }
}

test('a clock that is right stays what it is, and is all there is before the first document', async () => {
  const { clock, attest, pass, set } = await start()
  set(5)
  expect(clock.nowMs()).toBe(5)
  set(documentMs)
  await attest()
  for (const ms of [0, 1, 1_000, 600_000]) {
    pass(ms)
    expect(clock.nowMs() - documentMs).toBeGreaterThanOrEqual(0)
  }
  expect(clock.nowMs()).toBe(documentMs + 601_001)
})

test('attack: a host that sets the clock moves it by a second and a thousandth of the document’s age, not further', async () => {
  const { clock, attest, pass, set } = await start()
  await attest()
  pass(100_000)
  set(documentMs - 86_400_000)
  expect(clock.nowMs()).toBe(documentMs + 100_000 - 100 - 1_000)
  set(documentMs + 86_400_000)
  expect(clock.nowMs()).toBe(documentMs + 100_000 + 100 + 1_000)
  // The next document bounds it again.
  await attest()
  expect(clock.nowMs()).toBe(documentMs + 100_000 + 1_000)
})

test('attack: a host that keeps the NSM’s answer back makes the bounds wider only on the side where the time may be', async () => {
  const { clock, attest, set } = await start({ answerMs: 20_000 })
  await attest()
  set(0)
  expect(clock.nowMs()).toBe(documentMs - 1_000)
  set(documentMs * 2)
  expect(clock.nowMs()).toBe(documentMs + 20_000 + 20 + 1_000)
})

test('what is no document bounds nothing', async () => {
  const { nsm, clock } = attestedTime({ nsm: createNsm(testNsm()), clock: { nowMs: () => 7, monotonicMs: () => 0, after: () => () => {} } })
  await nsm.attest({ userData: null, nonce: null, publicKey: null })
  expect(clock.nowMs()).toBe(7)
})
