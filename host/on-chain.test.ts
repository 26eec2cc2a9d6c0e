import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { anvilPrivateKeys } from '@nacre/contracts/anvil'
import { prepareRegistration, readChainState } from '@nacre/contracts/attestation-prover'
import { decodeAttestation } from '@nacre/verifier/attestation'
import { decodeBundle, encodeBundle } from '@nacre/verifier/bundle'
import { fromHex, type Hex, toHex, utf8 } from '@nacre/verifier/bytes'
import { type CborMap, decodeCbor, encodeCbor } from '@nacre/verifier/cbor'
import { keysetUserData } from '@nacre/verifier/keyset'
import { receiptKeyAddress } from '@nacre/verifier/receipt'
import { verifyRegistration } from '@nacre/verifier/registration'
import { Command } from 'commander'
import { createTestClient, createWalletClient, http, parseGwei } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeAnswer, receiptAccount } from '../test/support/answer.ts'
import { testTerminal } from '../test/support/terminal.ts'
import { addBundleAdd } from './cli/bundle-add.ts'
import { createSimulatedMachine, createSimulatedRoot, type SimulatedMachine } from './hypervisor/ca.ts'
import { createNsm, pcrOf } from './hypervisor/nsm.ts'
import { type LocalChain, startLocalChain } from './local-chain.ts'
import { deployOnChain, type OnChain } from './on-chain.ts'
import { receiptsRootOf } from './registration-proof.ts'

const pcrs = [0, 1, 2].map((index) => [index, pcrOf(utf8(`measured ${index}`))] as const)
const [pcr0, pcr1, pcr2] = pcrs.map(([, value]) => toHex(value)) as [Hex, Hex, Hex]
const modelId = randomBytes(32)
const instanceId = 'i-0123456789abcdef0'
const instance = { region: 'sim-1', instanceId }

let directory: string
let machine: SimulatedMachine
let chain: LocalChain
let onChain: OnChain
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'nacre-chain-'))
  const root = await createSimulatedRoot(Date.now())
  const rootHash = toHex(createHash('sha256').update(new Uint8Array(root.certificate.rawData)).digest())
  machine = createSimulatedMachine(root, instance)
  chain = await startLocalChain({ port: 0, logPath: join(directory, 'chain.log') })
  onChain = await deployOnChain({ url: chain.url, chainId: chain.chainId, modelId: `0x${'11'.repeat(32)}`, rootHash })
  await onChain.approveMeasurements({ pcr0, pcr1, pcr2, pcr16: toHex(pcrOf(modelId)) })
})
afterAll(async () => {
  await chain?.stop()
  rmSync(directory, { recursive: true, force: true })
})

/** An enclave that booted just now: its documents, all for one new key. */
async function boot({
  enclaveId,
  on = machine,
  extendWith = modelId,
  publicKey = fromHex(privateKeyToAccount(generatePrivateKey()).publicKey),
  keyset = utf8('{}'),
}: {
  enclaveId: string
  on?: SimulatedMachine
  extendWith?: Uint8Array
  publicKey?: Uint8Array
  keyset?: Uint8Array
}) {
  const nsm = createNsm({
    moduleId: `${instanceId}-${enclaveId}`,
    pki: on.enclave(enclaveId),
    bootPcrs: new Map(pcrs),
    nowMs: Date.now,
    randomBytes: (length) => Uint8Array.from(randomBytes(length)),
  })
  const ask = async (name: string, given: { [name: string]: number | Uint8Array }) =>
    decodeCbor(await nsm.handle(encodeCbor(new Map([[name, new Map(Object.entries(given))]])))) as CborMap
  await ask('ExtendPCR', { index: 16, data: extendWith })
  // Only locked registers stand in a document.
  await ask('LockPCR', { index: 16 })
  return async (): Promise<Uint8Array> => {
    const answer = await ask('Attestation', { public_key: publicKey, user_data: await keysetUserData(keyset), nonce: randomBytes(32) })
    return (answer.get('Attestation') as CborMap).get('document') as Uint8Array
  }
}

it('says on chain that its root is not AWS’s', () => {
  expect(onChain.isAwsRoot).toBe(false)
})

it('registers an enclave by its document, and the next one on the same machine for less', async () => {
  const first = await onChain.registerEnclave(await (await boot({ enclaveId: 'enc01' }))())
  expect(first).toMatchObject({ byAnother: false, signatures: 5 })
  const next = await onChain.registerEnclave(await (await boot({ enclaveId: 'enc02' }))())
  expect(next).toMatchObject({ byAnother: false, signatures: 2 })
  expect(Number(next.gasUsed)).toBeLessThan(0.6 * Number(first.gasUsed))
})

it('sends nothing when a registration as new as the document is on record', async () => {
  const document = await (await boot({ enclaveId: 'enc03' }))()
  await onChain.registerEnclave(document)
  expect(await onChain.registerEnclave(document)).toMatchObject({ byAnother: true, gasUsed: 0n, signatures: 0 })
})

it('goes on when it is overtaken by somebody with the same document: the key is registered all the same', async () => {
  const document = await (await boot({ enclaveId: 'enc04' }))()
  const { client, registry } = onChain
  const plan = prepareRegistration({ document, state: await readChainState({ client, registry, document }) })
  if (plan.kind !== 'register') throw new Error(`expected a plan, received ${plan.kind}`)
  const transport = http(chain.url)
  const local = createTestClient({ chain: foundry, mode: 'anvil', transport })
  const stranger = createWalletClient({ chain: foundry, transport, account: privateKeyToAccount(anvilPrivateKeys[2]) })
  // No blocks but those asked for.
  await local.setIntervalMining({ interval: 0 })
  try {
    for (const { to, data, gas } of plan.transactions)
      await stranger.sendTransaction({ to, data, gas, maxFeePerGas: parseGwei('100'), maxPriorityFeePerGas: parseGwei('50') })
    const registering = onChain.registerEnclave(document)
    await expect.poll(async () => (await local.getTxpoolStatus()).pending).toBe(2)
    await local.mine({ blocks: 1 })
    expect(await registering).toMatchObject({ byAnother: true, gasUsed: 0n })
  } finally {
    await local.setAutomine(true)
  }
})

it('does not go on when the registry would refuse', async () => {
  const otherModels = await boot({ enclaveId: 'enc05', extendWith: randomBytes(32) })
  await expect(onChain.registerEnclave(await otherModels())).rejects.toThrow('MODELS_NOT_APPROVED')
  const elsewhere = createSimulatedMachine(await createSimulatedRoot(Date.now()), instance)
  const otherRoot = await boot({ enclaveId: 'enc06', on: elsewhere })
  await expect(onChain.registerEnclave(await otherRoot())).rejects.toThrow('ROOT_MISMATCH')
})

it('a bundle with a document that the registry never saw takes one that it saw, if that vouches for the same keys and fits the answer', async () => {
  const { bundle } = await makeAnswer()
  const booted = { enclaveId: 'enc-add', publicKey: fromHex(receiptAccount.publicKey) }
  const attest = await boot({ ...booted, keyset: bundle.keyset })
  const attestation = await attest()
  const [file, out] = [join(directory, 'answer.nacre'), join(directory, 'whole.nacre')]
  const add = (timestampMs: number) => {
    writeFileSync(file, encodeBundle({ ...bundle, attestation, receipt: { ...bundle.receipt, timestampMs: BigInt(timestampMs) } }))
    return testTerminal(
      ['bundle', 'add', file, '--out', out, '--rpc-url', chain.url, '--registry', onChain.registry],
      addBundleAdd,
      new Command(),
    )
  }
  const unfit = [2, expect.stringContaining('did not register')]
  const before = await add(Date.now())
  expect([before.exitCode, before.stderr]).toEqual(unfit)
  const document = await attest()
  await onChain.registerEnclave(document)
  // The attack: another document of the same key, made for a keyset of other keys.
  await onChain.registerEnclave(await (await boot(booted))())
  expect((await add(Date.now())).exitCode).toBe(0)
  const { attestation: held, registration } = decodeBundle(Uint8Array.from(readFileSync(out)))
  expect(held).toEqual(document)
  if (registration === null) throw new Error('not registered')
  expect(await verifyRegistration({ registration, signer: receiptAccount.address, attestation: held })).toMatchObject({ route: 2 })
  const late = await add(Date.now() + 2 * 86_400_000)
  expect([late.exitCode, late.stderr]).toEqual(unfit)
})

it('proves offline that the registry accepted a document, in a block among others, and nothing else', async () => {
  const document = await (await boot({ enclaveId: 'enc-proof' }))()
  const signer = receiptKeyAddress(decodeAttestation(document).publicKey as Uint8Array)
  expect(await onChain.proveRegistration(document)).toBeNull()
  // More transactions in one block than one nibble of the trie's keys tells apart.
  const client = createTestClient({ mode: 'anvil', chain: foundry, transport: http(chain.url) })
  const account = privateKeyToAccount(anvilPrivateKeys[2])
  const wallet = createWalletClient({ account, chain: foundry, transport: http(chain.url) })
  await onChain.registerEnclave(document)
  const registration = await onChain.proveRegistration(document)
  if (registration === null) throw new Error('not registered')
  const statement = await verifyRegistration({ registration, signer, attestation: document })
  const block = await onChain.client.getBlock({ blockHash: statement.blockHash })
  expect(statement).toMatchObject({
    registry: onChain.registry,
    blockNumber: block.number,
    blockTimeMs: Number(block.timestamp) * 1000,
    route: 2,
  })
  const another = { registration, signer, attestation: await (await boot({ enclaveId: 'enc-other' }))() }
  await expect(verifyRegistration(another)).rejects.toMatchObject({ code: 'REGISTRATION_INVALID' })

  await client.setAutomine(false)
  await client.setIntervalMining({ interval: 0 })
  try {
    const nonce = await onChain.client.getTransactionCount({ address: account.address })
    const hashes: Hex[] = []
    for (let i = 0; i < 20; i++)
      hashes.push(
        await wallet.sendTransaction({
          to: account.address,
          value: 1n,
          nonce: nonce + i,
          type: i % 2 === 0 ? 'legacy' : 'eip1559',
          gas: 21_000n,
        }),
      )
    await client.mine({ blocks: 1 })
    const receipts = await Promise.all(hashes.map((hash) => onChain.client.waitForTransactionReceipt({ hash })))
    const { receiptsRoot } = await onChain.client.getBlock({ blockHash: receipts[0]?.blockHash as Hex })
    expect(await receiptsRootOf(onChain.client, receipts[0]?.blockHash as Hex)).toBe(receiptsRoot)
  } finally {
    await client.setAutomine(true)
  }
})
