import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { CreateKeyCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { systemClock } from '@nacre/enclave/clock'
import { egressSocket } from '@nacre/enclave/kms/egress'
import { isDataKeyOf, openSealedWeights } from '@nacre/enclave/kms/sealed-weights'
import { createUnsealer } from '@nacre/enclave/kms/unsealer'
import { defaultLimits } from '@nacre/enclave/limits'
import { createLog } from '@nacre/enclave/log'
import { type OnnxModel, readModels } from '@nacre/enclave/model-folder'
import { startModelProcess } from '@nacre/enclave/model-process'
import { sealedModelPolicy } from '@nacre/host/kms/key-policy'
import { readModelToSeal } from '@nacre/host/kms/model-to-seal'
import { sealModel } from '@nacre/host/kms/seal-model'
import { toHex } from '@nacre/verifier/bytes'
import { encodeManifest, type OnnxManifest } from '@nacre/verifier/manifest'
import { administrator, draw, instance, measurement, owner, region, startKit } from '../kms/kit.ts'

/**
 * What sealing costs: bytes a second of opening weights, next to the same AES-256-GCM of node:crypto on the same chunks, taking turns in one run; and the time from launch to loaded of models of
 * 1, 10 and 100 MB, open on disk and sealed (KMS, proxy, store, decryption). Medians.
 *
 *     npm run bench:unseal -- --json
 */
const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '7' } } })
const rounds = Number(values.rounds)
const folder = mkdtempSync(join(tmpdir(), 'nacre-bench-'))
const kit = await startKit({ storeDirectory: join(folder, 'store') })
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

try {
  const throughput = await measureThroughput(64)
  const coldStart = []
  for (const megabytes of [1, 10, 100]) coldStart.push(await measureColdStart(megabytes))
  const result = { unit: { throughput: 'MB/s', cold_start: 'ms' }, rounds, throughput, cold_start: coldStart }
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`)
  else {
    process.stdout.write(
      `unsealing ${throughput.unseal} MB/s, plain AES-256-GCM of node:crypto ${throughput.aes_gcm} MB/s (${throughput.ratio})\n`,
    )
    for (const { megabytes, open, sealed, sealed_first } of coldStart)
      process.stdout.write(`${String(megabytes).padStart(4)} MB model: open ${open} ms, sealed ${sealed} ms, with KMS ${sealed_first} ms\n`)
  }
} finally {
  await kit.close()
  rmSync(folder, { recursive: true, force: true })
}
process.exit()

async function measureThroughput(megabytes: number) {
  const { sealed, header, dataKey, ciphertext } = await sealSynthetic(randomBytes(megabytes << 20))
  const key = randomBytes(32)
  const nonce = randomBytes(12)
  const chunks = Array.from({ length: megabytes }, () => {
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    return { bytes: Buffer.concat([cipher.update(Buffer.alloc(1 << 20)), cipher.final()]), tag: cipher.getAuthTag() }
  })
  async function* pieces() {
    for (let at = 0; at < ciphertext.length; at += 1 << 16) yield ciphertext.subarray(at, at + (1 << 16))
  }
  const runs = {
    async unseal() {
      for await (const _ of openSealedWeights({ sealed, header, dataKey, ciphertext: pieces() }));
    },
    async aes_gcm() {
      for (const { bytes, tag } of chunks) {
        const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAuthTag(tag)
        decipher.update(bytes)
        decipher.final()
      }
    },
  }
  const ms = { unseal: [] as number[], aes_gcm: [] as number[] }
  for (let round = -2; round < rounds; round++)
    for (const name of ['unseal', 'aes_gcm'] as const) {
      const startedMs = performance.now()
      await runs[name]()
      if (round >= 0) ms[name].push(performance.now() - startedMs)
    }
  const rate = (samples: number[]) => Math.round((megabytes * 1.048576) / (median(samples) / 1000))
  const [unseal, aes] = [rate(ms.unseal), rate(ms.aes_gcm)]
  return { unseal, aes_gcm: aes, ratio: Math.round((100 * unseal) / aes) / 100 }
}

/** A model of this size: the digits model with an unused tensor of random weights. */
async function measureColdStart(megabytes: number) {
  const models = new URL('../../enclave/models/', import.meta.url)
  const digits = (await readModels(models.pathname, defaultLimits)).find(({ manifest }) => manifest.name === 'digits') as OnnxModel
  const weights = paddedModel(readFileSync(digits.weightsPath as string), megabytes << 20)
  const open = join(folder, `open-${megabytes}.onnx`)
  writeFileSync(open, weights)
  const { model, sealed } = await sealForKit(weights, digits.manifest)
  const unsealer = createUnsealer({ kms: kit.enclave(), egress: egressSocket({ path: kit.egressPath }) })
  const samples = { open: [] as number[], sealed: [] as number[], sealed_first: [] as number[] }
  for (let round = 0; round < Math.min(rounds, 5); round++) {
    samples.open.push(await startMs({ ...model, weightsPath: open, sealed: undefined }))
    const fresh = createUnsealer({ kms: kit.enclave(), egress: egressSocket({ path: kit.egressPath }) })
    samples.sealed_first.push(await startMs({ ...model, weightsPath: null, sealed }, () => fresh.open(sealed)))
    samples.sealed.push(await startMs({ ...model, weightsPath: null, sealed }, () => unsealer.open(sealed)))
  }
  rmSync(open)
  const of = (name: keyof typeof samples) => Math.round(median(samples[name]))
  return { megabytes, open: of('open'), sealed: of('sealed'), sealed_first: of('sealed_first') }
}

async function startMs(model: OnnxModel, openWeights?: () => Promise<AsyncIterable<Uint8Array>>): Promise<number> {
  const startedMs = performance.now()
  const log = createLog(
    () => {},
    () => 0,
  )
  const running = startModelProcess({ model, openWeights, clock: systemClock, limits: defaultLimits, log })
  await running.started
  const ms = performance.now() - startedMs
  running.close()
  return ms
}

async function sealSynthetic(weights: Uint8Array) {
  const models = new URL('../../enclave/models/', import.meta.url)
  const digits = (await readModels(models.pathname, defaultLimits)).find(({ manifest }) => manifest.name === 'digits') as OnnxModel
  const model = write(weights, digits.manifest)
  const dataKey = draw(32)
  const keyArn = `arn:aws:kms:${region}:000000000000:key/0`
  const files = await sealModel({
    model,
    keyArn,
    dataKey: { plaintext: Uint8Array.from(dataKey), ciphertext: draw(100) },
    outDirectory: join(folder, 'synthetic'),
    randomBytes: draw,
  })
  if (!isDataKeyOf(files.sealed)(dataKey)) throw new Error('not the data key')
  const header = Uint8Array.from(readFileSync(join(files.modelDirectory, 'sealed.json')))
  return { sealed: files.sealed, header, dataKey, ciphertext: Uint8Array.from(readFileSync(files.ciphertextPath)) }
}

async function sealForKit(weights: Uint8Array, manifest: OnnxManifest) {
  const policy = sealedModelPolicy({
    administratorArn: administrator.arn,
    ownerArn: owner.arn,
    enclaveRoleArn: instance.arn,
    measurements: [measurement()],
  })
  const keyArn = (await sdk(administrator).send(new CreateKeyCommand({ Policy: JSON.stringify(policy) }))).KeyMetadata?.Arn as string
  const written = write(weights, manifest)
  const key = await sdk(owner).send(
    new GenerateDataKeyCommand({ KeyId: keyArn, KeySpec: 'AES_256', EncryptionContext: { 'nacre:model': written.id } }),
  )
  await sealModel({
    model: written,
    keyArn,
    dataKey: { plaintext: Uint8Array.from(key.Plaintext as Uint8Array), ciphertext: key.CiphertextBlob as Uint8Array },
    outDirectory: folder,
    randomBytes: draw,
  })
  const [model] = (await readModels(join(folder, 'models'), defaultLimits)) as OnnxModel[]
  if (model?.sealed === undefined) throw new Error('not sealed')
  return { model, sealed: model.sealed }
}

function sdk(credentials: typeof owner): KMSClient {
  const httpsAgent = new Agent({ ca: kit.certificate.pem, servername: 'kms.sim-1.nacre.internal' })
  return new KMSClient({ region, endpoint: kit.url, credentials: credentials as never, requestHandler: { httpsAgent } })
}

function write(weights: Uint8Array, manifest: OnnxManifest) {
  const [weightsPath, manifestPath] = [join(folder, 'model.onnx'), join(folder, 'manifest.json')]
  writeFileSync(weightsPath, weights)
  const sha256 = toHex(createHash('sha256').update(weights).digest())
  writeFileSync(manifestPath, encodeManifest({ ...manifest, weights: { bytes: weights.length, sha256 } }))
  return readModelToSeal(weightsPath)
}

/** Protobuf takes further fields behind the last: GraphProto (field 7 of ModelProto) merges, and gets one more initializer (field 5) of float data. */
function paddedModel(onnx: Uint8Array, bytes: number): Uint8Array {
  const raw = randomBytes(bytes - (bytes % 4))
  const varint = (value: number): Buffer =>
    value < 0x80 ? Buffer.from([value]) : Buffer.concat([Buffer.from([(value & 0x7f) | 0x80]), varint(Math.floor(value / 128))])
  const field = (number: number, content: Buffer) => Buffer.concat([varint(number * 8 + 2), varint(content.length), content])
  const dims = Buffer.concat([varint(8), varint(raw.length / 4)])
  const tensor = Buffer.concat([dims, varint(16), varint(1), field(8, Buffer.from('nacre_bench_weights')), field(9, raw)])
  return Uint8Array.from(Buffer.concat([onnx, field(7, field(5, tensor))]))
}

function median(samples: readonly number[]): number {
  return [...samples].sort((a, b) => a - b)[samples.length >> 1] as number
}
