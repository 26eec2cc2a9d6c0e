import { createHash } from 'node:crypto'
import { toHex } from '@nacre/verifier/bytes'
import { type CborMap, decodeCbor } from '@nacre/verifier/cbor'
import { decodeKeyset, keysetUserData } from '@nacre/verifier/keyset'
import { beforeAll, describe, expect, test } from 'vitest'
import { startAttestationService } from './attestation-service.ts'
import { mixEntropy } from './entropy.ts'
import { drawKeys, type EnclaveKeys } from './keys.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { createLog } from './log.ts'
import { createNsm } from './nsm.ts'
import { receiptKeyFrom } from './signing-keys.ts'
import { cborObject, testClock, testNsm } from './test-support.ts'

let keys: EnclaveKeys
beforeAll(async () => {
  const bytes = (factor: number) => Uint8Array.from({ length: 64 }, (_, i) => (i * factor) & 255)
  keys = await drawKeys({ entropy: mixEntropy({ nsmRandom: bytes(7), osRandom: bytes(11) }), tlsName: 'localhost', nowMs: 0 })
})

const modelIds = [`0x${'11'.repeat(32)}`] as const

async function start(changes: Partial<Limits> = {}, own: EnclaveKeys = keys) {
  const transport = testNsm()
  const clock = testClock()
  const lines: string[] = []
  const log = createLog((line) => lines.push(line), clock.nowMs)
  const service = await startAttestationService({
    nsm: createNsm(transport),
    keys: own,
    modelIds,
    clock,
    limits: { ...defaultLimits, ...changes },
    log,
  })
  return { transport, clock, service, lines }
}

const content = (bytes: Uint8Array) => decodeCbor(bytes) as CborMap
const settle = async () => {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve))
}

describe('attestation service', () => {
  test('every document names the receipt key and the keyset', async () => {
    const { service } = await start()
    const keyset = decodeKeyset(service.keysetBytes)
    expect(keyset).toEqual({
      format: 'nacre/keyset/1',
      receiptKey: toHex(keys.receipt.publicKey),
      tlsSpkiSha256: toHex(keys.tls.spkiSha256),
      hpkePublicKey: toHex(keys.hpke.publicKey),
      logName: `nacre/${keys.receipt.address.toLowerCase()}`,
      logPublicKey: toHex(keys.log.publicKey),
      modelIds: [...modelIds],
    })
    for (const document of [service.current(), await service.fresh(Uint8Array.of(1, 2, 3), {})]) {
      expect(document.sha256).toBe(toHex(createHash('sha256').update(document.bytes).digest()))
      expect(content(document.bytes).get('public_key')).toEqual(keys.receipt.publicKey)
      expect(content(document.bytes).get('user_data')).toEqual(await keysetUserData(service.keysetBytes))
    }
  })

  test('the kept receipt key is in the keyset, and in a document of its own that is refreshed with the other', async () => {
    expect((await start()).service.kept()).toBeUndefined()
    const keptReceipt = receiptKeyFrom(new Uint8Array(32).fill(9))
    const { service, clock } = await start({}, { ...keys, keptReceipt })
    expect(decodeKeyset(service.keysetBytes)).toMatchObject({
      receiptKey: toHex(keys.receipt.publicKey),
      keptReceiptKey: toHex(keptReceipt.publicKey),
    })
    const first = service.kept()
    expect(content(first?.bytes as Uint8Array).get('public_key')).toEqual(keptReceipt.publicKey)
    expect(content(first?.bytes as Uint8Array).get('user_data')).toEqual(await keysetUserData(service.keysetBytes))
    // Answers refer to documents of the enclave's own key alone.
    expect(() => service.bySha256(first?.sha256 as `0x${string}`)).toThrow(expect.objectContaining({ code: 'DOCUMENT_NOT_FOUND' }))
    expect(content(service.current().bytes).get('public_key')).toEqual(keys.receipt.publicKey)
    clock.advance(defaultLimits.documentRefreshMs)
    await settle()
    expect(service.kept()?.sha256).not.toBe(first?.sha256)
    service.stop()
    clock.advance(defaultLimits.documentAgeMsMax + 1)
    expect(() => service.kept()).toThrow(expect.objectContaining({ code: 'ATTESTATION_UNAVAILABLE' }))
  })

  test('the current document has no nonce, a fresh one has the caller’s', async () => {
    const { service } = await start()
    expect(content(service.current().bytes).get('nonce')).toBeNull()
    const nonce = new Uint8Array(512).fill(5)
    expect(content((await service.fresh(nonce, {})).bytes).get('nonce')).toEqual(nonce)
  })

  test.each([0, 513])('a nonce of %i bytes is refused before the NSM is asked', async (length) => {
    const { service, transport } = await start()
    await expect(service.fresh(new Uint8Array(length), {})).rejects.toMatchObject({ code: 'NONCE_MALFORMED' })
    expect(transport.requests.length).toBe(1)
  })

  test('is refreshed by the clock; recent ones are kept by hash, older ones are forgotten', async () => {
    const { service, clock } = await start({ documentsKept: 2 })
    const hashes = [service.current().sha256]
    for (let i = 0; i < 2; i++) {
      clock.advance(defaultLimits.documentRefreshMs)
      await settle()
      hashes.push(service.current().sha256)
    }
    expect(new Set(hashes).size).toBe(3)
    expect(() => service.bySha256(hashes[0] as `0x${string}`)).toThrowError(expect.objectContaining({ code: 'DOCUMENT_NOT_FOUND' }))
    for (const hash of hashes.slice(1)) expect(service.bySha256(hash).sha256).toBe(hash)
  })

  test('callers’ documents do not push out the ones that answers refer to', async () => {
    const { service, clock } = await start({ documentsKept: 2 })
    const { sha256 } = service.current()
    for (let i = 0; i < 5; i++) {
      await service.fresh(Uint8Array.of(i), {})
      clock.advance(1000)
    }
    expect(service.bySha256(sha256).sha256).toBe(sha256)
  })

  test('when the NSM fails, the old document serves on until it is too old, and the next attempt comes soon', async () => {
    const { service, clock, transport, lines } = await start()
    const { sha256 } = service.current()
    transport.override = () => cborObject({ Error: 'InternalError' })
    clock.advance(defaultLimits.documentRefreshMs)
    await settle()
    expect(service.current().sha256).toBe(sha256)
    expect(lines.at(-1)).toContain('NSM_REFUSED')

    clock.advance(defaultLimits.documentAgeMsMax)
    await settle()
    expect(() => service.current()).toThrowError(expect.objectContaining({ code: 'ATTESTATION_UNAVAILABLE' }))

    transport.override = () => undefined
    clock.advance(defaultLimits.documentRefreshMs / 10)
    await settle()
    expect(service.current().sha256).not.toBe(sha256)
  })

  test('a wall clock that is stepped does not age the document', async () => {
    const { service, clock } = await start()
    clock.step(10 * defaultLimits.documentAgeMsMax)
    expect(service.current()).toBeDefined()
  })

  test('beyond the rate fresh documents wait for their turn: a stranger who asks and asks locks nobody out', async () => {
    const { service, clock } = await start({ freshDocumentsPerSecond: 10, freshDocumentsBurst: 1, freshDocumentsWaitingMax: 4 })
    const made: number[] = []
    const ask = (byte: number) => service.fresh(Uint8Array.of(byte), {}).then(() => made.push(byte))
    const asked = [0, 1, 2, 3].map(ask)
    await expect(ask(4)).rejects.toMatchObject({ code: 'ATTESTATION_RATE_LIMITED', retryAfterSeconds: 1 })
    await settle()
    expect(made).toEqual([0])
    for (const expected of [
      [0, 1],
      [0, 1, 2],
      [0, 1, 2, 3],
    ]) {
      clock.advance(100)
      await settle()
      expect(made).toEqual(expected)
    }
    await Promise.all(asked)
    expect(clock.pending()).toBe(1) // the refresh
  })

  test('one connection has one place in the queue, however many requests it sends ahead', async () => {
    const { service, clock } = await start({ freshDocumentsPerSecond: 10, freshDocumentsBurst: 1, freshDocumentsWaitingMax: 4 })
    const [greedy, other] = [{}, {}]
    await service.fresh(Uint8Array.of(0), greedy)
    const waits = service.fresh(Uint8Array.of(1), greedy)
    await expect(service.fresh(Uint8Array.of(2), greedy)).rejects.toMatchObject({ code: 'ATTESTATION_RATE_LIMITED' })
    const others = service.fresh(Uint8Array.of(3), other)
    clock.advance(200)
    await Promise.all([waits, others])
    await Promise.all([clock.advance(100), service.fresh(Uint8Array.of(4), greedy)])
  })

  test('fresh documents are limited in number at once', async () => {
    const { service, transport } = await start({ freshDocumentsWaitingMax: 2 })
    let open = () => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const exchange = transport.exchange
    transport.exchange = async (request) => {
      await gate
      return exchange(request)
    }
    const two = [service.fresh(Uint8Array.of(1), {}), service.fresh(Uint8Array.of(2), {})]
    await expect(service.fresh(Uint8Array.of(3), {})).rejects.toMatchObject({ code: 'ATTESTATION_RATE_LIMITED' })
    open()
    await Promise.all(two)
    await service.fresh(Uint8Array.of(4), {})
  })

  test('an NSM that fails is an unavailable document, not an internal error', async () => {
    const { service, transport } = await start()
    transport.override = () => new Error('gone')
    await expect(service.fresh(Uint8Array.of(1), {})).rejects.toMatchObject({ code: 'ATTESTATION_UNAVAILABLE' })
  })

  test('stopped, it leaves no timer', async () => {
    const { service, clock } = await start()
    service.stop()
    expect(clock.pending()).toBe(0)
  })
})
