import { dirname, join, relative } from 'node:path'
import type { Address } from 'viem'
import type { EvidenceFiles } from './attested-answer.ts'
import type { OnChain } from './on-chain.ts'

/** Commands that work as printed from the project's root while everything is up. */
export type CommandParameters = {
  projectRoot: string
  tlsUrl: string
  httpUrl: string
  chainUrl: string
  curlPin: string
  modelName: string
  requestPath: string
  samplePath: string
  rootPath: string
  pcr0: string
  gate: Address
  visitor: Address
}

export function curlCommand({ projectRoot, tlsUrl, curlPin, modelName, requestPath }: CommandParameters): string {
  // -k turns off certificate authorities, which have no say here; the pin stays in force and is the attested key.
  return `curl -sk --pinnedpubkey '${curlPin}' -H 'content-type: application/json' -d @${shellPath(projectRoot, requestPath)} ${tlsUrl}/v2/models/${modelName}/infer`
}

function typescriptCommand({ projectRoot, tlsUrl, modelName, samplePath, rootPath, pcr0 }: CommandParameters): string {
  const files = [samplePath, rootPath].map((path) => shellPath(projectRoot, path)).join(' ')
  return `node --conditions=source --import tsx host/examples/ask.ts ${tlsUrl} ${modelName} ${files} ${pcr0}`
}

function viemCommand({ chainUrl, gate, visitor }: CommandParameters): string {
  const program = [
    `import { createPublicClient, http, parseAbi } from 'viem'`,
    `const client = createPublicClient({ transport: http('${chainUrl}') })`,
    `const abi = parseAbi(['function isOpenTo(address) view returns (bool)'])`,
    `console.log(await client.readContract({ address: '${gate}', abi, functionName: 'isOpenTo', args: ['${visitor}'] }))`,
  ]
  return `node --input-type=module -e "${program.join('; ')}"`
}

function castCommand({ chainUrl, gate, visitor }: CommandParameters): string {
  return `cast call --rpc-url ${chainUrl} ${gate} 'isOpenTo(address)(bool)' ${visitor}`
}

/** Short where it can be: relative to the root, quoted only when it has to be. */
function shellPath(projectRoot: string, path: string): string {
  const fromRoot = relative(projectRoot, path)
  return shellWord(fromRoot.startsWith('..') ? path : fromRoot)
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

export function addresses(commands: CommandParameters, onChain: OnChain) {
  return {
    https: commands.tlsUrl,
    http: commands.httpUrl,
    console: `${commands.httpUrl}/host/console/`,
    chain: commands.chainUrl,
    chainId: onChain.chainId,
    registry: onChain.registry,
    gate: onChain.gate,
    attestationVerifier: onChain.verifier,
    attestationRoot: { sha256: onChain.rootHash, isAwsRoot: onChain.isAwsRoot },
    pcr0: commands.pcr0,
    tlsPin: commands.curlPin,
  }
}

export function commandTexts(commands: CommandParameters) {
  return { curl: curlCommand(commands), typescript: typescriptCommand(commands), viem: viemCommand(commands), cast: castCommand(commands) }
}

export function onceText(files: EvidenceFiles, pcr0: string): string {
  const [bundle, root] = [files.bundle, files.root].map((path) => shellPath(process.cwd(), path))
  return `
Every check passed. Evidence: ${Object.values(files)
    .map((path) => shellPath(process.cwd(), path))
    .join(', ')}
Anyone can check it offline:

  npx nacre bundle verify ${bundle} --root ${root} --pcr0 ${pcr0}
`
}

export function stayText(files: EvidenceFiles, commands: CommandParameters, receiptLog: { url: string; key: string }): string {
  const { curl, typescript, viem, cast } = commandTexts(commands)
  const from = process.cwd() === commands.projectRoot ? '' : ` (from ${shellWord(commands.projectRoot)})`
  // Each start has a receipt key, and so a log, of its own.
  const remembered = join(dirname(files.root), `${receiptLog.url.slice(receiptLog.url.lastIndexOf('/') + 1)}.checkpoint`)
  return `${onceText(files, commands.pcr0)}
The console, with every check to see and a host to catch cheating:

  ${commands.httpUrl}/

Try it${from}:

  # curl: HTTPS into the enclave, pinned to the key that its document vouches for
  ${curl}

  # TypeScript: verify the enclave, ask it, verify the answer
  ${typescript}

  # viem: what the consumer contract decided (with Foundry: ${cast})
  ${viem}

  # the receipt log: every tile, entry and record, and later that it only grew
  npx nacre log verify ${receiptLog.url} --key ${receiptLog.key} --remember ${shellPath(commands.projectRoot, remembered)}

Ctrl-C stops everything.
`
}
