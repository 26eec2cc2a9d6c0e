import { decodeCanonicalJson, encodeCanonicalJson, type JsonValue } from './canonical-json.ts'
import { shown, VerifierError } from './errors.ts'

/** How `generate-text` continues a prompt: the content of its input `parameters`, as canonical JSON with exactly these fields. Nothing else decides what it answers. */
export type GenerationParameters = {
  /** Tokens to generate at most, 1 to 2^20. The model's context may end it before. */
  max_tokens: number
  /** Any safe integer. Where `temperature` is 0 it changes nothing. */
  seed: number
  /** Up to 8 texts of 1 to 256 characters: generation ends before the first of them that would appear. */
  stop: string[]
  /** In thousandths, 0 to 2000. 0 takes the likeliest token each time. */
  temperature: number
  /** In thousandths, 1 to 1000: of the likeliest tokens only as many as have this share of all probability. */
  top_p: number
}

export const generationLimits = { tokensMax: 1 << 20, stopsMax: 8, stopLengthMax: 256, temperatureMax: 2000, topPMax: 1000 } as const

/** @throws `TENSOR_MALFORMED` */
export function encodeGenerationParameters(parameters: GenerationParameters): Uint8Array {
  check(parameters as unknown as JsonValue)
  return encodeCanonicalJson(parameters as unknown as JsonValue)
}

/** @throws `JSON_NOT_CANONICAL`, `TENSOR_MALFORMED` */
export function decodeGenerationParameters(bytes: Uint8Array): GenerationParameters {
  const value = decodeCanonicalJson(bytes)
  check(value)
  return value as unknown as GenerationParameters
}

function check(value: JsonValue): void {
  const parameters = Object(value) as { [key: string]: JsonValue }
  const keys = Object.keys(parameters).sort().join()
  if (keys !== 'max_tokens,seed,stop,temperature,top_p') throw malformed('fields', 'max_tokens, seed, stop, temperature, top_p', keys)
  const { max_tokens, seed, stop, temperature, top_p } = parameters
  const { tokensMax, stopsMax, stopLengthMax, temperatureMax, topPMax } = generationLimits
  integer('max_tokens', max_tokens, 1, tokensMax)
  integer('seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
  integer('temperature', temperature, 0, temperatureMax)
  integer('top_p', top_p, 1, topPMax)
  const isStop = (text: JsonValue) => typeof text === 'string' && text !== '' && text.length <= stopLengthMax && text.isWellFormed()
  if (!Array.isArray(stop) || stop.length > stopsMax || !stop.every(isStop))
    throw malformed('stop', `up to ${stopsMax} texts of 1 to ${stopLengthMax} characters`, shown(stop))
}

function integer(name: string, value: JsonValue | undefined, least: number, most: number): void {
  if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most)
    throw malformed(name, `${least} to ${most}`, shown(value))
}

function malformed(name: string, expected: string, received: string): VerifierError {
  return new VerifierError('TENSOR_MALFORMED', `Parameters of a generation: ${name}`, { expected, received })
}
