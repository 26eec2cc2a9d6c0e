import { expect, test } from 'vitest'
import { cpuClassOf, readCpuClass } from './cpu-class.ts'

test.each([
  ['fpu sse sse2', 'x64'],
  ['fpu sse2 avx', 'x64-avx'],
  ['fpu avx avx2 fma', 'x64-avx2'],
  ['fpu avx avx2', 'x64-avx'],
  ['fpu avx avx2 fma avx512f', 'x64-avx512'],
  ['fpu avx avx2 fma avx512f avx512_vnni', 'x64-avx512-vnni'],
])('%s is %s', (flags, expected) => expect(cpuClassOf(`processor\t: 0\nflags\t\t: ${flags}\nbugs\t\t:\n`)).toBe(expected))

test('what the system does not say is not guessed', () => {
  expect(cpuClassOf('')).toBe('x64, vector unit unknown')
  expect(readCpuClass('arm64')).toBe('arm64')
})
