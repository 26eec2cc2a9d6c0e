import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildImage } from '@nacre/host/image/build'
import { encodeEif } from '@nacre/host/image/encode-eif'
import type { LaunchedEnclave } from '@nacre/host/launcher'
import { type Relay, startRelay } from '@nacre/host/relay'
import { stateFiles } from '@nacre/host/state'
import { vmLauncher } from '@nacre/host/vm-launcher'
import { certificateFromPem } from '@nacre/verifier/certificate'
import { decodeEif, measureEif } from '@nacre/verifier/eif'
import { verifyInference } from '@nacre/verifier/inference'
import { encodeInferRequest } from '@nacre/verifier/response'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { imagePackages } from '../support/image-packages.ts'
import { descendantsOf, isAlive } from './processes.ts'
import {
  acceptance,
  ask,
  exchange,
  labelOf,
  projectRoot,
  random32,
  type ShippedModel,
  type System,
  sampleInputs,
  shippedModel,
} from './system.ts'

// The image itself: built, booted in a virtual machine, asked through the host's relay over vsock. Its documents are held against what the image measures before anything boots.

const cache = process.platform === 'linux' && process.arch === 'x64' ? await imagePackages({ machine: true }) : null
const bootMsMax = 240_000

describe.skipIf(cache === null)('an enclave image in a virtual machine', () => {
  let folder: string
  let imagePath: string
  let system: System
  let digits: ShippedModel
  const events: string[] = []

  beforeAll(async () => {
    if (cache === null) return
    folder = mkdtempSync(join(tmpdir(), 'nacre-vm-test-'))
    imagePath = join(folder, 'enclave.eif')
    digits = await shippedModel('digits')
    const { eif } = await buildImage({ projectRoot, cache, models: ['digits'] })
    writeFileSync(imagePath, eif)
    const { pcr0, pcr1, pcr2 } = await measureEif(decodeEif(eif))
    const launched = await vmLauncher({ imagePath, stateDirectory: folder, cache, memoryMiB: 768 }).start()
    launched.onEvent(({ event }) => events.push(event))
    system = await around(launched, folder, { pcr0, pcr1, pcr2 })
    await launched.ready()
  }, bootMsMax)
  afterAll(async () => {
    const pids = descendantsOf(process.pid).filter(({ command }) => /qemu-system|vhost-device-vsock/.test(command))
    await system?.stop()
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
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

  test('its document is that of the image file, by nacre attestation verify --image', { timeout: 60_000 }, async () => {
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

  test('logs neither what it was asked nor anything secret', async () => {
    const id = randomUUID()
    const requestId = random32()
    await ask({ url: system.httpUrl, model: digits, id, requestId })
    const log = readFileSync(join(folder, stateFiles.hypervisorLog), 'utf8')
    expect(log).toContain('listening')
    for (const secret of [id, requestId, requestId.slice(2), 'PRIVATE KEY']) expect(log).not.toContain(secret)
  })

  test('killed in the middle of a request: a clean error, another boot with other keys, no wrong answer', {
    timeout: bootMsMax,
  }, async () => {
    const before = await ask({ url: system.httpUrl, model: digits })
    const relaunched = new Promise<void>((resolve) =>
      system.launched.onEvent(({ event }) => (event === 'launched' ? resolve() : undefined)),
    )
    const message = encodeInferRequest({ inputs: sampleInputs(digits), requestId: random32() })
    const qemu = descendantsOf(process.pid).find(
      ({ command }) => /ld-linux\S* .*qemu-system-x86_64/.test(command) && !command.includes('guard.mjs'),
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
    for (const outcome of await Promise.all(asked)) {
      if (outcome instanceof Error) throw outcome
      expect([200, 502, 503]).toContain(outcome.status)
      if (outcome.status !== 200) expect(JSON.parse(Buffer.from(outcome.body).toString()).code).toMatch(/^RELAY_ENCLAVE_(LOST|AWAY)$/)
    }
    const cut = await overTls
    if (cut instanceof Error) expect(cut.code).toMatch(/^(ECONNRESET|EPIPE)$/)
    await relaunched
    expect((await exchange(`${system.httpUrl}/v2/health/ready`)).status).toBe(503)
    await system.launched.ready()
    const after = await ask({ url: system.httpUrl, model: digits })
    const verified = await verifyInference(acceptance(system, after))
    expect(verified.signer).not.toBe(before.answer.signer)
    // Evidence of the dead enclave does not stand for answers of the living one.
    await expect(
      verifyInference({ ...acceptance(system, after), response: { ...after.answer, ...before.evidence }, nonce: before.evidence.nonce }),
    ).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' })
  })
})

async function around(launched: LaunchedEnclave, folder: string, measurement: ReturnType<System['measurement']>): Promise<System> {
  const relay: Relay = await startRelay({ enclave: launched, host: '127.0.0.1', tlsPort: 0, httpPort: 0 })
  await new Promise<void>((resolve) => launched.onEvent(({ event }) => (event === 'measured' ? resolve() : undefined)))
  const rootPem = readFileSync(launched.rootPemPath, 'utf8')
  return {
    launched,
    relay,
    tlsUrl: `https://127.0.0.1:${relay.tlsPort}`,
    httpUrl: `http://127.0.0.1:${relay.httpPort}`,
    root: certificateFromPem(rootPem),
    rootPem,
    measurement: () => measurement,
    stateDirectory: folder,
    async stop() {
      await relay.close()
      await launched.stop()
    },
  }
}
