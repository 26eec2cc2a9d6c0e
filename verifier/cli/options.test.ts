import { expect, test } from 'vitest'
import { parseDomain, parseHex, parseMeasurements, parseNonce, parseTime } from './options.ts'

const pcr = 'ab'.repeat(48)

test('a policy is given, waived by name where that is possible, or refused as wrong usage', () => {
  expect(parseMeasurements({ pcr0: [pcr, `0X${pcr.toUpperCase()}`], pcr8: `0x${pcr}`, pcrPolicy: true })).toEqual([
    { pcr0: `0x${pcr}`, pcr8: `0x${pcr}` },
    { pcr0: `0x${pcr}`, pcr8: `0x${pcr}` },
  ])
  expect(parseMeasurements({ pcrPolicy: false })).toBeNull()
  expect(() => parseMeasurements({ pcrPolicy: true })).toThrow(/No policy/)
  expect(() => parseMeasurements({ pcr8: pcr, pcrPolicy: true })).toThrow(/No policy/)
  expect(() => parseMeasurements({})).toThrow(/No policy/)
  expect(() => parseMeasurements({ pcr0: [pcr], pcrPolicy: false })).toThrow(/contradicts/)
  expect(() => parseMeasurements({ pcr0: [pcr.slice(2)] })).toThrow(/48 bytes/)
  expect(() => parseMeasurements({ pcr0: ['00'.repeat(48)] })).toThrow(/debug mode/)
})

test('times: now, document, or a time with its zone', () => {
  expect(parseTime({}, 'document', 5)).toEqual({ mode: 'document' })
  expect(parseTime({}, 'now', 5)).toEqual({ mode: 'live', nowMs: 5, ageMsMax: 600_000 })
  expect(parseTime({ at: 'now', maxAge: '60' }, 'document', 5)).toEqual({ mode: 'live', nowMs: 5, ageMsMax: 60_000 })
  expect(parseTime({ at: '2026-01-31T12:00:00+01:00' }, 'now', 5)).toEqual({ mode: 'instant', timeMs: Date.UTC(2026, 0, 31, 11) })
  expect(parseTime({ at: '2026-01-31' }, 'now', 5)).toEqual({ mode: 'instant', timeMs: Date.UTC(2026, 0, 31) })
  for (const at of ['2026-01-31T12:00:00', 'yesterday', '1769860800', '2026-13-01', 'Document'])
    expect(() => parseTime({ at }, 'now', 5), at).toThrow(/is not a time/)
  expect(() => parseTime({ at: 'document', maxAge: '60' }, 'now', 5)).toThrow(/--max-age/)
  for (const maxAge of ['-1', '1e3', '']) expect(() => parseTime({ maxAge }, 'now', 5)).toThrow(/seconds/)
})

test('hexadecimal with or without 0x, of its length', () => {
  expect(parseHex('--model', 'AB', 1)).toBe('0xab')
  for (const text of ['', '0x', 'a', 'zz', '0xabcd']) expect(() => parseHex('--model', text, 1)).toThrow(/hexadecimal of 1 bytes/)
  expect(parseNonce('0x00ff')).toEqual(Uint8Array.of(0, 255))
  expect(() => parseNonce('00'.repeat(513))).toThrow(/512/)
})

test('an audience is a contract on a chain', () => {
  const contract = `0x${'5f'.repeat(20)}`
  expect(parseDomain({})).toBeUndefined()
  expect(parseDomain({ chainId: '31337', contract })).toEqual({ chainId: 31337n, verifyingContract: contract })
  expect(() => parseDomain({ chainId: '31337' })).toThrow(/together/)
  expect(() => parseDomain({ contract })).toThrow(/together/)
  expect(() => parseDomain({ chainId: '0x7a69', contract })).toThrow(/decimal/)
  expect(() => parseDomain({ chainId: '1', contract: '0x5f' })).toThrow(/address/)
})
