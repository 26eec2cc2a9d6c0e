import type { TensorSpec } from '@nacre/verifier/manifest'
import { checkTensor, type Tensor } from '@nacre/verifier/tensor'
import { EnclaveError } from './errors.ts'

/** A shape fits a manifest's when the rank is equal and every fixed dimension is. */
export function shapeFits(spec: TensorSpec, shape: readonly (number | bigint)[]): boolean {
  return shape.length === spec.shape.length && spec.shape.every((size, i) => size === -1 || size === Number(shape[i]))
}

/** Name, datatype and shape are the manifest's, and the data fills the shape exactly. @throws `MODEL_OUTPUT_INVALID` */
export function checkTensorForm(spec: TensorSpec, tensor: Tensor): void {
  if (tensor.name !== spec.name || tensor.datatype !== spec.datatype || !shapeFits(spec, tensor.shape))
    throw new EnclaveError('MODEL_OUTPUT_INVALID', undefined, {
      expected: `${spec.datatype} [${spec.shape}]`,
      received: `${tensor.datatype} [${tensor.shape}]`,
    })
  try {
    checkTensor(tensor)
  } catch (cause) {
    throw new EnclaveError('MODEL_OUTPUT_INVALID', undefined, { cause })
  }
}
