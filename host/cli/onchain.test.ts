import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Anvil, anvilPrivateKeys, startAnvil } from '@nacre/contracts/anvil'
import { type AttestationDeployment, awsRootHash, deployAttestationVerifier } from '@nacre/contracts/attestation-deploy'
import { laterDocument, vectorDocument } from '@nacre/contracts/attestation-gas'
import { deployRegistry } from '@nacre/contracts/deploy'
import { enclaveRegistryAbi } from '@nacre/contracts/generated/EnclaveRegistry'
import { makeChain, makeDocument, now, pcrOf } from '@nacre/contracts/vectors/nitro'
import { Command } from 'commander'
import { type Address, createPublicClient, createTestClient, createWalletClient, type Hex, http, toHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addOnchainCommands } from './onchain.ts'

const scratch = mkdtempSync(join(tmpdir(), 'nacre-onchain-'))
const file = (name: string, content: Uint8Array | string) => {
  writeFileSync(join(scratch, name), content)
  return join(scratch, name)
}
const document = vectorDocument()
const root = makeChain().cabundle[0] as Uint8Array
const rootHash = toHex(createHash('sha256').update(root).digest())
const rootFile = file('root.der', root)
const documentFile = file('document.cbor', document)
const key = anvilPrivateKeys[1]
const keyFile = file('key', `${key}\n`)

let anvil: Anvil
let deployment: AttestationDeployment
let registry: Address
let clients: ReturnType<typeof clientsOf>

const clientsOf = (url: string) => {
  const transport = http(url, { retryCount: 0 })
  return {
    client: createPublicClient({ chain: foundry, transport, pollingInterval: 10 }),
    wallet: createWalletClient({ chain: foundry, transport, account: privateKeyToAccount(anvilPrivateKeys[0]) }),
    local: createTestClient({ chain: foundry, mode: 'anvil', transport }),
  }
}
const owner = async (functionName: 'approveImage' | 'approveModels' | 'revokeKey', args: readonly Hex[]) => {
  const hash = await clients.wallet.writeContract({ address: registry, abi: enclaveRegistryAbi, functionName, args: args as never })
  await clients.client.waitForTransactionReceipt({ hash })
}
const sentCount = () => clients.client.getTransactionCount({ address: privateKeyToAccount(key).address })

beforeAll(async () => {
  anvil = await startAnvil({ startSeconds: now - 1000, heartbeatSeconds: 86_400, gasLimitPerTransaction: true })
  clients = clientsOf(anvil.url)
  const { address } = clients.wallet.account
  deployment = await deployAttestationVerifier({ ...clients, rootHash, revoker: address })
  registry = (await deployRegistry({ ...clients, owner: address, verifier: deployment.address })).address
  await clients.local.setNextBlockTimestamp({ timestamp: BigInt(now) })
  await clients.local.mine({ blocks: 1 })
})
afterAll(async () => {
  await anvil?.stop()
  rmSync(scratch, { recursive: true })
})

async function nacre(args: readonly string[], environment: Record<string, string> = {}) {
  const out = { stdout: '', stderr: '', exitCode: -1 }
  const argv = ['node', 'nacre', 'onchain', ...args]
  const program = new Command('nacre')
  const stop = new Error('exit')
  const terminal = {
    argv,
    stdout: (text: string) => {
      out.stdout += text
    },
    stderr: (text: string) => {
      out.stderr += text
    },
    colour: false,
    nowMs: () => Date.UTC(2040, 0, 1),
    randomBytes: (length: number) => new Uint8Array(length),
    setExitCode: (code: number) => {
      out.exitCode = code
    },
    exit: (code: number) => {
      out.exitCode = code
      throw stop
    },
  }
  addOnchainCommands(program, terminal, environment)
  await program.parseAsync(argv).catch((error) => {
    if (error !== stop) throw error
  })
  expect(out.stdout + out.stderr).not.toContain(key.slice(2))
  return { ...out, json: () => JSON.parse(out.stdout) }
}
const registering = (path: string, ...more: string[]) => ['register', path, '--rpc-url', anvil.url, '--registry', registry, ...more]

test('wrong usage and unreadable input exit with 2, in JSON where that was asked for', async () => {
  const cases: [string, string[]][] = [
    ['USAGE', ['verify']],
    ['USAGE', ['verify', documentFile, '--rpc-url', anvil.url]],
    ['USAGE', ['verify', documentFile, '--verifier', registry]],
    ['USAGE', ['verify', documentFile, '--max-age', '5']],
    ['USAGE', ['verify', documentFile, '--rpc-url', 'chain', '--verifier', registry]],
    ['USAGE', ['verify', documentFile, '--rpc-url', anvil.url, '--verifier', privateKeyToAccount(key).address]],
    ['INPUT_UNREADABLE', ['verify', documentFile, '/nowhere/document.cbor']],
    ['INPUT_UNREADABLE', ['verify', file('text', 'no document')]],
    ['ENDPOINT_UNREACHABLE', ['verify', documentFile, '--rpc-url', 'http://127.0.0.1:1/secret', '--verifier', registry]],
    // The registry is a contract, but no verifier.
    ['ENDPOINT_REFUSED', ['verify', documentFile, '--rpc-url', anvil.url, '--verifier', registry]],
    ['USAGE', ['register', documentFile, '--rpc-url', anvil.url]],
    ['USAGE', registering(documentFile, '--yes')],
    ['USAGE', registering(documentFile, '--registry', privateKeyToAccount(key).address)],
    ['INPUT_UNREADABLE', registering(documentFile, '--private-key-file', file('half', key.slice(0, 40)))],
    ['INPUT_UNREADABLE', registering(documentFile, '--private-key-file', file('zero', '0'.repeat(64)))],
  ]
  for (const [code, args] of cases) {
    const { exitCode, json, stdout } = await nacre([...args, '--json'])
    expect([exitCode, json().ok, json().error.code], args.join(' ')).toEqual([2, false, code])
    expect(stdout).not.toContain('secret')
  }
  const plain = await nacre(['verify'])
  expect([plain.exitCode, plain.stdout]).toEqual([2, ''])
  expect(plain.stderr).toContain('--help')
})

test('verify, on a chain of its own: accepted in every form, refused by name, each at its own time', async () => {
  const hexadecimal = file('document.hex', toHex(document))
  const base64 = file('later.b64', Buffer.from(laterDocument()).toString('base64'))
  const changed = file('changed', document.with(document.length - 1, (document.at(-1) as number) ^ 1))
  const cut = file('cut', document.subarray(0, 2000))
  const accepted = await nacre(['verify', base64, documentFile, hexadecimal, '--root', rootFile, '--json'])
  expect(accepted.exitCode).toBe(0)
  const { ok, documents } = accepted.json()
  expect([ok, documents.length]).toEqual([true, 3])
  for (const one of documents) {
    expect(one).toMatchObject({ accepted: true, refusal: null, attestation: { pcrs: { 0: toHex(pcrOf('0')), 16: toHex(pcrOf('16')) } } })
    expect(one.gas.cold).toBeLessThan(4_500_000)
    expect(one.gas.warm).toBeLessThan(one.gas.cold / 2)
    expect(one.gas.p384Signature).toBeLessThan(740_000)
  }
  expect(documents[0].attestation.timestampMs).toBe(documents[1].attestation.timestampMs + 1000)

  const refused = await nacre(['verify', changed, cut, documentFile, '--root', rootFile, '--json'])
  expect([refused.exitCode, refused.json().ok]).toEqual([1, false])
  expect(refused.json().documents.map(({ refusal }: { refusal: { name: string } | null }) => refusal?.name ?? 'accepted')).toEqual([
    'CoseSignatureInvalid',
    'CborMalformed',
    'accepted',
  ])
  // AWS is the root unless another is named.
  const others = await nacre(['verify', documentFile])
  expect(others.exitCode).toBe(1)
  expect(others.stdout).toContain('refused: RootMismatch')
  expect(others.stdout).toContain(`expected ${awsRootHash}`)
})

test('verify, by a deployed verifier: a call at its time, for the root that was named', async () => {
  const at = ['--rpc-url', anvil.url, '--verifier', deployment.address]
  const accepted = await nacre(['verify', documentFile, '--root', rootFile, ...at, '--json'])
  expect([accepted.exitCode, accepted.json().documents[0].accepted]).toEqual([0, true])
  expect(accepted.json().documents[0].gas.estimated).toBeGreaterThan(3_000_000)
  const stale = await nacre(['verify', documentFile, '--root', rootFile, ...at, '--max-age', '0', '--json'])
  expect([stale.exitCode, stale.json().documents[0].refusal.name]).toEqual([1, 'AttestationStale'])
  const aws = await nacre(['verify', documentFile, ...at, '--json'])
  expect([aws.exitCode, aws.json().documents[0].refusal.name]).toEqual([1, 'RootMismatch'])
})

test('register: refused while nothing is approved, a plan without --yes, Active with it, and then nothing to do', async () => {
  const refusal = async (path: string) => {
    const { exitCode, json } = await nacre(registering(path, '--json'))
    return [exitCode, json().error.code, json().error.final]
  }
  expect(await refusal(documentFile)).toEqual([1, 'IMAGE_NOT_APPROVED', false])
  await owner(
    'approveImage',
    ['0', '1', '2'].map((pcr) => toHex(pcrOf(pcr))),
  )
  expect(await refusal(documentFile)).toEqual([1, 'MODELS_NOT_APPROVED', false])
  await owner('approveModels', [toHex(pcrOf('16'))])
  expect(await refusal(file('cut', document.subarray(0, 2000)))).toEqual([1, 'DOCUMENT_MALFORMED', null])
  expect(await refusal(file('stranger', makeDocument({ chain: makeChain({ seed: 'b' }) })))).toEqual([1, 'ROOT_MISMATCH', true])
  // What only the contract knows is asked before anything is sent.
  expect(await refusal(file('old', makeDocument({ timestampMs: (now - 86_400) * 1000 })))).toEqual([1, 'AttestationStale', null])

  const sentBefore = await sentCount()
  const dry = await nacre(registering(documentFile, '--private-key-file', keyFile))
  expect(dry.exitCode).toBe(0)
  expect(dry.stdout).toContain('1. register enclave')
  expect(dry.stdout).toMatch(/cost +at most 0\.\d+ ETH/)
  expect(dry.stdout).toContain('Nothing was sent; add --yes')
  expect(await sentCount()).toBe(sentBefore)

  const sent = await nacre(registering(documentFile, '--yes', '--json'), { NACRE_PRIVATE_KEY: key })
  expect(sent.json()).toMatchObject({
    ok: true,
    sent: true,
    active: true,
    transactions: [{ purpose: 'register enclave', status: 'success' }],
  })
  expect(sent.exitCode).toBe(0)
  expect(await sentCount()).toBe(sentBefore + 1)
  expect(sent.json().transactions[0].gasUsed).toBeLessThan(sent.json().plan.gas)

  const again = await nacre(registering(documentFile, '--json'))
  expect([again.exitCode, again.json()]).toEqual([0, expect.objectContaining({ ok: true, kind: 'current', active: true })])

  const renewal = await nacre(registering(file('later.cbor', laterDocument()), '--private-key-file', keyFile, '--yes'))
  expect(renewal.exitCode).toBe(0)
  expect(renewal.stdout.indexOf('Plan')).toBeLessThan(renewal.stdout.indexOf('Sent'))
  expect(renewal.stdout).toContain('is Active.')

  // A path that is longer than any of AWS's goes in two.
  const long = makeDocument({ chain: makeChain({ depth: 10 }), timestampMs: (now + 5) * 1000 })
  const split = await nacre(registering(file('long.cbor', long), '--private-key-file', keyFile, '--yes', '--json'))
  expect(split.json().transactions).toMatchObject([
    { purpose: 'cache certificates', status: 'success' },
    { purpose: 'register enclave', status: 'success' },
  ])
  expect(split.exitCode).toBe(0)

  await owner('revokeKey', [sent.json().key])
  expect(await refusal(documentFile)).toEqual([1, 'KEY_REVOKED', true])
})
