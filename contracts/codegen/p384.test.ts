import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { keccak256 } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeBytesMax } from './assembler.ts'
import { type BlockName, blockOf, tableCode, verifierCode, verifierTemplate } from './p384.ts'
import type { Block, Expression } from './p384-block.ts'
import { compileBlock, defaultPlan } from './p384-block.ts'
import { add, addPoints, isOnCurve, liftX, multiply, negate, splitBits, tableDigits, tablePoints } from './p384-curve.ts'
import { p384Deployment } from './p384-deploy.ts'
import {
  biasDifference,
  biasSlope,
  biasSlopeDouble,
  biasX,
  biasY,
  c,
  centred,
  doubleOpcode,
  fold,
  fromMontgomery,
  generator,
  invert,
  M,
  mod,
  N,
  n,
  type Point,
  p,
  quotientW,
  s,
  scaleM,
  scaleN,
  scaleW,
  slopeHighEnd,
  toMontgomery,
  W,
} from './p384-field.ts'
import { operandAt, slopeAt, state } from './p384-formulas.ts'
import { calldata, record, startMax } from './p384-layout.ts'
import { type LocalVerifier, startLocalVerifier, transactionGasMax } from './p384-local.ts'
import { planOf } from './p384-plans.ts'
import { oddDigits, ProverError, prove, proveSignature, proveSum, type Statement } from './p384-prover.ts'

const exhaustive = process.env.NACRE_EXHAUSTIVE === '1'
const vectors = [new URL('../../../shared/vectors/', import.meta.url).pathname].find(existsSync)

let local: LocalVerifier
beforeAll(async () => {
  local = await startLocalVerifier()
})
afterAll(() => local?.stop())

// ---------------------------------------------------------------------------------------------------------------------
// Constants and formulas, without a chain

describe('the numbers', () => {
  it('fit together', () => {
    expect(p).toBe(W ** 1n * (1n << 128n) - fold)
    expect(mod(2n * p, N)).toBe(mod(M, N))
    expect(mod(W, M)).toBe(s)
    expect(mod(1n << 384n, N)).toBe(1n << 128n)
    expect(mod(scaleW * M, W)).toBe(1n)
    expect(mod(scaleN * M, N)).toBe(1n)
    expect(mod(2n * p * scaleM, M)).toBe(M - 1n)
    expect(mod(quotientW * M, W)).toBe(mod(2n * p, W))
    // No constants are left in the channel modulo N.
    expect(mod(3n * p + 3n * biasX, N)).toBe(0n)
    expect(mod((1n << 127n) * p + 2n * biasY, N)).toBe(0n)
    expect(mod(biasDifference, N)).toBe(0n)
    expect(mod(biasSlope, M)).toBe(0n)
    expect(mod(biasSlopeDouble, M)).toBe(0n)
  })

  it('of the curve are those of FIPS 186-4', () => {
    expect(isOnCurve(generator)).toBe(true)
    expect(multiply(n - 1n, generator)).toEqual(negate(generator))
    expect(multiply(n, generator)).toBe(null)
  })

  it('of the slopes keep every product within its range', () => {
    const slopeMax = (1n << 383n) - (1n << 264n)
    for (const [bias, first] of [
      [biasSlope, 0n],
      [biasSlopeDouble, doubleOpcode << 384n],
    ] as const) {
      expect(first - bias).toBeGreaterThanOrEqual(-slopeMax)
      expect(first + slopeHighEnd * W - 1n - bias).toBeLessThanOrEqual(slopeMax)
    }
    const storedMax = (1n << 384n) + (1n << 258n)
    const chord = (slopeMax * storedMax) / M + 1n
    const linear = 8n * p + 8n * storedMax
    expect(chord + linear).toBeLessThan((1n << 511n) - W)
    const centredMax = storedMax - biasY > biasY ? storedMax - biasY : biasY
    expect((2n * slopeMax * (storedMax - biasDifference)) / M + 1n + linear).toBeLessThan((1n << 511n) - W)
    expect((2n * slopeMax * centredMax) / M + 1n + linear).toBeLessThan((1n << 511n) - W)
    // 3x² has to be a number of two residues by itself.
    const xMax = storedMax - biasX > biasX ? storedMax - biasX : biasX
    expect((3n * xMax * xMax) / M + 2n * p).toBeLessThan(W * N)
  })
})

/** Runs a block on numbers. */
function run(
  block: Block,
  values: Readonly<Record<string, bigint>>,
  memory: ReadonlyMap<number, bigint> = new Map(),
  data: Uint8Array = new Uint8Array(),
) {
  const known = new Map<Expression, bigint>()
  const word = (at: bigint) => {
    let hex = '0x'
    for (let i = 0; i < 32; i++) hex += (data[Number(at) + i] ?? 0).toString(16).padStart(2, '0')
    return BigInt(hex)
  }
  const value = (node: Expression): bigint => {
    const before = known.get(node)
    if (before !== undefined) return before
    const [x = 0n, y = 0n, m = 0n] = node.args.map(value)
    const operations: Record<string, () => bigint> = {
      constant: () => node.value,
      input: () => values[node.name] as bigint,
      add: () => mod(x + y, W),
      sub: () => mod(x - y, W),
      mul: () => mod(x * y, W),
      addmod: () => (x + y) % m,
      mulmod: () => (x * y) % m,
      not: () => W - 1n - x,
      or: () => x | y,
      xor: () => x ^ y,
      lt: () => (x < y ? 1n : 0n),
      gt: () => (x > y ? 1n : 0n),
      shr: () => (x > 255n ? 0n : y >> x),
      mload: () => memory.get(Number(x)) ?? 0n,
      calldataload: () => word(x),
    }
    const result = (operations[node.op] as () => bigint)()
    known.set(node, result)
    return result
  }
  return block.outputs.map(value)
}

/** Residues of a stored number. */
const residues = (x: bigint) => ({ w: mod(x, W), n: mod(x, N), m: mod(x, M) })
/** The number below 2^400 with these residues. */
const fromResidues = (w: bigint, nn: bigint) => mod(nn - w, N) * W + w

const storedMax = (1n << 384n) + (1n << 258n)
/** All stored forms of a coordinate: some residues have two. */
const storedForms = (coordinate: bigint, bias: bigint) => {
  const least = mod(toMontgomery(coordinate) + bias, p)
  return [least, least + p].filter((form) => form < storedMax)
}

type Stored = { x: bigint; y: bigint }
const store = (point: Point): Stored => ({ x: centred(toMontgomery(point.x)) + biasX, y: centred(toMontgomery(point.y)) + biasY })
const memoryOf = (operand: Stored) =>
  new Map([
    [operandAt.xw, residues(operand.x).w],
    [operandAt.xn, residues(operand.x).n],
    [operandAt.xm, residues(operand.x).m],
    [operandAt.yw, mod(operand.y, W)],
    [operandAt.yn, mod(operand.y, N)],
  ])
const stateOf = ({ x, y }: Stored) => ({
  bad: 0n,
  pw: 16n,
  cptr: 0n,
  xw: residues(x).w,
  xn: residues(x).n,
  xm: residues(x).m,
  yw: mod(y, W),
  yn: mod(y, N),
})

const numberBytes = (value: bigint) => Uint8Array.from(Buffer.from(value.toString(16).padStart(96, '0'), 'hex'))
/** A record with these slopes, given as centred Montgomery numbers. */
const recordOf = (opcode: number, ...slopes: bigint[]) => {
  const bias = opcode === 0x80 ? biasSlopeDouble - (doubleOpcode << 384n) : biasSlope
  return Uint8Array.from([opcode, ...slopes.flatMap((slope) => [...numberBytes(slope + bias)])])
}
const slopeNumber = (slope: bigint) => centred(toMontgomery(slope))

function runDouble(point: Stored, slope: bigint) {
  const data = recordOf(0x80, slope)
  const word = BigInt(`0x${Buffer.from(data.subarray(0, 32)).toString('hex')}`)
  return named(run(blockOf('doubling'), { ...stateOf(point), word }, new Map(), data))
}
function runAdd(point: Stored, operand: Stored, slope: bigint) {
  return named(run(blockOf('addition'), stateOf(point), memoryOf(operand), recordOf(0x40, slope)))
}
function runDoubleAdd(point: Stored, operand: Stored, first: bigint, second: bigint) {
  const data = recordOf(0x20, first, second)
  const half = run(blockOf('doubleAndAddFirst'), stateOf(point), memoryOf(operand), data)
  const at = state.length
  const memory = new Map([
    ...memoryOf(operand),
    [slopeAt.w, half[at + 2] as bigint],
    [slopeAt.n, half[at + 3] as bigint],
    [slopeAt.m, half[at + 4] as bigint],
  ])
  const values = Object.fromEntries([...state, 'dw', 'dn'].map((name, i) => [name, half[i] as bigint]))
  return named(run(blockOf('doubleAndAddSecond'), values, memory, data))
}
function named(outputs: bigint[]) {
  const values = Object.fromEntries(state.map((name, i) => [name, outputs[i] as bigint])) as Record<(typeof state)[number], bigint>
  const stored = { x: fromResidues(values.xw, values.xn), y: fromResidues(values.yw, values.yn) }
  // The three residues must be of one number, and it must be small: that is what the next step relies on.
  if (values.bad === 0n) {
    expect(stored.x < storedMax && stored.y < storedMax).toBe(true)
    expect(values.xm).toBe(mod(stored.x, M))
  }
  return { bad: values.bad, stored, point: { x: fromMontgomery(stored.x - biasX), y: fromMontgomery(stored.y - biasY) } }
}

const anyPoint = fc.bigInt({ min: 1n, max: n - 1n }).map((k) => multiply(k, generator) as Point)

describe('the formulas', () => {
  it('double', () => {
    fc.assert(
      fc.property(anyPoint, (point) => {
        const { sum, slope } = addPoints(point, point)
        const result = runDouble(store(point), slopeNumber(slope))
        expect(result.bad).toBe(0n)
        expect(result.point).toEqual(sum)
        expect(runDouble(store(point), slopeNumber(mod(slope + 1n, p))).bad).not.toBe(0n)
      }),
      { numRuns: 40 },
    )
  })

  it('add, and double and add', () => {
    fc.assert(
      fc.property(anyPoint, anyPoint, (point, other) => {
        // Equal x is refused: the property below.
        fc.pre(point.x !== other.x)
        const once = addPoints(point, other)
        fc.pre(once.sum.x !== point.x)
        const again = addPoints(once.sum, point)
        const [first, second] = [slopeNumber(once.slope), slopeNumber(again.slope)]
        const added = runAdd(store(point), store(other), first)
        expect(added).toMatchObject({ bad: 0n, point: once.sum })
        const doubled = runDoubleAdd(store(point), store(other), first, second)
        expect(doubled).toMatchObject({ bad: 0n, point: again.sum })
        expect(runAdd(store(point), store(other), second).bad).not.toBe(0n)
        expect(runDoubleAdd(store(point), store(other), second, first).bad).not.toBe(0n)
        expect(runDoubleAdd(store(point), store(other), first, first).bad).not.toBe(0n)
      }),
      { numRuns: 40 },
    )
  })

  it('are exact at the ends of their ranges, on points of no curve', () => {
    // The chord through any two points: y chosen so that extreme coordinates and slopes satisfy the equation.
    const ends = [0n, 1n, storedMax - 1n, storedMax >> 1n, (1n << 384n) - 1n, W - 1n, W, (1n << 383n) + 1n]
    const slopes = [slopeHighEnd * W - 1n - biasSlope, -biasSlope, 0n, 1n, -1n, W, (1n << 382n) + 12345n]
    for (const x of ends) {
      for (const other of ends) {
        for (const slope of slopes) {
          for (const y of [0n, storedMax - 1n, 1n << 383n]) {
            // In Montgomery numbers: y' = y + slope·(x' - x)/M
            const wanted = mod(y + slope * (other - x) * invert(M, p), p)
            const result = runAdd({ x, y }, { x: other, y: wanted }, slope)
            // Equal modulo p, or so close that the check for that does not look further: refused.
            if (mod(other - x + c, N) <= 2n * c) {
              expect(result.bad).not.toBe(0n)
              continue
            }
            expect(mod(other - x, p)).not.toBe(0n)
            expect(result.bad).toBe(0n)
            const plain = (value: bigint, bias: bigint) => mod(value - bias, p)
            const nextX = mod(slope * slope * invert(M, p) - plain(x, biasX) - plain(other, biasX), p)
            expect(mod(result.stored.x - biasX, p)).toBe(nextX)
            expect(mod(result.stored.y - biasY, p)).toBe(mod(slope * (plain(x, biasX) - nextX) * invert(M, p) - plain(y, biasY), p))
            expect(runAdd({ x, y }, { x: other, y: mod(wanted + 1n, p) }, slope).bad).not.toBe(0n)
          }
        }
      }
    }
  })

  it('refuse equal x in every form a residue has, whatever the slope', () => {
    const slope = slopeNumber(12345n)
    fc.assert(
      fc.property(anyPoint, fc.bigInt({ min: 0n, max: (1n << 257n) - 1n }), (point, small) => {
        expect(runAdd(store(point), store(point), slope).bad).not.toBe(0n)
        expect(runAdd(store(point), store(negate(point)), slope).bad).not.toBe(0n)
        expect(runDoubleAdd(store(point), store(point), slope, slope).bad).not.toBe(0n)
        // x and x + p are both stored forms when x is small.
        const y = store(point).y
        for (const [x, other] of [
          [small, small + p],
          [small + p, small],
        ] as const) {
          if (small + p >= storedMax) continue
          expect(runAdd({ x, y }, { x: other, y }, slope).bad).not.toBe(0n)
          expect(runAdd({ x, y }, { x: other, y: mod(y + 1n, p) }, slope).bad).not.toBe(0n)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('take both stored forms of a coordinate', () => {
    for (let x = 0n, found = 0; found < 3; x++) {
      // A small Montgomery number plus bias has two forms; find a point there.
      const coordinate = fromMontgomery(x - biasX)
      const y = liftX(coordinate)
      if (y === null) continue
      found++
      const point = { x: coordinate, y }
      const { sum, slope } = addPoints(point, point)
      const forms = storedForms(coordinate, biasX)
      expect(forms.length).toBe(2)
      for (const form of forms) expect(runDouble({ x: form, y: store(point).y }, slopeNumber(slope))).toMatchObject({ bad: 0n, point: sum })
    }
  })

  it('refuse a slope out of range, even with the right residue', () => {
    const point = store(generator)
    const [high, low] = [slopeHighEnd, 5n]
    const bytes = numberBytes(high * W + low)
    const result = run(
      blockOf('addition'),
      stateOf(point),
      memoryOf(store(multiply(5n, generator) as Point)),
      Uint8Array.from([0x40, ...bytes]),
    )
    expect(result[state.indexOf('bad')]).not.toBe(0n)
  })

  it('load coordinates and recognise the curve', () => {
    fc.assert(
      fc.property(anyPoint, fc.bigInt({ min: 1n, max: p - 1n }), (point, shift) => {
        const load = (value: bigint, name: 'loadX' | 'loadY') => run(blockOf(name), { high: value / W, low: value % W })
        const [xw = 0n, xn = 0n, xm = 0n] = load(point.x, 'loadX')
        const [yw = 0n, yn = 0n] = load(point.y, 'loadY')
        expect(fromMontgomery(fromResidues(xw, xn) - biasX)).toBe(point.x)
        expect(fromMontgomery(fromResidues(yw, yn) - biasY)).toBe(point.y)
        expect(run(blockOf('curveEquation'), { xw, xn, xm, yw, yn })).toEqual([0n])
        const [ow = 0n, on = 0n] = load(mod(point.y + shift, p), 'loadY')
        if (mod(point.y + shift, p) !== negate(point).y)
          expect(run(blockOf('curveEquation'), { xw, xn, xm, yw: ow, yn: on })).not.toEqual([0n])
      }),
      { numRuns: 40 },
    )
    for (const end of [0n, 1n, p - 1n, p, (1n << 384n) - 1n]) {
      const [w = 0n, nn = 0n, m = 0n] = run(blockOf('loadX'), { high: end / W, low: end % W })
      expect(fromMontgomery(fromResidues(w, nn) - biasX)).toBe(mod(end, p))
      expect(m).toBe(mod(fromResidues(w, nn), M))
    }
  })
})

describe('the code', () => {
  const names: BlockName[] = [
    'doubling',
    'addition',
    'doubleAndAddFirst',
    'doubleAndAddSecond',
    'opposite',
    'loadX',
    'loadY',
    'curveEquation',
  ]
  it('of a block computes the block, or is not emitted', () => {
    for (const name of names) {
      const block = blockOf(name)
      expect(compileBlock(block, planOf(name)).gas).toBeGreaterThan(0)
      expect(() => compileBlock({ ...block, outputs: [...block.outputs].reverse() }, defaultPlan(block), 1)).not.toThrow()
    }
  })

  it('is reproduced from its generator', () => {
    expect(keccak256(verifierTemplate().code)).toBe(expectedHashes.template)
    expect(p384Deployment().tableHashes).toEqual(expectedHashes.tables)
  })

  it('fits a contract', () => {
    expect(verifierCode([0n, 0n]).length).toBeLessThanOrEqual(codeBytesMax)
    for (const which of [0, 1] as const) expect(tableCode(which).length).toBeLessThanOrEqual(codeBytesMax)
  })

  it('of the tables holds the multiples it names', () => {
    const base = multiply(1n << splitBits, generator) as Point
    for (const index of [0, 1, 15, 16, 31, 32, 255, 256, 300, 511]) {
      const { low, high } = tableDigits(index)
      expect(tablePoints()[index]).toEqual(add(multiply(low, generator), multiply(high, base)))
    }
  })
})

const expectedHashes = {
  template: '0x05ae7ef3c897cd014b39104eeb862d272e787e8d134ff91c9d85c258824ed421',
  tables: [
    '0x6c9b7d4dcf6d09dc398849136e698694bfa80b39419fad0c0b2aa8dc5f29375f',
    '0x7dda8c4e4fe285b8a7fcdfeb9a4e4993e9f4c1770a127454ed2a342e933efd3f',
  ],
}

// ---------------------------------------------------------------------------------------------------------------------
// On a chain

/** r, s, e and Q with known secrets. */
function signWith({ e, secret, nonce }: { e: bigint; secret: bigint; nonce: bigint }): Statement {
  const r = mod((multiply(nonce, generator) as Point).x, n)
  return { e, r, s: mod(invert(nonce, n) * (e + r * secret), n), q: multiply(secret, generator) as Point }
}

const statementBytes = ({ e, r, s, q }: Statement) => Buffer.concat([e, r, s, q.x, q.y].map(numberBytes))
const whole = (statement: Statement, proof: Uint8Array = prove(statement)) => Uint8Array.from([...statementBytes(statement), ...proof])

let counter = 0
/** Numbers that differ in each test and are the same in each run. */
const random = () => BigInt(`0x${createHash('sha384').update(`p384 test ${counter++}`).digest('hex')}`)
const randomScalar = () => mod(random(), n - 1n) + 1n
const randomStatement = () => signWith({ e: random(), secret: randomScalar(), nonce: randomScalar() })

const rejected = async (data: Uint8Array) => expect(await local.verify(data)).toBe(0n)
const accepted = async (statement: Statement) => expect(await local.verify(whole(statement))).toBe(1n)

describe('deployment', () => {
  it('pins the tables by code hash', async () => {
    const { verifier, verifierHash, tables } = p384Deployment()
    expect(keccak256(await local.codeOf(local.address))).toBe(verifierHash(local.tables))
    const [first, second] = local.tables
    await expect(local.create(verifier([second, first]))).rejects.toThrow()
    await expect(local.create(verifier([first, first]))).rejects.toThrow()
    await expect(local.create(verifier([first, '0x00000000000000000000000000000000000000aa']))).rejects.toThrow()
    // One bit of one point changed.
    const tampered = `${tables[0].slice(0, -1)}${(Number.parseInt(tables[0].slice(-1), 16) ^ 1).toString(16)}` as `0x${string}`
    const { address } = await local.create(tampered)
    await expect(local.create(verifier([address, second]))).rejects.toThrow()
  })

  it('leaves tables that do nothing when called', async () => {
    for (const table of local.tables) await expect(local.transactionGas(new Uint8Array([1, 2, 3]), table)).rejects.toThrow()
  })

  it('fits transactions', () => {
    for (const gas of local.deployGas) expect(gas).toBeLessThan(Number(transactionGasMax))
  })
})

describe('valid signatures', () => {
  it('at random', async () => {
    for (let i = 0; i < 10; i++) await accepted(randomStatement())
  })

  it('of digests at the edges', async () => {
    const [secret, nonce] = [randomScalar(), randomScalar()]
    for (const e of [0n, 1n, n - 1n, n, n + 5n, (1n << 384n) - 1n]) await accepted(signWith({ e, secret, nonce }))
  })

  it('with keys and nonces that meet the generator or each other', async () => {
    const [d, k] = [randomScalar(), randomScalar()]
    const pairs = [
      [1n, k],
      [n - 1n, k],
      [2n, k],
      [d, 1n],
      [d, 2n],
      [d, n - 1n],
      [d, d],
      [d, n - d],
      [d, 2n * d],
      [1n, 1n],
      [n - 1n, 1n],
      [1n, 2n],
      [3n, 5n],
      [n - 3n, 5n],
      [1n << 192n, k],
      [d, 1n << 192n],
      [1n << 192n, 1n << 192n],
    ] as const
    for (const [secret, nonce] of pairs) {
      const statement = signWith({ e: random(), secret: mod(secret, n), nonce: mod(nonce, n) })
      if (statement.s !== 0n) await accepted(statement)
    }
  })

  it('in both forms, s and n - s', async () => {
    const statement = randomStatement()
    await accepted(statement)
    await accepted({ ...statement, s: n - statement.s })
  })

  it('whose x of R was reduced modulo n', async () => {
    // x = n + r for a small r: points there exist, their discrete logarithm is not needed.
    for (let r = 1n, found = 0; found < 3; r++) {
      const y = liftX(n + r)
      if (y === null) continue
      found++
      const [u1, u2] = [randomScalar(), randomScalar()]
      const q = multiply(invert(u2, n), add({ x: n + r, y }, negate(multiply(u1, generator) as Point)) as Point) as Point
      const s = mod(r * invert(u2, n), n)
      const statement = { e: mod(u1 * s, n), r, s, q }
      const proof = prove(statement)
      expect(proof[calldata.startEntry - calldata.ry]).toBeGreaterThanOrEqual(0x80)
      await accepted(statement)
      // The flag is part of the statement about R.
      const without = proof.slice()
      without[calldata.startEntry - calldata.ry] = (without[calldata.startEntry - calldata.ry] as number) & 0x7f
      await rejected(whole(statement, without))
    }
  })

  it('with a bigger r do not take the flag', async () => {
    const statement = randomStatement()
    const proof = prove(statement)
    proof[calldata.startEntry - calldata.ry] = (proof[calldata.startEntry - calldata.ry] as number) | 0x80
    await rejected(whole(statement, proof))
  })

  it('are not rejected for a lack of generator terms', async () => {
    // u1 = 0: the program has no record of a table.
    const statement = signWith({ e: 0n, secret: randomScalar(), nonce: randomScalar() })
    expect(prove(statement).length).toBeLessThan(prove(randomStatement()).length - 1500)
    await accepted(statement)
  })
})

describe('the statement', () => {
  it('is bound: every byte of digest, signature and key', async () => {
    const statement = randomStatement()
    const good = whole(statement)
    for (let i = 0; i < calldata.ry; i++) await rejected(flipped(good, i))
  })

  it('has r and s in 1 … n - 1', async () => {
    const statement = randomStatement()
    const proof = prove(statement)
    for (const r of [0n, n, statement.r + n, (1n << 384n) - 1n]) if (r < 1n << 384n) await rejected(whole({ ...statement, r }, proof))
    for (const s of [0n, n, statement.s + n, (1n << 384n) - 1n]) if (s < 1n << 384n) await rejected(whole({ ...statement, s }, proof))
    // A second form of a true statement: r or s small enough that + n fits 48 bytes, all else valid.
    const small = 1n << 180n
    const nonce = randomScalar()
    const r = mod((multiply(nonce, generator) as Point).x, n)
    const secret = randomScalar()
    const withSmallS: Statement = { e: mod(small * nonce - r * secret, n), r, s: small, q: multiply(secret, generator) as Point }
    await accepted(withSmallS)
    await rejected(whole({ ...withSmallS, s: small + n }, prove(withSmallS)))
  })

  it('has a canonical key on the curve', async () => {
    const statement = randomStatement()
    const proof = prove(statement)
    const { x, y } = statement.q
    await rejected(whole({ ...statement, q: { x, y: mod(y + 1n, p) } }, proof))
    await rejected(whole({ ...statement, q: { x: 0n, y: 0n } }, proof))
    await rejected(whole({ ...statement, q: negate(statement.q) }, proof))
    // A key with a coordinate so small that adding p fits 48 bytes: same point, second encoding.
    for (let small = 1n; ; small++) {
      const root = liftX(small)
      if (root === null) continue
      const q = { x: small, y: root }
      const [u1, u2] = [randomScalar(), randomScalar()]
      const r = mod((add(multiply(u1, generator), multiply(u2, q)) as Point).x, n)
      const s = mod(r * invert(u2, n), n)
      const encoded = { e: mod(u1 * s, n), r, s, q }
      await accepted(encoded)
      await rejected(whole({ ...encoded, q: { x: small + p, y: root } }, prove(encoded)))
      break
    }
  })
})

describe('a lying prover', () => {
  let statement: Statement
  let good: Uint8Array
  let other: Uint8Array
  beforeAll(() => {
    statement = randomStatement()
    good = whole(statement)
    other = whole(randomStatement())
  })

  it('changes any byte', async () => {
    const step = exhaustive ? 1 : 41
    for (let i = calldata.ry; i < good.length; i += i < calldata.slopesR + 200 || i > good.length - 60 ? (exhaustive ? 1 : 5) : step)
      await rejected(flipped(good, i))
  })

  it('changes any bit of the bytes that steer', async () => {
    const opcodes = records(good).map(({ at }) => at)
    for (const at of [calldata.start, calldata.startEntry, ...opcodes.slice(0, exhaustive ? undefined : 12), ...opcodes.slice(-3)]) {
      for (let bit = 0; bit < 8; bit++) await rejected(flipped(good, at, 1 << bit))
    }
    const generatorBytes = records(good).filter(({ opcode }) => opcode >= 0xc0)
    for (const { at } of generatorBytes.slice(0, 3)) for (let bit = 0; bit < 8; bit++) await rejected(flipped(good, at + 1, 1 << bit))
  })

  it('truncates, extends, repeats or reorders', async () => {
    for (const { at } of records(good).filter((_, i) => exhaustive || i % 15 === 0)) await rejected(good.subarray(0, at))
    for (const length of [0, 1, 48, 240, 289, 290, 1058, good.length - 1]) await rejected(good.subarray(0, length))
    await rejected(Uint8Array.from([...good, 0]))
    await rejected(Uint8Array.from([...good, record.end]))
    const all = records(good)
    for (const i of [0, 1, 40, 100, all.length - 3]) {
      const [first, second, third] = [all[i]?.at ?? 0, all[i + 1]?.at ?? 0, all[i + 2]?.at ?? 0]
      const [head, one, two, tail] = [
        good.subarray(0, first),
        good.subarray(first, second),
        good.subarray(second, third),
        good.subarray(third),
      ]
      await rejected(Buffer.concat([head, two, one, tail]))
      await rejected(Buffer.concat([head, one, one, two, tail]))
      await rejected(Buffer.concat([head, two, tail]))
    }
  })

  it('brings the proof of another signature, in whole or in part', async () => {
    const swap = (from: number, to: number) =>
      Uint8Array.from([...good.subarray(0, from), ...other.subarray(from, to), ...good.subarray(to)])
    const cuts = [calldata.ry, calldata.start, calldata.slopesR, calldata.slopesQ, calldata.records]
    for (const [i, from] of cuts.entries()) {
      const swapped = swap(from, cuts[i + 1] ?? other.length)
      // Two programs may well begin alike.
      if (Buffer.compare(swapped, good) !== 0) await rejected(swapped)
    }
    await rejected(Uint8Array.from([...good.subarray(0, calldata.ry), ...other.subarray(calldata.ry)]))
    // Same key and nonce, another message.
    const [secret, nonce] = [randomScalar(), randomScalar()]
    const [one, two] = [signWith({ e: random(), secret, nonce }), signWith({ e: random(), secret, nonce })]
    await rejected(whole(one, prove(two)))
    await rejected(whole({ ...one, s: two.s }, prove(two)))
  })

  it('proves a true equation that is not this signature', async () => {
    // R = u1·G + u2·Q is true by construction, but s does not belong to it: the coefficients must be compared with s.
    const q = multiply(randomScalar(), generator) as Point
    const [u1, u2] = [randomScalar(), randomScalar()]
    const point = add(multiply(u1, generator), multiply(u2, q)) as Point
    const r = mod(point.x, n)
    const proof = proveSum(point, q, u1, u2, false)
    const right: Statement = { e: mod((u1 * r * invert(u2, n)) % n, n), r, s: mod(r * invert(u2, n), n), q }
    expect(await local.verify(whole(right, proof))).toBe(1n)
    for (const wrong of [
      { ...right, s: randomScalar() },
      { ...right, e: random() },
      { ...right, s: n - right.s },
    ])
      await rejected(whole(wrong, proof))
    // r from another point: then the x of R is not the one that was summed.
    await rejected(whole({ ...right, r: randomScalar() }, proof))
  })

  it('claims ±R', async () => {
    const proof = prove(statement)
    const y = (
      add(
        multiply(mod(statement.e * invert(statement.s, n), n), generator),
        multiply(mod(statement.r * invert(statement.s, n), n), statement.q),
      ) as Point
    ).y
    proof.set(numberBytes(mod(-y, p)), 0)
    await rejected(whole(statement, proof))
    proof.set(numberBytes(mod(y + 1n, p)), 0)
    await rejected(whole(statement, proof))
  })

  it('leaves R out: all coefficients zero', async () => {
    const tables = good.subarray(calldata.slopesR, calldata.records)
    const ry = good.subarray(calldata.ry, calldata.start)
    // Start with an entry and end with its negative, at position 0: a true sum, for any signature.
    for (const entry of [0, 3, 16, 21]) {
      for (const start of [0, 1, 7]) {
        const program = Uint8Array.from([...ry, start, entry, ...tables, record.end | (entry ^ 8)])
        await rejected(whole(statement, program))
        await rejected(Uint8Array.from([...good.subarray(0, calldata.e + 1), 7, ...whole(statement, program).subarray(2)]))
      }
    }
  })

  it('negates the whole equation: cR must be positive', async () => {
    const proof = prove(statement)
    const negated = whole(statement, proof)
    for (const { at, opcode } of records(negated)) {
      if (opcode < 0x80) negated[at] = (negated[at] as number) ^ 8
      if (opcode >= 0xc0) negated[at] = (negated[at] as number) ^ 2
    }
    negated[calldata.startEntry] = (negated[calldata.startEntry] as number) ^ 8
    // The slopes of -A are those of A negated, so this is a correct run of a program for the negative sum.
    for (const { at, slopes, opcode } of records(negated)) {
      for (let i = 0; i < slopes; i++) {
        const offset = at + (opcode >= 0xc0 ? 2 : 1) + 48 * i
        const bias = opcode === 0x80 ? biasSlopeDouble - (doubleOpcode << 384n) : biasSlope
        const value = BigInt(`0x${Buffer.from(negated.subarray(offset, offset + 48)).toString('hex')}`) - bias
        negated.set(numberBytes(-value + bias), offset)
      }
    }
    await rejected(negated)
  })

  it('lets coefficients wrap: the start position is bounded', async () => {
    for (const start of [startMax + 1, 255]) {
      const program = good.slice()
      program[calldata.start] = start
      await rejected(program)
    }
  })

  it('adds a point to itself with a slope of its choice', async () => {
    const [ry, tables] = [good.subarray(calldata.ry, calldata.start), good.subarray(calldata.slopesR, calldata.records)]
    for (const slope of [0n, 1n, slopeNumber(12345n)]) {
      for (const [entry, operand] of [
        [0, 0],
        [0, 8],
        [16, 16],
        [19, 27],
      ] as const) {
        const program = Uint8Array.from([...ry, 0, entry, ...tables, ...recordOf(record.add | operand, slope), record.end | 0])
        await rejected(whole(statement, program))
        const merged = Uint8Array.from([...ry, 1, entry, ...tables, ...recordOf(record.doubleAdd | operand, slope, slope), record.end | 0])
        await rejected(whole(statement, merged))
      }
    }
  })

  it('uses records that are none', async () => {
    const first = records(good)[0]?.at ?? 0
    for (let opcode = 0; opcode < 256; opcode++) {
      if (opcode === good[first] || (!exhaustive && opcode % 7 !== 0)) continue
      const changed = good.slice()
      changed[first] = opcode
      await rejected(changed)
    }
  })

  it('starves the call of gas: no answer or 0, never 1', async () => {
    const bad = flipped(good, 5)
    const enough = await leastGas(good)
    for (let gas = enough - 30_000n; gas < enough + 3000n; gas += exhaustive ? 37n : 911n) {
      expect(await local.verify(bad, gas).catch(() => 0n)).toBe(0n)
    }
  })
})

/** The least gas, to some tens, with which a call succeeds. */
async function leastGas(data: Uint8Array): Promise<bigint> {
  let [low, high] = [100_000n, 1_000_000n]
  while (high - low > 50n) {
    const middle = (low + high) / 2n
    if ((await local.verify(data, middle).catch(() => 0n)) === 1n) high = middle
    else low = middle
  }
  return high
}

function flipped(data: Uint8Array, at: number, mask = 1): Uint8Array {
  const changed = data.slice()
  changed[at] = (changed[at] as number) ^ mask
  return changed
}

function records(data: Uint8Array): { at: number; opcode: number; slopes: number }[] {
  const found: { at: number; opcode: number; slopes: number }[] = []
  for (let at: number = calldata.records; at < data.length; ) {
    const opcode = data[at] as number
    const slopes = opcode >> 5 === 3 ? 0 : opcode >> 5 === 1 || opcode >> 5 === 6 ? 2 : 1
    found.push({ at, opcode, slopes })
    at += 48 * slopes + (opcode >= 0xc0 ? 2 : 1)
  }
  return found
}

describe('the prover', () => {
  it('writes every scalar as odd digits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 194n), max: 1n << 194n }), (k) => {
        const digits = oddDigits(k)
        expect(digits.reduce((sum, { position, value }) => sum + (BigInt(value) << BigInt(position)), 0n)).toBe(k)
        for (const { value } of digits) expect(Math.abs(value) <= 15 && value % 2 !== 0).toBe(true)
      }),
    )
  })

  it('says what is wrong with a signature', () => {
    const statement = randomStatement()
    expect(() => prove({ ...statement, e: statement.e ^ 1n })).toThrow(ProverError)
    expect(() => prove({ ...statement, s: 0n })).toThrow(expect.objectContaining({ code: 'SIGNATURE_INVALID' }))
    expect(() => proveSignature({ digest: new Uint8Array(47), signature: new Uint8Array(96), publicKey: new Uint8Array(96) })).toThrow(
      expect.objectContaining({ code: 'INPUT_MALFORMED' }),
    )
  })

  it('is deterministic', () => {
    const statement = randomStatement()
    expect(prove(statement)).toEqual(prove(statement))
  })
})

// ---------------------------------------------------------------------------------------------------------------------
// Other people's vectors

type Case = { msg: string; valid: boolean; r: bigint; s: bigint; q: Point }
const sha384 = (hex: string) => BigInt(`0x${createHash('sha384').update(Buffer.from(hex, 'hex')).digest('hex')}`)
const read = (name: string) => JSON.parse(readFileSync(`${vectors}${name}`, 'utf8'))

describe.skipIf(vectors === undefined)('vectors (skipped where ../shared/vectors is absent)', () => {
  let lastGood: Uint8Array | undefined

  /** A valid signature must be proved and accepted. For an invalid one nothing tried may be accepted. */
  async function decide({ msg, valid, r, s, q }: Case): Promise<void> {
    const statement = { e: sha384(msg), r, s, q }
    if (valid) {
      lastGood = whole(statement)
      expect(await local.verify(lastGood)).toBe(1n)
      return
    }
    expect(() => prove(statement)).toThrow(ProverError)
    if ([r, s, q.x, q.y].some((value) => value >= 1n << 384n || value < 0n)) return
    // The proof of another signature, and a proof of whatever equation r and s do have with some R.
    if (lastGood !== undefined) await rejected(Uint8Array.from([...statementBytes(statement), ...lastGood.subarray(calldata.ry)]))
    const y = liftX(r)
    if (y === null || r === 0n || mod(s, n) === 0n || !isOnCurve(q)) return
    const inverse = invert(s, n)
    const sum = add(multiply(statement.e * inverse, generator), multiply(r * inverse, q))
    if (sum === null) return
    const proof = proveSum(sum, q, mod(statement.e * inverse, n), mod(r * inverse, n), false)
    await rejected(whole(statement, proof))
    proof.set(numberBytes(y), 0)
    await rejected(whole(statement, proof))
  }

  const keyOf = (pub: string): Point => ({ x: BigInt(`0x${pub.slice(2, 98)}`), y: BigInt(`0x${pub.slice(98)}`) })

  it('Wycheproof, P1363', async () => {
    for (const { pub, msg, sig, result } of read('wycheproof/ecdsa_secp384r1_sha384_p1363_test.flat.json').tests) {
      // The contract's input has no other lengths.
      if (sig.length !== 192) {
        expect(result).toBe('invalid')
        continue
      }
      await decide({ msg, valid: result === 'valid', r: BigInt(`0x${sig.slice(0, 96)}`), s: BigInt(`0x${sig.slice(96)}`), q: keyOf(pub) })
    }
  })

  it('Wycheproof, DER', async () => {
    for (const { pub, msg, sig, result } of read('wycheproof/ecdsa_secp384r1_sha384_test.flat.json').tests) {
      const parsed = decodeDer(Buffer.from(sig, 'hex'))
      if (parsed === null) {
        expect(result).toBe('invalid')
        continue
      }
      await decide({ msg, valid: result === 'valid', ...parsed, q: keyOf(pub) })
    }
  })

  it('NIST SigVer and SigGen', async () => {
    for (const file of ['nist/sigver_p384_sha384.json', 'nist/siggen_p384_sha384.json']) {
      for (const { msg, x, y, r, s, valid } of read(file).tests) {
        const number = (hex: string) => BigInt(`0x${hex}`)
        await decide({ msg, valid, r: number(r), s: number(s), q: { x: number(x), y: number(y) } })
      }
    }
  })
})

/** SEQUENCE of two non-negative INTEGERs in DER, nothing more; null otherwise. */
function decodeDer(der: Buffer): { r: bigint; s: bigint } | null {
  const element = (bytes: Buffer, tag: number): [Buffer, Buffer] | null => {
    if (bytes[0] !== tag || bytes[1] === undefined) return null
    let [length, head] = [bytes[1], 2]
    if (length === 0x81) {
      length = bytes[2] ?? 0
      head = 3
      if (length < 0x80) return null
    } else if (length > 0x80) return null
    return bytes.length < head + length ? null : [bytes.subarray(head, head + length), bytes.subarray(head + length)]
  }
  const outer = element(der, 0x30)
  if (outer === null || outer[1].length > 0) return null
  const first = element(outer[0], 2)
  const second = first && element(first[1], 2)
  if (!first || !second || second[1].length > 0) return null
  const integer = (bytes: Buffer) => {
    const [head, next] = bytes
    if (head === undefined || head >= 0x80 || (head === 0 && (next ?? 0) < 0x80 && bytes.length > 1)) return null
    return BigInt(`0x${bytes.toString('hex')}`)
  }
  const [r, s] = [integer(first[0]), integer(second[0])]
  return r === null || s === null ? null : { r, s }
}
