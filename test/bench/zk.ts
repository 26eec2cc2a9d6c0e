import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { anvilPrivateKeys, startAnvil } from '@nacre/contracts/anvil'
import type { CoprocessorGas } from '@nacre/contracts/coprocessor-gas'
import { readSamples } from '@nacre/enclave/models/sample'
import { bundling } from '@nacre/host/image/application'
import { simulatedLauncher } from '@nacre/host/simulated-launcher'
import { toHex } from '@nacre/verifier/bytes'
import { encodeInferRequest } from '@nacre/verifier/response'
import { tensorValues } from '@nacre/verifier/tensor'
import { build } from 'esbuild'
import { type Abi, createPublicClient, createWalletClient, encodeFunctionData, type Hex, hexToBytes, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { load, median, prepareRequest } from './load.ts'
import type { InnerAnswer, ZkReport } from './report.ts'

/**
 * An attested answer next to zero-knowledge proofs of the same: `npm run bench:zk -- [--json] [--rounds N] [--quick] [--ezkl DIR]`.
 *
 * Groth16 proves the integers of digits-int for one picture, with the weights in the circuit, and with weights that the prover alone knows and commits to. EZKL proves its own
 * example (`tests/assets` of its repository), where that lies beside the project or in `--ezkl DIR`; the attested answer beside it is of the same network. The provers are tools under the GPL, installed into
 * test/bench/zk and used by nothing else; their trusted setup is made here, once, in .cache/zk. Every system runs in a process of its own, one after the other, medians over rounds. `--quick` leaves out
 * private weights, and the gas of the proof's verification on a local chain.
 */
const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    quick: { type: 'boolean', default: false },
    ezkl: { type: 'string' },
  },
})
const projectRoot = fileURLToPath(new URL('../..', import.meta.url))
const toolsFolder = fileURLToPath(new URL('zk', import.meta.url))
const workFolder = join(projectRoot, '.cache/zk')
const model = join(projectRoot, 'enclave/models/digits-int')
const [sample] = readSamples(model)
if (sample === undefined) throw new Error('enclave/models/digits-int has no samples')
const { tensor } = sample
const progress = (text: string) => process.stderr.write(`${text}\n`)

mkdirSync(workFolder, { recursive: true })
if (!existsSync(join(toolsFolder, 'node_modules/snarkjs'))) {
  progress('installing the provers (98 MB)')
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: toolsFolder, stdio: ['ignore', 2, 2] })
}

const ezklFolder = options.ezkl ?? join(projectRoot, '../shared/research/inference/zk/ezkl')
const attested = await attestedAnswer()
const groth16 = [await proveWithGroth16('public'), ...(options.quick ? [] : [await proveWithGroth16('private')])]
const ezkl = await proveWithEzkl()
const report: ZkReport = {
  attested,
  ...Object.fromEntries(groth16.map(({ weights, ...figures }) => [`groth16_${weights}`, figures])),
  ...(ezkl === undefined ? {} : { ezkl }),
  groth16_ratio: ratio(groth16[0]?.prove_ms, attested.answer_ms),
  groth16_shared_run_ratio: ratio(groth16[0]?.prove_ms, attested.shared_run_answer_ms),
  groth16_http_ratio: ratio(groth16[0]?.prove_ms, attested.http_ms),
  ezkl_ratio: ratio(ezkl?.prove_ms, ezkl?.attested.answer_ms),
  ezkl_shared_run_ratio: ratio(ezkl?.prove_ms, ezkl?.attested.shared_run_answer_ms),
  ezkl_http_ratio: ratio(ezkl?.prove_ms, attested.http_ms),
}
console.log(options.json ? JSON.stringify(report) : JSON.stringify(report, null, 2))
process.exit()

function ratio(proveMs: number | undefined, answerMs: number | undefined): number | null {
  return proveMs === undefined || answerMs === undefined ? null : Math.round(proveMs / answerMs)
}

/** The same picture: in one process, as a prover is measured, and from request to signed answer over HTTP, one connection, the enclave as `npm start` runs it. */
async function attestedAnswer(): Promise<ZkReport['attested']> {
  progress('attested answers')
  const inner = await innerAnswer(join(model, 'model.onnx'), { datatype: tensor.datatype, shape: [1, 64], values: tensorValues(tensor) })
  const gas = JSON.parse(readFileSync(join(projectRoot, 'contracts/snapshots/coprocessor.json'), 'utf8')) as CoprocessorGas
  const folder = mkdtempSync(join(tmpdir(), 'nacre-bench-'))
  const enclave = await simulatedLauncher({ projectRoot, stateDirectory: join(folder, 'state') }).start()
  try {
    await enclave.ready()
    const { path: socketPath } = enclave.http as { path: string }
    const message = encodeInferRequest({ inputs: [tensor], requestId: toHex(randomBytes(32)) })
    const shared = { socketPath, request: prepareRequest('/v2/models/digits-int/infer', message), connections: 1 }
    await load({ ...shared, durationMs: 1_000 })
    const http_ms = (await load({ ...shared, durationMs: options.quick ? 1_000 : 3_000 })).p50Ms
    return { ...inner, http_ms, receipt_gas: gas.receipt_included, receipt_cold_gas: gas.receipt_included_cold }
  } finally {
    await enclave.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** As JavaScript that is made as the enclave's image is made; in the project, where native packages are found. */
async function innerAnswer(onnx: string, input: object): Promise<InnerAnswer> {
  await build({
    ...bundling,
    external: [...bundling.external, 'reflect-metadata'],
    absWorkingDir: projectRoot,
    entryPoints: ['test/bench/inner-answer.ts'],
    entryNames: '[name]',
    outdir: workFolder,
  })
  return child(join(workFolder, 'inner-answer.js'), [onnx, JSON.stringify(input)]) as InnerAnswer
}

async function proveWithGroth16(weights: 'public' | 'private') {
  progress(`Groth16, ${weights} weights (the first time with its setup, under two minutes)`)
  const run = (rounds: string) =>
    child('zk/groth16.ts', [toolsFolder, workFolder, join(model, 'integers.json'), weights, rounds, JSON.stringify(tensorValues(tensor))])
  run('0')
  const proven = run(options.rounds) as {
    prove_ms: number[]
    verify_ms: number[]
    proof_bytes: number
    rss_mb: number
    logits: number[]
    calldata: unknown[]
    verifier_path: string
  }
  const { logits } = proven
  if (logits.indexOf(Math.max(...logits)) !== Number(sample?.label)) throw new Error('The proof is of another answer')
  return {
    weights,
    prove_ms: median(proven.prove_ms),
    verify_ms: median(proven.verify_ms),
    proof_bytes: proven.proof_bytes,
    rss_mb: proven.rss_mb,
    verify_gas: options.quick ? null : await verifyingGas(proven.verifier_path, proven.calldata),
  }
}

async function proveWithEzkl(): Promise<ZkReport['ezkl']> {
  if (!existsSync(join(ezklFolder, 'model.compiled'))) {
    progress('EZKL left out: its compiled example is not here (--ezkl DIR with model.compiled, settings.json, input.json, network.onnx)')
    return undefined
  }
  progress('EZKL')
  const proven = child('zk/ezkl.ts', [toolsFolder, workFolder, ezklFolder, options.rounds]) as {
    prove_ms: number[]
    verify_ms: number[]
    proof_bytes: number
    rss_mb: number
  }
  const { input_data } = JSON.parse(readFileSync(join(ezklFolder, 'input.json'), 'utf8')) as { input_data: number[][] }
  const values = input_data[0] as number[]
  const attested = await innerAnswer(join(ezklFolder, 'network.onnx'), { datatype: 'FP32', shape: [1, values.length], values })
  return { ...proven, prove_ms: median(proven.prove_ms), verify_ms: median(proven.verify_ms), attested }
}

/** What the script prints; `undefined` for nothing. */
function child(script: string, args: readonly string[]): unknown {
  const path = resolve(fileURLToPath(new URL('.', import.meta.url)), script)
  const output = execFileSync(process.execPath, ['--conditions=source', '--import', 'tsx', path, ...args], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 16 << 20,
  })
  return output.length === 0 ? undefined : JSON.parse(output.toString())
}

/** Execution of `verifyProof` on a local chain: the transaction's gas without its 21,000 and its calldata. */
async function verifyingGas(verifierPath: string, calldata: unknown[]): Promise<number> {
  const solc = createRequire(join(projectRoot, 'contracts/package.json'))('solc') as { compile(input: string): string }
  const output = JSON.parse(
    solc.compile(
      JSON.stringify({
        language: 'Solidity',
        sources: { 'Verifier.sol': { content: readFileSync(verifierPath, 'utf8') } },
        settings: { optimizer: { enabled: true, runs: 1_000_000 }, outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } } },
      }),
    ),
  ) as { contracts: { [file: string]: { [name: string]: { abi: Abi; evm: { bytecode: { object: string } } } } } }
  const [contract] = Object.values(output.contracts['Verifier.sol'] ?? {})
  if (contract === undefined) throw new Error('The verifier does not compile')
  const anvil = await startAnvil()
  try {
    const transport = http(anvil.url)
    const account = privateKeyToAccount(anvilPrivateKeys[0])
    const wallet = createWalletClient({ chain: foundry, transport, account })
    const client = createPublicClient({ chain: foundry, transport, pollingInterval: 10 })
    const deployed = await wallet.deployContract({ abi: contract.abi, bytecode: `0x${contract.evm.bytecode.object}` })
    const address = (await client.waitForTransactionReceipt({ hash: deployed })).contractAddress as Hex
    const call = { abi: contract.abi, functionName: 'verifyProof', args: calldata }
    if ((await client.readContract({ address, ...call })) !== true) throw new Error('The contract refuses the proof')
    const data = encodeFunctionData(call)
    // Given, not estimated: with too little gas the verifier answers false instead of failing, which an estimate takes for success.
    const hash = await wallet.sendTransaction({ to: address, data, gas: 5_000_000n })
    const { gasUsed } = await client.waitForTransactionReceipt({ hash })
    const bytes = hexToBytes(data)
    const zeros = bytes.filter((byte) => byte === 0).length
    return Number(gasUsed) - 21_000 - 4 * zeros - 16 * (bytes.length - zeros)
  } finally {
    await anvil.stop()
  }
}
