import { VerifierError } from '@nacre/verifier/errors'
import { type Tensor, type TensorValue, tensorValues } from '@nacre/verifier/tensor'
import { EnclaveError } from './errors.ts'
import type { Limits } from './limits.ts'

/** Parses JSON whose size, nesting, keys and values were counted first: `JSON.parse` itself would build whatever fits into the body. @throws `JSON_MALFORMED`, `BODY_TOO_LARGE`, `REQUEST_TOO_COMPLEX` */
export function readJson(bytes: Uint8Array, limits: Limits): unknown {
  assertBounded(bytes, limits)
  try {
    return JSON.parse(strictUtf8.decode(bytes))
  } catch {
    // The parser's own message quotes the body.
    throw new EnclaveError('JSON_MALFORMED')
  }
}

/**
 * The elements as one flat JSON array, from which a client gets back exactly the bytes that were hashed: a float32 is written as the shortest decimal of its double, which rounds back to it, and
 * negative zero keeps its sign. What JSON cannot say is refused, because a rounded answer would contradict its receipt.
 *
 * @throws `OUTPUT_NEEDS_BINARY`
 */
export function writeTensorData(tensor: Tensor): string {
  const { name, datatype } = tensor
  const refuse = (received: string) =>
    new EnclaveError('OUTPUT_NEEDS_BINARY', `JSON cannot carry output "${name}": set binary_data_output, or binary_data on this output`, {
      received,
    })
  if (datatype === 'FP16' || datatype === 'BF16') throw refuse(datatype)
  let values: TensorValue[]
  try {
    values = tensorValues(tensor)
  } catch (cause) {
    if (cause instanceof VerifierError && datatype === 'BYTES') throw refuse('BYTES that are not UTF-8')
    throw cause
  }
  if (datatype === 'INT64' || datatype === 'UINT64') {
    return `[${values.map((value) => {
      if (!Number.isSafeInteger(Number(value))) throw refuse('an integer beyond 2^53')
      return String(value)
    })}]`
  }
  if (datatype === 'FP32' || datatype === 'FP64') {
    let negativeZero = false
    for (const value of values) {
      if (!Number.isFinite(value)) throw refuse(String(value))
      if (Object.is(value, -0)) negativeZero = true
    }
    if (negativeZero) return `[${values.map((value) => (Object.is(value, -0) ? '-0' : String(value)))}]`
  }
  return JSON.stringify(values)
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** One pass over the bytes. In UTF-8 the bytes compared here stand for nothing but themselves. */
function assertBounded(bytes: Uint8Array, { jsonBytesMax, jsonDepthMax, jsonValuesMax, jsonKeysMax }: Limits): void {
  if (bytes.length > jsonBytesMax)
    throw new EnclaveError('BODY_TOO_LARGE', 'Too much JSON: send large inputs as binary tensor data', {
      expected: `at most ${jsonBytesMax} bytes of JSON`,
      received: `${bytes.length} bytes`,
    })
  let depth = 0
  let values = 1
  let keys = 0
  let inText = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    if (inText) {
      if (byte === 0x5c)
        i++ // backslash: the next byte is not the end of the text
      else if (byte === 0x22) inText = false
    } else if (byte === 0x22) {
      inText = true
    } else if (byte === 0x2c) {
      values++
    } else if (byte === 0x3a) {
      keys++
    } else if (byte === 0x5b || byte === 0x7b) {
      values++
      depth++
      if (depth > jsonDepthMax)
        throw new EnclaveError('REQUEST_TOO_COMPLEX', 'The JSON is nested too deep', { expected: `at most ${jsonDepthMax}` })
    } else if (byte === 0x5d || byte === 0x7d) {
      depth--
    }
  }
  for (const [what, count, most] of [
    ['values', values, jsonValuesMax],
    // Each unique key is a new shape of object to the parser: 16 MiB of them took a second, as numbers a tenth of it.
    ['keys', keys, jsonKeysMax],
  ] as const)
    if (count > most)
      throw new EnclaveError('REQUEST_TOO_COMPLEX', `The JSON holds too many ${what}`, {
        expected: `at most ${most}`,
        received: String(count),
      })
}
