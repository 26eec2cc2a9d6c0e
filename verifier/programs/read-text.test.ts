import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../bytes.ts'
import type { ProgramManifest } from '../manifest.ts'
import { checkTensor, type Tensor, tensorValues } from '../tensor.ts'
import { openProgram, ProgramError, type StageRunner } from './program.ts'
import { decodeAlphabet, decodeCharacters } from './read-text-characters.ts'
import { floatsOf, lineTensor, type Picture, wholeTensor } from './read-text-picture.ts'
import type { Region } from './read-text-regions.ts'

const settings = {
  image_side_max: 300,
  image_side_min: 16,
  detect_side_max: 96,
  pixel_thousandths: 300,
  region_thousandths: 600,
  growth_thousandths: 2000,
  lines_max: 3,
  line_thousandths: 1000,
  line_width_max: 320,
  widths_max: 500,
  turned_thousandths: 900,
  score_thousandths: 500,
  detect_output: 'map',
  orient_output: 'turned',
  read_output: 'classes',
}
const manifest: ProgramManifest = {
  format: 'nacre/model/1',
  name: 'reader',
  version: '1',
  platform: 'nacre_program',
  inputs: [{ name: 'image', datatype: 'UINT8', shape: [-1, -1, 3] }],
  outputs: [
    { name: 'text', datatype: 'BYTES', shape: [-1] },
    { name: 'scores', datatype: 'FP32', shape: [-1] },
    { name: 'boxes', datatype: 'FP32', shape: [-1, 4, 2] },
  ],
  labels: [],
  program: { name: 'read-text', version: '1', settings },
  stages: ['detect', 'orient', 'read'].map((role) => ({ role, modelId: `0x${'00'.repeat(32)}` as const })),
  files: [{ name: 'alphabet.txt', sha256: `0x${'00'.repeat(32)}`, bytes: 3 }],
}
const alphabet = decodeAlphabet('a\nb\n')

/** As a stage gives it: also what is no number. */
const float = (name: string, shape: number[], values: ArrayLike<number>): Tensor => ({
  name,
  datatype: 'FP32',
  shape: shape.map(BigInt),
  data: new Uint8Array(Float32Array.from(values).buffer),
})
const image = (width: number, height: number, value: (x: number, y: number) => number): Tensor => ({
  name: 'image',
  datatype: 'UINT8',
  shape: [BigInt(height), BigInt(width), 3n],
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => value(Math.floor(i / 3) % width, Math.floor(i / 3 / width))),
})

type Stages = { detect(x: number, y: number): number; onItsHead: number; classes: number[] }

/** Stages that say what the test wants them to say: the code around them is what is tested. */
async function open({ detect, onItsHead, classes }: Stages, changed: Partial<typeof settings> = {}) {
  const fed: { role: string; shape: number[] }[] = []
  const runStage: StageRunner = async (role, [feed], [name]) => {
    const shape = feed?.shape.map(Number) ?? []
    fed.push({ role, shape })
    const [, , height = 0, width = 0] = shape
    if (role === 'detect') {
      const map = Array.from({ length: width * height }, (_, at) => detect(at % width, Math.floor(at / width)))
      return [float(name as string, [1, 1, height, width], map)]
    }
    if (role === 'orient') return [float(name as string, [1, 2], [1 - onItsHead, onItsHead])]
    const steps = classes.map((likeliest) => alphabet.map((_, i) => (i === likeliest ? 0.7 : 0.1)))
    return [float(name as string, [1, steps.length, alphabet.length], steps.flat())]
  }
  const program = await openProgram({
    manifest: { ...manifest, program: { ...manifest.program, settings: { ...settings, ...changed } } },
    files: new Map([['alphabet.txt', utf8('a\nb\n')]]),
    runStage,
  })
  return { fed, run: (input: Tensor) => program.run([input]) }
}

const code = async (promise: Promise<unknown>) =>
  promise.then(
    () => 'accepted',
    (error) => (error instanceof ProgramError ? error.code : Promise.reject(error)),
  )
const line = (x: number, y: number) => (x > 10 && x < 70 && y > 10 && y < 18 ? 0.9 : 0)
const paper = image(96, 64, () => 255)

describe('read-text', () => {
  test('a line is found, oriented and read, and its box surrounds it', async () => {
    const { run, fed } = await open({ detect: line, onItsHead: 0.02, classes: [1, 1, 0, 2, 3] })
    const [text, scores, boxes] = (await run(paper)) as [Tensor, Tensor, Tensor]
    expect(tensorValues(text)).toEqual(['ab'])
    expect(tensorValues(scores)[0]).toBeCloseTo(0.7, 6)
    const [left = 99, top = 99, right = 0, , , bottom = 0] = tensorValues(boxes) as number[]
    expect(left < 11 && top < 11 && right > 69 && bottom > 17).toBe(true)
    expect(fed.map(({ role, shape }) => [role, shape[2], shape[3]].join(' '))).toEqual([
      'detect 64 96',
      'orient 48 192',
      expect.stringMatching(/^read 48 \d+$/),
    ])
  })

  test('a line that stands on its head has its upper left where the picture has its lower right', async () => {
    const { run } = await open({ detect: line, onItsHead: 0.98, classes: [1] })
    const [, , boxes] = (await run(paper)) as [Tensor, Tensor, Tensor]
    const [x, y] = tensorValues(boxes) as number[]
    expect(x).toBeGreaterThan(69)
    expect(y).toBeGreaterThan(16)
  })

  test('nothing on the paper is an answer of no lines', async () => {
    const { run } = await open({ detect: () => 0, onItsHead: 0, classes: [] })
    expect((await run(paper)).map(({ shape }) => shape[0])).toEqual([0n, 0n, 0n])
  })

  test('lines that read as nothing, or with too little probability, are left out', async () => {
    expect((await (await open({ detect: line, onItsHead: 0, classes: [0, 0] })).run(paper))[0]?.shape).toEqual([0n])
    expect((await (await open({ detect: line, onItsHead: 0, classes: [1] }, { score_thousandths: 710 })).run(paper))[0]?.shape).toEqual([
      0n,
    ])
  })

  // Half a page must not pass for a page.
  test('more text than the settings allow is refused', async () => {
    const rows = (count: number) => (x: number, y: number) => (x > 4 && x < 40 && y % 14 < 6 && y < count * 14 ? 0.9 : 0)
    const stages = { onItsHead: 0, classes: [1] }
    const sheet = image(96, 96, () => 255)
    expect(await code((await open({ ...stages, detect: rows(3) })).run(sheet))).toBe('accepted')
    expect(await code((await open({ ...stages, detect: rows(4) })).run(sheet))).toBe('INPUT_TOO_LONG')
    expect(await code((await open({ ...stages, detect: rows(3) }, { widths_max: 100 })).run(sheet))).toBe('INPUT_TOO_LONG')
  })

  test('pictures smaller or larger than the settings allow are refused before anything runs', async () => {
    const { run, fed } = await open({ detect: line, onItsHead: 0, classes: [1] })
    expect(await code(run(image(15, 40, () => 0)))).toBe('INPUT_INVALID')
    expect(await code(run(image(40, 0, () => 0)))).toBe('INPUT_INVALID')
    expect(await code(run(image(301, 40, () => 0)))).toBe('INPUT_TOO_LONG')
    expect(fed).toEqual([])
  })

  test('stages of another form, and settings that are unknown or out of range, are refused', async () => {
    const stages: Stages = { detect: line, onItsHead: 0, classes: [1] }
    const parts = { manifest, files: new Map([['alphabet.txt', utf8('a\nb\nc\n')]]) }
    const other = await openProgram({ ...parts, runStage: async (_, __, [name]) => [float(name as string, [1], [1])] })
    expect(await code(other.run([paper]))).toBe('PROGRAM_UNFIT')
    for (const wrong of [{ lines_max: 0 }, { pixel_thousandths: 1001 }, { detect_output: 7 as never }, { another: 1 } as never])
      expect(await code(open(stages, wrong))).toBe('PROGRAM_UNFIT')
  })

  test('an aborted run stops between lines', async () => {
    const controller = new AbortController()
    const reason = new Error('gone')
    const program = await openProgram({
      manifest,
      files: new Map([['alphabet.txt', utf8('a\nb\n')]]),
      runStage: async (role, [feed], [name]) => {
        controller.abort(reason)
        expect(role).toBe('detect')
        const [, , height = 0n, width = 0n] = feed?.shape ?? []
        return [float(name as string, [1, 1, Number(height), Number(width)], new Float32Array(Number(height * width)))]
      },
    })
    await expect(program.run([paper], { signal: controller.signal })).rejects.toBe(reason)
  })

  // The attack: a picture, or a network that a picture has led astray, meant to crash the program or make it sign what is no tensor.
  test('any picture and any map give tensors that fill their shapes, or a refusal', async () => {
    const wild = fc.constantFrom(0, 0.2, 0.31, 0.9, 1, Number.NaN, Number.POSITIVE_INFINITY, -5)
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 320 }),
        fc.integer({ min: 0, max: 64 }),
        fc.array(wild, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(0, 0.5, 1, Number.NaN),
        fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 8 }),
        async (width, height, values, grain, onItsHead, classes) => {
          const detect = (x: number, y: number) =>
            values[(Math.floor(x / grain) * 7 + Math.floor(y / grain) * 13) % values.length] as number
          const { run } = await open({ detect, onItsHead, classes }, { lines_max: 20, widths_max: 2000 })
          const input = image(width, height, (x, y) => (x * 31 + y * 17) % 256)
          const outputs = await run(input).catch((error) => {
            if (error instanceof ProgramError && ['INPUT_INVALID', 'INPUT_TOO_LONG'].includes(error.code)) return []
            throw error
          })
          for (const output of outputs) checkTensor(output)
          if (outputs[2] !== undefined) expect((tensorValues(outputs[2]) as number[]).every(Number.isFinite)).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('characters', () => {
  const steps = (...likeliest: number[]) => Float32Array.from(likeliest.flatMap((at) => alphabet.map((_, i) => (i === at ? 0.5 : 0.1))))

  test('repetitions are merged unless a blank stands between them, and blanks are dropped', () => {
    expect(decodeCharacters(steps(1, 1, 0, 1, 2, 0, 0), alphabet)).toEqual({ text: 'aab', score: 0.5 })
    expect(decodeCharacters(steps(0, 0), alphabet)).toEqual({ text: '', score: 0 })
    expect(decodeCharacters(steps(), alphabet)).toEqual({ text: '', score: 0 })
  })

  test('the margins of a line are no spaces', () => expect(decodeCharacters(steps(3, 1, 3, 2, 3), alphabet).text).toBe('a b'))

  test('the alphabet is blank, dictionary, space, with or without a last newline', () => {
    expect(decodeAlphabet('x\ny')).toEqual(['', 'x', 'y', ' '])
    expect(decodeAlphabet('x\ny\n')).toEqual(['', 'x', 'y', ' '])
  })
})

describe('pictures', () => {
  const gradient: Picture = {
    width: 40,
    height: 20,
    rgb: Uint8Array.from({ length: 40 * 20 * 3 }, (_, i) => (i % 3 === 0 ? 5 * (Math.floor(i / 3) % 40) : i % 3 === 1 ? 100 : 200)),
  }

  test('at its own size the whole picture is its pixels, blue first, less ImageNet', () => {
    const values = floatsOf(wholeTensor(gradient, 40, 20))
    expect(values[0]).toBeCloseTo((200 / 255 - 0.485) / 0.229, 6)
    expect(values[800]).toBeCloseTo((100 / 255 - 0.456) / 0.224, 6)
    expect(values[1600 + 43]).toBeCloseTo((15 / 255 - 0.406) / 0.225, 6)
  })

  test('shrunk, each point is the mean of all it stands for', () => {
    const stripes: Picture = {
      width: 64,
      height: 64,
      rgb: Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (Math.floor(i / 3) % 2) * 200),
    }
    const red = floatsOf(wholeTensor(stripes, 8, 8)).slice(128)
    for (const value of red) expect(value * 0.225 + 0.406).toBeCloseTo(100 / 255, 1)
  })

  test('a region of the height of a line is cut out pixel by pixel, and the rest of its paper is 0', () => {
    const tall: Picture = { width: 60, height: 48, rgb: Uint8Array.from({ length: 60 * 48 * 3 }, (_, i) => (i * 7) % 256) }
    const region: Region = { centre: { x: 30, y: 24 }, right: { x: 20, y: 0 }, down: { x: 0, y: 24 } }
    const values = floatsOf(lineTensor(tall, region, 40, 50))
    const at = (channel: number, x: number, y: number) => values[(channel * 48 + y) * 50 + x] as number
    for (const [x, y] of [
      [0, 0],
      [39, 47],
      [17, 30],
    ] as const)
      for (const channel of [0, 1, 2])
        expect(at(channel, x, y)).toBeCloseTo((tall.rgb[(y * 60 + x + 10) * 3 + 2 - channel] as number) / 127.5 - 1, 5)
    expect(at(0, 40, 0)).toBe(0)
    expect(at(2, 49, 47)).toBe(0)
  })

  test('a region turned on its head is read backwards', () => {
    const region: Region = { centre: { x: 20, y: 10 }, right: { x: 15, y: 0 }, down: { x: 0, y: 8 } }
    const forwards = floatsOf(lineTensor(gradient, region, 30))
    const backwards = floatsOf(lineTensor(gradient, { ...region, right: { x: -15, y: 0 }, down: { x: 0, y: -8 } }, 30))
    for (const channel of [0, 1, 2]) {
      const plane = (values: Float32Array) => [...values.subarray(channel * 48 * 30, (channel + 1) * 48 * 30)]
      expect(plane(backwards).reverse()).toEqual(plane(forwards))
    }
  })

  test('what reaches beyond the picture repeats its edge', () => {
    const region: Region = { centre: { x: 0, y: 10 }, right: { x: 20, y: 0 }, down: { x: 0, y: 8 } }
    const red = floatsOf(lineTensor(gradient, region, 40)).subarray(2 * 48 * 40)
    expect(red[0]).toBe(-1)
    expect(red[15]).toBe(-1)
  })
})
