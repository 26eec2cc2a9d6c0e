import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateKeyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms'
import { addBundleAdd } from '@nacre/host/cli/bundle-add'
import { addHistoryMake } from '@nacre/host/cli/history'
import { type AnswerSource, answersFrom } from '@nacre/host/coprocessor/answers'
import type { RequestRecord } from '@nacre/host/coprocessor/contract'
import { enclaveSocket } from '@nacre/host/enclave-socket'
import { rootCertificatePem } from '@nacre/host/hypervisor/ca'
import { measure, resolveMeasuredSet } from '@nacre/host/hypervisor/measure'
import { measuredCommand } from '@nacre/host/hypervisor/sandbox'
import { type Destination, startEgressProxy } from '@nacre/host/kms/egress-proxy'
import { buildEnclaveServices } from '@nacre/host/kms/enclave-services'
import { sealedModelPolicy } from '@nacre/host/kms/key-policy'
import { clientOfLocalKms, type ServedKms, serveLocalKms } from '@nacre/host/kms/serve'
import type { LaunchedEnclave } from '@nacre/host/launcher'
import { startLocalChain } from '@nacre/host/local-chain'
import { followLog } from '@nacre/host/log/follower'
import { modelsPcrOf } from '@nacre/host/models-pcr'
import { deployOnChain, type OnChain } from '@nacre/host/on-chain'
import { startRelay } from '@nacre/host/relay'
import { simulatedLauncher } from '@nacre/host/simulated-launcher'
import { loadOrCreateSimulatedRoot, stateFiles } from '@nacre/host/state'
import { verifyAttestation } from '@nacre/verifier/attestation'
import { bareBundle, encodeBundle } from '@nacre/verifier/bundle'
import { toHex } from '@nacre/verifier/bytes'
import { certificateFromPem } from '@nacre/verifier/certificate'
import { connect } from '@nacre/verifier/cli/attested-client'
import { registerVerifierCommands } from '@nacre/verifier/cli/commands'
import type { Terminal } from '@nacre/verifier/cli/terminal'
import { hostServices } from '@nacre/verifier/egress'
import { verifyEnclave, verifyKeptReceiptKey, verifyKeyset } from '@nacre/verifier/enclave-identity'
import { type ImageMeasurement, migrationTypedData } from '@nacre/verifier/handover'
import { verifyIdentity } from '@nacre/verifier/identity'
import { verifyLogPosition } from '@nacre/verifier/log-position'
import { decodeInferResponse, encodeInferRequest, signatureOf } from '@nacre/verifier/response'
import { encodeTensors, hashTensors, type Tensor } from '@nacre/verifier/tensor'
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
let onChain: OnChain
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

test('replicas share whom clients talk to and whom contracts accept, and not who numbers receipts', async () => {
  const second = await launch('second', { peer: first.launched })
  expect(first.measurements).toEqual(second.measurements)
  expect(shared(second)).toEqual(shared(first))
  expect(second.identity).toBe(first.identity)
  for (const own of ['receiptKey', 'logName', 'logPublicKey'] as const)
    expect(first.enclave.keyset[own]).not.toBe(second.enclave.keyset[own])
  expect(keptKeyOf(second)).toBe(keptKeyOf(first))
  expect(second.log()).toContain('receipts for contracts are signed by a key of this image too')

  // Contracts: registered by the document of the one, the key counts for what the other signed.
  const chain = await startLocalChain({ port: 0, logPath: null })
  cleanups.push(() => chain.stop())
  const root = simulatedRoot()
  const { id: modelId } = await shippedModel('garment')
  const rootHash = toHex(Uint8Array.from(createHash('sha256').update(root.der).digest()))
  onChain = await deployOnChain({ url: chain.url, chainId: chain.chainId, modelId, rootHash })
  await onChain.approveMeasurements({ ...registers(first), pcr16: await modelsPcrOf(join(projectRoot, 'enclave/models')) })
  const document = Uint8Array.from((await exchange(`${first.url}/attestation/kept`)).body)
  // It is renewed every few minutes.
  const time = { mode: 'live', nowMs: Date.now(), ageMsMax: 3_600_000 } as const
  const attestation = await verifyAttestation({ attestation: document, root, time })
  const kept = await verifyKeptReceiptKey(attestation, first.keyset)
  // The attack: it is shown to a client in place of the enclave's own, to have the common key taken for the one that numbers receipts.
  await expect(verifyKeyset(attestation, first.keyset)).rejects.toMatchObject({ code: 'SIGNER_MISMATCH' })
  const before = await askForGate(second)
  expect(await onChain.refusalOf(before.receipt, before.kept.signature, before.outputs)).toBe('KeyNotActive')
  await onChain.registerEnclave(document)
  for (const replica of [second, first]) {
    const { receipt, signer, kept: signed, signature, outputs } = await askForGate(replica)
    expect([signer, signed.signer]).toEqual([replica.enclave.signer, kept])
    // Its own key is one that this registry does not know.
    expect(await onChain.refusalOf(receipt, signature, outputs)).toBe('KeyNotActive')
    expect(await onChain.enterGate(receipt, signed.signature, outputs)).toMatchObject({ signer: kept })
  }

  // What a relayer brings to a coprocessor, whichever replica answered.
  const site = { chainId: chain.chainId, contract: onChain.gate }
  const policy = { measurements: [first.measurements], modelIds: [modelId] }
  const sources = [first, second].map(({ url }) =>
    answersFrom({ site, url, root, policy, models: ['garment'], keptKey: true, nowMs: Date.now, randomBytes: draw }),
  )
  const { samples, manifest } = await shippedModel('garment')
  const record = {
    requestId: random32(),
    outputNames: manifest.outputs.map(({ name }) => name),
    request: { terms: { modelId }, inputHash: await hashTensors([samples[0]?.tensor as Tensor]) },
  } as unknown as RequestRecord
  const [one, other] = sources as [AnswerSource, AnswerSource]
  const answer = await one.ask(record, encodeTensors([samples[0]?.tensor as Tensor]), 'batched')
  expect([answer.signer, answer.inclusion]).toEqual([kept, undefined])
  expect([await one.isGood(record, answer), await other.isGood(record, answer)]).toEqual([true, true])
  // One that the enclave did not sign is asked for again, not waited for.
  expect(await other.isGood(record, { ...answer, sequence: answer.sequence + 1n })).toBe(false)
  for (const source of sources) source.close()

  // The attack: the log of the one, shown as that of the other to hide an answer. Both have the address that contracts know; only the log's own name and key are asked.
  const directory = join(folder, 'log-of-second')
  const socket = enclaveSocket(second.launched.log, second.launched.boot)
  const follower = await followLog({ directory, connect: () => socket.connect(), pollMs: 20, nowMs: Date.now })
  await follower.covers(2)
  await follower.stop()
  const shownAs = ({ enclave: { keyset, signer } }: Launched) =>
    verifyLogPosition({
      read: async (path) => Uint8Array.from(readFileSync(join(directory, second.enclave.signer.toLowerCase(), path))),
      ...{ keyset, signer, receipt: before.receipt, domain: onChain.domain, remembered: null },
      witnesses: { keys: [], quorum: 0, latestMs: 0 },
    })
  expect((await shownAs(second)).head.treeSize).toBeGreaterThan(before.receipt.sequence)
  await expect(shownAs(first)).rejects.toMatchObject({ code: 'LOG_MISMATCH' })

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
    expect(keptKeyOf(next)).not.toBe(keptKeyOf(first))
    const refusal = next.log().match(/^.*no secret from a peer.*MEASUREMENT_NOT_ALLOWED.*$/m)?.[0]
    // Which two were compared, for who has to find out.
    for (const { measurements } of [first, next]) expect(refusal).toContain(measurements.pcr0)
    expect(first.log()).not.toContain('secret given to the next image')
  })

  test('takes over what its owner approves for exactly these two images, and both say so', async () => {
    const migration = { from: registers(first), to: registers(next), notAfterMs: BigInt(Date.now() + 86_400_000) }
    const signature = await owner.signTypedData(migrationTypedData(migration))
    const approval = JSON.stringify({ ...migration, notAfterMs: String(migration.notAfterMs), signature })
    const approved = await launch('approved', { peer: first.launched, project: changed, approval })
    expect(approved.measurements).toEqual(next.measurements)
    expect([...shared(approved), approved.identity]).toEqual([...shared(first), first.identity])
    expect(approved.enclave.keyset.receiptKey).not.toBe(first.enclave.keyset.receiptKey)
    // A registry holds the address for one image.
    expect(keptKeyOf(approved)).not.toBe(keptKeyOf(first))
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
      previous_log: { log_name: first.enclave.keyset.logName, tree_size: expect.any(Number) },
    })
    const [file, approvalFile] = [join(folder, 'enclave.history'), join(folder, 'approval.json')]
    writeFileSync(approvalFile, approval)
    const root = ['--root', join(folder, stateFiles.rootCertificate), '--pcr0', first.measurements.pcr0]
    const make = (last: Launched) => history('make', directory, '--signer', last.enclave.signer, '--approval', approvalFile, '--out', file)
    const verify = (...args: string[]) => history('verify', file, ...root, '--overlap', '86400', ...args)
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
    expect(await judge('--owner', owner.address, '--shared-keys', '--overlap', '86400')).toMatchObject({
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

test('when none was up, the next one restores what this image kept: the same keys, identity and address for contracts, and other receipts', async () => {
  await first.launched.stop()
  const again = await launch('again', { store: 'first' })
  expect(again.log()).toContain('secret restored that this image kept')
  expect([...shared(again), again.identity]).toEqual([...shared(first), first.identity])
  expect(again.enclave.keyset.receiptKey).not.toBe(first.enclave.keyset.receiptKey)
  // The address that contracts know is the same, and so is its registration.
  expect(keptKeyOf(again)).toBe(keptKeyOf(first))
  const { receipt, kept, outputs } = await askForGate(again)
  expect(await onChain.enterGate(receipt, kept.signature, outputs)).toMatchObject({ signer: kept.signer })
  // What the first said of its keyset says nothing of this one's.
  await expect(identityOf(again, first.identityBytes)).rejects.toMatchObject({ code: 'KEYSET_MISMATCH' })
})

/** An answer of the garment model to the visitor of the gate, verified. */
async function askForGate({ url, measurements }: Launched) {
  const { id, samples } = await shippedModel('garment')
  const policy = { measurements: [measurements], modelIds: [id] }
  const client = await connect({ url, root: simulatedRoot(), policy, nowMs: Date.now, randomBytes: draw })
  const inputs = [samples[0]?.tensor as Tensor]
  const { answer, inference } = await client.infer({
    ...{ model: 'garment', inputs, binary: true },
    requestId: await onChain.requestId(),
    domain: onChain.domain,
  })
  client.close()
  const { receipt, signer, outputs, kept } = inference
  if (kept === null) throw new Error('no kept receipt key signed')
  return { receipt, signer, outputs, kept, signature: signatureOf(answer) }
}

function keptKeyOf({ enclave }: Launched) {
  return enclave.keyset.keptReceiptKey ?? 'none'
}

function simulatedRoot() {
  return certificateFromPem(readFileSync(join(folder, stateFiles.rootCertificate), 'utf8'))
}

const draw = (length: number) => Uint8Array.from(randomBytes(length))

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
  const root = simulatedRoot()
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
  return verifyIdentity({ identity, keyset, root: simulatedRoot(), policy: { measurements: [measurements] }, expected: null })
}

/** On every command line here, and so in every measurement. */
function secrets() {
  return {
    credentials: 'host' as const,
    kms: { ...kms.target, certificateDer: kms.certificate.certificateDer },
    handoverRoot: simulatedRoot().der,
    handoverOwner: owner.address.toLowerCase() as `0x${string}`,
    keepKeyArn,
    keepReceiptKey: true,
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
