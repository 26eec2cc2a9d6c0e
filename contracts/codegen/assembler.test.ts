import { describe, expect, it } from 'vitest'
import { Assembler, codeBytesMax, initCode, type Routine } from './assembler.ts'

const hex = (asm: Assembler) => Buffer.from(asm.assemble()).toString('hex')
const codeOf = (emit: () => unknown): unknown => {
  try {
    emit()
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}

describe('values', () => {
  it('takes the shortest PUSH', () => {
    expect(
      hex(
        new Assembler()
          .push(0)
          .push(255)
          .push(256)
          .push(1n << 248n),
      ),
    ).toBe(`5f60ff6101007f01${'00'.repeat(31)}`)
    expect(hex(new Assembler().push(-1n))).toBe(`7f${'ff'.repeat(32)}`)
    expect(codeOf(() => new Assembler().push(1n << 256n))).toBe('VALUE_RANGE')
    expect(codeOf(() => new Assembler().push(-(1n << 255n) - 1n))).toBe('VALUE_RANGE')
  })

  it('finds names, and moves them with their values', () => {
    const asm = new Assembler(['a', 'b', 'c']).dup('a').op('ADD').swap('a')
    expect(asm.stack).toEqual(['', 'b', 'a'])
    expect(hex(asm)).toBe('820191')
    expect(new Assembler(['a', 'b']).push(7).set('a').stack).toEqual(['a', 'b'])
    expect(new Assembler(['a', 'b']).rename({ a: 'b', b: 'a' }).stack).toEqual(['b', 'a'])
  })

  it('refuses a name that was consumed, is there twice, or lies too deep', () => {
    expect(codeOf(() => new Assembler(['a', 'b']).op('ADD').dup('a'))).toBe('NAME_UNKNOWN')
    expect(codeOf(() => new Assembler(['a']).push(1, 'a'))).toBe('NAME_TAKEN')
    expect(codeOf(() => new Assembler(['a', 'b']).rename({ a: 'b' }))).toBe('NAME_TAKEN')
    const deep = Array.from({ length: 18 }, (_, i) => `v${i}`)
    expect(hex(new Assembler(deep).dup('v2'))).toBe('8f')
    expect(codeOf(() => new Assembler(deep).dup('v1'))).toBe('STACK_TOO_DEEP')
    expect(hex(new Assembler(deep).swap('v1'))).toBe('9f')
    expect(codeOf(() => new Assembler(deep).swap('v0'))).toBe('STACK_TOO_DEEP')
    expect(codeOf(() => new Assembler(['a']).op('ADD'))).toBe('STACK_UNDERFLOW')
    expect(codeOf(() => new Assembler(['a', 'b']).pop('a'))).toBe('STACK_MISMATCH')
    expect(codeOf(() => new Assembler(['a']).set('a'))).toBe('STACK_MISMATCH')
  })
})

describe('expressions', () => {
  it('computes the first operand last', () => {
    expect(hex(new Assembler(['x']).compute(['SUB', 'x', 1], 'y'))).toBe('60018103')
    expect(hex(new Assembler(['x']).fold('SHR', 3))).toBe('60031c')
    expect(hex(new Assembler().run(['MSTORE', 64, ['CALLDATALOAD', 0]]))).toBe('5f35604052')
  })

  it('refuses a wrong number of operands or results', () => {
    expect(codeOf(() => new Assembler().compute(['ADD', 1]))).toBe('EXPRESSION_MALFORMED')
    expect(codeOf(() => new Assembler().compute(['MSTORE', 1, 2]))).toBe('EXPRESSION_MALFORMED')
    expect(codeOf(() => new Assembler().run(['ADD', 1, 2]))).toBe('EXPRESSION_MALFORMED')
  })
})

describe('control', () => {
  it('resolves labels forwards and backwards, and data', () => {
    const asm = new Assembler().push(1, 'x').label('back').jumpIf('on', 'x').jump('back').label('on')
    asm.pushLabel('bytes').op('POP', 'POP', 'STOP').data('bytes', Uint8Array.of(0xab))
    expect(hex(asm)).toBe('60015b8061000c57610002565b610013505000ab')
  })

  it('refuses paths that meet with different stacks', () => {
    expect(codeOf(() => new Assembler(['x']).jumpIf('there', 1).pop().label('there'))).toBe('STACK_MISMATCH')
    expect(codeOf(() => new Assembler(['x']).label('loop').pop().jump('loop'))).toBe('STACK_MISMATCH')
    expect(codeOf(() => new Assembler().op('STOP').push(1))).toBe('UNREACHABLE')
    expect(codeOf(() => new Assembler().op('STOP').label('nowhere'))).toBe('LABEL_UNREACHED')
    expect(codeOf(() => new Assembler().jump('nowhere').assemble())).toBe('LABEL_UNKNOWN')
    expect(codeOf(() => new Assembler().label('once').label('once'))).toBe('NAME_TAKEN')
  })

  it('calls routines by their signature', () => {
    const square: Routine = { label: 'square', takes: ['x'], gives: ['y'] }
    const asm = new Assembler().push(7, 'kept').push(3).call(square)
    expect(asm.stack).toEqual(['kept', 'y'])
    asm.op('STOP').define(square)
    expect(asm.stack).toEqual(['x', 'returnTo'])
    expect(codeOf(() => asm.ret())).toBe('STACK_MISMATCH')
  })
})

describe('results', () => {
  it('counts gas and bytes', () => {
    const asm = new Assembler().push(0).push(5).op('MUL').dup(1).op('POP')
    expect([asm.gas, asm.size]).toEqual([2 + 3 + 5 + 3 + 2, 6])
  })

  it('keeps to EIP-170', () => {
    const filled = (bytes: number) => new Assembler().op('STOP').data('filler', new Uint8Array(bytes - 1))
    expect(filled(codeBytesMax).assemble().length).toBe(codeBytesMax)
    expect(codeOf(() => filled(codeBytesMax + 1).assemble())).toBe('CODE_TOO_LARGE')
    expect(Buffer.from(initCode(Uint8Array.of(0xfe))).toString('hex')).toBe('61000180600a5f395ff3fe')
  })
})
