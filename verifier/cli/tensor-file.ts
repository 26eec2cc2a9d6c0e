import { fromUtf8 } from '../bytes.ts'
import { VerifierError } from '../errors.ts'
import { decodeJsonTensor } from '../response.ts'
import { isDatatype, type Tensor, type TensorValue, tensorFromValues } from '../tensor.ts'
import { CliError } from './cli-error.ts'
import { decodePngImage, isPng } from './png-image.ts'

export const tensorFileBytesMax = 64 << 20

/**
 * Tensors from a JSON file: `{"tensor": {name, datatype, shape, values}}` as the models' samples have it, an Open Inference Protocol request `{"inputs": [{name, datatype, shape, data}]}`, or its
 * bare array of inputs. Or a picture, as PNG, for models that take `image`.
 *
 * @throws `INPUT_UNREADABLE`
 */
export function decodeTensorFile(bytes: Uint8Array, name: string): Tensor[] {
  try {
    if (isPng(bytes)) return [decodePngImage(bytes)]
    const json = JSON.parse(fromUtf8(bytes)) as unknown
    if (Array.isArray(json)) return json.map(oipTensor)
    if (isObject(json) && Array.isArray(json.inputs)) return json.inputs.map(oipTensor)
    if (isObject(json) && isObject(json.tensor)) return [sampleTensor(json.tensor)]
  } catch (cause) {
    if (!(cause instanceof VerifierError || cause instanceof SyntaxError || cause instanceof TypeError)) throw cause
    throw new CliError('INPUT_UNREADABLE', `${name}: ${cause.message}`, { cause, remedy: forms })
  }
  throw new CliError('INPUT_UNREADABLE', `${name} holds no tensors`, { remedy: forms })
}

function oipTensor(item: unknown): Tensor {
  if (!isObject(item)) throw new TypeError('an input is not an object')
  return decodeJsonTensor(item)
}

function sampleTensor({ name, datatype, shape, values }: { readonly [key: string]: unknown }): Tensor {
  if (typeof name !== 'string' || !isDatatype(datatype) || !isSizes(shape) || !Array.isArray(values))
    throw new TypeError('"tensor" needs name, datatype, shape and values')
  return tensorFromValues({ name, datatype, shape, values: values as TensorValue[] })
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const forms =
  'Give {"tensor": {"name", "datatype", "shape", "values"}}, or {"inputs": [{"name", "datatype", "shape", "data"}]} as the Open Inference Protocol has it; or a PNG.'
