import fc from 'fast-check'
import { keccak256 as reference, toHex } from 'viem/utils'
import { expect, test } from 'vitest'
import { keccak256 } from './keccak.ts'

test('is the hash of the empty string that everyone knows', () =>
  expect(toHex(keccak256(new Uint8Array()))).toBe('0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'))

test('agrees with viem on any bytes, and no call disturbs another', () =>
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 8 }), (inputs) => {
      const hashes = inputs.map(keccak256)
      expect(hashes.map((hash) => toHex(hash))).toEqual(inputs.map((bytes) => reference(bytes)))
    }),
  ))
