/**
 * Straight-line blocks: from formulas to stack code.
 *
 * A formula is written once, as TypeScript that builds expressions (`mulmod(a, b, N)`). Equal expressions are one
 * node, so a value used twice is computed once. {@link compileBlock} turns the expressions into DUP/SWAP/PUSH code for
 * a given evaluation plan. The plan decides only how much gas the code costs, never what it computes: the emitted code
 * is run symbolically at once and must leave exactly the requested expressions on the stack, or compilation fails.
 */

export type Expression = {
  readonly id: number
  /** EVM opcode in lower case, or `input`, or `constant`. */
  readonly op: string
  readonly args: readonly Expression[]
  /** Constants only. */
  readonly value: bigint
  /** Inputs only: the name of a stack slot. */
  readonly name: string
}

/** One instruction: an opcode mnemonic, or a constant to push. */
export type Instruction = { readonly op: string } | { readonly push: bigint }

/** How a block is evaluated. Any plan is correct; a good one is cheap. Found by `p384-plan.ts`, kept in `p384-plans.ts`. */
export type Plan = {
  /** Order in which shared values are computed, as indices into the block's list of shared values. */
  readonly order: readonly number[]
  /** For each commutative node: evaluate its operands in swapped order. */
  readonly flips: readonly boolean[]
  /** For each shared value: after computing it, overwrite a dead slot with it. */
  readonly buries: readonly boolean[]
}

const gasOfOpcode: Readonly<Record<string, number>> = {
  add: 3,
  sub: 3,
  mul: 5,
  div: 5,
  mod: 5,
  addmod: 8,
  mulmod: 8,
  not: 3,
  and: 3,
  or: 3,
  xor: 3,
  lt: 3,
  gt: 3,
  slt: 3,
  eq: 3,
  iszero: 3,
  shl: 3,
  shr: 3,
  sar: 3,
  byte: 3,
  mload: 3,
  calldataload: 3,
}

const commutative = new Set(['add', 'mul', 'addmod', 'mulmod', 'and', 'or', 'xor', 'eq'])
const wordMask = (1n << 256n) - 1n

/** Builds expressions; equal ones are the same object. */
export function createExpressions() {
  const known = new Map<string, Expression>()
  const intern = (key: string, make: (id: number) => Expression) => {
    let node = known.get(key)
    if (node === undefined) {
      node = make(known.size)
      known.set(key, node)
    }
    return node
  }
  const input = (name: string) => intern(`i:${name}`, (id) => ({ id, op: 'input', args: [], value: 0n, name }))
  const constant = (value: bigint) => {
    const word = value & wordMask
    return intern(`c:${word}`, (id) => ({ id, op: 'constant', args: [], value: word, name: '' }))
  }
  type Operand = Expression | bigint | number
  const lift = (x: Operand) => (typeof x === 'object' ? x : constant(BigInt(x)))
  const apply = (op: string, ...operands: Operand[]) => {
    const args = operands.map(lift)
    const [first, second] = args
    // One canonical order, so that a + b and b + a are the same node.
    if (commutative.has(op) && first !== undefined && second !== undefined && first.id > second.id) [args[0], args[1]] = [second, first]
    return intern(`${op}(${args.map((a) => a.id).join()})`, (id) => ({ id, op, args, value: 0n, name: '' }))
  }
  return {
    input,
    constant,
    add: (a: Operand, b: Operand) => apply('add', a, b),
    sub: (a: Operand, b: Operand) => apply('sub', a, b),
    mul: (a: Operand, b: Operand) => apply('mul', a, b),
    div: (a: Operand, b: Operand) => apply('div', a, b),
    addmod: (a: Operand, b: Operand, m: Operand) => apply('addmod', a, b, m),
    mulmod: (a: Operand, b: Operand, m: Operand) => apply('mulmod', a, b, m),
    not: (a: Operand) => apply('not', a),
    and: (a: Operand, b: Operand) => apply('and', a, b),
    or: (a: Operand, b: Operand) => apply('or', a, b),
    xor: (a: Operand, b: Operand) => apply('xor', a, b),
    lt: (a: Operand, b: Operand) => apply('lt', a, b),
    gt: (a: Operand, b: Operand) => apply('gt', a, b),
    eq: (a: Operand, b: Operand) => apply('eq', a, b),
    iszero: (a: Operand) => apply('iszero', a),
    /** `shift` first, as in the EVM. */
    shl: (shift: Operand, a: Operand) => apply('shl', shift, a),
    shr: (shift: Operand, a: Operand) => apply('shr', shift, a),
    byte: (index: Operand, a: Operand) => apply('byte', index, a),
    calldataload: (at: Operand) => apply('calldataload', at),
    /** Memory is constant within a block: stores happen between blocks only. */
    mload: (at: Operand) => apply('mload', at),
    /** By name, for the symbolic run. */
    apply,
  }
}

export type Expressions = ReturnType<typeof createExpressions>

export type Block = {
  readonly expressions: Expressions
  /** Stack before the block, bottom first. Values below are untouched. */
  readonly inputs: readonly Expression[]
  /** Stack after the block, bottom first. */
  readonly outputs: readonly Expression[]
  /** Further values to compute on their own, at a time the plan chooses, although they are used only once. */
  readonly separate?: readonly Expression[]
}

type Shape = {
  /** Values kept on the stack until their last use: used more than once, or an output. Dependencies first. */
  readonly shared: readonly Expression[]
  readonly commutativeNodes: readonly Expression[]
  readonly uses: ReadonlyMap<Expression, number>
}

export function shapeOf(block: Block): Shape {
  const uses = new Map<Expression, number>()
  const order: Expression[] = []
  const visit = (node: Expression) => {
    const count = uses.get(node) ?? 0
    uses.set(node, count + 1)
    if (count > 0) return
    for (const arg of node.args) visit(arg)
    order.push(node)
  }
  for (const node of block.outputs) visit(node)
  const outputs = new Set([...block.outputs, ...(block.separate ?? [])])
  const computed = order.filter((n) => n.op !== 'constant' && n.op !== 'input')
  const shared = computed.filter((n) => !isCheap(n) && ((uses.get(n) ?? 0) > 1 || outputs.has(n)))
  return { shared, commutativeNodes: computed.filter((n) => commutative.has(n.op)), uses }
}

/** A load from a fixed address is repeated rather than kept: six gas, and no stack slot. */
function isCheap(node: Expression): boolean {
  return node.op === 'mload' && node.args[0]?.op === 'constant'
}

export function defaultPlan(block: Block): Plan {
  const { shared, commutativeNodes } = shapeOf(block)
  return { order: shared.map((_, i) => i), flips: commutativeNodes.map(() => false), buries: shared.map(() => true) }
}

/**
 * Emits the block's code under `plan`. Throws {@link BlockError} when the plan does not fit the 16 reachable slots; with
 * `overflowGas` each such step is priced instead, for a search that starts from such plans.
 */
export function compileBlock(block: Block, plan: Plan, overflowGas?: number): { code: Instruction[]; gas: number } {
  const emitter = new Emitter(block, plan, overflowGas)
  emitter.run()
  verify(block, emitter.code)
  return { code: emitter.code, gas: emitter.gas }
}

class Emitter {
  readonly code: Instruction[] = []
  gas = 0
  readonly #block: Block
  readonly #plan: Plan
  readonly #overflowGas: number | undefined
  readonly #shared: readonly Expression[]
  readonly #flipped: ReadonlySet<Expression>
  readonly #outputs: ReadonlySet<Expression>
  /** Uses that are still to come. */
  readonly #remaining: Map<Expression, number>
  /** Values computed on their own; the others are parts of larger expressions. */
  readonly #named: Set<Expression>
  readonly #stack: Expression[]
  /** How many operands of the expression under construction lie above the named values. */
  #pending = 0

  constructor(block: Block, plan: Plan, overflowGas: number | undefined) {
    const { shared, commutativeNodes, uses } = shapeOf(block)
    this.#block = block
    this.#plan = plan
    this.#overflowGas = overflowGas
    this.#shared = shared
    this.#flipped = new Set(commutativeNodes.filter((_, i) => plan.flips[i]))
    this.#outputs = new Set(block.outputs)
    this.#remaining = new Map(uses)
    this.#named = new Set(block.inputs)
    this.#stack = [...block.inputs]
  }

  run(): void {
    for (const index of this.#plan.order) {
      const node = this.#shared[index] as Expression
      this.#pending = 0
      this.#evaluate(node)
      this.#named.add(node)
      if (this.#plan.buries[index]) this.#bury()
      this.#dropDead()
    }
    this.#arrange()
  }

  #emit(op: string, gas: number): void {
    this.code.push({ op })
    this.gas += gas
  }

  #push(node: Expression): void {
    this.code.push({ push: node.value })
    this.gas += node.value === 0n ? 2 : 3
    this.#stack.push(node)
  }

  #reach(depth: number): void {
    if (depth <= 16) return
    if (this.#overflowGas === undefined) throw new BlockError('a value is out of reach')
    this.gas += this.#overflowGas * (depth - 16)
  }

  #swap(depth: number): void {
    this.#reach(depth)
    exchange(this.#stack, depth)
    this.#emit(`SWAP${depth}`, 3)
  }

  #dup(node: Expression): void {
    const depth = this.#depthOf(node)
    this.#reach(depth)
    this.#stack.push(node)
    this.#emit(`DUP${depth}`, 3)
  }

  /** 1 is the top. */
  #depthOf(node: Expression): number {
    const index = this.#stack.lastIndexOf(node)
    if (index < 0) throw new BlockError('a value is not on the stack')
    return this.#stack.length - index
  }

  #usesOf(node: Expression): number {
    return this.#remaining.get(node) ?? 0
  }

  /** Counts a use; says whether it was the last. */
  #use(node: Expression): boolean {
    this.#remaining.set(node, this.#usesOf(node) - 1)
    return this.#usesOf(node) === 0 && !this.#outputs.has(node)
  }

  /** Brings an operand to the top. */
  #operand(node: Expression): void {
    if (node.op === 'constant') {
      this.#push(node)
      this.#pending++
      return
    }
    if (!this.#named.has(node)) {
      this.#evaluate(node)
      return
    }
    if (this.#use(node) && this.#move(node)) return
    this.#dup(node)
    this.#pending++
  }

  /** Where a value is used last it can be moved instead of copied: the former top takes its slot. */
  #move(node: Expression): boolean {
    const depth = this.#depthOf(node)
    if (this.#pending > 1 || (this.#pending === 1 && depth !== 2)) return false
    if (depth > 1) this.#swap(depth - 1)
    this.#pending++
    return true
  }

  #evaluate(node: Expression): void {
    if (this.#evaluateInPlace(node)) return
    const [first, second, ...rest] = node.args
    const swapped = this.#flipped.has(node) && first !== undefined && second !== undefined
    const args = swapped ? [second, first, ...rest] : [...node.args]
    const before = this.#pending
    for (const arg of args.reverse()) this.#operand(arg)
    this.#apply(node, before)
  }

  /** Both operands are used last here and lie on top already. */
  #evaluateInPlace(node: Expression): boolean {
    const [a, b, modulus] = node.args
    if (this.#pending !== 0 || a === undefined || b === undefined || a === b) return false
    for (const operand of [a, b]) {
      if (!this.#named.has(operand) || this.#outputs.has(operand) || this.#usesOf(operand) !== 1) return false
    }
    const [below, top] = this.#stack.slice(-2)
    const inOrder = top === a && below === b
    if (!inOrder && !(top === b && below === a)) return false
    this.#use(a)
    this.#use(b)
    if (modulus !== undefined) {
      this.#push(modulus)
      this.#swap(2)
    } else if (!inOrder && !commutative.has(node.op)) this.#swap(1)
    this.#apply(node, 0)
    return true
  }

  #apply(node: Expression, pendingBefore: number): void {
    this.#stack.length -= node.args.length
    this.#stack.push(node)
    this.#pending = pendingBefore + 1
    this.#emit(node.op.toUpperCase(), gasOfOpcode[node.op] ?? Number.NaN)
  }

  #isDead(node: Expression): boolean {
    return !this.#outputs.has(node) && this.#usesOf(node) <= 0
  }

  #dropDead(): void {
    for (let top = this.#stack.at(-1); top !== undefined && this.#isDead(top); top = this.#stack.at(-1)) {
      this.#stack.pop()
      this.#emit('POP', 2)
    }
  }

  /** Overwrites the nearest dead slot with the top. */
  #bury(): void {
    const index = this.#stack.slice(0, -1).findLastIndex((node) => this.#isDead(node))
    if (index < 0) return
    this.#swap(this.#stack.length - 1 - index)
    this.#dropDead()
  }

  /** Brings the outputs into their slots and drops everything else. */
  #arrange(): void {
    const { outputs } = this.#block
    const stack = this.#stack
    for (;;) {
      const top = stack.at(-1)
      if (top === undefined || stack.length < outputs.length) throw new BlockError('an output is missing')
      const home = outputs.indexOf(top)
      if (home < 0) {
        stack.pop()
        this.#emit('POP', 2)
      } else if (home !== stack.length - 1) this.#swap(stack.length - 1 - home)
      else {
        const misplaced = outputs.findIndex((node, i) => stack[i] !== node)
        if (misplaced < 0) return
        this.#swap(stack.length - 1 - misplaced)
      }
    }
  }
}

/** Exchanges the top with the value `distance` below it. */
function exchange(stack: Expression[], distance: number): void {
  const top = stack.length - 1
  const held = stack[top] as Expression
  stack[top] = stack[top - distance] as Expression
  stack[top - distance] = held
}

/** Runs the code on symbols: it must leave exactly the outputs. */
function verify({ expressions: { apply, constant }, inputs, outputs }: Block, code: readonly Instruction[]): void {
  const stack = [...inputs]
  for (const instruction of code) {
    if ('push' in instruction) {
      stack.push(constant(instruction.push))
      continue
    }
    const [, name = '', count = ''] = /^([A-Z]+?)(\d*)$/.exec(instruction.op) ?? []
    if (name === 'POP') stack.pop()
    else if (name === 'DUP') stack.push(stack[stack.length - Number(count)] as Expression)
    else if (name === 'SWAP') exchange(stack, Number(count))
    else {
      const operands = stack.splice(stack.length - operandsOf(name))
      stack.push(apply(name.toLowerCase(), ...operands.reverse()))
    }
  }
  if (stack.length !== outputs.length || stack.some((node, i) => node !== outputs[i])) {
    throw new BlockError('the emitted code does not compute the block')
  }
}

function operandsOf(opcode: string): number {
  if (opcode === 'ADDMOD' || opcode === 'MULMOD') return 3
  return ['NOT', 'ISZERO', 'MLOAD', 'CALLDATALOAD'].includes(opcode) ? 1 : 2
}

/** A plan does not fit the block or the stack. A mistake in the generator, never in its input. */
export class BlockError extends Error {
  override readonly name = 'BlockError'
}
