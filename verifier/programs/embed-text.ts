import { type Tensor, tensorFromValues, tensorValues } from '../tensor.ts'
import { type Program, ProgramError, type ProgramParts } from './program.ts'
import { assertInterface, settingsReader } from './settings.ts'
import { readTokenizer } from './tokenizer.ts'

/**
 * Texts as vectors: `tokenizer.json`, then one graph, the stage `embed`.
 *
 * The stage gets INT64 `input_ids` [1, tokens], with `feeds: "bert"` also `attention_mask` and `token_type_ids`. Its output, named by `output`, is FP32: with `pooling: "none"` [1, d], the vector
 * itself; with `pooling: "mean"` [1, tokens, d], whose mean over all tokens is scaled to length 1. Texts run one by one, so that what stands beside a text cannot change its vector. A text
 * without any token has the vector zero.
 *
 * Settings: `feeds` (`ids` or `bert`), `output`, `pooling` (`none` or `mean`), `tokens_max` (of one text), `texts_max`.
 */
export async function openEmbedText({ manifest, files, runStage }: ProgramParts): Promise<Program> {
  assertInterface(manifest, {
    inputs: [{ name: 'text', datatype: 'BYTES', shape: [-1] }],
    outputs: [
      { name: 'embedding', datatype: 'FP32', shape: [-1, -2] },
      { name: 'tokens', datatype: 'INT64', shape: [-1] },
    ],
    stages: ['embed'],
    files: ['tokenizer.json'],
  })
  const settings = settingsReader(manifest)
  settings.only('feeds', 'output', 'pooling', 'texts_max', 'tokens_max')
  const feeds = settings.oneOf('feeds', ['ids', 'bert'])
  const pooling = settings.oneOf('pooling', ['none', 'mean'])
  const output = settings.text('output')
  const tokensMax = settings.integer('tokens_max', 1, 1 << 20)
  const textsMax = settings.integer('texts_max', 1, 1 << 16)
  const size = manifest.outputs[0]?.shape[1] as number
  const tokenizer = readTokenizer(files.get('tokenizer.json'))

  return {
    async run([text], { signal } = {}) {
      const texts = text === undefined ? [] : (tensorValues(text) as string[])
      if (texts.length > textsMax) throw tooLong('texts', textsMax, texts.length)
      const all = texts.map((one) => {
        // A token may stand for many characters, but not for so many.
        if (one.length > tokensMax * charactersPerTokenMax) throw tooLong('characters', tokensMax * charactersPerTokenMax, one.length)
        const ids = tokenizer.encode(one)
        if (ids.length > tokensMax) throw tooLong('tokens', tokensMax, ids.length)
        return ids
      })
      const vectors = new Float32Array(all.length * size)
      for (const [i, ids] of all.entries()) {
        signal?.throwIfAborted()
        if (ids.length > 0) vectors.set(await embed(ids), i * size)
      }
      return [
        { name: 'embedding', datatype: 'FP32', shape: [BigInt(all.length), BigInt(size)], data: bytesOf(vectors) },
        tensorFromValues({ name: 'tokens', datatype: 'INT64', shape: [all.length], values: all.map(({ length }) => length) }),
      ]
    },
  }

  async function embed(ids: readonly number[]): Promise<Float32Array> {
    const int64 = (name: string, values: readonly number[]): Tensor =>
      tensorFromValues({ name, datatype: 'INT64', shape: [1, ids.length], values })
    const ones = ids.map(() => 1)
    const bert =
      feeds === 'bert'
        ? [
            int64('attention_mask', ones),
            int64(
              'token_type_ids',
              ids.map(() => 0),
            ),
          ]
        : []
    const [tensor] = await runStage('embed', [int64('input_ids', ids), ...bert], [output])
    const rows = pooling === 'mean' ? ids.length : 1
    if (tensor === undefined || tensor.datatype !== 'FP32' || tensor.data.length !== rows * size * 4)
      throw new ProgramError('PROGRAM_UNFIT', 'The stage gives another form', { expected: `${rows * size} float32` })
    const values = new Float32Array(Uint8Array.from(tensor.data).buffer)
    return pooling === 'mean' ? normalised(meanOf(values, rows)) : values
  }
}

function meanOf(values: Float32Array, rows: number): Float64Array {
  const size = values.length / rows
  const mean = new Float64Array(size)
  // Row by row: the order of additions is part of the result.
  for (let row = 0; row < rows; row++) for (let i = 0; i < size; i++) mean[i] = (mean[i] as number) + (values[row * size + i] as number)
  return mean.map((sum) => sum / rows)
}

function normalised(vector: Float64Array): Float32Array {
  let squares = 0
  for (const value of vector) squares += value * value
  const length = Math.sqrt(squares)
  return Float32Array.from(vector, (value) => (length === 0 ? 0 : value / length))
}

/** Little-endian, as tensors are. */
function bytesOf(values: Float32Array): Uint8Array {
  const data = new Uint8Array(values.length * 4)
  const view = new DataView(data.buffer)
  for (const [i, value] of values.entries()) view.setFloat32(i * 4, value, true)
  return data
}

function tooLong(what: string, most: number, received: number): ProgramError {
  return new ProgramError('INPUT_TOO_LONG', `Too many ${what}`, { expected: `at most ${most} ${what}`, received: String(received) })
}

const charactersPerTokenMax = 256
