import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { imageSections, type SectionParts, writeEif } from '../test/support/eif-writer.ts'
import { verdict } from '../test/support/expect.ts'
import { toHex } from './bytes.ts'
import { encodeCbor } from './cbor.ts'
import { crc32 } from './crc32.ts'
import { decodeEif, eifSections, measureEif } from './eif.ts'

const decode = (sections = imageSections, change?: (bytes: Buffer) => void) => verdict(() => decodeEif(writeEif(sections, change)))
const ext = (text: string) => {
  const measured = createHash('sha384').update(text).digest()
  return toHex(Uint8Array.from(createHash('sha384').update(Buffer.alloc(48)).update(measured).digest()))
}
const pem = (base64: string) => `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`
const signatureSection = (entry: unknown, type: number = eifSections.signature): SectionParts => ({
  type,
  content: encodeCbor(entry as never),
})
const signed = (certificate: unknown, signature: unknown = [1, 2, 3]) => [
  ...imageSections,
  signatureSection([
    new Map([
      ['signing_certificate', certificate],
      ['signature', signature],
    ]),
  ]),
]
const numbers = (text: string) => [...Buffer.from(text)]

test('IMG-01 accepts an image of version 4 whose checksum holds', async () => {
  expect(await decode()).toBe('accepted')
  expect(crc32([Buffer.from('1234'), Buffer.from('56789')])).toBe(0xcbf43926)
})
test('IMG-01 rejects another magic, another version, another checksum and what is cut off', async () => {
  expect(await decode(imageSections, (bytes) => bytes.write('.elf'))).toBe('IMAGE_MALFORMED')
  for (const version of [1, 5]) expect(await decode(imageSections, (bytes) => bytes.writeUInt16BE(version, 4))).toBe('IMAGE_MALFORMED')
  const image = writeEif(imageSections)
  for (const at of [0, 10, 544, 600, image.length - 1]) {
    const changed = Uint8Array.from(image)
    changed[at] = (changed[at] as number) ^ 1
    expect(await verdict(() => decodeEif(changed)), String(at)).toBe('IMAGE_MALFORMED')
  }
  expect(await verdict(() => decodeEif(image.subarray(0, 547)))).toBe('IMAGE_MALFORMED')
  expect(await verdict(() => decodeEif(image.subarray(0, image.length - 1)))).toBe('IMAGE_MALFORMED')
})

test('IMG-02 accepts a kernel, a command line and ramdisks, which are what is measured', async () => {
  const image = decodeEif(writeEif(imageSections))
  expect(image.ramdisks.map((ramdisk) => Buffer.from(ramdisk).toString())).toEqual(['boot', 'application', 'models'])
  expect(image).toMatchObject({ version: 4, arch: 'x86_64', memoryBytes: 1 << 30, cpus: 2, signature: null })
  expect(await measureEif(image)).toEqual({
    pcr0: ext('kernelconsole=ttyS0bootapplicationmodels'),
    pcr1: ext('kernelconsole=ttyS0boot'),
    pcr2: ext('applicationmodels'),
  })
  expect(await decode(imageSections.filter(({ type }) => type !== eifSections.metadata))).toBe('accepted')
})
test('IMG-02 rejects sections that are missing, doubled, unknown, elsewhere or of two sizes, and bytes between and behind them', async () => {
  for (const type of [eifSections.kernel, eifSections.cmdline, eifSections.ramdisk])
    expect(await decode(imageSections.filter((section) => section.type !== type)), String(type)).toBe('IMAGE_MALFORMED')
  for (const type of [eifSections.kernel, eifSections.cmdline, eifSections.metadata, 0, 6])
    expect(await decode([...imageSections, { type, content: Buffer.from('x') }]), String(type)).toBe('IMAGE_MALFORMED')
  const changes: ((bytes: Buffer) => void)[] = [
    (bytes) => bytes.writeUInt16BE(0, 26),
    (bytes) => bytes.writeUInt16BE(33, 26),
    (bytes) => bytes.writeUInt16BE(5, 26),
    (bytes) => bytes.writeBigUInt64BE(560n, 28),
    (bytes) => bytes.writeBigUInt64BE(1n << 60n, 28),
    (bytes) => bytes.writeBigUInt64BE(5n, 284),
    (bytes) => bytes.writeBigUInt64BE(1n << 63n, 284),
    (bytes) => bytes.writeBigUInt64BE(7n, 548 + 4),
  ]
  for (const [index, change] of changes.entries()) expect(await decode(imageSections, change), String(index)).toBe('IMAGE_MALFORMED')
})

test('IMG-03 accepts a signature whose bytes are numbers or byte strings', async () => {
  const image = decodeEif(writeEif(signed(numbers(pem('AQID')))))
  expect(image.signature).toMatchObject({ certificateDer: Uint8Array.of(1, 2, 3), cose: Uint8Array.of(1, 2, 3) })
  expect((await measureEif(image)).pcr8).toBe(ext('\x01\x02\x03'))
  expect(await decode(signed(Buffer.from(pem('AQID')), Uint8Array.of(9)))).toBe('accepted')
})
test('IMG-03 rejects another form, and certificates that are none', async () => {
  const entries = [signed([256]), signed([-1]), signed('text'), signed(numbers('no PEM')), signed(numbers(pem('*'))), signed([0xff])]
  for (const sections of [...entries, signed(numbers(pem('AQID') + pem('AQID'))), signed(numbers(pem('AQID')), 'text')])
    expect(await decode(sections)).toBe('IMAGE_MALFORMED')
  for (const entry of [[], [1], new Map(), [new Map(), new Map()]])
    expect(await decode([...imageSections, signatureSection(entry)])).toBe('IMAGE_MALFORMED')
  expect(await decode([...imageSections, { type: eifSections.signature, content: Uint8Array.of(0xff) }])).toBe('IMAGE_MALFORMED')
})

test('no bytes crash the decoder, whatever their checksum says', () => {
  const image = Buffer.from(writeEif(imageSections))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(image.length - 1), fc.nat(255)), { maxLength: 6 }), fc.nat(image.length), (changes, length) => {
      const changed = writeEif(imageSections, (bytes) => {
        for (const [at, value] of changes) bytes[at] = value
      })
      for (const bytes of [changed, changed.subarray(0, length)]) {
        try {
          decodeEif(bytes)
        } catch (error) {
          expect(error).toMatchObject({ code: 'IMAGE_MALFORMED' })
        }
      }
    }),
    { numRuns: 500 },
  )
})
