import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { circuitInputs, circuitOf, type Integers, signedInteger } from './circuit.ts'
import { type Curve, type R1cs, writeProvingKey } from './trusted-setup.ts'

/**
 * One proof system in a process of its own, so that its memory can be told from ours:
 *
 *     node groth16.ts TOOLS_FOLDER WORK_FOLDER INTEGERS_JSON public|private ROUNDS PIXELS_JSON
 *
 * Prints one JSON object; with 0 rounds, nothing. The trusted setup is made once per work folder, by this machine alone: good for timing, for nothing else.
 */
const [toolsFolder, workFolder, integersPath, weights, rounds, pixelsJson] = process.argv.slice(2) as [
  string,
  string,
  string,
  'public' | 'private',
  string,
  string,
]
const snarkjs = createRequire(join(toolsFolder, 'package.json'))('snarkjs') as Snarkjs
const integers = JSON.parse(readFileSync(integersPath, 'utf8')) as Integers
const pixels = JSON.parse(pixelsJson) as number[]
const folder = join(workFolder, `digits-int-${weights}`)
const file = (name: string) => join(folder, name)
mkdirSync(folder, { recursive: true })

await setUp()
// Keys are made in a process of their own, whose memory is not the prover's.
if (Number(rounds) === 0) process.exit()
const key = JSON.parse(readFileSync(file('verification-key.json'), 'utf8'))
const prove: number[] = []
const verify: number[] = []
let proof: unknown
let signals: string[] = []
for (let round = 0; round < Number(rounds); round++) {
  const startedMs = performance.now()
  await snarkjs.wtns.calculate(circuitInputs(integers, weights, pixels), file('network_js/network.wasm'), file('witness.wtns'))
  const proven = await snarkjs.groth16.prove(file('network.zkey'), file('witness.wtns'))
  const provenMs = performance.now()
  if (!(await snarkjs.groth16.verify(key, proven.publicSignals, proven.proof))) throw new Error('The proof does not verify')
  prove.push(provenMs - startedMs)
  verify.push(performance.now() - provenMs)
  proof = proven.proof
  signals = proven.publicSignals
}
const calldata = JSON.parse(`[${await snarkjs.groth16.exportSolidityCallData(proof, signals)}]`) as unknown
process.stdout.write(
  `${JSON.stringify({
    prove_ms: prove,
    verify_ms: verify,
    proof_bytes: Buffer.byteLength(JSON.stringify(proof)),
    rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
    logits: signals.slice(0, integers.b2.length).map(signedInteger),
    calldata,
    verifier_path: file('Verifier.sol'),
  })}\n`,
)
// snarkjs keeps its curve's threads.
process.exit()

async function setUp(): Promise<void> {
  const source = circuitOf(integers, weights)
  if (existsSync(file('verification-key.json')) && readFileSync(file('network.circom'), 'utf8') === source) return
  writeFileSync(file('network.circom'), source)
  // The compiler runs in a sandbox that sees the folder it runs in.
  cpSync(join(toolsFolder, 'node_modules/circomlib/circuits'), file('circomlib/circuits'), { recursive: true })
  execFileSync(process.execPath, [join(toolsFolder, 'node_modules/circom2/cli.js'), 'network.circom', '--r1cs', '--wasm', '--O2'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await writeProvingKey(
    await snarkjs.r1cs.exportJson(file('network.r1cs')),
    await snarkjs.curves.getCurveFromName('bn128'),
    file('network.zkey'),
  )
  const template = readFileSync(join(toolsFolder, 'node_modules/snarkjs/templates/verifier_groth16.sol.ejs'), 'utf8')
  writeFileSync(file('Verifier.sol'), await snarkjs.zKey.exportSolidityVerifier(file('network.zkey'), { groth16: template }))
  writeFileSync(file('verification-key.json'), JSON.stringify(await snarkjs.zKey.exportVerificationKey(file('network.zkey'))))
}

/** What this bench uses of snarkjs, which has no types. */
type Snarkjs = {
  curves: { getCurveFromName(name: string): Promise<Curve> }
  r1cs: { exportJson(path: string): Promise<R1cs> }
  zKey: {
    exportVerificationKey(path: string): Promise<unknown>
    exportSolidityVerifier(path: string, templates: { groth16: string }): Promise<string>
  }
  wtns: { calculate(inputs: object, wasm: string, to: string): Promise<void> }
  groth16: {
    prove(key: string, witness: string): Promise<{ proof: unknown; publicSignals: string[] }>
    verify(key: unknown, signals: string[], proof: unknown): Promise<boolean>
    exportSolidityCallData(proof: unknown, signals: string[]): Promise<string>
  }
}
