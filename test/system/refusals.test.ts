import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type Anvil, anvilPrivateKeys, startAnvil } from '@nacre/contracts/anvil'
import { imageIdOf, type KeyApproval, modelsIdOf, signKeyApproval } from '@nacre/contracts/approval'
import { deployGarmentGate, deployRegistry } from '@nacre/contracts/deploy'
import { enclaveRegistryAbi } from '@nacre/contracts/generated/EnclaveRegistry'
import { garmentGateAbi } from '@nacre/contracts/generated/GarmentGate'
import { mixEntropy } from '@nacre/enclave/entropy'
import { drawKeys } from '@nacre/enclave/keys'
import { decodeAttestation } from '@nacre/verifier/attestation'
import { awsNitroRootG1 } from '@nacre/verifier/aws-root'
import { type Hex, toHex } from '@nacre/verifier/bytes'
import { type AttestedClient, connect } from '@nacre/verifier/cli/attested-client'
import { type VerifyInferenceParameters, verifyInference } from '@nacre/verifier/inference'
import type { Policy } from '@nacre/verifier/policy'
import { hashReceipt, type Receipt } from '@nacre/verifier/receipt'
import { signatureOf } from '@nacre/verifier/response'
import { encodeTensors, hashTensors, type Tensor } from '@nacre/verifier/tensor'
import {
  type Account,
  type Address,
  BaseError,
  type Chain,
  ContractFunctionRevertedError,
  createPublicClient,
  createTestClient,
  createWalletClient,
  http,
  type PublicClient,
  sha256,
  type Transport,
  type WalletClient,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verdict } from '../support/expect.ts'
import {
  type Answered,
  acceptance,
  ask,
  exchange,
  fetchEvidence,
  random32,
  type ShippedModel,
  type System,
  shippedModel,
  startSystem,
} from './system.ts'

let system: System
/** Same operator, same code and models, same root: only its keys differ. */
let twin: System
let garment: ShippedModel
let digits: ShippedModel

beforeAll(async () => {
  system = await startSystem()
  twin = await startSystem({ rootOf: system })
  ;[garment, digits] = await Promise.all([shippedModel('garment'), shippedModel('digits')])
})

afterAll(async () => {
  await twin?.stop()
  await system?.stop()
})

const stranger = privateKeyToAccount(`0x${'5a'.repeat(32)}`)

describe('the library refuses each wrong thing with its own code', () => {
  const domain = { chainId: 31337n, verifyingContract: '0x5fbdb2315678afecb367f032d93f642f64180aa3' } as const
  let answered: Answered
  let good: VerifyInferenceParameters

  beforeAll(async () => {
    answered = await ask({ url: system.tlsUrl, model: garment, domain, binary: true })
    good = acceptance(system, answered)
  })

  const with_ = (changes: Partial<VerifyInferenceParameters>) => verdict(() => verifyInference({ ...good, ...changes }))
  const response = (changes: Partial<VerifyInferenceParameters['response']>) => with_({ response: { ...good.response, ...changes } })
  const request = (changes: Partial<VerifyInferenceParameters['request']>) => with_({ request: { ...good.request, ...changes } })
  const policy = (changes: Partial<Policy>) => with_({ policy: { ...good.policy, ...changes } })
  const live = (nowMs: number, ageMsMax = 60_000) => with_({ time: { mode: 'live', nowMs, ageMsMax } })

  test('none, when nothing is wrong', async () => {
    expect(await with_({})).toBe('accepted')
  })

  test('root', async () => {
    expect(await with_({ root: awsNitroRootG1 })).toBe('ROOT_MISMATCH')
  })

  test('PCR', async () => {
    const wrong: Hex = `0x${'11'.repeat(48)}`
    const measurement = system.measurement()
    for (const pcr of ['pcr0', 'pcr1', 'pcr2', 'pcr8'] as const)
      expect(await policy({ measurements: [{ ...measurement, [pcr]: wrong }] }), pcr).toBe('MEASUREMENT_NOT_ALLOWED')
    expect(await policy({ measurements: [] })).toBe('POLICY_EMPTY')
  })

  test('model', async () => {
    expect(await policy({ modelIds: [digits.id] })).toBe('MODEL_NOT_ALLOWED')
    expect(await request({ modelId: digits.id })).toBe('MODEL_MISMATCH')
    expect(await policy({ modelIds: [] })).toBe('POLICY_EMPTY')
  })

  test('nonce', async () => {
    expect(await with_({ nonce: new Uint8Array(32) })).toBe('NONCE_MISMATCH')
  })

  test('age: of the document, of its certificates, of the receipt', async () => {
    const nowMs = Date.now()
    expect(await live(nowMs + 2 * 3_600_000)).toBe('ATTESTATION_STALE')
    const justBefore = madeAtMs(good.response.attestation) - 2
    expect(await with_({ time: { mode: 'live', nowMs: justBefore, ageMsMax: 60_000, skewMsMax: 1 } })).toBe('ATTESTATION_FROM_FUTURE')
    expect(await live(nowMs - 24 * 3_600_000)).toBe('CERTIFICATE_NOT_IN_VALIDITY')
    expect(await live(nowMs + 4 * 3_600_000)).toBe('CERTIFICATE_NOT_IN_VALIDITY')
    // A fresh document does not make an old answer fresh.
    let later = await fetchEvidence(system.tlsUrl)
    let made = madeAtMs(later.attestation)
    while (BigInt(made) <= good.response.receipt.timestampMs) {
      later = await fetchEvidence(system.tlsUrl)
      made = madeAtMs(later.attestation)
    }
    const { attestation, keyset, nonce } = later
    const changes = { response: { ...good.response, attestation, keyset }, nonce }
    expect(await with_({ ...changes, time: { mode: 'live', nowMs: made, ageMsMax: 0 } })).toBe('RECEIPT_TIME_OUT_OF_RANGE')
  })

  test('signature', async () => {
    const signature = await stranger.sign({ hash: hashReceipt(good.response.receipt, domain) })
    expect(await response({ signature })).toBe('SIGNATURE_INVALID')
    expect(await response({ signature: signatureOf(good.response).slice(0, -2) as Hex })).toBe('SIGNATURE_MALFORMED')
    for (const field of ['requestId', 'modelId', 'inputHash', 'outputHash'] as const) {
      const receipt = { ...good.response.receipt, [field]: random32() }
      expect(await response({ receipt }), field).toMatch(/^SIGNATURE_(INVALID|MALFORMED)$/)
    }
    for (const field of ['timestampMs', 'sequence'] as const) {
      const receipt = { ...good.response.receipt, [field]: good.response.receipt[field] + 1n }
      expect(await response({ receipt }), field).toMatch(/^SIGNATURE_(INVALID|MALFORMED)$/)
    }
  })

  test('input and output', async () => {
    expect(await request({ inputs: good.request.inputs.map(flipped) })).toBe('INPUT_MISMATCH')
    expect(await request({ inputs: [] })).toBe('INPUT_MISMATCH')
    expect(await response({ outputs: good.response.outputs.map(flipped) })).toBe('OUTPUT_MISMATCH')
    expect(await response({ outputs: [] })).toBe('OUTPUT_MISMATCH')
  })

  test('chain id and contract', async () => {
    const other = { ...domain, chainId: 1n }
    expect(await with_({ domain: other })).toBe('CHAIN_ID_MISMATCH')
    expect(await with_({ domain: null })).toBe('CHAIN_ID_MISMATCH')
    expect(await with_({ domain: { ...domain, verifyingContract: `0x${'11'.repeat(20)}` } })).toBe('VERIFYING_CONTRACT_MISMATCH')
    // A host that only says what the caller wants to hear gets no further: the signature covers the audience.
    expect(await with_({ domain: other, response: { ...good.response, domain: other } })).toMatch(/^SIGNATURE_(INVALID|MALFORMED)$/)
  })

  test('request id', async () => {
    expect(await request({ requestId: random32() })).toBe('REQUEST_MISMATCH')
  })

  test('TLS key', async () => {
    expect(await with_({ tlsSpkiSha256: new Uint8Array(32) })).toBe('TLS_KEY_MISMATCH')
  })
})

describe('a host that changes what passes through it is refused', () => {
  const sent: string[] = []

  test('and one that changes nothing is not', async () => {
    await expect(throughHost({}, askGarment)).resolves.toBe('accepted')
    await expect(throughHost({}, askPlainly)).resolves.toBe('accepted')
  })

  test('a flipped byte of the output', async () => {
    const flipLastByte = (body: Buffer) => {
      body[body.length - 1] = (body.at(-1) ?? 0) ^ 1
      return body
    }
    expect(await throughHost({ infer: flipLastByte }, askPlainly)).toBe('OUTPUT_MISMATCH')
    expect(await throughHost({ infer: flipLastByte }, askGarment)).toBe('EHBP_DECRYPTION_FAILED')
  })

  test('a flipped byte of the input, before the enclave sees it', async () => {
    const flipLastByte = (body: Buffer) => {
      body[body.length - 1] = (body.at(-1) ?? 0) ^ 1
      return body
    }
    expect(await throughHost({ request: flipLastByte }, askPlainly)).toBe('INPUT_MISMATCH')
    expect(await throughHost({ request: flipLastByte }, askGarment)).toBe('EHBP_KEY_MISMATCH')
  })

  test("another request's receipt, for the same input and output", async () => {
    const other = await ask({ url: system.httpUrl, model: garment })
    const { receipt } = other.answer
    const signature = signatureOf(other.answer)
    expect(await throughHost({ infer: replacing({ ...parametersOf(receipt), signature }) }, askPlainly)).toBe('REQUEST_MISMATCH')
  })

  test('a changed field of the receipt', async () => {
    const swap = replacing({ timestamp_ms: 1_700_000_000_000 })
    expect(await throughHost({ infer: swap }, askPlainly)).toMatch(/^SIGNATURE_(INVALID|MALFORMED)$/)
  })

  test('an old answer, replayed whole', async () => {
    let old: Buffer | undefined
    const replay = (body: Buffer) => {
      old ??= body
      return old
    }
    const twice = (ask: (url: string) => Promise<unknown>) => async (url: string) => {
      await ask(url)
      await ask(url)
    }
    expect(await throughHost({ infer: replay }, twice(askPlainly))).toBe('REQUEST_MISMATCH')
    old = undefined
    expect(await throughHost({ infer: replay }, twice(askGarment))).toBe('EHBP_DECRYPTION_FAILED')
  })

  test("another model's answer", async () => {
    const reroute = (path: string) => path.replace('/digits/', '/digits-int/')
    // Encrypted or not: a path is not bound to the body that comes with it.
    const askDigits = attested((client) => client.infer({ model: 'digits', inputs: inputsOf(digits) }))
    expect(await throughHost({ route: reroute }, askDigits)).toBe('MODEL_MISMATCH')
  })

  test("another enclave's keyset, document, or both with an answer of this one", async () => {
    const keyset = Buffer.from((await exchange(`${twin.httpUrl}/.well-known/nacre-keyset`)).body)
    expect(await throughHost({ keyset: () => keyset }, askGarment)).toBe('KEYSET_MISMATCH')
    const document = async (_body: Buffer, path: string) => Buffer.from((await exchange(`${twin.httpUrl}${path}`)).body)
    expect(await throughHost({ document }, askGarment)).toBe('KEYSET_MISMATCH')
    expect(await throughHost({ document, keyset: () => keyset }, askPlainly)).toBe('SIGNATURE_INVALID')
    expect(await throughHost({ document, keyset: () => keyset }, askGarment)).toBe('EHBP_KEY_MISMATCH')
  })

  test('an old document, for another nonce', async () => {
    const { attestation } = await fetchEvidence(system.httpUrl)
    const document = () => Buffer.from(Buffer.from(attestation).toString('base64'))
    expect(await throughHost({ document }, askGarment)).toBe('NONCE_MISMATCH')
  })

  test('a flipped byte anywhere in the document', async () => {
    for (const at of [40, 1_000, -1]) {
      const document = (body: Buffer) => {
        const bytes = Buffer.from(body.toString(), 'base64')
        const index = at < 0 ? bytes.length + at : at
        bytes[index] = (bytes[index] ?? 0) ^ 1
        return Buffer.from(bytes.toString('base64'))
      }
      expect(await throughHost({ document }, askGarment), `byte ${at}`).not.toBe('accepted')
    }
  })

  test('TLS that ends at the host: before a single tensor is sent', async () => {
    sent.length = 0
    expect(await throughHost({ tls: true }, askGarment)).toBe('TLS_KEY_MISMATCH')
    expect(sent.filter((path) => path.endsWith('/infer'))).toEqual([])
    expect(sent.length).toBeGreaterThan(0)
  })

  type Tampering = {
    route?: (path: string) => string
    request?: (body: Buffer) => Buffer
    infer?: (body: Buffer) => Buffer
    keyset?: (body: Buffer) => Buffer
    document?: (body: Buffer, path: string) => Buffer | Promise<Buffer>
    tls?: boolean
  }

  /** Asks through a host that stands between client and enclave, and gives the client's verdict. */
  async function throughHost(tampering: Tampering, use: (url: string) => Promise<unknown>): Promise<string> {
    const { server, url } = await startHost(tampering)
    try {
      return await verdict(() => use(url))
    } finally {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }

  /** By a client that encrypts. */
  function attested(use: (client: AttestedClient) => Promise<unknown>) {
    return async (url: string) => {
      const policy: Policy = { measurements: [system.measurement()], modelIds: 'any-measured' }
      const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length))
      const client = await connect({ url, root: system.root, policy, nowMs: Date.now, randomBytes })
      try {
        await use(client)
      } finally {
        client.close()
      }
    }
  }

  async function startHost({ route, request, infer, keyset, document, tls }: Tampering): Promise<{ server: Server; url: string }> {
    const handle = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
      const path = incoming.url ?? '/'
      sent.push(path)
      const chunks: Buffer[] = []
      for await (const chunk of incoming) chunks.push(chunk as Buffer)
      const isInfer = path.endsWith('/infer')
      const body = Buffer.concat(chunks)
      const headers = Object.fromEntries(
        Object.entries(incoming.headers).filter(([name]) =>
          /^(content-type|inference-header-content-length|ehbp-encapsulated-key)$/.test(name),
        ),
      )
      const reply = await exchange(`${tls ? system.tlsUrl : system.httpUrl}${route?.(path) ?? path}`, {
        method: incoming.method ?? 'GET',
        headers: headers as Record<string, string>,
        ...(isInfer ? { body: request?.(body) ?? body } : {}),
      })
      const tamper = isInfer ? infer : path === '/.well-known/nacre-keyset' ? keyset : path.startsWith('/enclave/') ? document : undefined
      const changed = (await tamper?.(Buffer.from(reply.body), path)) ?? Buffer.from(reply.body)
      const { 'inference-header-content-length': length, 'ehbp-response-nonce': responseNonce } = reply.headers
      outgoing.writeHead(reply.status, {
        'content-type': reply.headers['content-type'],
        'content-length': changed.length,
        // Binary data keeps its length; JSON in front of it is left as it was.
        ...(length === undefined ? {} : { 'inference-header-content-length': length }),
        ...(responseNonce === undefined ? {} : { 'ehbp-response-nonce': responseNonce }),
      })
      outgoing.end(changed)
    }
    const listener = (incoming: IncomingMessage, outgoing: ServerResponse) =>
      void handle(incoming, outgoing).catch(() => outgoing.destroy())
    const server = tls ? createTlsServer(await hostKey(), listener) : createServer(listener)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return { server, url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}` }
  }

  async function hostKey() {
    const [nsmRandom, osRandom] = [new Uint8Array(256), new Uint8Array(64)].map((bytes) => crypto.getRandomValues(bytes)) as [
      Uint8Array,
      Uint8Array,
    ]
    const { tls } = await drawKeys({ entropy: mixEntropy({ nsmRandom, osRandom }), tlsName: 'localhost', nowMs: Date.now() })
    return { key: tls.privateKeyPem, cert: tls.certificatePem }
  }

  const askGarment = attested((client) => client.infer({ model: 'garment', inputs: inputsOf(garment), binary: true }))
  /** By a client that does not, and verifies all the same. */
  const askPlainly = async (url: string) => verifyInference(acceptance(system, await ask({ url, model: garment, binary: true })))

  const parametersOf = (receipt: Receipt) => ({
    request_id: receipt.requestId,
    model_id: receipt.modelId,
    input_hash: receipt.inputHash,
    output_hash: receipt.outputHash,
    timestamp_ms: Number(receipt.timestampMs),
    sequence: Number(receipt.sequence),
  })

  /** Writes other values of the same length over those in the answer's parameters, so that the binary data stays where it is. */
  const replacing = (parameters: Record<string, string | number>) => (body: Buffer) => {
    let text = body.toString('latin1')
    for (const [name, value] of Object.entries(parameters)) {
      const found = new RegExp(`"${name}":("[^"]*"|\\d+)`).exec(text)
      if (found === null) throw new Error(`no ${name}`)
      const written = `"${name}":${JSON.stringify(value)}`
      // Blanks are free in JSON: they fill up what is shorter.
      text = text.replace(found[0], written.padEnd(found[0].length))
    }
    return Buffer.from(text, 'latin1')
  }
})

describe('the contracts refuse each wrong thing with their own error', () => {
  const leadMin = 10n ** 18n
  const [owner, approver, visitor] = anvilPrivateKeys.map((key) => privateKeyToAccount(key)) as [Signer, Signer, Signer]
  type Signer = ReturnType<typeof privateKeyToAccount>
  let anvil: Anvil
  let client: PublicClient
  let wallet: WalletClient<Transport, Chain, Account>
  let registry: Address
  let gate: Address
  let domain: { chainId: bigint; verifyingContract: Address }
  let requestId: Hex
  let answered: Answered
  let approval: KeyApproval
  let pcr16: Hex

  beforeAll(async () => {
    anvil = await startAnvil()
    const transport = http(anvil.url)
    client = createPublicClient({ chain: foundry, transport, pollingInterval: 50 }) as PublicClient
    wallet = createWalletClient({ chain: foundry, transport, account: owner, pollingInterval: 50 })
    registry = (await deployRegistry({ wallet, client, owner: owner.address })).address
    gate = (await deployGarmentGate({ wallet, client, registry, modelId: garment.id, admittedClasses: [5, 7, 9], leadMin })).address
    domain = { chainId: BigInt(anvil.chainId), verifyingContract: gate }
    requestId = await client.readContract({ address: gate, abi: garmentGateAbi, functionName: 'requestIdOf', args: [visitor.address] })
    answered = await ask({ url: system.tlsUrl, model: garment, requestId, domain, binary: true })
    const { attestation, signer } = await verifyInference(acceptance(system, answered))
    const pcr = (index: number) => attestation.pcrs.get(index) as Hex
    pcr16 = pcr(16)
    approval = {
      key: signer,
      imageId: imageIdOf({ pcr0: pcr(0), pcr1: pcr(1), pcr2: pcr(2) }),
      modelsId: modelsIdOf(pcr16),
      documentHash: sha256(answered.evidence.attestation),
      attestedAtSeconds: BigInt(Math.floor(attestation.timestampMs / 1000)),
      expiresAtSeconds: BigInt(Math.floor(attestation.timestampMs / 1000)) + 86_400n,
    }
  })

  afterAll(() => anvil?.stop())

  test('registration: root and signature by proxy of the approver, PCRs, models, chain id, age', async () => {
    const { pcr0, pcr1, pcr2 } = system.measurement() as { pcr0: Hex; pcr1: Hex; pcr2: Hex }
    const nowSeconds = (await client.getBlock()).timestamp
    expect(await registering(approval)).toEqual(['SignerNotApprover', approver.address, 0])
    await send('addApprover', [approver.address])
    expect(await registering(approval, { account: stranger })).toEqual(['SignerNotApprover', stranger.address, 0])
    expect((await registering(approval, { chainId: 1 }))[0]).toBe('SignerNotApprover')
    expect((await registering(approval, { registry: gate }))[0]).toBe('SignerNotApprover')
    expect(await registering(approval)).toEqual(['ImageNotApproved', approval.imageId, 0])
    // The right three registers but one.
    await send('approveImage', [pcr0, pcr1, `0x${'11'.repeat(48)}`])
    expect((await registering(approval))[0]).toBe('ImageNotApproved')
    await send('approveImage', [pcr0, pcr1, pcr2])
    expect(await registering(approval)).toEqual(['ModelsNotApproved', approval.modelsId, 0])
    await send('approveModels', [pcr16])
    expect((await registering({ ...approval, attestedAtSeconds: nowSeconds - 4n * 3600n }))[0]).toBe('AttestationTooOld')
    expect((await registering({ ...approval, attestedAtSeconds: nowSeconds + 3600n }))[0]).toBe('AttestationInFuture')
    expect((await registering({ ...approval, expiresAtSeconds: nowSeconds - 1n }))[0]).toBe('ApprovalExpired')
    expect((await registering({ ...approval, expiresAtSeconds: nowSeconds + 30n * 86_400n }))[0]).toBe('ApprovalTooLong')

    expect(await entering()).toEqual(['KeyNotActive', approval.key, 0])
    const signature = await signKeyApproval({ approval, account: approver, chainId: anvil.chainId, registry })
    await send('registerApprovedKey', [approval, signature])
    expect(await entering()).toEqual(['accepted'])
  })

  test('model: an answer of another model, asked for this gate and this request', async () => {
    const other = await ask({ url: system.tlsUrl, model: digits, requestId, domain })
    expect(await entering(other)).toEqual(['ModelMismatch', garment.id, digits.id])
  })

  test('request id: an answer to another question', async () => {
    const other = await ask({ url: system.tlsUrl, model: garment, requestId: random32(), domain })
    expect(await entering(other)).toEqual(['RequestMismatch', requestId, other.request.requestId])
    // The same question, asked by somebody else.
    expect((await entering(answered, { account: owner }))[0]).toBe('RequestMismatch')
  })

  test('chain id and contract: an answer for another audience recovers to nobody', async () => {
    for (const wrong of [{ ...domain, chainId: 1n }, { ...domain, verifyingContract: registry }, null]) {
      const other = await ask({ url: system.tlsUrl, model: garment, requestId, domain: wrong })
      const [error, signer, status] = await entering(other)
      expect([error, status]).toEqual(['KeyNotActive', 0])
      expect(signer).not.toBe(approval.key)
    }
  })

  test('signature, input and every other field of the receipt', async () => {
    const { receipt } = answered.answer
    const signature = signatureOf(answered.answer)
    const [r, s, v] = [signature.slice(2, 66), signature.slice(66, 130), Number(`0x${signature.slice(130)}`)]
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    const highS = (order - BigInt(`0x${s}`)).toString(16).padStart(64, '0')
    const signed = (changed: string) => entering(answered, { signature: changed as Hex })
    expect(await signed(`0x${r}${highS}${(55 - v).toString(16)}`)).toEqual(['SignatureHighS', `0x${highS}`])
    expect(await signed(`0x${r}${s}0${v - 27}`)).toEqual(['SignatureRecoveryId', v - 27])
    expect(await signed(`0x${r}${s}`)).toEqual(['SignatureLength', 65n, 64n])
    expect(await signed(`0x${'ff'.repeat(32)}${s}1b`)).toEqual(['SignatureInvalid'])
    expect(await signed(await stranger.sign({ hash: hashReceipt(receipt, domain) }))).toEqual(['KeyNotActive', stranger.address, 0])
    const changes = [
      { requestId: random32() },
      { modelId: random32() },
      { inputHash: await hashTensors(answered.request.inputs.map(flipped)) },
      { outputHash: random32() },
      { timestampMs: receipt.timestampMs + 1n },
      { sequence: receipt.sequence + 1n },
    ]
    for (const change of changes)
      expect((await entering(answered, { receipt: { ...receipt, ...change } }))[0], Object.keys(change)[0]).toMatch(
        /^(KeyNotActive|SignatureInvalid)$/,
      )
  })

  test('output', async () => {
    const outputs = answered.answer.outputs.map(flipped)
    const { outputHash } = answered.answer.receipt
    expect(await entering(answered, { outputs })).toEqual(['OutputMismatch', outputHash, await hashTensors(outputs)])
  })

  test('age: an hour later the receipt is too old', async () => {
    const chain = createTestClient({ mode: 'anvil', chain: foundry, transport: http(anvil.url) })
    const snapshot = await chain.snapshot()
    await chain.increaseTime({ seconds: 3_700 })
    await chain.mine({ blocks: 1 })
    expect((await entering())[0]).toBe('ReceiptTooOld')
    await chain.revert({ id: snapshot })
    expect(await entering()).toEqual(['accepted'])
  })

  test('replay: the gate takes the receipt once; and a revoked key is nobody', async () => {
    const { receipt, outputs } = answered.answer
    const signature = signatureOf(answered.answer)
    const args = [receipt, signature, toHex(encodeTensors(outputs))] as const
    const hash = await wallet.writeContract({ address: gate, abi: garmentGateAbi, functionName: 'enter', args, account: visitor })
    expect((await client.waitForTransactionReceipt({ hash })).status).toBe('success')
    const call = { address: gate, abi: garmentGateAbi, args: [visitor.address] } as const
    expect(await client.readContract({ ...call, functionName: 'isOpenTo' })).toBe(true)
    expect((await entering())[0]).toBe('RequestMismatch')

    await send('revokeKey', [approval.key])
    expect(await entering()).toEqual(['KeyNotActive', approval.key, 2])
  })

  /** Name of the custom error with its values, or `accepted`. */
  async function registering(
    changed: KeyApproval,
    by: { account?: Signer; chainId?: number; registry?: Address } = {},
  ): Promise<readonly unknown[]> {
    const signature = await signKeyApproval({ account: approver, chainId: anvil.chainId, registry, ...by, approval: changed })
    const call = { address: registry, abi: enclaveRegistryAbi, functionName: 'registerApprovedKey', args: [changed, signature] } as const
    return refusalOf(client.simulateContract({ ...call, account: visitor }))
  }

  function entering(
    { answer }: Answered = answered,
    changes: { account?: Signer; receipt?: Receipt; signature?: Hex; outputs?: readonly Tensor[] } = {},
  ): Promise<readonly unknown[]> {
    const { account = visitor, receipt = answer.receipt, signature = signatureOf(answer), outputs = answer.outputs } = changes
    const args = [receipt, signature, toHex(encodeTensors(outputs))] as const
    return refusalOf(client.simulateContract({ address: gate, abi: garmentGateAbi, functionName: 'enter', args, account }))
  }

  async function refusalOf(call: Promise<unknown>): Promise<readonly unknown[]> {
    try {
      await call
      return ['accepted']
    } catch (error) {
      const revert = error instanceof BaseError ? error.walk((cause) => cause instanceof ContractFunctionRevertedError) : null
      if (!(revert instanceof ContractFunctionRevertedError) || revert.data === undefined) throw error
      return [revert.data.errorName, ...(revert.data.args ?? [])]
    }
  }

  async function send(functionName: string, args: readonly unknown[]): Promise<void> {
    const hash = await wallet.writeContract({ address: registry, abi: enclaveRegistryAbi as never, functionName, args } as never)
    expect((await client.waitForTransactionReceipt({ hash })).status, functionName).toBe('success')
  }
})

function inputsOf({ samples }: ShippedModel): Tensor[] {
  return samples.slice(0, 1).map(({ tensor }) => tensor)
}

/** The tensor with one bit changed. */
function flipped(tensor: Tensor): Tensor {
  const data = Uint8Array.from(tensor.data)
  data[0] = (data[0] ?? 0) ^ 1
  return { ...tensor, data }
}

function madeAtMs(attestation: Uint8Array): number {
  return decodeAttestation(attestation).timestampMs
}
