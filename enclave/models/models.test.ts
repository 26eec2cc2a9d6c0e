import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { equalBytes, toHex } from '@nacre/verifier/bytes'
import {
  decodeManifest,
  decodeOnnxManifest,
  encodeManifest,
  hashManifest,
  type ProgramManifest,
  type TensorSpec,
} from '@nacre/verifier/manifest'
import { createDecoder, type Decoder, type DecoderForm } from '@nacre/verifier/programs/decoder'
import { elementBytes, type Tensor, tensorFromValues, tensorValues } from '@nacre/verifier/tensor'
import type { InferenceSession } from 'onnxruntime-node'
import { describe, expect, test } from 'vitest'
import { measureRows } from './measure.ts'
import { labelAnswer, readSamples } from './sample.ts'
import { findWeights, openProgramFolder, openSession, runSession } from './session.ts'
import { decodeRecording, silentState, stepInputs, windowsOf } from './vad/sound.ts'

// Whoever adds models of their own has more.
const names = ['digits', 'digits-int', 'garment', 'health', 'ocr', 'vad']
const folderOf = (name: string) => join(import.meta.dirname, name)
const [digits, digitsInt, health] = [folderOf('digits'), folderOf('digits-int'), folderOf('health')]

function readManifest(folder: string) {
  return decodeOnnxManifest(readFileSync(join(folder, 'manifest.json')))
}

describe.each(names)('%s', (name) => {
  const folder = folderOf(name)
  const manifest = readManifest(folder)

  test('the manifest is canonical, names its folder, and its bytes hash to the model id', async () => {
    const bytes = readFileSync(join(folder, 'manifest.json'))
    expect(Buffer.from(encodeManifest(manifest))).toEqual(bytes)
    expect(manifest.name).toBe(name)
    expect(await hashManifest(manifest)).toBe(toHex(createHash('sha256').update(bytes).digest()))
  })

  test('the weights are those of the manifest', () => {
    const weights = readFileSync(findWeights(folder))
    expect(manifest.weights).toEqual({ bytes: weights.length, sha256: toHex(createHash('sha256').update(weights).digest()) })
  })

  test('there is one label for each class', () => {
    expect(manifest.labels).toHaveLength(manifest.outputs[0]?.shape.at(-1) ?? -1)
    expect(new Set(manifest.labels).size).toBe(manifest.labels.length)
  })

  test('each sample gets its label, the same bytes twice', async () => {
    const samples = readSamples(folder)
    expect(samples.length).toBeGreaterThan(1)
    const session = await openSession(findWeights(folder), manifest.runtime)
    const again = await openSession(findWeights(folder), manifest.runtime)
    for (const { file, label, inputs } of samples) {
      const outputs = await runSession(session, inputs)
      expect(labelAnswer(manifest, outputs), file).toBe(label)
      const bytes = await runSession(again, inputs)
      expect(
        outputs.every(({ data }, i) => equalBytes(data, bytes[i]?.data ?? new Uint8Array())),
        file,
      ).toBe(true)
    }
  })

  test.runIf(manifest.rows === 'independent')('rows run together give the bytes that each gives alone', async () => {
    const [spec] = manifest.inputs as [TensorSpec]
    const rowElements = spec.shape.slice(1).reduce((product, size) => product * size, 1)
    const width = elementBytes(spec.datatype) as number
    const random = randomNumbers(name)
    const element = () => (spec.datatype === 'FP32' ? random() * 16 - 4 : Math.floor(random() * 17))
    for (const rows of [2, 3, 17, 64, 256]) {
      const values = Array.from({ length: rows * rowElements }, element)
      const together = tensorFromValues({ ...spec, shape: [rows, ...spec.shape.slice(1)], values })
      const session = await openSession(findWeights(folder), manifest.runtime)
      const output = await runOne(session, together)
      const outputBytes = output.data.length / rows
      for (let row = 0; row < rows; row++) {
        const data = together.data.slice(row * rowElements * width, (row + 1) * rowElements * width)
        const alone = await runOne(session, { ...together, shape: [1n, ...together.shape.slice(1)], data })
        expect(equalBytes(alone.data, output.data.subarray(row * outputBytes, (row + 1) * outputBytes)), `row ${row} of ${rows}`).toBe(true)
      }
    }
  })
})

describe.each(['read-text', 'spam'])('the program %s', (name) => {
  const folder = folderOf(name)

  test('each sample gets its label, the same bytes twice', async () => {
    const samples = readSamples(folder)
    expect(samples.length).toBeGreaterThan(1)
    const { manifest, program } = await openProgramFolder(folder)
    const again = await openProgramFolder(folder)
    for (const { file, label, inputs } of samples) {
      const outputs = await program.run(inputs)
      expect(labelAnswer(manifest, outputs), file).toBe(label)
      expect(await again.program.run(inputs), file).toEqual(outputs)
    }
  })
})

test('pages of the reader are found where they were drawn: the sample on its head has its first line below its last', async () => {
  const folder = folderOf('read-text')
  const { program } = await openProgramFolder(folder)
  const topsOf = async (sample: string) => {
    const [, , boxes] = await program.run(readSamples(folder).find(({ file }) => file === `${sample}.json`)?.inputs ?? [])
    return (tensorValues(boxes as Tensor) as number[]).filter((_, i) => i % 8 === 1)
  }
  const [upright, onItsHead] = [await topsOf('invoice'), await topsOf('upside-down')]
  expect(upright).toEqual(upright.toSorted((a, b) => a - b))
  expect(onItsHead).toEqual(onItsHead.toSorted((a, b) => b - a))
})

test('generations of any lengths, decoded together, have every logit that each has alone', async () => {
  const folder = folderOf('tiny-gpt')
  const { program } = decodeManifest(readFileSync(join(folder, 'manifest.json'))) as ProgramManifest
  const {
    layers,
    heads,
    head_size: headSize,
    batch_max: batchMax,
    cache_step: cacheStep,
    context,
  } = program.settings as Record<string, number>
  const form = { layers, heads, headSize, batchMax, cacheStep, context, feedsPositions: true } as DecoderForm
  const stage = join(folder, 'stages/decode')
  const session = await openSession(findWeights(stage), readManifest(stage).runtime)
  const rows: number[] = []
  const newDecoder = () =>
    createDecoder(form, async (feeds, names) => {
      rows.push(Number(feeds[0]?.shape[0]))
      // The engine takes its time, in which others come.
      await new Promise((resolve) => setImmediate(resolve))
      return runSession(session, feeds, names)
    })
  const random = randomNumbers('tiny-gpt')
  const prompts = [1, 5, 9, 30, 31, 32, 33, 50, 63, 64, 90].map((length) => Array.from({ length }, () => Math.floor(random() * 1000)))
  /** A hash of all logits, and of the tokens that they were followed by. */
  async function generate(decoder: Decoder, promptIds: number[]): Promise<string> {
    const hash = createHash('sha256')
    let left = 40
    await decoder.decode(promptIds, (logits) => {
      hash.update(new Uint8Array(logits.buffer, logits.byteOffset, logits.byteLength))
      return left-- === 0 ? null : logits.indexOf(Math.max(...logits))
    })
    return hash.digest('hex')
  }
  const alone: string[] = []
  for (const prompt of prompts) alone.push(await generate(newDecoder(), prompt))
  expect(Math.max(...rows)).toBe(1)
  const decoder = newDecoder()
  expect(await Promise.all(prompts.map((prompt) => generate(decoder, prompt)))).toEqual(alone)
  expect(Math.max(...rows)).toBeGreaterThan(4)
})

async function runOne(session: InferenceSession, input: Tensor): Promise<Tensor> {
  const [output] = await runSession(session, [input])
  return output as Tensor
}

/** Uniform in [0, 1), the same in every run: SHA-256 of a name and a counter. */
function randomNumbers(seed: string): () => number {
  let counter = 0
  return () => createHash('sha256').update(`${seed} ${counter++}`).digest().readUInt32LE() / 2 ** 32
}

test('the committed manifests are what write-manifests.ts writes', () => {
  const script = join(import.meta.dirname, 'write-manifests.ts')
  const output = execFileSync(process.execPath, ['--conditions=source', '--import', 'tsx', script, '--check'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  })
  // A program has a line for each stage besides its own.
  const written = output
    .trim()
    .split('\n')
    .filter((line) => line.includes('bytes of weights') && !/^\S+\.\S+ /.test(line))
  expect(written).toHaveLength(names.length)
})

describe('accuracy on the held-out rows that lie here, as the README states it', () => {
  // Another processor may round a logit differently, never by enough to matter to more than a row near the border.
  test('digits', async () => expect((await measureRows(digits, join(digits, 'held-out.json'))).right).toBeGreaterThanOrEqual(421))
  test('health', async () => expect((await measureRows(health, join(health, 'held-out.json'))).right).toBeGreaterThanOrEqual(138))
  test('digits-int, to the row', async () =>
    expect(await measureRows(digitsInt, join(digits, 'held-out.json'))).toEqual({ right: 423, total: 450 }))
})

test('vad hears the recorded sentence from its first word to its last, and the pauses around it', async () => {
  const folder = folderOf('vad')
  const session = await openSession(findWeights(folder), readManifest(folder).runtime)
  const sound = decodeRecording(JSON.parse(readFileSync(join(folder, 'recording.json'), 'utf8')))
  const heard: boolean[] = []
  let state = silentState
  for (const window of windowsOf(sound)) {
    const [probability, next] = (await runSession(session, stepInputs(window, state, sound.rate))) as [Tensor, Tensor]
    heard.push(Number(tensorValues(probability)[0]) > 0.5)
    state = next
  }
  expect(heard.map((isSpeech) => (isSpeech ? 's' : '.')).join('')).toMatch(/^\.{9}s{38}\.{4}$/)
})

describe('digits-int is plain integer arithmetic', () => {
  test('on its samples', async () => {
    const session = await openSession(findWeights(digitsInt), readManifest(digitsInt).runtime)
    for (const { tensor } of readSamples(digitsInt)) expect(tensorValues(await runOne(session, tensor))).toEqual(integerLogits(tensor))
  })

  test('on every held-out row at once', async () => {
    const { rows, labels } = JSON.parse(readFileSync(join(digits, 'held-out.json'), 'utf8')) as { rows: string; labels: string[] }
    await expectIntegers(labels.length, Buffer.from(rows, 'base64'))
  })

  // Inputs that are no pixels reach the corners where 16-bit saturation in a processor's byte product would show.
  test('on the greatest input', async () => expectIntegers(1, Buffer.alloc(64, 255)))

  test('on any bytes', async () => {
    const bytes = Buffer.concat(Array.from({ length: 2000 }, (_, i) => createHash('sha512').update(`row ${i}`).digest()))
    await expectIntegers(2000, bytes)
  })

  test('on bytes that excite each hidden unit most', async () => {
    const { w1 } = integers()
    const units = Array.from({ length: w1[0]?.length ?? 0 }, (_, unit) => w1.map((row) => ((row[unit] as number) > 0 ? 255 : 0)))
    await expectIntegers(2 * units.length, Buffer.from(units.flatMap((bytes) => [...bytes, ...bytes.map((byte) => 255 - byte)])))
  })
})

async function expectIntegers(count: number, pixels: Uint8Array): Promise<void> {
  const session = await openSession(findWeights(digitsInt), readManifest(digitsInt).runtime)
  const input = tensorFromValues({ name: 'pixels', datatype: 'UINT8', shape: [count, 64], values: [...pixels] })
  expect(tensorValues(await runOne(session, input))).toEqual(integerLogits(input))
}

type Integers = { w1: number[][]; b1: number[]; divisor: number; w2: number[][]; b2: number[] }

function integers(): Integers {
  return JSON.parse(readFileSync(join(digitsInt, 'integers.json'), 'utf8')) as Integers
}

/** The whole model in integers that JavaScript holds exactly: every sum stays below 2^31. */
function integerLogits(input: Tensor): number[] {
  const { w1, b1, divisor, w2, b2 } = integers()
  const product = (row: Uint8Array | number[], weights: number[][], bias: number[]) =>
    bias.map((start, unit) => weights.reduce((sum, line, i) => sum + (row[i] as number) * (line[unit] as number), start))
  return Array.from({ length: input.data.length / 64 }, (_, row) => input.data.subarray(64 * row, 64 * row + 64)).flatMap((pixels) => {
    const hidden = product(pixels, w1, b1).map((sum) => Math.min(255, Math.floor(Math.max(0, sum) / divisor)))
    return product(hidden, w2, b2)
  })
}
