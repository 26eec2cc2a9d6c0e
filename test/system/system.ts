import { createHash, randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type Agent, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { labelAnswer, readSamples, type Sample } from '@nacre/enclave/models/sample'
import type { LaunchedEnclave } from '@nacre/host/launcher'
import { type Relay, startRelay } from '@nacre/host/relay'
import { simulatedLauncher } from '@nacre/host/simulated-launcher'
import { stateFiles } from '@nacre/host/state'
import { type Hex, toHex } from '@nacre/verifier/bytes'
import { type Certificate, certificateFromPem } from '@nacre/verifier/certificate'
import type { InferenceRequest, VerifyInferenceParameters } from '@nacre/verifier/inference'
import { decodeManifest, decodeOnnxManifest, hashManifest, type OnnxManifest, type ProgramManifest } from '@nacre/verifier/manifest'
import type { Measurement } from '@nacre/verifier/policy'
import type { ReceiptDomain } from '@nacre/verifier/receipt'
import { decodeInferResponse, encodeInferRequest, type InferAnswer } from '@nacre/verifier/response'
import type { Tensor } from '@nacre/verifier/tensor'

/** The real thing for tests: simulated hypervisor, enclave and relay, on free ports and in a folder of its own. */
export type System = {
  launched: LaunchedEnclave
  relay: Relay
  /** The relay's two addresses. */
  tlsUrl: string
  httpUrl: string
  /** What a caller would have pinned beforehand. */
  root: Certificate
  rootPem: string
  measurement(): Measurement
  stateDirectory: string
  stop(): Promise<void>
}

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

/** Of an enclave under test, on the slowest machine. */
export const readyTimeMsMax = 280_000

/** @param rootOf the new system gets the certificate authority of this one: same operator, other enclave. */
export async function startSystem({ rootOf }: { rootOf?: System } = {}): Promise<System> {
  const stateDirectory = mkdtempSync(join(tmpdir(), 'nacre-system-'))
  if (rootOf !== undefined) copyFileSync(join(rootOf.stateDirectory, stateFiles.rootKey), join(stateDirectory, stateFiles.rootKey))
  const launched = await simulatedLauncher({ projectRoot, stateDirectory, readyTimeMsMax }).start()
  try {
    await launched.ready()
    const relay = await startRelay({ enclave: launched, host: '127.0.0.1', tlsPort: 0, httpPort: 0 })
    const rootPem = readFileSync(launched.rootPemPath, 'utf8')
    return {
      launched,
      relay,
      tlsUrl: `https://127.0.0.1:${relay.tlsPort}`,
      httpUrl: `http://127.0.0.1:${relay.httpPort}`,
      root: certificateFromPem(rootPem),
      rootPem,
      measurement: () => launched.measurements(),
      stateDirectory,
      async stop() {
        await relay.close()
        await launched.stop()
        rmSync(stateDirectory, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await launched.stop()
    rmSync(stateDirectory, { recursive: true, force: true })
    throw error
  }
}

export const modelNames = ['garment', 'digits', 'digits-int', 'health', 'ocr', 'vad'] as const
export type ModelName = (typeof modelNames)[number]

/** A model as the checkout has it, not as an enclave says. */
export type ShippedModel = { id: Hex; manifest: OnnxManifest; manifestBytes: Uint8Array; samples: Sample[] }

export async function shippedModel(name: ModelName): Promise<ShippedModel> {
  const folder = join(projectRoot, 'enclave/models', name)
  const manifestBytes = Uint8Array.from(readFileSync(join(folder, 'manifest.json')))
  const manifest = decodeOnnxManifest(manifestBytes)
  return { id: await hashManifest(manifest), manifest, manifestBytes, samples: readSamples(folder) }
}

export const programNames = ['read-text', 'spam'] as const

/** A program as the checkout has it. */
export type ShippedProgram = Omit<ShippedModel, 'manifest'> & { manifest: ProgramManifest }

export async function shippedProgram(name: string): Promise<ShippedProgram> {
  const folder = join(projectRoot, 'enclave/models', name)
  const manifestBytes = Uint8Array.from(readFileSync(join(folder, 'manifest.json')))
  const manifest = decodeManifest(manifestBytes)
  if (manifest.platform !== 'nacre_program') throw new Error(`${name} is no program`)
  const samples = existsSync(join(folder, 'samples')) ? readSamples(folder) : []
  return { id: await hashManifest(manifest), manifest, manifestBytes, samples }
}

/** What the model's outputs say, in words. */
export const labelOf = ({ manifest }: ShippedModel | ShippedProgram, outputs: readonly Tensor[]) => labelAnswer(manifest, outputs)

export const random32 = (): Hex => toHex(Uint8Array.from(randomBytes(32)))

export type HttpReply = {
  status: number
  headers: Record<string, string | undefined>
  body: Uint8Array
  /** SHA-256 of the TLS key that the server proved to have; absent over plain HTTP. */
  tlsSpkiSha256: Uint8Array | undefined
}

export type HttpExchange = {
  method?: string
  headers?: Readonly<Record<string, string>>
  body?: Uint8Array
  agent?: Agent
  socketPath?: string
  onSent?: () => void
}

/** One exchange. No certificate authority is asked: which key answered is in the reply. Rejects unless the whole answer arrived, without a code where it began. */
export function exchange(url: string, { method = 'GET', headers = {}, body, onSent, ...rest }: HttpExchange = {}): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(body.length) }
    const options = { method, headers: { ...headers, ...length }, agent: false as const, ...rest }
    const outgoing = url.startsWith('https:') ? httpsRequest(url, { ...options, rejectUnauthorized: false }) : httpRequest(url, options)
    outgoing.once('error', reject)
    if (onSent !== undefined) outgoing.once('finish', onSent)
    outgoing.once('response', (answer) => {
      const tlsSpkiSha256 = spkiSha256Of(answer.socket as TLSSocket)
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      const cutOff = () => reject(new Error('the answer was cut off'))
      answer.once('error', cutOff)
      answer.once('end', () => {
        if (!answer.complete) return cutOff()
        const received = Object.entries(answer.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join() : value])
        resolve({
          status: answer.statusCode ?? 0,
          headers: Object.fromEntries(received),
          body: Uint8Array.from(Buffer.concat(chunks)),
          tlsSpkiSha256,
        })
      })
    })
    outgoing.end(body)
  })
}

/** The document made for a nonce of this moment, and the keyset beside it. */
export type Evidence = { attestation: Uint8Array; keyset: Uint8Array; nonce: Uint8Array }

export async function fetchEvidence(url: string): Promise<Evidence> {
  const nonce = Uint8Array.from(randomBytes(32))
  const document = await exchange(`${url}/enclave/attestation?nonce=${toHex(nonce)}`)
  const keyset = await exchange(`${url}/.well-known/nacre-keyset`)
  if (document.status !== 200 || keyset.status !== 200) throw new Error(`no evidence: status ${document.status} and ${keyset.status}`)
  return { attestation: Uint8Array.from(Buffer.from(Buffer.from(document.body).toString(), 'base64')), keyset: keyset.body, nonce }
}

export type Question = {
  url: string
  model: ShippedModel | ShippedProgram
  inputs?: readonly Tensor[]
  requestId?: Hex
  domain?: ReceiptDomain
  id?: string
  binary?: boolean
  /** Of the enclave that is asked; fetched after the answer when not given. Enclaves bound how many documents they make a second. */
  evidence?: Evidence
}

/** An answer with all that is needed to judge it. */
export type Answered = {
  reply: HttpReply
  answer: InferAnswer
  evidence: Evidence
  request: InferenceRequest
  domain: ReceiptDomain
}

/** Asks once. Rejects unless the status is 200. */
export async function ask(question: Question): Promise<Answered> {
  const { url, model, inputs = sampleInputs(model), requestId = random32(), domain = null, id, binary } = question
  const message = encodeInferRequest({ inputs, requestId, domain, id, binary })
  const reply = await exchange(`${url}/v2/models/${model.manifest.name}/infer`, { method: 'POST', ...message })
  if (reply.status !== 200) throw new Error(`status ${reply.status}: ${Buffer.from(reply.body).toString()}`)
  const evidence = question.evidence ?? (await fetchEvidence(url))
  return {
    reply,
    answer: decodeInferResponse(reply),
    evidence,
    request: { requestId, modelId: model.id, inputs, outputs: model.manifest.outputs },
    domain,
  }
}

export function sampleInputs({ samples: [sample] }: Pick<ShippedModel, 'samples'>): Tensor[] {
  if (sample === undefined) throw new Error('The model has no samples')
  return sample.inputs
}

/** Arguments with which `verifyInference` should accept the answer: everything that a careful caller can compare is compared. */
export function acceptance(
  system: Pick<System, 'root' | 'measurement'>,
  { reply, answer, evidence, request, domain }: Answered,
): VerifyInferenceParameters {
  return {
    response: { ...answer, attestation: evidence.attestation, keyset: evidence.keyset },
    request,
    policy: { measurements: [system.measurement()], modelIds: [request.modelId] },
    domain,
    root: system.root,
    time: { mode: 'live', nowMs: Date.now(), ageMsMax: 600_000 },
    nonce: evidence.nonce,
    tlsSpkiSha256: reply.tlsSpkiSha256,
  }
}

/** Node shows a peer's certificate once per connection only, and not on resumed sessions. */
const seenKeys = new WeakMap<TLSSocket, Uint8Array>()

function spkiSha256Of(socket: TLSSocket): Uint8Array | undefined {
  const key = socket.getPeerX509Certificate?.()?.publicKey
  if (key !== undefined) seenKeys.set(socket, sha256Of(key.export({ type: 'spki', format: 'der' })))
  return seenKeys.get(socket)
}

function sha256Of(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(bytes).digest())
}
