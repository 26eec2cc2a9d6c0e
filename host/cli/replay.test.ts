import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeAnswersBundle } from '@nacre/verifier/answers-bundle'
import { type Bundle, encodeBundle, partsOf } from '@nacre/verifier/bundle'
import type { BundledAnswer } from '@nacre/verifier/bundle-evidence'
import { decodeOnnxManifest, encodeManifest, hashManifest } from '@nacre/verifier/manifest'
import { type Tensor, tensorFromValues } from '@nacre/verifier/tensor'
import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeAnswer, pcrHex } from '../../test/support/answer.ts'
import { testTerminal } from '../../test/support/terminal.ts'
import { openEngine } from '../replay/engine.ts'
import { addReplayCommand } from './replay.ts'

const folder = mkdtempSync(join(tmpdir(), 'nacre-replay-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const digits = fileURLToPath(new URL('../../enclave/models/digits/', import.meta.url))
const model = join(digits, 'model.onnx')
const manifest = decodeOnnxManifest(Uint8Array.from(readFileSync(join(digits, 'manifest.json'))))

const nacre = (...args: string[]) => testTerminal(args, addReplayCommand, new Command('nacre'))

const engine = await openEngine({ kind: 'native', manifest, weightsPath: model, timeoutMs: 60_000 })
const inputs = [tensorFromValues(JSON.parse(readFileSync(join(digits, 'samples/7.json'), 'utf8')).tensor)]
const outputs = await engine.run(inputs, ['logits'])
engine.close()
const { bundle, chain } = await makeAnswer({ manifest, inputs, outputs })
const root = join(folder, 'root.der')
writeFileSync(root, chain.root.der)
const file = (name: string, change: Partial<Bundle> = {}) => {
  const path = join(folder, name)
  writeFileSync(path, encodeBundle({ ...bundle, ...change }))
  return path
}
const evidence = ['--root', root, '--pcr0', pcrHex(0)]
const answer = file('answer.nacre')

test('an honest answer is bit-equal, exit code 0; without --pcr0 it says that nobody vouches', async () => {
  const plain = await nacre('replay', answer, '--model', model)
  expect(plain.exitCode).toBe(0)
  expect(plain.stdout).toContain('Bit-equal: model "digits" version 1 gives this output for this input.')
  expect(plain.stdout).toContain('Nobody vouches')
  const verified = await nacre('replay', answer, '--model', model, '--json', ...evidence)
  expect(verified.json()).toMatchObject({
    ok: true,
    verdict: 'bit-equal',
    evidence: { state: 'verified' },
    engine: { kind: 'native' },
    reasons: [],
  })
})

test('WebAssembly is within tolerance, and refused where only equal bytes are accepted', async () => {
  const within = await nacre('replay', answer, '--model', model, '--engine', 'wasm', '--json')
  expect(within.exitCode).toBe(0)
  expect(within.json()).toMatchObject({
    ok: true,
    verdict: 'within-tolerance',
    tensors: [{ name: 'logits' }],
    reasons: [{ code: 'ENGINE' }],
  })
  expect((await nacre('replay', answer, '--model', model, '--engine', 'wasm', '--exact')).exitCode).toBe(1)
  expect((await nacre('replay', answer, '--model', model, '--engine', 'wasm', '--tolerance', '0')).exitCode).toBe(1)
})

test('an output altered by one bit is named, and its evidence is refused', async () => {
  const [logits] = outputs as [Tensor]
  const altered = file('altered.nacre', { outputs: [{ ...logits, data: logits.data.with(16, (logits.data[16] as number) ^ 1) }] })
  for (const options of [[], evidence]) {
    const { exitCode, stdout } = await nacre('replay', altered, '--model', model, ...options)
    expect(exitCode).toBe(1)
    expect(stdout).toContain('logits[0, 4]: recorded')
    expect(stdout).toContain('what was computed here is what was signed')
    if (options.length > 0) expect(stdout).toContain('OUTPUT_MISMATCH')
  }
})

test('evidence that is refused refuses the whole, however equal the numbers', async () => {
  const { exitCode, json } = await nacre('replay', answer, '--model', model, '--json', '--root', root, '--pcr0', pcrHex(1))
  expect(exitCode).toBe(1)
  expect(json()).toMatchObject({ ok: false, verdict: 'bit-equal', evidence: { state: 'refused', code: 'MEASUREMENT_NOT_ALLOWED' } })
})

test('what gives no verdict exits with 2 and says what to do', async () => {
  const damaged = join(folder, 'damaged.nacre')
  writeFileSync(damaged, readFileSync(answer).subarray(1))
  const int = join(digits, '../digits-int/model.onnx')
  for (const [args, text] of [
    [[damaged, '--model', model], 'Give a bundle'],
    [[answer], '--model'],
    [[answer, '--model', int], 'WEIGHTS_MISMATCH'],
    [[answer, '--model', join(folder, 'nothing.onnx')], 'WEIGHTS_UNREADABLE'],
    [[answer, '--model', model, '--engine', 'integer'], 'MODEL_UNSUPPORTED'],
    [[answer, '--model', model, '--engine', 'abacus'], 'choices'],
    [[answer, '--model', model, '--root', root], '--pcr0'],
    [[answer, '--model', model, '--tolerance', '2'], '--tolerance'],
    [[answer, '--model', model, '--tolerance', '1e-5', '--exact'], '--exact'],
    [[answer, '--model', model, '--timeout', '0'], '--timeout'],
  ] as const) {
    const { exitCode, stdout, stderr } = await nacre('replay', ...args)
    expect([exitCode, stdout], text).toEqual([2, ''])
    expect(stderr).toContain(text)
  }
})

describe('a bundle of several answers', () => {
  const int = join(digits, '../digits-int')
  const exact = decodeOnnxManifest(Uint8Array.from(readFileSync(join(int, 'manifest.json'))))
  const pixels = [tensorFromValues(JSON.parse(readFileSync(join(int, 'samples/7.json'), 'utf8')).tensor)]
  let exactOutputs: Tensor[]
  const several = async (change: (answers: BundledAnswer[]) => BundledAnswer[] = (answers) => answers) => {
    const modelIds = [await hashManifest(manifest), await hashManifest(exact)]
    const parts = { chain, keyset: { modelIds }, inputs }
    const made = [
      await makeAnswer({ ...parts, manifest, outputs, receipt: { sequence: 1n } }),
      await makeAnswer({ ...parts, manifest: exact, inputs: pixels, outputs: exactOutputs, receipt: { sequence: 2n } }),
      await makeAnswer({ ...parts, manifest, outputs, receipt: { sequence: 3n } }),
    ].map(({ bundle }) => partsOf(bundle))
    const [{ evidence }] = made as [(typeof made)[number]]
    const path = join(folder, 'several.nacre')
    const manifests = [manifest, exact].map(encodeManifest)
    writeFileSync(path, encodeAnswersBundle({ evidence: { ...evidence, manifests }, answers: change(made.map(({ answer }) => answer)) }))
    return path
  }
  const models = ['--model', `digits=${model}`, '--model', `digits-int=${join(int, 'model.onnx')}`]
  beforeAll(async () => {
    const engine = await openEngine({ kind: 'integer', manifest: exact, weightsPath: join(int, 'model.onnx'), timeoutMs: 60_000 })
    exactOutputs = await engine.run(
      pixels,
      exact.outputs.map(({ name }) => name),
    )
    engine.close()
  })

  test('is computed again, each with its model', async () => {
    const { exitCode, json } = await nacre('replay', await several(), ...models, ...evidence, '--json')
    expect(exitCode).toBe(0)
    expect(json()).toMatchObject({
      ok: true,
      evidence: { state: 'verified' },
      answers: [
        { sequence: '1', verdict: 'bit-equal', engine: { kind: 'native' } },
        { sequence: '2', verdict: 'bit-equal', engine: { kind: 'integer' } },
        { sequence: '3', verdict: 'bit-equal' },
      ],
    })
  })

  test('names the one that was altered by one bit, and those that were not computed', async () => {
    const [logits] = outputs as [Tensor]
    const altered = [{ ...logits, data: logits.data.with(16, (logits.data[16] as number) ^ 1) }]
    const path = await several(([first, second, third]) => [
      first as BundledAnswer,
      { ...(second as BundledAnswer), inputs: null },
      { ...(third as BundledAnswer), outputs: altered },
    ])
    const { exitCode, stdout } = await nacre('replay', path, ...models, ...evidence)
    expect(exitCode).toBe(1)
    for (const text of [
      '1 bit-equal, 0 within tolerance, 1 mismatched, 1 not computed',
      '3  mismatch, model "digits", logits[0, 4]: recorded',
    ])
      expect(stdout).toContain(text)
    for (const text of ['REFUSED OUTPUT_MISMATCH', 'its inputs are kept back']) expect(stdout).toContain(text)
    // Without its model an answer is not computed, and the others are.
    const partial = await nacre('replay', await several(), ...models.slice(0, 2), '--json')
    expect(partial.json().answers.map(({ verdict }: { verdict: string }) => verdict)).toEqual(['bit-equal', 'not-computed', 'bit-equal'])
    expect(partial.exitCode).toBe(0)
    const unnamed = await nacre('replay', await several(), '--model', model)
    expect([unnamed.exitCode, unnamed.stderr]).toEqual([2, expect.stringContaining('Its models are')])
  })

  // The attack: a second model under the name of the first, whose weights nobody has, is computed with those of the first and found right.
  test('of two models of one name, neither counts for the other', async () => {
    const namesake = { ...manifest, weights: { ...manifest.weights, sha256: `0x${'00'.repeat(32)}` as const } }
    const parts = { chain, inputs, outputs }
    const [first, second] = [
      partsOf((await makeAnswer({ ...parts, manifest, receipt: { sequence: 1n } })).bundle),
      partsOf((await makeAnswer({ ...parts, manifest: namesake, receipt: { sequence: 2n } })).bundle),
    ]
    const path = join(folder, 'namesakes.nacre')
    const manifests = [manifest, namesake].map(encodeManifest)
    writeFileSync(
      path,
      encodeAnswersBundle({ evidence: { ...first.evidence, manifests }, answers: [first, second].map(({ answer }) => answer) }),
    )
    const { exitCode, stdout } = await nacre('replay', path, '--model', `digits=${model}`)
    expect([exitCode, stdout]).toEqual([2, ''])
  })
})
