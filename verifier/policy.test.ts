import { expect, test } from 'vitest'
import { pcrHex, sha256Hex } from '../test/support/answer.ts'
import { type DocumentParts, defaultPcrs, makeDocument, pcrOf } from '../test/support/document.ts'
import { verdict } from '../test/support/expect.ts'
import { makeChain } from '../test/support/pki.ts'
import { verifyAttestation, zeroPcr } from './attestation.ts'
import { type Hex, toHex } from './bytes.ts'
import { assertMeasurement, assertModel, assertNotDebug, type Measurement, type Policy } from './policy.ts'

const { root } = makeChain()
const attest = (parts: DocumentParts = {}) => verifyAttestation({ attestation: makeDocument(parts), root, time: { mode: 'document' } })
const withPcrs = (changes: Record<number, Uint8Array | null>) => {
  const pcrs = new Map(defaultPcrs)
  for (const [index, value] of Object.entries(changes)) value === null ? pcrs.delete(Number(index)) : pcrs.set(Number(index), value)
  return attest({ pcrs })
}
const zeros = new Uint8Array(48)
const image: Measurement = { pcr0: pcrHex(0), pcr1: pcrHex(1), pcr2: pcrHex(2) }
const other = toHex(pcrOf('another image'))
const check = async (measurements: readonly Measurement[], document = attest(), allowDebug?: boolean) => {
  const attestation = await document
  return verdict(() => assertMeasurement(attestation, { measurements, allowDebug }))
}

test('POL-01 accepts when a measurement is named', async () => expect(await check([image])).toBe('accepted'))
test('POL-01 rejects an empty list: a policy that was never filled in accepts nothing', async () => {
  expect(await check([])).toBe('POLICY_EMPTY')
  await expect(check(undefined as unknown as Measurement[])).rejects.toThrow(TypeError)
})

test('POL-02 accepts production mode, and debug mode only where the policy says so', async () => {
  expect(await check([image])).toBe('accepted')
  expect(await check([{ pcr0: zeroPcr }], withPcrs({ 0: zeros, 1: zeros, 2: zeros }), true)).toBe('accepted')
  const debug = await withPcrs({ 0: zeros, 1: zeros, 2: zeros })
  expect(await verdict(() => assertNotDebug(debug, true))).toBe('accepted')
})
test('POL-02 rejects debug mode whatever the policy names: registers 0 to 2 zero, any of them zero, or any of them absent', async () => {
  // Registers 3 and 4 are nonzero in real debug documents: "all zero" would miss every one of them.
  for (const changes of [
    { 0: zeros, 1: zeros, 2: zeros },
    { 0: zeros },
    { 1: zeros },
    { 2: zeros },
    { 0: null, 1: null, 2: null },
    { 0: null },
  ]) {
    const document = withPcrs(changes)
    expect(await check([image], document)).toBe('DEBUG_ENCLAVE')
    expect(await check([{ pcr0: zeroPcr }], document)).toBe('DEBUG_ENCLAVE')
    expect(await check([], document)).toBe('DEBUG_ENCLAVE')
    const attestation = await document
    expect(await verdict(() => assertNotDebug(attestation))).toBe('DEBUG_ENCLAVE')
    expect(await verdict(() => assertNotDebug(attestation, 'true' as unknown as boolean))).toBe('DEBUG_ENCLAVE')
  }
})

test('POL-03 accepts a document that matches one measurement in every register it names', async () => {
  for (const measurement of [{ pcr0: pcrHex(0) }, { pcr0: pcrHex(0).toUpperCase().replace('0X', '0x') as Hex, pcr2: pcrHex(2) }])
    expect(await check([{ pcr0: other }, measurement])).toBe('accepted')
  const signed = withPcrs({ 8: pcrOf('certificate') })
  expect(await check([{ ...image, pcr8: toHex(pcrOf('certificate')) }], signed)).toBe('accepted')
})
test('POL-03 rejects when any named register differs or is absent, also when other measurements match in part', async () => {
  for (const measurement of [
    { ...image, pcr0: other },
    { ...image, pcr1: other },
    { ...image, pcr2: other },
    { ...image, pcr8: other },
  ])
    expect(await check([measurement])).toBe('MEASUREMENT_NOT_ALLOWED')
  expect(
    await check([
      { pcr0: pcrHex(0), pcr1: other },
      { pcr0: other, pcr1: pcrHex(1) },
    ]),
  ).toBe('MEASUREMENT_NOT_ALLOWED')
  // Absent is not zero.
  expect(await check([{ ...image, pcr8: zeroPcr }], withPcrs({ 8: null }))).toBe('MEASUREMENT_NOT_ALLOWED')
})

test('POL-04 accepts 48 bytes of hexadecimal', async () => expect(await check([{ pcr0: pcrHex(0) }])).toBe('accepted'))
test('POL-04 rejects measurements without pcr0, of another form, or of zeros', async () => {
  const malformed = [
    {},
    { pcr1: pcrHex(1) },
    { pcr0: pcrHex(0).slice(2) },
    { pcr0: pcrHex(0).slice(0, -2) },
    { pcr0: '' },
    { ...image, pcr8: null },
    { ...image, pcr2: '0x' },
    { pcr0: zeroPcr },
  ]
  for (const measurement of malformed) {
    expect(await check([measurement as Measurement])).toBe('POLICY_MALFORMED')
    // Wherever it stands: a mistake in a policy is not skipped because another entry fits.
    expect(await check([image, measurement as Measurement])).toBe('POLICY_MALFORMED')
  }
})

const model = (modelIds: Policy['modelIds'], id = sha256Hex('model')) => verdict(() => assertModel(id, { modelIds }))
test("POL-05 accepts a model on the list, or any that was measured where the policy says 'any-measured'", async () => {
  expect(await model([sha256Hex('other'), sha256Hex('model')])).toBe('accepted')
  expect(await model([sha256Hex('model').toUpperCase().replace('0X', '0x') as Hex])).toBe('accepted')
  expect(await model('any-measured')).toBe('accepted')
})
test('POL-05 rejects another model, an empty list and ids of another form', async () => {
  expect(await model([sha256Hex('other')])).toBe('MODEL_NOT_ALLOWED')
  expect(await model([])).toBe('POLICY_EMPTY')
  expect(await model(['0x00'])).toBe('POLICY_MALFORMED')
  expect(await model('any' as 'any-measured')).toBe('POLICY_MALFORMED')
})
