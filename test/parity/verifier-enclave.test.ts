import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Anvil, anvilPrivateKeys, startAnvil } from '@nacre/contracts/anvil'
import { imageIdOf } from '@nacre/contracts/approval'
import { deployAttestationVerifier } from '@nacre/contracts/attestation-deploy'
import { prepareRegistration, readChainState } from '@nacre/contracts/attestation-prover'
import { deployRegistry } from '@nacre/contracts/deploy'
import { enclaveRegistryAbi } from '@nacre/contracts/generated/EnclaveRegistry'
import { enclaveVerificationTypedData } from '@nacre/contracts/verification'
import { toEnclaveError, toProblem } from '@nacre/enclave/errors'
import { defaultLimits } from '@nacre/enclave/limits'
import type { EnclaveServices } from '@nacre/enclave/server'
import { type ReceiptKey, receiptKeyFrom } from '@nacre/enclave/signing-keys'
import { registerVerificationRoutes } from '@nacre/enclave/verification-routes'
import { createVerificationService } from '@nacre/enclave/verification-service'
import { addOnchainCommands } from '@nacre/host/cli/onchain'
import { createSimulatedMachine, createSimulatedRoot } from '@nacre/host/hypervisor/ca'
import { createNsm, pcrOf } from '@nacre/host/hypervisor/nsm'
import { type Hex, toHex, utf8 } from '@nacre/verifier/bytes'
import { type CborMap, decodeCbor, encodeCbor } from '@nacre/verifier/cbor'
import { type Certificate, decodeCertificate } from '@nacre/verifier/certificate'
import { hashEnclaveVerification } from '@nacre/verifier/enclave-verification'
import { keysetUserData } from '@nacre/verifier/keyset'
import { Command } from 'commander'
import Fastify, { type FastifyInstance } from 'fastify'
import { type Address, createPublicClient, createWalletClient, hashTypedData, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, expect, test } from 'vitest'

// Route 3 end to end: the enclave's own verification and signature, the simulated hypervisor's documents, the command line, the contract.

const measured = [0, 1, 2].map((index) => [index, pcrOf(utf8(`measured ${index}`))] as const)
const [pcr0, pcr1, pcr2] = measured.map(([, value]) => toHex(value)) as [Hex, Hex, Hex]
const imageId = imageIdOf({ pcr0, pcr1, pcr2 })
const models = randomBytes(32)
const owner = privateKeyToAccount(anvilPrivateKeys[0])
const scratch = mkdtempSync(join(tmpdir(), 'nacre-route-'))

let anvil: Anvil
let registry: Address
let root: Certificate
let verifierKey: ReceiptKey
let service: FastifyInstance
let verifierUrl: string
let boot: (key: ReceiptKey, enclaveId: string) => Promise<Uint8Array>

const clientsOf = () => {
  const transport = http(anvil.url, { retryCount: 0 })
  return {
    client: createPublicClient({ chain: foundry, transport, pollingInterval: 10 }),
    wallet: createWalletClient({ chain: foundry, transport, account: owner }),
  }
}
const drawKey = () => receiptKeyFrom(Uint8Array.from(randomBytes(32)))
const write = async (functionName: 'approveImage' | 'approveModels' | 'approveVerifierImage' | 'revokeKey', args: readonly Hex[]) => {
  const { client, wallet } = clientsOf()
  const hash = await wallet.writeContract({ address: registry, abi: enclaveRegistryAbi, functionName, args: args as never })
  return client.waitForTransactionReceipt({ hash })
}
const infoOf = (key: Address) =>
  clientsOf().client.readContract({ address: registry, abi: enclaveRegistryAbi, functionName: 'keyInfo', args: [key] })

beforeAll(async () => {
  const simulated = await createSimulatedRoot(Date.now())
  root = decodeCertificate(new Uint8Array(simulated.certificate.rawData))
  const machine = createSimulatedMachine(simulated, { region: 'sim-1', instanceId: 'i-0123456789abcdef0' })
  boot = async (key, enclaveId) => {
    const nsm = createNsm({
      moduleId: `i-0123456789abcdef0-${enclaveId}`,
      pki: machine.enclave(enclaveId),
      bootPcrs: new Map(measured),
      nowMs: Date.now,
      randomBytes: (length) => Uint8Array.from(randomBytes(length)),
    })
    const ask = async (name: string, given: { [name: string]: number | Uint8Array }) =>
      decodeCbor(await nsm.handle(encodeCbor(new Map([[name, new Map(Object.entries(given))]])))) as CborMap
    await ask('ExtendPCR', { index: 16, data: models })
    await ask('LockPCR', { index: 16 })
    const answer = await ask('Attestation', {
      public_key: key.publicKey,
      user_data: await keysetUserData(utf8('{}')),
      nonce: randomBytes(32),
    })
    return (answer.get('Attestation') as CborMap).get('document') as Uint8Array
  }

  anvil = await startAnvil({ heartbeatSeconds: 1, gasLimitPerTransaction: true })
  const clients = clientsOf()
  const rootHash = toHex(createHash('sha256').update(root.der).digest())
  const { address: verifier } = await deployAttestationVerifier({ ...clients, rootHash, revoker: owner.address })
  registry = (await deployRegistry({ ...clients, owner: owner.address, verifier })).address
  await write('approveImage', [pcr0, pcr1, pcr2])
  await write('approveModels', [toHex(pcrOf(models))])

  verifierKey = drawKey()
  const clock = { nowMs: Date.now, monotonicMs: () => performance.now(), after: () => () => {} }
  const verification = createVerificationService({ root, key: verifierKey, clock, limits: defaultLimits })
  service = Fastify()
  service.removeAllContentTypeParsers()
  service.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  service.setErrorHandler((error, _request, reply) => {
    const problem = toProblem(toEnclaveError(error))
    reply.code(problem.status).send(problem)
  })
  registerVerificationRoutes(service, { verification } as EnclaveServices)
  await service.listen({ host: '127.0.0.1', port: 0 })
  verifierUrl = `http://127.0.0.1:${(service.server.address() as AddressInfo).port}`
})
afterAll(async () => {
  await service?.close()
  await anvil?.stop()
  rmSync(scratch, { recursive: true })
})

async function nacre(...args: string[]) {
  const out = { text: '', exitCode: -1 }
  const argv = ['node', 'nacre', 'onchain', ...args]
  const stop = new Error('exit')
  const terminal = {
    argv,
    stdout: (text: string) => {
      out.text += text
    },
    stderr: (text: string) => {
      out.text += text
    },
    colour: false,
    nowMs: Date.now,
    randomBytes: (length: number) => new Uint8Array(length),
    setExitCode: (code: number) => {
      out.exitCode = code
    },
    exit: (code: number): never => {
      out.exitCode = code
      throw stop
    },
  }
  const program = new Command('nacre')
  addOnchainCommands(program, terminal, { NACRE_PRIVATE_KEY: anvilPrivateKeys[1] })
  await program.parseAsync(argv).catch((error) => {
    if (error !== stop) throw error
  })
  return { exitCode: out.exitCode, text: out.text, json: () => JSON.parse(out.text) }
}
const register = async (document: Uint8Array, ...more: string[]) => {
  const file = join(scratch, 'document.cbor')
  writeFileSync(file, document)
  const where = ['--rpc-url', anvil.url, '--registry', registry, '--route', 'verifier-enclave', '--verifier-url', verifierUrl]
  return nacre('register', file, ...where, ...more)
}

test('the enclave, the contract and viem hash a statement alike', () => {
  for (let i = 0; i < 50; i++) {
    const word = () => toHex(Uint8Array.from(randomBytes(32)))
    const verification = {
      key: toHex(Uint8Array.from(randomBytes(20))),
      imageId: word(),
      modelsId: word(),
      documentHash: word(),
      rootHash: word(),
      attestedAtSeconds: BigInt(toHex(Uint8Array.from(randomBytes(8)))),
      expiresAtSeconds: [0n, 1n, 2n ** 64n - 1n][i % 3] as bigint,
    }
    const domain = { chainId: BigInt(i + 1), verifyingContract: toHex(Uint8Array.from(randomBytes(20))) }
    const typed = enclaveVerificationTypedData(verification, { chainId: domain.chainId, registry: domain.verifyingContract })
    expect(hashEnclaveVerification(verification, domain)).toBe(hashTypedData(typed))
  }
})

test('an enclave that attested verifier code vouches for is active, for a fiftieth of the gas, until its verifier is revoked', async () => {
  const document = await boot(drawKey(), 'enc02')
  // The verifier is nobody yet.
  expect((await register(document, '--json')).json()).toMatchObject({ ok: false, error: { code: 'SignerNotAttested' } })

  const { client, wallet } = clientsOf()
  const own = await boot(verifierKey, 'enc01')
  const plan = prepareRegistration({ document: own, state: await readChainState({ client, registry, document: own }) })
  if (plan.kind !== 'register') throw new Error(plan.kind)
  for (const { to, data, gas } of plan.transactions)
    await client.waitForTransactionReceipt({ hash: await wallet.sendTransaction({ to, data, gas }) })
  expect((await register(document, '--json')).json()).toMatchObject({ ok: false, error: { code: 'VerifierImageNotApproved' } })
  await write('approveVerifierImage', [imageId])

  const dry = await register(document)
  expect(dry.text).toContain('Nothing was sent')
  expect(dry.exitCode).toBe(0)
  const sent = await register(document, '--yes', '--json')
  expect(sent.json()).toMatchObject({ ok: true, active: true })
  expect(sent.json().transactions[0].gasUsed).toBeLessThan(120_000)
  const { key } = sent.json()
  expect(await infoOf(key)).toMatchObject({ status: 1, route: 3, approver: verifierKey.address, imageId })
  expect((await register(document, '--json')).json()).toMatchObject({ ok: true, kind: 'current' })

  await write('revokeKey', [verifierKey.address])
  expect(await infoOf(key)).toMatchObject({ status: 0 })
  expect((await register(await boot(drawKey(), 'enc03'), '--json')).json()).toMatchObject({ error: { code: 'SignerNotAttested' } })
})

test('what the verifier enclave refuses is said in its words; wrong usage is usage', async () => {
  const document = await boot(drawKey(), 'enc04')
  const forged = Uint8Array.from(document)
  forged[forged.length - 1] = (forged[forged.length - 1] as number) ^ 1
  const refused = await register(forged, '--json')
  expect(refused.exitCode).toBe(1)
  expect(refused.json().error).toMatchObject({ code: 'DOCUMENT_REFUSED', message: expect.stringContaining('COSE_SIGNATURE_INVALID') })
  const file = join(scratch, 'document.cbor')
  const usage = await nacre('register', file, '--rpc-url', anvil.url, '--registry', registry, '--route', 'verifier-enclave', '--json')
  expect(usage).toMatchObject({ exitCode: 2 })
  expect(usage.json().error).toMatchObject({ code: 'USAGE' })
})
