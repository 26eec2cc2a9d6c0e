/**
 * Compiles the contracts and writes `generated/<Contract>.ts`: the ABI `as const` and, for contracts that are
 * deployed, their creation bytecode. The files are committed, so nobody needs a compiler to run Nacre;
 * `generate.test.ts` regenerates them and compares.
 *
 *     node --conditions=source --import tsx generate.ts
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import solc from 'solc'

const contractsDir = fileURLToPath(new URL('.', import.meta.url))

/** Which contracts get a file, and from which source. */
const targets = [
  { contract: 'IEnclaveRegistry', source: 'src/IEnclaveRegistry.sol' },
  { contract: 'EnclaveRegistry', source: 'src/EnclaveRegistry.sol' },
  { contract: 'IAttestationVerifier', source: 'src/attestation/IAttestationVerifier.sol' },
  { contract: 'NitroAttestationVerifier', source: 'src/attestation/NitroAttestationVerifier.sol' },
  { contract: 'GarmentGate', source: 'src/examples/GarmentGate.sol' },
] as const

/** Returns the generated files, path (relative to this folder) to text, without writing them. */
export function generateContracts(): Map<string, string> {
  const contracts = compile()
  const files = new Map<string, string>()
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

function compile(): Record<string, Record<string, Artifact>> {
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(soliditySources('src').map((path) => [path, { content: readFileSync(join(contractsDir, path), 'utf8') }])),
    settings: { ...foundrySettings(), outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } } },
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
