import { beforeAll, expect, test } from 'vitest'
import { makeAnswer, sha256Hex, testManifest } from '../test/support/answer.ts'
import { verdict } from '../test/support/expect.ts'
import { nowMs } from '../test/support/pki.ts'
import type { Hex } from './bytes.ts'
import { commitTensors } from './commitment.ts'
import { verifyInference } from './inference.ts'
import type { ModelManifest } from './manifest.ts'
import { type VerifySequenceParameters, verifySequence } from './sequence.ts'
import { type Tensor, tensorFromValues } from './tensor.ts'

const counter: ModelManifest = {
  ...testManifest,
  name: 'counter',
  inputs: [
    { name: 'x', datatype: 'FP32', shape: [1] },
    { name: 'state', datatype: 'FP32', shape: [2] },
  ],
  outputs: [
    { name: 'y', datatype: 'FP32', shape: [1] },
    { name: 'next', datatype: 'FP32', shape: [2] },
  ],
}
const one = (name: string, value: number) => tensorFromValues({ name, datatype: 'FP32', shape: [1], values: [value] })
const pair = (name: string, value: number) => tensorFromValues({ name, datatype: 'FP32', shape: [2], values: [value, -value] })
const links = [{ output: 'next', input: 'state', start: pair('any name', 0) }]

type Step = VerifySequenceParameters['steps'][number]
type StepParts = { manifest?: ModelManifest; commitmentSalt?: Hex; timestampMs?: bigint }

/** A genuine answer of step `from` to `to`, signed and verified. */
async function step(
  from: number,
  to: number,
  sequence: number,
  { manifest = counter, commitmentSalt, timestampMs }: StepParts = {},
): Promise<Step> {
  const inputs = [one('x', 1), pair('state', from)]
  const outputs = [one('y', to), pair('next', to)]
  const requestId = sha256Hex(`request ${sequence}`)
  const salted = async (tensors: readonly Tensor[], side: 'input' | 'output') =>
    commitmentSalt === undefined ? {} : { [`${side}Hash`]: await commitTensors({ tensors, salt: commitmentSalt, side }) }
  const made = await makeAnswer({
    manifest,
    inputs,
    outputs,
    receipt: {
      requestId,
      sequence: BigInt(sequence),
      timestampMs: timestampMs ?? BigInt(nowMs + 1000),
      ...(await salted(inputs, 'input')),
      ...(await salted(outputs, 'output')),
    },
  })
  const request = { ...made.request, requestId, commitmentSalt }
  return { request, answer: await verifyInference({ ...made.parameters, request }) }
}

let [a, b, c]: [Step, Step, Step] = [] as never
beforeAll(async () => {
  ;[a, b, c] = [await step(0, 1, 5), await step(1, 2, 6), await step(2, 3, 9)]
})
const check = (steps: readonly Step[], more: Partial<VerifySequenceParameters> = {}) =>
  verdict(() => verifySequence({ steps, links, ...more }))

test('SEQ-01 accepts verified answers of one model, with salted commitments as well', async () => {
  expect(await check([a])).toBe('accepted')
  const commitmentSalt = sha256Hex('salt')
  const salted = [await step(0, 1, 5, { commitmentSalt }), await step(1, 2, 6, { commitmentSalt })]
  expect(await check(salted)).toBe('accepted')
})

test('SEQ-01 rejects nothing at all, another model, another request, and inputs that the receipt is not for', async () => {
  expect(await check([])).toBe('SEQUENCE_BROKEN')
  expect(await check([a], { links: [] })).toBe('SEQUENCE_BROKEN')
  expect(await check([a, await step(1, 2, 6, { manifest: { ...counter, version: '2' } })])).toBe('MODEL_MISMATCH')
  expect(await check([a, { ...b, request: c.request }])).toBe('REQUEST_MISMATCH')
  // The attack: the state is rewritten on the page so that two strangers fit together.
  const strangers = await step(8, 9, 6)
  const rewritten = { ...strangers, request: { ...strangers.request, inputs: [one('x', 1), pair('state', 1)] } }
  expect(await check([a, rewritten])).toBe('INPUT_MISMATCH')
})

test('SEQ-02 accepts states that lead from the start through every step', async () => {
  expect(await verifySequence({ steps: [a, b, c], links })).toEqual({ steps: 3, modelId: a.answer.receipt.modelId, last: c.answer.outputs })
  expect(await check([b, c], { links: [{ output: 'next', input: 'state', start: pair('state', 1) }] })).toBe('accepted')
})

test('SEQ-02 rejects a missing step, another start, another form, and steps that keep their state back', async () => {
  expect(await check([a, c])).toBe('SEQUENCE_BROKEN')
  expect(await check([b, c])).toBe('SEQUENCE_BROKEN')
  expect(await check([a, await step(7, 8, 6)])).toBe('SEQUENCE_BROKEN')
  expect(await check([a], { links: [{ ...links[0], output: 'next', input: 'state', start: one('state', 0) }] })).toBe('SEQUENCE_BROKEN')
  expect(await check([a], { links: [{ output: 'next', input: 'memory', start: pair('state', 0) }] })).toBe('SEQUENCE_BROKEN')
  const hidden = { ...a, answer: { ...a.answer, outputs: null } }
  expect(await check([hidden, b])).toBe('SEQUENCE_BROKEN')
  // Equal as numbers, not as bytes.
  const negative = tensorFromValues({ name: 'state', datatype: 'FP32', shape: [2], values: [-0, 0] })
  expect(await check([a], { links: [{ output: 'next', input: 'state', start: negative }] })).toBe('SEQUENCE_BROKEN')
})

test('SEQ-03 accepts gaps between the numbers of one key, and a key that began again', async () => {
  expect(await check([a, b, c])).toBe('accepted')
  const restarted = { ...b, answer: { ...(await step(1, 2, 1)).answer, signer: '0x01' } }
  expect(await check([a, { ...restarted, request: (await step(1, 2, 1)).request }])).toBe('accepted')
})

test('SEQ-03 rejects a step that stands twice or came before', async () => {
  const still = await step(0, 0, 5)
  expect(await check([still, still])).toBe('SEQUENCE_BROKEN')
  expect(await check([still, await step(0, 0, 6)])).toBe('accepted')
  expect(await check([a, await step(1, 2, 4)])).toBe('SEQUENCE_BROKEN')
  const early = await step(1, 2, 8, { timestampMs: BigInt(nowMs) })
  expect(await check([a, early])).toBe('accepted')
  expect(await check([a, { ...early, answer: { ...early.answer, signer: '0x01' } }])).toBe('SEQUENCE_BROKEN')
})
