import { type AnswerFields, fieldsOf, integerOf, listOf, malformedAnswer, parseAnswer, textOf } from './answer-json.ts'
import { fromBase64 } from './base64.ts'
import { fromUtf8 } from './bytes.ts'
import { shown, VerifierError } from './errors.ts'
import type { ModelManifest } from './manifest.ts'
import { type EmbeddingRequest, type GenerationRequest, type OpenAiRequest, openAiInputs } from './openai-request.ts'
import { decodeAnswerReceipt, type InferAnswer } from './response.ts'
import { sseReader } from './sse.ts'
import { type Tensor, tensorFromValues } from './tensor.ts'

/**
 * An answer of the routes of OpenAI's interface, read as the outputs that its receipt covers, and as the inputs that the request was. Everything that a client's program will take from the answer is
 * in those outputs, or is compared here with what is: text, reason of the end, counts of tokens, vectors. What is not, and is nobody's promise: `id`, `created`, `system_fingerprint`.
 */
export type OpenAiAnswer = InferAnswer & { readonly inputs: readonly Tensor[] }

/**
 * Reads only; `verifyAnswer` decides.
 *
 * @throws `RESPONSE_MALFORMED`, `RECEIPT_MALFORMED`, `TENSOR_MALFORMED`; `INPUT_MISMATCH` when the seed is not the one that was asked for
 */
export function decodeOpenAiAnswer(request: OpenAiRequest, body: Uint8Array, manifest: ModelManifest): OpenAiAnswer {
  if (request.route === 'embeddings')
    return decodeEmbeddings(
      request,
      parseAnswer(() => fromUtf8(body)),
      manifest,
    )
  if (!request.stream)
    return generated(
      request,
      single(
        request,
        fieldsOf(
          parseAnswer(() => fromUtf8(body)),
          'answer',
        ),
      ),
      manifest,
    )
  const stream = openAiStream(request, manifest)
  stream.push(body)
  return stream.end()
}

function generated(request: GenerationRequest, answer: Gathered, manifest: ModelManifest): OpenAiAnswer {
  const nacre = fieldsOf(answer.nacre, 'nacre')
  const seed = seedOf(request, nacre.seed)
  const counts = [integerOf(nacre.prompt_tokens, 'prompt_tokens'), integerOf(nacre.completion_tokens, 'completion_tokens')]
  for (const usage of answer.usages) assertUsage(usage, counts as [number, number])
  const texts = (name: string, value: string) => tensorFromValues({ name, datatype: 'BYTES', shape: [1], values: [value] })
  return {
    ...decodeAnswerReceipt(nacre),
    ...headOf(manifest),
    inputs: openAiInputs(request, seed),
    outputs: [
      texts('text', answer.text),
      texts('finish_reason', answer.finishReason),
      tensorFromValues({ name: 'usage', datatype: 'INT64', shape: [2], values: counts }),
    ],
  }
}

type Gathered = { text: string; finishReason: string; usages: unknown[]; nacre: unknown }

function single(request: GenerationRequest, answer: AnswerFields): Gathered {
  const choice = only(answer.choices)
  const text = request.route === 'completions' ? choice.text : fieldsOf(choice.message, 'message').content
  if (request.route !== 'completions') assertPlainMessage(fieldsOf(choice.message, 'message'))
  return {
    text: textOf(text, 'text'),
    finishReason: textOf(choice.finish_reason, 'finish_reason'),
    usages: [answer.usage],
    nacre: answer.nacre,
  }
}

/** A streamed answer, read as it comes. */
export type OpenAiStream = {
  /**
   * Reads on. Returns what may be shown on the way, as a stream of events: those from the first on that hold text and nothing of the end. Each is checked as far as it can be by itself, and written anew, because another reader of
   * events or of JSON might find another text in the same bytes. Verified it is not.
   *
   * @throws `RESPONSE_MALFORMED`
   */
  push(bytes: Uint8Array): string
  /** The whole that the pieces make, once there are no more; `verifyAnswer` decides. @throws as {@link decodeOpenAiAnswer} */
  end(): OpenAiAnswer
  /** The events of the end: to be shown when it is verified, and not before, because clients take the reason of the end, or `[DONE]`, for the end of a whole answer. */
  last(): string
}

export function openAiStream(request: GenerationRequest, manifest: ModelManifest): OpenAiStream {
  const reader = sseReader()
  const gathered: Gathered = { text: '', finishReason: '', usages: [], nacre: undefined }
  let isDone = false
  let last = ''

  function take(events: readonly string[]): string {
    let shown = ''
    for (const data of events) {
      if (isDone) throw malformedAnswer('Something follows the end')
      isDone = data === '[DONE]'
      const event = `data: ${
        isDone
          ? data
          : JSON.stringify(
              gather(
                fieldsOf(
                  parseAnswer(() => data),
                  'event',
                ),
              ),
            )
      }\n\n`
      if (isDone || last !== '' || gathered.finishReason !== '' || gathered.usages.length > 0 || gathered.nacre !== undefined) last += event
      else shown += event
    }
    return shown
  }

  function gather(event: AnswerFields): AnswerFields {
    if (event.error !== undefined) throw malformedAnswer('The stream ends with an error', undefined, shown(Object(event.error).code))
    if (gathered.nacre !== undefined) throw malformedAnswer('Something follows the receipt')
    gathered.nacre = event.nacre
    if (event.usage != null) gathered.usages.push(event.usage)
    if (listOf(event.choices, 'choices').length === 0) return event
    const choice = only(event.choices)
    if (gathered.finishReason !== '') throw malformedAnswer('Text after the end')
    const piece = request.route === 'completions' ? choice.text : deltaOf(choice)
    gathered.text += textOf(piece, 'text')
    if (choice.finish_reason != null) gathered.finishReason = textOf(choice.finish_reason, 'finish_reason')
    return event
  }

  return {
    push: (bytes) => take(reader.push(bytes)),
    end() {
      take(reader.end())
      // The attack: a host that cuts the stream where it likes. The receipt comes last, so there is none; a stream without an end is refused before that.
      if (!isDone) throw malformedAnswer('The stream ends before its end', '[DONE]')
      if (gathered.usages.length !== (request.includeUsage ? 1 : 0))
        throw malformedAnswer('Usage is given where it was not asked for, or not where it was')
      return generated(request, gathered, manifest)
    },
    last: () => last,
  }
}

function deltaOf(choice: AnswerFields): string {
  const { role = 'assistant', content = '', ...others } = fieldsOf(choice.delta, 'delta')
  assertPlainMessage({ role, ...others })
  return textOf(content, 'content')
}

/** A client's program may act on what is beside the text; nothing here covers it. */
function assertPlainMessage({ role, content: _, refusal, ...others }: AnswerFields): void {
  if (role !== 'assistant' || refusal != null || Object.keys(others).length > 0)
    throw malformedAnswer('A message holds what no receipt covers', 'role and content', Object.keys(others).join().slice(0, 100))
}

function only(choices: unknown): AnswerFields {
  const [choice, ...others] = listOf(choices, 'choices')
  const { index, logprobs, ...rest } = fieldsOf(choice, 'choice')
  if (others.length > 0 || index !== 0 || logprobs != null) throw malformedAnswer('One choice, and no logprobs, were asked for')
  return rest
}

function seedOf({ parameters }: GenerationRequest, recorded: unknown): number {
  const seed = integerOf(recorded, 'seed', -Infinity)
  // The attack: a host that asks with seeds of its own until it likes an answer, and passes off that one as the answer to a request that named its seed.
  if (parameters.seed !== null && parameters.seed !== seed)
    throw new VerifierError('INPUT_MISMATCH', 'The answer was drawn with another seed than was asked for', {
      expected: String(parameters.seed),
      received: String(seed),
    })
  return seed
}

function assertUsage(value: unknown, [prompt, completion]: readonly [number, number]): void {
  const { prompt_tokens, completion_tokens, total_tokens } = fieldsOf(value, 'usage')
  if (prompt_tokens !== prompt || completion_tokens !== completion || total_tokens !== prompt + completion)
    throw malformedAnswer(
      'usage is not what the receipt covers',
      `${prompt} + ${completion}`,
      `${shown(prompt_tokens)} + ${shown(completion_tokens)}`,
    )
}

function decodeEmbeddings(request: EmbeddingRequest, json: unknown, manifest: ModelManifest): OpenAiAnswer {
  const { data, usage, nacre: field } = fieldsOf(json, 'answer')
  const nacre = fieldsOf(field, 'nacre')
  const size = manifest.outputs[0]?.shape[1] ?? 0
  const rows = listOf(data, 'data')
  if (rows.length !== request.texts.length) throw malformedAnswer('data', `${request.texts.length} embeddings`, String(rows.length))
  const vectors = rows.map((row, i) => {
    const { index, embedding } = fieldsOf(row, 'embedding')
    if (index !== i) throw malformedAnswer('index', String(i), shown(index))
    return request.encodingFormat === 'base64' ? base64Vector(embedding, size) : floatVector(embedding, size)
  })
  const tokens = listOf(nacre.tokens, 'tokens').map((count) => integerOf(count, 'tokens'))
  const total = tokens.reduce((sum, count) => sum + count, 0)
  const { prompt_tokens, total_tokens } = fieldsOf(usage, 'usage')
  if (tokens.length !== rows.length || prompt_tokens !== total || total_tokens !== total)
    throw malformedAnswer('usage is not what the receipt covers', String(total), shown(prompt_tokens))
  const embedding = new Uint8Array(rows.length * size * 4)
  for (const [i, vector] of vectors.entries()) embedding.set(vector, i * size * 4)
  return {
    ...decodeAnswerReceipt(nacre),
    ...headOf(manifest),
    inputs: openAiInputs(request, 0),
    outputs: [
      { name: 'embedding', datatype: 'FP32', shape: [BigInt(rows.length), BigInt(size)], data: embedding },
      tensorFromValues({ name: 'tokens', datatype: 'INT64', shape: [tokens.length], values: tokens }),
    ],
  }
}

/** Little-endian float32, as OpenAI's clients read them. */
function base64Vector(embedding: unknown, size: number): Uint8Array {
  const bytes = fromBase64(textOf(embedding, 'embedding'))
  if (bytes?.length !== size * 4) throw malformedAnswer('embedding', `${size} float32 in base64`)
  return bytes
}

function floatVector(embedding: unknown, size: number): Uint8Array {
  const values = listOf(embedding, 'embedding')
  if (values.length !== size || !values.every((value) => typeof value === 'number')) throw malformedAnswer('embedding', `${size} numbers`)
  return tensorFromValues({ name: 'embedding', datatype: 'FP32', shape: [size], values: values as number[] }).data
}

function headOf({ name, version }: ModelManifest): Pick<InferAnswer, 'modelName' | 'modelVersion' | 'id'> {
  return { modelName: name, modelVersion: version, id: null }
}
