import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as cbor from '../test/support/cbor-writer.ts'
import { verdict } from '../test/support/expect.ts'
import { concatBytes, fromHex, toHex } from './bytes.ts'
import { type CborRules, type CborValue, cborMap, decodeCbor, encodeCbor } from './cbor.ts'

const decode = (hex: string, rules?: CborRules) => decodeCbor(fromHex(`0x${hex}`), rules)
const refused = async (hexes: readonly string[], rules?: CborRules) => {
  for (const hex of hexes) expect(await verdict(() => decode(hex, rules)), hex).toBe('CBOR_MALFORMED')
}

describe('values', () => {
  test('the examples of RFC 8949 appendix A that the profile covers', () => {
    const examples: [string, CborValue][] = [
      ['00', 0],
      ['17', 23],
      ['1818', 24],
      ['1864', 100],
      ['1903e8', 1000],
      ['1a000f4240', 1_000_000],
      ['1b000000e8d4a51000', 1_000_000_000_000n],
      ['1bffffffffffffffff', 18446744073709551615n],
      ['3bffffffffffffffff', -18446744073709551616n],
      ['20', -1],
      ['3863', -100],
      ['3903e7', -1000],
      ['3affffffff', -4294967296],
      ['f4', false],
      ['f5', true],
      ['f6', null],
      ['40', new Uint8Array(0)],
      ['4401020304', Uint8Array.of(1, 2, 3, 4)],
      ['60', ''],
      ['6449455446', 'IETF'],
      ['62225c', '"\\'],
      ['62c3bc', 'ü'],
      ['63e6b0b4', '水'],
      ['64f0908591', '\u{10151}'],
      ['80', []],
      ['8301820203820405', [1, [2, 3], [4, 5]]],
      ['a0', new Map()],
      [
        'a201020304',
        new Map([
          [1, 2],
          [3, 4],
        ]),
      ],
      [
        'a26161016162820203',
        new Map<string, CborValue>([
          ['a', 1],
          ['b', [2, 3]],
        ]),
      ],
    ]
    for (const [hex, value] of examples) expect(decode(hex), hex).toEqual(value)
  })

  test('what is encoded reads back, and has one encoding only', () => {
    const leaf = fc.oneof(
      fc.bigInt({ min: -(1n << 31n), max: (1n << 64n) - 1n }),
      fc.string({ unit: 'grapheme' }),
      fc.uint8Array({ maxLength: 300 }),
      fc.boolean(),
      fc.constant(null),
    )
    const { value } = fc.letrec<{ value: CborValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.array(tie('value'), { maxLength: 4 }),
        fc
          .array(fc.tuple(fc.oneof(fc.string(), fc.bigInt({ min: 0n, max: 70000n })), tie('value')), { maxLength: 4 })
          .map((entries) => new Map(entries)),
      ),
    }))
    fc.assert(
      fc.property(value, (item) => {
        const bytes = encodeCbor(item, { deterministic: true })
        const back = decodeCbor(bytes, { deterministic: true })
        expect(toHex(encodeCbor(back, { deterministic: true }))).toBe(toHex(bytes))
      }),
    )
  })

  test('numbers that are not exact are not encoded', async () => {
    for (const value of [0.5, Number.NaN, 2 ** 53, -(2 ** 31) - 1, 1n << 64n])
      expect(await verdict(() => encodeCbor(value))).toBe('CBOR_MALFORMED')
  })
})

test('CBOR-01 accepts exactly one item', () => expect(decode('8101')).toEqual([1]))
test('CBOR-01 rejects nothing, half an item, and bytes after the item', () => refused(['', '81', '1901', '4401', 'a101', '0100', '8101f6']))

test('CBOR-02 accepts shortest lengths and integers', () => expect(decode('821818190100')).toEqual([24, 256]))
test('CBOR-02 rejects a number or length in more bytes than it needs', () =>
  refused(['1817', '190017', '1900ff', '1a0000ffff', '1b00000000ffffffff', '580100', '780161', '9801f6', 'b8010000', '3817']))

test('CBOR-03 accepts keys that differ in type or length', () => expect(decode('a3010161310262313103')).toHaveProperty('size', 3))
test('CBOR-03 rejects a key twice, also when far apart or in inner maps', () =>
  refused(['a201020103', 'a3616101616202616103', 'a101a220012002', 'a21b000000010000000001' + '1b000000010000000002']))

test('CBOR-04 accepts integer and text keys', () => expect((decode('a3010120026161' + '03') as Map<unknown, unknown>).get(-1)).toBe(2))
test('CBOR-04 rejects byte strings, arrays, maps, booleans and long text as keys', async () => {
  await refused(['a1410101', 'a18001', 'a1a001', 'a1f501', 'a1f601'])
  expect(await verdict(() => decodeCbor(cbor.map([[cbor.text('k'.repeat(1025)), cbor.uint(1)]])))).toBe('CBOR_MALFORMED')
})

test('CBOR-05 accepts maps of indefinite length where a format says so', () => {
  expect(decode('bf0102ff', { indefiniteMaps: true })).toEqual(new Map([[1, 2]]))
  expect(decode('81bfff', { indefiniteMaps: true })).toEqual([new Map()])
})
test('CBOR-05 rejects every other indefinite length', async () => {
  await refused(['bf0102ff', 'bfff'])
  await refused(['9f01ff', '5f4101ff', '7f6161ff', 'bf0102', 'bf01ff', 'ff', '81ff', 'a1ff01', 'bf', '1f', '3f', 'df'], {
    indefiniteMaps: true,
  })
})

test('CBOR-06 accepts false, true and null', () => expect(decode('83f4f5f6')).toEqual([false, true, null]))
test('CBOR-06 rejects floats, undefined and other simple values', () =>
  refused(['f7', 'f90000', 'fa00000000', 'fb0000000000000000', 'e0', 'f0', 'f820', 'f8ff', 'fc']))

test('CBOR-07 accepts the one tag that a format names, at the outside, and the item without it', () => {
  expect(decode('d280', { outerTag: 18 })).toEqual([])
  expect(decode('80', { outerTag: 18 })).toEqual([])
})
test('CBOR-07 rejects any other tag, the same tag twice or inside, and its long form', async () => {
  await refused(['c074323031332d30332d32315432303a30343a30305a', 'd8694101', 'd280'])
  await refused(['d180', 'd2d280', '81d280', 'd81280', 'd90012' + '80', 'd9d9f780'], { outerTag: 18 })
})

test('CBOR-08 accepts text in UTF-8, a byte order mark included', () => expect(decode('64efbbbf61')).toBe('\ufeffa'))
test('CBOR-08 rejects invalid UTF-8 as value and as key', () => refused(['62c080', '61ff', '63eda080', '64f4908080', 'a161ff01']))

test('CBOR-09 accepts nesting and size up to the limits', () => {
  expect(decode(`${'81'.repeat(8)}80`)).toBeDefined()
  expect(decode('4401020304', { bytesMax: 5 })).toBeDefined()
})
test('CBOR-09 rejects deeper or longer items without exhausting stack or memory', async () => {
  await refused([`${'81'.repeat(9)}80`, '81'.repeat(100_000), 'a1'.repeat(100_000)])
  await refused(['4401020304'], { bytesMax: 4 })
  // Counts are bounded by the bytes that are there before anything is allocated.
  await refused(['9affffffff', 'baffffffff', '5affffffff', '7affffffff', '9bffffffffffffffff', 'bb7fffffffffffffff', '5bffffffffffffffff'])
})

test('CBOR-10 accepts keys in the order of their encodings where a format asks for one encoding', () =>
  expect(decode('a30101' + '616102' + '62616103', { deterministic: true })).toBeDefined())
test('CBOR-10 rejects the same map in another order', async () => {
  await refused(['a2616102' + '0101', 'a262616103' + '616102', 'a20201' + '0101'], { deterministic: true })
  const map = cborMap({ zebra: 1, a: 2, bb: [cborMap({ d: 1, c: 2 })] })
  expect(decodeCbor(encodeCbor(map, { deterministic: true }), { deterministic: true })).toEqual(map)
  expect(await verdict(() => decodeCbor(encodeCbor(map), { deterministic: true }))).toBe('CBOR_MALFORMED')
})

test('CBOR-11 accepts additional information up to 27', () => expect(decode('1b0000000100000000')).toBe(4294967296n))
test('CBOR-11 rejects the reserved values 28 to 30 in every major type', () =>
  refused(Array.from({ length: 8 }, (_, major) => [28, 29, 30].map((info) => ((major << 5) | info).toString(16).padStart(2, '0'))).flat()))

test('CBOR-12 accepts as many items as the rules allow', () => {
  expect(decode('830102a10304', { itemsMax: 6 })).toBeDefined()
  expect(
    decodeCbor(concatBytes(Uint8Array.of(0x9a, 0, 0x0f, 0xff, 0xff), new Uint8Array(2 ** 20 - 1)), { bytesMax: 2 ** 21 }),
  ).toBeDefined()
})
test('CBOR-12 rejects one more, before any of them is made', async () => {
  await refused(['830102a10304'], { itemsMax: 5 })
  const zeros = concatBytes(Uint8Array.of(0x9a, 0, 0x10, 0, 0), new Uint8Array(2 ** 20))
  expect(await verdict(() => decodeCbor(zeros, { bytesMax: 2 ** 21 }))).toBe('CBOR_MALFORMED')
})

test('what cbor-x alone would let through never reaches it', async () => {
  // Its record extension, bundled strings and shared structures (tags 105, 0xdffe, 0xdfff, 28, 29), and typed arrays.
  await refused(['d8698201' + '80', 'd9dffe80', 'd9dfff80', 'd81c80', 'd81d00', 'd84041' + '01', 'c24101'])
  expect(await verdict(() => decodeCbor(concatBytes(cbor.tag(105, cbor.array()))))).toBe('CBOR_MALFORMED')
})
