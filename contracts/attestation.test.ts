import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import {
  type Address,
  type BaseError,
  createPublicClient,
  createTestClient,
  createWalletClient,
  decodeErrorResult,
  decodeEventLog,
  encodeFunctionData,
  type Hex,
  http,
  toFunctionSelector,
  toHex,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Anvil, anvilPrivateKeys, startAnvil } from './anvil.ts'
import { imageIdOf, modelsIdOf } from './approval.ts'
import { type AttestationDeployment, awsRootHash, deployAttestationVerifier } from './attestation-deploy.ts'
import { measureAttestationGas, vectorDocument, vectorEnclave } from './attestation-gas.ts'
import { type ChainState, prepareRegistration, proveDocument, readChainState, sliceDocument } from './attestation-prover.ts'
import { initCode } from './codegen/assembler.ts'
import { deployRegistry } from './deploy.ts'
import { enclaveRegistryAbi } from './generated/EnclaveRegistry.ts'
import { nitroAttestationVerifierAbi, nitroAttestationVerifierBytecode } from './generated/NitroAttestationVerifier.ts'
import { keyOf, makeChain, makeDocument, name, negateS, now, pcrOf } from './vectors/nitro.ts'

// Everything here runs on the generated code for SHA-384 and P-384, as deployed; the rules one by one are forge tests.

const account = privateKeyToAccount(anvilPrivateKeys[0])
const vectorsUrl = new URL('../../shared/vectors/nitro/', import.meta.url)
const root = makeChain().cabundle[0] as Uint8Array
const rootHash = toHex(createHash('sha256').update(root).digest())
const abi = nitroAttestationVerifierAbi

let anvil: Anvil
let deployment: AttestationDeployment
let registry: Address
let snapshot: Hex

const clientsOf = (url: string) => {
  const transport = http(url, { retryCount: 0 })
  return {
    client: createPublicClient({ chain: foundry, transport, pollingInterval: 10 }),
    wallet: createWalletClient({ chain: foundry, transport, account }),
    local: createTestClient({ chain: foundry, mode: 'anvil', transport }),
  }
}
let clients: ReturnType<typeof clientsOf>

const mined = async (hash: Hex) => clients.client.waitForTransactionReceipt({ hash })
const owner = async (functionName: 'approveImage' | 'approveModels', args: readonly Hex[]) =>
  mined(await clients.wallet.writeContract({ address: registry, abi: enclaveRegistryAbi, functionName, args: args as never }))

beforeAll(async () => {
  anvil = await startAnvil({ startSeconds: now - 1000, heartbeatSeconds: 1, gasLimitPerTransaction: true })
  clients = clientsOf(anvil.url)
  deployment = await deployAttestationVerifier({ ...clients, rootHash, revoker: account.address })
  registry = (await deployRegistry({ ...clients, owner: account.address, verifier: deployment.address })).address
  await clients.local.setNextBlockTimestamp({ timestamp: BigInt(now) })
  await clients.local.mine({ blocks: 1 })
  snapshot = await clients.local.snapshot()
})
afterAll(() => anvil?.stop())
beforeEach(async () => {
  await clients.local.revert({ id: snapshot })
  snapshot = await clients.local.snapshot()
})

/** The name of the error with which a call reverts, or `accepted`. */
async function verdict(to: Address, data: Hex, seconds?: number, client = clients.client): Promise<string> {
  try {
    await client.call({ to, data, gas: 1n << 24n, ...(seconds === undefined ? {} : { blockOverrides: { time: BigInt(seconds) } }) })
    return 'accepted'
  } catch (error) {
    const raw = (error as BaseError).walk((cause) => typeof (cause as { data?: unknown }).data === 'string') as { data?: Hex } | null
    if (raw?.data === undefined || raw.data === '0x') throw error
    return decodeErrorResult({ abi, data: raw.data }).errorName
  }
}
const verifyData = (document: Uint8Array, hints: readonly Hex[]) =>
  encodeFunctionData({ abi, functionName: 'verifyAttestation', args: [toHex(document), hints, 3600n, 60n] })

const approveAll = async () => {
  await owner(
    'approveImage',
    [pcrOf('0'), pcrOf('1'), pcrOf('2')].map((pcr) => toHex(pcr)),
  )
  await owner('approveModels', [toHex(pcrOf('16'))])
}

const run = async (document: Uint8Array) => {
  const state = await readChainState({ client: clients.client, registry, document })
  const plan = prepareRegistration({ document, state })
  if (plan.kind !== 'register') return { plan, receipts: [] }
  const receipts = []
  for (const { to, data, gas } of plan.transactions) receipts.push(await mined(await clients.wallet.sendTransaction({ to, data, gas })))
  return { plan, receipts }
}

describe('registration by document', () => {
  test('cold, then with everything known, each in one transaction and within the gas announced', async () => {
    await approveAll()
    const document = vectorDocument()
    const first = await run(document)
    expect(first.plan.kind).toBe('register')
    expect(first.receipts.map(({ status }) => status)).toEqual(['success'])
    const [cold] = first.receipts
    if (first.plan.kind !== 'register' || cold === undefined) throw new Error('unreachable')
    expect(cold.gasUsed).toBeLessThan(first.plan.gas)
    expect(Number(first.plan.gas - cold.gasUsed) / Number(cold.gasUsed)).toBeLessThan(0.25)
    const names = cold.logs.map(
      (log) => decodeEventLog({ abi: [...abi, ...enclaveRegistryAbi], data: log.data, topics: log.topics }).eventName,
    )
    expect(names).toEqual([...new Array(4).fill('CertificateVerified'), 'KeyRegistered', 'EnclaveAttested'])
    const atRegistry = { address: registry, abi: enclaveRegistryAbi } as const
    expect(await clients.client.readContract({ ...atRegistry, functionName: 'isKeyActive', args: [first.plan.key] })).toBe(true)

    // Half an hour later the same enclave renews under the same leaf.
    await clients.local.setNextBlockTimestamp({ timestamp: BigInt(now + 1800) })
    await clients.local.mine({ blocks: 1 })
    const renewal = await run(makeDocument({ timestampMs: (now + 1800) * 1000 }))
    expect(renewal.receipts.map(({ status }) => status)).toEqual(['success'])
    expect(renewal.receipts[0]?.gasUsed).toBeLessThan(cold.gasUsed / 2n)
    expect((await run(document)).plan.kind).toBe('current')
  })

  test('says before sending what the registry would refuse, and whether that is final', async () => {
    const document = vectorDocument()
    const outcome = async () => {
      const { plan } = await run(document)
      return plan.kind === 'refused' ? [plan.code, plan.final] : plan.kind
    }
    expect(await outcome()).toEqual(['IMAGE_NOT_APPROVED', false])
    await owner(
      'approveImage',
      [pcrOf('0'), pcrOf('1'), pcrOf('2')].map((pcr) => toHex(pcr)),
    )
    expect(await outcome()).toEqual(['MODELS_NOT_APPROVED', false])
    await owner('approveModels', [toHex(pcrOf('16'))])
    const state = await readChainState({ client: clients.client, registry, document })
    const withState = (change: Partial<ChainState>) => {
      const plan = prepareRegistration({ document, state: { ...state, ...change } })
      return plan.kind === 'refused' ? [plan.code, plan.final] : plan.kind
    }
    expect(withState({})).toBe('register')
    expect(withState({ rootHash: awsRootHash })).toEqual(['ROOT_MISMATCH', true])
    expect(withState({ keyStatus: 2 })).toEqual(['KEY_REVOKED', true])
    expect(withState({ keyStatus: 2, route: 2 })).toEqual(['KEY_REVOKED', true])
    // Perhaps only an image that an approver named.
    expect(withState({ keyStatus: 2, route: 1 })).toEqual(['KEY_REVOKED', false])
    const other = toHex(new Uint8Array(32).fill(1))
    expect(withState({ keyStatus: 1, route: 2, imageId: other })).toEqual(['KEY_BOUND_ELSEWHERE', true])
    expect(withState({ keyStatus: 3, route: 2, modelsId: other })).toEqual(['KEY_BOUND_ELSEWHERE', true])
    // A document outweighs an approver's or a verifier enclave's word.
    expect(withState({ keyStatus: 1, route: 1, imageId: other })).toBe('register')
    expect(withState({ keyStatus: 1, route: 3, attestedAtSeconds: BigInt(now) })).toBe('register')
    // Unknown: the word of an approver who was revoked binds nothing.
    expect(withState({ keyStatus: 0, route: 1, imageId: other, attestedAtSeconds: BigInt(now) })).toBe('register')
    expect(withState({ imageStatus: 2 })).toEqual(['IMAGE_REVOKED', true])
    expect(withState({ modelsStatus: 2 })).toEqual(['MODELS_REVOKED', true])
    const pcrs = { pcr0: toHex(pcrOf('0')), pcr1: toHex(pcrOf('1')), pcr2: toHex(pcrOf('2')) }
    const mine = { keyStatus: 3, route: 2, imageId: imageIdOf(pcrs), modelsId: modelsIdOf(toHex(pcrOf('16'))) }
    expect(withState({ ...mine, attestedAtSeconds: BigInt(now - 30) })).toBe('current')
    expect(withState({ ...mine, attestedAtSeconds: BigInt(now - 31) })).toBe('register')
  })

  test('a revoked certificate is named before anything is sent, and refused on chain', async () => {
    await approveAll()
    const document = vectorDocument()
    const serial = toHex(createHash('sha256').update('a zone').digest().subarray(0, 16))
    await mined(
      await clients.wallet.writeContract({
        address: deployment.address,
        abi,
        functionName: 'revokeBySerial',
        args: [toHex(name('a region')), serial],
      }),
    )
    const { plan } = await run(document)
    expect(plan).toMatchObject({ kind: 'refused', code: 'CERTIFICATE_REVOKED', final: false })
    expect(await verdict(deployment.address, verifyData(document, proveDocument(sliceDocument(document))))).toBe('CertificateRevoked')
  })

  test('a closed route is named before anything is sent', async () => {
    await mined(await clients.wallet.writeContract({ address: registry, abi: enclaveRegistryAbi, functionName: 'closeRoute', args: [2] }))
    await expect(readChainState({ client: clients.client, registry, document: vectorDocument() })).rejects.toMatchObject({
      code: 'ROUTE_CLOSED',
    })
  })

  test('goes in two transactions when the path is too long for one', async () => {
    await approveAll()
    const { plan, receipts } = await run(makeDocument({ chain: makeChain({ depth: 10 }) }))
    // Its root is the registry's; below it stand nine authorities instead of three.
    if (plan.kind !== 'register') throw new Error(`expected a plan, received ${JSON.stringify(plan)}`)
    expect(plan.transactions.map(({ purpose }) => purpose)).toEqual(['cache certificates', 'register enclave'])
    expect(receipts.map(({ status }) => status)).toEqual(['success', 'success'])
    for (const receipt of receipts) expect(receipt.gasUsed).toBeLessThan(1n << 24n)
  })

  test('refuses what is no document, and signatures that are not valid', () => {
    const document = vectorDocument()
    const state = {} as ChainState
    const code = (bytes: Uint8Array) => {
      try {
        sliceDocument(bytes)
        proveDocument(sliceDocument(bytes))
        return 'proved'
      } catch (error) {
        return (error as { code?: string }).code
      }
    }
    expect(code(document)).toBe('proved')
    expect(code(new Uint8Array(0))).toBe('DOCUMENT_MALFORMED')
    expect(code(document.subarray(0, 2000))).toBe('DOCUMENT_MALFORMED')
    expect(code(document.with(document.length - 1, (document.at(-1) as number) ^ 1))).toBe('SIGNATURE_INVALID')
    expect(code(makeDocument({ chain: makeChain({ certificates: { 2: { signer: keyOf('stranger') } } }) }))).toBe('SIGNATURE_INVALID')
    expect(() => prepareRegistration({ document: makeDocument({ fields: (fields) => void fields.delete('public_key') }), state })).toThrow(
      'public_key',
    )
  })
})

describe('on the generated code', () => {
  test('a document is accepted, with either half of s and with tag 18, and not once a byte is changed', async () => {
    const document = vectorDocument()
    const hints = proveDocument(sliceDocument(document))
    expect(await verdict(deployment.address, verifyData(document, hints))).toBe('accepted')
    expect(await verdict(deployment.address, verifyData(Uint8Array.from([0xd2, ...document]), hints))).toBe('accepted')
    const twin = makeDocument({ signature: negateS })
    expect(await verdict(deployment.address, verifyData(twin, proveDocument(sliceDocument(twin))))).toBe('accepted')
    const changed = Buffer.from(document).with(Buffer.from(document).indexOf('public_key') + 20, 0)
    expect(await verdict(deployment.address, verifyData(changed, hints))).toBe('CoseSignatureInvalid')
  })

  test('every hint counts: changed anywhere, cut, lengthened, empty, or those of another signature', async () => {
    const document = vectorDocument()
    const hints = proveDocument(sliceDocument(document))
    const replaced = (index: number, hint: Hex) => hints.map((one, i) => (i === index ? hint : one))
    const refused = async (index: number, hint: Hex) =>
      expect(await verdict(deployment.address, verifyData(document, replaced(index, hint)))).toBe(
        hint === '0x' && index < 4 ? 'HintsMissing' : index < 4 ? 'CertificateSignatureInvalid' : 'CoseSignatureInvalid',
      )
    for (let index = 0; index < hints.length; index++) {
      const hint = Buffer.from((hints[index] as Hex).slice(2), 'hex')
      for (const place of [0, 47, 48, 49, 50, 433, 818, 5000, hint.length - 1])
        await refused(index, toHex(hint.with(place, (hint[place] as number) ^ 1)))
      await refused(index, toHex(hint.subarray(0, -1)))
      await refused(index, toHex(Buffer.concat([hint, Buffer.of(0)])))
      await refused(index, '0x')
      await refused(index, hints[(index + 1) % hints.length] as Hex)
    }
  })

  test('other code is refused at deployment: a hash, a curve, or a table of the deployer’s own', async () => {
    const { sha384, p384 } = deployment
    const codeHashMismatch = toFunctionSelector('CodeHashMismatch(address,bytes32,bytes32)')
    const deploy = (parameters: { sha384: Address; p384: Address }) =>
      clients.wallet
        .deployContract({
          abi,
          bytecode: nitroAttestationVerifierBytecode,
          args: [rootHash, account.address, parameters.sha384, parameters.p384],
        })
        .then(mined)
    expect((await deploy({ sha384: sha384.address, p384: p384.address })).status).toBe('success')
    for (const wrong of [
      { sha384: p384.address, p384: p384.address },
      { sha384: sha384.address, p384: sha384.address },
      { sha384: sha384.address, p384: account.address },
      { sha384: account.address, p384: p384.address },
    ])
      await expect(deploy(wrong)).rejects.toThrow(codeHashMismatch)

    // The curve's code with other tables, deployed without its own constructor that would have refused them.
    const runtime = Buffer.from(((await clients.client.getCode({ address: p384.address })) as Hex).slice(2), 'hex')
    const word = Buffer.from(deployment.tables[0].address.slice(2).padStart(64, '0'), 'hex')
    const at = runtime.indexOf(word)
    expect(at).toBeGreaterThan(0)
    Buffer.from(sha384.address.slice(2).padStart(64, '0'), 'hex').copy(runtime, at)
    const { contractAddress } = await mined(await clients.wallet.sendTransaction({ data: toHex(initCode(runtime)) }))
    await expect(deploy({ sha384: sha384.address, p384: contractAddress as Address })).rejects.toThrow(codeHashMismatch)
  })
})

describe('deployment', () => {
  const onChain = (chainId: number) => ({ ...clients.client, getChainId: async () => chainId }) as typeof clients.client

  // The attack is a mistake: whoever holds a test authority's key could attest anything where there is money.
  test('another root than that of AWS stays on the local chain unless the chain is named', async () => {
    const wallet = { ...clients.wallet, sendTransaction: () => Promise.reject(new Error('sent')) } as unknown as typeof clients.wallet
    const deploy = (chainId: number, root: Hex, allowTestRootOnChain?: number) =>
      deployAttestationVerifier({
        ...{ wallet, client: onChain(chainId), rootHash: root, revoker: account.address },
        ...(allowTestRootOnChain === undefined ? {} : { allowTestRootOnChain }),
      })
    await expect(deploy(1, rootHash)).rejects.toMatchObject({ code: 'TEST_ROOT' })
    await expect(deploy(1, rootHash, 8453)).rejects.toMatchObject({ code: 'TEST_ROOT' })
    await expect(deploy(1, rootHash, 1)).rejects.toThrow('sent')
    await expect(deploy(1, awsRootHash)).rejects.toThrow('sent')
    await expect(deploy(31337, rootHash)).rejects.toThrow('sent')
  })

  test('a chain that computes otherwise gets no verifier', async () => {
    const call = (async ({ to, data }: { to: Address; data: Hex }) => {
      const answer = await clients.client.call({ to, data, gas: 1n << 24n })
      // As without MODEXP: nothing is ever valid.
      return answer.data === toHex(1, { size: 32 }) ? { data: toHex(0, { size: 32 }) } : answer
    }) as unknown as typeof clients.client.call
    const client = { ...clients.client, call } as typeof clients.client
    const deploying = deployAttestationVerifier({ wallet: clients.wallet, client, rootHash, revoker: account.address })
    await expect(deploying).rejects.toMatchObject({ code: 'CHAIN_UNFIT' })
  })
})

type Vector = { file: string; kind: string; summary: { timestamp_ms: number | null; debug_mode_pcr012_zero: boolean | null } }

describe.skipIf(!existsSync(vectorsUrl))('published documents (skipped without ../shared/vectors)', () => {
  test('all 42 of AWS get their verdict at their own time, and the 4 others are refused', async () => {
    const { address } = await deployAttestationVerifier({ ...clients, rootHash: awsRootHash, revoker: account.address })
    expect(await clients.client.readContract({ address, abi, functionName: 'isAwsRoot' })).toBe(true)
    const vectors = JSON.parse(readFileSync(new URL('index.json', vectorsUrl), 'utf8')) as Vector[]
    const counts: Record<string, number> = {}
    for (const { file, kind, summary } of vectors) {
      const document = Uint8Array.from(readFileSync(new URL(file, vectorsUrl)))
      const seconds = Math.floor((summary.timestamp_ms ?? now * 1000) / 1000)
      let hints: Hex[] = new Array(5).fill('0x01')
      try {
        hints = proveDocument(sliceDocument(document))
      } catch {
        expect(kind, file).toBe('not-real')
      }
      const code = await verdict(address, verifyData(document, hints), seconds)
      if (kind === 'not-real') expect(code, file).not.toBe('accepted')
      else expect(code, file).toBe(summary.debug_mode_pcr012_zero ? 'DebugEnclave' : 'accepted')
      const label = kind === 'not-real' ? kind : code
      counts[label] = (counts[label] ?? 0) + 1
    }
    expect(counts).toEqual({ accepted: 23, DebugEnclave: 19, 'not-real': 4 })
  })
})

test('gas is what the snapshot says (npm run bench:gas -- --snapshot)', async () => {
  const { hints_ms: _, ...measured } = await measureAttestationGas(vectorDocument(), vectorEnclave)
  expect(measured).toEqual(JSON.parse(readFileSync(new URL('snapshots/attestation.json', import.meta.url), 'utf8')))
})
