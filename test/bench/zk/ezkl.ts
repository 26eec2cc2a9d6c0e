import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/**
 * EZKL in a process of its own. Its engine for Node proves but does not compile, so it runs on a circuit that EZKL compiled: one dense layer with ReLU, 3 → 4, far smaller than any model here.
 *
 *     node ezkl.ts TOOLS_FOLDER WORK_FOLDER EXAMPLE_FOLDER ROUNDS
 *
 * The example folder holds `model.compiled`, `settings.json` and `input.json`. Prints one JSON object.
 */
const [toolsFolder, workFolder, exampleFolder, rounds] = process.argv.slice(2) as [string, string, string, string]
const require = createRequire(join(toolsFolder, 'package.json'))
const ezkl = require('@ezkljs/engine/nodejs') as Ezkl
const example = (name: string) => new Uint8ClampedArray(readFileSync(join(exampleFolder, name)))
const clamped = (bytes: Uint8Array | Uint8ClampedArray) => new Uint8ClampedArray(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const [circuit, settings, input] = [example('model.compiled'), example('settings.json'), example('input.json')]
const { logrows } = (JSON.parse(readFileSync(join(exampleFolder, 'settings.json'), 'utf8')) as { run_args: { logrows: number } }).run_args
const reference = clamped(referenceString(logrows))
const verificationKey = clamped(ezkl.genVk(circuit, reference, true))
const provingKey = clamped(ezkl.genPk(verificationKey, circuit, reference))

const prove: number[] = []
const verify: number[] = []
let proofBytes = 0
for (let round = 0; round < Number(rounds); round++) {
  const startedMs = performance.now()
  const witness = clamped(ezkl.genWitness(circuit, input))
  const proof = clamped(ezkl.prove(witness, provingKey, circuit, reference))
  const provenMs = performance.now()
  if (!ezkl.verify(proof, verificationKey, settings, reference)) throw new Error('The proof does not verify')
  prove.push(provenMs - startedMs)
  verify.push(performance.now() - provenMs)
  proofBytes = proof.length
}
process.stdout.write(
  `${JSON.stringify({ prove_ms: prove, verify_ms: verify, proof_bytes: proofBytes, rss_mb: Math.round(process.resourceUsage().maxRSS / 1024) })}\n`,
)
process.exit()

/**
 * A KZG reference string over BN254 in halo2's raw form: the number of rows as a power of two; powers of τ and the Lagrange basis in G1; generator and τ in G2; coordinates little-endian in
 * Montgomery form. τ is drawn here and known to this process: good for timing, for nothing else.
 */
function referenceString(power: number): Uint8Array {
  const path = join(workFolder, `kzg-${power}.srs`)
  if (existsSync(path)) return readFileSync(path)
  const { bn254 } = require('@noble/curves/bn254.js') as { bn254: Bn254 }
  const { Point: G1 } = bn254.G1
  const { Point: G2 } = bn254.G2
  const { Fr } = bn254.fields
  const montgomery = (1n << 256n) % bn254.fields.Fp.ORDER
  const field = (value: bigint) => {
    const hex = ((value * montgomery) % bn254.fields.Fp.ORDER).toString(16).padStart(64, '0')
    return Buffer.from(hex, 'hex').reverse()
  }
  const inG1 = (scalar: bigint) => {
    const { x, y } = G1.BASE.multiplyUnsafe(scalar).toAffine()
    return Buffer.concat([field(x), field(y)])
  }
  const inG2 = (scalar: bigint) => {
    const { x, y } = G2.BASE.multiplyUnsafe(scalar).toAffine()
    return Buffer.concat([x.c0, x.c1, y.c0, y.c1].map(field))
  }
  const size = 1 << power
  const tau = BigInt(`0x${randomBytes(32).toString('hex')}`) % Fr.ORDER
  // 7 generates the field's units, whose order is divisible by 2^28.
  const root = Fr.pow(Fr.pow(7n, (Fr.ORDER - 1n) >> 28n), 1n << BigInt(28 - power))
  const vanishing = Fr.sub(Fr.pow(tau, BigInt(size)), 1n)
  const powers = Array.from({ length: size }, (_, i) => inG1(Fr.pow(tau, BigInt(i))))
  const lagrange = Array.from({ length: size }, (_, i) => {
    const at = Fr.pow(root, BigInt(i))
    return inG1(Fr.div(Fr.mul(at, vanishing), Fr.mul(BigInt(size), Fr.sub(tau, at))))
  })
  const rows = Buffer.alloc(4)
  rows.writeUInt32LE(power)
  const bytes = Buffer.concat([rows, ...powers, ...lagrange, inG2(1n), inG2(tau)])
  mkdirSync(workFolder, { recursive: true })
  writeFileSync(path, bytes)
  return bytes
}

type Bytes = Uint8ClampedArray
type Ezkl = {
  genWitness(circuit: Bytes, input: Bytes): Uint8Array
  genVk(circuit: Bytes, reference: Bytes, compress: boolean): Uint8Array
  genPk(verificationKey: Bytes, circuit: Bytes, reference: Bytes): Uint8Array
  prove(witness: Bytes, provingKey: Bytes, circuit: Bytes, reference: Bytes): Uint8Array
  verify(proof: Bytes, verificationKey: Bytes, settings: Bytes, reference: Bytes): boolean
}
type Bn254 = {
  G1: { Point: { BASE: { multiplyUnsafe(scalar: bigint): { toAffine(): { x: bigint; y: bigint } } } } }
  G2: { Point: { BASE: { multiplyUnsafe(scalar: bigint): { toAffine(): { x: Fp2; y: Fp2 } } } } }
  fields: {
    Fp: { ORDER: bigint }
    Fr: {
      ORDER: bigint
      pow(base: bigint, exponent: bigint): bigint
      sub(a: bigint, b: bigint): bigint
      mul(a: bigint, b: bigint): bigint
      div(a: bigint, b: bigint): bigint
    }
  }
}
type Fp2 = { c0: bigint; c1: bigint }
