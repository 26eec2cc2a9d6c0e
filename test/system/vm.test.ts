import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { buildImage } from '@nacre/host/image/build'
import { encodeEif } from '@nacre/host/image/encode-eif'
import type { EgressAddress } from '@nacre/host/kms/egress-proxy'
import type { LaunchedEnclave } from '@nacre/host/launcher'
import { loadOrCreateSimulatedRoot, stateFiles } from '@nacre/host/state'
import { vmLauncher } from '@nacre/host/vm-launcher'
import type { Hex } from '@nacre/verifier/bytes'
import { certificateFromPem } from '@nacre/verifier/certificate'
import { decodeEif, measureEif } from '@nacre/verifier/eif'
import { verifyEnclave } from '@nacre/verifier/enclave-identity'
import { verifyIdentity } from '@nacre/verifier/identity'
import { verifyInference } from '@nacre/verifier/inference'
import { encodeInferRequest } from '@nacre/verifier/response'
import type { Tensor } from '@nacre/verifier/tensor'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withOneByteChanged } from '../support/changed-image.ts'
import { imagePackages } from '../support/image-packages.ts'
import { filesBelow, memoryHolds } from '../support/leak-search.ts'
import { type PrivateProgram, privateProgram } from '../support/private-model.ts'
import { descendantsOf, isAlive } from './processes.ts'
import { type SecretsHost, startRelayProcess, startSecretsHost } from './secrets-host.ts'
import {
  acceptance,
  ask,
  exchange,
  fetchEvidence,
  labelOf,
  projectRoot,
  random32,
  type ShippedModel,
  type System,
  sampleInputs,
  shippedModel,
} from './system.ts'

// The image itself: built, booted in a virtual machine, asked through the host's relay over vsock. Its documents are held against what the image measures before anything boots. One of its models is
// sealed, a private one that tells spam: it asks a KMS for the key, through the host's proxy over vsock. A second machine of the same image takes over the first one's secret, and one of a changed image does not.

const cache = process.platform === 'linux' && process.arch === 'x64' ? await imagePackages({ machine: true }) : null
const bootMsMax = 600_000

describe.skipIf(cache === null)('an enclave image in a virtual machine', () => {
  let folder: string
  let imagePath: string
  let system: Booted
  let digits: ShippedModel
  let ownerFolder: string
  let owner: PrivateProgram
  let host: SecretsHost
  let egress: Awaited<ReturnType<SecretsHost['openEgress']>>
  let replica: Booted | undefined
  /** Where the first machine is led to the second, once there is one. */
  const peer = createServer((from) => {
    const to = replica === undefined ? undefined : connect(Number(new URL(replica.httpUrl).port), '127.0.0.1')
    if (to === undefined) return void from.destroy()
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const)
      one.on('error', () => other.destroy()).pipe(other)
  })
  let measurement: { pcr0: Hex; pcr1: Hex; pcr2: Hex }
  const events: string[] = []
  const recorded: Buffer[] = []
  const decryptions = () => host.kms.events.filter(({ operation }) => operation === 'Decrypt').map(({ timeMs: _, ...event }) => event)

  beforeAll(async () => {
    if (cache === null) return
    folder = mkdtempSync(join(tmpdir(), 'nacre-vm-test-'))
    imagePath = join(folder, 'enclave.eif')
    digits = await shippedModel('digits')
    ownerFolder = mkdtempSync(join(tmpdir(), 'nacre-vm-owner-'))
    owner = await privateProgram(ownerFolder, 'spam')
    await loadOrCreateSimulatedRoot(folder, Date.now())
    host = await startSecretsHost({ directory: folder, rootPath: join(folder, stateFiles.rootCertificate) })
    const root = certificateFromPem(readFileSync(join(folder, stateFiles.rootCertificate), 'utf8'))
    const secrets = { ...host.secrets, handoverRoot: root.der, keepReceiptKey: true }
    const { modelDirectory } = await host.seal(owner.folder)
    const { eif } = await buildImage({ projectRoot, cache, models: ['digits'], modelFolders: [modelDirectory], secrets })
    writeFileSync(imagePath, eif)
    const { pcr0, pcr1, pcr2 } = await measureEif(decodeEif(eif))
    measurement = { pcr0, pcr1, pcr2 }
    await host.admit(measurement)
    await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve))
    const openEgress = async (at: EgressAddress) => (egress = await host.openEgress(pathOf(at), recorded, portOf(peer)))
    const launched = await vmLauncher({ imagePath, stateDirectory: folder, cache, memoryMiB: 768, openEgress }).start()
    launched.onEvent(({ event }) => events.push(event))
    system = await around(launched, folder, () => measurement)
    await launched.ready()
  }, bootMsMax)
  afterAll(async () => {
    const pids = descendantsOf(process.pid).filter(({ command }) => /qemu-system|vhost-device-vsock/.test(command))
    await Promise.all([system?.stop(), replica?.stop()])
    peer.close()
    await host?.close()
    for (const place of [folder, ownerFolder]) if (place !== undefined) rmSync(place, { recursive: true, force: true })
    expect(pids.filter(({ pid }) => isAlive(pid))).toEqual([])
  })

  test('beats its heart, and answers over vsock what verifies under the registers computed before it booted', async () => {
    expect(events).toContain('heartbeat')
    for (const url of [system.httpUrl, system.tlsUrl]) {
      const answered = await ask({ url, model: digits })
      const verified = await verifyInference(acceptance(system, answered))
      expect(labelOf(digits, verified.outputs)).toBe(digits.samples[0]?.label)
    }
  })

  test('opens a sealed model with a key that KMS gives to its registers alone, and answers with it', async () => {
    const { model } = owner
    await expect.poll(() => sealState(system), { interval: 500 }).toBe('ready')
    const answered = await ask({ url: system.tlsUrl, model })
    const verified = await verifyInference(acceptance(system, answered))
    expect(labelOf(model, verified.outputs)).toBe(model.samples[0]?.label)
    expect(verified.receipt.modelId).toBe(model.id)
    const { instance } = host.kms.ready.principals as { instance: string }
    expect(decryptions()).toEqual([{ operation: 'Decrypt', principal: instance, result: 'ok' }])
  })

  test('its weights are nowhere with the host: not on its disk or in the image, not in its processes, not on the way', ({ skip }) => {
    const found = (bytes: Buffer) => owner.windows.some((window) => bytes.includes(window))
    expect(found(readFileSync(join(owner.folder, 'stages/classify/model.onnx')))).toBe(true)

    const { device } = system.launched.tls as { device: string }
    const files = filesBelow(folder).concat(filesBelow(dirname(device)))
    for (const name of [owner.model.id, 'ramdisks']) expect(files.some((path) => path.endsWith(name))).toBe(true)
    expect(files.filter((path) => found(readFileSync(path)))).toEqual([])
    const unpacked = decodeEif(Uint8Array.from(readFileSync(imagePath))).ramdisks.map((bytes) =>
      bytes[0] === 0x1f ? gunzipSync(bytes) : Buffer.from(bytes),
    )
    expect(unpacked.some((ramdisk) => ramdisk.includes('models/spam/stages/classify/manifest.json'))).toBe(true)
    expect(unpacked.some(found)).toBe(false)

    const traffic = Buffer.concat(recorded)
    expect(traffic.length).toBeGreaterThan(1_000_000)
    expect(found(traffic)).toBe(false)

    // The enclave's memory is memory of QEMU here, shared with the vsock device: there the weights are, so that the search is one that finds. AWS's hypervisor keeps a host out of it, and nothing here stands for that.
    const processes = descendantsOf(process.pid).filter(({ command }) => !command.includes('guard.mjs'))
    const pidOf = (command: RegExp) => processes.find((process) => command.test(process.command))?.pid as number
    const qemu = pidOf(/ld-linux\S* .*qemu-system-x86_64/)
    const inEnclave = memoryHolds(qemu, owner.windows)
    if (inEnclave === undefined) skip('the memory of other processes cannot be read here')
    expect(inEnclave).toBe(true)
    const hosts = {
      relay: system.relayPid,
      egress: egress.process.pid as number,
      kms: host.kms.process.pid as number,
      hypervisor: pidOf(/vm\/main\.ts/),
      vsock: pidOf(/ld-linux\S* .*vhost-device-vsock/),
      qemu,
    }
    for (const [name, pid] of Object.entries(hosts))
      expect(memoryHolds(pid, owner.windows, { except: 'memory-backend-memfd' }), name).toBe(false)
  })

  test('its document is that of the image file, by nacre attestation verify --image', async () => {
    const { evidence } = await ask({ url: system.httpUrl, model: digits })
    writeFileSync(join(folder, 'document.cbor'), evidence.attestation)
    const verify = (image: string) => {
      const args = [
        'attestation',
        'verify',
        join(folder, 'document.cbor'),
        '--root',
        system.launched.rootPemPath,
        '--image',
        image,
        '--json',
      ]
      const { status, stdout } = spawnSync(process.execPath, [join(projectRoot, 'host/nacre.mjs'), ...args], { encoding: 'utf8' })
      return `${status} ${JSON.parse(stdout).error?.code ?? 'verified'}`
    }
    expect(verify(imagePath)).toBe('0 verified')
    const image = decodeEif(Uint8Array.from(readFileSync(imagePath)))
    const ramdisks = [...image.ramdisks.slice(0, -1), Uint8Array.from([...(image.ramdisks.at(-1) as Uint8Array), 0])]
    writeFileSync(join(folder, 'other.eif'), encodeEif({ ...image, ramdisks, metadata: Buffer.from('{}'), signature: undefined }))
    expect(verify(join(folder, 'other.eif'))).toBe('1 MEASUREMENT_NOT_ALLOWED')
    expect(verify(join(folder, 'document.cbor'))).toBe('2 INPUT_UNREADABLE')
  })

  test('is refused under any other register', async () => {
    const answered = await ask({ url: system.httpUrl, model: digits })
    const { pcr0, pcr1 = pcr0, pcr2 } = system.measurement()
    for (const measurement of [{ pcr0: pcr1 }, { pcr0, pcr1: pcr0 }, { pcr0, pcr2: pcr0 }]) {
      const parameters = acceptance(system, answered)
      await expect(verifyInference({ ...parameters, policy: { ...parameters.policy, measurements: [measurement] } })).rejects.toMatchObject(
        {
          code: 'MEASUREMENT_NOT_ALLOWED',
        },
      )
    }
    expect(
      (await verifyInference({ ...acceptance(system, answered), policy: { measurements: [{ pcr0, pcr1, pcr2 }], modelIds: [digits.id] } }))
        .receipt.modelId,
    ).toBe(digits.id)
  })

  test('carries large requests both ways', async () => {
    const body = Buffer.alloc(2 << 20, 0x20)
    const refused = await exchange(`${system.httpUrl}/v2/models/digits/infer`, { method: 'POST', body })
    expect(refused.status).toBe(400)
  })

  test('gives a model’s process large tensors in memory that both map, confined as it is', async () => {
    const [pixels] = sampleInputs(digits) as [Tensor]
    const rows = 256
    const many = { ...pixels, shape: [BigInt(rows), 64n], data: Buffer.concat(Array.from({ length: rows }, () => pixels.data)) }
    const answered = await ask({ url: system.httpUrl, model: digits, inputs: [many], binary: true })
    const { outputs } = await verifyInference(acceptance(system, answered))
    const one = await ask({ url: system.httpUrl, model: digits })
    const [row] = (await verifyInference(acceptance(system, one))).outputs
    expect(
      Buffer.from((outputs[0] as Tensor).data).equals(Buffer.concat(Array.from({ length: rows }, () => row?.data ?? Buffer.of()))),
    ).toBe(true)
    const log = readFileSync(join(folder, stateFiles.hypervisorLog), 'utf8')
    expect(log).not.toMatch(/tensors go through|model process ended/)
  })

  test('logs neither what it was asked nor anything secret', async () => {
    const id = randomUUID()
    const requestId = random32()
    await ask({ url: system.httpUrl, model: digits, id, requestId })
    const log = readFileSync(join(folder, stateFiles.hypervisorLog), 'utf8')
    expect(log).toContain('listening')
    for (const secret of [id, requestId, requestId.slice(2), 'PRIVATE KEY']) expect(log).not.toContain(secret)
  })

  test('a second machine of its image, led to it, has its secret: the same keys for clients, the same identity, and receipts of its own', {
    timeout: bootMsMax,
  }, async () => {
    if (cache === null) return
    const place = join(folder, 'replica')
    mkdirSync(place)
    copyFileSync(join(folder, stateFiles.rootKey), join(place, stateFiles.rootKey))
    const led = Number(new URL(system.httpUrl).port)
    const openEgress = (at: EgressAddress) => host.openEgress(pathOf(at), recorded, led)
    const launched = await vmLauncher({ imagePath, stateDirectory: place, cache, memoryMiB: 768, openEgress }).start()
    replica = await around(launched, place, () => measurement)
    await launched.ready()
    expect(readFileSync(join(place, stateFiles.hypervisorLog), 'utf8')).not.toMatch(/no secret from a peer.*/)
    const [first, second] = [await met(system), await met(replica)]
    expect(second.keyset.keptReceiptKey).toMatch(/^0x04/)
    expect(second.keyset.keptReceiptKey).toBe(first.keyset.keptReceiptKey)
    expect([second.keyset.tlsSpkiSha256, second.keyset.hpkePublicKey, second.identity]).toEqual([
      first.keyset.tlsSpkiSha256,
      first.keyset.hpkePublicKey,
      first.identity,
    ])
    for (const own of ['receiptKey', 'logName', 'logPublicKey'] as const) expect(second.keyset[own]).not.toBe(first.keyset[own])
    expect(readFileSync(join(folder, stateFiles.hypervisorLog), 'utf8')).toContain('secret given to an enclave of this image')
  })

  test('killed in the middle of a request: a clean error, another boot with other keys, no wrong answer; and with one byte of its image changed, no weights and no secret', {
    timeout: bootMsMax,
  }, async () => {
    const before = await ask({ url: system.httpUrl, model: digits })
    const identityBefore = (await met(system)).identity
    const relaunched = new Promise<void>((resolve) =>
      system.launched.onEvent(({ event }) => (event === 'launched' ? resolve() : undefined)),
    )
    const changed = withOneByteChanged(Uint8Array.from(readFileSync(imagePath)))
    writeFileSync(imagePath, changed)
    const message = encodeInferRequest({ inputs: sampleInputs(digits), requestId: random32() })
    const { device } = system.launched.tls as { device: string }
    const qemu = descendantsOf(process.pid).find(
      ({ command }) =>
        /ld-linux\S* .*qemu-system-x86_64/.test(command) && command.includes(dirname(device)) && !command.includes('guard.mjs'),
    )
    if (qemu === undefined) throw new Error('no virtual machine')
    const asked = Array.from({ length: 8 }, () =>
      exchange(`${system.httpUrl}/v2/models/digits/infer`, { method: 'POST', ...message }).catch((error: NodeJS.ErrnoException) => error),
    )
    const overTls = exchange(`${system.tlsUrl}/v2/models/digits/infer`, { method: 'POST', ...message }).catch(
      (error: NodeJS.ErrnoException) => error,
    )
    await new Promise((resolve) => setTimeout(resolve, 5))
    process.kill(qemu.pid, 'SIGKILL')
    const cutOff = 'the answer was cut off'
    for (const outcome of await Promise.all(asked)) {
      // No status says that an answer that has begun does not go on.
      if (outcome instanceof Error && outcome.message === cutOff) continue
      if (outcome instanceof Error) throw outcome
      expect([200, 502, 503]).toContain(outcome.status)
      if (outcome.status !== 200) expect(JSON.parse(Buffer.from(outcome.body).toString()).code).toMatch(/^RELAY_ENCLAVE_(LOST|AWAY)$/)
    }
    const cut = await overTls
    if (cut instanceof Error && cut.message !== cutOff) expect(cut.code).toMatch(/^(ECONNRESET|EPIPE)$/)
    await relaunched
    expect((await exchange(`${system.httpUrl}/v2/health/ready`)).status).toBe(503)
    await system.launched.ready()
    // What boots is what the file is by then: whoever expects the other image is told.
    const { pcr0, pcr1, pcr2 } = await measureEif(decodeEif(changed))
    await expect(verifyInference(acceptance(system, await ask({ url: system.httpUrl, model: digits })))).rejects.toMatchObject({
      code: 'MEASUREMENT_NOT_ALLOWED',
    })
    expect(pcr1).toBe(measurement.pcr1)
    expect([pcr0, pcr2]).not.toContain(measurement.pcr0)
    const measurementBefore = measurement
    measurement = { pcr0, pcr1, pcr2 }
    const after = await ask({ url: system.httpUrl, model: digits })
    const verified = await verifyInference(acceptance(system, after))
    expect(verified.signer).not.toBe(before.answer.signer)
    // Evidence of the dead enclave does not stand for answers of the living one.
    await expect(
      verifyInference({
        ...acceptance(system, after),
        response: { ...after.answer, ...before.evidence },
        nonce: before.evidence.nonce,
        policy: { measurements: [measurementBefore], modelIds: [digits.id] },
        // However long the boot took.
        time: { mode: 'document' },
      }),
    ).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' })

    await expect.poll(() => sealState(system), { interval: 500 }).toBe('KMS_REFUSED')
    expect(
      decryptions()
        .slice(1)
        .map(({ result }) => result),
    ).toContain('AccessDeniedException')
    await expect(ask({ url: system.httpUrl, model: owner.model })).rejects.toThrow(/status 503.*MODEL_SEALED/)

    // Led to the second machine, which has the secret.
    expect(readFileSync(join(folder, stateFiles.hypervisorLog), 'utf8')).toMatch(/no secret from a peer.*MEASUREMENT_NOT_ALLOWED/)
    expect((await met(system)).identity).not.toBe(identityBefore)
  })
})

async function sealState({ httpUrl }: Booted): Promise<string> {
  const reply = await exchange(`${httpUrl}/v2/models/spam/ready`)
  if (reply.status === 200) return 'ready'
  const { received, code } = JSON.parse(Buffer.from(reply.body).toString())
  return received ?? code
}

/** Who answers, by its document. */
async function met({ tlsUrl, root, measurement }: Booted) {
  const { attestation, keyset, nonce } = await fetchEvidence(tlsUrl)
  const policy = { measurements: [measurement()] }
  const time = { mode: 'live', nowMs: Date.now(), ageMsMax: 600_000 } as const
  const enclave = await verifyEnclave({ attestation, keyset, nonce, root, policy, time })
  const identity = (await exchange(`${tlsUrl}/.well-known/nacre-identity`)).body
  return { keyset: enclave.keyset, identity: (await verifyIdentity({ identity, keyset, root, policy, expected: null })).identity }
}

function pathOf(at: EgressAddress): string {
  if (!('path' in at)) throw new Error('The way out of a virtual machine is a unix socket')
  return at.path
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

type Booted = Omit<System, 'relay'> & { relayPid: number }

async function around(launched: LaunchedEnclave, folder: string, measurement: System['measurement']): Promise<Booted> {
  const { process: relay, ...urls } = await startRelayProcess(launched)
  await new Promise<void>((resolve) => launched.onEvent(({ event }) => (event === 'measured' ? resolve() : undefined)))
  const rootPem = readFileSync(launched.rootPemPath, 'utf8')
  return {
    ...urls,
    launched,
    relayPid: relay.pid as number,
    root: certificateFromPem(rootPem),
    rootPem,
    measurement,
    stateDirectory: folder,
    async stop() {
      relay.kill()
      await launched.stop()
    },
  }
}
