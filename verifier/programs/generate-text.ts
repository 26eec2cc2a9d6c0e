import { fromUtf8, utf8 } from '../bytes.ts'
import { VerifierError } from '../errors.ts'
import { decodeGenerationParameters, type GenerationParameters } from '../generation.ts'
import type { ProgramManifest } from '../manifest.ts'
import { splitBytes, type Tensor, tensorFromValues } from '../tensor.ts'
import { createDecoder, type DecoderForm } from './decoder.ts'
import { type Program, ProgramError, type ProgramParts } from './program.ts'
import { randomNumbers, sampleToken } from './sampling.ts'
import { assertInterface, settingsReader } from './settings.ts'
import { createTextStream } from './text-stream.ts'
import { readTokenizer } from './tokenizer.ts'

/** The tensors of every model of this program. */
export const generateTextInterface: Pick<ProgramManifest, 'inputs' | 'outputs'> = {
  inputs: [
    { name: 'prompt', datatype: 'BYTES', shape: [1] },
    { name: 'parameters', datatype: 'BYTES', shape: [1] },
  ],
  outputs: [
    { name: 'text', datatype: 'BYTES', shape: [1] },
    { name: 'finish_reason', datatype: 'BYTES', shape: [1] },
    { name: 'usage', datatype: 'INT64', shape: [2] },
  ],
}

/**
 * A prompt, continued token by token: `tokenizer.json` (byte-level BPE), and one graph, the stage `decode`, with a cache of keys and values, as exports of GPT-2 and its successors have it:
 *
 * - INT64 `input_ids` [n, t], `attention_mask` [n, p + t], `position_ids` [n, t] (unless `positions: "none"`), FP32 `past_key_values.I.key` and `.value` [n, heads, p, head_size] for each layer I;
 * - FP32 `logits` [n, t, vocabulary], `present.I.key` and `.value` [n, heads, p + t, head_size].
 *
 * The prompt is one run of the stage, each further token another, after a cache of as many places as the next multiple of `cache_step` says: in this order of runs, a result is bit for bit the same. A prompt without tokens is `begin_token`. Generation ends with `end_token`, which
 * is no text, before a stop sequence (`finish_reason` `stop`), or after `max_tokens` or with the context (`length`).
 *
 * Settings: `begin_token`, `end_token`, `context` (tokens of prompt and answer together), `layers`, `heads` (of keys and values), `head_size`, `positions` (`feed` or `none`), `batch_max` (sequences in
 * one run of the stage; above 1 only for graphs whose rows come out the same alone), `cache_step` (sequences share runs where their lengths, rounded up to its multiples, are equal; the places between are zeros that
 * `attention_mask` hides; above 1, which is what is meant without it, only for graphs that hear of hidden places by nothing else), `chat` (how a chat becomes a prompt: see `openai-request.ts`).
 */
export async function openGenerateText({ manifest, files, runStage }: ProgramParts): Promise<Program> {
  assertInterface(manifest, {
    ...generateTextInterface,
    stages: ['decode'],
    files: ['tokenizer.json'],
  })
  const settings = settingsReader(manifest)
  settings.only('batch_max', 'begin_token', 'cache_step', 'chat', 'context', 'end_token', 'head_size', 'heads', 'layers', 'positions')
  settings.oneOf('chat', ['none', 'plain', 'chatml'])
  const context = settings.integer('context', 2, 1 << 20)
  const form: DecoderForm = {
    layers: settings.integer('layers', 1, 256),
    heads: settings.integer('heads', 1, 256),
    headSize: settings.integer('head_size', 1, 1024),
    feedsPositions: settings.oneOf('positions', ['feed', 'none']) === 'feed',
    batchMax: settings.integer('batch_max', 1, 256),
    context,
    cacheStep: settings.integer('cache_step', 1, 4096, 1),
  }
  const tokenizer = readTokenizer(files.get('tokenizer.json'))
  const bytes = tokenizer.byteTable()
  const [beginId, endId] = (['begin_token', 'end_token'] as const).map((key) => {
    const id = tokenizer.idOf(settings.text(key))
    if (id === undefined) throw new ProgramError('PROGRAM_UNFIT', `The tokenizer has no ${key}`, { expected: settings.text(key) })
    return id
  }) as [number, number]
  const decoder = createDecoder(form, (feeds, outputNames) => runStage('decode', feeds, outputNames))

  return {
    async run(inputs, { signal, onChunk } = {}) {
      const { prompt, parameters } = readInputs(inputs)
      // Before the tokenizer works on it: no token stands for more bytes than the longest.
      if (prompt.length > context * bytes.longest) throw tooLong('bytes', context * bytes.longest, prompt.length)
      const encoded = tokenizer.encode(fromUtf8(prompt))
      const promptIds = encoded.length === 0 ? [beginId] : encoded
      if (promptIds.length >= context) throw tooLong('tokens', context - 1, promptIds.length)
      const { temperature, top_p, seed, stop, max_tokens } = parameters
      const tokensMax = Math.min(max_tokens, context - promptIds.length)
      const random = randomNumbers(seed)
      const stream = createTextStream(stop)
      const pieces: string[] = []
      const say = (text: string) => {
        if (text === '') return
        pieces.push(text)
        onChunk?.(utf8(text))
      }
      let count = 0
      let isStopped = false
      const next = (logits: Float32Array): number | null => {
        const id = sampleToken(logits, temperature, top_p, random)
        count++
        const { text, stopped } = id === endId ? { text: '', stopped: true } : stream.push(bytes.of(id))
        say(text)
        isStopped = stopped
        return stopped || count === tokensMax ? null : id
      }
      await decoder.decode(promptIds, next, signal)
      // A stop sequence ends the text before it; what the end token or the length cuts off is still text.
      const rest = stream.end()
      say(rest.text)
      const values = (name: string, text: string) => tensorFromValues({ name, datatype: 'BYTES', shape: [1], values: [text] })
      return [
        values('text', pieces.join('')),
        values('finish_reason', isStopped || rest.stopped ? 'stop' : 'length'),
        tensorFromValues({ name: 'usage', datatype: 'INT64', shape: [2], values: [promptIds.length, count] }),
      ]
    },
  }
}

function readInputs([prompt, parameters]: readonly Tensor[]): { prompt: Uint8Array; parameters: GenerationParameters } {
  const [promptBytes, parameterBytes] = [prompt, parameters].map((tensor) => splitBytes(tensor?.data ?? new Uint8Array())[0])
  if (promptBytes === undefined || parameterBytes === undefined) throw new ProgramError('INPUT_INVALID', 'An input is missing')
  try {
    return { prompt: promptBytes, parameters: decodeGenerationParameters(parameterBytes) }
  } catch (cause) {
    if (!(cause instanceof VerifierError)) throw cause
    const { message, expected = '', received = '' } = cause
    throw new ProgramError('INPUT_INVALID', message, { expected, received, cause })
  }
}

function tooLong(what: string, most: number, received: number): ProgramError {
  return new ProgramError('INPUT_TOO_LONG', `Too many ${what} in the prompt`, { expected: `at most ${most}`, received: String(received) })
}
