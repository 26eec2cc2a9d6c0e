import { utf8 } from '../bytes.ts'
import { crc32 } from '../crc32.ts'
import { type Tensor, tensorFromValues, tensorValues } from '../tensor.ts'
import { type Program, ProgramError, type ProgramParts } from './program.ts'
import { assertInterface, settingsReader } from './settings.ts'

/**
 * Sorts texts by their words and pairs of words, one graph, the stage `classify`: INT64 `ids` [1, ids_max] in, FP32 [1, labels], named by `output`, out.
 *
 * Words are runs of ASCII letters, in lower case, and of digits, and each `$`, `!` and `?`; every other character, so also every letter beyond ASCII, stands between words. The first
 * `ids_max` / 2 words have their numbers first, then each two neighbours as `a b`; a number is 1 + CRC-32 modulo (`buckets` - 1), and 0 fills the rest. Texts run one by one, so that what stands
 * beside a text cannot change its answer.
 *
 * Settings: `buckets`, `ids_max`, `texts_max`, `characters_max` (of one text), `output`.
 */
export async function openClassifyText({ manifest, runStage }: ProgramParts): Promise<Program> {
  const classes = manifest.labels.length
  assertInterface(manifest, {
    inputs: [{ name: 'text', datatype: 'BYTES', shape: [-1] }],
    outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, classes] }],
    stages: ['classify'],
    files: [],
  })
  const settings = settingsReader(manifest)
  settings.only('buckets', 'characters_max', 'ids_max', 'output', 'texts_max')
  const buckets = settings.integer('buckets', 2, 1 << 24)
  const idsMax = settings.integer('ids_max', 2, 1 << 16)
  const textsMax = settings.integer('texts_max', 1, 1 << 16)
  const charactersMax = settings.integer('characters_max', 1, 1 << 24)
  const output = settings.text('output')

  return {
    async run([text], { signal } = {}) {
      const texts = text === undefined ? [] : (tensorValues(text) as string[])
      if (texts.length > textsMax) throw tooLong('texts', textsMax, texts.length)
      const longest = texts.reduce((most, { length }) => Math.max(most, length), 0)
      if (longest > charactersMax) throw tooLong('characters', charactersMax, longest)
      const data = new Uint8Array(texts.length * classes * 4)
      for (const [i, one] of texts.entries()) {
        signal?.throwIfAborted()
        data.set(await classify(one), i * classes * 4)
      }
      return [{ name: 'probabilities', datatype: 'FP32', shape: [BigInt(texts.length), BigInt(classes)], data }]
    },
  }

  async function classify(text: string): Promise<Uint8Array> {
    const values = numbersOf(wordsOf(text), buckets, idsMax)
    const ids: Tensor = tensorFromValues({ name: 'ids', datatype: 'INT64', shape: [1, idsMax], values })
    const [tensor] = await runStage('classify', [ids], [output])
    if (tensor === undefined || tensor.datatype !== 'FP32' || tensor.data.length !== classes * 4)
      throw new ProgramError('PROGRAM_UNFIT', 'The stage gives another form', { expected: `${classes} float32` })
    return tensor.data
  }
}

/** Not `toLowerCase`, which lowers beyond ASCII as the engine's edition of Unicode has it. */
export function wordsOf(text: string): string[] {
  return text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase()).match(/[a-z]+|[0-9]+|[$!?]/g) ?? []
}

export function numbersOf(words: readonly string[], buckets: number, idsMax: number): number[] {
  const used = words.slice(0, Math.floor(idsMax / 2))
  const terms = [...used, ...used.slice(1).map((word, i) => `${used[i]} ${word}`)]
  const numbers = terms.map((term) => (crc32([utf8(term)]) % (buckets - 1)) + 1)
  return Array.from({ length: idsMax }, (_, i) => numbers[i] ?? 0)
}

function tooLong(what: string, most: number, received: number): ProgramError {
  return new ProgramError('INPUT_TOO_LONG', `Too many ${what}`, { expected: `at most ${most} ${what}`, received: String(received) })
}
