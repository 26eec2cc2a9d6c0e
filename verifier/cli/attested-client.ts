import type { VerificationTime } from '../attestation.ts'
import { type Bundle, bareBundle } from '../bundle.ts'
import { fromUtf8, type Hex, toHex } from '../bytes.ts'
import type { Certificate } from '../certificate.ts'
import { type ChainCache, createChainCache } from '../chain.ts'
import { type VerifiedEnclave, verifyEnclave } from '../enclave-identity.ts'
import { VerifierError } from '../errors.ts'
import { type VerifiedInference, verifyAnswer } from '../inference.ts'
import { decodeManifest, hashManifest, type ModelManifest, type TensorSpec } from '../manifest.ts'
import { assertModel, type Policy } from '../policy.ts'
import type { ReceiptDomain } from '../receipt.ts'
import { decodeInferResponse, encodeInferRequest, type HttpMessage, type InferAnswer, type InferRequest } from '../response.ts'
import { checkTensor, type Tensor } from '../tensor.ts'
import { decodeBase64 } from './attestation-file.ts'
import { CliError } from './cli-error.ts'
import { type HttpAnswer, type HttpEndpoint, openHttpEndpoint, parseEndpointUrl } from './http-endpoint.ts'

/**
 * A client of one enclave, for Node. {@link connect} verifies whom it talks to before anything else is sent: a document made for its own fresh nonce, the measurement, the keyset, and, over
 * https, that TLS ends at the key in that keyset; every connection is held to that key. Each answer is verified before it is returned.
 *
 * Over plain http the answers are as trustworthy, because receipts sign input and output, but the host and the network read everything: `confidential` says which it is.
 */
export type AttestedClient = {
  readonly enclave: VerifiedEnclave
  /** The evidence behind `enclave`, bytes as received. */
  readonly attestation: Uint8Array
  readonly keyset: Uint8Array
  readonly confidential: boolean
  /** A model by its name, as the enclave measured it. @throws `MODELS_NOT_MEASURED`, `MODEL_MISMATCH`, `MODEL_NOT_ALLOWED` */
  model(name: string): Promise<MeasuredModel>
  infer(question: Question): Promise<AttestedAnswer>
  close(): void
}

export type ConnectParameters = {
  url: string
  /** Trust anchor, e.g. `awsNitroRootG1`. */
  root: Certificate
  policy: Policy
  /** Oldest document and receipt to accept. @default 600,000 */
  ageMsMax?: number | undefined
  /** For one exchange over the network. @default 30,000 */
  exchangeMsMax?: number | undefined
  nowMs: () => number
  /** From a cryptographic generator: nonces and request ids come from it. */
  randomBytes: (length: number) => Uint8Array
}

export type MeasuredModel = { readonly id: Hex; readonly manifest: ModelManifest; readonly manifestBytes: Uint8Array }

export type Question = {
  model: string
  /** In any order; they are sent and hashed in the manifest's. */
  inputs: readonly Tensor[]
  /** 32 bytes. @default drawn at random */
  requestId?: Hex | undefined
  /** Audience of the receipt. @default null */
  domain?: ReceiptDomain | undefined
  /** Tensors as raw bytes: exact for every datatype. @default false */
  binary?: boolean | undefined
}

export type AttestedAnswer = {
  readonly inference: VerifiedInference
  readonly answer: InferAnswer
  readonly model: MeasuredModel
  /** All evidence for this answer, ready for `encodeBundle`. */
  readonly bundle: Bundle
  /** Request sent to answer read, and the verification alone. */
  readonly exchangeMs: number
  readonly verifyMs: number
}

/** @throws {@link VerifierError} when the endpoint is not an enclave that the policy accepts, `CliError` when it cannot be asked */
export async function connect(parameters: ConnectParameters): Promise<AttestedClient> {
  const { root, policy, nowMs, randomBytes, ageMsMax = 600_000, exchangeMsMax } = parameters
  const endpoint = openHttpEndpoint(parseEndpointUrl(parameters.url), exchangeMsMax === undefined ? {} : { exchangeMsMax })
  const chainCache = createChainCache()
  const time = (): VerificationTime => ({ mode: 'live', nowMs: nowMs(), ageMsMax })
  const models = new Map<string, MeasuredModel>()
  const attest = () => attestEndpoint({ endpoint, root, policy, time: time(), nonce: randomBytes(32), chainCache })
  let evidence = await attest().catch((error) => {
    endpoint.close()
    throw error
  })

  async function model(name: string): Promise<MeasuredModel> {
    const known = models.get(name)
    if (known !== undefined) return known
    const measured = await fetchModel(endpoint, name, evidence.enclave)
    assertModel(measured.id, policy)
    models.set(name, measured)
    return measured
  }

  return {
    get enclave() {
      return evidence.enclave
    },
    get attestation() {
      return evidence.attestation
    },
    get keyset() {
      return evidence.keyset
    },
    confidential: endpoint.encrypted,
    model,
    async infer({ model: name, inputs: given, requestId = toHex(randomBytes(32)), domain = null, binary = false }) {
      // A long-lived client looks again from time to time, so that evidence and answers of one bundle are of one time.
      if (nowMs() - evidence.enclave.attestation.timestampMs > Math.min(reattestAfterMs, ageMsMax)) evidence = await attest()
      const { enclave, attestation, keyset } = evidence
      const measured = await model(name)
      const inputs = arrangeInputs(given, measured.manifest)
      const message = encodeRequest({ inputs, requestId, domain, binary })
      const startedMs = performance.now()
      const reply = await endpoint.send({
        method: 'POST',
        path: `/v2/models/${encodeURIComponent(name)}/infer`,
        headers: message.headers,
        body: message.body,
        answerBytesMax,
      })
      const answeredMs = performance.now()
      const answer = decodeInferResponse(expectOk(reply, endpoint, 'the inference'))
      const request = { requestId, modelId: measured.id, inputs, outputs: measured.manifest.outputs }
      const inference = await verifyAnswer({ response: answer, request, policy, time: time(), domain, enclave })
      const { receipt, signature, outputs } = answer
      const bundle = { ...bareBundle, attestation, keyset, manifest: measured.manifestBytes, domain, receipt, signature, inputs, outputs }
      return { inference, answer, model: measured, bundle, exchangeMs: answeredMs - startedMs, verifyMs: performance.now() - answeredMs }
    },
    close: () => endpoint.close(),
  }
}

type Evidence = { enclave: VerifiedEnclave; attestation: Uint8Array; keyset: Uint8Array }

async function attestEndpoint(parts: {
  endpoint: HttpEndpoint
  root: Certificate
  policy: Policy
  time: VerificationTime
  nonce: Uint8Array
  chainCache: ChainCache
}): Promise<Evidence> {
  const { endpoint, nonce } = parts
  const attestation = await fetchFreshAttestation(endpoint, nonce)
  const keyset = expectOk(
    await endpoint.send({ path: '/.well-known/nacre-keyset', answerBytesMax: evidenceBytesMax }),
    endpoint,
    'the keyset',
  ).body
  const enclave = await verifyEnclave({ ...parts, attestation, keyset, tlsSpkiSha256: endpoint.tlsSpkiSha256() })
  return { enclave, attestation, keyset }
}

/** A document that the enclave makes for this nonce. Bytes only, not verified. @throws `RESPONSE_MALFORMED` */
export async function fetchFreshAttestation(endpoint: HttpEndpoint, nonce: Uint8Array): Promise<Uint8Array> {
  const path = `/enclave/attestation?nonce=${toHex(nonce).slice(2)}`
  const { body } = expectOk(await sendPatiently(endpoint, path), endpoint, 'the attestation document')
  const attestation = decodeBase64(Buffer.from(body).toString('latin1').trim())
  if (attestation === null) throw new VerifierError('RESPONSE_MALFORMED', 'The attestation document is not base64')
  return attestation
}

/** Fresh documents are rationed, and strangers can use up the ration: a refusal that names a time to come back is worth coming back for. */
async function sendPatiently(endpoint: HttpEndpoint, path: string): Promise<HttpAnswer> {
  for (let attempt = 1; ; attempt++) {
    const answer = await endpoint.send({ path, answerBytesMax: evidenceBytesMax })
    const retryAfterSeconds = Number(answer.headers['retry-after'] ?? Number.NaN)
    const worthwhile = (answer.status === 429 || answer.status === 503) && retryAfterSeconds <= retryAfterSecondsMax
    if (!worthwhile || attempt === attemptsMax) return answer
    await new Promise((resolve) => setTimeout(resolve, retryAfterSeconds * 1000))
  }
}

/** The host chooses which manifest it hands out: its hash must be one that the enclave measured, and its name the one that was asked for. */
async function fetchModel(endpoint: HttpEndpoint, name: string, { keyset }: VerifiedEnclave): Promise<MeasuredModel> {
  const path = `/v1/models/${encodeURIComponent(name)}/manifest`
  const { body: manifestBytes } = expectOk(
    await endpoint.send({ path, answerBytesMax: evidenceBytesMax }),
    endpoint,
    `the manifest of "${name}"`,
  )
  const manifest = decodeManifest(manifestBytes)
  const id = await hashManifest(manifest)
  if (!keyset.modelIds.includes(id))
    throw new VerifierError('MODELS_NOT_MEASURED', 'The manifest is not of a model that the enclave measured', {
      expected: keyset.modelIds.join(' or '),
      received: id,
    })
  if (manifest.name !== name)
    throw new VerifierError('MODEL_MISMATCH', 'The manifest is of another model than was asked', {
      expected: name,
      received: manifest.name,
    })
  return { id, manifest, manifestBytes }
}

/** @throws `ENDPOINT_REFUSED` with the server's own code and sentence */
export function expectOk(answer: HttpAnswer, { url }: HttpEndpoint, what: string): HttpAnswer {
  if (answer.status === 200) return answer
  const { code, error } = decodeProblem(answer.body)
  const retry = answer.headers['retry-after']
  throw new CliError('ENDPOINT_REFUSED', `${url.origin} refused ${what}: status ${answer.status}${code}${error}`, {
    remedy: retry === undefined ? undefined : `Try again in ${retry} s.`,
  })
}

function decodeProblem(body: Uint8Array): { code: string; error: string } {
  try {
    const { code, error } = JSON.parse(fromUtf8(body)) as { code?: unknown; error?: unknown }
    return {
      code: typeof code === 'string' ? `, ${code.slice(0, 100)}` : '',
      error: typeof error === 'string' ? `: ${error.slice(0, 300)}` : '',
    }
  } catch {
    return { code: '', error: '' }
  }
}

/** The model's inputs in the manifest's order. @throws `INPUT_UNFIT` before anything is sent */
function arrangeInputs(given: readonly Tensor[], { name, inputs: specs }: ModelManifest): Tensor[] {
  const expected = specs.map(describeSpec).join(', ')
  const unfit = (message: string) => new CliError('INPUT_UNFIT', `${message}; model "${name}" takes ${expected}`)
  if (new Set(given.map((tensor) => tensor.name)).size !== given.length) throw unfit('An input is given twice')
  for (const tensor of given) if (!specs.some((spec) => spec.name === tensor.name)) throw unfit(`There is no input "${tensor.name}"`)
  return specs.map((spec) => {
    const tensor = given.find((candidate) => candidate.name === spec.name)
    if (tensor === undefined) throw unfit(`Input "${spec.name}" is missing`)
    checkTensor(tensor)
    const fits =
      tensor.shape.length === spec.shape.length && spec.shape.every((size, index) => size === -1 || BigInt(size) === tensor.shape[index])
    if (tensor.datatype !== spec.datatype || !fits) throw unfit(`Input "${spec.name}" is ${tensor.datatype} [${tensor.shape.join(', ')}]`)
    return tensor
  })
}

/** What JSON cannot carry exactly is the caller's to send in another form, and no verdict on anybody. @throws `INPUT_UNFIT` */
function encodeRequest(request: InferRequest): HttpMessage {
  try {
    return encodeInferRequest(request)
  } catch (cause) {
    if (!(cause instanceof VerifierError)) throw cause
    throw new CliError('INPUT_UNFIT', `The input cannot be sent as JSON: ${cause.message}`, {
      cause,
      remedy: 'Send it as binary tensors (--binary).',
    })
  }
}

function describeSpec({ name, datatype, shape }: TensorSpec): string {
  return `"${name}" ${datatype} [${shape.map((size) => (size === -1 ? 'any' : size)).join(', ')}]`
}

const reattestAfterMs = 3_600_000
const attemptsMax = 4
const retryAfterSecondsMax = 10
const evidenceBytesMax = 1 << 20
const answerBytesMax = 64 << 20
