import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeOnnxManifest, hashManifest, type OnnxManifest } from '@nacre/verifier/manifest'
import { hashTensors, type Tensor, tensorFromValues, tensorValues } from '@nacre/verifier/tensor'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chooseEngine } from './choose-engine.ts'
import { type EngineKind, openEngine, type ReplayEngine } from './engine.ts'
import { decodeOnnx } from './onnx.ts'
import { type RecordedAnswer, replayAnswer } from './replay.ts'
import { ReplayError, type ReplayErrorCode } from './replay-error.ts'

const folder = mkdtempSync(join(tmpdir(), 'nacre-replay-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const models = fileURLToPath(new URL('../../enclave/models/', import.meta.url))
const manifestOf = (name: string) => decodeOnnxManifest(Uint8Array.from(readFileSync(join(models, name, 'manifest.json'))))
const weightsOf = (name: string) => join(models, name, 'model.onnx')
const sampleOf = (name: string, file: string): Tensor =>
  tensorFromValues(JSON.parse(readFileSync(join(models, name, 'samples', `${file}.json`), 'utf8')).tensor)
const open = (kind: EngineKind, name: string, change: Partial<OnnxManifest> = {}, weightsPath = weightsOf(name)) =>
  openEngine({ kind, manifest: { ...manifestOf(name), ...change }, weightsPath, timeoutMs: 60_000 })
const codeOf = (work: Promise<unknown>): Promise<ReplayErrorCode | 'none'> =>
  work.then(
    () => 'none' as const,
    (error: unknown) => {
      if (error instanceof ReplayError) return error.code
      throw error
    },
  )

/** An answer as an honest enclave of this machine would have recorded it. */
async function record(engine: ReplayEngine, manifest: OnnxManifest, inputs: Tensor[]): Promise<RecordedAnswer & { outputs: Tensor[] }> {
  const outputs = await engine.run(
    inputs,
    manifest.outputs.map(({ name }) => name),
  )
  const receipt = {
    requestId: `0x${'11'.repeat(32)}` as const,
    modelId: await hashManifest(manifest),
    inputHash: await hashTensors(inputs),
    outputHash: await hashTensors(outputs),
    timestampMs: 1n,
    sequence: 1n,
  }
  return { manifest, receipt, inputs, outputs }
}

function flipBit(tensor: Tensor, byte: number, bit = 0): Tensor {
  const data = tensor.data.slice()
  data[byte] = (data[byte] as number) ^ (1 << bit)
  return { ...tensor, data }
}

describe('digits, a float model', () => {
  const manifest = manifestOf('digits')
  let [native, wasm] = [] as unknown as [ReplayEngine, ReplayEngine]
  let answer: RecordedAnswer & { outputs: Tensor[] }
  beforeAll(async () => {
    native = await open('native', 'digits')
    wasm = await open('wasm', 'digits')
    answer = await record(native, manifest, [sampleOf('digits', '7')])
  })
  afterAll(() => {
    native.close()
    wasm.close()
  })

  test('native is bit-equal, and there is nothing to explain', async () => {
    expect(native).toMatchObject({ library: 'onnxruntime-node', version: '1.30.0' })
    expect(await replayAnswer({ answer, engine: native })).toMatchObject({ verdict: 'bit-equal', signedHashReproduced: true, reasons: [] })
  })

  test('wasm is within tolerance, with the reason, and the same on a second run in another process', async () => {
    const replay = await replayAnswer({ answer, engine: wasm })
    expect(replay.verdict).toBe('within-tolerance')
    expect(replay.reasons.map(({ code }) => code)).toEqual(['ENGINE'])
    const [tensor] = replay.comparison?.tensors ?? []
    expect(tensor?.absoluteMax).toBeLessThan(1e-4)
    const again = await open('wasm', 'digits')
    expect(await again.run(answer.inputs, ['logits'])).toEqual(await wasm.run(answer.inputs, ['logits']))
    again.close()
  })

  test('an output altered by one bit is named, and what was signed is found to be right', async () => {
    const [logits] = answer.outputs as [Tensor]
    for (const [byte, bit] of [
      [12, 0],
      [15, 7],
    ] as const) {
      const altered = { ...answer, outputs: [flipBit(logits, byte, bit)] }
      const { verdict, bound, signedHashReproduced, comparison, reasons } = await replayAnswer({ answer: altered, engine: native })
      expect(verdict).toBe('mismatch')
      expect(bound).toEqual({ model: true, input: true, output: false })
      expect(signedHashReproduced).toBe(true)
      expect(comparison?.tensors[0]).toMatchObject({ name: 'logits', differing: 1, first: { position: [0, 3] } })
      expect(reasons.map(({ code }) => code)).toEqual(['RECORD_ALTERED'])
    }
  })

  test('an output that was signed though another input gave it is a mismatch beyond rounding', async () => {
    const outputs = await native.run([sampleOf('digits', '3')], ['logits'])
    const forged = { ...answer, outputs, receipt: { ...answer.receipt, outputHash: await hashTensors(outputs) } }
    for (const engine of [native, wasm]) {
      const { verdict, reasons } = await replayAnswer({ answer: forged, engine })
      expect(verdict).toBe('mismatch')
      expect(reasons.map(({ code }) => code)).toContain('COMPUTED_OTHERWISE')
    }
  })

  test('another manifest or input than the receipt names is a mismatch, though the numbers agree', async () => {
    const renamed = { ...answer, manifest: { ...manifest, version: '2' } }
    expect(await replayAnswer({ answer: renamed, engine: native })).toMatchObject({ verdict: 'mismatch', bound: { model: false } })
    const receipt = { ...answer.receipt, inputHash: answer.receipt.outputHash }
    expect(await replayAnswer({ answer: { ...answer, receipt }, engine: native })).toMatchObject({
      verdict: 'mismatch',
      bound: { input: false },
    })
  })

  test('where only the hash of the outputs is recorded, equal is equal and different cannot be measured', async () => {
    expect(await replayAnswer({ answer: { ...answer, outputs: null }, engine: native })).toMatchObject({
      verdict: 'bit-equal',
      comparison: null,
    })
    const other = await replayAnswer({ answer: { ...answer, outputs: null }, engine: wasm })
    expect(other.verdict).toBe('mismatch')
    expect(other.reasons.map(({ code }) => code)).toEqual(['OUTPUT_NOT_RECORDED', 'ENGINE'])
  })

  test('another version or number of threads in the profile is a reason', async () => {
    const { rows: _, ...alone } = manifest
    const old = { ...alone, runtime: { ...manifest.runtime, version: '1.21.0', intraOpThreads: 2 } }
    const engine = await open('wasm', 'digits', old)
    const other = { ...answer, manifest: old, receipt: { ...answer.receipt, modelId: await hashManifest(old) } }
    const { reasons } = await replayAnswer({ answer: other, engine })
    expect(reasons.map(({ code }) => code)).toEqual(['ENGINE', 'RUNTIME_VERSION', 'THREADS'])
    engine.close()
  })

  test('inputs that the model refuses are errors, and the engine goes on', async () => {
    const wrong = tensorFromValues({ name: 'pixels', datatype: 'FP32', shape: [1, 2], values: [1, 2] })
    expect(await codeOf(native.run([wrong], ['logits']))).toBe('RUN_FAILED')
    expect(await codeOf(native.run(answer.inputs, ['nothing']))).toBe('RUN_FAILED')
    expect(await codeOf(native.run(answer.inputs, ['logits']))).toBe('none')
  })
})

describe('digits-int, a model of integers alone', () => {
  const manifest = manifestOf('digits-int')

  test('is computed exactly without ONNX Runtime: every engine gives the same bytes', async () => {
    const inputs = [
      tensorFromValues({
        name: 'pixels',
        datatype: 'UINT8',
        shape: [50, 64],
        values: Array.from({ length: 50 }, (_, i) => [...createHash('sha512').update(`row ${i}`).digest()]).flat(),
      }),
    ]
    const outputs = await Promise.all(
      (['native', 'wasm', 'integer'] as const).map(async (kind) => {
        const engine = await open(kind, 'digits-int')
        const [logits] = await engine.run(inputs, ['logits'])
        engine.close()
        return tensorValues(logits as Tensor)
      }),
    )
    expect(outputs[0]).toHaveLength(500)
    expect(outputs[1]).toEqual(outputs[0])
    expect(outputs[2]).toEqual(outputs[0])
  })

  test('is what the choice of engine finds by itself, and tolerates nothing', async () => {
    const { engine, isExact } = await chooseEngine({ choice: 'auto', manifest, weightsPath: weightsOf('digits-int'), timeoutMs: 60_000 })
    expect([engine.kind, isExact]).toEqual(['integer', true])
    const answer = await record(engine, manifest, [sampleOf('digits-int', '7')])
    expect((await replayAnswer({ answer, engine, tolerance: 0 })).verdict).toBe('bit-equal')
    const outputs = [flipBit(answer.outputs[0] as Tensor, 0)]
    const signed = { ...answer, outputs, receipt: { ...answer.receipt, outputHash: await hashTensors(outputs) } }
    expect(await replayAnswer({ answer: signed, engine, tolerance: 0 })).toMatchObject({ verdict: 'mismatch' })
  })

  test('float models are none', async () => {
    expect(await codeOf(open('integer', 'digits'))).toBe('MODEL_UNSUPPORTED')
    const { engine, isExact } = await chooseEngine({
      choice: 'auto',
      manifest: manifestOf('digits'),
      weightsPath: weightsOf('digits'),
      timeoutMs: 60_000,
    })
    expect([engine.kind, isExact]).toEqual(['native', false])
    engine.close()
  })
})

describe('a file that is not the model', () => {
  test.each(['native', 'wasm', 'integer'] as const)('%s: other bytes and other sizes are refused before anything runs', async (kind) => {
    const path = join(folder, `${kind}.onnx`)
    copyFileSync(weightsOf('digits-int'), path)
    const bytes = readFileSync(path)
    bytes[100] = (bytes[100] as number) ^ 1
    writeFileSync(path, bytes)
    expect(await codeOf(open(kind, 'digits-int', {}, path))).toBe('WEIGHTS_MISMATCH')
    writeFileSync(path, bytes.subarray(1))
    expect(await codeOf(open(kind, 'digits-int', {}, path))).toBe('WEIGHTS_MISMATCH')
  })

  test('a model whose weights lie in other files is refused: no hash covers those', async () => {
    const path = join(folder, 'external.onnx')
    const bytes = Buffer.concat([readFileSync(weightsOf('digits-int')), Buffer.from('\x08location/etc/passwd')])
    writeFileSync(path, bytes)
    const weights = { bytes: bytes.length, sha256: `0x${createHash('sha256').update(bytes).digest('hex')}` as const }
    expect(await codeOf(open('native', 'digits-int', { weights }, path))).toBe('WEIGHTS_EXTERNAL')
  })

  test.each(['native', 'wasm', 'integer'] as const)('%s: bytes that no ONNX file has are refused', async (kind) => {
    const path = join(folder, `${kind}.txt`)
    writeFileSync(path, 'no model')
    const weights = { bytes: 8, sha256: `0x${createHash('sha256').update('no model').digest('hex')}` as const }
    expect(await codeOf(open(kind, 'digits-int', { weights }, path))).toBe('MODEL_UNSUPPORTED')
  })

  test('any bytes: the reader of ONNX refuses or reads, and does nothing else', () => {
    const valid = readFileSync(weightsOf('digits-int'))
    const mutated = fc
      .tuple(fc.nat({ max: valid.length - 1 }), fc.nat({ max: 255 }), fc.nat({ max: valid.length }))
      .map(([at, byte, end]) => {
        const bytes = Uint8Array.from(valid)
        bytes[at] = byte
        return bytes.subarray(0, end)
      })
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), mutated), (bytes) => {
        try {
          decodeOnnx(bytes)
        } catch (error) {
          if (!(error instanceof ReplayError)) throw error
        }
      }),
      { numRuns: 400 },
    )
  })
})

test('an engine whose process is gone says so', async () => {
  const engine = await open('native', 'digits')
  engine.close()
  expect(await codeOf(engine.run([sampleOf('digits', '1')], ['logits']))).toBe('ENGINE_ENDED')
})
