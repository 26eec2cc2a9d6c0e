import { type Hex, isHex } from './bytes.ts'
import { encodeGenerationParameters, type GenerationParameters, generationLimits } from './generation.ts'
import type { ModelManifest, ProgramManifest } from './manifest.ts'
import type { ReceiptDomain } from './receipt.ts'
import { type Tensor, tensorFromValues } from './tensor.ts'

/**
 * Requests of OpenAI's HTTP interface as inputs of a program: the fixed rule by which the enclave makes tensors of them, and by which a client makes the same tensors of its own request and holds the
 * receipt to them. Version 1; another rule would be another version of the program.
 *
 * `POST /v1/completions` and `/v1/chat/completions` are `generate-text`, `POST /v1/embeddings` is `embed-text`. A field that would change the answer and is not understood is refused, and so is one that
 * nobody knows: whatever is ignored would be a promise that no receipt covers.
 */
export type OpenAiRequest = GenerationRequest | EmbeddingRequest

export type GenerationRequest = RequestHead & {
  route: 'completions' | 'chat/completions'
  prompt: string
  /** `seed` is `null` when the request names none: the enclave draws one, and the answer says which. */
  parameters: Omit<GenerationParameters, 'seed'> & { seed: number | null }
  stream: boolean
  includeUsage: boolean
}

export type EmbeddingRequest = RequestHead & {
  route: 'embeddings'
  texts: readonly string[]
  encodingFormat: 'float' | 'base64'
}

/** The field `nacre` of a request, in which a client may ask for what the OIP's `parameters` are elsewhere. All of it is optional. */
type RequestHead = {
  requestId: Hex | undefined
  domain: ReceiptDomain
  commitmentSalt: Hex | undefined
  receiptMode: 'immediate' | 'batched' | 'auto'
}

export type OpenAiRoute = OpenAiRequest['route']
export const openAiRoutes = ['completions', 'chat/completions', 'embeddings'] as const satisfies readonly OpenAiRoute[]

/** The model that a body asks for. @throws {@link OpenAiRequestError} */
export function openAiModelName(body: unknown): string {
  const { model } = object(body, null)
  if (typeof model !== 'string' || model === '') throw new OpenAiRequestError('model', 'You must name a model')
  return model
}

/** @throws {@link OpenAiRequestError} */
export function decodeOpenAiRequest(route: OpenAiRoute, body: unknown, manifest: ModelManifest): OpenAiRequest {
  const fields = object(body, null)
  const program = manifest.platform === 'nacre_program' ? manifest.program.name : undefined
  if (program !== (route === 'embeddings' ? 'embed-text' : 'generate-text'))
    throw new OpenAiRequestError('model', `The model ${JSON.stringify(manifest.name)} does not answer /v1/${route}`)
  for (const key of Object.keys(fields))
    if (!fieldsOf[route].includes(key))
      throw new OpenAiRequestError(key.slice(0, 100), `Unrecognized request argument supplied: ${key.slice(0, 100)}`)
  if (route === 'embeddings') return decodeEmbedding(fields, manifest)
  for (const [key, neutral] of Object.entries(neutralValues)) assertNeutral(fields, key, neutral)
  const chat = manifest.platform === 'nacre_program' ? manifest.program.settings.chat : undefined
  const { prompt, stops } =
    route === 'completions' ? { prompt: decodePrompt(fields.prompt), stops: [] } : applyTemplate(fields.messages, chat)
  return {
    ...decodeHead(fields.nacre),
    route,
    prompt,
    parameters: {
      max_tokens: decodeTokensMax(fields, route === 'completions' ? 16 : generationLimits.tokensMax),
      seed: fields.seed == null ? null : integer(fields.seed, 'seed', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
      stop: [...decodeStops(fields.stop), ...stops],
      temperature: thousandths(fields.temperature, 'temperature', 0, generationLimits.temperatureMax),
      top_p: thousandths(fields.top_p, 'top_p', 1, generationLimits.topPMax),
    },
    stream: flag(fields.stream, 'stream'),
    includeUsage: decodeStreamOptions(fields),
  }
}

/** The tensors that a receipt covers. `seed` in the place of one that the request left open. */
export function openAiInputs(request: OpenAiRequest, seed: number): Tensor[] {
  if (request.route === 'embeddings')
    return [tensorFromValues({ name: 'text', datatype: 'BYTES', shape: [request.texts.length], values: request.texts })]
  const { prompt, parameters } = request
  const encoded = encodeGenerationParameters({ ...parameters, seed: parameters.seed ?? seed })
  const bytes = (name: string, value: string) => tensorFromValues({ name, datatype: 'BYTES', shape: [1], values: [value] })
  return [bytes('prompt', prompt), bytes('parameters', new TextDecoder().decode(encoded))]
}

/** Fields that would change an answer, with the values, as JSON, at which they do not. */
const neutralValues: { readonly [field: string]: readonly string[] } = {
  best_of: ['1'],
  echo: ['false'],
  frequency_penalty: ['0'],
  logit_bias: ['{}'],
  logprobs: ['false'],
  modalities: ['["text"]'],
  n: ['1'],
  presence_penalty: ['0'],
  response_format: ['{"type":"text"}'],
  service_tier: ['"auto"', '"default"'],
  store: ['false'],
  suffix: ['""'],
  tool_choice: ['"none"', '"auto"'],
  tools: ['[]'],
  top_logprobs: [],
}
// Who asks, and how an operator might file it, changes nothing about an answer.
const common = ['model', 'nacre', 'user', 'metadata', 'safety_identifier', 'prompt_cache_key', 'parallel_tool_calls']
const ofGenerations = [
  ...common,
  ...Object.keys(neutralValues),
  'max_tokens',
  'seed',
  'stop',
  'stream',
  'stream_options',
  'temperature',
  'top_p',
]
const fieldsOf: { readonly [route in OpenAiRoute]: readonly string[] } = {
  embeddings: [...common, 'input', 'encoding_format', 'dimensions'],
  completions: [...ofGenerations, 'prompt'],
  'chat/completions': [...ofGenerations, 'messages', 'max_completion_tokens'],
}

function decodeHead(value: unknown): RequestHead {
  const {
    request_id,
    chain_id,
    verifying_contract,
    commitment_salt,
    receipt_mode = 'immediate',
    ...others
  } = value === undefined ? {} : object(value, 'nacre')
  const [other] = Object.keys(others)
  if (other !== undefined)
    throw new OpenAiRequestError(`nacre.${other}`, `Unrecognized request argument supplied: nacre.${other.slice(0, 100)}`)
  for (const [key, hex] of Object.entries({ request_id, commitment_salt }))
    if (hex !== undefined && !isHex(hex, 32)) throw new OpenAiRequestError(`nacre.${key}`, `nacre.${key} is 0x and 64 hexadecimal digits`)
  if (receipt_mode !== 'immediate' && receipt_mode !== 'batched' && receipt_mode !== 'auto')
    throw new OpenAiRequestError('nacre.receipt_mode', 'nacre.receipt_mode is immediate, batched or auto')
  return {
    requestId: request_id === undefined ? undefined : ((request_id as string).toLowerCase() as Hex),
    commitmentSalt: commitment_salt as Hex | undefined,
    receiptMode: receipt_mode,
    domain: decodeDomain(chain_id, verifying_contract),
  }
}

function decodeDomain(chainId: unknown, verifyingContract: unknown): ReceiptDomain {
  if (chainId === undefined && verifyingContract === undefined) return null
  const isChain = typeof chainId === 'string' && /^[1-9][0-9]{0,77}$/.test(chainId) && BigInt(chainId) < 1n << 256n
  if (!isChain || !isHex(verifyingContract, 20))
    throw new OpenAiRequestError('nacre.chain_id', 'nacre.chain_id (decimal text) and nacre.verifying_contract (an address) go together')
  return { chainId: BigInt(chainId), verifyingContract: verifyingContract.toLowerCase() as `0x${string}` }
}

function decodeEmbedding(
  fields: Fields,
  { outputs, program }: ProgramManifest | (ModelManifest & { program?: undefined }),
): EmbeddingRequest {
  const { input, encoding_format = 'float', dimensions } = fields
  const texts = Array.isArray(input) ? input : [input]
  const most = Number(program?.settings.texts_max ?? 1)
  if (texts.length === 0 || texts.length > most) throw new OpenAiRequestError('input', `input is 1 to ${most} texts`)
  for (const text of texts) {
    if (typeof text !== 'string') throw new OpenAiRequestError('input', 'input is a text or a list of texts; lists of tokens are not taken')
    assertText(text, 'input')
  }
  if (encoding_format !== 'float' && encoding_format !== 'base64')
    throw new OpenAiRequestError('encoding_format', 'encoding_format is float or base64')
  const size = outputs[0]?.shape[1]
  if (dimensions !== undefined && dimensions !== size) throw new OpenAiRequestError('dimensions', `This model has ${size} dimensions`)
  return { ...decodeHead(fields.nacre), route: 'embeddings', texts: texts as string[], encodingFormat: encoding_format }
}

function decodePrompt(prompt: unknown): string {
  const text = Array.isArray(prompt) && prompt.length === 1 ? prompt[0] : (prompt ?? '')
  if (typeof text !== 'string')
    throw new OpenAiRequestError('prompt', 'prompt is one text; several prompts, and lists of tokens, are not taken')
  return text === '' ? '' : assertText(text, 'prompt')
}

/**
 * A chat as one prompt, by the setting `chat` of the program:
 *
 * - `plain`, for models that were never trained on chats: each message as `System: …`, `User: …` or `Assistant: …` and a newline, then `Assistant:`; `\nUser:` ends the answer.
 * - `chatml`: each message as `<|im_start|>ROLE\n…<|im_end|>\n`, then `<|im_start|>assistant\n`. The marks may not be in a message. The attack: a stranger's text within a message that ends it, and goes on
 *   as a message of the system's.
 */
function applyTemplate(value: unknown, template: unknown): { prompt: string; stops: string[] } {
  if (template !== 'plain' && template !== 'chatml') throw new OpenAiRequestError('model', 'This model does not chat: ask /v1/completions')
  if (!Array.isArray(value) || value.length === 0 || value.length > messagesMax)
    throw new OpenAiRequestError('messages', `messages is a list of 1 to ${messagesMax}`)
  const messages = value.map((message: unknown, i) => decodeMessage(message, `messages[${i}]`))
  if (template === 'plain')
    return {
      prompt: `${messages.map(({ role, text }) => `${role[0]?.toUpperCase()}${role.slice(1)}: ${text}\n`).join('')}Assistant:`,
      stops: ['\nUser:'],
    }
  for (const [i, { text }] of messages.entries())
    if (text.includes('<|im_start|>') || text.includes('<|im_end|>'))
      throw new OpenAiRequestError(`messages[${i}].content`, 'A message may not contain <|im_start|> or <|im_end|>')
  const turns = messages.map(({ role, text }) => `<|im_start|>${role}\n${text}<|im_end|>\n`)
  return { prompt: `${turns.join('')}<|im_start|>assistant\n`, stops: [] }
}

function decodeMessage(value: unknown, place: string): { role: 'system' | 'user' | 'assistant'; text: string } {
  const { role, content, refusal, ...others } = object(value, place)
  const [other] = Object.keys(others)
  if (other !== undefined || refusal != null)
    throw new OpenAiRequestError(
      `${place}.${(other ?? 'refusal').slice(0, 100)}`,
      'Messages have a role and a content, and nothing else here',
    )
  // OpenAI's newer word for the same.
  const known = (['system', 'user', 'assistant'] as const).find((name) => name === (role === 'developer' ? 'system' : role))
  if (known === undefined) throw new OpenAiRequestError(`${place}.role`, 'Roles are system, developer, user and assistant')
  const parts = typeof content === 'string' ? [content] : Array.isArray(content) ? content.map((part) => decodePart(part, place)) : []
  if (parts.length === 0 || parts.length > messagesMax)
    throw new OpenAiRequestError(`${place}.content`, 'content is a text, or a list of parts that are texts')
  return { role: known, text: parts.map((part) => (part === '' ? '' : assertText(part, `${place}.content`))).join('') }
}

function decodePart(value: unknown, place: string): string {
  const { type, text, ...others } = object(value, `${place}.content`)
  if (type !== 'text' || typeof text !== 'string' || Object.keys(others).length > 0)
    throw new OpenAiRequestError(`${place}.content`, 'Parts are of type text, with a text')
  return text
}

function decodeTokensMax({ max_tokens, max_completion_tokens }: Fields, otherwise: number): number {
  if (max_tokens != null && max_completion_tokens != null)
    throw new OpenAiRequestError('max_tokens', 'max_tokens and max_completion_tokens are two names of one thing: give one')
  const value = max_tokens ?? max_completion_tokens
  if (value == null) return otherwise
  return integer(value, max_tokens == null ? 'max_completion_tokens' : 'max_tokens', 1, generationLimits.tokensMax)
}

function decodeStops(stop: unknown): string[] {
  const stops = stop == null ? [] : Array.isArray(stop) ? stop : [stop]
  const isStop = (text: unknown) =>
    typeof text === 'string' && text !== '' && text.length <= generationLimits.stopLengthMax && text.isWellFormed()
  if (stops.length > 4 || !stops.every(isStop))
    throw new OpenAiRequestError('stop', `stop is up to 4 texts of 1 to ${generationLimits.stopLengthMax} characters`)
  return stops as string[]
}

function decodeStreamOptions({ stream, stream_options }: Fields): boolean {
  if (stream_options == null) return false
  if (stream !== true) throw new OpenAiRequestError('stream_options', "stream_options are for streams: set 'stream' to true")
  const { include_usage, include_obfuscation, ...others } = object(stream_options, 'stream_options')
  const [other] = Object.keys(others)
  if (other !== undefined || (include_obfuscation ?? false) !== false)
    throw new OpenAiRequestError(
      `stream_options.${other ?? 'include_obfuscation'}`,
      'stream_options has include_usage and nothing else here',
    )
  return flag(include_usage, 'stream_options.include_usage')
}

/** Fields that would change the answer, were they given another value. */
function assertNeutral(fields: Fields, key: string, neutral: readonly string[]): void {
  const value = fields[key]
  if (value == null || neutral.includes(JSON.stringify(value))) return
  const what = key === 'n' || key === 'best_of' ? 'One answer to a request is given, and no more' : `${key} is not supported`
  throw new OpenAiRequestError(key, neutral.length === 0 ? what : `${what}: leave it out, or give ${neutral[0]}`)
}

function thousandths(value: unknown, name: string, least: number, most: number): number {
  const given = value ?? 1
  const scaled = typeof given === 'number' ? Math.round(given * 1000) : Number.NaN
  // Within what a decimal fraction loses on its way through binary.
  if (!(scaled >= least && scaled <= most) || Math.abs((given as number) * 1000 - scaled) > 1e-6)
    throw new OpenAiRequestError(name, `${name} is ${least / 1000} to ${most / 1000}, in thousandths`)
  return scaled
}

function integer(value: unknown, name: string, least: number, most: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most)
    throw new OpenAiRequestError(name, `${name} is an integer from ${least} to ${most}`)
  // -0 is a number that canonical JSON does not have.
  return (value as number) + 0
}

function flag(value: unknown, name: string): boolean {
  if (value != null && typeof value !== 'boolean') throw new OpenAiRequestError(name, `${name} is true or false`)
  return value === true
}

/** Tensors hold UTF-8, which half of a surrogate pair has no form in: replaced by another character, it would be another question. */
function assertText(text: string, name: string): string {
  if (text === '') throw new OpenAiRequestError(name, `${name} is empty`)
  if (!text.isWellFormed()) throw new OpenAiRequestError(name, `${name} holds half of a surrogate pair`)
  return text
}

type Fields = { readonly [key: string]: unknown }

function object(value: unknown, name: string | null): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new OpenAiRequestError(name, `${name ?? 'The body'} is not an object`)
  return value as Fields
}

const messagesMax = 1024

/** What OpenAI's clients show as a `BadRequestError`. */
export class OpenAiRequestError extends Error {
  override readonly name = 'OpenAiRequestError'
  readonly code = 'OPENAI_REQUEST_INVALID'
  /** The field to change. */
  readonly param: string | null

  constructor(param: string | null, message: string) {
    super(message)
    this.param = param
  }
}
