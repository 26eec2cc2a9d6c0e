import type { Hex } from '@nacre/verifier/bytes'
import type { GenerationRequest, OpenAiRequest, OpenAiRoute } from '@nacre/verifier/openai-request'
import { type Tensor, tensorValues } from '@nacre/verifier/tensor'
import { EnclaveError } from './errors.ts'
import type { Limits } from './limits.ts'
import { writeTensorData } from './oip-json.ts'
import { receiptParameters } from './oip-response.ts'
import type { IssuedReceipt } from './receipts.ts'

/** An answer of a program, with its receipt. */
export type OpenAiOutcome = {
  outputs: readonly Tensor[]
  issued: IssuedReceipt
  documentSha256: Hex
  /** Of a generation. */
  seed: number
}

/** What every object of one answer begins with. The id names the receipt's request; the time is a courtesy, the receipt has its own. */
export type OpenAiHead = { id: string; created: number; model: string }

export function openAiHead(request: OpenAiRequest, requestId: Hex, model: string, nowMs: number): OpenAiHead {
  const prefix = request.route === 'chat/completions' ? 'chatcmpl' : request.route === 'completions' ? 'cmpl' : 'embd'
  return { id: `${prefix}-${requestId.slice(2)}`, created: Math.floor(nowMs / 1000), model }
}

/** Outputs in the form in which they will travel, made before the receipt: what cannot travel uses no sequence number. */
export type PreparedAnswer = { bytes: number; write(head: OpenAiHead, outcome: OpenAiOutcome): string }

/** @throws `OUTPUT_NEEDS_BINARY` */
export function prepareAnswer(request: OpenAiRequest, outputs: readonly Tensor[], limits: Limits): PreparedAnswer {
  if (request.route === 'embeddings') return prepareEmbeddings(request.encodingFormat, outputs, limits)
  const write = (head: OpenAiHead, outcome: OpenAiOutcome) => JSON.stringify(generationAnswer(request.route, head, outcome))
  return { bytes: Buffer.byteLength(textOf(outputs)), write }
}

function generationAnswer(route: OpenAiRoute, head: OpenAiHead, outcome: OpenAiOutcome): object {
  const { finishReason, usage } = endOf(outcome)
  const text = textOf(outcome.outputs)
  const end = { logprobs: null, finish_reason: finishReason }
  const nacre = nacreField(outcome)
  if (route === 'completions') return { ...head, object: 'text_completion', choices: [{ text, index: 0, ...end }], usage, nacre }
  const message = { role: 'assistant', content: text, refusal: null }
  return { ...head, object: 'chat.completion', choices: [{ index: 0, message, ...end }], usage, nacre }
}

/** The events of a stream, as the data of server-sent events: pieces of text while they come, then the reason of the end, the usage where it was asked for, and in the last of them the receipt. */
export function openAiEvents(request: GenerationRequest, head: OpenAiHead) {
  const isChat = request.route === 'chat/completions'
  const base = { ...head, object: isChat ? 'chat.completion.chunk' : 'text_completion' }
  const noUsage = request.includeUsage ? { usage: null } : {}
  const choice = (text: object | string, finishReason: string | null) => ({
    index: 0,
    ...(isChat ? { delta: text } : { text }),
    logprobs: null,
    finish_reason: finishReason,
  })
  const event = (choices: object[], more: object) => JSON.stringify({ ...base, choices, ...more })
  return {
    /** A chat says first who speaks. */
    begin: (): string[] => (isChat ? [event([choice({ role: 'assistant', content: '' }, null)], noUsage)] : []),
    piece: (text: string): string => event([choice(isChat ? { content: text } : text, null)], noUsage),
    end(outcome: OpenAiOutcome): string[] {
      const { finishReason, usage } = endOf(outcome)
      const last = choice(isChat ? {} : '', finishReason)
      const nacre = nacreField(outcome)
      if (!request.includeUsage) return [event([last], { nacre }), '[DONE]']
      return [event([last], noUsage), event([], { usage, nacre }), '[DONE]']
    },
  }
}

/** The field `nacre`: what the Open Inference Protocol's `parameters` hold elsewhere, and what is needed to make the receipt's tensors of the answer again. */
function nacreField({ outputs, issued, documentSha256, seed }: OpenAiOutcome): object {
  const receipt = JSON.parse(receiptParameters(issued, documentSha256)) as object
  const numbers = (name: string) => valuesOf(outputs, name).map(Number)
  if (outputs.some(({ name }) => name === 'embedding')) return { ...receipt, tokens: numbers('tokens') }
  const [prompt, completion] = numbers('usage')
  return { ...receipt, seed, prompt_tokens: prompt, completion_tokens: completion }
}

export function textOf(outputs: readonly Tensor[]): string {
  return valuesOf(outputs, 'text')[0] as string
}

function endOf({ outputs }: OpenAiOutcome) {
  const [finishReason] = valuesOf(outputs, 'finish_reason') as [string]
  const [prompt, completion] = valuesOf(outputs, 'usage').map(Number) as [number, number]
  return { finishReason, usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion } }
}

/** Float32 in base64, little-endian, or as numbers that read back to the same bits, minus zero too. */
function prepareEmbeddings(format: 'float' | 'base64', outputs: readonly Tensor[], { jsonOutputBytesMax }: Limits): PreparedAnswer {
  const embedding = outputs.find(({ name }) => name === 'embedding') as Tensor
  if (format === 'float' && embedding.data.length > jsonOutputBytesMax)
    throw new EnclaveError('OUTPUT_NEEDS_BINARY', 'Too much for JSON: ask for base64', {
      expected: `at most ${jsonOutputBytesMax} bytes as numbers`,
    })
  const [rows, size] = embedding.shape.map(Number) as [number, number]
  const list = Array.from({ length: rows }, (_, index) => {
    const data = embedding.data.subarray(index * size * 4, (index + 1) * size * 4)
    const row =
      format === 'base64' ? `"${Buffer.from(data).toString('base64')}"` : writeTensorData({ ...embedding, shape: [1n, BigInt(size)], data })
    return `{"object":"embedding","index":${index},"embedding":${row}}`
  })
  const data = `[${list}]`
  const total = valuesOf(outputs, 'tokens').reduce((sum: number, count) => sum + Number(count), 0)
  return {
    bytes: data.length,
    write({ id, model }, outcome) {
      const usage = { prompt_tokens: total, total_tokens: total }
      return `${JSON.stringify({ object: 'list', id, model, usage, nacre: nacreField(outcome) }).slice(0, -1)},"data":${data}}`
    },
  }
}

function valuesOf(outputs: readonly Tensor[], name: string) {
  return tensorValues(outputs.find((output) => output.name === name) as Tensor)
}
