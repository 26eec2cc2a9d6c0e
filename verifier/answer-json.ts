import { shown, VerifierError } from './errors.ts'

/** JSON of an answer, read field by field: whatever is not as it should be is `RESPONSE_MALFORMED`. */
export type AnswerFields = { readonly [key: string]: unknown }

export function parseAnswer(text: () => string): unknown {
  try {
    return JSON.parse(text())
  } catch (cause) {
    throw new VerifierError('RESPONSE_MALFORMED', 'Answer: not JSON', { cause })
  }
}

/** A safe integer. */
export function integerOf(value: unknown, name: string, least = 0): number {
  if (!Number.isSafeInteger(value) || (value as number) < least) throw malformedAnswer(name, 'an integer', shown(value))
  return value as number
}

export function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string') throw malformedAnswer(name, 'text', typeof value)
  return value
}

export function listOf(value: unknown, name: string): unknown[] {
  if (!Array.isArray(value)) throw malformedAnswer(name, 'an array', typeof value)
  return value
}

export function fieldsOf(value: unknown, name: string): AnswerFields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformedAnswer(name, 'an object', typeof value)
  return value as AnswerFields
}

export function malformedAnswer(message: string, expected?: string, received?: string): VerifierError {
  return new VerifierError('RESPONSE_MALFORMED', `Answer: ${message}`, { expected, received })
}
