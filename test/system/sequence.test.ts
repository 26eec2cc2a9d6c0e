import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeRecording, silentState, stepInputs, windowsOf } from '@nacre/enclave/models/vad/sound'
import { verifyInference } from '@nacre/verifier/inference'
import { type VerifySequenceParameters, verifySequence } from '@nacre/verifier/sequence'
import { type Tensor, tensorValues } from '@nacre/verifier/tensor'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verdict } from '../support/expect.ts'
import { acceptance, ask, fetchEvidence, projectRoot, type System, shippedModel, startSystem } from './system.ts'

type Step = VerifySequenceParameters['steps'][number]

const recording = decodeRecording(JSON.parse(readFileSync(join(projectRoot, 'enclave/models/vad/recording.json'), 'utf8')))
const links = [{ output: 'stateN', input: 'state', start: silentState }]

let system: System
let steps: readonly Step[]

/** A sentence through the voice detector, window by window: the client carries the state. */
async function listen(url: string, windows: readonly Float32Array[], binary: boolean): Promise<Step[]> {
  const model = await shippedModel('vad')
  const evidence = await fetchEvidence(url)
  const heard: Step[] = []
  let state = silentState
  for (const window of windows) {
    const answered = await ask({ url, model, inputs: stepInputs(window, state, recording.rate), binary, evidence })
    const answer = await verifyInference(acceptance(system, answered))
    heard.push({ request: answered.request, answer })
    state = answer.outputs[1] as Tensor
  }
  return heard
}

beforeAll(async () => {
  system = await startSystem()
  steps = await listen(system.tlsUrl, windowsOf(recording), true)
})

afterAll(() => system?.stop())

test('the sentence is heard, and its steps verify as one sequence', async () => {
  const said = steps.map(({ answer }) => (Number(tensorValues(answer.outputs?.[0] as Tensor)[0]) > 0.5 ? 's' : '.'))
  expect(said.join('')).toMatch(/^\.{9}s{38}\.{4}$/)
  expect(await verifySequence({ steps, links })).toMatchObject({ steps: 51, last: steps.at(-1)?.answer.outputs })
})

test('each step heard the sound that follows the one before', () => {
  const heard = steps.map(({ request }) => new Float32Array(Uint8Array.from(request.inputs[0]?.data ?? []).buffer))
  expect(heard).toEqual(windowsOf(recording))
})

test('over JSON and plain HTTP the states are the same bytes', async () => {
  const again = await listen(system.httpUrl, windowsOf(recording).slice(0, 3), false)
  expect(again.map(({ answer }) => answer.outputs)).toEqual(steps.slice(0, 3).map(({ answer }) => answer.outputs))
})

test('genuine steps that are no sequence are refused: one left out, two exchanged, one of another recording', async () => {
  const check = (shown: readonly Step[]) => verdict(() => verifySequence({ steps: shown, links }))
  expect(await check(steps)).toBe('accepted')
  expect(await check(steps.filter((_, index) => index !== 20))).toBe('SEQUENCE_BROKEN')
  expect(await check(steps.slice(1))).toBe('SEQUENCE_BROKEN')
  expect(await check(steps.map((step, index) => steps[index ^ 1] ?? step))).toBe('SEQUENCE_BROKEN')
  const [, other] = await listen(system.tlsUrl, windowsOf(recording).slice(20, 22), true)
  expect(await check(steps.with(1, other as Step))).toBe('SEQUENCE_BROKEN')
})
