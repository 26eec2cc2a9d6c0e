/**
 * A small EVM assembler with a stack of names.
 *
 * The generators in this folder emit straight-line bytecode in which a value is used dozens of times from ever changing
 * depths. Writing `DUP7` by hand is how such code goes wrong, so this assembler keeps the stack symbolically: it knows
 * which named value lies where, turns a name into the DUP or SWAP that reaches it, and throws while generating when a
 * name is gone, too deep, there twice, or when two paths meet with different stacks. It emits exactly what was asked
 * for: it never reorders and never optimises.
 *
 * ```ts
 * const asm = new Assembler()
 * asm.push(0, 'sum').push(0, 'i')                             // [sum i]
 * asm.label('loop')
 * asm.compute(['CALLDATALOAD', ['SHL', 5, 'i']]).fold('ADD', 'sum').set('sum')
 * asm.fold('ADD', 1, 'i')                                     // i += 1; its name is given again
 * asm.jumpIf('loop', ['LT', 'i', 10])
 * asm.pop('i').push(0).op('MSTORE')
 * asm.run(['RETURN', 0, 32])
 * const runtime = asm.assemble()
 * ```
 *
 * **Values**
 * - `op(...opcodes)`: opcodes as they are; each takes its operands off the symbolic stack and leaves unnamed results.
 *   A named value that an opcode takes is gone, and using its name afterwards throws.
 * - `push(value, name?)`: the shortest PUSH. `-1n` means 2^256 - 1.
 * - `dup(name | depth, as?)` copies to the top, `swap(name | depth)` exchanges with the top. Depth 1 is the top itself.
 * - `name(name)` names the top, `names(...names)` the top ones (the last is the top); `rename({ old: 'new' })` renames any number of values at once. Both emit nothing.
 * - `pop(name?)` drops the top and, given a name, checks that it is that value.
 * - `set(name)`: the top replaces the value of that name (SWAP, POP).
 *
 * **Expressions**
 * - `compute(expression, name?)` leaves the value of an expression on top. A number or bigint is pushed, a string copies
 *   the named value, `[opcode, first, second, …]` applies an opcode. Operands are in the order of the yellow paper, so
 *   `['SUB', 'x', 1]` is x - 1, `['SHR', 3, 'x']` is x >> 3, `['MLOAD', 64]` reads memory.
 * - `fold(opcode, expression, name?)`: top = opcode(expression, top). `fold('ADD', 'x')` adds x to the top.
 * - `run(operation)`: the same for an opcode without a result: `['MSTORE', address, value]`, `['RETURN', 0, 32]`.
 *
 * **Control**
 * - `label(name, stack?)`: a JUMPDEST. Every jump to it and the code that runs into it must bring the same names. `stack`
 *   gives them when nothing has reached the label yet (it is jumped to from further down, or by a computed jump).
 * - `jump(label)`, `jumpIf(label, condition?)` (without a condition: the top), `pushLabel(label, name?)`.
 * - `define(routine)` begins a subroutine, `call(routine)` calls it, `ret()` goes back. Arguments are the top of the
 *   caller's stack, the last one on top; the routine sees only them and, above them, `returnTo`. At `ret()` exactly the
 *   declared results and `returnTo`, in any place, must be left.
 * - `data(label, bytes)` appends bytes that never run (for `pushLabel` and CODECOPY).
 *
 * **Results**
 * - `assemble()` gives the runtime code and refuses more than 24,576 bytes (EIP-170); `initCode(runtime)` wraps it.
 * - `gas` is the static cost of everything emitted so far: take it before and after a straight piece of code. Memory
 *   growth, copied or hashed words, cold accesses and what a call spends are not in it. `size` counts bytes likewise.
 * - `stack` is a copy of the names, bottom first; unnamed values are `''`.
 */
export class Assembler {
  readonly #code: number[] = []
  #gas = 0
  /** Names of the values on the stack, bottom first; null where no path leads. */
  #stack: string[] | null
  #routine: Routine | null = null
  #calls = 0
  /** The stack each label expects, fixed by the first path that mentions it. */
  readonly #layouts = new Map<string, readonly string[]>()
  readonly #offsets = new Map<string, number>()
  /** Where a PUSH2 waits for the offset of a label. */
  readonly #references: { at: number; label: string }[] = []

  constructor(stack: readonly string[] = []) {
    this.#stack = [...stack]
  }

  get gas(): number {
    return this.#gas
  }

  get size(): number {
    return this.#code.length
  }

  get stack(): string[] {
    return [...this.#live()]
  }

  op(...opcodes: Opcode[]): this {
    for (const opcode of opcodes) {
      const [code, takes, gives, gas] = opcodeTable[opcode]
      this.#take(takes)
      this.#write([code], gas)
      for (let i = 0; i < gives; i++) this.#give('')
      if (endsPath.has(opcode)) this.#stack = null
    }
    return this
  }

  push(value: number | bigint, name = ''): this {
    const word = BigInt(value)
    if (word < -(1n << 255n) || word >= 1n << 256n) throw new AssemblerError('VALUE_RANGE', `${value} does not fit a word`)
    let hex = BigInt.asUintN(256, word).toString(16)
    if (hex.length % 2 === 1) hex = `0${hex}`
    const bytes = word === 0n ? [] : [...Buffer.from(hex, 'hex')]
    this.#write([0x5f + bytes.length, ...bytes], bytes.length === 0 ? 2 : 3)
    return this.#give(name)
  }

  dup(which: string | number, as = ''): this {
    const depth = this.#depth(which)
    if (depth > 16) throw new AssemblerError('STACK_TOO_DEEP', `DUP${depth} of ${which} in ${this.#shown()}`)
    this.#write([0x7f + depth], 3)
    return this.#give(as)
  }

  /** The names go with the values. For the top itself nothing is emitted. */
  swap(which: string | number): this {
    const depth = this.#depth(which)
    if (depth > 17) throw new AssemblerError('STACK_TOO_DEEP', `SWAP${depth - 1} of ${which} in ${this.#shown()}`)
    if (depth === 1) return this
    this.#write([0x8e + depth], 3)
    const stack = this.#live()
    const top = stack.length - 1
    const place = stack.length - depth
    const names = [stack[top] as string, stack[place] as string] as const
    stack[place] = names[0]
    stack[top] = names[1]
    return this
  }

  name(name: string): this {
    this.#take(1)
    return this.#give(name)
  }

  /** Names the top values, the last name being the top's. Emits nothing. */
  names(...names: string[]): this {
    this.#take(names.length)
    for (const name of names) this.#give(name)
    return this
  }

  rename(names: Readonly<Record<string, string>>): this {
    for (const name of Object.keys(names)) this.#depth(name)
    const renamed = this.#live().map((name) => names[name] ?? name)
    const twice = renamed.find((name, index) => name !== '' && renamed.indexOf(name) !== index)
    if (twice !== undefined) throw new AssemblerError('NAME_TAKEN', `two values called ${twice} in [${renamed.join(' ')}]`)
    this.#stack = renamed
    return this
  }

  pop(name?: string): this {
    if (name !== undefined && this.#depth(name) !== 1)
      throw new AssemblerError('STACK_MISMATCH', `${name} is not the top of ${this.#shown()}`)
    return this.op('POP')
  }

  set(name: string): this {
    const depth = this.#depth(name)
    if (depth === 1) throw new AssemblerError('STACK_MISMATCH', `nothing above ${name} to replace it with`)
    this.swap(name).op('POP')
    const stack = this.#live()
    stack[stack.length + 1 - depth] = name
    return this
  }

  compute(expression: Expression, name = ''): this {
    if (typeof expression === 'string') this.dup(expression)
    else if (typeof expression === 'object') this.#apply(expression, 1)
    else this.push(expression)
    return name === '' ? this : this.name(name)
  }

  fold(opcode: Opcode, expression: Expression, name = ''): this {
    this.compute(expression).op(opcode)
    return name === '' ? this : this.name(name)
  }

  run(operation: Operation): this {
    return this.#apply(operation, 0)
  }

  label(label: string, stack?: readonly string[]): this {
    if (this.#offsets.has(label)) throw new AssemblerError('NAME_TAKEN', `the label ${label} is placed twice`)
    if (stack !== undefined) this.#meet(label, stack)
    if (this.#stack !== null) this.#meet(label, this.#stack)
    const layout = this.#layouts.get(label)
    if (layout === undefined) throw new AssemblerError('LABEL_UNREACHED', `no path has reached ${label} yet: give its stack`)
    this.#stack = [...layout]
    this.#offsets.set(label, this.size)
    this.#write([0x5b], 1)
    return this
  }

  jump(label: string): this {
    this.#meet(label, this.#live())
    return this.pushLabel(label).op('JUMP')
  }

  jumpIf(label: string, condition?: Expression): this {
    if (condition !== undefined) this.compute(condition)
    this.pushLabel(label).op('JUMPI')
    this.#meet(label, this.#live())
    return this
  }

  pushLabel(label: string, name = ''): this {
    this.#references.push({ at: this.size + 1, label })
    this.#write([0x61, 0, 0], 3)
    return this.#give(name)
  }

  define(routine: Routine): this {
    if (this.#stack !== null) throw new AssemblerError('STACK_MISMATCH', `code runs into the routine ${routine.label}`)
    this.#routine = routine
    return this.label(routine.label, [...routine.takes, 'returnTo'])
  }

  call(routine: Routine): this {
    const back = `${routine.label}:return${this.#calls++}`
    this.pushLabel(back)
    this.pushLabel(routine.label)
    this.#take(routine.takes.length + 2)
    const below = this.stack
    for (const name of routine.gives) this.#give(name)
    const results = this.stack
    this.#stack = below
    this.#write([0x56], 8)
    this.#stack = null
    return this.label(back, results)
  }

  ret(): this {
    if (this.#routine === null) throw new AssemblerError('STACK_MISMATCH', 'ret() outside of a routine')
    this.swap('returnTo')
    const expected = [...this.#routine.gives, 'returnTo']
    if (!sameNames(expected, this.#live())) {
      throw new AssemblerError('STACK_MISMATCH', `${this.#routine.label} returns [${expected.join(' ')}], the stack is ${this.#shown()}`)
    }
    return this.op('JUMP')
  }

  data(label: string, bytes: Uint8Array): this {
    if (this.#stack !== null) throw new AssemblerError('STACK_MISMATCH', `code runs into the data ${label}`)
    if (this.#offsets.has(label)) throw new AssemblerError('NAME_TAKEN', `the label ${label} is placed twice`)
    this.#offsets.set(label, this.size)
    for (const byte of bytes) this.#code.push(byte)
    return this
  }

  assemble(): Uint8Array {
    if (this.size > codeBytesMax) throw new AssemblerError('CODE_TOO_LARGE', `${this.size} bytes, EIP-170 allows ${codeBytesMax}`)
    const code = Uint8Array.from(this.#code)
    for (const { at, label } of this.#references) {
      const offset = this.#offsets.get(label)
      if (offset === undefined) throw new AssemblerError('LABEL_UNKNOWN', `${label} is never placed`)
      code[at] = offset >> 8
      code[at + 1] = offset & 0xff
    }
    return code
  }

  #live(): string[] {
    if (this.#stack === null) throw new AssemblerError('UNREACHABLE', 'no path leads here: place a label first')
    return this.#stack
  }

  #shown(): string {
    return `[${this.#live()
      .map((name) => name || '·')
      .join(' ')}]`
  }

  #write(bytes: readonly number[], gas: number): void {
    this.#live()
    this.#code.push(...bytes)
    this.#gas += gas
  }

  #give(name: string): this {
    const stack = this.#live()
    if (name !== '' && stack.includes(name)) throw new AssemblerError('NAME_TAKEN', `${name} is already in ${this.#shown()}`)
    stack.push(name)
    return this
  }

  #take(count: number): void {
    const stack = this.#live()
    if (stack.length < count) throw new AssemblerError('STACK_UNDERFLOW', `${count} operands wanted from ${this.#shown()}`)
    stack.length -= count
  }

  /** 1 is the top. */
  #depth(which: string | number): number {
    const stack = this.#live()
    if (typeof which === 'number') {
      if (which < 1 || which > stack.length) throw new AssemblerError('STACK_UNDERFLOW', `depth ${which} in ${this.#shown()}`)
      return which
    }
    const index = which === '' ? -1 : stack.indexOf(which)
    if (index < 0) throw new AssemblerError('NAME_UNKNOWN', `no ${which} in ${this.#shown()}`)
    return stack.length - index
  }

  /** Operands are computed last to first, so that the first ends on top. */
  #apply([opcode, ...operands]: Operation, results: number): this {
    const [, takes, gives] = opcodeTable[opcode]
    if (takes !== operands.length || gives !== results) {
      throw new AssemblerError(
        'EXPRESSION_MALFORMED',
        `${opcode} takes ${takes} operands, leaves ${gives}: not fit for [${[opcode, ...operands].join(' ')}]`,
      )
    }
    for (const operand of operands.toReversed()) this.compute(operand)
    return this.op(opcode)
  }

  #meet(label: string, stack: readonly string[]): void {
    const layout = this.#layouts.get(label)
    if (layout === undefined) this.#layouts.set(label, [...stack])
    else if (!sameNames(layout, stack)) {
      throw new AssemblerError('STACK_MISMATCH', `${label} expects [${layout.join(' ')}], this path brings [${stack.join(' ')}]`)
    }
  }
}

export type Expression = string | number | bigint | Operation
export type Operation = readonly [Opcode, ...Expression[]]

/** A subroutine: what it takes from the top of the caller's stack and what it leaves there, bottom first. */
export type Routine = { label: string; takes: readonly string[]; gives: readonly string[] }

/** EIP-170. */
export const codeBytesMax = 24_576

/** Creation code that deploys `runtime` as it is: PUSH2 size, DUP1, PUSH1 10, PUSH0, CODECOPY, PUSH0, RETURN, runtime. */
export function initCode(runtime: Uint8Array): Uint8Array {
  return Uint8Array.from([0x61, runtime.length >> 8, runtime.length & 0xff, 0x80, 0x60, 10, 0x5f, 0x39, 0x5f, 0xf3, ...runtime])
}

/** Opcode to [byte, operands, results, static gas] under Osaka rules; accounts and slots count as warm. PUSH, DUP and SWAP have methods. */
const opcodeTable = {
  STOP: [0x00, 0, 0, 0],
  ADD: [0x01, 2, 1, 3],
  MUL: [0x02, 2, 1, 5],
  SUB: [0x03, 2, 1, 3],
  DIV: [0x04, 2, 1, 5],
  SDIV: [0x05, 2, 1, 5],
  MOD: [0x06, 2, 1, 5],
  SMOD: [0x07, 2, 1, 5],
  ADDMOD: [0x08, 3, 1, 8],
  MULMOD: [0x09, 3, 1, 8],
  EXP: [0x0a, 2, 1, 10],
  SIGNEXTEND: [0x0b, 2, 1, 5],
  LT: [0x10, 2, 1, 3],
  GT: [0x11, 2, 1, 3],
  SLT: [0x12, 2, 1, 3],
  SGT: [0x13, 2, 1, 3],
  EQ: [0x14, 2, 1, 3],
  ISZERO: [0x15, 1, 1, 3],
  AND: [0x16, 2, 1, 3],
  OR: [0x17, 2, 1, 3],
  XOR: [0x18, 2, 1, 3],
  NOT: [0x19, 1, 1, 3],
  BYTE: [0x1a, 2, 1, 3],
  SHL: [0x1b, 2, 1, 3],
  SHR: [0x1c, 2, 1, 3],
  SAR: [0x1d, 2, 1, 3],
  CLZ: [0x1e, 1, 1, 5],
  KECCAK256: [0x20, 2, 1, 30],
  ADDRESS: [0x30, 0, 1, 2],
  CALLER: [0x33, 0, 1, 2],
  CALLVALUE: [0x34, 0, 1, 2],
  CALLDATALOAD: [0x35, 1, 1, 3],
  CALLDATASIZE: [0x36, 0, 1, 2],
  CALLDATACOPY: [0x37, 3, 0, 3],
  CODESIZE: [0x38, 0, 1, 2],
  CODECOPY: [0x39, 3, 0, 3],
  EXTCODESIZE: [0x3b, 1, 1, 100],
  EXTCODECOPY: [0x3c, 4, 0, 100],
  RETURNDATASIZE: [0x3d, 0, 1, 2],
  RETURNDATACOPY: [0x3e, 3, 0, 3],
  EXTCODEHASH: [0x3f, 1, 1, 100],
  POP: [0x50, 1, 0, 2],
  MLOAD: [0x51, 1, 1, 3],
  MSTORE: [0x52, 2, 0, 3],
  MSTORE8: [0x53, 2, 0, 3],
  JUMP: [0x56, 1, 0, 8],
  JUMPI: [0x57, 2, 0, 10],
  PC: [0x58, 0, 1, 2],
  MSIZE: [0x59, 0, 1, 2],
  GAS: [0x5a, 0, 1, 2],
  TLOAD: [0x5c, 1, 1, 100],
  TSTORE: [0x5d, 2, 0, 100],
  MCOPY: [0x5e, 3, 0, 3],
  RETURN: [0xf3, 2, 0, 0],
  DELEGATECALL: [0xf4, 6, 1, 100],
  STATICCALL: [0xfa, 6, 1, 100],
  REVERT: [0xfd, 2, 0, 0],
  INVALID: [0xfe, 0, 0, 0],
} as const satisfies Record<string, readonly [number, number, number, number]>

export type Opcode = keyof typeof opcodeTable

/** Nothing runs behind these. */
const endsPath: ReadonlySet<Opcode> = new Set<Opcode>(['STOP', 'JUMP', 'RETURN', 'REVERT', 'INVALID'])

function sameNames(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name, index) => name === right[index])
}

/**
 * All of them are mistakes in a generator, found while generating.
 *
 * - `NAME_UNKNOWN`: no such value on the stack; most often an opcode has taken it already.
 * - `NAME_TAKEN`: a second value or label of that name.
 * - `STACK_TOO_DEEP`: DUP reaches 16 values, SWAP 17.
 * - `STACK_UNDERFLOW`: more operands wanted than there are.
 * - `STACK_MISMATCH`: two paths meet with different stacks, or a value is not where it was said to be.
 * - `LABEL_UNREACHED`, `LABEL_UNKNOWN`: a label without a known stack; a label that is never placed.
 * - `UNREACHABLE`: code behind a jump without a label.
 * - `EXPRESSION_MALFORMED`: number of operands or results does not fit the opcode.
 * - `VALUE_RANGE`, `CODE_TOO_LARGE`.
 */
export type AssemblerErrorCode =
  | 'NAME_UNKNOWN'
  | 'NAME_TAKEN'
  | 'STACK_TOO_DEEP'
  | 'STACK_UNDERFLOW'
  | 'STACK_MISMATCH'
  | 'LABEL_UNREACHED'
  | 'LABEL_UNKNOWN'
  | 'UNREACHABLE'
  | 'EXPRESSION_MALFORMED'
  | 'VALUE_RANGE'
  | 'CODE_TOO_LARGE'

export class AssemblerError extends Error {
  override readonly name = 'AssemblerError'
  readonly code: AssemblerErrorCode
  constructor(code: AssemblerErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
