import { describe, expect, test } from 'vitest'
import {
  type AnswerParts,
  live,
  makeAnswer,
  otherAccount,
  receiptAccount,
  sha256Hex,
  type TestAnswer,
  testDomain,
  tlsSpkiSha256,
} from '../test/support/answer.ts'
import { defaultPcrs, pcrOf } from '../test/support/document.ts'
import { verdict } from '../test/support/expect.ts'
import { testLog } from '../test/support/log.ts'
import { makeChain, nowMs } from '../test/support/pki.ts'
import type { VerificationTime } from './attestation.ts'
import { awsNitroRootG1 } from './aws-root.ts'
import { fromHex, type Hex, utf8 } from './bytes.ts'
import { createChainCache } from './chain.ts'
import { verifyEnclave } from './enclave-identity.ts'
import type { VerifierErrorCode } from './errors.ts'
import { type VerifyInferenceParameters, verifyAnswer, verifyInference } from './inference.ts'
import { extendModelPcr } from './manifest.ts'
import { hashReceipt } from './receipt.ts'
import { hashTensors, type Tensor, tensorFromValues } from './tensor.ts'

type Change = (answer: TestAnswer) => Partial<VerifyInferenceParameters>
const verify = async (parts: AnswerParts = {}, change: Change = () => ({})) => {
  const answer = await makeAnswer(parts)
  return verdict(() => verifyInference({ ...answer.parameters, ...change(answer) }))
}
const response =
  (change: Partial<VerifyInferenceParameters['response']>): Change =>
  ({ response }) => ({ response: { ...response, ...change } })
const request =
  (change: Partial<VerifyInferenceParameters['request']>): Change =>
  ({ request }) => ({ request: { ...request, ...change } })
const otherTensor: Tensor = tensorFromValues({ name: 'x', datatype: 'FP32', shape: [1, 2], values: [0.5, 0] })

test('returns what was proved, and the same from a cache', async () => {
  const { parameters } = await makeAnswer({ domain: testDomain })
  const chainCache = createChainCache()
  for (let i = 0; i < 2; i++) {
    const verified = await verifyInference({ ...parameters, chainCache, tlsSpkiSha256 })
    expect(verified.signer).toBe(receiptAccount.address)
    expect(verified.receipt).toEqual(parameters.response.receipt)
    expect(verified.outputs).toEqual(parameters.response.outputs)
    expect(verified.attestation.timestampMs).toBe(nowMs)
    expect(verified.keyset.receiptKey).toBe(receiptAccount.publicKey)
  }
})

test('an answer with its place in the log is accepted as one with a signature is, and refused for the same reasons', async () => {
  const { parameters } = await makeAnswer({ domain: testDomain })
  const { receipt, signature: _, ...rest } = parameters.response
  const log = testLog(Array.from({ length: 9 }, (_, i) => (i === 7 ? fromHex(hashReceipt(receipt, testDomain)) : utf8(String(i)))))
  const inclusion = await log.proveReceipt(7, BigInt(nowMs + 1500), receiptAccount)
  const with_ = (changes: object) =>
    verdict(() => verifyInference({ ...parameters, response: { ...rest, receipt, inclusion, ...changes } }))
  expect(await with_({})).toBe('accepted')
  expect(await with_({ inclusion: { ...inclusion, proof: inclusion.proof.slice(1) } })).toBe('INCLUSION_INVALID')
  expect(await with_({ receipt: { ...receipt, outputHash: sha256Hex('x') } })).toBe('INCLUSION_INVALID')
  expect(await with_({ inclusion: await log.proveReceipt(7, 1n, otherAccount) })).toBe('SIGNATURE_INVALID')
  expect(await with_({ outputs: [...rest.outputs].reverse() })).toBe('OUTPUT_MISMATCH')
  expect(await with_({ signature: parameters.response.signature })).toBe('SIGNATURE_MALFORMED')
  expect(await with_({ inclusion: undefined })).toBe('SIGNATURE_MALFORMED')
})

const withKept = { domain: testDomain, keyset: { keptReceiptKey: otherAccount.publicKey } }
const keptOf = ({ response: { receipt } }: TestAnswer, domain: typeof testDomain | null = testDomain) =>
  otherAccount.sign({ hash: hashReceipt(receipt, domain) })
test('RCP-06 accepts a signature by the kept receipt key beside the enclave’s own, where there is an audience', async () => {
  const answer = await makeAnswer(withKept)
  const keptSignature = await keptOf(answer)
  const { signer, kept } = await verifyInference({ ...answer.parameters, response: { ...answer.response, keptSignature } })
  expect([signer, kept]).toEqual([receiptAccount.address, { signer: otherAccount.address, signature: keptSignature }])
  // For nobody in particular the enclave alone signs, and what is not asked for is not believed.
  const open = await makeAnswer({ ...withKept, domain: null })
  expect((await verifyInference({ ...open.parameters, response: { ...open.response, keptSignature } })).kept).toBeNull()
  const without = await makeAnswer({ domain: testDomain })
  expect((await verifyInference({ ...without.parameters, response: { ...without.response, keptSignature } })).kept).toBeNull()
})
test('RCP-06 rejects an answer without it, by another key, for another audience or receipt, and in the place of the enclave’s own', async () => {
  const answer = await makeAnswer(withKept)
  const keptSignature = await keptOf(answer)
  const judge = (changes: object) => verify(withKept, response(changes))
  expect(await judge({})).toBe('SIGNATURE_MALFORMED')
  expect(await judge({ keptSignature: keptSignature.slice(0, -2) })).toBe('SIGNATURE_MALFORMED')
  expect(await judge({ keptSignature: answer.response.signature })).toBe('SIGNATURE_INVALID')
  expect(await judge({ keptSignature: await keptOf(answer, null) })).toBe('SIGNATURE_INVALID')
  expect(await judge({ keptSignature: await keptOf(await makeAnswer({ ...withKept, receipt: { sequence: 8n } })) })).toBe(
    'SIGNATURE_INVALID',
  )
  // The attack: whoever got hold of the common key answers in the name of an enclave that it has never been in.
  expect(await judge({ signature: keptSignature, keptSignature })).toBe('SIGNATURE_INVALID')
})

test('the common key vouches for no place in a log: neither for one of the enclave’s own nor for one of another that has it too', async () => {
  const { parameters, response } = await makeAnswer(withKept)
  const { receipt, signature: _, ...rest } = response
  const log = testLog(Array.from({ length: 9 }, (_, i) => (i === 7 ? fromHex(hashReceipt(receipt, testDomain)) : utf8(String(i)))))
  const keptSignature = await otherAccount.sign({ hash: hashReceipt(receipt, testDomain) })
  for (const [key, expected] of [
    [receiptAccount, 'accepted'],
    [otherAccount, 'SIGNATURE_INVALID'],
  ] as const) {
    const inclusion = await log.proveReceipt(7, BigInt(nowMs + 1500), key)
    expect(await verdict(() => verifyInference({ ...parameters, response: { ...rest, receipt, inclusion, keptSignature } }))).toBe(expected)
  }
})

describe('each wrong thing is refused with its own code', () => {
  const stranger = makeChain({ seed: 'b' })
  const archived =
    (time: VerificationTime): Change =>
    () => ({ time })
  const cases: [what: string, VerifierErrorCode, AnswerParts, Change?][] = [
    ['root', 'ROOT_MISMATCH', {}, () => ({ root: stranger.root })],
    ['root: AWS for a simulated enclave', 'ROOT_MISMATCH', {}, () => ({ root: awsNitroRootG1 })],
    ['chain', 'ROOT_MISMATCH', { chain: stranger }, () => ({ root: makeChain().root })],
    ['time of the chain', 'CERTIFICATE_NOT_IN_VALIDITY', {}, archived({ mode: 'instant', timeMs: nowMs + 86_400_000 })],
    [
      'document signature',
      'COSE_SIGNATURE_INVALID',
      { document: { signer: stranger.leafKey, publicKey: fromHex(receiptAccount.publicKey) } },
    ],
    ['age', 'ATTESTATION_STALE', {}, archived({ ...live, nowMs: nowMs + 300_001 } as VerificationTime)],
    ['age: from the future', 'ATTESTATION_FROM_FUTURE', {}, archived({ ...live, nowMs: nowMs - 60_001 } as VerificationTime)],
    ['nonce', 'NONCE_MISMATCH', { document: { nonce: utf8('another') } }, () => ({ nonce: utf8('nonce') })],
    ['nonce: none', 'NONCE_MISMATCH', {}, () => ({ nonce: utf8('nonce') })],
    ['PCR0', 'MEASUREMENT_NOT_ALLOWED', {}, ({ policy }) => ({ policy: { ...policy, measurements: [{ pcr0: sha384Hex('other') }] } })],
    ['policy without measurements', 'POLICY_EMPTY', {}, ({ policy }) => ({ policy: { ...policy, measurements: [] } })],
    ['policy without models', 'POLICY_EMPTY', {}, ({ policy }) => ({ policy: { ...policy, modelIds: [] } })],
    ['debug mode', 'DEBUG_ENCLAVE', { document: { pcrs: new Map([...defaultPcrs, [0, new Uint8Array(48)]]) } }],
    ['purpose', 'PURPOSE_MISMATCH', { document: { userData: null } }],
    ['keyset', 'KEYSET_MISMATCH', {}, response({ keyset: utf8('{}') })],
    ['receipt key in the document', 'SIGNER_MISMATCH', { document: { publicKey: fromHex(otherAccount.publicKey) } }],
    ['TLS key', 'TLS_KEY_MISMATCH', {}, () => ({ tlsSpkiSha256: new Uint8Array(32) })],
    ['measured models', 'MODELS_NOT_MEASURED', { modelPcr: pcrOf('models') }],
    ['signature: another key', 'SIGNATURE_INVALID', { signer: otherAccount }],
    ['signature: not one', 'SIGNATURE_MALFORMED', {}, response({ signature: '0x' })],
    ['chain id', 'CHAIN_ID_MISMATCH', { domain: testDomain }, () => ({ domain: { ...testDomain, chainId: 1n } })],
    [
      'contract',
      'VERIFYING_CONTRACT_MISMATCH',
      { domain: testDomain },
      () => ({ domain: { ...testDomain, verifyingContract: `0x${'11'.repeat(20)}` } }),
    ],
    ['request id', 'REQUEST_MISMATCH', {}, request({ requestId: sha256Hex('another request') })],
    ['model by policy', 'MODEL_NOT_ALLOWED', {}, ({ policy }) => ({ policy: { ...policy, modelIds: [sha256Hex('approved')] } })],
    ['model asked', 'MODEL_MISMATCH', {}, request({ modelId: sha256Hex('another model') })],
    ['input', 'INPUT_MISMATCH', {}, request({ inputs: [otherTensor] })],
    ['output', 'OUTPUT_MISMATCH', {}, response({ outputs: [otherTensor] })],
    ['time of the receipt', 'RECEIPT_TIME_OUT_OF_RANGE', { receipt: { timestampMs: BigInt(nowMs - 300_000) } }],
    [
      'receipt form',
      'RECEIPT_MALFORMED',
      {},
      ({ response: honest }) => ({ response: { ...honest, receipt: { ...honest.receipt, sequence: -1n } } }),
    ],
    ['document form', 'CBOR_MALFORMED', {}, response({ attestation: new Uint8Array(0) })],
    ['time that says nothing', 'POLICY_MALFORMED', {}, archived({ mode: 'live', nowMs, ageMsMax: Number.NaN })],
  ]
  test.each(cases)('%s: %s', async (_, code, parts, change) => expect(await verify(parts, change)).toBe(code))
})

function sha384Hex(content: string): Hex {
  return `0x${Buffer.from(pcrOf(content)).toString('hex')}`
}

test('ANS-01 accepts the audience that was asked for, on its chain', async () => {
  expect(await verify({ domain: testDomain })).toBe('accepted')
  expect(await verify({ domain: null })).toBe('accepted')
})
test('ANS-01 rejects a receipt for another chain, for none, or for one when none was asked', async () => {
  expect(await verify({ domain: testDomain }, () => ({ domain: { ...testDomain, chainId: 31338n } }))).toBe('CHAIN_ID_MISMATCH')
  expect(await verify({ domain: null }, () => ({ domain: testDomain }))).toBe('CHAIN_ID_MISMATCH')
  expect(await verify({ domain: testDomain }, () => ({ domain: null }))).toBe('CHAIN_ID_MISMATCH')
  // Claimed for us, signed for another chain.
  expect(
    await verify({ domain: { ...testDomain, chainId: 1n } }, ({ response: honest }) => ({
      domain: testDomain,
      response: { ...honest, domain: testDomain },
    })),
  ).toBe('SIGNATURE_INVALID')
})

test('ANS-02 accepts the contract that was asked for, in any case', async () => {
  const upper = { ...testDomain, verifyingContract: testDomain.verifyingContract.toUpperCase().replace('0X', '0x') as Hex }
  expect(await verify({ domain: testDomain }, () => ({ domain: upper }))).toBe('accepted')
})
test('ANS-02 rejects a receipt for another contract', async () => {
  const other = { ...testDomain, verifyingContract: `0x${'22'.repeat(20)}` } as const
  expect(await verify({ domain: testDomain }, () => ({ domain: other }))).toBe('VERIFYING_CONTRACT_MISMATCH')
  expect(
    await verify({ domain: other }, ({ response: honest }) => ({ domain: testDomain, response: { ...honest, domain: testDomain } })),
  ).toBe('SIGNATURE_INVALID')
})

const hoursMs = 3_600_000
test('ANS-03 accepts a receipt made within the limits of live use, or within a day of an archived document', async () => {
  for (const timestampMs of [nowMs + 2000 - 300_000, nowMs + 2000 + 60_000])
    expect(await verify({ receipt: { timestampMs: BigInt(timestampMs) } })).toBe('accepted')
  for (const timestampMs of [nowMs - 24 * hoursMs, nowMs + 24 * hoursMs])
    for (const time of [{ mode: 'document' }, { mode: 'instant', timeMs: nowMs }] as const)
      expect(await verify({ receipt: { timestampMs: BigInt(timestampMs) } }, () => ({ time }))).toBe('accepted')
})
test('ANS-03 rejects a receipt from another time', async () => {
  for (const timestampMs of [nowMs + 2000 - 300_001, nowMs + 2000 + 60_001, 0])
    expect(await verify({ receipt: { timestampMs: BigInt(timestampMs) } })).toBe('RECEIPT_TIME_OUT_OF_RANGE')
  for (const timestampMs of [BigInt(nowMs - 24 * hoursMs - 1), BigInt(nowMs + 24 * hoursMs + 1), 2n ** 64n - 1n])
    expect(await verify({ receipt: { timestampMs } }, () => ({ time: { mode: 'document' } }))).toBe('RECEIPT_TIME_OUT_OF_RANGE')
  // Also for callers that verified the enclave earlier: a limit that is no number is not "no limit".
  const { parameters } = await makeAnswer({ receipt: { timestampMs: 0n } })
  const enclave = await verifyEnclave({ ...parameters, ...parameters.response })
  for (const time of [{ mode: 'live', nowMs: Number.NaN, ageMsMax: 1 }, { mode: 'live', nowMs, ageMsMax: Number.NaN }, {}])
    expect(await verdict(() => verifyAnswer({ ...parameters, enclave, time: time as VerificationTime }))).toBe('POLICY_MALFORMED')
  expect(await verdict(() => verifyAnswer({ ...parameters, enclave }))).toBe('RECEIPT_TIME_OUT_OF_RANGE')
})

test('ANS-04 accepts the request id that was sent', async () => expect(await verify()).toBe('accepted'))
test('ANS-04 rejects a replayed receipt: a true answer to another request', async () => {
  expect(await verify({ receipt: { requestId: sha256Hex('yesterday') } })).toBe('REQUEST_MISMATCH')
  expect(await verify({}, request({ requestId: sha256Hex('today') }))).toBe('REQUEST_MISMATCH')
})

test("ANS-05 accepts a model that the policy names, or any measured one under 'any-measured'", async () => {
  expect(await verify()).toBe('accepted')
  expect(await verify({}, ({ policy }) => ({ policy: { ...policy, modelIds: 'any-measured' } }))).toBe('accepted')
})
test('ANS-05 rejects a model that the policy does not name', async () =>
  expect(await verify({}, ({ policy }) => ({ policy: { ...policy, modelIds: [sha256Hex('another model')] } }))).toBe('MODEL_NOT_ALLOWED'))

test('ANS-06 accepts the model that was asked', async () => expect(await verify()).toBe('accepted'))
test('ANS-06 rejects the answer of another model, even an allowed one', async () => {
  const other = sha256Hex('another model')
  const both: Change = ({ policy, modelId }) => ({ policy: { ...policy, modelIds: [modelId, other] } })
  expect(await verify({ receipt: { modelId: other } }, both)).toBe('MODEL_MISMATCH')
})

test('ANS-07 accepts a model among those measured', async () => expect(await verify()).toBe('accepted'))
test('ANS-07 rejects one that the keyset does not list, whatever the policy says', async () => {
  const modelIds = [sha256Hex('another model')]
  expect(await verify({ keyset: { modelIds } })).toBe('MODELS_NOT_MEASURED')
  expect(await verify({ keyset: { modelIds } }, ({ policy }) => ({ policy: { ...policy, modelIds: 'any-measured' } }))).toBe(
    'MODELS_NOT_MEASURED',
  )
  expect(await verify({ keyset: { modelIds: [] }, modelPcr: await extendModelPcr([]) })).toBe('MODELS_NOT_MEASURED')
})

test('ANS-08 accepts the input that was sent', async () => expect(await verify()).toBe('accepted'))
test('ANS-08 rejects every other input: values, names, types, shapes, order, and -0 for 0', async () => {
  const { request: honest } = await makeAnswer()
  const [x] = honest.inputs as [Tensor]
  for (const inputs of [
    [],
    [x, x],
    [{ ...x, name: 'X' }],
    [{ ...x, datatype: 'INT32' as const }],
    [{ ...x, shape: [2n, 1n] }],
    [otherTensor],
  ])
    expect(await verify({}, request({ inputs }))).toBe('INPUT_MISMATCH')
})

test('ANS-09 accepts the output that was signed', async () => expect(await verify()).toBe('accepted'))
test('ANS-09 rejects every other output', async () => {
  const { response: honest } = await makeAnswer()
  const [y, label] = honest.outputs as [Tensor, Tensor]
  for (const outputs of [[], [y], [label, y], [y, label, label], [y, { ...label, data: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0) }]])
    expect(await verify({}, response({ outputs }))).toBe('OUTPUT_MISMATCH')
  expect(await verify({}, response({ outputs: [{ ...y, data: new Uint8Array(1) }] }))).toBe('TENSOR_MALFORMED')
})

test('ANS-10 accepts exactly the outputs that were asked for, all or a selection', async () => {
  expect(await verify()).toBe('accepted')
  const { response: honest, request: asked } = await makeAnswer()
  const [, label] = honest.outputs as [Tensor, Tensor]
  const selection = { receipt: { outputHash: await hashTensors([label]) } }
  const change: Change = (answer) => ({
    ...response({ outputs: [label] })(answer),
    ...request({ outputs: asked.outputs.slice(1) })(answer),
  })
  expect(await verify(selection, change)).toBe('accepted')
})
test('ANS-10 rejects a genuine receipt for a selection that the caller did not ask for', async () => {
  const { response: honest, request: asked } = await makeAnswer()
  const [y, label] = honest.outputs as [Tensor, Tensor]
  for (const outputs of [[label], [y], [label, y], []])
    expect(await verify({ receipt: { outputHash: await hashTensors(outputs) } }, response({ outputs }))).toBe('OUTPUT_MISMATCH')
  const [first, second] = asked.outputs
  for (const spec of [
    { ...first, datatype: 'FP64' as const },
    { ...first, shape: [-1, 3] },
    { ...first, shape: [-1] },
  ])
    expect(await verify({}, request({ outputs: [spec, second] as typeof asked.outputs }))).toBe('OUTPUT_MISMATCH')
})

test('a verified enclave is reused for many answers, each checked by itself', async () => {
  const { parameters } = await makeAnswer()
  const enclave = await verifyEnclave({ ...parameters, ...parameters.response })
  expect(await verdict(() => verifyAnswer({ ...parameters, enclave }))).toBe('accepted')
  const forged = await makeAnswer({ signer: otherAccount })
  expect(await verdict(() => verifyAnswer({ ...forged.parameters, enclave }))).toBe('SIGNATURE_INVALID')
})
