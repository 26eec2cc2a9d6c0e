import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { anvilPrivateKeys } from '@nacre/contracts/anvil'
import { deployCoprocessor } from '@nacre/contracts/deploy'
import { digitReaderAbi, digitReaderBytecode } from '@nacre/contracts/generated/DigitReader'
import { inferenceCoprocessorAbi } from '@nacre/contracts/generated/InferenceCoprocessor'
import type { Hex } from '@nacre/verifier/bytes'
import type { Certificate } from '@nacre/verifier/certificate'
import { decodeManifest, hashManifest } from '@nacre/verifier/manifest'
import type { Measurement } from '@nacre/verifier/policy'
import { pino } from 'pino'
import { type Address, createWalletClient, http, parseEther, parseEventLogs, parseGwei, zeroAddress } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { type Database, openEmbedded } from './coprocessor/database.ts'
import { RelayerError } from './coprocessor/errors.ts'
import { type Relayer, startRelayer } from './coprocessor/relayer.ts'
import { forgetEverything } from './coprocessor/schema.ts'
import { holdState } from './coprocessor/state-lock.ts'
import type { OnChain } from './on-chain.ts'
import type { Report } from './report.ts'
import { stateFiles } from './state.ts'

/** A contract asks, the relayer carries the request to the enclave, and the contract is called back: the part of the job where nobody but the contract acts on the answer. */
export type OnChainRequest = {
  coprocessor: Address
  reader: Address
  requestId: Hex
  digit: number
  gas: { coprocessor: bigint; request: bigint; fulfill: bigint }
}

export type OnChainRequestParameters = {
  projectRoot: string
  stateDirectory: string
  chainUrl: string
  tlsUrl: string
  onChain: OnChain
  root: Certificate
  measurement: Measurement
  /** Opened ahead, see {@link openStartDatabase}. */
  database: Promise<Database>
  report: Report
  nowMs(): number
  randomBytes(length: number): Uint8Array
  onCleanup(cleanup: () => Promise<void>): void
}

/** The relayer's memory for the length of a start. The chain begins anew each time, and so does it; what is kept are the files, because making them takes seconds. */
export async function openStartDatabase(stateDirectory: string, onCleanup: (cleanup: () => Promise<void>) => void): Promise<Database> {
  let folder = join(stateDirectory, stateFiles.startRelay)
  try {
    const hold = await holdState(folder)
    onCleanup(() => hold.release())
  } catch (error) {
    if (!(error instanceof RelayerError)) throw error
    // Another start is up, or the path is too long for a socket.
    folder = await mkdtemp(join(tmpdir(), 'nacre-relay-'))
    onCleanup(() => rm(folder, { recursive: true, force: true }))
  }
  const database = await openEmbedded(join(folder, 'database'))
  onCleanup(() => database.close())
  await forgetEverything(database)
  return database
}

export async function requestOnChain(parameters: OnChainRequestParameters): Promise<OnChainRequest> {
  const { projectRoot, stateDirectory, chainUrl, tlsUrl, onChain, root, measurement, database, report, nowMs, randomBytes, onCleanup } =
    parameters
  const folder = join(projectRoot, 'enclave/models/digits-int')
  const modelId = await hashManifest(decodeManifest(Uint8Array.from(readFileSync(join(folder, 'manifest.json')))))
  const { tensor } = JSON.parse(readFileSync(join(folder, 'samples/7.json'), 'utf8')) as { tensor: { values: number[] } }

  const { client, chainId } = onChain
  const [, visitor, operator] = anvilPrivateKeys.map((key) => privateKeyToAccount(key))
  if (visitor === undefined || operator === undefined) throw new Error('The local chain needs three accounts')
  const walletOf = (account: typeof visitor) =>
    createWalletClient({ account, chain: { ...foundry, id: chainId }, transport: http(chainUrl), pollingInterval: 50 })
  const mined = async (hash: Hex) => {
    const receipt = await client.waitForTransactionReceipt({ hash })
    if (receipt.status !== 'success') throw new Error(`Transaction ${hash} was reverted`)
    return receipt
  }

  const site = await report.step('coprocessor', async () => {
    const deployed = await deployCoprocessor({ wallet: walletOf(operator), client })
    const at = { address: deployed.address, abi: inferenceCoprocessorAbi } as const
    const offer = { open: true, baseFee: parseEther('0.001'), feePerCallbackGas: parseGwei('2') }
    await mined(
      await walletOf(operator).writeContract({ ...at, functionName: 'setOffer', args: [modelId, zeroAddress, onChain.registry, offer] }),
    )
    const policy = {
      registry: onChain.registry,
      imageId: anyApproved,
      modelsId: anyApproved,
      routes: 1 << attestationRoute,
      receiptAgeSecondsMax: 600,
    }
    const { contractAddress } = await mined(
      await walletOf(visitor).deployContract({
        abi: digitReaderAbi,
        bytecode: digitReaderBytecode,
        args: [deployed.address, operator.address, modelId, policy],
      }),
    )
    if (contractAddress == null) throw new Error('DigitReader was not deployed')
    return {
      line: `InferenceCoprocessor     ${deployed.address}, ${deployed.gasUsed} gas\nDigitReader              ${contractAddress}, asks through it`,
      value: { at, reader: contractAddress, gas: deployed.gasUsed },
    }
  })

  const relayer = await report.step('relayer', async () => {
    const log = pino({ name: 'nacre relay' }, pino.destination({ dest: join(stateDirectory, stateFiles.chainRelayLog), sync: false }))
    const relayer: Relayer = await startRelayer({
      database: await database,
      rpcUrls: [chainUrl],
      contract: site.at.address,
      chainId,
      startBlock: 0n,
      confirmations: 0,
      account: operator,
      operators: [operator.address],
      enclave: { url: tlsUrl, root, policy: { measurements: [measurement], modelIds: [modelId] }, models: ['digits-int'] },
      terms: { marginPercent: 0, tokenPrices: new Map() },
      feePerGasMax: parseGwei('100'),
      pollingMs: 200,
      nowMs,
      randomBytes,
      log: (level, event, fields) => log[level](fields, event),
    })
    onCleanup(() => relayer.stop())
    return { line: `answers for ${operator.address}, its memory in an embedded PostgreSQL`, value: relayer }
  })

  return report.step('request', async () => {
    const at = { address: site.reader, abi: digitReaderAbi } as const
    const value = await client.readContract({ ...at, functionName: 'feeFor', args: [callbackGas] })
    const asked = await mined(
      await walletOf(visitor).writeContract({ ...at, functionName: 'ask', args: [tensor.values.map(BigInt)], value }),
    )
    const [event] = parseEventLogs({ abi: inferenceCoprocessorAbi, eventName: 'InferenceRequested', logs: asked.logs })
    if (event === undefined) throw new Error('DigitReader asked nothing')
    const { requestId } = event.args
    const answered = await answerTo(requestId)
    const { gasUsed } = await mined(answered.transactionHash)
    const digit = Number(await client.readContract({ ...at, functionName: 'digitPlusOne', args: [requestId] })) - 1
    if (!answered.callbackSucceeded || digit < 0) throw new Error('DigitReader was not called back')
    return {
      line: `DigitReader asked (${asked.gasUsed} gas); the relayer saw it, had the enclave answer, verified it and brought it back\n(${gasUsed} gas with the callback): the picture shows "${digit}"`,
      value: {
        coprocessor: site.at.address,
        reader: site.reader,
        requestId,
        digit,
        gas: { coprocessor: site.gas, request: asked.gasUsed, fulfill: gasUsed },
      },
    }
  })

  async function answerTo(requestId: Hex): Promise<{ transactionHash: Hex; callbackSucceeded: boolean }> {
    const untilMs = nowMs() + answerMsMax
    while (nowMs() < untilMs) {
      const [log] = await client.getContractEvents({ ...site.at, eventName: 'InferenceFulfilled', args: { requestId }, fromBlock: 0n })
      if (log !== undefined) return { transactionHash: log.transactionHash, callbackSucceeded: log.args.callbackSucceeded === true }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    const { problems, holdsBack, sites } = await relayer.status()
    const reasons = [...problems.map(({ message }) => message), holdsBack?.message, sites[0]?.open[0]?.reason?.message]
    throw new Error(
      `The request was not answered within ${answerMsMax / 1000} s: ${reasons.filter((reason) => reason !== undefined).join('; ')}`,
    )
  }
}

/** `ANY_APPROVED` in IInferenceCoprocessor.sol: whatever the registry approves. */
const anyApproved: Hex = `0x${'ff'.repeat(32)}`
/** `ROUTE_ATTESTATION` in IEnclaveRegistry.sol. */
const attestationRoute = 2
/** What DigitReader asks for. */
const callbackGas = 100_000n
const answerMsMax = 60_000
