import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'

/**
 * A Groth16 proving key in snarkjs' format, made by one who knows its secrets: they are drawn here, and every point is a known multiple of a generator. Whoever knows them can prove anything: good for timing,
 * for nothing else. A ceremony, in which nobody knows them, multiplies points that it cannot see through, and takes hours for what takes half a minute here; proofs and their verification cost the same.
 *
 * Names follow Groth, "On the Size of Pairing-based Non-interactive Arguments" (EUROCRYPT 2016), section 3.2. As in snarkjs, the constraints are the values of the polynomials on the roots of unity, each public signal has
 * a constraint of its own on top, and the quotient is proven by its product's values on the odd roots of twice the order.
 */
export async function writeProvingKey(r1cs: R1cs, curve: Curve, path: string): Promise<void> {
  const { G1, G2, Fr } = curve
  const publicSignals = r1cs.nOutputs + r1cs.nPubInputs
  const power = Math.floor(Math.log2(r1cs.constraints.length + publicSignals)) + 1
  const domainSize = 2 ** power
  const [tau, alpha, beta, gamma, delta] = Array.from({ length: 5 }, drawScalar) as [bigint, bigint, bigint, bigint, bigint]
  const rootOf = (exponent: number) => Fr.toObject(Fr.w[exponent] as Uint8Array)
  const lagrange = lagrangeBasis(domainSize, rootOf(power), tau)
  const odd = lagrangeBasis(2 * domainSize, rootOf(power + 1), tau).filter((_, index) => index % 2 === 1)

  const zeros = () => Array.from({ length: r1cs.nVars }, () => 0n)
  const [a, b, c] = [zeros(), zeros(), zeros()]
  const coefficients: Uint8Array[] = []
  const add = (matrix: 0 | 1 | 2, row: number, signal: number, value: bigint) => {
    const sums = [a, b, c][matrix] as bigint[]
    sums[signal] = modulo((sums[signal] as bigint) + value * (lagrange[row] as bigint))
    if (matrix !== 2) coefficients.push(uint32s(matrix, row, signal), littleEndian(modulo(value * montgomerySquared)))
  }
  r1cs.constraints.forEach((matrices, row) => {
    matrices.forEach((combination, matrix) => {
      for (const [signal, value] of Object.entries(combination)) add(matrix as 0 | 1 | 2, row, Number(signal), BigInt(value))
    })
  })
  for (let signal = 0; signal <= publicSignals; signal++) add(0, r1cs.constraints.length + signal, signal, 1n)

  const [inG1, inG2] = [await fixedBase(G1), await fixedBase(G2)]
  const [inverseGamma, inverseDelta] = [inverse(gamma), inverse(delta)]
  const joined = a.map((value, signal) => modulo(beta * value + alpha * (b[signal] as bigint) + (c[signal] as bigint)))
  const scaled = (values: bigint[], factor: bigint) => values.map((value) => modulo(value * factor))
  const [alphaBetaDelta1, betaGammaDelta2] = [await inG1([alpha, beta, delta]), await inG2([beta, gamma, delta])]
  const point1 = (index: number) => alphaBetaDelta1.subarray(64 * index, 64 * (index + 1))
  const point2 = (index: number) => betaGammaDelta2.subarray(128 * index, 128 * (index + 1))
  writeSections(path, 'zkey', [
    [1, [uint32s(1)]],
    [
      2,
      [
        ...[uint32s(32), littleEndian(baseOrder), uint32s(32), littleEndian(scalarOrder)],
        uint32s(r1cs.nVars, publicSignals, domainSize),
        ...[point1(0), point1(1), point2(0), point2(1), point1(2), point2(2)],
      ],
    ],
    [3, [await inG1(scaled(joined.slice(0, publicSignals + 1), inverseGamma))]],
    [4, [uint32s(coefficients.length / 2), ...coefficients]],
    [5, [await inG1(a)]],
    [6, [await inG1(b)]],
    [7, [await inG2(b)]],
    [8, [await inG1(scaled(joined.slice(publicSignals + 1), inverseDelta))]],
    [9, [await inG1(scaled(odd, inverseDelta))]],
  ])
}

/** As `snarkjs.r1cs.exportJson` gives it: each constraint is ⟨A⟩ · ⟨B⟩ = ⟨C⟩, factors by number of the signal; signal 0 is one, the public signals follow. */
export type R1cs = {
  nVars: number
  nOutputs: number
  nPubInputs: number
  constraints: [Combination, Combination, Combination][]
}
type Combination = { [signal: string]: string }

/** What this file uses of ffjavascript's BN254: points in Montgomery form, affine (two coordinates) or Jacobian (three). */
export type Curve = { G1: Group; G2: Group; Fr: { w: Uint8Array[]; toObject(element: Uint8Array): bigint } }
type Group = {
  g: Uint8Array
  zero: Uint8Array
  zeroAffine: Uint8Array
  add(a: Uint8Array, b: Uint8Array): Uint8Array
  batchToAffine(points: Uint8Array): Promise<Uint8Array>
}

/** Of BN254, EIP-197. */
const baseOrder = 21888242871839275222246405745257275088696311157297823662689037894645226208583n
export const scalarOrder = 21888242871839275222246405745257275088548364400416034343698204186575808495617n
/** snarkjs keeps a coefficient multiplied twice by 2^256. */
const montgomerySquared = 2n ** 512n % scalarOrder

/** L_i(τ) = ωⁱ (τⁿ − 1) / (n (τ − ωⁱ)) for every i. */
function lagrangeBasis(size: number, root: bigint, tau: bigint): bigint[] {
  const roots: bigint[] = [1n]
  for (let i = 1; i < size; i++) roots.push(modulo((roots[i - 1] as bigint) * root))
  const factor = modulo((powerOf(tau, BigInt(size)) - 1n) * inverse(BigInt(size)))
  const inverses = inversesOf(roots.map((at) => modulo(tau - at)))
  return roots.map((at, index) => modulo(modulo(at * factor) * (inverses[index] as bigint)))
}

/** Multiples of the generator, affine, one after the other. A table holds every value of every byte of a scalar, so that a point is a sum of at most 32 of its entries. */
async function fixedBase(group: Group): Promise<(scalars: readonly bigint[]) => Promise<Uint8Array>> {
  const entries: Uint8Array[] = []
  let base = group.g
  for (let byte = 0; byte < 32; byte++) {
    let multiple = base
    for (let value = 1; value < 256; value++) {
      entries.push(multiple)
      multiple = group.add(multiple, base)
    }
    base = multiple
  }
  const affineBytes = group.zeroAffine.length
  const affine = await group.batchToAffine(Buffer.concat(entries))
  const table = entries.map((_, index) => affine.slice(index * affineBytes, (index + 1) * affineBytes))
  return (scalars) =>
    group.batchToAffine(
      Buffer.concat(
        scalars.map((scalar) => {
          let sum = group.zero
          littleEndian(scalar).forEach((value, byte) => {
            if (value !== 0) sum = group.add(sum, table[byte * 255 + value - 1] as Uint8Array)
          })
          return sum
        }),
      ),
    )
}

/** iden3's binary container: a type, version 1, and sections by number. */
function writeSections(path: string, type: string, sections: readonly (readonly [number, readonly Uint8Array[]])[]): void {
  const pieces: Uint8Array[] = [Buffer.from(type), uint32s(1, sections.length)]
  for (const [number, parts] of sections) {
    const bytes = Buffer.concat(parts)
    // The length has 64 bits.
    pieces.push(uint32s(number, bytes.length, 0), bytes)
  }
  writeFileSync(path, Buffer.concat(pieces))
}

function uint32s(...values: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer)
}

function littleEndian(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse()
}

function drawScalar(): bigint {
  return BigInt(`0x${randomBytes(64).toString('hex')}`) % scalarOrder
}

function modulo(value: bigint): bigint {
  const rest = value % scalarOrder
  return rest < 0n ? rest + scalarOrder : rest
}

function powerOf(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base]
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = modulo(result * square)
    square = modulo(square * square)
  }
  return result
}

function inverse(value: bigint): bigint {
  return powerOf(value, scalarOrder - 2n)
}

/** One inversion for all: P. Montgomery's trick. */
function inversesOf(values: readonly bigint[]): bigint[] {
  const products = [1n]
  for (const value of values) products.push(modulo((products.at(-1) as bigint) * value))
  let rest = inverse(products.at(-1) as bigint)
  const inverses: bigint[] = []
  for (let index = values.length - 1; index >= 0; index--) {
    inverses[index] = modulo(rest * (products[index] as bigint))
    rest = modulo(rest * (values[index] as bigint))
  }
  return inverses
}
