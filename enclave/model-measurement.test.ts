import { toHex } from '@nacre/verifier/bytes'
import { extendModelPcr } from '@nacre/verifier/manifest'
import { describe, expect, test } from 'vitest'
import { measureModels, modelsPcr } from './model-measurement.ts'
import { createNsm } from './nsm.ts'
import { cborObject, testNsm } from './test-support.ts'

const ids = [`0x${'11'.repeat(32)}`, `0x${'22'.repeat(32)}`] as const

describe('measuring the models', () => {
  test('PCR16 becomes what a verifier expects, and is locked', async () => {
    const transport = testNsm()
    const value = await measureModels(createNsm(transport), ids)
    expect(toHex(value)).toBe(toHex(await extendModelPcr(ids)))
    expect(transport.locked.has(modelsPcr)).toBe(true)
    await expect(createNsm(transport).extendPcr(modelsPcr, new Uint8Array(32))).rejects.toMatchObject({ received: 'ReadOnlyIndex' })
  })

  test('the order of the models matters', async () => {
    const one = await measureModels(createNsm(testNsm()), ids)
    const other = await measureModels(createNsm(testNsm()), [...ids].reverse())
    expect(one).not.toEqual(other)
  })

  test('a register that somebody extended is refused and not extended', async () => {
    const transport = testNsm()
    transport.pcrs.set(modelsPcr, new Uint8Array(48).fill(1))
    await expect(measureModels(createNsm(transport), ids)).rejects.toMatchObject({ code: 'PCR_NOT_EMPTY' })
    expect(transport.requests.length).toBe(1)
  })

  test('a register that is already locked is refused', async () => {
    const transport = testNsm()
    transport.locked.add(modelsPcr)
    await expect(measureModels(createNsm(transport), ids)).rejects.toMatchObject({ code: 'PCR_NOT_EMPTY' })
  })

  test('an NSM that says it locked and did not is caught', async () => {
    const transport = testNsm()
    transport.override = (request) => (request instanceof Map && request.has('LockPCR') ? 'LockPCR' : undefined)
    await expect(measureModels(createNsm(transport), ids)).rejects.toMatchObject({ code: 'PCR_NOT_LOCKED' })
  })

  test('an extension between ours is caught', async () => {
    const transport = testNsm()
    transport.override = (request) => {
      if (request instanceof Map && request.has('LockPCR')) transport.pcrs.set(modelsPcr, new Uint8Array(48).fill(9))
      return undefined
    }
    await expect(measureModels(createNsm(transport), ids)).rejects.toMatchObject({ code: 'PCR_MISMATCH' })
  })

  test('a refusal of the NSM stops the boot', async () => {
    const transport = testNsm()
    transport.override = (request) =>
      request instanceof Map && request.has('ExtendPCR') ? cborObject({ Error: 'InternalError' }) : undefined
    await expect(measureModels(createNsm(transport), ids)).rejects.toMatchObject({ code: 'NSM_REFUSED' })
  })
})
