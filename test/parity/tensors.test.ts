import { type Hex, toHex } from '@nacre/verifier/bytes'
import { VerifierError } from '@nacre/verifier/errors'
import {
  type Datatype,
  datatypes,
  decodeTensors,
  elementBytes,
  encodeTensors,
  hashTensors,
  splitBytes,
  type Tensor,
  tensorFromValues,
  tensorValues,
} from '@nacre/verifier/tensor'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seeded } from './random.ts'
import { type Solidity, startSolidity } from './solidity.ts'

let solidity: Solidity

beforeAll(async () => {
  solidity = await startSolidity()
})

afterAll(() => solidity?.stop())

const random = seeded('tensors')
const names = ['', 'x', 'logits', 'n'.repeat(31), 'n'.repeat(32), 'n'.repeat(33), 'n'.repeat(256), 'größe', '数字', '🙂']

/** Any data that the datatype can have, also NaN and infinities. */
function randomTensor(datatype: Datatype, index = random.below(names.length)): Tensor {
  const shape = Array.from({ length: random.below(5) }, () => BigInt(random.below(5)))
  const count = shape.reduce((product, size) => product * Number(size), 1)
  const width = elementBytes(datatype)
  const name = names[index % names.length] ?? ''
  if (width === null) {
    const elements = Array.from({ length: count }, () => random.bytes(random.below(40)))
    const data = elements.flatMap((element) => [element.length & 255, element.length >> 8, 0, 0, ...element])
    return { name, datatype, shape, data: Uint8Array.from(data) }
  }
  const data = random.bytes(count * width)
  return { name, datatype, shape, data: datatype === 'BOOL' ? data.map((byte) => byte & 1) : data }
}

describe('encoding', () => {
  test('Solidity reads the fields that TypeScript wrote, writes the same bytes, and hashes alike', async () => {
    const lists = [
      [],
      ...datatypes.map((datatype) => [randomTensor(datatype)]),
      ...names.map((_, index) => [randomTensor('FP32', index)]),
      ...Array.from({ length: 40 }, () =>
        Array.from({ length: random.below(5) }, () => randomTensor(datatypes[random.below(14)] ?? 'BOOL')),
      ),
    ]
    for (const tensors of lists) {
      const encoded = toHex(encodeTensors(tensors))
      const [decoded, again, hash] = (await solidity.call('tensors', [encoded])) as [object[], Hex, Hex]
      expect(decoded).toEqual(tensors.map((tensor) => ({ ...tensor, data: toHex(tensor.data) })))
      expect(again).toBe(encoded)
      expect(hash).toBe(await hashTensors(tensors))
      expect(decodeTensors(encodeTensors(tensors)).map((tensor) => ({ ...tensor, data: toHex(tensor.data) }))).toEqual(decoded)
    }
  })

  test('what TypeScript refuses to decode, Solidity refuses: one changed byte anywhere', async () => {
    const tensors = [randomTensor('FP32', 2), randomTensor('INT64', 4), randomTensor('BYTES', 1)]
    const encoded = encodeTensors(tensors)
    let accepted = 0
    for (let at = 0; at < encoded.length; at += 1 + random.below(3)) {
      const changed = Uint8Array.from(encoded)
      changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8))
      const ours = refusalOf(changed)
      const theirs = await solidity.verdict('tensors', [toHex(changed)])
      // Two things only TypeScript refuses: names that are not UTF-8, and shapes of tensors without elements that go beyond its size limits.
      if (ours !== null && !/UTF-8|Dimension out of range/.test(ours)) expect(theirs, `byte ${at}: ${ours}`).not.toBe('accepted')
      if (ours === null) expect(theirs, `byte ${at}`).toBe('accepted')
      if (theirs === 'accepted') accepted++
    }
    expect(accepted).toBeGreaterThan(0)
    for (const changed of [encoded.subarray(0, -32), encoded.subarray(0, -1), Uint8Array.of(...encoded, 0), new Uint8Array()]) {
      expect(refusalOf(changed)).not.toBeNull()
      expect(await solidity.verdict('tensors', [toHex(changed)])).not.toBe('accepted')
    }
  })
})

describe('values', () => {
  const integers = ['UINT8', 'UINT16', 'UINT32', 'UINT64', 'INT8', 'INT16', 'INT32', 'INT64'] as const

  test.each(integers)('%s: the same integers, from least to most', async (datatype) => {
    const bits = BigInt(8 * (elementBytes(datatype) ?? 0))
    const signed = datatype.startsWith('I')
    const [least, most] = signed ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n]
    const inside = Array.from({ length: 20 }, () => BigInt.asIntN(256, (random.uint(64) % (most - least + 1n)) + least))
    const values = [least, least + 1n, 0n, 1n, most - 1n, most, ...inside]
    const tensor = tensorFromValues({ name: 'n', datatype, shape: [values.length], values })
    const read = (await solidity.call('integers', [toHex(encodeTensors([tensor]))])) as bigint[]
    expect(read).toEqual(tensorValues(tensor).map((value) => BigInt(value)))
    expect(read).toEqual(values)
  })

  test('BOOL and BYTES', async () => {
    const flags = tensorFromValues({ name: 'b', datatype: 'BOOL', shape: [3], values: [true, false, true] })
    expect(await solidity.call('integers', [toHex(encodeTensors([flags]))])).toEqual([1n, 0n, 1n])
    const texts = tensorFromValues({ name: 't', datatype: 'BYTES', shape: [4], values: ['', 'a', 'größe', 'n'.repeat(300)] })
    const read = await solidity.call('texts', [toHex(encodeTensors([texts]))])
    expect(read).toEqual(splitBytes(texts.data).map((element) => toHex(element)))
  })

  test.each(['FP16', 'BF16', 'FP32', 'FP64'] as const)('%s: the same bits, and the nearest multiple of 10^-18', async (datatype) => {
    const width = elementBytes(datatype) ?? 0
    const bits: bigint[] = []
    while (bits.length < 60) {
      const candidate = BigInt(random.hex(width))
      const value = rationalOf(datatype, candidate)
      if (value !== null && value.numerator < value.denominator << 150n && -value.numerator < value.denominator << 150n)
        bits.push(candidate)
    }
    const data = Uint8Array.from(
      bits.flatMap((pattern) => [...Buffer.from(pattern.toString(16).padStart(2 * width, '0'), 'hex')].reverse()),
    )
    const tensor: Tensor = { name: 'f', datatype, shape: [BigInt(bits.length)], data }
    const [read, fixed18] = (await solidity.call('elements', [toHex(encodeTensors([tensor]))])) as [bigint[], bigint[]]
    expect(read).toEqual(bits)
    expect(fixed18).toEqual(bits.map((pattern) => nearestFixed18(rationalOf(datatype, pattern))))
    // TypeScript's own numbers are those that the bits stand for.
    expect(tensorValues(tensor)).toEqual(bits.map((pattern) => numberOf(rationalOf(datatype, pattern))))
  })

  test('argmax is that of the numbers', async () => {
    for (let i = 0; i < 20; i++) {
      const values = Array.from({ length: 1 + random.below(12) }, () => Math.fround((random.below(2001) - 1000) / 7))
      const tensor = tensorFromValues({ name: 's', datatype: 'FP32', shape: [values.length], values })
      expect(await solidity.call('argmax', [toHex(encodeTensors([tensor]))])).toBe(BigInt(values.indexOf(Math.max(...values))))
    }
  })
})

describe('float32 to 18 decimals, against exact rational arithmetic', () => {
  const finite = (bits: number) => ((bits >>> 23) & 255) !== 255

  test('every exponent with edge fractions, and 4,000 bit patterns', async () => {
    const edges = Array.from({ length: 255 }, (_, exponent) =>
      [0, 1, 0x3fffff, 0x400000, 0x400001, 0x7fffff].flatMap((fraction) =>
        [0, 0x80000000].map((sign) => (sign | (exponent << 23) | fraction) >>> 0),
      ),
    ).flat()
    const noise = Array.from({ length: 4_000 }, () => Number(random.uint(32))).filter(finite)
    const patterns = [...edges, ...noise]
    for (let from = 0; from < patterns.length; from += 1_000) {
      const part = patterns.slice(from, from + 1_000)
      const fixed18 = await solidity.call('float32ToFixed18', [part])
      expect(fixed18).toEqual(part.map((bits) => nearestFixed18(rationalOf('FP32', BigInt(bits)))))
    }
  })

  test('NaN and infinities are refused', async () => {
    for (const bits of [0x7f800000, 0xff800000, 0x7f800001, 0x7fc00000, 0xffffffff])
      expect(await solidity.verdict('float32ToFixed18', [[bits]])).toBe('FloatNotFinite')
  })
})

function refusalOf(bytes: Uint8Array): string | null {
  try {
    decodeTensors(bytes)
    return null
  } catch (error) {
    if (error instanceof VerifierError) return error.message
    throw error
  }
}

type Rational = { negative: boolean; numerator: bigint; denominator: bigint }

const floatForms = {
  FP16: { exponentBits: 5n, fractionBits: 10n },
  BF16: { exponentBits: 8n, fractionBits: 7n },
  FP32: { exponentBits: 8n, fractionBits: 23n },
  FP64: { exponentBits: 11n, fractionBits: 52n },
}

/** What IEEE 754 says that the bits stand for; `null` for NaN and infinities. */
function rationalOf(datatype: keyof typeof floatForms, bits: bigint): Rational | null {
  const { exponentBits, fractionBits } = floatForms[datatype]
  const fraction = bits & ((1n << fractionBits) - 1n)
  const biased = (bits >> fractionBits) & ((1n << exponentBits) - 1n)
  if (biased === (1n << exponentBits) - 1n) return null
  const significand = biased === 0n ? fraction : fraction | (1n << fractionBits)
  const exponent = (biased === 0n ? 1n : biased) - (1n << (exponentBits - 1n)) + 1n - fractionBits
  const negative = bits >> (exponentBits + fractionBits) === 1n
  const magnitude = exponent >= 0n ? significand << exponent : significand
  return { negative, numerator: negative ? -magnitude : magnitude, denominator: exponent >= 0n ? 1n : 1n << -exponent }
}

/** The nearest multiple of 10^-18, of two equally near the even one. */
function nearestFixed18(value: Rational | null): bigint {
  if (value === null) throw new TypeError('not finite')
  const scaled = (value.negative ? -value.numerator : value.numerator) * 10n ** 18n
  let quotient = scaled / value.denominator
  const twice = 2n * (scaled - quotient * value.denominator)
  if (twice > value.denominator || (twice === value.denominator && quotient % 2n === 1n)) quotient++
  return value.negative ? -quotient : quotient
}

/** Both parts of these fractions are powers of two times at most 53 bits: the division is exact. */
function numberOf(value: Rational | null): number {
  if (value === null) throw new TypeError('not finite')
  const magnitude = Number(value.negative ? -value.numerator : value.numerator)
  // 2^1074 is beyond Number: divide in two steps, the first of which is exact.
  const shift = value.denominator.toString(2).length - 1
  const steps = shift > 1000 ? magnitude / 2 ** 1000 / 2 ** (shift - 1000) : magnitude / 2 ** shift
  return value.negative ? -steps : steps
}
