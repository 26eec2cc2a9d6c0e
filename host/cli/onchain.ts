import { createHash } from 'node:crypto'
import { anvilPrivateKeys } from '@nacre/contracts/anvil'
import { deployAttestationVerifier } from '@nacre/contracts/attestation-deploy'
import { calldataGas, sha384Input, signatureStatement } from '@nacre/contracts/attestation-parts'
import {
  AttestationProverError,
  type PreparedTransaction,
  prepareRegistration,
  proveSignature,
  type RegistrationPlan,
  readChainState,
  readKnownCertificates,
  registrationAbi,
  type SlicedDocument,
  sliceDocument,
} from '@nacre/contracts/attestation-prover'
import { enclaveRegistryAbi } from '@nacre/contracts/generated/EnclaveRegistry'
import { nitroAttestationVerifierAbi } from '@nacre/contracts/generated/NitroAttestationVerifier'
import { prepareVerifiedRegistration } from '@nacre/contracts/verification'
import { zeroPcr } from '@nacre/verifier/attestation'
import { isHex } from '@nacre/verifier/bytes'
import { attestationFileBytesMax, decodeAttestationFile } from '@nacre/verifier/cli/attestation-file'
import { CliError, usage } from '@nacre/verifier/cli/cli-error'
import { readInput } from '@nacre/verifier/cli/files'
import { openHttpEndpoint, parseEndpointUrl } from '@nacre/verifier/cli/http-endpoint'
import { addRootOption, type NamedRoot, parseAddress, parseMaxAgeMs, parseRoot, type RootOptions } from '@nacre/verifier/cli/options'
import { formatBytes, formatMs, type Report, runVerb, type Section, toText } from '@nacre/verifier/cli/report'
import { processTerminal, type Terminal } from '@nacre/verifier/cli/terminal'
import { enclaveVerificationFromJson } from '@nacre/verifier/enclave-verification'
import { type Command, Option } from 'commander'
import {
  type Address,
  BaseError,
  createPublicClient,
  createTestClient,
  createWalletClient,
  decodeErrorResult,
  decodeFunctionResult,
  ExecutionRevertedError,
  encodeFunctionData,
  formatEther,
  formatGwei,
  type Hex,
  hexToString,
  http,
  type LocalAccount,
  type PublicClient,
  size,
  slice,
  toHex,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { startLocalChain } from '../local-chain.ts'
import { twoOnMisuse } from './misuse.ts'

/**
 * Adds `onchain verify` and `onchain register`. Exit codes and `--json` as with the verifier's verbs: 0 only when everything was accepted, 1 when a contract refuses or would refuse, 2 when
 * there is no verdict (usage, unreadable input, a node that cannot be asked). `environment` may hold `NACRE_PRIVATE_KEY`.
 */
export function addOnchainCommands(program: Command, terminal: Terminal = processTerminal, environment: Environment = process.env): void {
  const group = program.command('onchain').description('Attestation documents in contracts: what they say, what it costs, registration')
  addVerify(group, terminal)
  addRegister(group, terminal, environment)
  for (const command of [group, ...group.commands]) twoOnMisuse(command, terminal)
}

export type Environment = { readonly [name: string]: string | undefined }

function addVerify(group: Command, terminal: Terminal): void {
  addRootOption(
    group
      .command('verify')
      .description('Have a contract verify Nitro attestation documents, and print what it read and what that costs.')
      .argument('<FILE...>', 'documents: raw CBOR, hexadecimal or base64'),
  )
    .option('--rpc-url <URL>', 'ask a deployed verifier through this node (a call, no transaction) instead of a throw-away local chain')
    .option('--verifier <ADDRESS>', 'with --rpc-url: the NitroAttestationVerifier to ask')
    .option('--max-age <SECONDS>', 'with --rpc-url: oldest document to accept, by the clock of that chain (default: 600)')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Without --rpc-url a chain with mainnet's rules is started in memory, its clock at each document's own time, and the verifier deployed to it.

Example:
  nacre onchain verify document.cbor --root simulated-root.pem`,
    )
    .action((files: string[], options: VerifyOptions) => runVerb(terminal, options.json === true, () => verify(files, options, terminal)))
}

type VerifyOptions = RootOptions & { rpcUrl?: string; verifier?: string; maxAge?: string; json?: true }

function addRegister(group: Command, terminal: Terminal, environment: Environment): void {
  group
    .command('register')
    .description("Put an enclave's receipt key on chain by its attestation document. Without --yes nothing is sent.")
    .argument('<FILE>', 'document: raw CBOR, hexadecimal or base64')
    .requiredOption('--rpc-url <URL>', 'node of the chain')
    .requiredOption('--registry <ADDRESS>', 'the EnclaveRegistry')
    .option(
      '--private-key-file <FILE>',
      'file with the hexadecimal key of the account that pays (or: NACRE_PRIVATE_KEY in the environment)',
    )
    .addOption(
      new Option('--route <ROUTE>', 'document: the chain verifies it; verifier-enclave: attested code does, and the chain its signature')
        .choices(['document', 'verifier-enclave'])
        .default('document'),
    )
    .option('--verifier-url <URL>', 'with --route verifier-enclave: the enclave to ask, started with --verify-root')
    .option('--yes', 'send the transactions')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Anyone may register an enclave whose image and models the registry's owner approved; who pays gains no right by it.

Example:
  nacre onchain register document.cbor --rpc-url http://127.0.0.1:8545 --registry 0x5fbd… --private-key-file key.txt --yes

With --route verifier-enclave it costs a fiftieth, where the owner approved the enclave's image as a verifier. The address need not be trusted: the registry
checks whose signature it is.`,
    )
    .action((file: string, options: RegisterOptions) =>
      runVerb(terminal, options.json === true, () => register(file, options, terminal, environment)),
    )
}

type RegisterOptions = {
  rpcUrl: string
  registry: string
  route: 'document' | 'verifier-enclave'
  verifierUrl?: string
  privateKeyFile?: string
  yes?: true
  json?: true
}

// ------------------------------------------------------------------ verify

async function verify(files: readonly string[], options: VerifyOptions, terminal: Terminal): Promise<Report> {
  const { rpcUrl, verifier, maxAge } = options
  if ((rpcUrl === undefined) !== (verifier === undefined))
    throw usage('--rpc-url and --verifier go together: a contract is on a chain', 'Leave both out for a throw-away local chain.')
  if (maxAge !== undefined && rpcUrl === undefined) throw usage("--max-age says nothing at the document's own time", 'Leave it out.')
  const ageSeconds = BigInt(parseMaxAgeMs(maxAge) / 1000)
  const at =
    rpcUrl === undefined || verifier === undefined ? null : { url: parseUrl(rpcUrl), verifier: parseAddress('--verifier', verifier) }
  const root = await parseRoot(options)
  const inputs = files.map((file) => readDocument(file, terminal.nowMs()))

  const outcomes = at === null ? await verifyLocally(inputs, root) : await verifyDeployed(inputs, root, { ...at, ageSeconds })
  const refused = outcomes.filter(({ refusal }) => refusal !== null)
  const where = at === null ? "a local chain, at each document's own time" : `verifier ${at.verifier}, now`
  return {
    ok: refused.length === 0,
    title: `${files.length === 1 ? files[0] : `${files.length} documents`}: verification by contract, on ${where}`,
    checks: [],
    verdict:
      refused.length === 0
        ? `Accepted on chain: ${files.length === 1 ? 'the document' : `all ${files.length} documents`}.`
        : `Refused on chain: ${[...new Set(refused.map(({ refusal }) => refusal?.name))].join(', ')}${files.length === 1 ? '' : ` (${refused.length} of ${files.length} documents)`}`,
    sections: outcomes.map(outcomeSection),
    notes: [
      ...(root.isAws ? [] : [`The trust anchor is ${root.name} and not AWS: whoever holds its key can make such documents.`]),
      'Whose enclave it is was not asked: compare the PCRs.',
    ],
    data: {
      chain: at === null ? 'local' : at.verifier,
      root: { name: root.name, sha256: root.sha256, aws: root.isAws },
      documents: outcomes,
    },
  }
}

type Input = { file: string; document: Uint8Array; form: string; sliced: SlicedDocument | null; seconds: number }
type Refusal = { name: string; message: string; details: string }
type Outcome = {
  file: string
  bytes: number
  accepted: boolean
  refusal: Refusal | null
  attestation: ReturnType<typeof readAttestation> | null
  gas: LocalGas | { estimated: number } | null
  hintsMs: number
}
/** Whole transactions, except `sha384`: execution alone, over what the document's signature signs. */
type LocalGas = { cold: number; warm: number | null; calldataBytes: number; calldata: number; p384Signature: number; sha384: number }

function readDocument(file: string, nowMs: number): Input {
  const { attestation: document, form } = decodeAttestationFile(readInput(file, attestationFileBytesMax), file)
  let sliced: SlicedDocument | null = null
  try {
    sliced = sliceDocument(document)
  } catch (error) {
    // What is wrong with it is for the contract to say.
    if (!(error instanceof AttestationProverError)) throw error
  }
  const own = Math.floor((sliced?.timestampMs ?? Number.NaN) / 1000)
  // No chain runs at times beyond these, and no document of a Nitro enclave was made then.
  const seconds = own >= 1e9 && own <= 4e9 ? own : Math.floor(nowMs / 1000)
  return { file, document, form, sliced, seconds }
}

async function verifyLocally(inputs: readonly Input[], root: NamedRoot): Promise<Outcome[]> {
  const startSeconds = Math.min(...inputs.map(({ seconds }) => seconds)) - 3600
  const anvil = await startLocalChain({ port: 0, logPath: null, startSeconds, heartbeatSeconds: 86_400 }).catch((error: Error) => {
    throw new CliError('ENDPOINT_UNREACHABLE', error.message, { cause: error, remedy: 'Or name a chain: --rpc-url with --verifier.' })
  })
  try {
    const transport = http(anvil.url, { retryCount: 0 })
    const client = createPublicClient({ chain: foundry, transport, pollingInterval: 10 })
    const local = createTestClient({ chain: foundry, mode: 'anvil', transport })
    const wallet = createWalletClient({ chain: foundry, transport, account: privateKeyToAccount(anvilPrivateKeys[0]) })
    const deployed = await deployAttestationVerifier({ wallet, client, rootHash: root.sha256, revoker: wallet.account.address })
    const base = { id: await local.snapshot() }
    /** `null` when it failed. */
    const send = async (to: Address, data: Hex, seconds: number): Promise<number | null> => {
      await local.setNextBlockTimestamp({ timestamp: BigInt(seconds) })
      const hash = await wallet.sendTransaction({ to, data, gas: gasMax })
      const receipt = await client.waitForTransactionReceipt({ hash })
      return receipt.status === 'success' ? Number(receipt.gasUsed) : null
    }
    const startAgain = async () => {
      await local.revert({ id: base.id })
      base.id = await local.snapshot()
    }

    const outcomes: Outcome[] = []
    for (const input of inputs) {
      const { document, sliced, seconds } = input
      const { hints, hintsMs } = hintsOf(input)
      const data = verifyCalldata(document, hints, 3600n)
      const blockOverrides = { time: BigInt(seconds) }
      const result = await judged(() => client.call({ to: deployed.address, data, gas: gasMax, blockOverrides }))
      if (result.refusal !== null || sliced === null) {
        outcomes.push(outcomeOf(input, result, hintsMs, null))
        continue
      }
      const cold = await send(deployed.address, data, seconds)
      const known = new Set(sliced.path.map(({ id }) => id))
      const warm = await send(deployed.address, verifyCalldata(document, hintsOf(input, known).hints, 3600n), seconds + 1)
      const statement = signatureStatement(sliced, hints[hints.length - 1] as Hex)
      const p384Signature = await send(deployed.p384.address, statement, seconds + 2)
      const hashing = sha384Input(sliced.sigStructure)
      const sha384 = await send(deployed.sha384.address, hashing, seconds + 3)
      if (cold === null || p384Signature === null || sha384 === null)
        throw new Error(`${input.file}: accepted in a call and not in a transaction`)
      const calldata = { calldataBytes: size(data), calldata: calldataGas(data) }
      const gas = { cold, warm, ...calldata, p384Signature, sha384: sha384 - 21_000 - calldataGas(hashing) }
      outcomes.push(outcomeOf(input, result, hintsMs, gas))
      await startAgain()
    }
    return outcomes
  } finally {
    await anvil.stop()
  }
}

async function verifyDeployed(
  inputs: readonly Input[],
  root: NamedRoot,
  { url, verifier, ageSeconds }: { url: string; verifier: Address; ageSeconds: bigint },
): Promise<Outcome[]> {
  const client = createPublicClient({ transport: http(url, { retryCount: 1 }) })
  await assertContract(client, verifier, '--verifier')
  const rootHash = await asked(() => client.readContract({ address: verifier, abi: nitroAttestationVerifierAbi, functionName: 'rootHash' }))
  const outcomes: Outcome[] = []
  for (const input of inputs) {
    if (rootHash !== root.sha256) {
      // A verifier that trusts somebody else may accept the document, which then means nothing to who asks.
      const message = `This verifier trusts root ${rootHash}, and not ${root.name}, ${root.sha256}.`
      outcomes.push(outcomeOf(input, { refusal: { name: 'RootMismatch', message, details: '' } }, 0, null))
      continue
    }
    const { sliced } = input
    const known = sliced === null ? new Set<Hex>() : await asked(() => readKnownCertificates({ client, verifier, sliced }))
    const { hints, hintsMs } = hintsOf(input, known)
    const data = verifyCalldata(input.document, hints, ageSeconds)
    const result = await judged(() => client.call({ to: verifier, data, gas: gasMax }))
    const estimated = result.refusal === null ? Number(await asked(() => client.estimateGas({ to: verifier, data }))) : null
    outcomes.push(outcomeOf(input, result, hintsMs, estimated === null ? null : { estimated }))
  }
  return outcomes
}

/** One hint for each signature that is valid. The others get something, for the contract to refuse at the right place. */
function hintsOf({ sliced }: Input, known: ReadonlySet<Hex> = new Set()): { hints: Hex[]; hintsMs: number } {
  if (sliced === null) return { hints: new Array(5).fill('0x01'), hintsMs: 0 }
  const startedMs = performance.now()
  const lowestKnown = sliced.path.findLastIndex(({ id }) => known.has(id))
  const hints = sliced.path.map((_, i): Hex => {
    if (i + 1 <= lowestKnown) return '0x'
    try {
      return proveSignature(sliced, i)
    } catch {
      return '0x01'
    }
  })
  return { hints, hintsMs: performance.now() - startedMs }
}

function verifyCalldata(document: Uint8Array, hints: readonly Hex[], ageSecondsMax: bigint): Hex {
  const args = [toHex(document), hints, ageSecondsMax, skewSecondsMax] as const
  return encodeFunctionData({ abi: nitroAttestationVerifierAbi, functionName: 'verifyAttestation', args })
}

/** As the verifier's verbs allow. */
const skewSecondsMax = 60n
/** EIP-7825. */
const gasMax = 1n << 24n

function outcomeOf(
  { file, document }: Input,
  { refusal, data }: { refusal: Refusal | null; data?: Hex | undefined },
  hintsMs: number,
  gas: Outcome['gas'],
): Outcome {
  const attestation = refusal === null && data !== undefined ? readAttestation(data) : null
  return { file, bytes: document.length, accepted: refusal === null, refusal, attestation, gas, hintsMs: Math.round(hintsMs) }
}

/** What the contract returned, not what this program could read in the document. */
function readAttestation(data: Hex) {
  const decoded = decodeFunctionResult({ abi: nitroAttestationVerifierAbi, functionName: 'verifyAttestation', data })
  const indices = Array.from({ length: 32 }, (_, i) => i).filter((i) => (decoded.pcrMask >>> i) & 1)
  return {
    moduleIdHash: decoded.moduleIdHash,
    timestampMs: Number(decoded.timestampMs),
    timestamp: new Date(Number(decoded.timestampMs)).toISOString(),
    pcrs: Object.fromEntries(indices.map((index, i) => [index, slice(decoded.pcrs, 48 * i, 48 * i + 48)])),
    publicKey: decoded.publicKey,
    userData: decoded.userData,
    nonce: decoded.nonce,
  }
}

function outcomeSection({ file, bytes, refusal, attestation, gas, hintsMs }: Outcome): Section {
  const rows: [string, string][] = [['verdict', refusal === null ? 'accepted' : `refused: ${refusal.name}`]]
  if (refusal !== null)
    rows.push(['why', refusal.message], ...(refusal.details === '' ? [] : [['details', refusal.details] as [string, string]]))
  if (attestation !== null) {
    rows.push(['module id hash', attestation.moduleIdHash], ['time', `${attestation.timestamp} (${attestation.timestampMs} ms)`])
    const zero: string[] = []
    for (const [index, value] of Object.entries(attestation.pcrs)) value === zeroPcr ? zero.push(index) : rows.push([`PCR${index}`, value])
    if (zero.length > 0) rows.push(['PCRs zero', zero.join(', ')])
    for (const [label, value] of [
      ['public_key', attestation.publicKey],
      ['user_data', attestation.userData],
      ['nonce', attestation.nonce],
    ] as const)
      rows.push([
        label,
        value === '0x'
          ? 'none'
          : `${slice(value, 0, Math.min(size(value), 80))}${size(value) > 80 ? '…' : ''} (${formatBytes(size(value))})`,
      ])
  }
  if (gas !== null && 'cold' in gas)
    rows.push(
      ['gas, nothing cached', `${count(gas.cold)} (one transaction)`],
      ['gas, all cached', gas.warm === null ? 'not measured: the leaf ends with this second' : count(gas.warm)],
      ['  calldata', `${count(gas.calldata)} for ${formatBytes(gas.calldataBytes)}, of the first`],
      ['  one P-384 signature', `${count(gas.p384Signature)}, alone in a transaction`],
      ['  SHA-384', `${count(gas.sha384)}, of what the document's signature signs`],
    )
  if (gas !== null && 'estimated' in gas) rows.push(['gas', `${count(gas.estimated)}, as the node estimates it with what is cached now`])
  if (refusal === null) rows.push(['hints', formatMs(hintsMs)])
  return { title: `${file}: ${formatBytes(bytes)}`, rows }
}

// ------------------------------------------------------------------ register

async function register(file: string, options: RegisterOptions, terminal: Terminal, environment: Environment): Promise<Report> {
  const url = parseUrl(options.rpcUrl)
  const registry = parseAddress('--registry', options.registry)
  const account = readAccount(options, environment)
  if (options.yes === true && account === null)
    throw usage('--yes without an account to pay from', 'Give --private-key-file FILE, or set NACRE_PRIVATE_KEY.')
  if ((options.route === 'verifier-enclave') !== (options.verifierUrl !== undefined))
    throw usage('--route verifier-enclave and --verifier-url go together', 'Leave both out to have the chain verify the document.')
  const verifierUrl = options.verifierUrl === undefined ? null : parseEndpointUrl(options.verifierUrl)
  const { attestation: document } = decodeAttestationFile(readInput(file, attestationFileBytesMax), file)

  const client = createPublicClient({ transport: http(url, { retryCount: 1 }), pollingInterval: 500 })
  const chainId = await asked(() => client.getChainId())
  await assertContract(client, registry, '--registry')
  const title = `${file}: registration at ${registry} on chain ${chainId}`
  const common = { title, checks: [], notes: [] }
  const data = { source: file, registry, chainId }

  const readPlan = async (): Promise<{ plan: RegistrationPlan; isActive: boolean }> => {
    if (verifierUrl !== null) {
      const signed = await askVerifierEnclave({ url: verifierUrl, document, chainId, registry })
      return { plan: prepareVerifiedRegistration({ ...signed, registry }), isActive: false }
    }
    const state = await readChainState({ client, registry, document })
    return { plan: prepareRegistration({ document, state }), isActive: state.keyStatus === 1 }
  }
  const refused = (
    { code, message, final, details = '' }: { code: string; message: string; final: boolean | null; details?: string },
    more = {},
  ): Report => {
    const rows: [string, string][] = [['why', message]]
    if (details !== '') rows.push(['details', details])
    if (final !== null)
      rows.push([
        'again',
        final ? 'never with documents of this enclave as it runs now' : 'once that has changed, or with a newer document',
      ])
    const error = { code, message, final }
    return {
      ok: false,
      ...common,
      verdict: `Refused: ${code}`,
      sections: [{ title: 'Registration', rows }],
      data: { ...data, error, ...more },
    }
  }
  const isKeyActive = (key: Address) =>
    asked(() => client.readContract({ address: registry, abi: enclaveRegistryAbi, functionName: 'isKeyActive', args: [key] }))
  let first: Awaited<ReturnType<typeof readPlan>>
  try {
    first = await asked(readPlan)
  } catch (error) {
    if (error instanceof VerifierRefusal) return refused({ ...error.refusal, final: null })
    if (!(error instanceof AttestationProverError)) throw error
    return refused({ code: error.code, message: `${error.message}.`, final: null })
  }
  const { plan, isActive } = first
  if (plan.kind === 'refused') return refused({ ...plan, message: `${plan.message}.` }, { key: plan.key })
  if (plan.kind === 'current') {
    const verdict = isActive
      ? 'Nothing to do: the key is Active by this document or a newer one.'
      : 'Refused: NOT_NEWER. The registration by this document or a newer one has expired; have the enclave make a new document.'
    return { ok: isActive, ...common, verdict, sections: [], data: { ...data, key: plan.key, kind: 'current', active: isActive } }
  }

  const [gasPrice, balance] = await asked(async () =>
    Promise.all([client.getGasPrice(), account === null ? null : client.getBalance({ address: account.address })]),
  )
  const planned = { kind: 'register', key: plan.key, plan: planData(plan, gasPrice), from: account?.address ?? null }
  const planSection = { title: 'Plan', rows: planRows(plan, gasPrice, account, balance) }
  /** A transaction that would fail costs nothing when it is not sent. */
  const refusalOf = async ({ to, data, gas }: PreparedTransaction) =>
    (await judged(() => client.call({ to, data, gas, ...(account === null ? {} : { account: account.address }) }))).refusal

  const refusal = await refusalOf(plan.transactions[0] as PreparedTransaction)
  if (refusal?.name === 'RegistrationNotNewer' && verifierUrl !== null && (await isKeyActive(plan.key))) {
    const verdict = 'Nothing to do: the key is Active by this document or a newer one.'
    return { ok: true, ...common, verdict, sections: [], data: { ...data, key: plan.key, kind: 'current', active: true } }
  }
  if (refusal !== null) return refused({ ...refusal, code: refusal.name, final: null }, planned)
  if (options.yes !== true || account === null)
    return {
      ok: true,
      ...common,
      verdict: `Dry run: ${transactionCount(plan)} would register key ${plan.key}. Nothing was sent; add --yes to send.`,
      sections: [planSection],
      data: { ...data, ...planned, sent: false, transactions: [] },
    }

  if (options.json !== true)
    terminal.stdout(
      `${toText({ ok: true, ...common, verdict: `Sending ${transactionCount(plan)}.`, sections: [planSection], data: {} }, terminal.colour)}\n`,
    )
  const chain = { id: chainId, name: `chain ${chainId}`, nativeCurrency: foundry.nativeCurrency, rpcUrls: { default: { http: [url] } } }
  const wallet = createWalletClient({ account, chain, transport: http(url, { retryCount: 1 }) })
  const transactions: { purpose: string; hash: Hex; gasUsed: number; status: string }[] = []
  let paid = 0n
  let failure: Refusal | null = null
  for (const transaction of plan.transactions) {
    failure = transactions.length === 0 ? null : await refusalOf(transaction)
    if (failure !== null) break
    const { purpose, to, data, gas } = transaction
    const hash = await asked(() => wallet.sendTransaction({ to, data, gas }))
    const receipt = await asked(
      () => client.waitForTransactionReceipt({ hash }),
      `Transaction ${hash} was sent; whether it was mined is not known. `,
    )
    transactions.push({ purpose, hash, gasUsed: Number(receipt.gasUsed), status: receipt.status })
    paid += receipt.gasUsed * receipt.effectiveGasPrice
    if (receipt.status === 'success') continue
    failure = (await refusalOf(transaction)) ?? {
      name: 'TRANSACTION_FAILED',
      message: 'It failed and would not fail now: try again.',
      details: '',
    }
    break
  }
  const active = await isKeyActive(plan.key)
  const sent = { ...planned, sent: true, transactions, paidWei: paid, active }
  // Whoever sees a document may hand it in first: then ours is refused as not newer, and the key is registered as we wanted.
  const byAnother = active && failure?.name === 'RegistrationNotNewer'
  if (failure !== null && !byAnother) return refused({ ...failure, code: failure.name, final: null }, sent)
  if (!active)
    return refused({ code: 'KEY_NOT_ACTIVE', message: 'The transactions succeeded but the key is not Active.', final: null }, sent)
  const rows = transactions.map(({ purpose, hash, gasUsed, status }): [string, string] => [
    purpose,
    `${hash}, ${count(gasUsed)} gas, ${status}`,
  ])
  return {
    ok: true,
    ...common,
    verdict: byAnother
      ? `Key ${plan.key} is Active: somebody else handed in the document first.`
      : `Registered: key ${plan.key} is Active.`,
    sections: [{ title: 'Sent', rows: [...rows, ['paid', `${formatEther(paid)} ETH`]] }],
    data: { ...data, ...sent },
  }
}

type Registration = Extract<RegistrationPlan, { kind: 'register' }>

/** The verifier enclave's own no, in its words. */
class VerifierRefusal extends Error {
  readonly refusal: { code: string; message: string }
  constructor(refusal: { code: string; message: string }) {
    super(refusal.message)
    this.refusal = refusal
  }
}

/**
 * Asks a verifier enclave about a document. Who answers is not verified here: the registry takes nothing that an attested verifier did not sign, and a call asks it before anything is paid.
 *
 * @throws `ENDPOINT_UNREACHABLE`, `ENDPOINT_REFUSED`, {@link VerifierRefusal}
 */
async function askVerifierEnclave(parameters: { url: URL; document: Uint8Array; chainId: number; registry: Address }) {
  const { url, document, chainId, registry } = parameters
  const endpoint = openHttpEndpoint(url)
  const path = `/v1/attestation/verify?chain_id=${chainId}&verifying_contract=${registry}`
  const headers = { 'content-type': 'application/cbor' }
  try {
    const { status, body } = await endpoint.send({ method: 'POST', path, headers, body: document, answerBytesMax: 16 * 1024 })
    let answer: { [name: string]: unknown } = {}
    try {
      answer = Object(JSON.parse(new TextDecoder().decode(body)))
    } catch {
      // Said below.
    }
    if (status === 422 && answer.code === 'DOCUMENT_REFUSED')
      throw new VerifierRefusal({ code: 'DOCUMENT_REFUSED', message: printable(answer.error) })
    const verification = enclaveVerificationFromJson(answer.verification)
    const { signature } = answer
    if (status !== 200 || verification === null || !isHex(signature, 65))
      throw new CliError(
        'ENDPOINT_REFUSED',
        `The verifier enclave answered ${status}${answer.code === undefined ? '' : `, ${printable(answer.code)}`}`,
        {
          remedy: 'Is it an enclave that was started with --verify-root?',
        },
      )
    if (verification.documentHash !== `0x${createHash('sha256').update(document).digest('hex')}`)
      throw new CliError('ENDPOINT_REFUSED', 'The verifier enclave answered about another document', { remedy: 'Ask another one.' })
    return { verification, signature }
  } finally {
    endpoint.close()
  }
}

/** Text from outside, for one line of a terminal. */
const printable = (text: unknown) =>
  String(typeof text === 'string' ? text : '')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 300)

function planRows(
  plan: Registration,
  gasPrice: bigint,
  account: LocalAccount | null,
  balance: bigint | null,
): [label: string, value: string][] {
  return [
    ['key', plan.key],
    ...plan.transactions.map(({ purpose, to, data, gas }, i): [string, string] => [
      `${i + 1}. ${purpose}`,
      `to ${to}, ${formatBytes(size(data))} of calldata, at most ${count(gas)} gas`,
    ]),
    ['gas', `at most ${count(plan.gas)}`],
    ['cost', `at most ${formatEther(plan.gas * gasPrice)} ETH, at ${formatGwei(gasPrice)} gwei as now`],
    ['from', account === null ? 'no account given' : `${account.address}, which has ${formatEther(balance ?? 0n)} ETH`],
  ]
}

function planData(plan: Registration, gasPrice: bigint) {
  return {
    transactions: plan.transactions.map(({ purpose, to, data, gas }) => ({ purpose, to, gas: Number(gas), calldataBytes: size(data) })),
    gas: Number(plan.gas),
    gasPriceWei: gasPrice,
    costWei: plan.gas * gasPrice,
  }
}

const transactionCount = ({ transactions }: Registration) =>
  transactions.length === 1 ? 'one transaction' : `${transactions.length} transactions`
const count = (value: number | bigint) => value.toLocaleString('en-US')

/** Nothing of the key goes into a message, not even of one that is malformed. @throws `USAGE`, `INPUT_UNREADABLE` */
export function readAccount({ privateKeyFile }: { privateKeyFile?: string }, environment: Environment): LocalAccount | null {
  const text =
    privateKeyFile === undefined ? environment.NACRE_PRIVATE_KEY : Buffer.from(readInput(privateKeyFile, 1024)).toString('latin1')
  if (text === undefined || text === '') return null
  const source = privateKeyFile ?? 'NACRE_PRIVATE_KEY'
  const digits = /^\s*(?:0x)?([0-9a-f]{64})\s*$/i.exec(text)?.[1]
  try {
    if (digits !== undefined) return privateKeyToAccount(`0x${digits}`)
  } catch {
    // Zero, or beyond the order of the group. The library's error may name the value.
  }
  throw new CliError('INPUT_UNREADABLE', `${source} does not hold a private key`, {
    remedy: 'A key is 64 hexadecimal digits and nothing else.',
  })
}

// ------------------------------------------------------------------ chains

function parseUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) throw usage('--rpc-url is not an http or https URL')
  return text
}

async function assertContract(client: PublicClient, address: Address, option: string): Promise<void> {
  const code = await asked(() => client.getCode({ address }))
  if (code === undefined || code === '0x') throw usage(`${option} ${address} is not a contract on this chain`)
}

/** Every answer that is no verdict. Only the short message is repeated: the long one holds the URL, and URLs hold the keys of nodes. @throws `ENDPOINT_REFUSED`, `ENDPOINT_UNREACHABLE` */
async function asked<value>(ask: () => Promise<value>, before = ''): Promise<value> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof BaseError)) throw error
    const isUnreachable = error.walk((cause) => cause instanceof BaseError && /^(HttpRequest|Timeout)Error$/.test(cause.name)) !== null
    throw new CliError(isUnreachable ? 'ENDPOINT_UNREACHABLE' : 'ENDPOINT_REFUSED', `${before}${error.shortMessage}`, {
      remedy: 'Check --rpc-url, the address, and that both belong to the same chain.',
    })
  }
}

/** A call whose revert is a verdict. */
async function judged(call: () => Promise<{ data?: Hex | undefined }>): Promise<{ refusal: Refusal | null; data?: Hex | undefined }> {
  try {
    return { refusal: null, data: (await call()).data }
  } catch (error) {
    const refusal = error instanceof BaseError ? refusalIn(error) : null
    if (refusal !== null) return { refusal }
    return asked(() => Promise.reject(error))
  }
}

function refusalIn(error: BaseError): Refusal | null {
  const raw = error.walk((cause) => /^0x[0-9a-f]{8}/i.test(String((cause as { data?: unknown }).data))) as { data?: Hex } | null
  if (raw?.data === undefined) {
    const reverted = error.walk((cause) => cause instanceof ExecutionRevertedError) !== null
    return reverted ? { name: 'reverted', message: 'The contract refused without a reason. Is the address right?', details: '' } : null
  }
  try {
    const { abiItem, args, errorName } = decodeErrorResult({ abi: registrationAbi, data: raw.data })
    const inputs = 'inputs' in abiItem ? abiItem.inputs : []
    const details = inputs
      .map(({ name }, i) => `${name} ${describeArgument(name, (args as readonly unknown[] | undefined)?.[i])}`)
      .join(', ')
    return { name: errorName, message: sentences[errorName] ?? 'The contract refused.', details }
  } catch {
    return {
      name: raw.data.slice(0, 10),
      message: 'The contract refused with an error that is not one of ours. Is the address right?',
      details: '',
    }
  }
}

/** `what` and `field` are words in 32 bytes. */
function describeArgument(name: string | undefined, value: unknown): string {
  if ((name === 'what' || name === 'field') && typeof value === 'string') return `"${hexToString(value as Hex, { size: 32 })}"`
  return String(value)
}

const sentences: { readonly [name: string]: string } = {
  CborMalformed: 'The bytes are not CBOR in its one strict form.',
  CoseMalformed: 'The envelope is not that of an attestation document.',
  AttestationMalformed: 'A field of the document is missing, unknown, of another type or out of its bounds.',
  AttestationNitroTpm: 'It is a document of an EC2 instance with NitroTPM, not of an enclave.',
  CertificateMalformed: 'A certificate is not of the profile that AWS uses.',
  RootMismatch: "The first certificate is not the root that the verifier trusts: another authority's document, or a forged one.",
  CertificateChainInvalid: 'A certificate may not stand where it stands in the path.',
  CertificateSignatureInvalid: "A certificate was not signed by its issuer's key.",
  CertificateNotInValidity: 'A certificate of the path is not valid at the time of the block.',
  CertificateRevoked: 'A certificate of the path was revoked.',
  CoseSignatureInvalid: "The document was not signed by the leaf certificate's key: somebody changed it, or never had that key.",
  HintsCount: 'The number of hints does not fit the path: the document is malformed.',
  HintsMissing: 'The cache forgot a certificate since the hints were prepared: try again.',
  AttestationStale: 'The document is too old. Have the enclave make a new one.',
  AttestationFromFuture: "The document lies in the chain's future: one of two clocks is off.",
  DebugEnclave: 'The enclave runs in debug mode, where its host reads its memory.',
  Sha384Failed: 'Hashing ran out of gas.',
  ImageNotApproved: "The registry's owner has not approved this image, or revoked it.",
  ModelsNotApproved: "The registry's owner has not approved these models, or revoked them.",
  AttestationInFuture: "The document lies in the chain's future: one of two clocks is off.",
  AttestationTooOld: 'The document is too old to vouch for a key. Have the enclave make a new one.',
  ApprovalExpired: 'The registration would be over before it began. Have the enclave make a new document.',
  KeyIsRevoked: 'The key was revoked and never comes back. Restart the enclave, which draws a new one.',
  KeyBindingMismatch: 'The key is registered for other code or models: it may have left its enclave.',
  RegistrationNotNewer: 'A registration as new as this document, or newer, is in force.',
  RegistrationOutweighed: 'The key is active by a route that weighs more: renew it by that one.',
  SignerNotAttested: 'The verifier enclave is not registered by its own document, or not any more: register it first.',
  VerifierImageNotApproved: "The registry's owner has not approved the verifier enclave's image for vouching, or revoked it.",
  VerificationRootMismatch: 'The verifier enclave was started with another root than the one that this registry trusts.',
  RouteIsClosed: 'The registry was deployed without a verifier of documents, or its owner closed the route for good.',
  AttestationKeyMalformed: "The document's public_key is not a receipt key: it was made for another purpose.",
  AttestationPurposeMismatch: "The document's user_data does not say that it was made for a keyset.",
}
