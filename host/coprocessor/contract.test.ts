import fc from 'fast-check'
import type { Log } from 'viem'
import { expect, test } from 'vitest'
import { decodeLogs, eventTopics } from './contract.ts'
import { fulfilledLog, openedLog, requestedLog, testRequest, testSite, testSubscription, triggeredLog } from './test-support.ts'

const block = { number: 7n, hash: `0x${'77'.repeat(32)}` } as const
const topics = [...eventTopics.ofOperators, ...eventTopics.ofAll]

async function honest(): Promise<Log[]> {
  const one = await testRequest(1)
  const subscription = await testSubscription(1)
  const instance = await testRequest(2, { instance: true })
  return [
    requestedLog({ ...one, block }),
    fulfilledLog(one.requestId, block),
    openedLog({ ...subscription, block }),
    requestedLog({ ...instance, block }),
    triggeredLog({ subscriptionId: subscription.subscriptionId, requestId: instance.requestId, deposit: 5n, next: 60n, block }),
  ]
}

test('requests, ends, subscriptions and their instances', async () => {
  const logs = await honest()
  const { subscriptionId } = await testSubscription(1)
  expect(decodeLogs(testSite, logs)).toMatchObject({
    requests: [
      { subscriptionId: null, outputNames: ['logits'] },
      { subscriptionId, outputNames: [] },
    ],
    settlements: [{ kind: 'fulfilled' }],
    subscriptions: [{ subscriptionId, outputNames: ['logits'], deposit: 10n ** 17n }],
    changes: [{ subscriptionId, kind: 'triggered', deposit: 5n, next: 60n }],
    refused: 0,
  })
})

test('an instance without the event beside it is refused: nobody could say what it asks for', async () => {
  const logs = await honest()
  expect(decodeLogs(testSite, logs.slice(0, 4))).toMatchObject({ requests: [{ subscriptionId: null }], refused: 1 })
})

// The attack: whoever asks writes an address that databases do not take, and nothing is read any more.
test.each(['https://a.example/\u0000', 'x'.repeat(3000), 'a\nb'])('an input address that is none leads nowhere', async (inputUri) => {
  const one = { ...(await testRequest(1, { onChain: false })), inputUri }
  expect(decodeLogs(testSite, [requestedLog({ ...one, block })]).requests).toMatchObject([{ inputUri: '', input: null }])
})

/** Anything that JSON can hold, where an endpoint should have put something else. */
const junk = fc.oneof(
  fc.constantFrom(
    undefined,
    null,
    '',
    '0x',
    '0x0',
    -1,
    1.5,
    true,
    [],
    {},
    ['0x'],
    '0x'.padEnd(66, 'g'),
    '0x'.padEnd(66, '0'),
    2n ** 80n,
    0n,
  ),
  fc.string(),
  fc.uint8Array({ maxLength: 96 }).map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`),
)
const field = fc.constantFrom('address', 'topics', 'data', 'blockNumber', 'blockHash', 'transactionHash', 'removed', 'logIndex')

test('fuzz: whatever an endpoint answers, honest logs are read and the rest is refused', async () => {
  const logs = await honest()
  const clean = decodeLogs(testSite, logs)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ of: fc.nat(4), field, value: junk }), { minLength: 1, maxLength: 6 }), async (changes) => {
      const hostile = changes.map(({ of, field: name, value }) => ({ ...logs[of], [name]: value }) as unknown as Log)
      const decoded = decodeLogs(testSite, [...hostile, ...logs])
      for (const list of ['requests', 'settlements', 'subscriptions', 'changes'] as const)
        expect(decoded[list].slice(-clean[list].length)).toEqual(clean[list])
      // What is taken has ids that are the hashes of what is taken, whoever sent it.
      const ids = new Set(clean.requests.map(({ requestId }) => requestId))
      expect(decoded.requests.every(({ requestId }) => ids.has(requestId))).toBe(true)
    }),
  )
})

test('fuzz: logs of the right topics with any data, and single bits changed in honest ones', async () => {
  const logs = await honest()
  const ids = new Set(decodeLogs(testSite, logs).requests.map(({ requestId }) => requestId))
  fc.assert(
    fc.property(
      fc.constantFrom(...topics),
      fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 3 }),
      fc.uint8Array({ maxLength: 900 }),
      (topic, indexed, data) => {
        const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}`
        const log = { ...logs[0], topics: [topic, ...indexed.map(hex)], data: hex(data) } as unknown as Log
        const decoded = decodeLogs(testSite, [log])
        expect(decoded.requests.length + decoded.subscriptions.length).toBe(0)
      },
    ),
  )
  fc.assert(
    fc.property(fc.nat(4), fc.nat(), fc.integer({ min: 0, max: 7 }), (of, at, bit) => {
      const log = logs[of] as Log
      const data = Buffer.from(log.data.slice(2), 'hex')
      const place = at % data.length
      data[place] = (data[place] ?? 0) ^ (1 << bit)
      for (const { requestId } of decodeLogs(testSite, [{ ...log, data: `0x${data.toString('hex')}` }]).requests)
        expect(ids.has(requestId)).toBe(true)
    }),
  )
})
