import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateKeyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms'
import { addBundleAdd } from '@nacre/host/cli/bundle-add'
import { addHistoryMake } from '@nacre/host/cli/history'
import { enclaveSocket } from '@nacre/host/enclave-socket'
import { rootCertificatePem } from '@nacre/host/hypervisor/ca'
import { measure, resolveMeasuredSet } from '@nacre/host/hypervisor/measure'
import { measuredCommand } from '@nacre/host/hypervisor/sandbox'
import { type Destination, startEgressProxy } from '@nacre/host/kms/egress-proxy'
import { buildEnclaveServices } from '@nacre/host/kms/enclave-services'
import { sealedModelPolicy } from '@nacre/host/kms/key-policy'
import { clientOfLocalKms, type ServedKms, serveLocalKms } from '@nacre/host/kms/serve'
import type { LaunchedEnclave } from '@nacre/host/launcher'
import { followLog } from '@nacre/host/log/follower'
import { startRelay } from '@nacre/host/relay'
import { simulatedLauncher } from '@nacre/host/simulated-launcher'
import { loadOrCreateSimulatedRoot, stateFiles } from '@nacre/host/state'
import { bareBundle, encodeBundle } from '@nacre/verifier/bundle'
import { toHex } from '@nacre/verifier/bytes'
import { certificateFromPem } from '@nacre/verifier/certificate'
import { registerVerifierCommands } from '@nacre/verifier/cli/commands'
import type { Terminal } from '@nacre/verifier/cli/terminal'
import { hostServices } from '@nacre/verifier/egress'
import { verifyEnclave } from '@nacre/verifier/enclave-identity'
import { type ImageMeasurement, migrationTypedData } from '@nacre/verifier/handover'
import { verifyIdentity } from '@nacre/verifier/identity'
import { decodeInferResponse, encodeInferRequest } from '@nacre/verifier/response'
import type { Tensor } from '@nacre/verifier/tensor'
import { Command } from 'commander'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testTerminal } from '../support/terminal.ts'
import { exchange, fetchEvidence, projectRoot, random32, readyTimeMsMax, shippedModel } from './system.ts'

/** Enclaves that are led to one another: what they share, what each keeps to itself, and what goes to another image. */
const cleanups: (() => unknown)[] = []
const folder = mkdtempSync(join(tmpdir(), 'nacre-replicas-'))
const changed = join(projectRoot, '.cache', `next-${process.pid}`)
const owner = privateKeyToAccount(generatePrivateKey())
let kms: ServedKms
let keepKeyArn: string
let first: Launched
beforeAll(async () => {
  const root = await loadOrCreateSimulatedRoot(folder, Date.now())
  kms = await serveLocalKms({ stateDirectory: join(folder, 'kms'), root: certificateFromPem(rootCertificatePem(root)), nowMs: Date.now })
  cleanups.push(() => kms.close())
  keepKeyArn = await createKey()
  // What its policy must name, known before anything is launched.
  const { pcr0, pcr1, pcr2 } = measure(resolveMeasuredSet(projectRoot, process.execPath, measuredCommand(secrets()), []))
  await administer(new PutKeyPolicyCommand({ KeyId: keepKeyArn, Policy: JSON.stringify(policyFor({ pcr0, pcr1, pcr2 })) }))
  first = await launch('first')
  expect(first.measurements).toEqual({ pcr0, pcr1, pcr2 })
})
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
  for (const directory of [folder, changed]) rmSync(directory, { recursive: true, force: true })
})

test('replicas share whom clients talk to, and not who signs', async () => {
  const second = await launch('second', { peer: first.launched })
  expect(first.measurements).toEqual(second.measurements)
  expect(shared(second)).toEqual(shared(first))
  expect(second.identity).toBe(first.identity)
  for (const own of ['receiptKey', 'logName', 'logPublicKey'] as const)
    expect(first.enclave.keyset[own]).not.toBe(second.enclave.keyset[own])

  const refused = await exchange(`${first.url}/handover/secret`, { method: 'POST', body: Buffer.from('{"id":"0x00"}') })
  expect([refused.status, JSON.parse(Buffer.from(refused.body).toString()).code]).toEqual([403, 'HANDOVER_REFUSED'])
})

describe('another image', () => {
  let next: Launched
  beforeAll(async () => {
    mkdirSync(changed, { recursive: true })
    const parts = ['enclave', 'verifier', 'node_modules', 'package.json', 'tsconfig.json']
    execFileSync('cp', ['-al', ...parts.map((part) => join(projectRoot, part)), changed])
    const path = join(changed, 'enclave/boot.ts')
    const source = readFileSync(path)
    unlinkSync(path) // it is a link to the original
    writeFileSync(path, `${source}// The next image.\n`)
    next = await launch('next', { peer: first.launched, project: changed })
  })

  test('gets nothing by itself: it has keys of its own, for everyone to see', () => {
    expect(next.measurements.pcr0).not.toBe(first.measurements.pcr0)
    for (const [index, key] of shared(next).entries()) expect(key).not.toBe(shared(first)[index])
    const refusal = next.log().match(/^.*no secret from a peer.*MEASUREMENT_NOT_ALLOWED.*$/m)?.[0]
    // Which two were compared, for who has to find out.
    for (const { measurements } of [first, next]) expect(refusal).toContain(measurements.pcr0)
    expect(first.log()).not.toContain('secret given to the next image')
  })

  test('takes over what its owner approves for exactly these two images, and both say so', async () => {
    const migration = { from: registers(first), to: registers(next), notAfterMs: BigInt(Date.now() + 600_000) }
    const signature = await owner.signTypedData(migrationTypedData(migration))
    const approval = JSON.stringify({ ...migration, notAfterMs: String(migration.notAfterMs), signature })
    const approved = await launch('approved', { peer: first.launched, project: changed, approval })
    expect(approved.measurements).toEqual(next.measurements)
    expect([...shared(approved), approved.identity]).toEqual([...shared(first), first.identity])
    expect(approved.enclave.keyset.receiptKey).not.toBe(first.enclave.keyset.receiptKey)
    expect(first.log()).toContain('secret given to the next image')
    expect(approved.log()).toContain('secret taken from the image before')

    // Later, on file: who it was, and that its owner let it become another.
    const directory = join(folder, 'logs')
    const follow = async ({ launched }: Launched, leaves: number) => {
      const socket = enclaveSocket(launched.log, launched.boot)
      const follower = await followLog({ directory, connect: () => socket.connect(), pollMs: 20, nowMs: Date.now })
      await follower.covers(leaves)
      await follower.stop()
    }
    for (const each of [first, approved, next]) await follow(each, 1)
    const answers = [await answerOf(approved, 'one'), await answerOf(approved, 'two')]
    await follow(approved, 3)
    const info = async ({ url }: Launched) => JSON.parse(Buffer.from((await exchange(`${url}/v1/enclave-info`)).body).toString())
    expect(await info(first)).toMatchObject({ previous_pcr0: 'genesis', previous_log: null, pcr0: first.measurements.pcr0 })
    expect(await info(approved)).toMatchObject({
      previous_pcr0: first.measurements.pcr0,
      attestation_pubkey: approved.enclave.keyset.receiptKey,
      previous_log: { log_name: first.enclave.keyset.logName, tree_size: 1 },
    })
    const [file, approvalFile] = [join(folder, 'enclave.history'), join(folder, 'approval.json')]
    writeFileSync(approvalFile, approval)
    const root = ['--root', join(folder, stateFiles.rootCertificate), '--pcr0', first.measurements.pcr0]
    const make = (last: Launched) => history('make', directory, '--signer', last.enclave.signer, '--approval', approvalFile, '--out', file)
    const verify = (...args: string[]) => history('verify', file, ...root, '--overlap', '600', ...args)
    expect(await make(approved)).toBe(2)
    expect(await verify('--owner', owner.address, '--shared-keys', '--signer', approved.enclave.signer)).toMatchObject([
      { change: 'first', signer: first.enclave.signer },
      { change: 'upgrade', sharesKeys: true, approvedBy: owner.address, image: registers(approved) },
    ])
    // Its answers with all of that in one file.
    const [logDirectory, bundle] = [join(directory, approved.enclave.signer.toLowerCase()), join(folder, 'answers.nacre')]
    const added = await nacre('bundle', 'add', ...answers, '--out', bundle, '--log', logDirectory, '--history', file)
    expect(added).toMatchObject({ ok: true, answers: 2, holds: ['inclusion', 'note', 'history', 'inputs', 'outputs'] })
    const judge = (...args: string[]) => nacre('bundle', 'verify', bundle, ...root, '--pcr0', approved.measurements.pcr0, ...args)
    expect(await judge('--owner', owner.address, '--shared-keys', '--overlap', '600')).toMatchObject({
      ok: true,
      answers: [{ ok: true }, { ok: true }],
      history: { epochs: [{ signer: first.enclave.signer }, { signer: approved.enclave.signer, sharesKeys: true }] },
    })
    expect(await judge('--owner', first.enclave.signer)).toMatchObject({ ok: false, error: { code: 'UPGRADE_NOT_APPROVED' } })

    expect(await verify()).toBe('MEASUREMENT_NOT_ALLOWED')
    expect(await verify('--owner', first.enclave.signer)).toBe('UPGRADE_NOT_APPROVED')
    expect(await verify('--owner', owner.address, '--signer', next.enclave.signer)).toBe('SIGNER_MISMATCH')
    // The one that got nothing was shown the same past: it may say so, and has not the keys.
    expect(await make(next)).toBe(3)
    expect(await verify('--owner', owner.address, '--known', first.enclave.signer)).toMatchObject([
      {},
      {},
      { change: 'restart', sharesKeys: false },
    ])
    expect(await verify('--owner', owner.address, '--shared-keys')).toBe('HISTORY_BROKEN')
  })
})

async function nacre(...args: string[]) {
  const add = (program: Command, terminal: Terminal) => {
    registerVerifierCommands(program, terminal)
    addHistoryMake(program, terminal)
    addBundleAdd(program, terminal)
  }
  const { json } = await testTerminal([...args, '--json'], add, new Command('nacre'))
  return json()
}

async function history(...args: string[]) {
  const { ok, error, epochs } = await nacre('history', ...args)
  return ok ? epochs : error.code
}

/** A bundle of one answer, in a file. */
async function answerOf({ url }: Launched, name: string): Promise<string> {
  const { attestation, keyset } = await fetchEvidence(url)
  const { manifest, manifestBytes, samples } = await shippedModel('digits')
  const inputs = [samples[0]?.tensor as Tensor]
  const message = encodeInferRequest({ inputs, requestId: random32(), binary: true, receiptMode: 'immediate' })
  const reply = await exchange(`${url}/v2/models/${manifest.name}/infer`, { method: 'POST', ...message })
  const { receipt, outputs, domain, signature = null } = decodeInferResponse(reply)
  const path = join(folder, `${name}.nacre`)
  writeFileSync(
    path,
    encodeBundle({ ...bareBundle, attestation, keyset, manifest: manifestBytes, domain, receipt, signature, inputs, outputs }),
  )
  return path
}

test('when none was up, the next one restores what this image kept: the same keys and the same identity, and other receipts', async () => {
  await first.launched.stop()
  const again = await launch('again', { store: 'first' })
  expect(again.log()).toContain('secret restored that this image kept')
  expect([...shared(again), again.identity]).toEqual([...shared(first), first.identity])
  expect(again.enclave.keyset.receiptKey).not.toBe(first.enclave.keyset.receiptKey)
  // What the first said of its keyset says nothing of this one's.
  await expect(identityOf(again, first.identityBytes)).rejects.toMatchObject({ code: 'KEYSET_MISMATCH' })
})

type Launched = Awaited<ReturnType<typeof launch>>

function shared({ enclave }: Launched) {
  return [enclave.keyset.tlsSpkiSha256, enclave.keyset.hpkePublicKey]
}

function registers({ measurements: { pcr0, pcr1, pcr2 } }: Launched): ImageMeasurement {
  return { pcr0, pcr1, pcr2 }
}

type How = { peer?: LaunchedEnclave; project?: string; approval?: string; store?: string }

async function launch(name: string, { peer, project = projectRoot, approval, store = name }: How = {}) {
  const stateDirectory = join(folder, name)
  const storeDirectory = join(folder, store)
  for (const directory of [stateDirectory, join(storeDirectory, 'state')]) mkdirSync(directory, { recursive: true })
  if (approval !== undefined) writeFileSync(join(storeDirectory, 'state/migration'), approval)
  copyFileSync(join(folder, stateFiles.rootKey), join(stateDirectory, stateFiles.rootKey))
  const root = certificateFromPem(readFileSync(join(folder, stateFiles.rootCertificate), 'utf8'))
  const services = await buildEnclaveServices({ storeDirectory, credentials: async () => kms.identities.instance })
  cleanups.push(() => services.close())
  const destinations = new Map<string, Destination>([
    [hostServices.store, { server: services.store }],
    [hostServices.credentials, { server: services.credentials }],
    [`${kms.target.host}:${kms.target.port}`, kms.address],
  ])
  if (peer !== undefined) destinations.set(hostServices.peer, peer.http as Destination)
  const launched = await simulatedLauncher({
    projectRoot: project,
    stateDirectory,
    readyTimeMsMax,
    secrets: { ...secrets(), open: (path) => startEgressProxy({ at: { path }, destinations }) },
  }).start()
  cleanups.push(() => launched.stop())
  await launched.ready()
  const relay = await startRelay({ enclave: launched, host: '127.0.0.1', tlsPort: 0, httpPort: 0 })
  cleanups.push(() => relay.close())
  const url = `https://127.0.0.1:${relay.tlsPort}`
  const { attestation, keyset, nonce } = await fetchEvidence(url)
  const measurements = launched.measurements()
  const enclave = await verifyEnclave({
    ...{ attestation, keyset, nonce, root },
    policy: { measurements: [measurements] },
    time: { mode: 'live', nowMs: Date.now(), ageMsMax: 600_000 },
  })
  const log = () => readFileSync(join(stateDirectory, stateFiles.hypervisorLog), 'utf8')
  const identityBytes = (await exchange(`${url}/.well-known/nacre-identity`)).body
  const met = { launched, url, enclave, measurements, log, keyset, identityBytes }
  return { ...met, identity: (await identityOf(met, identityBytes)).identity }
}

function identityOf({ measurements, keyset }: { measurements: ImageMeasurement; keyset: Uint8Array }, identity: Uint8Array) {
  const root = certificateFromPem(readFileSync(join(folder, stateFiles.rootCertificate), 'utf8'))
  return verifyIdentity({ identity, keyset, root, policy: { measurements: [measurements] }, expected: null })
}

/** On every command line here, and so in every measurement. */
function secrets() {
  return {
    credentials: 'host' as const,
    kms: { ...kms.target, certificateDer: kms.certificate.certificateDer },
    handoverRoot: certificateFromPem(readFileSync(join(folder, stateFiles.rootCertificate), 'utf8')).der,
    handoverOwner: owner.address.toLowerCase() as `0x${string}`,
    keepKeyArn,
  }
}

function policyFor(measurement: ImageMeasurement) {
  const { administrator, owner: sealer, instance } = kms.identities
  const arns = { administratorArn: administrator.arn, ownerArn: sealer.arn, enclaveRoleArn: instance.arn }
  return sealedModelPolicy({ ...arns, measurements: [measurement], keeps: true })
}

async function createKey(): Promise<string> {
  const nobody = toHex(Uint8Array.from(randomBytes(48)))
  const Policy = JSON.stringify(policyFor({ pcr0: nobody, pcr1: nobody, pcr2: nobody }))
  return (await administer(new CreateKeyCommand({ Policy }))).KeyMetadata?.Arn as string
}

async function administer(command: CreateKeyCommand | PutKeyPolicyCommand): Promise<{ KeyMetadata?: { Arn?: string } }> {
  const client = await clientOfLocalKms(join(folder, 'kms'), 'administrator')
  try {
    return (await client.send(command as never)) as { KeyMetadata?: { Arn?: string } }
  } finally {
    client.destroy()
  }
}
