import { toHex } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Execution, startExecution } from './execution.ts'
import { tableCode, verifierCode } from './p384.ts'
import { addPoints, multiply, splitBits, tableDigits, tablePoints } from './p384-curve.ts'
import { biasSlope, biasSlopeDouble, centred, doubleOpcode, generator, invert, mod, n, toMontgomery } from './p384-field.ts'

/**
 * The attack: on a chain without MODEXP at address 5 the call succeeds and answers nothing. A remainder that was never written is zero, with which both equations between the counted
 * coefficients hold for every digest and key: the true relation 2R + uG = 0 would then verify anything.
 */

let execution: Execution
beforeAll(async () => {
  execution = await startExecution()
})
afterAll(() => execution?.stop())

test('a program that proves nothing about the signature is refused, also where MODEXP answers nothing', async () => {
  const [low, high] = [await execution.deploy(tableCode(0)), await execution.deploy(tableCode(1))]
  const code = verifierCode([BigInt(low.address), BigInt(high.address)])
  const call = Buffer.from(code).indexOf('60055afa', 'hex') // PUSH1 5, GAS, STATICCALL
  expect(call).toBeGreaterThan(0)
  const elsewhere = Uint8Array.from(code)
  elsewhere[call + 1] = 0x99 // an account without code
  for (const contract of [await execution.deploy(code), await execution.deploy(elsewhere)])
    expect(BigInt(toHex(await contract.call(forgery())))).toBe(0n)
})

/** 2R + uG = 0 with cR = 2 and cQ = 0, beside a digest and a key that have nothing to do with it. */
function forgery(): Uint8Array {
  const entry = 37
  const digits = tableDigits(entry)
  const u = digits.low + (digits.high << splitBits)
  const pointR = multiply(mod(-u * invert(2n, n), n), generator)
  const pointQ = multiply(0x1234567890abcdefn, generator)
  const pointG = tablePoints()[entry]
  if (pointR === null || pointQ === null || pointG === undefined) throw new Error('infinity')
  const bytes: number[] = []
  const number = (value: bigint) => bytes.push(...Buffer.from(value.toString(16).padStart(96, '0'), 'hex'))
  const slope = (value: bigint, bias: bigint) => number(centred(toMontgomery(value)) + bias)
  for (const value of [0xdeadbeefn, mod(pointR.x, n), 1234567n, pointQ.x, pointQ.y, pointR.y]) number(value)
  bytes.push(0, 0)
  for (const base of [pointR, pointQ]) {
    const twice = addPoints(base, base)
    slope(twice.slope, biasSlopeDouble - (doubleOpcode << 384n))
    let multiple = base
    for (let i = 0; i < 7; i++) {
      const { sum, slope: chord } = addPoints(multiple, twice.sum)
      slope(chord, biasSlope)
      multiple = sum
    }
  }
  bytes.push(0xe0 | (entry >> 8), entry & 255)
  slope(addPoints(pointR, pointG).slope, biasSlope)
  bytes.push(0x60)
  return Uint8Array.from(bytes)
}
