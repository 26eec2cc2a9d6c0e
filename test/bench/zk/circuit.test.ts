import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { circuitInputs, circuitOf, type Integers, signedInteger } from './circuit.ts'
import { scalarOrder } from './trusted-setup.ts'

const path = new URL('../../../enclave/models/digits-int/integers.json', import.meta.url)
const digits = JSON.parse(readFileSync(path, 'utf8')) as Integers

test('the shipped weights fit the bits with which private ones are proven, and public ones are constants of the circuit', () => {
  const [open, committed] = [circuitOf(digits, 'public'), circuitOf(digits, 'private')]
  expect(open).not.toContain('signal input w1')
  expect(committed).toContain('signal output commitment')
  expect(committed).toMatch(/weightsRange\[4736\].*Num2Bits\(7\).*biasesRange\[74\].*Num2Bits\(12\)/s)
  // As many values as fill an element of the field without wrapping.
  expect(committed.match(/packed\[\d+ \+ n \\ \d+\]/g)).toEqual(['packed[0 + n \\ 36]', 'packed[132 + n \\ 21]'])
})

test.each([
  ['weight', 'Weights are proven with 7 bits', { w1: digits.w1.map((row, at) => (at === 3 ? row.with(5, 64) : row)) }],
  ['bias', 'biases with 12', { b2: digits.b2.with(9, -2049) }],
  ['divisor', 'four bits', { divisor: 17 }],
])('a %s that the circuit could not hold is refused', (_, message, changes) => {
  expect(() => circuitOf({ ...digits, ...changes }, 'private')).toThrow(message)
})

test('negative numbers cross the field and come back', () => {
  const { b2 } = circuitInputs(digits, 'private', []) as { b2: string[] }
  expect(b2.every((value) => BigInt(value) >= 0n && BigInt(value) < scalarOrder)).toBe(true)
  expect(b2.map(signedInteger)).toEqual(digits.b2)
})
