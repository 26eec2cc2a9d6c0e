import type { VerificationTime } from './attestation.ts'
import { fromBase64 } from './base64.ts'
import { type Bundle, bareBundle } from './bundle.ts'
import { fromHex, fromUtf8, type Hex, joinBytes, toHex } from './bytes.ts'
import type { Certificate } from './certificate.ts'
import { createChainCache } from './chain.ts'
import { ehbp, type FrameOpener, type HpkePrimitives, sealRequest } from './ehbp.ts'
import { type VerifiedEnclave, verifyEnclave } from './enclave-identity.ts'
import { type Endpoint, type EndpointAnswer, EndpointError, type EndpointStream, readWhole } from './endpoint.ts'
import { VerifierError } from './errors.ts'
import { type VerifiedInference, verifyAnswer } from './inference.ts'
import { decodeManifest, hashManifest, type ModelManifest, type TensorSpec } from './manifest.ts'
import { arrangeInputs, arrangeOutputs } from './oip-request.ts'
import { assertModel, type Policy } from './policy.ts'
import type { ReceiptDomain } from './receipt.ts'
import { decodeInferResponse, encodeInferRequest, type HttpMessage, type InferAnswer, type InferRequest } from './response.ts'
import type { Tensor } from './tensor.ts'
import type { OnCheck } from './verification-check.ts'

/**
 * A client's dealings with one enclave. Before anything of a caller's is sent, the enclave is verified: a document made for a nonce drawn for this, the measurement, the keyset. What is sent goes
 * over TLS that ends at the key in that keyset, where the platform shows the key it met; everywhere else, over https as over http, bodies are encrypted to the HPKE key in that keyset. There is no
 * third way. Every answer is verified before it is returned, but those that were asked for as they come ({@link ComingAnswer}).
 *
 * The enclave is verified again before its document grows too old, and when its keys turn out to have changed; requests under way are then asked again, under their own request ids.
 */
export type Session = {
  /** The enclave as it was last verified; verifies it first where that is not done or too long ago. @throws {@link VerifierError}, {@link EndpointError} */
  attested(): Promise<Attested>
  /** A model by its name, as the enclave measured it. @throws `MODELS_NOT_MEASURED`, `MODEL_MISMATCH`, `MODEL_NOT_ALLOWED` */
  model(name: string): Promise<MeasuredModel>
  infer(question: Question): Promise<AttestedAnswer>
  /** Sends a prepared request and verifies its answer. A refusal that the enclave itself gave comes back as such. */
  ask(asked: PreparedQuestion): Promise<{ answered: AttestedAnswer } | { refused: EndpointAnswer }>
  /** Likewise, with the answer as it comes: {@link ComingAnswer} says what may be believed of it. */
  stream(asked: Omit<PreparedQuestion, 'decode'>): Promise<{ coming: ComingAnswer } | { refused: EndpointAnswer }>
  /** Verified by nobody: for what a host may say, such as whether it is up. */
  status(path: string): Promise<number>
  /** Likewise verified by nobody: what stands at a route. @throws {@link EndpointError} */
  claim(path: string): Promise<Uint8Array>
  readonly url: URL
  close(): void
}

export type SessionParameters = {
  /** Called again whenever the enclave's keys may have changed: one endpoint meets one TLS key. */
  openEndpoint: () => Endpoint
  /** Trust anchor, e.g. `awsNitroRootG1`. */
  root: Certificate
  policy: Policy
  /** Oldest document and receipt to accept. @default 600,000 */
  ageMsMax?: number | undefined
  /** How long to go on asking an endpoint that is away, overloaded or restarting. @default 15,000 */
  patienceMsMax?: number | undefined
  /** Longest time for all of an answer that comes piece by piece. @default 300,000 */
  streamMsMax?: number | undefined
  nowMs: () => number
  /** From a cryptographic generator: nonces and request ids come from it. */
  random: (length: number) => Uint8Array
  /** @default WebCrypto's */
  hpke?: HpkePrimitives | undefined
  /** Called as each check is passed. */
  onCheck?: OnCheck | undefined
}

export type Attested = {
  readonly enclave: VerifiedEnclave
  /** The evidence behind `enclave`, bytes as received. */
  readonly attestation: Uint8Array
  readonly keyset: Uint8Array
  /** What keeps the host from reading bodies. */
  readonly protection: 'tls' | 'hpke'
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
  /** Names of the outputs to answer with, in the manifest's order. @default all of them */
  outputNames?: readonly string[] | undefined
  /** 32 secret bytes, for salted commitments that can be opened one element at a time. @default none: plain hashes */
  commitmentSalt?: Hex | undefined
  /** How the receipt is proven. @default 'immediate' */
  receiptMode?: InferRequest['receiptMode']
}

export type PreparedQuestion = {
  model: MeasuredModel
  path: string
  message: HttpMessage
  /** What the message says, in the manifest's order: the receipt is held to it. */
  inputs: readonly Tensor[]
  outputs: readonly TensorSpec[]
  requestId: Hex
  domain: ReceiptDomain
  commitmentSalt?: Hex | undefined
  /** Ends the exchange, and what of its answer is still to come. */
  signal?: AbortSignal | undefined
  /** Of routes that answer in another form. @default `decodeInferResponse` */
  decode?: ((reply: EndpointAnswer) => InferAnswer) | undefined
}

export type AttestedAnswer = {
  readonly inference: VerifiedInference
  readonly answer: InferAnswer
  /** As the enclave sent it, decrypted. */
  readonly message: EndpointAnswer
  readonly model: MeasuredModel
  readonly protection: 'tls' | 'hpke'
  /** All evidence for this answer, ready for `encodeBundle`. */
  readonly bundle: Bundle
  /** Request sent to answer read, and the verification alone. */
  readonly exchangeMs: number
  readonly verifyMs: number
}

/**
 * An answer under way. Its bytes were written by the enclave that was verified, for this request and in this order: each came over TLS to its attested key, or in a frame that only the attested key opens the
 * way to (EHBP-05). So a host can withhold the rest of it, at the point of its choice, and can change, move, repeat or add nothing.
 *
 * That the answer is whole, that there is a receipt for it, and that the receipt is for this model, these inputs and these bytes, nobody knows before `verify` has returned.
 */
export type ComingAnswer = {
  /** `undefined` at the end. Calls must not overlap. @throws {@link EndpointError}, `EHBP_MALFORMED`, `EHBP_DECRYPTION_FAILED` */
  read(): Promise<Uint8Array | undefined>
  /** Of the whole, once it is read. @param decode what `verifyAnswer` is to judge */
  verify(decode: () => InferAnswer): Promise<AttestedAnswer>
  cancel(): void
}

export function openSession(parameters: SessionParameters): Session {
  const { openEndpoint, root, policy, nowMs, random, hpke, onCheck } = parameters
  const { ageMsMax = 600_000, patienceMsMax = 15_000, streamMsMax = 300_000 } = parameters
  const chainCache = createChainCache()
  const time = (): VerificationTime => ({ mode: 'live', nowMs: nowMs(), ageMsMax })
  const models = new Map<string, MeasuredModel>()
  /** Given up, while answers still come over them. */
  const retired = new Set<Endpoint>()
  let endpoint = openEndpoint()
  let current: Epoch | undefined
  let renewing: Promise<Epoch> | undefined
  let closed = false

  function leave(left: Endpoint): void {
    if (left.retire === undefined) left.close()
    else {
      retired.add(left)
      left.retire(() => retired.delete(left))
    }
  }

  /** One verification at a time, whoever needs it. The endpoint in use is given up only for one that is verified, and closed when the last answer over it is read: a stream under way is not cut off. */
  function renew(): Promise<Epoch> {
    renewing ??= attest(current === undefined ? endpoint : openEndpoint())
      .then((epoch) => {
        if (epoch.endpoint !== endpoint) leave(endpoint)
        if (closed) epoch.endpoint.close()
        endpoint = epoch.endpoint
        current = epoch
        return epoch
      })
      .finally(() => {
        renewing = undefined
      })
    return renewing
  }

  async function attest(over: Endpoint): Promise<Epoch> {
    try {
      const nonce = random(32)
      const attestation = await fetchFreshAttestation(over, nonce)
      const keyset = expectOk(await over.send({ path: '/.well-known/nacre-keyset', answerBytesMax: evidenceBytesMax }), over, 'the keyset')
      const tlsSpkiSha256 = over.tlsSpkiSha256()
      const evidence = { attestation, keyset: keyset.body }
      const enclave = await verifyEnclave({ ...evidence, root, policy, time: time(), nonce, tlsSpkiSha256, chainCache, onCheck })
      return { ...evidence, enclave, endpoint: over, protection: tlsSpkiSha256 === undefined ? 'hpke' : 'tls' }
    } catch (error) {
      if (over !== endpoint) over.close()
      throw error
    }
  }

  async function attested(): Promise<Epoch> {
    if (current === undefined) return renew()
    const ageMs = nowMs() - current.enclave.attestation.timestampMs
    if (ageMs > ageMsMax) return renew()
    // Well before it is too old, beside the requests that go on under it. If that fails there is time to try again.
    if (ageMs > Math.min(ageMsMax / 2, reattestAfterMs) && renewing === undefined) renew().catch(() => undefined)
    return current
  }

  async function model(name: string): Promise<MeasuredModel> {
    const epoch = await attested()
    const known = models.get(name)
    // An enclave that came back may have other models under the names of old ones.
    if (known !== undefined && epoch.enclave.keyset.modelIds.includes(known.id)) return known
    const measured = await fetchModel(epoch.endpoint, name, epoch.enclave)
    assertModel(measured.id, policy)
    models.set(name, measured)
    return measured
  }

  /** One request and its answer, out of the host's sight. Asks again where that cannot give another answer than the first: a request names itself, and a second run answers the same request id. */
  async function exchange(
    { path, message, signal }: Pick<PreparedQuestion, 'path' | 'message' | 'signal'>,
    liveMsMax?: number,
  ): Promise<{ answer: LiveOrWhole; epoch: Epoch }> {
    const patience = createPatience(patienceMsMax)
    for (let rotations = 0; ; ) {
      const epoch = await attested()
      signal?.throwIfAborted()
      const outcome = await protectedExchange(epoch, path, message, hpke, { liveMsMax, signal }).catch((error: unknown) => {
        if (isCode(error, 'TLS_KEY_MISMATCH') || isCode(error, 'EHBP_KEY_MISMATCH')) return { rotated: error }
        if (isCode(error, 'ENDPOINT_UNREACHABLE')) return { away: error }
        throw error
      })
      if ('answer' in outcome) {
        const waitMs = retryAfterMs(outcome.answer)
        if (waitMs !== undefined && (await patience.wait(Math.max(waitMs, awayMs)))) continue
        // Anybody on the way can write this, so it says that there is no answer and nothing more.
        if (!outcome.authentic) throw refusal(outcome.answer, epoch.endpoint, 'the inference, in words that nobody vouches for')
        return { answer: outcome.answer, epoch }
      } else if ('away' in outcome) {
        if (!(await patience.wait(awayMs))) throw outcome.away
      } else {
        // Another enclave, or somebody in between. Only an enclave that the policy accepts is asked again, with keys of its own; anything else ends here.
        if (rotations++ === rotationsMax) throw outcome.rotated
        if (current === epoch) await renew().catch((cause) => Promise.reject(withCause(outcome.rotated, cause)))
      }
    }
  }

  async function ask(asked: PreparedQuestion): Promise<{ answered: AttestedAnswer } | { refused: EndpointAnswer }> {
    const { decode = decodeInferResponse } = asked
    const startedMs = nowMs()
    const { answer, epoch } = await exchange(asked)
    if (answer.status !== 200) return { refused: answer }
    return { answered: await judge(asked, () => decode(answer), answer, epoch, startedMs) }
  }

  async function stream(asked: Omit<PreparedQuestion, 'decode'>): Promise<{ coming: ComingAnswer } | { refused: EndpointAnswer }> {
    const startedMs = nowMs()
    const { answer, epoch } = await exchange(asked, streamMsMax)
    const { live, status, headers } = answer
    if (live === undefined) return { refused: answer }
    const parts: Uint8Array[] = []
    const coming: ComingAnswer = {
      async read() {
        const part = await live.read()
        if (part !== undefined) parts.push(part)
        return part
      },
      verify: (decode) => judge(asked, decode, { status, headers, body: joinBytes(parts) }, epoch, startedMs),
      cancel: live.cancel,
    }
    return { coming }
  }

  async function judge(
    { model, inputs, outputs, requestId, domain, commitmentSalt }: PreparedQuestion,
    decode: () => InferAnswer,
    message: EndpointAnswer,
    { enclave, attestation, keyset, protection }: Epoch,
    startedMs: number,
  ): Promise<AttestedAnswer> {
    const answeredMs = nowMs()
    const answer = decode()
    onCheck?.('answer form')
    const request = { requestId, modelId: model.id, inputs, outputs, commitmentSalt }
    const inference = await verifyAnswer({ response: answer, request, policy, time: time(), domain, enclave, onCheck })
    const { receipt, signature = null, inclusion = null } = answer
    const bundle = {
      ...bareBundle,
      attestation,
      keyset,
      manifest: model.manifestBytes,
      domain,
      receipt,
      signature,
      inclusion,
      // A bundle holds tensors to plain hashes; what a commitment hides is shown by openings, if at all.
      inputs: commitmentSalt === undefined ? inputs : null,
      outputs: commitmentSalt === undefined ? answer.outputs : null,
    }
    const [exchangeMs, verifyMs] = [answeredMs - startedMs, nowMs() - answeredMs]
    return { inference, answer, message, model, protection, bundle, exchangeMs, verifyMs }
  }

  return {
    url: endpoint.url,
    attested,
    model,
    ask,
    stream,
    async infer(question) {
      const { model: name, inputs: given, requestId = toHex(random(32)), domain = null, binary = false } = question
      const { commitmentSalt, outputNames, receiptMode } = question
      const measured = await model(name)
      const inputs = arrangeInputs(given, measured.manifest)
      const outputs = outputNames === undefined ? measured.manifest.outputs : arrangeOutputs(outputNames, measured.manifest)
      const message = encodeRequest({ inputs, requestId, domain, binary, commitmentSalt, outputNames, receiptMode })
      const path = `/v2/models/${encodeURIComponent(name)}/infer`
      const outcome = await ask({ model: measured, path, message, inputs, outputs, requestId, domain, commitmentSalt })
      if ('refused' in outcome) throw refusal(outcome.refused, endpoint, 'the inference')
      return outcome.answered
    },
    claim: async (path) => expectOk(await endpoint.send({ path, answerBytesMax: evidenceBytesMax }), endpoint, path).body,
    status: async (path) => (await endpoint.send({ path, answerBytesMax: evidenceBytesMax })).status,
    close() {
      closed = true
      for (const opened of [endpoint, ...retired]) opened.close()
    },
  }
}

type Epoch = Attested & { readonly endpoint: Endpoint }

/** With the body still to come where it was wanted so and the status is 200. */
type LiveOrWhole = EndpointAnswer & { live?: EndpointStream }

/** `authentic`: the enclave itself said it. */
type ProtectedAnswer = { answer: LiveOrWhole; authentic: boolean }

/**
 * Over TLS that ends in the enclave as it is; otherwise encrypted to the enclave's attested key, both ways. Never plain.
 *
 * @param liveMsMax longest time for the whole of an answer that is given as it comes
 */
async function protectedExchange(
  { endpoint, enclave, protection }: Epoch,
  path: string,
  message: HttpMessage,
  hpke: HpkePrimitives | undefined,
  { liveMsMax, signal }: { liveMsMax: number | undefined; signal: AbortSignal | undefined },
): Promise<ProtectedAnswer> {
  const sealed =
    protection === 'tls' ? undefined : await sealRequest({ publicKey: fromHex(enclave.keyset.hpkePublicKey), body: message.body, hpke })
  const { body } = sealed ?? message
  const headers = { ...message.headers, ...sealed?.headers }
  const reply = await endpoint.open({ method: 'POST', path, headers, body, answerBytesMax, answerMsMax: liveMsMax, signal })
  try {
    const nonce = reply.headers[ehbp.responseNonceHeader]
    const isEncrypted = sealed !== undefined && nonce !== undefined
    // The attack: the host takes the header away and writes an answer of its own, in the clear.
    if (sealed !== undefined && !isEncrypted && reply.status >= 200 && reply.status < 300)
      throw new VerifierError('EHBP_NOT_ENCRYPTED', 'An encrypted request was answered in the clear', {
        expected: 'Ehbp-Response-Nonce',
        received: `status ${reply.status} without it`,
      })
    const stream = isEncrypted ? decrypted(reply, await sealed.openResponse(nonce)) : reply
    if (liveMsMax !== undefined && reply.status === 200)
      return { answer: { ...stream, body: new Uint8Array(), live: stream }, authentic: true }
    const answer = await readWhole(stream)
    if (isEncrypted) {
      // The attack: a status is not encrypted, so the host makes an answer look like a refusal. What the enclave refuses with names its status inside.
      const inside = reply.status === 200 ? 200 : statusOf(answer.body)
      if (inside !== reply.status)
        throw new VerifierError('RESPONSE_MALFORMED', 'The status is not the one that the enclave gave', {
          expected: String(inside ?? 'a problem document'),
          received: String(reply.status),
        })
    } else if (sealed !== undefined && reply.status === 422 && problemOf(answer.body).type === ehbp.keyConfigProblem)
      throw new VerifierError('EHBP_KEY_MISMATCH', 'The endpoint does not hold the key that the enclave attested')
    return { answer, authentic: sealed === undefined || isEncrypted }
  } catch (error) {
    reply.cancel()
    throw error
  }
}

/** A stream as the frames in it say, each of which is given when all of it is authenticated. */
function decrypted(stream: EndpointStream, opener: FrameOpener): EndpointStream {
  return {
    ...stream,
    async read() {
      const bytes = await stream.read()
      if (bytes !== undefined) return joinBytes(await opener.push(bytes))
      opener.end()
      return undefined
    },
  }
}

/** A document that the enclave makes for this nonce. Bytes only, not verified. @throws `RESPONSE_MALFORMED` */
async function fetchFreshAttestation(endpoint: Endpoint, nonce: Uint8Array): Promise<Uint8Array> {
  const path = `/enclave/attestation?nonce=${toHex(nonce).slice(2)}`
  const { body } = expectOk(await sendPatiently(endpoint, path), endpoint, 'the attestation document')
  const attestation = fromBase64(new TextDecoder('latin1').decode(body).trim())
  if (attestation === undefined) throw new VerifierError('RESPONSE_MALFORMED', 'The attestation document is not base64')
  return attestation
}

/** Fresh documents are rationed, and strangers can use up the ration: a refusal that names a time to come back is worth coming back for. */
async function sendPatiently(endpoint: Endpoint, path: string): Promise<EndpointAnswer> {
  const patience = createPatience(attestationPatienceMsMax, 3)
  for (;;) {
    const answer = await endpoint.send({ path, answerBytesMax: evidenceBytesMax })
    const waitMs = retryAfterMs(answer)
    if (waitMs === undefined || !(await patience.wait(waitMs))) return answer
  }
}

function retryAfterMs({ status, headers }: EndpointAnswer): number | undefined {
  if (status !== 429 && status !== 503 && status !== 502) return undefined
  const seconds = headers['retry-after'] ?? ''
  return /^[0-9]{1,3}$/.test(seconds) ? Number(seconds) * 1000 : undefined
}

/** `wait` says no when the whole time would be over before it, or it was asked for often enough. */
function createPatience(msMax: number, waitsMax = Number.POSITIVE_INFINITY): { wait(ms: number): Promise<boolean> } {
  let left = msMax
  let waits = 0
  return {
    async wait(ms) {
      if (ms > left || waits++ === waitsMax) return false
      left -= Math.max(ms, awayMs)
      await new Promise((resolve) => setTimeout(resolve, ms))
      return true
    },
  }
}

/** The host chooses which manifest it hands out: its hash must be one that the enclave measured, and its name the one that was asked for. */
async function fetchModel(endpoint: Endpoint, name: string, { keyset }: VerifiedEnclave): Promise<MeasuredModel> {
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
export function expectOk(answer: EndpointAnswer, endpoint: Endpoint, what: string): EndpointAnswer {
  if (answer.status === 200) return answer
  throw refusal(answer, endpoint, what)
}

function refusal(answer: EndpointAnswer, { url }: Endpoint, what: string): EndpointError {
  const { code, error } = problemOf(answer.body)
  const said = `${code === undefined ? '' : `, ${code.slice(0, 100)}`}${error === undefined ? '' : `: ${error.slice(0, 300)}`}`
  const retry = answer.headers['retry-after']
  return new EndpointError('ENDPOINT_REFUSED', `${url.origin} refused ${what}: status ${answer.status}${said}`, {
    status: answer.status,
    remedy: retry === undefined ? undefined : `Try again in ${retry} s.`,
  })
}

function statusOf(body: Uint8Array): number | undefined {
  try {
    const { status } = JSON.parse(fromUtf8(body)) as { status?: unknown }
    return typeof status === 'number' ? status : undefined
  } catch {
    return undefined
  }
}

function problemOf(body: Uint8Array): { code?: string; error?: string; type?: string } {
  try {
    const problem = JSON.parse(fromUtf8(body)) as unknown
    if (typeof problem !== 'object' || problem === null) return {}
    return Object.fromEntries(Object.entries(problem).filter(([, value]) => typeof value === 'string'))
  } catch {
    return {}
  }
}

/** What JSON cannot carry exactly is the caller's to send in another form, and no verdict on anybody. @throws `INPUT_UNFIT` */
function encodeRequest(request: InferRequest): HttpMessage {
  try {
    return encodeInferRequest(request)
  } catch (cause) {
    if (!(cause instanceof VerifierError)) throw cause
    throw new EndpointError('INPUT_UNFIT', `The input cannot be sent as JSON: ${cause.message}`, {
      cause,
      remedy: 'Send it as binary tensors (--binary).',
    })
  }
}

function isCode(error: unknown, code: string): error is Error {
  return error instanceof Error && (error as { code?: unknown }).code === code
}

/** The refusal that counts, and why there was no better one. */
function withCause(error: Error, cause: unknown): Error {
  error.cause ??= cause
  return error
}

const reattestAfterMs = 3_600_000
const rotationsMax = 2
const awayMs = 500
const attestationPatienceMsMax = 30_000
const evidenceBytesMax = 1 << 20
const answerBytesMax = 64 << 20
