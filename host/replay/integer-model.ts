import type { OnnxManifest } from '@nacre/verifier/manifest'
import type { Datatype, Tensor } from '@nacre/verifier/tensor'
import type { ReplayEngine } from './engine.ts'
import { decodeOnnx, type OnnxGraph, type OnnxNode, type OnnxTensor } from './onnx.ts'
import { ReplayError } from './replay-error.ts'

/**
 * A second implementation of models that compute in integers alone, from the ONNX file to the answer: no rounding, so any two machines agree to the bit, and ONNX Runtime itself is checked.
 *
 * Operators: MatMulInteger (two operands, rank 2), Add, Sub, Mul, Div, Min, Max, Cast. Datatypes: UINT8, INT8, INT32. A value that leaves its datatype is an error and not a wrap, because
 * processors need not agree on one.
 *
 * @param weights the model's file, verified against the manifest
 * @throws {@link ReplayError} `MODEL_UNSUPPORTED`
 */
export function openIntegerModel(manifest: OnnxManifest, weights: Uint8Array): ReplayEngine {
  const graph = decodeOnnx(weights)
  const constants = new Map([...graph.initializers].map(([name, tensor]) => [name, decodeConstant(name, tensor)]))
  for (const node of graph.nodes) checkNode(node)
  const declared = new Map(manifest.inputs.map((spec) => [spec.name, spec]))
  return {
    kind: 'integer',
    library: 'integer arithmetic of @nacre/host',
    version: '1',
    cpuClass: 'any',
    async run(inputs, outputNames) {
      const values = new Map<string, IntegerTensor>(constants)
      for (const input of inputs) {
        if (!declared.has(input.name)) throw failed(`input "${input.name}" is not in the manifest`)
        values.set(input.name, fromTensor(input))
      }
      runGraph(graph, values)
      return outputNames.map((name) => toTensor(name, valueNamed(values, name)))
    },
    close: () => {},
  }
}

/** Whether {@link openIntegerModel} takes the model: then its answers must be equal to the bit wherever they come from. */
export function isIntegerModel(manifest: OnnxManifest, weights: Uint8Array): boolean {
  if (!hasIntegerTensors(manifest)) return false
  try {
    openIntegerModel(manifest, weights)
    return true
  } catch (error) {
    if (error instanceof ReplayError) return false
    throw error
  }
}

/** What can be said before the weights are read. */
export function hasIntegerTensors(manifest: OnnxManifest): boolean {
  return [...manifest.inputs, ...manifest.outputs].every(({ datatype }) => datatype in ranges)
}

type IntegerDatatype = 'UINT8' | 'INT8' | 'INT32'
type IntegerTensor = { readonly datatype: IntegerDatatype; readonly dims: readonly number[]; readonly values: ArrayLike<number> }

const ranges: { readonly [datatype: string]: readonly [least: number, most: number] } = {
  UINT8: [0, 255],
  INT8: [-128, 127],
  INT32: [-(2 ** 31), 2 ** 31 - 1],
}
/** onnx.TensorProto.DataType */
const datatypesOfOnnx: { readonly [elementType: number]: IntegerDatatype } = { 2: 'UINT8', 3: 'INT8', 6: 'INT32' }

type Binary = (a: number, b: number) => number
const elementwise: { readonly [operator: string]: Binary } = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  // ONNX leaves integer division to C++: towards zero.
  Div: (a, b) => {
    if (b === 0) throw failed('division by zero')
    return Math.trunc(a / b) + 0
  },
  Min: Math.min,
  Max: Math.max,
}

function checkNode({ operator, domain, inputs, outputs, integers, otherAttributes }: OnnxNode): void {
  const known = operator in elementwise || operator === 'MatMulInteger' || operator === 'Cast'
  if (!known || (domain !== '' && domain !== 'ai.onnx')) throw unsupported(`operator ${domain === '' ? '' : `${domain}.`}${operator}`)
  const arity = operator === 'Cast' ? 1 : 2
  const isVariadic = operator === 'Min' || operator === 'Max'
  if (outputs.length !== 1 || inputs.includes('') || (isVariadic ? inputs.length < 1 : inputs.length !== arity))
    throw unsupported(`${operator} with ${inputs.length} operands`)
  const attributes = [...integers.keys(), ...otherAttributes].filter((name) => !(operator === 'Cast' && name === 'to'))
  if (attributes.length > 0) throw unsupported(`${operator} with ${attributes.join(', ')}`)
  if (operator === 'Cast' && datatypesOfOnnx[integers.get('to') ?? 0] === undefined) throw unsupported('Cast to another datatype')
}

function runGraph({ nodes }: OnnxGraph, values: Map<string, IntegerTensor>): void {
  for (const { operator, inputs, outputs, integers } of nodes) {
    const operands = inputs.map((name) => valueNamed(values, name))
    const [first, second] = operands as [IntegerTensor, IntegerTensor]
    const combine = elementwise[operator]
    const result =
      operator === 'MatMulInteger'
        ? matMul(first, second)
        : operator === 'Cast'
          ? { ...first, datatype: datatypesOfOnnx[integers.get('to') as number] as IntegerDatatype }
          : operands.slice(1).reduce((left, right) => broadcast(left, right, combine as Binary), first)
    values.set(outputs[0] as string, inRange(result, operator))
  }
}

function matMul(a: IntegerTensor, b: IntegerTensor): IntegerTensor {
  const [rows, inner] = a.dims as [number, number]
  const [innerB, columns] = b.dims as [number, number]
  if (a.dims.length !== 2 || b.dims.length !== 2 || inner !== innerB) throw failed(`MatMulInteger of [${a.dims}] and [${b.dims}]`)
  if (a.datatype === 'INT32' || b.datatype === 'INT32') throw failed('MatMulInteger of INT32')
  const values = new Float64Array(rows * columns)
  for (let row = 0; row < rows; row++)
    for (let k = 0; k < inner; k++) {
      const left = a.values[row * inner + k] as number
      if (left === 0) continue
      for (let column = 0; column < columns; column++)
        values[row * columns + column] = (values[row * columns + column] as number) + left * (b.values[k * columns + column] as number)
    }
  return { datatype: 'INT32', dims: [rows, columns], values }
}

/** ONNX's multidirectional broadcasting. */
function broadcast(a: IntegerTensor, b: IntegerTensor, combine: Binary): IntegerTensor {
  if (a.datatype !== b.datatype) throw failed(`operands of ${a.datatype} and ${b.datatype}`)
  const rank = Math.max(a.dims.length, b.dims.length)
  const padded = (dims: readonly number[]) => [...Array.from({ length: rank - dims.length }, () => 1), ...dims]
  const [dimsA, dimsB] = [padded(a.dims), padded(b.dims)]
  const dims = dimsA.map((size, axis) => {
    const other = dimsB[axis] as number
    if (size !== other && size !== 1 && other !== 1) throw failed(`operands of [${a.dims}] and [${b.dims}]`)
    return size === 1 ? other : size
  })
  const at = (index: number, source: readonly number[]) => {
    let [rest, stride, offset] = [index, 1, 0]
    for (let axis = rank - 1; axis >= 0; axis--) {
      const [size, own] = [dims[axis] as number, source[axis] as number]
      if (own !== 1) offset += (rest % size) * stride
      rest = Math.floor(rest / size)
      stride *= own
    }
    return offset
  }
  const values = Float64Array.from({ length: dims.reduce((count, size) => count * size, 1) }, (_, index) =>
    combine(a.values[at(index, dimsA)] as number, b.values[at(index, dimsB)] as number),
  )
  return { datatype: a.datatype, dims, values }
}

function inRange(tensor: IntegerTensor, operator: string): IntegerTensor {
  const [least, most] = ranges[tensor.datatype] as readonly [number, number]
  for (let i = 0; i < tensor.values.length; i++) {
    const value = tensor.values[i] as number
    if (value < least || value > most) throw failed(`${operator} gives ${value}, which ${tensor.datatype} does not hold`)
  }
  return tensor
}

function fromTensor({ name, datatype, shape, data }: Tensor): IntegerTensor {
  if (!(datatype in ranges)) throw failed(`input "${name}" is ${datatype}`)
  return { datatype: datatype as IntegerDatatype, dims: shape.map(Number), values: decodeValues(datatype as IntegerDatatype, data) }
}

function toTensor(name: string, { datatype, dims, values }: IntegerTensor): Tensor {
  const array = datatype === 'UINT8' ? Uint8Array : datatype === 'INT8' ? Int8Array : Int32Array
  return { name, datatype: datatype as Datatype, shape: dims.map(BigInt), data: new Uint8Array(array.from(values).buffer) }
}

function decodeConstant(name: string, { elementType, dims, raw, int32s }: OnnxTensor): IntegerTensor {
  const datatype = datatypesOfOnnx[elementType]
  if (datatype === undefined) throw unsupported(`"${name}" is of ONNX element type ${elementType}`)
  const values = raw === null ? int32s : decodeValues(datatype, raw)
  if (values.length !== dims.reduce((count, size) => count * size, 1)) throw unsupported(`"${name}" does not fill its shape`)
  return inRange({ datatype, dims, values }, `"${name}"`)
}

function decodeValues(datatype: IntegerDatatype, data: Uint8Array): ArrayLike<number> {
  // A copy, because a typed array cannot start at any offset.
  const bytes = data.slice()
  if (datatype === 'UINT8') return bytes
  if (datatype === 'INT8') return new Int8Array(bytes.buffer)
  if (bytes.length % 4 !== 0) throw unsupported('INT32 values cut off')
  return new Int32Array(bytes.buffer)
}

function valueNamed(values: ReadonlyMap<string, IntegerTensor>, name: string): IntegerTensor {
  const value = values.get(name)
  if (value === undefined) throw failed(`"${name}" has no value`)
  return value
}

function unsupported(what: string): ReplayError {
  return new ReplayError('MODEL_UNSUPPORTED', `The integer engine does not know ${what}`)
}

function failed(what: string): ReplayError {
  return new ReplayError('RUN_FAILED', `Integer model: ${what}`)
}
