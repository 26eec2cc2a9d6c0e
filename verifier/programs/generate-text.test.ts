import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../bytes.ts'
import { encodeGenerationParameters, type GenerationParameters } from '../generation.ts'
import type { ProgramManifest } from '../manifest.ts'
import { type Tensor, tensorFromValues, tensorValues } from '../tensor.ts'
import { generateTextInterface } from './generate-text.ts'
import { openProgram, type StageRunner } from './program.ts'

// A model without weights: tokens are single bytes, the cache holds the tokens themselves, and the logits of a position are a hash of all tokens up to it. What it says of a sequence depends on that sequence alone.

const alphabet = Array.from({ length: 256 }, (_, byte) => {
  const prints = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
  return prints ? String.fromCharCode(byte) : undefined
})
let next = 256
const characters = alphabet.map((character) => character ?? String.fromCharCode(next++))
const endId = 256
export const byteTokenizer = {
  version: '1.0',
  added_tokens: [{ id: endId, content: '<|end|>', single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }],
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
  post_processor: null,
  decoder: { type: 'ByteLevel' },
  model: { type: 'BPE', vocab: Object.fromEntries(characters.map((character, id) => [character, id])), merges: [] },
}

const manifest: ProgramManifest = {
  format: 'nacre/model/1',
  name: 'bytes',
  version: '1',
  platform: 'nacre_program',
  ...generateTextInterface,
  labels: [],
  program: {
    name: 'generate-text',
    version: '1',
    settings: {
      batch_max: 4,
      begin_token: '<|end|>',
      chat: 'none',
      context: 64,
      end_token: '<|end|>',
      head_size: 1,
      heads: 1,
      layers: 1,
      positions: 'none',
    },
  },
  stages: [{ role: 'decode', modelId: `0x${'11'.repeat(32)}` }],
  files: [{ name: 'tokenizer.json', sha256: `0x${'22'.repeat(32)}`, bytes: 1 }],
}

/** `choose`: logits of the next token after these. */
function stageOf(choose: (tokens: readonly number[]) => Float32Array, runs: number[] = []): StageRunner {
  return async (_, feeds) => {
    const [ids, mask, key] = [0, 1, 2].map((i) => feeds[i] as Tensor) as [Tensor, Tensor, Tensor]
    const [rows, width] = ids.shape.map(Number) as [number, number]
    const past = Number(key.shape[2])
    const values = (tensor: Tensor) => tensorValues(tensor).map(Number)
    const cache = values(key)
    const given = values(ids)
    // Hidden are zeros behind a sequence's own tokens, and nothing else.
    const heard = Array.from({ length: rows }, (_, row) => values(mask).slice(row * (past + width), (row + 1) * (past + width)))
    for (const [row, marks] of heard.entries()) {
      expect(marks.join('')).toMatch(new RegExp(`^1*0{0,${past}}1{${width}}$`))
      for (let i = 0; i < past; i++) if (marks[i] === 0) expect(cache[row * past + i]).toBe(0)
    }
    runs.push(rows)
    // The engine takes its time, in which requests come and go.
    await new Promise((resolve) => setImmediate(resolve))
    const histories = Array.from({ length: rows }, (_, row) => [
      ...cache.slice(row * past, (row + 1) * past).filter((_, i) => heard[row]?.[i] === 1),
      ...given.slice(row * width, (row + 1) * width),
    ])
    const logits = histories.flatMap((history) =>
      Array.from({ length: width }, (_, i) => choose(history.slice(0, history.length - width + i + 1))),
    )
    const data = Buffer.concat(logits.map((row) => Buffer.from(row.buffer)))
    const present = (name: string) =>
      tensorFromValues({
        ...{ name, datatype: 'FP32', shape: [rows, 1, past + width, 1] },
        values: histories.flatMap((_, row) => [
          ...cache.slice(row * past, (row + 1) * past),
          ...given.slice(row * width, (row + 1) * width),
        ]),
      })
    return [
      { name: 'logits', datatype: 'FP32', shape: [BigInt(rows), BigInt(width), 257n], data: new Uint8Array(data) },
      present('present.0.key'),
      present('present.0.value'),
    ]
  }
}

/** Any byte, the end rarely. */
function hashed(tokens: readonly number[]): Float32Array {
  let state = tokens.reduce((sum, token) => Math.imul(sum ^ token, 0x9e3779b1) >>> 0, 7)
  return Float32Array.from({ length: 257 }, (_, id) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 8) / 2 ** 22 - (id === endId ? 2 : 0)
  })
}

/** Says these bytes after the prompt, then the end. */
function scripted(prompt: string, bytes: readonly number[]): StageRunner {
  return stageOf((tokens) => {
    const id = bytes[tokens.length - utf8(prompt).length] ?? endId
    return Float32Array.from({ length: 257 }, (_, i) => (i === id ? 1000 : 0))
  })
}

const open = (runStage: StageRunner, settings: object = {}) =>
  openProgram({
    manifest: { ...manifest, program: { ...manifest.program, settings: { ...manifest.program.settings, ...settings } } },
    files: new Map([['tokenizer.json', utf8(JSON.stringify(byteTokenizer))]]),
    runStage,
  })

const parametersOf = (changes: Partial<GenerationParameters> = {}): GenerationParameters => ({
  max_tokens: 20,
  seed: 1,
  stop: [],
  temperature: 1000,
  top_p: 1000,
  ...changes,
})
const bytesTensor = (name: string, bytes: Uint8Array): Tensor => {
  const data = new Uint8Array(4 + bytes.length)
  new DataView(data.buffer).setUint32(0, bytes.length, true)
  data.set(bytes, 4)
  return { name, datatype: 'BYTES', shape: [1n], data }
}
const inputsOf = (prompt: string, changes?: Partial<GenerationParameters>) => [
  bytesTensor('prompt', utf8(prompt)),
  bytesTensor('parameters', encodeGenerationParameters(parametersOf(changes))),
]

async function generate(runStage: StageRunner, prompt: string, changes?: Partial<GenerationParameters>, settings?: object) {
  const pieces: string[] = []
  const program = await open(runStage, settings)
  const outputs = await program.run(inputsOf(prompt, changes), { onChunk: (chunk) => pieces.push(new TextDecoder().decode(chunk)) })
  const [text, reason, usage] = outputs.map((output) => tensorValues(output)) as [string[], string[], bigint[]]
  // What was shown on the way is what is signed in the end.
  expect(pieces.join('')).toBe(text[0])
  expect(pieces).not.toContain('')
  return { text: text[0] as string, reason: reason[0], usage: usage.map(Number), pieces }
}

describe('a generation', () => {
  test('ends with the end token, with the length, and with the context', async () => {
    expect(await generate(scripted('go', [...utf8('on and on')]), 'go')).toMatchObject({
      text: 'on and on',
      reason: 'stop',
      usage: [2, 10],
    })
    expect(await generate(scripted('go', [...utf8('on and on')]), 'go', { max_tokens: 2 })).toMatchObject({
      text: 'on',
      reason: 'length',
      usage: [2, 2],
    })
    const long = new Array(100).fill(0x61)
    expect(await generate(scripted('go', long), 'go', { max_tokens: 1000 })).toMatchObject({ reason: 'length', usage: [2, 62] })
  })

  test('of no prompt begins with the begin token', async () =>
    expect(
      await generate(
        stageOf((tokens) => Float32Array.from({ length: 257 }, (_, i) => (i === tokens[0] ? 1000 : 0))),
        '',
      ),
    ).toMatchObject({
      text: '',
      usage: [1, 1],
    }))

  test('is the same for the same seed, and another for another', async () => {
    const [first, second, third] = await Promise.all([1, 1, 2].map((seed) => generate(stageOf(hashed), 'prompt', { seed })))
    expect(second).toEqual(first)
    expect(third?.text).not.toBe(first?.text)
    const greedy = await Promise.all([1, 2].map((seed) => generate(stageOf(hashed), 'prompt', { seed, temperature: 0 })))
    expect(greedy[1]).toEqual(greedy[0])
  })

  test('shows characters only when their last byte has come, and U+FFFD for what is none', async () => {
    const whole = await generate(scripted('go', [...utf8('a😀é')]), 'go')
    expect(whole.pieces).toEqual(['a', '😀', 'é'])
    const broken = await generate(scripted('go', [0x61, 0xf0, 0x9f, 0x62, 0xff]), 'go')
    expect(broken.text).toBe('a\ufffdb\ufffd')
    const cut = await generate(scripted('go', [...utf8('a😀')]), 'go', { max_tokens: 3 })
    expect(cut).toMatchObject({ text: 'a\ufffd', reason: 'length' })
  })

  test('ends before a stop sequence, wherever tokens end, and holds back what may become one', async () => {
    const said = [...utf8('one two 😀 three')]
    for (const [stop, text] of [
      [['two'], 'one '],
      [['two 😀 t', 'xyz'], 'one '],
      [['😀'], 'one two '],
      [['three!', 'thr'], 'one two 😀 '],
      [['o'], ''],
      [['e', 'one'], ''],
    ] as const) {
      const answer = await generate(scripted('go', said), 'go', { stop: [...stop] })
      expect(answer).toMatchObject({ text, reason: 'stop' })
    }
    expect(await generate(scripted('go', said), 'go', { stop: ['two 😀 threx', 'threes'] })).toMatchObject({ text: 'one two 😀 three' })
  })

  test('with stop sequences is the text without them, cut before the first', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a', 'b', 'é', '😀'), { maxLength: 20 }),
        fc.uniqueArray(fc.string({ unit: fc.constantFrom('a', 'b', 'é', '😀'), minLength: 1, maxLength: 4 }), { maxLength: 4 }),
        async (letters, stop) => {
          const whole = letters.join('')
          const cut = Math.min(...stop.map((one) => whole.indexOf(one)).filter((at) => at !== -1), whole.length)
          const { text } = await generate(scripted('go', [...utf8(whole)]), 'go', { stop, max_tokens: 62 })
          expect(text).toBe(whole.slice(0, cut))
        },
      ),
      { numRuns: 200 },
    ))

  test('stops when nobody waits any more', async () => {
    const program = await open(stageOf((tokens) => hashed(tokens).fill(-9, endId)))
    const controller = new AbortController()
    let pieces = 0
    const run = program.run(inputsOf('prompt', { max_tokens: 50 }), {
      signal: controller.signal,
      onChunk: () => void (++pieces === 5 && controller.abort(new Error('gone'))),
    })
    await expect(run).rejects.toThrow('gone')
    expect(pieces).toBe(5)
  })

  test.each([
    ['a prompt as long as the context', 'a'.repeat(64), {}, 'INPUT_TOO_LONG'],
    ['a prompt that is not even cut into tokens', 'a'.repeat(100_000), {}, 'INPUT_TOO_LONG'],
  ])('%s is refused', async (_, prompt, changes, code) =>
    expect(generate(stageOf(hashed), prompt, changes)).rejects.toMatchObject({ code }),
  )

  test('the longest prompt that fits is answered', async () =>
    expect(await generate(stageOf(hashed), 'a'.repeat(63), { max_tokens: 9 })).toMatchObject({ usage: [63, 1] }))

  test('parameters in another form are refused', async () => {
    const program = await open(stageOf(hashed))
    const good = parametersOf()
    const texts = [
      '',
      '{}',
      'null',
      JSON.stringify(good, null, 1),
      ...[
        { max_tokens: 0 },
        { max_tokens: 2 ** 21 },
        { seed: null },
        { stop: 'text' },
        { stop: [''] },
        { stop: new Array(9).fill('a') },
        { stop: ['a'.repeat(257)] },
        { temperature: -1 },
        { temperature: 2001 },
        { top_p: 0 },
        { top_p: 1001 },
        { top_k: 1 },
      ].map((change) => JSON.stringify(Object.fromEntries(Object.entries({ ...good, ...change }).sort()))),
    ]
    for (const text of texts)
      await expect(program.run([bytesTensor('prompt', utf8('a')), bytesTensor('parameters', utf8(text))]), text).rejects.toMatchObject({
        code: 'INPUT_INVALID',
      })
    const { seed: _, ...seedless } = good
    await expect(
      program.run([bytesTensor('prompt', utf8('a')), bytesTensor('parameters', utf8(JSON.stringify(seedless)))]),
    ).rejects.toThrow()
  })
})

describe('several generations at once', () => {
  test.each([1, 8, 48])('give what each gives alone, whatever comes and goes beside them (cache_step %i)', (cache_step) =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            prompt: fc.stringMatching(/^[a-z]{0,12}$/),
            seed: fc.nat(9),
            max_tokens: fc.integer({ min: 1, max: 30 }),
            delay: fc.nat(9),
          }),
          {
            minLength: 2,
            maxLength: 9,
          },
        ),
        async (requests) => {
          const runs: number[] = []
          const program = await open(stageOf(hashed, runs), { cache_step })
          const together = await Promise.all(
            requests.map(async ({ prompt, seed, max_tokens, delay }) => {
              for (let i = 0; i < delay; i++) await new Promise((resolve) => setImmediate(resolve))
              return program.run(inputsOf(prompt, { seed, max_tokens }))
            }),
          )
          for (const [i, { prompt, seed, max_tokens }] of requests.entries())
            expect(together[i]).toEqual(await (await open(stageOf(hashed), { cache_step })).run(inputsOf(prompt, { seed, max_tokens })))
          expect(Math.max(...runs)).toBeLessThanOrEqual(4)
        },
      ),
      { numRuns: 40 },
    ),
  )

  test('of unequal lengths meet, and go on together', async () => {
    const runs: number[] = []
    const program = await open(stageOf((tokens) => hashed(tokens).fill(-9, endId), runs))
    await Promise.all(['a', 'abcdefghij', 'abcde'].map((prompt) => program.run(inputsOf(prompt, { max_tokens: 40 }))))
    expect(runs.filter((rows) => rows === 3).length).toBeGreaterThan(20)
  })

  test('share runs at once where their caches are of one width', async () => {
    const prompts = ['a', 'abcdefghij', 'abcde']
    const together = async (cache_step: number) => {
      const runs: number[] = []
      const program = await open(
        stageOf((tokens) => hashed(tokens).fill(-9, endId), runs),
        { cache_step },
      )
      const answers = await Promise.all(prompts.map((prompt) => program.run(inputsOf(prompt, { max_tokens: 40 }))))
      return { runs: runs.length, texts: answers.map(([text]) => tensorValues(text as Tensor)[0]) }
    }
    const [exact, padded] = [await together(1), await together(16)]
    expect(padded.texts).toEqual(exact.texts)
    expect(padded.runs).toBeLessThan(exact.runs)
  })

  test('one that fails leaves the others', async () => {
    // The stage gives up whenever this letter is among what it works on, in whichever row.
    const program = await open(
      stageOf((tokens) => {
        if (tokens.includes(0x7a) && tokens.length > 5) throw new Error('the stage failed')
        return hashed(tokens).fill(-9, endId)
      }),
    )
    const runs = await Promise.allSettled(
      ['abc', 'abz', 'xyc'].map((prompt) => program.run(inputsOf(prompt, { temperature: 0, max_tokens: 12 }))),
    )
    expect(runs[1]).toMatchObject({ status: 'rejected', reason: { message: 'the stage failed' } })
    for (const i of [0, 2]) {
      const [alone] = await Promise.all([
        generate(
          stageOf((tokens) => hashed(tokens).fill(-9, endId)),
          ['abc', '', 'xyc'][i] as string,
          { temperature: 0, max_tokens: 12 },
        ),
      ])
      expect(runs[i]?.status === 'fulfilled' && tensorValues(runs[i].value[0] as Tensor)[0]).toBe(alone?.text)
    }
  })
})

describe('what the program is not for', () => {
  test.each([
    ['context', 1],
    ['layers', 0],
    ['positions', 'rope'],
    ['end_token', '<|no such|>'],
    ['chat', 'mine'],
    ['temperature', 1],
  ])('setting %s = %s', (key, value) => expect(open(stageOf(hashed), { [key]: value })).rejects.toMatchObject({ code: 'PROGRAM_UNFIT' }))

  test('a graph that gives other logits', async () => {
    const stage: StageRunner = async (role, feeds, names) => {
      const [logits, ...rest] = await stageOf(hashed)(role, feeds, names)
      return [{ ...(logits as Tensor), shape: [1n, 1n, 1n] }, ...rest]
    }
    await expect(generate(stage, 'a')).rejects.toMatchObject({ code: 'PROGRAM_UNFIT' })
  })

  test('logits that are no numbers', async () =>
    expect(
      generate(
        stageOf(() => new Float32Array(257).fill(Number.NaN)),
        'a',
      ),
    ).rejects.toThrow(RangeError))
})
