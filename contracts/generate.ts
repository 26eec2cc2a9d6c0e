/**
 * Compiles the contracts and writes `generated/<Contract>.ts`: the ABI `as const` and, for contracts that are
 * deployed, their creation bytecode; and src/attestation/CodeHashes.sol, by which the verifier knows the code that does
 * not come from a compiler. The files are committed, so nobody needs a compiler to run Nacre;
 * `generate.test.ts` regenerates them and compares.
 *
 *     node --conditions=source --import tsx generate.ts
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import solc from 'solc'
import { keccak256 } from 'viem'
import { verifierTemplate } from './codegen/p384.ts'
import { p384Deployment } from './codegen/p384-deploy.ts'
import { sha384BatchCode } from './codegen/sha384.ts'

const contractsDir = fileURLToPath(new URL('.', import.meta.url))

/** Which contracts get a file, and from which source. */
const targets = [
  { contract: 'IEnclaveRegistry', source: 'src/IEnclaveRegistry.sol' },
  { contract: 'EnclaveRegistry', source: 'src/EnclaveRegistry.sol' },
  { contract: 'IAttestationVerifier', source: 'src/attestation/IAttestationVerifier.sol' },
  { contract: 'NitroAttestationVerifier', source: 'src/attestation/NitroAttestationVerifier.sol' },
  { contract: 'IInferenceCallback', source: 'src/IInferenceCoprocessor.sol' },
  { contract: 'InferenceCoprocessor', source: 'src/InferenceCoprocessor.sol' },
  { contract: 'DigitReader', source: 'src/examples/DigitReader.sol' },
  { contract: 'GarmentGate', source: 'src/examples/GarmentGate.sol' },
] as const

/** Returns the generated files, path (relative to this folder) to text, without writing them. */
export function generateContracts(): Map<string, string> {
  const hashes = codeHashes()
  const contracts = compile(new Map([[codeHashesPath, hashes]]))
  const files = new Map([[codeHashesPath, hashes]])
  for (const { contract, source } of targets) {
    const artifact = contracts[source]?.[contract]
    if (artifact === undefined) throw new Error(`the compiler gave no output for ${source}:${contract}`)
    files.set(`generated/${contract}.ts`, toModule(contract, source, artifact))
  }
  return files
}

type Artifact = { abi: unknown[]; evm: { bytecode: { object: string } } }
type CompilerOutput = {
  errors?: { severity: string; formattedMessage: string }[]
  contracts?: Record<string, Record<string, Artifact>>
}

/**
 * `generated` stands in for files of these paths, which may not be on disk yet. With `only`, nothing but the contracts of that
 * path is compiled to code, by the same settings.
 */
export function compile(generated: ReadonlyMap<string, string>, only = '*'): Record<string, Record<string, Artifact>> {
  const paths = new Set([...soliditySources('src'), ...generated.keys()])
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(
      [...paths].map((path) => [path, { content: generated.get(path) ?? readFileSync(join(contractsDir, path), 'utf8') }]),
    ),
    settings: { ...foundrySettings(), outputSelection: { [only]: { '*': ['abi', 'evm.bytecode.object'] } } },
  }
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as CompilerOutput
  if (output.errors?.length) throw new Error(output.errors.map((error) => error.formattedMessage).join('\n'))
  return output.contracts ?? {}
}

/** The compiler settings that decide the bytecode, read from foundry.toml so that they are written once. */
function foundrySettings() {
  const toml = readFileSync(join(contractsDir, 'foundry.toml'), 'utf8')
  const setting = (name: string): string => {
    const value = new RegExp(`^${name} = "?([^"\\n]+)"?$`, 'm').exec(toml)?.[1]
    if (value === undefined) throw new Error(`foundry.toml: expected a line "${name} = …"`)
    return value
  }
  return {
    evmVersion: setting('evm_version'),
    optimizer: { enabled: setting('optimizer') === 'true', runs: Number(setting('optimizer_runs')) },
    metadata: { bytecodeHash: setting('bytecode_hash'), appendCBOR: setting('cbor_metadata') === 'true' },
  }
}

const codeHashesPath = 'src/attestation/CodeHashes.sol'

/** What NitroAttestationVerifier holds the code behind it to. That code comes from codegen/ and not from a compiler. */
function codeHashes(): string {
  const { code, firstAt, differenceAt } = verifierTemplate()
  // The places of the tables' addresses, which differ from deployment to deployment, count as zero.
  const template = Uint8Array.from(code)
    .fill(0, firstAt, firstAt + 32)
    .fill(0, differenceAt, differenceAt + 32)
  const [first, second] = p384Deployment().tableHashes
  return `// SPDX-License-Identifier: Apache-2.0
// Generated from codegen/ by generate.ts. Do not edit.
pragma solidity ^0.8.30;

// keccak256 of the runtime code of the contract that hashes (codegen/sha384.ts, the batch).
bytes32 constant SHA384_CODE_HASH = ${keccak256(sha384BatchCode())};

// keccak256 of the runtime code of the contract that verifies (codegen/p384.ts), with zeros in the two words that differ
// from deployment to deployment: the address of the first table, and the second's minus the first's.
bytes32 constant P384_TEMPLATE_HASH = ${keccak256(template)};
uint256 constant P384_FIRST_TABLE_AT = ${firstAt};
uint256 constant P384_TABLE_DIFFERENCE_AT = ${differenceAt};

// keccak256 of the runtime code of the two tables.
bytes32 constant P384_FIRST_TABLE_HASH = ${first};
bytes32 constant P384_SECOND_TABLE_HASH = ${second};
`
}

function soliditySources(folder: string): string[] {
  return readdirSync(join(contractsDir, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) return soliditySources(path)
      return path.endsWith('.sol') ? [path] : []
    })
    .sort()
}

function toModule(contract: string, source: string, artifact: Artifact): string {
  const name = constantName(contract)
  const lines = [
    `// Generated from ${source} by generate.ts. Do not edit.`,
    `export const ${name}Abi = ${JSON.stringify(artifact.abi, null, 2)} as const`,
  ]
  if (artifact.evm.bytecode.object !== '') lines.push(`export const ${name}Bytecode = '0x${artifact.evm.bytecode.object}' as const`)
  return `${lines.join('\n\n')}\n`
}

/** EnclaveRegistry → enclaveRegistry, IEnclaveRegistry → iEnclaveRegistry. */
function constantName(contract: string): string {
  return contract.charAt(0).toLowerCase() + contract.slice(1)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  mkdirSync(join(contractsDir, 'generated'), { recursive: true })
  for (const [path, text] of generateContracts()) {
    writeFileSync(join(contractsDir, path), text)
    console.log(path)
  }
}
